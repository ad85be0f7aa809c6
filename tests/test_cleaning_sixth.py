"""What the sixth set showed the cleaner to get wrong, each on a small page or text."""

from __future__ import annotations

import pytest

from storykeep.header import disclaimer
from tests.test_cleaning_misses import STORY, disclaimers, page, shown, story, text

VERSE = (
    "The gull on the gatepost has nothing at all to say to me,",
    "He has said it to Tuesday, he said it all of the day;",
    "And Tuesday has gone with her bucket and with her broom",
    "And left the grey light lying flat and alone in the room.",
)

# ---------------------------------------------------------------- prose


def test_two_dashes_above_a_scene_are_no_signature():
    """What stands below a sender's "--" is a line or two."""
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>", story(0, 3), "<center>--</center>", story(3, 6)
    )
    assert shown(part) == [*STORY[:3], "--", *STORY[3:]]


def test_a_poem_whose_lines_are_all_as_long_stays_in_lines():
    """No column cuts a text so that each of its rows begins with a capital."""
    stanza = "<br>\n".join(VERSE)
    part = page("<h1>The Gull</h1><p>by Ada Moss</p>", f"<div>{stanza}<br>\n<br>\n{stanza}</div>")
    assert shown(part) == ["\n".join(VERSE)] * 2
    part = text("The Gull", "by Ada Moss", "", *VERSE, "", *VERSE, "", *VERSE)
    assert shown(part) == ["\n".join(VERSE)] * 3


# ---------------------------------------------------------------- disclaimers


@pytest.mark.parametrize(
    "words",
    [
        "All of this belongs to Anna Gray.",
        "Branch Line belongs to Thames and Fox.",
        "Thames, Gray and Double Secret own Branch Line.",
        "Anna Gray owns the lot.",
        "Gray's and Fox's, not mine.",
        "Not ours. Gray's.",
        "Os personagens não me pertencem.",
    ],
)
def test_a_note_says_in_one_short_sentence_whose_it_is(words):
    assert (
        disclaimer.sentences(f"Thank you to Jo for the lamp. {words} I hope it is dark.") == words
    )


def test_a_note_that_thanks_somebody_disclaims_nothing():
    assert disclaimer.sentences("This belongs on a shelf. Jo owns a lamp. It's hers.") is None


def test_a_smiley_ends_a_sentence():
    words = "I don't own Branch Line, Thames does, so please don't sue me!"
    assert disclaimer.sentences(f"My first fic so be nice ^_^;; {words}") == words


def test_a_disclaimer_in_another_label_is_listed():
    """ "Spoilers: none. Standard disclaimers apply." is two things."""
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss<br>Rating: G<br>"
        "Spoilers: none. Standard disclaimers apply.</p><hr>",
        story(),
    )
    assert disclaimers(part) == ["Standard disclaimers apply."]


def test_a_last_line_in_italics_may_give_the_rights_away():
    words = "Jack and Anna belong to Thames Television. No money changes hands here."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(), f"<p><em>{words}</em></p>")
    assert (shown(part), disclaimers(part)) == (list(STORY), [words])


def test_a_last_thought_in_italics_is_the_story_s():
    words = "The lamp belongs to me now, and so does the dark."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(), f"<p><em>{words}</em></p>")
    assert (shown(part), disclaimers(part)) == ([*STORY, words], [])


# ---------------------------------------------------------------- boards


def board(*rows: tuple[str, str, str]) -> str:
    """Return a thread as boards of 2001 draw it: the poster in one cell, the text in the next."""
    return "".join(
        f"<tr><td><b>{who}</b><br>Member<br>Posts: 54<br>(5/9/01 3:14:22 pm)</td>"
        f"<td><b>{subject}</b><hr>{said}</td></tr>"
        for who, subject, said in rows
    )


def test_a_thread_that_is_laid_out_in_rows_gives_its_starter_s_posts():
    told = "<br><br>".join(STORY)
    part = page(
        "<a href=/>Nook</a> &gt; <a href=frm4>Fan Fiction</a> &gt; The Lamp (complete)<table>",
        board(
            ("ada", "The Lamp (complete)", f"{told}<br><br>_____________<br>I sing of lamps."),
            ("bo", "Re: The Lamp", "I could read this all day, every day, until the bulb gives."),
            ("ada", "Re: The Lamp", told),
        ),
        "</table><center>Powered By ezboard</center>",
        title="Nook - The Lamp (complete)",
        url="http://pub1.board.example/fnookfrm4.showMessage?topicID=61.topic",
    )
    assert (part.outcome, part.engine, part.title) == ("story", "rows", "The Lamp")
    assert [author.name for author in part.authors] == ["ada"]
    assert shown(part) == [*STORY, *STORY]
    assert [section.chapter_id for section in part.sections] == ["row-1", "row-3"]


def test_talk_in_rows_is_no_story():
    part = page(
        "<table>",
        board(("ada", "Lamps?", "Does anybody know a good lamp?"), ("bo", "Re: Lamps?", "Mine.")),
        "</table>",
    )
    assert part.outcome == "not_story"


