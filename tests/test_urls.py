"""Addresses: what browsers make of them, what is one page, what is in scope."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep import urls
from storykeep.errors import StorykeepError

SCHEMES = st.sampled_from(["http://", "https://", "HTTP://", "http:\\\\", "http:/", " http:"])
HOSTS = st.sampled_from(
    ["a.example", "WWW.A.example", "a.example:80", "a.example:8080", "u:p@a.example", "[::1]", "x."]
)
TAILS = st.text(
    st.sampled_from("abAB/.%2eEfF5c7~?&=;#+ \\\t\n\r'\"<>[]{}|^`*$\x00\x7fé\u2003\ud800"),
    max_size=40,
)
ADDRESSES = st.builds("{}{}/{}".format, SCHEMES, HOSTS, TAILS)


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        pytest.param("HTTP://Stories.EXAMPLE:80", "http://stories.example/", id="host and port"),
        pytest.param("https://h.example:443/A", "https://h.example/A", id="path case kept"),
        pytest.param("https://h.example:80/", "https://h.example:80/", id="not its default port"),
        pytest.param("http://h.example/a#b?c", "http://h.example/a", id="fragment"),
        pytest.param("http://h.example/a/../b/./c", "http://h.example/b/c", id="dot segments"),
        pytest.param("http://h.example/%2e%2E/b", "http://h.example/b", id="escaped dots"),
        pytest.param("http://h.example/a/..%2Fb", "http://h.example/a/..%2Fb", id="escaped slash"),
        pytest.param("http:\\\\h.example\\a", "http://h.example/a", id="backslashes"),
        pytest.param(" \x01http://h.ex\tample/a\nb ", "http://h.example/ab", id="control signs"),
        pytest.param("http://h.example/\x00a", "http://h.example/%00a", id="NUL in the path"),
        pytest.param("http://a.example@evil.example/", "http://evil.example/", id="userinfo"),
        pytest.param(
            "http://a.example\\@evil.example/", "http://a.example/@evil.example/", id="\\@"
        ),
        pytest.param("http://me:secret@h.example/a", "http://h.example/a", id="password"),
        pytest.param("http://h.example./", "http://h.example./", id="dot behind the host"),
        pytest.param("http://0x7f.1/", "http://127.0.0.1/", id="hexadecimal address"),
        pytest.param("http://2130706433/", "http://127.0.0.1/", id="decimal address"),
        pytest.param("http://[::FFFF:127.0.0.1]/", "http://[::ffff:7f00:1]/", id="mapped address"),
        pytest.param("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC", id="IDN"),
        pytest.param("http://h.example/%zz%", "http://h.example/%zz%", id="broken escapes stay"),
        pytest.param("http://h.example/\ud800", "http://h.example/%EF%BF%BD", id="lone surrogate"),
    ],
)
def test_an_address_is_read_as_a_browser_reads_it(given_url, expected):
    """The canonical form follows the WHATWG URL Standard, without fragment and credentials."""
    assert urls.canonical(given_url) == expected


@pytest.mark.parametrize(
    "query",
    [
        "b=2&a=1",
        "archive/15/smokingthe.html",
        "file=15/smokingthe.html&pairing=Clark/Lex",
        "A+B%20C",
        "q=%E9t%e9",
        "a=1&&b;c=|^`{}",
        "sid=12&chapter=",
        "SID=0123456789abcdef0123456789abcdef",
        "=&=",
        "",
    ],
)
def test_the_query_of_an_old_cgi_script_is_left_alone(query):
    """No reordering, no re-encoding: old scripts read their query literally."""
    url = f"http://h.example/cgi-bin/story.pl?{query}"
    assert urls.canonical(url) == url


@pytest.mark.parametrize(
    "text",
    ["", "   ", "h.example/a", "//h.example/", "mailto:me@h.example", "javascript:alert(1)", "http://",
     "file:///etc/passwd", "ftp://h.example/", "data:text/html,hi", "http://h example/", "http://a:99999/",
     "http://[::1/", "http://1.2.3.4.5/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(text):
    """canonical raises an error of ours that is a ValueError too; try_canonical answers None."""
    with pytest.raises(StorykeepError, match="not a web address") as caught:
        urls.canonical(text)
    assert isinstance(caught.value, ValueError)
    assert caught.value.hint
    assert urls.try_canonical(text) is None


@given(ADDRESSES)
def test_canonical_is_idempotent(text):
    """canonical(canonical(x)) is canonical(x), printable ASCII, without a fragment."""
    once = urls.canonical(text)
    assert urls.canonical(once) == once
    assert once.isascii()
    assert once.isprintable()
    assert "#" not in once
    assert " " not in once


@given(st.one_of(ADDRESSES, TAILS, st.text(max_size=60)))
def test_any_text_is_an_address_or_none(text):
    """No text of a page or a person ends in a traceback."""
    found = urls.try_canonical(text)
    assert found is None or found.startswith(("http://", "https://"))
    assert urls.in_scope(text, start="http://a.example/") in (True, False)
    urls.unwrap_wayback(text)


@given(ADDRESSES)
def test_the_key_depends_on_the_canonical_form_alone(text):
    """An address and its canonical form have one key, whatever the scheme and "www."."""
    url = urls.canonical(text)
    key = urls.key(url)
    assert urls.key(text) == key
    if urls.origin(url) == "http://a.example":
        assert urls.key(url.replace("http://", "https://www.", 1)) == key


@given(TAILS)
def test_join_gives_a_canonical_address_or_nothing(href):
    """Whatever a page links to, the result is None or already canonical."""
    joined = urls.join("http://h.example/a/b?c", href)
    if joined is not None:
        assert urls.canonical(joined) == joined


PIECES = st.lists(
    st.one_of(
        st.sampled_from("./?#:%\\ \t\n\x01;=&@\u3000\xe9"),
        st.sampled_from(("a", "b.html", "..", "%2e", "%2E%2e", "http:", "https://", "HTTP:/")),
        st.sampled_from(("//h.example", "h.example", "C:", "javascript:")),
    ),
    max_size=7,
).map("".join)


@given(PIECES, PIECES, st.sampled_from(["", "http://h.example", "https://h.example/a/"]))
@settings(max_examples=1000)
def test_what_is_remembered_of_a_folder_holds_for_each_of_its_pages(base, href, start):
    """The address of a link is that which the parser gives for this very page, asked alone."""
    assert urls.join(start + base, href) == urls._joined(start + base, href, "utf-8")


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("c.html", "http://h.example/a/c.html"),
        ("../c", "http://h.example/c"),
        ("../../../c", "http://h.example/c"),
        ("//other.example/x", "http://other.example/x"),
        ("\\\\other.example\\x", "http://other.example/x"),
        ("/\\other.example", "http://other.example/"),
        ("?page=2", "http://h.example/a/b?page=2"),
        ("#top", "http://h.example/a/b?q=1"),
        ("", "http://h.example/a/b?q=1"),
        ("http:c", "http://h.example/a/c"),
        (" c.html \n", "http://h.example/a/c.html"),
        ("a\nb", "http://h.example/a/ab"),
        ("java\nscript:alert(1)", None),
        (" JavaScript:alert(1)", None),
        ("mailto:me@h.example", None),
        ("data:text/html,x", None),
        ("ftp://h.example/x", None),
        ("file:///etc/passwd", None),
        ("tel:+123", None),
        ("about:blank", None),
        ("http://", None),
        ("http://a b/", None),
    ],
)
def test_links_are_resolved_as_browsers_do(href, expected):
    """A link becomes an absolute canonical address; what is not of the web is None."""
    assert urls.join("http://h.example/a/b?q=1", href) == expected


def test_a_base_that_is_no_address_joins_to_nothing():
    """A page of a mail archive may have no web address; its relative links lead nowhere."""
    assert urls.join("file:///tmp/a.html", "b.html") is None


@pytest.mark.parametrize(
    ("encoding", "href", "expected"),
    [
        ("windows-1252", "s?q=caf\u00e9", "http://h.example/s?q=caf%E9"),
        ("windows-1251", "s?q=\u0430#\u0430", "http://h.example/s?q=%E0"),
        ("windows-1252", "\u00e9?\u4e2d", "http://h.example/%C3%A9?%26%2320013%3B"),
        ("utf-8", "s?q=caf\u00e9", "http://h.example/s?q=caf%C3%A9"),
        ("utf-16le", "s?q=caf\u00e9", "http://h.example/s?q=caf%C3%A9"),
        ("no-such-thing", "s?q=caf\u00e9", "http://h.example/s?q=caf%C3%A9"),
    ],
)
def test_a_query_is_written_in_the_encoding_of_its_page(encoding, href, expected):
    """Browsers send the query of a windows-1252 page in windows-1252, the path in UTF-8."""
    assert urls.join("http://h.example/", href, encoding=encoding) == expected


@pytest.mark.parametrize(
    ("url", "host", "hostname", "port", "origin", "folder"),
    [
        ("http://H.example:80/a/b.html?c/d", "h.example", "h.example", 80, "http://h.example", "/a/"),
        ("https://h.example/", "h.example", "h.example", 443, "https://h.example", "/"),
        ("http://h.example:8080/a", "h.example:8080", "h.example", 8080, "http://h.example:8080", "/"),
        ("http://[::1]:81/a/", "[::1]:81", "[::1]", 81, "http://[::1]:81", "/a/"),
    ],
)  # fmt: skip
def test_the_pieces_of_an_address(url, host, hostname, port, origin, folder):
    """host has the port where it is not the default one, hostname never."""
    assert urls.host(url) == host
    assert urls.hostname(url) == hostname
    assert urls.port(url) == port
    assert urls.origin(url) == origin
    assert urls.folder(url) == folder


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://archive.sample/path?query", "sample,archive)/path?query"),
        ("https://www.Archive.sample:443/path?query", "sample,archive)/path?query"),
        ("http://archive.sample.:80/path?query#x", "sample,archive)/path?query"),
        ("http://archive.sample:8080/", "sample,archive:8080)/"),
        ("http://www.example/", "example,www)/"),
        ("http://127.0.0.1/%7Eann/%c3%a9", "127.0.0.1)/~ann/%C3%A9"),
        ("http://[::1]:81/", "[::1]:81)/"),
        ("http://a.b/?", "b,a)/"),
        ("http://a.b/v?sid=12&chapter=2", "b,a)/v?chapter=2&sid=12"),
        ("http://a.b/v?b=2&a=1&b=1", "b,a)/v?a=1&b=2&b=1"),
        ("http://a.b/v?b&a", "b,a)/v?b&a"),
        ("http://a.b/v?s=0123456789abcdef0123456789ABCDEF&t=1", "b,a)/v?t=1"),
        ("http://a.b/v?PHPSESSID=abc", "b,a)/v"),
        ("http://a.b/v;jsessionid=12.node/w?x", "b,a)/v/w?x"),
    ],
)
def test_the_key_of_an_address(url, key):
    """The key is like SURT: host turned round, what makes no difference left out."""
    assert urls.key(url) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://h.example/Archive", "http://h.example/archive"),
        ("http://h.example/archive", "http://h.example/archive/"),
        ("http://h.example/v?sid=12", "http://h.example/v?sid=13"),
        ("http://h.example/v?sid=12", "http://h.example/v"),
        ("http://h.example/v?a=1", "http://h.example/v?A=1"),
        ("http://h.example/a%2Fb", "http://h.example/a/b"),
        ("http://h.example/v?a+b", "http://h.example/v?a%2Bb"),
        ("http://h.example/", "http://h.example:8080/"),
        ("http://h.example/", "http://www2.h.example/"),
        ("http://a,b/", "http://b.a/"),
        ("http://a)/b", "http://a/b"),
    ],
)
def test_what_may_be_two_pages_has_two_keys(one, other):
    """Taking two pages for one loses a story; taking one for two costs a request."""
    assert urls.key(one) != urls.key(other)


def test_a_session_id_is_left_in_the_address_that_is_asked():
    """Only the key forgets the session; the site gets the address it linked to."""
    url = "http://h.example/v.php?sid=12&PHPSESSID=0123456789abcdef0123456789abcdef"
    assert urls.canonical(url) == url
    assert urls.key(url) == "example,h)/v.php?sid=12"


START = "http://stories.example/archive/index.html"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://stories.example/archive/1/a.html", True),
        ("https://www.stories.example/archive/1/a.html", True),
        ("http://stories.example:8080/archive/1/a.html", False),
        ("http://stories.example/archive", False),
        ("http://stories.example/archives/a.html", False),
        ("http://stories.example/Archive/a.html", False),
        ("http://other.example/archive/a.html", False),
        ("http://stories.example.evil.example/archive/", False),
        ("http://stories.example@evil.example/archive/", False),
        ("http://stories.example/archive/../admin/", False),
        ("http://stories.example/archive/%2e%2e/admin/", False),
        ("http://stories.example/archive/..%2Fadmin/", False),
        ("http://stories.example/archive/%2e%2e%2fadmin/", False),
        ("http://stories.example/archive/%252e%252e%252fadmin/", False),
        ("http://stories.example/archive/..%5Cadmin/", False),
        ("http://stories.example/archive//..%2F..%2Fadmin", False),
        ("http://stories.example/archive/a..%2Fb", True),
        ("http://stories.example/archive/a%2Fb", True),
        ("http://stories.example/archive/x/..%2Fb", True),
        ("http://stories.example/%61rchive/b", True),
        ("mailto:me@stories.example", False),
        ("", False),
    ],
)
def test_the_scope_is_the_folder_of_the_start_page(url, wanted):
    """Without include patterns a source stays in its start page's folder, whatever the tricks."""
    assert urls.in_scope(url, start=START) is wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/archive/a.html", True),
        ("/archive/reviews/a.html", False),
        ("/archive/print/a.html?x", False),
        ("/viewstory.php?sid=12", True),
        ("/viewstory.php?sid=12&action=printable", False),
        ("/viewstory.php", False),
        ("/other/", False),
        ("/texts/1/b.txt", True),
        ("/texts/1/b.txt?x", False),
        ("/caf%C3%A9/a b", True),
        ("/", True),
    ],
)
def test_patterns_are_prefixes_or_globs(path, wanted):
    """A pattern is a prefix of path and query, or with "*" a glob for the whole; exclude wins."""
    found = urls.in_scope(
        "http://h.example" + path,
        include=["/archive/", "/viewstory.php?sid=", "/texts/*.txt", "/café/"],
        exclude=["/archive/reviews/", "*action=printable", "*/print/*"],
        start=["http://h.example/"],
    )
    assert found is wanted


