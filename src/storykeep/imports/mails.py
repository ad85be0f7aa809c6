"""Messages, of an mbox file or by themselves: a list's stories came so, and only so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from storykeep import urls
from storykeep.imports.pages import MOST_BYTES
from storykeep.imports.saved import Moment, Said

_HEADERS = re.compile(rb"^(?:From|Subject|Date|Message-ID|Received|Return-Path):", re.M | re.I)
_LOOK = 1 << 16
_LONGEST_ID = 998  # letters; a line of a message has no more (RFC 5322, section 2.1.1)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it lies in an mbox, without the line that begins it; `at` is its offset."""

    at: int
    data: bytes
    is_cut: bool = False  # it is longer than a page may be


def is_mbox(path: Path) -> bool:
    """Return whether the file at *path* begins as an mbox does (RFC 4155, appendix A)."""
    with path.open("rb") as file:
        first = file.read(_LOOK)
    return first.startswith(b"From ") and len(_HEADERS.findall(first)) >= 2


def is_letter(name: str, first: bytes) -> bool:
    """Return whether a file is one message, as a mail program saves it: by name and content."""
    return name.lower().endswith(".eml") and len(_HEADERS.findall(first)) >= 2


def letters(path: Path) -> Iterator[Letter]:
    """Yield the messages of the mbox at *path*. Raises OSError."""
    with path.open("rb") as file:
        held: list[bytes] = []
        at = size = 0
        was_blank = True
        while line := file.readline(_LOOK):
            if was_blank and line.startswith(b"From "):
                if held:
                    yield Letter(at, b"".join(held), size > MOST_BYTES)
                held, size, at = [], 0, file.tell() - len(line)
            else:
                size += len(line)
                if size <= MOST_BYTES:
                    held.append(line)
            was_blank = line in (b"\n", b"\r\n")
        if held:
            yield Letter(at, b"".join(held), size > MOST_BYTES)


def address_of(letter: Letter, base_url: str | None) -> Said | None:
    """Return where a message stands on the web: as it says, else below *base_url* by its id."""
    head = _head(letter)
    for name in ("Archived-At", "X-Archived-At", "X-Archive-URL"):
        address = urls.try_canonical(str(head.get(name) or "").strip().strip("<>"))
        if address is not None and urls.is_askable(address):
            return Said(address, f"the message ({name})")
    if base_url is None:
        return None
    told = str(head.get("Message-ID") or "").strip().strip("<>")
    if len(told) > _LONGEST_ID:
        told = ""
    name = told or hashlib.sha1(letter.data, usedforsecurity=False).hexdigest()
    address = urls.join(base_url, quote(name, safe="@.$!*'()+,;=:_~-"))
    by = "Message-ID" if told else "digest"
    return Said(address, f"--base-url and the message's {by}") if address else None


def moment_of(letter: Letter, *, now: datetime) -> Moment:
    """Return when a message was sent, as it says; else *now*."""
    try:
        said = parsedate_to_datetime(str(_head(letter).get("Date") or ""))
    except (ValueError, TypeError, OverflowError):
        return Moment(now, "the time of the import")
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    if not datetime(1980, 1, 1, tzinfo=UTC) <= said <= now:
        return Moment(now, "the time of the import")
    return Moment(said, "the message's Date")


def _head(letter: Letter):  # type: ignore[no-untyped-def]
    return BytesHeaderParser(policy=compat32).parsebytes(letter.data[:_LOOK])
