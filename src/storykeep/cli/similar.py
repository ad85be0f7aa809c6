"""What has the same text as a story, and what is there twice: similar, list --duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from storykeep.cli.completing import story_ids
from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import amount, line, put, put_json, say
from storykeep.errors import UsageError


@click.command("similar")
@click.argument("story", shell_complete=story_ids)
@click.option(
    "--least",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="PERCENT",
    help="Leave out what shares less of the shorter text.",
)
@json_option
@click.pass_obj
def similar_command(context: Context, story: str, least: int, as_json: bool) -> None:
    """Find stories with the same text, or some of it, as STORY (an id or an address).

    They are cross-posts, print views, re-uploads, earlier drafts, or parts that were posted alone.
    The percentage before each says how alike the two texts are, by their words: 100 % is the same
    but for punctuation. With --json also how much of either text the other has, and which chapters.
    """
    from storykeep import reader
    from storykeep.search.similar import similar, similar_row

    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            raise UsageError(f"there is no story {story!r}")
        row = reader.resolve(connection, story)
        rows = [similar_row(connection, each) for each in similar(connection, row, least=least)]
    for each in rows:
        put_json(each) if as_json else _print_similar(each)
    if not rows and not as_json and not context.quiet:
        say("no other story has this text, or a part of it")


def list_duplicates(context: Context, as_json: bool) -> None:
    """Print the groups of stories that have their text from one another."""
    from storykeep.search.duplicates import duplicates
    from storykeep.search.similar import similar_row, story_row

    groups = stories = 0
    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return
        for group in duplicates(connection):
            first = story_row(connection, group.row)
            others = [similar_row(connection, each) for each in group.others]
            groups, stories = groups + 1, stories + 1 + len(others)
            if as_json:
                put_json({**first, "duplicates": others})
                continue
            put(_described(first))
            for each in others:
                _print_similar(each, indent="  ")
    if not as_json and not context.quiet:
        found = f"{amount(stories, 'story', 'stories')} in {amount(groups, 'group')}"
        say(found if groups else "no two stories share half of their text")


def _print_similar(row: Mapping[str, Any], indent: str = "") -> None:
    put(f"{indent}{row['alike']:3d} %  {_described(row)}")
    put(f"{indent}       {row['what']}{_places(row['chapters'])}")


def _described(row: Mapping[str, Any]) -> str:
    gone = f"  gone since {row['gone_since'][:10]}" if row["gone_since"] else ""
    by = " by " + line(", ".join(row["authors"])) if row["authors"] else ""
    title = line(row["title"] or "(untitled)")
    return f"{row['id']}  {title}{by}  {row['words']:,} words  {row['site']}{gone}"


_MOST_PLACES = 5


def _places(pairs: Sequence[Sequence[int]]) -> str:
    """Return in words which chapters are alike, where there are several."""
    if len(pairs) < 2 and all(each == 1 for pair in pairs for each in pair):
        return ""
    if all(mine == other for mine, other in pairs):
        return f"; {amount(len(pairs), 'chapter')} of the same number"
    told = [f"chapter {mine} here is {other} there" for mine, other in pairs[:_MOST_PLACES]]
    more = len(pairs) - len(told)
    return "; " + ", ".join(told) + (f", and {more:,} more" if more else "")
