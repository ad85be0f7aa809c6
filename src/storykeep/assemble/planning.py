"""The light parts of pages that have to do with each other -> the plans of their stories.

What is said here of absences is of each page by itself: `overview` weighs it for the whole host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from storykeep.assemble.absence import absences_of, is_no_rest, without_unlisted
from storykeep.assemble.entries import entries_apart
from storykeep.assemble.grouping import works_of
from storykeep.assemble.listings import NO_LISTS, Listings, Lists
from storykeep.assemble.moves import with_moves
from storykeep.assemble.pages import aliases_of, host_of, page_key, page_of, pages_of
from storykeep.assemble.plan import ChapterPlan, Piece, SitePage, StoryPlan
from storykeep.assemble.sections import by_section
from storykeep.assemble.variants import other_addresses, with_variants
from storykeep.model import Evidence, Part
from storykeep.outline import CATALOGUE


@dataclass(frozen=True, slots=True)
class Planned:
    """The plans of some pages' stories, in order of first capture, with all that may be absent."""

    plans: tuple[StoryPlan, ...]
    is_calm: bool  # whether none of these pages waits for whatever comes next


def planned(
    pieces: Iterable[Piece], lists: Lists = NO_LISTS, alone: Iterable[Piece] = ()
) -> Planned:
    """Return the plans of what *pieces* show.

    They must be all pieces of their pages, and of all pages with ties to these (`ties`), but for
    what *lists* tell of them. Those *alone* are of pages that have no tie.
    """
    plain, others = _plain(alone)
    pieces, catalogue = entries_apart([*pieces, *others])
    joined, variants = with_variants(pages_of(pieces))
    joined, moves = with_moves(joined)
    pages = absences_of(joined)
    aliases = aliases_of(pages)
    led = {key: moves.get(to, to) for key, to in variants.items()} | moves
    aliases |= {key: aliases.get(to, to) for key, to in led.items()}
    listings = Listings(pages, aliases, lists)
    story_pages = [page for page in pages.values() if page.stories and page.key not in aliases]
    works = works_of(by_section(story_pages), _listed_chapters(pages))
    works = [without_unlisted(work, pages) for work in works]
    plans = [catalogue.beside(_plan(work, pages, aliases, listings)) for work in works]
    plans += _plans_of_plain(plain, lists)
    plans.sort(key=lambda plan: plan.first_capture)
    return Planned(tuple(plans), not variants and not any(map(_is_unclear, works)))


def _plain(pieces: Iterable[Piece]) -> tuple[dict[str, SitePage], list[Piece]]:
    """Return the pages among those that have no tie that were stories all the while, by key.

    And the pieces of the others. Of so plain a page all else that is asked has a known answer.
    """
    grouped: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        grouped[page_key(piece.part.url)].append(piece)
    plain: dict[str, SitePage] = {}
    others: list[Piece] = []
    for key, found in grouped.items():
        if all(map(_is_plain, found)):
            plain[key] = page_of(key, found)
        else:
            others += found
    return plain, others


def _is_plain(piece: Piece) -> bool:
    part = piece.part
    is_story = part.outcome == "story" and part.engine != CATALOGUE and not part.sections
    return is_story and is_no_rest(part) and not (piece.capture and piece.capture.truncated)


def _plans_of_plain(pages: Mapping[str, SitePage], lists: Lists) -> Iterator[StoryPlan]:
    listings = Listings(pages, {}, lists)
    for key, page in pages.items():
        first = page.current
        host = host_of(first.url)
        yield StoryPlan(
            key=f"{host}/{first.work_id}" if first.work_id else first.url,
            host=host,
            chapters=(ChapterPlan(first.chapter_id or first.url, page),),
            titles=_ranked(listings.titles, (key,)),
            authors=_ranked(listings.authors, (key,)),
        )


def _is_unclear(work: list[SitePage]) -> bool:
    """Return whether a later look at its lists may tell that a page of a work is gone."""
    return any(
        page.current.work_id is not None
        and page.gone_since is None
        and page.pieces[-1] is not page.stories[-1]
        for page in work
    )


