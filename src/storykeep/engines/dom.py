"""Small questions about elements that several engines ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from lxml import etree


def flat(element: Any) -> str:
    """Return the text of *element* on one line; "" for None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def classes(element: Any) -> frozenset[str]:
    """Return the class names of *element*; none for None and for comments."""
    if element is None or not isinstance(element.tag, str):
        return frozenset()
    return frozenset((element.get("class") or "").split())


@lru_cache(maxsize=256)
def _by_class(name: str) -> Any:
    return etree.XPath(
        "descendant::*[contains(concat(' ', normalize-space(@class), ' '), $name)]", regexp=False
    )


def having(element: Any, *names: str) -> list[Any]:
    """Return the elements in *element* that have one of the classes, by class, then in order."""
    if element is None:
        return []
    return [each for name in names for each in _by_class(name)(element, name=f" {name} ")]


def first(element: Any, *names: str) -> Any | None:
    """Return the first element inside *element* with the first of the classes that has one."""
    return next(iter(having(element, *names)), None)


def links(element: Any) -> Iterator[Any]:
    """Yield the links inside *element* that lead somewhere."""
    inside = element.iter("a") if element is not None else ()
    return (each for each in inside if each.get("href"))


def outermost(elements: Iterable[Any]) -> list[Any]:
    """Return those of *elements*, which come in page order, that stand in no other of them.

    Posts in posts are no forum's, and to read each of 2,000 nested ones would take their square.
    """
    kept: list[Any] = []
    inside: set[Any] = set()
    for element in elements:
        if element not in inside:
            kept.append(element)
            inside.update(element.iter())
    return kept


def classed(element: Any, names: frozenset[str]) -> list[Any]:
    """Return the outermost elements inside *element* that have one of the classes."""
    inside = (each for each in element.iter() if each is not element)
    return outermost(each for each in inside if classes(each) & names)
