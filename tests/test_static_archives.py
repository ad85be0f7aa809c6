"""Pages of static archives with the story in one <pre>: titles that read like a site's name, names
with words of other meaning in them, rows of a paragraph that alone would be a footer, and "--"."""

from __future__ import annotations

import pytest

from storykeep.accounting import account
from storykeep.derive import derive
from storykeep.model import Page, Part
from tests.test_signed_texts import STORY


def archived(
    title: str = "Silver Tides", *, by: str = "Jo Dee", above: str = "", below: str = ""
) -> Page:
    body = (
        f"<title>{title} (Pier Archive Fanfiction)</title><h1>{title}</h1>"
        f'<h2>a <a href="../tide/index.html">Low Tide</a>\nfanfiction by '
        f'<a href="../authors/jo.html">{by}</a><br></h2>'
        f"<pre>{above}{STORY}{below}</pre><hr>"
        '<p><a href="../tide/index.html">Back to Low Tide Pier Fanfiction</a></p>'
    )
    url = "http://pier.example/fanfics/tide/tides-ch1.html"
    return Page(url, 200, (("Content-Type", "text/html"),), body.encode())


def part_of(title: str = "Silver Tides", **pieces: str) -> Part:
    return derive(archived(title, **pieces))


@pytest.mark.parametrize(
    "title",
    [
        "Online Friendships CAN Work",
        "After the Vault",
        "The Mystery Fic",
        "Side by Side",
        "To Be Loved By Another",
        "6th Division: Section Six Side Stories",
    ],
)
def test_a_heading_over_the_by_line_is_the_title_whatever_it_says(title):
    part = part_of(title)
    assert (part.title, [author.name for author in part.authors]) == (title, ["Jo Dee"])


def test_of_two_counts_in_a_title_the_one_that_says_of_how_many_is_the_page_s():
    part = part_of("Tides of the Pier, Part 4: Days of Oil (part 1 of 7)")
    assert (part.title, part.position, part.of) == ("Tides of the Pier, Part 4: Days of Oil", 1, 7)


@pytest.mark.parametrize("name", ["AkaYuri", "Jo Lasterby", "Ada Rateda", "Tom Postede"])
def test_a_name_may_begin_like_another_word_and_keeps_its_link(name):
    author = part_of(by=name).authors[0]
    assert (author.name, author.url) == (name, "http://pier.example/fanfics/authors/jo.html")


def test_a_row_of_a_paragraph_is_no_footer_and_no_site_s_name():
    above = (
        "Hello everyone. I am thinking about making a web page for this\n"
        "fic. Tell me in a review what you would like to see there.\n\n------------\n\n"
    )
    below = (
        "\nThe End\n\nLow Tide was made by people who know a lot. This story, while\n"
        "it holds words of a song and of a picture that are held under\n"
        "copyright by others, is copyright 1998 by Jo Dee.\n"
    )
    part = part_of(above=above, below=below)
    shown = " ".join(part.chrome)
    assert "web page" not in shown
    assert "copyright by others" not in shown


def test_dashes_that_part_scenes_throughout_open_no_signature_at_the_end():
    poem = "\n--\n\nCan you find me?\n\n--\n\nI will find you, my love.\n\n--\n\nThe Beginning."
    part = part_of(below=poem)
    assert [block.text for block in part.prose][-5:] == [
        "Can you find me?", "--", "I will find you, my love.", "--", "The Beginning.",
    ]  # fmt: skip


def test_a_long_list_that_says_much_of_each_story_is_an_index():
    menu = "".join(f'<li><a href="../m{n}/index.html">Fandom {n}</a></li>' for n in range(60))
    told = 'In which "nobody" lights the lamp, and the ferry is late again on a wet day. ' * 4
    listed = "".join(
        f'<p><a href="s{n}-ch1.html">Story {n}</a> by <a href="../authors/a{n}.html">Ann {n}</a>'
        f"<br>{told}</p>"
        for n in range(30)
    )
    body = f"<title>Pier Archive: Low Tide</title><ul>{menu}</ul>{listed}"
    page = Page(
        "http://pier.example/fanfics/tide/", 200, (("Content-Type", "text/html"),), body.encode()
    )
    assert derive(page).outcome == "index"


def test_a_title_that_begins_a_paragraph_leaves_nothing_unexplained():
    """The heading "Silver" reads on in "Silver. What is it?", and is no row of it."""
    page = archived(
        "Silver", above="' ' - Thoughts (all of them Mara's)\n\nSilver. What is it?\n\n"
    )
    assert account(page, None).letters()["unexplained"] == 0


def test_a_break_that_was_cut_away_does_not_pass_a_paragraph_by():
    above = "Author's note: I like lamps.\n\n***\n\nA row of song\n\nAnother row\n\n***\n\n"
    assert account(archived(above=above), None).letters()["unexplained"] == 0


def test_a_row_of_a_song_that_ends_the_title_is_the_song_s():
    part = part_of(
        "When All the Lamps Were Burning", above="I went up.\nAll the lamps were burning,\n"
    )
    assert part.prose[0].text.startswith("I went up.")
