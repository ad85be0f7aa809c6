"""The command doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.output import line, put, put_json
from storykeep.cli.scheduling import planned
from storykeep.errors import ConfigError

if TYPE_CHECKING:
    from storykeep.doctor import Finding


@click.command("doctor")
@json_option
@click.pass_obj
def doctor_command(context: Context, as_json: bool) -> int:
    """Look over the archive, its timer and this machine, and say what to do.

    Exit code 1 where something does not work. Nothing is changed, and no site is asked.
    """
    wrong = False
    for finding in _findings(context):
        wrong |= finding.state == "wrong"
        if as_json:
            put_json(asdict(finding))
        elif finding.state != "ok" or not context.quiet:
            put(f"{finding.state:<5}  {finding.check}: {line(finding.said)}")
            if finding.todo:
                put(f"       {line(finding.todo)}")
    return 1 if wrong else 0


def _findings(context: Context) -> Iterator[Finding]:
    from storykeep import doctor
    from storykeep.clock import Clock

    try:
        config = context.config()
    except ConfigError as error:
        yield doctor.Finding("config", "wrong", str(error), error.hint)
        return
    yield from doctor.look_over(config, planned(context), Clock().now())
