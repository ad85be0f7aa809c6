"""A text's last passage, below its last break: an author's words to the readers, or the story's."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html
from tests.test_above_closing import LAST, ROWS, read, said
from tests.test_above_closing import last as last_of


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["Hi! Did you like it? I will have lots more of them."], id="a question"),
        pytest.param(["Now how do you like that one? and dont stop after this one, theres plenty "
                      "more lamps to come."], id="another"),
        pytest.param(["That was the best I could do, I hoped you enjoyed it."], id="hopes"),
        pytest.param(["PS- I'm real sorry for the first attempt at the lamp/pier x-over. I know "
                      "how it tortured you all, and I'm so sorry."], id="excuses"),
        pytest.param(["Ok...I know that that ending was weak... but don't worry...its just leading"
                      " into the next piece!", "As always...read and respond."], id="the ending"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("parting", ["-" * 30, "* * *", "The End"])
def test_an_author_s_last_words_are_no_scene(words, parting):
    """With neither a label nor a greeting that every page has."""
    part = read(parting, *words)
    assert last_of(part) in {LAST, "The End"}
    assert words[0] in said(part)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["I smile and stare into the fog.", "One day I will tell you of the lamp.",
                      "I think I love you."], id="a narrator"),
        pytest.param(["In the evening, when the boats were in, you could see the lamp from Low "
                      "Fell, and my father said nothing."], id="a last scene"),
        pytest.param(["Next time: Will you mend the lamp? Who will help my brother?"],
                     id="what comes next"),
        pytest.param(["Girl: I like my bun.", "Halloran: And I you."], id="a play"),
        pytest.param(["''Hi everyone'' she called, and put my bun down."], id="speech in marks"),
        pytest.param(["T O   B E   C O N T I N U E D"], id="letters by themselves"),
    ],
)  # fmt: skip
def test_a_story_s_last_scene_is_no_note(words):
    """A few words of a story below its last break stay in it."""
    part = read("-" * 30, *words)
    assert " ".join(last_of(part).split()) == " ".join(words[-1].split())
    assert not said(part)


def test_nothing_but_a_note_is_no_note():
    """What all of a page says is not its last passage."""
    part = read()
    assert last_of(part) == LAST


@pytest.mark.parametrize("typed", ["(AN: {})", "[A/N: {}]", "(Author's note: {})"])
def test_a_note_that_a_paragraph_goes_on_behind_ends_no_story(typed):
    """What stands in brackets within the telling takes nothing of it along."""
    note = typed.format("Does anyone remember the tune of that show? I may be too old.")
    scene = (
        f"{note} The girl ran through and around and even under the harbour, the gulls in pursuit"
        " behind her, which in turn were followed by the keeper. She made a few new doors, and many"
        " people were surprised at their tea. Several hens found that they were able to fly after"
        " all, and enjoyed a freedom that they had wished for, before the foxes came to the pier."
    )
    told = ["The gulls got tired of running after her, and began to fight each other for the bun "
            "that she had lost in her flight, and so she was at the kiosk when the keeper came.",
            "“What happened?” she asked no one in particular."]  # fmt: skip
    part = read(*ROWS.split("\n\n")[::2] * 3, scene, *told, "", "AN: (Smirk)")
    assert last_of(part) == told[-1]
    assert any("The gulls got tired" in block.text for block in part.prose)


def test_a_second_part_below_a_note_in_brackets_is_told_as_well():
    """Two parts in one file, each below the same note: what its brackets close ends there."""
    note = (
        "[Note about the Lamp Series: these are written to capture the thoughts and feelings of"
        " somebody at one moment of the show, a sad one or a happy one, that will stick in my mind."
        " Comments and criticism welcome, as always. On with the show.]"
    )
    told = ["Keeper. I say that word, and it hurts me still, as often as I hear it in the fog.",
            "How can I say it now? I swear that I will never forget, and I say so to the boats.",
            "Fine. I say what I want to say, and I put out the lamp."]  # fmt: skip
    part = read("Lamps Volume Two", note, "=====\nONE\n=====", *told)
    assert last_of(part) == told[-1]
    assert any(told[0] in block.text for block in part.prose)


def test_a_site_that_speaks_to_its_visitors_is_no_author():
    told = "".join(
        f"<p>The lamp was out on day {day}, and Halloran was in.</p>" for day in range(20)
    )
    foot = (
        "You are visitor number 1037.", "This page was last updated on 1 May 2004.",
        "Harbour Stories is kept by the night watch. Be kind to the authors.",
    )  # fmt: skip
    below = "".join(f"<p>{each}</p>" for each in foot)
    part = derive(html(f"<h1>Lamp Oil</h1><p>by Ada Bell</p><hr>{told}<hr>{below}"))
    assert not part.notes
