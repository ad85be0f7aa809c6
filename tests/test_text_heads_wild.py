"""The heads of text files, as an old archive of a few thousand of them has them: who presents a story, a
title alone below a disclaimer, sentences that a blank row tears, a page's address below the by-line, and
talk that no story has."""

from __future__ import annotations

from typing import Any

import pytest

from storykeep.cleaning import clean, saved_page
from storykeep.header import numbers

STORY = """Lamps were lit along the harbour when the first of the boats came in. Nobody had
expected them before the morning, and the quay was empty but for a dog.

Ada put down her basket and counted the masts. "Seven," she said, and counted
them again. There should have been eight.

Behind her the door of the inn opened. Somebody laughed, and then the rain came
down on all of them, and the boats went out of sight one after the other.

She stayed where she was until the bell had rung for the second time, and then
she went home by way of the mill, where the miller's boy was mending the sluice.
"""
FIRST = "Lamps were lit along the harbour when the first of the boats came in."


def record(head: str, name: str = "zq1.txt", story: str = STORY) -> dict[str, Any]:
    text = f"{head}\n\n{story}"
    return clean(saved_page(name, text.encode(), url=f"http://a.example/x/{name}"), ())


def names(found: dict[str, Any]) -> list[str]:
    return [each["name"] for each in found["authors"]]


def first(found: dict[str, Any]) -> str:
    block = next(each for each in found["chapters"][0]["blocks"] if each["kind"] == "paragraph")
    return str(block["markdown"])


def disclaimers(found: dict[str, Any]) -> list[str]:
    return [each["text"] for each in found["disclaimers"]]


@pytest.mark.parametrize(
    ("head", "title", "author"),
    [
        ("Mothlight presents...\n\nThe Sound of Rain", "The Sound of Rain", ["Mothlight"]),
        ("Ben Jonas reluctantly presents:\n\nA Lamp for Ada", "A Lamp for Ada", ["Ben Jonas"]),
        ("Harbour Productions Proudly Presents\n\nA Lamp for Ada", "A Lamp for Ada", []),
        (
            "Harbour Works Presents:\n\nA Lamp for Ada\n\nby Jo Dee",
            "A Lamp for Ada",
            ["Jo Dee"],
        ),
        (
            '"Things come and go, but rain remains."\n                    -Ada Moss\n\n'
            "Mothlight presents...\n\nThe Sound of Rain\n\nChapter Six: Through Ada's Eyes...",
            "The Sound of Rain",
            ["Mothlight"],
        ),
    ],
)
def test_who_presents_a_story_stands_above_its_title(head, title, author):
    """A person who presents it wrote it; a company's name is nobody's, and a by-line says more."""
    found = record(head)
    assert (found["title"], names(found)) == (title, author)


def test_what_is_quoted_above_a_text_stays_with_its_source():
    found = record(
        '"Things come and go, but rain remains."\n                    -Ada Moss\n\n'
        "Mothlight presents...\n\nThe Sound of Rain"
    )
    assert [each["markdown"] for each in found["chapters"][0]["blocks"][:2]] == [
        '"Things come and go, but rain remains."',
        "\\-Ada Moss",
    ]


def test_a_title_that_speaks_of_presents_presents_nobody():
    found = record("No Need for So Many Presents!\n\nby Jo Dee")
    assert (found["title"], names(found)) == ("No Need for So Many Presents!", ["Jo Dee"])


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "I don't own these people or profit from them.\n\nRain on the Harbour",
            "Rain on the Harbour",
        ),
        (
            "I do not own Low Fell or its characters, so don't sue me.\n\n\t\t\t\tNo need for more lamps P4",
            "No need for more lamps P4",
        ),
        (
            "Disclaimer: Low Fell is not mine.\n\nFor the Love of Rain: The Series After the Lamp\n~~~~~~~~~~~~~~~~~~~~~~",
            "For the Love of Rain: The Series After the Lamp",
        ),
        ('      Mara\'s Glory\n      mara@mail.example\n      " The Final Rain"', "The Final Rain"),
        ("Ada-chan Moss Quill\nquill@mail.example\nThe Rain I", "The Rain I"),
        ("             The Trials of Rain,\n                   Part III", "The Trials of Rain"),
    ],
)
def test_a_title_alone_below_what_is_said_or_below_a_name(head, title):
    """No label and no by-line names it: its place does, between what is no story and the story."""
    found = record(head)
    assert (found["title"], first(found).split(". ")[0] + ".") == (title, FIRST)


