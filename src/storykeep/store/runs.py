"""Runs as rows: one is written before the first request, so that a killed run leaves its trace.

`finished` is empty while a run goes on. Who holds the lock knows that no other does: what is not
finished then was killed.
"""

from __future__ import annotations

import sqlite3

from storykeep import codec
from storykeep.model import Report

KILLED = "killed"
_IDLE_KEPT = 20  # of the last runs, though they asked nothing


def begin_run(conn: sqlite3.Connection, started: str) -> int:
    """Note that a run begins, and of those that were killed what is known; return its number."""
    rows = conn.execute("SELECT id, started FROM run WHERE finished = '' ORDER BY id")
    for number, since in rows.fetchall():
        report, last = _left_behind(conn, since)
        end_run(conn, number, last or since, report)
    # A timer that comes hourly finds nothing due most of the time; years of that tell nothing. Each
    # run looks at a few that lie behind those that are kept: what lies deeper was looked at then.
    conn.execute(
        "DELETE FROM run WHERE json_extract(report, '$.requests') IS NULL "
        "AND json_extract(report, '$.ended') IS NULL AND finished != '' "
        "AND id <= (SELECT max(id) FROM run) - ?1 AND id > (SELECT max(id) FROM run) - ?2",
        (_IDLE_KEPT, 2 * _IDLE_KEPT),
    )
    return add_run(conn, started)


def add_run(conn: sqlite3.Connection, started: str) -> int:
    """Add a run that is not over; return its number."""
    (number,) = conn.execute(
        "INSERT INTO run (started, finished, report) VALUES (?, '', '{}') RETURNING id", (started,)
    ).fetchone()
    return int(number)


def end_run(conn: sqlite3.Connection, number: int, finished: str, report: Report) -> None:
    """Keep the report of a run that is over."""
    conn.execute(
        "UPDATE run SET finished = ?, report = ? WHERE id = ?",
        (finished, codec.dumps(report), number),
    )


def unfinished_since(conn: sqlite3.Connection) -> str | None:
    """Return when the oldest run began that did not come to its end, None where all did."""
    (since,) = conn.execute(
        "SELECT min(started) FROM run INDEXED BY run_unfinished WHERE finished = ''"
    ).fetchone()
    return str(since) if since else None


def _left_behind(conn: sqlite3.Connection, since: str) -> tuple[Report, str | None]:
    """Return what a run did that began at *since* and was killed, and when it was last heard of."""
    report = Report(ended=KILLED)
    since = since.removesuffix("Z")  # "18:22:39.5Z" comes before "18:22:39Z", as text
    rows = conn.execute(
        # What a web archive gave was captured long before it was taken.
        "SELECT coalesce(outcome, 'unknown'), count(*), sum(length), "
        "max(coalesce(taken_at, fetched_at)) FROM capture "
        "WHERE coalesce(taken_at, fetched_at) >= ? GROUP BY 1 ORDER BY 1",
        (since,),
    ).fetchall()
    for outcome, count, size, _ in rows:
        report.outcomes[outcome] = count
        report.captures += count
        report.received_bytes += size
    failed = conn.execute(
        "SELECT url, kind || ': ' || detail, started_at FROM attempt "
        "WHERE started_at >= ? AND kind != 'lost' ORDER BY id",
        (since,),
    ).fetchall()
    report.failed = [(url, why) for url, why, _ in failed]
    report.requests = report.captures + len(failed)
    heard = [row[3] for row in rows] + [row[2] for row in failed]
    return report, max(heard)[:19] + "Z" if heard else None
