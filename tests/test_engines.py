"""Engines on real pages, where they are at hand, and on the model page in many plausible markups."""

from __future__ import annotations

import html as markup
import itertools
import json

import pytest

from storykeep.derive import derive
from storykeep.model import Page
from storykeep.profiles import parse
from tests.pages import SHARED, html, page_of, plain_text, squash, unaccounted

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
     "tmffa-washuhair-mail", "open-the-window", "redivider-ch1"],
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
    [("shoujoai-soft404", "soft_404"), ("gate-locked-login", "login"), ("phpbb-thread", "not_story")],
)  # fmt: skip
def test_a_real_page_that_is_no_story_is_told_apart(name, outcome):
    page, _ = judged(name)
    part = derive(page)
    assert (part.outcome, part.prose) == (outcome, ())


@needs_shared
@pytest.mark.parametrize("name", ["chance-encounter-ch1", "teststory-2013"])
def test_a_real_page_of_fanfiction_net_reads_as_its_reader_says(name):
    page, truth = judged(name)
    part = derive(page)
    assert (part.outcome, part.title) == ("story", truth["title"])
    assert [author.name for author in part.authors] == [truth["author"]]
    prose = squash(" ".join(block.text for block in part.prose))
    assert prose.startswith(squash(truth["first_words"]))
    assert prose.endswith(squash(truth["last_words"]))
    wanted = [squash((truth["disclaimer"] or "").removeprefix("A/N: "))]
    assert [squash(each.text) for each in part.disclaimers] == [each for each in wanted if each]


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


# ---------------------------------------------------------------- short texts, and what stands in them


def texts(part) -> list[str]:
    return [block.text for block in part.prose if block.kind != "break"]


def test_a_label_behind_a_short_story_does_not_make_the_story_its_header():
    page = 'Title: Thaw\nAuthor: Ada Moss\n\nThe ice went out at four.\n\n"At last," said Ben, who had a boat.\n\nHe sat down in it. It was full of geese.\n\nThe End\n\nAuthor\'s note: thank you for reading my fic!\n'
    part = derive(plain_text(page))
    assert texts(part)[0] == "The ice went out at four."
    assert texts(part)[2] == "He sat down in it. It was full of geese."
    assert [note.text for note in part.notes] == ["thank you for reading my fic!"]


def test_one_paragraph_with_a_disclaimer_under_it_is_a_story():
    page = "<h1>Jar</h1><p>by Pim</p><p>She shook the jar. Nothing in it said a word, and so she set it back upon the shelf with the rest.</p><p>Disclaimer: not my jar.</p>"
    part = derive(html(page))
    assert (part.outcome, len(texts(part))) == ("story", 1)
    assert [(each.text, each.place) for each in part.disclaimers] == [("not my jar.", "tail")]


def test_a_note_in_the_middle_of_a_scene_leaves_the_scene_in_the_story():
    page = '<h1>Nets</h1><p>by Ida</p><p>The nets came up empty, and the nets came up empty again.</p><p>"It is the moon," said Col.</p><p>(A/N: it really is!)</p><p>They went home by the long road, and said nothing of it until the lamp was lit and the door was shut on the dark.</p>'
    part = derive(html(page))
    assert texts(part)[:2] == [
        "The nets came up empty, and the nets came up empty again.",
        '"It is the moon," said Col.',
    ]


def test_an_author_who_speaks_in_a_play_is_no_byline():
    page = "Title: The Well\nAuthor: Fay Dunn\n\nCook: Who took the spoon?\n\nBoy: I did not.\n\nCook: Then it went by itself, and took the jug for company.\n\nBoy: It might have.\n\nAuthor: It did.\n\nCook: There, you see?\n"
    part = derive(plain_text(page))
    assert [author.name for author in part.authors] == ["Fay Dunn"]
    assert texts(part)[-2:] == ["Author: It did.", "Cook: There, you see?"]


def test_a_byline_wins_over_the_sender_and_keeps_no_address_of_his():
    page = (
        "From: ben@list.example (Ben Hale)\nTo: fic@list.example\nSubject: [fic] FIC: Thaw\n\nThaw\nby Ada Moss\n\n"
        + "The ice went out at four, and the geese with it.\n\n" * 4
    )
    part = derive(plain_text(page))
    assert [(author.name, author.url) for author in part.authors] == [("Ada Moss", None)]
    assert {each.value for each in part.evidence["authors"]} >= {"Ada Moss", "Ben Hale"}
    assert part.title == "Thaw"


