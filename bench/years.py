"""Simulate years of a daily timer over a site that changes now and then, and print what they cost.

    python bench/years.py [--years 10] [--stories 200] [--every 30d]

The site is served on loopback; the clock of each run is simulated, so that every wait is skipped. A
story changes on average every second year, each year a few are added and a few are taken down for
good. A quiet run is one with nothing to ask; the seconds are CPU of this process, in which the site
is, too. Every change is looked for in the archive afterwards: it must have been captured within the
interval that its page was asked in, and what was taken down must still be readable.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.archives import ROBOTS_FREE, answer, story_page, write_config
from tests.site import RawServer

from storykeep import reader
from storykeep.archive import Archive
from storykeep.clock import Clock
from storykeep.config import load
from storykeep.config.table import duration

DAY = timedelta(days=1)
START = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
LONGEST = 8  # times `every`: the longest interval of a page that does not change (docs/politeness)


@dataclass
class Skipped:
    """A clock that goes as the machine's does, but for the waits, which are skipped."""

    offset: float

    def clock(self) -> Clock:
        return Clock(
            lambda: time.time() + self.offset, lambda: time.monotonic() + self.offset, self.sleep
        )

    def sleep(self, seconds: float) -> None:
        self.offset += seconds

    def go_to(self, moment: datetime) -> None:
        """Set the clock forward to *moment*, unless it is later already."""
        self.offset = max(self.offset, moment.timestamp() - time.time())


@dataclass
class Tale:
    """One story of the site: its revisions by the moment from which they are served."""

    number: int
    revisions: list[datetime] = field(default_factory=list)
    gone: datetime | None = None

    def page(self) -> bytes:
        rows = "".join(f"<p>{sentence(self.number, n)}</p>" for n in range(20))
        new = "".join(
            f"<p>{sentence(self.number, 100 + n)}</p>" for n in range(1, len(self.revisions))
        )
        return answer(story_page(f"Tale {self.number}", f"Author {self.number % 40}", rows + new))


@cache
def sentence(*seed: int) -> str:
    """Return words of no meaning, the same for the same *seed*; made once, for it takes long."""
    chance = random.Random(repr(seed))
    words = (
        "lantern",
        "harbour",
        "keeper",
        "winter",
        "letter",
        "sister",
        "window",
        "stone",
        "rain",
    )
    return " ".join(chance.choice(words) for _ in range(40)).capitalize() + "."


