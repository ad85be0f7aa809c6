"""Plain text to blocks: hard wraps undone, and only those."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.model import Block, Mark
from storykeep.plain import is_prose, unwrap, unwrap_block
from storykeep.prose import canonical

FIRST = (
    "The carter had slept under the hedge, and the rain had come over the hills in the night and "
    "filled the ditches along the road until they ran like brooks. He woke with wet boots."
)
SECOND = (
    "He had not meant to lose the horse. It had been a good horse, as such horses go, and it had "
    "known the way to the sea better than any man on the road."
)
THIRD = '"Well," said the woman at the gate, "you\'re late, and you\'re wet, and you\'ve no horse."'
FOURTH = (
    "There was nothing to be said to that, so he said nothing, and went in, and sat down by the "
    "fire, and steamed."
)
STORY = [FIRST, SECOND, THIRD, '"No."', FOURTH]


def wrap(paragraph: str, width: int = 72, indent: str = "") -> str:
    return textwrap.fill(paragraph, width, initial_indent=indent, break_on_hyphens=False)


def texts(source: str) -> list[str]:
    return [block.text for block in unwrap(source)]


@pytest.mark.parametrize("width", [60, 65, 72, 76, 80])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", " \n"])
def test_paragraphs_with_blank_lines_between(width, end):
    """Wrapped at any usual column, with any line end, a paragraph is one again."""
    source = "\n\n".join(wrap(paragraph, width) for paragraph in STORY).replace("\n", end)
    assert unwrap(source) == [Block("paragraph", text) for text in STORY]


@pytest.mark.parametrize("indent", ["  ", "     ", "\t", "        "])
def test_paragraphs_that_begin_indented(indent):
    """No blank lines at all: the indent begins the paragraph."""
    source = "\n".join(wrap(paragraph, 72, indent) for paragraph in STORY)
    assert texts(source) == STORY


def test_paragraphs_that_begin_indented_after_blank_lines():
    """Both at once are one paragraph end."""
    source = "\n\n".join(wrap(paragraph, 70, "   ") for paragraph in STORY)
    assert unwrap(source) == [Block("paragraph", text) for text in STORY]


def test_an_indented_margin_is_no_paragraph():
    """A text that is indented as a whole has paragraphs by its blank lines."""
    source = textwrap.indent("\n\n".join(wrap(paragraph, 66) for paragraph in STORY), "    ")
    assert texts(source) == STORY


def test_long_lines_are_paragraphs():
    """A text that was never wrapped has one paragraph in each line."""
    assert texts("\n".join(STORY)) == STORY
    assert unwrap("\n\n".join(STORY)) == [Block("paragraph", text) for text in STORY]


def test_a_short_line_that_ends_a_sentence_ends_the_paragraph():
    """Without blank line or indent, talk still begins paragraphs."""
    source = "\n".join(wrap(paragraph, 68) for paragraph in [FIRST, THIRD, '"No."', FOURTH])
    assert texts(source) == [FIRST, THIRD, '"No."', FOURTH]


def test_dialogue_is_not_verse():
    """Short lines of talk are paragraphs, each."""
    talk = ['"Is that you?"', '"Who else?"', '"One never knows."', '"No. One doesn\'t."']
    source = "\n\n".join([wrap(FIRST), "\n".join(talk), wrap(SECOND)])
    assert texts(source) == [FIRST, *talk, SECOND]


def test_verse_keeps_its_lines():
    """Short lines that end on purpose stay lines."""
    song = "The moon is on the water,\nThe boat is on the sand,\nThe miller has a daughter\nAnd I have half her hand"
    source = "\n\n".join([wrap(FIRST), song, wrap(SECOND)])
    assert unwrap(source) == [
        Block("paragraph", FIRST),
        Block("verse", song),
        Block("paragraph", SECOND),
    ]
    indented = "\n\n".join([wrap(FIRST), textwrap.indent(song, "      "), wrap(SECOND)])
    assert texts(indented) == [FIRST, song, SECOND]


def test_labels_stay_apart_and_run_on():
    """A header block is one block with a line for each label, wrapped values joined."""
    source = (
        "Title: The Carter\nAuthor: Nobody Much\nDisclaimer: The horse is not mine and neither is the road that it has\n"
        "gone down; both are the parish's.\nRating: G\n\n" + "\n\n".join(map(wrap, STORY))
    )
    assert texts(source)[0] == (
        "Title: The Carter\nAuthor: Nobody Much\nDisclaimer: The horse is not mine and neither is the road "
        "that it has gone down; both are the parish's.\nRating: G"
    )


def test_a_letter_keeps_its_lines():
    """Greeting and signature are lines of their own."""
    letter = "Dear Sir,\nthe horse is with me.\nYours,\nA. Friend"
    source = "\n\n".join([wrap(FIRST), letter, wrap(SECOND)])
    assert texts(source) == [FIRST, letter, SECOND]


@pytest.mark.parametrize(
    "line",
    ["* * *", "---", "~*~*~", "          ***", "oOo", "----------------------------------------"],
)
def test_symbol_lines_are_breaks(line):
    """A line of symbols is a break with or without blank lines around it."""
    for source in (
        f"{wrap(FIRST)}\n\n{line}\n\n{wrap(SECOND)}",
        f"{wrap(FIRST)}\n{line}\n{wrap(SECOND)}",
    ):
        assert unwrap(source) == [
            Block("paragraph", FIRST),
            Block("break", line.strip(), value="symbol"),
            Block("paragraph", SECOND),
        ]


def test_a_rule_that_carries_words_is_a_break_and_the_words():
    """No word is lost in a break."""
    source = f"{wrap(FIRST)}\n-------------------- (the next day)\n{wrap(SECOND)}"
    assert [(b.kind, b.text) for b in unwrap(source)] == [
        ("paragraph", FIRST),
        ("break", "--------------------"),
        ("paragraph", "(the next day)"),
        ("paragraph", SECOND),
    ]


def test_more_blank_lines_than_usual_are_a_break():
    """Only where the usual gap is smaller."""
    scenes = ["\n\n".join(map(wrap, STORY)), "\n\n".join(map(wrap, STORY))]
    assert [b.value for b in unwrap("\n\n\n".join(scenes)) if b.kind == "break"] == ["gap"]
    assert [b.value for b in unwrap("\n\n\n".join(map(wrap, STORY))) if b.kind == "break"] == []
    indented = ["\n".join(wrap(p, 72, "    ") for p in STORY)] * 2
    assert [b.value for b in unwrap("\n\n".join(indented)) if b.kind == "break"] == ["gap"]


def test_typed_emphasis_is_kept_and_marked():
    """Stars, underscores and slashes stay in the text and are marked."""
    source = "*Who?* she thought. It was _very late_, and /not/ the hour, and/or the day; 2*3*4 f*** a_b_c /usr/bin 1/2/1999"
    (block,) = unwrap(source)
    assert block.text == source
    assert [block.text[m.start : m.end] for m in block.marks] == ["*Who?*", "_very late_", "/not/"]
    assert {m.kind for m in block.marks} == {"emphasis"}


def test_emphasis_goes_on_over_a_wrap():
    """Typed or marked, an emphasis that a wrap parted is one."""
    source = "He had seen it before, he was sure of it. *The same horse, by all that\nis holy, with the same white foot.* He looked again, and then he looked\naway over the fields to the sea."
    (block,) = unwrap(source)
    assert [block.text[m.start : m.end] for m in block.marks] == [
        "*The same horse, by all that is holy, with the same white foot.*"
    ]
    plain = source.replace("*", "")
    start, newline = plain.index("The same"), plain.index("\n")
    marks = (Mark(start, newline, "emphasis"), Mark(newline + 1, newline + 8, "emphasis"))
    (block,) = unwrap_block(Block("pre", plain, marks))
    assert [block.text[m.start : m.end] for m in block.marks] == [
        "The same horse, by all that is holy"
    ]


def test_quoted_mail_is_quoted():
    """`>` is a quote, `>>` a deeper one, `>_<` a face."""
    source = "Somebody wrote:\n\n> It had been a good horse, as such horses go, and it had known\n> the way to the sea.\n>> Really?\n\n>_<\n\nYes, it had."
    assert [(b.kind, b.text, b.depth) for b in unwrap(source)] == [
        ("paragraph", "Somebody wrote:", 0),
        (
            "quote",
            "It had been a good horse, as such horses go, and it had known the way to the sea.",
            1,
        ),
        ("quote", "Really?", 2),
        ("paragraph", ">_<", 0),
        ("paragraph", "Yes, it had.", 0),
    ]


def test_columns_stay_columns():
    """A table is kept as it was typed."""
    table = "Name      Age    Horse\nTom       31     none\nAnna      30     two"
    found = unwrap("\n\n".join([wrap(FIRST), table, wrap(SECOND)]))
    assert found[1] == Block("pre", table)


def test_hyphens_at_line_ends():
    """A hyphen that a wrap follows stays, without a space; nothing is guessed away."""
    source = "It had been a good horse, as such horses go, and it had known a never-\nending number of roads to the sea, every one of them much longer than\nthe last."
    assert "never-ending" in texts(source)[0]


def test_signs_inside_paragraphs_are_no_breaks():
    """`(----)` in running text is text."""
    source = wrap(FIRST.replace("under the hedge", "under (----) the -- hedge"))
    assert len(unwrap(source)) == 1


def test_centred_titles_stand_alone():
    """A line far from the margin is no part of the paragraph below."""
    source = " " * 30 + "The Carter\n" + "\n".join(wrap(p, 72, "     ") for p in STORY)
    assert texts(source)[:2] == ["The Carter", FIRST]


def test_a_story_in_pre_is_told_from_a_drawing():
    """Prose is unwrapped, a picture of letters is not."""
    assert is_prose("\n\n".join(map(wrap, STORY)))
    assert not is_prose(" /\\_/\\  \n( o.o ) \n > ^ <  \n" * 12)
    assert not is_prose("a       b       c\n1       2       3\n" * 20)
    assert not is_prose("")


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab. \n\t\r>*_/-\"'\x0c:A"), max_size=80))
def test_every_letter_survives(source):
    """Whatever the text, its letters and signs come out once and in order, but quote marks."""
    blocks = unwrap(source)
    shown = "".join("".join(b.text.split()) for b in blocks if b.value != "gap")
    typed = "".join(source.split())
    assert shown.replace(">", "") == typed.replace(">", "")
    assert all(block.text for block in blocks)
    assert [b.text for b in canonical(blocks)] == [b.text for b in blocks]


def test_long_texts_are_quick_and_whole():
    """Two megabytes of story have every paragraph."""
    source = "\n\n".join([wrap(FIRST), wrap(SECOND)] * 4000)
    assert len(unwrap(source)) == 8000


def calls_of(function: Callable[[], object]) -> int:
    """Return how many calls of Python functions *function* makes."""
    count = 0

    def watch(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(watch)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def test_emphasis_on_every_row_is_read_in_proportion():
    """A song of thousands of rows, a word of each in italics, is one paragraph."""

    def song(rows: int) -> Block:
        text = "word and word\n" * rows
        marks = [Mark(at, at + 4, "emphasis") for at in range(0, len(text), 14)]
        return Block("pre", text, tuple(marks))

    short, long = song(200), song(800)
    assert calls_of(lambda: unwrap_block(long)) < 6 * calls_of(lambda: unwrap_block(short))


def test_emphasis_that_a_wrap_has_parted_is_one():
    """Only its own kind goes on, and only over spaces."""
    text = (
        "a long row that goes on with an *end of it* and\nthe next row, as wide as the one before"
    )
    inner = [Mark(32, 47, "emphasis"), Mark(48, 60, "emphasis"), Mark(48, 60, "strong")]
    (block,) = unwrap_block(Block("pre", text, tuple(inner)))
    drawn = [mark for mark in block.marks if mark.end - mark.start > 15]
    assert [(mark.start, mark.end, mark.kind) for mark in drawn] == [(32, 60, "emphasis")]


def picture(at: int, name: str = "p") -> Mark:
    return Mark(at, at, "image", f'{{"alt":"{name}"}}')


def test_a_picture_is_kept_once_in_the_paragraph_whose_row_it_stands_on():
    text = "The keeper lit the lamp and went to bed.\n\nNobody came.\n\nThe lamp went out."
    marks = (picture(text.index("Nobody"), "a"), picture(text.index("went out"), "b"))
    found = unwrap_block(Block("pre", text, marks))
    alts = [[mark.value for mark in block.marks] for block in found]
    assert alts == [[], ['{"alt":"a"}'], ['{"alt":"b"}']]
    assert found[2].marks[0].start == len("The lamp ")


@pytest.mark.parametrize("text", ["", "\n\n", "One.\n\n\n\nTwo.", "\n\nOne."])
def test_a_picture_on_a_row_of_its_own_is_a_block_of_its_own(text):
    at = text.index("\n\n") + 1 if "\n\n" in text else 0
    found = unwrap_block(Block("pre", text, (picture(at),)))
    own = [block for block in found if block.marks]
    assert own == [Block("paragraph", "", (picture(0),))]
    assert [b.text for b in found if b.text and b.kind != "break"] == text.split()
