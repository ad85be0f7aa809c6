"""What an answer says by its status and its links alone."""

from __future__ import annotations

import re

from storykeep import urls
from storykeep.model import Capture, Link, Page, Part
from storykeep.polite import ROBOTS_BYTES

# 429 asks for patience; 426 is how a host refuses HTTP/1.0, and `fetch` then asks it as 1.1.
# Nobody asked for a piece of the page (206), nor whether it has changed (304).
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_MOST_SITEMAPS = 20
NO_ANSWER = frozenset({206, 304, 426, 429})


def is_whole(capture: Capture) -> bool:
    """Return whether an answer is the site's word on the page, not a failure to give one."""
    status = capture.status
    if status == 304:
        return capture.revisit_of is not None
    # A revisit says no more than what it refers to: the same "try again later" twice is no page.
    return capture.truncated is None and status < 500 and status not in NO_ANSWER


def leads_on(status: int) -> bool:
    """Return whether a status sends its visitors to another address."""
    return 300 <= status < 400 and status != 304


def redirect_target(part: Part) -> str | None:
    """Return the address that a page sends its visitors to, None where it keeps them."""
    return next((link.url for link in part.links if link.kind == "redirect"), None)


def sitemaps(page: Page) -> tuple[Link, ...]:
    """Return the sitemaps that a robots.txt names, the first few, as links of kind "index"."""
    if page.status != 200:
        return ()
    named = _SITEMAP.findall(page.body[:ROBOTS_BYTES].decode("latin-1"))
    found = (urls.try_canonical(each) for each in named)
    return tuple(Link(each, kind="index") for each in dict.fromkeys(found) if each)[:_MOST_SITEMAPS]


def redirects(page: Page) -> tuple[Link, ...]:
    """Return where the Location of *page* leads, as a link; () where it says nothing."""
    target = urls.join(page.url, page.header("location")) if page.header("location") else None
    return (Link(target, kind="redirect"),) if target else ()
