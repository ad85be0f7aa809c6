"""LiveJournal and Dreamwidth: entries in several styles, parts linked by hand, locked doors."""

from __future__ import annotations

import pytest

from storykeep.assemble import Piece, survey
from storykeep.derive import derive
from tests.pages import html, unaccounted

TALE = [
    "The lamp on the point had been lit by the same hand for thirty years, and it was not Edda's.",
    '"Somebody climbs the stairs," said Edda. "I hear him count them."',
    "She set flour upon the steps, and in the morning there were the prints of a very small dog.",
    '"He cannot count," said her sister, who had never liked the dog.',
    "But the lamp was lit, and trimmed, and the brass had been done, and there were a hundred and six.",
]
HEAD = (
    "Title: The Hundred and Sixth Stair<br />Rating: PG<br />Pairing: Edda/nobody<br />"
    "Disclaimer: The lighthouse is not mine.<br />Summary: Somebody counts.<br /><br />"
)
TEXT = HEAD + "<br /><br />".join(TALE)
PARTS = '<br /><br /><a href="https://edda-moss.livejournal.com/1200.html">Part 1</a> | <a href="https://edda-moss.livejournal.com/1400.html">Part 3</a>'
COMMENTS = """<div id="comments"><div class="comment"><span class="ljuser"><a href="https://bob.livejournal.com/"><b>bob</b></a></span>
<div class="comment-content entry-content">Oh, the dog! More please.</div><a href="https://edda-moss.livejournal.com/1300.html?replyto=55">Reply</a></div></div>"""
USER = '<span class="ljuser" lj:user="edda_moss"><a href="https://edda-moss.livejournal.com/profile"><img alt="[info]"></a><a href="https://edda-moss.livejournal.com/"><b>edda_moss</b></a></span>'
URL = "https://edda-moss.livejournal.com/1300.html"

OLD_LJ = f"""<html><head><title>edda_moss: Fic: The Hundred and Sixth Stair 2/3</title></head><body class="entry">
<header>{USER}<h1 class="b-singlepost-title entry-title p-name">Fic: The Hundred and Sixth Stair 2/3</h1>
<time class="b-singlepost-author-date">August 4th, 2009, 11:12 pm</time></header>
<article class="b-singlepost-body entry-content e-content">{TEXT}{PARTS}</article>
<div class="b-singlepost-tags ljtags">Tags: <a href="https://edda-moss.livejournal.com/tag/fic">fic</a></div>
<a href="https://www.livejournal.com/go.bml?itemid=1300&amp;dir=prev">Previous</a>
<a href="{URL}?mode=reply#add_comment">Leave a comment</a>{COMMENTS}</body></html>"""
NEW_LJ = f"""<html><head><title>The Hundred and Sixth Stair 2/3: edda_moss — LiveJournal</title></head><body><article class="aentry aentry--post2017">
<div class="aentry-head"><div class="aentry-head__username">{USER}</div><p class="aentry-head__date"><time>August 4 2009, 23:12</time></p></div>
<h1 class="aentry-post__title"><span class="aentry-post__title-text">The Hundred and Sixth Stair 2/3</span></h1>
<div class="aentry-post__text aentry-post__text--view">{TEXT}{PARTS}</div><div class="aentry-post__tags ljtags"><a href="/tag/fic">fic</a></div></article>{COMMENTS}</body></html>"""
DREAM = f"""<html><head><title>edda_moss: The Hundred and Sixth Stair 2/3</title></head><body class="page-entry">
<div class="entry-wrapper journal-type-P" id="entry-wrapper-1300"><div class="entry" id="entry-1300"><div class="header"><h3 class="entry-title"><a href="{URL}">The Hundred and Sixth Stair 2/3</a></h3>
<span class="datetime">Aug. 4th, 2009 11:12 pm</span></div><div class="contents"><div class="poster entry-poster">{USER}</div>
<div class="entry-content">{TEXT}{PARTS}</div><div class="metadata currents">Current Mood: luminous</div></div>
<div class="footer"><div class="tag"><ul><li><a rel="tag" href="/tag/fic">fic</a></li></ul></div><ul class="entry-management-links"><li>Previous Entry</li></ul>
<ul class="entry-interaction-links"><li><a href="{URL}?mode=reply">Reply</a></li></ul></div></div></div>{COMMENTS}</body></html>"""
SIX = f"""<html><head><title>edda_moss: The Hundred and Sixth Stair 2/3</title></head><body>
<div class="asset"><h2 class="asset-name page-header2">The Hundred and Sixth Stair 2/3</h2><div class="asset-meta">{USER} <abbr class="datetime">Aug. 4th, 2009</abbr></div>
<div class="asset-content"><div class="asset-body">{TEXT}{PARTS}</div></div><a href="{URL}?mode=reply">Leave a comment</a></div>{COMMENTS}</body></html>"""
EXPRESSIVE = SIX.replace(
    f"{TEXT}{PARTS}",
    f"""<div class="user-icon"><img alt="a lamp"></div>{TEXT}{PARTS}<div class="asset-meta"><ul
    class="asset-meta-list"><li>Current Mood: luminous</li></ul></div><ul class="lj-x"><li>Current
    Music: rain</li></ul><div class="asset-tags">Tags: <a rel="tag" href="/tag/fic">fic</a>
    </div>""",
)
LIGHT = f"""<html><head><title>edda_moss: The Hundred and Sixth Stair 2/3</title></head><body>
<table><tr><td>{USER} wrote, <span class="date">2009-08-04</span></td></tr></table><div id="entrytext">
<table class="currents"><tr><td>Current mood:</td><td>luminous</td></tr></table>{TEXT}{PARTS}</div>
<a href="{URL}?mode=reply">Post a comment</a></body></html>"""


