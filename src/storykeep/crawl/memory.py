"""What the archive knows of a host before a run asks it: when it was last asked, what it asked for.

Read from the captures each time, never kept apart: so a later run, or one after a rebuild, leaves
a host alone exactly as long as the run would have that was told so.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storykeep import warc
from storykeep.errors import DamageError
from storykeep.intake import read_rules
from storykeep.model import Capture
from storykeep.polite import LONGEST_DELAY, retry_after_seconds
from storykeep.reader import asked
from storykeep.store import Store


@dataclass(frozen=True, slots=True)
class Memory:
    """What still holds, in seconds from now; `until` is a moment in words, for a message."""

    gap: float = 0.0  # until the gap since the last request is over
    wait: float = 0.0  # until the time is over that the host asked for (Retry-After)
    until: str = ""


def recall(store: Store, warcs: Path, site: str, *, delay: float, now: float) -> Memory:
    """Return what holds for *site* (`urls.site`) at *now*, seconds since 1970; *delay* is ours.

    A capture that cannot be read tells nothing: `verify` is there to find it.
    """
    last = asked.last_capture(store.conn, site)
    ended = asked.last_request_end(store.conn, site)
    gap = 0.0
    if ended is not None:
        since = max(now - ended.timestamp(), 0.0)
        if since < LONGEST_DELAY:
            delay = max(delay, _crawl_delay(store, warcs, site))
        gap = max(delay - since, 0.0)
    wait = _still_asked_for(warcs, last, now) if last else 0.0
    until = datetime.fromtimestamp(now + wait, UTC).strftime("%Y-%m-%d %H:%M UTC") if wait else ""
    return Memory(gap, wait, until)


def _still_asked_for(warcs: Path, last: Capture, now: float) -> float:
    """Return what is left of the wait that the host's last answer asked for.

    The last one alone can hold: nothing was asked while an earlier one did.
    """
    then = datetime.fromisoformat(last.fetched_at).timestamp()
    with suppress(DamageError), warc.read(warcs, last) as (head, _):
        wait = retry_after_seconds(head.get("Retry-After"), now=then)
        # A clock that was set back since must not make the wait any longer.
        return min(max(then + wait - now, 0.0), wait)
    return 0.0


def _crawl_delay(store: Store, warcs: Path, site: str) -> float:
    """Return the longest gap that the last robots.txt of each origin of *site* asked for."""
    delay = 0.0
    for capture in asked.last_rules(store.conn, site):
        original = store.original_of(capture) if capture.revisit_of else None
        with suppress(DamageError):
            page = warc.load_page(warcs, capture, original=original, max_bytes=1 << 20)
            delay = max(delay, read_rules(capture, page).obeyed_delay)
    return delay
