"""Pages whose layout hides where a story is: what stands beside it, above it and in its place."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, unaccounted

TOLD = (
    "The ferry had left without the piano.",
    '"We might row," said Ottoline.',
    "Bede looked at the piano. It had three candlesticks and a stool, and it had never once been asked.",
    "They rowed. It took them until supper, and at the end of it there was a jetty, and no audience.",
    '"Well," said Ottoline, "we have arrived." She sat down on the stool and emptied the harbour out of her boots.',
    '"In what key?" Bede said.',
)
TALE = "<br /><br />".join(TOLD)


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


SHELF = """<h2 class="title"><a href="viewstory.php?sid=31">Three Candlesticks</a> by <a href="viewuser.php?uid=4">Nan
Ferry</a></h2>[<a href="reviews.php?sid=31">Reviews</a> - 2] {print}<hr>{tale}<hr>"""
PRINT = """<a href="viewstory.php?action=printable&amp;sid=31&amp;textsize=0&amp;chapter=1"><img src="p.gif"
alt="Printer"></a>"""
SIDE = """<td width="140" valign="top"><b>Newest Stories</b><br><a href="viewstory.php?sid=44">Low Tide</a> by <a
href="viewuser.php?uid=9">Brill</a> PG<br>A lighthouse takes a lodger.<br><br><b>Site Info</b><br>Members:
118<br>Stories: 402<br>Newest Member: oarlock</td>"""
REVIEW = """<form method="post" action="reviews.php?action=review&amp;sid=31"><b>Submit a Review</b><br>Name: <input
type="text" name="who"> Review: <textarea name="text"></textarea> Note: A rating or a review will do. <input
type="submit" value="Submit"></form>"""
CONTENTS = """<h2><a href="viewstory.php?sid=31">Three Candlesticks</a> by <a href="viewuser.php?uid=4">Nan Ferry</a></h2>
<p>Summary: A piano goes to sea.</p><p>1. <a href="viewstory.php?sid=31&amp;chapter=1">Low Water</a></p><p>2. <a
href="viewstory.php?sid=31&amp;chapter=2">High Water</a></p>"""
SITE = """<div id="menu">[ <a href="index.php">Home</a> ] [ <a href="titles.php">Titles</a> ] [ <a href="search.php">Search</a>
] [ <a href="user.php">Log In</a> ]</div>"""
EFICTION = "http://shelf.example/viewstory.php?sid=31"


def test_the_print_view_of_a_chapter_makes_no_table_of_contents_of_it():
    read = page(
        SITE + SHELF.format(print=PRINT, tale=TALE), "The Shelf :: Three Candlesticks", EFICTION
    )
    assert (read.engine, read.outcome, read.title) == ("efiction", "story", "Three Candlesticks")
    assert told(read) == list(TOLD)


def test_chapters_beside_their_print_views_are_a_table_of_contents():
    read = page(SITE + CONTENTS + PRINT, "The Shelf :: Three Candlesticks", EFICTION)
    assert (read.outcome, read.title) == ("index", "Three Candlesticks")


@pytest.mark.parametrize("left", [False, True], ids=["on the right", "on the left"])
def test_what_is_new_in_a_column_beside_a_story_and_the_form_below_it_are_none_of_it(left):
    story = f"<td>{SHELF.format(print=PRINT, tale=TALE)}{REVIEW}</td>"
    row = f"<table><tr>{SIDE + story if left else story + SIDE}</tr></table>"
    read = page(SITE + row, "The Shelf :: Three Candlesticks", EFICTION)
    assert told(read) == list(TOLD)
    assert "A lighthouse takes a lodger." in "\n".join(read.chrome)


@pytest.mark.parametrize(
    "cell",
    [
        "<td width=140><p>Bede, aged nine</p><p>Ottoline, aged eight</p></td>",
        f'<td width="140">{TALE}</td>',
    ],
    ids=["without a link", "a text as long"],
)
def test_a_narrow_column_without_links_to_other_stories_stays(cell):
    row = f"<h1>Three Candlesticks</h1><table><tr><td>{TALE}</td>{cell}</tr></table>"
    read = page(row, "Three Candlesticks", "http://shelf.example/candles.html")
    assert len(told(read)) > len(TOLD)


def thread(*posts: str, menu: str = "") -> str:
    return f"""<html id="XF" data-app="public"><head><title>Three Candlesticks | Quay Forums</title></head><body>
