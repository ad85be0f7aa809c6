"""The "I am over 18" links of sites that ask: which address says so, and where a gate has one."""

from __future__ import annotations

import re

from storykeep import urls
from storykeep.model import Part

# eFiction: ageconsent=ok and warning=N; AO3 and its clones: view_adult=true.
_CONSENT = re.compile(
    r"(?:^|&)(?:age_?consent=(?:ok|yes|1|true)|view_adult=true|warning=\d+"
    r"|(?:adult|over_?18|age_?(?:verified|check|ok))=(?:1|ok|on|yes|true))(?:&|$)",
    re.IGNORECASE,
)


def is_consent(url: str) -> bool:
    """Return whether to ask for *url* is to say that one is of age."""
    return bool(_CONSENT.search(urls.split(url).query))


def without_consent(url: str) -> str:
    """Return the address of the page that *url* opens, without what says that one is of age."""
    head, _, query = url.partition("?")
    kept = "&".join(pair for pair in query.split("&") if not _CONSENT.fullmatch(pair))
    return f"{head}?{kept}" if kept else head


def consent_link(part: Part) -> str | None:
    """Return where the gate *part* lets those in who say that they are of age, None where nowhere.

    Only an address on the gate's own site counts.
    """
    if part.outcome != "gate":
        return None
    found = (link.url for link in part.links if is_consent(link.url))
    return next((url for url in found if urls.same_site(url, part.url)), None)
