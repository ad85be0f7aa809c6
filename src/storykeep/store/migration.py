"""From one schema version to the next: first a copy that is kept, then one transaction.

A kill at any point leaves the old database, or the new one; the copy is whole or not there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from storykeep.errors import SpaceError, StoreError
from storykeep.room import free_bytes, size

if TYPE_CHECKING:
    import sqlite_utils

# Step n brings schema version n to n + 1, within the caller's transaction.
Step = Callable[["sqlite_utils.Database"], None]

_PAGES = 2000  # copied at a time; a signal is heard in between


def migrate(
    db: sqlite_utils.Database,
    path: Path,
    found: int,
    steps: Sequence[Step],
    told: Callable[[str], None],
) -> None:
    """Bring the open database at *path* from schema version *found* to the last of *steps*.

    One that holds something is copied first, and *told* where. Raises SpaceError or StoreError
    where there is no room for the copy; the database is then as it was.
    """
    copy = keep_copy(db.conn, path, found) if found else None
    if copy:
        db.conn.execute("PRAGMA synchronous = FULL")
    db.conn.execute("BEGIN IMMEDIATE")
    for step in steps[found:]:
        step(db)
    db.conn.execute(f"PRAGMA user_version = {len(steps)}")
    db.conn.execute("COMMIT")
    if copy:
        told(
            f"{path.name} was brought from schema {found} to {len(steps)}; "
            f"what it was is kept as {copy.name}"
        )


def copy_path(path: Path, found: int) -> Path:
    """Return where the copy of a database of schema version *found* is kept."""
    return path.with_name(f"{path.name}.schema-{found}.bak")


def keep_copy(conn: sqlite3.Connection, path: Path, found: int) -> Path:
    """Copy the database of *conn*, with what its -wal holds, to the disk; return the copy."""
    final = copy_path(path, found)
    new = final.with_name(final.name + ".new")
    _check_room(conn, path)
    try:
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(new, isolation_level=None)) as target:
            conn.backup(target, pages=_PAGES)
            # One file, whatever the original was: nothing beside it can be lost or mixed up.
            target.execute("PRAGMA journal_mode = DELETE").fetchall()
        _fsync(new)
        new.replace(final)
        _fsync(final.parent)
    except (OSError, sqlite3.Error) as error:
        new.unlink(missing_ok=True)
        raise StoreError(
            f"cannot keep a copy of {path} before it is changed for this version: {error}",
            hint=f"make room beside it, and let this user write there; {path.name} is as it was",
        ) from error
    return final


def _check_room(conn: sqlite3.Connection, path: Path) -> None:
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    (page_size,) = conn.execute("PRAGMA page_size").fetchone()
    needed = 2 * pages * page_size  # the copy, and at worst as much again for the change
    free = free_bytes(path.parent)
    if free < needed:
        raise SpaceError(
            f"{path} must be changed for this version, and a copy of it is kept; that needs "
            f"{size(needed)}, and {size(free)} are free",
            hint=f"make room on its disk, then try again; {path.name} is as it was",
        )


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
