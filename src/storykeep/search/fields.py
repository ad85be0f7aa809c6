"""The fields of the query language: which are columns of the index, and what the others ask. Pure.

A filter is an SQL condition on the story `s` with its values; no text of a user stands in the SQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import NamedTuple, get_args

COLUMNS = {
    "author": ("author",),
    "title": ("title",),
    "fandom": ("fandom",),
    "tag": ("tags", "fandom"),
    "summary": ("summary",),
    "notes": ("notes",),
    "disclaimer": ("disclaimer",),
    "text": ("body",),
}
TAG_KINDS = ("pairing", "character", "category", "genre", "warning", "spoiler", "keyword")
STATUSES = {
    "complete": "complete",
    "completed": "complete",
    "finished": "complete",
    "in_progress": "in_progress",
    "wip": "in_progress",
    "abandoned": "abandoned",
}
_IS = {
    "gone": "s.gone_since IS NOT NULL",
    "complete": "coalesce(s.status, '') = 'complete'",
    "changed": "s.id IN (SELECT c.story FROM version AS v JOIN chapter AS c ON c.id = v.chapter "
    "WHERE v.number > 1)",
}
_HAS = {
    "disclaimer": "s.id IN (SELECT story FROM disclaimer)",
    "notes": "s.id IN (SELECT story FROM note)",
    "summary": "s.summary IS NOT NULL",
    "series": "s.series IS NOT NULL",
    "date": "s.published IS NOT NULL",
    "fandom": "s.id IN (SELECT story FROM tag WHERE kind = 'fandom')",
}
_WHOLE = 1 << 30  # letters: more than a value has
# What the page of a story turned out to be when it was last fetched: a story, or gone by now.
LAST_OUTCOME = (
    "SELECT c.outcome FROM capture AS c JOIN address AS a ON a.url_key = c.url_key "
    "WHERE a.story = s.id AND c.outcome IS NOT NULL ORDER BY c.fetched_at DESC, c.id DESC LIMIT 1"
)


class ValueUnfitError(ValueError):
    """A field cannot have this value; the hint says what it takes."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


class Condition(NamedTuple):
    """An SQL condition on the story `s`, and its values."""

    sql: str
    values: tuple[str | int, ...] = ()


def filter_of(field: str, value: str, *, is_prefix: bool = False) -> Condition:
    """Return what *field* with *value* asks of a story. Raises ValueUnfitError.

    *is_prefix*: the value's last word is open.
    """
    text = value.strip()
    if not text:
        raise ValueUnfitError(f"{field}: has no value", takes(field))
    if field in TAG_KINDS:
        return _tag(field, text, is_prefix=is_prefix)
    if is_prefix:
        if field not in _OPEN:
            raise ValueUnfitError(f"{field}: takes no *", takes(field))
        text += "*"
    return _FILTERS[field](text)


def takes(field: str) -> str:
    """Return in words what stands behind *field*."""
    return _TAKES.get(field, f"write {field}:word, without a space")


