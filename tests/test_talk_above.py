"""What authors say above and below a text file's story: titles under it, disclaimers in it, its
end."""

from __future__ import annotations

import pytest

from storykeep.accounting import account
from storykeep.cleaning import clean, saved_page

WALKED = (
    "Ada Penhallow walked down to the harbour that evening, as she did on every evening\n"
    "of that long and windless summer, and looked for the lamp at the end of the pier. It\n"
    "was dark, and the keeper's boat was gone from the steps where it had always lain.\n"
)
ASKED = (
    '"He has rowed out," said the boy who sold the herrings, and pointed with his knife\n'
    "to where the sea was darkest. Nobody else on the quay had seen him go, or would say.\n"
)
STORY = f"{WALKED}\n{ASKED}\n" * 4
TALK = (
    "Well, here is my first attempt at a fanfic, and I hope that you will be kind to it and\n"
    "to me. I wrote this in one night, with a cold, and a cat on the keys, so that not all\n"
    "of the words may be mine. Let me know what you think of the chapters that are done.\n\n"
    "I still do not know how to send a whole file with my mail, so I have copied it in here\n"
    "by hand, and if rows are missing, please write to me and I shall post them again. Can\n"
    "anybody put this on the archive for me? I do not even want to try that one myself.\n\n"
    "There will be a second part next week, after I have finished my exams, and have had\n"
    "some feedback from those of you who were so good as to read this. Here goes nothing.\n"
)
RULE = "*" * 70 + "\n"


def record(text: str, name: str = "x.txt") -> dict:
    return clean(saved_page(name, text.encode()), [])


def first(found: dict) -> str:
    return found["chapters"][0]["text"].split("\n\n")[0]


def last(found: dict) -> str:
    return found["chapters"][0]["text"].split("\n\n")[-1]


def names(found: dict) -> list[str]:
    return [each["name"] for each in found["authors"]]


@pytest.mark.parametrize(
    "head",
    [
        "\t\t\tThe Lamp\n\n\t\t\t   by\n\n\t\t\tAda Moss\n\n",
        "\t\t\tThe Lamp.\n\t\t\tby Ada Moss\n\n",
        '\t\t\t"The Lamp..."\n\n\t\t\tBy: Ada Moss\n\n',
    ],
)
def test_a_title_and_its_byline_end_a_long_talk(head):
    """Who talks for half a page before the title is its author still."""
    found = record(TALK + RULE + "\n" + head + STORY)
    assert found["title"].strip(".") == "The Lamp"
    assert names(found) == ["Ada Moss"]
    assert first(found).startswith("Ada Penhallow walked")
    assert any("a cat on the keys" in each["text"] for each in found["notes"])


def test_a_song_in_a_story_ends_no_talk():
    """A singer's name below a song's is a by-line, too; above it somebody has spoken."""
    song = "\t\t\tThe Lamp\n\t\t\tby Ada Moss\n\n"
    found = record(STORY + song + STORY)
    assert names(found) == []
    assert "by Ada Moss" in found["chapters"][0]["text"]


def test_a_counted_title_below_a_rule_ends_the_talk():
    """ "THE LAMP - Part 5" below a rule is the title, though the talk names it first."""
    talk = (
        "This story is for grown-ups, as there is a dream in it, though nothing happens in it\n"
        "that could not be told to a bishop; if such things vex you, then leave it out here.\n\n"
        "Comments welcome, critique encouraged, flames used to boil the kettle.\n\n"
        '"The Lamp" is posted in seven parts, all of which were posted on the third of March.\n\n'
        "Ada Penhallow and the keeper are the property of Low Fell Productions, borrowed\n"
        "without permission, and without any intent to infringe, or to annoy anybody. The\n"
        "rest of the characters are mine.\n\n"
    )
    found = record(f"{talk}{RULE}\nTHE LAMP - Part 5\n\n{STORY}")
    assert found["title"] == "THE LAMP"
    assert first(found).startswith("Ada Penhallow walked")
    [said] = found["disclaimers"]
    assert said["place"] == "first_paragraph"
    assert said["text"].endswith("The rest of the characters are mine.")


