"""status --politeness: how the hosts were asked, proved from the WARCs alone."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.fetch import Session
from storykeep.model import Failure
from storykeep.politeness import prove
from storykeep.warc import Writer
from tests.archives import ROBOTS_FREE, answer, command, make_archive
from tests.guests import Ledger, plant_failures, rules, tale
from tests.site import RawServer


def proof_of(archive: Archive) -> dict:
    """Return what `status --politeness --json` prints."""
    done = command("status", "--politeness", "--json", folder=archive.config.folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_politeness_of_a_run_is_proved_from_the_archive(tmp_path: Path) -> None:
    """Gaps, refusals and waits that were obeyed, by the records alone; the server's clock agrees."""
    ledger = Ledger()
    robots = rules(b"User-agent: *\nDisallow: /secret\nCrawl-delay: 0.3\n")
    page = tale("s", '<a href="/secret">s</a> <a href="/a.html">a</a>')
    busy = [answer(b"", status="503 Busy", headers="Retry-After: 2\r\n")]
    script = {
        "/robots.txt": lambda _: ledger.answer(robots),
        "/": lambda _: ledger.answer(page),
        "/a.html": lambda _: ledger.answer(busy.pop() if busy else tale("a")),
    }
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")], polite="delay = 0.1\nretries = 1")
        report = archive.run()
    (host,) = proof_of(archive)["hosts"]
    assert host["host"] == server.netloc
    assert (host["requests"], host["failures"], host["refused"]) == (4, 0, 1)
    assert host["required"] == 0.3
    assert host["violations"] == []
    assert 0.3 <= host["least_gap"] <= min(ledger.gaps()) + 0.05
    assert host["least_gap"] == pytest.approx(report.least_gap[server.netloc], abs=0.05)
    (wait,) = host["waits"]
    assert (wait["asked_for"], wait["obeyed"]) == (2, True)
    assert wait["waited"] >= 2
    archive.config.archive.database.unlink()
    archive.rebuild()
    assert proof_of(archive)["hosts"] == [host]
    text = command("status", "--politeness", folder=tmp_path).stdout
    assert f"{server.netloc}: 4 requests, least gap 0.3" in text
    assert "left alone as robots.txt asks: 1 page" in text
    assert "to wait 2 s: next request after 2 s" in text
    assert "0 violations in 4 requests to 1 host, by 1 WARC file" in text


@pytest.mark.parametrize(
    ("kind", "delay", "robots", "first"),
    [
        ("gap", "2", b"", b""),
        ("gap", "0", b"Crawl-delay: 1", b""),
        ("wait", "0", b"", b"Retry-After: 60\r\n"),
        ("robots", "0", b"Disallow: /b", b""),
    ],
)
def test_a_violation_is_found(
    tmp_path: Path, kind: str, delay: str, robots: bytes, first: bytes
) -> None:
    """A run that was no good guest is convicted by what it stored itself."""
    text = rules(b"User-agent: *\n" + robots + b"\n")
    one = tale().replace(b"\r\n", b"\r\n" + first, 1)
    with (
        RawServer({"/robots.txt": text, "/a": one, "*": tale()}) as server,
        Session(user_agent="x", allow_addresses=["127.0.0.1"]) as session,
        Writer(tmp_path, prefix="t", info={"software": "Storykeep/0", "delay": delay}) as warcs,
    ):
        for path in ("/robots.txt", "/a", "/b"):
            exchange = session.get(server.url(path))
            warcs.append(exchange, source="site")
            exchange.close()
    proof = prove(tmp_path)
    found = [each for host in proof.hosts for each in host.violations]
    assert {each.kind for each in found} == {kind}
    assert found[-1].url == server.url("/b")
    assert proof.violations == len(found)


def test_overlapping_requests_are_a_violation(tmp_path: Path) -> None:
    """One request at a time holds without any delay, too."""
    now = datetime.now(UTC)
    with Writer(tmp_path, prefix="t", info={"software": "Storykeep/0", "delay": "0"}) as warcs:
        for url, at in (("http://h.example/a", 0), ("https://www.h.example/b", 1)):
            failure = Failure(url, "timeout", "no answer", now + timedelta(seconds=at), 2000)
            warcs.append_failure(failure, source="site")
    (host,) = prove(tmp_path).hosts
    assert [(each.kind, each.url) for each in host.violations] == [
        ("gap", "https://www.h.example/b")
    ]
    assert (host.failures, host.least_gap) == (2, -1.0)


def test_the_proof_leaves_out_what_others_captured(tmp_path: Path) -> None:
    """Nor does it need a database, or fall over damage."""
    now = datetime.now(UTC)
    for software in ("Storykeep/0", "wget/1"):
        with Writer(tmp_path, prefix=software[:4], info={"software": software}) as warcs:
            failure = Failure(f"http://{software[:4]}.example/a", "dns", "none", now, 1)
            warcs.append_failure(failure, source="site")
            (sealed,) = warcs.seal()
    proof = prove(tmp_path)
    assert [host.host for host in proof.hosts] == ["stor.example"]
    assert proof.left_out == [sealed.file]
    path = next(tmp_path.glob("Stor*.gz"))
    path.write_bytes(path.read_bytes()[:-20])
    proof = prove(tmp_path)
    assert (proof.hosts, len(proof.damage)) == ([], 1)


def test_status_names_a_robots_txt_that_is_gone_for_long(tmp_path: Path) -> None:
    """With what to do, in words and as data."""
    with RawServer({"/robots.txt": answer(b"", status="500 Oops")}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        plant_failures(archive, server.url("").rstrip("/"), [40])
        run = command("run", folder=tmp_path)
    assert "has given no answer since" in run.stdout
    assert 'robots = "ignore-unreachable"' in run.stdout
    text = command("status", folder=tmp_path).stdout
    assert f"no robots.txt at {server.url('').rstrip('/')} since" in text
    assert 'robots = "ignore-unreachable"' in text
    (found,) = json.loads(command("status", "--json", folder=tmp_path).stdout)["unreachable"]
    assert (found["times"], found["why"]) == (2, "status 500")


def test_the_report_of_a_run_names_the_least_gap(tmp_path: Path) -> None:
    """Host by host, as the run's own steady clock saw it."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": tale()}) as server:
        make_archive(tmp_path, [server.url("/")], polite="delay = 0.2\nretries = 0")
        run = command("run", folder=tmp_path)
    assert re.search(rf"least gap between two requests: {server.netloc} 0\.\d\d s", run.stdout)


def test_status_politeness_of_nothing(tmp_path: Path) -> None:
    """No archive yet: words on stderr, nothing on stdout, exit 0."""
    done = command("status", "--politeness", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing is archived" in done.stderr


def test_the_proof_needs_no_database_and_no_finished_run(tmp_path: Path) -> None:
    """A copy of the WARCs will do, and a file that a run is writing is not called damaged."""
    rules_ = rules(b"User-agent: *\nDisallow: /secret\n")
    with RawServer({"/robots.txt": rules_, "*": tale()}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
    archive.config.archive.database.write_bytes(b"junk" * 1000)
    (sealed,) = archive.config.archive.warcs.glob("*.warc.gz")
    sealed.write_bytes(sealed.read_bytes()[:-9])
    sealed.rename(sealed.with_name(sealed.name + ".open"))
    done = command("status", "--politeness", "--json", folder=tmp_path)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert [host["requests"] for host in found["hosts"]] == [1]
    assert (found["violations"], found["damage"]) == (0, [])
    assert "what robots.txt forbids is not counted" in done.stderr
