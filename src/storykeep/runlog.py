"""What stays of a run when it is over: its row, the feed, and who is told.

The row is there before the first request; the telling comes when the database is closed and the
lock is free, so that a command which is told may use the archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from storykeep import notify
from storykeep.atom import Entry, Feed, identifier, render
from storykeep.clock import Clock
from storykeep.config import Config
from storykeep.crawl import Watch
from storykeep.intake import timestamp
from storykeep.model import Report
from storykeep.reader.news import Item, news
from storykeep.reader.runs import INTERRUPTED, state_of
from storykeep.store import Store

_IN_FEED = timedelta(days=365)
_MOST_ENTRIES = 200  # a reader that is opened once a month has seen what came before
_MOST_NOTES = 100
_TOLD = {
    "new": "New in the archive.",
    "changed": "It has changed; the earlier version is kept.",
    "gone": "It is gone from its site; the last good version is kept.",
    "back": "It is back on its site.",
}


class RunLog:
    """One run. `report` is what it did so far."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.report = Report()
        self._config = config
        self._clock = clock
        self._row: dict[str, Any] = {}  # empty until it has begun

    @contextmanager
    def kept(self, store: Store) -> Iterator[Report]:
        """Keep the report of the block, whatever ends it."""
        started = timestamp(self._clock.now())
        killed = store.unfinished_run()  # what it found is news of this run
        self.report.number = store.begin_run(started)
        self._row = {"run": self.report.number, "started": started}
        self.report.unnotified += notify.started(self._config)
        try:
            yield self.report
        except BaseException as error:
            self.report.ended = str(error) if isinstance(error, Exception) else INTERRUPTED
            self._keep(store)
            raise
        self._count(store, killed or started, was_killed=killed is not None)
        self._keep(store)
        self._write_feed(store)

    def watch(self, watch: Watch) -> Watch:
        """Return *watch*, with what it is told kept in the report as well."""

        def note(text: str) -> None:
            if len(self.report.notes) < _MOST_NOTES:
                self.report.notes.append(text)
            watch.note(text)

        return Watch(watch.taken, watch.failed, note)

    def tell(self) -> None:
        """Tell of the run, if it has begun; what fails is in the report."""
        if self._row:
            row = {**asdict(self.report), **self._row}
            row["state"] = state_of(row)
            self.report.unnotified += notify.ended(self._config, row)

    def _keep(self, store: Store) -> None:
        finished = timestamp(self._clock.now())
        self._row["finished"] = finished
        store.save_run(self._row["started"], finished, self.report, number=self.report.number)

    def _count(self, store: Store, since: str, *, was_killed: bool) -> None:
        found = news(store.conn, since)
        self.report.stories_gone = len({item.key for item in found if item.kind == "gone"})
        self.report.stories_back = len({item.key for item in found if item.kind == "back"})
        if was_killed:  # in this very second, maybe
            # What a killed run has found was made by it, or when its captures were taken in.
            new = len({item.key for item in found if item.kind == "new"})
            changed = len({item.key for item in found if item.kind == "changed"})
            self.report.stories_new = max(self.report.stories_new, new)
            self.report.stories_changed = max(self.report.stories_changed, changed)

    def _write_feed(self, store: Store) -> None:
        path = self._config.reports.feed
        if path is None:
            return
        year = timestamp(self._clock.now() - _IN_FEED)
        try:
            write_feed(path, self._config, store, year)
        except OSError as error:
            self.report.unwritten.append(
                f"the feed {path} cannot be written: {error.strerror or error}"
            )


def write_feed(path: Path, config: Config, store: Store, since: str) -> None:
    """Make the file at *path* the feed of what has happened *since*; not written where it is."""
    before = path.read_bytes() if path.exists() else b""
    known = re.search(rb"<id>(urn:uuid:[0-9a-f-]{36})</id>", before[:1000])
    made = render(
        Feed(
            # An archive that is moved keeps the id that its readers know.
            id=known[1].decode() if known else identifier("archive", str(config.folder)),
            title=f"Storykeep: {config.folder.name}",
            updated=store.first_run() or since,
            entries=[_entry(item) for item in news(store.conn, since, limit=_MOST_ENTRIES)],
        )
    )
    if made != before:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.write_bytes(made)
        new.replace(path)


def _entry(item: Item) -> Entry:
    """Return an entry whose id is made of the story, of what became of it, and of the day.

    So it stays the same whenever and wherever the feed is made, after a rebuild too.
    """
    said = _TOLD[item.kind]
    if item.chapters:
        chapters = "1 chapter" if item.chapters == 1 else f"{item.chapters:,} chapters"
        said = f"{chapters}: {said[0].lower()}{said[1:]}"
    reason = f" ({item.reason})" if item.reason else ""
    return Entry(
        id=identifier("news", f"{item.key}#{item.kind}@{item.at[:10]}"),
        title=f"{item.kind.capitalize()}: {item.title or '(no title on the page)'}",
        updated=item.at,
        link=item.url,
        authors=item.authors,
        summary=f"{said}{reason} storykeep show {item.id}",
        categories=(item.kind,),
    )


@contextmanager
def logged(config: Config, clock: Clock) -> Iterator[RunLog]:
    """Give the log of a run; tell of it at the end of the block, or of what it failed with.

    A stop by a signal is told to nobody: it must not last, and a monitor hears of no success.
    """
    log = RunLog(config, clock)
    try:
        yield log
    except Exception:
        log.tell()
        raise
    log.tell()
