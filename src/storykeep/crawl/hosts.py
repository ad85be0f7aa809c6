"""Whose turn it is: one queue per host, its robots rules, and when it may be asked next.

Knows no network and no clock: the time is an argument.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from storykeep import urls
from storykeep.model import FrontierPage
from storykeep.polite import Gate, Robots


@dataclass(frozen=True, slots=True)
class Job:
    """One request to make: for a page of the frontier, or for a host's robots.txt."""

    page: (
        FrontierPage  # the page this is for; where robots.txt is asked, the page that waits for it
    )
    url: str
    purpose: Literal["page", "robots"] = "page"
    chain: tuple[str, ...] = ()  # the redirects that led here, the first address first
    attempt: int = 0  # further tries made before this one
    owner: str = ""  # for robots: the host whose rules these are


@dataclass(slots=True)
class HostQueue:
    """What is to be asked of one host, in order."""

    name: str
    gate: Gate
    jobs: deque[Job] = field(default_factory=deque)  # for pages
    rules_jobs: deque[Job] = field(default_factory=deque)  # for a robots.txt, its own or another's
    rules: Robots | None = None  # None until its robots.txt was answered
    waits_for_rules: bool = False  # its robots.txt is being asked, maybe at another host
    rests: str = ""  # why the host is left alone for the rest of the run

    def wait(self, now: float) -> float:
        """Return the seconds until a request may start: infinite where none may."""
        return self.gate.wait(now) if self._has_job else math.inf

    @property
    def _has_job(self) -> bool:
        pages = bool(self.jobs) and not self.waits_for_rules
        return not self.rests and (pages or bool(self.rules_jobs))

    def add(self, job: Job) -> None:
        """Put *job* at the end of the queue."""
        self._line(job).append(job)

    def add_first(self, job: Job) -> None:
        """Put *job* before all others of its kind: what was begun is finished first."""
        self._line(job).appendleft(job)

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
    """All queues of a run."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._queues: dict[str, HostQueue] = {}

    def __iter__(self) -> Iterator[HostQueue]:
        return iter(self._queues.values())

    def of(self, url: str) -> HostQueue:
        """Return the queue of the host of *url*."""
        return self.named(urls.host(url))

    def named(self, name: str) -> HostQueue:
        """Return the queue of host *name*."""
        return self._queues.setdefault(name, HostQueue(name, Gate(self._delay)))

    def startable(self, now: float) -> list[HostQueue]:
        """Return the queues that may start a request now."""
        return [queue for queue in self if not queue.wait(now)]

    def wait(self, now: float) -> float:
        """Return the seconds until some idle host may be asked: infinite where none waits."""
        return min((queue.wait(now) for queue in self), default=math.inf)

    def waiting(self) -> int:
        """Return how many pages still wait."""
        return sum(len(queue.jobs) for queue in self)
