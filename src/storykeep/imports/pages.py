"""Saved pages, many at a time, into resource records of our own and into the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storykeep.imports.report import Imported, Tell, Told, What
from storykeep.imports.saved import (
    DOCUMENT,
    PACKED,
    Moment,
    Said,
    address_of,
    book_address,
    book_tool,
    is_book,
    mime_of,
    moment_of,
    one_address,
    one_moment,
    tool_of,
    why_not,
)
from storykeep.model import Capture
from storykeep.room import Room
from storykeep.warc import Resource
from storykeep.wrapped import (
    EPUB,
    MAIL,
    WEBARCHIVE,
    OneFile,
    is_mhtml,
    is_webarchive,
    mhtml,
    webarchive,
)

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


class Saved(Protocol):
    """What is to be known of the pages that somebody saved and the archive has."""

    def find_saved(self, url: str, payload_sha1: str) -> Capture | None:
        """Return the one of *url* with that payload, None where there is none."""


class Pages:
    """Takes saved pages in, in batches: what `result` counts as taken is on the disk."""

    def __init__(
        self,
        store: Saved,
        put_away: Callable[[Sequence[Resource]], None] | None,
        *,
        tell: Tell,
        room: Room,
        now: datetime,
        step: Callable[[int], None],
    ) -> None:
        self._store = store
        self._put_away = put_away
        self._tell = tell
        self._room = room
        self._now = now
        self._step = step
        self._waiting: list[Resource] = []
        self._seen: set[tuple[str, str]] = set()  # in the batch: address and digest
        self._bytes = 0
        self._taken = 0

    def add(
        self, item: Item, result: Imported, *, base_url: str | None, is_named: bool = False
    ) -> None:
        """Take in the page in *item*, or say why not; what is none is an error where it was named.

        In a folder or a zip, it is only passed over.
        """
        if item.size > MOST_BYTES:
            why = f"it has {item.size} bytes, which is more than a page may have"
            self.say(result, "refused", item.place, why)
            return
        body = item.read(MOST_BYTES)
        if is_book(body):
            self._book(item, body, result, base_url)
            return
        one = mhtml(body) if is_mhtml(body) else webarchive(body) if is_webarchive(body) else None
        if one is not None:
            self._one_file(item, body, one, result, base_url)
            return
        if why := why_not(item.path, body):
            instead = _instead(why)  # who skips such a file may skip stories
            what: What = "refused" if is_named or instead else "skipped"
            why = f"it is nothing that can be imported: {why}" if is_named else why
            why += instead
            self.say(result, what, item.place, why)
            return
        said = address_of(item.path, body, base_url)
        moment = moment_of(body, item.time, now=self._now)
        mime = mime_of(item.path.rpartition("/")[2], body)
        self.known(body, mime, said, moment, item.path, item.place, result, tool_of(body))

    def _book(self, item: Item, body: bytes, result: Imported, base_url: str | None) -> None:
        """Take in an EPUB: as it is, under the address of the story in it."""
        said = book_address(item.path, body, base_url)
        moment = moment_of(b"", item.time, now=self._now)
        self.known(body, EPUB, said, moment, item.path, item.place, result, book_tool(body))

    def _one_file(
        self, item: Item, body: bytes, one: OneFile, result: Imported, base_url: str | None
    ) -> None:
        """Take in a page that a browser saved with all its pictures: the file as it is."""
        mime = MAIL if is_mhtml(body) else WEBARCHIVE
        said = one_address(item.path, one, base_url)
        moment = one_moment(one, item.time, now=self._now)
        self.known(body, mime, said, moment, item.path, item.place, result, one.tool)

    def known(
        self,
        body: bytes,
        mime: str,
        said: Said | None,
        moment: Moment,
        file: str,
        place: str,
        result: Imported,
        tool: str | None = None,
    ) -> None:
        """Take in what was looked at, unless nobody says where it is from, or it is there."""
        if said is None:
            why = "nothing says which address it was saved from; --base-url URL does"
            self.say(result, "refused", place, why)
            return
        facts = (("file", file), ("addressFrom", said.by), ("dateFrom", moment.by))
        self._put(
            Resource(said.value, body, mime, moment.at, self._now, tool, facts), place, result
        )

    def _put(self, resource: Resource, place: str, result: Imported) -> None:
        """Take in a page that is known by now, unless the archive has it."""
        capture = resource.capture
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
        """Put away what waits."""
        if self._waiting and self._put_away is not None:
            self._room.check_fits(self._bytes)
            self._put_away(self._waiting)
        self._taken += len(self._waiting)
        self._step(self._taken)
        self._waiting.clear()
        self._seen.clear()
        self._bytes = 0

    def say(self, result: Imported, what: What, place: str, why: str, url: str = "") -> None:
        """Count what was not taken in, and tell of it."""
        result.count(what)
        self._tell(Told(what, place, url, why))


def _instead(why: str) -> str:
    """Return what can be done about a file that is no page and may hold stories."""
    if why.startswith(PACKED):
        return "; unpack it, and import what was in it"
    if why.startswith(f"{DOCUMENT},"):
        return "; save it as .html or .txt, and import that"
    return ""
