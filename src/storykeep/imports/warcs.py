"""Puts the WARC of another tool into the archive as it is, or a repacked one beside it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO

from storykeep.errors import CaptureError
from storykeep.warc import Sealed, disk, manifest
from storykeep.warc import fields as f
from storykeep.warc.folder import IMPORTED, ORIGINAL, SUFFIX, enlist, fingerprint, is_imported
from storykeep.warc.foreign import Form, HostileError, repack, unpack
from storykeep.warc.scanning import Gap

PART = ".part"  # behind the name of a file that is not there in full yet
_PIECE = 1 << 20
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80

Gaps = Callable[[Gap], None]


class Shelf:
    """The folder `warcs/imported/`, and what the manifest says of it."""

    def __init__(self, warcs: Path, now: datetime) -> None:
        self.warcs = warcs
        self._now = now
        self._serial = 0
        self.listed = {each.sha256: each.file for each in manifest(warcs)}

    def clear(self) -> None:
        """Remove what a killed import has begun and not finished: the file it read is there yet."""
        for left in (self.warcs / IMPORTED).glob(f"*{PART}"):
            left.unlink()

    def find(self, sha256: str) -> str | None:
        """Return the file of this archive that has those bytes, by the manifest."""
        return self.listed.get(sha256)

    def name_for(self, source: str) -> str:
        """Return a new name for a file that was called *source*: when it came, and what it was."""
        clean = _STRANGE.sub("_", source).strip("._-")[-_LONGEST:] or "file"
        folder = self.warcs / IMPORTED
        while True:
            stem = f"{self._now.astimezone(UTC):%Y%m%d%H%M%S}-{self._serial:05d}"
            self._serial += 1
            if not any(folder.glob(f"{stem}-*")):
                return f"{IMPORTED}/{stem}-{clean}"

    def put(self, source: Path, name: str, sha256: str, size: int, *, link: bool) -> None:
        """Keep the file at *source*, whose bytes are known, as *name*; it is listed then.

        With *link* it stays where it is. Raises CaptureError where it cannot be written, or is
        another one by now.
        """
        target = self.warcs / name
        with disk.durable(f"keep {source} as {target}"):
            if link:
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(target.name + PART)
                part.symlink_to(source.resolve())
                part.replace(target)
                disk.sync_folder(target.parent)
            else:
                with self.writing(name) as out:
                    if _copy(source, out) != sha256:
                        raise CaptureError(
                            f"{source} has changed while it was read",
                            hint="import it when nobody writes to it any more",
                        )
        self._list(Sealed(name, size, sha256, f.date(self._now)))

    def seal(self, name: str) -> None:
        """List the file *name*, which is there in full."""
        sha256, size = fingerprint(self.warcs / name)
        self._list(Sealed(name, size, sha256, f.date(self._now)))

    def _list(self, sealed: Sealed) -> None:
        enlist(self.warcs, sealed)
        self.listed[sealed.sha256] = sealed.file

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Give a file to write; it has its *name*, and is on the disk, when the block ends."""
        target = self.warcs / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        try:
            with part.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        disk.sync_folder(target.parent)
        disk.sync_folder(target.parent.parent)


def is_ours(name: str) -> bool:
    """Return whether the file *name* of an archive was written by a run of it."""
    return not is_imported(name)


def repacked_name(original: str) -> str:
    """Return the name of what is read instead of the file that is kept as *original*."""
    return original.removesuffix(ORIGINAL) + SUFFIX


def repacked(source: Path, form: Form, out: IO[bytes], *, name: str, told: Gaps, work: Path) -> str:
    """Write the records of *source* to *out*, one gzip member each; *told* hears of damage.

    Return in words what could not be unpacked. *work* is a folder for what is unpacked meanwhile.
    Raises HostileError, and OSError.
    """
    if form in ("plain", "arc"):
        _repack(source, form, out, name, told)
        return ""
    with TemporaryDirectory(dir=work, prefix="unpacked-") as folder:
        with NamedTemporaryFile(dir=folder, delete=False) as unpacked:
            problem = unpack(source, form, unpacked)
        path = Path(unpacked.name)
        with path.open("rb") as file:
            inside: Form = "arc" if file.read(9) == b"filedesc:" else "plain"
        _repack(path, inside, out, name, told)
    return problem


def _repack(path: Path, form: Form, out: IO[bytes], name: str, told: Gaps) -> None:
    for found in repack(path, form, out, name=name):
        if isinstance(found, Gap):
            told(found)


def _copy(source: Path, out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


__all__ = ["HostileError", "Shelf", "is_ours", "repacked", "repacked_name"]
