"""Titles of text files that no label names: what the file's name means, what counts, is underlined
or in a box; and who signs the talk above a story."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.header.filename import is_initialled, is_meant, tokens_of
from storykeep.model import Page, Part
from tests.test_signed_texts import STORY


def part_of(head: str, *, name: str = "x17", tail: str = "") -> Part:
    page = Page(
        f"http://tales.example/r/{name}.txt",
        200,
        (("Content-Type", "text/plain"),),
        f"{head}\n\n{STORY}{tail}".encode(),
    )
    return derive(page)


OWNED = "Disclaimer: The pier and all who walk on it are owned by Low Tide Pictures.\n\n"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("shas_forg_pier15", "Low Tide! Shadows of a Forgotten Pier"),
        ("what_happpens_next06", "Low Tide! What happens next?"),
        ("ltlp_mara02", "Let's Trim That Lamp, Mara!"),
        ("mar-con-grammer02", "MARA'S COUNTRY GRAMMAR (PART 2)"),
        ("nnfa-love-cmo05", "No Need for a Love to Call My Own"),
        ("by_dawns_elight01", "By Dawns Early Light-Chapter One"),
        ("lampch3", "The Lamp"),
        (
            "ten_in_old_haven01",
            'Tenfold in Old Haven - Chapter 1 : "The Clerk With The Light Blue Sword"',
        ),
    ],
)
def test_a_file_s_name_means_its_title_though_letters_are_left_out(name, title):
    url = f"http://tales.example/r/{name}.txt"
    assert is_meant(title, tokens_of(url)) is (name != "ltlp_mara02")


def test_a_file_s_name_may_be_the_initials_of_its_title():
    assert is_initialled("A Lamp of Brass", ["lb"])
    assert is_initialled("The Mara Incident", ["tmi"])
    assert not is_initialled("A lamp of brass", ["lb"])
    assert not is_initialled("A Lamp of Brass", ["lamp"])


@pytest.mark.parametrize(
    ("head", "title", "position"),
    [
        ("Forevermore, Chapter 4; Oil", "Forevermore", 4),
        ("LOW TIDE: Chapter 2 - No Time for Wicks", "LOW TIDE", 2),
        ("Something Snapped 3\n===================", "Something Snapped 3", None),
        ("*" * 30 + "\n* NO NEED FOR A FERRY!     *\n" + "*" * 30, "NO NEED FOR A FERRY!", None),
        ("Aoi Lamp\nPart 3, Blue Flame", "Aoi Lamp", 3),
        ("Every Lamp Needs a Wick.\nChapter one...Wick, My Wick", "Every Lamp Needs a Wick.", 1),
        ("][" * 20 + "\nThe Keeper: Lord of Moths\nChapter Six: Oil\n" + "][" * 20,
         "The Keeper: Lord of Moths", 6),
    ],
)  # fmt: skip
def test_a_row_below_the_disclaimer_that_is_drawn_as_a_title_is_one(head, title, position):
    part = part_of(OWNED + head)
    assert (part.title, part.position) == (title, position or 17)
    assert part.prose[0].text.startswith("The lamp on the pier")


def test_a_title_in_the_rows_of_the_disclaimer_ends_it():
    part = part_of(
        "All characters are property of Low Tide\nNo Need For An Ominous Lamp\n"
        "Chapter 5: No Need For Oil\nBy Wickham",
        name="nnf-omi-lamp05",
    )
    assert (part.title, part.position) == ("No Need For An Ominous Lamp", 5)
    assert [author.name for author in part.authors] == ["Wickham"]
    assert [each.text for each in part.disclaimers] == ["All characters are property of Low Tide"]


@pytest.mark.parametrize(
    "first",
    [
        "Mara and Chapter 4 had never met.",
        "MARA: Here's Chapter Two!",
        '"Part 4," she said, "is where it burns."',
    ],
)
def test_a_row_that_only_mentions_a_part_is_no_title(first):
    assert part_of(f"{OWNED}{first}").title is None


def test_the_last_row_of_a_paragraph_above_the_by_line_is_no_title():
    part = part_of(
        "Consequences, or, What Mara did next\n\n"
        '(Obscure joke alert: there was a book called "What Treasure did next", a\n'
        "follow up by a writer to her collection of writings about her daughter and the\n"
        'activities of that child originally printed in the paper of the town, simply\nknown as "T")'
        "\n\nWritten by Jo Scribe (jo@mail.example)\n"
    )
    assert part.title == "Consequences, or, What Mara did next"


def test_a_title_between_quotation_marks_goes_before_the_row_below_it():
    part = part_of(
        '"Every Need for a Lantern"\nLow Tide in the World of Moths\n by Otto the Dark\n'
    )
    assert part.title == "Every Need for a Lantern"


TALK = (
    "Okay, this could be it for a while. I'm working on another fic, which needs my attention\n"
    "just as much. If you hated this chapter, send me an e-mail and tell me so.\n"
)


@pytest.mark.parametrize("signed", ["-Brian Wick", "- The Wick", "~Brian Wick"])
def test_who_signs_the_talk_above_a_story_wrote_it(signed):
    part = part_of(f"The Lamp\n\n{TALK}{signed}\n***************\n")
    assert [author.name for author in part.authors] == [signed.strip("-~ ")]
    assert part.prose[0].text.startswith("The lamp on the pier")


@pytest.mark.parametrize(
    "above",
    ['"What is your errand, Mara?"\n', "Low Tide\nGathering of the Wicks\n"],
    ids=["a motto", "a subtitle"],
)
def test_who_said_a_motto_is_not_the_author(above):
    assert part_of(f"The Lamp\n\n{above}\t-Captain Pell\n").authors == ()


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("From the Blood of Lamps (or No Need\nfor Oil)\nby the Lonewick\n", ["the Lonewick"]),
        ("The Lamp\nwritten by\nHeather Wickham AKA Mara Pell AKA Ran\n", ["Heather Wickham"]),
        ("*The Lamp*\nA Low Tide epic fanfic by\nHeather B. Wick\n", ["Heather B. Wick"]),
        (
            "Low Tide: The Lamp\n\nPart Two: Oil\n\nBrian Wick\n\nwick@mail.example\n",
            ["Brian Wick"],
        ),
    ],
)
def test_by_lines_with_their_name_in_the_next_row(head, names):
    assert [author.name for author in part_of(head).authors] == names


def test_author_as_a_part_in_a_scene_above_the_story_names_nobody():
    part = part_of(
        "The Lamp\n\nAuthor: Okay Mara, you're on.\nMara: I hate this.\nAuthor: No help!\n\n* * *\n"
    )
    assert part.authors == ()


def test_a_song_that_is_played_has_no_author_of_the_story():
    part = part_of('The Lamp\n\n(Cue opening theme: "Low Tide" by Ada Orik)\n\n')
    assert part.authors == ()


def test_a_long_title_in_the_rows_of_a_paragraph_is_one_above_the_by_line():
    part = part_of(
        "Low Tide! (No Need For Lamps!, This End Up) is (c) Fox * Gray Pictures, Inc.\n\n"
        "Aa! Lamp-sama Muyo! (Ah! No Need For My Lamp-Keeper!)\n"
        "A Low-Tide! and Aa! Lamp-sama! crossover fan fiction\nBy Luna Wick\n"
    )
    assert part.title == "Aa! Lamp-sama Muyo! (Ah! No Need For My Lamp-Keeper!)"


def test_talk_between_a_title_and_its_end_said_again_is_above_the_story():
    part = part_of(
        "Jo Dee (jo@mail.example)\nLow Tide Nights - Lamps of Desire part 3: No Need for Oil\n\n"
        "\tWhat up. Back for another one. I don't own any of these characters and, to be\n"
        "honest, I don't know who does.\n\n\tLamps of Desire Part 3: No Need for Oil",
        name="lamps_of_desire03",
    )
    assert part.prose[0].text.startswith("The lamp on the pier")
    assert len(part.disclaimers) == 1
