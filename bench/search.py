"""Print what search and its storage cost, in one run, beside sqlite-utils.

    make bench-search                       (or: python bench/search.py [--stories 2000])

The stories are made up (bench/corpus.py). Ours go through `Store.save_stories`, as `assemble_all`
calls it: as drafts, each with a digest of what its story is made of. Of that the digests of the
pages are given, for the database has them; to survey the pages of a host (bench/years.py has it)
and to compose what changed is not counted. Those of sqlite-utils go by one upsert each into a table
with full-text triggers. The same again is the same calls with the same stories. With --folder both
databases and what they cost are kept, and used by the next call; --peer makes the other one
smaller, or leaves it out by 0.

A page is 20 hits with snippets, the count and three facets; `search()` of sqlite-utils has none of
the latter. Each phase is a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import itertools
import json
import marshal
import math
import multiprocessing
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import corpus
from storykeep.model import Story
from storykeep.store import Draft, Ready, Store

FACETS = ("author", "fandom", "site")
ROUNDS = 3
EACH = 20  # queries of a class
ORDINARY = ("rare", "mid", "frequent", "phrase", "AND", "prefix", "NEAR", "author:", "mid, facets")
LIMITS = {"page": 15.0, "any": 50.0, "newest": 2.0}  # milliseconds, at 10,000 stories
PLAIN = ("rare", "mid", "frequent", "AND")  # whose recall is promised
RECALLED = (*PLAIN, "stop word", "phrase of stop words")


@dataclass(slots=True)
class Clock:
    """Times what takes the stories, without the time to make them up."""

    began: float = field(default_factory=time.perf_counter)
    began_cpu: float = field(default_factory=time.process_time)
    spent: float = 0.0
    spent_cpu: float = 0.0
    texts: int = 0  # bytes

    def without(
        self, captured: Iterable[tuple[Story, list[str]]]
    ) -> Iterator[tuple[Story, list[str]]]:
        """Yield *captured*; making them up, and measuring them, does not count."""
        captured = iter(captured)
        held: deque[object] = deque(maxlen=3)  # what was let go by now is also freed off the clock
        while True:
            began, cpu = time.perf_counter(), time.process_time()
            each = next(captured, None)
            held.append(each)
            if each is not None:
                self.texts += _bytes_of(each[0])
            self.spent += time.perf_counter() - began
            self.spent_cpu += time.process_time() - cpu
            if each is None:
                return
            yield each

    def taken(self) -> tuple[float, float]:
        """Return the wall and CPU seconds since it began, but for making up stories."""
        wall, cpu = time.perf_counter() - self.began, time.process_time() - self.began_cpu
        return wall - self.spent, cpu - self.spent_cpu


def _bytes_of(story: Story) -> int:
    return sum(len(block.text.encode()) + 2 for each in story.chapters for block in each.prose)


# ---------------------------------------------------------------- phases: each a process


def build(path: Path, number: int) -> dict[str, Any]:
    """Fill an archive.db, then save the same stories again."""
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
        "memory": _peak(),
    }  # fmt: skip


def _save_all(path: Path, number: int, clock: Clock) -> None:
    """Save the first *number* stories, host by host."""
    store = Store.open(path)
    with store.in_steps():
        for host, numbers in corpus.by_host(number).items():
            made = clock.without(map(_captured, corpus.stories(numbers)))
            store.save_stories(host, _drafts(made), [])
    store.finish()


def _captured(story: Story) -> tuple[Story, list[str]]:
    """Return *story* with the digests of its pages, as they lie beside the parts of pages."""
    texts = ("".join(block.text for block in each.prose) for each in story.chapters)
    return story, [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def _drafts(captured: Iterable[tuple[Story, list[str]]]) -> Iterator[Draft]:
    """Yield a draft of each story, as `assemble_host` does."""
    for story, pages in captured:
        told = (story.key, story.host, [each.key for each in story.chapters], pages)
        made_of = hashlib.sha256(marshal.dumps(told, 2)).hexdigest()
        ready = Ready(_bytes_of(story), lambda story=story: story)
        yield Draft(story.key, made_of, lambda ready=ready: ready)


def build_peer(path: Path, number: int) -> dict[str, Any]:
    """Fill a database by sqlite-utils, then upsert a tenth of the same stories again."""
    import sqlite_utils

    db = sqlite_utils.Database(path)
    table = db["stories"]
    clock = Clock()
    for at, (story, _) in enumerate(clock.without(map(_captured, corpus.stories(range(number))))):
        row = _row(story)
        table.upsert(row, pk="id")
        if at == 0:
            table.enable_fts(list(row)[1:], create_triggers=True)
    seconds, cpu = clock.taken()
    size, part = path.stat().st_size, max(1, number // 10)
    again = Clock()
    for story, _ in again.without(map(_captured, corpus.stories(range(part)))):
        table.upsert(_row(story), pk="id")
    rerun, rerun_cpu = (each * number / part for each in again.taken())
    growth = (path.stat().st_size - size) * number // part
    db.close()
    return {
        "stories": number, "seconds": seconds, "cpu": cpu, "texts": clock.texts, "bytes": size,
        "again": rerun, "again_cpu": rerun_cpu, "growth": growth, "memory": _peak(),
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


def ask(path: Path, classes: dict[str, list[str]]) -> dict[str, Any]:
    """Ask every query for its page; return the times by class, and the recall."""
    from storykeep import reader
    from storykeep.search import EXACT, search

    conn = reader.connect(path)
    assert conn is not None
    times = {
        name: _times(queries, lambda query: search(conn, query, facet=FACETS))
        for name, queries in classes.items()
    }
    newest = [*classes["frequent"], *classes["stop word"]]
    times["newest first"] = _times(newest, lambda query: search(conn, query, sort="newest"))
    memory = _peak()
    recall, partly = {}, {}
    for name in RECALLED:
        shares = []
        for query in classes[name]:
            true = {hit.id for hit in search(conn, query, budget=EXACT).hits}
            shares.append(
                len(true & {hit.id for hit in search(conn, query).hits}) / max(1, len(true))
            )
        recall[name] = statistics.mean(shares)
    for name, queries in classes.items():
        partly[name] = sum(bool(search(conn, query).notes) for query in queries)
    conn.close()
    return {"times": times, "recall": recall, "partly": partly, "memory": memory}


def ask_peer(path: Path, classes: dict[str, list[str]]) -> dict[str, Any]:
    """Ask sqlite-utils what it can be asked: 20 rows in the order of rank."""
    import sqlite_utils

    db = sqlite_utils.Database(path)
    table = db["stories"]
    times = {
        name: _times(queries[:5], lambda query: list(table.search(query, limit=20)))
        for name, queries in classes.items()
        if ":" not in name and "," not in name and name != "NEAR"
    }
    db.close()
    return {"times": times, "memory": _peak()}


def _times(queries: Sequence[str], page: Callable[[str], object]) -> list[tuple[float, float]]:
    """Return (wall, CPU) milliseconds of each query in each round but the first."""
    for query in queries:
        page(query)
    gc.collect()
    times = []
    for _ in range(ROUNDS):
        for query in queries:
            began, cpu = time.perf_counter(), time.process_time()
            page(query)
            times.append(((time.perf_counter() - began) * 1e3, (time.process_time() - cpu) * 1e3))
    return times


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---------------------------------------------------------------- queries


def query_classes(path: Path, number: int) -> dict[str, list[str]]:
    """Return queries by class; words are chosen by how many stories have them."""
    conn = sqlite3.connect(path)
    vocabulary = corpus.vocabulary().words

    def stories_with(word: str) -> float:
        query = "SELECT count(*) FROM story_fts WHERE story_fts MATCH ?"
        return float(conn.execute(query, (f'"{word}"',)).fetchone()[0]) / number

    def words(low: float, high: float) -> list[str]:
        found: list[str] = []
        for word in vocabulary:
            if low <= stories_with(word) <= high and len(word) > 2:
                found.append(word)
                if len(found) == EACH:
                    break
        return found

    rare, mid = words(0.0001, 0.008), words(0.03, 0.08)  # the rarest are in one of 170 stories
    frequent, stop = words(0.35, 0.6), [*words(0.97, 1), "of", "to"][-EACH:]
    authors = [row[0] for row in conn.execute("SELECT DISTINCT author FROM story LIMIT ?", (EACH,))]
    near_by = {word: _phrase_with(conn, word) for word in mid}
    conn.close()
    pairs = list(itertools.pairwise(frequent))
    classes = {
        "rare": rare,
        "mid": mid,
        "frequent": frequent,
        "stop word": stop,
        "phrase": [f'"{each}"' for each in near_by.values()],
        "phrase of stop words": [f'"{a} {b}"' for a, b in zip(stop, reversed(stop), strict=True)],
        "AND": [f"{a} {b}" for a, b in pairs],
        "prefix": [f"{word[:5]}*" for word in mid],
        "NEAR": [f"{a} NEAR/10 {b}" for a, b in itertools.pairwise(mid)],
        "author:": [f'author:"{each}"' for each in authors],
        "mid, facets": mid,
        "any: short prefix": ["s*", "th*", "a*", "the*", "wa*"],
        "any: stop words": [" ".join(stop[:n]) for n in (3, 10, 20)] + [" OR ".join(stop)],
        "any: NEAR stop words": [f"{a} NEAR/3 {b}" for a, b in itertools.pairwise(stop)],
        "any: filter": [f"{word} words:>5000 -is:gone" for word in stop[:5]],
    }
    if missing := [name for name, queries in classes.items() if not queries]:
        raise SystemExit(f"no word of {path} is one for: {', '.join(missing)}")
    return classes


def _phrase_with(conn: sqlite3.Connection, word: str) -> str:
    """Return two words that stand together in some story, one of them *word*."""
    row = conn.execute(
        "SELECT c.text FROM story_fts JOIN chapter AS c ON c.story = story_fts.rowid "
        "WHERE story_fts MATCH ? AND c.text LIKE ? LIMIT 1",
        (f'"{word}"', f"% {word} %"),
    ).fetchone()
    if row is None:
        return word
    return " ".join(row[0][row[0].lower().index(f" {word} ") :].split()[:2]).strip(".")


# ---------------------------------------------------------------- what is printed


def quantiles(times: Sequence[tuple[float, float]], which: int) -> tuple[float, float]:
    """Return the median and the 95th percentile of wall (0) or CPU (1) times."""
    ordered = sorted(each[which] for each in times)
    return statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1]


def show_storage(ours: dict[str, Any], peer: dict[str, Any] | None) -> None:
    """Print what storing costs; of the peer, what that many stories cost it."""
    print(f"{ours['stories']:,} stories, {ours['texts'] / 1e6:,.0f} MB of text", end="")
    if peer and peer["stories"] != ours["stories"]:
        print(f"; {peer['stories']:,} of them for sqlite-utils", end="")
    print(f"\n\n{'':36}{'storykeep':>14}{'sqlite-utils':>14}{'ratio':>8}")
    rows: list[tuple[str, Callable[[dict[str, Any]], float]]] = [
        ("stories/s", lambda each: each["stories"] / each["seconds"]),
        ("stories per CPU second", lambda each: each["stories"] / each["cpu"]),
        ("MB of text/s", lambda each: each["texts"] / 1e6 / each["seconds"]),
        ("database bytes per text byte", lambda each: each["bytes"] / each["texts"]),
        ("the same again, ms a story", lambda each: each["again"] * 1e3 / each["stories"]),
        ("the same again, CPU ms a story", lambda each: each["again_cpu"] * 1e3 / each["stories"]),
        ("grows by that, MB", lambda each: each["growth"] / 1e6),
        ("peak memory, MB", lambda each: each["memory"]),
    ]
    for name, value in rows:
        a = value(ours)
        b = value(peer) if peer else 0.0
        other = f"{b:14,.2f}" if peer else f"{'':14}"
        print(f"{name:36}{a:14,.2f}{other}{(_ratio(a, b)):>8}")


def _ratio(a: float, b: float) -> str:
    if not a or not b:
        return ""
    return f"{a / b:.2f}" if a / b > 0.1 else f"1:{b / a:.0f}"


def show_queries(ours: dict[str, Any], peer: dict[str, Any] | None, cpu: float) -> None:
    """Print what pages cost, and what of them is not exact."""
    print("\none page, ms                 p50    p95   p95 of CPU     in part   recall  peer's p50")
    for name, times in ours["times"].items():
        p50, p95 = quantiles(times, 0)
        _, of_cpu = quantiles(times, 1)
        recall = f"{ours['recall'][name]:.2f}" if name in ours["recall"] else ""
        partly = ours["partly"].get(name, 0)
        theirs = peer["times"].get(name) if peer else None
        other = f"{quantiles(theirs, 0)[0]:.1f}" if theirs else ""
        limit = LIMITS["newest" if name == "newest first" else "any"]
        limit = LIMITS["page"] if name in ORDINARY else limit
        mark = "" if p95 <= limit else f"  above {limit:g}"
        print(f"{name:24}{p50:8.1f}{p95:7.1f}{of_cpu:13.1f}{partly:12}{recall:>9}{other:>12}{mark}")
    memory = f"; sqlite-utils {peer['memory']:.0f} MB" if peer else ""
    print(f"\nsearch, peak memory: {ours['memory']:.0f} MB{memory}")
    print(f"storykeep search WORD, the whole process: {cpu:.0f} ms of CPU time")


def command_cpu(folder: Path, word: str) -> float:
    """Return the CPU milliseconds of `storykeep search`, the median of seven."""
    # As it is for a user: Python keeps what it has compiled.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    spent = []
    for _ in range(8):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "storykeep", "-C", str(folder), "search", word]
        subprocess.run(command, check=True, capture_output=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(spent[1:]) * 1e3


def apart(work: Callable[..., Any], *values: object) -> Any:
    """Return what *work* returns, done in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *values).result()


def kept(path: Path, work: Callable[..., dict[str, Any]], *values: object) -> dict[str, Any]:
    """Return what *work* returned when the database at *path* was built, building it if need be."""
    figures = path.with_suffix(".json")
    if not (path.exists() and figures.exists()):
        path.unlink(missing_ok=True)
        found = apart(work, path, *values)
        figures.write_text(json.dumps(found))
    read: dict[str, Any] = json.loads(figures.read_text())
    return read


def main() -> None:
    """Build both databases and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stories", type=int, default=2_000)
    parser.add_argument("--peer", type=int, help="stories for sqlite-utils; 0: without it")
    parser.add_argument("--folder", type=Path, help="keep the databases here; those there are used")
    asked = parser.parse_args()
    others = asked.stories if asked.peer is None else asked.peer
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        ours, peer = folder / "archive.db", folder / "peer.db"
        stored = kept(ours, build, asked.stories)
        stored_peer = kept(peer, build_peer, others) if others else None
        show_storage(stored, stored_peer)
        classes = query_classes(ours, stored["stories"])
        show_queries(
            apart(ask, ours, classes),
            apart(ask_peer, peer, classes) if others else None,
            command_cpu(folder, classes["mid"][0]),
        )


if __name__ == "__main__":
    main()
