"""Poems, scenes and prologues among the lines of a header are the story's own."""

from __future__ import annotations

import pytest

from tests.test_cleaning_misses import STORY, names, shown, text

ROWS = [row for line in STORY for row in (line, "")]
POEM = [
    "'Should I compare it to a winter's lamp?",
    "Cold and quite gloomy, raging with the wind,",
    "What step was that, upon the stair, so damp?",
    "What oil was spilled, and by whom was it sinned?'",
]
TITLE = ["*The Lamp*", "A Low Fell epic fanfic by", "Ada Moss", ""]
DISCLAIMER = ["Disclaimer: Low Fell is not mine.", ""]


def told(*rows: str) -> list[str]:
    return shown(text(*rows, *ROWS))


def test_a_poem_between_a_disclaimer_and_the_title_opens_the_text():
    caption = ['Excerpt from "The Prisoner",', "a sonnet by Odile G.", ""]
    part = text(*DISCLAIMER, *caption, *POEM, "", *TITLE, *ROWS)
    assert names(part) == ["Ada Moss"]
    assert "\n".join(POEM) in shown(part)
    assert [note.text for note in part.notes] == []
    assert shown(part)[-len(STORY) :] == list(STORY)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            ["Odile: the keeper's sister", "Jo: the keeper", "Pike: a sergeant", "Low: a town"],
            id="the cast",
        ),
        pytest.param(
            ["This is a Low Fell fanfic of the wildest kind!", "It is not for children, surely!",
             "Wait a moment, if you are a child", "you would not read all of this anyway"],
            id="a warning",
        ),
        pytest.param(
            ["An electronically published series that", "follows the exploits of two of the",
             "keepers of Low Fell and whose lamps are", "to be had wherever there are stations"],
            id="a narrow paragraph",
        ),
        pytest.param(["- Odile Low as the Lamp", "- Jo Moss as the Step of the Fell",
                      "- Pike Hall as Sergeant Pike", "- and the Lamp as itself and others"],
                     id="a list"),
    ],
)  # fmt: skip
def test_other_short_rows_between_labels_are_none(rows):
    assert rows[0] not in "\n".join(told(*DISCLAIMER, *rows, "", *TITLE))


def test_a_scene_that_mockers_play_above_the_header_is_told():
    scene = ['>Odile: "Who is our guest today?"', '>Jo: "The keeper."', '>Odile: "Him again?"']
    found = told("Mocked by Odile and Jo.", "", *scene, "", "by Ada Moss", *DISCLAIMER)
    assert 'Odile: "Him again?"' in "\n".join(found)


def test_a_mail_is_no_scene():
    head = ["Received: from low.example by fell.example", "Mailer: Lamp 2", "X-Step: none", ""]
    found = told("From: Ada Moss <ada@moss.example>", "Subject: The Lamp", *head, *DISCLAIMER)
    assert found == list(STORY)


def test_a_prologue_above_the_first_chapters_heading_is_told():
    prologue = (
        "Long ago there had been a lamp on every step of the fell, and a keeper to each of them, "
        "and nobody had ever asked who paid for all of that oil."
    )
    part = text("The Lamp", "by Ada Moss", "", *DISCLAIMER, prologue, "", "CHAPTER 1", "", *ROWS)
    assert shown(part)[0] == prologue
    assert shown(part)[-len(STORY) :] == list(STORY)
    assert part.notes == ()


def test_what_stands_behind_a_line_that_hands_over_is_told():
    first = "I don't miss the old me, and in three minutes my life will have been a full one."
    rows = [
        "The Lamp", "by Ada Moss", "----Notes----", "", *DISCLAIMER,
        "I wrote this story for Jo, who asked me for a lamp and a step and a fic of any kind.", "",
        "I hope you all enjoy reading it as much as I enjoyed writing this story for you.", "",
        "--------On to the story!--------", "", first, "", "***", "",
    ]  # fmt: skip
    assert told(*rows)[:2] == [first, "***"]
