"""What whole pages of many families showed the cleaner to get wrong, each on a small page."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, plain_text, unaccounted

STORY = (
    "The signalman kept his lamp in the kitchen, where it was warm, and went down to it at night.",
    '"You will wear out the step," said his sister, who had never once been asked to hold it.',
    "A train came through at two, and another at five; neither of them had anybody in it.",
    '"They are only moving the carriages," he told her, and did not look round.',
    "On the last night of the year he carried the lamp out to the end of the platform and sat.",
    "It was a clear night and every signal on the line stood green, all the way to the sea.",
)


def page(*pieces: str, title: str = "", url: str = "http://site.example/stories/one.html") -> Part:
    """Return the part of an HTML page, none of whose words may be unaccounted for."""
    given = html(f"<html><head><title>{title}</title></head><body>{''.join(pieces)}</body>", url)
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def text(*lines: str) -> Part:
    """Return the part of a text file, none of whose words may be unaccounted for."""
    given = plain_text("\n".join(lines) + "\n")
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def story(first: int = 0, last: int = 6) -> str:
    return "".join(f"<p>{each}</p>" for each in STORY[first:last])


def shown(part: Part) -> list[str]:
    return [block.text for block in part.prose]


def names(part: Part) -> list[str]:
    return [author.name for author in part.authors]


def disclaimers(part: Part) -> list[str]:
    return [each.text for each in part.disclaimers]


BREAK = "* * *"


# ---------------------------------------------------------------- prose


def test_a_hidden_heading_does_not_make_a_note_of_the_last_paragraph():
    """A download hides "Afterword" below the last chapter; what is settled opens no notes."""
    part = page(
        '<style>.toc-heading { display: none }</style><div id="preface"><h1>Lamps</h1>',
        '<div class="byline">by <a rel="author" href="/users/ada">ada</a></div></div>',
        f'<div id="chapters" class="userstuff">{story()}</div>',
        '<div id="afterword"><h2 class="toc-heading">Afterword</h2></div>',
    )
    assert shown(part) == list(STORY)


def test_a_page_that_only_leads_on_to_the_next_chapter_is_no_table_of_contents():
    part = page(
        '<center><h4>Green Lights by <a href="viewuser.php?uid=5">Ada</a></h4></center><hr>',
        story(),
        '<hr><center><a href="viewstory.php?sid=7&amp;chapter=2">Next</a></center>',
        url="http://site.example/viewstory.php?sid=7&chapter=1",
    )
    assert (part.outcome, shown(part), names(part)) == ("story", list(STORY), ["Ada"])


@pytest.mark.parametrize(
    "ornament",
    [
        '<center><img src="owl.gif" width=20 height=20></center>',
        '<p align="center"><img src="images/owl.gif" alt=""></p>',
        '<div style="text-align: center"><img src="owl.gif"></div>',
    ],
)
def test_a_small_centred_picture_between_paragraphs_parts_scenes(ornament):
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(0, 3), ornament, story(3))
    assert shown(part) == [*STORY[:3], BREAK, *STORY[3:]]


@pytest.mark.parametrize(
    "picture",
    [
        '<center><img src="map.jpg" width=400 height=300></center>',
        '<center><img src="owl.gif" alt="An owl upon a signal"></center>',
        '<p><img src="owl.gif"></p>',
        '<center><a href="big.html"><img src="owl.gif"></a></center>',
    ],
)
def test_a_picture_to_look_at_parts_none(picture):
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(0, 3), picture, story(3))
    assert BREAK not in shown(part)


def test_a_first_scene_that_names_an_archive_is_no_note_to_the_readers():
    """One paragraph of two that could be the author's is not enough to take both away."""
    first = "In the winter quarter nine lamps hung in the archive, and each of them had a shelf."
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p>{first}</p>", story(0, 1), "<hr>", story(1))
    assert shown(part)[:3] == [first, STORY[0], BREAK]


