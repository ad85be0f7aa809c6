"""The order that loses nothing, asserted on the calls that a process really made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.process import Call

_CHANGES = ("write", "ftruncate", "empty")
_ROWS = ("archive.db", "archive.db-wal", "archive.db-journal")
_COMPANIONS = ("archive.db-wal", "archive.db-shm", "archive.db-journal")


@dataclass
class Disk:
    """What a process has changed, and what of that is not yet forced to the disk."""

    root: str
    files: set[str] = field(default_factory=set)  # changed since their last fsync
    names: set[str] = field(default_factory=set)  # made or given since their folder's last fsync
    gone: set[str] = field(default_factory=set)  # taken away since their folder's last fsync
    failed: set[str] = field(default_factory=set)  # files whose fsync failed once
    disturbed: bool = False  # a call has failed

    def apply(self, call: Call) -> None:
        """Note what *call* did."""
        if call.result < 0:
            self.disturbed = True
            if call.kind == "fsync":
                self.failed.add(call.path)
            return
        if call.kind in _CHANGES:
            self.files.add(call.path)
        elif call.kind == "fsync":
            self.files.discard(call.path)
            self.names = {name for name in self.names if str(Path(name).parent) != call.path}
            self.gone = {name for name in self.gone if str(Path(name).parent) != call.path}
        elif call.kind in ("create", "mkdir"):
            self.names.add(call.path)
        elif call.kind == "rename":
            self._move(call)
        elif call.kind == "unlink":
            self._forget(call.path)
            self.gone.add(call.path)

    def _move(self, call: Call) -> None:
        dirty = call.path in self.files
        self._forget(call.path)
        self.names.add(call.target)
        if dirty:
            self.files.add(call.target)

    def _forget(self, path: str) -> None:
        self.files.discard(path)
        self.names.discard(path)

    def unsure(self) -> list[str]:
        """Return the WARCs, and what names them, that a power failure now might take away.

        After a failure there is nothing to be told from the order: rows are written then too, but
        of what was stored before, and what the archive holds in the end shows whether they are.
        """
        if self.disturbed:
            return []
        warcs = f"{self.root}/warcs"
        return sorted(
            Path(path).name
            for path in self.files | self.names
            if path == warcs or path.startswith(f"{warcs}/")
        )


def violations(calls: Iterable[Call], root: Path) -> list[str]:
    """Return every call that came too early, in words; [] is as it must be.

    1. A row is written only when all of the WARCs, their names and their folder are on the disk.
    2. A file gets its name only when its content is on the disk.
    3. A WARC whose fsync failed is left alone by that process.
    4. A database takes another's place only when the other's -wal is gone, on the disk too.
    """
    disk, wrong = Disk(str(root.resolve())), []
    for call in calls:
        if call.result >= 0 and call.kind != "say":
            wrong += [f"call {call.number}: {why}" for why in _too_early(call, disk)]
        disk.apply(call)
    return wrong


def _too_early(call: Call, disk: Disk) -> list[str]:
    wrong = []
    if call.kind == "write" and call.name in _ROWS and (unsure := disk.unsure()):
        wrong.append(f"a row before {', '.join(unsure)} is on the disk")
    # Who holds the lock is of no use after a power failure.
    if call.kind == "rename" and call.path in disk.files and ".lock" not in call.name:
        wrong.append(f"{call.name} gets its name before its content is on the disk")
    # Taken away it may be: one that holds its warcinfo alone; any other would be missed in the end.
    if ".warc.gz" in call.name and call.path in disk.failed and call.kind != "unlink":
        wrong.append(f"{call.kind} of {call.name}, whose fsync had failed")
    if call.kind == "rename" and call.target == f"{disk.root}/archive.db":
        beside = [Path(disk.root, name) for name in _COMPANIONS]
        wrong += [f"{path.name} may come back" for path in beside if str(path) in disk.gone]
    return wrong
