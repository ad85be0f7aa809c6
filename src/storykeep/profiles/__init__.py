"""What is known of one site: a TOML file that says which engine reads it, where its texts stand,
and which lines are its own.

The user's own folder goes before the shipped one. Nothing here reads a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from storykeep import urls
from storykeep.errors import ConfigError
from storykeep.profiles.read import parse
from storykeep.profiles.shape import ENGINES, HOLES, Profile

SHIPPED = Path(__file__).parent / "shipped"  # the profiles that come with Storykeep
_LARGEST = 1 << 20  # bytes of a file


def load(*folders: Path) -> list[Profile]:
    """Return the profiles in *folders*; the first folder that has a name wins it.

    Raises ConfigError where a file cannot be read, or two of one folder have one name.
    """
    found: dict[str, Profile] = {}
    for folder in folders:
        here: dict[str, Path] = {}
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            profile = parse(
                _read(path), name=path.stem, path=path, own=folder.resolve() != SHIPPED.resolve()
            )
            if profile.name in here:
                raise ConfigError(
                    f"{path}: name {profile.name!r} is taken by {here[profile.name].name}",
                    hint="give each profile a name of its own",
                )
            here[profile.name] = path
            found.setdefault(profile.name, profile)
    return list(found.values())


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise ConfigError(f"{path}: larger than a profile can be ({_LARGEST:,} bytes)")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}: line {line} is not UTF-8", hint="save it as UTF-8") from error


def match(url: str, profiles: Iterable[Profile]) -> Profile | None:
    """Return the profile that names the host of *url*, or a domain it is under; None without one.

    The user's own go before the shipped ones, and among each the one that says most of the address.
    """
    if "://" not in url:
        return None
    path = urlsplit(url).path
    best: tuple[tuple[bool, int], Profile] | None = None
    host, hostname = urls.host(url).lower(), urls.hostname(url).lower()
    for profile in profiles:
        found = _of_host(profile.hosts, host, hostname)
        size = max((size for folder, size in found if path.startswith(folder)), default=0)
        if size and (best is None or (profile.own, size) > best[0]):
            best = (profile.own, size), profile
    return best[1] if best else None


# Asked for every page; those of a site are of one host.
@lru_cache(maxsize=1024)
def _of_host(entries: tuple[str, ...], host: str, hostname: str) -> tuple[tuple[str, int], ...]:
    """Return of the *entries* that name a host the path that each has, and its length in all."""
    found = []
    for entry in entries:
        wanted, slash, path = entry.partition("/")
        name = host if ":" in wanted else hostname
        if name == wanted or name.endswith("." + wanted):
            found.append((slash + path, len(entry)))
    return tuple(found)


__all__ = ["ENGINES", "HOLES", "SHIPPED", "Profile", "load", "match", "parse"]