@pytest.mark.parametrize(
    "source",
    [pytest.param(OLD_LJ, id="singlepost"), pytest.param(NEW_LJ, id="2017"),
     pytest.param(DREAM, id="dreamwidth"), pytest.param(SIX, id="asset"),
     pytest.param(EXPRESSIVE, id="expressive"),
     pytest.param(LIGHT, id="light")],
)  # fmt: skip
def test_an_entry_of_any_style_is_read_without_its_comments(source):
    page = html(source, URL)
    part = derive(page)
    assert (part.engine, part.outcome) == ("livejournal", "story")
    assert part.title == "The Hundred and Sixth Stair"
    assert [author.name for author in part.authors] == ["edda_moss"]
    kept = [block.text for block in part.prose if block.kind != "break"]
    assert kept[: len(TALE)] == TALE
    assert part.published.value == "2009-08-04"
    assert [each.text for each in part.disclaimers] == ["The lighthouse is not mine."]
    assert part.summary == "Somebody counts."
    kinds = {link.url: link.kind for link in part.links}
    assert kinds["https://edda-moss.livejournal.com/1400.html"] == "chapter"
    assert "go.bml" not in str([url for url, kind in kinds.items() if kind != "ignore"])
    assert "dog! More" not in " ".join(kept)
    assert "luminous" not in " ".join(kept)
    assert unaccounted(page, part) == []


def test_a_members_post_in_a_community_is_the_members():
    page = html(OLD_LJ, "https://lampfic.livejournal.com/1300.html")
    assert [author.name for author in derive(page).authors] == ["edda_moss"]


def test_without_a_name_on_the_page_the_journal_is_its_owners():
    page = html(OLD_LJ.replace(USER, ""), URL)
    assert [author.name for author in derive(page).authors] == ["edda_moss"]


def test_whom_the_entry_names_goes_before_who_posted_it():
    page = html(OLD_LJ.replace("Rating: PG", "Author: Old Tom"), URL)
    part = derive(page)
    assert [author.name for author in part.authors] == ["Old Tom"]
    assert [each.value for each in part.evidence["authors"]] == ["Old Tom", "edda_moss"]


def test_an_entry_that_recommends_a_story_is_none():
    praise = (
        "Why this must be read: "
        + "The light goes out on its first page, and nobody will say why. " * 8
    )
    part = derive(html(OLD_LJ.replace(TEXT, praise), URL))
    assert (part.outcome, part.reason) == (
        "not_story", "an entry that recommends a story: 'Why this must be read:'",
    )  # fmt: skip


