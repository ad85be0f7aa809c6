"""Boards of the years before phpBB that lay posts out in rows: ezboard, ProBoards, MyBB, YaBB.

Their classes say nothing, or something else in each skin; what they share is the row: the poster
with a count of posts in the first cell, and in the last the subject, a rule and the text.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import board, threads
from storykeep.engines.dom import first, flat, links
from storykeep.engines.sheet import Sheet
from storykeep.engines.threads import Post, Thread
from storykeep.header import titles
from storykeep.model import Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "rows"
VERSION = 1

_POSTS = lazy(r"Posts:\s*\d")  # a line end before it leaves no space in what `flat` returns
_SOFTWARE = lazy(
    r"\b(ezboard|ProBoards|MyBB|MyBulletinBoard|YaBB|UBB|Infopop|XMB|Snitz|ikonboard)\b",
    re.IGNORECASE,
)
_WHO = 600  # characters that are said about a poster; a cell with more holds the text
_ROWS = 400  # of a page
_ABOUT = 8  # lines above the text within a post
_DATE = lazy(
    r"\((\d{1,2}/\d{1,2}/\d{2,4}\s[^()]{4,16})\)|\bon\s+([A-Z][a-z]{2,8} \d\d?, \d{4},?[^»]{0,12})|"
    r"\b(\d{2}-\d{2}-\d{4},? \d{2}:\d{2} [AP]M)\b"
)
_SAID = lazy(r"^\W*(?:thread started|reply\s*#\s*\d+)\b.{0,80}$", re.IGNORECASE)
_REPLY = lazy(r"\breply\s*#\s*(\d{1,6})\b", re.IGNORECASE)
_EDITED = lazy(
    r"^\W*(?:(?:this (?:post|message) (?:was|has been) )?(?:last )?(?:edited|modified)\b.{0,80})$",
    re.IGNORECASE,
)
_SIGNS = lazy(r"^[-_]{5,}$")
_SIGNATURE = 6  # lines below the rule of a signature
_NUMBER = lazy(r"(?:topicID=|[?&;](?:tid|thread|t)=|[?&;]num=)([\w.]{1,24})")
_LATER = lazy(r"[?&;](?:start|page|st)=0*([2-9]\d*|1\d+)")
_FORUM = lazy(r"frm\d+|[?&;]board=|forumdisplay|forum\.php")


def matches(sheet: Sheet) -> bool:
    """True where rows of posts stand on the page, and a board's name or a second row."""
    if sheet.root is None or "Posts:" not in sheet.text:
        return False
    posts = sheet.once(_posts)
    return len(posts) > 1 or (bool(posts) and _software(sheet) is not None)


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    posts = tuple(sheet.once(_posts))
    title = _title(sheet, posts)
    number = _NUMBER.search(sheet.url)
    thread = Thread(
        software=_software(sheet) or "board",
        work_id=f"topic={number[1]}" if number else sheet.url,
        title=title,
        posts=posts,
        opens=posts[0].number == 1 or (posts[0].number is None and not _LATER.search(sheet.url)),
        trail=board.trail(sheet, _FORUM, frozenset()) or _crumbs(sheet),
    )
    return threads.read(sheet, thread, engine=NAME, version=VERSION)


def _software(sheet: Sheet) -> str | None:
    foot = " ".join(block.text[:300] for block in sheet.blocks[-8:])
    found = _SOFTWARE.search(foot)
    return found[1] if found else None


def _posts(sheet: Sheet) -> list[Post]:
    found: list[Post] = []
    for row in islice(sheet.root.iter("tr"), _ROWS):
        cells = [each for each in row if each.tag == "td"]
        if len(cells) < 2:
            continue
        about = flat(cells[0])
        if len(about) > _WHO or not _POSTS.search(about):
            continue
        who = next((each for each in cells[0].iter("b", "strong", "a") if flat(each)), None)
        if who is not None:
            found.append(_post(sheet, len(found) + 1, who, about, cells[-1]))
    return found


def _post(sheet: Sheet, place: int, who: Any, about: str, cell: Any) -> Post:
    named = first(cell, "post_body")
    body = cell if named is None else named
    lines = sheet.inside(body)
    shown = [index for index in lines if not sheet.lines[index].blank]
    texts = [sheet.lines[index].bare for index in shown]
    # A rule parts subject and date from the text; nothing above it is the writer's.
    ruled = next((at for at in range(min(_ABOUT, len(shown))) if _is_rule(sheet, shown[at])), 0)
    said = [text for text in texts[:ruled] if not _SAID.match(text)] or [_headed(cell, body)]
    dated = _DATE.search(" ".join([about, *texts[:ruled]]))
    counted = _REPLY.search(" ".join(texts[:ruled]))
    later = _LATER.search(sheet.url)
    return Post(
        id=f"row-{later[1]}-{place}" if later else f"row-{place}",  # no id is on the page
        body=body,
        author=flat(who),
        author_url=_address(sheet, who),
        date=next((each for each in dated.groups() if each), "") if dated else "",
        heading=board.own_subject(said[0]),
        number=int(counted[1]) + 1 if counted else None,
        around=frozenset(shown[: ruled + 1] if ruled else ()) | _below(shown, texts),
    )


def _is_rule(sheet: Sheet, index: int) -> bool:
    line = sheet.lines[index]
    return line.kind == "break" and line.value == "rule"


def _headed(cell: Any, body: Any) -> str:
    """Return the subject that stands in bold above a text with a box of its own."""
    if body is cell:
        return ""
    bold = next((each for each in cell.iter("strong", "b") if flat(each)), None)
    return "" if bold is None or body in bold.iterancestors() else flat(bold)


def _below(shown: list[int], texts: list[str]) -> frozenset[int]:
    """Return the lines below a text that the board has put there: signature, date of an edit."""
    end = len(texts)
    for at in range(max(0, end - _SIGNATURE), end):
        if _SIGNS.match(texts[at]):
            end = at
            break
    while end and _EDITED.match(texts[end - 1]):
        end -= 1
    return frozenset(shown[end:])


def _address(sheet: Sheet, who: Any) -> str | None:
    inside = who if who.tag == "a" else next(links(who), None)
    href = inside.get("href") if inside is not None else None
    return urls.join(sheet.base_url, href) if href and href[:1] != "#" else None


def _crumbs(sheet: Sheet) -> tuple[str, ...]:
    """Return the names of "Board > Forum > Topic", the last left out: a short line of links."""
    for line in sheet.lines[:12]:
        linked = [text for _, text in line.links() if text]
        if linked and re.search(r"[>»•/|]", line.text) and len(line.text) < 200:
            return tuple(linked)
    return ()


def _title(sheet: Sheet, posts: tuple[Post, ...]) -> str | None:
    if posts[0].number in {None, 1} and posts[0].heading:
        return posts[0].heading
    names = frozenset(map(titles.squash, _crumbs(sheet)))
    return titles.from_title_tag(sheet.title_tag, url=sheet.url, names=names | sheet.site_names)