@pytest.mark.parametrize("line", [".o0o.", ".oOo.", ".xXx.", ".....", "......"])
def test_dots_and_letters_of_an_ornament_part_scenes(line):
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(0, 3), f"<p>{line}</p>", story(3))
    assert [block.kind for block in part.prose].count("break") == 1


@pytest.mark.parametrize("line", ["...", "....", "Oo...", '"....."'])
def test_dots_of_speech_part_none(line):
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(0, 3), f"<p>{line}</p>", story(3))
    assert line in shown(part)


ROWS = (
    "The signalman kept his lamp in the kitchen, where it was warm,",
    "and went down to it at night with a cloth over his arm.",
    "",
    '"You will wear out the step," said his sister, who had never',
    "once been asked to hold it, and did not mean to be.",
    "",
    "A train came through at two, and another at five; neither of",
    "them had anybody in it.",
    "",
)


@pytest.mark.parametrize("indent", [3, 6])
def test_a_bill_of_indented_rows_keeps_its_lines(indent):
    bill = [
        "For oil, 1 can, as agreed upon, 4 pence",
        "For wicks and a cloth, as before, 2 pence",
        "For waiting up, nothing",
    ]
    part = text(*ROWS, *(" " * indent + row for row in bill), "", *ROWS)
    assert "\n".join(bill) in [
        "\n".join(line.strip() for line in each.split("\n")) for each in shown(part)
    ]


def test_an_indented_letter_is_still_unwrapped():
    letter = ["Dear brother, I have taken the lamp with me,", "and you may have the step."]
    part = text(*ROWS, *("     " + row for row in letter), "", *ROWS)
    assert " ".join(letter) in shown(part)


# ---------------------------------------------------------------- who wrote it


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("(c) 1997 by P. K. Harrow. You may copy this file whole.", "P. K. Harrow"),
        ("&copy; 1999 by Zo&euml; Brand", "Zoë Brand"),
        ("Copyright 2001, by Ada Vale.", "Ada Vale"),
        ("March 3rd, 2007 by Ada Vale", "Ada Vale"),
        ("3 March 2007 at 9:12 pm by Ada Vale", "Ada Vale"),
        ("作：水野", "水野"),
    ],
)
def test_a_line_below_the_title_names_the_author(line, author):
    part = page("<h2>Green Lights</h2>", f"<p>{line}</p>", story())
    assert (part.title, names(part)) == ("Green Lights", [author])
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "line",
    ["&copy; 1999 by Lantern Productions Inc.", "posted by kes on 4/4/2002"],
)
def test_a_company_or_a_poster_is_no_author(line):
    assert names(page("<h2>Green Lights</h2>", f"<p>{line}</p>", story())) == []


def test_a_name_in_small_letters_below_a_bold_title_is_the_authors():
    part = page("<p><b>green lights</b><br>by mr. v &amp; the lamplighter</p>", story())
    assert (part.title, names(part)) == ("green lights", ["mr. v", "the lamplighter"])


def test_the_author_may_stand_before_the_title_as_in_libraries():
    part = page(
        "<center><h2>Ada Vale. Green Lights</h2></center><hr><h2>Green Lights</h2>",
        story(),
        title="Ada Vale. Green Lights",
    )
    assert (part.title, names(part)) == ("Green Lights", ["Ada Vale"])


@pytest.mark.parametrize(("below", "authors"), [("Write to Ada V.", ["Ada V."]), ("", [])])
def test_a_meta_tag_names_the_author_if_the_page_does(below, authors):
    given = (
        '<html><head><meta name="author" content="Ada V."></head>'
        f"<body><h1>Lamps</h1>{story()}<p>{below}</p></body></html>"
    )
    assert names(derive(html(given))) == authors


def test_a_closing_line_says_who_wrote_it():
    line = 'Written by Ada, May 2001. <a href="index.htm">Fly home</a>'
    part = page("<h1>Lamps</h1>", story(), f"<p align=center><small>{line}</small></p>")
    assert (names(part), shown(part)) == (["Ada"], list(STORY))


