"""WARCs of other tools in the folder are read as the standard allows, and no wolf is cried."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storykeep.archive import Archive
from storykeep.verify import Verified
from storykeep.warc import heal
from tests.archives import PROSE, answer, make_archive, story_page
from tests.site import RawServer

CHUNKED = b"5\r\nhello\r\n0\r\n\r\n"


class Writer(WARCWriter):
    """warcio's, with temporary files that need no closing."""

    def _create_temp_file(self) -> BytesIO:
        return BytesIO()


def write_foreign(path: Path, *, version: str = "1.1", packed: bool = True) -> bytes:
    """Write what a crawler of another kind may write; return its bytes."""
    out = BytesIO()
    writer = Writer(out, gzip=packed, warc_version=version)
    writer.write_record(writer.create_warcinfo_record(path.name, {"software": "other/1"}))
    for name, body, fields in (
        ("plain", b"hello", [("Content-Type", "text/html")]),
        ("chunked", CHUNKED, [("Transfer-Encoding", "chunked")]),
        ("empty", b"", []),
    ):
        url = f"http://other.example/{name}"
        http = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
        response = writer.create_warc_record(
            url, "response", payload=BytesIO(body), http_headers=http
        )
        request = writer.create_warc_record(
            url,
            "request",
            http_headers=StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True),
        )
        # The request behind the response, as some crawlers write them.
        writer.write_request_response_pair(request, response)
    revisit = writer.create_revisit_record(
        "http://other.example/again",
        "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "http://elsewhere.example/",
        "2020-01-01T00:00:00Z",
    )
    writer.write_record(revisit)
    for kind, url, content in (
        ("resource", "file:///tmp/note.txt", "text/plain"),
        ("metadata", "metadata://other.example/", "text/plain"),
        ("response", "dns:other.example", "text/dns"),
    ):
        record = writer.create_warc_record(
            url, kind, payload=BytesIO(b"some text"), warc_content_type=content
        )
        writer.write_record(record)
    path.write_bytes(out.getvalue())
    return out.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive of one page of our own."""
    with RawServer({"*": answer(story_page("One", "Ana", PROSE))}) as server:
        made = make_archive(tmp_path, [server.url("/1.html")])
        made.run()
    return made


def taken_in(archive: Archive) -> Verified:
    """Verify when the next run, with nothing due, has taken in what lies in the folder."""
    archive.run()
    return archive.verify()


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_file_of_another_tool_is_no_damage(archive: Archive, version: str) -> None:
    """No metadata, requests last, revisits of what is elsewhere, dns: and resources: all allowed."""
    path = archive.config.archive.warcs / "other.warc.gz"
    write_foreign(path, version=version)
    before = archive.verify()
    assert [(each.kind, each.file) for each in before.damage] == [
        ("row", "archive.db"),
        ("row", "archive.db"),
        ("manifest", "manifest-sha256.txt"),
    ]
    found = taken_in(archive)
    assert (found.damage, found.notes) == ([], [])
    assert found.records > 15


def test_damage_in_it_is_named(archive: Archive) -> None:
    """A flipped byte in another tool's payload: the file, the place, the address."""
    path = archive.config.archive.warcs / "other.warc.gz"
    data = bytearray(write_foreign(path))
    taken_in(archive)
    (capture,) = [
        each for each in archive_captures(archive) if each.url == "http://other.example/chunked"
    ]
    data[capture.offset + capture.length - 6] ^= 1
    path.write_bytes(data)
    placed = [each for each in archive.verify().damage if each.offset is not None]
    assert [(each.file, each.offset, each.url) for each in placed] == [
        ("other.warc.gz", capture.offset, "http://other.example/chunked")
    ]


def archive_captures(archive: Archive) -> list:
    from storykeep import reader

    connection = reader.connect(archive.config.archive.database)
    assert connection is not None
    try:
        return list(reader.all_captures(connection))
    finally:
        connection.close()


def test_an_uncompressed_file_is_read_and_said_to_be_none_of_ours(archive: Archive) -> None:
    """A .warc is no damage; where it breaks off, it is."""
    path = archive.config.archive.warcs / "other.warc"
    data = write_foreign(path, packed=False)
    found = taken_in(archive)
    assert found.damage == []
    assert ["other.warc: 11 records of another tool" in note for note in found.notes] == [True]
    path.write_bytes(data[:-9])
    (damage,) = archive.verify().damage
    assert (damage.file, damage.kind, damage.end) == ("other.warc", "torn", len(data) - 9)
    path.write_bytes(data.replace(b"hello", b"hullo"))
    assert {each.kind for each in archive.verify().damage} == {"digest"}


def test_a_file_packed_as_a_whole_is_no_damage(archive: Archive) -> None:
    """The standard only advises one member a record."""
    path = archive.config.archive.warcs / "other.warc.gz"
    data = write_foreign(path.with_suffix(".tmp"), packed=False)
    path.with_suffix(".tmp").unlink()
    path.write_bytes(gzip.compress(data))
    heal(path.parent)  # lists it
    found = taken_in(archive)
    assert [each for each in found.damage if each.file == path.name] == []
    assert any("other.warc.gz: 11 records" in note for note in found.notes)


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_a_file_of_wget_is_no_damage(archive: Archive, tmp_path: Path) -> None:
    """What wget --warc-file writes."""
    pages = {"/": answer(b'<a href="a.html">a</a>'), "/a.html": answer(b"<p>A.</p>")}
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    with RawServer({**pages, "/b.html": chunked, "*": answer(b"", status="404 Not Found")}) as it:
        subprocess.run(
            ["wget", "-q", "-r", "-l1", "-e", "robots=off", "--no-proxy", "--tries=1", "--timeout=5",
             "--warc-file", str(archive.config.archive.warcs / "got"), "-P", str(tmp_path / "got"),
             it.url("/"), it.url("/b.html")],
            check=False, timeout=60,
        )  # fmt: skip
    found = taken_in(archive)
    assert (found.damage, found.notes) == ([], [])
    assert found.captures >= 4
