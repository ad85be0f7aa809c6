"""What the seventh set showed the cleaner to get wrong, each on a small page or text."""

from __future__ import annotations

import textwrap

import pytest

from storykeep.derive import derive
from storykeep.header import dates, disclaimer
from tests.pages import html
from tests.test_cleaning_misses import STORY, disclaimers, page, shown, story, text

# ---------------------------------------------------------------- disclaimers


@pytest.mark.parametrize(
    "words",
    [
        "As always, the lamp belongs to the lady in Leith and I get nothing out of this but oil.",
        "The keepers belong to the heirs of Mrs. Gray.",
        "All trademarks and keepers are Gray's estate's.",
        "Standard disclaimer, see chapter one.",
        "The lads are Thames Television's and the gull is mine.",
        "(Thames and the BBC own Anna.)",
    ],
)
def test_a_note_says_between_other_sentences_whose_it_is(words):
    note = f"Sorry that it took so long! {words} Next week: the gull."
    assert disclaimer.sentences(note) == words


@pytest.mark.parametrize(
    "words",
    [
        "The boys are late and the lamp is lit.",
        "Jack is Anna's brother, and he belongs to the lady in the lighthouse.",
        "I get nothing but oil from this lamp.",
        "The whole street owned a lamp. I made nothing of it.",
    ],
)
def test_a_note_that_tells_something_disclaims_nothing(words):
    assert disclaimer.sentences(f"Sorry that it took so long! {words} Next week: the gull.") is None


@pytest.mark.parametrize(
    "words",
    [
        "Thames owns the island and everyone on it. These are about a hundred words each.",
        "Branch Line & Co. are © the Gray estate—I'm only lighting the lamps.",
        "Anna is the sun, I am a moth. (Thames and Fox and the BBC own Anna.) Do not sue the moth.",
    ],
)
def test_a_joke_below_the_by_line_gives_the_rights_away(words):
    part = page(f"<h1>The Lamp</h1><p>by Ada Moss</p><p>{words}</p><hr>", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), [words])


@pytest.mark.parametrize(
    "words",
    [
        "Thames owns the island in the mornings, when the fog is in.",
        "Anna owned the lamp and everyone who could see it.",
    ],
)
def test_a_first_scene_of_one_sentence_gives_no_rights_away(words):
    part = page(f"<h1>The Lamp</h1><p>by Ada Moss</p><p>{words}</p><hr>", story())
    assert (shown(part), disclaimers(part)) == ([words, "* * *", *STORY], [])


# ---------------------------------------------------------------- prefaces

OWNED = "Jack and Anna are the property of Thames Television, and are used without permission."
TOP = "<h1>The Lamp</h1><p>by Ada Moss</p>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p><i>", "</i></p>"),
        ('<p align="right"><small>', "</small></p>"),
        ("<p><em>", "</em></p>"),
    ],
)
def test_a_sentence_of_a_preface_that_is_set_apart_gives_the_rights_away(before, after):
    given = "The keepers and their island are the BBC's; the gull is mine."
    preface = f"I wrote this for my mother, who kept a light before the war. {given}"
    part = page(TOP, f"{before}{preface}{after}", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), [given])
    assert [note.text for note in part.notes] == [preface]


def test_what_somebody_thinks_in_italics_is_no_preface():
    thought = "<p><i>The island belongs to the gulls, Anna thought. It always had.</i></p>"
    part = page(TOP, thought, story())
    assert len(shown(part)) == 7
    assert part.disclaimers == ()


def test_paragraphs_drawn_as_the_disclaimer_above_them_go_with_it_to_the_rule():
    said = "This tale has two persons of some age in it, who sit upon a rock."
    part = page(TOP, f"<p><i>{OWNED}</i></p><p><i>{said}</i></p><hr>", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), [OWNED])
    assert [note.text for note in part.notes] == [said]


def test_a_first_scene_between_a_disclaimer_and_a_rule_is_one():
    said = "There were two persons of some age, who sat upon a rock and did not speak of it."
    part = page(TOP, f"<p><i>{OWNED}</i></p><p>{said}</p><hr>", story())
    assert shown(part) == [said, "* * *", *STORY]


