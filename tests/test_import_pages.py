"""Saved pages, in folders and zips, become resource records that say so; junk is told, not taken."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storykeep import reader, urls
from storykeep.archive import Archive
from storykeep.imports import Done, Told, Wish, mails
from storykeep.imports.saved import address_of, moment_of, why_not
from storykeep.warc import Writer
from tests.archives import command, dump, make_archive, rows
from tests.foreign import info, packed, page, response
from tests.test_import_warcs import assert_sound

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])


def take(archive: Archive, *paths: Path, base: str | None = None) -> tuple[Done, list[Told]]:
    """Import *paths*; return what came of them, and what was told."""
    told: list[Told] = []
    return archive.take_in(Wish(paths, base), told.append), told


def folder(where: Path) -> Path:
    """Return a folder as a browser, a mirror and a person leave it."""
    for name, body in {
        "stories/1.html": page("One"),
        "stories/two.txt": b"Title: Two\nAuthor: Bob\n\n" + b"The tide came in at noon. " * 30,
        "stories/view.php?sid=3": page("Three"),
        "stories/1_files/menu.html": page("Menu"),
        "stories/cat.gif": b"GIF89a" + bytes(50),
        "style.css": b"p { margin: 0 }",
        "Thumbs.db": b"\xd0\xcf\x11\xe0" + bytes(50),
        ".hidden/x.html": page("Hidden"),
        "empty.html": b"",
    }.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        os.utime(path, (1_100_000_000, 1_100_000_000))
    return where


def test_a_folder_is_taken_in_under_its_address(archive: Archive, tmp_path: Path) -> None:
    """Three pages of nine files; each of the rest has its reason; a second import adds nothing."""
    pages = folder(tmp_path / "pages")
    done, told = take(archive, pages, base="http://old.example/~ana/")
    assert (done.total("taken"), done.total("refused"), done.total("skipped")) == (3, 0, 6)
    assert all(each.what == "skipped" and each.why for each in told)
    assert rows(archive, "SELECT url, title, author FROM story ORDER BY url") == [
        ("http://old.example/~ana/stories/1.html", "One", "Ana"),
        ("http://old.example/~ana/stories/two.txt", "Two", "Bob"),
        ("http://old.example/~ana/stories/view.php?sid=3", "Three", "Ana"),
    ]
    seen = "SELECT DISTINCT fetched_at, origin, form, mime FROM capture ORDER BY mime"
    assert rows(archive, seen) == [
        ("2004-11-09T11:33:20.000000Z", "import", "saved", "text/html"),
        ("2004-11-09T11:33:20.000000Z", "import", "saved", "text/plain"),
    ]
    assert_sound(archive)
    before = dump(archive)
    again, _ = take(archive, pages, base="http://old.example/~ana/")
    assert (again.total("taken"), again.total("there"), again.warcs) == (0, 3, [])
    assert dump(archive) == before


def test_the_record_says_how_it_is_known(archive: Archive, tmp_path: Path) -> None:
    """The metadata record names the file, who told the address, and that the date is the file's."""
    take(archive, folder(tmp_path / "pages"), base="http://old.example/")
    (path,) = archive.config.archive.warcs.glob("*.warc.gz")
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        told = [
            (record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file)
        ]
    assert [kind for kind, _ in told] == ["warcinfo", *["metadata", "resource"] * 3]
    facts = told[1][1].decode()
    assert "file: stories/1.html\r\n" in facts
    assert "addressFrom: --base-url and its name\r\n" in facts
    assert "dateFrom: the file's time\r\n" in facts
    assert "origin: import\r\nform: saved\r\n" in facts
    connection = reader.connect(archive.config.archive.database)
    assert connection is not None
    found = list(reader.captures(connection))
    connection.close()
    assert {(each["origin"], each["form"]) for each in found} == {("import", "saved")}


def test_a_zip_gives_the_same_as_its_folder(archive: Archive, tmp_path: Path) -> None:
    """Nothing is unpacked on the disk, and the members are named."""
    pages = folder(tmp_path / "pages")
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for each in sorted(pages.rglob("*")):
            if each.is_file():
                out.write(each, each.relative_to(pages))
    done, told = take(archive, path, base="http://old.example/~ana/")
    assert (done.total("taken"), done.total("refused"), done.total("skipped")) == (3, 0, 6), told
    assert rows(archive, "SELECT count(*) FROM story") == [(3,)]
    assert_sound(archive)


def test_a_page_with_no_address_is_refused_by_name(archive: Archive, tmp_path: Path) -> None:
    """Nothing is made up; the words say what to do."""
    (tmp_path / "x.html").write_bytes(page("X"))
    done, told = take(archive, tmp_path / "x.html")
    assert done.total("taken") == 0
    assert [each.what for each in told] == ["refused"]
    assert "--base-url" in told[0].why
    assert not list(archive.config.archive.warcs.glob("*"))