# ---------------------------------------------------------------- what it is called


def test_a_quoted_line_above_the_by_line_is_the_title():
    part = text('"Letters of the Line"', "by Ada Vale", "", *ROWS)
    assert (part.title, names(part)) == ("Letters of the Line", ["Ada Vale"])


def test_a_line_that_says_what_kind_of_story_it_is_is_not_its_title():
    head = ["Green Lights", "An alternative Low Fell tale", "By: Ada Vale"]
    part = text(*(row.center(60) for row in head), "", *ROWS)
    assert part.title == "Green Lights"


def test_a_line_in_large_type_is_the_title():
    part = page(
        "<table><tr><td><font size=1>Build your own today</font></td></tr></table>",
        "<center><font size=6>Owls &amp; Lamps</font></center>",
        "<p>Disclaimer: I do not own the railway.<br>Rating: G</p>",
        story(),
    )
    assert part.title == "Owls & Lamps"


@pytest.mark.parametrize(
    "subject",
    [
        "FIC: Green Lights (PG)",
        'STORY: "Green Lights" 1/1 (PG)',
        "[linefic] Green Lights (Ada/Bea, G)",
        "NEW: Green Lights by Ada Vale  [PG]",
    ],
)
def test_ratings_and_pairings_of_a_subject_are_no_part_of_the_title(subject):
    head = ("From: Ada Vale <ada@example.org>", "To: line@example.org", f"Subject: {subject}")
    assert text(*head, "Date: 3 Mar 2001 10:00:00 GMT", "", *ROWS, *ROWS).title == "Green Lights"


def test_a_title_label_opens_a_header_below_a_greeting():
    head = ("From: Ada <ada@example.org>", "Subject: something new", "")
    labels = ("Title: Green Lights", "Author: Ada Vale", "Rating: G", "")
    part = text(*head, "Hi everybody, here is the thing I promised you!", "", *labels, *ROWS)
    assert (part.title, names(part)) == ("Green Lights", ["Ada Vale"])


def test_the_title_repeated_below_a_remark_is_no_prose():
    head = ("Title: Green Lights (1/2)", "Author: Ada Vale", "", "Author's notes at the end.", "")
    again = ("-" * 40, "Green Lights (1/2)", "by Ada Vale", "-" * 40, "")
    assert shown(text(*head, *again, *ROWS))[0].startswith("The signalman")


# ---------------------------------------------------------------- disclaimers


@pytest.mark.parametrize(
    "line",
    [
        "standard disclaimers apply, see the main page",
        "Usual disclaimers.",
        "Disclaimer and summary in part 1.",
        "(Disclaimer in part 1.)",
        "See Part 1 for disclaimers and headers.",
        "<i>Les lampes ne m'appartiennent pas. Je ne touche pas un sou.</i>",
    ],
)
def test_a_paragraph_that_only_disclaims_is_a_disclaimer(line):
    part = page("<p>by Ada Vale</p>", f"<p>{line}</p>", story())
    assert disclaimers(part)
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    ("note", "found"),
    [
        (
            "Thanks to Bea. I do not own Mr. Holt, or the line.",
            "I do not own Mr. Holt, or the line.",
        ),
        ("For Bea's birthday. Disclaimer: these are Holt's people.", "these are Holt's people."),
    ],
)
def test_a_sentence_of_a_note_disclaims(note, found):
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p>Author's note: {note}</p>", story())
    assert [(each.text, each.place) for each in part.disclaimers] == [(found, "note")]


def test_a_boring_label_is_one_of_a_disclaimer():
    legal = "Boring legal bit: Everyone in this is dead, and nobody makes any money of it."
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(), f"<p>The End</p><p>{legal}</p>")
    assert [(each.label, each.place) for each in part.disclaimers] == [("Boring legal bit", "tail")]


