"""Derive: status and type first, then the page; the corpus as a reader judged it; nothing lost."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.derive import derive
from storykeep.model import Page, Part
from tests.pages import CORPUS, html, page_of, plain_text, squash, unaccounted

PAGES = sorted(path for path in CORPUS.rglob("*.*") if path.suffix in {".html", ".txt"})


def expected_of(path: Path) -> dict:
    expected: dict = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return expected


def prose_of(part: Part) -> list[str]:
    return [block.text for block in part.prose if block.kind != "break"]


def read_out(part: Part) -> dict:
    """Return the part in the words of an expected.json."""
    return {
        "outcome": part.outcome,
        "engine": part.engine,
        "title": part.title,
        "chapter_title": part.chapter_title,
        "position": part.position,
        "of": part.of,
        "work_id": part.work_id,
        "summary": part.summary,
        "status": part.status,
        "published": part.published.value if part.published else None,
        "authors": [author.name for author in part.authors],
        "author_urls": [author.url for author in part.authors],
        "prose": prose_of(part),
        "breaks": sum(block.kind == "break" for block in part.prose),
        "chrome": list(part.chrome),
        "notes": [note.text for note in part.notes],
        "tags": [[tag.kind, tag.value] for tag in part.tags],
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_page_of_the_corpus_reads_as_its_reader_judged(path):
    expected = expected_of(path)
    part = derive(page_of(path, expected.pop("url")))
    disclaimers, links = expected.pop("disclaimers", None), expected.pop("links", [])
    tags = expected.pop("tags", [])
    found = read_out(part)
    assert {name: found[name] for name in expected} == expected
    assert all(tag in found["tags"] for tag in tags)
    if disclaimers is not None:
        assert len(part.disclaimers) == len(disclaimers)
        for each, wanted in zip(part.disclaimers, disclaimers, strict=True):
            assert {name: getattr(each, name) for name in wanted} == {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in wanted.items()
            }
    seen = [[link.kind, link.text, link.author] for link in part.links]
    assert all(link in seen for link in links)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_line_of_a_page_of_the_corpus_is_in_a_bin(path):
    page = page_of(path, expected_of(path)["url"])
    assert unaccounted(page, derive(page)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_same_bytes_give_the_same_part(path):
    page = page_of(path, expected_of(path)["url"])
    assert derive(page) == derive(page)


@pytest.mark.parametrize(
    ("status", "fields", "body", "outcome"),
    [
        pytest.param(301, (("Location", "/new.html"),), b"", "redirect", id="moved"),
        pytest.param(302, (), b"", "error", id="a redirect to nowhere"),
        pytest.param(404, (), b"<h1>Not Found</h1>", "gone", id="not found"),
        pytest.param(410, (), b"", "gone", id="gone"),
        pytest.param(500, (), b"oops", "error", id="server error"),
        pytest.param(401, (), b"", "login", id="unauthorized"),
        pytest.param(200, (("Content-Type", "image/gif"),), b"GIF89a", "asset", id="image"),
        pytest.param(200, (("Content-Type", "application/rss+xml"),), b"<rss/>", "feed", id="feed"),
        pytest.param(200, (("Content-Type", "text/html"),), b"", "error", id="empty"),
    ],
)
def test_status_and_type_decide_first(status, fields, body, outcome):
    assert derive(Page("http://site.example/a/b.html", status, fields, body)).outcome == outcome


def test_a_redirect_names_its_absolute_target():
    page = Page("http://site.example/a/b.html", 301, (("Location", "../c.html#x"),), b"")
    (link,) = derive(page).links
    assert (link.kind, link.url) == ("redirect", "http://site.example/c.html")


def test_robots_txt_is_robots_whatever_it_says():
    page = Page("http://site.example/robots.txt", 200, (("Content-Type", "text/html"),), b"<p>hi")
    assert derive(page).outcome == "robots"


def test_a_cut_page_gives_what_is_there_and_a_warning():
    whole = html("<title>Thaw</title><p>by fenwren</p>" + "<p>It thawed slowly that year.</p>" * 30)
    cut = Page(whole.url, 200, whole.fields, whole.body[:-40], truncated="time")
    part = derive(cut)
    assert part.outcome == "story"
    assert any("cut" in warning for warning in part.warnings)


def test_a_refused_page_is_no_story_however_long():
    page = html("<h1>Thaw</h1><p>by fenwren</p>" + "<p>It thawed slowly that year.</p>" * 60)
    part = derive(Page(page.url, 403, page.fields, page.body))
    assert (part.outcome, part.prose) == ("error", ())


def test_the_rule_that_chose_the_encoding_is_evidence():
    part = derive(html("<title>Thaw</title><p>by fenwren</p>" + "<p>It thawed.</p>" * 60))
    (encoding,) = part.evidence["encoding"]
    assert encoding.value == "utf-8"
    assert encoding.reason


PIECES = st.sampled_from(
    ["<p>", "</p>", "<br>", "<hr>", "<b>", "</b>", "<table><tr><td>", "</table>", "<pre>", "</pre>",
     "Disclaimer: ", "by ", "Author: ", "Title: ", "mako", "I don't own it.", "\n\n", "* * *",
     '<a href="x.html">next</a>', "The end", "Part 1/3", "Rating: PG Pairing: A/B", "From: a@b.c",
     "She said that the river was wide, and that it had been wider.", "<img alt='print'>", "&nbsp;",
     "<select><option>1. One", "<div id=pagetitle>", "<div id=story>", "<h1>", "</h1>", "--", ":"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=40), st.booleans())
def test_no_page_makes_an_engine_fail_and_none_loses_a_line(pieces, as_text):
    text = "".join(pieces)
    page = plain_text(text) if as_text else html(text, "http://site.example/ef/viewstory.php?sid=1")
    part = derive(page)
    assert "engine failed" not in part.reason
    assert part == derive(page)
    if part.outcome == "story":
        lost = [line for line in unaccounted(page, part) if squash(line)]
        assert lost == []


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_part(body):
    assert derive(Page("http://site.example/a", 200, (), body)).url == "http://site.example/a"


@pytest.mark.parametrize("kind", ["text/html", "text/plain", ""])
def test_binary_data_is_no_story(kind):
    """Bytes that no encoding makes a text of are an asset, whatever they are called."""
    body = b"<html><p>" + bytes(range(256)) * 400
    part = derive(Page("http://a.example/x", 200, (("Content-Type", kind),), body))
    assert part.outcome == "asset"


def test_a_piece_of_a_page_is_an_error():
    """206 was not asked for: what came is a piece."""
    part = derive(Page("http://a.example/x", 206, (("Content-Type", "text/html"),), b"<p>Once"))
    assert part.outcome == "error"


@pytest.mark.parametrize("is_on", [True, False])
def test_cycles_are_looked_for_behind_a_page_as_before_it(is_on):
    """Not meanwhile; whoever had turned that off finds it off, whatever the page was."""
    seen = []

    def look(phase, info):
        seen.append(phase)

    was_on = gc.isenabled()
    gc.callbacks.append(look)
    try:
        (gc.enable if is_on else gc.disable)()
        gc.collect()
        seen.clear()
        for page in (html(f"<p>{'<b>a</b> ' * 3000}"), plain_text(""), html("\x00\x01")):
            derive(page)
            assert gc.isenabled() == is_on
        assert len(seen) <= (6 if is_on else 0)  # one look behind each page at most
    finally:
        gc.callbacks.remove(look)
        (gc.enable if was_on else gc.disable)()
