"""Let eight processes search while one writes, for five minutes; print what they met.

    make bench-readers                      (or: python bench/readers.py [--seconds 300])

Each round of the writer opens the archive, changes every story in one transaction and closes it as
a run does, so that the journal's mode changes as well. So a reader must find every story in every
state, all of the same round, and never an older round than before; anything else, and any error,
is told and makes the exit code 1. In the end the database and its index are checked.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import corpus
from storykeep.model import Block, Story

STORIES = 120
QUERIES = ("lantern", "lantern the", '"lantern round"', "lant*", "round lantern -nowhere")
_ROUND = re.compile(r"\br(\d+)z")
SORTS = ("relevance", "newest", "words", "title", "changed")


@dataclass(slots=True)
class Met:
    """What one reader or the writer did and met."""

    done: int = 0
    slowest: float = 0.0  # milliseconds
    wrong: list[str] = field(default_factory=list)


def write(path: Path, end: float, every: float) -> Met:
    """Change every story, round by round, until *end*."""
    from storykeep.store import Store

    met = Met()
    stories = [replace(each, host="h.example") for each in corpus.stories(range(STORIES))]
    while not met.done or time.time() < end:
        began = time.perf_counter()
        with Store.open(path) as store:
            store.save_stories("h.example", [_marked(each, met.done) for each in stories], [])
            store.finish()
        met.slowest = max(met.slowest, (time.perf_counter() - began) * 1e3)
        met.done += 1
        time.sleep(every)
    return met


def _marked(story: Story, number: int) -> Story:
    first = story.chapters[0]
    prose = (Block("paragraph", f"The lantern round r{number}z."), *first.prose)
    return replace(story, chapters=(replace(first, prose=prose), *story.chapters[1:]))


def read(path: Path, end: float, seed: int) -> Met:
    """Search until *end*, with a connection that is opened anew now and then."""
    from storykeep import reader
    from storykeep.search import FACETS, search

    dice, met, newest = random.Random(seed), Met(), 0
    while time.time() < end:
        try:
            conn = reader.connect(path)
            assert conn is not None
            for _ in range(dice.randint(1, 40)):
                query, sort = dice.choice(QUERIES), dice.choice(SORTS)
                facet = FACETS if dice.random() < 0.3 else ()
                began = time.perf_counter()
                found = search(conn, query, sort=sort, facet=facet, limit=50)
                met.slowest = max(met.slowest, (time.perf_counter() - began) * 1e3)
                met.done += 1
                newest = _checked(found, query, newest, met)
            conn.close()
        except Exception as error:  # noqa: BLE001  whatever it is, it is what we look for
            met.wrong.append(f"{type(error).__name__}: {error}")
    return met


def _checked(found: Any, query: str, newest: int, met: Met) -> int:
    """Return the round that *found* is of; tell where it is none."""
    if found.total != STORIES or not found.total_is_exact:
        met.wrong.append(f"{query}: {found.total} stories")
    rounds = {int(each[1]) for hit in found.hits if (each := _ROUND.search(hit.snippet))}
    if len(rounds) != 1 or min(rounds) < newest:
        met.wrong.append(f"{query}: rounds {sorted(rounds)} after {newest}")
    return max(rounds, default=newest)


def checked(path: Path) -> list[str]:
    """Return what is wrong with the database and its index."""
    from storykeep.reader.health import opened_index

    with opened_index(path) as index:
        assert index is not None
        return [str(each) for each in index.problems()]


def main() -> int:
    """Run them all and print what they met; return 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--every", type=float, default=0.5, help="seconds between two rounds")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        write(path, 0, 0)
        wrong = _run(path, asked, read, write)
        problems = checked(path)
    for each in [*wrong[:20], *problems]:
        print(f"wrong: {each}")
    print("integrity checks: " + ("clean" if not problems else "failed"))
    return bool(wrong or problems)


def _run(path: Path, asked: argparse.Namespace, *work: Callable[..., Met]) -> list[str]:
    reading, writing = work
    end = time.time() + asked.seconds
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.readers + 1, mp_context=context) as pool:
        writer = pool.submit(writing, path, end, asked.every)
        readers = [pool.submit(reading, path, end, seed) for seed in range(asked.readers)]
        met = [each.result() for each in as_completed(readers)]
        wrote = writer.result()
    print(
        f"{asked.readers} readers, {asked.seconds:.0f} s: {wrote.done} rounds of {STORIES} stories"
    )
    searches, slowest = sum(each.done for each in met), max(each.slowest for each in met)
    print(f"searches: {searches:,}, the slowest {slowest:,.0f} ms")
    wrong = [text for each in met for text in each.wrong]
    print(f"errors and wrong results: {len(wrong)}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