<ul class="p-breadcrumbs"><li><a href="/forums/">Forums</a></li><li><a href="/forums/creative-writing.18/">Creative
Writing</a></li></ul><div class="p-title"><h1 class="p-title-value">Three Candlesticks</h1></div>{menu}
<div class="block-body">{"".join(posts)}</div></body></html>"""


def post(number: int, who: str, body: str, mark: str = "") -> str:
    head = (
        f'<div class="message-cell--threadmark-header"><span class="threadmarkLabel">{mark}</span> <a href="/threads/'
        f'three.9/threadmarks">View all threadmarks</a></div>'
        if mark
        else ""
    )
    return f"""<article class="message message--post js-post" data-author="{who}" data-content="post-{number}"
id="js-post-{number}"><h4><a href="/members/{who}/" class="username">{who}</a></h4>{head}<article class="message-body"><div
class="bbWrapper">{body}</div></article></article>"""


def test_a_post_below_the_label_of_a_threadmark_is_marked_whatever_its_class_says():
    menu = '<div class="threadmarkListingHeader">Threadmarks: 1</div>'
    posts = (
        post(61, "nan_ferry", TALE, mark="Tide 1"),
        post(62, "oarlock", "Watched."),
        post(63, "nan_ferry", "Thanks! The next one is for Sunday."),
    )
    given = html(thread(*posts, menu=menu), "https://quay.example/threads/three.9/")
    read = derive(given)
    assert (read.outcome, [author.name for author in read.authors]) == ("story", ["nan_ferry"])
    assert [(each.chapter_id, each.title) for each in read.sections] == [("post-61", "Tide 1")]
    assert told(read) == list(TOLD)
    assert unaccounted(given, read) == []


SECOND = (
    '"It was the pedal," said Bede. "It has been the pedal all along."',
    "Ottoline lay down under the piano with the lamp. There was a limpet in there, and a good deal of sand.",
    '"Play it," she said from below.',
    "He played it. The limpet held on until the second page, and then it let go, and so did everybody else.",
)


def topic(*posts: tuple[str, str]) -> str:
    shown = "".join(
        f"""<div id="p{at}" class="post"><div class="postbody"><h3>{"Re: " if at > 71 else ""}Three Candlesticks</h3><p
class="author">by <strong><a href="./memberlist.php?mode=viewprofile&amp;u={len(who)}">{who}</a></strong> &raquo; Mon Jun 14,
2010 8:02 pm</p><div class="content">{body}</div></div></div>"""
        for at, (who, body) in enumerate(posts, 71)
    )
    return f"""<html><head><title>Quay &bull; View topic - Three Candlesticks</title></head><body id="phpbb"><ul
class="navlinks"><li><a href="./viewforum.php?f=2">Fan Fiction</a></li></ul><h2><a href="./viewtopic.php?t=9">Three
Candlesticks</a></h2>{shown}</body></html>"""


def test_a_short_second_part_that_ends_in_thanks_is_told():
    second = "<br /><br />".join((*SECOND, "The end! Thank you for reading, all of you! *bows*"))
    given = html(
        topic(("nan_ferry", TALE), ("oarlock", "More!"), ("nan_ferry", second)),
        "http://quay.example/viewtopic.php?t=9",
    )
    read = derive(given)
    assert [each.chapter_id for each in read.sections] == ["post-71", "post-73"]
    assert told(read)[: len(TOLD) + len(SECOND)] == [*TOLD, *SECOND]


def test_a_short_answer_to_readers_is_not_told():
    answer = (
        'Oarlock, you asked about "the pedal". I know nothing about pedals, to be honest, but my aunt had one.<br /><br />It '
        "was a good one.<br /><br />She played on Sundays, and the dog sang along, and nobody in the street had any say in it "
        "at all, not even the vicar, who lived upstairs.<br /><br />So there it is.<br /><br />Thank you for the reviews, and "
        "please keep them coming! The next chapter is with my beta."
    )
    given = html(
        topic(("nan_ferry", TALE), ("oarlock", "More!"), ("nan_ferry", answer)),
        "http://quay.example/viewtopic.php?t=9",
    )
    assert [each.chapter_id for each in derive(given).sections] == ["post-71"]


FAREWELL = """<p>Hello. If you came looking for <b>Low Water</b>, or for any of my other stories: they are not here any
more.</p><p>{why}</p><p>I know that some of you have copies. Do keep them, but please do not post them anywhere. Thank you for
eleven years of letters.</p><p>- Nan</p>"""


@pytest.mark.parametrize(
    "why",
    [
        "I took them all down in March, for reasons that are quite dull and entirely my own.",
        "I have removed everything, since the school that I teach at has found out about search engines.",
    ],
)
def test_who_says_that_she_took_her_stories_down_tells_none(why):
    read = page(FAREWELL.format(why=why), "quayside", "http://quay.example/low/7.html")
    assert (read.outcome, read.prose) == ("gone", ())
    assert "Do keep them" in "\n".join(read.chrome)


def test_who_takes_something_down_in_a_story_tells_one():
    body = """<h1>Low Water</h1><p>by Nan Ferry</p><p>I took them down in March, all of the lanterns. They are not here any more,
