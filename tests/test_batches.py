"""A large host, planned batch by batch, has the stories that a plan of all its pages makes."""

from __future__ import annotations

import random
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storykeep import urls
from storykeep.intake import assemble_all, assemble_host, census, whole
from storykeep.model import Author, Link, Part, Provenance, Section
from storykeep.store import Store, canonical_dump
from tests.stories import HOST, capture_for, prose_of
from tests.test_incremental import START, Arrival, Chance, decisions, take_in
from tests.test_repeats import Steady, Wordy

SITE = f"http://{HOST}"


class Crowd(Wordy):
    """A large site by lot: works of several pages, lists, moves, copies, and a web archive's."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        lot = self.lot
        self.urls = [
            *(f"{SITE}/{folder}/{n}.html" for folder in "ab" for n in range(8)),
            *(f"{SITE}/hand/{name}{n}.html" for name in ("lamp", "Lamp", "oar") for n in (1, 2, 3)),
            *(f"{SITE}/read?w={w}&c={c}" for w in range(4) for c in (1, 2, 3)),
            *(f"{SITE}/work?w={w}" for w in range(4)),
            *(f"{SITE}/work?w={w}&warning=4" for w in range(2)),
            *(f"{SITE}/thread/{n}" for n in (7, 8)),
            *(f"{SITE}/list-{n}.html" for n in range(3)),
            f"{SITE}/",
        ]
        self.wild = lot.choice([0.02, 0.1, 0.3])

    def arrivals(self, count: int) -> list[Arrival]:
        found = super().arrivals(count)
        names = {"": ""}
        moved = []
        for each in found:
            url = each.capture.url if each.capture else (each.part.url if each.part else "")
            to = names.setdefault(url, self.lot.choice(self.urls))
            moved.append(self.moved(each, to))
        return moved

    def moved(self, arrival: Arrival, url: str) -> Arrival:
        """Return *arrival* at an address of this site's own."""
        capture, lot = arrival.capture, self.lot
        if capture is not None:
            origin = "wayback" if lot.random() < self.wild / 3 else "live"
            capture = replace(capture, url=url, provenance=Provenance(origin))
        part = self.said_at(arrival.part, url) if arrival.part else None
        return Arrival(part, capture, arrival.of)

    def said_at(self, part: Part, url: str) -> Part:
        """Return what a page says there."""
        lot = self.lot
        if "list" in url or url.endswith("/"):
            return self.listing(url)
        if part.outcome == "index" or lot.random() < self.wild / 4:
            return lot.choice([Part(url, "gone", reason="404"), self.led(url), self.listing(url)])
        part = replace(part, url=url)
        if part.outcome != "story":
            return self.led(url) if part.outcome == "redirect" else part
        work = url.partition("w=")[2][:1]
        part = replace(part, work_id=f"w={work}" if work else None, chapter_id=None, position=None)
        if "work?" in url and lot.random() < 0.5:
            return self.contents(url, f"w={work}")
        if "c=" in url:
            part = replace(part, chapter_id=url[-1], position=lot.choice([None, int(url[-1])]))
        if "hand" in url:
            others = [each for each in self.urls if each[:-6] == url[:-6] and each != url]
            links = tuple(Link(each, "", "chapter") for each in others if lot.random() < 0.5)
            part = replace(part, links=links, position=lot.choice([None, int(url[-6])]))
            part = replace(part, title=lot.choice([part.title, "The Lamp", "The Oar"]))
        if "thread" not in url:
            part = replace(part, sections=())
        elif part.sections or lot.random() < 0.7:
            work_id = lot.choice(["thread", None])
            names = [f"post-{n}" for n in range(lot.randint(1, 3))]
            sections = tuple(
                Section(name, n, n + 1, name, position=lot.choice([None, n + 1]))
                for n, name in enumerate(names)
            )
            part = replace(part, work_id=work_id, sections=sections)
        if lot.random() < self.wild / 4:  # what is said at other addresses, too
            part = replace(part, title="Welcome", head_sha256=("a" * 64,), tail_sha256=("b" * 64,))
        if lot.random() < self.wild / 4:
            part = replace(part, links=(Link(lot.choice(self.urls), kind="canonical"),))
        return part

    def led(self, url: str) -> Part:
        return Part(url, "redirect", links=(Link(self.lot.choice(self.urls), kind="redirect"),))

    def listing(self, url: str) -> Part:
        lot = self.lot
        links = tuple(
            Link(each, lot.choice(["", f"Listed {each[-6]}"]), "story", lot.choice([None, "Bo"]))
            for each in self.urls
            if lot.random() < 0.6
        )
        return Part(url, "index", links=links)

    def contents(self, url: str, work: str) -> Part:
        links = tuple(
            Link(each, "", "chapter", None, None)
            for each in self.urls
            if f"{work}&c" in each and self.lot.random() < 0.7
        )
        links += (Link(self.lot.choice(self.urls), "Another", "story"),) * self.lot.choice([0, 1])
        return Part(url, "index", work_id=work, summary="Of a keeper.", links=links)


