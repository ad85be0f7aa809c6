"""Pages of small sites that tell nothing, each beside a story that has the same sign once."""

from __future__ import annotations

import pytest

from storykeep.cleaning import clean, saved_page
from storykeep.derive import derive
from tests.pages import html, unaccounted

FILLER = (
    "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit. Nullam vitae finibus lacus. Vivamus non tristique neque.</p>"
    "<p>Sed eiusmod tempor incididunt labore, dolore magna aliqua enim minim veniam, quis nostrud ullamco laboris.</p>"
)
TALE = (
    '<p>"The lamp is out," said Mara, and she took her coat from the hook by the stairs.</p><p>Tam followed her down to '
    "the pier. He had never seen the tide so low, and the boats lay on their sides in the mud like cattle.</p><p>"
    '"Lorem ipsum," he said. "That is all the Latin I have." She laughed, and they went on together.</p>'
)
MATTER = (
    "<p>Wren Grotesk is a family of typefaces with a dual nature: the skeleton is mechanical, and the forms are largely "
    "geometric. The curves are open, and the weights in the middle of the family are optimised for the screen.</p><p>The "
    "condensed family is drawn for tables. In print the regular weight works as well, and the extreme weights are meant "
    "for display in a few large words.</p>"
)
BLURB = (
    "<p>A fantasy of twists and turns, set on the last pier of the north, in which Mara has to find the keeper's lamp "
    "before the tide takes the town. It is a book for all who loved the first part of the series.</p>"
)


