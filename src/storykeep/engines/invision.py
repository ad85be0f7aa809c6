"""Invision Power Board 1 to 3 and Invision Community 4: topics, in the usual skins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import board, threads
from storykeep.engines.dom import classes, first, flat, having, links, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.engines.threads import Post, Thread
from storykeep.model import LinkKind, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "invision"
VERSION = 1

_TOPIC = lazy(r"[?&/]showtopic[=/](\d{1,18})|/topic/(\d{1,18})-|[?&]act=ST&(?:[^#]*&)?t=(\d{1,18})")
_FORUM = lazy(r"[?&/]showforum[=/]\d|/forum/\d+-|[?&]act=SF\b")
_CRUMBS = frozenset({"breadcrumb", "ipsBreadcrumb", "navstrip"})
_LATER = lazy(r"[?&]st=0*[1-9]|[?&/]page[-=/]?(?:__st__)?0*(?:[2-9]|1\d)|/page__st__\d*[1-9]")
_SPURNED = lazy(
    r"[?&](?:act|CODE|do|app|s|sort_|p|view|mode|pid|tab|csrfKey)=|[?&/]showuser[=/]|/(?:user|profile|login|register|search|"
    r"discover|calendar|online|staff)/|#(?:entry|comment)"
)
_TURNS = lazy(r"[?&]st=\d|/page[-/_]|[?&]page=\d")
_POSTED = lazy(r"\bPosted:?\s*(?:on\s+)?(?P<date>[^#]{4,60})", re.IGNORECASE)
_STARTED = lazy(r"\b(?:Started by|By)\s+(?P<name>[^,]{1,80}),", re.IGNORECASE)
_LOFI_TAG = lazy(r"(?P<title>.+?)\s*\[[^\[\]]*->[^\[\]]*\]\s*$")
_NAMES = ("normalname", "unreg")
# The classes of which any thread has one; most pages are no thread, and are asked all the same.
_BOXES = frozenset({"cPost", "post_block", "postcolor", "postwrapper"})


def matches(sheet: Sheet) -> bool:
    """True where posts stand as this software sets them."""
    return sheet.root is not None and sheet.has_class(_BOXES) and bool(sheet.once(_posts))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    thread = _thread(sheet, tuple(sheet.once(_posts)))
    return threads.read(sheet, thread, engine=NAME, version=VERSION, classify=_classify)


def _classify(anchor: Anchor) -> LinkKind | None:
    if _TOPIC.search(anchor.url) and _TURNS.search(anchor.url) and anchor.text.isdigit():
        return "chapter"
    return "ignore" if _SPURNED.search(anchor.url) else None


# ---------------------------------------------------------------- posts


def _posts(sheet: Sheet) -> list[Post]:
    return _community(sheet) or _blocks(sheet) or _tabled(sheet) or _plain(sheet)


def _community(sheet: Sheet) -> list[Post]:
    """Return the posts of Invision Community 4: `<article id="elComment_12">`."""
    found: list[Post] = []
    for box in sheet.by_class("cPost") if sheet.has_id("elComment_") else ():
        number = re.match(r"elComment_(\d{1,18})$", box.get("id") or "")
        inside = (each for each in box.iter("div") if each.get("data-role") == "commentContent")
        body = next(inside, None)
        if number is None or body is None:
            continue
        who = first(box, "cAuthorPane_author", "ipsComment_author")
        about = first(box, "ipsComment_meta")
        stated = next(about.iter("time"), None) if about is not None else None
        found.append(
            Post(
                id=f"post-{number[1]}",
                body=body,
                author=flat(who),
                author_url=_address(sheet, who),
                date=(stated.get("datetime") or flat(stated)) if stated is not None else "",
            )
        )
    return found


def _blocks(sheet: Sheet) -> list[Post]:
    """Return the posts of version 3: boxes with the id "post_id_12"."""
    found: list[Post] = []
    for box in outermost(sheet.by_class("post_block")):
        number = re.match(r"post_id_(\d{1,18})$", box.get("id") or "")
        body = first(box, "entry-content", "post")
        if number is None or body is None:
            continue
        about = first(box, "author", "post_username")
        who = next((each for each in links(about) if flat(each)), about)
        stated = first(box, "published")
        place = next((each for each in links(box) if re.match(r"#\d", flat(each))), None)
        found.append(
            Post(
                id=f"post-{number[1]}",
                body=body,
                author=flat(who),
                author_url=_address(sheet, who),
                date=(stated.get("title") or flat(stated)) if stated is not None else "",
                number=board.count(flat(place)) if place is not None else None,
            )
        )
    return found


@dataclass
class _Above:
    """What stood above a text in the tables of versions 1 and 2."""

    who: Any = None
    entry: str = ""
    date: str = ""
    number: int | None = None


def _tabled(sheet: Sheet) -> list[Post]:
    """Return the posts of versions 1 and 2: rows of a table, the name in one above the text."""
    bodies = set(outermost(sheet.by_class("postcolor")))
    named = {each for name in _NAMES for each in sheet.by_class(name)}
    if not bodies or not named:
        return []
    found: list[Post] = []
    above = _Above()
    for element in sheet.root.iter("a", "div", "span", "td"):
        if element in named:
            above = _Above(element, above.entry)
        elif element.tag == "a":
            _note_anchor(element, above)
        elif "postdetails" in classes(element) and not above.date:
            said = _POSTED.search(flat(element))
            above.date = said["date"].strip() if said else ""
        if element in bodies and above.who is not None:
            found.append(_below(sheet, element, above, len(found) + 1))
            above = _Above()
    return found


def _note_anchor(element: Any, above: _Above) -> None:
    if entry := re.match(r"entry(\d{1,18})$", element.get("name") or element.get("id") or ""):
        above.entry = entry[1]
    elif place := re.match(r"Post\s*#(\d{1,9})$", flat(element)):
        above.number = int(place[1])


def _below(sheet: Sheet, body: Any, above: _Above, place: int) -> Post:
    own = re.match(r"post-(\d{1,18})$", body.get("id") or "")
    name = own[1] if own else above.entry
    return Post(
        id=f"post-{name}" if name else f"post-{place}",
        body=body,
        author=flat(above.who),
        author_url=_address(sheet, above.who),
        date=above.date,
        number=above.number,
    )


def _plain(sheet: Sheet) -> list[Post]:
    """Return the posts of the plain archive view ("lo-fi"), which gives them no ids."""
    found: list[Post] = []
    for box in outermost(sheet.by_class("postwrapper")):
        body, who = first(box, "postcontent"), first(box, "postname")
        if body is not None and who is not None:
            place, date = len(found) + 1, flat(first(box, "postdate"))
            found.append(Post(f"archive-{place}", body, flat(who), date=date))
    return found


def _address(sheet: Sheet, who: Any) -> str | None:
    inside = who if who is not None and who.tag == "a" else next(links(who), None)
    href = inside.get("href") if inside is not None else None
    return urls.join(sheet.base_url, href) if href and not href.startswith("#") else None


# ---------------------------------------------------------------- the topic


def _thread(sheet: Sheet, posts: tuple[Post, ...]) -> Thread:
    head = _heading(sheet)
    found = _TOPIC.search(sheet.url)
    number = next((each for each in found.groups() if each), None) if found else None
    strips = [sheet.by_id(name) for name in ("navstrip", "topnav")]
    return Thread(
        software="Invision",
        work_id=f"topic={number}" if number else sheet.url,
        title=flat(head) or _tagged(sheet),
        posts=posts,
        starter=_starter(sheet, posts),
        opens=_opens(sheet, posts),
        trail=board.trail(sheet, _FORUM, _CRUMBS) or board.crumbs(sheet, _CRUMBS, *strips),
        named=(head,) if head is not None else (),
    )


def _opens(sheet: Sheet, posts: tuple[Post, ...]) -> bool:
    first_number = posts[0].number
    return first_number == 1 if first_number is not None else not _LATER.search(sheet.url)


def _heading(sheet: Sheet) -> Any | None:
    for name in ("ipsType_pageTitle", "ipsType_pagetitle"):
        if found := [each for each in sheet.by_class(name) if flat(each)]:
            return found[0]
    for each in sheet.by_class("maintitle"):
        bold = next((one for one in islice(each.iter("b", "h1", "h2"), 4) if flat(one)), None)
        if bold is not None:
            return bold
    return None


def _tagged(sheet: Sheet) -> str | None:
    """Return the title of `<title>`: "Forum -> Title" in version 1, "Title - Forum" later,
    "Title [Board -> Forum]" in the plain archive."""
    if lofi := _LOFI_TAG.match(sheet.title_tag):
        return lofi["title"].strip() or None
    if "->" in sheet.title_tag:
        return sheet.title_tag.rpartition("->")[2].strip() or None
    return sheet.title_tag.partition(" - ")[0].strip() or None


def _starter(sheet: Sheet, posts: tuple[Post, ...]) -> str | None:
    """Return who the page's head says began the topic, where that is a poster on this page."""
    for name in ("ipsPageHeader", "desc", "ipsType_desc"):
        for each in having(sheet.root, name):
            said = _STARTED.search(flat(each))
            if said and any(post.author == said["name"].strip() for post in posts):
                return said["name"].strip()
    return None
