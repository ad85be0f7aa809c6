"""Who writes to an archive: one process at a time, by name, and never a dead one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storykeep import lock
from storykeep.errors import LockedError
from tests.archives import command, environment, write_config

HOLD = """
import sys, time
from pathlib import Path
from storykeep import lock
with lock.hold(Path(sys.argv[1]) / sys.argv[2], Path(sys.argv[1]) / "warcs", "rebuild"):
    print("held", flush=True)
    time.sleep(60)
"""


def holding(folder: Path, database: str = "archive.db") -> subprocess.Popen[str]:
    """Return a process that holds the archive in *folder*."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), database],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, archived."""
    made = tmp_path_factory.mktemp("archived")
    command("init", folder=made)
    assert command("sample", "--run", folder=made).returncode == 0
    return made


@pytest.fixture
def folder(tmp_path: Path, archived: Path) -> Path:
    """An archive with a config and one WARC, so that every command has something to do."""
    shutil.copytree(archived, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_who_holds_the_lock_is_said_by_every_command(folder: Path) -> None:
    """Exit 5 at once, with process, machine, time and command; nothing is touched."""
    holder = holding(folder)
    before = (folder / "archive.db").read_bytes()
    started = time.strftime("%Y-%m-%d", time.gmtime())
    try:
        for words in (["run"], ["add", "http://127.0.0.1:9/"], ["derive"], ["rebuild"]):
            done = command(*words, folder=folder)
            assert done.returncode == 5, words
            error, hint = done.stderr.splitlines()
            assert f"storykeep rebuild, process {holder.pid} on {socket.gethostname()}" in error
            assert f"since {started}" in error
            assert hint.startswith("hint: wait until it is done")
        assert command("list", folder=folder).returncode == 0
    finally:
        ended(holder)
    assert (folder / "archive.db").read_bytes() == before


def test_a_lock_of_a_killed_process_holds_nothing(folder: Path) -> None:
    """SIGKILL: the next command goes on, and takes away what the dead process said of itself."""
    ended(holding(folder))
    assert (folder / "archive.db.lock-holder").exists()
    assert lock.holder_of(folder / "archive.db") is None
    assert command("derive", folder=folder).returncode == 0
    assert not (folder / "archive.db.lock-holder").exists()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b'{"pid": "x", "host": 1}',
        b"\xff\xfe",
        b'{"pid": -1, "host": "h", "since": "s", "command": "c"}',
        b'{"pid": 1e999, "host": "h", "since": "s", "command": "c"}',
        b"[" * 100_000,
    ],
)
def test_what_stands_beside_the_lock_is_only_talk(tmp_path: Path, said: bytes) -> None:
    """A torn or foreign sidecar names nobody; it neither locks nor opens."""
    database, warcs = tmp_path / "archive.db", tmp_path / "warcs"
    (tmp_path / "archive.db.lock-holder").write_bytes(said)
    with lock.hold(database, warcs, "run"):
        (tmp_path / "archive.db.lock-holder").write_bytes(said)
        with pytest.raises(LockedError) as refused, lock.hold(database, warcs, "add"):
            pass
    assert str(refused.value) == f"another Storykeep is writing to {database}"


def test_a_holder_on_another_machine_is_named(tmp_path: Path) -> None:
    """On a shared disk the process number says nothing here: the machine is what to look for."""
    database, warcs = tmp_path / "archive.db", tmp_path / "warcs"
    said = {"pid": 2**22 + 1, "host": "attic", "since": "2026-11-22T18:00:00Z", "command": "run"}
    with lock.hold(database, warcs, "run"):
        (tmp_path / "archive.db.lock-holder").write_text(json.dumps(said))
        with pytest.raises(LockedError) as refused, lock.hold(database, warcs, "add"):
            pass
    assert "on attic, since 2026-11-22 18:00:00 UTC" in str(refused.value)
    assert "another machine, attic" in refused.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="folders are locked on POSIX only")
def test_two_configs_cannot_write_into_one_folder_of_warcs(folder: Path) -> None:
    """Another database beside the same WARCs: its healing would seal the file under the first."""
    config = (folder / "config.toml").read_text()
    (folder / "other.toml").write_text(config.replace("archive.db", "other.db"))
    holder = holding(folder)
    try:
        done = command("--config", "other.toml", "run", folder=folder)
    finally:
        ended(holder)
    assert done.returncode == 5
    assert str(folder / "warcs") in done.stderr


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_to_the_database_has_the_lock_of_the_database(tmp_path: Path) -> None:
    """Two names of one file are one archive."""
    real = tmp_path / "disk" / "archive.db"
    real.parent.mkdir()
    (tmp_path / "archive.db").symlink_to(real)
    with (
        lock.hold(real, tmp_path / "a", "run"),
        pytest.raises(LockedError),
        lock.hold(tmp_path / "archive.db", tmp_path / "b", "run"),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_lock_is_free_again_whatever_ended_the_run(tmp_path: Path) -> None:
    """SIGTERM too leaves neither a lock nor a name."""
    write_config(tmp_path, ["http://127.0.0.1:9/"], polite="delay = 0\nretries = 9")
    with subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "run"],
        env=environment(),
        stderr=subprocess.DEVNULL,
    ) as process:
        while not (tmp_path / "archive.db.lock-holder").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 143
    assert not (tmp_path / "archive.db.lock-holder").exists()
    with lock.hold(tmp_path / "archive.db", tmp_path / "warcs", "run"):
        pass
