"""Stories made again of what the captures of their hosts say now."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from storykeep import decisions
from storykeep.assemble import (
    Glance,
    Order,
    Passed,
    Piece,
    StoryPlan,
    captures_of,
    compose,
    filled,
    made_of,
    opened,
    survey,
)
from storykeep.codec import PackedPart
from storykeep.model import Capture, SiteFact, Story
from storykeep.outline import CATALOGUE
from storykeep.store import (
    CaptureRow,
    Draft,
    Outlines,
    Ready,
    Saved,
    Seen,
    Store,
    Telling,
    storable,
)

_WORD = 8  # bytes of a word in a story that is made, about


def assemble_host(store: Store, host: str, *, tick: Callable[[], None] = lambda: None) -> Saved:
    """Assemble the stories of *host* again and save what changed; return the counts.

    The pages of a story are only read where it is made of something else than when it was last
    made. *tick* is called all the while; what it raises stops the work, and of that at most what
    was stored of a large host by then is saved: the next call does the rest.
    """

    outlines = store.outlines(host)

    passed: dict[int, CaptureRow] = {}

    def pieces() -> Iterator[Piece]:
        for told in outlines.telling_the_host():
            tick()
            passed.update((row.id, row) for row in told.passed)
            yield _piece(told)

    def piece_of(passed_over: Passed) -> Piece:
        return _piece(outlines.told(passed[passed_over.id]))

    def packed(capture: Capture) -> PackedPart:
        tick()
        assert capture.id is not None
        found = store.packed_part(capture.id)
        assert found is not None
        return found

    confirmed = store.confirmed(host)
    with _no_search_for_cycles():
        found = survey(pieces(), lambda key: confirmed.get(storable(key)), _Past(outlines, tick))
    by_hand = store.corrections(host)

    def draft(plan: StoryPlan) -> Draft:
        corrections = by_hand.get(storable(plan.key), "")

        def read() -> Ready:
            return _read(opened(plan, piece_of), found.facts, packed, corrections)

        return Draft(plan.key, made_of(plan, found.facts, corrections), read)

    return store.save_stories(host, map(draft, found.plans), found.facts)


def _piece(told: Telling) -> Piece:
    passed = tuple(
        Passed(each.id, (each.fetched_at, each.warc, each.offset, told.part.url), each.part_sha256)
        for each in told.passed
    )
    return Piece(told.capture, told.part, sha256=told.sha256, passed=passed)


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


def _read(
    plan: StoryPlan,
    facts: tuple[SiteFact, ...],
    packed: Callable[[Capture], PackedPart],
    by_hand: str,
) -> Ready:
    """Read what the story of *plan* is made of, and leave the making to whoever has the time."""
    parts = {capture.id: packed(capture) for capture in captures_of(plan)}
    words = sum(piece.part.prose_words for each in plan.chapters for piece in each.page.stories)
    size = sum(len(each.json) for each in parts.values()) + words * _WORD
    return Ready(size, partial(_make, plan, facts, parts, by_hand))


def _make(
    plan: StoryPlan,
    facts: tuple[SiteFact, ...],
    parts: Mapping[int | None, PackedPart],
    by_hand: str,
) -> Story:
    corrections = decisions.from_json(by_hand) if by_hand else None
    whole = filled(plan, lambda capture: parts[capture.id].unpacked())
    return compose(whole, facts, lambda piece: piece.part.prose, corrections)


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