def test_the_authors_own_copyright_is_no_disclaimer():
    line = "All characters and the town of Holt are copyright © ada vale 2010. Do not copy."
    part = page(
        '<h1>Lamps</h1><p>by <a href="/author/7">ada vale</a></p>', f"<p>{line}</p><hr>", story()
    )
    assert disclaimers(part) == []
    assert [note.kind for note in part.notes] == ["rights"]


def test_a_sites_notice_is_a_disclaimer_to_its_last_sentence():
    notice = (
        "Low Fell and all of its elements are copyright 2002 - 2006 Lantern Productions, Inc. "
        "All Rights Reserved. This is a fan site."
    )
    part = page(
        "<h1>Lamps</h1><p>by Ada</p>",
        story(),
        "<hr><center><p>If you enjoyed this story, please send feedback to "
        '<a href="mailto:ada@example.org">Ada</a>.</p><p><a href="/">Home</a> / '
        f'<a href="/s">Search</a></p><p><small>{notice}</small></p></center>',
    )
    assert disclaimers(part) == [notice]
    assert "Home / Search" in part.chrome


def test_an_indented_row_goes_on_with_the_label_above_it():
    head = (
        "Title: Green Lights",
        "Disclamer: The line belongs to Lantern, so does Father",
        "  Holt, so does the goose. I make nothing from this,",
        "  not even soup.",
        "",
        "<><><><><><><><>",
        "",
    )
    part = text(*head, *ROWS)
    assert disclaimers(part) == [
        "The line belongs to Lantern, so does Father Holt, so does the goose. "
        "I make nothing from this, not even soup."
    ]
    assert shown(part)[0].startswith("The signalman")


# ---------------------------------------------------------------- what is below the story


@pytest.mark.parametrize(
    "foot",
    [
        '<hr><p>If you liked this please <a href="/guest">sign my guestbook</a>.</p>',
        "<p>You are lamp number <img src=/cgi-bin/c> since May 3, 1998.</p>",
        '<hr><p><a href="/l">Назад к списку</a></p><p><small>Все права у авторов. 2003</small></p>',
        "<hr><pre>Популярность: <a href=/c>12</a>, Last-modified: Tue, 11 Apr 2000</pre>",
        '<p>posted by kes on 4/4/2002 | <a href="/p">printer friendly</a></p>',
        '<hr><p>Like it? Hate it? <a href="mailto:ada@example.org">Mail me!</a></p>',
        "<hr><p><a href='/n'>Next</a></p><p>Skin by Frost. eFiction v2.0.3</p>",
        "<p>This entry was posted on Sunday, March 9th, 2008 at 9:12 pm and is filed under Tales. "
        "You can follow any responses to this entry through the feed of this page, or leave one.</p>"
        "<h3>2 Responses to &#8220;Lamps&#8221;</h3><p><cite>Bram</cite> Says:</p><p>Oh no.</p>",
    ],
)
def test_the_foot_of_a_page_is_no_prose(foot):
    assert shown(page("<h1>Lamps</h1><p>by Ada</p>", story(), foot)) == list(STORY)


@pytest.mark.parametrize(
    "foot",
    [
        (
            "------------------------ Yahoo! Groups Sponsor ---------------------~-->",
            "Get a free lamp with every modem!",
            "----------------------------------------------------------------_->",
            "",
            "To unsubscribe from this group, send an email to:",
            "linefic-unsubscribe@yahoogroups.com",
        ),
        ("=-=-=-=-=-=-=-=-=", '"Sit down before the lamp as a little child."', "http://a.example/"),
    ],
)
def test_what_a_list_adds_below_a_mail_is_no_prose(foot):
    part = text("Title: Lamps", "Author: Ada Vale", "", *ROWS, *ROWS, *foot)
    assert shown(part)[-1].startswith("A train came through")


# ---------------------------------------------------------------- what is no story


