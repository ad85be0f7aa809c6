"""What storing made-up stories costs: an archive built at once, one by a run, and sqlite-utils.

The stories (bench/corpus.py) go as drafts through `Store.save_stories`, as `assemble_all` calls it.
What the database knows of a real one before it is made is given: the digests of its pages, and how
long it is. To survey the pages of a host (bench/years.py has it) and to compose what changed is not
counted, nor is to make the stories up.

- At once, as `rebuild` does it: `Store.build`, all stories, `finish`, `replace_database`. A second
  thread makes the index meanwhile, and a clock that stopped for the making of stories would not
  count what that thread does then. So all stories are in memory before it starts, and it runs until
  the file has its place. What memory it takes is told by another such build before that, whose
  stories are made one after the other.
- By a run, into the archive that is there: `Store.open`. The clock stops while a block of stories
  is made: no thread of ours has work then. The same again is the same calls with the same stories.
- sqlite-utils: one upsert each into a table with full-text triggers, by the same clock and blocks.
"""

from __future__ import annotations

import gc
import hashlib
import marshal
import resource
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import corpus
from storykeep.model import Story
from storykeep.store import Draft, Ready, Store, replace_database

BLOCK = 500  # stories


class Made(NamedTuple):
    """A story, and what is known of a real one before it is made."""

    story: Story
    pages: list[str]  # digests
    size: int  # bytes of text


@dataclass(slots=True)
class Clock:
    """Times what takes the stories, without the time to make them up."""

    began: float = field(default_factory=time.perf_counter)
    began_cpu: float = field(default_factory=time.process_time)
    spent: float = 0.0
    spent_cpu: float = 0.0
    texts: int = 0  # bytes

    def without(self, numbers: Iterable[int]) -> Iterator[Made]:
        """Yield these stories; making a block of them, and letting go of it, does not count."""
        stories = map(made, corpus.stories(numbers))
        block: list[Made] = []
        while True:
            began, cpu = time.perf_counter(), time.process_time()
            block.clear()
            block += islice(stories, BLOCK)
            self.texts += sum(each.size for each in block)
            self.spent += time.perf_counter() - began
            self.spent_cpu += time.process_time() - cpu
            if not block:
                return
            yield from block

    def taken(self) -> tuple[float, float]:
        """Return the wall and CPU seconds since it began, but for making up stories."""
        wall, cpu = time.perf_counter() - self.began, time.process_time() - self.began_cpu
        return wall - self.spent, cpu - self.spent_cpu


def made(story: Story) -> Made:
    """Return *story* with the digests of its pages, as they lie beside the parts of pages."""
    texts = ["".join([block.text for block in each.prose]) for each in story.chapters]
    pages = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    between = 2 * sum(len(each.prose) for each in story.chapters)
    return Made(story, pages, sum(len(text.encode()) for text in texts) + between)


def drafts(stories: Iterable[Made]) -> Iterator[Draft]:
    """Yield a draft of each story, as `assemble_host` does."""
    for story, pages, size in stories:
        told = (story.key, story.host, [each.key for each in story.chapters], pages)
        made_of = hashlib.sha256(marshal.dumps(told, 2)).hexdigest()
        ready = Ready(size, lambda story=story: story)
        yield Draft(story.key, made_of, lambda ready=ready: ready)


# ---------------------------------------------------------------- phases: each a process


def build_at_once(path: Path, number: int) -> dict[str, Any]:
    """Build an archive.db at *path* of stories that are all there, and give it its place.

    Before that, and without a clock, of stories that are made as they are wanted: for the memory.
    """
    wanted = corpus.by_host(number).items()
    _build(path, ((host, map(made, corpus.stories(numbers))) for host, numbers in wanted))
    memory = peak()
    path.unlink()
    hosts = {
        host: [made(story) for story in corpus.stories(numbers)]
        for host, numbers in corpus.by_host(number).items()
    }
    gc.collect()
    gc.freeze()  # what the stories are made of is not ours to look through
    clock = Clock()
    _build(path, ((host, iter(stories)) for host, stories in hosts.items()))
    seconds, cpu = clock.taken()
    texts = sum(each.size for stories in hosts.values() for each in stories)
    _check(path, number)
    return {
        "stories": number, "seconds": seconds, "cpu": cpu, "texts": texts,
        "bytes": path.stat().st_size, "memory": memory,
    }  # fmt: skip


def _build(path: Path, hosts: Iterable[tuple[str, Iterator[Made]]]) -> None:
    new = path.with_name(path.name + ".new")
    with Store.build(new) as store:
        with store.in_steps():
            for host, stories in hosts:
                store.save_stories(host, drafts(stories), [])
        store.finish()
    replace_database(new, path)


