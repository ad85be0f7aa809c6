"""What stays of a run: a report, a feed, and word to those who asked for it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from tests.archives import ROBOTS_FREE, answer, command, environment, rows, write_config
from tests.guests import Time, asked, tale
from tests.site import Answer, Hold, RawServer

ATOM = "{http://www.w3.org/2005/Atom}"
LINKS = answer(b'<a href="/1.html">1</a> <a href="/2.html">2</a>')
DOWN = answer(b"", status="500 No")
SOURCE = 'include = ["/"]\nevery = "0s"\n'


@pytest.fixture
def pages() -> dict[str, bytes]:
    """The site, which may change while it is served."""
    return {"/": LINKS, "/1.html": tale("one"), "/2.html": tale("two")}


@pytest.fixture
def server(pages: dict[str, bytes]) -> Iterator[RawServer]:
    def serve(request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        return pages.get(path, ROBOTS_FREE)

    with RawServer({"*": serve}) as server:
        yield server


def configure(folder: Path, server: RawServer, more: str = "") -> None:
    write_config(folder, [server.url("/")], source=SOURCE + more)


def report(folder: Path, number: int) -> dict:
    done = command("status", "--run", str(number), "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ---------------------------------------------------------------- the report


def test_a_run_that_nobody_watches_is_silent(
    tmp_path: Path, server: RawServer, pages: dict[str, bytes]
) -> None:
    """Nothing on success; a line for what failed and exit code 3 otherwise; -v says all."""
    configure(tmp_path, server)
    done = command("run", folder=tmp_path, watched=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    pages["/2.html"] = DOWN
    done = command("run", folder=tmp_path, watched=False)
    assert (done.returncode, done.stdout) == (3, "")
    failed, summary = done.stderr.splitlines()
    assert failed == f"failed: {server.url('/2.html')}: the server answered 500 No"
    assert summary == (
        "1 page had no whole answer, the rest is kept; all of it: storykeep status --run 2"
    )
    assert "stories: 0 new" in command("-v", "run", folder=tmp_path).stdout


def test_status_shows_what_runs_did(
    tmp_path: Path, server: RawServer, pages: dict[str, bytes]
) -> None:
    """One line each, and each one whole: counts, bytes, reasons, the least gap."""
    configure(tmp_path, server)
    command("run", folder=tmp_path, watched=False)
    pages["/2.html"] = DOWN
    pages["/1.html"] = answer(b"<form>Please log in</form>", status="401 No")
    command("run", folder=tmp_path, watched=False)
    first, second = report(tmp_path, 1), report(tmp_path, 2)
    assert (first["state"], first["stories_new"], first["requests"]) == ("ok", 2, 4)
    assert first["received_bytes"] == sum(
        map(len, (*[LINKS, tale("one"), tale("two")], ROBOTS_FREE))
    )
    assert list(first["least_gap"]) == [server.netloc]
    assert (second["state"], second["unchanged"]) == ("partial", 1)
    assert second["failed"] == [[server.url("/2.html"), "the server answered 500 No"]]
    assert second["outcomes"]["login"] == 1
    shown = command("status", folder=tmp_path).stdout.splitlines()
    assert shown[-1].startswith("run 1: ")
    assert shown[-2].endswith(" 1 failed")
    whole = command("status", "--run", "2", folder=tmp_path).stdout
    assert "behind a gate, a login or a challenge: 1 page\n" in whole
    assert "unchanged: 1 page\n" in whole
    wrong = command("status", "--run", "7", folder=tmp_path)
    assert wrong.returncode == 2
    assert wrong.stderr == "error: there is no run 7\nhint: the last one is 2\n"


COUNT = "SELECT count(*) FROM story"


def test_a_killed_run_leaves_its_trace(tmp_path: Path, server: RawServer, pages: dict) -> None:
    """What it stored is counted by the next run, which says that it was killed."""
    pages["/2.html"] = Answer([Hold()])
    configure(tmp_path, server)
    process = subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "run"], env=environment()
    )
    end = time.monotonic() + 30
    while len(server.requests) < 4 and time.monotonic() < end:
        time.sleep(0.02)
    assert report(tmp_path, 1)["state"] == "going"
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    pages["/2.html"] = tale("two")
    assert command("run", folder=tmp_path, watched=False).returncode == 0
    killed = report(tmp_path, 1)
    assert (killed["state"], killed["captures"]) == ("killed", 3)
    assert killed["finished"]
    assert "it was killed" in command("status", folder=tmp_path).stdout


def test_what_a_killed_run_has_found_is_told_by_the_next(
    tmp_path: Path, server: RawServer, pages: dict
) -> None:
    """Its stories are new in the next report, though they were stored before that run began."""
    pages["/2.html"] = Answer([Hold()])
    configure(tmp_path, server)
    process = subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "run"], env=environment()
    )
    end = time.monotonic() + 60
    while len(server.requests) < 4 and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    # As if it had been killed before the database knew of the last capture that its WARC has.
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn, conn:
        (last,) = conn.execute("SELECT max(id) FROM capture").fetchone()
        conn.execute("UPDATE page SET last_capture = NULL WHERE last_capture = ?", (last,))
        for table, column in (("outline", "capture"), ("part", "capture"), ("capture", "id")):
            conn.execute(f"DELETE FROM {table} WHERE {column} = ?", (last,))
    pages["/2.html"] = tale("two")
    assert command("run", folder=tmp_path, watched=False).returncode == 0
    told = report(tmp_path, 2)
    assert any("took in 1" in each for each in told["healed"])
    assert told["stories_new"] == rows(Archive(load(tmp_path / "config.toml")), COUNT)[0][0] > 1
    assert command("run", folder=tmp_path, watched=False).returncode == 0
    assert report(tmp_path, 3)["stories_new"] == 0


def test_a_run_that_fails_is_told_of(tmp_path: Path) -> None:
    """A source on a public site, and no operator: the error is the report's."""
    write_config(tmp_path, ["http://stories.example.org/"])
    assert command("run", folder=tmp_path, watched=False).returncode == 2
    failed = report(tmp_path, 1)
    assert failed["state"] == "failed"
    assert "is a public site and operator is empty" in failed["ended"]


