"""What the seventh set showed the cleaner to get wrong, each on a small page or text."""

from __future__ import annotations

import pytest

from storykeep.header import disclaimer
from tests.test_cleaning_misses import STORY, disclaimers, page, shown, story, text

# ---------------------------------------------------------------- disclaimers


@pytest.mark.parametrize(
    "words",
    [
        "As always, the lamp belongs to the lady in Leith and I get nothing out of this but oil.",
        "The keepers belong to the heirs of Mrs. Gray.",
        "All trademarks and keepers are Gray's estate's.",
        "Standard disclaimer, see chapter one.",
        "The lads are Thames Television's and the gull is mine.",
        "(Thames and the BBC own Anna.)",
    ],
)
def test_a_note_says_between_other_sentences_whose_it_is(words):
    note = f"Sorry that it took so long! {words} Next week: the gull."
    assert disclaimer.sentences(note) == words


@pytest.mark.parametrize(
    "words",
    [
        "The boys are late and the lamp is lit.",
        "Jack is Anna's brother, and he belongs to the lady in the lighthouse.",
        "I get nothing but oil from this lamp.",
        "The whole street owned a lamp. I made nothing of it.",
    ],
)
def test_a_note_that_tells_something_disclaims_nothing(words):
    assert disclaimer.sentences(f"Sorry that it took so long! {words} Next week: the gull.") is None


@pytest.mark.parametrize(
    "words",
    [
        "Thames owns the island and everyone on it. These are about a hundred words each.",
        "Branch Line & Co. are © the Gray estate—I'm only lighting the lamps.",
        "Anna is the sun, I am a moth. (Thames and Fox and the BBC own Anna.) Do not sue the moth.",
    ],
)
def test_a_joke_below_the_by_line_gives_the_rights_away(words):
    part = page(f"<h1>The Lamp</h1><p>by Ada Moss</p><p>{words}</p><hr>", story())
    assert (shown(part), disclaimers(part)) == (list(STORY), [words])


@pytest.mark.parametrize(
    "words",
    [
        "Thames owns the island in the mornings, when the fog is in.",
        "Anna owned the lamp and everyone who could see it.",
    ],
)
def test_a_first_scene_of_one_sentence_gives_no_rights_away(words):
    part = page(f"<h1>The Lamp</h1><p>by Ada Moss</p><p>{words}</p><hr>", story())
    assert (shown(part), disclaimers(part)) == ([words, "* * *", *STORY], [])
