"""What authors of FanFiction.Net say around a chapter that nothing but their words sets apart."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Page, Part

STORY = [
    "<p>The lamp on the pier had been out for a week when Halloran noticed it.</p>",
    '<p>"You could mend it," said the girl at the kiosk.</p>',
    "<p>He thought about it for as long as it takes to finish a bun, and then for rather longer,"
    " because the bun had been a good one and the rain had not stopped.</p>",
    "<p>By evening there was fog, and the boats went round each other by shouting.</p>",
    "<p>He went up with a can of oil and came down again without it.</p>",
]
TEXTS = [
    "The lamp on the pier had been out for a week when Halloran noticed it.",
    "He went up with a can of oil and came down again without it.",
]


def read(*head: str, tail: tuple[str, ...] = (), position: int = 2) -> Part:
    text = "".join([*head, *STORY, *tail])
    body = f"""<html><head><title>Lamp Oil Chapter {position}, a harbour fanfic</title></head><body>
    <div id=profile_top><b class='xcontrast_txt'>Lamp Oil</b> By: <a class='xcontrast_txt'
    href='/u/12/wrack'>wrack</a><div class='xcontrast_txt'>He mends it.</div>
    <span class='xgray'>Rated: Fiction T - English - Chapters: 9 - id: 90 </span></div>
    <select id=chap_select><option value=2 selected>{position}. A Week of Rain</option></select>
    <div class='storytext' id='storytext'>{text}</div></body></html>"""
    url = f"https://www.fanfiction.net/s/90/{position}/Lamp-Oil"
    fields = (("Content-Type", "text/html; charset=utf-8"),)
    return derive(Page(url, 200, fields, body.encode()))


def said(part: Part, place: str) -> str:
    return "\n\n".join(note.text for note in part.notes if note.place == place)


def ends(part: Part) -> list[str]:
    texts = [block.text for block in part.prose if block.kind != "break"]
    return [texts[0], texts[-1]]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(
            ["<p><b>A/N:</b> Hello again!</p>", "<p>I feel I must warn you that term begins.</p>",
             "<p>But enough of this chatter! On to the story!</p>"], id="talk below a label"),
        pytest.param(["<p>Okay, story time.</p>"], id="the line alone"),
        pytest.param(
            ["<p>Mo, you were right about the oil.</p>", "<p>And now, please enjoy this tale of a"
             " tale. :)</p>"], id="enjoy"),
        pytest.param(
            ["<p>This is a spin-off of Tallow's Harbour Lights. The pier is hers.</p>"],
            id="what the story is made from"),
        pytest.param(["<p>This story takes place in the universe of Harbour Lights.</p>"],
                     id="where it takes place"),
        pytest.param(["<p>Many thanks to Mo, my patient beta.</p>"], id="thanks"),
        pytest.param(
            ["<p><b>A/N:</b> Hello again!</p>", "<p>P.S.: gulls are drawn to scale.</p>",
             "<p>EDIT: mended the spelling of the ferry.</p>",
             "<p>It is a long week, so the next chapter will be short.</p>"],
            id="what is added to a note"),
        pytest.param(
            ["<p>Author's note:</p>", "<p>Read Harbour Lights first.</p>",
             "<p>I wrote this for the challenge at the end of chapter 3.</p>",
             "<p>It is not my best, but it was the most fun.</p>", "<hr>"],
            id="a few words between a label and a rule"),
        pytest.param(
            ["<p><b>A/N:</b> Hello again!</p>", "<p>Also, hi, Mo. The gulls are yours.</p>",
             "<hr>", "<p><b>Chapter 2 - A Week of Rain</b></p>"], id="above the chapter's heading"),
        pytest.param(
            ["<p>AN/1: The next chapter may take me two weeks, I am still writing it.</p>", "<p>~~~~~~</p>",
             "<p>CHAPTER TWO</p>", "<p>~~~~~~</p>"], id="above its number alone"),
    ],
)  # fmt: skip
def test_what_an_author_says_before_handing_over_is_a_note(head: list[str]) -> None:
    """No word of it is lost, and none of it is the story's."""
    part = read(*head)
    assert ends(part) == TEXTS
    assert said(part, "head") or part.disclaimers
    assert len(part.prose) == len(STORY)


