"""Topics of SMF and Invision, and what tells a forum's story where its name does not."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Page, Part
from tests.pages import html, unaccounted
from tests.test_engines_threads import LONG, TALE, texts

BASE = "http://board.example/"


def read(body: str, url: str) -> Part:
    page: Page = html(body, BASE + url)
    part = derive(page)
    assert unaccounted(page, part) == []
    return part


def smf2(*posts: str, board: str = "Fan Fiction") -> str:
    return f"""<html><head><title>Low Water</title></head><body>
<div class="navigate_section"><ul><li><a href="index.php"><span>The Board</span></a> &#187;</li>
<li><a href="index.php?board=4.0"><span>{board}</span></a> &#187;</li>
<li class="last"><a href="index.php?topic=12.0"><span>Low Water</span></a></li></ul></div>
<div id="forumposts"><div class="cat_bar"><h3 class="catbg"><span id="author">Author</span>
Topic: Low Water &nbsp;(Read 91 times)</h3></div>{"".join(posts)}</div>
<div id="footer_section">SMF 2.0.15 | SMF &copy; 2017, Simple Machines</div></body></html>"""


def smf2_post(number: int, who: str, text: str, reply: int = 0) -> str:
    said = f"Reply #{reply} on:" if reply else "on:"
    return f"""<div class="windowbg"><div class="post_wrapper"><div class="poster"><h4>
