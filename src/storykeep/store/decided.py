"""What a user decided, as the stories were last made of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Literal

from storykeep.store.rows import row_of

# Corrections, as JSON by field; and that a story is gone, with the moment at which that was said.
Kind = Literal["decided", "confirmed"]
_COLUMN: dict[Kind, str] = {"decided": "json", "confirmed": "at"}


def decide(conn: sqlite3.Connection, kind: Kind, found: Mapping[str, tuple[str, str]]) -> bool:
    """Make *found*, by key (host, value), the rows; hosts of what changed are not assembled.

    Return whether anything changed. The caller has a transaction.
    """
    column = _COLUMN[kind]
    wanted = {row_of(key, host, value) for key, (host, value) in found.items()}
    known = set(conn.execute(f"SELECT story, host, {column} FROM {kind}"))  # noqa: S608
    changed = wanted ^ known
    for host in {row[1] for row in changed}:
        conn.execute("UPDATE host SET assembled = 0, calm_since = NULL WHERE host = ?", (host,))
    conn.executemany(
        f"DELETE FROM {kind} WHERE story = ?",  # noqa: S608
        [(row[0],) for row in sorted(known - wanted)],
    )
    conn.executemany(
        f"INSERT INTO {kind} (story, host, {column}) VALUES (?, ?, ?)",  # noqa: S608
        sorted(wanted - known),
    )
    return bool(changed)


def decided(conn: sqlite3.Connection, kind: Kind, host: str) -> dict[str, str]:
    """Return what was decided about stories of *host*, by key."""
    rows = conn.execute(
        f"SELECT story, {_COLUMN[kind]} FROM {kind} WHERE host = ?",  # noqa: S608
        (host,),
    )
    return dict(rows.fetchall())
