"""Heads of text files in more of the forms that their authors typed."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import plain_text

TOLD = [
    f"The lamp was out on day {day}, and Halloran was in the tower with it all\nnight long, as he "
    "had been on each of the days before."
    for day in range(12)
]


@pytest.mark.parametrize(
    "head",
    [
        "Lamp Oil (PG)\nby Ada Bell",
        "Lamp Oil\n\na story\n\nby Ada Bell",
        "Lamp Oil\nBy: Ada Bell\nPre-read by: Jo Dee",
        "Lamp Oil\nby Ada Bell\n\n** = thoughts\n// = telepathy",
        "Lamp Oil\nby Ada Bell\n\nLast revised 3/4/98",
        "Lamp Oil\n(c) 1998 Ada Bell",
        "Lamp Oil\nAuthor - Ada Bell",
        "Lamp Oil\nby Ada Bell\n\n(This takes place after episode 12.)",
    ],
)
def test_a_head_ends_above_the_first_words(head):
    """A rating, a kind of story, who read it first, signs, when it was revised."""
    rows = "\n\n".join([head, *TOLD])
    part = derive(plain_text(rows, "http://harbour.example/x/oil07.txt"))
    assert part.title == "Lamp Oil"
    assert [author.name for author in part.authors] == ["Ada Bell"]
    assert part.prose[0].text == " ".join(TOLD[0].split())
