"""How a folder of WARCs lies: the names of its files, and which manifest it has."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from storykeep.warc.folder import IMPORTED, MANIFEST


@dataclass(frozen=True, slots=True)
class State:
    """One moment of a folder. No file is opened or looked at for it but the manifest.

    After years there is a file for each run, and to list them takes a fifth of the time that it
    takes to ask for their sizes; `other_size` does that for some of them.
    """

    names: frozenset[str]  # of all files, as the manifest gives them
    manifest: tuple[int, int]  # bytes, and when it was written: it is written anew each time

    @property
    def digest(self) -> str:
        """Return a text that is another one where anything is not as it was."""
        told = "\0".join(sorted(self.names)).encode("utf-8", "surrogateescape")
        return f"{hashlib.sha256(told).hexdigest()} {self.manifest[0]} {self.manifest[1]}"

    def is_but_for(self, sealed: Collection[str], digest: str | None) -> bool:
        """Return whether since *digest* there is nothing new but the files *sealed*, listed."""
        names = replace(self, names=self.names.difference(sealed)).digest.partition(" ")[0]
        return digest is not None and names == digest.partition(" ")[0]


def state_of(folder: Path) -> State:
    """Return how *folder* lies now; where it cannot be listed, as if nothing were there."""
    names = [name for name in _names(folder) if name not in (IMPORTED, MANIFEST)]
    names += [f"{IMPORTED}/{name}" for name in _names(folder / IMPORTED)]
    try:
        found = (folder / MANIFEST).stat()
    except OSError:
        return State(frozenset(names), (-1, 0))
    return State(frozenset(names), (found.st_size, found.st_mtime_ns))


def _names(folder: Path) -> list[str]:
    # To make a Path of each takes longer than all the rest.
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []


def other_size(folder: Path, sizes: Collection[tuple[str, int]]) -> bool:
    """Return whether one of the files of these *sizes* in bytes, by name, has another one."""
    return any(_size(f"{folder}/{name}") != size for name, size in sizes)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return -1
