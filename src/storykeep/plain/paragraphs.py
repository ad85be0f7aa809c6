"""Which rows make one paragraph: hard wraps run on, short rows of verse and labels stay apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from storykeep.model import BlockKind
from storykeep.patterns import lazy
from storykeep.plain.rows import Measure, Row, first_word, is_full, is_table, speaker_of

_CENTRED = 16
_STEP = 2  # columns: paragraphs that begin further in do not begin with one blank
_SET_OFF = 8  # rows; a longer stretch is a letter, wrapped as any text
_FEWEST = 6  # rows from which one sees how a run is typed
_NARROW, _WIDE = 40, 132  # columns that somebody wraps at
_OPENS = "\"“«„‘'`"
_ENDS = lazy(r"[.!?…:*~][\"'”’»)*_/~]*\Z|[\"”»]\Z|--?\Z|—\Z|\A\(.*\)\Z")
_LABEL = lazy(r"[A-Z][\w'’ /&.()-]{0,28}:(?:\s|\Z)")
_END_SIGNS = frozenset(".!?…:*~\"'”’»)_/-—")  # what a match of _ENDS may end in
_SPEECH_ENDS = lazy(r"[.!?…—-][\"”»]\Z")
_HYPHEN = lazy(r"\w-\Z")

Glue = str  # what stands between two rows of a paragraph: " ", "\n", "" or CUT
CUT = "-"  # nothing, and the hyphen before it goes


@dataclass(slots=True)
class Paragraph:
    """Rows that are one block, and what joins each to the one before."""

    rows: list[Row]
    glue: list[Glue] = field(default_factory=list)
    kind: BlockKind = "paragraph"

    @property
    def length(self) -> int:
        """Characters of text."""
        return sum(len(row.text) for row in self.rows)


def paragraphs_of(rows: Sequence[Row], how: Measure) -> Iterator[Paragraph]:
    """Yield the paragraphs of a run of *rows* without blank or symbol rows, typed as *how* says."""
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at].quoted != rows[start].quoted:
            yield from _one_voice(rows[start:at], how)
            start = at


def _one_voice(rows: Sequence[Row], how: Measure) -> Iterator[Paragraph]:
    if _is_columns(rows):
        yield Paragraph(list(rows), ["\n"] * (len(rows) - 1), "pre")
        return
    if how.verse:
        yield Paragraph(list(rows), ["\n"] * (len(rows) - 1))
        return
    if not how.width:
        column = _own_column(rows)
        if not column:
            yield from _unwrapped(rows)
            return
        how = replace(how, width=column)
    if entries := _hanging(rows, how):
        yield from entries
        return
    current = Paragraph([rows[0]])
    lists = sum(_is_label(row.text) for row in rows) >= 2
    stacked = _is_stacked(rows, how) or _is_set_off(rows, how)
    column = _ragged_column(rows)
    for before, row in pairwise(rows):
        if column and not stacked and _has_room(before, row, column):
            glue = None
        else:
            glue = _glue(before, row, how, stacked=stacked, labels=lists)
        if glue is None:
            yield current
            current = Paragraph([row])
        else:
            current.rows.append(row)
            current.glue.append(glue)
    yield current


def _glue(before: Row, row: Row, how: Measure, *, stacked: bool, labels: bool) -> Glue | None:
    """Return what joins *row* to the row *before*, None where it begins a paragraph."""
    deeper = row.indent - before.indent
    if max(row.indent, before.indent) >= _CENTRED and deeper:
        return None
    if how.indented and row.indent > how.margin and not (stacked and before.indent > how.margin):
        return _wrap(before, row, how) if _runs_on(before, row, how) else None
    full = is_full(before, row, how.width)
    if how.speakers and ":" in row.text and speaker_of(row.text) in how.speakers:
        return None
    if labels and _is_label(row.text):
        return "\n"
    if stacked:
        return "\n"
    ends = _ends(before.text)
    if full:
        if ends and (_is_title(row, how) or _answers(before, row)):
            return None
        return _wrap(before, row, how)
    if ends and (row.text[0] in _OPENS or before.width < 0.75 * how.width):
        return None
    if row.text[0] in _OPENS and before.width < 0.6 * how.width:
        return None
    if row.text[0].islower() or before.width >= 0.6 * how.width:
        return _wrap(before, row, how)
    return "\n"


def _own_column(rows: Sequence[Row]) -> int:
    """Return the column that a run is wrapped at in a text that is not: many of its rows run on
    in mid-sentence; 0 where they do not."""
    if len(rows) < _FEWEST:
        return 0
    running = sum(
        two.text[0].islower() and not _ends(one.text) and two.indent <= one.indent
        for one, two in pairwise(rows)
    )
    widths = sorted(row.width for row in rows)
    column = widths[int(len(widths) * 0.9)]
    return column if running >= 0.12 * len(rows) and _NARROW <= column <= _WIDE else 0


def _runs_on(before: Row, row: Row, how: Measure) -> bool:
    """Return whether a sentence goes on in *row*, though it is further in than the margin: a space
    that the wrap left behind moves it, or all of a block is."""
    step = row.indent - before.indent
    if step < 0 and row.indent == how.margin + 1 and before.indent > how.margin + _STEP:
        return not _ends(before.text) and before.width >= 0.75 * how.width
    bracketed = step in {0, 1} and before.text.count("[") > before.text.count("]")
    return (
        (bracketed or (row.text[0].islower() and (step == 0 or row.indent == how.margin + 1)))
        and not _ends(before.text)
        and before.width >= (0.75 if step else 0.6) * how.width
    )


def _hanging(rows: Sequence[Row], how: Measure) -> list[Paragraph]:
    """Return *rows* as entries that begin further left than they go on, as those of numbered lists
    and of plays do; none where they are no such."""
    base = min(row.indent for row in rows)
    below = [(one, two) for one, two in pairwise(rows) if two.indent > base]
    if (
        not below
        or rows[0].indent != base
        or below[0][1].indent < base + 2
        or len({row.indent for _, row in below}) > 1
        or not all(_parts(one, two, how) for one, two in pairwise(rows) if two.indent == base)
        or not all(is_full(one, two, how.width) for one, two in below)
        or sum(_ends(one.text) for one, _ in below) * 2 > len(below)
        or not any(row.text[0].islower() for _, row in below)
    ):
        return []
    entries = [Paragraph([rows[0]])]
    for before, row in pairwise(rows):
        if row.indent == base:
            entries.append(Paragraph([row]))
        else:
            entries[-1].rows.append(row)
            entries[-1].glue.append(_wrap(before, row, how))
    return entries


def _parts(before: Row, row: Row, how: Measure) -> bool:
    """Return whether what *before* says may end there."""
    return _ends(before.text) or not is_full(before, row, how.width)


def _ends(text: str) -> bool:
    """Return whether a sentence, a speech or a remark ends with *text*."""
    return text[-1] in _END_SIGNS and bool(_ENDS.search(text))


def _is_label(text: str) -> bool:
    return ":" in text and bool(_LABEL.match(text))


def _is_title(row: Row, how: Measure) -> bool:
    """Return whether *row* is nothing but a short title between quotation marks."""
    inner = row.text[1:-1]
    return (
        row.width < 0.6 * how.width
        and len(inner) > 2
        and row.text[0] in '"“'
        and row.text[-1] in '"”'
        and row.text[-2] not in ".,!?…"
        and not any(mark in inner for mark in '"“”')
    )


def _answers(before: Row, row: Row) -> bool:
    """Return whether one speech ends and the next begins: that is never within one paragraph."""
    return row.text[0] in '"“«' and bool(_SPEECH_ENDS.search(before.text))


def _ragged_column(rows: Sequence[Row]) -> int:
    """Return the column that *rows* are filled to if the short ones among them end paragraphs.

    0 where that is not so: where a short row breaks off in mid-sentence, all were typed by hand.
    """
    if len(rows) < _FEWEST:
        return 0
    column = max(row.width for row in rows)
    short = [one for one, two in pairwise(rows) if _has_room(one, two, column)]
    ended = all(_ends(row.text) for row in short)
    return column if ended and 2 <= len(short) < 0.6 * len(rows) else 0


def _has_room(row: Row, following: Row, column: int) -> bool:
    """Return whether the next word would have stood on *row*, up to *column* exactly."""
    return row.width + 1 + first_word(following) <= column


def _wrap(before: Row, row: Row, how: Measure) -> Glue:
    """Return what a hard wrap replaced: a space, or nothing behind a hyphen or an open dash."""
    if before.text.endswith("--") and row.text[0].isalpha():
        return "" if how.closed_dashes else " "
    if before.text[-1] == "-" and _HYPHEN.search(before.text) and row.text[0].islower():
        return CUT if how.hyphens.is_cut(before.text, row.text) else ""
    return " "


def _is_columns(rows: Sequence[Row]) -> bool:
    return len(rows) >= 2 and sum(is_table(row) for row in rows) * 2 > len(rows)


def _is_stacked(rows: Sequence[Row], how: Measure) -> bool:
    """Return whether the ends of *rows* were typed on purpose: verse, an address, a signature."""
    if len(rows) < 2:
        return False
    inner = list(pairwise(rows))
    if how.indented and any(two.indent > how.margin >= one.indent for one, two in inner):
        return False
    short = [one.width < 0.75 * how.width for one, two in inner]
    spoken = sum(row.text[0] in '"“«' for row in rows)
    return (
        sum(short) >= 0.8 * len(short)
        and spoken * 2 < len(rows)
        and sum(_ends(one.text) for one, _ in inner) * 2 <= len(inner)
    )


def _is_set_off(rows: Sequence[Row], how: Measure) -> bool:
    """Return whether a few *rows* stand apart as a bill, a list or a note: each is a line of its
    own, indented alike in a text that does not indent its paragraphs."""
    return (
        3 <= len(rows) <= _SET_OFF
        and not how.indented
        and len({row.indent for row in rows}) == 1
        and rows[0].indent >= how.margin + 2
        and max(row.width for row in rows) < 0.9 * how.width
        and not any(row.text[0].islower() or row.text[0] in _OPENS for row in rows)
    )


def _unwrapped(rows: Sequence[Row]) -> Iterator[Paragraph]:
    """Yield one paragraph for each long row; short rows that stand together stay together."""
    current = Paragraph([rows[0]])
    for before, row in pairwise(rows):
        if _is_short(before) and _is_short(row) and row.indent == before.indent:
            current.rows.append(row)
            current.glue.append("\n")
        else:
            yield current
            current = Paragraph([row])
    yield current


def _is_short(row: Row) -> bool:
    return len(row.text) <= 70 and row.text[0] not in '"“«'
