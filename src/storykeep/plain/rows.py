"""The rows of a plain text: where each begins and ends, how far it is indented, how deep quoted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from storykeep.patterns import has_one, lazy
from storykeep.plain.hyphens import Hyphens, hyphens_of
from storykeep.prose.breaks import NO_BREAK_BEGINS, is_symbol_break
from storykeep.prose.verse import opens_with_capitals

_ROW = lazy(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_OTHER_ENDS = tuple("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
# Mail quoting: "> text", ">> text", "> > text"; but ">_<" is a face and ">>>>" a rule.
_QUOTED = lazy(r"\s{0,3}((?:>[ \t]?)+)(?=[\w\s\"'“‘(*_\[.…-]|\Z)(?!_)")
_TABLE = lazy(r"\S {3,}\S.*\S {3,}\S|\S\t+\S.*\S\t+\S")
_CENTRED = 16
_WIDEST = 100  # columns; hardly anybody wrapped wider by hand or by mailer
_PRINTED = 132  # columns of what was wrapped for a wide printer or screen
_GOES_ON = 0.25  # of the rows that others follow
_NO_VERSE = 55  # columns
_ENOUGH = 0.25  # of the rows must be at the margin to show a column of their own
_MOSTLY = 0.5  # of its rows must be full, before so wide a column is believed
_NARROWEST = 40
_FEWEST = 6  # rows from which one sees how a text is typed
_LOOKED_AT = 60  # rows in which one sees whether a blank one stands below each
_TOGETHER = 0.03  # of the rows may stand right below another where line ends were doubled
_STICKS_OUT = 0.03  # of the rows: an address, a table
_CUE = lazy(r"[A-Z][\w'’ .-]{0,24}:(?=\s|\Z)")
_CUES = 3  # speeches by which a name is known as a speaker's
_RUNS_ON = lazy(r"[\w,;]\Z")
_DASH = lazy(r"\w--\w")


@dataclass(slots=True)  # not frozen: a long text has 100,000 rows, and that doubles their cost
class Row:
    """One typed line. `start` and `end` bound its text without indent, quote marks, end spaces."""

    start: int
    end: int
    text: str
    indent: int = 0  # columns, behind the quote marks
    quoted: int = 0  # how many ">" stand before it
    symbol: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing is on it."""
        return self.start == self.end

    @property
    def width(self) -> int:
        """The column it reaches to."""
        return self.indent + len(self.text)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a text is typed. `width` is the column it is wrapped at, 0 where it is not wrapped."""

    width: int
    margin: int  # the indent of ordinary rows
    indented: bool  # paragraphs begin with an indented row
    closed_dashes: bool = False  # "word--word" is commoner than "word-- word"
    hyphens: Hyphens = field(default_factory=Hyphens)
    verse: bool = False  # all of it: its line ends were typed on purpose
    speakers: frozenset[str] = frozenset()  # whose names stand before their speeches, as in a play


def rows_of(text: str) -> list[Row]:
    """Return the rows of *text*; any of Unicode's line ends parts them, a form feed too."""
    found: list[Row] = []
    start = 0
    if not has_one(text, _OTHER_ENDS):  # most texts
        for typed in text.split("\n"):
            end = start + len(typed)
            found.append(_row(text, start, end))
            start = end + 1
        return found
    for match in _ROW.finditer(text):
        found.append(_row(text, start, match.start()))
        start = match.end()
    found.append(_row(text, start, len(text)))
    return found


def split_rows(text: str) -> list[str]:
    """Return the rows of *text* as they were typed, without their line ends."""
    return _ROW.split(text)


def _row(text: str, start: int, end: int) -> Row:
    typed = text[start:end]
    stripped = typed.strip()
    quoted = 0
    if stripped.startswith(">") and (match := _QUOTED.match(typed)):
        quoted = match[1].count(">")
        start += match.end(1)
        typed = text[start:end]
        stripped = typed.strip()
    if not stripped:
        return Row(start, start, "", quoted=quoted)
    indent = 0
    if typed[0] != stripped[0]:
        lead = len(typed) - len(typed.lstrip())
        indent = len(typed[:lead].expandtabs(8))
        start += lead
    symbol = stripped[0] not in NO_BREAK_BEGINS and is_symbol_break(stripped)
    return Row(start, start + len(stripped), stripped, indent, quoted, symbol)


def is_table(row: Row) -> bool:
    """Return whether *row* looks like columns: three words or more, far apart."""
    return ("   " in row.text or "\t" in row.text) and bool(_TABLE.search(row.text))


def measure(rows: Sequence[Row]) -> Measure:
    """Return how the text of *rows* is typed."""
    typed = [row for row in rows if not row.blank and not row.symbol]
    if not typed:
        return Measure(0, 0, indented=False)
    margin = Counter(min(row.indent, _CENTRED) for row in typed).most_common(1)[0][0]
    pairs = [
        (one, two)
        for one, two in pairwise(rows)
        if not (one.blank or two.blank or one.symbol or two.symbol)
    ]
    width = _wrap_column(typed, pairs)
    texts = [row.text for row in typed]
    return Measure(
        width,
        *_indents(typed, pairs, margin),
        _closes_dashes(text for text in texts if "--" in text),
        hyphens_of([(one.text, two.text) for one, two in pairs], texts),
        opens_with_capitals((one.text, two.text) for one, two in pairs),
        _speakers(texts),
    )


def _speakers(texts: Iterable[str]) -> frozenset[str]:
    counts = Counter(name for text in texts if ":" in text and (name := speaker_of(text)))
    return frozenset(name for name, count in counts.items() if count >= _CUES)


