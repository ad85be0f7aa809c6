"""The bundled sample site: its files, routes and truth agree, and it is served as its routes say."""

from __future__ import annotations

import gzip
import html
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from protego import Protego

import storykeep.sample
from storykeep.sample import HOST, SampleSite

PAGES = Path(storykeep.sample.__file__).parent / "pages"
FAMILIES = sorted(folder.parent.name for folder in PAGES.glob("*/routes.json"))
ORIGIN = f"http://{HOST}"
INLINE = re.compile(r"</?(?:i|b|u|em|strong|font|a|span|small|big|tt)\b[^>]*>", re.IGNORECASE)


@pytest.fixture(scope="module")
def site() -> SampleSite:
    """The site, loaded once; tests that count requests load their own."""
    return SampleSite()


@pytest.fixture(scope="module")
def truth(site: SampleSite) -> dict[str, list[Any]]:
    """The truth of all families."""
    return site.truth()


def routes_of(family: str) -> list[dict[str, Any]]:
    return json.loads((PAGES / family / "routes.json").read_text("utf-8"))


def target(url: str) -> str:
    assert url.startswith(ORIGIN + "/"), url
    return url.removeprefix(ORIGIN)


def page_text(body: bytes) -> str:
    """The words of a page, one space apart, without markup: a second, much simpler opinion than the cleaner's."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("cp1252")
    text = re.sub(r"<!--.*?-->", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[a-zA-Z/!][^>]*>", " ", INLINE.sub("", text))
    return " ".join(html.unescape(text).split())


def first_missing(text: str, page: str) -> str | None:
    """The first stretch of *text* that does not come, unbroken and in its order, on the page.

    A drawn break has no words on the page, so the text is taken in stretches between them.
    """
    position = 0
    for stretch in re.split(r"(?:^|\n\n)\* \* \*(?:\n\n|$)", text):
        words = " ".join(stretch.split())
        found = page.find(words, position)
        if found < 0:
            return words
        position = found + len(words)
    return None


def story_chapters(truth: dict[str, list[Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for story in truth["stories"]:
        for chapter in story["chapters"]:
            yield story["title"], chapter


# The files, the routes and the truth


@pytest.mark.parametrize("family", FAMILIES)
def test_each_route_has_its_file_and_each_file_its_route(family: str) -> None:
    """No page is missing, and none lies there without being served."""
    named = {route["file"] for route in routes_of(family)}
    folder = PAGES / family
    present = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in {"routes.json", "truth.json"}
    }
    assert named == present


@pytest.mark.parametrize("family", FAMILIES)
def test_each_route_is_known_in_form(family: str) -> None:
    """A misspelt key or framing in routes.json would be passed over in silence."""
    for route in routes_of(family):
        assert set(route) <= {"path", "file", "status", "headers", "framing", "gzip"}, route
        assert route["path"].startswith("/")
        assert route.get("framing", "length") in {"length", "chunked", "close"}


def test_the_sample_has_at_least_thirty_story_pages(truth: dict[str, list[Any]]) -> None:
    """The sample is large enough to show something."""
    assert len({chapter["url"] for _, chapter in story_chapters(truth)}) >= 30


def test_each_url_of_the_truth_is_served(site: SampleSite, truth: dict[str, list[Any]]) -> None:
    """The truth speaks of no page that is not there."""
    urls = [page["url"] for page in truth["pages"]] + truth["forbidden"]
    for story in truth["stories"]:
        urls += [*story["urls"], *story.get("aliases", ())]
        urls += [chapter["url"] for chapter in story["chapters"]]
    assert [url for url in urls if target(url) not in site.routes] == []


def test_no_story_page_is_claimed_twice(truth: dict[str, list[Any]]) -> None:
    """A chapter belongs to one story, and a story page is not also listed as something else."""
    chapters = [chapter["url"] for _, chapter in story_chapters(truth)]
    others = [page["url"] for page in truth["pages"]]
    assert len(chapters) == len(set(chapters))
    assert set(chapters).isdisjoint(others)


def test_each_body_of_the_truth_stands_on_its_page(
    site: SampleSite, truth: dict[str, list[Any]]
) -> None:
    """A chapter's text is on the page word for word, with nothing between but drawn breaks."""
    for title, chapter in story_chapters(truth):
        page = page_text(site.routes[target(chapter["url"])].body)
        missing = first_missing(chapter["text"], page)
        assert missing is None, (title, chapter["url"], missing)


