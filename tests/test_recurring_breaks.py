"""Scene breaks that only their page tells: in words, in a show's letters, by coming again."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html, plain_text

ONE = [f"The lamp was out on day {day}, and Halloran was in the tower with it." for day in range(8)]
TWO = [
    f"Ada came down on day {day}, and she had the red bucket with her, and oil." for day in range(8)
]


def _read(mark: str, *, times: int, typed: bool):
    scenes = [ONE, TWO, ONE, TWO][: times + 1]
    rows = list(scenes[0])
    for scene in scenes[1:]:
        rows += [mark, *scene]
    if typed:
        return derive(
            plain_text("Oil\nby Ada Bell\n\n" + "\n\n".join(rows), "http://h.example/o.txt")
        )
    escaped = [row.replace("&", "&amp;").replace("<", "&lt;") for row in rows]
    body = "".join(f"<p>{row}</p>" for row in escaped)
    return derive(
        html(f"<title>Oil</title><h1>Oil</h1><p>by Ada Bell</p>{body}", "http://h.example/o.html")
    )


def _breaks(part) -> list[str]:
    return [block.text for block in part.prose if block.kind == "break"]


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(
    "mark",
    [
        "Line Break",
        "linebreak",
        "-line break-",
        "SCENE BREAK",
        "[scene break]",
        "(break)",
        "--PAGE BREAK--",
        "*~*scene change*~*",
        "{line}",
        "Insert line break here",
        "HPHPHPHP",
        "SG-SG-SG",
        "BTVS BTVS BTVS",
    ],
)
def test_what_says_that_it_is_a_break_is_one(mark, typed):
    """Once is enough."""
    assert _breaks(_read(mark, times=1, typed=typed)) == [mark]


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(
    "mark",
    ["xox", "XOXO", "X", "vVv", "8-8-8", "=^.^=", "❤", "<3 <3 <3", "::", "@", "&", "/", "≡≡≡Ω≡≡≡",
     "LOTR LOTR", "SSSSS"],
)  # fmt: skip
def test_what_comes_again_between_paragraphs_is_one(mark, typed):
    """A sign that would be none by itself."""
    assert _breaks(_read(mark, times=3, typed=typed)) == [mark] * 3


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(
    "said",
    ["...", "?!", "!!!", "^_^", "HAHAHA", "TSK TSK TSK", "BEEP BEEP", "No.", "I", "2", "1999", "ADA",
     "~Ada~", "Break!", "Wow", "oOoh", "AAAAAA", "ZZZZZ", "T_T", ":D", "Line.", "A change"],
)  # fmt: skip
def test_what_is_said_again_and_again_is_none(said, typed):
    """A silence, a laugh, a number, a name, a face."""
    assert _breaks(_read(said, times=3, typed=typed)) == []


@pytest.mark.parametrize("mark", ["xox", "@", "LOTR LOTR"])
def test_what_comes_once_is_none(mark):
    """By itself it may be anything."""
    assert _breaks(_read(mark, times=1, typed=False)) == []


def test_a_quotation_that_somebody_signs_below_the_last_break_stays():
    """Who has said it has not written the story."""
    quoted = ["My first idea was to write a list of all my lamps. Instead I wrote down what you said.",
              "-Kevin Harbour"]  # fmt: skip
    rows = "".join(f"<p>{row}</p>" for row in [*ONE, "~~~", *TWO, "~~~", *quoted])
    page = f"<title>Oil</title><h1>Oil</h1><p>by Ada Bell</p>{rows}"
    part = derive(html(page, "http://h.example/o.html"))
    assert [block.text for block in part.prose[-2:]] == quoted
