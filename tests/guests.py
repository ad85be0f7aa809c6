"""A host, as it sees its visitors, and a crawl whose clock does not wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from storykeep import seeds
from storykeep.archive import Archive
from storykeep.clock import Clock
from storykeep.crawl import Crawler, Watch
from storykeep.fetch import Limits, Session
from storykeep.intake import Intake
from storykeep.model import Failure, Report
from storykeep.store import Store
from storykeep.warc import Writer
from tests.archives import PROSE, answer, story_page
from tests.site import Answer, RawServer


def rules(body: bytes, **options: str) -> bytes:
    return answer(body, **options).replace(b"text/html", b"text/plain")


def tale(name: str = "x", links: str = "") -> bytes:
    return answer(story_page(f"Tale {name}", "Ana", PROSE, links))


def asked(server: RawServer) -> list[str]:
    return [request.path for request in server.requests]


@dataclass
class Time:
    """A clock of the crawl that does not wait: to sleep is to set it forward."""

    now: float = field(default_factory=time.time)
    slept: list[float] = field(default_factory=list)

    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def crawl(archive: Archive, clock: Clock, watch: Watch | None = None) -> Report:
    """Run what is due by *clock*, as `Archive.run` does by the machine's."""
    config = archive.config
    with Store.open(config.archive.database) as store:
        seeds.plant(store, config)
        due = seeds.due(store, config, (), datetime.fromtimestamp(clock.wall(), UTC))
        with (
            Writer(config.archive.warcs, prefix="t", info={}) as warcs,
            Session(
                user_agent="Storykeep/0",
                limits=Limits(read_timeout=5.0),
                allow_addresses=config.network.allow_addresses,
                connect_to=config.network.connect_to,
            ) as session,
        ):
            crawler = Crawler(
                config=config,
                store=store,
                warcs=warcs,
                session=session,
                intake=Intake(store, config, archive.profiles),
                watch=watch,
                clock=clock,
            )
            report = crawler.run(due.pages)
            for each in warcs.seal():
                store.save_warc(each.file, each.bytes, each.sha256, each.sealed_at)
        store.finish()
    return report


@dataclass
class Ledger:
    """When the server saw requests begin and answers end, by its own steady clock."""

    times: list[tuple[float, float]] = field(default_factory=list)

    def answer(self, body: bytes) -> Answer:
        start = time.monotonic()

        def steps() -> Iterator[bytes]:
            self.times.append((start, time.monotonic()))
            yield body

        return Answer([steps()])

    def note(self) -> None:
        """Note a request that is answered at once."""
        self.times.append((time.monotonic(), time.monotonic()))

    def gaps(self) -> list[float]:
        return [b[0] - a[1] for a, b in zip(self.times, self.times[1:], strict=False)]


def plant_failures(archive: Archive, origin: str, days_ago: list[int]) -> None:
    """Store failed requests for robots.txt as earlier runs would have."""
    with Writer(archive.config.archive.warcs, prefix="old", info={}) as warcs:
        for days in days_ago:
            then = datetime.now(UTC) - timedelta(days=days)
            failure = Failure(f"{origin}/robots.txt", "connect", "no connection", then, 12)
            warcs.append_failure(failure, source="site")