def test_a_folder_of_warcs_and_pages(archive: Archive, tmp_path: Path) -> None:
    """Each file as what it is."""
    pages = folder(tmp_path / "pages")
    (pages / "crawl").write_bytes(packed([info(), response("http://a.example/1", page("Nine"))]))
    done, _ = take(archive, pages, base="http://old.example/")
    assert [(each.form, each.taken) for each in done.files] == [
        ("folder of saved pages", 3), ("WARC, gzip per record", 1)
    ]  # fmt: skip
    assert_sound(archive)


def test_a_saved_page_is_a_version_of_the_story(archive: Archive, tmp_path: Path) -> None:
    """Two copies of one address, saved in two years: one story, the later text is the current."""
    for year, more in ((2003, ""), (2008, "<p>Mended.</p>")):
        path = tmp_path / str(year) / "1.html"
        path.parent.mkdir()
        path.write_bytes(page("One", more=more))
        stamp = datetime(year, 6, 1, tzinfo=UTC).timestamp()
        os.utime(path, (stamp, stamp))
        take(archive, path.parent, base="http://old.example/")
    assert rows(archive, "SELECT substr(first_seen, 1, 4), text IS NULL FROM version ORDER BY 1") == [
        ("2003", 0), ("2008", 1)
    ]  # fmt: skip
    assert_sound(archive)


