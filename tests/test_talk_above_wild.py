"""What authors of chapters say above them: long talk that ends in a disclaimer, a first paragraph
that begins with one, and what signs stand for right below a title."""

from __future__ import annotations

import pytest

from storykeep.header.labels import read_label
from tests.test_cleaning_misses import STORY, disclaimers, page, shown, text

ROWS = [row for line in STORY for row in (line, "")]
TALK = (
    "I have thought about going back over these early chapters and rewriting them, for they are not "
    "as good as I would like them to be, but then I got sentimental. I like to see how far my "
    "writing has come since I first started this story in the autumn, when I was still at school.",
    "So, if you are reading this for the first time, I have two things to tell you.",
    "First: Welcome! If you are here, you like lamps, and we should get along just fine!",
    "Second: My writing does get better. My chapters get longer and more detailed; my characters "
    "get more filled out and likeable; my story actually develops a storyline.",
    "But I ramble. This will be the longest author's note that you new readers will see, I promise, "
    "and the next chapter is with my beta already.",
)
OWNED = "I don't own Upper Line. But this whole chapter is MINE."


def test_a_disclaimer_that_ends_a_long_talk_takes_the_talk_with_it():
    part = page("<h1>Green Signals</h1>", *(f"<p>{each}</p>" for each in (*TALK, OWNED, *STORY)))
    assert disclaimers(part) == [OWNED]
    assert shown(part) == list(STORY)
    assert len(part.notes) == len(TALK)


def test_a_play_in_which_somebody_disclaims_is_no_talk():
    said = ("Ada: Welcome back, readers, to this chapter.", "Jo: Is it your story? Write faster.",
            "Ada: I wrote it. Please review!", "Jo: I will not review this chapter.")  # fmt: skip
    scene = tuple(f"{each} And so on, I say to you, for as long as my fic needs." for each in said)
    part = page(
        "<h1>Green Signals</h1>", *(f"<p>{each}</p>" for each in (*scene, *scene, OWNED, *STORY))
    )
    assert part.disclaimers == ()


def test_a_first_paragraph_that_disclaims_and_talks_on_is_a_note():
    first = (
        "Upper Line is not mine though I wish it were.  I'm going to be rid of Jo's lamp in this "
        "episode and kinda give him a whole new look.  So with no further wait I present..."
    )
    part = text(
        first,
        "",
        "\tTern: Wait!",
        "",
        "\tJo:  Something wrong?",
        "",
        "\tTern: You bet! A new lamp?",
        "",
        "\tJo: I tire of the old one.",
        "",
        *ROWS,
    )
    assert disclaimers(part) == ["Upper Line is not mine though I wish it were."]
    assert shown(part)[0] == "Tern: Wait!"


def test_signs_right_below_a_title_say_how_it_is_to_be_read():
    part = text(
        "Green Signals", "by Ada Moss", "( )= Mental thoughts",
        '" "= Verbal dialogue', "Chapter #6: Patience", *ROWS,
    )  # fmt: skip
    assert (part.title, part.position, part.chapter_title) == ("Green Signals", 6, "Patience")
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "row",
    [
        "____________Disclamer____________",
        "------------- DISCLAIMER STUFF --------------",
        "=====Legal stuff=====",
    ],
)
def test_a_label_between_two_rules_heads_what_follows(row):
    said = "Most of these trains are just borrowed for this fan fic, I do not own them."
    part = text(row, said, "", "Green Signals", "by Ada Moss", "", *ROWS)
    assert disclaimers(part) == [said]
    assert part.disclaimers[0].place == "header"
    assert shown(part) == list(STORY)


def test_a_note_between_two_rules_is_labelled():
    row = "~~~~~~~~~~~~~~~~~~~ notes ~~~~~~~~~~~~~~~~~~~~"
    part = text(row, "This story began in a chat room at the lamp project, believe it or not.", "", "",
                "Green Signals", "by Ada Moss", "", *ROWS)  # fmt: skip
    assert [note.label for note in part.notes] == ["notes"]
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "row", ["------ Chapter 2 ------", "-----the end-----", "====Summary of it===="]
)
def test_what_else_stands_between_two_rules_is_no_label(row):
    assert read_label(row) is None
