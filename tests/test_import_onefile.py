"""Pages that a browser saved in one file: stored as they came, read as the page in them."""

from __future__ import annotations

import plistlib
import quopri
from base64 import encodebytes
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep import wrapped
from storykeep.archive import Archive
from storykeep.derive import ENGINE_FAILED, derive
from storykeep.model import Page
from tests.archives import PROSE, command, make_archive, rows
from tests.test_import_warcs import assert_sound

URL = "http://old.example/~ana/lamp.html"
HTML = (
    "<html><head><title>The Lamp</title></head><body><h1>The Lamp</h1><p>by Ana</p>"
    f"<p>\u201cIt burns,\u201d said Ren\u00e9e.</p>{PROSE}</body></html>"
)
PICTURE = "Content-Type: image/gif\nContent-Transfer-Encoding: base64\nContent-Location: x.gif\n\nR0lGODlhAQABAAAAACw=\n"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])


def mhtml(*parts: str, saved_by: str = "<Saved by Blink>", url: str = "") -> bytes:
    """Return *parts* as one file; each has its own header."""
    where = f"Snapshot-Content-Location: {url}\n" if url else ""
    head = (
        f"From: {saved_by}\n{where}Subject: The Lamp\nDate: Fri, 31 Mar 2006 19:25:16 +0400\n"
        'MIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype="text/html";\n\tboundary="=_1"\n\n'
        "This is a multi-part message in MIME format.\n"
    )
    body = "".join(f"\n--=_1\n{part}" for part in parts)
    return f"{head}{body}\n--=_1--\n".replace("\n", "\r\n").encode("latin-1")


def part(html: str, *, charset: str, coding: str = "quoted-printable", url: str = URL) -> str:
    """Return a page as a part, in that charset and coding."""
    data = html.encode(charset)
    coded = quopri.encodestring(data) if coding == "quoted-printable" else encodebytes(data)
    return (
        f'Content-Type: text/html;\n\tcharset="{charset}"\nContent-Transfer-Encoding: {coding}\n'
        f"Content-Location: {url}\n\n{coded.decode('latin-1')}\n"
    )


EXPLORER = mhtml(
    part(HTML, charset="windows-1252"), PICTURE, saved_by="<Saved by Microsoft Internet Explorer 5>"
)
BLINK = mhtml(part(HTML, charset="utf-8", coding="base64", url=URL), PICTURE, url=URL)
ALONE = (
    b"From: <Saved by Microsoft Internet Explorer 6>\r\nDate: Fri, 31 Mar 2006 19:25:16 +0400\r\n"
    b"MIME-Version: 1.0\r\n" + part(HTML, charset="windows-1252").replace("\n", "\r\n").encode()
)
SAFARI = {
    "WebMainResource": {
        "WebResourceURL": URL,
        "WebResourceData": HTML.encode("utf-8"),
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "UTF-8",
    },
    "WebSubresources": [{"WebResourceURL": "http://old.example/x.gif", "WebResourceData": b"GIF"}],
}


@pytest.mark.parametrize(
    ("name", "data", "mime", "tool", "day"),
    [
        ("lamp.mht", EXPLORER, "message/rfc822", "Microsoft Internet Explorer 5", "2006-03-31T15:25:16"),
        ("lamp.mht", ALONE, "message/rfc822", "Microsoft Internet Explorer 6", "2006-03-31T15:25:16"),
        ("lamp.mhtml", BLINK, "message/rfc822", "Blink", "2006-03-31T15:25:16"),
        ("lamp.webarchive", plistlib.dumps(SAFARI, fmt=plistlib.FMT_BINARY), "application/x-webarchive", "Safari", ""),
        ("lamp.webarchive", plistlib.dumps(SAFARI), "application/x-webarchive", "Safari", ""),
    ],
)  # fmt: skip
def test_a_page_in_one_file_is_that_page(
    archive: Archive, tmp_path: Path, name: str, data: bytes, mime: str, tool: str, day: str
) -> None:
    """Its address and date are the browser's, its letters those of its own encoding."""
    given = tmp_path / "given"
    given.mkdir()
    (given / name).write_bytes(data)
    for _ in range(2):  # the second time, it is there
        told = command("import", str(given), folder=archive.config.folder)
        assert told.returncode == 0, told.stderr
    ((url, kind, outcome, by, at),) = rows(
        archive, "SELECT url, mime, outcome, captured_by, fetched_at FROM capture"
    )
    assert (url, kind, outcome, by) == (URL, mime, "story", tool)
    assert at.startswith(day)
    assert rows(archive, "SELECT title, author FROM story") == [("The Lamp", "Ana")]
    ((text,),) = rows(archive, "SELECT text FROM chapter")
    assert "\u201cIt burns,\u201d said Ren\u00e9e." in text
    assert text.count("he put down his cup") == 8
    assert_sound(archive)


