"""A small part of CSS: selectors, as profiles write them, and the elements of a page they find.

What is taken: tag, *, .class, #id, [attr], [attr=v], [attr^=v], [attr$=v], [attr*=v], [attr~=v],
:first-child, :last-child, :first-of-type, :last-of-type, :nth-of-type(n), :nth-child(n), a blank
(inside), > (directly inside), + (right behind), and commas between several (Selectors Level 4).
It works on any tree with lxml's methods, in time that grows with the page and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

MOST = 2000  # elements that one selector finds on a page
_LONGEST = 500  # characters of a selector

_PIECE = re.compile(
    r"(?P<tag>\*|[A-Za-z][\w-]*)"
    r"|#(?P<id>[\w-]+)"
    r"|\.(?P<cls>[\w-]+)"
    r"|\[\s*(?P<attr>[A-Za-z][\w:-]*)\s*"
    r"(?:(?P<op>[~^$*]?=)\s*(?:\"(?P<dq>[^\"]*)\"|'(?P<sq>[^']*)'|(?P<bare>[\w./:-]+))\s*)?\]"
    r"|:(?P<pseudo>(?:first|last)-(?:child|of-type)|nth-(?:child|of-type)\(\s*(?P<nth>\d{1,3})\s*\))"
)
_COMBINATOR = re.compile(r"\s*(?P<sign>[>+])\s*|\s+")

Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class _Step:
    """One compound selector, and how it stands to the one before it: "", " ", ">" or "+"."""

    joined: str
    tag: str  # "*" for any
    tests: tuple[Test, ...]

    def fits(self, element: Any) -> bool:
        # A comment's tag is a function, not a text.
        if not isinstance(element.tag, str) or (self.tag != "*" and element.tag != self.tag):
            return False
        return all(test(element) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector that was read: its text, and its alternatives as steps from left to right."""

    text: str
    paths: tuple[tuple[_Step, ...], ...]

    def find(self, root: Any) -> list[Any]:
        """Return the elements of the tree *root* that are meant, in page order, MOST at most."""
        return list(self._find(root))

    def _find(self, root: Any) -> Iterator[Any]:
        simple = all(len(path) == 1 for path in self.paths)
        found = self._alone(root) if simple else self._around(root)
        return islice(found, MOST)

    def _alone(self, root: Any) -> Iterator[Any]:
        steps = [path[0] for path in self.paths]
        tags = {step.tag for step in steps}
        for element in root.iter() if "*" in tags else root.iter(*tags):
            if any(step.fits(element) for step in steps):
                yield element

    def _around(self, root: Any) -> Iterator[Any]:
        """Yield in one pass: of each element is kept which beginnings of each path end in it.

        Looking upwards from each element would take time without end on a page that nests deeply.
        """
        states: dict[Any, tuple[_Ends, _Ends]] = {}
        nothing: _Ends = ((),) * len(self.paths)
        for element in root.iter("*"):
            parent, above = states.get(element.getparent(), (nothing, nothing))
            before = next(element.itersiblings("*", preceding=True), None)
            beside = states.get(before, (nothing, nothing))[0]
            ends = tuple(
                _ends(path, element, {" ": above[at], ">": parent[at], "+": beside[at]})
                for at, path in enumerate(self.paths)
            )
            inside = tuple(tuple({*one, *two}) for one, two in zip(above, ends, strict=True))
            states[element] = ends, inside
            if any(len(path) - 1 in end for path, end in zip(self.paths, ends, strict=True)):
                yield element


_Ends = tuple[tuple[int, ...], ...]  # for each path: the steps that end in an element


@lru_cache(maxsize=512)
def read(text: str) -> Selector:
    """Return the selector that *text* says; raises ValueError, in words, where it says none."""
    if len(text) > _LONGEST:
        raise ValueError(f"a selector of more than {_LONGEST} signs")
    paths = tuple(_path(each.strip()) for each in text.split(","))
    return Selector(text, paths)


def _path(text: str) -> tuple[_Step, ...]:
    if not text:
        raise ValueError("an empty selector")
    steps: list[_Step] = []
    at, joined = 0, ""
    while at < len(text):
        step, at = _step(text, at, joined)
        steps.append(step)
        if at == len(text):
            break
        between = _COMBINATOR.match(text, at)
        if between is None or between.end() == len(text):
            raise ValueError(f"cannot read {text[at:]!r}")
        joined, at = between["sign"] or " ", between.end()
    return tuple(steps)


def _step(text: str, at: int, joined: str) -> tuple[_Step, int]:
    tag, tests, start = "*", [], at
    while at < len(text) and (piece := _PIECE.match(text, at)):
        if piece["tag"]:
            if at != start:
                raise ValueError(f"a tag must come first in {text[start:]!r}")
            tag = piece["tag"].lower()
        else:
            tests.append(_test(piece))
        at = piece.end()
    if at == start:
        raise ValueError(f"cannot read {text[at:]!r}")
    return _Step(joined, tag, tuple(tests)), at


def _test(piece: re.Match[str]) -> Test:
    if piece["id"]:
        wanted = piece["id"]
        return lambda element: element.get("id") == wanted
    if piece["cls"]:
        name = piece["cls"]
        return lambda element: name in (element.get("class") or "").split()
    if piece["attr"]:
        value = next((piece[each] for each in ("dq", "sq", "bare") if piece[each] is not None), "")
        return _attribute(piece["attr"].lower(), piece["op"], value)
    return _place(piece["pseudo"].split("(")[0], int(piece["nth"] or 1))


def _attribute(name: str, sign: str | None, value: str) -> Test:
    if sign is None:
        return lambda element: element.get(name) is not None
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda held: held == value,
        "^=": lambda held: bool(value) and held.startswith(value),
        "$=": lambda held: bool(value) and held.endswith(value),
        "*=": lambda held: bool(value) and value in held,
        "~=": lambda held: value in held.split(),
    }
    holds = tests[sign]
    return lambda element: (held := element.get(name)) is not None and holds(held)


def _place(pseudo: str, number: int) -> Test:
    """Return the test for a place among the element's siblings: all of them, or of its tag."""
    by_type = pseudo.endswith("of-type")
    backwards = not pseudo.startswith("last")

    def test(element: Any) -> bool:
        tag = element.tag if by_type else "*"
        before = 0
        for _ in element.itersiblings(tag, preceding=backwards):
            before += 1
            if before >= number:
                break
        return before == number - 1

    return test


def _ends(
    path: tuple[_Step, ...], element: Any, around: dict[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """Return the numbers of the steps of *path* that *element* is the end of."""
    return tuple(
        number
        for number, step in enumerate(path)
        if (not number or number - 1 in around[step.joined]) and step.fits(element)
    )
