"""Stories made again of their own pages are those that a plan of the whole host makes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep.intake import assemble_all, stories
from storykeep.model import Author, Capture, Disclaimer, Evidence, Link, Part
from storykeep.store import Saved, Store, canonical_dump, preparing, steps
from tests.stories import HOST, capture_for, prose_of
from tests.test_incremental import Arrival, Chance, decisions, take_in

SITE = f"http://{HOST}"
TALES = [f"{SITE}/tales/{n}.html" for n in range(1, 8)]
CHAPTERS = [f"{SITE}/read?w=1&c={n}" for n in range(1, 4)]
PARTS = [f"{SITE}/hand/part{n}.html" for n in range(1, 4)]
LISTS = [f"{SITE}/list.html", f"{SITE}/toc.html"]
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Page:
    """What a page says now, and the number of the capture that first showed it."""

    part: Part
    number: int = 0


class Site:
    """A site that mostly says what it said, or tells one story in other words."""

    def __init__(self, seed: int) -> None:
        self.lot = random.Random(seed)
        self.wild = self.lot.choice([0.0, 0.01, 0.04])  # how likely it is that more changes
        self.pages = {url: Page(self.first(url)) for url in self.begun()}
        self.number = 0

    def begun(self) -> list[str]:
        return [*TALES[:5], *CHAPTERS[:2], *PARTS, *LISTS]

    def first(self, url: str) -> Part:
        if url in LISTS:
            return self.listing(url)
        author = Author(f"Author {sum(map(ord, url)) % 3}")
        work = "w=1" if "w=1" in url else None
        title = "By hand" if "hand" in url else f"Tale {url[-7:]}"
        links = tuple(Link(each, "", "chapter") for each in PARTS if "hand" in url and each != url)
        place = int(url[-6]) if "hand" in url else None
        part = Part(
            url,
            "story",
            work_id=work,
            chapter_id=url.rpartition("=")[2] if work else None,
            title=title,
            position=place,
            authors=(author,),
            links=links,
            evidence={"title": (Evidence(title, "markup"),)},
            disclaimers=(Disclaimer("None of it is mine.", None, "header"),) if work else (),
        )
        return self.worded(part, "Of the first day.")

    def worded(self, part: Part, said: str, footer: str = "") -> Part:
        """Return *part* with other words, as many as make it a whole text."""
        own = f"The tale at {part.url}: {said}"
        body = prose_of(own, "And more of it. " * 30, footer or f"So it ends, {part.url}. {said}")
        return Chance.whole(replace(part, prose=body, head_sha256=(), tail_sha256=()))

    def listing(self, url: str) -> Part:
        if "toc" in url:
            links = tuple(Link(each, "", "chapter") for each in CHAPTERS if self.lot.random() < 0.9)
            return Part(url, "index", work_id="w=1", summary="Of a keeper.", links=links)
        links = tuple(
            Link(each, f"Listed {each[-6]}", "story", "Author 1")
            for each in TALES
            if self.lot.random() < 0.8
        )
        return Part(url, "index", links=links)

    def change(self) -> None:
        """Let something of the site change."""
        lot = self.lot
        url = lot.choice(list(self.pages))
        page = self.pages[url]
        if page.part.outcome != "story" or lot.random() < self.wild:
            self.pages[url] = Page(self.oddity(url, page.part))
        else:
            self.pages[url] = Page(self.worded(page.part, f"Told anew, {lot.randint(0, 99)}."))

    def oddity(self, url: str, part: Part) -> Part:
        """Return what other pages may be concerned by."""
        lot = self.lot
        if lot.random() < 0.3:
            more = [each for each in (*TALES, *CHAPTERS) if each not in self.pages]
            if more:
                self.pages[more[0]] = Page(self.first(more[0]))
        if url in LISTS:
            return self.listing(url)
        whole = part if part.outcome == "story" else self.first(url)
        kind = lot.randrange(9)
        if kind == 0:
            return Part(url, "gone", reason="404 Not Found")
        if kind == 1:
            return Part(url, "redirect", links=(Link(lot.choice(TALES), kind="redirect"),))
        if kind == 2:
            return Part(url, "error", reason="500")
        if kind == 3:
            return self.worded(replace(whole, title="Another title"), "Under another name.")
        if kind == 4:
            return self.worded(replace(whole, authors=(Author("Bo"),)), "By another hand.")
        if kind == 5:
            return self.worded(whole, "It ends as others do.", "All rights reserved.")
        if kind == 6:
            return replace(whole, prose_words=12)
        if kind == 7:
            mine = Disclaimer(lot.choice(["Not mine.", f"Not mine at {url}."]), None, "header")
            return replace(whole, disclaimers=(mine,))
        return self.first(url)

    def run(self, day: int) -> Iterator[Arrival]:
        """Yield what a run brings of the pages that are due."""
        lot = self.lot
        at = START + timedelta(days=2 * day)
        warc = f"run-{day:03}.warc.gz"
        some = lot.sample(sorted(self.pages), lot.randint(1, len(self.pages)))
        for url in some if day else self.pages:
            at += timedelta(seconds=lot.choice([1, 1, 1, 3600]))
            self.number += 1
            yield self.arrival(url, at, warc)
        if lot.random() < self.wild:  # what is older, or is cleaned again
            late = at - timedelta(days=lot.choice([1, 9, 99]))
            self.number += 1
            yield self.arrival(lot.choice(some), late, warc)
        if lot.random() < self.wild:
            url = lot.choice(some)
            page = self.pages[url]
            if page.part.outcome == "story":
                page.part = self.worded(page.part, f"Cleaned again, {self.number}.")
            yield Arrival(page.part, of=page.number)

    def arrival(self, url: str, at: datetime, warc: str) -> Arrival:
        page, lot = self.pages[url], self.lot
        capture: Capture = capture_for(
            self.number,
            url=url,
            fetched_at=at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            warc=warc,
            source="two" if lot.random() < self.wild else "one",
            truncated="time" if lot.random() < self.wild / 2 else None,
        )
        if page.number:
            payload = f"{page.number:064x}"
            refers = f"<urn:uuid:{page.number}>"
            return Arrival(None, replace(capture, payload_sha256=payload, revisit_of=refers))
        page.number = self.number
        return Arrival(page.part, replace(capture, payload_sha256=f"{self.number:064x}"))


def forget_calm(store: Store) -> None:
    """Let the whole host be planned the next time."""
    with store.atomic():
        store.conn.execute("UPDATE host SET calm_since = NULL")


SEEDS = [*range(6), *(pytest.param(n, marks=pytest.mark.torture) for n in range(6, 400))]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_story_made_of_its_own_pages_is_the_one_that_a_whole_plan_makes(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of many runs both databases hold the same, whatever the site did."""
    planned = count_surveys(monkeypatch)
    site, lot, runs, alone_runs = Site(seed), random.Random(-seed), 25, 0
    with Store.open(tmp_path / "alone.db") as alone, Store.open(tmp_path / "whole.db") as whole:
        for day in range(runs):
            for each in site.run(day):
                take_in(alone, each)
                take_in(whole, each)
            if lot.random() < site.wild:
                said = decisions(lot)
                alone.decide(said)
                whole.decide(said)
            forget_calm(whole)
            assemble_all(whole)
            before = len(planned)
            assemble_all(alone)
            alone_runs += len(planned) == before
            assert list(canonical_dump(alone.conn)) == list(canonical_dump(whole.conn))
            for _ in range(lot.choice([0, 0, 1, 2])):
                site.change()
        alone.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
    assert site.wild or alone_runs > runs / 2


