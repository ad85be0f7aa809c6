"""Puts every answer of a run on the disk and into the database: the durable thing first."""

from __future__ import annotations

import re

from storykeep.crawl.hosts import Job
from storykeep.crawl.run import Run
from storykeep.derive import ENGINE_FAILED
from storykeep.errors import CaptureError
from storykeep.fetch import Session
from storykeep.intake import Intake, Taken
from storykeep.model import Capture, Exchange, Failure
from storykeep.warc import Writer, page_of

_ODD = frozenset({"error", "too_large"})  # outcomes of a whole answer that a person may look into


class Keeper:
    """Stores answers and failures, and counts them."""

    def __init__(self, run: Run, warcs: Writer, intake: Intake) -> None:
        self._run = run
        self._warcs = warcs
        self._intake = intake
        self._told: set[tuple[str, str]] = set()  # what was odd, by host

    def keep(self, job: Job, exchange: Exchange) -> Taken:
        """Store the answer to *job*; a crash after its WARC was written loses nothing of it."""
        capture = self._warcs.append(
            exchange,
            source=job.page.source,
            via=job.via,
            hops=job.page.depth,
            refers_to=self._original(exchange),
        )
        page = page_of(exchange, max_bytes=self._run.config.polite.max_bytes)
        taken = self._intake.take_in(capture, page)
        self._count(job, exchange, taken)
        self._run.watch.taken(taken, self._run.report, self._run.hosts.waiting())
        return taken

    def keep_failure(self, job: Job, failure: Failure) -> None:
        """Store that *job* brought no answer."""
        record = self._warcs.append_failure(
            failure, source=job.page.source, via=job.via, hops=job.page.depth
        )
        self._intake.failed(record)

    def tell_odd(self, host: str, job: Job, taken: Taken, problem: str) -> None:
        """Tell what was odd about a whole answer, the same thing of one host only once."""
        part = taken.part
        said = problem or (part.reason if part.outcome in _ODD else "")
        if not said or part.reason.startswith(ENGINE_FAILED):  # which is in the report
            return
        kind = host, re.sub("[0-9]+", "#", said)
        if kind not in self._told:
            self._told.add(kind)
            self._run.watch.note(f"{job.url}: {said}")

    def check_counts(self, session: Session) -> None:
        """Raise CaptureError unless each answer that came is stored: a proof, not a hope."""
        came, stored = session.answers, self._warcs.stored
        if came != stored:
            raise CaptureError(
                f"{came} answers came and {stored} were stored in this run",
                hint="what was stored is safe; please report this, it is a bug in Storykeep",
            )

    def _count(self, job: Job, exchange: Exchange, taken: Taken) -> None:
        report, part = self._run.report, taken.part
        report.captures += 1
        report.received_bytes += exchange.response_size + exchange.surplus
        report.outcomes[part.outcome] = report.outcomes.get(part.outcome, 0) + 1
        if part.reason.startswith(ENGINE_FAILED):
            report.failed.append((job.url, part.reason))

    def _original(self, exchange: Exchange) -> Capture | None:
        """Return what a revisit may refer to: an unchanged page is not stored twice.

        We ask without conditions, so a 304 says nothing about any earlier answer.
        """
        if exchange.head.status == 304:
            return None
        return self._run.store.find_original(exchange.url)
