"""What says above a story how it is to be read: signs and what they mean, whose name is whose."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html

TOLD = "\n\n".join(f"The lamp was out on day {day}, and Halloran was in." for day in range(30))
PAGE = "<h1>Lamp Oil</h1><h2>a Harbour fanfiction by Ada Bell</h2><pre>{}\n\n{}\n\n{}</pre>"


def _part(said: str):
    text = PAGE.format(said, "-" * 60, TOLD)
    return derive(html(text, "http://harbour.example/lamp.html"))


@pytest.mark.parametrize(
    "said",
    [
        'Legend: "[...]" what the gulls say.',
        "Key: // thought //, :: mind speech ::",
        '"..." - Talking                  "(...)" - Whispering/Thinking',
        "\"speech\"\n\n'thoughts'\n\n// radio //",
        "Names: Hotori (Dora), Namiko (Nell), Umi (Maris),\nMinato Gakuen (Harbour School)",
        "Hotori = Dora, Namiko = Nell, Umi = Maris",
        "Hotori is the Japanese name of the girl known as 'Dora' in the\ndub version of Harbour.",
        "Nami - wave. Umi - sea. Nee-chan - big sister.",
        "Japanese names used: Hotori is Dora, and Umi is Maris.",
    ],
)
def test_what_says_how_a_text_is_to_be_read_above_a_rule_is_a_note(said):
    """It needs no "I" and no "you": signs, names and words of another language say it."""
    part = _part(said)
    assert part.prose[0].text.startswith("The lamp was out on day 0")
    assert said[:8] in part.notes[0].text


def test_what_to_read_first_between_two_rules_is_a_note():
    """A legend above one rule, what readers should know above the next."""
    first = (
        "Before we start, you should read the earlier episodes to know what goes on here. ENJOY!"
    )
    part = _part(f'"..." - Talking\n\n{"-" * 60}\n\n{first}')
    assert part.prose[0].text.startswith("The lamp was out on day 0")
    assert [note.text for note in part.notes] == ['"..." - Talking', first]


@pytest.mark.parametrize(
    "told",
    [
        'Halloran (the keeper) looked at Ada. "Nell?" he said.',
        '"Out." - that was all that Halloran said.',
        "Umi is the sea, and the sea is mine.",
        "Lamp - a thing that is lit for those who are not home yet.",
        "Key West, October: the lamp is out.",
        "Names are what the sea takes first.",
        '"..."',
        "Halloran, Ada (in her boots), and the cat went up.",
    ],
)
def test_a_story_that_opens_above_a_rule_stays(told):
    """A sign in speech, a name in brackets, a motto: nothing of it tells how to read."""
    assert _part(told).prose[0].text == told