def test_the_printable_version_of_a_thread_is_read_as_the_thread():
    def post(who: str, said: str) -> str:
        head = f"<td style='font-size:14pt'>{who}</td><td class=smallfont>04-03-2008 07:14 PM</td>"
        return (
            f"<table><tr><td class=page><table><tr>{head}</tr></table><hr><div>{said}</div>"
            "</td></tr></table>"
        )

    part = page(
        "<table><tr><td>- <b>Fan Fiction</b> (<a href=forumdisplay.php?f=9>nook.example/f</a>)",
        "</td></tr><tr><td>- - <b>The Lamp</b></td></tr></table>",
        post("ada", "<br><br>".join(STORY)),
        post("bo", "More of the lamp, please, when you have got the time."),
        "All times are GMT -5.",
        title="Nook - The Lamp",
        url="http://nook.example/printthread.php?t=7",
    )
    assert (part.engine, part.title, shown(part)) == ("vbulletin", "The Lamp", list(STORY))
    assert [author.name for author in part.authors] == ["ada"]


def test_a_gap_before_a_quotation_is_no_break():
    notice = "<blockquote>The lamp will not appear until further notice.</blockquote>"
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>",
        f"<div>{'<br><br>'.join(STORY[:3])}<br><br>{notice}{'<br><br>'.join(STORY[3:])}</div>",
    )
    assert "* * *" not in shown(part)


def test_an_opening_sentence_may_name_an_owner_who_is_not_the_writer():
    words = "Thames owns Branch Line and I am not Thames."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", f"<p>{words}</p>", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), [words])


# ---------------------------------------------------------------- breaks, the site's own words


def test_an_empty_box_with_a_border_is_a_rule():
    part = page(
        "<style>.brk { border-top: 1px solid #999; width: 40% }</style><h1>The Lamp</h1>",
        "<p>by Ada Moss</p>",
        story(0, 3),
        '<div class="brk"></div>',
        story(3, 6),
    )
    assert shown(part) == [*STORY[:3], "* * *", *STORY[3:]]


def test_a_box_below_two_line_breaks_begins_no_scene():
    told = "<br><br>".join(STORY[:4])
    part = page(
        f"<h1>The Lamp</h1><p>by Ada Moss</p>{told}<br><br><div>{'<br><br>'.join(STORY[4:])}</div>"
    )
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "foot",
    [
        "<form>Rate this story: <select><option>5</select><input type=submit></form>",
        '<hr><a href="/a">The Attic</a><br><img src="/cgi-bin/Count.cgi"> bards since May 1999',
        '<hr><p>Other stories:</p><ul><li><a href="/a">The Step</a><li><a href="/b">Two</a></ul>',
        '<hr><address>Ada Moss, November 1996. <a href="../up.html">Up</a></address>',
        '<hr><p>Lascia una recensione</p><p><a href="/a">Torna indietro</a></p>',
    ],
)
def test_what_stands_at_the_foot_is_the_site_s(foot):
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(), foot)
    assert shown(part) == list(STORY)


def test_the_link_of_another_part_above_a_story_is_not_its_beginning():
    part = page(
        '<h1>The Lamp</h1><p>by Ada Moss</p><p>&larr; <a href="/1">Part One</a></p>', story()
    )
    assert shown(part) == list(STORY)


def test_small_print_above_the_rule_is_a_note():
    words = "Written for the Autumn Swap, 2003. All that is Thames's is the Thames Estate's."
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>", f"<p><small>{words}</small></p><hr>", story()
    )
    assert shown(part) == list(STORY)
    assert [note.text for note in part.notes] == [words]


def test_a_story_in_small_letters_has_no_small_print():
    part = page(f"<font size=2><h1>The Lamp</h1><p>by Ada Moss</p>{story(0, 2)}<hr>{story(2, 6)}")
    assert shown(part) == [*STORY[:2], "* * *", *STORY[2:]]


def test_who_writes_is_whose_name_the_link_is():
    part = page(
        "<h1>The Lamp</h1>", '<p>By <a href="/profile/3">ada</a> in Branch Line</p>', story()
    )
    assert [author.name for author in part.authors] == ["ada"]


def test_a_story_that_is_still_to_come_is_none():
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p><hr><p>Coming soon! I promise!</p>")
    assert part.outcome == "not_story"


def test_a_service_that_has_closed_is_gone():
    part = page("<h1>Sorry, the service has closed.</h1><p>It was open for fifteen years.</p>")
    assert part.outcome == "gone"


# ---------------------------------------------------------------- headers


def test_a_table_may_have_its_labels_in_one_row_and_their_values_in_the_next():
    cells = "<tr><th>Author</th><th>Rating</th><th>Chapters</th><th>Hits</th></tr>"
    part = page(
        f"<h2>The Lamp</h2><table>{cells}",
        '<tr><td><a href="/AuthorStories-2/ada">ada</a></td><td>FR7</td><td>1</td><td>902</td></tr>',
        f"</table><p>Disclaimer: Not mine.</p>{story()}",
    )
    assert [author.name for author in part.authors] == ["ada"]
    assert [tag.value for tag in part.tags if tag.kind == "rating"] == ["FR7"]
    assert shown(part) == list(STORY)


