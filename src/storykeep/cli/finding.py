"""Commands that list what there is: list, captures, status. None of them writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from storykeep.cli.completing import authors
from storykeep.cli.completing import sources as source_names
from storykeep.cli.context import Context
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import amount, line, put, put_json, say
from storykeep.cli.runs import minute, print_runs
from storykeep.errors import UsageError
from storykeep.room import size

_RUNS_TOLD = 5

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")


@click.command("list")
@click.option("--author", shell_complete=authors, help="Only stories by this author.")
@click.option("--source", shell_complete=source_names, help="Only stories of this source.")
@click.option("--gone", is_flag=True, help="Only stories that vanished from their site.")
@click.option("--changed", is_flag=True, help="Only stories that say another thing than at first.")
@click.option(
    "--since",
    metavar="DATE",
    help="Only what is new, changed, gone or back since then: 2026-05-01.",
)
@click.option(
    "--duplicates", is_flag=True, help="Only stories that share half of their text or more."
)
@json_option
@click.pass_obj
def list_command(
    context: Context,
    author: str | None,
    source: str | None,
    gone: bool,
    changed: bool,
    since: str | None,
    duplicates: bool,
    as_json: bool,
) -> None:
    """List the archived stories.

    With --duplicates each group begins with its longest text; how much the others have of it stands
    before them. With --json a group is one line.
    """
    from storykeep import reader

    if duplicates:
        from storykeep.cli.similar import list_duplicates

        if author or source or gone or changed or since:
            raise UsageError("--duplicates lists those of the whole archive, without a choice")
        list_duplicates(context, as_json)
        return
    from storykeep.history import read_moment

    moment = read_moment(since) if since else None
    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return
        rows = reader.list_stories(
            connection,
            author=author,
            source=source,
            gone=gone or None,
            changed=changed,
            since=moment,
        )
        if as_json:
            _put_rows(rows)
            return
        found = False
        rebuilt = reader.reconstructed(connection)
        for row in rows:
            found = True
            vanished = "  reconstructed" if row["id"] in rebuilt else ""
            vanished += f"  gone since {row['gone_since'][:10]}" if row["gone_since"] else ""
            by = line(", ".join(row["authors"])) or "(unknown)"
            title = line(row["title"] or "(untitled)")
            put(f"{row['id']}  {title}  by {by}  {row['words']:,} words  {row['site']}{vanished}")
    if not found and not context.quiet:
        asked = author or source or gone or changed or since
        say("no story is like that" if asked else "there is no story yet")


@click.command("captures")
@click.argument("url", required=False)
@click.option("--source", shell_complete=source_names, help="Only captures of this source.")
@json_option
@click.pass_obj
def captures_command(context: Context, url: str | None, source: str | None, as_json: bool) -> None:
    """List what was fetched: every capture, or those of one page.

    A capture that no run of this archive made says how it came here: import or wayback, and
    verbatim, reconstructed or saved.
    """
    from storykeep import reader

    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return
        rows = reader.captures(connection, url=url, source=source)
        if as_json:
            _put_rows(rows)
            return
        found = False
        for row in rows:
            found = True
            cut = f"  cut ({row['truncated']})" if row["truncated"] else ""
            way = f"  {row['origin']}, {row['form']}" if row["origin"] != "live" else ""
            put(
                f"{row['fetched_at'][:19]}  {row['status']}  {row['outcome']:<10} "
                f"{line(row['url'])}  {row['warc']}:{row['offset']}{cut}{way}"
            )
    if not found and not context.quiet:
        say("no capture is like that" if url or source else "there is no capture yet")


def _put_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        put_json(row)


@click.command("status")
@click.option(
    "--politeness", is_flag=True, help="Prove from the WARCs how gently each host was asked."
)
@click.option("--run", "number", metavar="N", type=int, help="Show the whole report of a run.")
@json_option
@click.pass_obj
def status_command(context: Context, politeness: bool, number: int | None, as_json: bool) -> None:
    """Say what the archive holds, what is due, and what the last runs did."""
    from storykeep import reader
    from storykeep.cli.runs import show_run
    from storykeep.reader.runs import runs

    if number is not None:
        show_run(context, number, as_json)
        return

    if politeness:
        from storykeep.cli.politeness import show_politeness

        show_politeness(context, as_json)
        return

    config = context.config_or_default()
    warcs = config.archive.warcs
    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return
        found = reader.status(connection)
        found["runs"] = runs(connection, _RUNS_TOLD)
        sizes = [path.stat().st_size for path in warcs.glob("*.warc.gz*")] if warcs.is_dir() else []
        found["database_bytes"] = config.archive.database.stat().st_size
        found["warc_files"], found["warc_bytes"] = len(sizes), sum(sizes)
        if as_json:
            put_json(found)
        else:
            _print_status(found)


def _print_status(found: Mapping[str, Any]) -> None:
    put(f"stories:  {found['stories']:,}  ({found['words']:,} words, {found['gone']:,} gone)")
    outcomes = ", ".join(f"{number:,} {name}" for name, number in found["outcomes"].items())
    put(f"captures: {found['captures']:,}" + (f"  ({outcomes})" if outcomes else ""))
    put(
        f"on disk:  {size(found['warc_bytes'])} in {amount(found['warc_files'], 'WARC file')}, "
        f"{size(found['database_bytes'])} index"
    )
    for source in found["sources"]:
        due = f"next due {minute(source['next_due'])}" if source["next_due"] else ""
        put(f"source {source['name']}: {amount(source['pages'], 'page')}  {due}".rstrip())
    _print_unreachable(found["unreachable"])
    for each in found["undecided"]:
        put(undecided(each["site"], each["stories"], each["reason"]))
    if last := found.get("last_run"):
        put(f"last run: {minute(last['finished'] or last['started'])}")
    print_runs(found["runs"])


def undecided(site: str, stories: int, reason: str) -> str:
    """Return what a user has to decide about a host of which stories are missing."""
    return (
        f"{line(site)}: {amount(stories, 'story is', 'stories are')} missing, and not marked as "
        f"gone ({line(reason)}); storykeep gone shows them, and "
        f"storykeep gone --confirm {line(site)} says that they are gone"
    )


def _print_unreachable(found: Iterable[Mapping[str, Any]]) -> None:
    from storykeep.cli.politeness import IGNORE_HINT

    for each in found:
        put(
            f"no robots.txt at {line(each['origin'])} since {each['since'][:10]}, so it is left "
            f"alone ({amount(each['times'], 'try', 'tries')}, the last on {each['last'][:10]}: "
            f"{line(each['why'])})"
        )
        put(f"  {IGNORE_HINT}")
