"""What an old archive need not read: captures that repeat others, runs that missed nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep import settled
from storykeep.archive import Archive
from storykeep.assemble import Passed, Piece, StoryPlan, Survey, made_of, opened, survey
from storykeep.assemble.looks import Glance, Look, Remembered, looks_since
from storykeep.config import load
from storykeep.intake import assemble_all
from storykeep.intake.drafting import piece_of as _piece
from storykeep.intake.whole import _Past
from storykeep.model import Capture, Part
from storykeep.store import Store
from tests.archives import PROSE, ROBOTS_FREE, answer, story_page, write_config
from tests.guests import Time
from tests.site import RawServer
from tests.stories import HOST, capture_for
from tests.test_incremental import Arrival, Chance, take_in

EVERYTHING = (
    'SELECT c.id, c.url, c.source, c.fetched_at, c.payload_sha256, c.warc, c."offset", '
    "c.truncated, c.repeat FROM capture AS c ORDER BY c.id"
)


class Steady(Chance):
    """A site on which most pages say what they said; some captures come late."""

    def arrival(self, number: int, url: str, at: datetime) -> Arrival:
        before = self.said.get(url)
        found = super().arrival(number, url, at)
        assert found.capture is not None
        if self.lot.random() < 0.1:
            at -= timedelta(hours=self.lot.choice([40, 400]))
        capture = replace(
            found.capture,
            source=self.lot.choice(["one"] * 19 + ["two"]),
            fetched_at=at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            warc=f"run-{at:%j}.warc.gz",
            truncated=self.lot.choice([None] * 30 + ["time"]),
            payload_sha256=f"{number:064x}",
            revisit_of=None,
        )
        if before is None or self.lot.random() < 0.2:
            self.said[url] = number
            return Arrival(self.part(url, number), capture)
        self.said[url] = before
        refers = f"<urn:uuid:{before}>"
        return Arrival(None, replace(capture, payload_sha256=f"{before:064x}", revisit_of=refers))

    def part(self, url: str, number: int) -> Part:
        if "tales" in url and self.lot.random() < 0.15:
            return Part(url, "gone", reason="404 Not Found")
        return super().part(url, number)


def everything(store: Store) -> Iterator[tuple[Piece, int | None]]:
    """Yield each capture as a piece, and whether its row says that it is a repeat."""
    outlines = store.outlines(HOST)
    parts: dict[int, tuple[Part, str]] = {}
    for number, url, source, at, payload, warc, offset, truncated, repeat in store.conn.execute(
        EVERYTHING
    ):
        owner = store.conn.execute(
            "SELECT capture FROM part WHERE capture = ?1 UNION ALL SELECT o.id FROM capture AS c "
            "JOIN capture AS o ON o.record_id = c.revisit_of WHERE c.id = ?1 LIMIT 1",
            (number,),
        ).fetchone()
        if owner[0] not in parts:
            row = store.conn.execute(
                "SELECT part_sha256 FROM outline WHERE capture = ?", owner
            ).fetchone()
            whole = store.part(owner[0])
            assert whole is not None
            parts[owner[0]] = whole, row[0]
        part, sha256 = parts[owner[0]]
        capture = Capture(
            url, source, at, 0, "", "", payload, warc, offset, 0, "", truncated=truncated, id=number
        )
        yield Piece(capture, part, sha256=sha256), repeat
    assert list(outlines.telling())


def is_repeat(pieces: list[Piece], place: int) -> bool:
    """Return whether a capture of a page says what those before and after it say."""
    if not 0 < place < len(pieces) - 1:
        return False
    told = [
        (id(each.part), each.capture and each.capture.source, each.capture.payload_sha256)
        for each in pieces[place - 1 : place + 2]
        if each.capture
    ]
    cut = any(each.capture and each.capture.truncated for each in pieces[place - 1 : place + 2])
    return len(set(told)) == 1 and not cut and not pieces[place].part.sections


@pytest.mark.parametrize("seed", range(4))
def test_repeats_are_found_whatever_comes_when(tmp_path: Path, seed: int) -> None:
    """A row says so of each capture between two that say the same, and of no other."""
    lot, met = random.Random(-seed), 0
    with Store.open(tmp_path / "archive.db") as store:
        for each in Steady(seed).arrivals(150):
            take_in(store, each)
            if lot.random() < 0.15:
                assemble_all(store)
        assemble_all(store)
        pages: dict[str, list[tuple[Piece, int | None]]] = defaultdict(list)
        for piece, repeat in everything(store):
            assert piece.capture is not None
            pages[piece.capture.url].append((piece, repeat))
        for found in pages.values():
            found.sort(key=lambda each: each[0].order)
            pieces = [piece for piece, _ in found]
            for place, (_, repeat) in enumerate(found):
                assert repeat == is_repeat(pieces, place)
                met += repeat or 0
    assert met > 10


def doubts(plan: StoryPlan) -> list[tuple[str, str | None]]:
    return [(each.page.doubt, each.page.gone_since) for each in plan.chapters]


@pytest.mark.parametrize("seed", range(4))
def test_plans_of_what_is_no_repeat_are_those_of_everything(tmp_path: Path, seed: int) -> None:
    """Stories, what is missing of them and why are planned of a part of the captures as of all."""
    with Store.open(tmp_path / "archive.db") as store:
        for each in Steady(seed).arrivals(150):
            take_in(store, each)
        store.find_repeats()
        outlines = store.outlines(HOST)
        told = [Piece(capture, part, sha256=digest) for capture, part, digest in outlines.telling()]
        whole = [piece for piece, _ in everything(store)]
        assert len(told) < len(whole) - 10
        found = survey(told, past=_Past(outlines, lambda: None)), survey(whole)
        assert found[0].facts == found[1].facts
        assert any(each.page.absences for plan in found[1].plans for each in plan.chapters)
        one, other = (
            [
                (plan.key, plan.aliases, made_of(plan, planned.facts, ""), doubts(plan))
                for plan in planned.plans
            ]
            for planned in found
        )
        assert one == other


class Wordy(Steady):
    """Stories long enough that a reading may be passed over; most lines are their own pages'."""

    def part(self, url: str, number: int) -> Part:
        found = super().part(url, number)
        if found.outcome != "story":
            return found
        own = self.lot.random() < 0.95
        return replace(
            found,
            prose_words=self.lot.choice([500] * 20 + [12]),
            disclaimers=() if own else found.disclaimers,
            links=() if own else found.links,
            title=f"The tale at {url}" if own else found.title,
            evidence={} if own else found.evidence,
            position=None if own else found.position,
            sections=() if own else found.sections,
            head_sha256=(f"{number:064x}"[::-1],) if own else found.head_sha256,
            tail_sha256=(f"{number + 7000:064x}"[::-1],) if own else found.tail_sha256,
        )


