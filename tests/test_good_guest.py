"""A run over loopback is a good guest: robots, gaps, waits, hosts side by side, and a contact."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from storykeep import seeds
from storykeep.archive import Archive
from storykeep.config import Source, load
from storykeep.crawl import Watch
from storykeep.crawl.hosts import HostQueue, Hosts
from storykeep.errors import CaptureError, ConfigError
from storykeep.fetch import Session
from storykeep.politeness import prove
from tests.archives import PROSE, ROBOTS_FREE, answer, dump, make_archive, rows, story_page
from tests.guests import Ledger, Time, asked, crawl, plant_failures, rules, tale
from tests.site import TLS, Answer, Hold, RawServer, Reset, server_tls

# ---------------------------------------------------------------- robots.txt over HTTP


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 Who", "403 No", "404 Not Found", "410 Gone", "451 Law"]
)
def test_4xx_is_no_rules(tmp_path: Path, status: str) -> None:
    """RFC 9309, 2.3.1.3: an unavailable robots.txt forbids nothing; it is archived all the same."""
    with RawServer({"/robots.txt": rules(b"", status=status), "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert asked(server) == ["/robots.txt", "/"]
    assert report.failed == []
    assert rows(archive, "SELECT count(*) FROM capture WHERE outcome = 'robots'") == [(1,)]


UNREACHABLE = [
    pytest.param(rules(b"User-agent: *\nDisallow:\n", status="500 Oops"), "500", id="500"),
    pytest.param(rules(b"", status="503 Busy"), "503", id="503"),
    pytest.param(rules(b"", status="429 Slow"), "429", id="429"),
    pytest.param(rules(b"User-agent: *\nDisallow:\n")[:-9], "15 of 24 body bytes came", id="cut"),
    pytest.param(b"ICY 200 OK\r\n\r\n", "garbage", id="garbage"),
    pytest.param(b"", "disconnect", id="no answer"),
    pytest.param(Answer([Reset()]), "disconnect", id="reset"),
    pytest.param(Answer([Hold()]), "timeout", id="timeout"),
    pytest.param(answer(b"", status="206 Part"), "206", id="a part"),
]


@pytest.mark.parametrize(("robots", "why"), UNREACHABLE)
def test_rules_that_cannot_be_reached_forbid_everything_for_now(
    tmp_path: Path, robots: bytes | Answer, why: str
) -> None:
    """RFC 9309, 2.3.1.4: the page is not asked, stays due, and the report says why."""
    with RawServer({"/robots.txt": robots, "*": tale()}) as server:
        archive = make_archive(
            tmp_path, [server.url("/")], polite="delay = 0.0\nretries = 0\nread_timeout = 0.2"
        )
        report = archive.run()
        assert set(asked(server)) == {"/robots.txt"}
        archive.run()
        assert set(asked(server)) == {"/robots.txt"}
        assert len(asked(server)) == 2
    ((url, reason),) = report.failed
    assert url == server.url("/robots.txt")
    assert why in reason
    assert report.waiting == 1


@pytest.mark.parametrize(
    "start", ["http://nowhere.invalid/", "http://127.0.0.1:9/"], ids=["dns", "refused"]
)
def test_a_host_without_connection_has_unreachable_rules(tmp_path: Path, start: str) -> None:
    """No name, no port: one attempt for robots.txt, none for the page."""
    archive = make_archive(tmp_path, [start], source='include = ["/"]')
    archive = Archive(
        replace(archive.config, archive=replace(archive.config.archive, operator="me@example.org"))
    )
    report = archive.run()
    assert rows(archive, "SELECT url FROM attempt") == [(f"{start}robots.txt",)]
    assert report.waiting == 1


@pytest.mark.parametrize(
    "robots",
    [UNREACHABLE[0].values[0], UNREACHABLE[4].values[0], b""],
    ids=["500", "garbage", "none"],
)
def test_a_source_may_ignore_rules_that_never_come(tmp_path: Path, robots: bytes) -> None:
    """robots = "ignore-unreachable": a dead archive is read, and nothing failed."""
    notes: list[str] = []
    with RawServer({"/robots.txt": robots, "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='robots = "ignore-unreachable"')
        report = archive.run(watch=Watch(note=notes.append))
    assert asked(server) == ["/robots.txt", "/"]
    assert (report.stories_new, report.failed, report.waiting) == (1, [], 0)
    assert "no readable robots.txt" in notes[0]


def test_a_source_that_ignores_unreachable_rules_obeys_readable_ones(tmp_path: Path) -> None:
    """Only the missing answer is ignored."""
    with RawServer({"/robots.txt": rules(b"User-agent: *\nDisallow: /\n"), "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='robots = "ignore-unreachable"')
        report = archive.run()
    assert asked(server) == ["/robots.txt"]
    assert report.refused_by_robots == 1


def test_one_source_ignores_what_closes_the_host_for_another(tmp_path: Path) -> None:
    """The setting is the source's own."""
    oops = rules(b"", status="500 Oops")
    with RawServer({"/robots.txt": oops, "*": tale()}) as server:
        second = f'robots = "ignore-unreachable"\n[[source]]\nname = "other"\nstart = ["{server.url("/b/")}"]'
        report = make_archive(tmp_path, [server.url("/a/")], source=second).run()
    assert sorted(asked(server)) == ["/a/", "/robots.txt"]
    assert report.waiting == 1
    assert [url for url, _ in report.failed] == [server.url("/robots.txt")]