def test_a_note_announces_title_and_author():
    """'Here follows "The Lamp", by Ada Moss' names both."""
    talk = 'Hi all,\n\nThis is my first fanfic.\n\nHere follows "The Lamp", by Ada Moss, 8/9/1994.  Enjoy!\n\n'
    found = record(talk + RULE + "\n" + STORY)
    assert (found["title"], names(found)) == ("The Lamp", ["Ada Moss"])


def test_characters_used_without_permission_are_disclaimed():
    """Nothing but that is a disclaimer as well."""
    found = record(
        f"Just a hint of romance.\n\nAll characters used without permission...\n\n\t\tTHE LAMP.\n\n{STORY}"
    )
    assert [each["text"] for each in found["disclaimers"]] == [
        "All characters used without permission..."
    ]


def test_all_sentences_of_a_disclaimer_below_are_one():
    """Who was owned belongs to who must not sue."""
    said = "The Lamp and its people were created and owned by Low Fell and Moonstone. I made up the boy. Don't sue me."
    found = record(f"The Lamp\nby Ada Moss\n\n{STORY}\n{'-' * 60}\n{said}\n")
    assert [each["text"] for each in found["disclaimers"]] == [said]


def test_a_year_and_a_name_are_nobodys_disclaimer():
    """Behind "copyright" an author claims what is the author's own."""
    found = record(f"The Lamp\n\n{STORY}\ncopyright. 1994 - Ada Moss\n")
    assert found["disclaimers"] == []


def test_a_story_may_end_in_words_that_a_note_has():
    """ "I enjoy pain" above a rule is the story's end; the address below the rule is not."""
    end = "I enjoy the dark. But not this kind of dark.\n\nThis was not supposed to be how it ends.\n\n"
    found = record(f"The Lamp\nby Ada Moss\n\n{STORY}{end}{'-' * 70}\n\nC&C ada@pier.example\n")
    assert last(found) == "This was not supposed to be how it ends."
    assert names(found) == ["Ada Moss"]


def test_what_asks_for_comments_signs_nothing():
    """ "C&C ada@pier.example" as the last row is no name with its address."""
    found = record(f"The Lamp\n\n{STORY}{'-' * 70}\n\nC&C ada@pier.example\n")
    assert names(found) == []


def test_a_note_whose_rows_were_doubled_is_one():
    """A label's value goes on behind the blank rows that a transfer put in."""
    note = "Author's Note: this is set in the summer of the lamp, and\nowes a great deal to whoever has watched it with me."
    text = f"The Lamp\n\nby Ada Moss\n\n{note}\n\n{STORY}"
    found = record("\n".join(f"{row}\n" for row in text.split("\n")))
    assert [each["text"] for each in found["notes"]] == [
        "this is set in the summer of the lamp, and owes a great deal to whoever has watched it with me."
    ]


def test_notes_behind_a_gap_are_the_authors():
    """ "Notes:" two blank rows below the story opens what its author says of it."""
    note = (
        "Notes:  This chapter was a joy to write, the storm most of all. Thank you all for reading."
    )
    found = record(f"The Lamp\nby Ada Moss\n\n{STORY}The lamp shall burn on...\n\n\n{note}\n")
    assert last(found) == "The lamp shall burn on..."
    assert any("a joy to write" in each["text"] for each in found["notes"])


def test_notes_below_a_rule_are_whole():
    """What "I" says below a label below a rule is the author's, to its last paragraph."""
    note = (
        "AUTHORS NOTES: I know what you are thinking, and it was over in a minute, too.\n\n"
        "It came of pure boredom, on a pier, in March. I was looking at two boats, and then I\n"
        "wondered what he would do if he could not choose, and had but a lamp to choose by.\n\n"
        "Actually, I had started with the herrings, and went on from there, as one does.\n\n"
        "Criticism, abuse and herrings to ada@pier.example, please, and write to me soon.\n"
    )
    found = record(f"The Lamp\nby Ada Moss\n\n{STORY}{'=' * 20}\n\n{note}")
    assert last(found).endswith("would say.")
    assert any("herrings, and went on" in each["text"] for each in found["notes"])


