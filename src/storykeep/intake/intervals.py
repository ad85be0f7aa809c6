"""How long a page is left alone: longer while it tells nothing new, shorter while it fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storykeep.config import Source
from storykeep.intake.moments import moment_of, timestamp
from storykeep.intake.sameness import says_the_same
from storykeep.model import Capture, FrontierPage
from storykeep.store import Reading, Store

_FIRST_RETRY = timedelta(hours=1)
_LAST_RETRY = timedelta(days=1)
_MOST_COUNTED = 3  # answers in a row that told nothing new; more make the interval no longer
_A_CENTURY = timedelta(days=36525)  # later dates could not be written
_LISTS = frozenset({"index", "feed"})


def next_interval(source: Source | None, tries: int, unchanged: int = 0) -> timedelta:
    """Return how long to leave a page alone.

    After *tries* answers in a row that were not whole; or, without such, after *unchanged* ones
    that told nothing new.
    """
    if source is None:
        return timedelta(0)
    if not tries:
        return stretched(source, unchanged)
    retry: timedelta = _FIRST_RETRY * 2 ** min(tries - 1, 10)
    return min(source.every, _LAST_RETRY, retry)


def stretched(source: Source, unchanged: int) -> timedelta:
    """Return the interval after *unchanged* answers in a row that told nothing new."""
    factor: int = 2 ** min(unchanged, _MOST_COUNTED)
    return min(source.every * factor, _A_CENTURY)


def counted(row: FrontierPage, capture: Capture, unchanged: int) -> int:
    """Return how many unchanged answers make a page wait longer: none for what leads to others."""
    return 0 if row.kind == "start" or capture.outcome in _LISTS else unchanged


def unchanged_before(store: Store, capture: Capture) -> int:
    """Return how many whole answers in a row, up to *capture*, told nothing new; three at most."""
    assert capture.id is not None
    newest, *earlier = store.last_readings(capture.url, capture.id, _MOST_COUNTED + 1)
    count = 0
    for each in earlier:
        if not _is_same(store, newest, each):
            break
        newest, count = each, count + 1
    return count


def _is_same(store: Store, one: Reading, other: Reading) -> bool:
    if one.payload_sha256 == other.payload_sha256 and one.outcome == other.outcome:
        return True
    if one.part_of is None or other.part_of is None:
        return False
    parts = store.part(one.part_of), store.part(other.part_of)
    return bool(parts[0] and parts[1] and says_the_same(parts[0], parts[1]))


def worked_out_again(
    store: Store, row: FrontierPage, last: Capture, source: Source
) -> FrontierPage:
    """Return *row*, whose *last* capture was whole, as it is by what its captures say now."""
    fetched = moment_of(last.fetched_at)
    plain = {timestamp(fetched + stretched(source, n)) for n in range(_MOST_COUNTED + 1)}
    unchanged = unchanged_before(store, last)
    if row.next_due not in plain:  # a host that asked for a longer wait still has it
        return replace(row, unchanged=unchanged)
    due = fetched + stretched(source, counted(row, last, unchanged))
    return replace(row, unchanged=unchanged, next_due=timestamp(due))
