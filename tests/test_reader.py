"""Reading commands find what is stored, say clearly why they cannot, and never write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from storykeep import reader
from storykeep.errors import StoreError, UsageError
from storykeep.model import Author, Chapter, FrontierPage, Part, Report
from storykeep.search import search
from storykeep.store import Store
from tests.stories import HOST, capture_for, full_story, story_of


def fill(store):
    """Save a few captures, pages and stories, and the report of a run."""
    captures = [store.save_capture(capture_for(number)) for number in (1, 2)]
    store.save_part(captures[0].id, Part(captures[0].url, "story"))
    plain = [
        story_of("zebra", "One two three.", sources=("test",), authors=(Author("Ann"),)),
        story_of("Apple", "Four.", sources=("other",), authors=(Author("René"), Author("Ann"))),
    ]
    store.save_stories(HOST, [full_story(captures), *plain], [])
    store.add_page(FrontierPage("k", "http://h.example/", "test", next_due="2026-05-01T00:00:00Z"))
    store.save_warc("a-1.warc.gz", 10, "ff", "2026-01-01T00:00:00Z")
    store.save_run("2026-01-01", "2026-01-02", Report(requests=3, failed=[("u", "why")]))


def opened(path):
    """Return a read-only connection to a database that is there."""
    conn = reader.connect(path)
    assert conn is not None
    return conn


@pytest.fixture
def path(tmp_path):
    """A database that a run has finished."""
    store = Store.open(tmp_path / "archive.db")
    fill(store)
    store.finish()
    return tmp_path / "archive.db"


@pytest.fixture
def conn(path):
    """A read-only connection."""
    conn = opened(path)
    yield conn
    conn.close()


# ---- connecting


@pytest.mark.parametrize("kind", ["no file", "no folder", "empty file", "empty database"])
def test_nothing_yet_is_no_error(tmp_path, kind):
    """Where no run has written a database there is none, and none is made."""
    path = tmp_path / ("folder/archive.db" if kind == "no folder" else "archive.db")
    if kind == "empty file":
        path.touch()
    if kind == "empty database":
        conn = sqlite3.connect(path)
        conn.execute("VACUUM")
        conn.close()
    assert reader.connect(path) is None
    assert path.exists() == kind.startswith("empty")


def test_a_reader_cannot_write(conn):
    """The connection refuses every change."""
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        conn.execute("DELETE FROM story")


def test_a_damaged_file_is_named(path):
    """A file whose pages are overwritten is an error with a next step, not a traceback."""
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 20_000)
    with pytest.raises(StoreError) as caught:
        reader.connect(path)
    assert str(path) in str(caught.value)
    assert "rebuild" in caught.value.hint


def test_reading_during_a_run_sees_what_was_committed(path):
    """A reader beside the writer sees each transaction whole or not at all, and is not locked out."""
    with Store.open(path) as store:
        conn = opened(path)
        with store.atomic():
            store.save_stories(HOST, [story_of("new", "a windmill")], [])
            assert search(conn, "windmill").total == 0
            assert len(list(reader.list_stories(conn))) == 3
        assert search(conn, "windmill").total == 1
        conn.close()


def test_a_run_ends_while_somebody_reads(path):
    """The end of a run neither fails nor takes the database from a reader."""
    store = Store.open(path)
    conn = opened(path)
    with reader.snapshot(conn):
        before = list(reader.list_stories(conn))
        store.save_stories(HOST, [], [])
        store.finish()
        assert list(reader.list_stories(conn)) == before
    assert list(reader.list_stories(conn)) == []
    conn.close()
    again = opened(path)
    assert list(reader.list_stories(again)) == []
    again.close()


def read_as_another_user(path):
    """Return what somebody is told who may read the folder and not write in it."""
    readable, writable = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 on fork beside threads
        child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            told = str(len(list(reader.list_stories(opened(path)))))
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writable, told.encode())
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable, encoding="utf-8") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


@pytest.fixture
def shelf(path):
    """A folder with the database, readable by everybody and writable by nobody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(path, folder)
        yield folder
        folder.chmod(0o755)


