"""Threads of phpBB, vBulletin, XenForo and NodeBB: recognised so that no discussion is taken for a
story.

Reading the thread starter's posts as chapters is another engine's work; until there is one, a
thread is no story, and its links are kept.
"""

from __future__ import annotations

import re

from storykeep.engines import linking, settle
from storykeep.engines.sheet import Sheet
from storykeep.model import Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "forum"
VERSION = 1

_SOFTWARE = (
    ("phpBB", lazy(r"/(?:viewtopic|viewforum|memberlist)\.php")),
    ("vBulletin", lazy(r"/(?:showthread|showpost|forumdisplay|newreply)\.php")),
    ("XenForo", lazy(r"/threads/[^/]+\.\d+/|/(?:find-new|watched)/threads")),
    ("SMF", lazy(r"/index\.php\?(?:topic|board)=\d")),
)
_POSTS = frozenset(
    {
        "postbody",
        "postcontent",
        "postbit",
        "messageText",
        "bbWrapper",
        "post_wrapper",
        "message",
    }
)
_NODEBB = frozenset({"page-topic"})
_POWERED = lazy(r"\bpowered by (phpBB|vBulletin|XenForo|SMF|Invision)", re.IGNORECASE)
_FOOT = 8  # blocks at the bottom in which a board names its software
_ENOUGH = 3  # links of a forum's own scripts


def matches(sheet: Sheet) -> bool:
    """True where the page links to a forum's own scripts and is cut into posts."""
    if sheet.has_class(_NODEBB):
        return software(sheet) is not None
    return software(sheet) is not None and sheet.has_class(_POSTS)


def software(sheet: Sheet) -> str | None:
    """Return which forum software the page's links belong to, else None."""
    leads = [each.url for each in sheet.anchors if ".php" in each.url or "/threads" in each.url]
    for name, pattern in _SOFTWARE if len(leads) >= _ENOUGH else ():
        if sum(bool(pattern.search(url)) for url in leads) >= _ENOUGH:
            return name
    if sheet.has_class(_NODEBB) and sheet.root.xpath("boolean(//*[@component='post'])"):
        return "NodeBB"
    foot = " ".join(block.text[:200] for block in sheet.blocks[-_FOOT:])
    powered = _POWERED.search(foot) if "powered by" in foot.lower() else None
    return powered.group(1) if powered else None


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the thread's part: outcome not_story."""
    return settle.plain_part(
        sheet, "not_story", f"a {software(sheet)} page: posts, not a story",
        engine=NAME, version=VERSION, links=linking.collect(sheet),
    )  # fmt: skip
