"""Engines on real pages, where they are at hand, and on the model page in many plausible markups."""

from __future__ import annotations

import html as markup
import itertools
import json

import pytest

from storykeep.derive import derive
from storykeep.model import Page
from tests.pages import SHARED, html, page_of, squash, unaccounted

SEED = SHARED / "seed" / "story-page.txt"
PAGES = SHARED / "pages"
needs_shared = pytest.mark.skipif(
    not PAGES.is_dir(), reason="../shared/pages is not here: the saved pages are not ours to ship"
)
needs_seed = pytest.mark.skipif(
    not SEED.is_file(), reason="../shared/seed is not here: the model page is not ours to ship"
)

PRINT_LINES = (
    '<p><a href="/cgi-bin/print.cgi?f=15/couch"><img src="/print.gif" alt="print" border=0></a><a href="/cgi-bin/print.cgi?f=15/couch">print this story!</a></p>',
    "<a href=/print/couch><img src=/print.gif alt=print>print this story!</a><p>",
    '<CENTER><A HREF="p.cgi"><IMG SRC="p.gif" ALT="print" BORDER="0"></A><A HREF="p.cgi">print this story!</A></CENTER>',
    '<table><tr><td><a href="p.cgi"><img src="x.gif" alt="print"></a><a href="p.cgi">print this story!</a></td></tr></table>',
    '<img src="x.gif" alt="print"><a href="p.cgi">print this story!</a><br><br>',
)
HEADERS = (
    '<p>Disclaimer: {}</p>\n<p>by <a href="mailto:mako@example.org">mako</a></p>',
    '<b>Disclaimer:</b> {}<br><br>by <a href="mailto:mako@example.org">mako</a><br><br>',
    "<table><tr><td>Disclaimer: {}</td></tr><tr><td>by <a href=mailto:m@example.org>mako</a></td></tr></table>",
    "<p><i>Disclaimer: {}</i></p><center>by mako</center>",
)
BODIES = (
    ("<p>", "</p>", "<p>&nbsp;</p>"),
    ("<P>", "", "<P>&nbsp;"),
    ("", "<br><br>", "<br>"),
    ("<p>", "</p>", "<br>"),
)
TITLES = (
    "",
    "<title></title>",
    "<title>Smallville Slash Archive</title>",
    "<title>Untitled Document</title>",
)
HOLDERS = ("Tollin-Robbins Productions", "Warner Bros. Television", "Jerry Siegel", "Joe Schuster")


@needs_seed
@pytest.mark.parametrize(
    ("print_line", "header", "body"), list(itertools.product(PRINT_LINES, HEADERS, BODIES))
)
def test_the_model_page_is_read_to_the_letter(print_line, header, body):
    text = SEED.read_text(encoding="utf-8")
    disclaimer = text.split("\n")[2].removeprefix("Disclaimer: ")
    wanted = text[text.index("Falling asleep") :].split("\n\n")
    opening, closing, gap = body
    prose = "\n".join(
        (gap if each.startswith("\n") else "")
        + opening
        + markup.escape(each.strip("\n"), quote=False)
        + closing
        for each in wanted
    )
    number = PRINT_LINES.index(print_line) + HEADERS.index(header)
    page = f"<html><head>{TITLES[number % 4]}</head><body>{print_line}{header.format(markup.escape(disclaimer, quote=False))}{prose}</body></html>"
    part = derive(html(page, "http://smallville.example/archive/15/fallingasleep.html"))
    assert part.outcome == "story"
    assert [author.name for author in part.authors] == ["mako"]
    assert part.title is None
    assert part.evidence["title"][0].reason
    (found,) = part.disclaimers
    assert (found.text, found.label, found.place) == (disclaimer, "Disclaimer", "header")
    assert found.rights_holders == HOLDERS
    blocks = [block.text for block in part.prose if block.kind != "break"]
    assert blocks == [each.strip("\n") for each in wanted]
    assert sum(len(each.split()) for each in blocks) == 2794
    assert sum(block.kind == "break" for block in part.prose) == 4
    assert part.chrome == ("print", "print this story!")
    assert part.notes == ()


def judged(name: str) -> tuple[Page, dict]:
    path = next(PAGES.glob(f"*/{name}.json"))
    truth = json.loads(path.read_text(encoding="utf-8"))
    url = truth.get("url") or f"http://site.example/{name}"
    return page_of(path.with_name(truth["file"]), url), truth


