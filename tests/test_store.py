"""What is stored comes back, nothing is written twice, and a database can be thrown away."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storykeep import reader, urls
from storykeep.errors import StoreError
from storykeep.model import (
    Author,
    Disclaimer,
    Failure,
    FrontierPage,
    Note,
    Part,
    Report,
    SiteFact,
    Tag,
    Version,
)
from storykeep.store import Draft, Ready, Store, canonical_dump, replace_database
from storykeep.store.chapters import chapter_rows
from storykeep.store.documents import document_row
from storykeep.store.ids import key_digest
from tests.stories import HOST, capture_for, full_story, prose_of, story_of


@pytest.fixture
def path(tmp_path):
    """A place for a database."""
    return tmp_path / "archive.db"


@pytest.fixture
def store(path):
    """A new, open store."""
    with Store.open(path) as store:
        yield store


def fts_is_sound(conn):
    """Compare the full-text index with the rows it was made from; raises where they differ."""
    conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")


def found(conn, words):
    """Return the titles of the stories that the index finds."""
    rows = conn.execute(
        "SELECT s.title FROM story_fts JOIN story AS s ON s.id = story_fts.rowid "
        "WHERE story_fts MATCH ? ORDER BY s.title",
        (words,),
    )
    return [row[0] for row in rows]


# ---- stories


def test_a_story_comes_back_as_it_was(store):
    """Every field of a story, its chapters and versions survives the database."""
    captures = [store.save_capture(capture_for(number)) for number in (1, 2)]
    story = full_story(captures)
    assert store.save_stories(HOST, [story], []).new == 1
    (row,) = reader.story_rows(store.conn)
    assert reader.load_story(store.conn, row) == story
    assert list(reader.load_story(store.conn, row).fields) == ["Zoo", "Alpha"]


def test_an_import_holds_an_eighth_of_what_a_run_holds(store):
    """What it takes in comes in one row: a larger cache would only fill, page by page.

    So would the words of a transaction, which the index has in memory until it ends.
    """
    usual = store.conn.execute("PRAGMA cache_size").fetchone()[0]
    with store.in_steps():
        assert not store._steps.wrote(9 << 20)
    store.hold_little()
    assert store.conn.execute("PRAGMA cache_size").fetchone()[0] == usual // 8 < 0
    with store.in_steps():
        assert store._steps.wrote(9 << 20)


def test_saving_the_same_stories_again_writes_nothing(store):
    """Unchanged stories change no row and no byte of the file."""
    captures = [store.save_capture(capture_for(number)) for number in (1, 2)]
    stories = [full_story(captures), *(story_of(f"s{n}", "words " * n) for n in range(5))]
    facts = [SiteFact(HOST, "chrome", "ab", 4, 2)]
    store.save_stories(HOST, stories, facts)
    store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, changes = store.path.read_bytes(), store.conn.total_changes
    saved = store.save_stories(HOST, stories, facts)
    assert (saved.unchanged, saved.new, saved.changed) == (6, 0, 0)
    store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert store.conn.total_changes == changes
    assert store.path.read_bytes() == before


def test_an_edit_is_found_under_its_new_words_only(store):
    """The index forgets the old words of a changed story."""
    store.save_stories(HOST, [story_of("one", "a lighthouse"), story_of("two", "a harbour")], [])
    saved = store.save_stories(
        HOST, [story_of("one", "a windmill"), story_of("two", "a harbour")], []
    )
    assert (saved.changed, saved.unchanged) == (1, 1)
    assert found(store.conn, "lighthouse") == []
    assert found(store.conn, "windmill") == ["one"]
    fts_is_sound(store.conn)


def test_a_date_alone_does_not_touch_text_or_index(store):
    """Seeing the same text again writes the version's dates and neither text nor index."""
    story = story_of("one", "a lighthouse")
    store.save_stories(HOST, [story], [])
    chapter = replace(
        story.chapters[0], first_seen="2026-01-01T00:00:00Z", last_seen="2026-02-01T00:00:00Z"
    )
    touched = replace(story, chapters=(chapter,))
    statements: list[str] = []
    store.conn.set_trace_callback(statements.append)
    assert store.save_stories(HOST, [touched], []).touched == 1
    store.conn.set_trace_callback(None)
    assert not [each for each in statements if "UPDATE chapter" in each or "INTO story_fts" in each]
    assert reader.load_story(store.conn, 1) == touched


