"""Is archive.db sound, and what does it say of the WARCs? Asked of a copy; the file is only read.

FTS5 compares its index with the texts by an INSERT, which no read-only connection may make, and
`PRAGMA integrity_check` does not compare them. So the whole database is first copied into a
temporary one of SQLite's own, which goes when it is closed. It is one state of the database, and a
run that begins meanwhile waits for the copying at most, not for a check of everything.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from storykeep import alike, urls
from storykeep.errors import DamageError, StoreError
from storykeep.model import Capture
from storykeep.reader.connection import VERSION, connect, has_table
from storykeep.reader.loading import CAPTURE_COLUMNS, capture_of

# The file may be whole: it is locked, not readable for us, or a disk is full.
_NO_DAMAGE = sqlite3.OperationalError
# SQLite's own words quote the schema; where that has changed, Python cannot read them as UTF-8.
_BROKEN = (sqlite3.DatabaseError, UnicodeDecodeError)


_TABLES = {
    "attempt",
    "capture",
    "chapter",
    "story",
    "story_document",
    "story_fts",
    "version",
    "warc",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong within the database; with kind "database" no row of it can be trusted."""

    kind: Literal["database", "row", "index"]
    why: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row of the table `warc`."""

    file: str
    bytes: int
    sha256: str
    sealed_at: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A row of the table `attempt`, as far as a WARC tells the same."""

    url: str
    source: str
    kind: str
    detail: str
    started_at: str
    elapsed_ms: int
    ip: str
    received: int  # bytes
    via: str | None
    offset: int


