"""Whom a disclaimer gives the rights to, and how much of a story it speaks of."""

from __future__ import annotations

import re

from storykeep.model import DisclaimerScope
from storykeep.patterns import has_one, lazy

_SERIES = lazy(
    r"\b(?:throughout|for|to|covers?)\s+(?:this|the|my)?\s*(?:entire|"
    r"whole)\s+(?:series|saga|arc)|\b(?:all|every)\s+(?:parts?|chapters?|stor(?:y|"
    r"ies)|installments?)\s+(?:of|in)\s+th(?:is|e)\s+(?:series|saga)|\b(?:entire|"
    r"whole)\s+series\b",
    re.IGNORECASE,
)
_WHOLE_STEMS = ("entire", "whole", "all", "every")  # no match of that is without one
_CHAPTER = lazy(r"\b(?:in|for)\s+this\s+(?:chapter|part)\b|\bthis\s+chapter'?s\b", re.IGNORECASE)
_REFERS = lazy(
    r"\b(?:see|in|same as|as in|refer to)\s+(?:the\s+)?(?:part|chapter|first|"
    r"previous|prologue|earlier|other|last)\b",
    re.IGNORECASE,
)


def scope_of(text: str) -> DisclaimerScope:
    """Return "series" or "chapter" where the words say so, else "story"."""
    low = text.lower()
    if has_one(low, _WHOLE_STEMS) and _SERIES.search(text):
        return "series"
    if "this" in low and _CHAPTER.search(text) and not _REFERS.search(text):
        return "chapter"
    return "story"


_CAP = (
    r"(?:(?:Bros|Inc|Co|Ltd|Corp|St|Mr|Mrs|Dr|Jr|Sr|[A-Z])\.(?:[A-Z]\.)*(?:[A-Z]\w*)?|"
    r"[A-ZÀ-Ý0-9][\w’'&!*.-]*(?<![.!]))"
)
_NAME = (
    rf"(?:{_CAP}(?:(?:\s+(?:of|the|de|von|van|for|&)\s+|,?\s+(?=Inc|Ltd|Co\b|LLC|Corp|Jr)|"
    rf"\s+|/)(?:{_CAP}))*)"
)
_LIST = (
    rf"(?:the\s+|its?\s+creators?,?\s+)?(?P<list>{_NAME}"
    rf"(?:\s*(?:,\s*(?:and\s+)?|\s+and\s+|\s+&\s+|;\s*)(?:the\s+)?{_NAME}){{0,12}})"
)
_AFTER = lazy(
    r"(?:\b(?i:belongs?\s+(?:\w+\s+){0,2}?to|property\s+of|owned\s+by|"
    r"copyright(?:ed)?(?:\s+and(?:/or)?\s+trademarks?)?(?:\s+(?:of|by|to))?|©|\(c\)|created\s+by|trademarks?\s+of|"
    r"creations?\s+of|licensed\s+by|(?:made|produced|written|"
    r"brought\s+to\s+us)\s+by|gehör(?:en|t)|rights\s+(?:reserved\s+)?(?:to|of|by)|"
    r"courtesy\s+of|credit(?:s|ed)?\s+to|pertenecen?\s+a|appartiennent\s+à)|©|"
    r"\([cC]\))\s*(?:(?:19|20)\d\d(?:\s*[-–,]\s*(?:19|20)?\d\d)*,?\s*)?(?:by\s+)?" + _LIST
)
_BEFORE = lazy(
    rf"(?P<list>{_NAME}(?:\s*(?:,|and|&)\s*{_NAME}){{0,6}})\s+(?:owns?|holds?|created(?!\s+by))\b"
)
# No match of the two is without one of these, which are found many times faster.
_AFTER_STEMS = (
    "belong", "property", "owned", "copyright", "©", "(c)", "created", "trademark", "creation",
    "licensed", "made", "produced", "written", "brought", "gehör", "rights", "courtesy", "credit",
    "pertenec", "appartien",
)  # fmt: skip
_BEFORE_STEMS = (" own", " hold", " created")
_YEARS_BEHIND = lazy(r"(?<=\w)[ ,]+(?:19|20)\d\d(?:\s*-\s*(?:19|20)?\d\d)?$")  # "Marvel 2008"
_NOT_HOLDERS = lazy(
    r"^(?:I|We|They|He|She|It|The|This|That|These|Those|All|No|Not|You|My|Me|Who|"
    r"Everything|Everyone|Someone|A|An|And|But|If|So|Please|Don't|In|On|As|His|"
    r"Her|Their|Rights?|Reserved|None|Nobody|Characters?|Disclaimer|Any|Or|Also|"
    r"Copyright|Other|Anyone|Whoever|Only|Do|Does|(?:19|20)?\d\d(?:\d\d)?|\d+)$",
)


def rights_holders(text: str) -> tuple[str, ...]:
    """Return the names that *text* gives the rights to, in order, each once.

    >>> rights_holders("Everything belongs to Warner Bros. Television and J. K. Rowling.")
    ('Warner Bros. Television', 'J. K. Rowling')
    """
    flat = " ".join(text.replace("’", "'").split())[:4000]
    spans: list[tuple[int, str]] = []
    if has_one(flat.lower(), _AFTER_STEMS):
        spans += [(found.start("list"), found["list"]) for found in _AFTER.finditer(flat)]
    if has_one(flat, _BEFORE_STEMS):
        spans += [(found.start("list"), found["list"]) for found in _BEFORE.finditer(flat)]
    spans.sort()
    names: list[str] = []
    for _, listed in spans:
        for name in re.split(
            r"\s*(?:,\s*and\s+|,\s*(?!Inc|Ltd|LLC|Co\b|Corp|Jr)|\s+and\s+|"
            r"\s+&\s+(?=[A-Z]\w+\s)|;\s*)\s*",
            listed,
        ):
            cleaned = re.sub(r"^(?:the|and)\s+", "", name.strip(" ,;"))
            cleaned = _YEARS_BEHIND.sub("", re.sub(r"[’']s?$", "", cleaned))
            if cleaned and not _NOT_HOLDERS.match(cleaned) and cleaned not in names:
                names.append(cleaned)
    return tuple(names)
