"""A search that was saved under a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = re.compile(r"\w(?:[\w .-]{0,62}\w)?")  # fit for a file name on every system


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """What is searched for under a name."""

    name: str
    query: str
    at: str  # when it was saved so, UTC
    id: str  # stays the same while the name is in use


def is_name(text: str) -> bool:
    """Return whether a saved search can be called *text*."""
    return bool(_NAME.fullmatch(text)) and text == unicodedata.normalize("NFC", text)


def name_key(name: str) -> str:
    """Return what two names share that are one: case does not tell files apart everywhere."""
    return unicodedata.normalize("NFC", name).casefold()


def called(known: Iterable[SavedSearch], name: str) -> SavedSearch | None:
    """Return which of *known* is called *name*, None where none is."""
    wanted = name_key(name)
    return next((each for each in known if name_key(each.name) == wanted), None)