class Index:
    """What archive.db holds, as it was when it was opened; close it to let its copy go.

    Every method raises StoreError where the file cannot be read as a database.
    """

    def __init__(
        self, conn: sqlite3.Connection, *, uncopied: str = "", is_cut: bool = False
    ) -> None:
        self.uncopied = uncopied  # why there is no copy, so that the index cannot be compared
        self._is_cut = is_cut  # the file ends within a page
        self._conn = conn

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the file; where its pages are broken, that alone."""
        pages = list(self._broken_pages())
        yield from pages
        if not pages:
            yield from self._wrong_references()
            yield from self._wrong_search()

    def _broken_pages(self) -> Iterator[Problem]:
        if self._is_cut:
            # SQLite reads zeros there, which may do no harm that it sees.
            yield Problem("database", "its end was cut off")
        try:
            for (why,) in self._conn.execute("PRAGMA integrity_check"):
                if why != "ok":
                    yield Problem("database", why)
            names = {name for (name,) in self._conn.execute("SELECT name FROM sqlite_schema")}
        except _BROKEN as error:
            yield Problem("database", f"it cannot be read to its end: {_words(error)}")
            return
        for lacking in sorted(_TABLES - names):
            yield Problem("database", f"it has no table {lacking}")

    def _wrong_references(self) -> Iterator[Problem]:
        with _explained():
            for table, row, parent, _ in self._conn.execute("PRAGMA foreign_key_check"):
                why = f"row {row} of {table} names a row that {parent} does not have"
                yield Problem("row", why)

    def _wrong_search(self) -> Iterator[Problem]:
        if self.uncopied:
            return
        indexes = {"story_fts": "the texts"}
        if has_table(self._conn, "version_fts"):  # an older schema lacks it
            indexes["version_fts"] = "the earlier texts"
        for index, texts in indexes.items():
            try:
                # Rank 1 compares with the texts; without it the index alone is looked at (FTS5,
                # section 6.4).
                self._conn.execute(
                    f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
                )
            except _BROKEN as error:
                why = f"the full-text index does not agree with {texts} ({_words(error)})"
                yield Problem("index", why)

    def changed_texts(self) -> Iterator[Problem]:
        """Yield the chapters and versions whose text is not that of their stored SHA-256.

        Of chapters also those whose sketch is not that of their text.
        """
        chapters = "SELECT url, 0, sha256, text, marks FROM chapter"
        # The newest version has no text of its own: it is the chapter's.
        versions = (
            "SELECT c.url, v.number, v.sha256, coalesce(v.text, c.text), coalesce(v.marks, c.marks)"
            " FROM version AS v JOIN chapter AS c ON c.id = v.chapter"
        )
        with _explained():
            for query in (chapters, versions):
                for url, number, sha256, text, marks in self._conn.execute(query):
                    if hashlib.sha256(f"{text}\0{marks}".encode()).hexdigest() != sha256:
                        what = f"version {number} of a chapter" if number else "a chapter"
                        why = f"the text of {what} is not that of its SHA-256"
                        yield Problem("row", why, url)
            if has_table(self._conn, "sketch"):  # an older schema lacks it
                yield from self._wrong_sketches()

    def _wrong_sketches(self) -> Iterator[Problem]:
        rows = self._conn.execute(
            "SELECT c.url, c.text, k.bound, k.digests FROM chapter AS c "
            "LEFT JOIN sketch AS k ON k.story = c.story AND k.chapter = c.id"
        )
        for url, text, bound, digests in rows:
            found = alike.sketch(text)
            if (bound, digests) != (found.bound, alike.pack(found.digests)):
                why = "what tells a chapter's copies does not agree with its text"
                yield Problem("index", why, url)

    def count_texts(self) -> int:
        """Return how many texts `changed_texts` reads."""
        return self._count("SELECT (SELECT count(*) FROM chapter) + (SELECT count(*) FROM version)")

    def sealed(self) -> list[SealedRow]:
        """Return the files that the database knows as sealed."""
        rows = self._rows("SELECT file, bytes, sha256, sealed_at FROM warc ORDER BY file")
        return [SealedRow(*row) for row in rows]

    def files_named(self) -> list[str]:
        """Return the WARCs that rows point into."""
        rows = self._rows(
            "SELECT warc FROM capture UNION SELECT warc FROM attempt WHERE warc IS NOT NULL"
        )
        return [row[0] for row in rows]

    def count_captures(self, warc: str | None = None) -> int:
        """Return the number of rows of captures, of all or of one file."""
        return self._count("SELECT count(*) FROM capture WHERE ?1 IS NULL OR warc = ?1", warc)

    def capture_ids(self) -> list[int]:
        """Return the id of every capture."""
        return [row[0] for row in self._rows("SELECT id FROM capture ORDER BY id")]

    def capture(self, number: int) -> Capture:
        """Return the capture with an id that `capture_ids` gave."""
        return self._captures("WHERE c.id = ?", number)[0]

    def capture_at(self, warc: str, offset: int) -> Capture | None:
        """Return the capture whose row says that it lies there."""
        return next(iter(self._captures('WHERE c.warc = ? AND c."offset" = ?', warc, offset)), None)

    def has_twin(self, capture: Capture) -> bool:
        """Return whether the same page, moment and payload has a row that lies elsewhere."""
        return bool(
            self._captures(
                "WHERE c.url_key = ? AND c.url = ? AND c.fetched_at = ? AND c.payload_sha1 = ? "
                'AND NOT (c.warc = ? AND c."offset" = ?) LIMIT 1',
                urls.key(capture.url), capture.url, capture.fetched_at, capture.payload_sha1,
                capture.warc, capture.offset,
            )
        )  # fmt: skip

    def captures_of_record(self, record_id: str) -> list[Capture]:
        """Return the captures whose rows name that record."""
        return self._captures("WHERE c.record_id = ? ORDER BY c.id", record_id)

    def captures_between(self, warc: str, start: int, end: int) -> list[Capture]:
        """Return the captures of a file of which a byte lies from *start* to *end*."""
        return self._captures(
            'WHERE c.warc = ? AND c."offset" < ? AND c."offset" + c.length > ? ORDER BY c."offset"',
            warc, end, start,
        )  # fmt: skip

    def capture_behind(self, warc: str, offset: int) -> Capture | None:
        """Return the first capture of a file at or behind *offset*."""
        where = 'WHERE c.warc = ? AND c."offset" >= ? ORDER BY c."offset" LIMIT 1'
        return next(iter(self._captures(where, warc, offset)), None)

    def end_before(self, warc: str, offset: int) -> int:
        """Return where what rows know before *offset* ends in a file; 0 where that is nothing."""
        # A row does not say how long a failed attempt's record is: it begins what comes next.
        return self._count(
            'SELECT max(coalesce((SELECT max("offset" + length) FROM capture '
            'WHERE warc = ?1 AND "offset" < ?2), 0), '
            'coalesce((SELECT max("offset") FROM attempt WHERE warc = ?1 AND "offset" < ?2), 0))',
            warc, offset,
        )  # fmt: skip

    def captures_in(self, warc: str) -> Iterator[Capture]:
        """Yield the captures of a file in the order in which they lie."""
        with _explained():
            where = 'WHERE c.warc = ? ORDER BY c."offset"'
            query = f"SELECT {CAPTURE_COLUMNS} FROM capture AS c {where}"  # noqa: S608
            yield from map(capture_of, self._conn.execute(query, (warc,)))

    def attempts_in(self, warc: str) -> list[AttemptRow]:
        """Return the failed requests of a file in the order in which they lie."""
        rows = self._rows(
            "SELECT url, source, kind, detail, started_at, elapsed_ms, ip, received, via, "
            '"offset" FROM attempt WHERE warc = ? ORDER BY "offset"',
            warc,
        )
        return [AttemptRow(*row) for row in rows]

    def _captures(self, where: str, *values: object) -> list[Capture]:
        rows = self._rows(f"SELECT {CAPTURE_COLUMNS} FROM capture AS c {where}", *values)  # noqa: S608
        return [capture_of(row) for row in rows]

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _explained():
            return self._conn.execute(query, values).fetchall()

    def _count(self, query: str, *values: object) -> int:
        return int(self._rows(query, *values)[0][0])


@contextmanager
def opened_index(path: Path) -> Iterator[Index | None]:
    """Give what archive.db at *path* holds, None where there is none yet; nothing is changed.

    Raises DamageError where the file is no longer a database; StoreError where it cannot be opened,
    is another program's, or of a newer Storykeep.
    """
    live = _connected(path)
    if live is None:
        yield None
        return
    # "": a temporary file of SQLite's own, which nobody else sees and nothing leaves behind.
    with closing(live), closing(sqlite3.connect("", isolation_level=None)) as copy:
        is_cut = _is_cut(live, path)
        try:
            live.backup(copy)
        except sqlite3.OperationalError as error:
            yield Index(live, uncopied=str(error), is_cut=is_cut)
        except _BROKEN as error:
            raise DamageError(f"it cannot be read as a database: {_words(error)}") from error
        else:
            # A changed byte may be no UTF-8: then the text is another, and is found to be.
            copy.text_factory = lambda data: data.decode("utf-8", "replace")
            yield Index(copy, is_cut=is_cut)


def _connected(path: Path) -> sqlite3.Connection | None:
    try:
        live = connect(path)
    except StoreError as error:
        cause = error.__cause__
        if isinstance(cause, _BROKEN) and not isinstance(cause, _NO_DAMAGE):
            raise DamageError(f"it cannot be read as a database: {_words(cause)}") from error
        if cause is None and has_our_tables(path):
            raise DamageError(f"its header has changed: {error}") from error
        raise
    if live is None and path.exists() and path.stat().st_size:
        raise DamageError("it has no schema version")
    return live


def _is_cut(live: sqlite3.Connection, path: Path) -> bool:
    """Say whether the file ends within a page; one that is written to now may do so."""
    if path.with_name(path.name + "-wal").exists():
        return False
    (page,) = live.execute("PRAGMA page_size").fetchone()
    return bool(path.stat().st_size % page)


def _words(error: sqlite3.Error | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return bytes(error.object).decode("utf-8", "replace")
    return str(error)


def has_our_tables(path: Path) -> bool:
    """Say whether the file has the tables that this Storykeep makes, whatever its header says."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as conn, suppress(sqlite3.Error):
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        found = {name for (name,) in conn.execute("SELECT name FROM sqlite_schema")}
        return bool(version <= VERSION and found >= _TABLES)
    return False


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(
            f"archive.db cannot be read: {error}",
            hint="storykeep rebuild makes it again from the WARCs",
        ) from error