def test_stories_that_are_not_given_again_are_taken_out(store):
    """What assemble no longer makes leaves the rows and the index; other hosts stay."""
    store.save_stories(HOST, [story_of("one"), story_of("two")], [])
    other = replace(story_of("three"), host="other.example", key="http://other.example/3")
    store.save_stories("other.example", [other], [])
    assert store.save_stories(HOST, [story_of("two")], []).removed == 1
    assert found(store.conn, "words") == ["three", "two"]
    for table in ("chapter", "version", "address"):
        (count,) = store.conn.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert count == 2
    fts_is_sound(store.conn)


WORDS = st.sampled_from(
    ["tide", "Tïde", "keeper", "lamp", "rope", "", "a\n\nb", "\0", "\ud800", "“x”", "灯台"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@st.composite
def any_story(draw):
    """Return a small story, one of five."""
    story = story_of(draw(st.sampled_from("abcde")), *draw(st.lists(TEXTS, min_size=1, max_size=3)))
    order = draw(st.permutations(story.chapters))
    chapters = tuple(
        replace(
            chapter, position=place, title=draw(st.none() | TEXTS),
            notes=tuple(Note(text, "head") for text in draw(st.lists(TEXTS, max_size=1))),
            superseded=tuple(Version(prose_of(text), "a", "b") for text in draw(st.lists(TEXTS, max_size=2))),
        )
        for place, chapter in enumerate(order, 1)
    )  # fmt: skip
    return replace(
        story, chapters=chapters, summary=draw(st.none() | TEXTS),
        title=draw(st.none() | TEXTS), authors=tuple(Author(each) for each in draw(st.lists(TEXTS, max_size=2))),
        tags=tuple(Tag(draw(st.sampled_from(["fandom", "genre"])), each) for each in draw(st.lists(TEXTS, max_size=3))),
        disclaimers=tuple(Disclaimer(each, None, "header") for each in draw(st.lists(TEXTS, max_size=2))),
        notes=tuple(Note(each, "head") for each in draw(st.lists(TEXTS, max_size=2))),
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(any_story(), max_size=5, unique_by=lambda story: story.key), min_size=1, max_size=5
    )
)
def test_the_index_is_sound_after_any_edits(tmp_path_factory, rounds):
    """After any series of additions, edits and removals the index agrees with the rows."""
    path = tmp_path_factory.mktemp("store") / "archive.db"
    with Store.open(path) as store:
        for stories in rounds:
            store.save_stories(HOST, stories, [])
            fts_is_sound(store.conn)
            saved = store.save_stories(HOST, stories, [])
            assert saved.unchanged == len(stories)
        kept = list(canonical_dump(store.conn))
    with Store.open(path.with_name("fresh.db")) as fresh:
        fresh.save_stories(HOST, reversed(rounds[-1]), [])
        assert list(canonical_dump(fresh.conn)) == kept


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_story())
def test_what_is_indexed_of_a_new_story_is_what_the_view_shows(tmp_path_factory, story):
    """The index must later be told the very words that it took in, and the view tells them."""
    with Store.open(tmp_path_factory.mktemp("store") / "archive.db") as store:
        store.save_stories(HOST, [story], [])
        names = "title, author, fandom, tags, summary, notes, disclaimer, body"
        shown = store.conn.execute(f"SELECT {names} FROM story_document").fetchone()
        rows = [chapter_rows(each, is_new=True) for each in story.chapters]
        assert document_row(story, rows) == shown
        fts_is_sound(store.conn)


# ---- public ids

# Two keys whose digests share their first eight letters, found by trying 2 million.
TWINS: tuple[str, str] = (
    "http://stories.example/481530.html",
    "http://stories.example/1686419.html",
)


