"""Who wrote a text file that has no label for it: by-lines below long titles and disclaimers, names with
an address, parts with a name behind them, and what only looks like one."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.header.filename import is_meant, tokens_of
from storykeep.model import Page, Part

STORY = """The lamp on the pier had not been lit since the ferry stopped running, and nobody could
say whose task it had been. Mara took the matches from the kitchen drawer and
went down to see about it herself, in her mother's boots.

"You will fall in," said her brother, who had never been further out than the
third plank.

She did not fall in. The wick was dry and the oil had gone to jelly, but on the
fourth match there was a flame the size of a fingernail, and somewhere out in
the dark a horn answered it.

It was a long horn, and a low one, and it was answered in its turn by the dogs
of the whole village, one after the other, from the mill down to the chapel. Her
brother stood up. He had always held that nothing would ever come of the pier,
and now he had his mouth open like a fish, and the water behind her was full of
small lights that had not been there when she struck the match.
"""


def part_of(head: str, tail: str = "") -> Part:
    page = Page(
        "http://tales.example/r/lamp03.txt",
        200,
        (("Content-Type", "text/plain"),),
        f"{head}\n\n{STORY}{tail}".encode(),
    )
    return derive(page)


def authors(head: str, tail: str = "") -> list[str]:
    return [author.name for author in part_of(head, tail).authors]


def disclaimers(head: str) -> list[str]:
    return [each.text for each in part_of(head, "\n" + STORY).disclaimers]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            'The Lamp Saga, Book One: "No Light for the Ferry!"\n\nBy Tom Farrow (tf@mail.example)',
            ["Tom Farrow"],
        ),
        ('"No Need for Lamps";Part 3, Like one big unhappy pier\n\nby Ruth Marsh', ["Ruth Marsh"]),
        ('TALES OF THE PIER! : "Mother\'s Lamp"\nby Ada Quill\n\nCHAPTER THREE', ["Ada Quill"]),
        (
            '"Every Lamp a Lantern"\nTales of the Pier in the Ninth Year\n by Otto the Dark',
            ["Otto the Dark"],
        ),
        ("The Lamp\n\nBy, Heather B. Marsh", ["Heather B. Marsh"]),
        ("The Lamp\n\nBy Zorn at zorn@mail.example", ["Zorn"]),
        ('The Lamp\n\nby Rich "Li"', ['Rich "Li"']),
        ("The Lamp\n\nA Tales of the Pier comedy by Nell P. Moss.", ["Nell P. Moss"]),
        ("The Lamp\n\nStory c 2001 by Wickley", ["Wickley"]),
        ("Tales of the Pier\nChapter Seven: Lit at Last by William Marsh", ["William Marsh"]),
        ("Tales of the Pier\nOdyssey\n\nIt All Burns Down by William Marsh", ["William Marsh"]),
        (
            'Lamps pt. 2b by Amy "Pier_Forever" Swale\nDisclaimer: not mine, any of it, but the pier.',
            ['Amy "Pier_Forever" Swale'],
        ),
        ("Lamps\nTales of the Pier Fanfiction by Kitty", ["Kitty"]),
        ("Ned Farrow\nned@mail.example\nTHE LAMP PART II", ["Ned Farrow"]),
        ('Andrew "Wick" Moss (wick@mail.example)\nThe Lamp', ['Andrew "Wick" Moss']),
        (
            "Besides Jay and the pier, nothing used in this story is my property. I am\n"
            "not paid for it, nor do I mean to be. The idea of a lamp came to me while I\n"
            "was waiting for a ferry that did not come, in the rain, for four hours and\n"
            "some minutes, with nothing to read but the table of the tides. It has been\n"
            "in the drawer since, and I have tried to leave it there, but it would come\n"
            "out. Blame the ferry, the rain, and whoever wrote that table of the tides.\n\n"
            "Pier Tales #11\nBy: Nell Magnus",
            ["Nell Magnus"],
        ),
    ],
)
def test_who_is_named_above_a_story_wrote_it(head: str, expected: list[str]):
    """However long or loud what stands above the by-line is."""
    assert authors(head) == expected


@pytest.mark.parametrize(
    "head",
    [
        # A row in the middle of a sentence.
        "The harbour and all of its lamps, and those who tend them, are owned and run\n"
        "by Tide and Company. The author owns Mara, Jon, and Bess. Names, places and\n"
        "the weather are made up.",
        # A cue of a scene that the author plays with the characters.
        "AUTHOR: (grins)  Okay, Mara, just read the card, will you? MARA: The pier is the\n"
        "property of the harbour board. The author does not own it.",
        "By Thursday\n\nnobody spoke of it any more, and the pier was left to the gulls and to\nthe rain.",
    ],
)
def test_who_is_named_in_a_sentence_did_not(head: str):
    assert authors(head) == []


@pytest.mark.parametrize(
    "tail",
    [
        '\n\nAuthor\'s notes: The song was called "Lit" and was sung by Celia Dean\n',
        "\n\nAuthor's notes: that is all for this week.\n\n-Until next time-\n",
    ],
)
def test_who_is_named_below_for_something_else_did_not(tail: str):
    assert authors("The Lamp", tail) == []


CHAT = """Well, here I am again, and so are you, I hope, my dear readers! I am sorry
that this chapter took so
long to write, but my computer broke down twice, and then I had exams, and then my
sister wanted to read the story first and hid the disk in the piano. If you sent
me a review and I did not answer it, that is why. I read every one of them, even
the ones that ask why there is no kissing in this fic. There will be, I promise,
only not in this part, because I do not know yet how to write it, and if you do,
please send me a mail. I have also been asked who the old man with the bucket
is. You will find out in the next chapter, I think, unless I change the plot of
the whole story again, as I did in the last one. Thanks to all of you who wrote
to me about the ferry. I like it, too. So on with the fic, and enjoy it, please!"""


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "The Lamp\n\nBy Ruth Marsh\n\nTales of the Pier! is the property of Tidewater and LBC.\n\nNotes: part three.",
            ["Tales of the Pier! is the property of Tidewater and LBC."],
        ),
        (
            "The Lamp\nBy Ruth Marsh\nTales of the Pier is owned by Tidewater\nMudlarks is owned by Low Fell Films",
            ["Tales of the Pier is owned by Tidewater Mudlarks is owned by Low Fell Films"],
        ),
        (
            "The Lamp\n\nBy Ruth Marsh\n\nPier and Mudlarks is owned/copyrighted by their respective companies.",
            ["Pier and Mudlarks is owned/copyrighted by their respective companies."],
        ),
        (
            "Disclaimer- Mara and Jon don't belong to me and all that.\n\nThe Lamp",
            ["Mara and Jon don't belong to me and all that."],
        ),
        (
            "The Lamp\n\nAs usual, I do not own these characters, only the pier.",
            ["As usual, I do not own these characters, only the pier."],
        ),
        (
            '"Pier!" and "Ah! My Lamp" are the property of Tidewater. This is a fanfic\nand is not for profit.\n\nThe Lamp',
            [
                '"Pier!" and "Ah! My Lamp" are the property of Tidewater. This is a fanfic and is not for profit.'
            ],
        ),
        (
            f"The Lamp\n\nBy Ruth Marsh\n\n{CHAT}\n\nDisclaimer: I do not own Tales of the Pier.",
            ["I do not own Tales of the Pier."],
        ),
    ],
)
def test_who_owns_it_all_is_told_in_many_ways(head: str, expected: list[str]):
    """One plain sentence is enough in its place, and a label behind a page of chat is still one."""
    assert disclaimers(head) == expected


def test_a_story_in_front_of_a_label_is_not_taken_for_chat():
    """A second chapter's label stands far below the first one's text, too."""
    part = part_of(
        "The Lamp\n\nBy Ruth Marsh\n\nChapter 1",
        "\n\nChapter 2\n\nDisclaimer: Not mine.\n\n" + STORY,
    )
    assert part.prose[0].text.startswith("The lamp on the pier had not been lit")


@pytest.mark.parametrize(
    ("name", "line", "is_title"),
    [
        ("lamp03.txt", "The Lamp, Part 3", True),
        ("nnf-lamp02.txt", "No Need for a Lamp", True),
        ("path-keeper07.txt", "The Path Of The Keeper VI:", True),
        ("green8.txt", "The Grass is Always Greener", True),
        ("PierOfLamps.txt", "PIER OF LAMPS", True),
        ("lamp03.txt", '"A lamp," said Mara, and put it down', False),
        ("lamp03.txt", "Mara looked for the lamp on the pier and in the shed", False),
        ("lamp03.txt", "By Lamp <lamp@mail.example>", False),
        ("ch03.txt", "The Lamp, Chapter 3", False),
    ],
)
def test_a_file_name_tells_which_line_is_the_title(name: str, line: str, is_title: bool):
    assert is_meant(line, tokens_of(f"http://tales.example/r/{name}")) is is_title


def test_a_title_that_the_file_name_means_is_found_below_an_authors_talk():
    """It is no title that stands first, and no file name, where the page has the words themselves."""
    head = f"{CHAT}\n\nThe Lamp, Part 3\n\nOut There"
    part = part_of(head, "\n" + STORY)
    assert part.title == "The Lamp"
    assert "lamp on the pier" in part.prose[1].text + part.prose[0].text


def test_a_text_ends_where_its_author_begins_to_talk():
    """No label and no rule parts them, but an address and an owner are named, and nobody speaks."""
    talk = (
        "\nWell, they are finally crossing! It only took me three chapters. The next one will have\n"
        "more of the dogs in it, I promise, so keep reading. Send your comments to ruth@mail.example.\n"
        "\nMara and Jon belong to Tidewater.\n\nBONUS: who lit the first lamp?\n"
    )
    part = part_of(
        "The Lamp\n\nBy Ruth Marsh",
        "\n" + STORY.replace("match", "spark") + "\nTo be continued...\n" + talk,
    )
    assert part.prose[-1].text == "To be continued..."
    assert [each.text for each in part.disclaimers] == ["Mara and Jon belong to Tidewater."]
    assert "finally crossing" in part.notes[0].text


def test_a_letter_at_the_end_of_a_story_is_the_storys():
    """Somebody in it says where to write, and somebody else answers."""
    letter = '\n"Write to me at mara@pier.example," she said, and the train pulled out.\n\nHe never did.\n'
    part = part_of("The Lamp\n\nBy Ruth Marsh", "\n" + STORY + letter)
    assert part.prose[-1].text == "He never did."


FORM = """The boat came into the harbour of the Lamps by night, greeted by wives,
cousins and creditors, and the harbour master climbed aboard in a coat that
was far too good for what he did. He knew at once who was in charge, for she
had the pencil, and handed her a sheet. "Fill it in," he said. Mara did not like
his manner, but she did not like to keep the dog waiting either, not when it had
been at sea for so long. She swallowed what she had been about to say for the moment, and
looked at the sheet.

   1. How many are you, and does any of you bark?
      NOTE: He who answers YES will be thanked for it, looked upon
      with awe, and sent back to where he came from; he who BELIEVES
      that will be surprised to find out how far it is on foot.

   2. Are you a USEFUL VISITOR or merely a looker at harbours who goes
      from pier to pier, wasting other people's time and making
      no contribution to the General Supply of Lamps?

   3. Do you come here to TRADE? If so, you must tell us all about your
      oil and become a REGISTERED DEALER. UNLOAD all of it from
      your boat, and then take it back on board, that other
      visitors may see you do it.

        ------------------------------------------------------

Mara filled it in by the light of the match.

   1. "Two of us, but I cannot speak for the dog."
   2. "Both. No, we are not lookers, I think you call them. No, sir."

        ------------------------------------------------------

   She gave the sheet back to the harbour master. "Yes. Now a, yes, a small
and considerate token of your regard would, certainly, see to it that all of
this is handled as soon as possible." She found a small garnet and gave it up.
"Very good, Captain, I'll be seeing you." The boat was free to leave, and the
dogs of the village carried somebody's brother up to the chapel.
"""


def test_a_note_in_a_form_that_a_story_shows_is_the_storys():
    """It stands in the middle, and what follows is more than an author adds to so short a text."""
    part = derive(
        Page(
            "http://tales.example/r/form.txt",
            200,
            (("Content-Type", "text/plain"),),
            f"The Form\nby Mako\n\n{FORM}".encode(),
        )
    )
    assert part.notes == ()
    assert part.prose[-1].text.endswith("brother up to the chapel.")
