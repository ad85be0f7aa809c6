"""Bytes that stay: whole writes, forced to the disk, and errors that say what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storykeep.errors import CaptureError

_HINTS = {
    errno.ENOSPC: "make room on the disk, then run again: what was reported before is safe",
    errno.EDQUOT: "make room in your quota, then run again: what was reported before is safe",
    errno.EFBIG: "files may not grow that large here (ulimit -f, or the kind of disk): lift that "
    "limit, then run again: what was reported before is safe",
    errno.EACCES: "let this user write to the folder, or set [archive] warcs to another one",
    errno.EPERM: "let this user write to the folder, or set [archive] warcs to another one",
    errno.EROFS: "the disk is mounted read-only: set [archive] warcs to a folder on another one",
}
_OTHER = "check the disk and its cables, then run again: what was reported before is safe"


@contextmanager
def durable(what: str) -> Iterator[None]:
    """Turn an OSError into a CaptureError that names *what* failed and says what to do next."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CaptureError(
            f"cannot {what}: {reason}", hint=_HINTS.get(error.errno or 0, _OTHER)
        ) from error


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of *data*; the system may take it in several bites."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Force *folder*'s entries to the disk: without it a new or renamed file may vanish."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folder; capture is best effort there (DESIGN.md 4)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Force the content of *path* to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(path: Path, data: bytes) -> None:
    """Make *data* the content of *path*, so that a crash leaves the old content or the new."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.rename(path)
    sync_folder(path.parent)
