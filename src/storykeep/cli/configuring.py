"""The commands about config.toml and what other programs need to know: config."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from storykeep.cli.context import Context
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import line, put, put_json, say
from storykeep.errors import UsageError

_FILE = "datasette.json"


@click.group("config")
def config_command() -> None:
    """Show the settings that hold, and write settings for other programs."""


@config_command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    """Print config.toml as it is understood, with every default written out."""
    from storykeep.config import to_plain, to_toml

    config = context.config_or_default()
    if as_json:
        put_json(to_plain(config))
        return
    put(to_toml(config).rstrip("\n"))
    if not context.quiet and not context.path.exists():
        say(f"there is no {context.path}; these are the defaults")


@config_command.command("path")
@click.pass_obj
def path(context: Context) -> None:
    """Print where config.toml is, or would be."""
    put(line(str(context.path.absolute())))


@config_command.command("datasette")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help=f"Write this file instead of {_FILE} beside config.toml; - prints it.",
)
@click.option("--force", is_flag=True, help="Replace a file that says something else.")
@click.pass_obj
def datasette(context: Context, output: Path | None, force: bool) -> None:
    """Write a metadata file for Datasette, which shows archive.db in a browser.

    It describes every table and column, shows the views for people first, and adds queries for
    search, vanished and changed stories.
    """
    from storykeep.export.datasette import metadata

    database = context.config_or_default().archive.database
    with reading(context) as connection:
        if connection is None:
            nothing_yet(context)
            raise UsageError(f"there is no {database.name} to describe yet")
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name"
        )
        text = json.dumps(metadata(database.stem, [name for (name,) in names]), indent=2)
    if str(output) == "-":
        put(text)
        return
    file = output or context.path.parent / _FILE
    _write(file, text + "\n", force=force)
    if not context.quiet:
        put(f"wrote {line(str(file))}")
        say(f"datasette {line(str(database))} --metadata {line(str(file))} shows the archive")


def _write(file: Path, text: str, *, force: bool) -> None:
    """Write *file*, whole or not at all; one that says something else is left alone."""
    if not force and file.exists() and file.read_bytes() != text.encode():
        raise UsageError(
            f"{file} is there already and was not touched",
            hint="--force replaces it; --output FILE writes another",
        )
    new = file.with_name(file.name + ".new")
    try:
        with new.open("w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise
