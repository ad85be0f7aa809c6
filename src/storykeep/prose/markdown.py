"""One block as CommonMark 0.31 that reads back as the same words with the same marks.

Typed text stays literal: whatever would be markup is escaped. Where the rules for `*` (section
6.2) would refuse a delimiter because of the letter beside it, that letter is written as a numeric
reference, which is the same to the reader.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from storykeep.model import Block, Mark
from storykeep.patterns import lazy
from storykeep.prose.canon import canonical, tightened

_SPECIAL = lazy(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|&(?=#?\w{1,40};)", re.UNICODE)
_LINE_START = lazy(r"^([#>+=-])", re.MULTILINE)
_NUMBERED = lazy(r"^(\d{1,9})([.)])(?=\s|\Z)", re.MULTILINE)
_PLAIN_ADDRESS = lazy(r"[^\s<>()\\&]+")
_TAGS = {"underline": "u", "strike": "s", "superscript": "sup", "subscript": "sub"}
_HARD_BREAK = "\\\n"


def markdown(block: Block) -> str:
    """Return *block* as CommonMark without a newline at its end; "" for an empty block.

    Underline, strike, superscript and subscript, which CommonMark lacks, become its raw HTML.
    """
    shaped = canonical([block])
    if not shaped:
        return ""
    block = shaped[0]
    if block.kind == "break" and block.value != "symbol":
        return "* * *"
    if block.kind == "pre":
        return _fenced(block.text)
    text = "\n\n".join(_inline(text, marks) for text, marks in _stanzas(block))
    if block.kind == "heading":
        return _heading(text, block.value)
    if block.kind == "quote":
        return _prefixed(text, "> " * block.depth, "> " * block.depth)
    if block.kind == "list_item":
        number = block.value if re.fullmatch(r"[0-9]{1,9}", block.value) else ""
        bullet = "- " * (block.depth - 1) + (f"{number}. " if number else "- ")
        return _prefixed(text, bullet, " " * len(bullet))
    return text


def _heading(text: str, value: str) -> str:
    level = int(value) if value in ("1", "2", "3", "4", "5", "6") else 1
    line = text.replace(_HARD_BREAK, " ").replace("\n", " ")
    # A run of # at the end would be taken for decoration.
    return "#" * level + " " + re.sub(r"(?<=[ #])#\Z", r"\\#", line)


def _prefixed(text: str, first: str, rest: str) -> str:
    head, *lines = text.split("\n")
    return "\n".join([first + head, *((rest + line).rstrip() for line in lines)])


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _stanzas(block: Block) -> Iterator[tuple[str, list[Mark]]]:
    """Return the parts of *block* between its blank lines; no mark may cross one."""
    start = 0
    for match in re.finditer(r"\n\n|\Z", block.text):
        end = match.start()
        marks = []
        for mark in block.marks:
            first, last = max(mark.start, start), min(mark.end, end)
            if first < last or (mark.kind == "image" and first == last):
                marks.append(replace(mark, start=first - start, end=last - start))
        yield block.text[start:end], marks
        start = match.end()


@dataclass(slots=True)
class _Token:
    """A piece of output. Text is typed text, escaped later; the rest is markup."""

    kind: Literal["text", "space", "open", "close", "raw"]
    text: str
    mark: str = ""  # the kind of mark that a delimiter opens or closes


def _inline(text: str, marks: Sequence[Mark]) -> str:
    tokens = _Sweep(text, marks).tokens()
    _choose_delimiters(tokens)
    pieces = [
        _escaped(token.text) if token.kind in ("text", "space") else token.text for token in tokens
    ]
    while _shield(tokens, pieces):  # a reference is punctuation to the delimiter on its other side
        pass
    joined = "".join(pieces)
    joined = _LINE_START.sub(r"\\\1", joined)
    joined = _NUMBERED.sub(r"\1\\\2", joined)
    return joined.replace("\n", _HARD_BREAK)


class _Sweep:
    """Goes along the text and turns overlapping marks into nested ones."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self.text = text
        self.marks = [
            tight for mark in marks if mark.kind != "image" and (tight := tightened(mark, text))
        ]
        self.images = [mark for mark in marks if mark.kind == "image"]
        self.opened: list[Mark] = []
        self.result: list[_Token] = []

    def tokens(self) -> list[_Token]:
        """Return the tokens, with no white space inside the edges of a mark."""
        for start, end in self._segments():
            for image in self.images:
                if image.start == start:
                    inside = [m for m in self.opened if m.start < start < m.end]
                    self._turn(inside)
                    self.result.append(_Token("raw", _image(image.value)))
            piece = self.text[start:end]
            if not piece.strip():
                self._space(piece, end)
                continue
            self._turn([m for m in self.marks if m.start <= start and end <= m.end])
            self._piece(piece)
        self._turn([])
        return self.result

    def _segments(self) -> Iterator[tuple[int, int]]:
        cuts = {0, len(self.text)}
        for mark in self.marks:
            cuts.update((mark.start, mark.end))
        cuts.update(image.start for image in self.images)
        edges = frozenset(cuts)
        for match in re.finditer(r"\s+", self.text):
            if "\n" in match[0] or not edges.isdisjoint(range(match.start(), match.end() + 1)):
                cuts.update(match.span())
        places = sorted(cuts)
        yield from zip(places, [*places[1:], places[-1]], strict=True)

    def _space(self, piece: str, end: int) -> None:
        """Write white space, outside of every mark that ends here or stands in one that does."""
        ending = [at for at, mark in enumerate(self.opened) if mark.end <= end]
        self._close(min(ending, default=len(self.opened)))
        if piece:
            self.result.append(_Token("space", piece))

    def _piece(self, piece: str) -> None:
        if self.opened and self.opened[-1].kind == "code":
            self.result.append(_Token("raw", _code(piece)))
        else:
            self.result.append(_Token("text", piece))

    def _turn(self, wanted: list[Mark]) -> None:
        """Close what is not wanted, and what stands in it; open the rest, the longest first."""
        keep = 0
        fresh = [mark for mark in wanted if mark not in self.opened]
        while keep < len(self.opened) and self.opened[keep] in wanted:
            if fresh and self.opened[keep].kind == "code":
                break  # nothing can open inside code
            keep += 1
        self._close(keep)
        kinds = {mark.kind for mark in self.opened}
        rest = [mark for mark in wanted if mark not in self.opened]
        for mark in sorted(rest, key=lambda m: (m.kind == "code", -m.end, m.start, m.kind)):
            if mark.kind in kinds:
                continue  # a link in a link, or an emphasis that is there already
            kinds.add(mark.kind)
            self.opened.append(mark)
            if mark.kind != "code":
                self.result.append(_Token("open", _opening(mark), mark.kind))

    def _close(self, keep: int) -> None:
        while len(self.opened) > keep:
            mark = self.opened.pop()
            if mark.kind != "code":
                self.result.append(_Token("close", _closing(mark), mark.kind))


