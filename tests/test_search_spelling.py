"""A word is found however it is written: with ё or е, with or without an accent, with ß or ss."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep import reader
from storykeep.model import Block, Version
from storykeep.search import matching_ids, search
from storykeep.search.earlier import earlier
from storykeep.search.highlight import END, START
from storykeep.search.spelling import spellings
from storykeep.store import Store
from tests.test_search import story, titles

OLD = Version((Block("paragraph", "Старая ёлка."),), "2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z")
STORIES = [
    story("Tree", "Зелёная ёлка стояла в снегу."),
    story("Wood", "Зеленая елка стояла в лесу."),
    story("Months", "Ένας μήνας πέρασε."),
    story("Month", "ΕΝΑΣ ΜΗΝΑΣ ΠΕΡΑΣΕ."),
    story("Street", "Die Straße war leer."),
    story("Capitals", "DIE STRASSE WAR LEER."),
    story("Works", "Her œuvre was lost in the æther."),
    story("Plain", "Her oeuvre was a kiss."),
]


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    """A read-only connection to an archive of texts in several spellings."""
    path = tmp_path_factory.mktemp("spelling") / "archive.db"
    store = Store.open(path)
    store.save_stories("stories.example", STORIES, [])
    store.finish()
    conn = reader.connect(path)
    assert conn is not None
    yield conn
    conn.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("елка", {"Tree", "Wood"}, id="е finds ё"),
        pytest.param("ёлка", {"Tree", "Wood"}, id="ё finds е"),
        pytest.param("ЁЛКА", {"Tree", "Wood"}, id="in capitals"),
        pytest.param('"зелёная елка"', {"Tree", "Wood"}, id="in a phrase, each word by itself"),
        pytest.param('"зеленая ёл"*', {"Tree"}, id="an open word is meant as typed"),
        pytest.param("стояла NEAR/3 елка", {"Tree", "Wood"}, id="near another word"),
        pytest.param("стояла -елка", set(), id="without it"),
        pytest.param("text:елка -снегу", {"Wood"}, id="in a field"),
        pytest.param("μηνας", {"Months", "Month"}, id="Greek without an accent"),
        pytest.param("μήνας", {"Months", "Month"}, id="Greek with one"),
        pytest.param("ΜΗΝΑΣ", {"Months", "Month"}, id="Greek in capitals"),
        pytest.param("strasse", {"Street", "Capitals"}, id="ss finds ß"),
        pytest.param("Straße", {"Street", "Capitals"}, id="ß finds ss"),
        pytest.param("oeuvre", {"Works", "Plain"}, id="oe finds œ"),
        pytest.param("aether", {"Works"}, id="ae finds æ"),
        pytest.param("kiss", {"Plain"}, id="a word with ss and no other spelling"),
    ],
)
def test_a_word_is_found_in_each_spelling(conn, query, expected):
    """Search and export find the same, and no word is called missing that has hits."""
    found = search(conn, query)
    assert {hit.title for hit in found.hits} == expected
    assert found.meant == {}
    rows = dict(conn.execute("SELECT id, title FROM story"))
    assert {rows[row] for row in matching_ids(conn, query)} == expected


def test_what_is_found_by_another_spelling_is_marked_and_told(conn):
    """The snippet marks the word as it stands, and a note says what was looked for."""
    found = search(conn, "елка снегу")
    assert titles(conn, "елка снегу") == ["Tree"]
    assert f"{START}ёлка{END}" in found.hits[0].snippet
    assert "елка stands for елка, ёлка" in found.notes
    (hit,) = search(conn, '"зеленая елка" снегу').hits
    assert f"{START}Зелёная ёлка{END}" in hit.snippet
    assert search(conn, "kiss").notes == ()
    assert search(conn, "елка qqqqqqqq").meant == {}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("стаяла", "стояла", id="a wrong letter"),
        pytest.param("тсояла", "стояла", id="two letters swapped at the beginning"),
        pytest.param("жлка", "ёлка", id="a first letter"),
        pytest.param("πεασε", "περασε", id="a Greek letter too few"),
        pytest.param("ενασμηνας", "ενασ-μηνασ", id="two Greek words written as one"),
    ],
)
def test_a_slip_of_the_pen_is_told_in_other_alphabets(conn, word, meant):
    """A word without a hit is answered with one of the index, whatever its letters are."""
    assert list(search(conn, word).meant.values()) == [meant]


def test_stems_and_spellings_go_together(conn):
    """With stem a word stands for its forms and its spellings, as the index has them."""
    assert titles(conn, "kisses", stem=True) == ["Plain"]
    assert set(titles(conn, "strasse", stem=True)) == {"Street", "Capitals"}


def test_an_earlier_text_is_found_in_each_spelling(tmp_path):
    """The index of earlier texts is asked for its own words."""
    tale = story("Gone", "Nothing of it is left.")
    tale = replace(tale, chapters=(replace(tale.chapters[0], superseded=(OLD,)),))
    store = Store.open(tmp_path / "archive.db")
    store.save_stories("stories.example", [tale], [])
    store.finish()
    conn = reader.connect(tmp_path / "archive.db")
    assert conn is not None
    assert [hit.title for hit in earlier(conn, "елка").hits] == ["Gone"]
    assert earlier(conn, "елки").hits == ()
    conn.close()


@given(st.text(alphabet="еёлкσςαάΐssßaeæoeœx", max_size=30))
def test_spelling_is_symmetric_and_bounded(word):
    """What one spelling finds finds it, too; a word has few spellings however it is made."""
    every = spellings(word, lambda _: True)
    assert every[0] == word
    assert len(every) == len(set(every)) <= 8 * len(word) + 2
    plain = every[1] if len(every) > 1 else word
    for each in every[:5]:
        assert plain in spellings(each, lambda _: True)
