"""What the sixth set showed the cleaner to get wrong, each on a small page or text."""

from __future__ import annotations

import pytest

from storykeep.header import disclaimer
from tests.test_cleaning_misses import STORY, disclaimers, page, shown, story, text

VERSE = (
    "The gull on the gatepost has nothing at all to say to me,",
    "He has said it to Tuesday, he said it all of the day;",
    "And Tuesday has gone with her bucket and with her broom",
    "And left the grey light lying flat and alone in the room.",
)

# ---------------------------------------------------------------- prose


def test_two_dashes_above_a_scene_are_no_signature():
    """What stands below a sender's "--" is a line or two."""
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss</p>", story(0, 3), "<center>--</center>", story(3, 6)
    )
    assert shown(part) == [*STORY[:3], "--", *STORY[3:]]


def test_a_poem_whose_lines_are_all_as_long_stays_in_lines():
    """No column cuts a text so that each of its rows begins with a capital."""
    stanza = "<br>\n".join(VERSE)
    part = page("<h1>The Gull</h1><p>by Ada Moss</p>", f"<div>{stanza}<br>\n<br>\n{stanza}</div>")
    assert shown(part) == ["\n".join(VERSE)] * 2
    part = text("The Gull", "by Ada Moss", "", *VERSE, "", *VERSE, "", *VERSE)
    assert shown(part) == ["\n".join(VERSE)] * 3


# ---------------------------------------------------------------- disclaimers


@pytest.mark.parametrize(
    "words",
    [
        "All of this belongs to Anna Gray.",
        "Branch Line belongs to Thames and Fox.",
        "Thames, Gray and Double Secret own Branch Line.",
        "Anna Gray owns the lot.",
        "Gray's and Fox's, not mine.",
        "Not ours. Gray's.",
        "Os personagens não me pertencem.",
    ],
)
def test_a_note_says_in_one_short_sentence_whose_it_is(words):
    assert (
        disclaimer.sentences(f"Thank you to Jo for the lamp. {words} I hope it is dark.") == words
    )


def test_a_note_that_thanks_somebody_disclaims_nothing():
    assert disclaimer.sentences("This belongs on a shelf. Jo owns a lamp. It's hers.") is None


def test_a_smiley_ends_a_sentence():
    words = "I don't own Branch Line, Thames does, so please don't sue me!"
    assert disclaimer.sentences(f"My first fic so be nice ^_^;; {words}") == words


def test_a_disclaimer_in_another_label_is_listed():
    """ "Spoilers: none. Standard disclaimers apply." is two things."""
    part = page(
        "<h1>The Lamp</h1><p>by Ada Moss<br>Rating: G<br>"
        "Spoilers: none. Standard disclaimers apply.</p><hr>",
        story(),
    )
    assert disclaimers(part) == ["Standard disclaimers apply."]


def test_a_last_line_in_italics_may_give_the_rights_away():
    words = "Jack and Anna belong to Thames Television. No money changes hands here."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(), f"<p><em>{words}</em></p>")
    assert (shown(part), disclaimers(part)) == (list(STORY), [words])


def test_a_last_thought_in_italics_is_the_story_s():
    words = "The lamp belongs to me now, and so does the dark."
    part = page("<h1>The Lamp</h1><p>by Ada Moss</p>", story(), f"<p><em>{words}</em></p>")
    assert (shown(part), disclaimers(part)) == ([*STORY, words], [])
