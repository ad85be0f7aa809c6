"""The same text elsewhere is found, whatever became of its quotes, lines and title."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep import alike, reader
from storykeep.cli.main import cli
from storykeep.search.duplicates import duplicates
from storykeep.search.similar import similar
from storykeep.store import Store, canonical_dump, opening
from storykeep.store.schema import STEPS
from tests.stories import HOST, prose_of, story_of

OTHER = "mirror.example"
_NOUNS = [
    "keeper",
    "lamp",
    "harbour",
    "gull",
    "letter",
    "rope",
    "kettle",
    "window",
    "sister",
    "captain",
    "stair",
    "storm",
    "bell",
    "boat",
    "lantern",
    "barometer",
    "ferry",
    "cousin",
    "mirror",
    "ledger",
    "oilskin",
    "candle",
    "chart",
    "compass",
    "anchor",
    "garden",
    "orchard",
    "thimble",
]
_WORDS = [
    *_NOUNS,
    *[
        "carried",
        "forgot",
        "mended",
        "counted",
        "painted",
        "borrowed",
        "watched",
        "buried",
        "answered",
        "hid",
    ],
]


def told(seed: int, sentences: int) -> list[str]:
    """Return the sentences of a made-up text; another seed is another text."""
    dice = random.Random(seed)
    return [f"The {' '.join(dice.choices(_WORDS, k=12))}, he said." for _ in range(sentences)]


LONG = told(1, 400)
SHORT = told(2, 9)
CURLY = " ".join(LONG[:300]).replace("he said", "“he’d said” — really")
STRAIGHT = CURLY.translate({0x201C: '"', 0x201D: '"', 0x2019: "'", 0x2014: "--"}).upper()


def chapters(sentences: list[str], number: int) -> list[str]:
    size = len(sentences) // number
    return [" ".join(sentences[at * size : (at + 1) * size]) for at in range(number)]


STORIES = [
    story_of("long", *chapters(LONG, 4)),
    story_of("print", "\n".join(LONG)),
    story_of("part", " ".join(LONG[100:200])),
    story_of("drabble", " ".join(SHORT)),
    story_of("draft", " ".join([*LONG[:360], *told(3, 40)])),
    story_of("mix", " ".join([*LONG[:120], *told(4, 400)])),
    story_of("collection", *chapters(told(5, 300), 3), " ".join(SHORT), " ".join(told(6, 60))),
    story_of("stranger", " ".join(told(7, 300))),
    story_of("empty", "* * *"),
    story_of("tiny", "Only rain."),
    story_of("tiny again", "Only rain!"),
    story_of("curly", CURLY),
    story_of("straight", STRAIGHT),
    story_of("poem", "\n".join(f"o {each} of the evening, o grey and hollow thing" for each in _NOUNS)),
    story_of("poem again", *[f"O {each} of the evening, o grey and hollow thing" for each in _NOUNS]),
    story_of("ru", "Смотритель маяка никогда не отвечал на письма. Она ждала его на пристани до утра."),
    story_of("ru again", "Смотритель маяка никогда не отвечал на письма… Она ждала его на пристани до утра!"),
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A database with stories that have text from one another."""
    path = tmp_path_factory.mktemp("similar") / "archive.db"
    with Store.open(path) as store:
        store.save_stories(HOST, STORIES, [])
        store.finish()
    return path


@pytest.fixture(scope="module")
def conn(path):
    """A connection to it that cannot write."""
    with closing(reader.connect(path)) as conn:
        yield conn


def row_of(conn, title):
    return conn.execute("SELECT id FROM story WHERE title = ?", (title,)).fetchone()[0]


def title_of(conn, row):
    return conn.execute("SELECT title FROM story WHERE id = ?", (row,)).fetchone()[0]


def found(conn, title, **options):
    return {
        title_of(conn, each.row): each for each in similar(conn, row_of(conn, title), **options)
    }


@pytest.mark.parametrize(
    ("title", "other", "what"),
    [
        pytest.param("long", "print", "the same text", id="one page, lines broken otherwise"),
        pytest.param("curly", "straight", "the same text", id="other quotes, dashes and case"),
        pytest.param("tiny", "tiny again", "the same text", id="two words"),
        pytest.param("poem", "poem again", "the same text", id="verse, a chapter each line"),
        pytest.param("ru", "ru again", "the same text", id="Cyrillic"),
        pytest.param("part", "long", "has all of this text, and more", id="a chapter alone"),
        pytest.param("long", "part", "all of it stands in this text", id="and the other way"),
        pytest.param("drabble", "collection", "has all of this text, and more", id="nine sentences"),
        pytest.param("long", "draft", "nearly the same text", id="another end"),
        pytest.param("long", "mix", "has 33 % of this text", id="the beginning only"),
    ],
)  # fmt: skip
def test_who_has_the_text_is_found_and_said(conn, title, other, what):
    """Each way in which a text comes twice."""
    assert found(conn, title)[other].what == what


