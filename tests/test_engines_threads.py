"""Threads of XenForo, phpBB and vBulletin: which posts are a story, and what is not theirs."""

from __future__ import annotations

import pytest

from storykeep.assemble import Piece, compose, survey
from storykeep.derive import derive
from storykeep.model import Capture, Part
from tests.pages import SHARED, html, page_of, unaccounted

PAGES = SHARED / "pages"
needs_shared = pytest.mark.skipif(
    not PAGES.is_dir(), reason="../shared/pages is not here: the saved pages are not ours to ship"
)


def texts(part: Part) -> list[str]:
    return [block.text for block in part.prose if block.kind != "break"]


@needs_shared
def test_of_a_real_page_of_a_quest_the_one_post_with_a_threadmark_is_the_story():
    page = page_of(PAGES / "xenforo" / "renascence-p54.html", "http://site.example/p54")
    part = derive(page)
    assert (part.outcome, part.title) == ("story", "Renascence: A Homura Quest")
    assert [author.name for author in part.authors] == ["Higure"]
    (section,) = part.sections
    assert (section.chapter_id, section.title) == (
        "post-2146541",
        "Memories Return / Invite Kyouko",
    )
    assert unaccounted(page, part) == []


LONG = [
    "The tide table was wrong, and the harbour master said so to the tide, who took no notice of it.",
    '"You are late," said Mrs. Quay from the top step. "It is on the wall in print, and signed."',
    "The water came in anyway, and stood about in the lower street with its hat off for a while.",
    '"Next time," it seemed to say, and then it went out again by the gate behind the fish market.',
    "She wrote the hour in her book, and under it the word LATE, and under that the name of the moon.",
    "By morning the street was dry, and somebody had moved the wall a yard and a half to the east.",
    '"That is not my wall," said the harbour master. "I had that wall from my father, and it leaned."',
    "Nobody could say who had moved it. The moon was asked, through the usual channels, and declined.",
    "So they printed a new table, in which every tide was said to be at its own discretion, and signed.",
    '"It will do," said Mrs. Quay, and hung it upon the wall, which did not lean any more, and was sad.',
]  # fmt: skip
TALE = "<br /><br />".join(LONG)


def xf2(
    *posts: str, crumbs: str = "User Fiction", about: str = "Ada", menu: str = "", page: int = 1
) -> str:
    return f"""<html id="XF" data-app="public" data-content-key="thread-77" class="has-no-js">
<head><title>Low Water | Page {page} | The Board</title></head><body>
<ul class="p-breadcrumbs"><li><a href="/forums/"><span>Forums</span></a></li>
<li><a href="/forums/fic.3/"><span>{crumbs}</span></a></li></ul>
<div class="p-title"><h1 class="p-title-value">Low Water</h1></div>
<div class="p-description"><ul><li><a href="/members/ada.5/" class="username">{about}</a></li></ul></div>
{menu}<div class="block-body">{"".join(posts)}</div></body></html>"""


def post2(
    number: int, who: str, body: str, *, mark: str = "", kind: str = "Threadmarks", at: int = 2
) -> str:
    head = f"""<div class="message-cell message-cell--threadmark-header"><label>{kind}</label>
<span class="threadmarkLabel">{mark}</span></div>""" if mark else ""  # fmt: skip
    return f"""<article class="message message--post {"hasThreadmark" if mark else ""}"
 data-author="{who}" data-content="post-{number}" id="js-post-{number}">{head}
<div class="message-user"><h4><a href="/members/{who.lower()}.5/" class="username">{who}</a></h4>
<h5 class="userTitle">Mostly Harmless</h5></div>
<header class="message-attribution"><ul class="message-attribution-main"><li>
<time class="u-dt" datetime="2019-03-0{at}T10:00:00+0000">Mar {at}, 2019</time></li></ul>
<ul class="message-attribution-opposite"><li><a href="/threads/low-water.77/post-{number}">#{at - 1}</a></li></ul>
</header><article class="message-body"><div class="bbWrapper">{body}</div></article>
<div class="message-lastEdit">Last edited: Mar 9, 2019</div>
<footer><div class="reactionsBar">Bob and 4 others</div></footer>
<aside class="message-signature"><div class="bbWrapper">my other fic is better</div></aside></article>"""


URL = "https://board.example/threads/low-water.77/"


