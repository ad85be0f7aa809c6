"""Rows as the nouns of model.py: captures and whole stories."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from storykeep import codec, urls
from storykeep.model import (
    Author,
    Block,
    Capture,
    Chapter,
    Date,
    Disclaimer,
    Event,
    Note,
    Provenance,
    Series,
    Story,
    Tag,
    Version,
)
from storykeep.reader.connection import has_table, snapshot

# In the order of capture_of; the table goes by the name c.
CAPTURE_COLUMNS = (
    "c.url, c.source, c.fetched_at, c.status, c.mime, c.payload_sha1, c.payload_sha256, c.warc, "
    'c."offset", c.length, c.record_id, c.revisit_of, c.truncated, c.via, c.hops, '
    "c.origin, c.form, c.source_uri, c.captured_by, c.taken_at, c.outcome, c.id"
)
_PROVENANCE = slice(15, 20)  # of these columns
_ORDER = "ORDER BY author, title, public_id"


def capture_of(row: Sequence[Any]) -> Capture:
    """Return the capture of a row of CAPTURE_COLUMNS."""
    before, after = row[: _PROVENANCE.start], row[_PROVENANCE.stop :]
    values = (*before, *after, Provenance(*row[_PROVENANCE]))
    return Capture(*values)


def all_captures(
    conn: sqlite3.Connection, *, url: str | None = None, source: str | None = None
) -> Iterator[Capture]:
    """Yield the captures, of one page or source where asked, in the order they were taken in."""
    rows = conn.execute(
        f"SELECT {CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
        "WHERE (?1 IS NULL OR c.url_key = ?1) AND (?2 IS NULL OR c.source = ?2) ORDER BY c.id",
        (urls.key(url) if url else None, source),
    )
    return map(capture_of, rows)


def story_rows(conn: sqlite3.Connection) -> Iterator[int]:
    """Yield the row of every story, by author, title and public id."""
    rows = conn.execute(f"SELECT id FROM story {_ORDER}")  # noqa: S608
    return (row[0] for row in rows)


def stories(conn: sqlite3.Connection, rows: Iterable[int] | None = None) -> Iterator[Story]:
    """Yield the stories of *rows*, all where none are given, one at a time."""
    for row in story_rows(conn) if rows is None else rows:
        yield load_story(conn, row)


def chapter_captures(conn: sqlite3.Connection, row: int) -> list[tuple[Chapter, list[Capture]]]:
    """Return the chapters of a story, each with every capture of its page, oldest first."""
    found = []
    for chapter in load_story(conn, row).chapters:
        captures = all_captures(conn, url=chapter.url)
        found.append((chapter, sorted(captures, key=lambda each: each.fetched_at)))
    return found


_STORY_COLUMNS = (
    "key, host, url, title, summary, status, language, engine, profile, gone_since, published, "
    "published_raw, updated, updated_raw, series, series_position, series_of, authors, fields, "
    "chrome, evidence, aliases, sources"
)


def load_story(conn: sqlite3.Connection, row: int) -> Story:
    """Return the whole story of a row: chapters with prose and captures, versions, evidence.

    Raises KeyError where there is no such row.
    """
    with snapshot(conn):
        return _load(conn, row)


def _load(conn: sqlite3.Connection, row: int) -> Story:
    cursor = conn.execute(
        f"SELECT {_STORY_COLUMNS} FROM story WHERE id = ?",  # noqa: S608
        (row,),
    )
    values = cursor.fetchone()
    if values is None:
        raise KeyError(row)
    story = dict(zip(_STORY_COLUMNS.split(", "), values, strict=True))
    notes = _notes(conn, row)
    has_series = any(story[name] is not None for name in ("series", "series_position", "series_of"))
    return Story(
        **{
            name: story[name]
            for name in (
                "key", "host", "url", "title", "summary", "status", "language", "engine",
                "profile", "gone_since",
            )
        },
        authors=codec.revive(tuple[Author, ...], json.loads(story["authors"])),
        disclaimers=_disclaimers(conn, row),
        tags=tuple(
            Tag(*tag)
            for tag in conn.execute(
                "SELECT kind, value FROM tag WHERE story = ? ORDER BY number", (row,)
            )
        ),
        notes=tuple(notes[0]),
        series=Series(story["series"], story["series_position"], story["series_of"])
        if has_series
        else None,
        published=_date(story["published"], story["published_raw"]),
        updated=_date(story["updated"], story["updated_raw"]),
        fields=json.loads(story["fields"]),
        chapters=tuple(_chapters(conn, row, notes)),
        chrome=tuple(json.loads(story["chrome"])),
        evidence=codec.evidence_from_json(story["evidence"]),
        aliases=tuple(json.loads(story["aliases"])),
        sources=tuple(json.loads(story["sources"])),
        events=_events(conn, row),
    )  # fmt: skip


def _date(value: str | None, raw: str | None) -> Date | None:
    return None if value is None else Date(value, raw or "")


def _events(conn: sqlite3.Connection, row: int) -> tuple[Event, ...]:
    if not has_table(conn, "event"):
        return ()
    rows = conn.execute(
        f"SELECT e.at, e.kind, e.chapter, e.before, e.after, e.reason, {CAPTURE_COLUMNS} "  # noqa: S608
        "FROM event AS e LEFT JOIN capture AS c ON c.id = e.capture WHERE e.story = ? "
        "ORDER BY e.number",
        (row,),
    )
    return tuple(
        Event(at, kind, chapter, before, after, why, capture_of(shown) if shown[-1] else None)
        for at, kind, chapter, before, after, why, *shown in rows
    )


def _disclaimers(conn: sqlite3.Connection, row: int) -> tuple[Disclaimer, ...]:
    found = conn.execute(
        "SELECT text, label, place, scope, rights_holders FROM disclaimer WHERE story = ? "
        "ORDER BY number",
        (row,),
    )
    return tuple(
        Disclaimer(text, label, place, scope, tuple(json.loads(holders)))
        for text, label, place, scope, holders in found
    )


def _notes(conn: sqlite3.Connection, row: int) -> dict[int, list[Note]]:
    """Return the notes by the position of their chapter, the story's own under 0."""
    notes: dict[int, list[Note]] = defaultdict(list)
    for chapter, *values in conn.execute(
        "SELECT chapter, text, place, label, kind FROM note WHERE story = ? "
        "ORDER BY chapter, number",
        (row,),
    ):
        notes[chapter].append(Note(*values))
    return notes


