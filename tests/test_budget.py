"""A run that is bounded: what it leaves stays due, and it says what ended it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.crawl import Budget
from tests.archives import ROBOTS_FREE, answer, command, write_config
from tests.guests import Time, asked, tale
from tests.site import RawServer

PAGES = 12
LINKS = answer("".join(f'<a href="/{n}.html">{n}</a> ' for n in range(PAGES)).encode())
SITE = {
    "/robots.txt": ROBOTS_FREE,
    "/": LINKS,
    **{f"/{n}.html": tale(str(n)) for n in range(PAGES)},
}


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(SITE) as server:
        yield server


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the clock on the wall be that of Berlin."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def open_archive(folder: Path, server: RawServer, clock: Time, **more: str) -> Archive:
    polite = "delay = 10.0\n" + more.get("polite", "")
    source = 'include = ["/"]\n' + more.get("source", "")
    path = write_config(folder, [server.url("/")], polite=polite, source=source)
    return Archive(load(path), clock=clock.clock())


def berlin(text: str) -> Time:
    return Time(now=datetime.fromisoformat(text).astimezone().timestamp())


def test_requests_are_bounded_and_the_rest_is_done_later(tmp_path: Path, server: RawServer) -> None:
    """Five requests a run, robots.txt included; no page twice, none forgotten."""
    archive = open_archive(tmp_path, server, Time())
    first = archive.run(budget=Budget(requests=5))
    assert (first.requests, first.waiting) == (5, PAGES - 3)
    assert first.bounded == ["its 5 requests are made"]
    while archive.run(budget=Budget(requests=5)).requests:
        pass
    pages = [path for path in asked(server) if path != "/robots.txt"]
    assert sorted(pages) == sorted(["/", *(f"/{n}.html" for n in range(PAGES))])


def test_a_bound_that_was_just_enough_ended_nothing(tmp_path: Path, server: RawServer) -> None:
    """All was asked: there is nothing to tell."""
    report = open_archive(tmp_path, server, Time()).run(budget=Budget(requests=PAGES + 2))
    assert (report.requests, report.waiting, report.bounded) == (PAGES + 2, 0, [])


def test_time_is_bounded_without_waiting_for_its_end(tmp_path: Path, server: RawServer) -> None:
    """Ten seconds a request: 35 seconds are four of them, and nobody waits for what cannot be."""
    clock = Time()
    report = open_archive(tmp_path, server, clock).run(budget=Budget(seconds=35))
    assert report.requests == 4
    assert report.bounded == ["its time is over (35 s)"]
    assert sum(clock.slept) == pytest.approx(30, abs=1)


def test_sites_are_asked_within_their_hours(tmp_path: Path, server: RawServer) -> None:
    """A minute before six is time for some; the rest waits for the next night."""
    clock = berlin("2026-06-01 05:59:15")
    archive = open_archive(tmp_path, server, clock, polite='hours = "01:00-06:00"')
    report = archive.run()
    assert 4 <= report.requests <= 5
    assert report.waiting == PAGES + 2 - report.requests
    name = "source site is asked only 01:00-06:00; that is again from 2026-06-02 01:00"
    assert report.bounded == [name]
    assert not report.failed
    clock.now = berlin("2026-06-01 12:00").now
    noon = archive.run()
    assert (noon.requests, noon.waiting, noon.bounded) == (0, report.waiting, [name])
    clock.now = berlin("2026-06-02 01:00").now
    assert archive.run().waiting == 0


def test_a_wait_beyond_the_hours_is_not_sat_out(tmp_path: Path) -> None:
    """A site that asks for four minutes' patience, at a minute before six."""
    busy = answer(b"", status="503 Busy", headers="Retry-After: 240\r\n")
    clock = berlin("2026-06-01 05:59:00")
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": busy}) as server:
        report = open_archive(tmp_path, server, clock, polite='hours = "01:00-06:00"').run()
    assert (report.requests, report.waiting) == (2, 1)
    assert sum(clock.slept) <= 61
    assert not report.failed


def test_a_source_has_hours_of_its_own(tmp_path: Path, server: RawServer) -> None:
    """They hold in the place of those for all."""
    clock = berlin("2026-06-01 12:00")
    more = {"polite": 'hours = "01:00-06:00"', "source": 'hours = "11:00-13:00"'}
    assert open_archive(tmp_path, server, clock, **more).run().waiting == 0


def test_a_page_that_was_named_is_asked_at_once(tmp_path: Path, server: RawServer) -> None:
    """`add` is a person's wish, at any hour."""
    archive = open_archive(
        tmp_path, server, berlin("2026-06-01 12:00"), polite='hours = "01:00-06:00"'
    )
    assert archive.add([server.url("/3.html")]).captures == 2


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
def test_no_night_is_left_out_when_clocks_change(
    tmp_path: Path, server: RawServer, day: str
) -> None:
    """A window in the hour that is left out, or comes twice: a run an hour, one finds it open."""
    clock = berlin(f"{day} 00:30")
    archive = open_archive(tmp_path, server, clock, polite='hours = "02:00-03:00"')
    served = []
    for _ in range(24):
        served.append(archive.run().requests > 0)
        clock.now += 3600 - clock.now % 3600 + 1800
    assert sum(served) == 1


def test_a_site_gets_so_many_requests_a_day(tmp_path: Path, server: RawServer) -> None:
    """Over all runs, failures of the line included, and by the hour, not by the calendar."""
    clock = Time()
    archive = open_archive(tmp_path, server, clock, polite="requests_per_day = 5")
    first = archive.run()
    assert (first.requests, first.waiting) == (5, PAGES - 3)
    why = "it has had its 5 requests of 24 hours"
    assert [told for _, told in first.resting] == [why]
    assert not first.failed
    clock.now += 12 * 3600
    assert archive.run().requests == 0
    clock.now += 13 * 3600
    assert archive.run().requests == 5
    assert len(server.requests) == 10


def test_the_command_says_what_ended_it(tmp_path: Path, server: RawServer) -> None:
    """Exit code 0, one line; a time that is none is told."""
    write_config(tmp_path, [server.url("/")], source='include = ["/"]')
    done = command("run", "--max-requests", "3", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "stopped early: its 3 requests are made\n" in done.stdout
    assert "still waiting for a later run: 11 pages\n" in done.stdout
    wrong = command("run", "--time-budget", "soon", folder=tmp_path)
    assert wrong.returncode == 2
    assert "error: --time-budget: not a duration: 'soon'" in wrong.stderr
    assert command("run", "--time-budget", "2h", folder=tmp_path).returncode == 0
    assert len(set(asked(server))) == PAGES + 2


def test_hours_that_are_none_are_told(tmp_path: Path) -> None:
    """With the table, the key and an example."""
    write_config(tmp_path, ["http://h.example/"], polite='hours = "night"')
    done = command("run", folder=tmp_path)
    assert done.returncode == 2
    assert "[polite] hours: not hours of the day: 'night'" in done.stderr
    assert 'hours = "01:00-06:00"' in done.stderr


def test_a_clock_that_jumps_back_stops_no_run(tmp_path: Path, server: RawServer) -> None:
    """The wall is set back a year in the middle of a run: it ends, and asks nothing twice."""
    clock = Time(now=datetime(2026, 6, 1, tzinfo=UTC).timestamp())
    archive = open_archive(tmp_path, server, clock)
    steady = clock.clock()
    jumped = type(steady)(
        lambda: clock.now - (365 * 86400 if len(server.requests) > 5 else 0),
        steady.steady,
        steady.sleep,
    )
    archive.clock = jumped
    assert archive.run().waiting == 0
    assert len(server.requests) == PAGES + 2
