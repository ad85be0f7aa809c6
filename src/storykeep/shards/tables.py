"""One capture's answer as rows of the three tables. Pure: no file, and no Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storykeep import codec, prose, urls
from storykeep.model import Block, Capture, Part
from storykeep.profiles import Profile
from storykeep.shards.job import given
from storykeep.store.ids import SHORTEST, key_digest
from storykeep.store.rows import storable
from storykeep.workers import Answer, Task

Row = dict[str, Any]

_PLACE = {
    "url": "text", "fetched_at": "text", "warc": "text", "offset": "number", "length": "number",
    "record_id": "text", "payload_sha256": "text",
}  # fmt: skip
# Kinds: text, number, yes, bytes, texts.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "capture": {
        **_PLACE, "status": "number", "mime": "text", "payload_sha1": "text", "revisit_of": "text",
        "outcome": "text", "reason": "text", "engine": "text", "engine_version": "number",
        "profile": "text", "profile_sha256": "text", "problem": "text", "is_damage": "yes",
        "part": "text", "prose": "bytes", "given": "text", "row_sha256": "text",
    },
    "story": {
        "id": "text", "key": "text", "site": "text", "title": "text", "author": "text",
        "authors": "texts", "summary": "text", "fandoms": "texts", "rating": "text",
        "status": "text", "language": "text", "published": "text", "updated": "text",
        "words": "number", "chapters": "number", "outcome": "text", "engine": "text",
        "profile": "text", **_PLACE,
    },
    "chapter": {
        "id": "text", "key": "text", "chapter": "text", "position": "number", "title": "text",
        "words": "number", "text": "text", "text_sha256": "text", **_PLACE,
    },
}  # fmt: skip


def rows_of(
    task: Task, answer: Answer, profiles: Sequence[Profile], max_bytes: int
) -> Iterator[tuple[str, Row]]:
    """Yield the rows that *answer* has in each table, with the table's name.

    A page that is a story has a row in `story`, as it tells of that by itself, and one in `chapter`
    for each chapter that is on it; a revisit says what was said before, and has none.
    """
    capture = task.capture
    part = None
    if not answer.problem:
        blocks = codec.unpack_blocks(answer.prose) if answer.prose else ()
        part = codec.part_from_json(answer.json, blocks)
    profile = profiles[task.profile].sha256 if task.profile is not None else None
    yield "capture", _capture_row(task, answer, part, profile, given(task, profiles, max_bytes))
    if part is None or part.outcome != "story" or capture.revisit_of is not None:
        return
    key = _story_key(part)
    pieces = list(_chapters(part))
    yield "story", _storable({**_story_row(part, key, len(pieces)), **_place(capture)})
    for piece in pieces:
        yield "chapter", _storable({**_named(key), **piece, **_place(capture)})


def answer_of(row: Row) -> Answer:
    """Return the answer that a row of `capture` was made of. Raises ValueError where it is none."""
    if row["row_sha256"] != _digest(row):
        raise ValueError(f"the row of {row['url']} is not what it was")
    problem = row["problem"] or ""
    return Answer(row["part"] or "", row["prose"] or b"", problem, is_damage=row["is_damage"])


def _capture_row(
    task: Task, answer: Answer, part: Part | None, profile: str | None, told: str
) -> Row:
    capture = task.capture
    row = {
        **_place(capture),
        "status": capture.status,
        "mime": capture.mime,
        "payload_sha1": capture.payload_sha1,
        "revisit_of": capture.revisit_of,
        "outcome": part.outcome if part else None,
        "reason": part.reason if part else None,
        "engine": part.engine if part else None,
        "engine_version": part.engine_version if part else None,
        "profile": part.profile if part else None,
        "profile_sha256": profile,
        "problem": answer.problem or None,
        "is_damage": answer.is_damage,
        "part": answer.json if part else None,
        "prose": answer.prose or None,
        "given": told,
    }
    row = _storable(row)
    return {**row, "row_sha256": _digest(row)}


def _digest(row: Row) -> str:
    """Return a digest of all that a row of `capture` says: no damage passes for a page."""
    names = [name for name in COLUMNS["capture"] if name not in ("prose", "row_sha256")]
    said = codec.dumps([row[name] for name in names])
    return hashlib.sha256(said.encode() + (row["prose"] or b"")).hexdigest()


def _place(capture: Capture) -> Row:
    return {name: getattr(capture, name) for name in _PLACE}


def _named(key: str) -> Row:
    return {"id": key_digest(key)[:SHORTEST], "key": key}


def _story_key(part: Part) -> str:
    """Return the key of the story as its first page gives it (see assemble)."""
    if part.work_id is None or urls.try_canonical(part.url) is None:
        return part.url
    return f"{urls.host(part.url)}/{part.work_id}"


def _story_row(part: Part, key: str, chapters: int) -> Row:
    names = [author.name for author in part.authors]
    ratings = [tag.value for tag in part.tags if tag.kind == "rating"]
    return {
        **_named(key),
        "site": urls.host(part.url) if urls.try_canonical(part.url) else None,
        "title": part.title,
        "author": ", ".join(names) or None,
        "authors": names,
        "summary": part.summary,
        "fandoms": [tag.value for tag in part.tags if tag.kind == "fandom"],
        "rating": ", ".join(ratings) or None,
        "status": part.status,
        "language": part.language,
        "published": part.published.value if part.published else None,
        "updated": part.updated.value if part.updated else None,
        "words": prose.words(part.prose),
        "chapters": chapters,
        "outcome": part.outcome,
        "engine": part.engine,
        "profile": part.profile,
    }


def _chapters(part: Part) -> Iterator[Row]:
    if not part.sections:
        chapter = part.chapter_id or part.url
        yield _chapter_row(chapter, part.position, part.chapter_title, part.prose)
    for section in part.sections:
        blocks = part.prose[section.start : section.end]
        yield _chapter_row(section.chapter_id, section.position, section.title, blocks)


def _chapter_row(key: str, position: int | None, title: str | None, blocks: Sequence[Block]) -> Row:
    text, _ = prose.to_text(tuple(blocks))
    return {
        "chapter": key,
        "position": position,
        "title": title,
        "words": prose.words(tuple(blocks)),
        "text": text,
        "text_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    }


def _storable(row: Row) -> Row:
    """Return *row* with each text as Unicode can hold it."""
    return {name: _whole(value) for name, value in row.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        return [storable(each) for each in value]
    return storable(value) if isinstance(value, str) else value
