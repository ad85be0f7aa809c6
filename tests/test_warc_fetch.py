"""From the socket to the WARC and back: what a real server sent is what is stored."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from storykeep.fetch import Limits, Session
from storykeep.model import Capture, Exchange, Failure, Page
from storykeep.warc import FailureRecord, Unit, Writer, files, load_page, page_of, read, scan
from tests.exchanges import INFO, STORY
from tests.site.wire_server import Answer, RawServer, Reset, Scripted

PACKED = gzip.compress(STORY, mtime=0)
CHUNKS = b"%x;x=1\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n"
SENT = {
    "/length": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(STORY), STORY),
    "/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS % (len(STORY), STORY),
    "/gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + PACKED,
    "/both": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    + CHUNKS % (len(PACKED), PACKED),
    "/close": b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n" + STORY,
    "/odd": b"HTTP/1.1  200  Fine\r\nconTENT-type:text/html\r\nX-A:   b  \r\nno colon\r\n\r\n" + STORY,
    "/latin": b"HTTP/1.1 200 OK\r\nX-By: Ren\xe9e \xe2\x80\x94\r\n\r\n" + STORY,
    "/lf": b"HTTP/1.1 200 OK\nX: y\n\n" + STORY,
    "/folded": b"HTTP/1.1 200 OK\r\nX: y\r\n  z\r\n\r\n" + STORY,
    "/moved": b"HTTP/1.1 302 Found\r\nLocation: /length\r\nContent-Length: 0\r\n\r\n",
    "/gone": b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno!",
    "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + STORY,
    "/cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhalf",
}  # fmt: skip


class Site:
    """A raw server, a session that asks it, and a folder of WARCs."""

    def __init__(self, server: RawServer, session: Session, folder: Path) -> None:
        self.server = server
        self.session = session
        self.folder = folder

    def capture(self, path: str, writer: Writer, **options) -> tuple[Capture, Page]:
        exchange = self.session.get(self.server.url(path))
        assert isinstance(exchange, Exchange), exchange
        try:
            return writer.append(exchange, source="s", **options), page_of(
                exchange, max_bytes=1 << 20
            )
        finally:
            exchange.close()


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    script: dict[str, Scripted] = {
        **SENT,
        "/reset": Answer([SENT["/length"][:60], Reset()]),
        "/early": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + SENT["/length"],
        "/junk": SENT["/gone"] + b"junk",
        "/icy": b"ICY 200 OK\r\nicy-name: radio\r\n\r\n\xff\xfb",
    }
    limits = Limits(connect_timeout=5, read_timeout=5, deadline=10)
    with (
        RawServer(script) as server,
        Session(user_agent="t", limits=limits, allow_addresses=["127.0.0.1"]) as session,
    ):
        yield Site(server, session, tmp_path / "warcs")


def check(folder: Path) -> None:
    """Read every record with warcio, which raises where a digest is wrong."""
    for path in files(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                while record.raw_stream.read(65_536):
                    pass


@pytest.mark.parametrize("path", SENT)
def test_the_stored_message_is_the_sent_message(site, path):
    """Byte for byte, the request too, and the page reads back as it was derived."""
    with Writer(site.folder, prefix="t", info=INFO) as writer:
        capture, page = site.capture(path, writer)
    with read(site.folder, capture) as (_, message):
        assert message.read() == SENT[path]
    assert load_page(site.folder, capture, max_bytes=1 << 20) == page
    (unit,) = scan(files(site.folder)[0])
    assert isinstance(unit, Unit)
    assert unit.capture == capture
    with files(site.folder)[0].open("rb") as file:
        _, request, *_ = (
            each.raw_stream.read() for each in ArchiveIterator(file, no_record_parse=True)
        )
    assert request == site.server.requests[-1].head
    assert (capture.truncated is not None) == (path in ("/short", "/cut"))
    check(site.folder)


def test_what_is_not_the_message_is_left_out(site):
    """A 1xx before it is not stored; bytes behind it are counted only."""
    with Writer(site.folder, prefix="t", info=INFO) as writer:
        early, _ = site.capture("/early", writer)
        junk, _ = site.capture("/junk", writer)
    with read(site.folder, early) as (head, message):
        assert (head.status, message.read()) == (200, SENT["/length"])
    with read(site.folder, junk) as (_, message):
        assert message.read() == SENT["/gone"]
    with files(site.folder)[0].open("rb") as file:
        told = [
            each.raw_stream.read() for each in ArchiveIterator(file) if each.rec_type == "metadata"
        ]
    assert b"surplusBytes" not in told[0]
    assert b"surplusBytes: 4\r\n" in told[1]


def test_bytes_before_a_reset_are_kept_and_marked(site):
    """What came is stored, and never taken for a whole page."""
    with Writer(site.folder, prefix="t", info=INFO) as writer:
        capture, page = site.capture("/reset", writer)
    assert capture.truncated == page.truncated == "disconnect"
    with read(site.folder, capture) as (_, message):
        assert SENT["/length"].startswith(message.read())
    check(site.folder)


def test_what_is_no_http_is_one_metadata_record(site):
    """The bytes are its block, and there is no response record."""
    answer = site.session.get(site.server.url("/icy"))
    assert isinstance(answer, Failure)
    with Writer(site.folder, prefix="t", info=INFO) as writer:
        stored = writer.append_failure(answer, source="s")
    (found,) = scan(files(site.folder)[0])
    assert found == stored
    assert isinstance(found, FailureRecord)
    assert found.failure == answer
    assert found.failure.received == b"ICY 200 OK\r\nicy-name: radio\r\n\r\n\xff\xfb"
    check(site.folder)


@pytest.mark.parametrize("path", ["/length", "/gzip", "/close", "/gone", "/odd"])
def test_an_unchanged_page_is_stored_once(site, path):
    """The second answer becomes a revisit that reads back as the same page."""
    with Writer(site.folder, prefix="t", info=INFO) as writer:
        first, _ = site.capture(path, writer)
        second, page = site.capture(path, writer, refers_to=first)
    assert second.revisit_of == first.record_id
    assert load_page(site.folder, second, original=first, max_bytes=1 << 20) == page
    check(site.folder)
