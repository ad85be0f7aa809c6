"""Atom feeds (RFC 4287) as bytes: the same feed is the same bytes, whenever it is written.

Every id is a `urn:uuid:` made of what the caller says is unique and never changes, so a feed reader
knows an entry again on any machine, after any rebuild. Nothing in a feed refers to where it lies.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

# What XML 1.0 cannot hold in any spelling (section 2.2), and the signs that turn a line around.
_NOT_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
# "foo:bar", as an atom:uri must be (section 3.2.2); a page may say anything.
_IRI = re.compile(r"(?:https?|mailto|urn|tag):\S+", re.IGNORECASE)
_NAMESPACE = uuid.UUID(
    "5e0cb0a6-7a52-5f7c-9d0a-1d6f3c1a2b40"
)  # of Storykeep's ids, and of no other


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; times are UTC, "2026-11-22T18:22:39Z", with or without fractions."""

    id: str  # as `identifier` makes them
    title: str
    updated: str
    link: str = ""  # where it is on the web
    authors: Sequence[str] = ()
    published: str = ""
    summary: str = ""  # plain text
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of entries, the newest first."""

    id: str
    title: str
    updated: str  # when there is no entry; else the newest entry says
    entries: Sequence[Entry] = field(default=())
    subtitle: str = ""


def identifier(kind: str, name: str) -> str:
    """Return the id of what is called *name* among things of a *kind*: always the same one."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{kind}:{name}')}"


def render(feed: Feed) -> bytes:
    """Return *feed* as a UTF-8 document. Texts of pages stand in it as text, whatever they hold."""
    updated = max((each.updated for each in feed.entries), default=feed.updated)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        _element("id", feed.id),
        _element("title", feed.title),
        *([_element("subtitle", feed.subtitle)] if feed.subtitle else []),
        _element("updated", updated),
        # An entry whose author nobody knows must have one through its feed (section 4.1.1).
        "<author><name>Storykeep</name></author>",
        "<generator>Storykeep</generator>",
    ]
    for entry in feed.entries:
        lines += _entry(entry)
    return "\n".join([*lines, "</feed>", ""]).encode()


def _entry(entry: Entry) -> list[str]:
    link = entry.link if _IRI.fullmatch(entry.link) else ""
    return [
        "<entry>",
        _element("id", entry.id),
        _element("title", entry.title),
        _element("updated", entry.updated),
        *([_element("published", entry.published)] if entry.published else []),
        *(f"<author>{_element('name', name)}</author>" for name in entry.authors),
        *([f'<link rel="alternate" href={_attribute(link)}/>'] if link else []),
        *(f"<category term={_attribute(each)}/>" for each in entry.categories),
        *([_element("summary", entry.summary)] if entry.summary else []),
        # Without an alternate link an entry must have content (section 4.1.2).
        *([] if link else [_element("content", entry.summary or entry.title)]),
        "</entry>",
    ]


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_clean(text), quote=False)}</{name}>"


def _attribute(text: str) -> str:
    return f'"{escape(" ".join(_clean(text).split()))}"'


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
