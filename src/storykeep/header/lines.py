"""A page as lines: what the header grammar reads, and how the lines that are prose become blocks
again.

A block of HTML that holds `<br>` has several lines; a hard-wrapped text has one line per row,
blank rows included. Each line belongs to one bin in the end, and so every text of the page does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from storykeep.header.labels import Label, in_row, known_label, may_open
from storykeep.model import Block, BlockKind, Mark
from storykeep.patterns import lazy
from storykeep.prose.breaks import NO_BREAK_BEGINS, is_symbol_break
from storykeep.spaces import count, folded

_SHORT = 80  # characters: such a text is folded in less time than it takes to see that it is
_FULL = 50  # characters of a row that its paragraph may go on from
_LABEL = 30  # characters
_PARAGRAPH = 200  # characters: nothing wraps so late, and such a row is a whole paragraph
_ROW = 90  # characters: a row of hard-wrapped text has fewer
_FULL_ROWS = 3  # of them that end sentences show a text that has its paragraphs in rows
_ENDS = frozenset('.!?"”')
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
_LETTERS = lazy(r"[^\W\d_]{4,}")


_UNASKED = Label("", "", 0, "", False, False)  # of a line: whether one opens it


# No tuple: each line is asked for thirty things, and to read one of a tuple takes eight times as
# long. Not frozen either: a page has thousands, and that takes three quarters of making one.
@dataclass(slots=True, unsafe_hash=True)
class Line:
    """One line of a page with the inline marks over it (offsets within the line)."""

    text: str
    marks: tuple[Mark, ...]
    block: int  # which block of the walk it is in
    kind: BlockKind
    value: str = ""
    depth: int = 0
    first: bool = True  # opens a paragraph
    wrapped: bool = False  # a row of hard-wrapped text: a paragraph goes on in the next row
    element: Any = None  # the lxml element its block began in
    blank: bool = False  # it shows nothing: no text, no rule, no image
    is_break: bool = False  # a rule, a gap or a line of symbols, but no wordless speech ("...")
    # What twenty rules ask of the same few lines, once asked.
    _bare: str | None = field(default=None, init=False, repr=False, compare=False)
    asked: Label | None = field(default=_UNASKED, init=False, repr=False, compare=False)

    @property
    def bare(self) -> str:
        """The text without the space around it, runs of space as one."""
        bare = self._bare
        if bare is None:
            text = self.text
            bare = self._bare = " ".join(text.split()) if len(text) <= _SHORT else folded(text)
        return bare

    @property
    def linked(self) -> float:
        """The share (0..1) of its letters and digits that are in links."""
        links = [mark for mark in self.marks if mark.kind == "link"]
        if not links:
            return 0.0
        total = _signs(self.text)
        if not total:
            return 1.0
        return sum(_signs(self.text[mark.start : mark.end]) for mark in links) / total

    @property
    def strong(self) -> bool:
        """True where all of the line is bold."""
        stripped = self.text.strip()
        covered = sum(mark.end - mark.start for mark in self.marks if mark.kind == "strong")
        return bool(stripped) and covered >= len(stripped) - 2

    def links(self) -> list[tuple[str, str]]:
        """Return (address, text) of its links, in order."""
        return [
            (m.value, self.text[m.start : m.end].strip()) for m in self.marks if m.kind == "link"
        ]

    def alts(self) -> list[tuple[int, str]]:
        """Return (offset, alternative text) of its images that have one."""
        found = []
        for mark in self.marks:
            if mark.kind == "image":
                alt = _alt(mark.value)
                if alt:
                    found.append((mark.start, alt))
        return found


def is_symbols(text: str) -> bool:
    """True for a line drawn of symbols: `***`, `~*~*~`, `oOo`, `-----`; never for speech or
    dots."""
    return is_symbol_break(text)


def from_blocks(blocks: Iterable[tuple[Block, Any]]) -> list[Line]:
    """Return the lines of a walked page: (block, element) pairs in page order."""
    lines: list[Line] = []
    for index, (block, element) in enumerate(blocks):
        kind, text, marks = block.kind, block.text, block.marks
        if kind == "pre":
            lines += from_text(text, block=index, marks=marks, element=element)
        elif kind == "break" or "\n" not in text:
            blank = is_break = False
            if kind == "break" or text[:1] not in NO_BREAK_BEGINS:  # few lines
                blank, is_break = _shows(kind, text, marks)
            lines.append(Line(
                text, marks, index, kind, block.value, block.depth, True, False, element,
                blank, is_break,
            ))  # fmt: skip
        else:
            lines += _cut(block, index, element)
    return lines


def with_text(line: Line, text: str) -> Line:
    """Return *line* with *text* in place of its own, and no marks over it."""
    blank, is_break = _shows(line.kind, text, ())
    return replace(line, text=text, marks=(), blank=blank, is_break=is_break)


def _shows(kind: BlockKind, text: str, marks: Sequence[Mark]) -> tuple[bool, bool]:
    """Return whether a line is blank, and whether it is a break."""
    if kind == "break":
        return False, True
    if text[:1] in NO_BREAK_BEGINS:  # most lines
        return False, False
    return (not text or text.isspace()) and not marks, is_symbol_break(text)


def from_text(
    text: str, *, block: int = 0, marks: Sequence[Mark] = (), element: Any = None
) -> list[Line]:
    """Return the rows of a hard-wrapped text, blank ones included."""
    lines: list[Line] = []
    indent, open_paragraph, labelled, brief = 0, False, False, False
    limit, short = _row_limits(text)
    loose = limit > 0
    for row, within in _rows(text, sorted(marks, key=lambda mark: mark.start)):
        text = row.rstrip()
        width, blank = 0, not text
        if row[:1].isspace():
            shown = row.expandtabs(8)
            width = len(shown) - len(shown.lstrip())
        ended = not open_paragraph or (brief and not text[:1].islower())
        first = not blank and (ended or width >= indent + 2)
        if first:
            labelled = text[:1].islower() and _is_small_label(text)
        elif labelled and not blank:
            first = labelled = _is_small_label(text)
        is_break = text[:1] not in NO_BREAK_BEGINS and is_symbol_break(text)
        lines.append(Line(
            text, within, block, "pre", "", 0, first, True, element, blank and not within, is_break,
        ))  # fmt: skip
        open_paragraph = not blank and not is_break
        if loose:
            open_paragraph = open_paragraph and len(text) <= limit
            brief = len(text) < short
        indent = width
    return lines


def _row_limits(text: str) -> tuple[int, int]:
    """Return how long and how short the rows are that a paragraph goes on behind; (0, 0) for any,
    in a text that wraps.

    Without wraps a row is a paragraph, but a header above it may still be wrapped.
    """
    rows = text.split("\n")
    widest = len(max(rows, key=len))
    if widest <= _ROW:
        return 0, 0
    if widest <= _PARAGRAPH:
        full = [row.rstrip() for row in rows if len(row) > _ROW]
        ended = sum(row[-1:] in _ENDS for row in full)
        if len(full) < _FULL_ROWS or ended * 5 < len(full) * 4:
            return 0, 0
    return _ROW, _FULL


def _is_small_label(text: str) -> bool:
    """True for a row of a header in small letters, each row of which opens one: "title: lamps"."""
    return ":" in text[:_LABEL] and known_label(text) is not None


def to_blocks(lines: Sequence[Line], blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks that these lines of a walked page are, those cut in two shortened."""
    out: list[Block] = []
    index, stop = 0, len(lines)
    while index < stop:
        line = lines[index]
        end, number = index + 1, line.block
        while end < stop and lines[end].block == number:
            end += 1
        whole = blocks[number]
        if end == index + 1 and line.text is whole.text:  # most blocks are one line
            out.append(whole)
            index = end
            continue
        text = "\n".join([line.text for line in lines[index:end]])
        if text == whole.text:  # nothing cut away
            out.append(whole)
        elif text.strip():
            out.append(replace(whole, text=text, marks=joined_marks(lines[index:end])))
        index = end
    return out


