"""A block as CommonMark, read back by a CommonMark renderer."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from storykeep.model import Block, Mark
from storykeep.prose import canonical, markdown

RENDERER = MarkdownIt("commonmark")
TAG_KINDS = {
    "em": "emphasis",
    "strong": "strong",
    "u": "underline",
    "s": "strike",
    "sup": "superscript",
    "sub": "subscript",
    "code": "code",
    "a": "link",
}


class Reader(HTMLParser):
    """Reads rendered HTML back as text, the kinds over each character, and the elements seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.characters: list[tuple[str, frozenset[str]]] = []
        self.open: list[str] = []
        self.seen: list[str] = []
        self.images: list[tuple[str | None, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag in TAG_KINDS:
            self.open.append(TAG_KINDS[tag])
        if tag == "img":
            self.images.append((dict(attrs).get("src"), dict(attrs).get("alt")))

    def handle_endtag(self, tag):
        if tag in TAG_KINDS:
            self.open.remove(TAG_KINDS[tag])

    def handle_data(self, data):
        self.characters += [(character, frozenset(self.open)) for character in data]


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(RENDERER.render(source))
    reader.close()
    return reader


def solid(pairs):
    """Leave out white space: it may stand on either side of a mark's edge."""
    return [(character, kinds) for character, kinds in pairs if not character.isspace()]


def wanted(block: Block):
    (block,) = canonical([block])
    pairs = []
    for at, character in enumerate(block.text):
        kinds = frozenset(m.kind for m in block.marks if m.start <= at < m.end)
        pairs.append((character, kinds))
    return solid(pairs)


@pytest.mark.parametrize(
    "text",
    [
        "1. Not a list",
        "2) nor this",
        "# no heading",
        "> no quote",
        "- no bullet",
        "+ no bullet",
        "* no bullet",
        "--- she said",
        "a * b * c and *stars*",
        "__init__ and snake_case and _this_",
        "`code` and ``more``",
        "[a](b) ![c](d) [e]: f",
        "<b>bold</b> <lyrics>",
        "AT&T &amp; &#65; &copy;",
        "back\\slash \\* end\\",
        "a\nb\n# c\n1. d\n===\nf",
        "~~struck~~ ~~~",
        "http://example.org/a_b_c",
        "    four spaces",
        "```\nfence",
        "Wait!",
        "<!-- comment -->",
        "<?php",
        "***",
        "---",
        "===",
        "a | b\n--- | ---",
    ],
)
@pytest.mark.parametrize("kind", ["paragraph", "heading", "quote", "list_item", "break", "verse"])
def test_typed_text_reads_literally(text, kind):
    """Nothing that was typed turns into markup."""
    value = {"heading": "2", "break": "symbol"}.get(kind, "")
    block = Block(kind, text, value=value)
    reader = read(markdown(block))
    assert "".join(c for c, _ in solid(reader.characters)) == "".join(text.split())
    assert not {"em", "strong", "code", "a", "img", "hr", "table", "s"} & set(reader.seen)


def test_the_marks_of_one_block_as_written():
    """The usual marks are written the usual way."""
    text = "He said no, never, there. H2O"
    marks = (
        Mark(8, 10, "emphasis"),
        Mark(12, 17, "strong"),
        Mark(19, 24, "link", "http://x.example/a"),
        Mark(27, 28, "subscript"),
    )
    source = markdown(Block("paragraph", text, marks))
    assert source == "He said *no*, **never**, [there](http://x.example/a). H<sub>2</sub>O"


@pytest.mark.parametrize(
    ("block", "source"),
    [
        (Block("heading", "Chapter #", value="2"), "## Chapter \\#"),
        (Block("heading", "#", value="1"), "# \\#"),
        (Block("heading", "C#", value="1"), "# C#"),
        (Block("quote", "a\nb", depth=2), "> > a\\\n> > b"),
        (Block("list_item", "a\nb", depth=1), "- a\\\n  b"),
        (Block("list_item", "a", depth=2, value="3"), "- 3. a"),
        (Block("break", "* * *", value="gap"), "* * *"),
        (Block("break", "~*~", value="symbol"), "~\\*~"),
        (Block("pre", "a\n  ```\nb"), "````\na\n  ```\nb\n````"),
        (Block("verse", "a\nb\n\nc"), "a\\\nb\n\nc"),
        (Block("paragraph", "  "), ""),
    ],
)
def test_each_kind_of_block(block, source):
    """Each kind of block has its form."""
    assert markdown(block) == source


def test_an_image_stands_where_it_stood():
    """An image is written at its place, with its alternative text."""
    value = json.dumps({"src": "http://x.example/a.gif", "alt": "a [map]"})
    reader = read(markdown(Block("paragraph", "Hello!", (Mark(6, 6, "image", value),))))
    assert reader.images == [("http://x.example/a.gif", "a [map]")]
    assert "".join(c for c, _ in reader.characters).strip() == "Hello!"


def test_emphasis_may_lie_over_a_stanza_end():
    """A mark over a blank line of a verse becomes two."""
    block = Block("verse", "one\ntwo\n\nthree", (Mark(4, 14, "emphasis"),))
    assert markdown(block) == "one\\\n*two*\n\n*three*"


ALPHABET = st.sampled_from(list("ab Z1.,!?\"'*_`~[]()<>&#;\\-+=|\n\téß“”—☃漢"))
KINDS = st.sampled_from(["emphasis", "strong", "underline", "strike", "superscript", "code"])
MARKS = st.lists(
    st.builds(
        lambda a, n, kind: Mark(a, a + n, kind), st.integers(0, 12), st.integers(1, 8), KINDS
    ),
    max_size=4,
)


@settings(max_examples=400, deadline=None)
@given(text=st.text(ALPHABET, min_size=1, max_size=16), marks=MARKS)
@example(text="ab", marks=[Mark(0, 1, "emphasis"), Mark(1, 2, "strong")])
@example(text="abc", marks=[Mark(0, 2, "emphasis"), Mark(1, 3, "strong")])
@example(text='a"b"c', marks=[Mark(1, 4, "emphasis")])
@example(text="abc", marks=[Mark(0, 3, "emphasis"), Mark(0, 1, "strong")])
@example(text="one  b", marks=[Mark(0, 4, "emphasis")])
@example(text="11 1", marks=[Mark(0, 2, "emphasis"), Mark(1, 4, "strong")])
@example(text="11  1", marks=[Mark(0, 3, "emphasis"), Mark(0, 4, "strong")])
@example(text="abc", marks=[Mark(0, 1, "emphasis"), Mark(0, 3, "strong"), Mark(2, 3, "emphasis")])
@example(text="ab", marks=[Mark(0, 1, "emphasis"), Mark(0, 1, "strong")])
@example(text="abc", marks=[Mark(1, 3, "emphasis"), Mark(2, 3, "strong")])
@example(text="abcd", marks=[Mark(0, 4, "strong"), Mark(1, 2, "emphasis"), Mark(2, 3, "code")])
def test_words_and_marks_survive_a_renderer(text, marks):
    """What a renderer shows has the same characters under the same marks."""
    block = Block("paragraph", text, tuple(marks))
    if not canonical([block]):
        return
    reader = read(markdown(block))
    assert solid(reader.characters) == wanted(block)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_reads_literally(text):
    """No text at all turns into markup."""
    block = Block("paragraph", text)
    if not canonical([block]):
        return
    # HTML has no NUL and few other controls; a renderer shows U+FFFD instead.
    if re.search("[\x00-\x08\x0e-\x1f\ufffd]", text):
        return
    reader = read(markdown(block))
    assert solid(reader.characters) == wanted(block)
