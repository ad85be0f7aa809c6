"""What became of a story, in order of time: read from every capture of its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from storykeep.assemble.facts import facts_for
from storykeep.assemble.plan import Absence, Order, Piece, SitePage, StoryPlan
from storykeep.model import Chapter, Event, EventKind, Part, SiteFact, text_sha256

# Titles that a page does not say in so many words change with its site.
_WEAK = frozenset({"title_tag", "url", "inferred", "position"})
# A page without one has not lost it: it is said elsewhere, or in a way that we cannot read.
_ALWAYS_SAID = frozenset({"title", "author"})
_ORDER = ("new", "changed", "title", "author", "summary", "disclaimer", "missing", "gone", "back")
ValueOf = Callable[[Part], str | None]
Same = Callable[[Part, Part], bool]


def events_of(
    plan: StoryPlan, chapters: Iterable[Chapter], facts: tuple[SiteFact, ...]
) -> tuple[Event, ...]:
    """Return the events of the story of *plan*, whose chapters are composed already."""
    chapters = tuple(chapters)
    found = [*_texts(plan, chapters), *_presences(plan), *_values(plan, facts)]
    return tuple(sorted(found, key=_place))


def _place(event: Event) -> tuple[str, int, str, str]:
    return event.at, _ORDER.index(event.kind), event.chapter or "", event.after or ""


# ---- texts


def _texts(plan: StoryPlan, chapters: tuple[Chapter, ...]) -> Iterable[Event]:
    first = min(piece.order for each in plan.chapters for piece in each.page.stories)
    several = len(chapters) > 1
    for planned, chapter in zip(plan.chapters, chapters, strict=True):
        begun = planned.page.stories[0]
        if begun.capture is None:
            continue
        if begun.order == first:
            yield Event(begun.seen, "new", capture=begun.capture)
        elif _is_later(begun, first):
            yield Event(begun.seen, "new", chapter.key, capture=begun.capture)
        seen = [version.first_seen for version in chapter.superseded[1:]]
        for at in [*seen, chapter.first_seen] if chapter.superseded else ():
            if at:
                yield _changed(chapter, several, at, planned.page)


def _is_later(piece: Piece, first: Order) -> bool:
    """Return whether a chapter was found by a later run than the story's first."""
    assert piece.capture is not None
    return piece.capture.warc != first[1] or piece.seen[:10] != first[0][:10]


def _changed(chapter: Chapter, several: bool, at: str, page: SitePage) -> Event:
    shown = next(piece.capture for piece in page.stories if piece.seen == at)
    return Event(at, "changed", chapter.key if several else None, capture=shown)


# ---- there, or not


@dataclass(frozen=True, slots=True)
class _Turn:
    """A chapter begins to be there, or not to be."""

    order: Order
    chapter: str
    kind: EventKind
    reason: str
    piece: Piece

    def event(self, chapter: str | None) -> Event:
        """Return it as an event, of the story where no chapter is named."""
        return Event(
            self.piece.seen, self.kind, chapter, reason=self.reason, capture=self.piece.capture
        )


def _presences(plan: StoryPlan) -> Iterable[Event]:
    several = len(plan.chapters) > 1
    turns = [turn for each in plan.chapters for turn in _turns(each.key, each.page)]
    firsts = {each.key: each.page.stories[0].order for each in plan.chapters}
    away: set[str] = set()
    for turn in sorted(turns, key=lambda each: (each.order, each.chapter)):
        was_away = _all_away(away, firsts, turn.order)
        if turn.kind == "gone":
            away.add(turn.chapter)
        elif turn.kind == "back":
            away.discard(turn.chapter)
        is_away = _all_away(away, firsts, turn.order)
        if several or turn.kind == "missing":
            yield turn.event(turn.chapter if several else None)
        if was_away != is_away:
            yield turn.event(None)


def _all_away(
    away: set[str],
    firsts: Mapping[str, Order],
    order: Order,
) -> bool:
    return bool(away) and all(key in away for key, first in firsts.items() if first <= order)


