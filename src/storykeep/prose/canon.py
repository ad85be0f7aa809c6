"""Blocks in their one canonical shape, counted, and with stray breaks taken out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from storykeep.model import Block, Mark
from storykeep.patterns import lazy
from storykeep.spaces import count, has_only_spaces, is_even

BREAK_TEXT = "* * *"
_KEEPS_BLANK_LINES = ("pre", "verse")
_DEEP = ("quote", "list_item")  # kinds whose depth is 1 or more
_VALUED = ("heading", "break", "list_item")
_STRENGTH = {"symbol": 3, "image": 2, "rule": 1, "gap": 0}
_LINE_END = lazy(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def words(blocks: Iterable[Block]) -> int:
    """Return the number of whitespace-separated tokens of all *blocks* but breaks."""
    # One text is looked through many times faster than its pieces.
    text = "\n".join([block.text for block in blocks if block.kind != "break"])
    return count(text.replace("\n", " "))


def tally(blocks: Sequence[Block], *, spaced: bool = False) -> tuple[int, int]:
    """Return what `words` does, and about how many words the breaks have as well: line ends within
    a block are not counted.

    *spaced*: it is known that no two spaces stand side by side. To look for them takes longer than
    all else.
    """
    texts = [block.text for block in blocks if block.text]
    if not texts:
        return 0, 0
    whole = " ".join(texts)
    ends = 0
    if "\n" in whole:
        ends = whole.count("\n")
        whole = whole.replace("\n", " ")
    spaces = whole.count(" ")
    even = has_only_spaces(whole) if spaced else is_even(whole)
    tokens = spaces + 1 if even else len(whole.split())
    breaks = [block.text for block in blocks if block.kind == "break"]
    return tokens - sum([len(text.split()) for text in breaks]), spaces - ends + 1


def tidy(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return a body's canonical blocks with no break first, last or doubled; and the breaks cut.

    Of two neighbouring breaks the one that was typed stays, else image, rule, gap in this order.
    """
    kept: list[Block] = []
    cut: list[Block] = []
    for block in canonical(blocks):
        if block.kind != "break" or (kept and kept[-1].kind != "break"):
            kept.append(block)
        elif not kept or _STRENGTH.get(block.value, 0) <= _STRENGTH.get(kept[-1].value, 0):
            cut.append(block)
        else:
            cut.append(kept[-1])
            kept[-1] = block
    if kept and kept[-1].kind == "break":
        cut.append(kept.pop())
    return tuple(kept), tuple(cut)


