"""The full-text index of a database that is being built: made beside it, by a thread of its own.

To index a story takes as long as all else that storing it takes, and SQLite lets one connection
write into a file. So the index is made in another file, while the rows of the next stories are
made and written: SQLite leaves Python alone meanwhile. What it consists of, the tables that FTS5
keeps, is copied when all is in.

Until then the database has no index, and the other file no rows. So this is for a database that
nobody opens before it is whole. What a killed process leaves is removed by the next one.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from storykeep.store import index
from storykeep.store.documents import PUT_IN, TAKE_OUT, shown
from storykeep.store.opening import remove_database, sync
from storykeep.store.rows import Row

_AT_ONCE = 16  # documents that are handed over together
_BYTES = 256 * 1024  # of these; a longer one is alone
_AHEAD = 4 * 1024 * 1024  # bytes that the thread may have before it; or one document
_WORDS = 16 * 1024 * 1024  # bytes of words in memory, of which then a piece of the index is made
_CROWD = 256  # pieces of about one size, which are then joined; FTS5 has numbers for 2,000
_CACHE = 8_000  # kB
_SLICE = 20_000  # rows that are copied by one statement; a signal is heard in between


def takes_tables(conn: sqlite3.Connection) -> bool:
    """Return whether the tables of an index may be written, which some builds of SQLite refuse."""
    try:
        conn.execute("DELETE FROM story_fts_docsize WHERE id < 0")
    except sqlite3.DatabaseError:
        return False
    return True


class SideIndex:
    """The index of *conn*, the database at *path*, in a file beside it until `join`."""

    meanwhile: Callable[[], None] | None = None

    def __init__(self, conn: sqlite3.Connection, path: Path) -> None:
        self._conn = conn
        self._database = path
        self._path = path.with_name(path.name + "-index")
        remove_database(self._path)
        self._waiting: list[Row] = []
        self._size = 0  # of what waits
        self._coming: deque[tuple[int, Future[None]]] = deque()  # what the thread has before it
        self._ahead = 0  # bytes of that
        self._thread: ThreadPoolExecutor | None = None
        self._side: sqlite3.Connection | None = None
        self._is_sound = True  # whether it was told what the rows say, and no more

    def add(self, story: int, document: Row) -> None:
        """Put a new story in, at the next `flush`; its rows are there, and give that *document*."""
        self._waiting.append((story, *document))
        self._size += _size(document)
        if len(self._waiting) >= _AT_ONCE or self._size >= _BYTES:
            self.flush()

    def put_in(self, story: int) -> None:
        """Put in a story again that was taken out, with the words that its rows have now."""
        self._hand_on(PUT_IN, story)

    def take_out(self, story: int) -> None:
        """Take a story out, whose rows have the words that they had when it was put in."""
        self._hand_on(TAKE_OUT, story)

    def flush(self) -> None:
        """Hand over what waits. Raises what stopped the thread: sqlite3.Error."""
        if self._waiting:
            rows, size = self._waiting, self._size
            self._waiting, self._size = [], 0
            self._hand_over(PUT_IN, rows, size)

    def wait(self) -> None:
        """Return when all is in that it was told. Raises what stopped the thread: sqlite3.Error."""
        self.flush()
        while self._coming:
            self._take_off()

    def taken_back(self) -> None:
        """Give up, and make it of the rows at the end: to take back it would need a journal."""
        self._is_sound = False
        self.close()

    def join(self) -> None:
        """Make what it was told the index of the database, in one piece. Raises sqlite3.Error."""
        if not self._is_sound:
            self._conn.execute("INSERT INTO story_fts (story_fts) VALUES ('rebuild')")
            index.join(self._conn)
            return
        self.wait()
        if self._thread is None or self._side is None:
            return
        whole = self._thread.submit(_make_whole, self._side)
        # It is wanted on the disk before it replaces another, and there is the time.
        sync(self._database)
        whole.result()
        self._side.close()
        self._side = None
        self._copy()

    def close(self) -> None:
        """Stop the thread, and remove the file."""
        thread, side = self._thread, self._side
        self._thread = self._side = None
        self._waiting, self._size = [], 0
        self._coming.clear()
        self._ahead = 0
        if side is not None:
            side.interrupt()
        if thread is not None:
            thread.shutdown(cancel_futures=True)
        if side is not None:
            side.close()
        remove_database(self._path)

    def _hand_on(self, statement: str, story: int) -> None:
        self.flush()
        document = shown(self._conn, story)
        self._hand_over(statement, [(story, *document)], _size(document))

    def _hand_over(self, statement: str, rows: list[Row], size: int) -> None:
        if not self._is_sound:
            return
        while self._coming and (self._coming[0][1].done() or self._ahead + size > _AHEAD):
            self._take_off()
        if self._thread is None or self._side is None:
            self._thread = ThreadPoolExecutor(1, "index")
            self._side = _open(self._path, like=self._conn)
        done = self._thread.submit(_write, self._side, statement, rows)
        self._coming.append((size, done))
        self._ahead += size

    def _take_off(self) -> None:
        size, done = self._coming.popleft()
        self._ahead -= size
        done.result()

    def _copy(self) -> None:
        conn = self._conn
        conn.execute("ATTACH ? AS side", (str(self._path),))
        conn.execute("BEGIN IMMEDIATE")
        for table in ("data", "idx", "docsize"):
            conn.execute(f"DELETE FROM main.story_fts_{table}")  # noqa: S608
        # By far the smallest, and its rows have no number.
        conn.execute("INSERT INTO main.story_fts_idx SELECT * FROM side.story_fts_idx")
        for table in ("data", "docsize"):
            _copy_numbered(conn, f"story_fts_{table}")
        conn.execute("COMMIT")
        conn.execute("DETACH side")


# ---------------------------------------------------------------- in the thread


def _write(side: sqlite3.Connection, statement: str, rows: list[Row]) -> None:
    side.executemany(statement, rows)


def _make_whole(side: sqlite3.Connection) -> None:
    side.execute("COMMIT")
    side.execute("INSERT INTO story_fts (story_fts) VALUES ('optimize')")


# ---------------------------------------------------------------- before and behind it


def _open(path: Path, *, like: sqlite3.Connection) -> sqlite3.Connection:
    """Return an empty index as that of *like* is, at *path*, in a transaction that is not ended."""
    query = "SELECT sql FROM sqlite_schema WHERE name = 'story_fts'"
    (table,) = like.execute(query).fetchone()
    # One thread at a time has it.
    side = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for each in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
        side.execute(f"PRAGMA {each}").fetchall()
    side.execute(f"PRAGMA cache_size = -{_CACHE}")
    side.execute(table)
    for name, value in (("hashsize", _WORDS), ("automerge", 0), ("crisismerge", _CROWD)):
        side.execute("INSERT INTO story_fts (story_fts, rank) VALUES (?, ?)", (name, value))
    side.execute("BEGIN")
    return side


def _copy_numbered(conn: sqlite3.Connection, table: str) -> None:
    copied, last = _SLICE, 0
    while copied == _SLICE:
        copied = conn.execute(
            f"INSERT INTO main.{table} SELECT * FROM side.{table} WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608
            (last, _SLICE),
        ).rowcount
        (last,) = conn.execute(f"SELECT max(id) FROM main.{table}").fetchone()  # noqa: S608


def _size(document: Row) -> int:
    return sum(len(value) for value in document if value is not None)
