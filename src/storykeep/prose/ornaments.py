"""Pictures that stand alone on their lines: those that part scenes are rules."""

from __future__ import annotations

from collections.abc import Iterable

from storykeep.prose import pictures
from storykeep.prose.items import Blank, Item, Line, Rule


def to_rules(items: list[Item], pictured: Iterable[list[int]]) -> None:
    """Take for rules, in *items*, the pictures that are ornaments.

    *pictured* has the places of each picture that stands alone and may be one. A picture is one
    where the page repeats it, or centres it between two paragraphs that are not centred.
    """
    for places in pictured:
        if len(places) > 1 or _parts_paragraphs(items, places[0]):
            for at in places:
                alone = items[at]
                assert isinstance(alone, Line)
                items[at] = Rule(alone.element, "image", alone.marks)


def _parts_paragraphs(items: list[Item], at: int) -> bool:
    """Return whether the picture at *at* is centred between two paragraphs that are not."""
    alone = items[at]
    assert isinstance(alone, Line)
    if not pictures.is_centred(alone.element) or not pictures.is_wordless(alone.element):
        return False
    return _is_paragraph_near(items, at, -1) and _is_paragraph_near(items, at, 1)


def _is_paragraph_near(items: list[Item], at: int, step: int) -> bool:
    """Return whether the nearest line above or below is text that is not centred."""
    at += step
    while 0 <= at < len(items) and isinstance(items[at], Blank):
        at += step
    near = items[at] if 0 <= at < len(items) else None
    if isinstance(near, tuple):
        return not pictures.is_centred(near[1])
    if not isinstance(near, Line) or not near.text or near.text.isspace():
        return False
    return not pictures.is_centred(near.element)
