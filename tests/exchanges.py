"""Exchanges made by hand: what a server might have sent, without a server."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

from storykeep import wire
from storykeep.model import Exchange, Failure

START = datetime(2026, 11, 22, 18, 22, 39, 123456, tzinfo=UTC)
STORY = b"<html><body><p>The lamp was lit long before the tide came in.</p></body></html>"
INFO = {"software": "Storykeep/0", "operator": "keeper@example.org", "robots": "obey"}


def exchange(wire_bytes: bytes, **changes) -> Exchange:
    """Return the exchange whose answer was *wire_bytes*, exactly."""
    head = wire.parse_head(wire_bytes)
    assert head is not None
    whole = Exchange(
        url="http://stories.example/lamp.html",
        request=b"GET /lamp.html HTTP/1.1\r\nHost: stories.example\r\nCookie: age=18\r\n\r\n",
        response=BytesIO(wire_bytes),
        response_size=len(wire_bytes),
        head=head,
        started_at=START,
        elapsed_ms=37,
        ip="192.0.2.7",
        protocols=("http/1.1",),
    )
    return replace(whole, **changes)


def page(
    body: bytes = STORY, *, fields: bytes = b"", status: bytes = b"200 OK", **changes
) -> Exchange:
    """Return a plain answer with a Content-Length."""
    head = b"HTTP/1.1 %s\r\nContent-Type: Text/HTML; charset=x\r\n%sContent-Length: %d\r\n\r\n"
    return exchange(head % (status, fields, len(body)) + body, **changes)


def chunked(body: bytes = STORY, **changes) -> Exchange:
    """Return an answer in two chunks with an extension and a trailer."""
    one, two = body[:20], body[20:]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"%x;x=1\r\n%s\r\n%X\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n"
    return exchange(head + chunks % (len(one), one, len(two), two), **changes)


def later(each: Exchange, minutes: int = 1) -> Exchange:
    """Return *each* as if it had been asked for later."""
    return replace(each, started_at=each.started_at + timedelta(minutes=minutes))


def failure(**changes) -> Failure:
    """Return a refused connection."""
    return replace(
        Failure("http://gone.example/", "connect", "connection refused", START, 12, "192.0.2.9"),
        **changes,
    )


ANSWERS = {
    "content-length": page,
    "chunked": chunked,
    "gzip": lambda: page(gzip.compress(STORY, mtime=0), fields=b"Content-Encoding: gzip\r\n"),
    "gzip and chunked": lambda: exchange(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed := gzip.compress(STORY, mtime=0)), packed)
    ),
    "until close": lambda: exchange(b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n" + STORY),
    "no fields": lambda: exchange(b"HTTP/1.0 200\r\n\r\n" + STORY),
    "odd spelling": lambda: exchange(
        b"HTTP/1.1  200  Fine\r\ncontent-TYPE:text/html\r\nX-A:   b  \r\nno colon here\r\n\r\n"
        + STORY
    ),
    "line feeds only": lambda: exchange(b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + STORY),
    "mixed line ends": lambda: exchange(b"HTTP/1.1 200 OK\r\nA: b\n\r\n" + STORY),
    "a line of spaces": lambda: exchange(b"HTTP/1.1 200 OK\r\nA: b\r\n \r\nC: d\r\n\r\n" + STORY),
    "a line of no-break space": lambda: exchange(
        b"HTTP/1.1 200 OK\r\nA: b\r\n\xa0\r\nC: d\r\n\r\nx"
    ),
    "folded": lambda: exchange(b"HTTP/1.1 200 OK\r\nA: b\r\n  more\r\n\r\n" + STORY),
    "latin-1 fields": lambda: exchange(b"HTTP/1.1 200 OK\r\nX-By: Ren\xe9e\r\n\r\n" + STORY),
    "utf-8 fields": lambda: exchange("HTTP/1.1 200 OK\r\nX-By: Renée\r\n\r\n".encode() + STORY),
    "a long field": lambda: exchange(
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n" + STORY
    ),
    "many fields": lambda: exchange(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 6_000 + b"\r\n" + STORY),
    "redirect": lambda: page(b"", status=b"302 Found", fields=b"Location: /there\r\n"),
    "not found": lambda: page(b"<h1>404</h1>", status=b"404 Not Found"),
    "no content": lambda: exchange(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "cut body": lambda: exchange(
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf a",
        truncated="disconnect",
        problem="cut",
    ),
    "cut chunk": lambda: exchange(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf a", truncated="time"
    ),
    "bad chunk": lambda: exchange(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\nabc",
        truncated="unspecified",
    ),
    "cut head": lambda: exchange(b"HTTP/1.1 200 OK\r\nContent-Ty", truncated="disconnect"),
    "two lengths": lambda: exchange(
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabcdef",
        truncated="unspecified",
    ),
    "bytes behind": lambda: page(surplus=12, problem="12 bytes behind the message"),
    "NULs": lambda: page(b"\0" * 5_000),
    "IPv6 and TLS": lambda: page(ip="2001:db8::1", protocols=("http/1.1", "tls/1.3")),
}
