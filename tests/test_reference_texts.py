"""Text files that are about stories: guides, lists, answers to what is often asked, reviews."""

from __future__ import annotations

import pytest

from tests.test_cleaning_misses import STORY, text

ROWS = [row for line in STORY for row in (line, "")]
FACTS = [
    row
    for line in (
        "1. The Lamp. A signalman loses his lamp and finds it in the kitchen of his sister.",
        "2. The Carriage. An empty train comes through at two, and nobody knows who has sent it.",
        "3. The Step. The kitchen step wears out; the company sends a mason, and then a bill.",
        "4. The Platform. On the last night of the year all the signals on the line stand green.",
    )
    for row in (line, "")
]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(("The Upper Line Episode Guide", "Version 1.01  October 1, 1994"), id="guide"),
        pytest.param(("From: ada@mail.example (Ada Moss)", "Subject: FAQ: Lamps"), id="subject"),
        pytest.param(("LAMPS", "Frequently Asked Questions"), id="questions"),
        pytest.param(("A SELECTED BIBLIOGRAPHY OF BOOKS ABOUT LAMPS",), id="bibliography"),
        pytest.param(("Upper Line List of Lists", "compiled by Ada Moss"), id="lists"),
        pytest.param(("THE UPPER LINE", "DRINKING GAME"), id="game"),
    ],
)
def test_a_text_about_stories_is_none(head):
    part = text(*head, "", *FACTS)
    assert part.outcome == "not_story"
    assert "nobody speaks in it" in part.reason


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("The Signalman's Guide to the Upper Line", id="a guide to"),
        pytest.param("Episode Guide", id="a story that is called so"),
        pytest.param("Trivia", id="trivia"),
    ],
)
def test_a_story_that_is_called_like_one_stays_a_story(title):
    part = text(title, "by Ada Moss", "", *ROWS)
    assert part.outcome == "story"


def test_prose_without_speech_is_a_story_whatever_it_lists():
    part = text("What the Lamp Saw", "by Ada Moss", "", *[row for row in ROWS if '"' not in row])
    assert part.outcome == "story"


@pytest.mark.parametrize(
    "warned",
    [
        "WARNING:  The following article doesn't contain much in the way of spoilers.",
        "WARNING:  This article contains spoiler information regarding this week's episode.",
    ],
)
def test_a_review_is_none_though_it_quotes_what_they_are_called(warned):
    said = [f'"{name}"--That is more like it. The lamp is flat.' for name in ("Lamp", "Step")]
    part = text(warned, "", *said, "", *FACTS)
    assert part.outcome == "not_story"
    assert "a review" in part.reason
