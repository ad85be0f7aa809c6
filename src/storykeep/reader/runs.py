"""What the runs of an archive did, as their rows say."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from storykeep.errors import UsageError
from storykeep.model import Report

# "going": not over, or killed and not noticed yet. "partial": some page had no whole answer.
# "interrupted": by Ctrl-C or a signal, after which all that came was kept and made into stories.
State = Literal["ok", "partial", "failed", "interrupted", "killed", "going"]
INTERRUPTED = "interrupted"  # Report.ended of such a run


def state_of(report: Mapping[str, Any], finished: str = "-") -> State:
    """Return in one word how a run ended."""
    if not finished:
        return "going"
    ended = report.get("ended", "")
    if ended == "killed":
        return "killed"
    if ended == INTERRUPTED:
        return "interrupted"
    if ended or report.get("stopped"):
        return "failed"
    return "partial" if report.get("failed") else "ok"


def runs(conn: sqlite3.Connection, limit: int = 10) -> list[dict[str, Any]]:
    """Return the last runs, the newest first, as `run` does."""
    rows = conn.execute(
        "SELECT id, started, finished, report FROM run ORDER BY id DESC LIMIT ?", (limit,)
    )
    return [_shown(*row) for row in rows]


def run(conn: sqlite3.Connection, number: int) -> dict[str, Any]:
    """Return `run, started, finished, state` and the whole report of a run; times are UTC.

    Raises UsageError where there is none of that number.
    """
    row = conn.execute(
        "SELECT id, started, finished, report FROM run WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        (last,) = conn.execute("SELECT max(id) FROM run").fetchone()
        raise UsageError(
            f"there is no run {number}",
            hint=f"the last one is {last}" if last else "there was none yet: storykeep run",
        )
    return _shown(*row)


def _shown(number: int, started: str, finished: str, text: str) -> dict[str, Any]:
    report = json.loads(text)
    return {
        "run": number,
        "started": started,
        "finished": finished or None,
        "state": state_of(report, finished),
        **asdict(Report()),  # what is left out of the text has its default
        **report,
    }
