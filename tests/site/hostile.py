"""Hostile and broken servers: issue 3, the second list, line by line.

Each case is a host of its own. `told` is what the run must say about the host, as a regular
expression ("" where there is nothing to say: the answer is odd but whole). Every host has a second
page, /after, which the run must get all the same unless the host is closed to it.
"""

from __future__ import annotations

import gzip
import itertools
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time

from storykeep.model import FailureKind, Outcome
from tests.site.wire_cases import CHUNKED, GZ, HTML, OK, PAGE, chunks, whole
from tests.site.wire_server import Answer, Hold, Pause, Scripted, Step

READ_TIMEOUT, DEADLINE, MAX_BYTES = 0.7, 2.0, 300_000  # of the run of these cases


@dataclass(frozen=True)
class HostileCase:
    """One kind of hostility, and what must come of it."""

    name: str
    page: Scripted  # what "/" answers
    outcome: Outcome | FailureKind  # of the last request for "/"
    told: str = ""
    failed: bool = False  # no whole answer: in the report as failed, the exit code is 3
    goes_on: bool = True  # /after is captured in the same run
    more: Mapping[str, Scripted] = field(default_factory=dict)  # other pages of the host
    also: tuple[str, ...] = ()  # start pages beside "/" and "/after", so that they are in scope
    gap: float = 0.0  # least seconds between the first and the second request for "/"

    @property
    def host(self) -> str:
        """A name for the case's host."""
        return re.sub("[^a-z0-9]+", "-", self.name.lower()).strip("-") + ".test"


def drip(piece: bytes) -> Answer:
    """Return an answer of which a byte comes now and then, and no end."""
    every: Iterator[Step] = itertools.cycle((piece, Pause(0.2)))
    return Answer((HTML, every))


def endless(start: bytes, again: bytes) -> Answer:
    """Return an answer that has no end, as fast as it is taken."""
    return Answer((start, itertools.repeat(again)))


def bomb() -> bytes:
    """Return a megabyte of gzip that unpacks to a gigabyte of NULs."""
    machine = zlib.compressobj(9, wbits=-15)
    block = bytes(1 << 20)
    # Flushed, each block is the same bytes again: one is made, and it counts a thousand times.
    packed = machine.compress(block) + machine.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(1 << 10):
        check = zlib.crc32(block, check)
    start = b"\x1f\x8b\x08" + bytes(7)
    return start + packed * (1 << 10) + b"\x03\0" + struct.pack("<II", check, 1 << 30)


BOMB = bomb()


def moved(to: bytes, status: bytes = b"302 Found") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nLocation: " + to + b"\r\nContent-Length: 0\r\n\r\n"


def asks_to_wait(status: bytes, value: Callable[[], bytes]) -> Scripted:
    """Return a page that asks for patience once and is there afterwards."""
    first = iter([True])

    def answer(head: bytes) -> bytes:
        if next(first, False):
            return b"HTTP/1.1 %s\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n" % (
                status,
                value(),
            )
        return whole()

    return answer


def _in_seconds(seconds: int) -> Callable[[], bytes]:
    return lambda: formatdate(time() + seconds, usegmt=True).encode()


def _waits(name: str, status: bytes, value: Callable[[], bytes], gap: float = 1.0) -> HostileCase:
    """Return a case in which the page comes on the second try, after at least *gap* seconds."""
    return HostileCase(name, asks_to_wait(status, value), "story", gap=gap)


def _rests(name: str, status: bytes, value: bytes, told: str) -> HostileCase:
    """Return a case in which the host is left alone for the rest of the run."""
    told = f"rests until a later run: {told}"
    page = asks_to_wait(status, lambda: value)
    return HostileCase(name, page, "error", told, failed=True, goes_on=False)


def _leads_out(name: str, to: bytes, told: str) -> HostileCase:
    return HostileCase(name, moved(to), "redirect", f"leads to {told}, which is out of scope")


def _leads_nowhere(name: str, to: bytes, told: str) -> HostileCase:
    return HostileCase(name, moved(to), "error", f"leads to '{told}', which is no web address")


def _guarded(name: str, to: str, address: str) -> HostileCase:
    """Return a case in which a redirect leads to an address that is in scope but closed."""
    told = f"{re.escape(address)}, which is not on the public internet"
    return HostileCase(name, moved(to.encode()), "redirect", told, also=(to,), failed=True)


def _cut(name: str, answer: Scripted, told: str, outcome: Outcome = "error") -> HostileCase:
    return HostileCase(name, answer, outcome, told, failed=True)


def _too_long(
    name: str, answer: Scripted, told: str, outcome: Outcome = "too_large"
) -> HostileCase:
    return HostileCase(name, answer, outcome, f"{told}; what came is kept, and is no story")