def joined_marks(lines: Sequence[Line]) -> tuple[Mark, ...]:
    """Return the marks of *lines* over their text joined with newlines."""
    marks: list[Mark] = []
    offset = 0
    for line in lines:
        if line.marks:
            marks += [_moved(mark, mark.start + offset, mark.end + offset) for mark in line.marks]
        offset += len(line.text) + 1
    return tuple(marks)


def label_of(line: Line) -> Label | None:
    """Return the label that opens *line*, if one does."""
    label = line.asked
    if label is _UNASKED:
        label = None
        if may_open(line.text):  # few lines
            label = in_row(known_label(line.text), first=line.first, wrapped=line.wrapped)
        line.asked = label
    return label


def is_within(lines: Sequence[Line], index: int) -> bool:
    """Return whether a row of hard-wrapped text is a piece of a longer paragraph: its words alone
    say nothing."""
    line = lines[index]
    if not line.wrapped:
        return False
    if not line.first and index and len(lines[index - 1].bare) >= _FULL:
        return True
    below = lines[index + 1] if index + 1 < len(lines) else None
    return len(line.bare) >= _FULL and below is not None and not (below.blank or below.first)


def words(text: str) -> int:
    """Return how many whitespace-separated tokens *text* has."""
    return count(text)


def size_of(line: Line) -> int:
    """Return about how many words a line shows; the walk leaves one space between two of them."""
    if line.wrapped:
        return count(line.text)
    return line.text.count(" ") + 1 if line.text else 0