<a href="index.php?action=profile;u={len(who)}">{who}</a></h4><ul><li>Posts: 14</li></ul></div>
<div class="postarea"><div class="flow_hidden"><div class="keyinfo"><h5 id="subject_{number}">
<a href="index.php?topic=12.msg{number}#msg{number}">Re: Low Water</a></h5>
<div class="smalltext">&#171; <strong>{said}</strong> May 02, 2011, 09:10:11 PM &#187;</div></div></div>
<div class="post"><div class="inner" id="msg_{number}">{text}</div></div></div>
<div class="moderatorbar"><div class="signature">Mind the step.</div></div></div></div>"""


def test_of_an_smf_topic_the_starters_posts_are_the_story():
    answer = (
        '<div class="quoteheader"><div class="topslice_quote"><a href="index.php?topic=12.msg1#msg1">'
        "Quote from: Ada on May 02, 2011</a></div></div>"
        f'<blockquote class="bbc_standard_quote">{LONG[0]}</blockquote>I loved this. More, please!'
    )
    part = read(
        smf2(
            smf2_post(1, "Ada", TALE),
            smf2_post(2, "Reader", answer, 1),
            smf2_post(3, "Ada", f"Part 2<br /><br />{TALE}", 2),
        ),
        "index.php?topic=12.0",
    )
    assert (part.outcome, part.title, part.work_id) == ("story", "Low Water", "topic=12")
    assert [author.name for author in part.authors] == ["Ada"]
    assert [section.chapter_id for section in part.sections] == ["post-1", "post-3"]
    assert texts(part)[: len(LONG)] == LONG
    assert part.published is not None
    assert part.published.value == "2011-05-02"
    assert any("Mind the step" in text for text in part.chrome)


def test_a_quoted_post_in_an_answer_of_the_writers_is_not_told_twice():
    quoting = (
        '<div class="quoteheader">Quote from: Reader on May 03, 2011</div>'
        f'<div class="quote">Is the wall all right?</div>{TALE}'
    )
    part = read(
        smf2(
            smf2_post(1, "Ada", TALE),
            smf2_post(2, "Reader", "Is the wall all right?", 1),
            smf2_post(3, "Ada", quoting, 2),
        ),
        "index.php?topic=12.0",
    )
    assert "Is the wall all right?" not in texts(part)
    assert len(part.sections) == 2


def test_a_later_page_of_an_smf_topic_does_not_begin_with_its_starter():
    part = read(smf2(smf2_post(31, "Reader", TALE, 15)), "index.php?topic=12.15")
    assert part.outcome in {"story", "not_story"}
    assert all("began the thread" in warning for warning in part.warnings)
    assert part.outcome == "not_story" or part.warnings


@pytest.mark.parametrize(
    ("body", "url"),
    [
        pytest.param(
            "<h3 id=navstrip><a href='index.php?'>The Board</a> -&gt; "
            "<a href='index.php?showforum=4'>Fan Fiction</a></h3>"
            "<div class='maintitle'><b>Low Water</b>, a tale</div>"
            "<table><tr><td><a name='entry7'></a><span class='normalname'>"
            "<a href='index.php?showuser=3'>Ada</a></span></td><td><span class='postdetails'>"
            "<b>Posted:</b> Jun 2 2004, 04:10 PM</span></td></tr><tr><td>"
            "<span class='postdetails'>Group: Members<br>Posts: 212</span></td>"
            f"<td><div class='postcolor'>{TALE}<br><br><span class='edit'>This post has been edited "
            "by <b>Ada</b></span></div><div class='signature'>Knitting!</div></td></tr></table>"
            "<table><tr><td><span class='normalname'>Bex</span></td></tr>"
            "<tr><td><div class='postcolor'>Wow.</div></td></tr></table>",
            "index.php?showtopic=9",
            id="Invision 1",
        ),
        pytest.param(
            "<ol class='breadcrumb'><li><a href='/forum/4-fan-fiction/'>Fan Fiction</a></li></ol>"
            "<h1 class='ipsType_pagetitle'>Low Water</h1>"
            "<div class='post_block hentry' id='post_id_7'><h3><span class='author vcard'>"
            "<a class='url fn' href='/user/3-ada/'>Ada</a></span>"
            "<a rel='bookmark' href='/topic/9-low-water/#entry7'>#1</a></h3>"
            "<abbr class='published' title='2004-06-02T16:10:00+00:00'>2 June 2004</abbr>"
            f"<div class='post entry-content'>{TALE}</div>"
            "<div class='signature'>Knitting!</div></div>"
            "<div class='post_block hentry' id='post_id_8'><span class='author vcard'>Bex</span>"
            "<div class='post entry-content'>Wow.</div></div>",
            "topic/9-low-water/",
            id="Invision 3",
        ),
        pytest.param(
            "<nav class='ipsBreadcrumb'><ul><li><a href='/'>Home</a></li><li>Fan Fiction</li></ul>"
            "</nav><h1 class='ipsType_pageTitle'>Low Water</h1>"
            "<article id='elComment_7' class='cPost'><h3 class='cAuthorPane_author'>"
            "<a href='/profile/3-ada/'>Ada</a></h3><div class='ipsComment_meta'>Posted "
            "<time datetime='2004-06-02T16:10:00Z'>June 2</time></div>"
            f"<div data-role='commentContent'><p>{'</p><p>'.join(LONG)}</p></div>"
            "<div data-role='memberSignature'>Knitting!</div></article>"
            "<article id='elComment_8' class='cPost'><h3 class='cAuthorPane_author'>Bex</h3>"
            "<div data-role='commentContent'><p>Wow.</p></div></article>",
            "topic/9-low-water/",
            id="Invision 4",
        ),
    ],
)
def test_of_an_invision_topic_the_starters_posts_are_the_story(body: str, url: str):
    part = read(f"<html><head><title>Low Water</title></head><body>{body}</body></html>", url)
    assert (part.outcome, part.title, part.work_id) == ("story", "Low Water", "topic=9")
    assert [author.name for author in part.authors] == ["Ada"]
    assert [section.chapter_id for section in part.sections] == ["post-7"]
    assert texts(part) == LONG
    assert part.published is not None
    assert part.published.value == "2004-06-02"


def test_a_first_post_that_reads_like_a_story_is_one_in_any_forum():
    told = smf2(smf2_post(1, "Ada", "<br /><br />".join([TALE] * 3)), board="The Harbour")
    assert read(told, "index.php?topic=12.0").outcome == "story"


def test_a_discussion_is_none():
    asked = " ".join(["How long should a chapter be, and what do you people do about it?"] * 40)
    talk = smf2(smf2_post(1, "Ada", asked), smf2_post(2, "Bex", "Short.", 1), board="Writing Help")
    assert read(talk, "index.php?topic=12.0").outcome == "not_story"


@pytest.mark.parametrize(
    "said",
    [
        "Invalid Thread specified. If you followed a valid link, please notify the administrator",
        "The requested thread could not be found.",
        "The requested topic does not exist.",
        "The topic or board you are looking for appears to be either missing or off limits to you.",
    ],
)
def test_a_thread_that_is_not_there_is_a_soft_404(said: str):
    body = f"<html><head><title>The Board</title></head><body><p>{said}</p></body></html>"
    assert read(body, "showthread.php?t=9").outcome == "soft_404"
