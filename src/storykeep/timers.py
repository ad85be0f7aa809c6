"""Puts a timer in its place and takes it away again: systemd's user units, or lines of the crontab.

Only files and lines of one archive are touched; what is there already is not written again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from storykeep import schedule
from storykeep.errors import StorykeepError
from storykeep.schedule import Job

_LONGEST = 30  # seconds for systemctl and crontab
Told = Callable[[str], None]


def unit_folder() -> Path:
    """Return where a user's systemd units lie (systemd.unit(5))."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "systemd" / "user"


def _units(job: Job) -> dict[Path, str]:
    folder = unit_folder()
    return {
        folder / f"{job.name}.service": schedule.service(job),
        folder / f"{job.name}.timer": schedule.timer(job),
    }


def install_units(job: Job, told: Told) -> None:
    """Write *job*'s units and start its timer; *told* hears what was done.

    Raises StorykeepError where systemd's user manager cannot be asked or refuses them.
    """
    _systemctl("show", "--property=Version")  # before anything is written
    changed = False
    for path, text in _units(job).items():
        if path.exists() and path.read_text(encoding="utf-8", errors="replace") == text:
            told(f"{path} is as it should be")
            continue
        _write(path, text)
        told(f"wrote {path}")
        changed = True
    _systemctl("daemon-reload")
    _systemctl("enable", f"{job.name}.timer")
    _systemctl("restart" if changed else "start", f"{job.name}.timer")
    told(f"{job.name}.timer is enabled; systemctl --user list-timers shows when it is due")
    if not _lingers():
        told(
            "it runs while you are logged in; "
            "loginctl enable-linger lets it run when you are not, too"
        )


def remove_units(job: Job, told: Told) -> None:
    """Stop *job*'s timer and remove its units; *told* hears what was done."""
    there = [path for path in _units(job) if path.exists()]
    if not there:
        told(f"there is no {job.name}.timer in {unit_folder()}")
        return
    _systemctl("disable", "--now", f"{job.name}.timer")
    for path in there:
        path.unlink()
        told(f"removed {path}")
    _systemctl("daemon-reload")


def remove_all(job: Job, told: Told) -> None:
    """Take away *job*'s units and crontab lines, whichever are there; *told* hears of it."""
    units = any(path.exists() for path in _units(job))
    lines = shutil.which("crontab") is not None and _in_crontab(job)
    if lines:  # first: systemctl may fail, and lines are not to run on for that
        remove_lines(job, told)
    if units:
        remove_units(job, told)
    if not (units or lines):
        told("no timer runs this archive")


def install_lines(job: Job, told: Told) -> None:
    """Put *job*'s lines into this user's crontab; *told* hears what was done."""
    text = _crontab()
    changed = schedule.crontab_with(text, job)
    if changed == text:
        told("the crontab has these lines already")
        return
    _put_crontab(changed)
    told("the crontab has these lines now; crontab -l shows it")


def remove_lines(job: Job, told: Told) -> None:
    """Take *job*'s lines out of this user's crontab; *told* hears what was done."""
    text = _crontab()
    changed = schedule.crontab_without(text, job)
    if changed == text:
        told("the crontab has no line of this archive")
        return
    _put_crontab(changed)
    told("took the lines of this archive out of the crontab")


def installed(job: Job) -> list[str]:
    """Return in words which timers of *job*'s archive are in place on this machine."""
    found = []
    units = _units(job)
    if all(path.exists() for path in units):
        found.append(f"systemd, {job.name}.timer")
    if shutil.which("crontab"):
        try:
            if _in_crontab(job):
                found.append("cron")
        except StorykeepError:
            pass  # what cannot be read is not in place
    plist = Path.home() / "Library" / "LaunchAgents" / f"{job.name}.plist"
    return [*found, *(["launchd"] if plist.exists() else [])]


# ---------------------------------------------------------------- the system's own programs


def _systemctl(*words: str) -> str:
    done = _call(
        ["systemctl", "--user", *words],
        hint="storykeep schedule --cron --install uses cron instead",
    )
    if done.returncode:
        raise StorykeepError(
            f"systemctl --user {' '.join(words)} failed: {_said(done)}",
            hint="storykeep schedule prints the units to put in place yourself; "
            "--cron --install uses cron instead",
        )
    return done.stdout


def _in_crontab(job: Job) -> bool:
    text = _crontab()
    return schedule.crontab_without(text, job) != text


def _lingers() -> bool:
    if not shutil.which("loginctl"):
        return True
    user = os.environ.get("USER") or str(os.getuid())
    done = _call(["loginctl", "show-user", user, "--property=Linger"], hint="")
    return done.stdout.strip() != "Linger=no"


def _crontab() -> str:
    done = _call(["crontab", "-l"], hint="install cron, or use systemd: storykeep schedule")
    if done.returncode:
        # Only its words tell an empty crontab from one that may not be read.
        if "no crontab" in done.stderr.lower():
            return ""
        raise StorykeepError(f"crontab -l failed: {_said(done)}", hint="look at crontab -l")
    return done.stdout


def _put_crontab(text: str) -> None:
    done = _call(["crontab", "-"], given=text, hint="")
    if done.returncode:
        raise StorykeepError(
            f"the crontab was not changed: {_said(done)}",
            hint="crontab -e lets you put the lines in by hand",
        )


def _call(
    words: list[str], *, hint: str, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - no shell, and each word is ours
            words,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=_LONGEST,
            check=False,
        )
    except FileNotFoundError as error:
        raise StorykeepError(f"there is no {words[0]} on this machine", hint=hint) from error
    except subprocess.TimeoutExpired as error:
        raise StorykeepError(
            f"{words[0]} has not answered for {_LONGEST} seconds", hint=hint
        ) from error


def _said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join((done.stderr or done.stdout).split()) or f"exit code {done.returncode}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8", errors="surrogateescape")
    new.replace(path)
