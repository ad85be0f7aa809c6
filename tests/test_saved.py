"""A search with a name is kept with the archive, and a feed tells of what it finds."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep import atom, decisions
from storykeep.archive import Archive
from storykeep.cli.main import cli
from storykeep.clock import Clock
from storykeep.config import load
from storykeep.errors import LockedError, QueryError, StoreError, StorykeepError, UsageError
from storykeep.saved import SavedSearches
from tests.archives import PROSE, dump, story_page
from tests.stocked import stock

A = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    """A folder with an archive of five tales, one of which has changed."""
    return stock(tmp_path_factory.mktemp("saved") / "archive").config.folder


@pytest.fixture
def archive(stocked, tmp_path):
    """A copy of it."""
    folder = tmp_path / "archive"
    shutil.copytree(stocked, folder)
    return Archive(load(folder / "config.toml"))


def searches(archive):
    return SavedSearches(archive.config, Clock(wall=NOW.timestamp))


def feed(archive, name="tales"):
    path = archive.config.folder / "feeds" / f"search-{name}.atom"
    return check_feed(path.read_bytes())


def check_feed(raw):
    """Return the parsed feed, if it keeps RFC 4287, section 4.1."""
    root = ET.fromstring(raw)
    assert root.tag == f"{A}feed"
    when = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
    for name in ("id", "title", "updated"):
        assert len(root.findall(A + name)) == 1
    assert root.findall(f"{A}author/{A}name")
    ids = []
    for entry in root.findall(f"{A}entry"):
        for name in ("id", "title", "updated"):
            assert len(entry.findall(A + name)) == 1
        ids.append(entry.find(f"{A}id").text)
        assert ids[-1].startswith("urn:uuid:")
        alternate = [each for each in entry.findall(f"{A}link") if each.get("rel") == "alternate"]
        assert len(alternate) == 1 or len(entry.findall(f"{A}content")) == 1
        for each in (*entry.findall(f"{A}updated"), *entry.findall(f"{A}published")):
            assert when.fullmatch(each.text)
    assert len(set(ids)) == len(ids)
    times = [entry.find(f"{A}updated").text for entry in root.findall(f"{A}entry")]
    assert times == sorted(times, reverse=True)
    assert not times or root.find(f"{A}updated").text == times[0]
    return root


def titles(root):
    return [each.text for each in root.findall(f"{A}entry/{A}title")]


def test_a_saved_search_is_a_line_of_decisions_and_a_feed(archive):
    """What was changed last stands first; who wrote it, where it is and what it is are said."""
    assert searches(archive).save("tales", "tale keeper") is None
    lines = (archive.config.folder / decisions.NAME).read_text().splitlines()
    said = json.loads(lines[-1])
    assert (said["kind"], said["name"], said["query"], said["at"]) == (
        "search", "tales", "tale keeper", "2026-11-30T07:00:00Z",
    )  # fmt: skip
    root = feed(archive)
    assert titles(root)[0] == "Tale 1"
    assert sorted(titles(root)) == [f"Tale {n}" for n in range(5)]
    entry = root.find(f"{A}entry")
    assert entry.find(f"{A}author/{A}name").text == "Author 1"
    assert entry.find(f"{A}link").get("href") == "http://127.0.0.1:8000/1.html"
    assert entry.find(f"{A}published").text < entry.find(f"{A}updated").text


def test_ids_stay_the_same_after_a_rebuild_and_under_another_query(archive):
    """A feed reader knows feed and entries again: nobody is told the same twice."""
    searches(archive).save("tales", "tale")
    first = feed(archive)
    archive.config.archive.database.unlink()
    archive.rebuild()
    (archive.config.folder / "feeds" / "search-tales.atom").unlink()
    assert archive.searches.write_feeds() == []
    assert ET.tostring(feed(archive)) == ET.tostring(first)
    before = searches(archive).save("tales", "keeper")
    assert before.query == "tale"
    assert feed(archive).find(f"{A}id").text == first.find(f"{A}id").text


def test_the_database_knows_nothing_of_saved_searches(archive):
    """They are decisions, read from their file: a rebuild with and without them is the same."""
    before = dump(archive)
    searches(archive).save("tales", "tale")
    archive.rebuild()
    assert dump(archive) == before


def test_a_feed_that_says_the_same_is_not_written_again(archive):
    """Feed readers that go by the file's time are not woken."""
    searches(archive).save("tales", "tale")
    path = archive.config.folder / "feeds" / "search-tales.atom"
    before = path.stat()
    assert archive.searches.write_feeds() == []
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_each_run_writes_the_feeds(archive):
    """A feed that was deleted is there again; one of a search that is no more goes."""
    searches(archive).save("tales", "tale")
    folder = archive.config.folder / "feeds"
    (folder / "search-tales.atom").unlink()
    (folder / "search-old.atom").write_text("left over")
    (folder / "mine.atom").write_text("not ours")
    later = Clock(wall=lambda: datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    report = Archive(load(archive.config.folder / "config.toml"), clock=later).run()
    assert report.unwritten == []
    assert sorted(each.name for each in folder.iterdir()) == ["mine.atom", "search-tales.atom"]


def test_an_import_writes_the_feeds(archive, tmp_path):
    """What others saved is news, too."""
    searches(archive).save("kettles", "kettle")
    assert titles(feed(archive, "kettles")) == []
    page = tmp_path / "saved.html"
    page.write_bytes(story_page("The Kettle", "mako", f"<p>A kettle.</p>{PROSE}"))
    call(archive.config.folder, "import", str(page), "--base-url", "http://old.example/")
    assert titles(feed(archive, "kettles")) == ["The Kettle"]


def test_forgetting_takes_the_feed_away_and_keeps_the_line(archive):
    """A deleted search is one line more; the name can be used again, for another feed."""
    searches(archive).save("Tales", "tale")
    first = feed(archive, "Tales").find(f"{A}id").text
    assert searches(archive).forget("tales").query == "tale"
    assert archive.searches.known() == []
    assert not list((archive.config.folder / "feeds").iterdir())
    searches(archive).save("tales", "tale")
    assert feed(archive).find(f"{A}id").text != first
    assert len((archive.config.folder / decisions.NAME).read_text().splitlines()) == 3


def test_a_search_without_hits_has_an_empty_feed(archive):
    """Valid, and dated when it was saved."""
    searches(archive).save("none", "xylophone")
    root = feed(archive, "none")
    assert titles(root) == []
    assert root.find(f"{A}updated").text == "2026-11-30T07:00:00Z"


@pytest.mark.parametrize("name", ["", " a", "a/b", "../a", "a\nb", "x" * 65, "-a", "a.", "e\u0301"])
def test_a_name_that_names_no_file_is_refused(archive, name):
    """Nothing is written, in the journal or elsewhere."""
    with pytest.raises(UsageError):
        searches(archive).save(name, "tale")
    assert not (archive.config.folder / decisions.NAME).exists()


def test_what_is_no_query_is_not_saved(archive):
    """The place of the slip is pointed at, as by search itself."""
    with pytest.raises(QueryError, match="at character 1"):
        searches(archive).save("tales", "li*t")
    assert not (archive.config.folder / decisions.NAME).exists()


def test_a_line_that_is_no_search_is_told_and_left_out(archive):
    """Other lines hold; so do corrections and searches beside each other."""
    searches(archive).save("tales", "tale")
    path = archive.config.folder / decisions.NAME
    good = path.read_text()
    bad = [
        {"format": 1, "kind": "search", "id": "aaaaaa", "at": "2026-11-30T07:00:00Z", "name": "a/b", "query": "x"},
        {"format": 1, "kind": "search", "id": "bbbbbb", "at": "2026-11-30T07:00:00Z", "name": "b", "query": " "},
        {"format": 1, "kind": "search", "id": "cccccc", "at": "yesterday", "name": "c", "query": "x"},
        {"format": 1, "kind": "search", "id": "dddddd", "at": "2026-11-30T07:00:00Z", "name": 7, "query": "x"},
    ]  # fmt: skip
    path.write_text(good + "".join(json.dumps(each) + "\n" for each in bad))
    journal = decisions.read(path)
    assert [each.name for each in journal.searches()] == ["tales"]
    assert len(journal.problems) == 4
    row = archive.searches.known()[0]
    assert row.query == "tale"
    archive.fix("http://127.0.0.1:8000/0.html", {"title": "Tale nought"})
    assert "Tale nought" in titles(feed(archive)) or archive.searches.write_feeds() == []
    assert "Tale nought" in titles(feed(archive))


def test_a_feed_that_cannot_be_written_stops_no_run(archive):
    """The run says so; the search is noted, and what was in the way stays."""
    (archive.config.folder / "feeds").write_text("a file in the place of the folder")
    with pytest.raises(StoreError, match="noted"):
        searches(archive).save("tales", "tale")
    later = Clock(wall=lambda: datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    report = Archive(load(archive.config.folder / "config.toml"), clock=later).run()
    assert len(report.unwritten) == 1
    assert "tales" in report.unwritten[0]


def test_nothing_is_saved_while_another_writes(archive):
    """The lock is that of every writer."""
    from storykeep import lock

    with (
        lock.hold(archive.config.archive.database, archive.config.archive.warcs, "run"),
        pytest.raises(LockedError),
    ):
        searches(archive).save("tales", "tale")


# ---- the feed as such


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(), st.text(), st.text()), max_size=3))
def test_whatever_a_page_says_a_feed_is_well_formed(found):
    """Controls, half surrogates and tags are text or are replaced; nothing breaks out."""
    entries = [
        atom.Entry(atom.identifier("story", str(at)), title, NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
                   link=link, authors=[author], summary=summary, categories=[title])
        for at, (title, link, author, summary) in enumerate(found)
    ]  # fmt: skip
    root = check_feed(
        atom.render(atom.Feed(atom.identifier("x", "y"), "T", "2026-01-01T00:00:00Z", entries))
    )
    assert {each.tag.removeprefix(A) for each in root.iter()} <= {
        "feed", "id", "title", "updated", "author", "name", "generator", "entry", "link", "category", "summary", "content",
    }  # fmt: skip