def test_a_public_id_is_the_beginning_of_the_keys_digest(store):
    """It is eight letters, the same on every machine."""
    store.save_stories(HOST, [story_of("one")], [])
    expected = key_digest(f"http://{HOST}/one/1.html")[:8]
    assert reader.public_id(store.conn, 1) == expected


@pytest.mark.parametrize("order", [TWINS, TWINS[::-1]])
def test_colliding_ids_are_both_lengthened_whatever_the_order(store, order):
    """Both ids grow by what tells them apart, and shrink again when one story goes."""
    first, second = (story_of(str(n), key=key) for n, key in enumerate(order))
    store.save_stories(HOST, [first, second], [])
    ids = dict(store.conn.execute("SELECT key, public_id FROM story").fetchall())
    assert ids == {key: key_digest(key)[:10] for key in TWINS}
    store.save_stories(HOST, [first], [])
    assert reader.public_id(store.conn, 1) == key_digest(order[0])[:8]


# ---- captures and parts


def test_a_capture_is_saved_once(store):
    """The place in a WARC names the capture: saving it again gives the same row."""
    first = store.save_capture(capture_for())
    again = store.save_capture(capture_for())
    assert first == again == replace(capture_for(), id=first.id)
    assert store.has_capture("a-1.warc.gz", 100)
    assert not store.has_capture("a-1.warc.gz", 101)
    assert store.captured(urls.key(first.url))


def test_outlines_come_back_light_and_a_part_apart(store):
    """Assemble reads outlines of a host's parts, with a digest each, and a part when it asks."""
    capture = store.save_capture(capture_for())
    part = Part(capture.url, "story", title="T", prose=prose_of("One.", "Two."))
    assert store.save_part(capture.id, part, profile_sha256="ff")
    assert not store.save_part(capture.id, part, profile_sha256="ff")
    saved = replace(capture, outcome="story")
    ((found, light, sha256),) = store.outlines(HOST).telling()
    assert light == Part(capture.url, "story", title="T")
    asked = ("id", "source", "fetched_at", "warc", "offset", "payload_sha256", "truncated")
    assert [getattr(found, name) for name in asked] == [getattr(saved, name) for name in asked]
    assert store.part(capture.id) == part
    assert list(store.outlines("other.example").telling()) == []
    assert store.save_part(capture.id, replace(part, prose=prose_of("Two.")), profile_sha256="ff")
    assert [each for _, _, each in store.outlines(HOST).telling()] != [sha256]


def test_a_revisit_says_what_it_refers_to_says(store):
    """A revisit has the outcome, the part and the prose of its original, also after a new derive."""
    first = store.save_capture(capture_for(1))
    part = Part(first.url, "story", prose=prose_of("One."))
    store.save_part(first.id, part)
    revisit = store.save_capture(capture_for(2, url=first.url, revisit_of=first.record_id))
    assert revisit.outcome == "story"
    assert [each.url for _, each, _ in store.outlines(HOST).telling()] == [first.url, first.url]
    assert store.part(revisit.id) == part
    assert store.original_of(revisit) == replace(first, outcome="story")
    store.save_part(first.id, replace(part, outcome="gate"))
    assert [each.outcome for _, each, _ in store.outlines(HOST).telling()] == ["gate", "gate"]


def test_a_revisit_that_says_the_same_keeps_no_part_of_its_own(store):
    """A page that never changes is kept once; a revisit that reads differently has its own part."""
    first = store.save_capture(capture_for(1))
    part = Part(first.url, "story", prose=prose_of("One."))
    store.save_part(first.id, part, profile_sha256="old")
    revisit = store.save_capture(capture_for(2, url=first.url, revisit_of=first.record_id))
    assert not store.save_part(revisit.id, part, profile_sha256="old")
    changed = replace(part, outcome="gate", prose=prose_of("Two."))
    assert store.save_part(revisit.id, changed, profile_sha256="new")
    assert store.part(revisit.id) == changed
    assert store.part(first.id) == part
    assert store.save_part(first.id, changed, profile_sha256="new")
    assert not store.save_part(revisit.id, changed, profile_sha256="new")
    assert store.save_part(revisit.id, part, profile_sha256="new")
    assert store.save_part(revisit.id, changed, profile_sha256="new")
    assert store.conn.execute("SELECT count(*) FROM part").fetchone() == (1,)
    assert {part.outcome for _, part, _ in store.outlines(HOST).telling()} == {"gate"}


