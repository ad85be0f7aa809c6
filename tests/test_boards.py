"""What boards and their servers put around texts: advertisements below, and lists of their files."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import html, plain_text
from tests.test_cleaning_misses import STORY, shown, text

ROWS = [row for line in STORY for row in (line, "")] * 2
KEPT = [*STORY, *STORY]
FRIENDS = [
    "Lamp Room.................555/010-1234  Step AE {PW:OIL}....555/010-9876",
    "The Signal Box BBS........555/010-4321  Low Fell............555/010-7777",
]


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(["Call The Lamps BBS - 1600+ Textfiles! - [555]/010-8195 - 300/1200"], id="call"),
        pytest.param(["... Call LOW BBS for more: 555-010-7227"], id="tag line"),
        pytest.param(
            ["X-=-=-=-=-=-=-=-=-=-X", "Another file downloaded from:    The LAMPnet(tm)", "", *FRIENDS,
             " Planet Low   Simon   555/010-6560", "", '    "Raw Data for Raw Lamps"',
             "X-=-=-=-=-=-=-=-=-=-X"],
            id="a list between rules",
        ),
        pytest.param(
            [" _______  _________________________", "/ _   _ \\\\|" + FRIENDS[0] + "|",
             "[ x x ] |" + FRIENDS[1] + "|", "\\\\_____/|  All Rights Reserved.  |"],
            id="a list beside a drawing",
        ),
    ],
)  # fmt: skip
def test_a_boards_words_below_a_text_are_no_part_of_it(below):
    part = text("The Lamp", "by Ada Moss", "", *ROWS, *below)
    assert shown(part) == KEPT
    assert part.notes == ()


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(
            "If you have questions, you can reach me on The Lamps BBS: 555-010-1028.", id="me"
        ),
        pytest.param("She wrote 555-010-1028 on the back of her hand and went.", id="a number"),
        pytest.param('"It is 555-010-1028, and my modem is slow," she said.', id="speech"),
        pytest.param("He ran a BBS on the fell.", id="a board"),
    ],
)
def test_what_an_author_or_somebody_in_the_story_says_of_one_is_kept(last):
    part = text("The Lamp", "by Ada Moss", "", *ROWS, last)
    kept = [*shown(part), *(note.text for note in part.notes)]
    assert last in kept


FILES = [
    "alamp.txt    The Lamp, by Ada Moss", "bstep.txt    Fan fiction: The Step, by Jo Low",
    "ccoat        A coat of oil, by Jo Low", "dark.hum     How dark it was",
    "elm          The elm on the fell", "fog-2.txt    Fog, part two", "gate         The gate",
    "hut          The hut, by Ada Moss", "ink          A list of inks", "jar.txt      The jar",
    "kite         A kite, by Odile", "lid          The lid of the jar", "mud          Mud",
]  # fmt: skip


def test_a_catalogue_of_files_is_no_story():
    part = derive(plain_text("\n".join(FILES) + "\n", "http://low.example/files/descs.txt"))
    assert part.outcome == "not_story"
    assert "names of files" in part.reason


def test_rows_in_no_order_are_none():
    rows = [
        "the lamp was out",
        "and the step was cold",
        "but nobody had come",
        "all of that year",
    ] * 5
    part = text("The Lamp", "by Ada Moss", "", *rows, "", *ROWS)
    assert part.outcome == "story"


def test_a_list_of_files_with_their_sizes_is_an_index():
    rows = "".join(
        f'<tr><td><a href="lamp{n}">lamp{n}</a><td>{n}0246<br><td>The Lamp: a story, part {n}, by '
        f"Ada Moss, in which {STORY[n % 6]}"
        for n in range(1, 50)
    )
    page = f"<title>T E X T F I L E S</title><h1>Lamps</h1><table>{rows}</table>"
    assert derive(html(page, "http://low.example/files/lamps/")).outcome == "index"
