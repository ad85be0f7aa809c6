"""Stories as texts: what a reader gets, to the character."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from storykeep import export
from storykeep.export import Options, render
from storykeep.model import (
    Author,
    Block,
    Capture,
    Chapter,
    Date,
    Disclaimer,
    Evidence,
    Mark,
    Note,
    Series,
    Story,
    Tag,
)

PLAIN = Options(header=False)


def paragraph(text: str, *marks: Mark) -> Block:
    return Block("paragraph", text, marks)


def gap(value: str = "gap", text: str = "* * *") -> Block:
    return Block("break", text, value=value)


def chapter(*blocks: Block, **rest: object) -> Chapter:
    given = {"key": "1", "url": "http://h.example/1", "position": 1, "title": None, **rest}
    return Chapter(prose=blocks, **given)  # type: ignore[arg-type]


def story(*blocks: Block, **rest: object) -> Story:
    given: dict[str, object] = {
        "key": "h.example 1",
        "host": "h.example",
        "url": "http://h.example/1",
        "title": "The Lantern",
        "authors": (Author("mako"),),
        "disclaimers": (),
        "summary": None,
        "tags": (),
        "notes": (),
        "series": None,
        "published": None,
        "updated": None,
        "status": None,
        "language": None,
        "fields": {},
        "chapters": (chapter(*blocks),),
        "chrome": (),
        "evidence": {},
        "engine": "generic",
        "profile": None,
        **rest,
    }
    return Story(**given)  # type: ignore[arg-type]


def txt(told: Story, **options: object) -> str:
    return render(told, id="abcd1234", format="txt", options=Options(**options))  # type: ignore[arg-type]


def md(told: Story, **options: object) -> str:
    return render(told, id="abcd1234", format="md", options=Options(**options))  # type: ignore[arg-type]


def row(told: Story, **options: object) -> dict:
    text = render(told, id="abcd1234", format="jsonl", options=Options(**options))  # type: ignore[arg-type]
    assert text.endswith("\n")
    assert len(text.splitlines()) == 1
    found: dict = json.loads(text)
    return found


# ---------------------------------------------------------------- the prose, to the character

SCENES = (paragraph("One."), paragraph("Two."), gap(), paragraph("Three."))


@pytest.mark.parametrize(
    ("breaks", "expected"),
    [
        ("stars", "One.\n\nTwo.\n\n* * *\n\nThree.\n"),
        ("rule", "One.\n\nTwo.\n\n-----\n\nThree.\n"),
        ("blank", "One.\n\nTwo.\n\n\nThree.\n"),
    ],
)
@pytest.mark.parametrize("kind", ["gap", "rule", "image", "symbol"])
def test_breaks_are_written_as_one_likes(breaks, expected, kind):
    """Every break follows the option, also one that the author typed."""
    told = story(*SCENES[:2], gap(kind, "~*~" if kind == "symbol" else "* * *"), SCENES[3])
    assert txt(told, breaks=breaks, header=False) == expected


def test_breaks_at_the_ends_and_side_by_side_leave_no_ragged_gaps():
    """With blank, a break is exactly one more empty line, never two, none at the ends."""
    told = story(gap(), SCENES[0], gap(), gap(), SCENES[1], gap())
    assert txt(told, breaks="blank", header=False) == "One.\n\n\nTwo.\n"


LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
SHAPED = LINES.map(str.strip).filter(bool)


@given(st.lists(st.one_of(SHAPED.map(paragraph), st.just(gap())), max_size=12))
def test_prose_is_its_paragraphs_joined_by_empty_lines(blocks):
    """With blank breaks and no header, the text is the paragraphs, character for character."""
    expected, wide = "", False
    for block in blocks:
        if block.kind == "break":
            wide = bool(expected)
        else:
            expected += ("\n\n\n" if wide else "\n\n" if expected else "") + block.text
            wide = False
    told = story(*blocks)
    assert txt(told, breaks="blank", header=False, emails=True) == expected.strip("\n") + "\n"


def test_verse_and_preformatted_lines_stay_and_quotes_are_indented():
    """Lines that mean something are kept; a quotation stands in by four blanks."""
    told = story(
        Block("verse", "Roses\nare\n\nred"),
        Block("pre", "  a\n    b"),
        Block("quote", "Dear Ann,\n\ncome home.", depth=1),
        Block("quote", "He said so.", depth=2),
        Block("heading", "Part II", value="3"),
        Block("note", "[A/N: sorry]"),
    )
    assert txt(told, header=False) == (
        "Roses\nare\n\nred\n\n  a\n    b\n\n    Dear Ann,\n\n    come home.\n\n"
        "        He said so.\n\nPart II\n\n[A/N: sorry]\n"
    )


def test_lists_and_tables_are_lines_of_one_thing():
    """Items and rows follow each other without empty lines, numbered where the page numbers them."""
    told = story(
        paragraph("She packed:"),
        Block("list_item", "bread\nand salt", depth=1),
        Block("list_item", "rye", depth=2),
        Block("list_item", "a lamp", depth=1, value="2"),
        Block("table_row", "name | age"),
        Block("table_row", "Ann | 9"),
        paragraph("Enough."),
    )
    assert txt(told, header=False) == (
        "She packed:\n\n- bread\n  and salt\n  - rye\n2. a lamp\n\nname | age\nAnn | 9\n\nEnough.\n"
    )


def test_emphasis_leaves_no_trace_in_plain_text_and_an_image_alone_a_word():
    """Plain text is the words; where a page had only a picture, that is said."""
    told = story(
        paragraph("a word", Mark(0, 6, "emphasis")), paragraph("", Mark(0, 0, "image", "{}"))
    )
    assert txt(told, header=False) == "a word\n\n[image]\n"


def test_no_control_character_reaches_a_terminal():
    """ESC, BEL, C1 and half surrogates become U+FFFD in txt and md; JSON keeps them, escaped."""
    evil = "a\x1b]0;x\x07b\x9bc\ud800d\te\x7f"
    told = story(paragraph(evil), title="T\x1b[2J", authors=(Author("m\x00"),))
    for text in (txt(told), md(told)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)
        text.encode()
    line = render(told, id="x", format="jsonl")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", line)
    line.encode()
    assert json.loads(line)["chapters"][0]["blocks"]
    assert json.loads(line)["title"] == "T\x1b[2J"


# ---------------------------------------------------------------- the header

CAPTURE = Capture(
    url="http://h.example/1",
    source="example",
    fetched_at="2026-11-22T18:22:39.123456Z",
    status=200,
    mime="text/html",
    payload_sha1="sha1:ABC",
    payload_sha256="00",
    warc="a.warc.gz",
    offset=10,
    length=20,
    record_id="<urn:uuid:1>",
)

FULL = story(
    title="The\n Lantern",
    authors=(Author("mako", "mailto:mako@mail.example"), Author("Ann", "http://h.example/ann")),
    disclaimers=(Disclaimer("Not mine.", "Legal stuff", "header", "story"),),
    summary="A lamp goes out.",
    tags=(
        Tag("rating", "PG"),
        Tag("fandom", "Harbour"),
        Tag("fandom", "Tides"),
        Tag("era", "1900"),
    ),
    notes=(
        Note("For K.", "head", kind="dedication"),
        Note("Write to mako@mail.example!", "tail", label="Feedback"),
    ),
    series=Series("Lights", 2, 3),
    published=Date("2003-06-17", "June 17, 2003"),
    status="in_progress",
    language="en",
    fields={"Archive": "Ask first"},
    gone_since="2027-01-02T00:00:00Z",
    chapters=(chapter(paragraph("One two."), capture=CAPTURE),),
)


def test_the_header_of_a_text_says_what_the_record_knows():
    """Title, authors, address, dates, what became of it, tags, summary, disclaimer, notes."""
    assert txt(FULL) == (
        "The Lantern\nby mako, Ann\n\n"
        "Address: http://h.example/1\n"
        "Published: 2003-06-17\n"
        "Series: Lights, part 2 of 3\n"
        "Status: in progress\n"
        "Language: en\n"
        "Words: 2\n"
        "Archived: 2026-11-22\n"
        "Gone: no longer on its site, found so on 2027-01-02\n"
        "Fandom: Harbour, Tides\n"
        "Rating: PG\n"
        "Era: 1900\n"
        "Archive: Ask first\n\n"
        "Summary: A lamp goes out.\n\n"
        "Legal stuff: Not mine.\n\n"
        "Dedication: For K.\n\n"
        "========================================\n\n"
        "One two.\n\n"
        "========================================\n\n"
        "Feedback: Write to [e-mail]!\n"
    )


def test_what_no_page_said_is_not_made_up():
    """Without title and author the header says so, and has no empty lines for what is missing."""
    told = story(paragraph("One."), title=None, authors=())
    head = txt(told).split("=")[0]
    assert head == "(no title)\nby (no author named)\n\nAddress: http://h.example/1\nWords: 1\n\n"


def chaptered(**rest: object) -> Story:
    return story(
        chapters=(
            chapter(paragraph("One."), title="Dusk"),
            chapter(
                paragraph("Two."),
                position=2,
                notes=(Note("short", "head", "A/N"), Note("end", "tail")),
                gone_since="2027-01-02T00:00:00Z",
            ),
        ),
        **rest,
    )


def test_chapters_have_titles_their_notes_and_their_own_gone_notice():
    """A story of several chapters names each; a vanished chapter says so."""
    assert txt(chaptered()).split("=\n\n")[1] == (
        "Chapter 1: Dusk\n\nOne.\n\n\nChapter 2\n\n"
        "(no longer on its site, found so on 2027-01-02)\n\n"
        "A/N: short\n\nTwo.\n\nNote: end\n"
    )


def test_chapters_without_header_are_wider_apart_than_scenes():
    """`--no-header` is prose only; three empty lines part chapters."""
    assert txt(chaptered(), header=False) == "One.\n\n\n\nTwo.\n"


def test_the_note_of_an_only_chapter_is_told_once():
    """assemble gives a one-page story its chapter's notes as well."""
    note = Note("Thanks.", "head")
    told = story(notes=(note,), chapters=(chapter(paragraph("One."), notes=(note,)),))
    assert txt(told).count("Thanks.") == 1


