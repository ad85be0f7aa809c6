"""One table of the file: typed access to its keys; an error says what, where and what to do."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from storykeep import hours
from storykeep.config.place import KEYS
from storykeep.errors import ConfigError
from storykeep.hours import Hours


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file, which knows how to complain about its keys."""

    path: Path
    name: str  # "[polite]", '[[source]] "example"', "" for the top level
    data: Mapping[str, Any]

    def error(self, message: str, hint: str = "", key: str = "") -> ConfigError:
        place = " ".join(part for part in (self.name, key) if part)
        return ConfigError(": ".join(x for x in (str(self.path), place, message) if x), hint=hint)

    def refuse_unknown(self, known: set[str]) -> None:
        for key in self.data:
            if key not in known:
                what = "table" if not self.name and _is_table(self.data[key]) else "key"
                raise self.error(f"unknown {what} {key!r}", _closest(key, known))

    def table(self, key: str) -> Table:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self.error(f"{key} must be a table", f"write [{key}] on a line of its own")
        return Table(self.path, f"[{key}]", value)

    def tables(self, key: str) -> list[Table]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            hint = f"write [[{key}]] with two brackets on each side, once for each {key}"
            raise self.error(f"{key} must be a list of tables", hint)
        return [Table(self.path, _title(key, at, one), one) for at, one in enumerate(value, 1)]

    def text(self, key: str, default: str) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise self.error(f"must be text, not {_kind(value)}", f'write {key} = "..."', key)
        if any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in value):
            raise self.error("must not contain line ends or control characters", "", key)
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            hint = f"write {key} = true or {key} = false, without quotes"
            raise self.error(f"must be true or false, not {_kind(value)}", hint, key)
        return value

    def number(self, key: str, default: float, *, least: float, most: float = 1e6) -> float:
        value = self.data.get(key, default)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            hint = f"write {key} = {default}, without quotes"
            raise self.error(f"must be a number, not {_kind(value)}", hint, key)
        if not least <= value <= most:
            said = f"must be between {least:g} and {most:g}, not {value}"
            raise self.error(said, f"the default is {default}", key)
        return float(value)

    def whole(self, key: str, default: int, *, least: int, most: int = 2**53) -> int:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            hint = f"write {key} = {default}, without quotes"
            raise self.error(f"must be a whole number, not {_kind(value)}", hint, key)
        if not least <= value <= most:
            said = f"must be {least} or more, not {value}"
            raise self.error(said, f"the default is {default}", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            hint = f'write {key} = ["...", "..."]'
            raise self.error("must be a list of texts in brackets", hint, key)
        return tuple(value)

    def time(self, key: str, default: str) -> timedelta:
        value = self.data.get(key, default)
        hint = f'write a number and s, m, h, d or w, as in {key} = "{default}"'
        if not isinstance(value, str):
            raise self.error(f"must be text, not {_kind(value)}", hint, key)
        try:
            return duration(value)
        except ValueError as error:
            raise self.error(str(error), hint, key) from error

    def hours(self, key: str) -> Hours | None:
        value = self.data.get(key)
        if value is None:
            return None
        hint = (
            f'write {key} = "01:00-06:00", as the clock on your wall says; over midnight works too'
        )
        if not isinstance(value, str):
            raise self.error(f"must be text, not {_kind(value)}", hint, key)
        try:
            return hours.parse(value)
        except ValueError as error:
            raise self.error(str(error), f"{hint}; leave it out for the whole day", key) from error

    def size(self, key: str, default: int) -> int:
        value = self.data.get(key, default)
        hint = f'write a number and kB, MB, GB or TB, as in {key} = "500MB"; 0 is no limit'
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
            return value
        if not isinstance(value, str):
            raise self.error(f"must be text, not {_kind(value)}", hint, key)
        try:
            return byte_size(value)
        except ValueError as error:
            raise self.error(str(error), hint, key) from error


def _is_table(value: object) -> bool:
    """Return whether *value* was written as [name] or as [[name]]."""
    one = value[0] if isinstance(value, list) and value else value
    return isinstance(one, dict)


def _title(key: str, at: int, data: Mapping[str, Any]) -> str:
    name = data.get("name")
    named = isinstance(name, str) and name and name.isprintable()
    return f'[[{key}]] "{name}"' if named else f"[[{key}]] number {at}"


def _kind(value: object) -> str:
    """Return what a TOML value is, in words; the value itself may be a secret."""
    names = {bool: "true or false", str: "text", list: "a list", dict: "a table"}
    if type(value) in names:
        return names[type(value)]
    return str(value) if isinstance(value, int | float) else "a date"


# Where each key belongs, for "did you mean" across tables.


def _closest(word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    homes = [table for table, keys in KEYS.items() if word in keys and not keys <= known]
    if homes:
        return f"{word!r} belongs into {homes[0]}"
    return "known here: " + ", ".join(sorted(known))


_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) *(|[kKMGT]?B)")
_BYTES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def byte_size(text: str) -> int:
    """Return the bytes that *text* means: a number and B, kB, MB, GB or TB, as in "1.5GB".

    Raises ValueError for anything else, and for more than any disk has.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a size: {text!r}")
    count = int(float(match[1]) * _BYTES[match[2].upper()])
    if count >= 2**63:
        raise ValueError(f"larger than any disk: {text!r}")
    return count


_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) *([smhdw])")
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = timedelta(days=36525)  # a century; a date that far ahead can still be written


def duration(text: str) -> timedelta:
    """Return the time that *text* means: a number and s, m, h, d or w, as in "90m" or "30d".

    Raises ValueError for anything else and for more than a hundred years.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or len(match[1]) > 15:
        raise ValueError(f"not a duration: {text!r}")
    seconds = float(match[1]) * _UNIT[match[2]]
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"longer than a hundred years: {text!r}")
    return timedelta(seconds=seconds)
