"""An archive cleaned again into shards. What lies in which WARC is read from its database; the
archive itself stays as it is.

Only what has been sealed: a WARC that a run is writing has no digest to be known by.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from storykeep import reader
from storykeep.cluster import make_by
from storykeep.config import Config
from storykeep.profiles import Profile
from storykeep.rederive import Rederiver, Wish
from storykeep.shards import Job, Made, is_there, job_of, make_here
from storykeep.store.captures import open_warcs, sealed_warcs
from storykeep.workers import cores

Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Where:
    """Where shards go, and who makes them; folders are paths or addresses that fsspec knows."""

    shards: str
    warcs: str = ""  # as the workers see the folder of the WARCs; "": as this machine does
    scheduler: str = ""  # of a Dask cluster; "": the processes of this machine


def shard(
    conn: sqlite3.Connection,
    config: Config,
    profiles: Sequence[Profile],
    wish: Wish,
    where: Where,
    *,
    told: Callable[[str], None],
    step: Step,
) -> Generator[Made, None, None]:
    """Yield what came of each WARC; *told* hears of what is left out, *step* counts captures."""
    with reader.explaining(config.archive.database):
        left_out = open_warcs(conn)
    for name in left_out:
        told(f"{name} is not sealed yet, and left out: derive again when no run is writing")
    folder = config.archive.warcs.absolute()
    shards = absolute(where.shards)
    jobs = _jobs(conn, config, profiles, wish, absolute(where.warcs) or str(folder), shards)
    if where.scheduler:
        found = make_by(jobs, where.scheduler, told)
    else:
        found = make_here(jobs, folder, shards, processes=wish.jobs or cores())
    with closing(found):
        for made in found:
            made = _seen(made, shards) if where.scheduler else made
            wish.cleaned += 0 if made.was_there else made.captures
            step(wish.cleaned)
            yield made


def absolute(address: str) -> str:
    """Return *address* as a worker, which works in another folder, finds it."""
    return address if not address or ":" in address else str(Path(address).absolute())


def _seen(made: Made, shards: str) -> Made:
    if made.problem or is_there(made, shards):
        return made
    why = f"its worker has written it to a {shards} that is not the one of this machine"
    return replace(made, problem=f"{why}: name a folder that both reach")


def _jobs(
    conn: sqlite3.Connection,
    config: Config,
    profiles: Sequence[Profile],
    wish: Wish,
    warcs: str,
    shards: str,
) -> Iterator[Job]:
    rederiver = Rederiver(conn, config, profiles)
    with reader.explaining(config.archive.database):
        for name, sha256 in sealed_warcs(conn):
            if tasks := list(rederiver.tasks_in(wish, name)):
                yield job_of(
                    tasks,
                    sha256=sha256,
                    profiles=tuple(profiles),
                    max_bytes=config.polite.max_bytes,
                    warcs=warcs,
                    shards=shards,
                )
