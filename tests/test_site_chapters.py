"""What a chapter's own text says on a site that has told title, author and date already."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.header import disclaimer
from storykeep.model import Page, Part
from tests.pages import unaccounted

TALE = [
    "The water had risen to the third step, and nobody in the mill had said a word about it.",
    "Ned took the lamp down from its nail and held it out over the dark of the stairs.",
    "It stopped there, and went on again, as the clock in the hall did on cold nights.",
]
STORY = "".join(f"<p>{each}</p>" for each in TALE)


def ffnet(text: str, title: str = "Chapter 3") -> Part:
    """Return the part of chapter 3 of "The Weir" by ada; its text is *text*."""
    options = "".join(
        f"<option value={number}{' selected' if number == 3 else ''}>{number}. {title}"
        for number in range(1, 5)
    )
    page = Page(
        "http://www.fanfiction.net/s/9/3/The_Weir", 200, (("Content-Type", "text/html"),),
        f"""<html><head><title>The Weir Chapter 3, a Low Fell fanfic - FanFiction.Net</title></head><body>
<a href='/book/'>Books</a> &#187; <a href="/book/Low_Fell/">Low Fell</a> &#187; <b>The Weir</b>
<table><tr><td><a href='/u/7/ada'>ada</a></td><td align=right>
<SELECT title='chapter navigation' Name=chapter>{options}</select></td></tr></table><hr size=1 noshade>
Rated: <a href='http://www.fictionratings.com/'> M</a> - English - Drama/Angst - Ned P. &amp; Bo M. -
Updated: 12-14-09 - Published: 02-08-06 - id:9 <hr><div id=storytextp><div id=storytext>
<!-- start story -->{text}</div></div></body></html>""".encode(),
    )  # fmt: skip
    part = derive(page)
    assert (part.outcome, part.engine, part.title) == ("story", "ffnet", "The Weir")
    assert [author.name for author in part.authors] == ["ada"]
    assert unaccounted(page, part) == []
    return part


def told(part: Part) -> list[str]:
    return [block.text for block in part.prose]


@pytest.mark.parametrize("name", ["First Year", "Introduction"])
def test_a_chapter_that_the_list_only_counts_is_called_what_its_text_says(name):
    """An introduction right below "Chapter Three", in the same type, is no note."""
    heading = "".join(f"<p align=center><b>{row}</b></p>" for row in ("Chapter Three", name))
    part = ffnet(heading + STORY)
    assert part.chapter_title == name
    assert (told(part), part.notes) == (TALE, ())


def test_a_chapter_that_the_list_names_is_called_so():
    part = ffnet(f"<p align=center><b>First Year</b></p>{STORY}", "The Third Step")
    assert part.chapter_title == "The Third Step"


def test_when_a_scene_is_stays_above_it():
    """The site has told when the chapter was published."""
    scene = "<p><b>February 27, 2028 - 23:47</b><br><i>The mill, Low Fell</i></p>"
    part = ffnet(scene + STORY)
    assert told(part)[0].startswith("February 27, 2028")
    assert part.published is not None
    assert part.published.value == "2006-02-08"


@pytest.mark.parametrize(
    "credit",
    [
        "A fanfic of a fanfic written in response to chapter 17 of The Saga of the Weir by Jo Dee",
        "Lamp Regular (most of the letters) by Jo Dee",
    ],
)
def test_what_somebody_else_has_made_is_no_byline(credit):
    """Its words are the story's or a note; "by Ada Moss" alone names the author once more."""
    part = ffnet(f"<p>{credit}</p><hr>{STORY}")
    assert any(credit in text for text in [*told(part), *(note.text for note in part.notes)])
    signed = ffnet(f"<p>by Ada Moss</p>{STORY}")
    assert told(signed) == TALE


@pytest.mark.parametrize(
    "said",
    ["Story Not Found<hr size=1>Story is unavailable for reading. (A)", "Chapter not found."],
)
def test_the_site_s_warning_is_no_index(said):
    """However many links stand around it."""
    links = "".join(f'<li><a href="/book/{i}/">Shelf {i}</a></li>' for i in range(80))
    body = f"<ul>{links}</ul><div class=panel_warning><span class=gui_warning>{said}</span></div>"
    page = Page(
        "https://www.fanfiction.net/s/1/1/", 200, (("Content-Type", "text/html"),), body.encode()
    )
    part = derive(page)
    assert (part.outcome, part.engine) == ("soft_404", "ffnet")
    assert unaccounted(page, part) == []


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("I don't own any of it. Ostler does. Enjoy!", "I don't own any of it. Ostler does."),
        ("Ostler owns the characters. I don't.", "Ostler owns the characters. I don't."),
        (
            "I do not own Low Fell. J. K. Ostler and Vale House do. Ben waits. I do.",
            "I do not own Low Fell. J. K. Ostler and Vale House do.",
        ),
    ],
)
def test_who_does_belongs_to_who_does_not(note, said):
    assert disclaimer.sentences(note) == said


def test_gaps_that_a_chapter_has_throughout_part_no_scenes():
    """The page's other chapters have none, but there they are its author's spacing."""
    plain = STORY * 30
    spaced = "".join(
        f"<p>{each}</p>" + "<p>&nbsp;</p>" * (i % 3 > 0) for i, each in enumerate(TALE * 20)
    )
    part = ffnet(f"{plain}<p>&nbsp;</p>{plain}{spaced}{plain}")
    assert sum(block.kind == "break" for block in part.prose) == 1


def test_a_remark_between_labels_and_the_chapter_s_heading_is_the_author_s():
    remark = "Keep in mind that in this universe Ned and Bo didn't go to the fair (which changes nothing)."
    head = "<p><b>The Weir</b></p><p><b>Summary:</b> A flood.</p><p><b>Disclaimer:</b> Low Fell isn't mine.</p>"
    part = ffnet(f"{head}<p>{remark}</p><p>Prologue</p>{STORY}")
    assert (told(part), part.chapter_title) == (TALE, "Prologue")
    assert remark in [note.text for note in part.notes]


def test_a_scene_between_labels_and_a_heading_stays():
    scene = (
        "The lamp on the stairs went out, and Ned stood where he was until Bo had found the door."
    )
    head = "<p><b>Disclaimer:</b> Low Fell isn't mine.</p>"
    part = ffnet(f"{head}<p>{scene}</p><p>Prologue</p>{STORY}")
    assert told(part)[0] == scene


def test_a_label_below_a_signature_begins_the_disclaimer():
    talk = "Have no fear, Ada is here with a new story! I hope that you all like it. Please review!<br>Ada 77"
    part = ffnet(f"<p>{talk}</p><p>Disclaimer – I don't own Low Fell.</p><hr>{STORY}")
    assert [(each.text, each.label) for each in part.disclaimers] == [
        ("I don't own Low Fell.", "Disclaimer")
    ]
