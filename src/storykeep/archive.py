"""The front door of the library: one archive on disk, and what can be done with it.

`Archive` knows where things lie and in which order the stages meet; each stage knows its own work.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from storykeep import __version__, profiles, urls
from storykeep.config import ADDED, SAMPLE_HOST, Config, digest
from storykeep.crawl import Crawler, Watch
from storykeep.errors import ConfigError, DamageError, LockedError, UsageError
from storykeep.fetch import Limits, Session
from storykeep.intake import (
    Intake,
    Taken,
    assemble_all,
    assemble_host,
    source_of,
    timestamp,
)
from storykeep.model import Capture, FrontierPage, Page, Part, Report
from storykeep.store import Store, refuse_foreign, replace_database
from storykeep.warc import FailureRecord, Torn, Writer, files, heal, load_page, manifest, scan

_WARC_PREFIX = "storykeep"
_NOBODY = Watch()


@dataclass(frozen=True, slots=True)
class Due:
    """What a run would ask for now."""

    pages: tuple[FrontierPage, ...]
    sample: tuple[FrontierPage, ...]  # of the bundled sample, which is not served in this run

    def least_seconds(self, delay: float) -> float:
        """Return the least time the pages take: hosts side by side, each with its gaps."""
        counts: dict[str, int] = {}
        for page in self.pages:
            host = urls.host(page.url)
            counts[host] = counts.get(host, 0) + 1
        # robots.txt is one request more; there is a gap between two requests.
        return max((count * delay for count in counts.values()), default=0.0)


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild read and made."""

    files: int = 0
    captures: int = 0
    stories: int = 0
    healed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rederived:
    """A capture whose part is not what it was: the names of the fields that changed."""

    url: str
    before: Part | None
    after: Part

    def changed_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that differ; all is "new" where there was no part."""
        if self.before is None:
            return ("new",)
        names = [each.name for each in fields(Part)]
        return tuple(n for n in names if getattr(self.before, n) != getattr(self.after, n))


def _assembling(store: Store, watch: Watch) -> Watch:
    """Return *watch*, with stories made of what came so far now and then: a long run is searchable.

    Each time the captures have grown by half, so the work is in proportion to what was fetched.
    """
    due = 200

    def taken(taken: Taken, report: Report, waiting: int) -> None:
        nonlocal due
        watch.taken(taken, report, waiting)
        if report.captures >= due:
            due += due // 2
            _assemble(store, report)

    return replace(watch, taken=taken)


def _assemble(store: Store, report: Report) -> None:
    new, changed = assemble_all(store)
    report.stories_new += new
    report.stories_changed += changed


class Archive:
    """One archive: its config, its WARCs and its database."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.profiles = profiles.load(config.folder / "profiles", profiles.SHIPPED)
        self._check_profiles()

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
            )
        )

    # ---- asking sites

    def run(
        self,
        names: Collection[str] = (),
        watch: Watch = _NOBODY,
        started: Callable[[Due], None] = lambda due: None,
    ) -> Report:
        """Archive what is due of the sources called *names*, or of all; return what happened.

        *started* is told what is due before the first request.

        Raises ConfigError for an unknown name, or where a public site is due and `operator` is
        empty; LockedError where another process writes.
        """
        self._check_names(names)
        with self._writing() as (store, healed):
            start = datetime.now(UTC)
            self._plant(store)
            due = self._due(store, names, start)
            self._check_operator(due.pages)
            started(due)
            report = self._gather(store, due.pages, watch)
            report.healed = healed
            report.sample_due = len(due.sample)
            report.next_due = store.next_due([source.name for source in self.config.sources])
            store.save_run(timestamp(start), timestamp(datetime.now(UTC)), report)
        return report

    def add(self, addresses: Sequence[str], watch: Watch = _NOBODY) -> Report:
        """Archive the pages at *addresses* now, each alone, under the source "added"."""
        found = dict.fromkeys(urls.canonical(each) for each in addresses)
        pages = [FrontierPage(urls.key(url), url, ADDED, kind="added") for url in found]
        self._check_operator(pages)
        with self._writing() as (store, healed):
            self._plant(store)
            report = self._gather(store, pages, watch)
            report.healed = healed
        return report

    def _check_names(self, names: Collection[str]) -> None:
        known = [source.name for source in self.config.sources]
        for name in names:
            if name not in known:
                raise ConfigError(
                    f"there is no source {name!r} in the config",
                    hint=f"it has: {', '.join(known)}" if known else "it has none yet",
                )

    def _check_profiles(self) -> None:
        known = {profile.name for profile in self.profiles}
        for source in self.config.sources:
            if source.profile != "auto" and source.profile not in known:
                raise ConfigError(
                    f"source {source.name!r} names the profile {source.profile!r}; there is none",
                    hint='profile = "auto" lets the page decide',
                )

    def _check_operator(self, pages: Iterable[FrontierPage]) -> None:
        if self.config.archive.operator:
            return
        for page in pages:
            if urls.hostname(page.url) == SAMPLE_HOST and self._is_public(page.url):
                raise UsageError(
                    f"{page.url} is a page of the bundled sample",
                    hint="only this serves and archives it: storykeep sample --run",
                )
            if self._is_public(page.url):
                raise ConfigError(
                    f"{urls.host(page.url)} is a public site and operator is empty",
                    hint='its owner must be able to reach you: set operator = "you@example.org" '
                    "under [archive] in config.toml; storykeep init writes one",
                )

    def _is_public(self, url: str) -> bool:
        name = urls.hostname(url)
        if f"{name}:{urls.port(url)}" in self.config.network.connect_to:
            return False
        try:
            return ipaddress.ip_address(name.strip("[]")).is_global
        except ValueError:
            return name != "localhost" and not name.endswith(".localhost")

    def _plant(self, store: Store) -> None:
        """Put the start pages of the config on the frontier; give pages their source's new name."""
        with store.atomic():
            known = [ADDED, *(source.name for source in self.config.sources)]
            for orphan in store.pages_of_others(known):
                if renamed := source_of(self.config, orphan.source, orphan.url):
                    store.put_page(replace(orphan, source=renamed.name))
            for source in self.config.sources:
                for url in source.start:
                    page = FrontierPage(urls.key(url), url, source.name, kind="start")
                    row = store.page(page.url_key)
                    if row is None or self.config.source(row.source) is not None:
                        store.add_page(page)
                    else:
                        # It was added by hand, or its source is gone: the page changes hands.
                        store.put_page(replace(row, source=source.name, kind="start", next_due=""))

    def _due(self, store: Store, names: Collection[str], now: datetime) -> Due:
        wanted = names or [source.name for source in self.config.sources]
        pages = store.due_pages(timestamp(now), wanted)
        served = f"{SAMPLE_HOST}:80" in self.config.network.connect_to
        sample = [page for page in pages if urls.host(page.url) == SAMPLE_HOST and not served]
        kept = {page.url_key for page in sample}
        return Due(tuple(page for page in pages if page.url_key not in kept), tuple(sample))

    def _gather(self, store: Store, pages: Sequence[FrontierPage], watch: Watch) -> Report:
        """Crawl and assemble; also after Ctrl-C or a signal, so that what came can be found."""
        try:
            report = self._crawl(store, pages, watch) if pages else Report()
        except BaseException as stop:
            if not isinstance(stop, Exception):
                assemble_all(store)
            raise
        _assemble(store, report)
        return report

    def _crawl(self, store: Store, pages: Sequence[FrontierPage], watch: Watch) -> Report:
        config = self.config
        limits = Limits(
            connect_timeout=config.polite.connect_timeout,
            read_timeout=config.polite.read_timeout,
            deadline=config.polite.deadline,
            max_bytes=config.polite.max_bytes,
        )
        with (
            Writer(config.archive.warcs, prefix=_WARC_PREFIX, info=self._warcinfo()) as warcs,
            Session(
                user_agent=self._user_agent(),
                limits=limits,
                allow_addresses=config.network.allow_addresses,
                connect_to=config.network.connect_to,
            ) as session,
        ):
            crawler = Crawler(
                config=config,
                store=store,
                warcs=warcs,
                session=session,
                intake=Intake(store, config, self.profiles),
                watch=_assembling(store, watch),
            )
            report = crawler.run(pages)
            sealed = warcs.seal()
        for each in sealed:
            store.save_warc(each.file, each.bytes, each.sha256, each.sealed_at)
        report.warcs = [each.file for each in sealed]
        return report

    def _user_agent(self) -> str:
        contact = self.config.archive.operator
        return f"Storykeep/{__version__}" + (f" ({contact})" if contact else "")

    def _warcinfo(self) -> Mapping[str, str]:
        return {
            "software": f"Storykeep/{__version__}",
            "operator": self.config.archive.operator,
            "http-header-user-agent": self._user_agent(),
            "robots": "obey" if self.config.polite.robots else "ignore",
            "config-digest": digest(self.config),
        }

    # ---- making again

    def rebuild(self, step: Callable[[int], None] = lambda done: None) -> Rebuilt:
        """Make the database again from the WARCs alone; the old one stands until it is whole.

        Raises StoreError, before anything is done, where the file to replace is another program's
        or a newer Storykeep's. Raises DamageError, when all is done, where some of what the WARCs
        held cannot be read.
        """
        done, damage = Rebuilt(), self._missing_warcs()
        database = self.config.archive.database
        new = database.with_name(database.name + ".new")
        with self._locked():
            refuse_foreign(database)
            done.healed = [str(each) for each in heal(self.config.archive.warcs)]
            with Store.build(new) as store:
                self._plant(store)
                self._take_in_all(store, done, damage, step)
                assemble_all(store)
                done.stories = store.count_stories()
                store.finish()
            replace_database(new, database)
        if damage:
            raise DamageError(
                f"rebuilt {database} with {done.captures} captures, but: {'; '.join(damage)}",
                hint="put the damaged or missing files back from a second copy, then rebuild again",
            )
        return done

    def _missing_warcs(self) -> list[str]:
        warcs = self.config.archive.warcs
        there = {path.name for path in files(warcs)}
        lost = [each.file for each in manifest(warcs) if each.file not in there]
        return [f"{name} is in the manifest and missing" for name in lost]

    def _take_in_all(
        self, store: Store, done: Rebuilt, damage: list[str], step: Callable[[int], None]
    ) -> None:
        intake = Intake(store, self.config, self.profiles)
        for path in files(self.config.archive.warcs):
            done.files += 1
            # One transaction a file: nobody reads this database before it is whole.
            with store.atomic():
                done.captures += self._take_in_file(store, intake, path, damage)
            step(done.captures)

    def derive(
        self, step: Callable[[int], None] = lambda done: None, *, dry_run: bool = False
    ) -> Iterator[Rederived]:
        """Derive every capture again; yield those whose part is not what it was.

        Unless *dry_run*, the new parts are saved and their hosts assembled again.
        """
        with self._writing() as (store, _):
            intake = Intake(store, self.config, self.profiles)
            hosts = set()
            for done, (capture, before) in enumerate(store.derived(), 1):
                page = self._page(store, capture)
                after = intake.derive(capture, page)
                if after != before:
                    yield Rederived(capture.url, before, after)
                    if not dry_run:
                        intake.save_again(capture, page, after)
                        hosts.add(urls.host(capture.url))
                step(done)
            for host in sorted(hosts):
                assemble_host(store, host)

    # ---- opening for writing

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the archive for writing; the lock dies with its process."""
        database = self.config.archive.database
        database.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(database.with_name(database.name + ".lock"), timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise LockedError(
                f"another Storykeep is writing to {database}",
                hint="wait until it is done; searching and reading work meanwhile",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _writing(self) -> Iterator[tuple[Store, list[str]]]:
        """Open the archive for writing, with everything healed and taken in that a crash left."""
        with self._locked():
            healed = [str(each) for each in heal(self.config.archive.warcs)]
            store = Store.open(self.config.archive.database)
            try:
                self._take_in_missing(store, healed)
                yield store, healed
                store.finish()
            finally:
                store.close()

    def _take_in_missing(self, store: Store, healed: list[str]) -> None:
        """Take in whole captures that the database lacks, after a crash or when it was lost."""
        intake = Intake(store, self.config, self.profiles)
        taken = 0
        for path in files(self.config.archive.warcs):
            if not store.knows_warc(path.name):
                taken += self._take_in_file(store, intake, path, healed)
        if taken:
            healed.append(f"the database lacked captures that are in the WARCs; took in {taken}")
            assemble_all(store)

    def _take_in_file(self, store: Store, intake: Intake, path: Path, damage: list[str]) -> int:
        """Take in what of the WARC at *path* the database lacks; return how many captures.

        What cannot be read is told in *damage*: it must not keep the rest from its readers.
        """
        taken = 0
        torn: list[Torn] = []
        for record in scan(path, on_torn=torn.append):
            if isinstance(record, FailureRecord):
                if not store.has_attempt(record.warc, record.offset):
                    intake.failed(record)
            elif self._is_wanted(store, record.capture):
                try:
                    page = self._page(store, record.capture)
                except DamageError as error:
                    damage.append(str(error))
                    continue
                intake.take_in(record.capture, page)
                taken += 1
        damage += [f"{each.warc} from {each.start} to {each.end}: {each.why}" for each in torn]
        for sealed in manifest(self.config.archive.warcs):
            if sealed.file == path.name:
                store.save_warc(sealed.file, sealed.bytes, sealed.sha256, sealed.sealed_at)
        return taken

    def _is_wanted(self, store: Store, capture: Capture) -> bool:
        # A WARC of another tool may hold answers of another kind, such as dns:.
        is_web = urls.try_canonical(capture.url) is not None
        return is_web and not store.has_capture(capture.warc, capture.offset)

    def _page(self, store: Store, capture: Capture) -> Page:
        original = store.original_of(capture) if capture.revisit_of else None
        return load_page(
            self.config.archive.warcs,
            capture,
            original=original,
            max_bytes=self.config.polite.max_bytes,
        )
