"""The command that shows one story: show."""

from __future__ import annotations

import sqlite3
import sys

import click

from storykeep.cli.completing import story_ids
from storykeep.cli.context import Context
from storykeep.cli.finding import json_option, nothing_yet, reading
from storykeep.cli.output import plain, put, put_json
from storykeep.errors import UsageError


@click.command("show")
@click.argument("story", shell_complete=story_ids)
@click.option("--evidence", is_flag=True, help="Show how each value was found, not the text.")
@json_option
@click.pass_obj
def show_command(context: Context, story: str, evidence: bool, as_json: bool) -> None:
    """Read one story, by its id or its address."""
    from storykeep import reader

    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            raise UsageError(f"there is no story {story!r}")
        row = reader.resolve(connection, story)
        if evidence and not as_json:
            _print_evidence(reader.load_story(connection, row).evidence)
            return
        show_story(connection, row, as_json=as_json)


def show_story(connection: sqlite3.Connection, row: int, *, as_json: bool) -> None:
    """Print a story: its record for programs, its text for people, by pages on a terminal."""
    from storykeep import reader
    from storykeep.export import Options, render
    from storykeep.record import story_record

    found = reader.load_story(connection, row)
    public_id = reader.public_id(connection, row)
    if as_json:
        put_json(story_record(found, id=public_id))
        return
    text = plain(render(found, id=public_id, format="txt", options=Options(emails=True)))
    click.echo_via_pager(text) if sys.stdout.isatty() else put(text.rstrip("\n"))


def _print_evidence(evidence) -> None:  # type: ignore[no-untyped-def]
    for field, found in evidence.items():
        for each in found:
            value = "(none)" if each.value is None else each.value
            why = f"  {each.reason}" if each.reason else ""
            place = f" at {each.place}" if each.place else ""
            put(plain(f"{field}: {value}  [{each.method}{place}, {each.confidence:.0%}]{why}"))
