"""Connections to checked addresses: resolving, TCP, TLS and the pool. Knows nothing of HTTP."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from storykeep.fetch.addresses import may_reach
from storykeep.model import FailureKind

_READ = 65536
# The second means the same and is not on every system.
_UNKNOWN_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_MOST_IDLE = 64
_LONGEST_IDLE = 60.0  # seconds; a router in between may have forgotten the connection by then


class Endpoint(NamedTuple):
    """What a URL asks for. Connections are shared by nothing less than all three."""

    scheme: str
    host: str  # a name, or an address without brackets
    port: int


SocketAddress = tuple[str, int] | tuple[str, int, int, int]


class Address(NamedTuple):
    """One answer of the resolver."""

    family: int
    socket_address: SocketAddress

    @property
    def ip(self) -> str:
        return self.socket_address[0]


class TransportError(Exception):
    """No connection, or none any more. *kind* and the message go into the Failure."""

    def __init__(self, kind: FailureKind, detail: str, *, ip: str = "") -> None:
        super().__init__(detail)
        self.kind = kind
        self.ip = ip


class Deadline:
    """A point in time after which nothing of one exchange may go on. Seconds throughout."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start = clock()
        self._end = self._start + seconds

    def limit(self, seconds: float) -> float:
        """Return *seconds*, or what is left until the deadline where that is less."""
        return min(seconds, self.left())

    def left(self) -> float:
        """Return the seconds left, at least a little above 0: a timeout of 0 would not wait."""
        return max(self._end - self._clock(), 0.001)

    def passed(self) -> bool:
        return self._clock() >= self._end

    def elapsed_ms(self) -> int:
        """Return the milliseconds since the exchange began."""
        return round((self._clock() - self._start) * 1000)


@dataclass
class Connection:
    """An open socket to *ip*, TLS included."""

    endpoint: Endpoint
    ip: str
    sock: socket.socket
    idle_since: float = 0.0

    @property
    def tls(self) -> str:
        """The WARC-Protocol value of the TLS version ("tls/1.3"), "" without TLS."""
        version = self.sock.version() if isinstance(self.sock, ssl.SSLSocket) else None
        return (version or "").lower().replace("tlsv", "tls/")

    def send(self, data: bytes, timeout: float) -> None:
        """Send all of *data*; OSError (TimeoutError among them) if that cannot be done."""
        self.sock.settimeout(timeout)
        self.sock.sendall(data)

    def receive(self, timeout: float) -> bytes:
        """Return what comes next, b"" at a clean end; OSError for everything else."""
        self.sock.settimeout(timeout)
        return self.sock.recv(_READ)

    def is_quiet(self) -> bool:
        """Return whether nothing waits to be read: neither bytes nor the other side's farewell."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return False
        try:
            # Not select(): it fails once the process has a thousand files open. The plain recv
            # looks below TLS, so that a farewell that is not decrypted yet counts too.
            self.sock.settimeout(0)
            socket.socket.recv(self.sock, 1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def hang_up(self) -> None:
        """End it from another thread: a reader that waits gets its end at once."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()


class Connector:
    """Opens connections to addresses that *may_reach* accepts, and to no other.

    *connect_to* maps hosts and ports to others, as in curl; what they lead to is checked all the
    same.
    """

    def __init__(
        self,
        *,
        may_reach: Callable[[str], bool],
        connect_to: Mapping[tuple[str, int], tuple[str, int]],
        connect_timeout: float,
    ) -> None:
        self._may_reach = may_reach
        self._connect_to = connect_to
        self._connect_timeout = connect_timeout
        self._tls: ssl.SSLContext | None = None
        self._tls_lock = threading.Lock()

    def connect(self, endpoint: Endpoint, deadline: Deadline) -> Connection:
        """Return a new connection; TransportError if there is none to be had."""
        asked = (endpoint.host.lower(), endpoint.port)
        host, port = self._connect_to.get(asked, asked)
        found = resolve(host, port, deadline.limit(self._connect_timeout))
        sock, ip = self._open(self._checked(host, found), deadline)
        if endpoint.scheme == "https":
            sock = self._secure(sock, endpoint.host, ip, deadline)
        return Connection(endpoint, ip, sock)

    def _checked(self, host: str, found: list[Address]) -> list[Address]:
        """Return those of *found* that may be connected to; TransportError where that is refused.

        A public name that also leads somewhere private is a trick and refused as a whole. Where the
        user allowed one address of a name (127.0.0.1 of localhost), the others are passed over.
        """
        reachable = [each for each in found if self._may_reach(each.ip)]
        refused = [each for each in found if each not in reachable]
        if refused and all(may_reach(each.ip) for each in reachable):
            raise TransportError(
                "refused_address",
                f"{host} is at {refused[0].ip}, which is not on the public internet;"
                " allow_addresses opens such addresses",
                ip=refused[0].ip,
            )
        return reachable

    def _open(self, addresses: list[Address], deadline: Deadline) -> tuple[socket.socket, str]:
        """Return a socket to the first of *addresses* that answers."""
        failed = TransportError("dns", "the name has no address")
        for address in addresses:
            try:
                return _open(address, deadline.limit(self._connect_timeout)), address.ip
            except OSError as error:
                kind: FailureKind = "timeout" if isinstance(error, TimeoutError) else "connect"
                failed = TransportError(kind, f"no connection: {error}", ip=address.ip)
        raise failed

    def _secure(self, sock: socket.socket, host: str, ip: str, deadline: Deadline) -> ssl.SSLSocket:
        """Return *sock* with TLS for *host*, whose certificate is checked."""
        sock.settimeout(deadline.limit(self._connect_timeout))
        try:
            # A cut must be seen: without a closure alert a close-delimited body is not known to be
            # whole (RFC 9112, section 9.8), so a ragged end is not taken for an end.
            return self._context().wrap_socket(
                sock, server_hostname=host.rstrip("."), suppress_ragged_eofs=False
            )
        except TimeoutError as error:
            sock.close()
            raise TransportError("timeout", f"no TLS in time: {error}", ip=ip) from error
        except (OSError, ValueError) as error:
            sock.close()
            raise TransportError("tls", f"no TLS: {error}", ip=ip) from error

    def _context(self) -> ssl.SSLContext:
        with self._tls_lock:
            if self._tls is None:
                self._tls = ssl.create_default_context()
                paths = ssl.get_default_verify_paths()
                if not any((paths.cafile, paths.capath)):
                    # Some Pythons come without certificates (python.org's on macOS, for one).
                    self._tls.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
                self._tls.set_alpn_protocols(["http/1.1"])
            return self._tls


