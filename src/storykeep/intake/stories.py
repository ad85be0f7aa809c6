"""Stories made again of what the captures of their hosts say now."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from storykeep import decisions
from storykeep.assemble import Piece, compose, survey
from storykeep.model import Block
from storykeep.store import Saved, Store, storable

_AT_ONCE = 3_000  # stories that are written in one transaction, and what is left of their host


def assemble_host(store: Store, host: str, *, tick: Callable[[], None] = lambda: None) -> Saved:
    """Assemble the stories of *host* again and save what changed; return the counts.

    *tick* is called all the while; what it raises stops the work, and nothing of it is saved.
    """

    def pieces() -> Iterator[Piece]:
        for capture, part in store.parts(host):
            tick()
            yield Piece(capture, part)

    confirmed = store.confirmed(host)
    found = survey(pieces(), lambda key: confirmed.get(storable(key)))

    def prose_of(piece: Piece) -> tuple[Block, ...]:
        tick()
        assert piece.capture is not None
        assert piece.capture.id is not None
        return store.prose(piece.capture.id)

    by_hand = {key: decisions.from_json(text) for key, text in store.corrections(host).items()}
    stories = (
        compose(plan, found.facts, prose_of, by_hand.get(storable(plan.key)))
        for plan in found.plans
    )
    return store.save_stories(host, stories, found.facts)


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
