"""A story's plan as what other pages say of it, to which its own pages are put again later.

Where nothing that has come concerns another page than those of one story (`intake.alone`), its plan
needs no survey of the host: what the others say of it is what they said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import astuple

from storykeep.assemble.pages import page_of, readings_of
from storykeep.assemble.plan import ChapterPlan, Piece, SitePage, StoryPlan
from storykeep.model import Evidence
from storykeep.outline import CATALOGUE

PiecesOf = Callable[[str], Iterable[Piece]]


def frame_of(plan: StoryPlan, opened: Collection[str]) -> str:
    """Return as JSON what `framed` puts the pages of *plan* into; "" where they are not enough.

    *opened* are the pages that others lead to, or that have been met at other addresses, by key in
    lower case: what they say may be about another page.
    """
    own = all(_is_own(each.page, opened) for each in plan.chapters)
    if not own or not all(_is_list(page, opened) for page in plan.contents):
        return ""
    return json.dumps(
        [
            plan.key,
            plan.host,
            [[each.key, each.page.key] for each in plan.chapters],
            [astuple(each) for each in plan.titles],
            [astuple(each) for each in plan.authors],
            plan.aliases,
            [page.key for page in plan.contents],
        ]
    )


def _is_own(page: SitePage, opened: Collection[str]) -> bool:
    """Return whether a chapter's page is one page that was a story all the while."""
    if page.address or page.absences or page.missing or page.key.lower() in opened:
        return False
    if any(piece.span for piece in page.stories):
        return False
    # What looked like a story is one: a text of many pages, or one that was emptied, is none.
    return len(readings_of(page.pieces)) == len(page.stories)


def _is_list(page: SitePage, opened: Collection[str]) -> bool:
    if page.stories or page.key.lower() in opened:
        return False
    return all(piece.part.engine != CATALOGUE for piece in page.pieces)


def pages_in(frame: str) -> dict[str, str]:
    """Return of each chapter in *frame* the key of its page -> its own key."""
    return {page: key for key, page in json.loads(frame)[2]}


def framed(frame: str, pieces_of: PiecesOf) -> StoryPlan:
    """Return the plan whose `frame_of` is *frame*; *pieces_of* gives all captures of a page."""
    key, host, chapters, titles, authors, aliases, contents = json.loads(frame)
    return StoryPlan(
        key=key,
        host=host,
        chapters=tuple(
            ChapterPlan(each, page_of(page, pieces_of(page))) for each, page in chapters
        ),
        titles=tuple(Evidence(*each) for each in titles),
        authors=tuple(Evidence(*each) for each in authors),
        aliases=tuple(aliases),
        contents=tuple(page_of(page, pieces_of(page)) for page in contents),
    )
