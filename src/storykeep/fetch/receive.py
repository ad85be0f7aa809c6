"""Sends one request and spools what comes back, within limits. Knows sockets, but no URL."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import BinaryIO, cast

from storykeep.errors import CaptureError
from storykeep.fetch.transport import Connection, Deadline, Endpoint, Pool, TransportError
from storykeep.model import FailureKind, Head
from storykeep.wire import ResponseReader, codings

_SPOOL_IN_MEMORY = 1 << 20
_PATIENCE = 5.0  # seconds of silence after which a message with broken framing is over


@dataclass(frozen=True)
class Limits:
    """Where an exchange ends at the latest: seconds, and bytes."""

    connect_timeout: float = 10.0
    read_timeout: float = 30.0  # of silence
    deadline: float = 300.0  # of the whole exchange
    max_bytes: int = 20971520  # of the decoded body
    max_wire_bytes: int | None = None  # of the message; None: twice max_bytes
    max_header_bytes: int = 262144

    def reader(self) -> ResponseReader:
        """Return a reader for the answer to a GET, with these caps."""
        return ResponseReader(
            max_header_bytes=self.max_header_bytes,
            max_wire_bytes=self.max_wire_bytes or 2 * self.max_bytes,
            max_body_bytes=self.max_bytes,
        )


class NoAnswerError(TransportError):
    """A connection was there, but no HTTP came. *received* is what came instead."""

    def __init__(self, kind: FailureKind, detail: str, *, ip: str, received: bytes) -> None:
        super().__init__(kind, detail, ip=ip)
        self.received = received
        self.stale = False  # it had been used before, and not one byte came from it


@dataclass(frozen=True)
class Answer:
    """What came back: `reader` knows the head and what became of it, `spool` is at byte 0."""

    head: Head
    reader: ResponseReader
    spool: BinaryIO
    ip: str
    tls: str  # "tls/1.3", "" without TLS


def converse(
    pool: Pool,
    endpoint: Endpoint,
    request: bytes,
    limits: Limits,
    deadline: Deadline,
    *,
    resend: bool = True,
) -> Answer:
    """Send *request* and return the answer, whole or truncated.

    TransportError or NoAnswerError if there is none. A connection that was used before may have
    died while it was idle: if not one byte comes from it, the request is sent again on a new one
    (RFC 9112, section 9.3.1). Without *resend* that is a NoAnswerError, too, which is `stale`.
    """
    connection, reused = pool.take(endpoint, deadline)
    try:
        return _exchange(pool, connection, request, limits, deadline)
    except NoAnswerError as error:
        error.stale = reused and not error.received and error.kind == "disconnect"
        if not (error.stale and resend):
            raise
    connection, _ = pool.take(endpoint, deadline)
    return _exchange(pool, connection, request, limits, deadline)


def _exchange(
    pool: Pool, connection: Connection, request: bytes, limits: Limits, deadline: Deadline
) -> Answer:
    reader = limits.reader()
    # Not a context manager: where all goes well it outlives this function, inside the Answer.
    spool = cast(
        BinaryIO,
        tempfile.SpooledTemporaryFile(max_size=_SPOOL_IN_MEMORY),  # noqa: SIM115
    )
    reusable = False
    try:
        _send(connection, request, reader, limits, deadline)
        while not reader.complete:
            _keep(spool, _receive(connection, reader, limits, deadline))
        if reader.head is None:
            raise _no_answer(reader, connection.ip)
        reusable = _is_reusable(connection, reader, request)
        spool.seek(0)
        return Answer(reader.head, reader, spool, connection.ip, connection.tls)
    except BaseException:
        spool.close()
        raise
    finally:
        pool.give_back(connection, reusable=reusable)


def _send(
    connection: Connection,
    request: bytes,
    reader: ResponseReader,
    limits: Limits,
    deadline: Deadline,
) -> None:
    try:
        connection.send(request, deadline.limit(limits.read_timeout))
    except TimeoutError:
        reader.end("time", "the request could not be sent in time")
    except OSError as error:
        reader.end("disconnect", f"the request could not be sent: {error}")


def _receive(
    connection: Connection, reader: ResponseReader, limits: Limits, deadline: Deadline
) -> bytes:
    """Wait for bytes once, tell *reader* what happened, and return what is to be kept."""
    if deadline.passed():
        return reader.end("time", f"not over within {limits.deadline:g} s")
    patience = limits.read_timeout
    if reader.untrusted:
        # Only a close could end this message, and a server that keeps alive may never close.
        patience = min(patience, _PATIENCE)
    try:
        data = connection.receive(deadline.limit(patience))
    except TimeoutError:
        if deadline.passed():
            return b""
        return reader.end("time", f"nothing came for {patience:g} s")
    except OSError as error:
        return reader.end("disconnect", f"the connection broke: {error}")
    return reader.feed(data) if data else reader.end()


def _keep(spool: BinaryIO, data: bytes) -> None:
    try:
        spool.write(data)
    except OSError as error:
        raise CaptureError(
            f"cannot keep what is received in {tempfile.gettempdir()}: {error}",
            hint="make room there, or set TMPDIR to a folder that has some",
        ) from error


def _no_answer(reader: ResponseReader, ip: str) -> NoAnswerError:
    received = reader.received
    if reader.garbage:
        detail = f"{len(received)} bytes that are not HTTP. {reader.problem}".rstrip(" .")
        return NoAnswerError("garbage", detail, ip=ip, received=received)
    kind: FailureKind = "timeout" if reader.truncated == "time" else "disconnect"
    detail = reader.problem or "the server closed the connection"
    return NoAnswerError(kind, f"no answer: {detail}", ip=ip, received=received)


def _is_reusable(connection: Connection, reader: ResponseReader, request: bytes) -> bool:
    """Return whether the connection may carry one more exchange (RFC 9112, section 9.3)."""
    if reader.truncated or not reader.framed or reader.head is None:
        return False
    if reader.surplus or not _persists(reader.head, request):
        return False
    try:
        if connection.is_quiet():
            return True
        # What came right behind the message is surplus (b"" if it is only the end).
        reader.feed(connection.receive(0.001))
    except TimeoutError:
        return True  # TLS talked to itself, as it does about session tickets
    except OSError:
        return False
    return False


def _persists(head: Head, request: bytes) -> bool:
    options = codings(head, "Connection")
    if "close" in options:
        return False
    if codings(head, "Transfer-Encoding") and (head.get("Content-Length") or _is_old(head)):
        return False  # a server that frames a message twice may mean either
    asked_old = request.partition(b"\r\n")[0].endswith(b"HTTP/1.0")
    return "keep-alive" in options or not (asked_old or _is_old(head))


def _is_old(head: Head) -> bool:
    return head.version != "HTTP/1.1"