and I do not miss them; you would not, either, if you had been the one to fill them.</p><p>My aunt came by for the paraffin. She
has never thanked me for anything, and she did not begin then.</p><p>This page of the ledger I keep for her.</p>"""
    assert page(body, "Low Water", "http://quay.example/low.html").outcome == "story"


LISTED = """<p><b>Title:</b> <a href="#">{title}</a><br><b>Author:</b> {author}<br><b>Fandom:</b> The Branch Line<br><b>Rating:</b>
G</p><p>{said}</p>"""
LIKED = (
    ("Low Water", "nan_ferry", "A tide goes out and forgets to come back. I liked the aunt, and you will like the dog."),
    ("Oarlock", "brill", "Short, and salt all the way through. The last line made me miss my stop on the way to work."),
)  # fmt: skip


def test_a_page_that_names_the_authors_of_several_stories_above_a_word_on_each_tells_none():
    named = "".join(LISTED.format(title=t, author=a, said=s) for t, a, s in LIKED)
    url = "http://sofa.example/2012/11/tea-time/"
    body = f"<h1>Two for tea time</h1><p>by Imogen</p>{named}<p>What have you read?</p>"
    assert page(body, "Two for tea time | The Settee", url).outcome == "not_story"


def test_a_story_whose_header_stands_twice_is_told():
    head = LISTED.format(title="Low Water", author="nan_ferry", said="")
    tale = "".join(f"<p>{row}</p>" for row in TOLD if '"' not in row) * 2
    read = page(f"{head}<hr>{head}{tale}", "Low Water", "http://quay.example/low.html")
    assert read.outcome == "story"


def test_a_line_of_links_to_the_story_and_by_whom_it_is_names_both():
    """Some skins of eFiction 2 have no box of that name."""
    above = """<div class="big"><a href="viewstory.php?sid=31">Three Candlesticks</a> by <a
href="viewuser.php?uid=4">Nan Ferry</a></div><p><b>Story Notes:</b> Disclaimer: The quay is Lowfell's.</p><hr>"""
    read = page(SITE + above + TALE + SIDE, "The Shelf", EFICTION)
    assert (read.outcome, read.title) == ("story", "Three Candlesticks")
    assert [each.name for each in read.authors] == ["Nan Ferry"]
    assert [each.text for each in read.disclaimers] == ["The quay is Lowfell's."]


def test_the_way_back_from_a_print_view_is_no_chapter():
    above = """<h2>Three Candlesticks by <a href="viewuser.php?uid=4">Nan Ferry</a></h2><hr>"""
    back = '<hr><a href="viewstory.php?sid=31&amp;chapter=1">Back to index</a>'
    read = page(
        above + TALE + back,
        "The Shelf: Three Candlesticks by Nan Ferry",
        "http://shelf.example/viewstory.php?action=printable&sid=31",
    )
    assert (read.engine, read.outcome, told(read)) == ("efiction", "story", list(TOLD))


def test_what_a_site_calls_a_signed_text_in_its_title_makes_it_no_page_about_the_site():
    read = page(
        f"<h1>Three Candlesticks</h1><div>{TALE}</div>",
        "Three Candlesticks by nanferry -- Submission | The Shelf",
        "http://shelf.example/view/31",
    )
    assert (read.outcome, read.title) == ("story", "Three Candlesticks")
    assert told(read)[0] == TOLD[0]


def test_the_box_with_the_author_alone_is_no_title():
    read = page(
        '<div class="chp_byauthor">by <a href="/profile/4/nan/">Nan Ferry</a></div><div class="chapter-title">'
        f'Chapter 1 - Low Water</div><div id="chp_raw" class="chp_raw">{TALE}</div>',
        "Three Candlesticks - Chapter 1 - Low Water | The Shelf",
        "http://shelf.example/read/31-three-candlesticks/chapter/1/",
    )
    assert (read.title, [each.name for each in read.authors]) == (
        "Three Candlesticks", ["Nan Ferry"],
    )  # fmt: skip
