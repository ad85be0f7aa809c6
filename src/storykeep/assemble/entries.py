"""The entries of a site's own catalogue, and which story each stands beside.

They are no pages: they neither make a story nor take one away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from storykeep.assemble.pages import page_key
from storykeep.assemble.plan import Piece, SitePage, StoryPlan
from storykeep.outline import CATALOGUE


class Entries:
    """The entries of one host."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        grouped: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces:
            grouped[piece.part.url].append(piece)
        self._by_id: dict[str, list[SitePage]] = defaultdict(list)
        self._by_address: dict[str, list[SitePage]] = defaultdict(list)
        for url in sorted(grouped):
            page = SitePage(url, tuple(sorted(grouped[url], key=lambda each: each.order)), ())
            if page.current.work_id is not None:
                self._by_id[page.current.work_id].append(page)
                continue
            for key in dict.fromkeys(page_key(link.url) for link in page.current.links):
                self._by_address[key].append(page)

    def beside(self, plan: StoryPlan) -> StoryPlan:
        """Return *plan* with the entries of its story, behind what its own pages say."""
        if not self._by_id and not self._by_address:
            return plan
        found = {page.key: page for page in (*self._of_id(plan), *self._of_address(plan))}
        added = tuple(found[key] for key in sorted(found))
        return replace(plan, contents=(*plan.contents, *added)) if added else plan

    def _of_id(self, plan: StoryPlan) -> Iterable[SitePage]:
        first = plan.chapters[0].page.current
        if first.work_id is None:
            return []
        # Two sites of one host number their stories alike; each has its script elsewhere.
        scripts = {urlsplit(each.page.current.url).path for each in plan.chapters}
        return [
            page
            for page in self._by_id.get(first.work_id, ())
            if scripts & {urlsplit(link.url).path for link in page.current.links}
        ]

    def _of_address(self, plan: StoryPlan) -> Iterable[SitePage]:
        keys = {each.page.key for each in plan.chapters}
        keys |= {page_key(each.page.current.url) for each in plan.chapters}
        keys |= {page_key(url) for url in plan.aliases}
        return [page for key in keys for page in self._by_address.get(key, ())]


def entries_apart(pieces: Iterable[Piece]) -> tuple[list[Piece], Entries]:
    """Return the pieces that are pages, and the entries among the others."""
    pages: list[Piece] = []
    entries: list[Piece] = []
    for piece in pieces:
        (entries if piece.part.engine == CATALOGUE else pages).append(piece)
    return pages, Entries(entries)