def test_rules_behind_redirects_across_hosts_are_the_asking_hosts(tmp_path: Path) -> None:
    """Six hops over three hosts; what is found there binds the host that was asked first alone."""
    body = b"User-agent: *\nDisallow: /secret/\n"
    with RawServer({}) as one, RawServer({}) as two, RawServer({}) as three:
        hops = [one, two, three, one, two, three]
        for number, here in enumerate(hops):
            there = hops[number + 1].url(f"/hop{number + 1}") if number < 5 else three.url("/rules")
            path = f"/hop{number}" if number else "/robots.txt"
            moved = answer(b"", status="302 Found", headers=f"Location: {there}\r\n")
            here.script = {**here.script, path: moved}
        three.script = {**three.script, "/rules": rules(body)}
        links = '<a href="/secret/a.html">a</a> <a href="/b.html">b</a>'
        one.script = {**one.script, "/": tale("s", links), "*": tale()}
        archive = make_archive(tmp_path, [one.url("/")])
        report = archive.run()
    assert "/secret/a.html" not in asked(one)
    assert "/b.html" in asked(one)
    assert report.refused_by_robots == 1
    assert rows(archive, "SELECT count(*) FROM capture WHERE outcome = 'robots'") == [(7,)]


def test_a_robots_txt_of_600_kib_is_read_for_500(tmp_path: Path) -> None:
    """RFC 9309, 2.5: the rest is not obeyed, nothing fails, and all of it is archived."""
    head = b"User-agent: *\nDisallow: /early/\n"
    long = head + b"#" * (510 * 1024) + b"\nDisallow: /late/\n" + b"#" * (90 * 1024) + b"\n"
    links = '<a href="/early/a.html">a</a> <a href="/late/b.html">b</a>'
    script = {"/robots.txt": rules(long), "/": tale("s", links), "*": tale()}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert asked(server) == ["/robots.txt", "/", "/late/b.html"]
    assert report.failed == []
    assert rows(archive, "SELECT truncated FROM capture WHERE outcome = 'robots'") == [(None,)]


def test_a_robots_txt_cut_before_500_kib_closes_the_host_and_says_so(tmp_path: Path) -> None:
    """Rules beyond a small max_bytes are unknown, so nothing is asked; the run does not hang."""
    body = b"User-agent: *\n" + b"#" * 5000 + b"\nDisallow: /\n"
    polite = "delay = 0.0\nretries = 0\nmax_bytes = 2000"
    with RawServer({"/robots.txt": rules(body), "*": tale()}) as server:
        report = make_archive(tmp_path, [server.url("/")], polite=polite).run()
    assert asked(server) == ["/robots.txt"]
    assert "cut" in report.failed[0][1]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        pytest.param(b"\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", True, id="BOM"),
        pytest.param(
            b"User-agent: storykeep\nDisallow: /b\n\nUser-agent: *\nDisallow: /a\n",
            False,
            id="our group before all",
        ),
        pytest.param(b"User-agent: *\nDisallow: /a\nAllow: /a.html\n", False, id="longest match"),
        pytest.param(b"User-agent: *\nDisallow: /*.html$\n", True, id="star and dollar"),
        pytest.param(b"User-agent: *\nDisallow: /%61.html\n", True, id="escaped"),
        pytest.param(b"User-agent: *\nDisallow: /A.html\n", False, id="letter case"),
    ],
)
def test_rules_are_matched_as_the_standard_says(tmp_path: Path, body: bytes, refused: bool) -> None:
    """Each feature of RFC 9309, 2.2, on a page that a link leads to."""
    links = '<a href="/a.html">a</a>'
    script = {"/robots.txt": rules(body), "/s": tale("s", links), "*": tale()}
    with RawServer(script) as server:
        make_archive(tmp_path, [server.url("/s")], source='include = ["/"]').run()
    assert ("/a.html" not in asked(server)) is refused


