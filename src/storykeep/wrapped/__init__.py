"""A story in a wrapping of its own, a book, a mail or a page in one file, as engines can read it.

Pure: the bytes that were stored stay as they are, and this is how they are looked at. What is no
such wrapping, or one made to harm, gives None: it is then an asset.
"""

from __future__ import annotations

from storykeep.model import Page
from storykeep.wrapped.books import EPUB, book, package_of, told
from storykeep.wrapped.letters import MAIL, mail

__all__ = ["EPUB", "MAIL", "book", "mail", "package_of", "told", "unwrap"]


def unwrap(page: Page) -> Page | None:
    """Return what is in the wrapping of *page*: HTML or text in UTF-8; None where that is none."""
    kind = page.header("content-type").partition(";")[0].strip().lower()
    if kind == EPUB:
        found = book(page.body)
    elif kind == MAIL:
        found = mail(page.body)
    else:
        return None
    if found is None:
        return None
    body, mime = found
    fields = (("Content-Type", f"{mime}; charset=utf-8"),)
    return Page(page.url, page.status, fields, body, page.truncated)
