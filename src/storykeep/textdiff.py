"""Two versions of a story, compared as prose: chapters, paragraphs, and words within them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from storykeep.model import Block, Chapter, Story

_MOST = 2000  # paragraphs or words that are compared exactly; beyond, only what is at both ends
_NEAR = 40  # paragraphs ahead among which an edited one is looked for
_ALIKE = 0.35  # the share of words that an edited paragraph keeps
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

Sign = Literal["=", "-", "+"]
Words = tuple[tuple[Sign, str], ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that is not as it was, or a number of them that are."""

    change: Literal["same", "changed", "removed", "added"]
    words: Words = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class ChapterDiff:
    """A chapter that is not as it was."""

    change: Literal["changed", "removed", "added"]
    key: str
    position: int  # in the later version; in the earlier one where it was removed
    title: str | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A value of the story that is not as it was."""

    field: str
    before: str | None
    after: str | None
    words: Words


def fields(one: Story, two: Story) -> list[FieldDiff]:
    """Return which of title, author, summary and disclaimer are not as they were."""
    found = []
    for name, value_of in _FIELDS.items():
        before, after = value_of(one), value_of(two)
        if _bare(before) != _bare(after):
            found.append(FieldDiff(name, before, after, words(before or "", after or "")))
    return found


_FIELDS: dict[str, Callable[[Story], str | None]] = {
    "title": lambda story: story.title,
    "author": lambda story: ", ".join(author.name for author in story.authors) or None,
    "summary": lambda story: story.summary,
    "disclaimer": lambda story: "\n\n".join(each.text for each in story.disclaimers) or None,
}


def chapters(one: Story, two: Story) -> list[ChapterDiff]:
    """Return the chapters of two versions that differ, in the order of the later one."""
    before = {chapter.key: chapter for chapter in one.chapters}
    found = []
    for chapter in two.chapters:
        earlier = before.pop(chapter.key, None)
        was = _texts(earlier.prose) if earlier else []
        now = _texts(chapter.prose)
        if earlier is None or was != now:
            change: Literal["changed", "added"] = "changed" if earlier else "added"
            found.append(_chapter(change, chapter, was, now))
    found += [_chapter("removed", each, _texts(each.prose), []) for each in before.values()]
    return found


def _chapter(
    change: Literal["changed", "removed", "added"],
    chapter: Chapter,
    was: list[str],
    now: list[str],
) -> ChapterDiff:
    return ChapterDiff(
        change, chapter.key, chapter.position, chapter.title, tuple(paragraphs(was, now))
    )


def _texts(prose: Sequence[Block]) -> list[str]:
    return [" ".join(block.text.split()) for block in prose if block.text.strip()]


def paragraphs(was: list[str], now: list[str]) -> Iterator[Paragraph]:
    """Yield what became of each paragraph, in order."""
    for kind, start, end, first, last in _opcodes(was, now):
        if kind == "equal":
            yield Paragraph("same", count=end - start)
        else:
            yield from _replaced(was[start:end], now[first:last])


def _replaced(was: list[str], now: list[str]) -> Iterator[Paragraph]:
    """Yield each old paragraph with the new one that it became, in the order of both."""
    rest = list(now)
    for text in was:
        near = enumerate(rest[:_NEAR])
        place = next((n for n, other in near if _is_alike(text, other)), None)
        if place is None:
            yield Paragraph("removed", (("-", text),))
            continue
        for other in rest[:place]:
            yield Paragraph("added", (("+", other),))
        yield Paragraph("changed", words(text, rest[place]))
        rest = rest[place + 1 :]
    for other in rest:
        yield Paragraph("added", (("+", other),))


def _is_alike(one: str, two: str) -> bool:
    first, second = set(one.split()), set(two.split())
    return len(first & second) >= _ALIKE * max(len(first), len(second), 1)


def words(was: str, now: str) -> Words:
    """Return the words of both texts in order, each with whether it stayed, went or came."""
    one, two = _WORDS.findall(was), _WORDS.findall(now)
    found: list[tuple[Sign, str]] = []
    for kind, start, end, first, last in _opcodes(one, two):
        if kind == "equal":
            found.append(("=", "".join(one[start:end])))
            continue
        if start < end:
            found.append(("-", "".join(one[start:end])))
        if first < last:
            found.append(("+", "".join(two[first:last])))
    return tuple(_without_specks(found))


def _without_specks(found: list[tuple[Sign, str]]) -> list[tuple[Sign, str]]:
    """Return the changes, joined where only a blank keeps them apart: phrases, not splinters."""
    out: list[tuple[Sign, str]] = []
    gone = come = ""
    for place, (sign, text) in enumerate(found):
        is_inside = 0 < place < len(found) - 1
        if sign == "=" and not (is_inside and not text.strip()):
            out += _pair(gone, come)
            gone = come = ""
            out.append((sign, text))
        else:
            gone += text if sign != "+" else ""
            come += text if sign != "-" else ""
    return out + _pair(gone, come)


def _pair(gone: str, come: str) -> list[tuple[Sign, str]]:
    both: list[tuple[Sign, str]] = [("-", gone), ("+", come)]
    return [(sign, text) for sign, text in both if text]


Opcode = tuple[str, int, int, int, int]


def _opcodes(one: Sequence[str], two: Sequence[str]) -> list[Opcode]:
    """Return difflib's opcodes; of long texts, only what both have at their ends is the same."""
    head = 0
    while head < min(len(one), len(two)) and one[head] == two[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(two)) - head and one[-1 - tail] == two[-1 - tail]:
        tail += 1
    found: list[Opcode] = [("equal", 0, head, 0, head)] if head else []
    inner, other = one[head : len(one) - tail], two[head : len(two) - tail]
    if max(len(inner), len(other)) > _MOST:
        found.append(("replace", head, len(one) - tail, head, len(two) - tail))
    else:
        matcher = SequenceMatcher(None, inner, other, autojunk=False)
        found += [
            (kind, a + head, b + head, c + head, d + head)
            for kind, a, b, c, d in matcher.get_opcodes()
        ]
    if tail:
        found.append(("equal", len(one) - tail, len(one), len(two) - tail, len(two)))
    return found


def _bare(text: str | None) -> str:
    return " ".join((text or "").split())
