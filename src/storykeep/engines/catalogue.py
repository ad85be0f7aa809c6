"""An entry of a site's own catalogue (ARCHIVE_DB.pl, an SQL dump) as what it says of its story.

It is no page, so it has no text. Its part stands beside those of the story's pages: what it says is
evidence of its own, and a page that says otherwise is believed first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime

from storykeep import prose
from storykeep.catalogue import Entry
from storykeep.header import Draft, byline, dates
from storykeep.header.values import items_of
from storykeep.model import Author, Date, Evidence, Link, Method, Part, Series, Tag
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
_LINE = 1000  # letters that a name, a date or a number may have
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
    """Return what *entry*, which is stored under *url*, says of its story; it never raises."""
    try:
        return _read(url, entry)
    except Exception as error:  # noqa: BLE001  its words are anybody's: it must still be kept
        reason = f"the engine failed: {type(error).__name__}: {error}"
        return Part(url, "error", engine=NAME, engine_version=VERSION, reason=reason)


def _read(url: str, entry: Entry) -> Part:
    told = _Told(entry.kind == "efiction")
    for typed, raw in entry.values:
        value = _text(raw)
        if value and value.lower() not in _NOTHING:
            told.take(typed, value, raw)
    draft = told.draft
    reason = f"an entry of the site's catalogue ({entry.kind}, {entry.id})"
    encoding = Evidence(
        ", ".join(entry.encodings), "inferred", reason="what its bytes were read as"
    )
    return Part(
        url=url,
        outcome="index",
        engine=NAME,
        engine_version=VERSION,
        reason=reason,
        work_id=entry.work_id,
        title=told.title,
        authors=told.authors(),
        summary=draft.summary,
        tags=tuple(told.tags),
        notes=tuple(draft.notes),
        series=draft.series,
        published=draft.published,
        updated=draft.updated,
        status=draft.status,
        words_stated=draft.words_stated,
        fields={typed: "\n".join(values) for typed, values in told.fields.items()},
        links=tuple(Link(address, "", "story") for address in entry.addresses),
        evidence={
            **{name: tuple(found) for name, found in draft.evidence.items()},
            "outcome": (Evidence("index", "inferred", reason=reason),),
            "encoding": (encoding,),
        },
        warnings=("its quotes were broken: it was read by its lines",) if entry.mended else (),
    )


class _Told:
    """What was met of one entry; *lists_apart* where each value names one thing."""

    def __init__(self, lists_apart: bool) -> None:
        self.draft = Draft(())
        self.title: str | None = None
        self.tags: dict[Tag, None] = {}
        self.fields: dict[str, list[str]] = defaultdict(list)
        self._names: dict[str, None] = {}
        self._emails: dict[str, None] = {}
        self._lists_apart = lists_apart

    def take(self, typed: str, value: str, raw: str) -> None:
        """Take one value in, as the record's word for it or as a field."""
        word = _WORDS.get(typed.lower())
        if word == "title":
            self.title = self.title or value
            self._found("title", value, typed, raw)
        elif word in _TAGS:
            self._found("tags", value, typed, raw)
            items = [value] if self._lists_apart else items_of(word, value)
            self.tags |= dict.fromkeys(Tag(word, bare) for each in items if (bare := each.strip()))
        elif word == "notes":
            self._found("notes", value, typed, raw)
            self.draft.add_note(value, typed, "head")
        elif word == "summary":
            self._found("summary", value, typed, raw)
            self.draft.summary = self.draft.summary or value
        elif word is not None and len(value) <= _LINE:
            self._take_line(word, typed, value, raw)
        else:
            self.fields[typed].append(value)

    def _take_line(self, word: str, typed: str, value: str, raw: str) -> None:
        if word == "authors":
            self._found("authors", value, typed, raw)
            names = (value,) if self._lists_apart else byline.split_names(value)
            self._names |= dict.fromkeys(names)
        elif word == "email":
            self._emails |= dict.fromkeys(byline.emails(value))
            self.fields[typed].append(value)
        elif word == "series":
            self._found("series", value, typed, raw)
            self._take_series(value)
        elif word in {"published", "updated"}:
            self._take_date(word, typed, value, raw)
        else:
            self._take_number(word, typed, value, raw)

    def _take_series(self, value: str) -> None:
        if self.draft.series is None:
            self.draft.series = Series(value)
        else:
            self.fields["further series"].append(value)

    def _take_number(self, word: str, typed: str, value: str, raw: str) -> None:
        draft = self.draft
        if not (value.isascii() and value.isdecimal() and len(value) < 10):
            self.fields[typed].append(value)
            return
        number = int(value)
        if word == "status":
            draft.status = "complete" if number else "in_progress"
            self._found("status", draft.status, typed, raw)
        elif word == "words" and number:
            draft.words_stated = number
            self._found("words_stated", value, typed, raw)
        elif word == "series position" and number:
            if draft.series is not None and draft.series.position is None:
                draft.series = Series(draft.series.name, number)
            else:
                self.fields[typed].append(value)

    def _take_date(self, word: str, typed: str, value: str, raw: str) -> None:
        date, draft = read_date(value), self.draft
        if date is None:
            self.fields[typed].append(value)
            return
        self._found(word, date.value, typed, raw)
        if word == "updated":
            draft.updated = draft.updated or date
        else:
            draft.published = draft.published or date

    def _found(self, name: str, value: str, typed: str, raw: str) -> None:
        said = f"{typed}: {raw}"
        self.draft.found(name, value, _METHOD, said, place="catalogue", confidence=_SURE)

    def authors(self) -> tuple[Author, ...]:
        """Return who is named; an address belongs to the one who is alone."""
        alone = len(self._names) == len(self._emails) == 1
        url = f"mailto:{next(iter(self._emails))}" if alone else None
        return byline.authors(tuple(self._names), url) if self._names else ()


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


def _text(value: str) -> str:
    """Return a value without the markup that its author typed into a form."""
    if not _MARKUP.search(value):
        return value.strip()
    walked = prose.walk(prose.parse(f"<body>{value}</body>"), base_url="")
    texts = (each.block.text for each in walked if not each.hidden and each.block.kind != "break")
    return "\n\n".join(text for text in texts if text).strip()
