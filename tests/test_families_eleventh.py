"""What the pages of the eleventh set were misread by, each with other words."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html, plain_text

TOLD = [
    f"The lamp was out on day {day}, and Halloran was in the tower with it." for day in range(14)
]
STORY = "".join(f"<p>{row}</p>" for row in TOLD)


def test_a_site_s_banner_names_no_story():
    """A picture says what the title tag does; the heading below it is the story's."""
    page = (
        "<title>Low Tide Lane</title><img src='t.jpg' alt='Low Tide Lane'>"
        f"<h2>The Lamp Out</h2><p>written by: Ada Bell</p>{STORY}"
    )
    part = derive(html(page))
    assert part.title == "The Lamp Out"
    assert [author.name for author in part.authors] == ["Ada Bell"]


def test_who_holds_the_rights_stands_before_a_title():
    """A library's title tag has the author first, and the line of the rights says who that is."""
    page = (
        "<title>Bell Ada. The Lamp Out</title><h3><a href='/b/'>Bell Ada</a>: other works</h3>"
        "<h2>The Lamp Out</h2><ul><li>&copy; Copyright <a href='/b/'>Bell Ada</a></ul><hr>"
        f"<!----------- Собственно произведение ---------------><div>{STORY}</div>"
    )
    part = derive(html(page))
    assert part.title == "The Lamp Out"
    assert [author.name for author in part.authors] == ["Bell Ada"]


def test_a_row_in_the_midst_of_a_sentence_counts_no_part():
    """A note wraps before "ep. 13"."""
    note = "Author's Note: This happens in the first series, at some time after\nep. 13. Be nice."
    rows = "\n\n".join(TOLD)
    part = derive(plain_text(f"THE LAMP\nby Ada Bell\n\n{note}\n\n====================\n\n{rows}"))
    assert [" ".join(each.text.split()) for each in part.notes] == [
        "This happens in the first series, at some time after ep. 13. Be nice."
    ]
    assert part.position is None
    assert part.prose[0].text == TOLD[0]


def test_a_server_says_that_a_page_is_gone():
    """As Apache answers with 410."""
    page = (
        "<title>410 Gone</title><h1>Gone</h1><p>The requested resource /lamp.html is no longer "
        "available on this server and there is no forwarding address. Please remove all references "
        "to this resource.</p>"
    )
    assert derive(html(page)).outcome == "gone"


def test_a_label_of_an_author_s_own_ends_a_header():
    """In a paragraph of its own, between the disclaimer and a rule."""
    page = (
        "<h1>The Lamp Out</h1><p>by Ada Bell</p>"
        "<p><b>Disclaimer:</b> Harbour and its likeness are copyright Low Fell.</p>"
        f"<p><b>Rain/Subtext:</b> Less than in the show.</p><hr>{STORY}"
    )
    part = derive(html(page))
    assert part.prose[0].text == TOLD[0]
    assert part.fields["Rain/Subtext"] == "Less than in the show."


@pytest.mark.parametrize(
    "said",
    [
        "Sooo? Love it, hate it? Hit that little button down there!",
        "Well? Good or bad? Push the blue button!",
        "You know you want to click that button...",
    ],
)
def test_a_plea_of_several_sentences_is_one_where_i_tells_the_story(said):
    """Nobody tells a story so."""
    rows = "".join(f"<p>I lit the lamp on day {day}, and I went down.</p>" for day in range(30))
    page = f"<title>Oil</title><h1>Oil</h1><p>by Ada Bell</p>{rows}<hr><p><b>{said}</b></p>"
    part = derive(html(page))
    assert part.prose[-1].text == "I lit the lamp on day 29, and I went down."
    assert [note.text for note in part.notes] == [said]
