"""What stands between a story's last break and the words that its author is known by."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Page, Part

ROWS = """The lamp on the pier had been out for a week when Halloran noticed it, and he
noticed little that year.

"You could mend it," said the girl at the kiosk.

He thought about it for as long as it takes to finish a bun, and then for
rather longer, because the bun had been a good one and the rain had not
stopped since Sunday.

By evening there was fog, and the boats went round each other by shouting.

He went up with a can of oil and came down again without it."""
LAST = "He went up with a can of oil and came down again without it."
KNOWN = "This chapter took me far too long. Thanks to everyone who reviewed the last one!"


def read(*tail: str) -> Part:
    rows = "\n\n".join([ROWS, *tail])
    body = f"<html><head><title>Lamp Oil</title></head><body><h1>Lamp Oil</h1><pre>{rows}</pre></body></html>"
    fields = (("Content-Type", "text/html; charset=utf-8"),)
    return derive(Page("http://harbour.example/lamp.html", 200, fields, body.encode()))


def last(part: Part) -> str:
    return [block.text for block in part.prose if block.kind != "break"][-1]


def said(part: Part) -> str:
    return "\n\n".join(note.text for note in part.notes if note.place == "tail")


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(
            ["-" * 30, "Heyyyyyy, everyone! Are the gulls well?"], id="stretched greeting"
        ),
        pytest.param(
            ["-" * 30, "WeLl HeLlO aLl YoU gUlLs AnD bUoYs", "I like to play with my keys."],
            id="letters by turns",
        ),
        pytest.param(["", "", "Hiiiiii, everyone. Is it raining there, too?"], id="below a gap"),
        pytest.param(["* * *", "So, how did you like it? Ow! No more buns!"], id="a question"),
        pytest.param(["* * *", "Whew, I'm done. The oddest thing that I ever oiled."], id="done"),
        pytest.param(["* * *", "*Notes from the Author*"], id="a heading of notes"),
        pytest.param(["* * *", "Post-story notes:", "Nobody fell in! Amazing!"], id="and a remark"),
        pytest.param(
            ["* * *", "Harbour Lights and its characters copyrighted by Ada Bell."],
            id="whose it is",
        ),
    ],
)
def test_what_opens_closing_words_goes_with_them(tail):
    """What greets or asks readers below the last break is no story."""
    part = read(*tail, KNOWN)
    assert last(part) == LAST
    opening = next(text for text in tail if (text and text[0] not in "-*") or text.startswith("*N"))
    assert opening in said(part) or part.disclaimers


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(["* * *", "In the morning the lamp was lit."], id="the story's last line"),
        pytest.param(["* * *", "In the morning you could see it from Low Fell."], id="with you"),
        pytest.param(["* * *", '"Hello, everyone," said the girl at the kiosk.'], id="speech"),
        pytest.param(["", "", "I never went there again, and nor did you."], id="with I"),
    ],
)
def test_a_last_scene_stays(tail):
    """A few lines of story between a break and a note stay in the story."""
    part = read(*tail, "Author's note: " + KNOWN)
    assert last(part) == tail[-1]


@pytest.mark.parametrize("plea", ["Please!! Review.", "please, review!", "Pls... R&R"])
def test_a_plea_of_two_words_is_no_last_line(plea):
    """Whatever stands between "please" and what is asked for."""
    assert last(read("", plea)) == LAST
