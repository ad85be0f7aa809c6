"""The index that is made beside a database in the building is the one that is made within it."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.errors import StoreError
from storykeep.model import Note, Tag
from storykeep.store import Store, canonical_dump, index, replace_database, sideindex
from tests.archives import dump, environment
from tests.stocked import stock
from tests.stories import HOST, story_of

SMALL = {"_AT_ONCE": 3, "_BYTES": 400, "_AHEAD": 900, "_WORDS": 2_000, "_CROWD": 4, "_SLICE": 2}


@pytest.fixture
def small(monkeypatch):
    """Let everything be full after a few documents."""
    for name, value in SMALL.items():
        monkeypatch.setattr(sideindex, name, value)


def opened(how, path):
    """Return a new store whose index is made in it, or beside it."""
    return Store.build(path) if how == "beside" else Store.open(path)


def indexed(path):
    """Return every word of the index with its places, and how long each document is."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
        conn.execute("CREATE VIRTUAL TABLE temp.word USING fts5vocab (main, story_fts, instance)")
        words = conn.execute("SELECT * FROM word ORDER BY term, doc, col, offset").fetchall()
        sizes = conn.execute("SELECT * FROM story_fts_docsize ORDER BY id").fetchall()
        (all_sizes,) = conn.execute("SELECT block FROM story_fts_data WHERE id = 1").fetchone()
        names = ["key", "title", "public_id"]
        rows = conn.execute(f"SELECT id, {', '.join(names)} FROM story ORDER BY id").fetchall()
    return words, sizes, all_sizes.strip(b"\0"), rows


def filled(path, how, saves):
    """Store each of *saves*, a host and its stories, one after the other; return the index."""
    with opened(how, path) as store:
        for host, stories in saves:
            store.save_stories(host, stories, [])
        store.finish()
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(path.name)] == [
        path.name
    ]
    return indexed(path)


# ---------------------------------------------------------------- the same index


def test_a_built_index_is_the_usual_one(tmp_path, small):
    """New stories, changed ones, one that comes twice, one with notes and tags, some taken out."""
    many = [
        story_of(f"t{n}", *(f"word{n} of all {k}" for k in range(n % 4 + 1))) for n in range(40)
    ]
    told = story_of(
        "told",
        "Café, naïve, ÆTHER.",
        notes=(Note("Thanks to all.", "tail"),),
        tags=(Tag("fandom", "Lighthouses"), Tag("keyword", "storm")),
    )
    changed = [story_of(f"t{n}", f"other word{n}") for n in range(0, 40, 3)]
    saves = [
        (HOST, [*many, told, story_of("t7", "once more"), story_of("t7", "and again")]),
        ("other.example", [story_of("o1", "elsewhere", host="other.example")]),
        (HOST, [*changed, told, *many[30:35]]),
        ("other.example", []),
    ]
    beside, within = (filled(tmp_path / f"{how}.db", how, saves) for how in ("beside", "within"))
    assert beside == within
    assert len(beside[1]) == len(beside[3]) > 15


def test_the_index_is_in_one_piece_and_goes_on_as_usual(tmp_path, small):
    """A run that comes later changes it as it would any other."""
    path = tmp_path / "archive.db"
    many = [story_of(f"t{n}", f"words of number n{n}") for n in range(60)]
    filled(path, "beside", [(HOST, many)])
    with Store.open(path) as store:
        assert len(index.pieces(store.conn)) == 1
        store.save_stories(HOST, [*many[:40], story_of("t50", "other words")], [])
        store.finish()
    filled(tmp_path / "other.db", "within", [(HOST, many)])
    with Store.open(tmp_path / "other.db") as store:
        store.save_stories(HOST, [*many[:40], story_of("t50", "other words")], [])
        store.finish()
    assert indexed(path) == indexed(tmp_path / "other.db")


_TEXTS = st.lists(st.text(alphabet="abé ñ\n\x00\ud800😀", max_size=60), min_size=1, max_size=3)
_STORIES = st.lists(st.tuples(st.integers(0, 5), _TEXTS), max_size=8)


@given(st.lists(st.tuples(st.booleans(), _STORIES, st.booleans()), max_size=5))
@settings(max_examples=40, deadline=None)
def test_whatever_is_stored_both_ways_make_the_same_index(tmp_path_factory, told):
    """Stories come, come again otherwise, go, or a save of them is taken back in the middle."""
    folder = tmp_path_factory.mktemp("both")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(sideindex, name, value)
        for how in ("beside", "within"):
            with opened(how, folder / how) as store:
                for is_first, stories, is_whole in told:
                    host = HOST if is_first else "other.example"
                    found = [story_of(f"{host}{n}", *texts, host=host) for n, texts in stories]
                    with suppress(ZeroDivisionError), store.atomic():
                        store.save_stories(host, found, [])
                        if not is_whole:
                            raise ZeroDivisionError
                store.finish()
    assert indexed(folder / "beside") == indexed(folder / "within")


def test_long_documents_wait_one_at_a_time(tmp_path, small):
    """What the thread has before it has a bound, or is one document."""
    path = tmp_path / "archive.db"
    stories = [story_of(f"t{n}", f"word{n} " * (500 if n % 5 == 0 else 20)) for n in range(60)]
    seen = []
    with Store.build(path) as store:
        side = store._documents

        def watched():
            for each in stories:
                seen.append((side._ahead, len(side._coming)))
                yield each

        store.save_stories(HOST, watched(), [])
        side.wait()
        assert (side._ahead, side._coming) == (0, side._coming.__class__())
        store.finish()
    assert max(ahead for ahead, _ in seen) > 0
    assert all(ahead <= 900 or waiting == 1 for ahead, waiting in seen)
    assert len(indexed(path)[1]) == 60


