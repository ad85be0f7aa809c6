"""The bundled sample, crawled over real HTTP, gives exactly what its truth says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storykeep import reader, urls
from storykeep.archive import Archive
from storykeep.config import TEMPLATE, load
from storykeep.model import Report, Story
from storykeep.prose import to_text
from storykeep.sample import SampleSite
from tests.archives import dump, rows


class Run:
    """One crawl of the sample and what it left."""

    def __init__(self, folder: Path) -> None:
        (folder / "config.toml").write_text(TEMPLATE, encoding="utf-8")
        self.site = SampleSite()
        self.truth = self.site.truth()
        with self.site.serve() as address:
            self.archive = Archive(load(folder / "config.toml")).with_sample(address)
            self.report: Report = self.archive.run()
            self.asked = [request.target for request in self.site.requests]
            self.second: Report = self.archive.run()
            self.asked_again = self.site.requests[len(self.asked) :]
        self.stories = list(self._stories())

    def _stories(self) -> Iterator[Story]:
        connection = reader.connect(self.archive.config.archive.database)
        assert connection is not None
        yield from reader.stories(connection)
        connection.close()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("sample"))


def found(run: Run, entry: dict[str, Any]) -> Story:
    """Return the one story that has the entry's first page."""
    wanted = urls.key(entry["chapters"][0]["url"])
    matching = [
        story
        for story in run.stories
        if wanted in {urls.key(url) for url in (story.url, *story.aliases, *chapter_urls(story))}
    ]
    assert len(matching) == 1, f"{len(matching)} stories have {wanted}"
    return matching[0]


def chapter_urls(story: Story) -> list[str]:
    return [chapter.url for chapter in story.chapters]


ENTRIES = SampleSite().truth()["stories"]


def entry_id(entry: dict[str, Any]) -> str:
    return str(entry["chapters"][0]["url"].removeprefix("http://archive.sample/"))


@pytest.mark.parametrize("entry", ENTRIES, ids=entry_id)
def test_title_and_authors_are_right(run: Run, entry: dict[str, Any]) -> None:
    """Each story has the title and the authors that a reader finds."""
    story = found(run, entry)
    assert story.title == entry["title"]
    assert [author.name for author in story.authors] == entry["authors"]


@pytest.mark.parametrize("entry", ENTRIES, ids=entry_id)
def test_the_body_is_right_to_the_letter(run: Run, entry: dict[str, Any]) -> None:
    """Each chapter's text is exactly what a reader reads, and nothing else."""
    story = found(run, entry)
    texts = [to_text(chapter.prose)[0] for chapter in story.chapters]
    assert texts == [chapter["text"] for chapter in entry["chapters"]]
    assert [c.title for c in story.chapters] == [c["title"] for c in entry["chapters"]]


@pytest.mark.parametrize("entry", ENTRIES, ids=entry_id)
def test_disclaimers_are_right(run: Run, entry: dict[str, Any]) -> None:
    """Each disclaimer stands apart from the body, with its place and scope."""
    story = found(run, entry)
    got = sorted((each.text, each.place, each.scope) for each in story.disclaimers)
    assert got == sorted(
        (each["text"], each["place"], each["scope"]) for each in entry["disclaimers"]
    )


def test_nothing_else_became_a_story(run: Run) -> None:
    """There are as many stories as the truth has, no print view and no comment page among them."""
    assert len(run.stories) == len(ENTRIES) >= 30


def test_other_pages_are_what_they_are(run: Run) -> None:
    """Indexes, logins, gates, missing pages and redirects have their outcomes."""
    outcomes = dict(rows(run.archive, "SELECT url, outcome FROM capture ORDER BY id"))
    wrong = {
        page["url"]: (outcomes[page["url"]], page["outcome"])
        for page in run.truth["pages"]
        if page["url"] in outcomes and outcomes[page["url"]] != page["outcome"]
    }
    assert not wrong


def test_nothing_behind_disallow_was_asked_for(run: Run) -> None:
    """What robots.txt forbids was never requested, though pages link to it."""
    forbidden = {url.removeprefix("http://archive.sample") for url in run.truth["forbidden"]}
    assert forbidden
    assert not forbidden & set(run.asked)
    assert run.report.refused_by_robots


def test_what_leads_to_no_story_was_left_alone(run: Run) -> None:
    """Reviews, logins and sort orders are not followed."""
    ignored = {url.removeprefix("http://archive.sample") for url in run.truth["ignored"]}
    assert not ignored & set(run.asked)


def test_no_page_was_asked_for_twice(run: Run) -> None:
    """One run asks for each address once."""
    assert len(run.asked) == len(set(run.asked))


def test_a_second_run_finds_nothing_due(run: Run) -> None:
    """Right after a run no page is due, and no request is made."""
    assert run.second.requests == 0
    assert run.second.captures == 0
    assert not run.asked_again


def test_a_rebuilt_database_is_the_same(run: Run) -> None:
    """Made again from the WARCs alone, the database says the same, ids included."""
    before = dump(run.archive)
    run.archive.config.archive.database.unlink()
    run.archive.rebuild()
    assert dump(run.archive) == before


def test_derived_again_nothing_changes(run: Run) -> None:
    """The same bytes and the same code give the same parts."""
    assert list(run.archive.derive(dry_run=True)) == []


def test_the_private_word_is_nowhere(run: Run) -> None:
    """A story-like page behind Disallow left no trace in any text."""
    assert not [s.url for s in run.stories for c in s.chapters if "thornapple" in str(c.prose)]
