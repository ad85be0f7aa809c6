"""Every hostile server of issue 3 in one run of the command: it goes on, ends in time, and says why."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastWARC
from warcio.archiveiterator import ArchiveIterator

from storykeep import urls
from storykeep.archive import Archive
from tests.archives import environment, make_archive, rows, terminal, write_config
from tests.site import TLS, RawServer, Recorded, server_tls
from tests.site.hostile import CASES, DEADLINE, LARGE, MAX_BYTES, READ_TIMEOUT, HostileCase
from tests.site.many_hosts import by_host, network
from tests.site.wire_cases import whole
from tests.site.wire_server import Scripted

MEMORY = 256 << 20
POLITE = (
    f"delay = 0.0\nretries = 1\nconnect_timeout = 3.0\nread_timeout = {READ_TIMEOUT}\n"
    f"deadline = {DEADLINE}\nmax_bytes = {MAX_BYTES}\nhosts_at_once = 96"
)
TLS_CASES = {
    "a self-signed certificate": "self-signed",
    "an expired certificate": "expired",
    "a certificate of another name": "mismatch",
    "plain HTTP on a TLS port": "wrong version number|packet length|record layer",
    "a TLS port that says nothing": "no TLS in time",
}


def tls_host(name: str) -> str:
    return name.replace(" ", "-").lower() + ".test"


@dataclass
class Ran:
    """One run of the command over all cases."""

    folder: Path
    code: int
    said: list[str]  # the lines of stderr
    report: str  # stdout
    peak: int
    requests: list[Recorded]

    def lines_about(self, *hosts: str) -> list[str]:
        return [line for line in self.said if any(f"//{host}" in line for host in hosts)]

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.folder / "archive.db")) as connection:
            return connection.execute(query).fetchall()


def command(folder: Path, timeout: float) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run `storykeep run` as a process of its own; return it and its peak memory in bytes."""
    words = [sys.executable, "-m", "tests.site.peak", str(folder / "peak"), "-C", str(folder)]
    with terminal() as stdin:
        done = subprocess.run(
            [*words, "run"],
            stdin=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=timeout,
            env={**environment(), "SSL_CERT_FILE": str(TLS / "ca.pem"), "TMPDIR": str(folder)},
            cwd=Path(__file__).parent.parent,
            check=False,
        )
    return done, int((folder / "peak").read_text())


def start_pages() -> list[str]:
    """Return the start pages: two of each case, and those that a case's redirect leads to."""
    starts = [f"http://{case.host}/{path}" for case in CASES for path in ("", "after")]
    starts += [address for case in CASES for address in case.also]
    starts += [f"https://{tls_host(name)}/" for name in TLS_CASES]
    return [*starts, "http://quiet.test/"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Meet all cases at once, by real HTTP, each a host of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    scripts: dict[str, dict[str, Scripted]] = {
        case.host: {"/": case.page, "/after": whole(), **case.more} for case in CASES
    }
    scripts["quiet.test"] = {"/": whole()}
    page = {"*": whole()}
    with ExitStack() as stack:
        server = stack.enter_context(RawServer(by_host(scripts)))
        tls = [
            RawServer(page, tls=server_tls("self_signed.pem")),
            RawServer(page, tls=server_tls("expired.pem")),
            RawServer(page, tls=server_tls()),
            RawServer(page),
        ]
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))  # nobody accepts
        places = [stack.enter_context(each).netloc for each in tls]
        places.append(f"127.0.0.1:{silent.getsockname()[1]}")
        pairs = {f"{host}:80": server.netloc for host in scripts}
        pairs |= {f"{tls_host(name)}:443": at for name, at in zip(TLS_CASES, places, strict=True)}
        listed = ", ".join(f'"{asked}" = "{at}"' for asked, at in pairs.items())
        lines = f'allow_addresses = ["127.0.0.1"]\nconnect_to = {{ {listed} }}'
        write_config(folder, start_pages(), polite=POLITE, network=lines)
        done, peak = command(folder, timeout=100)
        requests = list(server.requests)
    return Ran(folder, done.returncode, done.stderr.splitlines(), done.stdout, peak, requests)


