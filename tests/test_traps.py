"""A site that leads on for ever costs a few requests, and the report says what was left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep import urls
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.crawl.pattern import pattern
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    make_archive,
    rows,
    story_page,
    write_config,
)
from tests.guests import Time, asked
from tests.site import RawServer
from tests.site.traps import STORIES, TrapSite

H = "http://h.example"


def test_traps_cost_at_most_sixty_requests(tmp_path: Path) -> None:
    """All stories are archived, each once; the rest is asked a few times and named."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": TrapSite()}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
        paths = asked(server)
    assert rows(archive, "SELECT count(DISTINCT title) FROM story") == [(STORIES,)]
    spent = len(paths) - STORIES - 2  # robots.txt, the start page
    assert spent <= 60, sorted(paths)
    assert [
        path for path in paths if path.startswith(("/reviews", "/reply", "/login", "/?sort"))
    ] == []
    named = " ".join(kind for kind, _ in report.traps)
    for each in ("/calendar.php?month=#&year=#", "/day.php?d=#-#-#", "/new.php?page=#"):
        assert each in named
    assert report.waiting == sum(count for _, count in report.traps)


def test_what_brought_nothing_is_tried_again_after_every(tmp_path: Path) -> None:
    """Not at all by a run before that, and a few pages of each kind by one after it."""
    clock = Time(now=datetime(2027, 1, 1, 3, tzinfo=UTC).timestamp())
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": TrapSite()}) as server:
        path = write_config(tmp_path, [server.url("/")], source='every = "30d"')
        archive = Archive(load(path), clock=clock.clock())
        first = archive.run()
        clock.now += timedelta(days=1).total_seconds()
        second = archive.run()
        assert (second.requests, second.traps) == (0, [])
        assert second.waiting == first.waiting
        clock.now += timedelta(days=30).total_seconds()
        third = archive.run()
    again = sum(first.outcomes.values())  # all that was asked once is due as well
    assert third.requests - again <= 60
    assert third.traps


def test_the_report_names_the_trap(tmp_path: Path) -> None:
    """On the terminal, in words, with what to do."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": TrapSite()}) as server:
        make_archive(tmp_path, [server.url("/")])
        done = command("run", folder=tmp_path)
        told = command("status", "--run", "1", folder=tmp_path)
    assert done.returncode == 0
    assert "suspected trap: " in told.stdout
    assert "suspected trap: " in done.stdout
    assert "/calendar.php?month=#&year=#" in done.stdout
    assert "exclude" in done.stdout


def listing(title: str, links: list[str]) -> bytes:
    items = "".join(f'<li><a href="{link}">Tale {link}</a> by Ana</li>' for link in links)
    return answer(f"<h1>{title}</h1><ul>{items}</ul>".encode())


def test_a_large_archive_of_one_script_is_no_trap(tmp_path: Path) -> None:
    """Lists, authors and stories that all are /?p=N: every one is asked for."""

    def serve(request: bytes) -> bytes:
        number = int(request.split(b" ")[1].decode().partition("=")[2] or 0)
        if number == 0:
            return listing("Authors", [f"/?p={n}" for n in range(1, 31)])
        if number <= 30:
            return listing("Stories", [f"/?p={100 * number + n}" for n in range(4)])
        text = PROSE.replace("keeper", f"keeper {'of ' * (number % 7)} number {number}")
        return answer(story_page(f"Tale {number}", "Ana", text))

    with RawServer({"/robots.txt": ROBOTS_FREE, "*": serve}) as server:
        report = make_archive(tmp_path, [server.url("/")]).run()
    assert report.traps == []
    assert report.captures == 2 + 30 + 120


def test_stories_of_one_list_are_no_trap(tmp_path: Path) -> None:
    """Thirty that a start page names and that say the same: a list has an end."""
    script = {
        "/robots.txt": ROBOTS_FREE,
        "/": listing("Stories", [f"/{n}.html" for n in range(30)]),
        "*": answer(story_page("Tale", "Ana", PROSE)),
    }
    with RawServer(script) as server:
        report = make_archive(tmp_path, [server.url("/")]).run()
    assert report.traps == []
    assert report.captures == 32


def test_dead_links_are_no_trap(tmp_path: Path) -> None:
    """Thirty stories that an author took away, then ten that are there."""

    def serve(request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        if path == "/":
            return listing("Stories", [f"/{n}.html" for n in range(40)])
        number = int(path[1:].partition(".")[0])
        if number < 30:
            return answer(b"gone", status="404 Not Found")
        text = PROSE.replace("keeper", f"keeper of number {number}")
        return answer(story_page(f"Tale {number}", "Ana", text))

    with RawServer({"/robots.txt": ROBOTS_FREE, "*": serve}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert report.traps == []
    assert rows(archive, "SELECT count(*) FROM story") == [(10,)]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/view.php?sid=12&chapter=3", "/view.php?chapter=#&sid=#"),
        ("/calendar/2004/may/07/", "/calendar/#/#/#/"),
        ("/c?d=2004-05-07", "/c?d=#-#-#"),
        ("/s?key=0123456789abcdef0123456789abcdef", "/s?key=#"),
        ("/s?key=3fa9c1d27b6e", "/s?key=#"),
        ("/s/x7f3k9q2m4w8z1p5/tale.html", "/s/#/tale.html"),
        ("/a/b/a/b/a/b/c.html", "/a/b/c.html"),
        ("/deep/deep/deep/", "/deep/"),
        ("/x?a=1&a=2&a=3", "/x?a=#"),
        ("/stories/maybe.html", "/stories/maybe.html"),
        ("/stories/theoldlighthousekeeper.html", "/stories/theoldlighthousekeeper.html"),
        ("/?sort=title", "/?sort=title"),
    ],
)
def test_addresses_of_one_kind(url: str, kind: str) -> None:
    """Numbers, dates, months and ids are folded; words and the names of parameters are not."""
    assert pattern(H + url) == H + kind


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/v.php?sid=12", "/v.php?sid=13", False),
        ("/v.php?sid=12&PHPSESSID=abc", "/v.php?sid=12", True),
        ("/v.php?f=3&sid=0123456789abcdef0123456789abcdef", "/v.php?f=3", True),
        ("/v.jsp;jsessionid=A1B2?id=3", "/v.jsp?id=3", True),
        ("/v.asp?id=3&ASPSESSIONIDQQ=XYZ", "/v.asp?id=3", True),
        ("/v.cfm?CFID=1&CFTOKEN=2&id=3", "/v.cfm?id=3", True),
        ("/v.php?s=0123456789abcdef0123456789abcdef&t=9", "/v.php?t=9", True),
        ("/v.php?s=lighthouse", "/v.php", False),
        ("/v.php?tale=PHPSESSID", "/v.php?tale=", False),
    ],
)
def test_sessions_make_no_page_another(one: str, other: str, same: bool) -> None:
    """eFiction's sid=12 is a story; 32 hex digits are a visit."""
    assert (urls.key(H + one) == urls.key(H + other)) is same


def test_depth_bounds_how_far_links_are_followed(tmp_path: Path) -> None:
    """One link away from the start page, and no further."""
    chain = {
        f"/{n}": answer(story_page(f"Tale {n}", "Ana", PROSE, f'<a href="/{n + 1}">on</a>'))
        for n in range(9)
    }
    with RawServer({"/robots.txt": ROBOTS_FREE, **chain}) as server:
        make_archive(tmp_path, [server.url("/0")], source="depth = 1").run()
    assert asked(server) == ["/robots.txt", "/0", "/1"]
