"""An unchanged page is asked for with its validators, sent once, stored once, and read as before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from storykeep import reader
from storykeep.archive import Archive
from storykeep.verify import verify
from tests.archives import PROSE, ROBOTS_FREE, answer, dump, make_archive, rows, story_page
from tests.site import RawServer
from tests.site.living import header, validated
from tests.test_epochs import rebuilt

ALWAYS = 'every = "0s"'
OLD = "Mon, 02 Feb 2004 10:00:00 GMT"
TALE = story_page("The Tale", "Ana", PROSE)
OTHER = story_page("The Tale", "Ana", PROSE + "<p>And one more line.</p>")


def run_twice(tmp_path: Path, page: object) -> tuple[Archive, RawServer, list[int]]:
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": page}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS)
        received = [archive.run().received_bytes for _ in range(2)]
    return archive, server, received


def asked_for(server: RawServer) -> list[bytes]:
    return [request.head for request in server.requests if request.path != "/robots.txt"]


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        pytest.param({"etag": True}, ["If-None-Match"], id="etag"),
        pytest.param({"etag": True, "weak": True}, ["If-None-Match"], id="weak etag"),
        pytest.param({"modified": OLD}, ["If-Modified-Since"], id="last-modified"),
        pytest.param(
            {"etag": True, "modified": OLD}, ["If-None-Match", "If-Modified-Since"], id="both"
        ),
    ],
)
def test_an_unchanged_page_is_not_sent_again(
    tmp_path: Path, options: dict[str, object], sent: list[str]
) -> None:
    """The second capture is a revisit, the story was seen again, and a rebuild says the same."""
    archive, server, received = run_twice(tmp_path, validated(TALE, **options))
    first, second = asked_for(server)
    names = ("If-None-Match", "If-Modified-Since")
    assert [name for name in names if header(first, name)] == []
    assert [name for name in names if header(second, name)] == sent
    assert received[1] < received[0] / 5
    original, revisit = captures(archive)
    assert (revisit.status, revisit.outcome) == (304, "story")
    assert revisit.revisit_of == original.record_id
    assert revisit.payload_sha256 == original.payload_sha256
    assert rows(archive, "SELECT first_seen, last_seen FROM version") == [
        (original.fetched_at, revisit.fetched_at)
    ]
    assert dump(rebuilt(archive)) == dump(archive)
    assert verify(archive.config.archive.warcs, archive.config.archive.database).damage == []


def captures(archive: Archive) -> list:
    connection = reader.connect(archive.config.archive.database)
    assert connection is not None
    try:
        return [each for each in reader.all_captures(connection) if each.outcome != "robots"]
    finally:
        connection.close()


def test_a_third_run_asks_as_the_second_did(tmp_path: Path) -> None:
    """A revisit leads on to its response, after a rebuild as well."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": validated(TALE, etag=True)}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS)
        archive.run()
        archive.run()
        again = rebuilt(archive)
        archive.run()
        again.run()
    _, *later = asked_for(server)
    assert len({header(each, "If-None-Match") for each in later}) == 1
    assert [each.status for each in captures(archive)] == [200, 304, 304]


def test_a_changed_page_comes_whole(tmp_path: Path) -> None:
    """The validators of the newest answer are asked with, whichever came between."""
    pages = [OTHER, OTHER, TALE, TALE]
    page = validated(lambda: pages[-1], etag=True)
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": page}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS)
        for _ in range(4):
            archive.run()
            pages.pop()
        assert [each.status for each in captures(archive)] == [200, 304, 200, 304]
        assert dump(rebuilt(archive)) == dump(archive)


def test_a_page_that_comes_back_is_stored_once(tmp_path: Path) -> None:
    """A, B, A: the second A refers to the first, though another answer came between."""
    bodies = [TALE, OTHER, TALE]
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": lambda _: answer(bodies.pop())}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS)
        for _ in range(3):
            archive.run()
    first, second, third = captures(archive)
    assert (second.revisit_of, third.revisit_of) == (None, first.record_id)
    assert dump(rebuilt(archive)) == dump(archive)


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(answer(b"gone", status="404 Not Found", headers='ETag: "x"\r\n'), id="gone"),
        pytest.param(answer(b"oops", status="503 Busy", headers='ETag: "x"\r\n'), id="busy"),
        pytest.param(answer(TALE, headers='ETag: "x"\r\n')[:-40], id="cut"),
    ],
)
def test_after_anything_but_the_whole_page_it_is_asked_for_whole(
    tmp_path: Path, between: bytes
) -> None:
    """What the last answer's validator belongs to is no page that a 304 could refer to."""
    steps = [validated(TALE, etag=True), lambda _: between, validated(OTHER, etag=True)]
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": lambda head: steps.pop()(head)}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS)
        for _ in range(3):
            archive.run()
    first, second, third = asked_for(server)
    assert [bool(header(each, "If-None-Match")) for each in (first, second, third)] == [
        False,
        True,
        False,
    ]
    assert dump(rebuilt(archive)) == dump(archive)


