"""Whom may we ask while `operator` names nobody? No public site: its owner must find somebody."""

from __future__ import annotations

import ipaddress
import re

from storykeep import urls
from storykeep.config import Config

# Something that a site's owner can write to or look at; whether anybody reads it, no pattern knows.
_CONTACT = re.compile(
    r"[^\s@<>()]+@[^\s@<>()]+\.[a-z0-9-]{2,}|https?://[^\s/]+\.[^\s/]{2,}", re.IGNORECASE
)
HOW = (
    'its owner must be able to reach you: set operator = "you@example.org" '
    "under [archive] in config.toml; storykeep init writes one"
)


def lacks_contact(config: Config, url: str) -> str:
    """Return why *url* may not be asked for, "" where it may: a public site needs a contact."""
    operator = config.archive.operator
    if _CONTACT.search(operator) or not _is_public(config, url):
        return ""
    told = f"is no e-mail or web address: {operator!r}" if operator else "is empty"
    return f"{urls.host(url)} is a public site and operator {told}"


def _is_public(config: Config, url: str) -> bool:
    name = urls.hostname(url)
    if f"{name}:{urls.port(url)}" in config.network.connect_to:
        return False
    try:
        return ipaddress.ip_address(name.strip("[]")).is_global
    except ValueError:
        return name != "localhost" and not name.endswith(".localhost")
