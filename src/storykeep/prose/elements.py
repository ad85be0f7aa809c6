"""Small questions about the elements of a page that the walk over it asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storykeep import urls
from storykeep.patterns import lazy

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# <p class="scene-break">&</p>, <div class="divider"></div>
_BREAK_CLASS = lazy(
    r"(?:^|\s)(?:(?:scene|section|text|story)[-_]?)?(?:breaks?|dividers?|separators?|ornaments?|asterism"
    r"|dinkus|fleuron)(?:\s|$)|(?:^|\s)hr(?:\s|$)",
    re.IGNORECASE,
)


def first_child(element: Element) -> Element | None:
    """Return what *element* begins with, be it a comment; None where it holds nothing but text."""
    return element[0] if len(element) else None


def is_empty(element: Element) -> bool:
    """Return whether *element* shows nothing."""
    return not len(element) and not (element.text or "").strip(" \t\r\n\xa0")


def is_called_break(element: Element) -> bool:
    """Return whether its page calls *element* a break between scenes, by its class or role."""
    if (called := element.get("class")) is not None and _BREAK_CLASS.search(called):
        return True
    return element.get("role") == "separator"


def between_paragraphs(element: Element) -> bool:
    """Return whether a <p> stands right before *element* and another right behind it."""
    before, after = element.getprevious(), element.getnext()
    return before is not None and after is not None and before.tag == after.tag == "p"


def base_url(root: Element, base_url: str) -> str:
    """Return the address that links are joined to: the page's <base>, else *base_url*."""
    for base in root.getroottree().getroot().iter("base"):
        if href := base.get("href"):
            return urls.join(base_url, href) or base_url
    return base_url


def number(value: str | None) -> int | None:
    """Return the number that an attribute begins with, None where it does not."""
    match = re.match(r"\s*(\d{1,6})", value or "")
    return int(match[1]) if match else None
