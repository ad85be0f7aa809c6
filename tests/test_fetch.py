"""A GET keeps the bytes of the wire as they were, ends in time, and reaches no address it may not."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storykeep import wire
from storykeep.errors import CaptureError, ConfigError
from storykeep.fetch import Limits, Session
from storykeep.fetch.addresses import may_reach, parse_networks
from storykeep.fetch.ask import ask
from storykeep.model import Exchange, Failure
from tests.site import TLS, Answer, Hold, Pause, RawServer, Reset, server_tls

OK = b"HTTP/1.1 200 OK\r\n"
PAGE = b"<p>The keeper wrote the weather down.</p>\n" * 60
GZ = gzip.compress(PAGE, mtime=0)
QUICK = Limits(connect_timeout=2, read_timeout=0.3, deadline=3)


def chunked(data: bytes, *, size: int = 700, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    coded = [b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces]
    return b"".join([*coded, b"0\r\n", trailer, b"\r\n"])


def length(data: bytes, *fields: bytes) -> bytes:
    return b"".join([OK, b"Content-Length: %d\r\n" % len(data), *fields, b"\r\n", data])


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(
        user_agent="storykeep-test (tests@storykeep.example)",
        limits=QUICK,
        allow_addresses=["127.0.0.1", "::1"],
    ) as session:
        yield session


def get(session: Session, url: str, **headers: str) -> tuple[Exchange, bytes]:
    """Return the exchange, closed, and all bytes of its answer."""
    exchange = session.get(url, headers=headers)
    assert isinstance(exchange, Exchange), exchange
    with exchange.response as stream:
        stored = stream.read()
    assert len(stored) == exchange.response_size
    return exchange, stored


def fail(session: Session, url: str) -> Failure:
    failure = session.get(url)
    assert isinstance(failure, Failure)
    return failure


# ---------------------------------------------------------------- bytes as on the wire

AS_SENT = [
    pytest.param(length(PAGE), id="Content-Length"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE), id="chunked"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE, extension=b';a="b c"', trailer=b"X-Sum: 1\r\n"), id="extensions and a trailer"),
    pytest.param(length(GZ, b"Content-Encoding: gzip\r\n"), id="gzip"),
    pytest.param(OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(GZ), id="gzip and chunked"),
    pytest.param(OK + b"Content-Type: text/html\r\n\r\n" + PAGE, id="close-delimited"),
    pytest.param(b"HTTP/1.0 200 OK\r\nServer: CERN/3.0\r\n\r\n" + PAGE, id="HTTP/1.0"),
    pytest.param(b"HTTP/1.1 200  fine \r\ncontent-TYPE:text/html\r\nX-Odd :  two  spaces  \r\n\r\n" + PAGE, id="odd spelling and spacing"),
    pytest.param(OK + b"X-Author: Zo\xeb, Zo\xc3\xab\r\nContent-Length: 2\r\n\r\nhi", id="latin-1 and utf-8"),
    pytest.param(OK + b"X-Long: one\r\n  two\r\n\tthree\r\nContent-Length:\r\n 2\r\n\r\nhi", id="folded lines"),
    pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", id="LF only"),
    pytest.param(b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", id="204"),
    pytest.param(b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\n", id="304"),
    pytest.param(b"HTTP/1.1 302 Found\r\nLocation: /\xe9\xc3\xa9 elsewhere\r\nContent-Length: 2\r\n\r\nhi", id="302"),
    pytest.param(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", id="302 to a file"),
    pytest.param(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", id="404"),
    pytest.param(OK + b"this line has no colon\r\nContent-Length: 2\r\n\r\nhi", id="no colon"),
    pytest.param(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", id="no reason phrase"),
    pytest.param(OK + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\nhi", id="5,000 headers"),
    pytest.param(OK + b"".join(b"Set-Cookie: c%d=v\r\n" % n for n in range(200)) + b"\r\nhi", id="200 cookies"),
    pytest.param(OK + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\nhi", id="unknown coding"),
    pytest.param(length(b"a\0b\0", b"Content-Encoding: gzip\r\n"), id="wrong coding, NULs"),
    pytest.param(length(b""), id="empty"),
    pytest.param(length(bytes(3_000_000)), id="3 MB"),
]  # fmt: skip


@pytest.mark.parametrize("sent", AS_SENT)
@pytest.mark.parametrize("pace", ["at once", "in pieces"])
def test_what_is_kept_is_what_was_sent(session, sent, pace):
    """The stored message equals the server's bytes, and what was recorded is what was asked."""
    step = len(sent) if pace == "at once" else max(1, len(sent) // 5)
    steps = [sent[at : at + step] for at in range(0, len(sent), step)]
    slow = list(itertools.chain.from_iterable((piece, Pause(0.01)) for piece in steps))
    with RawServer({"/page": Answer(slow)}) as server:
        exchange, stored = get(session, server.url("/page"))
    assert stored == sent
    assert (exchange.truncated, exchange.surplus) == (None, 0)
    assert exchange.head == wire.parse_head(sent)
    assert exchange.request == server.requests[0].head
    assert exchange.ip == "127.0.0.1"


@pytest.mark.parametrize(
    ("sent", "end", "truncated"),
    [
        pytest.param(OK + b"Content-Length: 5000\r\n\r\n" + PAGE, None, "disconnect", id="short"),
        pytest.param(OK + b"Content-Length: 5000\r\n\r\n" + PAGE, Reset(), "disconnect", id="reset"),
        pytest.param(OK + b"\r\n" + PAGE, Reset(), "disconnect", id="reset, close-delimited"),
        pytest.param(OK + b"Content-Length: 5000\r\n\r\n" + PAGE, Hold(), "time", id="read timeout"),
        pytest.param(OK + b"Content-Type: text/", Hold(), "time", id="slow headers"),
        pytest.param(OK + b"Content-Type: text/", None, "disconnect", id="in the headers"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE)[:-5], None, "disconnect", id="no last chunk"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\nnone\r\n" + PAGE, None, "unspecified", id="bad chunk"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\nnone\r\n" + PAGE, Hold(), "unspecified", id="bad chunk, kept open"),
        pytest.param(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + PAGE, None, "unspecified", id="two lengths"),
        pytest.param(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + PAGE, Hold(), "unspecified", id="two lengths, kept open"),
        pytest.param(length(GZ[:-20], b"Content-Encoding: gzip\r\n"), Hold(), "unspecified", id="gzip ends early"),
    ],
)  # fmt: skip
def test_what_was_cut_is_kept_and_marked(session, sent, end, truncated):
    """Each way to break off: all bytes that came are stored, and the exchange says why it ended."""
    with RawServer({"/": Answer([sent, Pause(0.05), *([end] if end else [])])}) as server:
        exchange, stored = get(session, server.url())
    assert (stored, exchange.truncated) == (sent, truncated)
    assert exchange.problem


