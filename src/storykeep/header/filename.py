"""Which line of a text file its own name means: "lamp03.txt" and "The Lamp, Part 3".

A file's name is no title, but it tells which of the lines at the top is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from storykeep.header import byline, numbers, titles
from storykeep.header.lines import Line, words
from storykeep.header.shape import is_titlecase
from storykeep.patterns import lazy

_ROWS = 45  # that show something, from the top
_LONGEST = 14  # words
_SHARE = 0.7  # of the name's letters that a line has, and of a line's that the name has
_ALL_SHARE = 0.5  # of a line's letters, where it has every word of a name of several
_LETTERS = 5
_FEW = 3  # letters, where they are all of the line that tells anything
_FULL = 50  # characters of a row that its paragraph may go on from
_TOKEN = lazy(r"[a-z]+")
_ABBREVIATED = 4  # letters of a word that stand for it, in their order: "shas" for "shadows"
_SPELLED = 5  # letters at its beginning that a word shares with one that is spelled otherwise
_INITIALS = 12  # rows among which one may be the title whose initials are all of the name
_EMPTY = frozenset("the a an of and to in on ch chap chapter part pt p ep episode txt int".split())  # noqa: SIM905  reads as a list
_WORD = lazy(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_POSSESSIVE = lazy(r"['’]s?$|['’]")
_GLUED = lazy(r"(?<=[a-z]{3})(?:chap|ch|ep|pt|part|vol)$")  # "lampch3"
_TWICE = lazy(r"(.)\1+")
_PART = lazy(
    r"(?i)[\s,;:(\-]*\b(?:chapter|chap|ch|part|pt|episode|ep|prologue|epilogue|interlude)\b.*$"
    r"|[\s:]+(?:[ivx]+|\d+)\W*$|\s#?\d{1,3}\s*[:\-–].*$"
)
_NO_TITLE = lazy(
    r"(?i)@|://|\b(?:said|asked|(?<=.)by|disclaimer|copyright|belongs?|property)\b|"
    r"\b(?:i|we|not|n't) own\b"
)


def lines_meant(lines: Sequence[Line], url: str) -> frozenset[str]:
    """Return the rows among the first that the file name of *url* means, squashed."""
    tokens = tokens_of(url)
    if not tokens:
        return frozenset()
    shown = [index for index in range(len(lines)) if not lines[index].blank][:_ROWS]
    for place, index in enumerate(shown):
        if not (is_apart(lines, index) or _is_cut_off(lines, index)):
            continue
        text = lines[index].bare
        titled = byline.read_titled(text)
        if titled is not None and is_meant(titled[0].strip("~*_= "), tokens):
            return frozenset({titles.squash(text)})
        if is_meant(text, tokens) or (place < _INITIALS and is_initialled(text, tokens)):
            return frozenset({titles.squash(text)})
    return frozenset()


_BRACKETED = lazy(r"[(\[][^()\[\]]*[)\]]")  # "( HMS Wapping )" says where it is set


def tokens_of(url: str) -> list[str]:
    """Return the words of a file's name, small and without those that say nothing."""
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1]).rsplit(".", 1)[0]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    found = [_GLUED.sub("", token) for token in _TOKEN.findall(spaced)]
    return [token for token in found if token not in _EMPTY and len(token) > 1]


def is_meant(text: str, tokens: Sequence[str]) -> bool:
    """True where a line is a title of which *tokens*, those of a file's name, are the words.

    >>> is_meant("No Need for a Lamp, Part Two", ["nnfa", "lamp"])
    True
    """
    own = _own_words(text)
    if not own:
        return False
    met: set[int] = set()  # the words of the line that the name has
    letters = 0
    for token in tokens:
        at = _met(token, own)
        met.update(at)
        letters += len(token) if at else 0
    telling = {at for at in range(len(own)) if own[at] not in _EMPTY}
    enough = _FEW if telling and telling <= met else _LETTERS
    if letters < enough or letters < _SHARE * sum(map(len, tokens)):
        return False
    covered = sum(len(own[at]) for at in met)
    # All of a name that has several words tells more of the line.
    share = _ALL_SHARE if len(tokens) > 1 and letters == sum(map(len, tokens)) else _SHARE
    return _is_drawn(text) or covered >= share * sum(map(len, own))


