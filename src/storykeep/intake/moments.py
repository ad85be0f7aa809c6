"""The moments of a frontier: when an answer came, and when its page is asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storykeep.config import Source

_FIRST_RETRY = timedelta(hours=1)
_LAST_RETRY = timedelta(days=1)


def timestamp(moment: datetime) -> str:
    """Return *moment* (aware) as the frontier compares it: "2026-11-22T18:22:39Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """Return the aware moment of a WARC-Date, with or without a fraction of a second."""
    return datetime.fromisoformat(text)


def next_interval(source: Source | None, tries: int) -> timedelta:
    """Return how long to leave a page alone after *tries* answers in a row that were not whole."""
    if source is None:
        return timedelta(0)
    if not tries:
        return source.every
    retry: timedelta = _FIRST_RETRY * 2 ** min(tries - 1, 10)
    return min(source.every, _LAST_RETRY, retry)
