"""A capture's bytes in, a part out. Same bytes, same code, same part; never an exception for a
page's sake."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from storykeep import engines, plain, prose, urls, wrapped
from storykeep.decode import Decoded, decode, is_utf16
from storykeep.engines import feeds, printed, wayback, whereabouts
from storykeep.engines.named import named
from storykeep.engines.prepare import prepare
from storykeep.engines.sheet import Sheet
from storykeep.model import Block, Evidence, Link, Outcome, Page, Part, text_sha256
from storykeep.profiles import Profile

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_HEAD = 4000  # characters in which a page says what made it
_EDGE = 3  # blocks of prose at each end in which assemble looks for text of the site's template
# A page of HTML is one under any name: archives keep their error pages as .txt, too.
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|p|br|div|table|a\s|center|font|title|frameset|h[1-6])\b",
    re.IGNORECASE,
)
_TEXTUAL = frozenset(
    {"", "text/plain", "application/octet-stream", "application/x-unknown", "unknown/unknown"}
)
_HTML = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml"})
_ASSET_NAME = re.compile(
    r"\.(?:gif|jpe?g|png|webp|ico|bmp|svg|css|js|mp3|wav|mid|zip|gz|rar|pdf|doc|"
    r"rtf|swf|woff2?|epub|mobi)$",
    re.IGNORECASE,
)


_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x0e\x0f\x1a\x1b"))
ENGINE_FAILED = "the engine failed"  # how the reason of a page begins that could not be derived


def derive(page: Page, profile: Profile | None = None) -> Part:
    """Return what one page gives by itself.

    The status, the type and the address decide first, then the page's own marks. A page that no
    engine can read has outcome "error" with the reason; the bytes are in the WARC all the same.
    """
    # A page makes many objects, and next to no cycles: to look for these meanwhile takes a 25th of
    # the time. What there are is found behind it.
    is_looked_for = gc.isenabled()
    gc.disable()
    try:
        return _derive(page, profile)
    finally:
        if is_looked_for:
            gc.enable()


def _derive(page: Page, profile: Profile | None) -> Part:
    page = _unwrapped(page)
    by_status = _by_answer(page)
    if by_status is not None:
        return _named(by_status, profile)
    try:
        return _named(_whole(page, _read(page, profile)), profile)
    except Exception as error:  # noqa: BLE001  a page is hostile input: its capture must still be kept
        return _bare(page, "error", f"{ENGINE_FAILED}: {type(error).__name__}: {error}")


def _unwrapped(page: Page) -> Page:
    """Return what is in an EPUB or a mail that stands for its page; a download's link is none."""
    if page.status != 200 or _ASSET_NAME.search(urlsplit(page.url).path):
        return page
    return wrapped.unwrap(page) or page


def _whole(page: Page, part: Part) -> Part:
    """Return *part*; a page that was cut for its size is never taken for a whole story."""
    if page.truncated != "length" or part.outcome != "story":
        return part
    return replace(part, outcome="too_large", reason="it is longer than may be kept of one page")


def _named(part: Part, profile: Profile | None) -> Part:
    return replace(
        part,
        profile=profile.name if profile is not None else None,
        # Most engines have counted them. What was taken away since has none.
        prose_words=part.prose_words or prose.words(part.prose) if part.prose else 0,
        head_sha256=_first_spoken(part.prose),
        tail_sha256=_first_spoken(reversed(part.prose))[::-1],
    )