@pytest.mark.parametrize(
    "row", ["Moss Household", "That Night", "INT. KITCHEN", "Let's Begin", "10:30 PM"]
)
def test_where_a_scene_plays_is_no_title(row):
    found = record(f"I don't own these people or profit from them.\n\n{row}")
    assert found["title"] is None
    assert row in found["chapters"][0]["text"]


def test_in_a_file_that_counts_such_a_row_is_the_chapter_s():
    found = record("I don't own these people.\n\nWhat Ada Counted", "rain_on_the_pier07.txt")
    assert (found["title"], found["chapters"][0]["title"]) == (
        "rain on the pier",
        "What Ada Counted",
    )


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            "Disclaimer: All of Low Fell and its people are owned\nby Moss and Low Limited.",
            "All of Low Fell and its people are owned by Moss and Low Limited.",
        ),
        (
            "By Jo Dee\n\nDisclaimer: The people of Low Fell belong to Moss, and this is not\n"
            "for the purpose of any\n\ncommercial profit on my or\n\nanyone else's behalf.",
            "The people of Low Fell belong to Moss, and this is not for the purpose of any commercial profit "
            "on my or anyone else's behalf.",
        ),
        (
            "        Many of the characters in this work are the property of Moss,\n"
            "          Low, and probably a number of other people.",
            "Many of the characters in this work are the property of Moss, Low, and probably a number of "
            "other people.",
        ),
        (
            "The Rain\nby Jo Dee\n\nOf course, I came up with neither Low Fell nor the World of Rain. All\n"
            "appropriate copyrights apply.",
            "Of course, I came up with neither Low Fell nor the World of Rain. All appropriate copyrights apply.",
        ),
        (
            'DISCLAIMER: This is one part of a long story.\n\n"Low Fell!", Ada, and all related images are (c)\n'
            "Moss and Low. The author has received no money for it.",
            'This is one part of a long story.\n\n"Low Fell!", Ada, and all related images are (c) Moss and '
            "Low. The author has received no money for it.",
        ),
    ],
)
def test_a_disclaimer_is_taken_to_the_end_of_its_sentence(head, said):
    """A row that ends before its "by", and a blank row after "my or", are within the sentence."""
    found = record(head)
    assert disclaimers(found) == [said]
    assert first(found).startswith("Lamps were lit")
    assert "by Moss" not in str(found["title"])


def test_an_address_below_the_byline_is_no_story():
    found = record(
        "Chapter 3: No need for Rain\nBy: MothLight\nemail: moth@mail.example\n"
        "http://moth.example/rain/index.html\n(The Moth's Page!)"
    )
    assert (first(found)[:15], names(found)) == ("Lamps were lit ", ["MothLight"])


def test_an_address_within_a_note_stays_in_it():
    found = record(
        "Jo Dee\njo@mail.example\n\nMore of this is at\nhttp://moth.example/\nwhich I keep up.\n\n***"
    )
    assert "at http://moth.example/ which" in " ".join(note["text"] for note in found["notes"])


@pytest.mark.parametrize(
    "row", ["C & C welcome", "Any and all C+C craved for.", "Comments welcome!"]
)
def test_a_row_that_welcomes_comments_is_a_note(row):
    found = record(f"Rain on the Harbour\nby Jo Dee\n{row}")
    assert (first(found)[:15], [note["text"] for note in found["notes"]]) == (
        "Lamps were lit ",
        [row],
    )


@pytest.mark.parametrize(
    "label",
    [
        "Author's Inane Ramblings:",
        "Author's forward:",
        "Authhors Notes:",
        "Notes from the author:",
        "A word from the author:",
        "Author's Rants:",
        "Authour's note :",
        "Writer's introduction:",
        "Note-",
        "NOTES-",
    ],
)
def test_the_author_s_words_have_labels_of_many_kinds(label):
    found = record(
        f"Rain on the Harbour\nby Jo Dee\n\n{label} The lamp is out in this one, and it rains."
    )
    assert [note["text"] for note in found["notes"]] == [
        "The lamp is out in this one, and it rains."
    ]


def test_an_author_s_plea_may_be_a_title():
    found = record("AN AUTHOR'S DESPERATE PLEA\nby Jo Dee")
    assert (found["title"], names(found)) == ("AN AUTHOR'S DESPERATE PLEA", ["Jo Dee"])


