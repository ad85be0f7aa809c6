"""The other forms of an English word: waves, waved and waving for wave. Pure.

Nouns and verbs only, and only how they are inflected: to search for a keeper is not to search for
what is kept. Whether a form that the rules make is a word at all, the index knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from storykeep.patterns import lazy

_SHORTEST = 3  # letters of a word that is changed, and of what is left of one
_WORD = lazy(r"[a-z]+")
_VOWEL = lazy("[aeiouy]")
# One syllable with a short vowel before its last consonant, which is doubled: stop, stopped.
_DOUBLES = lazy(r"[^aeiouy]*(?:qu)?[aeiou][^aeiouwxys]")
_MAY_DOUBLE = lazy(r".*[aeiou][^aeiouwxys]")  # travelled, visited


# Forms that no rule makes, the word itself first.
_IRREGULAR = """
be am is are was were been being|have has had|do does did done|go goes went gone|say said
see saw seen|get got gotten|make made|know knew known|think thought|take took taken|come came
give gave given|find found|tell told|feel felt|leave left|bring brought|begin began begun
keep kept|hold held|write wrote written|stand stood|hear heard|mean meant|meet met|run ran
pay paid|sit sat|speak spoke spoken|lie lay lain|lead led|grow grew grown|lose lost
fall fell fallen|send sent|build built|understand understood|draw drew drawn|break broke broken
spend spent|rise rose risen|drive drove driven|buy bought|wear wore worn|choose chose chosen
seek sought|throw threw thrown|catch caught|deal dealt|win won|forget forgot forgotten|lay laid
sell sold|fight fought|teach taught|eat ate eaten|sing sang sung|strike struck stricken
hang hung|shake shook shaken|ride rode ridden|feed fed|shoot shot|drink drank drunk
arise arose arisen|fly flew flown|sleep slept|hide hid hidden|tear tore torn|swear swore sworn
wake woke woken|bind bound|bite bit bitten|blow blew blown|bleed bled|bend bent|creep crept
dig dug|flee fled|forgive forgave forgiven|freeze froze frozen|kneel knelt|lend lent
ring rang rung|shine shone|shrink shrank shrunk|sink sank sunk|slide slid|spin spun
spring sprang sprung|steal stole stolen|stick stuck|sting stung|sweep swept
swell swelled swollen|swim swam swum|swing swung|weave wove woven|weep wept|man men|woman women
child children|foot feet|tooth teeth|mouse mice|goose geese|person people|wolf wolves|wife wives
knife knives|life lives|leaf leaves|half halves|self selves|shelf shelves|thief thieves
elf elves|dwarf dwarves|loaf loaves|calf calves|hoof hooves|scarf scarves|ox oxen
"""


@cache
def _groups() -> dict[str, list[tuple[str, ...]]]:
    """Return for each word of _IRREGULAR its groups; "lay" is of two words."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for group in re.split(r"[|\n]", _IRREGULAR.strip()):
        words = tuple(group.split())
        for word in words:
            found.setdefault(word, []).append(words)
    return found


def forms(word: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return *word* and its other forms, of those that *is_known* says are words."""
    if len(word) < _SHORTEST or not _WORD.fullmatch(word):
        return (word,)
    found: dict[str, None] = {}
    for base in _bases(word):
        if base == word or is_known(base):
            found.update(dict.fromkeys(_inflected(base)))
    return (word, *(each for each in found if each != word and is_known(each)))


def _bases(word: str) -> Iterator[str]:
    """Yield what *word* may be a form of; where it is no irregular form, itself first."""
    if word in _groups():
        yield from (group[0] for group in _groups()[word])
        return
    yield word
    for base in _cut(word):
        if len(base) >= _SHORTEST and _VOWEL.search(base):
            yield base


def _cut(word: str) -> Iterator[str]:
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1]
        if word.endswith("ies"):
            yield word[:-3] + "y"
        elif word.endswith("es"):
            yield word[:-2]
    if word.endswith("ied"):
        yield from (word[:-3] + "y", word[:-1])
    elif word.endswith("ed"):
        yield from _unjoined(word[:-2])
    if word.endswith("ying"):
        yield word[:-4] + "ie"
    if word.endswith("ing"):
        yield from _unjoined(word[:-3])


def _unjoined(stem: str) -> Iterator[str]:
    """Yield the words that -ed or -ing may have been put behind: kiss, hope and stop."""
    if not _DOUBLES.fullmatch(stem):  # hoped is not of hop
        yield stem
    yield stem + "e"
    if len(stem) > 1 and stem[-1] == stem[-2]:
        yield stem[:-1]


def _inflected(base: str) -> Iterator[str]:
    """Yield the forms of *base*: those of _IRREGULAR, else those by rule."""
    yield base
    irregular = [word for group in _groups().get(base, ()) if group[0] == base for word in group]
    yield from irregular
    yield from _with_s(base)
    if not irregular:
        yield from _joined(base, "ed")
    yield from _joined(base, "ing")


def _with_s(base: str) -> Iterator[str]:
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou"):
        yield base[:-1] + "ies"
        return
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        yield base + "es"
    if not base.endswith(("s", "x", "z", "ch", "sh")):
        yield base + "s"


def _joined(base: str, ending: str) -> Iterator[str]:
    """Yield *base* with -ed or -ing behind it."""
    if _DOUBLES.fullmatch(base):
        yield base + base[-1] + ending
        return
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou") and ending == "ed":
        yield base[:-1] + "ied"
    elif base.endswith("e") and ending == "ed":
        yield base + "d"
    elif base.endswith("ie"):
        yield base[:-2] + "ying"
    elif base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        yield base[:-1] + ending
    else:
        yield base + ending
        if _MAY_DOUBLE.fullmatch(base):
            yield base + base[-1] + ending
