"""XenForo 1 and 2: threads, their threadmarks, reader mode and single posts.

A threadmark names a post as a chapter. The thread's table of them is an index page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from storykeep import urls
from storykeep.engines import board, threads
from storykeep.engines.dom import classes, first, flat, having, links, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.engines.threads import Post, Thread
from storykeep.model import LinkKind, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "xenforo"
VERSION = 2

_POST_ID = lazy(r"^(?:js-)?(post-\d{1,18})$")
_THREAD = lazy(r"\bthreads/(?:[^/?#]*\.)?(\d{1,18})(?=[/?#]|$)")
_FORUM = lazy(r"\b(?:forums|categories)/[^/?#]+")
_THREADMARKS = ("structItem--threadmark", "threadmarkListItem", "threadmarkItem")
_BOXES = frozenset({"message", *_THREADMARKS})  # any thread and any list of its parts has one
_CRUMBS = frozenset({"breadcrumb", "breadcrumbs", "p-breadcrumbs", "crumbs", "crust"})
_LIST = lazy(r"\bthreads/[^?#]*/(?:\w+-)?threadmarks(?:$|[/?#])")
_MENUS = (  # a thread with threadmarks shows one of these on each page
    "threadmarkMenus", "threadmarksMenu", "block-outer-threadmarks",
    "block-outer-recent-threadmarks", "threadmark-nav", "threadmarkListingHeader",
)  # fmt: skip
_SPURNED = lazy(
    r"\b(?:posts/\d+/|threads/[^/?#]+/(?:reply|watch|poll|add-|unread|latest|who-)|members?/|"
    r"profile-posts|conversations|account|login|logout|register|lost-password|search|find-new|"
    r"misc/|bookmarks|help/|attachments/|whats-new|watched)"
)


def matches(sheet: Sheet) -> bool:
    """True where the page is cut into posts as this software cuts them, or lists threadmarks."""
    if sheet.root is None or not sheet.has_class(_BOXES):
        return False
    return bool(sheet.once(_containers) or _entries(sheet))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    posts = tuple(map(_post, sheet.once(_containers)))
    work = _work(sheet)
    if not posts or _LIST.search(sheet.url):
        entries = _entries(sheet)
        return board.listing(
            sheet, entries, engine=NAME, version=VERSION, work_id=work,
            title=_list_title(_title(sheet)), classify=_classify,
        )  # fmt: skip
    return threads.read(
        sheet, _thread(sheet, posts, work), engine=NAME, version=VERSION, classify=_classify
    )


def _classify(anchor: Anchor) -> LinkKind | None:
    url = anchor.url
    if _SPURNED.search(url) or "reply?quote=" in url:
        return "ignore"
    if not _THREAD.search(url):
        return None
    above = anchor.element.getparent()
    if classes(anchor.element) & {"pageNav-jump", "pageNavSimple-el"} or (
        above is not None and classes(above) & {"PageNav", "pageNav-page", "pageNav-main"}
    ):
        return "chapter"
    return None


# ---------------------------------------------------------------- posts


def _containers(sheet: Sheet) -> list[Any]:
    """Return the elements of the posts: a list's items in 1, articles in 2."""
    boxes = {"li", "article", "div"}
    named = (each for each in sheet.by_class("message") if each.tag in boxes and _id(each))
    return [each for each in outermost(named) if _body(each) is not None]


def _id(element: Any) -> str | None:
    for name in ("data-content", "id"):
        if found := _POST_ID.match(element.get(name) or ""):
            return found[1]
    return None


def _body(element: Any) -> Any | None:
    found = first(element, "messageText")
    if found is not None:
        return found
    body = first(element, "message-body", "message-userContent", "message-content")
    return first(body if body is not None else element, "bbWrapper")


def _post(element: Any) -> Post:
    name = (element.get("data-author") or "").strip()
    user = next(
        (each for each in having(element, "username") if each.tag == "a" and flat(each)), None
    )
    mark, heading = _threadmark(element)
    numbered = first(element, "postNumber")
    if numbered is None:
        numbered = _last_link(first(element, "message-attribution-opposite"))
    return Post(
        id=_id(element) or "",
        body=_body(element),
        author=name or flat(user),
        author_url=user.get("href") if user is not None else None,
        date=_when(element),
        heading=heading,
        mark=mark,
        number=board.count(flat(numbered)),
    )


def _last_link(element: Any) -> Any | None:
    found = [each for each in links(element) if flat(each).startswith("#")]
    return found[-1] if found else None


