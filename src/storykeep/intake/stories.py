"""Stories made again of what the captures of their hosts say now."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from storykeep.assemble import Glance, Order, Passed, Piece, frame_of, survey
from storykeep.intake.alone import assemble_alone
from storykeep.intake.drafting import Drafts, piece_of
from storykeep.outline import CATALOGUE
from storykeep.store import CaptureRow, Outlines, Saved, Seen, Store, storable


def assemble_host(store: Store, host: str, *, tick: Callable[[], None] = lambda: None) -> Saved:
    """Assemble the stories of *host* again and save what changed; return the counts.

    The pages of a story are only read where it is made of something else than when it was last
    made. *tick* is called all the while; what it raises stops the work, and of that at most what
    was stored of a large host by then is saved: the next call does the rest.
    """

    outlines = store.outlines(host)
    if (saved := assemble_alone(store, host, outlines, tick)) is not None:
        return saved
    return _assemble_whole(store, host, outlines, tick)


def _assemble_whole(store: Store, host: str, outlines: Outlines, tick: Callable[[], None]) -> Saved:
    passed: dict[int, CaptureRow] = {}

    def pieces() -> Iterator[Piece]:
        for told in outlines.telling_the_host():
            tick()
            passed.update((row.id, row) for row in told.passed)
            yield piece_of(told)

    def passed_over(each: Passed) -> Piece:
        return piece_of(outlines.told(passed[each.id]))

    confirmed = store.confirmed(host)
    with _no_search_for_cycles():
        found = survey(pieces(), lambda key: confirmed.get(storable(key)), _Past(outlines, tick))
    drafts = Drafts(store, host, found.facts, tick)
    return store.save_stories(
        host,
        (drafts.draft(each, frame_of(each, outlines.opened), passed_over) for each in found.plans),
        found.facts,
        found.calm_since if outlines.is_complete else None,
    )


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


def assemble_all(store: Store) -> tuple[int, int]:
    """Assemble every host with captures newer than its stories; return (new, changed) counts."""
    new = changed = 0
    store.find_repeats()
    # Small hosts together: each transaction leaves a piece of the index that is to be joined.
    with store.in_steps():
        for host in store.dirty_hosts():
            saved = assemble_host(store, host)
            new, changed = new + saved.new, changed + saved.changed
    return new, changed
