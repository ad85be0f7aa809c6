"""The visible page as typed blocks in order: which lines are one paragraph, which gaps part scenes.

An empty line says nothing by itself. Where a page puts one between all its paragraphs it is
spacing; where it puts none, one is a scene break. So gaps are measured over the whole page first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from storykeep.model import Block, Mark
from storykeep.prose.breaks import NO_BREAK_BEGINS, is_symbol_break
from storykeep.prose.canon import BREAK_TEXT, merged, order
from storykeep.prose.elements import is_called_break
from storykeep.prose.flow import flow
from storykeep.prose.gaps import (
    GapMeter,
    Grouping,
    Zone,
    grouping_of,
    is_label,
    is_paragraph_end,
)
from storykeep.prose.items import Blank, Box, Hidden, Item, Line, Quote, Rule, Shown
from storykeep.prose.typed import emphasis
from storykeep.prose.verse import is_verse

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


_SILENCES = frozenset({"...", "…", ". . .", "....", "…."})
_NEAR, _DENSE = 40, 0.4  # blocks in a row, and the share of gaps that are a chapter's spacing
_ORNAMENT = 12  # characters; what a page calls a break and is longer may be words
_LONGEST_HEADING = 300  # a longer one is a paragraph in large type
_SHORT_HEADING = 80  # a title, whatever else stands in large type
_LARGEST_HEADING = 600  # and one with gaps in it holds a text in large type
_LAYOUT_QUOTE = 0.6  # a blockquote with this share of the text is a page margin
_FLOWING = ("paragraph", "quote", "verse")


# What the walker goes on from behind a whole <p>: nothing is in a box with it.
_PARAGRAPH = Line(Box(margin=True, in_p=True), "paragraph", (), 0, cast("Element", None))


class Walked(NamedTuple):
    """A block and the element it began in. `hidden` text is on the page but not on the screen.

    A block of only images has no text, and image marks at 0. Before the block of a break of value
    gap there is nothing on the page but the gap; its element is the block's that follows.
    """

    block: Block
    element: Element
    hidden: bool = False


class WalkedPage(NamedTuple):
    """The blocks of a page in order, each with the element it began in."""

    shown: list[Shown]
    hidden: frozenset[int]  # which of them are on the page but not on the screen
    spaced: bool  # one space parts any two words in a line of it


def walk(root: Element, *, base_url: str) -> list[Walked]:
    """Return everything visible below *root* as blocks in page order, and the hidden texts flagged.

    Line breaks inside a block are newlines in its text. Link and image addresses are joined to
    *base_url* or the page's <base>. Preformatted text comes as one block of kind pre, as typed
    (storykeep.plain undoes its wrapping). Breaks are as they stand; `tidy` sorts them.
    """
    page = walk_page(root, base_url=base_url)
    return [Walked(*shown, index in page.hidden) for index, shown in enumerate(page.shown)]


def walk_page(root: Element, *, base_url: str) -> WalkedPage:
    """Return what `walk` does, as an engine needs it."""
    items, size, loose = flow(root, base_url=base_url)
    builder = _Builder(items, size)
    return WalkedPage(builder.build(), frozenset(builder.hidden), not loose)


class _Builder:
    def __init__(self, items: list[Item], size: int) -> None:
        quoted = blank = shared = False
        box: Box | None = None  # of the line before
        for item in items:
            if isinstance(item, tuple):
                continue
            if isinstance(item, Line):
                text = item.text
                if text[:1] not in NO_BREAK_BEGINS:  # as most lines begin
                    item.symbols = is_symbol_break(text) or (
                        (text in _SILENCES and _is_centred(item.element))
                        or (len(text) <= _ORNAMENT and _is_called_break(text, item.element))
                    )
                quoted = quoted or item.box.quote is not None
            elif isinstance(item, Blank):
                blank = True
            else:
                continue
            shared = shared or item.box is box
            box = item.box
        self.items = items
        self.depths = _quote_depths(items, size) if quoted else {}
        # What line ends mean is asked only of those with another line in their box.
        self.groupings = _groupings(items, size, self.depths) if shared else {}
        # How far apart lines stand is asked only of those with blank ones between.
        self.normal = self._measure() if blank else GapMeter()
        self.headings: dict[int, int] = {}  # characters by the box, once asked
        self.normals: dict[Zone, int] = {}  # what it says, once asked
        self.done: list[Shown] = []
        self.hidden: list[int] = []
        self.whole: Shown | None = None  # the paragraph that is open
        self.group: list[Line] = []  # the lines of the block that is open
        self.before: Line | None = None  # the line that gaps are counted from
        self.blanks = 0
        self.weak = 0
        self.margin = False

    def build(self) -> list[Shown]:
        for item in self.items:
            if isinstance(item, tuple):
                if self.whole is not None:  # as mostly
                    self.done.append(self.whole)
                elif self.group:
                    self._finish()
                if self.blanks or self.weak:
                    self._part(self.before, _PARAGRAPH, item[1], "spaced")
                    self.blanks = self.weak = 0
                self.whole, self.before, self.margin = item, _PARAGRAPH, False
            elif isinstance(item, Line):
                self._line(item)
            elif isinstance(item, Blank):
                if self.before is None or self.before.box is not item.box:
                    self.margin |= item.box.margin
                self.blanks += not item.weak
                self.weak += item.weak
            else:
                self._other(item)
        self._finish()
        if self.normals:
            self._join_spaced()
        return self.done

    def _join_spaced(self) -> None:
        """Take out the gaps of a chapter whose author, unlike the page's others, leaves one
        between many of its paragraphs: there, too, they are spacing."""
        gaps = [
            at
            for at, (block, _) in enumerate(self.done)
            if block.kind == "break" and block.value == "gap"
        ]
        dense = {at for at in gaps if _is_dense(gaps, at, len(self.done))}
        if dense:
            taken = sorted(dense)
            self.done = [each for at, each in enumerate(self.done) if at not in dense]
            self.hidden = [at - bisect_left(taken, at) for at in self.hidden]

    def _other(self, item: Rule | Hidden) -> None:
        if isinstance(item, Hidden):
            # It must not part the line it stands in, so it comes before the open block.
            self.hidden.append(len(self.done))
            self.done.append((Block("paragraph", item.text), item.element))
            return
        self._finish()
        self.done.append((Block("break", BREAK_TEXT, item.marks, value=item.value), item.element))
        self._reset(None)

    def _line(self, line: Line) -> None:
        box, before = line.box, self.before
        if before is None or before.box is not box:
            self.margin |= box.margin
        if line.symbols and box.kind not in ("pre", "table_row"):
            self._finish()
            self.done.append((Block("break", line.text, line.marks, value="symbol"), line.element))
            self._reset(None)
            return
        if before is None or before.box is not box or not self._continues(before, line):
            if self.group:  # as mostly
                self.done.append(self._block(self.group))
                self.group = []
            elif self.whole is not None:
                self._finish()
            if self.blanks or self.weak:
                zone: Zone = "spaced" if self.margin else "flush"
                if before is not None and before.box is box:
                    zone = "line"
                self._part(before, line, line.element, zone)
        self.group.append(line)
        self.before = line
        self.blanks = self.weak = 0
        self.margin = False

    def _reset(self, line: Line | None) -> None:
        self.before = line
        self.blanks = self.weak = 0
        self.margin = False

    def _continues(self, before: Line, line: Line) -> bool:
        """Return whether *line* goes on with the block of the one before it in its box."""
        if self.blanks or not self.group:
            return False
        grouping = self.groupings.get(line.box)
        if grouping is None:
            # A letter that is quoted has lines of its own, however long.
            return self._quoted(line) > 0 or not is_paragraph_end(before.text, line.text)
        if grouping.wrapped and is_label(line.text) and is_label(before.text):
            return False
        return not grouping.starts_paragraph(line.indent)

    def _quoted(self, line: Line) -> int:
        return self.depths.get(line.box.quote, 0) if line.box.quote else 0

    def _part(self, before: Line | None, line: Line, element: Element, zone: Zone) -> None:
        """Add a break above *line*, which begins in *element*, if the gap above it is one."""
        if before is None:
            return
        normal = self.normals.get(zone)
        if normal is None:
            normal = self.normals[zone] = self.normal.of(zone)
        if (before.box.quote is None) != (line.box.quote is None):
            normal += 1  # what is quoted is set off by itself
        if zone == "flush" and "line" in self.normal.weights:
            normal = max(normal, self.normal.of("line"))  # a box begins no wider apart
        if self.blanks + self.weak > normal and _flows(before) and _flows(line):
            self.done.append((Block("break", BREAK_TEXT, value="gap"), element))

    def _finish(self) -> None:
        if self.whole is not None:
            self.done.append(self.whole)
            self.whole = None
        elif self.group:
            self.done.append(self._block(self.group))
            self.group = []

    def _block(self, lines: Sequence[Line]) -> Shown:
        first = lines[0]
        box = first.box
        kind, value, depth = box.kind, box.value, box.depth
        grouping = self.groupings.get(box) if self.groupings else None
        if len(lines) == 1:
            text, marks = first.text, first.marks
            if grouping is not None or (marks and ("*" in text or "_" in text)):
                marks = _with_typed(text, marks, grouping)
            if kind == "paragraph" and box.quote is None and "\n" not in text:  # most of a page
                return Block(kind, text, marks, depth, value), first.element
        else:
            text, marks = _join(lines, " " if grouping and grouping.wrapped else "\n")
            marks = _with_typed(text, marks, grouping)
        if kind == "heading" and (
            len(text) > _LONGEST_HEADING
            or (len(text) > _SHORT_HEADING and self._size_of(box) > _LARGEST_HEADING)
        ):
            kind, value = "paragraph", ""
        if kind == "paragraph":
            if box.quote is not None and (quoted := self._quoted(first)):
                kind, depth = "quote", quoted
            elif "\n" in text and is_verse(text):
                kind = "verse"
        return Block(kind, text, marks, depth, value), first.element

    def _size_of(self, heading: Box) -> int:
        """Return how many characters a heading has, whatever gaps are in it."""
        if not self.headings:
            for item in self.items:
                if isinstance(item, Line) and item.box.kind == "heading":
                    known = self.headings.get(id(item.box), 0)
                    self.headings[id(item.box)] = known + len(item.text)
        return self.headings.get(id(heading), 0)

    def _measure(self) -> GapMeter:
        meter = GapMeter()
        before: Line | None = None
        flowed = False  # whether the line before was running text
        length = 0  # of its text
        blanks, margin = 0, False
        for item in self.items:
            if isinstance(item, tuple):
                shown = len(item[0].text)
                if before is not None and flowed:
                    meter.add("spaced", blanks, max(length, shown))
                before, flowed, length, blanks, margin = _PARAGRAPH, True, shown, 0, False
            elif isinstance(item, Line):
                if item.symbols:
                    before, blanks, margin = None, 0, False
                    continue
                box = item.box
                flows = bool(item.text) and box.kind in _FLOWING
                if before is not None:
                    if before.box is not box:
                        margin |= box.margin
                        zone: Zone = "spaced" if margin else "flush"
                    else:
                        zone = "line"
                    if flows and flowed and (blanks or zone != "line" or self._parts(item)):
                        meter.add(zone, blanks, max(length, len(item.text)))
                before, flowed, blanks, margin = item, flows, 0, False
                length = len(item.text)
            elif isinstance(item, Blank):
                margin |= item.box.margin
                blanks += 1
            elif not isinstance(item, Hidden):
                before, blanks, margin = None, 0, False
        return meter

    def _parts(self, line: Line) -> bool:
        """Return whether a line right below another of its box begins a paragraph."""
        grouping = self.groupings.get(line.box)
        return grouping is not None and grouping.starts_paragraph(line.indent)


def _with_typed(text: str, marks: tuple[Mark, ...], grouping: Grouping | None) -> tuple[Mark, ...]:
    """Return *marks*, in a mail that a page shows with those of emphasis as it is typed: where
    lines are cut at a column, or all of it is in a typewriter's letters."""
    if "*" not in text and "_" not in text:
        return marks
    mail = grouping is not None and grouping.wrapped
    if not mail and not any(m.kind == "code" and m.end - m.start >= len(text) for m in marks):
        return marks
    if any(mark.kind in {"emphasis", "strong"} for mark in marks):
        return marks
    return tuple(sorted((*marks, *emphasis(text)), key=order))


