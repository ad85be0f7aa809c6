"""A dead site from a web archive: within its limits, in the right form, the same after a rebuild."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from time import time as wall
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import fastwarc
import pytest
from warcio.archiveiterator import ArchiveIterator

from storykeep import reader
from storykeep.archive import Archive, Wish
from storykeep.clock import Clock
from storykeep.config import load
from storykeep.crawl import Watch
from storykeep.model import Report
from storykeep.politeness import prove
from storykeep.reader.runs import runs
from storykeep.warc import files
from tests.archives import PROSE, ROBOTS_FREE, answer, command, dump, rows, story_page
from tests.site.wayback import Captured, WebArchive
from tests.site.wire_server import RawServer

SITE = "http://dead.example"
MACHINE = "web.archive.org"
PROJECT = Path(__file__).parent.parent
PARKED = b"<html><head><title>dead.example</title></head><body><h1>dead.example</h1><p>This domain is for sale.</p><p><a href='/buy'>Buy this domain</a></p></body></html>"
LAMP = story_page("The Lamp", "mako", PROSE)
TIDE = story_page("The Tide", "hob", PROSE.replace("keeper", "pilot"))
OLD_TIDE = story_page("The Tide", "hob", PROSE.replace("keeper", "pilot").replace("cup", "mug"))
CAFE = (
    story_page("Caf\u00e9", "Zo\u00eb", PROSE.replace("keeper", "ma\u00eetre"))
    .decode()
    .encode("cp1252")
)
INDEX = story_page(
    "Stories",
    "nobody",
    "<ul><li><a href='lamp.html'>The Lamp</a> by mako</li><li><a href='tide.html'>The Tide</a> by hob</li></ul>",
)


@dataclass
class Time:
    """A clock that runs, and jumps where it is waited for."""

    slept: float = wall() + 86400 - monotonic()  # behind all that looks at the real one

    def at(self) -> float:
        return self.slept + monotonic()

    def sleep(self, seconds: float) -> None:
        self.slept += max(seconds, 0.0)

    @property
    def clock(self) -> Clock:
        return Clock(self.at, self.at, self.sleep)


def captures() -> list[Captured]:
    """What the archive has: a small site, and what became of it."""
    found = [
        Captured("20010203040506", f"{SITE}:80/", INDEX),
        Captured(
            "20030501120000",
            f"{SITE}:80/lamp.html",
            LAMP,
            headers=(
                ("Server", "Apache/1.3"),
                ("Set-Cookie", "a=1"),
                ("Set-Cookie", "b=2"),
                ("Content-Length", str(len(LAMP))),
            ),
        ),
        Captured("20020101000000", f"{SITE}:80/tide.html", OLD_TIDE),
        Captured("20040101000000", "http://www.dead.example/tide.html", TIDE),
        Captured("20040601000000", f"{SITE}/Tide.html", TIDE, listed_as="warc/revisit"),
        Captured("20030601000000", f"{SITE}/cafe.html", CAFE, guessed="utf-8"),
        Captured(
            "20030701000000", f"{SITE}/moved.html", b"", 302, location=f"{SITE}/new/lamp2.html"
        ),
        Captured(
            "20030801000000",
            f"{SITE}/new/lamp2.html",
            story_page("Lamp Two", "mako", PROSE.replace("waves", "gulls")),
        ),
        Captured("20030801000000", f"{SITE}/pic.gif", b"GIF89a", mime="image/gif"),
        Captured(
            "20030801000000",
            f"{SITE}/robots.txt",
            b"User-agent: *\nDisallow: /\n",
            mime="text/plain",
        ),
        Captured("20030801000000", f"{SITE}/gone.html", b"<p>no</p>", 404),
    ]
    later = ("", "lamp.html", "tide.html", "cafe.html", "new/lamp2.html", "x.html")
    return found + [Captured("20150101000000", f"{SITE}/{name}", PARKED) for name in later]


def config(folder: Path, address: str, **keys: str) -> Path:
    """Write a config.toml whose Wayback Machine is the one at *address*."""
    path = folder / "config.toml"
    path.write_text(
        f'[network]\nallow_addresses = ["127.0.0.1"]\nconnect_to = {{"{MACHINE}:80" = "{address}"}}\n'
        f'[wayback]\ncdx = "http://{MACHINE}/cdx/search/cdx"\nmemento = "http://{MACHINE}/web/"\n'
        f'[[source]]\nname = "dead"\nstart = ["{SITE}/"]\nvia = "wayback"\n'
        + "".join(f"{name} = {json.dumps(value)}\n" for name, value in keys.items()),
        encoding="utf-8",
    )
    return path


def rescue(
    folder: Path, service: WebArchive, time: Time, watch: Watch | None = None, **keys: str
) -> tuple[Archive, Report]:
    """Run once against *service*."""
    with service.serve() as address:
        archive = Archive(load(config(folder, address, **keys)), clock=time.clock)
        return archive, archive.run((), watch or Watch())


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def service(time: Time) -> WebArchive:
    return WebArchive(captures(), time.at)


def runs_of(archive: Archive) -> list[dict]:
    with closing(sqlite3.connect(archive.config.archive.database)) as connection:
        return runs(connection)


def stories(archive: Archive) -> list[tuple]:
    return rows(archive, "SELECT url, title, author FROM stories ORDER BY url")


def test_a_dead_site_is_archived(tmp_path: Path, service: WebArchive, time: Time) -> None:
    """Every story by its last good capture; the parking pages that came later are none."""
    archive, report = rescue(tmp_path, service, time)
    assert service.violations == []
    assert not report.failed
    # What was captured under "www." is of the same site; its record keeps the true address.
    assert rows(archive, "SELECT url FROM captures WHERE url LIKE '%tide%'") == [
        ("http://www.dead.example/tide.html",)
    ]
    assert stories(archive) == [
        (f"{SITE}/cafe.html", "Caf\u00e9", "Zo\u00eb"),
        (f"{SITE}/lamp.html", "The Lamp", "mako"),
        (f"{SITE}/new/lamp2.html", "Lamp Two", "mako"),
        (f"{SITE}/tide.html", "The Tide", "hob"),
    ]
    assert report.outcomes == {"asset": 3, "index": 1, "story": 4, "redirect": 1}
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before
    assert archive.verify().damage == []
    proof = prove(archive.config.archive.warcs)
    assert proof.violations == 0
    assert [host.requests for host in proof.hosts] == [len(service.asked)]


def units(archive: Archive) -> dict[str, tuple[dict, dict, bytes]]:
    """Return of each capture that came from the archive its fields, its facts, its block."""
    facts: dict[str, dict] = {}
    found = {}
    (path,) = files(archive.config.archive.warcs)
    with path.open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            fields = dict(record.rec_headers.headers)
            block = record.content_stream().read()
            if record.rec_type == "metadata":
                lines = block.decode().splitlines()
                told = [line.partition(": ")[::2] for line in lines if line]
                facts[fields["WARC-Concurrent-To"]] = dict(told)
            elif record.rec_type == "response" and "WARC-Source-URI" in fields:
                identifier = fields["WARC-Record-ID"]
                found[fields["WARC-Target-URI"]] = (fields, facts[identifier], block)
            elif record.rec_type == "request":
                assert "/web/" not in fields["WARC-Target-URI"]
    return found


def test_a_capture_is_recorded_as_what_it_is(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """The old address and date, where it came from, the old headers, the digests compared."""
    service.captures[1] = replace(service.captures[1], cdx_digest="A" * 32)
    archive, _ = rescue(tmp_path, service, time)
    found = units(archive)
    fields, facts, block = found[f"{SITE}/lamp.html"]
    assert fields["WARC-Date"] == "2003-05-01T12:00:00Z"
    assert fields["WARC-Source-URI"].endswith(f"/web/20030501120000id_/{SITE}/lamp.html")
    assert fields["WARC-Creation-Date"] > "2026-"
    assert "WARC-IP-Address" not in fields
    head, _, body = block.partition(b"\r\n\r\n")
    assert body == LAMP
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Server: Apache/1.3",
        b"Set-Cookie: a=1",
        b"Set-Cookie: b=2",
        b"X-Archive-Orig-Content-Length: %d" % len(LAMP),
        b"Content-Type: text/html",
        b"Content-Length: %d" % len(LAMP),
    ]
    assert (facts["origin"], facts["form"]) == ("wayback", "reconstructed")
    assert (facts["cdxDigest"], facts["cdxDigestMatch"]) == ("sha1:" + "A" * 32, "no")
    assert facts["archiveSource"] == "crawl-2003.warc.gz"
    assert facts["serviceStatus"] == "HTTP/1.1 200 OK"
    assert found[f"{SITE}/cafe.html"][1]["cdxDigestMatch"] == "yes"
    assert b"Content-Type: text/html\r\n" in found[f"{SITE}/cafe.html"][2]
    assert b"Location: http://dead.example/new/lamp2.html\r\n" in found[f"{SITE}/moved.html"][2]
    assert all("revisit" not in each[0]["WARC-Type"] for each in found.values())
    checks = subprocess.run(
        [Path(sys.executable).parent / "warcio", "check", *files(archive.config.archive.warcs)],
        capture_output=True,
        check=False,
    )
    assert checks.returncode == 0, checks.stdout
    (path,) = files(archive.config.archive.warcs)
    with path.open("rb") as file:
        for record in fastwarc.ArchiveIterator(file, parse_http=False):
            assert record.verify_block_digest()


def test_lists_are_asked_for_within_their_limit(tmp_path: Path, time: Time) -> None:
    """Sixty parts of a list and as many captures, and never too many in any minute."""
    many = [
        Captured(
            "20030101000000", f"{SITE}/s{n:02}.html", story_page(f"S{n}", "mako", f"{PROSE}{n}")
        )
        for n in range(60)
    ]
    service = WebArchive(many, time.at, rows_a_page=1)
    archive, report = rescue(tmp_path, service, time)
    assert service.violations == []
    assert report.stories_new == 60
    assert sum("/cdx/" in each for each in service.asked) == 60
    assert prove(archive.config.archive.warcs).violations == 0


def test_a_429_stops_everything_and_is_obeyed(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """Two minutes of rest for a list as for a capture, and the run goes on."""
    service.refuse_at = {2, 6}
    before, notes = time.at(), []
    archive, report = rescue(tmp_path, service, time, Watch(note=notes.append))
    assert notes == [f"{MACHINE} is left alone for {n} s, then the run goes on" for n in (120, 120)]
    assert service.violations == []
    assert len(stories(archive)) == 4
    assert not report.failed
    assert time.at() - before > 240
    assert prove(archive.config.archive.warcs).violations == 0


def test_an_archive_that_refuses_again_and_again_is_left_alone_by_later_runs(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """The rest doubles; what is left of it holds for the next run, also after a rebuild."""
    service.refuse_at = {2, 3, 4, 5}
    archive, report = rescue(tmp_path, service, time)
    assert report.resting
    assert len(service.asked) == 4
    archive.rebuild()
    _, report = rescue(tmp_path, service, time)
    assert report.resting
    assert len(service.asked) == 4
    time.sleep(3600)
    archive, report = rescue(tmp_path, service, time)
    assert service.violations == []
    assert len(stories(archive)) == 4


class StoppedError(BaseException):
    """A kill, in the middle of a run."""


@pytest.mark.parametrize("after", [1, 3, 5, 8])
def test_a_run_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, service: WebArchive, time: Time, after: int
) -> None:
    """No part of a list and no capture is asked for twice; a rebuild in between changes nothing."""

    def stop(taken: object, report: Report, waiting: int) -> None:
        if report.captures == after:
            raise StoppedError

    with service.serve() as address:
        archive = Archive(load(config(tmp_path, address)), clock=time.clock)
        with pytest.raises(StoppedError):
            archive.run((), Watch(taken=stop))
        assert len(service.asked) == after
        (stopped,) = runs_of(archive)
        assert (stopped["state"], stopped["captures"]) == ("interrupted", after)
        assert stopped["stories_new"] == len(stories(archive))
        archive.rebuild()  # which takes in what the killed run had stored
        archive.run()
    assert service.violations == []
    assert len(service.asked) == len(set(service.asked)) == 9
    assert len(stories(archive)) == 4
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_each_choice_of_versions_takes_what_it_says(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """The page of the tide was captured as two stories, a copy, and a parking page."""
    wanted = {
        "first": {"20020101000000"},
        "last": {"20150101000000"},
        "all": {"20020101000000", "20040101000000", "20150101000000"},
        "good": {"20040101000000"},
    }
    for versions, stamps in wanted.items():
        service.asked.clear()
        folder = tmp_path / versions
        folder.mkdir()
        rescue(folder, service, time, versions=versions)
        found = {each.split("/")[2][:14] for each in service.asked if each.endswith("/tide.html")}
        assert found == stamps, versions
    assert service.violations == []


def test_a_capture_that_is_not_given_is_followed_by_the_next_best(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """One is listed and lost; the archive sends to the nearest time, which is taken as that."""
    service.captures[3] = replace(service.captures[3], lost=True)
    archive, _ = rescue(tmp_path, service, time)
    assert service.violations == []
    (row,) = rows(
        archive,
        "SELECT fetched_at, title FROM stories JOIN captures USING (url) WHERE url LIKE '%tide%'",
    )
    assert row == ("2004-06-01T00:00:00Z", "The Tide")
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_a_blocked_site_is_told_and_not_asked_again(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """The archive's own words are kept; the list is due in a day."""
    service.blocked = ("example,dead",)
    _, report = rescue(tmp_path, service, time)
    assert len(report.failed) == 1
    assert len(service.asked) == 1
    _, report = rescue(tmp_path, service, time)
    assert (len(service.asked), report.requests) == (1, 0)