class Dead(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("before", [True, False], ids=["before the WARC", "behind the WARC"])
def test_a_killed_import_of_pages_goes_on(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    """Dead before or behind the sync of a batch: the next one takes in what is lacking, once."""
    pages = folder(tmp_path / "pages")
    real = Writer.append_resources

    def dying(self: Writer, resources: list) -> list:  # type: ignore[type-arg]
        if not before:
            real(self, resources)
        raise Dead

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "append_resources", dying)
        patch.setattr(Writer, "close", lambda self: None)
        with pytest.raises(Dead):
            take(archive, pages, base="http://old.example/")
    done, _ = take(archive, pages, base="http://old.example/")
    assert (done.total("taken"), done.total("there")) == ((3, 0) if before else (0, 3))
    assert rows(archive, "SELECT count(*) FROM capture") == [(3,)]
    assert_sound(archive)


def test_a_document_that_may_be_a_story_is_refused_by_name(
    archive: Archive, tmp_path: Path
) -> None:
    """It is not read, and whoever has it is told what to do; it is no zip of pages either."""
    given = tmp_path / "given"
    given.mkdir()
    (given / "lamp.rtf").write_bytes(b"{\\rtf1 The Lamp}")
    for name, first in (("lamp.docx", "[Content_Types].xml"), ("lamp.odt", "mimetype")):
        with zipfile.ZipFile(given / name, "w") as packed:
            packed.writestr(first, "application/vnd.oasis.opendocument.text")
            packed.writestr("content.html", "<p>The Lamp</p>")
    told = command(
        "import", "--base-url", "http://a.example/", str(given), folder=archive.config.folder
    )
    assert told.returncode == 3
    assert "0 captures taken in, 3 refused" in told.stdout
    for name in ("lamp.rtf", "lamp.docx", "lamp.odt"):
        assert (
            f"{name}: document, no page; save it as .html or .txt, and import that" in told.stderr
        )


# ---------------------------------------------------------------- what a file says of itself

SAVED = b"<!-- saved from url=(0029)http://old.example/~ana/1.html -->\r\n"
SINGLE = (
    b"<!DOCTYPE html><html><!--\n Page saved with SingleFile \n url: https://old.example/2.html \n"
    b" saved date: Mon Jan 01 2024 10:00:00 GMT+0100 (Central European Standard Time)\n-->"
)
AO3 = (
    b'<div id="preface"><p class="message"><b>One</b><br/>Posted originally on the '
    b'<a href="http://archiveofourown.org/">Archive of Our Own</a> at '
    b'<a href="http://archiveofourown.org/works/123">http://archiveofourown.org/works/123</a>.</p>'
)
FANFICFARE = (
    b'<h1><a href="https://www.fanfiction.net/s/12/1/">One</a> by <a class="authorlink" href="x">Ana</a></h1>'
    b"<b>Category:</b> Lamps<br/><b>Packaged:</b> 2019-05-06 07:08:09<br/>"
)
HTTRACK = (
    b"<html>\n<!-- Mirrored from old.example/~ana/3.html by HTTrack Website Copier/3.x [XR&CO'2014], "
    b"Sun, 31 Jan 2016 06:40:15 GMT -->\n<head>"
)
BASE = b'<html><head><base href="http://old.example/b/page.html">'
CANONICAL = b'<link href="http://old.example/c.html" rel="canonical">'


@pytest.mark.parametrize(
    ("body", "address", "by"),
    [
        (SAVED + BASE + CANONICAL, "http://old.example/~ana/1.html", "saved from url"),
        (SINGLE + BASE, "https://old.example/2.html", "SingleFile"),
        (HTTRACK + BASE, "http://old.example/~ana/3.html", "HTTrack"),
        (HTTRACK.replace(b"from ", b"from https://"), "https://old.example/~ana/3.html", "HTTrack"),
        (AO3, "http://archiveofourown.org/works/123", "Posted originally"),
        (FANFICFARE, "https://www.fanfiction.net/s/12/1/", "FanFicFare"),
        (BASE + CANONICAL, "http://old.example/b/page.html", "<base>"),
        (b'<base href="http://old.example/b/">', "http://old.example/b/my%20page.html", "its name"),
        (CANONICAL, "http://old.example/c.html", "canonical"),
        (
            SAVED.replace(b"/~ana/1.html", b"/" + b"x" * 9_000) + CANONICAL,
            "http://old.example/c.html",
            "canonical",
        ),
        (
            b"<!-- saved from url=(0014)about:internet -->" + CANONICAL,
            "http://old.example/c.html",
            "canonical",
        ),
    ],
)
def test_the_address_is_what_is_trusted_most(body: bytes, address: str, by: str) -> None:
    """The browser's comment before the tool's, that before <base>, that before the canonical link."""
    said = address_of("a/my page.html", body)
    assert said is not None
    assert (said.value, by in said.by) == (address, True)
    named = address_of("a/my page.html", body, "http://mine.example/")
    assert named is not None
    assert named.value == "http://mine.example/a/my%20page.html"


@pytest.mark.parametrize(
    ("head", "by"),
    [
        (b"Archived-At: <http://old.example/7>\nMessage-ID: <1@old.example>", "Archived-At"),
        (b"Archived-At: <http://old.example/%s>\nMessage-ID: <1@old.example>" % (b"x" * 9_000), "Message-ID"),
        (b"Message-ID: <%s@old.example>" % (b"x" * 40_000), "digest"),
    ],
)  # fmt: skip
def test_no_message_has_an_address_that_no_record_can_name(head: bytes, by: str) -> None:
    """One that is too long is passed over, as one that is none."""
    said = mails.address_of(mails.Letter(0, head + b"\n\nHello."), "http://mine.example/")
    assert said is not None
    assert by in said.by
    assert urls.is_askable(said.value)


@pytest.mark.parametrize(
    ("body", "when", "by"),
    [
        (SINGLE, "2024-01-01T09:00:00+00:00", "SingleFile"),
        (FANFICFARE, "2019-05-06T07:08:09+00:00", "FanFicFare"),
        (HTTRACK, "2016-01-31T06:40:15+00:00", "HTTrack"),
        (HTTRACK.replace(b"2016", b"2076"), "2004-11-09T11:33:20+00:00", "the file's time"),
        (SAVED, "2004-11-09T11:33:20+00:00", "the file's time"),
    ],
)
def test_the_date_is_the_files_only_where_nothing_better_is_known(
    body: bytes, when: str, by: str
) -> None:
    """SingleFile and FanFicFare say when; else the file's time, and none in the future."""
    moment = moment_of(body, datetime.fromtimestamp(1_100_000_000, UTC), now=NOW)
    assert (moment.at.astimezone(UTC).isoformat(), by in moment.by) == (when, True)
    late = moment_of(SAVED, datetime(2040, 1, 1, tzinfo=UTC), now=NOW)
    assert (late.at, late.by) == (NOW, "the time of the import")


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("a.html", b"x", ""),
        ("a.TXT", b"x", ""),
        ("viewstory.php?sid=1.2", b"<p>x", ""),
        ("noending", b"<html><body>x", ""),
        ("noending", b"words", "no page"),
        ("a.gif", b"<html>", "picture, no page"),
        ("x_files/a.html", b"x", "it lies in the folder of a saved page's pictures"),
        ("__MACOSX/a.html", b"x", "it lies in a hidden folder"),
        ("._a.html", b"x", "the system wrote it"),
        ("warcs/manifest-sha256.txt", b"x", "it says what files there are, and is no page"),
        ("bagit.txt", b"x", "it says what files there are, and is no page"),
        ("manifesto.txt", b"x", ""),
        ("a.html", b" \n", "it is empty"),
        ("a.html", b"\0\0\0", "no page"),
        ("a.pdf", b"%PDF-1.4", "document, no page"),
        ("a.rtf", b"{\\rtf1 hello}", "document, no page"),
        ("a.rss", b"<rss>", "table or feed, no page"),
    ],
)
def test_junk_has_a_reason(name: str, body: bytes, why: str) -> None:
    """What is no page is told by what it is."""
    assert why_not(name, body) == why


def test_many_refusals_for_one_reason_are_summed_up(archive: Archive, tmp_path: Path) -> None:
    """Whoever forgets --base-url reads what to do, and not one line for each of his pages."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(25):
        (pages / f"{number}.html").write_bytes(page(f"Tale {number}"))
    home = archive.config.folder
    done = command("import", str(pages), folder=home)
    assert done.returncode == 3
    said = [each for each in done.stderr.splitlines() if each.startswith("refused: ")]
    assert len(said) == 21
    assert said[-1].startswith("refused: 5 more, as nothing says which address it was saved from")
    told = command("-v", "import", str(pages), folder=home).stderr.splitlines()
    assert sum(each.startswith("refused: ") for each in told) == 25
