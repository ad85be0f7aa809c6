"""What list, captures and status print."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Literal

from storykeep import urls
from storykeep.errors import UsageError
from storykeep.reader.asked import unreachable
from storykeep.reader.connection import has_table
from storykeep.reader.missing import undecided

Sort = Literal["author", "title", "words", "date", "site"]

_ORDERS: dict[str, str] = {
    "author": "author, title, public_id",
    "title": "title, author, public_id",
    "words": "words DESC, author, title, public_id",
    "date": "coalesce(updated, published) DESC, author, title, public_id",
    "site": "host, author, title, public_id",
}


def list_stories(
    conn: sqlite3.Connection,
    *,
    author: str | None = None,
    source: str | None = None,
    gone: bool | None = None,
    changed: bool = False,
    since: str | None = None,
    sort: Sort = "author",
) -> Iterator[dict[str, Any]]:
    """Yield `id, url, title, authors, words, site, gone_since` of each story.

    *author* is part of an author's name, whatever its case and accents; *gone* asks for what
    vanished (True) or is still there (False), *changed* for what says another thing than it did
    first. *since* is the beginning of a UTC time: only what vanished or changed since, or else was
    new, changed, vanished or came back.
    """
    if sort not in _ORDERS:
        raise UsageError(f"cannot sort by {sort!r}", hint=f"sort by {', '.join(_ORDERS)}")
    rows = conn.execute(
        "SELECT public_id, url, title, authors, words, host, gone_since FROM story "  # noqa: S608
        "WHERE (?1 IS NULL OR EXISTS (SELECT 1 FROM json_each(sources) WHERE value = ?1)) "
        "AND (?2 IS NULL OR (gone_since IS NOT NULL) = ?2) "
        f"{_happened(conn, gone=gone, changed=changed, since=since)} "
        f"ORDER BY {_ORDERS[sort]}",
        (source, gone, since),
    )
    wanted = _folded(author) if author is not None else None
    for number, url, title, authors, words, site, gone_since in rows:
        names = [each["name"] for each in json.loads(authors)]
        if wanted is not None and not any(wanted in _folded(name) for name in names):
            continue
        yield {
            "id": number,
            "url": url,
            "title": title,
            "authors": names,
            "words": words,
            "site": site,
            "gone_since": gone_since,
        }


# An event that is no change is how a story was first seen.
_CHANGED = (
    "kind IN ('changed', 'title', 'author', 'summary', 'disclaimer') "
    "OR (kind = 'new' AND chapter IS NOT NULL)"
)


def _happened(
    conn: sqlite3.Connection, *, gone: bool | None, changed: bool, since: str | None
) -> str:
    """Return what the story must have seen happen; ?3 is *since*."""
    if not changed and since is None:
        return "AND ?3 IS NULL"
    if not has_table(conn, "event"):
        return "AND FALSE AND ?3 IS NULL"
    kinds = _CHANGED if changed else "kind = 'gone'" if gone else "kind != 'missing'"
    return (
        f"AND EXISTS (SELECT 1 FROM event WHERE event.story = story.id AND ({kinds}) "  # noqa: S608
        "AND (?3 IS NULL OR substr(at, 1, length(?3)) >= ?3))"
    )


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_CAPTURE = (
    "url", "fetched_at", "status", "outcome", "mime", "digest", "warc", "offset", "length",
    "source", "truncated", "origin", "form", "source_uri", "captured_by", "taken_at",
)  # fmt: skip


def captures(
    conn: sqlite3.Connection, *, url: str | None = None, source: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what was fetched, oldest first, of one page or source where asked.

    Each has `url, fetched_at, status, outcome, mime, digest, warc, offset, length, source,
    truncated, origin, form, source_uri, captured_by, taken_at`; digest is that of the payload as
    CDX has it. Raises UsageError for a bad *url*.
    """
    rows = conn.execute(
        "SELECT url, fetched_at, status, outcome, mime, payload_sha1, warc, "
        '"offset", length, source, truncated, origin, form, source_uri, captured_by, taken_at '
        "FROM capture "
        "WHERE (?1 IS NULL OR url_key = ?1) AND (?2 IS NULL OR source = ?2) "
        'ORDER BY fetched_at, warc, "offset"',
        (urls.key(url) if url else None, source),
    )
    return (dict(zip(_CAPTURE, row, strict=True)) for row in rows)


