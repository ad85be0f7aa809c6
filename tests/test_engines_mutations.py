"""However a page of a forum, a journal or an archive is torn, no engine fails and no line is lost."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.derive import ENGINE_FAILED, derive
from tests.pages import CORPUS, html, unaccounted

FAMILIES = ("forum", "journal", "royalroad", "wayback")
PAGES = {
    f"{family}/{path.stem}": (
        path.read_text(encoding="utf-8"),
        json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))["url"],
    )
    for family in FAMILIES
    for path in sorted((CORPUS / family).glob("*.html"))
}
PIECES = ("<", "&", "\0", "</div>", "<td>", "<blockquote>", "<!--", "<p>", "<li id=post-1 class=message data-author=x>", "<!-- BEGIN WAYBACK TOOLBAR INSERT -->", "<div class=posttext>", "<span class=ljuser>")  # fmt: skip
NAMES = ("class", "id", "href", "data-author", "data-content")
TEARS = st.lists(
    st.tuples(
        st.sampled_from(("tag", "put", "cut", "twice", "name")),
        st.floats(0, 0.999),
        st.integers(0, 400),
    ),
    min_size=1,
    max_size=6,
)


def torn(source: str, tears: list[tuple[str, float, int]]) -> str:
    for kind, where, size in tears:
        at = int(where * len(source))
        if kind == "tag":
            tags = [found.span() for found in re.finditer(r"<[^>]*>", source)]
            begin, end = tags[int(where * len(tags))] if tags else (0, 0)
            source = source[:begin] + source[end:]
        elif kind == "put":
            source = source[:at] + PIECES[size % len(PIECES)] + source[at:]
        elif kind == "cut":
            source = source[:at] + source[at + size :]
        elif kind == "twice":
            source = source[:at] + source[at : at + size] + source[at:]
        else:
            source = source.replace(NAMES[size % len(NAMES)], "x", 1 + size % 3)
    return source


@pytest.mark.parametrize("name", PAGES)
@settings(max_examples=15, deadline=None)
@given(TEARS)
def test_a_torn_page_is_read_without_a_failure_and_without_a_loss(name, tears):
    source, url = PAGES[name]
    page = html(torn(source, tears), url)
    part = derive(page)
    assert ENGINE_FAILED not in part.reason
    assert unaccounted(page, part) == []
    assert all(0 <= each.start < each.end <= len(part.prose) for each in part.sections)


@pytest.mark.parametrize(
    "source",
    [
        '<a href="?mode=reply">r</a>' + '<div class="entry-content">a' * 300,
        "<article class=message data-author=A data-content=post-1><div class=messageText>a" * 300,
        "<div id=post_message_1>a<blockquote>" * 300,
        "<a href=/viewtopic.php?t=1>x</a><table><tr><td class=name>a</td>"
        + "<td class=postbody>x</td>" * 300,
    ],
)
def test_what_is_nested_in_itself_is_one_thing(source):
    part = derive(html(source, "http://ada.x.example/12.html"))
    assert part.outcome == "not_story"
