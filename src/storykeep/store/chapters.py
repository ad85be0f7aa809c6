"""Chapters and what they said before, as rows; unchanged text is not written again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from storykeep import alike, codec
from storykeep.model import Block, Chapter, Version
from storykeep.prose import to_text, words
from storykeep.store.rows import Row, row_of, storable


@dataclass(frozen=True, slots=True)
class Text:
    """Prose as the database keeps it."""

    text: str
    marks: str
    words: int
    sha256: str


def text_of(blocks: tuple[Block, ...]) -> Text:
    """Return *blocks* as text and marks, with their words (of all blocks but breaks) and digest."""
    text, marks = to_text(blocks)
    text = storable(text)  # letter for letter, so the marks still fit
    rows = codec.marks_to_json(marks)
    digest = hashlib.sha256()
    for piece in (text, "\0", rows):
        digest.update(piece.encode())
    return Text(text, rows, words(blocks), digest.hexdigest())


def save_chapters(
    conn: sqlite3.Connection,
    story: int,
    chapters: Sequence[Chapter],
    texts: Sequence[Text],
    earlier: Sequence[Sequence[Text]],
) -> None:
    """Make *chapters* the chapters of the row *story*; `texts` and `earlier` are their prose."""
    found = {
        row[1]: row
        for row in conn.execute(
            "SELECT id, key, position, url, title, sha256 FROM chapter WHERE story = ?", (story,)
        )
    }
    for chapter, text, versions in zip(chapters, texts, earlier, strict=True):
        number = _save_chapter(conn, story, chapter, text, found.pop(storable(chapter.key), None))
        _save_versions(conn, number, version_rows(chapter, text, versions))
    for row in found.values():
        take_out_versions(conn, row[0])
        conn.execute("DELETE FROM chapter WHERE id = ?", (row[0],))


def take_out_versions(conn: sqlite3.Connection, chapter: int) -> None:
    """Take the earlier texts of a chapter out of their index: before its rows go with it."""
    rows = conn.execute(
        "SELECT number, text FROM version WHERE chapter = ? AND text IS NOT NULL", (chapter,)
    )
    for number, text in rows.fetchall():
        _index(conn, chapter, number, text, None)


def _index(
    conn: sqlite3.Connection, chapter: int, number: int, before: str | None, after: str | None
) -> None:
    """Let the index of earlier texts know that a version's text was *before* and is *after*.

    It has external content: it must be told the very words that it took in.
    """
    if before == after:
        return
    row = chapter << 20 | number
    if before is not None:
        conn.execute(
            "INSERT INTO version_fts (version_fts, rowid, body) VALUES ('delete', ?, ?)",
            (row, before),
        )
    if after is not None:
        conn.execute("INSERT INTO version_fts (rowid, body) VALUES (?, ?)", (row, after))


def _save_chapter(
    conn: sqlite3.Connection, story: int, chapter: Chapter, text: Text, found: Row | None
) -> int:
    place = row_of(chapter.position, chapter.url, chapter.title)
    body = (text.words, text.sha256, text.text, text.marks)
    if found is None:
        cursor = conn.execute(
            "INSERT INTO chapter (story, key, position, url, title, words, sha256, text, marks) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (story, storable(chapter.key), *place, *body),
        )
        assert cursor.lastrowid is not None
        _save_sketch(conn, story, cursor.lastrowid, text.text)
        return cursor.lastrowid
    number: int = found[0]
    if found[2:5] != place:
        conn.execute(
            "UPDATE chapter SET position = ?, url = ?, title = ? WHERE id = ?", (*place, number)
        )
    if found[5] != text.sha256:
        conn.execute(
            "UPDATE chapter SET words = ?, sha256 = ?, text = ?, marks = ? WHERE id = ?",
            (*body, number),
        )
        _save_sketch(conn, story, number, text.text)
    return number


def _save_sketch(conn: sqlite3.Connection, story: int, chapter: int, text: str) -> None:
    found = alike.sketch(text)
    conn.execute(
        "INSERT INTO sketch (story, chapter, bound, digests) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (story, chapter) DO UPDATE SET bound = excluded.bound, "
        "digests = excluded.digests",
        (story, chapter, found.bound, alike.pack(found.digests)),
    )


_VERSION_COLUMNS = "number, capture, sha256, words, first_seen, last_seen, gone_since, text, marks"

_TEXT = _VERSION_COLUMNS.split(", ").index("text")


def version_rows(chapter: Chapter, text: Text, earlier: Sequence[Text]) -> list[Row]:
    """Return the version rows of *chapter*, oldest first; the last one is what it says now."""
    rows = [
        _version_row(number, version, old)
        for number, (version, old) in enumerate(zip(chapter.superseded, earlier, strict=True), 1)
    ]
    capture = chapter.capture.id if chapter.capture else None
    seen = (chapter.first_seen, chapter.last_seen, chapter.gone_since)
    return [*rows, (len(rows) + 1, capture, text.sha256, text.words, *seen, None, None)]


def _version_row(number: int, version: Version, old: Text) -> Row:
    capture = version.capture.id if version.capture else None
    seen = (version.first_seen, version.last_seen, None)
    return (number, capture, old.sha256, old.words, *seen, old.text, old.marks)


def _save_versions(conn: sqlite3.Connection, chapter: int, rows: list[Row]) -> None:
    found = {
        row[0]: row
        for row in conn.execute(
            f"SELECT {_VERSION_COLUMNS} FROM version WHERE chapter = ?",  # noqa: S608
            (chapter,),
        )
    }
    for row in rows:
        old = found.pop(row[0], None)
        if old == row:
            continue
        _index(conn, chapter, row[0], old[_TEXT] if old else None, row[_TEXT])
        if old is not None:
            conn.execute("DELETE FROM version WHERE chapter = ? AND number = ?", (chapter, row[0]))
        conn.execute(
            f"INSERT INTO version (chapter, {_VERSION_COLUMNS}) "  # noqa: S608
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (chapter, *row),
        )
    for number, old in found.items():
        _index(conn, chapter, number, old[_TEXT], None)
        conn.execute("DELETE FROM version WHERE chapter = ? AND number = ?", (chapter, number))
