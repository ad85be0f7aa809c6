"""Forumotion and its namesakes in other languages: topics in the skins that boards rent there.

They are made after phpBB 2 and 3, punBB and Invision, but their addresses are all alike: "/t7-a"
is a topic, "/t7p20-a" its next page, "/f2-b" a forum, "/u4" a member, and "#55" a post.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from storykeep import urls
from storykeep.engines import board, threads
from storykeep.engines.dom import first, flat, having, links, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.engines.threads import Post, Thread
from storykeep.model import LinkKind, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "forumotion"
VERSION = 1

_TOPIC = lazy(r"/t(\d{1,9})(?:p(?P<later>\d{1,6}))?-")
_POST = lazy(r"/t\d{1,9}(?:p\d{1,6})?-[^\s#?]*#(\d{1,18})$")
_FORUM = lazy(r"/[fc]\d{1,6}-")
_MEMBER = lazy(r"/u\d{1,9}$")
_CRUMBS = frozenset({"nav", "navstrip", "pathname-box", "sub-header-path", "crumbs", "breadcrumbs"})
_BODIES = ("entry-content", "post-entry", "content", "postbody")
_WHO = ("name", "author", "username", "postprofile", "user")
_TITLES = ("page-title", "maintitle", "topic-title", "cattitle")
_NUMBERED = lazy(r"(?:^|\s)post--(\d{1,18})(?:\s|$)")
_ID = lazy(r"p?(\d{1,18})")
_DATE = lazy(
    r"\b(\d{1,2}[./]\d{1,2}[./]\d{2,4},?\s\d{1,2}:\d\d(?:\s?[ap]m)?|"
    r"\d{1,2}\.?\s[^\W\d]{3,10}\.?\s\d{4}|"
    r"[^\W\d]{3,10}\.?\s\d{1,2},?\s\d{4}(?:[ ,-]{1,3}\d{1,2}:\d\d(?:\s?[ap]m)?)?)",
    re.IGNORECASE,
)
_DEEP = 2  # boxes without a name in which the text of a post stands
_NAME = 80  # characters


def matches(sheet: Sheet) -> bool:
    """True where posts stand in boxes, each with a link to itself as only these boards have."""
    if sheet.root is None or _TOPIC.search(sheet.addresses) is None:
        return False
    return bool(sheet.once(_posts))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    thread = _thread(sheet, tuple(sheet.once(_posts)))
    return threads.read(sheet, thread, engine=NAME, version=VERSION, classify=_classify)


def _classify(anchor: Anchor) -> LinkKind | None:
    if _TOPIC.search(anchor.url) and anchor.text.isdigit():
        return "chapter"
    return "ignore" if _MEMBER.search(anchor.url) else None


def _posts(sheet: Sheet) -> list[Post]:
    found: list[Post] = []
    for box in outermost(sheet.by_class("post")):
        body, number = first(box, *_BODIES), _number(box)
        if body is None or not number or number == "0":  # the board's own advertisements are 0
            continue
        own = [each for each in links(box) if _is_post(each.get("href"), number)]
        if not own:
            continue
        who = _user(sheet, box)
        about = " ".join(flat(each) for each in _heads(box))
        dated = _DATE.search(about)
        subject = next((each for each in own if flat(each)), None)
        found.append(
            Post(
                id=f"post-{number}",
                body=_told(body),
                author=flat(who),
                author_url=_address(sheet, who),
                date=dated[1] if dated else "",
                heading=board.own_subject(flat(subject)) if subject is not None else None,
            )
        )
    return found


def _is_post(href: str, number: str) -> bool:
    found = _POST.search(href)
    return found is not None and found[1] == number


def _number(box: Any) -> str | None:
    marked = _NUMBERED.search(box.get("class") or "") or _ID.fullmatch(box.get("id") or "")
    if marked is not None:
        return marked[1]
    named = (_ID.fullmatch(each.get("name") or "") for each in box.iter("a"))
    return next((each[1] for each in named if each), None)


def _user(sheet: Sheet, box: Any) -> Any | None:
    """Return the element with the poster's name: it need not lead to a profile."""
    for place in having(box, *_WHO):
        member = next(
            (
                each
                for each in links(place)
                if _MEMBER.search(urls.join(sheet.base_url, each.get("href")) or "") and flat(each)
            ),
            None,
        )
        bold = (each for each in place.iter("strong", "b") if flat(each))
        found = member if member is not None else next(bold, None)
        if found is not None and len(flat(found)) <= _NAME:
            return found
    return None


def _heads(box: Any) -> list[Any]:
    """Return what a post has above its text: who wrote it and when, or its subject and the date."""
    return [
        *having(box, "author", "posthead", "post_date", "date"),
        *box.iter("h2", "h3"),
        *having(box, "postdetails")[1:],  # the first is about the poster
    ]


def _told(body: Any) -> Any:
    """Return the box within *body* that has the text, and no votes, signature or attachments."""
    for _ in range(_DEEP):
        plain = [each for each in body.iterchildren("div") if not each.attrib]
        said = (body.text or "") + "".join(each.tail or "" for each in body)
        if len(plain) != 1 or said.strip():
            break
        body = plain[0]
    return body


def _address(sheet: Sheet, who: Any) -> str | None:
    href = who.get("href") if who is not None else None
    return urls.join(sheet.base_url, href) if href else None


def _thread(sheet: Sheet, posts: tuple[Post, ...]) -> Thread:
    head = _heading(sheet)
    title = flat(head) or posts[0].heading
    here = _TOPIC.search(sheet.url)
    number = here[1] if here else board.most_named(sheet, _TOPIC)
    return Thread(
        software="Forumotion",
        work_id=f"t={number}" if number else sheet.url,
        title=title,
        posts=tuple(
            replace(post, heading=None) if post.heading == title else post for post in posts
        ),
        opens=not (here and here["later"] and int(here["later"])),
        trail=board.trail(sheet, _FORUM, _CRUMBS),
        named=(head,) if head is not None else (),
    )


def _heading(sheet: Sheet) -> Any | None:
    """Return the topic's own heading, which stands in no post."""
    boxes = set(outermost(sheet.by_class("post")))
    for name in _TITLES:
        for each in sheet.by_class(name):
            if boxes.isdisjoint(each.iterancestors()):
                heading = next((h for h in each.iter("h1", "h2", "h3") if h is not each), each)
                if flat(heading):
                    return heading
    return None
