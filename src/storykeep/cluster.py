"""Shards made by the workers of a Dask cluster, each of which reads and writes by itself.

One door to Dask. What a worker was at when it died is given to another; the scheduler sees to that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import Any

from storykeep.errors import StorykeepError, UsageError
from storykeep.shards import Job, Made, make
from storykeep.shards.places import INSTALL

_AHEAD = 2  # jobs for each thread of the cluster: one to do, one to go on with
_LEAST = 4
_RETRIES = 2  # of a job that met an error of a disk or a network
_PATIENCE = 30.0  # seconds to wait for the scheduler


def make_by(
    jobs: Iterable[Job], scheduler: str, told: Callable[[str], None]
) -> Generator[Made, None, None]:
    """Yield what came of every job, as it comes; *told* hears where no worker is there.

    Raises UsageError where no scheduler answers at that address.
    """
    dask = _dask()
    with closing(_client(dask, scheduler)) as client:
        if not client.nthreads():
            told(f"no worker is at {scheduler} yet: waiting for one (dask worker {scheduler})")
        coming = iter(jobs)
        under_way: dict[Any, Job] = {}
        with client.as_current():
            done = dask.as_completed()

        def give_out() -> None:
            try:
                room = max(_LEAST, _AHEAD * sum(client.nthreads().values()))
            except OSError as error:
                raise StorykeepError(
                    f"the scheduler at {scheduler} is gone: {error}",
                    hint="start it again, and call the same: shards that are whole are kept",
                ) from error
            while len(under_way) < room and (job := next(coming, None)) is not None:
                future = client.submit(make, job, pure=False, retries=_RETRIES)
                under_way[future] = job
                done.add(future)

        give_out()
        for future in done:
            yield _made(under_way.pop(future), future)
            give_out()


def _dask() -> Any:
    try:
        import distributed
    except ImportError:
        raise UsageError("dask.distributed is missing", hint=INSTALL) from None
    # What goes wrong is told in our words; Dask's are tracebacks of its own threads.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    return distributed


def _client(dask: Any, scheduler: str) -> Any:
    try:
        # What else this process may do with Dask is not for our cluster.
        return dask.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no Dask scheduler answers at {scheduler!r}: {error or type(error).__name__}",
            hint="dask scheduler starts one, and says its address, as tcp://HOST:8786",
        ) from error


def _made(job: Job, future: Any) -> Made:
    """Return what came of *job*; what went wrong is told, and concerns no other."""
    if future.status == "finished":
        made: Made = future.result()
        return made
    if future.status != "error":
        return Made(job.warc, problem="the scheduler has forgotten it: call the same again")
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        why = "each worker that was given it died of it (out of memory?)"
    elif isinstance(error, (ImportError, StorykeepError)):
        why = f"a worker says: {error}; it needs the same storykeep[cluster] as this machine"
    else:
        why = f"a worker says: {type(error).__name__}: {error}"
    return Made(job.warc, problem=" ".join(why.split()))
