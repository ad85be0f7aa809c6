"""A page that tells nothing new is asked for less and less often; lists are asked every time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.intake.sameness import says_the_same
from storykeep.model import Author, Block, Link, Note, Part
from storykeep.store import Store
from tests.archives import PROSE, ROBOTS_FREE, answer, dump, rows, story_page, write_config
from tests.guests import Time, asked
from tests.site import RawServer
from tests.test_epochs import rebuilt

START = datetime(2027, 1, 1, 3, 0, tzinfo=UTC).timestamp()
DAY = timedelta(days=1).total_seconds()


@dataclass
class Site:
    """A list of two stories whose texts, counters and status can be changed."""

    text: str = PROSE
    visits: int = 0
    dead: bool = False
    time: Time = field(default_factory=lambda: Time(now=START))

    def serve(self, request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        self.visits += 1
        if path == "/":
            links = (
                '<li><a href="/1.html">One</a> by Ana</li><li><a href="/2.html">Two</a> by Bo</li>'
            )
            return answer(f"<h1>Stories</h1><ul>{links}</ul><p>{self.visits} visits</p>".encode())
        if self.dead:
            return answer(f"no such page, visitor {self.visits}".encode(), status="404 Not Found")
        counter = f"<hr><p>You are visitor number {self.visits} of this archive.</p>"
        return answer(story_page("Tale", "Ana", self.text if path == "/1.html" else PROSE, counter))


def run_daily(archive: Archive, site: Site, server: RawServer, days: int) -> list[int]:
    """Run once a day; return on which days /1.html was asked for."""
    found = []
    for day in range(days):
        before = len(server.requests)
        archive.run()
        if "/1.html" in [request.path for request in server.requests[before:]]:
            found.append(day)
        site.time.now += DAY
    return found


def make(tmp_path: Path, server: RawServer, site: Site, every: str = "1d") -> Archive:
    path = write_config(tmp_path, [server.url("/")], source=f'every = "{every}"')
    return Archive(load(path), clock=site.time.clock())


def test_an_unchanged_story_is_asked_for_after_1_2_4_and_8_intervals(tmp_path: Path) -> None:
    """A counter on the page is no change; the list is asked for every day; rebuild says the same."""
    site = Site()
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": site.serve}) as server:
        archive = make(tmp_path, server, site)
        assert run_daily(archive, site, server, 24) == [0, 1, 3, 7, 15, 23]
        assert asked(server).count("/") == 24
    assert rows(archive, "SELECT unchanged FROM page WHERE url LIKE '%/1.html'") == [(3,)]
    assert dump(rebuilt(archive)) == dump(archive)


def test_a_change_begins_again_with_the_shortest_interval(tmp_path: Path) -> None:
    """From the day on which the change is seen."""
    site = Site()
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": site.serve}) as server:
        archive = make(tmp_path, server, site)
        assert run_daily(archive, site, server, 10) == [0, 1, 3, 7]
        site.text = PROSE + "<p>And then the lamp went out, and nobody lit it again.</p>"
        assert run_daily(archive, site, server, 13) == [5, 6, 8, 12]
    assert dump(rebuilt(archive)) == dump(archive)


def test_a_page_that_vanishes_and_stays_away_is_asked_less(tmp_path: Path) -> None:
    """To vanish is a change; every further 404 is none, whatever its words are."""
    site = Site()
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": site.serve}) as server:
        archive = make(tmp_path, server, site)
        run_daily(archive, site, server, 1)
        site.dead = True
        assert run_daily(archive, site, server, 8) == [0, 1, 3, 7]
        site.dead = False
        assert run_daily(archive, site, server, 9) == [7, 8]
    assert dump(rebuilt(archive)) == dump(archive)


def test_cleaning_again_works_the_intervals_out_again(tmp_path: Path) -> None:
    """What another engine or profile takes for a change or for none moves the next date, as a
    rebuild would."""
    site = Site()
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": site.serve}) as server:
        archive = make(tmp_path, server, site)
        run_daily(archive, site, server, 4)
        was = dump(archive)
        with Store.open(archive.config.archive.database) as store:
            number = store.conn.execute(
                "SELECT last_capture FROM page WHERE url LIKE '%/1.html'"
            ).fetchone()[0]
            part = store.part(number)
            assert part is not None
            store.save_part(number, replace(part, title="Something else"))
            store.finish()
        assert len(list(archive.derive())) == 1
        assert dump(archive) == was
    assert dump(rebuilt(archive)) == was


def test_what_leads_to_other_pages_is_asked_first(tmp_path: Path) -> None:
    """Start pages, then feeds and lists, then what has been due for longest."""
    with Store.open(tmp_path / "archive.db") as store:
        from storykeep.model import Capture, FrontierPage

        for n, (outcome, due) in enumerate(
            [
                ("story", "2027-01-03"),
                ("story", "2027-01-01"),
                ("index", "2027-01-04"),
                ("feed", "2027-01-05"),
            ]
        ):
            url = f"http://h.example/{n}"
            capture = store.save_capture(
                Capture(
                    url,
                    "s",
                    f"{due}T00:00:00Z",
                    200,
                    "",
                    "",
                    "",
                    "w",
                    n,
                    1,
                    f"<{n}>",
                    outcome=outcome,
                )
            )
            page = FrontierPage(
                f"example,h)/{n}", url, "s", state="done", next_due=due, depth=9 - n
            )
            store.put_page(replace(page, last_capture=capture.id))
        store.add_page(
            FrontierPage(
                "example,h)/s", "http://h.example/s", "s", kind="start", next_due="2027-01-09"
            )
        )
        order = [page.url[-1] for page in store.due_pages("2028-01-01T00:00:00Z")]
    assert order == ["s", "2", "3", "1", "0"]


# ---------------------------------------------------------------- what is the same

STORY = Part(
    "http://h.example/1",
    "story",
    title="Tale",
    authors=(Author("Ana"),),
    prose=(Block("paragraph", "Once."),),
    notes=(Note("For Bo.", "head"),),
    links=(Link("http://h.example/2", "next", "chapter"),),
)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"chrome": ("You are visitor 7",)}, True, id="chrome"),
        pytest.param({"fields": {"Read": "512"}}, True, id="a counter"),
        pytest.param({"words_stated": 12}, True, id="a count"),
        pytest.param({"links": (*STORY.links, Link("http://ads.example/"))}, True, id="an ad"),
        pytest.param({"warnings": ("odd",)}, True, id="a warning"),
        pytest.param({"prose": (Block("paragraph", "Twice."),)}, False, id="the text"),
        pytest.param({"title": "Tales"}, False, id="the title"),
        pytest.param({"authors": (Author("Bo"),)}, False, id="the author"),
        pytest.param({"notes": ()}, False, id="a note"),
        pytest.param({"links": ()}, False, id="a chapter less"),
        pytest.param({"outcome": "gone"}, False, id="it is gone"),
    ],
)
def test_what_of_a_story_counts(change: dict[str, object], same: bool) -> None:
    """What the author wrote, and where the next chapter is."""
    assert says_the_same(STORY, replace(STORY, **change)) is same


@pytest.mark.parametrize(
    ("outcome", "same"),
    [("gone", True), ("login", True), ("asset", False), ("index", False), ("too_large", False)],
)
def test_other_pages_of_different_bytes(outcome: str, same: bool) -> None:
    """A refusal says the same in any words; of what is not read, the bytes are all we know."""
    one = Part("http://h.example/1", outcome, chrome=("one",))
    assert says_the_same(one, replace(one, chrome=("two",))) is same
