"""Stories in several transactions: the log stays short, and what ends the save costs nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storykeep import reader
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.store import Draft, Ready, Store, canonical_dump, index, steps
from tests.archives import ROBOTS_FREE, answer, command, dump, environment, story_page, write_config
from tests.site import RawServer
from tests.stories import HOST, capture_for, story_of

STORIES, WORDS = 60, 2_000
FULL = 100_000  # bytes: about seven of these stories


@pytest.fixture
def small_steps(monkeypatch):
    """Let a transaction be full after a few stories, or a few pages of the index."""
    monkeypatch.setattr(steps, "_FULL", FULL)
    monkeypatch.setattr(index, "_STEPS", 1)


def draft(number, words=WORDS, made=lambda number: None):
    """Return a draft of a story of so many words; *made* hears when it is made."""
    text = " ".join(f"w{number}x{each % 97}" for each in range(words))

    def make():
        made(number)
        return story_of(f"s{number}", text)

    key = story_of(f"s{number}").key
    return Draft(key, f"of {key} {words}", lambda: Ready(len(text), make))


def stored(path):
    """Return how many stories a reader sees now."""
    with closing(reader.connect(path)) as conn:
        return conn.execute("SELECT count(*) FROM story").fetchone()[0]


def dumped(path):
    """Return the canonical dump of the database, whose index must be sound."""
    with closing(Store.open(path)) as store:
        store.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
        return list(canonical_dump(store.conn))


def whole(path, drafts):
    """Return the dump of a database into which *drafts* were saved by one transaction."""
    with closing(Store.open(path)) as store:
        store.save_capture(capture_for(), host=HOST)
        with store.atomic():
            store.save_stories(HOST, drafts, [])
    return dumped(path)


def test_many_stories_keep_the_log_short(tmp_path, small_steps):
    """The write-ahead log is as long as SQLite lets it get, and a step, not as long as a site."""
    path = tmp_path / "archive.db"
    log, sizes, seen = tmp_path / "archive.db-wal", [], set()

    def look(number):
        sizes.append(log.stat().st_size)
        seen.add(stored(path))

    drafts = [draft(number, 6_000, made=look) for number in range(250)]
    with closing(Store.open(path)) as store:
        assert store.save_stories(HOST, drafts, []).new == 250
        sizes.append(log.stat().st_size)
        joined = index.pieces(store.conn)
        index.join(store.conn)
        sizes.append(log.stat().st_size)
        assert len(joined) > len(index.pieces(store.conn)) == 1
        store.finish()
    assert len(seen) > 10  # steps that a reader has seen the end of
    assert max(sizes) < 1_000 * 4_096 + 15 * FULL
    assert path.stat().st_size > 2 * max(sizes)


def test_pieces_of_the_index_are_joined_between_steps_where_they_are_many(
    tmp_path, small_steps, monkeypatch
):
    """The index has numbers for 2,000 of them, and a search has to look into each."""
    monkeypatch.setattr(steps, "_CROWD", 5)
    path, counts = tmp_path / "archive.db", []

    def look(number):
        with closing(reader.connect(path)) as conn:
            counts.append(len(index.pieces(conn)))

    with closing(Store.open(path)) as store:
        store.save_stories(HOST, [draft(number, made=look) for number in range(3 * STORIES)], [])
        store.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
    assert max(counts) == 4
    assert sorted(counts) != counts


def test_steps_make_the_same_database_as_one_transaction(tmp_path, small_steps):
    """New stories, changed ones, unchanged ones, and those that are taken out."""
    path, other = tmp_path / "archive.db", tmp_path / "other.db"
    before = [draft(number) for number in range(STORIES)]
    after = [draft(n, WORDS + n % 2) for n in range(0, STORIES, 3)] + [draft(n) for n in (70, 71)]
    with closing(Store.open(path)) as store:
        store.save_capture(capture_for(), host=HOST)
        first = store.save_stories(HOST, before, [])
        second = store.save_stories(HOST, after, [])
        store.finish()
    assert (first.new, second.new, second.changed) == (STORIES, 2, 10)
    assert (second.unchanged, second.removed) == (10, 40)
    assert dumped(path) == whole(other, after)


def test_all_or_nothing_of_what_somebody_wants_whole(tmp_path, small_steps):
    """Within `atomic` there are no steps: a reader sees nothing before its end."""
    path = tmp_path / "archive.db"
    seen = set()
    drafts = [draft(number, made=lambda number: seen.add(stored(path))) for number in range(40)]
    with closing(Store.open(path)) as store:
        with store.atomic():
            store.save_stories(HOST, drafts, [])
        assert seen == {0}


def test_what_stops_a_save_leaves_whole_steps_and_a_host_to_be_assembled(tmp_path, small_steps):
    """The same call does the rest, and makes none again that is stored."""
    path = tmp_path / "archive.db"
    made = []

    def stop(number):
        if number == 45:
            raise ZeroDivisionError

    with closing(Store.open(path)) as store:
        store.save_capture(capture_for(outcome="story"), host=HOST)
        with pytest.raises(ZeroDivisionError):
            store.save_stories(HOST, [draft(n, made=stop) for n in range(STORIES)], [])
        left = store.count_stories()
        assert 0 < left < 45
        assert store.dirty_hosts() == [HOST]
        saved = store.save_stories(HOST, [draft(n, made=made.append) for n in range(STORIES)], [])
        assert (saved.new, saved.unchanged) == (STORIES - left, left)
        assert len(made) == saved.new
        assert store.dirty_hosts() == []
        store.finish()
    with closing(Store.open(path)) as store:
        assert len(index.pieces(store.conn)) == 1


_KILLED = """
import os, signal, sys
from pathlib import Path
from storykeep.intake import assemble_host
from storykeep.store import Store, steps

steps._FULL = 20_000
store = Store.open(Path(sys.argv[1]))
(host,) = [host for (host,) in store.conn.execute("SELECT DISTINCT host FROM story")]
store.save_stories(host, [], [])
store.conn.execute("UPDATE host SET assembled = 0")

def tick():
    if store.count_stories() > 20:
        os.kill(os.getpid(), signal.SIGKILL)

assemble_host(store, host, tick=tick)
"""


def test_a_kill_between_two_steps_leaves_what_the_next_run_completes(tmp_path: Path) -> None:
    """SIGKILL while the stories of a site are stored: the next run makes the others."""
    links = "".join(f'<li><a href="{n}.html">Tale {n}</a></li>' for n in range(STORIES))
    contents = f"<html><body><h1>Stories</h1><ul>{links}</ul></body></html>".encode()
    body = f"<p>{' '.join(f'The keeper climbed stair {n} again.' for n in range(60))}</p>"
    pages = {
        f"/{n}.html": answer(story_page(f"Tale {n}", f"Author {n % 7}", f"<p>Tale {n}.</p>{body}"))
        for n in range(STORIES)
    }
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": answer(contents), **pages}) as server:
        write_config(tmp_path, [server.url("/")])
        assert command("run", folder=tmp_path).returncode == 0
        archive = Archive(load(tmp_path / "config.toml"))
        database = archive.config.archive.database
        before = dump(archive)
        assert stored(database) == STORIES
        killed = subprocess.run(
            [sys.executable, "-c", _KILLED, str(database)], env=environment(), check=False
        )
        assert killed.returncode == -signal.SIGKILL
        assert 0 < stored(database) < STORIES
        assert command("run", folder=tmp_path).returncode == 0
    assert dump(archive) == before
    archive.rebuild()
    assert dump(archive) == before
