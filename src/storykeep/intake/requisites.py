"""What belongs to a page beside its text: pictures in a story, and stylesheets and scripts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from storykeep import urls
from storykeep.config import Source
from storykeep.model import Page, Part

MOST = 200  # of one page; a page that has more is no story's
_TAG = re.compile(rb"<(link|script|base)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"\b(href|src|rel)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_HTML = frozenset({"text/html", "application/xhtml+xml", ""})


def belongings(source: Source, page: Page, part: Part) -> dict[str, str]:
    """Return what *source* wants of a page beside its text: addresses, and "image" or "requisite".

    Only what lies on the page's own site, or on a host below it.
    """
    found: dict[str, str] = {}
    if source.images and part.outcome == "story":
        found |= dict.fromkeys(_pictures(part), "image")
    if source.requisites and _mime(page) in _HTML:
        found |= dict.fromkeys(_sheets_and_scripts(page), "requisite")
    own = ((url, kind) for url, kind in found.items() if _is_near(url, page.url))
    return dict(list(own)[:MOST])


def _pictures(part: Part) -> Iterator[str]:
    for block in part.prose:
        for mark in block.marks:
            if mark.kind == "image":
                source = json.loads(mark.value).get("src") or ""
                if (address := urls.try_canonical(source)) is not None:
                    yield address


def _sheets_and_scripts(page: Page) -> Iterator[str]:
    base = page.url
    for tag, written in _TAG.findall(page.body):
        attributes = _attributes(written.decode("latin-1"))
        name = tag.lower()
        if name == b"base":
            base = urls.join(page.url, attributes.get("href", "")) or base
            continue
        wanted = "stylesheet" in attributes.get("rel", "").lower().split() or name == b"script"
        target = attributes.get("src" if name == b"script" else "href", "").strip()
        if wanted and target and (address := urls.join(base, target)) is not None:
            yield address


def _attributes(written: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(written)
    return {name.lower(): html.unescape(one or two or three) for name, one, two, three in found}


def _is_near(url: str, page: str) -> bool:
    home = urls.hostname(page).removeprefix("www.")
    return urls.same_site(url, page) or urls.hostname(url).endswith(f".{home}")


def _mime(page: Page) -> str:
    return page.header("content-type").partition(";")[0].strip().lower()
