"""How often a machine is to start a run, in the words of its timer. Pure: text in, text out.

Knows systemd's user units, crontab, launchd and schtasks; it neither writes nor runs any of them.
"""

from __future__ import annotations

import hashlib
import plistlib
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storykeep.config import Config
from storykeep.errors import UsageError
from storykeep.hours import ALL_DAY, Hours

HowOften = Literal["hourly", "daily", "weekly", "monthly"]
HOW_OFTEN: tuple[HowOften, ...] = ("hourly", "daily", "weekly", "monthly")

_NIGHT = Hours(4 * 60, 6 * 60)  # after the hour that daylight saving moves, before people get up
_MOST_SPREAD = 3600  # seconds; many archives must not ask one site at the same second
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SCHTASKS = {"hourly": "HOURLY", "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY"}


@dataclass(frozen=True, slots=True)
class Job:
    """One archive's timer. The times of day are local ones, in minutes after midnight."""

    name: str  # "storykeep-stories-1f0c2a"
    folder: str  # absolute, or the config.toml of another name
    home: str  # the folder of that file
    command: tuple[str, ...]  # what is started, each word apart
    how_often: HowOften
    times: tuple[int, ...]
    weekday: int  # 0 is Monday
    day: int  # of the month, 1 to 28
    spread: int  # seconds; a run begins up to so much later
    gains_rights: bool = False  # what it notifies with may be setuid, as sendmail is


def plan(
    config: Config,
    path: Path,
    command: Sequence[str],
    *,
    how_often: HowOften = "daily",
    at: int | None = None,
    gains_rights: bool = False,
) -> Job:
    """Return the timer for an archive: within the hours of its sources, else in the night.

    *path* is its config.toml, *command* what to start. *at* is a time of day in minutes. The same
    archive always gets the same minute, and two archives rarely do. Raises UsageError for a word
    that no timer can hold, and where no source is asked at *at*.
    """
    folder = str(config.folder if path.name == "config.toml" else path)
    for word in (*command, folder):
        if re.search(r"[\x00-\x1f\x7f]", word):
            raise UsageError(
                f"{word!r} holds a control character, which no timer takes",
                hint="give the folder another name",
            )
    digest = hashlib.sha256(folder.encode("utf-8", "surrogateescape")).digest()
    windows = sorted(
        {source.hours or config.polite.hours for source in config.sources} or {config.polite.hours},
        key=lambda hours: hours.start,
    )
    if at is not None and not any(each.includes(at) for each in windows):
        asked = " or ".join(map(str, windows))
        raise UsageError(
            f"no source is asked at {at // 60:02}:{at % 60:02}",
            hint=f"config.toml says that sites are asked {asked}; other runs do nothing",
        )
    windows = [_NIGHT if hours == ALL_DAY else hours for hours in windows]
    slug = re.sub(r"[^a-z0-9]+", "-", config.folder.name.lower()).strip("-")[:30] or "archive"
    share = int.from_bytes(digest[:2], "big") / 65536
    return Job(
        name=f"storykeep-{slug}-{digest.hex()[:6]}",
        folder=folder,
        home=str(config.folder),
        command=tuple(command),
        how_often=how_often,
        times=(at,) if at is not None else _times(windows, share),
        weekday=digest[2] % 7,
        day=digest[3] % 28 + 1,
        spread=0 if at is not None else _spread(windows),
        gains_rights=gains_rights,
    )


def _times(windows: Sequence[Hours], share: float) -> tuple[int, ...]:
    """Return a minute in the first quarter of each window, so that most of it is left to a run."""
    return tuple(sorted({(each.start + int(share * each.length / 4)) % 1440 for each in windows}))


