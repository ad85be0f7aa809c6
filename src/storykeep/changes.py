"""What is different between two parts of one page, field by field, for people and programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from storykeep.model import Block, Date, Part, Series

_EXCERPT = 100  # characters
_EXACT = 2000  # paragraphs; longer texts are compared as sets, in time that grows with them only


@dataclass(frozen=True, slots=True)
class Change:
    """A field with what it was and what it is, in words; None where it had or has nothing."""

    field: str
    before: str | None
    after: str | None


def changes(before: Part | None, after: Part) -> list[Change]:
    """Return what of *before* is another in *after*, in the order of a record."""
    old = _said(before) if before is not None else {}
    new = _said(after)
    found = [
        Change(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*new, *old])
        if old.get(name) != new.get(name)
    ]
    was = before.prose if before is not None else ()
    if was != after.prose:
        found.append(_of_the_text(was, after.prose))
    if before is not None and not found:
        found.append(Change("evidence", None, "how the values were found"))
    return found


def _said(part: Part) -> dict[str, str | None]:
    """Return the fields of *part* in words."""
    said: dict[str, Any] = {
        "outcome": part.outcome,
        "engine": f"{part.engine} {part.engine_version}",
        "profile": part.profile,
        "title": part.title,
        "authors": [each.name for each in part.authors],
        "disclaimers": [f"{each.text} ({each.place}, {each.scope})" for each in part.disclaimers],
        "summary": part.summary,
        "tags": [f"{each.kind}: {each.value}" for each in part.tags],
        "notes": [each.text for each in part.notes],
        "series": _series(part.series),
        "published": _date(part.published),
        "updated": _date(part.updated),
        "status": part.status,
        "language": part.language,
        "chapter": part.chapter_title,
        "position": str(part.position) if part.position is not None else None,
        "work": part.work_id,
        "fields": [f"{label}: {value}" for label, value in part.fields.items()],
        "chrome": list(part.chrome),
        "links": [f"{each.kind} {each.url}" for each in part.links],
        "warnings": list(part.warnings),
    }
    return {name: _joined(value) for name, value in said.items() if value}


def _joined(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _series(series: Series | None) -> str | None:
    if series is None:
        return None
    number = f" #{series.position}" if series.position is not None else ""
    return f"{series.name or ''}{number}".strip() or None


def _date(date: Date | None) -> str | None:
    return date.value if date else None


# ---------------------------------------------------------------- the text


def _of_the_text(before: Sequence[Block], after: Sequence[Block]) -> Change:
    """Return how many paragraphs are others, and where the first of them begins to be."""
    gone, come = _different(before, after)
    if not gone and not come:
        return Change("text", _amount(len(before)), f"{_amount(len(after))}, marked otherwise")
    return Change("text", _described(before, gone), _described(after, come))


def _different(before: Sequence[Block], after: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    if max(len(before), len(after)) > _EXACT:
        one, two = Counter(_key(each) for each in before), Counter(_key(each) for each in after)
        lost, new = one - two, two - one
        return [each for each in before if _key(each) in lost], [
            each for each in after if _key(each) in new
        ]
    matcher = SequenceMatcher(None, list(map(_key, before)), list(map(_key, after)), autojunk=False)
    gone: list[Block] = []
    come: list[Block] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            gone += before[start:end]
            come += after[first:last]
    return gone, come


def _key(block: Block) -> tuple[str, str]:
    return block.kind, block.text


def _amount(number: int) -> str:
    return f"{number:,} paragraph{'' if number == 1 else 's'}"


def _described(blocks: Sequence[Block], others: Sequence[Block]) -> str:
    said = _amount(len(blocks))
    if not others:
        return said
    text = " ".join(others[0].text.split())
    excerpt = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
    return f"{said}, {len(others):,} of them only here: {excerpt!r}"