def test_a_word_that_menus_use_can_be_a_storys_title():
    page = f"<title>Rules</title><h1>Rules</h1><p>by Ada</p>{STORY}"
    assert derive(html(page)).outcome == "story"
    menu = "<title>Rules</title><h1>Rules</h1><p>by Ada</p><p>No stories about people who live. Submit your fic as text to the archive.</p>"
    assert derive(html(menu)).outcome == "not_story"


def test_the_letters_of_japanese_count_as_words():
    rows = "<p>朝になると、港には船がひとつもなかった。</p><p>「どこへ行ったの」と娘は聞いた。</p><p>番人は答えずに、灯りを消して、ゆっくりと階段を下りていった。</p>"
    part = derive(html(f"<title>港</title><h1>港</h1>{rows}"))
    assert (part.outcome, part.title) == ("story", "港")


@pytest.mark.parametrize(
    "label",
    [
        "Why this must be read:",
        "Why You Should Read It:",
        "Recced because:",
        "Reasons to rec:",
        "Why I'm recommending this?",
    ],
)
def test_who_recommends_a_story_tells_none(label):
    head = "Fandom: Lamps<br>Pairing: Edda/Tom<br>Author: Ada Moss<br>Rating: PG"
    praise = "The light goes out on the first page, and from there on I could not put it down. " * 6
    page = f"<title>The Hundredth Stair</title><h1>The Hundredth Stair</h1><p>{head}</p><p>{label} {praise}</p>"
    part = derive(html(page))
    assert part.outcome == "not_story"
    assert label in part.reason


def test_who_asks_in_a_story_why_something_must_be_read_still_tells_it():
    said = '<p>"Why this must be read aloud I do not know," said Tom.</p>'
    page = f"<title>Thaw</title><h1>Thaw</h1><p>by Ada Moss</p>{said}{STORY}"
    assert derive(html(page)).outcome == "story"


def test_a_taken_down_story_is_gone():
    page = "<h2>Sorry</h2><p>This fic was taken down at the author's request.</p>"
    assert derive(html(page)).outcome == "gone"


def test_a_board_is_known_by_what_powers_it():
    row = '<tr><td><b>Ada</b></td><td><span class="postbody">I liked the one with the geese.</span></td></tr>'
    page = f"<title>Our board - Favourites</title><h2>Favourites</h2><table>{row * 4}</table><p>Powered by phpBB 2.0.6</p>"
    assert derive(html(page)).outcome == "not_story"


@pytest.mark.parametrize(
    "foot",
    [
        '<p align=right><a href="javascript:history.back()">&lt;&lt; Back</a></p>',
        '<p><a href="#top">top</a></p>',
        '<hr><p>The Moss Library | <a href="list.html">All stories</a></p>',
        "<hr><h5>This page hosted by Freepages. Get your own free home page!</h5>",
    ],
)
def test_the_sites_foot_is_no_prose(foot):
    part = derive(
        html(f"<title>Thaw - The Moss Library</title><h1>Thaw</h1><p>by Ada</p>{STORY}{foot}")
    )
    assert texts(part)[-1].startswith("Nobody ever found out")
    assert part.prose[-1].kind != "break"


def test_a_heading_above_the_menu_is_the_sites():
    page = f'<title>Pim\'s Corner: The Long Thaw</title><h1>Pim\'s Corner</h1><h3><a href="i.html">Home</a> - <a href="f.html">Fic</a></h3><hr><h2>The Long Thaw</h2><h4>by Ada Moss</h4>{STORY}'
    part = derive(html(page))
    assert part.title == "The Long Thaw"
    assert "Pim's Corner" in part.chrome


def test_the_first_of_several_section_headings_stays_in_the_story():
    half = STORY.split("</p>")
    page = f"<h1>Thaw</h1><p>by Ada</p><h3>I. Dusk</h3>{half[0]}</p><h3>II. Dark</h3>{half[1]}</p>{STORY}"
    assert [b.text for b in derive(html(page)).prose if b.kind == "heading"] == [
        "I. Dusk",
        "II. Dark",
    ]


def test_labels_drawn_in_bold_or_in_columns_end_a_disclaimer():
    page = f"<h2>Thaw</h2><p><b>Author:</b> Dee <b>Disclaimer:</b> Not mine. Truly. <b>Date:</b> June 3, 2001</p>{STORY}"
    part = derive(html(page))
    assert [each.text for each in part.disclaimers] == ["Not mine. Truly."]
    assert part.published is not None
    row = (
        "<pre>\n        THAW\n      by Ada Moss\n\nDISCLAIMER:  They belong to Hartside.   RATING:  G\n\n"
        + "The ice went out at four.\n\n" * 6
        + "</pre>"
    )
    part = derive(html(row))
    assert [each.text for each in part.disclaimers] == ["They belong to Hartside."]
    assert ("rating", "G") in {(tag.kind, tag.value) for tag in part.tags}


