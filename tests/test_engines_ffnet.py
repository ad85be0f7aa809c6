"""FanFiction.Net as it looked before 2011: no box around title and author, options without an end."""

from __future__ import annotations

from storykeep.derive import derive
from storykeep.model import Page
from tests.pages import unaccounted

_OPTIONS = "".join(
    f"<option  value={number}{' selected' if number == 3 else ''}>{number}. Tide {number}"
    for number in range(1, 71)
)
_PAGE = f"""<html><head><title>The Weir Chapter 3, a Low Fell fanfic - FanFiction.Net</title></head><body>
<a href='/book/'>Books</a> &#187; <a href="/book/Low_Fell/">Low Fell</a> &#187; <b>The Weir</b>
<table><tr><td><a href='/u/7/ada'>ada</a><br><small>Author of 11 Stories</small></td><td align=right>
<SELECT title='chapter navigation' Name=chapter>{_OPTIONS}</select> <INPUT TYPE=BUTTON Value='next'></td>
</tr></table><hr size=1 noshade>Rated: <a href='http://www.fictionratings.com/'> M</a> - English -
Drama/Angst -  Ned P. & Bo M. - Reviews: <a href='/r/9/'>1,523</a> - Updated: 12-14-09 - Published: 02-08-06
- Complete - id:9 <hr><div id=storytextp><div id=storytext><!-- start story --><P>The water had
<B>risen</P><P>to the third step.</B></P><P>"It stops there," said Ned.</P><P>Review please!</P></div></div>
</body></html>"""


def test_a_page_of_before_2011_is_read_whole():
    """Seventy options that are never closed swallow nothing, and the rows above say the rest."""
    page = Page(
        "http://www.fanfiction.net/s/9/3/The_Weir",
        200,
        (("Content-Type", "text/html"),),
        _PAGE.encode(),
    )
    part = derive(page)
    assert (part.outcome, part.engine, part.title) == ("story", "ffnet", "The Weir")
    assert [author.name for author in part.authors] == ["ada"]
    assert (part.position, part.of, part.chapter_title) == (3, 70, "Tide 3")
    assert part.status == "complete"
    assert part.published is not None
    assert part.published.value == "2006-02-08"
    assert {(tag.kind, tag.value) for tag in part.tags} >= {
        ("rating", "M"), ("genre", "Angst"), ("character", "Ned P."), ("fandom", "Low Fell"),
    }  # fmt: skip
    assert [block.text for block in part.prose] == [
        "The water had risen", "to the third step.", '"It stops there," said Ned.',
    ]  # fmt: skip
    assert [note.text for note in part.notes] == ["Review please!"]
    assert unaccounted(page, part) == []
