"""The commands by name, and the global options."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from storykeep import __version__
from storykeep.cli.context import Context
from storykeep.cli.entry import main
from storykeep.cli.output import complain
from storykeep.errors import StorykeepError, UsageError

__all__ = ["cli", "main", "run"]

# Where each command is defined. A command's module is imported when it is called or listed.
_COMMANDS = {
    "init": "storykeep.cli.setup",
    "add": "storykeep.cli.crawling",
    "import": "storykeep.cli.importing",
    "run": "storykeep.cli.crawling",
    "clean": "storykeep.cli.cleaning",
    "derive": "storykeep.cli.cleaning",
    "search": "storykeep.cli.searching",
    "similar": "storykeep.cli.similar",
    "list": "storykeep.cli.finding",
    "captures": "storykeep.cli.finding",
    "show": "storykeep.cli.reading",
    "diff": "storykeep.cli.past",
    "gone": "storykeep.cli.vanished",
    "fix": "storykeep.cli.fixing",
    "export": "storykeep.cli.exporting",
    "verify": "storykeep.cli.proving",
    "repair": "storykeep.cli.repairing",
    "rebuild": "storykeep.cli.setup",
    "profile": "storykeep.cli.profiling",
    "config": "storykeep.cli.configuring",
    "status": "storykeep.cli.finding",
    "schedule": "storykeep.cli.scheduling",
    "doctor": "storykeep.cli.doctoring",
    "sample": "storykeep.cli.crawling",
    "completion": "storykeep.cli.completing",
}


class _Commands(click.Group):
    """The commands, imported only when asked for: `search` must start at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(_COMMANDS[cmd_name])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in _COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, 1)
            raise UsageError(
                f"there is no command {args[0]!r}",
                hint=f"did you mean {near[0]!r}?" if near else "storykeep --help lists them",
            )
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Work in this folder instead of the current one.",
)
@click.option(
    "--config",
    "config_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Read this file instead of config.toml.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, page by page.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
@click.version_option(__version__, prog_name="storykeep")
@click.pass_context
def cli(
    ctx: click.Context, folder: Path | None, config_path: Path | None, verbose: bool, quiet: bool
) -> None:
    """Preserve web fiction: byte-true captures, clean records, instant search.

    \b
    Start:   storykeep init          write a config.toml to fill in
             storykeep run           archive what is due
             storykeep search WORD   find it again
             storykeep export        write the texts to files
    """
    ctx.obj = Context(folder, config_path, verbose=verbose, quiet=quiet)


def run() -> int:
    """Read the command line, do what it says, and return the exit code.

    Raises StorykeepError for all that is wrong, and what `entry` knows to explain.
    """
    try:
        result = cli.main(prog_name="storykeep", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        complain(_of_the_words(error))
        return error.exit_code
    return result if isinstance(result, int) else 0


def _of_the_words(error: click.ClickException) -> StorykeepError:
    """Return click's complaint in our form: an error, and what to do next."""
    said = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "storykeep"
    hint = f"{command} --help"
    if context and isinstance(error, click.NoSuchOption):
        name, option = context.info_name, error.option_name
        if name == "search" and not option.startswith("--"):
            # click shows of "-rain" the "-r" alone.
            hint += "; what begins with a - stands behind --: storykeep search -- '-rain storm'"
        elif option in _global_options():
            hint = f"it stands before the command: storykeep {option} {name} ..."
    return StorykeepError(said[:1].lower() + said[1:], hint=hint)


def _global_options() -> set[str]:
    return {name for each in cli.params for name in each.opts}
