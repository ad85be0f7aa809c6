"""The contenders of bench/capture.py that are Python; each runs in a process of its own.

    python bench/contenders.py NAME URL FOLDER

Each follows the links from URL within its host and folder, and keeps what came in a WARC in FOLDER.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

if TYPE_CHECKING:
    from storykeep.archive import Archive
    from storykeep.intake import Taken
    from storykeep.model import Link, Page, Report
    from storykeep.profiles import Profile

_CONFIG = """\
[polite]
delay = 0.0
hosts_at_once = {hosts}
[network]
allow_addresses = ["127.0.0.1"]
[network.connect_to]
{reach}
[[source]]
name = "bench"
start = [{start}]
include = ["/"]
"""


def capture(start: str, folder: Path) -> None:
    """Our own fetch, WARC (an fsync a page) and links, in a run's order; nothing is cleaned."""
    from storykeep import urls
    from storykeep.fetch import Session
    from storykeep.intake import worth_asking
    from storykeep.model import Exchange
    from storykeep.warc import Writer, page_of

    wanted = urls.origin(start) + urls.folder(start)
    with (
        Session(user_agent="bench", allow_addresses=["127.0.0.1"]) as session,
        Writer(folder, prefix="bench", info={"software": "bench"}) as warcs,
    ):
        queue, seen = deque([start]), {urls.key(start)}
        while queue:
            exchange = session.get(queue.popleft())
            assert isinstance(exchange, Exchange), exchange
            warcs.append(exchange, source="bench")
            page = page_of(exchange, max_bytes=20 << 20)
            exchange.close()
            for link in _links(page):
                if worth_asking(link) and link.url.startswith(wanted):
                    key = urls.key(link.url)
                    if key not in seen:
                        seen.add(key)
                        queue.append(link.url)


def _links(page: Page) -> tuple[Link, ...]:
    """Return the links of *page*, read and sorted by the functions that a run uses."""
    from storykeep import prose
    from storykeep.decode import decode
    from storykeep.engines.linking import collect
    from storykeep.engines.sheet import Sheet
    from storykeep.model import Evidence

    decoded = decode(page.body, http_charset="utf-8", is_html=True)
    told = Evidence(decoded.encoding, "inferred", "", "bytes", 1.0, "")
    return collect(Sheet(page.url, prose.parse(decoded.text), [], told, page.url))


def crawl(start: str, folder: Path) -> None:
    """A run that captures only: of each page its links are read, and no story is made."""
    write_config(folder, [start])
    crawl_again(start, folder)


def run(start: str, folder: Path) -> None:
    """All of `storykeep run`: also robots.txt, database, cleaning, assembling and indexing."""
    write_config(folder, [start])
    run_again(start, folder)


def crawl_again(start: str, folder: Path) -> None:
    """As `crawl`, with the config.toml that lies in *folder*."""
    _capture_only()
    run_again(start, folder)


def _capture_only() -> None:
    from storykeep import gathering
    from storykeep.intake import sources
    from storykeep.model import Part
    from storykeep.store import Store

    def links_alone(page: Page, profile: Profile | None) -> Part:
        # Each is another page: a kind of address that brings nothing new would be left alone.
        return Part(page.url, "story", title=page.url, links=_links(page))

    def no_stories(store: Store, report: Report) -> None:
        pass

    assert callable(sources.derive_safely)  # the one place where a run cleans
    sources.derive_safely = links_alone
    assert callable(gathering._assemble)  # the one place where it makes stories, and indexes them
    gathering._assemble = no_stories


def run_again(start: str, folder: Path) -> None:
    """As `run`, with the config.toml that lies in *folder*; print the seconds that it took."""
    archive = _archive(folder)
    started = time.perf_counter()
    report = archive.run()
    print(time.perf_counter() - started)
    assert not report.failed, report.failed[:3]


def write_config(
    folder: Path, start: list[str], *, hosts: int = 8, connect_to: Mapping[str, str] | None = None
) -> None:
    """Write a config.toml that archives *start* without waiting between two requests."""
    reach = "\n".join(f'"{name}" = "{to}"' for name, to in (connect_to or {}).items())
    quoted = ", ".join(f'"{each}"' for each in start)
    text = _CONFIG.format(hosts=hosts, reach=reach, start=quoted)
    (folder / "config.toml").write_text(text, encoding="utf-8")


def _archive(folder: Path) -> Archive:
    from storykeep.archive import Archive
    from storykeep.config import load

    return Archive(load(folder / "config.toml"))


def memory(start: str, folder: Path) -> None:
    """`storykeep run` that prints, each 1,000 captures, the memory that the process has."""
    from storykeep.crawl import Watch

    def taken(taken: Taken, report: Report, waiting: int) -> None:
        if report.captures % 1000 == 0:
            print(f"{report.captures:9,} captures {_resident():6.1f} MiB", flush=True)

    write_config(folder, [start])
    report = _archive(folder).run(watch=Watch(taken=taken))
    assert not report.failed, report.failed[:3]
    print(f"  at the end {_resident():13.1f} MiB, at most {_most():.1f} MiB")


def memory_of_capture(start: str, folder: Path) -> None:
    """As `memory`, but nothing is cleaned or assembled: what stays is capture and its database."""
    from storykeep import gathering

    _capture_only()
    assert callable(gathering._assemble)  # what makes stories of what came, now and then and last
    gathering._assemble = lambda *_: None
    memory(start, folder)


def _resident() -> float:
    """Return the MiB of memory in use now, where the system tells it; else the most there was."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return _most()
    return pages * resource.getpagesize() / 2**20


def _most() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def loop_html_parser(start: str, folder: Path) -> None:
    """A plain loop as people write it: requests, warcio.capture_http, BeautifulSoup html.parser."""
    _loop(start, folder, "html.parser")


def loop_lxml(start: str, folder: Path) -> None:
    """The same loop with BeautifulSoup's lxml."""
    _loop(start, folder, "lxml")


def _loop(start: str, folder: Path, parser: str) -> None:
    from warcio.capture_http import capture_http  # isort: skip  before requests, as it says itself

    import requests
    from bs4 import BeautifulSoup

    wanted = urljoin(start, ".")
    with capture_http(str(folder / "loop.warc.gz")), requests.Session() as session:
        queue, seen = deque([start]), {start}
        while queue:
            url = queue.popleft()
            soup = BeautifulSoup(session.get(url, timeout=30).text, parser)
            for anchor in soup.find_all("a", href=True):
                found = urldefrag(urljoin(url, str(anchor["href"]))).url
                if found.startswith(wanted) and found not in seen:
                    seen.add(found)
                    queue.append(found)


CONTENDERS: dict[str, Callable[[str, Path], None]] = {
    "capture": capture,
    "crawl": crawl,
    "run": run,
    "crawl-again": crawl_again,
    "run-again": run_again,
    "memory": memory,
    "memory-capture": memory_of_capture,
    "loop-html.parser": loop_html_parser,
    "loop-lxml": loop_lxml,
}

if __name__ == "__main__":
    name, url, where = sys.argv[1:]
    CONTENDERS[name](url, Path(where))
