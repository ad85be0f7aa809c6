"""Breaks that a page calls so: by the class of a box, the name of a picture or what stands for it."""

from __future__ import annotations

import pytest

from storykeep.cleaning import clean, saved_page

BEFORE = "She looked at the mill for a while with her head on one side, and then went in."
AFTER = "It took him until Thursday to find her on the ninth floor, where the flood had been."


def between(markup: str) -> list[tuple[str, str]]:
    """Return kind and text of what stands between two scenes where *markup* does."""
    blocks = shown(markup)
    assert blocks[:6] == blocks[-6:]
    return blocks[6:-6]


def shown(markup: str) -> list[tuple[str, str]]:
    """Return kind and text of each block of two scenes with *markup* between."""
    story = f"<p>{BEFORE}</p><p>{AFTER}</p>"
    page = f"<h1>Glass Mill</h1><p>by Jo Dee</p>{story * 3}{markup}{story * 3}"
    found = clean(saved_page("x/mill.html", page.encode(), url="http://a.example/x/mill.html"), ())
    return [(block["kind"], block["markdown"] or "") for block in found["chapters"][0]["blocks"]]


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="bbImageWrapper"><img src="/attachments/divider.4421/" alt="divider.png"></div>',
        '<div><img src="/attachments/divider-png.4421/" alt="" title="divider.png"></div>',
        '<p><img src="/files/981.jpg" alt="divider"></p>',
        '<p><img src="/files/981.jpg" alt="[scene break]"></p>',
        '<p><img src="/files/981.jpg" alt="Scene break image"></p>',
        '<p><img src="/files/981.jpg" alt="line"></p>',
        '<p><img src="/files/scenebreak2.webp" alt=""></p>',
        '<div class="scene-break"></div>',
        '<div class="hr"></div>',
        '<div role="separator"></div>',
        '<p class="divider"></p>',
        '<p class="scene_break">&nbsp;</p>',
        '<p class="break">&amp;</p>',
        '<p class="ornament">🌊</p>',
        "<p>@}-,-'--</p>",
        "<p>--'-,-{@ --'-,-{@</p>",
        "<p>--scene--</p>",
        "<p>*** time skip ***</p>",
    ],
)
def test_what_is_called_a_break_parts_scenes(markup):
    assert [kind for kind, _ in between(markup)] == ["break"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<p class="break">eight</p>', "eight"),
        ('<p class="separator">Give me a break.</p>', "Give me a break."),
        ('<p class="breakfast">!?</p>', "!?"),
        ("<p>&amp;</p>", "&"),
        ("<p>'...'</p>", "'...'"),
        ("<p>scene</p>", "scene"),
        ("<p>They time skip.</p>", "They time skip."),
    ],
)
def test_what_is_said_stays_said(markup, text):
    assert between(markup) == [("paragraph", text)]


@pytest.mark.parametrize("alt", ["A line of washing", "the outline of a mill", "lineup.png"])
def test_a_picture_of_something_is_no_rule(alt):
    markup = f'<p><img src="/files/981.jpg" alt="{alt}"></p>'
    assert "break" not in [kind for kind, _ in shown(markup)]
