"""Pages that speak of stories and are none, in the words of many sites."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html, unaccounted

SELF = (
    "<p>My policy on reviews: I am blunt. It has come to be known by most that most of the authors here should rather "
    "watch their shows. I offer sugar to none.</p><p>I will write of the pier until I die.</p>"
)
TALE = (
    '<p>"I joined May of 06," said Mara, "and I have a pier."</p><p>"My pier," said Tam.</p><p>I told them both that the '
    "tide had gone out without us, and that we would have to walk.</p>"
)


def read(body: str, title: str = "Tide Pool", url: str = "http://pool.example/page.html"):
    given = html(f"<html><head><title>{title}</title></head><body>{body}</body></html>", url)
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


@pytest.mark.parametrize(
    "joined", ["Joined May 06", "joined 03-02-06, id: 90210", "Member since 2006"]
)
def test_a_members_own_page_is_no_story(joined):
    part = read(
        f"<span>moth</span><div>PM . Follow . Favorite</div><div>{joined}</div>{SELF}<div>Author: Follow Favorite</div>"
    )
    assert (part.outcome, part.reason) == ("not_story", "the page is a member's own")


def test_a_story_told_by_somebody_who_joined_is_one():
    assert read(f"<h1>The Pier</h1><p>by Jo Moss</p>{TALE}").outcome == "story"


def test_a_card_that_offers_a_story_in_files_is_none():
    card = (
        "<h1>Salt Water</h1><p>Fandom: Branch Line<br>Description: Two girls miss a tide.<br>Author: Samara Frey<br>Rating: G"
        '</p><p><a href="read">READ</a> | <a href="x.txt">DOWNLOAD.txt</a> | <a href="x.epub">DOWNLOAD.epub</a></p><p>Salt '
        "Water by Samara Frey was read and liked by more than 4 people.</p>"
    )
    assert read(card).outcome == "not_story"


@pytest.mark.parametrize(
    "heading", ["From The Webmaster", "A Note from the Archivist", "About the Author"]
)
def test_a_page_that_says_who_speaks_is_no_story(heading):
    told = (
        "<p>My love for the sea began in 1998. I wrote a dozen stories since then, and you will find them all.</p>"
        * 3
    )
    assert read(f"<h2>{heading}</h2>{told}").outcome == "not_story"


def test_a_word_between_marks_is_not_said_by_anybody():
    body = (
        '<div class="entry-wrapper"><h3 class="entry-title">My rules (sorta)</h3><div class="entry-content"><p>All of mine will '
        'always be public, and you need not friend me for them.</p><p>When I tag "pre-slash" it can run the gamut of what friends '
        'may do.</p><p>I will tag "gen" where it stays that way.</p><p>I am all about the plot.</p></div></div>'
    )
    assert read(body, url="http://jo.livejournal.example/204.html").outcome == "not_story"


FAREWELL = (
    "<p>Hello. If you have come here for <b>Ember</b> or for any of the other stories, I'm sorry: they aren't here now.</p>"
    "<p>I took them down on the first of May. It wasn't anything that anyone did. I know that some of you have copies of the "
    "stories. Keep them if you like.</p><p>This page will stay until the hosting runs out.</p><p>- Rook</p>"
)


def test_a_farewell_in_place_of_stories_says_that_they_are_gone():
    part = read(FAREWELL, "cinders and ink")
    assert (part.outcome, part.reason) == ("gone", "the author says 'i took them down'")


def test_a_signed_story_may_begin_with_such_words():
    told = "<h1>The Lamp</h1><p>by Jo Moss</p><p>I took them down on the first of May, as you know from the stories.</p>"
    assert read(told + TALE).outcome == "story"


def test_a_blog_that_recommends_several_stories_is_none():
    entry = "<p><b>Title:</b> <a href='#'>{}</a><br><b>Author:</b> {}<br><b>Rating:</b> G</p><p>A jumper goes missing, and John, for once, finds it. I laughed upon a bus.</p>"
    body = (
        "<h1>Fic Friday</h1><p>I have read nothing else since Tuesday.</p>"
        + entry.format("Oats", "moth")
        + entry.format("Late", "ada")
    )
    assert read(body, "Fic Friday | The Sofa").outcome in {"not_story", "index"}


def test_an_entry_with_scenes_of_which_its_author_speaks_to_readers_is_one():
    body = (
        '<div class="entry-wrapper"><h3 class="entry-title">i finished a thing</h3><div class="entry-content"><p>so, hi. this was '
        "going to be a drabble. crossposted to lamps, sorry! 900 words, no warnings.</p><p><i>Dear Mr. Moss,</i></p><p><i>I am nine "
        "and I live at number four. I am the one who trod on your cat. I did not mean to. Mum says I have to write.</i></p><p>It had "
        "come on a Tuesday, in a square white envelope, with a stamp. He had never had a thing with a stamp. He held it to the "
        'candle, and then he sat down at the table in the kitchen and read it out loud to the cat.</p><p>"Did she?" he asked it.'
        "</p><p>***</p><p><i>You do not have to write back, I said so to Mum. But I should like it if I got something, and if I could "
        "show it to my friend. I am in the second year, and I have my own desk now.</i></p><p>He wrote it four times that night. It is a difficult matter to write to a child whom one may take no points from, and he had no practice in it, nor any paper that was not ruled for marks.</p></div></div>"
    )
    assert read(body, url="http://jo.livejournal.example/204.html").outcome == "story"


def test_a_door_for_those_whom_love_offends_is_a_gate():
    """It speaks of legal age, and its way on is "come in"."""
    page = (
        "<title>Adults only</title><h2>STOP!</h2><p>What lies beyond is slash. If two men in love "
        "offend you, go <a href='http://away.example'>away</a>. Otherwise, <a href='main.html'>come "
        "in</a>.</p><p>By entering you state that you are of legal age.</p>"
    )
    assert derive(html(page)).outcome == "gate"


def test_what_yahoo_says_of_a_closed_site_is_gone():
    page = "<title>Sorry!</title><p>Sorry, the GeoCities web site you were trying to reach is no longer available.</p>"
    assert derive(html(page)).outcome == "gone"


@pytest.mark.parametrize(
    "named", ["Harbour Episode Guide", "Low Fell Character Profiles", "Timeline"]
)
def test_a_page_about_a_show_calls_itself_so(named):
    """Prose of which no sentence is told."""
    rows = "".join(
        f"<p><b>1.{n} The Lamp</b><br>Halloran finds a lamp. Guest star: Jo Dee, March {n}.</p>"
        for n in range(1, 9)
    )
    assert (
        derive(html(f"<title>{named}</title><h1>{named}: Season One</h1>{rows}")).outcome != "story"
    )
    assert derive(html(f"<title>{named}</title><h1>{named}</h1>{rows}")).outcome == "not_story"
