"""Which captures tell nothing of their page: one between two others that say the same.

After years most captures are of pages that did not change. What plans the stories of a site reads
the others alone. A capture's row says 1 where it is such a repeat, 0 where it is none, and null
where nobody has looked yet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from storykeep.store.rows import row_of

# A revisit has no part of its own unless it was given one: it says what it refers to says.
PART_OF = """
JOIN part AS p ON p.capture = CASE
    WHEN c.revisit_of IS NULL OR EXISTS (SELECT 1 FROM part WHERE capture = c.id) THEN c.id
    ELSE (SELECT id FROM capture WHERE record_id = c.revisit_of ORDER BY id LIMIT 1) END
"""


class _Row(NamedTuple):
    id: int
    repeat: int | None
    owner: int | None  # the capture whose part it has
    source: str
    payload_sha256: str
    truncated: str | None


def forget(conn: sqlite3.Connection, capture_id: int, record_id: str) -> None:
    """Look again at the pages of a capture whose part has changed, and of its revisits.

    A capture that is its page's only one, or that nobody has looked at, changes nothing.
    """
    conn.execute(
        "UPDATE capture SET repeat = NULL WHERE repeat IS NOT NULL AND url_key IN ("
        "SELECT c.url_key FROM capture AS c WHERE c.id = ?1 AND c.repeat IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM capture AS o WHERE o.url_key = c.url_key AND o.id != c.id) "
        "UNION SELECT url_key FROM capture WHERE revisit_of = ?2 AND repeat IS NOT NULL)",
        row_of(capture_id, record_id),
    )


def find_repeats(conn: sqlite3.Connection) -> None:
    """Find the repeats among what nobody has looked at yet. The caller has a transaction."""
    pages = conn.execute(
        "SELECT host, url_key, count(*) FROM capture INDEXED BY capture_unlooked "
        "WHERE repeat IS NULL GROUP BY host, url_key"
    ).fetchall()
    for host, url_key, count in pages:
        conn.executemany(
            "UPDATE capture SET repeat = ? WHERE id = ?",
            [
                (repeat, row.id)
                for row, repeat in _judged(conn, _newest(conn, host, url_key, count))
                if row.repeat != repeat
            ],
        )


def _newest(conn: sqlite3.Connection, host: str, url_key: str, count: int) -> list[_Row]:
    """Return the captures of a page from the oldest of *count* new ones on, and two before it."""
    rows = conn.execute(
        "SELECT c.id, c.repeat, p.capture, c.source, c.payload_sha256, c.truncated "  # noqa: S608
        f"FROM capture AS c LEFT {PART_OF.strip()} WHERE c.url_key = ? AND c.host = ? "
        'ORDER BY c.fetched_at DESC, c.warc DESC, c."offset" DESC',
        (url_key, host),
    )
    found: list[_Row] = []
    known = 0
    for each in rows:
        row = _Row(*each)
        found.append(row)
        if row.repeat is None:
            count -= 1
        elif not count and row.owner is not None:
            known += 1
        if known == 2:
            break
    rows.close()
    return found[::-1]


def _judged(conn: sqlite3.Connection, rows: Sequence[_Row]) -> Iterator[tuple[_Row, int]]:
    """Yield each of a page's captures in the order of time, and whether it is a repeat.

    But for the first where that is known: what came before it is not among them.
    """
    told = [row for row in rows if row.owner is not None]
    same = [False, *(_says_the_same(conn, *pair) for pair in pairwise(told)), False]
    for place, row in enumerate(told):
        if place or row.repeat is None:
            yield row, int(same[place] and same[place + 1])
    yield from ((row, 0) for row in rows if row.owner is None)


def _says_the_same(conn: sqlite3.Connection, one: _Row, two: _Row) -> bool:
    return one[2:] == two[2:] and one.truncated is None and not _has_sections(conn, one.owner)


def _has_sections(conn: sqlite3.Connection, owner: int | None) -> bool:
    """Return whether a part has sections, which are put in order with those of other pages."""
    row = conn.execute(
        "SELECT json_array_length(o.json, '$[13]') FROM part AS p JOIN outline AS o "
        "ON o.capture = p.capture AND o.engine_version = p.engine_version WHERE p.capture = ?",
        (owner,),
    ).fetchone()
    return row is None or row[0] != 0
