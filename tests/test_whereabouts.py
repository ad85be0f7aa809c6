"""A page that was saved without its address is read by the same engine, and no address is made up."""

from __future__ import annotations

from storykeep.cleaning import saved_page
from storykeep.derive import derive
from storykeep.engines import whereabouts
from tests.pages import unaccounted

_STORY = """<html><head><title>The Weir</title>%s</head><body>
<div id="pagetitle"><a href="viewstory.php?sid=7">The Weir</a> by
<a href="viewuser.php?uid=3">Ada Moss</a></div>
<div id="story"><p>The water had risen to the third step.</p>
<p>"It stops there," <a href="map.html">the keeper</a> said. <img src="lamp.gif" alt="a lamp"></p>
<p>It did not stop there, and <a href="http://other.example/weir">nobody</a> had thought that it would.</p>
</div></body></html>"""


def _part(head: str = "", name: str = "the weir.html"):
    return derive(saved_page(name, (_STORY % head).encode()))


def test_a_saved_page_is_read_by_the_engine_of_its_site():
    """The links that tell the software lead nowhere, and tell it all the same."""
    part = _part()
    assert (part.engine, part.title) == ("efiction", "The Weir")
    assert [(author.name, author.url) for author in part.authors] == [("Ada Moss", None)]


def test_nothing_of_the_stand_in_is_left():
    """Only what the page itself says in full is an address."""
    part = _part()
    assert part.url == "the weir.html"
    assert whereabouts.STAND_IN not in repr(part)
    assert [link.url for link in part.links] == ["http://other.example/weir"]
    marks = [mark for block in part.prose for mark in block.marks]
    assert [(mark.kind, mark.value) for mark in marks] == [
        ("image", '{"src": "", "alt": "a lamp"}'),
        ("link", "http://other.example/weir"),
    ]


def test_what_the_browser_wrote_above_a_saved_page_is_its_address():
    """ "saved from url" counts, and links lead on from there."""
    page = "<!-- saved from url=(0041)http://fic.example/viewstory.php?sid=7 -->\n" + _STORY % ""
    part = derive(saved_page("weir.html", page.encode()))
    assert part.url == "http://fic.example/viewstory.php?sid=7"
    assert part.authors[0].url == "http://fic.example/viewuser.php?uid=3"
    assert part.work_id == "sid=7"


def test_a_canonical_link_is_the_address_unless_it_is_the_front_page():
    """Templates that name the front page on every page say nothing of this one."""
    said = '<link rel="canonical" href="//fic.example/viewstory.php?sid=7">'
    assert _part(said).url == "http://fic.example/viewstory.php?sid=7"
    assert _part('<link rel="canonical" href="http://fic.example/">').url == "the weir.html"
    assert _part('<meta property="og:url" content="/weir">').url == "the weir.html"


def test_every_text_of_such_a_page_is_accounted_for():
    """The stand-in changes no bin."""
    page = saved_page("weir.html", (_STORY % "").encode())
    assert unaccounted(page, derive(page)) == []
