"""The full-text index as such: it grows by a piece with each transaction, and here they are joined.

SQLite would join small pieces while stories are written, again and again. It is told not to, and
at the end of a run all is done at once: what is new is joined, and where it has become a good part
of the whole, everything is. So a run writes in proportion to what it brought, not to the archive.

Joining is done by several transactions: what one writes has to find room in the write-ahead log,
beside the index that is there.
"""

from __future__ import annotations

import sqlite3

_SHARE = 4  # all is joined where so big a part, a quarter, lies beside the largest piece
_STEP = 100  # pages that are written before those that they replace are free: 400 kB
_STEPS = 80  # of a transaction
_PIECES = 1_900  # FTS5 has numbers for 2,000


def join_at_the_end(conn: sqlite3.Connection) -> None:
    """Tell the index of *conn* to leave its pieces as they are until `join`; it is kept in it."""
    conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('automerge', 0)")


def leave_pieces(conn: sqlite3.Connection) -> None:
    """Tell the index of *conn* to join nothing at the 16th piece either; it is kept in it.

    It would do so within the transaction that brings the piece, however large all of them are.
    """
    told = conn.execute("SELECT v FROM story_fts_config WHERE k = 'crisismerge'").fetchone()
    if told != (_PIECES,):
        conn.execute(
            "INSERT INTO story_fts (story_fts, rank) VALUES ('crisismerge', ?)", (_PIECES,)
        )


def join(conn: sqlite3.Connection) -> None:
    """Join the pieces of the index as far as that pays. There must be no transaction."""
    sizes = pieces(conn)
    if len(sizes) < 2:
        return
    if (sum(sizes) - max(sizes)) * _SHARE >= sum(sizes):
        _merge(conn, -_STEP)  # of a number below nothing, all pieces are what is to be joined
    at_work = True
    while at_work:
        conn.execute("BEGIN IMMEDIATE")
        at_work = all(_merge(conn, _STEP) for _ in range(_STEPS))
        conn.execute("COMMIT")


def _merge(conn: sqlite3.Connection, pages: int) -> bool:
    """Let the index write so many *pages* of joined pieces; return whether there was any work."""
    before = conn.total_changes
    conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('merge', ?)", (pages,))
    return conn.total_changes - before > 1  # one row without work (FTS5, section 6.7)


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
