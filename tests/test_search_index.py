"""What the index costs to write: a batch of stories is one piece of it, not one for each story."""

from __future__ import annotations

from contextlib import closing

from storykeep.store import Store
from tests.stories import HOST, story_of


def segments(store):
    """Return how many pieces the index lies in."""
    return store.conn.execute("SELECT count(DISTINCT segid) FROM story_fts_idx").fetchone()[0]


def test_a_batch_of_stories_is_written_at_once(tmp_path):
    """The index keeps new words in memory until the transaction ends; so it is fast."""
    stories = [story_of(f"t{n}", f"Words of number n{n}.") for n in range(40)]
    changed = [story_of(f"t{n}", f"Other words, x{n}.") for n in range(40)]
    with closing(Store.open(tmp_path / "archive.db")) as store:
        store.save_stories(HOST, stories, [])
        assert segments(store) == 1
        store.save_stories(HOST, changed, [])
        assert segments(store) == 2
        store.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
