"""The text of a work of OTW's software: one chapter of it, or each of several as a section.

A page of the whole work says which chapter is which by its own links; a download only counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from storykeep.engines.body import read_region
from storykeep.engines.chapters import with_notes
from storykeep.engines.dom import classes, flat, outermost
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Hints, numbers, titles
from storykeep.header.draft import Bin
from storykeep.model import Block, Section
from storykeep.patterns import lazy

_NEAR = 8  # elements and comments before a text, among which its heading is
_CHAPTER = lazy(r"/chapters/(\d+)")


def bodies(sheet: Sheet) -> list[Any]:
    """Return the elements that hold the text, one for each chapter on the page."""
    chapters: Any = sheet.by_id("chapters")
    within = chapters.xpath(
        ".//div[contains(concat(' ', normalize-space(@class), ' '), ' userstuff ')]"
    )
    return outermost(within) or [chapters]


def read(
    sheet: Sheet, draft: Draft, bodies: Sequence[Any], title: str | None, noted: Sequence[int]
) -> tuple[list[Block], tuple[Section, ...]]:
    """Return the prose, and where each chapter of it stands; none where the page has one chapter.

    *noted* tells at which line each note of the draft stands, which are those around the text.
    """
    for heading in sheet.by_class("landmark"):
        put(sheet, draft, heading, "chrome")
    hints = Hints(frozenset({titles.squash(title or "")}), sheet.site_names, sheet.url, strict=True)
    if len(bodies) == 1:
        if (heading := _heading(bodies[0])) is not None:
            _name_chapter(sheet, draft, heading)
        return _body(sheet, draft, bodies[0], hints), ()
    prose: list[Block] = []
    sections: list[Section] = []
    edges: list[tuple[int, int]] = []
    of = draft.of
    for number, body in enumerate(bodies, 1):
        known, start = len(draft.notes), len(prose)
        blocks = _body(sheet, draft, body, hints)
        inside = draft.notes[known:]
        if (heading := _heading(body)) is not None:
            _name_chapter(sheet, draft, heading)
        if any(block.kind != "break" for block in blocks):
            prose += blocks
            lines = sheet.inside(body)
            edges.append((lines[0], lines[-1]))
            sections.append(
                Section(
                    _chapter_id(heading) or f"chapter={number}", start, len(prose),
                    draft.chapter_title, tuple(inside), None, draft.position or number,
                )
            )  # fmt: skip
        draft.chapter_title = draft.position = None
    draft.of = of
    return prose, with_notes(sections, edges, list(zip(draft.notes, noted, strict=False)))


def _body(sheet: Sheet, draft: Draft, body: Any, hints: Hints) -> list[Block]:
    lines = sheet.inside(body)
    if not lines:
        return []
    return read_region(draft, sheet.blocks, lines[0], lines[-1] + 1, hints, footer=False)


def put(sheet: Sheet, draft: Draft, element: Any, bin_: Bin) -> None:
    """Put the lines of *element* that nothing has taken into the bin."""
    for index in sheet.inside(element):
        if not draft.bins[index]:
            draft.put(index, bin_)


# ---------------------------------------------------------------- which chapter


def _heading(body: Any) -> Any | None:
    """Return the heading of a chapter: in the preface before its text."""
    for above in islice(body.itersiblings(preceding=True), _NEAR):
        if classes(above) & {"preface", "meta"}:
            found = above.xpath(
                ".//h3[contains(@class, 'title')] | .//h2[contains(@class, 'heading')]"
            )
            return found[0] if found else None
    return None


def _name_chapter(sheet: Sheet, draft: Draft, heading: Any) -> None:
    said = flat(heading)
    part = numbers.read_part(said)
    if part is not None and part.start == 0:
        draft.position = part.number
        draft.chapter_title = (part.rest or "").strip(" :") or None
    else:
        draft.chapter_title = said
    draft.found("chapter_title", draft.chapter_title, "markup", said, place="chapter heading")
    put(sheet, draft, heading, "field")


def _chapter_id(heading: Any) -> str | None:
    """Return the site's own id of the chapter, which its heading leads to."""
    leads = (each.get("href") or "" for each in heading.iter("a")) if heading is not None else ()
    found = next((found for each in leads if (found := _CHAPTER.search(each))), None)
    return f"chapters/{found[1]}" if found else None
