"""A loopback imitation of a web archive's CDX and memento services, traps and limits included.

It behaves as the Wayback Machine was seen to: rows sorted by a lower-case SURT key, `:80` in the
addresses, other rows where a page number is asked for, resume keys; payloads by `id_`, headers as
X-Archive-Orig-*, redirects with the archive's own Location, a redirect to the nearest time where a
time is not there; 429 over the limits, and a firewall for who goes on after one. It counts what was
done against its rules. All pages are made up here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

LISTS_A_MINUTE, MEMENTOS_A_MINUTE = 24, 480
_FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
_MEMENTO = re.compile(r"/web/(?P<stamp>\d{1,14})(?P<form>[a-z]{2}_)?/(?P<url>.+)", re.DOTALL)


@dataclass(frozen=True)
class Captured:
    """One capture that the archive has."""

    stamp: str
    original: str
    body: bytes = b""
    status: int = 200
    mime: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    location: str = ""
    guessed: str = ""  # the charset that the archive guessed, and adds to Content-Type
    cdx_digest: str = ""  # where the list is wrong
    listed_as: str = ""  # another mime in the list: warc/revisit
    lost: bool = False  # listed, and not given: 404

    @property
    def key(self) -> str:
        parts = urlsplit(self.original)
        host = (parts.hostname or "").removeprefix("www.")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return f"{','.join(reversed(host.split('.')))}){path}".lower()

    @property
    def digest(self) -> str:
        return self.cdx_digest or base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    def row(self) -> list[str]:
        status = "-" if self.listed_as else str(self.status)
        return [self.key, self.stamp, self.original, self.listed_as or self.mime, status,
                self.digest, str(len(self.body))]  # fmt: skip


@dataclass
class WebArchive:
    """The archive: `violations` is what was done against its rules, in words."""

    captures: list[Captured]
    now: Callable[[], float]
    rows_a_page: int = 5
    refuse_at: set[int] = field(default_factory=set)  # numbers of requests answered 429 anyway
    fail_at: dict[int, int] = field(default_factory=dict)  # number of request -> status
    silent_after: int = 10**9  # number of the last request that is answered
    blocked: tuple[str, ...] = ()  # prefixes of keys that are excluded: 403
    violations: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    hits: dict[str, deque[float]] = field(
        default_factory=lambda: {"list": deque(), "memento": deque()}
    )
    refused_since: float | None = None  # the first 429 since which nobody has rested
    refused_at: float | None = None
    shut_until: float = 0.0
    shut_for: float = 3600.0
    busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Give the address "127.0.0.1:PORT" while it is served."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    # ---- rules

    def judge(self, kind: str, target: str) -> int:
        """Return 0 where a request may be answered, 429, or -1 where the firewall is shut."""
        at = self.now()
        self.asked.append(target)
        number = len(self.asked)
        if number > self.silent_after:
            return -1
        if at < self.shut_until:
            self.violations.append(f"{number}: asked while shut out")
            return -1
        if self.refused_at is not None and at < self.refused_at + 60:
            self.violations.append(f"{number}: went on {at - self.refused_at:.1f} s after a 429")
            if self.refused_since is not None and at > self.refused_since + 60:
                self.shut_until, self.shut_for = at + self.shut_for, self.shut_for * 2
                return -1
            self.refused_at = at
            return 429
        self.refused_since = self.refused_at = None
        window = self.hits[kind]
        while window and window[0] <= at - 60:
            window.popleft()
        window.append(at)
        most = LISTS_A_MINUTE if kind == "list" else MEMENTOS_A_MINUTE
        if len(window) > most:
            self.violations.append(f"{number}: {len(window)} {kind}s within a minute")
        if len(window) > most or number in self.refuse_at:
            self.refused_since = self.refused_at = at
            return 429
        return 0

    # ---- lists

    def list(self, query: dict[str, list[str]]) -> tuple[int, bytes]:
        wanted = Captured("", "http://" + re.sub(r"^https?://", "", query["url"][0])).key
        if any(wanted.startswith(each) for each in self.blocked):
            return 403, b"org.archive.util.io.RuntimeIOException: Blocked Site Error\n"
        prefix = query.get("matchType", ["exact"])[0] == "prefix"
        found = [
            each.row()
            for each in sorted(self.captures, key=lambda each: (each.key, each.stamp))
            if (each.key.startswith(wanted) if prefix else each.key == wanted)
        ]
        for text in query.get("filter", []):
            found = [row for row in found if _passes(row, text)]
        if query.get("collapse") == ["digest"]:
            pairs = zip(found, [None, *found], strict=False)
            found = [row for row, before in pairs if before is None or row[5] != before[5]]
        if "page" in query:
            self.violations.append("asked for a page by number")
            found = found[::2]
        begin = 0
        if resume := query.get("resumeKey"):
            key, stamp = resume[0].rstrip("!").rsplit(" ", 1)
            begin = next(
                (n for n, row in enumerate(found) if (row[0], row[1]) > (key, stamp)), len(found)
            )
        most = min(self.rows_a_page, int(query.get("limit", ["100000"])[0]))
        rows = found[begin : begin + most]
        if not rows:
            return 200, b"[]\n"
        answer: list[list[str]] = [_FIELDS, *rows]
        if begin + most < len(found) and query.get("showResumeKey") == ["true"]:
            # As the service does it: escaped already, to be sent back as it is.
            answer += [[], [quote(f"{rows[-1][0]} {rows[-1][1]}!", safe="").replace("%20", "+")]]
        return 200, json.dumps(answer).encode()

    # ---- mementos

    def memento(self, stamp: str, form: str, url: str) -> tuple[int, list[tuple[str, str]], bytes]:
        key = Captured("", url).key
        same = [each for each in self.captures if each.key == key and not each.lost]
        exact = next((each for each in same if each.stamp == stamp), None)
        if exact is None and not same:
            return 404, [("Content-Type", "text/html")], b"<p>The archive has not got that.</p>"
        if exact is None:
            near = min(same, key=lambda each: abs(int(each.stamp) - int(stamp.ljust(14, "0"))))
            return 302, [("Location", f"/web/{near.stamp}{form}/{near.original}")], b""
        if form != "id_":
            self.violations.append("asked for a page with its toolbar")
        return exact.status, list(self._headers(exact)), exact.body

    def _headers(self, each: Captured) -> Iterator[tuple[str, str]]:
        when = datetime.strptime(each.stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        for name, value in each.headers:
            yield f"X-Archive-Orig-{name}", value
        yield "Content-Type", each.mime + (f"; charset={each.guessed}" if each.guessed else "")
        if each.guessed:
            yield "X-Archive-Guessed-Content-Type", each.mime
            yield "X-Archive-Guessed-Charset", each.guessed
        if each.location:
            yield "Location", f"/web/{each.stamp}id_/{each.location}"
        yield "Memento-Datetime", format_datetime(when, usegmt=True)
        yield (
            "Link",
            (
                f'<{each.original}>; rel="original", </web/timemap/link/{each.original}>; '
                f'rel="timemap"; type="application/link-format"'
            ),
        )
        yield "X-Archive-Src", f"crawl-{each.stamp[:4]}.warc.gz"
        yield "Server-Timing", "captures_list;dur=1"


def _passes(row: list[str], text: str) -> bool:
    negated, rest = text.startswith("!"), text.lstrip("!")
    name, _, pattern = rest.partition(":")
    return bool(re.fullmatch(pattern, row[_FIELDS.index(name)])) != negated


def _handler(archive: WebArchive) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            is_list = parts.path == "/cdx/search/cdx"
            with archive.lock:
                archive.busy += 1
                if archive.busy > 1:
                    archive.violations.append("two requests at once")
                verdict = archive.judge("list" if is_list else "memento", self.path)
                number = len(archive.asked)
            if verdict < 0:
                self._let_go()
                self.close_connection = True
                self.connection.close()
            elif verdict:
                self._send(429, [("Content-Type", "text/html")], b"<p>Too many requests.</p>")
            elif number in archive.fail_at:
                self._send(archive.fail_at[number], [], b"<p>Come back later.</p>")
            elif is_list:
                query = parse_qs(parts.query, keep_blank_values=True)
                status, body = archive.list(query)
                self._send(status, [("Content-Type", "application/json")], body)
            elif match := _MEMENTO.fullmatch(self.path):
                url = unquote(match["url"])
                self._send(*archive.memento(match["stamp"], match["form"] or "", url))
            else:
                archive.violations.append(f"asked for {self.path}")
                self._send(404, [], b"")

        def _let_go(self) -> None:
            with archive.lock:
                archive.busy -= 1

        def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self._let_go()  # before anything is sent: who has read enough may ask again
            self.end_headers()
            self.wfile.write(body)

    return Handler
