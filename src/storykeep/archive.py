"""The front door of the library: one archive on disk, and what can be done with it.

`Archive` knows where things lie and in which order the stages meet; each stage knows its own work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from storykeep import (
    decisions,
    fixing,
    lock,
    outside,
    profiles,
    reader,
    seeds,
    settled,
    urls,
    vanishing,
)
from storykeep.clock import Clock
from storykeep.config import ADDED, SAMPLE_HOST, Config
from storykeep.crawl import Budget, Watch
from storykeep.errors import CaptureError, ConfigError, DamageError, StoreError, UsageError
from storykeep.fixing import Fixed, Listed
from storykeep.foresight import Foreseen, foresee
from storykeep.gathering import WARC_PREFIX, Asked, Gathering
from storykeep.imports import Done, Told, take_in
from storykeep.imports import Wish as Wished
from storykeep.imports import foresee as foresee_import
from storykeep.intake import timestamp
from storykeep.mementos import list_address
from storykeep.model import FrontierPage, Report
from storykeep.rederive import Rederived, Rederiver, Wish
from storykeep.renew import Rebuilt, Renewal
from storykeep.repair import Repaired, repair
from storykeep.room import check_folder, prepare_folder
from storykeep.runlog import logged
from storykeep.saved import SavedSearches
from storykeep.seeds import Due
from storykeep.sharding import Where, shard
from storykeep.shards import Made
from storykeep.store import Store, mementos, refuse_foreign, replace_database
from storykeep.vanishing import Decided
from storykeep.verify import Verified, verify
from storykeep.warc import heal, is_bare

__all__ = ["Archive", "Due", "Made", "Rebuilt", "Rederived", "Repaired", "Where", "Wish"]

_NOBODY = Watch()
_FRESH = timedelta(days=1)  # a list of captures grows slowly, and each is a question


def _undecided(store: Store) -> list[tuple[str, int, str]]:
    return [
        (each["site"], each["stories"], each["reason"]) for each in reader.undecided(store.conn)
    ]


def _unwrapped(address: str) -> str:
    """Return the address of a page; of one in the Wayback Machine, that of what it was."""
    wrapped = urls.unwrap_wayback(address)
    return urls.asked_for(wrapped[1] if wrapped else address)


class Archive:
    """One archive: its config, its WARCs and its database.

    Everything that a run dates, and all its waits, go by *clock*.
    """

    def __init__(self, config: Config, *, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock or Clock()
        self.profiles = profiles.load(config.folder / "profiles", profiles.SHIPPED)
        seeds.check_profiles(config, self.profiles)
        self._gathering = Gathering(config, self.profiles, self.clock)

    def with_sample(self, address: str) -> Archive:
        """Return this archive with the sample's host reached at *address*, "127.0.0.1:43521".

        This process serves the sample itself, so no gap between requests is kept.
        """
        network = self.config.network
        return Archive(
            replace(
                self.config,
                polite=replace(self.config.polite, delay=0.0),
                network=replace(
                    network,
                    allow_addresses=(*network.allow_addresses, address.rpartition(":")[0]),
                    connect_to={**network.connect_to, f"{SAMPLE_HOST}:80": address},
                ),
            ),
            clock=self.clock,
        )

    # ---- asking sites

    def run(
        self,
        names: Collection[str] = (),
        watch: Watch = _NOBODY,
        started: Callable[[Due], None] = lambda due: None,
        budget: Budget | None = None,
    ) -> Report:
        """Archive what is due of the sources called *names*, or of all; return what happened.

        *started* is told what is due before the first request. What a *budget*, or the hours of
        the config, leave over stays due; the report says so (`bounded`).

        Raises ConfigError for an unknown name, or where a public site is due and `operator` is
        empty; LockedError where another process writes; SpaceError where the disk is nearly full
        before the first request. Where it gets so on the way, the report says so (`stopped`).
        """
        seeds.check_names(self.config, names)
        with (
            logged(self.config, self.clock) as log,
            self._writing("run") as (store, healed, undecided),
            log.kept(store) as report,
        ):
            report.healed = healed
            self._check_disk(store)
            seeds.plant(store, self.config)
            due = seeds.due(store, self.config, names, self.clock.now())
            seeds.check_operator(self.config, due.pages)
            archives = seeds.via_archives(self.config, names)
            if due.lists or due.mementos:
                seeds.check_archives(self.config, archives)
            if due.pages or due.lists or due.mementos:
                self._gathering.room().check()
            started(due)
            asked = Asked(archives) if due.lists or due.mementos else None
            self._gathering.gather(store, due.pages, log.watch(watch), report, budget, asked)
            for text in outside.told(store.conn, self.config, names) if report.captures else ():
                log.watch(watch).note(text)
            report.damage = self._damage(store, report) + undecided
            report.sample_due = len(due.sample)
            report.undecided = _undecided(store)
            report.next_due = self._next_due(store, {page.source for page in due.sample})
        report.unwritten += self.searches.write_feeds()
        return report

    def foresee(self, names: Collection[str] = ()) -> list[Foreseen]:
        """Return what `run` would ask for now, in that order; nothing is written and nothing asked.

        Raises ConfigError for an unknown name, StoreError where the database cannot be read.
        """
        seeds.check_names(self.config, names)
        database = self.config.archive.database
        connection = reader.connect(database)
        if connection is None:
            return foresee(None, self.config, names, self.clock.now())
        with closing(connection), reader.explaining(database):
            return foresee(connection, self.config, names, self.clock.now())

    def _next_due(self, store: Store, apart: Collection[str]) -> str | None:
        """Return when a run has something to do again, but for the sources told of *apart*."""
        live = {source.name for source in self.config.sources if source.via == "live"} - {*apart}
        times = [
            store.next_due(live),
            mementos.next_due(store.conn, seeds.via_archives(self.config, ())),
        ]
        return min((each for each in times if each is not None), default=None)

    def add_wayback(self, addresses: Sequence[str], watch: Watch = _NOBODY) -> Report:
        """Archive of each of the pages at *addresses* the last good capture of a web archive.

        Of an address in a web archive the capture that it names, too. The archive is the one that
        `[wayback]` names; what it listed within a day is not asked for again. Raises as `run`.
        """
        found = list(dict.fromkeys(_unwrapped(each) for each in addresses))
        seeds.check_archives(self.config, [ADDED])
        with self._writing("add") as (store, healed, undecided):
            report = self._from_archive(store, found, watch)
            self._take_named(store, addresses, watch, report)
            report.healed = healed
            for url in found:
                if not mementos.is_listed(store.conn, urls.key(url).lower()):
                    why = "the web archive has named no capture of it"
                    report.failed.append((url, why))
                    watch.failed(url, why)
            report.damage = self._damage(store, report) + undecided
        report.unwritten = self.searches.write_feeds()
        return report

    def _take_named(
        self, store: Store, addresses: Sequence[str], watch: Watch, report: Report
    ) -> None:
        """Take the captures that *addresses* in a web archive name, besides the best."""
        pages = set()
        with store.atomic():
            for stamp, url in filter(None, map(urls.unwrap_wayback, addresses)):
                page = urls.key(url).lower()
                if mementos.want(store.conn, ADDED, page, stamp):
                    pages.add(page)
        if pages and not report.stopped:
            warcs = report.warcs
            self._gathering.gather(store, (), watch, report, None, Asked([ADDED], (), pages))
            report.warcs = [*warcs, *report.warcs]

    def look_for_copies(
        self, names: Collection[str] = (), watch: Watch = _NOBODY, *, take: bool = False
    ) -> tuple[list[dict[str, Any]], Report]:
        """Ask a web archive for what is gone or missing of *names*, hosts or stories, or of all.

        Return what it has of each page, as `reader.copies` says, and what was done. With *take* the
        best capture of each is archived, too. What it listed within a day, or for a source of its
        own, is not asked for again. Raises as `run`, UsageError for an unknown name.
        """
        with self._writing("gone") as (store, healed, undecided):
            wanted = reader.wanted(store.conn, names)
            if wanted:
                seeds.check_archives(self.config, [ADDED])
            pages = [each.url for each in wanted if not self._lists_itself(store, each.url)]
            report = self._from_archive(store, pages, watch, take=take)
            report.healed = healed
            report.damage = self._damage(store, report) + undecided
            return [reader.copies(store.conn, each) for each in wanted], report

    def _lists_itself(self, store: Store, url: str) -> bool:
        """Return whether a source that asks a web archive has its captures of *url* listed."""
        names, page = seeds.via_archives(self.config, ()), urls.key(url).lower()
        return any(mementos.lists_any(store.conn, name, [page]) for name in names)

    def _from_archive(
        self, store: Store, found: Sequence[str], watch: Watch, *, take: bool = True
    ) -> Report:
        """Ask the archive of `[wayback]` for its lists of single pages, and for what is best.

        Not for those that came within a day: so a long row of them goes on where it was stopped.
        """
        self._gathering.room().check()
        self._check_disk(store)
        seeds.plant(store, self.config)
        wanted = [list_address(self.config.wayback.cdx, url, prefix=False) for url in found]
        since = timestamp(self.clock.now() - _FRESH)
        lists = [
            mementos.ListRow(each, ADDED, each)
            for each in wanted
            if not mementos.has_list(store.conn, each, since)
        ]
        pages = {urls.key(url).lower() for url in found} if take else set()
        asked = Asked([ADDED], lists, pages) if lists or pages else None
        report = Report()
        self._gathering.gather(store, (), watch, report, None, asked)
        return report

    def add(self, addresses: Sequence[str], watch: Watch = _NOBODY) -> Report:
        """Archive the pages at *addresses* now, each alone, under the source "added"."""
        found = dict.fromkeys(urls.asked_for(each) for each in addresses)
        pages = [FrontierPage(urls.key(url), url, ADDED, kind="added") for url in found]
        seeds.check_operator(self.config, pages)
        self._gathering.room().check()
        with self._writing("add") as (store, healed, undecided):
            self._check_disk(store)
            seeds.plant(store, self.config)
            report = Report(healed=healed)
            self._gathering.gather(store, pages, watch, report)
            report.damage = self._damage(store, report) + undecided
        report.unwritten = self.searches.write_feeds()
        return report

    # ---- what others saved

    def take_in(
        self,
        wish: Wished,
        tell: Callable[[Told], None] = lambda told: None,
        step: Callable[[int], None] = lambda taken: None,
    ) -> Done:
        """Take in what others saved, as *wish* names it; return what came of each file.

        *tell* hears of everything that was not taken in, and why. What was told as taken is on the
        disk; killed in between, the same import goes on. A dry run takes no lock and writes nothing
        at all.
        """
        if wish.dry_run:
            foresee_import(self.config, self.profiles, wish, done := Done(), tell=tell)
            return done
        prepare_folder(self.config.archive.warcs)
        with self._writing("import") as (store, healed, undecided):
            self._check_disk(store)
            store.hold_little()
            seeds.plant(store, self.config)
            done = Done(healed=[*healed, *undecided])
            take_in(
                store, self.config, self.profiles, wish, done,
                tell=tell, room=self._gathering.room(), step=step,
                info=self._gathering.warcinfo(), prefix=WARC_PREFIX,
            )  # fmt: skip
        done.unwritten = self.searches.write_feeds()
        return done

    # ---- corrections by hand

    @property
    def _decisions(self) -> Path:
        return self.config.folder / decisions.NAME

    def fix(
        self,
        ref: str,
        values: Mapping[str, Any],
        *,
        told: Callable[[str], None] = lambda text: None,
    ) -> Fixed:
        """Correct *values* of the story that *ref* means, as `decisions.read_word` gives them.

        It is on the disk, and in every record, when this returns. *told* hears what had to be
        mended or cannot be read. Raises UsageError where there is no such story.
        """
        with self._deciding(told) as store:
            return fixing.fix(store, self._decisions, ref, values)

    def undo_fix(self, ref: str, *, told: Callable[[str], None] = lambda text: None) -> Fixed:
        """Take back the last correction of a story that still holds; as `fix`."""
        with self._deciding(told) as store:
            return fixing.undo(store, self._decisions, ref)

    # ---- what vanished

    def confirm_gone(
        self, names: Sequence[str], *, told: Callable[[str], None] = lambda text: None
    ) -> Decided:
        """Say that what is missing of *names*, hosts or stories, is gone; told as in `fix`."""
        with self._deciding(told) as store:
            return vanishing.confirm(store, self._decisions, names, now=self.clock.now())

    def undo_gone(
        self, names: Sequence[str], *, told: Callable[[str], None] = lambda text: None
    ) -> Decided:
        """Take back that stories of *names* are gone, as `confirm_gone` said."""
        with self._deciding(told) as store:
            return vanishing.take_back(store, self._decisions, names, now=self.clock.now())

    @contextmanager
    def _deciding(self, told: Callable[[str], None]) -> Iterator[Store]:
        with self._writing("fix") as (store, healed, undecided):
            for text in (*(f"mended: {each}" for each in healed), *undecided):
                told(text)
            yield store

    def corrections(self, ref: str | None = None) -> tuple[list[Listed], list[str]]:
        """Return all corrections, or those of one story, and in words what cannot be read."""
        database = self.config.archive.database
        connection = reader.connect(database)
        try:
            with reader.explaining(database):
                return fixing.listed(connection, self._decisions, ref)
        finally:
            if connection is not None:
                connection.close()

    @property
    def searches(self) -> SavedSearches:
        """Return the searches that have a name, and their feeds."""
        return SavedSearches(self.config, self.clock)

    # ---- proving

    def verify(
        self,
        step: Callable[[int, int], None] = lambda done, total: None,
        *,
        percent: float | None = None,
        seed: int | None = None,
    ) -> Verified:
        """Check that everything on disk is as it was written, and return all damage.

        Nothing is changed and no lock is taken: a run may write meanwhile. *percent* reads that
        share of the captures only, chosen by *seed*. *step* is told the bytes read and to read.
        """
        archive = self.config.archive
        return verify(archive.warcs, archive.database, percent=percent, seed=seed, step=step)

    # ---- making again

    def rebuild(
        self, step: Callable[[int], None] = lambda done: None, *, jobs: int | None = None
    ) -> Rebuilt:
        """Make the database again from the WARCs alone; the old one stands until it is whole.

        *jobs* processes clean the pages, by default as many as there are cores; the result is the
        same whatever their number.

        Raises StoreError, before anything is done, where the file to replace is another program's
        or a newer Storykeep's. Raises DamageError, when all is done, where some of what the WARCs
        held cannot be read.
        """
        done, database = Rebuilt(), self.config.archive.database
        with self._locked("rebuild"):
            refuse_foreign(database)
            check_folder(self.config.archive.warcs)
            done.healed = [
                str(each) for each in heal(self.config.archive.warcs, clock=self.clock.now)
            ]
            damage = self._build(done, step, jobs)
        if damage:
            raise DamageError(
                f"rebuilt {database} with {done.captures} captures, but: {'; '.join(damage)}",
                hint="storykeep repair mends the files and marks what is lost for fetching again; "
                "repair --from COPY takes it from a second copy",
            )
        return done

    def _build(
        self, done: Rebuilt, step: Callable[[int], None], jobs: int | None = None
    ) -> list[str]:
        """Put a database made of the WARCs in the place of ours; return what cannot be read."""
        damage: list[str] = []
        database = self.config.archive.database
        new = database.with_name(database.name + ".new")
        journal = decisions.read(self._decisions)
        with Store.build(new) as store:
            seeds.plant(store, self.config)
            done.told = fixing.heed(store, journal)
            self._renewal(store).take_in_all(done, damage, step, jobs=jobs)
            done.told += fixing.strangers(store)
            store.finish()
        replace_database(new, database)
        return damage

    def repair(
        self,
        copy: Path | None = None,
        *,
        dry_run: bool = False,
        step: Callable[[int], None] = lambda done: None,
    ) -> Repaired:
        """Mend what is damaged, and return what was done; what is lost is due again.

        *copy* is the folder of a second archive, or of WARCs, from which lost captures are taken. A
        *dry_run* says what would be done. Raises CaptureError and StoreError where something cannot
        be written, UsageError where *copy* holds no WARC, LockedError.
        """
        with self._locked("repair"):
            refuse_foreign(self.config.archive.database)
            return repair(
                self.config,
                lambda: self._build(Rebuilt(), step),
                info=self._gathering.warcinfo(),
                copy=copy,
                dry_run=dry_run,
            )

    def derive(
        self,
        step: Callable[[int], None] = lambda done: None,
        *,
        dry_run: bool = False,
        told: Callable[[str], None] = lambda text: None,
        wish: Wish | None = None,
    ) -> Generator[Rederived, None, None]:
        """Clean captures again, all without a *wish*; yield those whose part is not what it was.

        Unless *dry_run*, the new parts are saved and their hosts assembled again; a dry run takes
        no lock and writes nothing at all. *told* hears what had to be mended first. A capture that
        cannot be cleaned keeps what is stored of it, and is yielded with the problem.
        """
        wish = wish or Wish(everything=True)
        if dry_run:
            yield from self._foresee(wish, step)
            return
        with self._writing("derive") as (store, healed, undecided):
            for text in (*(f"mended: {each}" for each in healed), *undecided):
                told(text)
            with closing(self._renewal(store).derive_again(wish, step)) as found:
                yield from found

    def _foresee(self, wish: Wish, step: Callable[[int], None]) -> Generator[Rederived, None, None]:
        database = self.config.archive.database
        with self._reading("a dry run makes none") as connection, reader.explaining(database):
            rederiver = Rederiver(connection, self.config, self.profiles)
            with closing(rederiver.rederive(wish, step)) as found:
                yield from found

    def shard(
        self,
        where: Where,
        wish: Wish,
        told: Callable[[str], None] = lambda text: None,
        step: Callable[[int], None] = lambda cleaned: None,
    ) -> Generator[Made, None, None]:
        """Clean captures again into the shards that *where* names; yield what came of each WARC.

        Nothing of this archive is written: `take_in` takes the shards in. Shards that are whole
        are passed over, so what was stopped is just called again.
        """
        with self._reading("it tells what the WARCs hold") as connection:
            yield from shard(
                connection, self.config, self.profiles, wish, where, told=told, step=step
            )

    @contextmanager
    def _reading(self, why: str) -> Iterator[sqlite3.Connection]:
        database = self.config.archive.database
        connection = reader.connect(database)
        if connection is None:
            raise StoreError(
                f"there is no {database}, and {why}",
                hint="storykeep rebuild makes it from the WARCs",
            )
        with closing(connection):
            yield connection

    def _renewal(self, store: Store) -> Renewal:
        return Renewal(store, self.config, self.profiles)

    # ---- opening for writing

    def _heal(self, store: Store, healed: list[str]) -> None:
        """Mend the WARCs that a crash left, and take in what the database lacks of any."""
        warcs = self.config.archive.warcs
        if settled.is_settled(store, warcs):
            return
        healed += [str(each) for each in heal(warcs, clock=self.clock.now)]
        self._renewal(store).take_in_missing(healed)

    def _check_disk(self, store: Store) -> None:
        """Raise CaptureError where the disk of the WARCs is not there."""
        folder, count = self.config.archive.warcs, store.count_warcs()
        if count and is_bare(folder):
            raise CaptureError(
                f"there is nothing in {folder}, where {count} WARC files should be",
                hint="is its disk there? storykeep repair --from COPY fills an empty folder again; "
                "to begin anew, move archive.db away as well",
            )

    def _damage(self, store: Store, report: Report) -> list[str]:
        return settled.find_damage(store, self.config.archive.warcs, report.warcs)

    @contextmanager
    def _locked(self, command: str) -> Iterator[None]:
        """Hold the archive for writing; others are told that *command* does."""
        archive = self.config.archive
        with lock.hold(archive.database, archive.warcs, command):
            yield

    @contextmanager
    def _writing(self, command: str) -> Iterator[tuple[Store, list[str], list[str]]]:
        """Open the archive for writing, with everything healed and taken in that a crash left.

        Give the store, what was healed, and what of decisions.jsonl cannot be read.
        """
        with self._locked(command):
            journal = decisions.read(self._decisions)
            check_folder(self.config.archive.warcs)
            healed: list[str] = []
            with Store.open(self.config.archive.database, told=healed.append) as store:
                self._heal(store, healed)
                try:
                    yield store, healed, fixing.heed(store, journal)
                except (ConfigError, UsageError):
                    # A wrong word of the user's is no crash: nothing was begun.
                    store.finish()
                    raise
                if (
                    not self._gathering.room().shortage()
                ):  # tidying the index takes room for another one
                    store.finish()
