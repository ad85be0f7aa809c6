"""What derive does with --shards: tables beside the archive, made here or by a cluster."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from storykeep.cli.context import Context
from storykeep.cli.output import amount, json_line, line, results, say
from storykeep.errors import UsageError

if TYPE_CHECKING:
    from storykeep.archive import Archive, Made, Wish


def check(
    shards: str | None,
    engine: str,
    scheduler: str | None,
    warcs: str | None,
    *,
    is_all: bool,
    dry_run: bool,
    jobs: int | None,
) -> None:
    """Raise UsageError where the options do not go together."""
    if engine == "dask" and not (shards and scheduler):
        raise UsageError(
            "--engine dask needs --scheduler, and --shards for what comes of it",
            hint="storykeep derive --all --engine dask --scheduler tcp://HOST:8786 --shards DIR",
        )
    if engine == "dask" and jobs is not None:
        raise UsageError(
            "--jobs is for the processes of this machine",
            hint="the cluster has as many as it was started with: dask worker --nworkers N",
        )
    if engine == "pool" and (scheduler or warcs):
        name = "--scheduler" if scheduler else "--warcs"
        raise UsageError(f"{name} is for a cluster", hint="add --engine dask")
    if shards and not is_all:
        raise UsageError(
            "--shards is for all captures of the archive", hint="add --all, and name no page"
        )
    if shards and dry_run:
        raise UsageError(
            "--shards changes nothing in the archive: there is nothing to try dry",
            hint="make the shards, and import them with --dry-run",
        )


def make_shards(
    context: Context,
    archive: Archive,
    wish: Wish,
    places: tuple[str, str | None, str | None],
    *,
    as_json: bool,
) -> int:
    """Have shards made, say what came of each WARC, and return the exit code.

    *places* are the folder of the shards, that of the WARCs and the scheduler.
    """
    from storykeep.archive import Where
    from storykeep.cli.progress import counting

    shards, warcs, scheduler = places
    where = Where(shards, warcs or "", scheduler or "")
    code = made = there = 0
    with (
        results() as put,
        counting("cleaning captures", quiet=context.quiet) as step,
        closing(archive.shard(where, wish, say, step)) as found,
    ):
        for each in found:
            if each.problem:
                say(f"no shard of {line(each.warc)}: {line(each.problem)}")
            code = max(code, _code(each))
            made += not each.was_there and not each.problem
            there += each.was_there
            if as_json:
                put(_json(each))
            elif not each.problem and (context.verbose or not each.was_there):
                put(_text(each))
    if not context.quiet:
        was_there = f"; {there:,} there already" if there else ""
        say(f"{amount(made, 'shard')} made in {shards}{was_there}")
        if made or there:
            say(f"hint: storykeep import {shards} takes them into the archive")
    return code


def _code(made: Made) -> int:
    if made.damaged:
        return 6
    return 3 if made.problem or made.unread else 0


def _text(made: Made) -> str:
    said = f"{line(made.warc)}: {amount(made.captures, 'capture')}"
    if made.unread:
        said += f", {made.unread:,} of which could not be cleaned"
    return said + (" (was there)" if made.was_there else "")


def _json(made: Made) -> str:
    return json_line(
        {
            "warc": made.warc, "shard": made.name or None, "captures": made.captures,
            "unread": made.unread, "damaged": made.damaged, "was_there": made.was_there,
            "problem": made.problem or None,
        }
    )  # fmt: skip
