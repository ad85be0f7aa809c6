"""Texts as mails and news posts left them: heads of further parts, subjects, senders, by-lines."""

from __future__ import annotations

import pytest

from storykeep.cleaning import clean, saved_page
from storykeep.header import byline

WALKED = (
    "Ada Penhallow walked down to the harbour that evening, as she did on every evening\n"
    "of that long and windless summer, and looked for the lamp at the end of the pier. It\n"
    "was dark, and the keeper's boat was gone from the steps where it had always lain.\n"
)
ASKED = (
    '"He has rowed out," said the boy who sold the herrings, and pointed with his knife\n'
    "to where the sea was darkest. Nobody else on the quay had seen him go, or would say.\n"
)
STORY = f"{WALKED}\n{ASKED}\n" * 3
HEAD = (
    "Path: quay.example!pier.example!not-for-mail\n"
    "From: ada@pier.example (Ada Moss)\n"
    "Newsgroups: rec.harbours.creative\n"
    "Subject: {subject}\n"
    "Message-ID: <{number}@pier.example>\n"
    "Date: 3 Mar 1994 10:0{number}:00 GMT\n"
    "Organization: The Pier\n"
    "Lines: 40\n\n"
)


def record(text: str, name: str = "lamp.txt") -> dict:
    return clean(saved_page(name, text.encode()), [])


def paragraphs(found: dict) -> list[str]:
    return found["chapters"][0]["text"].split("\n\n")


def first(found: dict) -> str:
    return paragraphs(found)[0]


def names(found: dict) -> list[str]:
    return [each["name"] for each in found["authors"]]


def post(number: int, subject: str = "The Lamp", above: str = "") -> str:
    return above + HEAD.format(subject=subject, number=number) + STORY


def test_the_heads_of_further_posts_are_no_part_of_the_story():
    """A story kept as it was posted has a head in the middle for each of its parts."""
    found = record(
        post(1) + "-- \nAda Moss, the Pier\n\n" + post(2, above="Article 52 of rec.harbours:\n")
    )
    assert len([text for text in paragraphs(found) if text != "* * *"]) == 12
    assert not [text for text in paragraphs(found) if "example" in text or "the Pier" in text]
    assert any("Message-ID: <2@pier.example>" in text for text in found["chrome"])
    assert any("Article 52" in text for text in found["chrome"])
    assert any(text == "Ada Moss, the Pier" for text in found["chrome"])


def test_letters_in_a_story_stay_in_it():
    """What people write to each other has no rows that only machines write."""
    letter = "From: The Keeper\nTo: Ada\nSubject: The lamp\nDate: the third of March\n\n"
    found = record(f"The Lamp\nby Ada Moss\n\n{STORY}{letter}{STORY}")
    assert "Subject: The lamp" in found["chapters"][0]["text"]


@pytest.mark.parametrize(
    "row",
    [
        "From ada@pier.example Tue Nov  6 20:41:16 1990",
        "Article 4711 of rec.harbours.creative:",
        f"From {'pier.example!' * 12}ada Thu Dec 15 13:22:05 1994",
    ],
)
def test_the_envelope_of_a_mail_is_no_title(row):
    """What a mail program writes above a mail names no story."""
    assert record(f"{row}\n{post(1)}")["title"] == "The Lamp"


def test_rows_that_a_gateway_adds_to_a_head_are_fields():
    """A row of the head that no record has a place for is kept as it was typed."""
    text = post(1).replace(
        "Lines: 40\n", "Lines: 40\nOrigin: jo@cove.example (Jo Dee)\nX-Reader: 2.1\n"
    )
    found = record(text)
    assert found["title"] == "The Lamp"
    assert found["fields"]["Origin"] == "jo@cove.example (Jo Dee)"
    assert found["fields"]["X-Reader"] == "2.1"


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("NEW STORY: The Lamp", "The Lamp"),
        ("HB9 Story: The Lamp", "The Lamp"),
        ("The Lamp (1b/7)", "The Lamp"),
        ('Section two of "The Lamp":', "The Lamp"),
        ("A Ghost Story: The Lamp", "A Ghost Story: The Lamp"),
    ],
)
def test_a_subject_loses_what_a_list_asks_for(subject, title):
    """ "NEW STORY:" and the half of a part are the list's; "A Ghost Story:" is the story's."""
    assert record(post(1, subject))["title"] == title


