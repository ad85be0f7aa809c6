"""A run that is killed at any moment loses nothing that it reported, and the next one goes on."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from storykeep.archive import Archive
from storykeep.config import load
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    dump,
    environment,
    rows,
    story_page,
    write_config,
)
from tests.site import Answer, RawServer

PAGES = 60
KILLS = 20


def site() -> dict:
    """Return a site of many stories that takes a while to crawl."""
    links = "".join(f'<li><a href="{n}.html">Tale {n}</a> by Ana</li>' for n in range(PAGES))
    index = f"<html><body><h1>Stories</h1><ul>{links}</ul></body></html>".encode()
    pages = {
        f"/{n}.html": answer(story_page(f"Tale {n}", f"Author {n % 7}", f"<p>Tale {n}.</p>{PROSE}"))
        for n in range(PAGES)
    }
    return {"/robots.txt": ROBOTS_FREE, "/": answer(index), **pages}


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(folder), "-v", "run"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=environment(),
    )


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something has *happened*, or *process* has ended; for a while only."""
    deadline = time.monotonic() + 20
    while not happened() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def reported(process: subprocess.Popen[str]) -> set[str]:
    """Return the addresses that a run said it had stored."""
    assert process.stderr is not None
    lines = process.stderr.read().splitlines()
    process.stderr.close()
    return {line.split()[-1] for line in lines if line[:3].isdecimal() and " http" in line}


def check_warcs(folder: Path) -> None:
    """Every WARC is sealed, listed, and accepted by warcio's checker."""
    warcs = folder / "warcs"
    assert not list(warcs.glob("*.open"))
    listed = (warcs / "manifest-sha256.txt").read_text()
    for path in warcs.glob("*.warc.gz"):
        assert path.name in listed
        checker = Checker(argument(path))
        checker.process_all()
        assert checker.exit_value == 0, path.name
        with path.open("rb") as stream:
            assert sum(1 for _ in ArchiveIterator(stream)) >= 1


class argument:  # noqa: N801
    """What warcio's checker takes from its command line."""

    verbose = False

    def __init__(self, path: Path) -> None:
        self.inputs = [str(path)]


@pytest.mark.timeout(300)
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    """SIGKILL at random moments, again and again: each reported capture is there in the end."""
    moments = random.Random(20261122)
    stored: set[str] = set()
    with RawServer(site()) as server:
        write_config(tmp_path, [server.url("/")], polite="delay = 0.02\nretries = 0")
        archive = Archive(load(tmp_path / "config.toml"))
        for number in range(KILLS):
            process = start(tmp_path)
            if number % 2:  # however long a busy machine takes to start: while it stores pages
                wait_for(lambda: any((tmp_path / "warcs").glob("*.open")), process)
            time.sleep(moments.uniform(0.0, 0.8) if number % 2 else moments.uniform(0.3, 1.1))
            process.send_signal(signal.SIGKILL)
            process.wait()
            stored |= reported(process)
        last = command("run", folder=tmp_path)
        assert last.returncode == 0, last.stderr
    captured = {url for (url,) in rows(archive, "SELECT url FROM capture")}
    assert stored
    assert stored <= captured
    assert rows(archive, "SELECT count(*) FROM story") == [(PAGES,)]
    check_warcs(tmp_path)
    whole = dump(archive)
    shutil.copytree(tmp_path, tmp_path.with_name("copy"))
    again = Archive(load(tmp_path.with_name("copy") / "config.toml"))
    again.config.archive.database.unlink()
    again.rebuild()
    assert dump(again) == whole


def test_a_stale_wal_brings_nothing_back(tmp_path: Path) -> None:
    """After a kill, archive.db is removed but its -wal stays: rebuild gives the WARCs' rows."""
    with RawServer(site()) as server:
        write_config(tmp_path, [server.url("/")], polite="delay = 0.02\nretries = 0")
        process = start(tmp_path)
        database = tmp_path / "archive.db"
        wal = tmp_path / "archive.db-wal"
        deadline = time.monotonic() + 20
        while not (wal.exists() and wal.stat().st_size > 100_000) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.wait()
        stored = reported(process)
    assert wal.exists()
    database.unlink()
    done = command("rebuild", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    archive = Archive(load(tmp_path / "config.toml"))
    captured = {url for (url,) in rows(archive, "SELECT url FROM capture")}
    assert stored <= captured
    assert rows(archive, "PRAGMA integrity_check") == [("ok",)]
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_sigterm_ends_a_run_with_143(tmp_path: Path) -> None:
    """SIGTERM: the file is sealed, what was reported is there, the next run goes on."""
    with RawServer(site()) as server:
        write_config(tmp_path, [server.url("/")], polite="delay = 0.05\nretries = 0")
        process = start(tmp_path)
        while len(server.requests) < 5:
            time.sleep(0.01)
        process.terminate()
        assert process.wait(10) == 143
        stored = reported(process)
        assert not list((tmp_path / "warcs").glob("*.open"))
        again = command("run", folder=tmp_path)
    assert again.returncode == 0
    archive = Archive(load(tmp_path / "config.toml"))
    captured = [url for (url,) in rows(archive, "SELECT url FROM capture")]
    assert stored <= set(captured)
    assert len(captured) == PAGES + 3  # robots.txt twice


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    """Two runs at once: the second exits 5 and touches nothing; reading goes on."""
    with RawServer(site()) as server:
        write_config(tmp_path, [server.url("/")], polite="delay = 0.2\nretries = 0")
        process = start(tmp_path)
        while len(server.requests) < 3:
            time.sleep(0.01)
        second = command("run", folder=tmp_path)
        listing = command("list", folder=tmp_path)
        process.terminate()
        process.wait(10)
        reported(process)
    assert second.returncode == 5
    assert "another Storykeep is writing" in second.stderr
    assert listing.returncode == 0


def test_a_request_that_a_dead_connection_swallowed_is_due_at_once_after_a_kill(tmp_path):
    """It is asked again in the same run, without a word; where that dies first, by the next one."""
    kept = {"/robots.txt": Answer([ROBOTS_FREE], keep=True), **site()}
    kept["/"] = Answer([kept["/"]], keep=True)
    asked: list[bytes] = []
    runs: list[subprocess.Popen[str]] = []

    def swallowed(head: bytes) -> Answer | bytes:
        asked.append(head)
        if len(asked) == 1:
            return Answer([])
        if len(asked) == 2:
            runs[0].kill()
        return site()["/0.html"]

    with RawServer({**kept, "/0.html": swallowed}) as server:
        write_config(tmp_path, [server.url("/")])
        runs.append(start(tmp_path))
        assert runs[0].wait(60) == -signal.SIGKILL
        reported(runs[0])
        assert len(asked) == 2
        assert command("run", folder=tmp_path).returncode == 0
        archive = Archive(load(tmp_path / "config.toml"))
        assert rows(archive, "SELECT kind FROM attempt") == [("disconnect",)]
        assert rows(archive, "SELECT count(*) FROM story") == [(PAGES,)]
        before = dump(archive)
        assert command("rebuild", folder=tmp_path).returncode == 0
        assert dump(archive) == before