@pytest.mark.parametrize(
    "words",
    [
        "Feedback is welcome at ada@moss.example",
        "If you like it write to me: ada@moss.example",
        "Comments and questions to ada@moss.example, please.",
    ],
)
def test_whom_to_write_to_is_no_part_of_the_story(words):
    part = page(TOP, f"<p>{OWNED}</p><p>{words}</p>", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), [OWNED])


def test_a_rating_may_be_said_in_a_sentence():
    part = page(TOP, f"<p>{OWNED}</p><p>Rated PG for damp and for some oil.</p>", story())
    assert shown(part) == list(STORY)
    assert [(tag.kind, tag.value) for tag in part.tags] == [("rating", "PG")]


def test_what_the_neighbours_rate_is_told():
    words = "Rated R engines were what they had upon the boat that year, and they were loud."
    part = page(TOP, f"<p>{words}</p>", story())
    assert shown(part) == [words, *STORY]


def test_special_thanks_go_with_the_note_above_them():
    part = page(
        TOP,
        "<p><b>Author's Note:</b></p><p>Yes, I know that the keeper went ashore in May.</p>"
        "<p>Special thanks to Sarah for advice above and beyond.</p><p>&nbsp;</p>",
        story(),
    )
    assert shown(part) == list(STORY)


# ---------------------------------------------------------------- what goes on behind a label


def test_a_disclaimer_goes_on_in_the_lines_of_its_paragraph_that_are_about_owning():
    given = [
        "Jack and Anna are the property of the BBC and are used without permission.",
        "The Book of Ruth is borrowed without permission as well, and she would not mind.",
        "Mrs. Pask's voice is my own.",
    ]
    part = page(TOP, f"<p>Disclaimers: {'<br>'.join(given)}</p>", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), ["\n".join(given)])


def test_a_story_may_begin_in_the_paragraph_of_its_disclaimer():
    given = "Jack and Anna are the property of the BBC and are used without permission."
    part = page(TOP, f"<p>Disclaimer: {given}<br><br>{STORY[0]}</p>", story(1))
    assert (shown(part), disclaimers(part)) == (list(STORY), [given])


def test_labels_in_bold_part_a_line_whatever_they_say():
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>",
        "<p><b>Disclaimers:</b> They're the BBC's (bless it). <b>Violence:</b> none. "
        "<b>Subtext:</b> only if you've got your ear to the floor. <b>Archiving:</b> ask.</p>",
        story(),
    )
    assert (shown(part), disclaimers(part)) == (list(STORY), ["They're the BBC's (bless it)."])
    assert part.fields["Violence"] == "none."


def test_a_scene_that_disclaims_hangs_below_its_label():
    """ "Author:" is a part in it, and names nobody."""
    part = text(
        "            The Lamp",
        "           by Ada Moss",
        "",
        "Disclaimer: (in which the author is searched at the door)",
        "  Jack: Turn out your pockets.",
        "  Author: There's nothing in them!",
        "  Jack: That's Anna. Put her back.",
        "  Author: ...I don't own Branch Line. Or you.",
        "",
        "Rating: PG",
        "",
        *(row for each in STORY for row in (each, "")),
    )
    assert [author.name for author in part.authors] == ["Ada Moss"]
    assert [each.text for each in part.disclaimers] == [
        "(in which the author is searched at the door) Jack: Turn out your pockets. Author: "
        "There's nothing in them! Jack: That's Anna. Put her back. Author: ...I don't own Branch "
        "Line. Or you."
    ]
    assert shown(part) == list(STORY)


