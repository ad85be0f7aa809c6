"""Heads as they stand on old pages: labels behind one another, remarks in them, rows that wrap."""

from __future__ import annotations

import pytest

from storykeep.header.labels import read_label
from storykeep.header.runs import split_run
from storykeep.header.sequels import read_sequel
from storykeep.prose import is_symbol_break
from tests.test_cleaning_misses import STORY, disclaimers, names, page, shown, story, text

ROWS = [row for line in STORY for row in (line, "")]


def tags(part):
    return [(tag.kind, tag.value) for tag in part.tags]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        pytest.param("Final warning: there is a flood.", "warning", id="a word before"),
        pytest.param("Other pairings: none at all", "pairing", id="other"),
        pytest.param("Warnings (do read these, everybody!): floods", "warning", id="a remark"),
        pytest.param(
            "VERY IMPORTANT NOTE (OR NOBODY WILL KNOW WHAT THE LAMP IS FOR IN THE END): oil",
            "notes",
            id="a long remark",
        ),
        pytest.param("Author/psuedonym: Jo", "author", id="misspelt behind a slash"),
        pytest.param("Rate: PG", "rating", id="rate"),
        pytest.param("Preamble: Nobody asked.", "notes", id="preamble"),
    ],
)
def test_a_label_in_an_author_s_own_words_is_read(line, field):
    label = read_label(line)
    assert label is not None
    assert (label.name, label.colon) == (field, True)


@pytest.mark.parametrize(
    "line",
    [
        "My first impression (as he told us later): a lamp.",
        "The old keeper (who was deaf) said: no.",
        "Final orders: row.",
        "Jo (softly): Where?",
    ],
)
def test_what_is_said_with_a_remark_is_no_label(line):
    assert read_label(line) is None


def test_a_disclaimer_ends_where_the_next_label_begins_a_sentence():
    line = "Disclaimer: The lamps are the Company's. Warnings: floods. Summary: There is one lamp."
    assert [line[a:b].strip() for a, b in split_run(line)] == [
        "Disclaimer: The lamps are the Company's.",
        "Warnings: floods.",
        "Summary: There is one lamp.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Disclaimer: I own no Series: lamps, nor the Characters: keepers.",
        "Summary: They keep one rule: oil first. Then he said: no.",
        "Disclaimer: Not mine. Place: the Company's.",
    ],
)
def test_a_sentence_s_own_colon_cuts_nothing(line):
    assert split_run(line) == [(0, len(line))]


def test_labels_in_capitals_part_each_other_whatever_they_say():
    line = "GENRES: Lamps, comedy. FLOODS: One, small. RATING: PG. DOGS: None. SPOILERS: None."
    assert [line[a:b].partition(":")[0].strip() for a, b in split_run(line)] == [
        "GENRES", "FLOODS", "RATING", "DOGS", "SPOILERS",
    ]  # fmt: skip


def test_a_header_of_one_row_is_read_to_its_end():
    part = page(
        "<p>Author/pen-name: Moss Email: moss@lamps.example Rating: G, or so. Pairing: none "
        "Archive: Yes, please Other website: www.lamps.example<br>"
        "Disclaimer: I claim every lamp for the keepers. Summary: In which a lamp goes out.<br>"
        "Warnings/disclaimer: none. NOTE: There is an afterword.</p><hr>",
        story(),
    )
    assert (names(part), part.summary) == (["Moss"], "In which a lamp goes out.")
    assert ("rating", "G, or so") in tags(part)
    assert part.fields["Other website"] == "www.lamps.example"
    assert "Yes, please" in [note.text for note in part.notes]
    assert disclaimers(part)[0] == "I claim every lamp for the keepers."
    assert shown(part) == list(STORY)


def test_a_header_in_small_letters_is_one_label_a_row():
    part = text(
        "title: the brown lamp", "fandom: Lampworks", "characters/pairings: Ada/Jo, Bea",
        "rating: G", "summary: a course of oil.", "notes: for Bea, who asked.", "", *ROWS,
    )  # fmt: skip
    assert (part.title, part.summary) == ("the brown lamp", "a course of oil.")
    assert ("fandom", "Lampworks") in tags(part)
    assert [note.text for note in part.notes] == ["for Bea, who asked."]
    assert shown(part) == list(STORY)


def test_a_row_in_small_letters_in_a_wrapped_sentence_opens_no_label():
    rows = (
        "She had asked him for nothing but one thing in all of those long years, the",
        "title: to the house, to the lamp, and to every stone that stood between them.",
    )
    part = text(*rows, "", *ROWS)
    assert " ".join(shown(part)[:2]) == " ".join(rows)
    assert part.title is None


