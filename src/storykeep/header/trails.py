"""The way to a chapter, drawn as one line above it: "Lamp Fan Fiction ❯ The Long Lamp ❯ Oil"."""

from __future__ import annotations

import re

from storykeep.header import numbers
from storykeep.header.naming import take_title
from storykeep.header.scan import Scan
from storykeep.patterns import lazy

_STEP = lazy(r"\s+[❯»→]\s+")
_SIGNS = frozenset("❯»→")
_SHELF = lazy(r"(?:(?P<fandom>\S.*?)\s+)?(?:fan\s?fic(?:tion)?s?|stories)", re.IGNORECASE)
_LONGEST = 300  # characters
_BRACKET = lazy(r"\s*\(\s*(?P<rest>[^()]{1,60}?)\s*\)$")
_AUDIENCE = lazy(r"\[\s*(?P<rating>[^\[\]]{1,80}?\bsuitable\b[^\[\]]{1,60}?)\s*\]")


def take_trail(scan: Scan, index: int) -> int | None:
    """Take a line of the shelf, the title and the chapter, and the rating below it, or below the
    by-line that stands between."""
    if scan.gap_text or scan.hints.strict:
        return None
    if scan.lines[index].text[:1] == "[" and scan.headings:
        return _take_audience(scan, index)
    if _SIGNS.isdisjoint(scan.lines[index].text):
        return None
    text = scan.lines[index].bare
    if len(text) > _LONGEST:
        return None
    steps = _STEP.split(text)
    shelf = _SHELF.fullmatch(steps[0])
    if shelf is None or not 2 <= len(steps) <= 3:
        return None
    for fandom in (shelf["fandom"] or "").split(" / "):
        if each := re.sub(r"\s+fan\s?fiction$", "", fandom.strip(), flags=re.IGNORECASE):
            scan.draft.add_tag("fandom", each)
            scan.draft.found("tags", each, "position", text)
    bracket = _BRACKET.search(steps[-1])
    last = steps[-1][: bracket.start()] if bracket else steps[-1]
    scan.headings.append(index)
    take_title(scan, index, steps[1] if len(steps) == 3 else last, "position", 0.9, surely=True)
    if len(steps) == 3:
        _take_chapter(scan, last, bracket["rest"] if bracket else "", text)
    return _take_audience(scan, index + 1) or index + 1


def _take_chapter(scan: Scan, name: str, numbered: str, raw: str) -> None:
    part = numbers.read_part(numbered) or numbers.read_part(name)
    if part is not None and scan.draft.position is None:
        scan.draft.position, scan.draft.of = part.number, part.of
    if not numbers.is_part_line(name):
        scan.draft.chapter_title = scan.draft.chapter_title or name
        scan.draft.found("chapter_title", name, "position", raw)


def _take_audience(scan: Scan, index: int) -> int | None:
    at = index
    while at < scan.stop and scan.lines[at].blank:
        at += 1
    found = _AUDIENCE.fullmatch(scan.lines[at].bare) if at < scan.stop else None
    if found is None:
        return None
    scan.draft.add_tag("rating", found["rating"])
    scan.draft.found("tags", found["rating"], "position", scan.lines[at].bare)
    scan.draft.put(at, "field")
    return at + 1