def named(cases: Iterable[HostileCase]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases])


def hosts_of(case: HostileCase) -> list[str]:
    """Return the hosts of a case: its own, and those that it leads to, as a run spells them."""
    aliases = {
        "http://2130706434/": "127.0.0.2", "http://0x7f000003/": "127.0.0.3",
        "http://0177.0.0.04/": "127.0.0.4", "http://127.5/": "127.0.0.5",
        "http://[::ffff:127.0.0.1]/": "[::ffff:7f00:1]",
    }  # fmt: skip
    also = [aliases.get(address, address.split("/")[2]) for address in case.also]
    return [case.host, *also]


# ---------------------------------------------------------------- all of them


def test_what_was_stored_can_be_read_by_others(ran: Ran) -> None:
    """No address is longer than what readers of WARCs take in the head of a record."""
    read = 0
    for path in (ran.folder / "warcs").glob("*.warc.gz*"):
        with path.open("rb") as file:
            for record in FastWARC(file, parse_http=False):
                read += 1
                assert len(record.headers.get("WARC-Target-URI", "")) <= urls.LONGEST
    assert read > len(CASES)


# ---------------------------------------------------------------- each case


@named(CASES)
def test_the_run_says_what_happened(ran: Ran, case: HostileCase) -> None:
    """A line of stderr names the host and what it did; where all is well nothing is said."""
    lines = ran.lines_about(*hosts_of(case)) + [
        line for line in ran.said if line.startswith(f"{case.host} rests")
    ]
    if not case.told:
        assert lines == []
        return
    assert any(re.search(case.told, line) for line in lines), lines or ran.said
    assert any(line.startswith("failed: ") for line in lines) == case.failed


@named(CASES)
def test_the_outcome_is_the_right_one(ran: Ran, case: HostileCase) -> None:
    """What the page turned out to be, or the class of the failure; a redirect's target too."""
    url = f"http://{case.host}/"
    found = ran.rows(f"SELECT outcome FROM capture WHERE url = '{url}' ORDER BY id DESC LIMIT 1")
    found = found or ran.rows(f"SELECT kind FROM attempt WHERE url = '{url}' ORDER BY id DESC")
    assert found[0] == (case.outcome,)
    kinds = {kind for (kind,) in ran.rows(f"SELECT kind FROM attempt WHERE url LIKE '{url}%'")}
    assert kinds <= {case.outcome}


@named(CASES)
def test_the_run_goes_on(ran: Ran, case: HostileCase) -> None:
    """The host's other page is a story in the same run, unless the host asked us to go away."""
    found = ran.rows(f"SELECT outcome FROM capture WHERE url = 'http://{case.host}/after'")
    assert found == ([("story",)] if case.goes_on else [])
    for path, answer in case.more.items():
        if b" 200 " in (answer if isinstance(answer, bytes) else b""):
            here = f"http://{case.host}{path}"
            assert ran.rows(f"SELECT outcome FROM capture WHERE url = '{here}'") == [("story",)]


@named([case for case in CASES if case.gap or not case.goes_on])
def test_the_host_is_left_alone_as_long_as_it_asks(ran: Ran, case: HostileCase) -> None:
    """Within the run the second try waits; a day is kept by later runs."""
    mine = [each for each in ran.requests if f"Host: {case.host}\r\n".encode() in each.head]
    tries = [each.at for each in mine if each.path == "/"]
    if case.goes_on:
        assert len(tries) == 2
        # A date has whole seconds, and what it is counted from is when it was read.
        assert tries[1] - tries[0] >= case.gap - 0.05
        return
    assert len(tries) == 1
    query = f"SELECT min(next_due) > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+23 hours') FROM page WHERE url LIKE 'http://{case.host}/%'"  # fmt: skip
    assert ran.rows(query) == [(1,)]


