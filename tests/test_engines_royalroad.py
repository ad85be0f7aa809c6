"""Royal Road: chapters with their notes, decoys left out, and the page of a fiction."""

from __future__ import annotations

import pytest

from storykeep.assemble import Piece, compose, survey
from storykeep.derive import derive
from tests.pages import html, unaccounted

TALE = [
    "The ferry ran at noon, or at what the ferryman called noon, which was when he had eaten.",
    '"You are early," he told the knight. "Come back when I have had the cheese."',
    "The knight, who had a war to get to, sat down on his helmet and watched the cheese go.",
    '"It is a good cheese," said the ferryman. "It would be a pity to hurry it."',
    "By the time they crossed, the war was over, and both sides had gone home for the harvest.",
]
ROOT = "https://www.royalroad.example/fiction/312/the-ferry"


def chapter(number: int, *, new: bool = False, listed: bool = False) -> str:
    decoy = '<p class="cnNkM2"><br>The author\'s narrative has been taken; report it.<br></p>'
    paragraphs = "".join(f"<p>{each}</p>" for each in TALE)
    half = len(TALE[0]) + 7
    note = "<p>Thank you for the cheese.</p>"
    body = note if new else f'<div class="portlet-body author-note">{note}</div>'
    kind = "author-note" if new else "author-note-portlet"
    box = f'<div class="portlet solid {kind}"><div class="portlet-title"><div class="caption"><span class="caption-subject bold">A note from Wim</span></div></div>{body}</div>'
    script = ""
    if listed:
        rows = [
            f'{{"id":{n},"title":"Ch {n}","url":"/fiction/312/the-ferry/chapter/{n}/x"}}'
            for n in (90, 88)
        ]
        script = f"<script>window.fictionId = 312; window.chapters = [{','.join(rows)}];</script>"
    return f"""<html><head><title>Noon {number} - The Ferry | Royal Road</title><style>.cnNkM2{{display: none; speak: never}}</style>{script}</head><body>
<nav><a href="/home">Home</a> <a href="/account/login">Log In</a></nav>
<div class="fic-header"><a href="/fiction/312/the-ferry"><h2 class="font-white">The Ferry</h2></a>
<h3 class="font-white">by <a href="/profile/77">Wim</a></h3><h1 class="font-white">Noon {number}</h1></div>
<i><time datetime="2021-05-0{number % 9 + 1}T10:00:00Z">2 years ago</time></i>
{box}<div class="chapter-inner chapter-content">{paragraphs[:half]}{decoy}{paragraphs[half:]}</div>{box.replace("the cheese", "the war")}
<a class="btn" href="/fiction/312/the-ferry/chapter/91/next">Next <br>Chapter</a>
<div class="comments"><p>TFTC! Great cheese.</p><a href="/report/chapter/88">Report</a></div></body></html>"""


@pytest.mark.parametrize("new", [False, True])
def test_a_chapter_is_read_without_its_decoy(new):
    page = html(chapter(1, new=new), f"{ROOT}/chapter/88/noon")
    part = derive(page)
    assert (part.engine, part.outcome, part.title, part.chapter_title) == (
        "royalroad", "story", "The Ferry", "Noon 1",
    )  # fmt: skip
    assert [(each.name, each.url) for each in part.authors] == [
        ("Wim", "https://www.royalroad.example/profile/77")
    ]
    assert [block.text for block in part.prose] == TALE
    assert [(note.text, note.label, note.place) for note in part.notes] == [
        ("Thank you for the cheese.", "A note from Wim", "head"),
        ("Thank you for the war.", "A note from Wim", "tail"),
    ]
    assert any("narrative has been taken" in text for text in part.chrome)
    assert (part.work_id, part.chapter_id) == ("fiction/312", "chapter/88")
    assert part.published.value.startswith("2021-05-0")
    assert unaccounted(page, part) == []


def fiction(*, script: bool) -> str:
    rows = "".join(
        f'<tr><td><a href="/fiction/312/the-ferry/chapter/{n}/x">Noon {n}</a></td><td><time>1 y</time></td></tr>'
        for n in (90, 88)
    )
    named = ",".join(
        f'{{"id":{n},"title":"Noon {n}","url":"/fiction/312/the-ferry/chapter/{n}/x"}}'
        for n in (90, 88)
    )
    table = "" if script else f'<table id="chapters"><tbody>{rows}</tbody></table>'
    return f"""<html><head><title>The Ferry | Royal Road</title></head><body><div class="fic-header"><h1 class="font-white">The Ferry</h1>
<h4><span>by</span> <a href="/profile/77">Wim</a></h4></div><span class="label">COMPLETED</span><a class="fiction-tag label" href="/fictions/search?tagsAdd=comedy">Comedy</a>
<div class="description"><div class="hidden-content"><p>A knight waits.</p></div></div>{table}
{f"<script>window.chapters = [{named}];</script>" if script else ""}</body></html>"""


@pytest.mark.parametrize("script", [False, True])
def test_the_page_of_a_fiction_is_the_table_of_its_chapters(script):
    page = html(fiction(script=script), ROOT)
    part = derive(page)
    assert (part.engine, part.outcome, part.title, part.summary, part.status) == (
        "royalroad", "index", "The Ferry", "A knight waits.", "complete",
    )  # fmt: skip
    assert [each.name for each in part.authors] == ["Wim"]
    chapters = [(link.text, link.position) for link in part.links if link.kind == "chapter"]
    assert chapters == [("Noon 90", 1), ("Noon 88", 2)]
    assert unaccounted(page, part) == []


def test_chapters_stand_in_the_order_of_the_table():
    pages = [
        derive(html(chapter(1), f"{ROOT}/chapter/88/x")),
        derive(html(chapter(2), f"{ROOT}/chapter/90/x")),
        derive(html(fiction(script=True), ROOT)),
    ]
    found = survey([Piece(None, part) for part in pages])
    (story,) = [compose(plan, found.facts, lambda piece: piece.part.prose) for plan in found.plans]
    assert [each.key for each in story.chapters] == ["chapter/90", "chapter/88"]
    assert (story.summary, story.status) == ("A knight waits.", "complete")


def test_a_chapter_that_lists_its_siblings_knows_its_place():
    part = derive(html(chapter(1, listed=True), f"{ROOT}/chapter/88/x"))
    assert (part.position, part.of) == (2, 2)
