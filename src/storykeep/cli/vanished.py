"""The command that shows what vanished from its site, and lets a user say so: gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import amount, line, put, put_json, say
from storykeep.decisions import NAME
from storykeep.errors import UsageError

if TYPE_CHECKING:
    from storykeep.vanishing import Decided


@click.command("gone")
@click.argument("names", nargs=-1, metavar="[SITE|STORY]...")
@click.option("--waiting", is_flag=True, help="Only what waits for your decision.")
@click.option("--confirm", is_flag=True, help="Say that what is missing of SITE or STORY is gone.")
@click.option("--undo", is_flag=True, help="Take back what --confirm said of SITE or STORY.")
@click.option(
    "--wayback",
    is_flag=True,
    help="Ask the Wayback Machine for what is gone or missing.",
)
@click.option("--take", is_flag=True, help="With --wayback: archive the best capture of each, too.")
@json_option
@click.pass_obj
def gone_command(
    context: Context,
    names: tuple[str, ...],
    waiting: bool,
    confirm: bool,
    undo: bool,
    wayback: bool,
    take: bool,
    as_json: bool,
) -> int:
    """Show what vanished from its site, since when, and which captures show it.

    \b
    storykeep gone                               all of it
    storykeep gone --confirm stories.example     it is true: these stories are gone
    storykeep gone --undo stories.example        it was not
    storykeep gone --wayback                     what the Wayback Machine has of it

    What vanished is never lost: its last good version stays, can be searched, read and exported.
    Where a site misses more than a tenth of its stories at once, or shows nothing but errors,
    nothing is marked as gone before you say so.
    """
    _check(names, waiting=waiting, confirm=confirm, undo=undo, wayback=wayback, take=take)
    if wayback:
        return _look_for_copies(context, names, as_json, take=take)
    if confirm or undo:
        _decide(context, names, as_json, undo=undo)
        return 0
    from storykeep import reader

    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return 0
        ids = {reader.public_id(connection, row) for row in _rows(connection, names)}
        found = [each for each in reader.vanished(connection) if not names or each["id"] in ids]
    if waiting:
        found = [each for each in found if each["state"] == "waiting"]
    for each in found:
        put_json(each) if as_json else _print(each)
    if not as_json and not context.quiet:
        _sum_up(found, waiting=waiting)
    return 0


def _check(
    names: tuple[str, ...], *, waiting: bool, confirm: bool, undo: bool, wayback: bool, take: bool
) -> None:
    """Raise UsageError where what is asked for does not go together."""
    if confirm and undo:
        raise UsageError("--confirm or --undo, not both", hint="storykeep gone --help")
    if (confirm or undo) and (waiting or not names):
        raise UsageError(
            "name the site or the stories", hint="storykeep gone --waiting lists what waits"
        )
    if take and not wayback:
        raise UsageError(
            "--take says what to do with what --wayback finds",
            hint="storykeep gone --wayback --take",
        )
    if wayback and (waiting or confirm or undo):
        raise UsageError("--wayback goes with none of --waiting, --confirm and --undo")


def _look_for_copies(context: Context, names: tuple[str, ...], as_json: bool, *, take: bool) -> int:
    """Print what a web archive has of what is gone or missing; return the exit code."""
    from storykeep.archive import Archive
    from storykeep.crawl import Watch

    archive = Archive(context.config_or_default())
    if not archive.config.archive.database.exists():
        nothing_yet(context, as_json)
        return 0
    watch = Watch(note=lambda text: say(line(text)))
    found, report = archive.look_for_copies(names, watch, take=take)
    for each in found:
        put_json(each) if as_json else _print_copies(each)
    for url, why in report.failed:
        say(f"failed: {line(url)}: {line(why)}")
    if not as_json and not context.quiet:
        there = sum(each["captures"] > 0 for each in found)
        new = sum(each["captures"] > 0 and not each["have"] for each in found)
        say(f"{amount(len(found), 'page')} gone or missing, {there:,} of them in the web archive")
        if take:
            say(f"stories: {report.stories_new:,} new, {report.stories_changed:,} changed")
        elif new:
            what = " ".join(("storykeep gone --wayback --take", *names))
            say(f"to archive the best captures: {what}")
    return 3 if report.failed else 0


def _print_copies(each: Mapping[str, Any]) -> None:
    put(f"{each['id']}  {line(each['title'] or '(untitled)')}  {each['why']}  {line(each['url'])}")
    if not each["captures"]:
        put("          no capture is listed")
        return
    between = f"{each['first'][:10]} to {each['last'][:10]}"
    put(f"          {amount(each['captures'], 'capture')}, {between}; {_which(each)}")


def _which(each: Mapping[str, Any]) -> str:
    """Return in words which of a page's captures is a story, or may be one."""
    best = each["best"][:10] if each["best"] else ""
    if each["have"]:
        return f"that of {best} is here: {amount(each['words'], 'word')}"
    none = f"none of {each['taken']:,} here is a story" if each["taken"] else ""
    following = f"to be asked for first: {best}" if best else ""
    return ", ".join(filter(None, (none, following))) or "none of them is given"


def _rows(connection: Any, names: tuple[str, ...]) -> set[int]:
    from storykeep import reader

    rows: set[int] = set()
    for name in names:
        rows |= reader.named(connection, name)
    return rows


def _print(each: Mapping[str, Any]) -> None:
    by = f" by {line(', '.join(each['authors']))}" if each["authors"] else ""
    since = f"since {each['since'][:10]}" if each["since"] else ""
    part = f", {each['chapters']:,} of {each['of']:,} chapters" if each["of"] > 1 else ""
    state = "missing, waits for your decision" if each["state"] == "waiting" else each["state"]
    put(f"{each['id']}  {line(each['title'] or '(untitled)')}{by}  {line(each['site'])}")
    put(f"          {state} {since}{part}: {line(each['reason'])}")
    for shown in each["captures"]:
        put(
            f"          {shown['fetched_at'][:19]}  {shown['status']}  {shown['outcome']}  "
            f"{line(shown['url'])}  {shown['warc']}:{shown['offset']}"
        )


def _sum_up(found: list[dict[str, Any]], *, waiting: bool) -> None:
    open_ = [each for each in found if each["state"] == "waiting"]
    if not found:
        say("nothing waits for a decision" if waiting else "nothing vanished")
    else:
        said = amount(len(found), "story", "stories")
        say(said if waiting else f"{said}, of which the last good version is kept")
    for site in sorted({each["site"] for each in open_}):
        say(f"if they are gone: storykeep gone --confirm {line(site)}")


def _decide(context: Context, names: tuple[str, ...], as_json: bool, *, undo: bool) -> None:
    from storykeep.archive import Archive

    archive = Archive(context.config_or_default())
    if not archive.config.archive.database.exists():
        nothing_yet(context, as_json)
        raise UsageError(f"there is neither a site nor a story {names[0]!r}")
    decide = archive.undo_gone if undo else archive.confirm_gone
    done = decide(names, told=lambda text: say(line(text)))
    if as_json:
        put_json({"entries": [each.id for each in done.entries], "stories": list(done.ids)})
    elif not context.quiet:
        say(_said(done, undo=undo))


def _said(done: Decided, *, undo: bool) -> str:
    if not done.entries:
        return "nothing to take back" if undo else "nothing of that waits for a decision"
    stories = amount(len(done.ids), "story", "stories")
    if undo:
        return f"{stories} wait again for what the site shows; noted in {NAME}"
    return f"{stories} marked as gone; noted in {NAME}, and --undo takes it back"