def test_posts_with_threadmarks_are_the_chapters_of_a_thread():
    page = html(xf2(
        post2(11, "Ada", TALE, mark="The Wall", at=2),
        post2(12, "Bob", "First! Great chapter, please write more of the moon.", at=3),
        post2(13, "Ada", f"{TALE}<br /><br />A second evening.", mark="The Moon", at=4),
        post2(14, "Ada", "The cast, with pictures.", mark="Cast", kind="Informational", at=5),
        post2(15, "Bob", f"{TALE}", mark="What the Wall Saw", kind="Omake", at=6),
    ), URL)  # fmt: skip
    part = derive(page)
    assert (part.engine, part.outcome, part.title, part.work_id) == (
        "xenforo", "story", "Low Water", "threads/77",
    )  # fmt: skip
    assert [author.name for author in part.authors] == ["Ada"]
    assert [(each.chapter_id, each.title) for each in part.sections] == [
        ("post-11", "The Wall"), ("post-13", "The Moon"),
    ]  # fmt: skip
    first, second = part.sections
    assert [block.text for block in part.prose[first.start : first.end]] == LONG
    assert part.prose[second.end - 1].text == "A second evening."
    assert (first.published.value, second.published.value) == ("2019-03-02", "2019-03-04")
    assert [warning.split(":")[0] for warning in part.warnings] == [
        "post-14 is marked Informational", "post-15 is marked Omake",
    ]  # fmt: skip
    assert unaccounted(page, part) == []
    kept = " ".join(texts(part))
    for chrome in ("Last edited", "others", "my other fic", "Mostly Harmless", "First!"):
        assert chrome not in kept


def test_without_threadmarks_the_long_posts_of_who_began_it_are_the_story_where_the_forum_says_so():
    page = html(xf2(
        post2(11, "Ada", TALE, at=2),
        post2(12, "Bob", TALE, at=3),
        post2(13, "Ada", "Thanks for reading, everyone. The next chapter is with my beta.", at=4),
        post2(14, "Ada", f"<b>Chapter 2: The Moon</b><br /><br />{TALE}", at=5),
    ), URL)  # fmt: skip
    part = derive(page)
    assert part.outcome == "story"
    assert [each.chapter_id for each in part.sections] == ["post-11", "post-14"]
    assert unaccounted(page, part) == []


@pytest.mark.parametrize("forum", ["General Discussion", "Philosophy", "Story Ideas", "Fic Recs"])
def test_a_thread_in_a_forum_for_talk_is_no_story(forum):
    part = derive(html(xf2(post2(11, "Ada", TALE), post2(12, "Bob", TALE), crumbs=forum), URL))
    assert (part.outcome, part.prose) == ("not_story", ())
    assert "nothing says that it is fiction" in part.reason


def test_a_story_header_makes_a_thread_fiction_wherever_it_is():
    header = "Title: Low Water<br />Rating: PG<br />Disclaimer: The moon is not mine.<br /><br />"
    part = derive(html(xf2(post2(11, "Ada", header + TALE), crumbs="The Cafe"), URL))
    assert part.outcome == "story"
    assert [each.text for each in part.disclaimers] == ["The moon is not mine."]


def test_a_page_of_a_marked_thread_without_a_marked_post_is_no_story():
    menu = '<div class="block-outer-threadmarks"><a href="/threads/low-water.77/threadmarks">Threadmarks</a></div>'
    part = derive(html(xf2(post2(11, "Ada", TALE), menu=menu), URL))
    assert (part.outcome, part.work_id) == ("not_story", "threads/77")


def test_what_is_quoted_of_others_rolled_and_attached_is_chrome_and_a_spoiler_is_told():
    body = f"""<blockquote class="bbCodeBlock bbCodeBlock--quote" data-quote="Bob" data-source="post: 12">
<div class="bbCodeBlock-title"><a href="/goto/post?id=12" class="bbCodeBlock-sourceJump">Bob said:</a></div>
<div class="bbCodeBlock-content">What does the moon do next?</div></blockquote>
{TALE}<div class="bbCodeSpoiler"><button class="bbCodeSpoiler-button">Spoiler: the moon</button>
<div class="bbCodeSpoiler-content" style="display:none">The moon was her aunt all the time.</div></div>
<blockquote class="bbCodeBlock bbCodeBlock--quote"><div class="bbCodeBlock-content">Dear Mrs. Quay,
I am not coming.</div></blockquote><fieldset class="dice_container">Ada threw 6-faced dice: 4</fieldset>"""
    page = html(xf2(post2(11, "Ada", body, mark="One"), post2(12, "Bob", "Oh!")), URL)
    part = derive(page)
    kept = "\n".join(texts(part))
    assert "The moon was her aunt all the time." in kept
    assert "Dear Mrs. Quay" in kept
    assert "What does the moon do next?" not in kept
    assert "6-faced" not in kept
    assert unaccounted(page, part) == []


