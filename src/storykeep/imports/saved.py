"""What a saved file says of itself: which page it was, of which address, and when.

Pure. Who says so is told with it, in the order of trust: the user, the browser that saved it, the
tool that made it, then the page itself. Nothing is made up: one that says nothing has no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import quote

from storykeep import urls
from storykeep.wrapped import EPUB, OneFile, book, package_of, told

_LOOK = 1 << 16  # bytes of a file in which it says where it is from
_PAGE_NAMES = re.compile(
    r"\.(?:html?|xhtml|shtml?|phtml|php\d?|asp|aspx|jsp|cgi|pl|cfm|dll|do)$", re.IGNORECASE
)
PACKED = "packed file"  # with others in it that are not read here
DOCUMENT = "document"  # of a word processor or a reader: a story, as like as not
_TEXT_NAMES = re.compile(r"\.(?:txt|text|asc)$", re.IGNORECASE)
_OTHER = {
    "picture": "gif jpg jpeg jpe png bmp ico svg webp tif tiff psd",
    "style sheet or script": "css js map json woff woff2 ttf otf eot",
    "sound or film": "mp3 mid midi wav ra ram rm ogg wma m3u avi mpg mpeg mov wmv mp4 flv swf",
    "program": "exe dll so iso class jar",
    PACKED: "zip gz bz2 xz zst rar 7z tar tgz tbz lzh arj sit hqx",
    DOCUMENT: "pdf doc docx rtf odt sxw wpd wps mobi azw azw3 lit prc pdb lrf fb2",
    "table or feed": "xls xlsx ods xml rss atom",
    "database or list": "db sqlite sqlite3 mdb csv ini log dat bak tmp lock part",
}
_KINDS = {ending: kind for kind, endings in _OTHER.items() for ending in endings.split()}
_JUNK_FOLDER = re.compile(r"(?:_files|\.files|-files|_dateien|_fichiers|_archivos)$", re.IGNORECASE)
# Of this archive's own folder of WARCs, and of others (BagIt, RFC 8493).
_OF_A_BAG = re.compile(r"^(?:(?:tag)?manifest-[a-z0-9]+|bagit|bag-info)\.txt$")
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|p|br|div|table|a\s|center|font|title|frameset|h[1-6])\b",
    re.IGNORECASE,
)
# Internet Explorer's mark of the web, and that of the browsers that write it as it does.
_SAVED_FROM = re.compile(
    rb"<!--\s*saved from url=\((\d{1,6})\)\s*([^\s>]{1,4000}?)\s*-->", re.IGNORECASE
)
_SINGLE_FILE = re.compile(
    rb"<!--\s*Page saved with SingleFile\s+url:\s*(\S{1,4000})\s+saved date:\s*([^\r\n]{1,80})",
    re.IGNORECASE,
)
# HTTrack leaves "http://" away, and says the moment as a server does.
_HTTRACK = re.compile(
    rb"<!--\s*Mirrored from\s+([^\s>]{1,4000}) by HTTrack Website Copier/[^,>]{0,80},\s*"
    rb"([^>]{1,60}?)\s*-->",
    re.IGNORECASE,
)
_AO3 = re.compile(
    rb"Posted originally on the\s*<a[^>]*>[^<]{1,100}</a>\s*at\s*<a\s[^>]*href=\"([^\"]{1,400})\"",
    re.IGNORECASE,
)
_FANFICFARE = re.compile(
    rb"<h1[^>]*>\s*<a\s[^>]*href=\"([^\"]{1,1000})\"[^>]*>.{0,4000}?<b>\s*Packaged:", re.DOTALL
)
# Between a label and its value there is nothing, or the border of two cells.
_STORY_URL = re.compile(
    rb"<b>\s*Story URL:\s*</b>(?:\s*</td>\s*<td>)?\s*(?:<a\s[^>]*href=\")?([^\s\"<]{1,1000})"
)
_FICHUB = re.compile(
    rb"Original source:\s*<a\s[^>]{0,300}?href=\"([^\"]{1,1000})\".{0,600}?"
    rb"Exported with the assistance of\s*<a\s[^>]{0,300}?href=\"https?://(?:www\.)?fichub\.net\b",
    re.DOTALL,
)
_BASE = re.compile(rb"<base\s[^>]{0,1000}?href\s*=\s*[\"']?([^\"'\s>]{1,4000})", re.IGNORECASE)
_CANONICAL = re.compile(
    rb"<link\s(?=[^>]{0,4000}?rel\s*=\s*[\"']?canonical\b)[^>]{0,4000}?href\s*=\s*[\"']?"
    rb"([^\"'\s>]{1,4000})",
    re.IGNORECASE,
)
_PACKAGED = re.compile(
    rb"<b>\s*Packaged:\s*</b>(?:\s*</td>\s*<td>)?\s*(\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)"
)
# To look for a word is much faster than for a pattern, and most pages have none of these.
_HAS_TOOL = (b"posted originally on", b"packaged:", b"singlefile", b"by httrack", b"fichub.net")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Of names that a mirror has written: what an address may hold stays as it is.
_SAFE = "/~!$&'()*+,;=:@?%"


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and who said so."""

    value: str
    by: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When a page was saved, and how that is known."""

    at: datetime
    by: str


def why_not(path: str, body: bytes) -> str:
    """Return in words why the file at *path* (its folders in it) is no page, "" where it is one."""
    *folders, name = path.split("/")
    if any(folder.startswith(".") or folder == "__MACOSX" for folder in folders):
        return "it lies in a hidden folder"
    if any(_JUNK_FOLDER.search(folder) for folder in folders):
        return "it lies in the folder of a saved page's pictures"
    if name.startswith((".", "._")) or name.lower() in ("thumbs.db", "desktop.ini"):
        return "the system wrote it"
    if _OF_A_BAG.search(name):
        return "it says what files there are, and is no page"
    if not body.strip():
        return "it is empty"
    if mime_of(name, body):
        return ""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return f"{_KINDS[ending]}, no page" if ending in _KINDS else "no page"


def mime_of(name: str, body: bytes) -> str:
    """Return "text/html" or "text/plain" by name and content, "" for what is neither."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    plain = name.partition("?")[0]
    if ending in _KINDS and not _PAGE_NAMES.search(plain):
        return ""
    if _is_binary(body):
        return ""
    if _TEXT_NAMES.search(name):
        return "text/plain"
    if _PAGE_NAMES.search(plain) or _MARKUP.search(body[:_LOOK]):
        return "text/html"
    return ""


