"""Pages that a browser saved in one file: MHTML (RFC 2557) and the webarchive of Safari."""

from __future__ import annotations

import email
import email.policy
import plistlib
import re
from collections.abc import Mapping
from email.message import Message
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError

from storykeep.wrapped.books import body_of
from storykeep.wrapped.letters import text_of

WEBARCHIVE = "application/x-webarchive"
_LOOK = 4096  # bytes in which a file says what it is
_PARTS = 2_000
_MHTML = re.compile(rb"^content-type:\s*(?:multipart/related|text/html)\b", re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")  # of a header
_SENT = re.compile(rb"^(?:received|message-id|to):|^from:[^\r\n]*@", re.MULTILINE)
_HEADER = re.compile(rb"\s*[A-Za-z][A-Za-z-]{0,60}:[ \t]")
_SAVED_BY = re.compile(r"<?\s*saved by\s+(.{1,100}?)\s*>?\s*$", re.IGNORECASE)


class OneFile(NamedTuple):
    """A saved page: its bytes, their type, and what the file says of it; None where nothing."""

    body: bytes
    mime: str
    charset: str | None
    url: str | None
    saved: str | None  # the Date of its header, as it stands there
    tool: str | None


def is_mhtml(data: bytes) -> bool:
    """Return whether *data* is a page that was saved as MHTML, and no mail that somebody sent."""
    start = data[:_LOOK]
    if _HEADER.match(start) is None:
        return False
    head = _END.split(start, maxsplit=1)[0].lower()
    if b"mime-version:" not in head or _MHTML.search(head) is None:
        return False
    if b"saved by" in head or b"snapshot-content-location:" in head:
        return True
    return b"content-location:" in start.lower() and _SENT.search(head) is None


def mhtml(data: bytes) -> OneFile | None:
    """Return the page in an MHTML file; of a frameset all its frames, one behind the other."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = [each for each in message.walk() if not each.is_multipart()][:_PARTS]
        pages = [each for each in parts if each.get_content_type() in _PAGES]
        if not pages:
            return None
        root = _root(message, pages)
        body, charset = _bytes_of(root), root.get_content_charset()
        if b"<frameset" in body.lower():
            frames = [each for each in pages if each is not root]
            body = b"\n".join([body_of(text_of(each).encode()) for each in frames]) or body
            charset = "utf-8" if frames else charset
        tool = _SAVED_BY.search(str(message.get("From") or ""))
        return OneFile(
            body,
            root.get_content_type().replace("application/xhtml+xml", "text/html"),
            charset,
            _address(message, root),
            str(message.get("Date") or "") or None,
            tool[1] if tool else None,
        )
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


_PAGES = ("text/html", "application/xhtml+xml", "text/plain")


def _root(message: Message, pages: list[Message]) -> Message:
    """Return the part that is the page (RFC 2387, section 3.2), the first page where none is."""
    start = str(message.get_param("start") or "")
    for each in pages:
        if start and str(each.get("Content-ID") or "") == start:
            return each
    return next((each for each in pages if each.get_content_type() != "text/plain"), pages[0])


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _address(message: Message, root: Message) -> str | None:
    for told in (
        message.get("Snapshot-Content-Location"),
        root.get("Content-Location"),
        message.get("Content-Location"),
    ):
        # What is long is folded, which an address has no blanks for (RFC 2557, section 4.4.2).
        address = "".join(str(told or "").split())
        if address.lower().startswith(("http:", "https:")):
            return address
    return None


def is_webarchive(data: bytes) -> bool:
    """Return whether *data* is a property list that holds a page of Safari."""
    start = data[:_LOOK]
    return start.lstrip().startswith((b"bplist00", b"<?xml")) and b"WebMainResource" in start


def webarchive(data: bytes) -> OneFile | None:
    """Return the page in a webarchive."""
    try:
        main: Mapping[str, Any] = plistlib.loads(data)["WebMainResource"]
        body, address = main["WebResourceData"], main.get("WebResourceURL")
        mime = str(main.get("WebResourceMIMEType") or "text/html")
        charset = str(main.get("WebResourceTextEncodingName") or "") or None
    except (
        ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError,
        MemoryError, ExpatError, plistlib.InvalidFileException,
    ):  # fmt: skip
        return None
    if not isinstance(body, bytes) or mime not in _PAGES:
        return None
    mime = "text/plain" if mime == "text/plain" else "text/html"
    address = address if isinstance(address, str) else None
    return OneFile(body, mime, charset, address, None, "Safari")
