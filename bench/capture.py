"""Print what capture costs beside wget and a capture_http loop, and what eight hosts at once bring.

    python bench/capture.py [--rounds 3] [--pages 300] [--memory 10000]

All that is printed is measured in this one run, on loopback, over the same pages; the server is
another process and its time is not counted. CPU is user + system of the contender's process. Each
contender also runs once a round over one small page: what that takes is its start (interpreter,
imports, files), and the net figures are without it. All may keep their bytecode, as an installed
package does, and have done so before the first round. Figures of different machines, or of
different days on one, do not compare; the ratios do better.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

import contenders
import loopback

HOSTS = 8
LATENCY = 0.05
Command = Callable[[str, Path], list[str]]


@dataclass
class Contender:
    """What is measured, and what its rounds took: CPU seconds of all the pages, and of one."""

    name: str
    note: str
    command: Command
    full: list[float] = field(default_factory=list)
    start: list[float] = field(default_factory=list)

    def net(self) -> float:
        """Return the CPU seconds of the pages alone, by the medians."""
        return statistics.median(self.full) - statistics.median(self.start)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--pages", type=int, default=300)
    options.add_argument("--host-pages", type=int, default=20, help="pages of each of the hosts")
    options.add_argument("--memory", type=int, default=0, metavar="PAGES")
    asked = options.parse_args()
    if asked.memory:
        print_memory(asked.memory)
        return
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, "
          f"{_version_of_wget()}")  # fmt: skip
    # Where this is set, a checkout's own modules are compiled anew by each process.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    field_ = contestants()
    with loopback.serve(asked.pages) as address:
        for each in field_:
            cpu_of(each, f"http://{address}/alone.html", 1)
        for number in range(asked.rounds):
            # Whoever goes first finds the machine as the one before left it.
            for each in field_[number % len(field_) :] + field_[: number % len(field_)]:
                measure(each, address, asked.pages)
    print_table(field_, asked.pages, asked.rounds)
    print_hosts(asked.host_pages, asked.rounds)


# ---- CPU per page


def contestants() -> list[Contender]:
    """Return all that can be measured on this machine."""
    script = str(Path(contenders.__file__))

    def python(name: str) -> Command:
        return lambda url, folder: [sys.executable, script, name, url, str(folder)]

    found = [Contender("our capture", "fetch, WARC with fsync, links", python("capture"))]
    if wget := shutil.which("wget"):
        found.append(
            Contender(
                "wget --warc-file",
                "-r, links followed, no fsync",
                lambda url, folder: [
                    wget, "-q", "-r", "-l", "inf", "-np", "-P", str(folder / "pages"),
                    f"--warc-file={folder / 'wget'}", f"--warc-tempdir={folder}", url,
                ],
            )
        )  # fmt: skip
    return [
        *found,
        Contender("capture_http loop", "requests, bs4 html.parser", python("loop-html.parser")),
        Contender("capture_http loop", "requests, bs4 lxml", python("loop-lxml")),
        Contender("storykeep run", "captures only: + robots, database", python("crawl")),
        Contender("storykeep run", "all: + cleaned, assembled, indexed", python("run")),
    ]


def measure(contender: Contender, address: str, pages: int) -> None:
    """Run *contender* once over one page and once over all, and keep what both took."""
    contender.start.append(cpu_of(contender, f"http://{address}/alone.html", 1))
    contender.full.append(cpu_of(contender, f"http://{address}/stories/", pages))


def cpu_of(contender: Contender, url: str, pages: int) -> float:
    """Return the CPU seconds of a run from *url*, which must have stored *pages* pages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = _children()
        subprocess.run(contender.command(url, folder), check=True, stdout=subprocess.DEVNULL)
        took = _children() - before
        stored = _stored(folder)
        if stored != pages:
            raise SystemExit(f"{contender.name} stored {stored} pages, not {pages}")
        return took


def _children() -> float:
    """Return the CPU seconds, user and system, of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _stored(folder: Path) -> int:
    """Return how many pages (answers of status 200) the WARCs below *folder* hold."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    found[record.http_headers.get_statuscode()] += 1
    return found["200"]


