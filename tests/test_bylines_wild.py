"""By-lines as authors of text files typed them: with what they are called besides, in columns, in
the second row, and only in their claim at the end."""

from __future__ import annotations

import pytest

from storykeep.header import byline, claims
from storykeep.header.rights import rights_holders
from tests.test_cleaning_misses import STORY, disclaimers, names, shown, text

ROWS = [row for line in STORY for row in (line, "")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param("By Ada Moss, the mad signaller", "Ada Moss", id="what she calls herself"),
        pytest.param(
            'Written by the infamous Moth, otherwise known as Ada "Wick" Moss',
            "Moth",
            id="also known",
        ),
        pytest.param("By Ada Moss, thanks to Tern", "Ada Moss", id="and whom she thanks"),
        pytest.param("by Jo, the Moth", ("Jo", "the Moth"), id="two, one of whom is The Moth"),
        pytest.param("by Jo, the Careless Moth", "Jo, the Careless Moth", id="what he is called"),
        pytest.param("The Following story is by Ada B. Moss", "Ada B. Moss", id="the following"),
    ],
)
def test_what_is_said_behind_a_name_is_no_name(line, name):
    found = byline.read_byline(line)
    assert found is not None
    assert found[0] == (name if isinstance(name, tuple) else (name,))


def test_a_nickname_in_single_quotes_may_stand_within_a_name():
    part = text(
        "Green Signals",
        "",
        "(Or: how not to carry a lamp)",
        "",
        "By Ada M. 'Wick' Moss.",
        "",
        *ROWS,
    )
    assert names(part) == ["Ada M. 'Wick' Moss"]
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("Text Copyright 1997, Ada B. Moss. <ada@mail.example>", "Ada B. Moss"),
        ("Copyright Ada Moss 14 May, 1992", "Ada Moss"),
        ("Copyright 1993", None),
        ("Copyright Lamp Bros 1993", None),
    ],
)
def test_a_claim_names_its_author_and_no_company(claim, name):
    found = claims.read_claimed(claim)
    assert (found[0] if found else None) == ((name,) if name else None)


def test_who_claims_the_text_at_the_end_wrote_it_and_gives_the_rest_away():
    part = text(
        "Green Signals",
        "",
        *ROWS,
        "Text Copyright 1997, Ada B. Moss. <ada@mail.example>",
        "Characters are Copyright and/or Trademark Lamp Pictures and Tern LDC",
    )
    assert names(part) == ["Ada B. Moss"]
    assert [each.place for each in part.disclaimers] == ["tail"]
    assert "Lamp Pictures" in disclaimers(part)[0]


def test_the_holders_of_copyright_and_trademark_are_named():
    said = "Characters are Copyright and/or Trademark Lamp Pictures and Tern LDC"
    assert rights_holders(said) == ("Lamp Pictures", "Tern LDC")


def test_a_by_line_far_behind_the_title_is_one():
    part = text(
        "Disclaimer: The trains are not mine.", "", "A/N: Read and review, please!", "",
        "*****************************", "        Green Signals                 by: Wick", "", *ROWS,
    )  # fmt: skip
    assert (part.title, names(part)) == ("Green Signals", ["Wick"])
    assert shown(part) == list(STORY)


def test_the_first_row_is_the_title_though_it_ends_like_a_sentence():
    part = text(
        "Green signals in love: Venom.", "By Wick25 (wick25@mail.example)", "",
        "I have only seen the first film. This is my first fic, so please be kind, and review!", "",
        *ROWS,
    )  # fmt: skip
    assert part.title is not None
    assert part.title.startswith("Green signals in love: Venom")
    assert names(part) == ["Wick25"]
    assert shown(part) == list(STORY)


def test_a_by_line_over_the_rows_of_an_author_s_talk_is_none_of_them():
    part = text(
        "                    Green Signals, chapter 1:",
        "                         the kitchen",
        "                    a fanfic by Whitewick",
        "this is the first fic in a series I have planned.  Try to be patient, it may take a",
        "while for me to finish each one. Here's the disclaimer: I don't own the signals or any of",
        "the characters in them. In short, please dont sue me.",
        "-----------------------------------------------------------------------------------------",
        *ROWS,
    )
    assert names(part) == ["Whitewick"]
    assert shown(part) == list(STORY)


