"""Print what search and its storage cost, in one run, beside sqlite-utils.

    make bench-search                       (or: python bench/search.py [--stories 2000])

The stories are made up (bench/corpus.py). Ours go through `Store.save_stories`, those of
sqlite-utils by one upsert each into a table with full-text triggers. A page is 20 hits with
snippets, the count and three facets; `search()` of sqlite-utils has none of the latter. Each phase
is a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import math
import multiprocessing
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpus
from storykeep.model import Story

FACETS = ("author", "fandom", "site")
ROUNDS = 3
EACH = 20  # queries of a class
ORDINARY = ("rare", "mid", "frequent", "phrase", "AND", "prefix", "NEAR", "author:", "mid, facets")
LIMITS = {"page": 15.0, "any": 50.0, "newest": 2.0}  # milliseconds, at 10,000 stories
RECALLED = ("rare", "mid", "frequent", "AND", "stop word", "phrase of stop words")


@dataclass(slots=True)
class Clock:
    """Times what takes the stories, without the time to make them up."""

    spent: float = 0.0
    texts: int = 0  # bytes

    def without(self, stories: Iterable[Story]) -> Iterator[Story]:
        """Yield *stories*; making them up does not count."""
        stories = iter(stories)
        while True:
            began = time.perf_counter()
            story = next(stories, None)
            self.spent += time.perf_counter() - began
            if story is None:
                return
            self.texts += sum(
                len(block.text.encode()) + 2 for each in story.chapters for block in each.prose
            )
            yield story


# ---------------------------------------------------------------- phases: each a process


def build(path: Path, number: int) -> dict[str, Any]:
    """Fill an archive.db, then save the same stories again."""
    from storykeep.store import Store

    def save(store: Store) -> tuple[float, int]:
        clock = Clock()
        began = time.perf_counter()
        for host, numbers in corpus.by_host(number).items():
            store.save_stories(host, clock.without(corpus.stories(numbers)), [])
        return time.perf_counter() - began - clock.spent, clock.texts

    store = Store.open(path)
    took, texts = save(store)
    began = time.perf_counter()
    store.finish()
    took += time.perf_counter() - began
    size = path.stat().st_size
    store = Store.open(path)
    again, _ = save(store)
    store.finish()
    return {
        "seconds": took, "texts": texts, "bytes": size, "again": again,
        "growth": path.stat().st_size - size, "memory": _peak(),
    }  # fmt: skip


def build_peer(path: Path, number: int) -> dict[str, Any]:
    """Fill a database by sqlite-utils, then upsert a tenth of the same stories again."""
    import sqlite_utils

    db = sqlite_utils.Database(path)
    table = db["stories"]
    clock = Clock()
    began = time.perf_counter()
    for at, story in enumerate(clock.without(corpus.stories(range(number)))):
        row = _row(story)
        table.upsert(row, pk="id")
        if at == 0:
            table.enable_fts(list(row)[1:], create_triggers=True)
    took = time.perf_counter() - began - clock.spent
    size, part = path.stat().st_size, max(1, number // 10)
    again = Clock()
    began = time.perf_counter()
    for story in again.without(corpus.stories(range(part))):
        table.upsert(_row(story), pk="id")
    rerun = (time.perf_counter() - began - again.spent) * number / part
    growth = (path.stat().st_size - size) * number // part
    db.close()
    return {
        "seconds": took, "texts": clock.texts, "bytes": size, "again": rerun, "growth": growth,
        "memory": _peak(),
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

    rare, mid = words(0.0001, 0.005), words(0.03, 0.08)
    frequent, stop = words(0.35, 0.6), [*words(0.97, 1), "of", "to"][-EACH:]
    authors = [row[0] for row in conn.execute("SELECT DISTINCT author FROM story LIMIT ?", (EACH,))]
    near_by = {word: _phrase_with(conn, word) for word in mid}
    conn.close()
    pairs = list(itertools.pairwise(frequent))
    return {
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


def _quantiles(times: Sequence[tuple[float, float]], which: int) -> tuple[float, float]:
    ordered = sorted(each[which] for each in times)
    return statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1]


def show_storage(number: int, ours: dict[str, Any], peer: dict[str, Any]) -> None:
    """Print what storing costs."""
    print(f"{number:,} stories, {ours['texts'] / 1e6:,.0f} MB of text\n")
    print(f"{'':32}{'storykeep':>14}{'sqlite-utils':>14}{'ratio':>8}")
    rows: list[tuple[str, Callable[[dict[str, Any]], float]]] = [
        ("stories/s", lambda each: number / each["seconds"]),
        ("MB of text/s", lambda each: each["texts"] / 1e6 / each["seconds"]),
        ("database bytes per text byte", lambda each: each["bytes"] / each["texts"]),
        ("the same again, s", lambda each: each["again"]),
        ("grows by that, MB", lambda each: each["growth"] / 1e6),
        ("peak memory, MB", lambda each: each["memory"]),
    ]
    for name, value in rows:
        a, b = value(ours), value(peer)
        print(f"{name:32}{a:14,.2f}{b:14,.2f}{(f'{a / b:.2f}' if b else ''):>8}")


def show_queries(ours: dict[str, Any], peer: dict[str, Any], cpu: float) -> None:
    """Print what pages cost, and what of them is not exact."""
    print("\none page, ms                 p50    p95   p95 of CPU     in part   recall  peer's p50")
    for name, times in ours["times"].items():
        p50, p95 = _quantiles(times, 0)
        _, of_cpu = _quantiles(times, 1)
        recall = f"{ours['recall'][name]:.2f}" if name in ours["recall"] else ""
        partly = ours["partly"].get(name, 0)
        other = f"{_quantiles(peer['times'][name], 0)[0]:.1f}" if name in peer["times"] else ""
        limit = LIMITS["newest" if name == "newest first" else "any"]
        limit = LIMITS["page"] if name in ORDINARY else limit
        mark = "" if p95 <= limit else f"  above {limit:g}"
        print(f"{name:24}{p50:8.1f}{p95:7.1f}{of_cpu:13.1f}{partly:12}{recall:>9}{other:>12}{mark}")
    print(f"\nsearch, peak memory: {ours['memory']:.0f} MB; sqlite-utils {peer['memory']:.0f} MB")
    print(f"storykeep search WORD, the whole process: {cpu:.0f} ms of CPU time")


def command_cpu(folder: Path, word: str) -> float:
    """Return the CPU milliseconds of `storykeep search`, the median of seven."""
    spent = []
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "storykeep", "-C", str(folder), "search", word]
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(spent) * 1e3


def apart(work: Callable[..., Any], *values: object) -> Any:
    """Return what *work* returns, done in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *values).result()


def main() -> None:
    """Build both databases and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stories", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, help="keep the databases here; those there are used")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        ours, peer = folder / "archive.db", folder / "peer.db"
        if not ours.exists():
            show_storage(
                asked.stories,
                apart(build, ours, asked.stories),
                apart(build_peer, peer, asked.stories),
            )
        classes = query_classes(ours, asked.stories)
        show_queries(
            apart(ask, ours, classes),
            apart(ask_peer, peer, classes),
            command_cpu(folder, classes["mid"][0]),
        )


if __name__ == "__main__":
    main()
