"""phpBB 2 and 3: topics, in the usual skins and in the print view."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import board, threads
from storykeep.engines.dom import first, flat, having, links, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.engines.threads import Post, Thread
from storykeep.model import Link, LinkKind, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "phpbb"
VERSION = 2

_POST_ID = lazy(r"^(?:post_content|p)(\d{1,18})$")
_TOPIC = lazy(r"viewtopic\.php\?(?:[^#]*&)?t=(\d{1,18})")
_FORUM = lazy(r"viewforum\.php\?")
_SCRIPT = lazy(r"/(?:viewtopic|viewforum|memberlist|posting|ucp|profile)\.php")
_CRUMBS = frozenset({"navlinks", "breadcrumbs", "crumb", "nav", "nav-breadcrumbs", "linklist"})
_SPURNED = lazy(
    r"/(?:posting|ucp|memberlist|search|login|profile|privmsg|report|mcp|faq|groupcp|download/file)\.php|"
    r"[?&](?:view=(?:next|previous|unread|newest)|watch=|unwatch=|bookmark=|hilit=|sid=$)"
)
_PRINT = lazy(r"&view=print\b")
_PAGE = lazy(r"\bPage\s+(\d+)\s+of\s+\d+", re.IGNORECASE)


def matches(sheet: Sheet) -> bool:
    """True where posts stand as this software sets them, and links lead to its scripts."""
    if sheet.root is None or not _SCRIPT.search(sheet.addresses):
        return False
    return bool(sheet.once(_posts))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part; a print view stands for the page that it prints."""
    thread = _thread(sheet, tuple(sheet.once(_posts)))
    part = threads.read(sheet, thread, engine=NAME, version=VERSION, classify=_classify)
    if not _PRINT.search(sheet.url):
        return part
    return replace(part, links=(*part.links, Link(_PRINT.sub("", sheet.url), "", "canonical")))


def _classify(anchor: Anchor) -> LinkKind | None:
    if _SPURNED.search(anchor.url):
        return "ignore"
    if _TOPIC.search(anchor.url) and re.search(r"[?&]start=\d", anchor.url):
        return "chapter" if anchor.text.isdigit() or _TURNS.match(anchor.text) else None
    return None


_TURNS = lazy(r"^\W*(?:next|previous|prev)\b", re.IGNORECASE)


def _posts(sheet: Sheet) -> list[Post]:
    return _modern(sheet) or _classic(sheet)


def _modern(sheet: Sheet) -> list[Post]:
    """Return the posts of phpBB 3: boxes with an id, or the print view's."""
    found: list[Post] = []
    for index, element in enumerate(outermost(sheet.by_class("post"))):
        body = first(first(element, "postbody"), "content")
        if body is None:
            body = first(element, "content")
        number = _POST_ID.match(element.get("id") or "")
        if body is None or (number is None and first(element, "author") is None):
            continue
        about = first(element, "author")
        who = _user(about) if about is not None else None
        if who is None:
            who = _user(first(element, "postprofile"))
        stated = next(about.iter("time"), None) if about is not None else None
        found.append(
            Post(
                id=f"post-{number[1]}"
                if number
                else f"post-{linked}"
                if (linked := _linked_id(element))
                else f"print-{index + 1}",
                body=body,
                author=flat(who),
                author_url=_address(sheet, who),
                date=(stated.get("datetime") if stated is not None else None)
                or _behind(flat(about)),
                heading=_subject(next(element.iter("h3"), None)),
            )
        )
    return found


def _classic(sheet: Sheet) -> list[Post]:
    """Return the posts of phpBB 2, in table rows: a name in one cell, the text in the next.

    subsilver2, the other style of phpBB 3, has the name in a row of its own above.
    """
    found: list[Post] = []
    heads: dict[Any, Any] = {}
    done: set[Any] = set()
    for body in outermost(sheet.by_class("postbody")):
        if body.tag not in {"span", "td", "div"} or _is_signature(body):
            continue
        row = head = None
        for each in islice(body.iterancestors("tr"), 4):
            if each not in heads:
                heads[each] = _head(each)
            if heads[each] is not None:
                row, head = each, heads[each]
                break
        if row is None or head is None or row in done:
            continue
        done.add(row)
        name = first(head, *_NAMES)
        named = next((each.get("name") for each in head.iter("a") if each.get("name")), None)
        number = _ANCHOR.fullmatch(named or "")
        details = (
            " ".join(flat(each) for each in having(row, "postdetails"))
            if head is row
            else flat(head)
        )
        subject = _CLASSIC_SUBJECT.search(details)
        found.append(
            Post(
                id=f"post-{number[1]}" if number else f"post-{len(found) + 1}",
                body=_around(body, row),
                author=flat(name),
                date=_posted(details),
                heading=board.own_subject(subject[1]) if subject else None,
            )
        )
    return found