@pytest.mark.parametrize("name", TLS_CASES)
def test_tls_that_cannot_be_trusted_is_no_tls(ran: Ran, name: str) -> None:
    """Nothing is asked of such a host, and the run says what is wrong with its TLS."""
    host = tls_host(name)
    (line,) = [line for line in ran.lines_about(host) if line.startswith("failed: ")]
    assert re.search(TLS_CASES[name], line)
    kinds = {kind for (kind,) in ran.rows(f"SELECT kind FROM attempt WHERE url LIKE '%{host}%'")}
    assert kinds <= {"tls", "timeout"}
    assert kinds
    assert ran.rows(f"SELECT 1 FROM capture WHERE url LIKE '%{host}%'") == []


# ---------------------------------------------------------------- all cases together


def test_the_run_ends_as_it_should(ran: Ran) -> None:
    """Exit code 3, a report on stdout, no traceback, and the host that did no harm is stored."""
    assert ran.code == 3
    assert not any("Traceback" in line or 'File "' in line for line in ran.said)
    assert ran.report.startswith("done in ")
    assert ran.rows("SELECT outcome FROM capture WHERE url = 'http://quiet.test/'") == [("story",)]


def test_every_exchange_ends_within_the_deadline(ran: Ran) -> None:
    """However slow, endless or silent: the time of each exchange is in its metadata record."""
    times: dict[str, int] = {}
    for path in (ran.folder / "warcs").glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "metadata":
                    url = record.rec_headers["WARC-Target-URI"]
                    found = re.search(rb"fetchTimeMs: (\d+)", record.raw_stream.read())
                    times[url] = int(found[1] if found else 0)
    assert len(times) > len(CASES)
    # A second more: on a busy machine a thread may wait for its turn.
    assert {url: ms for url, ms in times.items() if ms > 1000 * (DEADLINE + 1)} == {}


def test_nobody_was_asked_who_may_not_be(ran: Ran) -> None:
    """The server saw its own hosts only, and no cookie that another host had set."""
    asked = {each.head.partition(b"Host: ")[2].partition(b"\r\n")[0] for each in ran.requests}
    assert asked == {case.host.encode() for case in CASES} | {b"quiet.test"}
    with_cookies = [each.head for each in ran.requests if b"\r\nCookie: " in each.head]
    assert with_cookies
    for head in with_cookies:
        assert b"Host: 200-cookies.test\r\n" in head
        assert head.count(b"c") < 80  # fifty at most go back
        assert len(head) < 1000


