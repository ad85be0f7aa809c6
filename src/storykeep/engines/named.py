"""A page's elements by their ids and classes, and its comments, listed once for all who ask."""

from __future__ import annotations

from typing import Any, NamedTuple

from lxml import etree

# Attributes know their element; to ask every element for one takes five times as long.
_IDS: Any = etree.XPath("/descendant::*/@id")
_CLASSES: Any = etree.XPath("/descendant::*/@class")


class Named(NamedTuple):
    """The first element with each id, the elements of each class, the comments, in page order."""

    ids: dict[str, Any]
    classes: dict[str, list[Any]]
    comments: list[Any]

    def of_class(self, names: frozenset[str], *tags: str) -> list[Any]:
        """Return the elements with one of these tags that have one of these classes, each once."""
        known = [name for name in names if name in self.classes]  # mostly none
        found = dict.fromkeys(each for name in known for each in self.classes[name])
        return [each for each in found if each.tag in tags]


def named(root: Any) -> Named:
    """Return the named elements and the comments of *root*; none for None, a page without
    markup."""
    comments: list[Any] = []
    ids: dict[str, Any] = {}
    classes: dict[str, list[Any]] = {}
    if root is not None:
        for name in _IDS(root):
            ids.setdefault(str(name), name.getparent())
        for written in _CLASSES(root):
            element = written.getparent()
            for name in set(written.split()):
                classes.setdefault(name, []).append(element)
        comments += root.iter(etree.Comment)
    return Named(ids, classes, comments)
