"""Where the software names the box of the text, what stands around it never becomes the story."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Page
from tests.pages import unaccounted

_TOLD = (
    '<p>"You have moved the stile," said Oona.</p><p>He had moved it by a yard, and it had taken all of'
    " the spring, for the wall was against it, and the sheep, who had always gone that way, were"
    ' against it too.</p><p>"By a yard," he said.</p>'
)
_WORDPRESS = """<html><head><title>The Stile | Walls</title>
<meta name="generator" content="WordPress 3.4"></head><body class="single single-post">
<h1 id="site-title"><a href="/">Walls</a></h1><article><h1 class="entry-title">The Stile</h1>
<div class="entry-meta">Posted on <time class="entry-date" datetime="2012-05-04">May 4, 2012</time>
by <span class="author vcard"><a class="fn" href="/author/ada">Ada Moss</a></span></div>
<div class="entry-content">%s<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="#x">Twitter</a>
</li></ul></div></div></article><div id="comments"><span class="author">Bo</span><p>More sheep!</p></div>
</body></html>"""
_BLOGGER = """<html><head><title>walls: The Stile</title><meta content="blogger" name="generator">
</head><body><h1 class="title"><a href="/">walls</a></h1>%s<div id="sidebar"><h2>About me</h2>
<p>I build walls.</p></div></body></html>"""
_ENTRY = """<div class="post"><h3 class="post-title">The Stile</h3><div class="post-body">%s</div>
<span class="post-author vcard">Posted by <span class="fn">Ada Moss</span></span></div>"""
_WATTPAD = """<html><head><title>Walls - The Stile - Wattpad</title></head><body><h1>The Stile</h1>
<div class="author">by <a href="/user/adamoss">adamoss</a></div>
<div class="parts-container-new"><h2 class="title">Walls</h2></div>
<div class="part-content"><pre>%s</pre></div><footer>Continue reading next part</footer></body></html>"""
_SAMIZDAT = """<html><head><title>Журнал "Самиздат".Мохова А. А.. Стена</title></head><body>
<a href="/">Рейтинги</a><h3>Мохова А. А.<br><small><a href="/m/mohowa/">Стена</a>:</small></h3>
<li>Размещен: 14/02/2006<hr><!----------- Собственно произведение --------------->
<dd>&nbsp;&nbsp;Он сдвинул стену на аршин.<dd>&nbsp;&nbsp;-- Зачем? -- спросила она.
<!--------------------------------------------------------------><hr><li>Оставить комментарий</body></html>"""


def _part(markup: str):
    page = Page(
        "http://walls.example/2012/05/stile.html",
        200,
        (("Content-Type", "text/html; charset=utf-8"),),
        markup.encode(),
    )
    part = derive(page)
    assert unaccounted(page, part) == []
    return part


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(_WORDPRESS % _TOLD, id="wordpress"),
        pytest.param(_BLOGGER % (_ENTRY % _TOLD), id="blogger"),
    ],
)
def test_a_blogs_entry_is_the_story_and_nothing_else_of_the_page(markup):
    """Its heading is the title, who posted it the author; buttons and comments are chrome."""
    part = _part(markup)
    assert (part.outcome, part.engine, part.title) == ("story", "platform", "The Stile")
    assert [author.name for author in part.authors] == ["Ada Moss"]
    assert len(part.prose) == 3


def test_a_blogs_page_of_several_entries_is_not_one_story():
    """Which of them is meant nobody can tell."""
    assert _part(_BLOGGER % (_ENTRY % _TOLD + _ENTRY % _TOLD)).engine != "platform"


def test_who_posts_an_entry_makes_no_story_of_it():
    """A blog has news, too."""
    news = "<p>I have updated the site. All stories are in the archive, and the links work.</p>"
    assert _part(_BLOGGER % (_ENTRY % news)).outcome == "not_story"


def test_counters_in_buttons_are_no_words_of_a_paragraph():
    """Each of Wattpad's paragraphs has one, and stands in a <pre>."""
    paragraphs = "".join(
        f'<p data-p-id="a">{words}<button><span>2</span></button></p>'
        for words in ("So I sat down.", '"It is past one," he said.', "It was.")
    )
    part = _part(_WATTPAD % paragraphs)
    assert (part.title, part.chapter_title) == ("Walls", "The Stile")
    assert [author.name for author in part.authors] == ["adamoss"]
    assert [block.text for block in part.prose] == [
        "So I sat down.", '"It is past one," he said.', "It was.",
    ]  # fmt: skip
    assert part.chrome.count("2") == 3


def test_what_samizdat_fences_is_the_text():
    """Author and title stand in one heading above it."""
    part = _part(_SAMIZDAT)
    assert (part.outcome, part.title) == ("story", "Стена")
    assert [author.name for author in part.authors] == ["Мохова А. А."]
    assert [block.text for block in part.prose] == [
        "Он сдвинул стену на аршин.", "-- Зачем? -- спросила она.",
    ]  # fmt: skip


_SCRIBBLE = """<html><head><title>Walls - The Stile | Scribble Hub</title></head><body>
<div class="chapter-title">The Stile</div><div class="chp_byauthor"><a href="/series/1/walls/">Walls</a>
by <a href="/profile/9/ada/">Ada Moss</a></div><div id="chp_contents"><a href="#x">Previous</a>
<div class="chp_raw" id="chp_raw">%s</div></div><div id="comments"><p>First!</p></div></body></html>"""


def test_a_part_without_a_list_of_parts_has_its_storys_title_from_the_title_tag():
    """What stands beside the text in the box of a part is not read as the text."""
    box = '<div class="panel-reading"><pre><p data-p-id="a">He sat down.</p></pre></div>'
    rail = '<div class="left-rail">by <strong>adamoss</strong><div>Share</div></div>'
    page = _WATTPAD.replace(
        '<div class="parts-container-new"><h2 class="title">Walls</h2></div>', ""
    )
    part = _part(page.replace("<pre>%s</pre>", rail + box))
    assert (part.title, part.chapter_title) == ("Walls", "The Stile")
    assert [block.text for block in part.prose] == ["He sat down."]


def test_a_chapter_of_scribble_hub_names_series_chapter_and_author():
    """The series' link stands before the author's in one line."""
    part = _part(_SCRIBBLE % _TOLD)
    assert (part.title, part.chapter_title) == ("Walls", "The Stile")
    assert [author.name for author in part.authors] == ["Ada Moss"]
    assert len(part.prose) == 3


def test_of_a_submission_to_sofurry_only_the_box_of_its_text_is_the_story():
    part = _part(
        f"""<html><head><title>The Stile by adamoss -- Submission | SoFurry</title></head><body>
        <h2 id="sfContentTitle">The Stile</h2><span>Story by <a href="https://adamoss.sofurry.example/"
        class="sf-username">adamoss</a> on SoFurry</span><div id="sfContentDescription"><p>A wall
        moves.</p></div><div id="sfContentBody" class="sfTextDark">{_TOLD}</div><div
        id="sfContentTags"><a href="/tags?tag=walls">walls</a></div><h3>Comments</h3><p>More sheep!</p>
        </body></html>"""
    )
    assert (part.outcome, part.title, part.summary) == ("story", "The Stile", "A wall moves.")
    assert [author.name for author in part.authors] == ["adamoss"]
    assert [block.text for block in part.prose][-1] == '"By a yard," he said.'
    assert len(part.prose) == 3
