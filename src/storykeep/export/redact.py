"""E-mail addresses out of a story, everywhere but in the addresses of pages; marks stay in place.

Archives of fan fiction have long taken addresses out of what they pass on; the captures keep them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from storykeep.model import Author, Block, Capture, Mark, Story

REDACTED = "[e-mail]"

# Each sign is looked at with what stands around it, in bounds: no text takes time without end.
_AT = re.compile("@|%40")
_MAILTO = re.compile(r"mailto:\s*\Z", re.IGNORECASE)
_LOCAL = re.compile(r"[\w%+][\w.%+-]{0,63}\Z")
# A domain needs a dot: "Br@nw3n" is a name, not an address.
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![^\W_])")

# What leads to a page or a record stays as it is: without it a record proves nothing.
_ADDRESSES = {
    "key", "host", "url", "aliases", "sources", "engine", "profile",
    "first_seen", "last_seen", "gone_since", "chapter", "at",
}  # fmt: skip

_T = TypeVar("_T")


def without_emails(story: Story) -> Story:
    """Return *story* with every e-mail address in it replaced by "[e-mail]"."""
    return _cleaned(story)


def redact(text: str) -> str:
    """Return *text* with its e-mail addresses replaced by "[e-mail]"."""
    return _replaced(text, _emails(text))


def redact_block(block: Block) -> Block:
    """Return *block* without e-mail addresses; its marks cover the same words as before.

    A mailto: link is a link no more.
    """
    found = _emails(block.text)
    marks = [_mark(mark, found) for mark in block.marks]
    if not found and marks == list(block.marks):
        return block
    kept = {mark for mark in marks if mark and (mark.start < mark.end or mark.kind == "image")}
    ordered = sorted(kept, key=lambda m: (m.start, -m.end, m.depth, m.kind, m.value))
    return replace(
        block, text=_replaced(block.text, found), marks=tuple(ordered), value=redact(block.value)
    )


def _emails(text: str) -> list[tuple[int, int]]:
    """Return where the e-mail addresses in *text* start and end."""
    found: list[tuple[int, int]] = []
    for at in _AT.finditer(text):
        floor = found[-1][1] if found else 0
        domain = _DOMAIN.match(text, at.end(), at.end() + 255)
        local = _LOCAL.search(text[max(floor, at.start() - 64) : at.start()])
        if domain is None or local is None:
            continue
        start = at.start() - len(local[0])
        if scheme := _MAILTO.search(text[max(floor, start - 16) : start]):
            start -= len(scheme[0])
        found.append((start, domain.end()))
    return found


def _replaced(text: str, found: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in found:
        pieces += [text[at:start], REDACTED]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def _mark(mark: Mark, found: list[tuple[int, int]]) -> Mark | None:
    """Return *mark* where it stands after the replacements, None where it said an address alone."""
    value = mark.value
    if mark.kind == "link":
        if value.strip().lower().startswith("mailto:"):
            return None
        value = redact(value)
    elif mark.kind == "image":
        value = redact(value)
    start, end = (_moved(offset, found, left) for offset, left in ((mark.start, 1), (mark.end, 0)))
    return replace(mark, start=start, end=max(start, end), value=value)


def _moved(offset: int, found: list[tuple[int, int]], left: int) -> int:
    """Return where *offset* is after the replacements; inside one, at its start or its end."""
    shift = 0
    for start, end in found:
        if offset <= start:
            break
        if offset < end:
            return start + shift + (0 if left else len(REDACTED))
        shift += len(REDACTED) - (end - start)
    return offset + shift


def _cleaned(value: _T) -> _T:
    """Return *value*, a story or something inside it, without e-mail addresses."""
    result: Any = value
    if isinstance(value, str):
        result = redact(value)
    elif isinstance(value, tuple):
        result = tuple(_cleaned(each) for each in value)
    elif isinstance(value, Mapping):
        result = {redact(name): _cleaned(each) for name, each in value.items()}
    elif isinstance(value, Block):
        result = redact_block(value)
    elif isinstance(value, Author):
        # An address of an author that holds an e-mail address is a way to write a mail.
        url = value.url if value.url and redact(value.url) == value.url else None
        url = None if url and url.lower().startswith("mailto:") else url
        result = Author(redact(value.name), url)
    elif is_dataclass(value) and not isinstance(value, type | Capture):
        changed = {
            field.name: _cleaned(getattr(value, field.name))
            for field in fields(value)
            if field.name not in _ADDRESSES
        }
        result = replace(value, **changed)
    return result  # type: ignore[no-any-return]
