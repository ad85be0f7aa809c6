"""The header grammar: what is a label, a by-line, a date, a disclaimer, and what only looks so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.header import byline, dates, disclaimer, numbers, rights, titles
from storykeep.header.labels import read_label
from storykeep.header.runs import split_run


@pytest.mark.parametrize(
    ("line", "field", "typed", "value"),
    [
        ("Disclaimer: not mine", "disclaimer", "Disclaimer", "not mine"),
        ("DISCLAMER: not mine", "disclaimer", "DISCLAMER", "not mine"),
        ("Discliamer - not mine", "disclaimer", "Discliamer", "not mine"),
        ("Legal stuff: not mine", "disclaimer", "Legal stuff", "not mine"),
        ("Standard Boring Legal Crap: no", "disclaimer", "Standard Boring Legal Crap", "no"),
        ("i-don't-want-to-get-sued-disclaimer: no", "disclaimer", "i-don't-want-to-get-sued-disclaimer", "no"),
        ("The index of disclaimers: no", "disclaimer", "The index of disclaimers", "no"),
        ("**Author's Notes:** hello", "notes", "Author's Notes", "hello"),
        ("A/N: hello", "notes", "A/N", "hello"),
        ("RATING:PG", "rating", "RATING", "PG"),
        ("Raiting: PG", "rating", "Raiting", "PG"),
        ("[Pairing]: A/B", "pairing", "Pairing", "A/B"),
        ("Summary - he goes", "summary", "Summary", "he goes"),
        ("Автор: Анна", "author", "Автор", "Анна"),
    ],
)  # fmt: skip
def test_a_label_is_known_in_its_many_spellings(line, field, typed, value):
    label = read_label(line)
    assert label is not None
    assert (label.name, label.typed, label.value) == (field, typed, value)


@pytest.mark.parametrize(
    "line",
    [
        "Fenix: I don't know",
        "She said: no",
        "Warning! he shouted",
        "Note to self, buy milk: eggs",
        "It was a disclaimer, he thought. Or was it?",
        "http://site.example/: a page",
        "We suppose that this needs a disclaimer, so: there it is",
    ],
)
def test_what_only_looks_like_a_label_is_none(line):
    assert read_label(line) is None


def test_labels_that_run_together_are_cut_apart():
    line = "Rating: PG-13 Pairing: Clark/Lex  Category: Angst"
    assert [line[a:b].strip() for a, b in split_run(line)] == [
        "Rating: PG-13",
        "Pairing: Clark/Lex",
        "Category: Angst",
    ]


def test_a_long_field_is_never_cut_at_a_label_inside_it():
    line = "Notes: I wrote this in May. Rating: still PG."
    assert split_run(line) == [(0, len(line))]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("by mako", ("mako",)),
        ("by X and Y", ("X", "Y")),
        ("By: X", ("X",)),
        ("a story by Wren", ("Wren",)),
        ("Written by Max & Rhys (pronounced Reese) Doyle", ("Max", "Rhys Doyle")),
        ("by Jane Doe (jane@x.example)", ("Jane Doe",)),
        ("by J.K. Smith, 2003", ("J.K. Smith",)),
        ("~ by Galahad's Sock ~", ("Galahad's Sock",)),
    ],
)
def test_a_byline_gives_its_names(line, names):
    found = byline.read_byline(line)
    assert found is not None
    assert found[0] == names


@pytest.mark.parametrize(
    "line",
    ["by the river", "By now it was dark", "by noon", "By his side she was no longer afraid of it",
     "Byron went home", "by the time he came back the geese had gone and the gate was shut"],
)  # fmt: skip
def test_a_byline_in_prose_is_none(line):
    assert byline.read_byline(line) is None


def test_a_byline_may_name_the_fandom():
    assert byline.read_byline("a Low Fell fanfiction by Ada Thwaite") == (
        ("Ada Thwaite",),
        "Low Fell",
    )


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("Robert <r@x.example>", "Robert", "r@x.example"),
        ("r@x.example (Robert Hale)", "Robert Hale", "r@x.example"),
        ("r@x.example", "r", "r@x.example"),
    ],
)
def test_a_sender_has_a_name_and_an_address(value, name, address):
    assert byline.read_sender(value) == (name, address)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Tue, 20 May 1997 13:31:08 -0400", "1997-05-20"),
        ("June 17, 2003", "2003-06-17"),
        ("June 2003", "2003-06"),
        ("5/20/97", "1997-05-20"),
        ("20/5/97", "1997-05-20"),
        ("17.06.2003", "2003-06-17"),
        ("2003-06-17", "2003-06-17"),
        ("sometime in 2003", "2003"),
    ],
)
def test_a_date_goes_as_far_as_the_page_says(text, value):
    date = dates.read_date(text)
    assert date is not None
    assert (date.value, date.raw) == (value, text)


def test_an_ambiguous_date_is_not_guessed():
    ambiguous = dates.read_date("05/06/2003")
    assert ambiguous is not None
    assert ambiguous.value == "2003"
    told = dates.read_date("05/06/2003", day_first=False)
    assert told is not None
    assert told.value == "2003-05-06"


def test_the_order_of_days_and_months_is_learned_from_another_date():
    assert dates.day_comes_first(["03/14/05"]) is False
    assert dates.day_comes_first(["14/03/05"]) is True
    assert dates.day_comes_first(["03/04/05"]) is None


@pytest.mark.parametrize(
    ("text", "number", "of"),
    [("Part 1/3", 1, 3), ("Title (2/4)", 2, 4), ("Chapter IV: The Storm", 4, None),
     ("part two of three", 2, 3), ("Thaw, pt. 3", 3, None), ("[1/?]", 1, None)],
)  # fmt: skip
def test_a_part_number_is_read(text, number, of):
    part = numbers.read_part(text)
    assert part is not None
    assert (part.number, part.of) == (number, of)


@pytest.mark.parametrize("text", ["5/20/97", "Mar 5/03", "9/11/2001", "rated 4/5 stars", "no part"])
def test_a_date_or_a_score_is_no_part_number(text):
    assert numbers.read_part(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I don't own any of these characters.",
        "All characters belong to Hartside Pictures.",
        "This world, characters and story are the property of Ivy Marsh, who owns it, not me.",
        "Characters and situations © Hartside, no infringement intended. Please don't sue.",
        "Alle Charaktere gehören Ivy Marsh. Ich verdiene kein Geld damit, it is not mine.",
    ],
)
def test_a_paragraph_that_gives_the_rights_away_is_a_disclaimer(text):
    assert disclaimer.opens_with_disclaimer(text)


@pytest.mark.parametrize(
    "text",
    [
        '"It belongs to Anna," she said, and put it down.',
        "The house belonged to Mr Hale, who owned the mill and all the money in town.",
        "It was not mine.",
        "He owned nothing, and he wished for nothing, and the sea was very wide.",
        "This story is copyright 2003 by the author. Do not repost.",
    ],
)
def test_prose_and_the_authors_own_claim_are_none(text):
    assert not disclaimer.opens_with_disclaimer(text)


def test_the_disclaiming_sentences_of_a_note_are_found():
    note = (
        "Well. I should have a disclaimer here, right? Low Fell and its characters do not belong "
        "to me, but to Mrs. Marsh. Anyway! Comments are loved."
    )
    assert disclaimer.sentences(note) == (
        "I should have a disclaimer here, right? Low Fell and its characters do not belong "
        "to me, but to Mrs. Marsh."
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It belongs to Warner Bros. Television and J. K. Rowling.", ("Warner Bros. Television", "J. K. Rowling")),
        ("© Tollin Pictures, 2002. The hero created by Ivy Marsh and Tom Oxley.", ("Tollin Pictures", "Ivy Marsh", "Tom Oxley")),
        ("Ivy Marsh owns them. I don't.", ("Ivy Marsh",)),
        ("property of AIC and Pioneer. You shouldn't sue us", ("AIC", "Pioneer")),
        ("They belong to somebody else.", ()),
    ],
)  # fmt: skip
def test_rights_holders_are_named(text, names):
    assert rights.rights_holders(text) == names


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("It applies throughout this entire series.", "series"),
        ("I own nothing in this chapter.", "chapter"),
        ("I own nothing, see part 1.", "story"),
    ],
)
def test_the_scope_is_what_the_words_say(text, scope):
    assert rights.scope_of(text) == scope


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("Thaw (Low Fell Archive Fanfiction)", "Thaw"),
        ("The Long Night - Low Fell Slash Archive", "The Long Night"),
        ("Low Fell Archive", None),
        ("Untitled Document", None),
        ("print this story!", None),
        ("http://site.example/a.html", None),
        ("", None),
    ],
)
def test_a_title_tag_loses_the_site(tag, title):
    assert titles.from_title_tag(tag) == title


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("http://a.example/the_long_night.html", "the long night"),
        ("http://a.example/15/smokingthe.html", None),
        ("http://a.example/promises-ch1.html", None),
        ("http://a.example/story-page.html", None),
        ("http://a.example/viewstory.php?sid=1", None),
    ],
)
def test_a_file_name_is_a_title_only_where_it_says_something(url, title):
    assert titles.from_file_name(url) == title


@given(st.text(max_size=200))
def test_reading_a_line_never_fails_and_makes_up_no_word(text):
    """Any line is read or left; a name is never empty, and a disclaimer's words are the line's."""
    read_label(text)
    split_run(text)
    byline.read_byline(text)
    byline.read_titled(text)
    assert all(name.strip() for name in byline.split_names(text))
    dates.read_date(text)
    numbers.read_part(text)
    numbers.is_part_line(text)
    assert set((disclaimer.sentences(text) or "").split()) <= set(text.split())
    rights.rights_holders(text)
    titles.from_title_tag(text)