_BODY = f"body is longer than {MAX_BYTES} bytes"
_HEAD = "more than 262144 header bytes"
_LINE = b"<p>And on, and on, and on it went, as the sea does when nobody stops it.</p>\n"
_PHP = (
    b"<br />\n<b>Warning</b>:  mysql_connect(): Too many connections in <b>/www/db.php</b> on line "
    b"<b>12</b><br />\n<br />\n<b>Fatal error</b>:  Call to a member function fetch() on a non-object "
    b"in <b>/www/view.php</b> on line <b>40</b><br />\n"
)
_NULS = PAGE.replace(b" ", b" \0\0\0\0")

CASES = (
    _cut("slow headers", drip(b"x"), "not over within 2 s"),
    _cut("slow body", Answer((HTML + b"\r\n", itertools.cycle((b"x", Pause(0.2))))), "not over within 2 s", "not_story"),
    _too_long("endless body", endless(HTML + b"\r\n", _LINE * 500), _BODY),
    _too_long("endless chunks", endless(CHUNKED, chunks(_LINE * 500).removesuffix(b"0\r\n\r\n")), _BODY),
    _too_long("endless headers", endless(HTML, b"X-A: b\r\n" * 1000), _HEAD, "error"),
    _too_long("a 1 MB header", HTML + b"X-A: " + b"b" * 1_000_000 + b"\r\n\r\n" + PAGE, _HEAD, "error"),
    HostileCase("5,000 headers", HTML + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n" + PAGE, "story"),
    HostileCase("200 cookies", HTML + b"".join(b"Set-Cookie: c%d=v\r\n" % n for n in range(200)) + b"\r\n" + PAGE, "story"),
    _too_long("gzip bomb", whole(BOMB, b"Content-Encoding: gzip"), _BODY, "not_story"),
    HostileCase("gzip in gzip", whole(gzip.compress(GZ), b"Content-Encoding: gzip, gzip"), "story"),
    HostileCase("gzip in gzip, said once", whole(gzip.compress(GZ), b"Content-Encoding: gzip"), "asset"),
    HostileCase("wrong Content-Encoding", whole(PAGE, b"Content-Encoding: gzip"), "story", "not gzip although the header says so"),
    HostileCase("unknown Content-Encoding", whole(PAGE, b"Content-Encoding: lamp"), "story", "unknown coding lamp"),
    HostileCase("negative Content-Length", HTML + b"Content-Length: -5\r\n\r\n" + PAGE, "story", "Content-Length '-5' is not a number"),
    HostileCase("Content-Length of words", HTML + b"Content-Length: many\r\n\r\n" + PAGE, "story", "'many' is not a number"),
    _cut("absurd Content-Length", HTML + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n" + PAGE, "of 1000000000000000000 body bytes came", "story"),
    HostileCase("redirect loop", moved(b"/round"), "redirect", "redirects in a circle", more={"/round": moved(b"/")}),
    HostileCase("redirect to a long address", moved(b"/long/" + b"x" * 70_000), "redirect", r"leads to an address of 70,\d\d\d letters, more than 8,192"),
    HostileCase("links of 70,000 letters", whole(b"<h1>Links</h1>" + b"".join(b'<p><a href="/%d-%s">A link</a></p>' % (n, b"y" * 70_000) for n in range(3))), "not_story", "links to addresses of more than 8,192 letters, which are not asked for: 3"),
    HostileCase("redirect to itself", moved(b"/"), "redirect", "redirects in a circle"),
    HostileCase("endless redirects", moved(b"/hop/1"), "redirect", "more than 10 redirects", more={f"/hop/{n}": moved(b"/hop/%d" % (n + 1)) for n in range(1, 40)}),
    _leads_nowhere("redirect to file:", b"file:///etc/passwd", "file:///etc/passwd"),
    _leads_nowhere("redirect to ftp:", b"ftp://ftp.test/", "ftp://ftp.test/"),
    _leads_nowhere("redirect to javascript:", b"javascript:alert(1)", r"javascript:alert\(1\)"),
    _leads_nowhere("redirect to data:", b"data:text/html,hi", "data:text/html,hi"),
    _leads_out("redirect to another host", b"http://elsewhere.example/", "http://elsewhere.example/"),
    _leads_out("redirect to a private address", b"http://10.0.0.1/", "http://10.0.0.1/"),
    _leads_out("redirect to the metadata address", b"http://169.254.169.254/latest/", "http://169.254.169.254/latest/"),
    _leads_out("redirect to ::1 out of scope", b"http://[::1]:8080/", r"http://\[::1\]:8080/"),
    _guarded("redirect to a private address in scope", "http://10.9.8.7/", "10.9.8.7"),
    _guarded("redirect to ::1", "http://[::1]/", "::1"),
    _guarded("redirect to a mapped address", "http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"),
    _guarded("redirect to a decimal IP", "http://2130706434/", "127.0.0.2"),
    _guarded("redirect to a hexadecimal IP", "http://0x7f000003/", "127.0.0.3"),
    _guarded("redirect to an octal IP", "http://0177.0.0.04/", "127.0.0.4"),
    _guarded("redirect to a short IP", "http://127.5/", "127.0.0.5"),
    HostileCase("backslash in a redirect", moved(b"/\\elsewhere.example/x"), "redirect", "leads to http://elsewhere.example/x, which is out of scope"),
    HostileCase("backslash before userinfo", moved(b"http://backslash-before-userinfo.test\\@10.0.0.1/"), "redirect", more={"/@10.0.0.1/": whole()}),
    _leads_out("userinfo in a redirect", b"http://userinfo-in-a-redirect.test@10.0.0.1/", "http://10.0.0.1/"),
    _leads_out("userinfo with a port", b"http://userinfo-with-a-port.test:80@elsewhere.example/", "http://elsewhere.example/"),
    HostileCase("a Location in raw UTF-8", moved("/ströme/—.html".encode()), "redirect", more={"/str%C3%B6me/%E2%80%94.html": whole()}),
    HostileCase("a Location in latin-1", moved(b"/str\xf6me.html"), "redirect", more={"/str%C3%B6me.html": whole()}),
    HostileCase("a redirect without Location", b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "error", "status 302 leads nowhere"),
    HostileCase("NULs", whole(_NULS), "story"),
    HostileCase("nothing but NULs", whole(bytes(100_000)), "not_story"),
    HostileCase("an empty 200", whole(b""), "error", "the body is empty"),
    HostileCase("PHP errors", whole(_PHP), "error", "the site is broken: 'Warning: mysql_connect"),
    _cut("206 unasked", b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/99\r\nContent-Length: 10\r\n\r\n<p>A piece", "the server answered 206"),
    _cut("304 unasked", b"HTTP/1.1 304 Not Modified\r\n\r\n", "the server answered 304"),
    _waits("429, Retry-After in seconds", b"429 Too Many Requests", lambda: b"3", gap=3.0),
    _waits("503, Retry-After in seconds", b"503 Busy", lambda: b"3", gap=3.0),
    _waits("429, Retry-After as a date", b"429 Too Many Requests", _in_seconds(4), gap=2.9),
    _waits("503, Retry-After as a date", b"503 Busy", _in_seconds(4), gap=2.9),
    _waits("429, Retry-After as garbage", b"429 Too Many Requests", lambda: b"soon, friend"),
    _waits("503, Retry-After as garbage", b"503 Busy", lambda: b"\xff\xfe, 99:99:99"),
    _waits("503, Retry-After negative", b"503 Busy", lambda: b"-86400"),
    _waits("503, Retry-After in the past", b"503 Busy", _in_seconds(-86400)),
    _rests("429, Retry-After of a day", b"429 Too Many Requests", b"86400", "asked us to wait 24 hours"),
    _rests("503, Retry-After of a day", b"503 Busy", b"86400", "asked us to wait 24 hours"),
    _rests("503, Retry-After beyond all numbers", b"503 Busy", b"9" * 5000, "asked us to wait 365 days"),
    HostileCase("silence", Answer((Hold(),)), "timeout", "nothing came for 0.7 s", failed=True),
)  # fmt: skip

# What is large takes the run of a test of its own: the names of the issue, and the answers.
LARGE: Mapping[str, Callable[[], Scripted]] = {
    "gzip bomb": lambda: whole(BOMB, b"Content-Encoding: gzip"),
    "60 MB text": lambda: whole(b"<h1>Long</h1><p>by Ana</p>" + _LINE * (60_000_000 // len(_LINE))),
    "200,000 links": lambda: whole(b"<h1>Stories</h1>" + b"".join(b'<a href="/s/%d.html">Tale %d</a><br>\n' % (n, n) for n in range(200_000))),
    "100,000 nested elements": lambda: whole(b"<h1>Deep</h1>" + b"<div>" * 100_000 + PAGE),
    "endless body": lambda: endless(HTML + b"\r\n", b"\x01\x02\xff\xfb" * 16_000),
    "endless chunks": lambda: endless(CHUNKED, b"10000\r\n" + b"\x01\x02\xff\xfb" * 16_384 + b"\r\n"),
    "endless headers": lambda: endless(HTML, b"X-A: b\r\n" * 1000),
    "a 1 MB header": lambda: HTML + b"X-A: " + b"b" * 1_000_000 + b"\r\n\r\n" + PAGE,
    "5,000 headers": lambda: OK + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n" + PAGE,
    "200 cookies": lambda: OK + b"".join(b"Set-Cookie: c%d=v\r\n" % n for n in range(200)) + b"\r\n" + PAGE,
}  # fmt: skip
