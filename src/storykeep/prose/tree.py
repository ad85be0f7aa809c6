"""A page's text in, one lxml tree out, however broken the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storykeep.patterns import has_one, lazy
from storykeep.prose import mend, names

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CONTROLS = bytes({*range(9), 11, *range(14, 32), 127})
_CONTROL_SIGNS = tuple(map(chr, _CONTROLS))
_NONCHARACTERS = lazy("[\ufffe\uffff]")
# The parser stops reading at </html>; browsers read on, and old pages do go on behind it.
_HEAD = 8000  # characters in which a text may begin
_ENDS = lazy(r"</(?:body|html)\s*>", re.IGNORECASE)
_EMPTY = "<html><body></body></html>"
_COMPLAINT = lazy(r"Unexpected end tag : (\w+)")


def parse(text: str) -> Element:
    """Return the `html` element of *text*'s tree; any text has one, the empty text too.

    Control characters are left out. Where the parser would lose text or emphasis, the source is
    mended first (see mend.py).
    """
    text = _without_controls(text)
    text = _ENDS.sub("", text)
    head = text[:_HEAD]
    if "<pre" in head or "<PRE" in head:
        text = mend.reopened(head) + text[_HEAD:]
    if mend.has_strange_names(text):
        text = mend.mend(text)
    root, complaints = _tree(text)
    if complaints:
        root, complaints = _tree(mend.mend(text))
        if "depth" in complaints:
            root, _ = _tree(mend.without_tags(text))
    return root


def _without_controls(text: str) -> str:
    # To look for one sign after the other takes a third of any other way, and few pages have one.
    if has_one(text, _CONTROL_SIGNS):
        # A table over bytes is ten times faster than a pattern; controls are bytes in UTF-8, too.
        source = text.encode("utf-8", "surrogatepass")
        text = source.translate(None, _CONTROLS).decode("utf-8", "surrogatepass")
    # Finding one character is a hundred times faster than the pattern.
    if "\ufffe" in text or "\uffff" in text:
        text = _NONCHARACTERS.sub("", text)
    return text


def _tree(text: str) -> tuple[Element, set[str]]:
    """Return the tree and what was lost in it: "depth", "formatting"."""
    # Half of a start-up is lxml, and half the commands never see a page.
    from lxml import etree

    # Bytes with a stated encoding: the parser then overlooks the page's own labels. Plain elements:
    # those of lxml.html look up a class in Python each time one is touched.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:  # nothing in it: white space, comments
        return etree.fromstring(_EMPTY, etree.HTMLParser()), set()
    complaints = set()
    for error in parser.error_log:
        if "depth" in error.message:
            complaints.add("depth")
        elif (match := _COMPLAINT.search(error.message)) and match[1] in names.FORMATS:
            complaints.add("formatting")
    return root, complaints
