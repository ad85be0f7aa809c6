"""Looser words by which a note gives the rights away; what an author owns, and a story, has none."""

from __future__ import annotations

import pytest

from storykeep.header import noted
from tests.test_chat_above import STORY, paragraphs, record

SAID = (
    "I neither own nor profit from the characters in this story.",
    "I do not owe these characters, so no one sue, okay?",
    "Except for Ada and the ladder, nothing used in this story is my property.",
    "I'm not paying to use the characters, nor am I making money from them.",
    "Lowfell Press and Ostler own most of these characters, I only feed them.",
    "I hope everyone gets it by now that I do not own The Mill!",
    "The mill and its people are the creation and possession of Lowfell and Ostler.",
    "The Mill: No Grain is a product of Lowfell Press.",
    "Mill and Weir are both copyright (and probably registered) by their respective owners.",
    "As always, Ada, Wilma and their friends belong to *our* friends and colleagues at Lowfell.",
    "AND Ostler OWNS The Weir!!!",
    "The Mill stuff isnt mine, as I said.",
    "The author owns only the writing.",
    "Everything here is the brainchild of Gene Roddenberry, to whom my love.",
    "Not my millers, and none of it is mine.",
)
KEPT = (
    "Ada is owned by my co-writer and is used with permission.",
    "The miller is the creation of me and my sister.",
    "I own most of the series on tape, and I watch it a lot.",
    "This ring site is owned by Bosun.",
    "We own the boat together, my brother and I.",
    "This story may not be posted anywhere without my permission.",
)
HELLO = "Hi everyone, thank you for all your reviews of the last chapter."
BYE = "Anyway, I hope that you enjoy this one!"


@pytest.mark.parametrize("said", SAID)
def test_a_note_that_gives_the_rights_away_is_a_disclaimer_there(said):
    found = record(f"{HELLO} {said} {BYE}")
    assert [(each["place"], each["text"]) for each in found["disclaimers"]] == [("note", said)]
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize("said", KEPT)
def test_what_an_author_has_is_no_disclaimer(said):
    assert not noted.disowns(said)
    assert not record(f"{HELLO} {said} {BYE}")["disclaimers"]
