"""Pages of many sites, rebuilt from the markup of their software, and what a reader finds on them."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.header import titles
from storykeep.model import Part
from tests.pages import html, unaccounted

TOLD = (
    "The tide had gone out without them.",
    '"We could walk," said Tam.',
    "Mara looked at the mud. It looked back; it had crabs in it, and the crabs had opinions.",
    "They walked. It took hours, and at the end of it there was a pier, and no boat.",
    '"Well," said Tam, "we have walked." He sat down on the last of the steps and looked in his shoe for the sea.',
    '"It is not in there," Mara said.',
)
TALE = "".join(f"<p>{row}</p>" for row in TOLD)
SPANISH = (
    "La marea se fue sin ellas.",
    "—Podríamos andar —dijo Tam.",
    "Mara miró el barro, y el barro, que tenía cangrejos, miró a Mara.",
    "Anduvieron horas, y al final había un muelle y ningún barco.",
)


def page(body: str, title: str, url: str, *, extra: str = "") -> Part:
    given = html(
        f"<html><head><meta charset=utf-8><title>{title}</title>{extra}</head><body>{body}</body></html>",
        url,
    )
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def told(part: Part) -> list[str]:
    return [block.text for block in part.prose if block.kind != "break"]


FICWAD = f"""<div id="main"><div id="story"><div class="storylist"><p class="breadcrumb"><a href="/category/1">Books</a></p>
<h4><a href="/story/12">Salt Water</a></h4><span class="author">by <a href="/a/jomoss">Jo Moss</a></span>
<span class="reviewcount">3 reviews</span><blockquote class="summary"><p>Two girls miss a tide.</p></blockquote>
<div class="meta">Category: <a href="/category/9">Branch Line</a> - Rating: PG - Genres: Humor</div></div>
<div id="storytext">{TALE}</div></div><h4>Sign up to rate and review this story</h4></div>"""
ASIAN = f"""<header class="flow-root"><h1>Salt Water</h1><span>by</span> <a href="/profile/u/Jo+Moss">Jo Moss</a></header>
<h2>One</h2><div id="bodyText"><div id="user-submitted-body">{TALE}</div></div><div>Like this story? Give it an
Upvote!</div><h3>Comments</h3><div>You must be logged in to comment</div>"""
TEASPOON = f"""<div id="header"><a href="index.php">A Spoon And A Mind: A Branch Line Archive</a></div><table><tr><td>Fourth
Line</td></tr><tr><td class="title"><b><a href="viewstory.php?sid=12">Salt Water</a> by <a href="viewuser.php?uid=7">Jo
Moss</a></b> [<a href="reviews.php?sid=12">Reviews</a> - 3]</td></tr><tr><td>Summary: Two girls miss a tide.<br>Rating: All
Ages<br></td></tr></table><hr><div id="story">{TALE}</div>"""
CHAPTERED = f"""<div id="header"><h1>Mirror Lake</h1></div><div class="chaptertitle"><h2>Salt Water</h2><h3>by <a
href="viewuser.php?uid=7">Jo Moss</a></h3></div><div class="byline">Chapter 1: One</div><div class="chapter">{TALE}</div>
<div class="footer"><a href="viewstory.php?sid=12&amp;chapter=2">Next</a></div>"""
QUILL = f"""<table><tr><td><a href="index.php">Home</a> | <a href="lib.php">Library</a></td></tr></table><table><tr><td>The Sweet
Quill<br>Author: <a href="index.php?action=profile&amp;id=7">Jo Moss</a> (<a href="x.php">Bookshelf</a>) Story: Salt Water
Chapter: One</td></tr></table><hr><h2>Salt Water</h2>{TALE}<hr><p>Write a review! <a href="x">Back</a></p>"""
GROUP = f"""<table><tr><td><a href="/">Letter Groups</a></td></tr></table><table><tr><td><b>Message 12 of 900</b></td></tr><tr><td>
From: "Jo Moss" &lt;jomoss@...&gt;<br>Date: Fri Feb 3, 2006 10:04 am<br>Subject: [branchfic] FIC: Salt Water (PG) 1/1</td></tr>
<tr><td><tt>TITLE: Salt Water<br>RATING: PG<br><br>{"<br><br>".join(TOLD)}<br><br>[Non-text portions of this message have been
removed]</tt></td></tr></table>"""


@pytest.mark.parametrize(
    ("body", "title", "url"),
    [
        pytest.param(FICWAD, "Salt Water - FicPail: fan fiction", "https://ficpail.example/story/12", id="ficwad"),
        pytest.param(ASIAN, "Salt Water - humor - One - Fics", "https://asian.example/story/view/12/salt", id="asianfanfics"),
        pytest.param(
            TEASPOON, "A Spoon And A Mind :: Salt Water by Jo Moss [General]",
            "http://spoon.example/viewstory.php?sid=12", id="a skin with the title in a cell",
        ),
        pytest.param(
            CHAPTERED, "Mirror Lake", "http://lake.example/viewstory.php?sid=12&chapter=1",
            id="a skin with the title where others have the chapter's",
        ),
        pytest.param(QUILL, "The Sweet Quill", "http://quill.example/read.php?storyid=12", id="sugarquill"),
        pytest.param(
            GROUP, "Letter Groups : branchfic Messages : Message 12 of 900",
            "http://groups.example/group/branchfic/message/12", id="a group's message",
        ),
    ],
)  # fmt: skip
def test_title_author_and_text_are_the_storys(body, title, url):
    part = page(body, title, url)
    assert (part.outcome, part.title) == ("story", "Salt Water")
    assert [author.name for author in part.authors] == ["Jo Moss"]
    assert told(part) == list(TOLD)


def test_a_summary_in_a_box_of_the_software_is_one():
    part = page(FICWAD, "Salt Water - FicPail", "https://ficpail.example/story/12")
    assert part.summary == "Two girls miss a tide."
    assert ("rating", "PG") in [(tag.kind, tag.value) for tag in part.tags]


def test_what_counts_reviews_behind_a_name_is_none_of_it():
    body = f'<h2>Salt Water</h2><span>by <a href="/a/jo">Jo Moss</a></span> <span>3 reviews</span>{TALE}'
    part = page(body, "Salt Water", "http://site.example/12")
    assert [author.name for author in part.authors] == ["Jo Moss"]


@pytest.mark.parametrize(
    "signed",
    ['Por <a href="/usuario/jomoss">jomoss</a>', 'Escrita por: <a href="/perfil/jomoss">jomoss</a>',
     'di <a href="viewuser.php?uid=7">jomoss</a>'],
)  # fmt: skip
def test_a_name_that_leads_to_a_person_is_signed_in_other_languages(signed):
    body = f"<h1>Agua salada</h1><p>{signed}</p>" + "".join(f"<p>{row}</p>" for row in SPANISH)
    part = page(body, "Agua salada", "http://sitio.example/historias/12")
    assert [author.name for author in part.authors] == ["jomoss"]
    assert told(part) == list(SPANISH)


def test_without_a_link_a_word_for_of_signs_nothing():
    body = f"<h1>Agua salada</h1><p>Por la marea</p>{''.join(f'<p>{row}</p>' for row in SPANISH)}"
    assert page(body, "Agua salada", "http://sitio.example/12").authors == ()


def test_labels_may_stand_in_blocks_above_their_values():
    facts = (("Автор:", '<a href="/user7">Jo Moss</a>'), ("Рейтинг:", "PG-13"), ("Размер:", "Мини"))
    rows = "".join(f"<div><div>{name}</div><div>{value}</div></div>" for name, value in facts)
    part = page(f"<h1>Salt Water</h1>{rows}{TALE}", "Salt Water", "http://fics.example/read/12")
    assert [author.name for author in part.authors] == ["Jo Moss"]
    assert [tag.value for tag in part.tags] == ["PG-13"]
    assert part.fields == {"Размер": "Мини"}
    assert told(part) == list(TOLD)


def test_a_block_that_ends_in_a_colon_is_no_label_by_itself():
    body = f"<h1>Salt Water</h1><p>by Jo Moss</p><p>Rating: PG</p><p>The note read:</p><p>Gone out</p>{TALE}"
    assert told(page(body, "Salt Water", "http://fics.example/12"))[:2] == [
        "The note read:",
        "Gone out",
    ]


def test_librarys_head_has_the_author_in_small_letters_above_the_title():
    body = (
        '<center><h2><small><a href="/m/moss/">Мосс Джо</a></small><br>Соленая вода</h2></center><small><a href="/">Lib</a>: '
        '<a href="/r">[Регистрация]</a></small><hr><!----------- Собственно произведение --------------->'
        "<dd>&nbsp;&nbsp; Вода ушла без них.<dd>&nbsp;&nbsp; - Пойдём пешком, - сказал Том."
        "<!--------------------------------------------------------------><hr>"
    )
    part = page(body, "Lib/Фанфик: Д.Мосс. Соленая вода", "http://lib.example/m/moss/salt.shtml")
    assert (part.title, [author.name for author in part.authors]) == ("Соленая вода", ["Мосс Джо"])


def test_a_post_is_called_what_its_own_heading_says_that_leads_to_it():
    body = (
        '<header><h1><a href="/">still at the pier</a></h1></header><article class="post"><h2 class="post-title">'
        '<a href="/post/64">salt water</a></h2><blockquote><p><a class="tumblr_blog" href="https://x.example">moth</a> '
        f'asked: 11. "it is not mine to say" pls??</p></blockquote>{TALE}</article>'
    )
    part = page(body, "still at the pier", "https://pier.example/post/64")
    assert part.title == "salt water"
    assert part.disclaimers == ()
    assert [note.text for note in part.notes] == ['moth asked: 11. "it is not mine to say" pls??']
    assert told(part) == list(TOLD)


@pytest.mark.parametrize(
    ("text", "host", "is_name"),
    [("EFP", "http://efpfics.example/", True), ("EFP", "http://tales.example/", False),
     ("Efp", "http://efpfics.example/", False)],
)  # fmt: skip
def test_a_sites_short_name_begins_its_host(text, host, is_name):
    assert titles.is_site_name(text, host) is is_name


@pytest.mark.parametrize(
    ("said", "title"),
    [("Chapter 1: Bad Water", "Bad Water"), ("3. Worse Water", "Worse Water"), ("Chapter 4", None)],
)
def test_the_box_of_a_chapters_title_names_it(said, title):
    body = (
        '<div id="pagetitle"><a href="viewstory.php?sid=12">Salt Water</a> by <a href="viewuser.php?uid=7">Jo Moss</a></div>'
        f'<div class="chaptertitle">{said}</div><div id="story">{TALE}</div>'
    )
    part = page(body, "Lake", "http://lake.example/viewstory.php?sid=12&chapter=1")
    assert (part.title, part.chapter_title) == ("Salt Water", title)
