"""Corrections by hand: written down first, then made part of the stories they are about.

Knows nothing of locks and of who opens the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storykeep import decisions, reader
from storykeep.decisions import TAG_KINDS, Entry, Journal
from storykeep.errors import UsageError
from storykeep.intake import assemble_all, timestamp
from storykeep.model import Story
from storykeep.store import Store, storable


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a correction changed: by field the value before and after, as decisions spell them."""

    key: str
    id: str | None  # the story's public id; None where it is not in the archive
    changed: Mapping[str, tuple[Any, Any]]
    entry: Entry | None  # what was written; None where it was so already


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of decisions.jsonl that corrects, and what has become of it."""

    entry: Entry
    id: str | None  # the story's public id
    state: str  # "in force", "replaced", "undone", "not in the archive"


def heed(store: Store, journal: Journal) -> list[str]:
    """Make the stories what *journal* says of them; return in words what of it cannot be read."""
    found = {
        key: (decisions.host_of(key), decisions.to_json(each))
        for key, each in decisions.corrections(journal.in_force()).items()
    }
    gone = {each.story: (decisions.host_of(each.story), each.at) for each in journal.gone()}
    if store.decide(found) | store.confirm(gone):
        assemble_all(store)
    return list(journal.problems)


def strangers(store: Store) -> list[str]:
    """Return in words which corrections are about stories that the archive does not have."""
    rows = store.conn.execute(
        "SELECT story FROM decided WHERE story NOT IN (SELECT key FROM story) ORDER BY story"
    )
    return [
        f"{decisions.NAME} corrects {key}, which is not in the archive; the correction is kept"
        for (key,) in rows
    ]


def fix(store: Store, path: Path, ref: str, values: Mapping[str, Any]) -> Fixed:
    """Correct *values* of the story that *ref* means; raises UsageError where it means none."""
    key = _key(store.conn, ref)
    known = decisions.corrections(decisions.read(path).in_force()).get(key, {})
    before = _load(store.conn, key)
    if all(name in known and known[name].value == value for name, value in values.items()):
        return Fixed(key, _public(store.conn, key), {}, None)
    entry = Entry(decisions.new_id(), "fix", _now(), key, values=dict(values))
    return _write(store, path, entry, before)


def undo(store: Store, path: Path, ref: str) -> Fixed:
    """Take back the last correction of a story that still holds; raises UsageError without one."""
    journal = decisions.read(path)
    key = _key(store.conn, ref, journal)
    mine = [each for each in journal.in_force() if each.story == key]
    if not mine:
        raise UsageError(
            f"nothing about {ref!r} was corrected by hand, or all of it was taken back",
            hint="storykeep fix --list shows every correction",
        )
    entry = Entry(decisions.new_id(), "undo", _now(), key, undoes=mine[-1].id)
    return _write(store, path, entry, _load(store.conn, key))


def _write(store: Store, path: Path, entry: Entry, before: Story | None) -> Fixed:
    decisions.append(path, entry)  # a crash after this line loses nothing
    heed(store, decisions.read(path))
    after = _load(store.conn, entry.story)
    changed = {}
    for name in decisions.FIELDS:
        values = said(before, name), said(after, name)
        if values[0] != values[1]:
            changed[name] = values
    return Fixed(entry.story, _public(store.conn, entry.story), changed, entry)


def listed(
    conn: sqlite3.Connection | None, path: Path, ref: str | None = None
) -> tuple[list[Listed], list[str]]:
    """Return the corrections, of one story where asked, and in words what cannot be read."""
    journal = decisions.read(path)
    key = _key(conn, ref, journal) if ref is not None else None
    holds = {each.id for each in journal.in_force()}
    owners = _owners(journal)
    found = []
    for entry in journal.entries:
        if entry.kind != "fix" or key not in (None, entry.story):
            continue
        public = _public(conn, entry.story)
        state = "in force" if public else "not in the archive"
        if entry.id not in holds:
            state = "undone"
        elif entry.id not in owners:
            state = "replaced"
        found.append(Listed(entry, public, state))
    return found, list(journal.problems)


def _owners(journal: Journal) -> set[str]:
    """Return the ids of the corrections that still have the last word on some field."""
    last: dict[tuple[str, str], str] = {}
    for entry in journal.in_force():
        for kind in TAG_KINDS if "tags" in entry.values else ():
            last.pop((entry.story, kind), None)
        last.update({(entry.story, name): entry.id for name in entry.values})
    return set(last.values())


# ---------------------------------------------------------------- the story that is meant


def _key(conn: sqlite3.Connection | None, ref: str, journal: Journal | None = None) -> str:
    """Return the key of the story that *ref* means, or that only *journal* still knows."""
    if journal is not None and any(each.story == ref for each in journal.entries):
        return ref
    if conn is None:
        raise UsageError(f"there is no story {ref!r}")
    row = reader.resolve(conn, ref)
    (key,) = conn.execute("SELECT key FROM story WHERE id = ?", (row,)).fetchone()
    return str(key)


def _load(conn: sqlite3.Connection, key: str) -> Story | None:
    row = conn.execute("SELECT id FROM story WHERE key = ?", (storable(key),)).fetchone()
    return reader.load_story(conn, row[0]) if row else None


def _public(conn: sqlite3.Connection | None, key: str) -> str | None:
    if conn is None:
        return None
    row = conn.execute("SELECT public_id FROM story WHERE key = ?", (storable(key),)).fetchone()
    return row[0] if row else None


def said(story: Story | None, name: str) -> Any:
    """Return the value of a field as decisions spell it, None where the story has none."""
    if story is None or name == "tags":  # each kind is a field of its own
        return None
    if name in TAG_KINDS:
        return [tag.value for tag in story.tags if tag.kind == name] or None
    if name == "author":
        return [author.name for author in story.authors] or None
    if name == "disclaimer":
        return "\n\n".join(each.text for each in story.disclaimers) or None
    if name == "series" and story.series:
        series = story.series
        return {"name": series.name, "position": series.position, "of": series.of}
    if name in {"published", "updated"}:
        date = story.published if name == "published" else story.updated
        return date.value if date else None
    return getattr(story, name)


def _now() -> str:
    return timestamp(datetime.now(UTC))