class StopError(Exception):
    """Something ends a run."""


def stop_after(store: Store, ticks: int) -> None:
    """Assemble the host, and be stopped after so many moments; what was stored by then stays."""
    left = ticks

    def tick() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise StopError

    store.find_repeats()
    with suppress(StopError), store.in_steps():
        stories.assemble_host(store, HOST, tick=tick)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_stop_leaves_is_made_whole_by_the_next_run(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped anywhere, with each story in a transaction of its own, nothing is left undone."""
    monkeypatch.setattr(steps, "_FULL", 1)
    monkeypatch.setattr(preparing, "_AT_ONCE", 1)
    site, lot = Site(seed), random.Random(-seed)
    with Store.open(tmp_path / "alone.db") as alone, Store.open(tmp_path / "whole.db") as whole:
        for day in range(20):
            for each in site.run(day):
                take_in(alone, each)
                take_in(whole, each)
            for _ in range(lot.choice([0, 1, 1, 2])):
                stop_after(alone, lot.randrange(60))
            if lot.random() < 0.8:  # else the next run brings more before all is done
                assemble_all(alone)
                forget_calm(whole)
                assemble_all(whole)
                assert list(canonical_dump(alone.conn)) == list(canonical_dump(whole.conn))
            for _ in range(lot.choice([0, 1, 2, 4])):
                site.change()


def count_surveys(monkeypatch: pytest.MonkeyPatch) -> list[Saved]:
    """Return a list that has one more for each whole host that is planned from now on."""
    made: list[Saved] = []
    assemble_whole = stories.assemble_whole

    def counted(*given):
        made.append(assemble_whole(*given))
        return made[-1]

    monkeypatch.setattr(stories, "assemble_whole", counted)
    return made


def test_while_something_is_missing_other_stories_are_made_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was met missing in a run without a sign of life waits for one that shows it."""
    planned = count_surveys(monkeypatch)
    site = Site(0)
    gone, other, third = TALES[:3]
    with Store.open(tmp_path / "alone.db") as alone, Store.open(tmp_path / "whole.db") as whole:

        def run(day: int, *urls: str) -> int:
            """Let a run bring the robots.txt and these pages; return how often all was planned."""
            at, warc = START + timedelta(days=day), f"run-{day:03}.warc.gz"
            site.wild = 0.0
            site.number += 1
            when = at.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            rules = capture_for(
                site.number, url=f"{SITE}/robots.txt", fetched_at=when, warc=warc, source="one"
            )
            arrivals = [Arrival(Part(rules.url, "robots"), rules)]
            for place, url in enumerate(urls, 1):
                site.number += 1
                arrivals.append(site.arrival(url, at + timedelta(seconds=place), warc))
            for each in arrivals:
                take_in(alone, each)
                take_in(whole, each)
            forget_calm(whole)
            assemble_all(whole)
            before = len(planned)
            assemble_all(alone)
            assert list(canonical_dump(alone.conn)) == list(canonical_dump(whole.conn))
            return len(planned) - before

        def missing() -> list[str]:
            rows = alone.conn.execute("SELECT kind FROM event WHERE kind IN ('missing', 'gone')")
            return [kind for (kind,) in rows]

        assert run(0, *site.pages) == 1
        assert run(2, other, third) == 0
        site.pages[gone] = Page(Part(gone, "gone", reason="404 Not Found"))
        assert run(4, gone) == 1
        assert missing() == ["missing"]  # nothing of the site was there
        site.pages[other] = Page(site.worded(site.pages[other].part, "Told anew."))
        assert run(6, other, third) == 0
        assert run(8, third, *LISTS) == 0
        assert run(10, *LISTS) == 1  # who knows whether a list is a sign of life?
        assert missing() == ["missing"]
        assert run(12, gone, third) == 1
        assert missing() == ["gone"]
        assert run(14, gone, other) == 0
