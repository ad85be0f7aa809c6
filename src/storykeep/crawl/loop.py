"""Ask the due pages of many hosts, each host one request at a time, and take in every answer.

Worker threads only fetch. WARC, derive and database are used by the calling thread alone, in the
one order that loses nothing: the WARC is fsynced, then one transaction names it (DESIGN.md 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import NamedTuple

from storykeep import urls
from storykeep.clock import Clock
from storykeep.config import Config
from storykeep.crawl.bounds import Bounds, Budget
from storykeep.crawl.brake import Brake
from storykeep.crawl.conditions import Conditions
from storykeep.crawl.gates import Gates
from storykeep.crawl.hosts import HostQueue, Hosts, Job
from storykeep.crawl.keeping import Keeper
from storykeep.crawl.patience import Patience
from storykeep.crawl.redirects import Redirects
from storykeep.crawl.robots import HostRules
from storykeep.crawl.run import Run, Watch
from storykeep.crawl.traps import Traps
from storykeep.fetch import Session
from storykeep.intake import Intake, Taken, is_whole, redirect_target
from storykeep.model import Exchange, Failure, FrontierPage, Report
from storykeep.polite import ROBOTS_BYTES, retry_after_seconds
from storykeep.room import Room
from storykeep.store import Store
from storykeep.warc import Draft, Writer

MOST_WAITING = 100_000  # pages held in memory; what more is due waits for a later run
_LARGE = 1 << 20  # bytes of an answer; before smaller ones the disk is looked at often enough
_FAREWELL = 1.0  # seconds for the fetches in flight to see that their connections are closed


class Answer(NamedTuple):
    """What came of a request, and the unit that it may become."""

    came: Exchange | Failure
    draft: Draft | None = None

    def close(self) -> None:
        """Let go of the memory, or the temporary files, that it lies in."""
        if isinstance(self.came, Exchange):
            self.came.close()
        if self.draft is not None:
            self.draft.close()


Running = dict[Future[Answer], tuple[HostQueue, Job]]


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
        budget: Budget | None = None,
        report: Report | None = None,
    ) -> None:
        self.hosts = Hosts(config.polite.delay, self._meet)
        self._run = Run(
            config, store, watch or Watch(), clock or Clock(), self.hosts, report or Report()
        )
        self._session = session
        self._disk = disk or Room()
        self._bounds = Bounds(config, self._run.clock, budget or Budget())
        self._keeper = Keeper(self._run, warcs, intake)
        self._conditions = Conditions(self._run)
        self._rules = HostRules(self._run, intake)
        self._patience = Patience(self._run, self._rules)
        self._brake = Brake(self._run, self._patience)
        self._redirects = Redirects(self._run, self._rules)
        self._traps = Traps(config, store)
        self._gates = Gates(self._run)
        self._workers = config.polite.hosts_at_once
        self._disk_seen = -1  # how many requests there were when its room was last looked at
        self._asked: set[str] = set()  # addresses that were answered in this run
        self._room = {source.name: source.limit or None for source in config.sources}

    @property
    def report(self) -> Report:
        """What has happened so far."""
        return self._run.report

    def run(self, pages: Iterable[FrontierPage]) -> Report:
        """Ask for *pages* and for what they lead to; return what happened.

        What one page or host does is in the report; only what stops the run is raised.
        """
        self._bounds.newly_shut()
        pages = tuple(pages)
        self._traps.expect(pages, self._run.clock.now())
        for page in pages:
            self._enqueue(page)
        workers = ThreadPoolExecutor(self._workers, "fetch")
        running: Running = {}
        try:
            while self._start(workers, running) or running:
                self._settle(running)
        except BaseException:
            # Closing the connections ends the fetches in flight; their pages stay due. One that
            # hangs in a look-up or a handshake is left behind: it ends by itself, with nothing.
            self._session.close()
            workers.shutdown(wait=False, cancel_futures=True)
            _let_go(wait(running, timeout=_FAREWELL).done)
            raise
        finally:
            self.report.waiting = self.hosts.waiting() + self._run.put_off
        workers.shutdown()
        self._tell_hosts()
        self._keeper.check_counts(self._session)
        return self.report

    def _meet(self, queue: HostQueue, url: str) -> None:
        self._patience.meet(queue, url)

    def _tell_hosts(self) -> None:
        """Put into the report how the hosts were asked, and which were not."""
        for queue in self.hosts:
            if not math.isinf(queue.gate.least_gap):
                self.report.least_gap[queue.name] = round(queue.gate.least_gap, 3)
            self._patience.tell_unasked(queue)
        self.report.unreachable = self._rules.long_unreachable()
        self.report.bounded += self._bounds.told()
        if not self.report.waiting:
            self.report.bounded.clear()  # a bound that was reached with the last page ended nothing
        self.report.traps = list(self._traps.suspected())

    # ---- starting and settling requests

    def _start(self, workers: ThreadPoolExecutor, running: Running) -> bool:
        """Start what may start; return whether anything is left to do."""
        clock = self._run.clock
        while not (self._is_full() or self._is_over(len(running))):
            while len(running) < self._workers and (queue := self.hosts.next_ready(clock.steady())):
                if job := self._next(queue):
                    job = replace(job, condition=self._conditions.of(job))
                    queue.asked(clock.steady())
                    queue.allowance -= 1
                    running[workers.submit(self._ask, job)] = (queue, job)
                if self._is_over(len(running)):
                    break
            pause = self.hosts.wait(clock.steady())
            if running or math.isinf(pause) or self._is_over(0, pause):
                return bool(running)
            clock.sleep(min(pause, self._bounds.seconds_open()))
        return bool(running)

    def _is_over(self, under_way: int, pause: float = 0.0) -> bool:
        """Return whether nothing more is to be asked, be it after a *pause* of those seconds."""
        if self.report.stopped or self.report.bounded:
            return True
        if why := self._bounds.spent(self.report.requests + under_way, pause):
            self.report.bounded.append(why)
            return True
        if self._bounds.newly_shut():
            for queue in self.hosts:
                for job in queue.take_out(lambda one: self._bounds.is_shut(one.page)):
                    queue.set_aside(job)
        return False

    def _is_full(self) -> bool:
        """Return whether a disk has no room for more; what is under way is still stored."""
        if self._disk_seen != self.report.requests:  # nothing of ours was written since
            self._disk_seen = self.report.requests
            self.report.stopped = self.report.stopped or self._disk.shortage()
        return bool(self.report.stopped)

    def _ask(self, job: Job) -> Answer:
        # Each request has its gap and its record: none is sent again on the quiet.
        headers = job.condition.headers if job.condition else None
        came = self._session.get(job.url, headers=headers, resend=False, purse=self._purse(job))
        return Answer(came, self._keeper.draft(job, came) if isinstance(came, Exchange) else None)

    def _purse(self, job: Job) -> str:
        """Return whose cookies a request is sent with: what one source is let into is its own."""
        source = self._run.config.source(job.page.source)
        own = source is not None and job.purpose == "page" and (source.adult or source.cookies)
        return job.page.source if own else ""

    def _settle(self, running: Running) -> None:
        """Wait for an answer, or for a host to become ready, and take in what came first."""
        over = self.report.stopped or self.report.bounded
        pause = math.inf if over else self.hosts.wait(self._run.clock.steady())
        full = len(running) >= self._workers
        limit = None if full or math.isinf(pause) else pause
        done, _ = wait(running, timeout=limit, return_when=FIRST_COMPLETED)
        # One at a time, the first that was asked: its host may be asked again before the others'
        # answers are taken in.
        if future := next((each for each in running if each in done), None):
            queue, job = running.pop(future)
            answer = future.result()
            try:
                self._handle(queue, job, answer)
            finally:
                answer.close()

    def _next(self, queue: HostQueue) -> Job | None:
        """Return the next job of *queue* that the host's rules allow; note the others."""
        if self._patience.is_spent(queue):
            return None
        while job := queue.next_job():
            if job.purpose == "robots":
                return job
            if self._is_settled(job):
                continue
            if self._bounds.is_shut(job.page):
                queue.set_aside(job)
                continue
            if self._traps.put_off(job.page, job.url):
                self._run.put_off += 1
                continue
            if knock := self._gates.knock(job):
                queue.add_first(job)
                job = knock
            if allowed := self._rules.next_allowed(queue, job):
                return allowed
        return None

    def _is_settled(self, job: Job) -> bool:
        """Return whether a redirect of this run has answered the very address already."""
        return not job.attempt and not job.again and job.url in self._asked

    def _enqueue(self, page: FrontierPage) -> None:
        if self._traps.put_off(page, page.url):
            self._run.put_off += 1
            return
        room = self._room.get(page.source)
        no_room = self.hosts.waiting() >= MOST_WAITING or (room is not None and room <= 0)
        if no_room or self._bounds.is_shut(page):
            self._run.put_off += 1
            return
        if room is not None:
            self._room[page.source] = room - 1
        self.hosts.of(page.url).add(Job(page, page.url))

    # ---- what an answer means

    def _handle(self, queue: HostQueue, job: Job, answer: Answer) -> None:
        self.report.requests += 1
        came = answer.came
        if isinstance(came, Failure):
            self._keeper.keep_failure(job, came)
            if came.stale:
                self._patience.never_answered(queue, job)
            else:
                self._patience.try_again(queue, job, f"{came.kind}: {came.detail}", None)
            return
        if came.response_size >= _LARGE:
            self._disk.check_fits(came.response_size)
        taken = self._keeper.keep(job, came, answer.draft)
        if job.purpose == "page":
            self._asked.add(job.url)
            self._brake.saw(queue, taken)
        self._judge(queue, job, came, taken)

    def _judge(self, queue: HostQueue, job: Job, answer: Exchange, taken: Taken) -> None:
        """Go on from an answer that is stored: follow it, leave it, or ask again."""
        retry_after = answer.head.get("retry-after") or None
        wait = retry_after_seconds(retry_after, now=self._run.clock.wall())
        if is_whole(taken.capture) or _is_enough(job, taken):
            self._patience.answered(queue, wait)
            if job.purpose == "page":
                self._traps.settle(job, taken)
            self._keeper.tell_odd(queue.name, job, taken, answer.problem)
            self._follow(job, taken, wait)
            self._gates.follow(queue, job, taken)
        elif answer.truncated == "length":
            # It would be as long if it were asked for again; the host has done nothing wrong, and a
            # page too large is an outcome, no failure (DESIGN.md 9).
            self._patience.answered(queue, wait)
            self._run.watch.note(f"{job.url}: {_why(answer)}; what came is kept, and is no story")
            if job.purpose == "robots":
                self._rules.read(job)
        else:
            self._patience.try_again(queue, job, _why(answer), retry_after)

    def _follow(self, job: Job, taken: Taken, wait: float) -> None:
        target = redirect_target(taken.part)
        followed = target is not None and self._redirects.follow(job, target, wait)
        if job.purpose == "robots" and not followed:
            self._rules.read(job)
        for page in taken.found:
            self._enqueue(page)
        self._run.put_off += taken.left
        self.report.refused_by_robots += taken.refused
        if taken.too_long:
            self._run.watch.note(
                f"{job.url} links to addresses of more than {urls.LONGEST:,} letters, which are "
                f"not asked for: {taken.too_long:,}"
            )


def _let_go(done: Iterable[Future[Answer]]) -> None:
    """Close the answers that came after a run was stopped; nobody takes them in."""
    for future in done:
        if not future.cancelled() and not future.exception():
            future.result().close()


def _is_enough(job: Job, taken: Taken) -> bool:
    """Return whether rules that were cut at a cap are all that must be read (RFC 9309, 2.5)."""
    capture = taken.capture
    long = capture.truncated == "length" and taken.body_size >= ROBOTS_BYTES
    return job.purpose == "robots" and long and 200 <= capture.status < 300


def _why(exchange: Exchange) -> str:
    if exchange.truncated:
        return exchange.problem or f"the answer was cut ({exchange.truncated})"
    return f"the server answered {exchange.head.status} {exchange.head.reason}".rstrip()
