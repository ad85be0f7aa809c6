"""Blocks as text and marks, and back: one shape, nothing lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storykeep.model import Block, Mark
from storykeep.prose import canonical, from_text, tidy, to_text, words

GAP = Block("break", "* * *", value="gap")
RULE = Block("break", "* * *", value="rule")
TYPED = Block("break", "~*~", value="symbol")
ONE, TWO = Block("paragraph", "One."), Block("paragraph", "Two.")
PICTURE = json.dumps({"src": "http://x.example/p.gif", "alt": "a"})

TEXTS = st.text(st.sampled_from("ab* \n\t\r\x0b\u2028\u3000é☃\U0001f600"), max_size=14)
KINDS = st.sampled_from(
    ["paragraph", "break", "heading", "quote", "verse", "pre", "list_item", "table_row", "note"]
)
INLINE = st.builds(
    lambda start, length, kind, value: Mark(
        start, start + (0 if kind == "image" else length), kind, value
    ),
    st.integers(-1, 15),
    st.integers(0, 9),
    st.sampled_from(["emphasis", "strong", "link", "image"]),
    st.sampled_from(["", "v"]),
)
BLOCKS = st.lists(
    st.builds(
        Block,
        KINDS,
        TEXTS,
        st.lists(INLINE, max_size=3).map(tuple),
        st.integers(0, 3),
        st.sampled_from(["", "2", "gap"]),
    ),
    max_size=6,
)


@given(BLOCKS)
@example([Block("paragraph", "", (Mark(0, 0, "image"),))])
@example([ONE, Block("paragraph", "", (Mark(0, 0, "image"),))])
@example([Block("verse", "a\n\n\nb"), Block("pre", "\n  a\n\n b \n\n")])
@example([Block("paragraph", "a\n\nb", (Mark(0, 4, "strong"),))])
def test_text_and_marks_hold_every_block(blocks):
    """blocks -> text + marks -> blocks is the identity on canonical blocks."""
    shaped = canonical(blocks)
    text, marks = to_text(blocks)
    assert from_text(text, marks) == shaped
    assert to_text(shaped) == (text, marks)


@given(BLOCKS)
@example([Block("pre", "a\r\ra", (Mark(3, 3, "image"),))])
@example([Block("pre", "a\n\na", (Mark(2, 2, "image"),))])
def test_canonical_is_settled(blocks):
    """What is canonical stays as it is, and no visible character is lost on the way."""
    shaped = canonical(blocks)
    assert canonical(shaped) == shaped
    typed = "".join("".join(block.text.split()) for block in blocks)
    assert "".join("".join(block.text.split()) for block in shaped) == typed


@given(BLOCKS)
def test_marks_lie_in_the_text_in_order(blocks):
    """Marks are sorted by (start, -end, depth) and never reach out of the text."""
    text, marks = to_text(blocks)
    assert list(marks) == sorted(marks, key=lambda m: (m.start, -m.end))
    assert all(0 <= mark.start <= mark.end <= len(text) for mark in marks)


@given(st.text(max_size=40), st.lists(INLINE, max_size=5))
def test_any_text_and_marks_make_blocks(text, marks):
    """Marks from elsewhere may be odd: from_text makes canonical blocks of them all the same."""
    blocks = from_text(text, marks)
    assert canonical(blocks) == blocks


def test_a_body_as_text_and_marks():
    """Paragraphs stand one blank line apart; marks say what the rest was."""
    blocks = [
        Block("heading", "Night", value="2"),
        Block("paragraph", "She ran\nfar.", (Mark(4, 7, "emphasis"),)),
        GAP,
        Block("quote", "Dear you,", depth=2),
        Block("verse", "la\nla\n\nlo"),
    ]
    text, marks = to_text(blocks)
    assert text == "Night\n\nShe ran\nfar.\n\n* * *\n\nDear you,\n\nla\nla\n\nlo"
    assert marks == (
        Mark(0, 5, "heading", "2"),
        Mark(11, 14, "emphasis"),
        Mark(21, 26, "break", "gap"),
        Mark(28, 37, "quote", depth=2),
        Mark(39, 48, "verse"),
    )


def test_marks_that_touch_are_one():
    """Neighbouring equal marks are merged, others kept."""
    block = Block(
        "paragraph",
        "abcdef",
        (
            Mark(2, 4, "emphasis"),
            Mark(0, 2, "emphasis"),
            Mark(4, 5, "strong"),
            Mark(3, 4, "link", "u"),
        ),
    )
    assert canonical([block])[0].marks == (
        Mark(0, 4, "emphasis"),
        Mark(3, 4, "link", "u"),
        Mark(4, 5, "strong"),
    )


def test_an_image_alone_moves_into_the_next_block():
    """A block of only an image has no text; the image opens the next block that is no break."""
    picture = Block("paragraph", "", (Mark(0, 0, "image", PICTURE),))
    assert canonical([ONE, picture, GAP, TWO]) == (
        ONE,
        GAP,
        Block("paragraph", "Two.", (Mark(0, 0, "image", PICTURE),)),
    )
    assert canonical([ONE, GAP, picture])[0].marks == (Mark(4, 4, "image", PICTURE),)


def test_words_are_counted_without_breaks():
    """Breaks are no words; everything else between white space is one."""
    assert words([ONE, GAP, TYPED, Block("paragraph", "a -- b\nc")]) == 5


@pytest.mark.parametrize(
    ("blocks", "kept", "cut"),
    [
        pytest.param([GAP, ONE, RULE], (ONE,), (GAP, RULE), id="first and last"),
        pytest.param([ONE, GAP, RULE, TWO], (ONE, RULE, TWO), (GAP,), id="a rule over a gap"),
        pytest.param([ONE, TYPED, RULE, TWO], (ONE, TYPED, TWO), (RULE,), id="typed over a rule"),
        pytest.param([RULE, GAP], (), (RULE, GAP), id="nothing but breaks"),
        pytest.param([ONE, Block("paragraph", " "), TWO], (ONE, TWO), (), id="an empty block"),
    ],
)
def test_tidy_takes_stray_breaks_out(blocks, kept, cut):
    """A finished body has no break first, last or doubled, and the caller sees what was cut."""
    assert tidy(blocks) == (kept, cut)
