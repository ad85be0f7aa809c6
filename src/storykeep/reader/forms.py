"""Which stories are read from something else than the bytes of a site's own answer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection


def reconstructed(conn: sqlite3.Connection, ids: Collection[str] | None = None) -> frozenset[str]:
    """Return the public ids of the stories that are read from a reconstructed capture.

    Of those in *ids*, or of all.
    """
    columns = conn.execute("SELECT name FROM pragma_table_info('capture')")
    if ("form",) not in columns.fetchall():
        return frozenset()  # a database of before there was any other form
    rows = conn.execute(
        "SELECT DISTINCT s.public_id FROM story AS s JOIN chapter AS h ON h.story = s.id "
        "JOIN version AS v ON v.chapter = h.id AND v.text IS NULL "
        "JOIN capture AS c ON c.id = v.capture WHERE c.form = 'reconstructed' "
        "AND (?1 IS NULL OR s.public_id IN (SELECT value FROM json_each(?1)))",
        (None if ids is None else json.dumps(sorted(ids)),),
    )
    return frozenset(public_id for (public_id,) in rows)
