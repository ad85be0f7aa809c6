"""Chapters and what they said before, as rows; unchanged text is not written again.

What a chapter becomes is made first, of it alone, by whichever thread has the time.
"""

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


@dataclass(frozen=True, slots=True)
class ChapterRows:
    """A chapter as the rows that it becomes."""

    key: str
    place: Row  # position, url, title
    text: Text
    versions: list[Row]
    sketch: Row | None  # None: nobody knows yet whether it is wanted


def chapter_rows(chapter: Chapter, *, is_new: bool) -> ChapterRows:
    """Return what *chapter* becomes; a sketch of its text only where it *is_new* for sure."""
    text = text_of(chapter.prose)
    return ChapterRows(
        storable(chapter.key),
        row_of(chapter.position, chapter.url, chapter.title),
        text,
        version_rows(chapter, text, [text_of(old.prose) for old in chapter.superseded]),
        _sketch_row(text.text) if is_new else None,
    )


def save_chapters(
    conn: sqlite3.Connection, story: int, chapters: Sequence[ChapterRows], *, is_new: bool
) -> None:
    """Make *chapters* the chapters of the row *story*, which has none yet where it *is_new*."""
    if is_new:
        for chapter in chapters:
            _add_versions(conn, _add_chapter(conn, story, chapter), chapter.versions)
        return
    found = {
        row[1]: row
        for row in conn.execute(
            "SELECT id, key, position, url, title, sha256 FROM chapter WHERE story = ?", (story,)
        )
    }
    for chapter in chapters:
        known = found.pop(chapter.key, None)
        if known is None:
            _add_versions(conn, _add_chapter(conn, story, chapter), chapter.versions)
        else:
            _change_chapter(conn, story, chapter, known)
            _save_versions(conn, known[0], chapter.versions)
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


def _add_chapter(conn: sqlite3.Connection, story: int, chapter: ChapterRows) -> int:
    text = chapter.text
    cursor = conn.execute(
        "INSERT INTO chapter (story, key, position, url, title, words, sha256, text, marks) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (story, chapter.key, *chapter.place, text.words, text.sha256, text.text, text.marks),
    )
    assert cursor.lastrowid is not None
    _save_sketch(conn, story, cursor.lastrowid, chapter)
    return cursor.lastrowid


def _change_chapter(conn: sqlite3.Connection, story: int, chapter: ChapterRows, known: Row) -> None:
    number, text = known[0], chapter.text
    if known[2:5] != chapter.place:
        conn.execute(
            "UPDATE chapter SET position = ?, url = ?, title = ? WHERE id = ?",
            (*chapter.place, number),
        )
    if known[5] != text.sha256:
        conn.execute(
            "UPDATE chapter SET words = ?, sha256 = ?, text = ?, marks = ? WHERE id = ?",
            (text.words, text.sha256, text.text, text.marks, number),
        )
        _save_sketch(conn, story, number, chapter)


def _save_sketch(conn: sqlite3.Connection, story: int, number: int, chapter: ChapterRows) -> None:
    conn.execute(
        "INSERT INTO sketch (story, chapter, bound, digests) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (story, chapter) DO UPDATE SET bound = excluded.bound, "
        "digests = excluded.digests",
        (story, number, *(chapter.sketch or _sketch_row(chapter.text.text))),
    )


def _sketch_row(text: str) -> Row:
    found = alike.sketch(text)
    return found.bound, alike.pack(found.digests)


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
        if old is not None:
            _index(conn, chapter, row[0], old[_TEXT], row[_TEXT])
            conn.execute("DELETE FROM version WHERE chapter = ? AND number = ?", (chapter, row[0]))
            _add_version(conn, chapter, row)
        else:
            _add_versions(conn, chapter, [row])
    for number, old in found.items():
        _index(conn, chapter, number, old[_TEXT], None)
        conn.execute("DELETE FROM version WHERE chapter = ? AND number = ?", (chapter, number))


def _add_versions(conn: sqlite3.Connection, chapter: int, rows: list[Row]) -> None:
    for row in rows:
        _index(conn, chapter, row[0], None, row[_TEXT])
        _add_version(conn, chapter, row)


def _add_version(conn: sqlite3.Connection, chapter: int, row: Row) -> None:
    conn.execute(
        f"INSERT INTO version (chapter, {_VERSION_COLUMNS}) "  # noqa: S608
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (chapter, *row),
    )