@needs_shared
@pytest.mark.parametrize(
    "name",
    ["shoujoai-lain-forgot", "shoujoai-zelda-promises", "tmffa-scorp01", "tmffa-tgay-cp1252",
     "tmffa-washuhair-mail"],
)  # fmt: skip
def test_a_real_story_page_reads_as_its_reader_says(name):
    page, truth = judged(name)
    part = derive(page)
    assert part.outcome == "story"
    assert squash(part.title or "") == squash(truth["title"])
    authors = truth["author"] if isinstance(truth["author"], list) else [truth["author"]]
    assert [a.name.split()[0] for a in part.authors] == [name.split()[0] for name in authors]
    prose = squash(" ".join(block.text for block in part.prose))
    assert prose.startswith(squash(truth["first_words"]))
    assert prose.endswith(squash(truth["last_words"]))
    assert unaccounted(page, part) == []
    if truth["disclaimer"]:
        (found,) = part.disclaimers
        wanted = truth["disclaimer"].split("...")[0]
        assert squash(found.text).startswith(squash(wanted)[:120])
        assert found.place == truth.get("disclaimer_place", "header")


@needs_shared
@pytest.mark.parametrize(
    ("name", "outcome"),
    [("shoujoai-soft404", "soft_404"), ("gate-locked-login", "login"), ("phpbb-thread", "not_story"),
     ("renascence-p54", "not_story")],
)  # fmt: skip
def test_a_real_page_that_is_no_story_is_told_apart(name, outcome):
    page, _ = judged(name)
    part = derive(page)
    assert (part.outcome, part.prose) == (outcome, ())


@needs_shared
def test_a_sender_and_a_signature_are_both_kept():
    part = derive(judged("tmffa-washuhair-mail")[0])
    named = [each.value for each in part.evidence["authors"]]
    assert named == ["Phillip Masters", "Robert Hadley"]


STORY = "".join(
    f"<p>{each}</p>"
    for each in (
        "The gate at Low Fell had been left open again, and the geese were in the schoolroom.",
        '"I did shut it," said Maudie, who had not.',
        "Miss Pargeter counted the geese, and then the children, and wrote both numbers down.",
        "There were eleven geese and nine children, which was one of each too many.",
        '"Somebody," said Miss Pargeter, "is learning long division under false pretences."',
        "Nobody ever found out whose the extra child was. It went home at dusk, over the fell.",
    )
)


def test_a_lone_disclaimer_phrase_does_not_swallow_the_story():
    part = derive(
        html(f"<h2>Thaw</h2><p>By Ada</p><p>Standard disclaimers apply.</p><p>* * *</p>{STORY}")
    )
    assert [each.text for each in part.disclaimers] == ["Standard disclaimers apply."]
    assert part.prose[0].text.startswith("The gate at Low Fell")


def test_an_empty_rating_does_not_take_the_first_line_of_the_story():
    part = derive(
        html(f"<p>Title: Thaw</p><p>Author: Ada</p><p>Rating:</p><p>It rained.</p>{STORY}")
    )
    assert part.prose[0].text == "It rained."


def test_a_short_story_under_its_own_age_warning_is_no_gate():
    page = f'<h2>Thaw</h2><p>by Ada</p><p>Warning: You must be over 18.</p>{STORY}<a href="2.html">Continue</a>'
    part = derive(html(page))
    assert part.outcome == "story"


def test_a_door_that_asks_for_an_age_is_a_gate():
    page = '<p>You must be 18 or older to enter.</p><a href="main.html">Enter</a>'
    assert derive(html(page)).outcome == "gate"


def test_a_short_story_beside_a_long_menu_is_still_one():
    menu = "".join(f'<a href="list{n}.html">Shelf number {n}</a><br>' for n in range(12))
    page = f"<table><tr><td>{menu}</td><td><h2>Thaw</h2><p>by Ada</p>{STORY}</td></tr></table>"
    part = derive(html(page))
    assert (part.outcome, part.title) == ("story", "Thaw")
    assert len(part.prose) == 6


def test_a_letter_inside_the_story_is_no_header():
    letter = "<p>From: Lex</p><p>To: Maudie</p><p>Subject: the gate</p><p>Note: it is red.</p>"
    part = derive(html(f"<h2>Thaw</h2><p>by Ada</p>{STORY}{letter}{STORY}"))
    assert [each.name for each in part.authors] == ["Ada"]
    assert "Subject: the gate" in [block.text for block in part.prose]


def test_a_page_that_only_asks_for_a_password_is_a_login():
    page = '<form><p>Name</p><input name="n"><p>Password</p><input type="password"></form>'
    assert derive(html(page)).outcome == "login"


def test_an_index_names_its_page_author():
    page = "<title>Ada's Stories</title><h1>Ada's Stories</h1>" + "".join(
        f'<p><a href="s{n}.html">Goose {n} at the Gate</a> There are geese in it.</p>'
        for n in range(3)
    )
    part = derive(html(page, "http://ada.example/fic/"))
    assert part.outcome == "index"
    assert {(link.kind, link.author) for link in part.links} == {("story", "Ada")}