def test_answers_before_the_answer_are_not_stored(session):
    """103 is not the answer, even if it comes alone and early."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    steps = [b"HTTP/1.1 100 Continue\r\n\r\n", Pause(0.02), hints, Pause(0.02), length(PAGE)]
    with RawServer({"/": Answer(steps)}) as server:
        exchange, stored = get(session, server.url())
    assert (stored, exchange.head.status) == (length(PAGE), 200)


def test_junk_behind_the_message_is_counted_and_ends_the_connection(session):
    """Surplus bytes never become the beginning of the next answer."""
    with RawServer(
        {"/": Answer([length(b"hi") + b"HTTP/1.1 666 Junk\r\n\r\n"], keep=True)}
    ) as server:
        for _ in range(2):
            exchange, stored = get(session, server.url())
            assert (stored, exchange.surplus, exchange.truncated) == (length(b"hi"), 21, None)
        assert [request.connection for request in server.requests] == [0, 1]


@pytest.mark.parametrize(
    "sent", [b"ICY 200 OK\r\n\r\nmusic", b"<html>an HTTP/0.9 page</html>", b"\x15\x03\x01"]
)
@pytest.mark.parametrize("end", ["close", "hold"])
def test_what_is_no_http_is_a_failure_with_its_bytes(session, sent, end):
    """ICY, HTTP/0.9 and garbage are kept, but never as an answer."""
    with RawServer({"/": Answer([sent, *([Hold()] if end == "hold" else [])])}) as server:
        failure = fail(session, server.url())
    assert (failure.kind, failure.received, failure.ip) == ("garbage", sent, "127.0.0.1")


@pytest.mark.parametrize(
    ("steps", "kind", "received"),
    [
        ([], "disconnect", b""),
        ([Reset()], "disconnect", b""),
        ([Hold()], "timeout", b""),
        ([b"HTTP/1."], "disconnect", b"HTTP/1."),
        ([b"HTTP/1.1 100 Continue\r\n\r\n"], "disconnect", b""),
    ],
    ids=["close", "reset", "silence", "in the status line", "only an interim answer"],
)
def test_no_answer_is_a_failure_that_says_what_happened(session, steps, kind, received):
    """A server that says nothing gives a value, not an exception."""
    with RawServer({"/": Answer(steps)}) as server:
        failure = fail(session, server.url())
    assert (failure.kind, failure.received) == (kind, received)
    assert failure.detail


# ---------------------------------------------------------------- limits


def test_a_body_of_one_byte_at_a_time_ends_at_the_deadline():
    """Never silent for long, never over: the deadline of the whole exchange ends it."""
    drip = itertools.cycle([b".", Pause(0.05)])
    limits = Limits(read_timeout=5, deadline=0.6)
    with (
        RawServer({"/": Answer([OK + b"\r\n", drip])}) as server,
        Session(user_agent="t", limits=limits, allow_addresses=["127.0.0.1"]) as session,
    ):
        began = time.monotonic()
        exchange, stored = get(session, server.url())
        assert time.monotonic() - began < 2
    assert exchange.truncated == "time"
    assert stored.endswith(b"....")
    assert 500 <= exchange.elapsed_ms < 2000


ENDLESS = [
    pytest.param(OK + b"\r\n", b"x" * 50_000, id="body"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"2710\r\n" + b"x" * 10_000 + b"\r\n", id="chunks"),
    pytest.param(OK, b"X-Header: y\r\n" * 1000, id="headers"),
    pytest.param(OK + b"X: ", b"y" * 50_000, id="one header"),
    pytest.param(OK + b"Content-Length: 60000000\r\n\r\n", b"x" * 50_000, id="60 MB"),
    pytest.param(OK + b"Content-Encoding: gzip\r\n\r\n" + GZ, GZ * 200, id="gzip"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "again"), ENDLESS)
def test_what_has_no_end_is_cut_at_a_cap(start, again):
    """Reading stops soon after the cap, and the connection with it."""
    limits = Limits(read_timeout=5, deadline=10, max_bytes=1_000_000)
    with (
        RawServer({"/": Answer([start, itertools.repeat(again)])}) as server,
        Session(user_agent="t", limits=limits, allow_addresses=["127.0.0.1"]) as session,
    ):
        exchange, stored = get(session, server.url())
    assert exchange.truncated == "length"
    assert len(stored) <= 1_100_000
    assert stored.startswith(start)


def test_a_bomb_takes_little_memory(session):
    """What unpacks to 256 MiB is counted in small pieces and stopped."""
    machine = zlib.compressobj(9, wbits=31)
    bomb = b"".join(machine.compress(bytes(1 << 20)) for _ in range(256)) + machine.flush()
    with RawServer({"/": length(bomb, b"Content-Encoding: gzip\r\n")}) as server:
        tracemalloc.start()
        try:
            exchange, stored = get(session, server.url())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert exchange.truncated == "length"
    assert bomb.startswith(stored.partition(b"\r\n\r\n")[2])
    assert peak < 8 << 20


def test_a_large_body_does_not_stay_in_memory(session):
    """Twelve megabytes go through a spool on disk."""
    sent = length(bytes(12_000_000))
    with RawServer({"/": sent}) as server:
        tracemalloc.start()
        try:
            exchange = session.get(server.url())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(exchange, Exchange)
    exchange.close()
    assert (exchange.response_size, exchange.truncated) == (len(sent), None)
    assert peak < 6 << 20


def test_a_full_disk_is_no_network_failure(session, monkeypatch):
    """What cannot be spooled stops the run with a hint; it is not the server's fault."""

    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda **_: Full())
    with RawServer({"/": length(PAGE)}) as server, pytest.raises(CaptureError, match="No space"):
        session.get(server.url())