@pytest.mark.parametrize(
    "row",
    [
        "By Jonas Dee.\n\nSailor and proud of it...\n\nComments are welcome... jonas@pier.example",
        f"{' ' * 40}Jonas Dee",
        "Jonas Dee , 1/18/95",
        "- Jonas Dee",
    ],
)
def test_who_signs_right_below_a_story_wrote_it(row):
    """A by-line, a name with a day or a name at the right ends a text that names nobody above."""
    found = record(f"The Lamp\n\n{STORY}{row}\n")
    assert names(found) == ["Jonas Dee"]
    assert last(found).endswith("would say.")


def test_a_name_that_the_story_has_signs_nothing():
    """Who is in the story may be its last word, far to the right."""
    found = record(f"The Lamp\n\n{STORY}{' ' * 40}Ada Penhallow\n")
    assert names(found) == []
    assert last(found) == "Ada Penhallow"


def test_a_label_goes_on_where_a_mailer_broke_its_rows_once_more():
    """A short row in the middle of a sentence does not end what the label says."""
    note = (
        "Author's Note: this owes a great deal to whoever has ever sat on a pier and thought,\n"
        "which\n"
        "is a good deal of people, as you will find when you have tried it for yourself.\n"
    )
    found = record(f"The Lamp\nby Ada Moss\n\n{note}\n{STORY}")
    assert found["notes"][0]["text"].endswith("tried it for yourself.")
    assert first(found).startswith("Ada Penhallow walked")


def test_a_counted_row_below_title_and_byline_is_a_part():
    """The title stands over its by-line; "Aftermath part 1" further down is a part of it."""
    found = record(
        f"The Lamp and the Pier\n\nby Ada Moss\n\nDisclaimer: Low Fell owns them.\n\nAftermath part 1\n\n{STORY}"
    )
    assert found["title"] == "The Lamp and the Pier"
    assert found["chapters"][0]["title"] == "Aftermath"


def test_the_first_row_of_a_paragraph_is_no_title():
    """A row in which one sentence ends and another begins is a story's."""
    text = f"        The night was dark enough for Harvey Pell. Observing\n\nhis boots, he saw nothing.\n\n{STORY}"
    assert first(record(text)).startswith("The night was dark")


def test_a_row_of_signs_is_where_its_paragraph_is():
    """The wrap that left a quotation mark alone on its row lost nothing."""
    text = f'The Lamp\nby Ada Moss\n\n{STORY}"Never to meet again, never to see the lamp, never in all our days . .\n."\n\n{STORY}'
    counts = account(saved_page("x.txt", text.encode()), None).letters()
    assert counts["unexplained"] == 0


def test_what_is_announced_in_a_long_talk_is_title_and_author():
    """'Here follows "The Lamp", by Ada Moss' may stand far below the first words."""
    talk = TALK + '\nHere follows "The Lamp", by Ada Moss, 8/16/1994, Part 1 of 2.\n\n'
    found = record(talk + RULE + "\n" + STORY)
    assert (found["title"], names(found)) == ("The Lamp", ["Ada Moss"])
    assert first(found).startswith("Ada Penhallow walked")


def test_a_byline_goes_on_in_the_next_row():
    """Two who wrote it may have a row each."""
    found = record(f"The Lamp\nby Ada Moss\nand Jonas A. Dee\n\n{STORY}")
    assert names(found) == ["Ada Moss", "Jonas A. Dee"]
    assert first(found).startswith("Ada Penhallow walked")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Copyright (c) 1994, Jonas Dee", ["Jonas Dee"]),
        ("Copyright 1991, Jonas P. Dee", ["Jonas P. Dee"]),
        ("Copyright (c) 1994, Low Fell Productions", []),
        ("Written by Jonas Dee, who is looking for readers", ["Jonas Dee"]),
    ],
)
def test_who_holds_the_copyright_under_the_title_wrote_it(row, expected):
    """A year and a full name claim the story for somebody; a company wrote none."""
    assert names(record(f"The Lamp\n{row}\nAll rights reserved\n\n{STORY}")) == expected


def test_a_page_of_html_is_one_under_the_name_of_a_text():
    """An archive that was copied kept its server's error pages under the names of stories."""
    page = "<!DOCTYPE HTML PUBLIC '-//IETF//DTD HTML 2.0//EN'>\n<html><head>\n<title>404 Not Found</title>\n"
    page += "</head><body>\n<h1>Not Found</h1>\n<p>The requested URL /lamp.txt was not found on this server.</p>"
    assert record(page, "lamp.txt")["outcome"] == "soft_404"
