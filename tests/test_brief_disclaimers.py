"""Disclaimers of a sentence or two, with no label, right below the header; and stories that begin
with as few words."""

from __future__ import annotations

import time

import pytest

from storykeep.derive import derive
from storykeep.header import brief
from tests.pages import html, plain_text

TOLD = [
    f"The lamp was out on day {day}, and Halloran was in the tower with it." for day in range(14)
]


def _html(said: str):
    rows = "".join(f"<p>{row}</p>" for row in [said, *TOLD])
    page = f"<title>Lamp Oil</title><h1>Lamp Oil</h1><p>by Ada Bell</p>{rows}"
    return derive(html(page, "http://harbour.example/lamp.html"))


def _text(said: str):
    return derive(plain_text("\n\n".join([f"Lamp Oil\nby Ada Bell\n\n{said}", *TOLD]),
                             "http://harbour.example/lamp.txt"))  # fmt: skip


SAID = """Jo Dee is the owner of all things Harbour.
Jo Dee owns Harbour. I don't.
I wish I owned Harbour, but I don't.
I wish they were mine, but alas.
Do I look like Jo Dee to you?
Please don't sue.
No infringement intended.
No money is being made from this.
I make no money from this.
Not for profit.
Borrowed without permission.
Used without permission.
Just playing in Jo Dee's sandbox.
You know the drill: not mine.
Harbour is copyright Jo Dee 1987.
Harbour (c) Jo Dee.
Harbour is (c) 1987 Low Fell Productions.
Harbour TM and (c) Low Fell.
Characters created by Jo Dee.
Characters are from Jo Dee's Harbour.
Any resemblance to persons living or dead is purely coincidental.
This never happened. I don't know them.
This is a work of fiction. None of this is true.
Jo Dee made them, I just make them suffer.
Me no own, you no sue.
Dun own, dun sue.
don't own em
i dont own harbor k
I OWN NOTHING!!! *sobs*
*sigh* I don't own them.
My lawyer told me to say I don't own Harbour.
Do I have to say it? Fine. I don't own it.
All rights to Jo Dee.
All credit goes to Jo Dee.
Full credit to Jo Dee for the world.
I take no credit for the characters.
I hold no rights to Harbour.
I'm not Jo Dee. They're not mine.""".splitlines()


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize("said", SAID)
def test_a_sentence_or_two_give_the_rights_away(said, page):
    """All of it is the disclaimer, and none of it the story."""
    part = page(said)
    assert [" ".join(each.text.split()) for each in part.disclaimers] == [said]
    assert part.disclaimers[0].place == "first_paragraph"
    assert part.prose[0].text == TOLD[0]


@pytest.mark.parametrize("said", ["I'm not Jo Dee.", "Jo Dee owns Harbour.", "They're not mine."])
def test_what_a_story_may_begin_with_is_one_where_it_is_set_off(said):
    """In italics, while the story is not."""
    part = _html(f"<i>{said}</i>")
    assert [each.text for each in part.disclaimers] == [said]


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize(
    "told",
    [
        "I'm not crazy.",
        "I'm not Jo Dee.",
        "She owns me.",
        "I don't own a car.",
        "They're not mine.",
        "These events never happened.",
        "It's not real.",
        "I don't know him.",
        "You know the drill.",
        "He made them. I just write them down.",
        "I only borrowed it.",
        "I make no money.",
        "I have no right to be here.",
        "The captain owns the lamp, and the lamp owns the captain.",
        "Nothing was made here, and nothing was ever meant.",
        "I will put them back in the drawer.",
        "Rights? You have no rights.",
    ],
)
def test_a_story_that_begins_with_few_words_stays(told, page):
    """Narrators own things and know people as well."""
    part = page(told)
    assert part.prose[0].text == told
    assert not part.disclaimers


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Thanks to Moth for the beta. Harbour (c) Jo Dee. Enjoy!", "Harbour (c) Jo Dee."),
        ("Just playing in Jo Dee's sandbox. This is for Moth.", "Just playing in Jo Dee's sandbox."),
        ("This never happened. I don't know them. Thanks for reading!",
         "This never happened. I don't know them."),
        ("All credit goes to my beta Moth. Enjoy!", None),
        ("I'm not Jo, who wrote the last chapter. Enjoy!", None),
        ("Lamp Oil is the first story that I have ever put up. Enjoy!", None),
    ],
)  # fmt: skip
def test_a_note_s_disclaiming_sentences_are_known(said, found):
    """In a note somebody who helped may have the credit."""
    part = _html(f"A/N: {said}")
    assert [each.text for each in part.disclaimers] == ([found] if found else [])


@pytest.mark.parametrize("unit", ["I own nothing ", "a' ", "no ", "it is all ", "& ", "so well "])
def test_a_hostile_sentence_takes_no_time(unit):
    """Every pattern is asked of a few hundred letters at most, whatever they are."""
    before = time.process_time()
    for length in (3, 10, 30, 90, 290):
        brief.surely((unit * 300)[:length])
        brief.disowns((unit * 300)[:length])
    assert time.process_time() - before < 5  # a pattern that backtracks takes years
