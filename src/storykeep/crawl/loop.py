"""Ask the due pages of many hosts, each host one request at a time, and take in every answer.

Worker threads only fetch. WARC, derive and database are used by the calling thread alone, in the
one order that loses nothing: the WARC is fsynced, then one transaction names it (DESIGN.md 3).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from random import Random

from storykeep import urls
from storykeep.config import ADDED, Config
from storykeep.crawl.hosts import HostQueue, Hosts, Job
from storykeep.derive import ENGINE_FAILED
from storykeep.errors import CaptureError
from storykeep.fetch import Session
from storykeep.intake import Intake, Taken, is_whole
from storykeep.model import Capture, Exchange, Failure, FrontierPage, Part, Report
from storykeep.polite import ROBOTS_BYTES, Robots, next_wait
from storykeep.store import Store
from storykeep.warc import Writer, page_of

MOST_REDIRECTS = 10


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what while a run goes on; by default nobody."""

    # one answer was stored; the report so far; how many pages wait
    taken: Callable[[Taken, Report, int], None] = lambda taken, report, waiting: None
    # a page (its address) had no whole answer after its retries, and why
    failed: Callable[[str, str], None] = lambda url, why: None
    # something that a person may want to know
    note: Callable[[str], None] = lambda text: None


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, as an argument: `wall` in seconds since 1970, `steady` for waits, `sleep` to wait."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


Answer = Exchange | Failure


