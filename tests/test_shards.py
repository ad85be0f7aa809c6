"""Cleaned again into shards: the same database as without them, whoever made them and died of it."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import duckdb
import fsspec
import pyarrow.parquet
import pytest

from storykeep import reader, shards
from storykeep.archive import Archive, Where, Wish
from storykeep.cli.sharding import check
from storykeep.config import load
from storykeep.errors import UsageError
from storykeep.imports import Done
from storykeep.imports import Wish as Wished
from storykeep.sharding import _jobs
from tests.archives import command, dump, environment
from tests.stocked import HOST, stock

COUNT = 12


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    return stock(tmp_path_factory.mktemp("stock") / "a", count=COUNT).config.folder


@pytest.fixture
def folder(stocked, tmp_path):
    return Path(shutil.copytree(stocked, tmp_path / "a"))


@pytest.fixture
def made(folder, tmp_path):
    """The folder of the shards of all that is in it."""
    assert [each.problem for each in make(folder, tmp_path / "shards")] == [""] * 3
    return tmp_path / "shards"


def archive_of(folder) -> Archive:
    return Archive(load(folder / "config.toml"))


def make(folder, where, **wish):
    return list(archive_of(folder).shard(Where(str(where)), Wish(everything=True, jobs=1, **wish)))


def take_in(folder, *paths, dry_run=False) -> tuple[Done, list[str]]:
    """Return what came of an import, and what it told."""
    told = []
    wish = Wished(tuple(paths), dry_run=dry_run)
    done = archive_of(folder).take_in(wish, lambda each: told.append(f"{each.place}: {each.why}"))
    return done, told


def age(folder):
    """Make every part of a story one of an engine that said less."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute(
            "UPDATE part SET engine_version = 0, json = replace(json, 'Tale ', 'Tail ') "
            "WHERE json LIKE '%Tale %'"
        )
        connection.commit()


def teach(folder):
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "site.toml").write_text('hosts = ["127.0.0.1"]\nchrome = ["Tale 3. "]\n')


def ask(query, **places):
    return duckdb.sql(query.format(**places)).fetchall()


# ---------------------------------------------------------------- the same database


def test_shards_that_are_taken_in_give_the_database_that_derive_makes(folder, tmp_path):
    """With a new profile, from parts of an older engine; and nothing changes the second time."""
    age(folder)
    teach(folder)
    other = Path(shutil.copytree(folder, tmp_path / "b"))
    told = [each.url for each in archive_of(other).derive(wish=Wish(everything=True))]
    make(folder, tmp_path / "shards")
    before = dump(archive_of(folder))
    foreseen, _ = take_in(folder, tmp_path / "shards", dry_run=True)
    assert dump(archive_of(folder)) == before
    done, _ = take_in(folder, tmp_path / "shards")
    assert dump(archive_of(folder)) == dump(archive_of(other)) != before
    assert done.total("taken") == foreseen.total("taken") == len(told) > COUNT
    assert done.total("refused") == 0
    again, _ = take_in(folder, tmp_path / "shards")
    assert (again.total("taken"), again.total("there")) == (
        0,
        done.total("taken") + done.total("there"),
    )


def test_a_rebuild_afterwards_gives_the_same_again(folder, made):
    age(folder)
    take_in(folder, made)
    taken = dump(archive_of(folder))
    archive_of(folder).rebuild()
    assert dump(archive_of(folder)) == taken


def test_several_processes_make_the_same_shards_as_one(folder, made, tmp_path):
    done = command(
        "derive", "--all", "--shards", str(tmp_path / "two"), "--jobs", "2", folder=folder
    )
    assert done.returncode == 0
    assert "3 shards made in" in done.stderr
    names = sorted(each.name for each in made.iterdir())
    assert names == sorted(each.name for each in (tmp_path / "two").iterdir())
    for name in names:
        assert rows(made / name) == rows(tmp_path / "two" / name)


def rows(path):
    return pyarrow.parquet.read_table(path).to_pylist()