def _is_binary(body: bytes) -> bool:
    start = body[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return b"\0" in start[:512] or body.startswith((b"SQLite format 3", b"%PDF", b"\xd0\xcf\x11"))


def address_of(path: str, body: bytes, base_url: str | None = None) -> Said | None:
    """Return the address that the file at *path* was saved from; None where nobody says.

    *base_url* is that of the folder in which *path* begins.
    """
    if base_url is not None:
        at = urls.join(base_url, quote(path, safe=_SAFE))
        return Said(at, "--base-url and its name") if at else None
    start = body[:_LOOK]
    for found, who in _claims(start):
        address = _web(found)
        if address is not None and who == "<base>" and address.endswith("/"):
            name = path.rpartition("/")[2]
            address, who = urls.join(address, quote(name, safe=_SAFE)), "<base> and its name"
        if address is not None:
            return Said(address, who)
    return None


def _claims(start: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield what a file says of its address, the most trusted first."""
    if (found := _SAVED_FROM.search(start)) is not None:
        yield found[2], "the browser's comment (saved from url)"
    if (found := _SINGLE_FILE.search(start)) is not None:
        yield found[1], "SingleFile's comment"
    if (found := _HTTRACK.search(start)) is not None:
        yield _with_scheme(found[1]), "HTTrack's comment"
    if (found := _AO3.search(start)) is not None:
        yield found[1], "the preface (Posted originally on)"
    if (found := _STORY_URL.search(start) or _FANFICFARE.search(start)) is not None:
        yield found[1], "FanFicFare's title page"
    if (found := _FICHUB.search(start)) is not None:
        yield found[1], "FicHub's title page"
    if (found := _BASE.search(start)) is not None:
        yield found[1], "<base>"
    if (found := _CANONICAL.search(start)) is not None:
        yield found[1], "the canonical link"


def _with_scheme(address: bytes) -> bytes:
    return address if b"://" in address else b"http://" + address


def _web(found: bytes) -> str | None:
    text = unescape(found.decode("utf-8", "replace")).strip()
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        return None
    return _named(text)


def _named(text: str) -> str | None:
    """Return the address that *text* is, None for none, or for one that no record could name."""
    address = urls.try_canonical(text)
    return address if address is not None and urls.is_askable(address) else None


def is_document(body: bytes) -> bool:
    """Return whether *body*, a zip, is a document of a word processor (OPC, OpenDocument)."""
    start = body[:200]
    return b"[Content_Types].xml" in start or b"mimetypeapplication/vnd." in start


def is_book(body: bytes) -> bool:
    """Return whether *body* is an EPUB: its first member says so (OCF 3.3, section 4.3)."""
    return body.startswith(b"PK\x03\x04") and EPUB.encode() in body[:200]


def book_address(path: str, body: bytes, base_url: str | None) -> Said | None:
    """Return the address of the story in an EPUB: FanFicFare's source, AO3's preface."""
    if base_url is not None:
        return address_of(path, b"", base_url)
    for source in told(package_of(body), "source"):
        if address := _named(source):
            return Said(address, "dc:source")
    found = book(body)
    return address_of(path, found[0]) if found else None


def tool_of(body: bytes) -> str | None:
    """Return which tool made a page of a story, None where none says that it did."""
    start = body[:_LOOK]
    if not _may_have_tool(start):
        return None
    if _AO3.search(start):
        return "Archive of Our Own (download)"
    if _PACKAGED.search(start):
        return "FanFicFare"
    if _FICHUB.search(start):
        return "FicHub"
    if _HTTRACK.search(start):
        return "HTTrack"
    return "SingleFile" if _SINGLE_FILE.search(start) else None


def _may_have_tool(start: bytes) -> bool:
    low = start.lower()
    return any(word in low for word in _HAS_TOOL)


def book_tool(body: bytes) -> str | None:
    """Return which tool made an EPUB, None where none says so."""
    package = package_of(body)
    if "fanficfare" in package.lower():
        return "FanFicFare"
    found = book(body)
    return tool_of(found[0]) if found else None


def moment_of(body: bytes, file_time: datetime | None, *, now: datetime) -> Moment:
    """Return when a page was saved: as its tool says, else the file's time, else *now*."""
    start = body[:_LOOK]
    has_tool = _may_have_tool(start)
    if has_tool and (found := _SINGLE_FILE.search(start)) and (said := _single_file_date(found[2])):
        return Moment(min(said, now), "SingleFile's comment")
    if has_tool and (found := _PACKAGED.search(start)):
        text = found[1].decode()
        return Moment(min(datetime.fromisoformat(text).replace(tzinfo=UTC), now), "FanFicFare")
    if has_tool and (found := _HTTRACK.search(start)):
        said = _header_date(found[2].decode("latin-1"))
        if said is not None and _EARLIEST <= said <= now:
            return Moment(said, "HTTrack's comment")
    return _file_moment(file_time, now)


def one_address(path: str, one: OneFile, base_url: str | None) -> Said | None:
    """Return the address of a page in one file: as the browser says, else as `address_of`."""
    if base_url is None and one.url is not None and (address := _named(one.url)):
        return Said(address, "the browser that saved it")
    return address_of(path, one.body, base_url)


def one_moment(one: OneFile, file_time: datetime | None, *, now: datetime) -> Moment:
    """Return when a page in one file was saved: as its header says, else as `moment_of`."""
    said = _header_date(one.saved) if one.saved else None
    if said is not None and _EARLIEST <= said <= now:
        return Moment(said, "the browser that saved it")
    return moment_of(one.body, file_time, now=now)


def _file_moment(file_time: datetime | None, now: datetime) -> Moment:
    if file_time is not None and _EARLIEST <= file_time <= now:
        return Moment(file_time, "the file's time")
    return Moment(now, "the time of the import")


def _single_file_date(text: bytes) -> datetime | None:
    # "Mon Jan 01 2024 10:00:00 GMT+0100 (Central European Standard Time)", as JavaScript says it.
    words = text.decode("latin-1").partition("(")[0].split()
    try:
        return datetime.strptime(" ".join(words), "%a %b %d %Y %H:%M:%S GMT%z")
    except ValueError:
        pass
    try:
        said = parsedate_to_datetime(" ".join(words))
    except (ValueError, TypeError):
        return None
    return said if said.tzinfo else None


def _header_date(text: str) -> datetime | None:
    """Return the moment that a header's date is (RFC 5322, section 3.3: "-0000" is UTC, too)."""
    try:
        said = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
