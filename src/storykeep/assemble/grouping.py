"""Pages -> works: which story pages are chapters of one story, and in which order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from storykeep.assemble.pages import page_key
from storykeep.assemble.plan import SitePage
from storykeep.model import Part
from storykeep.outline import UNPLACED

_PART_SUFFIX = re.compile(
    r"[\s,:;.\-–—(\[]*(?:(?:part|parts|chapter|ch|episode|book|section)\.?\s*)?"
    r"(?:\d+|[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?:\s*(?:/|of)\s*\d+)?[)\]\s.]*$",
    re.IGNORECASE,
)
_TRAILING_NUMBER = re.compile(
    r"[-_. ]?(?:part|pt|chapter|chap|ch)?[-_. ]?\d+[a-z]?$", re.IGNORECASE
)


def works_of(
    pages: Iterable[SitePage], contents: Mapping[str, Sequence[Part]] | None = None
) -> list[list[SitePage]]:
    """Return the story pages grouped into works, each in reading order; works in key order.

    *contents* are the tables of contents that the host has, by the site's id of the work.
    """
    contents = contents or {}
    pages = sorted(pages, key=lambda page: page.key)
    by_id: dict[str, list[SitePage]] = defaultdict(list)
    alone: list[SitePage] = []
    for page in pages:
        work_id = page.current.work_id
        if work_id is None:
            alone.append(page)
        else:
            by_id[work_id].append(page)
    works = [*by_id.values(), *_joined_by_hand(alone)]
    return [reading_order(work, contents.get(work[0].current.work_id or "", ())) for work in works]


def reading_order(work: list[SitePage], contents: Sequence[Part] = ()) -> list[SitePage]:
    """Return the pages of *work* by stated position, then as the work's own links list them."""
    listed: dict[str, int] = {}
    for part in (*contents, *(page.current for page in work)):
        for index, link in enumerate(part.links):
            if link.kind == "chapter":
                listing = link.position if link.position is not None else UNPLACED + index
                key = page_key(link.url)
                listed[key] = min(listing, listed.get(key, listing))

    def place(page: SitePage) -> tuple[int, list[tuple[int, str]]]:
        position = page.current.position
        stated = position if position is not None else listed.get(page.key, 0)
        return (stated, _natural(page.current.chapter_id or page.key))

    return sorted(work, key=place)


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a key that sorts part2 before part10."""
    return [
        (int(run), "") if run.isdecimal() and len(run) < 19 else (-1, run)
        for run in re.split(r"(\d+)", text)
    ]


# ---- pages without an id of their own: hand-made parts, name01.txt and name02.txt


def _joined_by_hand(pages: list[SitePage]) -> list[list[SitePage]]:
    """Return *pages* grouped by what they link to as their chapters, then by title and file name.

    Names say less than links: those of one group that would put two first parts into one work
    ("Story 1" and "Story 2" of one folder, each in chapters) join nothing.
    """
    by_key = {page.key: page for page in pages}
    linked = _united(pages, _linked(pages, by_key))
    works = dict(enumerate(checked for work in linked for checked in _distinct(work)))
    owners = {page.key: name for name, work in works.items() for page in work}
    for group in _siblings(pages):
        first, *others = sorted({owners[page.key] for page in group})
        one = [page for name in (first, *others) for page in works[name]]
        if others and _is_distinct(one):
            works[first] = one
            owners |= {page.key: first for page in one}
            for name in others:
                del works[name]
    return list(works.values())


def _united(pages: list[SitePage], groups: Iterable[Sequence[SitePage]]) -> list[list[SitePage]]:
    """Return *pages* so that those of each group, and what shares a page with it, are together."""
    parent = {page.key: page.key for page in pages}

    def root(key: str) -> str:
        while parent[key] != key:
            key = parent[key]
        return key

    for group in groups:
        roots = sorted({root(page.key) for page in group})
        for other in roots[1:]:
            parent[other] = roots[0]
    works: dict[str, list[SitePage]] = defaultdict(list)
    for page in pages:
        works[root(page.key)].append(page)
    return list(works.values())


def _siblings(pages: list[SitePage]) -> list[list[SitePage]]:
    """Return pages of one folder that say they are different parts of one thing."""
    buckets: dict[tuple[str, ...], list[SitePage]] = defaultdict(list)
    for page in pages:
        if page.current.position is not None:
            for name in names_of_siblings(page.current):
                buckets[name].append(page)
    return [_alike(group) for group in buckets.values() if len(group) > 1]


def names_of_siblings(part: Part) -> Iterator[tuple[str, ...]]:
    """Yield what a page has in common with the other parts of its story: title, or file name."""
    folder, stem = _folder_and_stem(part.url)
    if title := base_title(part.title):
        yield "title", folder, title
    if (series := _TRAILING_NUMBER.sub("", stem)) and series != stem:
        yield "file", folder, series.lower()


def _alike(group: list[SitePage]) -> list[SitePage]:
    """Return the pages of *group* that may be one work with its first page."""
    first = group[0].current
    return [page for page in group if may_be_one_work(first, page.current)]


def _linked(pages: list[SitePage], by_key: Mapping[str, SitePage]) -> list[list[SitePage]]:
    """Return each page with each that it calls a chapter, or once did.

    A part that was taken away is linked no more, and is a part of its story yet.
    """
    return [
        [page, other]
        for page in pages
        for other in filter(None, map(by_key.get, _chapters_of(page)))
        if may_be_one_work(page.current, other.current)
    ]


def _chapters_of(page: SitePage) -> dict[str, None]:
    """Return the keys of all that a page has ever called a chapter, in order."""
    readings = [page.current, *(piece.part for piece in page.stories)]
    links = (link for part in readings for link in part.links if link.kind == "chapter")
    return dict.fromkeys(page_key(link.url) for link in links)


def may_be_one_work(one: Part, other: Part) -> bool:
    """Return whether nothing that the two pages say of title and author keeps them apart."""
    titles = {title for part in (one, other) if (title := base_title(part.title))}
    names = [{author.name.casefold() for author in part.authors} for part in (one, other)]
    same_author = not names[0] or not names[1] or bool(names[0] & names[1])
    return len(titles) < 2 and same_author


def _distinct(work: list[SitePage]) -> list[list[SitePage]]:
    """Return *work*, or its pages apart where two of them claim to be the same part.

    The parts behind one that was taken away may have moved up to its number.
    """
    return [work] if _is_distinct(work) else [[page] for page in work]


def _is_distinct(work: Sequence[SitePage]) -> bool:
    there = [page.current for page in work if page.gone_since is None]
    stated = [part.position for part in there if part.position is not None]
    return len(stated) == len(set(stated))


def base_title(title: str | None) -> str:
    """Return *title* without its part number, for comparing only."""
    if not title:
        return ""
    bare = _PART_SUFFIX.sub("", title) or title
    return " ".join(re.sub(r"[^\w]+", " ", bare.casefold()).split())


def _folder_and_stem(url: str) -> tuple[str, str]:
    path = urlsplit(url).path
    folder, _, name = path.rpartition("/")
    return folder, name.rsplit(".", 1)[0]
