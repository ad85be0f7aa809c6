"""What whole texts showed the unwrapping to get wrong: hyphens, rows without blank ones, stanzas."""

from __future__ import annotations

import pytest

from storykeep.plain import unwrap

NARRATED = (
    "The ferry had been late every day that winter, and the ferryman had a new reason for it each "
    "time, none of which had to do with the ferry."
)
ASKED = '"Ice," he would say, or "Swans," and once, after a long look at the sky, "Thursday."'
ANSWERED = (
    '"I see," said the schoolmistress, who did not, and who had eleven children to get across.'
)
CROSSED = (
    "They crossed in the end. They always did. Halfway over he would stop rowing and listen, with "
    "his head on one side, until the smallest of the children began to cry."
)
LAST = "Then he rowed on."
STORY = [NARRATED, ASKED, ANSWERED, CROSSED, LAST]


def texts(source: str) -> list[str]:
    return [block.text for block in unwrap(source)]


def rows(paragraph: str, width: int = 66) -> list[str]:
    """Return the rows of *paragraph*, each as full as it can be."""
    found = [""]
    for word in paragraph.split():
        if found[-1] and len(found[-1]) + 1 + len(word) > width:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def test_rows_without_blank_rows_or_indents_end_a_paragraph_where_room_was_left():
    """A row that ends a sentence and had room for the next word ends its paragraph."""
    assert texts("\n".join(row for text in STORY for row in rows(text))) == STORY


def test_a_ragged_paragraph_is_not_cut_at_its_sentences():
    """Rows typed by hand are short everywhere, so a sentence's end among them says nothing."""
    ragged = (
        "The ferry had been late every day that winter, and the\nferryman had given a reason for it every time.\n"
        "It was never the same one twice, which was held to be\nvery much to the credit of the man. In the\n"
        "village they collected them, and in the evenings the best of\nthem were told again by the stove."
    )
    assert texts(ragged) == [" ".join(ragged.split("\n"))]


def test_a_speech_that_follows_a_speech_is_a_paragraph_even_under_a_full_row():
    """A closing quote and an opening one never stand side by side in one paragraph."""
    one = '"There were swans on the water this morning, and they were not pleased."'
    two = (
        '"They never are," said the schoolmistress, and counted the children again, by name, twice.'
    )
    source = "\n".join([*rows(NARRATED, 72), "", one, *rows(two, 72), "", *rows(CROSSED, 72)])
    assert texts(source) == [NARRATED, one, two, CROSSED]


def test_a_blank_row_below_every_row_parts_no_paragraphs():
    """A file whose line ends were doubled on the way reads like one whose were not."""
    assert texts("\n\n".join(row for text in STORY for row in rows(text))) == STORY


def test_short_paragraphs_with_blank_rows_between_stay_apart():
    """Talk has a blank row below every row too; its rows end sentences."""
    talk = ['"Swans."', '"Again?"', "He nodded.", '"How many?"', '"Six," he said.', "It was a lie."]
    assert texts("\n\n".join(talk)) == talk


def test_an_uneven_stanza_is_one_verse():
    """A song's rows go in and out; between blank rows they are one block."""
    song = "     The swans came down to Marrow Lock\n          With feathers on their feet,\n"
    song += "     The swans came down to Marrow Lock\n          And would not leave their seat."
    source = "\n".join([*rows(NARRATED, 72), "", song, "", *rows(CROSSED, 72)])
    found = unwrap(source)
    assert [block.kind for block in found] == ["paragraph", "verse", "paragraph"]
    assert found[1].text == "\n".join(row.strip() for row in song.split("\n"))


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("ferry-", "man", "ferryman"),  # as it stands elsewhere in the text
        ("well-", "kept", "well-kept"),  # so does this, with its hyphen
        ("some-", "body", "somebody"),  # neither half is a word of this text
        ("late-", "winter", "late-winter"),  # both are
    ],
)
def test_the_text_itself_says_which_hyphens_a_line_end_made(before, after, joined):
    """One word that was cut shows that this text cuts words."""
    told = (
        "The ferryman was late that winter, though the boat was well-kept, and the ferry-\n"
        f"man was sorry. It was the cold that did it, he told them, and the {before}\n"
        f"{after} of it all. Nobody on the bank believed it for a moment, or said so."
    )
    (text,) = texts(told)
    assert "the ferryman was sorry" in text
    assert f"the {joined} of it all" in text