def test_a_304_of_another_page_is_asked_again_whole(tmp_path: Path) -> None:
    """RFC 9111, 4.3.4: a 304 that names another strong validator confirms nothing we have."""
    wrong = b'HTTP/1.1 304 Not Modified\r\nETag: "other"\r\n\r\n'
    tale = validated(TALE, etag=True)

    def serve(request: bytes) -> bytes:
        return wrong if header(request, "If-None-Match") else tale(request)

    with RawServer({"/robots.txt": ROBOTS_FREE, "/": serve}) as server:
        archive = make_archive(
            tmp_path, [server.url("/")], source=ALWAYS, polite="delay = 0.0\nretries = 1"
        )
        archive.run()
        report = archive.run()
    assert report.failed == []
    assert [(each.status, each.revisit_of is None) for each in captures(archive)] == [
        (200, True),
        (304, True),
        (200, False),
    ]
    assert dump(rebuilt(archive)) == dump(archive)


@pytest.mark.parametrize(
    ("modified", "conditional"),
    [
        pytest.param("Sun, 29 Nov 2026 11:59:59 GMT", True, id="a second before it was sent"),
        pytest.param("Sun, 29 Nov 2026 12:00:00 GMT", False, id="in the second it was sent"),
        pytest.param("yesterday", False, id="no date"),
    ],
)
def test_a_date_that_proves_nothing_is_not_asked_with(
    tmp_path: Path, modified: str, conditional: bool
) -> None:
    """In the second in which it was sent a page may have changed again (RFC 9110, 8.8.2.2)."""
    headers = f"Date: Sun, 29 Nov 2026 12:00:00 GMT\r\nLast-Modified: {modified}\r\n"
    _, server, _ = run_twice(tmp_path, answer(TALE, headers=headers))
    assert bool(header(asked_for(server)[1], "If-Modified-Since")) is conditional


def test_an_original_that_cannot_be_read_is_not_asked_with(tmp_path: Path) -> None:
    """Where the stored page is damaged, a 304 would leave us with nothing."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": validated(TALE, etag=True)}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS)
        archive.run()
        (original,) = captures(archive)
        path = archive.config.archive.warcs / original.warc
        path.chmod(0o644)
        raw = bytearray(path.read_bytes())
        raw[original.offset + original.length // 2] ^= 0xFF
        path.write_bytes(raw)
        archive.run()
    assert [header(each, "If-None-Match") for each in asked_for(server)] == ["", ""]


def test_a_second_run_over_an_unchanged_site_costs_a_twentieth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages with validators: the second run receives at most 5 % of the first one's bytes."""
    long = PROSE * 12
    script = {
        f"/{n}.html": validated(story_page(f"Tale {n}", "Ana", long), etag=True) for n in range(20)
    }
    links = "".join(f'<li><a href="{n}.html">Tale {n}</a> by Ana</li>' for n in range(20))
    index = validated(f"<h1>Stories</h1><ul>{links}</ul>".encode(), modified=OLD)
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": index, **script}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS)
        first, second = archive.run(), archive.run()
    with capsys.disabled():
        sys.stdout.write(
            f"\nsecond run over an unchanged site: {second.requests} requests and "
            f"{second.received_bytes:,} bytes; the first: {first.requests} and "
            f"{first.received_bytes:,}\n"
        )
    assert second.requests == first.requests
    assert second.received_bytes <= first.received_bytes * 0.05
    assert second.stories_new == second.stories_changed == 0
    assert rows(
        archive, "SELECT count(*) FROM capture WHERE revisit_of IS NULL AND outcome != 'robots'"
    ) == [(21,)]
