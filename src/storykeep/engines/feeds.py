"""Feeds and sitemaps: which pages they name, and when those were last changed.

Read by their tags alone, not as XML: feeds of old sites are seldom well-formed, and an entity that
a hostile one defines is never expanded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from storykeep import urls
from storykeep.model import Link, LinkKind
from storykeep.patterns import lazy

# RSS 2.0 and 1.0, Atom (RFC 4287), the sitemaps protocol 0.9.
IS_FEED = lazy(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_ENTRY = lazy(r"<(item|entry|url|sitemap)(?=[\s>])", re.IGNORECASE)
_LINK = lazy(r"<link\b([^<>]*)>([^<]*)", re.IGNORECASE)
_LOC = lazy(r"<loc>([^<]*)", re.IGNORECASE)
_TITLE = lazy(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_HREF = lazy(r"\bhref\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_REL = lazy(r"\brel\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_DATE = lazy(r"<(?:updated|modified|pubDate|dc:date|lastmod)>([^<]*)", re.IGNORECASE)


def feed_links(text: str, url: str) -> tuple[Link, ...]:
    """Return the pages that a feed or sitemap at *url* names, each once, with its date where told.

    Other sitemaps that it names are of kind "index".
    """
    found: dict[str, Link] = {}
    for kind, entry in _entries(_spelled_out(text)):
        updated = _moment(match[1]) if kind and (match := _DATE.search(entry)) else None
        title = _plain(match[1]) if kind and (match := _TITLE.search(entry)) else ""
        for address in _addresses(entry):
            joined = urls.join(url, _plain(address))
            if joined is not None and joined not in found:
                known: LinkKind = "index" if kind == "sitemap" else "link"
                found[joined] = Link(joined, title, known, updated=updated)
    return tuple(found.values())


def _spelled_out(text: str) -> str:
    """Return *text* with the signs of each CDATA section escaped (XML 1.0, section 2.7)."""
    first, *rest = text.split("<![CDATA[")
    parts = (each.partition("]]>") for each in rest)
    return first + "".join(html.escape(inside) + behind for inside, _, behind in parts)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before the entries, under "", and each entry under its tag."""
    first, *rest = _ENTRY.split(text)
    yield "", first
    for tag, entry in zip(rest[::2], rest[1::2], strict=True):
        yield tag.lower(), entry


def _addresses(entry: str) -> Iterator[str]:
    for attributes, content in _LINK.findall(entry):
        rel = _REL.search(attributes)
        if rel is None or rel[1].lower() == "alternate":
            href = _HREF.search(attributes)
            yield href[1] if href else content
    yield from _LOC.findall(entry)


def _plain(text: str) -> str:
    return " ".join(html.unescape(html.unescape(text)).split())


def _moment(text: str) -> str | None:
    """Return a date of RFC 3339 or RFC 822 in UTC, None for what is neither."""
    written = text.strip()
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        try:
            found = parsedate_to_datetime(written)
        except ValueError:
            return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return None
