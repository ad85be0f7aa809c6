"""The names of chapters below the lines that count them, and of a story below its header."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.header.numbers import is_part_line, read_part
from tests.pages import plain_text
from tests.test_cleaning_misses import BREAK, STORY, names, page, shown, text

ROWS = [row for line in STORY for row in (line, "")]


def saved(name: str, *lines: str):
    """Return the part of a text file of that name."""
    return derive(plain_text("\n".join(lines) + "\n", f"http://site.example/{name}"))


@pytest.mark.parametrize(
    ("line", "number", "rest"),
    [
        pytest.param("Chapter5: The Wet Step", 5, "The Wet Step", id="no space before the number"),
        pytest.param("CH2 The Keeper's Lamp", 2, "The Keeper's Lamp", id="short, and a possessive"),
        pytest.param("Chapter 1; A Cold Kitchen", 1, "A Cold Kitchen", id="a semicolon"),
    ],
)
def test_a_part_s_line_is_read_as_it_was_typed(line, number, rest):
    part = read_part(line)
    assert is_part_line(line)
    assert part is not None
    assert (part.number, part.rest) == (number, rest)


@pytest.mark.parametrize(
    "line", ["Lampart 2", "Partition 2", "He read chapter2 twice. Then he slept."]
)
def test_what_only_begins_like_a_part_s_line_is_none(line):
    assert not is_part_line(line)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(("Chapter 2", "The Last Carriage", ""), id="right below"),
        pytest.param(("     Chapter 2", "      The Last Carriage", ""), id="both in the middle"),
        pytest.param(("-Chapter 2-", "", "The Last Carriage", ""), id="a row between"),
        pytest.param(("Green Signals", "", "Part 2:", "The Last Carriage", ""), id="and a colon"),
        pytest.param(("Green Signals, chapter 2", "The Last Carriage", ""), id="below a title"),
    ],
)
def test_the_row_below_a_part_s_number_names_it(head):
    part = text(*head, *ROWS)
    assert (part.position, part.chapter_title) == (2, "The Last Carriage")
    assert shown(part) == list(STORY)


def test_a_row_right_below_a_part_s_number_needs_no_capitals():
    part = text("Chapter 2", "Saving the last carriage", "", *ROWS)
    assert (part.position, part.chapter_title) == (2, "Saving the last carriage")
    assert shown(part) == list(STORY)


def test_the_line_below_a_chapter_s_number_names_it_in_a_page_as_well():
    part = page(
        "<h1>Green Signals</h1><p>Chapter Two:</p><p>The Last Carriage</p>",
        *(f"<p>{each}</p>" for each in STORY),
    )
    assert (part.position, part.chapter_title) == (2, "The Last Carriage")
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Two Days Later", id="a time"),
        pytest.param("Harbour Street, London", id="a place"),
        pytest.param("Jo's POV", id="who tells it"),
        pytest.param("Nobody had asked him.", id="a sentence"),
        pytest.param("and so he went down", id="no capitals"),
    ],
)
def test_what_opens_the_scene_below_a_part_s_number_names_nothing(line):
    part = text("Chapter 2", "", line, "", *ROWS)
    assert part.chapter_title is None
    assert shown(part)[0] == line


def test_the_chapter_counts_below_the_book():
    part = text(
        "Green Signals", "Book I: The Upper Line", "Chapter 2: the last carriage", "", *ROWS
    )
    assert (part.title, part.position) == ("Green Signals", 2)
    assert part.chapter_title == "the last carriage"
    assert shown(part) == list(STORY)


def test_a_numbered_row_below_the_title_names_the_chapter():
    part = saved(
        "signals02.txt",
        "Disclaimer: The trains are not mine.",
        "",
        "Green Signals",
        "",
        "2. A Cold kitchen",
        "",
        *ROWS,
    )
    assert (part.position, part.chapter_title) == (2, "A Cold kitchen")
    assert shown(part) == list(STORY)


def test_numbered_sections_of_a_story_stay_in_it():
    part = text("Green Signals", "", "1. The Lamp", "", *ROWS, "2. The Train", "", *ROWS)
    assert part.chapter_title is None
    assert "1. The Lamp" in shown(part)


def test_what_a_title_says_behind_its_number_is_the_chapter_s_own():
    part = text('Green Signals Part VI: "Nobody on Board!"', "", "by Ada Moss", "", *ROWS)
    assert (part.title, part.position) == ("Green Signals", 6)
    assert part.chapter_title == "Nobody on Board!"


def test_a_file_s_number_tells_that_a_row_below_its_header_names_a_chapter():
    head = ("Green Signals", "by Ada Moss", "", "Disclaimer: The trains are not mine.", "")
    part = saved("signals07.txt", *head, "The Pain of Waiting", "", "", *ROWS)
    assert (part.title, part.chapter_title) == ("Green Signals", "The Pain of Waiting")
    assert [each for each in shown(part) if each != BREAK] == list(STORY)


def test_a_row_by_itself_below_a_disclaimer_is_the_title_where_none_is_known():
    part = text("Disclaimer: The trains are not mine.", "", "Nobody on the Line", "", "", *ROWS)
    assert part.title == "Nobody on the Line"
    assert [each for each in shown(part) if each != BREAK] == list(STORY)
    assert names(part) == []