def _first_spoken(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the digests of the first blocks with words."""
    spoken = (block.text for block in blocks if block.kind != "break" and block.text)
    return tuple(text_sha256(text) for text in islice(spoken, _EDGE))


# ---------------------------------------------------------------- by the answer alone


def _by_answer(page: Page) -> Part | None:
    """Return the part where status, type or address say all there is to say, else None."""
    mime = _mime(page)
    if urlsplit(page.url).path == "/robots.txt":
        return _bare(page, "robots", f"robots.txt, status {page.status}")
    if 300 <= page.status < 400:
        return _redirect(page)
    if page.status in {404, 410}:
        return _bare(page, "gone", f"status {page.status}")
    if page.status >= 400:
        return None if page.status in {401, 403, 429, 503} and page.body else _refused(page)
    if page.status == 206:
        return _bare(page, "error", "a piece of the page came, and the whole was asked for")
    if not 200 <= page.status < 300:
        return _bare(page, "error", f"status {page.status}")
    if _is_asset(page, mime):
        return _bare(page, "asset", f"type {mime or 'unknown'}")
    if (
        "rss" in mime
        or "atom" in mime
        or "rdf+xml" in mime
        or (mime.endswith("xml") and feeds.IS_FEED.search(page.body[:2000]))
    ):
        return _bare(page, "feed", f"type {mime}", links=_feed_links(page))
    if _is_binary(page.body):
        return _bare(page, "asset", f"binary data, though its type is {mime or 'not said'}")
    if not page.body.strip():
        return _bare(page, "error", "the body is empty")
    return None


def _refused(page: Page) -> Part:
    return _bare(page, "login" if page.status == 401 else "error", f"status {page.status}")


def _redirect(page: Page) -> Part:
    location = page.header("location").strip()
    address = urls.join(page.url, _latin(location)) if location and "://" in page.url else None
    if address is None:
        where = f"to {location[:80]!r}, which is no web address" if location else "nowhere"
        return _bare(page, "error", f"status {page.status} leads {where}")
    return _bare(
        page,
        "redirect",
        f"status {page.status}",
        links=(Link(address.split("#")[0], "", "redirect"),),
    )


def _latin(value: str) -> str:
    """Return a header value as the UTF-8 it mostly is: heads are kept as latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _is_asset(page: Page, mime: str) -> bool:
    if mime in _HTML or mime.startswith("text/plain") or mime.endswith("xml"):
        return False
    if mime.startswith(("image/", "audio/", "video/", "font/")) or mime in {
        "text/css",
        "text/javascript",
    }:
        return True
    if mime.startswith("application/") and mime not in _TEXTUAL:
        return True
    return bool(_ASSET_NAME.search(urlsplit(page.url).path)) or (
        b"\0" in page.body[:512] and page.body[:2] not in {b"\xff\xfe", b"\xfe\xff"}
    )


def _is_binary(body: bytes) -> bool:
    """Return whether the bytes are no text in any encoding of the web.

    Half of UTF-16 is NULs, and ISO-2022 shifts by ESC, SO and SI; no text is full of the other
    control characters.
    """
    start = body[:4096]
    controls = len(start) - len(start.translate(None, _CONTROLS))
    # Every second byte of Russian in UTF-16 is a control character.
    return controls > len(start) // 50 and not is_utf16(body)


def _feed_links(page: Page) -> tuple[Link, ...]:
    return feeds.feed_links(decode(page.body, is_html=False).text, page.url)


# ---------------------------------------------------------------- by what it says


def _read(page: Page, profile: Profile | None) -> Part:
    sheet = sheet_of(page, profile)
    part = _of_sheet(page, sheet, profile)
    if sheet.kept is not None:
        part = wayback.finish(part, sheet.kept, page.url)
    return (
        whereabouts.forget(part, page.url) if sheet.url.startswith(whereabouts.STAND_IN) else part
    )


def _of_sheet(page: Page, sheet: Sheet, profile: Profile | None) -> Part:
    if page.status < 400 and (target := _meta_refresh(sheet)):
        link = Link(target.split("#")[0], "", "redirect")
        return _bare(page, "redirect", "the page sends the browser on", links=(link,))
    part = engines.read(sheet, profile)
    return _at_status(part, page.status) if page.status >= 400 else part


def sheet_of(page: Page, profile: Profile | None = None) -> Sheet:
    """Return the page decoded, parsed and walked, as every engine is given it.

    The encoding that *profile* names goes before the server's and the page's own label.
    """
    mime = _mime(page)
    html = (
        mime in _HTML
        or bool(_PAGE.match(page.body[:400]))
        or (mime in _TEXTUAL and mime != "text/plain" and bool(_MARKUP.search(page.body[:4000])))
    )
    charset = _CHARSET.search(page.header("content-type"))
    label = charset.group(1) if charset else None
    taught = profile.encoding if profile is not None else None
    decoded = decode(page.body, http_charset=taught or label, is_html=html)
    if profile is not None and taught and decoded.rule == "http":
        decoded = replace(decoded, evidence=f"encoding in profile {profile.name}")
    return _html_sheet(page, decoded) if html else _text_sheet(page, decoded)


def _html_sheet(page: Page, decoded: Decoded) -> Sheet:
    root = prose.parse(decoded.text)
    listed = named(root)
    kept = wayback.unwrap(root, page.url, decoded.text, listed)
    if kept is not None:  # the toolbar is gone
        listed = named(root)
    url = _address(page, kept)
    if not whereabouts.is_known(url):
        url = whereabouts.stated(root, decoded.text) or whereabouts.stand_in(url)
    if printed.GENERATOR in decoded.text[:_HEAD]:
        printed.unprint(root)
    prepare(root, listed)
    base = _base(root, url)
    walked = prose.walk_page(root, base_url=base)
    return Sheet(
        url,
        root,
        walked.shown,
        _evidence(decoded),
        base,
        walked.hidden,
        _warnings(page, decoded),
        walked.spaced,
        kept=kept,
        listed=listed,
    )


def _address(page: Page, kept: wayback.Kept | None) -> str:
    """Return where a page was: one that was saved, or kept by an archive, may say so itself."""
    if kept is None or kept.original is None:
        return page.url
    fetched = whereabouts.is_known(page.url) and not wayback.by_address(page.url)
    return page.url if fetched else kept.original


def _text_sheet(page: Page, decoded: Decoded) -> Sheet:
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = plain.readable(text)
    walked = [(Block("pre", text), None)]
    kept = wayback.by_address(page.url)
    url = _address(page, kept)
    return Sheet(
        url, None, walked, _evidence(decoded), url, warnings=_warnings(page, decoded), kept=kept
    )


def _base(root: object, url: str) -> str:
    element = next(root.iter("base"), None)  # type: ignore[attr-defined]
    href = element.get("href") if element is not None else None
    return (urls.join(url, href) if href else None) or url


def _evidence(decoded: Decoded) -> Evidence:
    return Evidence(
        decoded.encoding, "inferred", decoded.declared or "", "bytes", 1.0, decoded.evidence
    )


def _warnings(page: Page, decoded: Decoded) -> tuple[str, ...]:
    found = []
    if page.truncated:
        found.append(f"the page was cut while it came in ({page.truncated}): its end is missing")
    if decoded.nuls:
        found.append(f"{decoded.nuls} NUL characters left out")
    if decoded.ends:
        found.append(f"{decoded.ends} end-of-file marks of DOS left out")
    if decoded.unread:
        found.append(f"{decoded.unread} characters could not be read as {decoded.encoding}")
    return tuple(found)


def _meta_refresh(sheet: Sheet) -> str | None:
    """Return where a nearly empty page sends the browser at once, else None."""
    if sheet.root is None or sheet.words > 40:
        return None
    for meta in sheet.root.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            found = re.match(
                r"\s*(\d+)\s*[;,]\s*url\s*=\s*['\"]?([^'\"\s]+)",
                meta.get("content") or "",
                re.IGNORECASE,
            )
            if found and int(found.group(1)) <= 10:
                address = urls.join(sheet.base_url, found.group(2))
                return address if address and address.split("#")[0] != sheet.url else None
    return None


def _at_status(part: Part, status: int) -> Part:
    """An answer that refuses is no story, whatever its page looks like."""
    if part.outcome in {"login", "gate", "challenge", "moderated"}:
        return part
    outcome: Outcome = "login" if status == 401 else "error"
    kept = part.chrome or tuple(block.text for block in part.prose if block.text)
    return replace(part, outcome=outcome, reason=f"status {status}", chrome=kept, prose=())


def _bare(page: Page, outcome: Outcome, reason: str, *, links: tuple[Link, ...] = ()) -> Part:
    warnings = _cut(page) if page.truncated else ()
    return Part(
        url=page.url,
        outcome=outcome,
        reason=reason,
        links=links,
        warnings=warnings,
        evidence={
            "outcome": (
                Evidence(
                    outcome, "inferred", f"{page.status} {_mime(page)}", "answer", 1.0, reason
                ),
            )
        },
    )


def _cut(page: Page) -> tuple[str, ...]:
    return (f"the page was cut while it came in ({page.truncated}): its end is missing",)


def _mime(page: Page) -> str:
    return page.header("content-type").split(";")[0].strip().lower()
