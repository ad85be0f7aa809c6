"""The full-text index as such: it grows by a piece with each transaction, and here they are joined.

SQLite would join small pieces while stories are written, again and again. It is told not to, and
at the end of a run all is done at once: what is new is joined, and where it has become a good part
of the whole, everything is. So a run writes in proportion to what it brought, not to the archive.
"""

from __future__ import annotations

import sqlite3

_SHARE = 4  # all is joined where so big a part, a quarter, lies beside the largest piece
_STEP = 1_000  # pages that are written at a time


def join_at_the_end(conn: sqlite3.Connection) -> None:
    """Tell the index of *conn* to leave its pieces as they are until `join`; it is kept in it."""
    conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('automerge', 0)")


def join(conn: sqlite3.Connection) -> None:
    """Join the pieces of the index as far as that pays."""
    sizes = pieces(conn)
    if len(sizes) > 1 and (sum(sizes) - max(sizes)) * _SHARE >= sum(sizes):
        conn.execute("INSERT INTO story_fts (story_fts) VALUES ('optimize')")
        return
    done = -1
    while conn.total_changes - done > 1:  # a step without work changes one row (FTS5, section 6.7)
        done = conn.total_changes
        conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('merge', ?)", (_STEP,))


def pieces(conn: sqlite3.Connection) -> list[int]:
    """Return the sizes of the pieces of the index, in leaves (pages of it)."""
    sizes: list[int] = []
    after = -1
    # Piece by piece: the table has a row for nearly each leaf, of which the last one tells.
    while row := conn.execute(
        "SELECT segid FROM story_fts_idx WHERE segid > ? ORDER BY segid LIMIT 1", (after,)
    ).fetchone():
        (after,) = row
        (page,) = conn.execute(
            "SELECT pgno / 2 FROM story_fts_idx WHERE segid = ? ORDER BY term DESC LIMIT 1",
            (after,),
        ).fetchone()
        sizes.append(int(page))
    return sizes
