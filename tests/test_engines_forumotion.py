"""Boards that Forumotion rents out: one address for all of their skins."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, unaccounted

ADDRESS = "http://low-water.forumotion.example/t9-low-water"
LINES = [
    "The tide table was wrong, and the harbour master said so to the tide, who took no notice of it.",
    '"You are late," said Mrs. Quay from the top step. "It is on the wall in print, and signed."',
    "The water came in anyway, and stood about in the lower street with its hat off for a while.",
    '"Next time," it seemed to say, and then it went out again by the gate behind the fish market.',
    "She wrote the hour in her book, and under it the word LATE, and under that the name of the moon.",
    '"That is not my wall," said the harbour master. "I had that wall from my father, and it leaned."',
    "Nobody could say who had moved it. The moon was asked, through the usual channels, and declined.",
    '"It will do," said Mrs. Quay, and hung it upon the wall, which did not lean any more, and was sad.',
]  # fmt: skip
TALE = "<br /><br />".join(LINES)
POSTS = ((55, "Ada", TALE), (56, "Bob", "More!"), (57, "Ada", TALE + "<br /><br />It leaned."))
SIGNATURE = "Nil desperandum"
SPONSORED = '<div id="p0" class="post post--0"><div class="postbody"><div class="content"><div>Buy boats.</div></div></div></div>'


def subject(number: int) -> str:
    return (
        f'<a href="/t9-low-water#{number}">{"Low Water" if number == 55 else "Re: Low Water"}</a>'
    )


def phpbb2(number: int, who: str, text: str) -> str:
    return f"""<tr class="post post--{number}"><td class="row1" width="150"><span class="name"><a name="{number}"></a><strong>{who}</strong></span><br />
<span class="postdetails poster-profile">Posts : 12<br />Join date : 2011-01-04</span></td>
<td class="row1"><table><tr><td><span class="postdetails">Subject: {subject(number)}&nbsp; Mon May 26, 2014 4:34 pm</span></td></tr>
<tr><td class="hr"><hr /></td></tr><tr><td><div class="postbody"><div>{text}</div></div></td></tr>
<tr><td><div class="signature_div" id="sig{number}">{SIGNATURE}</div></td></tr></table></td></tr>"""


def phpbb3(number: int, who: str, text: str) -> str:
    return f"""<div id="p{number}" class="post row1 post--{number}"><div class="inner"><div class="postbody">
<h2 class="topic-title">{subject(number)}</h2><p class="author">by&nbsp;<strong><a href="/u4"><span style="color:#900">{who}</span></a></strong> on Mon May 26, 2014 4:34 pm</p>
<div class="content clearfix"><div class="vote gensmall"><div class="vote-button"><a href="/t9-low-water?vote=1">+</a></div></div><div>{text}</div></div>
<div class="signature_div" id="sig{number}">{SIGNATURE}</div></div>
<div class="postprofile"><dl><dt><strong>{who}</strong></dt><dd>Posts : 12</dd></dl></div></div></div>"""


def punbb(number: int, who: str, text: str) -> str:
    return f"""<div class="post post--{number}"><a name="{number}"></a><div class="postmain"><div id="p{number}" class="posthead"><h2><strong>1</strong> {subject(number)} on Mon May 26, 2014 4:34 pm</h2></div>
<div class="postbody"><div class="user"><div class="user-ident"><h4 class="username"><a href="/u4">{who}</a></h4></div></div>
<div class="post-entry"><div class="entry-content"><div><div>{text}</div><div class="clear"></div></div><p></p></div></div></div>
<div class="sig-content">{SIGNATURE}</div></div></div>"""


def invision(number: int, who: str, text: str) -> str:
    return f"""<div id="p{number}" class="post clearfix post--{number}"><div class="post-container"><div class="postbody clearfix"><div class="postprofile" id="profile{number}">
<div class="postprofile-head"><a href="javascript:void(0);"><strong>{who}</strong></a></div><span class="postdetails">Posts : 12</span></div>
<div class="postbody-head postdetails"><h3>{subject(number)}</h3><p class="author">&nbsp;by&nbsp;<span><strong>{who}</strong></span> on 26/05/14, 04:34 pm</p></div>
<div class="post-entry"><div>{text}</div><div class="clear"></div></div></div></div></div>"""


SKINS = {"phpbb2": phpbb2, "phpbb3": phpbb3, "punbb": punbb, "invision": invision}


def topic(skin: str, *posts: tuple[int, str, str], forum: str = "Fan Fiction") -> str:
    boxes = "".join(SKINS[skin](*post) for post in posts)
    if skin == "phpbb2":
        boxes = f'<table class="forumline">{boxes}</table>'
    return f"""<html><head><title>Low Water</title></head><body><div id="logo">Low Water Board</div>
<div class="nav"><a class="nav" href="/">Board</a> :: <a class="nav" href="/c1-shore">Shore</a> :: <a class="nav" href="/f2-fic">{forum}</a></div>
<h1 class="page-title"><a href="/t9-low-water">Low Water</a></h1>{boxes}{SPONSORED if skin != "phpbb2" else ""}
<p><a href="https://www.forumotion.example">Free forum</a></p></body></html>"""


def told(part: Part) -> list[str]:
    return [block.text for block in part.prose if block.kind != "break"]


@pytest.mark.parametrize("skin", [pytest.param(name, id=name) for name in SKINS])
def test_a_topic_in_a_forum_for_fiction_is_its_starters_story(skin):
    page = html(topic(skin, *POSTS), ADDRESS)
    part = derive(page)
    assert (part.engine, part.outcome, part.title) == ("forumotion", "story", "Low Water")
    assert part.work_id == "t=9"
    assert [author.name for author in part.authors] == ["Ada"]
    assert [each.chapter_id for each in part.sections] == ["post-55", "post-57"]
    assert told(part) == [*LINES, *LINES, "It leaned."]
    assert part.sections[0].published.value == "2014-05-26"
    assert unaccounted(page, part) == []


def test_the_rules_of_a_board_are_no_story():
    rules = "<br /><br />".join(["We are kind to each other here, and sign what we write."] * 30)
    part = derive(html(topic("invision", (55, "Ada", rules), forum="Rules"), ADDRESS))
    assert (part.engine, part.outcome) == ("forumotion", "not_story")


def test_a_later_page_does_not_begin_with_whose_topic_it_is():
    later = ((70, "Bob", "Lovely."), (71, "Ada", TALE))
    part = derive(html(topic("phpbb3", *later), ADDRESS.replace("t9-", "t9p15-")))
    assert [author.name for author in part.authors] == ["Ada"]
    assert "does not say who began the thread" in part.warnings[0]
