"""What the archive knows of a host before a run asks it: when it was last asked, what it asked for.

Read from the captures each time, never kept apart: so a later run, or one after a rebuild, leaves
a host alone exactly as long as the run would have that was told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from storykeep import warc
from storykeep.errors import DamageError
from storykeep.intake import read_rules
from storykeep.model import Capture
from storykeep.polite import retry_after_seconds
from storykeep.reader import asked
from storykeep.store import Store

_LONGEST_RULES = 1 << 20  # bytes, unpacked; only the first 500 KiB of a robots.txt count


@dataclass(frozen=True, slots=True)
class Memory:
    """What still holds. Times in seconds; `until` is a moment in words, for a message."""

    since: float | None = None  # since the end of the last request, None where there was none
    wait: float = 0.0  # until the time is over that the host asked for (Retry-After)
    until: str = ""
    delays: Mapping[str, float] = field(default_factory=dict)  # by origin, as its rules ask


def recall(store: Store, warcs: Path, site: str, *, now: float) -> Memory:
    """Return what holds for *site* (`urls.site`) at *now*, seconds since 1970.

    A capture that cannot be read tells nothing: `verify` is there to find it.
    """
    ended = asked.last_request_end(store.conn, site)
    if ended is None:
        return Memory()
    last = asked.last_capture(store.conn, site)
    wait = _still_asked_for(warcs, last, now) if last else 0.0
    until = datetime.fromtimestamp(now + wait, UTC).strftime("%Y-%m-%d %H:%M UTC") if wait else ""
    since = max(now - ended.timestamp(), 0.0)
    return Memory(since, wait, until, _delays(store, warcs, site))


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


def _delays(store: Store, warcs: Path, site: str) -> dict[str, float]:
    delays = {}
    for origin, capture in asked.last_rules(store.conn, site).items():
        original = store.original_of(capture) if capture.revisit_of else None
        with suppress(DamageError):
            page = warc.load_page(warcs, capture, original=original, max_bytes=_LONGEST_RULES)
            delays[origin] = read_rules(capture, page).obeyed_delay
    return delays