def test_a_line_gives_each_their_rights_at_the_end():
    part = text(
        "The Lamp", "by Ada Moss", "", *(row for each in STORY for row in (each, "")),
        "*end*", "", "(c) 2001 Ada Moss.  Characters (c) Thames Television, Inc.",
    )  # fmt: skip
    assert disclaimers(part) == ["Characters (c) Thames Television, Inc."]
    part = text(
        "The Lamp", "by Ada Moss", "", *(row for each in STORY for row in (each, "")),
        "*end*", "", "(c) 2001 Ada Moss.  Characters (c) Ada Moss, too.",
    )  # fmt: skip
    assert disclaimers(part) == []


# ---------------------------------------------------------------- pages that are none


@pytest.mark.parametrize(
    "inside",
    [
        '<iframe src="/_Incapsula_Resource?CWUDNSAI=9&amp;xinfo=9">Request unsuccessful.</iframe>',
        "<h1>Pardon Our Interruption</h1><p>As you were browsing, something made us think that you "
        "are a machine.</p>",
        '<div id="px-captcha"></div><p>Access to this page has been denied.</p>',
    ],
)
def test_a_firewall_s_question_is_a_challenge(inside):
    assert page(inside).outcome == "challenge"


ABOUT = (
    "I was born in Leith, and I have kept a lamp since I was nine. I began to write because my "
    "aunt left me the tapes, and because on Thursdays there is nothing on.",
    "I live with a cat, and I have sung alto in four choirs, one of which asked me back.",
    'People ask me whether I will finish "The Long Wire". No; I do not know who owns the wire.',
)


def test_a_page_about_its_writer_is_no_story():
    links = 'My stories are on <a href="fic.html">this page</a>. You can write to me.'
    part = page("<h1>Ada</h1>", "".join(f"<p>{each}</p>" for each in ABOUT), f"<p>{links}</p>")
    assert part.outcome == "not_story"


def test_a_story_whose_narrator_was_born_is_one():
    told = "".join(f"<p>{each}</p>" for each in ABOUT)
    part = page("<h1>The Wire</h1><p>by Ada Moss</p>", told, story())
    assert part.outcome == "story"
    part = page("<h1>The Wire</h1>", told, story())
    assert part.outcome == "story"


# ---------------------------------------------------------------- the foot of a page


@pytest.mark.parametrize(
    "foot",
    [
        '<hr><p align="center"><a href="../more.html">more lamps</a> | last updated 2/2/2000</p>',
        '<p>&nbsp;</p><img src="fpcount.exe?Page=lamp" alt="Hit Counter"> visits',
        '<p><img src="counter.gif"> people have been here</p>',
    ],
)
def test_what_counts_and_dates_a_page_is_no_part_of_its_story(foot):
    part = page(TOP, story(), foot)
    assert shown(part) == list(STORY)


def test_the_site_s_links_above_its_disclaimer_are_its_own():
    owned = "The Line and its keepers are the property of Thames. Nobody is paid for this."
    part = page(
        TOP,
        story(),
        '<center>[<a href="reviews.php?sid=4">Reviews (7)</a>]</center>',
        f'<p class="footer">Disclaimer: {owned}</p>',
    )
    assert (shown(part), disclaimers(part)) == (list(STORY), [owned])


def test_a_picture_in_a_last_line_does_not_make_it_a_counter():
    last = 'She counted the visits. <img src="lamp.gif" alt="a lamp">'
    part = page(TOP, story(), f"<p>{last}</p>")
    assert shown(part) == [*STORY, "She counted the visits."]


# ---------------------------------------------------------------- mails

CUT = [
    "The signalman kept his lamp in the kitchen, where it was warm, and went dow=",
    "n to it at night. =93You will wear out the step,=94 said his sister, who ha=",
    "d never once been asked to hold it; it was Ren=E9e=92s kitchen, and she kne=",
    "w what a step costs=2E",
]
WHOLE = (
    "The signalman kept his lamp in the kitchen, where it was warm, and went down to it at night. "
    "“You will wear out the step,” said his sister, who had never once been asked to hold it; it "
    "was Renée’s kitchen, and she knew what a step costs."
)


