"""Assembled stories into rows and the full-text index; what did not change is not written.

The index has external content: it can only take a document out if it is told the very words it took
in. So the order is always: old words out, rows changed, new words in.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from storykeep import codec, urls
from storykeep.model import Chapter, SiteFact, Story
from storykeep.store.chapters import Text, save_chapters, take_out_versions, text_of
from storykeep.store.fingerprint import fingerprint
from storykeep.store.ids import add_public_id, drop_public_id, key_digest
from storykeep.store.rows import Row, row_of, storable

_KNOWN = "id, document_sha256, record_sha256"
_AHEAD = 500  # rows that are read at a time
_DOCUMENT = "title, author, fandom, tags, summary, notes, disclaimer, body"


@dataclass(slots=True)
class Saved:
    """How many stories a save met, by what became of them."""

    new: int = 0
    changed: int = 0  # what can be searched is not what it was
    touched: int = 0  # only dates, evidence or addresses are not what they were
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    document_sha256: str
    record_sha256: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A story that is to be made: its key, a digest of what it is made of, and how."""

    key: str
    made_of: str
    make: Callable[[], Story]


def save_stories(
    conn: sqlite3.Connection, host: str, found: Iterable[Story | Draft], facts: Iterable[SiteFact]
) -> Saved:
    """Make *found* the stories of *host* and *facts* its site facts; return what changed.

    Stories of the host that are not among them are taken out. The caller has a transaction.
    """
    saved = Saved()
    rows = _Rows(conn, host)
    for each in found:
        # What is made is handed on and not held here: a long story is held once, not twice.
        met = rows.meet(each) if isinstance(each, Story) else rows.meet_draft(each)
        if met is None:
            saved.unchanged += 1
        else:
            _save_story(conn, met, saved)
    for number, key in conn.execute(
        "SELECT id, key FROM story WHERE host = ? ORDER BY id", (host,)
    ).fetchall():
        if key not in rows.seen:
            _remove_story(conn, number)
            saved.removed += 1
    _save_facts(conn, host, facts)
    return saved


def _sha256(value: Any) -> str:
    return hashlib.sha256(codec.dumps(value, sort=True).encode()).hexdigest()


# ---------------------------------------------------------------- one story


@dataclass(frozen=True, slots=True)
class _Met:
    """A story without its prose, that as text, and the story's row where there is one."""

    story: Story
    texts: list[Text]
    earlier: list[list[Text]]
    record_sha256: str
    known: _Known | None


class _Rows:
    """The rows of a host's stories, read ahead: the stories come in their order, mostly."""

    def __init__(self, conn: sqlite3.Connection, host: str) -> None:
        self._conn = conn
        self._host = host
        self._ahead: dict[str, _Known] = {}
        self.seen: set[str] = set()  # the keys of all stories that were met

    def meet(self, story: Story) -> _Met | None:
        """Return what is to be stored of *story*, None where all of it is stored as it is."""
        known = self._find(story.key)
        record_sha256 = fingerprint(story)
        if known is not None and known.record_sha256 == record_sha256:
            return None
        return _met(story, record_sha256, known)

    def meet_draft(self, draft: Draft) -> _Met | None:
        """As `meet`, of the story of *draft*; it is not made where it was made of the same."""
        known = self._find(draft.key)
        if known is not None and known.record_sha256 == draft.made_of:
            return None
        return _met(draft.make(), draft.made_of, known)

    def _find(self, key: str) -> _Known | None:
        key = storable(key)
        self.seen.add(key)
        # Once only: what was read ahead is not what is stored when a key comes again.
        if (ahead := self._ahead.pop(key, None)) is not None:
            return ahead
        row = self._conn.execute(f"SELECT {_KNOWN} FROM story WHERE key = ?", (key,)).fetchone()  # noqa: S608
        if row is None:
            return None
        found = self._conn.execute(
            f"SELECT key, {_KNOWN} FROM story WHERE host = ? AND id >= ? ORDER BY id LIMIT ?",  # noqa: S608
            (self._host, row[0], _AHEAD),
        )
        self._ahead = {each: _Known(*known) for each, *known in found if each != key}
        return _Known(*row)


def _met(story: Story, record_sha256: str, known: _Known | None) -> _Met:
    texts = [text_of(chapter.prose) for chapter in story.chapters]
    earlier = [[text_of(old.prose) for old in each.superseded] for each in story.chapters]
    bare = replace(story, chapters=tuple(map(_bare, story.chapters)))
    return _Met(bare, texts, earlier, record_sha256, known)