def print_table(field_: list[Contender], pages: int, rounds: int) -> None:
    """Print each contender's milliseconds, and how they compare."""
    sizes = f"{loopback.SMALLEST // 1000} to {loopback.LARGEST // 1000} kB"
    print(f"\nCPU of one page: {pages} pages of {sizes} on loopback,")
    print(f"median of {rounds} rounds, all contenders in each round:")
    wget = next((each for each in field_ if each.name.startswith("wget")), None)
    loops = [each for each in field_ if each.name.startswith("capture_http")]
    print(f"{'':56} {'net of start':>12} {'with start':>10} {'start':>8}  net: least to most")
    for each in field_:
        start = statistics.median(each.start)
        nets = sorted((full - start) / (pages - 1) * 1000 for full in each.full)
        print(
            f"  {each.name:<17} {each.note:<36} {each.net() / (pages - 1) * 1000:9.2f} ms "
            f"{statistics.median(each.full) / pages * 1000:7.2f} ms {start:6.2f} s"
            f"  {nets[0]:.2f} to {nets[-1]:.2f}"
        )
    ours = field_[0]
    for other in [wget, *loops] if wget else loops:
        gross = statistics.median(ours.full) / statistics.median(other.full)
        print(f"  our capture / {other.name}, {other.note}: "
              f"{ours.net() / other.net():.2f} net of start, {gross:.2f} with start")  # fmt: skip
    if wget is None:
        print("  wget is NOT INSTALLED here: nothing is said of it")


def _version_of_wget() -> str:
    wget = shutil.which("wget")
    if not wget:
        return "wget not installed"
    told = subprocess.run([wget, "--version"], capture_output=True, text=True, check=True)
    return " ".join(told.stdout.split()[:3])


# ---- hosts side by side


def print_hosts(pages: int, rounds: int) -> None:
    """Print what one host brings and what eight bring, each 50 ms away."""
    late = f"{LATENCY * 1000:.0f} ms"
    print(f"\nHosts side by side: {pages} such pages of each host, each answer {late} late;")
    print(f"wall time of a run, start-up apart, median of {rounds} rounds:")
    kinds = {"crawl-again": "run that only captures", "run-again": "run, all of it"}
    with loopback.serve(pages, latency=LATENCY) as address:
        took: dict[tuple[str, int], list[float]] = {}
        for _ in range(rounds):
            for kind in kinds:
                for hosts in (1, HOSTS):
                    took.setdefault((kind, hosts), []).append(_wall(kind, hosts, pages, address))
    for kind, name in kinds.items():
        one, all_ = (hosts * pages / statistics.median(took[kind, hosts]) for hosts in (1, HOSTS))
        print(f"  {name:<22} 1 host {one:6.1f} pages a second, {HOSTS} hosts {all_:6.1f}: "
              f"{all_ / one:.1f} times")  # fmt: skip


def _wall(kind: str, hosts: int, pages: int, address: str) -> float:
    """Return the seconds of a run over *pages* pages of each of *hosts* hosts."""
    names = [f"host{number}.example" for number in range(hosts)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contenders.write_config(
            folder,
            [f"http://{each}/stories/" for each in names],
            hosts=HOSTS,
            connect_to={f"{each}:80": address for each in names},
        )
        script = str(Path(contenders.__file__))
        command = [sys.executable, script, kind, "", name]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        if (stored := _stored(folder)) != hosts * pages:
            raise SystemExit(f"{stored} pages of {hosts} hosts were stored, not {hosts * pages}")
        return float(done.stdout)


# ---- memory


def print_memory(pages: int) -> None:
    """Print the memory of one run over *pages* small pages: capture alone, then all of it."""
    script = str(Path(contenders.__file__))
    kinds = {
        "memory-capture": "a run but for cleaning and assembling (SQLite may keep 32 MB of pages)",
        "memory": "a whole run (assembling reads all parts of a host)",
    }
    with loopback.serve(pages, small=True) as address:
        for kind, name in kinds.items():
            print(f"Memory of {name}, {pages:,} pages of about 2 kB:", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                url = f"http://{address}/stories/"
                subprocess.run([sys.executable, script, kind, url, folder], check=True)


if __name__ == "__main__":
    main()
