"""Print what capture and cleaning cost: pages per CPU second on the bundled sample.

    python bench/sample.py [--rounds 5]

Capture is timed by the clock of the thread that fetches and stores, so the server, which runs in
other threads of the process, is not counted. Figures of different machines, or of
different days on one, do not compare.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from storykeep.archive import Archive
from storykeep.config import TEMPLATE, load
from storykeep.derive import derive
from storykeep.fetch import Session
from storykeep.model import Exchange, Page
from storykeep.sample import SampleSite
from storykeep.warc import Writer, files, load_page, scan


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(TEMPLATE, encoding="utf-8")
        pages = crawl(folder)
        kilobytes = sum(len(page.body) for page in pages) / len(pages) / 1000
        print(f"{len(pages)} pages of the sample, {kilobytes:.1f} kB each on average,")
        print(f"median of {rounds} rounds, Python {sys.version.split()[0]}, one process:")
        count = len(pages)
        report("capture (fetch, WARC with fsync)", count, rounds, lambda: capture(folder, pages))
        report("cleaning (bytes to part)", count, rounds, lambda: clean(pages))


def crawl(folder: Path) -> list[Page]:
    """Archive the sample once; return every page that was answered."""
    site = SampleSite()
    config = load(folder / "config.toml")
    with site.serve() as address:
        Archive(config).with_sample(address).run()
    units = [unit for path in files(config.archive.warcs) for unit in scan(path)]
    captures = [unit.capture for unit in units if unit.capture.revisit_of is None]
    return [load_page(config.archive.warcs, each, max_bytes=10**8) for each in captures]


def capture(folder: Path, pages: list[Page]) -> float:
    """Fetch and store every page; return the CPU seconds of the thread that does it."""
    with (
        SampleSite().serve() as address,
        tempfile.TemporaryDirectory(dir=folder) as name,
        Writer(Path(name), prefix="bench", info={"software": "bench"}) as warcs,
        Session(
            user_agent="bench",
            allow_addresses=["127.0.0.1"],
            connect_to={"archive.sample:80": address},
        ) as session,
    ):
        started = time.thread_time()
        for page in pages:
            exchange = session.get(page.url)
            if isinstance(exchange, Exchange):
                warcs.append(exchange, source="bench")
                exchange.close()
        return time.thread_time() - started


def clean(pages: list[Page]) -> float:
    """Derive every page; return the CPU seconds."""
    started = time.process_time()
    for page in pages:
        derive(page)
    return time.process_time() - started


def report(what: str, pages: int, rounds: int, run) -> None:  # type: ignore[no-untyped-def]
    """Print the median of *rounds* runs, after one that is not counted."""
    run()
    seconds = [run() for _ in range(rounds)]
    rates = sorted(pages / each for each in seconds)
    print(
        f"  {what:<34} {statistics.median(rates):7,.0f} pages per CPU second "
        f"({rates[0]:,.0f} to {rates[-1]:,.0f})"
    )


if __name__ == "__main__":
    main()