def test_another_text_is_not_alike(conn):
    """Made of the same words, in another order, a text is alike none."""
    assert found(conn, "stranger", least=1) == {}
    assert found(conn, "empty", least=1) == {}


def test_how_alike_they_are_is_counted_in_runs_of_words(conn):
    """The percentages are those of the texts, not of a sample; the most alike come first."""
    each = found(conn, "draft")["long"].likeness
    ours, theirs = (
        alike.runs("\n\n".join(chapters(LONG, 4))),
        alike.runs(" ".join([*LONG[:360], *told(3, 40)])),
    )
    shared = len(ours & theirs)
    assert each.alike == shared * 100 // len(ours | theirs)
    assert each.of_one == shared * 100 // len(theirs)
    order = [each.likeness.alike for each in similar(conn, row_of(conn, "long"))]
    assert order == sorted(order, reverse=True)


def test_the_chapters_that_are_alike_are_named(conn):
    """A chapter that was posted alone is said to be the second here."""
    assert found(conn, "long")["part"].chapters == ((2, 1),)
    assert found(conn, "drabble")["collection"].chapters == ((1, 4),)


def test_least_leaves_out_what_shares_less(conn):
    """What shares less of the shorter text than asked for is not listed."""
    assert "mix" in found(conn, "long", least=20)
    assert "mix" not in found(conn, "long", least=60)


def test_duplicates_stand_in_groups_below_the_longest(conn):
    """Every story that has half of its text from another is in one group."""
    groups = [
        [title_of(conn, each.row), *sorted(title_of(conn, other.row) for other in each.others)]
        for each in duplicates(conn)
    ]
    assert groups[0] == ["long", "draft", "part", "print"]
    assert sorted(map(sorted, groups[1:])) == [
        ["collection", "drabble"],
        ["curly", "straight"],
        ["poem", "poem again"],
        ["ru", "ru again"],
        ["tiny", "tiny again"],
    ]


def test_a_sentence_of_very_many_stories_does_not_hide_copies(tmp_path):
    """A notice that stands everywhere makes no pairs; two copies among them are still found."""
    notice = "This story may be archived anywhere as long as my name stays on it."
    stories = [
        story_of(f"s{n}", f"{' '.join(told(n % 99, 12))} {notice}") for n in range(100)
    ]  # the last is the first again
    path = tmp_path / "archive.db"
    with Store.open(path) as store:
        store.save_stories(HOST, stories, [])
        store.finish()
    with closing(reader.connect(path)) as conn:
        groups = [
            {title_of(conn, group.row), *(title_of(conn, each.row) for each in group.others)}
            for group in duplicates(conn)
        ]
    assert groups == [{"s0", "s99"}]


# ---- what is kept


def sketches(path):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(
            "SELECT c.key, k.bound, k.digests FROM chapter AS c "
            "LEFT JOIN sketch AS k ON k.chapter = c.id AND k.story = c.story ORDER BY c.key"
        ).fetchall()


def test_a_changed_text_gets_another_sketch_and_the_others_keep_theirs(tmp_path):
    """Sketches follow the texts: changed, removed, and left alone where nothing changed."""
    path = tmp_path / "archive.db"
    before = [story_of("a", *chapters(LONG, 2)), story_of("b", " ".join(SHORT))]
    with Store.open(path) as store:
        store.save_stories(HOST, before, [])
        store.finish()
    first = sketches(path)
    first_size = path.stat().st_size
    with Store.open(path) as store:
        store.save_stories(HOST, before, [])
        store.finish()
    assert sketches(path) == first
    assert path.stat().st_size == first_size
    changed = replace(
        before[0],
        chapters=(replace(before[0].chapters[0], prose=prose_of("All new words.")),),
    )
    with Store.open(path) as store:
        store.save_stories(HOST, [changed], [])
        assert store.conn.execute("SELECT count(*) FROM sketch").fetchone() == (1,)
        store.finish()
    ((_, bound, digests),) = sketches(path)
    assert alike.Sketch(bound, alike.unpack(digests)) == alike.sketch("All new words.")


