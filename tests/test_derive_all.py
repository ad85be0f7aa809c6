"""Cleaned again: the same by one process or several, told field by field, and never half."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from storykeep import reader, workers
from storykeep.archive import Archive, Wish
from storykeep.changes import changes
from storykeep.config import load
from storykeep.errors import StoreError, UsageError
from storykeep.model import Author, Block, Part, Tag
from storykeep.profiles import SHIPPED
from storykeep.profiles import load as load_profiles
from storykeep.warc import changed_files
from storykeep.workers import Pool, Task, clean_all
from tests.archives import command, dump, environment, rows
from tests.stocked import HOST, stock

COUNT = 12


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    return stock(tmp_path_factory.mktemp("stock") / "a", count=COUNT).config.folder


@pytest.fixture
def folder(stocked, tmp_path):
    return Path(shutil.copytree(stocked, tmp_path / "a"))


def archive_of(folder) -> Archive:
    return Archive(load(folder / "config.toml"))


def age(folder, *, version=0):
    """Make every part of a story one of an engine that said less."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute(
            "UPDATE part SET engine_version = ?, json = replace(json, 'Tale ', 'Tail ') "
            "WHERE json LIKE '%Tale %'",
            (version,),
        )
        connection.commit()


def teach(folder, text='chrome = ["Tale 3. "]'):
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "site.toml").write_text(f'hosts = ["127.0.0.1"]\n{text}\n')


