"""A read-only connection to archive.db, or a clear word on why there is none."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storykeep.errors import StoreError, StorykeepError

APPLICATION_ID = 0x53544B50  # "STKP", in the file's header (SQLite file format, section 1.3.14)
VERSION = 17  # the newest schema that this Storykeep knows
OLDEST = 1  # the oldest that can be read as it is; a writer brings it up to date
_WAIT = 10.0  # seconds to wait for a writer that is switching modes
_MEND = "run storykeep rebuild; it makes the database again from the WARCs"
# What a value that was changed on the disk may lead to: a wrong type, broken JSON, a date that is
# none. A mistake of ours could as well: then a rebuild does not help, and the words name it.
_ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


def connect(path: Path, *, oldest: int = OLDEST) -> sqlite3.Connection | None:
    """Return a connection to *path* that cannot write, None where there is no database yet.

    Raises StoreError where the file cannot be read, is not ours, is of a newer Storykeep, or of a
    schema before *oldest*.
    """
    refuse_folder(path)
    try:
        if not path.stat().st_size:
            return None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from error
    try:
        return _opened(path, "mode=ro", oldest)
    except UnicodeDecodeError as error:  # in SQLite's own words: they quote a damaged schema
        raise _damaged(path, "its schema has changed") from error
    except sqlite3.Error as error:
        if not _is_frozen(path):
            raise _explained(path, error) from error
    # Nothing can change a file in a folder that is not writable and has no -wal; SQLite must be
    # told, for it cannot make its -shm file there.
    try:
        return _opened(path, "mode=ro&immutable=1", oldest)
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def refuse_folder(path: Path) -> None:
    """Raise StoreError where *path* is a folder, which SQLite only calls a disk I/O error."""
    if path.is_dir():
        raise StoreError(
            f"{path} is a folder, not a database",
            hint="move it away, or name another file as database in config.toml",
        )


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn what comes of a damaged or unreadable file into a StoreError that says what next.

    Damage is often met only while rows are read, long after `connect`: SQLite finds a page that is
    none, or a row has a value that nobody wrote.
    """
    try:
        yield
    except (StorykeepError, OSError, UnicodeEncodeError):
        raise  # said already; what cannot be written is not about what was read
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    except _ODD as error:
        told = f"{type(error).__name__}: {error}"[:200]
        raise StoreError(
            f"{path} holds a value that makes no sense ({told})",
            hint=f"{_MEND}. If it says so again, please report it",
        ) from error


def has_table(conn: sqlite3.Connection, name: str) -> bool:
    """Return whether the database has a table: one of an older schema may lack it."""
    return _has(conn, "table", name)


def has_index(conn: sqlite3.Connection, name: str) -> bool:
    """Return whether the database has an index: as `has_table`."""
    return _has(conn, "index", name)


def _has(conn: sqlite3.Connection, kind: str, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?"
    return conn.execute(query, (kind, name)).fetchone() is not None


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """Read one state of the database throughout the block, whatever a run writes meanwhile."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("COMMIT")


def _opened(path: Path, options: str, oldest: int) -> sqlite3.Connection | None:
    uri = f"{path.absolute().as_uri()}?{options}"
    conn = sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)
    try:
        conn.execute("PRAGMA query_only = ON")
        (objects,) = conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        (application,) = conn.execute("PRAGMA application_id").fetchone()
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        _check(path, application, version, objects)
        _check_age(path, version, oldest)
    except BaseException:
        conn.close()
        raise
    if not version:
        conn.close()
        return None
    return conn


def _check(path: Path, application: int, version: int, objects: int) -> None:
    if application != APPLICATION_ID and (application or version or objects):
        raise StoreError(
            f"{path} is not a Storykeep database",
            hint="name another file as database in config.toml; if it was one, storykeep rebuild "
            "makes it again",
        )
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer Storykeep (schema {version}, this one knows {VERSION})",
            hint="update Storykeep",
        )


def _check_age(path: Path, version: int, oldest: int) -> None:
    if 0 < version < oldest:
        raise _too_old(path, version, oldest)


def _too_old(path: Path, version: int, oldest: int) -> StoreError:
    return StoreError(
        f"{path} was written by an older Storykeep (schema {version}, this one reads {oldest} "
        f"to {max(VERSION, oldest)})",
        hint="the next storykeep run, or storykeep derive, brings it up to date and keeps a copy",
    )


def _is_frozen(path: Path) -> bool:
    beside = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    return not os.access(path.parent, os.W_OK) and not any(map(os.path.exists, beside))


def _explained(path: Path, error: sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.OperationalError):
        if str(error).startswith("no such ") and 0 < (version := _version_of(path)) < VERSION:
            return _too_old(path, version, VERSION)  # a table or column that came later
        if "locked" in str(error):
            return StoreError(f"{path} is locked", hint="try again in a moment")
        if not os.access(path, os.R_OK):
            return StoreError(
                f"cannot read {path}: permission denied",
                hint="read it as the user who runs Storykeep, or let this user read it",
            )
        if not os.access(path.parent, os.W_OK):
            return StoreError(
                f"cannot read {path}: a run that is under way or was killed left words beside it, "
                "and its folder is not writable",
                hint="read it as the user who runs Storykeep, or let a run end first",
            )
        return StoreError(
            f"cannot read {path}: {error}",
            hint="if a run was killed, the next storykeep run mends what it left; else "
            "storykeep rebuild makes it again from the WARCs",
        )
    return _damaged(path, str(error))


def _version_of(path: Path) -> int:
    """Return the schema version in the header of a file (SQLite file format, section 1.3.16)."""
    try:
        with path.open("rb") as file:
            return int.from_bytes(file.read(64)[60:64], "big")
    except OSError:
        return 0


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(f"{path} cannot be read as a database: {why}", hint=_MEND)
