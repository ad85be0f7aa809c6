"""Print how storing and searching grow with the number of stories, as a table.

    make bench-large                        (or: python bench/scale.py 1000 10000 100000)

Each size is an archive of its own (bench/search.py), kept below --folder and used by the next call.
The last one took 269 s of CPU to store, and more to make up; it needs 6 GB of disk. `docs/scale.md`
says what comes of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import search
import storing

SIZES = (1_000, 10_000, 100_000)


def measured(folder: Path, number: int) -> dict[str, Any]:
    """Return what an archive of *number* stories costs to store and to search."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "archive.db"
    stored = search.kept(path, storing.store_by_run, number)
    classes = search.query_classes(path, number)
    found = search.apart(search.ask, path, classes)
    cpu = search.command_cpu(folder, classes["mid"][0])
    return {**stored, "asked": found, "command": cpu}


def slowest(found: dict[str, Any], names: Callable[[str], bool], which: int) -> float:
    """Return the highest p95 of the classes, in milliseconds of wall (0) or CPU (1) time."""
    times = found["asked"]["times"]
    return max(search.quantiles(times[name], which)[1] for name in times if names(name))


def show(found: list[dict[str, Any]]) -> None:
    """Print a line for each figure, a column for each size."""
    rows: list[tuple[str, Callable[[dict[str, Any]], float]]] = [
        ("text, MB", lambda each: each["texts"] / 1e6),
        ("stories/s", lambda each: each["stories"] / each["seconds"]),
        ("stories per CPU second", lambda each: each["stories"] / each["cpu"]),
        ("database, MB", lambda each: each["bytes"] / 1e6),
        ("database bytes per text byte", lambda each: each["bytes"] / each["texts"]),
        ("the same again, CPU ms a story", lambda each: each["again_cpu"] * 1e3 / each["stories"]),
        ("grows by that, MB", lambda each: each["growth"] / 1e6),
        ("storing, peak memory, MB", lambda each: each["memory"]),
        ("ordinary page, slowest p95, ms", lambda e: slowest(e, search.ORDINARY.__contains__, 0)),
        ("  of CPU", lambda each: slowest(each, search.ORDINARY.__contains__, 1)),
        ("any page, slowest p95, ms", lambda each: slowest(each, lambda name: True, 0)),
        ("  of CPU", lambda each: slowest(each, lambda name: True, 1)),
        ("newest first, p95, ms", lambda each: slowest(each, "newest first".__eq__, 0)),
        ("  of CPU", lambda each: slowest(each, "newest first".__eq__, 1)),
        ("recall, ordinary, lowest", lambda e: min(map(e["asked"]["recall"].get, search.PLAIN))),
        ("search, peak memory, MB", lambda each: each["asked"]["memory"]),
        ("storykeep search, CPU ms", lambda each: each["command"]),
    ]
    print(f"{'stories':34}" + "".join(f"{each['stories']:>12,}" for each in found))
    for name, value in rows:
        print(f"{name:34}" + "".join(f"{value(each):12,.2f}" for each in found))


def main() -> None:
    """Build what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", type=int, nargs="*", default=SIZES)
    parser.add_argument("--folder", type=Path, default=Path("bench-large"))
    asked = parser.parse_args()
    show([measured(asked.folder / str(number), number) for number in asked.stories])


if __name__ == "__main__":
    main()