def test_quoted_printable_that_nobody_undid_is_read():
    rows = ["The Lamp", "by Ada Moss", "", *CUT, "", *(row for e in STORY[2:] for row in (e, ""))]
    assert shown(text(*rows)) == [WHOLE, *STORY[2:]]
    part = page(f"<h1>The Lamp</h1><p>by Ada Moss</p><pre>{chr(10).join(rows[3:])}\n</pre>")
    assert shown(part) == [WHOLE, *STORY[2:]]


def test_rows_of_nothing_but_a_coded_space_are_blank():
    rows = ["The Lamp", "by Ada Moss=20", "", STORY[0], "", "=20", "", STORY[1] + "=20", ""]
    part = text(*rows, *(row for each in STORY[2:] for row in (each, "")))
    assert shown(part) == [STORY[0], "* * *", *STORY[1:]]


def test_sums_and_rules_are_no_quoted_printable():
    sums = ["Two and two =", "four, and two and =20", "================", "is what he wrote ="]
    part = text("The Lamp", "by Ada Moss", "", *(r for e in STORY for r in (e, "")), *sums)
    assert "Two and two =" in "\n".join(shown(part))


def kept_mail(number: int, *rows: str) -> list[str]:
    return [
        "From: Ada Moss <ada@moss.example>", f"Date: Wed, 16 Feb 2000 21:0{number}:55 -0500",
        f"Subject: REPOST: The Lamp ({number}/2) by Ada Moss", "Source: lamps", "",
        f"The Lamp ({number}/2)", "by Ada Moss", "disclaimed in part 1" if number > 1 else "", "",
        "-=-=-=-=-=-=-=-", "", *(row for each in rows for row in (each, "")),
    ]  # fmt: skip


def test_the_head_of_a_further_mail_of_the_same_sender_is_no_text():
    half = [each * 4 for each in STORY[:3]]
    part = text(*kept_mail(1, *half), "end of 1/2", "", *kept_mail(2, *STORY[3:]))
    kept = [each for each in shown(part) if each not in {"end of 1/2", "-=-=-=-=-=-=-=-"}]
    assert [each for each in kept if each != "* * *"] == [*half, *STORY[3:]]


def test_a_mail_within_a_story_stays_whoever_wrote_it():
    inside = ["From: a friend", "Date: Monday", "Subject: the man in the wall", "To: the keeper"]
    rows = [*STORY[:3], "\n".join(inside), *STORY[3:]]
    part = text(*kept_mail(1, *[each * 4 for each in STORY[:3]], *rows))
    assert "\n".join(inside) in shown(part)


# ---------------------------------------------------------------- who wrote it


def test_who_says_where_a_text_may_stand_wrote_it():
    part = page(
        "<h2>The Lamp</h2><p>© 1999 Ada Moss. Please don't put it anywhere without asking.</p>",
        story(),
    )
    assert ([each.name for each in part.authors], shown(part)) == (["Ada Moss"], list(STORY))


@pytest.mark.parametrize("holder", ["Thames Television", "Fox"])
def test_a_company_that_forbids_copies_wrote_nothing(holder):
    words = f"© 1999 {holder} Productions. It may not be reproduced without permission."
    part = page("<h2>The Lamp</h2>", f"<p>{words}</p>", story())
    assert part.authors == ()


def test_who_mocks_a_story_signs_it_so():
    part = text(
        "The Lamp", "", "MiSTed by Riff Moss", "",
        "Branch Line and its keepers are owned by Thames, and \"The Lamp\" by Ada, who gave me leave.",
        "", *(row for each in STORY for row in (each, "")),
    )  # fmt: skip
    assert ([each.name for each in part.authors], shown(part)) == (["Riff Moss"], list(STORY))
    assert len(part.disclaimers) == 1


def test_a_pilcrow_alone_parts_two_scenes():
    part = page(TOP, story(0, 3), "<center>¶</center>", story(3))
    assert shown(part) == [*STORY[:3], "¶", *STORY[3:]]
    assert part.prose[3].kind == "break"


# ---------------------------------------------------------------- titles