def test_an_entry_about_the_day_is_no_story():
    day = (
        "Went to the dentist today. It was fine, I suppose, and then we had soup at the place by the station. "
        * 4
    )
    page = html(OLD_LJ.replace(TEXT, day).replace("Fic: The Hundred and Sixth Stair 2/3", "Teeth").replace("fic</a>", "life</a>"), URL)  # fmt: skip
    part = derive(page)
    assert (part.outcome, part.reason) == ("not_story", "an entry that nothing calls a story")


@pytest.mark.parametrize(
    ("title", "words", "outcome"),
    [("Error - LiveJournal", "Error: No such entry.", "gone"),
     ("edda_moss - LiveJournal", "This journal has been deleted and purged.", "gone"),
     ("Protected Entry | Dreamwidth", "You are not authorized to view this protected entry.", "login"),
     ("Adult Content Notice - LiveJournal", "You are about to view content that may be inappropriate for minors.", "gate")],
)  # fmt: skip
def test_a_door_of_the_journal_is_none_of_its_entries(title, words, outcome):
    page = f'<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p><form><input type="submit" value="I am over 18"></form></body></html>'
    part = derive(html(page, URL))
    assert (part.outcome, part.prose) == (outcome, ())


def test_a_page_of_entries_lists_them():
    entries = "".join(
        f'<div class="entry-wrapper"><h3 class="entry-title"><a href="https://edda-moss.livejournal.com/{n}.html">Stair {n}</a></h3>{USER}<div class="entry-content">Behind the cut.</div><a href="https://edda-moss.livejournal.com/{n}.html?mode=reply">Comment</a></div>'
        for n in (100, 200, 300)
    )
    page = f'<html><body>{entries}<a href="https://edda-moss.livejournal.com/?skip=20">Previous 20</a></body></html>'
    part = derive(html(page, "https://edda-moss.livejournal.com/tag/fic"))
    assert (part.engine, part.outcome) == ("livejournal", "index")
    listed = [(link.text, link.author) for link in part.links if link.kind == "story"]
    assert listed == [("Stair 100", "edda_moss"), ("Stair 200", "edda_moss"), ("Stair 300", "edda_moss")]  # fmt: skip
    assert [link.url[-8:] for link in part.links if link.kind == "index"] == ["?skip=20"]


def test_parts_that_are_linked_by_hand_are_one_story():
    one = OLD_LJ.replace("2/3", "1/3").replace("1200.html", "1300.html")
    pages = [derive(html(one, URL.replace("1300", "1200"))), derive(html(OLD_LJ, URL))]
    found = survey([Piece(None, part) for part in pages])
    (plan,) = found.plans
    assert [chapter.page.current.position for chapter in plan.chapters] == [1, 2]


def test_the_light_view_of_an_entry_stands_for_it():
    pages = [derive(html(LIGHT, URL + "?format=light")), derive(html(OLD_LJ, URL))]
    (plan,) = survey([Piece(None, part) for part in pages]).plans
    assert len(plan.chapters) == 1
    assert plan.aliases == (URL + "?format=light",)


def test_styles_that_name_nothing_are_read_by_where_the_most_of_the_entry_is():
    body = f'<div style="margin-left: 30px"><table><tr><td><b>Current mood:</b></td><td>luminous</td></tr></table><p><font size="+1"><i><b>Low Light</b></i></font><br>{TEXT}</p></div>'
    oldest = f'<html><head><title>edda_moss: Low Light</title></head><body><table><tr><td>edda_moss wrote,<br>@ 2004-06-17 20:11:00</td></tr></table>{body}<hr>(<a href="http://www.livejournal.example/users/edda_moss/9.html?mode=reply">Post a new comment</a>)<table><tr><td>Anonymous: lovely</td></tr></table></body></html>'
    page = html(oldest, "http://www.livejournal.example/users/edda_moss/9.html")
    part = derive(page)
    assert (part.engine, part.outcome) == ("livejournal", "story")
    assert [author.name for author in part.authors] == ["edda_moss"]
    assert [block.text for block in part.prose] == TALE
    assert unaccounted(page, part) == []