def test_an_alias_below_the_by_line_belongs_to_the_header():
    part = text("Green Signals", "by Ada Moss", "a.k.a. Wick", "", "", *ROWS)
    assert names(part) == ["Ada Moss"]
    assert [each for each in shown(part) if each != "* * *"] == list(STORY)


@pytest.mark.parametrize("claim", ["Copyright 1993", "(c)2000", "c2001", "Copyright (c) 1999-2001"])
def test_a_year_of_copyright_alone_belongs_to_the_header(claim):
    part = text("Green Signals", "Written By", "Ada Moss", claim, "", "", *ROWS)
    assert names(part) == ["Ada Moss"]
    assert [each.text for each in part.notes] == [claim]
    assert [each for each in shown(part) if each != "* * *"] == list(STORY)


@pytest.mark.parametrize(
    "rows", [("Ada Moss", "Copyright 1993"), ("(c) 1993", "Ada Moss")], ids=["above", "below"]
)
def test_the_name_beside_a_year_of_copyright_is_the_author_s(rows):
    part = text("Green Signals", *rows, "", "", *ROWS)
    assert (part.title, names(part)) == ("Green Signals", ["Ada Moss"])
    assert [each for each in shown(part) if each != "* * *"] == list(STORY)


def test_a_sender_above_a_title_gives_way_to_the_by_line_below_it():
    part = text("moss1@mail.example (Tern)", "", "Green Signals", "by Ada Moss", "", *ROWS)
    assert (part.title, names(part)) == ("Green Signals", ["Ada Moss"])


def test_a_sender_kept_of_a_mail_is_the_author():
    part = text("moss1@mail.example (Ada Moss )", "", '"Green Signals", a fan fic', "", *ROWS)
    assert names(part) == ["Ada Moss"]


def test_a_title_with_blanks_between_its_letters_is_read_without_them():
    part = text("G R E E N   S I G N A L ' S", "", "by Ada Moss", "", *ROWS)
    assert (part.title, names(part)) == ("GREEN SIGNAL'S", ["Ada Moss"])


def test_who_drew_the_cover_has_not_written_the_story():
    part = text("Green Signals", "by Ada Moss", "Graphic Art by Jo B. Tern", "", *ROWS)
    assert (part.title, names(part)) == ("Green Signals", ["Ada Moss"])
    assert byline.read_titled("Graphic Art by Jo B. Tern") is None


def test_a_motto_between_quotation_marks_is_no_title():
    part = text(
        '"Signals are signals, they just go by different names."', "- The Wicks, 1982", "----------",
        'Upper Line!  "Green Signals"', "by Ada Moss", "----------", *ROWS,
    )  # fmt: skip
    assert part.title is not None
    assert part.title.endswith("Green Signals") or part.title.endswith('"Green Signals"')


def test_a_text_of_a_mailbox_names_its_author_above_its_title():
    part = text(
        "          The Following story is by Ada B. Moss", "                Lantern Oil BBS", "", "",
        '                  "The Green Signal"', "", "", *ROWS,
        "    Ada B. Moss", "", "", "Press C to return to main menu",
    )  # fmt: skip
    assert (part.title, names(part)) == ("The Green Signal", ["Ada B. Moss"])
    assert shown(part)[0] == STORY[0]
    assert "main menu" not in "".join(shown(part))


def test_who_sends_love_in_the_last_row_wrote_it():
    asked = "so that was chapter three. Any questions, comments, suggestions? Please email me!"
    part = text("Green Signals", "", *ROWS, "********************", asked, "Love ya.   Carrie>^^<")
    assert names(part) == ["Carrie"]


def test_a_rule_beside_the_words_is_no_part_of_a_disclaimer():
    part = text(
        "--------------------------Disclaimer-----------------------------------",
        "The signals are copyrighted by Lamp Pictures. I claim no ownership of them.",
        "-----------------------------------------------------------------------", "",
        "Green Signals", "by Ada Moss", "", *ROWS,
    )  # fmt: skip
    assert len(part.disclaimers) == 1
    assert part.disclaimers[0].text.startswith("The signals are")
    assert part.disclaimers[0].text.endswith("of them.")


def test_what_a_story_says_is_owned_is_no_disclaimer():
    first = (
        "The Lamp of Oil is a steamship shaped like a lamp and is owned by Ada Moss and her cat."
    )
    part = text(first, "Their job is to look at bad fics after they have put to sea.", "", *ROWS)
    assert part.disclaimers == ()
