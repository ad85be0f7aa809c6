"""What a disk does to people: no room, no permission, the wrong thing in the place.

Always one error and one hint, never exit 0, never a traceback, and nothing that was captured lost.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    environment,
    rows,
    story_page,
    write_config,
)
from tests.site import RawServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")

# root may write everywhere; without these capabilities (DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER) not.
AS_ANYBODY = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2, 3):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "storykeep", *sys.argv[1:]])
"""
PAGES = 10


def as_anybody(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run storykeep as a user for whom permissions count."""
    return subprocess.run(
        [sys.executable, "-c", AS_ANYBODY, "-C", str(folder), *words],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return the error and hint of a command that failed as it should."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    error, hint = done.stderr.splitlines()[-2:]
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    return f"{error}\n{hint}"


@pytest.fixture(scope="module")
def site() -> Iterator[RawServer]:
    """Stories of 60 kB that no packer makes much smaller."""
    noise = random.Random(20261122)
    links = "".join(f'<a href="/{n}.html">{n}</a> ' for n in range(PAGES)).encode()

    def body() -> str:
        return "".join(f"<p>{noise.randbytes(300).hex(' ', 4)}.</p>" for _ in range(80)) + PROSE

    pages = {f"/{n}.html": answer(story_page(f"Tale {n}", "Ana", body())) for n in range(PAGES)}
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": answer(links), **pages}) as server:
        yield server


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory, site: RawServer) -> Path:
    """An archive that was run once."""
    made = tmp_path_factory.mktemp("archived")
    write_config(made, [site.url("/")], source='include = ["/"]')
    assert command("run", folder=made).returncode == 0
    return made


@pytest.fixture
def folder(tmp_path: Path, archived: Path) -> Iterator[Path]:
    """A copy of an archive, to be spoilt."""
    shutil.copytree(archived, tmp_path, dirs_exist_ok=True)
    yield tmp_path
    for each in (tmp_path, *tmp_path.iterdir()):
        if not each.is_symlink():
            each.chmod(0o755)


def spoil(what: str, folder: Path) -> None:
    """Put something wrong into the place of what an archive needs."""
    database, warcs = folder / "archive.db", folder / "warcs"
    if what == "read-only folder":
        folder.chmod(0o555)
    elif what == "read-only database":
        database.chmod(0o444)
    elif what == "unreadable database":
        database.chmod(0o000)
    elif what == "read-only warcs":
        warcs.chmod(0o555)
    elif what == "unreadable warcs":
        warcs.chmod(0o000)
    elif what == "database is a folder":
        database.rename(folder / "kept.db")
        database.mkdir()
    elif what == "warcs is a file":
        warcs.rename(folder / "kept")
        warcs.write_text("hello")


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("read-only folder", "cannot write"),
        ("read-only database", "archive.db"),
        ("unreadable database", "archive.db"),
        ("read-only warcs", "cannot write into the folder"),
        ("unreadable warcs", "cannot read the folder"),
        ("database is a folder", "archive.db is a folder"),
        ("warcs is a file", "warcs is a file"),
    ],
)
def test_what_is_in_the_way_is_named(folder: Path, site: RawServer, what: str, named: str) -> None:
    """Before any page is asked for."""
    spoil(what, folder)
    asked = len(site.requests)
    said = complaint(as_anybody("add", site.url("/0.html"), folder=folder))
    assert named in said
    assert len(site.requests) == asked


def test_what_cannot_be_written_can_be_read(folder: Path) -> None:
    """A share that somebody else fills is searched all the same."""
    for what in ("read-only database", "read-only warcs", "read-only folder"):
        spoil(what, folder)
    for words in (["search", "keeper"], ["list"]):
        done = as_anybody(*words, folder=folder)
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_what_a_killed_run_left_is_read_in_a_folder_that_cannot_be_written(folder: Path) -> None:
    """The -wal and -shm of a kill: what they hold is found, or its absence is said."""
    database = folder / "archive.db"
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("UPDATE story SET title = 'Renamed'")
        conn.commit()
        left = {ending: Path(f"{database}{ending}").read_bytes() for ending in ("", "-wal", "-shm")}
    for ending, data in left.items():
        Path(f"{database}{ending}").write_bytes(data)
    folder.chmod(0o555)
    done = as_anybody("list", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Renamed") == PAGES
    folder.chmod(0o755)
    Path(f"{database}-shm").unlink()
    folder.chmod(0o555)
    assert "not writable" in complaint(as_anybody("list", folder=folder))


@pytest.mark.parametrize("words", [["list"], ["search", "keeper"], ["status"], ["export"]])
def test_a_damaged_database_is_no_traceback(folder: Path, words: list[str]) -> None:
    """Pages of it are zeros: a reader that comes upon them says how to make it again."""
    database = folder / "archive.db"
    with closing(sqlite3.connect(database)) as conn:
        tables = "SELECT rootpage FROM sqlite_schema WHERE rootpage > 0 AND name NOT LIKE 'sqlite%'"
        roots = [page for (page,) in conn.execute(tables)]
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    data = bytearray(database.read_bytes())
    for page in roots:
        data[(page - 1) * size : page * size] = bytes(size)
    database.write_bytes(data)
    said = complaint(command(*words, folder=folder))
    assert "storykeep rebuild" in said


# ---- no room


@pytest.mark.parametrize("blocks", [500])
def test_a_limit_on_file_sizes_loses_nothing(tmp_path: Path, site: RawServer, blocks: int) -> None:
    """`ulimit -f`: the run ends with 1 and speaks of it; without the limit the next one goes on."""
    write_config(tmp_path, [site.url("/")], source='include = ["/"]')
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f {blocks}; exec {sys.executable} -m storykeep run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    said = complaint(done)
    assert "room" in said or "ulimit" in said
    assert command("run", folder=tmp_path).returncode == 0
    archive = Archive(load(tmp_path / "config.toml"))
    assert rows(archive, "SELECT count(*) FROM story") == [(PAGES,)]
    assert command("verify", folder=tmp_path).returncode == 0


def test_an_export_that_has_no_room_leaves_no_half_file(folder: Path) -> None:
    """Neither the story's file nor what was to become it."""
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 8; exec {sys.executable} -m storykeep export --format txt"],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert "File too large" in complaint(done)
    assert list((folder / "exports").iterdir()) == []


def test_init_leaves_no_half_config(tmp_path: Path) -> None:
    """A config.toml that could not be written is not there, so that init can be called again."""
    line = f"ulimit -f 0; exec {sys.executable} -m storykeep init"
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    complaint(done)
    assert not (tmp_path / "config.toml").exists()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 1 MB."""
    place = Path(tempfile.mkdtemp())
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        place.rmdir()
        pytest.skip("this user cannot mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)
    place.rmdir()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to mount")
def test_a_disk_that_is_full_to_the_brim_loses_nothing(small_disk: Path, site: RawServer) -> None:
    """Without a floor: exit 1, the message speaks of room, and with room the next run goes on."""
    path = write_config(small_disk, [site.url("/")], source='include = ["/"]')
    path.write_text("[archive]\nkeep_free = 0\n" + path.read_text())
    said = complaint(command("-v", "run", folder=small_disk))
    assert "room" in said
    complaint(command("run", folder=small_disk))
    grow = ["mount", "-o", "remount,size=64m", str(small_disk)]
    subprocess.run(grow, check=True)
    assert command("run", folder=small_disk).returncode == 0
    archive = Archive(load(small_disk / "config.toml"))
    assert rows(archive, "SELECT count(*) FROM story") == [(PAGES,)]
    assert command("verify", folder=small_disk).returncode == 0
