"""A row below the title that nothing calls a name: the author's, or a subtitle."""

from __future__ import annotations

import pytest

from tests.pages import html, plain_text
from tests.test_cleaning_misses import STORY, names, page, shown, story, text

LONG = story() + "".join(f"<p>{line} Then it was dark, and the water rose.</p>" for line in STORY)
ROWS = [row for line in (*STORY, *STORY) for row in (line, "")]


@pytest.mark.parametrize(
    ("title", "name", "below"),
    [
        pytest.param(
            "<h1 align=center>Lamps</h1>", "<h2 align=center>Odile Pennyfarthing</h2>", "<hr>",
            id="two headings and a rule",
        ),
        pytest.param(
            "<h1 align=center>Lamps</h1>", "<p align=center>Odile Farthing</p>",
            "<p><i>I don't own the railway; it belongs to Low Fell Pictures.</i></p><hr>",
            id="a disclaimer below",
        ),
        pytest.param(
            "<h1 align=center>Lamps</h1>", "<h2 align=center>Odile van Meer</h2>",
            "<p align=center><small>Written in a tunnel.</small></p><hr>",
            id="small words in the middle below",
        ),
    ],
)  # fmt: skip
def test_a_name_below_the_title_is_the_authors(title, name, below):
    part = page(title, name, below, LONG, title="Lamps")
    (found,) = names(part)
    assert (found, part.title) == (name.partition(">")[2].partition("<")[0], "Lamps")
    assert shown(part)[0] == STORY[0]
    assert part.evidence["authors"][0].confidence == 0.5


@pytest.mark.parametrize(
    "subtitle",
    [
        pytest.param("Dark Waters", id="words of the story"),
        pytest.param("Second Platform", id="a word that titles begin with"),
        pytest.param("Signalling Marlow", id="a participle"),
        pytest.param("Redemption Halt", id="a noun by its ending"),
        pytest.param("Homeward", id="one word"),
        pytest.param("Part Two", id="a part"),
        pytest.param("LOW FELL", id="in capitals"),
        pytest.param("The Platform Lamp", id="with an article"),
    ],
)
def test_a_subtitle_is_nobody(subtitle):
    part = page(
        "<h1 align=center>Lamps</h1>", f"<h2 align=center>{subtitle}</h2>", "<hr>", LONG,
        title="Lamps",
    )  # fmt: skip
    assert names(part) == []


def test_who_is_in_the_story_has_not_written_it():
    told = "<p>Odile Farthing kept the lamp, and ODILE was what they called her.</p>"
    part = page(
        "<h1 align=center>Lamps</h1>", "<h2 align=center>Odile Farthing</h2>", "<hr>", told, LONG
    )
    assert names(part) == []


def test_a_page_too_short_to_tell_names_nobody():
    short = story(0, 2)
    part = page(
        "<h1 align=center>Lamps</h1>", "<h2 align=center>Odile Farthing</h2>", "<hr>", short
    )
    assert names(part) == []


def test_a_name_right_above_the_text_with_nothing_between_may_be_its_first_words():
    part = page("<h1 align=center>Lamps</h1>", "<p align=center>Odile Farthing</p>", LONG)
    assert names(part) == []


@pytest.mark.parametrize("title", ["THE SIGNALMAN'S STEP", "The Signalman's Step"])
def test_a_text_file_begins_with_its_title_and_its_author(title):
    part = text(title, "", "Odile Farthing", "", "", *ROWS)
    assert (part.title, names(part), shown(part)[0]) == (title, ["Odile Farthing"], STORY[0])


def test_a_name_between_paragraphs_of_a_text_file_heads_a_scene():
    """Whose thoughts follow is said so as well; without two blank rows below nothing ends."""
    part = text("The Signalman's Step", "", "Odile Farthing", "", *ROWS)
    assert names(part) == []


def test_dashes_around_a_name_at_the_top_say_whose_view_it_is():
    part = text("The Signalman's Step", "", "-Odile-", "", "", *ROWS)
    assert names(part) == []


def test_a_name_that_the_page_signs_wins():
    part = page(
        "<h1 align=center>Lamps</h1>", "<h2 align=center>Odile Farthing</h2>",
        "<p>by Ada Moss</p><hr>", LONG,
    )  # fmt: skip
    assert "Ada Moss" in names(part)


def test_no_name_is_too_strange_to_be_looked_at():
    for name in ("(((( Jo", "A" * 5000, "\\E\\Q Jo [", "Jo.* Moss+"):
        html_part = html(f"<h1>Lamps</h1><h2>{name}</h2><hr>{LONG}")
        assert html_part.body
        plain_part = plain_text("\n".join(["Lamps", "", name, "", "", *ROWS]))
        assert plain_part.body
