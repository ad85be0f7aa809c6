"""How the elements of a page show: by the page's own rules and by what they say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storykeep.prose import css, names

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


TELLING = frozenset({"class", "id", "style", "hidden"})  # attributes that tell how it shows


class Styles:
    """The rules of a page, and the styles of its elements, once asked for."""

    def __init__(self, root: Element) -> None:
        page = root.getroottree().getroot()
        self.sheet = css.sheet(style.text or "" for style in page.iter("style"))
        self.known: dict[tuple[str | None, ...], css.Style] = {}  # by what tells it

    def of(self, element: Element) -> css.Style:
        """Return how *element* shows; few kinds of them are asked again and again."""
        get = element.get
        key = (element.tag, get("class"), get("id"), get("style"), get("hidden"))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._of(*key)
        return found

    def _of(
        self,
        tag: str,
        classes: str | None,
        identity: str | None,
        written: str | None,
        hidden: str | None,
    ) -> css.Style:
        found = css.PLAIN
        if classes or identity:
            found = self.sheet.style_of(tag, classes, identity)
        if written:
            found = found.then(css.declaration(written))
        # An <embed hidden> is a tune without a player; the parser hangs the whole page below it.
        if hidden is not None and tag not in names.VOID:
            found = found.then(css.Style(hidden=True))
        return found


def own_text(element: Element) -> list[str]:
    """Return the texts that would be seen if *element* were shown."""
    from lxml import etree

    texts = [element.text or ""]
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, child in walker:
        if child is element:
            continue
        if event != "start":
            texts.append(child.tail or "")
        elif child.tag in names.SKIPPED:
            walker.skip_subtree()
        else:
            texts.append(child.text or "")
    return texts