def test_a_list_of_threadmarks_is_a_table_of_contents():
    rows = "".join(
        f'<div class="structItem structItem--threadmark"><a href="/threads/low-water.77/page-{n}#post-{n}" '
        f'data-tp-primary="on">Chapter {n}</a></div>'
        for n in (1, 2, 3)
    )
    page = f'<html><head><title>Threadmarks</title></head><body><h1>Low Water - Threadmarks</h1><div class="structItemContainer">{rows}</div></body></html>'
    part = derive(html(page, URL + "threadmarks"))
    assert (part.engine, part.outcome, part.work_id, part.title) == (
        "xenforo", "index", "threads/77", "Low Water",
    )  # fmt: skip
    chapters = [(link.text, link.position) for link in part.links if link.kind == "chapter"]
    assert chapters == [("Chapter 1", 1), ("Chapter 2", 2), ("Chapter 3", 3)]


def test_posts_of_xenforo_1_are_no_list_items():
    post = f"""<li id="post-5" class="message hasThreadmark" data-author="Ada"><div class="threadmarker">
<span class="label"><strong>Threadmarks:</strong> The Wall</span></div><h3><a class="username" href="members/ada.1/">Ada</a></h3>
<blockquote class="messageText ugc baseHtml">{TALE}<div class="bbCodeSpoilerContainer"><button>Spoiler</button>
<div class="bbCodeSpoilerText" style="display: none">It leaned.</div></div></blockquote>
<div class="messageMeta"><span class="DateTime" title="Oct 30, 2014 at 10:48 PM">Oct 30, 2014</span>
<a class="postNumber">#1</a></div></li>"""
    page = html(f'<html id="XenForo"><body><div class="titleBar"><h1>Low Water</h1></div><ol id="messageList">{post}</ol></body></html>', URL)  # fmt: skip
    part = derive(page)
    assert {block.kind for block in part.prose} == {"paragraph"}
    assert texts(part)[:10] == LONG
    assert texts(part)[-1] == "It leaned."


# ---------------------------------------------------------------- phpBB and vBulletin


def phpbb3(*posts: tuple[int, str, str, str], forum: str = "Fan Fiction", page: str = "") -> str:
    boxes = "".join(
        f"""<div id="p{number}" class="post bg2"><div class="postbody"><h3><a href="#p{number}">{subject}</a></h3>
<p class="author">by <strong><a href="./memberlist.php?mode=viewprofile&amp;u=4">{who}</a></strong> &raquo; Sun May 26, 2019 4:34 pm</p>
<div class="content">{body}</div><div class="signature">Nil desperandum</div></div>
<dl class="postprofile"><dt><a href="./memberlist.php?u=4">{who}</a></dt><dd>Posts: 12</dd></dl></div>"""
        for number, who, subject, body in posts
    )
    return f"""<html><head><title>The Board &bull; View topic - Low Water</title></head><body id="phpbb">
<ul class="linklist navlinks"><li><a href="./index.php">Board index</a> <a href="./viewforum.php?f=2">{forum}</a></li></ul>
<h2 class="topic-title"><a href="./viewtopic.php?f=2&amp;t=9">Low Water</a></h2><div class="pagination">{page}</div>
{boxes}<p>Powered by phpBB</p></body></html>"""


def test_a_topic_of_phpbb_in_a_forum_for_fiction_is_its_starters_story():
    page = html(phpbb3(
        (1, "Ada", "Low Water", TALE), (2, "Bob", "Re: Low Water", "More!"),
        (3, "Ada", "Chapter 2: The Moon", TALE + "<br /><br />And so on."),
    ), "http://board.example/viewtopic.php?f=2&t=9")  # fmt: skip
    part = derive(page)
    assert (part.engine, part.outcome, part.title, part.work_id) == (
        "phpbb", "story", "Low Water", "t=9",
    )  # fmt: skip
    assert [(each.chapter_id, each.title) for each in part.sections] == [
        ("post-1", None), ("post-3", "Chapter 2: The Moon"),
    ]  # fmt: skip
    assert [author.name for author in part.authors] == ["Ada"]
    assert part.published.value == "2019-05-26"
    assert unaccounted(page, part) == []


