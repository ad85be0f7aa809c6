"""Sites that somebody typed by hand: mistyped tags, names without "by", and what stands around."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html, unaccounted

TALE = (
    '<p>"The lamp is out," said Mara, and she took her coat from the hook by the stairs.</p><p>Tam followed her down to '
    "the pier. He had never seen the tide so low, and the boats lay on their sides in the mud like cattle.</p><p>"
    '"Then let us light it," he said. She laughed, and they went on together.</p>'
)
FIRST = '"The lamp is out," said Mara, and she took her coat from the hook by the stairs.'
LAST = '"Then let us light it," he said. She laughed, and they went on together.'


def read(body: str, title: str = "Tide Pool", url: str = "http://pool.example/page.html"):
    given = html(f"<html><head><title>{title}</title></head><body>{body}</body></html>", url)
    part = derive(given)
    assert unaccounted(given, part) == []
    assert part.outcome == "story"
    return part


def shown(part) -> list[str]:
    return [block.text for block in part.prose]


def names(part) -> list[str]:
    return [author.name for author in part.authors]


def test_a_mistyped_tag_of_a_paragraph_is_one():
    part = read(f"<h1>The Pier</h1><p1>{FIRST}</p1><p1>{LAST}</p1>{TALE}")
    assert shown(part)[:2] == [FIRST, LAST]


def test_a_heading_of_a_level_that_there_is_not_is_a_paragraph():
    part = read(f"<h1>The Pier</h1>{TALE}<h7>And so they went.</h7>")
    assert shown(part)[-1] == "And so they went."


def test_what_stands_between_angle_brackets_is_still_text():
    assert "<b2> is mine" in "\n".join(
        shown(read(f"<h1>The Pier</h1>{TALE}<p>“Seat &lt;b2> is mine.”</p>"))
    )


def test_a_poem_that_is_all_in_a_heading_is_a_text():
    stanza = (
        "In the low pier where the lamps stood tall,<br>I lit another, and heard the last one fall.<br>Oil on my hands, a "
        "heavy thing to bear,<br>As if the tide had burned them in despair.<br><br>"
    )
    part = read(f"<h2>{stanza * 5}</h2>")
    assert shown(part)[0].startswith("In the low pier")


def test_a_title_in_a_heading_with_a_gap_is_still_one():
    assert read(f"<h1>The Pier<br><br>by Jo Moss</h1>{TALE}").title == "The Pier"


@pytest.mark.parametrize(
    "foot",
    [
        pytest.param("<footer><ul><li><a href='/'>HOME</a></li></ul><h3>Latest Stories</h3></footer>", id="element"),
        pytest.param("<div id='footer'><h4>Other Cool Stuff:</h4><p>P O Box 22</p></div>", id="by its id"),
        pytest.param("<h2>List Of Stories</h2>" + "".join(f"<p><a href='{n}.html'>Oil {n}</a></p>" for n in "abc"), id="list"),
        pytest.param(
            "<div class='related'><h2>You should also read:</h2><h3>Low Water</h3><p>Wren takes the oar.</p></div>",
            id="what else there is",
        ),
        pytest.param("<p>Share this: <button>Share →</button></p>", id="a button"),
        pytest.param("<p>Other stories:</p><p><a href='/a.html'>Oil</a> | <a href='/b.html'>Wick</a></p>", id="links"),
        pytest.param(
            "<div>Chapter List</div>" + "".join(f"<div>Chapter {n}</div><p>A Name of It</p>" for n in (4, 5, 6)),
            id="the chapters",
        ),
    ],
)  # fmt: skip
def test_what_a_site_says_below_a_story_is_none_of_it(foot):
    assert shown(read(f"<h1>The Pier</h1>{TALE * 4}{foot}"))[-1] == LAST


def test_a_disclaimer_in_a_sites_foot_is_one():
    foot = "<footer><p>Disclaimer: The harbour belongs to Northern Pictures.</p></footer>"
    assert [each.place for each in read(f"<h1>The Pier</h1>{TALE}{foot}").disclaimers] != []


def test_a_story_whose_last_chapters_are_short_is_whole():
    chapters = "".join(f"<p>Chapter {n}</p>{TALE}" for n in (4, 5, 6))
    assert shown(read(f"<h1>The Pier</h1>{chapters}"))[-1] == LAST
    assert len([text for text in shown(read(f"<h1>The Pier</h1>{chapters}")) if text == FIRST]) == 3


def test_an_author_in_brackets_behind_the_title_wrote_it():
    part = read(f"<h1>Tide Pool</h1><h4>The Long Lamp (Author: WrenShipsTam):</h4>{TALE}")
    assert (names(part), shown(part)[0]) == (["WrenShipsTam"], FIRST)


def test_a_name_of_the_net_right_below_the_heading_wrote_it():
    part = read(f"<h1>La última lámpara (parte 4)</h1><p>doctorMoss2019</p>{TALE}")
    assert (names(part), part.title, part.position) == (["doctorMoss2019"], "La última lámpara", 4)
    assert shown(part)[0] == FIRST


def test_a_word_right_below_the_heading_names_nobody():
    assert names(read(f"<h1>The Pier</h1><p>Berlin</p>{TALE}")) == []


def test_a_title_once_more_with_its_rights_is_none_of_the_story():
    part = read(
        f"<h1>The Long Lamp, Chapter 1 by Jo Dee Moss</h1><p>THE LONG LAMP! copyright © 2008 by Jo Dee Moss</p>{TALE}"
    )
    assert (names(part), shown(part)[0]) == (["Jo Dee Moss"], FIRST)


def test_the_name_of_a_site_in_its_bar_is_none_of_the_story():
    bar = "<div class='navbar-brand'>Xan's Lamps</div>"
    assert shown(read(f"{bar}<p>{FIRST}</p>{TALE}", title="Xan's Lamps"))[0] == FIRST