def read(body: str, title: str = "Tide Pool", url: str = "http://pool.example/page.html", head=""):
    given = html(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>", url)
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def test_a_template_that_nobody_filled_is_no_story():
    part = read(f"<h1>Template</h1>{FILLER * 3}")
    assert (part.outcome, part.reason) == ("not_story", "the text only fills a template")


def test_a_story_in_which_somebody_speaks_printers_latin_is_one():
    assert read(f"<h1>The Pier</h1>{TALE}").outcome == "story"


@pytest.mark.parametrize(
    "stamp",
    [
        pytest.param("{} Sun Sep  5 23:05:04 2004", id="a board's script"),
        pytest.param("{} Mon Nov 13 16:06:03 GMT 2000", id="with the zone"),
        pytest.param("{} chapter 113 . 3/2/2015", id="a site's reviews"),
    ],
)
def test_what_visitors_write_to_each_other_is_no_story(stamp):
    said = "<p>I think that Mara should have taken the lamp with her, and told him so.</p>"
    rows = "".join(f"{said}<p>{stamp.format(name)}</p>" for name in ("Moth", "Jo Dee", "mouse"))
    part = read(f"<h1>Another lamp already!</h1>{rows}")
    assert part.outcome == "not_story"
    assert part.reason.startswith("visitors write to each other")


def test_a_mail_in_a_story_makes_no_board_of_it():
    mail = "<p>From: Mara</p><p>Sent: Sun Sep 5 23:05:04 2004</p>"
    assert read(f"<h1>The Pier</h1>{TALE}{mail}{TALE}").outcome == "story"


def test_a_book_in_a_shop_is_no_story():
    shop = (
        "<h2>The Last Pier</h2><p>Jo Moss</p><p>Buy now from Amazon</p>"
        f"{BLURB}<p>Ebook ISBN: 9798000000000</p><p>Ebook price: $2.99 USD</p><p>Paperback price: $12.99</p>"
    )
    part = read(shop)
    assert part.outcome == "not_story"
    assert part.reason.startswith("the page sells")


def test_a_story_above_the_shop_of_its_book_is_one():
    shop = "<p>Buy now from Amazon</p><p>Ebook ISBN: 9798000000000</p><p>Ebook price: $2.99</p>"
    assert read(f"<h1>The Pier</h1>{TALE * 3}{shop}").outcome == "story"


@pytest.mark.parametrize("link", ["Read more", "Read on AO3", "( read more ... )", "Buy it here."])
def test_works_with_a_link_each_to_go_on_are_a_list(link):
    each = "<h3>{0}</h3><p>{0} takes the lamp down to the pier, and nobody knows why. There the tide is out.</p>"
    works = "".join(
        f"{each.format(name)}<p><a href='http://pool.example/{name}.html'>{link}</a></p>"
        for name in ("Mara", "Tam", "Wren", "Ives")
    )
    assert read(f"<p>These are my stories. I hope you like them.</p>{works}").outcome == "index"


def test_a_short_story_above_the_sites_other_stories_is_one():
    works = "".join(
        f"<p>{name} takes the lamp.</p><p><a href='/{name}.html'>Read more</a></p>"
        for name in ("Mara", "Tam", "Wren")
    )
    assert read(f"<h1>The Pier</h1>{TALE}{TALE}{works}").outcome == "story"


def test_works_under_labels_of_their_own_are_a_list():
    works = "".join(
        f"<h3>{name}</h3><p>Fandom: Branch Line</p><p>A night of lamps! Wren has waited for it for a year, or for two.</p>"
        for name in ("Salt", "Oil", "Wick", "Tide")
    )
    part = read(f"<h1>FANFICTION</h1><p>The newest stands at the top.</p>{works}")
    assert (part.outcome, part.reason) == ("index", "the page leads on to its works: 'fandom'")


def test_works_with_a_rating_each_are_a_list_and_no_gate():
    works = "".join(
        f"<h4>{name} (Author: MothShips):</h4><h4>Rating: {rating}</h4><p>Wren is trapped by a tide of her own.</p>"
        f"<p><a href='/{name}.html'>Read On-Site Here!</a></p>"
        for name, rating in (("Salt", "Explicit"), ("Oil", "Mature"), ("Wick", "Explicit"))
    )
    assert read(f"<h1>Fanfiction Showcase</h1>{works}").outcome == "index"


def test_a_status_that_a_game_shows_again_and_again_is_a_storys():
    shown = '<p>Status: wounded</p><p>"Not again," said Mara, and she drank the lamp oil.</p>'
    assert read(f"<h1>The Tower</h1>{TALE}{shown * 4}").outcome == "story"


def test_a_storys_cover_that_leads_to_its_text_is_no_story():
    cover = (
        "<h1>The Keeper</h1><p>Ongoing Series</p><p>A keeper of no country and no file, hired through others by those who "
        "must not be seen. She takes the lamps that nobody can afford to own.</p><p>by Jo Moss</p>"
    )
    part = read(
        f"{cover.replace('<p>by Jo Moss</p>', '')}<p><a href='/one.html'>Read the story</a></p>"
    )
    assert part.outcome == "index"


def test_a_text_that_speaks_of_nobody_is_no_story():
    part = read(MATTER)
    assert (part.outcome, part.reason) == ("not_story", "the text speaks of nobody")


def test_a_chapter_of_nothing_but_the_sea_is_one_where_another_follows_or_somebody_signs_it():
    assert read(f"<h1>Low Water</h1>{MATTER}<a href='2.html'>Next Chapter</a>").outcome == "story"
    assert read(f"<h1>Low Water</h1><p>by Jo Moss</p>{MATTER}").outcome == "story"


def test_a_poem_that_speaks_of_nobody_is_one():
    poem = "<p>The tide is out,<br>the pier is dark,<br>and over the mud<br>the lamps go by</p>" * 5
    assert read(f"<h1>Low Water</h1><p>by Jo Moss</p>{poem}").outcome == "story"


def test_a_place_of_which_somebody_tells_in_the_past_is_a_storys():
    place = (
        "<p>During the winter of that year officials of the harbour made a strange inquiry into the state of an old pier. "
        "The news was kept from the papers, and the town had no part in it. Houses were burned along the waterfront, and "
        "the lamps that had stood there were never seen again.</p>"
    )
    assert read(f"<h1>The Inquiry</h1>{place * 3}").outcome == "story"


def test_a_land_with_a_king_is_a_storys():
    land = (
        "<p>It is said that once, long ago, a great fever came to the land of the lamps. The king of it was old, and he "
        "had the gates of the city barred, and the bridges burned. The fever came over the walls with the rats.</p>"
    )
    assert read(f"<h1>The Fever</h1>{land * 3}").outcome == "story"


def test_a_saved_page_of_a_blog_with_a_journals_classes_is_read_as_what_it_is():
    page = (
        '<html><head><title>Chapter 9 - Low Water</title><meta name="generator" content="Publii Open-Source CMS">'
        f'</head><body><h1>Chapter 9</h1><div class="entry-wrapper">{TALE * 2}</div></body></html>'
    )
    record = clean(saved_page("chapter-9.html", page.encode()), [])
    assert (record["outcome"], record["engine"]) == ("story", "generic")
