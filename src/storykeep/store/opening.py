"""The file archive.db as such: opening, creating, closing and replacing it.

A database file has companions (-wal, -shm, -journal) that SQLite believes without question: a -wal
left beside another database of the same name silently brings old rows back. So none is ever left
beside a file that it was not made for.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from storykeep.errors import StoreError
from storykeep.reader.connection import APPLICATION_ID, VERSION, refuse_folder
from storykeep.reader.health import has_our_tables
from storykeep.store.migration import Step, migrate
from storykeep.store.schema import STEPS

if TYPE_CHECKING:
    import sqlite_utils

WAIT = 30.0  # seconds to wait for a reader that is switching modes
_COMPANIONS = ("-wal", "-shm", "-journal")
_NO_ROOM = (
    "see that the disk has room and is well, then run again: what was captured is safe in the WARCs"
)
_REBUILD = "move it away and run storykeep rebuild, which makes it again from the WARCs"
# By SQLite's primary result codes. A full disk is reported in any of the first three ways, so that
# each of them has to speak of room.
_HINTS = {
    sqlite3.SQLITE_FULL: _NO_ROOM,
    sqlite3.SQLITE_IOERR: _NO_ROOM,
    sqlite3.SQLITE_CANTOPEN: _NO_ROOM,
    sqlite3.SQLITE_READONLY: "let this user write to the file and its folder, then run again",
    sqlite3.SQLITE_BUSY: "another program holds it: try again in a moment",
    sqlite3.SQLITE_LOCKED: "another program holds it: try again in a moment",
    sqlite3.SQLITE_CORRUPT: _REBUILD,
    sqlite3.SQLITE_NOTADB: _REBUILD,
}


def open_database(
    path: Path,
    *,
    told: Callable[[str], None] = lambda text: None,
    steps: Sequence[Step] = STEPS,
) -> sqlite_utils.Database:
    """Return archive.db at *path* for writing, created or migrated as needed, in WAL mode.

    *told* hears, in words, of a migration and of the copy that it kept.

    Raises StoreError, and leaves the file untouched, where it is not ours or of a newer Storykeep.
    """
    _refuse_unwritable(path)
    if not path.exists():
        _move_strays_aside(path)
    try:
        found = _schema_version(path, newest=len(steps))
        return _open(path, found, journal="WAL", synchronous="NORMAL", steps=steps, told=told)
    except sqlite3.Error as error:
        raise (explained("open", path, error) or error) from error


def create_database(path: Path) -> sqlite_utils.Database:
    """Return an empty archive.db at *path* to be built and then to replace another.

    What lies there is removed. Until `replace_database` it does not survive a power failure.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_database(path)
    try:
        return _open(path, 0, journal="DELETE", synchronous="OFF")
    except sqlite3.Error as error:
        raise (explained("create", path, error) or error) from error


def remove_database(path: Path) -> None:
    """Remove what lies at *path*, and what SQLite would believe of it."""
    for each in (path, *_companions(path)):
        each.unlink(missing_ok=True)


def explained(what: str, path: Path, error: sqlite3.Error) -> StoreError | None:
    """Return the StoreError that says why *path* cannot be opened, read or written, with a hint.

    None where the disk and the file have no part in it: then it is a mistake of ours.
    """
    hint = _HINTS.get(_primary(error))
    return StoreError(f"cannot {what} {path}: {error}", hint=hint) if hint else None


def refuse_foreign(path: Path) -> None:
    """Raise StoreError where *path* is a database of another program, or of a newer Storykeep.

    One that is missing or damaged may be replaced.
    """
    refuse_folder(path)
    try:
        _schema_version(path)
    except sqlite3.Error:
        return
    except StoreError:
        if not has_our_tables(path):
            raise  # else a byte of the header has changed