TALK = (
    "This was my first attempt at writing a fanfic, so please don't flame me. I hope you guys enjoy this "
    "chapter, and let me know what you think in a review!"
)


def test_paragraphs_down_to_unmistakable_talk_are_the_author_s():
    found = record(f"Rain on the Harbour\nby Jo Dee\n\nIt took me the whole of June.\n\n{TALK}")
    assert first(found).startswith("Lamps were lit")
    assert TALK in " ".join(note["text"] for note in found["notes"])


@pytest.mark.parametrize(
    "above",
    [
        '"I never said so," said Ada.\n\n"You did," said Ben, "and more than once."',
        '"It rains," said Ada, and nobody answered her.',
    ],
)
def test_where_somebody_speaks_above_it_nothing_is_taken(above):
    found = record(f"Rain on the Harbour\nby Jo Dee\n\n{above}\n\n{TALK}")
    assert above.split("\n", 1)[0] in found["chapters"][0]["text"]


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ("part 3b: Thursday", "Thursday"),
        ("Part 3A:Wednesday", "Wednesday"),
        ("Chapter 4: A Warm Shack on a Cold Day", "A Warm Shack on a Cold Day"),
        ("Prolouge", "Prolouge"),
        ("EPILOUGE!!!", "EPILOUGE!!!"),
    ],
)
def test_a_part_s_heading_below_the_author_s_words(row, title):
    found = record(f"Rain on the Harbour\nby Jo Dee\n\n{TALK}\n\n{row}")
    assert (found["chapters"][0]["title"], first(found)[:15]) == (title, "Lamps were lit ")


@pytest.mark.parametrize(
    ("text", "number"), [("part 3b: Thursday", 3), ("Chapter 12a", 12), ("Ep. 4C - Oil", 4)]
)
def test_halves_of_a_part_count_as_it(text, number):
    part = numbers.read_part(text)
    assert part is not None
    assert part.number == number
    assert numbers.is_part_line(text)


@pytest.mark.parametrize(
    ("row", "author"),
    [
        ("Regular/by Moth", ["Moth"]),
        ("by Ada Quill ^_^", ["Ada Quill"]),
        ("By, Clayton Moss", ["Clayton Moss"]),
        ("A rain story by Ada Quill; as told to Tom Moss", ["Ada Quill"]),
        ("Story by Jo Dee, art by Max Low", ["Jo Dee"]),
    ],
)
def test_bylines_as_people_type_them(row, author):
    assert names(record(f"Rain on the Harbour\n{row}")) == author


@pytest.mark.parametrize(
    ("row", "title", "chapter"),
    [
        ("Ada's True Love Prologue", "Ada's True Love", "Prologue"),
        ("Shadow Of The Lamp: Epilogue", "Shadow Of The Lamp", "Epilogue"),
        ("The Prologue", "The Prologue", None),
        ("Glass Mill, Part 2: The Long Weir: Prologue", "Glass Mill", "The Long Weir: Prologue"),
    ],
)
def test_what_a_part_is_called_that_has_no_number(row, title, chapter):
    found = record(f"{row}\nby Jo Dee")
    assert (found["title"], found["chapters"][0]["title"]) == (title, chapter)


def test_a_label_with_a_scene_behind_it_names_no_title():
    """No title has as many words: what stands behind "Story:" there is a note."""
    scene = (
        "The story begins with Ben, who refuses to come down from the mill, and with Ada, who would rather "
        * 2
    )
    found = record(f"Story: {scene.strip()}")
    assert found["title"] is None
    assert [note["label"] for note in found["notes"]] == ["Story"]


def test_a_list_s_tag_is_no_part_of_the_title_below_its_sender():
    found = record(
        "moth@mail.example (Ada Moss)\n\n[Low Fell/Crossover] Rain on the Harbour\n\n",
        story=f"{STORY}\n---\n\nThat was all of it, and I hope you liked it.\n\n---Ada\n",
    )
    assert (found["title"], names(found)) == ("Rain on the Harbour", ["Ada Moss"])


def test_a_note_s_first_row_may_be_parted_from_the_rest():
    found = record(
        "Author's Notes: I just had to write this! I hope you enjoy it. Send me\n\nyour opinion of it, and of my "
        "other stories.\nDisclaimer: I own none of these characters.\n\nThe Lamp That Lies Hidden\n"
        "Chapter Nine: The Auction"
    )
    assert [note["text"] for note in found["notes"]] == [
        "I just had to write this! I hope you enjoy it. Send me your opinion of it, and of my other stories."
    ]
    assert disclaimers(found) == ["I own none of these characters."]


