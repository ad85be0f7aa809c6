"""What is searched of a story, into the full-text index and out of it.

The index has external content: it can only take a document out if it is told the very words it took
in. So the order is always: old words out, rows changed, new words in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from storykeep.model import Story
from storykeep.store import index
from storykeep.store.chapters import ChapterRows
from storykeep.store.rows import Row, row_of

_NAMES = "title, author, fandom, tags, summary, notes, disclaimer, body"
_MOST = 64  # documents that wait

PUT_IN = f"INSERT INTO story_fts (rowid, {_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
TAKE_OUT = (
    f"INSERT INTO story_fts (story_fts, rowid, {_NAMES}) "  # noqa: S608
    "VALUES ('delete', ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

# The values are values, not the rows of a SELECT: around INSERT ... SELECT, SQLite opens a
# savepoint, and at each of those the index writes out what it holds in memory, which takes three
# times as long.
_SHOWN = ", ".join(
    f"(SELECT {name} FROM story_document WHERE id = ?1)"  # noqa: S608
    for name in _NAMES.split(", ")
)
# To sort and join its chapters, SQLite copies a body six times. One chapter is its own body, and a
# long story on one page is what would take the most memory.
_SHOWN_OF_ONE = (
    _SHOWN.rpartition(", (")[0]
    + ", (SELECT CASE WHEN title IS NULL THEN text ELSE title || char(10, 10) || text END "
    "FROM chapter WHERE story = ?1)"
)


def document_row(story: Story, chapters: Sequence[ChapterRows]) -> Row:
    """Return what the view `story_document` shows of *story*, once it is stored as a new one.

    To have SQLite put it together of the rows takes a twentieth of what it takes to index it.
    """
    notes = (*story.notes, *(note for chapter in story.chapters for note in chapter.notes))
    texts = (
        each.text.text if (title := each.place[2]) is None else f"{title}\n\n{each.text.text}"
        for each in sorted(chapters, key=lambda each: each.place[0])
    )
    return row_of(
        story.title,
        ", ".join(author.name for author in story.authors),
        _joined("\n", (tag.value for tag in story.tags if tag.kind == "fandom")),
        _joined("\n", (tag.value for tag in story.tags if tag.kind != "fandom")),
        story.summary,
        _joined("\n\n", (note.text for note in notes)),
        _joined("\n\n", (each.text for each in story.disclaimers)),
        _joined("\n\n", texts),
    )


def _joined(between: str, values: Iterable[str]) -> str | None:
    found = list(values)
    return between.join(found) if found else None


def shown(conn: sqlite3.Connection, story: int) -> Row:
    """Return what the view `story_document` shows of the row *story*."""
    row: Row = conn.execute(f"SELECT {_shown(_count(conn, story))}", (story,)).fetchone()
    return row


def _count(conn: sqlite3.Connection, story: int) -> int:
    query = "SELECT count(*) FROM chapter WHERE story = ?"
    return int(conn.execute(query, (story,)).fetchone()[0])


def _shown(chapters: int) -> str:
    """Return the values for the columns of _NAMES: what the view shows of the story ?1."""
    return _SHOWN_OF_ONE if chapters == 1 else _SHOWN


class Index(Protocol):
    """The full-text index, as whoever changes stories sees it; what it is told it has at the end.

    It is told within the transaction that changes the rows, and of all that this changes.
    """

    @property
    def meanwhile(self) -> Callable[[], None] | None:
        """What there is to do, within SQLite, while rows are made; None: another thread does it."""

    def add(self, story: int, document: Row) -> None:
        """Put a new story in, at the next `flush`; its rows are there, and give that *document*."""

    def put_in(self, story: int) -> None:
        """Put in a story again that was taken out, with the words that its rows have now."""

    def take_out(self, story: int) -> None:
        """Take a story out, whose rows have the words that they had when it was put in."""

    def flush(self) -> None:
        """Put in what waits; wanted before the transaction ends."""

    def taken_back(self) -> None:
        """Note that the transaction was taken back, and so is all that it was told in it."""

    def join(self) -> None:
        """Join the pieces of the index as far as that pays. There must be no transaction."""

    def close(self) -> None:
        """Let go of what it holds but the connection."""


class Documents:
    """The index of *conn*, which its transactions change.

    New stories wait and go in one behind the other, which takes a sixth less than between their
    rows: what the index works with stays in the processor's cache.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._waiting: list[Row] = []

    @property
    def meanwhile(self) -> Callable[[], None]:
        """What there is to do while rows are made."""
        return self.flush

    def add(self, story: int, document: Row) -> None:
        """Put a new story in, at the next `flush`; its rows are there, and give that *document*."""
        self._waiting.append((story, *document))
        if len(self._waiting) >= _MOST:
            self.flush()

    def put_in(self, story: int) -> None:
        """Put in a story again that was taken out, with the words that its rows have now."""
        self.flush()
        self._conn.execute(
            f"INSERT INTO story_fts (rowid, {_NAMES}) "  # noqa: S608
            f"VALUES (?1, {_shown(_count(self._conn, story))})",
            (story,),
        )

    def take_out(self, story: int) -> None:
        """Take a story out, whose rows have the words that they had when it was put in."""
        self.flush()
        self._conn.execute(
            f"INSERT INTO story_fts (story_fts, rowid, {_NAMES}) "  # noqa: S608
            f"VALUES ('delete', ?1, {_shown(_count(self._conn, story))})",
            (story,),
        )

    def flush(self) -> None:
        """Put in what waits."""
        self._conn.executemany(PUT_IN, self._waiting)
        self._waiting.clear()

    def taken_back(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def join(self) -> None:
        """Join the pieces of the index as far as that pays. There must be no transaction."""
        index.join(self._conn)

    def close(self) -> None:
        """Nothing is held."""
