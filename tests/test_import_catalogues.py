"""What a site's own catalogue says stands beside its stories: as evidence, joined, and once."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.catalogue import MIME, Entry
from storykeep.imports import Done, Told, Wish
from storykeep.imports.catalogues import Opened
from tests.archives import PROSE, command, dump, make_archive, rows
from tests.catalogues import EFICTION, PERL
from tests.foreign import Record, http, packed, page, response
from tests.test_import_warcs import assert_sound

SITE = "http://old.example/"
LAMP = f"{SITE}archive/1/thelamp.html"
FIC = "http://fic.example/sv/"
_EFICTION_PAGE = (
    "<html><head><title>Fic</title></head><body><div id='pagetitle'><a href='viewstory.php?sid=7'>{0}"
    "</a> by <a href='viewuser.php?uid=1'>Ada P.</a></div><div class='infobox'><div class='content'>"
    "<span class='label'>Rated:</span> Mature<br></div></div><div id='story'>{1}</div></body></html>"
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])


def take(
    archive: Archive, *paths: Path, base: str | None = None, **wish: bool
) -> tuple[Done, list[Told]]:
    """Import *paths*; return what came of them, and what was told."""
    told: list[Told] = []
    return archive.take_in(Wish(paths, base, **wish), told.append), told


def site(where: Path) -> Path:
    """Write what was left of an Automated Archive, its catalogue with it."""
    (where / "archive" / "1").mkdir(parents=True)
    (where / "ARCHIVE_DB.pl").write_bytes(PERL)
    body = b"<html><head><title>old archive</title></head><body><p>print this story!</p>"
    body += b"<p>by Ada P.</p>" + PROSE.encode() + b"</body></html>"
    (where / "archive" / "1" / "thelamp.html").write_bytes(body)
    return where


def shown(archive: Archive, ref: str) -> dict:
    """Return the record of a story, as `show --json` prints it."""
    done = command("show", ref, "--json", folder=archive.config.folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_catalogue_stands_beside_its_stories(archive: Archive, tmp_path: Path) -> None:
    """What no page says comes from it; what both say is there twice, the page's first."""
    done, told = take(archive, site(tmp_path / "site"), base=SITE)
    assert told == []
    assert (done.stories_new, done.total("taken")) == (1, 4)
    catalogue = next(each for each in done.files if each.noun == "entry")
    assert (catalogue.taken, catalogue.refused, catalogue.lacking) == (3, 0, 2)
    record = shown(archive, LAMP)
    assert record["url"] == f"{SITE}archive/1/thelamp.html"
    assert record["summary"] == "A lamp that doesn't go out."
    assert record["published"]["value"] == "2003-10-17"
    title = record["evidence"]["title"][0]
    assert (title["value"], title["method"]) == ("The Lamp", "archive_db")
    by = [(each["value"], each["method"]) for each in record["evidence"]["authors"]]
    assert by[0] == ("Ada P.", "byline")
    assert ("Ada Penhallow", "archive_db") in by
    assert record["authors"][0]["name"] == "Ada P."
    assert_sound(archive)


def test_the_file_is_kept_byte_for_byte_and_once(archive: Archive, tmp_path: Path) -> None:
    """It is listed, verified and rebuilt from; importing it again adds nothing."""
    where = site(tmp_path / "site")
    take(archive, where, base=SITE)
    kept = sorted((archive.config.archive.warcs / "imported").iterdir())
    assert [each.name.split("-", 2)[2] for each in kept] == [
        "ARCHIVE_DB.pl.orig", "ARCHIVE_DB.pl.warc.gz",
    ]  # fmt: skip
    assert kept[0].read_bytes() == PERL
    before = dump(archive)
    done, _ = take(archive, where, base=SITE)
    assert (done.total("taken"), done.stories_new, done.stories_changed) == (0, 0, 0)
    assert done.files[1].lacking == 2
    assert sorted((archive.config.archive.warcs / "imported").iterdir()) == kept
    assert dump(archive) == before
    assert_sound(archive)


def test_a_page_that_comes_later_finds_its_entry(archive: Archive, tmp_path: Path) -> None:
    """Entries wait for their stories; the order of imports is nothing to the record."""
    file = tmp_path / "ARCHIVE_DB.pl"
    file.write_bytes(PERL)
    done, _ = take(archive, file, base=SITE)
    assert (done.files[0].taken, done.files[0].lacking, done.stories_new) == (3, 3, 0)
    assert rows(archive, "SELECT 1 FROM story") == []
    crawl = tmp_path / "later.warc.gz"
    crawl.write_bytes(
        packed([response(f"{SITE}archive/1/itsbroken.txt", page("It is Broken", "Jos Quill"))])
    )
    done, _ = take(archive, crawl)
    assert done.stories_new == 1
    record = shown(archive, f"{SITE}archive/1/itsbroken.txt")
    titles = [(each["value"], each["method"]) for each in record["evidence"]["title"]]
    assert ("It's Broken", "archive_db") in titles
    assert titles[0][0] == "It is Broken"
    assert_sound(archive)


