"""The visible page as blocks: paragraphs, marks, kinds; nothing hidden in, nothing shown lost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.model import Block, Mark
from storykeep.prose import parse, walk, walk_page

BASE = "http://stories.example/archive/one.html"


def blocks_of(source: str) -> list[Block]:
    return [walked.block for walked in walk(parse(source), base_url=BASE) if not walked.hidden]


def texts(source: str) -> list[str]:
    return [block.text for block in blocks_of(source)]


def marked(source: str) -> list[tuple[str, str]]:
    """Return (kind, covered text) of every mark."""
    return [
        (mark.kind, block.text[mark.start : mark.end])
        for block in blocks_of(source)
        for mark in block.marks
    ]


THREE = ["The lamp went out.", '"Who is there?"', "Nobody answered."]


@pytest.mark.parametrize(
    "source",
    [
        "<p>{}</p><p>{}</p><p>{}</p>",
        "<P>{}<P>{}<P>{}",
        "{}<p>{}<p>{}",
        "{}<br><br>{}<BR/><br />{}",
        "<body>{}<br>\n<br>\n{}<br> <br>{}<br><br></body>",
        "<div>{}</div><div>{}</div><div>{}</div>",
        "<div>{}</div>{}<div>{}</div>",
        "<font size=2>{}<p>{}</font><p>{}",
        "<center>{}</center><center>{}</center>{}",
        "<table><tr><td>{}<p>{}</td></tr></table>{}",
        "<table><tr><td width=100>{}</td><td><p>{}<p>{}</td></tr></table>",
        "<dl><dd>{}<dd>{}<dd>{}</dl>",
        "<p>&nbsp;&nbsp;&nbsp;{}</p>\n<p>\u3000{}</p><p>\t{}</p>",
        "<p>{}<p>&nbsp;<p>{}<p>&nbsp;<p>{}",
        "<p>{}</p><br><p>{}</p><br><p>{}</p>",
        "<section><article>{}<aside>{}</aside></article>{}</section>",
        "<p><span style='display:block'>{}</span><span style='display:block'>{}</span>{}</p>",
        "<html><body><p>{}</p></body></html><p>{}<p>{}",
        "\x00<p>{}\x0b</p><p>{}</p><p>{}",
        "<?xml version='1.0' encoding='utf-16'?><p>{}</p><p>{}</p><p>{}</p>",
    ],
)
def test_paragraphs_in_every_manner(source):
    """Whatever parts them, they are three paragraphs and no breaks."""
    assert blocks_of(source.format(*THREE)) == [Block("paragraph", text) for text in THREE]


LONG = "It was a long line that no one would have broken by hand, for it went on and on, {} miles of it."


def test_single_line_breaks_between_long_lines_are_paragraph_ends():
    """A page that ends each paragraph with one <br> has as many paragraphs."""
    lines = [LONG.format(number) + " Indeed." for number in range(6)]
    assert texts("<br>".join(lines)) == lines


def test_one_line_break_too_few_still_ends_a_paragraph():
    """Among paragraphs with blank lines between, a single <br> may be a slip of the hand."""
    one, two = LONG.format(1), LONG.format(2)
    source = f'<p>First.</p><p>{one}<br>"Yes."</p><p>{one}<br>{two}</p><p>Dear Sir,<br>{one}<br>Yours,<br>M.</p>'
    assert texts(source) == [
        "First.", one, '"Yes."', one, two, f"Dear Sir,\n{one}\nYours,\nM."
    ]  # fmt: skip


def test_a_quoted_letter_keeps_its_lines():
    """Inside a blockquote a line break is the writer's, however long the lines."""
    lines = ["To the house on the hill.", LONG.format(1), LONG.format(2), "M."]
    source = (
        f"<p>{LONG}</p><p>{LONG}<p>{LONG}<p>{LONG}<blockquote>{'<br>'.join(lines)}</blockquote>"
    )
    assert blocks_of(source)[-1] == Block("quote", "\n".join(lines), depth=1)


