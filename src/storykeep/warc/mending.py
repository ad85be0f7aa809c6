"""Writes a WARC anew from the whole records of others, byte for byte, and keeps the damaged one.

The order is: the new file whole and on the disk under another name, the damaged one under its name
aside, then one rename. A crash in between leaves the old file or the new one, and never neither.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import IO, BinaryIO

from storykeep.errors import CaptureError
from storykeep.model import Capture, Failure
from storykeep.warc import disk, unit
from storykeep.warc import fields as f
from storykeep.warc.contents import BESIDE, Piece, read_contents, shared_fields
from storykeep.warc.failure import write_failure
from storykeep.warc.folder import DAMAGED, MENDED, fingerprint, side_name
from storykeep.warc.lost import Lost
from storykeep.warc.record import read_fields

_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole piece and the file it lies in. `capture` tells more of it than its own records do."""

    path: Path
    piece: Piece
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A new file that has not got its name yet."""

    path: Path
    sha256: str
    size: int


def write_mended(
    folder: Path,
    name: str,
    parts: Sequence[Kept | Lost],
    *,
    info: Mapping[str, str],
    info_id: str,
    now: datetime,
) -> Written:
    """Write what is to become *name*: *parts* in their order, each Lost as a note of it.

    *info* is told by a new warcinfo where *parts* have none. Raises CaptureError, also where what
    was written does not read back as it should.
    """
    path = folder / (name + MENDED)
    info_id = info_id or f.record_id()
    with disk.durable(f"write {path}"), path.open("wb") as out:
        if not any(isinstance(each, Kept) and each.piece.kind == "info" for each in parts):
            unit.write_warcinfo(out, info, name=name, info_id=info_id, now=f.date(now))
        for each in parts:
            if isinstance(each, Lost):
                _write_note(out, each, info_id, now)
            else:
                _copy(out, each, info_id)
        _sync(out)
    with disk.durable(f"read {path} again"):
        found = {piece.id for piece in read_contents(path).pieces}
        wanted = {each.piece.id for each in parts if isinstance(each, Kept)}
        return _written(path, bad=not wanted <= found)


def write_copy(folder: Path, name: str, source: Path, sha256: str) -> Written:
    """Write what is to become *name*: *source*, byte for byte. Raises CaptureError."""
    path = folder / (name + MENDED)
    with disk.durable(f"copy {source} to {path}"), source.open("rb") as old, path.open("wb") as out:
        copyfileobj(old, out, _PIECE)
        _sync(out)
    with disk.durable(f"read {path} again"):
        written = _written(path)
        return _written(path, bad=written.sha256 != sha256)


def _written(path: Path, *, bad: bool = False) -> Written:
    if bad:
        raise CaptureError(
            f"what was written to {path} does not read back as it was",
            hint="nothing was replaced; check the disk, then repair again",
        )
    return Written(path, *fingerprint(path))


def _write_note(out: IO[bytes], lost: Lost, info_id: str, now: datetime) -> None:
    """Say that a capture was here: rebuilding, its page is due (a failure of kind "lost")."""
    told = Failure(lost.url, "lost", lost.why, now, 0)
    asked = unit.origin(lost.source, lost.via, lost.hops)
    write_failure(out, told, asked, info_id=info_id, lost=lost)


def _copy(out: IO[bytes], kept: Kept, info_id: str) -> None:
    piece, capture = kept.piece, kept.capture or kept.piece.capture
    with kept.path.open("rb") as file:
        spans = iter(piece.spans)
        if capture is not None and piece.lacks:
            shared = shared_fields(read_fields(file, piece.spans[-1][0]))
            known = piece.info_id or info_id
            for kind in BESIDE:
                if kind in piece.lacks:
                    unit.write_stand_in(out, kind, capture, shared, info_id=known)
                else:
                    _copy_span(out, file, *next(spans))
        for span in spans:
            _copy_span(out, file, *span)


def _copy_span(out: IO[bytes], file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    while start < end and (data := file.read(min(end - start, _PIECE))):
        out.write(data)
        start += len(data)


def _sync(out: IO[bytes]) -> None:
    out.flush()
    os.fsync(out.fileno())


def put_in_place(new: Path, final: Path) -> Path | None:
    """Give *new* the name *final*; return where what lay there is kept, None where nothing did.

    Raises CaptureError.
    """
    with disk.durable(f"put {new} in the place of {final}"):
        aside = keep_aside(final) if final.exists() else None
        new.replace(final)
        disk.sync_folder(final.parent)
    return aside


def keep_aside(path: Path, suffix: str = DAMAGED) -> Path:
    """Give the file at *path* a second name, NAME.damaged, and return that. Raises OSError."""
    for known in sorted(path.parent.glob(f"{glob.escape(path.name + suffix)}*")):
        if _is_same(known, path):
            return known  # a repair that was killed has kept it already
    target = side_name(path, path.name, suffix)
    try:
        os.link(path, target)
    except OSError:  # a disk that knows no second names
        part = target.with_name(target.name + ".new")
        with path.open("rb") as old, part.open("wb") as out:
            copyfileobj(old, out, _PIECE)
            _sync(out)
        part.replace(target)
    disk.sync_folder(path.parent)
    return target


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        if one.samefile(other):
            return True
        same_size = one.stat().st_size == other.stat().st_size
        return same_size and fingerprint(one) == fingerprint(other)
    return False


def set_aside(path: Path) -> Path:
    """Take a file of which nothing is whole out of the archive; return its new name."""
    with disk.durable(f"set {path} aside"):
        target = keep_aside(path)
        path.unlink()
        disk.sync_folder(path.parent)
    return target