def plans_of(survey_: Survey, whole: Callable[[StoryPlan], StoryPlan]) -> list[tuple]:
    return [
        (
            plan.key,
            plan.aliases,
            made_of(plan, survey_.facts, ""),
            doubts(plan),
            [[piece.order for piece in each.page.stories] for each in whole(plan).chapters],
        )
        for plan in survey_.plans
    ]


@pytest.mark.parametrize(
    "seed",
    [
        *range(6),
        *(68, 152),  # pages that held several chapters once
        *(pytest.param(n, marks=pytest.mark.torture) for n in range(6, 300) if n not in (68, 152)),
    ],
)
def test_plans_without_what_is_passed_over_are_those_of_everything(
    tmp_path: Path, seed: int
) -> None:
    """What old readings said matters to other pages only where these say the same."""
    with Store.open(tmp_path / "archive.db") as store:
        for each in Wordy(seed).arrivals(220):
            take_in(store, each)
        store.find_repeats()
        outlines = store.outlines(HOST)
        told = list(outlines.telling_the_host())
        passed = {row.id: row for each in told for row in each.passed}
        found = survey(map(_piece, told), past=_Past(outlines, lambda: None))
        whole = survey(piece for piece, _ in everything(store))
        assert found.facts == whole.facts

        def piece_of(each: Passed) -> Piece:
            return _piece(outlines.told(passed[each.id]))

        assert plans_of(found, lambda plan: opened(plan, piece_of)) == plans_of(
            whole, lambda plan: plan
        )
        assert passed


# ---- what each run saw


def looks_of(glances: list[Glance]) -> list[tuple[Glance, ...]]:
    """Return the looks as DESIGN says: captures of one file without six hours between two."""
    looks: list[list[Glance]] = []
    for warc in sorted({each.order[1] for each in glances}):
        last = None
        for each in sorted(glances, key=lambda each: each.order):
            if each.order[1] != warc:
                continue
            begun = looks[-1][0].at if last else None
            pause = last is None or each.at - last > timedelta(hours=6)
            if pause or (begun and each.at - begun > timedelta(days=1)):
                looks.append([])
            looks[-1].append(each)
            last = each.at
    return sorted(map(tuple, looks), key=lambda each: each[-1].order)


