"""Paragraphs and labelled pieces at the foot of a story, as the rules for its closing words ask for
them."""

from __future__ import annotations

from collections.abc import Sequence

from storykeep.header import voice
from storykeep.header.draft import Draft
from storykeep.header.lines import Line, label_of
from storykeep.patterns import lazy

TAIL_NAMES = frozenset(
    {
        "author",
        "email",
        "published",
        "updated",
        "title",
        "website",
        "status",
        "words",
        "archive",
        "rating",
        "series",
    }
)
_AMID = ("the end of ", "end of ", "continued", "fine", "slut")
SIGDASHES = lazy(r"^--\s*$")  # RFC 3676, section 4.3: what follows is the sender's signature


def line_above(draft: Draft, index: int) -> Line:
    """Return the nearest line above *index* that shows something."""
    while index > 0:
        index -= 1
        if not draft.lines[index].blank:
            break
    return draft.lines[index]


def is_below_gap(lines: Sequence[Line], index: int) -> bool:
    """True where two blank rows of hard-wrapped text stand above a row."""
    return index > 1 and lines[index - 1].blank and lines[index - 2].blank


def is_end_row(line: Line) -> bool:
    """True for a row of hard-wrapped text that is an end mark, whatever stands right above it."""
    amid = line.bare.startswith(_AMID)  # a sentence of the story
    return line.wrapped and not amid and voice.is_end_mark(line.text)


def is_below_end(lines: Sequence[Line], index: int) -> bool:
    """True where the row right above one of hard-wrapped text is an end mark: what stands below
    begins anew, though nothing shows it."""
    return index > 0 and is_end_row(lines[index - 1])


def paragraph_at(draft: Draft, shown: list[int], place: int) -> str:
    """Return the text of the paragraph that begins at shown[place]."""
    index, end = shown[place], shown[place] + 1
    while end < len(draft.lines) and not (
        draft.bins[end]
        or draft.lines[end].first
        or draft.lines[end].is_break
        or is_below_end(draft.lines, end)
        or is_end_row(draft.lines[end])
    ):
        end += 1
    return " ".join([line.bare for line in draft.lines[index:end] if not line.blank])


def paragraphs_of(draft: Draft, start: int, stop: int) -> list[tuple[str, Line]]:
    """Return (text, first line) of the paragraphs in lines [start, stop)."""
    found: list[tuple[list[str], Line]] = []
    for index in range(start, stop):
        line = draft.lines[index]
        if line.blank or draft.bins[index]:
            continue
        if (
            line.first
            or line.is_break
            or not found
            or is_end_row(line)
            or is_below_end(draft.lines, index)
            or label_of(line)
        ):
            found.append(([], line))
        found[-1][0].append(line.bare)
    return [((" " if line.wrapped else "\n").join(pieces), line) for pieces, line in found]


def piece_end(draft: Draft, index: int, stop: int, *, long: bool) -> int:
    end = index + 1
    label = label_of(draft.lines[index])
    alone = label is not None and not label.value
    while end < stop:
        line = draft.lines[end]
        if draft.bins[end] or line.is_break or label_of(line):
            break
        if line.blank and not alone:
            break
        if line.first and not alone and not line.blank:
            break
        if not line.blank:
            alone = False
        if not long and not line.wrapped:
            break
        end += 1
    return end


def note_end(draft: Draft, index: int, stop: int) -> int:
    """Return how far a closing note's further paragraphs reach: to the next label or break."""
    while index < stop:
        line = draft.lines[index]
        if draft.bins[index] or label_of(line) or (line.is_break and line.value != "gap"):
            break
        index += 1
    return index


def text_of(draft: Draft, start: int, end: int) -> str:
    return "\n\n".join(text for text, _ in _paragraphs_plain(draft, start, end))


def _paragraphs_plain(draft: Draft, start: int, stop: int) -> list[tuple[str, Line]]:
    found: list[tuple[list[str], Line]] = []
    for index in range(start, stop):
        line = draft.lines[index]
        if line.blank or line.is_break:
            continue
        if line.first or not found:
            found.append(([], line))
        found[-1][0].append(line.bare)
    return [((" " if line.wrapped else "\n").join(pieces), line) for pieces, line in found]
