"""What web archives have of the sources' pages, as rows: lists asked for, captures listed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from storykeep import urls
from storykeep.mementos import SHARED, Row

_UNRANKED = 0


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list of captures that a source asks a web archive for."""

    address: str  # of its first part
    source: str
    next: str  # the address of the part to ask for next
    state: str = "due"  # "due", "done", "failed" (it cannot be read)
    tries: int = 0  # in a row without a readable answer
    next_due: str = ""  # UTC, as FrontierPage.next_due


@dataclass(frozen=True, slots=True)
class MementoRow:
    """A capture that a web archive has. rank: 1 is asked for first of its page, 0: not yet ranked.

    state: "listed" (known), "due", "done", "missing" (the archive does not give it).
    """

    address: str  # where the archive gives it
    source: str
    page: str  # Row.page
    stamp: str
    url: str
    mime: str = ""
    status: int | None = None
    digest: str = ""
    rank: int = _UNRANKED
    state: str = "listed"
    depth: int = 0  # redirects that led here
    tries: int = 0
    next_due: str = ""

    @property
    def row(self) -> Row:
        """Return it as its list had it."""
        return Row(self.stamp, self.url, self.url, self.mime, self.status, self.digest)


_LIST = "address, source, next, state, tries, next_due"
_MEMENTO = (
    "address, source, page, stamp, url, mime, status, digest, rank, state, depth, tries, next_due"
)


def listed(conn: sqlite3.Connection, address: str) -> ListRow | None:
    """Return the list at *address*, the one of its first part; None where it is not known."""
    row = conn.execute(
        f"SELECT {_LIST} FROM memento_list WHERE address = ?",  # noqa: S608
        (address,),
    ).fetchone()
    return ListRow(*row) if row else None


def has_list(conn: sqlite3.Connection, address: str, since: str) -> bool:
    """Return whether the list at *address* is here as a whole, and was asked for *since* then."""
    row = listed(conn, address)
    if row is None or row.state != "done":
        return False
    (last,) = conn.execute(
        "SELECT max(fetched_at) FROM capture WHERE url_key = ?", (urls.key(address),)
    ).fetchone()
    return last is not None and bool(last >= since)


def put_list(conn: sqlite3.Connection, row: ListRow) -> None:
    """Make *row* what is known of its list."""
    _put(conn, "memento_list", _LIST, row)


def memento(conn: sqlite3.Connection, address: str) -> MementoRow | None:
    """Return the capture that a web archive gives at *address*, None where none is listed."""
    row = conn.execute(
        f"SELECT {_MEMENTO} FROM memento WHERE address = ?",  # noqa: S608
        (address,),
    ).fetchone()
    return MementoRow(*row) if row else None


def add_memento(conn: sqlite3.Connection, row: MementoRow) -> None:
    """Note a capture that is listed, unless it is known."""
    names = _MEMENTO.split(", ")
    conn.execute(
        f"INSERT INTO memento ({_MEMENTO}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608
        "ON CONFLICT (address) DO NOTHING",
        attrgetter(*names)(row),
    )


def put_memento(conn: sqlite3.Connection, row: MementoRow) -> None:
    """Make *row* what is known of its capture."""
    _put(conn, "memento", _MEMENTO, row)


def _put(conn: sqlite3.Connection, table: str, columns: str, row: object) -> None:
    names = columns.split(", ")
    changes = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    conn.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608
        f"ON CONFLICT (address) DO UPDATE SET {changes}",
        attrgetter(*names)(row),
    )


def unranked_pages(conn: sqlite3.Connection, source: str) -> list[str]:
    """Return the pages of *source* of which captures were listed that are in no order yet."""
    rows = conn.execute(
        "SELECT DISTINCT page FROM memento WHERE source = ? AND rank = ? ORDER BY page",
        (source, _UNRANKED),
    )
    return [row[0] for row in rows]


def shared_digests(conn: sqlite3.Connection, source: str) -> set[str]:
    """Return the digests that SHARED or more pages of *source* have."""
    rows = conn.execute(
        "SELECT digest FROM memento WHERE source = ? AND digest != '' GROUP BY digest "
        "HAVING count(DISTINCT page) >= ?",
        (source, SHARED),
    )
    return {row[0] for row in rows}


def of_page(conn: sqlite3.Connection, source: str, page: str) -> list[MementoRow]:
    """Return the captures of one page, by rank, then by time."""
    rows = conn.execute(
        f"SELECT {_MEMENTO} FROM memento WHERE source = ? AND page = ? "  # noqa: S608
        "ORDER BY rank, stamp, address",
        (source, page),
    )
    return [MementoRow(*row) for row in rows]


def want(conn: sqlite3.Connection, source: str, page: str, stamp: str) -> bool:
    """Make the capture of a page at *stamp* due; return whether it was not before.

    A list has equal ones in a row once, so it is the last of that time or before, else the first.
    """
    found = sorted(of_page(conn, source, page), key=attrgetter("stamp", "address"))
    before = [each for each in found if each.stamp <= stamp.ljust(14, "9")]
    row = before[-1] if before else next(iter(found), None)
    if row is None or row.state != "listed":
        return False
    # As it is listed: what is due at a moment of ours would be another row after a rebuild.
    put_memento(conn, replace(row, state="due"))
    return True


