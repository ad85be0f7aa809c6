"""Automated Archive: one page per story, made by a Perl script around 2000, with very little
markup.

The site's template gives a print link, a disclaimer and a by-line; the title is often only on the
index pages. A file's name is a shortened location ("smokingthe"), never a title.
"""

from __future__ import annotations

import re
from dataclasses import replace

from storykeep.engines import generic, linking, settle
from storykeep.engines.sheet import Sheet
from storykeep.model import Link, Part
from storykeep.patterns import has_one, lazy
from storykeep.profiles import Profile

NAME = "automated_archive"
VERSION = 1

_SIGNATURE = lazy(r"\bprint this story\b|automated[- ]archive|COMMENTLINK START", re.IGNORECASE)
_HINTS = ("print this", "automated", "commentlink", "archive entry")  # no signature is without one
_ENTRY = lazy(r"\b(?:fiction|slash|story) archive entry\b", re.IGNORECASE)
_COMMENTS = lazy(r"_cmt\.s?html?$", re.IGNORECASE)


def matches(sheet: Sheet) -> bool:
    """True where the page has the print line, the comment mark or the name of this software."""
    head = "\n".join([block.text[:200] for block in sheet.blocks[:14]]).lower()
    if has_one(head, _HINTS) and (_SIGNATURE.search(head) or _ENTRY.search(head[:600])):
        return True
    if _COMMENTS.search(sheet.url):
        return True
    return any("COMMENTLINK" in (comment.text or "") for comment in sheet.comments)


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part; pages of the archive that are not stories go the generic way."""
    if _COMMENTS.search(sheet.url):
        return settle.plain_part(
            sheet,
            "not_story",
            "readers' comments on a story",
            engine=NAME,
            version=VERSION,
            links=linking.collect(sheet),
        )
    part = generic.read(sheet, profile, engine=NAME, version=VERSION, file_name_titles=False)
    return replace(part, links=_links(part.links))


def _links(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Print scripts name the story by its location, so they are this same text."""
    out = []
    for link in links:
        if _COMMENTS.search(link.url):
            out.append(replace(link, kind="ignore"))
        elif link.kind in {"link", "ignore"} and re.search(
            r"print", link.text + link.url, re.IGNORECASE
        ):
            out.append(replace(link, kind="alias"))
        else:
            out.append(link)
    return tuple(out)
