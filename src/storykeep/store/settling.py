"""What a run remembers of the folder of WARCs, so that the next one need not look at all of it."""

from __future__ import annotations

import sqlite3

WARCS = "warcs"  # how they lay when all of them were known
_SIZES = "sizes"  # the last file whose size was looked at


def state(conn: sqlite3.Connection, place: str) -> str | None:
    """Return what is noted of *place*, None where nothing is."""
    row = conn.execute("SELECT state FROM settled WHERE place = ?", (place,)).fetchone()
    return row[0] if row else None


def note(conn: sqlite3.Connection, place: str, state: str | None) -> None:
    """Note *state* of *place*, None for nothing."""
    if state is None:
        conn.execute("DELETE FROM settled WHERE place = ?", (place,))
        return
    conn.execute(
        "INSERT INTO settled (place, state) VALUES (?1, ?2) ON CONFLICT (place) "
        "DO UPDATE SET state = ?2 WHERE state != ?2",
        (place, state),
    )


def warcs_in_turn(conn: sqlite3.Connection, most: int) -> list[tuple[str, int]]:
    """Return name and size of *most* sealed WARCs: those behind the ones of the last call."""
    after = state(conn, _SIZES) or ""
    found = _warcs(conn, after, most)
    if len(found) < most:  # all that are left: from the first on again
        found += _warcs(conn, "", most - len(found), until=after)
    last = found[-1][0] if len(found) == most else None
    if last != (after or None):
        note(conn, _SIZES, last)
    return found


def _warcs(
    conn: sqlite3.Connection, after: str, most: int, until: str | None = None
) -> list[tuple[str, int]]:
    return conn.execute(
        "SELECT file, bytes FROM warc WHERE file > ?1 AND (?3 IS NULL OR file <= ?3) "
        "ORDER BY file LIMIT ?2",
        (after, most, until),
    ).fetchall()