def test_an_answer_that_quotes_a_mail_is_no_story():
    part = text(
        "From: ada@example.org",
        "Subject: Re: Too many lamps?",
        "",
        "Bea wrote:",
        "> I count eleven stories with a lamp in them this month.",
        "> Is that too many?",
        "",
        "No! It is too few. But some writers use the lamp when they cannot think of an end,",
        "and I had rather they used the goose, as everybody did when I was new here.",
    )
    assert part.outcome == "not_story"


def test_a_table_of_files_is_no_story():
    rows = [f"lamp{n:02}.txt    {n}k  Green Lights {n}/7   Ada Vale" for n in range(1, 8)]
    assert text("INDEX", "", "FILENAME  SIZE  TITLE  AUTHOR", *rows).outcome == "not_story"


def test_a_page_of_reviews_is_no_door():
    part = page(
        '<div id="pagetitle">Reviews For <a href="viewstory.php?sid=2">Lamps</a></div>',
        "<p>I loved the goose.</p><p>You must login to review.</p>",
        url="http://site.example/reviews.php?sid=2",
    )
    assert part.outcome == "not_story"


def test_an_authors_page_that_lists_stories_is_an_index():
    part = page(
        "<b>lampwright</b><div id=bio><p>I write about lamps. I do not own them.</p></div>",
        '<a href="/s/11/1/Lamps">Lamps</a><div>He keeps one in the kitchen.</div>',
        url="https://www.fanfiction.net/u/77/lampwright",
    )
    assert part.outcome == "index"


# ---------------------------------------------------------------- what only looks like it


@pytest.mark.parametrize(
    "last",
    [
        "Back to the sea he went with it, and nobody asked him why.",
        "Zurück blieb nur die Lampe auf dem Bahnsteig.",
        "Вернуться он так и не смог.",
        "You are only older since the lamp went out.",
        "Written by Anna, the letter said nothing of the lamp.",
        "Print it, said the man at last.",
        "Counter to what they had thought, the lamp had gone out.",
    ],
)
def test_a_last_sentence_that_begins_like_a_foot_line_stays(last):
    part = page("<h1>Lamps</h1><p>by Ada Vale</p>", story(), f"<p>{last}</p>")
    assert shown(part) == [*STORY, last]


def test_a_sentence_below_a_rule_is_no_foot_line():
    last = "Вернуться он так и не смог."
    part = page("<h1>Lamps</h1><p>by Ada Vale</p>", story(), f"<hr><p>{last}</p>")
    assert shown(part) == [*STORY, BREAK, last]


@pytest.mark.parametrize(
    "last",
    [
        "A letter came. <a href='mailto:a@b.example'>She</a> read it twice.",
        "One response to “the lamp” was to laugh.",
    ],
)
def test_a_sentence_with_an_address_or_an_answer_in_it_is_no_foot(last):
    part = page(
        "<h1>Lamps</h1><p>by Ada Vale</p>", story(), f"<p>***</p><p>{last}</p>", story(0, 1)
    )
    assert [each.kind for each in part.prose].count("paragraph") == len(STORY) + 2
    part = page("<h1>Lamps</h1><p>by Ada Vale</p>", story(), f"<p>***</p><p>{last}</p>")
    assert [each.kind for each in part.prose].count("paragraph") == len(STORY) + 1


def test_a_first_sentence_that_names_a_writer_is_no_by_line():
    first = "Written by Anna, the letter was short, and it had been read by two men already."
    part = page("<h1>Lamps</h1>", f"<p>{first}</p>", story())
    assert (shown(part)[0], names(part)) == (first, [])


@pytest.mark.parametrize("before", ["Mr", "Chapter 1", "Book One"])
def test_what_stands_before_a_title_is_not_always_its_author(before):
    part = page(f"<h2>{before}. Lamps</h2>", "<h3>Lamps</h3>", story(), title="Lamps")
    assert names(part) == []


