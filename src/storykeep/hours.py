"""A window of the day, as in "01:00-06:00": when it is open, and when it opens next. Pure.

Times of day are local ones, moments are seconds since 1970. Where the clocks change, a window
begins and ends when a clock on the wall says so; of an hour that comes twice the first counts, and
a window within the hour that is left out is open for its length after it, so no day goes without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_WRITTEN = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4])[:.]([0-5]\d)")
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` to `end`, in minutes after midnight; over midnight where `end` is not later."""

    start: int  # 0 to 1439
    end: int  # 1 to 1440

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"

    @property
    def length(self) -> int:
        """Return the minutes from start to end, as a rule of 24 hours has them."""
        return (self.end - self.start) % _DAY or _DAY

    def includes(self, minute: int) -> bool:
        """Return whether it is open at *minute* after midnight, on a day of 24 hours."""
        return (minute - self.start) % _DAY < self.length

    def left(self, moment: float, zone: tzinfo | None = None) -> float:
        """Return the seconds for which it stays open at *moment*, 0 where it is shut.

        *zone* is where the times of day are those of; None is this machine's.
        """
        start, end = self._next(moment, zone)
        return end - moment if start <= moment else 0.0

    def opens(self, moment: float, zone: tzinfo | None = None) -> float:
        """Return the moment at which it opens next, *moment* itself where it is open."""
        return max(self._next(moment, zone)[0], moment)

    def _next(self, moment: float, zone: tzinfo | None) -> tuple[float, float]:
        """Return start and end of the window that ends next after *moment*."""
        today = datetime.fromtimestamp(moment, zone).date()
        # Two days back: a zone may have left out a whole day (Samoa, 2011-12-30).
        spans = (self._on(today + timedelta(days), zone) for days in range(-2, 4))
        return next(span for span in spans if span[1] > moment)

    def _on(self, day: date, zone: tzinfo | None) -> tuple[float, float]:
        """Return start and end of the window that begins on *day*."""
        start = _moment(day, self.start, zone)
        end = _moment(day, self.end + (_DAY if self.end <= self.start else 0), zone)
        return start, end if end > start else start + self.length * 60


ALL_DAY = Hours(0, _DAY)


def time_of_day(text: str) -> int:
    """Return "04:30" as minutes after midnight; raises ValueError for anything else."""
    match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text.strip())
    if match is None:
        raise ValueError(f"no time of day: {text!r}")
    return int(match[1]) * 60 + int(match[2])


def parse(text: str) -> Hours:
    """Return what *text* means, "22:00-06:00"; raises ValueError for anything else."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not hours of the day: {text!r}")
    first, first_minute, last, last_minute = map(int, match.groups())
    start, end = first * 60 + first_minute, last * 60 + last_minute
    if max(start, end) > _DAY:
        raise ValueError(f"no time of day: {text!r}")
    if start % _DAY == end % _DAY and (start, end) != (0, _DAY):
        raise ValueError(f"they end when they begin: {text!r}")
    return Hours(start % _DAY, end or _DAY)


def _moment(day: date, minutes: int, zone: tzinfo | None) -> float:
    days, minutes = divmod(minutes, _DAY)
    at = time(*divmod(minutes, 60), tzinfo=zone)
    return datetime.combine(day + timedelta(days), at).timestamp()


def _clock(minutes: int) -> str:
    return "{:02}:{:02}".format(*divmod(minutes, 60))
