"""What the engines of forums ask of a page alike: its crumbs, its thread's id, its subjects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from storykeep.engines import linking, settle
from storykeep.engines.dom import classes, flat
from storykeep.engines.linking import Classify
from storykeep.engines.sheet import Sheet
from storykeep.model import Part
from storykeep.patterns import lazy

_PARTED = lazy(r"\s*(?:[»›→|]|-+>|=+>|>+|::)\s*")
_ANSWER = lazy(r"\s*(?:re|aw|antw|odp|отв(?:ет)?)\s*:", re.IGNORECASE)
_LONGEST_NAME = 80  # characters of a forum's name; more is a sentence


def own_subject(subject: str) -> str | None:
    """Return a post's subject where it is its own: an answer repeats its topic's."""
    return None if _ANSWER.match(subject) else subject.strip() or None


def crumbs(sheet: Sheet, around: frozenset[str], *also: Any) -> tuple[str, ...]:
    """Return the names of the page's breadcrumbs where they are no links: pieces of one line.

    They stand in elements with a class of *around*, or are those of *also*.
    """
    boxes = [box for name in sorted(around) for box in sheet.by_class(name)]
    for box in (*also, *boxes):
        pieces = _PARTED.split(flat(box)) if box is not None else []
        items = [flat(each) for each in box.iter("li")] if len(pieces) < 2 and pieces else []
        names = [each for each in (items or pieces) if 0 < len(each) <= _LONGEST_NAME]
        if len(names) > 1:
            return tuple(each for each in names if not each.lower().startswith("topic"))
    return ()


def trail(sheet: Sheet, forum: re.Pattern[str], around: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the page's breadcrumbs: of the links to *forum* inside *around*."""
    found = []
    for anchor in sheet.anchors:
        at, levels = anchor.element, 0
        while at is not None and levels < 8 and not _is_named(at, around):
            at, levels = at.getparent(), levels + 1
        if anchor.text and at is not None and levels < 8 and forum.search(anchor.url):
            found.append(anchor.text)
    return tuple(dict.fromkeys(found))


def _is_named(element: Any, names: frozenset[str]) -> bool:
    return bool(classes(element) & names) or element.get("id") in names


def most_named(sheet: Sheet, thread: re.Pattern[str]) -> str | None:
    """Return the id that most of the page's links to threads have; None where none has one."""
    found = Counter(match[1] for anchor in sheet.anchors if (match := thread.search(anchor.url)))
    return min(found, key=lambda name: (-found[name], name)) if found else None


def count(text: str) -> int | None:
    """Return the number in "#1,326"; None without one."""
    digits = re.sub(r"\D", "", text)
    return int(digits) if digits and len(digits) < 10 else None


def listing(
    sheet: Sheet,
    chapters: Sequence[tuple[str, str]],
    *,
    engine: str,
    version: int,
    work_id: str,
    title: str | None,
    classify: Classify | None = None,
) -> Part:
    """Return the part of a thread's table of contents: its (address, name) pairs as chapters."""
    named: dict[str, tuple[int, str]] = {}
    for position, (address, name) in enumerate(chapters, 1):
        named.setdefault(address, (position, name))
    links = tuple(
        replace(link, kind="chapter", text=named[link.url][1], position=named[link.url][0])
        if link.url in named
        else link
        for link in linking.collect(sheet, classify)
    )
    return settle.plain_part(
        sheet, "index", f"the threadmarks of a thread: {len(chapters)} entries", engine=engine,
        version=version, links=links, title=title, work_id=work_id,
    )  # fmt: skip