def replace_database(new: Path, final: Path) -> None:
    """Put the closed database *new* in the place of *final*, durably (DESIGN.md 7).

    *new* must not be in WAL mode and both must be in one folder. Raises StoreError where it cannot.
    """
    for each in _companions(new):
        if each.exists() and each.stat().st_size:
            raise StoreError(f"{new} was not closed: {each.name} is still there")
        each.unlink(missing_ok=True)
    try:
        sync(new)
        for each in _companions(final):
            each.unlink(missing_ok=True)
        sync(final.parent)
        new.replace(final)
        sync(final.parent)
    except OSError as error:
        why = error.strerror or str(error)
        raise StoreError(
            f"cannot put {new} in the place of {final}: {why}", hint=_NO_ROOM
        ) from error


def leave_wal(conn: sqlite3.Connection) -> None:
    """Bring everything into the database file and leave WAL mode, so that it can be read anywhere.

    Where readers are at work it stays in WAL mode, which does no harm. Raises sqlite3.Error.
    """
    conn.execute("PRAGMA busy_timeout = 1000")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    try:
        # Fetched, for the change is only made, and can only fail, behind the row that it answers.
        conn.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.OperationalError as error:
        if _primary(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise


def sync(path: Path) -> None:
    """Return when what was written into the file or folder is on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_unwritable(path: Path) -> None:
    """Raise StoreError where this user may not write the file or, as SQLite must, beside it."""
    refuse_folder(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the folder {path.parent}: {error.strerror}") from error
    for each, mode in ((path, os.R_OK | os.W_OK), (path.parent, os.W_OK | os.X_OK)):
        if each.exists() and not os.access(each, mode):
            raise StoreError(
                f"cannot write {each}",
                hint="run as the user whom it belongs to, or let this user write to "
                f"{path.name} and into its folder",
            )


def _companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in _COMPANIONS]


def _move_strays_aside(path: Path) -> None:
    """Move the companions of a database that is gone to names that SQLite does not look at."""
    for stray in _companions(path):
        if not stray.exists():
            continue
        number = 1
        while (aside := stray.with_name(f"{stray.name}.stray-{number}")).exists():
            number += 1
        stray.replace(aside)


def _open(
    path: Path,
    found: int,
    *,
    journal: str,
    synchronous: str,
    steps: Sequence[Step] = STEPS,
    told: Callable[[str], None] = lambda text: None,
) -> sqlite_utils.Database:
    import sqlite_utils

    # No implicit transactions: `atomic` opens each one, visibly.
    conn = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        db = sqlite_utils.Database(conn)
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA cache_size = -32000")
        # Debian's SQLite overwrites all that is taken out, and others nothing: what the index joins
        # is taken out all the time, and none of it is a secret. FAST: where it costs no writing.
        conn.execute("PRAGMA secure_delete = FAST").fetchall()
        if found < len(steps):
            # Before WAL mode, so that the file's own header says at once whose it is.
            migrate(db, path, found, steps, told)
        conn.execute(f"PRAGMA synchronous = {synchronous}")
        conn.execute(f"PRAGMA journal_mode = {journal}").fetchall()
    except BaseException:
        conn.close()
        raise
    return db


def _schema_version(path: Path, newest: int = VERSION) -> int:
    """Return the schema version of the file, 0 where there is none; reading only.

    What a process was writing when it died is first taken back, as any reader of SQLite does.
    """
    if not path.exists() or not path.stat().st_size:
        return 0
    try:
        return _read_version(path, "ro", newest)
    except sqlite3.OperationalError as error:
        # The journal of an unfinished transaction is there: taking that back means writing.
        if _primary(error) != sqlite3.SQLITE_READONLY:
            raise
        return _read_version(path, "rw", newest)


def _primary(error: sqlite3.Error) -> int:
    """Return the result code of *error* without its details (SQLite, "Result and Error Codes")."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _read_version(path: Path, mode: str, newest: int) -> int:
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT)
    try:
        (application,) = conn.execute("PRAGMA application_id").fetchone()
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        (objects,) = conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    finally:
        conn.close()
    if application == 0 and version == 0 and not objects:
        return 0
    if application != APPLICATION_ID:
        raise StoreError(
            f"{path} is not a Storykeep database",
            hint="name another file as database in config.toml",
        )
    if version > newest:
        raise StoreError(
            f"{path} was written by a newer Storykeep (schema {version}, this one knows {newest})",
            hint="update Storykeep",
        )
    return int(version)