def test_single_line_breaks_with_indents_are_paragraph_ends():
    """A line that begins with no-break spaces begins a paragraph."""
    lines = [f"Line {n} is about as long as lines of a page are, no longer." for n in range(6)]
    source = "<br>".join("&nbsp;&nbsp;&nbsp;" + line for line in lines)
    assert texts(source) == lines


def test_hard_wraps_typed_as_line_breaks_are_undone():
    """Lines that all end at one column were wrapped; a blank one parts paragraphs."""
    first = [
        "The rain came over the hills from the west and filled the",
        "ditches along the road until they ran like brooks, and the",
        "carter who had slept beneath the hedge woke with wet boots",
        "and a cold.",
    ]
    second = [
        "He had not meant to sleep so long, nor to lose his horse, and",
        "now he had done both in a single night of rain and had only",
        "his whip to show for eleven years of work on the road to the",
        "sea.",
    ]
    source = "<br>".join([*first, "", *second])
    assert texts(source) == [" ".join(first), " ".join(second)]


def test_letters_and_verse_keep_their_lines():
    """Single line breaks inside a paragraph stay, and short ones read as verse."""
    source = (
        "<p>She read:</p><p>Dear Anna,<br>I will not come home before the snow is gone.<br>Yours,<br>M.</p>"
        "<p>The moon is on the water<br>The boat is on the sand<br>The miller has a daughter"
        "<br>And I have half her hand</p>"
    )
    assert [(b.kind, b.text.count("\n")) for b in blocks_of(source)] == [
        ("paragraph", 0),
        ("paragraph", 3),
        ("verse", 3),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a <i>b</i> c", [("emphasis", "b")]),
        ("a <EM>b</EM> <cite>c</cite>", [("emphasis", "b"), ("emphasis", "c")]),
        ("<span style='font-style: italic'>b</span> x", [("emphasis", "b")]),
        ("<span class='italic'>b</span> x", [("emphasis", "b")]),
        ("<style>.t9 {font-style:italic}</style><span class='t9'>b</span> x", [("emphasis", "b")]),
        ("<i>b <span style='font-style:normal'>c</span></i>", [("emphasis", "b ")]),
        ("a <b>b</b><strong> c</strong>", [("strong", "b c")]),
        ("<span style='font-weight:700'>b</span> x", [("strong", "b")]),
        ("<u>b</u> <s>c</s> <strike>d</strike> <sup>e</sup> <sub>f</sub> <code>g</code>",
         [("underline", "b"), ("strike", "c"), ("strike", "d"), ("superscript", "e"), ("subscript", "f"), ("code", "g")]),
        ("<b><i>x</i> y</b>", [("strong", "x y"), ("emphasis", "x")]),
        ("a<i> b </i>c", [("emphasis", " b ")]),
        ("<p><i>one</p><p>two</i></p>", [("emphasis", "one"), ("emphasis", "two")]),
        ("<i>one<p>two</i> three", [("emphasis", "one"), ("emphasis", "two")]),
        ("<p><i>one<br>two</i></p>", [("emphasis", "one\ntwo")]),
        ("<b>a <i>b</b> c</i>", [("strong", "a b"), ("emphasis", "b c")]),
        ("<i></i>a<b> </b>b", [("strong", " ")]),
    ],
)  # fmt: skip
def test_marks(source, expected):
    """Emphasis in all its spellings, also where the tags cross each other."""
    assert marked(source) == expected


def test_links_and_images_are_absolute():
    """Addresses are joined to the page or its <base>; other schemes lead nowhere."""
    source = (
        "<p>Hi <a href='../two.html'>there</a>, <a href='mailto:a@b.example'>me</a>, "
        "<a href='javascript:x()'>js</a> <a name=top>top</a> <a href='#top'>up</a>"
        "<img src='i/p.gif' alt='a  house' width=90 height=90></p>"
    )
    (block,) = blocks_of(source)
    assert block.text == "Hi there, me, js top up"
    assert [mark for mark in block.marks if mark.kind == "link"] == [
        Mark(3, 8, "link", "http://stories.example/two.html"),
        Mark(10, 12, "link", "mailto:a@b.example"),
    ]
    image = block.marks[-1]
    assert (image.start, image.end) == (23, 23)
    assert json.loads(image.value) == {
        "src": "http://stories.example/archive/i/p.gif",
        "alt": "a house",
    }
    moved = blocks_of("<base href='http://other.example/x/'><a href=y>z</a>")
    assert moved[0].marks[0].value == "http://other.example/x/y"


