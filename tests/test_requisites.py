"""Pictures in stories, stylesheets and scripts: where a source wants them, once, and from near."""

from __future__ import annotations

from pathlib import Path

import pytest

from storykeep.config import Source
from storykeep.intake.requisites import belongings
from storykeep.model import Block, Mark, Page, Part
from storykeep.verify import verify
from tests.archives import PROSE, answer, dump, make_archive, rows
from tests.guests import asked
from tests.site import RawServer
from tests.test_epochs import rebuilt

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def picture(data: bytes = PICTURE) -> bytes:
    return answer(data).replace(b"text/html", b"image/png")


STORY = answer(
    (
        '<html><head><title>Tale</title><link rel="StyleSheet" href="/style.css">'
        '<script src="js/menu.js"></script></head><body><img src="/banner.png" alt="our archive" width=468 height=60>'
        f'<h1>Tale</h1><p>by Ana</p>{PROSE}<p>This is the map: <img src="pics/map.png" alt="a map"></p>{PROSE}'
        '<p>And again <img src="/other/same.png" alt="it"> here, and <img src="http://elsewhere.example/far.png"> there.</p>'
        f"{PROSE}</body></html>"
    ).encode()
)
SITE = {
    "/robots.txt": answer(b"User-agent: *\nDisallow: /banner\n").replace(
        b"text/html", b"text/plain"
    ),
    "/in/": STORY,
    "/in/pics/map.png": picture(),
    "/other/same.png": picture(),
    "/style.css": answer(b"p { color: black }").replace(b"text/html", b"text/css"),
    "/in/js/menu.js": answer(b"var x = 1;").replace(b"text/html", b"text/javascript"),
}


@pytest.mark.parametrize(
    ("source", "extra"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param('images = true\nexclude = ["/other/"]', ["/in/pics/map.png"], id="excluded"),
        pytest.param("images = true", ["/in/pics/map.png", "/other/same.png"], id="images"),
        pytest.param("requisites = true", ["/in/js/menu.js", "/style.css"], id="requisites"),
    ],
)
def test_what_is_asked_for(tmp_path: Path, source: str, extra: list[str]) -> None:
    """Beside the page and what it links to; nothing elsewhere, and nothing that robots.txt forbids."""
    with RawServer({**SITE}) as server:
        archive = make_archive(tmp_path, [server.url("/in/")], source=source)
        archive.run()
        assert sorted(asked(server)) == sorted(["/robots.txt", "/in/", *extra])
        assert dump(rebuilt(archive)) == dump(archive)


def test_a_picture_is_asked_for_and_stored_once(tmp_path: Path) -> None:
    """The second address is a revisit of the first; a later run asks for the story alone."""
    with RawServer({**SITE}) as server:
        archive = make_archive(tmp_path, [server.url("/in/")], source='images = true\nevery = "0s"')
        archive.run()
        before = len(asked(server))
        archive.run()
        assert asked(server)[before:] == ["/robots.txt", "/in/"]
        found = rows(
            archive,
            "SELECT outcome, revisit_of IS NOT NULL FROM capture WHERE mime = 'image/png' ORDER BY id",
        )
        assert found == [("asset", 0), ("asset", 1)]
        assert dump(rebuilt(archive)) == dump(archive)
    assert verify(archive.config.archive.warcs, archive.config.archive.database).damage == []


def test_a_picture_that_failed_is_asked_for_again(tmp_path: Path) -> None:
    """Once means once whole."""
    answers = [picture(), answer(b"", status="503 Busy")]
    script = {
        **SITE,
        "/in/pics/map.png": lambda _: answers.pop(),
        "/other/same.png": answer(b"", status="404 No"),
    }
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/in/")], source='images = true\nevery = "0s"')
        for _ in range(3):
            archive.run()
        assert asked(server).count("/in/pics/map.png") == 2


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://h.example/a.png", True),
        ("https://www.h.example/a.png", True),
        ("http://img.h.example/a.png", True),
        ("http://oh.example/a.png", False),
        ("http://h.example.evil.example/a.png", False),
        ("http://127.0.0.1/a.png", False),
    ],
)
def test_how_near_a_picture_must_be(url: str, near: bool) -> None:
    """The page's own site, and hosts below it: no page sends us to anybody else."""
    page = Page("http://www.h.example/x.html", 200, (), b"")
    block = Block("paragraph", "See.", (Mark(0, 0, "image", f'{{"src": "{url}", "alt": ""}}'),))
    part = Part(page.url, "story", prose=(block,))
    source = Source("s", ("http://h.example/",), images=True)
    assert bool(belongings(source, page, part)) is near


def test_a_page_of_ten_thousand_scripts_brings_two_hundred(tmp_path: Path) -> None:
    """A page is hostile."""
    body = b"".join(b"<script src=%d.js></script>" % n for n in range(10_000))
    page = Page("http://h.example/", 200, (("content-type", "text/html"),), body)
    source = Source("s", ("http://h.example/",), requisites=True)
    assert len(belongings(source, page, Part(page.url, "not_story"))) == 200
