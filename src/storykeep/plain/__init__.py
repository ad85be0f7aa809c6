"""Plain text to blocks: hard wraps undone, and only those. Same text, same blocks.

It reads .txt files and stories typed into <pre>. What was typed stays: `*stars*`, ` -- `, double
spaces between sentences; only the line ends inside paragraphs, and indents, go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from storykeep.model import Block, BlockKind, Mark
from storykeep.patterns import lazy
from storykeep.plain import quoted
from storykeep.plain.paragraphs import CUT, Paragraph, paragraphs_of
from storykeep.plain.rows import Measure, Row, measure, rows_of, single_spaced, split_rows
from storykeep.prose import BREAK_TEXT, typed
from storykeep.prose.canon import merged, rewrite
from storykeep.prose.gaps import GapMeter
from storykeep.prose.verse import is_verse

__all__ = ["is_prose", "readable", "respaced", "unwrap", "unwrap_block", "unwrap_prose"]

_DOUBLED = 0.4  # of the rows are blank, at least, where line ends were doubled
_START = 4000  # characters
_RULED = lazy(r"([-=*~_#+])\1{7,}(?=\s+\S)")


def unwrap(text: str) -> list[Block]:
    """Return the blocks of a plain text: paragraphs, breaks, quotes (`>`), verse, tables as pre.

    A break of value gap stands where more blank rows are than the text has between paragraphs.
    """
    return unwrap_block(Block("pre", text))


def unwrap_block(block: Block) -> list[Block]:
    """Return what `unwrap` makes of a block's text, with the block's inline marks kept."""
    return _Unwrapper(block, rows_of(block.text)).blocks()


def unwrap_prose(block: Block) -> list[Block]:
    """Return what `unwrap_block` does, but a drawing in a page as it is."""
    rows = rows_of(block.text)
    return _Unwrapper(block, rows).blocks() if _are_prose(rows) else [block]


def respaced(text: str) -> str:
    """Return *text* without the blank rows that were added below each of its rows on its way; any
    other text as it is."""
    start = text[:_START].split("\n")
    if sum(not row.strip() for row in start) < _DOUBLED * len(start):
        return text  # one look at its beginning is enough for most
    rows = rows_of(text)
    kept = {id(row) for row in single_spaced(rows)}
    if len(kept) == len(rows):
        return text
    typed = split_rows(text)
    return "\n".join(each for each, row in zip(typed, rows, strict=True) if id(row) in kept)


def readable(text: str) -> str:
    """Return a mail's *text* without the signs of an encoding that nobody undid, and `respaced`."""
    return respaced(quoted.undone(text, quoted.how_left(text)))


def is_prose(text: str) -> bool:
    """Return whether preformatted *text* is a story and not a drawing, a table or a listing."""
    return _are_prose(rows_of(text))


def _are_prose(all_rows: Sequence[Row]) -> bool:
    rows = [row for row in all_rows if row.start != row.end and not row.symbol]
    words = [word for row in rows for word in row.text.split()]
    if len(words) < 40 or len(rows) < 2:
        return False
    plain = sum(word.strip("\"'“”‘’.,;:!?()*_-…").isalpha() for word in words)
    apart = sum("   " in row.text for row in rows)
    return plain >= 0.7 * len(words) and apart <= 0.3 * len(rows)


@dataclass(slots=True)
class _Piece:
    """A block to be, and the blank rows before it."""

    blanks: int
    paragraph: Paragraph | None = None
    symbol: tuple[int, int] | None = None  # span of a typed break

    @property
    def span(self) -> tuple[int, int]:
        """From where to where it stands in the text."""
        if self.symbol:
            return self.symbol
        assert self.paragraph
        return self.paragraph.rows[0].start, self.paragraph.rows[-1].end


