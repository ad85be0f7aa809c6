"""Commands that make an archive or make it again: init, rebuild."""

from __future__ import annotations

import click

from storykeep.cli.context import Context
from storykeep.cli.output import amount, put, say
from storykeep.errors import UsageError


@click.command("init")
@click.pass_obj
def init_command(context: Context) -> None:
    """Write a config.toml to fill in."""
    from storykeep.config import TEMPLATE

    path = context.path
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except FileExistsError:
        raise UsageError(
            f"{path} is there already and was not touched",
            hint="edit it, or name another: storykeep --config FILE init",
        ) from None
    if not context.quiet:
        put(f"wrote {path}")
        put()
        put("next:")
        put("  storykeep sample --run      archive the stories that come with Storykeep")
        put(f"  edit {path}, then storykeep run")


@click.command("rebuild")
@click.pass_obj
def rebuild_command(context: Context) -> None:
    """Make archive.db again from the WARC files alone."""
    from storykeep.archive import Archive
    from storykeep.cli.progress import counting

    archive = Archive(context.config_or_default())
    with counting("reading captures", quiet=context.quiet) as step:
        done = archive.rebuild(step)
    for text in done.healed:
        say(text)
    if not context.quiet:
        put(
            f"rebuilt {archive.config.archive.database} from {amount(done.files, 'WARC file')}: "
            f"{amount(done.captures, 'capture')}, {amount(done.stories, 'story', 'stories')}"
        )
