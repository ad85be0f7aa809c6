"""The archive as commands that only read it have it. It does without click."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storykeep.cli.context import Context
from storykeep.cli.output import say


@contextmanager
def reading(context: Context) -> Iterator[sqlite3.Connection | None]:
    """Give a read-only connection, or None where nothing was archived yet."""
    from storykeep.reader.connection import connect, explaining

    database = context.database()
    connection = connect(database)
    try:
        with explaining(database):
            yield connection
    finally:
        if connection is not None:
            connection.close()


def nothing_yet(context: Context, as_json: bool = False) -> None:
    """Say on stderr why there is no archive and what to do; no data is printed."""
    if context.quiet or as_json:
        return
    archive = context.config_or_default().archive
    if has_warcs(archive.warcs):
        name = archive.database.name
        say(f"{name} is missing or empty; storykeep rebuild makes it from the WARCs")
    elif context.path.exists():
        say("nothing is archived here yet; storykeep run archives what config.toml names")
    else:
        say("nothing is archived in this folder; storykeep init begins, -C DIR works in another")


def has_warcs(folder: Path) -> bool:
    """Return whether there is any capture file in *folder*."""
    return folder.is_dir() and any(
        found for pattern in ("*.warc.gz*", "imported/*") for found in folder.glob(pattern)
    )
