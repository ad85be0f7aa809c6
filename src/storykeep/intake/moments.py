"""Moments as the frontier and the WARCs write them."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime) -> str:
    """Return *moment* (aware) as the frontier compares it: "2026-11-22T18:22:39Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """Return the aware moment of a WARC-Date, with or without a fraction of a second."""
    return datetime.fromisoformat(text)
