"""Titles and authors that the eighth held-out set showed to be missed, on pages of our own."""

from __future__ import annotations

import pytest

from storykeep.header import byline, titles
from tests.test_cleaning_misses import STORY, names, page, shown, story, text

ROWS = [row for line in STORY for row in (line, "")]


@pytest.mark.parametrize(
    "facts",
    [
        " | Fan Fiction Type: Lamps | Last Updated: 11-02-03",
        " | Fan Fiction",
        " | 3 reviews",
        " · Rated: K",
    ],
)
def test_what_a_site_says_behind_a_name_is_none_of_it(facts):
    part = page(
        "<h1>The Lamp</h1>", f'<div>By: <a href="/user/7">mothlight</a>{facts}</div>', story()
    )
    assert names(part) == ["mothlight"]


def test_two_names_with_a_stroke_between_them_stay_as_they_are():
    assert byline.split_names("Moth | Lamp") == ("Moth | Lamp",)


def test_a_kind_of_story_that_ends_in_by_has_its_name_below():
    part = text("      THE TWELFTH LAMP", "    a Low Fell short by", "        Oil Moss", "", *ROWS)
    assert (part.title, names(part)) == ("THE TWELFTH LAMP", ["Oil Moss"])


@pytest.mark.parametrize(
    "said",
    [
        "The one below came from Harriet R. Moss. It's the best thing that anybody has sent me so far!",
        "This story was sent in by Harriet R. Moss, and I love it.",
        "The fic below is by Harriet R. Moss.",
    ],
)
def test_the_owner_of_a_site_may_say_who_sent_a_story_in(said):
    part = page(
        "<h2>Fan Fiction</h2><p>Got a story? Mail it to me with your name, and up it goes!</p>",
        f"<p>{said} So here you are!</p><h3>Lamps Out</h3>", story(), title="moth's nest - an unofficial site",
    )  # fmt: skip
    assert (part.title, names(part)) == ("Lamps Out", ["Harriet R. Moss"])
    assert shown(part)[0] == STORY[0]


def test_a_heading_below_a_beginning_that_is_told_is_the_storys_own():
    told = f"<p>{STORY[0]}</p><p>{STORY[1]}</p><h3>Later</h3>{story(2)}{story()}"
    part = page(told, title="Lamps Out")
    assert part.title == "Lamps Out"
    assert shown(part)[0] == STORY[0]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("General Library: The Red Drawer by Pemberton Gale", "The Red Drawer"),
        ("Fan Fiction: The Red Drawer by Pemberton Gale", "The Red Drawer"),
        ("The Librarian: A Red Drawer by Pemberton Gale", "The Librarian: A Red Drawer"),
    ],
)
def test_the_part_of_a_site_before_a_title_is_none_of_it(heading, title):
    part = page(f"<h2>{heading}</h2>", story(), title="Moss Library")
    assert (part.title, names(part)) == (title, ["Pemberton Gale"])


def test_a_mails_subject_is_tidied_wherever_the_page_repeats_it():
    subject = "[LAMPML] [fic] Eleven Lamps"
    part = page(
        f"<h1>{subject}</h1><ul><li>Subject: {subject}<li>From: Jo Moss &lt;jo@mail.example&gt;<li>Date: 7/9/2000, "
        "9:44 AM<li>To: Lamp List</ul><hr>", story(), title=subject,
    )  # fmt: skip
    assert (part.title, names(part)) == ("Eleven Lamps", ["Jo Moss"])


def test_a_quoted_title_loses_its_comma():
    part = text(*ROWS, "--", '"Lamps," by Jo Moss. Rated G. Written on the train.')
    assert part.title == "Lamps"


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("The Fourth Lamp, a low fell fanfic | FicStore", "The Fourth Lamp"),
        ("The Fourth Lamp, a low fell + high fell crossover fanfic", "The Fourth Lamp"),
        ("Chapter 1 Chapter 1, a low fell fanfic | FicStore", None),
        ("the moth file - an unofficial site", None),
        ("The Unofficial Lamp - a story", "The Unofficial Lamp - a story"),
    ],
)
def test_what_a_title_tag_calls_a_story_or_a_site(tag, title):
    assert titles.from_title_tag(tag) == title


