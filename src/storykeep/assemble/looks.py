"""What each run saw of a host: the captures of one WARC that lie close together in time."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from storykeep.assemble.plan import Absence, Order, Piece
from storykeep.model import Part

PAUSE = timedelta(hours=6)  # captures of one file that lie further apart are of two runs
_LONGEST = timedelta(days=1)
ALIVE = frozenset({"story", "index", "feed", "frameset"})


@dataclass(frozen=True, slots=True)
class Glance:
    """One capture, as far as it shows what a run saw. Captures that share a part share `part`."""

    order: Order
    url: str
    outcome: str
    payload_sha256: str
    part: Part | None  # None: it tells nothing of stories
    truncated: bool = False

    @property
    def at(self) -> datetime:
        """Return when it was captured."""
        return datetime.fromisoformat(self.order[0]).replace(tzinfo=None)


class Past(Protocol):
    """All captures of one host in the order of time, also those that no plan asks for."""

    def since(self, order: Order) -> Iterator[Glance]:
        """Yield the captures from *order* on, the oldest first."""

    def before(self, order: Order) -> Iterator[Glance]:
        """Yield the captures before *order*, the newest first."""


class Remembered:
    """The past as a list of pieces tells it."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        found = [
            Glance(order, part.url, part.outcome, capture.payload_sha256, part, is_cut)
            for piece in pieces
            if (capture := piece.capture)
            for part, is_cut in [(piece.part, capture.truncated is not None)]
            for order in (piece.order, *piece.again)
        ]
        self._glances = sorted(found, key=lambda each: each.order)
        self._orders = [each.order for each in self._glances]

    def since(self, order: Order) -> Iterator[Glance]:
        """Yield the captures from *order* on, the oldest first."""
        return iter(self._glances[bisect_left(self._orders, order) :])

    def before(self, order: Order) -> Iterator[Glance]:
        """Yield the captures before *order*, the newest first."""
        return reversed(self._glances[: bisect_left(self._orders, order)])


class Look:
    """What one run saw of the host: at least one capture of its file, in the order of time."""

    def __init__(self, glances: Sequence[Glance]) -> None:
        self.glances = glances
        self.begin: Order = glances[0].order
        self.end: Order = glances[-1].order

    @cached_property
    def pages(self) -> frozenset[str]:
        """Return the addresses that were captured."""
        return frozenset(each.url for each in self.glances)

    @cached_property
    def _by_part(self) -> Mapping[int, Sequence[Order]]:
        found: dict[int, list[Order]] = defaultdict(list)
        for each in self.glances:
            if each.part is not None and not each.truncated:
                found[id(each.part)].append(each.order)
        return found

    def is_alive(self, dead: frozenset[str]) -> bool:
        """Return whether anything was there, but for payloads that are *dead*."""
        return any(
            each.outcome in ALIVE and each.payload_sha256 not in dead for each in self.glances
        )

    def saw(self, absence: Absence) -> bool:
        """Return whether one of the captures that show *absence* was captured in this run.

        Of those in a row that share a part only the first and the last need be told by it.
        """
        spans: dict[int, tuple[Order, Order]] = {}
        for piece in absence.shown:
            order = piece.order
            if order[1] == self.begin[1] and self.begin <= order <= self.end:
                return True
            first, _ = spans.get(id(piece.part), (order, order))
            spans[id(piece.part)] = first, order
        return any(
            first <= order <= last
            for part, (first, last) in spans.items()
            if first <= self.end and self.begin <= last
            for order in self._by_part.get(part, ())
        )


class _Onward:
    """Glances in the order of time, of which what comes next can be looked at beforehand."""

    def __init__(self, glances: Iterator[Glance]) -> None:
        self._glances = glances
        self._ahead: deque[Glance] = deque()

    def __iter__(self) -> Iterator[Glance]:
        while glance := self._ahead.popleft() if self._ahead else next(self._glances, None):
            yield glance

    def ahead(self) -> Iterator[Glance]:
        """Yield what is to come; it comes all the same."""
        yield from tuple(self._ahead)
        for glance in self._glances:
            self._ahead.append(glance)
            yield glance


def looks_since(past: Past, order: Order) -> Iterator[Look]:
    """Yield the looks that ended at *order* or later, as they ended; read only as far as asked."""
    begun: dict[str, deque[Look]] = {}  # by WARC: the looks of a chain that are not over
    glances = _Onward(past.since(order))
    for glance in glances:
        waiting = begun.setdefault(glance.order[1], deque())
        if not waiting:
            # The captures of its WARC around it without a pause between two.
            earlier = _without_pause(past.before(glance.order), glance)
            later = _without_pause(glances.ahead(), glance)
            waiting += _cut([*reversed(earlier), glance, *later])
            while waiting[0].end < glance.order:
                waiting.popleft()
        if glance.order == waiting[0].end:
            yield waiting.popleft()


def _without_pause(glances: Iterator[Glance], start: Glance) -> list[Glance]:
    found: list[Glance] = []
    last = start.at
    for each in glances:
        at = each.at
        if abs(at - last) > PAUSE:
            break
        if each.order[1] == start.order[1]:
            found.append(each)
            last = at
    return found


def _cut(chain: list[Glance]) -> list[Look]:
    """Return the looks of a chain: a run that lasts for days is several."""
    found: list[list[Glance]] = []
    begun = datetime.min
    for each in chain:
        if not found or each.at - begun > _LONGEST:
            found.append([])
            begun = each.at
        found[-1].append(each)
    return [Look(each) for each in found]
