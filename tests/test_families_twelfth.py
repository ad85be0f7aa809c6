"""What the pages of the twelfth set were misread by, each with other words."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import HERE, html

TOLD = [
    f"The lamp was out on day {day}, and Halloran was in the tower with it." for day in range(14)
]
STORY = "".join(f"<p>{row}</p>" for row in TOLD)


def test_what_somebody_says_is_no_title_again():
    """A dog is called what the story is, further down than a few words."""
    told = ["<p>The keeper stood at the door.</p>", "<p>\u201cHarbour.\u201d</p>"]
    page = f"<title>Harbour</title><h1>Harbour</h1><p>by Ada Bell</p>{''.join(told)}{STORY}"
    part = derive(html(page))
    assert [block.text for block in part.prose[:2]] == [
        "The keeper stood at the door.",
        "\u201cHarbour.\u201d",
    ]


def test_a_menu_of_ways_to_search_names_nobody():
    menu = "<a href='a.html'>by Author</a> | <a href='t.html'>by Title</a> | <a href='s.html'>Search</a>"
    page = f"<title>Lamp Oil</title><p>{menu}</p><h1>Lamp Oil</h1><p>by Ada Bell</p>{STORY}"
    assert [author.name for author in derive(html(page)).authors] == ["Ada Bell"]


def test_a_text_goes_on_behind_a_heading_within_its_pre():
    """As lib.ru sets its texts: browsers leave the <pre> open there."""
    rows = "\n".join(f"     {row}\nAda was not." for row in TOLD)
    page = (
        "<title>Ada Bell. Lamp Oil</title><pre>\n<ul><a name=0></a><h2>Ada Bell. Lamp Oil</h2></ul>\n"
        f"-----------------\n     &copy; Copyright Ada Bell, 1999\n-----------------\n\n{rows}\n</pre>"
    )
    part = derive(html(page))
    assert part.outcome == "story"
    assert [block.text for block in part.prose if block.kind == "paragraph"] == [
        f"{row} Ada was not." for row in TOLD
    ]
    assert part.title == "Lamp Oil"
    assert [author.name for author in part.authors] == ["Ada Bell"]


def test_labels_in_bold_have_their_values_in_the_next_cells():
    """A bordered table without a colon in it."""
    rows = "".join(
        f"<tr><td><b>{name}</b></td><td>{value}</td></tr>"
        for name, value in (
            ("Author", "Ada Bell"),
            ("Rating", "G. Really."),
            ("Disclaimer", "Harbour = Low Fell Co. Me = girl with a lamp."),
            ("Dedication", "To the folks, for keeping me fed."),
        )
    )
    page = f"<title>Oil</title><table><tr><td><h2>Oil</h2></td></tr>{rows}</table><br>{STORY}"
    part = derive(html(page))
    assert [each.text for each in part.disclaimers] == [
        "Harbour = Low Fell Co. Me = girl with a lamp."
    ]
    assert part.prose[0].text == TOLD[0]


def test_readers_of_an_old_journal_are_put_away():
    """Below a rule, in a box called Comments."""
    page = (
        "<title>wick: Lamp Oil</title><b>Title</b>: Lamp Oil<br><b>Author</b>: wick<br><br>"
        f"{STORY}<hr><div id='Comments'><table><tr><td><b>moth</b><br>2006-10-20<br>I AM BACK and I "
        "approve of this lamp.</td></tr></table></div>"
    )
    assert derive(html(page)).prose[-1].text == TOLD[-1]


def test_posts_with_one_id_are_still_several():
    """A hand has given all of them the first one's; a signature stands in the post's own text."""
    page = (HERE / "twelfth/phpbb/withtheband.html").read_bytes().decode("latin-1")
    assert page.count('<a name="1"></a>') > 1
    part = derive(html(page, "http://fell.example/viewtopic.php?t=440"))
    text = "\n".join(block.text for block in part.prose)
    assert "There was a queue" in text
    assert "It went better than" in text
    assert "Not all those who wander" not in text


def test_a_digest_of_a_list_is_no_story():
    rows = [
        "There are 4 messages in this issue.", "Topics in this digest:", "1. Re: beta needed",
        "Message: 1", "Subject: Re: beta needed", "I can take a look at it on Thursday. Send it here.",
        "Message: 2", "Subject: ADMIN: please trim", "You know who you are, and so do I, all of you.",
    ]  # fmt: skip
    page = f"<title>[Lamps] Digest Number 412</title><h3>Digest 412</h3><pre>{chr(10).join(rows)}</pre>"
    part = derive(html(page))
    assert (part.outcome, part.reason) == ("not_story", "a digest of 2 mails")


@pytest.mark.parametrize(
    "said",
    ["Low Fell owns everything, including my weekends.", "Obviously I'm not Jo Dee.",
     "Rating, disclaimer, etc. in part 1.", "See chapter one for the disclaimer."],
)  # fmt: skip
def test_more_brief_disclaimers(said):
    page = f"<title>Oil</title><h1>Oil</h1><p>by Ada Bell</p><p>{said}</p>{STORY}"
    part = derive(html(page))
    assert [each.text for each in part.disclaimers] == [said]
    assert part.prose[0].text == TOLD[0]


def test_a_name_above_an_address_signs_a_story():
    """Below the end and what is said to readers, in a paragraph of its own."""
    end = (
        "<p align=center>The End<hr><p>Halloran and Nell belong to Low Fell, not to me.<p>Comments "
        "would make my day!<p>Ada Bell<br><a href='mailto:ada@lamp.example'>ada@lamp.example</a><br>"
        "May 1996"
    )
    page = f"<title>Lamp Oil</title><h1><img src='t.gif' alt='Lamp Oil'></h1>{STORY}{end}"
    part = derive(html(page))
    assert [author.name for author in part.authors] == ["Ada Bell"]
