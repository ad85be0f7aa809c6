"""The passage of a story that answers a query best, with the matched words marked. Pure.

FTS5's own snippet() takes seconds on common words in long stories; this reads the texts of the hits
on the page only, once, and never more than linearly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import islice
from typing import NamedTuple

from storykeep.patterns import lazy

START, END = "\ue000", "\ue001"  # around a matched word, as rows.Hit says
LENGTH = 240  # letters of a snippet, about
_PIECE = 8_192  # letters that are looked through at a time, at most
_LONG_PIECE = 65_536  # the same for few words: where they are common, the first piece has them
_FEW = 4
_FIRST_PIECE = 2_048  # the first ones are often enough
_REACH = 2_000  # letters that a match may be long; a word by itself is shorter
_SPAN = 160  # the matches of one passage lie within so many letters
_MOST_NEEDLES = 24
_MOST_MATCHES = 10_000  # of one word; a passage behind so many is not looked for

# Accents by themselves, and letters that may have one.
_COMBINING = lazy("[\u0300-\u036f]")
_ACCENTED = lazy("[\u00c0-\u024f\u1e00-\u1eff]")
# With its first letters in one class, re skips to one of them; an alternation is tried everywhere.
_SENTENCE_END = lazy(r"""[.!?…\n](?:(?<=\n)\s*|["'”’)\]*]*\s+)""")


class Needle(NamedTuple):
    """What a query looks for: one token, or a phrase of them."""

    tokens: tuple[str, ...]
    is_prefix: bool = False
    columns: frozenset[str] | None = None  # of the index; None: any


class Passage(NamedTuple):
    """A stretch of text and how much of the query it answers: (needles, matches)."""

    snippet: str
    worth: tuple[int, int]


_Match = tuple[int, int, int]  # start, end, the needle's number from 1


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
        self._forms = _forms(kept[0]) if len(kept) == 1 else ()
        is_few = len(self._firsts) <= _FEW
        self._piece = _LONG_PIECE if is_few else _PIECE
        self._first_piece = _FIRST_PIECE if is_few else _FIRST_PIECE // 4
        if all(len(each.tokens) == 1 and not each.is_prefix for each in kept):
            # Each letter may have accents by themselves behind it.
            self._reach = min(_REACH, 4 * max(map(len, self._firsts), default=0) + 16)
        else:
            self._reach = _REACH

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        """What one ASCII word is as it stands by itself, case and all; it begins with its letters.

        A pattern that begins with letters passes over others many times faster.
        """
        (needle,) = self._kept
        (word,) = needle.tokens
        letters = "".join(f"[{letter}{letter.upper()}]" for letter in word)
        end = r"[^\W_]*" if needle.is_prefix else r"(?![^\W_])"
        return re.compile(rf"{letters}(?<![^\W_]{'.' * len(word)}){end}(?![\u0300-\u036f])")

    @cached_property
    def _lower(self) -> re.Pattern[str]:
        # Without IGNORECASE re passes over most letters by their first comparison.
        return _pattern(self._kept, 0)

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return _pattern(self._kept, re.IGNORECASE)

    @cached_property
    def _folding(self) -> re.Pattern[str]:
        return _pattern(self._kept, re.IGNORECASE, folds=True)

    def best(self, texts: Iterable[str]) -> Passage | None:
        """Return the best passage of *texts*, None where none has a match.

        The first passage that has every needle is the best; no text behind it is read.
        """
        if not self._count:
            return None
        if self._count == 1:
            return self._first(texts)
        best: tuple[str, _Window] | None = None
        # With many words a passage that has them all is rare, and the first ones are as good.
        left = max(60, _MOST_MATCHES // self._count**2)
        for text in texts:
            if left <= 0:
                break
            window, seen = _densest(self._matches(text, left), self._count, left)
            left -= seen
            if window and (best is None or window.worth > best[1].worth):
                best = text, window
                if window.worth[0] == self._count:
                    break
        if best is None:
            return None
        return self._passage(*best)

    @property
    def leads(self) -> bool:
        """Return whether one word in ASCII is looked for, so that `lead` may be asked first."""
        return bool(self._forms)

    def lead(self, text: str) -> str | None:
        """Return a snippet of *text* around a match that is soon found.

        Where there is none, a text of ASCII has no match; another may have one that `best` finds,
        with accents or in odd capitals.
        """
        for form in self._forms[: 1 if text.isascii() else None]:
            if match := _standing(text, form, self._whole):
                return self._led(text, *match.span())
        if text.isascii() and (match := _standing(text.lower(), self._forms[0], self._whole)):
            return self._led(text, *match.span())
        return None

    def _led(self, text: str, low: int, high: int) -> str:
        start, end = _bounds(text, low, high)
        piece = text[start:end]
        if not piece.isascii() or text[end : end + 1].isalnum():
            return _cut(text, start, end, self._within(text, start, end, end, _MOST_MATCHES))
        return _on_one_line(text, start, end, self._whole.sub(_marked, piece))

    def _first(self, texts: Iterable[str]) -> Passage | None:
        """Return the passage around the first match: with one needle none is better."""
        for text in texts:
            for start, end, _ in self._matches(text, most=1):
                return self._passage(text, _Window(start, end, (1, 1)))
        return None

    def _passage(self, text: str, window: _Window) -> Passage:
        start, end = _bounds(text, window.start, window.end)
        spans = self._within(text, start, end, end, _MOST_MATCHES)
        return Passage(_cut(text, start, end, spans), window.worth)

    def _matches(self, text: str, most: int) -> Iterator[_Match]:
        """Yield the first *most* matches in *text*."""
        start = low = 0
        end, piece = len(text), self._first_piece
        while low < end:
            # A match may reach over the end of a piece; what it covers is not looked at again.
            stop = low + piece
            found = self._within(text, max(low, start), min(stop, end), end, most)
            yield from found
            most -= len(found)
            if most <= 0:
                return
            if not found and not low:
                # Words that are not soon met in one text are rare in the next one, too.
                self._first_piece = min(4 * piece, self._piece)
            low, wanted = stop, 8 * piece
            if found:
                start = found[-1][1]
                # No more is looked through than has what is still wanted, if it goes on like that.
                wanted = min(4 * piece, most * piece // len(found) + 64)
            piece = min(wanted, self._piece)

    def _within(self, text: str, start: int, stop: int, end: int, most: int) -> list[_Match]:
        """Return the matches that begin in text[start:stop] and end before *end*, the first *most*.

        To look for letters is many times faster than to match a pattern, so that is done first.
        """
        base = max(0, start - 1)  # a word begins behind what is no letter
        piece = text[base : min(end, stop + self._reach)]
        low = _lowered(piece)
        if low is None:
            matches = self._folding.finditer(piece, start - base)
            return list(islice(_before(matches, base, stop), most))
        found: list[_Match] = []
        pattern = self._lower if low.isascii() else self._plain
        at, stop = start - base, stop - base
        match_at = pattern.match
        for place in _places(low, self._firsts, at):
            if place >= at and (match := match_at(low, place)):
                if place >= stop:
                    break
                at = match.end()
                found.append((base + place, base + at, match.lastindex or 0))
                if len(found) == most:
                    break
        return found


def _standing(text: str, word: str, whole: re.Pattern[str]) -> re.Match[str] | None:
    """Return the first match of *whole* in *text* where the letters of *word* are."""
    place = text.find(word)
    while place >= 0:
        if match := whole.match(text, place):
            return match
        place = text.find(word, place + 1)
    return None


def _before(matches: Iterable[re.Match[str]], base: int, stop: int) -> Iterator[_Match]:
    for match in matches:
        if base + match.start() >= stop:
            return
        yield base + match.start(), base + match.end(), match.lastindex or 0


def _lowered(text: str) -> str | None:
    """Return *text* in lower case without accents, None where that is not letter for letter."""
    if text.isascii():
        return text.lower()
    if _COMBINING.search(text):
        return None
    if _ACCENTED.search(text):  # else what is not ASCII are curly quotes, as a rule
        text = text.translate(_unaccented())
    low = text.lower()
    return low if len(low) == len(text) else None


def _places(text: str, words: Sequence[str], start: int) -> list[int]:
    """Return where the letters of any of *words* stand from *start* on, in order."""
    places: list[int] = []
    find = text.find
    for word in words:
        place = find(word, start)
        while place >= 0:
            places.append(place)
            place = find(word, place + 1)
    if len(words) > 1:
        places.sort()
    return places


def beginning(text: str) -> str:
    """Return the first sentences of *text* as a snippet without a match."""
    start, end = _bounds(text, 0, 0)
    return _cut(text, start, end, [])


# ---------------------------------------------------------------- patterns


def _forms(needle: Needle) -> tuple[str, ...]:
    """Return how one word in ASCII is written nearly everywhere."""
    word = needle.tokens[0]
    if len(needle.tokens) > 1 or not word.isascii():
        return ()
    return tuple(dict.fromkeys((word, word.capitalize(), word.upper())))


def _pattern(needles: Sequence[Needle], flags: int, *, folds: bool = False) -> re.Pattern[str]:
    each = "|".join(f"({_needle(needle, folds=folds)})" for needle in needles)
    return re.compile(rf"(?<![^\W_])(?:{each})", flags)


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
    inside = [0] * (count + 1)  # how many of each needle; their numbers begin with 1
    met: list[_Match] = []
    first = different = 0  # the window is met[first:]
    best_first = best_last = best_different = best_number = 0
    for match in islice(matches, most):
        met.append(match)
        end, needle = match[1], match[2]
        different += not inside[needle]
        inside[needle] += 1
        while met[first][0] < end - _SPAN and first < len(met) - 1:
            left = met[first][2]
            first += 1
            inside[left] -= 1
            different -= not inside[left]
        number = len(met) - first
        if different > best_different or (different == best_different and number > best_number):
            best_first, best_last = first, len(met) - 1
            best_different, best_number = different, number
            if different == count:
                break
    if not met:
        return None, 0
    worth = (best_different, best_number)
    return _Window(met[best_first][0], met[best_last][1], worth), len(met)


def _bounds(text: str, low: int, high: int) -> tuple[int, int]:
    """Return where a snippet around text[low:high] begins and ends, about LENGTH letters apart."""
    high = min(high, low + LENGTH)
    start = _start(text, low, max(0, high - LENGTH, low - LENGTH // 2))
    return start, _end(text, max(high, start + 1), min(len(text), start + LENGTH))


def _cut(text: str, start: int, end: int, spans: Iterable[_Match]) -> str:
    """Return text[start:end] on one line, with *spans* of it marked."""
    pieces, at = [], start
    bare = _bare if START in text or END in text else str
    for first, last, _ in spans:
        pieces += [bare(text[at:first]), START, bare(text[first:last]), END]
        at = last
    pieces.append(bare(text[at:end]))
    return _on_one_line(text, start, end, "".join(pieces))


def _on_one_line(text: str, start: int, end: int, marked: str) -> str:
    """Return text[start:end], *marked* by now, on one line and with what it was cut from shown."""
    snippet = " ".join(marked.split())
    before = "" if start == 0 or _SENTENCE_END.search(text, max(0, start - 8), start) else "…"
    is_whole = not text[end : end + 100].strip() or snippet.endswith((".", "!", "?", '"', "”"))
    return f"{before}{snippet}{'' if is_whole else '…'}"


def _start(text: str, low: int, least: int) -> int:
    """Return where to begin before *low*: at a sentence, else at a word, not before *least*."""
    if least == 0:
        return 0
    if sentence := _SENTENCE_END.search(text, least, low):
        return sentence.end()
    space = text.find(" ", least, low)
    return space + 1 if space >= 0 else least


def _end(text: str, high: int, most: int) -> int:
    """Return where to end behind *high*: behind a sentence, else a word, not behind *most*."""
    if most >= len(text):
        return len(text)
    last = None
    for last in _SENTENCE_END.finditer(text, high, most):  # noqa: B007
        pass
    if last:  # the space behind it belongs to the match
        return last.start() + len(last[0].rstrip())
    space = text.rfind(" ", high, most)
    return space if space >= 0 else most


def _marked(match: re.Match[str]) -> str:
    return f"{START}{match[0]}{END}"


def _bare(text: str) -> str:
    return text.replace(START, "").replace(END, "")
