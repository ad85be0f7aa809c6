"""Searches under a name: written down in decisions.jsonl, and each a feed file of its own.

A feed says what the newest stories are that a search finds, so a feed
reader that watches the folder tells of each new one.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from storykeep import atom, decisions, lock, reader, search
from storykeep.clock import Clock
from storykeep.config import Config
from storykeep.decisions import Entry, SavedSearch
from storykeep.errors import StoreError, StorykeepError, UsageError
from storykeep.export.redact import redact
from storykeep.search import Hit

FOLDER = "feeds"  # beside config.toml
_NEWEST = 50  # entries of a feed
_PREFIX = "search-"


class SavedSearches:
    """The searches of one archive that have a name, and their feeds."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        self._clock = clock

    @property
    def _path(self) -> Path:
        return self._config.folder / decisions.NAME

    def known(self) -> list[SavedSearch]:
        """Return them by name. Raises StoreError where decisions.jsonl cannot be read."""
        return decisions.read(self._path).searches()

    def save(self, name: str, query: str) -> SavedSearch | None:
        """Save *query* as *name* and write its feed; return what the name stood for before.

        Raises QueryError and UsageError where the two cannot be meant; LockedError; StoreError.
        """
        search.check(query)
        if not decisions.is_name(name):
            raise UsageError(
                f"a search cannot be called {name!r}",
                hint="use letters, digits, blanks, dots, dashes and underscores, at most 64: its "
                "feed's file has that name",
            )
        with self._locked("search --save"):
            before = decisions.called(self.known(), name)
            if before is None or (before.name, before.query) != (name, query):
                self._append(name, query)
        self._write_feeds_or_raise()
        return before

    def forget(self, name: str) -> SavedSearch:
        """Take away a name and its feed; return what it stood for. Raises as `save`."""
        with self._locked("search --forget"):
            before = decisions.find_search(self._path, name)
            self._append(before.name, None)
        self._write_feeds_or_raise()
        return before

    def write_feeds(self) -> list[str]:
        """Write the feeds that are not what they were; return in words what could not be written.

        Holds no lock: a feed is put in its place whole.
        """
        folder, database = self._config.folder, self._config.archive.database
        try:
            known = self.known()
            if not known and not (folder / FOLDER).is_dir():
                return []
            connection = reader.connect(database)
            try:
                return _write_feeds(folder, connection, known)
            finally:
                if connection is not None:
                    connection.close()
        except StorykeepError as error:
            return [f"the feeds of saved searches were not written: {error}"]

    def _write_feeds_or_raise(self) -> None:
        if problems := self.write_feeds():
            raise StoreError(
                f"it is noted, but {'; '.join(problems)}",
                hint="let this user write there; the next storykeep run writes it",
            )

    def _append(self, name: str, query: str | None) -> None:
        at = self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        decisions.append(
            self._path, Entry(decisions.new_id(), "search", at, name=name, query=query)
        )

    @contextmanager
    def _locked(self, command: str) -> Iterator[None]:
        archive = self._config.archive
        with lock.hold(archive.database, archive.warcs, command):
            yield


# ---------------------------------------------------------------- feeds


def feed_name(name: str) -> str:
    """Return where the feed of the search *name* lies, seen from config.toml."""
    return f"{FOLDER}/{_PREFIX}{name}.atom"


def _write_feeds(
    folder: Path, conn: sqlite3.Connection | None, searches: Sequence[SavedSearch]
) -> list[str]:
    """Write the feed of each of *searches* that is not what it was; return what failed, in words.

    Feeds of searches that are no more are removed. *conn* is None where nothing is archived yet.
    """
    problems = _remove_others(folder, searches)
    for each in searches:
        path = folder / feed_name(each.name)
        try:
            _write_changed(path, atom.render(feed_of(conn, each)))
        except (StorykeepError, OSError) as error:
            why = getattr(error, "strerror", None) or str(error).split("\n", 1)[0]
            problems.append(f"the feed of the search {each.name!r} was not written: {why}")
    return problems


def _remove_others(folder: Path, searches: Sequence[SavedSearch]) -> list[str]:
    wanted = {decisions.name_key((folder / feed_name(each.name)).name) for each in searches}
    problems = []
    for path in sorted((folder / FOLDER).glob(f"{_PREFIX}*.atom")):
        if decisions.name_key(path.name) not in wanted:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                problems.append(f"{path} cannot be removed: {error.strerror or error}")
    return problems


def _write_changed(path: Path, content: bytes) -> None:
    """Make *content* the file *path*, whole or not at all; nothing is written where it is."""
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(path.name + ".new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def feed_of(conn: sqlite3.Connection | None, each: SavedSearch) -> atom.Feed:
    """Return the feed of a search: the stories it finds that said something new last, first."""
    found: tuple[Hit, ...] = ()
    if conn is not None:
        found = search.search(conn, each.query, sort="changed", limit=_NEWEST).hits
    return atom.Feed(
        id=atom.identifier("search", each.id),
        title=each.name,
        subtitle=f"Stories that storykeep search finds by: {each.query}",
        updated=each.at,
        entries=tuple(_entry(conn, hit, each) for hit in found if conn is not None),
    )


def _entry(conn: sqlite3.Connection, hit: Hit, each: SavedSearch) -> atom.Entry:
    key, summary, first, last = conn.execute(
        "SELECT s.key, s.summary, min(v.first_seen), max(v.first_seen) FROM story AS s "
        "LEFT JOIN chapter AS c ON c.story = s.id LEFT JOIN version AS v ON v.chapter = c.id "
        "WHERE s.public_id = ? GROUP BY s.id",
        (hit.id,),
    ).fetchone()
    fandoms = conn.execute(
        "SELECT DISTINCT value FROM tag WHERE kind = 'fandom' AND story = "
        "(SELECT id FROM story WHERE public_id = ?) ORDER BY value",
        (hit.id,),
    )
    about = redact(summary or search.hit_row(hit)["snippet"])
    return atom.Entry(
        id=atom.identifier("story", key),
        title=hit.title or "(untitled)",
        updated=last or each.at,
        published=first or "",
        link=hit.url,
        authors=hit.authors,
        summary=f"{about}\n\n{hit.words:,} words; storykeep show {hit.id}".strip(),
        categories=[value for (value,) in fandoms],
    )
