"""Makes shards: one by a worker of a cluster, or all by the processes of this machine."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

from storykeep.errors import StorykeepError
from storykeep.shards import files
from storykeep.shards.job import Job, Made, made_by
from storykeep.shards.places import Place, Warcs
from storykeep.shards.tables import rows_of
from storykeep.workers import Answer, Task, answer, clean_all


def make(job: Job) -> Made:
    """Make the shard of *job* by this process alone; it is the same whoever makes it.

    Raises OSError where a file cannot be read or written: another try may be luckier.
    """
    here = socket.gethostname()
    if job.made_by != made_by():
        why = f"the worker on {here} has another Storykeep than the one that asks it"
        return Made(job.warc, problem=why)
    try:
        place, warcs = Place(job.shards), Place(job.warcs)
    except StorykeepError as error:
        return Made(job.warc, problem=f"on {here}: {error}")
    if (count := files.whole(place, job)) is not None:
        return Made(job.warc, job.name, count, was_there=True)
    if not warcs.has(job.warc):
        return Made(job.warc, problem=f"{here} finds no {job.warc} in {job.warcs}")
    with Warcs(warcs) as folder:
        found = ((task, answer(task, folder, job.max_bytes, job.profiles)) for task in job.tasks())
        return _written(place, job, found)


def is_there(made: Made, shards: str) -> bool:
    """Return whether this machine sees the shard in the folder at *shards*. Raises OSError."""
    return Place(shards).has(f"capture-{made.name}.parquet")


def make_here(
    jobs: Iterable[Job], warcs: Path, shards: str, *, processes: int
) -> Generator[Made, None, None]:
    """Yield what came of every job; the captures are cleaned by as many *processes*."""
    place = Place(shards)
    coming: deque[Job] = deque()
    there: deque[Made] = deque()
    jobs = iter(jobs)
    first = next(jobs, None)
    if first is None:
        return

    def tasks() -> Iterator[Task]:
        for job in _chain(first, jobs):
            if (count := files.whole(place, job)) is not None:
                there.append(Made(job.warc, job.name, count, was_there=True))
            else:
                coming.append(job)
                yield from job.tasks()

    found = clean_all(tasks(), warcs, first.max_bytes, first.profiles, jobs=processes)
    with closing(found):
        for _, answers in groupby(found, key=lambda each: each[0].capture.warc):
            yield _written(place, coming.popleft(), answers)
            while there:
                yield there.popleft()
    yield from there


def _chain(first: Job, others: Iterator[Job]) -> Iterator[Job]:
    yield first
    yield from others


def _written(place: Place, job: Job, found: Iterable[tuple[Task, Answer]]) -> Made:
    rows = (
        row
        for task, answered in found
        for row in rows_of(task, answered, job.profiles, job.max_bytes)
    )
    count, unread, damaged = files.write(place, job, rows)
    for table in files.TABLES:
        place.sweep(files.file_name(table, job))
    return Made(job.warc, job.name, count, unread, damaged)