def snapshot(folder):
    """Return every file with its bytes and times."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def told(folder, **wish):
    return [
        (each.url, each.changed_fields()) for each in archive_of(folder).derive(wish=Wish(**wish))
    ]


# ---------------------------------------------------------------- what is cleaned again


def test_without_a_word_only_what_is_older_is_cleaned(folder):
    done = command("derive", folder=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "cleaned again: 0 of " in done.stderr
    assert "--all takes them all" in done.stderr
    start = dump(archive_of(folder))
    age(folder)
    done = command("derive", folder=folder)
    assert done.returncode == 0
    assert f"{HOST}/3.html\n  engine: generic 1" not in done.stdout  # the JSON kept its version
    assert "title: Tail 3 -> Tale 3" in done.stdout
    assert dump(archive_of(folder)) == start


def test_a_changed_profile_is_a_reason_and_told(folder):
    teach(folder, 'disclaimers = ["Tale 3."]')
    done = command("derive", "--json", folder=folder)
    found = {each["url"]: each for each in map(json.loads, done.stdout.splitlines())}
    three = found[f"{HOST}/3.html"]
    assert set(three["changed"]) >= {"profile", "disclaimers"}
    assert three["diff"]["profile"] == {"before": None, "after": "site"}
    assert three["diff"]["disclaimers"]["after"].endswith("Tale 3. (template, site)")
    again = command("derive", folder=folder)
    assert "cleaned again: 0 of" in again.stderr
    versions = rows(archive_of(folder), "SELECT DISTINCT engine, engine_version FROM part")
    assert versions
    assert all(version >= 1 for _, version in versions)


def test_with_all_everything_is_cleaned_whatever_it_was_cleaned_by(folder):
    age(folder, version=1)
    assert told(folder) == []
    found = told(folder, everything=True)
    assert (f"{HOST}/3.html", ("title", "evidence")) in [
        (url, names[:1] + names[-1:]) for url, names in found
    ]
    assert told(folder, everything=True) == []


def test_one_story_or_one_page_is_cleaned_by_name(folder):
    age(folder, version=1)
    done = command("derive", f"{HOST}/3.html", folder=folder)
    assert done.stdout.count("http://") == 1
    connection = reader.connect(folder / "archive.db")
    with closing(connection):
        public = reader.public_id(connection, reader.resolve(connection, f"{HOST}/4.html"))
    assert f"{HOST}/4.html" in command("derive", public, "--dry-run", folder=folder).stdout
    for ref in ("http://nowhere.example/", "zzzzzzzz"):
        done = command("derive", ref, folder=folder)
        assert (done.returncode, "hint: " in done.stderr) == (2, True)


# ---------------------------------------------------------------- a dry run


def test_a_dry_run_writes_nothing_at_all_even_after_a_crash(folder):
    """Torn tails stay, what the database lacks stays out, no lock is taken, no file is touched."""
    age(folder)
    torn = folder / "warcs" / "storykeep-20260101000000-00001.warc.gz.open"
    torn.write_bytes(b"\x1f\x8b half a record")
    before = snapshot(folder)
    done = command("derive", "--all", "--dry-run", "--jobs", "2", folder=folder)
    assert done.returncode == 0
    assert "title: Tail 3 -> Tale 3" in done.stdout
    assert "would change" in done.stderr
    assert snapshot(folder) == before


def test_a_dry_run_says_what_a_run_does(folder):
    age(folder)
    teach(folder)
    foreseen = [
        (each.url, each.changed_fields()) for each in archive_of(folder).derive(dry_run=True)
    ]
    assert foreseen == told(folder, everything=True)
    assert foreseen


def test_a_dry_run_without_a_database_says_what_makes_one(folder):
    (folder / "archive.db").unlink()
    with pytest.raises(StoreError) as error:
        list(archive_of(folder).derive(dry_run=True))
    assert "rebuild" in error.value.hint
    assert not (folder / "archive.db").exists()


# ---------------------------------------------------------------- several processes


def test_several_processes_say_and_store_the_same_as_one(folder, tmp_path):
    age(folder)
    teach(folder)
    other = Path(shutil.copytree(folder, tmp_path / "b"))
    assert told(folder, everything=True, jobs=1) == told(other, everything=True, jobs=3)
    assert dump(archive_of(folder)) == dump(archive_of(other))


def tasks_of(folder):
    archive = archive_of(folder)
    connection = reader.connect(archive.config.archive.database)
    with closing(connection):
        captures = list(reader.all_captures(connection))
    return [Task(each) for each in captures if each.revisit_of is None] * 6


def given(folder):
    return folder / "warcs", 10**6, tuple(load_profiles(SHIPPED))


def test_a_process_that_dies_costs_no_page_the_first_time(folder):
    tasks = tasks_of(folder)
    wanted = [answer for _, answer in clean_all(tasks, *given(folder), jobs=1)]
    pool = Pool(given(folder), 2)
    found = []
    try:
        for _, answer in pool.clean(tasks):
            found.append(answer)
            if len(found) in (3, 20):
                os.kill(pool.pids[0], signal.SIGKILL)
    finally:
        pool.close()
    assert found == wanted


@pytest.mark.parametrize("limit", ["_WINDOW", "_MOST_WAITING"])
def test_a_page_that_is_asked_again_is_not_waited_for_without_end(folder, monkeypatch, limit):
    """However little may wait: what died is given out before anything else."""
    monkeypatch.setattr(workers, limit, 1)
    tasks = tasks_of(folder)[:20]
    pool = Pool(given(folder), 2)
    give, killed = pool._give, []

    def killing(numbered, done, again):
        give(numbered, done, again)
        if numbered[0] in (0, 7) and numbered[0] not in killed:
            killed.append(numbered[0])
            for worker in pool._workers:
                worker.process.kill()

    monkeypatch.setattr(pool, "_give", killing)
    try:
        found = list(pool.clean(tasks))
    finally:
        pool.close()
    assert [task for task, _ in found] == tasks
    assert killed == [0, 7]


def dying(pipe, *given):
    """Work as a process does that one page kills each time."""

    class Fatal:
        def recv(self):
            task = pipe.recv()
            if task.capture.url.endswith("/4.html"):
                os._exit(9)
            return task

        def __getattr__(self, name):
            return getattr(pipe, name)

    real_work(Fatal(), *given)


real_work = workers._work


def test_a_page_that_kills_twice_is_given_up_and_the_others_are_cleaned(folder, monkeypatch):
    """The page costs itself only, and is told; what is stored of it stays."""
    monkeypatch.setattr(workers, "_work", dying)
    age(folder)
    found = list(archive_of(folder).derive(wish=Wish(everything=True, jobs=2)))
    lost = [each for each in found if each.problem]
    assert {each.url for each in lost} == {f"{HOST}/4.html"}
    assert "died again of it" in lost[0].problem
    assert len({each.url for each in found}) == COUNT + 1  # and the list of them
    titles = dict(rows(archive_of(folder), "SELECT url, title FROM story"))
    assert (titles[f"{HOST}/4.html"], titles[f"{HOST}/5.html"]) == ("Tail 4", "Tale 5")


def test_damage_costs_its_page_and_the_exit_code_says_so(folder):
    age(folder)
    (warc, offset), *_ = rows(
        archive_of(folder),
        f"SELECT warc, \"offset\" FROM capture WHERE url = '{HOST}/5.html' ORDER BY id",
    )
    path = folder / "warcs" / warc
    data = bytearray(path.read_bytes())
    data[offset + 40] ^= 0xFF
    path.write_bytes(data)
    for jobs in ("1", "2"):
        done = command("derive", "--all", "--dry-run", "--jobs", jobs, folder=folder)
        assert done.returncode == 6
        assert f"left as it was: {HOST}/5.html" in done.stderr
        assert "hint: storykeep verify" in done.stderr
        assert f"{HOST}/6.html" in done.stdout
    assert changed_files(folder / "warcs") is not None


def group_is_gone(group) -> bool:
    """Return whether no process of the group is left, within five seconds."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_all_processes_and_the_next_derive_goes_on(tmp_path, number):
    folder = stock(tmp_path / "big", count=120).config.folder
    wanted = dump(archive_of(folder))
    age(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(folder), "derive", "--all", "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )
    process.stdout.readline()  # the first page has changed
    began = time.monotonic()
    os.killpg(process.pid, number)
    _, complaint = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert time.monotonic() - began < 6
    assert b"Traceback" not in complaint
    assert group_is_gone(process.pid)
    list(archive_of(folder).derive())
    assert dump(archive_of(folder)) == wanted


# ---------------------------------------------------------------- the diff


def paragraphs(*texts):
    return tuple(Block("paragraph", text) for text in texts)


def test_a_diff_says_each_field_and_counts_paragraphs():
    before = Part(
        "u",
        "story",
        title="A",
        tags=(Tag("rating", "PG"),),
        prose=paragraphs("one", "two", "three"),
    )
    after = Part(
        "u",
        "story",
        authors=(Author("Ada"),),
        title="B",
        prose=paragraphs("one", "2", "three", "four"),
    )
    found = {each.field: (each.before, each.after) for each in changes(before, after)}
    assert found == {
        "title": ("A", "B"),
        "authors": (None, "Ada"),
        "tags": ("rating: PG", None),
        "text": (
            "3 paragraphs, 1 of them only here: 'two'",
            "4 paragraphs, 2 of them only here: '2'",
        ),
    }
    assert changes(None, after)[0].before is None
    assert (
        changes(after, after) != []
    )  # only asked where something differs: then it is the evidence


def test_a_long_text_is_compared_in_time_that_grows_with_it():
    before = Part("u", "story", prose=paragraphs(*(f"p{n}" for n in range(30_000))))
    after = Part("u", "story", prose=paragraphs(*(f"p{n}" for n in range(1, 30_001))))
    (found,) = changes(before, after)
    assert found.before == "30,000 paragraphs, 1 of them only here: 'p0'"


def test_no_such_story_is_said_before_anything_is_done(folder):
    with pytest.raises(UsageError):
        list(archive_of(folder).derive(wish=Wish(refs=("nosuch",))))
