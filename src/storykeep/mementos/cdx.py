"""Lists of captures as CDX servers give them: what to ask, and what an answer says.

The Wayback Machine answers with an array of arrays, field names first, and with a resume key where
more is to come. pywb answers with an object a line, all of them at once. Both are read. Pages are
never asked for by number: without and with `page=0` the Wayback Machine gives different rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from storykeep import urls
from storykeep.mementos.addresses import STAMP, moment_of

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_AT_ONCE = 5000  # rows a list: about 700 kB
# What no story page is. A server that cannot filter so sends it, and it is left out here.
_FILTERS = ("!mimetype:(image|audio|video)/.*", "!statuscode:[45].*")
_ASKED = "&output=json&collapse=digest"
_END = f"&showResumeKey=true&limit={_AT_ONCE}"
# Where the Wayback Machine's own server is asked. pywb knows the fields by other names, and leaves
# out those that it does not know; it gives all of them where none is named.
_NAMES_FIELDS = "/cdx/search/cdx"
_RESUME = "&resumeKey="
_PLAIN = re.compile(r"[A-Z2-7]{32}")
# pywb's names of the fields, and those of older servers.
_OTHER_NAMES = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_NOT_PAGES = re.compile(r"(?:image|audio|video|font)/|text/css|(?:application|text)/.*javascript")


class ListError(ValueError):
    """An answer that is no list of captures; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One capture in a list."""

    stamp: str  # 14 digits, UTC
    original: str  # as the service has it: "http://h.example:80/a"
    url: str  # canonical
    mime: str = ""
    status: int | None = None  # None where the list does not say, as of a revisit
    digest: str = ""  # of the payload, "sha1:BASE32"; "" where the list has no such one

    @property
    def page(self) -> str:
        """Return what the captures of one page have in common.

        The Wayback Machine finds a page whatever the letter case of its address.
        """
        return urls.key(self.url).lower()

    @property
    def is_page(self) -> bool:
        """Return whether it may hold text: no picture, no sound, no failure."""
        ok = self.status is None or 200 <= self.status < 400
        path = urlsplit(self.url).path
        return ok and not _NOT_PAGES.match(self.mime) and path != "/robots.txt"


@dataclass(frozen=True, slots=True)
class Listing:
    """What one answer of a CDX server says."""

    rows: tuple[Row, ...]
    resume: str = ""  # what to ask the next part of the list with; "" where this was the last
    odd: int = 0  # rows that cannot be read


def list_address(service: str, url: str, *, prefix: bool) -> str:
    """Return what to ask *service* for the captures of *url*, or of all that begin with it."""
    parts = urlsplit(urls.canonical(url))
    wanted = quote(parts.netloc + parts.path + (f"?{parts.query}" if parts.query else ""), safe="")
    fields = f"&fl={','.join(FIELDS)}" if service.endswith(_NAMES_FIELDS) else ""
    filters = "".join(f"&filter={quote(each, safe='')}" for each in _FILTERS)
    return urls.canonical(
        f"{service}?url={wanted}&matchType={'prefix' if prefix else 'exact'}{_ASKED}{fields}"
        f"{filters}{_END}"
    )


def listed_in(url: str) -> str:
    """Return what the list at *url* is of, in words: "h.example/a", "all below h.example/a/"."""
    asked = parse_qs(urlsplit(url).query)
    page = asked.get("url", [""])[0]
    return f"all below {page}" if asked.get("matchType") == ["prefix"] else page


def is_list(url: str) -> bool:
    """Return whether *url* is one that `list_address` or `next_address` has made."""
    return _ASKED in url and _END in url


def root_of(url: str) -> str:
    """Return the address of the first part of the list of which *url* asks for a part."""
    return url.partition(_RESUME)[0]


def next_address(url: str, resume: str) -> str:
    """Return what to ask for the part behind the one that *url* has given."""
    # A service gives the key as it wants it back: escaped already, or not at all.
    return urls.canonical(root_of(url) + _RESUME + quote(resume, safe="%+"))


def has_none(status: int, body: bytes) -> bool:
    """Return whether an answer says that nothing is captured: as pywb does, 404 and JSON."""
    if status != 404:
        return False
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "message" in told


def parse(body: bytes) -> Listing:
    """Return what a CDX server's answer says. Raises ListError for what is no list."""
    text = body.decode("utf-8", "replace").strip()
    if not text or text == "[]":
        return Listing(())
    if text.startswith("["):
        return _parse_arrays(text)
    if text.startswith("{"):
        return _parse_lines(text)
    raise ListError(f"it begins with {' '.join(text[:60].split())!r}")


def _parse_arrays(text: str) -> Listing:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ListError(f"its JSON cannot be read: {error}") from error
    if not all(isinstance(each, list) for each in data):
        raise ListError("it is no array of arrays")
    header, *rest = data
    resume = ""
    # "[], [KEY]" stands at the end where there is more.
    if len(rest) >= 2 and rest[-2] == [] and len(rest[-1]) == 1:
        resume, rest = str(rest[-1][0]), rest[:-2]
    if not {"timestamp", "original"} <= {str(name) for name in header}:
        raise ListError("it does not name its fields")
    named = ({str(n): v for n, v in zip(header, row, strict=False)} for row in rest if row)
    return _listing(named, resume)


def _parse_lines(text: str) -> Listing:
    found = []
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ListError(f"a line of JSON cannot be read: {error}") from error
        if isinstance(row, dict):
            found.append({**row, **_renamed(row)})
    return _listing(found, "")


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[other] for name, other in _OTHER_NAMES.items() if other in row}


def _listing(named: Iterable[Mapping[str, Any]], resume: str) -> Listing:
    rows, odd = [], 0
    for each in named:
        row = _row({name: str(each.get(name, "")) for name in FIELDS})
        if row is None:
            odd += 1
        else:
            rows.append(row)
    return Listing(tuple(rows), resume, odd)


def _row(told: Mapping[str, str]) -> Row | None:
    url = urls.try_canonical(told["original"])
    try:
        is_date = bool(STAMP.fullmatch(told["timestamp"])) and bool(moment_of(told["timestamp"]))
    except ValueError:
        is_date = False
    if url is None or not is_date:
        return None
    digest = told["digest"].removeprefix("sha1:").upper()
    status = told["statuscode"]
    return Row(
        told["timestamp"],
        told["original"],
        url,
        told["mimetype"].lower(),
        int(status) if re.fullmatch("[1-9][0-9]{2}", status) else None,
        f"sha1:{digest}" if _PLAIN.fullmatch(digest) else "",
    )
