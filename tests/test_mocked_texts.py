"""Stories that others mock, row by row: their closing words are quoted, and the mockers go on."""

from __future__ import annotations

from storykeep.accounting import account
from tests.pages import plain_text
from tests.test_cleaning_misses import STORY, shown, text

QUOTED = [row for line in STORY for row in (f">{line}", ">")]
TALK = [
    "Jo: The lamp again.", "Odile: It is always the lamp with this one.",
    "Jo: And the step.", "Odile: And the step, which was worn.",
]  # fmt: skip
LAST = ["Jo: Never again.", "Odile: There are three more.", "Jo: No!", "Odile: Yes."]


def mocked(*rows: str) -> list[str]:
    spaced = [row for each in TALK for row in (each, "")]
    return ["The Lamp, mocked", "by Ada Moss", "", *QUOTED, "", *spaced, *QUOTED, "", *rows]


def kept(*rows: str) -> str:
    return "\n".join(shown(text(*mocked(*rows))))


def test_the_authors_note_of_a_mocked_text_is_mocked_and_stays():
    note = [">Author's Note: this is my first fic, so review please, and thanks to Bea.", ""]
    found = kept(*note, *(row for each in LAST for row in (each, "")))
    assert "this is my first fic" in found
    assert LAST[-1] in found


def test_who_speaks_behind_an_end_speaks_in_the_text():
    found = kept("The End", "", "So what did you all think of my story?", "", *LAST)
    assert LAST[-1] in found


def test_what_the_mockers_author_says_below_is_a_note():
    said = "Thanks for reading my mst! If you have any comments, mail me at moss@low.example."
    part = text(*mocked(*(row for each in LAST for row in (each, "")), "", "", said))
    assert [(note.place, note.text) for note in part.notes][-1:] == [("tail", said)]
    assert LAST[-1] in "\n".join(shown(part))


def test_a_glossary_is_no_scene():
    """Every name stands there once."""
    glossary = ["Glossary:", "", "Senpai: an elder", "Baka: a fool", "Neko: a cat", "Inu: a dog"]
    part = text("Lamps", "by Jo Moss", "", *(r for line in STORY for r in (line, "")), *glossary)
    assert [note.label for note in part.notes] == ["Glossary"]
    assert shown(part) == list(STORY)


def test_blank_rows_of_a_quotation_are_explained():
    given = plain_text("\n".join(mocked(*LAST)) + "\n")
    left = [line.text for line in account(given, None).lines if line.bin == "unexplained"]
    assert left == []
