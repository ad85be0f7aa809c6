"""Words of the command line that several commands read."""

from __future__ import annotations

from storykeep.errors import UsageError


def seconds_of(option: str, written: str) -> float:
    """Return the seconds that "2h" or "90m" means; raises UsageError that names *option*."""
    from storykeep.config import duration

    try:
        return duration(written).total_seconds()
    except ValueError as error:
        raise UsageError(
            f"{option}: {error}", hint='write a number and s, m, h, d or w, as in "2h" or "90m"'
        ) from error
