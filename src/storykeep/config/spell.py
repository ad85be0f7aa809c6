"""A Config as text again: what config.toml means, with every default written out. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from storykeep.config.shape import Config, Source

_UNITS = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def to_plain(config: Config) -> dict[str, Any]:
    """Return what *config* says as JSON has it, by table and key; `source` is a list of tables.

    Paths within its folder are relative to it. What has no value is left out.
    """
    tables: dict[str, Any] = {}
    for each in fields(config):
        value = getattr(config, each.name)
        if each.name == "sources":
            tables["source"] = [_source(source, config.folder) for source in value]
        elif is_dataclass(value):
            tables[each.name] = _table(value, config.folder)
    return tables


def to_toml(config: Config) -> str:
    """Return a config.toml that means the same as *config*, were it in the same folder."""
    tables = to_plain(config)
    sources = tables.pop("source")
    lines: list[str] = []
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_lines(table)]
    for source in sources:
        lines += ["", "[[source]]", *_lines(source)]
    return "\n".join(lines[1:]) + "\n"


def _table(value: Any, folder: Path) -> dict[str, Any]:
    found = ((each.name, getattr(value, each.name)) for each in fields(value))
    return {name: _plain(each, folder) for name, each in found if each is not None}


def _source(source: Source, folder: Path) -> dict[str, Any]:
    found = _table(source, folder)
    # What means nothing beside another setting is refused there.
    idle = ("versions", "cdx", "memento") if source.via == "live" else ("robots",)
    return {key: value for key, value in found.items() if key not in idle}


def _plain(value: Any, folder: Path) -> Any:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Path):
        inside = value.is_relative_to(folder)
        return (value.relative_to(folder) if inside else value).as_posix()
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, tuple | list):
        return [_plain(each, folder) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each, folder) for key, each in value.items()}
    return str(value)  # hours of the day


def _duration(value: timedelta) -> str:
    seconds = value.total_seconds()
    if seconds != int(seconds) or not seconds:
        return f"{seconds:f}".rstrip("0").rstrip(".") + "s"
    unit, size = next(each for each in _UNITS if seconds % each[1] == 0)
    return f"{int(seconds) // size}{unit}"


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{key} = {_spelled(value)}"


def _spelled(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{json.dumps(key)} = {_spelled(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    # TOML's basic strings, numbers and truths are those of JSON but for DEL (TOML 1.0, "String").
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
