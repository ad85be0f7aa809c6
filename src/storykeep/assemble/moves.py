"""Stories that have moved: their old address leads to a new one, which tells the same story.

The redirect alone proves nothing: a site may lead all that it has lost to its front page, or to any
story. What both addresses said must be the same text, or one of the same title, author and length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from storykeep.assemble.absence import Blankets, blankets_of, is_above, signature
from storykeep.assemble.pages import page_key, page_of
from storykeep.assemble.plan import SitePage
from storykeep.consent import is_consent
from storykeep.model import Part

_SHARE = 10  # a text that is longer or shorter by more than one in so many is another one


def with_moves(pages: Mapping[str, SitePage]) -> tuple[dict[str, SitePage], dict[str, str]]:
    """Return *pages* with those of one story joined, and the key that each old one had -> it.

    A joined page keeps the address that was captured first as its name. What an old address answers
    since the move says nothing of the story, nor does what the new one had answered before it.
    """
    steps = _steps(pages)
    before = {to: key for key, to in steps.items()}
    joined = dict(pages)
    found: dict[str, str] = {}
    for end in sorted(before.keys() - steps.keys()):
        chain = [end]
        while chain[-1] in before:  # each had its story before the next one: none comes again
            chain.append(before[chain[-1]])
        chain.reverse()
        joined[end] = _joined([joined.pop(key) for key in chain])
        found |= dict.fromkeys(chain[:-1], end)
    return joined, found


def _steps(pages: Mapping[str, SitePage]) -> dict[str, str]:
    """Return from which page a story has moved to which: of several that lead to one, none has."""
    led = {key: to for key, page in pages.items() if (to := _leads_to(page, pages))}
    if not led:
        return {}
    times = Counter(led.values())
    blankets = blankets_of(pages)
    return {
        key: to
        for key, to in led.items()
        if times[to] == 1 and _is_one(pages[key], pages[to], blankets)
    }


def _joined(chain: list[SitePage]) -> SitePage:
    """Return one page of those that had a story one after the other."""
    first, last = chain[0], chain[-1]
    pieces = [
        piece
        for page in chain
        for piece in page.pieces
        if (page is first or piece.order >= page.stories[0].order)
        and (page is last or piece.order <= page.stories[-1].order)
    ]
    return replace(page_of(last.key, pieces), address=first.stories[0].part.url)


def _leads_to(page: SitePage, pages: Mapping[str, SitePage]) -> str | None:
    """Return the key of the story page that *page*, which was a story, leads to since."""
    for piece in reversed(page.pieces if page.stories else ()):
        if piece.order < page.stories[-1].order:
            return None
        if piece.part.outcome == "redirect":
            target = next((link.url for link in piece.part.links if link.kind == "redirect"), "")
            other = pages.get(page_key(target)) if target else None
            if other is None or other.key == page.key or not other.stories:
                return None
            last, first = page.stories[-1].order, other.stories[0].order
            if first < last or first[1] == last[1]:
                return None  # both had their stories at one time, or were met in one file
            is_other = is_above(target, page.current.url) or is_consent(target)
            return None if is_other else other.key
    return None


def _is_one(old: SitePage, new: SitePage, blankets: Blankets) -> bool:
    before, after = (
        [
            part
            for part in {id(piece.part): piece.part for piece in page.stories}.values()
            # What was said at many addresses is about none of them.
            if signature(part) not in blankets.texts
        ]
        for page in (old, new)
    )
    return any(_say_the_same(one, other) for one in before for other in after)


def _say_the_same(one: Part, other: Part) -> bool:
    # What has an id or sections is put together by these, wherever it lies.
    if one.work_id or other.work_id or one.sections or other.sections:
        return False
    if not one.prose_words or not other.prose_words:
        return False
    edges = one.head_sha256, one.tail_sha256
    is_told = all(edges) and one.prose_words == other.prose_words
    if is_told and edges == (other.head_sha256, other.tail_sha256):
        return True
    title, names = _bare(one.title), _names(one)
    if not title or title != _bare(other.title) or not names & _names(other):
        return False
    more, less = sorted((one.prose_words, other.prose_words), reverse=True)
    return (more - less) * _SHARE <= more and one.position == other.position


def _bare(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


def _names(part: Part) -> set[str]:
    return {author.name.casefold() for author in part.authors}