def test_rules_are_asked_for_again_after_a_day(tmp_path: Path) -> None:
    """RFC 9309, 2.4: no copy is used for more than 24 hours, however long a run takes."""
    bodies = [b"User-agent: *\nDisallow: /b.html\n", b"User-agent: *\nCrawl-delay: 0\n"]
    seen = iter(bodies)
    time_ = Time()

    def start(_: bytes) -> bytes:
        time_.now += 86_401
        return tale("s", '<a href="/a.html">a</a>')

    script = {"/robots.txt": lambda _: rules(next(seen)), "/": start, "*": tale()}
    with RawServer(script) as server:
        report = crawl(make_archive(tmp_path, [server.url("/")]), time_.clock())
    assert asked(server) == ["/robots.txt", "/", "/robots.txt", "/a.html"]
    assert report.failed == []


def test_each_run_asks_for_robots_txt_once(tmp_path: Path) -> None:
    """Rules may change between two runs; within one they are not asked for page by page."""
    links = "".join(f'<a href="/{n}.html">{n}</a>' for n in range(4))
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": tale("s", links), "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        archive.run()
        archive.run()
    assert asked(server).count("/robots.txt") == 2


# ---------------------------------------------------------------- gaps


@pytest.mark.parametrize(
    ("robots", "least"),
    [
        pytest.param(b"User-agent: *\nDisallow: /no\n", 0.1, id="our own delay"),
        pytest.param(b"User-agent: *\nCrawl-delay: 0.25\n", 0.25, id="a fraction"),
        pytest.param(b"User-agent: *\nRequest-rate: 4/1\n", 0.25, id="a rate"),
        pytest.param(b"User-agent: *\nCrawl-delay: 0.01\n", 0.1, id="ours is longer"),
        pytest.param(b"User-agent: *\nCrawl-delay: soon\n", 0.1, id="garbage"),
    ],
)
def test_the_gap_is_kept_as_the_server_sees_it(tmp_path: Path, robots: bytes, least: float) -> None:
    """From the end of each answer to the next request, robots.txt included; the report agrees."""
    ledger = Ledger()
    page = tale("s", '<a href="/a.html">a</a> <a href="/b.html">b</a>')
    script = {
        "/robots.txt": lambda _: ledger.answer(rules(robots)),
        "/": lambda _: ledger.answer(page),
        "*": lambda _: ledger.answer(tale()),
    }
    with RawServer(script) as server:
        report = make_archive(tmp_path, [server.url("/")], polite="delay = 0.1\nretries = 0").run()
    assert len(ledger.times) == 4
    assert min(ledger.gaps()) >= least
    assert report.least_gap == {server.netloc: pytest.approx(least, abs=0.2)}
    assert min(report.least_gap.values()) >= least


def test_an_absurd_crawl_delay_is_capped_and_said(tmp_path: Path) -> None:
    """A million seconds would put a run to sleep for days: five minutes are kept, and told."""
    notes: list[str] = []
    time_ = Time()
    slow = rules(b"User-agent: *\nCrawl-delay: 1000000\n")
    with RawServer({"/robots.txt": slow, "*": tale()}) as server:
        crawl(make_archive(tmp_path, [server.url("/")]), time_.clock(), Watch(note=notes.append))
    assert asked(server) == ["/robots.txt", "/"]
    assert time_.slept == [pytest.approx(300.0)]
    assert "asks for 1e+06 seconds" in notes[0]


