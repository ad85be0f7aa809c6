"""The model page, served, crawled and exported: what it says comes out character for character."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.archives import ROBOTS_FREE, answer, command, make_archive, write_config
from tests.site import RawServer

SEED = Path(__file__).resolve().parents[2] / "shared" / "seed" / "story-page.txt"

PRINT = '<a href="/cgi/print?{n}"><img src="/print.gif" alt="print" border=0></a><a href="/cgi/print?{n}">print this story!</a>'

OWN = """\
The kettle was the first to know.

It had stood on the stove of the harbour office for thirty years -- long enough to have opinions ... and a lid.

"You might have said," Tom told it.

It had a point.


By evening the fog was in. Nobody saw it come.

//Keep the lamp lit,// said the note.


Morning came, in its own good time, and found them both asleep.
"""


def model_body(text: str, gap: str, close: str = "</p>") -> str:
    """Return the markup of a story whose scene breaks are extra blank lines in *text*."""
    blocks = []
    for scene in re.split(r"\n\n\n+", text.strip("\n")):
        paragraphs = [html.escape(p, quote=False) for p in scene.split("\n\n")]
        blocks.append("\n".join(f"<p>{p}{close}" for p in paragraphs))
    return f"\n{gap}\n".join(blocks)


def model_page(number: int, author: str, disclaimer: str, body: str, title: str = "") -> bytes:
    """Return a page of the Automated Archive that the model page came from."""
    typed = html.escape(disclaimer, quote=False).replace("©", "&copy;").replace("—", "&mdash;")
    head = f"<title>{title}</title>" if title else ""
    return (
        f"<html><head>{head}</head><body>{PRINT.format(n=number)}\n<p>Disclaimer: {typed}</p>\n"
        f'<p>by <a href="mailto:{author}@example.org">{author}</a></p>\n{body}\n</body></html>'
    ).encode("latin-1")


def seed() -> tuple[str, str]:
    """Return the model's disclaimer and body; skip where it is not at hand."""
    if not SEED.exists():
        pytest.skip(f"the model page is not at hand: {SEED.parent.name}/{SEED.name} is absent")
    text = SEED.read_text("utf-8")
    disclaimer = text.split("Disclaimer: ", 1)[1].split("\n", 1)[0]
    return disclaimer, text[text.index("Falling asleep on the couch") :].rstrip("\n") + "\n"


NOTICE = (
    "The Harbour and all related boats, kettles and indicia © Saltmarsh Press and Grey Gull "
    "Productions, 1999. All Rights Reserved. All characters and situations—save those created "
    "by the authors for use solely on this website—are copyright Saltmarsh Press."
)


def site(disclaimer: str, body: str) -> dict[str, bytes]:
    """Return a host with the page, two others of the archive, and its index."""
    index = (
        "<html><head><title>Stories by title</title></head><body><h1>Stories by title</h1><ul>"
        '<li><a href="/archive/1/thekettle.html">The Kettle Knew</a> by mako</li>'
        '<li><a href="/archive/1/other.html">Other</a> by Bea</li>'
        '<li><a href="/archive/1/third.html">Third</a> by Cleo</li></ul></body></html>'
    )
    plain = "<p>The boats went out at four and came home at six with nothing to tell.</p>" * 6
    return {
        "/robots.txt": ROBOTS_FREE,
        "/archive/": answer(index.encode()),
        "/archive/1/thekettle.html": answer(model_page(1, "mako", disclaimer, body)),
        "/archive/1/other.html": answer(model_page(2, "Bea", disclaimer, plain)),
        "/archive/1/third.html": answer(
            model_page(3, "Cleo", disclaimer, plain.replace("four", "5"))
        ),
    }


GAPS = {
    "empty paragraph": "<p>&nbsp;</p>",
    "line break": "<br>",
    "line break in a paragraph": "<p><br></p>",
    "empty paragraph without nbsp": "<p></p><p>&nbsp;</p>",
}