def test_a_disclaimers_second_paragraph_belongs_to_it():
    page = f"<h2>Thaw</h2><p>by Ada</p><p>Disclaimer: Low Fell is the property of Hartside Pictures.</p><p>No infringement is intended, and no profit is made.</p><p>Rating: G</p>{STORY}"
    (found,) = derive(html(page)).disclaimers
    assert found.place == "header"
    assert found.text.endswith(
        "Hartside Pictures.\n\nNo infringement is intended, and no profit is made."
    )


def test_an_underlined_label_has_the_text_below_it():
    page = (
        "Legal Disclaimer\n----------------\nI did not build the fell, or the geese.\n\nThaw\n----\nBy Ada Moss\n\n"
        + "The ice went out at four, and the geese with it.\n\n" * 4
    )
    part = derive(plain_text(page))
    assert [each.text for each in part.disclaimers] == ["I did not build the fell, or the geese."]
    assert (part.title, [author.name for author in part.authors]) == ("Thaw", ["Ada Moss"])


def test_a_closing_paragraph_names_the_story_its_author_and_its_owners():
    page = (
        "The ice went out at four, and the geese with it.\n\n" * 5
        + '\n------------------------------\n"Thaw" by Ada Moss. Written 3/99. All characters are the property of Hartside Pictures.\n'
    )
    part = derive(plain_text(page))
    assert (part.title, [author.name for author in part.authors]) == ("Thaw", ["Ada Moss"])
    assert [each.place for each in part.disclaimers] == ["tail"]


def test_a_profile_names_the_lines_and_the_titles_that_are_the_sites():
    page = html(
        f"<title>Thaw ~ Moss End</title><p>A place for geese</p><h1>Moss End</h1><h2>Thaw</h2><p>by Ada</p>{STORY}<p>Mind the geese!</p>"
    )
    profile = parse(
        'hosts = ["site.example"]\nchrome = ["A place for geese", "mind the geese"]\ntitles = ["Moss End"]\n',
        name="moss",
    )
    part = derive(page, profile)
    assert part.title == "Thaw"
    assert {"A place for geese", "Mind the geese!", "Moss End"} <= set(part.chrome)
    assert texts(part)[-1].startswith("Nobody ever found out")


def test_a_subject_that_names_the_author_is_the_title_without_him():
    page = (
        "From: ada@list.example\nSubject: Thaw by Ada Moss\n\nThaw\nBy Ada Moss\n\n"
        + "The ice went out at four, and the geese with it.\n\n" * 4
    )
    part = derive(plain_text(page))
    assert {each.value for each in part.evidence["title"]} == {"Thaw"}


def test_a_drabble_above_a_comment_form_is_a_story():
    """A form below a short, signed and titled story does not make it a form to write in."""
    short = "<p>The lamp went out at nine. Nobody in the harbour said a word about it.</p>" * 4
    form = "<form><textarea name=c></textarea><input type=submit></form>"
    disowned = "<p>Disclaimer: The harbour belongs to Grey Gull Productions.</p>"
    page = html(f"<h2>Nine</h2><p>by Ada</p>{disowned}{short}<hr>{form}")
    assert derive(page).outcome == "story"


def test_a_pen_name_may_begin_with_the():
    """ "by the Spike" names somebody; "by the river" is a place."""
    part = derive(html(f"<h2>Low Water</h2><h3>by the Spike</h3>{STORY}"))
    assert [author.name for author in part.authors] == ["the Spike"]
    assert part.title == "Low Water"
    prose = derive(html(f"<h2>Low Water</h2><p>by Ana</p><p>by the river</p>{STORY}"))
    assert [author.name for author in prose.authors] == ["Ana"]


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("/view.php?id=7&mobile=1", "on a small screen"),
        ("/view.php?id=7&print=1", "on paper"),
        ("/m/view.php?id=7", "Mobile version"),
    ],
)
def test_another_view_of_a_page_is_its_alias(href, words):
    """Print and mobile views hold the same text: linked, and not asked for."""
    paragraphs = "<p>The keeper counted the waves that evening, and wrote the number down.</p>" * 20
    html = f"<html><body><h1>Tale</h1><p>by Ana</p>{paragraphs}<a href='{href}'>{words}</a></body></html>"
    part = derive(
        Page("http://h.example/view.php?id=7", 200, (("content-type", "text/html"),), html.encode())
    )
    kinds = {link.url.removeprefix("http://h.example"): link.kind for link in part.links}
    assert kinds[href] in {"alias", "ignore"}
