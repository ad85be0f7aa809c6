"""All stories of a host, planned together: what one page says may be about another.

A large host is planned batch by batch (`census`), twice: to know what is to be known of all of it,
and to make its stories. So what is held of most pages is a few hundred bytes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count

from storykeep.assemble import (
    NO_LISTS,
    Glance,
    Judged,
    Lists,
    Order,
    Overview,
    Passed,
    Piece,
    Planned,
    StoryPlan,
    frame_of,
    planned,
    shared_marks,
)
from storykeep.intake.census import AT_ONCE, Batch, parted
from storykeep.intake.drafting import Drafts, piece_of
from storykeep.outline import CATALOGUE, number_of
from storykeep.store import CaptureRow, Draft, Outlines, Saved, Seen, Store, Telling, storable


def assemble_whole(store: Store, host: str, outlines: Outlines, tick: Callable[[], None]) -> Saved:
    """Assemble all stories of *host* again and save what changed; as `stories.assemble_host`."""
    confirmed = store.confirmed(host)
    planner = _Few(outlines, tick) if outlines.has_few(AT_ONCE) else _Many(outlines, tick)
    with _no_search_for_cycles():
        overview = planner.overview()
        past = _Past(outlines, tick)
        judged = overview.judged(past, lambda key: confirmed.get(storable(key)))
    del overview
    drafts = Drafts(store, host, judged.facts, tick)
    return store.save_stories(
        host,
        planner.drafts(drafts, judged),
        judged.facts,
        judged.calm_since if outlines.is_complete else None,
    )


class _Making:
    """Tellings of some pages as pieces, and drafts of the stories that are planned of these."""

    def __init__(self, outlines: Outlines, tick: Callable[[], None]) -> None:
        self._outlines = outlines
        self._tick = tick
        self._opened: set[str] = set()
        self._passed: dict[int, CaptureRow] = {}

    def planned(
        self, tied: Iterable[Telling], alone: Iterable[Telling] = (), lists: Lists = NO_LISTS
    ) -> Planned:
        """Return the plans of what pages that may be *tied*, and others that are *alone*, tell."""
        with _no_search_for_cycles():
            return planned(self._pieces(tied), lists, self._pieces(alone))

    def _pieces(self, tellings: Iterable[Telling]) -> Iterator[Piece]:
        for told in tellings:
            self._tick()
            self._passed.update((row.id, row) for row in told.passed)
            yield piece_of(told)
        self._opened |= self._outlines.opened

    def draft(self, drafts: Drafts, plan: StoryPlan) -> Draft:
        """Return the draft of one of the plans, as it is weighed."""
        return drafts.draft(plan, frame_of(plan, self._opened), self._passed_over)

    def _passed_over(self, each: Passed) -> Piece:
        return piece_of(self._outlines.told(self._passed[each.id]))


class _Few:
    """The pages of a host that are planned at once."""

    def __init__(self, outlines: Outlines, tick: Callable[[], None]) -> None:
        self._making = _Making(outlines, tick)
        self._found = self._making.planned(outlines.telling_the_host())

    def overview(self) -> Overview:
        """Return what is known of the host when all of it is planned."""
        overview = Overview(shared_marks(self._found.plans).__contains__)
        overview.add(self._found)
        return overview

    def drafts(self, drafts: Drafts, judged: Judged) -> Iterator[Draft]:
        """Yield the drafts of all stories, in the order of their first captures."""
        for plan in self._found.plans:
            yield self._making.draft(drafts, judged.weighed(plan))


class _Many:
    """The pages of a host that are planned batch by batch, and what is known of all."""

    def __init__(self, outlines: Outlines, tick: Callable[[], None]) -> None:
        self._outlines = outlines
        self._tick = tick
        self._parted = parted(outlines, tick)
        self._kept: set[int] = set()  # ids of outlines that show that something is absent

    def _planned(self, batch: Batch, making: _Making) -> Planned:
        self._outlines.forget(self._kept)
        tied, alone = (
            self._outlines.telling_of(captures, self._parted.shared)
            for captures in (batch.tied, batch.alone)
        )
        return making.planned(tied, alone, self._parted.lists)

    def overview(self) -> Overview:
        """Return what is known of the host when all of it is planned."""
        shared = self._parted.shared
        overview = Overview(lambda mark: number_of(mark[1]) in shared)
        for batch in self._parted.batches:
            absent = overview.add(self._planned(batch, _Making(self._outlines, self._tick)))
            self._kept |= {
                id(piece.part) for page in absent for piece in (*page.pieces, *page.stories)
            }
        return overview

    def drafts(self, drafts: Drafts, judged: Judged) -> Iterator[Draft]:
        """Yield the drafts of all stories, in the order of their first captures."""
        waiting: list[tuple[Order, int, StoryPlan, _Making]] = []  # till their turn comes
        numbers = count()
        for batch in self._parted.batches:
            making = _Making(self._outlines, self._tick)
            for plan in self._planned(batch, making).plans:
                heappush(waiting, (plan.first_capture, next(numbers), plan, making))
            while waiting and (not batch.until or waiting[0][0][0] < batch.until):
                _, _, plan, owner = heappop(waiting)
                yield owner.draft(drafts, judged.weighed(plan))


class _Past:
    """All captures of a host, as its rows tell them."""

    def __init__(self, outlines: Outlines, tick: Callable[[], None]) -> None:
        self._outlines = outlines
        self._tick = tick

    def since(self, order: Order) -> Iterator[Glance]:
        """Yield the captures from *order* on, the oldest first."""
        return self._glances(self._outlines.since(*order[:3]))

    def before(self, order: Order) -> Iterator[Glance]:
        """Yield the captures before *order*, the newest first."""
        return self._glances(self._outlines.before(*order[:3]))

    def _glances(self, found: Iterable[Seen]) -> Iterator[Glance]:
        for each in found:
            self._tick()
            part = each.part
            if part is not None and part.engine == CATALOGUE:
                continue
            url = part.url if part else each.url
            order = (each.fetched_at, each.warc, each.offset, url)
            cut = each.truncated is not None
            yield Glance(order, url, each.outcome, each.payload_sha256, part, cut)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Let Python not look for cycles: plans have none, and it takes half as long as to plan."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
