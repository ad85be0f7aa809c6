"""A run over loopback servers: robots, redirects, retries, limits, revisits, what is due again."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from storykeep.crawl import Watch
from storykeep.errors import ConfigError, UsageError
from storykeep.model import Report
from tests.archives import PROSE, ROBOTS_FREE, answer, make_archive, rows, story_page
from tests.site import Answer, RawServer

INDEX = b"<html><head><title>Stories</title></head><body><h1>Stories</h1><ul>%s</ul></body></html>"


def index(*names: str) -> bytes:
    """Return an index page with a link to each name."""
    items = "".join(f'<li><a href="{n}">Tale {n}</a> by Ana</li>' for n in names)
    return answer(INDEX % items.encode())


def tale(name: str, links: str = "") -> bytes:
    return answer(story_page(f"Tale {name}", "Ana", PROSE, links))


def asked(server: RawServer) -> list[str]:
    return [request.path for request in server.requests]


def outcomes(archive) -> dict[str, str]:
    found = rows(archive, "SELECT url, outcome FROM capture ORDER BY id")
    return {url.split("/", 3)[3]: outcome for url, outcome in found}


def test_a_run_follows_links_and_makes_stories(tmp_path: Path) -> None:
    """Start page, stories, search index: one run from nothing to rows."""
    script = {"/robots.txt": ROBOTS_FREE, "/": index("a.html", "b.html")}
    with RawServer({**script, "*": tale("x")}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert asked(server) == ["/robots.txt", "/", "/a.html", "/b.html"]
    assert report.stories_new == 2
    assert report.warcs == [path.name for path in (tmp_path / "warcs").glob("*.warc.gz")]


def test_robots_rules_are_obeyed(tmp_path: Path) -> None:
    """What is disallowed is never asked for, and counted."""
    rules = answer(b"User-agent: *\nDisallow: /secret/\n").replace(b"text/html", b"text/plain")
    script = {"/robots.txt": rules, "/": index("a.html", "secret/b.html"), "*": tale("x")}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert "/secret/b.html" not in asked(server)
    assert report.refused_by_robots == 1
    assert rows(archive, "SELECT state FROM page WHERE url LIKE '%secret%'") == [("refused",)]


def test_a_disallowed_start_page_is_not_asked(tmp_path: Path) -> None:
    """Rules hold for the first page too; the exit is no failure."""
    rules = answer(b"User-agent: *\nDisallow: /\n").replace(b"text/html", b"text/plain")
    with RawServer({"/robots.txt": rules, "*": tale("x")}) as server:
        report = make_archive(tmp_path, [server.url("/")]).run()
    assert asked(server) == ["/robots.txt"]
    assert (report.refused_by_robots, report.failed) == (1, [])


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy"])
def test_rules_that_cannot_be_read_close_the_host(tmp_path: Path, status: str) -> None:
    """RFC 9309, 2.3.1.4: while robots.txt is unreachable, everything is disallowed."""
    with RawServer({"/robots.txt": answer(b"", status=status), "*": tale("x")}) as server:
        report = make_archive(tmp_path, [server.url("/")]).run()
    assert asked(server) == ["/robots.txt"]
    assert len(report.failed) == 1
    assert report.waiting == 1


def test_a_redirected_robots_txt_is_followed(tmp_path: Path) -> None:
    """RFC 9309, 2.3.1.2: rules are read where the redirect leads."""
    moved = answer(b"", status="302 Found", headers="Location: /rules/here.txt\r\n")
    rules = answer(b"User-agent: *\nDisallow: /b.html\n").replace(b"text/html", b"text/plain")
    script = {"/robots.txt": moved, "/rules/here.txt": rules, "/": index("a.html", "b.html")}
    with RawServer({**script, "*": tale("x")}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
    assert "/b.html" not in asked(server)
    assert "/a.html" in asked(server)
    assert outcomes(archive)["rules/here.txt"] == "robots"


def test_robots_can_be_ignored_by_the_config(tmp_path: Path) -> None:
    """robots = false asks for no rules, for one's own server."""
    with RawServer({"*": tale("x")}) as server:
        make_archive(
            tmp_path, [server.url("/")], polite="delay = 0.0\nretries = 0\nrobots = false"
        ).run()
    assert asked(server) == ["/"]


