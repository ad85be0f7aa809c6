"""Rows that are nothing but a link: the author's own page, the form for a review."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, unaccounted

TALE = [
    "The lamp had gone out again, and Tamsin knew before the top of the stair that the oil was full.",
    '"You could have called me," she said. "There were nine boats at dusk."',
    "Her brother stood at the glass with both hands flat upon it, and the whole bay was black.",
    '"And now?" said Joss.',
]


def read(above: str) -> Part:
    body = "".join(f"<p>{text}</p>" for text in TALE * 3)
    page = html(f"<html><head><title>Nine Boats</title></head><body>{above}{body}</body></html>")
    part = derive(page)
    assert unaccounted(page, part) == []
    assert [block.text for block in part.prose][-len(TALE) * 3 :] == TALE * 3
    return part


@pytest.mark.parametrize(
    ("address", "names"),
    [
        pytest.param("/authors/wrenna_oakes", ["Wrenna Oakes"], id="named as the link says"),
        pytest.param("/users/1296", ["Wrenna Oakes"], id="a number"),
        pytest.param("/authors/list", [], id="somewhere else"),
        pytest.param("/fandoms/wrenna_oakes", [], id="no page of an author"),
    ],
)
def test_a_link_right_below_the_title_to_the_page_of_whom_it_names_is_the_author(address, names):
    part = read(f'<h1>Nine Boats</h1><h3><a href="{address}">Wrenna Oakes</a></h3>')
    assert part.title == "Nine Boats"
    assert [author.name for author in part.authors] == names
    assert len(part.prose) == len(TALE) * 3 or not names


@pytest.mark.parametrize("asked", ["Write a review", "Read Reviews", "[ Add Review ]"])
def test_a_link_to_a_storys_reviews_is_no_row_of_it(asked):
    part = read(f'<h1>Nine Boats</h1><p>by Jo Dee</p><p><a href="/r/17">{asked}</a></p>')
    assert asked in part.chrome
    assert len(part.prose) == len(TALE) * 3
    assert [author.name for author in part.authors] == ["Jo Dee"]
