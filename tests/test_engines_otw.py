"""Works of OTW's software that stand on one page with all of their chapters."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Page, Part
from storykeep.outline import from_json, outline, to_json

HTML = (("Content-Type", "text/html; charset=utf-8"),)
FRAME = """<!DOCTYPE html><html><head><title>Kelp - wrack | Test Archive</title></head><body>
<div id="main" class="works-show region" role="main">
<dl class="work meta group"><dt class="stats">Stats:</dt><dd class="stats"><dl class="stats">
<dt>Published:</dt><dd>2012-05-04</dd><dt>Chapters:</dt><dd>3/3</dd></dl></dd></dl>
<div id="workskin"><div class="preface group"><h2 class="title heading">Kelp</h2>
<h3 class="byline heading"><a rel="author" href="/users/wrack/pseuds/wrack">wrack</a></h3>
<div class="notes module"><h3 class="heading">Notes:</h3><blockquote class="userstuff">
<p>Thanks to the tide.</p></blockquote></div></div>
<div id="chapters" role="article">{}</div>
<div class="afterword preface group"><div id="work_endnotes" class="end notes module">
<h3 class="heading">Notes:</h3><blockquote class="userstuff"><p>I do not own the sea.</p>
</blockquote></div></div></div></div></body></html>"""

CHAPTER = """<div class="chapter" id="chapter-{n}"><div class="chapter preface group">
<h3 class="title"><a href="/works/31/chapters/{id}">Chapter {n}</a>{name}</h3>{head}</div>
<div class="userstuff module" role="article"><h3 class="landmark heading" id="work">Chapter
Text</h3>{text}</div>{end}</div>"""

HEAD = """<div class="notes module"><h3 class="heading">Notes:</h3><blockquote class="userstuff">
<p>{}</p></blockquote></div>"""
END = """<div class="chapter preface group"><div class="end notes module" id="chapter_{}_endnotes">
<h3 class="heading">Notes:</h3><blockquote class="userstuff"><p>{}</p></blockquote></div></div>"""


def whole(*chapters: str) -> Part:
    body = FRAME.format("\n".join(chapters)).encode()
    url = "https://archive.example/works/31?view_full_work=true"
    return derive(Page(url, 200, HTML, body))


def chapter(
    n: int, number: int, *, name: str = "", head: str = "", text: str, end: str = ""
) -> str:
    return CHAPTER.format(n=n, id=number, name=name, head=head, text=text, end=end)


KELP = whole(
    chapter(1, 901, name=": Holdfast", text="<p>It held on.</p><p>So did she.</p>",
            end=END.format(1, "More on Sunday.")),
    chapter(2, 905, head=HEAD.format("Sunday it is."), text="<p>It let go.</p>"),
    chapter(3, 903, name=": Drift", text="<p>A/N: The last one.</p><hr><p>It went <i>out</i>.</p>"),
)  # fmt: skip


def test_each_chapter_of_a_whole_work_is_a_section_by_the_sites_own_id() -> None:
    """Heading and number are read off; the text is that of the chapter alone."""
    found = [
        (
            each.chapter_id,
            each.position,
            each.title,
            [b.text for b in KELP.prose[each.start : each.end]],
        )
        for each in KELP.sections
    ]
    assert found == [
        ("chapters/901", 1, "Holdfast", ["It held on.", "So did she."]),
        ("chapters/905", 2, None, ["It let go."]),
        ("chapters/903", 3, "Drift", ["It went out."]),
    ]
    assert (KELP.chapter_id, KELP.position, KELP.chapter_title, KELP.of) == (None, None, None, 3)


def test_notes_of_a_whole_work_stand_with_the_chapter_they_stand_beside() -> None:
    """What is said before the first and behind the last chapter is said with these."""
    said = [[(note.place, note.text) for note in each.notes] for each in KELP.sections]
    assert said == [
        [("head", "Thanks to the tide."), ("tail", "More on Sunday.")],
        [("head", "Sunday it is.")],
        [("head", "The last one."), ("tail", "I do not own the sea.")],
    ]
    assert [each.text for each in KELP.disclaimers] == ["I do not own the sea."]


def test_a_chapter_of_pictures_alone_is_no_section_and_its_notes_are_kept() -> None:
    """An empty chapter names nothing that could be read."""
    part = whole(
        chapter(1, 901, text="<p>It held on.</p>"),
        chapter(2, 905, head=HEAD.format("Only a drawing."), text=""),
        chapter(3, 903, text="<p>It went out.</p>"),
    )
    assert [each.chapter_id for each in part.sections] == ["chapters/901", "chapters/903"]
    assert any(note.text == "Only a drawing." for each in part.sections for note in each.notes)


def test_a_work_of_one_chapter_on_its_page_has_no_sections() -> None:
    """The page is the chapter, with the id that its heading leads to."""
    part = whole(chapter(1, 901, name=": Holdfast", text="<p>It held on.</p>"))
    assert part.sections == ()
    assert (part.chapter_id, part.position, part.chapter_title) == ("chapters/901", 1, "Holdfast")


def test_the_outline_of_a_part_keeps_the_numbers_of_its_sections() -> None:
    """They put the chapters in order without the part."""
    read = from_json(to_json(outline(KELP)))
    assert [(each.chapter_id, each.position) for each in read.sections] == [
        ("chapters/901", 1), ("chapters/905", 2), ("chapters/903", 3),
    ]  # fmt: skip


# ---------------------------------------------------------------- by-lines, and pages of no work

LINK = '<a rel="author" href="/users/{0}/pseuds/{0}">{0}</a>'


@pytest.mark.parametrize(
    ("byline", "names", "url"),
    [
        pytest.param(
            f"Ada Quill [archived by {LINK.format('keeper')}]", ["Ada Quill"], None, id="brought"
        ),
        pytest.param(
            f"Quill, Ada [archived by {LINK.format('keeper')}], Bo [archived by"
            f" {LINK.format('keeper')}], {LINK.format('wrack')}",
            ["Quill, Ada", "Bo", "wrack"],
            "https://archive.example/users/wrack/pseuds/wrack",
            id="two brought and one of the site",
        ),
        pytest.param(
            f"{LINK.format('wrack')}, {LINK.format('tang')}",
            ["wrack", "tang"],
            "https://archive.example/users/wrack/pseuds/wrack",
            id="two of the site",
        ),
        pytest.param("Anonymous", ["Anonymous"], None, id="anonymous"),
    ],
)
def test_who_brought_a_work_from_another_archive_is_not_its_author(byline, names, url) -> None:
    """The by-line names the author; the link in brackets is the archivist's."""
    text = chapter(1, 901, text="<p>It held on.</p>")
    page = FRAME.replace(LINK.format("wrack"), byline).format(text).encode()
    part = derive(Page("https://archive.example/works/31", 200, HTML, page))
    assert [author.name for author in part.authors] == names
    assert part.authors[0].url == url