def test_a_row_of_a_table_may_have_several_labels():
    part = page(
        "<h2>The Lamp by Jo Moss</h2><table><tr><td>Rating:</td><td>G</td><td>Created:</td><td>2006-02-19</td></tr>"
        "<tr><td>Style:</td><td>First Person</td><td>Status:</td><td>Complete</td></tr></table>", story(),
    )  # fmt: skip
    assert [(tag.kind, tag.value) for tag in part.tags] == [("rating", "G")]
    assert part.published.value == "2006-02-19"
    assert part.status == "complete"
    assert part.fields["Style"] == "First Person"
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "foot",
    [
        "<p>Next | Reviews (2) | Report this story</p>",
        "<p>All material featured on this site is property of its respective authors.</p>",
        "<p>Get a FREE E-Card!</p><p><i>In Association with Bookshop.example</i></p>",
        "<hr><p>Best viewed in 800x600</p>",
        '<div align="center"><a href="c1.html">1. Who Lost It</a> <b>2. What Is Lent</b> <a href="c3.html">3. Oil</a></div>',
    ],
)  # fmt: skip
def test_what_a_site_says_below_a_story_is_none_of_it(foot):
    assert shown(page("<h1>The Lamp</h1><p>by Jo Moss</p>", story(), foot)) == list(STORY)


# ---------------------------------------------------------------- rows of a head


def test_the_rows_below_a_by_line_in_its_own_paragraph_are_of_the_head():
    part = page(
        '<p><font size="5">Nobody Answer</font><br>by Oil Moss<br>Low Fell, M/K if you squint<br>PG, no spoilers to speak '
        'of<br>Third in the <i>Lamps</i> set, after <a href="soap.html">Soap</a>, but it goes by itself</p>', story(),
    )  # fmt: skip
    assert (part.title, names(part)) == ("Nobody Answer", ["Oil Moss"])
    assert [note.text.split("\n")[0] for note in part.notes] == ["Low Fell, M/K if you squint"]
    assert shown(part) == list(STORY)


def test_a_story_in_the_paragraph_of_its_by_line_stays_one():
    told = f"<p><b>Nobody Answer</b><br>by Oil Moss<br>{STORY[0]}<br>{STORY[1]}</p>"
    part = page(told, story(2), story(), title="Nobody Answer")
    assert shown(part)[0].startswith(STORY[0])


def test_whom_a_story_suits_may_stand_below_the_by_line_of_a_trail():
    part = page(
        '<h1><a href="/a/4">Lamp Fan Fiction</a> ❯ <a href="/s/8">The Long Lamp</a> ❯ Chapter 1 ( Chapter 1 )</h1>',
        '<div>By: <a href="/user/7">mothlight</a> | Fan Fiction Type: Lamps</div>'
        "<div>[ T - Teen: Not suitable for readers under 13 ]</div>", story(),
    )  # fmt: skip
    assert ("rating", "T - Teen: Not suitable for readers under 13") in [
        (t.kind, t.value) for t in part.tags
    ]
    assert shown(part) == list(STORY)


def test_a_heading_that_leads_to_its_own_post_may_read_like_a_sites_name():
    part = page(
        '<h1><a href="/">still at the loft</a></h1><h2 class="post-title"><a href="/post/64">a lamp has moods (low fell, gen)'
        "</a></h2>", story(), title="still at the loft", url="https://loft.example/post/64",
    )  # fmt: skip
    assert part.title == "a lamp has moods (low fell, gen)"


def test_a_page_printed_from_an_archive_says_so_below_the_story():
    foot = (
        "<hr><p>This story has been printed from the Lamp Vault. http://www.lampvault.example</p>"
    )
    assert shown(page("<h1>The Lamp</h1><p>by Jo Moss</p>", story(), foot)) == list(STORY)


# ---------------------------------------------------------------- who wrote it, said elsewhere


def test_a_title_tag_may_have_the_author_before_the_title():
    part = page("<h2>Salt Water</h2>", story(), title="Jo Moss's Salt Water")
    assert (part.title, names(part)) == ("Salt Water", ["Jo Moss"])
    assert names(page("<h2>Salt Water</h2>", story(), title="The Sea's Salt Water")) == []


def test_a_by_line_in_capitals_is_no_name_of_its_own():
    part = page(
        "<h1 align=center>Salt Water</h1><p align=center>By Jo Moss<br>jo@mail.example</p>", story()
    )
    assert names(part) == ["Jo Moss"]


