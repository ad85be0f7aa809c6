"""Skins of eFiction in other languages, and its tables of contents."""

from __future__ import annotations

import pytest

from storykeep.cleaning import saved_page
from storykeep.derive import derive
from storykeep.model import Page, Part

ADDRESS = "http://tidal.example/viewstory.php?sid=41"
SIGNED = (
    '<a href="viewstory.php?sid=41">Low Ferry</a> {} <a href="viewuser.php?uid=12">halloran_b</a>'
)
REVIEW = """<form action="reviews.php?action=add&amp;item=41"><input name="reviewer"><textarea
name="review"></textarea>You must login (<a href="user.php?action=register">register</a>) to
review.</form>"""
TEXT = "<p>The ferry was late.</p><p>He took off his shoes.</p>"


def read(body: str, url: str = ADDRESS) -> Part:
    page = f"<html><head><title>Low Ferry</title></head><body>{body}</body></html>"
    fields = (("Content-Type", "text/html; charset=utf-8"),)
    return derive(Page(url, 200, fields, page.encode()))


def contents(box: str, *, by: str = "by") -> str:
    return f"""<div id="pagetitle">{SIGNED.format(by)}</div><div class="listbox">{box}</div>
    <p><b>1. <a href="viewstory.php?sid=41&amp;chapter=1">The Kiosk</a></b> by halloran_b</p>
    {REVIEW}"""


ENGLISH = """<div class="content"><span class="label">Summary: </span><p>He waits.</p>
<span class="label">Rated:</span> PG-13 [<a href="reviews.php?item=41">Reviews</a> - 3]<br>
<span class="label">Characters:</span> Halloran, Mo<br><span class="label">Genres:</span> Drama
</div>"""
GERMAN = """<b>Zusammenfassung:</b> <p>He waits.</p><b>Eingestuft:</b> PG-13
[<a href="reviews.php?item=41">Reviews</a> - 3]<br><b>Charaktere:</b> Halloran, Mo<br>
<span class="label">Genres: </span> Drama<br><b>Serie:</b> Tides<br><b>Kapitel: </b> 1
<b>Abgeschlossen:</b> No"""


@pytest.mark.parametrize(
    "box", [pytest.param(ENGLISH, id="english"), pytest.param(GERMAN, id="german, labels in bold")]
)
def test_a_short_table_of_contents_is_no_login_and_says_all_of_the_story(box: str) -> None:
    """It asks to log in for a review; the number of reviews is no part of the rating."""
    part = read(contents(box), f"{ADDRESS}&index=1")
    assert (part.outcome, part.title, part.summary) == ("index", "Low Ferry", "He waits.")
    assert [author.name for author in part.authors] == ["halloran_b"]
    assert [(tag.kind, tag.value) for tag in part.tags] == [
        ("rating", "PG-13"), ("character", "Halloran"), ("character", "Mo"), ("genre", "Drama"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("story", "chapter", "end"),
    [
        pytest.param("Story Notes", "Chapter Notes", "Chapter End Notes", id="english"),
        pytest.param(
            "Story Bemerkung", "Kapitel Bemerkung", "Kapitel Abschlussbemerkung", id="german"
        ),
        pytest.param("Notes de l'histoire", "Notes de l’auteur", "Notes finales", id="french"),
        pytest.param("Note alla storia", "Note dell'autore", "Note finali", id="italian"),
        pytest.param("Notas del autor", "Notas del capítulo", "Notas finales", id="spanish"),
    ],
)
def test_notes_in_quotations_are_known_in_the_skins_language(story, chapter, end) -> None:
    """The heading in a quotation says whose words these are."""
    part = read(
        f"""<h2>{SIGNED.format("von")}</h2>
        <blockquote><h2>{story}:</h2> For the Ficathon.</blockquote>
        <blockquote><b>{chapter}:</b> Thanks to Mo.</blockquote><div id="story">{TEXT}</div>
        <blockquote><b>{end}:</b> More next week.</blockquote>{REVIEW}"""
    )
    assert [(note.place, note.label, note.text) for note in part.notes] == [
        ("head", story, "For the Ficathon."),
        ("head", chapter, "Thanks to Mo."),
        ("tail", end, "More next week."),
    ]
    assert [block.text for block in part.prose] == ["The ferry was late.", "He took off his shoes."]
    assert (part.title, [each.name for each in part.authors]) == ("Low Ferry", ["halloran_b"])


def test_a_gate_without_a_box_is_no_table_of_contents() -> None:
    """Its link leads to a chapter, but asks for one's age first."""
    part = read(
        """<p>This story is for adults. Are you over 18?</p>
        <a href="viewstory.php?sid=41&amp;chapter=1&amp;ageconsent=ok&amp;warning=4">Yes</a>"""
    )
    assert part.outcome == "gate"


def test_a_quotation_right_above_the_story_is_a_note_without_a_label() -> None:
    """One within the story, or above the title, is none."""
    part = read(
        f"""<blockquote>Stories for every tide</blockquote><h3>{SIGNED.format("by")}</h3>
        <blockquote>Thanks to Mo. I do not own Low Ferry; Mo Dee does.</blockquote><hr>
        <div id="story">{TEXT}<blockquote>Dear Mo, the ferry is late.</blockquote></div>{REVIEW}"""
    )
    assert [(note.place, note.text) for note in part.notes] == [
        ("head", "Thanks to Mo. I do not own Low Ferry; Mo Dee does.")
    ]
    assert [block.text for block in part.prose][-1] == "Dear Mo, the ferry is late."


def test_a_saved_table_of_contents_that_does_not_say_where_it_was_names_its_story() -> None:
    """Its links are to chapters of one story, and its title leads to the author."""
    page = f"<html><body>{contents(ENGLISH)}</body></html>"
    part = derive(saved_page("index.html", page.encode()))
    assert (part.outcome, part.title, part.work_id) == ("index", "Low Ferry", "sid=41")
    assert [author.name for author in part.authors] == ["halloran_b"]
    several = page.replace("</body>", '<a href="viewstory.php?sid=42&amp;chapter=1">x</a></body>')
    assert derive(saved_page("index.html", several.encode())).title is None
