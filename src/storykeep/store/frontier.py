"""The frontier as rows: which pages a source wants, and when each is to be asked for again."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from storykeep import urls
from storykeep.model import FrontierPage

_CLOCKS_DIFFER = timedelta(days=1)
_COLUMNS = (
    "url_key, url, source, kind, state, depth, via, tries, next_due, etag, last_modified, "
    "last_capture, unchanged"
)
_VALUES = attrgetter(*_COLUMNS.split(", "))
_INSERT = f"INSERT INTO page ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608


def add_page(conn: sqlite3.Connection, page: FrontierPage) -> bool:
    """Put *page* on the frontier unless its key is known; return whether it is new.

    A known page keeps its state; it becomes a start page where it is added as one, and takes the
    lower depth.
    """
    # Most links of a page lead to pages that are known: one look is all they cost.
    known = conn.execute(
        "SELECT kind, depth FROM page WHERE url_key = ?", (page.url_key,)
    ).fetchone()
    if known is None:
        conn.execute(_INSERT, _row(page))
        return True
    kind, depth = known
    if page.kind == "start" and kind != "start":
        conn.execute(
            "UPDATE page SET kind = 'start', source = ?2, url = ?3 WHERE url_key = ?1",
            (page.url_key, page.source, page.url),
        )
    if page.depth < depth:
        conn.execute(
            "UPDATE page SET depth = ?2, via = ?3 WHERE url_key = ?1",
            (page.url_key, page.depth, page.via),
        )
    return False


def put_page(conn: sqlite3.Connection, page: FrontierPage) -> None:
    """Make *page* what the frontier says of its key."""
    names = _COLUMNS.split(", ")[1:]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    conn.execute(f"{_INSERT} ON CONFLICT (url_key) DO UPDATE SET {changes}", _row(page))


def page(conn: sqlite3.Connection, url_key: str) -> FrontierPage | None:
    """Return what the frontier says of *url_key*, None where it does not know it."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM page WHERE url_key = ?",  # noqa: S608
        (url_key,),
    ).fetchone()
    return FrontierPage(*row) if row else None


def due_pages(
    conn: sqlite3.Connection, now: str, sources: Collection[str] | None
) -> list[FrontierPage]:
    """Return the pages due at *now*, in the order in which they should be asked for.

    Pages that tell of new ones come first: start pages, then feeds and lists; then what has been
    due for longest, the lower depth, the earlier found. A page that was asked for in the future, by
    a clock that was wrong, is due as well: nobody knows when that was, and it may be years ahead.
    """
    wanted, names = "", tuple(sorted(sources)) if sources is not None else ()
    if sources is not None:
        wanted = f"AND source IN ({', '.join('?' * len(names))})"
    ahead = _AHEAD if (future := _future(conn, now)) else ""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM page WHERE (next_due <= ? {ahead}) {wanted} "  # noqa: S608
        "ORDER BY kind != 'start', NOT EXISTS (SELECT 1 FROM capture AS c "
        "WHERE c.id = last_capture AND c.outcome IN ('feed', 'index')), next_due, depth, page.id",
        (now, *((future, future) if future else ()), *names),
    )
    return [FrontierPage(*row) for row in rows]


_AHEAD = """
OR EXISTS (SELECT 1 FROM capture AS f WHERE f.id = page.last_capture AND f.fetched_at > ?)
OR (state = 'failed' AND EXISTS
    (SELECT 1 FROM attempt AS a WHERE a.url = page.url AND a.started_at > ?))
"""


def _future(conn: sqlite3.Connection, now: str) -> str:
    """Return from when on a request lies in the future of *now*, "" where none was dated so."""
    limit = (datetime.fromisoformat(now) + _CLOCKS_DIFFER).strftime("%Y-%m-%dT%H:%M:%S")
    # One look at the few rows of sealed files; a run whose file is not sealed yet is this one.
    found = conn.execute("SELECT 1 FROM warc WHERE sealed_at > ? LIMIT 1", (limit,)).fetchone()
    return limit if found else ""


def due_on_host(conn: sqlite3.Connection, host: str, now: str) -> list[FrontierPage]:
    """Return the pages of *host* ("h.example", "h.example:8080") due at *now*, by key."""
    first = urls.key(f"http://{host}/").removesuffix("/")
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM page WHERE url_key >= ? AND url_key < ? "  # noqa: S608
        "AND next_due <= ? ORDER BY url_key",
        (first, first[:-1] + chr(ord(first[-1]) + 1), now),
    )
    found = (FrontierPage(*row) for row in rows)
    return [page for page in found if urls.host(page.url) == host]


def consent_page(conn: sqlite3.Connection, host: str) -> FrontierPage | None:
    """Return the page of *host* that was last told of one's age, None where none was."""
    first = urls.key(f"http://{host}/").removesuffix("/")
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM page WHERE url_key >= ? AND url_key < ? "  # noqa: S608
        "AND kind = 'consent' AND last_capture IS NOT NULL ORDER BY last_capture DESC",
        (first, first[:-1] + chr(ord(first[-1]) + 1)),
    )
    found = (FrontierPage(*row) for row in rows)
    return next((page for page in found if urls.host(page.url) == host), None)


def pages_of_others(conn: sqlite3.Connection, sources: Collection[str]) -> list[FrontierPage]:
    """Return the pages of no source in *sources*, by key."""
    names = tuple(sorted(sources))
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM page "  # noqa: S608
        f"WHERE source NOT IN ({', '.join('?' * len(names))}) ORDER BY url_key",
        names,
    )
    return [FrontierPage(*row) for row in rows]


def next_due(conn: sqlite3.Connection, sources: Collection[str]) -> str | None:
    """Return when the next page of *sources* is due, None where they have none."""
    names = tuple(sorted(sources))
    row = conn.execute(
        f"SELECT min(next_due) FROM page WHERE source IN ({', '.join('?' * len(names))})",  # noqa: S608
        names,
    ).fetchone()
    return row[0] if row else None


def _row(page: FrontierPage) -> tuple[Any, ...]:
    row: tuple[Any, ...] = _VALUES(page)
    return row
