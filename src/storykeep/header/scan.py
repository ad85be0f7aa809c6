"""One pass over the top of a page: where the header was last seen to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from storykeep.header import asides, byline, diction, disclaimer, numbers, titles, voice
from storykeep.header.draft import Draft
from storykeep.header.lines import Line
from storykeep.header.shape import joined

_FULL = 50  # characters of a row that its paragraph may go on from
_TITLE_ROW = 60  # characters of a row above a by-line


@dataclass(frozen=True)
class Hints:
    """What the rest of the page already says: candidate titles and the site's names, squashed."""

    titles: frozenset[str] = frozenset()
    site_names: frozenset[str] = frozenset()
    url: str = ""
    chapters: frozenset[str] = frozenset()  # how the chapter's title may be repeated
    names: str = ""  # what else of the page may repeat the author's name, in small letters
    strict: bool = (
        False  # the page's markup names the title: a heading in the text is the story's own
    )


@dataclass
class Scan:
    """The state of reading one header."""

    draft: Draft
    start: int
    stop: int
    hints: Hints
    end: int  # the header surely reaches up to here
    gap: int = 0  # unlabelled words since
    gap_text: bool = False  # among them real paragraphs, not only short lines
    told: bool = False  # somebody speaks in them
    broken: bool = False  # a scene break since
    talked: bool = False  # the author has talked to readers: a day below it is one of the story's
    named: int | None = None  # line of the by-line or author label
    headings: list[int] = field(default_factory=list)
    booked: int | None = None  # line that has counted the book, whose chapters count anew
    mail: bool = False
    cues: set[str] = field(default_factory=set)  # "Fenix" of lines like "Fenix: Who is there?"
    dashed: bool = False  # dashes stand between its labels and their values
    script: bool = False  # a cue came twice: its lines look like labels
    voices: dict[int, bool] = field(default_factory=dict)  # lines that speak to readers, once asked
    stories: dict[int, int] = field(default_factory=dict)  # words of story in lines, once asked
    lines: Sequence[Line] = ()  # those of the page

    def __post_init__(self) -> None:
        """Have the lines of the page at hand: they are asked for again and again."""
        self.lines = self.draft.lines

    def speaks_to_reader(self, index: int) -> bool:
        """True where a line is the author about the story: several rules ask it of the same one."""
        found = self.voices.get(index)
        if found is None:
            text = self.lines[index].text
            found = not diction.is_told(text) and voice.speaks_to_reader(text)
            self.voices[index] = found
        return found

    def is_meant(self, index: int) -> bool:
        """True for the row of a text file that its name means."""
        if not self.hints.titles:
            return False
        line = self.lines[index]
        return line.wrapped and titles.squash(line.bare) in self.hints.titles

    def begins_anew(self, index: int) -> bool:
        """True for a row of hard-wrapped text that is the title, a part's heading or a by-line, and
        goes on with no sentence above it."""
        if not self.lines[index].wrapped or index == self.start:
            return False
        above = self.lines[index - 1].bare
        if len(above) >= _FULL and above[-1:] not in '.!?)"”:*':
            return False
        if byline.leaves_open(above):
            return False
        bare = self.lines[index].bare
        signed = len(bare) < _FULL and len(above) < _TITLE_ROW and "by" in bare.lower()
        return (
            self.is_meant(index)
            or numbers.is_part_line(bare)
            or (signed and byline.read_byline(bare) is not None)
        )

    def take_rights(self, start: int, end: int) -> None:
        """Take the lines from *start* to *end* (half open) as a note on where the story may be."""
        lines = self.lines[start:end]
        text = joined([line.bare for line in lines], lines[0].wrapped)
        self.draft.add_note(text, None, "head", kind="rights")
        self.draft.found("notes", text, "position", text)
        for taken in range(start, end):
            self.draft.put(taken, "note")

    def is_section(self, index: int) -> bool:
        """True where a heading of the same level follows later: they divide the story."""
        level = self.lines[index].value
        return any(
            line.kind == "heading" and line.value == level
            for line in self.lines[index + 1 : self.stop]
        ) and all(self.lines[above].value != level for above in self.headings)


def is_talk(scan: Scan, stop: int) -> bool:
    """True where most of what no label owns, above line *stop*, is the author to the readers."""
    talk: list[str] = []
    for at in range(scan.end, stop):
        line = scan.lines[at]
        if line.blank or scan.draft.bins[at]:
            continue
        if line.first or not talk:
            talk.append("")
        talk[-1] = f"{talk[-1]} {line.bare}".strip()
    spoken = sum(
        len(text)
        for text in talk
        if voice.speaks_to_reader(text) or disclaimer.asserts(text) or asides.strength(text)
    )
    return spoken * 2 > sum(map(len, talk))