def _opening(mark: Mark) -> str:
    if mark.kind in _TAGS:
        return f"<{_TAGS[mark.kind]}>"
    return "[" if mark.kind == "link" else ""


def _closing(mark: Mark) -> str:
    if mark.kind in _TAGS:
        return f"</{_TAGS[mark.kind]}>"
    return f"]({_address(mark.value)})" if mark.kind == "link" else ""


_STARS = {"emphasis": 1, "strong": 2}


def _choose_delimiters(tokens: list[_Token]) -> None:
    """Give emphasis and strong their stars; underscores inside stars and right behind others."""
    opened: list[str] = []
    before = ""  # the delimiter character that a mark was closed with right before
    for token in tokens:
        length = _STARS.get(token.mark, 0)
        if not length:
            before = ""
        elif token.kind == "close":
            token.text = opened.pop()
            before = token.text[0]
        else:
            around = opened[-1][0] if opened else "_"
            other = "*" if around == "_" else "_"
            token.text = (around if before == other else other) * length
            opened.append(token.text)
            before = ""


def _shield(tokens: list[_Token], pieces: list[str]) -> bool:
    """Write letters as references where they would keep a delimiter from being one.

    Returns whether there was any.
    """
    before = list(pieces)
    for number, token in enumerate(tokens):
        if token.kind == "raw" or token.mark == "link":
            if token.kind != "close" and number and re.search(r"(?<!\\)!\Z", pieces[number - 1]):
                pieces[number - 1] = pieces[number - 1][:-1] + "\\!"
            continue
        if token.mark not in _STARS:
            continue
        underscore = token.text[0] == "_"
        if token.kind == "open" and number and tokens[number - 1].kind == "text":
            after = _beyond(pieces, number, 1)
            if _is_wordy(pieces[number - 1][-1]) and (underscore or _is_punctuation(after)):
                pieces[number - 1] = pieces[number - 1][:-1] + f"&#{ord(pieces[number - 1][-1])};"
        elif token.kind == "close" and number + 1 < len(tokens):
            ahead = _beyond(pieces, number, -1)
            following = tokens[number + 1]
            if (
                following.kind == "text"
                and _is_wordy(pieces[number + 1][0])
                and (underscore or _is_punctuation(ahead))
            ):
                pieces[number + 1] = f"&#{ord(pieces[number + 1][0])};" + pieces[number + 1][1:]
    return pieces != before


def _beyond(pieces: list[str], at: int, step: int) -> str:
    """Return the character beside the run of equal delimiters that piece *at* belongs to."""
    character = pieces[at][0]
    while 0 <= at < len(pieces) and not pieces[at].strip(character):
        at += step
    if not 0 <= at < len(pieces):
        return " "
    return pieces[at][0] if step > 0 else pieces[at][-1]


def _is_punctuation(character: str) -> bool:
    """Return whether any version of CommonMark takes *character* for punctuation."""
    return unicodedata.category(character)[0] in "PS"


def _is_wordy(character: str) -> bool:
    """Return whether any version of CommonMark takes *character* for part of a word."""
    if character.isascii():
        return character.isalnum()
    return unicodedata.category(character)[0] != "P" and not character.isspace()


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def _code(text: str) -> str:
    runs = {len(run) for run in re.findall(r"`+", text)}
    fence = next("`" * n for n in range(1, len(text) + 2) if n not in runs)
    padding = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _address(value: str) -> str:
    if _PLAIN_ADDRESS.fullmatch(value):
        return value
    kept = re.sub(r"[<>\\]|&(?=#?\w{1,40};)", lambda match: "\\" + match[0], value)
    return "<" + re.sub(r"\s+", "%20", kept) + ">"


def _image(value: str) -> str:
    try:
        data = json.loads(value)
    except ValueError:
        data = {}
    if not isinstance(data, dict):
        data = {}
    alt = " ".join(str(data.get("alt", "")).split())
    return f"![{_escaped(alt)}]({_address(str(data.get('src', '')))})"
