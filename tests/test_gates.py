"""Gates that ask for one's age, and pages behind a login of one's own."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from storykeep import warc
from storykeep.consent import is_consent, without_consent
from storykeep.errors import ConfigError
from storykeep.fetch import read_cookies
from tests.archives import PROSE, ROBOTS_FREE, answer, command, dump, make_archive, rows, story_page
from tests.guests import asked
from tests.site import RawServer
from tests.site.living import header
from tests.test_epochs import rebuilt

ALWAYS = 'every = "0s"\nexclude = ["/viewuser"]\n'


def tale(number: int) -> bytes:
    """Return a story in the frame of an eFiction site."""
    text = PROSE.replace("keeper", f"keeper {number}")
    return (
        f'<html><head><title>Tale {number} by Ana</title></head><body><div id="pagetitle">'
        f'<a href="viewstory.php?sid={number}">Tale {number}</a> by <a href="viewuser.php?uid=3">Ana</a></div>'
        f'<div id="story">{text}</div></body></html>'
    ).encode()


def gate(number: int, level: int) -> bytes:
    return (
        '<html><body><div id="mainpage"><div class="errormsg">Age Consent Required<br />'
        f'<a href="viewstory.php?sid={number}&amp;ageconsent=ok&amp;warning={level}">'
        "You must be 18 to read this.</a></div></div></body></html>"
    ).encode()


class Efiction:
    """Three stories behind a gate; *remembers*: who was let in once carries a cookie."""

    def __init__(self, *, remembers: bool = True) -> None:
        self.remembers = remembers

    def __call__(self, request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        if path == "/":
            links = "".join(
                f'<li><a href="/viewstory.php?sid={n}">Tale {n}</a> by Ana</li>' for n in (1, 2, 3)
            )
            return answer(f"<h1>Stories</h1><ul>{links}</ul>".encode())
        found = re.search(r"sid=(\d)", path)
        if found is None:
            return answer(b"no", status="404 Not Found")
        if "ageconsent=ok" in path:
            cookie = "Set-Cookie: ageconsent=1; path=/\r\n" if self.remembers else ""
            return answer(tale(int(found[1])), headers=cookie)
        if "ageconsent=1" in header(request, "Cookie"):
            return answer(tale(int(found[1])))
        return answer(gate(int(found[1]), 4))


def test_without_adult_a_gate_stays_a_gate(tmp_path: Path) -> None:
    """Nobody says in the user's name that he is of age."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": Efiction()}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
    assert len(asked(server)) == 5
    assert rows(archive, "SELECT count(*) FROM story") == [(0,)]


def test_a_site_that_remembers_is_told_once_a_run(tmp_path: Path) -> None:
    """The stories are captured under their own addresses, and no run makes a second version."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": Efiction()}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS + "adult = true")
        archive.run()
        first = asked(server)
        archive.run()
        second = asked(server)[len(first) :]
        consent = "/viewstory.php?sid=1&ageconsent=ok&warning=4"
        assert first == [
            *("/robots.txt", "/", "/viewstory.php?sid=1", consent, "/viewstory.php?sid=1"),
            *("/viewstory.php?sid=2", "/viewstory.php?sid=3"),
        ]
        # What it is like is known now: it is told before anything else.
        assert second[:2] == ["/robots.txt", consent]
        assert sorted(second[2:]) == ["/", *(f"/viewstory.php?sid={n}" for n in (1, 2, 3))]
    assert rows(archive, "SELECT title FROM story ORDER BY title") == [
        ("Tale 1",),
        ("Tale 2",),
        ("Tale 3",),
    ]
    assert rows(archive, "SELECT count(*) FROM version") == [(3,)]
    assert rows(archive, "SELECT count(*) FROM story WHERE gone_since IS NOT NULL") == [(0,)]
    assert dump(rebuilt(archive)) == dump(archive)


def test_a_site_that_forgets_is_told_for_each_story(tmp_path: Path) -> None:
    """By the link that the story's own gate offers; each is one story."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": Efiction(remembers=False)}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source=ALWAYS + "adult = true")
        archive.run()
        assert len(asked(server)) == 2 + 3 + 2 * 2
        archive.run()
    assert rows(archive, "SELECT title FROM story ORDER BY title") == [
        ("Tale 1",),
        ("Tale 2",),
        ("Tale 3",),
    ]
    assert rows(archive, "SELECT count(*) FROM version") == [(3,)]
    assert dump(rebuilt(archive)) == dump(archive)


def test_a_gate_that_leads_to_itself_ends(tmp_path: Path) -> None:
    """Whatever is answered, nobody is asked for ever."""
    shut = answer(gate(1, 4))
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": shut}) as server:
        archive = make_archive(
            tmp_path, [server.url("/viewstory.php?sid=1")], source="adult = true"
        )
        archive.run()
    assert len(asked(server)) <= 4


def test_only_a_gates_own_site_is_told(tmp_path: Path) -> None:
    """A link to elsewhere is no way in."""
    lure = gate(1, 4).replace(b'href="', b'href="http://elsewhere.example/')
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": answer(lure)}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source="adult = true")
        report = archive.run()
    assert report.requests == 2


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://h.example/viewstory.php?sid=1&ageconsent=ok&warning=4", True),
        ("http://h.example/viewstory.php?sid=1&warning=3", True),
        ("http://h.example/works/12?view_adult=true", True),
        ("http://h.example/works/12?view_full_work=true", False),
        ("http://h.example/viewstory.php?sid=1", False),
        ("http://h.example/tale.html?warnings=none", False),
    ],
)
def test_which_addresses_tell_ones_age(url: str, told: bool) -> None:
    """Those of eFiction and of AO3's software, and plain ones like them."""
    assert is_consent(url) is told


