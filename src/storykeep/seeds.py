"""Which pages config.toml asks for, which of them are due, and whether they may be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from storykeep import urls
from storykeep.config import ADDED, SAMPLE_HOST, Config
from storykeep.crawl.contact import HOW, lacks_contact
from storykeep.errors import ConfigError, UsageError
from storykeep.intake import source_of, timestamp
from storykeep.intake.mementos import Mementos
from storykeep.mementos import LISTS_A_MINUTE, MEMENTOS_A_MINUTE
from storykeep.model import FrontierPage
from storykeep.profiles import Profile
from storykeep.store import Store
from storykeep.store import mementos as rows


@dataclass(frozen=True, slots=True)
class Due:
    """What a run would ask for now."""

    pages: tuple[FrontierPage, ...]
    sample: tuple[FrontierPage, ...]  # of the bundled sample, which is not served in this run
    lists: int = 0  # that web archives are to be asked for
    mementos: int = 0  # captures that web archives have, and that are wanted

    def least_seconds(self, delay: float) -> float:
        """Return the least time the pages take: hosts side by side, each with its gaps."""
        counts: dict[str, int] = {}
        for page in self.pages:
            host = urls.host(page.url)
            counts[host] = counts.get(host, 0) + 1
        # robots.txt is one request more; there is a gap between two requests.
        return max((count * delay for count in counts.values()), default=0.0)

    @property
    def archive_seconds(self) -> float:
        """Return the least time that web archives take, by what they allow."""
        return 60 * (self.lists / LISTS_A_MINUTE + self.mementos / MEMENTOS_A_MINUTE)


def plant(store: Store, config: Config) -> None:
    """Put the start pages of *config* on the frontier; give pages their source's new name."""
    with store.atomic():
        Mementos(store, config).plant()
        known = [ADDED, *(source.name for source in config.sources)]
        for orphan in store.pages_of_others(known):
            if renamed := source_of(config, orphan.source, orphan.url):
                store.put_page(replace(orphan, source=renamed.name))
        for source in config.sources:
            for url in source.start if source.via == "live" else ():
                page = FrontierPage(urls.key(url), url, source.name, kind="start")
                row = store.page(page.url_key)
                if row is None or config.source(row.source) is not None:
                    store.add_page(page)
                else:
                    # It was added by hand, or its source is gone: the page changes hands.
                    store.put_page(replace(row, source=source.name, kind="start", next_due=""))


def due(store: Store, config: Config, names: Collection[str], now: datetime) -> Due:
    """Return what is due at *now* of the sources called *names*, or of all."""
    wanted = [
        source.name
        for source in config.sources
        if source.via == "live" and (not names or source.name in names)
    ]
    pages = store.due_pages(timestamp(now), wanted)
    sample = [page for page in pages if is_sample(config, page)]
    kept = {page.url_key for page in sample}
    asked = tuple(page for page in pages if page.url_key not in kept)
    lists, mementos = rows.count_due(store.conn, via_archives(config, names), timestamp(now))
    return Due(asked, tuple(sample), lists, mementos)


def via_archives(config: Config, names: Collection[str]) -> list[str]:
    """Return those of the sources called *names*, or of all, that ask a web archive."""
    asked = (source for source in config.sources if source.via == "wayback")
    return [source.name for source in asked if not names or source.name in names]


def is_sample(config: Config, page: FrontierPage) -> bool:
    """Return whether *page* is of the bundled sample, and that is not served in this run."""
    served = f"{SAMPLE_HOST}:80" in config.network.connect_to
    return urls.host(page.url) == SAMPLE_HOST and not served


def check_names(config: Config, names: Collection[str]) -> None:
    """Raise ConfigError where *config* has no source of one of *names*."""
    known = [source.name for source in config.sources]
    for name in names:
        if name not in known:
            raise ConfigError(
                f"there is no source {name!r} in the config",
                hint=f"it has: {', '.join(known)}" if known else "it has none yet",
            )


def check_profiles(config: Config, profiles: Iterable[Profile]) -> None:
    """Raise ConfigError where a source names a profile that is not among *profiles*."""
    known = {profile.name for profile in profiles}
    for source in config.sources:
        if source.profile != "auto" and source.profile not in known:
            raise ConfigError(
                f"source {source.name!r} names the profile {source.profile!r}; there is none",
                hint='profile = "auto" lets the page decide',
            )


def check_archives(config: Config, names: Iterable[str]) -> None:
    """Raise ConfigError where a web archive that is asked for the sources called *names* is public
    and `operator` is no contact. "added" stands for the archive of `[wayback]`.
    """
    for name in names:
        asked = config.source(name) or config.wayback
        for url in (asked.cdx, asked.memento):
            if why := lacks_contact(config, url):
                raise ConfigError(why, hint=HOW)


def check_operator(config: Config, pages: Iterable[FrontierPage]) -> None:
    """Raise ConfigError where one of *pages* is on a public site and `operator` is no contact."""
    for page in pages:
        why = lacks_contact(config, page.url)
        if why and urls.hostname(page.url) == SAMPLE_HOST:
            raise UsageError(
                f"{page.url} is a page of the bundled sample",
                hint="only this serves and archives it: storykeep sample --run",
            )
        if why:
            raise ConfigError(why, hint=HOW)