def test_the_gap_holds_from_one_run_to_the_next(tmp_path: Path) -> None:
    """`add` in a shell's loop is no way round the delay, nor round a Crawl-delay."""
    ledger = Ledger()
    slow = rules(b"User-agent: *\nCrawl-delay: 0.4\n")
    script = {
        "/robots.txt": lambda _: ledger.answer(slow),
        "*": lambda _: ledger.answer(tale()),
    }
    with RawServer(script) as server:
        archive = make_archive(tmp_path, ["http://127.0.0.1:9/"], polite="delay = 0.1\nretries = 0")
        archive.add([server.url("/a")])
        archive.add([server.url("/b")])
    assert asked(server) == ["/robots.txt", "/a", "/robots.txt", "/b"]
    assert min(ledger.gaps()) >= 0.4


def test_the_last_crawl_delay_holds_until_there_are_new_rules(tmp_path: Path) -> None:
    """Also between the robots.txt of the next run and where it leads; then the new rules do."""
    ledger = Ledger()
    left = [rules(b"User-agent: *\nCrawl-delay: 0.4\n")]
    moved = answer(b"", status="302 Found", headers="Location: /rules\r\n")
    links = '<a href="/a">a</a> <a href="/b">b</a>'
    script = {
        "/robots.txt": lambda _: ledger.answer(left.pop() if left else moved),
        "/rules": lambda _: ledger.answer(rules(b"User-agent: *\nDisallow: /no\n")),
        "/": lambda _: ledger.answer(tale("s", links)),
        "*": lambda _: ledger.answer(tale()),
    }
    with RawServer(script) as server:
        archive = make_archive(
            tmp_path, [server.url("/")], source='every = "0s"\nlimit = 3', polite="delay = 0.1"
        )
        archive.run()
        archive.run()
    assert asked(server)[4:] == ["/robots.txt", "/rules", "/", "/a", "/b"]
    gaps = ledger.gaps()
    assert min(gaps[:5]) >= 0.4
    assert 0.1 <= min(gaps[5:]) < 0.4
    assert prove(tmp_path / "warcs").violations == 0


def test_the_gap_holds_after_a_failure_too(tmp_path: Path) -> None:
    """A host that breaks connections is not asked any faster."""
    time_ = Time()
    polite = "delay = 2.0\nretries = 2"
    with RawServer({"*": b""}) as server:
        crawl(make_archive(tmp_path, [server.url("/")], polite=polite), time_.clock())
    assert asked(server) == ["/robots.txt"] * 3
    assert [2 <= time_.slept[0] <= 4, 4 <= time_.slept[1] <= 8] == [True, True]


def test_names_and_schemes_of_one_host_share_a_gate() -> None:
    """http and https, www. and none are one host; another port or name is another."""
    opened: list[HostQueue] = []
    hosts = Hosts(1.0, lambda queue, url: opened.append(queue))
    one = hosts.of("http://h.example/")
    assert hosts.of("https://www.h.example/a") is hosts.of("https://h.example/") is one
    assert hosts.of("http://h.example:8080/") is not one
    assert hosts.of("http://other.h.example/") is not one
    assert hosts.of("http://www.example/").name == "example" or len(opened) == 4


# ---------------------------------------------------------------- hosts side by side


class Crowd:
    """Counts the requests that are being answered at once, in all and for each host."""

    def __init__(self, wanted: int) -> None:
        self.most = 0
        self.most_of_one = 0
        self._now: dict[str, int] = {}
        self._lock = threading.Lock()
        self._enough = threading.Event()
        self._wanted = wanted

    @contextmanager
    def inside(self, host: str) -> Iterator[None]:
        with self._lock:
            self._now[host] = self._now.get(host, 0) + 1
            self.most = max(self.most, sum(self._now.values()))
            self.most_of_one = max(self.most_of_one, self._now[host])
            if self.most >= self._wanted:
                self._enough.set()
        # Nobody is answered before as many are here as may be; a run that asks fewer gets on, too.
        self._enough.wait(10)
        time.sleep(0.02)
        try:
            yield
        finally:
            with self._lock:
                self._now[host] -= 1

    def answer(self, head: bytes) -> bytes:
        found = re.search(rb"\r\nHost: ([^\r]+)", head)
        assert found is not None
        with self.inside(found[1].decode().removeprefix("www.")):
            if b" /robots.txt " in head:
                return ROBOTS_FREE
            links = '<a href="/a.html">a</a> <a href="/b.html">b</a>'
            return tale("s", links if b" / " in head else "")


