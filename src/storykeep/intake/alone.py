"""Stories made again of their own pages, where nothing that has come is about another page.

After years nearly all that a run brings is a page that says what it said, or a story with other
words. The first is noted as seen again. The second is made again by the plan that it had: what
other pages say of it is what they said, and it says nothing to them. Where that is not sure, the
whole host is planned (`stories`), and the outcome is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storykeep.assemble import PAUSE, framed, pages_in
from storykeep.intake.drafting import Drafts, piece_of
from storykeep.outline import NO_SHAPE, SHAPE, traits_of
from storykeep.store import CaptureRow, Chapters, Draft, Outlines, Saved, Shown, Store


@dataclass(slots=True)
class _News:
    """What has come, as far as it is about single stories."""

    # While something is missing, each run is weighed: it must see life, and nothing of that.
    is_waiting: bool = False
    is_alive: bool = False
    seen: dict[int, list[tuple[str, int, str]]] = field(default_factory=dict)  # by story
    told: dict[int, set[str]] = field(default_factory=dict)  # pages with other words, by story


def assemble_alone(
    store: Store, host: str, outlines: Outlines, tick: Callable[[], None]
) -> Saved | None:
    """Make those stories of *host* again that new captures are about; None where that is not all.

    Nothing is written then.
    """
    after, calm_since = store.assembled(host)
    if calm_since is None:
        return None
    fresh = store.fresh_pages(host, after)
    if fresh is None:
        return None
    news, chapters = _News(store.is_waiting(host)), store.chapters()
    if news.is_waiting and not _is_one_look(*store.span_of(host, after)):
        return None
    for url_key, numbers in fresh.items():
        tick()
        rows = _in_turn(outlines.newest(url_key), numbers)
        if rows is None or not _take(chapters, outlines, news, rows, calm_since):
            return None
    drafts = _drafts(store, host, outlines, news, tick)
    if drafts is None or (news.is_waiting and not news.is_alive):
        return None
    seen = {story: chapters for story, chapters in news.seen.items() if story not in news.told}
    return store.save_some(host, drafts, seen, calm_since)


def _is_one_look(warcs: int, first: str, last: str) -> bool:
    """Return whether captures of so many WARCs, and so long a time, are of one run for sure."""
    return warcs == 1 and datetime.fromisoformat(last) - datetime.fromisoformat(first) < PAUSE


def _in_turn(newest: Iterable[CaptureRow], numbers: set[int]) -> list[CaptureRow] | None:
    """Return the captures *numbers* of a page behind the one before them, the oldest first.

    None where there is none before, or where one of them is older than that.
    """
    found: list[CaptureRow] = []
    for row in newest:
        found.append(row)
        if row.id not in numbers:
            return found[::-1] if len(found) > len(numbers) else None
    return None


def _take(
    chapters: Chapters,
    outlines: Outlines,
    news: _News,
    rows: Sequence[CaptureRow],
    calm_since: str,
) -> bool:
    """Note in *news* what the captures of a page say; return whether it is about a story alone."""
    before, *later = rows
    shown = chapters.shown_by(before.id, before.url_key)
    if shown and before.fetched_at <= calm_since:
        return False
    if news.is_waiting and not shown and chapters.are_at(before.url_key):
        return False  # it may be what is missing
    is_told = False
    for one, two in zip(rows, later, strict=False):
        if _says_the_same(outlines, one, two):
            continue
        if len(shown) != 1 or not _tells_itself_alone(outlines, one, two):
            return False
        is_told = True
    if news.is_waiting and not news.is_alive:
        news.is_alive = bool(shown) and _shows_life(outlines, later[-1])
    for each in shown:
        _note(news, each, later[-1], is_told)
    return True


def _shows_life(outlines: Outlines, row: CaptureRow) -> bool:
    """Return whether a good reading of a story is surely no answer that a site gives for all."""
    is_long = row.traits[:SHAPE] > NO_SHAPE
    return is_long and not outlines.is_shown_elsewhere(row.payload_sha256, row.url_key)


def _note(news: _News, shown: Shown, last: CaptureRow, is_told: bool) -> None:
    if is_told:
        news.told.setdefault(shown.story, set()).add(last.url_key)
    else:
        seen = (shown.key, last.id, last.fetched_at)
        news.seen.setdefault(shown.story, []).append(seen)


def _says_the_same(outlines: Outlines, one: CaptureRow, two: CaptureRow) -> bool:
    """Return whether a capture repeats the one before it (`store.repeats`).

    What its address is read under is asked as well: it may be one of several of a page.
    """
    is_same = (
        one.owner == two.owner
        and one.source == two.source
        and one.payload_sha256 == two.payload_sha256
        and one.truncated is two.truncated is None
        and two.origin == "live"
    )
    if not is_same or two.is_list:  # a list may be long, and is read under its own address
        return is_same
    part = outlines.told(two).part
    return not part.sections and part.url == two.url


def _tells_itself_alone(outlines: Outlines, one: CaptureRow, two: CaptureRow) -> bool:
    """Return whether a story has other words than before, and says nothing else to other pages."""
    if one.traits[:SHAPE] != two.traits[:SHAPE] or two.traits[:SHAPE] <= NO_SHAPE:
        return False
    if any(row.truncated or row.origin != "live" for row in (one, two)) or one.source != two.source:
        return False
    before, after = outlines.told(one).part, outlines.told(two).part
    if (before.title, before.authors) != (after.title, after.authors):
        return False
    changed = {*traits_of(one.traits)[1:]} ^ {*traits_of(two.traits)[1:]}
    return not outlines.is_said_elsewhere(changed, two.url_key)


def _drafts(
    store: Store, host: str, outlines: Outlines, news: _News, tick: Callable[[], None]
) -> list[Draft] | None:
    """Return drafts of the stories that have other words; None where one has no plan of its own."""
    if not news.told:
        return []
    drafts = Drafts(store, host, store.facts_of(host), tick)
    found = []
    for story, pages in sorted(news.told.items()):
        frame = store.plan_of(story)
        if not frame or not pages <= pages_in(frame).keys():
            return None
        plan = framed(frame, lambda key: map(piece_of, outlines.page(key)))
        found.append(drafts.draft(plan, frame))
    return found
