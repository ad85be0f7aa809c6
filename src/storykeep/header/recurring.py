"""What a page's author types between two scenes that only the page can tell is a break: words that
say so ("Line Break"), a show's letters ("HPHPHP"), and signs that come again and again.

What a line is by itself `prose.breaks` says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from storykeep.header.lines import Line
from storykeep.patterns import has_one, lazy

_LONGEST = 40  # characters
_PROSE = 40  # characters that a line beside it has
_BREAKS = r"(?:break(?:er)?|divider|separator)s?"
_ONCE = lazy(
    r"^[\W_]*(?:(?:insert|random|another|obligatory|pretty|a|the) )*(?:"
    rf"(?:line|scene|page|section) ?-?{_BREAKS}(?: (?:here|thing(?:y|ie)?))?|"
    r"scene ?(?:change|shift)|new scene|change of scene|"
    r"(?<=insert )(?:line|divider|ruler|break)(?: here)?)[\W_]*$|"
    r"^[^\w\s\"'“”‘’«»]+\s?(?:line|break|ruler|divider|scene|time ?skip)\s?[^\w\s\"'“”‘’«»]+$",
    re.IGNORECASE | re.MULTILINE,
)
# What all of these have, in small letters.
_STEMS = (
    "break", "divider", "separator", "scene", "ruler", "line]", "line)", "line}", "line*", "line-",
    "line~", "line=", "line_", "time skip", "timeskip",
)  # fmt: skip
# Letters of a show, again and again: "HPHPHPHP", "SG-SG-SG". With a vowel they may be a laugh.
_SHOW = lazy(r"^[\W_]*(?P<unit>[A-Z]{2,5})(?:[\W_]{0,3}(?P=unit)){2,}[\W_]*$")
_VOWELS = frozenset("AEIOUY")
_NOISES = frozenset({"TSK", "PST", "PSST", "HMM", "SHH", "SSH", "BRR", "GRR", "PFT", "PFFT", "MHM"})
_LAUGHS = frozenset(
    {"HA", "HE", "HO", "HI", "HEE", "NO", "YA", "LA", "NA", "DA", "GO", "OH", "AH", "EH", "BLA",
     "BLAH", "TICK", "TOCK", "KNOCK", "BEEP", "RING", "WOOF", "MEOW", "BOOM", "BANG", "CLAP", "TAP",
     "THUD"}
)  # fmt: skip
_RECURS = lazy(
    # One sign or more, but no silence, no surprise and no face; "<3 <3 <3"
    r"[^\w\s\"'“”‘’«»?!.,;:…()\[\]<>^-][^\w\s\"'“”‘’«»?!.,;]*|[:º°]{2,}|(?:<3\s?){2,9}|"
    r"=\^\.{1,3}\^=|[{}]{2,}|"
    # "xox", "vVv", "8-8-8", "O"
    r"[XxO]|(?!(?i:wow|woo|oo+h?|vow|ox|ow)\b)(?:[^\w\s\"'“”?!.,]*[oOxXvVwW08]){2,}"
    r"[^\w\s\"'“”?!.,]*|"
    # "HP-HP", "LOTR LOTR"
    r"[\W_]*(?P<unit>[A-Z]{2,5})(?:[\W_]{0,3}(?P=unit))+[\W_]*|"
    r"(?P<same>[B-DF-GJ-LP-QS-TV-Y])(?P=same){3,}|"
    # A letter of no alphabet that the text is in, framed
    r"[^\w\s\"'“”‘’«»?!.,()\[\]]{2,}\s?[^\x00-\x7f]{1,2}\s?[^\w\s\"'“”‘’«»?!.,]{2,}"
)
_NUMBER = lazy(r"\W*\d[\d\W]*")
_FACE = lazy(r"[\\/]o[\\/]|[oOxX0vV^-][._w]+[oOxX0vV^-]|[8:;=][-o^']?[DPpOo0xX)(|]|[xX8]-?D")


def mark_breaks(lines: Sequence[Line]) -> frozenset[str]:
    """Mark those *lines* as breaks that part scenes of this page in words, or again and again;
    return their texts, in small letters."""
    short = [
        index
        for index, line in enumerate(lines)
        if 0 < len(line.text) <= _LONGEST and not line.is_break and not line.blank
    ]
    said = Counter([lines[index].text.strip() for index in short])
    often = {text for text, count in said.items() if count > 1 and _may_recur(text)}
    all_said = "\n".join(said)
    once: set[str] = set()
    if has_one(all_said.lower(), _STEMS):
        once = {found.group() for found in _ONCE.finditer(all_said)}
    shouted = [text for text in said if text.isupper()]
    once.update([text for text in shouted if _is_of_show(text)])
    if not often and not once:
        return frozenset()
    apart = [i for i in short if lines[i].text.strip() in often | once and _is_apart(lines, i)]
    counted = Counter([lines[index].text.strip() for index in apart])
    marks = {text for text, count in counted.items() if count > 1 or text in once}
    for index in apart:
        lines[index].is_break = lines[index].is_break or lines[index].text.strip() in marks
    return frozenset(" ".join(text.casefold().replace("’", "'").split()) for text in marks)


def _is_of_show(text: str) -> bool:
    found = _SHOW.match(text)
    if found is None:
        return False
    unit = found["unit"]
    return _VOWELS.isdisjoint(unit) and len(set(unit)) > 1 and unit not in _NOISES


def _may_recur(text: str) -> bool:
    found = _RECURS.fullmatch(text)
    if found is None or _FACE.fullmatch(text) is not None:
        return False
    if text[:2] != "<3" and _NUMBER.fullmatch(text) and text.strip("8-=~*0 "):
        return False
    unit = found["unit"]
    return unit is None or (len(set(unit)) > 1 and unit not in _LAUGHS | _NOISES)


def _is_apart(lines: Sequence[Line], index: int) -> bool:
    """True where a line stands by itself between two others, one of which is long enough for
    prose, and leads nowhere."""
    line = lines[index]
    if not line.first or (line.marks and line.linked):
        return False
    above, below = _next(lines, index, -1), _next(lines, index, 1)
    if above is None or below is None or not lines[below].first:
        return False
    if line.wrapped and not (lines[index - 1].blank and lines[index + 1].blank):
        return False
    beside = lines[above], lines[below]
    if max([len(each.text) for each in beside]) < _PROSE:
        return False
    return not any(each.linked > 0.5 for each in beside)


def _next(lines: Sequence[Line], index: int, step: int) -> int | None:
    index += step
    while 0 <= index < len(lines) and lines[index].blank:
        index += step
    return index if 0 <= index < len(lines) else None