def test_each_body_of_the_truth_is_canonical_text(truth: dict[str, list[Any]]) -> None:
    """One blank line between paragraphs, none at the ends, no control characters."""
    for title, chapter in story_chapters(truth):
        text = chapter["text"]
        assert text, title
        assert text == text.strip(), title
        assert "\n\n\n" not in text, title
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffd]|[ \t]\n|\n[ \t]", text), title


def test_the_truth_names_only_outcomes_of_the_model(truth: dict[str, list[Any]]) -> None:
    """An outcome outside the vocabulary could never be met."""
    from typing import get_args

    from storykeep.model import Outcome

    assert {page["outcome"] for page in truth["pages"]} <= set(get_args(Outcome))


def test_robots_txt_forbids_what_the_truth_forbids_and_nothing_else(
    site: SampleSite, truth: dict[str, list[Any]]
) -> None:
    """The list of forbidden pages and robots.txt say the same, by a reader of its own."""
    robots = Protego.parse(site.routes["/robots.txt"].body.decode("ascii"))
    wanted = [page["url"] for page in truth["pages"]]
    for story in truth["stories"]:
        wanted += [*story["urls"], *story.get("aliases", ())]
    assert truth["forbidden"]
    assert [url for url in truth["forbidden"] if robots.can_fetch(url, "Storykeep")] == []
    assert [url for url in wanted if not robots.can_fetch(url, "Storykeep")] == []
    assert set(wanted).isdisjoint(truth["forbidden"])


def test_every_disallowed_folder_has_something_behind_it(
    site: SampleSite, truth: dict[str, list[Any]]
) -> None:
    """A Disallow with nothing behind it would test nothing."""
    rules = re.findall(r"Disallow: (\S+)", site.routes["/robots.txt"].body.decode("ascii"))
    assert rules
    for rule in rules:
        behind = [url for url in truth["forbidden"] if target(url).startswith(rule)]
        assert any(site.routes[target(url)].status == 200 for url in behind), rule


def test_the_private_word_stands_on_the_private_page_alone(site: SampleSite) -> None:
    """So that a search for it can show that the page was never asked for."""
    holders = [name for name, route in site.routes.items() if b"thornapple" in route.body.lower()]
    assert holders == ["/private/diary.html"]


# The server


@pytest.fixture
def served() -> Iterator[tuple[SampleSite, http.client.HTTPConnection]]:
    """A site of the test's own, served, and a connection to it."""
    site = SampleSite()
    with site.serve() as address:
        connection = http.client.HTTPConnection(address, timeout=5)
        yield site, connection
        connection.close()


def get(
    connection: http.client.HTTPConnection, path: str, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers={"Host": HOST, **named})
    response = connection.getresponse()
    return response, response.read()


def raw(address: str, request: bytes) -> bytes:
    """Everything that the server sends for *request* until it closes."""
    host, port = address.split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        while data := connection.recv(65536):
            received += data
    return received


def a_target(site: SampleSite, **wanted: object) -> str:
    return next(
        name
        for name, route in sorted(site.routes.items())
        if route.status == 200 and all(getattr(route, key) == wanted[key] for key in wanted)
    )


def test_every_page_is_served_byte_for_byte_with_its_headers(
    served: tuple[SampleSite, http.client.HTTPConnection],
) -> None:
    """Whatever the framing, the body that arrives is the file, and the routes' headers are sent."""
    site, connection = served
    for name, route in site.routes.items():
        response, body = get(connection, name)
        assert response.status == route.status, name
        assert body == route.body, name
        for header, value in route.headers:
            assert response.headers[header] == value, name
        framing = "chunked" if response.headers["Transfer-Encoding"] else "length"
        if response.headers["Connection"] == "close":
            framing = "close"
        assert framing == route.framing, name
    assert [request.target for request in site.requests] == list(site.routes)


def test_gzip_is_sent_to_a_client_that_accepts_it(
    served: tuple[SampleSite, http.client.HTTPConnection],
) -> None:
    """A gzip route is plain for other clients, and the same bytes each time for these."""
    site, connection = served
    name = a_target(site, gzip=True)
    plain, body = get(connection, name)
    assert plain.headers["Content-Encoding"] is None
    assert body == site.routes[name].body
    coded, first = get(connection, name, Accept_Encoding="gzip")
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(first) == site.routes[name].body
    assert get(connection, name, Accept_Encoding="gzip")[1] == first


