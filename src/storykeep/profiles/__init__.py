"""What is known of one site: a TOML file that says which engine reads it and which lines are its
own.

The user's own folder goes before the shipped one. Nothing here reads a page.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storykeep import urls
from storykeep.errors import ConfigError

SHIPPED = Path(__file__).parent  # the profiles that come with Storykeep
_KNOWN = frozenset({"name", "hosts", "engine", "chrome", "titles"})


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts about one site."""

    name: str
    hosts: tuple[str, ...]
    engine: str | None = None  # read every page of these hosts with this engine
    chrome: tuple[str, ...] = ()  # lines that are the site's, wherever they stand
    site_titles: tuple[
        str, ...
    ] = ()  # TOML: titles; names of the site that are never a story's title
    sha256: str = ""


def parse(text: str, *, name: str) -> Profile:
    """Return the profile that TOML *text* describes; raises ConfigError where it cannot be read."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"profile {name}: {error}", hint="see docs/profiles.md") from error
    if unknown := sorted(set(data) - _KNOWN):
        raise ConfigError(
            f"profile {name}: unknown key {unknown[0]!r}",
            hint=f"known keys: {', '.join(sorted(_KNOWN))}",
        )
    engine = data.get("engine")
    if engine is not None and not isinstance(engine, str):
        raise ConfigError(f"profile {name}: engine must be a name")
    return Profile(
        name=str(data.get("name", name)),
        hosts=_strings(data, "hosts", name),
        engine=engine,
        chrome=_strings(data, "chrome", name),
        site_titles=_strings(data, "titles", name),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def load(*folders: Path) -> list[Profile]:
    """Return the profiles in *folders*; the first folder that has a name wins it."""
    found: dict[str, Profile] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            found.setdefault(path.stem, parse(path.read_text(encoding="utf-8"), name=path.stem))
    return list(found.values())


def match(url: str, profiles: Iterable[Profile]) -> Profile | None:
    """Return the first profile that names the host of *url*, or a domain it is under."""
    if "://" not in url:
        return None
    host = urls.hostname(url).lower()
    for profile in profiles:
        if any(host == name or host.endswith("." + name) for name in profile.hosts):
            return profile
    return None


def _strings(data: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"profile {name}: {key} must be a list of texts")
    return tuple(value)
