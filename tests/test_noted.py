"""Looser words by which a note gives the rights away; what an author owns, and a story, has none."""

from __future__ import annotations

import pytest

from storykeep.cleaning import clean, saved_page
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
    "O YA I DO NOT OWN ANY CHARECTERS EXCEPT FOR REDIC.",
    "The Mill stuff isnt mine, as I said.",
    "The author owns only the writing.",
    "Everything here is the brainchild of Gene Roddenberry, to whom my love.",
    "Not my millers, and none of it is mine.",
    "I did not create the characters.",
    "So let's assume that I don't own a single miller in here.",
    "I'm not going to lay any claim to any of the people in it.",
    "The names and places in here are the sole ownership of Lowfell Press.",
    "The mill is own by someone else, this is just a short thought I had.",
    "Ada, Wilma and the ladder are copyrighted and probably trademarked by Lowfell & Ostler.",
    "This uses characters owned by Lowfell and Ostler, not the author.",
    'Wilma is from "The Weir", created by Jo Ostler and the property of Lowfell Press.',
    "For the record, Lowfell, Ostler, and lots of other people own The Mill.",
    "The Mill and The Weir, neither, of course, belong to me.",
    "All right reserved to whoever has them, blah blah blah.",
)
KEPT = (
    "Ada is owned by my co-writer and is used with permission.",
    "The miller is the creation of me and my sister.",
    "I own most of the series on tape, and I watch it a lot.",
    "This ring site is owned by Bosun.",
    "We own the boat together, my brother and I.",
    "This story may not be posted anywhere without my permission.",
    "I did not create the drawings.",
    "Credit for the idea goes to Wilma, who had it first.",
)
LABELLED = (
    ("Proclaimer", "The usual. The Mill is owned by Lowfell Press. I own none of these people."),
    ("Credits", "The Mill is a product of Lowfell Press. I'm getting no money for this."),
    ("Copyright", "2002 by Jo Bell. All of the millers are copyright Lowfell Press."),
)
ELSEWHERE = (
    "Aucun des personnages n'est à moi, ils sont à Lowfell et à la Trois.",
    "Los personajes no son míos, son de Lowfell.",
    "I personaggi non sono miei, ma di Lowfell.",
    "Os personagens não são meus, são de Lowfell.",
    "Персонажи не мои, а Ловфелла.",
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


@pytest.mark.parametrize("said", ELSEWHERE)
def test_other_languages_say_so_above_a_story(said):
    found = record(said, kind="hand")
    assert [each["text"] for each in found["disclaimers"]] == [said]
    assert paragraphs(found) == list(STORY)


def test_who_writes_without_capitals_disclaims_in_a_sentence_too():
    """The sentences of a note end where its author ends them."""
    said = "i dont own the mill, lowfell does and they are so mean."
    note = (
        f"heyyy everybody!! this is my first ever fic so please be nice!! {said} enjoy the chapter!"
    )
    found = record(note)
    assert [each["text"] for each in found["disclaimers"]] == [said]


def test_an_author_with_a_year_behind_the_name_claims_her_own_story():
    note = (
        "This story and everybody in it are mine. © Orchard Quay 2008. Please review the chapter!"
    )
    page = f"<p>by Orchard Quay</p>\n<p><b>{note}</b></p>"
    assert not record(page, kind="hand")["disclaimers"]


def test_what_a_site_says_of_all_its_stories_is_no_disclaimer_of_one():
    said = "All stories are copyrighted by their respective authors. Site content is copyright 1998-2002 Lowfell"
    found = record(story=(*STORY, said), kind="hand")
    assert not found["disclaimers"]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Bonne lecture !", "Alors ? Laissez-moi une petite review, même courte !"),
        ("Espero que os guste.", "¿Os ha gustado? Dejadme un comentario, que no cuesta nada."),
        ("Viel Spaß beim Lesen!", "Ich freue mich über Kommentare."),
        ("Buona lettura a tutti!", "Fatemi sapere che cosa ne pensate."),
        ("Boa leitura!", "Mandem seus comentários, por favor."),
        ("Приятного чтения!", "Жду ваших отзывов!"),
    ],
)
def test_readers_are_spoken_to_in_other_languages(above, below):
    found = record(above, kind="hand", story=(*STORY, below))
    assert [note["text"] for note in found["notes"]] == [above, below]
    assert paragraphs(found) == list(STORY)


def test_somebody_who_hopes_in_another_language_stays_in_the_story():
    said = "—Espero que os guste —dijo Ada, y dejó el pan en la mesa."
    found = record(kind="hand", story=(*STORY, said))
    assert not found["notes"]


def test_answers_to_reviewers_between_the_header_and_a_rule_are_a_note():
    rows = (
        "orchard's review corner!!",
        "<p><b>weir4eva:</b> the duck will be back, i promise.</p>",
        "<p><b>K.M. Ostler:</b> thank you, and no, I am not in disguise.</p>",
        "<p><b>anon:</b> if you hate it so much why are you on chapter eight?</p>",
        "ok on with it!",
    )
    found = record(*rows, "<hr>")
    assert "the duck will be back" in "".join(note["text"] for note in found["notes"])
    assert paragraphs(found) == list(STORY)


def test_a_play_above_a_rule_stays():
    rows = (
        "<p><b>ADA:</b> Who goes there?</p>",
        "<p><b>TOM:</b> A miller.</p>",
        "<p><b>ANN:</b> And I.</p>",
    )
    found = record(*rows, "<hr>")
    assert not found["notes"]


def test_a_note_indented_below_a_disclaimer_is_a_note():
    """Rows of a text file that begin like a play's cues."""
    head = (
        "The Mill\n     By Wilma Orchard (w@example.org)\n\n"
        "        Disclaimer: Lowfell copyrights The Mill, so please don't go\nand sue.\n"
        "        Author Notes: This is pretty much based on the second book, and on what\n"
        "my sister told me of the first.\n\n\n"
    )
    found = clean(saved_page("mill.txt", (head + "\n\n".join(STORY)).encode()), [])
    assert [each["text"] for each in found["disclaimers"]] == [
        "Lowfell copyrights The Mill, so please don't go and sue."
    ]
    assert [note["label"] for note in found["notes"]] == ["Author Notes"]


@pytest.mark.parametrize(("label", "said"), LABELLED)
def test_claims_and_credits_may_say_whose_the_rest_is(label, said):
    lines = (f"{label}: {said}", *STORY)
    page = "".join(f"<p>{each}</p>\n" for each in lines)
    found = clean(
        saved_page("page.html", f"<h1>The Ladder</h1><p>by Jo Bell</p>{page}".encode()), []
    )
    (told,) = found["disclaimers"]
    assert told["place"] == "header"
    assert "Lowfell Press" in told["text"]
    assert paragraphs(found) == list(STORY)


def test_what_is_claimed_for_oneself_alone_is_no_disclaimer():
    page = "".join(f"<p>{each}</p>\n" for each in ("Claimer: The ferryman is MINE.", *STORY))
    found = clean(
        saved_page("page.html", f"<h1>The Ladder</h1><p>by Jo Bell</p>{page}".encode()), []
    )
    assert not found["disclaimers"]
