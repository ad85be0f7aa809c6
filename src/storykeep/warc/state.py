"""How a folder of WARCs lies: the names and sizes of its files, and what its manifest says."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from storykeep.warc.folder import IMPORTED, MANIFEST

_LAST_LINES = re.compile(rb"# size (?P<bytes>\d+) [^\n]*\n[0-9a-f]{64}  (?P<file>[^\n]+)\n\Z")
_LONGEST_LINES = 1_000  # bytes; a file whose lines are longer is looked at again


@dataclass(frozen=True, slots=True)
class State:
    """One moment of a folder. No file is opened for it but the manifest."""

    sizes: Mapping[str, int]  # of all files, by the name that the manifest gives them
    manifest: bytes

    @property
    def digest(self) -> str:
        """Return a SHA-256 in hex that is another one where anything is not as it was."""
        told = "".join([f"\0{name}\0{size}" for name, size in sorted(self.sizes.items())])
        return hashlib.sha256(self.manifest + told.encode("utf-8", "surrogateescape")).hexdigest()

    def before(self, sealed: Collection[str]) -> State:
        """Return how the folder lay before the files *sealed* were, if nothing else was done.

        One that has another size than when it was sealed is left among the others.
        """
        sizes, manifest = dict(self.sizes), self.manifest
        while match := _LAST_LINES.search(manifest, max(0, len(manifest) - _LONGEST_LINES)):
            name = match["file"].decode("utf-8", "replace")
            if name not in sealed or sizes.pop(name, -1) != int(match["bytes"]):
                break
            manifest = manifest[: match.start()]
        return State(sizes, manifest)


def state_of(folder: Path) -> State:
    """Return how *folder* lies now; where it cannot be listed, as if nothing were there."""
    found = {name: size for name, size in _sizes(folder) if name not in (IMPORTED, MANIFEST)}
    found |= {f"{IMPORTED}/{name}": size for name, size in _sizes(folder / IMPORTED)}
    try:
        manifest = (folder / MANIFEST).read_bytes()
    except OSError:
        manifest = b""
    return State(found, manifest)


def _sizes(folder: Path) -> list[tuple[str, int]]:
    try:
        with os.scandir(folder) as entries:
            return [(entry.name, _size(entry)) for entry in entries]
    except OSError:
        return []


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:  # a link that leads nowhere
        return -1