# ---------------------------------------------------------------- what goes wrong


def test_what_is_taken_back_is_not_in_the_index(tmp_path, small):
    """The rows that stand at the end are what the index says, although it was told of others."""
    path = tmp_path / "archive.db"

    def failing():
        yield from (story_of(f"bad{n}", f"never stored {n}") for n in range(20))
        raise ZeroDivisionError

    with Store.build(path) as store:
        store.save_stories(HOST, [story_of("kept", "the words that stay")], [])
        with pytest.raises(ZeroDivisionError):
            store.save_stories(HOST, failing(), [])
        store.save_stories("other.example", [story_of("o", "elsewhere", host="other.example")], [])
        store.finish()
    words, sizes, *_ = indexed(path)
    assert {word for word, *_ in words} >= {"stay", "elsewhere"}
    assert "never" not in {word for word, *_ in words}
    assert len(sizes) == 2


@pytest.mark.parametrize("stop", [ZeroDivisionError, KeyboardInterrupt])
def test_what_stops_a_build_leaves_no_index_beside_it(tmp_path, small, stop):
    """Neither the file nor the thread."""
    path = tmp_path / "archive.db.new"

    def stopped():
        yield from (story_of(f"t{n}", f"word{n}") for n in range(20))
        assert path.with_name("archive.db.new-index").exists()
        raise stop

    with pytest.raises(stop), Store.build(path) as store:
        store.save_stories(HOST, stopped(), [])
    assert [each.name for each in tmp_path.iterdir()] == ["archive.db.new"]


def test_a_full_disk_under_the_index_stops_the_build(tmp_path, small, monkeypatch):
    """It is the disk's fault, and told so; nothing takes the place of anything."""
    path = tmp_path / "archive.db.new"
    really = sideindex._open

    def cramped(*values, **named):
        side = really(*values, **named)
        side.execute("PRAGMA max_page_count = 12").fetchall()
        return side

    monkeypatch.setattr(sideindex, "_open", cramped)
    stories = [story_of(f"t{n}", " ".join(f"w{n}x{k}" for k in range(400))) for n in range(60)]
    with Store.build(path) as store, pytest.raises(StoreError, match="full") as caught:
        store.save_stories(HOST, stories, [])
    assert "room" in caught.value.hint
    assert [each.name for each in tmp_path.iterdir()] == ["archive.db.new"]


def test_where_the_tables_of_an_index_are_not_to_be_written_it_is_made_within(tmp_path):
    """Some builds of SQLite defend them; what is made is the same."""

    def defend(action, table, *others):
        is_write = action in (sqlite3.SQLITE_DELETE, sqlite3.SQLITE_INSERT)
        return sqlite3.SQLITE_DENY if is_write and table == "story_fts_docsize" else 0

    with Store.build(tmp_path / "archive.db") as store:
        assert sideindex.takes_tables(store.conn)
        store.conn.set_authorizer(defend)
        assert not sideindex.takes_tables(store.conn)


_KILLED = """
import os, signal, sys
from pathlib import Path
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.store import sideindex

where, folder = sys.argv[1:]
really = getattr(sideindex, where)

def killed(*values, **named):
    if where != "_write":
        os.kill(os.getpid(), signal.SIGKILL)
    really(*values, **named)
    values[0].execute("COMMIT")
    os.kill(os.getpid(), signal.SIGKILL)

setattr(sideindex, where, killed)
Archive(load(Path(folder) / "config.toml")).rebuild(jobs=1)
"""


@pytest.mark.parametrize("where", ["_write", "_make_whole", "_copy_numbered"])
def test_a_kill_leaves_the_old_database_and_the_next_rebuild_works(tmp_path, where):
    """SIGKILL while the index is made, joined or copied: what is left lies beside, and is removed."""
    archive = stock(tmp_path)
    archive.rebuild()
    database = archive.config.archive.database
    before, said = database.read_bytes(), dump(archive)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, where, str(tmp_path)], env=environment(), check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert database.read_bytes() == before
    assert (side := database.with_name("archive.db.new-index")).stat().st_size
    archive = Archive(load(tmp_path / "config.toml"))
    archive.rebuild()
    assert not side.exists()
    assert dump(archive) == said
    indexed(database)


def test_a_file_of_a_killed_build_is_no_part_of_the_next(tmp_path: Path) -> None:
    """Not even its journal."""
    path = tmp_path / "archive.db.new"
    for ending in ("-index", "-index-journal", "-index-wal"):
        path.with_name(path.name + ending).write_bytes(b"not a database")
    with Store.build(path) as store:
        store.save_stories(HOST, [story_of("new", "a new tale")], [])
        store.finish()
    replace_database(path, tmp_path / "archive.db")
    assert [each.name for each in tmp_path.iterdir()] == ["archive.db"]
    with Store.open(tmp_path / "archive.db") as store:
        assert list(canonical_dump(store.conn))
    assert {word for word, *_ in indexed(tmp_path / "archive.db")[0]} >= {"new", "tale"}