def test_leave_to_archive_is_no_disclaimer():
    found = record(
        "Disclaimer: Low Fell and its characters are the property of Moss.\n\nIf you wish to archive this fanfic on a "
        "site, I have no objections as long as nobody makes money off of it (if I don't make money off of it, no one "
        "will make money off of it)."
    )
    assert disclaimers(found) == ["Low Fell and its characters are the property of Moss."]


def test_a_name_before_brackets_is_within_its_sentence():
    found = record(
        "Low-Fell! (No Need For Lamps!) is (c) Moss * Low LDC, Inc. Rain! (Oh My Rain!) is (c) by\n"
        "Ada Quill and KSS Films.\n\nRain on the Harbour\nby Jo Dee"
    )
    assert disclaimers(found)[0].startswith("Low-Fell! (No Need For Lamps!) is (c) Moss")


def test_stars_behind_a_disclaimer_are_none_of_it():
    found = record(
        "***Disclaimer- I do not own Low Fell or any of the characters, so please do not sue me.****"
    )
    assert disclaimers(found) == [
        "I do not own Low Fell or any of the characters, so please do not sue me."
    ]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            "Standard Disclaimer: I have nothing to do with Low Fell or Moss. The Lamp is a song off\n"
            "a record of theirs. I am in no way affiliated with Low, Psychedelic Records\n\n"
            "or anything else of the kind.",
            "I have nothing to do with Low Fell or Moss. The Lamp is a song off a record of theirs. I am in no "
            "way affiliated with Low, Psychedelic Records or anything else of the kind.",
        ),
        (
            "Disclaimer: I dont own Low Fell! Nor do I own any of the characters in\nit. I\n"
            "only write like this for the pleasure of other people. What I do lay claim\nto\n"
            "though is the story itself which was written by me.",
            "I dont own Low Fell! Nor do I own any of the characters in it. I only write like this for the "
            "pleasure of other people. What I do lay claim to though is the story itself which was written by me.",
        ),
        (
            "Low Fell! is owned by Moss and Low.\nmoth@mail.example\n\nChapter 3 On the Horizon",
            "Low Fell! is owned by Moss and Low.",
        ),
    ],
)
def test_rows_that_a_mailer_broke_are_of_one_disclaimer(head, said):
    found = record(head)
    assert disclaimers(found) == [said]
    assert first(found).startswith("Lamps were lit")


def test_how_a_story_was_written_is_no_title():
    found = record(
        "The Devil & Mr. Moss:\n\nAnd the Gods of Rain Ran Screaming\n\nWritten at gunpoint by Moth"
    )
    assert found["title"] == "The Devil & Mr. Moss: And the Gods of Rain Ran Screaming"
    assert names(found) == ["Moth"]


def test_a_row_that_only_counts_names_nothing():
    found = record("Here is CH 4", "friend_or_foe04.txt")
    assert found["title"] == "friend or foe"
    assert first(found).startswith("Lamps were lit")


def test_a_title_between_two_wide_rules():
    rule = "-" * 70
    found = record(
        f"Low Fell/ Moss Crossover\n\nThis is a Low Fell/ Moss Crossover. I don't own any of the characters.\n\n"
        f"{rule}\n\nImmortal Among Us\n\n{rule}\n\nChapter 2: The Stranger"
    )
    assert (found["title"], found["chapters"][0]["title"]) == ("Immortal Among Us", "The Stranger")


def test_a_name_above_the_story_that_signs_below_it():
    found = record(
        "\tNo Need for Rain\n\n<All the characters belong to another company, so don't sue me!>\n\n\n\tMichael Langley\n\n",
        story=f"{STORY}\nNOTE: So what do you think? Good or bad? Email me at mike@mail.example\n\nMike Langley\n",
    )
    assert names(found) == ["Michael Langley"]
    assert found["chapters"][0]["title"] is None


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("Chapter 3 On the Horizon", True),
        ("Part 2 No Need for Revenge", True),
        ("Chapter 1 R U Ready 4 Rain", True),
        ("Chapter 2 was a long one, and it rained.", False),
        ("Part 2 of it", False),
    ],
)
def test_a_part_s_name_may_stand_right_behind_its_number(row, named):
    assert numbers.is_part_line(row) is named