def test_on_a_later_page_who_alone_tells_at_length_is_taken_with_a_warning():
    posts = ((21, "Bob", "Re: Low Water", "Lovely."), (22, "Ada", "Re: Low Water", TALE))
    address = "http://board.example/viewtopic.php?f=2&t=9&start=20"
    part = derive(html(phpbb3(*posts, page="Page <strong>2</strong> of 3"), address))
    assert [author.name for author in part.authors] == ["Ada"]
    assert "does not say who began the thread" in part.warnings[0]
    both = (*posts, (23, "Cy", "Re: Low Water", TALE))
    part = derive(html(phpbb3(*both, page="Page <strong>2</strong> of 3"), address))
    assert (part.outcome, part.authors) == ("not_story", ())


def test_a_print_view_of_phpbb_3_and_a_topic_of_phpbb_2_are_read():
    old = f"""<html><head><title>The Board :: View topic - Low Water</title></head><body>
<a class="maintitle" href="viewtopic.php?t=9">Low Water</a><span class="nav"><a class="nav" href="viewforum.php?f=2">Fanfiction</a></span>
<table><tr><td><span class="name"><a name="31"></a><b>Ada</b></span><span class="postdetails">Joined: 01 Jan 2003<br>Posts: 9</span></td>
<td><table><tr><td><span class="postdetails">Posted: Mon Jun 07, 2004 9:12 pm &nbsp; Post subject: Low Water</span></td></tr>
<tr><td><span class="postbody">{TALE}</span><span class="postbody"><br>_________________<br>Nil desperandum</span></td></tr></table></td></tr>
<tr><td><a href="profile.php?mode=viewprofile&amp;u=3">profile</a></td></tr></table></body></html>"""
    page = html(old, "http://board.example/viewtopic.php?t=9")
    part = derive(page)
    assert (part.engine, part.outcome, part.title) == ("phpbb", "story", "Low Water")
    assert texts(part) == LONG
    assert part.sections[0].published.value == "2004-06-07"
    assert unaccounted(page, part) == []


def subsilver2(*posts: tuple[int, str, str]) -> str:
    boxes = "".join(
        f"""<table class="tablebg" width="100%"><tr class="row1"><td align="center"><a name="p{number}"></a><b class="postauthor">{who}</b></td>
<td><table><tr><td class="gensmall"><div style="float: left;">&nbsp;<b>Post subject:</b> Re: Low Water</div><div><b>Posted:</b> Sun May 26, 2008 4:34 pm&nbsp;</div></td></tr></table></td></tr>
<tr class="row1"><td class="profile"><span class="postdetails"><b>Joined:</b> Mon Sep 12, 2005 10:23 pm<br /><b>Posts:</b> 2</span></td>
<td><table><tr><td><div class="postbody">{body}</div><br clear="all" />
<span class="postbody"><br />_________________<br />Nil desperandum</span></td></tr></table></td></tr>
<tr class="row1"><td class="profile"><a href="#wrapheader">Top</a></td><td><a href="./memberlist.php?mode=viewprofile&amp;u=116">Profile</a></td></tr></table>"""
        for number, who, body in posts
    )
    return f"""<html><head><title>The Board &bull; View topic - Low Water</title></head><body class="ltr"><div id="wrapcentre">
<p class="breadcrumbs"><a href="./index.php">Board index</a> &gt; <a href="./viewforum.php?f=2">Fan Fiction</a></p>
<div id="pageheader"><h2><a class="titles" href="./viewtopic.php?f=2&amp;t=9&amp;start=0">Low Water</a></h2></div>
<table><tr><td class="nav">&nbsp;Page <strong>1</strong> of <strong>1</strong></td></tr></table>{boxes}</div></body></html>"""