def archive_of_hosts(folder: Path, names: list[str], server: RawServer, *, most: int) -> Archive:
    pairs = ", ".join(f'"{name}:80" = "{server.netloc}"' for name in names)
    return make_archive(
        folder,
        [f"http://{name}/" for name in names],
        polite=f"delay = 0.0\nretries = 0\nhosts_at_once = {most}",
        network=f'allow_addresses = ["127.0.0.1"]\nconnect_to = {{ {pairs} }}',
    )


@pytest.mark.parametrize("most", [8, 3, 1])
def test_hosts_are_asked_side_by_side_and_none_twice(tmp_path: Path, most: int) -> None:
    """By the server's own count: hosts_at_once requests in flight, one for each host at the most."""
    crowd = Crowd(most)
    names = [f"h{number}.example" for number in range(8)]
    with RawServer({"*": crowd.answer}) as server:
        report = archive_of_hosts(tmp_path, names, server, most=most).run()
    assert crowd.most == most
    assert crowd.most_of_one == 1
    assert report.requests == 8 * 4


def test_two_names_of_one_host_are_never_asked_at_once(tmp_path: Path) -> None:
    """www. and none are mostly one machine, and count as one."""
    crowd = Crowd(1)
    names = ["h.example/a/", "www.h.example/b/"]
    with RawServer({"*": crowd.answer}) as server:
        pairs = f'"h.example:80" = "{server.netloc}", "www.h.example:80" = "{server.netloc}"'
        network = f'allow_addresses = ["127.0.0.1"]\nconnect_to = {{ {pairs} }}'
        make_archive(tmp_path, [f"http://{name}" for name in names], network=network).run()
    first = [each.head for each in server.requests if each.path == "/robots.txt"]
    assert [b"Host: www." in head for head in sorted(first, key=len)] == [False, True]
    assert crowd.most == 1


