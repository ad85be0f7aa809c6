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
from storykeep.model import FrontierPage
from storykeep.profiles import Profile
from storykeep.store import Store


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


def plant(store: Store, config: Config) -> None:
    """Put the start pages of *config* on the frontier; give pages their source's new name."""
    with store.atomic():
        known = [ADDED, *(source.name for source in config.sources)]
        for orphan in store.pages_of_others(known):
            if renamed := source_of(config, orphan.source, orphan.url):
                store.put_page(replace(orphan, source=renamed.name))
        for source in config.sources:
            for url in source.start:
                page = FrontierPage(urls.key(url), url, source.name, kind="start")
                row = store.page(page.url_key)
                if row is None or config.source(row.source) is not None:
                    store.add_page(page)
                else:
                    # It was added by hand, or its source is gone: the page changes hands.
                    store.put_page(replace(row, source=source.name, kind="start", next_due=""))


def due(store: Store, config: Config, names: Collection[str], now: datetime) -> Due:
    """Return what is due at *now* of the sources called *names*, or of all."""
    wanted = names or [source.name for source in config.sources]
    pages = store.due_pages(timestamp(now), wanted)
    sample = [page for page in pages if is_sample(config, page)]
    kept = {page.url_key for page in sample}
    return Due(tuple(page for page in pages if page.url_key not in kept), tuple(sample))


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