def test_a_topic_of_phpbb_3_in_its_other_style_names_who_wrote_each_post_in_the_row_above():
    page = html(
        subsilver2((31, "Ada", TALE), (32, "Bob", "More!"), (33, "Ada", TALE + "<br /><br />End.")),
        "http://board.example/viewtopic.php?f=2&t=9",
    )
    part = derive(page)
    assert (part.engine, part.outcome, part.title) == ("phpbb", "story", "Low Water")
    assert [author.name for author in part.authors] == ["Ada"]
    assert [each.chapter_id for each in part.sections] == ["post-31", "post-33"]
    assert texts(part) == [*LONG, *LONG, "End."]
    assert part.sections[0].published.value == "2008-05-26"
    assert unaccounted(page, part) == []


def test_threads_of_vbulletin_3_4_and_5_are_read():
    three = f"""<html><head><title>Low Water - The Board</title></head><body><table><tr><td>
<span class="navbar"><a href="forumdisplay.php?f=3">Fan Fiction</a></span><td class="navbar"><strong>Low Water</strong></td></td></tr></table>
<div id="edit7"><table id="post7"><tr><td class="thead"><a name="1" id="postcount7" href="showpost.php?p=7"><strong>1</strong></a> 07-14-2004, 10:15 PM</td></tr>
<tr><td><a class="bigusername" href="member.php?u=2">Ada</a><div class="smallfont">Join Date: May 2001</div></td>
<td><div id="post_message_7">{TALE}</div><div>__________________<br>Nil desperandum</div></td></tr></table></div></body></html>"""
    four = f"""<html><head><title>Low Water</title></head><body><div class="breadcrumb"><ul><li class="navbit"><a href="forumdisplay.php?3-Fan-Fiction">Fan Fiction</a></li></ul></div>
<span class="threadtitle"><a href="showthread.php?9-Low-Water">Low Water</a></span><ol id="posts"><li class="postbitlegacy postcontainer" id="post_7">
<span class="date">07-14-2004, 10:15 PM</span><a href="showthread.php?9-Low-Water&p=7#post7" class="postcounter">#1</a>
<a class="username" href="member.php?2-Ada"><strong>Ada</strong></a><div id="post_message_7"><blockquote class="postcontent restore">{TALE}</blockquote></div>
<blockquote class="signature">Nil desperandum</blockquote></li></ol></body></html>"""
    five = f"""<html><head><title>Low Water</title></head><body><ul class="breadcrumbs"><li><a class="crumb" href="/forum/fan-fiction">Fan Fiction</a></li></ul><h1 class="main-title">Low Water</h1>
<ul><li class="b-post js-post" data-node-id="7"><div class="author"><a href="/member/2-ada">Ada</a></div><time datetime="2004-07-14T22:15:00">07-14-2004</time>
<a class="b-post__count">#1</a><div class="js-post__content-text restore">{TALE}</div></li></ul></body></html>"""
    for source, date in ((three, "2004-07-14"), (four, "2004-07-14"), (five, "2004-07-14")):
        page = html(source, "http://board.example/showthread.php?t=9")
        part = derive(page)
        assert (part.engine, part.outcome, part.title, part.work_id) == (
            "vbulletin", "story", "Low Water", "t=9",
        )  # fmt: skip
        assert texts(part) == LONG
        assert [author.name for author in part.authors] == ["Ada"]
        assert part.sections[0].chapter_id == "post-7"
        assert part.sections[0].published.value == date
        assert unaccounted(page, part) == []


# ---------------------------------------------------------------- assembled


def capture(url: str, day: int) -> Capture:
    return Capture(url, "x", f"2020-01-{day:02d}T00:00:00.000000Z", 200, "text/html", "sha1:A",
                   "00", "w.warc.gz", day, 10, f"<urn:{day}>", id=day)  # fmt: skip


def stories(*seen: tuple[str, int, str]):
    parts = {day: derive(html(source, url)) for url, day, source in seen}
    found = survey([Piece(capture(url, day), parts[day]) for url, day, _ in seen])
    return [
        compose(plan, found.facts, lambda piece: parts[piece.capture.id].prose)
        for plan in found.plans
    ]


