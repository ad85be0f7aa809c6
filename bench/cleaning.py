"""Print how fast pages are cleaned, from the WARC to the record, and what is lost; beside peers.

    make bench-cleaning                     (or: python bench/cleaning.py [--rounds 5])

Every row comes from this run, on one core: each contender is a process of its own, they are asked
in turn, round by round, and no page is read twice. The first five rounds do not count, for any of
them: what is compiled at its first use is compiled by then. The pages are made up (bench/made.py:
four styles of 1995-2010). Ours is `load_page` and `derive`, in the process itself; the others read
the same WARC with warcio. The peers live in an environment of their own, never in Storykeep's.
What is lost is counted on the HTML story pages of tests/: see bench/losses.py.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import losses
import made
from cleaners import PEERS
from storykeep import wire
from storykeep.model import Exchange
from storykeep.warc import Unit, Writer, files, scan

HERE = Path(__file__).parent
PEERS_PYTHON = HERE.parent / ".venv-bench" / "bin" / "python"
YARDSTICK = "trafilatura, fast"
NAMES = ("storykeep", *PEERS)
# kB: pages of each style in a round, of which the fastest has a fifth of a second at least: behind
# another contender's turn the first pages are slower, for all of them.
SIZES = {25: 20, 250: 2}
WARM = 5  # rounds before the first that counts: patterns are compiled at their first use


class Contender:
    """A process that cleans what it is asked to."""

    def __init__(self, name: str, python: Path) -> None:
        self.name = name
        command = [str(python), str(HERE / "cleaners.py"), name]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def ask(self, request: dict[str, Any]) -> Any:
        """Return the answer to one request."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"error: {self.name} stopped; run bench/cleaners.py to see why")
        return json.loads(answer)

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", nargs="*", metavar="NAME", help=f"among {', '.join(NAMES)}")
    options.add_argument("--peers", type=Path, default=PEERS_PYTHON, help="their Python")
    given = options.parse_args()
    if not given.peers.exists():
        raise SystemExit(f"error: {given.peers} is missing\nhint: make bench-cleaning makes it")
    names = [name for name in NAMES if not given.only or name in given.only]
    contenders = [
        Contender(name, Path(sys.executable) if name == "storykeep" else given.peers)
        for name in names
    ]
    with tempfile.TemporaryDirectory() as folder:
        for size, each in SIZES.items():
            measure(contenders, Path(folder), size, each, given.rounds)
    print_losses(contenders)
    for contender in contenders:
        contender.close()


def measure(contenders: list[Contender], folder: Path, size: int, each: int, rounds: int) -> None:
    """Print pages per CPU second of all contenders at one size."""
    rates: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for number in range(rounds + WARM):
        request = written(folder / f"{size}-{number}", size, each, number)
        pages = len(request["captures"])
        for contender in contenders:
            seconds = contender.ask(request)
            if number >= WARM:
                rates[contender.name].append(pages / seconds)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    count = each * len(made.STYLES)
    print(f"{size} kB, {count} pages a round, median of {rounds} rounds, pages per CPU second:")
    for name, median in medians.items():
        low, high = min(rates[name]), max(rates[name])
        ratio = f"{median / medians[YARDSTICK]:7.2f} x" if YARDSTICK in medians else ""
        print(f"  {name:<26}{median:9,.1f}   ({low:,.1f} to {high:,.1f}){ratio:>12}")


def written(folder: Path, size: int, each: int, number: int) -> dict[str, Any]:
    """Write the pages of one round to a WARC; return the request to clean it."""
    with Writer(folder, prefix="bench", info={"software": "bench"}) as warcs:
        for style in made.STYLES:
            for index in range(each):
                page = made.page(style, number * each + index, size)
                warcs.append(exchange(page, f"{style}-{index}"), source="bench")
    (warc,) = files(folder)
    captures = [asdict(unit.capture) for unit in scan(warc) if isinstance(unit, Unit)]
    return {"warc": str(warc), "captures": captures}


def exchange(body: bytes, name: str) -> Exchange:
    """Return the answer that a server of the time would have given."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    message = head.encode() + body
    parsed = wire.parse_head(message)
    assert parsed is not None
    return Exchange(
        url=f"http://stories.example/archive/{name}.html",
        request=f"GET /archive/{name}.html HTTP/1.1\r\nHost: stories.example\r\n\r\n".encode(),
        response=BytesIO(message),
        response_size=len(message),
        head=parsed,
        started_at=datetime.now(UTC),
        elapsed_ms=1,
        ip="192.0.2.7",
        protocols=("http/1.1",),
    )


def print_losses(contenders: list[Contender]) -> None:
    """Print what each contender loses of the pages that a reader has judged."""
    pages = losses.pages()
    request = {"read": [[str(page.path), page.url] for page in pages]}
    print(f"lost on {len(pages)} HTML story pages of tests/ (n/a: the tool has no such output):")
    print(f"  {'':<26}" + "".join(f"{column:>12}" for column in losses.COLUMNS))
    for contender in contenders:
        if contender.name.startswith("limit"):
            continue
        lost = losses.count(pages, contender.ask(request))
        print(f"  {contender.name:<26}" + "".join(f"{lost[c]:>12}" for c in losses.COLUMNS))


if __name__ == "__main__":
    main()
