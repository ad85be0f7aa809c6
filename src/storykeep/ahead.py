"""Captures cleaned by other processes before a rebuild comes to them; it takes them in, in order.

One process writes. What is read ahead is only what the pages say by themselves, which is the same
whoever derives it: without it, or where it is of no use, the writer derives by itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from storykeep import urls
from storykeep.codec import PackedPart
from storykeep.config import Config
from storykeep.intake import address_of, is_kept, profile_of, rules_owner
from storykeep.model import Capture
from storykeep.profiles import Profile
from storykeep.store import Store
from storykeep.warc import FailureRecord, files, is_imported, name_in, scan
from storykeep.workers import Answer, Task, clean_all, cores

_WORTH_IT = 4 << 20  # bytes of WARC; fewer are cleaned before other processes have started
_SMALL = 700  # bytes of a record: a redirect or an error is derived sooner than it is sent around
_NEAR = 20_000  # responses remembered, of which revisits nearby may have to be read


def jobs_for(folder: Path) -> int:
    """Return how many processes are worth starting for the WARCs in *folder*: 1 is none besides."""
    with suppress(OSError):
        if sum(path.stat().st_size for path in files(folder)) >= _WORTH_IT:
            return cores()
    return 1


class Ahead:
    """Parts of the captures of an archive, in the order of its WARCs."""

    def __init__(
        self, store: Store, config: Config, profiles: Sequence[Profile], *, jobs: int
    ) -> None:
        self._store = store
        self._config = config
        self._profiles = profiles
        self._places = {profile.name: at for at, profile in enumerate(profiles)}
        self._paths = {
            name_in(config.archive.warcs, path): path for path in files(config.archive.warcs)
        }
        self._order = {name: at for at, name in enumerate(self._paths)}
        self._answers = self._begin(jobs) if jobs > 1 else _nothing()
        self._next = next(self._answers, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._answers.close()

    def part(self, capture: Capture, original: Capture | None) -> PackedPart | None:
        """Return the part of *capture*, None where it was not read ahead.

        Asked in the order of the WARCs. *original* is what a revisit refers to.
        """
        place = self._place(capture)
        while self._next is not None and self._place(self._next[0].capture) <= place:
            task, answer = self._next
            self._next = next(self._answers, None)
            if self._place(task.capture) == place:
                is_same = _place_of(task.original) == _place_of(original)
                return _packed(answer) if is_same and not answer.problem else None
        return None

    def _place(self, capture: Capture) -> tuple[int, int]:
        return self._order.get(capture.warc, len(self._order)), capture.offset

    def _begin(self, jobs: int) -> Generator[tuple[Task, Answer], None, None]:
        found = clean_all(
            self._tasks(),
            self._config.archive.warcs,
            self._config.polite.max_bytes,
            self._profiles,
            jobs=jobs,
        )
        with closing(found):
            yield from found

    def _tasks(self) -> Iterator[Task]:
        near: OrderedDict[str, Capture] = OrderedDict()
        for name, path in self._paths.items():
            if is_imported(name):
                continue
            with suppress(OSError):  # the writer meets it, too, and says so
                for record in scan(path):
                    if not isinstance(record, FailureRecord):
                        yield from self._task(record.capture, near)

    def _task(self, capture: Capture, near: OrderedDict[str, Capture]) -> Iterator[Task]:
        if rules_owner(capture.url, capture.via) or urls.try_canonical(capture.url) is None:
            return
        original = None
        if capture.revisit_of:
            original = near.get(capture.revisit_of) or self._store.original_of(capture)
            if original is None:
                return
        else:
            near.setdefault(capture.record_id, capture)
            if len(near) > _NEAR:
                near.popitem(last=False)
            if capture.length < _SMALL:
                return
        if is_kept(capture):
            return  # it goes another way
        profile = profile_of(self._config, self._profiles, capture)
        yield Task(
            capture,
            original,
            profile=self._places[profile.name] if profile else None,
            address=address_of(self._config, capture),
        )


def _nothing() -> Generator[tuple[Task, Answer], None, None]:
    yield from ()


def _place_of(capture: Capture | None) -> tuple[str, int] | None:
    return (capture.warc, capture.offset) if capture is not None else None


def _packed(answer: Answer) -> PackedPart:
    return PackedPart(answer.json, answer.prose or None)
