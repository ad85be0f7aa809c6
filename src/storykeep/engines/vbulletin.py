"""vBulletin 3, 4 and 5: threads in the usual skins."""

from __future__ import annotations

import re
from dataclasses import replace
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

NAME = "vbulletin"
VERSION = 2

_BODY = "post_message_"  # how the id of a post's body begins
_MESSAGE = lazy(rf"^{_BODY}(\d{{1,18}})$")
# The classes of which a thread without such ids has one.
_BOXES = frozenset({"js-post__content-text", "posttext", "page"})
_THREAD = lazy(
    r"showthread\.php(?:\?(?:[^#]*&)?t=|\?|/)(\d{1,18})|/threads/(\d{1,18})-|/t-(\d{1,18})\b|"
    r"/(\d{3,18})-[^/]+/?(?:$|[?#]|page)"
)
_FORUM = lazy(r"forumdisplay\.php|/forums?/[^?#]+|#forum|/f-\d+(?:-p-\d+)?\.html")
_CRUMBS = frozenset({"breadcrumb", "breadcrumbs", "navbit", "navbar", "b-breadcrumbs", "crumb"})
_SPURNED = lazy(
    r"/(?:newreply|member|private|search|usercp|register|login|report|subscription|profile|"
    r"memberlist|calendar|faq|online|showpost|misc|newthread|blog|sendmessage|reputation|"
    r"postings|threadrate|printthread)\.php|[?&](?:goto=|do=|mode=|s=)"
)
_LATER = lazy(r"[?&/]page=?-?0*(?:[2-9]|1\d)|-p-(?:[2-9]|1\d)|showpost\.php|[?&]p=\d")
_ARCHIVED = lazy(r"/t-\d{1,18}(?:-p-(\d{1,6}))?\.html")
_TURNS = lazy(r"^\W*(?:next|prev(?:ious)?|first|last)?\b.{0,10}\W*$", re.IGNORECASE)


def matches(sheet: Sheet) -> bool:
    """True where posts stand as this software sets them."""
    if sheet.root is None or not (sheet.has_class(_BOXES) or sheet.has_id(_BODY)):
        return False
    return bool(sheet.once(_posts))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    return threads.read(
        sheet,
        _thread(sheet, tuple(sheet.once(_posts))),
        engine=NAME,
        version=VERSION,
        classify=_classify,
    )


def _classify(anchor: Anchor) -> LinkKind | None:
    if _SPURNED.search(anchor.url):
        return "ignore"
    turns = re.search(r"[?&/]page=?\d", anchor.url)
    if (
        turns
        and _THREAD.search(anchor.url)
        and (anchor.text.isdigit() or _TURNS.match(anchor.text))
    ):
        return "chapter"
    return None


# ---------------------------------------------------------------- posts


def _posts(sheet: Sheet) -> list[Post]:
    found = [_older(sheet, element) for element in _messages(sheet)]
    return found or _newer(sheet) or _archived(sheet) or _printed(sheet)


def _messages(sheet: Sheet) -> list[Any]:
    if not sheet.has_id(_BODY):  # most pages are no thread, and are asked all the same
        return []
    boxes = sheet.root.iter("div", "td", "blockquote")
    return outermost(each for each in boxes if _MESSAGE.match(each.get("id") or ""))


def _older(sheet: Sheet, body: Any) -> Post:
    """Return a post of vBulletin 3 or 4: its box is a table or a list's item."""
    number = _MESSAGE.match(body.get("id"))
    assert number is not None
    box = _box(body, number[1])
    who = _user(box)
    return Post(
        id=f"post-{number[1]}",
        body=body,
        author=flat(who),
        author_url=_address(sheet, who),
        date=_when(box),
        heading=_subject(box),
        number=_number(box),
    )


def _box(body: Any, number: str) -> Any:
    """Return the element of the whole post."""
    names = {f"post{number}", f"post_{number}", f"edit{number}"}
    found = body
    for each in islice(body.iterancestors("table", "li", "div"), 12):
        if each.get("id") in names:
            found = each
            if each.get("id") != f"edit{number}":
                break
    return found


def _user(box: Any) -> Any | None:
    for each in having(box, "bigusername", "username", "popupctrl"):
        if flat(each):
            return each
    return next(
        (each for each in links(box) if "member.php" in each.get("href") and flat(each)), None
    )


def _address(sheet: Sheet, who: Any) -> str | None:
    if who is None or not who.get("href"):
        return None
    return urls.join(sheet.base_url, who.get("href"))


def _when(box: Any) -> str:
    said = next((each for each in box.iter("time") if each.get("datetime")), None)
    if said is not None:
        return str(said.get("datetime"))
    for each in having(box, "postdate", "date", "thead"):
        if re.search(r"\d", flat(each)):
            return (
                re.sub(r"^.*?#\s*\d+\s*", "", flat(each))[:60]
                if "#" in flat(each)
                else flat(each)[:60]
            )
    return ""


def _subject(box: Any) -> str | None:
    """Return the post's own title, which stands above its text in small bold letters."""
    found = first(box, "posttitle", "b-post__title")
    if found is None:
        small = next(
            (each for each in having(box, "smallfont") if each.find("strong") is not None), None
        )
        found = small.find("strong") if small is not None else None
    text = flat(found)
    return None if not text or re.match(r"re\s*:", text, re.IGNORECASE) or len(text) > 120 else text