# ---------------------------------------------------------------- styles that name little

WALK = (
    "The tide had gone out without them.<br><br>&quot;We could walk,&quot; said Tam.<br><br>Mara looked at the mud. "
    "It looked back; it had crabs in it, and the crabs had opinions.<br><br>They walked. It took <i>hours</i>, and at "
    "the end of it there was a pier, and no boat.<br><br>&quot;Well,&quot; said Tam, &quot;we have walked,&quot; and "
    "took off a shoe, and looked in it for the sea."
)
REPLY = '(<a href="https://edda-moss.livejournal.com/100.html?mode=reply">Leave a comment</a>)'
BOB = (
    '<table id="ljcmtbar5"><tr><td><span class="ljuser" lj:user="bob"><a href="https://bob.livejournal.com/"><b>bob</b></a>'
    "</span><br>2004-03-04 10:00 am UTC</td></tr></table>The crabs! I love that they had opinions, you know."
)
GENERATOR = f"""<html><head><title>Edda's Nest - Salt Water</title></head><body><h1>Edda's Nest</h1><table class="entrybox">
<tr><td><table><tr><td class="caption">Salt Water</td><td class="index">[<a href="d">Mar. 3rd, 2004</a>|<b>10:04 pm</b>]</td></tr>
<tr><td colspan="2"><table><tr><td>[<b>mood</b></td><td>|</td><td>tired]</td></tr></table>{WALK}</td></tr>
<tr><td class="comments">{REPLY}</td></tr></table></td></tr></table>{BOB}</body></html>"""
HAVEN = f"""<html><head><title>Edda's Nest</title></head><body><div class="tab">Mar. 3rd, 2004</div><div class="content">
<div class="entry"><h4 class="subject">Fic: Salt Water (PG) @ 10:04 pm</h4><div class="text">{USER}:<br><p>{WALK}</p>
<div class="currents"><div><strong>Current Mood:</strong> tired</div></div><div class="ljtags"><strong>Tags:</strong>
<a rel="tag" href="/tag/fic">fic</a></div></div><div class="comments">{REPLY}</div></div></div>{BOB}</body></html>"""
OLDEST = f"""<html><head><title>edda_moss: Salt Water</title></head><body><h1>edda_moss</h1><table><tr><td><img src="pic"></td>
<td><font>{USER} wrote,<br>@ <a href="y">2004</a>-<a href="m">03</a>-<a href="d">03</a> 22:04:00</font></td></tr></table>
<table><tr><td><b>Current mood:</b></td><td>tired</td></tr></table><p><font size="+1"><i><b>Salt Water</b></i></font><br>
{WALK}</p><hr><b>(<a href="/talkpost.bml?journal=edda_moss&itemid=100">Post a new comment</a>)</b><p>{BOB}</body></html>"""
TABLED = f"""<html><head><title>Salt Water - Edda's Nest</title></head><body><table class=entry><tr><td class=index><b>edda_moss</b>
<font size=-1>(<a href="/profile">edda_moss</a>)</font><br>@ 2004-03-03 22:04:00</td></tr><tr><td><font size="+1"><i>Salt Water
</i></font><br>{WALK}<br></td></tr></table><p>(<a href="?mode=reply">Post a new comment</a>)</p><p>6 comments</p></body></html>"""
UNWRAPPED = f"""<html><head><title>edda_moss | Fic: Salt Water (Branch Line, gen)</title></head><body><div class="entry">
<div class="header"><h3 class="entry-title">Fic: Salt Water (Branch Line, gen)</h3><span class="datetime"><span class="date">
Mar. 3rd, 2004</span> <span class="time">10:04 pm</span></span></div><div class="contents"><div class="poster">{USER}</div>
<div class="entry-content">{WALK}</div></div><div class="footer"><div class="tag"><span class="tag-text">Tags: </span><ul>
<li><a rel="tag" href="/tag/fic">fic</a></li></ul></div><ul class="entry-interaction-links"><li><a href="#">Link</a></li>
<li><a href="#">Reply</a></li></ul></div></div></body></html>"""


