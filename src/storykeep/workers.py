"""Captures read from the WARCs and cleaned, by as many processes as there are cores.

The answers come in the order of the tasks, and are the same however many processes work: each is
given a capture and a profile, and knows nothing else. Only so many tasks are under way at a time,
whatever the archive's size. A process that dies costs its page, and only when it dies twice of it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from storykeep import codec
from storykeep.apart import deaf_children
from storykeep.errors import StorykeepError
from storykeep.intake import part_of
from storykeep.model import Capture
from storykeep.profiles import Profile
from storykeep.warc import Folder, load_head, load_page

_AHEAD = 2  # tasks that a process has at a time: one to do, one to go on with
_WINDOW = 8  # answers for each process that may wait for an earlier one
_MOST_WAITING = 64 << 20  # bytes of such answers; a page may say 80 million
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Task:
    """A capture to clean again."""

    capture: Capture
    original: Capture | None = None  # what a revisit refers to
    is_lost: bool = False  # it is a revisit, and what it refers to was lost
    profile: int | None = None  # its place among the profiles
    address: str = ""  # that it is read under, where that is not its own


@dataclass(frozen=True, slots=True)
class Answer:
    """A part as codec writes it: its JSON without prose, and the prose; or why there is none."""

    json: str = ""
    prose: bytes = b""
    problem: str = ""
    is_damage: bool = False  # the bytes in the WARC cannot be read


def cores() -> int:
    """Return how many processors this process may use."""
    with suppress(AttributeError, OSError):  # macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def answer(task: Task, warcs: Folder, max_bytes: int, profiles: Sequence[Profile]) -> Answer:
    """Return what the code of now makes of one capture; never an exception for its sake."""
    capture = task.capture
    try:
        if task.is_lost:
            page = load_head(warcs, capture)
        else:
            page = load_page(warcs, capture, original=task.original, max_bytes=max_bytes)
    except StorykeepError as error:
        return Answer(problem=str(error), is_damage=True)
    profile = profiles[task.profile] if task.profile is not None else None
    part = part_of(capture, page, profile, task.address)
    prose = codec.pack_blocks(part.prose) if part.prose else b""
    return Answer(codec.part_to_json(part, prose=False), prose)


def clean_all(
    tasks: Iterable[Task],
    warcs: Path,
    max_bytes: int,
    profiles: Sequence[Profile],
    *,
    jobs: int,
) -> Generator[tuple[Task, Answer], None, None]:
    """Yield every task with its answer, in order; *jobs* processes work on them."""
    if jobs <= 1:
        for task in tasks:
            yield task, answer(task, warcs, max_bytes, profiles)
        return
    pool = Pool((warcs, max_bytes, tuple(profiles)), jobs)
    try:
        yield from pool.clean(tasks)
    finally:
        pool.close()


# ---------------------------------------------------------------- the processes


_Numbered = deque[tuple[int, Task]]
_Done = dict[int, tuple[Task, Answer]]


@dataclass(slots=True)
class _Worker:
    process: Any  # multiprocessing's, of the spawn context
    pipe: Connection
    tasks: _Numbered = field(default_factory=deque)


class Pool:
    """The processes that work, and what each of them has been given."""

    def __init__(self, given: tuple[Path, int, tuple[Profile, ...]], jobs: int) -> None:
        self._given = given
        # Spawned on every system alike: a fork would share our open database and threads.
        self._context = multiprocessing.get_context("spawn")
        self._workers = [self._start() for _ in range(jobs)]
        self._heard = False  # whether any of them has ever answered
        self._stillborn = 0
        self._tries: dict[int, int] = {}

    @property
    def pids(self) -> list[int]:
        """Return the processes that work now."""
        return [each.process.pid for each in self._workers]

    def clean(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Answer]]:
        """Yield every task with its answer, in order."""
        coming = enumerate(tasks)
        again: _Numbered = deque()
        done: _Done = {}
        issued = given_back = 0
        while True:
            while self._is_free():
                # What is asked again goes first, for the other answers may all wait for it.
                if again:
                    self._give(again.popleft(), done, again)
                elif self._may_go_on(issued - given_back, done) and (each := next(coming, None)):
                    issued += 1
                    self._give(each, done, again)
                else:
                    break
            if given_back in done:
                yield done.pop(given_back)
                given_back += 1
            elif issued == given_back:
                return
            else:
                self._hear(done, again)

    def close(self) -> None:
        """End all processes at once; what they were at is not needed any more."""
        for worker in self._workers:
            _end(worker)
        self._workers = []

    def _is_free(self) -> bool:
        return any(len(worker.tasks) < _AHEAD for worker in self._workers)

    def _may_go_on(self, under_way: int, done: _Done) -> bool:
        """Return whether a further task may be begun: its answer may have to wait in memory."""
        waiting = sum(len(each.json) + len(each.prose) for _, each in done.values())
        return under_way < _WINDOW * len(self._workers) and waiting <= _MOST_WAITING

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, *self._given), daemon=True)
        # The first process starts this one too, which would give the ears back on its way.
        resource_tracker.ensure_running()
        with deaf_children():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(
        self,
        numbered: tuple[int, Task],
        done: _Done,
        again: _Numbered,
    ) -> None:
        worker = min(self._workers, key=lambda each: len(each.tasks))
        worker.tasks.append(numbered)
        try:
            worker.pipe.send(numbered[1])
        except OSError:  # it has died; what it was given is given to another
            self._bury(worker, done, again)

    def _hear(self, done: _Done, again: _Numbered) -> None:
        by_pipe = {each.pipe: each for each in self._workers if each.tasks}
        for pipe in wait(list(by_pipe)):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                # Not a pickle: what a page's reader says is text, whatever the page did to it.
                kind, first, second = (worker.pipe.recv_bytes() for _ in range(3))
            except (EOFError, OSError):
                self._bury(worker, done, again)
                continue
            number, task = worker.tasks.popleft()
            self._heard = True
            text = first.decode()
            done[number] = (
                task,
                (Answer(text, second) if kind == b"part" else Answer(problem=text, is_damage=True)),
            )

    def _bury(
        self,
        worker: _Worker,
        done: _Done,
        again: _Numbered,
    ) -> None:
        """Put another process in the place of one that died, and give its tasks out again.

        Raises StorykeepError where none has ever come to life.
        """
        _end(worker)
        self._stillborn += not self._heard
        if self._stillborn > _TRIES * len(self._workers):
            raise StorykeepError(
                "the processes that clean pages die as soon as they are started",
                hint="they read the script that calls Storykeep again: let it do so below "
                "`if __name__ == '__main__':` only, or by jobs=1",
            )
        self._workers[self._workers.index(worker)] = self._start()
        if worker.tasks:
            number, task = worker.tasks[0]
            self._tries[number] = self._tries.get(number, 0) + 1
            if self._tries[number] >= _TRIES:
                worker.tasks.popleft()
                why = "the process that cleaned it died, and died again of it (out of memory?)"
                done[number] = task, Answer(problem=why)
        again.extend(worker.tasks)


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.process.close()
    worker.pipe.close()


def _work(pipe: Connection, warcs: Path, max_bytes: int, profiles: Sequence[Profile]) -> None:
    # Without the process that asks, the pipe ends, and so does this one.
    with suppress(EOFError, OSError):
        while True:
            found = answer(pipe.recv(), warcs, max_bytes, profiles)
            pipe.send_bytes(b"damage" if found.problem else b"part")
            pipe.send_bytes((found.problem or found.json).encode("utf-8", "replace"))
            pipe.send_bytes(found.prose)