def canonical(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return *blocks* in the shape that text and marks can hold: the same words, one way to say it.

    Lines are stripped (in pre only at the end), blank lines stay only in pre and verse (one at a
    time in verse), empty blocks go, their images move to the next block that is no break (else the
    one before); marks are clipped, merged where they touch, cleared of white space at their edges
    and sorted.
    """
    blocks = tuple(blocks)
    # They are looked through together, which is many times faster than one by one.
    lines = has_only_spaces("".join([block.text for block in blocks]))
    shaped = [block if _is_canonical(block, lines=lines) else _shape(block) for block in blocks]
    if "" not in [block.text for block in shaped]:
        return tuple(shaped)
    kept: list[Block] = []
    homeless: list[Mark] = []
    for block in shaped:
        if not block.text:
            homeless += [mark for mark in block.marks if mark.kind == "image"]
        elif homeless and block.kind != "break":
            moved = [replace(mark, start=0, end=0) for mark in homeless]
            kept.append(replace(block, marks=merged([*moved, *block.marks])))
            homeless = []
        else:
            kept.append(block)
    if not homeless:
        return tuple(kept)
    if not kept:
        return (Block("paragraph", "", merged([replace(m, start=0, end=0) for m in homeless])),)
    at = next((i for i in reversed(range(len(kept))) if kept[i].kind != "break"), len(kept) - 1)
    end = len(kept[at].text)
    moved = [replace(mark, start=end, end=end) for mark in homeless]
    kept[at] = replace(kept[at], marks=merged([*kept[at].marks, *moved]))
    return tuple(kept)


def merged(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return inline *marks* sorted, with equal kinds that touch or overlap made one."""
    if len(marks) < 2 or _are_merged(marks):
        return tuple(marks)
    groups: dict[tuple[str, str], list[Mark]] = {}
    for mark in sorted(set(marks), key=order):
        group = groups.setdefault((mark.kind, mark.value), [])
        if group and group[-1].start < mark.start <= group[-1].end < mark.end:
            group[-1] = replace(group[-1], end=mark.end)
        elif not group or mark.start > group[-1].end or mark.start == mark.end:
            group.append(mark)
    return tuple(sorted((mark for group in groups.values() for mark in group), key=order))


def order(mark: Mark) -> tuple[int, int, int, str, str]:
    """Return the key that sorts marks: start, longest first, depth; then kind and value."""
    return mark.start, -mark.end, mark.depth, mark.kind, mark.value


def _are_merged(marks: Sequence[Mark]) -> bool:
    """Return whether `merged` would find nothing to do; it is asked of marks that mostly are."""
    ends: dict[tuple[str, str], int] = {}
    last: Mark | None = None
    for mark in marks:
        if last is not None and mark.start <= last.start and order(mark) <= order(last):
            return False
        last = mark
        name = (mark.kind, mark.value)
        if ends.get(name, -1) >= mark.start != mark.end:
            return False
        ends[name] = mark.end
    return True


def _is_canonical(block: Block, *, lines: bool) -> bool:
    """Return whether `_shape` would leave *block* as it is; most of a page's blocks are.

    *lines*: its text is known to be one line.
    """
    kind, text, marks = block.kind, block.text, block.marks
    if kind in ("pre", "verse") or not text:
        return False
    if text[0] == " " or text[-1] == " " or not (lines or _is_shaped(text)):
        return False
    if kind == "paragraph":
        if block.depth or block.value:
            return False
    elif (block.value and kind not in _VALUED) or (kind in _DEEP and block.depth < 1):
        return False
    if not marks:
        return True
    length = len(text)
    for mark in marks:
        start, end = mark.start, mark.end
        if mark.depth or not 0 <= start <= end <= length:
            return False
        if start == end or mark.kind == "image":
            if start != end or mark.kind != "image":
                return False
        elif text[start].isspace() or text[end - 1].isspace():
            return False
    return len(marks) < 2 or _are_merged(marks)


def _is_shaped(text: str) -> bool:
    """Return whether the lines of *text* are stripped, none is blank, and all end in a newline."""
    if has_only_spaces(text):
        return text[:1] != " " != text[-1:]
    lines = text.splitlines()
    if len(lines) == 1:
        return lines[0] == text and not (text[0].isspace() or text[-1].isspace())
    return text == "\n".join(lines) and all(line and line == line.strip() for line in lines)


def _shape(block: Block) -> Block:
    text, marks = block.text, block.marks
    if block.kind == "pre":
        text, marks = rewrite(text, marks, _spans_of_pre(text))
    elif not _is_shaped(text):
        text, marks = rewrite(text, marks, _spans_of_flow(text, verse=block.kind == "verse"))
    if marks:
        clipped = merged([m for mark in marks if (m := _clip(mark, text))])
        tight = [m for mark in clipped if (m := tightened(mark, text))]
        marks = clipped if tight == list(clipped) else merged(tight)
    depth = block.depth if block.kind != "paragraph" else 0
    if block.kind in _DEEP:
        depth = max(1, depth)
    value = block.value if block.kind in _VALUED else ""
    return Block(block.kind, text, marks, depth, value)


def tightened(mark: Mark, text: str) -> Mark | None:
    """Return *mark* without the white space at its edges, None where nothing else is left."""
    if mark.start == mark.end:
        return mark
    if not (text[mark.start].isspace() or text[mark.end - 1].isspace()):
        return mark
    covered = text[mark.start : mark.end]
    start = mark.start + len(covered) - len(covered.lstrip())
    end = mark.start + len(covered.rstrip())
    return replace(mark, start=start, end=end) if start < end else None


def _clip(mark: Mark, text: str) -> Mark | None:
    start = min(max(0, mark.start), len(text))
    end = min(max(start, mark.end), len(text))
    if mark.kind != "image" and start == end:
        return None
    if mark.kind == "image":
        end = start
    return Mark(start, end, mark.kind, mark.value)


_Span = tuple[int, int] | str  # a piece of the old text, or new text


def _spans_of_flow(text: str, *, verse: bool) -> list[_Span]:
    spans: list[_Span] = []
    blank = 0
    for start, end in _lines(text):
        line = text[start:end]
        if not line.strip():
            blank += 1
            continue
        if spans:
            spans.append("\n\n" if verse and blank else "\n")
        blank = 0
        left = start + len(line) - len(line.lstrip())
        spans.append((left, start + len(line.rstrip())))
    return spans


def _spans_of_pre(text: str) -> list[_Span]:
    lines = [(start, start + len(text[start:end].rstrip())) for start, end in _lines(text)]
    while lines and lines[0][0] == lines[0][1]:
        del lines[0]
    while lines and lines[-1][0] == lines[-1][1]:
        lines.pop()
    spans: list[_Span] = []
    for line in lines:
        spans += ["\n", line] if spans else [line]
    return spans


def _lines(text: str) -> list[tuple[int, int]]:
    found = []
    start = 0
    for match in re.finditer(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text):
        found.append((start, match.start()))
        start = match.end()
    found.append((start, len(text)))
    return found


def rewrite(
    text: str, marks: Sequence[Mark], spans: Sequence[_Span]
) -> tuple[str, tuple[Mark, ...]]:
    """Return the text that *spans* of *text* and new pieces make up, and *marks* moved with it.

    Spans are in order and do not overlap. A mark over nothing but what was cut is gone; an image
    that stood there moves to the end of what precedes it.
    """
    pieces: list[str] = []
    places: list[tuple[int, int, int]] = []  # old start, old end, new start
    length = 0
    for span in spans:
        if isinstance(span, str):
            pieces.append(span)
        else:
            pieces.append(text[span[0] : span[1]])
            places.append((span[0], span[1], length))
        length += len(pieces[-1])
    moved = [_moved(mark, places) for mark in marks] if marks else []
    return "".join(pieces), tuple(mark for mark in moved if mark)


def _moved(mark: Mark, places: list[tuple[int, int, int]]) -> Mark | None:
    if not places:
        return replace(mark, start=0, end=0) if mark.kind == "image" else None
    after = bisect_right(places, mark.start, key=lambda place: place[0])
    if mark.start == mark.end:
        at = _within(mark.end, places, after)
        return replace(mark, start=at, end=at)
    end = _within(mark.end, places, bisect_left(places, mark.end, key=lambda place: place[0]))
    start = places[0][2]
    if after:
        old_start, old_end, new_start = places[after - 1]
        if mark.start < old_end:
            start = new_start + mark.start - old_start
        elif after == len(places):
            return None
        else:
            start = places[after][2]
    return replace(mark, start=start, end=end) if start < end else None


def _within(offset: int, places: list[tuple[int, int, int]], after: int) -> int:
    """Return where *offset* went, no further than the end of the place before number *after*."""
    if not after:
        return places[0][2]
    old_start, old_end, new_start = places[after - 1]
    return new_start + min(offset, old_end) - old_start
