"""With --stem a word finds its other forms; what looks like another search's operator is told."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep import reader
from storykeep.cli.main import cli
from storykeep.errors import QueryError
from storykeep.search import search
from storykeep.search.stem import forms
from storykeep.store import Store
from tests.stocked import stock
from tests.stories import HOST, story_of

KNOWN = frozenset(
    ["wave", "waves", "waved", "waving", "story", "stories", "run", "runs", "ran", "running", "stop", "stops", "stopped", "stopping", "hop", "hope", "hoped", "hoping", "hopping", "king", "kings", "ring", "rang", "evening", "evenings", "even", "keeper", "keepers", "keep", "kept", "man", "men", "manning", "box", "boxes", "boxed", "lie", "lies", "lay", "laid", "lying", "die", "died", "dying", "travel", "travelled", "traveled", "news", "new", "visit", "visited", "his", "hissing", "this", "child", "children", "agree", "agreed", "glass", "glasses", "thing", "things"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("word", "others"),
    [
        pytest.param("wave", "waves waved waving", id="a verb"),
        pytest.param("waving", "wave waves waved", id="from any of its forms"),
        pytest.param("stories", "story", id="a plural in ies"),
        pytest.param("boxes", "box boxed", id="a plural in es"),
        pytest.param("glasses", "glass", id="a word in ss"),
        pytest.param("stopped", "stop stops stopping", id="a doubled consonant"),
        pytest.param("hoped", "hope hoping", id="not of hop"),
        pytest.param("hopping", "hop", id="not of hope"),
        pytest.param("traveled", "travel travelled", id="as spelt on either side of an ocean"),
        pytest.param("ran", "run runs running", id="an irregular verb"),
        pytest.param("men", "man manning", id="an irregular plural"),
        pytest.param("lay", "lie lies lying laid", id="a form of two words"),
        pytest.param("died", "die dying", id="ie and y"),
        pytest.param("agreed", "agree", id="two vowels"),
        pytest.param("king", "kings", id="no form of k"),
        pytest.param("keeper", "keepers", id="not who keeps"),
        pytest.param("his", "", id="a short word"),
        pytest.param("thing", "things", id="no vowel is left"),
        pytest.param("wavesome", "", id="an unknown word"),
        pytest.param("café", "", id="not of these letters"),
    ],
)
def test_the_forms_of_a_word(word, others):
    """By rule or from the list, and only those that the index has."""
    found = forms(word, KNOWN.__contains__)
    assert found[0] == word
    assert sorted(found[1:]) == sorted(others.split())


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abcdefgilmnorstuvwy", min_size=1, max_size=12))
def test_every_word_stands_for_itself_and_for_few_others(word):
    """Whatever the index has, the word comes first, each form once, and there are few."""
    found = forms(word, lambda each: True)
    assert found[0] == word
    assert len(set(found)) == len(found) <= 60


STORIES = [
    story_of("one", "The wave broke. Nobody ran."),
    story_of("two", "She waved, and ran on."),
    story_of("three", "They were waving and running on the sea."),
    story_of("four", "Nothing at all.", summary="Waves."),
    story_of("five", "A wavelength is no form of it."),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A database of five stories."""
    path = tmp_path_factory.mktemp("stem") / "archive.db"
    with Store.open(path) as store:
        store.save_stories(HOST, STORIES, [])
        store.finish()
    return path


@pytest.fixture(scope="module")
def conn(path):
    """A connection that cannot write."""
    with closing(reader.connect(path)) as conn:
        yield conn


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("waves", {"one", "two", "three", "four"}, id="a word"),
        pytest.param("waves run", {"one", "two", "three"}, id="two words"),
        pytest.param('"waves"', {"four"}, id="one in quotes is meant as typed"),
        pytest.param('"waved and ran"', {"two"}, id="so is a phrase"),
        pytest.param("wave*", {"one", "two", "four", "five"}, id="and a beginning"),
        pytest.param("summary:wave", {"four"}, id="in a field"),
        pytest.param("waving -run", {"four"}, id="what not to find, too"),
        pytest.param("wave NEAR/1 run", {"two", "three"}, id="near each other"),
        pytest.param("wavelengths", {"five"}, id="a word that only its other form has"),
    ],
)
def test_a_word_finds_its_other_forms(conn, query, expected):
    """Without a second index; in parentheses, fields and NEAR alike."""
    found = search(conn, query, stem=True)
    assert {hit.title for hit in found.hits} == expected
    assert len(search(conn, query).hits) <= len(expected)


def test_what_was_searched_is_said_and_marked(conn):
    """The notes name the forms, and the passage has each of them marked."""
    found = search(conn, "wave", stem=True)
    assert found.notes == ("wave stands for wave, waves, waved, waving",)
    snippets = {hit.title: hit.snippet for hit in found.hits}
    assert snippets["two"].startswith("She \ue000waved\ue001")
    assert "\ue000waving\ue001" in snippets["three"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param("author=nobody", "did you mean author:nobody?", id="an equals sign"),
        pytest.param("words>5000", "did you mean words:>5000?", id="a comparison"),
        pytest.param("xylophone or zither", "written OR", id="a small or"),
        pytest.param("w?ve", "? stands for no letter", id="a question mark"),
    ],
)
def test_a_query_without_hits_is_told_what_it_may_have_meant(conn, query, told):
    """Operators of other searches are words here; where they find nothing, that is said."""
    assert told in " ".join(search(conn, query).notes)


def test_small_words_that_find_something_are_not_remarked_on(conn):
    """And, or and not are words like others."""
    assert search(conn, "waved and ran").notes == ()


# ---- outcomes


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """An archive that was filled from WARCs."""
    return stock(tmp_path_factory.mktemp("outcome") / "archive")


def test_stories_spread_over_what_became_of_their_pages(archive):
    """The facet counts what the last capture was; the field chooses by it."""
    with closing(reader.connect(archive.config.archive.database)) as conn:
        counted = search(conn, "tale", facet=("outcome",)).facets
        assert counted.values["outcome"] == (("story", 5),)
        assert search(conn, "tale outcome:story").total == 5
        assert search(conn, "tale outcome:gone").total == 0
        with pytest.raises(QueryError, match="at character 9"):
            search(conn, "outcome:vanished")


def test_the_command_takes_stem(path):
    """As an option of search, with the notes on stderr."""
    done = CliRunner().invoke(cli, ["-C", str(path.parent), "search", "waves", "--stem", "--json"])
    assert len([json.loads(each) for each in done.stdout.splitlines()]) == 4
    assert "waves stands for waves, wave, waved, waving" in done.stderr
