"""Which rows answer a plan, how many, and in which order: exactly where that is cheap, and said so.

What would take too long is asked of the newest stories only. bm25 weighs a story in the time that
all places of the words in it take, so a word that stands everywhere is weighed in a window.
"""

from __future__ import annotations

import json
import sqlite3
from operator import itemgetter
from typing import Any, NamedTuple

from storykeep.search.cost import Budget, Cost
from storykeep.search.plan import Leaf, Plan

# title, author, fandom, tags, summary, notes, disclaimer, body. bm25 weighs by length as well: a
# title must count for more than a short text that has the word again and again.
_WEIGHTS = "40.0, 30.0, 15.0, 15.0, 8.0, 1.0, 0.5, 1.0"
_SCORED = f"story_fts.rowid, bm25(story_fts, {_WEIGHTS}) AS score"
_HEAD = "{title author fandom tags summary}"
_LEAST = 200  # matches in a window, even where that takes longer
_MOST_HEADS = 300
_MOST_WEIGHED = 2_000  # of those that have one of several words there
_MANY_HEADS = 200  # so many that none of the others is among the best
_WORDS_OF_TITLES = 4  # of more, and of a short beginning, each title has one
_FILTERED = 2.5  # as long, at most
_FEW = 2_000
_MOST_PREPARED = 1.25  # of what weighing may take; above, nothing is weighed
_AT_ONCE = 2_500  # answers that are found, counted and weighed in one go; to read more takes longer
# Rows as one JSON value: the statement is then the same for any rows, and is made ready only once.
ROWS = "SELECT value FROM json_each(?)"
_ONCE = 5.0  # milliseconds; what costs more to find is found once
_SOON = 0.05  # milliseconds; what costs more is not counted to the end for the newest few

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
    ids: list[int] | None = None  # the rows, the newest first, where they are known already
    scored: list[tuple[int, float]] | None = None  # all, the best first, where they are weighed
    recent: list[int] | None = None  # the newest rows, kept for who asks again

    def chosen(self) -> tuple[str, tuple[str | int, ...]]:
        """Return a SELECT of the rows, and its values."""
        if self.ids is not None:
            return ROWS, (json.dumps(self.ids),)
        return f"SELECT {self.row} {self.sql}", self.values

    @property
    def backwards(self) -> str:
        """Return the ORDER BY that gives the newest rows first."""
        # To walk the index backwards is slow, and only worth it where a few steps are enough; with
        # the + it is walked forwards and sorted.
        is_few = self.total <= _FEW and (self.is_exact or self.newest is not None)
        return f"{'+' if is_few else ''}{self.row} DESC"

    def newest_rows(self, conn: sqlite3.Connection, limit: int, offset: int = 0) -> list[int]:
        """Return the rows from *offset* on, the newest first."""
        if self.ids is not None:
            return self.ids[offset : offset + limit]
        if self.recent and offset + limit <= len(self.recent):
            return self.recent[offset : offset + limit]
        query = f"SELECT {self.row} {self.sql} ORDER BY {self.backwards} LIMIT ? OFFSET ?"
        rows = [row for (row,) in conn.execute(query, (*self.values, limit, offset))]
        if self.recent is not None and not offset:
            self.recent[:] = rows
        return rows

    def newest_listed(self, conn: sqlite3.Connection, limit: int) -> tuple[str, int]:
        """Return the newest rows as ROWS takes them, and how many they are."""
        if self.ids is not None or (self.recent and limit <= len(self.recent)):
            rows = self.newest_rows(conn, limit)
            return json.dumps(rows), len(rows)
        listed: tuple[str, int] = conn.execute(
            "SELECT json_group_array(id), count(*) FROM "  # noqa: S608
            f"(SELECT {self.row} AS id {self.sql} ORDER BY {self.backwards} LIMIT ?)",
            (*self.values, limit),
        ).fetchone()
        return listed


class Ranked(NamedTuple):
    """The rows of one page with their scores, and among how many newest matches they are best."""

    rows: list[tuple[int, float]]
    window: int | None = None
    is_weighed: bool = True
    has_titles: bool = False  # whether older ones with the words in a title are among them


