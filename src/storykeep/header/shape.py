"""What a line looks like: a title, a name with an address, something set apart by its markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from storykeep.header import byline
from storykeep.header.labels import Label, read_label, read_marked
from storykeep.header.lines import Line, words
from storykeep.patterns import lazy

_BY = lazy(r"\bby\b", re.IGNORECASE)
_LABEL = 40  # characters
# A row that a sentence ends in, and of the next has one word: "... of the old lamp. Observing".
_PERSON = lazy(
    r"author|user|profile|member|~|/(?:usuario|utente|autor|perfil|profil|nutzer)s?\b",
    re.IGNORECASE,
)
_BEGUN = lazy(r"[a-z]{3,}\.\s+[A-Z][a-z]+$")
# With these nobody ends a line, except who has no room for more.
JOINS = lazy(
    r"(?:,|\s(?:the|an?|of|and|or|to|by|in|for|with|from|my|our|any|which|these|his|her|their|is|are|was|that|who))$"
)
CUE = lazy(r"^\s*(?P<name>[A-Z][\w .'’-]{0,24}?)\s?:\s+(?P<value>\S.*)", re.DOTALL)

# A label in words of an author's own: "Violence/Subtext: none".
OWN_CUE = lazy(r"^\s*(?P<name>[A-Z][\w .'’/&-]{0,30}?)\s?:\s+(?P<value>\S.*)", re.DOTALL)

# Who speaks in a play: "Jo: Where?", "<Jo> Where?", "Jo- Where?", "Jo (softly): Where?".
_PLAYED = lazy(
    r"\s*>*\s*(?:<(?P<in>[A-Z][\w .'’-]{0,20})>:?\s|(?P<name>[A-Z0-9][\w.'’-]{0,16})\s?"
    r"(?:\([^()]{1,40}\)\s?)?(?::\s|-\s(?=[A-Z(])))"
)
_SPEECHES = 3
_DASHED = lazy(r"\s*[*_]{0,2}(?P<label>[A-Z][\w' /&]{1,24}?)\s+(?:[-–—]{1,2}|=)\s+(?P<value>\S.*)")


def is_played(texts: Iterable[str]) -> bool:
    """True where names stand before what is said, again and again: people speak in a play."""
    return sum(_PLAYED.match(text) is not None for text in texts) >= _SPEECHES


def is_scene(lines: Iterable[Line]) -> bool:
    """True where people speak as in a play, and one of them more than once; who is thanked, or
    what is translated, line by line, comes once."""
    names = [
        found["in"] or found["name"]
        for line in lines
        if (found := _PLAYED.match(line.text)) and read_label(line.text) is None
    ]
    return len(names) > _SPEECHES and len(set(names)) < len(names)


def is_torn(last: Line, line: Line) -> bool:
    """True for two rows of a text file between which a sentence goes on, though a blank row or an
    indent parts them: "... the property of Low," and, drawn in the middle, "Fell, and others.".
    """
    if not (last.wrapped and line.wrapped) or line.blank or line.is_break:
        return False
    if JOINS.search(last.bare) is None:
        return False
    indented = line.text[:1] in " \t" and last.text[:1] in " \t"
    return line.bare[:1].islower() or indented


def is_own_label(line: Line) -> bool:
    """True where the page draws words of the author's own as a label: in bold, with a colon."""
    cue = OWN_CUE.match(line.text)
    if cue is None or line.strong or words(line.text) > 40:
        return False
    bold = [
        mark for mark in line.marks if mark.kind == "strong" and mark.start <= cue.start("name")
    ]
    return any(cue.end("name") <= mark.end <= cue.start("value") for mark in bold)


def dashed_label(line: Line) -> Label | None:
    """Return the label of "Title - The Brown Hat", which is one only among others of its kind."""
    found = _DASHED.match(line.text)
    return read_marked(found["label"], found["value"]) if found is not None else None


def is_title_shape(text: str) -> bool:
    bare = text.strip("*_~=- ")
    return (
        0 < len(bare) <= 110
        and words(bare) <= 14
        and (bare[-1:] not in ".,;:" or (bare.endswith("...") and is_titlecase(bare.rstrip("."))))
        and not re.match(r"^[\"“'‘(\[].*[.,!?]?[\"”)\]]\s+\w", bare)
        and any(letter.isalpha() for letter in bare)
        and not (". " in bare and _BEGUN.search(bare))
    )


def marked(line: Line) -> Label | None:
    """Return the label that a table's first cell, a definition's term or a line of bold is."""
    if line.kind == "table_row":
        cell, bar, rest = line.text.partition(" | ")
        return read_marked(cell, rest) if bar and rest.strip() else None
    if line.marks and (drawn := _drawn_label(line)) is not None:
        return drawn
    tag = getattr(line.element, "tag", "")
    if (tag in {"dt", "th", "summary"} or line.strong) and words(line.text) <= 5:
        return read_marked(line.bare, "")
    return None


def _drawn_label(line: Line) -> Label | None:
    """Return the label that a line opens with in bold or underlined, whatever stands behind it."""
    begin = len(line.text) - len(line.text.lstrip())
    for mark in line.marks:
        if mark.kind not in {"strong", "underline"} or mark.start > begin or mark.end > _LABEL:
            continue
        typed, rest = line.text[begin : mark.end].rstrip(), line.text[mark.end :].lstrip()
        parted = typed[-1:] in "!.-–—" or rest[:1] in "-–—"
        label = read_marked(typed.rstrip("!. -–—"), rest.lstrip("-–— ")) if rest and typed else None
        if label is not None and typed[0].isupper() and (parted or not label.weak):
            return label
    return None


def is_titlecase(text: str) -> bool:
    big = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    return (
        len(text.split()) <= 12
        and bool(big)
        and all(word[0].isupper() for word in big)
        and text.rstrip()[-1:] not in ".,;"
    )


def is_set_off(line: Line) -> bool:
    """True where the whole line is bold, italic or in brackets."""
    size = len(line.text.strip())
    shares = [m.end - m.start for m in line.marks if m.kind in {"emphasis", "strong"}]
    return (bool(shares) and max(shares) >= size - 2) or (
        line.bare[:1] in "([*" and line.bare[-1:] in ")]*"
    )


def is_linked_name(line: Line) -> bool:
    return any(
        value.lower().startswith("mailto:") or _PERSON.search(value) is not None
        for value, _ in line.links()
    )


def author_url(line: Line) -> str | None:
    links = [value for value, text in line.links() if text]
    for value in links:
        if address := byline.mailto(value):
            return address
    behind = max((found.start() for found in _BY.finditer(line.text)), default=-1)
    named = [m.value for m in line.marks if m.kind == "link" and m.start >= behind]
    return named[-1] if named else None


def url_within(line: Line, begin: int, finish: int) -> str | None:
    for mark in line.marks:
        if mark.kind == "link" and begin <= mark.start < finish:
            return byline.mailto(mark.value) or mark.value
    return None


def joined(pieces: list[str], wrapped: bool) -> str:
    return (" " if wrapped else "\n").join(piece for piece in pieces if piece)