def _is_centred(at: Element) -> bool:
    """True for a paragraph of its own in the middle: three dots there are no speech."""
    return at.tag in {"p", "center", "div"} and (
        at.tag == "center"
        or (at.get("align") or "").lower() == "center"
        or "center" in (at.get("style") or "").replace(" ", "")
    )


def _flows(line: Line) -> bool:
    return bool(line.text) and line.box.kind in _FLOWING


def _join(lines: Sequence[Line], glue: str) -> tuple[str, tuple[Mark, ...]]:
    marks: list[Mark] = []
    at = 0
    for line in lines:
        for mark in line.marks:
            # An emphasis that runs on over the line end is one emphasis.
            runs_on = mark.end == len(line.text) and mark.start < mark.end
            end = mark.end + (len(glue) if runs_on and line is not lines[-1] else 0)
            marks.append(Mark(mark.start + at, end + at, mark.kind, mark.value))
        at += len(line.text) + len(glue)
    return glue.join(line.text for line in lines), _trimmed(merged(marks), lines, glue)


def _trimmed(marks: Iterable[Mark], lines: Sequence[Line], glue: str) -> tuple[Mark, ...]:
    """Return *marks* without the line ends that were lent to those that do not run on."""
    ends = set()
    at = 0
    for line in lines[:-1]:
        at += len(line.text) + len(glue)
        ends.add(at)
    return tuple(
        Mark(m.start, m.end - len(glue), m.kind, m.value)
        if m.end in ends and m.start < m.end
        else m
        for m in marks
    )