def test_a_finished_archive_is_read_from_a_folder_one_cannot_write(shelf):
    """A CD, a read-only share, another user's folder: it is read all the same."""
    path = shelf / "archive.db"
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA journal_mode = WAL")  # a run that could not leave WAL mode
    conn.close()
    shelf.chmod(0o555)
    assert read_as_another_user(path) == "3"


def test_a_run_under_way_in_a_folder_one_cannot_write_is_explained(shelf):
    """A -wal that cannot be read along is never passed over: what it holds would be missing."""
    path = shelf / "archive.db"
    wal = shelf / "archive.db-wal"
    with Store.open(path) as store:
        store.save_stories(HOST, [], [])
        left = path.read_bytes(), wal.read_bytes()
    path.write_bytes(left[0])
    wal.write_bytes(left[1])
    shelf.chmod(0o555)
    told = read_as_another_user(path)
    assert told.startswith("StoreError: ")
    assert "not writable" in told


# ---- lists


def test_list_says_what_the_command_prints(conn):
    """The fields of list --json, by author and title."""
    rows = list(reader.list_stories(conn))
    assert list(rows[0]) == ["id", "url", "title", "authors", "words", "site", "gone_since"]
    assert [row["title"] for row in rows] == ["zebra", "Apple", "A title"]
    assert rows[1]["authors"] == ["René", "Ann"]
    assert rows[2]["gone_since"] == "2026-02-01T00:00:00Z"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"author": "rene"}, ["Apple"]),
        ({"author": "ANN"}, ["zebra", "Apple", "A title"]),
        ({"author": "nobody"}, []),
        ({"source": "test"}, ["zebra", "A title"]),
        ({"gone": True}, ["A title"]),
        ({"gone": False}, ["zebra", "Apple"]),
        ({"sort": "title"}, ["A title", "Apple", "zebra"]),
        ({"sort": "words"}, ["A title", "zebra", "Apple"]),
    ],
)
def test_list_can_be_narrowed_and_sorted(conn, options, expected):
    """By author whatever the case and accents, by source, by what vanished."""
    assert [row["title"] for row in reader.list_stories(conn, **options)] == expected


def test_an_unknown_order_is_refused(conn):
    """Nothing but a known order reaches SQL."""
    with pytest.raises(UsageError):
        list(reader.list_stories(conn, sort="1; DROP TABLE story"))  # type: ignore[arg-type]


def test_captures_say_what_the_command_prints(conn):
    """The fields of captures --json; one page's captures are found by any form of its address."""
    rows = list(reader.captures(conn))
    assert list(rows[0]) == [
        "url", "fetched_at", "status", "outcome", "mime", "digest", "warc", "offset", "length",
        "source", "truncated", "origin", "form", "source_uri", "captured_by", "taken_at",
    ]  # fmt: skip
    assert (rows[0]["digest"], rows[0]["outcome"], rows[1]["outcome"]) == ("sha1:1", "story", None)
    assert [row["url"] for row in reader.captures(conn, url=f"https://www.{HOST}:443/s2.html")] == [
        f"http://{HOST}/s2.html"
    ]
    assert len(list(reader.captures(conn, source="test"))) == 2
    assert list(reader.captures(conn, source="none")) == []
    with pytest.raises(UsageError):
        reader.captures(conn, url="not an address")


def test_status_tells_the_whole(conn):
    """Counts, sources with what is due, and the last run."""
    found = reader.status(conn)
    assert (found["stories"], found["gone"], found["captures"], found["warcs"]) == (3, 1, 2, 1)
    assert found["outcomes"] == {"story": 1, "unknown": 1}
    assert found["sources"] == [
        {
            "name": "test",
            "pages": 1,
            "captures": 2,
            "last_fetched": "2026-01-01T00:00:02Z",
            "next_due": "2026-05-01T00:00:00Z",
        }
    ]
    assert found["last_run"]["report"] == {"failed": [["u", "why"]], "requests": 3}


