"""Whose a capture is: its source and its profile, and what the code of now makes of it."""

from __future__ import annotations

from collections.abc import Iterable

from storykeep import profiles
from storykeep.apart import derive_safely
from storykeep.config import ADDED, Config, Source
from storykeep.intake.answers import redirects, sitemaps
from storykeep.intake.mementos import list_part
from storykeep.intake.rules import rules_owner
from storykeep.mementos import is_list
from storykeep.model import Capture, Page, Part
from storykeep.profiles import Profile


def source_of(config: Config, name: str, url: str) -> Source | None:
    """Return the source called *name*; where it was renamed, the first that wants *url* now."""
    known = config.source(name)
    if known is not None or name == ADDED:
        return known
    return next((source for source in config.sources if source.wants(url)), None)


def profile_of(config: Config, known: Iterable[Profile], capture: Capture) -> Profile | None:
    """Return the profile that *capture* is read with: its source's, else that of its address."""
    if rules_owner(capture.url, capture.via):
        return None
    source = source_of(config, capture.source, capture.url)
    if source is None or source.profile == "auto":
        return profiles.match(capture.url, known)
    return next((each for each in known if each.name == source.profile), None)


def part_of(capture: Capture, page: Page, profile: Profile | None) -> Part:
    """Return what the code of now makes of *capture*, whose answer is *page*."""
    if rules_owner(capture.url, capture.via):
        return Part(page.url, "robots", links=(*redirects(page), *sitemaps(page)))
    if is_list(capture.url):
        return list_part(page)
    return derive_safely(page, profile)