def test_a_redirect_is_a_capture_and_is_followed(tmp_path: Path) -> None:
    """Each hop is kept, and the page it leads to is asked for once."""
    moved = answer(b"", status="301 Moved", headers="Location: /new.html\r\n")
    script = {"/robots.txt": ROBOTS_FREE, "/": index("old.html", "new.html"), "/old.html": moved}
    with RawServer({**script, "/new.html": tale("n")}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert asked(server).count("/new.html") == 1
    assert outcomes(archive)["old.html"] == "redirect"
    assert report.stories_new == 1


def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    """A loop is left after each address was asked once, and said."""
    one = answer(b"", status="302 Found", headers="Location: /two\r\n")
    two = answer(b"", status="302 Found", headers="Location: /\r\n")
    notes: list[str] = []
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": one, "/two": two}) as server:
        report = make_archive(tmp_path, [server.url("/")]).run(watch=Watch(note=notes.append))
    assert asked(server) == ["/robots.txt", "/", "/two"]
    assert "circle" in notes[0]
    assert report.failed == []


def test_redirects_without_end_stop_at_ten(tmp_path: Path) -> None:
    """Ten hops, as browsers do; then the chain is left."""

    def onward(request: bytes) -> bytes:
        number = int(request.split(b" ")[1].strip(b"/") or b"0") + 1
        return answer(b"", status="302 Found", headers=f"Location: /{number}\r\n")

    with RawServer({"/robots.txt": ROBOTS_FREE, "*": onward}) as server:
        make_archive(tmp_path, [server.url("/")]).run()
    assert len(asked(server)) == 12


def test_a_redirect_out_of_scope_is_not_followed(tmp_path: Path) -> None:
    """Another host was not asked for by the user, so it is not asked at all."""
    with RawServer({"*": tale("elsewhere")}) as other:
        away = answer(b"", status="302 Found", headers=f"Location: {other.url('/x')}\r\n")
        notes: list[str] = []
        with RawServer({"/robots.txt": ROBOTS_FREE, "/": away}) as server:
            make_archive(tmp_path, [server.url("/")]).run(watch=Watch(note=notes.append))
        assert asked(other) == []
    assert "out of scope" in notes[0]


def test_a_page_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    """A 503 is kept as an error, then the page is asked again and is whole."""
    left = [answer(b"busy", status="503 Busy")]

    def page(request: bytes) -> bytes:
        return left.pop() if left else tale("x")

    with RawServer({"/robots.txt": ROBOTS_FREE, "/": page}) as server:
        archive = make_archive(tmp_path, [server.url("/")], polite="delay = 0.0\nretries = 1")
        report = archive.run()
    assert [row[0] for row in rows(archive, "SELECT outcome FROM capture ORDER BY id")][1:] == [
        "error",
        "story",
    ]
    assert report.failed == []


def test_a_cut_page_is_kept_marked_and_due_again(tmp_path: Path) -> None:
    """What came is in the archive, with the reason; the page is not taken for whole."""
    whole = tale("x")
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": whole[:-40]}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert rows(archive, "SELECT truncated FROM capture WHERE truncated IS NOT NULL") == [
        ("disconnect",)
    ]
    assert len(report.failed) == 1
    ((state, tries),) = rows(archive, "SELECT state, tries FROM page")
    assert (state, tries) == ("failed", 1)


def test_a_refused_connection_is_an_attempt(tmp_path: Path) -> None:
    """A host that is not there leaves an attempt, in the WARC and in the database."""
    with RawServer({"*": b""}) as server:
        url = server.url("/")
    archive = make_archive(tmp_path, [url])
    report = archive.run()
    assert len(report.failed) == 1
    assert rows(archive, "SELECT kind FROM attempt") == [("connect",)]
    archive.config.archive.database.unlink()
    archive.rebuild()
    assert rows(archive, "SELECT kind FROM attempt") == [("connect",)]


def test_a_page_of_404_is_gone_and_no_failure(tmp_path: Path) -> None:
    """An answered page has an outcome."""
    missing = answer(b"<h1>Not Found</h1>", status="404 Not Found")
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": index("a.html"), "*": missing}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert outcomes(archive)["a.html"] == "gone"
    assert report.failed == []


