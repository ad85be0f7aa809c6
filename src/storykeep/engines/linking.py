"""What each link of a page is for: a story, a chapter, a list, or nothing a crawl should follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import parse_qsl

from storykeep import urls
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.header import numbers
from storykeep.model import Link, LinkKind
from storykeep.patterns import lazy

_IGNORE_TEXT = lazy(
    r"^(?:\W*(?:log ?in|log ?out|sign ?in|sign ?up|register|join|reply|post (?:a "
    r")?(?:reply|comment)|report(?: abuse)?|"
    r"(?:leave|write|read|submit|add|view|post|send|give)\b.{0,20}\b(?:reviews?|"
    r"comments?|feedback)|reviews?|feedback|comments?|"
    r"add to (?:favou?rites?|bookmarks?)|favou?rite|bookmark|e-?mail (?:this|to a "
    r"friend|the author)|tell a friend|rate(?: this)?|"
    r"guest ?book|sign (?:my|the|our) guest ?book|search|rss|share|tweet|vote|"
    r"subscribe|follow|kudos)\W*\d*\W*)$",
    re.IGNORECASE,
)
_IGNORE_URL = lazy(
    r"(?:/|^|[?&]|\b)(?:reviews?|login|logout|signup|register|feedback|comments?|"
    r"reply|report|guestbook|favorites|favourites|"
    r"bookmark|lostpassword|contact|mailto|addreview|vote|rate|search|newreply|"
    r"posting|subscribe|share|rss|toplists)(?:\.(?:php|cgi|pl|asp|html?)|[/?]|$|"
    r"=)"
)
_SORT = lazy(r"(?:^|&)(?:sort\w*|order\w*|sortby|sortorder|dir|let_sort)=", re.IGNORECASE)
_PRINT_TEXT = lazy(
    r"^\W*(?:print(?:er|able)?(?:[- ](?:friendly|version|view|this.*|page|"
    r"story))*|plain text|text[- ]only|mobile[- ](?:version|view|site|page))\W*(?:\(.*\))?$",
    re.IGNORECASE,
)
_PRINT_URL = lazy(
    r"(?:[?&](?:action|view|style|format|mode)=(?:print\w*|light|text)|"
    r"[?&]print\w*(?:=|$)|[?&]mobile(?:=(?:1|true|yes|on))?(?:&|$)|/print(?:able)?[/.?]|_print\.|-print\.)",
    re.IGNORECASE,
)
_PRINT_HINTS = ("print", "mobile", "=light", "=text")  # no address of such a view is without one
_CHAPTER = lazy(
    r"^\W*(?:(?:next|previous|prev|continue|onto|on to|go to|first|last|"
    r"to)\b.{0,12}\b(?:chapter|part|section|page)\b.{0,20}|next|previous|prev|"
    r"(?:chapter|part|section|kapitel|teil)\s+\w+.{0,60}|prologue.{0,40}|"
    r"epilogue.{0,40})\W*$",
    re.IGNORECASE,
)
_LIST_TEXT = lazy(
    r"\b(?:by (?:author|title|date|fandom|category|pairing|series)|authors?|"
    r"titles?|index|list|archive|next|previous|more|page \d+|back to|categories|"
    r"fandoms|series|stories|fiction|fan ?fic\w*|all)\b|"
    r"^\W*[A-Z0-9](?:\s*-\s*[A-Z0-9])?\W*$",
    re.IGNORECASE,
)
_STORY_FILE = lazy(r"\.(?:html?|txt|shtml|php|asp|jsp|cgi|pl)$|/[^./]+/?$", re.IGNORECASE)
_ASSET = lazy(
    r"\.(?:gif|jpe?g|png|css|js|ico|bmp|svg|mp3|wav|mid|zip|rar|pdf|doc|epub|mobi|"
    r"swf)$",
    re.IGNORECASE,
)

_FEED_TYPE = lazy("rss|atom|rdf")
_TALK = lazy("comment|review|repl(?:y|ies)", re.IGNORECASE)  # a feed of those, not of stories

_SHORT = 1000  # characters: longer links are not remembered

Classify = Callable[[Anchor], LinkKind | None]


def kind_of(anchor: Anchor, *, page_url: str, page_key: str) -> LinkKind:
    """Return what a link on any site's story page is, by its words and its address.

    *page_key* is `urls.key(page_url)`: of many links it is asked for once.
    """
    is_short = len(anchor.text) + len(anchor.url) <= _SHORT
    seems = (_remembered if is_short else _seems)(anchor.text, anchor.url)
    if seems == "alias":
        return "alias" if _same_text(anchor.url, page_url) else "ignore"
    if seems != "chapter":
        return seems
    if anchor.url == page_url or urls.key(anchor.url) == page_key:
        return "link"
    return "chapter" if urls.folder(anchor.url) == urls.folder(page_url) else "link"


def _seems(text: str, url: str) -> LinkKind:
    """Return what a link is by its words and address, wherever it stands."""
    split = urls.split(url)
    low = url.lower()
    if _IGNORE_TEXT.match(text) or _IGNORE_URL.search(f"{split.path}?{split.query}".lower()):
        return "ignore"
    if _PRINT_TEXT.match(text) or (
        any(word in low for word in _PRINT_HINTS) and _PRINT_URL.search(url)
    ):
        return "alias"
    if split.query and _SORT.search(split.query):
        return "ignore"
    return "chapter" if _CHAPTER.match(text) else "link"


def has_parts(sheet: Sheet) -> bool:
    """True where a link of the page goes on to another part of what it tells."""
    return any(len(each.text) <= _SHORT and _CHAPTER.match(each.text) for each in sheet.anchors)


# A site's pages repeat their menu, and its lists name the same stories in many orders.
_remembered = lru_cache(maxsize=4096)(_seems)


def _same_text(one: str, other: str) -> bool:
    """True where a print address is about the page it stands on: the same host, and a name they
    share."""
    if urls.host(one) != urls.host(other):
        return False
    first, second = urls.split(one), urls.split(other)
    if first.path == second.path:
        return _identity(first.query) == _identity(second.query) or not _identity(first.query)
    stem = re.sub(r"\.\w+$", "", second.path.rsplit("/", 1)[-1])
    return len(stem) > 1 and stem.lower() in one.lower()


def _identity(query: str) -> set[tuple[str, str]]:
    return {
        pair
        for pair in parse_qsl(query)
        if pair[0].lower()
        not in {
            "action",
            "view",
            "style",
            "format",
            "mode",
            "print",
            "printable",
            "mobile",
            "chapter",
            "textsize",
        }
    }


def collect(sheet: Sheet, classify: Classify | None = None) -> tuple[Link, ...]:
    """Return every link of the page, each address once, with its kind; *classify* speaks first."""
    found: dict[str, Link] = {}
    for anchor in sheet.anchors:
        kind = (classify(anchor) if classify else None) or kind_of(
            anchor, page_url=sheet.url, page_key=sheet.key
        )
        _keep(found, Link(anchor.url, anchor.text, kind, position=_position(anchor, kind)))
    for element in sheet.root.iter("frame", "iframe", "link"):
        link = _special(sheet, element)
        if link is not None:
            _keep(found, link)
    return tuple(found.values())


def _position(anchor: Anchor, kind: str) -> int | None:
    part = numbers.read_part(anchor.text) if kind == "chapter" else None
    return part.number if part else None


def _keep(found: dict[str, Link], link: Link) -> None:
    known = found.get(link.url)
    # "ignore" about an address is the safer word, a story's title the more telling one.
    if (
        known is None
        or (known.kind == "link" and link.kind != "link")
        or (known.kind == link.kind and len(link.text) > len(known.text) and known.kind != "story")
    ):
        found[link.url] = link


def _special(sheet: Sheet, element: object) -> Link | None:
    get = element.get  # type: ignore[attr-defined]
    tag = element.tag  # type: ignore[attr-defined]
    if tag == "link":
        rel = (get("rel") or "").lower()
        address = urls.join(sheet.base_url, get("href") or "") if get("href") else None
        if address is None:
            return None
        if rel == "canonical":
            return None if address == sheet.url else Link(address.split("#")[0], "", "canonical")
        if rel in {"next", "prev", "previous"}:
            return Link(address.split("#")[0], "", "chapter")
        kind, title = (get("type") or "").lower(), get("title") or ""
        if "alternate" in rel.split() and _FEED_TYPE.search(kind) and not _TALK.search(title):
            return Link(address.split("#")[0], title, "index")
        return None
    address = urls.join(sheet.base_url, get("src") or "") if get("src") else None
    if address is None:
        return None
    return Link(address, get("name") or get("title") or "", "frame" if tag == "frame" else "link")


def is_content(url: str) -> bool:
    """True where an address may be a page of text."""
    split = urls.split(url)
    return not _ASSET.search(split.path) and bool(_STORY_FILE.search(split.path) or split.query)


def is_list_word(text: str) -> bool:
    """True where a link's words name a list rather than a story: "By author", "A-C", "next"."""
    return len(text.split()) <= 5 and (
        _known_list_word(text) if len(text) <= _SHORT else bool(_LIST_TEXT.search(text))
    )


# A site's pages repeat their menu.
@lru_cache(maxsize=2048)
def _known_list_word(text: str) -> bool:
    return bool(_LIST_TEXT.search(text))


def with_entries(
    links: Iterable[Link], entries: dict[str, tuple[str, str | None]]
) -> tuple[Link, ...]:
    """Return *links* with those an index page lists as stories given their title and author."""
    out = []
    for link in links:
        entry = entries.get(link.url) if link.kind in {"link", "chapter", "index"} else None
        out.append(Link(link.url, entry[0], "story", entry[1]) if entry else link)
    return tuple(out)