def _turns(key: str, page: SitePage) -> Iterable[_Turn]:
    for absence in page.absences:
        yield _gone(key, absence, "gone", absence.reason)
        if absence.back is not None:
            yield _Turn(absence.back.order, key, "back", "", absence.back)
    if page.missing is not None:
        yield _gone(key, page.missing, "missing", f"{page.missing.reason}; {page.doubt}")


def _gone(key: str, absence: Absence, kind: EventKind, reason: str) -> _Turn:
    return _Turn(absence.shown[0].order, key, kind, reason, absence.shown[0])


# ---- what the pages say of the story


def _values(plan: StoryPlan, facts: tuple[SiteFact, ...]) -> Iterable[Event]:
    pages = [*(each.page.stories for each in plan.chapters), *_contents(plan)]
    pages = [pieces for pieces in pages if len(pieces) > 1]  # most pages were read once
    if not pages:
        return
    readers: dict[EventKind, tuple[ValueOf, Same]] = {
        "title": (lambda part: _title(part, facts), _same(lambda part: _title(part, facts))),
        "author": (_author, _same(_author)),
        "summary": (lambda part: part.summary, _same(lambda part: part.summary)),
        "disclaimer": (_disclaimer, _same(lambda part: _own_disclaimer(part, facts))),
    }
    for kind, (value_of, is_same) in readers.items():
        yield from _changes(kind, value_of, is_same, pages)


def _same(value_of: ValueOf) -> Same:
    return lambda one, two: _bare(value_of(one)) == _bare(value_of(two))


def _contents(plan: StoryPlan) -> Iterable[tuple[Piece, ...]]:
    return (
        tuple(piece for piece in page.pieces if piece.part.outcome == "index")
        for page in plan.contents
    )


def _changes(
    kind: EventKind, value_of: ValueOf, is_same: Same, pages: Iterable[Iterable[Piece]]
) -> Iterable[Event]:
    """Yield where a page says otherwise than it said before; what several pages say, once."""
    found: dict[tuple[str | None, str | None, int], Event] = {}
    for pieces in pages:
        times: Counter[tuple[str | None, str | None]] = Counter()
        for before, event in _page_changes(kind, value_of, is_same, pieces):
            times[before, event.after] += 1
            name = (before, event.after, times[before, event.after])
            known = found.get(name)
            if known is None or event.at < known.at:
                found[name] = event
    yield from found.values()


def _page_changes(
    kind: EventKind, value_of: ValueOf, is_same: Same, pieces: Iterable[Piece]
) -> Iterable[tuple[str | None, Event]]:
    known: Part | None = None
    before: str | None = None
    for piece in pieces:
        value = value_of(piece.part)
        if value is None and kind in _ALWAYS_SAID:
            continue
        if known and piece.capture and not is_same(known, piece.part):
            yield before, Event(piece.seen, kind, None, before, value, capture=piece.capture)
        known, before = piece.part, value


def _bare(value: str | None) -> str:
    return " ".join((value or "").split())


def _title(part: Part, facts: tuple[SiteFact, ...]) -> str | None:
    found = part.evidence.get("title", ())
    if part.title is None or (found and found[0].method in _WEAK):
        return None
    if text_sha256(part.title) in facts_for(facts, part.url).get("title", frozenset()):
        return None
    return part.title


def _author(part: Part) -> str | None:
    return ", ".join(author.name for author in part.authors) or None


def _disclaimer(part: Part) -> str | None:
    return "\n\n".join(each.text for each in part.disclaimers) or None


def _own_disclaimer(part: Part, facts: tuple[SiteFact, ...]) -> str | None:
    """Return what of the disclaimer is not the site's, whose change is no change of the story."""
    site = facts_for(facts, part.url).get("disclaimer", frozenset())
    texts = [each.text for each in part.disclaimers if text_sha256(each.text) not in site]
    return "\n\n".join(texts) or None