@pytest.mark.parametrize(
    ("head", "first"),
    [
        pytest.param(
            ['<p>"On with the show!" cried the harbour master.</p>'],
            '"On with the show!" cried the harbour master.', id="spoken"),
        pytest.param(
            ["<p>This is a story about a lamp, and how it went out.</p>"],
            "This is a story about a lamp, and how it went out.", id="a narrator's first words"),
        pytest.param(
            ["<p><b>A/N:</b> Hello again!</p>", "<p>She had not expected to enjoy the fair.</p>"],
            "She had not expected to enjoy the fair.", id="a first paragraph below a note"),
        pytest.param(
            ["<p>The harbour was dark that year.</p>", "<p>Nobody said why.</p>", "<hr>",
             "<p><b>Chapter 2: A Week of Rain</b></p>"],
            "The harbour was dark that year.", id="a prologue above the heading"),
        pytest.param(
            ["<p><b>A/N:</b> Hello!</p>", "<hr>", "<p>The harbour was dark that year.</p>", "<hr>",
             "<p><b>Chapter 2: A Week of Rain</b></p>"],
            "The harbour was dark that year.", id="a prologue between a note and the heading"),
    ],
)  # fmt: skip
def test_what_a_narrator_says_first_stays_the_storys(head: list[str], first: str) -> None:
    """Lost text is worse than a note too many."""
    assert ends(read(*head)) == [first, TEXTS[1]]


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(["<p>Now. Review!</p>"], id="asks"),
        pytest.param(
            ["<p>So, was it good? Press the button and review!</p>",
             "<p>P.S. Does anybody know how I make those lines?</p>"], id="asks and goes on"),
        pytest.param(["<p>Hope you enjoyed meeting Halloran in this chapter.</p>"], id="hopes"),
        pytest.param(
            ["<hr>", "<p><b>A/N: Here he says that it was the wind. It went like this:</b></p>",
             '<p><b>"It was the wind!"</b></p>', '<p><b>"Was it?"</b></p>',
             "<p><b>...and it was.</b></p>"], id="a scene of its own, all in bold"),
        pytest.param(
            ["<p>ooooo</p>", "<p>A/N: So, there was a plan in which Mo would mend the lamp.</p>",
             "<p>Awkward, but I can work that out. I decided to leave it as a cameo, and one day"
             " they will have to pull the rest out of my cold, dead hard drive.</p>"],
            id="an author who says I below one who does not"),
        pytest.param(["<p>Note: Gulls do not eat lamp oil.</p>", "<p>Review please!</p>"],
                     id="a last note"),
        pytest.param(["<p>Note:</p>", "<p>Lamp oil was taxed until the year of the comet.</p>"],
                     id="a heading"),
        pytest.param(
            ["<hr>", "<p>Author's Note: the lamp has been a matter of some question.</p>",
             "<p>The harbour board had it made to be seen from the sea.</p>",
             "<p>The board, of course, never went to sea.</p>"], id="a headed essay"),
        pytest.param(["<p>The next chapter will be up on Sunday.</p>"], id="promises"),
    ],
)  # fmt: skip
def test_what_an_author_says_behind_the_last_words_is_a_note(tail: list[str]) -> None:
    """Its form, its narrator or whom it asks tells it from the story above."""
    part = read(tail=tuple(tail))
    assert ends(part) == TEXTS
    assert said(part, "tail")


def test_a_note_that_a_story_reads_out_stays_in_it() -> None:
    """A label far from the end, or with people speaking below it, opens no closing words."""
    tail = ("<p>Note: buy oil.</p>", *STORY[1:])
    assert [block.text for block in read(tail=tail).prose][len(STORY)] == "Note: buy oil."


PLAY = (
    "<p>Mo: Is it lit, or did the wind take that as well as the boats and the washing?</p>",
    "<p>Finch (softly): No. Nobody took it, and nobody lit it, and the oil is still in the can.</p>",
    "<p>&lt;Rowan&gt; It never was. They painted the glass yellow in the year of the comet.</p>",
)


@pytest.mark.parametrize("label", ["Author's note:", "A/N: I thought this would be funnier."])
def test_who_speaks_in_a_play_below_a_notes_label_speaks_in_the_story(label: str) -> None:
    """Authors who have their cast comment on a text have them comment on its notes, too."""
    part = read(tail=(f"<hr><p>{label}</p>", *PLAY, "<p>Mo: I see. We should go home.</p>"))
    assert ends(part) == [TEXTS[0], "Mo: I see. We should go home."]


def test_a_play_above_a_line_like_a_handing_over_is_the_storys() -> None:
    """What one of them says last is no author's word."""
    part = read(*PLAY, "<p>Storytime!</p>")
    assert ends(part) == [
        "Mo: Is it lit, or did the wind take that as well as the boats and the washing?",
        TEXTS[1],
    ]


def test_a_letter_in_italics_behind_a_rule_stays_the_storys() -> None:
    """Only a note's own label makes what is set apart the author's."""
    letter = ("<hr>", "<p><i>Dear Mo,</i></p>", "<p><i>The lamp burns again.</i></p>")
    assert ends(read(tail=letter)) == [TEXTS[0], "The lamp burns again."]
