"""How a capture came here stands in its WARC, and in everything that tells of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.export import Options, render
from storykeep.model import Provenance
from storykeep.warc import Unit, files, scan, unit
from storykeep.warc import fields as f
from storykeep.warc.openfile import OpenFile
from storykeep.warc.record import write_record
from tests.archives import PROSE, command, dump, make_archive, rows, story_page
from tests.exchanges import INFO
from tests.stories import capture_for, story_of

URL = "http://dead.example/lamp.html"
OLD = "2003-05-01T12:00:00Z"
WAYBACK = Provenance(
    "wayback",
    "reconstructed",
    f"http://web.archive.org/web/20030501120000id_/{URL}",
    "the Wayback Machine",
    "2026-11-30T07:00:00.000000Z",
)
SAVED = Provenance("import", "saved", None, "a browser", "2026-11-30T07:00:00.000000Z")


def put_unit(folder: Path, provenance: Provenance, *, metadata: bool = True) -> Path:
    """Write a sealed WARC with one answer that came as *provenance* says."""
    now = datetime(2026, 11, 30, 7, tzinfo=UTC)
    warc = OpenFile(folder, "storykeep", INFO, now)
    out, answer = BytesIO(), f.record_id()
    shared = [
        ("WARC-Date", OLD),
        ("WARC-Target-URI", URL),
        ("WARC-Warcinfo-ID", warc.info_id),
    ]
    if metadata:
        facts = [("source", "dead"), *unit.provenance_facts(provenance)]
        beside = [*shared, ("WARC-Concurrent-To", answer)]
        write_record(
            out, unit.record_fields("metadata", beside, f.WARC_FIELDS), f.format_fields(facts)
        )
    fields = [*shared, *unit.provenance_fields(provenance)]
    body = story_page("The Lamp", "mako", PROSE)
    write_record(
        out,
        unit.record_fields("response", fields, "application/http; msgtype=response", answer),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body,
    )
    out.seek(0)
    warc.append(out)
    warc.finish(now)
    return files(folder)[0]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of one page that the Wayback Machine had, rebuilt from its WARC."""
    made = make_archive(tmp_path, ["http://live.example/"])
    put_unit(made.config.archive.warcs, WAYBACK)
    made.rebuild()
    return made


@pytest.mark.parametrize(
    "provenance", [WAYBACK, SAVED, Provenance("import", "verbatim"), Provenance()]
)
def test_what_a_warc_says_of_it_is_read_back(tmp_path: Path, provenance: Provenance) -> None:
    """Each origin and form comes back as it was written."""
    (item,) = scan(put_unit(tmp_path, provenance))
    assert isinstance(item, Unit)
    assert item.capture.provenance == provenance


def test_a_capture_from_elsewhere_never_passes_for_our_own(tmp_path: Path) -> None:
    """Where its metadata record is lost, its address says that it came from somewhere else."""
    (item,) = scan(put_unit(tmp_path, WAYBACK, metadata=False))
    assert isinstance(item, Unit)
    assert item.capture.provenance.origin == "import"
    assert item.capture.provenance.form == "reconstructed"
    assert item.capture.provenance.source_uri == WAYBACK.source_uri


def test_an_unknown_form_is_no_verbatim_one() -> None:
    """A later Storykeep may have written it."""
    told = unit.told_provenance([], [("origin", "wayback"), ("form", "dreamt")])
    assert (told.origin, told.form) == ("wayback", "reconstructed")


def test_rows_and_views_tell_it(archive: Archive) -> None:
    """The table and the view for people have the same columns."""
    for table in ("capture", "captures"):
        found = rows(
            archive, f"SELECT origin, form, source_uri, captured_by, taken_at FROM {table}"
        )
        assert [Provenance(*row) for row in found] == [WAYBACK]


def test_a_rebuild_tells_the_same(archive: Archive) -> None:
    """Nothing of it is only in the database."""
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before
    assert any('"origin": "wayback"' in each for each in before)


def test_show_and_export_say_that_a_text_was_reconstructed(
    archive: Archive, tmp_path: Path
) -> None:
    """The record has it as values, a text has it in words at its head."""
    shown = command("show", URL, "--json", folder=tmp_path)
    (chapter,) = json.loads(shown.stdout)["chapters"]
    assert chapter["capture"]["origin"] == "wayback"
    assert chapter["capture"]["form"] == "reconstructed"
    assert chapter["capture"]["source_uri"] == WAYBACK.source_uri
    assert chapter["capture"]["fetched_at"] == OLD
    words = "reconstructed from the Wayback Machine, captured 2003-05-01"
    assert f"Archived: {words}" in command("show", URL, folder=tmp_path).stdout
    for kind in ("txt", "md"):
        place = f"{tmp_path / kind}/"
        assert command("export", "--format", kind, "-o", place, folder=tmp_path).returncode == 0
        (text,) = [each.read_text() for each in (tmp_path / kind).iterdir() if each.is_file()]
        assert words in text


def test_captures_marks_what_no_run_of_ours_made(archive: Archive, tmp_path: Path) -> None:
    """On its line in words, in JSON as values."""
    done = command("captures", folder=tmp_path)
    assert done.stdout.splitlines()[0].endswith("  wayback, reconstructed")
    (row,) = map(json.loads, command("captures", "--json", folder=tmp_path).stdout.splitlines())
    assert Provenance(*(row[name] for name in Provenance.__slots__)) == WAYBACK


def test_a_text_says_which_chapters_came_how() -> None:
    """A story that was seen live and elsewhere tells each way, with its own days."""
    whole = story_of("lamp", "One.", "Two.", "Three.")
    captures = [
        capture_for(1),
        capture_for(2, fetched_at=OLD, provenance=WAYBACK),
        capture_for(3, fetched_at="2004-01-01T00:00:00Z", provenance=WAYBACK),
    ]
    chapters = [
        replace(chapter, capture=capture)
        for chapter, capture in zip(whole.chapters, captures, strict=True)
    ]
    text = render(replace(whole, chapters=tuple(chapters)), id="x", format="txt", options=Options())
    assert (
        "Archived: 2026-01-01 (1 chapter); reconstructed from the Wayback Machine, "
        "captured 2003-05-01 to 2004-01-01 (2 chapters)\n"
    ) in text


@pytest.mark.parametrize(
    ("provenance", "words"),
    [
        (SAVED, "from a page that was saved by a browser, captured 2003-05-01"),
        (Provenance("import", "verbatim"), "imported, captured 2003-05-01"),
        (
            Provenance("import", "verbatim", captured_by="Heritrix/3.4"),
            "imported from Heritrix/3.4, captured 2003-05-01",
        ),
    ],
    ids=["saved", "imported", "imported, with a name"],
)
def test_a_text_says_how_it_was_imported(provenance: Provenance, words: str) -> None:
    """Other people's captures are theirs."""
    whole = story_of("lamp", "One.")
    capture = capture_for(1, fetched_at=OLD, provenance=provenance)
    chapter = replace(whole.chapters[0], capture=capture)
    text = render(replace(whole, chapters=(chapter,)), id="x", format="md", options=Options())
    assert words in text