def status(conn: sqlite3.Connection) -> dict[str, Any]:
    """Return what the archive holds and what is due, as `status --json` prints it.

    `stories, words, gone, captures, received_bytes (of whole records, compressed), outcomes {name:
    captures}, sources [{name, pages, captures, last_fetched, next_due}], warcs, warc_bytes (sealed
    ones), undecided [{site, stories, reason}] (missing, and a user has to say whether it is gone),
    unreachable [{origin, since, last, times, why}] (robots.txt that gave no answer for 30
    days), last_run {started, finished, report} or null`. Times are UTC.
    """
    stories, words, gone = conn.execute(
        "SELECT count(*), coalesce(sum(words), 0), count(gone_since) FROM story"
    ).fetchone()
    count, size = conn.execute("SELECT count(*), coalesce(sum(length), 0) FROM capture").fetchone()
    warcs, warc_bytes = conn.execute(
        "SELECT count(*), coalesce(sum(bytes), 0) FROM warc"
    ).fetchone()
    return {
        "stories": stories,
        "words": words,
        "gone": gone,
        "captures": count,
        "received_bytes": size,
        "outcomes": _outcomes(conn),
        "sources": _sources(conn),
        "warcs": warcs,
        "warc_bytes": warc_bytes,
        "undecided": undecided(conn),
        "unreachable": [asdict(each) for each in unreachable(conn)],
        "last_run": _last_run(conn),
    }


def _outcomes(conn: sqlite3.Connection) -> dict[str, int]:
    return dict(
        conn.execute(
            "SELECT coalesce(outcome, 'unknown') AS name, count(*) AS number FROM capture "
            "GROUP BY name ORDER BY number DESC, name"
        )
    )


def _sources(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    pages = _pages(conn)
    fetched = {
        name: (count, last)
        for name, count, last in conn.execute(
            "SELECT source, count(*), max(fetched_at) FROM capture GROUP BY source"
        )
    }
    return [
        {
            "name": name,
            "pages": pages.get(name, (0, None))[0],
            "captures": fetched.get(name, (0, None))[0],
            "last_fetched": fetched.get(name, (0, None))[1],
            "next_due": pages.get(name, (0, None))[1],
        }
        for name in sorted({*pages, *fetched})
    ]


def _pages(conn: sqlite3.Connection) -> dict[str, tuple[int, str | None]]:
    """Return how many pages each source knows of, and when the next request is due for it."""
    found: dict[str, tuple[int, str | None]] = {}
    queries = ["SELECT source, count(*), min(next_due) FROM page GROUP BY source"]
    if has_table(conn, "memento_list"):
        # A list that `add` asked for is asked for once.
        queries += [
            "SELECT source, count(DISTINCT page), min(CASE state WHEN 'due' THEN next_due END) "
            "FROM memento GROUP BY source",
            "SELECT source, 0, min(next_due) FROM memento_list WHERE source != 'added' "
            "GROUP BY source",
        ]
    for query in queries:
        for name, count, due in conn.execute(query):
            before, first = found.get(name, (0, None))
            times = [each for each in (first, due) if each is not None]
            found[name] = (before + count, min(times, default=None))
    return found


def _last_run(conn: sqlite3.Connection) -> dict[str, Any] | None:
    row = conn.execute(
        "SELECT started, finished, report FROM run ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    return {"started": row[0], "finished": row[1], "report": json.loads(row[2])}