def test_kinds_of_block():
    """Headings, quotes with depth, lists with numbers, data tables, preformatted text."""
    source = (
        "<h2>Part<br>One</h2><p>First some ordinary text, enough of it to be the page.</p>"
        "<blockquote>Dear you,<blockquote><p>deeper</p></blockquote></blockquote>"
        "<ul><li>milk<li>eggs<ol start=4><li>hen<li>goose</ol></ul>"
        "<table><tr><th>Name<th>Age<tr><td>Tom<td><b>9</b></table>"
        "<pre>\n a\n   b</pre><p>And after it some more of the ordinary text.</p>"
    )
    assert [(b.kind, b.text, b.depth, b.value) for b in blocks_of(source)] == [
        ("heading", "Part\nOne", 0, "2"),
        ("paragraph", "First some ordinary text, enough of it to be the page.", 0, ""),
        ("quote", "Dear you,", 1, ""),
        ("quote", "deeper", 2, ""),
        ("list_item", "milk", 1, ""),
        ("list_item", "eggs", 1, ""),
        ("list_item", "hen", 2, "4"),
        ("list_item", "goose", 2, "5"),
        ("table_row", "Name | Age", 0, ""),
        ("table_row", "Tom | 9", 0, ""),
        ("pre", " a\n   b", 0, ""),
        ("paragraph", "And after it some more of the ordinary text.", 0, ""),
    ]


def test_a_blockquote_around_the_page_is_a_margin():
    """Old pages indent the whole story with <blockquote>; that quotes nothing."""
    source = "<blockquote><p>The lamp went out.<p>Nobody answered.</blockquote>"
    assert {block.kind for block in blocks_of(source)} == {"paragraph"}


def test_a_heading_around_the_page_is_large_type():
    """A heading as long as a paragraph is one."""
    assert blocks_of(f"<h3>{LONG * 4}</h3>")[0].kind == "paragraph"


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("<p>a a<hr><p>b b", ["rule"]),
        ("<p>a a<center><img src='gfx/redline.gif'></center><p>b b", ["image"]),
        ("<p>a a<p><img src=x.gif width=400 height=6><p>b b", ["image"]),
        ("<p>a a<p><img src=star.gif><img src=star.gif><img src=star.gif><p>b b", ["image"]),
        ("<p>a a<p><img src=x.gif alt='***'><p>b b", ["image"]),
        ("<p>a a<p><img src=portrait.jpg width=300 height=400><p>b b", []),
        ("<p>a a<p><a href=next><img src=redline.gif></a><p>b b", []),
        ("<p>a a<p align=center>* * *<p>b b", ["symbol"]),
        ("<p>a a<center><b>~*~</b></center><p>b b", ["symbol"]),
        ("a a<br>***<br>b b", ["symbol"]),
        ("<p>a a<p>\"...\"<p>b b", []),
    ],
)  # fmt: skip
def test_rules_images_and_symbols(source, values):
    """What parts scenes and is drawn or typed."""
    assert [b.value for b in blocks_of(source) if b.kind == "break"] == values


def test_what_is_no_text_stays_out():
    """Scripts, styles, comments, forms' choices and fallbacks are never text."""
    source = (
        "<head><title>t</title></head><script>s<p></script><style>p{}</style><!-- c --><noscript>n</noscript>"
        "<template>x</template><select><option>o</select><textarea>a</textarea><svg><text>v</text></svg>"
        "<iframe>i</iframe>seen<?php p ?>"
    )
    assert texts(source) == ["seen"]


