"""A paragraph of nothing but text and inline elements, as the one line that most of a page is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storykeep.prose import names
from storykeep.prose.context import Context, within, within_styled
from storykeep.prose.lines import FoundLine, FoundText, line_of
from storykeep.prose.styles import TELLING, Styles

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


# What may be more than a format of words: links, and typefaces for code.
_NOT_PLAINLY = frozenset(
    {*names.WAYS, "a", *(name for name, kind in names.FORMATS.items() if kind == "code")}
)


def gathered(element: Element, inside: Context, styles: Styles) -> FoundLine | None:
    """Return the line that *element* is; None where not all of it is text in a line."""
    texts: list[FoundText] = []
    if text := element.text:
        texts.append((text, (), element))
    return line_of(texts) if _gather(texts, element, inside, styles) else None


def _gather(texts: list[FoundText], element: Element, inside: Context, styles: Styles) -> bool:
    """Add what is below *element* to *texts*; return whether all of it is text in a line."""
    outer: list[tuple[Element, Context]] = []
    at, context = element, inside
    child: Element | None = element[0]
    while child is not None:
        tag: object = child.tag
        if not isinstance(tag, str) or tag in _NOT_PLAINLY:
            return False
        if (keys := child.keys()) and not TELLING.isdisjoint(keys):
            style = styles.of(child)
            if style.hidden or style.block or style.pre:
                return False
            entered = within_styled(context, tag, style)
        else:
            entered = within(context, tag)
        if text := child.text:
            texts.append((text, entered.formats, child))
        if len(child):
            outer.append((at, context))
            at, context, child = child, entered, child[0]
            continue
        while True:
            if tail := child.tail:
                texts.append((tail, context.formats, at))
            child, above = child.getnext(), at
            if child is not None or not outer:
                break
            child = above
            at, context = outer.pop()
    return True