def test_an_original_is_the_newest_whole_response_with_the_payload(store):
    """A revisit refers to a whole response for the same address, never to another revisit."""
    url = capture_for(1).url
    same = {"url": url, "payload_sha256": "aa"}
    store.save_capture(capture_for(1, **same))
    newest = store.save_capture(capture_for(2, **same))
    store.save_capture(capture_for(3, **same, revisit_of=newest.record_id))
    store.save_capture(capture_for(4, **same, truncated="time"))
    store.save_capture(capture_for(5, payload_sha256="aa"))
    assert store.find_original(url, "aa") == newest
    assert store.find_original(url) == newest
    assert store.find_original(url, "bb") is None


def test_a_host_is_dirty_until_its_stories_know_its_captures(store):
    """New captures and changed parts make a host dirty; robots.txt and assets do not."""
    first = store.save_capture(capture_for(1, outcome="story"))
    second = store.save_capture(capture_for(2, outcome="index"))
    for each in (first, second):
        store.save_part(each.id, Part(each.url, each.outcome))
    assert store.dirty_hosts() == [HOST]
    store.save_stories(HOST, [], [])
    assert store.dirty_hosts() == []
    rules = store.save_capture(capture_for(3, outcome="robots"))
    store.save_part(rules.id, Part(rules.url, "robots"))
    assert store.dirty_hosts() == []
    store.save_part(first.id, Part(first.url, "gate"))
    assert store.dirty_hosts() == [HOST]
    store.save_stories(HOST, [], [])
    assert store.dirty_hosts() == []


def test_a_failed_request_is_known_by_its_record(store):
    """An attempt is saved with the place of its record."""
    failure = Failure(
        "http://h.example/", "dns", "no such host \ud800", datetime(2026, 1, 1, tzinfo=UTC), 5
    )
    store.save_attempt(failure, source="test", place=("a-1.warc.gz", 7))
    assert store.has_attempt("a-1.warc.gz", 7)
    assert not store.has_attempt("a-1.warc.gz", 8)


def test_a_sealed_warc_is_known(store):
    """A WARC that was noted is not read again."""
    store.save_warc("a-1.warc.gz", 10, "ff", "2026-01-01T00:00:00Z")
    assert store.knows_warc("a-1.warc.gz")
    assert not store.knows_warc("b")


# ---- frontier


def page_for(name, **changes):
    """Return a page of the frontier."""
    url = f"http://{HOST}/{name}"
    return replace(FrontierPage(urls.key(url), url, "test"), **changes)


def test_due_pages_come_in_the_order_to_ask_for_them(store):
    """Start pages, then what has been due for longest, then the lower depth, the earlier found."""
    for page in (
        page_for("deep", depth=2, next_due="2026-01-01"),
        page_for("later", depth=1, next_due="2026-01-02"),
        page_for("found-first", depth=1, next_due="2026-01-01"),
        page_for("found-next", depth=1, next_due="2026-01-01"),
        page_for("not-yet", next_due="2026-03-01"),
        page_for("other", source="other"),
        page_for("start", kind="start", depth=5),
    ):
        assert store.add_page(page)
    due = store.due_pages("2026-02-01", ["test"])
    names = [page.url.rpartition("/")[2] for page in due]
    assert names == ["start", "found-first", "found-next", "deep", "later"]
    assert len(store.due_pages("2026-02-01")) == 6
    assert store.due_pages("2026-02-01", []) == []


