"""`gone --wayback`: what a web archive has of what is gone, asked for once, told for what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.crawl import Watch
from storykeep.errors import ConfigError, UsageError
from storykeep.intake import Taken, timestamp
from storykeep.model import Report
from storykeep.reader import connect, wanted
from tests.archives import PROSE, ROBOTS_FREE, answer, command, rows, story_page
from tests.site.wayback import Captured, WebArchive
from tests.site.wire_server import RawServer
from tests.test_wayback import LAMP, MACHINE, SITE, Time
from tests.test_wayback_good import ADVERTISED, FOR_SALE

GONE = answer(b"<p>no</p>", status="404 Not Found")


@pytest.fixture
def time() -> Time:
    return Time()


def living(
    folder: Path, service: str, site: str, *, limit: int = 0, operator: str = "me@home.example"
) -> Path:
    """Write a config.toml whose source asks the living site at *site*."""
    path = folder / "config.toml"
    path.write_text(
        f'[archive]\noperator = "{operator}"\n[polite]\ndelay = 0.0\n'
        f'[network]\nallow_addresses = ["127.0.0.1"]\nconnect_to = {{"{MACHINE}:80" = "{service}", '
        f'"dead.example:80" = "{site}"}}\n'
        f'[wayback]\ncdx = "http://{MACHINE}/cdx/search/cdx"\nmemento = "http://{MACHINE}/web/"\n'
        f'[[source]]\nname = "live"\nevery = "0s"\nlimit = {limit}\nstart = ["{SITE}/lamp.html"]\n',
        encoding="utf-8",
    )
    return path


def test_the_best_copy_is_the_one_that_is_a_story(tmp_path: Path, time: Time) -> None:
    """A domain's seller came last: what is told of is the story before, and its length. What was
    listed a moment ago is not asked for again; a day later it is."""
    captures = [
        Captured("20030501120000", f"{SITE}/lamp.html", LAMP),
        Captured("20150101000000", f"{SITE}/lamp.html", FOR_SALE.format(ADVERTISED, 1).encode()),
    ]
    service = WebArchive(captures, time.at)
    script = {"/robots.txt": ROBOTS_FREE, "/lamp.html": answer(LAMP), "*": GONE}
    with service.serve() as address, RawServer(script) as live:
        archive = Archive(load(living(tmp_path, address, live.netloc)), clock=time.clock)
        archive.run()
        script["/lamp.html"] = GONE
        time.sleep(60)
        archive.run()
        archive.confirm_gone(["dead.example"])
        (found,), _ = archive.look_for_copies()
        assert (found["best"][:4], found["have"], found["taken"]) == ("2015", False, 0)
        (again,), report = archive.look_for_copies()
        assert (again, report.requests) == (found, 0)
        (found,), report = archive.look_for_copies(take=True)
        assert report.requests == 2
        assert (found["best"], found["have"], found["taken"]) == ("2003-05-01T12:00:00Z", True, 2)
        assert found["words"] > 100
        time.sleep(90_000)
        (found,), report = archive.look_for_copies()
        assert (found["have"], report.requests) == (True, 1)
    assert service.violations == []
    assert rows(archive, "SELECT count(*) FROM story") == [(1,)]


def test_where_no_copy_is_a_story_that_is_said(tmp_path: Path) -> None:
    """The command tells how many were looked at, and calls none of them the best."""
    sale = FOR_SALE.format(ADVERTISED, 1).encode()
    service = WebArchive([Captured("20150101000000", f"{SITE}/lamp.html", sale)], lambda: 0.0)
    script = {"/robots.txt": ROBOTS_FREE, "/lamp.html": answer(LAMP), "*": GONE}
    with service.serve() as address, RawServer(script) as live:
        living(tmp_path, address, live.netloc)
        assert command("run", folder=tmp_path).returncode == 0
        script["/lamp.html"] = GONE
        command("run", folder=tmp_path)
        command("gone", "--confirm", "dead.example", folder=tmp_path)
        done = command("gone", "--wayback", "--take", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 capture, 2015-01-01 to 2015-01-01; none of 1 here is a story" in done.stdout
    assert "stories: 0 new, 0 changed" in done.stderr


def test_a_long_list_of_single_pages_goes_on_where_it_was(tmp_path: Path, time: Time) -> None:
    """Stopped behind the second of three questions: the next call asks the third, and no other."""
    names = ("lamp", "tide", "gulls")
    captures = [
        Captured("20030501120000", f"{SITE}/{name}.html", LAMP.replace(b"Lamp", name.encode()))
        for name in names
    ]
    service = WebArchive(captures, time.at)
    urls = [f"{SITE}/{name}.html" for name in names]

    def stop(taken: Taken, report: Report, waiting: int) -> None:
        if report.captures == 2:
            raise KeyboardInterrupt

    with service.serve() as address:
        archive = Archive(load(living(tmp_path, address, "127.0.0.1:1")), clock=time.clock)
        with pytest.raises(KeyboardInterrupt):
            archive.add_wayback(urls, Watch(taken=stop))
        asked = len(service.asked)
        report = archive.add_wayback(urls)
        assert (report.stories_new, report.requests) == (3, 4)
        assert sum("/cdx/" in each for each in service.asked[asked:]) == 1
        assert archive.add_wayback(urls).requests == 0
        done = command("add", "--wayback", *urls, folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing new: the captures that are wanted are here already\n"
    assert service.violations == []


def test_what_is_to_be_asked_for_yet_is_not_missing(tmp_path: Path, time: Time) -> None:
    """A first run that a limit has stopped: the other parts wait for the site, not for an archive."""
    links = "".join(f"<a href='lamp{number}.html'>Part {number}</a>" for number in (2, 3))
    first = story_page("The Lamp, part 1 of 3", "mako", PROSE, links)
    service = WebArchive([], time.at)
    script = {"/robots.txt": ROBOTS_FREE, "/lamp.html": answer(first), "*": GONE}
    with service.serve() as address, RawServer(script) as live:
        path = living(tmp_path, address, live.netloc, limit=1)
        archive = Archive(load(path), clock=time.clock)
        archive.run()
        connection = connect(archive.config.archive.database)
        assert connection is not None
        assert wanted(connection) == []
        path = living(tmp_path, address, live.netloc)
        archive = Archive(load(path), clock=time.clock)
        archive.run()
        assert [each.why for each in wanted(connection)] == ["missing", "missing"]
        connection.close()


def test_nothing_is_asked_of_an_operator_where_nothing_vanished(tmp_path: Path) -> None:
    """No request is made, so no contact is wanted; where one is to be made, it is."""
    config = load(living(tmp_path, "127.0.0.1:1", "127.0.0.1:2", operator=""))
    archive = Archive(replace(config, network=replace(config.network, connect_to={})))
    assert archive.look_for_copies()[0] == []
    with pytest.raises(ConfigError, match="operator is empty"):
        archive.add_wayback([f"{SITE}/lamp.html"])


def test_a_wrong_word_leaves_the_database_as_it_lies(tmp_path: Path) -> None:
    """It is one file yet, that a read-only disk serves: not in the mode of a run under way."""
    archive = Archive(load(living(tmp_path, "127.0.0.1:1", "127.0.0.1:2")))
    archive.look_for_copies()
    for wrong in (lambda: archive.confirm_gone(["nobody.example"]), lambda: archive.run(["none"])):
        with pytest.raises((UsageError, ConfigError)):
            wrong()
        # Section 1.3 of SQLite's file format: 1 is the legacy journal, 2 is WAL.
        assert archive.config.archive.database.read_bytes()[18:20] == b"\x01\x01"
    assert not list(tmp_path.glob("archive.db-*"))


NONE = b'{"message": "No Captures found for: http://dead.example/"}'
LISTS = [
    pytest.param(answer(NONE, status="404 Not Found"), id="pywb"),
    pytest.param(answer(b"[]"), id="the Wayback Machine"),
]


@pytest.mark.parametrize("said", LISTS)
def test_a_list_of_nothing_is_no_failure_and_is_told(
    tmp_path: Path, time: Time, said: bytes
) -> None:
    """A slip in an address finds nothing: the words say of which, and nobody is asked again."""
    notes: list[str] = []
    with RawServer({"*": said}) as service:
        path = living(tmp_path, service.netloc, "127.0.0.1:1")
        path.write_text(path.read_text().replace('every = "0s"', 'via = "wayback"'))
        archive = Archive(load(path), clock=time.clock)
        report = archive.run((), Watch(note=notes.append))
        assert (report.failed, report.requests) == ([], 1)
        assert notes == ["the web archive lists nothing for all below dead.example/"]
        assert archive.run().requests == 0
        added = archive.add_wayback([f"{SITE}/lamp.html"])
    assert added.failed == [(f"{SITE}/lamp.html", "the web archive has named no capture of it")]


def test_a_404_that_is_no_such_word_is_a_failure(tmp_path: Path, time: Time) -> None:
    """As where the address of the service is wrong."""
    with RawServer({"*": GONE}) as service:
        path = living(tmp_path, service.netloc, "127.0.0.1:1")
        path.write_text(path.read_text().replace('every = "0s"', 'via = "wayback"'))
        report = Archive(load(path), clock=time.clock).run()
    assert [why[:28] for _, why in report.failed] == ["this is no list of captures:"]


def test_an_address_that_the_config_shuts_is_asked_once(tmp_path: Path, time: Time) -> None:
    """To wait and try again would change nothing; the words say what would."""
    path = living(tmp_path, "127.0.0.1:1", "127.0.0.1:1")
    text = path.read_text().replace('every = "0s"', 'via = "wayback"')
    path.write_text(text.replace('allow_addresses = ["127.0.0.1"]', "allow_addresses = []"))
    before = time.at()
    report = Archive(load(path), clock=time.clock).run()
    assert report.requests == 1
    assert time.at() - before < 20
    assert "allow_addresses opens" in report.failed[0][1]
    assert report.next_due is not None
    assert report.next_due <= timestamp(time.clock.now())  # due when the config is mended


@pytest.mark.parametrize("versions", ["", 'versions = "all"'])
def test_a_start_in_the_web_archive_is_refused_and_what_it_wraps_is_told(
    tmp_path: Path, time: Time, versions: str
) -> None:
    """A list of what the archive has of itself would be of no use to anybody."""
    path = living(tmp_path, "127.0.0.1:1", "127.0.0.1:1")
    wrapped = f"https://web.archive.org/web/20030501120000/{SITE}/"
    text = path.read_text().replace('every = "0s"', f'via = "wayback"\n{versions}')
    path.write_text(text.replace(f'start = ["{SITE}/lamp.html"]', f'start = ["{wrapped}"]'))
    with pytest.raises(ConfigError) as raised:
        load(path)
    assert f'start = ["{SITE}/"]' in (raised.value.hint or "")