LONG = (
    "The lamp stood where it had stood since the keepers before them had come over the sand. " * 3
)


def test_a_text_with_a_paragraph_in_each_row_ends_its_disclaimer_with_the_row():
    part = text(
        "Disclaimer: The lamps are the Company's.", LONG.strip(), '"Where?" Jo asked.', LONG
    )
    assert disclaimers(part) == ["The lamps are the Company's."]
    assert shown(part)[0] == LONG.strip()


@pytest.mark.parametrize(
    ("line", "followed"),
    [
        ('(A sequel to "The Brown Lamp")', "The Brown Lamp"),
        ("The Sequel to Ada's Story", "Ada's Story"),
        ("Companion piece to Oil", "Oil"),
        ("A sequel to his troubles came.", None),
        ("This is a sequel to my story, and you should read that first.", None),
        ("A sequel to nothing", None),
    ],
)
def test_a_line_that_names_what_the_story_follows_is_no_title(line, followed):
    assert read_sequel(line) == followed


def test_the_story_followed_is_the_series_and_the_title_is_above_it():
    part = page("<p>Long Lamps</p><p>(A sequel to Short Lamps)</p><p>by Ada Moss</p>", story())
    assert (part.title, names(part)) == ("Long Lamps", ["Ada Moss"])
    assert part.series is not None
    assert part.series.name == "Short Lamps"


def test_the_first_row_of_a_sentence_is_no_title():
    part = page(
        "<p>The lamp is not my own idea but I was sorry when Bea told me that she<br>"
        "would not write about it. So I have.</p><p>By Jo Dee</p>",
        story(),
    )
    assert (part.title, names(part)) == (None, ["Jo Dee"])


def test_the_second_title_behind_an_or_is_not_the_title():
    part = page("<p>The Lamp<br>or The Keeper's Daughter<br>by Ada Moss</p>", story())
    assert part.title == "The Lamp"


@pytest.mark.parametrize("line", ["8888888888", "77777777777777"])
def test_a_row_of_one_digit_is_a_break(line):
    assert is_symbol_break(line)


@pytest.mark.parametrize("line", ["1999", "55555", "8888888 lamps", "12121212"])
def test_a_number_is_no_break(line):
    assert not is_symbol_break(line)


def test_the_way_to_a_chapter_says_fandom_title_chapter_and_rating():
    part = page(
        "<h1>Lampworks Fan Fiction ❯ The Brown Lamp ❯ Oil and Water ( Chapter 3 )</h1>",
        "<p>[ T - Teen: Not suitable for readers under 13 ]</p>",
        "<p>Disclaimer: The lamps are the Company's.<br>The Brown Lamp</p>",
        story(),
    )
    assert (part.title, part.position, part.chapter_title) == ("The Brown Lamp", 3, "Oil and Water")
    assert ("fandom", "Lampworks") in tags(part)
    assert [value for kind, value in tags(part) if kind == "rating"] == [
        "T - Teen: Not suitable for readers under 13"
    ]
    assert disclaimers(part) == ["The lamps are the Company's."]
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        pytest.param("Miscellaneous Notes: Oil is dear.", "notes", id="miscellaneous"),
        pytest.param("DISTRIBUTION STATEMENT: Anywhere.", "permission", id="a statement"),
        pytest.param("Archive policy: Ask.", "permission", id="a policy"),
    ],
)
def test_a_label_that_says_more_than_it_must_is_read(line, field):
    label = read_label(line)
    assert label is not None
    assert label.name == field


MIDDLING = (
    "The lamp stood where it had stood since the keepers came over the sand, all in one night."
)


def test_rows_that_all_end_their_sentences_are_paragraphs_below_a_disclaimer():
    rows = [f"{MIDDLING} {each}" for each in STORY]
    part = text("Lamps", "By: Ada Moss", "Disclaimer: The lamps are the Company's.", *rows)
    assert disclaimers(part) == ["The lamps are the Company's."]
    assert shown(part) == rows


def test_rows_that_wrap_late_still_belong_to_the_disclaimer():
    part = text(
        "Disclaimer: The lamps, the oil, the keepers and the long stair are the property of the "
        "Company, whose shareholders have",
        "not asked for this story, and will get no money for it, and neither shall I, who only "
        "borrowed the keepers for it, and",
        "the stair.", "", *ROWS,
    )  # fmt: skip
    assert len(disclaimers(part)) == 1
    assert disclaimers(part)[0].endswith("the keepers for it, and the stair.")


