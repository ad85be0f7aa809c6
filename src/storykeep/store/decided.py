"""What a user decided, as the stories were last made of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from storykeep.store.rows import row_of


def decide(conn: sqlite3.Connection, found: Mapping[str, tuple[str, str]]) -> bool:
    """Make *found*, by key (host, JSON), the rows; mark the hosts of what changed as not assembled.

    Return whether anything changed. The caller has a transaction.
    """
    wanted = {row_of(key, host, json) for key, (host, json) in found.items()}
    known = set(conn.execute("SELECT story, host, json FROM decided"))
    changed = wanted ^ known
    for host in {row[1] for row in changed}:
        conn.execute("UPDATE host SET assembled = 0 WHERE host = ?", (host,))
    conn.executemany(
        "DELETE FROM decided WHERE story = ?", [(row[0],) for row in sorted(known - wanted)]
    )
    conn.executemany(
        "INSERT INTO decided (story, host, json) VALUES (?, ?, ?)", sorted(wanted - known)
    )
    return bool(changed)


def corrections(conn: sqlite3.Connection, host: str) -> dict[str, str]:
    """Return the JSON of what was decided about stories of *host*, by key."""
    rows = conn.execute("SELECT story, json FROM decided WHERE host = ?", (host,))
    return dict(rows.fetchall())
