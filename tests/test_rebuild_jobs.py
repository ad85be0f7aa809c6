"""A rebuild on many cores gives the same database as on one, whatever is in the WARCs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from storykeep import ahead, workers
from storykeep.ahead import Ahead
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.errors import DamageError
from storykeep.store import Store
from storykeep.warc import Writer, files
from tests.archives import ROBOTS_FREE, answer, dump, rows
from tests.exchanges import INFO, failure
from tests.stocked import BEGIN, HOST, asked, stock, tale

COUNT = 12


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    """A folder with three runs: new pages, revisits, a changed page, failures, lost beginnings."""
    archive = stock(tmp_path_factory.mktemp("jobs") / "archive", count=COUNT)
    warcs = archive.config.archive.warcs
    late = BEGIN + timedelta(days=9)
    with Writer(
        warcs, prefix="storykeep", info={**INFO, "software": "x"}, clock=lambda: late
    ) as writer:
        big = "".join(
            f"<p>The {n}th wave came in and went out again, as waves do.</p>" for n in range(900)
        )
        pages = [
            ("/robots.txt", ROBOTS_FREE),
            ("/big.html", tale(99, big)),
            ("/gone.html", answer(b"<p>gone</p>", status="410 Gone")),
            ("/moved.html", answer(b"", status="301 Moved", headers=f"Location: {HOST}/0.html\r\n")),
            ("/rest.html", answer(tale(3), headers="Retry-After: 9000\r\nETag: \"x\"\r\n")),
        ]  # fmt: skip
        for at, (path, wire_bytes) in enumerate(pages):
            one = asked(path, wire_bytes, hours=24 * 9 + at)
            stored = writer.append(one, source="site", via=None, hops=0)
            if path == "/big.html":
                again = asked(path, wire_bytes, hours=24 * 9 + 8)
                writer.append(again, source="site", via=None, hops=0, refers_to=stored)
        # A revisit of what no file has.
        lost = replace(stored, record_id="<urn:uuid:00000000-0000-4000-8000-000000000000>")
        writer.append(
            asked("/1.html", tale(1), hours=24 * 10),
            source="site",
            via=None,
            hops=0,
            refers_to=lost,
        )
        writer.append_failure(
            replace(failure(), url=f"{HOST}/dead.html", started_at=late),
            source="site",
            via=None,
            hops=1,
        )
    return archive.config.folder


@pytest.fixture
def archive(stocked, tmp_path):
    """A copy of it."""
    folder = tmp_path / "archive"
    shutil.copytree(stocked, folder)
    return Archive(load(folder / "config.toml"))


def rebuilt(archive, **options):
    """Return the dump after a rebuild, and what it could not read."""
    damage = ""
    try:
        archive.rebuild(**options)
    except DamageError as error:
        damage = str(error)
    return dump(archive), damage


def test_the_result_is_that_of_one_core(archive, monkeypatch):
    """The same rows and the same words on what cannot be read; and the others did work."""
    asked_for = []
    part = Ahead.part

    def counted(self, capture, original):
        found = part(self, capture, original)
        asked_for.append(found is not None)
        return found

    monkeypatch.setattr(Ahead, "part", counted)
    monkeypatch.setattr(ahead, "_SMALL", 0)
    one = rebuilt(archive, jobs=1)
    assert asked_for.count(True) == 0
    assert rebuilt(archive, jobs=2) == one
    assert asked_for.count(True) > 3 * COUNT
    captures = rows(archive, "SELECT count(*) FROM capture")[0][0]
    assert captures > asked_for.count(True)


def test_damage_is_told_and_the_rest_is_taken_in(archive):
    """A flipped byte in a payload: the same captures are missing, and the same is said."""
    path = files(archive.config.archive.warcs)[0]
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    one = rebuilt(archive, jobs=1)
    assert one[1]
    assert rebuilt(archive, jobs=2) == one


def test_a_process_that_dies_costs_nothing(archive, monkeypatch):
    """Killed again and again: its captures are given to another, or derived by who writes."""
    one = rebuilt(archive, jobs=1)
    hear = workers.Pool._hear
    killed = []

    def hear_and_kill(self, *words):
        hear(self, *words)
        if len(killed) < 3:
            killed.append(self.pids[0])
            os.kill(self.pids[0], signal.SIGKILL)

    monkeypatch.setattr(workers.Pool, "_hear", hear_and_kill)
    assert rebuilt(archive, jobs=2) == one
    assert len(killed) == 3


def test_no_process_outlives_the_rebuild(archive, monkeypatch):
    """Stopped on the way, it ends those it has started."""
    pools = []
    start = workers.Pool.__init__

    def remembered(self, *words):
        start(self, *words)
        pools.append((self, self.pids))

    def stop(self, *words, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr(workers.Pool, "__init__", remembered)
    monkeypatch.setattr(Store, "save_part", stop)
    with pytest.raises(KeyboardInterrupt):
        archive.rebuild(jobs=2)
    ((_, pids),) = pools
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_small_archive_starts_no_process(archive):
    """What takes a second is not worth the start of others."""
    assert ahead.jobs_for(archive.config.archive.warcs) == 1
    big = archive.config.archive.warcs / "storykeep-20990101000000-00000.warc.gz"
    with big.open("wb") as file:
        file.truncate(ahead._WORTH_IT)
    assert ahead.jobs_for(archive.config.archive.warcs) == workers.cores()


def test_a_script_that_its_processes_would_run_again_is_told_so(stocked, tmp_path):
    """Each process reads the script again and dies of it: that is no page's fault, and it ends."""
    folder = tmp_path / "archive"
    shutil.copytree(stocked, folder)
    script = tmp_path / "again.py"
    script.write_text(
        "from pathlib import Path\n"
        "from storykeep.archive import Archive\n"
        "from storykeep.config import load\n"
        f"Archive(load(Path({str(folder / 'config.toml')!r}))).rebuild(jobs=2)\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 1
    assert "StorykeepError: the processes that clean pages die as soon" in done.stderr
    archive = Archive(load(folder / "config.toml"))
    assert rebuilt(archive, jobs=1)[0]  # nothing is in the way of the next one
