"""How many calls of Python functions a page of 25 kB may take: a ratchet.

Cleaning has to be four times as fast as the fastest peer (bench/cleaning.py), and no rule is slow by
itself: what eats that up is one more look at every line, rule by rule. Seconds are never tested, for
they tell of the machine as well; calls are the same on every one, and the time goes with them. A rule
that breaks the ceiling asks too many lines: let it ask the first or the last few, or only those with
a fixed word in them. A ceiling is a few in a hundred above what was counted. It is raised by hand,
with a reason, and lowered when something is gained.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from storykeep.derive import derive
from storykeep.model import Page

WORDS = [
    "the",
    "lamp",
    "on",
    "pier",
    "had",
    "burned",
    "low",
    "when",
    "Ada",
    "came",
    "down",
    "from",
    "keepers",
    "house",
    "and",
    "nobody",
    "spoke",
    "for",
    "a",
    "while",
    "because",
    "wind",
    "was",
    "in",
    "rigging",
    "again",
    "she",
    "counted",
    "seven",
    "boats",
    "then",
    "none",
    "at",
    "all",
    "by",
    "morning",
    "they",
    "would",
    "know",
    "what",
    "sea",
    "had",
    "kept",
    "he",
    "said",
    "that",
    "it",
    "never",
    "gave",
    "back",
    "more",
    "than",
    "half",
    "of",
    "any",
    "thing",
]
STEPS = (7, 11, 13, 17, 19, 23, 29)  # so that no two paragraphs read alike


def paragraph(number: int) -> str:
    """Return a paragraph of its own; each third is spoken."""
    step = STEPS[number % len(STEPS)]
    words = [WORDS[(number * 5 + at * step) % len(WORDS)] for at in range(45)]
    told = " ".join(words).capitalize()
    return f"“{told},” said Ada." if number % 3 == 0 else f"{told}, number {number}."


HEAD = (
    "Title: The Keeper's Half",
    "Author: Wren Halloway",
    "Rating: PG",
    "Summary: A lamp goes out, and nobody will say who was there.",
    "Disclaimer: The harbour belongs to Northern Pictures. No money is being made.",
)
FOOT = ("The End", "Author's notes: Thanks to Moss, who read it first. Please review!")


def of_paragraphs(texts: list[str]) -> str:
    """Return the page as paragraphs, with a rule between its scenes."""
    head = "".join(f"<p><b>{label}:</b> {value}</p>\n" for label, _, value in labelled())
    story = [f"<p>{each}</p>\n" for each in texts]
    story[30] = story[60] = "<hr>\n"
    foot = "".join(f"<p>{each}</p>\n" for each in FOOT)
    return f"<h1>The Keeper's Half</h1>\n{head}<hr>\n{''.join(story)}{foot}"


def of_line_ends(texts: list[str]) -> str:
    """Return the page as lines with two line ends between them, and its scenes parted by stars."""
    story = [*texts]
    story[30] = story[60] = "* * *"
    return "<br>\n".join(HEAD) + "<br><br>\n" + "<br><br>\n".join([*story, *FOOT])


def labelled() -> list[tuple[str, str, str]]:
    return [each.partition(": ") for each in HEAD]


def page(shape: Callable[[list[str]], str], first: int) -> Page:
    """Return a page of 25 kB with a menu above and below."""
    menu = "<a href='/'>Home</a> | <a href='/stories.html'>All stories</a> | <a href='/new.html'>New</a>"
    text = shape([paragraph(number) for number in range(first, first + 103)])
    source = f"<html><head><title>The Keeper's Half</title></head><body>{menu}<hr>{text}{menu}</body></html>"
    return Page(f"http://harbour.example/t/{first}.html", 200, (), source.encode("cp1252"))


# Counted on the first of December 2026: 3,127 and 3,931.
CEILINGS = {of_paragraphs: 3_240, of_line_ends: 4_060}


def calls_of(work: Callable[[], Any]) -> int:
    """Return how often functions of Python's were entered, and generators again."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def test_pages_cost_no_more_calls_than_they_did():
    """New rules ask few lines of a page."""
    for shape in CEILINGS:
        derive(page(shape, 1000))  # patterns are compiled and modules loaded at their first use
    # One after the other: what the second shares with the first is remembered.
    for shape, ceiling in CEILINGS.items():
        fresh, parts = page(shape, 1), []
        assert 24_000 < len(fresh.body) < 27_000
        calls = calls_of(lambda page=fresh, to=parts: to.append(derive(page)))
        assert (parts[0].outcome, parts[0].authors[0].name) == ("story", "Wren Halloway")
        assert len(parts[0].disclaimers) == 1
        assert calls <= ceiling, shape.__name__
