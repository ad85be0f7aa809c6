"""How far the captures of each host are in its stories, and which are not."""

from __future__ import annotations

import sqlite3

# What tells nothing about a story: a host with nothing else that is new need not be assembled.
_SILENT = ("robots", "asset")
_QUOTED = "('robots', 'asset')"


def dirty_hosts(conn: sqlite3.Connection) -> list[str]:
    """Return the hosts with captures that their stories do not know yet, by name."""
    # From host to host through the index: after years nearly all captures are known.
    rows = conn.execute(
        "WITH RECURSIVE site (host) AS (SELECT min(host) FROM capture UNION ALL "  # noqa: S608
        "SELECT (SELECT min(host) FROM capture WHERE host > site.host) FROM site "
        "WHERE site.host IS NOT NULL) "
        "SELECT s.host FROM site AS s LEFT JOIN host AS h ON h.host = s.host "
        "WHERE s.host IS NOT NULL AND EXISTS (SELECT 1 FROM capture AS c INDEXED BY capture_host "
        "WHERE c.host = s.host AND c.id > coalesce(h.assembled, 0) "
        f"AND c.outcome NOT IN {_QUOTED}) ORDER BY s.host"
    )
    return [row[0] for row in rows]


def assembled(conn: sqlite3.Connection, host: str) -> tuple[int, str | None]:
    """Return up to which row the captures of *host* are in its stories, and since when calm."""
    row = conn.execute("SELECT assembled, calm_since FROM host WHERE host = ?", (host,)).fetchone()
    return row or (0, None)


def fresh_pages(conn: sqlite3.Connection, host: str, after: int) -> dict[str, set[int]] | None:
    """Return the captures of *host* behind the row *after*, by page, in whatever order they came.

    Of pages that tell of stories. None where one has no outcome, is no later than all before it, or
    lies in a WARC that has captures before it: what a run sees is weighed as a whole.
    """
    rows = conn.execute(
        "SELECT id, url_key, outcome, warc, fetched_at FROM capture INDEXED BY capture_host "
        "WHERE host = ? AND id > ?",
        (host, after),
    ).fetchall()
    last = conn.execute(
        "SELECT fetched_at FROM capture INDEXED BY capture_seen WHERE host = ? AND id <= ? "
        "ORDER BY fetched_at DESC LIMIT 1",
        (host, after),
    ).fetchone()
    if last and any(at <= last[0] for *_, at in rows):
        return None
    if any(_began_before(conn, warc, after) for warc in {row[3] for row in rows}):
        return None
    found: dict[str, set[int]] = {}
    for number, url_key, outcome, *_ in rows:
        if outcome is None:
            return None
        if outcome not in _SILENT:
            found.setdefault(url_key, set()).add(number)
    return found


def span_of(conn: sqlite3.Connection, host: str, after: int) -> tuple[int, str, str]:
    """Return in how many WARCs the captures of *host* behind the row *after* are, and from when to
    when they were made.
    """
    row: tuple[int, str, str] = conn.execute(
        "SELECT count(DISTINCT warc), min(fetched_at), max(fetched_at) "
        "FROM capture INDEXED BY capture_host WHERE host = ? AND id > ?",
        (host, after),
    ).fetchone()
    return row


def is_waiting(conn: sqlite3.Connection, host: str) -> bool:
    """Return whether of a story of *host* something is missing, and nobody knows if it is gone."""
    row = conn.execute(
        "SELECT 1 FROM event AS e JOIN story AS s ON s.id = e.story "
        "WHERE e.kind = 'missing' AND s.host = ? LIMIT 1",
        (host,),
    ).fetchone()
    return row is not None


def _began_before(conn: sqlite3.Connection, warc: str, after: int) -> bool:
    row = conn.execute(
        "SELECT 1 FROM capture WHERE warc = ? AND id <= ? LIMIT 1", (warc, after)
    ).fetchone()
    return row is not None


def mark_unsettled(conn: sqlite3.Connection, host: str) -> None:
    """Note that *host* is to be planned whole, whatever ends what is done to its stories now."""
    conn.execute(
        "UPDATE host SET calm_since = NULL WHERE host = ? AND calm_since IS NOT NULL", (host,)
    )


def mark_assembled(conn: sqlite3.Connection, host: str, calm_since: str | None) -> None:
    """Note that the stories of *host* are made of all its captures as they are now.

    *calm_since* is what `assemble.Survey` says.
    """
    newest = conn.execute(
        "SELECT id FROM capture INDEXED BY capture_host "  # noqa: S608
        f"WHERE host = ? AND outcome NOT IN {_QUOTED} ORDER BY id DESC LIMIT 1",
        (host,),
    ).fetchone()
    conn.execute(
        "INSERT INTO host (host, assembled, calm_since) VALUES (?, ?, ?) ON CONFLICT (host) "
        "DO UPDATE SET assembled = excluded.assembled, calm_since = excluded.calm_since "
        "WHERE assembled != excluded.assembled OR calm_since IS NOT excluded.calm_since",
        (host, newest[0] if newest else 0, calm_since),
    )