@pytest.mark.parametrize("seed", range(20))
def test_what_a_run_saw_is_found_from_any_moment(seed: int) -> None:
    """Runs whose files overlap, that pause, and that last for days: all are found, in order."""
    lot = random.Random(seed)
    pieces = []
    for number in range(1, 120):
        at = datetime(2026, 1, 1) + timedelta(hours=lot.choice([2, 5, 9, 300]) * lot.random() * 9)
        capture = capture_for(
            number,
            fetched_at=at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            warc=f"w-{lot.randint(1, 3)}.warc.gz",
        )
        pieces.append(Piece(capture, Part(capture.url, "story")))
    past = Remembered(pieces)
    wanted = looks_of(list(past.since(("", "", 0, ""))))
    for piece in lot.sample(pieces, 20):
        found: list[Look] = list(looks_since(past, piece.order))
        assert [tuple(look.glances) for look in found] == [
            each for each in wanted if each[-1].order >= piece.order
        ]


# ---- the law


def steps_of(monkeypatch: pytest.MonkeyPatch, work) -> int:
    """Return how many steps SQLite takes, in tens, while *work* is done."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connect = sqlite3.connect

    def counting(*names, **options):
        found = connect(*names, **options)
        found.set_progress_handler(count, 10)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", counting)
        work()
    return taken


class Tales:
    """Five stories and their list, each changed when the test says so."""

    def __init__(self) -> None:
        self.revised: set[str] = set()

    def serve(self, request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        if path == "/":
            links = "".join(f'<li><a href="/{n}.html">Tale {n}</a></li>' for n in range(5))
            return answer(f"<h1>Stories</h1><ul>{links}</ul>".encode())
        if path == "/robots.txt":
            return ROBOTS_FREE
        told = PROSE.replace("The keeper", f"The keeper of {path}")
        if path in self.revised:
            told += "<p>It was told again, and otherwise.</p>"
        return answer(story_page(f"Tale {path}", "Ana", told))


def test_a_run_costs_the_same_after_many_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SQLite does in a run grows with what is due and what changed, not with past runs."""
    monkeypatch.setattr(settled, "AT_ONCE", 10)  # WARCs whose sizes a run looks at, of any number
    site, clock = Tales(), Time(now=datetime(2026, 6, 1, 4, tzinfo=UTC).timestamp())
    costs: dict[int, tuple[int, int]] = {}
    with RawServer({"*": site.serve}) as server:
        folder = tmp_path / "grown"
        folder.mkdir()
        config = write_config(
            folder,
            [server.url("/")],
            source='include = ["/"]\nevery = "1d"',
            polite="delay = 0.0\nretries = 0\nrobots = false",
        )
        for day in range(48):
            # After days 0, 1, 3, 7 and 15, each story is asked every eighth day; the list daily.
            if day in (23, 47):
                young = shutil.copytree(folder, tmp_path / f"day-{day}")
                site.revised = {"/3.html"}
                costs[day] = measured(monkeypatch, young, clock)
                site.revised = set()
            assert Archive(load(config), clock=clock.clock()).run().requests
            clock.now += 86400
    assert rows_of(tmp_path / "day-47", "run") > rows_of(tmp_path / "day-23", "run") + 20
    (quiet, active), (quiet_later, active_later) = costs[23], costs[47]
    # In tens; of the table of runs a few rows are looked at, and the young one has fewer.
    assert quiet_later <= quiet + 15
    assert active_later <= active + 15


def measured(monkeypatch: pytest.MonkeyPatch, folder: Path, clock: Time) -> tuple[int, int]:
    """Return the cost of a run in which one story has changed, and of one with nothing to ask."""
    archive = Archive(load(folder / "config.toml"), clock=clock.clock())
    reports = []
    active = steps_of(monkeypatch, lambda: reports.append(archive.run()))
    quiet = steps_of(monkeypatch, lambda: reports.append(archive.run()))
    assert [(each.stories_changed, each.damage) for each in reports] == [(1, []), (0, [])]
    assert (reports[0].requests, reports[1].requests) == (6, 0)
    return quiet, active


def rows_of(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
