"""Stories as the rows that they become, made while those before them go into the index.

Nothing here asks the database. SQLite leaves Python alone while it indexes a story, so a second
thread has the time. While rows are written it would not: that is many short calls, and behind each
the one thread waits for the other.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from storykeep import codec, urls
from storykeep.model import Story
from storykeep.store.chapters import ChapterRows, chapter_rows
from storykeep.store.documents import document_row
from storykeep.store.ids import key_digest
from storykeep.store.rows import Row, row_of, storable

_AT_ONCE = 16  # stories that are made at a time
_BYTES = 512 * 1024  # of what these are made of; a longer one is alone
_TURN = 0.00002  # seconds; in Python's own 5 ms several stories go into the index
_LONG = 2 * 1024 * 1024  # of so much only one is in memory at a time

STORY_COLUMNS = (
    "host, url, title, author, words, language, status, published, updated, series, "
    "series_position, series_of, gone_since, engine, profile, document_sha256, "
    "record_sha256, summary, authors, sources, aliases, published_raw, "
    "updated_raw, fields, chrome, evidence"
)
# The columns behind `story` of the tables that list something of it.
LISTS = {
    "note": "chapter, number, kind, place, label, text",
    "disclaimer": "number, place, scope, label, text, rights_holders",
    "tag": "number, kind, value",
    "event": "number, at, kind, chapter, before, after, reason, capture",
    "address": "url_key",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a story: its row, and digests of what is searched and of all."""

    id: int
    document_sha256: str
    record_sha256: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A story for whose making nothing more is to be read; any thread may make it."""

    size: int  # bytes of what it is made of, about
    make: Callable[[], Story]


@dataclass(frozen=True, slots=True)
class News:
    """A story that may not be stored as it is; `again`: its key came before in the same save."""

    key: str
    record_sha256: str
    ready: Ready
    known: Known | None
    again: bool = False
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A story as rows; `lists` are by table, without the story's number."""

    news: News
    key_digest: str
    row: Row
    document_sha256: str
    lists: Mapping[str, list[Row]]
    chapters: list[ChapterRows]
    document: Row  # what is searched of it; nothing where it may be stored already


def prepared(news: Iterable[News], meanwhile: Callable[[], None] | None) -> Iterator[Prepared]:
    """Yield the stories of *news* as rows, in order; many are made before the first is yielded.

    *meanwhile* is called while they are made: for what takes time within SQLite. None where that is
    done by a thread which has enough to do beside this one; then each is made when it is wanted.
    """
    if meanwhile is None:
        with _short_turns():
            yield from map(_prepare, news)
        return
    batches = _batches(news)
    yield from _let_go(_prepare_all(next(batches, [])))
    # No thread begins before it is wanted.
    with _short_turns(), ThreadPoolExecutor(1, "rows") as helper:
        for batch in batches:
            if sum(each.ready.size for each in batch) > _LONG:
                meanwhile()
                yield from _let_go(_prepare_all(batch))
                continue
            coming = helper.submit(_prepare_all, batch)
            meanwhile()
            yield from _let_go(coming.result())


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let a thread that comes back from SQLite wait for less than it takes to index a story."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, _TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _batches(news: Iterable[News]) -> Iterator[list[News]]:
    batch: list[News] = []
    size = 0
    for each in news:
        batch.append(each)
        size += each.ready.size
        if len(batch) >= _AT_ONCE or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _let_go(stories: list[Prepared]) -> Iterator[Prepared]:
    """Yield *stories* and keep none: the text of one may be long."""
    stories.reverse()
    while stories:
        yield stories.pop()


def _prepare_all(batch: Iterable[News]) -> list[Prepared]:
    return list(map(_prepare, batch))


def _prepare(news: News) -> Prepared:
    story = news.ready.make()
    chapters = [chapter_rows(each, is_new=news.known is None) for each in story.chapters]
    document_sha256 = _document_sha256(story, chapters)
    row = _story_row(story, sum(each.text.words for each in chapters), document_sha256, news)
    document = document_row(story, chapters) if news.known is None else ()
    return Prepared(
        news, key_digest(story.key), row, document_sha256, _lists(story), chapters, document
    )


def _document_sha256(story: Story, chapters: Sequence[ChapterRows]) -> str:
    """Return a digest of everything that the view `story_document` shows of *story*."""
    return _sha256(
        [
            story.title,
            _author(story),
            [[tag.kind == "fandom", tag.value] for tag in story.tags],
            story.summary,
            [note.text for note in story.notes],
            [[note.text for note in chapter.notes] for chapter in story.chapters],
            [disclaimer.text for disclaimer in story.disclaimers],
            [
                [chapter.title, rows.text.sha256]
                for chapter, rows in zip(story.chapters, chapters, strict=True)
            ],
        ]
    )


def _sha256(value: Any) -> str:
    return hashlib.sha256(codec.dumps(value, sort=True).encode()).hexdigest()


def _author(story: Story) -> str:
    return ", ".join(author.name for author in story.authors)


def _story_row(story: Story, words: int, document_sha256: str, news: News) -> Row:
    series, published, updated = story.series, story.published, story.updated
    return row_of(
        story.host,
        story.url,
        story.title,
        _author(story),
        words,
        story.language,
        story.status,
        published.value if published else None,
        updated.value if updated else None,
        series.name if series else None,
        series.position if series else None,
        series.of if series else None,
        story.gone_since,
        story.engine,
        story.profile,
        document_sha256,
        news.record_sha256,
        story.summary,
        codec.dumps(story.authors),
        codec.dumps(story.sources),
        codec.dumps(story.aliases),
        published.raw if published else None,
        updated.raw if updated else None,
        codec.dumps(story.fields),
        codec.dumps(story.chrome),
        codec.dumps(story.evidence),
    )


def _lists(story: Story) -> dict[str, list[Row]]:
    owners = (story.notes, *(chapter.notes for chapter in story.chapters))
    addresses = {story.url, *story.aliases, *(chapter.url for chapter in story.chapters)}
    return {
        "note": [
            row_of(chapter, place, note.kind, note.place, note.label, note.text)
            for chapter, found in enumerate(owners)
            for place, note in enumerate(found)
        ],
        "disclaimer": [
            row_of(
                place, each.place, each.scope, each.label, each.text,
                codec.dumps(each.rights_holders),
            )
            for place, each in enumerate(story.disclaimers)
        ],
        "tag": [row_of(place, tag.kind, tag.value) for place, tag in enumerate(story.tags)],
        "event": [
            row_of(
                place, each.at, each.kind, each.chapter, each.before, each.after, each.reason,
                each.capture.id if each.capture else None,
            )
            for place, each in enumerate(story.events)
        ],
        "address": [(storable(key),) for key in sorted({urls.key(each) for each in addresses})],
    }  # fmt: skip