class Crawler:
    """One run over a set of pages."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        warcs: Writer,
        session: Session,
        intake: Intake,
        watch: Watch | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.warcs = warcs
        self.session = session
        self.intake = intake
        self.watch = watch or Watch()
        self.clock = clock or Clock()
        self.report = Report()
        self.hosts = Hosts(config.polite.delay)
        self._jitter = Random()  # noqa: S311 - it spreads retries, it keeps no secret
        self._over_limit = 0
        self._asked: set[str] = set()  # addresses that were answered in this run
        self._room = {source.name: source.limit or None for source in config.sources}

    def run(self, pages: Iterable[FrontierPage]) -> Report:
        """Ask for *pages* and for what they lead to; return what happened.

        What one page or host does is in the report; only what stops the run is raised.
        """
        for page in pages:
            self._enqueue(page)
        workers = ThreadPoolExecutor(self.config.polite.hosts_at_once, "fetch")
        running: dict[Future[Answer], tuple[HostQueue, Job]] = {}
        try:
            while self._start(workers, running) or running:
                self._settle(running)
        except BaseException:
            # Closing the connections ends the fetches in flight; their pages stay due.
            self.session.close()
            raise
        finally:
            workers.shutdown(wait=True, cancel_futures=True)
            self.report.waiting = self.hosts.waiting() + self._over_limit
        self._check_counts()
        return self.report

    def _check_counts(self) -> None:
        """Raise CaptureError unless each answer that came is stored: a proof, not a hope."""
        came, stored = self.session.answers, self.warcs.stored
        if came != stored:
            raise CaptureError(
                f"{came} answers came and {stored} were stored in this run",
                hint="what was stored is safe; please report this, it is a bug in Storykeep",
            )

    # ---- starting and settling requests

    def _start(
        self, workers: ThreadPoolExecutor, running: dict[Future[Answer], tuple[HostQueue, Job]]
    ) -> bool:
        """Start what may start; return whether anything is left to do."""
        while True:
            for queue in self.hosts.startable(self.clock.steady()):
                if len(running) >= self.config.polite.hosts_at_once:
                    break
                if job := self._next(queue):
                    queue.gate.asked(self.clock.steady())
                    running[workers.submit(self.session.get, job.url)] = (queue, job)
            pause = self.hosts.wait(self.clock.steady())
            if running or math.isinf(pause):
                return bool(running)
            self.clock.sleep(pause)

    def _settle(self, running: dict[Future[Answer], tuple[HostQueue, Job]]) -> None:
        """Wait for an answer, or for a host to become ready, and take in what came."""
        pause = self.hosts.wait(self.clock.steady())
        full = len(running) >= self.config.polite.hosts_at_once
        limit = None if full or math.isinf(pause) else pause
        done, _ = wait(running, timeout=limit, return_when=FIRST_COMPLETED)
        for future in done:
            queue, job = running.pop(future)
            self._handle(queue, job, future.result())

    def _next(self, queue: HostQueue) -> Job | None:
        """Return the next job of *queue* that the host's rules allow; note the refused ones."""
        if self._needs_rules(queue):
            page = queue.jobs[0].page
            url = f"{urls.origin(queue.jobs[0].url)}/robots.txt"
            queue.waits_for_rules = True
            queue.add(Job(page, url, "robots", owner=queue.name))
        while job := queue.next_job():
            if job.purpose == "robots":
                return job
            if queue.rules is not None and not queue.rules.allowed(job.url):
                self._refused(job)
            elif not self._is_settled(job):
                return job
        return None

    def _needs_rules(self, queue: HostQueue) -> bool:
        wanted = self.config.polite.robots and queue.rules is None and not queue.waits_for_rules
        return wanted and not queue.rules_jobs

    def _is_settled(self, job: Job) -> bool:
        """Return whether a redirect of this run has answered the very address already."""
        return not job.attempt and job.url in self._asked

    def _enqueue(self, page: FrontierPage) -> None:
        room = self._room.get(page.source)
        if room is not None:
            if room <= 0:
                self._over_limit += 1
                return
            self._room[page.source] = room - 1
        self.hosts.of(page.url).add(Job(page, page.url))

    # ---- what an answer means

    def _handle(self, queue: HostQueue, job: Job, answer: Answer) -> None:
        self.report.requests += 1
        if isinstance(answer, Failure):
            self._record_failure(job, answer)
            self._try_again(queue, job, f"{answer.kind}: {answer.detail}", None)
            return
        try:
            taken = self._take_in(job, answer)
        finally:
            answer.close()
        if job.purpose == "page":
            self._asked.add(job.url)
        if is_whole(taken.capture) or _is_enough(job, taken):
            queue.gate.answered(self.clock.steady())
            self._follow(job, taken)
        elif answer.truncated == "length":
            # It would be as long if it were asked for again; the host has done nothing wrong, and a
            # page too large is an outcome, no failure (DESIGN.md 9).
            queue.gate.answered(self.clock.steady())
            self.watch.note(f"{job.url}: {_why(answer)}; what came is kept, and is no story")
        else:
            self._try_again(queue, job, _why(answer), answer.head.get("retry-after") or None)

    def _take_in(self, job: Job, exchange: Exchange) -> Taken:
        """Store an answer: the durable thing first."""
        capture = self.warcs.append(
            exchange,
            source=job.page.source,
            via=_via(job),
            hops=job.page.depth,
            refers_to=self._original(exchange),
        )
        page = page_of(exchange, max_bytes=self.config.polite.max_bytes)
        taken = self.intake.take_in(capture, page)
        self.report.captures += 1
        self.report.received_bytes += exchange.response_size + exchange.surplus
        outcome = taken.part.outcome
        self.report.outcomes[outcome] = self.report.outcomes.get(outcome, 0) + 1
        if taken.part.reason.startswith(ENGINE_FAILED):
            self.report.failed.append((job.url, taken.part.reason))
        self.watch.taken(taken, self.report, self.hosts.waiting())
        return taken

    def _original(self, exchange: Exchange) -> Capture | None:
        """Return what a revisit may refer to: an unchanged page is not stored twice.

        We ask without conditions, so a 304 says nothing about any earlier answer.
        """
        return None if exchange.head.status == 304 else self.store.find_original(exchange.url)

    def _record_failure(self, job: Job, failure: Failure) -> None:
        record = self.warcs.append_failure(
            failure, source=job.page.source, via=_via(job), hops=job.page.depth
        )
        self.intake.failed(record)

    def _follow(self, job: Job, taken: Taken) -> None:
        target = _redirect_target(taken.part)
        if target and self._may_hop(job, target):
            hop = replace(job, url=target, chain=(*job.chain, job.url), attempt=0)
            self.hosts.of(target).add_first(hop)
        elif job.purpose == "robots":
            self._set_rules(job)
        for page in taken.found:
            if page.state == "due":
                self._enqueue(page)
            else:
                self.report.refused_by_robots += 1

    def _may_hop(self, job: Job, target: str) -> bool:
        """Return whether a redirect is followed: in scope, not in a circle, not without end."""
        if target in job.chain or target == job.url:
            return self._stop(job, f"redirects in a circle to {target}")
        if len(job.chain) >= MOST_REDIRECTS:
            return self._stop(job, f"more than {MOST_REDIRECTS} redirects")
        if job.purpose == "robots":
            return True
        source = self.config.source(job.page.source)
        if source is not None and not source.wants(target):
            self.watch.note(f"{job.url} leads to {target}, which is out of scope")
            return False
        return True

    def _stop(self, job: Job, why: str) -> bool:
        self.watch.note(f"{job.chain[0] if job.chain else job.url}: {why}")
        return False

    # ---- robots

    def _set_rules(self, job: Job) -> None:
        queue = self.hosts.named(job.owner)
        # A robots.txt that redirects in circles is unavailable: no rules (RFC 9309, 2.3.1.2).
        rules = self.intake.rules(job.owner) or Robots.from_answer(404, b"")
        queue.rules = rules
        queue.waits_for_rules = False
        queue.gate.slow_down(rules.delay)

    def _refused(self, job: Job) -> None:
        """Count a page that the host's rules forbid; the frontier knows since they were saved."""
        self.report.refused_by_robots += 1
        if job.page.source == ADDED:
            self.watch.failed(job.url, "the site's robots.txt forbids it")

    # ---- failures

    def _try_again(self, queue: HostQueue, job: Job, why: str, retry_after: str | None) -> None:
        """Ask again later in this run, or give the page up until it is due again."""
        pause = next_wait(
            job.attempt + 1,
            retry_after,
            now=self.clock.wall(),
            base=max(self.config.polite.delay, 1.0),
            jitter=self._jitter.random(),
        )
        now = self.clock.steady()
        queue.gate.answered(now, failed=True, wait=pause)
        queue.rests = queue.gate.rests(now)
        if job.attempt < self.config.polite.retries and not queue.rests:
            queue.add_first(replace(job, attempt=job.attempt + 1))
        else:
            self._give_up(queue, job, why)

    def _give_up(self, queue: HostQueue, job: Job, why: str) -> None:
        if job.purpose == "robots":
            # RFC 9309, section 2.3.1.4: rules that cannot be reached forbid everything.
            owner = self.hosts.named(job.owner)
            owner.rests = owner.rests or f"its robots.txt gives no answer ({why})"
        self.report.failed.append((job.url, why))
        self.watch.failed(job.url, why)
        if queue.rests:
            self.watch.note(f"{queue.name} rests until a later run: {queue.rests}")


def _via(job: Job) -> str | None:
    """Return the address that led to a job's; of rules, the robots.txt that they stand for."""
    if job.purpose == "robots":
        return job.chain[0] if job.chain else None
    return job.chain[-1] if job.chain else job.page.via


def _is_enough(job: Job, taken: Taken) -> bool:
    """Return whether rules that were cut at a cap are all that must be read (RFC 9309, 2.5)."""
    capture = taken.capture
    long = capture.truncated == "length" and taken.body_size >= ROBOTS_BYTES
    return job.purpose == "robots" and long and 200 <= capture.status < 300


def _redirect_target(part: Part) -> str | None:
    return next((link.url for link in part.links if link.kind == "redirect"), None)


def _why(exchange: Exchange) -> str:
    if exchange.truncated:
        return exchange.problem or f"the answer was cut ({exchange.truncated})"
    return f"the server answered {exchange.head.status} {exchange.head.reason}".rstrip()
