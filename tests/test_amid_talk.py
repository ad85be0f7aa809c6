"""Of a paragraph of talk above a story only the sentences that disclaim are the disclaimer; the
rest of it is a note. Where all of it is about whose they are, it stays whole."""

from __future__ import annotations

import pytest

from storykeep.header import amid
from tests.test_chat_above import STORY, paragraphs
from tests.test_said_around import notes, page, said

OWNED = "The Mill is Lowfell Press's, and I'm not making a penny."
ABOVE = (
    "Happy New Year, all you early birds. Nothing long this time.",
    "Hello again, list! Here is one for the slow days.",
    "Well then, number nine of the fifty prompts, and only two years late.",
    "For mill_month, the prompt was “ladder”.",
    "Good evening, campers. I have been away for a while.",
    "Written on a train, in the dark, with a blunt pencil.",
    "This started as a drabble about the weir. It did not stay one.",
    "Hey everyone! Long time no see.",
    "I wrote this one in a night.",
    "Greetings from a wet tent! It has rained since Tuesday.",
)
BELOW = (
    "If you want it for your page, take it, and spell my name right.",
    "Thanks to Moth for telling me that it was fine as it was.",
    "Feedback is better than bread.",
    "Sorry for all the typos!",
    "Comments make me dance.",
    "PG. Spoilers for the second season.",
    "Rated R for a bad word and a drowned lamp.",
    "For Jo, who likes ladders!",
    "Set after the flood.",
    "Enjoy!",
)
WHOLE = (
    f"{OWNED} Lowfell Press does.",
    f"{OWNED} It is a shame.",
    "Ada and Wilma. They are Lowfell Press's, and I'm not making a penny.",
    f"{OWNED} I have nothing but a cat and a bicycle anyway.",
    f"{OWNED} The plot is mine.",
    f"{OWNED} Only the miller is my own.",
    f"Lowfell Press, whose patience I count on, owns the mill. {OWNED}",
    f"{OWNED} Please don't take me to court.",
    f"{OWNED} So there!",
    f"{OWNED} Any likeness to the living is an accident.",
)


def test_an_ordinary_disclaimer_is_whole():
    found = page(f"<p>{OWNED}</p>")
    assert said(found) == [("first_paragraph", OWNED)]
    assert not found["notes"]


@pytest.mark.parametrize("above", ABOVE)
def test_what_is_said_before_it_is_a_note(above):
    found = page(f"<p>{above} {OWNED}</p>")
    assert [text for _, text in said(found)] == [OWNED]
    assert above in notes(found)
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize("below", BELOW)
def test_what_is_said_behind_it_is_a_note(below):
    found = page(f"<p>{OWNED} {below}</p>")
    assert [text for _, text in said(found)] == [OWNED]
    assert below in notes(found)
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize(("above", "below"), list(zip(ABOVE, BELOW, strict=True)))
def test_in_the_midst_of_talk_it_is_cut_at_both_ends(above, below):
    found = page(f"<p>{above} {OWNED} {below}</p>")
    assert [text for _, text in said(found)] == [OWNED]
    assert f"{above} {OWNED} {below}" in notes(found)
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize("text", WHOLE)
def test_what_goes_on_about_it_belongs_to_it(text):
    found = page(f"<p>{text}</p>")
    assert [each for _, each in said(found)] == [text]
    assert not found["notes"]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("hello minna! this one bit me on the stairs ^^;;", "gomen for the spelling!!"),
        ("so this is late ^_^", "thanks for waiting :)"),
        ("hi hi!! nothing much to say *waves*", "enjoy!!"),
    ],
)
def test_a_smile_ends_a_sentence_where_nobody_types_capitals(above, below):
    own = "you know i dont own Millhand, Ostler-sama owns it, i just feed them."
    found = page(f"<p>{above} {own} {below}</p>")
    assert [text for _, text in said(found)] == [own]
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize(
    ("own", "gift"),
    [
        ("Wszystkie postacie należą do Jana Młynarza.", "Dla Zosi, na imieniny!"),
        ("Alle Figuren gehören Lowfell Press und nicht mir.", "Für Anke, zum Geburtstag."),
        ("Les personnages ne m'appartiennent pas.", "Pour Odile, qui aime les moulins."),
        ("Los personajes no son míos, son de Lowfell.", "Para Inés, con cariño."),
        ("I personaggi non mi appartengono.", "Per Chiara, che aspetta."),
    ],
)
def test_a_gift_behind_it_is_a_note_in_any_language(own, gift):
    found = page(f"<p>{own} {gift}</p>")
    assert [text for _, text in said(found)] == [own]
    assert gift in notes(found)


@pytest.mark.parametrize(
    "said_behind",
    [
        "AIC does.",
        "I think.",
        "For now.",
        "For a fee they may have me.",
        "Alas.",
        "You know the rest.",
    ],
)
def test_words_that_name_nothing_else_are_no_other_matter(said_behind):
    assert not amid.is_other(said_behind)