_NAMES = ("name", "postauthor")
_ANCHOR = lazy(r"p?(\d{1,18})")
_CLASSIC_SUBJECT = lazy(r"Post subject:\s*(.*?)\s*(?:$|Post)")


def _head(row: Any) -> Any | None:
    """Return the row that names who wrote the text in *row*: itself, or the one above."""
    if first(row, "name") is not None:
        return row
    above = row.getprevious()
    return above if above is not None and first(above, "postauthor") is not None else None


def _around(body: Any, row: Any) -> Any:
    """Return the cell of a text that quotations cut into several pieces, else the piece."""
    pieces = [each for each in having(row, "postbody") if not _is_signature(each)]
    cell = next(body.iterancestors("td"), None)
    return cell if len(pieces) > 1 and cell is not None else body


def _is_signature(body: Any) -> bool:
    return flat(body).startswith("_____")


def _posted(details: str) -> str:
    found = re.search(r"Posted:\s*(.{6,40}?)\s*(?:Post subject|$)", details)
    return found[1] if found else ""


def _user(about: Any) -> Any | None:
    if about is None:
        return None
    for each in having(about, "username", "username-coloured", "author"):
        if flat(each):
            return each
    for each in links(about):
        if re.search(r"memberlist\.php|profile\.php", each.get("href")) and flat(each):
            return each
    return next((each for each in about.iter("strong", "b") if flat(each)), None)


def _address(sheet: Sheet, who: Any) -> str | None:
    inside = who if who is not None and who.tag == "a" else next(links(who), None)
    return (
        urls.join(sheet.base_url, inside.get("href"))
        if inside is not None and inside.get("href")
        else None
    )


def _linked_id(element: Any) -> str | None:
    for each in links(element):
        if found := re.search(r"#p(\d{1,18})$", each.get("href")):
            return found[1]
    return None


def _behind(text: str) -> str:
    """Return what stands behind "by Jo »"."""
    return text.rpartition("»")[2].strip() if "»" in text else text


def _subject(heading: Any) -> str | None:
    return board.own_subject(flat(heading)) if heading is not None else None


# ---------------------------------------------------------------- the topic


def _thread(sheet: Sheet, posts: tuple[Post, ...]) -> Thread:
    head = _heading(sheet)
    title = flat(head) or None
    found = _TOPIC.search(sheet.url)
    number = found[1] if found else board.most_named(sheet, _TOPIC)
    return Thread(
        software="phpBB",
        work_id=f"t={number}" if number else sheet.url,
        title=title,
        posts=tuple(_untitled(post, title) for post in posts),
        opens=_page(sheet) == 1,
        trail=board.trail(sheet, _FORUM, _CRUMBS),
        named=(head,) if head is not None else (),
    )


def _untitled(post: Post, title: str | None) -> Post:
    return replace(post, heading=None) if post.heading == title else post


def _heading(sheet: Sheet) -> Any | None:
    for name in ("topic-title", "maintitle"):
        found = sheet.by_class(name)
        # The board's own name stands in such a box, too, and before the topic's.
        linked = [each for each in found if _TOPIC.search(each.get("href") or "") or _leads(each)]
        if found:
            return (linked or found)[0]
    for tag in ("h2", "h1"):
        for each in sheet.root.iter(tag):
            if _leads(each):
                return each
    body = sheet.by_id("page-body")
    return next((body if body is not None else sheet.root).iter("h2"), None)


def _leads(element: Any) -> bool:
    return any(_TOPIC.search(link.get("href")) for link in links(element))


def _page(sheet: Sheet) -> int | None:
    """Return which page of the topic this is, None where nothing says so."""
    if found := re.search(r"[?&]start=(\d+)", sheet.url):
        return 1 if int(found[1]) == 0 else 2
    for element in having(sheet.root, "pagination", "action-bar", "nav", "gensmall"):
        if said := _PAGE.search(flat(element)):
            return int(said[1])
        active = next((each for each in having(element, "active") if flat(each).isdecimal()), None)
        if active is not None:
            return int(flat(active))
    return 1 if "viewtopic.php" not in sheet.url or "t=" in sheet.url else None
