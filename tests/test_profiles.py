"""Profiles: what TOML may say, what the engines make of it, and that the shipped ones earn it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storykeep import prose
from storykeep.derive import derive
from storykeep.engines import NAMES
from storykeep.errors import ConfigError
from storykeep.model import Page
from storykeep.profiles import ENGINES, SHIPPED, load, match, parse, selectors, templates
from tests.anatomy import BODY, PAGES, PARAGRAPHS
from tests.pages import html, plain_text, unaccounted

KNOWN = {profile.name: profile for profile in load(SHIPPED)}
URL = "http://site.example/stories/one.html"


def profile_of(text):
    return parse('hosts = ["site.example"]\n' + text, name="moss")


def taught(page, text):
    return derive(html(page, URL), profile_of(text))


def prose_of(part):
    return [block.text for block in part.prose if block.kind != "break"]


# ---------------------------------------------------------------- what may be said


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        pytest.param("chrom = []", "unknown key 'chrom'", "did you mean 'chrome'?", id="a key"),
        pytest.param('engine = "efictoin"', "engine: there is no 'efictoin'", "did you mean 'efiction'?", id="an engine"),
        pytest.param("engine = 3", "engine: must be text, not 3", "", id="an engine of no kind"),
        pytest.param('chrome = "Home"', "chrome: must be a list", 'chrome = ["...", "..."]', id="no list"),
        pytest.param('chrome = [""]', "chrome: has an empty text", "", id="an empty line"),
        pytest.param('hosts = ["http://a.example/"]', "hosts: 'http://a.example/' is no host", "without http://", id="an address"),
        pytest.param('encoding = "klingon"', "encoding: there is no encoding 'klingon'", "windows-1251", id="an encoding"),
        pytest.param('lines = ["by {autor}"]', "has a hole {autor}; known: author", "", id="a hole"),
        pytest.param('lines = ["{title}{author}"]', "has nothing but holes", "", id="only holes"),
        pytest.param('lines = ["{title} by {author} of {genre} in {series}"]', "more than 3 holes", "", id="many holes"),
        pytest.param('[select]\nbdy = "p"', "[select]: unknown key 'bdy'", "did you mean 'body'?", id="a field"),
        pytest.param('[select]\nbody = "div:has(p)"', "[select] body: 'div:has(p)' is no selector", "docs/profiles.md", id="a selector"),
        pytest.param('[select]\nbody = ""', "[select] body: '' is no selector: an empty selector", "", id="no selector"),
        pytest.param('[select]\nbody = "p >"', "is no selector", "", id="half a selector"),
        pytest.param('engine = "otw"\n[select]\nbody = "p"', "finds the text of a page by itself", "leave body out", id="a body for nobody"),
        pytest.param('[labels]\nPlot = "sumary"', "[labels] Plot: there is no 'sumary'", "did you mean 'summary'?", id="a label's field"),
        pytest.param('[urls]\nstories = ["/"]', "[urls]: unknown key 'stories'", "did you mean 'story'?", id="a kind of page"),
        pytest.param('[urls]\nstory = ["s/"]', "does not begin with / or *", "", id="a path"),
        pytest.param('name = "auto"', "name: 'auto' is no name of a profile", "", id="a name that is taken"),
        pytest.param("hosts =", "this is not TOML", "docs/profiles.md", id="no TOML"),
        pytest.param("x = " + "[" * 3000, "this is not TOML", "", id="nested for the purpose"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_file_key_and_what_is_allowed(text, said, hint):
    with pytest.raises(ConfigError) as told:
        parse(text, name="moss")
    assert str(told.value).startswith("moss.toml: ")
    assert said in str(told.value)
    assert hint in told.value.hint
    assert told.value.exit_code == 2


def test_the_engines_that_may_be_named_are_the_engines():
    """Profiles lie below the engines, so the names are written down twice.

    Plain texts, downloads and the entries of a catalogue are no pages that a profile could tell of.
    """
    assert set(NAMES) - {"text", "catalogue", "download"} == ENGINES


def test_the_users_folder_wins_by_name_and_by_host(tmp_path):
    (tmp_path / "mine.toml").write_text('hosts = ["livejournal.com"]\n')
    (tmp_path / "royal_road.toml").write_text('hosts = ["royalroad.com"]\nchrome = ["x"]\n')
    found = load(tmp_path, SHIPPED)
    assert match("https://ada.livejournal.com/1.html", found).name == "mine"
    assert match("https://www.royalroad.com/f", found).chrome == ("x",)
    assert match("https://notroyalroad.com/f", found) is None
    assert match("page.html", found) is None


def test_a_host_may_hold_many_sites():
    """The one that says most of the address is meant."""
    whole = parse('hosts = ["pages.example"]', name="whole")
    mary = parse('hosts = ["pages.example/~mary/"]', name="mary")
    assert match("http://pages.example/~mary/x.html", [whole, mary]).name == "mary"
    assert match("http://pages.example/~ann/x.html", [whole, mary]).name == "whole"


def test_two_profiles_of_one_name_and_files_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "a.toml").write_text('name = "same"')
    (tmp_path / "b.toml").write_text('name = "same"')
    with pytest.raises(ConfigError, match=r"name 'same' is taken by a\.toml"):
        load(tmp_path)
    (tmp_path / "b.toml").write_bytes(b"\n# caf\xe9")
    with pytest.raises(ConfigError, match="line 2 is not UTF-8"):
        load(tmp_path)


# ---------------------------------------------------------------- selectors and templates

TREE = prose.parse(
    "<html><body><div id=top class='a bc'><p>1<p class=x>2<p>3</div><ul><li><a href='/u/7'>4</a>"
    "<li>5<li>6</ul><h2>7</h2><p>8</p></body></html>"
)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("#top p", "123"), ("div.bc > p", "123"), ("div.b p", ""), ("p.x", "2"), (".x, h2", "27"),
        ("p:first-of-type", "18"), ("#top p:last-of-type", "3"), ("li:nth-of-type(2)", "5"),
        ("li:nth-child(3)", "6"), ("a[href^='/u/']", "4"), ("a[href$=7]", "4"), ("[href*=u]", "4"),
        ("[class~=bc] p.x", "2"), ("[class=bc]", ""), ("h2 + p", "8"), ("body > p", "8"),
        ("body ul li a[href]", "4"), ("p + p + p", "3"), ("* > li:last-child", "6"), ("P.x", "2"),
        ("div p li", ""), ("[href^='']", ""),
    ],
)  # fmt: skip
def test_a_selector_finds_what_css_says(selector, found):
    elements = selectors.read(selector).find(TREE)
    assert "".join("".join(each.itertext()).strip()[:1] for each in elements) == found


def test_a_selector_takes_time_that_grows_with_the_page_only(monkeypatch):
    """Four steps on a page that nests 5,000 deep: not the fourth power of the depth."""
    root = prose.parse("<div>" * 5000 + "x" + "</div>" * 5000)
    asked = 0
    fits = selectors._Step.fits

    def counted(step, element):
        nonlocal asked
        asked += 1
        return fits(step, element)

    monkeypatch.setattr(selectors._Step, "fits", counted)
    assert selectors.read("b div div div div").find(root) == []
    assert asked < 5000 * 6


@given(st.text(alphabet="ab.#[]=>+,:()*^$~'\" \\-1", max_size=40))
def test_any_text_is_a_selector_or_is_refused_in_words(text):
    with suppress(ValueError):
        assert isinstance(selectors.read(text).find(TREE), list)


@given(st.text(max_size=60), st.text(alphabet="ab*", max_size=12))
def test_a_star_is_any_text(line, starred):
    assert templates.is_like(line, "*")
    assert templates.is_like(starred.replace("*", "".join(line.split())), starred)


# ---------------------------------------------------------------- what the engines make of it

ODD = (
    "<title>Moss End</title><div class=nick>Posted as <b class=who><a href='/people/7'>mossy</a></b></div>"
    "<div class=n>Thaw</div><div class=m>Geese; Ice</div><div class=w>June 5, 2003</div>"
    f"<div class=box>{BODY}<p>~~~</p><p>oOo</p>{BODY}</div><div class=foot>All our geese are vaccinated, "
    "says the management of this place every year in its letter.</div>"
)


def test_selectors_name_the_fields_and_the_evidence_names_the_selector():
    part = taught(
        ODD,
        'breaks = ["oOo"]\n[select]\nbody = ".box"\ntitle = ".n"\nauthor = ".who"\nfandom = ".m"\npublished = ".w"\n',
    )
    assert (part.title, part.published.value) == ("Thaw", "2003-06-05")
    assert [(each.name, each.url) for each in part.authors] == [
        ("mossy", "http://site.example/people/7")
    ]
    assert [each.value for each in part.tags] == ["Geese", "Ice"]
    assert prose_of(part) == PARAGRAPHS * 2
    assert any(each.startswith("All our geese") for each in part.chrome)
    assert part.evidence["title"][0].place == "selector title in profile moss"
    assert part.evidence["authors"][0].place == "selector author in profile moss"
    assert unaccounted(html(ODD, URL), part) == []


def test_a_page_without_what_the_profile_names_is_read_as_ever():
    text = '[select]\nbody = ".box"\ntitle = ".n"\nauthor = ".who"\n'
    page = f"<title>Thaw</title><h1>Thaw</h1><p>by Ada</p>{BODY}<p><a href=/>home</a></p>"
    assert taught(page, text) == replace(derive(html(page, URL)), profile="moss")


def test_a_break_of_the_site_is_a_scene_break():
    page = f"<h1>Thaw</h1><p>by Ada</p>{BODY}<p>[tide]</p>{BODY}"
    assert "[tide]" in prose_of(derive(html(page, URL)))
    part = taught(page, 'breaks = ["[Tide]"]')
    assert prose_of(part) == PARAGRAPHS * 2
    assert [block.text for block in part.prose if block.kind == "break"] == ["[tide]"]


def test_labels_and_lines_of_the_site_are_fields():
    page = (
        "<h1>Thaw</h1><p>penned in the reeds by Ada Moss, a Goose tale</p>"
        f"<p>Waterfowl: Geese, Ducks</p><p>Counter: 99 visits</p>{BODY}"
    )
    part = taught(
        page,
        'lines = ["penned in the reeds by {author}, a {fandom} tale"]\n'
        '[labels]\nWaterfowl = "character"\nCounter = "chrome"\n',
    )
    assert [each.name for each in part.authors] == ["Ada Moss"]
    assert [(each.kind, each.value) for each in part.tags] == [
        ("fandom", "Goose"), ("character", "Geese"), ("character", "Ducks"),
    ]  # fmt: skip
    assert "Counter: 99 visits" in part.chrome
    assert part.evidence["authors"][0].place.startswith("line 'penned in the reeds")
    assert prose_of(part) == PARAGRAPHS
    assert unaccounted(html(page, URL), part) == []


def test_labels_and_breaks_hold_for_text_files_too():
    text = (
        "Thaw\nby Ada\nWaterfowl: Geese\n\n"
        + "\n\n".join(PARAGRAPHS)
        + "\n\n[tide]\n\n"
        + PARAGRAPHS[0]
    )
    part = derive(
        plain_text(text), profile_of('breaks = ["[tide]"]\n[labels]\nWaterfowl = "character"\n')
    )
    assert [each.value for each in part.tags] == ["Geese"]
    assert [block.kind for block in part.prose].count("break") == 1


def test_addresses_say_what_a_page_is_and_what_is_never_asked_for():
    text = '[urls]\nstory = ["/stories/"]\nindex = ["/shelf*"]\nignore = ["*_cmt.html", "/stories/x.html"]\n'
    profile = profile_of(text)
    short = "<p>The lamp went out. Nobody said a word.</p>"
    links = (
        "<a href=/shelf2>more</a> <a href=/a_cmt.html>talk</a> <a href=/stories/two.html>Two</a>"
    )
    assert derive(html(short, URL)).outcome == "not_story"
    part = derive(html(short + links, URL), profile)
    assert part.outcome == "story"
    assert [link.kind for link in part.links] == ["index", "ignore", "link"]
    shelf = derive(html(BODY + links, "http://site.example/shelf1"), profile)
    assert (shelf.outcome, shelf.reason) == (
        "index",
        "its address is one of urls.index in profile moss",
    )
    assert [link.kind for link in shelf.links] == ["index", "ignore", "story"]
    ignored = derive(html(BODY, "http://site.example/stories/x.html"), profile)
    assert (ignored.outcome, ignored.prose) == ("not_story", ())
    assert ignored.chrome


def test_a_gate_stays_a_gate_wherever_it_stands():
    gate = "<p>You must be 18 to read this adult content.</p><a href='?ageconsent=ok'>Enter</a>"
    assert taught(gate, '[urls]\nstory = ["/stories/"]').outcome == "gate"


def test_an_encoding_goes_before_the_pages_label_and_not_before_its_bytes():
    body = f"<h1>Лёд</h1><p>by Ада</p>{BODY}"
    fields = (("Content-Type", "text/html; charset=iso-8859-1"),)
    russian = Page(URL, 200, fields, body.encode("windows-1251"))
    assert derive(russian).title != "Лёд"
    profile = profile_of('encoding = "cp1251"')
    part = derive(russian, profile)
    assert part.title == "Лёд"
    assert part.evidence["encoding"][0].reason == "encoding in profile moss"
    assert derive(Page(URL, 200, fields, body.encode()), profile).title == "Лёд"


def test_chapters_of_a_list_are_chapters_in_its_order():
    page = f"<h1>Thaw</h1><p>by Ada</p>{BODY}<div id=toc><a href=b.html>Ice</a><a href=a.html>Melt</a></div>"
    part = taught(page, '[select]\nchapters = "#toc a"\n')
    assert [(link.url[-6:], link.kind, link.position) for link in part.links] == [
        ("b.html", "chapter", 1), ("a.html", "chapter", 2),
    ]  # fmt: skip


WORDS = st.sampled_from(["<div class=box>", "</div>", "<p>", "<p class=n>", "Waterfowl: x", "by Ada", "oOo", "<br>", "text, \"he said.\" ", "<b class=who>", "</b>", "<hr>", BODY])  # fmt: skip
FULL = (
    'breaks = ["oOo"]\nchrome = ["te*"]\nlines = ["by {author}"]\ndisclaimers = ["the ferry"]\n[labels]\n'
    'Waterfowl = "character"\n[select]\nbody = ".box"\ntitle = ".n"\nauthor = ".who"\nnotes = "p + p"\ncut = "hr + p"\n'
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=14).map("".join))
@example("oOoWaterfowl: x<b class=who><hr>Waterfowl: x</b>Waterfowl: x")
def test_no_profile_makes_an_engine_fail_or_lose_words(page):
    part = taught(page, FULL)
    assert part.outcome != "error"
    assert unaccounted(html(page, URL), part) == []


# ---------------------------------------------------------------- the shipped ones

GAINS = {
    "level_three": lambda p: [(d.place, d.scope) for d in p.disclaimers] == [("template", "site")],
    "smallville_slash_archive": lambda p: p.title is None and len(p.prose) == 4,
    "due_south": lambda p: not p.notes and any(each.startswith("Staff picks") for each in p.chrome),
    "yuletide": lambda p: not p.notes and any(each.startswith("Staff picks") for each in p.chrome),
    "852_prospect": lambda p: p.title is None and p.engine == "automated_archive",
    "shoujo_ai": lambda p: [t.value for t in p.tags] == ["multi-series"],
    "royal_road": lambda p: [n.text for n in p.notes] == ["Thanks for waiting, everyone.", "More on Friday."],
    "ficbook": lambda p: p.status == "complete" and [t.value for t in p.tags] == ["R"],
    "livejournal": lambda p: prose_of(p) == PARAGRAPHS,
    "dreamwidth": lambda p: p.published is not None and prose_of(p) == PARAGRAPHS,
}  # fmt: skip


# An engine knows these pages by itself; the profile says that it holds for the whole host.
BY_ENGINE = {"royal_road", "livejournal", "dreamwidth"}


def test_each_shipped_profile_is_tested():
    assert set(GAINS) == set(KNOWN) == set(PAGES)
    assert len(KNOWN) >= 8


@pytest.mark.parametrize("name", sorted(GAINS))
def test_a_shipped_profile_reads_a_page_of_its_site_better(name):
    url, page = PAGES[name]
    before, after = derive(html(page, url)), derive(html(page, url), KNOWN[name])
    assert name in BY_ENGINE or not GAINS[name](before)
    assert GAINS[name](after)
    assert (after.outcome, after.profile, prose_of(after)) == ("story", name, PARAGRAPHS)
    assert unaccounted(html(page, url), after) == []


OTHERS = {
    "a hand-made story": f"<title>Thaw</title><h1>Thaw</h1><p>by Ada</p><p>Disclaimer: Not mine.</p>{BODY}<p>The End</p>",
    "a list": "<h1>Stories</h1><ul>" + "".join(f"<li><a href=s{n}.html>Story {n}</a> by Ada</ul>" for n in range(9)),
    "a guest book": "<h1>Guest book</h1><table class=content><tr><td>Name<td><form><textarea></textarea></form></table>",
    "a list in the story's cell": "<table class=content><tr><td>menu<td>" + "".join(f"<p><a href=s{n}.html>Story {n}</a> by Ada</p>" for n in range(9)) + "</table>",
    "a missing story": "<h1>Story not found</h1><p>No such story.</p>",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(GAINS))
@pytest.mark.parametrize("other", sorted(OTHERS))
def test_a_shipped_profile_does_no_harm_to_other_pages_of_its_host(name, other):
    page = html(OTHERS[other], PAGES[name][0])
    before, after = derive(page), derive(page, KNOWN[name])
    assert (after.outcome, after.title, after.authors) == (
        before.outcome,
        before.title,
        before.authors,
    )
    assert (after.prose, after.disclaimers) == (before.prose, before.disclaimers)
