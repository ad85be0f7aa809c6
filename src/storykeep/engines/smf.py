"""Simple Machines Forum 1.1, 2.0 and 2.1: topics, in the usual skins and in the print view."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import board, threads
from storykeep.engines.dom import first, flat, links, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.engines.threads import Post, Thread
from storykeep.model import Link, LinkKind, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "smf"
VERSION = 1

_MESSAGE = lazy(r"^msg_?(\d{1,18})$")
_TOPIC = lazy(r"[?&;/]topic[=,](\d{1,18})(?:\.(?P<start>\d+))?")
_FORUM = lazy(r"[?&;/]board[=,]\d")
_CRUMBS = frozenset({"nav", "navigate_section", "linktree"})
_SPURNED = lazy(
    r"[?&;/]action[=,](?!printpage)|[?&;](?:prev_next=|sort=|PHPSESSID=)|[?&;/]topic[=,]\d+\.(?:msg|new)"
)
_PRINT = lazy(r"[?&;/]action[=,]printpage")
_SAID = lazy(r"(?:Reply\s*#\s*(?P<reply>\d+)\s*)?\bon:\s*(?P<date>[^»]{4,60})", re.IGNORECASE)
_TOPIC_LINE = lazy(r"\bTopic:\s*(?P<title>.{1,200}?)\s*(?:\(Read\s[\d.,]+\s+times?\)|$)", re.I)
_HEADED = lazy(
    r"^(?:Title:\s*(?P<title>.{0,200}?)\s*)?Post by:\s*(?P<name>.{1,80}?)\s+on\s+"
    r"(?P<date>.{4,60})$",
    re.IGNORECASE,
)
_STARTED = lazy(r"Topic started by:\s*(?P<name>.{1,80}?)\s+on\s", re.IGNORECASE)
_FOOT = lazy(r"\b(?:SMF\s+[12]\.\d|Simple Machines)\b")


def matches(sheet: Sheet) -> bool:
    """True where posts stand as this software sets them, and its name or addresses are there."""
    if sheet.root is None:
        return False
    if not _TOPIC.search(sheet.addresses) and not _is_signed(sheet):
        return False
    return bool(sheet.once(_posts))


def _is_signed(sheet: Sheet) -> bool:
    foot = "|".join([block.text[:300] for block in sheet.blocks[-8:]])
    return ("SMF" in foot or "Simple Machines" in foot) and _FOOT.search(foot) is not None


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part; a print view stands for the topic that it prints."""
    thread = _thread(sheet, tuple(sheet.once(_posts)))
    part = threads.read(sheet, thread, engine=NAME, version=VERSION, classify=_classify)
    if not _PRINT.search(sheet.url):
        return part
    whole = re.sub(r"action[=,]printpage;?", "", sheet.url)
    return replace(part, links=(*part.links, Link(whole, "", "canonical")))


def _classify(anchor: Anchor) -> LinkKind | None:
    if _SPURNED.search(anchor.url):
        return "ignore"
    if _PRINT.search(anchor.url):
        return "alias"
    turned = _TOPIC.search(anchor.url)
    return "chapter" if turned and turned["start"] and anchor.text.isdigit() else None


# ---------------------------------------------------------------- posts


def _posts(sheet: Sheet) -> list[Post]:
    return _boxed(sheet) or _printed(sheet) or _tabled(sheet)


def _boxed(sheet: Sheet) -> list[Post]:
    """Return the posts of SMF 2: `<div class="inner" id="msg_12">`."""
    found: list[Post] = []
    for body in outermost(sheet.by_class("inner")):
        number = _MESSAGE.match(body.get("id") or "")
        box = _ancestor(body, "post_wrapper")
        if number is None or box is None:
            continue
        poster, about = first(box, "poster"), first(box, "keyinfo", "postarea")
        who = _user(poster)
        said = _SAID.search(flat(about))
        subject = sheet.by_id(f"subject_{number[1]}")
        if subject is None and about is not None:
            subject = next(about.iter("h5"), None)
        found.append(
            Post(
                id=f"post-{number[1]}",
                body=body,
                author=flat(who),
                author_url=_address(sheet, who),
                date=said["date"].strip() if said else _when(box),
                heading=board.own_subject(flat(subject)),
                number=_number(said, about),
            )
        )
    return found