def has_words(value: str | None, wanted: str) -> bool:
    """Return whether the folded words of *value* have those of *wanted* in a row (an SQL function).

    A wanted text that ends in "*" leaves its last word open.
    """
    inside = f" {folded(value or '')} "
    if wanted.endswith("*"):
        return f" {wanted[:-1]}" in inside
    return f" {wanted} " in inside


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return the words of *text* in lower case, without diacritics, one space apart."""
    bare = text.lower()
    if not text.isascii():
        letters = unicodedata.normalize("NFD", text.casefold())
        bare = "".join(char for char in letters if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", bare))


def _tag(kind: str, text: str, *, is_prefix: bool) -> Condition:
    words = folded(text)
    if not words:
        raise ValueUnfitError(f"{kind}: has no word behind it", f"write {kind}:word")
    return Condition(
        "s.id IN (SELECT story FROM tag WHERE kind = ? AND has_words(value, ?))",
        (kind, words + ("*" if is_prefix else "")),
    )


def _site(text: str) -> Condition:
    # A part of the host is asked for: so "fan*" is what "fan" is.
    return Condition("instr(s.host, ?) > 0", (text.lower().removesuffix("*"),))


def _outcome(text: str) -> Condition:
    from storykeep.model import Outcome  # here, for few searches ask for one

    known: tuple[str, ...] = get_args(Outcome)
    if (name := re.sub(r"[\s-]+", "_", text.lower())) not in known:
        raise ValueUnfitError(
            f"there is no outcome {_short(text)}", f"an outcome is one of {', '.join(known)}"
        )
    return Condition(f"({LAST_OUTCOME}) = ?", (name,))


def _rating(text: str) -> Condition:
    wanted = text.removesuffix("*")
    return Condition(
        "s.id IN (SELECT story FROM tag WHERE kind = 'rating' "
        "AND substr(value, 1, ?) = ? COLLATE NOCASE)",
        (_WHOLE if wanted == text else len(wanted), wanted),
    )


def _language(text: str) -> Condition:
    # A tag's first part is the language; en finds en-GB (RFC 4647, section 3.3.1).
    tag = text.lower().replace("_", "-") + "-"
    return Condition("substr(lower(coalesce(s.language, '')) || '-', 1, ?) = ?", (len(tag), tag))


def _status(text: str) -> Condition:
    name = re.sub(r"[\s-]+", "_", text.lower())
    if name not in STATUSES:
        raise ValueUnfitError(f"there is no status {_short(text)}", takes("status"))
    return Condition("coalesce(s.status, '') = ?", (STATUSES[name],))


def _series(text: str) -> Condition:
    words = folded(text)
    if not words:
        raise ValueUnfitError("series: has no word behind it", "write series:word")
    return Condition("has_words(s.series, ?)", (words + "*" * text.endswith("*"),))


def _among(field: str, known: dict[str, str]) -> Callable[[str], Condition]:
    def read(text: str) -> Condition:
        if text.lower() not in known:
            raise ValueUnfitError(f"there is no {field}:{_short(text)}", takes(field))
        return Condition(known[text.lower()])

    return read


# ---------------------------------------------------------------- ranges

_RANGE = re.compile(r"(?P<sign>>=|<=|>|<|=)?(?P<low>[^.<>=]*)(?P<dots>\.\.(?P<high>[^.<>=]*))?")


def _bounds(field: str, text: str, example: str) -> list[tuple[str, str]]:
    """Return the (sign, value) pairs that a range says; both ends belong to low..high."""
    match = _RANGE.fullmatch(text.strip())
    low, high = (match["low"].strip(), (match["high"] or "").strip()) if match else ("", "")
    if match is None or not (low or high) or (match["sign"] and match["dots"]):
        raise ValueUnfitError(f"{field}: cannot be {_short(text)}", example)
    if not match["dots"]:
        return [(match["sign"] or "=", low)]
    return [(sign, value) for sign, value in ((">=", low), ("<=", high)) if value]


def _words(text: str) -> Condition:
    hint = takes("words")
    terms, values = [], []
    for sign, value in _bounds("words", text, hint):
        number = re.fullmatch(r"(\d{1,12})(k?)", value.lower().replace(",", ""), re.ASCII)
        if number is None:
            raise ValueUnfitError(f"{_short(value)} is not a number of words", hint)
        terms.append(f"s.words {sign} ?")
        values.append(int(number[1]) * (1000 if number[2] else 1))
    _refuse_empty(values, text, hint)
    return Condition(" AND ".join(terms), tuple(values))


def _refuse_empty(values: list[int] | list[str], text: str, hint: str) -> None:
    if len(values) == 2 and values[0] > values[1]:  # type: ignore[operator]
        raise ValueUnfitError(f"the range {_short(text)} begins behind its end", hint)


def _date(field: str, column: str) -> Callable[[str], Condition]:
    def read(text: str) -> Condition:
        terms: list[str] = []
        values: list[str | int] = []
        limits = []
        hint = takes(field)
        for sign, value in _bounds(field, text, hint):
            if not _is_date(value):
                raise ValueUnfitError(f"{_short(value)} is not a date", hint)
            # A page may only say the year. It is before 2003-06 or not, nobody knows: then it is
            # not found.
            terms.append(
                f"(substr({column}, 1, ?) {sign} ? AND "
                f"(length({column}) >= ? OR substr(?, 1, length({column})) != {column}))"
            )
            values += [len(value), value, len(value), value]
            limits.append(value)
        if len(limits) == 2 and not limits[1].startswith(limits[0]):
            _refuse_empty(limits, text, hint)
        return Condition(" AND ".join(terms), tuple(values))

    return read


def _is_date(text: str) -> bool:
    """Return whether *text* is a year, a month or a day that there is."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def _short(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:30] + "…")


_FILTERS: dict[str, Callable[[str], Condition]] = {
    "site": _site,
    "rating": _rating,
    "lang": _language,
    "status": _status,
    "outcome": _outcome,
    "series": _series,
    "words": _words,
    "date": _date("date", "s.published"),
    "updated": _date("updated", "s.updated"),
    "is": _among("is", _IS),
    "has": _among("has", _HAS),
}
FIELDS = (*COLUMNS, *_FILTERS, *TAG_KINDS)
NUMBERS = ("words", "date", "updated")  # whose values are numbers and ranges of them
_OPEN = ("series", "rating", "site")  # whose value may end in "*"
_TAKES = {
    "words": "write words:5000, words:>5000 or words:1000..5000",
    "status": "a status is complete, in_progress (or wip) or abandoned",
    "lang": "a language is a tag, such as en or pt-BR; lang:en finds en-GB, too",
    "is": "there are " + " ".join(f"is:{each}" for each in _IS),
    "has": "there are " + " ".join(f"has:{each}" for each in _HAS),
} | {
    each: f"write {each}:2003, {each}:>2003-06, {each}:2001..2004 or {each}:<2003-06-17"
    for each in ("date", "updated")
}
