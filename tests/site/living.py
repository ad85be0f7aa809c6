"""Pages that a server knows the age of: answered with validators, and with 304 where they are met."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

_DATE = "Sun, 29 Nov 2026 12:00:00 GMT"


def validated(
    body: Callable[[], bytes] | bytes,
    *,
    etag: bool = False,
    modified: str = "",
    weak: bool = False,
    mime: str = "text/html",
) -> Callable[[bytes], bytes]:
    """Return a script for RawServer: *body* with an ETag of its own, a Last-Modified, or both."""

    def serve(request: bytes) -> bytes:
        page = body() if callable(body) else body
        tag = f'{"W/" if weak else ""}"{hashlib.sha256(page).hexdigest()[:16]}"' if etag else ""
        told = f"Date: {_DATE}\r\nContent-Type: {mime}\r\n"
        told += f"ETag: {tag}\r\n" if tag else ""
        told += f"Last-Modified: {modified}\r\n" if modified else ""
        if is_met(request, tag, modified):
            return f"HTTP/1.1 304 Not Modified\r\n{told}\r\n".encode()
        return f"HTTP/1.1 200 OK\r\n{told}Content-Length: {len(page)}\r\n\r\n".encode() + page

    return serve


def is_met(request: bytes, etag: str, modified: str) -> bool:
    """Return whether the page need not be sent again (RFC 9110, section 13.2.2)."""
    if etag and (tags := header(request, "If-None-Match")):
        return etag in [each.strip() for each in tags.split(",")]
    since = header(request, "If-Modified-Since")
    if not (modified and since):
        return False
    return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)


def header(request: bytes, name: str) -> str:
    """Return what a request says under *name*, "" where it says nothing."""
    found = re.search(rb"(?im)^" + name.encode() + rb": *(.*?)\r$", request)
    return found[1].decode("latin-1") if found else ""