def test_years_of_idle_runs_leave_few_rows(tmp_path: Path, server: RawServer) -> None:
    """Those that asked something stay, and the last ones."""
    write_config(tmp_path, [server.url("/")], source='include = ["/"]')
    archive = Archive(load(tmp_path / "config.toml"))
    for _ in range(30):
        archive.run()
    numbers = [number for (number,) in rows(archive, "SELECT id FROM run ORDER BY id")]
    assert numbers[0] == 1
    assert numbers[1] >= 9
    assert numbers[-1] == 30


# ---------------------------------------------------------------- the feed


def feed_of(path: Path) -> list[tuple[str, str]]:
    """Return title and id of each entry; check what RFC 4287 (section 4.1) asks of a feed."""
    root = ElementTree.fromstring(path.read_bytes())
    entries = root.findall(f"{ATOM}entry")
    for each in [root, *entries]:
        for name in ("id", "title", "updated"):
            [found] = each.findall(f"{ATOM}{name}")
            assert (found.text or "").strip()
        datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "")
    assert len({each.findtext(f"{ATOM}id") for each in [root, *entries]}) == len(entries) + 1
    return [
        (each.findtext(f"{ATOM}title") or "", each.findtext(f"{ATOM}id") or "") for each in entries
    ]


def test_each_run_writes_the_feed(
    tmp_path: Path, server: RawServer, pages: dict[str, bytes]
) -> None:
    """New, changed, gone and back, each once; the file is the same where nothing happened."""
    # A site that loses more than a tenth of its stories at once is not believed.
    pages |= {f"/{n}.html": tale(str(n)) for n in range(3, 20)}
    pages["/"] = answer("".join(f'<a href="/{n}.html">{n}</a> ' for n in range(1, 20)).encode())
    configure(tmp_path, server, '[reports]\nfeed = "out/feed.xml"\n')
    clock = Time(now=datetime(2026, 5, 1, tzinfo=UTC).timestamp())
    archive = Archive(load(tmp_path / "config.toml"), clock=clock.clock())
    path = tmp_path / "out" / "feed.xml"
    archive.run()
    first = feed_of(path)
    assert sorted(title for title, _ in first)[-2:] == ["New: Tale one", "New: Tale two"]
    assert len(first) == 19
    written = path.read_bytes(), path.stat().st_mtime_ns
    clock.now += 86400
    archive.run()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == written
    pages["/1.html"] = tale("one", "<p>And then the light went out for good, that very night.</p>")
    pages["/2.html"] = answer(b"<h1>Not Found</h1>", status="404 Not Found")
    clock.now += 86400
    report = archive.run()
    assert (report.stories_changed, report.stories_gone) == (1, 1)
    second = feed_of(path)
    assert sorted(title for title, _ in second[:2]) == ["Changed: Tale one", "Gone: Tale two"]
    assert second[2:] == first
    pages["/2.html"] = tale("two")
    clock.now += 86400
    assert archive.run().stories_back == 1
    assert feed_of(path)[0][0] == "Back: Tale two"
    archive.rebuild()
    archive.run()
    assert [each for each in feed_of(path) if each in second] == second


# ---------------------------------------------------------------- word of it


def collector(folder: Path, name: str) -> str:
    """Return a command, as config.toml spells it, that keeps what it is given."""
    script = folder / name
    script.write_text(
        f"import sys\nopen({str(folder / name)!r} + '.json', 'a').write(sys.stdin.read() + '\\n')\n"
    )
    return json.dumps([sys.executable, str(script)])