def test_exclude_sees_through_escapes():
    """A page behind an excluded path is excluded however its address is spelled."""
    for path in ("/a/private/x", "/a/%70rivate/x", "/a/b/..%2Fprivate/x"):
        assert not urls.in_scope(
            "http://h.example" + path, exclude=["/a/private/"], start="http://h.example/a/"
        )


def test_each_start_page_opens_the_folder_on_its_own_host():
    """Two start pages on two hosts do not open each other's folders."""
    start = ["http://one.example/a/", "http://two.example/b/"]
    assert urls.in_scope("http://one.example/a/x", start=start)
    assert urls.in_scope("http://two.example/b/x", start=start)
    assert not urls.in_scope("http://one.example/b/x", start=start)


def test_a_glob_of_many_stars_is_quick():
    """A pattern that would keep a regular expression busy for years is answered at once."""
    url = "http://h.example/" + "a" * 5000
    assert not urls.in_scope(url, include=["/" + "*a" * 50 + "*b"], start="http://h.example/")


@given(st.lists(st.text("ab", max_size=4), min_size=2, max_size=4), st.text("ab", max_size=12))
def test_a_glob_is_what_fnmatch_says(pieces, path):
    """For patterns of letters and stars the matcher agrees with the standard library."""
    from fnmatch import fnmatchcase

    pattern = "*".join(pieces)
    found = urls.in_scope(
        "http://h.example/!" + path, include=["/!" + pattern], start="http://h.example/"
    )
    assert found is fnmatchcase(path, pattern)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://web.archive.org/web/20030405123456id_/http://h.example:80/v?a=1&b",
            ("20030405123456", "http://h.example/v?a=1&b"),
        ),
        ("http://web.archive.org:80/web/2003/http://h.example", ("2003", "http://h.example/")),
        ("https://web.archive.org/web/20030405/h.example/a", ("20030405", "http://h.example/a")),
        ("https://web.archive.org/web/20030405/h.example:80/", ("20030405", "http://h.example/")),
        ("https://web.archive.org/web/2003/https:/h.example/a", ("2003", "https://h.example/a")),
        (
            "http://archive.org/web/2003im_/http://h.example/x.gif",
            ("2003", "http://h.example/x.gif"),
        ),
        (
            "http://web.archive.org/web/2005/http://web.archive.org/web/2003/http://h.example/",
            ("2005", "http://web.archive.org/web/2003/http://h.example/"),
        ),
        ("https://web.archive.org/web/*/http://h.example/", None),
        ("https://web.archive.org/web/2003/mailto:me@h.example", None),
        ("https://web.archive.org/web/2003/", None),
        ("https://web.archive.org/details/2003/http://h.example/", None),
        ("http://h.example/web/2003/http://other.example/", None),
        ("http://evil.example/?http://web.archive.org/web/2003/http://h.example/", None),
        ("no address", None),
    ],
)
def test_a_wayback_address_is_unwrapped(url, expected):
    """A Wayback Machine address gives its timestamp and what it is a copy of."""
    assert urls.unwrap_wayback(url) == expected


def test_only_addresses_that_a_record_can_name_are_asked_for():
    """One letter more is in no scope, and refused by name where a user writes it."""
    start = "http://a.example/"
    longest = start + "x" * (urls.LONGEST - len(start))
    assert urls.is_askable(longest)
    assert urls.in_scope(longest, start=start)
    assert urls.asked_for(longest) == longest
    assert not urls.in_scope(longest + "x", start=start)
    with pytest.raises(urls.UrlError, match="8,193 letters") as caught:
        urls.asked_for(longest + "x")
    assert "8,192" in caught.value.hint
    assert len(str(caught.value)) < 200