def _quote_depths(items: Iterable[Item], size: int) -> dict[Quote, int]:
    """Return how deep each blockquote quotes; one that holds most of the page is a margin."""
    depths: dict[Quote, int] = {}
    for item in items:
        quote = item.box.quote if isinstance(item, Line) else None
        if quote is None:
            continue
        chain: list[Quote] = []
        while quote is not None and quote not in depths:
            chain.append(quote)
            quote = quote.parent
        depth = depths[quote] if quote is not None else 0
        for quote in reversed(chain):
            depth += quote.size < _LAYOUT_QUOTE * size
            depths[quote] = depth
    return depths


def _groupings(
    items: Iterable[Item], size: int, depths: Mapping[Quote, int]
) -> dict[Box, Grouping]:
    """Return for each box of several lines what its line ends mean."""
    found = {}
    for box, run in _runs(items):
        if box.kind not in ("pre", "table_row"):
            lines = [(i.text, i.indent) if isinstance(i, Line) else None for i in run]
            grouping = grouping_of(lines, page_size=size, in_p=box.in_p)
            quoted = box.quote is not None and depths.get(box.quote, 0) > 0
            if grouping is not None and (grouping.wrapped or not quoted):
                found[box] = grouping
    return found


def _runs(items: Iterable[Item]) -> Iterator[tuple[Box, list[Line | Blank]]]:
    """Yield the lines of each box that has several; rules and hidden texts may stand between."""
    box: Box | None = None
    run: list[Line | Blank] = []
    for item in items:
        if isinstance(item, (Rule, Hidden)):
            continue
        if not isinstance(item, tuple) and item.box is box:
            run.append(item)
            continue
        if len(run) > 1 and box is not None:
            yield box, run
        box, run = (None, []) if isinstance(item, tuple) else (item.box, [item])
    if len(run) > 1 and box is not None:
        yield box, run


def _is_called_break(text: str, element: Element) -> bool:
    """Return whether a line without letters or figures is one that its page calls a break."""
    return not any(map(str.isalnum, text)) and is_called_break(element)


def _is_dense(gaps: list[int], at: int, size: int) -> bool:
    """True where, of *size* blocks, those around, above or below the gap *at* have as many gaps
    between them as a page whose gaps are spacing has."""
    for begin in (at - _NEAR, at - _NEAR // 2, at):
        if begin < 0 or begin + _NEAR >= size:
            continue
        found = bisect_right(gaps, begin + _NEAR) - bisect_left(gaps, begin)
        if found >= _DENSE * (_NEAR + 1 - found):
            return True
    return False
