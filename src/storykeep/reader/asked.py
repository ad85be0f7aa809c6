"""When a host was asked before, and what its robots.txt has answered: read from the archive's rows.

A host is what `urls.site` makes one: its name with and without "www.", by http and https.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlsplit

from storykeep import urls
from storykeep.errors import StoreError
from storykeep.model import Capture
from storykeep.reader.loading import CAPTURE_COLUMNS, capture_of

LONG = timedelta(days=30)  # "a reasonably long period of time" (RFC 9309, section 2.3.1.4)


def last_capture(conn: sqlite3.Connection, site: str) -> Capture | None:
    """Return the newest capture of the host *site*, None where there is none."""
    found = []
    # Name by name: for both at once, SQLite would put all that the site ever answered in order.
    for name in _names(site):
        row = conn.execute(
            f"SELECT {CAPTURE_COLUMNS} FROM capture AS c INDEXED BY capture_seen "  # noqa: S608
            "WHERE host = ? AND origin = 'live' ORDER BY fetched_at DESC, id DESC LIMIT 1",
            (name,),
        ).fetchone()
        found += [capture_of(row)] if row else []
    return max(found, key=lambda each: (each.fetched_at, each.id), default=None)


def last_request_end(conn: sqlite3.Connection, site: str) -> datetime | None:
    """Return a moment (aware) at or shortly after the end of the last request to *site*."""
    ends = []
    if last := last_capture(conn, site):
        # A capture's file was sealed after its answer had come.
        row = conn.execute("SELECT sealed_at FROM warc WHERE file = ?", (last.warc,)).fetchone()
        ends.append(datetime.fromisoformat(row[0] if row else last.fetched_at))
    for prefix in _origins(site):
        rows = conn.execute(
            "SELECT started_at, elapsed_ms FROM attempt WHERE url >= ?1 AND url < ?1 || char(65535)"
            " ORDER BY started_at DESC LIMIT 1",
            (prefix,),
        )
        ends += [datetime.fromisoformat(at) + timedelta(milliseconds=ms) for at, ms in rows]
    return max(ends, default=None)


def requests_since(conn: sqlite3.Connection, site: str, since: datetime) -> int:
    """Return how many requests to *site* the archive knows of that were made after *since*."""
    moment = since.isoformat()
    (count,) = conn.execute(
        "SELECT count(*) FROM capture WHERE host IN (?, ?) AND fetched_at >= ? AND origin = 'live'",
        (*_names(site), moment),
    ).fetchone()
    for prefix in _origins(site):
        (failed,) = conn.execute(
            "SELECT count(*) FROM attempt WHERE url >= ?1 AND url < ?1 || char(65535) "
            "AND started_at >= ?2 AND kind != 'lost'",
            (prefix, moment),
        ).fetchone()
        count += failed
    return int(count)


def archive_asked(conn: sqlite3.Connection, site: str) -> tuple[str, list[tuple[str, str]]]:
    """Return when the web archive *site* last gave what it was asked for, "" where it never did,
    and what requests came to since: (when, status or kind of failure), the newest first. UTC.
    """
    served = [
        row[0]
        for query, values in (
            ("SELECT fetched_at FROM capture WHERE host IN (?, ?) AND origin = 'live' "
             "AND status < 400 ORDER BY id DESC LIMIT 1", _names(site)),
            ("SELECT taken_at FROM capture WHERE origin = 'wayback' AND source_uri LIKE ? "
             "ORDER BY id DESC LIMIT 1", (f"http%://{site}/%",)),
        )
        for row in conn.execute(query, values)
    ]  # fmt: skip
    last = max(served, default="")
    since = [
        (row[0], str(row[1]))
        for row in conn.execute(
            "SELECT fetched_at, status FROM capture WHERE host IN (?, ?) AND origin = 'live' "
            "AND status >= 400 AND fetched_at > ?",
            (*_names(site), last),
        )
    ]
    for prefix in (f"{scheme}://{name}/" for scheme in ("http", "https") for name in _names(site)):
        since += conn.execute(
            "SELECT started_at, kind FROM attempt WHERE url >= ?1 AND url < ?1 || char(65535) "
            "AND started_at > ?2",
            (prefix, last),
        )
    return last, sorted(since, reverse=True)


def last_rules(conn: sqlite3.Connection, site: str) -> dict[str, Capture]:
    """Return the rules that hold for each origin of *site*: the last that its robots.txt gave.

    What a redirect led to counts as the robots.txt that led there; an answer that was none (5xx,
    429, cut) leaves the rules before it in force, 4xx ends them.
    """
    newest: dict[str, Capture | None] = {}
    rows = conn.execute(
        f"SELECT {CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
        "WHERE url_key = ? AND outcome = 'robots' AND origin = 'live' ORDER BY id DESC LIMIT 50",
        # One key is that of http and https, with "www." and without.
        (urls.key(f"http://{site}/robots.txt"),),
    )
    for row in rows.fetchall():
        capture = capture_of(row)
        origin = urls.origin(capture.url)
        if origin in newest:
            continue
        if _is_redirect(capture.status):
            led_to = _led_to(conn, capture)
            if led_to is None:
                continue
            capture = led_to
        if not _closing(capture.status) and (capture.revisit_of or not capture.truncated):
            newest[origin] = capture if capture.status < 300 else None
    return {origin: each for origin, each in newest.items() if each is not None}


def _origins(site: str) -> list[str]:
    return [f"{scheme}://{name}/" for scheme in ("http", "https") for name in _names(site)]


def _led_to(conn: sqlite3.Connection, capture: Capture) -> Capture | None:
    """Return the answer at the end of the redirects of a robots.txt, None where none came."""
    row = conn.execute(
        f"SELECT {CAPTURE_COLUMNS} FROM capture AS c WHERE id > ?1 AND via = ?2 "  # noqa: S608
        "AND outcome = 'robots' AND origin = 'live' AND status NOT BETWEEN 300 AND 399 "
        "ORDER BY id LIMIT 1",
        (capture.id, capture.url),
    ).fetchone()
    return capture_of(row) if row else None


def _is_redirect(status: int) -> bool:
    return 300 <= status < 400 and status != 304


def refused(conn: sqlite3.Connection) -> dict[str, int]:
    """Return how many pages of each host (`urls.site`) are left alone as its robots.txt asks."""
    counts: dict[str, int] = {}
    for (url,) in conn.execute("SELECT url FROM page WHERE state = 'refused'"):
        site = _read(urls.site, url)
        counts[site] = counts.get(site, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A robots.txt that has given no answer since `since`, asked `times` times, last at `last`."""

    origin: str  # "http://h.example"
    since: str  # UTC, as WARC-Date
    last: str
    times: int
    why: str

    def __str__(self) -> str:
        return (
            f"{self.origin}/robots.txt has given no answer since {self.since[:10]} "
            f"({self.times} tries, the last on {self.last[:10]}): {self.why}"
        )

    @property
    def days(self) -> int:
        """Return for how many whole days nothing but that was answered."""
        return (datetime.fromisoformat(self.last) - datetime.fromisoformat(self.since)).days


