"""Ask the due pages of many hosts, each host one request at a time, and take in every answer.

Worker threads only fetch. WARC, derive and database are used by the calling thread alone, in the
one order that loses nothing: the WARC is fsynced, then one transaction names it (DESIGN.md 3).
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from random import Random

from storykeep import urls
from storykeep.config import ADDED, IGNORE_UNREACHABLE, Config
from storykeep.crawl.hosts import HostQueue, Hosts, Job, Rules
from storykeep.crawl.memory import recall
from storykeep.derive import ENGINE_FAILED
from storykeep.errors import CaptureError
from storykeep.fetch import Session
from storykeep.intake import MOST_REDIRECTS, Intake, Taken, is_whole, redirect_target
from storykeep.model import Capture, Exchange, Failure, FrontierPage, Report
from storykeep.polite import ROBOTS_BYTES, Robots, next_wait, rests, retry_after_seconds
from storykeep.reader import unreachable
from storykeep.room import Room
from storykeep.store import Store
from storykeep.warc import Writer, page_of

MOST_WAITING = 100_000  # pages held in memory; what more is due waits for a later run
_ODD = frozenset({"error", "too_large"})  # outcomes of a whole answer that a person may look into
_FAREWELL = 1.0  # seconds for the fetches in flight to see that their connections are closed


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
        disk: Room | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.warcs = warcs
        self.session = session
        self.intake = intake
        self.watch = watch or Watch()
        self.clock = clock or Clock()
        self.disk = disk or Room()
        self.report = Report()
        self.hosts = Hosts(config.polite.delay, self._remember)
        self._jitter = Random()  # noqa: S311 - it spreads retries, it keeps no secret
        self._put_off = 0  # pages for a later run that are in no queue
        self._closed: set[str] = set()  # origins without readable rules that were reported
        self._told: set[tuple[str, str]] = set()  # what was odd, by host
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
            # Closing the connections ends the fetches in flight; their pages stay due. One that
            # hangs in a look-up or a handshake is left behind: it ends by itself, with nothing.
            self.session.close()
            workers.shutdown(wait=False, cancel_futures=True)
            _let_go(wait(running, timeout=_FAREWELL).done)
            raise
        finally:
            self.report.waiting = self.hosts.waiting() + self._put_off
        workers.shutdown()
        self._tell_hosts()
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

    def _tell_hosts(self) -> None:
        """Put into the report how the hosts were asked, and which were not."""
        for queue in self.hosts:
            if not math.isinf(queue.gate.least_gap):
                self.report.least_gap[queue.name] = round(queue.gate.least_gap, 3)
            for job in queue.left() if queue.rests else ():
                if job.page.source == ADDED:
                    self._failed(job.url, f"{queue.name} rests until a later run: {queue.rests}")
        shut = self._closed
        long = (
            [each for each in unreachable(self.store.conn) if each.origin in shut] if shut else []
        )
        self.report.unreachable = [str(each) for each in long]

    # ---- starting and settling requests

    def _start(
        self, workers: ThreadPoolExecutor, running: dict[Future[Answer], tuple[HostQueue, Job]]
    ) -> bool:
        """Start what may start; return whether anything is left to do."""
        while not self._is_full():
            for queue in self.hosts.startable(self.clock.steady()):
                if len(running) >= self.config.polite.hosts_at_once:
                    break
                if job := self._next(queue):
                    queue.gate.asked(self.clock.steady())
                    running[workers.submit(self._ask, job.url)] = (queue, job)
            pause = self.hosts.wait(self.clock.steady())
            if running or math.isinf(pause):
                return bool(running)
            self.clock.sleep(pause)
        return bool(running)

    def _is_full(self) -> bool:
        """Return whether a disk has no room for more; what is under way is still stored."""
        self.report.stopped = self.report.stopped or self.disk.shortage()
        return bool(self.report.stopped)

    def _ask(self, url: str) -> Answer:
        # Each request has its gap and its record: none is sent again on the quiet.
        return self.session.get(url, resend=False)

    def _settle(self, running: dict[Future[Answer], tuple[HostQueue, Job]]) -> None:
        """Wait for an answer, or for a host to become ready, and take in what came."""
        pause = math.inf if self.report.stopped else self.hosts.wait(self.clock.steady())
        full = len(running) >= self.config.polite.hosts_at_once
        limit = None if full or math.isinf(pause) else pause
        done, _ = wait(running, timeout=limit, return_when=FIRST_COMPLETED)
        for future in done:
            queue, job = running.pop(future)
            self._handle(queue, job, future.result())

    def _next(self, queue: HostQueue) -> Job | None:
        """Return the next job of *queue* that the host's rules allow; note the others."""
        while job := queue.next_job():
            if job.purpose == "robots":
                return job
            if self._is_settled(job):
                continue
            rules = self._rules(queue, job)
            if rules is None:
                queue.add_first(job)
                return self._rules_job(queue, job)
            if rules.closed and not self._ignores_unreachable(job):
                self._shut(queue, job, rules)
            elif rules.closed or rules.allowed(job.url):
                return job
            else:
                self._refused(job)
        return None

    def _is_settled(self, job: Job) -> bool:
        """Return whether a redirect of this run has answered the very address already."""
        return not job.attempt and job.url in self._asked

    def _enqueue(self, page: FrontierPage) -> None:
        if self.hosts.waiting() >= MOST_WAITING:
            self._put_off += 1
            return
        room = self._room.get(page.source)
        if room is not None:
            if room <= 0:
                self._put_off += 1
                return
            self._room[page.source] = room - 1
        self.hosts.of(page.url).add(Job(page, page.url))

    # ---- what an answer means

    def _handle(self, queue: HostQueue, job: Job, answer: Answer) -> None:
        self.report.requests += 1
        if isinstance(answer, Failure):
            self._record_failure(job, answer)
            if answer.stale:
                queue.gate.answered(self.clock.steady())
                queue.add_first(job)
                return
            self._try_again(queue, job, f"{answer.kind}: {answer.detail}", None)
            return
        try:
            self.disk.check_fits(answer.response_size)
            taken = self._take_in(job, answer)
        finally:
            answer.close()
        if job.purpose == "page":
            self._asked.add(job.url)
        wait = retry_after_seconds(answer.head.get("retry-after"), now=self.clock.wall())
        if is_whole(taken.capture) or _is_enough(job, taken):
            self._answered(queue, wait)
            self._tell_odd(queue, job, taken, answer.problem)
            self._follow(job, taken, wait)
        elif answer.truncated == "length":
            # It would be as long if it were asked for again; the host has done nothing wrong, and a
            # page too large is an outcome, no failure (DESIGN.md 9).
            self._answered(queue, wait)
            self.watch.note(f"{job.url}: {_why(answer)}; what came is kept, and is no story")
            if job.purpose == "robots":
                self._set_rules(job)
        else:
            self._try_again(queue, job, _why(answer), answer.head.get("retry-after") or None)

    def _tell_odd(self, queue: HostQueue, job: Job, taken: Taken, problem: str) -> None:
        """Tell what was odd about a whole answer, the same thing of one host only once."""
        part = taken.part
        said = problem or (part.reason if part.outcome in _ODD else "")
        if not said or part.reason.startswith(ENGINE_FAILED):  # which is in the report
            return
        kind = queue.name, re.sub("[0-9]+", "#", said)
        if kind not in self._told:
            self._told.add(kind)
            self.watch.note(f"{job.url}: {said}")

    def _answered(self, queue: HostQueue, wait: float) -> None:
        """Open the gate again after the gap, or after the *wait* that the answer asked for."""
        queue.gate.answered(self.clock.steady(), wait=wait)
        if why := rests(wait, 0):
            self._rest(queue, why)

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

    def _follow(self, job: Job, taken: Taken, wait: float) -> None:
        target = redirect_target(taken.part)
        if target and self._may_hop(job, target):
            self._hop(job, target, wait)
        elif job.purpose == "robots":
            self._set_rules(job)
        for page in taken.found:
            self._enqueue(page)
        self._put_off += taken.left
        self.report.refused_by_robots += taken.refused

    def _hop(self, job: Job, target: str, wait: float) -> None:
        """Ask for what a redirect leads to, not before *wait* seconds (RFC 9110, 10.2.3)."""
        queue = self.hosts.of(target)
        why = rests(wait, 0) or queue.rests
        if not why:
            queue.gate.hold(self.clock.steady() + wait)
            queue.add_first(replace(job, url=target, chain=(*job.chain, job.url), attempt=0))
        elif job.purpose == "robots":
            self._close(job, f"it leads to {target}, and {queue.name} rests: {why}")
        else:
            self._put_off += 1

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

    def _rules(self, queue: HostQueue, job: Job) -> Robots | None:
        """Return the rules for a job, None where they must be asked for first."""
        if not self.config.polite.robots:
            return Robots()
        return queue.rules_for(job.url, self.clock.steady())

    def _rules_job(self, queue: HostQueue, job: Job) -> Job:
        queue.asks_rules = self.clock.steady()
        origin = urls.origin(job.url)
        return Job(job.page, f"{origin}/robots.txt", "robots", owner=origin)

    def _set_rules(self, job: Job) -> None:
        # A robots.txt that redirects in circles is unavailable: no rules (RFC 9309, 2.3.1.2).
        robots = self.intake.rules(job.owner) or Robots.from_answer(404, b"")
        self._obey(job, robots)
        if robots.delay > robots.obeyed_delay:
            self.watch.note(
                f"{job.owner} asks for {robots.delay:g} seconds between two requests, "
                f"which is too long for any run; it gets {robots.obeyed_delay:g}"
            )

    def _obey(self, job: Job, robots: Robots) -> None:
        queue = self.hosts.of(job.owner)
        now = self.clock.steady()
        asked_at = now if queue.asks_rules is None else queue.asks_rules
        queue.obey(job.owner, Rules(robots, asked_at))

    def _close(self, job: Job, why: str) -> None:
        """Note that rules cannot be reached: that forbids everything (RFC 9309, 2.3.1.4)."""
        self._obey(job, Robots(closed=why))
        if self._ignores_unreachable(job):
            self.watch.note(f"{job.owner} has no readable robots.txt ({why}); its source goes on")
        queue = self.hosts.of(job.owner)
        if queue.rests or not self._ignores_unreachable(job):
            self._report_closed(job.owner, why)
        # At once: a page that will not be asked for need not wait for its turn.
        for each in queue.take_out(lambda one: self._is_shut(one, job.owner)):
            self._shut(queue, each, queue.rules[job.owner].robots)

    def _shut(self, queue: HostQueue, job: Job, rules: Robots) -> None:
        """Set a page aside whose host has no readable rules; it stays due."""
        queue.shut.append(job)
        self._report_closed(urls.origin(job.url), rules.closed)
        if job.page.source == ADDED:
            self.watch.failed(job.url, f"not asked: {rules.closed}")

    def _is_shut(self, job: Job, origin: str) -> bool:
        return urls.origin(job.url) == origin and not self._ignores_unreachable(job)

    def _report_closed(self, origin: str, why: str) -> None:
        if origin not in self._closed:
            self._closed.add(origin)
            self._failed(f"{origin}/robots.txt", why)

    def _ignores_unreachable(self, job: Job) -> bool:
        source = self.config.source(job.page.source)
        return source is not None and source.robots == IGNORE_UNREACHABLE

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
        queue.gate.answered(self.clock.steady(), failed=True, wait=pause)
        asked_for = retry_after_seconds(retry_after, now=self.clock.wall())
        if rest := rests(asked_for, queue.gate.failures):
            self._rest(queue, rest)
            self._give_up(job, why)
        elif job.attempt < self.config.polite.retries:
            queue.add_first(replace(job, attempt=job.attempt + 1))
        else:
            self._give_up(job, why)

    def _give_up(self, job: Job, why: str) -> None:
        if job.purpose == "robots":
            self._close(job, why)
        else:
            self._failed(job.url, why)

    def _failed(self, url: str, why: str) -> None:
        self.report.failed.append((url, why))
        self.watch.failed(url, why)

    # ---- hosts that are left alone

    def _remember(self, queue: HostQueue) -> None:
        """Keep what an earlier run was told by a host that this one meets for the first time."""
        warcs, now = self.config.archive.warcs, self.clock.steady()
        known = recall(self.store, warcs, queue.name, now=self.clock.wall())
        if rests(known.wait, 0):
            self._rest(queue, f"it asked us to wait until {known.until}")
        queue.gate.hold(now + known.wait)
        if self.config.polite.robots:
            queue.delays.update(known.delays)
            queue.gate.slow_down(max(queue.delays.values(), default=0.0))
        if known.since is not None:
            queue.gate.hold(now + queue.gate.delay - known.since)

    def _rest(self, queue: HostQueue, why: str) -> None:
        """Leave a host alone for the rest of the run."""
        queue.rests = why
        self.report.resting.append((queue.name, why))
        self.watch.note(f"{queue.name} rests until a later run: {why}")
        while queue.rules_jobs:
            self._close(queue.rules_jobs.popleft(), f"{queue.name} rests: {why}")


def _let_go(done: Iterable[Future[Answer]]) -> None:
    """Close the answers that came after a run was stopped; nobody takes them in."""
    for future in done:
        if not future.cancelled() and not future.exception():
            answer = future.result()
            if isinstance(answer, Exchange):
                answer.close()


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


def _why(exchange: Exchange) -> str:
    if exchange.truncated:
        return exchange.problem or f"the answer was cut ({exchange.truncated})"
    return f"the server answered {exchange.head.status} {exchange.head.reason}".rstrip()
