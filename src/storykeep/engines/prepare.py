"""What must be done to a page's tree before its text is walked.

The walk reads what the elements mean in HTML. Forums make each post the item of a list, and hide
what the writer put behind a button: neither is what the text is.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from storykeep.engines.dom import classes
from storykeep.engines.named import Named
from storykeep.header.labels import field_of
from storykeep.header.vocabulary import LONG
from storykeep.patterns import lazy
from storykeep.plain import quoted

_POST = lazy(r"^(?:js-)?post_?-?\d|^p\d+$")
_POST_CLASSES = frozenset(
    {"message", "postbit", "postbitlegacy", "postcontainer", "b-post", "js-post"}
)
_BODY_CLASSES = frozenset({"messageText", "postcontent"})  # a quotation by name, all of a post
_TYPED_CLASSES = frozenset(  # whose style sheets keep line ends as they were typed
    {
        "part_text",
        "text-preline",
        "pre-line",
        "whitespace-pre-line",
        "whitespace-pre-wrap",
        "pre-wrap",
    }
)
_SPOILERS = frozenset({"bbCodeSpoiler-button", "bbCodeSpoilerButton"})
_COUNTERS = frozenset({"comment-marker", "num-comment", "num-comments"})
# What Google's advertising writes between the paragraphs while a page is read, and a browser saves.
_ADVERTS = frozenset(
    {
        "adsbygoogle",
        "goog-rentries",
        "goog-rtopics",
        "google-aiuf",
        "google-anno-skip",
        "google-auto-placed",
    }
)
_HIDES = lazy(r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\s*;?", re.IGNORECASE)
_SPOILER = lazy(r"spoiler|\bhide(?:tag|container)?\b", re.IGNORECASE)
_SHOWN_BY = lazy(r"^\W*(?:spoilers?|show|hidden|reveal|cut|read more)\b", re.IGNORECASE)
_HIDDEN = frozenset({"div", "span", "table", "td"})
# Attributes know their element; to ask every element for one takes several times as long.
_STYLES: Any = etree.XPath("/descendant::*/@style")
_TEXTS_OF_STYLES: Any = etree.XPath("/descendant::*/@style", smart_strings=False)
_REACH = 3  # elements above a hidden one in which its button is looked for


def prepare(root: Any, named: Named) -> None:
    """Make posts of list items, show the text that a writer has put behind a button, keep the
    line ends of texts that a site's style sheet keeps, and hide advertisements.
    """
    for item in [each for each in root.iter("li") if _is_post(each)]:
        item.tag = "div"
        above = item.getparent()
        if above is not None and above.tag in {"ol", "ul"}:
            above.tag = "div"
    for quote in named.of_class(_BODY_CLASSES, "blockquote"):
        quote.tag = "div"
    # A page repeats a few styles.
    if any(_HIDES.search(style) for style in set(_TEXTS_OF_STYLES(root))):
        _show_spoilers(root)
    for element in named.of_class(_COUNTERS, "span"):
        if element.get("class") in _COUNTERS:
            element.set("style", "display: none")  # how often readers spoke of a paragraph
    for element in named.of_class(_SPOILERS, "button"):
        _show_label(element)
    for element in named.of_class(_ADVERTS, "div", "span", "ins"):
        element.set("style", "display: none")
    for element in list(root.iter("pre")):
        if next(element.iter("p"), None) is not None:
            element.tag = "div"  # its paragraphs are marked up, not typed
        else:
            _read_quoted(element)
    for element in named.of_class(_TYPED_CLASSES, "div", "p"):
        if next(element.iter("p", "br"), None) is None:
            element.set("style", f"white-space: pre-line; {element.get('style') or ''}")


def _read_quoted(element: Any) -> None:
    """Read what an encoding of mails has left in the rows of a <pre>."""
    how = quoted.how_left("".join(element.itertext()))
    for each in element.iter() if how else ():
        each.text = each.text and quoted.undone(each.text, how)
        if each is not element:
            each.tail = each.tail and quoted.undone(each.tail, how)


def _show_spoilers(root: Any) -> None:
    for style in [each for each in _STYLES(root) if _HIDES.search(each)]:
        element = style.getparent()
        if element.tag in _HIDDEN and _is_spoiler(element):
            element.set("style", _HIDES.sub("", style))


def _show_label(button: Any) -> None:
    """Have the button of a box that hides a disclaimer or a note stand above it as its label:
    "Spoiler: Disclaimer"."""
    _, _, named = " ".join(" ".join(button.itertext()).split()).partition(":")
    if field_of(named.strip()) not in LONG:
        return
    for each in list(button):
        button.remove(each)
    button.tag, button.text = "b", f"{named.strip()}:"


def _is_post(item: Any) -> bool:
    if _POST.match(item.get("id") or ""):
        return True
    known = item.get("data-author") is not None or item.get("data-node-id") is not None
    return known and bool(classes(item) & _POST_CLASSES)


def _is_spoiler(element: Any) -> bool:
    """True where the hidden element is the inside of a spoiler box with a button to open it."""
    at = element
    for _ in range(_REACH):
        if at is None or at.tag == "body":
            return False
        if _SPOILER.search(f"{at.get('class') or ''} {at.get('id') or ''}"):
            return True
        before = at.getprevious()
        if before is not None and isinstance(before.tag, str) and _opens(before):
            return True
        at = at.getparent()
    return False


def _opens(before: Any) -> bool:
    """True for the line with the button: "Spoiler: [Show]"."""
    if next(before.iter("input", "button"), None) is None:
        return False
    words = " ".join(before.itertext()).split()
    value = " ".join(each.get("value") or "" for each in before.iter("input"))
    return len(words) <= 12 and bool(_SHOWN_BY.match(f"{' '.join(words)} {value}".strip()))
