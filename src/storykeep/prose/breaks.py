"""What an author types to part two scenes: `* * *`, `~*~`, oOo; and what only looks like it."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

from storykeep.patterns import lazy

_LONGEST = 200
_DIGITS = 7
_DOTS = 5  # a silence is three or four of them
_QUOTES = frozenset("\"'“”„‘’«»‹›`´「」『』")
# What begins most lines of a page, and no break.
NO_BREAK_BEGINS = (_QUOTES - {"'"}) | (frozenset(string.ascii_letters) - frozenset("oOxXvV"))
# Marks of speech: a line of nothing else is a character who hesitates, wonders or shouts.
_SPEECH = frozenset("?!.,;:…()[]¿¡。、，！？：；⋯‥")
_BRACKETS = frozenset("[]()")
_COLONS = 3
_CHAIN = 6  # brackets that are a rule: "][][][]["
# Letters that serve as ornaments, in runs and alternations, never the vowels of a word.
_ORNAMENT_LETTERS = lazy(
    r"(?:(?:oO)+o?|(?:Oo)+O|(?:xX)+x?|(?:Xx)+X|(?:o0)+o?|(?:0o)+0|(?:O0)+O?|(?:0O)+0"
    r"|o{2,}O+o{2,}|O{2,}o+O{2,}|x{2,}X+x{2,}|X{2,}x+X{2,}|o{2,}0+o{2,}|0{2,}o+0{2,}"
    r"|o{3,}|O{3,}|x{3,}|X{3,}|0{3,})"
)
_SPACED_LETTERS = lazy(r"(?:[oO0](?: {1,9}[oO0]){2,}|[xX](?: {1,9}[xX]){2,})")
_MIXED = lazy(r"(?:oO)+o|(?:Oo)+O|(?:xX)+x|(?:Xx)+X|(?:o0)+o|(?:0o)+0")
_RUNS = lazy(
    r"o{2,}[O0]{2,}o{2,}|O{2,}[o0]{2,}O{2,}|0{2,}[oO]{2,}0{2,}|x{2,}X{2,}x{2,}|X{2,}x{2,}X{2,}"
)
_FRAMED = lazy(r"([~=+]{2,})[ABD-HJKM-UWYZ]\1")  # "~~U~~", a show's sign; "==I==" is a part
_WITH_LETTERS = lazy(r"[oOxX0vV]*")
_BREAKING = "oOxX0vV"  # the letters that a break may hold
_ROSES = lazy(r"(?:@[})>{]?[-~,'`>}{]{3,}\s*)+|(?:[-~,'`<{}]{3,}[{<(]?@\s*)+")  # @}-,-'--
_EYES = r"[<>^oO0Tt@=.*~$+;:QqUuVvxX¬°-]{1,2}"
_FACE = lazy(
    rf"{_EYES}[_.]{{1,3}}{_EYES}[;']*|[<>^][wo][<>^]|[oOuU][wW][oOuU]|\^\^[;']*|\\o/|<3+"
    r"|[<>]?[:;=][-o^*]?[)(\[\]|/\\*<>@$#]+|[)(\]\[]+[-o^]?[:;=]"
)
_SINGLE = frozenset("*~#+%=-–—_•·°§¶¤†‡◊◆◇■□●○★☆✦✧✶✴❖❦❧⁂⁕∗＊✱✲✳※♦♥♠♣♡♢☙.|^∞☾☽☼✿❀❁⚜☯✺❉❋✵✷✸✹♪♫⸺⸻")


def is_symbol_break(line: str) -> bool:
    """Return whether *line*, on its own, is a scene break typed in symbols.

    Three or more symbols, two that repeat, or one known ornament; letters only as oOo and xXx do.
    A line with a quotation mark, of speech marks alone, or drawn as a face is none.
    """
    # Nearly every line of a page begins with a letter or a quotation mark of its own.
    first = line[:1]
    if first in _QUOTES:
        return first == "'" and line[1:3] == "''" and not line.strip(" '")  # nobody says "'''"
    if first.isalnum() and first not in _BREAKING:
        return line[1:2] == first and first.isdigit() and _is_one_digit(line.strip())
    if line[1:2].isalnum() and line[1] not in _BREAKING:  # "Of course", "~the end~"
        return False
    return len(line) <= _LONGEST and _is_break(line.strip())


def _is_one_digit(line: str) -> bool:
    """True for a row drawn of one digit, "88888888", which is longer than a year or a price."""
    return _DIGITS <= len(line) <= _LONGEST and line == line[0] * len(line)


@lru_cache(maxsize=1024)
def _is_break(line: str) -> bool:
    if not line:
        return False
    if not _QUOTES.isdisjoint(line):
        return bool(_ROSES.fullmatch(line))
    packed = "".join(line.split())
    letters = sum(map(str.isalnum, packed))
    if letters:
        return _ornament(line, packed, letters)
    if any(ord(char) >= 0x1F000 for char in packed):  # a message of emoji
        return False
    if set(packed) <= _BRACKETS:
        return len(packed) >= _CHAIN
    if all(char in _SPEECH for char in packed):
        if set(packed) == {".", ":"}:  # ".:. .:. .:."
            return len(packed) >= _COLONS and packed == packed[::-1]
        spaced = len(packed) > 2 and " " in line
        if set(packed) == {":"}:
            return len(packed) >= _DOTS
        return packed == "." or (set(packed) == {"."} and (spaced or len(packed) >= _DOTS))
    if not all(_is_symbol(char) for char in packed):
        return False
    if len(packed) == 1:
        return packed in _SINGLE
    if len(set(packed)) == 1 and packed != "^^":
        return True
    if _FACE.fullmatch(packed) or _FACE.fullmatch(line):
        return False
    return len(packed) >= 3 or packed in ("<>", "><", "+-", "-+", "~*", "*~")


def _ornament(line: str, packed: str, letters: int) -> bool:
    """Return whether a line with letters is still a break: oOo, -x-X-x-, ~oOo~, o O o."""
    if packed in ("x", "o") or _SPACED_LETTERS.fullmatch(line):
        return True
    symbols = len(packed) - letters
    if not symbols:
        return all(_ORNAMENT_LETTERS.fullmatch(word) for word in line.split())
    if letters == 1 and _FRAMED.fullmatch(packed):
        return True
    if any(char.isalnum() and char not in _BREAKING for char in packed):
        return False
    if not all(char.isalnum() or _is_symbol(char) or char == "." for char in packed):
        return False
    if _FACE.fullmatch(packed) or set(packed) <= set("oO0xX.!?…,"):
        # "Oo..." is a sigh; ".o.O.o." needs an order that a sigh has not.
        drawn = packed.strip(".")
        if (
            len(packed) > 4
            and packed[0] == packed[-1] == "."
            and (_MIXED.fullmatch(drawn) or _RUNS.fullmatch(drawn))
        ):
            return True  # .oOo. and ...ooo000ooo...
        return bool(re.fullmatch(r"\.?(?:[oOxX]\.){2,}[oOxX]\.?|\.(?:[oOxX]\.)+", packed))
    words = re.findall(r"[A-Za-z0-9]+", packed)
    return symbols >= 2 and all(
        len(word) == 1 or _ORNAMENT_LETTERS.fullmatch(word) for word in words
    )


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS" or char in "\u200b\ufeff"
