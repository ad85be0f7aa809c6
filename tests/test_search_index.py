"""What the index costs to write: a batch of stories is one piece of it, not one for each story."""

from __future__ import annotations

from contextlib import closing

from storykeep.store import Store, index
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


def test_a_run_joins_what_it_brought_and_all_of_it_only_where_that_pays(tmp_path):
    """A few stories beside many do not make the whole index be written again."""
    path = tmp_path / "archive.db"
    many = [story_of(f"m{n}", " ".join(f"w{n}x{k}" for k in range(200))) for n in range(200)]
    with closing(Store.open(path)) as store:
        store.save_stories(HOST, many, [])
        store.finish()
    for n in range(6):
        many.append(story_of(f"few{n}", f"Lantern number n{n}."))
        with closing(Store.open(path)) as store:
            store.save_stories(HOST, many, [])
            before = index.pieces(store.conn)
            store.finish()
        with closing(Store.open(path)) as store:
            assert max(index.pieces(store.conn)) == max(before)
            assert len(index.pieces(store.conn)) < 2 + 4
    changed = [story_of(f"m{n}", " ".join(f"y{n}z{k}" for k in range(200))) for n in range(200)]
    with closing(Store.open(path)) as store:
        store.save_stories(HOST, [*changed, *many[200:]], [])
        store.finish()
    with closing(Store.open(path)) as store:
        assert len(index.pieces(store.conn)) == 1
        store.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
        query = "SELECT count(*) FROM story_fts WHERE story_fts MATCH 'lantern'"
        assert store.conn.execute(query).fetchone() == (6,)