def test_a_line_drawn_large_below_an_unlabelled_header_is_the_title():
    part = page(
        f"<font size=2>{OWNED}<br><br>PG. Gen. For the winter challenge<br><br>"
        "<center><font size=4><b>Exact Change</b></font></center><br><br>"
        f"{'<br><br>'.join(STORY)}</font>"
    )
    assert (part.title, shown(part)) == ("Exact Change", list(STORY))


def test_the_first_line_of_a_block_in_the_middle_may_be_drawn_large():
    part = page(
        "<center><b><font size=+3>THE THEORY OF THE LAMP</font></b><br><i>as told to</i><br>"
        "<b><font size=+1>Anna Addled</font></b></center>",
        f"<p><font size=-1>Disclaimer: {OWNED}</font></p><hr>",
        story(),
        title="lamp",
    )
    assert (part.title, shown(part)) == ("THE THEORY OF THE LAMP", list(STORY))


def test_a_large_line_in_the_midst_of_a_story_is_no_title():
    part = page(
        TOP, story(0, 3), "<center><font size=4><b>Two Years Later</b></font></center>", story(3)
    )
    assert part.title == "The Lamp"
    assert "Two Years Later" in shown(part)


def test_a_picture_may_name_title_and_author():
    part = page(
        '<center><img src="lamp.gif" alt="The Lamp, by Ada Moss"></center>',
        f'<p align="right"><i>Written for a zine, issue 4. {OWNED}</i></p>',
        story(),
        title="The Lamp",
    )
    assert ([each.name for each in part.authors], part.title) == (["Ada Moss"], "The Lamp")
    assert (shown(part), disclaimers(part)) == (list(STORY), [OWNED])


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Tue Jun 29 23:51:40 BST 2004", "2004-06-29"),
        ("Sat Nov 3 18:22:07 -0800 2001", "2001-11-03"),
        ("Mon Feb 14 02:09:11 2000", "2000-02-14"),
    ],
)
def test_a_machine_puts_the_hour_before_the_year(typed, value):
    found = dates.read_date(typed)
    assert found is not None
    assert found.value == value


def test_a_mail_s_head_may_stand_below_the_links_of_its_archive():
    links = "".join(f' | <a href="/{each}">{each}</a>' for each in ("Previous", "Next", "Up"))
    part = page(
        f"<table><tr><td>Message 31 of 5926{links} [ Index of all that was sent ]</td></tr></table>"
        '<table><tr><td>From: "ada" &lt;ada@y...&gt;</td></tr><tr><td>Date: Tue Mar 25, 2003 9:14 '
        "pm</td></tr><tr><td>Subject: FIC: The Lamp 1/1</td></tr></table>",
        f"<p>Disclaimer: {OWNED}</p>",
        story(),
    )
    assert part.published is not None
    assert (part.published.value, part.title) == ("2003-03-25", "The Lamp")
    assert shown(part) == list(STORY)


# ---------------------------------------------------------------- printed pages


def printed(*pages: str, generator: str = "pdftohtml 0.36") -> str:
    marked = "".join(f"<A name={n}></a>{rows}{n}<br>\n<hr>\n" for n, rows in enumerate(pages, 1))
    return (
        f'<html><head><title>Microsoft Word - lamp.doc</title><meta name="generator" '
        f'content="{generator}"></head><body bgcolor="#A0A0A0"><A name=0></a><b>THE LAMP</b><br>\n'
        f"by Ada Moss<br>\nDisclaimer: {OWNED}<br>\n<hr>\n{marked}</body></html>"
    )


def rows_of(paragraphs: list[str]) -> list[str]:
    return [
        row.replace("\xa0", "&#160;") + "<br>\n"
        for each in paragraphs
        for row in textwrap.wrap(each, 60, initial_indent="\xa0" * 4)
    ]


def test_the_rows_of_a_printed_page_are_its_paragraphs():
    """A page ends in mid-sentence, with its number and a rule."""
    told = [each * 2 for each in STORY]
    rows = rows_of(told)
    part = derive(html(printed("".join(rows[:7]), "".join(rows[7:]))))
    assert (part.title, [each.name for each in part.authors]) == ("THE LAMP", ["Ada Moss"])
    assert [" ".join(each.split()) for each in shown(part)] == told
    assert disclaimers(part) == [OWNED]


