"""How the answers to a query spread over authors, fandoms, sites, years and the like."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from storykeep.reader.connection import has_index
from storykeep.search.fields import LAST_OUTCOME
from storykeep.search.rank import Found

NAMES = ("author", "fandom", "site", "year", "rating", "status", "language", "outcome")
MOST_READ = 1_000  # stories; of more, the newest
SAMPLE = 500
MOST_VALUES = 10  # of one facet
_OF_STORY = {
    "author": "author",
    "site": "host",
    "year": "substr(published, 1, 4)",
    "status": "status",
    "language": "language",
}
_OF_TAGS = ("fandom", "rating")
_ROWS = "FROM json_each(?) AS j CROSS"  # JOIN: in this order


class Facets(NamedTuple):
    """For each facet its commonest values and how many stories have them.

    `read` is how many of the answers were counted, the newest; `is_exact` where that is all.
    """

    values: dict[str, tuple[tuple[str, int], ...]]
    read: int
    is_exact: bool


def facets(conn: sqlite3.Connection, found: Found, names: Sequence[str]) -> Facets:
    """Return the facets *names* of what was *found*."""
    is_more = found.total >= MOST_READ + found.is_exact  # a count that is not exact ended there
    # One value, so that the statement is the same for any page and is made ready only once.
    rows, read = found.newest_listed(conn, SAMPLE if is_more else MOST_READ)
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    plain = [name for name in names if name in _OF_STORY]
    if plain:
        lists = ", ".join(f"json_group_array({_OF_STORY[name]})" for name in plain)
        index = "INDEXED BY story_facets" if has_index(conn, "story_facets") else ""
        of = conn.execute(
            f"SELECT {lists} {_ROWS} JOIN story AS s {index} ON s.id = j.value", (rows,)
        )
        for name, values in zip(plain, of.fetchone(), strict=True):
            counts[name].update(filter(None, json.loads(values)))
    for kind in (name for name in names if name in _OF_TAGS):
        counts[kind].update(_tags(conn, kind, rows))
    if "outcome" in names:
        query = f"SELECT ({LAST_OUTCOME}) {_ROWS} JOIN story AS s ON s.id = j.value"
        counts["outcome"].update(value for (value,) in conn.execute(query, (rows,)) if value)
    is_exact = found.is_exact and read == found.total
    return Facets({name: _first(counts[name]) for name in names}, read, is_exact)


def _tags(conn: sqlite3.Connection, kind: str, rows: str) -> Iterable[str]:
    """Return the tags of a *kind* that the stories of *rows* have, each as often as stories do."""
    # Both lists as one value each: SQLite makes a row of them in a third of the time of many rows.
    lists = conn.execute(
        f"SELECT json_group_array(t.story), json_group_array(t.value) {_ROWS} "
        "JOIN tag AS t ON t.kind = ? AND t.story = j.value",
        (rows, kind),
    ).fetchone()
    stories: list[int]
    values: list[str]
    stories, values = map(json.loads, lists)
    if len(set(stories)) == len(stories):
        return values
    return [value for _, value in set(zip(stories, values, strict=True))]


def _first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    # Most values are one story's: only what can be among the first is put in order.
    least = min(sorted(counts.values())[-MOST_VALUES:], default=0)
    above = sorted((-number, value) for value, number in counts.items() if number > least)
    first = [(value, -number) for number, value in above]
    others = sorted([value for value, number in counts.items() if number == least])
    return (*first, *((value, least) for value in others[: MOST_VALUES - len(first)]))