def test_a_command_gets_the_report(
    tmp_path: Path, server: RawServer, pages: dict[str, bytes]
) -> None:
    """The same as `status --run N --json`, and it may use the archive by then."""
    told = collector(tmp_path, "told")
    configure(tmp_path, server, f"[notify]\ncommand = {told}\n")
    assert command("run", folder=tmp_path, watched=False).returncode == 0
    pages["/2.html"] = DOWN
    assert command("run", folder=tmp_path, watched=False).returncode == 3
    first, second = map(json.loads, (tmp_path / "told.json").read_text().splitlines())
    assert (first["archive"], first["state"], second["state"]) == (str(tmp_path), "ok", "partial")
    del second["archive"]
    assert second == report(tmp_path, 2)


@pytest.mark.parametrize(("when", "times"), [("always", 3), ("news", 2), ("trouble", 1)])
def test_whoever_wants_hears_less(
    tmp_path: Path, server: RawServer, pages: dict[str, bytes], when: str, times: int
) -> None:
    """A run with something new, one without, one that failed in part."""
    told = collector(tmp_path, "told")
    configure(tmp_path, server, f'[notify]\nwhen = "{when}"\ncommand = {told}\n')
    archive = Archive(load(tmp_path / "config.toml"))
    archive.run()
    archive.run()
    pages["/2.html"] = DOWN
    archive.run()
    assert len((tmp_path / "told.json").read_text().splitlines()) == times


def test_a_monitor_hears_of_start_and_end(
    tmp_path: Path, server: RawServer, pages: dict[str, bytes]
) -> None:
    """/start, then the address itself, or /fail; a webhook gets JSON."""
    with RawServer({"*": answer(b"OK")}) as monitor:
        more = f'[notify]\nping = "{monitor.url("/ping/s3cret")}"\nwebhook = "{monitor.url("/hook?a=1")}"\n'
        configure(tmp_path, server, more)
        archive = Archive(load(tmp_path / "config.toml"))
        assert archive.run().unnotified == []
        pages["/2.html"] = DOWN
        archive.run()
        names = [request.path for request in monitor.requests]
        assert names == [
            "/ping/s3cret/start",
            "/ping/s3cret",
            "/hook?a=1",
            "/ping/s3cret/start",
            "/ping/s3cret/fail",
            "/hook?a=1",
        ]


def test_what_notifies_may_fail(tmp_path: Path, server: RawServer) -> None:
    """Refused, broken, missing or forbidden: the run is as good as ever, and each is told."""
    with RawServer({"*": answer(b"", status="503 Busy")}) as monitor:
        more = (
            f'[notify]\nping = "{monitor.url("/s3cret")}"\nmail = "me@example.org"\n'
            'webhook = "http://127.0.0.9:9/s3cret"\ncommand = ["false"]\n'
        )
        configure(tmp_path, server, more)
        own = {**environment(), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "run"],
            capture_output=True, text=True, env=own, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    said = done.stderr.splitlines()
    assert said[0] == said[1] == "the ping to 127.0.0.1 failed: the server answered 503 Busy"
    assert said[2] == "the command false failed with exit code 1"
    assert any(each.startswith("the webhook to 127.0.0.9 failed: ") for each in said)
    assert "s3cret" not in done.stderr
    assert Archive(load(tmp_path / "config.toml")).run().captures == 4


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_a_mail_goes_through_the_local_sendmail(tmp_path: Path, server: RawServer) -> None:
    """One message with a subject that says what happened."""
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "sendmail").write_text(f'#!/bin/sh\necho "$@" > {fake}/words\ncat > {fake}/mail\n')
    (fake / "sendmail").chmod(0o755)
    configure(tmp_path, server, '[notify]\nmail = "me@example.org"\n')
    own = {**environment(), "PATH": f"{fake}:{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "run"], env=own, check=False
    )
    assert done.returncode == 0
    assert (fake / "words").read_text() == "-i -- me@example.org\n"
    mail = (fake / "mail").read_text()
    assert "Subject: Storykeep: 2 new in " in mail
    assert "storykeep status --run 1" in mail


def test_nobody_is_told_that_another_run_is_under_way(tmp_path: Path, server: RawServer) -> None:
    """Two timers at once: the second gets exit code 5, and no monitor is alarmed."""
    from storykeep import lock

    with RawServer({"*": answer(b"OK")}) as monitor:
        configure(tmp_path, server, f'[notify]\nping = "{monitor.url("/x")}"\n')
        with lock.hold(tmp_path / "archive.db", tmp_path / "warcs", "run"):
            assert command("run", folder=tmp_path, watched=False).returncode == 5
        assert asked(monitor) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('mail = "-oQ/tmp@x.example"', "[notify] mail: '-oQ/tmp@x.example' is no address"),
        ('webhook = "ftp://s3cret"', "[notify] webhook: is no web address"),
        ('when = "sometimes"', "[notify] when: 'sometimes' is not known"),
        ('command = "true"', "[notify] command: must be a list"),
        ('pings = "x"', "did you mean 'ping'?"),
    ],
)
def test_settings_that_make_no_sense_are_told(tmp_path: Path, line: str, said: str) -> None:
    """With the table and the key, and without what may be a secret."""
    write_config(tmp_path, ["http://h.example/"], source=f"[notify]\n{line}\n")
    done = command("run", folder=tmp_path, watched=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "s3cret" not in done.stderr
