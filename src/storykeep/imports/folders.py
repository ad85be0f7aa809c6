"""Files in a folder or a zip, one after the other: nothing is unpacked, no name leads anywhere."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from storykeep.imports.pages import Item
from storykeep.warc.foreign import HostileError

MOST_RATIO = 100  # text packs ten to one
_FREE = 1 << 20  # bytes that a member may unpack to whatever the ratio
_MOST_MEMBERS = 1_000_000
_MOST_DIRECTORY = 256 << 20  # bytes of a zip's list of members, which is read as a whole
START = 1 << 16
_END = b"PK\x05\x06"
_STRANGE = re.compile(r"[^A-Za-z0-9 ._~+@=,()-]+")
_LONGEST = 120
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read, and why."""

    place: str
    why: str


def walk(folder: Path) -> Iterator[tuple[Path, str] | Refused]:
    """Yield the files below *folder* by name, each with its path below it; links are not followed.

    Raises OSError where *folder* itself cannot be read.
    """
    os.scandir(folder).close()
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in [each for each in folders if (Path(root) / each).is_symlink()]:
            yield Refused(str(Path(root) / name), "it is a link to a folder, which is not followed")
        for name in sorted(names):
            path = Path(root) / name
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                yield Refused(str(path), "it is a link, which is not followed")
            elif not stat.S_ISREG(mode):
                yield Refused(str(path), "it is no file")
            else:
                yield path, path.relative_to(folder).as_posix()


def start_of(path: Path) -> bytes:
    """Return the first START bytes of the file at *path*: what it is, and most pages as a whole."""
    with path.open("rb", buffering=0) as file:
        return file.read(START)


def file_item(path: Path, relative: str, place: str, start: bytes) -> Item:
    """Return the file at *path*, which begins with *start*, as an item."""
    state = path.stat()
    return Item(
        relative,
        place,
        state.st_size,
        datetime.fromtimestamp(state.st_mtime, UTC) if state.st_mtime > 0 else None,
        lambda most: start if len(start) < START else _read(path, most),
    )


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


# ---------------------------------------------------------------- zips


def opened(path: Path) -> zipfile.ZipFile:
    """Return the zip at *path*. Raises HostileError where it is none, or lies about its members."""
    _check_directory(path)
    try:
        found = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise HostileError(f"it cannot be read as a zip: {error}") from error
    members = found.infolist()
    packed = sum(each.compress_size for each in members)
    if packed > path.stat().st_size:
        found.close()
        raise HostileError("its members overlap: together they are larger than the file")
    if len(members) > _MOST_MEMBERS:
        found.close()
        raise HostileError(f"it has {len(members)} members")
    return found


def _check_directory(path: Path) -> None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(_END)
    if at >= 0 and len(tail) >= at + 16:
        directory = int.from_bytes(tail[at + 12 : at + 16], "little")
        if _MOST_DIRECTORY < directory < 0xFFFFFFFF:
            raise HostileError(f"its list of members has {directory} bytes")


def members(archive: zipfile.ZipFile, place: str) -> Iterator[zipfile.ZipInfo | Refused]:
    """Yield the files in a zip; what would lead out of it, or is no file, is refused by name."""
    for each in archive.infolist():
        if why := _harm(each):
            yield Refused(f"{place}: {each.filename!a}", why)
        elif not each.is_dir():
            yield each


def _harm(member: zipfile.ZipInfo) -> str:
    """Return in words why a member is not read, "" where it may be."""
    # As it stands there: zipfile itself cuts a name at a NUL.
    name = member.orig_filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts:
        return "its name leads out of the zip"
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        return "its name has control characters"
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a link or a device"
    if member.flag_bits & 1:
        return "it is encrypted"
    if member.file_size > max(_FREE, MOST_RATIO * member.compress_size):
        return f"its {member.compress_size} bytes would unpack to {member.file_size}: a bomb"
    return ""


def zip_item(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, start: bytes) -> Item:
    """Return a member of a zip, which begins with *start*, as an item."""
    return Item(
        member.filename,
        f"{place}: {member.filename}",
        member.file_size,
        _member_time(member),
        lambda most: start if len(start) < START else read_member(archive, member, most),
    )


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, work: Path) -> Path:
    """Write what a member holds into the folder *work*, with its last name and its time.

    Return the file. Raises HostileError, and OSError.
    """
    # What a file system takes, whatever the member is called.
    name = _STRANGE.sub("_", member.filename.rpartition("/")[2])[-_LONGEST:]
    target = work / (name if name.strip(".") else "member")
    with target.open("wb") as out:
        out.writelines(pieces_of(archive, member))
    if (moment := _member_time(member)) is not None:
        os.utime(target, (moment.timestamp(), moment.timestamp()))
    return target


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """Return what a member holds, at most one byte more than *most*. Raises HostileError."""
    return _careful(member, lambda: _member_bytes(archive, member, most))


def _member_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(member) as file:
        return file.read(min(most, member.file_size) + 1)


def pieces_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a member holds, no more than it says. Raises HostileError."""
    done = 0
    with _careful(member, lambda: archive.open(member)) as file:
        while piece := _careful(member, lambda: file.read(1 << 20)):
            done += len(piece)
            if done > member.file_size:
                raise HostileError(f"{member.filename!a} is longer than it says")
            yield piece


def _careful(member: zipfile.ZipInfo, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        zlib.error,
        OSError,
    ) as error:
        raise HostileError(f"{member.filename!a} cannot be read: {error}") from error


def _member_time(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None
