"""An entry of a journal whose style names none of its elements: the rows between who wrote it and
when, and the link by which readers answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storykeep import urls
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Line, titles
from storykeep.patterns import lazy

_TOP = 40  # lines among which an entry begins
_EDGE = 8  # lines at either end of an entry among which its mood and its tags stand
_SHORT = 14  # words
_STAMP = lazy(
    r"(?:^|[\s\[(@|])(?P<stamp>"
    r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}-\d\d-\d\d|"
    r"\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2,8}\.?,? \d{4})"
    r"(?:[\s,|@]{1,4}(?:at )?\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?)?)\s*[\])]?\s*$",
    re.IGNORECASE,
)
_ANSWER = lazy(
    r"\W*(?:(?:post|leave|add|make) a (?:new )?comment|reply(?: to this)?|comment on this|"
    r"(?:no|\d{1,4}) comments?)\b",
    re.IGNORECASE,
)
_ANSWERS = lazy(r"[?&]mode=reply\b|/talkpost\.bml\b")
_WROTE = lazy(
    r"(?:From: )?(?P<name>[\w-]{2,40})(?: \((?P=name)\))?"
    r"(?: (?:wrote|posted)(?: in [\w-]{2,40})?\b)?[,:]*"
)
_CURRENT = lazy(
    r"\W*(?:current |entry )?(?:mood|music|location|tags?)\s*(?::|\W*\|)", re.IGNORECASE
)
_LATER = lazy(r"\s+@ \d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?$", re.IGNORECASE)
_PARTED = lazy(r"\s+[-–—|]\s+|:\s+")
_ABOVE = 5  # lines above an entry
_WITHIN = 3  # first lines of an entry
_NEAR = 12  # lines in which a page shows what its title tag repeats


def rows(sheet: Sheet) -> range:
    """Return the lines of the page's entry, none where it has no such frame."""
    lines = sheet.lines
    begin = next((at for at, line in enumerate(lines[:_TOP]) if _STAMP.search(line.text)), None)
    if begin is None:
        return range(0)
    stop = next((at for at in range(begin + 1, len(lines)) if _answers(lines[at])), None)
    return range(begin + 1, stop) if stop is not None else range(0)


def _answers(line: Line) -> bool:
    if not line.marks or not _ANSWER.match(line.text):
        return False
    return any(is_answer(url) for url, _ in line.links())


def is_answer(url: str) -> bool:
    """True for the address of the form in which readers answer an entry, or for several with it."""
    return _ANSWERS.search(url) is not None


def posted_above(sheet: Sheet, start: int) -> tuple[str | None, str]:
    """Return who wrote the entry that begins at line *start*, and its stamp as typed; None and ""
    where no line above says so."""
    name, stamp = None, ""
    for line in reversed(sheet.lines[max(0, start - _ABOVE) : start]):
        dated = _STAMP.search(line.text) if not stamp else None
        stamp = dated["stamp"] if dated is not None else stamp
        name = _named(line) if name is None else name
    if name is None:
        # A page of the first style has who wrote it in the box of the entry itself.
        within = (line for line in sheet.lines[start : start + _WITHIN] if "wrote" in line.text)
        name = next((found for line in within if (found := _named(line)) is not None), None)
    return name, stamp


def _named(line: Line) -> str | None:
    """Return who a line of links says wrote what is below; None for the site's own name."""
    links = line.links()
    named = _WROTE.fullmatch(line.bare) if links else None
    if named is None:
        return None
    name = named["name"].lower()
    hosts = {urls.hostname(url) for url, _ in links}
    of_site = any(f".{name}." in f".{host}" for host in hosts)
    own = any(host.startswith(f"{name}.") and host.count(".") > 1 for host in hosts)
    return named["name"] if own or not of_site else None


def put_currents(draft: Draft, lines: Sequence[int], poster: str | None) -> None:
    """Put the moods and tags at the ends of an entry, and the name of its poster above it, into
    the chrome."""
    shown = [index for index in lines if not draft.lines[index].blank and not draft.bins[index]]
    for index in {*shown[:_EDGE], *shown[-_EDGE:]}:
        line = draft.lines[index]
        if len(line.text.split()) > _SHORT or not line.marks:
            continue
        if _CURRENT.match(line.text) and any(mark.start <= 1 for mark in line.marks):
            draft.put(index, "chrome")
    for index in shown[:2]:
        line = draft.lines[index]
        if poster and line.links() and line.bare.rstrip(":") == poster:
            draft.put(index, "chrome")


def subject_in(sheet: Sheet, poster: str | None) -> str | None:
    """Return what `<title>` and a line at the top of the page call the entry: "Salt Water" of
    "Salt Water - Edda's Nest", where one of them stands on the page; of two the lower."""
    title = sheet.title_tag
    places = {
        titles.squash(without_hour(line.text)): at
        for at, line in reversed(list(enumerate(sheet.lines[:_NEAR])))
        if line.text
    }
    places.pop(titles.squash(poster or ""), None)
    pieces = [
        piece
        for cut in _PARTED.finditer(title)
        for piece in (title[: cut.start()].strip(), title[cut.end() :].strip())
    ]
    found = [piece for piece in pieces if titles.squash(piece) in places]
    return max(found, key=lambda piece: places[titles.squash(piece)], default=None)


def without_hour(subject: str) -> str:
    """Return a subject without the hour that some styles set behind it."""
    return _LATER.sub("", subject)
