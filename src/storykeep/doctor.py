"""Looks an archive and its machine over: what is well, what is not, and what to do about it.

Changes nothing, takes no lock, asks no site. Each check stands alone: what breaks one of them is
that one's finding.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from storykeep import __version__, decisions, lock, notify, reader, room, timers, warc
from storykeep.config import SAMPLE_HOST, Config
from storykeep.crawl.contact import lacks_contact
from storykeep.errors import StorykeepError
from storykeep.reader.connection import VERSION
from storykeep.reader.runs import runs
from storykeep.schedule import Job
from storykeep.urls import hostname

# "wrong": something does not work. "mind": it works, and a person may want to know.
State = Literal["ok", "mind", "wrong"]

_OLDEST_PYTHON = (3, 11)
_OLDEST_SQLITE = (3, 37)  # STRICT tables
_LATE = timedelta(days=3)  # a timer that comes daily may miss a night, and a weekend
_AHEAD = timedelta(days=1)
_BORN = datetime(2026, 11, 1, tzinfo=UTC)  # no clock was right before this was written


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found, in words; `todo` is what to do about it, "" where nothing is."""

    check: str
    state: State
    said: str
    todo: str = ""


Check = Callable[[Config, Job, datetime], Iterator[Finding]]


def look_over(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    """Yield what each check finds, in the order in which one would look. *job* is its timer."""
    for name, check in _CHECKS.items():
        try:
            yield from check(config, job, now)
        except (StorykeepError, OSError, sqlite3.Error) as error:
            hint = error.hint if isinstance(error, StorykeepError) else ""
            yield Finding(name, "wrong", str(error), hint or "look at permissions and free space")


# ---------------------------------------------------------------- the machine


def _versions(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        yield Finding("versions", "wrong", f"Python {python} is too old", "install Python 3.11")
        return
    missing = [name for name in _packages() if not _is_installed(name)]
    if missing:
        yield Finding(
            "versions", "wrong", f"missing: {', '.join(missing)}", "install Storykeep again"
        )
        return
    yield Finding("versions", "ok", f"Storykeep {__version__}, Python {python}")


def _packages() -> Iterator[str]:
    for each in importlib.metadata.requires("storykeep") or ():
        name, _, condition = each.partition(";")
        if not condition:
            yield name.split(">")[0].split("=")[0].split("[")[0].strip()


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _sqlite(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    version = sqlite3.sqlite_version
    todo = "use a Python that was built with a newer SQLite; python.org's are"
    if sqlite3.sqlite_version_info[:2] < _OLDEST_SQLITE:
        yield Finding("SQLite", "wrong", f"SQLite {version} is older than 3.37", todo)
        return
    with closing(sqlite3.connect(":memory:")) as conn:
        try:
            conn.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        except sqlite3.OperationalError:
            yield Finding("SQLite", "wrong", f"SQLite {version} has no full-text search", todo)
            return
    yield Finding("SQLite", "ok", f"SQLite {version} with FTS5")


def _disk(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    archive = config.archive
    for folder in dict.fromkeys((archive.warcs, archive.database.parent)):
        free = room.free_bytes(folder)
        said = f"{room.size(free)} are free on the disk of {folder}"
        if free <= archive.keep_free:
            todo = "make room, or set keep_free lower: a run stops there"
            yield Finding("disk", "wrong", said, todo)
        elif free <= 2 * archive.keep_free:
            yield Finding("disk", "mind", said, f"runs stop at {room.size(archive.keep_free)}")
        else:
            yield Finding("disk", "ok", said)


def _permissions(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    archive = config.archive
    places = [config.folder, archive.warcs, archive.database.parent, archive.database]
    shut = [str(each) for each in dict.fromkeys(places) if each.exists() and not _is_open(each)]
    if shut:
        yield Finding(
            "permissions",
            "wrong",
            f"this user cannot write {', '.join(shut)}",
            "let this user write there, or run Storykeep as the user who may",
        )
    else:
        yield Finding("permissions", "ok", "everything can be read and written")


def _is_open(path: Path) -> bool:
    wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    return os.access(path, wanted)


def _clock(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    said = f"it is {now:%Y-%m-%d %H:%M} UTC by this machine's clock"
    newest = _newest_capture(config)
    todo = "set the clock; systems keep it right by NTP"
    if now < _BORN:
        yield Finding("clock", "wrong", said, todo)
    elif newest is not None and newest > now + _AHEAD:
        yield Finding(
            "clock", "wrong", f"{said}, and the last page was fetched on {newest:%Y-%m-%d}", todo
        )
    else:
        yield Finding("clock", "ok", said)


def _newest_capture(config: Config) -> datetime | None:
    conn = reader.connect(config.archive.database)
    if conn is None:
        return None
    with closing(conn), reader.explaining(config.archive.database):
        (at,) = conn.execute("SELECT max(fetched_at) FROM capture").fetchone()
    return datetime.fromisoformat(at) if at else None


# ---------------------------------------------------------------- the archive


def _sources(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    real = [
        source
        for source in config.sources
        if any(hostname(url) != SAMPLE_HOST for url in source.start)
    ]
    if not real:
        yield Finding(
            "config", "mind", "it names no site yet", "add a [[source]]; docs/config.md shows how"
        )
        return
    for why in dict.fromkeys(lacks_contact(config, url) for each in real for url in each.start):
        if why:
            todo = 'set operator = "you@example.org" under [archive]'
            yield Finding("config", "wrong", why, todo)
            return
    yield Finding("config", "ok", f"{len(real)} {'source' if len(real) == 1 else 'sources'}")


def _database(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    path = config.archive.database
    conn = reader.connect(path)
    if conn is None:
        if any(config.archive.warcs.glob("*.warc.gz")):
            yield Finding("database", "wrong", f"there is no {path}", "storykeep rebuild makes it")
        else:
            yield Finding("database", "mind", "nothing was archived yet", "storykeep run begins")
        return
    with closing(conn), reader.explaining(path):
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        (captures,) = conn.execute("SELECT count(*) FROM capture").fetchone()
    if version < VERSION:
        yield Finding("database", "mind", f"schema {version}", "the next run brings it up to date")
    yield Finding("database", "ok", f"{captures:,} captures in {path.name}")


def _files(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    folder = config.archive.warcs
    named = _named(config)
    if named and warc.is_bare(folder):
        said = f"there is nothing in {folder}, where {len(named)} WARC files should be"
        yield Finding("WARCs", "wrong", said, _BARE)
        return
    if not folder.is_dir():
        return
    changed = warc.changed_files(folder)
    listed = {each.file for each in warc.manifest(folder)}
    changed += [
        f"{file} is missing"
        for file in named
        if file not in listed and not (folder / file).exists()
    ]
    for said in changed:
        yield Finding(
            "WARCs", "wrong", said, "storykeep verify says more, storykeep repair mends it"
        )
    left = sorted(folder.glob("*.open"))
    if left and lock.holder_of(config.archive.database) is None:
        yield Finding("WARCs", "mind", f"a run was killed and left {left[0].name}", _MENDS)
    if not changed:
        number = len(list(warc.files(folder)))
        yield Finding("WARCs", "ok", f"{number:,} {'file' if number == 1 else 'files'}, all there")


_MENDS = "the next run mends it"
_BARE = "is its disk there? storykeep repair --from COPY fills an empty folder again"


def _named(config: Config) -> list[str]:
    """Return the WARC files that the database names, none where it cannot be read."""
    try:
        conn = reader.connect(config.archive.database)
    except StorykeepError:
        return []  # that is another check's finding
    if conn is None:
        return []
    with closing(conn), reader.explaining(config.archive.database):
        return [file for (file,) in conn.execute("SELECT file FROM warc ORDER BY file")]


def _decisions(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    path = config.folder / decisions.NAME
    for problem in decisions.read(path).problems:
        todo = f"mend that line of {path.name}, or take it out: the others hold"
        yield Finding("decisions", "wrong", problem, todo)


def _lock(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    holder = lock.holder_of(config.archive.database)
    if holder is None:
        yield Finding("lock", "ok", "nobody writes to the archive")
    elif holder.is_here():
        yield Finding("lock", "ok", f"being written: {holder}")
    else:
        todo = "if that machine is gone, delete archive.db.lock-holder"
        yield Finding("lock", "mind", f"being written: {holder}", todo)


# ---------------------------------------------------------------- its timer


def _timer(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    found = timers.installed(job)
    if found:
        yield Finding("timer", "ok", ", ".join(found))
    else:
        todo = "storykeep schedule --install lets it run by itself"
        yield Finding("timer", "mind", "no timer of Storykeep's making runs this archive", todo)


def _last_run(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    conn = reader.connect(config.archive.database)
    if conn is None:
        return
    with closing(conn), reader.explaining(config.archive.database):
        last = next(iter(runs(conn, 1)), None)
        due = _due_since(conn, [source.name for source in config.sources])
    if last is None:
        yield Finding("last run", "mind", "there was none yet", "storykeep run begins")
        return
    at = datetime.fromisoformat(last["finished"] or last["started"])
    said = f"run {last['run']} on {at:%Y-%m-%d %H:%M} UTC: {last['state']}"
    more = f"storykeep status --run {last['run']} shows it"
    if due is not None and now - due > _LATE and now - at > _LATE:
        yield Finding(
            "last run",
            "wrong",
            f"{said}; pages have been due since {due:%Y-%m-%d}",
            "the timer does not come: systemctl --user list-timers or crontab -l shows it",
        )
    elif last["state"] == "failed":
        yield Finding("last run", "wrong", f"{said}: {last['ended'] or last['stopped']}", more)
    elif last["state"] in ("interrupted", "killed", "partial"):
        yield Finding("last run", "mind", said, more)
    elif last["state"] == "going" and lock.holder_of(config.archive.database) is None:
        yield Finding("last run", "mind", f"{said.rpartition(':')[0]} was killed", _MENDS)
    else:
        yield Finding("last run", "ok", said)


def _due_since(conn: sqlite3.Connection, sources: list[str]) -> datetime | None:
    marks = ", ".join("?" * len(sources))
    (due,) = conn.execute(
        f"SELECT min(next_due) FROM page WHERE source IN ({marks}) AND next_due != ''",  # noqa: S608
        sources,
    ).fetchone()
    return datetime.fromisoformat(due) if due else None


def _notify(config: Config, job: Job, now: datetime) -> Iterator[Finding]:
    command, mail = config.notify.command, config.notify.mail
    if command and not shutil.which(command[0], path=None):
        todo = "write its whole path: a timer's PATH is short"
        yield Finding("notify", "wrong", f"there is no program {command[0]}", todo)
    if mail and notify.sendmail() is None:
        todo = "install one (msmtp-mta, say), or use a webhook"
        yield Finding("notify", "wrong", "there is no sendmail on this machine", todo)


_CHECKS: dict[str, Check] = {
    "versions": _versions,
    "SQLite": _sqlite,
    "config": _sources,
    "disk": _disk,
    "permissions": _permissions,
    "clock": _clock,
    "database": _database,
    "WARCs": _files,
    "decisions": _decisions,
    "lock": _lock,
    "timer": _timer,
    "last run": _last_run,
    "notify": _notify,
}