def is_initialled(text: str, tokens: Sequence[str]) -> bool:
    """True where the whole name is the initials of the line's words.

    >>> is_initialled("A Lamp of Brass", ["lb"]), is_initialled("A lamp of brass", ["lb"])
    (True, False)
    """
    own = _own_words(text)
    if len(tokens) != 1 or len(own) < 2 or not _is_drawn(text):
        return False
    telling = "".join(word[0] for word in own if word not in _EMPTY)
    return tokens[0] in {telling, "".join(word[0] for word in own)}


def _title_of(text: str) -> str:
    return _PART.sub("", text.strip(' *_~=-<>"“”'))


def _own_words(text: str) -> list[str]:
    """Return the words of a row that may be a title, small and without its part; [] for others."""
    if _NO_TITLE.search(text) or _BRACKETED.fullmatch(text.strip()):
        return []
    title = _title_of(text)
    if words(title) > _LONGEST:
        return []
    return [_POSSESSIVE.sub("", word) for word in _WORD.findall(title.lower())]


def _is_drawn(text: str) -> bool:
    title = _title_of(text)
    return title.isupper() or is_titlecase(title.rstrip("."))


def _met(token: str, own: Sequence[str]) -> set[int]:
    """Return which words of a line *token* stands for: one that it is or begins, or several by
    their initials ("nnfa", "elight")."""
    for at, word in enumerate(own):
        if word.startswith(token) or (len(word) > 3 and token.startswith(word)):
            return {at}
    for at in range(len(own)):
        if count := _run(token, own, at):
            return set(range(at, at + count))
    for at, word in enumerate(own):
        if _is_short_for(token, word):
            return {at}
    return set()


def _run(token: str, own: Sequence[str], at: int) -> int:
    """Return how many words from *at* on *token* runs together, all but the last cut to one
    letter."""
    for count in range(2, len(own) - at + 1):
        lead, last = token[: count - 1], own[at + count - 1]
        if lead != "".join([word[0] for word in own[at : at + count - 1]]):
            return 0
        rest = token[count - 1 :]
        if rest in {last, last[0]} or not rest:
            return count
    return 0


def _is_short_for(token: str, word: str) -> bool:
    """True where *token* is *word* with letters left out, or in another spelling."""
    if len(token) < _ABBREVIATED or token[0] != word[0]:
        return False
    if _TWICE.sub(r"\1", token) == _TWICE.sub(r"\1", word):
        return True
    letters = iter(word)
    if len(word) > len(token) and all(letter in letters for letter in token):
        return True
    shared = 0
    while shared < min(len(token), len(word)) and token[shared] == word[shared]:
        shared += 1
    return shared >= _SPELLED and shared >= _SHARE * max(len(token), len(word))


def _is_cut_off(lines: Sequence[Line], index: int) -> bool:
    """True for the first row of a paragraph of two, which counts: what goes on is a subtitle."""
    last = index + 1
    if not _opens(lines, index) or last >= len(lines) or not numbers.read_part(lines[index].bare):
        return False
    return len(lines[last].bare) < _FULL


def is_apart(lines: Sequence[Line], index: int) -> bool:
    """True for a row that no row goes on from, or into."""
    line, below = lines[index], index + 1
    if len(line.bare) > 100:
        return False
    parted = (
        below >= len(lines)
        or lines[below].blank
        or lines[below].first
        or len(line.bare) < _FULL
        or lines[below].text.lstrip()[:1] == "("
    )
    return parted and _opens(lines, index)


def _opens(lines: Sequence[Line], index: int) -> bool:
    """True for a row that goes on with no sentence above it."""
    if lines[index].first or index == 0:
        return True
    above = lines[index - 1]
    return above.blank or above.is_break or len(above.bare) < _FULL or above.bare[-1:] in ":.!?"