def _threadmark(element: Any) -> tuple[str | None, str | None]:
    """Return (kind, name) of a post's threadmark, (None, None) without one."""
    head = first(element, "message-cell--threadmark-header", "threadmark-header")
    named = any(name.lower() == "hasthreadmark" for name in classes(element))
    if not named and not flat(first(head, "threadmarkLabel")):
        return None, None
    old = first(first(element, "threadmarker"), "label")
    if old is not None:
        kind = flat(old.find("strong")) if old.find("strong") is not None else ""
        name = flat(old).removeprefix(kind).strip(" :")
        return kind.strip(" :") or "Threadmarks", name or None
    label = (
        first(head, "threadmarkLabel") if head is not None else first(element, "threadmarkLabel")
    )
    kind = flat(head.find(".//label")) if head is not None else ""
    return kind.strip(" :") or "Threadmarks", flat(label) or None


def _when(element: Any) -> str:
    """Return when a post was written; the time of its last change is another element's."""
    places = ("message-attribution-main", "message-attribution", "messageMeta")
    top = first(element, *places)
    for each in (top if top is not None else element).iter("time", "abbr", "span"):
        if each.tag == "time" and each.get("datetime"):
            return str(each.get("datetime"))
        if "DateTime" in classes(each):
            return str(each.get("title") or each.get("data-datestring") or flat(each))
    return ""


# ---------------------------------------------------------------- the thread


def _thread(sheet: Sheet, posts: tuple[Post, ...], work: str) -> Thread:
    about = sheet.by_id("pageDescription")
    if about is None:
        about = next(iter(sheet.by_class("p-description")), None)
    starter = (
        next((flat(each) for each in having(about, "username")), None)
        if about is not None
        else None
    )
    head = _heading(sheet)
    forums = board.trail(sheet, _FORUM, _CRUMBS)
    inside = [flat(each) for each in links(about) if _FORUM.search(each.get("href"))]
    return Thread(
        software="XenForo",
        work_id=work,
        title=_title(sheet),
        posts=tuple(_absolute(sheet, post) for post in posts),
        starter=starter or None,
        opens=posts[0].number == 1,
        trail=tuple(dict.fromkeys([*forums, *inside])),
        marked=bool(having(sheet.root, *_MENUS)),
        tags=_tags(sheet),
        named=tuple(each for each in (head, about) if each is not None),
    )  # fmt: skip


def _tags(sheet: Sheet) -> tuple[str, ...]:
    found = [each for each in sheet.by_class("tagItem") if each.tag == "a"]
    for tags in sheet.by_class("tagList"):
        found += list(links(tags))
    return tuple(dict.fromkeys(flat(each) for each in found if flat(each)))


def _absolute(sheet: Sheet, post: Post) -> Post:
    if not post.author_url:
        return post
    return replace(post, author_url=urls.join(sheet.base_url, post.author_url))


def _heading(sheet: Sheet) -> Any | None:
    bar = first(sheet.root, "p-title", "titleBar")
    for where in (bar, sheet.root):
        found = next(where.iter("h1"), None) if where is not None else None
        if found is not None:
            return found
    return None


def _title(sheet: Sheet) -> str | None:
    """Return the thread's title without the labels beside it."""
    head = _heading(sheet)
    if head is None:
        return None
    title = flat(head)
    for label in having(head, "label", "prefix", "labelLink"):
        title = title.removeprefix(flat(label)).removesuffix(flat(label)).strip()
    return title or None


def _list_title(title: str | None) -> str | None:
    if title is None:
        return None
    cut = re.sub(
        r"^threadmarks(?:\s+(?:for|in))?\s*:?\s*|\s*[-|:–—]\s*threadmarks$", "", title, flags=re.I
    )
    return cut or None


def _work(sheet: Sheet) -> str:
    """Return the thread's id: the address names it, else what most of the page's links lead to."""
    key = sheet.root.get("data-content-key") or ""
    found = _THREAD.search(sheet.url)
    number = found[1] if found else None
    if number is None and (named := re.fullmatch(r"thread-(\d{1,18})", key)):
        number = named[1]
    number = number or board.most_named(sheet, _THREAD)
    return f"threads/{number}" if number else sheet.url


def _entries(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the (address, name) pairs of a list of threadmarks."""
    rows = [each for name in _THREADMARKS for each in sheet.by_class(name)]
    if not rows or not (_LIST.search(sheet.url) or not sheet.once(_containers)):
        return []
    found: list[tuple[str, str]] = []
    for row in rows:
        inside = [each for each in links(row) if _leads_to_post(each.get("href")) and flat(each)]
        main = [each for each in inside if each.get("data-tp-primary")] or inside
        address = urls.join(sheet.base_url, main[0].get("href")) if main else None
        if address is not None:
            found.append((address.split("#")[0], flat(main[0])))
    return found


def _leads_to_post(href: str) -> bool:
    return bool(_THREAD.search(href) or re.search(r"\bposts/\d+", href))