def test_italics_of_a_printed_page_are_kept():
    told = [each * 2 for each in STORY]
    rows = rows_of(told)
    rows = [row.replace(" asked ", " <i>asked</i> ") for row in rows]
    part = derive(html(printed("".join(rows))))
    assert [" ".join(each.split()) for each in shown(part)] == told
    assert any(m.kind == "emphasis" for block in part.prose for m in block.marks)


def test_a_thread_s_title_may_end_in_its_rating_and_state():
    post = (
        '<div id="posts"><div id="edit7001"><table id="post7001" class="tborder"><tr>'
        '<td class="thead"><a name="post7001"></a> 05-12-2009, 10:14 PM</td></tr><tr><td class="alt2">'
        '<div id="postmenu_7001"><a class="bigusername" href="member.php?u=8">ada</a></div></td>'
        '<td class="alt1" id="td_post_7001"><div id="post_message_7001"><div align="center"><b>'
        f"The Lamp</b><br />by ada</div><br /><b>Category</b>: Gen<br /><br />{'<br /><br />'.join(STORY)}</div></td></tr></table>"
        "</div></div>"
    )
    part = page(
        '<span class="navbar"><a href="forumdisplay.php?f=4">Fan Fiction</a></span><table class="tborder"><tr><td class="alt1"><table><tr><td class="navbar"><strong> The Lamp '
        f"(Gen, G) Complete 5/12 </strong></td></tr></table></td></tr></table>{post}",
        title="The Lamp (Gen, G) Complete 5/12 - Boards",
        url="http://boards.example/showthread.php?t=310",
    )
    assert (part.title, part.position, shown(part)) == ("The Lamp", None, list(STORY))


def test_headings_outside_a_platform_s_text_name_title_and_chapter():
    part = page(
        '<article class="chapter"><h1><a href="/story/5/lamps">Lamps</a></h1><h2>by <a '
        'href="/user/8/ada">ada</a></h2><h3>Oil</h3><div id="chapter-body">',
        f"{story()}</div></article>",
        title="Oil - Lamps - Herd",
        url="http://herd.example/story/5/2/lamps/oil",
    )
    assert (part.title, part.chapter_title, shown(part)) == ("Lamps", "Oil", list(STORY))


# ---------------------------------------------------------------- what a site says


NOTICE = "Branch Line and its keepers are the property of Thames Television."


@pytest.mark.parametrize(
    "box",
    [
        '<div id="footer"><div id="copyright">{}<br />Powered by eFiction</div></div>',
        '<div class="site-info">{} <a href="/">home</a></div>',
        '<footer class="footer"><a href="/a">About</a><p>{}</p></footer>',
    ],
)
def test_a_site_s_notice_in_its_own_box_is_of_the_template(box):
    part = page(TOP, story(), box.format(NOTICE))
    assert [(each.text, each.place, each.scope) for each in part.disclaimers] == [
        (NOTICE, "template", "site")
    ]
    assert shown(part) == list(STORY)


def test_a_blog_may_say_of_itself_what_it_does_not_own():
    said = "Old stories, posted again. I do not own Branch Line or, really, this laptop."
    part = page(
        '<div class="header"><h1 class="title"><a href="http://ada.blogspot.example/">Ada</a></h1>'
        f'<p class="description"><span>{said}</span></p></div><h3 class="post-title entry-title">'
        f'The Lamp</h3><div class="post-body entry-content">{story()}</div>',
        title="Ada: The Lamp",
        url="http://ada.blogspot.example/2013/11/lamp.html",
    )
    assert [(each.text, each.place) for each in part.disclaimers] == [
        ("I do not own Branch Line or, really, this laptop.", "template")
    ]


