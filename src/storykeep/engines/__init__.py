"""The engines in the order they are asked, and the choice among them by the page's own marks."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from storykeep.engines import (
    automated_archive,
    catalogue,
    download,
    efiction,
    ffnet,
    forum,
    forumotion,
    generic,
    invision,
    linking,
    livejournal,
    messages,
    otw,
    phpbb,
    platform,
    rows,
    royalroad,
    settle,
    smf,
    taught,
    text,
    vbulletin,
    xenforo,
)
from storykeep.engines.sheet import Sheet
from storykeep.header.titles import squash
from storykeep.model import Part
from storykeep.profiles import Profile

# Signatures go from the surest to none at all.
ENGINES: tuple[ModuleType, ...] = (
    text,
    download,
    otw,
    ffnet,
    royalroad,
    xenforo,
    phpbb,
    forumotion,
    vbulletin,
    smf,
    invision,
    rows,
    efiction,
    automated_archive,
    livejournal,
    platform,
    forum,
    generic,
)
# Of a catalogue's entries, which are no pages, none is asked for.
NAMES = {engine.NAME: engine for engine in (*ENGINES, catalogue)}


def choose(sheet: Sheet, profile: Profile | None = None) -> ModuleType:
    """Return the engine that reads *sheet*: the profile's, else the first that knows the page."""
    if profile is not None and profile.engine in NAMES and sheet.root is not None:
        return NAMES[profile.engine]
    if profile is not None and taught.body_lines(sheet):
        return automated_archive if automated_archive.matches(sheet) else generic
    return next(engine for engine in ENGINES if engine.matches(sheet))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the part that the right engine makes of *sheet*."""
    return messages.settled(_read(sheet, profile), sheet)


def _read(sheet: Sheet, profile: Profile | None) -> Part:
    if profile is None:
        alone: Part = choose(sheet).read(sheet)
        return alone
    sheet = replace(
        sheet,
        profile=profile,
        own_lines=frozenset(map(squash, profile.chrome)) - {""},
        own_names=frozenset(map(squash, profile.site_titles)) - {""},
    )
    if taught.page_kind(sheet) == "ignore":
        engine = choose(sheet, profile)
        part = settle.plain_part(
            sheet, "not_story", taught.why(sheet, "ignore"), engine=engine.NAME,
            version=engine.VERSION, links=linking.collect(sheet) if sheet.root is not None else (),
        )  # fmt: skip
    else:
        part = choose(sheet, profile).read(sheet, profile)
    links = taught.with_kinds(part.links, sheet, listed=part.outcome == "index")
    return replace(part, links=links)


__all__ = ["ENGINES", "NAMES", "Sheet", "choose", "read"]
