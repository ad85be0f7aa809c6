"""The line behind a header that names the chapter, where the page is one of several."""

from __future__ import annotations

import re

from storykeep.header import numbers
from storykeep.header.between import skip_separators
from storykeep.header.lines import words
from storykeep.header.scan import Scan
from storykeep.header.shape import is_title_shape, is_titlecase
from storykeep.patterns import lazy

_CHAPTER_TITLE = 8  # words
# A place or a time opens a scene; a heading that stands for nothing names no chapter.
_NO_TITLE = lazy(
    r"\d|,|\b(?:pov|flash ?back|foreword|forward|vocabulary|glossary|notes?|warning|later|earlier|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|"
    r"july|august|september|october|november|december|a\.?m|p\.?m|o'clock|meanwhile|elsewhere)\b",
    re.IGNORECASE,
)


def chapter_line(scan: Scan, index: int) -> int:
    """Take the line at *index* as the chapter's title, where the page is part n of its story and
    the line is short, looks like a title and has a break below it; return where the text goes on.
    """
    if scan.draft.chapter_title or scan.hints.strict or not _is_part(scan):
        return index
    line, below = scan.lines[index], index + 1
    while below < scan.stop and scan.lines[below].blank:
        below += 1
    if below >= scan.stop or not line.first:
        return index
    gap = line.wrapped and below > index + 2  # two blank rows
    if not (gap or scan.lines[below].is_break):
        return index
    text = line.bare[1:-1] if line.bare[:1] in '"“' and line.bare[-1:] in '"”' else line.bare
    emphasised = any(mark.kind == "emphasis" for mark in line.marks)
    if emphasised or words(text) > _CHAPTER_TITLE or not is_title_shape(text):
        return index
    if not (is_titlecase(text) or text.isupper()) or _NO_TITLE.search(text):
        return index
    scan.draft.chapter_title = text.strip("*_~-= ")
    scan.draft.found("chapter_title", text, "position", line.bare, confidence=0.6)
    scan.draft.put(index, "field")
    scan.end = index + 1
    return skip_separators(scan)


def _is_part(scan: Scan) -> bool:
    """True where the page's heading counts: "The Lamp (part 2 of 9)"."""
    if scan.draft.position is not None:
        return True
    return any(numbers.read_part(scan.lines[heading].bare) for heading in scan.headings)
