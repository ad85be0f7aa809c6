"""Mends at the start of a run what a crash left of the WARCs, without throwing a byte away."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj

from storykeep.warc import disk, folder
from storykeep.warc import fields as f
from storykeep.warc.folder import OPEN, SUFFIX, TORN, Sealed, side_name
from storykeep.warc.scanning import Torn, scan


@dataclass(frozen=True, slots=True)
class Healed:
    """What was done to one WARC. `sealed` is None where nothing whole was in it."""

    file: str  # its final name
    units: int  # whole units kept
    sealed: Sealed | None = None
    torn: str = ""  # the side file that holds what was cut off, "" where nothing was
    torn_bytes: int = 0
    damage: tuple[Torn, ...] = ()  # damage before whole units, left where it is

    def __str__(self) -> str:
        done = [f"sealed with {self.units} whole units" if self.sealed else "held no whole unit"]
        if self.torn:
            done.append(f"{self.torn_bytes} torn bytes moved to {self.torn}")
        elif not self.sealed:
            done.append("removed")
        done += [f"damaged from {each.start} to {each.end}: {each.why}" for each in self.damage]
        return f"{self.file}: {', '.join(done)}"


def _now() -> datetime:
    return datetime.now(UTC)


def heal(where: Path, *, clock: Callable[[], datetime] = _now) -> list[Healed]:
    """Bring every WARC of *where* to its sealed, listed state; return what was mended.

    What follows the last whole unit of an `.open` file is moved to a `.torn` file beside it. A
    second call finds nothing to do. The caller holds the archive's lock. Raises CaptureError.
    """
    with disk.durable(f"mend the WARCs in {where}"):
        mended = [_heal_open(path, clock()) for path in sorted(where.glob(f"*{SUFFIX}{OPEN}"))]
        listed = {each.file for each in folder.manifest(where)}
        sealed = [path for path in folder.files(where) if path.name.endswith(SUFFIX)]
        mended += [
            _enlist(where, path, clock())
            for path in sealed
            if folder.name_in(where, path) not in listed
        ]
    return mended


def _heal_open(path: Path, now: datetime) -> Healed:
    name = folder.final_name(path)
    torn: list[Torn] = []
    units, end = 0, 0
    for item in scan(path, on_torn=torn.append):
        units, end = units + 1, item.end
    if not units:
        return _set_aside(path, name, only_opened=not torn)
    side, cut = _cut_off(path, name, end)
    # Damage before whole units stays where it is: rows name those units by their offsets.
    damage = tuple(each for each in torn if each.start < end)
    return Healed(name, units, _seal(path, now), side, cut, damage)


def _seal(path: Path, now: datetime) -> Sealed:
    disk.sync_file(path)
    sha256, size = folder.fingerprint(path)
    return folder.seal(path, sha256=sha256, size=size, now=now)


def _enlist(where: Path, path: Path, now: datetime) -> Healed:
    """List a file that got its final name just before a crash."""
    torn: list[Torn] = []
    name = folder.name_in(where, path)
    units = sum(1 for _ in scan(path, name=name, on_torn=torn.append))
    disk.sync_file(path)
    sha256, size = folder.fingerprint(path)
    sealed = folder.enlist(where, Sealed(name, size, sha256, f.date(now)))
    return Healed(name, units, sealed, damage=tuple(torn))


def _set_aside(path: Path, name: str, *, only_opened: bool) -> Healed:
    """Take an `.open` file away that holds no whole unit; what came is kept as its `.torn` file."""
    size = path.stat().st_size
    if only_opened:  # nothing, or the warcinfo record alone
        path.unlink()
        side = ""
    else:
        target = side_name(path, name, TORN)
        path.rename(target)
        side = target.name
    disk.sync_folder(path.parent)
    return Healed(name, 0, None, side, size if side else 0)


def _cut_off(path: Path, name: str, end: int) -> tuple[str, int]:
    """Move what follows *end* to a side file, the copy before the cut; return name and size."""
    size = path.stat().st_size
    if size == end:
        return "", 0
    part = path.with_name(name + TORN + ".new")
    with path.open("r+b") as file, part.open("wb") as side:
        file.seek(end)
        copyfileobj(file, side)
        side.flush()
        os.fsync(side.fileno())
        target = side_name(path, name, TORN)
        part.rename(target)
        disk.sync_folder(path.parent)
        file.truncate(end)
        os.fsync(file.fileno())
    return target.name, size - end
