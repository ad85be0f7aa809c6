"""Puts every answer of a run on the disk and into the database: the durable thing first."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from storykeep.codec import PackedPart
from storykeep.crawl.hosts import Job
from storykeep.crawl.run import Run
from storykeep.derive import ENGINE_FAILED
from storykeep.errors import CaptureError
from storykeep.fetch import Session
from storykeep.intake import Intake, Taken
from storykeep.model import Capture, Exchange, Failure, Page
from storykeep.warc import Draft, Writer, load_page, page_of

Original = Capture | Callable[[str], Capture | None] | None
_ODD = frozenset({"error", "too_large"})  # outcomes of a whole answer that a person may look into


class Keeper:
    """Stores answers and failures, and counts them."""

    def __init__(self, run: Run, warcs: Writer, intake: Intake) -> None:
        self._run = run
        self._warcs = warcs
        self._intake = intake
        self._told: set[tuple[str, str]] = set()  # what was odd, by host

    def draft(self, job: Job, exchange: Exchange) -> Draft | None:
        """Return what `keep` will store if the answer to *job* is new; any thread may ask.

        None where that is not to be expected.
        """
        if exchange.head.status == 304:
            return None
        page = job.page
        return self._warcs.draft(exchange, source=page.source, via=job.via, hops=page.depth)

    def keep(self, job: Job, exchange: Exchange, draft: Draft | None = None) -> Taken:
        """Store the answer to *job*; a crash after its WARC was written loses nothing of it.

        It is cleaned while the disk takes it in, and told of when that is done.
        """
        made: list[tuple[Page, PackedPart | None]] = []

        def prepare(capture: Capture) -> None:
            with suppress(Exception):  # what goes wrong is met again when the answer is safe
                page = self._page(job, exchange, capture)
                made.append((page, self._intake.prepare(capture, page)))

        capture = self._warcs.append(
            exchange,
            source=job.page.source,
            via=job.via,
            hops=job.page.depth,
            refers_to=self._original(job, exchange),
            draft=draft,
            meanwhile=prepare,
        )
        page, packed = made[0] if made else (self._page(job, exchange, capture), None)
        taken = self._intake.take_in(capture, page, packed)
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
        if job.purpose == "page" and taken.capture.revisit_of is not None:
            report.unchanged += 1
        report.received_bytes += exchange.response_size + exchange.surplus
        report.outcomes[part.outcome] = report.outcomes.get(part.outcome, 0) + 1
        if part.reason.startswith(ENGINE_FAILED):
            report.failed.append((job.url, part.reason))

    def _original(self, job: Job, exchange: Exchange) -> Original:
        """Return what a revisit may refer to: no body is stored twice.

        A 304 that nobody asked for, or that speaks of another response, says nothing of ours.
        """
        if exchange.head.status == 304:
            met = job.condition and job.condition.is_met(exchange.head)
            return job.condition.original if job.condition and met else None
        if job.page.kind == "image":
            return partial(self._run.store.find_payload, exchange.url)
        return partial(self._run.store.find_original, exchange.url)

    def _page(self, job: Job, exchange: Exchange, capture: Capture) -> Page:
        """Return what derive is given: of a 304 the page that it says is unchanged."""
        polite, archive = self._run.config.polite, self._run.config.archive
        if exchange.head.status != 304 or capture.revisit_of is None or job.condition is None:
            return page_of(exchange, max_bytes=polite.max_bytes)
        original = job.condition.original
        return load_page(archive.warcs, capture, original=original, max_bytes=polite.max_bytes)