@pytest.mark.parametrize("word", ["Enjoy!", "Hello everyone!", "Greetings!"])
def test_a_greeting_is_no_title(word):
    """Who greets the readers has not yet named the story."""
    assert record(f"{word}\n\nby Ada Moss\n\n{STORY}")["title"] != word


def test_a_title_with_a_stop_stands_above_the_byline():
    """A title may end in a full stop; who signed the talk above it is no title."""
    talk = (
        "Here is the whole of it at last, as I had promised it to you all.\n\nJo\n\n- - - - -\n\n"
    )
    found = record(f"Hello!\n\n{talk}The Lamp on the Pier.\n\nBy Ada Moss.\n\n{STORY}", "x.txt")
    assert (found["title"], names(found)) == ("The Lamp on the Pier.", ["Ada Moss"])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("by Ada Moss      (c) Copyright 1993 All Rights Reserved", ("Ada Moss",)),
        ("Written by the GullCat, A.K.A Ada M.", ("the GullCat",)),
        ("by Tide_Pell     proofreader: Yoris", ("Tide_Pell",)),
        ("by Ada Moss, beta read by Jo Dee", ("Ada Moss",)),
        ("by Ada Moss        Short Story", ("Ada Moss",)),
        ("By: Ada Moss", ("Ada Moss",)),
        ("by\t\tAda Moss", ("Ada Moss",)),
    ],
)
def test_a_byline_ends_where_something_else_begins(row, expected):
    """Behind the name may stand a claim, another name, a helper, or another column."""
    found = byline.read_byline(row)
    assert found is not None
    assert found[0] == expected


def test_a_title_that_has_a_by_of_its_own_names_nobody():
    """ "A Tear, Followed by Many More" was written by somebody else."""
    assert byline.read_titled("The Lamp: Chapter One - A Tear, Followed by Many More") is None
    assert byline.read_titled("Followed Home by Ada Moss") == ("Followed Home", ("Ada Moss",))


def test_an_address_with_a_space_in_it_is_a_name():
    """AOL showed the names of its members as they had typed them."""
    assert byline.read_addressed("Ada Moss@aol.com") == (("Ada Moss",), "Ada Moss@aol.com")
    assert byline.split_names("Ada Moss@aol.com") == ("Ada Moss",)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("lamp@pier.example (24228-moss)", "moss"),
        ("Ada Moss #106 @1509015 PierNET", "Ada Moss"),
        ("Ada Moss #3 <ada@pier.example>", "Ada Moss"),
    ],
)
def test_a_sender_is_no_number(sender, name):
    """Boards and offices count their people."""
    assert byline.read_sender(sender)[0] == name


@pytest.mark.parametrize(
    "subject",
    [
        "The Lamp (1/10) by Jonas Dee",
        '"The Lamp" a short story by Jonas Dee',
        "NEW: The Lamp, by Jonas Dee",
    ],
)
def test_who_posts_for_another_says_so_in_the_subject(subject):
    """Whom the subject names wrote it; whoever sent it did not."""
    found = record(post(1, subject), "x.txt")
    assert (found["title"], names(found)) == ("The Lamp", ["Jonas Dee"])


def test_a_length_and_a_subject_without_a_mail_are_no_titles():
    """What counts a mail's bytes, and the word before a subject, name no story."""
    assert record(post(1).replace("Lines: 40\n", "Content-Length: 24595\n"))["title"] == "The Lamp"
    found = record(f"Subject: The Lamp on the Pier\n\nby Ada Moss\n\n{STORY}", "x.txt")
    assert found["title"] == "The Lamp on the Pier"


def test_compiled_by_names_no_title():
    """ "Compiled by: Jonas Dee" stands below the title."""
    found = record(f"The Games of the Pier\n\nCompiled by: Jonas Dee\n\n{STORY}", "x.txt")
    assert found["title"] == "The Games of the Pier"


def test_somebody_called_data_speaks_and_dates_nothing():
    """A cue of a play may be spelled as some language's word for the day."""
    play = "Data: Captain, the sensors are picking up two ships ahead of us.\n\nPicard: Whose?\n\n"
    found = record(f"The Lamp\nby Ada Moss\n\n{play}{STORY}")
    assert "Data" not in found["fields"]
    assert first(found).startswith("Data: Captain")
