"""Hostile and broken sites, met by a whole run: it goes on, ends, and says what happened."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep import apart
from storykeep.archive import Archive
from storykeep.derive import derive
from storykeep.errors import DamageError, StoreError
from storykeep.header import from_blocks
from storykeep.intake import frontier
from storykeep.model import Block, BlockKind, Link, Mark, Page, Part
from storykeep.polite import Gate
from storykeep.prose.canon import order as mark_order
from storykeep.reader.connection import VERSION
from tests.archives import PROSE, ROBOTS_FREE, answer, command, make_archive, rows, story_page
from tests.site import Answer, RawServer

TALE = answer(story_page("The Tale", "Ana", PROSE))
LONG = story_page("Long", "Ana", PROSE * 1000)
FORBIDDEN = answer(b"User-agent: *\nDisallow: /\n").replace(b"text/html", b"text/plain")


def moved(to: str) -> bytes:
    return answer(b"", status="302 Found", headers=f"Location: {to}\r\n")


def asked(server: RawServer) -> list[str]:
    return [request.path for request in server.requests]


# ---- robots.txt


def test_rules_behind_several_redirects_are_obeyed(tmp_path: Path) -> None:
    """RFC 9309, 2.3.1.2: at least five redirects in a row lead to the rules."""
    hops = {f"/{n}": moved(f"/{n + 1}") for n in range(1, 5)}
    script = {"/robots.txt": moved("/1"), **hops, "/5": FORBIDDEN, "*": TALE}
    with RawServer(script) as server:
        report = make_archive(tmp_path, [server.url("/")]).run()
    assert asked(server) == ["/robots.txt", "/1", "/2", "/3", "/4", "/5"]
    assert report.refused_by_robots == 1


def test_rules_at_another_host_are_obeyed(tmp_path: Path) -> None:
    """example.com/robots.txt that leads to www.example.com/robots.txt speaks for example.com."""
    with (
        RawServer({"/robots.txt": FORBIDDEN}) as other,
        RawServer({"/robots.txt": moved(other.url("/robots.txt")), "*": TALE}) as server,
    ):
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
        assert asked(server) == ["/robots.txt"]
        assert report.refused_by_robots == 1
        archive.config.archive.database.unlink()
        archive.rebuild()
        assert rows(archive, "SELECT state FROM page") == [("refused",)]
        assert rows(archive, "SELECT DISTINCT outcome FROM capture") == [("robots",)]


def test_a_robots_txt_that_leads_home_does_not_hide_the_page(tmp_path: Path) -> None:
    """Many sites send what they lack to their start page, which is a page all the same."""
    with RawServer({"/robots.txt": moved("/"), "/": TALE}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
        assert asked(server) == ["/robots.txt", "/", "/"]
        assert rows(archive, "SELECT title FROM story") == [("The Tale",)]
        archive.config.archive.database.unlink()
        archive.rebuild()
    assert rows(archive, "SELECT title FROM story") == [("The Tale",)]


def test_an_endless_robots_txt_is_read_as_far_as_it_must_be(tmp_path: Path) -> None:
    """RFC 9309, 2.5: the first 500 KiB count; the rest is no reason to close the host."""

    def forever():
        yield b"User-agent: *\nDisallow: /secret/\n"
        while True:
            yield b"# and on it goes\n" * 4000

    endless = Answer([b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", forever()])
    with RawServer({"/robots.txt": endless, "*": TALE}) as server:
        archive = make_archive(
            tmp_path,
            [server.url("/"), server.url("/secret/")],
            polite="delay = 0.0\nretries = 1\nmax_bytes = 600000",
        )
        report = archive.run()
    assert asked(server) == ["/robots.txt", "/"]
    assert report.failed == []


def test_a_robots_txt_that_fails_is_no_page(tmp_path: Path) -> None:
    """The frontier holds pages only; after a rebuild too."""
    with RawServer({"*": b""}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
        url = server.url("/")
    archive.rebuild()
    assert rows(archive, "SELECT url, tries FROM page") == [(url, 0)]


def test_a_crawl_delay_holds_from_its_robots_txt_on() -> None:
    """The gap behind robots.txt itself is as long as the rules in it ask."""
    gate = Gate(1.0)
    gate.asked(0.0)
    gate.answered(2.0)
    gate.slow_down(10.0)
    assert gate.wait(2.0) == 10.0


# ---- waiting


def test_a_day_that_a_host_asks_for_is_kept_by_later_runs(tmp_path: Path) -> None:
    """Retry-After: 86400 rests the host's other pages too, whichever run they would fall to."""
    links = "".join(f'<a href="{n}.html">{n}</a> ' for n in range(4))
    busy = answer(b"", status="503 Busy", headers="Retry-After: 86400\r\n")
    home = answer(story_page("Home", "Ana", PROSE, links))
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": home, "*": busy}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        archive.run()
        before = len(server.requests)
        assert archive.run().requests == 0
        assert len(server.requests) == before
    (first,) = rows(archive, "SELECT min(next_due) FROM page")[0]
    (taken,) = rows(archive, "SELECT fetched_at FROM capture WHERE status = 503")[0]
    wait = datetime.fromisoformat(first) - datetime.fromisoformat(taken)
    assert wait > timedelta(hours=23, minutes=59)


