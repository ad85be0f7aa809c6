"""Keeps archive.db, before another one takes its place, under a name that nothing else uses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from storykeep.errors import StoreError

# A -shm is made again from the -wal; the other two are part of what the database says.
_PARTS = ("", "-wal", "-journal")


def keep_aside(path: Path) -> Path | None:
    """Give the database at *path* a second name, NAME.before-repair-1; return it.

    None where there is no database. `replace_database` takes only the first name away. Raises
    StoreError.
    """
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.before-repair-{number}")).exists():
        if aside.samefile(path):
            break  # a repair that was killed has named it already
        number += 1
    try:
        for part in reversed(_PARTS):
            source, target = (each.with_name(each.name + part) for each in (path, aside))
            if source.exists() and not target.exists():
                _second_name(source, target)
    except OSError as error:
        raise StoreError(
            f"cannot keep {path} as {aside}: {error.strerror or error}",
            hint="it was not replaced; make room on the disk, then repair again",
        ) from error
    return aside


def _second_name(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk that knows no second names
        part = target.with_name(target.name + ".new")
        shutil.copyfile(source, part)
        part.replace(target)
