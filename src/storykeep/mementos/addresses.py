"""Addresses of mementos: `SERVICE/TIMESTAMPid_/URL`, the payload as it was captured.

`id_` asks for it without toolbar and rewritten links; the Wayback Machine and pywb both know it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from storykeep import urls

STAMP = re.compile(r"[0-9]{14}")
_ADDRESS = re.compile(
    r"(?P<service>https?://[^?#]*?/)(?P<stamp>[0-9]{4,14})(?:[a-z]{2}_)?/(?P<url>https?:/{1,2}.+)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address of a memento says."""

    service: str  # "https://web.archive.org/web/"
    stamp: str  # as many digits as it has
    url: str  # canonical


def memento_address(service: str, stamp: str, url: str) -> str:
    """Return where *service* gives the payload of *url* as it was captured at *stamp*."""
    # Spelled out first: dots would be taken for folders of the archive's own.
    return urls.canonical(f"{service.rstrip('/')}/{stamp}id_/{urls.canonical(url)}")


def told_by(address: str) -> Address | None:
    """Return what *address* says, None where it is that of no memento."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    scheme, _, rest = match["url"].partition(":")
    # Some servers collapse the two slashes inside a path to one.
    url = urls.try_canonical(f"{scheme}://{rest.lstrip('/')}")
    return Address(match["service"], match["stamp"], url) if url else None


def stamp_of(moment: datetime) -> str:
    """Return *moment* as 14 digits, UTC."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def moment_of(stamp: str) -> datetime:
    """Return the aware moment of 14 digits. Raises ValueError."""
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
