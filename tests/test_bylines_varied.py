"""Who wrote it, in the many ways in which a line below the title says so."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.header import byline
from tests.pages import html, plain_text

TOLD = [
    f"The lamp was out on day {day}, and Halloran was in the tower with it." for day in range(14)
]

SAID = """Author - Ada Bell
Author -- Ada Bell
Author = Ada Bell
Author/pseudonym - Ada Bell
Authoress: Ada Bell
Schrijver: Ada Bell
Autorka: Ada Bell
...by Ada Bell
By... Ada Bell
by Ada Bell - March 2003
by Ada Bell, 14 March 2003
by the mad lampkeeper, Ada Bell
by your friend Ada Bell
by Ada Bell, Queen of the Gulls
An AU by Ada Bell
Scribbled by Ada Bell
Concocted by: Ada Bell
Perpetrated by Ada Bell
Inflicted on you by Ada Bell
From the twisted mind of Ada Bell
A tale told by Ada Bell
as told by Ada Bell
this fic is by Ada Bell
This story was written by Ada Bell
The author of this story is Ada Bell""".splitlines()


def _html(said: str):
    rows = "".join(f"<p>{row}</p>" for row in [said, *TOLD])
    page = f"<title>Lamp Oil</title><h1>Lamp Oil</h1>{rows}"
    return derive(html(page, "http://harbour.example/lamp.html"))


def _text(said: str):
    rows = "\n\n".join([f"Lamp Oil\n{said}", *TOLD])
    return derive(plain_text(rows, "http://harbour.example/lamp.txt"))


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize("said", [*SAID, "(c) 2003 Ada Bell", "© Ada Bell. All rights reserved."])
def test_a_by_line_names_the_author_and_nothing_else(said, page):
    """Whatever verb, epithet, day or sign stands with the name."""
    part = page(said)
    assert [author.name for author in part.authors] == ["Ada Bell"]
    assert part.title == "Lamp Oil"
    assert part.prose[0].text == TOLD[0]


@pytest.mark.parametrize("said", ["Lamp Oil - Ada Bell", "Lamp Oil (Ada Bell)", "~Ada Bell~"])
def test_a_name_stands_behind_a_known_title(said):
    """What the page is called elsewhere, and a name's shape behind it."""
    part = _html(said)
    assert [author.name for author in part.authors] == ["Ada Bell"]
    assert part.title == "Lamp Oil"
    assert part.prose[0].text == TOLD[0]


def test_two_names_with_a_with():
    """Both have written it."""
    part = _html("By Ada Bell, with Jo Dee")
    assert [author.name for author in part.authors] == ["Ada Bell", "Jo Dee"]


@pytest.mark.parametrize(
    "said",
    ["© 2003 Lamp Archive", "(c) 2003 Low Fell Productions", "© 2003 The Harbour Online Team"],
)
def test_a_site_s_or_a_company_s_copyright_names_no_author(said):
    """They hold what is not a story's."""
    assert _html(said).authors == ()


@pytest.mark.parametrize(
    "text",
    [
        "This story is of course fiction. Anything or one that by remote",
        "A sonnet by Sondra G.",
        "a continuation series written by Nick at",
        "told by the lamp",
        "A tale told by the sea",
    ],
)
def test_what_only_resembles_a_by_line_is_none(text):
    """A sentence that goes on, a poem that is quoted, a thing that tells."""
    assert byline.read_byline(text) is None
