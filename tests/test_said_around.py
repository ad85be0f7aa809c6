"""What authors say around a story in ways of their own is apart from it; a story in which somebody
writes a letter, asks a question or owns something stays whole."""

from __future__ import annotations

import pytest

from storykeep.cleaning import clean, saved_page
from storykeep.header import disclaimer, noted, voice
from tests.test_chat_above import STORY, paragraphs, record

HELLO = "A/N: Thank you for all your reviews of the last chapter."
POST = "<p>P.S. If it is not Friday any more she will not mind.</p>"


def page(above: str, below: str = "", *, author: str = "orchard") -> dict:
    """Return the record of a page of a fan's own site with *above* and *below* round its story."""
    told = "".join(f"<p>{part}</p>" for part in STORY)
    text = (
        f"<html><head><title>The Mill</title></head><body><h1>The Mill</h1><p>by {author}</p>"
        f"{above}{told}{below}</body></html>"
    )
    return clean(saved_page("mill.html", text.encode()), [])


def said(found: dict) -> list[tuple[str, str]]:
    return [(each["place"], each["text"]) for each in found["disclaimers"]]


def notes(found: dict) -> str:
    return "\n".join(each["text"] for each in found["notes"])


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr. Ostler, forgive me, they were yours and I have only watered them.",
        "I claim no acquaintance with Mr. Ostler's people beyond a bow.",
        "Ostler and Lowfell have them, I've only got the room for the night.",
        "I have no ties to Lowfell Press or any of its mills.",
        "I wished I owned The Mill Chronicles.",
    ],
)
def test_a_sentence_of_a_note_may_say_whose_they_are_in_its_own_way(sentence):
    found = record(f"{HELLO} {sentence} Anyway, I hope that you enjoy this one!")
    assert said(found) == [("note", sentence)]
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize(
    "sentence",
    [
        "Forgive me, I have not been well, and the next chapter is late.",
        "I have no patience with the miller, and it shows.",
        "My sister has them all on tape, and I watched them with her.",
        "Two reviews = one chapter.",
        "I wished I owned a better lamp.",
    ],
)
def test_other_sentences_of_a_note_say_it_not(sentence):
    assert not noted.disowns(sentence)
    assert not said(record(f"{HELLO} {sentence} Anyway, I hope that you enjoy this one!"))


def test_a_note_without_capitals_has_sentences_as_well():
    text = "oh my god hi. none of it is mine, it's theirs. title from a song\n\nbeta by jo"
    assert disclaimer.sentences(text) == "none of it is mine, it's theirs."


def test_the_last_words_before_a_story_are_no_part_of_the_disclaimer():
    found = record(
        "A/N: This hatched on the night bus. Anyhow, here is my disclaimer: Lowfell Press owns the "
        "mill and everybody in it. Right, into the mill!-Wren"
    )
    assert said(found) == [("note", "Lowfell Press owns the mill and everybody in it.")]


def test_that_is_all_ends_a_disclaimer():
    text = "My first mill! I don't own The Mill Chronicles. That is all. The cat is called Jo."
    assert disclaimer.sentences(text) == "I don't own The Mill Chronicles. That is all."


def test_postscripts_and_a_signature_below_a_note_are_its_own():
    found = record(
        "A/N: This one is for my cousin Dilys, who taught me what a mill is. Please review!",
        "-Wren",
        "P.S. If it is not Friday any more she will not mind.",
        "P.P.S. I don't own The Mill Chronicles.",
    )
    assert paragraphs(found) == list(STORY)
    assert said(found) == [("note", "I don't own The Mill Chronicles.")]


def test_a_letter_that_opens_a_story_keeps_its_postscript():
    letter = (
        "Dear Ada,",
        "The wheel has stopped again and nobody here will say who did it, so come home at once.",
        "P.S. Bring the ladder.",
    )
    assert paragraphs(record(*letter)) == [*letter, *STORY]


def test_notes_above_a_rule_may_be_whose_it_is_and_nothing_else():
    found = page(
        "<p>Hi all, delurking with this, my first fic. C&amp;C welcome.</p><p>The mill and its "
        "people are trademarks of Lowfell Press and turn up here without asking.</p><hr>"
    )
    assert paragraphs(found) == list(STORY)
    assert [text for _, text in said(found)] == [
        "The mill and its people are trademarks of Lowfell Press and turn up here without asking."
    ]


def test_a_list_between_two_rules_is_a_note_where_one_item_talks():
    found = page(
        "<hr><ol><li>Okay, you know this one. Not my millers. And no one is paying me.<li>The "
        "wheel turns the wrong way in this.<li>There's weather in it, a bit.</ol><hr>"
    )
    assert paragraphs(found) == list(STORY)
    assert said(found) == [("note", "Not my millers. And no one is paying me.")]


