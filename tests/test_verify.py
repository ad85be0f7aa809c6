"""`verify` finds what is not as it was written, names it, and cries no wolf."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.verify import Verified, verify
from tests.archives import PROSE, ROBOTS_FREE, answer, make_archive, story_page
from tests.site import RawServer

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;x=1\r\n<p>Of\r\n9\r\n the sea.\r\n0\r\nX-Sum: 1\r\n\r\n"
)
CUT = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<p>half a page"


def site(change: str = "") -> dict:
    """Return a site with stories, a chunked and a cut answer, a redirect, and no answer at all."""
    names = ["1.html", "2.html", "3.html", "chunked.html", "cut.html", "moved.html", "garbage.html"]
    links = "".join(f'<a href="{name}">{name}</a> ' for name in names)
    pages = {
        f"/{n}.html": answer(story_page(f"Tale {n}", "Ana", f"<p>Tale {n}.{change}</p>{PROSE}"))
        for n in (1, 2, 3)
    }
    return {
        "/robots.txt": ROBOTS_FREE,
        "/": answer(f"<html><body><h1>Stories</h1>{links}</body></html>".encode()),
        **pages,
        "/chunked.html": CHUNKED,
        "/cut.html": CUT,
        "/moved.html": answer(b"", status="302 Found", headers="Location: /1.html\r\n"),
        "/garbage.html": b"ICY 200 OK\r\n\r\nmusic",
    }


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an archive of two runs: captures of every kind."""
    folder = tmp_path_factory.mktemp("verify") / "archive"
    folder.mkdir()
    server_site = site()
    with RawServer(server_site) as server:
        archive = make_archive(folder, [server.url("/")], source='every = "0s"')
        archive.run()
        server_site["/2.html"] = site(" And more.")["/2.html"]
        archive.run()
    return folder


@pytest.fixture
def archive(original: Path, tmp_path: Path) -> Archive:
    """Return a copy of the archive that a test may damage."""
    from storykeep.config import load

    folder = tmp_path / "copy"
    shutil.copytree(original, folder)
    return Archive(load(folder / "config.toml"))


def look(archive: Archive) -> Verified:
    return verify(archive.config.archive.warcs, archive.config.archive.database)


def test_an_intact_archive_has_no_damage(archive: Archive) -> None:
    """Two runs with revisits, failures, chunked and cut answers: everything is as it was written."""
    found = look(archive)
    assert (found.damage, found.notes) == ([], [])
    assert (found.files, found.failures) == (2, 2)
    assert found.captures > 10
    assert found.texts > 3