class Pool:
    """Idle connections, at most one for an endpoint, and the list of those in use."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._lock = threading.Lock()
        self._idle: dict[Endpoint, Connection] = {}
        self._busy: list[Connection] = []
        self._closed = False

    def take(self, endpoint: Endpoint, deadline: Deadline) -> tuple[Connection, bool]:
        """Return a connection and whether it was used before; TransportError if there is none."""
        with self._lock:
            idle = self._idle.pop(endpoint, None)
        if idle is not None:
            if time.monotonic() - idle.idle_since < _LONGEST_IDLE and idle.is_quiet():
                self._register(idle)
                return idle, True
            idle.close()
        connection = self._connector.connect(endpoint, deadline)
        self._register(connection)
        return connection, False

    def give_back(self, connection: Connection, *, reusable: bool) -> None:
        """Keep *connection* for the next request to its endpoint, or close it."""
        surplus: list[Connection] = []
        with self._lock:
            self._busy.remove(connection)
            if reusable and not self._closed and connection.endpoint not in self._idle:
                connection.idle_since = time.monotonic()
                self._idle[connection.endpoint] = connection
                while len(self._idle) > _MOST_IDLE:
                    surplus.append(self._idle.pop(next(iter(self._idle))))
            else:
                surplus.append(connection)
        for unwanted in surplus:
            unwanted.close()

    def close(self) -> None:
        """Close what is idle and hang up on what is in use, so that no thread waits any longer."""
        with self._lock:
            self._closed = True
            idle = list(self._idle.values())
            self._idle.clear()
            busy = list(self._busy)
        for connection in idle:
            connection.close()
        for connection in busy:
            connection.hang_up()

    def _register(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed:
                self._busy.append(connection)
                return
        connection.close()
        raise TransportError("connect", "the session is closed", ip=connection.ip)


def _open(address: Address, timeout: float) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(address.socket_address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def resolve(host: str, port: int, timeout: float) -> list[Address]:
    """Return every address of *host*; TransportError where it has none within *timeout* seconds."""
    answers: list[list[Address]] = []
    errors: list[Exception] = []

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            # Python gives (int, bytes) only for families it was built without.
            answers.append([Address(entry[0], cast(SocketAddress, entry[4])) for entry in found])
        except (OSError, UnicodeError) as error:
            errors.append(error)

    # The resolver takes no timeout, so it is left behind where it takes too long.
    thread = threading.Thread(target=look_up, daemon=True, name=f"resolve {host}")
    thread.start()
    thread.join(timeout)
    if errors:
        raise TransportError("dns", f"{host} has no address: {_in_words(errors[0])}") from errors[0]
    if not answers:
        raise TransportError("dns", f"no answer about {host} within {timeout:g} s")
    return list(dict.fromkeys(answers[0]))


def _in_words(error: Exception) -> str:
    """Return why a look-up failed, as a person says it."""
    if isinstance(error, UnicodeError):
        return "no name may be spelled like that"
    number = getattr(error, "errno", None)
    if number in _UNKNOWN_NAME:
        return "no such name is known"
    if number == socket.EAI_AGAIN:
        return "the name servers do not answer now; is this machine online?"
    return str(getattr(error, "strerror", None) or error)


def split_host_port(text: str) -> tuple[str, int]:
    """Return the host (without brackets) and port of "host:port"; ValueError if it is not that."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is not host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)