def test_warcs_and_shards_may_lie_wherever_fsspec_leads(folder, made):
    """In the memory of this process, for one: no path of this machine is in it."""
    memory = fsspec.filesystem("memory")
    memory.put(str(folder / "warcs"), "/far/warcs", recursive=True)
    try:
        found = [
            shards.make(each) for each in jobs_of(folder, "memory://far/warcs", "memory://far/s")
        ]
        assert [(each.problem, each.unread) for each in found] == [("", 0)] * 3
        for path in made.iterdir():
            with memory.open(f"/far/s/{path.name}") as file:
                assert pyarrow.parquet.read_table(file).to_pylist() == rows(path)
        lost = [shards.make(each) for each in jobs_of(folder, "memory://nowhere", "memory://far/t")]
        assert all("finds no storykeep-" in each.problem for each in lost)
        assert not memory.exists("/far/t")
    finally:
        memory.rm("/far", recursive=True)


def jobs_of(folder, warcs, to):
    archive = archive_of(folder)
    with closing(reader.connect(folder / "archive.db")) as conn:
        return list(_jobs(conn, archive.config, archive.profiles, Wish(everything=True), warcs, to))


# ---------------------------------------------------------------- a cluster


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and two workers on the loopback; give its address and the workers."""
    place = tmp_path / "scheduler.json"
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    options = ("--scheduler-file", str(place), "--no-dashboard")
    begun = [dask(tmp_path / "log", "scheduler", *options, "--port", "0")]
    try:
        until(place.exists)
        options += ("--nthreads", "1", "--no-nanny")
        begun += [
            dask(log, "worker", *options, "--local-directory", str(log.with_suffix("")))
            for log in logs
        ]
        until(lambda: all("Registered to" in log.read_text() for log in logs))
        yield json.loads(place.read_text())["address"], begun[1:]
    finally:
        for each in begun:
            each.kill()
            each.wait()


def dask(log, *words):
    with log.open("w") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1"],
            stdout=out,
            stderr=out,
            env=environment(),
        )


def until(holds, seconds=90):
    """Wait until *holds* does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.timeout(240)  # four processes start; a busy machine takes its time
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_is_killed_in_the_middle_costs_nothing(tmp_path, cluster):
    """A worker is killed while it is at a shard; the other makes all that it had: nothing is lost."""
    address, (first, second) = cluster
    folder = stock(tmp_path / "a", count=240).config.folder
    age(folder)
    other = Path(shutil.copytree(folder, tmp_path / "b"))
    list(archive_of(other).derive(wish=Wish(everything=True)))
    made = tmp_path / "shards"
    second.send_signal(signal.SIGSTOP)  # has its share of the shards, and begins none yet
    with deriving(folder, "--engine", "dask", "--scheduler", address, "--shards", made) as process:
        until(lambda: stopped_at_a_shard(first, made) or process.poll() is not None)
        assert process.poll() is None
        first.kill()
        second.send_signal(signal.SIGCONT)
        out, complaint = process.communicate(timeout=120)
    assert (process.returncode, "Traceback" in complaint) == (0, False), complaint
    told = [json.loads(each) for each in out.splitlines()]
    assert [(each["captures"], each["unread"]) for each in told] == [(242, 0)] * 3
    assert len(list(made.iterdir())) == 9  # and nothing that was begun
    take_in(folder, made)
    assert dump(archive_of(folder)) == dump(archive_of(other))


