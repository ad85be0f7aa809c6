"""EPUBs: the pages of a book, one behind the other (OCF 3.3, Package 3.3)."""

from __future__ import annotations

import re
import zipfile
import zlib
from html import escape, unescape
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote

EPUB = "application/epub+zip"
BOOK = "pages of a book"
PAGE = "next page of the book"  # a comment before each: a book has no other mark of it
_MOST = 64 << 20  # bytes that all pages of a book may unpack to
_RATIO = 100  # text packs ten to one
_FREE = 1 << 20
_PAGES = 5_000
_ROOT = re.compile(rb"<rootfile\s[^>]{0,1000}?full-path\s*=\s*[\"']([^\"']{1,500})")
_ITEM = re.compile(r"<(?:opf:)?item\s([^>]{1,2000})>", re.IGNORECASE)
_ITEMREF = re.compile(r"<(?:opf:)?itemref\s[^>]{0,500}?idref\s*=\s*[\"']([^\"']{1,500})")
_ATTRIBUTE = re.compile(r"([\w:-]{1,50})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BODY = re.compile(rb"<body\b[^>]*>(.*)</body\s*>", re.IGNORECASE | re.DOTALL)
_CHAPTERS = re.compile(
    rb"^\s*<div\b[^>]*\bid\s*=\s*[\"']chapters[\"'][^>]*>(.*)</div>\s*$", re.IGNORECASE | re.DOTALL
)


def book(data: bytes) -> tuple[bytes, str] | None:
    """Return the pages of an EPUB, one behind the other, as one page of HTML."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _book(_Members(archive))
    except (
        zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, ValueError,
        zlib.error, OSError,
    ):  # fmt: skip
        return None


class _Members:
    """What a zip holds, as long as it is no bomb."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = _MOST

    def read(self, name: str) -> bytes:
        """Return a member. Raises KeyError for none, ValueError for a bomb."""
        member = self._archive.getinfo(name)
        if member.file_size > max(_FREE, _RATIO * member.compress_size):
            raise ValueError(f"{name!a} is a bomb")
        with self._archive.open(member) as file:
            data = file.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("the book is too large")
        return data


def package_of(data: bytes) -> str:
    """Return the package document of an EPUB, "" where there is none."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _package(_Members(archive))[1]
    except (
        zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, ValueError,
        zlib.error, OSError,
    ):  # fmt: skip
        return ""


def told(package: str, name: str) -> list[str]:
    """Return the values of a Dublin Core element of a package document: "title", "source"."""
    found = re.findall(rf"<dc:{name}\b[^>]*>([^<]{{1,20000}})</dc:{name}>", package, re.IGNORECASE)
    return [" ".join(unescape(each).split()) for each in found if each.strip()]


def _package(members: _Members) -> tuple[str, str]:
    root = _ROOT.search(members.read("META-INF/container.xml"))
    if root is None:
        raise ValueError("no package document")
    name = unescape(root[1].decode("utf-8", "replace"))
    return name, members.read(name).decode("utf-8", "replace")


def _book(members: _Members) -> tuple[bytes, str] | None:
    name, package = _package(members)
    items = {}
    for found in _ITEM.finditer(package):
        told_of = {key.lower(): one or other for key, one, other in _ATTRIBUTE.findall(found[1])}
        items[told_of.get("id", "")] = unescape(told_of.get("href", ""))
    bodies = []
    for reference in _ITEMREF.findall(package)[:_PAGES]:
        href = unquote(items.get(reference, "").partition("#")[0])
        if href:
            bodies.append(body_of(members.read(normpath(join(dirname(name), href)))))
    if not bodies:
        return None
    return _joined(package, bodies), "text/html"


def body_of(page: bytes) -> bytes:
    """Return what stands in the body of a page, all of it where none is marked."""
    found = _BODY.search(page)
    return found[1] if found else page


def _joined(package: str, bodies: list[bytes]) -> bytes:
    """Return one page of the bodies. AO3's have a `div` each for what its HTML has one of."""
    title = next(iter(told(package, "title")), "")
    authors = "".join(
        f'<meta name="author" content="{escape(each)}">' for each in told(package, "creator")
    )
    head = f'<meta name="generator" content="{BOOK}"><title>{escape(title)}</title>{authors}'
    out = [f"<html><head>{head}</head><body>".encode()]
    is_open = False
    for body in bodies:
        inner = _CHAPTERS.match(body)
        if inner is not None and not is_open:
            out.append(b'<div id="chapters" class="userstuff">')
        elif inner is None and is_open:
            out.append(b"</div>")
        is_open = inner is not None
        out.append(f"<!--{PAGE}-->".encode())
        out.append((inner[1] if inner else body) + b"\n")
    out.append(b"</div></body></html>" if is_open else b"</body></html>")
    return b"".join(out)