def test_talk_in_which_a_sentence_disclaims_is_a_note_with_a_disclaimer_in_it():
    talk = (
        "I was trying to write another story altogether when my sister's dog came in and asked to "
        "be put in one, and then the cat wanted to be in it too, so here they both are. The lamps "
        "are owned by the Company and I don't own them. Thanks go to Bea for reading this twice, "
        "and to everybody who wrote to me about the last one and said that they liked it."
    )
    part = page(f"<p>{talk}</p>", story())
    assert [note.text for note in part.notes] == [talk]
    assert disclaimers(part) == ["The lamps are owned by the Company and I don't own them."]
    assert shown(part) == list(STORY)


def test_a_name_in_brackets_is_the_author_and_whom_it_is_for_is_none():
    assert names(page("<p>Title: Lamps<br>Authors: (mothlight)<br>Rating: G</p>", story())) == [
        "mothlight"
    ]
    part = page("<h1>Lamps</h1><p>by mothlight, written for juno</p>", story(), title="Lamps")
    assert names(part) == ["mothlight"]


def test_a_label_below_talk_is_read_among_labels_of_the_author_s_own():
    part = page(
        "<p>This is the first of three stories that I wrote for the winter swap of our small list, "
        "and I am sorry that it has now come to all of your houses more than one time.<br>"
        "Title: The Long Lamp<br>Swap Gift For: Bea<br>Summary: A lamp is lit.<br>"
        "Rating: PG-13<br>Pairing: Ada/Jo</p>",
        story(),
    )
    assert (part.title, part.summary) == ("The Long Lamp", "A lamp is lit.")


@pytest.mark.parametrize("line", ["Rated PG 13", "(rated NC 17)"])
def test_a_rating_may_be_typed_with_a_blank(line):
    part = page("<p>Disclaimer: The lamps are the Company's.</p>", f"<p>{line}</p>", story())
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        pytest.param("***SPOILERS*** All of the third year.", "spoiler", "All of the third year.", id="stars"),
        pytest.param("Coupling: Ada/Jo", "pairing", "Ada/Jo", id="coupling"),
        pytest.param("Giftee: Bea", "dedication", "Bea", id="giftee"),
        pytest.param("Authorís Note: Oil is dear.", "notes", "Oil is dear.", id="a Macintosh's quote"),
    ],
)  # fmt: skip
def test_a_label_drawn_or_spelt_otherwise_is_read(line, field, value):
    label = read_label(line)
    assert label is not None
    assert (label.name, label.value) == (field, value)


@pytest.mark.parametrize("line", ["**NEVER** again, he said.", "__Warnings__ were not given."])
def test_a_word_in_stars_is_no_label(line):
    assert read_label(line) is None


# As long and as short as speech and prose are: rows of one length would be a text that wraps.
LINES = (
    *STORY,
    '"You could have told me," he said at last, and put the lamp down.',
    "She looked at him for a long time. Outside a cart went by and the glass shook in its frame.",
    '"I could have," she said. "I thought about it the whole way home. Then I saw the light in your '
    'window and I knew that you had waited up for me."',
    "He laughed then.",
    '"And the letter?"',
    '"Burnt," she said. "I watched it go, and I stood there until the very last of it was ash, and '
    'the wind had taken that as well."',
    "The clock on the landing struck the hour, late as always.",
)


def test_a_value_goes_on_in_the_next_line_where_its_words_join_it():
    part = page(
        "Title: Lamps<br>Author: Ada Moss<br>Rating: G<br>Notes: Written for the<br>"
        "lampswap, and put out again in May!<br>"
        f"{'<br>'.join(LINES)}"
    )
    assert [note.text for note in part.notes] == [
        "Written for the\nlampswap, and put out again in May!"
    ]
    assert shown(part) == list(LINES)


def test_a_story_in_small_letters_is_no_part_of_the_value_above_it():
    small = [each.lower() for each in LINES]
    part = page(
        "Title: Lamps<br>Author: Ada Moss<br>Notes: it rained all day<br>", "<br>".join(small)
    )
    assert shown(part) == small


def test_a_part_s_heading_ends_the_summary_above_it():
    part = page(
        "<p>Author: Jo Dee</p><p>Summary: Who would light it again?<br>Part One:<br>Oil</p>",
        story(),
    )
    assert part.summary == "Who would light it again?"


def test_a_row_of_a_site_s_own_between_two_labels_is_no_value_of_the_one_above_it():
    part = text(
        "Title: Lamps", "Author: Ada Moss", "Characters: Ada, Jo",
        "Fits with: the second book and everything below it", "Rating: G", "", *ROWS,
    )  # fmt: skip
    assert [value for kind, value in tags(part) if kind == "character"] == ["Ada", "Jo"]
    assert shown(part) == list(STORY)
