"""The nouns of assembly: pieces, pages, and the plan that says which pages make which story."""

from __future__ import annotations

from dataclasses import dataclass

from storykeep.model import Block, Capture, Evidence, Part, SiteFact


@dataclass(frozen=True, slots=True)
class Piece:
    """One capture and what derive made of it; `capture` is None where a file was cleaned.

    `span` is given where the piece is one section of its page: its first block, and the one behind.
    """

    capture: Capture | None
    part: Part
    span: tuple[int, int] | None = None

    def cut(self, prose: tuple[Block, ...]) -> tuple[Block, ...]:
        """Return what of the page's *prose* is this piece's."""
        return prose if self.span is None else prose[self.span[0] : self.span[1]]

    @property
    def order(self) -> tuple[str, str, int, str]:
        """Return the place of this piece in time: the same wherever the set of pieces is known."""
        if self.capture is None:
            return ("", "", 0, self.part.url)
        return (self.capture.fetched_at, self.capture.warc, self.capture.offset, self.part.url)


@dataclass(frozen=True, slots=True)
class SitePage:
    """Every capture of one page, oldest first."""

    key: str
    pieces: tuple[Piece, ...]
    stories: tuple[Piece, ...]  # those that are good readings of a story, oldest first
    gone_since: (
        str | None
    )  # fetched_at of the first capture since the last reading that showed it gone

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
    contents: tuple[Part, ...] = ()  # the work's own table of contents, where it has one

    @property
    def first_capture(self) -> tuple[str, str, int, str]:
        """Return the order of the first capture that was this story: new ones are stored by it."""
        return min(piece.order for chapter in self.chapters for piece in chapter.page.stories)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a host holds: its stories' plans in order of first capture, and its site facts."""

    plans: tuple[StoryPlan, ...]
    facts: tuple[SiteFact, ...]
