"""What whole pages of many families showed the cleaner to get wrong, each on a small page."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, plain_text, unaccounted

STORY = (
    "The signalman kept his lamp in the kitchen, where it was warm, and went down to it at night.",
    '"You will wear out the step," said his sister, who had never once been asked to hold it.',
    "A train came through at two, and another at five; neither of them had anybody in it.",
    '"They are only moving the carriages," he told her, and did not look round.',
    "On the last night of the year he carried the lamp out to the end of the platform and sat.",
    "It was a clear night and every signal on the line stood green, all the way to the sea.",
)


def page(*pieces: str, title: str = "", url: str = "http://site.example/stories/one.html") -> Part:
    """Return the part of an HTML page, none of whose words may be unaccounted for."""
    given = html(f"<html><head><title>{title}</title></head><body>{''.join(pieces)}</body>", url)
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def text(*lines: str) -> Part:
    """Return the part of a text file, none of whose words may be unaccounted for."""
    given = plain_text("\n".join(lines) + "\n")
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def story(first: int = 0, last: int = 6) -> str:
    return "".join(f"<p>{each}</p>" for each in STORY[first:last])


def shown(part: Part) -> list[str]:
    return [block.text for block in part.prose]


def names(part: Part) -> list[str]:
    return [author.name for author in part.authors]


def disclaimers(part: Part) -> list[str]:
    return [each.text for each in part.disclaimers]


BREAK = "* * *"


# ---------------------------------------------------------------- prose


def test_a_hidden_heading_does_not_make_a_note_of_the_last_paragraph():
    """A download hides "Afterword" below the last chapter; what is settled opens no notes."""
    part = page(
        '<style>.toc-heading { display: none }</style><div id="preface"><h1>Lamps</h1>',
        '<div class="byline">by <a rel="author" href="/users/ada">ada</a></div></div>',
        f'<div id="chapters" class="userstuff">{story()}</div>',
        '<div id="afterword"><h2 class="toc-heading">Afterword</h2></div>',
    )
    assert shown(part) == list(STORY)


def test_a_page_that_only_leads_on_to_the_next_chapter_is_no_table_of_contents():
    part = page(
        '<center><h4>Green Lights by <a href="viewuser.php?uid=5">Ada</a></h4></center><hr>',
        story(),
        '<hr><center><a href="viewstory.php?sid=7&amp;chapter=2">Next</a></center>',
        url="http://site.example/viewstory.php?sid=7&chapter=1",
    )
    assert (part.outcome, shown(part), names(part)) == ("story", list(STORY), ["Ada"])


@pytest.mark.parametrize(
    "ornament",
    [
        '<center><img src="owl.gif" width=20 height=20></center>',
        '<p align="center"><img src="images/owl.gif" alt=""></p>',
        '<div style="text-align: center"><img src="owl.gif"></div>',
    ],
)
def test_a_small_centred_picture_between_paragraphs_parts_scenes(ornament):
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(0, 3), ornament, story(3))
    assert shown(part) == [*STORY[:3], BREAK, *STORY[3:]]


@pytest.mark.parametrize(
    "picture",
    [
        '<center><img src="map.jpg" width=400 height=300></center>',
        '<center><img src="owl.gif" alt="An owl upon a signal"></center>',
        '<p><img src="owl.gif"></p>',
        '<center><a href="big.html"><img src="owl.gif"></a></center>',
    ],
)
def test_a_picture_to_look_at_parts_none(picture):
    part = page("<h1>Lamps</h1><p>by Ada</p>", story(0, 3), picture, story(3))
    assert BREAK not in shown(part)
