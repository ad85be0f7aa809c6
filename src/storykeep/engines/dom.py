"""Small questions about elements that several engines ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

_LONGEST = 200  # characters of a class attribute


def flat(element: Any) -> str:
    """Return the text of *element* on one line; "" for None."""
    if element is None:
        return ""
    if len(element):
        return " ".join("".join(element.itertext()).split())
    # Most elements that are asked for their text, links above all, hold no others.
    return " ".join((element.text or "").split())


def classes(element: Any) -> frozenset[str]:
    """Return the class names of *element*; none for None and for comments."""
    if element is None or not isinstance(element.tag, str):
        return frozenset()
    return _names(element.get("class") or "")


def having(element: Any, *names: str) -> list[Any]:
    """Return the elements in *element* that have one of the classes, by class, then in order."""
    # One walk for all of them: XPath takes three times as long for each.
    found: dict[str, list[Any]] = {name: [] for name in names}
    for each, held in _classed_in(element):
        for name in held:
            if name in found:
                found[name].append(each)
    return [each for name in names for each in found[name]]


def first(element: Any, *names: str) -> Any | None:
    """Return the first element inside *element* with the first of the classes that has one."""
    if len(names) > 1:
        return next(iter(having(element, *names)), None)
    return next((each for each, held in _classed_in(element) if names[0] in held), None)


def _classed_in(element: Any) -> Iterator[tuple[Any, frozenset[str]]]:
    """Yield the elements inside *element* that have classes, with their names."""
    for each in element.iter("*") if element is not None else ():
        if (written := each.get("class")) and each is not element:
            yield each, _names(written)


def _names(written: str) -> frozenset[str]:
    # A page repeats the same few; a long list of them is made for the purpose.
    return _known_names(written) if len(written) <= _LONGEST else frozenset(written.split())


@lru_cache(maxsize=1024)
def _known_names(written: str) -> frozenset[str]:
    return frozenset(written.split())


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
