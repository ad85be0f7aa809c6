"""What vanished from its site, since when, and which captures show it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from storykeep import urls
from storykeep.errors import UsageError
from storykeep.reader.connection import has_table
from storykeep.reader.lookup import resolve

_SHOWN = ("url", "fetched_at", "status", "outcome", "warc", "offset")


def vanished(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Yield each story of which something is gone or missing, by site, author and title.

    `id, url, title, authors, words, site, state, since, reason, chapters, of, captures`: state is
    "gone", "gone in part" or "waiting" (for a user to say that it is gone), `chapters` says how
    many of its chapters that is about, and `captures` are those that show it, oldest first.
    """
    if not has_table(conn, "event"):
        return
    rows = conn.execute(
        "SELECT id, public_id, url, title, authors, words, host, gone_since FROM story "
        "WHERE gone_since IS NOT NULL OR id IN (SELECT story FROM event WHERE kind = 'missing') "
        "OR id IN (SELECT c.story FROM version AS v JOIN chapter AS c ON c.id = v.chapter "
        "WHERE v.gone_since IS NOT NULL) ORDER BY host, author, title, public_id"
    ).fetchall()
    for row, number, url, title, authors, words, host, gone_since in rows:
        chapters = _chapters(conn, row)
        missing = _missing(conn, row)
        lost = [each for each in chapters if each[2] is not None or each[0] in missing]
        state = "waiting" if missing else "gone" if gone_since else "gone in part"
        dates = [each[2] or missing.get(each[0], "") for each in lost]
        yield {
            "id": number,
            "url": url,
            "title": title,
            "authors": [each["name"] for each in json.loads(authors)],
            "words": words,
            "site": host,
            "state": state,
            "since": gone_since or min(dates, default=None),
            "reason": _reason(conn, row, state),
            "chapters": len(lost),
            "of": len(chapters),
            "captures": [
                shown
                for (_, address, _), since in zip(lost, dates, strict=True)
                for shown in _captures(conn, address, since)
            ],
        }


def undecided(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return `site, stories, reason` of each host of which stories wait for a user's word."""
    if not has_table(conn, "event"):
        return []
    rows = conn.execute(
        "SELECT s.host, count(DISTINCT s.id), max(e.reason) FROM event AS e "
        "JOIN story AS s ON s.id = e.story WHERE e.kind = 'missing' GROUP BY s.host ORDER BY s.host"
    )
    return [
        {"site": host, "stories": count, "reason": reason.rpartition("; ")[2]}
        for host, count, reason in rows
    ]


def named(conn: sqlite3.Connection, name: str) -> set[int]:
    """Return the rows of the stories that *name*, a host or a story, means.

    Raises UsageError where it means neither.
    """
    rows = conn.execute("SELECT id FROM story WHERE host = ?", (name.lower(),))
    if found := {row for (row,) in rows}:
        return found
    try:
        return {resolve(conn, name)}
    except UsageError as error:
        raise UsageError(
            f"there is neither a site nor a story {name!r}",
            hint=error.hint or "storykeep gone shows what vanished",
        ) from error


def _chapters(conn: sqlite3.Connection, story: int) -> list[tuple[str, str, str | None]]:
    """Return (key, address, gone_since) of each chapter, in order."""
    rows = conn.execute(
        "SELECT c.key, c.url, (SELECT v.gone_since FROM version AS v WHERE v.chapter = c.id "
        "ORDER BY v.number DESC LIMIT 1) FROM chapter AS c WHERE c.story = ? ORDER BY c.position",
        (story,),
    )
    return rows.fetchall()


def _missing(conn: sqlite3.Connection, story: int) -> dict[str, str]:
    """Return since when chapters are missing, by their key."""
    rows = conn.execute(
        "SELECT coalesce(e.chapter, (SELECT key FROM chapter WHERE story = e.story "
        "ORDER BY position LIMIT 1)), e.at FROM event AS e "
        "WHERE e.story = ? AND e.kind = 'missing'",
        (story,),
    )
    return dict(rows.fetchall())


def _reason(conn: sqlite3.Connection, story: int, state: str) -> str:
    kind = "missing" if state == "waiting" else "gone"
    row = conn.execute(
        "SELECT reason FROM event WHERE story = ? AND kind = ? ORDER BY number DESC LIMIT 1",
        (story, kind),
    ).fetchone()
    return row[0] if row else ""


def _captures(conn: sqlite3.Connection, address: str, since: str) -> list[dict[str, Any]]:
    rows = conn.execute(
        'SELECT url, fetched_at, status, outcome, warc, "offset" FROM capture '
        "WHERE url_key = ? AND fetched_at >= ? ORDER BY fetched_at, id",
        (urls.key(address), since),
    )
    return [dict(zip(_SHOWN, row, strict=True)) for row in rows]
