"""Pages of a site's own frame that are no story: what their main part is, whatever the menu says."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, unaccounted

MENU = "".join(
    f'<li><a href="/media/{n}">{name} and everything else that is filed below it</a></li>'
    for n, name in enumerate(["Rivers", "Lamps", "Ferries", "Islands", "Bells", "Ropes"] * 6)
)
TELLING = (
    "The ferryman counted his passengers twice, and both times there was one too many of them.",
    '"It is the fog," said the girl at the rail, who had paid for herself and for nobody else.',
    "In the morning the boat lay at both landings, and the bell at neither of them would ring.",
)


def framed(name: str, main: str, url: str = "http://archive.example/works/7") -> Part:
    """Return the part of a page in the frame of OTW's software."""
    given = html(
        '<html><head><title>A Quay Archive</title></head><body class="logged-out">'
        f'<div id="outer" class="wrapper"><ul class="primary navigation">{MENU}</ul>'
        f'<div id="inner" class="wrapper"><div id="main" class="{name} region" role="main">{main}'
        "</div></div></div></body></html>",
        url,
    )
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


BLURB = (
    '<ol class="work index group">'
    + "".join(
        f'<li class="work blurb group"><h4 class="heading"><a href="/works/{n}">Two Landings {n}</a>'
        f' by <a rel="author" href="/users/ada/pseuds/ada">ada</a></h4><blockquote class="userstuff '
        f'summary"><p>{" ".join(TELLING * 6)}</p></blockquote></li>'
        for n in range(3)
    )
    + "</ol>"
)


@pytest.mark.parametrize(
    ("name", "main", "outcome"),
    [
        pytest.param(
            "works-show",
            "<p>This work could have adult content. If you continue, you have agreed to see it.</p>"
            '<ul><li><a href="/works/7?view_adult=true">Yes, Continue</a></li></ul>' + BLURB,
            "gate",
            id="the adult gate, with what the work says of itself below",
        ),
        pytest.param(
            "chapters-show",
            "<p>This work is part of an ongoing challenge and will be revealed soon!</p>",
            "moderated",
            id="a work that its challenge has not revealed",
        ),
        pytest.param(
            "sessions-new system session",
            "<p>Sorry! This work is only available to registered users of the Archive.</p>",
            "login",
            id="a locked work",
        ),
        pytest.param("bookmarks-index dashboard filtered", BLURB, "index", id="bookmarks"),
        pytest.param("series-show", BLURB, "index", id="a series"),
    ],
)
def test_the_frame_of_an_archive_says_what_its_page_is(name, main, outcome):
    part = framed(name, main)
    assert (part.engine, part.outcome, part.prose) == ("otw", outcome, ())


def test_a_listing_in_the_frame_lists_its_works():
    part = framed("works-index", BLURB, "http://archive.example/tags/Ferries/works")
    assert [link.text for link in part.links if link.kind == "story"] == [
        "Two Landings 0",
        "Two Landings 1",
        "Two Landings 2",
    ]


def test_a_list_of_stories_on_a_phone_is_no_story():
    """A summary may disclaim, and each row ends in what the grey line says."""
    rows = "".join(
        f'<div class="bs brb"><a href="https://m.fanfiction.net/r/{n}/">5k</a>'
        f'<a href="https://m.fanfiction.net/s/{n}/1/Fog">Fog {n}</a> by '
        f'<a href="https://m.fanfiction.net/u/{n}/moss">moss</a> {" ".join(TELLING)} It all '
        'belongs to Jo!<div class="gray">T, English, Humor, chapters: 2, words: 4k</div></div>'
        for n in range(101, 107)
    )
    page = html(f"<html><body>{rows}</body></html>", "https://m.fanfiction.net/book/Fog/")
    part = derive(page)
    assert (part.engine, part.outcome) == ("ffnet", "index")


def test_the_row_above_a_story_on_a_phone_is_read():
    page = html(
        '<html><body><div id="content"><div align="center"><b>Two Landings</b> by '
        '<a href="https://m.fanfiction.net/u/7/">moss</a></div><hr><a href="/book/">Books</a> » '
        '<a href="/book/Ferry/">Ferry Tales</a> Rated: T, English, Drama &amp; Humor, [Ada M., '
        'Jo K.] Bo L., Cy, Words: 2k+, Favs: 12, Published: <span data-xutime="1306877211">May 31, '
        '2011</span> Updated: <span data-xutime="1489509331">Mar 14, 2017</span><hr>'
        'Chapter 2: The Other Bell<br></div><div role="main"><div id="storycontent" '
        'class="storycontent"><p style="text-align:center"><strong>2: The Other Bell</strong></p>'
        f"{''.join(f'<p>{row}</p>' for row in TELLING)}</div></div>Ch <a href='1'>2</a> of "
        "<a href='28'>28</a></body></html>",
        "https://m.fanfiction.net/s/9/2/",
    )
    part = derive(page)
    assert unaccounted(page, part) == []
    assert (part.title, part.position, part.of, part.chapter_title) == (
        "Two Landings",
        2,
        28,
        "The Other Bell",
    )
    assert [block.text for block in part.prose] == list(TELLING)
    found = (part.published, part.updated)
    assert [date and date.value for date in found] == ["2011-05-31", "2017-03-14"]
    assert {(tag.kind, tag.value) for tag in part.tags} >= {
        ("rating", "T"),
        ("genre", "Drama"),
        ("genre", "Humor"),
        ("pairing", "Ada M., Jo K."),
        ("character", "Bo L."),
        ("character", "Cy"),
    }


def test_a_thread_of_nodebb_is_a_discussion():
    posts = "".join(f'<li component="post"><p>{row} {row}</p></li>' for row in TELLING * 3)
    page = html(
        '<html><head><title>The fog | Quay Talk</title></head><body class="page-topic">'
        f'<ul component="topic">{posts}</ul></body></html>',
        "http://talk.example/topic/12/the-fog",
    )
    assert derive(page).outcome == "not_story"
