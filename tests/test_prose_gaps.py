"""Scene breaks that are only a wider gap, and the model page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storykeep.model import Block
from storykeep.prose import parse, tidy, walk, words

SEED = Path(__file__).resolve().parents[2] / "shared" / "seed" / "story-page.txt"
BASE = "http://stories.example/archive/one.html"

SCENES = [
    [
        "The kettle was the first to know.",
        "It had stood on the stove for thirty years -- long enough to have opinions ... and a lid.",
        '"You might have said," Tom told it.',
        "It had a point.",
    ],
    [
        "By evening the fog was in. Nobody saw it come, least of all the two on the pier.",
        '"Is that a light?"',
        '"No."',
        "//Keep the lamp lit,// said the note. It was in her hand.",
    ],
    ["Morning came, in its own good time, and found them both asleep.", "The end of it."],
]


def html(gap: str, *, before: str = "<p>", after: str = "</p>\n", joint: str = "") -> str:
    """Return the scenes as a page whose scene breaks are *gap*."""
    scenes = [joint.join(before + text + after for text in scene) for scene in SCENES]
    return "<html><body>" + gap.join(scenes) + "</body></html>"


def body(source: str) -> tuple[Block, ...]:
    return tidy(walked.block for walked in walk(parse(source), base_url=BASE))[0]


def expected(value: str = "gap") -> list[str]:
    return [text for scene in SCENES for text in [*scene, value]][:-1]


def read(source: str) -> list[str]:
    return [block.value if block.kind == "break" else block.text for block in body(source)]


P = {"before": "<p>", "after": "</p>\n"}
OPEN_P = {"before": "<P>", "after": "\n"}
BR = {"before": "", "after": "<br><br>\n"}
BR_SPACED = {"before": "", "after": "<br>&nbsp;<br>\n"}
DIV = {"before": "<div>", "after": "</div>\n"}
DIV_SPACED = {"before": "<div>", "after": "</div><div><br></div>\n"}
P_SPACED = {"before": "<p>", "after": "</p><p>&nbsp;</p>\n"}
P_DOUBLED = {"before": "<p>", "after": "</p><br>\n"}


@pytest.mark.parametrize(
    ("page", "gap"),
    [
        pytest.param(P, "<p>&nbsp;</p>", id="an empty paragraph with a no-break space"),
        pytest.param(P, "<p></p>", id="an empty paragraph"),
        pytest.param(P, "<p> </p>\n", id="an empty paragraph with a space"),
        pytest.param(P, "<p><br></p>", id="an empty paragraph with a break"),
        pytest.param(P, "<br>", id="a break between paragraphs"),
        pytest.param(P, "<br><br>", id="two breaks between paragraphs"),
        pytest.param(P, "&nbsp;<br>", id="a no-break space and a break"),
        pytest.param(P, "&nbsp;", id="a bare no-break space"),
        pytest.param(P, "<p>&nbsp;</p><p>&nbsp;</p>", id="two empty paragraphs"),
        pytest.param(P, "<div>&nbsp;</div>", id="an empty div"),
        pytest.param(P, "<p align=center><font size=2>&nbsp;</font></p>", id="dressed up"),
        pytest.param(P, "<p><span style='color:red'><o:p>&nbsp;</o:p></span></p>", id="from Word"),
        pytest.param(OPEN_P, "<P>&nbsp;", id="unclosed paragraphs"),
        pytest.param(OPEN_P, "<BR><BR>", id="unclosed paragraphs, two breaks"),
        pytest.param(BR, "<br>", id="one more line break"),
        pytest.param(BR, "<br>\n<br>", id="two more line breaks"),
        pytest.param(BR, "&nbsp;<br>", id="a line with a no-break space"),
        pytest.param(BR_SPACED, "&nbsp;<br>", id="spaced lines, one more"),
        pytest.param(DIV, "<div>&nbsp;</div>", id="divs, an empty one"),
        pytest.param(DIV, "<br>", id="divs, a line break"),
        pytest.param(DIV_SPACED, "<div><br></div>", id="spaced divs, one more"),
        pytest.param(P_SPACED, "<p>&nbsp;</p>", id="spaced paragraphs, one more"),
        pytest.param(P_DOUBLED, "<br>", id="breaks behind all paragraphs, one more"),
    ],
)
def test_a_wider_gap_is_a_scene_break(page, gap):
    """One gap more than the page has everywhere else."""
    assert read(html(gap, **page)) == expected()


@pytest.mark.parametrize("page", [P, OPEN_P, BR, BR_SPACED, DIV, DIV_SPACED, P_SPACED, P_DOUBLED])
def test_the_normal_gap_is_none(page):
    """What stands between all paragraphs is spacing."""
    assert "gap" not in read(html("", **page))


@pytest.mark.parametrize("page", [P, OPEN_P, BR, DIV, P_SPACED])
@pytest.mark.parametrize(
    ("gap", "value"),
    [
        ("<p>&nbsp;</p><center>* * *</center><p>&nbsp;</p>", "symbol"),
        ("<hr>", "rule"),
        ("<p>&nbsp;</p><hr width=50%><p>&nbsp;</p>", "rule"),
        ("<p align=center><img src=line.gif></p>", "image"),
    ],
)
def test_a_drawn_break_is_not_doubled_by_the_gaps_around_it(page, gap, value):
    """Space around a rule or a row of stars belongs to it."""
    assert read(html(gap, **page)) == expected(value)


def test_a_line_break_at_a_paragraphs_end_is_nothing():
    """A browser shows no line for the <br> right before </p>."""
    source = "<p>One of them left a stray tag.<br></p><p>Two did.<br></p><p>Three.</p><p>Four.</p>"
    assert "gap" not in read(source)


def test_a_page_that_mixes_its_gaps_has_no_breaks():
    """Where half the paragraphs stand wider apart, width means nothing."""
    source = "".join(
        f"<p>Paragraph {n} of this page says little.</p>{'<br>' if n % 2 else ''}"
        for n in range(12)
    )
    assert "gap" not in read(source)


def test_the_menu_does_not_set_the_measure():
    """A long menu of lines with wide gaps leaves the story's own gaps alone."""
    menu = "<div>" + "<br><br><br>".join(["Home", "New", "Links", "Mail"] * 3) + "</div>"
    found = read(menu + html("<br>", **BR))
    assert found[-len(expected()) :] == expected()


@pytest.mark.skipif(not SEED.exists(), reason="../shared/seed is not beside this checkout")
@pytest.mark.parametrize("gap", ["<p>&nbsp;</p>", "<br>", "<p></p>", "&nbsp;<br>"])
def test_the_model_page(gap):
    """93 paragraphs, four scene breaks, 2,794 words, character for character."""
    page = SEED.read_text(encoding="utf-8")
    text = page[page.index("Falling asleep on the couch") :].rstrip("\n")
    scenes = re.split(r"\n\n\n+", text)
    source = gap.join(
        "".join(
            "<p>" + paragraph.replace("&", "&amp;").replace("<", "&lt;") + "</p>\n"
            for paragraph in scene.split("\n\n")
        )
        for scene in scenes
    )
    blocks = body(source)
    assert sum(block.kind == "paragraph" for block in blocks) == 93
    assert [block.value for block in blocks if block.kind == "break"] == ["gap"] * 4
    assert words(blocks) == 2794
    shown = [block.text for block in blocks]
    assert shown == "\n\n* * *\n\n".join(scenes).split("\n\n")
    assert any(shown_text.startswith("//Thank you") for shown_text in shown)
