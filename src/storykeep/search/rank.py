"""Which rows answer a plan, how many, and in which order: exactly where that is cheap, and said so.

What would take too long is asked of the newest stories only. bm25 weighs a story in the time that
all places of the words in it take, so a word that stands everywhere is weighed in a window.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from storykeep.search.cost import Budget, Cost
from storykeep.search.plan import Plan

# title, author, fandom, tags, summary, notes, disclaimer, body. bm25 weighs by length as well: a
# title must count for more than a short text that has the word again and again.
_WEIGHTS = "40.0, 30.0, 15.0, 15.0, 8.0, 1.0, 0.5, 1.0"
_HEAD = "{title author fandom tags summary}"
_LEAST = 200  # matches in a window, even where that takes longer
_MOST_HEADS = 300
_FEW = 2_000
# Rows as one JSON value: the statement is then the same for any rows, and is made ready only once.
ROWS = "SELECT value FROM json_each(?)"
_ONCE = 5.0  # milliseconds; what costs more to find is found once

ORDERS = {
    "date": "s.published IS NULL, s.published DESC",
    "updated": "s.updated IS NULL, s.updated DESC",
    "words": "s.words DESC",
    "title": "s.title IS NULL, s.title COLLATE NOCASE",
    "author": "s.author = '', s.author COLLATE NOCASE, s.title COLLATE NOCASE",
    "changed": "(SELECT max(v.first_seen) FROM chapter AS c JOIN version AS v ON v.chapter = c.id "
    "WHERE c.story = s.id) DESC",
}
SORTS = ("relevance", "newest", *ORDERS)


class Found(NamedTuple):
    """The answers to a plan, not yet read: SQL that gives their rows, and their number."""

    sql: str  # FROM ... WHERE ...; the row is {row}
    values: tuple[str | int, ...]
    row: str
    total: int
    is_exact: bool
    newest: int | None  # how many of the newest stories were looked through; None: all
    ids: tuple[int, ...] | None = None  # the rows, the newest first, where they are known already

    @property
    def backwards(self) -> str:
        """Return the ORDER BY that gives the newest rows first."""
        # To walk the index backwards is slow, and only worth it where a few steps are enough; with
        # the + it is walked forwards and sorted.
        return f"{'+' if self.total <= _FEW else ''}{self.row} DESC"

    def newest_rows(self, conn: sqlite3.Connection, limit: int, offset: int = 0) -> list[int]:
        """Return the rows from *offset* on, the newest first."""
        if self.ids is not None:
            return list(self.ids[offset : offset + limit])
        query = f"SELECT {self.row} {self.sql} ORDER BY {self.backwards} LIMIT ? OFFSET ?"
        return [row for (row,) in conn.execute(query, (*self.values, limit, offset))]


class Ranked(NamedTuple):
    """The rows of one page with their scores, and among how many newest matches they are best."""

    rows: list[tuple[int, float]]
    window: int | None = None
    is_weighed: bool = True
    has_titles: bool = False  # whether older ones with the words in a title are among them


def find(conn: sqlite3.Connection, asked: Plan, cost: Cost, budget: Budget, stories: int) -> Found:
    """Return what answers *asked*: all, or those among as many new stories as are soon read."""
    newest = None
    if cost.find > budget.find and asked.match:
        newest = max(_LEAST, int(stories * budget.find / cost.find))
        newest = None if newest >= stories else newest
    after = stories - newest if newest else 0
    sql, values, row = _source(asked, after)
    if asked.match and (asked.conditions or cost.find > _ONCE):
        rows = conn.execute(f"SELECT {row} {sql} LIMIT {budget.count + 1}", values).fetchall()
        total = len(rows)
    else:
        rows = []
        counted = f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT {budget.count + 1})"  # noqa: S608
        (total,) = conn.execute(counted, values).fetchone()
    is_exact = newest is None and total <= budget.count
    if rows and total <= budget.count:
        # What was dear to find is not looked for again.
        ids = tuple(sorted((each for (each,) in rows), reverse=True))
        sql, values, row = f"FROM story AS s WHERE s.id IN ({ROWS})", (json.dumps(ids),), "s.id"
        return Found(sql, values, row, total, is_exact, newest, ids)
    return Found(sql, values, row, min(total, budget.count), is_exact, newest)


def ranked(
    conn: sqlite3.Connection, asked: Plan, found: Found, cost: Cost, budget: Budget, *, limit: int,
    offset: int, stories: int,
) -> Ranked:  # fmt: skip
    """Return the page from *offset* on, the best first, equals in the order of the archive.

    Behind a window follow the other matches, the newest first, so that pages have no end too early.
    """
    if asked.match is None:
        return _by(conn, found, "s.public_id", limit=limit, offset=offset)
    is_loose = cost.prepare > max(budget.score / 2, 2 * cost.prepare_loose)
    if cost.prepare_loose > 1.25 * budget.score:
        rows = newest_first(conn, found, limit=limit, offset=offset).rows
        return Ranked(rows, is_weighed=False)
    window = _window(cost, found, budget, stories)
    if window is None and not is_loose and found.ids is None:
        rows = conn.execute(
            f"SELECT story_fts.rowid, bm25(story_fts, {_WEIGHTS}) AS score "
            f"{found.sql} ORDER BY score, story_fts.rowid LIMIT ? OFFSET ?",
            (*found.values, limit, offset),
        ).fetchall()
        return Ranked(rows)
    scores = _scores(conn, asked, found, window, is_loose=is_loose)
    has_titles = window is not None and not is_loose and found.ids is None
    if has_titles:
        for row, score in _heads(conn, asked, found):
            scores[row] = min(score, scores.get(row, 0.0))
    order = sorted(scores.items(), key=lambda each: (each[1], each[0]))
    page = order[offset : offset + limit]
    if len(page) < limit and window is not None:
        page += _rest(conn, found, scores, limit - len(page), max(0, offset - len(order)))
    return Ranked(page, window, has_titles=has_titles)


def newest_first(conn: sqlite3.Connection, found: Found, *, limit: int, offset: int) -> Ranked:
    """Return the page from *offset* on, what was archived last first."""
    rows = found.newest_rows(conn, limit, offset)
    return Ranked([(row, 0.0) for row in rows], is_weighed=False)


def sorted_by(
    conn: sqlite3.Connection, found: Found, sort: str, *, limit: int, offset: int
) -> Ranked:
    """Return the page from *offset* on by one of ORDERS, equals by public id."""
    return _by(conn, found, f"{ORDERS[sort]}, s.public_id", limit=limit, offset=offset)


# ---------------------------------------------------------------- SQL


def _source(asked: Plan, after: int) -> tuple[str, tuple[str | int, ...], str]:
    """Return what follows SELECT for the rows of *asked* behind the row *after*."""
    conditions = " AND ".join(f"({each.sql})" for each in asked.conditions)
    values = tuple(value for each in asked.conditions for value in each.values)
    if asked.match is None:
        return f"FROM story AS s WHERE {conditions}", values, "s.id"
    sql = "FROM story_fts WHERE story_fts MATCH ?"
    own: tuple[str | int, ...] = (asked.match,)
    if after:
        sql += " AND story_fts.rowid > ?"
        own = (*own, after)
    if conditions:
        # With the +, the index is walked once and each row looked up among the stories that fit;
        # without it the index would be asked anew for every such story.
        sql += f" AND +story_fts.rowid IN (SELECT s.id FROM story AS s WHERE {conditions})"  # noqa: S608
    return sql, (*own, *values), "story_fts.rowid"


def _by(conn: sqlite3.Connection, found: Found, order: str, *, limit: int, offset: int) -> Ranked:
    rows = conn.execute(
        f"SELECT s.id, 0.0 FROM story AS s WHERE s.id IN (SELECT {found.row} {found.sql}) "  # noqa: S608
        f"ORDER BY {order} LIMIT ? OFFSET ?",
        (*found.values, limit, offset),
    ).fetchall()
    return Ranked(rows, is_weighed=False)


# ---------------------------------------------------------------- windows


def _window(cost: Cost, found: Found, budget: Budget, stories: int) -> int | None:
    """Return how many of the newest matches are weighed, None for all."""
    takes = cost.score(found.total, stories)
    if takes <= budget.score and (found.is_exact or found.newest):
        return None
    window = max(_LEAST, int(found.total * budget.score / 3 / max(takes, 0.001)))
    return None if window >= found.total and (found.is_exact or found.newest) else window


def _scores(
    conn: sqlite3.Connection, asked: Plan, found: Found, window: int | None, *, is_loose: bool
) -> dict[int, float]:
    """Return the scores of the newest matches."""
    matches = found.newest_rows(conn, found.total if window is None else window)
    if not matches:
        return {}
    scores = dict.fromkeys(matches, 0.0)
    # With the + each row of the index is looked up among them, and only those are weighed.
    weighed = conn.execute(
        f"SELECT rowid, bm25(story_fts, {_WEIGHTS}) FROM story_fts "  # noqa: S608
        f"WHERE story_fts MATCH ? AND rowid BETWEEN ? AND ? AND +rowid IN ({ROWS})",
        (asked.loose if is_loose else asked.match, matches[-1], matches[0], json.dumps(matches)),
    )
    scores.update(weighed)
    return scores


def _heads(conn: sqlite3.Connection, asked: Plan, found: Found) -> list[tuple[int, float]]:
    """Return the best matches in what stands above a story, of all times."""
    assert asked.match is not None
    values = (f"{_HEAD} : ({asked.match})", *found.values[1:], _MOST_HEADS)
    return conn.execute(
        f"SELECT story_fts.rowid, bm25(story_fts, {_WEIGHTS}) AS score {found.sql} "
        "ORDER BY score LIMIT ?",
        values,
    ).fetchall()


def _rest(
    conn: sqlite3.Connection, found: Found, scores: dict[int, float], limit: int, offset: int
) -> list[tuple[int, float]]:
    """Return matches that were not weighed, the newest first."""
    newest = found.newest_rows(conn, len(scores) + offset + limit)
    others = [row for row in newest if row not in scores]
    return [(row, 0.0) for row in others[offset : offset + limit]]
