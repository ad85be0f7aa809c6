"""WARCs and ARCs in the forms that we do not read from in place, as one gzip member a record.

A record keeps its head and its block byte for byte; what changes is only how it is packed. An ARC
has no such record: it becomes a response with the same HTTP answer. Behind damage the reading goes
on at the next thing that is whole.
"""

from __future__ import annotations

import mmap
import re
import uuid
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Literal, cast

from zlib_ng import zlib_ng

from storykeep.warc import fields as f
from storykeep.warc.record import (
    GZIP,
    LEVEL,
    MAX_HEAD,
    PIECE,
    BrokenRecordError,
    content_length,
    find_member,
    parse_record_head,
    write_record,
)
from storykeep.warc.scanning import MOST_BLOCK, Gap

Form = Literal["records", "gzip", "plain", "arc", "arc.gz", "zstd"]
# `records` is what we read in place: one gzip member a record. `gzip` is one member around many.

_END = b"\r\n\r\n"
# A frame (RFC 8878, section 3.1.1), and the dictionary that ArchiveTeam puts before all of them.
# A frame (RFC 8878, section 3.1.1), and the dictionary that ArchiveTeam puts before all of them.
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_ZSTD_BITE = 1024  # bytes at a time: four of them can mean 128 KiB
_BEGINS = re.compile(rb"WARC/\d")
_ARC_LINE = re.compile(
    rb"([a-z]{2,12}:[^ \r\n]{1,65536}) ([0-9.]{7,15}|[0-9a-f:]{2,45}|-) (\d{8,14}) "
    rb"([^ \r\n]{1,255})(?: [^ \r\n]{0,255}){0,4} (\d{1,15})\r?\n"
)
# Text packs ten to one; what packs better than this is not a crawl but an attack on the disk.
MOST_RATIO = 100
_FREE = 64 << 20  # bytes that may be unpacked whatever the ratio
_GLANCE = 1 << 16


class HostileError(Exception):
    """A file that would do harm is not read; the text says why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A record in a plain file: its head from `start`, its block from `block` to `end`."""

    start: int
    block: int
    end: int
    fields: f.Fields
    after: int  # where what follows begins


def form_of(path: Path) -> Form | None:
    """Return in which form the file at *path* holds records, by its bytes; None: it holds none.

    Raises OSError.
    """
    with path.open("rb") as file:
        first = file.read(_GLANCE)
        if _BEGINS.match(first):
            return "plain"
        if first.startswith(b"filedesc:"):
            return "arc"
        if first.startswith(_ZSTD):
            return "zstd"
        if not first.startswith(b"\x1f\x8b"):
            return None
        inside = _unpacked(first)
        if inside.startswith(b"filedesc:"):
            return "arc.gz"
        if _BEGINS.match(inside):
            return "gzip" if _holds_many(file) else "records"
        # Its first record may be damaged; what follows tells.
        return "records" if not inside and _has_member(file) else None


