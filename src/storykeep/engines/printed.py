"""Pages that pdftohtml made of a printed text: each row ends in a <br>, a paragraph begins with
no-break spaces, and pages end in a number and a rule, often in the middle of a sentence.

Such a page is a hard-wrapped text, and is made one: its rows become those of a <pre>.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from storykeep.patterns import lazy

GENERATOR = "pdftohtml"  # what a page's <meta> says that was made so
_NUMBER = lazy(r"\W*(?:page\s+)?(?:\d{1,4}|[ivxl]{1,7})(?:\s*(?:/|of)\s*\d{1,4})?\W*", 2)


def unprint(root: Any) -> None:
    """Make a <pre> of the rows below *root*'s <body>, without the ends of its pages."""
    body = next(root.iter("body"), None)
    if body is None or next(body.iter("p", "table", "pre"), None) is not None:
        return  # the kind that sets each row at its place
    # Put together, the rows of a long text would be copied once for each of them.
    for rule in list(body.iter("hr")):
        _drop_number(rule)
        _turn(rule, None)
    for row_end in list(body.iter("br")):
        _turn(row_end, "\n")
    pre = etree.Element("pre")
    pre.text, body.text = body.text, None
    pre.extend(list(body))
    body.append(pre)
    for each in pre.iter():
        each.text = each.text and each.text.replace("\xa0", " ")
        each.tail = each.tail and each.tail.replace("\xa0", " ")


def _drop_number(rule: Any) -> None:
    """Drop the number of a page that is a row of its own above its rule."""
    last = rule.getprevious()
    if last is None or last.tag != "br" or (last.tail or "").strip():
        return
    above = last.getprevious()
    row = above.tail if above is not None else None
    if row and row.strip() and _NUMBER.fullmatch(row.strip()):
        above.tail = None
        _turn(last, None)


def _turn(element: Any, text: str | None) -> None:
    """Make an element a piece of its row with *text*; the line end behind it is its source's."""
    element.tag = "span"
    element.text, element.tail = text, (element.tail or "").lstrip("\r\n")
