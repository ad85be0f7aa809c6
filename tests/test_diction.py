"""Words that authors use to readers, and stories hardly: a note that no rule knows is one; a story
about somebody who writes stays a story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.header import diction
from tests.test_chat_above import STORY, paragraphs, record

ABOVE = (
    "I know, I know, this series was supposed to be over. But then my sister dared me to write a sequel "
    "with the miller in it, so here is what came of that. It takes place right after the original story.",
    "My usual warnings hold for all the chapters of this fic: I made up most of the geography, and some "
    "of the characters are from a book that I have not read since I was twelve.",
)
BELOW = (
    "So that is the end of this series. It took me three years to write, which is longer than I was at "
    "school, and the characters are tired. I have ideas for a sequel, but no promises.",
    "Thanks to my sister for reading all those versions of the last chapter, and to everybody whose "
    "comments kept me writing. My other stories can be found at my website.",
    "The song in the mill scene is from an old record of my father's, and the rest of the plot I owe to "
    "a documentary about canals. Reviews are read aloud to the cat.",
)
# Who tells a story may write, too.
TELLERS = (
    "I am writing this down because nobody else will. It is about my brother, about the mill, and about "
    "what the two of us did there in the winter when the river froze.",
    "You want to know how it ended? Fine. Sit down, then, and I will tell you of the woman who owned the "
    "river, and of the two fools who thought that they could buy it from her.",
    "My mother owned the mill, and her mother before her, and I never thought that it would be mine. "
    "Everything in it belonged to the river, she used to say, and the river took its share.",
    "If you are reading this letter, then I am dead, and the lamp on the stairs has gone out at last. "
    "Please tell Ada that I looked for her in every town between here and the sea.",
)
LETTER = (
    "Dear Ada, I have not written to you for so long that I hardly know how to begin, and I am sorry.",
    "I went to the mill again on Sunday. I stood where we used to stand, and I thought of you, and I wept.",
    "I saw your brother there. I told him what I have told nobody else, and he only looked at the water.",
) * 6 + (
    "I don't know why I have written so much of this. I was only going to write that I am well, and here "
    "I am still writing, with the candle burnt down to nothing.",
    "I haven't answered him yet. Ada, what am I to do?",
    "Your loving sister,",
    "Wilma",
)


@pytest.mark.parametrize("kind", ["ffnet", "hand", "text"])
@pytest.mark.parametrize("talk", ABOVE)
def test_talk_above_a_story_is_known_by_its_words(talk, kind):
    found = record(talk, kind=kind)
    assert [note["text"] for note in found["notes"]] == [talk]
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize("kind", ["ffnet", "hand", "text"])
@pytest.mark.parametrize("talk", BELOW)
def test_talk_below_a_story_is_known_by_its_words(talk, kind):
    found = record(story=(*STORY, talk), kind=kind)
    assert [(note["place"], note["text"]) for note in found["notes"]] == [("tail", talk)]
    assert paragraphs(found) == list(STORY)


def test_talk_that_goes_on_over_a_few_words_is_one_note():
    first, second, third = BELOW
    found = record(story=(*STORY, first, "Oh well.", second, third), kind="hand")
    assert [note["text"] for note in found["notes"]] == [
        f"{first}\n\nOh well.\n\n{second}\n\n{third}"
    ]
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize("kind", ["ffnet", "hand", "text"])
@pytest.mark.parametrize("told", TELLERS)
def test_who_tells_a_story_may_write_and_own_things(told, kind):
    for story in ((told, *STORY), (*STORY, told)):
        found = record(story=story, kind=kind)
        assert not found["notes"]
        assert paragraphs(found) == list(story)


@pytest.mark.parametrize("kind", ["ffnet", "hand", "text"])
def test_a_letter_ends_as_a_letter(kind):
    found = record(story=LETTER, kind=kind)
    assert not found["notes"]
    assert paragraphs(found)[-4:] == list(LETTER[-4:])


def test_those_who_speak_of_stories_in_a_story_are_of_it():
    spoken = (
        'Ada stepped forward. "I have written lots of fanfics in which I get the mill," she said. Wilma took '
        'her by the sleeve. "You wrote what? How many chapters of that did you write?"'
    )
    found = record(story=(*STORY, spoken), kind="hand")
    assert not found["notes"]
    assert paragraphs(found)[-1] == spoken


@given(st.text(max_size=400))
def test_any_text_has_a_weight(text):
    assert diction.weight(text) == diction.weight(text.upper().lower()) or not text.isascii()


@given(st.lists(st.sampled_from(["she", "fic", "said", "review", "don't", "own", "the", "lamp"])))
def test_a_word_counts_once_and_a_pair_once(words):
    """So a long paragraph is no more talk than a short one that says the same."""
    once = diction.weight(" ".join(words))
    assert diction.weight(" ".join(words + words + words)) == diction.weight(
        " ".join(words + words)
    )
    assert isinstance(once, int)
    assert diction.weight(" , ".join(words)) == once


@pytest.mark.parametrize("kind", ["hand", "text"])
def test_above_a_rule_it_takes_no_address_to_readers(kind):
    talk = "What is this? Simply put, a whole new version of an old idea, written for a larger audience."
    found = record(talk, "<hr>", kind=kind)
    assert [note["text"] for note in found["notes"]] == [talk]
    assert paragraphs(found) == list(STORY)


def test_above_a_story_it_takes_more_where_nobody_is_spoken_to():
    talk = (
        "The following story is a sequel and only contributes to the storyline of the series. All the "
        "usual warnings apply, and the original characters are from the fanfic of a friend."
    )
    found = record(talk, kind="hand")
    assert [note["text"] for note in found["notes"]] == [talk]
    assert paragraphs(found) == list(STORY)


def test_who_tells_the_story_may_be_thanked_for_by_its_author():
    """Below a story in which "I" speaks, words without "I", or that only authors use, are talk."""
    told = tuple(
        f"I went down to the mill with her, and I carried the lamp for the {n}th time."
        for n in range(30)
    )
    talk = "More to come: expect the rest of the cast of the first series to show up in the next chapter. Reviews welcome!"
    found = record(kind="hand", story=(*told, talk))
    assert [note["text"] for note in found["notes"]] == [talk]


def test_in_rows_the_last_words_of_a_story_stay_above_the_talk():
    rows = "To be continued.\nThis is my first fanfic, I hope readers will look at this and e-mail me their opinion."
    found = record(kind="text", story=(*STORY, rows))
    assert [note["text"] for note in found["notes"]] == [rows.split("\n")[1]]
    assert paragraphs(found)[-1] == "To be continued."


ELSEWHERE = (
    "Die Personen in dieser Geschichte gehören nicht mir, sondern Frau Brandt und ihrem Verlag, und ich "
    "verdiene damit kein Geld. Über Kommentare freue ich mich wie immer sehr.",
    "Aucun des personnages de cette histoire n'est à moi, ils sont à leur auteur et à la chaîne qui les "
    "montre. J'espère que vous aimerez ce chapitre, et que vous me direz ce que vous en pensez.",
    "Los personajes de esta historia no me pertenecen, son de quien los inventó y de la cadena que los "
    "tiene. Espero que les guste este capítulo, y que me dejen un comentario.",
)


@pytest.mark.parametrize("talk", [*ABOVE, *BELOW, *ELSEWHERE])
def test_what_is_said_to_readers_is_not_surely_told(talk):
    """No rule that hears it is left out."""
    assert not diction.is_told(talk)


@pytest.mark.parametrize("text", [each for each in (*STORY, *LETTER[:3]) if each.count(" ") < 25])
def test_a_few_words_are_not_surely_told(text):
    """There is too little in them."""
    assert not diction.is_told(text)


def test_a_paragraph_of_a_story_is_surely_told():
    """Rules for an author's talk are not asked of it."""
    assert diction.is_told(
        "She looked down at the water and said nothing. His hand lay on the rail, cold and still, and "
        "he did not turn his head when the boat came round and the door of the mill fell shut behind her."
    )
