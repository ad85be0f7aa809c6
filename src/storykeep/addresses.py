"""A list of web addresses as people keep them: one a line, or a browser's bookmarks. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from storykeep import urls
from storykeep.errors import UsageError

_BOOKMARKS = re.compile(
    r"\s*<!doctype\s+netscape-bookmark-file|<dt>\s*<a\s[^>]*href", re.IGNORECASE
)
_SHOWN = 80  # letters of a line that an error repeats


@dataclass(frozen=True, slots=True)
class Listed:
    """The addresses of a list, canonical, each once, and how many entries were no web address."""

    addresses: tuple[str, ...]
    skipped: int = 0  # of bookmarks: scripts, folders' places, mail


def read_addresses(raw: bytes, name: str) -> Listed:
    """Return the addresses in *raw*, a file called *name*.

    A list has one address a line; empty lines and what begins with "#" are remarks. Bookmarks are
    what browsers export (Netscape bookmark file); their entries that are no web address are
    counted. Raises UsageError where a line of a list is no web address, or there is none at all.
    """
    text = _decode(raw, name)
    listed = _bookmarks(text) if _BOOKMARKS.search(text[:100_000]) else _lines(text, name)
    if not listed.addresses:
        raise UsageError(
            f"{name} names no web address",
            hint="write one address a line, or export the bookmarks of your browser as HTML",
        )
    return listed


def _decode(raw: bytes, name: str) -> str:
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError(f"{name} is no text", hint="write one address a line, as plain text")
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("windows-1252", errors="replace")  # addresses themselves are ASCII


def _lines(text: str, name: str) -> Listed:
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        address = urls.try_canonical(written)
        if address is None or " " in written:
            shown = written if len(written) <= _SHOWN else written[:_SHOWN] + "..."
            raise UsageError(
                f"{name}: line {number} is no web address: {shown!r}",
                hint='write one address a line, with "http://" or "https://"; none was asked for',
            )
        found[address] = None
    return Listed(tuple(found))


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value or "" for key, value in attrs if key == "href"]


def _bookmarks(text: str) -> Listed:
    parser = _Anchors()
    parser.feed(text)
    parser.close()
    found = [urls.try_canonical(each.strip()) for each in parser.found]
    kept = dict.fromkeys(each for each in found if each is not None)
    return Listed(tuple(kept), sum(each is None for each in found))
