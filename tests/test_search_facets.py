"""Facets are what counting every story's own values gives, with the index for them and without."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest

from storykeep import reader
from storykeep.model import Author, Date, Tag
from storykeep.search import search
from storykeep.search.facets import MOST_VALUES, NAMES
from storykeep.store import Store
from tests.stories import HOST, story_of

NUMBER = 120
ODD = (
    'Ann "Q" O\'Hara',
    "Renée\x1fÓther",
    'a,b\\["c"]',
    "mako",
    "\ue000",
    "",
    *map(str, range(30)),
)
TAGS = ("fandom", "rating")


def _stories():
    dice = random.Random(9)
    for number in range(NUMBER):
        pairs = [(dice.choice(TAGS), dice.choice(ODD[:6]) or "none") for _ in range(number % 4)]
        yield replace(
            story_of(f"t{number}", "The sea lay still."),
            authors=(Author(dice.choice(ODD)),),
            tags=tuple(Tag(*pair) for pair in [*pairs, *pairs[:1]]),
            published=Date(f"{dice.randint(1999, 2004)}-05-01", "May") if number % 3 else None,
            status=dice.choice(("complete", None)),
            language=dice.choice(("en", "de", None)),
        )


def _true(stories):
    """Return the values of each facet by counting, the commonest first."""
    values = {
        "author": [[each.authors[0].name] for each in stories],
        "site": [[HOST] for each in stories],
        "year": [[each.published.value[:4]] if each.published else [] for each in stories],
        "status": [[each.status] for each in stories],
        "language": [[each.language] for each in stories],
        **{kind: [{tag.value for tag in s.tags if tag.kind == kind} for s in stories] for kind in TAGS},
    }  # fmt: skip
    counts = {n: Counter(v for of in each for v in of if v) for n, each in values.items()}
    return {
        name: tuple(sorted(found.items(), key=lambda each: (-each[1], each[0]))[:MOST_VALUES])
        for name, found in counts.items()
    }


@pytest.fixture(scope="module", params=["indexed", "of an older schema"])
def conn(request, tmp_path_factory):
    """A read-only connection to stories with odd values, some of them twice."""
    path = tmp_path_factory.mktemp("facets") / "archive.db"
    store = Store.open(path)
    store.save_stories(HOST, list(_stories()), [])
    store.finish()
    if request.param != "indexed":
        with closing(sqlite3.connect(path)) as changed:
            changed.execute("DROP INDEX story_facets")
    found = reader.connect(path)
    assert found is not None
    yield found
    found.close()


def test_facets_are_those_of_all_answers(conn):
    """Whatever letters a value has, and however often a story has the same."""
    found = search(conn, "sea", facet=NAMES).facets
    assert found.is_exact
    assert found.read == NUMBER
    true = _true(list(_stories()))
    assert {name: found.values[name] for name in true} == true
    for sort in ("newest", "words"):
        assert search(conn, "sea", sort=sort, facet=NAMES).facets == found
    assert search(conn, "sea nowhere", facet=NAMES).facets.values["author"] == ()
