"""Anything a person types is a query or a clear error; hits come ranked, with the words marked."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storykeep import reader
from storykeep.errors import QueryError
from storykeep.model import Author, Block, Chapter, Disclaimer, Note, Story, Tag
from storykeep.search import Results, check, hit_row, matching_ids, search
from storykeep.store import Store

FILLER = "The rope lay where it fell. Nobody came. " * 40


def story(name, *texts, author="mako", host="stories.example", **more):
    """Return a story of one chapter for each text."""
    url = f"http://{host}/{name}.html"
    chapters = tuple(
        Chapter(f"{url}?c={n}", f"{url}?c={n}", n, None, (Block("paragraph", text),))
        for n, text in enumerate(texts, 1)
    )
    values = {
        "title": name, "disclaimers": (), "summary": None, "tags": (), "notes": (), "series": None,
        "published": None, "updated": None, "status": None, "language": None, "fields": {},
        "chrome": (), "evidence": {}, "engine": "generic", "profile": None, "gone_since": None,
    }  # fmt: skip
    return Story(
        key=url,
        host=host,
        url=url,
        authors=(Author(author),),
        chapters=chapters,
        **{**values, **more},
    )


STORIES = [
    story("The Lighthouse", "A keeper waits. " + FILLER),
    story("Storm", FILLER + "In the end the lighthouse went dark. " + FILLER, author="Ann"),
    story("Café", "She said: “Déjà vu, mon père?” He laughed.", author="Renée Óther"),
    story("Two parts", "A first part about a lighthouse.", "The second: a lighthouse keeper and a storm at sea."),
    story("Rain", "Only rain.", tags=(Tag("fandom", "Tides"), Tag("genre", "angst")), summary="A drowned bell."),
    story("Noted", "Nothing here.", notes=(Note("For Whitby.", "head"),),
          disclaimers=(Disclaimer("Kryptonite is not mine.", None, "header"),), host="other.example"),
]  # fmt: skip


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    """A read-only connection to an archive of a few stories."""
    path = tmp_path_factory.mktemp("search") / "archive.db"
    store = Store.open(path)
    for host in ("stories.example", "other.example"):
        store.save_stories(host, [each for each in STORIES if each.host == host], [])
    store.finish()
    conn = reader.connect(path)
    assert conn is not None
    yield conn
    conn.close()


def titles(conn, text, **options):
    """Return the titles of the hits, in order."""
    return [hit.title for hit in search(conn, text, **options).hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("lighthouse keeper", {"The Lighthouse", "Two parts"}, id="every word must match"),
        pytest.param("lighthouse AND keeper", {"The Lighthouse", "Two parts"}, id="AND says the same"),
        pytest.param('"lighthouse keeper"', {"Two parts"}, id="a phrase"),
        pytest.param("“lighthouse keeper”", {"Two parts"}, id="a phrase in curly quotes"),
        pytest.param('"lighthouse kee"*', {"Two parts"}, id="a phrase whose last word is open"),
        pytest.param("light*", {"The Lighthouse", "Storm", "Two parts"}, id="the beginning of a word"),
        pytest.param("lighthouse -keeper", {"Storm"}, id="without a word"),
        pytest.param("lighthouse NOT keeper", {"Storm"}, id="NOT says the same"),
        pytest.param("lighthouse -(keeper OR storm)", set(), id="without either"),
        pytest.param("rain OR laughed", {"Rain", "Café"}, id="either word"),
        pytest.param("(rain OR lighthouse) storm", {"Storm", "Two parts"}, id="parentheses"),
        pytest.param("rain OR lighthouse storm", {"Rain", "Storm", "Two parts"}, id="OR binds least"),
        pytest.param("author:ann", {"Storm"}, id="an author"),
        pytest.param("AUTHOR:Ann", {"Storm"}, id="a field in capitals"),
        pytest.param('author:"renee other"', {"Café"}, id="a field with a phrase, accents folded"),
        pytest.param("author: ann", {"Storm"}, id="a space behind the colon"),
        pytest.param("author:(ann OR renée) dark", {"Storm"}, id="a field before parentheses"),
        pytest.param("title:lighthouse", {"The Lighthouse"}, id="a title"),
        pytest.param("lighthouse -title:lighthouse", {"Storm", "Two parts"}, id="not in the title"),
        pytest.param("fandom:tides", {"Rain"}, id="a fandom"),
        pytest.param("tag:angst tag:tides", {"Rain"}, id="tags"),
        pytest.param("disclaimer:kryptonite", {"Noted"}, id="a disclaimer"),
        pytest.param("notes:whitby", {"Noted"}, id="a note"),
        pytest.param("summary:bell", {"Rain"}, id="a summary"),
        pytest.param("text:rain", {"Rain"}, id="the text only"),
        pytest.param("site:other.example", {"Noted"}, id="a site alone"),
        pytest.param("lighthouse site:stories -author:ann", {"The Lighthouse", "Two parts"}, id="a site"),
        pytest.param("nothing -site:other.example", set(), id="another site"),
        pytest.param("site:example -lighthouse -laughed", {"Rain", "Noted"}, id="a site without words"),
        pytest.param("DEJA vu", {"Café"}, id="case and accents are folded"),
        pytest.param("déjà", {"Café"}, id="accents in the query are folded"),
        pytest.param("... rain !!", {"Rain"}, id="punctuation between words means nothing"),
        pytest.param("a - keeper -- waits", {"The Lighthouse"}, id="dashes between words"),
        pytest.param("rain\0drowned", {"Rain"}, id="NUL is a space"),
        pytest.param("http://rain", set(), id="an address is text"),
        pytest.param("only-rain", {"Rain"}, id="a hyphen makes a phrase"),
        pytest.param('"OR"', set(), id="an operator in quotes is a word"),
        pytest.param("or", set(), id="a small or is a word"),
        pytest.param("near", set(), id="near is a word"),
    ],
)  # fmt: skip
def test_a_query_finds_what_it_says(conn, query, expected):
    """Each construct of the query language, on a few stories."""
    assert set(titles(conn, query)) == expected
    rows = list(matching_ids(conn, query))
    assert {reader.load_story(conn, row).title for row in rows} == expected


@pytest.mark.parametrize(
    ("query", "what"),
    [
        pytest.param("", "no word", id="nothing"),
        pytest.param(" \t\n", "no word", id="white space"),
        pytest.param("... !? *", "no word", id="punctuation"),
        pytest.param('""', "no word", id="an empty phrase"),
        pytest.param("()", "no word", id="empty parentheses"),
        pytest.param("😀", "no word", id="a sign that the index has no word for"),
        pytest.param("-rain", "what not to find", id="only without"),
        pytest.param("-rain -sea", "what not to find", id="only without, twice"),
        pytest.param("rain OR -sea", "what not to find", id="one side only without"),
        pytest.param('"rain', "not closed, at character 1", id="an open quote"),
        pytest.param('rain "', "not closed, at character 6", id="a quote at the end"),
        pytest.param("(rain", "not closed, at character 1", id="an open bracket"),
        pytest.param("rain)", "without its", id="a closing bracket"),
        pytest.param("OR rain", "both sides", id="OR at the beginning"),
        pytest.param("rain OR", "both sides", id="OR at the end"),
        pytest.param("AND OR NOT", "both sides", id="operators only"),
        pytest.param("rain NOT", "behind it", id="NOT at the end"),
        pytest.param("author:", "no value", id="a field without a value"),
        pytest.param("author:...", "no word behind it", id="a field with punctuation"),
        pytest.param("athor:mako", "no field 'athor'", id="an unknown field"),
        pytest.param("li*ht", "middle", id="a star in a word"),
        pytest.param("*light", "before", id="a star before a word"),
        pytest.param("rain OR site:x", "site:", id="a site beside OR"),
        pytest.param("(" * 100 + "rain" + ")" * 100, "too deeply", id="nested too deeply"),
        pytest.param("-" + "(-" * 50 + "a" + ")" * 50, "too deeply", id="nested minus"),
        pytest.param("rain " * 1000, "more than 200", id="too many words"),
        pytest.param('"' + "rain " * 1500 + '"', "more than 1,000", id="too long a phrase"),
        pytest.param("x" * 100_000, "100,000 letters", id="100 kB"),
    ],
)
def test_what_is_no_query_is_a_clear_error(conn, query, what):
    """The error says what is wrong and where, and what to do."""
    with pytest.raises(QueryError, match=re.escape(what)) as caught:
        search(conn, query)
    assert caught.value.hint
    assert len(str(caught.value)) < 200
    with pytest.raises(QueryError):
        check(query)
    with pytest.raises(QueryError):
        next(matching_ids(conn, query))


def test_an_unknown_field_is_told_the_nearest():
    """A slip in a field's name is pointed at."""
    with pytest.raises(QueryError) as caught:
        check("athor:mako")
    assert "author:" in caught.value.hint
    assert "double quotes" in caught.value.hint


