"""What became of stories since a moment, by the captures that showed it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Literal

from storykeep.reader.connection import has_table

NewsKind = Literal["new", "changed", "gone", "back"]


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one story on one day (UTC)."""

    kind: NewsKind
    key: str  # the story's
    id: str  # its public id
    url: str
    title: str | None
    authors: tuple[str, ...]
    at: str  # fetched_at of the newest capture that showed it
    chapters: int  # how many it is about; 0: the story itself
    reason: str = ""


def news(conn: sqlite3.Connection, since: str, *, limit: int = -1) -> list[Item]:
    """Return what captures from *since* on have shown, the newest first, *limit* at most.

    What happens to chapters of a story that is new itself is no news of its own.
    """
    if not has_table(conn, "event"):
        return []
    rows = conn.execute(
        "SELECT s.key, s.public_id, s.url, s.title, s.authors, e.kind, e.chapter, e.at, e.reason "
        "FROM event AS e JOIN story AS s ON s.id = e.story "
        "WHERE e.at >= ? AND e.kind != 'missing' ORDER BY e.at, s.key, e.number",
        (since.removesuffix("Z"),),  # "18:22:39.5Z" comes before "18:22:39Z", as text
    )
    found: dict[tuple[str, str, str], Item] = {}
    for key, number, url, title, authors, kind, chapter, at, reason in rows:
        what: NewsKind = _kind(kind, chapter)
        place = key, what, at[:10]
        known = found.get(place)
        whole = chapter is None or (known is not None and not known.chapters)
        found[place] = Item(
            what,
            key,
            number,
            url,
            title,
            tuple(each["name"] for each in json.loads(authors)),
            at,
            0 if whole else 1 + (known.chapters if known else 0),
            reason or (known.reason if known else ""),
        )
    new = {(key, day) for key, what, day in found if what == "new"}
    kept = [
        item
        for (key, what, day), item in found.items()
        if what != "changed" or (key, day) not in new
    ]
    kept.sort(key=lambda item: (item.at, item.key, item.kind), reverse=True)
    return kept if limit < 0 else kept[:limit]


def _kind(kind: str, chapter: str | None) -> NewsKind:
    if kind == "new" and chapter is not None:
        return "changed"  # a chapter was added
    known: dict[str, NewsKind] = {
        "new": "new", "changed": "changed", "gone": "gone", "back": "back",
    }  # fmt: skip
    return known.get(kind, "changed")
