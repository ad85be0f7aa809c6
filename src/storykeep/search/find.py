"""A plan, asked of the database: counts, ranked hits with snippets, or all matching rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from storykeep.errors import StoreError
from storykeep.model import Hit
from storykeep.reader import snapshot
from storykeep.search.highlight import END, START, Highlighter, Needle, beginning
from storykeep.search.plan import Plan, plan

# title, author, fandom, tags, summary, notes, disclaimer, body. bm25 weighs by length as well: a
# title must count for more than a short text that has the word again and again.
_WEIGHTS = "40.0, 30.0, 15.0, 15.0, 8.0, 1.0, 0.5, 1.0"


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int
    total_is_exact: bool = True
    ranked: Literal["all", "window"] = "all"  # what the order was made from


def check(text: str) -> None:
    """Raise QueryError where *text* is no query."""
    plan(text)


def search(conn: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0) -> Results:
    """Return the stories that answer *text*, the best first, equals by public id.

    Raises QueryError where *text* is no query and StoreError where the index cannot be read.
    """
    asked = plan(text)
    table, values = _table(asked)
    with _reading(), snapshot(conn):
        (total,) = conn.execute(f"SELECT count(*) FROM {table}", values).fetchone()  # noqa: S608
        score = f"bm25(story_fts, {_WEIGHTS})" if asked.match else "0.0"
        rows = conn.execute(
            f"SELECT s.id, {score} AS score FROM {_joined(asked)} "  # noqa: S608
            "ORDER BY score, s.public_id LIMIT ? OFFSET ?",
            (*values, max(0, limit), max(0, offset)),
        ).fetchall()
        hits = tuple(_hit(conn, row, score, asked.needles) for row, score in rows)
    return Results(hits, total)


def matching_ids(conn: sqlite3.Connection, text: str) -> Iterator[int]:
    """Yield the row of every story that answers *text*, by author, title and public id.

    Raises as `search` does, at the first step.
    """
    asked = plan(text)
    _, values = _table(asked)
    with _reading():
        rows = conn.execute(
            f"SELECT s.id FROM {_joined(asked)} "  # noqa: S608
            "ORDER BY s.author, s.title, s.public_id",
            values,
        )
        for row in rows:
            yield row[0]


def hit_row(hit: Hit) -> dict[str, Any]:
    """Return *hit* as `search --json` prints it: the snippet is plain text."""
    return {
        "id": hit.id,
        "url": hit.url,
        "title": hit.title,
        "authors": list(hit.authors),
        "words": hit.words,
        "site": hit.site,
        "gone_since": hit.gone_since,
        "score": hit.score,
        "snippet": hit.snippet.replace(START, "").replace(END, ""),
    }


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"cannot search: {error}", hint="storykeep rebuild makes the index again"
        ) from error


# ---------------------------------------------------------------- SQL


def _conditions(asked: Plan) -> tuple[str, tuple[str, ...]]:
    """Return what follows WHERE, and its values, for the tables story_fts (by match) and s."""
    terms = ["story_fts MATCH ?"] if asked.match else []
    values = [asked.match] if asked.match else []
    if asked.without:
        terms.append("s.id NOT IN (SELECT rowid FROM story_fts WHERE story_fts MATCH ?)")
        values.append(asked.without)
    terms += ["instr(s.host, ?) > 0"] * len(asked.sites)
    terms += ["instr(s.host, ?) = 0"] * len(asked.not_sites)
    return " AND ".join(terms), (*values, *asked.sites, *asked.not_sites)


def _joined(asked: Plan) -> str:
    where, _ = _conditions(asked)
    if asked.match is None:
        return f"story AS s WHERE {where}"
    return f"story_fts JOIN story AS s ON s.id = story_fts.rowid WHERE {where}"


def _table(asked: Plan) -> tuple[str, tuple[str, ...]]:
    """Return the cheapest FROM clause that counts the answers, and its values."""
    where, values = _conditions(asked)
    if asked.sites or asked.not_sites or asked.match is None:
        return _joined(asked), values
    return f"story_fts WHERE {where}", values


# ---------------------------------------------------------------- hits


def _hit(conn: sqlite3.Connection, row: int, score: float, needles: Iterable[Needle]) -> Hit:
    public_id, url, title, authors, words, host, gone_since, summary = conn.execute(
        "SELECT public_id, url, title, authors, words, host, gone_since, summary FROM story "
        "WHERE id = ?",
        (row,),
    ).fetchone()
    return Hit(
        id=public_id,
        url=url,
        title=title,
        authors=tuple(each["name"] for each in json.loads(authors)),
        words=words,
        site=host,
        gone_since=gone_since,
        score=float(f"{-score + 0.0:.6g}"),
        snippet=_snippet(conn, row, summary, tuple(needles)),
    )


def _snippet(
    conn: sqlite3.Connection, row: int, summary: str | None, needles: tuple[Needle, ...]
) -> str:
    """Return the best passage of the story, else of what stands around it, else its beginning."""
    passage = Highlighter(needles, "body").best(_chapters(conn, row))
    if passage is None and summary:
        passage = Highlighter(needles, "summary").best([summary])
    for table, column in (("note", "notes"), ("disclaimer", "disclaimer")):
        if passage is None:
            passage = Highlighter(needles, column).best(_texts(conn, table, row))
    if passage is not None:
        return passage.snippet
    return beginning(next(_chapters(conn, row), ""))


def _chapters(conn: sqlite3.Connection, row: int) -> Iterator[str]:
    for title, text in conn.execute(
        "SELECT title, text FROM chapter WHERE story = ? ORDER BY position, id", (row,)
    ):
        yield f"{title}\n\n{text}" if title else text


def _texts(conn: sqlite3.Connection, table: str, row: int) -> list[str]:
    rows = conn.execute(f"SELECT text FROM {table} WHERE story = ? ORDER BY number", (row,))  # noqa: S608
    return [each[0] for each in rows]
