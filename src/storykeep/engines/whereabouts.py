"""Where a page lay: as it was fetched, as it says itself, or a stand-in while engines read it.

A page that was saved by hand has lost its address, and no link on it leads anywhere: engines, which
know a site by its links, would take it for any other page. A stand-in gives the links a place to
lead to, and is taken out of the part again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from storykeep import urls
from storykeep.model import Block, Evidence, Mark, Part
from storykeep.patterns import lazy

STAND_IN = "http://a.test/"  # of RFC 2606, section 2: no page was ever fetched from there
# What browsers write above a page that they save.
_SAVED_FROM = lazy(r"<!--\s*saved from url=\(\d{1,6}\)\s*(?P<url>https?://[^\s>]+)", re.IGNORECASE)
_TOP = 4000  # characters among which it stands


def is_known(url: str) -> bool:
    """True for a web address, False for the name of a file that was saved without one."""
    return "://" in url


def stand_in(name: str) -> str:
    """Return an address of nobody's for the saved page *name*."""
    return STAND_IN + quote(name, safe="/()!~*',;:@&=+$")


def stated(root: Any, text: str) -> str | None:
    """Return the address that a saved page gives itself: in the browser's comment or as canonical.

    The address of a site's front page says nothing: careless templates give it on every page.
    """
    if found := _SAVED_FROM.search(text[:_TOP]):
        return urls.try_canonical(found["url"])
    for element in root.iter("link", "meta"):
        said = element.get("href") if element.tag == "link" else element.get("content")
        named = element.get("rel") or element.get("property") or ""
        if said and named.lower() in {"canonical", "og:url"}:
            address = urls.join(STAND_IN, said)
            if address is None or address.startswith(STAND_IN):
                continue
            split = urls.split(address)
            if split.query or split.path.strip("/"):
                return address
    return None


def forget(part: Part, name: str) -> Part:
    """Return *part* without the stand-in: what led to it leads nowhere again."""
    evidence = part.evidence
    if any(STAND_IN in item.raw for found in evidence.values() for item in found):
        evidence = _renamed(evidence, name)
    return replace(
        part,
        url=name,
        links=tuple(link for link in part.links if not link.url.startswith(STAND_IN)),
        authors=tuple(
            replace(author, url=None) if (author.url or "").startswith(STAND_IN) else author
            for author in part.authors
        ),
        prose=tuple(map(_unlinked, part.prose)),
        evidence=evidence,
    )


def _renamed(
    evidence: Mapping[str, tuple[Evidence, ...]], name: str
) -> dict[str, tuple[Evidence, ...]]:
    return {
        field: tuple(
            replace(item, raw=name) if item.raw.startswith(STAND_IN) else item for item in found
        )
        for field, found in evidence.items()
    }


def _unlinked(block: Block) -> Block:
    if not any(STAND_IN in mark.value for mark in block.marks):
        return block
    kept = (_without(mark) for mark in block.marks)
    return replace(block, marks=tuple(mark for mark in kept if mark is not None))


def _without(mark: Mark) -> Mark | None:
    if STAND_IN not in mark.value:
        return mark
    if mark.kind != "image":
        return None
    image = json.loads(mark.value)
    if image["src"].startswith(STAND_IN):
        image["src"] = ""
    return replace(mark, value=json.dumps(image, ensure_ascii=False))