def test_hidden_text_is_left_out_and_listed():
    """Text that the page's own style hides is flagged, and parts no sentence."""
    source = (
        "<style>/* x */ .decoy, .b{display:none} @media print{.shown{display:none}}</style>"
        "<p>One <span class=decoy>stolen <b>text</b></span>sentence.</p><p style='display:none'>gone</p>"
        "<p class=shown>here</p><p hidden>away</p>"
    )
    walked = walk(parse(source), base_url=BASE)
    assert [(w.block.text, w.hidden) for w in walked if w.hidden] == [
        ("stolen text", True),
        ("gone", True),
        ("away", True),
    ]
    assert texts(source) == ["One sentence.", "here"]


def test_angle_brackets_that_are_text_stay():
    """`<lyrics>` is no element: the writer typed it, the reader sees it."""
    source = "<p><Lyrics>la la</Lyrics> <grin> &lt;b&gt; <me@x.example> <o:p></o:p>end</p>"
    assert texts(source) == ["<Lyrics>la la</Lyrics> <grin> <b> <me@x.example> end"]


def test_quotation_elements_get_their_marks():
    """A browser draws the marks of <q>."""
    assert texts("<p>He said <q>no</q>.") == ["He said “no”."]


def test_the_element_of_a_block_is_where_it_began():
    """Engines find a block's place by its element."""
    walked = walk(parse("<div id=a><p id=b>x y<i>z</i></p>tail text</div>"), base_url=BASE)
    assert [w.element.get("id") for w in walked] == ["b", "a"]


def test_a_part_of_the_page_can_be_walked():
    """Walking an element leaves out what is beside it, and its own quote does not count."""
    root = parse(
        "<p>before<blockquote id=s><p>in it<p>and more</blockquote><p>after the end of it all"
    )
    (body,) = root.xpath("//*[@id='s']")
    assert [w.block for w in walk(body, base_url=BASE)] == [
        Block("paragraph", "in it"),
        Block("paragraph", "and more"),
    ]


@pytest.mark.parametrize(
    "tag",
    ["div", "b", "font", "blockquote", "dd", "i><p", "table><tr><td", "ul><li", "q", "x-y z=1"],
)
def test_deep_nesting_loses_no_text(tag):
    """The parser gives up at 2,048; the page does not."""
    count = 6000
    found = texts(f"<{tag}>word " * count + "END")
    joined = " ".join(found).replace("“", " ").replace("”", " ")
    assert joined.split().count("word") == count
    assert joined.split()[-1] == "END"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>a<!-- no end <p>b</p> c", "a b c"),
        ("<p>a <!-- odd end -- > b <!-- x --> c", "a b c"),
        ("<title>no end <body><p>a b", "a b"),
        ("<p title='torn>a</p><p>b", "a b"),
        ("<p>a <a href=\"torn>b</a> said \"c\" d", "a b said \"c\" d"),
        ("a</html>b", "ab"),
        ("<frameset><frame src=x></frameset>", ""),
        ("", ""),
        (" \n ", ""),
        ("<!-- only -->", ""),
        ("\ud800a", "a"),
    ],
)  # fmt: skip
def test_broken_pages(source, shown):
    """No text is lost to a tag that never ends."""
    assert "".join("".join(text.split()) for text in texts(source)).replace(
        "?", ""
    ) == shown.replace(" ", "")


FRAGMENTS = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<br>", "<i>", "</i>", "<b>", "</b>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</td>",
         "</table>", "<ul>", "<li>", "</ul>", "<blockquote>", "</blockquote>", "<pre>", "</pre>", "<hr>", "<a href=x>",
         "</a>", "&nbsp;", "<h2>", "</h2>", "<!--", "-->", "<q>", "</q>", "<lyrics>", "<img src=a.gif>", "<font", ">", '"',
         "'", "<span style='display:none'>", "</span>", "* * *", "\n", " ", "wordone ", "Wordtwo. ", "&lt;", "<", "\x00"]
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(FRAGMENTS)
def test_any_page_can_be_walked(fragments):
    """No page makes the walk fail, and every block it gives has something to show."""
    for walked in walk(parse("".join(fragments)), base_url=BASE):
        assert walked.block.text.strip() or walked.block.marks
        for mark in walked.block.marks:
            assert 0 <= mark.start <= mark.end <= len(walked.block.text)