@contextmanager
def deriving(folder, *options):
    """Start `derive --all --json` in *folder*; it does not outlive the block."""
    command = [sys.executable, "-m", "storykeep", "-C", folder, "derive", "--all", "--json"]
    with subprocess.Popen(
        [str(word) for word in (*command, *options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def stopped_at_a_shard(worker, made):
    """Stop *worker* if a shard is begun and not done; tell whether it stands still in the middle."""
    if not any(made.glob(".capture-*.part")):
        return False
    worker.send_signal(signal.SIGSTOP)
    if any(made.glob(".capture-*.part")):
        return True
    worker.send_signal(signal.SIGCONT)
    return False


def test_a_scheduler_that_does_not_answer_is_told(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("storykeep.cluster._PATIENCE", 0.5)
    where = Where(str(tmp_path / "s"), scheduler="tcp://127.0.0.1:9")
    with pytest.raises(Exception, match="no Dask scheduler answers at 'tcp:") as error:
        list(archive_of(folder).shard(where, Wish(everything=True)))
    assert "dask scheduler starts one" in error.value.hint


# ---------------------------------------------------------------- made once


def test_what_is_whole_is_not_made_again(folder, made):
    times = {each: each.stat().st_mtime_ns for each in made.iterdir()}
    assert [each.was_there for each in make(folder, made)] == [True] * 3
    gone, *_ = made.glob("story-*")
    gone.unlink()
    assert sorted(each.was_there for each in make(folder, made)) == [False, True, True]
    assert gone.exists()
    changed = [each for each in times if each.stat().st_mtime_ns != times[each]]
    assert len(changed) == 3
    teach(folder)
    assert [each.was_there for each in make(folder, made)] == [False] * 3
    assert len(list(made.iterdir())) == 9


def test_what_a_killed_worker_had_begun_is_removed_when_another_has_made_it(folder, made):
    name = next(made.glob("story-*")).name
    (made / f".{name}.0123.part").write_bytes(b"PAR1 half")
    (made / name).unlink()
    make(folder, made)
    assert len(list(made.iterdir())) == 9


def test_damage_in_a_warc_is_told_and_its_page_made_when_it_is_mended(folder, tmp_path):
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        ((warc, offset),) = connection.execute(
            'SELECT warc, "offset" FROM capture WHERE url = ? ORDER BY id LIMIT 1',
            (f"{HOST}/5.html",),
        ).fetchall()
    path = folder / "warcs" / warc
    whole = path.read_bytes()
    data = bytearray(whole)
    data[offset + 40] ^= 0xFF
    path.write_bytes(data)
    made = tmp_path / "s"
    done = command("derive", "--all", "--shards", str(made), folder=folder)
    assert done.returncode == 6
    assert f"{warc}: 14 captures, 1 of which could not be cleaned" in done.stdout
    _, told = take_in(folder, made)
    assert f"(offset {offset}): cannot read {HOST}/5.html" in told[0]
    path.write_bytes(whole)
    # Each of the others has a revisit of that page, which could not be read either.
    assert [(each.was_there, each.unread) for each in make(folder, made)] == [(False, 0)] * 3
    assert take_in(folder, made)[1] == []


# ---------------------------------------------------------------- what is refused


def test_a_flipped_byte_is_refused_by_name_or_changes_nothing(folder, made):
    """Wherever it is: what is not refused reads as it was, and the database is what it was."""
    wanted = dump(archive_of(folder))
    path, *_ = sorted(made.glob("capture-*"))
    whole, before = path.read_bytes(), rows(path)
    random = Random(7)
    refused = 0
    for at in [0, len(whole) - 2, *(random.randrange(len(whole)) for _ in range(60))]:
        data = bytearray(whole)
        data[at] ^= 1 << random.randrange(8)
        path.write_bytes(data)
        done, told = take_in(folder, path, dry_run=True)
        assert done.total("taken") == 0
        if done.total("refused"):
            refused += 1
            assert told[0].startswith((f"{path.name}: it ", f"{path}: it is nothing")), told
        else:
            assert rows(path) == before
    assert refused > 30
    take_in(folder, made)
    assert dump(archive_of(folder)) == wanted


@pytest.mark.parametrize(
    "name", ["captures", "warc_sha256", "table", "made_by", "inputs", "unread"]
)
def test_a_shard_that_does_not_tell_of_itself_is_refused_or_made_again(folder, made, name):
    """One changed byte is enough for that."""
    path, *_ = sorted(made.glob("capture-*"))
    whole = path.read_bytes()
    told = json.dumps(name).encode()
    assert whole.count(told) == 1
    path.write_bytes(whole.replace(told, told[:-2] + b'_"'))
    done, said = take_in(folder, path, dry_run=True)
    assert done.total("taken") == 0
    assert said[0].startswith(f"{path.name}: it is damaged: it does not tell its {name}")
    assert sorted(each.was_there for each in make(folder, made)) == [False, True, True]


def test_half_a_shard_is_refused(folder, made):
    path, *_ = sorted(made.glob("capture-*"))
    path.write_bytes(path.read_bytes()[:-100])
    done, told = take_in(folder, made)
    assert told == [each for each in told if each.startswith(f"{path.name}: it is damaged: ")]
    assert (done.total("refused"), done.total("there")) == (1, 28)


def rewritten(path, **told):
    """Change what a shard tells of itself."""
    table = pyarrow.parquet.read_table(path)
    metadata = json.loads(pyarrow.parquet.ParquetFile(path).metadata.metadata[b"storykeep"])
    metadata = {**metadata, **told}
    table = table.replace_schema_metadata({b"storykeep": json.dumps(metadata)})
    pyarrow.parquet.write_table(table, path)
    return metadata


def test_a_shard_of_another_engine_version_is_refused_by_name(folder, made):
    path, *_ = sorted(made.glob("capture-*"))
    by = json.loads(rewritten(path)["made_by"])
    by["engines"]["generic"] -= 1
    rewritten(path, made_by=json.dumps(by, sort_keys=True, separators=(",", ":")))
    done, told = take_in(folder, made)
    assert told[0].startswith(f"{path.name}: it was made by other code (engine generic ")
    assert (done.total("there"), done.total("refused")) == (28, 1)


def test_shards_of_another_archive_are_refused(folder, made, tmp_path):
    other = stock(tmp_path / "other", count=3, host="http://127.0.0.1:8001").config.folder
    before = dump(archive_of(other))
    done, told = take_in(other, made)
    assert done.total("refused") == 3
    assert all("it was made of another storykeep-" in each for each in told)
    assert dump(archive_of(other)) == before
    shutil.rmtree(other / "warcs")
    (other / "archive.db").unlink()
    done, told = take_in(other, made)
    assert all("this archive has no WARC storykeep-" in each for each in told)


def test_what_was_made_with_another_profile_is_refused(folder, made):
    before = dump(archive_of(folder))
    teach(folder)
    done, told = take_in(folder, made)
    # robots.txt is read without one.
    assert (done.total("taken"), done.total("refused")) == (0, 3 * (COUNT + 1))
    assert "another profile or config" in told[0]
    assert dump(archive_of(folder)) == before


def test_captures_that_the_archive_does_not_have_are_told(folder, made):
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        ((number,),) = connection.execute(
            "SELECT id FROM capture WHERE url = ? ORDER BY id DESC LIMIT 1", (f"{HOST}/robots.txt",)
        )
        connection.execute("DELETE FROM part WHERE capture = ?", (number,))
        connection.execute("UPDATE page SET last_capture = NULL WHERE last_capture = ?", (number,))
        connection.execute("DELETE FROM capture WHERE id = ?", (number,))
        connection.commit()
    _, told = take_in(folder, made, dry_run=True)
    assert [each.rpartition(": ")[2] for each in told] == ["the archive has no such capture"]


def test_a_table_for_reading_is_not_taken_for_that_of_the_captures(folder, made):
    _, told = take_in(folder, next(made.glob("story-*")))
    assert "it is a table for reading" in told[0]
    (made / "page.html").write_text("<p>no shard</p>")
    done, told = take_in(folder, made)
    assert done.total("skipped") == 1
    assert "name it itself" in told[0]


# ---------------------------------------------------------------- tables for people


def test_duckdb_reads_the_tables(folder, made):
    found = ask("SELECT DISTINCT title, author FROM '{s}/story-*.parquet' ORDER BY title", s=made)
    assert found[:2] == [("Tale 0", "Author 0"), ("Tale 1", "Author 1")]
    assert len(found) == COUNT
    texts = ask(
        "SELECT s.title, c.text FROM '{s}/chapter-*.parquet' AS c JOIN '{s}/story-*.parquet' AS s "
        "USING (warc, \"offset\") WHERE c.text LIKE '%told again%'",
        s=made,
    )
    assert [title for title, _ in texts] == ["Tale 1"]
    outcomes = ask("SELECT outcome, count(*) FROM '{s}/capture-*.parquet' GROUP BY 1", s=made)
    assert dict(outcomes) == {"story": 36, "index": 3, "robots": 3}


def test_a_story_has_the_id_and_a_chapter_no_less_text_than_in_the_archive(folder, made):
    """What is on every page of a site only the whole archive can tell, and leaves out."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        known = dict(connection.execute("SELECT public_id, title FROM story"))
        bodies = connection.execute("SELECT url, text FROM chapter").fetchall()
    assert dict(ask("SELECT id, title FROM '{s}/story-*.parquet'", s=made)) == known
    found = ask("SELECT url, text FROM '{s}/chapter-*.parquet' ORDER BY fetched_at", s=made)
    texts = {url: set(text.split("\n\n")) for url, text in found}
    assert len(bodies) == COUNT
    assert all(set(text.split("\n\n")) <= texts[url] for url, text in bodies)


def test_a_row_says_where_in_which_warc_its_page_is(folder, made):
    """The bytes there are one gzip member, of that record."""
    import gzip

    for warc, offset, length, record in ask(
        "SELECT warc, \"offset\", length, record_id FROM '{s}/story-*.parquet'", s=made
    ):
        data = (folder / "warcs" / warc).read_bytes()[offset : offset + length]
        assert f"WARC-Record-ID: {record}".encode() in gzip.decompress(data)


# ---------------------------------------------------------------- words


TOGETHER = {
    "shards": None, "engine": "pool", "scheduler": None, "warcs": None,
    "is_all": True, "dry_run": False, "jobs": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"engine": "dask"}, "--engine dask needs --scheduler"),
        ({"engine": "dask", "shards": "s"}, "--engine dask needs --scheduler"),
        ({"scheduler": "tcp://127.0.0.1:9", "shards": "s"}, "--scheduler is for a cluster"),
        ({"warcs": "w", "shards": "s"}, "--warcs is for a cluster"),
        ({"dry_run": True, "shards": "s"}, "nothing to try dry"),
        ({"is_all": False, "shards": "s"}, "--shards is for all captures"),
        ({"engine": "dask", "shards": "s", "scheduler": "a", "jobs": 2}, "--jobs is for"),
    ],
)
def test_options_that_do_not_go_together_are_told(words, said):
    with pytest.raises(UsageError) as error:
        check(**{**TOGETHER, **words})
    assert said in str(error.value)
    assert error.value.hint


def test_shards_are_of_the_whole_archive(folder):
    """A part of it would take the place of a whole shard."""
    done = command("derive", f"{HOST}/1.html", "--all", "--shards", "s", folder=folder)
    assert (done.returncode, "add --all, and name no page" in done.stderr) == (2, True)


def test_an_address_that_nobody_knows_is_told(folder):
    with pytest.raises(UsageError, match="cannot reach nosuch://s"):
        make(folder, "nosuch://s")


@pytest.mark.parametrize("missing", ["pyarrow", "fsspec", "distributed"])
def test_without_the_extra_it_is_said_what_to_install(folder, made, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    scheduler = "tcp://127.0.0.1:9" if missing == "distributed" else ""
    where = Where(str(made), scheduler=scheduler)
    with pytest.raises(UsageError, match="missing") as error:
        list(archive_of(folder).shard(where, Wish(everything=True, jobs=1)))
    assert error.value.hint == "it needs the extra cluster: pip install 'storykeep[cluster]'"


def test_an_import_of_shards_without_the_extra_says_so_too(folder, made, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as error:
        take_in(folder, made)
    assert "storykeep[cluster]" in error.value.hint
