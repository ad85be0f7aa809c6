"""Print what search and its storage cost, in one run, beside sqlite-utils.

    make bench-search                       (or: python bench/search.py [--stories 2000])

First what storing made-up stories costs: an archive built at once, as `rebuild` does, and the same
stories brought by a run, each set beside sqlite-utils (bench/storing.py says how). Then what pages
cost, of the archive that the run made. With --folder the databases and what they cost are kept, and
used by the next call; --peer makes the other one smaller, or leaves it out by 0.

A page is 20 hits with snippets, the count and three facets; `search()` of sqlite-utils has none of
the latter. Each phase is a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
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
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import corpus
import storing

FACETS = ("author", "fandom", "site")
ROUNDS = 3
EACH = 20  # queries of a class
ORDINARY = ("rare", "mid", "frequent", "phrase", "AND", "prefix", "NEAR", "author:", "mid, facets")
LIMITS = {"page": 15.0, "any": 50.0, "newest": 2.0}  # milliseconds, at 10,000 stories
PLAIN = ("rare", "mid", "frequent", "AND")  # whose recall is promised
RECALLED = (*PLAIN, "stop word", "phrase of stop words")


# ---------------------------------------------------------------- phases: each a process


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
    memory = storing.peak()
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
    return {"times": times, "memory": storing.peak()}


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
        built, ours, peer = (folder / f"{name}.db" for name in ("built", "archive", "peer"))
        stored = kept(ours, storing.store_by_run, asked.stories)
        stored_peer = kept(peer, storing.store_by_peer, others) if others else None
        storing.show(kept(built, storing.build_at_once, asked.stories), stored, stored_peer)
        classes = query_classes(ours, stored["stories"])
        show_queries(
            apart(ask, ours, classes),
            apart(ask_peer, peer, classes) if others else None,
            command_cpu(folder, classes["mid"][0]),
        )


if __name__ == "__main__":
    main()