def _bare(chapter: Chapter) -> Chapter:
    superseded = tuple(replace(each, prose=()) for each in chapter.superseded)
    return replace(chapter, prose=(), superseded=superseded)


def _save_story(conn: sqlite3.Connection, met: _Met, saved: Saved) -> None:
    story, texts, earlier, known = met.story, met.texts, met.earlier, met.known
    document_sha256 = _document_sha256(story, texts)
    is_same_document = known is not None and known.document_sha256 == document_sha256
    if known and not is_same_document:
        _take_out(conn, known.id)
    row = _story_row(story, sum(text.words for text in texts), document_sha256, met.record_sha256)
    number = _update_story(conn, known.id, row) if known else _insert_story(conn, story.key, row)
    _save_lists(conn, number, story)
    save_chapters(conn, number, story.chapters, texts, earlier)
    if is_same_document:
        saved.touched += 1
        return
    # SQLite takes several times the length of a story to index it: the rows have the texts now.
    texts.clear()
    earlier.clear()
    _put_in(conn, number)
    if known:
        saved.changed += 1
    else:
        saved.new += 1


def _remove_story(conn: sqlite3.Connection, number: int) -> None:
    _take_out(conn, number)
    for (chapter,) in conn.execute("SELECT id FROM chapter WHERE story = ?", (number,)).fetchall():
        take_out_versions(conn, chapter)
    (digest,) = conn.execute("SELECT key_digest FROM story WHERE id = ?", (number,)).fetchone()
    conn.execute("DELETE FROM story WHERE id = ?", (number,))
    drop_public_id(conn, digest)


def _take_out(conn: sqlite3.Connection, number: int) -> None:
    conn.execute(
        f"INSERT INTO story_fts (story_fts, rowid, {_DOCUMENT}) "  # noqa: S608
        f"VALUES ('delete', ?1, {_shown(conn, number)})",
        (number,),
    )


def _put_in(conn: sqlite3.Connection, number: int) -> None:
    conn.execute(
        f"INSERT INTO story_fts (rowid, {_DOCUMENT}) VALUES (?1, {_shown(conn, number)})",  # noqa: S608
        (number,),
    )


def _shown(conn: sqlite3.Connection, number: int) -> str:
    """Return the values for the columns of _DOCUMENT: what the view shows of the story ?1.

    They are values, not the rows of a SELECT: around INSERT ... SELECT, SQLite opens a savepoint,
    and at each of those the index writes out what it holds in memory, which takes three times as
    long. To sort and join its chapters, SQLite copies a body six times. One chapter is its own
    body, and a long story on one page is what would take the most memory.
    """
    query = "SELECT count(*) FROM chapter WHERE story = ?"
    (chapters,) = conn.execute(query, (number,)).fetchone()
    names = _DOCUMENT.split(", ")
    values = [f"(SELECT {name} FROM story_document WHERE id = ?1)" for name in names]  # noqa: S608
    if chapters == 1:
        values[-1] = (
            "(SELECT CASE WHEN title IS NULL THEN text ELSE title || char(10, 10) || text END "
            "FROM chapter WHERE story = ?1)"
        )
    return ", ".join(values)


def _document_sha256(story: Story, texts: Sequence[Text]) -> str:
    """Return a digest of everything that the view `story_document` shows of *story*."""
    return _sha256(
        [
            story.title,
            _author(story),
            [[tag.kind == "fandom", tag.value] for tag in story.tags],
            story.summary,
            [note.text for note in story.notes],
            [[note.text for note in chapter.notes] for chapter in story.chapters],
            [disclaimer.text for disclaimer in story.disclaimers],
            [
                [chapter.title, text.sha256]
                for chapter, text in zip(story.chapters, texts, strict=True)
            ],
        ]
    )


def _author(story: Story) -> str:
    return ", ".join(author.name for author in story.authors)


# ---------------------------------------------------------------- the story's own row

_STORY_COLUMNS = (
    "host, url, title, author, words, language, status, published, updated, series, "
    "series_position, series_of, gone_since, engine, profile, document_sha256, "
    "record_sha256, summary, authors, sources, aliases, published_raw, "
    "updated_raw, fields, chrome, evidence"
)