def is_listed(conn: sqlite3.Connection, page: str) -> bool:
    """Return whether a web archive has named any capture of a page."""
    row = conn.execute("SELECT 1 FROM memento WHERE page = ? LIMIT 1", (page,)).fetchone()
    return row is not None


def lists_any(conn: sqlite3.Connection, source: str, pages: Collection[str]) -> bool:
    """Return whether captures of one of *pages* are listed for *source*."""
    row = conn.execute(
        "SELECT 1 FROM memento WHERE source = ? AND page IN (SELECT value FROM json_each(?)) "
        "LIMIT 1",
        (source, json.dumps(sorted(pages))),
    ).fetchone()
    return row is not None


def of_capture(conn: sqlite3.Connection, url: str, stamp: str) -> MementoRow | None:
    """Return the listed capture of *url* at *stamp*, None where there is none."""
    row = conn.execute(
        f"SELECT {_MEMENTO} FROM memento WHERE stamp = ? AND url = ? "  # noqa: S608
        "ORDER BY address LIMIT 1",
        (stamp, url),
    ).fetchone()
    return MementoRow(*row) if row else None


def due_lists(conn: sqlite3.Connection, sources: Collection[str], now: str) -> list[ListRow]:
    """Return the lists of *sources* that are due at *now*, those begun first."""
    rows = conn.execute(
        f"SELECT {_LIST} FROM memento_list WHERE next_due <= ? AND source IN "  # noqa: S608
        f"({', '.join('?' * len(sources))}) ORDER BY next = address, address",
        (now, *sorted(sources)),
    )
    return [ListRow(*row) for row in rows]


def lists(conn: sqlite3.Connection, sources: Collection[str]) -> list[ListRow]:
    """Return all lists of *sources*, by address."""
    rows = conn.execute(
        f"SELECT {_LIST} FROM memento_list WHERE source IN "  # noqa: S608
        f"({', '.join('?' * len(sources))}) ORDER BY address",
        tuple(sorted(sources)),
    )
    return [ListRow(*row) for row in rows]


def due_mementos(
    conn: sqlite3.Connection, sources: Collection[str], now: str
) -> Iterator[MementoRow]:
    """Yield the captures of *sources* to ask for at *now*, in order."""
    rows = conn.execute(
        f"SELECT {_MEMENTO} FROM memento WHERE state = 'due' AND next_due <= ? AND source IN "  # noqa: S608
        f"({', '.join('?' * len(sources))}) ORDER BY next_due, page, rank",
        (now, *sorted(sources)),
    )
    return (MementoRow(*row) for row in rows)


def next_memento(
    conn: sqlite3.Connection,
    sources: Collection[str],
    now: str,
    pages: Collection[str] | None = None,
) -> MementoRow | None:
    """Return the capture of *sources* to ask for first at *now*, None where none is due.

    Of *pages* only, and of what these have led to, where they are given.
    """
    only = "" if pages is None else "AND (depth > 0 OR page IN (SELECT value FROM json_each(?))) "
    row = conn.execute(
        f"SELECT {_MEMENTO} FROM memento WHERE state = 'due' AND next_due <= ? AND source IN "  # noqa: S608
        f"({', '.join('?' * len(sources))}) {only}ORDER BY next_due, page, rank LIMIT 1",
        (now, *sorted(sources), *([] if pages is None else [json.dumps(sorted(pages))])),
    ).fetchone()
    return MementoRow(*row) if row else None


def count_due(conn: sqlite3.Connection, sources: Collection[str], now: str) -> tuple[int, int]:
    """Return how many lists and captures of *sources* are to be asked for by *now*."""
    marks = f"next_due <= ? AND source IN ({', '.join('?' * len(sources))})"
    values = (now, *sorted(sources))
    (lists,) = conn.execute(
        f"SELECT count(*) FROM memento_list WHERE {marks}",  # noqa: S608
        values,
    ).fetchone()
    (captures,) = conn.execute(
        f"SELECT count(*) FROM memento WHERE state = 'due' AND {marks}",  # noqa: S608
        values,
    ).fetchone()
    return lists, captures


def next_due(
    conn: sqlite3.Connection, sources: Collection[str], *, retries: bool = False
) -> str | None:
    """Return when the next list or capture of *sources* is due, None where there is none.

    With *retries* only of those that were asked for in vain.
    """
    tried = "AND tries > 0" if retries else ""
    marks = f"source IN ({', '.join('?' * len(sources))}) {tried}"
    values = tuple(sorted(sources))
    row = conn.execute(
        f"SELECT min(next_due) FROM (SELECT next_due FROM memento_list WHERE {marks} "  # noqa: S608
        f"UNION ALL SELECT next_due FROM memento WHERE state = 'due' AND {marks})",
        (*values, *values),
    ).fetchone()
    return row[0] if row else None


def other_sources(conn: sqlite3.Connection, known: Collection[str]) -> Iterator[MementoRow]:
    """Yield the captures that are listed for no source in *known*."""
    rows = conn.execute(
        f"SELECT {_MEMENTO} FROM memento WHERE source NOT IN "  # noqa: S608
        f"({', '.join('?' * len(known))}) ORDER BY address",
        tuple(sorted(known)),
    ).fetchall()
    return (MementoRow(*row) for row in rows)