@pytest.mark.parametrize("url", [URL, "salt.html"])
@pytest.mark.parametrize(
    "source",
    [pytest.param(GENERATOR, id="generator"), pytest.param(HAVEN, id="haven"),
     pytest.param(OLDEST, id="oldest"), pytest.param(TABLED, id="tabled"),
     pytest.param(UNWRAPPED, id="unwrapped")],
)  # fmt: skip
def test_an_entry_whose_style_names_little_is_read_like_any(source, url):
    page = html(source, url)
    part = derive(page)
    assert (part.engine, part.outcome, part.title) == ("livejournal", "story", "Salt Water")
    assert [author.name for author in part.authors] in (["edda_moss"], ["edda-moss"])
    assert part.published.value == "2004-03-03"
    said = [block.text for block in part.prose]
    assert said[0] == "The tide had gone out without them."
    assert said[-1].endswith("looked in it for the sea.")
    assert unaccounted(page, part) == []


BATCH = OLD_LJ.replace("Fic: The Hundred and Sixth Stair 2/3", "Drabble Night, No. 4")


def test_the_title_that_an_entry_names_goes_before_its_subject():
    assert derive(html(BATCH, URL)).title == "The Hundred and Sixth Stair"


def test_a_batch_of_drabbles_has_its_subject_for_a_title():
    twice = BATCH.replace("Rating:", "Title: More Stairs<br>Rating:")
    assert derive(html(twice, URL)).title == "Drabble Night, No. 4"


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("yuletide fic: Item (Hornblower)", "Item"),
        ("New fic: Stairs (Lighthouse, gen)", "Stairs"),
        ("Fic: Stairs (1/2)", "Stairs"),
        ("Stairs (and a dog)", "Stairs (and a dog)"),
    ],
)
def test_a_subject_loses_what_announces_a_story_and_whom_it_is_about(subject, title):
    source = OLD_LJ.replace("Fic: The Hundred and Sixth Stair 2/3", subject)
    untitled = source.replace("Title: The Hundred and Sixth Stair<br />", "")
    assert derive(html(untitled, URL)).title == title


def test_comments_of_many_lines_make_no_scenes_of_an_entrys_paragraphs():
    said = "<br />".join(f"{text} {text}" for text in TALE[::-1])
    page = OLD_LJ.replace("Oh, the dog! More please.", said)
    several = "".join(
        f'<div class="comment"><div class="comment-content">{said}</div></div>' for _ in range(6)
    )
    part = derive(html(page.replace("</body>", f"{several}</body>"), URL))
    assert [block.text for block in part.prose] == TALE


def test_on_a_page_of_the_first_style_the_sites_own_link_wrote_nothing():
    """It stands right above the entry; who wrote it is named in the entry's own box."""
    site = "http://www.livejournal.com"
    page = f"""<html><head><title>edda_moss: Fic: A Tuesday</title></head><body>
<table width="100%"><tr><td><a href="{site}/">LiveJournal</a></td></tr></table><h1>Fic: A Tuesday</h1>
<table border=0 class="entrybox"><tr><td><table width='100%'><tr><td><img src='{site}/userpic/1/2'></td>
<td><a href="{site}/users/edda_moss/info">edda_moss</a> (<b><a href="{site}/users/edda_moss/">edda_moss</a></b>) wrote,<br>
@ <a href="{site}/users/edda_moss/2004/">2004</a>-03-04 21:12:00</td></tr></table>
<table border=0><tr><td><b>Current mood:</b></td><td>busy</td></tr></table><p>{"<br><br>".join(TALE)}</p></td></tr></table>
<p>(<a href="{site}/talkpost.bml?itemid=13">Post a new comment</a>)</p></body></html>"""
    part = derive(html(page, f"{site}/users/edda_moss/1300.html"))
    assert (part.outcome, part.title) == ("story", "A Tuesday")
    assert [author.name for author in part.authors] == ["edda_moss"]
    assert [block.text for block in part.prose] == TALE
