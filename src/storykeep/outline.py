"""What assemble asks of every page of a site at every run: a part that is left without the rest.

A site of many years has many parts; the whole of one is read where a story is made of it again.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from typing import Any

from storykeep.model import (
    Author,
    Disclaimer,
    Evidence,
    Link,
    LinkKind,
    Part,
    Section,
    text_sha256,
)

# A title that was found so may be the site's name.
OF_THE_SITE = frozenset({"title_tag", "position"})
_ASKED: dict[str, frozenset[LinkKind]] = {
    "index": frozenset({"story", "chapter"}),
    "redirect": frozenset({"redirect"}),
    "frameset": frozenset({"frame"}),
    "story": frozenset({"chapter", "canonical"}),
}
CATALOGUE = "catalogue"  # the engine of entries, which are no pages; assemble tells them by it
UNPLACED = 1000  # a link to a chapter without a number counts as this, and its place in the page
_LONG_ENOUGH = 100  # words of a text that nobody takes for an emptied page
SHAPE = 8  # bytes of a number
NO_SHAPE = bytes(SHAPE)


def outline(part: Part) -> Part:
    """Return *part* with what `assemble.survey` asks of it; it plans the same stories of both."""
    return Part(
        url=part.url,
        outcome=part.outcome,
        engine=part.engine if part.engine == CATALOGUE else "generic",
        reason=part.reason,
        work_id=part.work_id,
        chapter_id=part.chapter_id,
        position=part.position,
        title=part.title,
        authors=tuple(Author(author.name) for author in part.authors),
        disclaimers=tuple(Disclaimer(each.text, None, each.place) for each in part.disclaimers),
        prose_words=part.prose_words,
        sections=tuple(map(_section, part.sections)),
        links=_links(part),
        evidence=_evidence(part),
        head_sha256=part.head_sha256,
        tail_sha256=part.tail_sha256,
    )


def _links(part: Part) -> tuple[Link, ...]:
    asked = _ASKED.get(part.outcome, frozenset())
    return tuple(_link(place, link) for place, link in enumerate(part.links) if link.kind in asked)


def _link(place: int, link: Link) -> Link:
    if link.kind == "story":
        return Link(link.url, link.text, link.kind, link.author)
    position = link.position
    if link.kind == "chapter" and position is None:
        position = UNPLACED + place
    return Link(link.url, "", link.kind, None, position)


def _evidence(part: Part) -> dict[str, tuple[Evidence, ...]]:
    first = part.evidence.get("title", ())[:1]
    if not first or first[0].method not in OF_THE_SITE:
        return {}
    return {"title": (Evidence(None, first[0].method),)}


def to_json(part: Part) -> str:
    """Return an outline as a short JSON row; it is always valid Unicode."""
    row: list[Any] = [
        part.url,
        part.outcome,
        part.reason,
        part.work_id,
        part.chapter_id,
        part.position,
        part.title,
        part.prose_words,
        part.evidence["title"][0].method if part.evidence else None,
        part.head_sha256,
        part.tail_sha256,
        [author.name for author in part.authors],
        [[each.text, each.place] for each in part.disclaimers],
        [_numbers(each) for each in part.sections],
        [[each.url, each.text, each.kind, each.author, each.position] for each in part.links],
    ]
    if part.engine == CATALOGUE:
        row.append(CATALOGUE)
    # A page may spell half a surrogate pair, which no database can hold but as an escape.
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(row, separators=(",", ":"))
    return text


def from_json(text: str, is_over: Callable[[], bool] = lambda: False) -> Part:
    """Return the outline that `to_json` wrote.

    What a list of stories led to is asked only of what it says now. Where *is_over* tells that it
    says something else, the links are left out: after years most of what is read would be these.
    """
    (
        url, outcome, reason, work_id, chapter_id, position, title, words, method, head, tail,
        authors, disclaimers, sections, links, *engine,
    ) = json.loads(text)  # fmt: skip
    if outcome == "index" and work_id is None and is_over():
        links = ()
    return Part(
        url=url,
        outcome=outcome,
        engine=engine[0] if engine else "generic",
        reason=reason,
        work_id=work_id,
        chapter_id=chapter_id,
        position=position,
        title=title,
        authors=tuple(map(Author, authors)),
        disclaimers=tuple(Disclaimer(each, None, place) for each, place in disclaimers),
        prose_words=words,
        sections=tuple(_read_section(*each) for each in sections),
        links=tuple(Link(*each) for each in links),
        evidence={"title": (Evidence(None, method),)} if method else {},
        head_sha256=tuple(head),
        tail_sha256=tuple(tail),
    )


def _section(section: Section) -> Section:
    return _read_section(*_numbers(section))


def _numbers(section: Section) -> list[Any]:
    told = [section.chapter_id, section.start, section.end]
    return told if section.position is None else [*told, section.position]


def _read_section(name: str, start: int, end: int, position: int | None = None) -> Section:
    return Section(name, start, end, position=position)


# ---- in a few numbers


def traits(part: Part) -> bytes:
    """Return in a few numbers of eight bytes what an outline says to the other pages of its host.

    First its shape, then its signature and each text that may be the site's. Readings of one shape
    say the same but for these: a page has one work, place and links in all of them. NO_SHAPE stands
    where that is not all that a plan asks. What is neither story nor list has none.
    """
    if part.outcome == "index" and part.work_id is None:
        return _packed([_digest("index", part.url)])
    if part.outcome != "story":
        return b""
    links = [[each.url, each.kind, each.position] for each in part.links]
    method = part.evidence["title"][0].method if part.evidence else None
    is_plain = not part.sections and part.prose_words >= _LONG_ENOUGH
    place = part.work_id, part.chapter_id, part.position
    shape = _digest("story", part.url, *place, links, method) if is_plain else 0
    texts = set(map(number_of, (*part.head_sha256, *part.tail_sha256)))
    texts |= {number_of(text_sha256(each.text)) for each in part.disclaimers}
    if part.title and method:
        texts.add(number_of(text_sha256(part.title)))
    return _packed([shape, _digest(part.title, part.head_sha256, part.tail_sha256), *sorted(texts)])


def number_of(sha256: str) -> int:
    """Return the number that stands for a text with that digest in hex."""
    return int(sha256[:15], 16)


def traits_of(packed: bytes) -> tuple[int, ...]:
    """Return the numbers that `traits` wrote."""
    return struct.unpack(f"<{len(packed) // SHAPE}Q", packed)


def _packed(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def _digest(*values: Any) -> int:
    told = json.dumps(values).encode()  # a lone surrogate is an escape
    return int.from_bytes(hashlib.sha256(told).digest()[:7], "little") + 1
