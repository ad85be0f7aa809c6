"""One WARC record as one gzip member: compressing it into a stream, reading it back from a file."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, BinaryIO

from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException
from zlib_ng import zlib_ng

from storykeep.warc import fields as f

# zlib-ng's level 6 makes prose as small as zlib's (0.4 % more bytes) in less than half of the time;
# compressing was a third of what capture cost. Whoever verifies reads members with zlib, as others
# do; what a database knows is read again and again, and zlib-ng needs half of the time.
LEVEL = 6
GZIP = 31  # zlib's word for a gzip member with the largest window
PIECE = 65_536
KEEP = 8 * 1024 * 1024  # bytes of a block that are held while a file is scanned
ANSWERS = ("response", "revisit", "resource")  # the records that are captures
MAX_HEAD = 1024 * 1024  # no record of ours has a longer WARC head

_MAGIC = b"\x1f\x8b\x08"
_FIRST = b"WARC/1."
_STATUS_LINES = (b"WARC/1.1\r\n", b"WARC/1.0\r\n")
_GLANCE = 4096  # compressed bytes that must show that a record begins; a gzip header has few
_END = b"\r\n\r\n"
_DAMAGE: tuple[type[Exception], ...] = (zlib.error, zlib_ng.error)  # type: ignore[assignment]


class BrokenRecordError(Exception):
    """What lies here is no whole WARC record in one gzip member; the text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record whose gzip member is whole. `offset` and `length` (bytes) are the member's."""

    offset: int
    length: int
    fields: f.Fields
    block: bytes  # its first KEEP bytes
    block_size: int

    @property
    def end(self) -> int:
        """The offset of what follows."""
        return self.offset + self.length

    @property
    def type(self) -> str:
        return self.get("WARC-Type")

    @property
    def id(self) -> str:
        return self.get("WARC-Record-ID")

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of the WARC field *name*, else *default*."""
        return f.first(self.fields, name, default)


def sha1(digest: bytes) -> str:
    """Return a SHA-1 digest as WARC and CDX write it."""
    return "sha1:" + base64.b32encode(digest).decode("ascii")


def block_digest(block: BinaryIO) -> tuple[str, int]:
    """Return the SHA-1 and the size of all of *block*, and leave it at its start."""
    digest, size = hashlib.sha1(), 0
    block.seek(0)
    while piece := block.read(PIECE):
        digest.update(piece)
        size += len(piece)
    block.seek(0)
    return sha1(digest.digest()), size


def write_record(out: IO[bytes], fields: f.Fields, block: BinaryIO | bytes) -> int:
    """Write one record as one gzip member and return the member's length.

    Content-Length and, where *fields* has none, WARC-Block-Digest are added. Memory stays bounded
    whatever the size of *block*.
    """
    stream = BytesIO(block) if isinstance(block, bytes) else block
    digest, size = block_digest(stream)
    sizes = [("WARC-Block-Digest", digest), ("Content-Length", str(size))]
    packer = zlib_ng.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    length = out.write(packer.compress(f.head(fields + sizes)))
    while piece := stream.read(PIECE):
        length += out.write(packer.compress(piece))
    return length + out.write(packer.compress(_END) + packer.flush())


class Member:
    """The content of the gzip member at an offset; `length` is known once it was read.

    One that is *known* to be so many bytes is read at once.
    """

    def __init__(self, file: BinaryIO, offset: int, *, known: int = 0) -> None:
        self.length = 0
        self._file = file
        self._offset = offset
        self._known = known

    def __iter__(self) -> Iterator[bytes]:
        unpacker = (zlib_ng if self._known else zlib).decompressobj(GZIP)
        self._file.seek(self._offset)
        # Most members are small: do not read far behind them.
        taken, size = 0, min(self._known, PIECE) or 4096
        while not unpacker.eof:
            data = unpacker.unconsumed_tail
            if not data:
                data = self._file.read(size)
                taken, size = taken + len(data), PIECE
            if not data:
                raise BrokenRecordError("the file ends within a record")
            try:
                piece = unpacker.decompress(data, 16 * PIECE)
            except _DAMAGE as error:
                raise BrokenRecordError(f"not gzip, or damaged: {error}") from error
            yield piece
        self.length = taken - len(unpacker.unused_data)


def read_record(
    file: BinaryIO, offset: int, out: IO[bytes] | None = None, *, known: int = 0
) -> Record:
    """Return the record at *offset* after reading all of it; its block goes to *out* if given.

    *known* is how long a database says that its member is; it need not be true. A record counts
    when zlib reaches the end of its member (so its CRC is right) and the member is exactly one
    WARC record. Raises BrokenRecordError otherwise.
    """
    member = Member(file, offset, known=known)
    pieces = iter(member)
    head, rest = _split_head(pieces)
    fields = parse_record_head(head)
    size = content_length(fields)
    kept, seen, tail = bytearray(), 0, b""
    while True:
        part = rest[: size - seen]
        seen += len(part)
        tail += rest[len(part) :]
        if len(tail) > len(_END):
            break
        kept += part[: KEEP - len(kept)]
        if out is not None:
            out.write(part)
        try:
            rest = next(pieces)
        except StopIteration:
            break
    if seen != size or tail != _END:
        raise BrokenRecordError("the record is not as long as it says")
    return Record(offset, member.length, fields, bytes(kept), size)


def read_fields(file: BinaryIO, offset: int) -> f.Fields:
    """Return the WARC fields of what begins at *offset*; nothing is said of the rest of it.

    Raises BrokenRecordError where no WARC record begins.
    """
    return parse_record_head(_split_head(iter(Member(file, offset)))[0])


def find_member(file: BinaryIO, offset: int) -> int | None:
    """Return where the next gzip member that begins like a record lies; None: nowhere.

    At or behind *offset*. Only the next _GLANCE bytes of a place are looked at: damage may be
    megabytes of what begins like members, each of which could be read to the end of the file.
    """
    file.seek(offset)
    held, more = b"", True
    while more:
        piece = file.read(PIECE)
        more = bool(piece)
        held += piece
        found = held.find(_MAGIC)
        while found >= 0 and (len(held) - found >= _GLANCE or not more):
            if _looks_like_a_record(held[found : found + _GLANCE]):
                return offset + found
            found = held.find(_MAGIC, found + 1)
        done = found if found >= 0 else max(len(held) - len(_MAGIC) + 1, 0)
        held, offset = held[done:], offset + done
    return None


def _looks_like_a_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(GZIP).decompress(data, 64).startswith(_FIRST)
    except zlib.error:
        return False


def _split_head(pieces: Iterator[bytes]) -> tuple[bytes, bytes]:
    held = b""
    for piece in pieces:
        held += piece
        if not _FIRST.startswith(held[: len(_FIRST)]):
            raise BrokenRecordError("not a WARC record")
        if (end := held.find(_END)) >= 0:
            return held[: end + len(_END)], held[end + len(_END) :]
        if len(held) > MAX_HEAD:
            raise BrokenRecordError("the record's head has no end")
    raise BrokenRecordError("the record's head has no end")


def parse_record_head(head: bytes) -> f.Fields:
    """Return the fields of a record's head. Raises BrokenRecordError."""
    if (usual := _usual_fields(head)) is not None:
        return usual
    parser = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0"])
    try:
        return list(parser.parse(BytesIO(head)).headers)
    except (StatusAndHeadersParserException, EOFError) as error:
        raise BrokenRecordError(f"the record's head cannot be read: {error}") from error


def _usual_fields(head: bytes) -> f.Fields | None:
    """Return the fields of a head of plain lines, which nearly all are; None for any other.

    It says what warcio does, in a fifth of the time: each page of an archive comes by here.
    """
    if head[:10] not in _STATUS_LINES or head[-4:] != _END or not head.isascii():
        return None
    fields = []
    for line in head[10:-4].decode("ascii").split("\r\n"):
        name, colon, value = line.partition(": ")
        if not colon or "\n" in line or not name.replace("-", "").isalnum():
            return None
        fields.append((name, value.strip()))
    return fields


def content_length(fields: f.Fields) -> int:
    """Return the length of a record's block. Raises BrokenRecordError where *fields* lack it."""
    text = f.first(fields, "Content-Length")
    if not (text.isascii() and text.isdigit()):
        raise BrokenRecordError("the record does not say how long it is")
    return int(text)