def find(
    conn: sqlite3.Connection, asked: Plan, cost: Cost, budget: Budget, stories: int,
    sort: str = "",
) -> Found:  # fmt: skip
    """Return what answers *asked*: all, or those among as many new stories as are soon read.

    Where it is to be in the order of *sort*, that may be seen to at once.
    """
    newest = None
    if cost.find > budget.find and asked.match:
        newest = max(_LEAST, int(stories * budget.find / cost.find))
        newest = None if newest >= stories else newest
    after = stories - newest if newest else 0
    sql, values, row = _source(asked, after)
    if sort == "relevance" and _is_soon_weighed(asked, cost, budget, newest, stories):
        rows = conn.execute(f"SELECT {_SCORED} {sql}", values).fetchall()
        rows.sort(key=itemgetter(1))  # equals stay in the order of the archive
        return _known([row for row, _ in rows], newest)._replace(scored=rows)
    count = budget.count_newest if sort == "newest" and cost.find > _SOON else budget.count
    is_dear = cost.find > _ONCE and (cost.has_phrase or sort in ORDERS)
    if asked.match and (asked.conditions or is_dear):
        # As one value: to make a row of each takes as long as to find them.
        listed = f"SELECT json_group_array(id) FROM (SELECT {row} AS id {sql} LIMIT {count + 1})"  # noqa: S608
        ids = json.loads(conn.execute(listed, values).fetchone()[0])
        # What was dear to find is not looked for again.
        if len(ids) <= count:
            return _known(ids, newest)
        total = len(ids)
    else:
        counted = f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT {count + 1})"  # noqa: S608
        (total,) = conn.execute(counted, values).fetchone()
    is_exact = newest is None and total <= count
    return Found(sql, values, row, min(total, count), is_exact, newest, recent=[])


def _known(ids: list[int], newest: int | None) -> Found:
    """Return what was found where all its rows are known."""
    ids.sort(reverse=True)
    return Found("", (), "s.id", len(ids), newest is None, newest, ids)


def _is_soon_weighed(
    asked: Plan, cost: Cost, budget: Budget, newest: int | None, stories: int
) -> bool:
    """Return whether answers are weighed while they are found."""
    if asked.match is None:
        return False
    if cost.has_phrase and cost.find > _ONCE:
        # To look for a phrase again, only to weigh where it is, takes as long once more.
        return cost.prepare <= budget.score
    return (
        newest is None
        and cost.most <= min(_AT_ONCE, budget.count)
        and cost.score(cost.most, stories) <= budget.score
        and not _is_loose(cost, budget)
        and cost.prepare_loose <= _MOST_PREPARED * budget.score
    )


def _is_loose(cost: Cost, budget: Budget) -> bool:
    """Return whether only the words of phrases are weighed, each by itself."""
    return cost.prepare > max(budget.score / 2, 2 * cost.prepare_loose)


def ranked(
    conn: sqlite3.Connection, asked: Plan, found: Found, cost: Cost, budget: Budget, *, limit: int,
    offset: int, stories: int,
) -> Ranked:  # fmt: skip
    """Return the page from *offset* on, the best first, equals in the order of the archive.

    Behind a window follow the other matches, the newest first, so that pages have no end too early.
    """
    if asked.match is None:
        return _by(conn, found, "s.public_id", limit=limit, offset=offset)
    if found.scored is not None:
        return Ranked(found.scored[offset : offset + limit])
    is_loose = _is_loose(cost, budget)
    if cost.prepare_loose > _MOST_PREPARED * budget.score:
        rows = newest_first(conn, found, limit=limit, offset=offset).rows
        return Ranked(rows, is_weighed=False)
    has_titles = not is_loose and found.ids is None and cost.words <= _WORDS_OF_TITLES
    # A word in a title outweighs nearly all that is said of it in a text: a small window is enough.
    # Of several words one may stand here and one there, and only weighing all of them tells.
    is_word = has_titles and cost.words == 1
    time = budget.score_word if is_word else budget.score
    window = _window(
        cost, found, max(1.0, time - cost.prepare_loose) if is_loose else time, stories,
        is_filtered=bool(asked.conditions),
    )  # fmt: skip
    if window is None and not is_loose and found.ids is None:
        rows = conn.execute(
            f"SELECT {_SCORED} {found.sql} ORDER BY score, story_fts.rowid LIMIT ? OFFSET ?",
            (*found.values, limit, offset),
        ).fetchall()
        return Ranked(rows)
    has_titles = has_titles and window is not None
    heads = _headed(conn, asked, found, is_word=is_word) if has_titles else {}
    heads_first = is_word or len(heads) >= _MANY_HEADS
    if heads_first and len(heads) >= offset + limit:
        order = sorted(heads.items(), key=_by_score)
    else:
        scores = _scores(conn, asked, found, window, is_loose=is_loose)
        order = _merged(heads, scores, heads_first=heads_first)
    page = order[offset : offset + limit]
    if len(page) < limit and window is not None:
        page += _rest(conn, found, dict(order), limit - len(page), max(0, offset - len(order)))
    return Ranked(page, window, has_titles=has_titles)