def check(tmp_path: Path, disclaimer: str, text: str, body: str) -> dict:
    """Crawl the host, export the story, compare, and return its record."""
    with RawServer(site(disclaimer, body)) as server:
        archive = make_archive(tmp_path, [server.url("/archive/")])
        report = archive.run()
        page = server.url("/archive/1/thekettle.html")
    assert report.stories_new == 3
    target = tmp_path / "out"
    done = command(
        "export", page, "--format", "txt", "--breaks", "blank", "--no-header", "-o", str(target),
        folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (written,) = target.iterdir()
    assert written.read_text("utf-8") == text
    record: dict = json.loads(command("show", "--json", page, folder=tmp_path).stdout)
    assert [author["name"] for author in record["authors"]] == ["mako"]
    (found,) = record["disclaimers"]
    assert (found["text"], found["label"]) == (disclaimer, "Disclaimer")
    assert (found["place"], found["scope"]) == ("header", "site")
    assert record["chrome"] == ["print", "print this story!"]
    assert record["title"] == "The Kettle Knew"
    first, second = record["evidence"]["title"][:2]
    assert first["method"] == "index_page"
    assert second["value"] is None
    assert second["reason"]
    return record


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS)
def test_the_model_page(tmp_path: Path, gap: str) -> None:
    """The model page from ../shared, in the markup it is likely to have had."""
    disclaimer, text = seed()
    record = check(tmp_path, disclaimer, text, model_body(text, gap))
    assert record["words"] == 2794
    assert record["chapters"][0]["scene_breaks"] == 4
    holders = set(record["disclaimers"][0]["rights_holders"])
    assert {"Jerry Siegel", "Joe Schuster", "Tollin-Robbins Productions"} <= holders


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS)
def test_the_same_shape_with_a_page_of_our_own(tmp_path: Path, gap: str) -> None:
    """The shape is what is read, not the text."""
    record = check(tmp_path, NOTICE, OWN, model_body(OWN, gap))
    assert record["chapters"][0]["scene_breaks"] == 2


def test_a_page_alone_has_no_title_and_says_why(tmp_path: Path) -> None:
    """Cleaned by itself, the page's title is null with a reason, its disclaimer the story's."""
    page = tmp_path / "thekettle.html"
    page.write_bytes(model_page(1, "mako", NOTICE, model_body(OWN, "<p>&nbsp;</p>")))
    record = json.loads(command("clean", "--json", str(page), folder=tmp_path).stdout)
    assert record["title"] is None
    assert record["evidence"]["title"][0]["reason"]
    assert record["disclaimers"][0]["scope"] == "story"
    assert record["chrome"] == ["print", "print this story!"]


@pytest.mark.parametrize(
    "title", ["Level Three", "The Harbour Archive", "Untitled Document", "print this story!"]
)
def test_a_site_name_in_the_title_tag_is_no_title(tmp_path: Path, title: str) -> None:
    """What the <title> says is the site's on every page: the index page's title stands."""
    pages = site(NOTICE, model_body(OWN, "<p>&nbsp;</p>"))
    named = {
        path: page.replace(b"<head></head>", f"<head><title>{title}</title></head>".encode())
        if path.startswith("/archive/1/")
        else page
        for path, page in pages.items()
    }
    fixed = {path: _with_length(page) for path, page in named.items()}
    with RawServer(fixed) as server:
        write_config(tmp_path, [server.url("/archive/")])
        assert command("run", folder=tmp_path).returncode == 0
        page = server.url("/archive/1/thekettle.html")
    record = json.loads(command("show", "--json", page, folder=tmp_path).stdout)
    assert record["title"] == "The Kettle Knew"


def _with_length(message: bytes) -> bytes:
    head, _, body = message.partition(b"\r\n\r\n")
    return (
        re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
        + b"\r\n\r\n"
        + body
    )
