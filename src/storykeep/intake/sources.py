"""Whose a capture is: its source and its profile, and what the code of now makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from storykeep import profiles, urls
from storykeep.apart import derive_safely
from storykeep.catalogue import MIME, entry_of
from storykeep.config import ADDED, Config, Source
from storykeep.engines import NAMES, catalogue
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


def address_of(config: Config, capture: Capture) -> str:
    """Return the address that *capture* is read under: its own, but for a memento's host.

    An archive has a site under "www." and without, by http and https, as its visitors came; it is
    one site, spelled as the start page of a source spells it.
    """
    if capture.provenance.origin != "wayback":
        return capture.url
    named = config.source(capture.source)
    starts = [url for source in ([named] if named else config.sources) for url in source.start]
    start = next((url for url in starts if urls.same_site(url, capture.url)), None)
    rest = capture.url.removeprefix(urls.origin(capture.url))
    return urls.origin(start) + rest if start else capture.url


def is_current(
    engine: str, version: int, profile_sha256: str | None, profile: Profile | None
) -> bool:
    """Return whether a part that was made by these is what the code of now would make."""
    known = NAMES.get(engine)
    same_profile = profile_sha256 == (profile.sha256 if profile else None)
    return known is not None and version == known.VERSION and same_profile


def part_of(capture: Capture, page: Page, profile: Profile | None, address: str = "") -> Part:
    """Return what the code of now makes of *capture*, whose answer is *page*.

    *address* is what `address_of` says, where that is not the capture's own.
    """
    page = replace(page, url=address) if address else page
    if rules_owner(capture.url, capture.via):
        return Part(page.url, "robots", links=(*redirects(page), *sitemaps(page)))
    if is_list(capture.url):
        return list_part(page)
    # Only what somebody took in by hand is one: no site's answer passes for its catalogue.
    if capture.mime == MIME and capture.provenance.form == "saved":
        entry = entry_of(page.body)
        if entry is not None:
            return catalogue.part_of(page.url, entry)
    return derive_safely(page, profile)
