"""Ask web archives for lists of captures, and for the captures that are wanted, one by one.

All of it by one request at a time, whatever the number of sources: what a web archive allows, it
allows us as a whole. Its robots.txt speaks of crawlers that follow links, and is not asked for;
these are the addresses that it offers to programs, and its limits for these are kept.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from storykeep import mementos, reader, urls
from storykeep.clock import Clock
from storykeep.config import Config
from storykeep.crawl.bounds import Bounds
from storykeep.crawl.contact import HOW, lacks_contact
from storykeep.crawl.memory import recall
from storykeep.crawl.run import Watch
from storykeep.errors import CaptureError
from storykeep.fetch import Session
from storykeep.intake import Intake, Taken, is_whole, moment_of, timestamp
from storykeep.intake.mementos import NOTHING
from storykeep.mementos import Event, Pace
from storykeep.model import Exchange, Failure, Report
from storykeep.polite import PATIENCE, retry_after_seconds
from storykeep.room import Room
from storykeep.store import Store
from storykeep.store import mementos as rows
from storykeep.warc import Writer, page_of

_EVER = "9999"  # behind every moment
_FAREWELL = 1.0  # seconds for a fetch in flight to see that its connection is closed
# Ask for the payload as it was captured: a coding of their own would only have to be undone.
_PLAIN = {"Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class _Job:
    url: str
    source: str
    via: str | None = None  # of a list: where the archive gives what it lists
    digest: str = ""  # of a capture: as its list has it


@dataclass(slots=True)
class Rescue:
    """One run over what is due from web archives, for the sources called *names*."""

    config: Config
    store: Store
    warcs: Writer
    session: Session
    intake: Intake
    names: Collection[str]
    report: Report
    bounds: Bounds
    lists: list[rows.ListRow] = field(default_factory=list)  # asked for besides, first
    pages: Collection[str] | None = None  # whose captures are taken; None: all that are due
    watch: Watch = field(default_factory=Watch)
    clock: Clock = field(default_factory=Clock)
    disk: Room = field(default_factory=Room)
    _paces: dict[str, Pace] = field(default_factory=dict)
    _resting: dict[str, str] = field(default_factory=dict)  # archive -> why
    _failures: dict[str, str] = field(default_factory=dict)  # address -> why
    _left: dict[str, int] = field(default_factory=dict)  # source -> captures it may still take

    def run(self) -> Report:
        """Ask until nothing more is due in this run; return the report, which goes on."""
        self._left = {source.name: source.limit or 2**53 for source in self.config.sources}
        workers = ThreadPoolExecutor(1, "memento")
        try:
            while (job := self._next()) is not None:
                self._ask(workers, job)
        except BaseException:
            self.session.close()
            workers.shutdown(wait=False, cancel_futures=True)
            raise
        workers.shutdown()
        self._tell()
        return self.report

    # ---- what is next

    def _next(self) -> _Job | None:
        """Return the next job, None where nothing is due that may be asked in this run."""
        while True:
            self.report.stopped = self.report.stopped or self.disk.shortage()
            if self.report.stopped:
                return None
            self.bounds.newly_shut()
            if (job := self._due(timestamp(self.clock.now()))) is not None:
                return job if self._has_budget(job) else None
            # What has failed is tried again while the run still has patience.
            first = rows.next_due(self.store.conn, self._awake(), retries=True)
            pause = moment_of(first).timestamp() - self.clock.wall() if first else math.inf
            if pause > PATIENCE:
                return None
            self.clock.sleep(max(pause, 0.0) + 1.0)

    def _has_budget(self, job: _Job) -> bool:
        pause = self._paces[urls.site(job.url)].wait(self.clock.steady())
        why = self.bounds.spent(self.report.requests, pause)
        self.report.bounded += [why] if why else []
        return not why

    def _due(self, now: str) -> _Job | None:
        while self.lists:
            each = self.lists.pop(0)
            if self._pace(each.next) is not None:
                return _Job(each.next, each.source, via=self._service(each.source))
        for each in rows.due_lists(self.store.conn, self._awake(), now):
            if self._pace(each.next) is not None:
                return _Job(each.next, each.source, via=self._service(each.source))
        if self.pages is not None and not self.pages:
            return None
        row = rows.next_memento(self.store.conn, self._awake(), now, self.pages)
        if row is None:
            return None
        if self._pace(row.address) is None:
            return self._due(now)  # its archive rests, and so do its sources from now on
        return _Job(row.address, row.source, digest=row.digest)

    def _awake(self) -> list[str]:
        """Return the sources that may still take captures, of an archive that does not rest."""
        return [name for name in self.names if self._is_awake(name)]

    def _is_awake(self, name: str) -> bool:
        rests = urls.site(self._service(name)) in self._resting
        return self._left.get(name, 1) > 0 and not rests and not self.bounds.is_shut_source(name)

    def _service(self, source: str) -> str:
        known = self.config.source(source)
        return known.memento if known else self.config.wayback.memento

    # ---- asking

    def _pace(self, url: str) -> Pace | None:
        """Return the pace of an archive, None where it rests: what earlier runs met still holds."""
        site = urls.site(url)
        pace = self._paces.get(site)
        if pace is None:
            pace = self._paces[site] = Pace()
            if why := lacks_contact(self.config, url):
                self._rest(site, f"{why}; {HOW}")
            self._recall(pace, site)
        return None if site in self._resting else pace

    def _recall(self, pace: Pace, site: str) -> None:
        """Keep what earlier runs were told by an archive."""
        now, wall = self.clock.steady(), self.clock.wall()
        last, since = reader.archive_asked(self.store.conn, site)
        events = [Event(moment_of(at).timestamp(), _kind(what)) for at, what in since]
        asked_for = recall(self.store, self.config.archive.warcs, site, now=wall).wait
        held = max(mementos.held_until(events), wall + asked_for)
        if held - wall > PATIENCE:
            until = datetime.fromtimestamp(held, UTC)
            self._rest(site, f"it is to be left alone until {until:%Y-%m-%d %H:%M} UTC")
        newest = max(last, *(at for at, _ in since)) if since else last
        gap = moment_of(newest).timestamp() + mementos.LONGEST_GAP - wall if newest else 0.0
        # A clock that was set back since must not make the wait any longer.
        pace.hold(now + max(held - wall, min(gap, mementos.LONGEST_GAP), 0.0))

    def _rest(self, site: str, why: str) -> None:
        self._resting[site] = why
        self.report.resting.append((site, why))
        self.watch.note(f"{site} rests until a later run: {why}")

    def _ask(self, workers: ThreadPoolExecutor, job: _Job) -> None:
        pace = self._paces[urls.site(job.url)]
        while (pause := pace.wait(self.clock.steady())) > 0:
            self.clock.sleep(pause)
        pace.asked(self.clock.steady())
        future = workers.submit(self.session.get, job.url, headers=_PLAIN, resend=False)
        try:
            wait([future])
            answer = future.result()
        except BaseException:
            self.session.close()
            wait([future], timeout=_FAREWELL)
            if future.done() and not future.cancelled() and not future.exception():
                late = future.result()
                if isinstance(late, Exchange):
                    late.close()
            raise
        ended = self.clock.steady()
        self.report.requests += 1
        self._failures.pop(job.url, None)
        event = replace(self._settle(job, answer), at=ended)
        if isinstance(answer, Failure) and pace.troubles and event.kind == "served":
            event = replace(event, kind="trouble")  # it had not just been quiet
        pace.answered(job.url, event)
        if why := pace.gives_up(ended, PATIENCE):
            self._rest(urls.site(job.url), why)
        elif event.kind in ("429", "refused"):
            rest = math.ceil(pace.wait(ended))
            self.watch.note(
                f"{urls.site(job.url)} is left alone for {rest} s, then the run goes on"
            )

    def _settle(self, job: _Job, answer: Exchange | Failure) -> Event:
        """Store an answer and take it in; return what it means for the pace."""
        if isinstance(answer, Failure):
            record = self.warcs.append_failure(answer, source=job.source, via=job.via)
            self.intake.failed(record)
            if answer.stale:  # only a connection that was kept open had died
                return Event(0.0, "served")
            self._failed(job.url, f"{answer.kind}: {answer.detail}")
            if answer.kind == "refused_address":  # by our own config: to ask again changes nothing
                self._rest(urls.site(job.url), answer.detail)
            return Event(0.0, _kind(answer.kind))
        try:
            self.disk.check_fits(answer.response_size)
            taken = self._keep(job, answer)
        finally:
            answer.close()
        self._count(job, answer, taken)
        asked_for = retry_after_seconds(answer.head.get("Retry-After"), now=self.clock.wall())
        if answer.head.status == 429:
            return Event(0.0, "429", asked_for)
        served = taken.capture.provenance.origin == "wayback" or is_whole(taken.capture)
        return Event(0.0, "served" if served and not answer.truncated else "trouble", asked_for)

    def _keep(self, job: _Job, answer: Exchange) -> Taken:
        max_bytes = self.config.polite.max_bytes
        asked = mementos.told_by(job.url)
        if asked is not None and not mementos.is_list(job.url) and mementos.is_memento(answer):
            try:
                memento = mementos.rebuild(answer, asked, digest=job.digest, max_bytes=max_bytes)
            except ValueError as error:
                self.watch.note(f"{job.url}: {error}; it is kept as the archive's own answer")
            else:
                capture = self.warcs.append(
                    memento.exchange,
                    source=job.source,
                    provenance=memento.provenance,
                    extra=memento.facts,
                )
                page = page_of(memento.exchange, max_bytes=max_bytes)
                memento.exchange.close()
                return self.intake.take_in(capture, page)
        capture = self.warcs.append(answer, source=job.source, via=job.via)
        return self.intake.take_in(capture, page_of(answer, max_bytes=max_bytes))

    def _count(self, job: _Job, answer: Exchange, taken: Taken) -> None:
        report, outcome = self.report, taken.part.outcome
        report.captures += 1
        report.received_bytes += answer.response_size + answer.surplus
        report.outcomes[outcome] = report.outcomes.get(outcome, 0) + 1
        if taken.capture.provenance.origin == "wayback":
            self._left[job.source] = self._left.get(job.source, 2**53) - 1
        elif taken.part.reason == NOTHING:
            self.watch.note(f"the web archive lists nothing for {mementos.listed_in(job.url)}")
        elif answer.head.status >= 400 or outcome == "error":
            why = taken.part.reason or f"the archive answered {answer.head.status}"
            if not mementos.is_list(job.url) and answer.head.status in (404, 410):
                why = f"the web archive lists this capture and does not give it ({why})"
            self._failed(job.url, why)
        waiting = rows.count_due(self.store.conn, self.names, _EVER)[1]
        self.watch.taken(taken, report, waiting)

    def _failed(self, url: str, why: str) -> None:
        """Note what is reported unless a later try of this run brings it."""
        self._failures[url] = why
        self.watch.failed(url, why)

    def _tell(self) -> None:
        for site, pace in self._paces.items():
            if not math.isinf(pace.least_gap):
                self.report.least_gap[site] = round(pace.least_gap, 3)
        if self.pages is None:
            self.report.waiting += rows.count_due(self.store.conn, self.names, _EVER)[1]
        self.report.bounded += self.bounds.told()
        self.report.failed += sorted(self._failures.items())
        came, stored = self.session.answers, self.warcs.stored
        if came != stored:
            raise CaptureError(
                f"{came} answers came and {stored} were stored in this run",
                hint="what was stored is safe; please report this, it is a bug in Storykeep",
            )


def _kind(what: str) -> mementos.Kind:
    """Return what a status, or the kind of a failure, means for the pace."""
    known: dict[str, mementos.Kind] = {"429": "429", "connect": "refused"}
    return known.get(what, "trouble")
