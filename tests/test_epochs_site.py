"""A site whose stories change, vanish and come back, archived epoch after epoch by real runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from storykeep import reader
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.export import render
from storykeep.model import Report
from tests.archives import answer, command, dump, rows, write_config
from tests.guests import Time
from tests.site import RawServer
from tests.site.epochs import PARKED, VANISHED, Epochs, paragraphs
from tests.test_epochs import rebuilt

WEEK = 7 * 86400


@dataclass
class Years:
    """An archive of the site, and the clock by which it is run."""

    archive: Archive
    site: Epochs
    time: Time
    server: RawServer

    def run(self) -> Report:
        """Archive what is due, a week after the last time, on another day of the site."""
        self.time.now += WEEK
        self.site.day += 7
        return self.archive.run()

    def events(self, *kinds: str) -> list[tuple]:
        """Return (kind, title, chapter, before, after) of the events of these kinds."""
        wanted = ", ".join(f"'{kind}'" for kind in kinds)
        return rows(
            self.archive,
            "SELECT e.kind, s.title, e.chapter, e.before, e.after FROM event AS e "
            f"JOIN story AS s ON s.id = e.story WHERE e.kind IN ({wanted}) ORDER BY e.at, s.title",
        )

    def gone(self) -> set[str]:
        """Return the titles of the stories that are marked as gone."""
        found = rows(self.archive, "SELECT title FROM story WHERE gone_since IS NOT NULL")
        return {title for (title,) in found}

    def path(self, address: str) -> str:
        return address.partition(self.server.url("/")[:-1])[2]


@pytest.fixture
def years(tmp_path: Path) -> Iterator[Years]:
    """Give the archive after the first epoch."""
    site, time = Epochs(), Time()
    with RawServer({"*": site.serve}) as server:
        config = write_config(tmp_path, [server.url("/")], source='every = "6h"')
        archive = Archive(load(config), clock=time.clock())
        assert archive.run().stories_new == len(site.tales)
        yield Years(archive, site, time, server)


def test_epoch_after_epoch_nothing_is_lost_and_nothing_is_made_up(years: Years) -> None:
    """Each step says what it shows; each goes on where the one before it ended."""
    counters_dates_ads_and_another_banner_are_no_new_version(years)
    what_changed_is_a_version_or_an_event_and_nothing_else_is(years)
    what_comes_back_is_back_and_its_gap_is_remembered(years)
    every_vanished_story_is_read_and_exported_from_its_last_good_version(years)
    for blanket in BLANKETS.values():
        a_site_that_is_down_or_shows_one_page_loses_nothing(years, blanket)
    when_the_site_is_there_again_nothing_has_happened(years)


def counters_dates_ads_and_another_banner_are_no_new_version(years: Years) -> None:
    """Not one story of the site has changed, though no page is what it was."""
    years.site.banner = "Harbour Tales"
    years.site.foot = "Harbour Tales, since 2001, has moved to another host."
    report = years.run()
    assert report.captures > 40
    assert (report.stories_new, report.stories_changed) == (0, 0)
    assert years.events("changed", "title", "author", "summary", "disclaimer", "gone") == []
    assert rows(years.archive, "SELECT count(*) FROM version WHERE number > 1") == [(0,)]


def what_changed_is_a_version_or_an_event_and_nothing_else_is(years: Years) -> None:
    """Texts, a chapter more, a title, an author, a disclaimer, a summary; and three are gone."""
    site = years.site
    site.tale("hand", 1).chapters[0][2] += " And that was new."
    site.tale("txt", 2).chapters[0] = paragraphs("another text")
    site.tale("efic", 5).chapters[1][0] += " An edit."
    site.tale("parts", 1).chapters[1][3] = "Nothing was left of it."
    site.tale("efic", 2).chapters.append(paragraphs("one chapter more"))
    site.tale("auto", 3).title = "A New Name"
    site.tale("hand", 4).author = "Somebody Else"
    site.tale("hand", 5).disclaimer = "It is mine now."
    site.tale("hand", 6).summary = "Another summary."
    site.tale("hand", 7).is_listed = False  # its page stays
    for number, how in enumerate(("404", "410", "soft 404"), 10):
        site.vanish(site.tale("hand", number), how)
    years.run()
    assert {(title, years.path(chapter or "")) for _, title, chapter, *_ in years.events("changed")} == {
        ("The Hand of Ferryman 1", ""),
        ("The Txt of Joss 2", ""),
        ("The Efic of Corin 5", "/efic/viewstory.php?sid=5&chapter=2"),
        ("The Parts of Ferryman 1", "/parts/p1_2.html"),
    }  # fmt: skip
    said = years.events("title", "author", "summary", "disclaimer")
    assert sorted((kind, before, after) for kind, _, _, before, after in said) == [
        ("author", "Eli Foss", "Somebody Else"),
        ("disclaimer", "The harbour is mine. The sea is not.", "It is mine now."),
        ("summary", "What came of it on day 6.", "Another summary."),
        ("title", "The Auto of Ilse 3", "A New Name"),
    ]
    later = [event for event in years.events("new") if event[2]]
    assert [years.path(event[2]) for event in later] == ["/efic/viewstory.php?sid=2&chapter=4"]
    assert rows(years.archive, "SELECT count(*) FROM version WHERE number > 1") == [(4,)]
    assert years.gone() == {years.site.tale("hand", number).title for number in (10, 11, 12)}


def what_comes_back_is_back_and_its_gap_is_remembered(years: Years) -> None:
    """Three more vanish, one comes back as it was, one changed; a chapter is taken away."""
    site = years.site
    for number, how in enumerate(("login", "home", "blank"), 13):
        site.vanish(site.tale("hand", number), how)
    site.come_back(site.tale("hand", 10))
    site.come_back(site.tale("hand", 11))
    site.tale("hand", 11).chapters[0][0] += " It was mended meanwhile."
    site.tale("efic", 5).chapters.pop()
    years.run()
    assert years.gone() == {site.tale("hand", number).title for number in (12, 13, 14, 15)}
    assert [title for _, title, *_ in years.events("back")] == [
        "The Hand of Ilse 11", "The Hand of Joss 10",
    ]  # fmt: skip
    chapters = [event[2] for event in years.events("gone") if event[2]]
    assert [years.path(each) for each in chapters] == ["/efic/viewstory.php?sid=5&chapter=3"]
    texts = rows(
        years.archive,
        "SELECT c.position, c.text FROM chapter AS c JOIN story AS s ON s.id = c.story "
        "WHERE s.title = 'The Efic of Corin 5' ORDER BY c.position",
    )
    assert [position for position, _ in texts] == [1, 2, 3]
    assert paragraphs("efic 5 2")[0] in texts[2][1]


def every_vanished_story_is_read_and_exported_from_its_last_good_version(
    years: Years,
) -> None:
    """All of them, text for text; and `gone` names the captures that show it."""
    folder = years.archive.config.folder
    listed = [
        json.loads(line)
        for line in command("gone", "--json", folder=folder).stdout.split("\n")
        if line
    ]
    assert {each["title"] for each in listed if each["state"] == "gone"} == years.gone()
    assert all(each["captures"] and each["since"] and each["reason"] for each in listed)
    with closing(reader.connect(years.archive.config.archive.database)) as connection:
        for each in listed:
            story = reader.load_story(connection, reader.resolve(connection, each["id"]))
            flat = " ".join(render(story, id=each["id"]).split())
            tale = next(tale for tale in years.site.tales if tale.title == each["title"])
            for number in range(each["of"]):
                name = f"{tale.style} {tale.number} {number}"
                assert all(text in flat for text in paragraphs(name))


BLANKETS = {
    "down": answer(b"oops", status="503 Busy"),
    "no answer": b"",
    "one soft 404": VANISHED["soft 404"],
    "parked": answer(PARKED),
    "empty pages": answer(b""),
    "leads away": answer(b"", status="302 Found", headers="Location: http://parked.example/\r\n"),
}


def a_site_that_is_down_or_shows_one_page_loses_nothing(years: Years, blanket: bytes) -> None:
    """Nothing is marked, the run soon stops asking, and it says that somebody has to look."""
    kinds = ("gone", "back", "changed", "new", "title")
    gone, events = years.gone(), years.events(*kinds)
    texts = rows(years.archive, "SELECT text FROM chapter ORDER BY url")
    years.site.blanket = blanket
    report = years.run()
    years.site.blanket = None
    assert years.gone() == gone
    assert rows(years.archive, "SELECT text FROM chapter ORDER BY url") == texts
    assert report.requests < 30 or "redirect" in report.outcomes
    if report.outcomes.keys() & {"soft_404", "gone", "not_story", "login"}:
        assert report.resting
        assert [each[1] for each in report.undecided] == [
            count for (count,) in rows(
                years.archive, "SELECT count(DISTINCT story) FROM event WHERE kind = 'missing'"
            )
        ]  # fmt: skip
    assert years.events(*kinds) == events


def when_the_site_is_there_again_nothing_has_happened(years: Years) -> None:
    """No event tells of the bad weeks, nothing waits, and a rebuild says the same."""
    before = years.events("gone", "back", "changed")
    report = years.run()
    assert report.undecided == []
    assert years.events("gone", "back", "changed") == before
    assert years.events("missing") == []
    assert dump(rebuilt(years.archive)) == dump(years.archive)
