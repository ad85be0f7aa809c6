"""What stands among a header's lines and is the story's own: a poem, a scene that is played, the
epigraph or the prologue above "Chapter 1"."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from storykeep.header import asides, disclaimer, numbers, voice
from storykeep.header.lines import Line, has_words, words
from storykeep.header.scan import Scan
from storykeep.header.shape import CUE, joined
from storykeep.patterns import lazy

_ROWS, _WIDTH = 4, 56  # of a poem: at least, and characters
_LEAST = 3.7  # words in a row of it, on average
_CAPITALS = 0.7  # of its rows begin with one
_SPEECHES = 3
_SPOKEN = lazy(
    r"\s*(?:>*\s*<[A-Z][\w .'’-]{0,20}>\s?\S|>+\s*[\"“]?[A-Z][\w .'’-]{0,16}[\"”]?:\s+[\"“(])"
)
_NO_STORY = lazy(r"\([cC]\)|©|\bcopyright|https?://|\bwww\.|\S@\S")
_LONG = 20  # words of an epigraph above a chapter's heading
_QUOTE_ROWS = 8  # rows of a quotation and its source
_CREDIT = lazy(r"[-–—~]{1,3}\s?[A-Z][\w.'’-]*(?:,?\s[\w.'’-]+){0,6}")
_CAPTION = 14  # words right above a poem that say whose it is

Group = Sequence[tuple[int, Line]]


def storys_own(scan: Scan, groups: Sequence[Group]) -> frozenset[int]:
    """Return the first lines of those *groups* of unlabelled lines in a header that are prose."""
    kept: set[int] = set()
    for group in groups:
        lines = [line for _, line in group]
        if _is_quoted(lines[:-1]) and is_credit(lines[-1]):
            kept.add(group[0][0])
        if any(map(_is_authors, _paragraph(lines))):
            continue
        if _is_poem(lines) or _is_scene(lines) or _heads(scan, group):
            kept.add(group[0][0])
    for above, below in itertools.pairwise(groups):
        if _is_quoted([line for _, line in above]) and is_credit(below[0][1]):
            kept.update((above[0][0], below[0][0]))
    for above, below in itertools.pairwise(groups):
        if below[0][0] in kept and _is_caption(scan, above, below):
            kept.add(above[0][0])
    return frozenset(kept)


def opens(scan: Scan, index: int) -> bool:
    """True for the first row of a text file that is what somebody else has said, quoted, with the
    name below it: "Things fall apart." and, below, "-Jo Moss"; nobody speaks in the story there."""
    if scan.end != scan.start or scan.gap:
        return False
    return is_credited(scan, index)


def is_credited(scan: Scan, index: int) -> bool:
    """True for the first row of a quotation in a text file, with its source below it."""
    if not scan.lines[index].wrapped:
        return False
    rows = [line for line in scan.lines[index : index + _QUOTE_ROWS] if not line.blank]
    credit = next((at for at, line in enumerate(rows) if at and is_credit(line)), None)
    return credit is not None and _is_quoted(rows[:credit])


def _is_quoted(lines: Sequence[Line]) -> bool:
    """True for a paragraph that is all between two quotation marks."""
    text = _paragraph(lines)[0] if lines else ""
    whole = len(text) > 2 and text[0] in '"“' and text[-1] in '"”'
    return whole and not any(mark in text[1:-1] for mark in '"“”')


def is_credit(line: Line) -> bool:
    """True for "-Jo Moss", a row of its own."""
    return _CREDIT.fullmatch(line.bare) is not None


def _paragraph(lines: Sequence[Line]) -> list[str]:
    return [joined([line.bare for line in lines], wrapped=True)]


def _is_authors(text: str) -> bool:
    """True where the author speaks: to the readers, about the text, or of who owns whom."""
    if _NO_STORY.search(text):
        return True
    return voice.speaks_to_reader(text) or asides.is_aside(text) or disclaimer.asserts(text)


def _is_scene(lines: Sequence[Line]) -> bool:
    """True where people speak as in a play: "<Jo> Where?", '>Jo: "Where?"'; rows with a name and a
    colon alone may list the cast, or be of a mail's head."""
    return sum(_SPOKEN.match(line.text) is not None for line in lines) >= _SPEECHES


def _is_poem(lines: Sequence[Line]) -> bool:
    """True for four short rows or more, of words, none of which opens with a word and a colon."""
    rows = [line.bare for line in lines if line.bare]
    if len(rows) < _ROWS or max(map(len, rows)) > _WIDTH or not all(map(has_words, rows)):
        return False
    if sum(map(words, rows)) < _LEAST * len(rows) or any(
        "@" in row or "://" in row for row in rows
    ):
        return False
    if any(map(str.isdigit, "".join(rows))) or any(row[0] in "-*•+" for row in rows):
        return False
    if sum(row.lstrip("\"'“‘(")[:1].isupper() for row in rows) < _CAPITALS * len(rows):
        return False  # a paragraph in a narrow column
    return not any(CUE.match(row) or voice.speaks_to_reader(row) for row in rows)


def _heads(scan: Scan, group: Group) -> bool:
    """True for a paragraph between the header's last label and a chapter's heading."""
    text = _paragraph([line for _, line in group])[0]
    if words(text) < _LONG:
        return False
    below = [at for at in range(group[-1][0] + 1, scan.end) if scan.draft.bins[at]]
    heading = bool(below) and all(
        numbers.is_part_line(scan.lines[at].bare) or scan.lines[at].is_break for at in below
    )
    return heading and any(not scan.lines[at].is_break for at in below)


def _is_caption(scan: Scan, above: Group, below: Group) -> bool:
    """True for a few words right above a poem: "Excerpt from The Prisoner, a sonnet by Jo"."""
    between = range(above[-1][0] + 1, below[0][0])
    near = all(scan.lines[at].blank for at in between) and len(between) <= 1
    return near and sum(words(line.text) for _, line in above) <= _CAPTION