# ---- answers that are none


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(answer(b"<p>half</p>", status="206 Partial Content"), id="a piece"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\n\r\n", id="not modified"),
    ],
)
def test_what_nobody_asked_for_is_no_answer(tmp_path: Path, sent: bytes) -> None:
    """206 and 304 without a condition say nothing of the page: it failed, and is due again."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": sent}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        done = command("run", folder=tmp_path)
    assert done.returncode == 3
    assert rows(archive, "SELECT state FROM page") == [("failed",)]


@pytest.mark.parametrize("status", ["206 Partial Content", "429 Patience", "503 Busy"])
def test_the_same_refusal_twice_is_no_page(tmp_path: Path, status: str) -> None:
    """It is stored as a revisit of the first, and a revisit of no answer is no answer."""
    busy = answer(b"<p>Try again later.</p>", status=status)
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": busy}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        reports = archive.run(), archive.run()
    assert [len(report.failed) for report in reports] == [1, 1]
    assert rows(archive, "SELECT state, tries FROM page") == [("failed", 2)]


def test_a_304_nobody_asked_for_is_no_revisit(tmp_path: Path) -> None:
    """The story that was captured before stands, and nothing claims that it was seen again."""
    answers = [b"HTTP/1.1 304 Not Modified\r\n\r\n", TALE]
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": lambda _: answers.pop()}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        archive.run()
        archive.run()
    found = rows(archive, "SELECT revisit_of, outcome FROM capture WHERE status = 304")
    assert found == [(None, "error")]
    assert rows(archive, "SELECT title, gone_since FROM story") == [("The Tale", None)]


def test_a_page_past_the_cap_is_asked_for_once_a_run(tmp_path: Path) -> None:
    """It would be as long the second time; nothing is gained by asking for it again."""
    long = answer(b"<p>on and on</p>" * 5000)
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": long}) as server:
        archive = make_archive(
            tmp_path, [server.url("/")], polite="delay = 0.0\nretries = 3\nmax_bytes = 20000"
        )
        report = archive.run()
    assert asked(server) == ["/robots.txt", "/"]
    assert report.failed == []


# ---- giant pages


def test_a_giant_page_is_read_like_any_other() -> None:
    """A page of a few hundred kilobytes is derived in a process of its own, with the same part."""
    page = Page("http://h.example/t.html", 200, (("Content-Type", "text/html"),), LONG)
    assert len(page.body) > apart.GIANT
    assert apart.derive_safely(page, None) == derive(page, None)


def test_a_page_that_needs_too_much_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child's death is the page's outcome; the run goes on, and the capture is there."""
    monkeypatch.setattr(apart, "CPU", 0.001)
    script = {"/robots.txt": ROBOTS_FREE, "/": answer(LONG), "/small": TALE}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/"), server.url("/small")])
        report = archive.run()
    assert report.outcomes == {"robots": 1, "too_large": 1, "story": 1}
    assert report.failed == []


@pytest.mark.parametrize("kind", ["paragraph", "pre"])
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=12))
def test_each_line_has_the_marks_over_it(kind: BlockKind, spans: list[tuple[int, int]]) -> None:
    """A block of many lines gives each the marks that reach into it, without asking all of them."""
    text = "one\n\ntwo lines\nand a third, which is longer\n"
    marks = sorted((Mark(low, high, "link") for low, high in spans if low <= high), key=mark_order)
    offset = 0
    for row in from_blocks([(Block(kind, text, tuple(marks)), None)]):
        end = offset + len(row.text)
        over = [(max(m.start, offset), min(m.end, end), m) for m in marks]
        found = [
            (low - offset, high - offset)
            for low, high, mark in over
            if low < high or (mark.start == mark.end and offset <= mark.start <= end)
        ]
        assert [(mark.start, mark.end) for mark in row.marks] == found
        offset = end + 1


LISTED = Part(
    "http://h.example/",
    "index",
    prose=(Block("paragraph", "x" * 4000, (Mark(0, 9, "strong"),)),),
    links=tuple(Link(f"http://h.example/{n}", f"Tale {n}", "story") for n in range(100)),
)


def test_a_part_that_fits_is_left_as_it_is() -> None:
    """Only what would take too much memory to store is touched."""
    assert apart.fitting(LISTED, 1 << 20) is LISTED


def test_a_part_that_takes_too_much_keeps_its_links_and_says_so() -> None:
    """What is left out is counted, and the links that fit still lead on."""
    part = apart.fitting(LISTED, 20_000)
    assert (part.outcome, part.prose) == ("too_large", ())
    assert 0 < len(part.links) < 100
    assert part.links == LISTED.links[: len(part.links)]
    assert f"its text and {100 - len(part.links)} of its 100 links" in part.warnings[0]


def test_a_body_beyond_all_hope_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would cost a minute and a gigabyte to find out what its size says already."""
    monkeypatch.setattr(apart, "HOPELESS", len(LONG) - 1)
    part = apart.derive_safely(Page("http://h.example/", 200, (), LONG), None)
    assert (part.outcome, part.prose, len(part.warnings)) == ("too_large", (), 1)


def test_a_page_may_lead_to_more_than_a_run_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first links are asked for now; the others are due, and the next run asks for them."""
    monkeypatch.setattr(frontier, "MOST_FOUND", 3)
    links = "".join(f'<li><a href="{n}.html">Tale {n}</a> by Ana' for n in range(8))
    home = answer(f"<title>Stories</title><h1>Stories</h1><ul>{links}</ul>".encode())
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": home, "*": TALE}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        first, second = archive.run(), archive.run()
    assert (first.waiting, first.outcomes.get("story")) == (5, 3)
    assert (second.waiting, second.outcomes.get("story")) == (0, 5)


# ---- what may lie where the archive lies


def an_archive(folder: Path) -> Archive:
    """Return an archive of one story, captured twice."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": TALE}) as server:
        archive = make_archive(folder, [server.url("/")], source='every = "0s"')
        archive.run()
        archive.run()
    return archive


@pytest.mark.parametrize(
    "statement",
    # An id of another alone, with all tables ours, is a header that has changed: test_repair.py.
    ["PRAGMA application_id = 7; DROP TABLE version", f"PRAGMA user_version = {VERSION + 1}"],
)
def test_rebuild_replaces_no_database_of_another(tmp_path: Path, statement: str) -> None:
    """Another program's file, or a newer Storykeep's, is refused and stays as it is."""
    archive = an_archive(tmp_path)
    with closing(sqlite3.connect(archive.config.archive.database)) as connection:
        connection.executescript(statement)
    before = archive.config.archive.database.read_bytes()
    with pytest.raises(StoreError):
        archive.rebuild()
    assert archive.config.archive.database.read_bytes() == before


def test_rebuild_makes_what_it_can_and_names_what_is_lost(tmp_path: Path) -> None:
    """A WARC that is gone takes its captures along, and no others."""
    archive = an_archive(tmp_path)
    first, second = sorted((tmp_path / "warcs").glob("*.warc.gz"))
    first.unlink()
    with pytest.raises(DamageError, match=f"{first.name} is in the manifest and missing"):
        archive.rebuild()
    assert rows(archive, "SELECT warc, outcome FROM capture") == [(second.name, "robots")]


def foreign_record(url: str, kind: str, block: bytes) -> bytes:
    """Return a response record as other tools write it: nothing of ours beside it."""
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\n"
        f"WARC-Date: 2020-01-02T03:04:05Z\r\nWARC-Target-URI: {url}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def test_a_foreign_warc_stops_nothing(tmp_path: Path) -> None:
    """A file of another tool gives its web pages; dns: and what cannot be read are passed over."""
    archive = an_archive(tmp_path)
    (tmp_path / "warcs" / "folder.warc.gz").mkdir()
    (tmp_path / "warcs" / "junk.warc.gz").write_bytes(b"no WARC at all")
    page = answer(story_page("Foreign", "Bo", PROSE))
    (tmp_path / "warcs" / "foreign.warc.gz").write_bytes(
        foreign_record("dns:example.org", "text/dns", b"1.2.3.4")
        + foreign_record("http://f.example/a.html", "application/http; msgtype=response", page)
    )
    archive.run()
    assert rows(archive, "SELECT title FROM story ORDER BY title") == [("Foreign",), ("The Tale",)]