HOSTILE = [
    "TO", "rain~2", "/rain/", "[a TO z]", "rain&&sea", "!rain", "rain||sea", "?", "ra?n", "title=rain", "@title rain",
    "'", '"', '""', '"""', "'; DROP TABLE story; --", "1' OR '1'='1", "* * *", "**", "a*b*", "^rain", "+rain",
    "rain^2", "{title}:rain", "{title author} : rain", "title : rain", "- rain", "NEAR(a b)", "NEAR(rain, 2)", "NEAR/2",
    "rain NEAR sea", "rain NEAR/3 sea", "rain + sea", "rank:rain", "rowid:1", "story_fts:rain", "story_fts MATCH 'x'",
    "\0", "a\0b", "\0\0\0", "\x01\x02", "\x7f", "\ud800", "rain\udfff", "😀", "👩‍👩‍👧", "🏳️‍🌈 rain", "a\u0301", "\u0301", "\u200b",
    "\u202erain\u202c", "\u200frain", "\ufeffrain", "rain\u00ad", "灯台", "ДЁЖДЬ", "ﬁre", "ſtorm", "İstanbul", "ß", "²", "½ cup",
    "author:", "author:author:", "author:title:rain", ":", "::", ":rain", "rain:", "a:b:c", "title:\"", "title:(", "title:)", "title:*",
    "(", ")", "((", "))", ")(", "()()", "(()", "(rain", "rain)", "(-rain)", "-(rain)", "--rain", "---", "-", "- -", "-\"\"", "-()",
    "AND", "OR", "NOT", "AND AND", "NOT NOT rain", "rain NOT NOT sea", "rain OR OR sea", "OR OR", "not", "rain AND", "AND rain",
    "%s %d {0} {}", "${jndi:ldap://x}", "<script>alert(1)</script>", "../../etc/passwd", "\\", "\\\"", "a\\b", "`rain`", "$(rain)", "rain;",
    "a" * 100_000, "a " * 50_000, '"' * 100_000, "(" * 100_000, "-" * 100_000, "* " * 50_000, "a OR " * 30_000, "é" * 50_000, "author:" * 1000,
    "😀" * 25_000, "\0" * 100_000, "-a " * 300, "a* " * 199, "(a OR " * 25 + "a" + ")" * 25, '"a b" ' * 150, "x" * 9_999,
    " OR ".join(["rain"] * 200), " ".join(f"w{n}" for n in range(200)), "(a b) OR " * 60 + "c", "a -b " * 100,
]  # fmt: skip


