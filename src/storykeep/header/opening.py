"""Where an author greets the readers right below the header, with neither a label nor a rule."""

from __future__ import annotations

from storykeep.header import brief, byline, disclaimer, legends, remarks
from storykeep.header.chat import (
    paragraph_end,
    story_follows,
    take_said,
    text_of,
    whole_talk,
)
from storykeep.header.lines import Line, label_of
from storykeep.header.scan import Scan

_MOST = 6  # paragraphs
_VERSE = 2  # rows of a paragraph; more may be verse
_PARTED = 12  # words between what is said and a rule


def take_opening(scan: Scan, index: int) -> int | None:
    """Take the paragraphs right below the header in which the author greets the readers."""
    line = scan.lines[index]
    if scan.gap or scan.told or scan.broken or scan.script or not line.first:
        return None
    weight, end, paragraphs = 0, index, 0
    at = index
    while at < scan.stop and paragraphs < _MOST:
        if scan.lines[at].blank:
            at += 1
            continue
        below = paragraph_end(scan, at)
        found = _weight(scan, at, below)
        if not found or (paragraphs and _disclaims(text_of(scan, at, below))):
            break
        weight, end, paragraphs, at = weight + found, below, paragraphs + 1, below
    if weight < remarks.ENOUGH:
        return None
    end = whole_talk(scan, end)
    if _is_above_few(scan, end) or not story_follows(scan, index, end):
        return None
    return take_said(scan, index, end)


def _weight(scan: Scan, start: int, end: int) -> int:
    """Return how surely lines [start, end) greet readers; 0 for verse, and where a row of them
    names the author or has a label."""
    rows = scan.lines[start:end]
    first = rows[0]
    if scan.draft.bins[start] or first.is_break or first.kind not in {"paragraph", "pre"}:
        return 0
    if not first.wrapped and len(rows) > _VERSE:
        return 0
    if len(rows) > 1 and all(legends.is_sample(row.bare) for row in rows):
        return remarks.ENOUGH
    found = remarks.weight(text_of(scan, start, end))
    return found if found and not any(map(_heads, rows)) else 0


def _heads(row: Line) -> bool:
    """True for a row that belongs to the header itself: a label, a by-line, the "by" of one."""
    if label_of(row) is not None or row.text.rstrip()[-3:].lower() in {" by", "by:"}:
        return True
    return byline.may_name(row.text) and byline.read_byline(row.text) is not None


def _is_above_few(scan: Scan, end: int) -> bool:
    """True where a few words stand between line *end* and a drawn rule: with those above it they
    are asked as one."""
    size = 0
    for line in scan.lines[end : scan.stop]:
        if line.is_break and line.value != "gap":
            return size > 0
        size += len(line.text.split())
        if size > _PARTED:
            return False
    return False


def _disclaims(text: str) -> bool:
    return brief.surely(text) or disclaimer.opens_with_disclaimer(text)
