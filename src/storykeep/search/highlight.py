"""The passage of a story that answers a query best, with the matched words marked. Pure.

FTS5's own snippet() takes seconds on common words in long stories; this reads the texts of the hits
on the page only, once, and never more than linearly.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from heapq import merge
from itertools import islice
from typing import NamedTuple

START, END = "\ue000", "\ue001"  # around a matched word, as rows.Hit says
LENGTH = 240  # letters of a snippet, about
_PIECE = 8_192  # letters that are looked through at a time: the first ones are often enough
_REACH = 2_000  # letters that a match may be long
_SPAN = 160  # the matches of one passage lie within so many letters
_MOST_NEEDLES = 24
_MOST_MATCHES = 10_000  # of one word; a passage behind so many is not looked for

# Accents by themselves.
_COMBINING = re.compile("[\u0300-\u036f]")
_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]*]*\s+|\n\s*""")


class Needle(NamedTuple):
    """What a query looks for: one token, or a phrase of them."""

    tokens: tuple[str, ...]
    is_prefix: bool = False
    columns: frozenset[str] | None = None  # of the index; None: any


class Passage(NamedTuple):
    """A stretch of text and how much of the query it answers: (needles, matches)."""

    snippet: str
    worth: tuple[int, int]


class _Match(NamedTuple):
    start: int
    end: int
    needle: int


class _Window(NamedTuple):
    start: int
    end: int
    worth: tuple[int, int]


