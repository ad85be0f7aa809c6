"""What FanFicFare and FicHub downloaded: the title page's labels, and every chapter by itself."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.archive import Archive
from storykeep.derive import derive
from storykeep.imports import Wish
from storykeep.imports.saved import address_of, tool_of
from storykeep.model import Page
from storykeep.wrapped import unwrap
from tests.archives import make_archive, rows
from tests.pages import html, unaccounted
from tests.test_import_wrapped import CONTAINER

STORY = "https://www.fanfiction.net/s/99/1/"
EBB = "".join(f"<p>Wave {n} came in, and the keeper said, \"Listen,\" though nobody did.</p>" for n in range(9))  # fmt: skip
FLOOD = "".join(f"<p>Wave {n} went over the wall that night, and he put down his cup.</p>" for n in range(9))  # fmt: skip
FIRST = f"<p>Disclaimer: the lamps are not mine.</p>{EBB}"
SECOND = f"{FLOOD}<p>A/N: review, please.</p>"
LABELS = (
    ("Category", "Lamps"),
    ("Genre", "Drama, Hurt/Comfort"),
    ("Characters", "Harry P., Luna L."),
    ("Status", "Complete"),
    ("Published", "2010-07-14"),
    ("Updated", "2010-09-01"),
    ("Packaged", "2019-05-06 07:08:09"),
    ("Rating", "Fiction T"),
    ("Story URL", f'<a href="{STORY}">{STORY}</a>'),
    ("Summary", "A keeper, a storm and a letter.<p>It came too late: it always did.</p>"),
)
NAMED = (
    f'<a href="{STORY}">Lantern Weather</a> by '
    '<a class="authorlink" href="https://www.fanfiction.net/u/7/Quiet-Owl">Quiet Owl</a>'
)
TABLE = "".join(f"<tr><td><b>{name}:</b></td><td>{value}</td></tr>\n\n" for name, value in LABELS)
FANFICFARE = (
    "<!DOCTYPE html>\n<html>\n<head>\n<title>Lantern Weather by Quiet Owl</title>\n</head>\n<body>\n"
    f'<h1>{NAMED}</h1>\n\n<table class="full">\n{TABLE}</table>\n\n'
    '<a name="TOCTOP"><h2>Table of Contents</h2></a>\n<p>\n'
    '<a href="#section0001">1. Ebb</a><br />\n<a href="#section0002">2. The Flood</a><br />\n</p>\n'
    f'<a name="section0001"><h2>1. Ebb</h2></a>\n{FIRST}\n'
    f'<a name="section0002"><h2>2. The Flood</h2></a>\n{SECOND}\n</body>\n</html>'
)
INTRODUCTION = (
    "<h1>Lantern Weather</h1>\n\t<p><b>By: Quiet Owl</b></p>\n\t<p/>\n"
    "\t<p>A keeper, a storm and a letter.</p><p>It came too late: it always did.</p>\n"
    "\t<p>Status: complete</p>\n\t<p>Published: 2010-07-14</p>\n\t<p>Updated: 2010-09-01</p>\n"
    "\t<p>Words: 51234</p>\n\t<p>Chapters: 2</p>\n"
    "\t<p>Rated: Fiction T - Language: English - Genre: Drama/Hurt/Comfort - "
    "Characters: Harry P., Luna L. - Reviews: 34 - Favs: 51</p>\n"
    f'\t<p>Original source:\n\t\t<a rel="noopener noreferrer" href="{STORY}">{STORY}</a></p>\n'
    '\t<p>Exported with the assistance of\n\t\t<a href="https://fichub.net">FicHub.net</a></p>\n'
)
FICHUB = (
    f"<html><head><title>Lantern Weather</title></head><body>{INTRODUCTION}"
    f"<h2>1. Ebb</h2>{FIRST}<h2>2. The Flood</h2>{SECOND}</body></html>"
)


def book(*bodies: str, metadata: str = "") -> bytes:
    """Return an EPUB of *bodies*."""
    out = BytesIO()
    items = "".join(f'<item id="i{n}" href="{n}.xhtml"/>' for n in range(len(bodies)))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(bodies)))
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/epub+zip")
        packed.writestr("META-INF/container.xml", CONTAINER)
        packed.writestr(
            "OEBPS/content.opf",
            f"<package><metadata><dc:title>Lantern Weather</dc:title>{metadata}</metadata>"
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for n, body in enumerate(bodies):
            packed.writestr(f"OEBPS/{n}.xhtml", f"<html><body>{body}</body></html>")
    return out.getvalue()


ROWS = "\n".join(f"<b>{name}:</b> {value}<br />" for name, value in LABELS)
CONTENTS = '<div>\n<h3>Table of Contents</h3>\n<a href="2.xhtml">1. Ebb</a><br />\n<a href="3.xhtml">2. The Flood</a><br />\n</div>'  # fmt: skip
LOG = "<h3>Update Log</h3>\n<p class='log_entry'>\n<b>Updated:</b> <span>2010-09-01</span>\n</p>"
FANFICFARE_BOOK = book(
    f"<h3>{NAMED}</h3>\n<div>\n{ROWS}\n</div>", CONTENTS,
    f'<h3 class="fff_chapter_title">1. Ebb</h3>{FIRST}',
    f'<h3 class="fff_chapter_title">2. The Flood</h3>{SECOND}', LOG,
    metadata=f"<dc:source>{STORY}</dc:source>",
)  # fmt: skip
OLD_BOOK = book(
    f"<h3>{NAMED}</h3>\n<div>\n{ROWS}\n</div>", CONTENTS,
    f"<h3>1. Ebb</h3>{FIRST}", f"<h3>2. The Flood</h3>{SECOND}", LOG,
)  # fmt: skip
NAVIGATION = '<nav><h2>Lantern Weather</h2><ol><li><a href="1.xhtml">Introduction</a></li><li><a href="2.xhtml">1. Ebb</a></li></ol></nav>'  # fmt: skip
FICHUB_BOOK = book(
    NAVIGATION, INTRODUCTION, f"<h2>1. Ebb</h2>{FIRST}", f"<h2>2. The Flood</h2>{SECOND}"
)


def as_page(data: bytes | str) -> Page:
    """Return what is imported as the page that engines read."""
    if isinstance(data, str):
        return html(data, STORY)
    found = unwrap(Page(STORY, 200, (("Content-Type", "application/epub+zip"),), data))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(FANFICFARE, id="FanFicFare"),
        pytest.param(FANFICFARE_BOOK, id="FanFicFare's EPUB"),
        pytest.param(OLD_BOOK, id="an older one"),
        pytest.param(FICHUB, id="FicHub"),
        pytest.param(FICHUB_BOOK, id="FicHub's EPUB"),
    ],
)
def test_a_download_is_the_story_of_its_site(data: bytes | str) -> None:
    """Its labels are fields, its chapters chapters, and its contents and log no prose."""
    page = as_page(data)
    part = derive(page)
    assert (part.outcome, part.engine, part.work_id) == ("story", "download", "s/99")
    assert (part.title, [each.name for each in part.authors]) == ("Lantern Weather", ["Quiet Owl"])
    assert part.summary == "A keeper, a storm and a letter.\n\nIt came too late: it always did."
    assert {(tag.kind, tag.value) for tag in part.tags} >= {
        ("genre", "Drama"), ("genre", "Hurt/Comfort"), ("rating", "T"),
        ("character", "Harry P."), ("character", "Luna L."),
    }  # fmt: skip
    assert part.status == "complete"
    assert part.published is not None
    assert part.updated is not None
    assert (part.published.value, part.updated.value) == ("2010-07-14", "2010-09-01")
    assert [each.text for each in part.disclaimers] == ["the lamps are not mine."]
    assert [(each.chapter_id, each.title, each.position) for each in part.sections] == [
        ("chapter=1", "Ebb", 1), ("chapter=2", "The Flood", 2),
    ]  # fmt: skip
    texts = [[b.text for b in part.prose[each.start : each.end]] for each in part.sections]
    assert [len(each) for each in texts] == [9, 9]
    assert (texts[0][0][:6], texts[1][-1][:6]) == ("Wave 0", "Wave 8")
    assert [note.text for note in part.sections[1].notes] == ["review, please."]
    assert unaccounted(page, part) == []


def test_its_title_page_says_where_it_is_from() -> None:
    """FicHub's HTML as FanFicFare's."""
    for data, tool in ((FICHUB, "FicHub"), (FANFICFARE, "FanFicFare")):
        said = address_of("x.html", data.encode())
        assert said is not None
        assert (said.value, tool_of(data.encode())) == (STORY, tool)


LIVE = (
    "<html><head><title>Lantern Weather Chapter 1: Ebb, a Lamps fanfic | FanFiction</title></head><body>"
    '<div id="profile_top"><b>Lantern Weather</b> By: <a href="/u/7/Quiet-Owl">Quiet Owl</a>'
    "<div>A keeper, a storm and a letter.</div><span>Rated: Fiction T - English - Chapters: 2 - id: 99</span></div>"
    '<select id="chap_select"><option value="1" selected>1. Ebb<option value="2">2. The Flood</select>'
    f'<div id="storytext">{FIRST.replace("Wave 3", "The third wave")}</div></body></html>'
)


def test_a_download_and_a_page_of_the_site_are_one_story(tmp_path: Path) -> None:
    """Each chapter once, in the versions that were met."""
    (tmp_path / "home").mkdir()
    archive: Archive = make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])
    (tmp_path / "download.html").write_text(FANFICFARE)
    (tmp_path / "live.html").write_text(
        f"<!-- saved from url=({len(STORY):04d}){STORY} -->\n{LIVE}"
    )
    done = archive.take_in(Wish((tmp_path / "download.html", tmp_path / "live.html")))
    assert done.total("taken") == 2
    assert rows(archive, "SELECT key, title FROM story") == [
        ("www.fanfiction.net/s/99", "Lantern Weather")
    ]
    assert rows(archive, "SELECT key, title FROM chapter ORDER BY position") == [
        ("chapter=1", "Ebb"), ("chapter=2", "The Flood"),
    ]  # fmt: skip


def test_what_only_looks_like_one_is_read_as_any_page() -> None:
    """A page that thanks FicHub, or tells of a section, holds no download."""
    page = f'<h1>Lamps</h1><p>by Ana</p>{EBB}<p>I read it with <a href="https://fichub.net/">FicHub</a>.</p>'
    assert derive(html(page)).engine != "download"
    page = f'<h1>Lamps</h1><p>by <a class="authorlink" href="/ana">Ana</a></p><h2>One</h2>{EBB}'
    assert derive(html(page)).engine != "download"


PLAIN = (f"<h1>Chapter 1: Ebb</h1>{EBB}", f"<h1>Chapter 2: Flood</h1>{FLOOD}")
CREATOR = "<dc:creator>Quiet Owl</dc:creator>"


def test_any_book_is_read_by_its_pages() -> None:
    """Its author and title are those of the book; a cover and a page of links are no chapters."""
    page = as_page(
        book("<h1>Lantern Weather</h1><p>by Quiet Owl</p>", NAVIGATION, *PLAIN, metadata=CREATOR)
    )
    part = derive(page)
    assert (part.engine, part.title, [each.name for each in part.authors]) == (
        "download", "Lantern Weather", ["Quiet Owl"],
    )  # fmt: skip
    assert [(each.title, each.end - each.start) for each in part.sections] == [
        ("Chapter 1: Ebb", 9), ("Chapter 2: Flood", 9),
    ]  # fmt: skip
    assert unaccounted(page, part) == []


def test_no_text_of_a_book_is_cut_for_want_of_a_heading() -> None:
    """A prologue without one, or a book with one chapter, is read as any page."""
    for bodies in ((EBB, *PLAIN), PLAIN[:1]):
        part = derive(as_page(book(*bodies, metadata=CREATOR)))
        assert (part.engine, part.outcome) == ("generic", "story")
        assert sum(block.text.startswith("Wave") for block in part.prose) == 9 * len(bodies)


@settings(max_examples=40)
@given(
    st.sampled_from([FANFICFARE, FICHUB]), st.integers(0, 4000), st.integers(0, 4000),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20),
)  # fmt: skip
def test_a_broken_one_is_no_exception(data: str, start: int, end: int, put: str) -> None:
    """Whatever is cut out of it, or put in, each letter is in some bin."""
    page = html(f"{data[:start]}{put}{data[end:]}<p>The end.</p>", STORY)
    part = derive(page)
    assert part.outcome != "error"
    assert unaccounted(page, part) == []
