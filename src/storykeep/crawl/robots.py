"""The robots rules of the hosts of a run: asked for when a page needs them, obeyed, reported."""

from __future__ import annotations

from storykeep import urls
from storykeep.config import ADDED, IGNORE_UNREACHABLE
from storykeep.crawl.hosts import HostQueue, Job
from storykeep.crawl.run import Run
from storykeep.intake import Intake
from storykeep.polite import Robots
from storykeep.reader import unreachable


class HostRules:
    """Which pages the rules of their hosts let us ask for."""

    def __init__(self, run: Run, intake: Intake) -> None:
        self._run = run
        self._intake = intake
        self._closed: set[str] = set()  # origins without readable rules that were reported

    def next_allowed(self, queue: HostQueue, job: Job) -> Job | None:
        """Return *job*, or the request for the rules that it needs; None where it is not asked."""
        rules = self._known(queue, job)
        if rules is None:
            queue.add_first(job)
            queue.await_rules(self._run.clock.steady())
            origin = urls.origin(job.url)
            return Job(job.page, f"{origin}/robots.txt", "robots", owner=origin)
        if rules.closed and not self._ignores_unreachable(job):
            self._shut(queue, job, rules.closed)
            return None
        if rules.closed or rules.allowed(job.url):
            return job
        self._refuse(job)
        return None

    def read(self, job: Job) -> None:
        """Obey what the answer to *job*, which asked for rules, has said."""
        # A robots.txt that redirects in circles is unavailable: no rules (RFC 9309, 2.3.1.2).
        robots = self._intake.rules(job.owner) or Robots.from_answer(404, b"")
        self._obey(job, robots)
        if robots.delay > robots.obeyed_delay:
            self._run.watch.note(
                f"{job.owner} asks for {robots.delay:g} seconds between two requests, "
                f"which is too long for any run; it gets {robots.obeyed_delay:g}"
            )

    def close(self, job: Job, why: str) -> None:
        """Note that rules cannot be reached: that forbids everything (RFC 9309, 2.3.1.4)."""
        self._obey(job, Robots(closed=why))
        ignores = self._ignores_unreachable(job)
        if ignores:
            self._run.watch.note(
                f"{job.owner} has no readable robots.txt ({why}); its source goes on"
            )
        queue = self._run.hosts.of(job.owner)
        if queue.rests or not ignores:
            self._report(job.owner, why)
        # At once: a page that will not be asked for need not wait for its turn.
        for each in queue.take_out(lambda one: self._is_shut(one, job.owner)):
            self._shut(queue, each, why)

    def long_unreachable(self) -> list[str]:
        """Return, in words, which hosts of this run have had no readable rules for 30 days."""
        if not self._closed:
            return []
        known = unreachable(self._run.store.conn)
        return [str(each) for each in known if each.origin in self._closed]

    def _known(self, queue: HostQueue, job: Job) -> Robots | None:
        """Return the rules for a job, None where they must be asked for first."""
        if not self._run.config.polite.robots:
            return Robots()
        return queue.rules_for(job.url, self._run.clock.steady())

    def _obey(self, job: Job, robots: Robots) -> None:
        self._run.hosts.of(job.owner).obey(job.owner, robots, self._run.clock.steady())

    def _shut(self, queue: HostQueue, job: Job, why: str) -> None:
        """Set a page aside whose host has no readable rules; it stays due."""
        queue.set_aside(job)
        self._report(urls.origin(job.url), why)
        if job.page.source == ADDED:
            self._run.watch.failed(job.url, f"not asked: {why}")

    def _is_shut(self, job: Job, origin: str) -> bool:
        return urls.origin(job.url) == origin and not self._ignores_unreachable(job)

    def _report(self, origin: str, why: str) -> None:
        if origin not in self._closed:
            self._closed.add(origin)
            self._run.failed(f"{origin}/robots.txt", why)

    def _ignores_unreachable(self, job: Job) -> bool:
        source = self._run.config.source(job.page.source)
        return source is not None and source.robots == IGNORE_UNREACHABLE

    def _refuse(self, job: Job) -> None:
        """Count a page that the host's rules forbid; the frontier knows since they were saved."""
        self._run.report.refused_by_robots += 1
        if job.page.source == ADDED:
            self._run.watch.failed(job.url, "the site's robots.txt forbids it")