@pytest.mark.parametrize(
    "said",
    [
        "All stories are the property of their respective authors.",
        "Site contents © 2002 Ada Moss. Copying is a sin.",
        "Comments belong to those who wrote them. Log in to write one.",
    ],
)
def test_what_a_site_says_of_its_authors_disclaims_nothing(said):
    part = page(TOP, story(), f'<div id="footer">{said} <a href="/">home</a></div>')
    assert part.disclaimers == ()


# ---------------------------------------------------------------- what a story itself says


@pytest.mark.parametrize(
    "first",
    [
        '"It belongs to Mr. Corrie," said her grandmother.',
        "“This house is the property of Mr. Gray,” the lawyer read, and looked up.",
        "<i>the coat that I have got on, which is Jo's, and is too short</i>",
        "<i>I keep what is Anna's, and she keeps the lamp.</i>",
        "<i>The keys are Mr. Pask's. I never had a key in my life.</i>",
    ],
)
def test_what_a_story_begins_with_gives_no_rights_away(first):
    part = page(TOP, f"<p>{first}</p>", story())
    assert part.disclaimers == ()
    assert len(shown(part)) == 7


@pytest.mark.parametrize(
    "said",
    [
        '"Branch Line" is the property of Thames Television.',
        "<i>Jack and Anna are Mrs. Gray's, I only borrow them.</i>",
        "<i>The keepers are Thames's; the mistakes are mine.</i>",
        "(All characters are the BBC's. I make no money.)",
    ],
)
def test_what_stands_between_by_line_and_story_may(said):
    part = page(TOP, f"<p>{said}</p>", story())
    assert len(part.disclaimers) == 1
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "scene",
    [
        "La clef était au fond d'un chapeau, où personne, pas même son maître, ne la cherchait.",
        "He was looking at the candle. He knew, and she could not, how the flame leaned away.",
        "In the winter quarter there are eleven moths in the Archive, and each has a shelf.",
    ],
)
def test_a_first_scene_of_one_paragraph_is_no_note(scene):
    part = page(TOP, f"<p>{scene}</p><hr>", story())
    assert shown(part) == [scene, "* * *", *STORY]


@pytest.mark.parametrize(
    "said",
    [
        "This is an AU. Flames will be used to dry the keeper's socks, and nothing else at all.",
        "Archive it wherever you like, but let me know where it is, so that I can visit it.",
    ],
)
def test_a_note_above_a_rule_is_one(said):
    part = page(TOP, f"<p>{said}</p><hr>", story())
    assert shown(part) == list(STORY)


@pytest.mark.parametrize("typed", ["-----ooOoo-----", "ooOoo", "oo00oo", "~xxXxx~"])
def test_an_ornament_of_letters_with_one_in_the_middle_is_a_break(typed):
    part = page(TOP, story(0, 3), f"<center>{typed}</center>", story(3))
    assert part.prose[3].kind == "break"


RING = 'This <a href="/r">Lamp Ring</a> site is owned by <a href="mailto:jo@lamps.example">Jo</a>.'


def test_whose_site_is_in_a_ring_is_no_disclaimer():
    part = page(
        TOP,
        story(),
        '<center><a href="fic.html">Back</a> <a href="sign.html">Sign</a> my <a href="gb.html">'
        "guestbook</a><br>people have been on this page since 4/4/01<br>",
        f"{RING}</center>",
    )
    assert (part.disclaimers, shown(part)) == ((), list(STORY))


def test_a_label_may_have_two_colons():
    part = page(f"Standard disclaimer:: not mine. No profit gained.<br><br>{TOP}", story())
    assert disclaimers(part) == ["not mine. No profit gained."]


def test_what_a_header_below_the_story_warns_of_is_a_tag():
    part = page(
        "<h1>The Lamp</h1>",
        story(),
        f"<hr><font size=2>Author: Ada Moss<br>Disclaimer: {OWNED}<br>Warnings: oil<br>"
        "Notes: First posted to the list.</font>",
    )
    assert [(tag.kind, tag.value) for tag in part.tags] == [("warning", "oil")]


# ---------------------------------------------------------------- short forms of disclaimers

