"""What the parts of one run share: the config, the clock, the hosts, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storykeep.clock import Clock
from storykeep.config import Config
from storykeep.crawl.hosts import Hosts
from storykeep.intake import Taken
from storykeep.model import Report
from storykeep.store import Store


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what while a run goes on; by default nobody."""

    # one answer was stored; the report so far; how many pages wait
    taken: Callable[[Taken, Report, int], None] = lambda taken, report, waiting: None
    # a page (its address) had no whole answer after its retries, and why
    failed: Callable[[str, str], None] = lambda url, why: None
    # something that a person may want to know
    note: Callable[[str], None] = lambda text: None


@dataclass(slots=True)
class Run:
    """One run while it goes on."""

    config: Config
    store: Store
    watch: Watch
    clock: Clock
    hosts: Hosts
    report: Report
    put_off: int = 0  # pages for a later run that are in no queue

    def failed(self, url: str, why: str) -> None:
        """Report that *url* had no whole answer."""
        self.report.failed.append((url, why))
        self.watch.failed(url, why)
