"""Whose words they are at the edges of a story: small classes, each with what it must not take."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.header import disclaimer
from storykeep.model import Page, Part
from tests.pages import html, unaccounted
from tests.test_cleaning_misses import STORY, disclaimers, names, page, shown, story, text

ROWS = [row for line in STORY for row in (line, "")]


def noted(part: Part) -> list[tuple[str, str]]:
    return [(note.place, note.text) for note in part.notes]


# ---------------------------------------------------------------- disclaimers


@pytest.mark.parametrize(
    ("note", "said"),
    [
        pytest.param(
            "The keepers were real men. We don't own them or their island.",
            "The keepers were real men. We don't own them or their island.",
            id="real people",
        ),
        pytest.param(
            "Thanks to Bea. I don't own the Company or its lamps. None of this happened.",
            "I don't own the Company or its lamps. None of this happened.",
            id="nothing happened",
        ),
        pytest.param(
            "For the spring swap. All that is Low Fell's is the Company's.",
            "All that is Low Fell's is the Company's.",
            id="whose it all is",
        ),
        pytest.param("The lamp is real. It was a long winter.", None, id="no owner"),
        pytest.param("All of my days were Anna. It was late.", None, id="no possession"),
    ],
)
def test_what_of_a_note_disclaims(note, said):
    assert disclaimer.sentences(note) == said


def test_an_owner_and_a_guest_in_one_sentence_are_a_disclaimer():
    line = "The ghosts of Low Fell belong to BTC and Odile Moss, I only do the crossword with them."
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p>{line}</p>", story())
    assert (disclaimers(part), shown(part)) == ([line], list(STORY))


def test_the_usual_disclaimers_are_told_with_what_stands_behind_them():
    line = "Usual disclaimers. Sergeant Pike is mine, though, so ask first."
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p>{line}</p>", story())
    assert disclaimers(part) == [line]


def test_a_gift_before_a_disclaimer_is_a_note():
    line = "[For Ewan's birthday. I don't own them. If I did there'd be pie.]"
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p>{line}</p>", story())
    assert (disclaimers(part), noted(part)) == (["I don't own them."], [("head", line)])
    assert shown(part) == list(STORY)


def test_a_disclaimer_in_the_midst_of_a_note_ends_where_readers_are_asked():
    note = "I began it on a train. Disclaimer: Low Fell belongs to the Company. {} "
    asked = page(
        "<h1>Lamps</h1><p>by Ada</p><h2>Author's Notes</h2>",
        f"<p>{note.format('Be kind about the accent, please.')}</p><hr>", story(),
    )  # fmt: skip
    assert disclaimers(asked) == ["Low Fell belongs to the Company."]
    joked = page(
        "<h1>Lamps</h1><p>by Ada</p><h2>Author's Notes</h2>",
        f"<p>{note.format('If it were mine there would be lamps.')}</p><hr>", story(),
    )  # fmt: skip
    assert disclaimers(joked) == [
        "Low Fell belongs to the Company. If it were mine there would be lamps."
    ]


def test_whose_web_ring_a_page_is_in_disclaims_nothing():
    ring = 'This <b>Signal WebRing</b> site is owned by <a href="mailto:j@low.example">Jo</a>'
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(), f"<font size=1>{ring}</font>")
    assert (disclaimers(part), shown(part)) == ([], list(STORY))


@pytest.mark.parametrize(
    ("foot", "said"),
    [
        pytest.param(
            "Low Fell belongs to people with lawyers.",
            ["Low Fell belongs to people with lawyers."],
            id="an owner",
        ),
        pytest.param("© Lamp Room 2004. All stories are the property of their authors.", [], id="own"),
        pytest.param("Powered by steam.", [], id="nobody"),
    ],
)  # fmt: skip
def test_a_pages_foot_may_say_who_owns_whom(foot, said):
    part = page(
        "<h1>Lamps</h1><p>by Ada</p>", story(),
        f'<footer><p>{foot} <a href="/rss.xml">RSS</a></p></footer>',
    )  # fmt: skip
    assert [(each.text, each.place) for each in part.disclaimers] == [
        (each, "template") for each in said
    ]
    assert shown(part) == list(STORY)


def test_a_disclaimer_behind_a_spoilers_button_is_one():
    box = """<div class="bbCodeSpoiler"><button type="button" class="button bbCodeSpoiler-button">
    <span>Spoiler: {}</span></button><div class="bbCodeSpoiler-content"><div>{}</div></div></div>"""
    part = page(
        "<h1>Lamps</h1><p>by Ada</p>", box.format("Disclaimer", "Low Fell belongs to BTC."), story()
    )
    assert (disclaimers(part), shown(part)) == (["Low Fell belongs to BTC."], list(STORY))
    told = page("<h1>Lamps</h1><p>by Ada</p>", box.format("The letter", "Come at once."), story())
    assert "Come at once." in shown(told)


# ---------------------------------------------------------------- notes and the site's words


@pytest.mark.parametrize(
    "line",
    [
        "All characters are over eighteen, and this is a slow one. You have been told.",
        "(All of the participants in this story are at least 18 years old.)",
        "All persons depicted here are consenting adults.",
    ],
)
def test_how_old_everybody_is_is_a_note(line):
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p><i>{line}</i></p>", story())
    assert (noted(part), shown(part)) == ([("head", line)], list(STORY))


@pytest.mark.parametrize(
    "line",
    [
        "All the people on the platform were over eighty, and eighteen of them had lamps.",
        "He was eighteen, and all of it was new to him.",
        '"All the people here are over eighteen," said the keeper.',
    ],
)
def test_how_old_somebody_in_the_story_is_is_told(line):
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p>{line}</p>", story())
    assert shown(part)[0] == line


@pytest.mark.parametrize("end", ["End of part 2/5", "END PART 2 OF 5.", "[end 2/5]"])
def test_a_count_of_mails_below_the_text_is_no_part_of_it(end):
    assert shown(text("Lamps", "by Ada Moss", "", *ROWS, end)) == list(STORY)


@pytest.mark.parametrize("end", ["The End", "End of Part Two", "To be continued..."])
def test_the_storys_own_end_stays(end):
    assert shown(text("Lamps", "by Ada Moss", "", *ROWS, end))[-1] == end


@pytest.mark.parametrize("thanks", ["お読みいただきありがとうございました。", "感谢阅读！"])
def test_thanks_to_readers_are_no_part_of_a_text_without_spaces(thanks):
    told = "".join(
        f"<p>{line}</p>" for line in ("雨の日にだけ開く店があった。" * 4, "猫は眼鏡を直した。" * 3)
    )
    spoken = "<p>「ありがとうございました」と猫が言った。</p>"
    part = page(
        "<h1>雨の店</h1><p>作者：白猫堂</p>", told, spoken, f"<p>{thanks}</p>", title="雨の店"
    )
    assert noted(part) == [("tail", thanks)]
    assert shown(part)[-1] == "「ありがとうございました」と猫が言った。"


def test_what_a_site_says_of_reviews_behind_its_link_is_the_sites():
    ask = '<a href="review.php?id=2">Write a review!</a> Please put a bit of thought into it first.'
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(), f"<p align=center>{ask}</p>")
    assert shown(part) == list(STORY)


def test_new_that_blinks_is_the_sites():
    part = page("<h1>Lamps</h1><p>by Ada</p>", "<blink>NEW!!</blink><br><br>", story())
    assert shown(part) == list(STORY)
    told = page("<h1>Lamps</h1><p>by Ada</p>", "<p>New!</p>", story())
    assert shown(told)[0] == "New!"


def test_a_name_with_its_page_below_the_end_is_a_signature():
    part = page(
        "<h1>Lamps</h1><p>by Foxglove</p>", story(),
        "<p>The End</p><p>Foxglove http://fox.example/ - stories with small animals in them</p>",
    )  # fmt: skip
    assert noted(part)[-1][0] == "tail"
    assert shown(part)[-1] == "The End"


# ---------------------------------------------------------------- titles and authors


def test_a_row_of_facts_that_begins_with_a_person_names_the_author():
    row = '[ <a href="/user_info.php/20">Odango</a> - <b>Rating:</b> K - 519 words ]'
    part = page(f"<h1>Lamps</h1><div>{row}</div>", story(), title="Lamps")
    assert names(part) == ["Odango"]


def test_a_label_beats_a_heading_that_names_the_list():
    part = page(
        "<h1>lampfic</h1><h4>[FIC] The Step (1/1)</h4>",
        "<div>Title: The Step<br>Author: Ada<br>Rating: G</div>", story(),
        title="lampfic : Message: [FIC] The Step (1/1)",
    )  # fmt: skip
    assert (part.title, names(part)) == ("The Step", ["Ada"])


def test_a_title_loses_its_brackets_where_a_label_has_none():
    part = page(
        "<h2>The Step (Low Fell: Ada/Odile, PG)</h2><p>Title: The Step<br>Author: Jo</p>", story(),
        title="The Step (Low Fell: Ada/Odile, PG)",
    )  # fmt: skip
    assert part.title == "The Step"


def test_what_is_typed_in_a_mail_that_a_page_shows_is_emphasis():
    rows = [
        "The signalman kept his lamp in the kitchen, where it was warm, and he",
        "went down to it at night with a cloth over his arm, which was _grey_,",
        "and with a can of oil that he had filled in the yard before the rain,",
        "and he never once asked his sister what she thought of all of that in",
        "her own house.",
    ]
    body = "<br>".join([*rows, "", *rows, "", *rows])
    part = page("<h1>Lamps</h1><p>by Ada</p><div>", body, "</div>")
    marks = [
        block.text[mark.start : mark.end]
        for block in part.prose
        for mark in block.marks
        if mark.kind == "emphasis"
    ]
    assert marks == ["_grey_"] * 3


def test_stars_between_paragraphs_of_a_page_stay_what_they_are():
    part = page("<h1>Lamps</h1><p>by Ada</p>", f"<p>It was *grey*. {STORY[0]}</p>", story(1))
    assert not any(mark.kind == "emphasis" for block in part.prose for mark in block.marks)


REDDIT = """<html><head><title>[OC] The Step : LampStories</title></head>
<body class="comments-page"><div class="side"><div class="titlebox"><h1>LampStories</h1>
<span class="number">9</span> readers<div class="md"><p>Be nice. Read the rules.</p></div></div></div>
<div class="content"><div class="sitetable linklisting"><div class="thing link self">
<div class="entry"><p class="title"><a class="title" href="/r/x">[OC] The Step</a>
<span class="domain">(self.LampStories)</span></p><p class="tagline">submitted <time>1 year ago</time>
by <a class="author" href="/user/lamp_9">lamp_9</a></p><form class="usertext">
<div class="usertext-body"><div class="md">{}</div></div></form></div></div></div>
<div class="commentarea"><div class="thing comment"><p class="tagline"><a class="author">Jo</a></p>
<form class="usertext"><div class="usertext-body"><div class="md"><p>I call it Ian.</p></div></div>
</form></div></div></div></body></html>"""


def test_an_entry_of_reddits_older_layout_is_read_without_its_sides():
    given: Page = html(
        REDDIT.format(story()), "https://old.reddit.example/r/LampStories/comments/1/"
    )
    part = derive(given)
    assert (part.outcome, part.title, names(part)) == ("story", "[OC] The Step", ["lamp_9"])
    assert shown(part) == list(STORY)
    assert unaccounted(given, part) == []


def test_thoughts_between_equals_signs_are_no_quoted_printable():
    thoughts = [
        f"=It was late, and the lamp was out, and the step was cold, {each} now...="
        for each in "abcd"
    ]
    part = text(
        "Lamps", "by Ada Moss", "", *(row for each in (*thoughts, *STORY) for row in (each, ""))
    )
    assert shown(part)[:4] == thoughts
