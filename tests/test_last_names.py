"""Who has written a text that names nobody above it: the last name below it, a claim in a note, a
title and a name between rules."""

from __future__ import annotations

import pytest

from storykeep.header.claims import read_claim_within
from tests.test_drawn_titles import OWNED, part_of

TALK = (
    "I hope someone out there is enjoying this fic. If so, please tell me at pier@mail.example,\n"
    "and the next chapter will deal with the ferry. See ya then!\n"
)


def names(head: str, tail: str = "") -> list[str]:
    return [author.name for author in part_of(head, tail=tail).authors]


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (f"\n\n\n{TALK}\nJurgan\n", ["Jurgan"]),
        (f"\n\n\n{TALK}The Fallen Keeper\n", ["The Fallen Keeper"]),
        ("\nEnd.\n\nThanks for reading everyone. Send any comments to a@mail.example\n\n"
         'Daniel "Wick" Pell\n', ['Daniel "Wick" Pell']),
        ("\nAuthor's Notes:\n\nPlease send your comments to:\nTom Wick\nwick9@mail.example\n",
         ["Tom Wick"]),
        ("\nAuthor's Notes:\n\nhope ya liked it! e-mail me!\nlamp_w_no_name@mail.example\n\n"
         "lamp_w_no_name\n", ["lamp_w_no_name"]),
        (f"\n\n-Kyra\n\nQuestions? Comments? Flames? Please send them to me.\n\n{TALK}", ["Kyra"]),
        ("\n==========\nPeter Wickham.\n", ["Peter Wickham."]),
    ],
)  # fmt: skip
def test_the_last_name_below_an_author_s_words_is_the_author_s(tail, expected):
    assert names("The Lamp", tail) == [name.rstrip(".") for name in expected]


@pytest.mark.parametrize(
    "tail",
    [
        f"\n\n\n{TALK}\nMara\n",
        f"\n\n\n{TALK}\nThe Next Chapter\n",
        f"\n\n\n{TALK}\nThanks, Jo\n",
        f"\n\n\n{TALK}\nNEVER FORGET THEM\n",
        "\n\nAnd it was Ada Moss.\n",
        "\n==========\nMara Pell\n",
        "\n\n\nI hope you liked this fic! Later,\nPeople call me,\nthe one who lit it.\n",
    ],
    ids=[
        "who is in the story",
        "what comes",
        "thanks",
        "a cry",
        "the story",
        "a last scene",
        "a sentence",
    ],
)
def test_a_last_row_that_is_no_signature_names_nobody(tail):
    assert names("The Lamp", tail) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("This story, while it holds words under\ncopyright by others, is copyright 1998 by\nJo Dee.",
         "Jo Dee"),
        ("This fan fic is Copyright 2001, Loren Wick", "Loren Wick"),
        ("The story copyright Ian Wick 2001. Do not post it.", "Ian Wick"),
        ("Low Tide is not mine. My name is W. Wick and I like lamps", "W. Wick"),
        ("This story is copyright 1998 Low Tide Pictures.", None),
        ("Low Tide is copyright 1998 by Jo Dee.", None),
        ("THIS FIC IS 2002 COPYRIGHTED (C) MATERIAL BY JO", None),
        ("This story uses people who are copyright of others and my name is mud", None),
    ],
)  # fmt: skip
def test_a_note_may_say_whose_the_story_is(text, name):
    assert read_claim_within(text) == name


def test_a_disclaimer_that_claims_the_story_names_its_author():
    owned = "\n\nLow Tide was made by Ann Gray, and belongs to Low Tide Pictures. This story,\n"
    claimed = "while it is about her people, is copyright 1999 by Jo Dee.\n"
    assert names("The Lamp", f"\n\nThe End{owned}{claimed}") == ["Jo Dee"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Aaron: C'mon already!\n\nAaron: Blast it!\n\nAaron: You type it!\n\n" + "*" * 40 + "\n"
         "The Keeper presents:\nForevermore, Chapter 3; Making up.\n" + "*" * 40, "Forevermore"),
        ('"What is it?" he said.\n\n\t**********\n\nLAMPS OF LIFE\nChapter 2: "Oil"\n\n'
         "\t**********\n", "LAMPS OF LIFE"),
        ("The Goddess VS The Ultimate Lamp, Chapter 7- The long awaited fight\n"
         "Scene- the pier, where everyone is about to start the fight of the year.",
         "The Goddess VS The Ultimate Lamp"),
    ],
)  # fmt: skip
def test_a_title_between_rules_is_one_below_a_scene_as_well(head, title):
    assert part_of(OWNED + head).title == title


def test_a_signed_title_that_the_file_s_name_means_stands_below_a_script():
    head = (
        "Mara: It is sad.\n\nPell: Thank you!\n\nMara: We warned you.\n\n\n~Oil, Loss, and Love~ By"
    )
    part = part_of(f"{head} Salt Moon Keeper\n~Chapter 6: Wicks~\n", name="oil-loss-love06")
    assert (part.title, [author.name for author in part.authors]) == (
        "Oil, Loss, and Love",
        ["Salt Moon Keeper"],
    )