def test_an_indented_first_paragraph_below_a_title_label_is_prose():
    first = "    He kept it in the kitchen, where it was warm, and went down to it at"
    part = text("Author: Ada Vale", "Title: The Long Way To The Sea", first, "night.", "", *ROWS)
    assert part.title == "The Long Way To The Sea"
    assert shown(part)[0].startswith("He kept it")


# ---------------------------------------------------------------- the fifth set's


def test_a_hidden_tune_hides_nothing_else():
    """Old pages embed a player with hidden=true, and the parser hangs the whole page below it."""
    part = page('<embed src="a.mid" hidden=true>', "<h1>The Lamp</h1>", story())
    assert part.outcome == "story"
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "words",
    [
        "Ten Thirteen owns The X-Files and I am not Ten Thirteen.",
        "Hornblower isn't mine and neither is the Navy.",
        "The people are mine; the rest belongs to whoever owns the television.",
    ],
)
def test_what_stands_apart_above_a_story_may_disclaim_without_a_label(words):
    """A reader knows it by where it stands: alone between the header and a rule."""
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", f"<p>{words}</p><hr>", story())
    assert disclaimers(part) == [words]
    assert shown(part) == list(STORY)


def test_a_first_sentence_of_a_story_that_disowns_is_the_storys():
    """Nothing parts it from what follows."""
    words = "Hob's boat isn't mine and neither is the oar."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", f"<p>{words}</p>", story())
    assert disclaimers(part) == []
    assert shown(part) == [words, *STORY]


def test_rows_of_a_mail_run_on_below_its_header():
    """A web view of a list draws each row of a mail with <br>; labels keep rows of their own."""
    rows = [
        "Title: The Lamp",
        "Author: Ada Moss",
        "Disclaimer: they all belong to somebody else, as everybody knows by now, and not to me at all",
        "",
        "The signalman kept his lamp in the kitchen, where it was warm, and",
        "went down to it at night, when his sister was asleep, to see whether",
        "it burned; she had never once been asked to hold it, and she slept",
        "the better for it.",
        "",
        '"They are only moving the carriages," he told her, and he did not',
        "look round.",
    ]
    part = page(f"<tt>{'<br>'.join(rows)}</tt>")
    assert part.title == "The Lamp"
    assert names(part) == ["Ada Moss"]
    assert [text.count("\n") for text in shown(part)] == [0, 0]
    assert (
        shown(part)[1]
        == '"They are only moving the carriages," he told her, and he did not look round.'
    )


TALK = (
    '<div class="postwrapper"><div class="postname">{}</div><div class="postcontent">{}</div></div>'
)


def test_the_plain_view_of_a_board_names_forum_and_topic_in_its_title():
    """Invision's "lo-fi" pages say "Topic [Board -> Forum]" and nothing else."""
    part = page(
        '<div id="topnav">Tea Room &gt; Fan Fiction &gt; The Lamp</div>',
        TALK.format("Ada", f"I don't own the railway.<br><br>{'<br><br>'.join(STORY)}"),
        TALK.format("Jo", "Oh, I loved this! More?"),
        title="The Lamp [Tea Room -> Fan Fiction]",
    )
    assert (part.title, names(part)) == ("The Lamp", ["Ada"])
    assert shown(part) == list(STORY)


def test_the_form_below_a_blogs_entry_does_not_make_it_one():
    """Every entry of a blog has a form for comments below; only the entry says what it is."""
    part = page(
        '<div class="post"><h2>The Lamp</h2><small>October 31st, 2008 by Ada</small>',
        f'<div class="entry">{story()}</div></div><form><textarea></textarea></form>',
        title="Salt &raquo; Blog Archive &raquo; The Lamp</title><meta name=generator content=WordPress><title>",
    )
    assert part.outcome == "story"
    assert shown(part) == list(STORY)


