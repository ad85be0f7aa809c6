"""What is gone from its site or was never had, and what a web archive lists of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from storykeep import urls
from storykeep.reader.missing import named, vanished


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a story of which a better copy is looked for."""

    id: str  # the story's
    title: str | None
    url: str
    why: str  # "gone": its site has it no longer; "missing": no chapter was ever read there


def wanted(conn: sqlite3.Connection, names: Collection[str] = ()) -> list[Wanted]:
    """Return the pages that are gone, or that a story lists as its chapters and has not got.

    A chapter that waits for its first request is not among them. Of the stories that *names* mean,
    hosts or stories; of all where there are none. Raises UsageError where a name means neither.
    """
    rows = set().union(*(named(conn, name) for name in names)) if names else None
    ids = {
        row: (number, title)
        for row, number, title in conn.execute("SELECT id, public_id, title FROM story")
        if rows is None or row in rows
    }
    public = {number for number, _ in ids.values()}
    found = {
        each.url: each
        for story in vanished(conn)
        if story["id"] in public
        for each in _gone(conn, story)
    }
    waiting = _waiting(conn)
    for each in _missing_chapters(conn, ids):
        if urls.key(each.url) not in waiting:
            found.setdefault(each.url, each)
    return sorted(found.values(), key=lambda each: (each.id, each.url))


def _waiting(conn: sqlite3.Connection) -> frozenset[str]:
    """Return the pages that a source wants and that were never asked for."""
    rows = conn.execute(
        "SELECT url_key FROM page WHERE state = 'due' AND tries = 0 AND last_capture IS NULL"
    )
    return frozenset(key for (key,) in rows)


def _gone(conn: sqlite3.Connection, story: dict[str, Any]) -> Iterator[Wanted]:
    rows = conn.execute(
        "SELECT c.url, s.gone_since IS NOT NULL, (SELECT v.gone_since FROM version AS v "
        "WHERE v.chapter = c.id ORDER BY v.number DESC LIMIT 1) FROM chapter AS c "
        "JOIN story AS s ON s.id = c.story WHERE s.public_id = ? ORDER BY c.position",
        (story["id"],),
    )
    shown = {urls.key(each["url"]) for each in story["captures"]}
    for url, story_gone, since in rows:
        if story_gone or since or urls.key(url) in shown:
            yield Wanted(story["id"], story["title"], url, "gone")


def _missing_chapters(
    conn: sqlite3.Connection, stories: dict[int, tuple[str, str | None]]
) -> Iterator[Wanted]:
    """Yield what the pages of a story, and its table of contents, call its chapters."""
    for (host,) in conn.execute("SELECT DISTINCT host FROM story ORDER BY host").fetchall():
        owners = dict(conn.execute("SELECT key, id FROM story WHERE host = ?", (host,)))
        have = dict(
            conn.execute(
                "SELECT a.url_key, a.story FROM address AS a JOIN story AS s ON s.id = a.story "
                "WHERE s.host = ?",
                (host,),
            )
        )
        for (text,) in conn.execute(
            "SELECT json FROM part WHERE host = ? ORDER BY capture", (host,)
        ):
            part = json.loads(text)
            if part.get("outcome") not in ("story", "index"):
                continue
            owner = owners.get(f"{host}/{part.get('work_id')}", have.get(urls.key(part["url"])))
            if owner not in stories:
                continue
            for link in part.get("links", ()):
                if link.get("kind") == "chapter" and urls.key(link["url"]) not in have:
                    yield Wanted(*stories[owner], link["url"], "missing")


def copies(conn: sqlite3.Connection, each: Wanted) -> dict[str, Any]:
    """Return what a web archive has listed of a page, and what came of those that were taken.

    `id, title, url, why, captures, first, last, best, taken, have, words`: how many different
    captures, when the first and the last were made, and when the best: of those that are here the
    first in order that is a story, else the one that is asked for next. `taken` is how many are
    here, `have` whether the best is, `words` how long that story is.
    """
    key = urls.key(each.url)
    rows = conn.execute(
        "SELECT stamp, rank, state, url FROM memento WHERE page = ? ORDER BY rank, stamp",
        (key.lower(),),
    ).fetchall()
    # In another letter case it may be another story.
    rows.sort(key=lambda row: urls.key(row[3]) != key)
    stamps = sorted(_written(stamp) for stamp, *_ in rows)
    ranked = [row for row in rows if row[1] > 0]
    taken = [row for row in ranked if row[2] == "done"]
    read = ((stamp, _words(conn, url, stamp)) for stamp, _, _, url in taken)
    have = next(((stamp, words) for stamp, words in read if words is not None), None)
    following = next((stamp for stamp, _, state, _ in ranked if state in ("listed", "due")), None)
    best = have[0] if have else following
    return {
        "id": each.id,
        "title": each.title,
        "url": each.url,
        "why": each.why,
        "captures": len(rows),
        "first": stamps[0] if stamps else None,
        "last": stamps[-1] if stamps else None,
        "best": _written(best) if best else None,
        "taken": len(taken),
        "have": have is not None,
        "words": have[1] if have else None,
    }


def _words(conn: sqlite3.Connection, url: str, stamp: str) -> int | None:
    """Return how many words the story has that was taken from a web archive, None for no story."""
    rows = conn.execute(
        "SELECT p.json FROM capture AS c JOIN part AS p ON p.capture = c.id WHERE c.url_key = ? "
        "AND c.origin = 'wayback' AND c.outcome = 'story' AND substr(c.fetched_at, 1, 19) = ?",
        (urls.key(url), _written(stamp)[:19]),
    )
    return max((int(json.loads(text).get("prose_words") or 0) for (text,) in rows), default=None)


def _written(stamp: str) -> str:
    """Return 14 digits as a date."""
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}Z"
