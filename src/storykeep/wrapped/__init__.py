"""A story in a wrapping of its own, a book, a mail or a page in one file, as engines can read it.

Pure: the bytes that were stored stay as they are, and this is how they are looked at. What is no
such wrapping, or one made to harm, gives None: it is then an asset.
"""

from __future__ import annotations

from storykeep.model import Page
from storykeep.wrapped.books import EPUB, book, package_of, told
from storykeep.wrapped.letters import MAIL, mail
from storykeep.wrapped.onefile import (
    WEBARCHIVE,
    OneFile,
    is_mhtml,
    is_webarchive,
    mhtml,
    webarchive,
)

__all__ = [
    "EPUB", "MAIL", "WEBARCHIVE", "OneFile", "book", "is_mhtml", "is_webarchive", "mail", "mhtml",
    "package_of", "told", "unwrap", "webarchive",
]  # fmt: skip
# A page saved as MHTML is a message; some servers have names of their own for it.
MHTML_KINDS = (MAIL, "multipart/related", "application/x-mimearchive")


def unwrap(page: Page) -> Page | None:
    """Return what is in the wrapping of *page*, HTML or text; None where that is none.

    Its encoding is what the wrapping says of it, UTF-8 where it was put together here.
    """
    kind = page.header("content-type").partition(";")[0].strip().lower()
    found = _unwrapped(kind, page.body)
    if found is None:
        return None
    body, mime, charset = found
    told = f"{mime}; charset={charset}" if charset else mime
    return Page(page.url, page.status, (("Content-Type", told),), body, page.truncated)


def _unwrapped(kind: str, body: bytes) -> tuple[bytes, str, str | None] | None:
    if kind == WEBARCHIVE or (kind in MHTML_KINDS and is_mhtml(body)):
        one = webarchive(body) if kind == WEBARCHIVE else mhtml(body)
        return one[:3] if one else None
    found = book(body) if kind == EPUB else mail(body) if kind == MAIL else None
    return (*found, "utf-8") if found else None
