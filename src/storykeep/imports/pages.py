"""Saved pages, many at a time, into resource records of our own and into the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storykeep.imports.report import Imported, Tell, Told, What
from storykeep.imports.saved import address_of, mime_of, moment_of, why_not
from storykeep.intake import Intake
from storykeep.model import Page
from storykeep.room import Room
from storykeep.store import Store
from storykeep.warc import Resource, Writer

MOST_BYTES = 64 << 20  # of one saved page; what is longer is no page
_AT_ONCE = 100  # pages that are written with one sync, and become one transaction
_BYTES_AT_ONCE = 8 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """One file that may be a page. `read` gives its bytes, at most one more than asked for."""

    path: str  # below the folder or zip that was named, with "/"
    place: str  # for people: the folder or zip with it
    size: int
    time: datetime | None
    read: Callable[[int], bytes]


class Pages:
    """Takes saved pages in, in batches: what `result` counts as taken is on the disk."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        writer: Writer,
        *,
        tell: Tell,
        room: Room,
        now: datetime,
        max_bytes: int,
        step: Callable[[int], None],
        dry_run: bool = False,
    ) -> None:
        self._store = store
        self._intake = intake
        self._writer = writer
        self._tell = tell
        self._room = room
        self._now = now
        self._max_bytes = max_bytes
        self._step = step
        self._dry_run = dry_run
        self._waiting: list[Resource] = []
        self._seen: set[tuple[str, str]] = set()  # in the batch: address and digest
        self._bytes = 0
        self._taken = 0

    def add(self, item: Item, result: Imported, *, base_url: str | None) -> None:
        """Take in the page in *item*, or say why not."""
        if item.size > MOST_BYTES:
            why = f"it has {item.size} bytes, which is more than a page may have"
            self.say(result, "refused", item.place, why)
            return
        body = item.read(MOST_BYTES)
        if why := why_not(item.path, body):
            self.say(result, "skipped", item.place, why)
            return
        said = address_of(item.path, body, base_url)
        if said is None:
            why = "nothing says which address it was saved from; --base-url URL does"
            self.say(result, "refused", item.place, why)
            return
        moment = moment_of(body, item.time, now=self._now)
        facts = (("file", item.path), ("addressFrom", said.by), ("dateFrom", moment.by))
        mime = mime_of(item.path.rpartition("/")[2], body)
        self.put(
            Resource(said.value, body, mime, moment.at, self._now, None, facts), item.place, result
        )

    def put(self, resource: Resource, place: str, result: Imported) -> None:
        """Take in a page that is known by now, unless the archive has it."""
        capture = resource.capture()
        key = capture.url, capture.payload_sha1
        if key in self._seen:
            self.say(result, "there", place, "another file holds the same", capture.url)
            return
        if (twin := self._store.find_saved(*key)) is not None:
            why = f"{twin.warc} at {twin.offset} has it"
            self.say(result, "there", place, why, capture.url)
            return
        self._seen.add(key)
        self._waiting.append(resource)
        self._bytes += len(resource.body)
        result.count("taken")
        if len(self._waiting) >= _AT_ONCE or self._bytes >= _BYTES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits: first the WARC, forced to the disk, then one transaction."""
        if self._waiting and not self._dry_run:
            self._room.check_fits(self._bytes)
            captures = self._writer.append_resources(self._waiting)
            with self._store.atomic():
                for capture, resource in zip(captures, self._waiting, strict=True):
                    self._intake.take_in_kept(capture, self._page(resource))
        self._taken += len(self._waiting)
        self._step(self._taken)
        self._waiting.clear()
        self._seen.clear()
        self._bytes = 0

    def _page(self, resource: Resource) -> Page:
        """Return the page as it will be read again from the WARC."""
        body = resource.body
        return Page(
            resource.capture().url,
            200,
            (("Content-Type", resource.mime),),
            body[: self._max_bytes],
            "length" if len(body) > self._max_bytes else None,
        )

    def say(self, result: Imported, what: What, place: str, why: str, url: str = "") -> None:
        """Count what was not taken in, and tell of it."""
        result.count(what)
        self._tell(Told(what, place, url, why))
