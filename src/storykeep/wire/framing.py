"""Where a message's body ends (RFC 9112, sections 6 and 7), and the body without its framing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Protocol

from storykeep.model import Head
from storykeep.wire.content import Decoder
from storykeep.wire.head import codings

_READ = 65536
_LONGEST_LINE = 8192  # of a chunk size with its extensions, or of a trailer field
_LONGEST_TRAILER = 65536
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
_CHUNK_SIZE_SO_FAR = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,16}[ \t]*(?:;.*|\r*)", re.DOTALL)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_LEADING_ZEROS = re.compile("^0+(?=[0-9])")
_MOST = 10**18  # a length beyond this is only "more than ever comes"


class Framing(Protocol):
    """How far a body goes. `fault` says in words why that cannot be trusted, "" if it can."""

    done: bool
    fault: str
    note: str

    def feed(self, data: bytes) -> tuple[int, list[bytes]]:
        """Return how many bytes of *data* belong to the message, and the payload among them."""

    def lack(self) -> str:
        """Return what would be missing if no more bytes came, "" if the message is whole."""


class ByLength:
    """A body of *length* bytes."""

    fault = ""
    note = ""

    def __init__(self, length: int) -> None:
        self._length = self._left = length
        self.done = length == 0

    def feed(self, data: bytes) -> tuple[int, list[bytes]]:
        piece = data[: self._left]
        self._left -= len(piece)
        self.done = self._left == 0
        return len(piece), [piece]

    def lack(self) -> str:
        if self.done:
            return ""
        return f"{self._length - self._left} of {self._length} body bytes came"


class UntilClose:
    """A body that goes on until the connection ends."""

    done = False

    def __init__(self, *, fault: str = "", note: str = "") -> None:
        self.fault = fault
        self.note = note

    def feed(self, data: bytes) -> tuple[int, list[bytes]]:
        return len(data), [data]

    def lack(self) -> str:
        return self.fault


class Chunked:
    """The chunked transfer coding (section 7.1), extensions and trailers included.

    From a bad chunk on, all up to the end of the connection belongs to the message, as it is.
    """

    note = ""

    def __init__(self) -> None:
        self.done = False
        self.fault = ""
        self._state = "size"  # "size", "data", "data end", "trailer"
        self._left = 0
        self._line = bytearray()
        self._trailer = 0

    def feed(self, data: bytes) -> tuple[int, list[bytes]]:
        at = 0
        pieces: list[bytes] = []
        while at < len(data) and not self.done:
            if self.fault:
                pieces.append(data[at:])
                at = len(data)
            elif self._state == "data":
                piece = data[at : at + self._left]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if not self._left:
                    self._state = "data end"
            else:
                at = self._take_line(data, at, pieces)
        return at, pieces

    def lack(self) -> str:
        # Some servers hang up behind "0" CRLF: the text is all there.
        if self.fault or self.done or self._state == "trailer":
            return self.fault
        return "the last chunk is missing"

    def _take_line(self, data: bytes, at: int, pieces: list[bytes]) -> int:
        newline = data.find(b"\n", at)
        end = len(data) if newline < 0 else newline + 1
        self._line += data[at:end]
        # Whether the line's end has come yet is a matter of packets, so its length is judged first.
        if len(self._line) > _LONGEST_LINE:
            self.fault = "a chunk line is too long"
        elif newline >= 0:
            self._use_line(bytes(self._line).rstrip(b"\r\n"))
        elif self._state == "size" and not _CHUNK_SIZE_SO_FAR.fullmatch(self._line):
            # A body that says it is chunked and is not may have no line end at all.
            self.fault = "a chunk size is not a number"
        if self.fault:
            pieces.append(bytes(self._line))
        if self.fault or newline >= 0:
            self._line.clear()
        return end

    def _use_line(self, line: bytes) -> None:
        if self._state == "size":
            self._use_size(line)
        elif self._state == "data end":
            self._state = "size"
            if line:
                self.fault = "a chunk is longer than it says"
        else:
            self._trailer += len(line)
            self.done = not line
            if self._trailer > _LONGEST_TRAILER:
                self.fault = "the trailer is too long"

    def _use_size(self, line: bytes) -> None:
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            self.fault = "a chunk size is not a number"
            return
        self._left = int(size[1], 16)
        self._state = "data" if self._left else "trailer"


def framing(head: Head, method: str = "GET") -> Framing:
    """Return how the body of the answer to *method* ends, by the steps of RFC 9112, section 6.3."""
    if method == "HEAD" or 100 <= head.status < 200 or head.status in (204, 304):
        return ByLength(0)
    if transfer := codings(head, "Transfer-Encoding"):
        return Chunked() if transfer[-1] == "chunked" else UntilClose()
    return _by_length(head)


def payload(stream: BinaryIO, head: Head, method: str = "GET") -> Iterator[bytes]:
    """Yield the body of the message in *stream* with chunked removed and content codings kept.

    *stream* is at the first byte of the whole message. What lies behind a bad chunk comes as it is.
    """
    yield from _payload(stream, head, framing(head, method))


def body(stream: BinaryIO, head: Head, *, max_bytes: int) -> tuple[bytes, str | None]:
    """Return the body with all codings removed, at most *max_bytes* of it, and what was wrong.

    *stream* is at the first byte of the whole message. What was wrong is None where nothing was,
    else "cap", "gzip stream ends early", "unknown coding br" and the like; the bytes are then as
    far as they could be decoded, or as they came. A transfer coding other than chunked, which no
    client asks for, is removed like a content coding.
    """
    frame = framing(head)
    decoder = decoder_for(head, max_bytes=max_bytes)
    decoded = BytesIO()  # its value is no copy of what was written: a body may be a large one
    for piece in _payload(stream, head, frame):
        for part in decoder.feed(piece):
            decoded.write(part)
        if decoder.capped:
            break
    else:
        for part in decoder.finish():
            decoded.write(part)
    decoded.truncate(max_bytes)
    lack = "" if decoder.capped or isinstance(frame, ByLength) else frame.lack()
    return decoded.getvalue(), "; ".join(filter(None, [lack, decoder.problem])) or None


def decoder_for(head: Head, *, max_bytes: int) -> Decoder:
    """Return a decoder that undoes what *head* says was done to the body, chunked apart."""
    transfer = [coding for coding in codings(head, "Transfer-Encoding") if coding != "chunked"]
    return Decoder([*codings(head, "Content-Encoding"), *transfer], max_bytes=max_bytes)


def _payload(stream: BinaryIO, head: Head, frame: Framing) -> Iterator[bytes]:
    left = head.size
    while left and (skipped := stream.read(min(left, _READ))):
        left -= len(skipped)
    while data := stream.read(_READ):
        if isinstance(frame, Chunked):
            yield from frame.feed(data)[1]
        else:
            yield data


def _by_length(head: Head) -> Framing:
    listed = ",".join(head.all("Content-Length")).split(",")
    # Leading zeros are no contradiction; one "0" stays.
    values = {_LEADING_ZEROS.sub("", value.strip(" \t")) for value in listed}
    if values == {""}:
        return UntilClose()
    if len(values) > 1:
        return UntilClose(fault="the Content-Lengths contradict each other")
    value = values.pop()
    if not _DIGITS.fullmatch(value):
        return UntilClose(note=f"Content-Length {value[:40]!r} is not a number")
    return ByLength(int(value) if len(value) < 19 else _MOST)
