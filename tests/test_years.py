"""Unattended for months: two timers, kills, a site that is down; what a site does is found in time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.clock import Clock
from storykeep.config import load
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    dump,
    environment,
    rows,
    story_page,
    write_config,
)
from tests.guests import Time
from tests.site import Answer, Pause, RawServer

STORIES = 20
START = datetime(2026, 6, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)


class Site:
    """Twenty stories, of which one changes every third day and one is taken down in between."""

    def __init__(self) -> None:
        self.revisions = dict.fromkeys(range(STORIES), 0)
        self.gone: set[int] = set()
        self.down = False
        self.slow = 0.0
        self.may_go_on = threading.Event()  # until then, no story is given
        self.may_go_on.set()
        self.changed: dict[int, list[datetime]] = {n: [] for n in range(STORIES)}

    def change(self, number: int, moment: datetime) -> None:
        self.revisions[number] += 1
        self.changed[number].append(moment)

    def serve(self, request: bytes) -> bytes | Answer:
        path = request.split(b" ")[1].decode()
        if self.down:
            return answer(b"", status="503 Service Unavailable")
        if path == "/":
            there = [n for n in range(STORIES) if n not in self.gone]
            return answer("".join(f'<a href="/{n}.html">Tale {n}</a> ' for n in there).encode())
        name = path.strip("/").removesuffix(".html")
        if not name.isdigit():
            return ROBOTS_FREE
        if int(name) in self.gone:
            return answer(b"<h1>Not Found</h1>", status="404 Not Found")
        assert self.may_go_on.wait(60)
        page = answer(story_page(f"Tale {name}", "Ana", self.text(int(name))))
        return Answer([Pause(self.slow), page]) if self.slow else page

    def text(self, number: int) -> str:
        more = "".join(
            f"<p>It was on evening number {n} that the lamp of tale {number} was lit again.</p>"
            for n in range(self.revisions[number])
        )
        return PROSE.replace("The keeper", f"Keeper {number} of {STORIES}") + more


def open_archive(folder: Path, server: RawServer, clock: Clock | None = None) -> Archive:
    path = write_config(folder, [server.url("/")], source='include = ["/"]\nevery = "2d"')
    return Archive(load(path), clock=clock)


def test_two_months_of_a_daily_timer(tmp_path: Path) -> None:
    """Each change is found within the interval of its page, and the site is asked less and less."""
    chance, site, clock = random.Random(3), Site(), Time(now=START.timestamp())
    requests: list[int] = []
    with RawServer({"*": site.serve}) as server:
        archive = open_archive(tmp_path, server, clock.clock())
        for number in range(60):
            day = START + number * DAY
            clock.now = max(clock.now, day.timestamp())
            if number and not number % 3:
                site.change(chance.randrange(1, STORIES), day - timedelta(hours=5))
            if number == 30:
                site.gone.add(0)
            report = archive.run()
            assert not report.failed
            requests.append(report.requests)
        end = START + 60 * DAY
        for number, changes in site.changed.items():
            seen = [
                datetime.fromisoformat(at)
                for (at,) in rows(
                    archive,
                    "SELECT v.first_seen FROM version AS v JOIN chapter AS c ON c.id = v.chapter "
                    f"WHERE c.url = '{server.url(f'/{number}.html')}' ORDER BY 1",
                )
            ]
            for moment in changes:
                if end - moment > 17 * DAY:  # every x 8, and the timer's own day
                    assert any(moment <= at <= moment + 17 * DAY for at in seen), (number, moment)
        assert rows(archive, "SELECT count(*), count(gone_since) FROM story") == [(STORIES, 1)]
        assert archive.verify().damage == []
        before = dump(archive)
        archive.rebuild()
        assert dump(archive) == before
    assert sum(requests[-20:]) < 20 * STORIES / 2
    assert max(requests[1:]) <= STORIES + 2


def test_a_site_that_is_down_for_a_week_loses_nothing(tmp_path: Path) -> None:
    """It is tried again each day, gently; nothing counts as gone, and then all goes on."""
    site, clock = Site(), Time(now=START.timestamp())
    with RawServer({"*": site.serve}) as server:
        archive = open_archive(tmp_path, server, clock.clock())
        archive.run()
        site.down = True
        tried = []
        for _ in range(7):
            clock.now += DAY.total_seconds()
            report = archive.run()
            tried.append(report.requests)
            assert not report.stories_gone
        assert rows(archive, "SELECT count(*), count(gone_since) FROM story") == [(STORIES, 0)]
        assert max(tried) <= 2 * STORIES
        site.down = False
        site.change(5, START)
        for _ in range(3):
            clock.now += DAY.total_seconds()
            report = archive.run()
        assert (report.failed, report.waiting) == ([], 0)
        assert rows(archive, "SELECT count(*) FROM page WHERE state = 'failed'") == [(0,)]
        assert rows(archive, "SELECT count(*) FROM version") == [(STORIES + 1,)]


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(folder), "run"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_two_timers_at_once_make_one_run(tmp_path: Path) -> None:
    """The second is told, changes nothing, and no page is asked for twice."""
    site = Site()
    site.may_go_on.clear()
    with RawServer({"*": site.serve}) as server:
        open_archive(tmp_path, server)
        first = start(tmp_path)
        end = time.monotonic() + 30
        while not (tmp_path / "archive.db.lock-holder").exists() and time.monotonic() < end:
            time.sleep(0.01)
        second = start(tmp_path)
        said = second.communicate(timeout=60)[1]
        site.may_go_on.set()
        assert second.returncode == 5
        assert "another Storykeep is writing" in said
        assert first.communicate(timeout=60) == ("", "")
        assert first.returncode == 0
        paths = [request.path for request in server.requests]
        assert len(paths) == len(set(paths)) == STORIES + 2
    assert command("verify", folder=tmp_path).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_run_that_is_killed_daily_comes_to_its_end(tmp_path: Path) -> None:
    """Each day a part; what was stored stays, and is not asked for again."""
    site = Site()
    site.slow = 0.05
    kills = 0
    with RawServer({"*": site.serve}) as server:
        archive = open_archive(tmp_path, server)
        for _ in range(12):
            asked = len(server.requests)
            process = start(tmp_path)
            end = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < end:
                if len(server.requests) >= asked + 7:
                    os.killpg(process.pid, signal.SIGKILL)
                    kills += 1
                    break
                time.sleep(0.005)
            process.communicate(timeout=60)
            if process.returncode == 0:
                break
        assert process.returncode == 0
        assert kills >= 2
        pages = [each.path for each in server.requests if each.path != "/robots.txt"]
        assert len(pages) <= STORIES + 1 + kills  # the one under way at each kill
    assert rows(archive, "SELECT count(*) FROM story") == [(STORIES,)]
    states = rows(archive, "SELECT report ->> '$.ended', count(*) FROM run GROUP BY 1 ORDER BY 1")
    assert ("killed", kills) in states
    assert archive.verify().damage == []
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before