def test_a_known_page_is_not_added_again(store):
    """It keeps its state, and takes the lower depth and the kind of a start page."""
    page = page_for("one", depth=3, state="done", next_due="2027")
    assert store.add_page(page)
    assert not store.add_page(page_for("one", depth=1, via="http://h.example/"))
    assert store.page(page.url_key) == replace(page, depth=1, via="http://h.example/")
    assert not store.add_page(page_for("one", kind="start", source="new", depth=2))
    assert store.page(page.url_key).kind == "start"
    changed = replace(store.page(page.url_key), tries=4, etag='"x"')
    store.put_page(changed)
    assert store.page(page.url_key) == changed
    assert store.page("unknown") is None


# ---- the file


def test_a_block_is_stored_whole_or_not_at_all(store):
    """An error in an atomic block, or in one inside it, undoes all of it."""

    def fail():
        with store.atomic():
            store.save_capture(capture_for(1))
            with store.atomic():
                store.save_capture(capture_for(2))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not store.has_capture("a-1.warc.gz", 100)
    assert not store.has_capture("a-1.warc.gz", 200)


def test_a_finished_run_leaves_one_file(path):
    """Nothing lies beside the database, and it is not in WAL mode."""
    store = Store.open(path)
    store.save_stories(HOST, [story_of("one")], [])
    store.save_run("2026-01-01", "2026-01-02", Report(requests=3, failed=[("u", "why")]))
    store.finish()
    assert [each.name for each in path.parent.iterdir()] == ["archive.db"]
    assert path.read_bytes()[18:20] == b"\x01\x01"
    with Store.open(path) as store:
        assert found(store.conn, "words") == ["one"]