def survives(conn, query):
    """Search; the query is answered or refused, nothing else, and soon."""
    started = time.process_time()
    found = None
    with suppress(QueryError):
        found = search(conn, query)
    assert time.process_time() - started < 2
    return found


def test_hostile_queries_do_no_harm(conn):
    """Over a hundred strings made to break: each is a query or an error, and the index still answers."""
    assert len(HOSTILE) > 120
    for query in HOSTILE:
        survives(conn, query)
        assert titles(conn, "title:lighthouse") == ["The Lighthouse"], query


PIECES = st.sampled_from(
    [
        '"',
        "(",
        ")",
        "-",
        "*",
        ":",
        " ",
        "OR",
        " AND ",
        "NOT ",
        "author:",
        "site:",
        "rain",
        "light",
        "é",
        "\0",
        "NEAR(",
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=30) | st.lists(PIECES, max_size=12).map("".join))
@example("author:(rain OR -light)")
def test_any_text_is_a_query_or_an_error(conn, query):
    """Whatever is typed, nothing but a QueryError is raised, and pages agree with the count."""
    found = survives(conn, query)
    if found is not None:
        assert len(list(matching_ids(conn, query))) == found.total
        assert len(found.hits) == min(found.total, 20)


def test_a_title_counts_for_more_than_a_sentence(conn):
    """The story named so comes before those that mention it."""
    found = search(conn, "lighthouse")
    assert found.hits[0].title == "The Lighthouse"
    assert found == Results(found.hits, 3, True, "all")
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_pages_join_without_gap_or_repeat(conn):
    """Pages of one hit each are the whole list; equals stand in order of their ids."""
    whole = search(conn, "site:example").hits
    pages = [search(conn, "site:example", limit=1, offset=n).hits for n in range(len(whole) + 1)]
    assert [hit for page in pages for hit in page] == list(whole)
    assert [hit.id for hit in whole] == sorted(hit.id for hit in whole)
    assert search(conn, "lighthouse", limit=0).total == 3
    assert search(conn, "lighthouse", limit=0).hits == ()


