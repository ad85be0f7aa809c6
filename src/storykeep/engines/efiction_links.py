"""eFiction's addresses: which script each asks, for what, and what links to them are."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from storykeep import urls
from storykeep.engines import linking
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.model import Link, LinkKind
from storykeep.patterns import lazy

_FILES = lazy(
    r"/(viewstory|viewuser|reviews|browse|titles|authors|categories|user|member|"
    r"viewseries|series|challenges|search|contact|report|admin|news|featured|"
    r"toplists|favorites|rss|stories|characters|recommendations|betasearch|help|"
    r"rules|tos|submission|members)\.php$",
    re.IGNORECASE,
)
_LISTS = frozenset(
    {
        "browse",
        "titles",
        "authors",
        "categories",
        "viewuser",
        "viewseries",
        "series",
        "toplists",
        "featured",
        "challenges",
        "characters",
        "stories",
        "recommendations",
        "members",
    }
)
SPURNED = frozenset(
    {
        "reviews",
        "user",
        "member",
        "report",
        "contact",
        "admin",
        "favorites",
        "search",
        "rss",
        "betasearch",
        "news",
    }
)


def file_of(url: str) -> str | None:
    """Return which of eFiction's scripts an address names, else None."""
    if ".php" not in url.lower():
        return None
    found = _FILES.search(urls.split(url).path)
    return found.group(1).lower() if found else None


def query_of(url: str) -> dict[str, str]:
    """Return the first value of each query parameter."""
    return {
        name: values[0]
        for name, values in parse_qs(urls.split(url).query, keep_blank_values=True).items()
    }


def entries(sheet: Sheet, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Give each listed story its title and author: the viewuser link behind it on its line."""
    found: dict[str, tuple[str, str | None]] = {}
    pending: str | None = None
    for anchor in sheet.anchors:
        script, query = file_of(anchor.url), query_of(anchor.url)
        if script == "viewstory" and set(query) <= {"sid", "i"} and anchor.text:
            known = found.get(anchor.url)
            found[anchor.url] = known or (anchor.text, None)
            pending = anchor.url
        elif script == "viewuser" and pending is not None and "action" not in query:
            title, author = found[pending]
            if author is None and anchor.text:
                found[pending] = (title, anchor.text)
        elif script in {"reviews", "browse"}:
            pending = None
    return linking.with_entries(links, found)


def classify(sheet: Sheet) -> linking.Classify:
    """Return what tells the links of a page apart."""
    here = query_of(sheet.url)

    def kind(anchor: Anchor) -> LinkKind | None:
        script, query = file_of(anchor.url), query_of(anchor.url)
        if script in SPURNED or query.get("action") in {"contact", "login", "favadd", "add"}:
            return "ignore"
        if script is None:
            return None
        if any(
            name in query for name in ("sort", "sortorder", "let_sort", "ratingid", "completed")
        ):
            return "ignore"
        if script == "viewstory":
            return _story_link(query, here)
        if script == "browse" and "catid" in query and file_of(sheet.url) == "viewstory":
            return "ignore"  # the same stories as on every other list, once for each story in it
        return "index" if script in _LISTS else None

    return kind


def _story_link(query: dict[str, str], here: dict[str, str]) -> LinkKind:
    if query.get("action") == "printable":
        return "alias"
    if "ageconsent" in query or "warning" in query:
        return "ignore"
    if "index" in query:
        return "index"
    if "chapter" in query and query.get("sid") == here.get("sid"):
        return "chapter"
    return "link"
