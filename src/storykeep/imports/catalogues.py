"""A site's own catalogue beside its stories: kept as it came, each entry a record of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote

from storykeep import urls
from storykeep.catalogue import MIME, Catalogue, Entry, Refused
from storykeep.header.dates import read_date
from storykeep.imports.pages import Saved
from storykeep.imports.report import Imported, Tell, Told
from storykeep.imports.saved import Moment, moment_of
from storykeep.warc import Resource
from storykeep.warc import fields as f
from storykeep.warc.foreign import HostileError
from storykeep.warc.resource import write_resource
from storykeep.warc.unit import write_warcinfo

_EDGE = 4096  # bytes at each end of a dump, where it says when it was made
_MADE = re.compile(
    rb"(?:Dump completed on|Generation Time:)\s+(\d{4}-\d\d-\d\d)\s+(\d{1,2}:\d\d:\d\d)"
)
_MADE_ON = re.compile(rb"Dump DATE\s*:\s*(\d{1,2}-[A-Z][a-z]{2}-\d{4})")  # by eFiction itself


@dataclass(frozen=True, slots=True)
class Wanted:
    """A story that an entry is about, by what its pages are known by."""

    host: str
    work_id: str | None
    addresses: tuple[str, ...]


class Stories(Protocol):
    """What is to be known of the stories of an archive."""

    def has_story(self, host: str, work_id: str | None, addresses: Sequence[str]) -> bool:
        """Return whether a page of that story is there."""


@dataclass(slots=True)
class Opened:
    """A catalogue that is being taken in, and what is asked of it afterwards."""

    catalogue: Catalogue
    path: Path
    bases: tuple[str, ...]  # folders in which its stories may be, the first its own
    now: datetime
    result: Imported
    tell: Tell
    wanted: list[Wanted] = field(default_factory=list)

    def write(self, out: IO[bytes], info: Mapping[str, str], name: str) -> None:
        """Write every entry to *out* as a record of its own; the rest is told."""
        info_id = f.record_id()
        write_warcinfo(out, info, name=name, info_id=info_id, now=f.date(self.now))
        for resource in self.resources():
            write_resource(out, resource, info_id=info_id)

    def resources(self) -> Iterator[Resource]:
        """Yield each entry as it is stored."""
        moment = _moment(self.catalogue, self.path, self.now)
        for found in self.catalogue.entries(self.bases):
            if isinstance(found, Refused):
                self._refuse(found)
            else:
                yield self._resource(found, moment)

    def look(self) -> Resource | None:
        """Walk the entries for `wanted` alone, telling nothing; return the first of them."""
        tell, self.tell = self.tell, lambda told: None
        refused, first = self.result.refused, None
        for resource in self.resources():
            first = first or resource
        self.tell, self.result.refused = tell, refused
        return first

    def _refuse(self, found: Refused) -> None:
        self.result.count("refused")
        place = f"{self.path.name} at {found.at}"
        self.tell(Told("refused", place, "", f"{found.what}: {found.why}"))

    def _resource(self, entry: Entry, moment: Moment) -> Resource:
        address = self._address(entry)
        self.wanted.append(Wanted(urls.host(address), entry.work_id, entry.addresses))
        facts = (("file", self.path.name), ("dateFrom", moment.by))
        by = f"{self.catalogue.name} ({self.path.name})"
        return Resource(address, entry.body(), MIME, moment.at, self.now, by, facts)

    def _address(self, entry: Entry) -> str:
        """Return the address of an entry: the catalogue's in its site's folder, and its id."""
        query = entry.work_id or quote(entry.id, safe="")
        joined = urls.join(self.bases[0], quote(self.path.name, safe=""))
        return urls.canonical(f"{joined}?{query}")


def bases_of(catalogue: Catalogue, base_url: str | None, relative: str) -> tuple[str, ...]:
    """Return the folders in which the stories of *catalogue* may be. Raises HostileError for none.

    *relative* is its own path below what was named, whose address *base_url* is.
    """
    said = base_url or catalogue.base()
    if said is None:
        raise HostileError(
            f"it is the {catalogue.name}, and nothing says of which site; --base-url URL does"
        )
    folder = relative.rpartition("/")[0]
    own = urls.join(said, f"{quote(folder)}/") if folder and base_url else None
    return tuple(dict.fromkeys(each for each in (said, own) if each))


def is_known(store: Saved, first: Resource | None) -> bool:
    """Return whether a catalogue whose first entry is *first* was taken in under that address."""
    if first is None:
        return True
    capture = first.capture
    return store.find_saved(capture.url, capture.payload_sha1) is not None


def count_lacking(opened: Sequence[Opened], stories: Stories) -> None:
    """Say in the results how many entries are of stories that the archive has no page of."""
    for each in opened:
        each.result.lacking = sum(
            not stories.has_story(wanted.host, wanted.work_id, wanted.addresses)
            for wanted in each.wanted
        )


def _moment(catalogue: Catalogue, path: Path, now: datetime) -> Moment:
    """Return when a catalogue was made: as a dump says, else the file's time, else *now*."""
    data = catalogue.data
    edges = data[:_EDGE] + data[max(0, len(data) - _EDGE) :]
    said = _said(edges)
    if said is not None and said <= now:
        return Moment(said, "the dump")
    saved = path.stat().st_mtime
    file_time = datetime.fromtimestamp(saved, UTC) if saved > 0 else None
    return moment_of(b"", file_time, now=now)


def _said(edges: bytes) -> datetime | None:
    """Return when a dump was made, as it says itself."""
    if found := _MADE.search(edges):
        text, form = f"{found[1].decode()} {found[2].decode().zfill(8)}", "%Y-%m-%d %H:%M:%S"
    elif (found := _MADE_ON.search(edges)) and (day := read_date(found[1].decode())):
        text, form = day.value, "%Y-%m-%d"
    else:
        return None
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
