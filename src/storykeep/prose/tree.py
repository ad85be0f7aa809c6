"""A page's text in, one lxml tree out, however broken the page."""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
# The parser stops reading at </html>; browsers read on, and old pages do go on behind it.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_EMPTY = "<html><body></body></html>"


def parse(text: str) -> lxml.html.HtmlElement:
    """Return the `html` element of *text*'s tree; any text has one, the empty text too."""
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
    return _tree(_ENDS.sub("", text))


def _tree(text: str) -> lxml.html.HtmlElement:
    # Bytes with a stated encoding: the parser then overlooks the page's own labels.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # nothing in it: white space, comments
        root = lxml.html.document_fromstring(_EMPTY)
    return root
