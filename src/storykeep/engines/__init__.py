"""The engines in the order they are asked, and the choice among them by the page's own marks."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from storykeep.engines import automated_archive, efiction, ffnet, forum, generic, otw, text
from storykeep.engines.sheet import Sheet
from storykeep.header.titles import squash
from storykeep.model import Part
from storykeep.profiles import Profile

# Signatures go from the surest to none at all.
ENGINES: tuple[ModuleType, ...] = (
    text,
    otw,
    ffnet,
    efiction,
    automated_archive,
    forum,
    generic,
)
NAMES = {engine.NAME: engine for engine in ENGINES}


def choose(sheet: Sheet, profile: Profile | None = None) -> ModuleType:
    """Return the engine that reads *sheet*: the profile's, else the first that knows the page."""
    if profile is not None and profile.engine in NAMES and sheet.root is not None:
        return NAMES[profile.engine]
    return next(engine for engine in ENGINES if engine.matches(sheet))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the part that the right engine makes of *sheet*."""
    if profile is not None and (profile.chrome or profile.site_titles):
        sheet = replace(
            sheet,
            own_lines=frozenset(map(squash, profile.chrome)) - {""},
            own_names=frozenset(map(squash, profile.site_titles)) - {""},
        )
    part: Part = choose(sheet, profile).read(sheet, profile)
    return part


__all__ = ["ENGINES", "Sheet", "choose", "read"]