def _chapters(
    conn: sqlite3.Connection, row: int, notes: dict[int, list[Note]]
) -> Iterator[Chapter]:
    rows = conn.execute(
        "SELECT id, key, url, position, title, text, marks FROM chapter WHERE story = ? "
        "ORDER BY position, id",
        (row,),
    ).fetchall()
    for place, (number, key, url, position, title, text, marks) in enumerate(rows, 1):
        *earlier, now = _versions(conn, number)
        _, _, capture, first_seen, last_seen, gone_since = now
        yield Chapter(
            key=key,
            url=url,
            position=position,
            title=title,
            prose=_blocks(text, marks),
            capture=capture,
            notes=tuple(notes[place]),
            superseded=tuple(
                Version(_blocks(text, marks), first_seen, last_seen, capture)
                for text, marks, capture, first_seen, last_seen, _ in earlier
            ),
            first_seen=first_seen,
            last_seen=last_seen,
            gone_since=gone_since,
        )


def _versions(conn: sqlite3.Connection, chapter: int) -> list[tuple[Any, ...]]:
    """Return (text, marks, capture, first_seen, last_seen, gone_since) of each, oldest first."""
    rows = conn.execute(
        "SELECT v.text, v.marks, v.first_seen, v.last_seen, v.gone_since, "  # noqa: S608
        f"{CAPTURE_COLUMNS} FROM version AS v LEFT JOIN capture AS c ON c.id = v.capture "
        "WHERE v.chapter = ? ORDER BY v.number",
        (chapter,),
    )
    return [
        (text, marks, capture_of(capture) if capture[-1] is not None else None, first, last, gone)
        for text, marks, first, last, gone, *capture in rows
    ]


def _blocks(text: str, marks: str) -> tuple[Block, ...]:
    # Here, for it brings lxml along, which lists and searches need not wait for.
    from storykeep.prose import from_text

    return from_text(text, codec.marks_from_json(marks))