def test_ids_are_pinned():
    """An id that changes is a new thing to every feed reader."""
    assert (
        atom.identifier("story", "a.example/sid=1")
        == "urn:uuid:7fc7e884-407e-50ac-8fda-62de3d180777"
    )


# ---- the command


def call(folder, *words):
    done = CliRunner().invoke(cli, ["-C", str(folder), *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_command_saves_lists_finds_opens_and_forgets(archive):
    """The whole life of a saved search, as a user types it."""
    folder = archive.config.folder
    saved = call(folder, "search", "tale", "author:1", "--save", "by one", "--limit", "1")
    assert "feeds/search-by one.atom" in saved.stderr
    assert json.loads(call(folder, "search", "--list", "--json").stdout)["query"] == "tale author:1"
    hits = call(folder, "search", "--saved", "by one", "--json").stdout.splitlines()
    assert {json.loads(each)["title"] for each in hits} == {"Tale 1", "Tale 4"}
    text = call(folder, "search", "--saved", "by one", "--sort", "title", "--open", "2").stdout
    assert text.startswith("Tale 4")
    assert json.loads(call(folder, "search", "tale", "--open", "1", "--json").stdout)["chapters"]
    assert "is no saved search any more" in call(folder, "search", "--forget", "BY ONE").stderr
    assert call(folder, "search", "--list").stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="no query"),
        pytest.param(("--saved", "nobody"), id="an unknown name"),
        pytest.param(("tale", "--saved", "nobody"), id="a name and words"),
        pytest.param(("tale", "--list"), id="a list and words"),
        pytest.param(("--forget", "nobody"), id="nothing to forget"),
        pytest.param(("tale", "--open", "99"), id="no such hit"),
        pytest.param(("xylophone", "--open", "1"), id="no hit at all"),
    ],
)
def test_what_cannot_be_meant_is_an_error_with_a_word_on_it(archive, words):
    """Exit code 2, and nothing is written."""
    with pytest.raises(StorykeepError) as error:
        call(archive.config.folder, "search", *words)
    assert error.value.exit_code == 2
    assert not (archive.config.folder / decisions.NAME).exists()


def test_no_search_is_saved_where_there_is_no_archive(tmp_path):
    """A wrong folder gets no decisions.jsonl."""
    with pytest.raises(UsageError, match="no archive"):
        call(tmp_path, "search", "tale", "--save", "x")
    assert list(tmp_path.iterdir()) == []