def _number(box: Any) -> int | None:
    for each in [*having(box, "postcounter", "b-post__count"), *box.iter("a")]:
        if each.get("id", "").startswith("postcount") or flat(each).startswith("#"):
            # Its name is the place in version 3, the post's id in version 4.
            name = each.get("name") or ""
            return board.count(name if name.isdecimal() else flat(each))
    for each in having(box, "thead"):  # "#" beside the link, not in it
        if found := re.search(r"#\s*(\d{1,9})\s*$", flat(each)):
            return int(found[1])
    return None


def _newer(sheet: Sheet) -> list[Post]:
    """Return the posts of vBulletin 5."""
    found: list[Post] = []
    for body in outermost(sheet.by_class("js-post__content-text")):
        box = next((each for each in body.iterancestors() if each.get("data-node-id")), None)
        if box is None:
            continue
        who = first(first(box, "author", "b-userinfo"), "username") or next(
            (each for each in links(first(box, "author", "b-userinfo")) if flat(each)), None
        )
        number = box.get("data-node-id")
        found.append(
            Post(
                id=f"post-{number}" if number.isdecimal() else f"post-{len(found) + 1}",
                body=body,
                author=flat(who),
                author_url=_address(sheet, who),
                date=_when(box),
                heading=_subject(box),
                number=_number(box),
            )
        )
    return found


def _archived(sheet: Sheet) -> list[Post]:
    """Return the posts of the plain archive view, which gives them no ids: their places stand."""
    page = _ARCHIVED.search(sheet.url)
    found: list[Post] = []
    for place, body in enumerate(outermost(sheet.by_class("posttext")), 1):
        box = body.getparent()
        who = first(box, "username")
        if who is None:
            continue
        number = place if page is not None and page[1] is None else None
        name = f"archive-{page[1] or 1 if page else 0}-{place}"
        found.append(Post(name, body, flat(who), date=_when(box), number=number))
    return found


def _printed(sheet: Sheet) -> list[Post]:
    """Return the posts of the printable version: a table with poster and date above each text."""
    found: list[Post] = []
    for cell in outermost(sheet.by_class("page", "td")):
        head = next(cell.iter("table"), None)
        named = [each for each in head.iter("td") if flat(each)] if head is not None else []
        boxes = [each for each in cell if each.tag == "div" and flat(each)]
        if len(named) != 2 or "smallfont" not in classes(named[1]) or not boxes:
            continue
        place = len(found) + 1
        subject = flat(boxes[0].find("strong")) if len(boxes) > 1 else ""
        found.append(
            Post(
                id=f"print-{place}",
                body=boxes[-1],
                author=flat(named[0]),
                date=flat(named[1]),
                heading=board.own_subject(subject),
                number=place,
            )
        )
    return found


# ---------------------------------------------------------------- the thread


def _thread(sheet: Sheet, posts: tuple[Post, ...]) -> Thread:
    head = _heading(sheet)
    title = _title(sheet, head)
    if posts[0].id.startswith("print-"):
        title = posts[0].heading or sheet.title_tag.partition(" - ")[2].strip() or title
    return Thread(
        software="vBulletin",
        work_id=_work(sheet),
        title=title,
        posts=tuple(
            replace(post, heading=None) if post.heading == title else post for post in posts
        ),
        opens=_opens(sheet, posts),
        trail=board.trail(sheet, _FORUM, _CRUMBS)
        or board.crumbs(sheet, _CRUMBS, _path(sheet))
        or _printed_trail(sheet, posts),
        named=(head,) if head is not None else (),
    )


def _printed_trail(sheet: Sheet, posts: tuple[Post, ...]) -> tuple[str, ...]:
    """Return the names of the forums above a printed thread: bold, with the address beside."""
    cells = (
        next(anchor.element.iterancestors("td"), None)
        for anchor in sheet.anchors
        if posts[0].id.startswith("print-") and _FORUM.search(anchor.url)
    )
    named = (next(cell.iter("b"), None) for cell in cells if cell is not None)
    return tuple(flat(each) for each in named if each is not None)


def _path(sheet: Sheet) -> Any | None:
    return sheet.by_id("breadcrumbs")


def _opens(sheet: Sheet, posts: tuple[Post, ...]) -> bool:
    number = posts[0].number
    return number == 1 if number is not None else not _LATER.search(sheet.url)


def _heading(sheet: Sheet) -> Any | None:
    for name in ("threadtitle", "b-module__topic-title", "main-title"):
        if found := [each for each in sheet.by_class(name) if flat(each)]:
            return found[0]
    for each in having(sheet.root, "navbar"):
        strong = each if each.tag == "strong" else each.find(".//strong")
        # The bar may end before the thread's name, which then stands behind it in the same cell.
        for beside in (strong, *each.itersiblings("strong")):
            if flat(beside):
                return beside
    return next((each for each in sheet.root.iter("h1") if flat(each)), None)


def _title(sheet: Sheet, head: Any) -> str | None:
    """Return the thread's title; the archive view names it in `<title>` alone."""
    if head is not None and not sheet.by_class("posttext"):
        return flat(head) or None
    found = re.match(r"(.+?)\s*\[Archive\]", sheet.title_tag)
    if found or head is not None:
        return found[1] if found else flat(head) or None
    return sheet.title_tag.rpartition(" - ")[0].strip() or None


def _work(sheet: Sheet) -> str:
    found = _THREAD.search(sheet.url)
    if found is None:
        for anchor in sheet.anchors:
            if found := re.search(r"showthread\.php\?(?:[^#]*&)?t=(\d{1,18})", anchor.url):
                break
    number = next((each for each in found.groups() if each), None) if found else None
    return f"t={number}" if number else sheet.url