def test_an_older_database_gets_sketches_of_all_it_has(tmp_path, path):
    """Brought up to date, it has the same sketches as one that had them from the beginning."""
    old = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as conn, closing(sqlite3.connect(old)) as copy:
        conn.backup(copy)
        step = next(n for n, each in enumerate(STEPS) if each.__name__ == "_sketch_texts")
        copy.execute("DROP TABLE sketch")
        copy.execute(f"PRAGMA user_version = {step}")
        copy.commit()
    db = opening.open_database(old, steps=STEPS[: step + 1])
    db.close()
    assert sketches(old) == sketches(path)
    assert all(digests is not None for _, _, digests in sketches(old))


def test_sketches_are_part_of_the_canonical_dump(conn):
    """A rebuild that made other sketches would be found out."""
    assert sum(line.startswith("sketch\t") for line in canonical_dump(conn)) == sum(
        len(each.chapters) for each in STORIES
    )


# ---- the sketch itself


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_every_text_has_a_sketch_that_can_be_packed(text):
    """No text is an error; what is packed comes back, and a text is all of itself."""
    made = alike.sketch(text)
    assert alike.unpack(alike.pack(made.digests)) == made.digests
    assert list(made.digests) == sorted(set(made.digests))
    assert all(0 <= each < made.bound <= alike.EVERY for each in made.digests)
    runs = alike.runs(text)
    assert alike.likeness(runs, runs).alike == (100 if runs else 0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 300), st.integers(1, 300))
def test_of_a_shared_sentence_both_sketches_know_or_neither(seed, few, more):
    """Below both bounds, the digests of a part are among those of the whole."""
    sentences = told(seed, few + more)
    whole, part = alike.sketch(" ".join(sentences)), alike.sketch(" ".join(sentences[:few]))
    bound = min(whole.bound, part.bound)
    assert set(part.digests[: part.below(bound)]) <= set(whole.digests)


def test_a_sketch_is_the_same_on_every_machine():
    """Pinned: other digests would make two databases of one archive differ."""
    made = alike.sketch(
        "The keeper counted the waves that evening. Nobody came, and the lamp went dark!"
    )
    assert alike.pack(made.digests).hex() == "9a25aee6414a56e9"


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        st.sampled_from("ab \u00e9\u2019\u2026\u201c\u3002\uff01\u00a0\ufeff?.\u4e00\ud800"),
        min_size=30,
    )
)
def test_signs_beyond_ascii_count_for_nothing(text):
    """A text has the sketch of itself without them; an ellipsis ends a sentence as a stop does."""
    bare = re.sub("[\u2019\u201c\u00a0\ufeff]", "", unicodedata.normalize("NFC", text))
    assert alike.sketch(text) == alike.sketch(re.sub("[\u2026\u3002\uff01]", ".", bare))


# ---- the commands


def call(folder, *words):
    done = CliRunner().invoke(cli, ["-C", str(folder), *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_command_says_how_alike(conn, path):
    """For people a line with the percentage, for programs all numbers."""
    number = reader.public_id(conn, row_of(conn, "long"))
    lines = call(path.parent, "similar", number).stdout.splitlines()
    assert lines[0].startswith("100 %  ")
    assert "print by mako" in lines[0]
    assert lines[1].strip().startswith("the same text")
    rows = [
        json.loads(each)
        for each in call(path.parent, "similar", number, "--json").stdout.splitlines()
    ]
    assert [row["title"] for row in rows] == ["print", "draft", "part", "mix"]
    part = rows[2]
    assert (part["of_that"], part["chapters"]) == (100, [[2, 1]])


def test_duplicates_are_listed_by_group(path):
    """One line a group for programs; the longest stands first."""
    rows = [
        json.loads(each)
        for each in call(path.parent, "list", "--duplicates", "--json").stdout.splitlines()
    ]
    assert len(rows) == 6
    assert all(row["words"] >= each["words"] for row in rows for each in row["duplicates"])
    said = call(path.parent, "list", "--duplicates")
    assert "14 stories in 6 groups" in said.stderr


def test_what_cannot_be_meant_is_an_error(path, tmp_path):
    """An unknown story, no archive, and --duplicates with a choice."""
    from storykeep.errors import UsageError

    for folder, words in (
        (path.parent, ("similar", "zzzz")),
        (tmp_path, ("similar", "zzzz")),
        (path.parent, ("list", "--duplicates", "--gone")),
    ):
        with pytest.raises(UsageError):
            call(folder, *words)
