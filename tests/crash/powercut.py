"""What is on a disk whose power fails: of all calls, only what was forced there.

A killed process leaves what it wrote in the system's memory, and the next start finds it. A power
failure does not; so the folder is made again from a trace, as the worst disk would hold it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from tests.crash.process import Call

# "nothing": a name made, given or taken away is not on the disk before its folder's fsync.
# "names": names are on the disk at once, but a file has only the content of its last fsync.
Model = Literal["nothing", "names"]
MODELS: tuple[Model, ...] = get_args(Model)


@dataclass
class _File:
    live: bytearray = field(default_factory=bytearray)
    forced: bytes = b""


class Disk:
    """The files below a folder: what the process sees, and what is on the disk."""

    def __init__(self, root: Path) -> None:
        """Begin with what lies below *root*, all of it on the disk."""
        self.root = root
        self.entries: dict[str, _File | None] = {}  # None: a folder
        for path in sorted(root.rglob("*")):
            content = None if path.is_dir() else path.read_bytes()
            held = None if content is None else _File(bytearray(content), content)
            self.entries[str(path.relative_to(root))] = held
        self.forced = dict(self.entries)

    def apply(self, call: Call, data: bytes, place: str) -> None:
        """Do what *call* did below *place*; *data* is what all writes of the trace wrote."""
        if call.result < 0 or not call.number:
            return
        name = call.path.removeprefix(place).lstrip("/")
        if call.kind in ("create", "empty"):
            self._make(call, name)
        elif call.kind == "mkdir":
            self.entries[name] = None
        elif call.kind == "rename":
            self.entries[call.target.removeprefix(place).lstrip("/")] = self.entries.pop(name)
        elif call.kind == "unlink":
            self.entries.pop(name, None)
        elif call.kind == "fsync":
            self._force(name)
        elif file := self.entries.get(name):  # a nameless temporary file is none of the archive
            self._change(call, file, data)

    def _make(self, call: Call, name: str) -> None:
        file = self.entries.get(name)
        if call.kind == "empty" and file is not None:
            file.live.clear()
        else:
            self.entries[name] = _File()

    def _change(self, call: Call, file: _File, data: bytes) -> None:
        if call.kind == "ftruncate":
            del file.live[call.size :]
            file.live.extend(bytes(call.size - len(file.live)))
            return
        file.live.extend(bytes(max(0, call.offset - len(file.live))))
        file.live[call.offset : call.offset + call.result] = data[
            call.data : call.data + call.result
        ]

    def _force(self, name: str) -> None:
        file = self.entries.get(name)
        if file is not None:
            file.forced = bytes(file.live)
            return
        here = Path(name) if name else Path()
        kept = {known: held for known, held in self.forced.items() if Path(known).parent != here}
        now = {known: held for known, held in self.entries.items() if Path(known).parent == here}
        self.forced = kept | now

    def write(self, place: Path, model: Model) -> None:
        """Make *place*, a new folder, what a power failure now would leave."""
        left = self.entries if model == "names" else self.forced
        place.mkdir()
        for name, file in sorted(left.items()):
            path = place / name
            if not path.parent.is_dir():
                continue  # its folder is not on the disk
            if file is None:
                path.mkdir()
            else:
                path.write_bytes(file.forced)


def said_before(calls: Iterable[Call], stderr: str) -> str:
    """Return what a process had said on stderr when it had made *calls*."""
    size = sum(call.result for call in calls if call.kind == "say" and call.path == "stderr")
    return stderr.encode()[:size].decode("utf-8", "replace")
