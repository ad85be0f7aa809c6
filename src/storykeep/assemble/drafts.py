"""A story's plan, before its pages are read: what it would be made of, and then their whole parts.

`survey` plans all stories of a host of outlines. Most plans are what they were when their story was
last made, and `made_of` tells which; only the others are `filled` with what their pages say.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable
from dataclasses import astuple, replace
from typing import Any
from urllib.parse import urlsplit

from storykeep import __version__
from storykeep.assemble.facts import marks_of
from storykeep.assemble.plan import Absence, ChapterPlan, Passed, Piece, SitePage, StoryPlan
from storykeep.assemble.sections import part_of_section
from storykeep.model import Capture, Part, SiteFact

# Raise it where `compose` makes another story of the same plan and the same parts.
_MEANING = 2
# Without references and interned strings, so that equal values have equal bytes in any process.
_MARSHAL = 2

PartOf = Callable[[Capture], Part]


def made_of(plan: StoryPlan, facts: Iterable[SiteFact], by_hand: str, frame: str = "") -> str:
    """Return a SHA-256 in hex of all that `compose` makes the story of: equal ones, equal stories.

    But for when each chapter was last seen to say what it says, which `last_seen` tells. *by_hand*
    is what a user corrected, *frame* what is kept of the plan (`alone`). Each piece must have the
    digest of its whole part.
    """
    told = (
        (_MEANING, __version__, plan.key, plan.host, plan.aliases, by_hand, bool(frame)),
        [astuple(each) for each in (*plan.titles, *plan.authors)],
        len(plan.titles),
        [_chapter(each) for each in plan.chapters],
        [_without_the_same([_piece(each) for each in page.pieces]) for page in plan.contents],
        _facts(plan, facts),
    )
    return hashlib.sha256(marshal.dumps(told, _MARSHAL)).hexdigest()


def _chapter(chapter: ChapterPlan) -> tuple[Any, ...]:
    page = chapter.page
    sources = sorted({piece.capture.source for piece in page.pieces if piece.capture})
    return (
        chapter.key,
        page.key,
        _without_the_same([told for piece in page.stories for told in _reading(piece)]),
        [_absence(each) for each in page.absences],
        _absence(page.missing) if page.missing else None,
        page.doubt,
        sources,
    )


def _without_the_same(told: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return what a page told in turn, without what at the end only said the same once more."""
    while len(told) > 1 and told[-1][2:] == told[-2][2:]:
        told.pop()
    return told


def last_seen(plan: StoryPlan) -> list[tuple[str, int, str]]:
    """Return of each chapter its key, and row and fetched_at of the last capture that is of it."""
    return [
        (each.key, capture.id, capture.fetched_at)
        for each in plan.chapters
        if (capture := each.page.stories[-1].capture) is not None and capture.id is not None
    ]


def _reading(piece: Piece) -> list[tuple[Any, ...]]:
    passed = [(each.id, each.order, each.sha256, None) for each in piece.passed]
    return [*passed, _piece(piece)]


def _piece(piece: Piece) -> tuple[Any, ...]:
    return (piece.capture.id if piece.capture else None, piece.order, piece.sha256, piece.span)


def _absence(absence: Absence) -> tuple[Any, ...]:
    first, back = absence.shown[0], absence.back
    return (_piece(first), absence.reason, _piece(back) if back else None)


def _facts(plan: StoryPlan, facts: Iterable[SiteFact]) -> list[tuple[str, str, str]]:
    """Return the facts that say something of the story's pages.

    A text of the template is cut from the edges of a page, which its outline tells; of a page with
    sections it does not tell those of each.
    """
    facts = tuple(facts)
    if not facts:
        return []
    pieces = [
        *(piece for each in plan.chapters for piece in each.page.stories),
        *(piece for page in plan.contents for piece in page.pieces),
    ]
    parts = {id(piece.part): piece.part for piece in pieces}.values()
    paths = {urlsplit(part.url).path for part in parts}
    edges = {mark for part in parts for mark in marks_of(part)}
    has_sections = any(piece.span for piece in pieces)
    return [
        (fact.kind, fact.text_sha256, fact.prefix)
        for fact in facts
        if any(path.startswith(fact.prefix) for path in paths)
        and (fact.kind != "chrome" or has_sections or (fact.kind, fact.text_sha256) in edges)
    ]


def opened(plan: StoryPlan, piece_of: Callable[[Passed], Piece]) -> StoryPlan:
    """Return *plan* with every reading of its pages, also those that were passed over."""
    if not any(piece.passed for each in plan.chapters for piece in each.page.stories):
        return plan
    chapters = tuple(
        replace(each, page=replace(each.page, stories=_opened(each.page.stories, piece_of)))
        for each in plan.chapters
    )
    return replace(plan, chapters=chapters)


def _opened(stories: Iterable[Piece], piece_of: Callable[[Passed], Piece]) -> tuple[Piece, ...]:
    return tuple(
        each
        for piece in stories
        for each in (*map(piece_of, piece.passed), replace(piece, passed=()))
    )


def captures_of(plan: StoryPlan) -> list[Capture]:
    """Return the captures whose whole parts `filled` asks for, one of those that share a part."""
    pieces = [
        *(piece for each in plan.chapters for piece in each.page.stories),
        *(piece for page in plan.contents for piece in (*page.pieces, *page.stories)),
    ]
    found: dict[int, Capture] = {}
    for piece in pieces:
        if piece.capture is not None:
            found.setdefault(id(piece.part), piece.capture)
    return list(found.values())


def filled(plan: StoryPlan, part_of: PartOf) -> StoryPlan:
    """Return *plan* with the whole parts, as `part_of` gives them, that `compose` reads."""
    fill = _Filler(part_of)
    chapters = tuple(
        replace(each, page=replace(each.page, stories=fill.all(each.page.stories)))
        for each in plan.chapters
    )
    return replace(plan, chapters=chapters, contents=tuple(map(fill.page, plan.contents)))


class _Filler:
    """The parts of one story; captures that share an outline share a part, and so do chapters on
    one page: each of hundreds would otherwise read, and keep, all of it."""

    def __init__(self, part_of: PartOf) -> None:
        self._part_of = part_of
        self._known: dict[int, tuple[Part, Part]] = {}  # by id of the outline, which it keeps alive
        self._pages: dict[int, tuple[Capture, Part]] = {}  # by id of the capture, likewise

    def page(self, page: SitePage) -> SitePage:
        return replace(page, pieces=self.all(page.pieces), stories=self.all(page.stories))

    def all(self, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
        return tuple(map(self._piece, pieces))

    def _piece(self, piece: Piece) -> Piece:
        if piece.capture is None:
            return piece
        known = self._known.get(id(piece.part))
        if known is None:
            part = (
                self._part_of(piece.capture)
                if piece.span is None
                else part_of_section(self._page(piece.capture), piece.part.chapter_id, piece.span)
            )
            known = self._known[id(piece.part)] = piece.part, part
        return replace(piece, part=known[1])

    def _page(self, capture: Capture) -> Part:
        known = self._pages.get(id(capture))
        if known is None:
            known = self._pages[id(capture)] = capture, self._part_of(capture)
        return known[1]