def speaker_of(text: str) -> str:
    """Return the name before a row's first colon, as in "Mara: I did."; "" without one."""
    cue = _CUE.match(text)
    return cue[0] if cue else ""


def _closes_dashes(texts: Iterable[str]) -> bool:
    return sum(len(_DASH.findall(text)) - text.count("-- ") for text in texts) > 0


def single_spaced(rows: Sequence[Row]) -> list[Row]:
    """Return *rows* with half as many blank ones if the text's line ends were doubled on its way.

    Then every row has a blank one below it, though many run on in the middle of a sentence.
    """
    if _stand_together(rows[:_LOOKED_AT]) or _stand_together(rows):
        return list(rows)
    typed = [row for row in rows if not row.blank]
    if len(typed) < _FEWEST:
        return list(rows)
    running = sum(
        two.text[0].islower() and bool(_RUNS_ON.search(one.text)) for one, two in pairwise(typed)
    )
    widths = sorted(row.width for row in typed)
    if running < 0.2 * len(typed) or _reached(widths) > _WIDEST:
        return list(rows)
    found: list[Row] = []
    for blank, run in groupby(rows, key=lambda row: row.blank):
        together = list(run)
        found += together[: len(together) // 2] if blank else together
    return found


def _stand_together(rows: Sequence[Row]) -> bool:
    """Return whether more than very few of *rows* stand right below another."""
    pairs = sum(
        not (one.blank or two.blank or one.symbol or two.symbol) for one, two in pairwise(rows)
    )
    return pairs > _TOGETHER * len(rows)


def _reached(widths: Sequence[int]) -> int:
    """Return the column that sorted *widths* reach to, but for the few that stick out."""
    return widths[min(len(widths) - 1, int(len(widths) * (1 - _STICKS_OUT)))]


def _indents(
    typed: Sequence[Row], pairs: Sequence[tuple[Row, Row]], margin: int
) -> tuple[int, bool]:
    """Return the ordinary indent, and whether a deeper one begins a paragraph."""
    deeper = sum(0 < two.indent - one.indent < _CENTRED for one, two in pairs)
    shallower = sum(0 < one.indent - two.indent < _CENTRED for one, two in pairs)
    if margin and shallower:
        # Dialogue is mostly first rows, so the commonest indent may be the paragraphs'.
        floor = Counter(row.indent for row in typed if row.indent < margin)
        if floor and sum(floor.values()) >= 0.05 * len(typed):
            margin = min(floor)
    return margin, deeper >= 2 or (deeper >= 1 and len(pairs) <= 8)


def _wrap_column(typed: Sequence[Row], pairs: Sequence[tuple[Row, Row]]) -> int:
    return (
        _column_up_to(_WIDEST, 0.3, typed, pairs)
        or _column_up_to(_PRINTED, _MOSTLY, typed, pairs)
        or _column_at_margin(typed, pairs)
        or _column_by_hand(pairs)
    )


def _column_by_hand(pairs: Sequence[tuple[Row, Row]]) -> int:
    """Return about the column of rows that were broken by hand, none as full as it could be: many
    go on in the middle of a sentence, and are too long for verse."""
    running = sorted(
        one.width
        for one, two in pairs
        if two.text[0].islower() and two.indent <= one.indent and _RUNS_ON.search(one.text)
    )
    if len(running) < max(_FEWEST, _GOES_ON * len(pairs)):
        return 0
    median, column = running[len(running) // 2], running[int(0.9 * len(running))]
    return column if median >= _NO_VERSE and column <= _PRINTED else 0


def _column_at_margin(typed: Sequence[Row], pairs: Sequence[tuple[Row, Row]]) -> int:
    """Return the column of the rows that are not moved in: a word processor that counted a tab for
    less than eight columns wrapped by what it showed, and so the first rows stick out."""
    margin = min(row.indent for row in typed)
    within = [row for row in typed if row.indent == margin]
    if len(within) == len(typed) or len(within) < _ENOUGH * len(typed):
        return 0
    at_margin = [(one, two) for one, two in pairs if one.indent == two.indent == margin]
    return _column_up_to(_WIDEST, _MOSTLY, within, at_margin)


def _column_up_to(
    widest: int, share: float, typed: Sequence[Row], pairs: Sequence[tuple[Row, Row]]
) -> int:
    """Return the column that a text is wrapped at, up to *widest*; 0 where less than *share* of
    the rows that others follow is full."""
    widths = sorted(row.width for row in typed)
    over = [width for width in widths if width > widest]
    if sum(over) > 0.2 * sum(widths):
        return 0
    within = [width for width in widths if width <= widest]
    if len(within) < 2 or not pairs:
        return 0
    column = _reached(within)
    if column < _NARROWEST:
        return 0
    # What goes on in small letters further in is an entry of a list or a play.
    flowing = [
        (one, two) for one, two in pairs if two.indent <= one.indent or two.text[0].islower()
    ]
    full = sum(is_full(one, two, column) for one, two in flowing)
    return column if full >= max(1, share * len(flowing)) else 0


def is_full(row: Row, following: Row, column: int) -> bool:
    """Return whether *row* was broken because the next word had no room up to *column*."""
    return row.width + 1 + min(first_word(following), 20) > column - 2


def first_word(row: Row) -> int:
    """Return the length of the first word of *row*."""
    if "\t" in row.text:
        return len(row.text.split(maxsplit=1)[0])
    end = row.text.find(" ")
    return end if end >= 0 else len(row.text)
