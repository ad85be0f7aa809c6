"""A story, or one page's part, as the JSON record of docs/record.md: one shape, one order of keys.

Knows no file and no database; what it is given is what the record says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from storykeep import prose, urls
from storykeep.model import (
    Author,
    Block,
    Capture,
    Chapter,
    Date,
    Disclaimer,
    Event,
    Evidence,
    Note,
    Part,
    Series,
    Story,
    Tag,
    Version,
)

Record = dict[str, Any]


def story_record(story: Story, *, id: str | None) -> Record:  # noqa: A002 - the record's word
    """Return the record of *story*; *id* is its public id, None where it is not in an archive."""
    return {
        "id": id,
        "url": story.url,
        "outcome": "story",
        "reason": "",
        "engine": story.engine,
        "profile": story.profile,
        "title": story.title,
        "authors": _authors(story.authors),
        "disclaimers": _disclaimers(story.disclaimers),
        "summary": story.summary,
        "tags": _tags(story.tags),
        "notes": _notes(story.notes),
        "series": _series(story.series),
        "published": _date(story.published),
        "updated": _date(story.updated),
        "status": story.status,
        "language": story.language,
        "fields": dict(story.fields),
        "site": story.host,
        "key": story.key,
        "words": sum(prose.words(chapter.prose) for chapter in story.chapters),
        "aliases": list(story.aliases),
        "sources": list(story.sources),
        "gone_since": story.gone_since,
        "events": [_event(each) for each in story.events],
        "chapters": [_chapter(chapter) for chapter in story.chapters],
        "chrome": list(story.chrome),
        "evidence": _evidence(story.evidence),
        "warnings": [],
    }


def part_record(part: Part) -> Record:
    """Return the record of one page by itself: `outcome` says what it is.

    A page that is a story has one chapter, any other none. What only an archive knows is null.
    """
    return {
        "id": None,
        "url": part.url,
        "outcome": part.outcome,
        "reason": part.reason,
        "engine": part.engine,
        "profile": part.profile,
        "title": part.title,
        "authors": _authors(part.authors),
        "disclaimers": _disclaimers(part.disclaimers),
        "summary": part.summary,
        "tags": _tags(part.tags),
        "notes": _notes(part.notes),
        "series": _series(part.series),
        "published": _date(part.published),
        "updated": _date(part.updated),
        "status": part.status,
        "language": part.language,
        "fields": dict(part.fields),
        "site": urls.host(part.url) if urls.try_canonical(part.url) else None,
        "key": None,
        "words": prose.words(part.prose) if part.outcome == "story" else 0,
        "aliases": [link.url for link in part.links if link.kind == "alias"],
        "sources": [],
        "gone_since": None,
        "events": [],
        "chapters": [_chapter(_only_chapter(part))] if part.outcome == "story" else [],
        "chrome": list(part.chrome),
        "evidence": _evidence(part.evidence),
        "warnings": list(part.warnings),
    }


def _only_chapter(part: Part) -> Chapter:
    return Chapter(
        key=part.chapter_id or part.url,
        url=part.url,
        position=part.position or 1,
        title=part.chapter_title,
        prose=part.prose,
        notes=part.notes,
    )


def _event(event: Event) -> Record:
    return {
        "at": event.at,
        "kind": event.kind,
        "chapter": event.chapter,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "capture": _capture(event.capture),
    }


# ---------------------------------------------------------------- the text


def _chapter(chapter: Chapter) -> Record:
    return {
        "position": chapter.position,
        "title": chapter.title,
        **_text(chapter.prose),
        "blocks": [_block(block) for block in chapter.prose],
        "notes": _notes(chapter.notes),
        "url": chapter.url,
        "key": chapter.key,
        "capture": _capture(chapter.capture),
        "first_seen": chapter.first_seen,
        "last_seen": chapter.last_seen,
        "gone_since": chapter.gone_since,
        "versions": [_version(version) for version in chapter.superseded],
    }


def _version(version: Version) -> Record:
    return {
        **_text(version.prose),
        "capture": _capture(version.capture),
        "first_seen": version.first_seen,
        "last_seen": version.last_seen,
    }


def _text(blocks: tuple[Block, ...]) -> Record:
    """Return text, its marks and what is counted of it."""
    text, marks = prose.to_text(blocks)
    return {
        "words": prose.words(blocks),
        "scene_breaks": sum(block.kind == "break" for block in blocks),
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "text": text,
        "marks": [
            {
                "start": mark.start,
                "end": mark.end,
                "kind": mark.kind,
                "value": mark.value,
                "depth": mark.depth,
            }
            for mark in marks
        ],
    }


def _block(block: Block) -> Record:
    return {
        "kind": block.kind,
        "markdown": prose.markdown(block),
        "value": block.value,
        "depth": block.depth,
    }


def _capture(capture: Capture | None) -> Record | None:
    if capture is None:
        return None
    return {
        "warc": capture.warc,
        "offset": capture.offset,
        "length": capture.length,
        "record_id": capture.record_id,
        "digest": capture.payload_sha1,
        "sha256": capture.payload_sha256,
        "fetched_at": capture.fetched_at,
        "url": capture.url,
        "origin": capture.provenance.origin,
        "form": capture.provenance.form,
        "source_uri": capture.provenance.source_uri,
        "captured_by": capture.provenance.captured_by,
        "taken_at": capture.provenance.taken_at,
    }


# ---------------------------------------------------------------- the fields


def _authors(authors: Iterable[Author]) -> list[Record]:
    return [{"name": author.name, "url": author.url} for author in authors]


def _disclaimers(disclaimers: Iterable[Disclaimer]) -> list[Record]:
    return [
        {
            "text": disclaimer.text,
            "label": disclaimer.label,
            "place": disclaimer.place,
            "scope": disclaimer.scope,
            "rights_holders": list(disclaimer.rights_holders),
        }
        for disclaimer in disclaimers
    ]


def _tags(tags: Iterable[Tag]) -> list[Record]:
    return [{"kind": tag.kind, "value": tag.value} for tag in tags]


def _notes(notes: Iterable[Note]) -> list[Record]:
    return [
        {"text": note.text, "label": note.label, "place": note.place, "kind": note.kind}
        for note in notes
    ]


def _series(series: Series | None) -> Record | None:
    if series is None:
        return None
    return {"name": series.name, "position": series.position, "of": series.of}


def _date(date: Date | None) -> Record | None:
    return None if date is None else {"value": date.value, "raw": date.raw}


def _evidence(evidence: Mapping[str, tuple[Evidence, ...]]) -> Record:
    return {
        field: [
            {
                "value": found.value,
                "method": found.method,
                "raw": found.raw,
                "place": found.place,
                "confidence": found.confidence,
                "reason": found.reason,
            }
            for found in each
        ]
        for field, each in evidence.items()
    }