def test_a_hyphen_at_a_line_end_stays_where_nothing_shows_that_words_are_cut():
    """Editors break lines behind typed hyphens; without a sign of cutting, what was typed stays."""
    told = (
        "It was the boat that did it, he told them, for it was old, and a half-\n"
        "drowned boat is slow. Nobody on the bank believed it for a moment, and the\n"
        "children went home along the water, one behind another, as they were told."
    )
    (text,) = texts(told)
    assert "a half-drowned boat" in text


def test_text_wrapped_for_a_wide_screen_is_unwrapped():
    """Who wrapped at 110 columns wrapped all the same: most rows have no room for the next word."""
    long = [" ".join([text] * 3) for text in (NARRATED, CROSSED, NARRATED)]
    assert texts("\n\n".join("\n".join(rows(text, 110)) for text in long)) == long


def test_a_long_line_for_each_paragraph_is_no_wide_column():
    """Paragraphs of one line each end where they end, however long the lines are."""
    assert (
        texts("\n".join([NARRATED, ASKED, ANSWERED, CROSSED] * 4))
        == [
            NARRATED,
            ASKED,
            ANSWERED,
            CROSSED,
        ]
        * 4
    )


def test_an_entry_that_begins_further_left_than_it_goes_on_is_one_paragraph():
    """A list, and a play whose speeches go on under their first word, hang their rows in."""
    entries = [f"{number}. {text}" for number, text in enumerate((NARRATED, CROSSED), 1)]
    hung = "\n".join("\n   ".join(rows(entry)) for entry in entries)
    assert texts(hung) == entries


def test_each_speech_of_a_play_is_a_paragraph():
    """Where the same names stand before what is said again and again, each begins a speech."""
    speeches = [
        "Ferryman: Ice again, is it? Ice in the rowlocks, and on the boards, and in my beard as well.",
        "Mistress: It is May.",
        "Ferryman: So it is, and I have said nothing of the water, which is wet, if you had asked me.",
        "Mistress: I had not.",
    ] * 3
    assert texts("\n".join("\n".join(rows(speech, 60)) for speech in speeches)) == speeches


def test_a_space_that_a_wrap_left_behind_begins_no_paragraph():
    """The mailer that cut a row behind the space before it put the space on the next row."""
    slipped = "\n".join(rows(CROSSED)).replace("\nstop", "\n stop")
    assert "\n " in slipped
    assert texts("\n\n".join([slipped] * 4)) == [CROSSED] * 4


def test_rows_all_in_capitals_are_no_verse():
    """Every row of a text typed in capitals begins with one."""
    shouted = [text.upper() for text in (NARRATED, CROSSED, NARRATED)]
    assert texts("\n".join(f"     {chr(10).join(rows(text))}" for text in shouted)) == shouted


def test_lines_doubled_on_their_way_are_known_where_a_few_are_not():
    """A blank row below nearly every row, in the middle of sentences, parts nothing."""
    doubled = "\n\n".join(row for text in (NARRATED, CROSSED) * 4 for row in [*rows(text), ""])
    source = f"The Ferry\nby Nobody\n\n\n{doubled}"
    assert texts(source)[-8:] == [NARRATED, CROSSED] * 4


def test_first_rows_that_a_tab_pushed_out_are_not_the_column():
    """A word processor wraps by the width that it shows a tab in, which is less than eight."""
    paragraphs = [NARRATED, CROSSED, NARRATED, CROSSED]
    source = "\n\n".join(
        "\t" + "\n".join(rows(f"xx {text}", 64)).removeprefix("xx ") for text in paragraphs
    )
    assert texts(source) == paragraphs


def test_rows_broken_by_hand_run_on():
    """Who broke rows by feel left room on each, but no sentence ends there."""
    by_hand = (
        "They crossed in the end, as they always did, and halfway over he\nwould stop rowing and listen, "
        "with his head well on one side, until the\nsmallest of all of the children who were in the boat "
        "began to cry for\nher mother, or for the swans.\n"
    )
    assert texts("\n".join([by_hand] * 5)) == [" ".join(by_hand.split())] * 5