class Site:
    """A site that changes with simulated time."""

    def __init__(self, stories: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.tales = [Tale(n, [START]) for n in range(stories)]

    def pass_day(self, day: datetime) -> None:
        """Let a day's changes happen."""
        there = [tale for tale in self.tales if tale.gone is None]
        for tale in there:
            if self.chance.random() < 1 / 730:
                tale.revisions.append(day)
        if self.chance.random() < len(self.tales) / 40 / 365:
            self.tales.append(Tale(len(self.tales), [day]))
        if self.chance.random() < len(self.tales) / 100 / 365:
            self.chance.choice(there).gone = day

    def serve(self, request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        if path == "/":
            there = [tale for tale in self.tales if tale.gone is None]
            rows = "".join(
                f'<li><a href="/{t.number}.html">Tale {t.number}</a></li>' for t in there
            )
            return answer(f"<h1>Stories</h1><ul>{rows}</ul>".encode())
        name = path.strip("/").removesuffix(".html")
        if not name.isdigit() or int(name) >= len(self.tales):
            return ROBOTS_FREE
        tale = self.tales[int(name)]
        if tale.gone is not None:
            return answer(b"<h1>Not Found</h1>", status="404 Not Found")
        return tale.page()


@dataclass
class Year:
    """What a year of runs came to."""

    requests: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of CPU, the site's own among them
    warcs: int = 0
    database: int = 0


def simulate(
    folder: Path, days: int, stories: int, every: str, seed: int = 1
) -> tuple[list[Year], Site, Archive]:
    """Run once a day for *days*; return the years, the site and the archive."""
    site = Site(stories, seed)
    skipped = Skipped(START.timestamp() - time.time())
    years: list[Year] = []
    with RawServer({"*": site.serve}) as server:
        path = write_config(
            folder,
            [server.url("/")],
            polite="delay = 2.0",
            source=f'include = ["/"]\nevery = "{every}"',
        )
        archive = Archive(load(path), clock=skipped.clock())
        for number in range(days):
            if number % 365 == 0:
                years.append(Year())
            day = START + number * DAY
            site.pass_day(day)
            skipped.go_to(day)
            began = time.process_time()
            report = archive.run()
            years[-1].seconds.append(time.process_time() - began)
            years[-1].requests.append(report.requests)
            assert not report.failed, report.failed
            if number % 365 == 364 or number == days - 1:
                weigh(years[-1], archive)
                show(len(years), years[-1], years[-2] if len(years) > 1 else Year())
            server.requests.clear()
    return years, site, archive


def weigh(year: Year, archive: Archive) -> None:
    config = archive.config.archive
    year.warcs = sum(path.stat().st_size for path in config.warcs.iterdir())
    year.database = config.database.stat().st_size


def show(number: int, year: Year, last: Year) -> None:
    requests = sorted(year.requests)
    runs = list(zip(year.requests, year.seconds, strict=True))
    quiet = sorted(seconds for asked, seconds in runs if not asked) or [0.0]
    active = sorted(seconds for asked, seconds in runs if asked) or [0.0]
    print(
        f"{number:>4}  {sum(requests):>8,}  {max(requests):>5}  "
        f"{len(quiet):>5} {statistics.median(quiet):>7.3f}  "
        f"{len(active):>6} {statistics.median(active):>7.3f} "
        f"{active[-len(active) // 20 - 1]:>7.3f} {sum(year.seconds):>8.1f}  "
        f"{(year.warcs - last.warcs) / 1e6:>9.2f}  "
        f"{(year.database - last.database) / 1e6:>9.2f}",
        flush=True,
    )


HEAD = "year  requests    max  quiet   CPU s  active   50 %    95 %   in all  WARC MB +  index MB +"


@dataclass
class Found:
    """How the site's changes were found."""

    made: int = 0
    found: int = 0
    late: list[str] = field(default_factory=list)
    slowest: timedelta = timedelta(0)


def look(site: Site, archive: Archive, every: str, end: datetime) -> Found:
    """Compare what the archive knows with what the site did."""
    connection = reader.connect(archive.config.archive.database)
    assert connection is not None
    limit = duration(every) * LONGEST + 2 * DAY
    found = Found()
    seen: dict[int, list[datetime]] = {}
    gone: dict[int, datetime] = {}
    for url, at in connection.execute(
        "SELECT c.url, v.first_seen FROM version AS v JOIN chapter AS c ON c.id = v.chapter "
        "ORDER BY v.first_seen"
    ):
        seen.setdefault(number_of(url), []).append(datetime.fromisoformat(at))
    for url, at in connection.execute(
        "SELECT url, gone_since FROM story WHERE gone_since IS NOT NULL"
    ):
        gone[number_of(url)] = datetime.fromisoformat(at)
    for tale in site.tales:
        known = seen.get(tale.number, [])
        changes = [(each, "revision") for each in tale.revisions]
        # A revision that another replaced before anybody could have looked is nobody's to find.
        for at, after in zip(changes, [*changes[1:], (None, "")], strict=True):
            until = min(after[0] or end, tale.gone or end)
            check(
                found,
                tale.number,
                "revision",
                at[0],
                next((s for s in known if at[0] <= s), None),
                until,
                limit,
            )
        if tale.gone is not None:
            check(found, tale.number, "end", tale.gone, gone.get(tale.number), end, limit)
    connection.close()
    return found


def check(
    found: Found,
    number: int,
    what: str,
    at: datetime,
    seen: datetime | None,
    until: datetime,
    limit: timedelta,
) -> None:
    if seen is None or seen > until:
        if until - at > limit:
            found.made += 1
            found.late.append(f"the {what} of tale {number} on {at:%Y-%m-%d} was never found")
        return
    found.made += 1
    found.found += 1
    found.slowest = max(found.slowest, seen - at)
    if seen - at > limit:
        found.late.append(
            f"the {what} of tale {number} on {at:%Y-%m-%d} was found after {seen - at}"
        )


def number_of(url: str) -> int:
    return int(url.rpartition("/")[2].removesuffix(".html"))


def lost(site: Site, archive: Archive) -> list[str]:
    """Return what is not as it should be at the end: damage, and stories that cannot be read."""
    connection = reader.connect(archive.config.archive.database)
    assert connection is not None
    readable = {
        number_of(url)
        for url, words in connection.execute("SELECT url, words FROM story")
        if words > 700
    }
    connection.close()
    ever = {tale.number for tale in site.tales}
    wrong = [f"tale {number} cannot be read" for number in sorted(ever - readable)]
    return wrong + [str(each) for each in archive.verify().damage]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--years", type=float, default=10)
    options.add_argument("--stories", type=int, default=200)
    options.add_argument("--every", default="30d")
    asked = options.parse_args()
    days = round(asked.years * 365)
    print(
        f"{asked.stories} stories, every = {asked.every!r}, a run a day for {days:,} days\n{HEAD}"
    )
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        _, site, archive = simulate(Path(name), days, asked.stories, asked.every)
        end = START + days * DAY
        found = look(site, archive, asked.every, end)
        wrong = found.late + lost(site, archive)
        print(
            f"changes that could be found: {found.made:,}, found: {found.found:,}, the slowest "
            f"after {found.slowest.days} days (at most {(duration(asked.every) * LONGEST).days} "
            "and one run)"
        )
        print(
            "\n".join(wrong)
            or "nothing lost, nothing late, verify is clean; "
            f"{time.perf_counter() - began:.0f} s in all"
        )
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
