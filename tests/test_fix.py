"""Corrections by hand: written down whole or not at all, in every record, and there after all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep import decisions, lock, reader
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.decisions import journal as journals
from storykeep.errors import LockedError, StoreError, UsageError
from storykeep.model import Story
from tests.archives import command, dump
from tests.stocked import HOST, stock


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    return stock(tmp_path_factory.mktemp("stock") / "a", count=3).config.folder


@pytest.fixture
def folder(stocked, tmp_path):
    return Path(shutil.copytree(stocked, tmp_path / "a"))


def archive_of(folder) -> Archive:
    return Archive(load(folder / "config.toml"))


def story(folder, ref=f"{HOST}/0.html") -> Story:
    connection = reader.connect(folder / "archive.db")
    assert connection is not None
    try:
        return reader.load_story(connection, reader.resolve(connection, ref))
    finally:
        connection.close()


def fix(folder, *words, ref=f"{HOST}/0.html"):
    return archive_of(folder).fix(ref, dict(map(decisions.read_word, words)))


def lines(folder):
    path = folder / "decisions.jsonl"
    return [json.loads(each) for each in path.read_text().splitlines()] if path.exists() else []


# ---------------------------------------------------------------- what it does


def test_a_correction_is_in_search_show_and_export_at_once(folder):
    done = command("fix", f"{HOST}/0.html", "title=Quiet Zebra", "author=Ada; Ben", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "title: Tale 0 -> Quiet Zebra\nauthor: Author 0 -> Ada; Ben\n"
    assert "--undo takes it back" in done.stderr
    assert "Quiet Zebra by Ada, Ben" in command("search", "title:zebra", folder=folder).stdout
    assert command("search", 'title:"tale 0"', folder=folder).stdout == ""
    shown = json.loads(command("show", f"{HOST}/0.html", "--json", folder=folder).stdout)
    assert (shown["title"], [each["name"] for each in shown["authors"]]) == (
        "Quiet Zebra",
        ["Ada", "Ben"],
    )
    first, *others = shown["evidence"]["title"]
    assert (first["method"], first["value"], first["place"]) == (
        "manual",
        "Quiet Zebra",
        "decisions.jsonl",
    )
    assert "Tale 0" in {each["value"] for each in others}
    assert (
        command(
            "export", "--format", "txt", "--output", str(folder / "out"), folder=folder
        ).returncode
        == 0
    )
    assert any("Quiet Zebra" in path.name for path in (folder / "out").iterdir())


FIELDS = {
    "title=": (lambda s: s.title, None),
    'title= The  Ferry ': (lambda s: s.title, "The Ferry"),
    "author=": (lambda s: s.authors, ()),
    "summary=One.\n\nTwo.": (lambda s: s.summary, "One.\n\nTwo."),
    "disclaimer=Not mine.": (lambda s: [(d.text, d.place, d.scope) for d in s.disclaimers], [("Not mine.", "header", "story")]),
    "disclaimer=": (lambda s: s.disclaimers, ()),
    "language=pt-BR": (lambda s: s.language, "pt-BR"),
    "status=In progress": (lambda s: s.status, "in_progress"),
    "series=Shores #2 of 5": (lambda s: (s.series.name, s.series.position, s.series.of), ("Shores", 2, 5)),
    "series=": (lambda s: s.series, None),
    "published=2003-06": (lambda s: s.published.value, "2003-06"),
    "updated=2003-06-17": (lambda s: s.updated.value, "2003-06-17"),
    "tags=fandom: Tides; rating: PG; kettles": (lambda s: [(t.kind, t.value) for t in s.tags], [("fandom", "Tides"), ("rating", "PG"), ("keyword", "kettles")]),
    "pairing=A/B; C/D": (lambda s: [(t.kind, t.value) for t in s.tags], [("pairing", "A/B"), ("pairing", "C/D")]),
}  # fmt: skip


@pytest.mark.parametrize("word", FIELDS)
def test_each_field_can_be_corrected(folder, word):
    fix(folder, word)
    get, wanted = FIELDS[word]
    assert get(story(folder)) == wanted
    name = word.partition("=")[0]
    field = {"author": "authors", "disclaimer": "disclaimers", "pairing": "tags"}.get(name, name)
    assert story(folder).evidence[field][0].method == "manual"


@pytest.mark.parametrize(
    ("word", "said", "hint"),
    [
        ("titel=x", "there is no field 'titel'", "did you mean title"),
        ("zzz=x", "there is no field 'zzz'", "known: title"),
        ("title", "does not say what to correct", "FIELD=VALUE"),
        ("status=done", "there is no status 'done'", "complete, in_progress"),
        ("language=English", "no language code", "language=en"),
        ("published=2003-02-30", "no day of the calendar", "2003-06-17"),
        ("published=June", "no date", "2003-06-17"),
        ("author= ; ;", "must be a list", "Ada; Ben"),
        ("series=/", None, ""),
        ("title=" + "x" * 100_001, "at most 100,000 letters", ""),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(word, said, hint):
    if said is None:
        assert decisions.read_word(word)[1]["name"] == "/"
        return
    with pytest.raises(UsageError) as told:
        decisions.read_word(word)
    assert said in str(told.value)
    assert hint in told.value.hint


def test_it_survives_derive_rebuild_repair_and_a_lost_database(folder):
    fix(folder, "title=Quiet Zebra", "fandom=Tides")
    before = dump(archive_of(folder))
    assert list(archive_of(folder).derive()) == []
    assert dump(archive_of(folder)) == before
    archive_of(folder).rebuild()
    assert dump(archive_of(folder)) == before
    (folder / "archive.db").unlink()
    archive_of(folder).repair()
    assert dump(archive_of(folder)) == before
    assert command("verify", folder=folder).returncode == 0


def test_undo_takes_back_one_correction_after_the_other(folder):
    start = dump(archive_of(folder))
    fix(folder, "title=One")
    fix(folder, "title=Two", "status=complete")
    assert command("fix", f"{HOST}/0.html", "--undo", folder=folder).returncode == 0
    assert (story(folder).title, story(folder).status) == ("One", None)
    archive_of(folder).undo_fix(f"{HOST}/0.html")
    assert dump(archive_of(folder)) == start
    done = command("fix", f"{HOST}/0.html", "--undo", folder=folder)
    assert (done.returncode, "was corrected by hand" in done.stderr) == (2, True)
    assert [each["kind"] for each in lines(folder)] == ["fix", "fix", "undo", "undo"]


def test_the_file_changed_by_hand_takes_effect_with_the_next_writer(folder):
    start = dump(archive_of(folder))
    fix(folder, "title=One")
    path = folder / "decisions.jsonl"
    path.write_text(path.read_text().replace('"One"', '"Uno"'))
    list(archive_of(folder).derive())
    assert story(folder).title == "Uno"
    path.unlink()
    list(archive_of(folder).derive())
    assert dump(archive_of(folder)) == start


def test_what_is_so_already_is_not_written_again(folder):
    fix(folder, "title=One")
    done = command("fix", f"{HOST}/0.html", "title=One", folder=folder)
    assert (done.returncode, done.stdout, "nothing was written" in done.stderr) == (0, "", True)
    assert len(lines(folder)) == 1


def test_what_is_said_of_all_tags_ends_what_was_said_of_a_kind(folder):
    fix(folder, "fandom=Tides")
    fix(folder, "tags=rating: PG")
    assert [each.value for each in story(folder).tags] == ["PG"]
    fix(folder, "fandom=Reeds")
    assert [each.value for each in story(folder).tags] == ["PG", "Reeds"]


def test_a_correction_of_a_story_that_is_not_there_is_kept_and_told(folder):
    fix(folder, "title=One")
    for path in [*(folder / "warcs").iterdir(), *folder.glob("archive.db*")]:
        path.rename(folder.parent / path.name) if path.is_file() else None
    stock(folder.parent / "b", count=1, host="http://127.0.0.1:9000")
    shutil.copytree(folder.parent / "b" / "warcs", folder / "warcs", dirs_exist_ok=True)
    done = command("rebuild", folder=folder)
    assert done.returncode == 0
    assert f"decisions.jsonl corrects {HOST}/0.html, which is not in the archive" in done.stderr
    assert "not in the archive" in command("fix", "--list", folder=folder).stdout
    undone = command("fix", f"{HOST}/0.html", "--undo", folder=folder)
    assert (undone.returncode, "not in the archive now" in undone.stderr) == (0, True)


def test_list_says_what_has_become_of_each(folder):
    fix(folder, "title=One")
    fix(folder, "title=Two")
    fix(folder, "summary=x")
    archive_of(folder).undo_fix(f"{HOST}/0.html")
    done = command("fix", "--list", "--json", folder=folder)
    rows = [json.loads(each) for each in done.stdout.splitlines()]
    assert [each["state"] for each in rows] == ["replaced", "in force", "undone"]
    assert [each["set"] for each in rows] == [{"title": "One"}, {"title": "Two"}, {"summary": "x"}]
    assert command("fix", f"{HOST}/1.html", "--list", folder=folder).stdout == ""


@pytest.mark.parametrize(
    "words",
    [[], ["x"], ["x", "--undo", "title=1"], ["x", "--undo", "--list"], ["x", "title=1", "title=2"], ["nosuch", "title=1"]],
)  # fmt: skip
def test_words_that_say_nothing_are_refused_and_nothing_is_written(folder, words):
    done = command("fix", *words, folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "hint: " in done.stderr
    assert lines(folder) == []


def test_one_writer_at_a_time(folder):
    archive = archive_of(folder)
    config = archive.config.archive
    with lock.hold(config.database, config.warcs, "run"), pytest.raises(LockedError):
        fix(folder, "title=One")
    assert lines(folder) == []


# ---------------------------------------------------------------- the file

GOOD = '{"format":1,"kind":"fix","id":"abcdef","at":"2026-01-01T00:00:00Z","story":"k","set":{"title":"T"}}'


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nonsense", "cannot be read"),
        ("[1]", "it is no JSON object"),
        ('{"format":true}', "it names no format"),
        ("{}", "it names no format"),
        ('{"format":1}', "is missing"),
        (GOOD.replace("title", "tilte"), "there is no field 'tilte'"),
        (GOOD.replace('"T"', "7"), "title: must be a text"),
        (GOOD.replace('"T"', '"\\ud800"'), "title: must be a text"),
        (GOOD.replace("fix", "withdraw"), "'withdraw' is not known"),
        (GOOD.replace("2026-01-01", "soon"), "not as it should be"),
        (GOOD.replace('{"title":"T"}', "{}"), "says nothing"),
        ("[" * 100_000, "cannot be read"),
        ('{"x":"' + "y" * (1 << 20) + '"}', "too long"),
        ("\udce9", "cannot be read"),
        (GOOD.replace('"T"', '"U"').replace("abcdef", "fedcba"), "has the id of another line"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_the_others_hold(tmp_path, line, why):
    path = tmp_path / "decisions.jsonl"
    other = GOOD.replace("abcdef", "fedcba").replace("title", "summary")
    path.write_bytes(f"{GOOD}\n{other}\n{line}\n\n{GOOD}\n".encode("utf-8", "surrogateescape"))
    found = decisions.read(path)
    assert [each.id for each in found.entries] == ["abcdef", "fedcba"]
    assert len(found.problems) == 1
    assert "decisions.jsonl, line 3" in found.problems[0]
    assert why in found.problems[0]


def test_a_newer_format_is_refused_before_anything_is_done(folder):
    before = (folder / "archive.db").read_bytes()
    (folder / "decisions.jsonl").write_text('{"format": 2, "what": "ever"}\n')
    for words in (["fix", f"{HOST}/0.html", "title=x"], ["derive"], ["rebuild"]):
        done = command(*words, folder=folder)
        assert (done.returncode, "newer Storykeep" in done.stderr) == (1, True)
        assert "hint: update Storykeep" in done.stderr
    assert (folder / "archive.db").read_bytes() == before
    assert command("show", f"{HOST}/0.html", folder=folder).returncode == 0


def test_a_broken_line_is_told_by_every_writer(folder):
    (folder / "decisions.jsonl").write_text("nonsense\n")
    done = command("fix", f"{HOST}/0.html", "title=x", folder=folder)
    assert done.returncode == 0
    assert "decisions.jsonl, line 1, cannot be read" in done.stderr
    assert "line 1, cannot be read" in command("derive", folder=folder).stderr
    assert (folder / "decisions.jsonl").read_text().startswith("nonsense\n")


def entry(number, **changes):
    return decisions.Entry(
        f"entry{number}", "fix", "2026-01-01T00:00:00Z", "k", {"title": f"T{number}"}, **changes
    )


@settings(max_examples=80, deadline=None)
@given(cut=st.integers(1, 400), more=st.integers(0, 2))
def test_a_torn_last_line_is_told_kept_aside_and_written_over(tmp_path_factory, cut, more):
    """Wherever a kill cut it: what was whole holds, what comes after is whole."""
    path = tmp_path_factory.mktemp("torn") / "decisions.jsonl"
    for number in range(3):
        decisions.append(path, entry(number))
    whole = path.read_bytes()
    cut = min(cut, len(whole))
    path.write_bytes(whole[:-cut])
    left = len([each for each in whole[:-cut].split(b"\n") if each.endswith(b"}}")])
    found = decisions.read(path)
    assert [each.id for each in found.entries] == [f"entry{n}" for n in range(left)]
    assert len(found.problems) <= 1
    for number in range(more + 1):
        decisions.append(path, entry(10 + number))
    found = decisions.read(path)
    assert found.problems == ()
    assert len(found.entries) == left + more + 1


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch, call):
    path = tmp_path / "decisions.jsonl"
    decisions.append(path, entry(1))
    before = path.read_bytes()
    real = os.write

    def broken(descriptor, data=b""):
        if call == "write":
            real(descriptor, bytes(data)[:20])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(journals.os, call, broken)
    with pytest.raises(StoreError, match="No space left"):
        decisions.append(path, entry(2))
    monkeypatch.undo()
    assert path.read_bytes() == before


def test_many_entries_and_doubled_files_are_read_once(tmp_path):
    path = tmp_path / "decisions.jsonl"
    text = "".join(f"{GOOD.replace('abcdef', f'id{n:06}')}\n" for n in range(5000))
    path.write_text(text * 2)
    found = decisions.read(path)
    assert (len(found.entries), found.problems) == (5000, ())


VALUES = st.one_of(
    st.tuples(st.just("title"), st.text(min_size=1).filter(str.strip)),
    st.tuples(st.just("author"), st.lists(st.text(min_size=1, alphabet="ab Ü"), min_size=1)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["fix", "undo"]), st.integers(0, 5), st.sampled_from(["title", "status", "fandom", "tags"])), max_size=12))  # fmt: skip
def test_undoing_everything_leaves_nothing_in_force(steps):
    values = {"title": "x", "status": "complete", "fandom": ["a"], "tags": [["rating", "PG"]]}
    entries = []
    for number, (kind, target, name) in enumerate(steps):
        made = {"values": {name: values[name]}} if kind == "fix" else {"undoes": f"id{target:06}"}
        entries.append(decisions.Entry(f"id{number:06}", kind, "2026-01-01T00:00:00Z", "k", **made))
    kept = decisions.Journal(tuple(entries))
    undone = [
        decisions.Entry(f"u{each.id}", "undo", each.at, "k", undoes=each.id)
        for each in kept.in_force()
    ]
    assert decisions.Journal((*kept.entries, *undone)).in_force() == []
    found = decisions.corrections(kept.in_force()).get("k", {})
    assert decisions.from_json(decisions.to_json(found)) == found
