"""Earlier texts are searched by a plan, too: what costs too much is done in part, and said."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from storykeep import reader
from storykeep.model import Version
from storykeep.search import EXACT, Budget
from storykeep.search.earlier import earlier
from storykeep.store import Store
from tests.stories import HOST, prose_of, story_of

NUMBER = 500
SEEN = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    """A read-only connection to an archive of 500 stories that said something else before."""
    path = tmp_path_factory.mktemp("earlier") / "archive.db"
    dice = random.Random(2)
    words = ["of", "the", "and", *(f"s{n}" for n in range(100))]

    def story(number):
        made = story_of(f"t{number}", "Nothing is here now.")
        text = " ".join(dice.choices(words, k=60)) + " of the sea" + " lantern" * (number == 3)
        old = Version(prose_of(text), *SEEN)
        return replace(made, chapters=(replace(made.chapters[0], superseded=(old,)),))

    store = Store.open(path)
    store.save_stories(HOST, [story(number) for number in range(NUMBER)], [])
    store.finish()
    conn = reader.connect(path)
    assert conn is not None
    yield conn
    conn.close()


def test_within_the_budget_all_is_ranked(conn):
    """The usual budget is enough here: nothing is said, and more time finds nothing else."""
    found = earlier(conn, "of", limit=NUMBER)
    assert (found.total, found.total_is_exact, found.notes) == (NUMBER, True, ())
    assert found == earlier(conn, "of", limit=NUMBER, budget=EXACT)


def test_a_word_that_is_everywhere_is_ranked_in_a_window(conn):
    """All are counted, the newest are ranked, and the others follow: each once, page by page."""
    tight = Budget(score=0.02)
    found = earlier(conn, "of", limit=NUMBER + 9, budget=tight)
    assert (found.total, found.total_is_exact) == (NUMBER, True)
    assert found.notes == ("only the newest 200 of 500 earlier texts were ranked",)
    assert len(set(found.hits)) == len(found.hits) == NUMBER
    pages = [earlier(conn, "of", limit=70, offset=at, budget=tight) for at in range(0, NUMBER, 70)]
    assert tuple(hit for page in pages for hit in page.hits) == found.hits
    exact = earlier(conn, "of", limit=NUMBER, budget=EXACT).hits
    newest = {hit.id for hit in found.hits[:200]}
    assert [hit for hit in exact if hit.id in newest] == list(found.hits[:200])


def test_a_phrase_of_common_words_is_looked_for_in_the_newest_chapters(conn):
    """What costs too much to find is found in part, and the count is said to be of a part."""
    found = earlier(conn, '"of the sea"', budget=Budget(find=0.002), limit=NUMBER)
    assert 0 < found.total < NUMBER
    assert not found.total_is_exact
    assert "of the newest" in found.notes[0]
    rest = {hit.id for hit in earlier(conn, '"of the sea"', budget=EXACT, limit=NUMBER).hits}
    assert {hit.id for hit in found.hits} < rest


def test_counts_end_at_a_cap(conn):
    """Above it there are more, and it is said."""
    found = earlier(conn, "sea", budget=Budget(count=100), limit=NUMBER)
    assert (found.total, found.total_is_exact, found.notes) == (100, False, ())
    assert found.hits == earlier(conn, "sea", budget=EXACT, limit=NUMBER).hits
    found = earlier(conn, "sea", budget=Budget(score=0.02, count=100))
    assert found.notes == ("only the newest 200 of more than 100 earlier texts were ranked",)
    assert len(found.hits) == 20


def test_a_rare_word_is_found_and_ranked_whatever_ranking_may_cost(conn):
    """A word of one text is found, with its story; there is nothing to rank."""
    found = earlier(conn, "lantern", budget=Budget(score=0))
    assert [hit.url for hit in found.hits] == [f"http://{HOST}/t3/1.html"]
    assert (found.total_is_exact, found.notes) == (True, ())
    assert earlier(conn, '"of the sea"', budget=Budget(find=0), limit=NUMBER).total == 200
