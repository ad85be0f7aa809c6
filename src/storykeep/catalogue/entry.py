"""One entry of a catalogue: what is stored of it, and how it is written.

The body of its record is JSON (RFC 8259), so that it can be read without Storykeep.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MIME = "application/vnd.storykeep.catalogue-entry+json"
MOST_BYTES = 1 << 20  # that one entry may have: a summary has hundreds
_KINDS = ("automated_archive", "efiction")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a catalogue says of one story: names and values in its own words, as text.

    `addresses` are those that its story may have, the likeliest first; `work_id` is what pages of
    the story say of themselves ("sid=12"), None where that is their address.
    """

    kind: str  # "automated_archive", "efiction"
    id: str  # the catalogue's own: "15"
    addresses: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    encodings: tuple[str, ...]  # in which its bytes were: "windows-1252"
    work_id: str | None = None
    mended: bool = False  # its quotes were broken, and it was read by its lines or commas

    def get(self, name: str) -> str:
        """Return the first value of *name*, whatever its case, else ""."""
        wanted = name.lower()
        return next((value for key, value in self.values if key.lower() == wanted), "")

    def body(self) -> bytes:
        """Return it as it is stored."""
        told: dict[str, Any] = {
            "catalogue": self.kind,
            "id": self.id,
            "work_id": self.work_id,
            "addresses": self.addresses,
            "encodings": self.encodings,
            "mended": self.mended,
            "values": self.values,
        }
        return json.dumps(told, ensure_ascii=False, indent=0).encode("utf-8", "replace") + b"\n"


@dataclass(frozen=True, slots=True)
class Refused:
    """A stretch of a catalogue that could not be read, or is not taken, and why."""

    at: int  # bytes from the start of the file
    end: int
    what: str  # "entry 15", "a row of fanfiction_stories"
    why: str


def entry_of(body: bytes) -> Entry | None:
    """Return the entry that is stored as *body*, None where it is none."""
    try:
        told = json.loads(body)
        values = tuple((str(name), str(value)) for name, value in told["values"])
        if told["catalogue"] not in _KINDS:
            return None
        return Entry(
            told["catalogue"],
            str(told["id"]),
            _texts(told["addresses"]),
            values,
            _texts(told["encodings"]),
            told["work_id"] if isinstance(told["work_id"], str) else None,
            told["mended"] is True,
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