def _unpacked(data: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj(GZIP).decompress(data, _GLANCE)
    return b""


def _has_member(file: BinaryIO) -> bool:
    return find_member(file, 1) is not None


def _holds_many(file: BinaryIO) -> bool:
    """Return whether the first gzip member goes on behind its first record."""
    held, left = b"", -1
    try:
        for piece in _pieces(file):
            held += piece
            if left < 0:
                if (end := held.find(_END)) < 0:
                    if len(held) > MAX_HEAD:
                        return False
                    continue
                left = content_length(parse_record_head(held[: end + len(_END)])) + len(_END)
                held = held[end + len(_END) :]
            skipped = min(left, len(held))
            held, left = held[skipped:], left - skipped
            if not left and held:
                return _BEGINS.match(held) is not None or held.startswith(b"WARC"[: len(held)])
    except (zlib.error, BrokenRecordError):
        return False
    return False


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield what the first gzip member of *file* holds."""
    file.seek(0)
    unpacker = zlib.decompressobj(GZIP)
    while not unpacker.eof and (data := unpacker.unconsumed_tail or file.read(PIECE)):
        yield unpacker.decompress(data, 16 * PIECE)


def unpack(path: Path, form: Form, out: IO[bytes]) -> str:
    """Write what the gzip or zstd file at *path* holds to *out*, all members of it.

    Return in words what could not be unpacked, "" where all was. Raises HostileError where it
    unpacks to far more than any crawl does, or its form cannot be read here.
    """
    size = path.stat().st_size
    written = 0
    problem: list[str] = []
    pieces = _unzstd(path, problem) if form == "zstd" else _gunzip(path, problem)
    for piece in pieces:
        written += out.write(piece)
        if written > max(_FREE, MOST_RATIO * size):
            raise HostileError(
                f"its {size} bytes unpack to more than {written >> 20} MiB: that is no crawl"
            )
    return "; ".join(problem)


def _gunzip(path: Path, problem: list[str]) -> Iterator[bytes]:
    with path.open("rb") as file:
        unpacker, data, at = zlib.decompressobj(GZIP), b"", 0
        while data := data or file.read(PIECE):
            at = file.tell() - len(data)
            try:
                yield unpacker.decompress(data, 16 * PIECE)
            except zlib.error as error:
                problem.append(f"damaged near byte {at}: {error}")
                # Members may follow; a search for one costs less than they do.
                data = _next_member(file, at, data)
                unpacker = zlib.decompressobj(GZIP)
                continue
            data = unpacker.unconsumed_tail
            if unpacker.eof:
                data = unpacker.unused_data.lstrip(b"\0")
                unpacker = zlib.decompressobj(GZIP)
                if not data and not (data := file.read(PIECE)):
                    return
        problem.append("the file ends within a gzip member")


def _next_member(file: BinaryIO, at: int, data: bytes) -> bytes:
    file.seek(at + 1)
    held = b""
    while piece := file.read(PIECE):
        held += piece
        if (found := held.find(b"\x1f\x8b\x08")) >= 0:
            return held[found:]
        held = held[-2:]
    return b""


def _unzstd(path: Path, problem: list[str]) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError:
        raise HostileError(
            "it is packed with zstd, which needs the package zstandard: "
            "pip install zstandard, or unpack it first (zstd -d)"
        ) from None
    begun = False
    with path.open("rb") as file:
        dictionary = _dictionary(file, zstandard)
        unpacker = zstandard.ZstdDecompressor(dict_data=dictionary)
        frame, data = unpacker.decompressobj(), b""
        try:
            while data := data or file.read(_ZSTD_BITE):
                yield frame.decompress(data)
                data = b""
                if frame.eof:
                    data, frame = frame.unused_data, unpacker.decompressobj()
                    begun = bool(data)
                else:
                    begun = True
        except zstandard.ZstdError as error:
            problem.append(f"damaged near byte {file.tell()}: {error}")
        else:
            if begun:
                problem.append("the file ends within a zstd frame")


def _dictionary(file: BinaryIO, zstandard):  # type: ignore[no-untyped-def]
    """Return the dictionary that ArchiveTeam puts into a skippable frame before all others."""
    head = file.read(8)
    if head[:4] != _ZSTD[1]:
        file.seek(0)
        return None
    size = int.from_bytes(head[4:], "little")
    if size > 16 << 20:
        raise HostileError(f"its dictionary would have {size} bytes")
    data = file.read(size)
    if data.startswith(_ZSTD[0]):
        data = zstandard.ZstdDecompressor().decompress(data, max_output_size=64 << 20)
    return zstandard.ZstdCompressionDict(data)


# ---------------------------------------------------------------- records in a plain file


def repack(path: Path, form: Form, out: IO[bytes], *, name: str) -> Iterator[Gap | Piece]:
    """Write the records of the plain file at *path* to *out*, one gzip member each.

    Yield each piece that was written, and each stretch that is no whole record. *name* is that of
    the file as it came, from which the ids are made that an ARC does not have. Raises OSError.
    """
    if not path.stat().st_size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        is_arc = form.startswith("arc")
        for found in _arc_pieces(data) if is_arc else _warc_pieces(data):
            if isinstance(found, Piece) and is_arc:
                _write_arc(out, data, found, name)
            elif isinstance(found, Piece):
                _write_member(out, data, found)
            yield found


def _write_member(out: IO[bytes], data: mmap.mmap, piece: Piece) -> None:
    packer = zlib_ng.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for at in range(piece.start, piece.end, PIECE):
        out.write(packer.compress(data[at : min(at + PIECE, piece.end)]))
    out.write(packer.compress(_END) + packer.flush())


def _warc_pieces(data: mmap.mmap) -> Iterator[Gap | Piece]:
    at, size = 0, len(data)
    while at < size:
        found = _warc_piece(data, at)
        if isinstance(found, Piece):
            yield found
            at = found.after
            continue
        behind = _next_piece(data, at + 1)
        told = _told(data, at)
        yield Gap(at, behind, found, told)
        at = behind


def _warc_piece(data: mmap.mmap, at: int) -> Piece | str:
    """Return the whole record that begins at *at*, else in words why there is none."""
    end = data.find(_END, at, at + MAX_HEAD)
    if end < 0:
        return "the record's head has no end"
    block = end + len(_END)
    try:
        fields = parse_record_head(data[at:block])
        length = content_length(fields)
    except BrokenRecordError as error:
        return str(error)
    stop = block + length
    if stop > len(data):
        return f"it says that it has {length} bytes, and the file ends before"
    if length > MOST_BLOCK:
        return f"it has {length} bytes, which is more than a page may have"
    after = _behind(data, stop)
    if after is None:
        return f"it is not the {length} bytes long that it says"
    return Piece(at, block, stop, fields, after)


def _behind(data: mmap.mmap, stop: int) -> int | None:
    """Return where the record behind a block begins; not every tool ends a block as it should."""
    if data[stop : stop + 4] == _END:
        return stop + 4
    at = stop
    while data[at : at + 1] in (b"\r", b"\n") and at - stop < 8:
        at += 1
    if at == len(data) or _BEGINS.match(data[at : at + 8]):
        return at
    return None


def _next_piece(data: mmap.mmap, at: int) -> int:
    """Return where the next whole record begins; a head is looked at once, whatever claims one."""
    behind = at
    while (end := data.find(_END, behind)) >= 0:
        start = data.rfind(b"\nWARC/1.", max(behind - 1, end - _GLANCE), end) + 1
        if start > 0 and isinstance(_warc_piece(data, start), Piece):
            return start
        behind = end + 1
    return len(data)


def _told(data: mmap.mmap, at: int) -> tuple[tuple[str, str], ...]:
    end = data.find(_END, at, at + MAX_HEAD)
    with suppress(BrokenRecordError):
        return tuple(parse_record_head(data[at : end + len(_END)])) if end >= 0 else ()
    return ()


# ---------------------------------------------------------------- ARC


def _arc_pieces(data: mmap.mmap) -> Iterator[Gap | Piece]:
    at, size = 0, len(data)
    while at < size:
        if data[at : at + 1] in (b"\n", b"\r"):
            at += 1
            continue
        found = _arc_piece(data, at)
        if found is not None:
            yield found
            at = found.after
            continue
        behind = _next_arc(data, at + 1)
        yield Gap(at, behind, "it is no whole ARC record")
        at = behind


def _arc_piece(data: mmap.mmap, at: int) -> Piece | None:
    newline = data.find(b"\n", at, at + _GLANCE * 2)
    line = _ARC_LINE.fullmatch(data[at : newline + 1]) if newline >= 0 else None
    if line is None:
        return None
    length, block = int(line[5]), newline + 1
    stop = block + length
    if stop > len(data) or length > MOST_BLOCK:
        return None
    if stop < len(data) and data[stop : stop + 1] not in (b"\n", b"\r"):
        return None
    told = [("url", line[1].decode("utf-8", "replace")), ("ip", line[2].decode()),
            ("date", line[3].decode()), ("mime", line[4].decode("latin-1"))]  # fmt: skip
    return Piece(at, block, stop, told, stop)


def _next_arc(data: mmap.mmap, at: int) -> int:
    while (at := data.find(b"\n", at)) >= 0:
        if _arc_piece(data, at + 1) is not None:
            return at + 1
        at += 1
    return len(data)


def _write_arc(out: IO[bytes], data: mmap.mmap, piece: Piece, name: str) -> None:
    told = dict(piece.fields)
    is_answer = data[piece.block : piece.block + 5] == b"HTTP/"
    try:
        date = f.date(_arc_moment(told["date"]))
    except ValueError:
        return
    # Made of what it is, so that the same file gives the same records on every machine.
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"arc:{name}:{piece.start}:{told['url']}")
    fields = [
        ("WARC-Type", "response" if is_answer else "metadata"),
        ("WARC-Record-ID", f"<urn:uuid:{identifier}>"),
        ("WARC-Date", date),
        ("WARC-Target-URI", f.uri(told["url"])),
        ("Content-Type", "application/http; msgtype=response" if is_answer else "text/plain"),
    ]
    if told["ip"] not in ("-", "0.0.0.0"):  # noqa: S104 - written where it is not known
        fields.insert(-1, ("WARC-IP-Address", told["ip"]))
    with SpooledTemporaryFile(max_size=PIECE * 16) as block:
        for at in range(piece.block, piece.end, PIECE):
            block.write(data[at : min(at + PIECE, piece.end)])
        write_record(out, fields, cast(BinaryIO, block))


def _arc_moment(text: str) -> datetime:
    """Return the moment of an ARC's date, as far as it is written: YYYYMMDDhhmmss."""
    padded = text + "00000101000000"[len(text) :]
    return datetime.strptime(padded, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
