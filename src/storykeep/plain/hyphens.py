"""Whether the hyphen at a row's end was typed or is a wrap's; the text's own words decide.

Most editors of the period broke lines behind a typed hyphen ("half-" / "drowned") and few cut words
in two ("wo-" / "man"). So a hyphen goes only where the text shows that it cuts words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storykeep.patterns import lazy

_WORD = lazy(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HEAD = lazy(r"([^\W\d_]+)-\Z")
_TAIL = lazy(r"[^\W\d_]+")
# Ends of words that are no words: what stands before them was cut.
_SYLLABLE = lazy(
    r"(?:[bdfglmntvz]|[bdglnpst][bdglnpst]|[cst]h|sk|ck)?ing|[stc]?ions?|ments?|ness(?:es)?|ly|ed|ful"
    r"|less|[ai]?bl[ey]|(?:[bcdfglmnpstvz])?ers?|ity|ities|[cdnrt]?[ae]n(?:ce|ces|cy|t|ts)|ous"
    r"|[st]?ive|ally|tures?|tial|cial|cious|tious"
)


@dataclass(frozen=True, slots=True)
class Hyphens:
    """What a text shows about the hyphens at its row ends."""

    words: frozenset[str] = frozenset()  # lower case; none where no row ends in a hyphen
    cuts: bool = False  # the text cuts words at row ends

    def is_cut(self, before: str, row: str) -> bool:
        """Return whether the hyphen that *before* ends in parts a word that goes on in *row*."""
        halves = _halves(before, row)
        if halves is None:
            return False
        if (verdict := _shown(*halves, self.words)) is not None:
            return verdict
        return self.cuts and not (halves[0] in self.words and halves[1] in self.words)


def hyphens_of(pairs: Iterable[tuple[str, str]], texts: Iterable[str]) -> Hyphens:
    """Return what a text of rows *texts* shows; *pairs* are rows right below each other."""
    torn = [halves for one, two in pairs if (halves := _halves(one, two))]
    if not torn:
        return Hyphens()
    words: set[str] = set()
    tail = False
    for text in texts:
        found = _WORD.findall(text.lower())
        # Halves are no evidence for themselves.
        cut = bool(_HEAD.search(text))
        words.update(found[int(tail) : len(found) - cut])
        tail = cut
    known = frozenset(words)
    return Hyphens(known, any(_shown(*halves, known) for halves in torn))


def _halves(before: str, row: str) -> tuple[str, str] | None:
    if not before.endswith("-") or not row[:1].islower():
        return None
    head, tail = _HEAD.search(before[-60:]), _TAIL.match(row[:60])
    return (head[1].lower(), tail[0]) if head and tail else None


def _shown(head: str, tail: str, words: frozenset[str]) -> bool | None:
    """Return whether the text's other words show a cut, or that the hyphen was typed."""
    if f"{head}-{tail}" in words:
        return False
    if head + tail in words:
        return True
    return True if tail not in words and _SYLLABLE.fullmatch(tail) else None