def test_below_a_chapters_heading_stands_what_it_is_a_chapter_of():
    part = page(
        "<h2>Chapter 3: Mud</h2><p>of <i>Salt Water</i> by Jo Moss</p>", story(), title="Chapter 3"
    )
    assert (part.title, part.position, names(part)) == ("Salt Water", 3, ["Jo Moss"])


@pytest.mark.parametrize(("who", "found"), [("jo", ["jo"]), ("admin", [])])
def test_who_posted_an_entry_wrote_it_but_for_the_keepers(who, found):
    foot = f'<p>Posted by {who} at 10:04 PM | <a href="c.html">Comments (3)</a></p>'
    part = page("<h1>Jo's Pool</h1><h2>Salt Water</h2>", story(), foot, title="Salt Water")
    assert names(part) == found
    assert shown(part) == list(STORY)


def test_who_keeps_an_archive_is_named_below_the_story():
    foot = "<p>The Lantern Archive is kept by moth.</p>"
    assert shown(page("<p>Title: Salt Water<br>By: Jo Moss</p>", story(), foot)) == list(STORY)


# ---------------------------------------------------------------- what the ninth set showed


@pytest.mark.parametrize("name", ["the Weaver of Orchids", "the Moth", "the Unknown DJ"])
def test_a_name_with_an_article_has_capitals_throughout(name):
    assert names(page("<h1>The Lamp</h1>", f"<h3>by {name}</h3>", story())) == [name]


def test_by_the_river_is_no_name():
    assert names(page("<h1>The Lamp</h1>", "<h3>by the light of the lamp</h3>", story())) == []


def test_a_by_line_below_a_sites_notice_may_be_in_small_letters():
    notice = (
        "<p><font size=1>Low Fell and everything in it © The Lamp Company, Hall Films and Nine Televisions, 1999-2003. All "
        "that stands on this site is the work of those who sent it in, and is put here for nobody's profit, by nobody at all "
        "who would ever want to be named for it.</font></p>"
    )
    part = page(
        notice, '<p>by <a href="mailto:">moth\'s left sock</a></p>', story(), title="Red Yarn"
    )
    assert names(part) == ["moth's left sock"]


def test_codes_behind_the_parts_of_a_mails_subject_are_none_of_its_title():
    subject = "FIC: Bottom of the Lamp (1/1) F/K, PG"
    part = page(
        f"<h1>{subject}</h1><ul><li>To: lamps@list.example<li>Subject: {subject}<li>From: Jo Moss &lt;jo@mail.example&gt;"
        "<li>Date: Sat, 16 Oct 1999 21:14:09 -0500</ul><hr>", story(), title=subject,
    )  # fmt: skip
    assert part.title == "Bottom of the Lamp"


def test_who_signs_a_preface_may_say_where_it_was_written():
    part = text(
        "THE FOURTH LAMP", "", "Okay. So. Before anybody writes in: I am aware that this fic is silly.",
        "I beg your pardon for the fic, and so does my sister, who dared me to.",
        "Whatever of it belongs to the Estate belongs to the Estate, of course.",
        "Dedicated to Ruth, who has now seen what she did to the lot of you.", "",
        "   ~ Ada Penhaligon-Watts, Thunder Bay, the night before the exam", "", "", *ROWS, *ROWS,
    )  # fmt: skip
    assert names(part) == ["Ada Penhaligon-Watts"]


def test_what_stands_in_and_behind_the_form_for_reviews_is_the_sites():
    form = (
        "<form><b>Submit a Review</b> Name: <input name=n> Review: <textarea name=r></textarea> You may submit either a rating "
        "or a review, and must not be rude to anybody in it.</form><table><tr><td><b>Most Recent</b><br>Oil by Ada</td></tr></table>"
    )
    assert shown(page("<h1>The Lamp</h1><p>by Jo Moss</p>", story(), form)) == list(STORY)


@pytest.mark.parametrize("stop", ["", "."])
@pytest.mark.parametrize(
    "owned", ["copyrighted", "owned", "all owned", "copyrighted and trademarked"]
)
def test_a_row_that_says_whose_the_characters_are_names_no_author(owned, stop):
    part = text(f"All characters in the story are {owned} by Westmill and Harrow{stop}", "", *ROWS)
    assert (part.title, names(part)) == (None, [])
    assert [said.place for said in part.disclaimers] == ["first_paragraph"]
