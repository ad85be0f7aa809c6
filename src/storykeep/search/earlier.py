"""Texts that chapters do not have any more, found by their words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, NamedTuple

from storykeep.errors import StoreError
from storykeep.reader import snapshot
from storykeep.reader.connection import has_table
from storykeep.search.cost import DEFAULT, Budget, Cost, Widths
from storykeep.search.fields import has_words
from storykeep.search.highlight import END, START, Highlighter, beginning
from storykeep.search.plan import Plan, plan
from storykeep.search.spelling import spellings
from storykeep.search.suggest import has_word

_BEST = "version_fts.rank, v.last_seen DESC, s.public_id, c.position"
_NEWEST = "version_fts.rowid DESC"  # of the newest chapters first
_LEAST = 200  # texts that are looked through and ranked, even where that takes longer
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
    total_is_exact: bool = True  # else there are at least so many
    notes: tuple[str, ...] = ()  # in words, whatever was done otherwise than asked


def earlier(
    conn: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0,
    budget: Budget = DEFAULT,
) -> Earlier:  # fmt: skip
    """Return the superseded texts that answer *text*; its filters ask the stories of now.

    What would cost more than *budget* is done in part; the notes say what. Where *text* asks for no
    word of a text there are none. Raises QueryError where it is no query, StoreError where the
    index cannot be read.
    """
    widths = Widths(conn, budget, "version_fts")
    is_there = has_table(conn, "version_fts")
    asked = _plan(conn, text, widths) if is_there else plan(text, body_only=True)
    if asked.match is None or not is_there:
        return Earlier((), 0)
    try:
        if asked.asks_has_words:
            conn.create_function("has_words", 2, has_words, deterministic=True)
        with snapshot(conn):
            return _page(conn, asked, widths, limit, offset)
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"cannot search: {error}", hint="storykeep rebuild makes the index again"
        ) from error


def _plan(conn: sqlite3.Connection, text: str, widths: Widths) -> Plan:
    is_known = partial(has_word, conn, table="version_fts")
    return plan(text, widths.widen, spell=partial(spellings, is_known=is_known), body_only=True)


class _Source(NamedTuple):
    """What answers, as SQL from its FROM on."""

    sql: str
    values: tuple[str | int, ...]

    def but(self, condition: str, row: int) -> _Source:
        """Return what of it lies from *row* on (">="), or before it ("<")."""
        return _Source(f"{self.sql} AND version_fts.rowid {condition} ?", (*self.values, row))


def _page(
    conn: sqlite3.Connection, asked: Plan, widths: Widths, limit: int, offset: int
) -> Earlier:
    budget, notes = widths.budget, list(widths.approximate)
    (texts,) = conn.execute("SELECT count(*) FROM version_fts_docsize").fetchone()
    cost = widths.cost(asked, texts)
    source = _source(asked)
    is_whole = cost.find <= budget.find
    if not is_whole:
        # A row's number begins with its chapter's, and chapters are numbered on.
        (chapters,) = conn.execute("SELECT coalesce(max(id), 0) FROM chapter").fetchone()
        before = max(0, min(int(chapters * (1 - budget.find / cost.find)), chapters - _LEAST))
        source = source.but(">=", (before + 1) << _NUMBER)
        notes.append(
            "the words are very common: only the earlier texts of the newest "
            f"{chapters - before:,} of {chapters:,} chapters were looked through"
        )
    counted = f"SELECT count(*) FROM (SELECT 1 {source.sql} LIMIT {budget.count + 1})"  # noqa: S608
    (total,) = conn.execute(counted, source.values).fetchone()
    window = _window(cost, budget, total, texts)
    first = _row_at(conn, source, window) if window is not None else None
    if window is None or first is None:
        hits = _hits(conn, asked, source, _BEST, limit, offset)
    else:
        number = f"{total:,}" if total <= budget.count else f"more than {budget.count:,}"
        notes.append(f"only the newest {window:,} of {number} earlier texts were ranked")
        hits = _hits(conn, asked, source.but(">=", first), _BEST, limit, offset)
        left, skipped = limit - len(hits), max(0, offset - window)
        hits += _hits(conn, asked, source.but("<", first), _NEWEST, left, skipped)
    is_exact = is_whole and total <= budget.count
    return Earlier(tuple(hits), min(total, budget.count), is_exact, tuple(notes))


def _source(asked: Plan) -> _Source:
    assert asked.match is not None
    conditions = ["version_fts MATCH ?", *(f"({each.sql})" for each in asked.conditions)]
    return _Source(
        f"FROM version_fts JOIN version AS v ON v.chapter = version_fts.rowid >> {_NUMBER} "
        f"AND v.number = version_fts.rowid & {(1 << _NUMBER) - 1} "
        "JOIN chapter AS c ON c.id = v.chapter JOIN story AS s ON s.id = c.story "
        f"WHERE {' AND '.join(conditions)}",
        (asked.match, *(value for each in asked.conditions for value in each.values)),
    )


def _window(cost: Cost, budget: Budget, total: int, texts: int) -> int | None:
    """Return how many of the newest texts are weighed, None for all."""
    takes = cost.score(total, texts)
    if takes <= budget.score and total <= budget.count:
        return None
    window = max(_LEAST, int(total * budget.score / max(takes, 0.001) / 3))
    return window if window < total or total > budget.count else None


def _row_at(conn: sqlite3.Connection, source: _Source, place: int) -> int | None:
    """Return the row of the text at a place, from 1, the newest first; None where there is none."""
    query = f"SELECT version_fts.rowid {source.sql} ORDER BY {_NEWEST} LIMIT 1 OFFSET ?"
    row = conn.execute(query, (*source.values, place - 1)).fetchone()
    return row[0] if row else None


def _hits(
    conn: sqlite3.Connection, asked: Plan, source: _Source, order: str, limit: int, offset: int
) -> list[EarlierHit]:
    rows = conn.execute(
        "SELECT s.public_id, s.title, s.authors, s.host, c.url, c.position, v.number, "
        f"v.first_seen, v.last_seen, v.words, v.text {source.sql} ORDER BY {order} "
        "LIMIT ? OFFSET ?",
        (*source.values, limit, offset),
    )
    passages = Highlighter(asked.needles, "body")
    return [_hit(row, passages) for row in rows]


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
