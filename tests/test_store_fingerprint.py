"""The digest that says whether a story is stored as it is."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace

import pytest

from storykeep.model import Capture
from storykeep.store import Store
from storykeep.store.fingerprint import fingerprint
from tests.stories import HOST, capture_for, full_story, story_of

STORY = full_story([replace(capture_for(n), id=n) for n in range(1, 9)])


def others(value):
    """Yield values that differ from *value* in one place each, with a word on where."""
    if isinstance(value, Capture):
        yield "id", replace(value, id=value.id + 100)
    elif is_dataclass(value):
        for each in fields(value):
            for where, other in others(getattr(value, each.name)):
                yield f"{each.name}.{where}", replace(value, **{each.name: other})
    elif isinstance(value, Mapping):
        if value:
            yield "more", {**value, "other": next(iter(value.values()))}
        for key, each in value.items():
            for where, other in others(each):
                yield f"{key}.{where}", {**value, key: other}
    elif isinstance(value, tuple):
        if value:
            yield "less", value[:-1]
        for place, each in enumerate(value):
            for where, other in others(each):
                yield f"{place}.{where}", (*value[:place], other, *value[place + 1 :])
    elif isinstance(value, str):
        yield "text", value + "x"
        yield "none", None
    elif isinstance(value, (int, float)):
        yield "number", value + 1


@pytest.mark.parametrize(
    ("where", "other"), [pytest.param(*each, id=each[0]) for each in others(STORY)]
)
def test_nothing_that_is_stored_changes_unseen(where, other):
    """Whatever single value of a story is another, so is the digest."""
    assert fingerprint(other) != fingerprint(STORY)


def test_equal_stories_have_equal_digests_in_any_process():
    """Whether strings are shared, interned or made anew does not show."""
    code = (
        "from tests.test_store_fingerprint import STORY; from storykeep.codec import *;"
        "from storykeep.store.fingerprint import fingerprint; import copy;"
        "print(fingerprint(copy.deepcopy(STORY)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert found == fingerprint(STORY)


def test_a_key_that_comes_twice_leaves_a_sound_index(tmp_path):
    """The second is stored over the first, and the index knows the words of the last one only."""
    with Store.open(tmp_path / "archive.db") as store:
        for _ in range(2):
            store.save_stories(
                HOST, [story_of("a", "lantern"), story_of("b"), story_of("a", "harbour")], []
            )
        store.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
        found = store.conn.execute("SELECT rowid FROM story_fts WHERE story_fts MATCH 'lantern'")
        assert found.fetchall() == []


def test_a_host_of_many_pages_of_rows_is_known_again(tmp_path):
    """Rows are read ahead a page at a time; stories in another order are known all the same."""
    stories = [story_of(f"s{n}") for n in range(1_100)]
    with Store.open(tmp_path / "archive.db") as store:
        assert store.save_stories(HOST, stories, []).new == 1_100
        before = store.conn.total_changes
        assert store.save_stories(HOST, stories, []).unchanged == 1_100
        assert store.save_stories(HOST, stories[::-1], []).unchanged == 1_100
        assert store.conn.total_changes == before