# ---------------------------------------------------------------- the request


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", b"GET / HTTP/1.1"),
        ("/a/b.html#top", b"GET /a/b.html HTTP/1.1"),
        ("?x", b"GET /?x HTTP/1.1"),
        ("/%7efan/?%7e|a=b&&c=%zz'\"<>[]{}^`;,%2F", b"GET /%7efan/?%7e|a=b&&c=%zz'\"<>[]{}^`;,%2F HTTP/1.1"),
        ("/archive/?Author,Title%20One", b"GET /archive/?Author,Title%20One HTTP/1.1"),
        ("/a/../b/./c//d", b"GET /a/../b/./c//d HTTP/1.1"),
        ("/a b\r\nX: y\u00e9", b"GET /a%20b%0D%0AX:%20y%C3%A9 HTTP/1.1"),
    ],
)  # fmt: skip
def test_the_request_line_has_the_address_as_it_is(session, path, line):
    """Old archives answer only to their own spelling of a query; nothing is re-encoded."""
    with RawServer({"*": length(b"hi")}) as server:
        exchange, _ = get(session, server.url("") + path)
        assert exchange.url == server.url("") + path
    assert server.requests[0].head == exchange.request
    assert exchange.request.partition(b"\r\n")[0] == line


def test_the_request_head_is_what_a_guest_says(session):
    """Who we are, gzip and nothing else, and the headers that the caller adds, in one order."""
    with RawServer({"*": length(b"hi")}) as server:
        get(session, server.url("/"), **{"If-None-Match": '"\xe9"'})
    assert server.requests[0].head == (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "User-Agent: storykeep-test (tests@storykeep.example)\r\nAccept: */*\r\n"
        'Accept-Encoding: gzip\r\nConnection: keep-alive\r\nIf-None-Match: "\xe9"\r\n\r\n'
    ).encode("latin-1")


