"""Whose turn it is: one queue per host, its robots rules, and when it may be asked next.

A host is what `urls.site` makes one; its http and https sides, "www." and none, have rules of their
own (RFC 9309, section 2.3: a robots.txt speaks for its origin) and share the gate.

Knows no network and no clock: the time is an argument.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal

from storykeep import urls
from storykeep.crawl.condition import Condition
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
    again: bool = False  # once more in this run: what stood in its way may have gone
    condition: Condition | None = None  # under which the request is sent

    @property
    def via(self) -> str | None:
        """The address that led here; of rules, the robots.txt that they stand for."""
        if self.purpose == "robots":
            return self.chain[0] if self.chain else None
        return self.chain[-1] if self.chain else self.page.via


@dataclass(frozen=True, slots=True)
class Rules:
    """What an origin's robots.txt said, and when (seconds of the steady clock) it was asked for."""

    robots: Robots
    asked_at: float


def _nobody(queue: HostQueue) -> None:
    pass


@dataclass(slots=True, eq=False)
class HostQueue:
    """What is to be asked of one host, in order. *changed* is told what may move its turn."""

    name: str
    gate: Gate
    changed: Callable[[HostQueue], None] = _nobody
    jobs: deque[Job] = field(default_factory=deque)  # for pages
    rules_jobs: deque[Job] = field(default_factory=deque)  # for a robots.txt, its own or another's
    rules: dict[str, Rules] = field(default_factory=dict)  # by origin
    delays: dict[str, float] = field(default_factory=dict)  # by origin, as its rules ask
    asks_rules: float | None = None  # since when a robots.txt is being asked, maybe elsewhere
    shut: list[Job] = field(default_factory=list)  # set aside: rules that cannot be read
    rests: str = ""  # why the host is left alone for the rest of the run
    allowance: float = math.inf  # how many requests may still be made

    # ---- its turn

    @property
    def opens_at(self) -> float:
        """When a request may start: infinite where none may, or one is under way."""
        return self.gate.opens_at if self._has_job else math.inf

    @property
    def _has_job(self) -> bool:
        pages = bool(self.jobs) and self.asks_rules is None
        return not self.rests and (pages or bool(self.rules_jobs))

    def asked(self, now: float) -> None:
        """Note that a request starts."""
        self.gate.asked(now)
        self.changed(self)

    def answered(self, now: float, *, failed: bool = False, wait: float = 0.0) -> None:
        """Note the end of the answer, or of its failing, as `Gate.answered`."""
        self.gate.answered(now, failed=failed, wait=wait)
        self.changed(self)

    def hold(self, until: float) -> None:
        """Let no request start before *until*."""
        self.gate.hold(until)
        self.changed(self)

    def rest(self, why: str) -> None:
        """Let no request start for the rest of the run."""
        self.rests = why
        self.changed(self)

    # ---- its rules

    def rules_for(self, url: str, now: float) -> Robots | None:
        """Return the rules for *url*, None where they are unknown or were asked for too long ago.

        RFC 9309, section 2.4: not used for more than 24 hours.
        """
        known = self.rules.get(urls.origin(url))
        return known.robots if known and now - known.asked_at < KEEP_RULES else None

    def await_rules(self, now: float) -> None:
        """Let all pages wait for the rules that are asked for from *now* on."""
        self.asks_rules = now
        self.changed(self)

    def remember(self, delays: Mapping[str, float]) -> None:
        """Keep the *delays* that earlier runs were asked for, by origin."""
        self.delays.update(delays)
        self.gate.slow_down(max(self.delays.values(), default=0.0))
        self.changed(self)

    def obey(self, origin: str, robots: Robots, now: float) -> None:
        """Let *robots* hold for *origin*, for the gap as well; the host keeps its longest gap.

        Where rules are unreachable, the gap that the last ones asked for still holds.
        """
        self.rules[origin] = Rules(robots, now if self.asks_rules is None else self.asks_rules)
        self.asks_rules = None
        if not robots.closed:
            self.delays[origin] = robots.obeyed_delay
        self.gate.keep(max(self.delays.values(), default=0.0))
        self.changed(self)

    # ---- its jobs

    def left(self) -> list[Job]:
        """Return the jobs for pages that were not asked."""
        return [*self.shut, *self.jobs]

    def count_left(self) -> int:
        """Return how many jobs for pages were not asked."""
        return len(self.shut) + len(self.jobs)

    def add(self, job: Job) -> None:
        """Put *job* at the end of the queue."""
        self._line(job).append(job)
        self.changed(self)

    def add_first(self, job: Job) -> None:
        """Put *job* before all others of its kind: what was begun is finished first."""
        self._line(job).appendleft(job)
        self.changed(self)

    def take_out(self, test: Callable[[Job], bool]) -> list[Job]:
        """Take the jobs for pages that pass *test* out of the queue and return them."""
        found = [job for job in self.jobs if test(job)]
        self.jobs = deque(job for job in self.jobs if not test(job))
        self.changed(self)
        return found

    def take_rules_jobs(self) -> list[Job]:
        """Take the jobs for a robots.txt out of the queue and return them."""
        found = list(self.rules_jobs)
        self.rules_jobs.clear()
        self.changed(self)
        return found

    def set_aside(self, job: Job) -> None:
        """Keep the job for a page that is not asked in this run."""
        self.shut.append(job)
        self.changed(self)

    def next_job(self) -> Job | None:
        """Take the next job, None where none may be asked, whatever the time.

        robots.txt goes before the pages that wait for it.
        """
        if not self._has_job:
            return None
        job = (self.rules_jobs or self.jobs).popleft()
        self.changed(self)
        return job

    def _line(self, job: Job) -> deque[Job]:
        return self.rules_jobs if job.purpose == "robots" else self.jobs


