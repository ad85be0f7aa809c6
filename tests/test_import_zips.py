"""A zip of whatever somebody had: what is in it comes in as from a folder."""

from __future__ import annotations

import gzip
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.imports import Done, Told, Wish
from tests.archives import make_archive, rows
from tests.catalogues import EFICTION, PERL
from tests.foreign import info, packed, page, plain, response
from tests.test_import_browsertrix import wacz
from tests.test_import_catalogues import site
from tests.test_import_warcs import assert_sound
from tests.test_import_wrapped import MBOX
from tests.test_io_errors import small_disk  # noqa: F401

SITE = "http://old.example/"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])


def take(archive: Archive, path: Path, **wish: bool) -> tuple[Done, list[Told]]:
    """Import *path*; return what came of it, and what was told."""
    told: list[Told] = []
    return archive.take_in(Wish((path,), SITE, **wish), told.append), told


def zipped(folder: Path, path: Path) -> Path:
    """Write a zip of all that is below *folder*."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for each in sorted(folder.rglob("*")):
            if each.is_file():
                out.write(each, each.relative_to(folder))
    return path


def crawl() -> list:
    """Return the records of a crawl of one page."""
    return [info(), response(f"{SITE}crawled.html", page("Crawled"))]


def held_wacz(path: Path) -> None:
    wacz(path, {"data.warc.gz": packed(crawl())})


HELD: dict[str, tuple[Callable[[Path], object], str, int]] = {
    "ARCHIVE_DB.pl": (lambda at: at.write_bytes(PERL), "database of the Automated Archive", 3),
    "dump.sql": (lambda at: at.write_text(EFICTION), "SQL dump of eFiction", 2),
    "dump.sql.gz": (lambda at: at.write_bytes(gzip.compress(EFICTION.encode(), mtime=0)), "SQL dump of eFiction", 2),
    "crawl.warc.gz": (lambda at: at.write_bytes(packed(crawl())), "WARC, gzip per record", 1),
    "crawl.warc": (lambda at: at.write_bytes(plain(crawl())), "WARC, not compressed", 1),
    "crawl.wacz": (held_wacz, "WACZ", 1),
    "list.mbox": (lambda at: at.write_text(MBOX), "mbox", 3),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_what_a_zip_holds_is_taken_in_as_from_a_folder(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    """The file that is no page, too: named, counted, kept as it came, and once."""
    make, form, count = HELD[name]
    folder = tmp_path / "saved"
    (folder / "old").mkdir(parents=True)
    make(folder / "old" / name)
    os.utime(folder / "old" / name, (1_400_000_000, 1_400_000_000))
    (folder / "1.html").write_bytes(page("One"))
    path = zipped(folder, tmp_path / "saved.zip")
    foreseen, _ = take(archive, path, dry_run=True)
    done, told = take(archive, path)
    assert told == []
    assert [(each.path, each.form, each.taken) for each in done.files] == [
        (str(path), "zip of saved pages", 1),
        (f"{path}: old/{name}", form, count),
    ]
    assert [each.taken for each in foreseen.files] == [1, count]
    seen = rows(archive, "SELECT url, substr(fetched_at, 1, 10) FROM capture ORDER BY url")
    assert_sound(archive)
    assert not list((archive.config.archive.warcs / "imported").glob("work-*"))
    assert take(archive, path)[0].total("taken") == 0
    assert take(archive, folder)[0].total("taken") == 0
    assert rows(archive, "SELECT url, substr(fetched_at, 1, 10) FROM capture ORDER BY url") == seen


def test_a_catalogue_in_a_zip_finds_the_stories_beside_it(archive: Archive, tmp_path: Path) -> None:
    """The whole site in one file, as somebody sends it."""
    path = zipped(site(tmp_path / "site"), tmp_path / "site.zip")
    done, _ = take(archive, path)
    assert [(each.taken, each.lacking) for each in done.files] == [(1, 0), (3, 2)]
    assert rows(archive, "SELECT title, summary FROM story") == [
        ("The Lamp", "A lamp that doesn't go out.")
    ]


def test_with_link_nothing_refers_into_a_zip(archive: Archive, tmp_path: Path) -> None:
    """What came out of a zip is copied whatever --link says: nothing else has it."""
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "ARCHIVE_DB.pl").write_bytes(PERL)
    (folder / "crawl.warc.gz").write_bytes(packed(crawl()))
    held_wacz(folder / "crawl.wacz")
    take(archive, zipped(folder, tmp_path / "saved.zip"), link=True)
    kept = list((archive.config.archive.warcs / "imported").iterdir())
    assert len(kept) == 4
    assert not any(each.is_symlink() for each in kept)
    assert_sound(archive)


def test_a_look_fills_no_disk(
    archive: Archive,
    tmp_path: Path,
    small_disk: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A dry run unpacks where temporary files go: what has no room there is told, the rest looked at."""
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "1.html").write_bytes(page("One"))
    (folder / "dump.sql").write_text(f"{EFICTION}\n-- {os.urandom(1 << 20).hex()}\n")
    path = zipped(folder, tmp_path / "saved.zip")
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(small_disk))
        foreseen, told = take(archive, path, dry_run=True)
    assert foreseen.total("taken") == 1
    assert [each.place for each in told] == ["saved.zip: dump.sql"]
    assert "have no room in" in told[0].why
    assert take(archive, path)[0].total("taken") == 3


def test_what_has_to_be_unpacked_says_so(archive: Archive, tmp_path: Path) -> None:
    """A zip in a zip, a tar, a rar: what is in them would be lost in silence."""
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "1.html").write_bytes(page("One"))
    (folder / "all.tar").write_bytes(b"1.html" + bytes(251) + b"ustar\x0000" + bytes(8192))
    (folder / "all.tar.gz").write_bytes(gzip.compress(bytes(9000)))
    (folder / "all.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(900))
    (folder / "page.html.gz").write_bytes(gzip.compress(page("Two")))
    (folder / "setup.exe").write_bytes(b"MZ" + bytes(900))
    inner = zipped(folder, tmp_path / "inner.zip")
    inner.rename(folder / "inner.zip")
    _, told = take(archive, zipped(folder, tmp_path / "saved.zip"))
    refused = {each.place: each.why for each in told if each.what == "refused"}
    assert set(refused) == {
        f"saved.zip: {name}"
        for name in ("all.tar", "all.tar.gz", "all.rar", "page.html.gz", "inner.zip")
    }
    assert all("unpack it" in why for why in refused.values())
    assert [each.place for each in told if each.what == "skipped"] == ["saved.zip: setup.exe"]
    _, told = take(archive, folder / "all.tar.gz")
    assert "unpack it" in told[0].why
