"""Part n of m: how titles, subjects and file names count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storykeep.patterns import lazy

_SPELLED = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ],
        start=1,
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_WORDS = (  # "Twenty-Four" before "Twenty"
    rf"(?:{'|'.join(_TENS)})[\s-](?:{'|'.join(list(_SPELLED)[:9])})|"
    + "|".join([*_SPELLED, *_TENS])
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NUMBER = rf"(?P<n>\d{{1,4}}|[ivxlc]{{1,7}}|{_WORDS})"
_LETTER = r"(?:(?<=\d)[a-f](?=\b))?"  # "part 3b", which is half of the third
_OF = r"(?:\s*(?:of|/|von|de)\s*(?P<m>\d{1,4}|\?|[ivxl]{1,6}|" + _WORDS + r"))"
_PART = lazy(
    rf"\b(?P<word>parts?|pt|chapters?|chap|ch|episodes?|ep|section|book|"
    rf"vol(?:ume)?|kapitel|teil|chapitre|partie|parte|cap[ií]tulo|глава|часть)"
    rf"(?:\b\.?\s*#?\s*|(?=\d)){_NUMBER}{_LETTER}\b{_OF}?",
    re.IGNORECASE,
)
# "Parts 1-5 of 15", "Part One through Five": what a page of several parts goes on to.
_THROUGH = lazy(
    r"(?:\s*,\s*\d{1,3}(?=\s*(?:,|&|and\b))){0,30}\s*(?:(?:through|thru|to)\s+(?:part\s+)?|"
    r"[-–](?=\d)|(?P<loose>(?:&|,|and\b|[-–])\s*))"
    rf"(?P<last>\d{{1,3}}|{_WORDS})\b{_OF}?",
    re.IGNORECASE,
)
_SLASHED = lazy(
    r"[\[(]?\s*(?<![\d/])(?P<n>\d{1,3})\s*(?:/|of)\s*(?P<m>\d{1,3}|"
    r"\?)(?![\d/])\s*[\])]?",
    re.IGNORECASE,
)
_BETWEEN = lazy(r"\.\d{1,2}[a-z]?\b(?!\.\d)")
_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
_POSSESSIVE = lazy(r"(?<=\w)['’]s?\b")
_ALONE = lazy(r"^(?P<word>(?:pr[eo]|epi)l[oau]{1,2}gu?e|prolog|epilog|interlude)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PartOf:
    """Which piece of a work a text says it is; `word` is "part", "chapter" ... or ""."""

    word: str
    number: int
    of: int | None
    start: int  # of the words in the text
    end: int
    rest: str  # what follows them: often the chapter's own title


def number(word: str) -> int | None:
    """Return the number that digits, Roman numerals or a number word mean, else None."""
    word = word.lower()
    if word.isdecimal():
        return int(word)
    if word in _SPELLED:
        return _SPELLED[word]
    tens, _, ones = word.replace("-", " ").partition(" ")
    if tens in _TENS:
        return _TENS[tens] + _SPELLED.get(ones.strip(), 0)
    if not word or any(letter not in _ROMAN for letter in word):
        return None
    values = [_ROMAN[letter] for letter in word]
    total = sum(
        -value if any(later > value for later in values[index + 1 : index + 2]) else value
        for index, value in enumerate(values)
    )
    return total if total > 0 else None


def read_part(text: str) -> PartOf | None:
    """Return the "part n of m", "Chapter IV" or "1/3" that *text* contains, else None.

    >>> found = read_part("Storm Glass, part 2 of 3"); (found.number, found.of)
    (2, 3)
    """
    matched = _PART.search(text[:300])
    if matched is not None and not matched["m"]:
        # "Tides, Part 4: The Pier (part 1 of 7)": the page is the first of seven.
        counted = (each for each in _PART.finditer(text[:300], matched.end()) if each["m"])
        matched = next(counted, matched)
    if matched is None:
        matched = _SLASHED.search(text[:300])
        if matched is None or _is_date(text, matched):
            return None
    value = number(matched["n"])
    if value is None:
        return None
    groups = matched.groupdict()
    word, end, of = (groups.get("word") or "").lower(), matched.end(), groups.get("m")
    if word and not of and (through := _through(text, matched, value)) is not None:
        word, end, of = word.removesuffix("s"), through.end(), through["m"]
    # "Chapter 2.5b" is a chapter between two others, called nothing.
    if not of and (between := _BETWEEN.match(text[:300], end)) is not None:
        end = between.end()
    last = number(of or "")
    if last is not None and not 0 < value <= last:
        return None
    rest = text[end:].lstrip(' \t:;.-–—~)]"”,').strip()
    return PartOf(word, value, last, matched.start(), end, rest)


def _through(text: str, matched: re.Match[str], first: int) -> re.Match[str] | None:
    """Return the further part up to which a text says that it goes, None where it says none."""
    found = _THROUGH.match(text[:300], matched.end())
    last = number(found["last"]) if found is not None else None
    if found is None or last is None or last <= first:
        return None
    plural = matched["word"].lower().endswith("s")  # "Part 2 - 5 days later" is no range
    return found if plural or found["loose"] is None else None


def is_part_line(text: str) -> bool:
    """True where a short line is nothing but a part or chapter heading: "Chapter 3: The Storm"."""
    text = text.strip(' \t*_~=-"“”[]()')
    if len(text) > 90:
        return False
    matched = _PART.match(text)
    if matched is not None:
        rest = text[matched.end() :]
        return not rest or (
            rest[0] in ':;.-–—~ ,"“('
            and not re.search(r"[a-z]\.\s+[A-Z]", rest)
            and len(rest.split()) <= 12
            and (rest[0] != " " or rest.lstrip()[:1] in ':-–—~"“(' or _is_named(rest))
        )
    slashed = _SLASHED.fullmatch(text)
    return slashed is not None or bool(_ALONE.match(text) and len(text.split()) <= 8)


def _is_named(rest: str) -> bool:
    """True where each word behind a number has a capital, but for small ones: "Chapter 3 On the
    Horizon"."""
    words = _POSSESSIVE.sub("", rest).strip().strip('"“”').split()
    small = all(word.lower() in _SMALL for word in words if word[0].islower())
    return bool(words) and words[0][0].isupper() and small and rest.rstrip()[-1:] not in ",;"


def strip_part(text: str) -> str:
    """Return *text* without its "part n of m" and the separators around it."""
    found = read_part(text)
    if found is None:
        return text.strip()
    kept = text[: found.start].rstrip(' \t:.,-–—~(["“') + (
        "" if not found.rest else ": " + found.rest.rstrip(")]")
    )
    return kept.strip(" :")


def _is_date(text: str, matched: re.Match[str]) -> bool:
    around = text[max(0, matched.start() - 3) : matched.end() + 3]
    return bool(re.search(r"\d[/.-]\d+[/.-]\d|[/.-]\s*$", around)) or bool(
        re.search(r"\b(?:rate[d]?|score|\d+\s*/\s*\d+\s*stars?)\b", text, re.IGNORECASE)
    )
