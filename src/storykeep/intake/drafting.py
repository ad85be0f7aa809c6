"""From a story's plan to the draft of it: its parts are read only where it is to be made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from storykeep import decisions
from storykeep.assemble import (
    Passed,
    Piece,
    StoryPlan,
    captures_of,
    compose,
    filled,
    last_seen,
    made_of,
    opened,
)
from storykeep.codec import PackedPart
from storykeep.model import Capture, SiteFact, Story
from storykeep.store import Draft, Ready, Store, Telling, storable

_WORD = 8  # bytes of a word in a story that is made, about


class Drafts:
    """Drafts of the stories of one host. *tick* is called while their parts are read."""

    def __init__(
        self, store: Store, host: str, facts: tuple[SiteFact, ...], tick: Callable[[], None]
    ) -> None:
        self._store = store
        self._facts = facts
        self._tick = tick
        self._by_hand = store.corrections(host)

    def draft(
        self, plan: StoryPlan, frame: str, piece_of: Callable[[Passed], Piece] | None = None
    ) -> Draft:
        """Return the draft of *plan*, of which *frame* is kept; *piece_of* gives what is passed."""
        by_hand = self._by_hand.get(storable(plan.key), "")

        def read() -> Ready:
            whole = opened(plan, piece_of) if piece_of else plan
            return _read(whole, self._facts, self._packed, by_hand)

        digest = made_of(plan, self._facts, by_hand, frame)
        return Draft(plan.key, digest, read, last_seen(plan), frame)

    def _packed(self, capture: Capture) -> PackedPart:
        self._tick()
        assert capture.id is not None
        found = self._store.packed_part(capture.id)
        assert found is not None
        return found


def piece_of(told: Telling) -> Piece:
    """Return what `Outlines` tells of a capture as a piece."""
    passed = tuple(
        Passed(each.id, (each.fetched_at, each.warc, each.offset, told.part.url), each.part_sha256)
        for each in told.passed
    )
    return Piece(told.capture, told.part, sha256=told.sha256, passed=passed)


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