def test_a_validator_that_no_header_may_have_is_left_out(session):
    """A hostile ETag must neither stop a run nor split a request; the page comes whole instead."""
    with RawServer({"*": length(b"hi")}) as server:
        get(session, server.url("/"), **{"If-None-Match": 'a"\r\nX: y'})
        with pytest.raises(ValueError, match="header"):
            session.get(server.url("/"), headers={"X-Mine": "a\r\nX: y"})
    assert b"X: y" not in server.requests[0].head


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "file:///etc/passwd", "javascript:1", "http:///x", "http://", "", "x",
        "http://a.example:0/", "http://a.example:99999/", "http://a.example:x/", "http://[::1/",
        "http://a.example\\@b.example/", "http://a b.example/", "http://\u00e9.example/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(session, url):
    """No exception and no connection: such an address may come from any page."""
    assert fail(session, url).kind == "refused_address"


def test_the_host_field_has_no_default_port():
    """The port is named where it is not the scheme's own."""
    assert ask("http://A.example:80/x").host == "A.example"
    assert ask("https://a.example:443").host == "a.example"
    assert ask("https://a.example:80/").host == "a.example:80"
    assert ask("http://[::1]:8080/").host == "[::1]:8080"
    assert ask("http://[::1]:8080/").endpoint.host == "::1"


def test_a_password_in_an_address_goes_nowhere(session):
    """Neither as Authorization nor in the request line."""
    with RawServer({"*": length(b"hi")}) as server:
        get(session, f"http://keeper:secret@{server.netloc}/")
    assert b"Authorization" not in server.requests[0].head
    assert b"secret" not in server.requests[0].head


@given(st.text(max_size=30))
@example("//\x00")
def test_no_address_breaks_the_request(tail):
    """Whatever a link says, the request is one line of visible ASCII behind GET."""
    asked = ask("http://a.example/" + tail)
    if asked is not None:
        line = asked.message({}, "1.1").partition(b"\r\n")[0]
        assert line.startswith(b"GET /")
        assert line.count(b" ") == 2
        assert ask(asked.url) == asked


# ---------------------------------------------------------------- connections