def test_a_newer_database_is_refused_untouched(path):
    """A file of a newer Storykeep is not opened, not migrated, not changed in one byte."""
    Store.open(path).finish()
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 99")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer"):
        Store.open(path)
    with pytest.raises(StoreError, match="newer"):
        reader.connect(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["archive.db"]


@pytest.mark.parametrize("kind", ["other database", "text", "other database with our version"])
def test_what_is_not_ours_is_refused(path, kind):
    """Somebody else's file is left alone."""
    if kind == "text":
        path.write_text("These are my notes, not a database.\n" * 40)
    else:
        conn = sqlite3.connect(path)
        conn.execute("CREATE TABLE bookmarks (url)")
        if "version" in kind:
            conn.execute("PRAGMA user_version = 1")
        conn.close()
    before = path.read_bytes()
    with pytest.raises(StoreError):
        Store.open(path)
    with pytest.raises(StoreError):
        reader.connect(path)
    assert path.read_bytes() == before


def crashed_copy(path, target):
    """Copy a database as a crash would leave it, with its -wal, to *target*."""
    for ending in ("", "-wal"):
        source = path.with_name(path.name + ending)
        target.with_name(target.name + ending).write_bytes(source.read_bytes())


def test_a_stale_wal_does_not_bring_old_rows_back(path, tmp_path):
    """After a kill in mid-run and a rebuild, the rows are those of the rebuild."""
    with Store.open(tmp_path / "run.db") as store:
        store.save_stories(HOST, [story_of("old", "an old tale")], [])
        crashed_copy(store.path, path)
    assert path.with_name("archive.db-wal").stat().st_size
    new = path.with_name("archive.db.new")
    build = Store.build(new)
    build.save_stories(HOST, [story_of("new", "a new tale")], [])
    build.finish()
    replace_database(new, path)
    with Store.open(path) as store:
        assert found(store.conn, "tale") == ["new"]


def test_a_wal_without_its_database_is_moved_aside(path, tmp_path):
    """Where the database was deleted, what it left does not enter the new one, and is kept."""
    with Store.open(tmp_path / "run.db") as store:
        store.save_stories(HOST, [story_of("old", "an old tale")], [])
        crashed_copy(store.path, path)
    path.unlink()
    with Store.open(path) as store:
        assert found(store.conn, "tale") == []
    assert path.with_name("archive.db-wal.stray-1").stat().st_size


def test_a_database_that_is_still_open_does_not_replace_another(path):
    """What was not closed is not whole."""
    new = path.with_name("archive.db.new")
    new.write_bytes(b"")
    new.with_name("archive.db.new-wal").write_bytes(b"x")
    with pytest.raises(StoreError, match="not closed"):
        replace_database(new, path)


def test_building_forgets_what_an_earlier_build_left(path):
    """A build that was killed leaves nothing to the next."""
    with Store.build(path) as build:
        build.save_stories(HOST, [story_of("old")], [])
    with Store.build(path) as build:
        assert list(reader.story_rows(build.conn)) == []
        assert build.conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_killed_run_is_read_and_opened_again(path, tmp_path):
    """What was committed before the kill is there; the rest is not."""
    with Store.open(tmp_path / "run.db") as store:
        store.save_capture(capture_for(1))
        with store.atomic():
            store.save_capture(capture_for(2))
            crashed_copy(store.path, path)
    with Store.open(path) as store:
        assert store.has_capture("a-1.warc.gz", 100)
        assert not store.has_capture("a-1.warc.gz", 200)


def test_the_views_read_well(store):
    """sqlite3 and Datasette users find stories, chapters and captures by plain names."""
    captures = [store.save_capture(capture_for(number)) for number in (1, 2)]
    store.save_stories(HOST, [full_story(captures)], [])
    row = store.conn.execute(
        "SELECT title, author, site, fandoms, chapters FROM stories"
    ).fetchone()
    assert row == ("A title", "mako, Ann Óther", HOST, "Tides", 2)
    text = "Part one\n\nIt was dark & “cold”.\n\n* * *\n\nNaïve, he said."
    assert store.conn.execute("SELECT title, text FROM chapters").fetchone() == ("One", text)
    assert store.conn.execute("SELECT count(*) FROM captures").fetchone() == (2,)


def test_a_story_that_comes_twice_in_one_save_is_stored_once_as_it_came_last(store):
    """Stories are read ahead of what is written, so the second finds the first not stored yet."""
    first, same, other = (story_of("twice", text) for text in ("a heron", "a heron", "a kestrel"))
    rest = [story_of(f"n{n}", f"the gull of day {n}") for n in range(40)]
    saved = store.save_stories(HOST, [first, *rest, same, other], [])
    assert (saved.new, saved.changed, saved.unchanged) == (41, 1, 1)
    assert found(store.conn, "heron") == []
    assert found(store.conn, "kestrel") == ["twice"]
    fts_is_sound(store.conn)


def test_a_story_that_comes_twice_is_as_it_came_last_whatever_was_looked_up_between(store):
    """With another one's row its own was read, which was not yet what it was by then."""
    first, second = story_of("first", "It begins."), story_of("second", "Once and for all.")
    store.save_stories(HOST, [first, second], [])
    store.save_stories(HOST, [story_of("second", "Otherwise."), second, first], [])
    assert found(store.conn, "otherwise") == []
    assert found(store.conn, "once") == ["second"]


def test_what_stops_the_making_of_a_story_stops_the_save_and_leaves_nothing(store):
    """Stories are made in a thread of their own; what goes wrong there is met here."""

    def draft(name):
        return Draft(name, name, lambda: Ready(1, lambda: story_of(name)))

    def broken():
        raise ZeroDivisionError

    drafts = [draft(f"k{n}") for n in range(40)]
    with pytest.raises(ZeroDivisionError):
        store.save_stories(HOST, [*drafts, Draft("bad", "x", lambda: Ready(1, broken))], [])
    assert store.count_stories() == 0
    assert store.save_stories(HOST, drafts, []).new == 40


def test_threads_take_short_turns_only_while_stories_are_made(store):
    """What Python is set to holds again behind a save, also behind one that fails."""
    usual, turns = sys.getswitchinterval(), set()

    def made(number):
        turns.add(sys.getswitchinterval())
        if number == 50:
            raise ZeroDivisionError
        return story_of(f"k{number}")

    drafts = [Draft(f"k{n}", f"k{n}", lambda n=n: Ready(1, lambda: made(n))) for n in range(60)]
    with pytest.raises(ZeroDivisionError):
        store.save_stories(HOST, drafts, [])
    assert sys.getswitchinterval() == usual
    assert min(turns) < usual
    assert store.save_stories(HOST, drafts[:50], []).new == 50
    assert sys.getswitchinterval() == usual