class Highlighter:
    """Finds the needles of one query in texts of one column."""

    def __init__(self, needles: Iterable[Needle], column: str) -> None:
        kept = [each for each in needles if each.columns is None or column in each.columns]
        self._count = min(len(kept), _MOST_NEEDLES)
        # Longer ones first: where a phrase and its first word both match, the phrase is marked.
        kept = sorted(kept[:_MOST_NEEDLES], key=lambda each: -len(each.tokens))
        self._firsts = tuple({each.tokens[0] for each in kept})
        self._kept = kept
        self._plain = _pattern(kept, folds=False)

    @cached_property
    def _folding(self) -> re.Pattern[str]:
        return _pattern(self._kept, folds=True)

    def best(self, texts: Iterable[str]) -> Passage | None:
        """Return the best passage of *texts*, None where none has a match.

        The first passage that has every needle is the best; no text behind it is read.
        """
        best: tuple[str, _Window] | None = None
        if not self._count:
            return None
        # With many words a passage that has them all is rare, and the first ones are as good.
        left = max(60, _MOST_MATCHES // self._count**2)
        for text in texts:
            if left <= 0:
                break
            window, seen = _densest(self._matches(text), self._count, left)
            left -= seen
            if window and (best is None or window.worth > best[1].worth):
                best = text, window
                if window.worth[0] == self._count:
                    break
        if best is None:
            return None
        text, window = best
        start, end = _bounds(text, window.start, window.end)
        spans = [(match.start, match.end) for match in self._matches(text, start, end)]
        return Passage(_cut(text, start, end, spans), window.worth)

    def _matches(self, text: str, start: int = 0, end: int | None = None) -> Iterator[_Match]:
        end = len(text) if end is None else end
        for low in range(start, end, _PIECE):
            # A match may reach over the end of a piece; what it covers is not looked at again.
            for match in self._within(text, max(low, start), min(low + _PIECE, end), end):
                start = match.end
                yield match

    def _within(self, text: str, start: int, stop: int, end: int) -> Iterator[_Match]:
        """Yield the matches that begin in text[start:stop] and end before *end*.

        To look for letters is many times faster than to match a pattern, so that is done first.
        """
        base = max(0, start - 1)  # a word begins behind what is no letter
        piece = text[base : min(end, stop + _REACH)]
        if not piece.isascii():
            if _COMBINING.search(piece):
                yield from _found(self._folding.finditer(piece, start - base), base, stop)
                return
            piece = piece.translate(_unaccented())  # letter for letter: the places are the text's
        low = piece.lower()
        if len(low) != len(piece):
            yield from _found(self._folding.finditer(piece, start - base), base, stop)
            return
        found = [_places(low, word, start - base) for word in self._firsts]
        places = merge(*found) if len(found) > 1 else found[0]
        yield from _found(_each(self._plain, low, places), base, stop)


def _each(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    start = 0
    for place in places:
        if place >= start and (match := pattern.match(text, place)):
            start = match.end()
            yield match


def _found(matches: Iterable[re.Match[str]], base: int, stop: int) -> Iterator[_Match]:
    for match in matches:
        if base + match.start() >= stop:
            return
        yield _Match(base + match.start(), base + match.end(), match.lastindex or 0)


def _places(text: str, word: str, start: int) -> Iterator[int]:
    place = text.find(word, start)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def beginning(text: str) -> str:
    """Return the first sentences of *text* as a snippet without a match."""
    start, end = _bounds(text, 0, 0)
    return _cut(text, start, end, [])


# ---------------------------------------------------------------- patterns


def _pattern(needles: Sequence[Needle], *, folds: bool) -> re.Pattern[str]:
    each = "|".join(f"({_needle(needle, folds=folds)})" for needle in needles)
    return re.compile(rf"(?<![^\W_])(?:{each})", re.IGNORECASE)


def _needle(needle: Needle, *, folds: bool) -> str:
    words = (
        ("".join(map(_letter, token)) if folds else re.escape(token)) for token in needle.tokens
    )
    end = r"[^\W_]*" if needle.is_prefix else r"(?![^\W_])"
    return r"[\W_]+".join(words) + end


@cache
def _letter(letter: str) -> str:
    """Return a pattern for *letter* as the index folds it, with any accents."""
    variants = _variants().get(letter, "")
    same = f"[{re.escape(letter)}{variants}]" if variants else re.escape(letter)
    return same + "[\u0300-\u036f]*+"


@cache
def _variants() -> dict[str, str]:
    """Return the accented forms of each Latin letter: those the index takes for the letter."""
    forms: dict[str, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code).lower())[0]
        if base != chr(code) and base.isascii():
            forms[base] = forms.get(base, "") + chr(code)
    return forms


@cache
def _unaccented() -> dict[int, str]:
    return {ord(form): letter for letter, forms in _variants().items() for form in forms}


# ---------------------------------------------------------------- passages


def _densest(matches: Iterable[_Match], count: int, most: int) -> tuple[_Window | None, int]:
    """Return the first passage with all *count* needles, else that with the most of them.

    *most* matches are looked at; how many there were comes with it.

    Among passages with as many needles the one with the most matches is taken, then the first.
    """
    inside: Counter[int] = Counter()
    window: deque[_Match] = deque()
    best: _Window | None = None
    seen = 0
    for match in islice(matches, most):
        seen += 1
        window.append(match)
        inside[match.needle] += 1
        while window[0].start < match.end - _SPAN and len(window) > 1:
            left = window.popleft().needle
            inside[left] -= 1
            if not inside[left]:
                del inside[left]
        worth = (len(inside), len(window))
        if best is None or worth > best.worth:
            best = _Window(window[0].start, match.end, worth)
            if len(inside) == count:
                break
    return best, seen


def _bounds(text: str, low: int, high: int) -> tuple[int, int]:
    """Return where a snippet around text[low:high] begins and ends, about LENGTH letters apart."""
    high = min(high, low + LENGTH)
    start = _start(text, low, max(0, high - LENGTH, low - LENGTH // 2))
    return start, _end(text, max(high, start + 1), min(len(text), start + LENGTH))


def _cut(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> str:
    """Return text[start:end] on one line, with *spans* of it marked."""
    pieces, at = [], start
    for first, last in spans:
        pieces += [_bare(text[at:first]), START, _bare(text[first:last]), END]
        at = last
    pieces.append(_bare(text[at:end]))
    snippet = " ".join("".join(pieces).split())
    before = "" if start == 0 or _SENTENCE_END.search(text, max(0, start - 8), start) else "…"
    is_whole = not text[end : end + 100].strip() or snippet.endswith((".", "!", "?", '"', "”"))
    return f"{before}{snippet}{'' if is_whole else '…'}"


def _start(text: str, low: int, least: int) -> int:
    """Return where to begin before *low*: at a sentence, else at a word, not before *least*."""
    if least == 0:
        return 0
    ends = [match.end() for match in _SENTENCE_END.finditer(text, least, low)]
    if ends:
        return ends[0]
    space = text.find(" ", least, low)
    return space + 1 if space >= 0 else least


def _end(text: str, high: int, most: int) -> int:
    """Return where to end behind *high*: behind a sentence, else a word, not behind *most*."""
    if most >= len(text):
        return len(text)
    # The match of a sentence's end has the space behind it as well.
    ends = [
        match.start() + len(match[0].rstrip()) for match in _SENTENCE_END.finditer(text, high, most)
    ]
    if ends:
        return ends[-1]
    space = text.rfind(" ", high, most)
    return space if space >= 0 else most


def _bare(text: str) -> str:
    return text.replace(START, "").replace(END, "")
