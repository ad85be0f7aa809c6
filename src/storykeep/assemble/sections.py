"""Pages that hold several chapters -> one page for each chapter, whichever pages it was met on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from storykeep.assemble.absence import GONE
from storykeep.assemble.plan import Absence, Piece, SitePage
from storykeep.model import Part, Section


def by_section(pages: Iterable[SitePage]) -> list[SitePage]:
    """Return *pages* with each that ever had sections replaced by one page for each section.

    A chapter that two pages show (a thread's page, and its reader's; the whole work, and the
    chapter's own page) is one, and every capture of either is a reading of it.
    """
    alone: list[SitePage] = []
    met: dict[tuple[str, str], list[tuple[SitePage, Piece]]] = defaultdict(list)
    for page in pages:
        held = [piece.part for piece in page.stories if piece.part.sections]
        if not held:
            alone.append(page)
            continue
        for piece in page.stories:
            work = piece.part.work_id or page.key
            if not piece.part.sections:
                # What the page said while its work had one chapter, the first of those it has now;
                # or the chapter that has this address, of which a download held all.
                first = piece.part.chapter_id or held[-1].sections[0].chapter_id
                met[work, first].append((page, piece))
            for section in piece.part.sections:
                met[work, section.chapter_id].append((page, _reading(piece, section)))
    out = [page for page in alone if not _is_met(page, met)]
    return [*out, *(_page(work, name, found) for (work, name), found in sorted(met.items()))]


def _is_met(page: SitePage, met: dict[tuple[str, str], list[tuple[SitePage, Piece]]]) -> bool:
    """Add the page of a chapter that a page of several shows to the readings of it."""
    part = page.current
    found = met.get((part.work_id or "", part.chapter_id or ""))
    if found is None:
        return False
    found += [(page, piece) for piece in page.stories]
    return True


def _reading(piece: Piece, section: Section) -> Piece:
    span = (section.start, section.end)
    return replace(piece, part=_part(piece.part, section), span=span)


def part_of_section(part: Part, chapter_id: str | None, span: tuple[int, int]) -> Part:
    """Return what *part* says of that one of its sections."""
    found = (each for each in part.sections if each.chapter_id == chapter_id)
    return _part(part, next(each for each in found if (each.start, each.end) == span))


def _part(part: Part, section: Section) -> Part:
    return replace(
        part,
        chapter_id=section.chapter_id,
        chapter_title=section.title,
        position=section.position,
        notes=section.notes,
        published=section.published or part.published,
        updated=section.published or part.updated,
        sections=(),
        # What repeats at the edges of a page says nothing about the edges of its chapters.
        head_sha256=(),
        tail_sha256=(),
    )


def _page(work: str, name: str, found: list[tuple[SitePage, Piece]]) -> SitePage:
    found = sorted(found, key=lambda each: each[1].order)
    stories = tuple(piece for _, piece in found)
    last = found[-1][0]
    return SitePage(f"{work}#{name}", stories, stories, _absences(last, stories[-1]))


def _absences(page: SitePage, last: Piece) -> tuple[Absence, ...]:
    """Return when the page that showed the chapter last did not have it."""
    over = tuple(each for each in page.absences if each.back and each.back.order <= last.order)
    later = [piece for piece in page.pieces if piece.order > last.order and piece.capture]
    shown = [piece for piece in later if piece.part.outcome in GONE or _shows_all(piece.part)]
    if not shown:
        return over
    first = shown[0].part
    reason = "it is not among the chapters there" if first.outcome == "story" else first.reason
    return (*over, Absence(tuple(shown), reason or first.outcome))


def _shows_all(part: Part) -> bool:
    """Return whether a page shows its whole work; one chapter's says nothing of the others."""
    return part.outcome == "story" and (bool(part.sections) or part.chapter_id is None)
