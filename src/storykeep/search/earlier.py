"""Texts that chapters do not have any more, found by their words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from storykeep.errors import StoreError
from storykeep.reader import snapshot
from storykeep.reader.connection import has_table
from storykeep.search.fields import has_words
from storykeep.search.highlight import END, START, Highlighter, beginning
from storykeep.search.plan import Plan, plan

_NUMBER = 20  # bits of a row's number that are the version's, as in the view version_document


@dataclass(frozen=True, slots=True)
class EarlierHit:
    """What a chapter said from `first_seen` to `last_seen`, and does not say any more."""

    id: str
    title: str | None
    authors: tuple[str, ...]
    site: str
    url: str
    chapter: int  # its position
    version: int  # of the chapter, from 1
    first_seen: str
    last_seen: str
    words: int
    snippet: str  # matched words between U+E000 and U+E001


@dataclass(frozen=True, slots=True)
class Earlier:
    """One page of earlier texts, the best first, and how many there are in all."""

    hits: tuple[EarlierHit, ...]
    total: int


def earlier(conn: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0) -> Earlier:
    """Return the superseded texts that answer *text*; its filters ask the stories of now.

    Where it asks for no word of a text there are none. Raises QueryError where *text* is no query,
    StoreError where the index cannot be read.
    """
    asked = plan(text, body_only=True)
    if asked.match is None or not has_table(conn, "version_fts"):
        return Earlier((), 0)
    try:
        conn.create_function("has_words", 2, has_words, deterministic=True)
        with snapshot(conn):
            return _found(conn, asked, limit, offset)
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"cannot search: {error}", hint="storykeep rebuild makes the index again"
        ) from error


def _found(conn: sqlite3.Connection, asked: Plan, limit: int, offset: int) -> Earlier:
    source = (
        f"FROM version_fts JOIN version AS v ON v.chapter = version_fts.rowid >> {_NUMBER} "
        f"AND v.number = version_fts.rowid & {(1 << _NUMBER) - 1} "
        "JOIN chapter AS c ON c.id = v.chapter JOIN story AS s ON s.id = c.story "
        f"WHERE {' AND '.join(['version_fts MATCH ?', *(each.sql for each in asked.conditions)])}"
    )
    values = (asked.match, *(value for each in asked.conditions for value in each.values))
    (total,) = conn.execute(f"SELECT count(*) {source}", values).fetchone()
    rows = conn.execute(
        "SELECT s.public_id, s.title, s.authors, s.host, c.url, c.position, v.number, "
        f"v.first_seen, v.last_seen, v.words, v.text {source} "
        "ORDER BY version_fts.rank, v.last_seen DESC, s.public_id, c.position LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    passages = Highlighter(asked.needles, "body")
    return Earlier(tuple(_hit(row, passages) for row in rows), total)


def _hit(row: Iterable[Any], passages: Highlighter) -> EarlierHit:
    number, title, authors, host, url, chapter, version, first, last, words, text = row
    passage = passages.best([text])
    return EarlierHit(
        number,
        title,
        tuple(each["name"] for each in json.loads(authors)),
        host,
        url,
        chapter,
        version,
        first or "",
        last or "",
        words,
        passage.snippet if passage else beginning(text),
    )


def earlier_row(hit: EarlierHit) -> dict[str, Any]:
    """Return *hit* as `search --all-versions --json` prints it: the snippet is plain text."""
    snippet = hit.snippet.replace(START, "").replace(END, "")
    return {**asdict(hit), "authors": list(hit.authors), "snippet": snippet}
