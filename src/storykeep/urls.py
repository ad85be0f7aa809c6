"""Web addresses: canonical form, key, scope, and what is inside a Wayback address.

Addresses are parsed as browsers parse them (WHATWG URL). The canonical form is what is asked,
stored and printed; it never reorders or re-encodes a query string, because old CGI archives read
theirs literally. The key only tells whether two addresses are one page; it is never asked for.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

import can_ada

from storykeep.errors import UsageError


class UrlError(UsageError, ValueError):
    """A text that is no http or https address."""


# Of an address that is asked for. All who speak HTTP should take 8,000 (RFC 9110, section 4.1); the
# head of a WARC record, which names up to three addresses, FastWARC reads up to 32 KiB.
LONGEST = 8_192
_SHORT = 1000  # characters: longer addresses are not remembered
_SURROGATE = re.compile("[\ud800-\udfff]")
# From every page of a folder such a path leads to the same address: it is worked out once. A mere
# query does not ("?page=2"), nor one behind a scheme ("http:?page=2").
_FOLDER_ALONE = re.compile(r"https?://|[^\s\x00-\x20?#:][^:]*\Z", re.IGNORECASE)
_PLAIN_BASE = re.compile(r"https?://[^/?#\\\s]+/(?:[^?#\\\s]*/)?(?:[^./%?#\\\s][^/%?#\\\s]*)?\Z")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_NUMERIC = re.compile(r"[\d.]+")  # an IPv4 address
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_PRINTABLE = string.ascii_letters + string.digits + string.punctuation
_TRICK = re.compile("%(?:25|2e|2f|5c)", re.IGNORECASE)
_DOTS = re.compile(r"/\.\.?(?:/|$)")
_TRICKS = {"%25": "%", "%2e": ".", "%2f": "/", "%5c": "/"}

# Names that no old archive uses for anything but a visitor's session.
_SESSION_NAME = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w*|oscsid|zenid|cfid|cftoken)", re.IGNORECASE
)
# `sid` is a story in eFiction (sid=12) and a session in phpBB: only the length tells.
_SESSION_VALUE_NAME = re.compile(r"(?:s|sid|sess|session|sessionid|session_id)", re.IGNORECASE)
_SESSION_VALUE = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)

_WAYBACK = re.compile(
    r"https?://(?:web\.archive\.org|wayback\.archive\.org|(?:www\.)?archive\.org)(?::\d+)?"
    r"/web/(\d{4,14})(?:[a-z]{2}_|\*)?/(.+)",
    re.IGNORECASE | re.DOTALL,
)


def _parse(text: str, base: can_ada.URL | None = None) -> can_ada.URL | None:
    """Return the parsed http(s) address without fragment and credentials, else None."""
    if not text.isascii():
        # A browser sees lone surrogates as U+FFFD (WebIDL USVString); the parser refuses them.
        text = _SURROGATE.sub("\ufffd", text)
    try:
        url = can_ada.parse(text) if base is None else base + text
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:"):
        return None
    # Every link of every page comes by here, and to take away what is not there takes time, too.
    if url.has_hash():
        url.hash = ""
    if url.has_credentials():
        # A name or password in a link is a trick or a leak; neither is asked with, stored, printed.
        url.username = ""
        url.password = ""
    return url


def _parsed(url: str) -> can_ada.URL:
    parsed = _parse(url)
    if parsed is None:
        shown = url if len(url) <= 200 else url[:200] + "..."
        raise UrlError(
            f"not a web address: {shown!r}",
            hint='an address begins with "http://" or "https://" and a host name',
        )
    return parsed


def canonical(url: str) -> str:
    """Return *url* as WHATWG serialises it (URL Standard, section 4.5).

    Fragment, credentials and the default port are dropped, scheme and host are lower-case, path
    and query keep their spelling.
    Idempotent. Raises UrlError (a ValueError) for what is no http(s) address.
    """
    return str(_parsed(url).href)


def asked_for(url: str) -> str:
    """Return `canonical(url)`; raise UrlError also where it `is_askable` no more."""
    address = canonical(url)
    if not is_askable(address):
        raise UrlError(
            f"an address of {len(address):,} letters: {address[:80]!r}...",
            hint=f"one of more than {LONGEST:,} is not asked for",
        )
    return address


def try_canonical(url: str) -> str | None:
    """Return `canonical(url)`, or None for what is no http(s) address."""
    parsed = _parse(url)
    return None if parsed is None else str(parsed.href)


def join(base: str, href: str, *, encoding: str = "utf-8") -> str | None:
    """Return the canonical address that *href* on the page *base* leads to.

    None for mailto:, javascript:, data:, file:, ... and for what cannot be parsed. *encoding* is
    the page's: browsers write non-ASCII letters of a query in it (URL Standard, section 4.4,
    "query state"), and old scripts expect it so.
    """
    if len(base) + len(href) > _SHORT:
        return _joined(base, href, encoding)
    if _FOLDER_ALONE.match(href) and _PLAIN_BASE.match(base):
        base = base[: base.rindex("/") + 1]
    return _remembered(base, href, encoding)


def _joined(base: str, href: str, encoding: str) -> str | None:
    try:
        parent = _read(base)
    except UrlError:
        return None
    if not href.isascii():
        href = _encode_query(href, encoding)
    joined = _parse(href, parent)
    return None if joined is None else str(joined.href)


# A site's pages repeat their menu, and every link of a page is joined and looked at several times.
_remembered = lru_cache(maxsize=2048)(_joined)


@lru_cache(maxsize=1024)
def _known(url: str) -> can_ada.URL:
    return _parsed(url)


def _read(url: str) -> can_ada.URL:
    """Return the parsed *url*, to be looked at and not changed; raise UrlError for none."""
    return _known(url) if len(url) <= _SHORT else _parsed(url)


def split(url: str) -> SplitResult:
    """Return the pieces of *url* as they are written (RFC 3986, section 3)."""
    return _split(url) if len(url) <= _SHORT else urlsplit(url)


_split = lru_cache(maxsize=1024)(urlsplit)


def _encode_query(href: str, encoding: str) -> str:
    """Return *href* with the non-ASCII letters of its query percent-encoded in *encoding*."""
    # UTF-16 pages send UTF-8 (Encoding Standard, "get an output encoding").
    if encoding.lower().replace("_", "-").startswith(("utf-8", "utf8", "utf-16", "utf-32")):
        return href
    address, hash_sign, fragment = href.partition("#")
    path, mark, query = address.partition("?")
    try:
        "".encode(encoding)
    except LookupError:
        return href
    encoded = "".join(c if c.isascii() else _encode_letter(c, encoding) for c in query)
    return path + mark + encoded + hash_sign + fragment


def _encode_letter(letter: str, encoding: str) -> str:
    try:
        raw = letter.encode(encoding)
    except UnicodeEncodeError:
        return f"%26%23{ord(letter)}%3B"
    return "".join(f"%{byte:02X}" for byte in raw)


def host(url: str) -> str:
    """Return the host of *url*, with ":port" where that is not the scheme's default.

    "h.example", "127.0.0.1:8080", "[::1]".
    """
    return str(_read(url).host)


def site(url: str) -> str:
    """Return what is asked as one host: that of *url* without "www.", with its port as in `host`.

    "h.example" for "https://www.h.example/a"; so the two names and the two schemes share one gap.
    """
    host: str = _parsed(url).host
    name = host.removeprefix("www.")
    return name if "." in name else host


def hostname(url: str) -> str:
    """Return the host of *url* without its port; an IPv6 address keeps its brackets."""
    return str(_parsed(url).hostname)


def port(url: str) -> int:
    """Return the TCP port that *url* means."""
    parsed = _parsed(url)
    if parsed.port:
        return int(parsed.port)
    return 443 if parsed.protocol == "https:" else 80


def origin(url: str) -> str:
    """Return "http://host[:port]", what a robots.txt speaks for (RFC 9309, section 2.3)."""
    parsed = _parsed(url)
    return f"{parsed.protocol}//{parsed.host}"


def folder(url: str) -> str:
    """Return the path of the folder that *url* lies in: "/a/" for "http://h/a/b.html?x"."""
    path: str = _read(url).pathname
    return path[: path.rindex("/") + 1]


def key(url: str) -> str:
    """Return what the addresses of one page have in common: "sample,archive)/path?query".

    In the manner of SURT. http and https, "www." and none, the default port, letter case of the
    host, percent-encoding of plain letters, the order of name=value pairs and session ids make no
    difference. Everything else does: letter case of the path, a slash at the end, the rest of the
    query. So a redirect may lead to the very key it came from.
    Raises UrlError for what is no http(s) address.
    """
    return _known_key(url) if len(url) <= _SHORT else _key(url)


def _key(url: str) -> str:
    parsed = _read(url)
    path: str = parsed.pathname
    if ";" in path:
        path = _SESSION_IN_PATH.sub("", path)
    path = _plain_escapes(path)
    query = _key_query(parsed.search[1:]) if parsed.has_search() else ""
    return f"{_key_host(parsed)}){path}" + (f"?{query}" if query else "")


_known_key = lru_cache(maxsize=2048)(_key)


def _key_host(parsed: can_ada.URL) -> str:
    name: str = parsed.hostname
    if not (name.startswith("[") or _NUMERIC.fullmatch(name)):
        name = name.removesuffix(".")
        # "www.example" may be all the name there is.
        if name.startswith("www.") and "." in name[4:]:
            name = name[4:]
        # WHATWG lets both signs into a host; unescaped, "a,b" would be the key of b.a.
        name = name.replace(",", "%2C").replace(")", "%29")
        name = ",".join(reversed(name.split(".")))
    port: str = parsed.port
    return f"{name}:{port}" if port else name


def _key_query(query: str) -> str:
    pairs = [pair for pair in query.split("&") if not _is_session(pair)]
    # Only where every piece is name=value is the order known to mean nothing; repeats keep theirs.
    if all("=" in pair for pair in pairs):
        pairs.sort(key=lambda pair: pair.partition("=")[0])
    return _plain_escapes("&".join(pairs))


def _is_session(pair: str) -> bool:
    name, _, value = pair.partition("=")
    if _SESSION_NAME.fullmatch(name):
        return True
    return bool(_SESSION_VALUE_NAME.fullmatch(name) and _SESSION_VALUE.fullmatch(value))


def _plain_escapes(text: str) -> str:
    """Return *text* with unreserved letters plain, other escapes in capitals (RFC 3986, 6.2.2)."""

    if "%" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        letter = chr(int(match[1], 16))
        return letter if letter in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(plain, text)


def same_site(one: str, other: str) -> bool:
    """Return whether two addresses share host and port, but for "www." and http or https."""
    return _key_host(_parsed(one)) == _key_host(_parsed(other))


def is_askable(url: str) -> bool:
    """Return whether *url*, canonical, is no longer than what is asked for."""
    return len(url) <= LONGEST


def in_scope(
    url: str,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    start: Sequence[str] | str,
) -> bool:
    """Return whether a source wants *url*.

    It must be on the site of a start page (see `same_site`) and match a pattern of *include* and
    none of *exclude*; without *include*, it must lie in the folder of a start page of its site.
    Start pages themselves need no include. A pattern is compared with path and query: it is a
    prefix, or, where it contains "*", a glob for the whole ("*" is any text, every other sign is
    itself). A path that leaves the scope once a server decodes its "%2F" or "%2E" is outside, and
    so is an address that is not askable.
    """
    if not is_askable(url):
        return False
    wanted = _parse(url)
    if wanted is None:
        return False
    site = _sites((start,) if isinstance(start, str) else tuple(start)).get(_key_host(wanted))
    if site is None:
        return False
    forms = _path_forms(wanted.pathname, wanted.search)
    if any(_matches(form, _pattern(one)) for form in forms for one in exclude):
        return False
    if key(url) in site.starts:
        return True
    patterns = include or site.folders
    return all(any(_matches(form, _pattern(one)) for one in patterns) for form in forms)


@dataclass(slots=True)
class _Site:
    """What the start pages of one site say of the scope: their keys and their folders."""

    starts: set[str]
    folders: list[str]


@lru_cache(maxsize=64)  # of sources: every link of every page is held against the same ones
def _sites(start: tuple[str, ...]) -> dict[str, _Site]:
    """Return the sites of the addresses *start*, by the host part of their keys."""
    sites: dict[str, _Site] = {}
    for one in start:
        parsed = _parsed(one)
        site = sites.setdefault(_key_host(parsed), _Site(set(), []))
        site.starts.add(key(one))
        site.folders.append(parsed.pathname[: parsed.pathname.rindex("/") + 1])
    return sites


@lru_cache(maxsize=1024)
def fits(url: str, patterns: Sequence[str]) -> bool:
    """Return whether path and query of *url* match one of *patterns*, as those of `in_scope`."""
    wanted = _parse(url) if patterns else None
    if wanted is None:
        return False
    forms = _path_forms(wanted.pathname, wanted.search)
    return any(_matches(form, _pattern(one)) for form in forms for one in patterns)


def _pattern(text: str) -> str:
    """Return a pattern as the address of what it means is spelled: blanks and letters escaped."""
    return _plain_escapes(quote(text, safe=_PRINTABLE))


def _matches(path: str, pattern: str) -> bool:
    if "*" not in pattern:
        return path.startswith(pattern)
    # Not one regular expression with ".*" for each star: many stars would take time without end.
    first, *middle, last = pattern.split("*")
    if not path.startswith(first) or len(path) < len(first) + len(last):
        return False
    at, end = len(first), len(path) - len(last)
    for piece in middle:
        found = path.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return path.endswith(last)


def _path_forms(path: str, search: str) -> list[str]:
    """Return path and query as written, and as read by a server that decodes "%2F" first."""
    forms = [_plain_escapes(path + search)]
    if "%" not in path:
        return forms  # dots and backslashes that were spelled out the parser has resolved
    decoded = path
    # Some servers decode twice ("%252e"); a fixed number of rounds bounds the work.
    for _ in range(4):
        decoded = _TRICK.sub(lambda match: _TRICKS[match[0].lower()], decoded)
    decoded = decoded.replace("\\", "/")
    if _DOTS.search(decoded):
        forms.append(_plain_escapes(_resolve(re.sub("/+", "/", decoded)) + search))
    return forms


def _resolve(path: str) -> str:
    """Return *path* without dot segments (RFC 3986, section 5.2.4)."""
    segments = path.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1] or [""]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def unwrap_wayback(url: str) -> tuple[str, str] | None:
    """Return the timestamp and the canonical address that a Wayback Machine address wraps.

    The timestamp has 4 to 14 digits, as in *url*. None where *url* is no such address, or leads to
    a calendar. An address that was wrapped twice is unwrapped once.
    """
    address = try_canonical(url)
    match = _WAYBACK.fullmatch(address) if address else None
    if match is None:
        return None
    original = match[2]
    if (scheme := re.match(r"(https?):/*", original, re.IGNORECASE)) is not None:
        # Some servers collapse the two slashes inside a path to one.
        original = f"{scheme[1]}://{original[scheme.end() :]}"
    elif re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", original, re.IGNORECASE):
        return None
    else:
        original = "http://" + original
    found = try_canonical(original)
    return None if found is None else (match[1], found)