def _printed(sheet: Sheet) -> list[Post]:
    """Return the posts of the print view, which has no ids: their places stand."""
    found: list[Post] = []
    for body in outermost(sheet.by_class("postbody")):
        head = body.getprevious()
        said = _HEADED.match(flat(head)) if "postheader" in (_class(head)) else None
        if said is None:
            continue
        place = len(found) + 1
        subject = board.own_subject(said["title"] or "")
        found.append(
            Post(f"print-{place}", body, said["name"], None, said["date"], subject, number=place)
        )
    return found


def _tabled(sheet: Sheet) -> list[Post]:
    """Return the posts of SMF 1: the poster in one cell, the text in the next."""
    found: list[Post] = []
    for body in outermost(sheet.by_class("post")):
        row = next(
            (each for each in islice(body.iterancestors("tr"), 6) if len(each.findall("td")) > 1),
            None,
        )
        if row is None:
            continue
        poster, *rest = row.findall("td")
        who, said = _user(poster), _SAID.search(" ".join(map(flat, rest))[:1000])
        if who is None or said is None:
            continue
        subject = next(
            (
                each
                for each in row.iter("div", "td")
                if (each.get("id") or "").startswith("subject_")
            ),
            None,
        )
        number = re.search(r"\d+", subject.get("id")) if subject is not None else None
        found.append(
            Post(
                id=f"post-{number[0]}" if number else f"reply-{said['reply'] or 0}",
                body=body,
                author=flat(who),
                author_url=_address(sheet, who),
                date=said["date"].strip(),
                heading=board.own_subject(flat(subject)),
                number=_number(said, None),
            )
        )
    return found


def _class(element: Any) -> str:
    return (element.get("class") or "") if element is not None else ""


def _ancestor(body: Any, name: str) -> Any | None:
    around = islice(body.iterancestors("div"), 6)
    return next((each for each in around if name in _class(each).split()), None)


def _user(poster: Any) -> Any | None:
    """Return the element with the poster's name: a guest has no profile to link to."""
    for each in links(poster):
        if re.search(r"action[=,]profile", each.get("href")) and flat(each):
            return each
    named = poster.iter("h4", "b") if poster is not None else ()
    return next((each for each in named if flat(each)), None)


def _address(sheet: Sheet, who: Any) -> str | None:
    inside = who if who is not None and who.tag == "a" else next(links(who), None)
    href = inside.get("href") if inside is not None else None
    return urls.join(sheet.base_url, href) if href and not href.startswith("#") else None


def _when(box: Any) -> str:
    """Return the date of SMF 2.1, which stands in a link to the post."""
    return flat(first(first(box, "postinfo"), "smalltext"))


def _number(said: re.Match[str] | None, about: Any) -> int | None:
    if said is not None:
        return int(said["reply"]) + 1 if said["reply"] else 1
    counted = first(about, "page_number")  # "Reply #3" in SMF 2.1; the first post has none
    shown = re.search(r"#\s*(\d{1,9})", flat(counted))
    return int(shown[1]) + 1 if shown else None


# ---------------------------------------------------------------- the topic


def _thread(sheet: Sheet, posts: tuple[Post, ...]) -> Thread:
    head, title = _heading(sheet, posts)
    found = _TOPIC.search(sheet.url)
    number = found[1] if found else board.most_named(sheet, _TOPIC)
    tree = sheet.by_id("linktree")
    started = _STARTED.search(flat(tree))
    return Thread(
        software="SMF",
        work_id=f"topic={number}" if number else sheet.url,
        title=title,
        posts=tuple(
            replace(each, heading=None) if each.heading == title else each for each in posts
        ),
        starter=started["name"] if started else None,
        opens=_opens(sheet, posts),
        trail=board.trail(sheet, _FORUM, _CRUMBS) or board.crumbs(sheet, _CRUMBS, tree),
        named=(head,) if head is not None else (),
    )


def _opens(sheet: Sheet, posts: tuple[Post, ...]) -> bool:
    if posts[0].number is not None:
        return posts[0].number == 1
    found = _TOPIC.search(sheet.url)
    return found is not None and int(found["start"] or 0) == 0


def _heading(sheet: Sheet, posts: tuple[Post, ...]) -> tuple[Any | None, str | None]:
    """Return the element that names the topic, where one does, and the title."""
    top = sheet.by_id("top_subject")
    if top is not None and flat(top):
        return top, flat(top)
    for name in ("catbg", "titlebg", "display_title"):
        for each in sheet.by_class(name):
            if said := _TOPIC_LINE.search(flat(each)):
                return each, said["title"]
    if sheet.title_tag and not _PRINT.search(sheet.url):
        return None, sheet.title_tag
    return None, next((each.heading for each in posts if each.heading), None)
