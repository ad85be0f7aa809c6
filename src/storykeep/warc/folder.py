"""The folder of WARCs: names, capture order, the manifest, and sealing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storykeep.errors import CaptureError
from storykeep.warc import disk
from storykeep.warc import fields as f

MANIFEST = "manifest-sha256.txt"
OPEN = ".open"
TORN = ".torn"
SUFFIX = ".warc.gz"

_NAME = re.compile(r".+-(?P<time>\d{14})-(?P<serial>\d+)\.warc\.gz")
_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LINE = re.compile(
    r"# size (?P<bytes>\d+) sealed (?P<at>\S+)\n(?P<sha256>[0-9a-f]{64})  (?P<file>[^\n]+)\n"
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A WARC that is never written again, as the manifest and archive.db list it."""

    file: str  # the final name
    bytes: int
    sha256: str
    sealed_at: str


def check_prefix(prefix: str) -> str:
    """Return *prefix* if it can begin a file name everywhere. Raises ValueError."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} cannot begin a WARC's name: use letters, digits, . _ -")
    return prefix


def new_name(folder: Path, prefix: str, *, now: datetime) -> str:
    """Return a final name, PREFIX-YYYYMMDDhhmmss-serial.warc.gz, that *folder* never used."""
    stem = f"{prefix}-{now.astimezone(UTC):%Y%m%d%H%M%S}"
    serial = 0
    while any(folder.glob(f"{stem}-{serial:05d}{SUFFIX}*")):
        serial += 1
    return f"{stem}-{serial:05d}{SUFFIX}"


def final_name(path: Path) -> str:
    """Return the name that rows and records give the WARC at *path*, sealed or not."""
    return path.name.removesuffix(OPEN)


def files(folder: Path) -> list[Path]:
    """Return the WARCs of *folder* in capture order, sealed (final names) and open ones."""
    found = [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{SUFFIX}{OPEN}")]
    return sorted((path for path in found if path.is_file()), key=_order)


def _order(path: Path) -> tuple[str, int, str]:
    name = final_name(path)
    if match := _NAME.fullmatch(name):
        return match["time"], int(match["serial"]), name
    return "", 0, name


def manifest(folder: Path) -> list[Sealed]:
    """Return what the manifest lists, in its order; [] where there is none.

    `sha256sum -c` checks the file as it is. The comment above each line has the size, so that a
    file that was cut is found without reading it.
    """
    try:
        text = (folder / MANIFEST).read_text("utf-8")
    except FileNotFoundError:
        return []
    return [
        Sealed(match["file"], int(match["bytes"]), match["sha256"], match["at"])
        for match in _LINE.finditer(text)
    ]


def seal(path: Path, *, sha256: str, size: int, now: datetime) -> Sealed:
    """Give the open WARC at *path*, whose bytes are on the disk, its final name; list it.

    Raises CaptureError; a crash in between is mended by `heal`.
    """
    final = path.with_name(final_name(path))
    with disk.durable(f"seal {path}"):
        if final.exists():
            raise CaptureError(
                f"cannot seal {path}: {final.name} exists",
                hint="two files claim one name: move one of them to another folder",
            )
        path.rename(final)
        disk.sync_folder(path.parent)
    return enlist(path.parent, Sealed(final.name, size, sha256, f.date(now)))


def enlist(folder: Path, sealed: Sealed) -> Sealed:
    """Add *sealed* to the manifest, and return it. Raises CaptureError."""
    path = folder / MANIFEST
    line = (
        f"# size {sealed.bytes} sealed {sealed.sealed_at}\n{sealed.sha256}  {sealed.file}\n"
    ).encode()
    with disk.durable(f"write {path}"):
        before = path.read_bytes() if path.exists() else b""
        disk.replace_durably(path, before + line)
    return sealed


def fingerprint(path: Path) -> tuple[str, int]:
    """Return the SHA-256 and the size of the file at *path*."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()