def test_a_dump_of_efiction_is_joined_by_its_numbers(archive: Archive, tmp_path: Path) -> None:
    """sid=7 is the story on whichever page of it; both ratings stand, and none of its members."""
    crawl, sql = tmp_path / "crawl.warc.gz", tmp_path / "backup 1.sql"
    pages = [
        response(
            f"{FIC}viewstory.php?sid=7&chapter={number}",
            _EFICTION_PAGE.format(
                "One Goose", f"{PROSE}<p>The part numbered {number}.</p>"
            ).encode(),
        )
        for number in (1, 2)
    ]
    elsewhere = f"{FIC.replace('/sv/', '/due/')}viewstory.php?sid=8"
    pages.append(
        response(
            elsewhere, _EFICTION_PAGE.replace("sid=7", "sid=8").format("Another", PROSE).encode()
        )
    )
    crawl.write_bytes(packed(pages))
    sql.write_text(EFICTION)
    take(archive, crawl)
    done, told = take(archive, sql)
    assert told == []
    assert (done.files[0].form, done.files[0].taken) == ("SQL dump of eFiction", 2)
    record = shown(archive, f"{FIC}viewstory.php?sid=7&chapter=1")
    assert [each["value"] for each in record["evidence"]["title"]][:2] == [
        "One Goose",
        "One Goose Over",
    ]
    assert record["summary"] == "A goose & a weir."
    ratings = [tag["value"] for tag in record["tags"] if tag["kind"] == "rating"]
    assert ratings == ["Mature", "Teen"]
    assert record["status"] == "complete"
    other = shown(archive, elsewhere)
    assert all(each["method"] != "archive_db" for each in other["evidence"]["title"])
    exported = json.dumps([record, other])
    assert "5f4dcc" not in exported
    assert rows(
        archive, "SELECT count(*) FROM capture WHERE fetched_at LIKE '2012-03-04T12:00:00%'"
    ) == [(2,)]
    assert_sound(archive)


def test_a_dry_run_says_the_same_and_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    """The numbers are those of the import."""
    sql = tmp_path / "x.sql"
    sql.write_text(EFICTION + "INSERT INTO `sv_fanfiction_stories` VALUES (9,'short');")
    before = sorted(map(str, archive.config.folder.rglob("*")))
    seen, told = take(archive, sql, dry_run=True)
    assert sorted(map(str, archive.config.folder.rglob("*"))) == before
    done, again = take(archive, sql)
    assert told == again
    assert [each.what for each in told] == ["refused"]
    one, two = seen.files[0], done.files[0]
    assert (
        (one.taken, one.refused, one.lacking) == (two.taken, two.refused, two.lacking) == (2, 1, 2)
    )
    assert_sound(archive)


def test_without_a_site_it_is_refused_by_name(archive: Archive, tmp_path: Path) -> None:
    """No address is made up: nothing is kept before somebody says whose catalogue it is."""
    file = tmp_path / "db"
    file.write_bytes(PERL)
    done, told = take(archive, file)
    assert done.total("refused") == 1
    assert "--base-url" in told[0].why
    assert not list((archive.config.archive.warcs / "imported").glob("*"))


def test_a_wrong_address_can_be_mended(archive: Archive, tmp_path: Path) -> None:
    """The same file under another address is taken in once more, beside what was there."""
    where = site(tmp_path / "site")
    file = where / "ARCHIVE_DB.pl"
    take(archive, file, base="http://wrong.example/")
    done, _ = take(archive, where, base=SITE)
    assert next(each for each in done.files if each.noun == "entry").taken == 3
    assert shown(archive, LAMP)["summary"] == "A lamp that doesn't go out."
    assert len(list((archive.config.archive.warcs / "imported").glob("*.orig"))) == 1
    assert take(archive, where, base=SITE)[0].total("taken") == 0
    assert_sound(archive)


def test_a_newer_dump_is_another_word(archive: Archive, tmp_path: Path) -> None:
    """What it says is a later reading of the same entries."""
    where = site(tmp_path / "site")
    take(archive, where, base=SITE)
    file = where / "ARCHIVE_DB.pl"
    file.write_bytes(PERL.replace(b"'The Lamp'", b"'The Lamp, Revised'"))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    take(archive, file, base=SITE)
    values = [each["value"] for each in shown(archive, LAMP)["evidence"]["title"]]
    assert "The Lamp" in values[0]
    assert_sound(archive)


def test_a_page_cannot_pass_for_a_catalogue(archive: Archive, tmp_path: Path) -> None:
    """An answer of a site with the type of an entry is a file that is no page."""
    entry = Entry("efiction", "7", (), (("title", "Mine"),), ("ascii",), "sid=7").body()
    crawl = tmp_path / "x.warc.gz"
    crawl.write_bytes(packed([Record("response", f"{SITE}x?1", http(entry, kind=MIME))]))
    take(archive, crawl)
    assert rows(archive, "SELECT outcome FROM capture") == [("asset",)]


