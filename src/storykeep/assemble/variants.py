"""Addresses that differ in letter case alone, where a web archive gave one of them.

An archive finds a page whatever the letter case of its address, so its captures of one page come
under several. A live site may mean two pages by them, and so may an archive's: where what they say
of title and author keeps them apart, they stay so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from storykeep.assemble.grouping import may_be_one_work
from storykeep.assemble.pages import page_key, page_of
from storykeep.assemble.plan import SitePage


def with_variants(
    pages: Mapping[str, SitePage],
) -> tuple[dict[str, SitePage], dict[str, str]]:
    """Return *pages* with those of one page joined, and the key that each joined one had -> it."""
    archived = {key for key, page in pages.items() if _is_archived(page)}
    groups: dict[str, list[str]] = defaultdict(list)
    for key in pages if archived else ():
        groups[key.lower()].append(key)
    joined = dict(pages)
    found: dict[str, str] = {}
    for keys in groups.values():
        if len(keys) < 2:
            continue
        # What the site itself gave keeps its address; else what was captured first does.
        first, *others = sorted(keys, key=lambda key: (key in archived, _begin(pages[key])))
        for other in others:
            if other in archived and _is_one(pages[first], pages[other]):
                pieces = [*joined[first].pieces, *joined.pop(other).pieces]
                joined[first] = page_of(first, pieces)
                found[other] = first
    return joined, found


def _is_archived(page: SitePage) -> bool:
    return all(
        piece.capture is not None and piece.capture.provenance.origin == "wayback"
        for piece in page.pieces
    )


def _begin(page: SitePage) -> tuple[object, ...]:
    return page.pieces[0].order


def _is_one(one: SitePage, other: SitePage) -> bool:
    # Where only one is a story, what the other answers says nothing about it.
    both = bool(one.stories and other.stories)
    return both and may_be_one_work(one.current, other.current)


def other_addresses(page: SitePage) -> set[str]:
    """Return the other addresses at which *page* was a story: spellings of one, or old ones."""
    here = page_key(page.current.url)
    return {
        url
        for url in {piece.part.url for piece in page.stories}
        if (key := page_key(url)) != here and (page.address or key.lower() == here.lower())
    }