def test_no_memento_says_when_the_dead_site_is_due(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """The frontier has no page of it, and the next run has nothing to do."""
    archive, _ = rescue(tmp_path, service, time)
    assert rows(archive, "SELECT * FROM page") == []
    archive, report = rescue(tmp_path, service, time)
    assert report.requests == 0
    assert report.next_due is not None
    with closing(sqlite3.connect(archive.config.archive.database)) as connection:
        (source,) = reader.status(connection)["sources"]
    assert (source["name"], source["pages"]) == ("dead", 6)
    assert source["next_due"] == report.next_due


def test_a_story_seen_live_and_in_the_archive_is_one(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """The captures of 2002 and 2004 are older versions of what the live page says."""
    now = story_page("The Tide", "hob", PROSE.replace("keeper", "pilot").replace("cup", "jug"))
    script = {"/robots.txt": ROBOTS_FREE, "*": answer(now)}
    with service.serve() as address, RawServer(script) as live:
        path = config(tmp_path, address, versions="all")
        text = path.read_text().replace(
            "connect_to = {", f'connect_to = {{"dead.example:80" = "{live.netloc}", '
        )
        path.write_text(text + f'[[source]]\nname = "live"\nstart = ["{SITE}/tide.html"]\n')
        archive = Archive(load(path), clock=time.clock)
        archive.run(["live"])
        archive.run(["dead"])
    assert service.violations == []
    (story,) = rows(archive, "SELECT id FROM story WHERE title = 'The Tide'")
    now_year = f"{datetime.fromtimestamp(time.at(), UTC):%Y}"
    versions = rows(
        archive,
        "SELECT substr(first_seen, 1, 4), version.text IS NULL FROM version JOIN chapter ON chapter.id = "
        f"version.chapter WHERE story = {story[0]} ORDER BY number",
    )
    assert versions == [("2002", 0), ("2004", 0), (now_year, 1)]
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before
    assert list(archive.derive(wish=Wish(everything=True))) == []
    assert dump(archive) == before
    # Nothing of the old captures makes the live page due, or tells when its site was asked.
    assert rows(archive, "SELECT url, state FROM page") == [(f"{SITE}/tide.html", "done")]


def test_letter_case_makes_no_other_story_of_a_memento(tmp_path: Path, time: Time) -> None:
    """/tide.html and /Tide.html are one story with two versions; two stories by them stay two."""
    other = story_page("The Ebb", "una", PROSE.replace("keeper", "diver"))
    service = WebArchive(
        [
            Captured("20010203040506", f"{SITE}:80/", INDEX),
            Captured("20020101000000", f"{SITE}:80/tide.html", OLD_TIDE),
            Captured("20030101000000", f"{SITE}/LAMP.html", other),
            Captured("20030201000000", f"{SITE}/lamp.html", LAMP),
            Captured("20040101000000", f"{SITE}/Tide.html", TIDE),
        ],
        time.at,
    )
    archive, _ = rescue(tmp_path, service, time, versions="all")
    assert service.violations == []
    assert rows(archive, "SELECT title FROM stories ORDER BY title") == [
        ("The Ebb",), ("The Lamp",), ("The Tide",),
    ]  # fmt: skip
    versions = rows(
        archive,
        "SELECT substr(first_seen, 1, 4) FROM version JOIN chapter ON chapter.id = version.chapter "
        "JOIN story ON story.id = chapter.story WHERE story.title = 'The Tide' ORDER BY number",
    )
    assert versions == [("2002",), ("2004",)]
    ids = {
        json.loads(command("show", f"{SITE}/{name}", "--json", folder=tmp_path).stdout)["id"]
        for name in ("tide.html", "Tide.html")
    }
    assert len(ids) == 1
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_two_captures_that_were_named_are_versions_of_one_story(tmp_path: Path, time: Time) -> None:
    """Each address in the archive is taken as it names it; the best of the page is there, too."""
    middle = story_page("The Tide", "hob", PROSE.replace("keeper", "mate"))
    service = WebArchive(
        [
            Captured("20020101000000", f"{SITE}:80/tide.html", OLD_TIDE),
            Captured("20030101000000", f"{SITE}:80/tide.html", middle),
            Captured("20040101000000", f"{SITE}/tide.html", TIDE),
        ],
        time.at,
    )
    named = [f"http://{MACHINE}/web/{at}/{SITE}/tide.html" for at in ("20020101000000", "20040202")]
    with service.serve() as address:
        archive = Archive(load(config(tmp_path, address)), clock=time.clock)
        report = archive.add_wayback(named)
        assert not report.failed
        again = len(service.asked)
        archive.add_wayback(named)
    assert service.violations == []
    # The list is asked for again, and no capture is.
    assert [each for each in service.asked[again:] if "/cdx/" not in each] == []
    assert len(rows(archive, "SELECT id FROM story")) == 1
    versions = rows(archive, "SELECT substr(first_seen, 1, 4) FROM version ORDER BY number")
    assert versions == [("2002",), ("2004",)]
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_a_dry_run_says_what_the_archive_would_be_asked_for(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """The list first; never the dead site."""
    archive = Archive(load(config(tmp_path, "127.0.0.1:1")), clock=time.clock)
    (foreseen,) = archive.foresee()
    assert foreseen.page.url.startswith(f"http://{MACHINE}/cdx/")
    assert foreseen.why == "a list of what the web archive has"
    assert not foreseen.is_live


def test_what_is_gone_or_missing_is_looked_for_in_the_archive(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """A story that vanished, and a part that was never there; --take archives the best of each."""
    part = story_page("The Lamp, part 1 of 2", "mako", PROSE)
    page = part.replace(b"</body>", b"<a href='lamp2.html'>Part 2</a></body>")
    missing = story_page("The Lamp, part 2 of 2", "mako", PROSE.replace("waves", "gulls"))
    service.captures.append(Captured("20030901000000", f"{SITE}/lamp2.html", missing))
    script = {
        "/robots.txt": ROBOTS_FREE,
        "/lamp1.html": answer(page),
        "/lamp2.html": answer(b"<p>no</p>", status="404 Not Found"),
        "/tide.html": answer(TIDE),
        "*": answer(b"<p>no</p>", status="404 Not Found"),
    }
    with service.serve() as address, RawServer(script) as live:
        path = config(tmp_path, address)
        text = (
            path.read_text()
            .partition("[[source]]")[0]
            .replace("connect_to = {", f'connect_to = {{"dead.example:80" = "{live.netloc}", ')
        )
        start = [f"{SITE}/lamp1.html", f"{SITE}/tide.html"]
        path.write_text(f'{text}[[source]]\nname = "live"\nevery = "0s"\nstart = {start}\n')
        archive = Archive(load(path), clock=time.clock)
        archive.run()
        script["/tide.html"] = script["*"]
        time.sleep(86400)
        archive.run()
        archive.confirm_gone(["dead.example"])
        found, report = archive.look_for_copies()
        assert not report.failed
        assert [
            (each["url"], each["why"], each["captures"], each["best"], each["have"])
            for each in found
        ] == [
            (f"{SITE}/lamp2.html", "missing", 1, "2003-09-01T00:00:00Z", False),
            (f"{SITE}/tide.html", "gone", 3, "2015-01-01T00:00:00Z", False),
        ]
        assert not any("/web/" in each for each in service.asked)
        found, report = archive.look_for_copies(["dead.example"], take=True)
    assert service.violations == []
    assert [each["have"] for each in found] == [True, True]
    titles = rows(archive, "SELECT title, chapters FROM stories ORDER BY title")
    assert titles == [("The Lamp", 2), ("The Tide", 1)]
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


@pytest.mark.timeout(400)  # eight processes, each with the gaps of a real clock
def test_the_way_of_docs_rescue_md(tmp_path: Path, service: WebArchive) -> None:
    """From init to exported texts, as a new user types it; then single pages by address."""
    service.now = monotonic
    assert command("init", folder=tmp_path, timeout=200).returncode == 0
    assert 'via = "wayback"' in (PROJECT / "docs" / "rescue.md").read_text()
    with service.serve() as address:
        config(tmp_path, address)
        done = command("run", folder=tmp_path, timeout=200)
        assert done.returncode == 0, done.stderr
        assert "web archives are asked for 1 list and 0 captures" in done.stderr
        assert "stories: 4 new, 0 changed" in done.stdout
        added = command("add", "--wayback", f"{SITE}/nowhere.html", folder=tmp_path, timeout=200)
        assert added.returncode == 3
        assert "the web archive has named no capture of it" in added.stdout
        service.captures.append(Captured("20050101000000", "http://other.example/x.html", LAMP))
        wrapped = "https://web.archive.org/web/2005*/http://other.example/x.html"
        added = command("add", "--wayback", wrapped, folder=tmp_path, timeout=200)
        assert (
            added.stdout
            == "story      http://other.example/x.html  The Lamp by mako  captured 2005-01-01\n"
        )
        gone = command("gone", "--wayback", folder=tmp_path, timeout=200)
        assert gone.stderr == "0 pages gone or missing, 0 of them in the web archive\n"
    assert service.violations == []
    texts = f"{tmp_path}/texts/"
    assert (
        command("export", "--format", "md", "-o", texts, folder=tmp_path, timeout=200).returncode
        == 0
    )
    for each in Path(texts).iterdir():
        assert "reconstructed from the Wayback Machine, captured 200" in each.read_text()
    proof = command("status", "--politeness", folder=tmp_path, timeout=200)
    assert "no violation" in proof.stdout or "0 violations" in proof.stdout, proof.stdout


def test_the_imitation_shuts_out_who_goes_on_after_a_429(time: Time) -> None:
    """A program that knows no rest: too many, then refused, then shut out, each told."""
    service = WebArchive(captures(), time.at)

    def ask(address: str) -> int:
        url = f"http://{address}/web/20030501120000id_/{SITE}/lamp.html"
        try:
            with urlopen(url, timeout=5) as found:
                return int(found.status)
        except HTTPError as error:
            with error:
                return error.code
        except (URLError, ConnectionError):
            return 0

    with service.serve() as address:
        assert [ask(address) for _ in range(481)] == [200] * 480 + [429]
        assert "481 mementos within a minute" in service.violations[0]
        time.sleep(30)
        assert ask(address) == 429
        time.sleep(31)
        assert ask(address) == 0
        time.sleep(1800)
        assert ask(address) == 0
        assert "asked while shut out" in service.violations[-1]


def test_a_capture_that_was_damaged_is_asked_for_again(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """Of the archive that gave it: repair marks it, the next run takes it, and nothing else."""
    archive, _ = rescue(tmp_path, service, time)
    ((warc, offset, length),) = rows(
        archive, "SELECT warc, \"offset\", length FROM captures WHERE url LIKE '%lamp.html'"
    )
    path = archive.config.archive.warcs / warc
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 255
    path.chmod(0o644)
    path.write_bytes(data)
    assert archive.verify().damage
    archive.repair()
    service.asked.clear()
    archive, report = rescue(tmp_path, service, time)
    assert not report.failed
    assert [each.partition("id_/")[2] for each in service.asked] == [f"{SITE}/lamp.html"]
    assert (f"{SITE}/lamp.html", "The Lamp", "mako") in stories(archive)
    assert archive.verify().damage == []
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_an_archive_that_falls_silent_after_a_429_is_taken_for_a_firewall(
    tmp_path: Path, service: WebArchive, time: Time
) -> None:
    """An hour of rest, that the next run keeps as well."""
    service.refuse_at = {3}
    service.silent_after = 3
    _, report = rescue(tmp_path, service, time)
    assert report.resting
    asked = len(service.asked)
    time.sleep(600)
    _, report = rescue(tmp_path, service, time)
    assert report.resting
    assert len(service.asked) == asked
    service.silent_after = 10**9
    time.sleep(3700)
    archive, _ = rescue(tmp_path, service, time)
    assert len(stories(archive)) == 4
    assert service.violations == []
