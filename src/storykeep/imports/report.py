"""What an import is asked to do, and what it tells: data, with no behaviour of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

What = Literal["taken", "there", "other", "skipped", "refused"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to take in, and how."""

    paths: tuple[Path, ...]
    base_url: str | None = None  # where a folder of saved pages was
    link: bool = False  # WARCs stay where they are
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was not taken, or why not all of it was.

    `there`: the archive has it. `other`: no web page. `skipped`: nothing that could be one (a
    picture beside a page). `refused`: damaged, or it would do harm.
    """

    what: What
    place: str  # which file, and where in it
    url: str
    why: str


@dataclass(slots=True)
class Imported:
    """What came of one file or folder that was named; the numbers are of what `noun` says."""

    path: str
    form: str  # "WARC", "folder of saved pages" ...
    kept_as: str = ""  # its file in warcs/, "" where none is kept
    taken: int = 0
    there: int = 0
    other: int = 0
    skipped: int = 0
    refused: int = 0
    note: str = ""
    noun: str = "capture"  # "entry" of a catalogue
    lacking: int = 0  # entries of stories that the archive has no page of

    def count(self, what: What) -> None:
        """Count one more thing of that kind."""
        setattr(self, what, getattr(self, what) + 1)


@dataclass(slots=True)
class Done:
    """What an import did, all in all."""

    files: list[Imported] = field(default_factory=list)
    stories_new: int = 0
    stories_changed: int = 0
    healed: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)  # feeds of saved searches, and why
    warcs: list[str] = field(default_factory=list)  # of our own, that hold the saved pages

    def total(self, what: What) -> int:
        """Return how many things of that kind all files held."""
        return sum(getattr(each, what) for each in self.files)


Tell = Callable[[Told], None]
