"""Print docs/cli.md, made from the help of every command: python docs/make_cli.py > docs/cli.md."""

from __future__ import annotations

import click

from storykeep.cli.main import cli

_HEAD = """\
# The command line

Made from `storykeep --help` by `make docs`; a test fails where the two differ.

Exit codes: 0 all went well (also: nothing was due, nothing was found) · 1 failed · 2 the words, the
config or the query cannot be read · 3 at least one page had no whole answer after its retries, the
rest is kept · 5 another Storykeep is writing to this archive · 6 damage was found · 130 interrupted
by Ctrl-C, 143 and 129 stopped by SIGTERM or SIGHUP; what was captured is safe.

stdout has data, stderr has talk. `--json` prints one object a line and nothing else.
"""


def main() -> None:
    """Print the page."""
    top = click.Context(cli, info_name="storykeep", max_content_width=90, terminal_width=90)
    print(_HEAD)
    print(f"```\n{cli.get_help(top)}\n```")
    for name in cli.list_commands(top):
        command = cli.get_command(top, name)
        assert command is not None
        inner = click.Context(
            command, info_name=name, parent=top, max_content_width=90, terminal_width=90
        )
        print(f"\n## {name}\n\n```\n{command.get_help(inner)}\n```")
        for word in command.list_commands(inner) if isinstance(command, click.Group) else ():
            below = command.get_command(inner, word)
            assert below is not None
            deeper = click.Context(
                below, info_name=word, parent=inner, max_content_width=90, terminal_width=90
            )
            print(f"\n### {name} {word}\n\n```\n{below.get_help(deeper)}\n```")


if __name__ == "__main__":
    main()
