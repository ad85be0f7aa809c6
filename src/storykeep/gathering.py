"""One gathering: what is due is asked for, kept, made into stories as it comes, and sealed."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace

from storykeep import __version__, lock
from storykeep.clock import Clock
from storykeep.config import Config, digest
from storykeep.crawl import Bounds, Budget, Crawler, Rescue, Watch
from storykeep.fetch import Limits, Session, read_cookies
from storykeep.intake import Intake, Taken, assemble_all, assemble_host
from storykeep.model import FrontierPage, Report
from storykeep.profiles import Profile
from storykeep.room import Room, prepare_folder
from storykeep.store import Store, mementos
from storykeep.warc import Writer

WARC_PREFIX = "storykeep"
_LAST_WORK = 1.5  # seconds; a stop is to be over within five


@dataclass(frozen=True, slots=True)
class Asked:
    """What web archives are asked for: what is due of the sources called *names*, and *lists*.

    Where *pages* are given, only their captures are taken.
    """

    names: Collection[str]
    lists: Sequence[mementos.ListRow] = ()
    pages: Collection[str] | None = None


class Gathering:
    """Asks sites and web archives on behalf of one archive."""

    def __init__(self, config: Config, profiles: Sequence[Profile], clock: Clock) -> None:
        self.config = config
        self.profiles = profiles
        self.clock = clock

    def gather(
        self,
        store: Store,
        pages: Sequence[FrontierPage],
        watch: Watch,
        report: Report,
        budget: Budget | None = None,
        archives: Asked | None = None,
    ) -> None:
        """Crawl and assemble; also after Ctrl-C or a signal, so that what came can be found.

        *archives* says what web archives are asked for.
        """
        try:
            if pages or archives:
                self._crawl(store, pages, watch, report, budget, archives)
        except BaseException as stop:
            if not isinstance(stop, Exception):
                _assemble_a_while(store, report)
            raise
        _assemble(store, report)

    def _crawl(
        self,
        store: Store,
        pages: Sequence[FrontierPage],
        watch: Watch,
        report: Report,
        budget: Budget | None,
        archives: Asked | None,
    ) -> None:
        config = self.config
        asking = self._session(pages)  # reads the cookies, and may refuse them, before all else
        new_folder = prepare_folder(config.archive.warcs)
        with (
            lock.hold_folder(config.archive.warcs) if new_folder else nullcontext(),
            self._writer() as warcs,
            asking as session,
        ):
            intake, watch = Intake(store, config, self.profiles), _assembling(store, watch)
            crawler = Crawler(
                config=config,
                store=store,
                warcs=warcs,
                session=session,
                intake=intake,
                watch=watch,
                clock=self.clock,
                disk=self.room(),
                budget=budget,
                report=report,
            )
            bounds = Bounds(config, self.clock, budget or Budget())
            crawler.run(pages)
            if archives and not report.stopped:
                Rescue(
                    config,
                    store,
                    warcs,
                    session,
                    intake,
                    archives.names,
                    report,
                    bounds,
                    lists=list(archives.lists),
                    pages=archives.pages,
                    watch=watch,
                    clock=self.clock,
                    disk=self.room(),
                ).run()
            sealed = warcs.seal()
        for each in sealed:
            store.save_warc(each.file, each.bytes, each.sha256, each.sealed_at)
        report.warcs = [each.file for each in sealed]

    def _writer(self) -> Writer:
        return Writer(
            self.config.archive.warcs,
            prefix=WARC_PREFIX,
            info=self.warcinfo(),
            clock=self.clock.now,
        )

    def _session(self, pages: Sequence[FrontierPage]) -> Session:
        """Return the session in which *pages* and what they lead to are asked for."""
        config, polite = self.config, self.config.polite
        asked = {page.source for page in pages}
        return Session(
            user_agent=self._user_agent(),
            limits=Limits(
                connect_timeout=polite.connect_timeout,
                read_timeout=polite.read_timeout,
                deadline=polite.deadline,
                max_bytes=polite.max_bytes,
            ),
            allow_addresses=config.network.allow_addresses,
            connect_to=config.network.connect_to,
            clock=self.clock,
            purses={
                source.name: read_cookies(source.cookies)
                for source in config.sources
                if source.cookies and source.name in asked
            },
        )

    def room(self) -> Room:
        archive = self.config.archive
        return Room((archive.warcs, archive.database.parent), archive.keep_free)

    def _user_agent(self) -> str:
        contact = self.config.archive.operator
        return f"Storykeep/{__version__}" + (f" ({contact})" if contact else "")

    def warcinfo(self) -> Mapping[str, str]:
        return {
            "software": f"Storykeep/{__version__}",
            "operator": self.config.archive.operator,
            "http-header-user-agent": self._user_agent(),
            "robots": "obey" if self.config.polite.robots else "ignore",
            "delay": f"{self.config.polite.delay:g}",  # what `status --politeness` holds us to
            "config-digest": digest(self.config),
        }


def _assembling(store: Store, watch: Watch) -> Watch:
    """Return *watch*, with stories made of what came so far now and then: a long run is searchable.

    Each time the captures have doubled, so the work is in proportion to what was fetched.
    """
    due = 200

    def taken(taken: Taken, report: Report, waiting: int) -> None:
        nonlocal due
        watch.taken(taken, report, waiting)
        if report.captures >= due:
            due *= 2
            _assemble(store, report)

    return replace(watch, taken=taken)


class _OutOfTimeError(Exception):
    """Assembling after a stop has lasted long enough; the next run does the rest."""


def _assemble_a_while(store: Store, report: Report) -> None:
    """Assemble what came before a stop, host by host, for a short time only."""
    end = time.monotonic() + _LAST_WORK

    def tick() -> None:
        if time.monotonic() > end:
            raise _OutOfTimeError

    with suppress(_OutOfTimeError):
        for host in store.dirty_hosts():
            tick()
            saved = assemble_host(store, host, tick=tick)
            report.stories_new += saved.new
            report.stories_changed += saved.changed


def _assemble(store: Store, report: Report) -> None:
    new, changed = assemble_all(store)
    report.stories_new += new
    report.stories_changed += changed
