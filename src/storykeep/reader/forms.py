"""Which stories are read from something else than the bytes of a site's own answer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

_OF_STORIES = "SELECT DISTINCT s.public_id FROM story AS s"
# A few are looked up by their ids: CROSS JOIN keeps that order; SQLite would go through all.
_OF_THESE = (
    "SELECT DISTINCT s.public_id FROM json_each(?) AS asked "
    "CROSS JOIN story AS s ON s.public_id = asked.value"
)
_RECONSTRUCTED = (
    "CROSS JOIN chapter AS h ON h.story = s.id "
    "CROSS JOIN version AS v ON v.chapter = h.id AND v.text IS NULL "
    "CROSS JOIN capture AS c ON c.id = v.capture WHERE c.form = 'reconstructed'"
)


def reconstructed(conn: sqlite3.Connection, ids: Collection[str] | None = None) -> frozenset[str]:
    """Return the public ids of the stories that are read from a reconstructed capture.

    Of those in *ids*, or of all.
    """
    columns = conn.execute("SELECT name FROM pragma_table_info('capture')")
    if ("form",) not in columns.fetchall():
        return frozenset()  # a database of before there was any other form
    if ids is None:
        rows = conn.execute(f"{_OF_STORIES} {_RECONSTRUCTED}")
    else:
        rows = conn.execute(f"{_OF_THESE} {_RECONSTRUCTED}", (json.dumps(sorted(ids)),))
    return frozenset(public_id for (public_id,) in rows)
