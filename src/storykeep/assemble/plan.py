"""The nouns of assembly: pieces, pages, and the plan that says which pages make which story."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from storykeep.model import Block, Capture, Evidence, Part, SiteFact

Order = tuple[str, str, int, str]  # the place of a piece in time


class Passed(NamedTuple):
    """A capture that a plan passes over; what its page says in it is its own story's alone."""

    id: int
    order: Order
    sha256: str  # of its whole part


@dataclass(frozen=True, slots=True)
class Piece:
    """One capture and what derive made of it; `capture` is None where a file was cleaned.

    `span` is given where the piece is one section of its page: its first block, and the one behind.
    """

    capture: Capture | None
    part: Part
    span: tuple[int, int] | None = None
    sha256: str = ""  # of the whole part, where `part` is its outline
    again: tuple[Order, ...] = ()  # of captures after it that said the same, and are no pieces
    passed: tuple[Passed, ...] = ()  # right before it, and like it whole readings of a story
    # The place of this piece in time: the same wherever the set of pieces is known. It is asked for
    # so often that it is kept.
    order: Order = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        capture = self.capture
        object.__setattr__(
            self,
            "order",
            ("", "", 0, self.part.url)
            if capture is None
            else (capture.fetched_at, capture.warc, capture.offset, self.part.url),
        )

    def cut(self, prose: tuple[Block, ...]) -> tuple[Block, ...]:
        """Return what of the page's *prose* is this piece's."""
        return prose if self.span is None else prose[self.span[0] : self.span[1]]

    @property
    def seen(self) -> str:
        """Return when it was captured (fetched_at), "" for a file that was cleaned."""
        return self.capture.fetched_at if self.capture else ""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which a page that was a story did not have it: between two readings, or since."""

    shown: tuple[Piece, ...]  # the captures that showed it, oldest first
    reason: str  # what the first of them answered
    back: Piece | None = None  # the reading that ended it; None: it lasts

    @property
    def since(self) -> str:
        """Return the fetched_at of the first capture that showed it."""
        return self.shown[0].seen


@dataclass(frozen=True, slots=True)
class SitePage:
    """Every capture of one page, oldest first."""

    key: str
    pieces: tuple[Piece, ...]
    stories: tuple[Piece, ...]  # those that are good readings of a story, oldest first
    absences: tuple[Absence, ...] = ()  # oldest first; after the brake: those that count
    missing: Absence | None = None  # one that lasts and that the brake does not let count
    doubt: str = ""  # why not
    address: str = ""  # where its story was first, if it has moved

    @property
    def gone_since(self) -> str | None:
        """Return since when the page has not had its story, None where it has it."""
        if not self.absences or self.absences[-1].back is not None:
            return None
        return self.absences[-1].since

    @property
    def current(self) -> Part:
        """Return the part that stands for the page: the last good reading, else the last."""
        return (self.stories or self.pieces)[-1].part


@dataclass(frozen=True, slots=True)
class ChapterPlan:
    """One chapter: the page it is on and every reading of it."""

    key: str
    page: SitePage


@dataclass(frozen=True, slots=True)
class StoryPlan:
    """Which pages make one story, and what other pages of the host say about it."""

    key: str
    host: str
    chapters: tuple[ChapterPlan, ...]
    titles: tuple[Evidence, ...] = ()  # candidates from index pages and framesets
    authors: tuple[Evidence, ...] = ()
    aliases: tuple[str, ...] = ()
    contents: tuple[SitePage, ...] = ()  # the work's own tables of contents

    @property
    def listed(self) -> tuple[Part, ...]:
        """Return what the work's tables of contents say now."""
        return tuple(page.current for page in self.contents)

    @property
    def first_capture(self) -> Order:
        """Return the order of the first capture that was this story: new ones are stored by it."""
        return min(piece.order for chapter in self.chapters for piece in chapter.page.stories)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a host holds: its stories' plans in order of first capture, and its site facts."""

    plans: tuple[StoryPlan, ...]
    facts: tuple[SiteFact, ...]
    # A page that was read after this moment may be read again and say nothing to the others
    # (`alone`); None: something of the host waits for whatever comes next.
    calm_since: str | None = None