def test_a_connection_serves_many_requests(session):
    """Keep-alive, HTTP/1.1 and HTTP/1.0, as long as each message is framed cleanly."""
    old = b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi"
    script = {"/new": Answer([length(b"hi")], keep=True), "/old": Answer([old], keep=True)}
    with RawServer(script) as server:
        for path in ("/new", "/old", "/new", "/new"):
            get(session, server.url(path))
        assert {request.connection for request in server.requests} == {0}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(length(b"hi", b"Connection: close\r\n"), id="close"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", id="HTTP/1.0"),
        pytest.param(length(GZ[:-9], b"Content-Encoding: gzip\r\n"), id="cut"),
        pytest.param(OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="framed twice"),
    ],
)  # fmt: skip
def test_a_connection_in_doubt_is_not_used_again(session, answer):
    """After anything but a clean message the next request opens a new connection."""
    with RawServer({"/": Answer([answer], keep=True)}) as server:
        get(session, server.url())
        get(session, server.url())
        assert [request.connection for request in server.requests] == [0, 1]


def test_a_connection_that_died_while_idle_is_replaced(session):
    """The request goes out once more, on a new connection; the answer is whole."""
    answers = iter(
        [Answer([length(b"one")], keep=True), Answer([Reset()]), Answer([length(b"two")])]
    )
    with RawServer({"/": lambda _: next(answers)}) as server:
        assert get(session, server.url())[1].endswith(b"one")
        assert get(session, server.url())[1].endswith(b"two")
        assert [request.connection for request in server.requests] == [0, 0, 1]


def test_a_new_connection_that_dies_is_not_tried_again(session):
    """The retries of a run are counted by the run, not here."""
    with RawServer({"/": Answer([])}) as server:
        assert fail(session, server.url()).kind == "disconnect"
        assert len(server.requests) == 1


def test_a_host_that_sends_chunks_is_asked_as_http_1_0(session):
    """It then sends the payload as it is, whose digest every WARC tool agrees on."""

    def answer(head: bytes) -> bytes:
        if b" HTTP/1.0\r\n" in head:
            return b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PAGE
        return OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE)

    with RawServer({"*": answer}) as server:
        get(session, server.url("/1"))
        exchange, stored = get(session, server.url("/2"))
    assert exchange.request.startswith(b"GET /2 HTTP/1.0\r\nHost: 127.0.0.1")
    assert b"\r\nConnection: keep-alive\r\n" in exchange.request
    assert exchange.request == server.requests[1].head
    assert stored.endswith(b"\r\n\r\n" + PAGE)


def test_a_host_that_cannot_end_an_http_1_0_answer_gets_chunks_again(session):
    """Only a clean close proves a body without length; who resets instead is asked as before."""

    def answer(head: bytes) -> bytes | Answer:
        if b" HTTP/1.0\r\n" in head:
            return Answer([OK + b"\r\n" + PAGE, Pause(0.05), Reset()])
        return OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE)

    with RawServer({"*": answer}) as server:
        cuts = [get(session, server.url("/"))[0].truncated for _ in range(4)]
    assert cuts == [None, "disconnect", None, None]


@pytest.mark.parametrize("status", [b"426 Upgrade Required", b"505 HTTP Version Not Supported"])
def test_a_host_that_no_longer_speaks_http_1_0_is_asked_as_1_1_again(session, status):
    """Some proxies refuse the old version; once is enough to know."""

    def answer(head: bytes) -> bytes:
        if b" HTTP/1.0\r\n" in head:
            return b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"
        return OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE)

    with RawServer({"*": answer}) as server:
        found = [get(session, server.url("/"))[0].head.status for _ in range(4)]
    assert found == [200, int(status[:3]), 200, 200]


def test_closing_the_session_frees_a_thread_that_waits():
    """Ctrl-C must not wait for a silent server."""
    session = Session(user_agent="t", limits=Limits(read_timeout=60), allow_addresses=["127.0.0.1"])
    found: list[object] = []
    with RawServer({"/": Answer([Hold()])}) as server:
        thread = threading.Thread(target=lambda: found.append(session.get(server.url())))
        thread.start()
        while not server.requests:
            time.sleep(0.01)
        session.close()
        thread.join(5)
        assert isinstance(found[0], Failure)
        assert isinstance(session.get(server.url()), Failure)


