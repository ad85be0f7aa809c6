"""A database of an older schema is brought up to date: a copy first, then all of it or nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storykeep import reader
from storykeep.errors import SpaceError, StoreError
from storykeep.model import Failure
from storykeep.reader.connection import VERSION
from storykeep.store import Store, opening
from storykeep.store.schema import STEPS
from tests.archives import command, environment

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
DEAD = "http://dead.example/"


def old_store(path: Path) -> Store:
    """Return a store of the first schema, as the first Storykeep made it."""
    return Store(opening.open_database(path, steps=STEPS[:1]), path)


def fill(store: Store, count: int = 3) -> None:
    for n in range(count):
        store.save_attempt(Failure(DEAD, "dns", f"number {n}", NOW, 5), source="site")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive.db of schema 1 with three rows."""
    path = tmp_path / "archive.db"
    store = old_store(path)
    fill(store)
    store.finish()
    return path


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(conn.execute("PRAGMA user_version").fetchone()[0])


def attempts(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute("SELECT count(*) FROM attempt").fetchone()[0])


def test_an_old_database_is_copied_and_brought_up_to_date(path: Path) -> None:
    """The copy is what it was, in one file; the user is told where it is."""
    told: list[str] = []
    Store.open(path, told=told.append).finish()
    assert version(path) == VERSION
    assert attempts(path) == 3
    copy = path.with_name("archive.db.schema-1.bak")
    assert told == [
        f"archive.db was brought from schema 1 to {VERSION}; what it was is kept as {copy.name}"
    ]
    assert version(copy) == 1
    assert attempts(copy) == 3
    assert sorted(each.name for each in path.parent.iterdir()) == ["archive.db", copy.name]
    Store.open(path, told=told.append).finish()
    assert len(told) == 1


def test_a_migrated_database_has_the_schema_of_a_new_one(path: Path) -> None:
    """Whichever way it came about, and its rows are found by the new indexes."""
    Store.open(path).finish()
    fresh = path.with_name("fresh.db")
    Store.open(fresh).finish()
    schemas = []
    for each in (path, fresh):
        with closing(sqlite3.connect(each)) as conn:
            schemas.append(set(conn.execute("SELECT type, name, sql FROM sqlite_schema")))
    assert schemas[0] == schemas[1]
    with closing(sqlite3.connect(path)) as conn:
        query = 'EXPLAIN QUERY PLAN SELECT 1 FROM attempt WHERE warc = ? AND "offset" = ?'
        assert "attempt_place" in str(conn.execute(query, ("w", 1)).fetchall())


def test_a_run_says_that_it_changed_the_database(path: Path) -> None:
    """The command line tells it, `derive` as well as `run`."""
    config = path.with_name("config.toml")
    config.write_text("")
    done = command("derive", folder=path.parent)
    assert done.returncode == 0
    assert "archive.db.schema-1.bak" in done.stderr


def test_rows_in_a_wal_are_in_the_copy(tmp_path: Path) -> None:
    """An old run was killed: what it had committed stands in the -wal only."""
    path = tmp_path / "archive.db"
    with closing(old_store(path)) as store:
        fill(store)
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", f"{path.with_name('killed.db')}{ending}")
    killed = path.with_name("killed.db")
    Store.open(killed).finish()
    assert attempts(killed) == 3
    assert attempts(path.with_name("killed.db.schema-1.bak")) == 3


def test_an_old_database_can_be_read_before_it_is_changed(path: Path) -> None:
    """Readers need no newer schema than they read; where they do, they say what to do."""
    conn = reader.connect(path)
    assert conn is not None
    assert list(reader.list_stories(conn)) == []
    assert reader.reconstructed(conn) == frozenset()
    with pytest.raises(StoreError, match="older Storykeep") as lacking, reader.explaining(path):
        reader.status(conn)
    assert "storykeep run" in lacking.value.hint
    conn.close()
    assert version(path) == 1
    with pytest.raises(StoreError, match=r"older Storykeep \(schema 1") as refused:
        reader.connect(path, oldest=2)
    assert "storykeep run" in refused.value.hint


def test_what_an_old_database_lacks_is_said_in_words(path: Path) -> None:
    """A table or column that came later is no damage: the next run makes it."""
    for words in (("list", "--duplicates"), ("captures",)):
        done = command(*words, folder=path.parent)
        assert done.returncode == 1
        assert f"older Storykeep (schema 1, this one reads {VERSION} to {VERSION})" in done.stderr
        assert "storykeep run" in done.stderr


def fail(db: object) -> None:
    db.conn.execute("DELETE FROM attempt")  # type: ignore[attr-defined]
    raise RuntimeError("a step that fails")


def test_a_step_that_fails_changes_nothing(path: Path) -> None:
    """Nothing of the steps before it is left either."""
    with pytest.raises(RuntimeError):
        opening.open_database(path, steps=(*STEPS, fail))
    assert version(path) == 1
    assert attempts(path) == 3
    Store.open(path).finish()
    assert version(path) == VERSION


MIGRATE = """
import sys, time
from pathlib import Path
from storykeep.store import opening
from storykeep.store.schema import STEPS

def slow(db):
    db.conn.execute("CREATE TABLE moved (id INTEGER PRIMARY KEY, detail TEXT) STRICT")
    for number in range(40):
        db.conn.execute("INSERT INTO moved (detail) SELECT detail FROM attempt WHERE id % 40 = ?", (number,))
        time.sleep(0.002)
    db.conn.execute("DELETE FROM attempt")

print("go", flush=True)
opening.open_database(Path(sys.argv[1]), steps=(*STEPS, slow)).close()
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_kill_at_any_point_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """SIGKILL while copying, in the transaction and behind it; the next start does it again."""
    moments, seen = random.Random(20261122), set()
    original = tmp_path / "archive.db"
    store = old_store(original)
    with store.atomic():
        fill(store, 20_000)
    store.finish()
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = Path(shutil.copy(original, folder))
        process = subprocess.Popen(
            [sys.executable, "-c", MIGRATE, str(path)],
            stdout=subprocess.PIPE,
            env=environment(),
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moments.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = version(path)
        seen.add(found)
        assert found in (1, VERSION + 1)
        with closing(sqlite3.connect(path)) as conn:
            tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_schema")}
        assert ("moved" in tables) == (found == VERSION + 1)
        assert attempts(path) == (20_000 if found == 1 else 0)
        copy = path.with_name("archive.db.schema-1.bak")
        if copy.exists():
            assert attempts(copy) == 20_000
        if found == 1:
            Store.open(path).finish()
            assert (version(path), attempts(path)) == (VERSION, 20_000)
            assert not copy.with_name(copy.name + ".new").exists()
    assert 1 in seen


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 3 MB."""
    folder = Path(tempfile.mkdtemp())
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True
        ).returncode
    )
    if not mounted:
        folder.rmdir()
        pytest.skip("this user cannot mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to mount")
def test_a_copy_that_has_no_room_is_not_begun(small_disk: Path) -> None:
    """What is needed and what is free is said, and the database stays as it was."""
    path = small_disk / "archive.db"
    store = old_store(path)
    with store.atomic():
        fill(store, 13_000)
    store.finish()
    before = path.read_bytes()
    with pytest.raises(SpaceError, match="are free") as refused:
        Store.open(path)
    assert "as it was" in refused.value.hint
    assert path.read_bytes() == before
    assert not list(small_disk.glob("*.bak*"))
