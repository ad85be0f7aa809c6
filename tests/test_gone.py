"""Too many stories missing at once: nothing is marked, the user is asked, and the word of a user holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.assemble import Piece, limit
from storykeep.config import load
from storykeep.model import Link, Outcome, Part
from tests.archives import command, dump, rows, write_config
from tests.guests import Time
from tests.site import RawServer
from tests.site.epochs import Epochs
from tests.test_assemble import HOST, assembled, capture, story_part
from tests.test_epochs import rebuilt


@dataclass
class Shelf:
    """An archive of twelve stories, run by a clock."""

    archive: Archive
    site: Epochs
    time: Time

    @property
    def folder(self) -> Path:
        return self.archive.config.folder

    def run(self) -> None:
        self.time.now += 7 * 86400
        self.report = self.archive.run()

    def gone(self) -> int:
        ((count,),) = rows(self.archive, "SELECT count(gone_since) FROM story")
        return count

    def is_rebuilt_the_same(self) -> bool:
        return dump(rebuilt(self.archive)) == dump(self.archive)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    site, time = Epochs(), Time()
    site.tales = [site.tale("hand", n) for n in range(1, 13)]
    with RawServer({"*": site.serve}) as server:
        config = write_config(tmp_path, [server.url("/")], source='every = "6h"')
        archive = Archive(load(config), clock=time.clock())
        archive.run()
        for tale in site.tales[:8]:
            site.vanish(tale, "404")
        shelf = Shelf(archive, site, time)
        shelf.run()
        yield shelf


def test_the_brake_asks_and_the_answer_holds(shelf: Shelf) -> None:
    """Told by report, status and gone; confirmed, it is true, in a rebuild as well; undone, not."""
    (host, count, why) = shelf.report.undecided[0]
    assert (shelf.gone(), count) == (0, 6)  # the run stopped asking at the sixth
    assert why.startswith("6 of the 12 stories")
    assert shelf.report.resting
    told = command("status", folder=shelf.folder).stdout
    assert f"storykeep gone --confirm {host}" in told
    (asked,) = json.loads(command("status", "--json", folder=shelf.folder).stdout)["undecided"]
    assert (asked["site"], asked["stories"]) == (host, 6)
    assert shelf.is_rebuilt_the_same()

    listed = command("gone", "--waiting", folder=shelf.folder)
    assert listed.stdout.count("missing, waits for your decision") == 6
    assert f"storykeep gone --confirm {host}" in listed.stderr
    one = json.loads(command("gone", "--json", folder=shelf.folder).stdout.splitlines()[0])
    assert (one["state"], len(one["captures"])) == ("waiting", 1)

    assert command("gone", "--confirm", one["id"], folder=shelf.folder).returncode == 0
    assert shelf.gone() == 1
    done = command("gone", "--confirm", host, folder=shelf.folder)
    assert "5 stories marked as gone" in done.stderr
    assert shelf.gone() == 6
    assert shelf.is_rebuilt_the_same()
    assert "nothing of that waits" in command("gone", "--confirm", host, folder=shelf.folder).stderr

    shelf.run()
    assert (shelf.gone(), shelf.report.undecided) == (8, [])
    shelf.site.come_back(shelf.site.tales[0])
    shelf.run()
    assert shelf.gone() == 7

    command("gone", "--undo", host, folder=shelf.folder)
    assert shelf.gone() == 0
    assert shelf.is_rebuilt_the_same()


def test_those_that_stay_away_are_gone_when_the_others_are_back(shelf: Shelf) -> None:
    """Since the day on which they were missing first."""
    for tale in shelf.site.tales[2:]:
        shelf.site.come_back(tale)
    shelf.run()
    since = rows(
        shelf.archive, "SELECT DISTINCT gone_since FROM story WHERE gone_since IS NOT NULL"
    )
    missed = rows(shelf.archive, "SELECT min(fetched_at) FROM capture WHERE outcome = 'gone'")
    assert (shelf.gone(), shelf.report.undecided, since) == (2, [], missed)


def test_a_name_that_means_nothing_is_told(shelf: Shelf) -> None:
    """And nothing is written."""
    for words in (("gone", "nowhere.example"), ("gone", "--confirm", "nowhere.example")):
        done = command(*words, folder=shelf.folder)
        assert done.returncode == 2
        assert "neither a site nor a story" in done.stderr
    assert command("gone", "--confirm", folder=shelf.folder).returncode == 2
    assert not (shelf.folder / "decisions.jsonl").exists()


# ---------------------------------------------------------------- by parts alone


@pytest.mark.parametrize(
    ("stories", "most"), [(1, 1), (2, 1), (4, 2), (10, 5), (49, 5), (50, 5), (60, 6), (2000, 200)]
)
def test_how_many_may_vanish_at_once(stories: int, most: int) -> None:
    """A tenth; of few stories five, and never more than half of them."""
    assert limit(stories) == most


def at(url: str, run: int, number: int = 0) -> object:
    return capture(
        url, number, fetched_at=f"2026-{run:02d}-01T12:00:{number:02d}.000000Z",
        warc=f"r{run:02d}.warc.gz", payload_sha256=f"{run} {number} {url}",
    )  # fmt: skip


def shelf_pieces(*later: Part | None) -> list[Piece]:
    """Return ten stories and a list, and what the first story answered in each later run."""
    links = tuple(Link(f"{HOST}/{n}.html", f"Tale {n}", "story") for n in range(10))
    home = Part(f"{HOST}/", "index", links=links)
    found = [Piece(at(f"{HOST}/", 1), home)]
    for n in range(10):
        part = story_part(f"/{n}.html", title=f"Tale {n}", prose_words=500)
        found.append(Piece(at(part.url, 1, n + 1), part))
    for run, part in enumerate(later, 2):
        found.append(Piece(at(f"{HOST}/", run), home))
        if part is not None:
            found.append(Piece(at(part.url, run, 1), part))
    return found


def only_gone(*later: Part | None) -> bool:
    """Return whether the first story is gone after what its page answered, and no other is."""
    stories = {story.title: story for story in assembled(shelf_pieces(*later))}
    assert all(story.gone_since is None for title, story in stories.items() if title != "Tale 0")
    return stories["Tale 0"].gone_since is not None


ZERO = f"{HOST}/0.html"
AWAY = Part(ZERO, "gone", reason="status 404")
SHORT = story_part("/0.html", "Moved to another archive.", title="Tale 0", prose_words=4)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param([AWAY], True, id="404"),
        pytest.param([Part(ZERO, "soft_404")], True, id="soft 404"),
        pytest.param([Part(ZERO, "login")], True, id="login"),
        pytest.param([Part(ZERO, "gate")], True, id="gate"),
        pytest.param([Part(ZERO, "not_story")], True, id="something else"),
        pytest.param([Part(ZERO, "error", reason="the body is empty")], True, id="emptied"),
        pytest.param([SHORT], True, id="a word is left"),
        pytest.param([Part(ZERO, "redirect", links=(Link(f"{HOST}/", kind="redirect"),))], True, id="home"),
        pytest.param([Part(ZERO, "redirect", links=(Link(f"{HOST}/1.html", kind="redirect"),))], False, id="to a story"),
        pytest.param([Part(ZERO, "redirect", links=(Link("http://new.example/0.html", kind="redirect"),))], False, id="moved"),
        pytest.param([Part(ZERO, "error", reason="status 503")], False, id="down"),
        pytest.param([Part(ZERO, "challenge")], False, id="challenge"),
        pytest.param([None], False, id="not asked"),
        pytest.param([AWAY, Part(ZERO, "error", reason="status 503")], True, id="404, then down"),
        pytest.param([Part(ZERO, "error", reason="status 503"), AWAY], True, id="down, then 404"),
        pytest.param([AWAY, story_part("/0.html", title="Tale 0", prose_words=500)], False, id="back"),
    ],
)  # fmt: skip
def test_what_shows_that_a_story_is_gone(later: list[Part | None], expected: bool) -> None:
    """Each answer by itself, on a site that is alive."""
    assert only_gone(*later) == expected


@pytest.mark.parametrize("outcome", ["gone", "soft_404", "not_story", "login"])
def test_two_stories_of_a_site_without_a_sign_of_life_are_not_gone(outcome: Outcome) -> None:
    """Nor is one, where the list is not there either."""
    pieces = shelf_pieces()
    pieces.append(Piece(at(f"{HOST}/", 2), Part(f"{HOST}/", outcome)))
    pieces.append(Piece(at(ZERO, 2, 1), Part(ZERO, outcome)))
    assert [story.gone_since for story in assembled(pieces)] == [None] * 10


def test_one_text_for_many_addresses_is_no_version_of_any_story() -> None:
    """A parked domain whose page reads like a story."""
    pieces = shelf_pieces()
    for n in range(10):
        part = story_part(f"/{n}.html", "This domain is for sale, and so on.", title="For sale")
        pieces.append(Piece(at(part.url, 2, n), part))
    stories = assembled(pieces)
    assert {story.title for story in stories} == {f"Tale {n}" for n in range(10)}
    assert all(not chapter.superseded for story in stories for chapter in story.chapters)
    assert all(story.gone_since is None for story in stories)


def test_a_chapter_that_its_story_no_longer_lists_is_gone_once_it_answers_nothing() -> None:
    """An error alone, or the list alone, shows nothing."""
    address = f"{HOST}/view.php?sid=4"

    def contents(run: int, *numbers: int) -> Piece:
        links = tuple(Link(f"{address}&chapter={n}", kind="chapter", position=n) for n in numbers)
        return Piece(at(address, run), Part(address, "index", work_id="sid=4", links=links))

    def chapter(run: int, n: int, **changes: object) -> Piece:
        path = f"/view.php?sid=4&chapter={n}"
        part = story_part(path, f"Text {n}.", title="Long", work_id="sid=4", position=n)
        return Piece(at(part.url, run, n), part)

    def failed(run: int, n: int) -> Piece:
        url = f"{address}&chapter={n}"
        return Piece(at(url, run, n), Part(url, "error", reason="status 500"))

    first = [contents(1, 1, 2, 3), *(chapter(1, n) for n in (1, 2, 3))]
    for more, expected in (
        ([contents(2, 1, 3)], [False] * 3),
        ([contents(2, 1, 2, 3), failed(2, 2)], [False] * 3),
        ([contents(2, 1, 3), failed(2, 2)], [False, True, False]),
    ):
        (story,) = assembled([*first, *more])
        assert [each.gone_since is not None for each in story.chapters] == expected
        assert [each.prose[0].text for each in story.chapters] == ["Text 1.", "Text 2.", "Text 3."]


def test_a_chapter_that_was_taken_away_stays_where_the_others_moved_up() -> None:
    """The third is the second now, and both are kept."""

    def chapter(run: int, name: str, position: int) -> Piece:
        part = story_part(f"/c/{name}.html", f"Text {name}.", title="Long", position=position)
        return Piece(at(part.url, run, position), part)

    gone = Part(f"{HOST}/c/tide2.html", "gone")
    pieces = [
        *(chapter(1, f"tide{n}", n) for n in (1, 2, 3)),
        chapter(2, "tide1", 1),
        Piece(at(gone.url, 2, 9), gone),
        chapter(2, "tide3", 2),
    ]
    (story,) = assembled(pieces)
    assert [each.prose[0].text for each in story.chapters] == [
        "Text tide1.", "Text tide2.", "Text tide3.",
    ]  # fmt: skip
    assert [each.gone_since is not None for each in story.chapters] == [False, True, False]
