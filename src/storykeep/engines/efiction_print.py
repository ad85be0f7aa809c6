"""The print view of all chapters of an eFiction story: each of them a section of the page.

A print view leads to no chapter and names no id: a chapter is known by its place among the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from storykeep.engines.body import read_region
from storykeep.engines.chapters import with_notes
from storykeep.engines.dom import classes, flat
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Hints
from storykeep.model import Block, Section
from storykeep.patterns import lazy

_NEAR = 8  # elements and comments before a text, among which its title is
_NUMBER = lazy(
    r"(?:chapter\s+)?(?P<number>\d{1,3})\s*[.:]\s+(?=\S)|chapter\s+\d+\s*$", re.IGNORECASE
)


def read(
    sheet: Sheet, draft: Draft, bodies: Sequence[Any], hints: Hints, noted: Sequence[int]
) -> tuple[list[Block], tuple[Section, ...]]:
    """Return the prose, and where each chapter of it stands.

    *noted* tells at which line each of the draft's notes stands, which are those around the texts.
    """
    prose: list[Block] = []
    sections: list[Section] = []
    edges: list[tuple[int, int]] = []
    around = len(draft.notes)
    for number, body in enumerate(bodies, 1):
        title, counted = _title(sheet, draft, body)
        lines = sheet.inside(body)
        if not lines:
            continue
        known, start = len(draft.notes), len(prose)
        blocks = read_region(draft, sheet.blocks, lines[0], lines[-1] + 1, hints, footer=False)
        title = title or draft.chapter_title
        draft.chapter_title = draft.position = None
        if not any(block.kind != "break" for block in blocks):
            continue
        prose += blocks
        edges.append((lines[0], lines[-1]))
        inside, place = tuple(draft.notes[known:]), counted or number
        sections.append(Section(f"chapter={place}", start, len(prose), title, inside, None, place))
    outside = list(zip(draft.notes[:around], noted, strict=True))
    return prose, with_notes(sections, edges, outside)


def _title(sheet: Sheet, draft: Draft, body: Any) -> tuple[str | None, int | None]:
    """Return what the box above a text calls the chapter, and its number where it has one:
    "2. The Weir by Ada"."""
    for above in islice(body.itersiblings(preceding=True), _NEAR):
        if above.tag == body.tag and classes(above) & {"chapter"}:
            break
        if "chaptertitle" not in classes(above):
            continue
        said = flat(above)
        title = said
        for author in draft.authors:
            title = title.removesuffix(f" by {author.name}")
        counted = _NUMBER.match(title)
        number = int(counted["number"]) if counted and counted["number"] else None
        title = title[counted.end() :].strip() if counted else title
        draft.found("chapter_title", title or None, "markup", said, place=".chaptertitle")
        for index in sheet.inside(above):
            draft.put(index, "field")
        return title or None, number
    return None, None