def _merged(
    heads: dict[int, float], scores: dict[int, float], *, heads_first: bool
) -> list[tuple[int, float]]:
    """Return both in one order; with *heads_first* no text stands before a title, on any page."""
    if heads_first:
        others = {row: score for row, score in scores.items() if row not in heads}
        return sorted(heads.items(), key=_by_score) + sorted(others.items(), key=_by_score)
    best = scores | {row: min(score, scores.get(row, 0.0)) for row, score in heads.items()}
    return sorted(best.items(), key=_by_score)


def _by_score(each: tuple[int, float]) -> tuple[float, int]:
    return each[1], each[0]


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
    chosen, values = found.chosen()
    rows = conn.execute(
        f"SELECT s.id, 0.0 FROM story AS s WHERE s.id IN ({chosen}) "  # noqa: S608
        f"ORDER BY {order} LIMIT ? OFFSET ?",
        (*values, limit, offset),
    ).fetchall()
    return Ranked(rows, is_weighed=False)


# ---------------------------------------------------------------- windows


def _window(
    cost: Cost, found: Found, budget: float, stories: int, *, is_filtered: bool
) -> int | None:
    """Return how many of the newest matches are weighed in so many milliseconds, None for all."""
    takes = cost.score(found.total, stories)
    if is_filtered:  # `words:>5000` leaves the long ones, and no titles are weighed besides
        takes *= _FILTERED
    if takes <= budget and (found.is_exact or found.newest):
        return None
    share = budget / max(takes, 0.001) / (1.5 if is_filtered else 3)
    window = max(_LEAST, int(found.total * share))
    return None if window >= found.total and (found.is_exact or found.newest) else window


def _scores(
    conn: sqlite3.Connection, asked: Plan, found: Found, window: int | None, *, is_loose: bool
) -> dict[int, float]:
    """Return the scores of the newest matches."""
    matches = found.newest_rows(conn, found.total if window is None else window)
    if not matches:
        return {}
    scores = dict.fromkeys(matches, 0.0)
    sql = (
        f"SELECT rowid, bm25(story_fts, {_WEIGHTS}) FROM story_fts "  # noqa: S608
        "WHERE story_fts MATCH ? AND rowid BETWEEN ? AND ?"
    )
    match = asked.loose if is_loose else asked.match
    values: tuple[Any, ...] = (match, matches[-1], matches[0])
    if is_loose or asked.conditions:
        # With the + each row of the index is looked up among them, and only those are weighed.
        sql, values = f"{sql} AND +rowid IN ({ROWS})", (*values, json.dumps(matches))
    scores.update(conn.execute(sql, values))
    return scores


def _headed(
    conn: sqlite3.Connection, asked: Plan, found: Found, *, is_word: bool
) -> dict[int, float]:
    """Return the scores of the answers, of all times, that have words above the story.

    Of several words one stands in a title and the other in the text: such are nearly all of the
    best. Where they are too many to be weighed, it is those that have every word there.
    """
    assert asked.match is not None
    if not is_word:
        match = f"{_HEAD} : ({' OR '.join(map(_any_of, asked.leaves))}) AND ({asked.match})"
        query = f"SELECT {found.row} {found.sql} LIMIT ?"
        rows = conn.execute(query, (match, *found.values[1:], _MOST_WEIGHED + 1)).fetchall()
        if len(rows) <= _MOST_WEIGHED:
            return _weighed(conn, asked.match, [row for (row,) in rows])
    match = f"{_HEAD} : ({asked.match})"
    query = f"SELECT {_SCORED} {found.sql} ORDER BY score LIMIT ?"
    best = dict(conn.execute(query, (match, *found.values[1:], _MOST_HEADS)).fetchall())
    return _weighed(conn, asked.match, list(best)) if is_word and best else best


def _any_of(leaf: Leaf) -> str:
    return f'"{" ".join(leaf.tokens)}"{" *" if leaf.is_prefix else ""}'


def _weighed(conn: sqlite3.Connection, match: str, rows: list[int]) -> dict[int, float]:
    """Return the scores of *rows*, which all answer *match*, by all that they say."""
    # With the + the index is walked once; each row by itself would be looked for from the start.
    query = f"SELECT {_SCORED} FROM story_fts WHERE story_fts MATCH ? AND +rowid IN ({ROWS})"  # noqa: S608
    return dict(conn.execute(query, (match, json.dumps(rows))).fetchall())


def _rest(
    conn: sqlite3.Connection, found: Found, scores: dict[int, float], limit: int, offset: int
) -> list[tuple[int, float]]:
    """Return matches that were not weighed, the newest first."""
    newest = found.newest_rows(conn, len(scores) + offset + limit)
    others = [row for row in newest if row not in scores]
    return [(row, 0.0) for row in others[offset : offset + limit]]
