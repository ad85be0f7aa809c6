"""What others captured, file by file into the database: each capture once, whoever has it twice.

An import and a rebuild go through this same door, so that both give the same database. It knows
nothing of where a file came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar

from storykeep import urls
from storykeep.config import Config
from storykeep.errors import DamageError
from storykeep.intake import Intake
from storykeep.model import Capture, Page
from storykeep.store import Store
from storykeep.warc import Torn, Unit, load_head, load_page, read_reference, scan

_AT_ONCE = 100  # captures that become one transaction
_T = TypeVar("_T")

What = Literal["taken", "there", "other", "refused"]


@dataclass(frozen=True, slots=True)
class Met:
    """One thing that was met in a file, and what became of it.

    `there`: the archive has this capture already, in another file. `other`: no web page (dns:,
    a log). `refused`: it is damaged, or would do harm.
    """

    what: What
    url: str
    warc: str
    offset: int
    why: str = ""

    @property
    def place(self) -> str:
        """Return where it lies: "imported/x.warc.gz at 1024"."""
        return f"{self.warc} at {self.offset}"


Tell = Callable[[Met], None]


class Keeping:
    """The way of kept captures into one open database."""

    def __init__(self, store: Store, config: Config, intake: Intake) -> None:
        self._store = store
        self._warcs = config.archive.warcs
        self._max_bytes = config.polite.max_bytes
        self._intake = intake

    def take_in_file(self, path: Path, name: str, tell: Tell) -> None:
        """Take in what of the imported WARC at *path* the database lacks; *tell* hears of each.

        Killed in between, a second call goes on. Raises OSError where the file cannot be read.
        """
        torn: list[Torn] = []
        for batch in _batches(scan(path, name=name, on_torn=torn.append), _AT_ONCE):
            with self._store.atomic():
                found = [self.take_in(each.capture) for each in batch if isinstance(each, Unit)]
            for met in (*found, *map(_damaged, torn)):
                tell(met)
            torn.clear()
        for each in torn:
            tell(_damaged(each))
        self.settle(name)

    def take_in(self, capture: Capture) -> Met:
        """Save one capture with its part, unless it is there; return what became of it."""

        def met(what: What, why: str = "") -> Met:
            return Met(what, capture.url, capture.warc, capture.offset, why)

        if urls.try_canonical(capture.url) is None:
            return met("other", "its address is no web address")
        if self._store.has_capture(capture.warc, capture.offset):
            return met("taken")
        if (twin := self._store.find_twin(capture)) is not None:
            return met("there", f"{twin.warc} at {twin.offset} has it")
        try:
            self._intake.take_in_kept(capture, self._page(capture))
        except DamageError as error:
            return met("refused", str(error))
        return met("taken")

    def settle(self, name: str | None = None) -> int:
        """Find the responses of revisits that name none; return how many were found.

        Of the file *name*, or of all: a file that comes later may have them.
        """
        found = 0
        for capture in self._store.unanswered(name):
            with suppress(DamageError):  # `verify` tells of it
                found += self._settle(capture)
        return found

    def _settle(self, capture: Capture) -> bool:
        url, date = read_reference(self._warcs, capture)
        original = self._store.find_response(url or capture.url, date, capture.payload_sha1)
        if original is None:
            return False
        with self._store.atomic():
            capture = self._store.refer(capture, original)
            part = self._intake.derive(capture, self._page(capture))
            self._intake.save_again(capture, part)
        return True

    def _page(self, capture: Capture) -> Page:
        original = self._store.original_of(capture) if capture.revisit_of else None
        if capture.revisit_of is not None and original is None:
            # The standard lets it be elsewhere: its date and head are worth keeping all the same.
            return load_head(self._warcs, capture)
        return load_page(self._warcs, capture, original=original, max_bytes=self._max_bytes)


def _damaged(torn: Torn) -> Met:
    why = f"{torn.why}; {torn.end - torn.start} bytes"
    return Met("refused", torn.url, torn.warc, torn.start, why)


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
