"""The past of a story: its history for `show`, and the command that compares two versions: diff."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import amount, line, put, put_json, say
from storykeep.errors import UsageError

if TYPE_CHECKING:
    from storykeep.history import Edition
    from storykeep.model import Chapter, Event, Story
    from storykeep.textdiff import ChapterDiff, FieldDiff, Paragraph, Words


def was(story: Story, *, version: int | None, moment: str | None) -> Story:
    """Return *story* as a version or a moment has it; raises UsageError where there was none."""
    from storykeep import history

    if version is not None:
        return history.edition(story, version)
    if moment is None:
        return story
    found = history.as_of(story, history.read_moment(moment))
    if found is None:
        first = history.editions(story)[0].at
        raise UsageError(
            f"the story was not archived by {moment}", hint=f"it is since {first[:10]}"
        )
    return found


# ---------------------------------------------------------------- history


def print_history(story: Story, public_id: str, *, as_json: bool) -> None:
    """Print the versions and events of *story*, with dates and captures."""
    from storykeep import history

    known = history.editions(story)
    if as_json:
        put_json(
            {
                "id": public_id,
                "versions": [_edition_row(story, each) for each in known],
                "events": [_event_row(each) for each in story.events],
            }
        )
        return
    numbers = {id(each.events[0]): each for each in known if each.events}
    if not numbers:
        put(_edition_line(story, known[0]))
    chapters = {chapter.key: chapter for chapter in story.chapters}
    for event in story.events:
        if begun := numbers.get(id(event)):
            put(_edition_line(story, begun))
        put(f"  {_event_line(event, chapters)}")


def _edition_row(story: Story, edition: Edition) -> dict[str, Any]:
    from storykeep import history, prose

    then = history.edition(story, edition.number)
    return {
        "number": edition.number,
        "at": edition.at,
        "chapters": len(then.chapters),
        "words": sum(prose.words(chapter.prose) for chapter in then.chapters),
    }


def _edition_line(story: Story, edition: Edition) -> str:
    row = _edition_row(story, edition)
    chapters = f"{amount(row['chapters'], 'chapter')}, " if row["chapters"] > 1 else ""
    return f"version {row['number']}  {_minute(row['at'])}  {chapters}{row['words']:,} words"


def _event_row(event: Event) -> dict[str, Any]:
    capture = event.capture
    return {
        "at": event.at,
        "kind": event.kind,
        "chapter": event.chapter,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "warc": capture.warc if capture else None,
        "offset": capture.offset if capture else None,
        "url": capture.url if capture else None,
    }


_WORDS = {
    "new": "first seen",
    "changed": "text changed",
    "missing": "missing, not marked as gone",
}


def _event_line(event: Event, chapters: dict[str, Chapter]) -> str:
    said = _WORDS.get(event.kind, event.kind)
    chapter = chapters.get(event.chapter or "")
    if chapter is not None:
        title = f" {chapter.title!r}" if chapter.title else ""
        said = f"chapter {chapter.position}{title}: {said}"
    if event.before is not None or event.after is not None:
        said += f": {_short(event.before)} -> {_short(event.after)}"
    if event.reason:
        said += f": {event.reason}"
    place = f"  {event.capture.warc}:{event.capture.offset}" if event.capture else ""
    return f"{_minute(event.at)}  {line(said)}{place}"


def _short(text: str | None) -> str:
    flat = line(text or "(none)")
    return flat if len(flat) <= 60 else f"{flat[:59]}…"


def _minute(at: str) -> str:
    return at[:16].replace("T", " ") or "(no date)"


# ---------------------------------------------------------------- diff


@click.command("diff")
@click.argument("story")
@click.argument("before", required=False, metavar="[A]")
@click.argument("after", required=False, metavar="[B]")
@json_option
@click.pass_obj
def diff_command(
    context: Context, story: str, before: str | None, after: str | None, as_json: bool
) -> None:
    """Show what changed between two versions of a story, paragraph by paragraph, word by word.

    \b
    storykeep diff k5wq2xgh               the last change
    storykeep diff k5wq2xgh 1             version 1, and what it is now
    storykeep diff k5wq2xgh 1 3           versions 1 and 3
    storykeep diff k5wq2xgh 2026-01 2027  what it was in January 2026, and at the end of 2027

    What went is red, what came is green; in a pipe they read [-went-] and {+came+}. show --history
    lists the versions.
    """
    from storykeep import history, reader, textdiff

    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            raise UsageError(f"there is no story {story!r}")
        row = reader.resolve(connection, story)
        whole = reader.load_story(connection, row)
        public_id = reader.public_id(connection, row)
    last = len(history.editions(whole))
    if before is None and last == 1:
        if as_json:
            put_json({"id": public_id, "before": None, "after": None, "fields": [], "chapters": []})
        elif not context.quiet:
            say("the story has 1 version: nothing has changed since it was archived first")
        return
    before = before or str(last - 1)
    one, two = _named(whole, before), _named(whole, after or str(last))
    fields, chapters = textdiff.fields(one, two), textdiff.chapters(one, two)
    if as_json:
        put_json(
            {
                "id": public_id,
                "before": before,
                "after": after or str(last),
                "fields": [_field_row(each) for each in fields],
                "chapters": [_chapter_row(each) for each in chapters],
            }
        )
        return
    for text in _diff_lines(fields, chapters):
        put(text)
    if not fields and not chapters and not context.quiet:
        say("the two say the same")


def _named(story: Story, name: str) -> Story:
    """Return a version of *story* by its number or a date: four digits are a year."""
    if name.isdecimal() and len(name) < 4:
        return was(story, version=int(name), moment=None)
    return was(story, version=None, moment=name)


def _field_row(field: FieldDiff) -> dict[str, Any]:
    return {"field": field.field, "before": field.before, "after": field.after}


def _chapter_row(chapter: ChapterDiff) -> dict[str, Any]:
    return {
        "change": chapter.change,
        "key": chapter.key,
        "position": chapter.position,
        "title": chapter.title,
        "paragraphs": [
            {"change": "same", "paragraphs": each.count}
            if each.change == "same"
            else {"change": each.change, "words": [list(pair) for pair in each.words]}
            for each in chapter.paragraphs
        ],
    }


def _diff_lines(fields: list[FieldDiff], chapters: list[ChapterDiff]) -> Iterator[str]:
    for field in fields:
        yield f"{field.field}: {_marked(field.words)}"
    for chapter in chapters:
        title = f" {line(chapter.title)}" if chapter.title else ""
        yield f"\nchapter {chapter.position}{title}: {chapter.change}"
        for each in chapter.paragraphs:
            yield f"\n{_paragraph(each)}"


def _paragraph(paragraph: Paragraph) -> str:
    if paragraph.change == "same":
        return f"  ({amount(paragraph.count, 'paragraph')} the same)"
    return _marked(paragraph.words)


def _marked(words: Words) -> str:
    plain_wanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    colored = sys.stdout.isatty() and not plain_wanted
    signs = (
        {"=": ("", ""), "-": ("\x1b[31;9m", "\x1b[0m"), "+": ("\x1b[32m", "\x1b[0m")}
        if colored
        else {"=": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}
    )
    return "".join(f"{signs[sign][0]}{_safe(text)}{signs[sign][1]}" for sign, text in words)


def _safe(text: str) -> str:
    """Return *text* fit for a terminal, with its blanks where they are."""
    from storykeep.cli.output import plain

    return plain(text.replace("\n", " "))