def _check(path: Path, number: int) -> None:
    """Raise where not every story is there, or the index does not say what the rows say."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
        (found,) = conn.execute("SELECT count(*) FROM story").fetchone()
    if found != number:
        raise SystemExit(f"{path} has {found} stories, not {number}")


def store_by_run(path: Path, number: int) -> dict[str, Any]:
    """Fill an archive.db as a run does, then save the same stories again."""
    began = Clock()
    _save_all(path, number, began)
    seconds, cpu = began.taken()
    size = path.stat().st_size
    again = Clock()
    _save_all(path, number, again)
    rerun, rerun_cpu = again.taken()
    return {
        "stories": number, "seconds": seconds, "cpu": cpu, "texts": began.texts, "bytes": size,
        "again": rerun, "again_cpu": rerun_cpu, "growth": path.stat().st_size - size,
        "memory": peak(),
    }  # fmt: skip


def _save_all(path: Path, number: int, clock: Clock) -> None:
    """Save the first *number* stories, host by host."""
    store = Store.open(path)
    with store.in_steps():
        for host, numbers in corpus.by_host(number).items():
            store.save_stories(host, drafts(clock.without(numbers)), [])
    store.finish()


def store_by_peer(path: Path, number: int) -> dict[str, Any]:
    """Fill a database by sqlite-utils, then upsert a tenth of the same stories again."""
    import sqlite_utils

    db = sqlite_utils.Database(path)
    table = db["stories"]
    clock = Clock()
    for at, (story, *_) in enumerate(clock.without(range(number))):
        row = _row(story)
        table.upsert(row, pk="id")
        if at == 0:
            table.enable_fts(list(row)[1:], create_triggers=True)
    seconds, cpu = clock.taken()
    size, part = path.stat().st_size, max(1, number // 10)
    again = Clock()
    for story, *_ in again.without(range(part)):
        table.upsert(_row(story), pk="id")
    rerun, rerun_cpu = (each * number / part for each in again.taken())
    growth = (path.stat().st_size - size) * number // part
    db.close()
    return {
        "stories": number, "seconds": seconds, "cpu": cpu, "texts": clock.texts, "bytes": size,
        "again": rerun, "again_cpu": rerun_cpu, "growth": growth, "memory": peak(),
    }  # fmt: skip


def _row(story: Story) -> dict[str, Any]:
    return {
        "id": story.key,
        "title": story.title,
        "author": ", ".join(each.name for each in story.authors),
        "tags": ", ".join(each.value for each in story.tags),
        "summary": story.summary,
        "body": "\n\n".join(block.text for each in story.chapters for block in each.prose),
    }


def peak() -> float:
    """Return the most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---------------------------------------------------------------- what is printed

_ROWS: list[tuple[str, Callable[[dict[str, Any]], float]]] = [
    ("stories/s", lambda each: each["stories"] / each["seconds"]),
    ("stories per CPU second", lambda each: each["stories"] / each["cpu"]),
    ("MB of text/s", lambda each: each["texts"] / 1e6 / each["seconds"]),
    ("database bytes per text byte", lambda each: each["bytes"] / each["texts"]),
    ("the same again, ms a story", lambda each: each["again"] * 1e3 / each["stories"]),
    ("the same again, CPU ms a story", lambda each: each["again_cpu"] * 1e3 / each["stories"]),
    ("grows by that, MB", lambda each: each["growth"] / 1e6),
    ("peak memory, MB", lambda each: each["memory"]),
]


def show(
    at_once: dict[str, Any], by_run: dict[str, Any], peer: dict[str, Any] | None = None
) -> None:
    """Print what storing costs; of the peer, what that many stories cost it."""
    print(f"{by_run['stories']:,} stories, {by_run['texts'] / 1e6:,.0f} MB of text", end="")
    if peer and peer["stories"] != by_run["stories"]:
        print(f"; {peer['stories']:,} of them for sqlite-utils", end="")
    print(f"\n\n{'':32}{'at once':>10}{'':>8}{'by a run':>10}{'':>8}{'sqlite-utils':>14}")
    for name, value in _ROWS:
        theirs = _value(value, peer)
        line = "".join(
            f"{_number(own, 10)}{_ratio(own, theirs):>8}"
            for own in (_value(value, at_once), _value(value, by_run))
        )
        print(f"{name:32}{line}{_number(theirs, 14)}".rstrip())


def _value(
    value: Callable[[dict[str, Any]], float], figures: dict[str, Any] | None
) -> float | None:
    try:
        return value(figures) if figures else None
    except KeyError:
        return None  # it is not asked there


def _number(value: float | None, width: int) -> str:
    return f"{'' if value is None else format(value, ',.2f'):>{width}}"


def _ratio(own: float | None, theirs: float | None) -> str:
    if not own or not theirs:
        return ""
    return f"{own / theirs:.2f}" if own / theirs > 0.1 else f"1:{theirs / own:.0f}"