def test_the_story_in_a_frame_is_found(archive: Archive) -> None:
    """A frameset that was saved whole holds its frames; nothing has to be asked for."""
    frames = '<html><frameset cols="20%,80%"><frame src="menu.html"><frame src="lamp.html"></frameset></html>'
    menu = '<html><body><a href="lamp.html">The Lamp</a></body></html>'
    data = mhtml(
        part(frames, charset="us-ascii", url="http://old.example/"),
        part(menu, charset="us-ascii", url="http://old.example/menu.html"),
        part(HTML, charset="windows-1252"),
    )
    found = wrapped.mhtml(data)
    assert found is not None
    assert found.url == "http://old.example/"
    story = derive(Page(found.url, 200, (("Content-Type", "message/rfc822"),), data))
    assert (story.outcome, [each.name for each in story.authors]) == ("story", ["Ana"])


def test_a_mail_is_no_saved_page() -> None:
    """A page that somebody sent has a sender, a subject and no address of its own."""
    sent = mhtml(part(HTML, charset="utf-8"), PICTURE, saved_by="Ana <ana@old.example>")
    assert not wrapped.is_mhtml(sent)
    assert wrapped.is_mhtml(mhtml(part(HTML, charset="utf-8"), saved_by="Ana"))
    assert not wrapped.is_mhtml(b"From: me\nMIME-Version: 1.0\n\nContent-Location: I know not")
    assert not wrapped.is_mhtml(HTML.encode())


def test_without_an_address_it_is_refused(archive: Archive, tmp_path: Path) -> None:
    """As any saved page; --base-url helps."""
    path = tmp_path / "lamp.mht"
    path.write_bytes(mhtml(part(HTML, charset="utf-8", url="cid:1@mhtml.blink")))
    told = command("import", str(path), folder=archive.config.folder)
    assert "nothing says which address it was saved from" in told.stderr
    told = command(
        "import", "--base-url", "http://b.example/", str(path), folder=archive.config.folder
    )
    assert told.returncode == 0, told.stderr
    assert rows(archive, "SELECT url, outcome FROM capture") == [
        ("http://b.example/lamp.mht", "story")
    ]


@settings(max_examples=25)
@given(st.integers(0, len(BLINK)), st.integers(0, len(BLINK)), st.binary(max_size=40))
def test_what_is_broken_or_made_to_harm_is_no_exception(start: int, end: int, put: bytes) -> None:
    """Cut, overwritten or nested: a page, or none."""
    for data in (BLINK, EXPLORER, plistlib.dumps(SAFARI, fmt=plistlib.FMT_BINARY), plistlib.dumps(SAFARI)):  # fmt: skip
        broken = data[:start] + put + data[end:]
        wrapped.mhtml(broken)
        wrapped.webarchive(broken)
        for kind in ("message/rfc822", wrapped.WEBARCHIVE, "multipart/related"):
            part = derive(Page(URL, 200, (("Content-Type", kind),), broken))
            assert not part.reason.startswith(ENGINE_FAILED)


def test_a_nest_of_messages_is_no_exception() -> None:
    """Thousands of parts within parts."""
    nest = b"".join(
        b"Content-Type: multipart/related; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
        for n in range(5_000)
    )
    data = b"MIME-Version: 1.0\r\nContent-Location: http://a.example/\r\n" + nest
    assert wrapped.mhtml(data) is None
    deep = b"<?xml version='1.0'?><plist><dict><key>WebMainResource</key>" + b"<array>" * 50_000
    assert wrapped.webarchive(deep) is None
