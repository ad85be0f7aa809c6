"""The command that corrects a record by hand: fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from storykeep.cli.completing import story_ids
from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.opened import has_warcs, nothing_yet
from storykeep.cli.output import amount, line, put, put_json, say
from storykeep.decisions import NAME, read_word, shown
from storykeep.errors import UsageError

if TYPE_CHECKING:
    from storykeep.fixing import Fixed, Listed


@click.command("fix")
@click.argument("story", required=False, shell_complete=story_ids)
@click.argument("corrections", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--undo", is_flag=True, help="Take back the last correction that still holds.")
@click.option("--list", "listing", is_flag=True, help="Show what was corrected, of STORY or all.")
@json_option
@click.pass_obj
def fix_command(
    context: Context,
    story: str | None,
    corrections: tuple[str, ...],
    undo: bool,
    listing: bool,
    as_json: bool,
) -> None:
    """Correct what a record says, by hand; it stays so whatever the pages say.

    \b
    storykeep fix k5wq2xgh title="The Ferry" author="Ada; Ben"
    storykeep fix k5wq2xgh summary=              there is none
    storykeep fix k5wq2xgh --undo                takes the last correction back

    Fields: title, author, summary, disclaimer, language, status, series ("Shores #2/5"), published,
    updated (2003-06-17), tags ("fandom: Tides; rating: PG"), and each kind of tag by itself. It is
    kept in decisions.jsonl beside config.toml.
    """
    from storykeep.archive import Archive

    values = _values(story, corrections, undo=undo, listing=listing)
    config = context.config_or_default()
    if not config.archive.database.exists() and not has_warcs(config.archive.warcs):
        nothing_yet(context, as_json)
        if story is not None:
            raise UsageError(f"there is no story {story!r}")
        return
    archive = Archive(config)
    if listing:
        found, problems = archive.corrections(story)
        for text in problems:
            say(line(text))
        _print_list(found, context, as_json)
        return
    assert story is not None
    if undo:
        done = archive.undo_fix(story, told=lambda text: say(line(text)))
    else:
        done = archive.fix(story, values, told=lambda text: say(line(text)))
    _print(done, context, as_json, undo=undo)


def _values(
    story: str | None, words: tuple[str, ...], *, undo: bool, listing: bool
) -> dict[str, object]:
    if (undo or listing) and words:
        raise UsageError("--undo and --list take no FIELD=VALUE", hint="storykeep fix --help")
    if undo and listing:
        raise UsageError("--undo or --list, not both", hint="storykeep fix --help")
    if story is None and not listing:
        raise UsageError("no story is named", hint="storykeep list shows them with their ids")
    if not words and not undo and not listing:
        raise UsageError(
            "nothing to correct is named",
            hint='write FIELD=VALUE, as in title="The Ferry"; storykeep fix --help has the fields',
        )
    values: dict[str, object] = {}
    for word in words:
        name, value = read_word(word)
        if name in values:
            raise UsageError(f"{name} is given twice", hint='several authors: author="Ada; Ben"')
        values[name] = value
    return values


def _print(done: Fixed, context: Context, as_json: bool, *, undo: bool) -> None:
    if as_json:
        put_json(
            {
                "story": done.id,
                "key": done.key,
                "entry": done.entry.id if done.entry else None,
                "changed": {
                    name: {"before": before, "after": after}
                    for name, (before, after) in done.changed.items()
                },
            }
        )
        return
    for name, (before, after) in done.changed.items():
        put(f"{name}: {line(shown(before))} -> {line(shown(after))}")
    if context.quiet:
        return
    if done.entry is None:
        say("it was corrected so already; nothing was written")
    elif done.id is None:
        say(f"noted in {NAME}; the story is not in the archive now")
    elif undo:
        say(f"taken back, and noted in {NAME}")
    else:
        same = "" if done.changed else "the pages say the same; "
        say(f"{same}noted in {NAME}; storykeep fix {done.id} --undo takes it back")


def _print_list(found: list[Listed], context: Context, as_json: bool) -> None:
    for each in found:
        entry = each.entry
        if as_json:
            put_json(
                {
                    "entry": entry.id,
                    "at": entry.at,
                    "story": each.id,
                    "key": entry.story,
                    "state": each.state,
                    "set": dict(entry.values),
                }
            )
            continue
        said = ", ".join(f"{name}: {shown(value)}" for name, value in entry.values.items())
        put(f"{entry.at[:10]}  {each.id or line(entry.story)}  {line(said)}  [{each.state}]")
    if not as_json and not context.quiet:
        say(amount(len(found), "correction") if found else "nothing was corrected by hand")