def test_a_preface_under_a_heading_goes_on_to_the_rule():
    words = ["It grew, as things do, on a train.", "I left it there and wrote it down once more."]
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p><h2>Author's Notes</h2>",
        *[f"<p>{each}</p>" for each in words],
        "<p>Warning: it is dark.</p><hr>",
        story(),
    )
    assert shown(part) == list(STORY)
    assert part.notes[0].text == "\n\n".join(words)


def test_a_heading_that_opens_the_story_is_no_preface():
    """Somebody speaks below it, before the first rule."""
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p><h2>Foreword</h2>", story(0, 3), "<hr>", story(3, 6)
    )
    assert [text for text in shown(part) if text in STORY] == list(STORY)


def test_a_lone_name_below_the_end_signs():
    part = text(
        "Title: The Lamp", "", *[f"{each}\n" for each in STORY], "", "The End", "", "Ada Moss"
    )
    assert [author.name for author in part.authors] == ["Ada Moss"]
    assert "Ada Moss" not in shown(part)


def test_whom_to_write_to_at_the_foot_is_the_author():
    part = page(
        "<h1>The Lamp</h1>",
        story(),
        '<hr><center>comments to <a href="mailto:ada@site.example">Ada Moss</a> | <a href="/">up</a>',
    )
    assert [author.name for author in part.authors] == ["Ada Moss"]
    assert shown(part) == list(STORY)


def test_a_link_to_the_top_stands_in_no_story():
    up = '<p align=right>[<a href="#top">top</a>]</p>'
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(0, 3), up, story(3, 6), up)
    assert shown(part) == list(STORY)


def test_the_way_home_is_no_part_of_small_print():
    words = "Branch Line and all within it belong to Thames Ltd. No profit is made here."
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>", story(),
        f'<div><font size=1>{words}</font> <a href="/"><font size=1>Home</font></a></div>',
    )  # fmt: skip
    assert disclaimers(part) == [words]


def test_a_site_s_name_by_its_address_does_not_hide_the_title_behind_it():
    part = page(
        '<h1><a href="/authors/ada/lamp.html">The Lamp</a></h1><h2>by Ada Moss</h2>', story(),
        title="AdaStories.org - The Lamp - Chapter 01 by Ada Moss",
    )  # fmt: skip
    assert part.title == "The Lamp"


def test_what_the_link_to_the_front_page_calls_the_site_is_no_title():
    part = page(
        '<h1><a href="index.php">A Kettle and an Open Mind</a></h1><div>The Lamp by Ada Moss</div>',
        story(),
        title="A Kettle and an Open Mind: An Archive :: The Lamp by Ada Moss",
        url="http://kettle.example/viewstory.php?sid=4",
    )
    assert part.title == "The Lamp"


def test_an_opening_paragraph_may_give_each_their_share():
    words = "Thames owns Branch Line and all of her people."
    claim = "This story is copyright 1999 by Ada Moss. Please don't archive it without asking."
    part = text(
        "Title: The Lamp", "Author: Ada Moss", "", f"{words} {claim}", "", "\n\n".join(STORY)
    )
    assert (disclaimers(part), shown(part)) == ([words], list(STORY))
    assert part.notes[0].kind == "rights"


def test_the_author_s_copyright_below_a_story_is_no_paragraph_of_it():
    claim = "Copyright (c) 2001 Ada Moss. Please do not repost."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(), f"<p>{claim}</p>")
    assert (disclaimers(part), shown(part)) == ([], list(STORY))


def test_what_a_button_hides_in_a_post_does_not_let_the_poster_s_rank_in():
    told = "<br><br>".join(STORY)
    post = (
        '<article class="message message--post hasThreadmark" data-author="ada" id="js-post-7">'
        '<div class="message-cell message-cell--threadmark-header"><span class="threadmarkLabel">'
        'One</span></div><div class="message-cell message-cell--user">'
        '<h4 class="message-name"><a class="username">ada</a></h4><h5>Sibling of lamps</h5></div>'
        '<article class="message-body">'
        f'<div class="bbWrapper"><div><button>Spoiler</button></div>{told}</div></article></article>'
    )
    part = page(
        f'<h1 class="p-title-value">The Lamp</h1>{post}',
        url="http://nook.example/threads/the-lamp.7/",
    )
    assert (part.engine, shown(part)) == ("xenforo", list(STORY))


def test_the_header_of_a_site_is_none_of_the_story_s():
    about = '<h1><a href="/">ada &amp; co</a></h1><p>writes sometimes. the ask box is open!</p>'
    part = page(
        f"<header>{about}</header><article><h2>The Lamp</h2><div>{story()}</div></article>",
        title="ada &amp; co",
    )
    assert (part.title, shown(part)) == ("The Lamp", list(STORY))


def test_the_header_of_a_story_is_the_story_s():
    part = page(
        f"<header><h1>The Lamp</h1><a href='/'>home</a><p>by Ada Moss</p></header>{story()}"
    )
    assert (part.title, [author.name for author in part.authors]) == ("The Lamp", ["Ada Moss"])
