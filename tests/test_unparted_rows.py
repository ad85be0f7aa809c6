"""Texts whose rows no blank one parts: a scene, or a whole story, in one paragraph with what the
author says above or below it."""

from __future__ import annotations

from storykeep.derive import derive
from storykeep.model import Page, Part
from tests.test_signed_texts import STORY

SCENE = "\n".join(row for row in (STORY * 3).split("\n") if row)


def part_of(text: str, name: str = "lamp03") -> Part:
    url = f"http://tales.example/r/{name}.txt"
    return derive(Page(url, 200, (("Content-Type", "text/plain"),), text.encode()))


def told(part: Part) -> str:
    return " ".join(" ".join(block.text for block in part.prose).split())


def test_a_scene_in_one_paragraph_behind_a_rule_is_the_story_s_although_a_note_follows_in_it():
    part = part_of(
        f"The Lamp\nby Jo Dee\n\n{STORY * 2}\n______________________________\n\n{SCENE}\n"
        "I hope you liked this chapter of my fic. E-mail me at jo@mail.example with any reviews.\n"
    )
    assert " ".join(SCENE.split()) in told(part)


def test_a_script_in_one_paragraph_behind_a_rule_is_the_story_s():
    rows = "\n".join(
        f"{who}: Well, the lamp is out, and the ferry is late again on such a wet day as this one!"
        for who in ("MARA", "PELL", "JO") * 8
    )
    part = part_of(
        f"The Lamp\nby Jo Dee\n\n{STORY * 2}\n~~~~~~~~~~~~~~~~~~~~\n{rows}\n"
        "JO: Read this series, you guys, and review the next chapter of the story!\n"
    )
    assert "PELL: Well, the lamp is out" in told(part)


def test_a_disclaimer_above_a_story_without_any_blank_row_does_not_take_it_in():
    part = part_of(
        "Disclaimer and Foreword: Low Tide and its characters are copyrights and\ntrademarks of Fox, "
        "so\nplease don't sue me. However, this\nstory is my own, and I own it. Please don't\ncopy it "
        f"and claim it as your own.\nThe Lamp!\nChapter 3: Oil\n{SCENE}\n{SCENE}\n"
    )
    assert part.title == "The Lamp!"
    assert len(part.disclaimers[0].text.split()) < 60
    assert " ".join(SCENE.split()) in told(part)


def test_a_disclaimer_in_one_paragraph_with_its_story_ends_where_nothing_more_is_owned():
    part = part_of(
        "Disclaimer: Low Tide is owned by Fox and\nGray, so please don't sue me. I own the lamp\n"
        f"and nothing else of theirs.\n{SCENE}\n{SCENE}\n{SCENE}\n",
        name="x17",
    )
    assert len(part.disclaimers[0].text.split()) < 60
    assert " ".join(SCENE.split()) in told(part)


def test_long_paragraphs_below_a_label_are_the_author_s_notes():
    said = "Mara is easy to write because I have been as wet as she is, and she has the lamp. " * 14
    part = part_of(
        f"The Lamp\nby Jo Dee\n\n{STORY * 4}\n**********\n\nNotes:\n\n{said}\n\n{said}\n"
    )
    assert "easy to write" not in told(part)