def test_many_hosts_are_asked_at_once():
    """Eight hosts in eight threads, each answer its own."""
    with RawServer(
        {f"/{n}": Answer([length(b"%d" % n * 900)], keep=True) for n in range(8)}
    ) as server:
        hosts = {f"h{n}.example:80": server.netloc for n in range(8)}
        with Session(user_agent="t", allow_addresses=["127.0.0.0/8"], connect_to=hosts) as session:

            def ask_often(number: int) -> None:
                for _ in range(20):
                    _, stored = get(session, f"http://h{number}.example/{number}")
                    right.append(stored == length(b"%d" % number * 900))

            right: list[bool] = []
            threads = [threading.Thread(target=ask_often, args=(number,)) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert right == [True] * 160
    assert len({request.connection for request in server.requests}) == 8


# ---------------------------------------------------------------- cookies


def test_a_cookie_goes_back_to_its_host_and_to_no_other():
    """One jar per host, even for hosts that share a domain and an address."""
    cookie = length(b"hi", b"Set-Cookie: age=18; Domain=.stories.example; Path=/\r\n")
    with RawServer({"/set": cookie, "*": length(b"hi")}) as server:
        hosts = {"a.stories.example:80": server.netloc, "b.stories.example:80": server.netloc}
        with Session(user_agent="t", allow_addresses=["127.0.0.1"], connect_to=hosts) as session:
            for url in ("a.stories.example/set", "a.stories.example/", "b.stories.example/"):
                get(session, "http://" + url)
        with Session(user_agent="t", allow_addresses=["127.0.0.1"], connect_to=hosts) as session:
            get(session, "http://a.stories.example/")
    assert [b"Cookie: age=18" in request.head for request in server.requests] == [
        False,
        True,
        False,
        False,
    ]


TRICKS = [
    pytest.param("", id="no Domain"),
    pytest.param("; Domain=.stories.test", id="the parent's name"),
    pytest.param("; Domain=.test", id="a public suffix"),
    pytest.param("; Domain=test", id="a public suffix without the dot"),
    pytest.param("; Domain=victim.test", id="a stranger's name"),
    pytest.param("; Domain=127.0.0.1", id="an address"),
    pytest.param("; Domain=", id="an empty name"),
    pytest.param("; Path=/; SameSite=None; Secure", id="Secure"),
]


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_carries_a_cookie_to_another_origin(monkeypatch, trick):
    """Neither a sibling, a parent, a stranger, another port nor another scheme gets it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    cookie = length(b"hi", f"Set-Cookie: login=secret{trick}\r\n".encode())
    with (
        RawServer({"/set": cookie, "*": length(b"hi")}) as plain,
        RawServer({"/set": cookie, "*": length(b"hi")}, tls=server_tls()) as secure,
    ):
        names = ("a.stories.test", "b.stories.test", "stories.test", "victim.test", "tls.test")
        hosts = {f"{name}:{port}": plain.netloc for name in names for port in (80, 8080)}
        hosts["tls.test:443"] = secure.netloc
        with Session(user_agent="t", allow_addresses=["127.0.0.1"], connect_to=hosts) as session:
            get(session, "http://a.stories.test/set")
            get(session, "https://tls.test/set")
            others = [f"http://{name}:{port}/" for name in names for port in (80, 8080)]
            others.remove("http://a.stories.test:80/")
            for url in (*others, plain.url("/")):
                exchange, _ = get(session, url)
                assert b"\r\nCookie:" not in exchange.request, url
                assert b"\r\nAuthorization:" not in exchange.request, url


def test_a_flood_of_cookies_does_not_flood_the_request(session):
    """A few cookies of a decent size are remembered, the rest is not."""
    flood = [b"Set-Cookie: c%d=%s\r\n" % (n, b"v" * 20) for n in range(200)]
    with RawServer(
        {"*": length(b"hi", b"Set-Cookie: big=" + b"v" * 5000 + b"\r\n", *flood)}
    ) as server:
        for _ in range(3):
            get(session, server.url())
    assert server.requests[2].head.count(b"=") == 50
    assert b"big" not in server.requests[2].head


# ---------------------------------------------------------------- addresses

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.1.1.1",
    "255.255.255.255", "240.0.0.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fec0::1", "ff02::1", "2001:db8::1", "2002:7f00:1::1", "2001::1", "3fff::1", "100::1", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_out_of_reach(address):
    """Loopback, private, link-local, shared, mapped, translated, multicast, reserved."""
    assert not may_reach(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "2a00:1450::1"]
)
def test_a_public_address_is_within_reach(address):
    """Global unicast needs no permission."""
    assert may_reach(address)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str))
def test_no_address_is_more_public_than_python_says(address):
    """The list here is at least as strict as the standard library's."""
    if may_reach(address):
        assert ip_address(address).is_global
        assert not ip_address(address).is_multicast


def test_permission_opens_what_it_names_and_no_more():
    """One address, or a range; a mapped spelling is not the same address."""
    allowed = parse_networks(["127.0.0.1", "10.0.0.0/8", "[::1]"])
    assert all(may_reach(address, allowed) for address in ("127.0.0.1", "10.9.9.9", "::1"))
    assert not any(may_reach(address, allowed) for address in ("127.0.0.2", "::ffff:127.0.0.1"))
    with pytest.raises(ConfigError, match="localhost"):
        parse_networks(["localhost"])


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "localhost"],
)
def test_no_spelling_of_loopback_gets_past_the_guard(host):
    """What counts is the address that the name or number leads to."""
    with RawServer({"*": length(b"hi")}) as server, Session(user_agent="t") as session:
        assert fail(session, f"http://{host}:{server.port}/").kind == "refused_address"
        assert server.requests == []


