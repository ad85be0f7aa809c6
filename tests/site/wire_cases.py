"""What servers send, and which of it is the message: issue 3, "Wire truth", line by line.

Each case is a host of its own. `sent` is what the server sends, in these pieces, before it closes
the connection; `stored` is the response record's block, None where there must be none.
"""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from storykeep.model import FailureKind, Truncated
from tests.site.wire_server import Answer, Hold, Pause, Reset, Step

OK = b"HTTP/1.1 200 OK\r\n"
HTML = OK + b"Content-Type: text/html\r\n"
CHUNKED = HTML + b"Transfer-Encoding: chunked\r\n\r\n"
PAGE = (
    b"<html><head><title>The Weather Book</title></head><body><h1>The Weather Book</h1>"
    + b"<p>The keeper wrote the weather down, and the sea read over his shoulder.</p>\n" * 40
    + b"</body></html>"
)
GZ = gzip.compress(PAGE, mtime=0)
CAP = 60_000  # bytes of a body that the run of these cases keeps


def chunks(data: bytes, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return *data* in chunks of 700 bytes, the last chunk and the trailer."""
    pieces = [data[at : at + 700] for at in range(0, len(data), 700)]
    coded = [b"%X%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces]
    return b"".join([*coded, b"0\r\n", trailer, b"\r\n"])


def whole(data: bytes = PAGE, *fields: bytes) -> bytes:
    """Return an answer with a Content-Length."""
    length = b"Content-Length: %d\r\n" % len(data)
    return b"".join([HTML, length, *(field + b"\r\n" for field in fields), b"\r\n", data])


@dataclass(frozen=True)
class WireCase:
    """One answer of a server: what it sends and what must be stored of it."""

    name: str
    sent: tuple[Step | Iterable[bytes], ...]
    stored: bytes | None
    truncated: Truncated | None = None
    problem: str = ""  # what the metadata record must say, as a regular expression
    surplus: int = 0
    failure: FailureKind | None = None  # of the attempt, where nothing is stored as an answer
    whole: bool = True  # False: no whole answer, so the page is to be asked for again

    @property
    def host(self) -> str:
        """A name for the case's host."""
        return re.sub("[^a-z0-9]+", "-", self.name.lower()).strip("-") + ".test"

    @property
    def answer(self) -> Answer:
        # Behind a redirect the next request follows at once.
        return Answer(self.sent, keep=b"\r\nLocation: " in (self.stored or b""))


def _as_sent(name: str, message: bytes, *, problem: str = "", again: bool = False) -> WireCase:
    """Return a case in which all that is sent is the message; it comes in seven pieces."""
    step = max(1, len(message) // 7)
    pieces = [message[at : at + step] for at in range(0, len(message), step)]
    slow = itertools.chain.from_iterable((piece, Pause(0.01)) for piece in pieces)
    return WireCase(name, tuple(slow), message, problem=problem, whole=not again)


def _cut(
    name: str, truncated: Truncated, problem: str, sent: bytes, *end: Step | Iterable[bytes]
) -> WireCase:
    """Return a case in which all that is sent is kept, and marked as cut."""
    steps = (sent, Pause(0.05), *end)
    return WireCase(name, steps, sent, truncated, problem=problem, whole=False)


def _no_http(name: str, sent: bytes) -> WireCase:
    return WireCase(name, (sent,), None, failure="garbage", problem="not HTTP", whole=False)


def _after(name: str, *before: bytes) -> WireCase:
    """Return a case in which 1xx answers come before the answer."""
    slow = itertools.chain.from_iterable((piece, Pause(0.02)) for piece in before)
    return WireCase(name, (*slow, whole()), whole())


_100 = b"HTTP/1.1 100 Continue\r\n\r\n"
_103 = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
_LONG = b"<p>" + b"word " * 40_000

# Every answer a server can give.
MESSAGES = (
    _as_sent("Content-Length", whole()),
    _as_sent("chunked", CHUNKED + chunks(PAGE)),
    _as_sent("chunked with extensions", CHUNKED + chunks(PAGE, extension=b';a="b;c" ;d')),
    _as_sent("chunked with trailers", CHUNKED + chunks(PAGE, trailer=b"X-Sum: 1\r\nY: z\r\n")),
    _as_sent("chunked, line feeds only", CHUNKED + chunks(PAGE).replace(b"\r\n", b"\n")),
    _as_sent("gzip", whole(GZ, b"Content-Encoding: gzip")),
    _as_sent("gzip and chunked", HTML + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(GZ)),
    _as_sent("gzip as a transfer coding", HTML + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks(GZ)),
    _as_sent("close-delimited", HTML + b"\r\n" + PAGE),
    _as_sent("gzip, close-delimited", HTML + b"Content-Encoding: gzip\r\n\r\n" + GZ),
    _as_sent("HTTP/1.0", b"HTTP/1.0 200 OK\r\nServer: CERN/3.0\r\n\r\n" + PAGE),
    _as_sent("HTTP/1.0 and Content-Length", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
    _after("100 before the answer", _100),
    _after("103 before the answer", _103),
    _after("several 1xx before the answer", _100 + _103, _103, _100),
    WireCase("102 and the answer in one packet", (b"HTTP/1.1 102 Processing\r\nA: b\r\n\r\n" + whole(),), whole()),
    _as_sent("204", b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"),
    _as_sent("204 with a Content-Length", b"HTTP/1.1 204 No Content\r\nContent-Length: 99\r\n\r\n"),
    _as_sent("304", b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 99\r\n\r\n', again=True),
    _as_sent("301", b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 4\r\n\r\nmove"),
    _as_sent("302", b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"),
    _as_sent("303", b"HTTP/1.1 303 See Other\r\nLocation: /there\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(b"see")),
    _as_sent("307", b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"),
    _as_sent("308", b"HTTP/1.1 308 Permanent Redirect\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"),
    _as_sent("404", b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"),
    _as_sent("odd case", b"HTTP/1.1 200 oK\r\ncontent-TYPE: text/html\r\nCONTENT-length: 2\r\nx-OdD: Y\r\n\r\nhi"),
    _as_sent("double spaces", b"HTTP/1.1  200  all  is  well \r\nX-A:   b  c  \r\nContent-Length:  2 \r\n\r\nhi"),
    _as_sent("a space before the colon", OK + b"X-A : b\r\nContent-Length : 2\r\n\r\nhi"),
    _as_sent("latin-1 bytes", OK + b"X-Author: Zo\xeb\r\nContent-Length: 5\r\n\r\nZo\xeb \xa9"),
    _as_sent("utf-8 bytes", OK + "X-Author: Zoë —\r\nContent-Length: 4\r\n\r\nZoë".encode()),
    _as_sent("folded lines", OK + b"X-Long: one\r\n  two\r\n\tthree\r\nContent-Length:\r\n 2\r\n\r\nhi"),
    _as_sent("line feeds only", b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 2\n\nhi"),
    _as_sent("mixed line ends", b"HTTP/1.1 200 OK\r\nX-A: b\nContent-Length: 2\r\n\nhi"),
    _as_sent("no reason phrase", b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi"),
    _as_sent("no header at all", b"HTTP/1.1 200 OK\r\n\r\n" + PAGE),
    _as_sent("a header line without a colon", OK + b"this line has none\r\nContent-Length: 2\r\n\r\nhi"),
    _as_sent("two Content-Lengths that agree", OK + b"Content-Length: 2\r\nContent-Length: 02, 2\r\n\r\nhi"),
    WireCase("junk after the body", (whole() + b"junk\r\n", Pause(0.05)), whole(), surplus=6),
    WireCase("a second answer after the body", (whole(b"hi") + whole(b"no"),), whole(b"hi"), surplus=len(whole(b"no"))),
    WireCase("junk after the last chunk", (CHUNKED + chunks(b"hi") + b"more", Pause(0.05)), CHUNKED + chunks(b"hi"), surplus=4),
    WireCase("junk after a 204", (b"HTTP/1.1 204 No\r\n\r\njunk",), b"HTTP/1.1 204 No\r\n\r\n", surplus=4),
)  # fmt: skip

# What is no HTTP message: its bytes are a metadata record's, and there is no response record.
NO_MESSAGES = (
    _no_http("ICY 200", b"ICY 200 OK\r\nicy-name: radio\r\n\r\n\xff\xfbmusic"),
    _no_http("HTTP/0.9", b"<html><body>An old page that begins at once.</body></html>"),
    _no_http("garbage", bytes(range(256))),
    _no_http("a TLS alert", b"\x15\x03\x01\x00\x02\x02\x46"),
    _no_http("a status of four digits", b"HTTP/1.1 2000 OK\r\n\r\nhi"),
    WireCase("nothing at all", (), None, problem="closed the connection", failure="disconnect", whole=False),
    WireCase("reset at once", (Reset(),), None, problem="reset", failure="disconnect", whole=False),
    WireCase("silence", (Hold(),), None, problem="nothing came for", failure="timeout", whole=False),
    WireCase("1xx and no answer", (_100 + _103,), None, problem="closed the connection", failure="disconnect", whole=False),
)  # fmt: skip

# What was cut: kept, marked, never taken for a whole page, asked for again.
CUT = (
    _cut("short body", "disconnect", "2000 of 9000 body bytes", HTML + b"Content-Length: 9000\r\n\r\n" + PAGE[:2000]),
    _cut("short head", "disconnect", "header ends early", HTML[:-9]),
    _cut("read timeout", "time", "nothing came for", HTML + b"Content-Length: 9000\r\n\r\n" + PAGE[:2000], Hold()),
    _cut("read timeout in the head", "time", "nothing came for", HTML + b"Content-Le", Hold()),
    _cut("reset", "disconnect", "reset", HTML + b"Content-Length: 9000\r\n\r\n" + PAGE[:2000], Reset()),
    _cut("reset, close-delimited", "disconnect", "reset", HTML + b"\r\n" + PAGE[:2000], Reset()),
    _cut("missing last chunk", "disconnect", "last chunk is missing", CHUNKED + chunks(PAGE)[:-5]),
    _cut("cut within a chunk", "disconnect", "last chunk is missing", CHUNKED + chunks(PAGE)[:1000]),
    _cut("bad chunk", "unspecified", "chunk size", CHUNKED + b"5\r\nhello\r\nnone\r\n" + PAGE),
    _cut("a negative chunk size", "unspecified", "chunk size", CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"),
    _cut("a chunk longer than it says", "unspecified", "longer than it says", CHUNKED + b"3\r\nhello\r\n0\r\n\r\n"),
    _cut("bad chunk, kept open", "unspecified", "chunk size", CHUNKED + b"none\r\n" + PAGE, Hold()),
    _cut("two Content-Lengths that differ", "unspecified", "contradict", HTML + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + PAGE),
    _cut("two Content-Lengths, kept open", "unspecified", "contradict", HTML + b"Content-Length: 5, 9\r\n\r\n" + PAGE, Hold()),
    _cut("a gzip stream that ends early", "unspecified", "gzip stream ends early", whole(GZ[:-20], b"Content-Encoding: gzip")),
    _cut("a gzip stream that is damaged", "unspecified", "gzip stream is damaged", whole(GZ[:60] + b"\xff" * 30 + GZ[90:], b"Content-Encoding: gzip")),
    _cut("gzip and chunked, ends early", "unspecified", "gzip stream ends early", HTML + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(GZ[:-20])),
)  # fmt: skip

# Cut by us at a cap: what was received until then is kept, so `stored` is only how it begins.
CAPPED = (
    _cut("a cap on the body", "length", "longer than 60000 bytes", whole(_LONG)),
    _cut("a cap on the body, chunked", "length", "longer than 60000 bytes", CHUNKED + chunks(_LONG)),
    _cut("a cap on the body, gzip", "length", "longer than 60000 bytes", whole(gzip.compress(_LONG, mtime=0), b"Content-Encoding: gzip")),
    _cut("a cap on the wire", "length", "120000 bytes on the wire", HTML + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"x" * 8000 + b"\r\ny\r\n", itertools.repeat(b"1;" + b"x" * 8000 + b"\r\ny\r\n")),
    _cut("a cap on the head", "length", "262144 header bytes", HTML, itertools.repeat(b"X-A: b\r\n" * 1000)),
)  # fmt: skip

CASES = (*MESSAGES, *NO_MESSAGES, *CUT, *CAPPED)