SHORT = [
    "Joss owns all. I own a cat.",
    "Not mine, never were, never will be.",
    "I own nothing but the typos.",
    "If they were mine, there'd have been more kissing.",
    "Characters by Tolkien, situation by me.",
    "Marvel's toys, my sandbox.",
    "The Powers That Be own the boys. I only own the words.",
    "Based upon characters created by Sir Arthur Conan Doyle, who would not approve.",
    "The boys aren't mine, they're Eric Kripke's. Lucky man.",
    "No one in this story belongs to me, except for the bartender.",
    "Disney owns them. I only play with them when nobody's looking.",
    "Still don't own it.",
    "Naruto (c) Kishimoto. Story (c) me.",
    "No infringement intended, no profit made.",
    "If you recognize it, it's not mine.",
    "I am in no way affiliated with J.K. Rowling or Warner Bros.",
    "They're all Joss's, every one of them. I only make them miserable.",
    "Paramount owns the ship. This is fan fiction.",
]


@pytest.mark.parametrize("said", SHORT)
def test_right_below_the_by_line_a_short_form_is_a_disclaimer(said):
    part = page(TOP, f"<p>{said}</p>", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), [said])
    part = text("The Lamp", "by Ada Moss", "", said, "", *(r for e in STORY for r in (e, "")))
    assert (shown(part), disclaimers(part)) == (list(STORY), [said])


@pytest.mark.parametrize("said", SHORT)
def test_in_the_midst_of_a_story_or_at_its_end_no_short_form_is_one(said):
    part = page(TOP, story(0, 3), f"<p>{said}</p>", story(3))
    assert (shown(part), disclaimers(part)) == ([*STORY[:3], said, *STORY[3:]], [])


@pytest.mark.parametrize(
    "first",
    [
        "The house isn't mine. It belongs to Mr. Gray, who lives in Leith.",
        "Nothing in this room is mine.",
        "Anna owns the lighthouse. I only sweep it.",
        "The dog belongs to Jack. I just feed him.",
        "I own nothing but the coat on my back.",
        "The child isn't mine, but I will raise her.",
        "I am not Anna. I am not even her sister, whatever you may have heard.",
        "The land belongs to the Corrigans, and it always has.",
        "I have no claim on him. I never did.",
        "She is Daniel's, and I am only the one who waters the plants.",
        "No harm done, I tell the cat, and no harm meant.",
        "Property of M. Pask, it says on the flyleaf, in green ink.",
        "I'm just visiting. I tell them so each year.",
    ],
)
def test_what_people_own_in_the_first_line_of_a_story_is_told(first):
    part = page(TOP, f"<p>{first}</p>", story())
    assert (shown(part), disclaimers(part)) == ([first, *STORY], [])


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("Finished: yes", "complete"),
        ("Finished: no", "in_progress"),
        ("Finished: not yet", "in_progress"),
        ("Completed: No", "in_progress"),
    ],
)
def test_whether_a_story_is_finished_may_be_asked_so(row, status):
    part = page(f"<h1>The Lamp</h1><p>by Ada Moss<br>{row}<br>Rating: G</p><hr>", story())
    assert (part.status, shown(part)) == (status, list(STORY))


def test_what_somebody_has_finished_is_told():
    part = page(TOP, "<p>Finished, he put the lamp out, and went up to bed.</p>", story())
    assert len(shown(part)) == 7


@pytest.mark.parametrize(
    "last",
    [
        '<p><small>also on <a href="https://archive.example/works/3">AO3</a></small></p>',
        '<p>Cross-posted to <a href="https://archive.example/works/3">the archive</a>.</p>',
        '<p>Originally posted at <a href="http://list.example/3">the list</a></p>',
    ],
)
def test_where_else_a_story_stands_is_said_below_it(last):
    part = page(TOP, story(), last)
    assert shown(part) == list(STORY)


def test_where_somebody_else_stands_is_told():
    part = page(TOP, story(), "<p>Also on the pier stood Anna.</p>")
    assert shown(part)[-1] == "Also on the pier stood Anna."