def test_a_story_without_prose_is_a_header_and_no_error():
    """A chapter may have been emptied by its author."""
    assert txt(story()).endswith("=\n")
    assert txt(story(), header=False) == "\n"
    assert txt(story(chapters=()), header=False) == "\n"


# ---------------------------------------------------------------- Markdown


def test_markdown_has_a_readable_head_and_headings():
    """No YAML: a heading, the authors with links, facts as a list."""
    text = md(FULL)
    assert text.startswith(
        "# The Lantern\n\nby mako, [Ann](http://h.example/ann)\n\n- **Address:** <http://h.example/1>\n"
    )
    assert "**Summary:** A lamp goes out.\n\n**Legal stuff:** Not mine.\n" in text
    assert text.endswith("**Feedback:** Write to [e-mail]!\n")
    assert "\n## Chapter 1: Dusk\n\nOne.\n\n## Chapter 2\n" in md(chaptered())


@pytest.mark.parametrize(
    "title", ["# not\n\n## a heading", "*x*", "<b>x</b>", "[x](javascript:1)", "---", "1. x"]
)
def test_a_title_cannot_break_the_markdown(title):
    """Whatever a title says, the first line is one heading and the second is empty."""
    lines = md(story(paragraph("One."), title=title)).split("\n")
    assert lines[0].startswith("# ")
    assert lines[1] == ""
    assert not re.search(r"(?<!\\)<b>", lines[0])
    assert not re.search(r"(?<!\\)\](?!\\)\(javascript", lines[0])


