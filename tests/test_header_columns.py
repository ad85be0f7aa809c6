"""Names in columns and addresses, parts that go through others, marks of where a text begins, and
labels that few others have."""

from __future__ import annotations

import pytest

from storykeep.header import numbers
from tests.test_cleaning_misses import STORY, disclaimers, names, page, shown, text

ROWS = [row for line in STORY for row in (line, "")] * 2
KEPT = [*STORY, *STORY]


@pytest.mark.parametrize(
    "head",
    [
        ["Title:   The Brown Lamp", "By:      Jo Moss", "         Ada Penn", "Rating:  PG"],
        ["The Brown Lamp", "", "By: Jo Moss", "    and Ada Penn"],
        ["Author:\tJo Moss", "\tAda Penn", "Title:\tThe Brown Lamp"],
    ],
)
def test_names_in_one_column_are_all_the_authors(head):
    part = text(*head, "", *ROWS)
    assert (names(part), part.title) == (["Jo Moss", "Ada Penn"], "The Brown Lamp")
    assert shown(part)[0] == STORY[0]


def test_a_row_in_another_column_is_no_second_author():
    part = text("The Brown Lamp", "By: Jo Moss", "                    Ada Penn", "", *ROWS)
    assert names(part)[0] == "Jo Moss"
    assert "Ada Penn" not in names(part)


@pytest.mark.parametrize(
    "row", ["by jmoss@mail.example", "by <jmoss@mail.example>", "Author: jmoss@mail.example"]
)
def test_who_gives_an_address_alone_goes_by_its_first_half(row):
    part = text("The Brown Lamp", row, "", *ROWS)
    assert [(each.name, each.url) for each in part.authors] == [
        ("jmoss", "mailto:jmoss@mail.example")
    ]


def test_an_address_below_the_title_makes_no_author_of_it():
    part = text("The Brown Lamp", "", "jmoss@mail.example", "", *ROWS)
    assert (part.title, names(part)) == ("The Brown Lamp", [])


@pytest.mark.parametrize(
    ("title", "first", "of"),
    [
        ("The Brown Lamp Part One through Five of Fifteen", 1, 15),
        ("The Brown Lamp, Parts 1-5 of 15", 1, 15),
        ("The Brown Lamp (parts 4 & 5)", 4, None),
        ("The Brown Lamp, chapters 2, 3 and 4 of 9", 2, 9),
        ("The Brown Lamp: Part 3 to 5", 3, None),
    ],
)
def test_parts_that_go_through_others_count_from_the_first(title, first, of):
    part = text(title, "by Jo Moss", "", *ROWS)
    assert (part.title, part.position, part.of) == ("The Brown Lamp", first, of)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Part 2 - 5 Days Later", "5 Days Later"),
        ("Chapter 3: 4 and 20", "4 and 20"),
        ("Part 5 and 2", "and 2"),
    ],
)
def test_a_number_that_is_no_part_belongs_to_the_title(line, rest):
    found = numbers.read_part(line)
    assert found is not None
    assert found.rest == rest


@pytest.mark.parametrize(
    "mark",
    [
        "=====[ BEGIN ]=====",
        "----- cut here -----",
        "*** START OF STORY ***",
        "-=-= Story begins =-=-",
    ],
)
def test_a_mark_of_where_the_text_begins_is_no_part_of_it(mark):
    below = text("The Brown Lamp", "by Jo Moss", "", mark, "", *ROWS)
    above = text(mark, "", "The Brown Lamp", "by Jo Moss", "", *ROWS)
    for part in (below, above):
        assert (part.title, names(part), mark in part.chrome) == (
            "The Brown Lamp",
            ["Jo Moss"],
            True,
        )
        assert shown(part) == KEPT


@pytest.mark.parametrize(
    "line", ["-- Begin, said the keeper. --", "*begins to cut here and there*"]
)
def test_words_that_only_look_so_stay(line):
    assert line in shown(text("The Brown Lamp", "by Jo Moss", "", line, "", *ROWS))


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ("Author's Note –this is a small text that I wrote on the train.", "Author's Note"),
        ("AN/1: this is a small text that I wrote on the train.", "AN/1"),
        ("AN 2: this is a small text that I wrote on the train.", "AN 2"),
    ],
)
def test_labels_of_notes_in_rarer_forms(row, label):
    part = text("Title: Lamps", "Author: Jo", "", row, "", *ROWS)
    assert [note.label for note in part.notes] == [label]
    assert shown(part)[0] == STORY[0]


def test_translations_below_a_text_are_a_note():
    part = text("Title: Lamps", "Author: Jo", "", *ROWS, "Translations:", "", "Senpai: an elder")
    assert [(note.place, note.label) for note in part.notes] == [("tail", "Translations")]


def test_a_chapter_behind_a_rule_opens_no_closing_words():
    """Its heading speaks of a chapter, and so do readers; a glossary below is a note all the same."""
    part = text(
        "Title: Lamps", "Author: Jo", "", *ROWS, "==========", "Chapter 9", "", *ROWS[:4],
        "==========", "Glossary: a lamp is what is peddled by Low Fell", "and by nobody else.",
    )  # fmt: skip
    assert "Chapter 9" in shown(part)
    assert names(part) == ["Jo"]


def test_an_author_who_claims_a_text_gives_its_people_to_others_all_the_same():
    said = "These characters were created by Odile Low and copyright by Low Fell Pictures."
    part = page(
        "<h1>Lamps</h1><p>by Jo Moss</p>",
        f"<p>{said} No infringement is intended. This story is copyright 1999 by Jo Moss.</p>",
        "".join(f"<p>{line}</p>" for line in STORY),
    )
    assert disclaimers(part) == [f"{said} No infringement is intended."]
    assert [note.kind for note in part.notes] == ["rights"]


@pytest.mark.parametrize(
    ("line", "first", "rest"),
    [
        ("(Part Twenty-Four: Homecoming)", 24, "Homecoming)"),
        ("Chapter Twenty One", 21, ""),
        ("Chapter Thirty", 30, ""),
        ("Part forty-two of ninety-nine", 42, ""),
        ("Chapter Six: Sixty Lamps", 6, "Sixty Lamps"),
        ("Chapter 2.5b", 2, ""),
        ("Chapter 2.5: Between", 2, "Between"),
        ("Chapter 3.14.15", 3, "14.15"),
        ("Chapter 7.Lamps", 7, "Lamps"),
    ],
)
def test_numbers_in_words_and_between_others(line, first, rest):
    found = numbers.read_part(line)
    assert found is not None
    assert (found.number, found.rest) == (first, rest)


@pytest.mark.parametrize("label", ["A.N:", "N.B.:", "A.N.:", "Information:"])
def test_labels_that_end_in_a_dot_are_known(label):
    part = text("Title: Lamps", "Author: Jo", f"{label} this is new, and short.", "", *ROWS)
    assert [note.text for note in part.notes] == ["this is new, and short."]
    assert shown(part) == KEPT


def test_a_name_in_small_letters_above_its_own_address_is_the_authors():
    part = text("Doug tarbox", "d_tarbox@mail.example", "", "Disclaimer: not mine", "", *ROWS)
    assert [(each.name, each.url) for each in part.authors] == [
        ("Doug tarbox", "mailto:d_tarbox@mail.example")
    ]
    other = text("Lamp oil", "d_tarbox@mail.example", "", "Disclaimer: not mine", "", *ROWS)
    assert names(other) == []


def test_a_part_in_brackets_has_a_title_without_them():
    part = text("(Part Twenty-Four: Homecoming)", "", *ROWS)
    assert (part.position, part.chapter_title) == (24, "Homecoming")
