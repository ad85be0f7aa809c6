"""What HTTP and the page itself say the encoding is; not whether it is true."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import webencodings

from storykeep.patterns import lazy

Source = Literal["http", "meta"]

# Browsers look at 1024 bytes (WHATWG HTML, section 13.2.3.2); hand-made pages and free hosts put
# banners and scripts before their <meta>.
_WINDOW = 16384
_META = lazy(rb"<meta\b[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:+-]{2,40})", re.IGNORECASE)
_XML = lazy(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:+-]{2,40})", re.IGNORECASE)
_COMMENT = lazy(rb"<!--.*?-->", re.DOTALL)
_LONGEST = 80
_LISTED = lazy(r"[\s,;\"']+")


@dataclass(frozen=True, slots=True)
class Label:
    """One claim: who makes it, WHATWG's name for it (None: there is no such encoding), as typed."""

    source: Source
    name: str | None
    typed: str


def labels(body: bytes, http: str | None, *, is_html: bool) -> list[Label]:
    """Return the claims of HTTP, the XML declaration and the first <meta>, strongest first."""
    found = []
    if http and http.strip():
        typed = "".join(filter(str.isprintable, http[:_LONGEST])).strip()
        found.append(Label("http", _canonical(http[:_LONGEST]), typed or "?"))
    if is_html:
        head = body[:_WINDOW]
        low = head.lower()
        if b"charset" not in low and b"encoding" not in low:
            return found
        if b"<!--" in head and b"charset" in low:
            head = _COMMENT.sub(b"", head)
        for match in filter(None, (_XML.match(head), _META.search(head))):
            typed = match[1].decode("ascii", "replace")
            name = _canonical(typed)
            # A page that is readable as ASCII is not UTF-16 (WHATWG HTML, section 13.2.3.2).
            found.append(Label("meta", "utf-8" if name and name[:6] == "utf-16" else name, typed))
    return found


def _canonical(label: str) -> str | None:
    """Return WHATWG's name; of a list of labels the first that is one."""
    for one in (label.strip(), *_LISTED.split(label)):
        encoding = webencodings.lookup(one)
        if encoding is not None and encoding.name not in ("x-user-defined", "replacement"):
            return str(encoding.name)
    return None
