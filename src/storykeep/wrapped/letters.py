"""Mail: a message as the lists of its time showed it (RFC 5322, RFC 2045)."""

from __future__ import annotations

import email
import email.policy
import re
from contextlib import suppress
from email.header import decode_header, make_header
from email.message import Message
from html import escape

MAIL = "message/rfc822"
_QUOTED_FROM = re.compile(r"^>(>*From )", re.MULTILINE)


def mail(data: bytes) -> tuple[bytes, str] | None:
    """Return a message as lists show it: who, what, when, and its text without its codings."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        part = _text_part(message)
        if part is None:
            return None
        text, is_html = text_of(part), part.get_content_type() == "text/html"
        head = [(name, _words(message, name)) for name in ("From", "Date", "Subject")]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    lines = [f"{name}: {value}" for name, value in head if value]
    if is_html:
        shown = "<br>\n".join(escape(each) for each in lines)
        return f"<html><body><p>{shown}</p>\n{text}</body></html>".encode(), "text/html"
    text = _QUOTED_FROM.sub(r"\1", text.replace("\r\n", "\n"))
    return ("\n".join(lines) + "\n\n" + text).encode("utf-8", "replace"), "text/plain"


def _text_part(message: Message) -> Message | None:
    """Return the part that is read: the first plain one, else the first of HTML."""
    parts = [each for each in message.walk() if not each.is_multipart()][:200]
    shown = [each for each in parts if each.get_content_disposition() != "attachment"]
    for kind in ("text/plain", "text/html"):
        for part in shown:
            if part.get_content_type() == kind:
                return part
    return None


def text_of(part: Message) -> str:
    """Return the text of a part, without its codings."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset(), "utf-8", "windows-1252"):
        try:
            if charset and not (charset == "us-ascii" and not data.isascii()):
                return data.decode("windows-1252" if charset == "iso-8859-1" else charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def _words(message: Message, name: str) -> str:
    """Return a header's value with its encoded words read (RFC 2047)."""
    value = str(message.get(name) or "")
    with suppress(ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())