class Hosts:
    """All queues of a run.

    *opened* is told of each new one, and of the address that it was made for, before anything is
    asked of it.

    Each change of a queue moves its turn, so that no step of a run looks at all of thousands. Who
    has waited longest is first.
    """

    def __init__(self, delay: float, opened: Callable[[HostQueue, str], None]) -> None:
        self._delay = delay
        self._opened = opened
        self._queues: dict[str, HostQueue] = {}
        # (when, which of equals, whose); an entry whose queue has another turn by now is stale.
        self._heap: list[tuple[float, int, HostQueue]] = []
        self._turns: dict[str, float] = {}
        self._numbers: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._waiting = 0

    def __iter__(self) -> Iterator[HostQueue]:
        return iter(self._queues.values())

    def of(self, url: str) -> HostQueue:
        """Return the queue of the host of *url*."""
        name = urls.site(url)
        queue = self._queues.get(name)
        if queue is None:
            queue = self._queues[name] = HostQueue(name, Gate(self._delay), self._moved)
            self._numbers[name] = len(self._numbers)
            self._opened(queue, url)
        return queue

    def next_ready(self, now: float) -> HostQueue | None:
        """Return the queue that may start a request now and has waited longest, if any.

        It has no turn again before it has changed: to start a request is a change.
        """
        if self._first() > now:
            return None
        _, _, queue = heappop(self._heap)
        self._turns[queue.name] = math.inf
        return queue

    def wait(self, now: float) -> float:
        """Return the seconds until some idle host may be asked: infinite where none waits."""
        return max(self._first() - now, 0.0)

    def waiting(self) -> int:
        """Return how many pages still wait."""
        return self._waiting

    def _first(self) -> float:
        """Return when the next turn is; what lies before it in the heap is stale and goes."""
        while self._heap:
            at, _, queue = self._heap[0]
            if self._turns[queue.name] == at:
                return at
            heappop(self._heap)
        return math.inf

    def _moved(self, queue: HostQueue) -> None:
        name, count, at = queue.name, queue.count_left(), queue.opens_at
        self._waiting += count - self._counts.get(name, 0)
        self._counts[name] = count
        if self._turns.get(name, math.inf) != at:
            self._turns[name] = at
            if at < math.inf:
                heappush(self._heap, (at, self._numbers[name], queue))
