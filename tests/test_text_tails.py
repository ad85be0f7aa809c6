"""The tails of text files: where a story ends in rows that nothing parts, and talk that no story has."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from storykeep.cleaning import clean, saved_page
from storykeep.header import voice

HEAD = "Rain on the Harbour\nby Jo Dee\n\n"
STORY = """Lamps were lit along the harbour when the first of the boats came in. Nobody had
expected them before the morning, and the quay was empty but for a dog.

Ada put down her basket and counted the masts. "Seven," she said, and counted
them again. There should have been eight.

Behind her the door of the inn opened. Somebody laughed, and then the rain came
down on all of them, and the boats went out of sight one after the other.

Ben had the lamp. He held it over the ledger and read the names of the boats as
they had been written in the spring, by his father, in brown ink that had run at
the edges. "Eight," he said. "There were eight, and I helped to paint them all."

She stayed where she was until the bell had rung for the second time.
"""
LAST = "She stayed where she was until the bell had rung for the second time."


def record(tail: str, story: str = STORY) -> dict[str, Any]:
    text = f"{HEAD}{story}{tail}"
    return clean(saved_page("zq1.txt", text.encode(), url="http://a.example/x/zq1.txt"), ())


def shown(found: dict[str, Any]) -> list[str]:
    return [
        each["markdown"] for each in found["chapters"][0]["blocks"] if each["kind"] == "paragraph"
    ]


def notes(found: dict[str, Any]) -> str:
    return "\n\n".join(note["text"] for note in found["notes"] if note["place"] == "tail")


TALK = (
    "Well that's it for now. I hope you enjoyed this fanfic, and thanks to my pre-readers for all of\n"
    "the reviews. Send your comments to me at jo@mail.example"
)


def test_the_last_scene_of_rows_without_a_blank_one_stays():
    """The rows of a last scene, its end mark and what the author says below are one paragraph there."""
    scene = (
        '\n\t\t\t\t* * *\n\nBen moved his arms as the light grew softer.\n"Is it you?" he asked.\n'
        'The woman smiled.\n"I hear that you need me, Ben."\n"Yes," said Ben, "I do."\n'
    )
    found = record(f"{scene}TO BE CONCLUDED...\n{TALK}\n")
    assert shown(found)[-1] == "TO BE CONCLUDED..."
    assert '"I hear that you need me, Ben."' in found["chapters"][0]["text"]
    assert notes(found).startswith("Well that's it for now.")


@pytest.mark.parametrize(
    "mark",
    [
        "TO BE CONCLUDED...",
        "The End (for now)",
        "THE END... or is it?",
        "The end of part 1.",
        "End, Chapter 3",
        "End pt 5",
        "THE~~~~~~END",
        "The End, finally!!!",
        "Continued...",
    ],
)
def test_ends_are_known(mark):
    assert voice.is_end_mark(mark)


@pytest.mark.parametrize(
    "row", ["the end of the first day of rain", "The end of the party was near.", "End of line."]
)
def test_a_story_s_own_words_are_no_end(row):
    assert not voice.is_end_mark(row)


@pytest.mark.parametrize(
    "talk",
    [
        "This was my first attempt at writing a fanfic, and I hope you liked this story.\n\nI took some of it "
        "from other people's tales of the sea.\n\nFor those of you who wonder: the eighth boat is the one that "
        "came back in the spring, and the dog was his.",
        "End of chapter 1. So what did you think so far? Make sure you tell me! Be ready for chapter 2.",
        "P.S. If you like lamps, mail me. I have some more pages about them on my site.",
    ],
)
def test_talk_that_no_story_has_ends_it(talk):
    """Whatever follows such a paragraph is the author's, too, as long as nobody speaks in it."""
    found = record(f"\n{talk}\n")
    assert shown(found)[-1] == LAST
    assert notes(found).split("\n\n")[-1] == " ".join(talk.split("\n\n")[-1].split())


@pytest.mark.parametrize(
    "below",
    [
        '"You came back," said Ada. "I told them that you would."',
        "<MOSS: (gets up) That was the worst story that I have ever seen.>",
        "Moss: That was bad.\nLow: It was.\nMoss: Let us go home.\nLow: Yes.",
    ],
)
def test_what_somebody_says_below_it_stays_in_the_text(below):
    talk = "This was my first attempt at writing a fanfic, so please review it and tell me what you think!"
    found = record(f"\n{talk}\n\n{below}\n")
    assert below.split("\n")[0].strip("<>")[:20] in found["chapters"][0]["text"].replace("\\", "")


def test_somebody_else_s_words_may_stand_in_a_note():
    """A quotation with its source is nobody's speech in the story."""
    quoted = '"The writer must believe that what he is doing is the most important thing in the world."--Tom Moss'
    found = record(f"\nAuthor's notes:\n\nHope this was worth the wait, folks.\n\n{quoted}\n")
    assert shown(found)[-1] == LAST
    assert notes(found).endswith(quoted)


def test_those_who_mock_a_story_go_on_below_its_author_s_words():
    """Rows quoted with ">" are those of a text that is mocked, and no note."""
    found = record("\n>Now I drop a lamp on Ada in this fic!\n\nAda: Ow!\n\nmoth@mail.example\n")
    assert "Now I drop a lamp on Ada" in found["chapters"][0]["text"]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            '     "What is it about this lamp that makes it so special?" asked\n Kit as she turned over.',
            '"What is it about this lamp that makes it so special?" asked Kit as she turned over.',
        ),
        (
            "     Sara turned the fish over in the frying pan on the stove while\n Tom cut up a mixture of fresh herbs.",
            "Sara turned the fish over in the frying pan on the stove while Tom cut up a mixture of fresh herbs.",
        ),
    ],
)
def test_a_blank_that_a_wrap_left_begins_no_paragraph(rows, text):
    """Where paragraphs begin five columns in, a row that begins one column in goes on."""
    story = "\n".join(
        textwrap.fill(" ".join(part.split()), 72, initial_indent="     ")
        for part in STORY.strip().split("\n\n")
    )
    found = record(f"\n{rows}\n", story="\n".join([story] * 6))
    assert text in shown(found)


def test_the_name_behind_a_by_is_signed():
    found = record(
        "\nThats it, e mail me your thoughts. Part 2 is coming soon.\njo@mail.example\n-by brimoth4life\n"
    )
    assert found["authors"][0]["name"] == "Jo Dee"
    anew = clean(
        saved_page(
            "zq2.txt",
            f"{STORY}\nThats it, e mail me your thoughts. Part 2 is coming soon.\n-by brimoth4life\n".encode(),
            url="http://a.example/x/zq2.txt",
        ),
        (),
    )
    assert [each["name"] for each in anew["authors"]] == ["brimoth4life"]