def _plan(
    work: list[SitePage],
    pages: Mapping[str, SitePage],
    aliases: Mapping[str, str],
    listings: Listings,
) -> StoryPlan:
    chapters, doubles = _chapters(work)
    keys = {chapter.page.key for chapter in chapters}
    # A chapter that is one section of its page is named by its id; the page's aliases are its too.
    spellings = {each.part.url for chapter in chapters for each in chapter.page.stories}
    keys |= set(map(page_key, spellings))
    others = {page.key for page in doubles} | {key for key, to in aliases.items() if to in keys}
    spelled = {url for chapter in chapters for url in other_addresses(chapter.page)}
    first = chapters[0].page.current
    host = host_of(first.url)
    contents = _contents(first.work_id, pages)
    also = {chapters[0].page.key, page_key(first.url), *(each.key for each in contents)}
    also |= {key for key, to in aliases.items() if to == chapters[0].page.key}
    return StoryPlan(
        key=f"{host}/{first.work_id}" if first.work_id else chapters[0].page.address or first.url,
        host=host,
        chapters=tuple(chapters),
        titles=_ranked(listings.titles, also),
        authors=_ranked(listings.authors, also),
        aliases=tuple(sorted(spelled | {pages[key].current.url for key in others if key in pages})),
        contents=contents,
    )


def _chapters(work: list[SitePage]) -> tuple[list[ChapterPlan], list[SitePage]]:
    """Return the chapters of *work* in order, and the pages that only repeat some of them."""
    placed = [page for page in work if page.current.position is not None]
    # The whole work on one page (a print view) says no position beside pages that do, and has no
    # chapter's id.
    views = (
        [page for page in work if page not in placed and page.current.chapter_id is None]
        if placed and work[0].current.work_id
        else []
    )
    views += _numbered_again(work)
    chapters: dict[str, ChapterPlan] = {}
    taken: dict[object, SitePage] = {}
    # A chapter that was taken away yields its number to the one that has it now.
    for page in sorted(work, key=lambda each: each.gone_since is not None):
        if page in views:
            continue
        part = page.current
        place = part.chapter_id or (part.position if part.work_id and part.position else page.key)
        other = taken.setdefault(place, page)
        if other is page or _moved_up(other, page):
            chapters[page.key] = ChapterPlan(part.chapter_id or page.address or part.url, page)
        else:
            views.append(page)
    return [chapters[page.key] for page in work if page.key in chapters], views


def _numbered_again(work: list[SitePage]) -> list[SitePage]:
    """Return the chapters that a download tells by their number, where those with an id are."""
    known = [page.current for page in work if page.current.chapter_id and page.current.position]
    named = {part.position for part in known if not _is_number(part)}
    return [page for page in work if _is_number(page.current) and page.current.position in named]


def _is_number(part: Part) -> bool:
    return part.chapter_id is not None and part.chapter_id == f"chapter={part.position}"


def _moved_up(page: SitePage, gone: SitePage) -> bool:
    """Return whether *page* has its number only since the chapter on *gone* has vanished."""
    if gone.gone_since is None or page.gone_since is not None:
        return False
    if gone.current.chapter_id is not None:
        return False
    before = [piece for piece in page.stories if piece.order <= gone.stories[-1].order]
    return not before or before[-1].part.position != gone.current.position


def _listed_chapters(pages: Mapping[str, SitePage]) -> dict[str, list[Part]]:
    """Return the tables of contents of the host's works, by the site's id of the work."""
    found: dict[str, list[Part]] = defaultdict(list)
    for page in pages.values():
        if page.current.outcome == "index" and page.current.work_id is not None:
            found[page.current.work_id].append(page.current)
    return found


def _contents(work_id: str | None, pages: Mapping[str, SitePage]) -> tuple[SitePage, ...]:
    if work_id is None:
        return ()
    return tuple(
        page
        for page in pages.values()
        if page.current.work_id == work_id and page.current.outcome == "index"
    )


def _ranked(found: Mapping[str, list[Evidence]], keys: Iterable[str]) -> tuple[Evidence, ...]:
    """Return one candidate per value: the one most pages agree on first, then by value."""
    grouped: dict[str, list[Evidence]] = defaultdict(list)
    for key in sorted(keys):
        for evidence in found.get(key, ()):
            grouped[evidence.value or ""].append(evidence)
    order = sorted(grouped, key=lambda value: (-len(grouped[value]), value))
    return tuple(min(grouped[value], key=lambda each: each.place) for value in order)
