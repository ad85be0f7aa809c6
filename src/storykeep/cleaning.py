"""One saved page in, its record out; nothing is fetched and nothing is stored."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import Any

from storykeep import urls
from storykeep.assemble import Piece, compose, survey
from storykeep.derive import derive
from storykeep.model import Page
from storykeep.profiles import Profile, match
from storykeep.record import part_record, story_record


def saved_page(name: str, body: bytes, *, url: str | None = None) -> Page:
    """Return the page that a saved file stands for.

    Without the address it was saved from, its name stands for it: no site is made up.
    """
    address = urls.canonical(url) if url else name
    kind = "text/plain" if name.lower().endswith((".txt", ".text")) else "text/html"
    guessed = mimetypes.guess_type(name)[0]
    return Page(address, 200, (("Content-Type", guessed or kind),), body)


def clean(page: Page, profiles: Sequence[Profile]) -> dict[str, Any]:
    """Return the record of *page* by itself, in the shape of docs/record.md."""
    part = derive(page, match(page.url, profiles))
    found = survey([Piece(None, part)])
    if part.outcome != "story" or not found.plans:
        return part_record(part)
    story = compose(found.plans[0], found.facts, lambda piece: piece.part.prose)
    return story_record(story, id=None)
