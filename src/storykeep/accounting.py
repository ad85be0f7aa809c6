"""Where every line of a page went: prose, a field, a note, chrome, or nowhere that we know.

It holds the page against its part, whichever engine made that; so it proves the part, and does not
repeat what the engine believes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from storykeep.derive import derive, sheet_of
from storykeep.engines import NAMES, Sheet, choose, taught
from storykeep.engines.settle import pieces
from storykeep.header import Line
from storykeep.header.titles import squash as title_squash
from storykeep.model import Block, Page, Part
from storykeep.profiles import Profile, selectors, templates

Bin = Literal["prose", "fields", "notes", "chrome", "unexplained"]
BINS: tuple[Bin, ...] = ("prose", "fields", "notes", "chrome", "unexplained")


_TELLING = 12  # letters of a row that stand in a paragraph once


@dataclass(frozen=True, slots=True)
class Accounted:
    """A line of the page, where it went, and why, where it was cut."""

    text: str
    bin: Bin
    reason: str = ""

    @property
    def letters(self) -> int:
        """How many signs it shows, blanks not counted."""
        return sum(not sign.isspace() for sign in self.text)


@dataclass(frozen=True, slots=True)
class Account:
    """A page's part, why it was read by its engine, and its lines, each in one bin."""

    part: Part
    why_engine: str
    lines: tuple[Accounted, ...]

    def letters(self) -> dict[Bin, int]:
        """Return how many signs are in each bin; their sum is the page."""
        counts: dict[Bin, int] = dict.fromkeys(BINS, 0)
        for line in self.lines:
            counts[line.bin] += line.letters
        return counts


def account(page: Page, profile: Profile | None) -> Account:
    """Return where every line of *page* went when it was read with *profile*."""
    part = derive(page, profile)
    if not (part.prose or part.chrome or part.notes or part.title):
        return Account(part, "no engine was asked: status, type or address decide", ())
    sheet = replace(sheet_of(page, profile), profile=profile)
    bins = _Bins(part)
    found: list[Accounted] = []
    inside = set(taught.body_lines(sheet))
    seen_prose = False
    for index, line in enumerate(sheet.lines):
        text = _shown(line)
        if not text:
            continue
        bin_ = bins.of(line)
        seen_prose = seen_prose or bin_ == "prose"
        reason = ""
        if bin_ == "chrome":
            reason = _reason(sheet, index, inside, part, past=seen_prose, more=bins.left > 0)
        found.append(Accounted(text, bin_, reason))
    return Account(part, _why(sheet, profile, part), tuple(found))


def _shown(line: Line) -> str:
    """Return what a line shows: its text, and what stands for its images."""
    if line.kind == "break" and line.value != "symbol":
        return " ".join(alt for _, alt in line.alts())  # its "* * *" is ours
    return " ".join([line.bare, *(alt for _, alt in line.alts() if alt not in line.text)]).strip()


def _why(sheet: Sheet, profile: Profile | None, part: Part) -> str:
    if profile is not None and profile.engine == part.engine:
        return f"engine in profile {profile.name}"
    if profile is not None and taught.body_lines(sheet):
        return f"selector body in profile {profile.name} finds the text"
    engine = NAMES.get(part.engine)
    if engine is None or part.engine != choose(sheet, profile).NAME:
        return "another engine gave the page to it"
    said = " ".join((engine.matches.__doc__ or "").split()).rstrip(".")
    return said.removeprefix("True ").removeprefix("Return whether ") or "its own marks"


# ---------------------------------------------------------------- bins


def _squash(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum()) or "".join(text.split())


