"""All stories of an archive that have their text from one another, in groups.

What the sketches share is counted in a file of SQLite's own, which is gone afterwards: memory does
not grow with the archive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise

from storykeep import alike
from storykeep.reader import snapshot
from storykeep.search.similar import Comparer, Similar, order_of

LEAST = 50  # percent of the shorter text
# A sentence of more stories than this is compared between neighbours only: were it each with each,
# a chorus or a notice that stands in thousands would take hours. Copies share other sentences.
_COMMON = 40


@dataclass(frozen=True, slots=True)
class Group:
    """The longest of some stories, and those that are the same text or share much of it."""

    row: int
    others: tuple[Similar, ...]


def duplicates(conn: sqlite3.Connection, *, least: int = LEAST) -> Iterator[Group]:
    """Yield the groups of stories that share *least* percent of the shorter text with the longest.

    Each story stands in one group, that of the longest text it is alike.
    """
    with snapshot(conn), closing(sqlite3.connect("", isolation_level=None)) as aside:
        _count_shared(conn, aside)
        compare = Comparer(conn, least)
        grouped: set[int] = set()
        for row in _longest_first(conn, aside):
            if row in grouped:
                continue
            found = []
            for other, shared in aside.execute(
                "SELECT other, shared FROM pair WHERE story = ? ORDER BY other", (row,)
            ).fetchall():
                if other not in grouped and (each := compare(row, other, shared)):
                    found.append(each)
            if found:
                grouped.update((row, *(each.row for each in found)))
                yield Group(row, tuple(sorted(found, key=order_of)))


def _count_shared(conn: sqlite3.Connection, aside: sqlite3.Connection) -> None:
    """Fill `pair`: of every two stories that share digests, both ways, how many."""
    aside.execute("PRAGMA journal_mode = OFF")
    aside.execute("PRAGMA synchronous = OFF")
    aside.execute("CREATE TABLE digest (digest INTEGER NOT NULL, story INTEGER NOT NULL)")
    aside.execute("CREATE TABLE met (story INTEGER NOT NULL, other INTEGER NOT NULL)")
    aside.execute("BEGIN")
    for story, digests in conn.execute("SELECT story, digests FROM sketch"):
        aside.executemany(
            "INSERT INTO digest VALUES (?, ?)", ((each, story) for each in alike.unpack(digests))
        )
    shared = aside.execute("SELECT DISTINCT digest, story FROM digest ORDER BY digest, story")
    for _, rows in groupby(shared, key=lambda each: each[0]):
        stories = [story for _, story in rows]
        pairs = combinations(stories, 2) if len(stories) <= _COMMON else pairwise(stories)
        aside.executemany("INSERT INTO met VALUES (?, ?)", pairs)
    aside.execute(
        "CREATE TABLE pair AS SELECT story, other, count(*) AS shared FROM ("
        "SELECT story, other FROM met UNION ALL SELECT other, story FROM met) "
        "GROUP BY story, other"
    )
    aside.execute("CREATE INDEX pair_story ON pair (story)")
    aside.execute("COMMIT")


def _longest_first(conn: sqlite3.Connection, aside: sqlite3.Connection) -> list[int]:
    candidates = {row for (row,) in aside.execute("SELECT DISTINCT story FROM pair")}
    by_length = conn.execute("SELECT id FROM story ORDER BY words DESC, public_id")
    return [row for (row,) in by_length if row in candidates]