HOSTILE = st.text(st.sampled_from("ab #*_`[]()<>&;:!|~-=+1.\\\n\t\"'$/"), max_size=25)


@given(HOSTILE, HOSTILE, HOSTILE)
@example(title="#", label="", text="")
def test_no_text_of_a_page_becomes_markup(title, label, text):
    """Read back by a CommonMark parser, the head has one title, one list and the words as typed."""
    told = story(
        paragraph("One."),
        title=title,
        authors=(Author(text or "x"),),
        fields={label or "x": text},
        summary=text,
        notes=(Note(text, "head", label=label),),
    )
    tokens = MarkdownIt("commonmark").parse(md(told))
    kinds = [token.type for token in tokens]
    assert kinds.count("heading_open") == 1
    assert kinds.count("bullet_list_open") == 1
    assert not {"html_block", "fence", "code_block", "blockquote_open", "ordered_list_open"} & set(
        kinds
    )
    inline = [child for token in tokens for child in token.children or ()]
    assert not [child for child in inline if child.type in ("html_inline", "image", "code_inline")]
    links = [child.attrs["href"] for child in inline if child.type == "link_open"]
    assert links == ["http://h.example/1"]
    shown = "".join(child.content for child in tokens[1].children or ())
    assert shown == (" ".join(title.split()) or "(no title)")


def test_an_address_before_a_colon_defines_no_link():
    """ "[e-mail]: x" at the start of a paragraph would vanish as a link's definition."""
    text = md(story(paragraph("me@mail.example: http://h.example/")), header=False)
    assert text.startswith("\\[e-mail\\]: ")


def test_a_heading_in_the_prose_stands_below_the_chapters():
    """The outline of the file is title, chapters, then what the author divided."""
    text = md(story(Block("heading", "Part II", value="1")), header=False)
    assert text == "### Part II\n"


# ---------------------------------------------------------------- all formats


@pytest.mark.parametrize("format_", export.FORMATS)
@pytest.mark.parametrize("told", [FULL, chaptered(), story(), story(*SCENES)])
def test_every_export_ends_in_one_newline(format_, told):
    """One newline at the end, and text that UTF-8 can hold."""
    text = render(told, id="abcd1234", format=format_)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text
    text.encode()


def test_an_unknown_format_is_an_error():
    """The message names those that there are."""
    with pytest.raises(ValueError, match="txt, md, jsonl"):
        render(FULL, id="x", format="pdf")


def test_json_lines_is_the_full_record():
    """One object on one line, with id, text, evidence and captures."""
    told = replace(FULL, evidence={"title": (Evidence("The Lantern", "markup"),)})
    found = row(told, emails=True)
    assert found["id"] == "abcd1234"
    assert found["authors"][0] == {"name": "mako", "url": "mailto:mako@mail.example"}
    assert found["chapters"][0]["text"] == "One two."
    assert found["chapters"][0]["capture"]["warc"] == "a.warc.gz"
    assert found["evidence"]["title"][0]["method"] == "markup"


def test_json_lines_stay_lines_whatever_a_text_holds():
    """Line and paragraph separators of Unicode are escaped: some readers end a line at them."""
    told = story(paragraph("a\u2028b\u2029c\x85d"))
    assert row(told)["chapters"][0]["words"] == 4
