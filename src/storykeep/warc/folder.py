"""The folder of WARCs: names, capture order, the manifest, and sealing."""

from __future__ import annotations

import hashlib
import os
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
DAMAGED = ".damaged"
MENDED = ".mended"
SUFFIX = ".warc.gz"
ORIGINAL = ".orig"  # behind the name of an imported file that is kept, and not read from
IMPORTED = "imported"  # the folder, below that of the WARCs, of what others captured

_NAME = re.compile(r".+-(?P<time>\d{14})-(?P<serial>\d+)\.warc\.gz")
_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LINE = re.compile(
    r"# size (?P<bytes>\d{1,18}) sealed (?P<at>\S+)\n"
    r"(?P<sha256>[0-9a-f]{64})  (?P<file>[^\n]+)\n"
)
_REPLACED = re.compile(
    r"# replaced (?P<replaced>\S+): (?P<sha256>[0-9a-f]{64})  (?P<file>[^\n]+), "
    r"(?P<bytes>\d{1,18}) bytes, sealed (?P<at>\S+)\n"
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
    names = [each for each in os.listdir(folder) if each.startswith(stem)]  # noqa: PTH208
    # A file that is missing has its name still.
    listed = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).exists() else b""
    serial = 0
    while (name := f"{stem}-{serial:05d}{SUFFIX}").encode() in listed or any(
        each.startswith(name) for each in names
    ):
        serial += 1
    return name


def final_name(path: Path) -> str:
    """Return the name that rows and records give the WARC at *path*, sealed or not."""
    return path.name.removesuffix(OPEN)


def name_in(folder: Path, path: Path) -> str:
    """Return the name that rows give the WARC at *path* of *folder*: "imported/x.warc.gz", say."""
    return path.as_posix().removeprefix(f"{folder.as_posix()}/").removesuffix(OPEN)


def is_imported(name: str) -> bool:
    """Return whether the file *name* of an archive holds what others captured."""
    return name.startswith(f"{IMPORTED}/")


def files(folder: Path) -> list[Path]:
    """Return the WARCs of *folder* in the order in which they are taken in.

    First our own in capture order, sealed (final names) and open ones; then what was imported, in
    the order in which it was.
    """
    own = _ending(folder, SUFFIX, SUFFIX + OPEN)
    return [*sorted(own, key=_order), *sorted(_ending(folder / IMPORTED, SUFFIX))]


def _ending(folder: Path, *endings: str) -> list[Path]:
    """Return the files in *folder* with such names; after years of daily runs there are many."""
    try:
        with os.scandir(folder) as found:
            return [Path(each) for each in found if each.name.endswith(endings) and each.is_file()]
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _order(path: Path) -> tuple[str, int, str]:
    name = final_name(path)
    if match := _NAME.fullmatch(name):
        return match["time"], int(match["serial"]), name
    return "", 0, name


@dataclass(frozen=True, slots=True)
class Listing:
    """What the manifest says: how each file is, and how files were that a repair has replaced."""

    sealed: tuple[Sealed, ...] = ()
    replaced: tuple[tuple[Sealed, str], ...] = ()  # and when; the longest ago first
    is_sound: bool = True  # False where the file has anything else in it


def is_bare(folder: Path) -> bool:
    """Return whether *folder* is missing or empty, as where a disk is not mounted."""
    return not folder.is_dir() or not any(folder.iterdir())


def manifest(folder: Path) -> list[Sealed]:
    """Return what the manifest lists, in its order; [] where there is none.

    `sha256sum -c` checks the file as it is. The comment above each line has the size, so that a
    file that was cut is found without reading it.
    """
    return list(read_listing(folder).sealed)


def read_listing(folder: Path) -> Listing:
    """Return all that the manifest says; of two lines for one file the later one counts."""
    try:
        text = (folder / MANIFEST).read_text("utf-8", "replace")
    except FileNotFoundError:
        return Listing()
    replaced = [(_sealed(match), match["replaced"]) for match in _REPLACED.finditer(text)]
    rest = _REPLACED.sub("", text)
    listed = [_sealed(match) for match in _LINE.finditer(rest)]
    sealed = {each.file: each for each in listed}
    is_sound = not _LINE.sub("", rest) and len(sealed) == len(listed)
    return Listing(tuple(sealed.values()), tuple(replaced), is_sound)


def write_listing(folder: Path, listing: Listing) -> None:
    """Make *listing* what the manifest says, all at once. Raises OSError."""
    lines = [
        f"# replaced {when}: {old.sha256}  {old.file}, {old.bytes} bytes, sealed {old.sealed_at}\n"
        for old, when in listing.replaced
    ]
    lines += [_line(sealed) for sealed in listing.sealed]
    disk.replace_durably(folder / MANIFEST, "".join(lines).encode())


def changed_files(folder: Path) -> list[str]:
    """Return, in words, which sealed files are missing or have another size than when sealed.

    Nothing is read: a file that has changed within is found by `verify`.
    """
    found = []
    for sealed in manifest(folder):
        path = folder / sealed.file
        try:
            size = path.stat().st_size
        except OSError as error:
            gone = isinstance(error, FileNotFoundError)
            found.append(f"{sealed.file} {'is missing' if gone else f'cannot be read: {error}'}")
            continue
        if size != sealed.bytes:
            found.append(f"{sealed.file} has {size} bytes, and was sealed with {sealed.bytes}")
    return found


def is_replaced_line(line: bytes) -> bool:
    """Return whether a line of the manifest tells how a file was before it was replaced."""
    return _REPLACED.fullmatch(line.decode("utf-8", "replace")) is not None


def _sealed(match: re.Match[str]) -> Sealed:
    return Sealed(match["file"], int(match["bytes"]), match["sha256"], match["at"])


def _line(sealed: Sealed) -> str:
    said = f"# size {sealed.bytes} sealed {sealed.sealed_at}"
    return f"{said}\n{sealed.sha256}  {sealed.file}\n"


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
    with disk.durable(f"write {path}"):
        before = path.read_bytes() if path.exists() else b""
        if before and not before.endswith(b"\n"):
            before += b"\n"  # it was cut: the new line must not become part of the last one
        disk.replace_durably(path, before + _line(sealed).encode())
    return sealed


def side_name(path: Path, name: str, suffix: str) -> Path:
    """Return an unused name beside *path*: *name* with *suffix*, numbered where that is taken."""
    target, count = path.with_name(name + suffix), 1
    while target.exists() or target.is_symlink():
        count += 1
        target = path.with_name(f"{name}{suffix}{count}")
    return target


def fingerprint(path: Path) -> tuple[str, int]:
    """Return the SHA-256 and the size of the file at *path*."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()