def batch_by_batch(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(census, "AT_ONCE", size)
    monkeypatch.setattr(whole, "AT_ONCE", 0)


CASES = [
    *((kind, 0) for kind in (Chance, Steady, Wordy)),
    *((Crowd, seed) for seed in range(4)),
    (Crowd, 205),  # a disclaimer that stands on one page, and so on each of its sections
    *(
        pytest.param(Crowd, seed, marks=pytest.mark.torture)
        for seed in range(4, 300)
        if seed != 205
    ),
]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_batches_make_the_stories_that_one_plan_makes(
    tmp_path: Path, kind: type[Chance], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of many runs both databases hold the same, whatever the site did."""
    lot, site = random.Random(-seed), kind(seed)
    with Store.open(tmp_path / "one.db") as one, Store.open(tmp_path / "many.db") as many:
        for each in site.arrivals(140):
            for store in (one, many):
                take_in(store, each)
            if lot.random() < 0.04:
                said, gone = decisions(lot), {f"{HOST}/w=1": (HOST, "2026-02-01T00:00:00Z")}
                for store in (one, many):
                    store.decide(said)
                    store.confirm(gone)
            if lot.random() < 0.04:
                assemble_all(one)
                with monkeypatch.context() as patched:
                    batch_by_batch(patched, lot.choice([1, 1, 3, 20]))
                    assemble_all(many)
                assert list(canonical_dump(one.conn)) == list(canonical_dump(many.conn))


def test_what_was_gone_in_a_run_between_two_others_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three runs that met a page gone, the one that saw life is neither the first nor last."""
    batch_by_batch(monkeypatch, 1)
    tales = [f"{SITE}/tales/{n}.html" for n in range(12)]
    with Store.open(tmp_path / "archive.db") as store:
        number = 0

        def met(day: int, part: Part, of: int = 0) -> None:
            nonlocal number
            number += 1
            at = f"{START + timedelta(days=day, seconds=number):%Y-%m-%dT%H:%M:%S.000000Z}"
            payload, refers = f"{of or number:064x}", f"<urn:uuid:{of}>" if of else None
            capture = capture_for(number, url=part.url, fetched_at=at, warc=f"run-{day}.warc.gz")
            capture = replace(capture, payload_sha256=payload, revisit_of=refers)
            take_in(store, Arrival(None if of else part, capture))

        for url in tales:
            met(1, Chance.whole(Part(url, "story", title=url, prose=prose_of(url, "It rained."))))
        gone, down = Part(tales[0], "gone", reason="404"), Part(f"{SITE}/", "error", reason="500")
        met(2, down)
        met(2, gone)
        met(3, gone, of=number)
        met(3, Chance.whole(Part(tales[1], "story", title=tales[1], prose=prose_of("It snowed."))))
        met(4, down)
        met(4, gone, of=14)
        assemble_all(store)
        assert store.conn.execute("SELECT count(*) FROM capture WHERE repeat").fetchone() == (1,)
        found = store.conn.execute("SELECT url, gone_since FROM story WHERE gone_since IS NOT NULL")
        assert [(url, at[:10]) for url, at in found] == [(tales[0], "2026-01-03")]


# ---- the law

PAGES = 720


def large_site(store: Store, pages: int, per_story: int) -> None:
    """Store a site of so many small pages, each its story's own or a chapter, all with a footer."""
    with store.atomic():
        for number in range(1, pages + 1):
            story, chapter = divmod(number - 1, per_story)
            address = f"{SITE}/tales/{story}" if per_story == 1 else f"{SITE}/w={story}/{chapter}"
            own = [f"{word} of {number} in the {story}th tale" for word in ("Dawn", "Noon", "Dusk")]
            links = tuple(Link(f"{SITE}/w={story}/{n}", "", "chapter") for n in range(per_story))
            part = Part(
                address,
                "story",
                work_id=f"w={story}" if per_story > 1 else None,
                chapter_id=str(chapter) if per_story > 1 else None,
                title=f"The {story}th tale",
                authors=(Author(f"Author {story % 50}"),),
                links=links if per_story > 1 else (),
                prose=prose_of(*own, "And more. " * 80, *own, "Brought to you by the keepers."),
            )
            at = START + timedelta(minutes=number)
            capture = capture_for(number, url=address, fetched_at=f"{at:%Y-%m-%dT%H:%M:%SZ}")
            take_in(store, Arrival(Chance.whole(part), capture))


def peak_of_planning(path: Path, pages: int, per_story: int) -> int:
    """Return the most bytes that Python holds while a host is planned whose stories are stored."""
    with Store.open(path) as store:
        large_site(store, pages, per_story)
        assemble_all(store)
        assert store.count_stories() == pages // per_story
        with store.atomic():
            store.conn.execute("UPDATE host SET calm_since = NULL")
        tracemalloc.start()
        try:
            saved = assemble_host(store, HOST)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert (saved.unchanged, saved.new, saved.changed) == (pages // per_story, 0, 0)
    return most


@pytest.mark.parametrize("per_story", [1, 3])
def test_planning_a_host_holds_little_of_each_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, per_story: int
) -> None:
    """Whatever the size of a host: of a page more than that, a few hundred bytes are held."""
    # How many addresses are remembered has a bound of its own; here all of them are, before.
    for name, reads in (("_known_key", urls._key), ("_remembered", urls._joined)):
        monkeypatch.setattr(urls, name, cache(reads))
    monkeypatch.setattr(urls, "_split", cache(urlsplit))
    few, many = (
        peak_of_planning(tmp_path / f"{pages}.db", pages, per_story) for pages in (PAGES, 4 * PAGES)
    )
    assert (many - few) / (3 * PAGES) < 600
