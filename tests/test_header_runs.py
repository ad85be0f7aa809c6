"""Headers that run together in one paragraph, or have dashes for colons."""

from __future__ import annotations

import pytest

from tests.test_cleaning_misses import STORY, disclaimers, names, page, shown, story, text

ROWS = [row for line in STORY for row in (line, "")]


def test_a_header_in_one_paragraph_is_read_label_by_label():
    part = page(
        "<p><b>The Step</b> by Ada Moss. Gen, PG. Disclaimer: Low Fell Pictures own the railway. ",
        "Summary: There is one lamp. Archive: Ask first. Thanks to Bea.</p><hr>",
        story(),
        title="The Step",
    )
    assert (part.title, names(part), part.summary) == (
        "The Step", ["Ada Moss"], "There is one lamp.",
    )  # fmt: skip
    assert [(each.text, each.place) for each in part.disclaimers] == [
        ("Low Fell Pictures own the railway.", "header")
    ]
    assert [note.text for note in part.notes] == ["Gen, PG.", "Ask first. Thanks to Bea."]
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("The step was worn by feet. Summary: none was ever written.", id="no title"),
        pytest.param("The Step by Ada Moss. It was said: nobody came.", id="no label"),
        pytest.param("The Step by which she came. Note: it was worn.", id="no name"),
    ],
)
def test_a_sentence_that_begins_so_is_no_header(first):
    part = page("<h1>Lamps</h1>", f"<p>{first}</p>", story(), title="Lamps")
    assert names(part) == []
    assert STORY[0] in shown(part)


def test_labels_with_dashes_are_labels_among_others_of_their_kind():
    part = text(
        "Title - The Brown Lamp", "Author - Mrs. Moss", "Rating - G",
        "Disclaimer - The railway is the Company's, and the Company", "is not mine.", "", *ROWS,
    )  # fmt: skip
    assert (part.title, names(part)) == ("The Brown Lamp", ["Mrs. Moss"])
    assert [(tag.kind, tag.value) for tag in part.tags] == [("rating", "G")]
    assert disclaimers(part) == ["The railway is the Company's, and the Company is not mine."]
    assert shown(part) == list(STORY)


def test_labels_with_dashes_are_read_in_a_page_as_well():
    part = page(
        "<p>Title - The Brown Lamp<br>Author - Jo<br>Pairing - none<br>Feedback - yes</p><hr>",
        story(),
    )
    assert (part.title, names(part)) == ("The Brown Lamp", ["Jo"])
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    "row",
    [
        "Title - or no title, he would come",
        "Author - that was what they called the lamp",
    ],
)
def test_one_row_with_a_dash_is_a_sentence(row):
    part = text("The Brown Lamp", "by Ada Moss", "", row, "and nothing else.", "", *ROWS)
    assert names(part) == ["Ada Moss"]
    assert any(line.startswith(row) for line in shown(part))


def test_a_doctor_is_no_speech():
    part = text("Title: Lamps", "Author: Mrs. Odile Moss", "", *ROWS)
    assert names(part) == ["Mrs. Odile Moss"]
