"""The sample site over real HTTP/1.1 on loopback: byte-exact files, framed as their routes say.

It knows nothing of captures or cleaning. Each folder of `pages/` is one family of pages and holds
the files exactly as served, `routes.json` (which request target gets which file, and how) and
`truth.json` (what a reader finds on the pages); `pages/README.md` describes both.
"""

from __future__ import annotations

import gzip
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from storykeep.config import SAMPLE_HOST

Framing = Literal["length", "chunked", "close"]

# Small enough that every chunked page has several chunks, and that some end inside a word.
_CHUNK_BYTES = 1000
_IDLE_SECONDS = 30.0
_POLL_SECONDS = 0.05
_NOT_FOUND = (
    b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class SampleRoute:
    """What one request target (path and query, exactly as requested) is answered with."""

    target: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    framing: Framing = "length"
    gzip: bool = False  # only for a client that accepts it

    def header(self, name: str) -> str:
        """Return the value of header *name*, "" where the route has none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """A request that was received."""

    method: str
    target: str  # path and query as sent
    host: str  # the Host header, "" where there was none
    at: float  # seconds of time.monotonic()


class SampleSite:
    """Every page of the sample site in memory, and the requests that were made for them.

    `routes` maps a request target to its answer; `requests` grows while the site is served.
    """

    host = SAMPLE_HOST

    def __init__(self) -> None:
        self.routes: dict[str, SampleRoute] = {}
        self.requests: list[SampleRequest] = []
        for family in _families():
            for route in _read_routes(family):
                if route.target in self.routes:
                    raise ValueError(f"{family.name}/routes.json: second route for {route.target}")
                self.routes[route.target] = route

    def truth(self) -> dict[str, list[Any]]:
        """Return the truth of all families: `stories`, `pages`, `forbidden` and `ignored`."""
        merged: dict[str, list[Any]] = {"stories": [], "pages": [], "forbidden": [], "ignored": []}
        for family in _families():
            truth = json.loads((family / "truth.json").read_text("utf-8"))
            for kind, entries in merged.items():
                entries.extend(truth.get(kind, ()))
        return merged

    @contextmanager
    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serve the site from a thread; the value is its address, "127.0.0.1:43521".

        Port 0 takes a free one. On leaving, no thread, socket or connection is left. OSError
        where the port is taken.
        """
        with _Server((host, port), partial(_Handler, self)) as server:
            thread = threading.Thread(
                target=server.serve_forever, args=(_POLL_SECONDS,), name="sample site"
            )
            thread.start()
            try:
                yield f"{host}:{server.server_address[1]}"
            finally:
                server.shutdown()
                thread.join()
                server.hang_up()

    def serve_forever(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        ready: Callable[[str], object] | None = None,
    ) -> None:
        """Serve until interrupted; *ready* is told the address first. KeyboardInterrupt passes."""
        with self.serve(host, port) as address:
            if ready is not None:
                ready(address)
            threading.Event().wait()


def _families() -> list[Traversable]:
    pages = files(__package__) / "pages"
    folders = (entry for entry in pages.iterdir() if entry.is_dir())
    return sorted(
        (folder for folder in folders if (folder / "routes.json").is_file()),
        key=lambda folder: folder.name,
    )


def _read_routes(family: Traversable) -> Iterator[SampleRoute]:
    for entry in json.loads((family / "routes.json").read_text("utf-8")):
        yield SampleRoute(
            target=entry["path"],
            body=family.joinpath(*entry["file"].split("/")).read_bytes(),
            status=entry.get("status", 200),
            headers=tuple(entry.get("headers", {}).items()),
            framing=entry.get("framing", "length"),
            gzip=entry.get("gzip", False),
        )


class _Server(ThreadingHTTPServer):
    """A threading server that can hang up on idle connections and wait for its threads."""

    daemon_threads = False  # so that server_close() joins them
    request_queue_size = 64
    # Two servers on one port would share its connections between them.
    allow_reuse_port = False

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every open connection; a thread that waits for a next request then ends too."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet where a client goes away in the middle: that is no error of ours."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "StorykeepSample"
    sys_version = ""
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True

    def __init__(self, site: SampleSite, *args: Any) -> None:
        self.site = site
        super().__init__(*args)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Keep quiet: the requests are recorded, not printed."""

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        host = self.headers.get("Host", "")
        self.site.requests.append(SampleRequest(self.command, self.path, host, time.monotonic()))
        route = self.site.routes.get(self.path)
        if route is None:
            route = SampleRoute(self.path, _NOT_FOUND, 404, (("Content-Type", "text/html"),))
        if _unchanged(route, self.headers):
            self._head(304, route, {})
            return
        coded = route.gzip and "gzip" in self.headers.get("Accept-Encoding", "")
        # A constant time stamp: the same bytes at each run.
        body = gzip.compress(route.body, mtime=0) if coded else route.body
        extra = {"Content-Encoding": "gzip"} if coded else {}
        self._send(route, body, extra)

    def _send(self, route: SampleRoute, body: bytes, extra: dict[str, str]) -> None:
        framing = route.framing
        if framing == "chunked" and self.request_version == "HTTP/1.0":
            framing = "length"  # RFC 9112, section 6.1: never chunked to an HTTP/1.0 client
        if framing == "chunked":
            extra["Transfer-Encoding"] = "chunked"
            body = _chunked(body)
        elif framing == "close":
            self.close_connection = True
        else:
            extra["Content-Length"] = str(len(body))
        self._head(route.status, route, extra)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, route: SampleRoute, extra: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in (*route.headers, *extra.items()):
            self.send_header(name, value)
        if route.gzip:
            self.send_header("Vary", "Accept-Encoding")
        if self.close_connection:
            self.send_header("Connection", "close")
        elif self.request_version == "HTTP/1.0":
            self.send_header("Connection", "keep-alive")
        self.end_headers()


def _unchanged(route: SampleRoute, headers: Message) -> bool:
    """Whether the client names the very version we have (RFC 9110, section 13.2.2).

    Both validators are compared as text: a client sends back what it was given.
    """
    if wanted := headers.get("If-None-Match", ""):
        return route.header("ETag") in {tag.strip() for tag in wanted.split(",")} - {""}
    since = headers.get("If-Modified-Since", "")
    return bool(since) and since == route.header("Last-Modified")


def _chunked(body: bytes) -> bytes:
    parts = [body[start : start + _CHUNK_BYTES] for start in range(0, len(body), _CHUNK_BYTES)]
    framed = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts]
    return b"".join((*framed, b"0\r\n\r\n"))
