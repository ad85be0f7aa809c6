"""What a redirect leads to: asked for in its place, within scope, never in circles or for ever."""

from __future__ import annotations

from dataclasses import replace

from storykeep import urls
from storykeep.crawl.hosts import Job
from storykeep.crawl.robots import HostRules
from storykeep.crawl.run import Run
from storykeep.intake import MOST_REDIRECTS
from storykeep.polite import rests


class Redirects:
    """Follows the redirects of a run; each hop is a request of its own, with its own rules."""

    def __init__(self, run: Run, rules: HostRules) -> None:
        self._run = run
        self._rules = rules

    def follow(self, job: Job, target: str, wait: float) -> bool:
        """Ask for *target* in the place of *job*, not before *wait* seconds (RFC 9110, 10.2.3).

        Return False where it is not followed. A host that rests keeps it for a later run.
        """
        if not self._may_hop(job, target):
            return False
        queue = self._run.hosts.of(target)
        why = rests(wait, 0) or queue.rests
        if not why:
            queue.hold(self._run.clock.steady() + wait)
            queue.add_first(replace(job, url=target, chain=(*job.chain, job.url), attempt=0))
        elif job.purpose == "robots":
            self._rules.close(job, f"it leads to {target}, and {queue.name} rests: {why}")
        else:
            self._run.put_off += 1
        return True

    def _may_hop(self, job: Job, target: str) -> bool:
        if not urls.is_askable(target):
            told = f"leads to an address of {len(target):,} letters"
            return self._stop(job, f"{told}, more than {urls.LONGEST:,}; it is not asked for")
        if target in job.chain or target == job.url:
            return self._stop(job, f"redirects in a circle to {target}")
        if len(job.chain) >= MOST_REDIRECTS:
            return self._stop(job, f"more than {MOST_REDIRECTS} redirects")
        if job.purpose == "robots":
            return True
        source = self._run.config.source(job.page.source)
        if source is not None and not source.wants(target):
            self._run.watch.note(f"{job.url} leads to {target}, which is out of scope")
            return False
        return True

    def _stop(self, job: Job, why: str) -> bool:
        self._run.watch.note(f"{job.chain[0] if job.chain else job.url}: {why}")
        return False
