"""The lock of an archive: who writes to it, so that nobody else does and everybody is told.

The lock is the system's and dies with its process. Who holds it stands in a file beside it, which
is only talk: it proves nothing, and is passed over where its process is dead.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from storykeep.errors import LockedError, StoreError

_WAIT = "wait until it is done; searching and reading work meanwhile"


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a lock, as it has said itself."""

    pid: int
    host: str
    since: str  # UTC, "2026-11-22T18:22:39Z"
    command: str  # "run", "rebuild" ...

    def __str__(self) -> str:
        since = self.since.replace("T", " ").replace("Z", " UTC")
        return f"storykeep {self.command}, process {self.pid} on {self.host}, since {since}"

    def is_here(self) -> bool:
        """Return whether it runs, or ran, on this machine."""
        return self.host == socket.gethostname()

    def is_dead(self) -> bool:
        """Return whether the process is known to be gone; one on another machine never is."""
        if not self.is_here() or sys.platform == "win32":
            return False  # on Windows this question would end the process
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False  # somebody else's process is alive
        return False


def lock_path(database: Path) -> Path:
    """Return the file that is locked while somebody writes to *database*, links resolved."""
    return database.resolve().with_name(database.resolve().name + ".lock")


@contextmanager
def hold(database: Path, warcs: Path, command: str) -> Iterator[None]:
    """Hold an archive for writing throughout the block; *command* is what others are told.

    Two configs may name one folder of WARCs, so that is held as well as the database. Raises
    LockedError, at once, where another process writes; StoreError where nothing can be locked.
    """
    lock = lock_path(database)
    with ExitStack() as held:
        held.enter_context(_database_lock(database, lock))
        held.enter_context(hold_folder(warcs))
        _announce(_beside(lock), Holder(os.getpid(), socket.gethostname(), _now(), command))
        held.callback(_withdraw, _beside(lock))
        yield


def holder_of(database: Path) -> Holder | None:
    """Return who said last to hold the lock of *database*, None where that process is dead."""
    return _read(_beside(lock_path(database)))


@contextmanager
def _database_lock(database: Path, path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise _locked(str(database), _read(_beside(path))) from error
    except OSError as error:
        raise StoreError(
            f"cannot lock {path}: {error.strerror or error}",
            hint="an archive is written by one process at a time: let this user write in its "
            "folder, and keep it on a disk that knows file locks",
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold *folder* where it is there and its disk can do that; nothing is written into it.

    `hold` does so already for a folder that it finds. Raises LockedError.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = _opened(folder)
    if descriptor is None:
        yield
        return
    try:
        # A network disk that locks files only answers with an error: the database's lock has to do.
        with suppress(OSError):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _locked(str(folder), None) from error
        yield
    finally:
        os.close(descriptor)


def _opened(folder: Path) -> int | None:
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None  # whoever wants to write there says what is wrong with it


def _locked(what: str, holder: Holder | None) -> LockedError:
    said = f"another Storykeep is writing to {what}"
    if holder is None:
        return LockedError(said, hint=_WAIT)
    hint = _WAIT if holder.is_here() else f"it runs on another machine, {holder.host}; {_WAIT}"
    return LockedError(f"{said}: {holder}", hint=hint)


# ---------------------------------------------------------------- who it is


def _beside(lock: Path) -> Path:
    return lock.with_name(lock.name + "-holder")


def _announce(path: Path, holder: Holder) -> None:
    """Say who holds the lock, whole or not at all; where it cannot be said, the lock holds too."""
    new = path.with_name(path.name + ".new")
    with suppress(OSError):
        new.write_text(json.dumps(asdict(holder)) + "\n", encoding="utf-8")
        new.replace(path)


def _withdraw(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _read(path: Path) -> Holder | None:
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(4096))
        holder = Holder(
            int(said["pid"]), str(said["host"]), str(said["since"]), str(said["command"])
        )
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    # Left by a process that was killed: the holder of now has not said its name yet.
    return None if holder.pid <= 0 or holder.is_dead() else holder


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