def test_a_killed_import_of_a_catalogue_goes_on(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead before the entries were written: the file is kept, and the next call makes them."""

    def dying(self: Opened, *words: object) -> None:
        raise KeyboardInterrupt

    where = site(tmp_path / "site")
    with monkeypatch.context() as patch:
        patch.setattr(Opened, "write", dying)
        with pytest.raises(KeyboardInterrupt):
            take(archive, where, base=SITE)
    done, _ = take(archive, where, base=SITE)
    assert next(each for each in done.files if each.noun == "entry").taken == 3
    assert_sound(archive)


def test_the_command_reports(archive: Archive, tmp_path: Path) -> None:
    """Entries, what is refused, and how many have no page."""
    where = site(tmp_path / "site")
    done = command("import", "--base-url", SITE, str(where), folder=archive.config.folder)
    assert done.returncode == 0
    assert "database of the Automated Archive: 3 entries taken in" in done.stdout
    assert "2 entries of stories that the archive has no page of" in done.stdout
    lines = command(
        "import", "--json", "--base-url", SITE, str(where), folder=archive.config.folder
    ).stdout.splitlines()
    files = [json.loads(each) for each in lines if '"file"' in each]
    assert [each["without_page"] for each in files] == [0, 2]


def test_a_linked_catalogue_stays_where_it_is(archive: Archive, tmp_path: Path) -> None:
    """Nothing is copied; verify reads it through its link, and tells when it has changed."""
    where = site(tmp_path / "site")
    take(archive, where, base=SITE, link=True)
    (kept,) = (archive.config.archive.warcs / "imported").glob("*.orig")
    assert kept.is_symlink()
    assert take(archive, where, base=SITE, link=True)[0].total("taken") == 0
    assert_sound(archive)
    (where / "ARCHIVE_DB.pl").write_bytes(PERL + b"#")
    assert {each.file for each in archive.verify().damage} == {f"imported/{kept.name}"}


def test_a_dump_in_gzip_is_one(archive: Archive, tmp_path: Path) -> None:
    """As mysqldump | gzip leaves it: kept so, and read; a bomb is refused by name."""
    sql, bomb = tmp_path / "x.sql.gz", tmp_path / "bomb.sql.gz"
    sql.write_bytes(gzip.compress(EFICTION.encode()))
    assert take(archive, sql, dry_run=True)[0].files[0].taken == 2
    done, told = take(archive, sql)
    assert told == []
    assert done.files[0].taken == 2
    kept = archive.config.archive.warcs / done.files[0].kept_as
    assert kept.read_bytes() == sql.read_bytes()
    assert rows(archive, "SELECT DISTINCT substr(fetched_at, 1, 19) FROM capture") == [
        ("2012-03-04T12:00:00",)
    ]
    with gzip.open(bomb, "wb", 9) as out:
        out.write(EFICTION.encode())
        for _ in range(80):
            out.write(b"-- " + b" " * (1 << 20) + b"\n")
    done, told = take(archive, bomb)
    assert done.total("refused") == 1
    assert "unpack to more than" in told[0].why
    assert not list((archive.config.archive.warcs / "imported").glob("work-*"))
    assert_sound(archive)


HOSTILE = [
    pytest.param(b"%FILES = (\n1 => { Title => system('touch x'), Author => `id` },\n);", id="calls"),
    pytest.param(b"%FILES = (\n1 => { Title => '../../etc/x', Location => '../../../../x' },\n);", id="a path"),
    pytest.param(b"%FILES = (\n1 => { Title => 'a\x00b\x1b[31m', Location => 'a\r\nb' },\n);", id="control characters"),
    pytest.param(b"%FILES = (\n1 => { Title => 'x', StoryURL => 'file:///etc/passwd' },\n);", id="file:"),
    pytest.param(b"%FILES = (\n" + b"1 => {\nTitle => 'x\n" * 30, id="quotes that never close"),
    pytest.param(EFICTION.encode()[:-300], id="a dump that was cut"),
    pytest.param(EFICTION.encode().replace(b"'", b"\\'"), id="no quote is one"),
    pytest.param(b"-- x\nDROP TABLE story; CREATE TRIGGER t; LOCK TABLES fanfiction_stories;\nDELETE FROM capture;", id="other statements"),
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE)
def test_a_hostile_catalogue_harms_nothing(archive: Archive, tmp_path: Path, data: bytes) -> None:
    """It is read or refused; nothing is run, written elsewhere or asked of a database."""
    file = tmp_path / "catalogue"
    file.write_bytes(data)
    before = {each for each in tmp_path.rglob("*") if "home" not in each.parts}
    done, told = take(archive, file, base=SITE)
    assert done.total("refused") == sum(each.what == "refused" for each in told)
    assert {each for each in tmp_path.rglob("*") if "home" not in each.parts} == before
    assert rows(archive, "SELECT count(*) FROM story") == [(0,)]
    assert archive.verify().damage == []


def test_the_command_tells_of_refusals_in_words(archive: Archive, tmp_path: Path) -> None:
    """With file and place, exit code 3, and no control character of a file reaches the terminal."""
    file = tmp_path / "x\x1b[31m.sql"
    file.write_text(EFICTION.replace("(8,", "(\x1b[31m8,"))
    done = command("import", str(file), folder=archive.config.folder)
    assert done.returncode == 3
    assert "a row of sv_fanfiction_stories: its quotes or commas are broken" in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
