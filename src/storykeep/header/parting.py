"""Where an author leaves the readers right below a story's last words: with a plea, a remark, a
smile, and the name of whose story it is.

A smile or a "bye" alone may end a story, too: they only go with others, or with a name.
"""

from __future__ import annotations

import re

from storykeep.header import asides, brief, pleas, remarks, voice
from storykeep.header.draft import Draft
from storykeep.header.lines import Line
from storykeep.header.passages import paragraph_at
from storykeep.patterns import lazy

_LONGEST, _WIDEST = 16, 160  # words and characters of a plea
_REMARK = 60  # words of a remark
_MOST = 6  # paragraphs of them
_QUOTES = frozenset('"“”')
_LAW = lazy(
    r"\b(?:su(?:e|ing)|infring|profit|copyright|belong|\(c\)|©)|\b(?!I\b)[A-Z][a-z]+\s+[\w' ]*[A-Z]"
)
_SIGNED = lazy(
    r"\s*[-–—~*=<>+^.: ]{0,6}(?P<bids>(?:lots of |much )?(?:love|hugs|xoxo|cheers|later|peace|"
    r"ja ne|yours)\W{1,3}(?:always\W{1,3})?)?(?P<name>\w[\w .'’&-]{0,40}?\w)"
    r"(?:[\W_]{0,8}|,? (?:aka|a\.k\.a\.?) .{2,30}|\s*[(,].{2,30})\s*",
    re.IGNORECASE,
)
_DATE = lazy(
    r"[,(]?\s*(?:(?:\d{1,2}(?:st|nd|rd|th)?[ ./-])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
    r"dec)\w*\.?,?\s+)?[(]?[\d ./-]{2,12}[)]?$",
    re.IGNORECASE,
)
_WORD = lazy(r"\w{2,}")
_DASHES = frozenset("-–—~*=<")


def parting_begins(draft: Draft, shown: list[int]) -> tuple[int, bool] | None:
    """Return the place in *shown* of the first of the last paragraphs that do nothing but leave the
    readers, and whether no narrator would say so; None where the last does something else."""
    found: list[tuple[int, str]] = []
    for place in range(len(shown) - 1, 0, -1):
        line = draft.lines[shown[place]]
        if line.is_break and found:
            break
        if line.is_break or not line.first:
            continue
        kind = _kind(draft, line, paragraph_at(draft, shown, place))
        if not kind or len(found) == _MOST:
            break
        found.append((place, kind))
    # "Goodbye." above them may be the story's own; above a name it is not.
    while found and found[-1][1] == "beside" and [kind for _, kind in found[-2:-1]] != ["signed"]:
        found.pop()
    kinds = {kind for _, kind in found}
    if kinds.isdisjoint(("sure", "signed", "remark")):
        return None
    return found[-1][0], "remark" not in kinds


def _kind(draft: Draft, line: Line, text: str) -> str:
    """Return "sure" for what only authors leave with, "remark" for what a narrator may say as well,
    "signed" for a name, "smile" and "beside" for what goes with these, else ""."""
    if line.wrapped and line.text.lstrip()[:1] == ">":
        return ""
    size = len(text.split())
    if size > _REMARK or not _QUOTES.isdisjoint(text):
        return ""
    if size <= _LONGEST and len(text) <= _WIDEST and (kind := _brief_kind(draft, line, text)):
        return kind
    if _is_thought(line) or voice.is_end_mark(line.text) or asides.is_teaser(text):
        return ""
    if brief.surely(text) and _LAW.search(text) is not None:
        return "sure"
    if remarks.weight(text, leaving=True) < remarks.ENOUGH:
        return ""
    return "sure" if remarks.is_plea(text) else "remark"


def _brief_kind(draft: Draft, line: Line, text: str) -> str:
    if _is_signed(draft, text):
        return "signed"
    kind = pleas.kind_of(text)
    if kind == "sure" and (_is_thought(line) or voice.is_speech(text)):
        return ""
    return "sure" if kind == "does" else kind


def _is_thought(line: Line) -> bool:
    """True where all of a line is in italics: somebody in the story may think it."""
    size = len(line.bare)
    return any(mark.kind == "emphasis" and mark.end - mark.start >= size - 2 for mark in line.marks)


def _is_signed(draft: Draft, text: str) -> bool:
    """True for nothing but the name of whose story it is, or the first of its words behind a dash
    or a farewell; a day may stand beside it."""
    end = text.rstrip()
    if not draft.authors or end[-1:] in "?!" or end[-3:] == "...":
        return False
    undated = _DATE.sub("", text) if end[-1:].isdigit() or end[-1:] == ")" else text
    signed = _SIGNED.fullmatch(undated)
    if signed is None:
        return False
    said = [word.lower() for word in _WORD.findall(signed["name"])]
    names = [[word.lower() for word in _WORD.findall(each.name)] for each in draft.authors]
    if bool(signed["bids"]) or text.lstrip()[:1] in _DASHES:
        names = [name[: len(said)] for name in names]
    return bool(said) and said in names
