"""A run goes by the clock that it is given: its dates, its waits, and what is due."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep import warc
from storykeep.archive import Archive
from storykeep.clock import Clock
from storykeep.config import load
from tests.archives import PROSE, ROBOTS_FREE, answer, rows, story_page, write_config
from tests.guests import Time
from tests.site import RawServer

START = datetime(2031, 3, 1, 4, 30, tzinfo=UTC)
LINKS = answer(b'<a href="/1.html">1</a> <a href="/2.html">2</a>')
SITE = {"/robots.txt": ROBOTS_FREE, "/": LINKS, "*": answer(story_page("Tale", "Ana", PROSE))}


def test_now_is_the_wall_in_utc() -> None:
    """A moment that can be compared and written down."""
    assert Clock(wall=lambda: 0.0).now() == datetime(1970, 1, 1, tzinfo=UTC)


def test_years_pass_without_waiting(tmp_path: Path) -> None:
    """Two runs a year apart, minutes of politeness: every date is the clock's, none the machine's."""
    skipped = Time(now=START.timestamp())
    began = time.monotonic()
    with RawServer(SITE) as server:
        path = write_config(
            tmp_path, [server.url("/")], polite="delay = 60.0", source='include = ["/"]'
        )
        archive = Archive(load(path), clock=skipped.clock())
        assert archive.run().requests == 4
        assert archive.run().requests == 0
        skipped.now += timedelta(days=365).total_seconds()
        assert archive.run().requests == 4
    assert time.monotonic() - began < 30
    assert sum(skipped.slept) >= 6 * 60
    fetched = [
        datetime.fromisoformat(when)
        for (when,) in rows(archive, "SELECT fetched_at FROM capture ORDER BY id")
    ]
    assert fetched[0] >= START
    assert fetched[3] < START + timedelta(hours=1)
    assert fetched[4] >= START + timedelta(days=365)
    assert rows(archive, "SELECT substr(started, 1, 7) FROM run") == [
        ("2031-03",),
        ("2031-03",),
        ("2032-02",),
    ]
    assert [path.name[:20] for path in warc.files(tmp_path / "warcs")] == [
        "storykeep-2031030104",
        "storykeep-2032022904",
    ]


@pytest.mark.parametrize("ahead", [timedelta(days=400), timedelta(days=40)])
def test_a_clock_that_was_ahead_starves_nothing(tmp_path: Path, ahead: timedelta) -> None:
    """Once it is right again each page is asked once, and then when it is due, after a rebuild too."""
    skipped = Time(now=(START + ahead).timestamp())
    script = dict(SITE)
    with RawServer(script) as server:
        path = write_config(tmp_path, [server.url("/")], source='include = ["/"]')
        archive = Archive(load(path), clock=skipped.clock())
        script["/2.html"] = answer(b"", status="500 No")
        assert archive.run().requests == 4
        script["/2.html"] = SITE["*"]
        skipped.now = START.timestamp()
        archive.rebuild()
        assert archive.run().requests == 4
        assert archive.run().requests == 0
        skipped.now += timedelta(days=29).total_seconds()
        assert archive.run().requests == 0
        skipped.now += timedelta(days=2).total_seconds()
        assert archive.run().requests > 1


def test_a_clock_that_was_behind_makes_no_storm(tmp_path: Path) -> None:
    """A machine that wakes up in 1970: what is known is not due, and then all goes on."""
    skipped = Time(now=START.timestamp())
    with RawServer(SITE) as server:
        path = write_config(tmp_path, [server.url("/")], source='include = ["/"]\nevery = "7d"')
        archive = Archive(load(path), clock=skipped.clock())
        archive.run()
        skipped.now = 86400.0
        assert archive.run().requests <= 4  # each page is dated in the future once
        assert archive.run().requests == 0
        skipped.now = (START + timedelta(days=1)).timestamp()
        assert archive.run().requests <= 4
        assert archive.run().requests == 0
