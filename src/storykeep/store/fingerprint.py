"""A digest of a story as it comes, cheap enough to be asked of every story again in every run.

Most stories of a run are what they were. So this is made before anything else is, of the story's
own values, and takes little longer than to read them; it knows no text, marks or rows.
"""

from __future__ import annotations

import hashlib
import marshal
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from storykeep.model import Capture, Story

# Raise it where the same story leads to other rows than before: then all are written anew.
_MEANING = 1
# Without references and interned strings, so that equal values have equal bytes in any process.
_MARSHAL = 2

# Many values at a time: the blocks of a chapter are so many that each call of ours is felt.
Plainer = Callable[[Iterable[Any]], list[Any]]


def fingerprint(story: Story) -> str:
    """Return a SHA-256 in hex of all that is stored of *story*; of a capture that is its row."""
    return hashlib.sha256(
        marshal.dumps((_MEANING, _of_dataclass(Story)([story])), _MARSHAL)
    ).hexdigest()


@cache
def _plainer(kind: Any) -> Plainer | None:
    """Return what turns values of the type *kind* into tuples and strings, None where they are."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Capture:
        return lambda values: [each.id for each in values]
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_dataclass(kind)
    if origin in (Union, types.UnionType):
        inner = [each for each in arguments if each is not type(None)]
        return _plainer(inner[0]) if len(inner) == 1 else None
    if origin is tuple:
        return _of_tuples(_plainer(arguments[0]))
    if origin in (dict, Mapping):
        return _of_mappings(_plainer(arguments[1]))
    return None


def _of_tuples(inner: Plainer | None) -> Plainer | None:
    return (lambda values: list(map(inner, values))) if inner else None


def _of_mappings(inner: Plainer | None) -> Plainer:
    if inner is None:
        return lambda values: [tuple(each.items()) for each in values]
    return lambda values: [(*each, *inner(each.values())) for each in values]


@cache
def _of_dataclass(kind: type) -> Plainer:
    names = [each.name for each in fields(kind)]
    hints = get_type_hints(kind)
    get = attrgetter(*names)
    nested = [(at, inner) for at, name in enumerate(names) if (inner := _plainer(hints[name]))]

    def plain(values: Iterable[Any]) -> list[Any]:
        rows = list(map(get, values))
        for at, inner in nested:
            # What is empty or None says so itself.
            places = [place for place, row in enumerate(rows) if row[at]]
            for place, value in zip(places, inner([rows[n][at] for n in places]), strict=True):
                row = rows[place]
                rows[place] = (*row[:at], value, *row[at + 1 :])
        return rows

    return plain
