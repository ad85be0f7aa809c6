"""Gates that ask for one's age: passed by the site's own link, where the source is `adult = true`.

A site is told once in a run; its cookie then opens the other pages. One that keeps asking is told
for each page, as the page itself offers it, and never twice for the same one.
"""

from __future__ import annotations

from dataclasses import replace

from storykeep import urls
from storykeep.consent import consent_link, is_consent
from storykeep.crawl.hosts import HostQueue, Job
from storykeep.crawl.run import Run
from storykeep.intake import Taken


class Gates:
    """Which sites of a run were told, and which of them do not remember it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._told: set[str] = set()
        self._forgetful: set[str] = set()

    def knock(self, job: Job) -> Job | None:
        """Return the request that tells a site before the first page of it is asked for.

        None where it has been told, or never asked so far.
        """
        site = urls.site(job.url)
        if not self._is_of_age(job) or site in self._told:
            return None
        self._told.add(site)
        known = self._run.store.consent_page(urls.host(job.url))
        return replace(job, page=known, url=known.url, chain=()) if known else None

    def follow(self, queue: HostQueue, job: Job, taken: Taken) -> None:
        """Ask what a gate in the way of *job* leads to, and then for the page again."""
        consent = consent_link(taken.part) if self._is_of_age(job) else None
        if consent is None or is_consent(job.url) or not urls.is_askable(consent):
            return
        site = urls.site(job.url)
        self._told.add(site)
        if job.again:
            self._forgetful.add(site)  # the page that it led to is stored: that is all there is
            return
        if site not in self._forgetful:
            queue.add_first(replace(job, again=True, attempt=0))
        queue.add_first(replace(job, url=consent, chain=(*job.chain, job.url), attempt=0))

    def _is_of_age(self, job: Job) -> bool:
        source = self._run.config.source(job.page.source)
        return job.purpose == "page" and source is not None and source.adult
