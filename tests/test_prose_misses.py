"""What whole pages showed the walk to get wrong: office markup, ornaments, gaps beside blanks."""

from __future__ import annotations

import pytest

from storykeep.model import Block
from storykeep.prose import parse, tidy, walk

BASE = "http://stories.example/archive/one.html"
TEXTS = [
    "The lock-keeper rose at four, as he had every morning since the canal was dug.",
    "Nobody had come through since Tuesday, and nobody was expected before the frost.",
    '"You will want a new gate," said the surveyor, and wrote it down twice.',
    "He wrote everything down twice; it was the only thing that anyone remembered of him.",
    "In the village they had begun to say that the water was running the other way.",
    '"It is only tired," said the lock-keeper, who knew it better than they did.',
]


def body(source: str) -> tuple[Block, ...]:
    return tidy(walked.block for walked in walk(parse(source), base_url=BASE))[0]


def shown(source: str) -> list[str]:
    return [block.value if block.kind == "break" else block.text for block in body(source)]


@pytest.mark.parametrize(
    "style",
    [
        "mso-bidi-font-style:normal",
        "mso-ansi-font-style: normal; color: black",
        "x-font-style:normal",
    ],
)
def test_a_property_whose_name_only_ends_like_one_says_nothing(style):
    """Word writes mso-bidi-font-style beside the italics that it means to keep."""
    (block,) = body(f'<p>It was <i style="{style}">his</i> hat.</p>')
    assert [(mark.kind, block.text[mark.start : mark.end]) for mark in block.marks] == [
        ("emphasis", "his")
    ]


@pytest.mark.parametrize("blank", ["<p> &nbsp; </p>", "<p>&nbsp;</p>", "<p><br></p>"])
def test_a_blank_at_three_gaps_of_eight_is_a_scene_break(blank):
    """A short story may change its scene nearly as often as not."""
    lines = ["by Una Weir", *TEXTS, TEXTS[0], TEXTS[1]]
    source = "".join(
        f"<p>{line}</p>" + (blank if at in (1, 3, 5) else "") for at, line in enumerate(lines)
    )
    assert [at for at, line in enumerate(shown(source)) if line == "gap"] == [2, 5, 8]


@pytest.mark.parametrize(
    "image",
    [
        '<center><img src="acorn.gif" width="40"></center>',
        '<p align="center"><img src="acorn.gif" alt=""></p>',
        '<div><img src="http://stories.example/art/acorn.gif" height=30 width=30></div>',
    ],
)
def test_a_picture_that_stands_alone_twice_is_an_ornament(image):
    """One name says nothing; the same picture between paragraphs again and again does."""
    source = "".join(f"<p>{text}</p>" + image * (at in (1, 3)) for at, text in enumerate(TEXTS))
    assert [at for at, line in enumerate(shown(source)) if line == "image"] == [2, 5]


@pytest.mark.parametrize(
    "images",
    [
        ('<p><img src="one.jpg"></p>', '<p><img src="two.jpg"></p>'),
        ('<p><img src="map.jpg" width=500 height=400></p>',) * 2,
        ('<p><img src="map.jpg" alt="A map of the upper canal"></p>',) * 2,
        ('<p><a href="/"><img src="home.gif"></a></p>',) * 2,
    ],
)
def test_pictures_to_look_at_are_no_breaks(images):
    """Different pictures, large ones, described ones and links are content."""
    source = "".join(
        f"<p>{text}</p>" + images[at % 2] * (at in (1, 2)) for at, text in enumerate(TEXTS)
    )
    assert "image" not in shown(source)


def test_a_list_item_has_its_number_once_where_a_line_break_ends_its_first_line():
    """The number belongs to the item's first block, not to all that stand in it."""
    blocks = body(f"<ol><li>{TEXTS[0]}<br><p>{TEXTS[1]}</p><li>{TEXTS[2]}</ol>")
    assert [block.value for block in blocks] == ["1", "", "2"]


def test_a_picture_alone_on_the_line_behind_a_long_sentence_is_no_mistake():
    said = (
        "The gate at Low Fell had been left open again, and the geese were in the schoolroom. " * 3
    )
    blocks = body(f"<div>{said}<br><img src=a.gif></div>")
    assert blocks[0].text.startswith("The gate at Low Fell")
