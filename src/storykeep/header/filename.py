"""Which line of a text file its own name means: "lamp03.txt" and "The Lamp, Part 3".

A file's name is no title, but it tells which of the lines at the top is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from storykeep.header import titles
from storykeep.header.lines import Line, words
from storykeep.header.shape import is_titlecase
from storykeep.patterns import lazy

_ROWS = 45  # that show something, from the top
_LONGEST = 14  # words
_SHARE = 0.7  # of the name's letters that a line has, and of a line's that the name has
_LETTERS = 5
_FEW = 3  # letters, where they are all of the line that tells anything
_FULL = 50  # characters of a row that its paragraph may go on from
_TOKEN = lazy(r"[a-z]+")
_EMPTY = frozenset("the a an of and to in on ch chap chapter part pt p ep episode txt int".split())  # noqa: SIM905  reads as a list
_PART = lazy(
    r"(?i)[\s,;:(\-]*\b(?:chapter|chap|ch|part|pt|episode|ep|prologue|epilogue|interlude)\b.*$"
    r"|[\s:]+(?:[ivx]+|\d+)\W*$"
)
_NO_TITLE = lazy(r"(?i)@|://|\b(?:said|asked|by|disclaimer|copyright|belongs?|own|property)\b")


def lines_meant(lines: Sequence[Line], url: str) -> frozenset[str]:
    """Return the rows among the first that the file name of *url* means, squashed."""
    tokens = tokens_of(url)
    if not tokens:
        return frozenset()
    shown = [index for index in range(len(lines)) if not lines[index].blank][:_ROWS]
    for index in shown:
        if _is_apart(lines, index) and is_meant(lines[index].bare, tokens):
            return frozenset({titles.squash(lines[index].bare)})
    return frozenset()


def tokens_of(url: str) -> list[str]:
    """Return the words of a file's name, small and without those that say nothing."""
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1]).rsplit(".", 1)[0]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return [token for token in _TOKEN.findall(spaced) if token not in _EMPTY and len(token) > 1]


def is_meant(text: str, tokens: Sequence[str]) -> bool:
    """True where a line is a title of which *tokens*, those of a file's name, are the words.

    >>> is_meant("No Need for a Lamp, Part Two", ["nnfa", "lamp"])
    True
    """
    if words(text) > _LONGEST or _NO_TITLE.search(text):
        return False
    title = _PART.sub("", text.strip(' *_~=-<>"“”'))
    own = re.findall(r"[^\W\d_]+", title.lower())
    if not own:
        return False
    initials = "".join(word[0] for word in own)
    met: set[int] = set()  # the words of the line that the name has
    letters = 0
    for token in tokens:
        at = _met(token, own, initials)
        met.update(at)
        letters += len(token) if at else 0
    telling = {at for at in range(len(own)) if own[at] not in _EMPTY}
    enough = _FEW if telling and telling <= met else _LETTERS
    if letters < enough or letters < _SHARE * sum(map(len, tokens)):
        return False
    covered = sum(len(own[at]) for at in met)
    drawn = title.isupper() or is_titlecase(title)
    return drawn or covered >= _SHARE * sum(map(len, own))


def _met(token: str, own: Sequence[str], initials: str) -> set[int]:
    """Return which words of a line *token* stands for: one that it begins, or by their initials."""
    for at, word in enumerate(own):
        if word.startswith(token) or (len(word) > 3 and token.startswith(word)):
            return {at}
    start = initials.find(token) if len(token) > 1 else -1
    return set(range(start, start + len(token))) if start >= 0 else set()


def _is_apart(lines: Sequence[Line], index: int) -> bool:
    """True for a row that no row goes on from, or into."""
    line, above, below = lines[index], index - 1, index + 1
    if len(line.bare) > 100:
        return False
    parted = (
        below >= len(lines) or lines[below].blank or lines[below].first or len(line.bare) < _FULL
    )
    opens = line.first or above < 0 or lines[above].blank or len(lines[above].bare) < _FULL
    return parted and opens
