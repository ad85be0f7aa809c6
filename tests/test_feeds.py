"""Feeds, sitemaps and lists tell of new and changed stories before those are due."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.engines.feeds import feed_links
from storykeep.model import Link
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    dump,
    make_archive,
    rows,
    story_page,
    write_config,
)
from tests.guests import Time, asked
from tests.site import RawServer
from tests.test_epochs import rebuilt

H = "http://h.example"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>New stories</title><link>http://h.example/</link>
<item><title>One &amp; only</title><link>http://h.example/view.php?sid=1&amp;chapter=2</link><pubDate>Mon, 02 Feb 2004 10:00:00 +0100</pubDate></item>
<item><title><![CDATA[Two <b>]]></title><link><![CDATA[http://h.example/2.html]]></link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/feed"/><link href="/"/>
<entry><title>One</title><link rel="alternate" href="1.html"/><link rel="replies" href="/talk"/><updated>2004-02-02T10:00:00Z</updated></entry></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://h.example/1.html</loc><lastmod>2004-02-02</lastmod></url>
<url><loc>http://h.example/2.html</loc><lastmod>once</lastmod></url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>http://h.example/a.xml</loc><lastmod>2004-02-02T10:00:00+00:00</lastmod></sitemap></sitemapindex>"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        pytest.param(RSS, [
            Link(f"{H}/"),
            Link(f"{H}/view.php?sid=1&chapter=2", "One & only", updated="2004-02-02T09:00:00Z"),
            Link(f"{H}/2.html", "Two <b>"),
        ], id="rss"),
        pytest.param(ATOM, [Link(f"{H}/"), Link(f"{H}/1.html", "One", updated="2004-02-02T10:00:00Z")], id="atom"),
        pytest.param(SITEMAP, [Link(f"{H}/1.html", updated="2004-02-02T00:00:00Z"), Link(f"{H}/2.html")], id="sitemap"),
        pytest.param(INDEX, [Link(f"{H}/a.xml", kind="index", updated="2004-02-02T10:00:00Z")], id="sitemap index"),
    ],
)  # fmt: skip
def test_what_a_feed_names(text: str, links: list[Link]) -> None:
    """Addresses, titles and dates; links to itself and to comments are none."""
    assert list(feed_links(text, f"{H}/feed")) == links


@given(st.text(alphabet=st.sampled_from('<>/"= linkitemhref:.&;![]CDAT0123\n'), max_size=200))
def test_any_text_is_a_feed_of_something(text: str) -> None:
    """No exception, and every link is a web address."""
    assert all(link.url.startswith("http") for link in feed_links(text, f"{H}/feed"))


@pytest.mark.parametrize(
    "piece", ["<link ", "<item>", "<![CDATA[", "<title ", "<item><link>", "<loc>", "<link href='"]
)
def test_a_feed_without_end_takes_no_time(piece: str) -> None:
    """Half a megabyte of tags that are never closed."""
    began = time.perf_counter()
    feed_links(piece * (500_000 // len(piece)), f"{H}/feed")
    assert time.perf_counter() - began < 5


def xml(body: str, mime: str = "application/xml") -> bytes:
    return answer(body.encode()).replace(b"text/html", mime.encode())


def test_sitemaps_are_asked_where_robots_txt_names_them(tmp_path: Path) -> None:
    """Also outside the folders of the source; what they list is asked within its scope only."""
    script = {}
    with RawServer(script) as server:
        url = server.url
        script |= {
            "/robots.txt": answer(
                f"User-agent: *\nDisallow: /no\n\nSitemap: {url('/maps.xml')}\nsitemap: http://elsewhere.example/x.xml\n".encode()
            ),
            "/maps.xml": xml(
                f"<sitemapindex><sitemap><loc>{url('/a.xml')}</loc></sitemap></sitemapindex>"
            ),
            "/a.xml": xml(
                f"<urlset><url><loc>{url('/in/1.html')}</loc></url><url><loc>{url('/out/2.html')}</loc></url></urlset>"
            ),
            "*": answer(story_page("Tale", "Ana", PROSE)),
        }
        archive = make_archive(tmp_path, [url("/in/")])
        archive.run()
        assert sorted(asked(server)) == ["/a.xml", "/in/", "/in/1.html", "/maps.xml", "/robots.txt"]
        assert sorted(rows(archive, "SELECT kind FROM page")) == [
            ("page",),
            ("sitemap",),
            ("sitemap",),
            ("start",),
        ]
        assert dump(rebuilt(archive)) == dump(archive)


def test_no_sitemap_is_guessed(tmp_path: Path) -> None:
    """/sitemap.xml is asked for only where it is named."""
    with RawServer(
        {"/robots.txt": ROBOTS_FREE, "*": answer(story_page("Tale", "Ana", PROSE))}
    ) as server:
        make_archive(tmp_path, [server.url("/")]).run()
    assert asked(server) == ["/robots.txt", "/"]


def test_a_page_names_its_feed(tmp_path: Path) -> None:
    """<link rel="alternate"> leads to the feed of stories, and not to that of comments."""
    head = (
        '<link rel="alternate" type="application/rss+xml" title="New" href="/new.rss">'
        '<link rel="alternate" type="application/atom+xml" title="Comments" href="/talk.atom">'
    )
    page = f"<html><head>{head}</head><body><h1>Stories</h1><p>Welcome.</p></body></html>"
    script = {
        "/robots.txt": ROBOTS_FREE,
        "/": answer(page.encode()),
        "/new.rss": xml("<rss><item><link>/1.html</link></item></rss>", "application/rss+xml"),
        "/1.html": answer(story_page("Tale", "Ana", PROSE)),
    }
    with RawServer(script) as server:
        make_archive(tmp_path, [server.url("/")]).run()
    assert asked(server) == ["/robots.txt", "/", "/new.rss", "/1.html"]


def test_a_feed_brings_a_changed_story_forward(tmp_path: Path) -> None:
    """A story that was unchanged three times waits for eight days; its feed says that it changed."""
    clock = Time(now=datetime(2027, 1, 1, 3, tzinfo=UTC).timestamp())
    stamp = ["2004-01-01T00:00:00Z"]
    text = [PROSE]

    def feed(request: bytes) -> bytes:
        entry = f"<entry><link href='/1.html'/><updated>{stamp[0]}</updated></entry>"
        return xml(f"<feed>{entry}</feed>", "application/atom+xml")

    script = {
        "/robots.txt": ROBOTS_FREE,
        "/feed": feed,
        "/1.html": lambda request: answer(story_page("Tale", "Ana", text[0])),
    }
    with RawServer(script) as server:
        path = write_config(tmp_path, [server.url("/feed")], source='every = "1d"')
        archive = Archive(load(path), clock=clock.clock())
        days = []
        for day in range(12):
            before = len(server.requests)
            if day == 9:  # 1.html was asked on 0, 1, 3, 7, and would be on 15
                moment = datetime.fromtimestamp(clock.now, UTC) - timedelta(hours=1)
                stamp[0] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
                text[0] += "<p>And a new ending.</p>"
            archive.run()
            days += [day] if "/1.html" in asked(server)[before:] else []
            clock.now += timedelta(days=1).total_seconds()
    assert days == [0, 1, 3, 7, 9, 10]
    assert rows(archive, "SELECT count(*) FROM version") == [(2,)]
    assert dump(rebuilt(archive)) == dump(archive)
