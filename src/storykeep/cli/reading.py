"""The command that shows one story: show."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from storykeep.cli.completing import story_ids
from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import plain, put, put_json
from storykeep.cli.past import print_history, was
from storykeep.errors import UsageError

if TYPE_CHECKING:
    from storykeep.model import Story


@click.command("show")
@click.argument("story", shell_complete=story_ids)
@click.option("--evidence", is_flag=True, help="Show how each value was found, not the text.")
@click.option("--history", is_flag=True, help="Show its versions and what became of it.")
@click.option("--version", type=click.IntRange(1), help="Read that version, as --history counts.")
@click.option("--as-of", "as_of", metavar="DATE", help="Read it as it was then: 2026-05-01.")
@json_option
@click.pass_obj
def show_command(
    context: Context,
    story: str,
    evidence: bool,
    history: bool,
    version: int | None,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Read one story, by its id or its address."""
    from storykeep import reader

    asked = [evidence, history, version is not None, as_of is not None]
    if sum(asked) > 1:
        raise UsageError(
            "--evidence, --history, --version or --as-of, not several",
            hint="storykeep show --help",
        )

    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            raise UsageError(f"there is no story {story!r}")
        row = reader.resolve(connection, story)
        if evidence and not as_json:
            _print_evidence(reader.load_story(connection, row).evidence)
            return
        if history:
            print_history(
                reader.load_story(connection, row),
                reader.public_id(connection, row),
                as_json=as_json,
            )
            return
        show_story(
            connection,
            row,
            as_json=as_json,
            then=lambda found: was(found, version=version, moment=as_of),
        )


def show_story(
    connection: sqlite3.Connection,
    row: int,
    *,
    as_json: bool,
    then: Callable[[Story], Story] = lambda found: found,
) -> None:
    """Print a story: its record for programs, its text for people, by pages on a terminal."""
    from storykeep import reader
    from storykeep.export import Options, render
    from storykeep.record import story_record

    found = then(reader.load_story(connection, row))
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