def has_words(text: str) -> bool:
    """True where *text* holds at least one real word."""
    return bool(_LETTERS.search(text))


def _cut(block: Block, index: int, element: Any) -> list[Line]:
    return [
        Line(
            row,
            marks,
            index,
            block.kind,
            block.value,
            block.depth,
            number == 0,
            False,
            element,
            *_shows(block.kind, row, marks),
        )
        for number, (row, marks) in enumerate(_rows(block.text, block.marks))
    ]


def _rows(text: str, marks: Sequence[Mark]) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    """Yield the rows of *text*, each with what of *marks* (sorted by start) is over it."""
    if not marks:
        yield from ((row, ()) for row in text.split("\n"))
        return
    offset = taken = 0
    # Only marks that reach into the row are looked at: a list of thousands of links is one block.
    near: list[Mark] = []
    for row in text.split("\n"):
        end = offset + len(row)
        while taken < len(marks) and marks[taken].start <= end:
            near.append(marks[taken])
            taken += 1
        near = [mark for mark in near if mark.end >= offset]
        yield row, _within(near, offset, end)
        offset = end + 1


def _within(marks: Sequence[Mark], start: int, end: int) -> tuple[Mark, ...]:
    found = []
    for mark in marks:
        if mark.start > end:
            break
        low, high = max(mark.start, start), min(mark.end, end)
        if low < high or (mark.start == mark.end and start <= mark.start <= end):
            found.append(_moved(mark, low - start, high - start))
    return tuple(found)


def _moved(mark: Mark, start: int, end: int) -> Mark:
    # As replace() does, in a quarter of the time.
    return Mark(start, end, mark.kind, mark.value, mark.depth)


def _signs(text: str) -> int:
    """Return how many letters and digits *text* has."""
    if text.isascii():  # bytes lose their signs in a tenth of the time
        return len(text.encode("ascii").translate(None, _SIGNS))
    return sum(map(str.isalnum, text))


def _alt(value: str) -> str:
    try:
        alt = json.loads(value).get("alt")
    except (ValueError, AttributeError):
        return ""
    return " ".join(str(alt).split()) if alt else ""