def test_a_client_of_http_1_0_is_never_sent_chunks() -> None:
    """RFC 9112, section 6.1; an archiver may ask as HTTP/1.0 for just that reason."""
    site = SampleSite()
    name = a_target(site, framing="chunked")
    with site.serve() as address:
        answer = raw(address, f"GET {name} HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert body == site.routes[name].body


def test_a_client_that_has_the_page_is_told_that_it_is_unchanged(
    served: tuple[SampleSite, http.client.HTTPConnection],
) -> None:
    """Both validators work, and a stale one brings the page."""
    site, connection = served
    name = a_target(site, framing="length")
    first, body = get(connection, name)
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If_None_Match": tag}, {"If_Modified_Since": date}):
        answer, nothing = get(connection, name, **headers)
        assert (answer.status, nothing) == (304, b"")
        assert answer.headers["ETag"] == tag
    answer, again = get(connection, name, If_None_Match='"another"', If_Modified_Since=date)
    assert (answer.status, again) == (200, body)


def test_any_host_is_answered_and_anything_else_is_not_found(
    served: tuple[SampleSite, http.client.HTTPConnection],
) -> None:
    """The Host header decides nothing; the target is compared exactly, query included."""
    _, connection = served
    connection.request("GET", "/txt/", headers={"Host": "somewhere.else"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    for unknown in ("/txt", "/txt/?", "/nowhere.html", "/%2e%2e/server.py", "/txt/../robots.txt"):
        assert get(connection, unknown)[0].status == 404, unknown


def test_head_is_answered_without_a_body(
    served: tuple[SampleSite, http.client.HTTPConnection],
) -> None:
    """The next request on the connection still works."""
    _, connection = served
    connection.request("HEAD", "/txt/cat.txt")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 1000
    assert get(connection, "/txt/cat.txt")[0].status == 200


def test_requests_are_recorded_with_their_times(
    served: tuple[SampleSite, http.client.HTTPConnection],
) -> None:
    """So that a test can prove what was asked for, and how fast."""
    site, connection = served
    before = time.monotonic()
    get(connection, "/automated/cgi-bin/print.cgi?story=1/thelamp")
    get(connection, "/nowhere.html")
    first, second = site.requests
    assert (first.method, first.target) == ("GET", "/automated/cgi-bin/print.cgi?story=1/thelamp")
    assert (first.host, second.target) == (HOST, "/nowhere.html")
    assert before <= first.at <= second.at <= time.monotonic()


def test_leaving_closes_idle_connections_and_ends_every_thread() -> None:
    """A client that keeps its connection open does not keep the site alive."""
    before = set(threading.enumerate())
    site = SampleSite()
    with site.serve() as address:
        connection = http.client.HTTPConnection(address, timeout=5)
        get(connection, "/")
        started = time.monotonic()
    assert time.monotonic() - started < 5
    assert set(threading.enumerate()) <= before
    connection.close()
    with pytest.raises(OSError, match=r"refused"):
        raw(address, b"GET / HTTP/1.1\r\n\r\n")


def test_a_client_that_goes_away_in_the_middle_is_no_noise(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nothing is printed, and the next client is served."""
    site = SampleSite()
    with site.serve() as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(b"GET /automated/archive/3/theengineers.html HTTP/1.1\r\n\r\n" * 9)
        answer = raw(address, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert capfd.readouterr() == ("", "")


def test_serving_until_interrupted_tells_its_address_and_stops() -> None:
    """Control-C ends `serve_forever` with KeyboardInterrupt and nothing left behind."""
    code = (
        "import sys, warnings; warnings.simplefilter('error')\n"
        "from storykeep.sample import SampleSite\n"
        "try:\n"
        "    SampleSite().serve_forever(ready=lambda address: print(address, flush=True))\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        answer = raw(address, b"GET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert b"Disallow: /private/" in answer
    assert (out, err, process.returncode) == ("stopped\n", "", 0)


def test_the_site_works_from_an_installed_package_and_without_heavy_imports(
    tmp_path: Path,
) -> None:
    """It is read as package data, even out of a zip file, and loads nothing heavy."""
    package = PAGES.parent.parent
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as zipped:
        for file in sorted(package.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                zipped.write(file, "storykeep/" + file.relative_to(package).as_posix())
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import storykeep.sample as sample\n"
        "site = sample.SampleSite()\n"
        "assert 'package.zip' in sample.__file__\n"
        "heavy = {'requests', 'lxml', 'bs4', 'warcio', 'sqlite3', 'click'} & set(sys.modules)\n"
        "print(len(site.routes), len(site.truth()['stories']), sorted(heavy))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path / "package.zip")],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    site = SampleSite()
    assert done.stdout.split(" ", 2) == [
        str(len(site.routes)),
        str(len(site.truth()["stories"])),
        "[]\n",
    ]
