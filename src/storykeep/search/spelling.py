"""How else a word is written: with ё or е, with or without a Greek accent, with ß or ss. Pure.

The index folds the accents of Latin letters alone. What it keeps apart, though people write either,
is looked for both ways; whether a spelling occurs at all, the index knows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from storykeep.patterns import lazy

_LONGEST = 40  # letters of a word that is looked at
_LETTERS = {"ё": "е", "ß": "ss", "æ": "ae", "œ": "oe"}
_WRITTEN_OUT = lazy("ss|ae|oe")
_GREEK = range(0x370, 0x400)


def spellings(word: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return *word* and how else it is written, of that what *is_known* says is a word.

    A word has one such letter, as a rule: so the plain spelling and those with one are looked for.
    """
    if len(word) > _LONGEST or (word.isascii() and not _WRITTEN_OUT.search(word)):
        return (word,)
    plain = "".join(_plain().get(letter, letter) for letter in word)
    found = dict.fromkeys((plain, *_marked(plain)))
    return (word, *(each for each in found if each != word and is_known(each)))


def _marked(plain: str) -> Iterator[str]:
    """Yield *plain* with each of its letters written otherwise, one at a time."""
    for bare, marked in _marks():
        at = plain.find(bare)
        while at >= 0:
            yield plain[:at] + marked + plain[at + len(bare) :]
            at = plain.find(bare, at + 1)


@cache
def _plain() -> dict[str, str]:
    """Return what the marked letters, as the index has them, are without their mark."""
    greek = {
        letter: bare
        for letter in map(chr, _GREEK)
        if letter.islower() and (bare := unicodedata.normalize("NFD", letter)[0]) != letter
    }
    return _LETTERS | greek


@cache
def _marks() -> tuple[tuple[str, str], ...]:
    return tuple((bare, marked) for marked, bare in _plain().items())
