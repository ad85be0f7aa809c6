"""Whatever comes when: stories made again only where something changed are those made at once."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep import outline as outlines
from storykeep.assemble import Piece, compose, filled, survey
from storykeep.assemble.compose import edges
from storykeep.decisions import Correction
from storykeep.decisions.journal import to_json
from storykeep.intake import assemble_all, drafting
from storykeep.model import Author, Block, Capture, Disclaimer, Evidence, Link, Note, Part, Section
from storykeep.store import Store, canonical_dump
from tests.stories import HOST, capture_for, prose_of

SITE = f"http://{HOST}"
SLOW = [pytest.param(seed, marks=pytest.mark.torture) for seed in range(8, 60)]
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Arrival:
    """A capture with its part, None for a revisit; or another part for the capture *of* before."""

    part: Part | None
    capture: Capture | None = None
    of: int = 0  # its number


class Chance:
    """A small site that changes by lot."""

    def __init__(self, seed: int) -> None:
        self.lot = random.Random(seed)
        self.footer = "Brought to you by the keepers of the lamp."
        self.said: dict[str, int] = {}  # by address: the capture that a revisit would refer to

    def arrivals(self, count: int) -> list[Arrival]:
        """Return what comes, in order."""
        at, urls = START, [""]
        found: list[Arrival] = []
        for number in range(1, count + 1):
            at += timedelta(hours=self.lot.choice([0, 1, 30]), seconds=1)
            if self.lot.random() < 0.05:
                self.footer = f"A footer of its own, number {number}."
            urls.append(self.lot.choice(ADDRESSES))
            found.append(self.arrival(number, urls[-1], at))
            if self.lot.random() < 0.06:  # it is cleaned again
                of = self.lot.choice(list(self.said.values()))
                found.append(Arrival(self.part(urls[of], number), of=of))
        return found

    def arrival(self, number: int, url: str, at: datetime) -> Arrival:
        refers = self.said.get(url) if self.lot.random() < 0.4 else None
        if refers is None:
            self.said[url] = number
        capture = capture_for(
            number,
            url=url,
            fetched_at=at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            warc=f"run-{at:%j}.warc.gz",
            source=self.lot.choice(["one", "one", "two"]),
            payload_sha256=f"{self.lot.randint(1, 9):064x}",
            revisit_of=f"<urn:uuid:{refers}>" if refers else None,
            truncated=self.lot.choice([None] * 12 + ["time"]),
        )
        return Arrival(None if refers else self.part(url, number), capture)

    def part(self, url: str, number: int) -> Part:
        kind = self.lot.random()
        if "list" in url:
            return self.index(url)
        if kind < 0.06:
            return Part(url, "gone", reason="404 Not Found")
        if kind < 0.1:
            to = self.lot.choice(ADDRESSES)
            return Part(url, "redirect", links=(Link(to, kind="redirect"),))
        if kind < 0.13:
            return Part(url, "frameset", title="Framed", links=(Link(ADDRESSES[0], kind="frame"),))
        if "thread" in url:
            return self.thread(url, number)
        return self.story(url, number)

    def index(self, url: str) -> Part:
        links = tuple(
            Link(each, f"Listed {self.lot.randint(0, 2)}", "story", self.lot.choice([None, "Bo"]))
            for each in ADDRESSES
            if self.lot.random() < 0.7
        )
        if "toc" in url:
            links = tuple(replace(each, kind="chapter") for each in links if "w=1" in each.url)
            return Part(url, "index", work_id="w=1", summary="Of a keeper.", links=links)
        return Part(url, "index", links=links)

    def story(self, url: str, number: int) -> Part:
        told = [
            f"The text of {url}, as told {self.lot.randint(0, 2)} times.",
            "And more of it. " * 9,
        ]
        if self.lot.random() < 0.04:
            told = ["It has moved."]
        body = (*prose_of(*told), Block("break", "* * *"), *prose_of(self.footer))
        title = self.lot.choice(["A Keeper's Tale", "The Lamp", None])
        method = self.lot.choice(["markup", "title_tag"])
        work = "w=1" if "w=1" in url else None
        return self.whole(
            Part(
                url,
                "story",
                work_id=work,
                chapter_id=url.rpartition("=")[2] if work else None,
                title=title,
                chapter_title=f"Part {number % 3}" if work else None,
                authors=self.lot.choice([(Author("Ana"),), (Author("Bo", f"{SITE}/bo"),), ()]),
                disclaimers=self.lot.choice([(), (Disclaimer("Not mine.", None, "header"),)]),
                summary=self.lot.choice([None, "A summary."]),
                notes=(Note(f"Note {number % 2}", "head"),),
                links=self.links(url),
                evidence={"title": (Evidence(title, method, raw=str(number)),)},
                prose=body,
            )
        )

    def links(self, url: str) -> tuple[Link, ...]:
        others = [each for each in ADDRESSES if each != url and each[:-5] == url[:-5]]
        found = [Link(f"{SITE}/elsewhere"), *(Link(each, "", "chapter") for each in others)]
        if self.lot.random() < 0.05:
            found.append(Link(self.lot.choice(ADDRESSES), kind="canonical"))
        return tuple(found)

    def thread(self, url: str, number: int) -> Part:
        count = self.lot.randint(1, 3)
        body = prose_of(*(f"Post {n} of {self.lot.randint(0, 1)}." for n in range(2 * count)))
        sections = tuple(
            Section(f"post-{n}", 2 * n, 2 * n + 2, f"Post {n}", (Note(f"{number % 2}", "head"),))
            for n in range(count)
        )
        return self.whole(
            Part(url, "story", work_id="thread=7", title="A Thread", sections=sections, prose=body)
        )

    @staticmethod
    def whole(part: Part) -> Part:
        head, tail = edges(part.prose)
        words = sum(len(block.text.split()) for block in part.prose if block.kind != "break")
        return replace(part, prose_words=words, head_sha256=head, tail_sha256=tail)


ADDRESSES = [
    *(f"{SITE}/tales/{n}.html" for n in range(1, 6)),
    *(f"{SITE}/hand/part{n}.html" for n in range(1, 4)),
    *(f"{SITE}/read?w=1&c={n}" for n in range(1, 4)),
    f"{SITE}/thread/7",
    f"{SITE}/thread/7?page=2",
    f"{SITE}/list.html",
    f"{SITE}/list-toc.html",
]


def take_in(store: Store, arrival: Arrival) -> None:
    """Save what arrived, as an intake does."""
    number = arrival.of
    if arrival.capture is not None:
        number = store.save_capture(arrival.capture).id or 0
    if arrival.part is not None:
        store.save_part(number, arrival.part)


def decisions(lot: random.Random) -> dict[str, tuple[str, str]]:
    """Return what a user says of some stories."""
    said = to_json({"summary": Correction("By hand.", "2026-02-01T00:00:00Z")})
    keys = [f"{HOST}/w=1", f"{HOST}/thread=7", *ADDRESSES[:3]]
    return dict.fromkeys(lot.sample(keys, lot.randint(0, 2)), (HOST, said))


@pytest.mark.parametrize("seed", [*range(8), *SLOW])
def test_what_comes_bit_by_bit_makes_the_same_as_at_once(tmp_path: Path, seed: int) -> None:
    """Any sequence of arrivals, assembled again and again in between, equals one whole assemble."""
    lot, found = random.Random(-seed), Chance(seed).arrivals(60)
    decided: dict[str, tuple[str, str]] = {}
    with Store.open(tmp_path / "bit.db") as store:
        for each in found:
            take_in(store, each)
            if lot.random() < 0.1:
                decided = decisions(lot)
                store.decide(decided)
            if lot.random() < 0.4:
                assemble_all(store)
        assemble_all(store)
        bit_by_bit = list(canonical_dump(store.conn))
        assert store.count_stories() > 3
    with Store.open(tmp_path / "once.db") as store:
        with store.atomic():
            for each in found:
                take_in(store, each)
            store.decide(decided)
        assemble_all(store)
        assert bit_by_bit == list(canonical_dump(store.conn))
        store.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")


@pytest.mark.parametrize("seed", range(15))
def test_outlines_plan_what_whole_parts_do(seed: int) -> None:
    """Stories planned of outlines and filled with whole parts are those planned of whole parts."""
    parts: dict[int, Part] = {}
    pieces: list[Piece] = []
    for number, each in enumerate((e for e in Chance(seed).arrivals(60) if e.capture), 1):
        assert each.capture is not None
        before = (each.capture.revisit_of or "").strip("<>").rpartition(":")[2]
        parts[number] = each.part or parts[int(before)]
        pieces.append(Piece(replace(each.capture, id=number), parts[number]))
    light = {id(part): outlines.outline(part) for part in parts.values()}
    assert all(outlines.from_json(outlines.to_json(each)) == each for each in light.values())
    whole, planned = survey(pieces), survey(replace(p, part=light[id(p.part)]) for p in pieces)
    assert whole.facts == planned.facts
    assert [plan.key for plan in whole.plans] == [plan.key for plan in planned.plans]
    for one, other in zip(whole.plans, planned.plans, strict=True):
        other = filled(other, lambda capture: parts[capture.id or 0])
        stories = [
            compose(plan, whole.facts, lambda piece: piece.part.prose) for plan in (one, other)
        ]
        assert stories[0] == stories[1]


@pytest.mark.parametrize("seed", range(15))
def test_what_says_the_same_again_and_again_tells_no_more(seed: int) -> None:
    """Of captures in a row that share a part the first and the last tell all."""
    lot = random.Random(seed)
    found: dict[bool, list[Piece]] = {True: [], False: []}
    at = START
    for number in range(1, 90):
        at += timedelta(hours=lot.choice([1, 1, 30]))
        part = Chance(number).part(lot.choice(ADDRESSES[:8]), number)
        last = [each for each in found[True] if each.part.url == part.url][-1:]
        if last and lot.random() < 0.8:
            part = last[0].part
        capture = capture_for(
            number,
            url=part.url,
            id=number,
            fetched_at=at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            warc=f"run-{at:%j}.warc.gz",
            source=lot.choice(["one"] * 5 + ["two"]),
            payload_sha256="same",
        )
        found[True].append(Piece(capture, part))
        found[False].append(Piece(capture, replace(part)))  # equal, and not known to be
    made = []
    for pieces in found.values():
        whole = survey(pieces)
        made.append(
            (whole.facts, [compose(e, whole.facts, lambda p: p.part.prose) for e in whole.plans])
        )
        kept = [
            piece for plan in whole.plans for each in plan.chapters for piece in each.page.pieces
        ]
        assert any(piece.again for piece in kept) == (pieces is found[True])
    assert made[0] == made[1]


def test_a_story_is_made_again_only_where_something_of_it_changed(tmp_path, monkeypatch) -> None:
    """One page of five has changed: one story is made; a new line of the site concerns more."""
    made: list[str] = []
    compose_it = drafting.compose

    def counted(plan, *more):
        made.append(plan.key)
        return compose_it(plan, *more)

    monkeypatch.setattr(drafting, "compose", counted)

    def part(url: str, text: str, footer: str) -> Part:
        body = prose_of(f"The tale at {url}.", f"{url}: {text}", footer)
        author = Author(f"Author of {url}")
        return Chance.whole(Part(url, "story", title=url, authors=(author,), prose=body))

    with Store.open(tmp_path / "archive.db") as store:

        def take(number: int, url: str, text: str, footer: str) -> list[str]:
            take_in(store, Arrival(part(url, text, footer), capture_for(number, url=url)))
            made.clear()
            assemble_all(store)
            return made[:]

        tales = ADDRESSES[:5]
        for number, url in enumerate(tales, 1):
            assert take(number, url, "It rained.", f"Of {number}.") == [url]
        assert take(6, tales[2], "It snowed.", "Of 3.") == [tales[2]]
        assert take(7, tales[2], "It snowed.", "Of 3.") == []  # it was seen again
        (seen,) = store.conn.execute(
            "SELECT v.last_seen FROM version AS v JOIN chapter AS c ON c.id = v.chapter "
            "WHERE c.url = ? AND v.text IS NULL",
            (tales[2],),
        ).fetchone()
        assert seen == capture_for(7).fetched_at
        footers = [
            take(number, url, "It rained.", "All rights reserved.")
            for number, url in enumerate(tales, 8)
        ]
        # On four pages of five it is the site's, and the end of no story any more.
        assert list(map(sorted, footers)) == [*([url] for url in tales[:3]), tales[:4], tales[4:]]
