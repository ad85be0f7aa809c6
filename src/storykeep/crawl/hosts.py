"""Whose turn it is: one queue per host, its robots rules, and when it may be asked next.

A host is what `urls.site` makes one; its http and https sides, "www." and none, have rules of their
own (RFC 9309, section 2.3: a robots.txt speaks for its origin) and share the gate.

Knows no network and no clock: the time is an argument.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from storykeep import urls
from storykeep.model import FrontierPage
from storykeep.polite import KEEP_RULES, Gate, Robots


@dataclass(frozen=True, slots=True)
class Job:
    """One request to make: for a page of the frontier, or for a host's robots.txt."""

    page: FrontierPage  # the one this is for; of a robots.txt, the one that waits for it
    url: str
    purpose: Literal["page", "robots"] = "page"
    chain: tuple[str, ...] = ()  # the redirects that led here, the first address first
    attempt: int = 0  # further tries made before this one
    owner: str = ""  # for robots: the origin whose rules these are, "http://h.example"


@dataclass(frozen=True, slots=True)
class Rules:
    """What an origin's robots.txt said, and when (seconds of the steady clock) it was asked for."""

    robots: Robots
    asked_at: float


@dataclass(slots=True)
class HostQueue:
    """What is to be asked of one host, in order."""

    name: str
    gate: Gate
    jobs: deque[Job] = field(default_factory=deque)  # for pages
    rules_jobs: deque[Job] = field(default_factory=deque)  # for a robots.txt, its own or another's
    rules: dict[str, Rules] = field(default_factory=dict)  # by origin
    delays: dict[str, float] = field(default_factory=dict)  # by origin, as its rules ask
    asks_rules: float | None = None  # since when a robots.txt is being asked, maybe elsewhere
    shut: list[Job] = field(default_factory=list)  # set aside: rules that cannot be read
    rests: str = ""  # why the host is left alone for the rest of the run

    def wait(self, now: float) -> float:
        """Return the seconds until a request may start: infinite where none may."""
        return self.gate.wait(now) if self._has_job else math.inf

    @property
    def _has_job(self) -> bool:
        pages = bool(self.jobs) and self.asks_rules is None
        return not self.rests and (pages or bool(self.rules_jobs))

    def rules_for(self, url: str, now: float) -> Robots | None:
        """Return the rules for *url*, None where they are unknown or were asked for too long ago.

        RFC 9309, section 2.4: not used for more than 24 hours.
        """
        known = self.rules.get(urls.origin(url))
        return known.robots if known and now - known.asked_at < KEEP_RULES else None

    def obey(self, origin: str, rules: Rules) -> None:
        """Let *rules* hold for *origin*, for the gap as well; the host keeps its longest gap.

        Where rules are unreachable, the gap that the last ones asked for still holds.
        """
        self.rules[origin] = rules
        self.asks_rules = None
        if not rules.robots.closed:
            self.delays[origin] = rules.robots.obeyed_delay
        self.gate.keep(max(self.delays.values(), default=0.0))

    def left(self) -> list[Job]:
        """Return the jobs for pages that were not asked."""
        return [*self.shut, *self.jobs]

    def add(self, job: Job) -> None:
        """Put *job* at the end of the queue."""
        self._line(job).append(job)

    def add_first(self, job: Job) -> None:
        """Put *job* before all others of its kind: what was begun is finished first."""
        self._line(job).appendleft(job)

    def take_out(self, test: Callable[[Job], bool]) -> list[Job]:
        """Take the jobs for pages that pass *test* out of the queue and return them."""
        found = [job for job in self.jobs if test(job)]
        self.jobs = deque(job for job in self.jobs if not test(job))
        return found

    def next_job(self) -> Job | None:
        """Take the next job, None where none may be asked, whatever the time.

        robots.txt goes before the pages that wait for it.
        """
        if not self._has_job:
            return None
        return (self.rules_jobs or self.jobs).popleft()

    def _line(self, job: Job) -> deque[Job]:
        return self.rules_jobs if job.purpose == "robots" else self.jobs


class Hosts:
    """All queues of a run. *opened* is told of each new one before anything is asked of it."""

    def __init__(self, delay: float, opened: Callable[[HostQueue], None]) -> None:
        self._delay = delay
        self._opened = opened
        self._queues: dict[str, HostQueue] = {}

    def __iter__(self) -> Iterator[HostQueue]:
        return iter(self._queues.values())

    def of(self, url: str) -> HostQueue:
        """Return the queue of the host of *url*."""
        name = urls.site(url)
        queue = self._queues.get(name)
        if queue is None:
            queue = self._queues[name] = HostQueue(name, Gate(self._delay))
            self._opened(queue)
        return queue

    def startable(self, now: float) -> list[HostQueue]:
        """Return the queues that may start a request now."""
        return [queue for queue in self if not queue.wait(now)]

    def wait(self, now: float) -> float:
        """Return the seconds until some idle host may be asked: infinite where none waits."""
        return min((queue.wait(now) for queue in self), default=math.inf)

    def waiting(self) -> int:
        """Return how many pages still wait."""
        return sum(len(queue.jobs) + len(queue.shut) for queue in self)
