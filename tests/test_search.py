"""Anything a person types is a query or a clear error; hits come ranked, with the words marked."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storykeep import reader
from storykeep.errors import QueryError
from storykeep.model import (
    Author,
    Block,
    Chapter,
    Date,
    Disclaimer,
    Note,
    Series,
    Story,
    Tag,
    Version,
)
from storykeep.search import (
    EXACT,
    FACETS,
    Budget,
    Results,
    check,
    hit_row,
    matching_ids,
    search,
)
from storykeep.search.highlight import Highlighter, Needle
from storykeep.store import Store
from tests.archives import command, write_config

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
    replace(
        story("Dated", "Some snow fell on the old town.", published=Date("2003-06", "June 2003"),
              updated=Date("2005-01-02", "2 Jan 2005"), status="complete", language="en-GB",
              tags=(Tag("rating", "PG-13"), Tag("pairing", "Ann/Zoë")), series=Series("Far Shores", 1, 2),
              gone_since="2020-01-01T00:00:00Z", host="third.test"),
        chapters=(
            Chapter("d", "http://third.test/d", 1, None, (Block("paragraph", "Some snow fell on the old town."),),
                    superseded=(Version((Block("paragraph", "Less snow."),), "2019", "2019"),)),
        ),
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    """A read-only connection to an archive of a few stories."""
    path = tmp_path_factory.mktemp("search") / "archive.db"
    store = Store.open(path)
    for host in ("stories.example", "other.example", "third.test"):
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
        pytest.param("rain OR site:other", {"Rain", "Noted"}, id="a word or a site"),
        pytest.param("lighthouse (site:other OR author:ann)", {"Storm"}, id="a field in parentheses"),
        pytest.param("drowned NEAR/1 bell", {"Rain"}, id="words beside each other"),
        pytest.param("first NEAR/3 lighthouse", {"Two parts"}, id="words near each other"),
        pytest.param("first NEAR/2 lighthouse", set(), id="words too far from each other"),
        pytest.param("nothing NEAR/3 waits", set(), id="words of different stories"),
        pytest.param("text:(keeper NEAR/4 light*)", {"Two parts"}, id="a beginning near a word in a field"),
        pytest.param("words:>200", {"The Lighthouse", "Storm"}, id="more words"),
        pytest.param("words:..2", {"Rain", "Noted"}, id="at most so many words"),
        pytest.param("words:2..7", {"Rain", "Noted", "Dated"}, id="a range of words"),
        pytest.param("words:<1k -words:2 -is:gone", {"The Lighthouse", "Storm", "Café", "Two parts"}, id="not so many"),
        pytest.param("date:2003", {"Dated"}, id="a year"),
        pytest.param("date:2001..2004", {"Dated"}, id="years"),
        pytest.param("date:2003-06..2003-07", {"Dated"}, id="months"),
        pytest.param("date:2003-06-17", set(), id="a day where the page only says the month"),
        pytest.param("date:>2003", set(), id="after a year"),
        pytest.param("date:<2004", {"Dated"}, id="before a year"),
        pytest.param("date:<2003-06-30", set(), id="before a day in a month"),
        pytest.param("updated:>=2005-01-01", {"Dated"}, id="updated"),
        pytest.param("is:gone", {"Dated"}, id="gone"),
        pytest.param("site:example -is:gone -lighthouse -text:only", {"Café", "Noted"}, id="not gone"),
        pytest.param("is:complete", {"Dated"}, id="complete"),
        pytest.param("is:changed", {"Dated"}, id="changed"),
        pytest.param("status:wip", set(), id="a status by another name"),
        pytest.param("has:disclaimer", {"Noted"}, id="with a disclaimer"),
        pytest.param("rating:pg", set(), id="a rating is the whole value"),
        pytest.param("rating:pg-13", {"Dated"}, id="a rating"),
        pytest.param('rating:"PG-13" OR laughed', {"Dated", "Café"}, id="a quoted rating or a word"),
        pytest.param('pairing:"ann/zoe"', {"Dated"}, id="a pairing, accents folded"),
        pytest.param("pairing:zo*", {"Dated"}, id="a pairing with an open end"),
        pytest.param("pairing:zo", set(), id="a pairing by half a word"),
        pytest.param("character:ann", set(), id="another kind of tag"),
        pytest.param("genre:angst", {"Rain"}, id="a genre"),
        pytest.param("lang:en", {"Dated"}, id="a language with its region"),
        pytest.param("lang:e", set(), id="half a language"),
        pytest.param('lang:"e[n]"', set(), id="a language with signs"),
        pytest.param("series:shores", {"Dated"}, id="a series"),
        pytest.param("series:sho*", {"Dated"}, id="the beginning of a word of a series"),
        pytest.param('series:"far sho"*', {"Dated"}, id="the beginning of a series"),
        pytest.param("rating:pg*", {"Dated"}, id="the beginning of a rating"),
        pytest.param("rating:g*", set(), id="no beginning of a rating"),
        pytest.param("site:thi*", {"Dated"}, id="a part of a site with a star"),
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
        pytest.param(
            "words:many", "not a number of words, at character 7", id="words that are none"
        ),
        pytest.param("words:5..1", "begins behind its end", id="a range backwards"),
        pytest.param("words:>1..2", "cannot be", id="a sign and a range"),
        pytest.param("words:..", "cannot be", id="a range without ends"),
        pytest.param("date:spring", "not a date, at character 6", id="a date that is none"),
        pytest.param("date:2001-02-30", "not a date, at character 6", id="a day that there is not"),
        pytest.param("updated:2001..2003-13", "'2003-13' is not a date", id="a month of thirteen"),
        pytest.param(
            "rain NEAR/x sea", "takes a number of words, at character 6", id="NEAR/ and no number"
        ),
        pytest.param("rain NEAR/ sea", "takes a number", id="NEAR/ and nothing"),
        pytest.param("rain NEAR/-1 sea", "takes a number", id="NEAR/ and less than nothing"),
        pytest.param("rain NEAR/9999999999 sea", "1,000 words at most", id="NEAR/ and ten digits"),
        pytest.param(
            "title:-rain",
            "stands behind title: and not before it, at character 7",
            id="- behind a field",
        ),
        pytest.param("pairing:--zoe", "stands behind pairing:", id="- behind the field of a tag"),
        pytest.param(
            "sea OR -rain", "what not to find, at character 9", id="only without has its place"
        ),
        pytest.param(
            "sea (snow OR -(rain bell))", "at character 16", id="only without, within parentheses"
        ),
        pytest.param("lang:e*", "takes no *, at character 6", id="a star behind a language"),
        pytest.param("words:50*", "takes no *", id="a star behind a number"),
        pytest.param("series:*", "has no value", id="a series of a star"),
        pytest.param("status:done", "no status 'done'", id="an unknown status"),
        pytest.param("is:lost", "no is:'lost'", id="is: with something else"),
        pytest.param("has:teeth", "no has:'teeth'", id="has: with something else"),
        pytest.param("pairing:...", "no word behind it", id="a tag of punctuation"),
        pytest.param('rating:""', "no value", id="an empty value"),
        pytest.param("series:...", "no word behind it", id="a series of punctuation"),
        pytest.param("-is:gone", "what not to find", id="only a filter, negated"),
        pytest.param("rain NEAR", "both sides", id="NEAR at the end"),
        pytest.param("NEAR rain", "both sides", id="NEAR at the beginning"),
        pytest.param("rain NEAR/5000 sea", "1,000 words at most", id="NEAR too far"),
        pytest.param("rain NEAR (a OR b)", "something else than two words", id="NEAR a group"),
        pytest.param("title:rain NEAR text:sea", "values of fields", id="NEAR across fields"),
        pytest.param("words:5 NEAR sea", "values of fields", id="NEAR a filter"),
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


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        pytest.param("words:", "words:>5000", id="a number"),
        pytest.param("date:", "date:2001..2004", id="a date"),
        pytest.param("is:", "is:gone", id="one of a few"),
        pytest.param("status:...", "abandoned", id="a status"),
        pytest.param("lang:*", "pt-BR", id="a language"),
        pytest.param("author:", "author:word", id="a word"),
    ],
)
def test_a_field_without_a_value_says_what_it_takes(query, hint):
    """Not `is:word`, which is none."""
    with pytest.raises(QueryError) as caught:
        check(query)
    assert hint in caught.value.hint


def test_a_query_that_begins_with_a_dash_is_told_how_it_is_written(tmp_path):
    """The command line takes it for an option; the hint says what keeps it a query."""
    write_config(tmp_path, ["http://stories.example/"])
    done = command("search", "-rain storm", folder=tmp_path)
    assert done.returncode == 2
    assert "storykeep search -- '-rain storm'" in done.stderr


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


def mixed(number):
    """Return strings put together by seed of what means something to somebody."""
    dice = random.Random(6)
    words = [each for each in HOSTILE if len(each) < 40]
    signs = [*"\"()*:-<>=.,;'%$\\/{}[]^~|&!@#\0\t\n", "\u202e", "\u200f", "\ufeff", "\ud83d", "\U0001f600", "NEAR/", "..", " OR ", " AND ", " NOT ", "words:", "date:", "is:", "pairing:", "rating:", "1e309", "-9223372036854775809", "9" * 400]  # fmt: skip
    for _ in range(number):
        yield "".join(dice.choice(dice.choice((words, signs))) for _ in range(dice.randint(1, 9)))


def test_hostile_queries_do_no_harm(conn):
    """500 strings made to break: each is a query or an error, and the index still answers."""
    hostile = [*HOSTILE, *mixed(500 - len(HOSTILE))]
    assert len(set(hostile)) > 450
    for query in hostile:
        assert titles(conn, "title:lighthouse") == ["The Lighthouse"]
        survives(conn, query)
    assert titles(conn, "title:lighthouse") == ["The Lighthouse"]


def test_an_error_points_at_the_place(conn):
    """The query is shown with a caret below the place, also far inside a long one."""
    with pytest.raises(QueryError) as caught:
        check("storm words:many")
    assert str(caught.value).splitlines()[1:] == ["  storm words:many", "              ^"]
    with pytest.raises(QueryError) as caught:
        check("rain\t" * 150 + "li*ht" + " sea" * 30)
    shown, caret = str(caught.value).splitlines()[1:]
    assert shown[caret.index("^") :].startswith("li*ht")
    assert len(shown) < 70
    assert shown.startswith("  …")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("lighthuose", "lighthouse", id="two letters swapped"),
        pytest.param("kepeer waits", "keeper", id="one word of two"),
        pytest.param("laughdde", "laughed", id="two slips"),
        pytest.param("text:ligthouse", "lighthouse", id="in a field"),
        pytest.param("oldtown", "old-town", id="two words written as one"),
        pytest.param("dejavu", "deja-vu", id="two words with an accent"),
        pytest.param("aboutt", "about", id="a letter too many, and no second word"),
    ],
)
def test_a_slip_of_the_pen_is_told(conn, word, meant):
    """A word without a hit is answered with one of the index; one that has hits is not."""
    found = search(conn, word)
    assert found.total == 0
    assert list(found.meant.values()) == [meant]
    assert search(conn, "lighthouse keeper snow").meant == {}
    assert search(conn, "qqqqqqqqqq").meant == {}
    assert conn.execute("PRAGMA query_only").fetchone() == (1,)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param("lang:english", "no story has lang:english; the commonest are en-GB", id="a language"),
        pytest.param('rating:"PG 13"', "no story has rating:PG 13; the commonest are PG-13", id="a rating"),
        pytest.param("rating:R*", "no story has rating:R*; ", id="the beginning of a rating"),
        pytest.param("pairing:zoe/ann", "no story has pairing:zoe/ann; the commonest are Ann/Zoë", id="a pairing"),
        pytest.param("spoiler:pilot", "no story has spoiler:pilot; the commonest are none at all", id="a tag of a kind that none has"),
        pytest.param("site:http://third.test/", "the commonest are stories.example, other.example", id="an address for a site"),
        pytest.param("夜", "夜* finds what begins so", id="a script without spaces"),
    ],
)  # fmt: skip
def test_a_value_that_no_story_has_is_told(conn, query, told):
    """No hits are never all that is said where a field alone makes a query find nothing."""
    found = search(conn, query)
    assert found.total == 0
    assert [note for note in found.notes if told in note]
    assert search(conn, "rating:pg-13 -lang:de rain").notes == ()
    assert search(conn, "lang:en rating:pg-13").notes == ()


def test_facets_count_the_answers(conn):
    """Each value with its number, the commonest first."""
    found = search(conn, "site:example OR site:third", facet=FACETS).facets
    assert found.is_exact
    assert found.values["author"] == (("mako", 5), ("Ann", 1), ("Renée Óther", 1))
    assert found.values["site"] == (("stories.example", 5), ("other.example", 1), ("third.test", 1))
    assert found.values["year"] == (("2003", 1),)
    assert found.values["fandom"] == (("Tides", 1),)
    assert found.values["rating"] == (("PG-13", 1),)
    assert search(conn, "site:example", facet=("site",)).facets.values.keys() == {"site"}
    with pytest.raises(QueryError, match="no facet"):
        search(conn, "rain", facet=("shoe",))


def test_a_search_is_sorted_as_asked(conn):
    """By length, title, author, dates and changes; what has none comes last."""
    every = "site:example OR site:third"
    assert titles(conn, every, sort="words")[:2] == ["Storm", "The Lighthouse"]
    assert titles(conn, every, sort="title")[:2] == ["Café", "Dated"]
    assert titles(conn, every, sort="author")[0] == "Storm"
    assert titles(conn, every, sort="newest")[0] == "Dated"
    for sort in ("date", "updated", "changed"):
        assert titles(conn, every, sort=sort)[0] == "Dated"
        assert len(titles(conn, every, sort=sort)) == len(STORIES)
    with pytest.raises(QueryError, match="no sort order"):
        search(conn, "rain", sort="colour")


@pytest.mark.parametrize("budget", [Budget(), EXACT, Budget(0, 0), Budget(9, 0), Budget(0, 9)])
@pytest.mark.parametrize(
    "query",
    ["lighthouse", '"lighthouse keeper"', "lighthouse NEAR/3 keeper", "light*", "the -rain", "the words:>3"],
)  # fmt: skip
def test_a_small_archive_is_searched_in_full_whatever_it_may_cost(conn, query, budget):
    """A window is never smaller than what can be read at once; the answers are those of --exact."""
    found = search(conn, query, budget=budget)
    assert found.total_is_exact
    assert {hit.id for hit in found.hits} == {
        hit.id for hit in search(conn, query, budget=EXACT).hits
    }


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
    with suppress(QueryError):
        more = search(conn, query, stem=True, limit=0, facet=("outcome",))
        assert found is not None
        assert more.total >= found.total or "-" in query or "NOT" in query
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


@pytest.mark.parametrize("before", ["x", "é", "e\u0301", "“", "İ"])
@pytest.mark.parametrize("letters", [8_180, 8_186, 8_191, 8_192, 8_193])
def test_words_are_found_wherever_they_stand(before, letters):
    """Texts are looked through in pieces; a phrase over an edge is found, half a word is not."""
    text = (before * 9 + " ") * 2000
    text = text[:letters] + " Kéy lime pie, keyhole, monkey. " + text[:9000]
    finder = Highlighter([Needle(("key", "lime")), Needle(("hole",)), Needle(("pie",))], "body")
    passage = finder.best([text])
    assert passage is not None
    assert passage.worth == (2, 2)
    assert "\ue000Kéy lime\ue001 \ue000pie\ue001, keyhole, monkey." in passage.snippet


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
