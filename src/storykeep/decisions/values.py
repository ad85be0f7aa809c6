"""What can be corrected by hand, and how it is written: words in, JSON values out.

A value is null ("there is none"), a text, a list of names, a list of tags or a series.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from storykeep.errors import UsageError

TAG_KINDS = (
    "fandom", "pairing", "character", "category", "genre", "rating", "warning", "spoiler",
    "keyword",
)  # fmt: skip
_TEXTS = ("title", "summary", "disclaimer")
FIELDS = (
    "title", "author", "summary", "disclaimer", "language", "status", "series", "published",
    "updated", "tags", *TAG_KINDS,
)  # fmt: skip
_STATUS = ("complete", "in_progress", "abandoned")
_LONGEST = 100_000  # characters of one text
_MOST = 1000  # names or tags
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SERIES = re.compile(r"(?P<name>.*?)(?:\s*#(?P<n>\d{1,5})(?:\s*(?:/|of)\s*(?P<of>\d{1,5}))?)?")
_UNSEEN = re.compile("[\0\ud800-\udfff]")


def read_word(word: str) -> tuple[str, Any]:
    """Return field and value of "title=The Ferry"; raises UsageError where it says neither."""
    name, sign, text = word.partition("=")
    name = name.strip().lower()
    name = {"authors": "author", "tag": "tags"}.get(name, name)
    if not sign:
        raise UsageError(
            f"{word!r} does not say what to correct",
            hint='write FIELD=VALUE, as in title="The Ferry"; FIELD= means that there is none',
        )
    if name not in FIELDS:
        near = get_close_matches(name, FIELDS, 1)
        raise UsageError(
            f"there is no field {name!r}",
            hint=f"did you mean {near[0]}=...?" if near else f"known: {', '.join(FIELDS)}",
        )
    value = _parsed(name, _UNSEEN.sub("\ufffd", text).strip())
    try:
        return name, check(name, value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}", hint=_HINTS.get(name, "")) from error


_HINTS = {
    "language": "write its code, as in language=en or language=pt-BR",
    "status": "write complete, in_progress or abandoned",
    "published": "write 2003, 2003-06 or 2003-06-17",
    "updated": "write 2003, 2003-06 or 2003-06-17",
    "author": 'several are written as author="Ada; Ben"',
    "series": 'write series="Shores #2" or series="Shores #2/5"',
    "tags": 'write tags="fandom: Tides; rating: PG; a keyword"',
}


def _parsed(name: str, text: str) -> Any:
    if not text:
        return None
    if name == "author" or name in TAG_KINDS:
        return _items(text)
    if name == "tags":
        return [_tag(each) for each in _items(text)]
    if name == "status":
        return text.lower().replace(" ", "_").replace("-", "_")
    if name == "series":
        found = _SERIES.fullmatch(" ".join(text.split()))
        assert found is not None
        number, of = found["n"], found["of"]
        return {
            "name": found["name"] or None,
            "position": int(number) if number else None,
            "of": int(of) if of else None,
        }
    return text if name in {"summary", "disclaimer"} else " ".join(text.split())


def _items(text: str) -> list[str]:
    return [item for each in text.split(";") if (item := " ".join(each.split()))]


def _tag(text: str) -> list[str]:
    kind, colon, value = text.partition(":")
    if colon and kind.strip().lower() in TAG_KINDS and value.strip():
        return [kind.strip().lower(), value.strip()]
    return ["keyword", text]


def check(name: str, value: Any) -> Any:
    """Return *value* if the field *name* can have it; raises ValueError, in words, if not."""
    if value is None:
        return None
    if name == "author" or name in TAG_KINDS:
        return _checked_list(value, lambda each: _is_text(each))
    if name == "tags":
        return _checked_list(value, _is_tag)
    if name == "series":
        if not _is_series(value):
            raise ValueError("is no name of a series and number in it")
        return value
    if not _is_text(value):
        raise ValueError(f"must be a text of at most {_LONGEST:,} letters")
    if name == "status" and value not in _STATUS:
        raise ValueError(f"there is no status {value!r}")
    if name == "language" and not _LANGUAGE.fullmatch(value):
        raise ValueError(f"{value!r} is no language code")
    if name in {"published", "updated"}:
        _check_date(value)
    return value


def _checked_list(value: Any, fits: Any) -> Any:
    if not isinstance(value, list) or not value or len(value) > _MOST or not all(map(fits, value)):
        raise ValueError(f"must be a list of 1 to {_MOST:,} texts")
    return value


def _is_text(value: Any) -> bool:
    is_text = isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= _LONGEST
    return is_text and not _UNSEEN.search(value)


def _is_tag(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return value[0] in TAG_KINDS and _is_text(value[1])


def _is_series(value: Any) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"name", "position", "of"}:
        return False
    numbers = [value["position"], value["of"]]
    counted = all(
        each is None or (isinstance(each, int) and not isinstance(each, bool) and 0 <= each < 10**6)
        for each in numbers
    )
    named = value["name"] is None or _is_text(value["name"])
    return counted and named and (value["name"] is not None or numbers[0] is not None)


def _check_date(value: str) -> None:
    if not _DATE.fullmatch(value):
        raise ValueError(f"{value!r} is no date")
    parts = [int(each) for each in value.split("-")]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError as error:
        raise ValueError(f"{value!r} is no day of the calendar") from error


def shown(value: Any) -> str:
    """Return *value* as a person writes it; "(none)" for null."""
    if value is None:
        return "(none)"
    if isinstance(value, Mapping):
        number = f" #{value['position']}" if value["position"] is not None else ""
        number += f"/{value['of']}" if number and value["of"] is not None else ""
        return f"{value['name'] or ''}{number}".strip()
    if isinstance(value, list):
        return "; ".join(
            f"{each[0]}: {each[1]}" if isinstance(each, list) else each for each in value
        )
    return str(value)