def test_http_and_https_of_one_name_are_never_asked_at_once(tmp_path: Path, monkeypatch) -> None:
    """One host, one request; each side's own robots.txt binds its own pages."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    crowd = Crowd(1)

    def secure(head: bytes) -> bytes:
        found = crowd.answer(head)
        return rules(b"User-agent: *\nDisallow: /b\n") if b"robots.txt" in head else found

    with (
        RawServer({"*": crowd.answer}) as plain,
        RawServer({"*": secure}, tls=server_tls()) as tls,
    ):
        network = (
            'allow_addresses = ["127.0.0.1"]\nconnect_to = '
            f'{{ "tls.test:80" = "{plain.netloc}", "tls.test:443" = "{tls.netloc}" }}'
        )
        start = ["http://tls.test/", "https://tls.test/b", "https://tls.test/c"]
        make_archive(tmp_path, start, network=network, source='include = ["/"]').run()
    assert crowd.most == 1
    assert "/robots.txt" in asked(plain)
    assert asked(tls) == ["/robots.txt", "/c"]


# ---------------------------------------------------------------- Retry-After


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("status", ["429 Slow", "503 Busy", "302 Found", "200 OK"])
@pytest.mark.parametrize(
    ("value", "least", "most"),
    [("2", 2, 2), ("0", 0, 0), ("-5", 0, 0), ("soon", 0, 0), ("date", 80, 101)],
    ids=["seconds", "zero", "negative", "garbage", "date"],
)
def test_a_short_retry_after_is_waited_for(
    tmp_path: Path, status: str, value: str, least: float, most: float
) -> None:
    """On every status; what cannot be read leaves the usual wait."""
    time_ = Time()
    value = http_date(100) if value == "date" else value
    headers = f"Retry-After: {value}\r\nLocation: /b.html\r\n"
    first = [
        answer(
            story_page("T", "A", PROSE, '<a href="/b.html">b</a>'), status=status, headers=headers
        )
    ]
    script = {"/robots.txt": ROBOTS_FREE, "*": lambda _: first.pop() if first else tale()}
    polite = "delay = 0.0\nretries = 1"
    with RawServer(script) as server:
        report = crawl(make_archive(tmp_path, [server.url("/")], polite=polite), time_.clock())
    assert len(asked(server)) == 3
    assert report.failed == []
    backoff = 2.0 if status[0] in "45" else 0.0
    assert least <= sum(time_.slept) <= max(most, backoff)


@pytest.mark.parametrize("status", ["429 Slow", "503 Busy", "302 Found", "200 OK"])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_long_retry_after_holds_the_host_for_later_runs_too(
    tmp_path: Path, status: str, form: str
) -> None:
    """Whatever page is due, also a new start page and after a rebuild; then it is asked again."""
    # The date is made now: the test may run minutes after it was collected.
    value = "86400" if form == "seconds" else http_date(86_400)
    headers = f"Retry-After: {value}\r\nLocation: /b.html\r\n"
    busy = answer(
        story_page("T", "A", PROSE, '<a href="/b.html">b</a>'), status=status, headers=headers
    )
    script = {"/robots.txt": ROBOTS_FREE, "/": busy, "*": tale()}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        report = archive.run()
        assert asked(server) == ["/robots.txt", "/"]
        assert [host for host, _ in report.resting] == [server.netloc]
        # A page that nobody has heard of yet, on the same host.
        archive = make_archive(
            tmp_path, [server.url("/"), server.url("/new.html")], source='every = "0s"'
        )
        later = archive.run()
        assert asked(server) == ["/robots.txt", "/"]
        assert (later.failed, later.waiting) == ([], 1)
        assert "until" in later.resting[0][1]
        added = archive.add([server.url("/added.html")])
        assert [url for url, _ in added.failed] == [server.url("/added.html")]
        archive.config.archive.database.unlink()
        archive.rebuild()
        archive.run()
        assert asked(server) == ["/robots.txt", "/"]
        assert crawl(archive, Time(time.time() + 86_300).clock()).requests == 0
        assert crawl(archive, Time(time.time() + 86_500).clock()).requests > 1


def test_a_rebuild_gives_the_waits_back(tmp_path: Path) -> None:
    """The frontier's waits come from the captures: the canonical dump is the same."""
    busy = answer(b"", status="302 Found", headers="Retry-After: 4000\r\nLocation: /b.html\r\n")
    script = {"/robots.txt": ROBOTS_FREE, "/": tale("s", '<a href="/a">a</a> <a href="/c">c</a>')}
    with RawServer({**script, "*": busy}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
    before = dump(archive)
    archive.config.archive.database.unlink()
    archive.rebuild()
    assert dump(archive) == before
    waits = rows(archive, "SELECT state, next_due FROM page WHERE url NOT LIKE '%/'")
    assert len({due for _, due in waits}) == 1


@pytest.mark.parametrize("status", ["429 Slow", "503 Busy"])
def test_a_robots_txt_that_asks_for_a_day_has_it(tmp_path: Path, status: str) -> None:
    """Even where the source ignores unreachable rules: Retry-After is always obeyed."""
    busy = rules(b"", status=status, headers="Retry-After: 86400\r\n")
    with RawServer({"/robots.txt": busy, "*": tale()}) as server:
        archive = make_archive(
            tmp_path,
            [server.url("/")],
            source='robots = "ignore-unreachable"',
            polite="delay = 0.0\nretries = 4",
        )
        report = archive.run()
        assert report.resting == [(server.netloc, "asked us to wait 24 hours")]
        archive.run()
    assert asked(server) == ["/robots.txt"]


def test_a_clock_that_was_set_back_makes_no_wait_longer(tmp_path: Path) -> None:
    """The wait is at most what was asked for, counted from now."""
    busy = answer(b"", status="503 Busy", headers="Retry-After: 250\r\n")
    script = {"/robots.txt": ROBOTS_FREE, "/": busy, "*": tale()}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
        time_ = Time(time.time() - 10 * 86_400)
        archive = make_archive(tmp_path, [server.url("/new")])
        crawl(archive, time_.clock())
    # What was asked for in the future is due as well, when that wait is over.
    assert asked(server)[2:] == ["/robots.txt", "/new", "/"]
    assert max(time_.slept) == pytest.approx(250, abs=1)
    assert sum(time_.slept) == pytest.approx(250, abs=1), time_.slept


# ---------------------------------------------------------------- failures


def test_a_host_that_only_fails_has_a_budget(tmp_path: Path) -> None:
    """Eight failures in a row, over several pages; the report says that the host rests."""
    time_ = Time()
    links = "".join(f'<a href="/{n}.html">{n}</a>' for n in range(9))
    oops = answer(b"", status="500 Oops")
    script = {"/robots.txt": ROBOTS_FREE, "/": tale("s", links), "*": oops}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")], polite="delay = 1.0\nretries = 2")
        report = crawl(archive, time_.clock())
    assert len(asked(server)) == 2 + 8
    assert report.resting == [(server.netloc, "8 failures in a row")]
    assert report.waiting == 6
    waits = time_.slept[2:]
    # 1, 2 (then the page is given up, after 4), each with up to as much again.
    assert all(low <= each <= 2 * low for each, low in zip(waits, [1, 2, 4, 1, 2, 4], strict=False))
    assert len(set(waits)) == len(waits), "without jitter all hosts would be asked again at once"


FAILURES = [
    pytest.param(b"ICY 200 OK\r\n\r\n", "garbage", id="garbage"),
    pytest.param(b"", "disconnect", id="closed"),
    pytest.param(Answer([Reset()]), "disconnect", id="reset"),
    pytest.param(Answer([Hold()]), "timeout", id="silent"),
]


@pytest.mark.parametrize(("page", "kind"), FAILURES)
def test_a_failed_request_is_a_row_and_a_record(
    tmp_path: Path, page: bytes | Answer, kind: str
) -> None:
    """With class and time, the same after a rebuild."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": page}) as server:
        archive = make_archive(
            tmp_path, [server.url("/")], polite="delay = 0.0\nretries = 0\nread_timeout = 0.2"
        )
        report = archive.run()
    check_attempts(archive, [(server.url("/"), kind)])
    assert (report.requests, report.captures) == (2, 1)


@pytest.mark.parametrize(
    ("start", "network", "kind"),
    [
        ("http://127.0.0.1:9/", 'allow_addresses = ["127.0.0.1"]', "connect"),
        ("http://127.0.0.1:9/", "", "refused_address"),
        ("http://nowhere.invalid/", "", "dns"),
    ],
)
def test_a_host_that_cannot_be_reached_is_a_row_and_a_record(
    tmp_path: Path, start: str, network: str, kind: str
) -> None:
    """The request for its robots.txt is what failed."""
    archive = make_archive(tmp_path, [start], network=network)
    archive = Archive(
        replace(archive.config, archive=replace(archive.config.archive, operator="me@example.org"))
    )
    archive.run()
    check_attempts(archive, [(f"{start}robots.txt", kind)])


def test_a_certificate_that_nobody_signed_is_a_row_and_a_record(tmp_path: Path) -> None:
    """TLS failures have their own class."""
    with RawServer({"*": tale()}, tls=server_tls("self_signed.pem")) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
    check_attempts(archive, [(server.url("/robots.txt"), "tls")])


def check_attempts(archive: Archive, expected: list[tuple[str, str]]) -> None:
    query = 'SELECT url, kind, started_at, elapsed_ms, warc, "offset" FROM attempt'
    found = rows(archive, query)
    assert [row[:2] for row in found] == expected
    age = datetime.now(UTC) - datetime.fromisoformat(found[0][2])
    assert timedelta(0) <= age < timedelta(minutes=1)
    archive.config.archive.database.unlink()
    archive.rebuild()
    assert rows(archive, query) == found


def test_a_kept_connection_that_died_costs_a_record_and_a_gap(tmp_path: Path) -> None:
    """What was sent twice is recorded twice, and the second request is not sent at once."""
    left = [Answer([Reset()])]
    ledger = Ledger()
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    script = {
        "/robots.txt": Answer([head], keep=True),
        "/": lambda _: ledger.note() or (left.pop() if left else tale()),
    }
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")], polite="delay = 0.3\nretries = 0")
        report = archive.run()
    assert asked(server) == ["/robots.txt", "/", "/"]
    assert [request.connection for request in server.requests] == [0, 0, 1]
    assert min(ledger.gaps()) >= 0.3
    assert (report.requests, report.captures, report.failed) == (3, 2, [])
    assert rows(archive, "SELECT kind FROM attempt") == [("disconnect",)]


def test_a_request_without_a_record_fails_the_run(tmp_path: Path) -> None:
    """Fetches equal records: a run that lost one says so, and is no success."""

    class Careless(Session):
        def get(self, url, **options):
            if url.endswith("/"):
                super().get(url).close()
            return super().get(url, **options)

    # A server that says when it hangs up leaves no connection that may be dead when it is used.
    page = tale().replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": page}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        import storykeep.gathering as module

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "Session", Careless)
            with pytest.raises(CaptureError, match="3 answers came and 2 were stored"):
                archive.run()


# ---------------------------------------------------------------- a robots.txt gone for long


@pytest.mark.parametrize(("days_ago", "told"), [([31, 20], True), ([29, 3], False), ([], False)])
def test_a_month_without_robots_txt_is_said(
    tmp_path: Path, days_ago: list[int], told: bool
) -> None:
    """From the archive's own records: the run's report and status name it, also after a rebuild."""
    from storykeep import reader

    with RawServer({"/robots.txt": answer(b"", status="500 Oops"), "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        plant_failures(archive, server.url("").rstrip("/"), days_ago)
        report = archive.run()
        assert bool(report.unreachable) is told
        if told:
            assert f"{server.url('/robots.txt')} has given no answer since" in report.unreachable[0]
            assert "3 tries" in report.unreachable[0]
        for _ in range(2):
            connection = reader.connect(archive.config.archive.database)
            assert connection is not None
            assert [str(each) for each in reader.unreachable(connection)] == report.unreachable
            connection.close()
            archive.config.archive.database.unlink()
            archive.rebuild()


def test_one_answer_in_between_ends_the_month(tmp_path: Path) -> None:
    """Only nothing but failures counts."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        plant_failures(archive, server.url("").rstrip("/"), [90, 60, 31])
        assert archive.run().unreachable == []


# ---------------------------------------------------------------- who asks


@pytest.mark.parametrize(
    "operator",
    ["", "nobody", "me", "me@", "@example.org", "http://", "example.org", "a b", "me@home"],
)
def test_a_public_site_needs_a_contact(tmp_path: Path, operator: str) -> None:
    """run and add refuse, say how to set it, and ask nothing."""
    archive = make_archive(tmp_path, ["http://stories.example/"])
    archive = Archive(
        replace(archive.config, archive=replace(archive.config.archive, operator=operator))
    )
    for ask in (archive.run, lambda: archive.add(["http://other.example/x"])):
        with pytest.raises(ConfigError, match="public site and operator is") as refused:
            ask()
        assert 'operator = "you@example.org"' in refused.value.hint
    assert not (tmp_path / "warcs").exists()


@pytest.mark.parametrize(
    "operator",
    [
        "me@example.org",
        "Jane <jane@mail.example.org>",
        "https://example.org/about",
        "mailto:a@b.cd",
    ],
)
def test_a_request_says_who_asks(tmp_path: Path, operator: str) -> None:
    """Tool, version and contact, in every request."""
    from storykeep import __version__

    with RawServer({"/robots.txt": ROBOTS_FREE, "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        config = replace(archive.config, archive=replace(archive.config.archive, operator=operator))
        seeds.check_operator(config, [seeds.FrontierPage("k", "http://stories.example/", "site")])
        Archive(config).run()
    line = f"\r\nUser-Agent: Storykeep/{__version__} ({operator})\r\n".encode()
    assert all(request.head.count(line) == 1 for request in server.requests)


@pytest.mark.parametrize(
    "operator", ["a@b.cd\r\nX-Evil: 1", "a@b.cd\nX: 1", "jürgen@b.cd", "a\0@b.cd"]
)
def test_a_contact_cannot_break_the_request(tmp_path: Path, operator: str) -> None:
    """What would end the header line never gets into a Config."""
    path = tmp_path / "config.toml"
    path.write_text(f"[archive]\noperator = {json.dumps(operator)}\n")
    with pytest.raises(ConfigError, match="operator"):
        load(path)


@pytest.mark.parametrize("value", ["false", '"yes"', "1", '"ignore"', "[]"])
def test_a_sources_robots_is_true_or_ignores_the_unreachable(tmp_path: Path, value: str) -> None:
    """Nothing else; false is for the whole config, and the message says where."""
    with pytest.raises(ConfigError, match="robots: must be true or") as refused:
        make_archive(tmp_path, ["http://h.example/"], source=f"robots = {value}")
    assert "robots" in refused.value.hint
    assert Source("a", ()).robots is True
