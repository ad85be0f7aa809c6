"""A server of raw bytes: what a path answers is what the script says, and nothing is added.

    with RawServer({"/": b"HTTP/1.0 200 OK\\r\\n\\r\\nhello"}) as server:
        ... ask for server.url("/") with allow_addresses=["127.0.0.1"] ...
        assert server.requests[0].head.startswith(b"GET / HTTP/1.1")

A path answers bytes (sent, then the connection is closed), an Answer, or a function from the request's
bytes to either. "*" answers every other path. The steps of an Answer are bytes to send, a Pause, a Reset,
a Hold, or an iterator of such steps (endless bodies); afterwards the connection is closed, or with
keep=True waits for the next request.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

TLS = Path(__file__).parent / "tls"
_CLIENT_HELLO = b"\x16"  # how TLS begins; a plain server has nothing but a complaint for it


@dataclass(frozen=True)
class Pause:
    """Wait, then go on."""

    seconds: float


@dataclass(frozen=True)
class Reset:
    """End the connection with a TCP reset."""


@dataclass(frozen=True)
class Hold:
    """Say nothing more until the client goes away or the server is stopped."""


Step = bytes | Pause | Reset | Hold


@dataclass(frozen=True)
class Answer:
    """What one request is answered with. *ragged*: TLS ends without a closure alert."""

    steps: Iterable[Step | Iterable[bytes]]
    keep: bool = False
    ragged: bool = False


Scripted = bytes | Answer | Callable[[bytes], "bytes | Answer"]


@dataclass(frozen=True)
class Recorded:
    """A request as it came in: its bytes, which connection (0, 1, ...) brought it, and when."""

    path: str
    head: bytes
    connection: int
    at: float = field(default_factory=time.monotonic, compare=False)


@dataclass
class RawServer:
    """Answers by *script*, on a free port of *host*; *tls* makes it an HTTPS server."""

    script: Mapping[str, Scripted]
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    requests: list[Recorded] = field(default_factory=list)
    sent: int = 0  # bytes that the last Answer sent before it ended or the client left

    def __enter__(self) -> RawServer:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        self._stop = threading.Event()
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for connection in self._connections:
            connection.close()

    @property
    def netloc(self) -> str:
        """The "address:port" of this server."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        """Return the address of *path* on this server."""
        return f"{'https' if self.tls else 'http'}://{self.netloc}{path}"

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            number = len(self._connections)
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        # The client going away, in the middle of anything, is what many tests are about.
        with contextlib.suppress(OSError), connection:
            plain = connection
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._connections.append(connection)
            with connection:
                while self._answer(connection, number):
                    pass
            plain.close()

    def _answer(self, connection: socket.socket, number: int) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            data = connection.recv(1)
            if not data:
                return False
            head += data
            if head == _CLIENT_HELLO:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return False
        path = head.split(b" ")[1].decode("latin-1")
        self.requests.append(Recorded(path, head, number))
        scripted = self.script.get(path, self.script.get("*", b""))
        answer = scripted(head) if callable(scripted) else scripted
        if isinstance(answer, bytes):
            answer = Answer([answer])
        self.sent = 0
        ended = self._play(connection, answer.steps)
        if isinstance(connection, ssl.SSLSocket) and not (ended or answer.keep or answer.ragged):
            with contextlib.suppress(OSError):
                connection.unwrap()
        return answer.keep and not ended

    def _play(self, connection: socket.socket, steps: Iterable[Step | Iterable[bytes]]) -> bool:
        """Do *steps*; return whether one of them ended the connection."""
        for step in steps:
            if isinstance(step, bytes):
                connection.sendall(step)
                self.sent += len(step)
            elif isinstance(step, Pause):
                if self._stop.wait(step.seconds):
                    return True
            elif isinstance(step, Reset):
                # Lingering for no time at all makes close() a reset.
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return True
            elif isinstance(step, Hold):
                connection.settimeout(60)
                connection.recv(1)
                return True
            elif self._play(connection, step):
                return True
        return False


def server_tls(certificate: str = "server.pem") -> ssl.SSLContext:
    """Return a server's TLS context with a certificate of tests/site/tls/ (ca.pem signed them)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate)
    return context
