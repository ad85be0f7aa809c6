"""Which pages of a host have anything to do with each other.

Two pages without a tie, not even by way of others, are planned alike together and apart. More ties
than there need be do no harm. What the lists of stories say is told apart (`listings.Lists`), and
what stands on many pages (`overview`).
"""

from __future__ import annotations

from collections.abc import Iterator

from storykeep.assemble.grouping import names_of_siblings
from storykeep.assemble.pages import page_key
from storykeep.consent import is_consent, without_consent
from storykeep.model import Part
from storykeep.outline import CATALOGUE

# What a list calls a chapter is asked for by the id of its work alone.
_ASKED = {
    "redirect": frozenset({"redirect"}),
    "frameset": frozenset({"frame"}),
    "story": frozenset({"chapter", "canonical"}),
}


def leads_to(part: Part) -> Iterator[str]:
    """Yield the keys of other pages that the plan of this one asks for."""
    asked = _ASKED.get(part.outcome, frozenset())
    for link in part.links:
        if link.kind in asked or part.engine == CATALOGUE:
            yield page_key(link.url)
    if "?" in part.url and "://" in part.url and is_consent(part.url):
        yield page_key(without_consent(part.url))


def lists_of(part: Part) -> Iterator[str]:
    """Yield the keys of the pages that *part*, a list, tells of."""
    return (page_key(link.url) for link in part.links if link.kind == "story")


def names_of(part: Part) -> Iterator[tuple[str, ...]]:
    """Yield what several pages of one story have in common."""
    if part.work_id is not None:
        yield "work", part.work_id
    if part.position is not None or part.sections:
        yield from names_of_siblings(part)
