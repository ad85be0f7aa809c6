"""Where a query costs too much it is answered in part, in one stable order, and says so."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from storykeep import reader
from storykeep.cli import answering as searching
from storykeep.search import EXACT, FACETS, SORTS, Budget, search, summary_row
from storykeep.store import Store
from tests.stories import HOST, story_of

NUMBER = 600
TIGHT = Budget(find=0.02, score=0.02)


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    """A read-only connection to an archive of 600 short stories that share their words."""
    path = tmp_path_factory.mktemp("windows") / "archive.db"
    dice = random.Random(1)
    words = ["of", "the", "and", *(f"s{n}" for n in range(200))]

    def text():
        return " ".join(dice.choices(words, k=60)) + " of the sea"

    stories = [story_of(f"t{n}", text()) for n in range(NUMBER)]
    stories[3] = story_of("The only lantern of the sea", text())
    store = Store.open(path)
    store.save_stories(HOST, stories, [])
    store.finish()
    conn = reader.connect(path)
    assert conn is not None
    yield conn
    conn.close()


def test_a_word_that_is_everywhere_is_ranked_in_a_window(conn):
    """All are counted, the newest are ranked, and a title from before is found all the same."""
    found = search(conn, "of", budget=Budget(score=0.02))
    assert (found.total, found.total_is_exact) == (NUMBER, True)
    assert found.ranked == "window"
    assert found.window is not None
    assert any(f"newest {found.window:,} of 600" in note for note in found.notes)
    assert found.hits[0].title == "The only lantern of the sea"
    assert search(conn, "of").ranked == "all"


def test_pages_of_a_window_are_the_whole(conn):
    """Ranked ones first, then the others: every story once, in the same order at each call."""
    budget = Budget(score=0.02)
    whole = [hit.id for hit in search(conn, "of", limit=NUMBER + 9, budget=budget).hits]
    assert len(set(whole)) == len(whole) == NUMBER
    pages = [
        search(conn, "of", limit=70, offset=at, budget=budget).hits for at in range(0, 700, 70)
    ]
    assert [hit.id for page in pages for hit in page] == whole


@pytest.mark.parametrize("headed", [5, 230])
def test_one_of_two_common_words_in_a_title_is_found_from_all_times(tmp_path, headed):
    """The other stands in the text; which is best is known by both, and no page has a gap."""
    stories = [
        story_of(
            f"{'The lamp' if n < headed else 'A tale'} {n}", "A lamp of the sea. " + "So. " * n
        )
        for n in range(NUMBER)
    ]
    store = Store.open(tmp_path / "archive.db")
    store.save_stories(HOST, stories, [])
    store.finish()
    conn = reader.connect(tmp_path / "archive.db")
    assert conn is not None
    tight = Budget(score=0.02)
    found = search(conn, "lamp sea", budget=tight)
    assert found.ranked == "window"
    exact = search(conn, "lamp sea", budget=EXACT)
    first = min(headed, 20)
    assert [hit.id for hit in found.hits[:first]] == [hit.id for hit in exact.hits[:first]]
    whole = [hit.id for hit in search(conn, "lamp sea", limit=NUMBER, budget=tight).hits]
    pages = [
        search(conn, "lamp sea", limit=60, offset=at, budget=tight) for at in range(0, 600, 60)
    ]
    assert [hit.id for page in pages for hit in page.hits] == whole
    assert len(set(whole)) == NUMBER
    conn.close()


def test_a_phrase_of_common_words_is_looked_for_in_the_newest_stories(conn):
    """It says that there may be more, and how many were looked through."""
    found = search(conn, '"of the"', budget=TIGHT)
    assert found.searched is not None
    assert 200 <= found.searched < NUMBER
    assert found.total == found.searched
    assert not found.total_is_exact
    assert f"the newest {found.searched} of 600" in found.notes[0]
    assert search(conn, '"of the"', budget=EXACT).total == NUMBER


def test_a_wide_beginning_is_looked_for_as_its_commonest_words(conn):
    """It says so."""
    found = search(conn, "s*", budget=Budget(wide=-1))
    assert found.total > NUMBER // 2
    assert "s* begins very many words" in found.notes[0]
    assert found.hits[0].snippet.startswith("\ue000s")


def test_counts_end_at_a_cap(conn):
    """Above it there are more, and the facets are those of a part."""
    found = search(conn, "sea", budget=Budget(count=100), facet=("author",))
    assert (found.total, found.total_is_exact) == (100, False)
    assert found.facets is not None
    assert not found.facets.is_exact
    row = summary_row(found)
    assert row["total_is_exact"] is False
    assert row["facets"] == {"author": [{"value": "mako", "stories": NUMBER}]}
    assert search(conn, "sea", facet=("author",)).facets.is_exact


def test_very_many_common_words_are_not_ranked(conn):
    """The newest come first, and that is said."""
    found = search(conn, "of the and sea", budget=Budget(find=9, score=0))
    assert found.ranked == "sorted"
    assert "not ranked" in found.notes[0]
    assert [hit.score for hit in found.hits] == [0.0] * 20


def test_the_command_knows_every_order_and_facet():
    """The lists that the command shows without loading search are those of search."""
    assert (searching.SORTS, searching.FACETS) == (SORTS, FACETS)


def test_the_command_says_where_a_page_stands(tmp_path, conn):
    """The number of hits, the page and what was not exact are talk; hits and facets are data."""
    path = conn.execute("PRAGMA database_list").fetchone()[2]
    (tmp_path / "archive.db").write_bytes(Path(path).read_bytes())

    def said(*words):
        command = [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "search", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    assert said("sea", "--limit", "2")[2] == "2 of 600 stories; --page 2 or --limit shows more\n"
    assert said("sea", "--limit", "2", "--page", "3")[2] == "5 to 6 of 600 stories\n"
    assert said("sea", "--limit", "0") == (0, "", "600 stories\n")
    assert said("sea", "--page", "99")[2] == "600 stories; none of them behind hit 1,960\n"
    assert said("lantenr")[2] == (
        "no story has that\nno story has lantenr; did you mean lantern?\n"
    )
    code, data, talk = said("sea", "words:few")
    assert (code, data) == (2, "")
    assert talk.splitlines()[1:3] == ["  sea words:few", "            ^"]
    code, data, talk = said("--json", "--facet", "author", "--limit", "1", "sea")
    assert (code, talk) == (0, "")
    hit, whole = map(json.loads, data.splitlines())
    assert hit["site"] == HOST
    assert whole["facets"] == {"author": [{"value": "mako", "stories": 600}]}
    assert "author: mako 600" in said("sea", "--facets")[1]
