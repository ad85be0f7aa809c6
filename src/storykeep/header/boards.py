"""What bulletin boards put below a text that they pass on: their numbers, hours and friends.

A number of a telephone with the words of a board beside it is an advertisement, and so are three
numbers in a list; where the author says how to be reached there, it is the author's note.
"""

from __future__ import annotations

import re

from storykeep.header.draft import Draft
from storykeep.patterns import lazy

_ROWS = 40  # that are looked at
_NEAR = 3  # rows from the end, in which one number stands
_LIST = 3  # numbers that are a list
_ABOVE = 12  # rows above a list that head it, or draw
_MOST = 260  # words of it all
_SHARE = 0.3  # of the text's words, at most
_NUMBER = lazy(r"[(\[]?\b\d{3}[)\]]?\s?[-/.)\s]{1,3}\d{3}[-.\s][\dA-Z]{4}\b")
_BOARD = lazy(
    r"\b(?:bbs(?:es|'s)?|baud|sysops?|g-?files|text\s?files|24\s?(?:hrs?|hours)|\d{3,5}/\d{3,5}|"
    r"always open|megs|megabytes|online|elite|warez|dial|modem)\b",
    re.IGNORECASE,
)
_REACHED = lazy(r"\breach(?:ed)?\b|\bwrit(?:e|ten) to\b", re.IGNORECASE)
_SELF = lazy(r"\b(?:I|me|my|I'm)\b")


def board_footer(draft: Draft, start: int, stop: int) -> int:
    """Put a board's own words below a text into the chrome; return where they begin, *stop* where
    there are none."""
    rows = _last_rows(draft, start, stop)
    called = [index for index in rows if _NUMBER.search(draft.lines[index].text)]
    if not called or any(_SELF.search(draft.lines[index].text) for index in called):
        return stop
    numbers = {found for index in called for found in _NUMBER.findall(draft.lines[index].text)}
    many = len(numbers) >= _LIST and len(called) > 1
    first = _list_above(draft, rows, called) if many else _alone(draft, rows, called)
    if first is None:
        return stop
    size, total = sum(draft.sizes[first:stop]), sum(draft.sizes[start:stop])
    if size > _MOST or size > _SHARE * total:
        return stop
    while first > start and (draft.lines[first - 1].blank or draft.lines[first - 1].is_break):
        first -= 1
    for index in range(first, stop):
        if not draft.bins[index]:
            draft.put(index, "chrome")
    return first


def _last_rows(draft: Draft, start: int, stop: int) -> list[int]:
    """Return the last rows of a hard-wrapped text that show something, in order."""
    found: list[int] = []
    for index in range(stop - 1, start, -1):
        line = draft.lines[index]
        if not line.wrapped or len(found) == _ROWS:
            break
        if not (line.blank or line.is_break or draft.bins[index]):
            found.append(index)
    return found[::-1]


def _alone(draft: Draft, rows: list[int], called: list[int]) -> int | None:
    """Return the row with a board's number, or the one above it, near the end of the text."""
    at = called[0]
    if at not in rows[-_NEAR:] or (len(called) > 1 and called[-1] != rows[-1]):
        return None
    if not _BOARD.search(draft.lines[at].text):
        return None
    above = at - 1
    near = " ".join(draft.lines[index].text for index in (above, *rows[rows.index(at) :]))
    if _SELF.search(near) or _REACHED.search(near):
        return None
    told = above in rows and not draft.lines[at].first and _BOARD.search(draft.lines[above].text)
    return above if told else at


def _list_above(draft: Draft, rows: list[int], called: list[int]) -> int | None:
    """Return the row with which a list of boards begins: below a rule, or a blank row."""
    if rows.index(called[-1]) < len(rows) - _ABOVE:
        return None
    if not any(
        _BOARD.search(draft.lines[index].text) for index in rows[rows.index(called[0]) - 1 :]
    ):
        return None
    first = called[0]
    for index in range(called[0] - 1, max(rows[0], called[0] - _ABOVE) - 1, -1):
        line = draft.lines[index]
        if line.is_break:
            return index + 1
        if not line.blank:
            first = index if _is_drawn(line.text) or not draft.lines[first].first else first
    return first


def _is_drawn(text: str) -> bool:
    """True for a row of few words among many signs or blanks."""
    letters = sum(map(str.isalnum, text))
    return letters * 2 < len(text.strip())