def unreachable(conn: sqlite3.Connection, *, least: timedelta = LONG) -> list[Unreachable]:
    """Return the origins whose robots.txt was unreachable each time it was asked, for *least*.

    From the first failure after the last answer to the last failure: by the archive's own times,
    so that it says the same after a rebuild, and whenever it is asked.
    """
    found = []
    for origin, told in groupby(sorted(_answers(conn)), key=lambda each: each.origin):
        failed: list[_Answer] = []
        for each in told:
            failed = [*failed, each] if each.why else []
        if failed and _moment(failed[-1]) - _moment(failed[0]) >= least:
            first, last = failed[0], failed[-1]
            found.append(Unreachable(origin, first.at, last.at, len(failed), last.why))
    return found


class _Answer(NamedTuple):
    origin: str
    at: str  # UTC, "2026-11-22T18:22:39.123456Z"; sorts as text
    why: str  # why it is none, "" where it is one


def _moment(answer: _Answer) -> datetime:
    return datetime.fromisoformat(answer.at)


def _answers(conn: sqlite3.Connection) -> Iterator[_Answer]:
    """Yield what each request for a robots.txt came to, redirects on the way left out."""
    rows = conn.execute(
        "SELECT url, via, fetched_at, status, truncated, revisit_of FROM capture "
        "WHERE outcome = 'robots' AND origin = 'live'"
    )
    for url, via, at, status, truncated, revisit_of in rows:
        if origin := _origin(url, via):
            if _is_redirect(status):
                continue
            cut = truncated if revisit_of is None and truncated != "length" else None
            yield _Answer(origin, at, f"its answer was cut: {cut}" if cut else _closing(status))
    rows = conn.execute(
        "SELECT url, via, started_at, kind, detail FROM attempt "
        "WHERE url LIKE '%/robots.txt' OR via LIKE '%/robots.txt'"
    )
    for url, via, started_at, kind, detail in rows:
        if origin := _origin(url, via):
            at = datetime.fromisoformat(started_at).isoformat(timespec="microseconds")
            yield _Answer(origin, at.replace("+00:00", "Z"), f"{kind}: {detail}")


def _closing(status: int) -> str:
    reachable = 200 <= status < 300 and status != 206
    absent = 400 <= status < 500 and status not in (426, 429)
    return "" if reachable or absent else f"status {status}"


def _origin(url: str, via: str | None) -> str | None:
    # What a robots.txt led to stands for it (its `via`).
    for address in (via, url):
        if address and urlsplit(address).path == "/robots.txt":
            return _read(urls.origin, address)
    return None


def _read(read: Callable[[str], str], url: str) -> str:
    """Return what *read* makes of an address that was stored: one that is none was changed."""
    try:
        return read(url)
    except urls.UrlError as error:
        raise StoreError(
            f"archive.db names {url!r}, which is no web address",
            hint="run storykeep rebuild; it makes the database again from the WARCs",
        ) from error


def _names(site: str) -> tuple[str, str]:
    return site, f"www.{site}"
