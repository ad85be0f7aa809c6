"""What the ends of lines mean: a verse goes on, a hard wrap, a new paragraph, a new scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from storykeep.patterns import lazy
from storykeep.prose.breaks import is_symbol_break
from storykeep.prose.verse import opens_with_capitals

# Between two lines: of one box (parted by <br>), of two boxes with space between them (<p>), or of
# two boxes without (<div>). Each has a normal gap of its own.
Zone = Literal["line", "spaced", "flush"]

_SENTENCE_END = lazy(r"[.!?…][\"'”’»)*]*\Z|[\"”»]\Z")
_LABEL = lazy(r"[A-Z][\w'’ /&.()-]{0,28}:\s")
_ENDS = "\"'”’»)*.!?…"  # no sentence ends otherwise
_OPENS = '"“«„'
_CLOSES = '"”»'
_FEW = 8
_HEAVY = 60  # characters; beyond this length a paragraph weighs no more
_LIGHT = 25  # gaps between texts shorter than this are a menu's, until many of them say otherwise
_TALK = 40
_LONG = 85  # no verse, no line of a letter or a list is as long as this
_WIDEST = 100  # nobody wraps wider


@dataclass(slots=True)
class GapMeter:
    """Counts the blank lines between neighbouring paragraphs of a page, by zone."""

    weights: dict[Zone, dict[int, int]] = field(default_factory=dict)
    numbers: dict[Zone, int] = field(default_factory=dict)

    def add(self, zone: Zone, blanks: int, length: int) -> None:
        """Count one gap of *blanks* lines; *length* is that of the longer neighbour.

        The longer, because it stands in the story: short replies stand beside long paragraphs.
        """
        weight = min(length, _HEAVY) if length >= _LIGHT else 1
        weights = self.weights.setdefault(zone, {})
        weights[blanks] = weights.get(blanks, 0) + weight
        self.numbers[zone] = self.numbers.get(zone, 0) + 1

    def of(self, zone: Zone) -> int:
        """Return the normal number of blank lines in *zone*; more of them are a scene break."""
        weights = self.weights.get(zone)
        if not weights:
            return 1 if zone == "line" else 0
        share = 0.5 if self.numbers[zone] < _FEW else 0.6
        total = sum(weights.values())
        reached = 0
        for blanks in sorted(weights):
            reached += weights[blanks]
            if reached >= share * total:
                break
        return blanks


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a line end means in one box: `wrapped` lines run on, else they begin a paragraph.

    With `indent` only a line that is indented begins one. `stays` is verse of long lines.
    """

    wrapped: bool = False
    indent: bool = False
    stays: bool = False

    def starts_paragraph(self, indent: int) -> bool:
        """Return whether a line right below another begins a paragraph."""
        return indent > 0 if self.indent else not (self.wrapped or self.stays)


def grouping_of(
    lines: Sequence[tuple[str, int] | None], *, page_size: int, in_p: bool
) -> Grouping | None:
    """Return what line ends mean in a box of *lines* (text and indent; None is a blank one).

    None: they are typed as they should stay, as in verse, letters and lists of labels.
    """
    pairs = [
        (one, two)
        for one, two in pairwise(lines)
        if one and two and not is_symbol_break(one[0]) and not is_symbol_break(two[0])
    ]
    if not pairs:
        return None
    indents = sum(two[1] > 0 for _, two in pairs)
    lengths = [len(line[0]) for line in lines if line]
    if looks_wrapped([len(one[0]) for one, _ in pairs], max(lengths)):
        if opens_with_capitals((one[0], two[0]) for one, two in pairs):
            return Grouping(stays=True)
        return Grouping(wrapped=True, indent=indents > 0)
    if _wrapped_below(lines):
        return Grouping(wrapped=True)
    if len(pairs) >= 3 and indents >= 0.5 * len(pairs) and max(lengths) > 60:
        return Grouping(indent=indents < len(pairs))
    if lines.count(None) >= len(pairs) and not any(
        max(len(one[0]), len(two[0])) > _LONG for one, two in pairs
    ):
        return None  # blank lines part the paragraphs here, and these few short lines are verse
    long = sum(length > _LONG for length in lengths)
    whole = sum(lengths) >= 0.3 * page_size and not (in_p and len(pairs) < 8)
    if long >= 2 and len(pairs) >= 2 and (whole or long >= 0.5 * len(lengths)):
        return Grouping()
    sentences = sum(bool(_SENTENCE_END.search(one[0])) for one, _ in pairs)
    if long and whole and len(pairs) >= 3 and sentences >= 0.7 * len(pairs):
        return Grouping()
    return None


def _wrapped_below(lines: Sequence[tuple[str, int] | None]) -> bool:
    """Return whether lines were cut at a column below a header of labels, as in a mail."""
    if not any(line and _LABEL.match(line[0]) for line in lines[:_FEW]):
        return False
    told = [line[0] if line and not _LABEL.match(line[0]) else None for line in lines]
    ends = [len(one) for one, two in pairwise(told) if one and two]
    return bool(ends) and looks_wrapped(ends, max(ends))


def is_label(text: str) -> bool:
    """Return whether a line opens with a word and a colon, as those of a header do."""
    return _LABEL.match(text) is not None


def is_paragraph_end(before: str, line: str) -> bool:
    """Return whether a single line break between two lines ends a paragraph all the same.

    It does between sentences of running text, or talk: lines too long for verse, letter or list.
    """
    if (
        not line
        or before[-1:] not in _ENDS
        or not _SENTENCE_END.search(before)
        or _LABEL.match(line)
    ):
        return False  # a picture alone on its line has no text
    if max(len(before), len(line)) <= _LONG:
        # One answers the other: lines of verse that open and close a speech are seldom as long.
        talk = before[0] in _OPENS and line[0] in _OPENS and _SENTENCE_END.search(line) is not None
        return talk and min(len(before), len(line)) > _TALK
    if min(len(before), len(line)) > _TALK and _SENTENCE_END.search(line):
        return True
    return min(len(before), len(line)) > _LONG or line[0] in _OPENS or before[-1] in _CLOSES


def looks_wrapped(lengths: Sequence[int], longest: int) -> bool:
    """Return whether lines of these *lengths*, each followed by another, were cut at a column."""
    if len(lengths) < 4 or not 45 <= longest <= _WIDEST:
        return False
    full = sum(length >= 0.75 * longest for length in lengths)
    return full >= 0.7 * len(lengths)
