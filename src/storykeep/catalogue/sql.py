"""A dump of an SQL database, statement by statement, row by row: read as data, never run.

What mysqldump, phpMyAdmin and Sequel Pro write is read (MySQL manual, section 11.1): extended
inserts, with and without columns, escapes, comments. Behind damage the reading goes on at the next
thing that is whole. A value is only copied where it is asked for.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from storykeep.catalogue.entry import MOST_BYTES, Refused

Data = mmap.mmap | bytes

_COMMENT = rb"--(?=\s)[^\n]*+|\#[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_SINGLE = rb"'(?:[^'\\]++|\\.|'')*+'"
_DOUBLE = rb'"(?:[^"\\]++|\\.|"")*+"'
_NAME = rb"(?:`[^`\n]{1,128}`|\"[^\"\n]{1,128}\"|[\w$]{1,128})"
_SPACE = re.compile(rb"(?:\s++|" + _COMMENT + rb")*+")
# Between rows no more is believed to be comments than anybody writes there: each row asks anew.
_BLANK = rb"(?:\s++|--(?=\s)[^\n]{0,999}+|\#[^\n]{0,999}+|/\*[^*]{0,999}+\*/){0,20}+"
_SKIP = re.compile(
    rb"(?:[^'\"`;\-#/]++|"
    + _SINGLE
    + rb"|"
    + _DOUBLE
    + rb"|`[^`]*+`|"
    + _COMMENT
    + rb"|-|/(?!\*))*+;",
    re.DOTALL,
)
_INSERT = re.compile(
    rb"(?:INSERT|REPLACE)\s++(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\s++)*+(?:INTO\s++)?"
    rb"(" + _NAME + rb"(?:\s*\.\s*" + _NAME + rb")?)\s*+(?:\(([^()]{0,20000})\)\s*+)?VALUES?\s*+",
    re.IGNORECASE,
)
_CREATE = re.compile(
    rb"CREATE\s++(?:TEMPORARY\s++)?TABLE\s++(?:IF\s++NOT\s++EXISTS\s++)?"
    rb"(" + _NAME + rb"(?:\s*\.\s*" + _NAME + rb")?)\s*+\(",
    re.IGNORECASE,
)
_COLUMN = re.compile(rb"^[ \t]*+(" + _NAME + rb")[ \t]++[a-z]", re.IGNORECASE | re.MULTILINE)
_CREATED = re.compile(rb"^[ \t]*+\)|;", re.MULTILINE)  # of a list of columns: its end
_NO_COLUMNS = frozenset(
    {"primary", "key", "unique", "index", "fulltext", "spatial", "constraint", "foreign", "check"}
)
_VALUE = re.compile(
    rb"\s*+((?:_[a-z0-9]{2,20}\s*+)?(?:" + _SINGLE + rb"|" + _DOUBLE + rb")"
    rb"|x'[0-9a-f]*+'|0x[0-9a-f]++|[-+]?[0-9.]++(?:e[-+]?[0-9]++)?|[a-z_]++(?:\(\))?)\s*+([,)])",
    re.IGNORECASE | re.DOTALL,
)
# A value of broken quotes: it ends at the quote behind which a value can end.
_LOOSE = re.compile(
    rb"\s*+('(?:[^'\\]++|\\.|'(?!\s*+[,)]))*+'"
    rb'|"(?:[^"\\]++|\\.|"(?!\s*+[,)]))*+"'
    rb"|NULL|[-+]?[0-9.]++)\s*+([,)])",
    re.IGNORECASE | re.DOTALL,
)
_OPENS = re.compile(_BLANK + rb"\(")
_BEHIND = re.compile(_BLANK + rb"([,;]|ON\s|\Z)", re.IGNORECASE)
_NEXT_ROW = re.compile(rb"\)\s*+,\s*+(?=\(\s*+(?:[-0-9'x_]|NULL))", re.IGNORECASE)
_NEXT_STATEMENT = re.compile(
    rb"^(?:INSERT|REPLACE|CREATE|DROP|LOCK|UNLOCK|ALTER|USE|SET)\s", re.IGNORECASE | re.MULTILINE
)
_CHARSET = re.compile(rb"\bSET\s+NAMES\s+'?([\w-]{2,40})", re.IGNORECASE)
_ESCAPE = re.compile(rb"\\(.)|''", re.DOTALL)
_ESCAPES = {b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a"}
_LOOK = 1 << 16
_MOST_COLUMNS = 200  # eFiction's settings have sixty
# In a row: what follows then is no dump, and looking on costs time without end.
_MOST_BROKEN_ROWS = 100
_MOST_BROKEN_STATEMENTS = 20


def charset(data: Data) -> str | None:
    """Return in which encoding a dump says that it is, None where it does not say."""
    found = _CHARSET.search(data[:_LOOK])
    label = found[1].decode("ascii").lower() if found else None
    return "utf-8" if label and label.startswith("utf8") else label


def plain_name(name: bytes) -> str:
    """Return a name without its quotes and its database, in lower case."""
    bare = name.rpartition(b".")[2].strip().strip(b'`"')
    return bare.decode("utf-8", "replace").lower()


@dataclass(slots=True)
class Row:
    """One row; `spans` are where its values lie."""

    data: Data
    at: int
    columns: Mapping[str, int]
    spans: list[tuple[int, int]]
    mended: bool = False

    def get(self, column: str) -> bytes | None:
        """Return a value without its quotes; None for NULL, and where there is no such column.

        Raises ValueError for one that is longer than anything that is read here may be.
        """
        place = self.columns.get(column)
        if place is None:
            return None
        start, end = self.spans[place]
        if end - start > MOST_BYTES:
            raise ValueError(f"its {column} has {end - start:,} bytes")
        return unquoted(self.data[start:end])


def unquoted(raw: bytes) -> bytes | None:
    """Return what a literal stands for, None for NULL."""
    if raw[:1] == b"_" and b"'" in raw:
        raw = raw[raw.index(b"'") :]
    if raw[:1] in (b"'", b'"'):
        inner = raw[1:-1]
        if raw[:1] == b'"':
            inner = inner.replace(b'""', b'"')
        if b"\\" in inner or b"''" in inner:
            inner = _ESCAPE.sub(_meant, inner)
        return inner
    if raw.upper() == b"NULL":
        return None
    if raw[:2].lower() in (b"0x", b"x'"):
        digits = raw[2:].rstrip(b"'").decode("ascii")
        return bytes.fromhex(digits if len(digits) % 2 == 0 else f"0{digits}")
    return raw


def _meant(found: re.Match[bytes]) -> bytes:
    return _ESCAPES.get(found[1], found[1]) if found[1] is not None else b"'"


@dataclass(slots=True)
class Inserts:
    """One INSERT statement; `end` is known when its rows were walked."""

    data: Data
    table: str  # in lower case, its prefix with it
    columns: tuple[str, ...]
    start: int
    end: int = field(default=-1)
    _over: int = field(default=-1)  # where the next statement begins, as far as is known

    def rows(self) -> Iterator[Row | Refused]:
        """Yield each row, and each stretch that is none."""
        places = {name: place for place, name in enumerate(self.columns)}
        at, size, failures = self.start, len(self.data), 0
        while at < size:
            row, after = self._row(at, places)
            if row is None:
                failures += 1
                stop, is_over = self._behind(at, failures)
                yield Refused(at, stop, f"a row of {self.table}", "its quotes or commas are broken")
                at = stop
                if is_over:
                    break
                continue
            failures = 0
            yield row
            behind = _BEHIND.match(self.data, after)
            at = behind.end() if behind else after
            if behind is None or behind[1] != b",":
                at = after if behind is None or behind[1] != b";" else at
                break
        self.end = at

    def _row(self, at: int, places: Mapping[str, int]) -> tuple[Row | None, int]:
        opens = _OPENS.match(self.data, at)
        if opens is None:
            return None, at
        for pattern in (_VALUE, _LOOSE):
            spans, after = _spans(self.data, opens.end(), pattern, len(places))
            is_one = pattern is _VALUE or not _NEXT_ROW.search(self.data, at, after - 1)
            if len(spans) == len(places) and is_one:
                return Row(self.data, at, places, spans, pattern is _LOOSE), after
        return None, at

    def _behind(self, at: int, failures: int) -> tuple[int, bool]:
        """Return where to go on behind damage, and whether the statement is over there."""
        if self._over <= at:
            over = _NEXT_STATEMENT.search(self.data, at + 1)
            self._over = over.start() if over else len(self.data)
        row = _NEXT_ROW.search(self.data, at, self._over) if failures < _MOST_BROKEN_ROWS else None
        return (row.end(), False) if row else (self._over, True)


def _spans(
    data: Data, at: int, pattern: re.Pattern[bytes], count: int
) -> tuple[list[tuple[int, int]], int]:
    """Return where the values of a row lie, [] where it is none, and where it ends."""
    spans: list[tuple[int, int]] = []
    stop = at + MOST_BYTES if pattern is _LOOSE else len(data)
    while len(spans) < count and (found := pattern.match(data, at, stop)) is not None:
        spans.append(found.span(1))
        at = found.end()
        if found[2] == b")":
            return (spans, at) if _BEHIND.match(data, at) else ([], at)
    return [], at


def statements(
    data: Data, wanted: re.Pattern[str], layout: Callable[[str, int], tuple[str, ...]]
) -> Iterator[Inserts | Refused]:
    """Yield each INSERT into a table whose name *wanted* finds, and what cannot be read.

    Its rows need not be walked: what is not is passed over. Where a dump says nothing of a table's
    columns, *layout* gives them by the table and how many values a row has, () where it cannot.
    """
    created: dict[str, tuple[str, ...]] = {}
    at, size, failures = 0, len(data), 0
    while (at := _end(_SPACE, data, at)) < size:
        if (found := _CREATE.match(data, at)) is not None:
            created[plain_name(found[1])] = _created(data, found.end())
        elif (found := _INSERT.match(data, at)) is not None:
            table = plain_name(found[1])
            columns = _listed(found[2]) if found[2] is not None else created.get(table, ())
            if not columns and wanted.search(table):
                columns = layout(table, _width(data, found.end()))
            if wanted.search(table) and not 0 < len(columns) <= _MOST_COLUMNS:
                yield Refused(at, found.end(), table, "nothing says which columns it has")
            elif wanted.search(table):
                inserts = Inserts(data, table, columns, found.end())
                yield inserts
                if inserts.end > at:
                    at = inserts.end
                    continue
        behind = _SKIP.match(data, at)
        if behind is not None:
            at, failures = behind.end(), 0
            continue
        failures += 1
        after = _NEXT_STATEMENT.search(data, at + 1) if failures < _MOST_BROKEN_STATEMENTS else None
        stop = after.start() if after else size
        yield Refused(at, stop, "a statement", "it has no end")
        at = stop


def _end(pattern: re.Pattern[bytes], data: Data, at: int) -> int:
    found = pattern.match(data, at)
    return found.end() if found else at


def _width(data: Data, start: int) -> int:
    """Return how many values the row at *start* has, 0 where that cannot be told."""
    opens = _OPENS.match(data, start)
    for pattern in (_VALUE, _LOOSE) if opens else ():
        at = opens.end() if opens else start
        for count in range(1, _MOST_COLUMNS + 1):
            found = pattern.match(data, at, min(len(data), at + MOST_BYTES))
            if found is None:
                break
            if found[2] == b")":
                return count
            at = found.end()
    return 0


def _listed(columns: bytes) -> tuple[str, ...]:
    return tuple(plain_name(each) for each in columns.split(b","))


def _created(data: Data, start: int) -> tuple[str, ...]:
    """Return the columns of the CREATE TABLE whose list begins at *start*."""
    text = data[start : start + _LOOK]
    over = _CREATED.search(text)
    names = (
        plain_name(found[1]) for found in _COLUMN.finditer(text[: over.start() if over else 0])
    )
    return tuple(name for name in names if name not in _NO_COLUMNS)
