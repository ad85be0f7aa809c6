"""A user's word that stories are gone: written down first, then made part of the stories.

Knows nothing of locks and of who opens the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storykeep import decisions, reader
from storykeep.decisions import Entry
from storykeep.fixing import heed
from storykeep.intake import timestamp
from storykeep.store import Store


@dataclass(frozen=True, slots=True)
class Decided:
    """What was written, and the public ids of the stories that it is about."""

    entries: tuple[Entry, ...]
    ids: tuple[str, ...]


def confirm(store: Store, path: Path, names: Sequence[str], *, now: datetime) -> Decided:
    """Say that what is missing of *names*, hosts or stories, is gone.

    Raises UsageError where a name means nothing in the archive; what does not wait stays as it is.
    """
    rows = set().union(*(reader.named(store.conn, name) for name in names))
    waiting = {
        row: (key, public, since)
        for row, key, public, since in store.conn.execute(
            "SELECT s.id, s.key, s.public_id, max(e.at) FROM story AS s "
            "JOIN event AS e ON e.story = s.id WHERE e.kind = 'missing' GROUP BY s.id ORDER BY s.id"
        )
        if row in rows
    }
    # Never before what it is about, whatever this machine's clock says.
    entries = [
        Entry(decisions.new_id(), "gone", max(timestamp(now), f"{since[:19]}Z"), key)
        for key, _, since in waiting.values()
    ]
    return _write(store, path, entries, [public for _, public, _ in waiting.values()])


def take_back(store: Store, path: Path, names: Sequence[str], *, now: datetime) -> Decided:
    """Take back that stories of *names*, hosts or stories, are gone; as `confirm`."""
    rows = set().union(*(reader.named(store.conn, name) for name in names))
    keys = dict(store.conn.execute("SELECT key, id FROM story").fetchall())
    hosts = set(names)
    entries = [
        Entry(decisions.new_id(), "undo", timestamp(now), each.story, undoes=each.id)
        for each in decisions.read(path).gone()
        if keys.get(each.story) in rows or decisions.host_of(each.story) in hosts
    ]
    touched = {keys[each.story] for each in entries if each.story in keys}
    return _write(
        store, path, entries, [reader.public_id(store.conn, row) for row in sorted(touched)]
    )


def _write(store: Store, path: Path, entries: Sequence[Entry], ids: Sequence[str]) -> Decided:
    if entries:
        decisions.append(path, *entries)  # a crash after this line loses nothing
        heed(store, decisions.read(path))
    return Decided(tuple(entries), tuple(ids))