def test_the_pages_of_a_thread_are_one_story_and_a_post_stays_the_same_chapter():
    one = xf2(post2(11, "Ada", TALE, mark="The Wall"), post2(13, "Ada", TALE, mark="The Moon"))
    moved = xf2(post2(11, "Ada", TALE, mark="The Wall"))
    two = xf2(post2(13, "Ada", f"{TALE}<br /><br />Mended.", mark="The Moon"),
              post2(101, "Ada", TALE, mark="The Table"), page=2)  # fmt: skip
    (story,) = stories((URL, 1, one), (URL, 2, moved), (URL + "page-2", 3, two))
    assert [(each.key, each.title, each.position) for each in story.chapters] == [
        ("post-11", "The Wall", 1), ("post-13", "The Moon", 2), ("post-101", "The Table", 3),
    ]  # fmt: skip
    assert story.key == "board.example/threads/77"
    moon = story.chapters[1]
    assert moon.prose[-1].text == "Mended."
    assert [len(version.prose) for version in moon.superseded] == [10]
    assert moon.gone_since is None


def test_a_post_that_is_no_longer_on_its_page_is_kept_and_marked_gone():
    one = xf2(post2(11, "Ada", TALE, mark="The Wall"), post2(13, "Ada", TALE, mark="The Moon"))
    moved = xf2(post2(11, "Ada", TALE, mark="The Wall"))
    (story,) = stories((URL, 1, one), (URL, 2, moved))
    assert [each.gone_since for each in story.chapters] == [None, "2020-01-02T00:00:00.000000Z"]
    assert [block.text for block in story.chapters[1].prose] == LONG


def test_a_print_view_stands_for_the_page_that_it_prints():
    address = "http://board.example/viewtopic.php?f=2&t=9"
    printed = f"""<html><body id="phpbb"><h2>Low Water</h2><a href="./viewforum.php?f=2" class="nav">Fan Fiction</a><a href="{address}">x</a>
<div class="post"><h3>Low Water</h3><div class="date">Posted: <strong>Sun May 26, 2019</strong></div>
<div class="author">by <strong>Ada</strong></div><div class="content">{TALE}</div></div></body></html>"""
    whole = phpbb3((1, "Ada", "Low Water", TALE))
    (story,) = stories((address, 1, whole), (f"{address}&view=print", 2, printed))
    assert [each.key for each in story.chapters] == ["post-1"]
    assert story.aliases == (f"{address}&view=print",)


def test_posts_without_names_are_nobodys_story():
    nameless = xf2(post2(11, "", TALE), post2(12, "", TALE), about="")
    assert derive(html(nameless.replace('class="username"', ""), URL)).outcome == "not_story"


def test_a_page_that_only_links_to_a_journal_is_no_entry():
    told = "".join(f"<p>{each}</p>" for each in LONG)
    page = f'<h2>Low Water</h2><p>by Ada</p><div class="contents">{told}</div><a href="https://ada.livejournal.com/profile">my journal</a>'
    assert derive(html(page)).engine == "generic"


def test_the_archive_view_of_vbulletin_is_read_without_the_answers():
    source = f"""<html><head><title>Low Water [Archive] - Board</title></head><body><div class="pagebody">
<div id="navbar" class="navbar"><a href="index.php">Board</a> &gt; <a href="f-3.html">Fan Fiction</a> &gt; Low Water</div>
<div class="post"><div class="posttop"><div class="username">Ada</div><div class="date">07-14-2004, 10:15 PM</div></div><div class="posttext">{TALE}</div></div>
<div class="post"><div class="posttop"><div class="username">Bob</div><div class="date">07-15-2004</div></div><div class="posttext">More!</div></div></div></body></html>"""
    page = html(source, "http://board.example/archive/index.php/t-9.html")
    part = derive(page)
    assert (part.engine, part.outcome, part.title, part.work_id) == (
        "vbulletin", "story", "Low Water", "t=9",
    )  # fmt: skip
    assert texts(part) == LONG
    assert unaccounted(page, part) == []


def test_how_far_apart_paragraphs_stand_is_the_writers_own_habit():
    """Long signatures without blank lines, again and again, make no scenes of a story's."""
    tale = "<br /><br />".join([*LONG[:5], "<br />" + LONG[5], *LONG[6:]])
    answers = tuple((n, "Bob", "Re: Low Water", "More!") for n in range(2, 15))
    signed = "<br />".join(f"{text} {text}" for text in LONG[:4])
    topic = phpbb3((1, "Ada", "Low Water", tale), *answers).replace("Nil desperandum", signed)
    part = derive(html(topic, "http://board.example/viewtopic.php?f=2&t=9"))
    assert texts(part) == LONG
    assert [at for at, block in enumerate(part.prose) if block.kind == "break"] == [5]
