"""Room on the disks of an archive: what is free, what is to stay free, and who may write there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storykeep.errors import CaptureError, SpaceError

_NEXT = (
    "make room there, or change keep_free under [archive] in config.toml; what was captured is "
    "safe, and the next run goes on with the pages that are due"
)
_SLACK = 1 << 20  # bytes beside an answer's own: its other records, and its rows


@dataclass(frozen=True, slots=True)
class Room:
    """The folders that a run writes into, and how many bytes are to stay free on their disks."""

    folders: tuple[Path, ...] = ()
    keep_free: int = 0  # 0: as far as it goes

    def _free(self) -> Iterator[tuple[Path, int]]:
        """Yield each folder and the bytes that are free there, where room is watched at all."""
        for folder in self.folders if self.keep_free else ():
            yield folder, free_bytes(folder)

    def shortage(self) -> str:
        """Return in words where less is free than is to stay free, "" where all is well."""
        for folder, free in self._free():
            if free < self.keep_free:
                return (
                    f"only {size(free)} are free on the disk of {folder}, "
                    f"and {size(self.keep_free)} are to stay free (keep_free)"
                )
        return ""

    def check(self) -> None:
        """Raise SpaceError where less is free than is to stay free."""
        if short := self.shortage():
            raise out_of_space(short)

    def check_fits(self, count: int) -> None:
        """Raise SpaceError where an answer of *count* bytes would fill a disk to the brim."""
        for folder, free in self._free():
            if free < count + _SLACK:
                raise out_of_space(
                    f"only {size(free)} are free on the disk of {folder}, "
                    f"and the next answer has {size(count)}"
                )


def out_of_space(why: str) -> SpaceError:
    """Return the error that stops a run for want of room."""
    return SpaceError(f"the run was stopped before the disk is full: {why}", hint=_NEXT)


def free_bytes(path: Path) -> int:
    """Return how many bytes this user can still write on the disk of *path*, there or not yet."""
    while True:
        try:
            return shutil.disk_usage(path).free
        except (FileNotFoundError, NotADirectoryError):
            if path == path.parent:
                raise
            path = path.parent


def prepare_folder(folder: Path) -> bool:
    """Make *folder* where it is missing; return whether it was.

    Raises CaptureError where nothing can be written there.
    """
    missing = not folder.exists()
    elsewhere = "let this user write there, or set [archive] warcs to another folder"
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CaptureError(
            f"cannot make the folder {folder}: {error.strerror or error}", hint=elsewhere
        ) from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise CaptureError(f"cannot write into the folder {folder}", hint=elsewhere)
    return missing


def check_folder(folder: Path) -> None:
    """Raise CaptureError where *folder* is there, and is no folder or cannot be read."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CaptureError(
            f"{folder} is a file, and the captures need a folder of that name",
            hint="move it away, or set [archive] warcs to another folder",
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise CaptureError(
            f"cannot read the folder {folder}",
            hint="let this user read and write there, or set [archive] warcs to another folder",
        )


def size(number: int) -> str:
    """Return a number of bytes as people read it: "1.4 MB"."""
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError
