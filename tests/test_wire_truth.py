"""What a server sent is what the archive holds, byte for byte: two runs over every wire case."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from storykeep import wire
from storykeep.archive import Archive
from storykeep.errors import CaptureError
from storykeep.fetch import Session
from storykeep.model import Exchange, Failure, Report
from storykeep.warc import Writer
from tests.archives import make_archive, rows
from tests.exchanges import INFO
from tests.site import Answer, RawServer, Recorded
from tests.site.many_hosts import NO_RULES, by_host, network
from tests.site.wire_cases import CAP, CAPPED, CASES, WireCase, whole
from tests.site.wire_server import Scripted
from tests.test_warc import fastwarc_check, warcio_check

COOKIE = NO_RULES.replace(b"\r\nContent", b"\r\nSet-Cookie: age=over-eighteen\r\nContent")
POLITE = f"delay = 0.0\nretries = 0\nread_timeout = 1.5\ndeadline = 8.0\nmax_bytes = {CAP}\nhosts_at_once = 96"  # fmt: skip


@dataclass
class Stored:
    """What warcio finds in the files of a run, by record type and address; blocks as they lie."""

    found: dict[tuple[str, str], list[tuple[dict[str, str], bytes]]] = field(default_factory=dict)

    def read(self, folder: Path) -> Stored:
        for path in sorted(folder.glob("*.warc.gz")):
            with path.open("rb") as file:
                for record in ArchiveIterator(file, no_record_parse=True):
                    headers = dict(record.rec_headers.headers)
                    key = (record.rec_type, headers.get("WARC-Target-URI", ""))
                    self.found.setdefault(key, []).append((headers, record.raw_stream.read()))
        return self

    def of(self, kind: str, url: str) -> list[tuple[dict[str, str], bytes]]:
        return self.found.get((kind, url), [])


@dataclass
class Ran:
    """Two runs over all cases, the second when what had failed was due again."""

    archive: Archive
    reports: tuple[Report, Report]
    requests: tuple[list[Recorded], list[Recorded]]
    first: Stored
    pages: dict[str, tuple[str, int, str]]  # after the first run: state, tries, when due

    def request(self, case: WireCase) -> bytes:
        host = f"\r\nHost: {case.host}\r\n".encode()
        return next(
            each.head for each in self.requests[0] if each.path == "/" and host in each.head
        )


def scripts() -> dict[str, dict[str, Scripted]]:
    """Return what each case's host answers: its case once, and the whole page ever after."""

    def once(case: WireCase) -> Scripted:
        answers: Iterator[Answer | bytes] = iter([case.answer])
        return lambda _: next(answers, whole())

    return {
        case.host: {"/robots.txt": COOKIE, "/": once(case), "/there": whole()} for case in CASES
    }


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run twice over all cases by real HTTP, each case a host of its own."""
    folder = tmp_path_factory.mktemp("wire")
    hosts = [case.host for case in CASES]
    with RawServer(by_host(scripts())) as server:
        archive = make_archive(
            folder,
            [f"http://{host}/" for host in hosts],
            polite=POLITE,
            network=network(hosts, server.netloc),
        )
        report = archive.run()
        before = len(server.requests)
        stored = Stored().read(folder / "warcs")
        found = rows(archive, "SELECT url, state, tries, next_due FROM page")
        _let_time_pass(archive)
        again = archive.run()
        requests = (server.requests[:before], server.requests[before:])
    pages = {url: (state, tries, due) for url, state, tries, due in found}
    return Ran(archive, (report, again), requests, stored, pages)


def _let_time_pass(archive: Archive) -> None:
    """Make due what would be due in an hour: the pages that had no whole answer."""
    with closing(sqlite3.connect(archive.config.archive.database)) as connection, connection:
        soon = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+2 hours')"
        connection.execute(f"UPDATE page SET next_due = '' WHERE next_due < {soon}")


def named(cases: tuple[WireCase, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases])


def url_of(case: WireCase) -> str:
    return f"http://{case.host}/"


def fact(block: bytes, name: str) -> str:
    """Return a field of a metadata record, "" where it is absent."""
    lines = (line.partition(": ") for line in block.decode().split("\r\n"))
    return next((value for key, _, value in lines if key == name), "")


# ---------------------------------------------------------------- each case


@named(CASES)
def test_the_stored_block_is_the_message(ran: Ran, case: WireCase) -> None:
    """The response record holds the bytes of the message and no others, and says if it was cut."""
    responses = ran.first.of("response", url_of(case))
    if case.stored is None:
        assert responses == []
        return
    ((headers, block),) = responses
    if case in CAPPED:
        assert block.startswith(case.stored[: len(block)])
        assert len(block) >= min(len(case.stored), CAP)
    else:
        assert block == case.stored
    assert headers.get("WARC-Truncated") == case.truncated
    assert headers["WARC-IP-Address"] == "127.0.0.1"


@named(CASES)
def test_the_metadata_says_what_was_odd(ran: Ran, case: WireCase) -> None:
    """Why it was cut, or how many bytes came behind it; a failure has its class, time and bytes."""
    ((headers, block),) = ran.first.of("metadata", url_of(case))
    if case.failure and headers["Content-Type"] != "application/warc-fields":
        assert block == case.sent[0]
        assert headers["Storykeep-failure"] == case.failure
        assert int(headers["Storykeep-fetchTimeMs"]) < 8000
        return
    assert fact(block, "failure") == (case.failure or "")
    assert int(fact(block, "fetchTimeMs")) < 8000
    assert int(fact(block, "surplusBytes") or 0) == case.surplus
    said = fact(block, "detail" if case.failure else "problem")
    assert (case.problem in said) if case.problem else said == ""


@named(CASES)
def test_the_request_record_is_what_the_server_received(ran: Ran, case: WireCase) -> None:
    """Byte for byte, but for the cookie's value; a failure has no request record."""
    received = ran.request(case)
    assert b"\r\nCookie: age=over-eighteen\r\n" in received
    records = ran.first.of("request", url_of(case))
    if case.failure:
        assert records == []
        return
    ((_, block),) = records
    assert block == received.replace(b"age=over-eighteen", b"***")
    assert fact(ran.first.of("metadata", url_of(case))[0][1], "masked") == "Cookie"


@named(CASES)
def test_only_a_whole_answer_is_the_page(ran: Ran, case: WireCase) -> None:
    """What was cut is no story, has failed and is due again; what was whole is left alone."""
    state, tries, due = ran.pages[url_of(case)]
    if case in CAPPED:
        # It would be as long the second time in this run: no failure, but due like one.
        assert (state, tries) == ("failed", 1)
    elif not case.whole:
        assert (state, tries) == ("failed", 1)
        assert [url for url, _ in ran.reports[0].failed].count(url_of(case)) == 1
    else:
        assert (state, tries) == ("done", 0)
        assert due > "2026-"


@named(tuple(case for case in CASES if case.truncated))
def test_what_was_cut_says_so_wherever_it_is_read(ran: Ran, case: WireCase) -> None:
    """Its part is an error, too large, or half a story that says its end is missing."""
    ((part, outcome),) = rows(
        ran.archive,
        "SELECT part.json, outcome FROM capture JOIN part ON part.capture = capture.id "
        f"WHERE url = '{url_of(case)}' AND truncated = '{case.truncated}'",
    )
    assert outcome in {"too_large", "error", "not_story"} or "its end is missing" in part
    assert (outcome == "too_large") <= (case.truncated == "length")


@named(tuple(case for case in CASES if not case.whole))
def test_a_later_whole_answer_takes_its_place(ran: Ran, case: WireCase) -> None:
    """The page is fetched again, what is whole is stored, and the story is the whole one's."""
    archive = ran.archive
    (again,) = [each for each in ran.requests[1] if f"Host: {case.host}\r\n".encode() in each.head and each.path == "/"]  # fmt: skip
    assert again.head.startswith(b"GET / HTTP/1.")
    page = rows(archive, f"SELECT state, tries FROM page WHERE url = '{url_of(case)}'")
    assert page == [("done", 0)]
    newest = rows(
        archive,
        "SELECT outcome, truncated, revisit_of FROM capture "
        f"WHERE url = '{url_of(case)}' ORDER BY id DESC LIMIT 1",
    )
    assert newest == [("story", None, None)]
    stories = rows(
        archive,
        "SELECT story.title, story.gone_since, count(*) FROM story JOIN chapter ON chapter.story = story.id "
        f"JOIN version ON version.chapter = chapter.id WHERE story.url = '{url_of(case)}' GROUP BY 1, 2",
    )
    # One version: half a story is none that the site ever told.
    assert stories == [("The Weather Book", None, 1)]


# ---------------------------------------------------------------- all cases together


def test_what_was_whole_is_not_asked_for_again(ran: Ran) -> None:
    """The second run asks for the failed pages and for no other."""
    asked = {each.head.partition(b"Host: ")[2].partition(b"\r\n")[0] for each in ran.requests[1]}
    assert asked == {case.host.encode() for case in CASES if not case.whole}
    assert ran.reports[1].failed == []


def test_a_page_is_due_again_within_the_hour_only_if_it_failed(ran: Ran) -> None:
    """A whole answer is left alone for the source's interval, any other for an hour."""
    fetched = datetime.fromisoformat(rows(ran.archive, "SELECT min(fetched_at) FROM capture")[0][0])
    for case in CASES:
        wait = datetime.fromisoformat(ran.pages[url_of(case)][2]) - fetched
        hour, month = timedelta(hours=1, minutes=1), timedelta(days=29)
        assert wait > month if case.whole else timedelta(minutes=50) < wait < hour, case.name


def test_exchanges_equal_records(ran: Ran) -> None:
    """Each request that the server saw is one unit of records, and each unit was a request."""
    stored = Stored().read(ran.archive.config.archive.warcs)
    units = Counter(url for (kind, url), found in stored.found.items() for _ in found if kind == "metadata")  # fmt: skip
    asked: Counter[str] = Counter()
    for each in (*ran.requests[0], *ran.requests[1]):
        host = each.head.partition(b"Host: ")[2].partition(b"\r\n")[0].decode()
        asked[f"http://{host}{each.path}"] += 1
    assert units == asked
    assert sum(asked.values()) == sum(report.requests for report in ran.reports)


def test_an_answer_that_gets_no_record_fails_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run counts what it fetched and what it stored, and does not end well if they differ."""
    asked_once = Session.get

    def ask_twice(session: Session, url: str, **options: bool) -> Exchange | Failure:
        lost = asked_once(session, url, **options)
        assert isinstance(lost, Exchange)
        lost.close()
        return asked_once(session, url, **options)

    monkeypatch.setattr(Session, "get", ask_twice)
    with RawServer(by_host({"a.test": {"/": whole()}})) as server:
        archive = make_archive(
            tmp_path, ["http://a.test/"], network=network(["a.test"], server.netloc)
        )
        with pytest.raises(CaptureError, match="4 answers came and 2 were stored"):
            archive.run()


def test_other_readers_find_no_fault(ran: Ran) -> None:
    """warcio and FastWARC read every record, and find every digest as it is stated."""
    paths = sorted(ran.archive.config.archive.warcs.glob("*.warc.gz"))
    assert len(paths) == 2
    for path in paths:
        assert warcio_check(path) == ""
        assert fastwarc_check(path) == []


def test_a_rebuild_says_the_same(ran: Ran) -> None:
    """State and outcome of each page are in the WARCs, cut answers and failures included."""
    query = "SELECT url, state, tries FROM page ORDER BY url"
    captures = "SELECT url, outcome, truncated, status FROM capture ORDER BY warc, offset"
    before = rows(ran.archive, query), rows(ran.archive, captures)
    ran.archive.rebuild()
    assert (rows(ran.archive, query), rows(ran.archive, captures)) == before


# ---------------------------------------------------------------- what a run never sends


def test_a_run_asks_by_get_alone(ran: Ran) -> None:
    """No HEAD and no POST: one line, GET, and the address as it is."""
    assert all(each.head.startswith(b"GET /") for each in (*ran.requests[0], *ran.requests[1]))


def test_an_answer_to_head_has_no_body() -> None:
    """The frame of an answer to HEAD, which no run sends, is its head (RFC 9112, section 6.3)."""
    reader = wire.ResponseReader("HEAD")
    kept = reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
    assert (reader.complete, reader.truncated, len(kept)) == (True, None, 39)


def test_authorization_and_cookie_are_masked_and_nothing_else(tmp_path: Path) -> None:
    """The server gets the secrets, the request record gets `***` and names what it hides."""
    secrets = {"Authorization": "Basic a2VlcGVyOmxhbXA=", "Cookie": "login=secret; age=18"}
    with (
        RawServer({"*": whole()}) as server,
        Session(user_agent="t", allow_addresses=["127.0.0.1"]) as session,
        Writer(tmp_path, prefix="t", info=INFO) as writer,
    ):
        exchange = session.get(server.url("/"), headers={**secrets, "X-Cookie": "kept"})
        assert isinstance(exchange, Exchange)
        writer.append(exchange, source="s")
        exchange.close()
    received = server.requests[0].head
    stored = Stored().read(tmp_path)
    ((_, block),) = stored.of("request", exchange.url)
    for value in secrets.values():
        assert value.encode() in received
        received = received.replace(value.encode(), b"***")
    assert block == received
    assert fact(stored.of("metadata", exchange.url)[0][1], "masked") == "Authorization, Cookie"
