"""Which earlier answer a request may be compared with: If-None-Match, If-Modified-Since, 304.

All of it follows from the captures: a later run, or one after a rebuild, asks in the same words.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from storykeep import warc
from storykeep.consent import is_consent
from storykeep.crawl.condition import Condition
from storykeep.crawl.hosts import Job
from storykeep.crawl.run import Run
from storykeep.errors import DamageError
from storykeep.model import Capture, Head

# What stood in the way may be gone for us, and the page behind it be as old as it was.
_CLOSED = frozenset({"gate", "login", "challenge", "moderated", "soft_404"})


class Conditions:
    """Finds the condition that a request can be sent under."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def of(self, job: Job) -> Condition | None:
        """Return the condition for *job*, None where the page must be asked for whole.

        Only the last capture of the very address counts, and only where it came whole, to us. A
        further try asks for everything: the answer to a condition was of no use.
        """
        if job.purpose != "page" or job.attempt:
            return None
        store = self._run.store
        last = store.last_capture(job.url)
        if last is None or last.truncated is not None or last.outcome in _CLOSED:
            return None
        if is_consent(job.url):
            return None  # its answer has to bring a cookie
        original = store.original_of(last) if last.revisit_of else last
        if original is None or original.status != 200:
            return None
        if {last.provenance.origin, original.provenance.origin} != {"live"}:
            return None  # its validators may be another server's
        warcs = self._run.config.archive.warcs
        found = warc.find_original(warcs, original)
        if found is None:
            return None
        # The same payload may have been sent under a newer validator since.
        told = _head(warcs, last) if last.revisit_of else found.head
        return _condition(original, told) or _condition(original, found.head)


def _head(warcs: Path, capture: Capture) -> Head | None:
    with suppress(DamageError), warc.read(warcs, capture) as (head, _):
        return head
    return None


def _condition(original: Capture, told: Head | None) -> Condition | None:
    if told is None:
        return None
    modified = told.get("last-modified").strip()
    if modified and not _is_settled(modified, told.get("date")):
        modified = ""
    condition = Condition(original, told.get("etag").strip(), modified)
    return condition if condition.headers else None


def _is_settled(modified: str, sent: str) -> bool:
    """Return whether a page was changed before the second in which it was sent.

    In that very second it may have changed again, and the date would say the same (RFC 9110,
    section 8.8.2.2).
    """
    changed, then = _moment(modified), _moment(sent)
    return changed is not None and (then is None or changed < then)


def _moment(date: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(date)
    except ValueError:
        return None
    return found if found.tzinfo else None
