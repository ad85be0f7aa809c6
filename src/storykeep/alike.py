"""How alike two texts are: a small sketch of each finds the likely pairs, their words measure one.

A sketch is a sample of a text's sentences, chosen by what they say alone: of a sentence that two
texts share, both sketches have the digest or neither does (bottom-k sampling; Broder, 1997). Case,
punctuation, and where lines and paragraphs are broken count for nothing, so a print view, or a
copy with other quotes, says the same.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from zlib import crc32

EVERY = 2**32  # above every digest: the bound of a sketch that has them all
_SHARE = 4  # of a long text one sentence in so many is kept
_BOUND = EVERY // _SHARE
_LEAST = 32  # sentences that are kept of a text with so many
_SHORTEST = 24  # bytes of letters; shorter sentences stand in many texts ("He did not answer.")
_RUN = 5  # words in a row, of which a text is measured

_DROPPED = bytes(n for n in range(128) if not chr(n).isalnum() and chr(n) not in ".!?\n")
_ASCII = bytes(range(128))
_ENDED = bytes.maketrans(b".!?" + ascii_uppercase.encode(), b"\n\n\n" + ascii_lowercase.encode())
_STOPS = re.compile("[\u2026\u3002\uff01\uff1f]")  # an ellipsis; what ends Chinese sentences
# Spaces, quotes, dashes and invisible signs beyond ASCII.
_SIGNS = re.compile("[\u00a0\u00ab\u00ad\u00b4\u00bb\u2000-\u206f\u3000\u300c-\u300f\ufeff]")
_APOSTROPHE = re.compile("['`\u00b4\u02bc\u2018\u2019]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """Digests of sentences, ascending: all that the text has below `bound`."""

    bound: int
    digests: tuple[int, ...]

    def below(self, bound: int) -> int:
        """Return how many digests are less than *bound*."""
        return bisect_left(self.digests, bound)


def sketch(text: str) -> Sketch:
    """Return the sketch of *text*; one without a letter has no digest."""
    digests = list(map(crc32, _sentences(text)))
    # Of a text with many sentences nothing is done with the others.
    below = [each for each in digests if each < _BOUND]
    kept = sorted(set(below))
    if len(kept) >= _LEAST:
        return Sketch(_BOUND if len(below) < len(digests) else EVERY, tuple(kept))
    found = sorted(set(digests))
    kept = found[:_LEAST]
    if len(kept) == len(found):
        return Sketch(EVERY, tuple(kept))
    return Sketch(max(_BOUND, kept[-1] + 1), tuple(kept))


def _sentences(text: str) -> list[bytes]:
    if not text.isascii():
        text = _without_signs(unicodedata.normalize("NFC", text)).lower()
    raw = text.encode("utf-8", "replace").translate(_ENDED, _DROPPED)
    found = [each for each in raw.split(b"\n") if len(each) >= _SHORTEST]
    if not found and (whole := raw.replace(b"\n", b"")):
        found.append(whole)
    return found


def _without_signs(text: str) -> str:
    """Return *text* without signs beyond ASCII, and with a new line where a sentence ends."""
    # Few kinds of them occur in one text, and each is replaced a hundred times as fast as a pattern
    # looks at every letter.
    for sign in set(text.encode("utf-8", "replace").translate(None, _ASCII).decode()):
        if _STOPS.match(sign):
            text = text.replace(sign, "\n")
        elif _SIGNS.match(sign):
            text = text.replace(sign, "")
    return text


def joined(sketches: Iterable[Sketch]) -> Sketch:
    """Return the sketch of texts that stand one behind the other, as far as theirs tell."""
    known = list(sketches)
    bound = min((each.bound for each in known), default=EVERY)
    together = {digest for each in known for digest in each.digests[: each.below(bound)]}
    return Sketch(bound, tuple(sorted(together)))


def is_likely(shared: int, one: Sketch, other: Sketch) -> bool:
    """Return whether two texts, whose sketches share so many digests, are worth comparing.

    One sentence in common may be chance, unless no more of them could have been seen.
    """
    bound = min(one.bound, other.bound)
    fewest = min(one.below(bound), other.below(bound))
    return shared > 1 or (shared == 1 and fewest <= 2 * _SHARE)


def estimate(shared: int, one: Sketch, other: Sketch) -> float:
    """Return about which share (0 to 1) of the shorter text stands in the longer one, too."""
    bound = min(one.bound, other.bound)
    fewest = min(one.below(bound), other.below(bound))
    return min(1.0, shared / fewest) if fewest else 0.0


def pack(digests: Iterable[int]) -> bytes:
    """Return digests as bytes, four for each, the least significant first."""
    packed = array("I", digests)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(packed: bytes) -> tuple[int, ...]:
    """Return the digests that `pack` wrote."""
    digests = array("I", packed)
    if sys.byteorder == "big":
        digests.byteswap()
    return tuple(digests)


# ---------------------------------------------------------------- measured


@dataclass(frozen=True, slots=True)
class Likeness:
    """In percent of their runs of words: shared of all, of the one text, of the other."""

    alike: int
    of_one: int
    of_other: int


def runs(text: str) -> frozenset[int]:
    """Return what stands for every five words in a row; the numbers hold for this process only."""
    words = _WORD.findall(_APOSTROPHE.sub("", text.lower()))
    if len(words) < _RUN:
        return frozenset({hash(tuple(words))} if words else ())
    return frozenset(map(hash, zip(*(words[start:] for start in range(_RUN)), strict=False)))


def likeness(one: frozenset[int], other: frozenset[int]) -> Likeness:
    """Return how alike two texts are, of which `runs` were made."""
    shared = len(one & other)
    return Likeness(
        _percent(shared, len(one) + len(other) - shared),
        _percent(shared, len(one)),
        _percent(shared, len(other)),
    )


def _percent(part: int, whole: int) -> int:
    """Return *part* in percent of *whole*: 100 is all, 0 is none, and nothing else is."""
    if not part:
        return 0
    return max(1, part * 100 // whole)