def test_connect_to_does_not_lift_the_guard():
    """A mapping says where a host is, not that one may go there."""
    with RawServer({"*": length(b"hi")}) as server:
        mapping = {"a.example:80": server.netloc}
        with Session(user_agent="t", connect_to=mapping) as session:
            failure = fail(session, "http://a.example/")
        assert (failure.kind, failure.ip) == ("refused_address", "127.0.0.1")
        assert server.requests == []
        with Session(user_agent="t", connect_to=mapping, allow_addresses=["127.0.0.1"]) as session:
            get(session, "http://a.example/")
        assert b"\r\nHost: a.example\r\n" in server.requests[0].head
    with pytest.raises(ConfigError, match="host:port"):
        Session(user_agent="t", connect_to={"a.example": "127.0.0.1:80"})


@pytest.mark.parametrize("second", ["127.0.0.1", "::1"])
def test_one_private_address_among_public_ones_is_refused(monkeypatch, second):
    """A name that leads here and there is a trick; nothing is connected to."""
    answers = [
        (socket.AF_INET, 1, 6, "", ("93.184.216.34", 80)),
        (socket.AF_INET, 1, 6, "", (second, 80)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with Session(user_agent="t") as session:
        failure = fail(session, "http://a.example/")
    assert (failure.kind, failure.ip) == ("refused_address", second)


def test_an_allowed_address_of_a_name_is_enough(monkeypatch):
    """localhost is ::1 as well; 127.0.0.1, which the user allowed, is what is connected to."""
    with RawServer({"*": length(b"hi")}) as server:
        answers = [
            (socket.AF_INET6, 1, 6, "", ("::1", server.port, 0, 0)),
            (socket.AF_INET, 1, 6, "", ("127.0.0.1", server.port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
        with Session(user_agent="t", allow_addresses=["127.0.0.1"]) as session:
            exchange, _ = get(session, "http://localhost/")
        assert exchange.ip == "127.0.0.1"


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(monkeypatch):
    """DNS that changes its answer between check and connection changes nothing."""
    with RawServer({"*": length(b"hi")}) as server:
        asked: list[str] = []

        def answer(host: str, *_: object, **__: object) -> list[object]:
            asked.append(host)
            where = "127.0.0.1" if len(asked) == 1 else "127.0.0.66"
            return [(socket.AF_INET, 1, 6, "", (where, server.port))]

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        with Session(user_agent="t", allow_addresses=["127.0.0.1"]) as session:
            exchange, _ = get(session, "http://a.example/")
            assert (exchange.ip, asked) == ("127.0.0.1", ["a.example"])
            assert fail(session, "http://b.example/").ip == "127.0.0.66"


def test_a_slow_resolver_is_not_waited_for(monkeypatch):
    """The resolver has no timeout of its own."""
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(5) and [])
    with Session(user_agent="t", limits=Limits(connect_timeout=0.2)) as session:
        failure = fail(session, "http://a.example/")
    done.set()
    assert failure.kind == "dns"
    assert failure.elapsed_ms < 2000


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..example", "x" * 70 + ".example"])
def test_a_name_without_address_is_a_dns_failure(session, host):
    """However impossible the name is."""
    assert fail(session, f"http://{host}/").kind == "dns"


def test_a_closed_port_is_a_connect_failure(session):
    """Nobody listens: said as it is, with the address."""
    with RawServer({}) as server:
        url = server.url()
    failure = fail(session, url)
    assert (failure.kind, failure.ip) == ("connect", "127.0.0.1")


def test_the_next_address_is_tried_where_the_first_does_not_answer(monkeypatch, session):
    """A host with a dead IPv6 address is still a host."""
    with RawServer({"*": length(b"hi")}) as server:
        dead = (socket.AF_INET6, 1, 6, "", ("::1", server.port, 0, 0))
        alive = (socket.AF_INET, 1, 6, "", ("127.0.0.1", server.port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [dead, alive])
        assert get(session, "http://a.example/")[0].ip == "127.0.0.1"


def test_ipv6_is_spoken(session):
    """Literal address, Host field in brackets, address without them."""
    try:
        server = RawServer({"*": length(b"hi")}, host="::1").__enter__()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with server:
        exchange, _ = get(session, server.url())
    assert exchange.ip == "::1"
    assert f"\r\nHost: [::1]:{server.port}\r\n".encode() in exchange.request


# ---------------------------------------------------------------- TLS


@pytest.fixture
def trust(monkeypatch):
    """Make the test authority one that ssl.create_default_context trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))


@pytest.mark.usefixtures("trust")
def test_tls_is_spoken_to_the_name_at_the_checked_address():
    """The certificate is that of the URL's host; the protocol is said as WARC-Protocol says it."""
    with RawServer({"*": Answer([length(PAGE)], keep=True)}, tls=server_tls()) as server:
        mapping = {"tls.test:443": server.netloc, "other.test:443": server.netloc}
        with Session(user_agent="t", allow_addresses=["127.0.0.1"], connect_to=mapping) as session:
            for _ in range(2):
                exchange, stored = get(session, "https://tls.test/")
                assert stored == length(PAGE)
                assert exchange.protocols == ("http/1.1", "tls/1.3")
            failure = fail(session, "https://other.test/")
        assert failure.kind == "tls"
        assert "other.test" in failure.detail
        assert {request.connection for request in server.requests} == {0}


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(("ragged", "truncated"), [(False, None), (True, "disconnect")])
def test_a_body_without_length_is_whole_only_if_tls_says_goodbye(ragged, truncated):
    """Without a closure alert anybody on the way may have cut it (RFC 9112, section 9.8)."""
    answer = Answer([OK + b"\r\n" + PAGE], ragged=ragged)
    with (
        RawServer({"*": answer}, tls=server_tls()) as server,
        Session(user_agent="t", allow_addresses=["127.0.0.1"]) as session,
    ):
        exchange, stored = get(session, server.url())
    assert (stored, exchange.truncated) == (OK + b"\r\n" + PAGE, truncated)


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize("certificate", ["expired.pem", "self_signed.pem"])
def test_a_bad_certificate_is_a_tls_failure(session, certificate):
    """Expired or self-signed: nothing is asked."""
    with RawServer({"*": length(b"hi")}, tls=server_tls(certificate)) as server:
        assert fail(session, server.url()).kind == "tls"
        assert server.requests == []


def test_plain_http_on_a_tls_port_is_a_tls_failure(session):
    """And a TLS port that never says a word is a timeout, or a failure of TLS, in time."""
    with RawServer({"*": length(b"hi")}) as server:
        failure = fail(session, server.url().replace("http:", "https:"))
    assert failure.kind in ("tls", "timeout")
