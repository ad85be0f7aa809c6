"""Captures cleaned again by the code and profiles of now, beside what is stored of them.

Only reads: what is to be saved of it, `renew` knows.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from functools import partial

from storykeep import codec, reader, urls
from storykeep.changes import Change, changes
from storykeep.config import Config
from storykeep.engines import NAMES
from storykeep.errors import UsageError
from storykeep.intake import address_of, profile_of
from storykeep.model import Capture, Part
from storykeep.profiles import Profile
from storykeep.store.captures import Made, PartRow, made, made_in, original_of, part_row
from storykeep.workers import Answer, Task, clean_all, cores

_AT_ONCE = 200  # rows that are read at a time
_WORTH_IT = 60  # captures; fewer are cleaned before other processes have started
# What status, type and address alone decide (see `derive`).
_BY_ANSWER = frozenset({"robots", "redirect", "gone", "asset", "feed"})
Step = Callable[[int], None]
# What gives each task its answer, in order; none where it has none.
Cleaner = Callable[[Iterator[Task]], Generator[tuple[Task, Answer | None], None, None]]


@dataclass(frozen=True, slots=True)
class Rederived:
    """A capture whose part is not what it was, or that could not be cleaned again."""

    url: str
    before: Part | None
    after: Part | None  # None where there is a problem: what is stored stays
    capture: Capture | None = None
    problem: str = ""
    is_damage: bool = False

    def changed_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that differ; all is "new" where there was no part."""
        if self.before is None:
            return ("new",)
        if self.after is None:
            return ()
        names = [each.name for each in fields(Part)]
        return tuple(n for n in names if getattr(self.before, n) != getattr(self.after, n))

    def changes(self) -> list[Change]:
        """Return what is different, field by field, in words."""
        return changes(self.before, self.after) if self.after is not None else []


@dataclass(slots=True)
class Wish:
    """What is to be cleaned again: what is older than the code or its profile, or all of it."""

    everything: bool = False
    refs: Sequence[str] = ()  # stories or addresses; none: the whole archive
    jobs: int | None = None  # processes; None: as many as there are cores, where that is worth it
    warcs: Collection[str] | None = None  # only what lies in these files; None: in all
    looked_at: int = 0  # told afterwards: captures in question
    cleaned: int = 0  # and of them, those that were cleaned again


