"""How the answers to a query spread over authors, fandoms, sites, years and the like."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from heapq import nlargest, nsmallest
from typing import NamedTuple

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
    ids = found.newest_rows(conn, SAMPLE if is_more else MOST_READ)
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    # One value, so that the statement is the same for any page and is made ready only once.
    rows = json.dumps(ids)
    plain = [name for name in names if name in _OF_STORY]
    if plain:
        shown = ", ".join(_OF_STORY[name] for name in plain)
        of = conn.execute(f"SELECT {shown} {_ROWS} JOIN story AS s ON s.id = j.value", (rows,))
        for name, values in zip(plain, zip(*of.fetchall(), strict=True), strict=False):
            counts[name].update(filter(None, values))
    for kind in (name for name in names if name in _OF_TAGS):
        tags = conn.execute(
            f"SELECT t.story, t.value {_ROWS} JOIN tag AS t ON t.kind = ? AND t.story = j.value",
            (rows, kind),
        )
        counts[kind].update([value for _, value in set(tags.fetchall())])
    if "outcome" in names:
        query = f"SELECT ({LAST_OUTCOME}) {_ROWS} JOIN story AS s ON s.id = j.value"
        counts["outcome"].update(value for (value,) in conn.execute(query, (rows,)) if value)
    is_exact = found.is_exact and len(ids) == found.total
    return Facets({name: _first(counts[name]) for name in names}, len(ids), is_exact)


def _first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    # Most values are one story's: only what can be among the first is put in order.
    least = min(nlargest(MOST_VALUES, counts.values()), default=0)
    above = sorted((-number, value) for value, number in counts.items() if number > least)
    first = [(value, -number) for number, value in above]
    others = nsmallest(
        MOST_VALUES - len(first), (value for value, number in counts.items() if number == least)
    )
    return (*first, *((value, least) for value in others))
