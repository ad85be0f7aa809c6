"""All plans of a host, told one after the other -> its site facts, and which absences count.

Of each page some dozens of bytes are kept, and what is absent.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from storykeep.assemble.brake import Work, believed, is_archived, is_too_much
from storykeep.assemble.carrying import Mark, Marks, StoryPage, StoryPages, Texts
from storykeep.assemble.facts import folder_of, last_begin, marks_of, site_facts
from storykeep.assemble.looks import Past
from storykeep.assemble.pages import host_of
from storykeep.assemble.plan import Order, SitePage, StoryPlan
from storykeep.assemble.planning import Planned
from storykeep.model import Part, SiteFact

_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a host when all of it was told."""

    facts: tuple[SiteFact, ...]
    calm_since: str | None  # as in `Survey`
    settled: Mapping[str, SitePage]  # the pages that have absences, with those that count

    def weighed(self, plan: StoryPlan) -> StoryPlan:
        """Return *plan* with the absences of its pages that count."""
        if not any(each.page.key in self.settled for each in plan.chapters):
            return plan
        return replace(
            plan,
            chapters=tuple(
                replace(each, page=self.settled.get(each.page.key, each.page))
                for each in plan.chapters
            ),
        )


class Overview:
    """The plans of a host, each told once, those that share a page in their order.

    *is_shared* tells of each mark that several pages carry, and may tell so of others.
    """

    def __init__(self, is_shared: Callable[[Mark], bool]) -> None:
        self._is_shared = is_shared
        self._keys = Texts()  # of the stories; "" where it is the address of the first page
        self._pages = StoryPages()  # of theirs
        self._owners = array("l")  # the place of the story of each page
        self._others: dict[int, tuple[str, ...]] = {}  # more addresses of a page, by its place
        self._absent: dict[int, list[SitePage]] = {}  # by story
        self._is_calm = True
        self._is_archived = True
        self._first: tuple[Order, str] | None = None  # capture, and its host
        self._marks: dict[tuple[Marks, ...], tuple[Marks, ...]] = {}
        self._authors: dict[frozenset[str], frozenset[str]] = {}

    def add(self, found: Planned) -> list[SitePage]:
        """Take in plans; return the pages in them that have absences."""
        self._is_calm &= found.is_calm
        known: dict[int, Marks] = {}  # by id of the part: most readings of a page share theirs
        for plan in found.plans:
            first = plan.first_capture
            if self._first is None or first < self._first[0]:
                self._first = first, host_of(plan.chapters[0].page.current.url)
            listed = frozenset(each.value.casefold() for each in plan.authors[:1] if each.value)
            place = len(self._pages)
            for chapter in plan.chapters:
                self._add_page(chapter.page, listed, known)
            self._keys.append(plan.key if plan.key != self._pages.first_url(place) else "")
        chapters = (each for plan in found.plans for each in plan.chapters)
        return [each.page for each in chapters if each.page.absences]

    def _add_page(self, page: SitePage, listed: frozenset[str], known: dict[int, Marks]) -> None:
        place, part = len(self._pages), page.current
        orders = tuple(each.order for each in page.stories)
        marks = tuple(self._marks_of(each.part, known) for each in page.stories)
        marks = self._marks.setdefault(marks, marks)
        authors = _NOBODY
        if any(marks):  # nobody asks who wrote what is its page's own
            authors = frozenset(author.name.casefold() for author in part.authors) or listed
            authors = self._authors.setdefault(authors, authors)
        self._pages.append(StoryPage(sys.intern(folder_of(part.url)), orders, marks, authors))
        self._owners.append(len(self._keys))
        if others := {piece.part.url for piece in page.pieces} - {orders[0][3]}:
            self._others[place] = tuple(others)
        if page.absences:
            self._absent.setdefault(len(self._keys), []).append(page)
        self._is_archived &= all(map(is_archived, page.stories))

    def _marks_of(self, part: Part, known: dict[int, Marks]) -> Marks:
        if id(part) not in known:
            known[id(part)] = frozenset(filter(self._is_shared, marks_of(part)))
        return known[id(part)]

    def judged(self, past: Past, confirmed: Callable[[str], str | None]) -> Judged:
        """Return what all that was told says; *past* and *confirmed* are those of `survey`."""
        host = self._first[1] if self._first else ""
        settled: dict[str, SitePage] = {}
        if self._absent:
            settled = believed(self._works(), past, host=host, confirmed=confirmed)
        is_open = is_too_much(len(self._keys), self._missing(settled))
        return Judged(
            site_facts(host, self._pages),
            last_begin(self._pages) if self._is_calm and not is_open else None,
            settled,
        )

    def _works(self) -> Iterator[Work]:
        for story, places in self._by_story():
            urls: list[str] = []
            for place in places:
                urls += (self._pages.first_url(place), *self._others.get(place, ()))
            yield Work(
                self._keys[story] or self._pages.first_url(places[0]),
                [page.orders[0] for page in self._pages.some(places)],
                urls,
                self._absent.get(story, ()),
                self._is_archived,
            )

    def _by_story(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the place of each story, with those of its pages; they were told in a row."""
        begin = 0
        for place in range(1, len(self._owners) + 1):
            if place == len(self._owners) or self._owners[place] != self._owners[begin]:
                yield self._owners[begin], range(begin, place)
                begin = place

    def _missing(self, settled: Mapping[str, SitePage]) -> Iterable[tuple[int, int, int]]:
        sizes = {story: len(places) for story, places in self._by_story() if story in self._absent}
        for story, absent in self._absent.items():
            pages = [settled.get(page.key, page) for page in absent]
            missing = sum(page.missing is not None for page in pages)
            gone = sum(page.gone_since is not None for page in pages)
            yield missing, gone, sizes[story]


def shared_marks(plans: Iterable[StoryPlan]) -> set[Mark]:
    """Return the marks that several pages carry, and a few more; nearly every line is its own."""
    met: set[int] = set()
    again: set[int] = set()
    for plan in plans:
        for chapter in plan.chapters:
            carried = {hash(mark) for mark in _carried(chapter.page)}
            again |= met & carried
            met |= carried
    return {
        mark
        for plan in plans
        for chapter in plan.chapters
        for mark in _carried(chapter.page)
        if hash(mark) in again
    }


def _carried(page: SitePage) -> set[Mark]:
    parts = {id(each.part): each.part for each in page.stories}.values()
    return {mark for part in parts for mark in marks_of(part)}