class _Unwrapper:
    def __init__(self, block: Block, rows: Sequence[Row]) -> None:
        self.text = block.text
        self.marks = [mark for mark in block.marks if mark.kind != "image"]
        images = (mark for mark in block.marks if mark.kind == "image")
        self.images = deque(sorted(images, key=lambda mark: mark.start))
        self.rows = single_spaced(_split_rules(rows))
        self.how: Measure = measure(self.rows)

    def blocks(self) -> list[Block]:
        pieces = list(self._pieces())
        normal = self._normal(pieces)
        found: list[Block] = []
        for before, piece in zip([None, *pieces], pieces, strict=False):
            found += self._pictures_above(piece)
            if (
                before
                and before.paragraph
                and piece.paragraph
                and piece.blanks > normal
                and "pre" not in (before.paragraph.kind, piece.paragraph.kind)
            ):
                found.append(Block("break", BREAK_TEXT, value="gap"))
            found.append(self._block(piece))
        return found + [_picture(image) for image in self.images]

    def _pictures_above(self, piece: _Piece) -> list[Block]:
        """Return the pictures that stand on rows of their own before *piece*."""
        start, found = piece.span[0], []
        while self.images and "\n" in self.text[self.images[0].start : start]:
            found.append(_picture(self.images.popleft()))
        return found

    def _marks_of(self, piece: _Piece) -> list[Mark]:
        """Return the marks of a piece: of pictures those that stand on its own rows."""
        end, own = piece.span[1], []
        while self.images and "\n" not in self.text[end : self.images[0].start]:
            own.append(self.images.popleft())
        return sorted([*self.marks, *own], key=lambda mark: (mark.start, -mark.end))

    def _pieces(self) -> list[_Piece]:
        pieces: list[_Piece] = []
        run: list[Row] = []
        blanks = waiting = 0

        def finish() -> None:
            nonlocal waiting
            for paragraph in paragraphs_of(run, self.how) if run else ():
                pieces.append(_Piece(waiting, paragraph))
                waiting = 0
            run.clear()

        for row in self.rows:
            if row.blank:
                finish()
                blanks += 1
                continue
            if row.symbol:
                finish()
                pieces.append(_Piece(blanks, symbol=(row.start, row.end)))
            else:
                if not run:
                    waiting = blanks
                run.append(row)
            blanks = 0
        finish()
        return pieces

    def _normal(self, pieces: Sequence[_Piece]) -> int:
        meter = GapMeter()
        for before, piece in pairwise(pieces):
            if before.paragraph and piece.paragraph:
                longer = max(before.paragraph.length, piece.paragraph.length)
                meter.add("spaced", piece.blanks, longer)
        return meter.of("spaced")

    def _block(self, piece: _Piece) -> Block:
        own = self._marks_of(piece)
        if piece.symbol:
            text, marks = rewrite(self.text, own, [piece.symbol])
            return Block("break", text, marks, value="symbol")
        assert piece.paragraph
        rows, glue = piece.paragraph.rows, piece.paragraph.glue
        if piece.paragraph.kind == "pre":
            return self._table(rows, own)
        spans: list[tuple[int, int] | str] = []
        for joint, row in zip([*glue, ""], rows, strict=True):
            if joint == CUT:
                spans.append((row.start, row.end - 1))
            else:
                spans += [(row.start, row.end), joint]
        text, marks = rewrite(self.text, own, spans)
        marks = merged([*_joined(marks, text), *typed.emphasis(text)])
        kind: BlockKind = "paragraph"
        if rows[0].quoted:
            kind = "quote"
        elif is_verse(text):
            kind = "verse"
        return Block(kind, text, marks, rows[0].quoted)

    def _table(self, rows: Sequence[Row], own: Sequence[Mark]) -> Block:
        least = min(row.indent for row in rows)
        spans: list[tuple[int, int] | str] = []
        for row in rows:
            spans += ["\n"] if spans else []
            spans += [" " * (row.indent - least), (row.start, row.end)]
        text, marks = rewrite(self.text, own, spans)
        return Block("pre", text, marks)


def _picture(image: Mark) -> Block:
    """Return a picture on a row of its own as the block that it is anywhere else."""
    return Block("paragraph", "", (replace(image, start=0, end=0),))


def _joined(marks: Sequence[Mark], text: str) -> list[Mark]:
    """Return *marks* with those that a wrap had parted run together over its one space."""
    found: list[Mark] = []
    ends: dict[tuple[str, str, int], int] = {}  # which of them ends where, by kind and value
    for mark in marks:
        at = _met(mark, text, ends) if mark.kind != "image" else None
        if at is None:
            at = len(found)
            found.append(mark)
        else:
            del ends[mark.kind, mark.value, found[at].end]
            found[at] = Mark(found[at].start, mark.end, mark.kind, mark.value)
        ends[mark.kind, mark.value, mark.end] = at
    return found


def _met(mark: Mark, text: str, ends: dict[tuple[str, str, int], int]) -> int | None:
    """Return which mark of its kind ends before *mark* with only spaces between, else None."""
    end = mark.start - 1
    while end >= 0 and text[end] == " ":
        if (at := ends.get((mark.kind, mark.value, end))) is not None:
            return at
        end -= 1
    return None


def _split_rules(rows: Sequence[Row]) -> list[Row]:
    """Return *rows* with a ruled row that carries words cut in two: the rule, then the words."""
    found: list[Row] = []
    for row in rows:
        match = _RULED.match(row.text)
        if not match:
            found.append(row)
            continue
        cut = row.start + match.end()
        rest = row.text[match.end() :]
        lead = len(rest) - len(rest.lstrip())
        found.append(Row(row.start, cut, match[0], row.indent, row.quoted, symbol=True))
        if rest.strip(match[1] + " "):
            found.append(Row(cut + lead, row.end, rest.strip(), row.indent, row.quoted))
        else:
            found[-1] = row
    return found