def test_a_list_of_the_story_between_two_rules_stays():
    items = ["One ladder, with the third rung mended.", "Two lamps.", "A boy to hold its foot."]
    found = page("<hr><ol>" + "".join(f"<li>{each}" for each in items) + "</ol><hr>")
    assert paragraphs(found)[:3] == items


def test_a_sites_rating_in_brackets_is_no_talk_and_hides_none():
    found = record(
        "[ T - Teen: Not suitable for readers under 13 ]",
        "Hiya! Wren here with my first fic that isn't about kissing. Sorry about the wait and "
        "sorry about the toad. Lowfell Press owns the whole lot of them and I own a cold.",
    )
    assert paragraphs(found) == list(STORY)
    assert {"kind": "rating", "value": "T"} in found["tags"]


def test_what_stands_in_brackets_in_a_story_is_no_rating():
    opening = "[ A - Ada Orchard, under oath, and with her hat on ]"
    assert paragraphs(record(opening))[0] == opening


def test_an_authors_copyright_and_where_it_was_written_for_are_no_story():
    found = page(
        "<p>(c) 2005 orchard, so hands off. All of them are out of my own head.</p>"
        "<p>Written for English, Ms. Hall gave it a B+ (!)</p><hr>"
    )
    assert paragraphs(found) == list(STORY)
    assert not said(found)


def test_a_letter_to_whom_the_story_is_for_is_a_note():
    found = page(
        "<p>Written for: moth in the Winter Exchange</p><p>Dear moth, you asked for mills and for a "
        "ladder. I hope that this will do. Mr. Ostler, forgive me, they were yours.</p><hr>"
    )
    assert paragraphs(found) == list(STORY)
    assert said(found) == [("note", "Mr. Ostler, forgive me, they were yours.")]


def test_a_letter_to_somebody_of_the_story_stays():
    letter = "Dear Wilma, you asked for the ladder. I hope that this one will do."
    assert paragraphs(page(f"<p>{letter}</p>"))[0] == letter


def test_who_answers_a_prompt_in_brackets_does_not_tell_yet():
    found = page(
        "<p><b>Wilma owns something that's older than the mill. For Anon</b></p><p>[Anon, you and "
        "me both. I'm going with something wet. Usual rules: Paramount has the rights, I've the "
        "red pencil.]</p>"
    )
    assert paragraphs(found) == list(STORY)
    assert said(found) == [("note", "Usual rules: Paramount has the rights, I've the red pencil.")]


@pytest.mark.parametrize("line", ["Bonne lecture !", "Viel Spaß beim Lesen!", "Boa leitura!"])
def test_an_author_hands_over_in_other_languages(line):
    found = page(f"<p>Note: one wheel, two ladders.</p><p>{line}</p><hr>")
    assert paragraphs(found) == list(STORY)


@pytest.mark.parametrize(
    "plea",
    [
        "TBC?? Tell me if I should!! *waves*",
        "THE END!!! Tell me if you want a sequel :D",
        "ok thats it lol. if this gets 20 hearts i will do a part two with the MILLERS",
        "You know you want to push the button. Go ooon.",
        "Should I continue?? Did you like it?",
    ],
)
def test_what_an_author_asks_below_the_end_is_a_note(plea):
    found = page("", f"<p>{plea}</p>")
    assert paragraphs(found) == list(STORY)
    assert plea in notes(found)


@pytest.mark.parametrize(
    "ending",
    [
        "Tell me if I should stay, she thought.",
        "Should I go on? I went on.",
        "You know you want to go home.",
        "Did you like it there?",
        "Press the wound, he had told her, and do not look at it.",
    ],
)
def test_what_a_narrator_asks_at_the_end_stays(ending):
    assert paragraphs(page("", f"<p>{ending}</p>"))[-1] == ending


def test_an_equation_in_brackets_below_the_end_is_a_disclaimer():
    joke = "(Mill & Co. = Ostler & Co. I = wren. That is all.)"
    found = page("", f"<p><small>{joke.replace('&', '&amp;')}</small></p>")
    assert said(found) == [("tail", joke)]
    assert paragraphs(found) == list(STORY)


def test_a_sum_at_the_end_of_a_story_stays():
    ending = "(Two and two = five, she wrote, and underlined it.)"
    assert paragraphs(page("", f"<p>{ending}</p>"))[-1] == ending


def test_how_a_text_came_about_is_no_part_of_its_disclaimer():
    found = page(
        "<p>I wrote this on a bus. Wilma and the boy are the brainchildren of Chris Carter and "
        "nobody has cleared this with him.</p>"
    )
    assert said(found) == [
        (
            "note",
            "Wilma and the boy are the brainchildren of Chris Carter and nobody has cleared this "
            "with him.",
        )
    ]


