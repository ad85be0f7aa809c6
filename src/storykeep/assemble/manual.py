"""A story as its pages say, and as a user corrected it: what they said stays as evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from storykeep.decisions import TAG_KINDS, Correction, Corrections, shown
from storykeep.model import Author, Date, Disclaimer, Evidence, Series, Story, Tag

# Where the evidence of a field is not called as the field is.
_EVIDENCE = {"author": "authors", "disclaimer": "disclaimers", **dict.fromkeys(TAG_KINDS, "tags")}
_ORDER = ("tags", *TAG_KINDS)  # what goes for all tags comes before what goes for a kind


def corrected(story: Story, found: Corrections) -> Story:
    """Return *story* with the values of *found*, each the first candidate in its evidence."""
    for name in sorted(found, key=lambda each: (each not in _ORDER[:1], each)):
        story = _with(story, name, found[name])
    return story


def _with(story: Story, name: str, correction: Correction) -> Story:
    by_hand = Evidence(
        None if correction.value is None else shown(correction.value),
        "manual",
        shown(correction.value),
        "decisions.jsonl",
        reason=f"corrected by hand, {correction.at}",
    )
    field = _EVIDENCE.get(name, name)
    known = tuple(each for each in story.evidence.get(field, ()) if each != by_hand)
    evidence: Mapping[str, tuple[Evidence, ...]] = {**story.evidence, field: (by_hand, *known)}
    story = replace(story, evidence=dict(sorted(evidence.items())))
    if name in TAG_KINDS:
        return replace(story, tags=_tags(story, name, correction.value))
    return _SET[name](story, correction.value)


def _tags(story: Story, kind: str, values: list[str] | None) -> tuple[Tag, ...]:
    """Return the tags with those of one kind replaced, where the first of them stood."""
    at = next((n for n, tag in enumerate(story.tags) if tag.kind == kind), len(story.tags))
    kept = [tag for tag in story.tags if tag.kind != kind]
    return (*kept[:at], *(Tag(kind, each) for each in values or ()), *kept[at:])


def _authors(story: Story, names: list[str] | None) -> Story:
    # An address that the page gave belongs to the name that it gave.
    known = {author.name.casefold(): author.url for author in story.authors}
    authors = tuple(Author(name, known.get(name.casefold())) for name in names or ())
    return replace(story, authors=authors)


def _disclaimer(story: Story, text: str | None) -> Story:
    if text is None:
        return replace(story, disclaimers=())
    known = [each for each in story.disclaimers if each.text == text]
    return replace(story, disclaimers=tuple(known) or (Disclaimer(text, None, "header"),))


def _date(value: str | None) -> Date | None:
    return None if value is None else Date(value, value)


_SET: dict[str, Callable[[Story, Any], Story]] = {
    "title": lambda story, value: replace(story, title=value),
    "author": _authors,
    "summary": lambda story, value: replace(story, summary=value),
    "disclaimer": _disclaimer,
    "language": lambda story, value: replace(story, language=value),
    "status": lambda story, value: replace(story, status=value),
    "series": lambda story, value: replace(story, series=Series(**value) if value else None),
    "published": lambda story, value: replace(story, published=_date(value)),
    "updated": lambda story, value: replace(story, updated=_date(value)),
    "tags": lambda story, value: replace(story, tags=tuple(Tag(*each) for each in value or ())),
}