def test_what_readers_say_below_a_text_is_no_part_of_it():
    """Templates call the box of the comments "comments", and that of the tags "post-info"."""
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>",
        story(),
        '<div class="post-info">12 notes</div>',
        '<div id="comments"><h3>Comments</h3><p>I cried at the end. More, please, and soon!</p></div>',
    )
    assert shown(part) == list(STORY)


def test_a_box_with_most_of_the_page_is_the_text_whatever_it_is_called():
    """A template's "replies" may hold the story itself."""
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", f'<div id="replies">{story()}</div>')
    assert shown(part) == list(STORY)


@pytest.mark.parametrize("end", ["X-Body-of-Message-End", ' body="end" ', "endarticle"])
def test_the_links_of_an_archive_of_mails_are_below_its_comment(end):
    """MHonArc, Hypermail and Pipermail say in a comment where the message ends."""
    rows = "\n\n".join(STORY)
    part = page(
        f"<pre>Title: The Lamp\nAuthor: Ada Moss\n\n{rows}</pre><!--{end}--><hr>",
        "<ul><li><strong>Follow-Ups</strong>: Re: The Lamp, <em>From:</em> Tinderbox</li></ul>",
    )
    assert shown(part) == list(STORY)


def test_a_label_in_words_of_ones_own_ends_a_disclaimer():
    """The author draws "Also at:" in bold as all the other labels."""
    part = page(
        "<div><b>Title:</b> The Lamp<br><b>Author:</b> Ada Moss<br>",
        "<b>Disclaimer:</b> not my railway.<br><b>Also at:</b> the other place<br><br>",
        "<br><br>".join(STORY),
        "</div>",
    )
    assert disclaimers(part) == ["not my railway."]
    assert part.fields["Also at"] == "the other place"
    assert shown(part) == list(STORY)


def test_a_definition_may_begin_with_a_title_in_quotes():
    """What stands below a term is its value, speech or not."""
    part = page(
        "<h1>The Lamp</h1><dl><dt>Author</dt><dd>Ada Moss</dd>",
        '<dt>Disclaimer</dt><dd>"Branch Line" belongs to Thames.</dd></dl><hr>',
        story(),
    )
    assert disclaimers(part) == ['"Branch Line" belongs to Thames.']
    assert shown(part) == list(STORY)


def test_a_name_behind_by_in_a_row_of_facts_is_the_author():
    """Sites put the author between category and words, in a row of links."""
    part = page(
        "<h1>The Lamp</h1>",
        '<p>[ <a href="/c/1">Railways</a> ] [ By: <a href="/user_info.php/9">Ada Moss</a> ] [ Words: 96 ]</p>',
        story(),
    )
    assert names(part) == ["Ada Moss"]


def test_a_trail_of_links_ends_in_the_title():
    """The page's own title says which piece of "Shows » Branch Line » The Lamp" it is."""
    trail = (
        "<a href=/s>Shows</a> &raquo; <a href=/b>Branch Line</a> &raquo; <b>The Lamp at the End</b>"
    )
    top = f"<table><tr><td>{trail}<br>Author: <a href=/u/9>Ada Moss</a></td></tr></table><hr>"
    part = page(top, story(), title="Fic.Net : The Lamp at the End")
    assert names(part) == ["Ada Moss"]
    assert part.title == "The Lamp at the End"


def test_a_mails_received_row_names_no_author():
    """ "by mail.example with ESMTP id ..." is how it came."""
    part = text(
        "Received: from relay.example",
        "\tby mail.example (8.8.5/8.8.5) with ESMTP id CAA04411;",
        "\tSun, 15 Mar 1998 02:10:44 GMT",
        'From: "A. Moss" <ada@moss.example>',
        "Subject: FIC: The Lamp",
        "",
        *(row for each in STORY for row in (each, "")),
    )
    assert names(part) == ["A. Moss"]


