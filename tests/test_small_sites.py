"""What small sites of one writer put above and below a story, and who and what they name."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Page, Part

STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The lamp on the pier had been out for a week when Halloran noticed it.",
        '"You could mend it," said the girl at the kiosk.',
        "He thought about it for as long as it takes to finish a bun, and then for rather longer,"
        " because the bun had been a good one and the rain had not stopped.",
        "By evening there was fog, and the boats went round each other by shouting.",
        "He went up with a can of oil and came down again without it.",
    )
)
FIRST = "The lamp on the pier had been out for a week when Halloran noticed it."
LAST = "He went up with a can of oil and came down again without it."


def read(body: str, title: str = "Lamp Oil") -> Part:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    fields = (("Content-Type", "text/html; charset=utf-8"),)
    return derive(Page("http://harbour.example/tales/lamp.html", 200, fields, text.encode()))


def ends(part: Part) -> list[str]:
    texts = [block.text for block in part.prose if block.kind != "break"]
    return [texts[0], texts[-1]]


def test_the_way_to_other_parts_is_the_site_s():
    """Links with what they are, below a rule and a heading, are no last lines of a story."""
    way = (
        "<hr><div><h3>Navigation:</h3><ul><li><b>Previously:</b> <a href=a.html>The Kiosk</a>"
        "<li><b>Immediately next, by the girl:</b> <a href=b.html>Buns</a>"
        "<li><a href=index.html>Index</a></ul></div>"
    )
    assert ends(read(f"<h1>Lamp Oil</h1>{STORY}{way}")) == [FIRST, LAST]


def test_a_next_line_without_a_link_is_the_author_s():
    """Where nothing leads there, "Next:" is told, below a rule, too."""
    part = read(f"<h1>Lamp Oil</h1>{STORY}<hr><p>Next: the girl at the kiosk mends a bun.</p>")
    assert "Next: the girl" in "\n".join([ends(part)[1], *[note.text for note in part.notes]])


def test_a_way_past_the_menu_opens_no_story():
    """ "Skip to main content" is for those who hear a page, and belongs to none."""
    skip = "<a href='#main'>Skip to main content</a>"
    assert ends(read(f"{skip}<div id=main>{STORY * 3}</div>"))[0] == FIRST


def test_a_stamp_below_the_title_opens_no_story():
    """Who posted an entry, and when, in the words of a site that posts all of them itself."""
    stamp = (
        "<span>Posted by <a href='#'>In Harbour Light</a> on June 05, 2023 &middot; "
        "<span>2 mins read</span></span>"
    )
    page = f"<h1>Lamp Oil</h1>{stamp}<div>{STORY}</div>"
    part = read(page, "Lamp Oil - In Harbour Light")
    assert ends(part)[0] == FIRST
    assert not part.notes


@pytest.mark.parametrize("word", ["Inhaltsverzeichnis", "Table of Contents", "Оглавление"])
def test_a_way_back_to_the_contents_is_no_title(word):
    """A heading that names the contents is the site's, and the next one the title."""
    head = f"<div><a href='../i.html'><img src=left.svg></a><h3>{word}</h3></div>"
    part = read(f"{head}<h3>Lampenöl</h3>{STORY}", "Geschichten | Hafen")
    assert part.evidence["title"][0].value == "Lampenöl"


@pytest.mark.parametrize(
    "drawn",
    [".:Lamp Oil:.", "::Lamp Oil::", "&lt;&lt; Lamp Oil &gt;&gt;", "-:- Lamp Oil -:-",
     "+ Lamp Oil +", ". : Lamp Oil : ."],
)  # fmt: skip
def test_what_is_drawn_around_a_title_is_no_part_of_it(drawn):
    """Signs and their mirror image at the other end."""
    part = read(f"<h1>{drawn}</h1><p>by Ada Bell</p>{STORY}")
    assert part.evidence["title"][0].value == "Lamp Oil"


@pytest.mark.parametrize("title", ["[Lamp Oil]", "...Lamp Oil...", "Lamp: Oil?"])
def test_what_an_author_put_around_a_title_stays(title):
    """Brackets and dots are an author's own, and one sign without another is, too."""
    part = read(f"<h1>{title}</h1><p>by Ada Bell</p>{STORY}")
    assert part.evidence["title"][0].value == title


def test_the_rights_below_a_story_tell_whose_name_opens_its_title():
    """A writer's own site, with a title as a catalogue has it."""
    foot = "<div><p>Copyright &copy; 1998-2021 Ada Bell.</p></div>"
    part = read(f"<h1>Lamp Oil</h1>{STORY}{foot}", "Ada Bell. Lamp Oil / Tales")
    assert [author.name for author in part.authors] == ["Ada Bell"]
    part = read(
        f"<h1>Lamp Oil</h1>{STORY}{foot.replace('Ada Bell', 'Harbour Lights')}",
        "Harbour Lights: Lamp Oil",
    )
    assert not part.authors


def test_a_list_of_parts_with_their_sizes_is_an_index():
    """ "18KB" is how long a part is, and nobody's age."""
    part = read(
        "<p>Lamp Oil</p><p>By Ada Bell (<a href='mailto:ada@bell.example'>ada@bell.example</a>)</p>"
        "<ul><li><a href=l1.txt>Part 1</a><br><small>Who comes to the pier, for what reason? "
        "33KB -12/21/2001</small><li><a href=l2.txt>Part 2</a><br><small>Guests visit the kiosk, "
        "friend or foe? 18KB -5/5/2002</small></ul><p><a href=reg.html>Read more Tales</a> * "
        "<a href=all.html>Back to Main Page</a></p>"
    )
    assert part.outcome == "index"


def test_a_name_with_captcha_in_it_is_no_challenge():
    """Only the word by itself asks who is human."""
    works = "<p>What others drew and told of our comic, with our thanks to all of them.</p>"
    part = read(f"<h1>Fan works</h1>{works}", "Captchaland.example")
    assert part.outcome != "challenge"