@dataclass(slots=True)
class Rederiver:
    """One archive as it lies, read by one connection."""

    conn: sqlite3.Connection
    config: Config
    profiles: Sequence[Profile]
    _renewed: dict[int, bytes] = field(default_factory=dict)  # digests of new parts, by capture
    _places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._places = {profile.name: at for at, profile in enumerate(self.profiles)}

    def rederive(
        self, wish: Wish, step: Step, clean: Cleaner | None = None
    ) -> Generator[Rederived, None, None]:
        """Yield what is not as it was, in the order in which it was captured.

        *clean* gives the answers instead of our own processes; a capture without one is left out.
        """
        pages = self._pages(wish.refs)
        known: dict[int, tuple[Capture, PartRow | None]] = {}
        clean = clean or partial(self._clean, jobs=wish.jobs or self._jobs(pages))
        for task, found in clean(self._tasks(wish, pages, known)):
            assert task.capture.id is not None
            capture, row = known.pop(task.capture.id)
            if found is None:
                continue
            wish.cleaned += 1
            if (each := self._compared(capture, row, task, found)) is not None:
                yield each
            step(wish.cleaned)

    def tasks_in(self, wish: Wish, warc: str) -> Iterator[Task]:
        """Yield what *wish* means of one WARC, in the order of the file."""
        pages = self._pages(wish.refs)
        after = -1
        while rows := made_in(self.conn, warc, after, _AT_ONCE):
            for capture, by in rows:
                after = capture.offset
                if (task := self._task(wish, pages, capture, by)) is not None:
                    yield task

    def _clean(
        self, tasks: Iterator[Task], jobs: int
    ) -> Generator[tuple[Task, Answer | None], None, None]:
        archive, most = self.config.archive, self.config.polite.max_bytes
        with closing(clean_all(tasks, archive.warcs, most, self.profiles, jobs=jobs)) as found:
            yield from found

    def _jobs(self, pages: Collection[str] | None) -> int:
        if pages is not None:
            return 1
        (count,) = self.conn.execute("SELECT count(*) FROM capture").fetchone()
        return min(cores(), 1 + int(count) // _WORTH_IT)

    def _pages(self, refs: Sequence[str]) -> set[str] | None:
        """Return the url_keys of the pages that *refs* mean, None for all pages."""
        if not refs:
            return None
        keys: set[str] = set()
        for ref in refs:
            found = self._page(ref) or self._story(ref)
            keys |= found
        return keys

    def _page(self, ref: str) -> set[str]:
        address = urls.try_canonical(ref) if "://" in ref else None
        if address is None:
            return set()
        key = urls.key(address)
        there = self.conn.execute("SELECT 1 FROM capture WHERE url_key = ? LIMIT 1", (key,))
        return {key} if there.fetchone() else set()

    def _story(self, ref: str) -> set[str]:
        try:
            row = reader.resolve(self.conn, ref)
        except UsageError as error:
            if "://" in ref:
                hint = f"nothing was captured there; storykeep add {ref} does"
                raise UsageError(f"there is no page {ref!r}", hint=hint) from error
            raise
        rows = self.conn.execute("SELECT url_key FROM address WHERE story = ?", (row,))
        return {each[0] for each in rows}

    def _tasks(
        self,
        wish: Wish,
        pages: Collection[str] | None,
        known: dict[int, tuple[Capture, PartRow | None]],
    ) -> Iterator[Task]:
        after = 0
        while rows := made(self.conn, after, _AT_ONCE):
            for capture, by in rows:
                assert capture.id is not None
                after = capture.id
                if wish.warcs is not None and capture.warc not in wish.warcs:
                    continue
                if (task := self._task(wish, pages, capture, by)) is not None:
                    known[capture.id] = capture, part_row(self.conn, by.owner) if by else None
                    yield task

    def _task(
        self, wish: Wish, pages: Collection[str] | None, capture: Capture, by: Made | None
    ) -> Task | None:
        """Return what is to be cleaned of *capture*, None where *wish* does not mean it."""
        if pages is not None and urls.key(capture.url) not in pages:
            return None
        wish.looked_at += 1
        profile = profile_of(self.config, self.profiles, capture)
        if not wish.everything and not self._is_stale(capture, by, profile):
            return None
        original = original_of(self.conn, capture) if capture.revisit_of else None
        return Task(
            capture,
            original,
            is_lost=bool(capture.revisit_of) and original is None,
            profile=self._places[profile.name] if profile is not None else None,
            address=address_of(self.config, capture),
        )

    def _is_stale(self, capture: Capture, by: Made | None, profile: Profile | None) -> bool:
        """Return whether a part is of another engine version or profile than that of now."""
        if by is None:
            return True
        if by.owner != capture.id and by.owner in self._renewed:
            return True
        if by.owner == capture.id and by.profile_sha256 != (profile.sha256 if profile else None):
            return True
        if capture.outcome in _BY_ANSWER and (by.engine, by.engine_version) == ("generic", 1):
            return False  # no engine was asked
        engine = NAMES.get(by.engine)
        return engine is None or by.engine_version != engine.VERSION

    def _compared(
        self, capture: Capture, row: PartRow | None, task: Task, found: Answer
    ) -> Rederived | None:
        before = _part(row.json, row.prose) if row is not None and found.problem else None
        if found.problem:
            return Rederived(
                capture.url, before, None, capture, found.problem, is_damage=found.is_damage
            )
        assert capture.id is not None
        digest = _digest(found.json, found.prose)
        if row is not None and self._says(row, capture.id, digest, found):
            return None
        was, now = _part(row.json, row.prose) if row else None, _part(found.json, found.prose)
        if was == now and not self._is_of_a_renewed(row, capture.id):
            return None  # written by another zlib
        self._renewed[capture.id] = digest
        return Rederived(capture.url, was, now, capture)

    def _says(self, row: PartRow, number: int, digest: bytes, found: Answer) -> bool:
        """Return whether the stored part says the same, or what it refers to will say so."""
        if self._is_of_a_renewed(row, number):
            return self._renewed[row.owner] == digest
        return row.json == found.json and (row.prose or b"") == found.prose

    def _is_of_a_renewed(self, row: PartRow | None, number: int) -> bool:
        return row is not None and row.owner != number and row.owner in self._renewed


def _digest(json: str, prose: bytes) -> bytes:
    return hashlib.sha256(json.encode("utf-8", "surrogatepass") + b"\0" + prose).digest()


def _part(json: str, prose: bytes | None) -> Part:
    return codec.part_from_json(json, codec.unpack_blocks(prose) if prose else ())
