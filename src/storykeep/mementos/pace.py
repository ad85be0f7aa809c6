"""How fast a web archive may be asked: time is an argument.

The Internet Archive asks for at most 24 lists and 480 mementos a minute. Over that it answers 429;
who goes on asking for more than a minute is shut out by its firewall for an hour, and twice as long
each time after. So a 429 stops everything at once, and a refused connection is taken for the
firewall. Other archives are asked by the same rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from storykeep.mementos.cdx import is_list

LISTS_A_MINUTE = 24
MEMENTOS_A_MINUTE = 480
FIRST_REST = 120.0  # seconds after a 429; doubled with each in a row
SHUT_OUT = 3600.0  # seconds after a refused connection; doubled with each in a row
LONGEST_GAP = 60 / LISTS_A_MINUTE  # seconds
_LONGEST = 7 * 86400.0
_TROUBLES = 5  # 5xx answers, cut answers, lost connections in a row that end a run

Kind = Literal["served", "429", "refused", "trouble"]
_WHY = {
    "served": "",
    "429": "it asks for patience (429): ",
    "refused": "it takes no connection, as from one whom it has shut out: ",
    "trouble": "it does not answer: ",
}


def gap_after(url: str) -> float:
    """Return the least seconds from the end of the answer to *url* to the next request."""
    return 60 / (LISTS_A_MINUTE if is_list(url) else MEMENTOS_A_MINUTE)


@dataclass(frozen=True, slots=True)
class Event:
    """What a request to a web archive came to. `at`: when it ended, seconds of any one clock."""

    at: float
    kind: Kind
    asked_for: float = 0.0  # seconds, by a Retry-After


def rest_after(event: Event, before: Sequence[Event]) -> float:
    """Return the seconds of rest after *event*; *before* it nothing was served since these."""
    doubled = 2.0 ** min(sum(each.kind == event.kind for each in before), 12)
    rest = {"429": FIRST_REST, "refused": SHUT_OUT, "trouble": 30.0, "served": 0.0}[event.kind]
    if event.kind == "refused" and not any(each.kind != "trouble" for each in before):
        rest = FIRST_REST  # nobody has asked us to stop: the line may just be down
    if event.kind == "trouble" and any(each.kind == "429" for each in before):
        rest = SHUT_OUT  # however it is done: a firewall may drop what it does not refuse
    return min(max(rest * doubled, event.asked_for), _LONGEST)


def held_until(events: Iterable[Event]) -> float:
    """Return until when an archive is left alone after *events*, the newest first.

    Only those since it last served anything count; -inf where nothing holds it.
    """
    unserved = list(takewhile(lambda event: event.kind != "served", events))
    rests = (
        event.at + rest_after(event, unserved[place + 1 :]) for place, event in enumerate(unserved)
    )
    return max(rests, default=-math.inf)


class Pace:
    """When one web archive may be asked next. *now* is any steadily growing clock, the same one.

    One request at a time; after a 429 everything goes at half the pace for the rest of the run.
    """

    def __init__(self) -> None:
        self.least_gap = math.inf  # seconds between an answer and the next request, so far
        self._events: list[Event] = []
        self._slower = 1.0
        self._open_at = -math.inf
        self._ended_at = -math.inf
        self._busy = False

    def hold(self, until: float) -> None:
        """Let no request start before *until*."""
        self._open_at = max(self._open_at, until)

    def wait(self, now: float) -> float:
        """Return the seconds until a request may start, infinite while one is under way."""
        return math.inf if self._busy else max(self._open_at - now, 0.0)

    def asked(self, now: float) -> None:
        """Note that a request starts. Asking too early is a bug, so it raises RuntimeError."""
        if self.wait(now) > 0:
            raise RuntimeError("this archive may not be asked yet")
        self._busy = True
        self.least_gap = min(self.least_gap, now - self._ended_at)

    def answered(self, url: str, event: Event) -> None:
        """Note the end of the request for *url*."""
        self._busy = False
        self._ended_at = event.at
        if event.kind == "429":
            self._slower *= 2
        self._events.insert(0, event)
        if event.kind == "served":
            self._events = self._events[:1]
        self.hold(event.at + gap_after(url) * self._slower)
        self.hold(held_until(self._events))

    @property
    def troubles(self) -> int:
        """Return how many requests in a row have brought nothing."""
        return sum(event.kind != "served" for event in self._events)

    def gives_up(self, now: float, patience: float) -> str:
        """Return why the archive is left alone for the rest of the run, "" where it is not."""
        if self.troubles >= _TROUBLES:
            return f"{self.troubles} requests in a row brought nothing"
        wait = 0.0 if self._busy else self._open_at - now
        why = _WHY[self._events[0].kind] if self._events else ""
        return (
            f"{why}it is to be left alone for {math.ceil(wait / 60)} minutes"
            if wait > patience
            else ""
        )
