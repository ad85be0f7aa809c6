"""Who wrote a text file that has no label for it: by-lines below long titles and disclaimers, names with
an address, parts with a name behind them, and what only looks like one."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Page

STORY = """The lamp on the pier had not been lit since the ferry stopped running, and nobody could
say whose task it had been. Mara took the matches from the kitchen drawer and
went down to see about it herself, in her mother's boots.

"You will fall in," said her brother, who had never been further out than the
third plank.

She did not fall in. The wick was dry and the oil had gone to jelly, but on the
fourth match there was a flame the size of a fingernail, and somewhere out in
the dark a horn answered it.

It was a long horn, and a low one, and it was answered in its turn by the dogs
of the whole village, one after the other, from the mill down to the chapel. Her
brother stood up. He had always held that nothing would ever come of the pier,
and now he had his mouth open like a fish, and the water behind her was full of
small lights that had not been there when she struck the match.
"""


def authors(head: str, tail: str = "") -> list[str]:
    page = Page(
        "http://tales.example/r/lamp03.txt",
        200,
        (("Content-Type", "text/plain"),),
        f"{head}\n\n{STORY}{tail}".encode(),
    )
    return [author.name for author in derive(page).authors]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            'The Lamp Saga, Book One: "No Light for the Ferry!"\n\nBy Tom Farrow (tf@mail.example)',
            ["Tom Farrow"],
        ),
        ('"No Need for Lamps";Part 3, Like one big unhappy pier\n\nby Ruth Marsh', ["Ruth Marsh"]),
        ('TALES OF THE PIER! : "Mother\'s Lamp"\nby Ada Quill\n\nCHAPTER THREE', ["Ada Quill"]),
        (
            '"Every Lamp a Lantern"\nTales of the Pier in the Ninth Year\n by Otto the Dark',
            ["Otto the Dark"],
        ),
        ("The Lamp\n\nBy, Heather B. Marsh", ["Heather B. Marsh"]),
        ("The Lamp\n\nBy Zorn at zorn@mail.example", ["Zorn"]),
        ('The Lamp\n\nby Rich "Li"', ['Rich "Li"']),
        ("The Lamp\n\nA Tales of the Pier comedy by Nell P. Moss.", ["Nell P. Moss"]),
        ("The Lamp\n\nStory c 2001 by Wickley", ["Wickley"]),
        ("Tales of the Pier\nChapter Seven: Lit at Last by William Marsh", ["William Marsh"]),
        ("Tales of the Pier\nOdyssey\n\nIt All Burns Down by William Marsh", ["William Marsh"]),
        ("Ned Farrow\nned@mail.example\nTHE LAMP PART II", ["Ned Farrow"]),
        ('Andrew "Wick" Moss (wick@mail.example)\nThe Lamp', ['Andrew "Wick" Moss']),
        (
            "Besides Jay and the pier, nothing used in this story is my property. I am\n"
            "not paid for it, nor do I mean to be. The idea of a lamp came to me while I\n"
            "was waiting for a ferry that did not come, in the rain, for four hours and\n"
            "some minutes, with nothing to read but the table of the tides. It has been\n"
            "in the drawer since, and I have tried to leave it there, but it would come\n"
            "out. Blame the ferry, the rain, and whoever wrote that table of the tides.\n\n"
            "Pier Tales #11\nBy: Nell Magnus",
            ["Nell Magnus"],
        ),
    ],
)
def test_who_is_named_above_a_story_wrote_it(head: str, expected: list[str]):
    """However long or loud what stands above the by-line is."""
    assert authors(head) == expected


@pytest.mark.parametrize(
    "head",
    [
        # A row in the middle of a sentence.
        "The harbour and all of its lamps, and those who tend them, are owned and run\n"
        "by Tide and Company. The author owns Mara, Jon, and Bess. Names, places and\n"
        "the weather are made up.",
        # A cue of a scene that the author plays with the characters.
        "AUTHOR: (grins)  Okay, Mara, just read the card, will you? MARA: The pier is the\n"
        "property of the harbour board. The author does not own it.",
        "By Thursday\n\nnobody spoke of it any more, and the pier was left to the gulls and to\nthe rain.",
    ],
)
def test_who_is_named_in_a_sentence_did_not(head: str):
    assert authors(head) == []


@pytest.mark.parametrize(
    "tail",
    [
        '\n\nAuthor\'s notes: The song was called "Lit" and was sung by Celia Dean\n',
        "\n\nAuthor's notes: that is all for this week.\n\n-Until next time-\n",
    ],
)
def test_who_is_named_below_for_something_else_did_not(tail: str):
    assert authors("The Lamp", tail) == []