# ---------------------------------------------------------------- a login of one's own


def cookie_line(
    domain: str,
    *,
    shared: str = "FALSE",
    secure: str = "FALSE",
    name: str = "login",
    value: str = "s3cret",
) -> str:
    return "\t".join([domain, shared, "/", secure, "0", name, value])


def locked(request: bytes) -> bytes:
    if "login=s3cret" in header(request, "Cookie"):
        return answer(story_page("Locked", "Ana", PROSE))
    return answer(b"<form><h1>Log in</h1>Please log in to read this. <input type=password></form>")


def test_a_login_goes_to_its_own_site_and_into_no_file(tmp_path: Path) -> None:
    """Not to robots.txt, another host or another source; the WARC has asterisks in its place."""
    with (
        RawServer({"/robots.txt": ROBOTS_FREE, "*": locked}) as server,
        RawServer({"/robots.txt": ROBOTS_FREE, "*": locked}, host="127.0.0.2") as other,
    ):
        (tmp_path / "mine.txt").write_text(
            "# Netscape HTTP Cookie File\n\n"
            + cookie_line("127.0.0.1")
            + "\n#HttpOnly_"
            + cookie_line("elsewhere.example", name="other")
            + "\n"
        )
        archive = make_archive(
            tmp_path,
            [server.url("/"), other.url("/")],
            source='cookies = "mine.txt"\n[[source]]\nname = "stranger"\nstart = ["'
            + server.url("/b/")
            + '"]',
            network='allow_addresses = ["127.0.0.1", "127.0.0.2"]',
        )
        archive.run()
    sent = {request.path: header(request.head, "Cookie") for request in server.requests}
    assert sent == {"/robots.txt": "", "/": "login=s3cret", "/b/": ""}
    assert {header(request.head, "Cookie") for request in other.requests} == {""}
    assert rows(archive, "SELECT title FROM story") == [("Locked",)]
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "mine.txt":
            assert b"s3cret" not in path.read_bytes()
    for path in warc.files(tmp_path / "warcs"):
        raw = gzip.decompress(path.read_bytes())
        assert b"s3cret" not in raw
        assert b"Cookie: ***" in raw
        assert b"masked: Cookie" in raw


@pytest.mark.parametrize(
    ("line", "host", "goes"),
    [
        pytest.param(cookie_line("h.example"), "h.example", True, id="its host"),
        pytest.param(cookie_line("h.example"), "www.h.example", False, id="host only"),
        pytest.param(
            cookie_line(".h.example", shared="TRUE"), "www.h.example", True, id="its domain"
        ),
        pytest.param(
            cookie_line("h.example", shared="TRUE"), "h.example", True, id="the domain itself"
        ),
        pytest.param(
            cookie_line(".h.example", shared="TRUE"), "oh.example", False, id="ends alike"
        ),
        pytest.param(cookie_line(".example", shared="TRUE"), "h.other", False, id="elsewhere"),
    ],
)
def test_whose_cookie_it_is(tmp_path: Path, line: str, host: str, goes: bool) -> None:
    """RFC 6265, 5.1.3."""
    from storykeep.fetch.cookies import of_host

    path = tmp_path / "c.txt"
    path.write_text(line)
    assert bool(of_host(read_cookies(path), host)) is goes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(
            "h.example\tFALSE\t/\tFALSE\t0\tlogin\n", "line 1 has 6 fields", id="a field less"
        ),
        pytest.param("{}", "line 1 has 1 fields", id="JSON"),
        pytest.param("# nothing\n", "holds no cookie", id="empty"),
        pytest.param(
            cookie_line("h.example").replace("\t0\t", "\tsoon\t"),
            "line 1 has no time",
            id="a date in words",
        ),
        pytest.param(cookie_line("h example"), "line 1 is no cookie", id="no host"),
        pytest.param(
            cookie_line("h.example", value="s3cret;x"), "line 1 is no cookie", id="two in one"
        ),
    ],
)
def test_a_file_that_holds_no_cookies_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """Before anything is asked for, and without a word of what it holds."""
    path = tmp_path / "c.txt"
    path.write_text(text)
    with pytest.raises(ConfigError, match=why) as caught:
        read_cookies(path)
    assert "s3cret" not in str(caught.value)
    with RawServer({"*": answer(b"x")}) as server:
        make_archive(tmp_path, [server.url("/")], source='cookies = "c.txt"')
        done = command("run", folder=tmp_path)
    assert done.returncode == 2
    assert server.requests == []


def test_cookies_that_are_not_there_are_said(tmp_path: Path) -> None:
    """The path, and how to make such a file."""
    with pytest.raises(ConfigError, match=r"nowhere\.txt"):
        read_cookies(tmp_path / "nowhere.txt")


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("http://h.example/v.php?sid=1&ageconsent=ok&warning=4", "http://h.example/v.php?sid=1"),
        ("http://h.example/works/12?view_adult=true", "http://h.example/works/12"),
        ("http://h.example/works/12", "http://h.example/works/12"),
    ],
)
def test_the_page_behind_the_gate(url: str, page: str) -> None:
    """The same address without the word that opens it."""
    assert without_consent(url) == page
