"""What a worker is told to make a shard, and what it tells when it has."""

from __future__ import annotations

import hashlib
import pickle
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from storykeep import __version__, codec
from storykeep.engines import NAMES
from storykeep.profiles import Profile
from storykeep.workers import Task

_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_FORMAT = 1  # of the tables


@dataclass(frozen=True, slots=True)
class Job:
    """The captures of one WARC, where it is, and where their shard is to be.

    `inputs` is a digest of all that the shard depends on: with the same inputs it is the same.
    """

    warc: str  # its name in the archive
    sha256: str  # hex, of its bytes
    packed: bytes  # the tasks, in the order of the file
    profiles: tuple[Profile, ...]
    max_bytes: int
    warcs: str  # the folder of all WARCs; a path, or an address that fsspec knows
    shards: str  # the folder of all shards, likewise
    inputs: str
    made_by: str

    @property
    def name(self) -> str:
        """Return how the files of the shard are called, without table and ending."""
        stem = _STRANGE.sub("_", self.warc.removesuffix(".warc.gz"))
        return f"{stem}-{self.sha256[:8]}"

    def tasks(self) -> list[Task]:
        """Return the captures to clean."""
        # Whoever may send a job to a worker may run anything there: that is how Dask works.
        found: list[Task] = pickle.loads(zlib.decompress(self.packed))  # noqa: S301
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one job."""

    warc: str
    name: str = ""  # of the shard, without table and ending
    captures: int = 0
    unread: int = 0  # of them, captures that could not be cleaned; the shard says why
    damaged: int = 0  # of these, captures whose bytes are damaged
    was_there: bool = False  # the shard was whole already
    problem: str = ""  # why there is no shard


def made_by() -> str:
    """Return the code that cleans pages, as text: what is of another code is not taken in."""
    engines = {name: engine.VERSION for name, engine in sorted(NAMES.items())}
    return codec.dumps({"format": _FORMAT, "storykeep": __version__, "engines": engines}, sort=True)


def given(task: Task, profiles: Sequence[Profile], max_bytes: int) -> str:
    """Return a digest of all that the part of a capture is made of, besides bytes and code."""
    profile = profiles[task.profile].sha256 if task.profile is not None else None
    captures = [
        replace(each, id=None, outcome=None) if each else None
        for each in (task.capture, task.original)
    ]
    said = codec.dumps([*captures, task.is_lost, profile, task.address, max_bytes])
    return hashlib.sha256(said.encode()).hexdigest()


def job_of(
    tasks: Sequence[Task],
    *,
    sha256: str,
    profiles: tuple[Profile, ...],
    max_bytes: int,
    warcs: str,
    shards: str,
) -> Job:
    """Return the job of cleaning *tasks*, all of one WARC, whose digest is *sha256*."""
    by = made_by()
    inputs = hashlib.sha256(by.encode())
    for task in tasks:
        inputs.update(given(task, profiles, max_bytes).encode())
    return Job(
        tasks[0].capture.warc, sha256, zlib.compress(pickle.dumps(tasks)), profiles, max_bytes,
        warcs, shards, inputs.hexdigest(), by,
    )  # fmt: skip
