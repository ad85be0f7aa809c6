"""What config.toml can say, as frozen data with the defaults filled in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from storykeep import urls
from storykeep.hours import ALL_DAY, Hours

# A source's `robots`: what a robots.txt says is obeyed; one that cannot be reached forbids nothing.
IGNORE_UNREACHABLE: Literal["ignore-unreachable"] = "ignore-unreachable"


# "news": something is new, changed, gone or back, or went wrong.
When = Literal["always", "news", "trouble"]
WHEN: tuple[When, ...] = ("always", "news", "trouble")

_SHORT = 1000  # characters: longer addresses are not remembered
KEEP_FREE = 500_000_000  # bytes: room for the largest pages that eight hosts can send at once


Versions = Literal["last", "first", "all", "good"]
CDX = "https://web.archive.org/cdx/search/cdx"
MEMENTO = "https://web.archive.org/web/"


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the archive lies (absolute paths) and whom a site's owner can write to."""

    warcs: Path
    database: Path
    operator: str = ""
    keep_free: int = KEEP_FREE  # bytes on the disks of both; 0: no floor


@dataclass(frozen=True, slots=True)
class Polite:
    """How gently hosts are asked; times in seconds."""

    delay: float = 2.0
    robots: bool = True
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    deadline: float = 300.0
    retries: int = 4
    max_bytes: int = 20 * 1024 * 1024
    hosts_at_once: int = 8
    requests_per_day: int = 0  # to one site, over all runs of 24 hours; 0: no limit
    hours: Hours = ALL_DAY  # in which sites are asked


@dataclass(frozen=True, slots=True)
class Network:
    """What may be reached beyond the public internet, and what is reached elsewhere."""

    allow_addresses: tuple[str, ...] = ()  # as `ipaddress` spells them
    connect_to: Mapping[str, str] = field(default_factory=dict)  # "host:port" -> "address:port"


@dataclass(frozen=True, slots=True)
class Wayback:
    """Which web archive is asked, where a source names no other."""

    cdx: str = CDX  # where it lists its captures
    memento: str = MEMENTO  # where it gives them


@dataclass(frozen=True, slots=True)
class Reports:
    """What is written after each run."""

    feed: Path | None = None  # an Atom file of what is new, changed and gone; absolute


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told of each run; nobody by default."""

    command: tuple[str, ...] = ()  # gets the report as JSON on its stdin
    mail: str = ""  # an address for the local sendmail
    webhook: str = ""  # gets the report as JSON by POST
    ping: str = ""  # asked at the start, at success, and with /fail at failure
    when: When = "always"  # what command, mail and webhook are told of


@dataclass(frozen=True, slots=True)
class Source:
    """Where to start, what is in scope, how often."""

    name: str
    start: tuple[str, ...]  # canonical addresses
    include: tuple[str, ...] = ()  # empty: the folders of the start pages
    exclude: tuple[str, ...] = ()
    profile: str = "auto"
    every: timedelta = timedelta(days=30)
    limit: int = 0
    depth: int = 0  # links from a start page, 0: as far as they lead
    robots: Literal[True, "ignore-unreachable"] = True
    adult: bool = False  # tell sites that ask that one is of age
    images: bool = False  # those in the text of stories
    requisites: bool = False  # stylesheets and scripts
    cookies: Path | None = None  # a cookies.txt of the user's own login
    hours: Hours | None = None  # None: those of [polite]
    via: Literal["live", "wayback"] = "live"  # who is asked: the site, or a web archive
    versions: Versions = "good"  # which of a web archive's captures of a page
    cdx: str = CDX  # as in Wayback
    memento: str = MEMENTO

    def wants(self, url: str) -> bool:
        """Return whether *url* is in this source's scope (see `urls.in_scope`)."""
        return _wants(self, url) if len(url) <= _SHORT else self._looks(url)

    def _looks(self, url: str) -> bool:
        return urls.in_scope(url, include=self.include, exclude=self.exclude, start=self.start)

    def __hash__(self) -> int:
        return hash(self.name)  # thousands of addresses may be among the start pages


# Of a site's links, most stand on many of its pages.
_wants = lru_cache(maxsize=8192)(Source._looks)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything config.toml says, defaults filled in."""

    folder: Path  # where config.toml lies; absolute
    archive: Archive
    polite: Polite = Polite()
    network: Network = Network()
    wayback: Wayback = Wayback()
    sources: tuple[Source, ...] = ()
    reports: Reports = Reports()
    notify: Notify = Notify()

    def source(self, name: str) -> Source | None:
        """Return the source called *name*, None where there is none."""
        return next((one for one in self.sources if one.name == name), None)


def digest(config: Config) -> str:
    """Return "sha256:" and the hex digest of what *config* means, the same on every machine.

    Spelling, comments and defaults written out make no difference, nor where the folder lies.
    """

    def plain(value: object) -> str:
        if isinstance(value, Path):
            inside = value.is_relative_to(config.folder)
            return (value.relative_to(config.folder) if inside else value).as_posix()
        if isinstance(value, timedelta):
            return f"{value.total_seconds()}s"
        raise TypeError(f"{type(value).__name__} in a Config")  # a new field that has no spelling

    meaning = {key: value for key, value in asdict(config).items() if key != "folder"}
    text = json.dumps(meaning, default=plain, sort_keys=True, ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
