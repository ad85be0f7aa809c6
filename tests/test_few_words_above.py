"""A few words between a page's header and its first drawn break: an author's, or a story's."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html, plain_text


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            ["While I played the game I always had the feeling that the lamp was laughing at me. So"
             " that is where I got the idea for this. The keeper is my main character, and I played"
             " him with the long oil can."], id="a game"),
        pytest.param(["I guess I need to mention the timeline. This is after the second season."],
                     id="the time"),
        pytest.param(["Halloran says a word... gasp!", "If you've read this far, I thank you for"
                      " bearing with the rain without complaint."], id="an exclamation beside it"),
        pytest.param(["Read My Other Works! They're not as wet!"], id="other works"),
    ],
)  # fmt: skip
def test_few_words_with_an_author_s_in_them_above_a_rule_are_a_note(said):
    """Between the header and a drawn rule it takes little to be the author's."""
    page = "<h1>Lamp Oil</h1><h2>a Harbour fanfiction by Ada Bell</h2><pre>{}\n\n{}\n\n{}</pre>"
    told = "\n\n".join(
        [f"The lamp was out on day {day}, and Halloran was in." for day in range(30)]
    )
    text = page.format("\n\n".join(said), "-" * 40, told)
    part = derive(html(text, "http://harbour.example/lamp.html"))
    assert part.prose[0].text.startswith("The lamp was out on day 0")
    assert said[0] in part.notes[0].text


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(["I never saw the lamp again, and you know why."], id="a narrator"),
        pytest.param(["Words leave me where I stand, and my rain is still your rain."], id="verse"),
        pytest.param(["The keeper thought. Then... _FWASH!_", "he was wet!", '"Mine!" he said.'],
                     id="a scene"),
    ],
)  # fmt: skip
def test_a_short_opening_scene_above_a_rule_stays(told):
    """A story may open with a few words of its own above a rule."""
    page = "<h1>Lamp Oil</h1><h2>a Harbour fanfiction by Ada Bell</h2><pre>{}\n\n{}\n\n{}</pre>"
    rest = "\n\n".join(
        [f"The lamp was out on day {day}, and Halloran was in." for day in range(30)]
    )
    text = page.format("\n\n".join(told), "-" * 40, rest)
    part = derive(html(text, "http://harbour.example/lamp.html"))
    assert not part.notes


INDENTED = "".join(
    f"    The lamp was out on day {day}, and Halloran was in, and so was the rain, and the\n"
    f'cat was on the stairs of the tower where it was dry.\n    "Out?" asked Ada, behind him.\n'
    for day in range(12)
)


@pytest.mark.parametrize(
    ("said", "is_note"),
    [
        (
            'Here\'s the official sequel to "Lamp Oil".  I only did it because I got so many\n'
            "reviews of it.  Some lime content, so no one under 18.",
            True,
        ),
        ("The keeper had been a tall man once, and the lamp remembers it.", False),
        ("Chapter 1: Ada Writes the Story", False),
    ],
)
def test_a_paragraph_set_apart_in_an_indented_text_is_known_by_its_words(said, is_note):
    """Where paragraphs are told by indents alone a blank row parts as much as a rule does."""
    text = f"Lamp Lit\nBy Ada Bell\n\n    {said}\n\n{INDENTED}"
    part = derive(plain_text(text, "http://harbour.example/lit.txt"))
    assert [note.text[:20] for note in part.notes] == ([said[:20]] if is_note else [])


def test_few_words_alone_above_a_rule_are_known_without_an_i():
    page = "<h1>Lamp Oil</h1><h2>a Harbour fanfiction by Ada Bell</h2><pre>{}\n\n{}\n\n{}</pre>"
    said = "This is based on the second season, and is a continuation of the last fanfic."
    told = "\n\n".join(
        [f"The lamp was out on day {day}, and Halloran was in." for day in range(30)]
    )
    part = derive(html(page.format(said, "-" * 40, told), "http://harbour.example/lamp.html"))
    assert [note.text for note in part.notes] == [said]
