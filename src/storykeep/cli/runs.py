"""What runs did, in words: for the end of a run, and for status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from storykeep.cli.context import Context
from storykeep.cli.output import amount, line, put, put_json
from storykeep.room import size

_STATES = {
    "ok": "",
    "partial": "some pages had no whole answer",
    "failed": "it failed",
    "interrupted": "it was interrupted",
    "killed": "it was killed",
    "going": "it is under way, or was killed",
}
_GATED = ("gate", "login", "challenge")


def stories_line(new: int, changed: int, gone: int, back: int) -> str:
    """Return what became of stories: "stories: 3 new, 1 changed, 1 gone"."""
    told = f"stories: {new:,} new, {changed:,} changed"
    return told + (f", {gone:,} gone" if gone else "") + (f", {back:,} back" if back else "")


def show_run(context: Context, number: int, as_json: bool) -> None:
    """Print the report of one run."""
    from storykeep.cli.opened import reading
    from storykeep.errors import UsageError
    from storykeep.reader import runs

    with reading(context) as connection:
        if connection is None:
            raise UsageError(f"there is no run {number}", hint="there was none yet: storykeep run")
        found = runs.run(connection, number)
    if as_json:
        put_json(found)
    else:
        print_run(found)


def print_run(found: Mapping[str, Any], put: Callable[[str], None] = put) -> None:
    """Print the whole report of a run."""
    state = _STATES[found["state"]]
    ended = f" to {minute(found['finished'])}" if found["finished"] else ""
    put(f"run {found['run']}: {minute(found['started'])}{ended}" + (f"; {state}" if state else ""))
    if why := found["ended"] if found["state"] == "failed" else found["stopped"]:
        put(f"stopped: {line(why)}")
    put(
        f"{amount(found['requests'], 'request')}, {amount(found['captures'], 'capture')}, "
        f"{size(found['received_bytes'])}"
    )
    counts = (found[f"stories_{each}"] for each in ("new", "changed", "gone", "back"))
    put(stories_line(*counts))
    if outcomes := found["outcomes"]:
        rows = sorted(outcomes.items(), key=lambda item: (-item[1], item[0]))
        put("pages: " + ", ".join(f"{number:,} {outcome}" for outcome, number in rows))
    _print_counts(found, put)
    for name, rows in (("left alone", found["resting"]), ("failed", found["failed"])):
        for what, why in rows:
            put(f"{name}: {line(what)}: {line(why)}")
    for kind, count in found["traps"]:
        put(f"suspected trap: {line(kind)}: {amount(count, 'page')} not asked for")
    for name, texts in (
        ("stopped early", found["bounded"]),
        ("mended", found["healed"]),
        ("damaged", found["damage"]),
        ("noted", found["notes"]),
        ("kept in", found["warcs"]),
    ):
        for text in texts:
            put(f"{name}: {line(text)}")


def _print_counts(found: Mapping[str, Any], put: Callable[[str], None]) -> None:
    gated = sum(found["outcomes"].get(each, 0) for each in _GATED)
    for name, number in (
        ("unchanged", found["unchanged"]),
        ("behind a gate, a login or a challenge", gated),
        ("left alone as robots.txt asks", found["refused_by_robots"]),
        ("still waiting for a later run", found["waiting"]),
    ):
        if number:
            put(f"{name}: {amount(number, 'page')}")
    if gaps := found["least_gap"]:
        host, gap = min(gaps.items(), key=lambda item: item[1])
        put(f"least gap between two requests: {gap:.2f} s ({line(host)})")


def print_runs(found: Iterable[Mapping[str, Any]]) -> None:
    """Print the last runs, one a line."""
    for each in found:
        state = _STATES[each["state"]]
        told = [
            amount(each["requests"], "request"),
            stories_line(
                *(each[f"stories_{kind}"] for kind in ("new", "changed", "gone", "back"))
            ).removeprefix("stories: "),
        ]
        if failed := len(each["failed"]):
            told.append(f"{failed:,} failed")
        told += [state] if state and not failed else []
        put(f"run {each['run']}: {minute(each['started'])}  {', '.join(told)}")


def minute(timestamp: str) -> str:
    """Return a moment as people read it, "2026-11-22 18:22 UTC"."""
    return f"{timestamp[:16].replace('T', ' ')} UTC"