def test_the_limit_bounds_a_run(tmp_path: Path) -> None:
    """limit = 2 asks for two pages, and the rest waits for the next run."""
    names = [f"{n}.html" for n in range(5)]
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": index(*names), "*": tale("x")}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source="limit = 2")
        report = archive.run()
        assert asked(server) == ["/robots.txt", "/", "/0.html"]
        assert report.waiting == 4
        archive.run()
    assert asked(server)[4:] == ["/1.html", "/2.html"]


def test_links_out_of_scope_are_left_alone(tmp_path: Path) -> None:
    """By default a source stays in the folder of its start page; exclude takes more out."""
    links = '<a href="/other/x.html">x</a> <a href="no/y.html">y</a> <a href="z.html">z</a>'
    script = {"/robots.txt": ROBOTS_FREE, "/in/": tale("s", links), "*": tale("x")}
    with RawServer(script) as server:
        make_archive(tmp_path, [server.url("/in/")], source='exclude = ["/in/no/"]').run()
    assert asked(server) == ["/robots.txt", "/in/", "/in/z.html"]


def test_an_unchanged_page_is_a_revisit(tmp_path: Path) -> None:
    """The same payload is not stored twice: a revisit record refers to the first."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": tale("x")}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        archive.run()
        archive.run()
    found = rows(archive, "SELECT record_id, revisit_of, outcome FROM capture WHERE url LIKE '%/'")
    assert found[1][1] == found[0][0]
    assert [row[2] for row in found] == ["story", "story"]


def test_a_changed_page_is_a_version(tmp_path: Path) -> None:
    """The old text is kept as a version; rebuilding gives the same."""
    bodies = [PROSE, PROSE + "<p>And then one more thing happened, which nobody expected.</p>"]

    def page(request: bytes) -> bytes:
        return answer(story_page("The Tale", "Ana", bodies[min(len(seen), 2) - 1]))

    seen: list[int] = []
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": page}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        seen.append(1)
        archive.run()
        seen.append(2)
        report = archive.run()
    assert report.stories_changed == 1
    assert rows(archive, "SELECT count(*) FROM version WHERE text IS NOT NULL")[0][0] >= 1


def test_a_gzipped_page_is_kept_as_sent_and_read(tmp_path: Path) -> None:
    """Content-Encoding is undone for the cleaner only."""
    body = gzip.compress(story_page("Zipped", "Ana", PROSE))
    page = answer(body, headers="Content-Encoding: gzip\r\n")
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": page}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
    assert rows(archive, "SELECT title FROM story") == [("Zipped",)]


def test_a_host_that_asks_for_a_day_is_left_alone(tmp_path: Path) -> None:
    """Retry-After of 86400 rests the host; its other pages stay due."""
    busy = answer(b"", status="429 Slow", headers="Retry-After: 86400\r\n")
    script = {"/robots.txt": ROBOTS_FREE, "/": index("a.html", "b.html"), "*": busy}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")], polite="delay = 0.0\nretries = 4")
        report = archive.run()
    assert asked(server) == ["/robots.txt", "/", "/a.html"]
    assert report.waiting == 1


def test_two_hosts_are_asked_side_by_side(tmp_path: Path) -> None:
    """Each host has its own gap; the second does not wait for the first."""
    with (
        RawServer({"/robots.txt": ROBOTS_FREE, "*": tale("x")}) as one,
        RawServer({"/robots.txt": ROBOTS_FREE, "*": tale("y")}) as two,
    ):
        report = make_archive(tmp_path, [one.url("/"), two.url("/")]).run()
    assert asked(one) == asked(two) == ["/robots.txt", "/"]
    assert report.captures == 4


def test_an_unknown_source_is_named(tmp_path: Path) -> None:
    """A wrong name says which there are."""
    with pytest.raises(ConfigError, match="no source 'nope'"):
        make_archive(tmp_path, ["http://127.0.0.1:9/"]).run(["nope"])


def test_a_public_site_needs_an_operator(tmp_path: Path) -> None:
    """Nobody is asked anonymously; nothing is sent before the check."""
    archive = make_archive(tmp_path, ["http://stories.example/"])
    with pytest.raises(ConfigError, match="operator is empty"):
        archive.run()
    assert not (tmp_path / "warcs").exists()


def test_added_pages_are_archived_alone(tmp_path: Path) -> None:
    """add follows no links, takes no source, and is not due again."""
    script = {"/robots.txt": ROBOTS_FREE, "/a.html": tale("a", '<a href="b.html">b</a>')}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, ["http://127.0.0.1:9/"])
        report = archive.add([server.url("/a.html")])
    assert isinstance(report, Report)
    assert asked(server) == ["/robots.txt", "/a.html"]
    assert rows(archive, "SELECT DISTINCT source FROM capture") == [("added",)]
    assert rows(archive, "SELECT title FROM story") == [("Tale a",)]


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    """add says what it cannot ask, before anything is asked."""
    archive = make_archive(tmp_path, ["http://127.0.0.1:9/"])
    with pytest.raises(UsageError):
        archive.add(["javascript:alert(1)"])


def test_an_interrupted_run_keeps_what_came(tmp_path: Path) -> None:
    """Ctrl-C in the middle: what was stored is there, the rest is due."""

    def stop(taken, report: Report, waiting: int) -> None:
        if report.captures == 3:
            raise KeyboardInterrupt

    names = [f"{n}.html" for n in range(5)]
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": index(*names), "*": tale("x")}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        with pytest.raises(KeyboardInterrupt):
            archive.run(watch=Watch(taken=stop))
        archive.run()
    pages = [path for path in asked(server) if path != "/robots.txt"]
    assert len(pages) == len(set(pages)) == 6
    assert rows(archive, "SELECT count(DISTINCT url) FROM capture") == [(7,)]


def test_endless_answers_end(tmp_path: Path) -> None:
    """An endless body is cut at the cap, marked, and the run goes on."""

    def forever():
        while True:
            yield b"<p>and on and on and on it went, without end or purpose</p>" * 100

    endless = Answer([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", forever()])
    script = {"/robots.txt": ROBOTS_FREE, "/": index("e.html", "a.html"), "/e.html": endless}
    with RawServer({**script, "/a.html": tale("a")}) as server:
        archive = make_archive(
            tmp_path, [server.url("/")], polite="delay = 0.0\nretries = 0\nmax_bytes = 100000"
        )
        report = archive.run()
    cut = rows(archive, "SELECT truncated, outcome FROM capture WHERE url LIKE '%e.html'")
    assert cut == [("length", "too_large")]
    assert report.failed == []
    assert rows(archive, "SELECT count(*) FROM story WHERE title = 'Tale a'") == [(1,)]


def test_a_page_that_cannot_be_derived_is_a_failure(tmp_path: Path, monkeypatch) -> None:
    """A bug of an engine costs one page, which is kept and named, and the exit code says so."""

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("storykeep.derive.engines.read", broken)
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": tale("x")}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        report = archive.run()
    assert report.failed == [(server.url("/"), "the engine failed: RuntimeError: a bug")]
    assert outcomes(archive)[""] == "error"


def test_a_page_of_the_sample_cannot_be_added(tmp_path: Path) -> None:
    """The sample is nobody's site: the message names the command that serves it."""
    archive = make_archive(tmp_path, ["http://127.0.0.1:9/"])
    with pytest.raises(UsageError) as refused:
        archive.add(["http://archive.sample/txt/"])
    assert "sample --run" in refused.value.hint


def test_a_list_whose_stories_are_out_of_scope_is_told(tmp_path: Path) -> None:
    """Whoever begins at a list in another folder reads which line of config.toml is wanting."""
    names = [f"/fic/{number}.html" for number in range(4)]
    script = {"/robots.txt": ROBOTS_FREE, "/list/": index(*names), "*": tale("x")}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/list/")], source='every = "0s"')
        notes: list[str] = []
        report = archive.run((), Watch(note=notes.append))
        assert report.notes == notes
        (said,) = notes
        assert "has no story, and 4 pages that its lists lead to are out of its scope" in said
        assert f'as {server.url(names[0])}: in config.toml, include = ["/list/", "/fic/"]' in said
        wider = 'every = "0s"\ninclude = ["/list/", "/fic/"]'
        archive = make_archive(tmp_path, [server.url("/list/")], source=wider)
        notes.clear()
        archive.run((), Watch(note=notes.append))
        narrow = 'every = "0s"\ninclude = ["/list/", "/fic/1.html"]'
        make_archive(tmp_path, [server.url("/list/")], source=narrow).run(
            (), Watch(note=notes.append)
        )
        assert notes == []