@given(FRAGMENTS)
def test_where_one_space_is_said_to_part_words_none_has_two(fragments):
    """Whoever counts words need not look for two spaces in a page that is said to have none."""
    page = walk_page(parse("".join(fragments)), base_url=BASE)
    texts = [block.text for block, _ in page.shown]
    assert not page.spaced or not any("  " in text or text != text.strip(" ") for text in texts)


@pytest.mark.parametrize(
    ("source", "spaced"),
    [
        ("<p>one \n two<br>three&nbsp; four</p>", True),
        ("<pre>one  two</pre>", False),
        ("<p>one <img src=a.gif> two</p>", False),
        ("<p><span style='white-space: pre'>one  two</span></p>", False),
    ],
)
def test_white_space_as_typed_and_around_pictures_is_told_of(source, spaced):
    """One space parts words where a browser collapses them."""
    assert walk_page(parse(source), base_url=BASE).spaced is spaced


PLAIN_FRAGMENTS = st.lists(
    st.sampled_from(["<p>", "</p>", "<br>", "<i>", "</i>", "<b>", "</b>", "<div>", "</div>", "<td>", "<table>", "</table>", "<li>", "<center>", "</center>", "<dd>", "<h2>", "one ", "Two. ", "three"]),
    max_size=30,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(PLAIN_FRAGMENTS)
def test_every_visible_letter_is_in_a_block(fragments):
    """Where nothing is hidden, the blocks hold the page's letters, each once and in order."""
    typed = "".join(f for f in fragments if not f.startswith("<"))
    blocks = blocks_of("".join(fragments))
    shown = "".join(block.text for block in blocks if block.value != "gap").replace("|", "")
    assert "".join(shown.split()) == "".join(typed.split())


def test_a_long_page_is_whole():
    """Ten thousand paragraphs in are ten thousand out."""
    source = "".join(f"<p>Paragraph <i>{n}</i> of many.</p>\n" for n in range(10_000))
    found = blocks_of(source)
    assert len(found) == 10_000
    assert found[-1] == replace(
        found[0], text="Paragraph 9999 of many.", marks=(Mark(10, 14, "emphasis"),)
    )


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    ["<!--", "<title>", "<svg>", "<script>", "<x y ", '<a "', "<a b='x>", "<i></p>", "<td><i>", "<p></p>", "&nbsp;", "<br>", "-- "],
)  # fmt: skip
def test_no_repetition_takes_for_ever(piece):
    """What never ends, two hundred thousand letters of it, is read once (it took minutes)."""
    source = "<lyrics>" + piece * (200_000 // len(piece)) + "end"
    found = walk(parse(source), base_url=BASE)
    assert sum(len(each.block.text) for each in found) <= len(source)


INLINE = st.lists(
    st.sampled_from(
        ["lamp", " lamp ", " ", "\n", "  ", "&nbsp;", "\u3000", "\t*", "<i>sea</i>", "<i> sea </i>",
         "<b>tide</b>", "<b> </b>", "<em></em>", "<tt>key</tt>", "<!-- -->", "<i><b>x</b></i>"]
    ),
    max_size=8,
)  # fmt: skip


@given(st.lists(INLINE, max_size=4))
def test_a_paragraph_reads_the_same_by_the_short_way_and_the_long(paragraphs):
    """A <span> around it says nothing, but sends a paragraph of plain emphasis the long way."""
    short = "".join(f"<p>{''.join(pieces)}</p>\n" for pieces in paragraphs)
    long = "".join(f"<p>{''.join(pieces)}<span></span></p>\n" for pieces in paragraphs)
    assert blocks_of(short) == blocks_of(long)
