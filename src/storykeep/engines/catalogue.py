"""An entry of a site's own catalogue (ARCHIVE_DB.pl, an SQL dump) as what it says of its story.

It is no page, so it has no text. Its part stands beside those of the story's pages: what it says is
evidence of its own, and a page that says otherwise is believed first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from storykeep import prose
from storykeep.catalogue import Entry
from storykeep.header import Draft, byline, dates
from storykeep.header.values import items_of
from storykeep.model import Date, Evidence, Link, Method, Part, Series
from storykeep.patterns import lazy

NAME = "catalogue"
VERSION = 1

_METHOD: Method = "archive_db"
_SURE = 0.95  # it is what the site's software had; an archivist may have typed it
_WORDS = {
    "title": "title",
    "author": "authors",
    "email": "email",
    "emailauthor": "email",
    "summary": "summary",
    "category": "category",
    "pairing": "pairing",
    "pairings": "pairing",
    "rating": "rating",
    "warning": "warning",
    "warnings": "warning",
    "optionalwarnings": "warning",
    "genre": "genre",
    "character": "character",
    "characters": "character",
    "fandom": "fandom",
    "notes": "notes",
    "storynotes": "notes",
    "date": "published",
    "dateprint": "published",
    "printtime": "published",
    "updated": "updated",
    "completed": "status",
    "wordcount": "words",
    "series": "series",
    "series position": "series position",
}
_TAGS = frozenset({"category", "pairing", "rating", "warning", "genre", "character", "fandom"})
_NOTHING = frozenset({"none", "n/a", "unknown"})
_EPOCH = lazy(r"\d{9,10}")
_DAY = lazy(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{2}|\d{4})")
_MOMENT = lazy(r"(?P<day>\d{4}-\d\d-\d\d)(?:[ T]\d\d:\d\d(?::\d\d)?)?")
_MARKUP = lazy(r"<[a-z/!]|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31});", re.IGNORECASE)


def matches(sheet: object) -> bool:
    """False: an entry is known by its type, and never by its text."""
    return False


def part_of(url: str, entry: Entry) -> Part:
    """Return what *entry*, which is stored under *url*, says of its story."""
    draft = Draft(())
    title, emails = None, []
    for typed, raw in entry.values:
        value = _text(raw)
        if not value or value.lower() in _NOTHING:
            continue
        word = _WORDS.get(typed.lower())
        if word == "title":
            title = title or value
            _found(draft, "title", value, typed, raw)
        elif word == "email":
            emails += byline.emails(value)
            draft.add_field(typed, value)
        else:
            items = [value] if entry.kind == "efiction" else items_of(word or "", value)
            _take(draft, word, typed, value, raw, items)
    _settle_authors(draft, entry, emails)
    reason = f"an entry of the site's catalogue ({entry.kind}, {entry.id})"
    return Part(
        url=url,
        outcome="index",
        engine=NAME,
        engine_version=VERSION,
        reason=reason,
        work_id=entry.work_id,
        title=title,
        authors=draft.authors,
        summary=draft.summary,
        tags=tuple(draft.tags),
        notes=tuple(draft.notes),
        series=draft.series,
        published=draft.published,
        updated=draft.updated,
        status=draft.status,
        words_stated=draft.words_stated,
        fields=dict(draft.fields),
        links=tuple(Link(address, "", "story") for address in entry.addresses),
        evidence=_evidence(draft, entry, reason),
        warnings=("its quotes were broken: it was read by its lines",) if entry.mended else (),
    )


def _evidence(draft: Draft, entry: Entry, reason: str) -> dict[str, tuple[Evidence, ...]]:
    encoding = ", ".join(entry.encodings)
    return {
        **{name: tuple(found) for name, found in draft.evidence.items()},
        "outcome": (Evidence("index", "inferred", reason=reason),),
        "encoding": (Evidence(encoding, "inferred", reason="what its bytes were read as"),),
    }


def _found(draft: Draft, name: str, value: str | None, typed: str, raw: str) -> None:
    draft.found(name, value, _METHOD, f"{typed}: {raw}", place="catalogue", confidence=_SURE)


def _take(
    draft: Draft, word: str | None, typed: str, value: str, raw: str, items: list[str]
) -> None:
    if word is None:
        draft.add_field(typed, value)
        return
    if word in _TAGS:
        _found(draft, "tags", value, typed, raw)
        for item in items:
            draft.add_tag(word, item)
    elif word == "notes":
        _found(draft, "notes", value, typed, raw)
        draft.add_note(value, typed, "head")
    elif word == "authors":
        _found(draft, "authors", value, typed, raw)
    elif word == "summary":
        _found(draft, "summary", value, typed, raw)
        draft.summary = draft.summary or value
    elif word in {"published", "updated"}:
        _take_date(draft, word, typed, value, raw)
    else:
        _take_number(draft, word, typed, value, raw)


def _take_number(draft: Draft, word: str, typed: str, value: str, raw: str) -> None:
    if word == "series":
        _found(draft, "series", value, typed, raw)
        if draft.series is None:
            draft.series = Series(value)
        else:
            draft.add_field("further series", value)
        return
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        draft.add_field(typed, value)
        return
    number = int(value)
    if word == "series position":
        if draft.series is not None and draft.series.position is None and number:
            draft.series = Series(draft.series.name, number)
    elif word == "status":
        draft.status = "complete" if number else "in_progress"
        _found(draft, "status", draft.status, typed, raw)
    elif number:
        draft.words_stated = number
        _found(draft, "words_stated", value, typed, raw)


def _take_date(draft: Draft, word: str, typed: str, value: str, raw: str) -> None:
    date = read_date(value)
    if date is None:
        draft.add_field(typed, value)
        return
    _found(draft, word, date.value, typed, raw)
    if word == "updated":
        draft.updated = draft.updated or date
    elif draft.published is None:
        draft.published = date


def read_date(value: str) -> Date | None:
    """Return a date as such software writes it: seconds since 1970, month/day/year, or SQL's."""
    if _EPOCH.fullmatch(value):
        at = datetime.fromtimestamp(int(value), UTC)
        return Date(f"{at:%Y-%m-%d}", value)
    if found := _DAY.fullmatch(value):
        year = int(found["year"])
        year += 0 if year > 99 else 1900 if year >= 70 else 2000
        return _day(year, int(found["month"]), int(found["day"]), value)
    if found := _MOMENT.fullmatch(value):
        year, month, day = map(int, found["day"].split("-"))
        return _day(year, month, day, value)
    return dates.read_date(value)


def _day(year: int, month: int, day: int, raw: str) -> Date | None:
    try:
        return Date(f"{datetime(year, month, day, tzinfo=UTC):%Y-%m-%d}", raw)
    except ValueError:
        return None


def _settle_authors(draft: Draft, entry: Entry, emails: list[str]) -> None:
    """Name the authors: each of eFiction's rows is one, an Automated Archive's line may be more."""
    told = [_text(value) for typed, value in entry.values if typed.lower() == "author"]
    names: Iterable[str] = (each for each in told if each)
    if entry.kind != "efiction":
        names = (name for each in told for name in byline.split_names(each))
    known = tuple(dict.fromkeys(names))
    url = f"mailto:{emails[0]}" if len(emails) == 1 and len(known) == 1 else None
    draft.authors = byline.authors(known, url) if known else ()


def _text(value: str) -> str:
    """Return a value without the markup that its author typed into a form."""
    if not _MARKUP.search(value):
        return value.strip()
    walked = prose.walk(prose.parse(f"<body>{value}</body>"), base_url="")
    texts = (each.block.text for each in walked if not each.hidden and each.block.kind != "break")
    return "\n\n".join(text for text in texts if text).strip()
