"""Answers to readers at the end of a chapter: "Ada - thank you!", one reader after another.

A script has a name before each speech, too, but few names that come again and again, and its
people do not thank each other for reviews.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storykeep.header.draft import Draft
from storykeep.header.lines import Line
from storykeep.patterns import lazy

_ENOUGH = 5  # readers
_FEW = 3  # of them, where the answers stand between the header and a rule
_ROWS = 400  # lines from the end in which they are looked for
_ANSWER = lazy(r"\W{0,3}(?P<name>[\w][^\s\"“”?!:]*(?: [^\s\"“”?!:]+){0,3}?)\s*(?:--?|–|—|:)\s+\S")
_TALK = lazy(
    r"\bthank(?:s|you)?\b|\bglad\b|\breview|\bupdat|\bchapters?\b|\bfic\b|\bhope you\b|\blol\b|"
    r"\byou(?:'|’)?re? (?:like|enjoy)|\bstory\b",
    re.IGNORECASE,
)


def answered(paragraphs: Sequence[str]) -> int:
    """Return how many of *paragraphs* answer one reader each, 0 where they may be a play's: names
    that do not come again, below the word that says what they wrote."""
    found = [_ANSWER.match(text) for text in paragraphs]
    names = [each["name"].lower() for each in found if each is not None]
    if len(names) < _FEW or len(set(names)) < len(names):
        return 0
    return len(names) if any("review" in text.lower() for text in paragraphs) else 0


def find(draft: Draft, start: int, stop: int) -> int | None:
    """Return where in lines [start, stop) the answers to readers begin; None without any."""
    names: list[str] = []
    talk = missed = 0
    first = None
    for index in range(stop - 1, max(start, stop - _ROWS) - 1, -1):
        line = draft.lines[index]
        if line.blank or draft.bins[index]:
            continue
        found = None if line.is_break else _ANSWER.match(line.text)
        if found is None:
            missed += 1
            if missed > 1:  # an answer may have a second paragraph
                break
            continue
        missed, first = 0, index
        names.append(found["name"].lower())
        talk += _TALK.search(line.text) is not None
    if first is None or len(names) < _ENOUGH or talk * 3 < len(names):
        return None
    if len(set(names)) * 5 < len(names) * 4:
        return None
    first = _opening(draft, start, first)
    told = sum(draft.sizes[start:first])
    return first if told * 3 >= sum(draft.sizes[start:stop]) else None


def _opening(draft: Draft, start: int, first: int) -> int:
    """Return where the words begin that lead to the answers: back to a break, where they talk."""
    at = first
    for index in range(first - 1, max(start, first - 12) - 1, -1):
        line = draft.lines[index]
        if line.is_break:
            return index
        if line.blank or draft.bins[index]:
            continue
        if not _talks(line):
            break
        at = index
    return at


def _talks(line: Line) -> bool:
    return _TALK.search(line.text) is not None and line.text[:1] not in "\"“'‘"
