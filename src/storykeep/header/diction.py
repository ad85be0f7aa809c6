"""How far the words of a paragraph are those of an author who talks to readers, not of a story.

Each word, and pair of words, of diction.txt has a weight, which `bench/diction.py` learnt of some
6,700 pages of three sites, and of this project's own. Where there are words enough they tell talk
from a story that no rule knows; where it counts, rules say what else must hold.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

LIKELY = 15  # tenths of a logit: two of a hundred paragraphs of stories have so much
SURE = 30  # one of a hundred has, and most of those were talk, when they were read
# So little have seven of ten longer paragraphs of stories. Of nine hundred of talk without a label,
# which rules had found on two thousand pages in whatever language, none had less than -34.
TOLD = -50
_BRIEF = 25  # words: so few have too little in them to be surely told
_READ = 150  # words: a longer paragraph is known by its beginning
_HOPELESS = -20  # by single words: no pair would mend that
# Letters in small, digits and apostrophes; a space for all else.
_LETTERS = bytes(
    code + 32 if 65 <= code <= 90 else code if chr(code).isalnum() or code == 39 else 32
    for code in range(128)
).ljust(256)


@lru_cache(maxsize=64)
def weight(text: str) -> int:
    """Return the logarithm of the odds that *text* is talk, in tenths; 0 is even."""
    base, single, double = _learnt()
    words = words_of(text)
    found = base + sum([single[word] for word in single.keys() & words])
    if found < _HOPELESS:
        return found
    return found + sum([double[pair] for pair in double.keys() & pairwise(words)])


def is_told(text: str) -> bool:
    """True for a paragraph whose words are surely a story's: rules for an author's talk need not be
    asked, each of which takes as long as to look at its words."""
    return text.count(" ") >= _BRIEF and weight(text) < TOLD


def words_of(text: str) -> list[bytes]:
    """Return the words that *text* begins with, in small letters of ASCII."""
    plain = text if text.isascii() else text.replace("’", "'")
    return plain.encode("ascii", "replace").translate(_LETTERS).split()[:_READ]


@lru_cache(maxsize=1)
def _learnt() -> tuple[int, dict[bytes, int], dict[tuple[bytes, bytes], int]]:
    """Return the weight of no words at all, and those of words and of pairs of words."""
    single: dict[bytes, int] = {}
    double: dict[tuple[bytes, bytes], int] = {}
    first, *rows = files(__package__).joinpath("diction.txt").read_text("ascii").splitlines()
    for row in rows:
        points, _, listed = row.partition(":")
        for each in listed.encode().split():
            one, pair, other = each.partition(b"_")
            if pair:
                double[one, other] = int(points)
            else:
                single[one] = int(points)
    return int(first), single, double