def test_a_hit_says_what_the_command_prints(conn):
    """The fields of search --json."""
    (hit,) = search(conn, "laughed").hits
    row = hit_row(hit)
    assert list(row) == [
        "id",
        "url",
        "title",
        "authors",
        "words",
        "site",
        "gone_since",
        "score",
        "snippet",
    ]
    assert row["authors"] == ["Renée Óther"]
    assert row["words"] == 8


# ---- snippets


def snippet(conn, query):
    """Return the snippet of the first hit, with the marks as brackets."""
    return search(conn, query).hits[0].snippet.replace("\ue000", "[").replace("\ue001", "]")


def test_a_snippet_is_the_passage_with_the_words(conn):
    """It begins with a sentence, and the words are marked as they stand in the text."""
    found = snippet(conn, "lighthouse author:ann")
    assert "In the end the [lighthouse] went dark." in found
    assert found.startswith(("The rope", "Nobody came", "In the end"))
    assert len(found) < 260


def test_the_best_chapter_is_shown(conn):
    """The passage with all the words is taken, though an earlier one has some."""
    assert snippet(conn, "lighthouse storm sea") == (
        "The second: a [lighthouse] keeper and a [storm] at [sea]."
    )


def test_phrases_prefixes_and_accents_are_marked(conn):
    """A phrase is marked as one, a prefix to the end of its word, accents as written."""
    assert "[lighthouse keeper]" in snippet(conn, '"lighthouse keeper"')
    assert "[laughed]" in snippet(conn, "laugh*")
    assert "“[Déjà vu], mon [père]?”" in snippet(conn, '"deja vu" pere')


def test_a_word_outside_the_text_still_gives_a_snippet(conn):
    """Where only the title has the word the story's beginning is shown, else the field that has it."""
    assert snippet(conn, "title:rain") == "Only rain."
    assert snippet(conn, "author:mako title:noted") == "Nothing here."
    assert snippet(conn, "whitby") == "For [Whitby]."
    assert snippet(conn, "kryptonite") == "[Kryptonite] is not mine."
    assert snippet(conn, "bell") == "A drowned [bell]."


def test_words_that_must_not_match_are_not_marked(conn):
    """Only what was asked for is marked."""
    assert snippet(conn, "laughed -rope") == "She said: “Déjà vu, mon père?” He [laughed]."


@pytest.fixture(scope="module")
def long_conn(tmp_path_factory):
    """An archive of one story of 200,000 words, and one whose text tries to break the highlighter."""
    path = tmp_path_factory.mktemp("long") / "archive.db"
    text = "and so it went on and on " * 28_000 + "until the lighthouse. " + "naïve " * 2000
    nasty = "a" * 300_000 + " b" + " " * 100_000 + "\ue000fake\ue001 a b " + "-_" * 100_000 + " c"
    store = Store.open(path)
    store.save_stories("stories.example", [story("Long", text), story("Nasty", nasty)], [])
    store.finish()
    conn = reader.connect(path)
    assert conn is not None
    yield conn
    conn.close()


@pytest.mark.parametrize(
    "query",
    ["and", "lighthouse", "and lighthouse", '"on and on"', "naive*", "and naive went so it"],
)
def test_a_story_of_200_000_words_is_cut_soon(long_conn, query):
    """A snippet of the longest story costs a fraction of a second."""
    started = time.process_time()
    (hit,) = search(long_conn, f"{query} title:long").hits
    assert "\ue000" in hit.snippet
    assert len(hit.snippet) < 400
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize("query", ["a", "a*", "b", '"a b"', '"b c"', "c", "fake", "title:nasty"])
def test_hostile_text_is_cut_soon_and_cannot_fake_a_mark(long_conn, query):
    """Endless words and gaps cost no more, and marks that the page had are left out."""
    started = time.process_time()
    for hit in search(long_conn, f"{query} title:nasty").hits:
        assert hit.snippet.count("\ue000") == hit.snippet.count("\ue001")
        assert len(hit.snippet) < 500
    assert time.process_time() - started < 1.5


def test_reading_loads_nothing_heavy():
    """search and reader start without requests, warcio, bs4, lxml or sqlite_utils."""
    code = (
        "import sys, storykeep.search, storykeep.reader; heavy = {'requests', 'warcio', 'bs4', 'lxml', "
        "'sqlite_utils', 'numpy', 'rich'} & set(sys.modules); sys.exit(', '.join(sorted(heavy)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
