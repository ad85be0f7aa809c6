"""The few sentences with which authors greet their readers above a story, without any label."""

from __future__ import annotations

import time

import pytest

from storykeep.derive import derive
from storykeep.header import remarks
from tests.pages import html, plain_text

TOLD = [
    f"The lamp was out on day {day}, and Halloran was in the tower with it." for day in range(14)
]


def _html(*said: str):
    rows = "".join(f"<p>{row}</p>" for row in [*said, *TOLD])
    page = f"<title>Lamp Oil</title><h1>Lamp Oil</h1><p>by Ada Bell</p>{rows}"
    return derive(html(page, "http://harbour.example/lamp.html"))


def _text(*said: str):
    rows = "\n\n".join(["Lamp Oil\nby Ada Bell", *said, *TOLD])
    return derive(plain_text(rows, "http://harbour.example/lamp.txt"))


SAID = """This is my first attempt at a Harbour story.
Set after 'The Long Ferry'.
Takes place right after episode 12.
Spoilers for season 3!
Written for moth, who wanted rain.
For moth, because she asked.
For Moth.
For my sister, who hates boats.
Beta'd by Moth.
Unbeta'd. All mistakes are mine.
No beta, we die like men.
I wrote this at 3 am, so bear with me.
I was listening to 'Low Tide' when I wrote this.
Inspired by the song 'Low Tide' by The Gulls.
Based on a prompt by moth.
The plot bunny bit me and wouldn't let go.
Enjoy and review!
R&R!
Let me know what you think!
Constructive criticism welcome, flames will be used to toast marshmallows.
Warning! Character death ahead!
Be warned: fluff ahead.
This is slash. Don't like, don't read.
Don't like it? Don't read it.
If you don't like slash, turn back now.
This is rated R for a reason.
An AU where Halloran never left.
In this fic, Nell never died.
Just a little something I wrote for Christmas.
A bit of fluff for a rainy day.
Short chapter today, sorry!
Sorry this took so long!
I know it's been forever.
Wow, chapter ten already!
Second to last chapter!
Sequel to 'Lamp Light'. You should read that first.
Read part one first or this won't make sense.
Also posted on AO3.
Reposted because of formatting errors.
Edited 3/4/05: fixed some typos.
Italics are thoughts.
The lyrics are from 'Low Tide'.
I don't speak Gaelic, so forgive any mistakes.
English isn't my first language, so sorry for mistakes.
Remember, reviews are love!
50 reviews! You guys are awesome!
Thanks to everyone who reviewed! It rained here all day, so I could write.
I'm back! Did you miss me?
It's been a while, hasn't it? Here goes nothing!""".splitlines()


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize("said", SAID)
def test_what_is_said_to_readers_right_below_the_header_is_a_note(said, page):
    """It needs no label, no rule and no long speech."""
    part = page(said)
    assert part.prose[0].text == TOLD[0]
    assert [note.text for note in part.notes] == [said]


@pytest.mark.parametrize("page", [_html, _text])
def test_several_paragraphs_of_it_are_one_note(page):
    """What would not be enough by itself is beside what is."""
    said = ["I'm back!", "Sorry this took so long!", "Enjoy!"]
    part = page(*said)
    assert part.prose[0].text == TOLD[0]
    assert [note.text for note in part.notes] == ["\n\n".join(said)]


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize(
    "told",
    [
        "I'm back!",
        "Here goes nothing.",
        "It's been a while.",
        "For as far as the eye could see there were stars, and they were mine.",
        "To understand a lampkeeper one has to have been one.",
        "For years they had read the log before supper.",
        "I don't speak to them, and they forgive me.",
        "In this house nobody sleeps.",
        "Part of me was glad.",
        "The last chapter of his life began on the ferry.",
        "The flames were high, and you could see them from Low Fell.",
        "Sorry is a small word.",
        "Read this before you leave, the letter said.",
        "You are the best of us, and I know it.",
        "My first lamp was a small one.",
        "He was posted to the island in March.",
        "I wrote this in the dark.",
        "Thank you, she thought, for the lamp.",
        "The song was from home.",
    ],
)
def test_a_story_that_begins_with_few_words_stays(told, page):
    """Narrators write, apologise and come back, too."""
    part = page(told)
    assert part.prose[0].text == told
    assert not part.notes


def test_verse_is_no_greeting():
    """Each of its rows might be one."""
    song = (
        "In this version nobody sleeps.<br>In this one the lamp is lit.<br>In my version it rains."
    )
    part = _html(song)
    assert not part.notes


@pytest.mark.parametrize(
    "unit",
    [
        "beta ",
        "this is my first ",
        "thanks for ",
        "i hope you like ",
        "so well ",
        "sorry for ",
        "read ",
    ],
)
def test_a_hostile_paragraph_takes_no_time(unit):
    """Every pattern is asked of a few dozen words at most, whatever they are."""
    before = time.process_time()
    for length in (20, 80, 200, 499):
        remarks.weight((unit * 100)[:length])
    assert time.process_time() - before < 5  # a pattern that backtracks takes years
