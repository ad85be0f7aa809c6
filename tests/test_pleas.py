"""The few words with which an author leaves the readers, right below the story's last ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.derive import derive
from tests.pages import html, plain_text

TOLD = [f"The lamp was out on day {day}, and Halloran was in the tower." for day in range(30)]
LAST = "Nobody lit it again."


def _html(*below: str, author: str = "Ada Bell"):
    rows = "".join(f"<p>{row}</p>" for row in (*TOLD, LAST, *below))
    page = f"<title>Lamp Oil</title><h1>Lamp Oil</h1><p>by {author}</p>{rows}"
    return derive(html(page, "http://harbour.example/lamp.html"))


def _text(*below: str):
    rows = "\n\n".join(("Lamp Oil\nby Ada Bell", *TOLD, LAST, *below))
    return derive(plain_text(rows, "http://harbour.example/lamp.txt"))


PLEAS = """comments pleeezz!~
Reviews plzzz
reviiiiiew pleeeease!
C&amp;C plz
Plz R+R!!!
read n review!
Rate and comment!
Flames welcome.
Kudos and comments make me happy.
Reviews feed my muse.
Five reviews and I'll update!
*points at review button*
&lt;runs and hides&gt;
*ducks flying tomatoes*
So? Good? Bad? Let me know!
Well, what did ya think?
Whatcha think?
Like it? Hate it? Tell me!
Did you like it?
How did I do?
Hope ya liked it, people!
Questions? Comments? Death threats?
Until next time! Ja ne!
See ya next chapter!
TTFN!
That's all folks!
Arigatou for reading!
Thanx 4 reading!
Thank you guys so much for the reviews!
Sorry it was so short!
I know, short chapter. Sorry!
Next one will be longer, promise.
I'll update soon!
Please don't kill me!
Muahahaha, cliffhanger!
Evil, aren't I?
This was my very first fic.
Well that was our first fanfic!!""".splitlines()


@pytest.mark.parametrize("said", PLEAS)
def test_a_few_words_to_the_readers_are_no_part_of_the_story(said):
    """Known as a whole, however their letters are stretched."""
    part = _html(said)
    assert part.prose[-1].text == LAST
    assert len(part.notes) == 1


@pytest.mark.parametrize(
    "said",
    [
        ["~Ada"],
        ["-Ada Bell"],
        ["Love, Ada"],
        ["Ada Bell ^_^"],
        ["Ada Bell (3-11-02)"],
        ["ADA BELL, lamp tender"],
        ["Later,", "Ada Bell"],
        ["Reviews plz!", "^_^", "Bye!", "~Ada"],
    ],
)
@pytest.mark.parametrize("page", [_html, _text])
def test_whose_story_it_is_signs_it(page, said):
    """A name of the header's author alone, with what goes with it."""
    part = page(*said)
    assert part.prose[-1].text == LAST
    assert part.notes[-1].text.endswith(said[-1].split()[-1])
    assert [author.name for author in part.authors] == ["Ada Bell"]


@pytest.mark.parametrize(
    "told",
    [
        "Goodbye.",
        "Ada...",
        "Ada!",
        "-Halloran",
        "Love, Halloran",
        "<i>Don't hurt me.</i>",
        "&quot;What did you think?&quot;",
        "Sorry.",
        "He ducked the flying tomatoes.",
        "It was good.",
        "And that was that.",
        "More to come.",
        "Next year the lamp will be red.",
        "*click*",
        "He had nothing to say.",
        "She would not comment.",
        "There was no comment.",
        "Their page is run by cats.",
        "See you in the morning, he thought.",
    ],
)
def test_a_story_s_last_few_words_stay(told):
    """What somebody may say or think in it, whom it may end with, what comes next."""
    part = _html(told)
    assert part.prose[-1].text == told.replace("<i>", "").replace("</i>", "").replace("&quot;", '"')
    assert not part.notes


def test_a_farewell_above_a_plea_stays_with_the_story():
    """Who says "Goodbye." there may well be in it."""
    part = _html("Goodbye.", "Reviews plz!")
    assert part.prose[-1].text == "Goodbye."
    assert [note.text for note in part.notes] == ["Reviews plz!"]


@given(st.text(max_size=160))
def test_any_last_words_are_somewhere(said):
    """Whatever is said there is told or noted, and asked in no time."""
    part = _text(said)
    kept = "".join(block.text for block in part.prose) + "".join(note.text for note in part.notes)
    assert "Nobody lit it again." in kept
