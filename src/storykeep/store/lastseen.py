"""When each chapter was last seen to say what it says: all that most captures of years tell.

It is a part of what a story is made of that changes nothing else of it, so it has a digest of its
own, behind that of the rest.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from storykeep.store.rows import storable

_REST = 64  # letters of the digest of all else
_CURRENT = """
SELECT c.key, v.capture, v.last_seen, c.id FROM chapter AS c
JOIN version AS v ON v.chapter = c.id AND v.text IS NULL WHERE c.story = ?
"""

LastSeen = tuple[str, int, str]  # a chapter's key; row and fetched_at of its last capture


@dataclass(frozen=True, slots=True)
class Shown:
    """A chapter that a capture showed: its story's row, its own, and its key."""

    story: int
    chapter: int
    key: str


def digest_of(rest: str, seen: Iterable[LastSeen]) -> str:
    """Return *rest*, a digest of all else, and one of what was last *seen* behind it."""
    told = json.dumps(sorted((storable(key), *more) for key, *more in seen))
    return rest[:_REST] + hashlib.sha256(told.encode()).hexdigest()[:32]


def is_rest(record_sha256: str, other: str) -> bool:
    """Return whether two digests differ in nothing but what was last seen."""
    return record_sha256[:_REST] == other[:_REST]


class Chapters:
    """The chapters of stories as they were last seen, by the capture that showed them."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._known: dict[int, dict[int, list[Shown]]] = {}  # by story: each is read once

    def shown_by(self, capture: int, url_key: str) -> list[Shown]:
        """Return the chapters that *capture*, of a page with that address, showed last."""
        stories = self._conn.execute(
            "SELECT story FROM address WHERE url_key = ?", (storable(url_key),)
        ).fetchall()
        return [each for (story,) in stories for each in self._of(story).get(capture, ())]

    def are_at(self, url_key: str) -> bool:
        """Return whether a story has that address."""
        query = "SELECT 1 FROM address WHERE url_key = ? LIMIT 1"
        return self._conn.execute(query, (storable(url_key),)).fetchone() is not None

    def _of(self, story: int) -> dict[int, list[Shown]]:
        if story not in self._known:
            found = self._known[story] = {}
            for key, capture, _, chapter in self._conn.execute(_CURRENT, (story,)):
                found.setdefault(capture, []).append(Shown(story, chapter, key))
        return self._known[story]


def see(conn: sqlite3.Connection, story: int, seen: Iterable[LastSeen]) -> None:
    """Note that chapters of a story were seen again, and said what they say."""
    conn.executemany(
        "UPDATE version SET capture = ?, last_seen = ? WHERE text IS NULL "
        "AND chapter = (SELECT id FROM chapter WHERE story = ? AND key = ?)",
        [(capture, at, story, storable(key)) for key, capture, at in seen],
    )
    (rest,) = conn.execute("SELECT record_sha256 FROM story WHERE id = ?", (story,)).fetchone()
    known = [(key, capture, at) for key, capture, at, _ in conn.execute(_CURRENT, (story,))]
    conn.execute("UPDATE story SET record_sha256 = ? WHERE id = ?", (digest_of(rest, known), story))
