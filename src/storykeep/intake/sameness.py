"""Does a page say what it said before? Of a story its text counts, not the counters around it.

Pure: knows parts, and nothing of captures and intervals.
"""

from __future__ import annotations

import re

from storykeep.model import Part

_NUMBER = re.compile(r"\d+")

# Outcomes that say all: the words around them are the site's.
_MUTE = frozenset({"gone", "soft_404", "moderated", "login", "gate", "challenge", "error"})


def says_the_same(one: Part, other: Part) -> bool:
    """Return whether two readings of a page, of different bytes, tell a reader the same."""
    if one.outcome != other.outcome:
        return False
    if one.outcome in _MUTE:
        return True
    if one.outcome == "story":
        return _story(one) == _story(other)
    if one.outcome in {"not_story", "redirect", "frameset"}:
        return _leads(one) == _leads(other)
    return False


def _story(part: Part) -> tuple[object, ...]:
    """Return what of a story's page is the author's: no chrome, fields, dates or word counts."""
    chapters = tuple(link.url for link in part.links if link.kind == "chapter")
    # "You are visitor number 7" may be read as a note of the author's.
    notes = [
        (note.kind, note.place, note.label, _NUMBER.sub("#", note.text)) for note in part.notes
    ]
    return (
        *(part.work_id, part.chapter_id, part.position, part.of, part.title, part.chapter_title),
        *(part.authors, part.disclaimers, part.summary, part.tags, notes, part.series),
        *(part.status, part.prose, part.sections, chapters),
    )


def _leads(part: Part) -> tuple[object, ...]:
    links = {link.url for link in part.links if link.kind != "ignore"}
    return part.title, part.prose, links
