"""When a host is asked again after an answer or a failure, and when it is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from storykeep.config import ADDED
from storykeep.crawl.contact import HOW, lacks_contact
from storykeep.crawl.hosts import HostQueue, Job
from storykeep.crawl.memory import recall
from storykeep.crawl.robots import HostRules
from storykeep.crawl.run import Run
from storykeep.polite import next_wait, rests, retry_after_seconds
from storykeep.reader import asked

_DAY = timedelta(days=1)


class Patience:
    """Waits, retries and rests of the hosts of a run."""

    def __init__(self, run: Run, rules: HostRules) -> None:
        self._run = run
        self._rules = rules
        self._jitter = Random()  # noqa: S311 - it spreads retries, it keeps no secret

    def meet(self, queue: HostQueue, url: str) -> None:
        """Keep what an earlier run was told by the host of *url*, which this one first meets.

        It may be one that nobody named: a redirect leads to it.
        """
        if why := lacks_contact(self._run.config, url):
            self.rest(queue, f"{why}; {HOW}")
        config, now = self._run.config, self._run.clock.steady()
        wall = self._run.clock.wall()
        known = recall(self._run.store, config.archive.warcs, queue.name, now=wall)
        if rests(known.wait, 0):
            self.rest(queue, f"it asked us to wait until {known.until}")
        queue.hold(now + known.wait)
        if most := config.polite.requests_per_day:
            since = datetime.fromtimestamp(wall, UTC) - _DAY
            queue.allowance = most - asked.requests_since(self._run.store.conn, queue.name, since)
        if config.polite.robots:
            queue.remember(known.delays)
        if known.since is not None:
            queue.hold(now + queue.gate.delay - known.since)

    def is_spent(self, queue: HostQueue) -> bool:
        """Return whether the host has had its requests of a day; it rests then.

        A robots.txt that was asked for is followed to its end, so that it is known what it says.
        """
        if queue.allowance > 0 or queue.rules_jobs:
            return False
        why = f"it has had its {self._run.config.polite.requests_per_day:,} requests of 24 hours"
        queue.rest(why)
        self._run.report.resting.append((queue.name, why))
        return True

    def answered(self, queue: HostQueue, wait: float) -> None:
        """Let the next request wait for the gap, or for the *wait* that the answer asked for."""
        queue.answered(self._run.clock.steady(), wait=wait)
        if why := rests(wait, 0):
            self.rest(queue, why)

    def never_answered(self, queue: HostQueue, job: Job) -> None:
        """Ask again after the gap: a connection that had died in between swallowed the request."""
        queue.answered(self._run.clock.steady())
        queue.add_first(job)

    def try_again(self, queue: HostQueue, job: Job, why: str, retry_after: str | None) -> None:
        """Ask again later in this run, or give the page up until it is due again."""
        polite, now = self._run.config.polite, self._run.clock.wall()
        pause = next_wait(
            job.attempt + 1,
            retry_after,
            now=now,
            base=max(polite.delay, 1.0),
            jitter=self._jitter.random(),
        )
        queue.answered(self._run.clock.steady(), failed=True, wait=pause)
        if rest := rests(retry_after_seconds(retry_after, now=now), queue.gate.failures):
            self.rest(queue, rest)
            self._give_up(job, why)
        elif job.attempt < polite.retries:
            queue.add_first(replace(job, attempt=job.attempt + 1))
        else:
            self._give_up(job, why)

    def rest(self, queue: HostQueue, why: str) -> None:
        """Leave a host alone for the rest of the run."""
        queue.rest(why)
        self._run.report.resting.append((queue.name, why))
        self._run.watch.note(f"{queue.name} rests until a later run: {why}")
        for job in queue.take_rules_jobs():
            self._rules.close(job, f"{queue.name} rests: {why}")

    def tell_unasked(self, queue: HostQueue) -> None:
        """Tell of the pages added by hand that a host which rests was not asked for."""
        for job in queue.left() if queue.rests else ():
            if job.page.source == ADDED:
                self._run.failed(job.url, f"{queue.name} rests until a later run: {queue.rests}")

    def _give_up(self, job: Job, why: str) -> None:
        if job.purpose == "robots":
            self._rules.close(job, why)
        else:
            self._run.failed(job.url, why)