def _spread(windows: Sequence[Hours]) -> int:
    return min(_MOST_SPREAD, *(each.length * 60 // 4 for each in windows))


# ---------------------------------------------------------------- systemd


def service(job: Job) -> str:
    """Return the text of NAME.service, a user unit (systemd.service(5))."""
    # Seccomp in a user unit implies NoNewPrivileges, and a setuid sendmail then sends nothing.
    locked = "" if job.gains_rights else _LOCKED
    return (
        f"[Unit]\nDescription=Storykeep archives what is due in {_specifiers(job.folder)}\n\n"
        f"[Service]\nType=oneshot\nExecStart={_exec(job.command)}\n"
        # 5: another run is under way, and does what this one would.
        f"SuccessExitStatus=5\nTimeoutStopSec=15\n{_GENTLE}{locked}"
    )


_GENTLE = """\
Nice=10
CPUSchedulingPolicy=batch
IOSchedulingClass=idle
"""
# Only what a user's manager can do without namespaces, and what Python and a TLS library bear.
_LOCKED = """\
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
"""


def timer(job: Job) -> str:
    """Return the text of NAME.timer (systemd.timer(5)); a time slept through is made up."""
    times = "".join(f"OnCalendar={each}\n" for each in calendar(job))
    return (
        f"[Unit]\nDescription=Storykeep, {job.how_often}, in {_specifiers(job.folder)}\n\n"
        f"[Timer]\n{times}RandomizedDelaySec={job.spread}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def calendar(job: Job) -> list[str]:
    """Return the times as systemd.time(7) writes them, "*-*-* 04:17:00"."""
    if job.how_often == "hourly":
        return [f"*-*-* *:{job.times[0] % 60:02}:00"]
    day = {
        "daily": "*-*-*",
        "weekly": f"{_WEEKDAYS[job.weekday]} *-*-*",
        "monthly": f"*-*-{job.day:02}",
    }[job.how_often]
    return [f"{day} {hour:02}:{minute:02}:00" for hour, minute in _clock(job)]


def _exec(command: Sequence[str]) -> str:
    if re.search(r"""['"\\$]""", command[0]):
        # systemd starts no program of such a name, however it is quoted.
        command = ("/bin/sh", "-c", 'exec "$0" "$@"', *command)
    # ":" leaves "$" as it is: nothing here is a variable of systemd's.
    literal = ":" if any("$" in word for word in command) else ""
    return literal + " ".join(_quoted(word) for word in command)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_specifiers(escaped)}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


# ---------------------------------------------------------------- cron


def crontab(job: Job) -> str:
    """Return the lines for a crontab (crontab(5)), between two remarks that name the archive."""
    # A crontab ends a command at "%", unless a backslash stands before it.
    command = shlex.join(job.command).replace("%", "\\%")
    lines = "".join(f"{each} {command}\n" for each in _cron_times(job))
    return f"{_mark('BEGIN', job)}\n{lines}{_mark('END', job)}\n"


def crontab_without(text: str, job: Job) -> str:
    """Return the crontab *text* without the lines of *job*'s archive, all others as they are.

    Raises UsageError where its lines begin and do not end: somebody has edited them.
    """
    kept: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        if line.rstrip("\r\n") == _mark("BEGIN", job):
            inside = True
        elif inside and line.rstrip("\r\n") == _mark("END", job):
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise UsageError(
            f"the crontab has the line {_mark('BEGIN', job)!r} and not the one that ends it",
            hint='"crontab -e" lets you take the lines out by hand',
        )
    return "".join(kept)


def crontab_with(text: str, job: Job) -> str:
    """Return the crontab *text* with *job*, in the place of what it had of the same archive."""
    rest = crontab_without(text, job)
    gap = "" if not rest or rest.endswith("\n") else "\n"
    return f"{rest}{gap}{crontab(job)}"


def _mark(what: str, job: Job) -> str:
    return f"# {what} {job.name}: Storykeep in {job.folder}"


def _cron_times(job: Job) -> list[str]:
    if job.how_often == "hourly":
        return [f"{job.times[0] % 60} * * * *"]
    day = {"daily": "* * *", "weekly": f"* * {(job.weekday + 1) % 7}", "monthly": f"{job.day} * *"}
    return [f"{minute} {hour} {day[job.how_often]}" for hour, minute in _clock(job)]


# ---------------------------------------------------------------- launchd and Windows


def launchd(job: Job) -> str:
    """Return the text of a property list for ~/Library/LaunchAgents (launchd.plist(5))."""
    log = f"{job.home}/storykeep.log"
    return plistlib.dumps(
        {
            "Label": job.name,
            "ProgramArguments": list(job.command),
            "StartCalendarInterval": _intervals(job),
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 10,
            # launchd throws away what is not sent anywhere; only what is wrong is said.
            "StandardOutPath": log,
            "StandardErrorPath": log,
        },
        sort_keys=False,
    ).decode("utf-8")


def _intervals(job: Job) -> list[dict[str, int]]:
    if job.how_often == "hourly":
        return [{"Minute": job.times[0] % 60}]
    day = {
        "daily": {},
        "weekly": {"Weekday": (job.weekday + 1) % 7},
        "monthly": {"Day": job.day},
    }[job.how_often]
    return [{**day, "Hour": hour, "Minute": minute} for hour, minute in _clock(job)]


def schtasks(job: Job) -> str:
    """Return the commands that make a task on Windows, one a line, for the command prompt.

    Raises UsageError for a path that the prompt would read as something else.
    """
    for word in job.command:
        if any(sign in word for sign in '"%'):
            raise UsageError(
                f'{word!r} holds a " or a %, which schtasks cannot be given',
                hint="give the folder another name",
            )
    run = " ".join(f'\\"{word}\\"' if " " in word else word for word in job.command)
    lines = []
    for at, (hour, minute) in enumerate(_clock(job)):
        name = job.name if not at else f"{job.name}-{at + 1}"
        when = f"/SC {_SCHTASKS[job.how_often]}"
        if job.how_often == "weekly":
            when += f" /D {_WEEKDAYS[job.weekday].upper()}"
        elif job.how_often == "monthly":
            when += f" /D {job.day}"
        lines.append(
            f'schtasks /Create /F /TN "{name}" {when} /ST {hour:02}:{minute:02} /TR "{run}"\n'
        )
    return "".join(lines)


def _clock(job: Job) -> list[tuple[int, int]]:
    return [divmod(each, 60) for each in job.times]