def test_the_database_and_the_warcs_agree(ran: Ran) -> None:
    """The same archive is made of the WARCs alone."""
    before = ran.rows("SELECT url, outcome, status, truncated FROM capture ORDER BY warc, offset")
    done = subprocess.run(
        [sys.executable, "-m", "storykeep", "-C", str(ran.folder), "rebuild"],
        capture_output=True, text=True, env=environment(), timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    after = ran.rows("SELECT url, outcome, status, truncated FROM capture ORDER BY warc, offset")
    assert after == before


# ---------------------------------------------------------------- memory


@pytest.mark.timeout(360)
def test_capture_stays_small_whatever_comes(tmp_path: Path, ran: Ran) -> None:
    """Under 256 MiB with the worst pages there are, and a cap of 100 MB; their bytes are kept."""
    names = {name: re.sub("[^a-z0-9]+", "-", name.lower()) + ".test" for name in LARGE}
    scripts = {names[name]: {"/": make(), "/after": whole()} for name, make in LARGE.items()}
    with RawServer(by_host(scripts)) as server:
        write_config(
            tmp_path,
            [f"http://{host}/{path}" for host in names.values() for path in ("", "after")],
            source='exclude = ["/s/*"]',
            polite="delay = 0.0\nretries = 0\nmax_bytes = 100000000\nhosts_at_once = 8",
            network=network(names.values(), server.netloc),
        )
        done, peak = command(tmp_path, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert max(peak, ran.peak) < MEMORY
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        found = dict(
            connection.execute("SELECT url, outcome FROM capture WHERE url LIKE '%.test/'")
        )
        after = connection.execute(
            "SELECT outcome FROM capture WHERE url LIKE '%/after'"
        ).fetchall()
    outcomes = {name: found[f"http://{host}/"] for name, host in names.items()}
    assert outcomes["60 MB text"] == "too_large"
    # On a machine that is busy enough, the list is beyond the seconds of its child.
    assert outcomes["200,000 links"] in {"index", "too_large"}
    assert "60-mb-text.test/: 59,9" in done.stderr
    assert outcomes["5,000 headers"] == outcomes["200 cookies"] == "story"
    assert after == [("story",)] * len(LARGE)


# ---------------------------------------------------------------- names

Found = list[tuple[object, ...]]


def at(*addresses: str) -> Found:
    """Return what getaddrinfo gives for a name with these addresses."""
    family = {True: socket.AF_INET6, False: socket.AF_INET}
    return [(family[":" in each], socket.SOCK_STREAM, 6, "", (each, 80)) for each in addresses]


def resolver(answers: dict[str, Callable[[], Found]]) -> Callable[..., Found]:
    """Return a getaddrinfo that knows *answers* and no other name."""

    def look_up(host: str, port: int, **_: object) -> Found:
        if host not in answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = answers[host]()
        return [(*entry[:4], (entry[4][0], port)) for entry in found]  # type: ignore[index]

    return look_up


def test_names_that_lie_are_told_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name with a private address, one that turns private, one that hangs and one that is gone."""
    done = threading.Event()
    turning = iter([at("127.0.0.1"), at("127.0.0.1"), at("127.0.0.77")])

    def hang() -> Found:
        done.wait(30)
        return at("127.0.0.1")

    answers = {
        "private.test": lambda: at("10.1.2.3"),
        "mixed.test": lambda: at("93.184.216.34", "::1"),
        "turning.test": lambda: next(turning),
        "hanging.test": hang,
        "good.test": lambda: at("127.0.0.1"),
    }
    monkeypatch.setattr(socket, "getaddrinfo", resolver(answers))
    # Each request on a connection of its own, so that each is a look-up of its own.
    closing_page = whole().replace(b"200 OK\r\n", b"200 OK\r\nConnection: close\r\n")
    with RawServer({"/robots.txt": b"HTTP/1.1 404 No\r\n\r\n", "*": closing_page}) as server:
        hosts = [*answers, "gone.test", "x" * 64 + ".test", "a..test"]
        archive = make_archive(
            tmp_path,
            [f"http://{host}:{server.port}/{path}" for host in hosts for path in ("", "next")],
            polite="delay = 0.0\nretries = 0\nconnect_timeout = 0.5\nhosts_at_once = 16",
        )
        archive = with_operator(archive)
        began = time.monotonic()
        report = archive.run()
        took = time.monotonic() - began
        done.set()
        asked = [each.head.partition(b"Host: ")[2].partition(b":")[0] for each in server.requests]
    assert took < 20
    told = {url.split("/")[2].partition(":")[0]: why for url, why in report.failed}
    assert "10.1.2.3, which is not on the public internet" in told["private.test"]
    assert "::1, which is not on the public internet" in told["mixed.test"]
    assert "127.0.0.77, which is not on the public internet" in told["turning.test"]
    assert "no answer about hanging.test within 0.5 s" in told["hanging.test"]
    assert "gone.test has no address: no such name is known" in told["gone.test"]
    assert not any("Errno" in why or "codec" in why for why in told.values())
    assert sorted(asked) == [b"good.test"] * 3 + [b"turning.test"] * 2
    kinds = dict(rows(archive, "SELECT DISTINCT url, kind FROM attempt"))
    assert set(kinds.values()) == {"dns", "refused_address"}


def with_operator(archive: Archive) -> Archive:
    """Return *archive* with a contact, without which public names are not asked for."""
    told = replace(archive.config.archive, operator="keeper@example.org")
    return Archive(replace(archive.config, archive=told))
