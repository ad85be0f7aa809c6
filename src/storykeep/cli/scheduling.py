"""The command schedule: a timer's text, and putting it in place."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storykeep.cli.context import Context
from storykeep.cli.output import own_name, put, say
from storykeep.cli.words import seconds_of
from storykeep.errors import UsageError

if TYPE_CHECKING:
    from storykeep.schedule import Job

_TIMERS = ("systemd", "cron", "launchd", "windows")


@click.command("schedule")
@click.option("--systemd", is_flag=True, help="User units (default).")
@click.option("--cron", is_flag=True, help="Lines for a crontab.")
@click.option("--launchd", is_flag=True, help="A property list for macOS.")
@click.option("--windows", is_flag=True, help="schtasks commands for Windows.")
@click.option("--install", is_flag=True, help="Put it in place (systemd and cron).")
@click.option(
    "--remove",
    is_flag=True,
    help="Take away what was put in place, of either kind or the named one.",
)
@click.option(
    "--how-often",
    type=click.Choice(["hourly", "daily", "weekly", "monthly"]),
    default="daily",
    show_default=True,
    help="A run asks only what is due: `every` in config.toml decides how often a page is.",
)
@click.option("--at", metavar="HH:MM", help="At this time of day instead of one by night.")
@click.option("--time-budget", metavar="TIME", help="As in storykeep run.")
@click.option("--max-requests", metavar="N", type=click.IntRange(1), help="As in storykeep run.")
@click.pass_obj
def schedule_command(
    context: Context,
    /,
    install: bool,
    remove: bool,
    how_often: str,
    at: str | None,
    time_budget: str | None,
    max_requests: int | None,
    **kinds: bool,
) -> None:
    """Print a timer that runs this archive, or put it in place.

    It comes at night, or within the hours that config.toml names.
    """
    if install and remove:
        raise UsageError("--install and --remove exclude each other", hint="give one of them")
    kind = _named(kinds)
    if (install or remove) and kind in ("launchd", "windows"):
        raise UsageError(
            f"--install and --remove know systemd and cron, not {kind}",
            hint=f"storykeep schedule --{kind} prints what to put in place, and says how",
        )
    extra = []
    if time_budget is not None:
        seconds_of("--time-budget", time_budget)
        extra += ["--time-budget", time_budget]
    if max_requests is not None:
        extra += ["--max-requests", str(max_requests)]
    job = planned(context, how_often=how_often, at=_minute(at), extra=extra)
    if install or remove:
        _change(job, kind, install=install, quiet=context.quiet)
    else:
        _print(job, kind or "systemd")


def _named(kinds: dict[str, bool]) -> str | None:
    """Return the kind of timer that was asked for; None where none was named."""
    named = [kind for kind in _TIMERS if kinds[kind]]
    if len(named) > 1:
        raise UsageError(
            f"--{named[0]} and --{named[1]} exclude each other", hint="give one of them"
        )
    return named[0] if named else None


def planned(
    context: Context,
    *,
    how_often: str = "daily",
    at: int | None = None,
    extra: list[str] | None = None,
) -> Job:
    """Return the timer of the archive that *context* names."""
    from storykeep import schedule

    config = context.config()
    path = context.path.absolute()
    where = ["-C", str(path.parent)] if path.name == "config.toml" else ["--config", str(path)]
    return schedule.plan(
        config,
        path,
        [*_program(), "-q", *where, "run", *(extra or ())],
        how_often=next(each for each in schedule.HOW_OFTEN if each == how_often),
        at=at,
        gains_rights=bool(config.notify.mail),  # sendmail is setuid or setgid where it queues
    )


def _program() -> list[str]:
    """Return what starts this program when nobody's PATH is there to help."""
    found = shutil.which(sys.argv[0]) if Path(sys.argv[0]).stem == "storykeep" else None
    # Not resolved: pipx and venvs keep the link, and change where it leads.
    return [str(Path(found).absolute())] if found else [sys.executable, "-m", "storykeep"]


def _minute(written: str | None) -> int | None:
    if written is None:
        return None
    from storykeep import hours

    try:
        return hours.time_of_day(written)
    except ValueError as error:
        raise UsageError(f"--at: {error}", hint='write it as in "04:30"') from error


def _print(job: Job, kind: str) -> None:
    from storykeep import schedule, timers

    if kind == "systemd":
        for ending, text in (("service", schedule.service(job)), ("timer", schedule.timer(job))):
            put(f"# {timers.unit_folder() / job.name}.{ending}")
            put(text)
        say(f"{own_name()} schedule --install puts these two files in place and starts the timer")
    elif kind == "cron":
        put(schedule.crontab(job).rstrip("\n"))
        say(f"{own_name()} schedule --cron --install puts these lines into your crontab")
    elif kind == "launchd":
        put(schedule.launchd(job).rstrip("\n"))
        name = f"~/Library/LaunchAgents/{job.name}.plist"
        say(f"put this into {name}, then: launchctl bootstrap gui/$(id -u) {name}")
    else:
        put(schedule.schtasks(job).rstrip("\n"))
        say("type this at the command prompt; schtasks /Delete takes the task away again")


def _change(job: Job, kind: str | None, *, install: bool, quiet: bool) -> None:
    from storykeep import schedule, timers

    def told(text: str) -> None:
        if not quiet:
            say(text)

    if not install and kind is None:
        timers.remove_all(job, told)
    elif kind == "cron":
        if install and not quiet:
            put(schedule.crontab(job).rstrip("\n"))
        (timers.install_lines if install else timers.remove_lines)(job, told)
    else:
        (timers.install_units if install else timers.remove_units)(job, told)
