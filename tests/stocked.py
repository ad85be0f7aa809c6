"""An archive of made-up stories that was filled without a network: quick to make, quick to copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.model import Capture, Exchange
from storykeep.warc import Unit, Writer, files, load_page, scan
from tests.archives import PROSE, ROBOTS_FREE, answer, story_page, write_config
from tests.exchanges import INFO, START, exchange, failure

HOST = "http://127.0.0.1:8000"
BEGIN = START - timedelta(days=40)


def asked(path: str, wire_bytes: bytes, *, hours: float = 0, host: str = HOST) -> Exchange:
    """Return what *path* of *host* answered, *hours* after the first request."""
    return exchange(wire_bytes, url=host + path, started_at=BEGIN + timedelta(hours=hours))


def tale(number: int, words: str = "") -> bytes:
    """Return the answer of a story page."""
    body = f"<p>Tale {number}. {words}</p>{PROSE}"
    return answer(story_page(f"Tale {number}", f"Author {number % 3}", body))


def index(count: int) -> bytes:
    """Return the answer of the index page."""
    items = "".join(
        f'<li><a href="/{n}.html">Tale {n}</a> by Author {n % 3}</li>' for n in range(count)
    )
    return answer(f"<html><body><h1>Stories</h1><ul>{items}</ul></body></html>".encode())


def stock(folder: Path, *, count: int = 5, host: str = HOST) -> Archive:
    """Fill an archive in *folder* by three runs: all is new, half is as it was, one has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder, [f"{host}/"], source='every = "30d"')
    warcs = folder / "warcs"
    info = {**INFO, "software": "Storykeep/0.1.0"}
    pages = [("/robots.txt", ROBOTS_FREE), ("/", index(count))]
    pages += [(f"/{number}.html", tale(number)) for number in range(count)]
    first: dict[str, Capture] = {}
    for run in range(3):
        start = BEGIN + timedelta(days=run)
        with Writer(
            warcs, prefix="storykeep", info=info, clock=lambda start=start: start
        ) as writer:
            for at, (path, wire_bytes) in enumerate(pages):
                if run == 2 and path == "/1.html":
                    wire_bytes = tale(1, "It was told again.")
                each = asked(path, wire_bytes, hours=24 * run + at / 60, host=host)
                via = None if at < 2 else f"{host}/"
                refers = first.get(path) if run and path != "/robots.txt" else None
                stored = writer.append(
                    each, source="site", via=via, hops=int(at > 1), refers_to=refers
                )
                first.setdefault(path, stored)
            told = replace(failure(), url=f"{host}/gone{run}.html", started_at=start)
            writer.append_failure(told, source="site", via=f"{host}/", hops=1)
    archive = Archive(load(folder / "config.toml"))
    archive.rebuild()
    return archive


def bodies(archive: Archive) -> dict[str, bytes]:
    """Return the body of every capture that can be read, by record id."""
    warcs = archive.config.archive.warcs
    units = [each.capture for path in files(warcs) for each in scan(path) if isinstance(each, Unit)]
    whole = {each.record_id: each for each in units if each.revisit_of is None}
    found = {}
    for capture in units:
        original = whole.get(capture.revisit_of or "")
        if capture.revisit_of is None or original is not None:
            page = load_page(warcs, capture, original=original, max_bytes=10**6)
            found[capture.record_id] = page.body
    return found