class _Bins:
    """The texts of a part, to be asked line by line in the order of the page."""

    def __init__(self, part: Part) -> None:
        self._texts = [block.text for block in part.prose]
        self._note_texts = [note.text for note in part.notes]
        self._prose = [_squash(block.text) for block in part.prose]
        self._breaks = [block.kind == "break" for block in part.prose]
        self._quotes = any(block.kind == "quote" for block in part.prose)
        self.left = len(self._prose)
        self._at, self._offset = 0, 0
        self._began = (0, 0)  # where the block that is gone through was begun
        self._prose_set = set(self._prose)
        self._pictures = {alt for block in part.prose for alt in _alts(block)}
        self._notes = [_squash(f"{note.label or ''} {note.text}") for note in part.notes]
        self._fields = [_squash(text) for text in _field_texts(part)]
        self._chrome = {_squash(text) for text in part.chrome}
        self._all_chrome = "\n".join(map(_squash, part.chrome))

    def of(self, line: Line) -> Bin:
        """Return the bin that holds *line*."""
        # An image beside words goes where they go.
        wanted = _squash(line.bare) or _squash(_shown(line))
        if self._is_next_prose(_squash(line.text)):
            return "prose"
        if not line.text.strip() and self._pictures.issuperset(alt for _, alt in line.alts()):
            return "prose"
        if any(wanted in text for text in self._notes):
            return "notes"
        if any(wanted in text for text in self._fields):
            return "fields"
        if wanted in self._chrome or all(_squash(each) in self._chrome for each in pieces(line)):
            return "chrome"
        if wanted in self._all_chrome:
            return "chrome"
        if _squash(line.text) in self._prose_set or line.is_break:
            return "prose" if part_has_breaks(line) else "unexplained"
        if line.wrapped and not any(map(str.isalnum, wanted)) and (bin_ := self._of_signs(line)):
            return bin_
        return "fields" if self._is_pieced(line) else "unexplained"

    def _of_signs(self, line: Line) -> Bin | None:
        """Return the bin of a row of nothing but signs, as a wrap leaves the end of a speech."""
        if self._quotes and not line.bare.strip("> "):
            return "prose"  # a blank row of what is quoted, as mails quote
        near = range(max(0, self._at - 2), min(len(self._texts), self._at + 2))
        if any(line.bare in self._texts[at] for at in near):
            return "prose"
        return "notes" if any(line.bare in text for text in self._note_texts) else None

    def _is_next_prose(self, wanted: str) -> bool:
        """Return whether the prose goes on with *wanted*: a row of a paragraph, or a whole one.

        A heading may be how a paragraph begins ("Happiness" and "Happiness. What is it?"): where
        the next line does not go on from there, the heading was no row of it.
        """
        if not wanted:
            return False
        if self._goes_on(wanted):
            return True
        if self._offset and len(wanted) >= _TELLING and self._prose[self._at].find(wanted) > 0:
            # A hyphen at the end of a row, or a sign between two, was mended in the prose.
            found = self._prose[self._at].find(wanted, self._offset)
            return found >= 0 and self._put(self._at, found + len(wanted))
        if self._offset:
            at, offset = self._at, self._offset
            self._at, self._offset = self._began
            if self._goes_on(wanted):
                return True
            self._at, self._offset = at, offset
        return False

    def _goes_on(self, wanted: str) -> bool:
        at, offset = self._at, self._offset
        for _ in range(3):  # a break of ours may stand between
            if at >= len(self._prose):
                return False
            if self._prose[at].startswith(wanted, offset):
                self._began = self._began if offset else (self._at, self._offset)
                return self._put(at, offset + len(wanted))
            if offset or not self._breaks[at]:
                return False
            at += 1
        return False

    def _put(self, at: int, offset: int) -> bool:
        """Go on behind *offset* of the block at *at*."""
        whole = offset >= len(self._prose[at])
        self._at, self._offset = (at + 1, 0) if whole else (at, offset)
        self.left = len(self._prose) - self._at
        return True

    def _is_pieced(self, line: Line) -> bool:
        """Return whether a row that runs several labels together is in the fields word by word."""
        texts = [*self._notes, *self._fields]
        # What stands between two labels ("Title: X * By: Y") is in no field, and has no words.
        words = [_squash(word) for word in line.text.split() if any(map(str.isalnum, word))]
        return bool(words) and all(any(word in text for text in texts) for word in words)


def _alts(block: Block) -> Iterable[str]:
    """Return the words that stand for the images in a block of prose."""
    for mark in block.marks:
        if mark.kind == "image":
            yield str(json.loads(mark.value).get("alt") or "")


def part_has_breaks(line: Line) -> bool:
    """Return whether a line is one that a story may hold as a break or as a heading."""
    return bool(line.text.strip()) or line.kind == "break"


def _field_texts(part: Part) -> Iterable[str]:
    for found in part.evidence.values():
        yield from (each.raw for each in found)
    for disclaimer in part.disclaimers:
        yield f"{disclaimer.label or ''} {disclaimer.text}"
    for label, value in part.fields.items():
        yield f"{label}{value}"


# ---------------------------------------------------------------- why a line was cut


def _reason(
    sheet: Sheet, index: int, inside: set[int], part: Part, *, past: bool, more: bool
) -> str:
    line = sheet.lines[index]
    if said := _taught_reason(sheet, index, inside):
        return said
    if line.block in sheet.hidden:
        return "hidden by the page's own style"
    if part.outcome != "story":
        return "the page is no story"
    if line.linked >= 0.6:
        return "mostly links"
    if not past:
        return "above the story, and no part of its header"
    return "between paragraphs, and not the author's" if more else "below the end of the story"


def _taught_reason(sheet: Sheet, index: int, inside: set[int]) -> str:
    profile = sheet.profile
    if profile is None:
        return ""
    text = sheet.lines[index].text
    known = {title_squash(each) for each in profile.chrome if "*" not in each}
    starred = (each for each in profile.chrome if "*" in each)
    if title_squash(text) in known or any(templates.is_like(text, each) for each in starred):
        return f"chrome in profile {profile.name}"
    if "cut" in profile.select and index in _lines_of(sheet, profile.select["cut"]):
        return f"selector cut in profile {profile.name}"
    if inside and index not in inside:
        return f"outside of selector body in profile {profile.name}"
    return ""


def _lines_of(sheet: Sheet, selector: str) -> set[int]:
    if sheet.root is None:
        return set()
    elements: Sequence[object] = selectors.read(selector).find(sheet.root)
    return {index for element in elements for index in sheet.inside(element)}