def _story_row(story: Story, words: int, document_sha256: str, record_sha256: str) -> Row:
    series, published, updated = story.series, story.published, story.updated
    return row_of(
        story.host,
        story.url,
        story.title,
        _author(story),
        words,
        story.language,
        story.status,
        published.value if published else None,
        updated.value if updated else None,
        series.name if series else None,
        series.position if series else None,
        series.of if series else None,
        story.gone_since,
        story.engine,
        story.profile,
        document_sha256,
        record_sha256,
        story.summary,
        codec.dumps(story.authors),
        codec.dumps(story.sources),
        codec.dumps(story.aliases),
        published.raw if published else None,
        updated.raw if updated else None,
        codec.dumps(story.fields),
        codec.dumps(story.chrome),
        codec.dumps(story.evidence),
    )


def _update_story(conn: sqlite3.Connection, number: int, row: Row) -> int:
    places = ", ".join("?" * len(row))
    conn.execute(
        f"UPDATE story SET ({_STORY_COLUMNS}) = ({places}) WHERE id = ?",  # noqa: S608
        (*row, number),
    )
    return number


def _insert_story(conn: sqlite3.Connection, key: str, row: Row) -> int:
    digest = key_digest(key)
    places = ", ".join("?" * (len(row) + 3))
    cursor = conn.execute(
        f"INSERT INTO story (public_id, key_digest, key, {_STORY_COLUMNS}) "  # noqa: S608
        f"VALUES ({places})",
        (add_public_id(conn, digest), digest, storable(key), *row),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


# ---------------------------------------------------------------- lists


def _save_lists(conn: sqlite3.Connection, number: int, story: Story) -> None:
    owners = (story.notes, *(chapter.notes for chapter in story.chapters))
    notes = [
        (chapter, place, note)
        for chapter, found in enumerate(owners)
        for place, note in enumerate(found)
    ]
    _replace_rows(
        conn,
        "note",
        ("story", "chapter", "number", "kind", "place", "label", "text"),
        number,
        [
            row_of(number, chapter, place, note.kind, note.place, note.label, note.text)
            for chapter, place, note in notes
        ],
    )
    _replace_rows(
        conn,
        "disclaimer",
        ("story", "number", "place", "scope", "label", "text", "rights_holders"),
        number,
        [
            row_of(
                number, place, each.place, each.scope, each.label, each.text,
                codec.dumps(each.rights_holders),
            )
            for place, each in enumerate(story.disclaimers)
        ],
    )  # fmt: skip
    _replace_rows(
        conn,
        "tag",
        ("story", "number", "kind", "value"),
        number,
        [row_of(number, place, tag.kind, tag.value) for place, tag in enumerate(story.tags)],
    )
    _save_events(conn, number, story)
    addresses = {story.url, *story.aliases, *(chapter.url for chapter in story.chapters)}
    _replace_rows(
        conn,
        "address",
        ("story", "url_key"),
        number,
        [row_of(number, key) for key in sorted({urls.key(address) for address in addresses})],
    )


def _save_events(conn: sqlite3.Connection, number: int, story: Story) -> None:
    _replace_rows(
        conn,
        "event",
        ("story", "number", "at", "kind", "chapter", "before", "after", "reason", "capture"),
        number,
        [
            row_of(
                number, place, each.at, each.kind, each.chapter, each.before, each.after,
                each.reason, each.capture.id if each.capture else None,
            )
            for place, each in enumerate(story.events)
        ],
    )  # fmt: skip


def _replace_rows(
    conn: sqlite3.Connection, table: str, names: Sequence[str], story: int, rows: list[Row]
) -> None:
    """Make *rows* the rows of *story* in *table*, writing nothing where they are."""
    found = conn.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE story = ?",  # noqa: S608
        (story,),
    ).fetchall()
    if set(found) == set(rows):
        return
    if found:
        conn.execute(f"DELETE FROM {table} WHERE story = ?", (story,))  # noqa: S608
    conn.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608
        f"VALUES ({', '.join('?' * len(names))})",
        rows,
    )


def _save_facts(conn: sqlite3.Connection, host: str, facts: Iterable[SiteFact]) -> None:
    names = "host, prefix, kind, text_sha256, pages, authors"
    rows = {
        row_of(host, each.prefix, each.kind, each.text_sha256, each.pages, each.authors)
        for each in facts
    }
    found = conn.execute(f"SELECT {names} FROM site_fact WHERE host = ?", (host,))  # noqa: S608
    if set(found) == rows:
        return
    conn.execute("DELETE FROM site_fact WHERE host = ?", (host,))
    conn.executemany(
        f"INSERT INTO site_fact ({names}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
        sorted(rows),
    )
