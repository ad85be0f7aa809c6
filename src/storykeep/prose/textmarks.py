"""Blocks as plain text with the formatting beside it, and back (DESIGN.md 6)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from storykeep.model import Block, BlockKind, Mark
from storykeep.patterns import lazy
from storykeep.prose.canon import canonical, order

BLOCK_KINDS = frozenset(
    {"break", "heading", "quote", "verse", "pre", "list_item", "table_row", "note"}
)
_GAP = "\n\n"
_PARAGRAPH = lazy(r"[^\n]+(?:\n[^\n]+)*")


def to_text(blocks: Iterable[Block]) -> tuple[str, tuple[Mark, ...]]:
    """Return the text of *blocks*, one blank line between them, and its marks.

    Offsets are Unicode code points, half open. A paragraph has no block mark; a mark of any other
    kind covers its whole block. Marks are sorted by (start, -end, depth), a block's own first.
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    at = 0
    for block in canonical(blocks):
        end = at + len(block.text)
        if block.kind != "paragraph":
            marks.append(Mark(at, end, block.kind, block.value, block.depth))
        # Canonical blocks have their marks in order, so the marks of all are in order, too.
        marks += [Mark(m.start + at, m.end + at, m.kind, m.value) for m in block.marks]
        pieces.append(block.text)
        at = end + len(_GAP)
    return _GAP.join(pieces), tuple(marks)


def from_text(text: str, marks: Sequence[Mark]) -> tuple[Block, ...]:
    """Return the blocks that `to_text` made *text* and *marks* of.

    Marks that no `to_text` made do no harm: what lies outside the text or across blocks is clipped.
    """
    spans = list(_block_spans(text, [mark for mark in marks if mark.kind in BLOCK_KINDS]))
    spans = spans or [(0, 0, None)]  # a body that is only images has no text
    inline: list[list[Mark]] = [[] for _ in spans]
    starts = [start for start, _, _ in spans]
    for mark in marks:
        if mark.kind in BLOCK_KINDS:
            continue
        number = max(0, bisect_right(starts, mark.start) - 1)
        while number < len(spans) and spans[number][0] <= mark.end:
            start, end, _ = spans[number]
            first, last = max(mark.start, start) - start, min(mark.end, end) - start
            if first <= last:
                inline[number].append(Mark(first, last, mark.kind, mark.value))
            number += 1
    return canonical(
        Block(
            cast(BlockKind, mark.kind) if mark else "paragraph",
            text[start:end],
            tuple(inline[number]),
            mark.depth if mark else 0,
            mark.value if mark else "",
        )
        for number, (start, end, mark) in enumerate(spans)
    )


def _block_spans(text: str, marks: Sequence[Mark]) -> Iterator[tuple[int, int, Mark | None]]:
    at = 0
    for mark in sorted(marks, key=order):
        start, end = max(at, mark.start), min(mark.end, len(text))
        if start >= end:
            continue
        yield from _paragraphs(text, at, start)
        yield start, end, mark
        at = end
    yield from _paragraphs(text, at, len(text))


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int, None]]:
    for match in _PARAGRAPH.finditer(text, start, end):
        yield match.start(), match.end(), None
