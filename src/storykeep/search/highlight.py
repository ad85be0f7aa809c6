"""The passage of a story that answers a query best, with the matched words marked. Pure.

FTS5's own snippet() takes seconds on common words in long stories; this reads the texts of the hits
on the page only, once, and never more than linearly.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

START, END = "\ue000", "\ue001"  # around a matched word, as model.Hit says
LENGTH = 240  # letters of a snippet, about
_SPAN = 160  # the matches of one passage lie within so many letters
_MOST_NEEDLES = 24
_MOST_MATCHES = 5000  # of one text: enough to find a passage that has them all

_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]*]*\s+|\n\s*""")


@dataclass(frozen=True, slots=True)
class Needle:
    """What a query looks for: one token, or a phrase of them."""

    tokens: tuple[str, ...]
    is_prefix: bool = False
    columns: frozenset[str] | None = None  # of the index; None: any


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text and how much of the query it answers: (needles, matches)."""

    snippet: str
    worth: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    needle: int


class Highlighter:
    """Finds the needles of one query in texts of one column."""

    def __init__(self, needles: Iterable[Needle], column: str) -> None:
        kept = [each for each in needles if each.columns is None or column in each.columns]
        self._count = min(len(kept), _MOST_NEEDLES)
        # Longer ones first: where a phrase and its first word both match, the phrase is marked.
        kept = sorted(kept[:_MOST_NEEDLES], key=lambda each: -len(each.tokens))
        self._plain = _pattern(kept, folds=False)
        self._folding = _pattern(kept, folds=True)

    def best(self, texts: Iterable[str]) -> Passage | None:
        """Return the best passage of *texts*, None where none has a match.

        The earliest passage that has every needle is the best; no text behind it is read.
        """
        best: Passage | None = None
        if not self._count:
            return None
        for text in texts:
            matches = list(islice(self._matches(text), _MOST_MATCHES))
            if not matches:
                continue
            chosen, worth = _densest(matches)
            if best is None or worth > best.worth:
                best = Passage(_cut(text, chosen), worth)
            if worth[0] == self._count:
                break
        return best

    def _matches(self, text: str) -> Iterator[_Match]:
        pattern = self._plain if text.isascii() else self._folding
        for match in pattern.finditer(text):
            yield _Match(match.start(), match.end(), match.lastindex or 0)


def beginning(text: str) -> str:
    """Return the first sentences of *text* as a snippet without a match."""
    return _cut(text, [])


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


# ---------------------------------------------------------------- passages


def _densest(matches: Sequence[_Match]) -> tuple[list[_Match], tuple[int, int]]:
    """Return the matches within one passage that have the most needles, then the most matches."""
    inside: Counter[int] = Counter()
    best, first, worth = (0, 1), 0, (0, 0)
    for last, match in enumerate(matches):
        inside[match.needle] += 1
        while matches[first].start < match.end - _SPAN and first < last:
            inside[matches[first].needle] -= 1
            if not inside[matches[first].needle]:
                del inside[matches[first].needle]
            first += 1
        found = (len(inside), last - first + 1)
        if found > worth:
            best, worth = (first, last + 1), found
    return list(matches[slice(*best)]), worth


def _cut(text: str, matches: Sequence[_Match]) -> str:
    """Return about LENGTH letters of *text* around *matches*, from a sentence's beginning."""
    low = matches[0].start if matches else 0
    high = min(matches[-1].end, low + LENGTH) if matches else 0
    start = _start(text, low, max(0, high - LENGTH, low - LENGTH // 2))
    end = _end(text, max(high, start + 1), min(len(text), start + LENGTH))
    pieces, at = [], start
    for match in matches:
        upto = min(match.end, end)
        if match.start >= upto:
            break
        pieces += [_bare(text[at : match.start]), START, _bare(text[match.start : upto]), END]
        at = upto
    pieces.append(_bare(text[at:end]))
    snippet = " ".join("".join(pieces).split())
    before = "" if start == 0 or _SENTENCE_END.search(text, max(0, start - 8), start) else "…"
    after = "" if not text[end:].strip() or snippet.endswith((".", "!", "?", '"', "”")) else "…"
    return f"{before}{snippet}{after}"


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
