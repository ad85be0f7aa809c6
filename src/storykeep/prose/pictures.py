"""Which images are words or pictures, which are rules between scenes, and which are nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storykeep.patterns import lazy
from storykeep.prose.breaks import is_symbol_break

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


_RULE_NAME = lazy(
    r"(?:^|[/_.-])(?:[a-z]*(?:divider|separator|scenebreak|pagebreak|sectionbreak)"
    r"|(?:[a-z]*[_-])?(?:hr|hrule|line|bar|rule|ruler|break|div|sep)"
    r"|(?:red|blue|gold|black|gr[ae]y|green|pink|silver|white|purple|rainbow|thin|long|horizontal|h)"
    r"(?:line|bar|rule))[\d_-]*\.(?:gif|jpe?g|png|bmp|webp)$"
)
# What a rule's alternative text says where it is not drawn: "divider.png", "[scene break]".
_RULE_WORDS = lazy(
    r"\W*(?:(?:scene|section|page|chapter|line|text|story)[ _-]?)?"
    r"(?:break|divider|separator|hrule|ruler?|hr|line)s?(?:[ _-](?:image|graphic|bar))?"
    r"[ _-]?\d{0,3}(?:\.(?:gif|jpe?g|png|bmp|webp))?\W*",
    re.IGNORECASE,
)
_ATTACHED = lazy(r"[.-](gif|jpe?g|png|bmp|webp)\.\d+/?$")  # XenForo: "/attachments/line-png.4421/"
_SPACER_NAME = lazy(
    r"(?:^|[/_-])(?:spacer|blank|pixel|clear|trans(?:parent)?|dot_?clear|shim|1x1)\d*\.(?:gif|png)$"
)
_PIXELS = lazy(r"\s*(\d{1,6})\s*(?:px)?\s*")
_CENTRED_STYLE = lazy(r"text-align\s*:\s*center", re.IGNORECASE)
_SMALL_STYLE = lazy(r"font-size\s*:\s*(?:x{0,2}-?small|smaller|[5-8]\d%|0?\.[5-8]\d?em|[6-9]p[tx])")
_RIGHT_STYLE = lazy(r"text-align\s*:\s*right", re.IGNORECASE)
_CELLS = frozenset({"td", "th", "table", "body"})  # a table does not hand its own place down
_LEVELS = 20  # pages nest deeper than anybody centres
_ORNAMENT = 120  # pixels; what is larger both ways is a picture to look at


def is_spacer(element: Element) -> bool:
    """Return whether an image shows nothing: a spacer, a counter's pixel."""
    sizes = [_pixels(element.get(name)) for name in ("width", "height")]
    if any(size is not None and size <= 2 for size in sizes) and None not in sizes:
        return not (element.get("alt") or "").strip()
    return bool(_SPACER_NAME.search((element.get("src") or "").lower()))


def is_rule(images: Sequence[Element]) -> bool:
    """Return whether *images*, alone on their line, part two scenes.

    That is one image that is called or shaped like a rule and leads nowhere, or whose alternative
    text is a break, or the same ornament several times over.
    """
    if any(_in_link(image) for image in images):
        return False
    sources = {image.get("src") or "" for image in images}
    alts = {(image.get("alt") or "").strip() for image in images}
    if len(sources) > 1:
        return False
    if any(is_symbol_break(alt) or (alt and _RULE_WORDS.fullmatch(alt)) for alt in alts):
        return True
    if len(images) > 1:
        return len(images) <= 15 and all(len(alt) <= 12 for alt in alts)
    if any(len(alt) > 20 for alt in alts):
        return False
    name = _ATTACHED.sub(r".\1", sources.pop().lower())
    return bool(_RULE_NAME.search(name)) or _is_flat(images[0])


def may_be_ornament(images: Sequence[Element]) -> bool:
    """Return whether *images*, alone on their line, part scenes if the page repeats them.

    That is one image that is not large, leads nowhere and is not described.
    """
    if len(images) != 1 or _in_link(images[0]):
        return False
    sizes = [_pixels(images[0].get(name)) for name in ("width", "height")]
    large = all(size is not None and size > _ORNAMENT for size in sizes)
    return not large and len((images[0].get("alt") or "").strip()) <= 12


def is_centred(element: Element | None) -> bool:
    """Return whether what stands in *element* is centred on the page or in its table cell."""
    for _ in range(_LEVELS):
        if element is None or element.tag in _CELLS:
            break
        if element.tag == "center" or (element.get("align") or "").lower() in {"center", "middle"}:
            return element.tag != "img"
        if _CENTRED_STYLE.search(element.get("style") or ""):
            return True
        element = element.getparent()
    return element is not None and element.tag in _CELLS and _is_cell_centred(element)


def is_right(element: Element | None) -> bool:
    """Return whether what stands in *element* is set to the right edge of the page or its cell."""
    for _ in range(_LEVELS):
        if element is None or element.tag in _CELLS:
            return False
        if (element.get("align") or "").lower() == "right" and element.tag not in {"img", "table"}:
            return True
        if _RIGHT_STYLE.search(element.get("style") or ""):
            return True
        element = element.getparent()
    return False


def is_small(element: Element | None) -> bool:
    """Return whether what begins in *element* is in small print."""
    if element is None:
        return False
    at: Element | None = element
    for _ in range(4):
        if at is None or at.tag in _CELLS:
            break
        if _has_small_print(at):
            return True
        at = at.getparent()
    child = next(iter(element), None)  # <p><font size=1>all of it</font></p>
    whole = (
        child is not None and not (element.text or "").strip() and not (child.tail or "").strip()
    )
    return child is not None and whole and _has_small_print(child)


def _has_small_print(element: Element) -> bool:
    if element.tag in {"small", "sub"}:
        return True
    if element.tag == "font" and (element.get("size") or "").strip() in {"1", "2", "-1", "-2"}:
        return True
    return bool(_SMALL_STYLE.search(element.get("style") or ""))


def _is_cell_centred(element: Element) -> bool:
    return (element.get("align") or "").lower() == "center" and element.tag != "table"


def is_wordless(line: Element) -> bool:
    """Return whether the pictures in *line* stand for no words: a described one is to be looked
    at."""
    return not any((image.get("alt") or "").strip() for image in line.iter("img"))


def _is_flat(image: Element) -> bool:
    width, height = _pixels(image.get("width")), _pixels(image.get("height"))
    if height is None or height > 40 or (image.get("alt") or "").strip():
        return False
    return (image.get("width") or "").strip().endswith("%") or bool(width and width >= 8 * height)


def _pixels(value: str | None) -> int | None:
    match = _PIXELS.fullmatch(value) if value else None
    return int(match[1]) if match else None


def _in_link(element: Element) -> bool:
    parent = element.getparent()
    for _ in range(4):  # further up it is the page that is a link, not the image
        if parent is None:
            return False
        if parent.tag == "a" and parent.get("href"):
            return True
        parent = parent.getparent()
    return False
