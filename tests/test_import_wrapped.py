"""Downloads in EPUB and HTML, and mail: stored as they came, read as the stories in them."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from storykeep import wrapped
from storykeep.archive import Archive
from storykeep.derive import derive
from storykeep.imports import Done, Told, Wish
from storykeep.model import Page
from tests.archives import PROSE, command, make_archive, rows
from tests.foreign import info, packed, page, response
from tests.test_import_warcs import assert_sound

CONTAINER = (
    '<?xml version="1.0"?><container><rootfiles><rootfile full-path="OEBPS/content.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles></container>'
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])


def take(archive: Archive, *paths: Path, base: str | None = None) -> tuple[Done, list[Told]]:
    """Import *paths*; return what came of them, and what was told."""
    told: list[Told] = []
    return archive.take_in(Wish(paths, base), told.append), told


def epub(metadata: str, *bodies: str) -> bytes:
    """Return an EPUB of *bodies*."""
    out = BytesIO()
    names = [f"text/part%20{n}.xhtml" for n in range(len(bodies))]
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(bodies)))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr(
            "OEBPS/content.opf",
            f"<package><metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for n, body in enumerate(bodies):
            book.writestr(
                f"OEBPS/text/part {n}.xhtml",
                f"<html><head><title>x</title></head><body>{body}</body></html>",
            )
    return out.getvalue()


FANFICFARE = epub(
    "<dc:title>The Lamp &amp; the Tide</dc:title><dc:creator opf:role='aut'>Ana</dc:creator>"
    "<dc:contributor opf:role='bkp'>FanFicFare [https://github.com/x]</dc:contributor>"
    "<dc:source>https://www.fanfiction.net/s/12/1/</dc:source>",
    '<h3><a href="https://www.fanfiction.net/s/12/1/">The Lamp &amp; the Tide</a> by <a href="x">Ana</a></h3>',
    f"<h3>1. Ebb</h3>{PROSE}",
    f"<h3>2. Flood</h3><p>And the flood came.</p>{PROSE}",
)
PREFACE = (
    '<div id="preface"><p class="message"><b>Thaw</b><br/>Posted originally on the '
    '<a href="http://archiveofourown.org/">Archive of Our Own</a> at '
    '<a href="http://archiveofourown.org/works/123">http://archiveofourown.org/works/123</a>.</p>'
    '<div class="meta"><dl class="tags"><dt>Rating:</dt><dd>General Audiences</dd></dl>'
    '<h1>Thaw</h1><div class="byline">by <a rel="author" href="/users/ada">Ada</a></div></div></div>'
)
AO3 = epub(
    "<dc:title>Thaw</dc:title><dc:creator>Ada</dc:creator>",
    PREFACE,
    f'<div id="chapters" class="userstuff"><h2 class="heading">Chapter 1</h2>{PROSE}</div>',
    f'<div id="chapters" class="userstuff"><h2 class="heading">Chapter 2</h2><p>The last of it.</p>{PROSE}</div>',
    '<div id="afterword"><p class="message">Please drop by the archive.</p></div>',
)


@pytest.mark.parametrize(
    ("data", "url", "title", "author", "tool"),
    [
        pytest.param(FANFICFARE, "https://www.fanfiction.net/s/12/1/", "The Lamp & the Tide", "Ana", "FanFicFare", id="FanFicFare"),
        pytest.param(AO3, "http://archiveofourown.org/works/123", "Thaw", "Ada", "Archive of Our Own (download)", id="AO3"),
    ],
)  # fmt: skip
def test_an_epub_is_its_story(
    archive: Archive, tmp_path: Path, data: bytes, url: str, title: str, author: str, tool: str
) -> None:
    """Its address, title, author and all of its prose; stored as it came."""
    path = tmp_path / "x.epub"
    path.write_bytes(data)
    done, told = take(archive, path)
    assert (done.total("taken"), told) == (1, [])
    assert rows(archive, "SELECT url, mime, outcome, captured_by FROM capture") == [
        (url, "application/epub+zip", "story", tool)
    ]
    assert rows(archive, "SELECT title, author FROM story") == [(title, author)]
    text = "\n".join(row[0] for row in rows(archive, "SELECT text FROM chapter ORDER BY position"))
    assert text.count("on number 7 he put down his cup") == 2
    assert_sound(archive)
    assert take(archive, path)[0].total("there") == 1


def test_an_epub_that_does_harm_is_an_asset() -> None:
    """Bombs, names that climb, no spine: no story, and no exception."""
    bomb = epub("<dc:title>x</dc:title>", "<p>" + "a" * (3 << 20) + "</p>")
    broken = FANFICFARE.replace(b"OEBPS/content.opf", b"../../content.opf"[:17])
    for data in (bomb, broken, FANFICFARE[:-50], b"PK\x03\x04", b""):
        assert wrapped.book(data) is None
        page = Page("http://a.example/1", 200, (("Content-Type", wrapped.EPUB),), data)
        assert derive(page).outcome in ("asset", "error")


def test_a_link_to_an_epub_stays_an_asset() -> None:
    """What a crawl fetched as x.epub is a download beside the story."""
    page = Page("http://a.example/x.epub", 200, (("Content-Type", wrapped.EPUB),), AO3)
    assert derive(page).outcome == "asset"


BODY = (
    "The gate at Low Fell had been left open again, and the geese were in\nthe schoolroom.\n\n"
    ">From the window Maudie watched them count the children, one by one,\nand write both numbers down.\n\n"
) + "It was a cold spring that year, and the ink froze in the wells each night.\n\n" * 8
MBOX = (
    "From ada@old.example Fri Nov 17 22:40:51 2000\n"
    "From: Ada Thwaite <ada@old.example>\nDate: Fri, 17 Nov 2000 22:40:51 +0000\n"
    f"Subject: [fell-list] FIC: Thaw\nMessage-ID: <1@old.example>\n\n{BODY}\n"
    "From bea@old.example Sat Nov 18 22:40:51 2000\n"
    "From: =?iso-8859-1?q?B=E9a?= <bea@old.example>\nDate: Sat, 18 Nov 2000 22:40:51 +0000\n"
    "Subject: FIC: Frost\nMessage-ID: <2@old.example>\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
    + BODY.replace("window", "caf=E9").replace("froze", "fro=\nze")
    + "\nFrom c@old.example Sun Nov 19 22:40:51 2000\nSubject: none\n\nhi\n"
)


def test_the_messages_of_a_list_are_stories(archive: Archive, tmp_path: Path) -> None:
    """One resource a message, raw; its codings are taken away when it is read."""
    path = tmp_path / "list"
    path.write_text(MBOX, encoding="ascii")
    done, told = take(archive, path, base="http://lists.example/fell/")
    assert ([each.form for each in done.files], done.total("taken"), told) == (["mbox"], 3, [])
    assert rows(archive, "SELECT url, substr(fetched_at, 1, 10), mime FROM capture ORDER BY url")[:2] == [
        ("http://lists.example/fell/1@old.example", "2000-11-17", "message/rfc822"),
        ("http://lists.example/fell/2@old.example", "2000-11-18", "message/rfc822"),
    ]  # fmt: skip
    found = dict(rows(archive, "SELECT title, author FROM story"))
    assert found == {"Thaw": "Ada Thwaite", "Frost": "Béa"}
    (text,) = [row[0] for row in rows(archive, "SELECT text FROM chapter WHERE url LIKE '%/2@%'")]
    assert "From the café" in text
    assert "ink froze" in text
    assert_sound(archive)


def test_messages_that_lie_by_themselves_are_stories_too(archive: Archive, tmp_path: Path) -> None:
    """As a mail program saves them; a saved page that a browser calls mail is none."""
    letters = [part.partition("\n")[2] for part in MBOX.split("From ada@")[1].split("From bea@")]
    (tmp_path / "thaw.eml").write_text(letters[0], encoding="ascii")
    (tmp_path / "frost.eml").write_text(letters[1].partition("\nFrom c@")[0], encoding="ascii")
    done, told = take(archive, tmp_path / "thaw.eml", tmp_path / "frost.eml", base="http://lists.example/fell/")  # fmt: skip
    assert (done.total("taken"), told) == (2, [])
    assert dict(rows(archive, "SELECT title, author FROM story")) == {
        "Thaw": "Ada Thwaite", "Frost": "Béa",
    }  # fmt: skip
    assert take(archive, tmp_path / "thaw.eml")[1][0].why.startswith("nothing says which address")
    assert_sound(archive)


def test_mail_without_an_address_is_refused(archive: Archive, tmp_path: Path) -> None:
    """Without --base-url and Archived-At, each message is told by its place."""
    path = tmp_path / "list"
    path.write_text(MBOX, encoding="ascii")
    done, told = take(archive, path)
    assert (done.total("taken"), done.total("refused")) == (0, 3)
    assert all(each.place.startswith("list at ") for each in told)


def test_a_dry_run_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    """It counts what would be taken in, by what is there, and leaves no trace."""
    home = archive.config.folder
    given = tmp_path / "given"
    given.mkdir()
    (given / "a.warc.gz").write_bytes(packed([info(), response("http://a.example/1", page("One"))]))
    (given / "b.html").write_bytes(page("Two"))
    (given / "x.epub").write_bytes(AO3)
    words = ("import", "--base-url", "http://b.example/", str(given))
    before = sorted(home.rglob("*"))
    first = command(*words, "--dry-run", folder=home)
    assert first.returncode == 0, first.stderr
    assert "2 captures taken in" in first.stdout
    assert "1 capture taken in" in first.stdout
    assert "nothing was written" in first.stdout
    assert sorted(home.rglob("*")) == before
    take(archive, given, base="http://b.example/")
    done = archive.take_in(Wish((given,), "http://b.example/", dry_run=True))
    assert (done.total("taken"), done.total("there")) == (0, 2)
    assert "of this archive" in done.files[-1].note
