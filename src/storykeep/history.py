"""A story as it was: its versions, numbered, and what it said at any moment of its past. Pure.

What was captured of its texts, title, authors, summary and disclaimers is as it was then. Its other
fields, the titles of its chapters and their notes are as they are now.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storykeep.errors import UsageError
from storykeep.model import Author, Chapter, Disclaimer, Event, EventKind, Story, Version

# What makes a new version of a story; that it vanished or came back does not.
CHANGES: tuple[EventKind, ...] = ("new", "changed", "title", "author", "summary", "disclaimer")
_ONE_RUN = timedelta(days=1)
_MOMENT = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?)?)?)?")

When = Callable[[str], bool]  # whether a moment (fetched_at) belongs to the past that is asked for


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a story, from 1: what one run found that was not so before."""

    number: int
    at: str  # fetched_at of the first capture that showed it
    events: tuple[Event, ...]
    until: str | None = None  # when the next one was found


def editions(story: Story) -> list[Edition]:
    """Return the versions of *story*, oldest first; there is at least one."""
    groups: list[list[Event]] = []
    for event in story.events:
        if event.kind not in CHANGES:
            continue
        if groups and _is_one_run(groups[-1][0], event):
            groups[-1].append(event)
        else:
            groups.append([event])
    if not groups:
        seen = [chapter.first_seen for chapter in story.chapters if chapter.first_seen]
        return [Edition(1, min(seen, default=""), ())]
    begins = [group[0].at for group in groups]
    return [
        Edition(number, group[0].at, tuple(group), until)
        for number, (group, until) in enumerate(zip(groups, [*begins[1:], None], strict=True), 1)
    ]


def _is_one_run(first: Event, event: Event) -> bool:
    files = {each.capture.warc for each in (first, event) if each.capture}
    began, at = (datetime.fromisoformat(each.at) for each in (first, event))
    return len(files) < 2 and at - began < _ONE_RUN


def edition(story: Story, number: int) -> Story:
    """Return the *number*th version of *story*; raises UsageError where there is none."""
    known = editions(story)
    if not 1 <= number <= len(known):
        versions = "1 version" if len(known) == 1 else f"{len(known):,} versions"
        raise UsageError(
            f"the story has {versions}, and no number {number:,}",
            hint="storykeep show STORY --history lists them",
        )
    until = known[number - 1].until
    found = story if until is None else _as_it_was(story, lambda at: at < until)
    assert found is not None
    return found


def as_of(story: Story, moment: str) -> Story | None:
    """Return *story* as it was at the end of *moment* (`read_moment`), None if not yet archived."""
    return _as_it_was(story, lambda at: at[: len(moment)] <= moment)


def read_moment(text: str) -> str:
    """Return a year, month, day or UTC time as the beginning of a WARC-Date; raises UsageError."""
    text = text.strip()
    if _MOMENT.fullmatch(text):
        moment = text.replace(" ", "T").removesuffix("Z")
        day = f"{moment}-01-01" if len(moment) == 4 else moment
        try:
            datetime.fromisoformat(f"{day}-01" if len(day) == 7 else day)
        except ValueError:
            pass
        else:
            return moment
    raise UsageError(
        f"{text!r} is no date", hint="write 2026, 2026-05, 2026-05-01 or 2026-05-01T12:00 (UTC)"
    )


# ---------------------------------------------------------------- back in time


def _as_it_was(story: Story, was: When) -> Story | None:
    kept = [_chapter(chapter, story, was) for chapter in story.chapters]
    chapters = tuple(
        replace(chapter, position=place)
        for place, chapter in enumerate((each for each in kept if each is not None), 1)
    )
    if not chapters:
        return None
    for event in reversed(story.events):
        if not was(event.at):
            story = _without(story, event)
    return replace(
        story,
        chapters=chapters,
        events=tuple(each for each in story.events if was(each.at)),
        gone_since=_gone_since(story, None, was),
    )


def _chapter(chapter: Chapter, story: Story, was: When) -> Chapter | None:
    now = Version(chapter.prose, chapter.first_seen or "", chapter.last_seen or "", chapter.capture)
    said = [version for version in (*chapter.superseded, now) if was(version.first_seen)]
    if not said:
        return None
    version = said[-1]
    if version is now:
        return replace(chapter, gone_since=_chapter_gone_since(story, chapter, was))
    return replace(
        chapter,
        prose=version.prose,
        capture=version.capture,
        superseded=tuple(said[:-1]),
        first_seen=version.first_seen,
        last_seen=version.last_seen,
        gone_since=_chapter_gone_since(story, chapter, was),
    )


def _chapter_gone_since(story: Story, chapter: Chapter, was: When) -> str | None:
    return _gone_since(story, chapter.key if len(story.chapters) > 1 else None, was)


def _gone_since(story: Story, chapter: str | None, was: When) -> str | None:
    """Return since when a chapter, or the whole story, was gone then."""
    turns = [
        event
        for event in story.events
        if event.chapter == chapter and event.kind in ("gone", "back") and was(event.at)
    ]
    return turns[-1].at if turns and turns[-1].kind == "gone" else None


def _without(story: Story, event: Event) -> Story:
    """Return *story* with what it said before *event*, where that is what it says now.

    What was corrected by hand stays, and so does what another page of the story says.
    """
    field = {"author": "authors", "disclaimer": "disclaimers"}.get(event.kind, event.kind)
    found = story.evidence.get(field, ())
    if found and found[0].method == "manual":
        return story
    now = {
        "title": story.title,
        "summary": story.summary,
        "author": ", ".join(author.name for author in story.authors) or None,
        "disclaimer": "\n\n".join(each.text for each in story.disclaimers) or None,
    }
    if event.kind not in now or _bare(now[event.kind]) != _bare(event.after):
        return story
    if event.kind == "title":
        return replace(story, title=event.before)
    if event.kind == "summary":
        return replace(story, summary=event.before)
    if event.kind == "author":
        names = event.before.split(", ") if event.before else []
        return replace(story, authors=tuple(Author(name) for name in names))
    texts = event.before.split("\n\n") if event.before else []
    return replace(story, disclaimers=tuple(Disclaimer(text, None, "header") for text in texts))


def _bare(text: str | None) -> str:
    return " ".join((text or "").split())
