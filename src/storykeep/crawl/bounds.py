"""What ends a run before all that is due was asked, though nothing is wrong: time, requests, hours.

What is left stays due. What is under way when a bound is reached is still stored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from storykeep.clock import Clock
from storykeep.config import Config
from storykeep.hours import ALL_DAY, Hours
from storykeep.model import FrontierPage


@dataclass(frozen=True, slots=True)
class Budget:
    """What one run may take; without bounds by default."""

    seconds: float = math.inf
    requests: float = math.inf


class Bounds:
    """The bounds of a run that begins now."""

    def __init__(self, config: Config, clock: Clock, budget: Budget) -> None:
        self._clock = clock
        self._budget = budget
        self._end = clock.steady() + budget.seconds
        self._hours = {
            source.name: hours
            for source in config.sources
            if (hours := source.hours or config.polite.hours) != ALL_DAY
        }
        self._shut: set[str] = set()  # sources whose hours are over; they stay so in this run
        self._left: set[str] = set()  # those of them that had pages to ask for

    def spent(self, requests: int, pause: float = 0.0) -> str:
        """Return why a run that has made *requests* ends now, "" where it goes on.

        *pause* is how long it would have to wait before the next one.
        """
        if requests >= self._budget.requests:
            return f"its {self._budget.requests:,.0f} requests are made"
        if pause < math.inf and self._clock.steady() + pause >= self._end:
            return f"its time is over ({_spoken(self._budget.seconds)})"
        return ""

    def newly_shut(self) -> set[str]:
        """Return the sources whose hours are over now and were not when this was last called."""
        now = self._clock.wall()
        shut = {name for name, hours in self._hours.items() if not hours.left(now)} - self._shut
        self._shut |= shut
        return shut

    def is_shut(self, page: FrontierPage) -> bool:
        """Return whether *page* is of a source whose hours are over."""
        return self.is_shut_source(page.source)

    def is_shut_source(self, name: str) -> bool:
        """Return whether the hours of a source are over that has something to ask for."""
        if name not in self._shut:
            return False
        self._left.add(name)
        return True

    def seconds_open(self) -> float:
        """Return the seconds until the next source shuts, infinite where none does."""
        now = self._clock.wall()
        open_ones = (hours for name, hours in self._hours.items() if name not in self._shut)
        return min((each.left(now) for each in open_ones), default=math.inf)

    def told(self) -> list[str]:
        """Return in words which sources were left because of the hour, and when they open."""
        now = self._clock.wall()
        return [
            f"source {name} is asked only {self._hours[name]}; that is again from "
            f"{_local(self._hours[name], now)}"
            for name in sorted(self._left)
        ]


def _local(hours: Hours, now: float) -> str:
    return f"{datetime.fromtimestamp(hours.opens(now)):%Y-%m-%d %H:%M}"


def _spoken(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} s"