def test_a_blurb_in_which_the_author_claims_nothing_has_a_disclaimer():
    found = page(
        "<p>Summary: In which there are ladders. I don't own The Mill Chronicles.</p>"
        "<p>Rating: PG</p>"
    )
    assert [text for _, text in said(found)] == ["I don't own The Mill Chronicles."]


def test_a_blurb_of_somebody_who_owns_something_has_none():
    found = page("<p>Summary: The mill belongs to Ada. She does not own the water.</p>")
    assert not said(found)


def test_who_said_something_is_no_speech():
    assert not voice.is_speech("Checked by the incomparable Jo, who said 'spoon'.")
    assert voice.is_speech("Spoon, Jo said.")


RIGHTS = (
    "The Weir is copyrighted by LPC * Lowfell Press.",
    "Ada and company are property of Lowfell and Ostler, yatta yatta yatta.",
    "Ostler owns all rights to the mill and lowfell press owns the rights to the weir.",
    "All material of or relating to *The Weir* are copyrighted by Lowfell/Ostler Comics.",
)
TALK_FIRST = (
    (
        "Just two more to go folks, hope you like them.",
        "Standard disclaimers apply, don't sue me and so forth.",
        "",
    ),
    (
        "This fic is for little Wilma, whose comments on the board inspired it.",
        "The Weir is the property of Lowfell and Ostler Press. I own only the writing.",
        "Thanks!",
    ),
)


@pytest.mark.parametrize("said", RIGHTS)
@pytest.mark.parametrize("above", ["", "\t\t\tThe Ladder\n\n"])
def test_a_line_about_copyright_opens_a_text_file(said, above):
    found = read_text(above + said)
    assert [(each["place"], each["text"]) for each in found["disclaimers"]] == [
        ("first_paragraph", said)
    ]
    assert found["chapters"][0]["text"].startswith("The miller")


@pytest.mark.parametrize(("talk", "said", "bye"), TALK_FIRST)
def test_of_a_paragraph_that_begins_with_talk_only_the_rest_disclaims(talk, said, bye):
    found = read_text(f"The Ladder\nby Jo Bell\n\n{talk} {said} {bye}")
    assert [(each["place"], each["text"]) for each in found["disclaimers"]] == [("note", said)]
    assert found["chapters"][0]["text"].startswith("The miller")


def test_what_a_story_says_of_its_house_is_no_disclaimer():
    house = (
        "The house on the hill is the property of Sir Henry and his sons, and nobody goes there."
    )
    found = read_text(f"The Ladder\nby Jo Bell\n\n{house}")
    assert not found["disclaimers"]
    assert house in found["chapters"][0]["text"]


def read_text(head):
    lines = (
        "The miller went down to the river in the dark and washed the two lamps that\nhe had, and "
        "nobody came out of the house to see what he was at.",
        '"You are late," said Anne. She had been there since the morning and had eaten\nnothing at '
        "all but the bread.",
        "He sat down on the wall and took off his boots, first the one and then the\nother, and put "
        "them beside him.",
    )
    return clean(saved_page("ladder.txt", "\n\n".join((head, *lines)).encode()), [])


@pytest.mark.parametrize(
    "below",
    [
        '<p><a href="#">Last Chapter</a>&nbsp;&nbsp;<a href="#">Next Chapter</a></p>',
        '<table><tr><td><a href="#">Reply</a> | <a href="#">Forward</a> | <a href="#">Source</a></td></tr></table>',
        '<hr><p>Well? <a href="mailto:jo@mill.example">Jo</a> would love to hear!</p>',
        '<hr><p>Отзывы пишите <a href="/forum/12">сюда</a>!</p>',
        '<div><a href="#">#mills</a> <a href="#">#my fic</a></div>'
        '<div><a href="#">Jan 9th, 2016</a> &bull; <a href="#">412 notes</a> &bull; via millrace</div>',
    ],
)
def test_links_below_a_story_are_none_of_it(below):
    text = page("", below)
    assert paragraphs(text) == list(STORY)


@pytest.mark.parametrize(
    "said",
    [
        "Wszystkie postacie należą do Jo Lowfell. Utopica jest moja.",
        "Alla karaktärer tillhör Jo Lowfell, jag äger ingenting.",
        "Alle personages behoren toe aan Jo Lowfell.",
        "Tutti i personaggi appartengono a Jo Lowfell.",
        "Všechny postavy patří Jo Lowfellové.",
        "Kaikki hahmot kuuluvat Jo Lowfellille.",
        "Alle figurer tilhører Jo Lowfell.",
    ],
)
def test_whose_they_all_are_is_heard_in_more_languages(said):
    found = page(f"<p><i>{said}</i></p><hr>")
    assert [each["text"] for each in found["disclaimers"]] == [said]
    assert paragraphs(found) == list(STORY)