def test_an_empty_box_of_efictions_is_no_story():
    """The frame of a chapter with nothing in it is what a missing file leaves."""
    part = page(
        '<div id="pagetitle"><a href="viewstory.php?sid=4">The Lamp</a> by '
        '<a href="viewuser.php?uid=8">Ada</a></div><div id="story"></div>',
        url="http://site.example/viewstory.php?sid=4&chapter=5",
    )
    assert part.outcome == "soft_404"


def test_a_page_of_an_archive_that_answers_a_mail_is_no_story():
    """An archive's page of "Re: ..." with rows of another mail is talk about it."""
    part = page(
        "<h1>Re: The Lamp (2/5)</h1><p>Ada wrote:<br>",
        "<em>&gt; A train came through at two.</em><br><em>&gt; &quot;Only the carriages,&quot; he said.</em>",
        "<p>I howled. I love how you write him; there is a crank on him all the way through.",
        "<p>When is part 3?",
        title="ascem: Re: The Lamp (2/5)",
    )
    assert part.outcome == "not_story"


def test_a_site_that_disowns_at_its_foot_disclaims():
    """ "Not affiliated with" is what the templates of fan archives say in small print."""
    foot = "This website is not affiliated in any way with J. Doe, Thames or Fox."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(), f"<div><small>{foot}</small></div>")
    assert disclaimers(part) == [foot]
    assert shown(part) == list(STORY)


def test_replies_of_short_lines_are_paragraphs():
    """Two whole speeches, one below the other, are talk however short they are."""
    replies = [
        '"Her husband is not in there. There is nobody in there at all."',
        '"No, ma\'am," he said to her. "Not till about ten past two."',
    ]
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>", f"<div>{'<br>'.join(replies)}</div>", story()
    )
    assert shown(part) == [*replies, *STORY]


def test_a_list_of_the_other_parts_above_a_story_is_not_its_beginning():
    """ "Previously:" and nothing but links is a menu."""
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>",
        '<p><em>Previously: <a href="/l/1">one</a>, <a href="/l/2">two</a>.</em></p>',
        story(),
    )
    assert shown(part) == list(STORY)


def test_the_style_of_a_work_on_the_archive_counts():
    """AO3 sets "#workskin" before each selector that a writer has made."""
    part = page(
        "<style>#workskin .log { font-style: italic }</style><h1>The Lamp</h1><p>by Ada Moss</p>",
        f'<div id="workskin"><p class="log">Wind north-west, six.</p>{story()}</div>',
    )
    (mark,) = part.prose[0].marks
    assert (mark.kind, mark.start, mark.end) == ("emphasis", 0, 21)


def test_a_fandom_in_the_menu_is_no_title():
    """The end of "Site: Fandom: Title" is what the page draws above its text."""
    part = page(
        "<table><tr><td><a href=/>Home</a><br><a href=/b>Branch Line</a><br><a href=/m>Mail</a></td>",
        "<td><font size=6>The Lamp at the End</font><table><tr><td><b>Author:</b></td><td>Ada Moss</td>",
        f"</tr></table>{story()}</td></tr></table>",
        title="Raven: Branch Line: The Lamp at the End",
    )
    assert part.title == "The Lamp at the End"


def test_who_owns_a_blog_at_tumblr_is_in_its_address():
    """The service gives each writer a name before its own."""
    part = page("<h1>The Lamp</h1>", story(), url="http://kettle.tumblr.test/post/1/the-lamp")
    assert names(part) == ["kettle"]


@pytest.mark.parametrize("label", ["Uploaded On", "Uploaded", "Date uploaded"])
def test_the_day_on_which_a_page_was_uploaded_is_that_of_its_publication(label):
    """Archives of anime stories say so in one line with the author and the words."""
    by = (
        f"<div>By: <a href='/users/7'>Jo Dee</a> | {label}: <b>May 3rd, 2006</b> | Words: 270</div>"
    )
    part = page("<h1>Green Signals</h1>", by, story())
    assert part.published is not None
    assert part.published.value == "2006-05-03"
    assert names(part) == ["Jo Dee"]
    assert shown(part) == list(STORY)
