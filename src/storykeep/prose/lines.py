"""One line of inline text while it is gathered: white space, formats, images."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storykeep.model import Mark
from storykeep.patterns import lazy
from storykeep.prose.canon import merged

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


Format = tuple[str, str]  # kind and value of an inline mark

_CR = lazy(r"\r\n?")
_TYPEWRITER = 60  # a whole line this long in <tt> is a typeface, not code


class LineBuffer:
    """Gathers pieces of text as a browser would collapse them, and gives them back as a line."""

    __slots__ = (
        "element", "ends_in_space", "images", "is_blank", "length", "pieces", "runs", "spaces",
    )  # fmt: skip

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.runs: list[_Run] = []
        self.images: list[tuple[int, Element, str]] = []
        self._clear()

    def _clear(self) -> None:
        if self.pieces:
            self.pieces = []
        if self.runs:
            self.runs = []
        if self.images:
            self.images = []
        self.length = 0
        self.spaces = 0  # no-break spaces at the beginning
        self.element: Element | None = None
        self.ends_in_space = True
        self.is_blank = True  # nothing but white space has come in

    def add(self, text: str, formats: tuple[Format, ...], element: Element) -> None:
        """Append *text* with its white space collapsed."""
        if not self.length and "\xa0" in text:
            self.spaces += text[: len(text) - len(text.lstrip())].count("\xa0")
        text = _collapsed(text)
        if self.ends_in_space and text[:1] == " ":
            text = text[1:]
        if text:
            self._append(text, formats, element)

    def add_raw(self, text: str, formats: tuple[Format, ...], element: Element) -> None:
        """Append preformatted *text*."""
        if text:
            self._append(_CR.sub("\n", text).replace("\xa0", " "), formats, element)

    def add_image(self, element: Element, source: str) -> None:
        """Append an image; it takes no room in the text."""
        self.images.append((self.length, element, source))
        self.is_blank = False
        self.element = element if self.element is None else self.element
        self.ends_in_space = False

    def _append(self, text: str, formats: tuple[Format, ...], element: Element) -> None:
        if self.element is None:
            self.element = element
        self.is_blank = False
        start, self.length = self.length, self.length + len(text)
        self.pieces.append(text)
        self.ends_in_space = text[-1] == " "
        if formats:
            _add_run(self.runs, start, self.length, formats)

    def take(self, *, raw: bool) -> tuple[str, tuple[Mark, ...], int]:
        """Return the text, its marks and its indent in columns; the buffer is empty afterwards."""
        text = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
        indent = self.spaces
        cut = 0
        if not raw and (stripped := text.strip()) is not text and stripped != text:
            cut = len(text) - len(text.lstrip())
            indent += cut
            text = stripped
        marks = self._marks(cut, len(text)) if self.runs or self.images else ()
        self._clear()
        return text, marks, indent

    def _marks(self, cut: int, length: int) -> tuple[Mark, ...]:
        found = []
        for start, end, formats in self.runs:
            first, last = max(0, start - cut), min(length, end - cut)
            if first < last:
                found += [Mark(first, last, kind, value) for kind, value in formats]
        for at, element, source in self.images:
            at = min(length, max(0, at - cut))
            found.append(Mark(at, at, "image", image_value(element, source)))
        marks = merged(found)
        if length > _TYPEWRITER and any(mark.kind == "code" for mark in marks):
            return tuple(m for m in marks if m.kind != "code" or m.end - m.start < length)
        return marks


_Run = tuple[int, int, tuple[Format, ...]]  # start and end of what has these formats
# The text of a line, its marks, and the element that it begins in.
FoundLine = tuple[str, tuple[Mark, ...], "Element"]
# A text as typed, the formats that hold in it, and the element that it stands in.
FoundText = tuple[str, tuple[Format, ...], "Element"]


def plain_text(typed: str) -> str:
    """Return the line that nothing but *typed* is, as `line_of` would say; "" for its None."""
    text = typed.replace("\n", " ").strip(" ")
    if not _is_collapsed(text):
        if "\xa0" in typed:
            return ""
        text = _collapsed(typed).strip(" ")
    text = text.rstrip()
    return text if text and not text[0].isspace() else ""


def line_of(texts: Sequence[FoundText]) -> FoundLine | None:
    """Return the line that the *texts* of a paragraph are; None where a buffer must do it.

    It has no line ends, images or no-break spaces before it, and says what a LineBuffer would, in
    a quarter of the time, of what most of a page is.
    """
    text = "".join([typed for typed, _, _ in texts]).replace("\n", " ")
    if not _is_collapsed(text):
        return _collapsed_line(texts)
    text = text.rstrip()
    if not text or text[0].isspace():
        return None
    runs: list[_Run] = []
    at = 0
    for typed, formats, _ in texts:
        start, at = at, at + len(typed)
        if formats:
            _add_run(runs, start, at, formats)
    return text, _marks_of(runs, len(text)) if runs else (), texts[0][2]


def _is_collapsed(text: str) -> bool:
    """Return whether no white space in *text* collapses, so that each piece of it stays where it
    is."""
    if "\xa0" in text or "\t" in text or "\r" in text or "\f" in text:
        return False
    return "  " not in text and text[:1] != " "


def _collapsed_line(texts: Sequence[FoundText]) -> FoundLine | None:
    """Return what `line_of` does, white space collapsed piece by piece."""
    pieces: list[str] = []
    runs: list[_Run] = []
    length = 0
    begins: Element | None = None
    for typed, formats, element in texts:
        if not length and "\xa0" in typed:
            return None
        text = _collapsed(typed)
        if text[0] == " " and (not length or pieces[-1][-1] == " "):
            text = text[1:]
        if not text:
            continue
        if begins is None:
            begins = element
        pieces.append(text)
        start, length = length, length + len(text)
        if formats:
            _add_run(runs, start, length, formats)
    text = "".join(pieces).rstrip()
    if begins is None or not text or text[0].isspace():
        return None
    return text, _marks_of(runs, len(text)) if runs else (), begins


def _add_run(runs: list[_Run], start: int, end: int, formats: tuple[Format, ...]) -> None:
    if runs and runs[-1][1] == start and runs[-1][2] == formats:
        runs[-1] = (runs[-1][0], end, formats)
    else:
        runs.append((start, end, formats))


def _marks_of(runs: Sequence[_Run], end: int) -> tuple[Mark, ...]:
    """Return the marks of *runs* (start, end, formats) over a text of *end* characters."""
    if len(runs) == 1 and len(runs[0][2]) == 1:  # one emphasis, as in most that have any
        first, last, ((kind, value),) = runs[0]
        return (Mark(first, min(last, end), kind, value),) if first < end else ()
    return merged(
        [
            Mark(first, min(last, end), kind, value)
            for first, last, formats in runs
            if first < end
            for kind, value in formats
        ]
    )


def _collapsed(text: str) -> str:
    """Return *text* with each run of white space, as HTML knows it, one space."""
    # Most texts have none of these; looking for one character costs next to nothing.
    if "\n" in text or "\xa0" in text or "\t" in text or "\r" in text or "\f" in text:
        for blank in "\n\xa0\t\r\f":
            text = text.replace(blank, " ")
    if "  " not in text:
        return text
    core = " ".join([word for word in text.split(" ") if word])
    return f"{' ' * (text[0] == ' ')}{core}{' ' * (text[-1] == ' ')}" if core else " "


def image_value(element: Element, source: str) -> str:
    """Return the value of an image's mark: JSON with its address and alternative text."""
    alt = " ".join((element.get("alt") or element.get("title") or "").split())
    return json.dumps({"src": source, "alt": alt}, ensure_ascii=False)
