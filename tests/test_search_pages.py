"""A page is the one that reading everything gives, whichever way it was made the soonest."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storykeep import reader
from storykeep.search import EXACT, Budget, rank, search
from storykeep.search.cost import Cost
from storykeep.search.highlight import END, START, Highlighter, Needle
from storykeep.search.plan import plan
from storykeep.store import Store
from tests.stories import HOST, story_of

NUMBER = 300
WORDS = ("sea", "storm", "keeper", "lantern")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A read-only connection to 300 stories, and the words of each, the newest first."""
    dice = random.Random(4)
    texts = [
        " ".join(dice.sample(WORDS, dice.randint(0, 4)) + dice.choices(["the", "rope"], k=20))
        for _ in range(NUMBER)
    ]
    path = tmp_path_factory.mktemp("pages") / "archive.db"
    store = Store.open(path)
    named = [f"t{n} of the rope" if n % 6 == 0 else f"t{n}" for n in range(NUMBER)]
    store.save_stories(HOST, [story_of(*each) for each in zip(named, texts, strict=True)], [])
    store.finish()
    conn = reader.connect(path)
    assert conn is not None
    titles = [row[0] for row in conn.execute("SELECT title FROM story ORDER BY id DESC")]
    yield conn, [(title, set(texts[int(title[1:].split()[0])].split())) for title in titles]
    conn.close()


@given(
    wanted=st.sets(st.sampled_from(("the", *WORDS)), min_size=1),
    unwanted=st.sets(st.sampled_from(WORDS), max_size=1),
    offset=st.integers(0, NUMBER),
    budget=st.sampled_from([Budget(), EXACT, Budget(count_newest=10), Budget(count=7)]),
)
@example({"the"}, set(), 0, Budget(count_newest=10))
def test_the_newest_are_those_that_reading_all_gives(archive, wanted, unwanted, offset, budget):
    """Whatever is counted, the page has the newest stories with the words, in their order."""
    conn, stories = archive
    query = " ".join([*sorted(wanted), *(f"-{word}" for word in unwanted)])
    true = [title for title, words in stories if wanted <= words and not unwanted & words]
    found = search(conn, query, sort="newest", offset=offset, budget=budget)
    assert [hit.title for hit in found.hits] == true[offset : offset + 20]
    assert found.total == len(true) if found.total_is_exact else found.total < len(true)


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, unique=True), offset=st.integers(0, 60))
def test_ranked_pages_are_those_of_one_long_page(archive, words, offset):
    """What is weighed in one go is in the order of what is weighed and sorted by the database."""
    conn, _ = archive
    whole = conn.execute(
        f"SELECT (SELECT title FROM story WHERE id = story_fts.rowid) FROM story_fts WHERE story_fts MATCH ? "
        f"ORDER BY bm25(story_fts, {rank._WEIGHTS}), story_fts.rowid",
        (" AND ".join(words),),
    ).fetchall()
    page = search(conn, " ".join(words), offset=offset).hits
    assert [(hit.title,) for hit in page] == whole[offset : offset + 20]


def test_titles_stand_before_texts_on_each_page_of_a_window(archive):
    """A page that titles fill is the beginning of the longer page that texts fill, too."""
    conn, _ = archive
    budget = Budget(score=0.02)
    whole = search(conn, "the", limit=NUMBER, budget=budget)
    assert whole.ranked == "window"
    assert [("of the rope" in hit.title) for hit in whole.hits] == [True] * 50 + [False] * 250
    true = search(conn, "the", limit=NUMBER, budget=EXACT).hits
    assert list(whole.hits[:50]) == [hit for hit in true if "of the rope" in hit.title]
    pages = [
        search(conn, "the", limit=15, offset=at, budget=budget).hits for at in range(0, 90, 15)
    ]
    assert [hit for page in pages for hit in page] == list(whole.hits[:90])


PIECES = st.sampled_from(
    [
        *("Sea", "sea", "SEA", "sEa", "seas", "oversea", "séa", "sea\u0301"),
        *("\u2019", "\ue000", "-", " ", ". ", "\n\n", "the rope lay there. " * 30),
    ]
)


@given(text=st.lists(PIECES, max_size=12).map(" ".join), is_prefix=st.booleans())
@example("the rope \u2018sEa\u2019", False)
@example("séa " * 3 + "Sea", False)
def test_what_is_soon_found_is_a_match(text, is_prefix):
    """Only words that match are marked; in ASCII a word is found at once or is not there."""
    finder = Highlighter([Needle(("sea",), is_prefix)], "body")
    soon, best = finder.lead(text), finder.best([text])
    if soon is None:
        assert best is None or not text.isascii()
        return
    assert best is not None
    marked = re.findall(f"{START}(.*?){END}", soon)
    assert marked
    forms = r"s[eé]\u0301?a\u0301?" + (r"\w*" if is_prefix else "")
    assert all(re.fullmatch(forms, word, re.IGNORECASE) for word in marked)
    assert len(soon) < 400


@given(
    text=st.lists(st.sampled_from(("Sea", "storm", "the", "rope", "of the", "\n\n", "x" * 90))
    .flatmap(lambda word: st.integers(1, 40).map(lambda n: f"{word} " * n)), max_size=8).map("".join),
    words=st.lists(st.sampled_from(("sea", "storm", "the", "of", "rope", "x")), min_size=2, unique=True),
)  # fmt: skip
def test_the_best_passage_is_that_of_all_matches(text, words):
    """However the text is looked through: the most different words, then the most, then first."""
    met = [(each.start(), each.end(), each[0].lower()) for each in re.finditer(r"\w+", text)]
    met = [each for each in met if each[2] in words]
    worths = []
    for at, (_, end, word) in enumerate(met[: max(60, 10_000 // len(words) ** 2)]):
        near = [each for each in met[:at] if each[0] >= end - 160]
        worths.append((len({word, *(each[2] for each in near)}), len(near) + 1))
        if worths[-1][0] == len(words):
            break
    best = Highlighter([Needle((word,)) for word in words], "body").best([text])
    assert (best.worth if best else None) == max(worths, default=None)


def test_a_dear_phrase_is_weighed_where_it_is_found(archive):
    """In one go, and as its words together say; among the newest where that is all there is time for."""
    conn, stories = archive
    for query in ('"rope the"', '"the rope"', '"sea rope"'):
        asked, stated = plan(query), Cost(6.0, 6.0, 1.0, 9, 2, NUMBER, True)
        true = [hit.title for hit in search(conn, query, budget=EXACT, limit=NUMBER).hits]
        found = rank.find(conn, asked, stated, Budget(), NUMBER, "relevance")
        page = rank.ranked(
            conn, asked, found, stated, Budget(), limit=NUMBER, offset=0, stories=NUMBER
        )
        assert [stories[NUMBER - row][0] for row, _ in page.rows] == true
        assert (found.total, found.is_exact, page.window) == (len(true), True, None)
        newest = rank.find(conn, asked, stated, Budget(find=4.0), NUMBER, "relevance")
        of_newest = [title for title in true if int(title[1:].split()[0]) >= NUMBER // 3]
        assert [row for row, _ in newest.scored] == [
            int(title[1:].split()[0]) + 1 for title in of_newest
        ]
        assert not newest.is_exact
