"""What authors say to their readers in a few sentences right below a story's last words."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html, plain_text

TOLD = [f"The lamp was out on day {day}, and Halloran was in the tower." for day in range(30)]
LAST = "Nobody lit it again."


def _html(*below: str):
    rows = "".join(f"<p>{row}</p>" for row in (*TOLD, LAST, *below))
    page = f"<title>Lamp Oil</title><h1>Lamp Oil</h1><p>by Ada Bell</p>{rows}"
    return derive(html(page, "http://harbour.example/lamp.html"))


def _text(*below: str):
    rows = "\n\n".join(("Lamp Oil\nby Ada Bell", *TOLD, LAST, *below))
    return derive(plain_text(rows, "http://harbour.example/lamp.txt"))


SAID = """Thanks for reading, everyone! I had so much fun writing this.
I hope you liked it! This was my first try at this pairing.
So, what did you think? I'm not sure about the ending.
Okay, that's it for this chapter. The next one should be up in a week or so.
Well, that was the end. I might write a sequel if people want one.
I know, I know, another cliffhanger. Don't hate me!
This was written for the Lamp Ficathon. The prompt was rain.
The song is 'Low Tide' by The Gulls.
And that's the end of part one. Part two is coming soon, I promise.
If you want a sequel, let me know.
If you liked this, check out my other stories.
Come find me on tumblr!
I'm on tumblr as lampkeeper, come say hi!
Beta'd by Moth. All remaining mistakes are mine.
Written in November 2003. Revised in 2005.
Sorry if it's a bit OOC. I haven't seen the show in a while.
I cried while writing this.
Poor Halloran. I'm so mean to him.
This plot bunny has been in my head for weeks.
I'll have the next part up by Friday.
You guys are amazing, thank you for 100 reviews!
Did I get anyone with that twist?
Bet you didn't see that coming!
No copyright infringement is intended. I make no money from this.""".splitlines()


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize("said", SAID)
def test_what_is_said_to_readers_below_the_last_words_is_a_note(said, page):
    """It needs no label, no rule and no mark of the end."""
    part = page(said)
    assert part.prose[-1].text == LAST
    assert [note.text for note in part.notes] == [said] or part.disclaimers


def test_remarks_pleas_and_a_name_are_one_note():
    """Several paragraphs of them."""
    said = ["Sorry if it's a bit OOC.", "R&amp;R plz!", "^_^", "~Ada"]
    part = _html(*said)
    assert part.prose[-1].text == LAST
    assert [note.text for note in part.notes] == ["\n\n".join(said).replace("&amp;", "&")]


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize(
    "told",
    [
        "To Halloran.",
        "For Nell.",
        "It was hers now.",
        "It was not his, and it never had been.",
        "He wrote it all down in November 1903, and revised it in the spring.",
        "Read my letter first, it said.",
        "Tell me how it ends, she thought.",
        "This lamp was mine, too.",
        "She found him on the pier, as she always had.",
        "You are amazing, said the cat.",
        "Next time: Ada lights the lamp!",
        "Part of her was still there.",
        "I loved the lamp.",
    ],
)
def test_a_story_s_last_words_stay(told, page):
    """What somebody in it gives, owns, writes or asks."""
    part = page(told)
    assert part.prose[-1].text == told
    assert not part.notes


def test_who_tells_a_story_may_thank_for_the_reading():
    """A letter ends so: where "I" tells all of it, a remark is not the author's by itself."""
    told = [f"I lit the lamp on day {day}, and I went down to the pier." for day in range(30)]
    rows = "".join(f"<p>{row}</p>" for row in [*told, "I had to write this."])
    page = f"<title>Lamp Oil</title><h1>Lamp Oil</h1><p>by Ada Bell</p>{rows}"
    part = derive(html(page, "http://harbour.example/lamp.html"))
    assert part.prose[-1].text == "I had to write this."