LONG = "<p>The sea does not read what the wall says of it, and comes in as it always has.</p>" * 40


@pytest.mark.parametrize(
    ("names", "main", "outcome"),
    [
        ("system errors error-503", "<h2>Error 503</h2><h3>Too slow.</h3>", "error"),
        ("system errors error-503-maintenance", "<h2>Error 503</h2><h3>Down.</h3>", "error"),
        ("system errors error-403", "<h2>Error 403</h2><h3>Access blocked.</h3>", "error"),
        ("system errors error-timeout_error", "<h2>Too slow</h2>", "error"),
        ("system errors error-404", "<h2>Error 404</h2><h3>Not there.</h3>", "soft_404"),
        ("system docs tos tos-content", f"<h2>Content</h2>{LONG}", "not_story"),
        ("admin_posts-show", f"<h2>News of the tide</h2>{LONG}", "not_story"),
        ("profile-show", "<h2>wrack</h2><p>I like kelp.</p>", "not_story"),
    ],
)
def test_a_page_of_the_site_itself_is_no_story(names: str, main: str, outcome: str) -> None:
    """The class of the main part says what the page is, however much it says."""
    menu = "".join(f'<li><a href="/media/{n}">Shelf {n}</a></li>' for n in range(40))
    body = f"""<html><head><title>Test Archive</title></head><body><ul>{menu}</ul>
    <div id="main" class="{names} region" role="main">{main}</div></body></html>"""
    part = derive(Page("https://archive.example/page", 200, HTML, body.encode()))
    assert (part.engine, part.outcome, part.prose) == ("otw", outcome, ())


@pytest.mark.parametrize("mark", ["<u>{}</u>", "<strong>{}</strong>"])
def test_the_first_of_many_headings_in_a_text_divides_it_and_names_no_chapter(mark: str) -> None:
    """What stands above the first part stands there as the others do."""
    heads = [mark.format(each) for each in ("Prologue", "Day One", "Day Two")]
    text = "".join(f"<p>{head}</p><p>The tide was out, and nobody minded.</p>" for head in heads)
    part = whole(chapter(1, 901, text=text))
    assert part.chapter_title is None
    told = [block.text for block in part.prose if "tide" not in block.text]
    assert told == ["Prologue", "Day One", "Day Two"]
    single = whole(chapter(1, 901, text="<p><b>Prologue</b></p><p>The tide was out.</p>"))
    assert [block.text for block in single.prose] == ["The tide was out."]


SERIES = '<span class="series"><span class="position">Part {} of <a href="/series/{}">{}</a></span></span>'


@pytest.mark.parametrize("between", ["", ", "])
def test_a_work_in_two_series_has_the_name_of_the_first(between: str) -> None:
    """What stands behind a series' link is not its name."""
    both = between.join([SERIES.format(2, 1, "The Kelp"), SERIES.format(5, 9, "Tang of the Sea")])
    cell = f'<dt class="series">Series:</dt><dd class="series">{both}</dd><dt class="stats">'
    page = FRAME.replace('<dt class="stats">', cell, 1)
    body = page.format(chapter(1, 901, text="<p>It held on.</p>")).encode()
    part = derive(Page("https://archive.example/works/31", 200, HTML, body))
    assert part.series is not None
    assert (part.series.name, part.series.position) == ("The Kelp", 2)