# ---- looking up one story


def test_a_story_answers_to_its_id_and_addresses(conn):
    """By id, the beginning of it, or any address of it, in any spelling that means the same page."""
    (row,) = (
        row for row in reader.story_rows(conn) if reader.load_story(conn, row).title == "A title"
    )
    number = reader.public_id(conn, row)
    for ref in (
        number, number[:6], number.upper(), f" {number} ", number + "a"[:0],
        f"http://{HOST}/full/1.html", f"https://{HOST}:443/full/2.html", f"{HOST}/full/print.html",
        f"http://www.{HOST}/full/1.html#top",
    ):  # fmt: skip
        assert reader.resolve(conn, ref) == row, ref


@pytest.mark.parametrize(
    "ref", ["", "zzzzzzzz", "no such", "http://h.example/", "http://[", "a:b", "%", "'", "\0", "\ud800", "é" * 9999, "/"]
)  # fmt: skip
def test_what_names_no_story_is_a_usage_error(conn, ref):
    """The error has a hint, and is not a traceback, whatever was typed."""
    with pytest.raises(UsageError) as caught:
        reader.resolve(conn, ref)
    assert caught.value.hint


def test_a_slip_in_an_id_or_a_title_is_answered_by_a_suggestion(conn):
    """Did you mean."""
    row = next(reader.story_rows(conn))
    number = reader.public_id(conn, row)
    slip = number[:4] + number[5] + number[4] + number[6:]
    with pytest.raises(UsageError) as caught:
        reader.resolve(conn, slip)
    assert f"did you mean {number} (zebra by Ann)" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        reader.resolve(conn, "ZEBRA")
    assert number in caught.value.hint


def test_a_beginning_that_many_ids_share_names_the_candidates(tmp_path):
    """An ambiguous id is an error that lists what it may be."""
    with Store.open(tmp_path / "archive.db") as store:
        store.save_stories(HOST, [story_of(f"s{n}") for n in range(500)], [])
        with pytest.raises(UsageError, match="more than one") as caught:
            reader.resolve(store.conn, "a")
        assert "by mako" in caught.value.hint
        assert "and others" in caught.value.hint


def test_a_page_that_two_stories_name_belongs_to_the_one_that_lives_there(tmp_path):
    """A story's own page wins over another's alias; else the candidates are named."""
    url = f"http://{HOST}/shared.html"
    own = story_of("own")
    own = replace(own, chapters=(Chapter("c", url, 1, None, own.chapters[0].prose),))
    other, third = (story_of(name, aliases=(url,)) for name in ("other", "third"))
    with Store.open(tmp_path / "archive.db") as store:
        store.save_stories(HOST, [other, own, third], [])
        assert reader.load_story(store.conn, reader.resolve(store.conn, url)).title == "own"
        store.save_stories(HOST, [other, third], [])
        with pytest.raises(UsageError, match="more than one"):
            reader.resolve(store.conn, url)


# ---- whole stories


def test_stories_come_one_at_a_time_in_a_stable_order(conn):
    """By author, title and id."""
    assert [story.title for story in reader.stories(conn)] == ["zebra", "Apple", "A title"]
    with pytest.raises(KeyError):
        reader.load_story(conn, 99)
    with pytest.raises(KeyError):
        reader.public_id(conn, 99)


def test_a_chapter_knows_every_capture_of_its_page(tmp_path):
    """Old and new captures of a chapter's address, oldest first."""
    with Store.open(tmp_path / "archive.db") as store:
        story = story_of("one")
        for number in (2, 1):
            store.save_capture(capture_for(number, url=story.url))
        store.save_stories(HOST, [story], [])
        ((chapter, captures),) = reader.chapter_captures(store.conn, 1)
        assert chapter == story.chapters[0]
        assert [capture.payload_sha1 for capture in captures] == ["sha1:1", "sha1:2"]
        assert [each.id for each in reader.all_captures(store.conn, source="test")] == [1, 2]
