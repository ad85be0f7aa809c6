"""Archives in a test's own folder, and servers that they may reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from storykeep import reader
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.store import canonical_dump


def write_config(
    folder: Path,
    start: Sequence[str],
    *,
    source: str = "",
    polite: str = "delay = 0.0\nretries = 0",
    network: str = 'allow_addresses = ["127.0.0.1"]',
) -> Path:
    """Write a config.toml with one source, "site", and return its path."""
    path = folder / "config.toml"
    path.write_text(
        f"[polite]\n{polite}\n[network]\n{network}\n"
        f'[[source]]\nname = "site"\nstart = {json.dumps(list(start))}\n{source}\n',
        encoding="utf-8",
    )
    return path


def make_archive(folder: Path, start: Sequence[str], **options: str) -> Archive:
    """Return an archive in *folder* with one source, "site"."""
    return Archive(load(write_config(folder, start, **options)))


def rows(archive: Archive, query: str) -> list[tuple]:
    """Return what *query* finds in the archive's database."""
    connection = reader.connect(archive.config.archive.database)
    assert connection is not None
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def dump(archive: Archive) -> list[str]:
    """Return the canonical dump of the archive's database."""
    connection = reader.connect(archive.config.archive.database)
    assert connection is not None
    try:
        return list(canonical_dump(connection))
    finally:
        connection.close()


def story_page(title: str, author: str, body: str, links: str = "") -> bytes:
    """Return a hand-made story page."""
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>by {author}</p>"
        f"{body}{links}</body></html>"
    ).encode()


PROSE = "".join(
    f"<p>The keeper counted the waves that evening, and on number {n} he put down his cup and "
    "listened, because the sea had said something it had never said before, quite softly.</p>"
    for n in range(8)
)


def answer(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    """Return a whole HTTP answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


ROBOTS_FREE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def terminal() -> Iterator[int]:
    """Give a terminal for the stdin of a process: `run` says all only where a person is."""
    if sys.platform == "win32":
        yield subprocess.DEVNULL
        return
    ends = os.openpty()
    try:
        yield ends[1]
    finally:
        for each in ends:
            os.close(each)


def command(
    *words: str, folder: Path, timeout: float = 60, watched: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run `storykeep` as a process of its own, its output in pipes.

    *watched*: a person at a terminal has typed it; else nobody is there, as under cron.
    """
    with terminal() if watched else nullcontext(subprocess.DEVNULL) as stdin:
        return subprocess.run(
            [sys.executable, "-m", "storykeep", "-C", str(folder), *words],
            stdin=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            env=environment(),
            check=False,
        )


def environment() -> dict[str, str]:
    """Return an environment in which a child process finds the package as this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
