"""Stories made again of what the captures of their hosts say now."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from storykeep import decisions
from storykeep.assemble import PartOf, Piece, StoryPlan, compose, filled, made_of, survey
from storykeep.model import Capture, Part, SiteFact, Story
from storykeep.store import Draft, Saved, Store, storable

_AT_ONCE = 3_000  # stories that are written in one transaction, and what is left of their host


def assemble_host(store: Store, host: str, *, tick: Callable[[], None] = lambda: None) -> Saved:
    """Assemble the stories of *host* again and save what changed; return the counts.

    The pages of a story are only read where it is made of something else than when it was last
    made. *tick* is called all the while; what it raises stops the work, and nothing of it is saved.
    """

    def pieces() -> Iterator[Piece]:
        for capture, part, sha256 in store.outlines(host):
            tick()
            yield Piece(capture, part, sha256=sha256)

    def part_of(capture: Capture) -> Part:
        tick()
        assert capture.id is not None
        part = store.part(capture.id)
        assert part is not None
        return part

    confirmed = store.confirmed(host)
    with _no_search_for_cycles():
        found = survey(pieces(), lambda key: confirmed.get(storable(key)))
    by_hand = store.corrections(host)

    def draft(plan: StoryPlan) -> Draft:
        corrections = by_hand.get(storable(plan.key), "")
        make = partial(_make, plan, found.facts, part_of, corrections)
        return Draft(plan.key, made_of(plan, found.facts, corrections), make)

    return store.save_stories(host, map(draft, found.plans), found.facts)


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


def _make(plan: StoryPlan, facts: tuple[SiteFact, ...], part_of: PartOf, by_hand: str) -> Story:
    corrections = decisions.from_json(by_hand) if by_hand else None
    return compose(filled(plan, part_of), facts, lambda piece: piece.part.prose, corrections)


def assemble_all(store: Store) -> tuple[int, int]:
    """Assemble every host with captures newer than its stories; return (new, changed) counts."""
    new = changed = 0
    hosts = deque(store.dirty_hosts())
    while hosts:
        # Small hosts together: each transaction leaves a piece of the index that is to be joined.
        with store.atomic():
            end = new + changed + _AT_ONCE
            while hosts and new + changed < end:
                saved = assemble_host(store, hosts.popleft())
                new, changed = new + saved.new, changed + saved.changed
    return new, changed
