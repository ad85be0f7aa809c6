"""Commands that make an archive or make it again: init, rebuild."""

from __future__ import annotations

from pathlib import Path

import click

from storykeep.cli.context import Context
from storykeep.cli.opened import has_warcs
from storykeep.cli.output import amount, own_name, put, say
from storykeep.errors import StoreError, UsageError


@click.command("init")
@click.pass_obj
def init_command(context: Context) -> None:
    """Write a config.toml to fill in."""
    from storykeep.config import TEMPLATE

    path = context.path
    try:
        _write_new(path, TEMPLATE)
    except FileExistsError:
        raise UsageError(
            f"{path} is there already and was not touched",
            hint="edit it, or name another: storykeep --config FILE init",
        ) from None
    if not context.quiet:
        put(f"wrote {path}")
        put()
        put("next:")
        put(f"  {own_name()} sample --run      archive the stories that come with Storykeep")
        put(f"  edit {path}, then {own_name()} run")


def _write_new(path: Path, text: str) -> None:
    """Write the file *path*, which must not be there; where it does not become whole it goes."""
    with path.open("x", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
        except OSError:
            path.unlink()
            raise


@click.command("rebuild")
@click.option(
    "--jobs", type=click.IntRange(1, 256), help="Processes that work; default: all cores."
)
@click.pass_obj
def rebuild_command(context: Context, jobs: int | None) -> None:
    """Make archive.db again from the WARC files alone."""
    from storykeep.archive import Archive
    from storykeep.cli.progress import counting
    from storykeep.room import check_folder

    config = context.config_or_default()
    check_folder(config.archive.warcs)
    warcs, database = config.archive.warcs, config.archive.database
    if not has_warcs(warcs) and (database.exists() or not context.path.exists()):
        # An unplugged disk or the wrong folder: an index of nothing would replace a good one.
        raise StoreError(
            f"there are no WARC files in {warcs}; nothing was rebuilt",
            hint="is its disk there? -C DIR works in another folder",
        )
    archive = Archive(config)
    with counting("reading captures", quiet=context.quiet) as step:
        done = archive.rebuild(step, jobs=jobs)
    for text in (*done.healed, *done.told):
        say(text)
    if not context.quiet:
        put(
            f"rebuilt {database} from {amount(done.files, 'WARC file')}: "
            f"{amount(done.captures, 'capture')}, {amount(done.stories, 'story', 'stories')}"
        )
