"""Records one behind the other, as other tools write them: an uncompressed WARC, or one gzip member
around all of it. Storykeep never writes so; it is read to the end and its digests are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from storykeep.verify.digests import Digest
from storykeep.warc import fields as f
from storykeep.warc.record import (
    MAX_HEAD,
    PIECE,
    BrokenRecordError,
    content_length,
    parse_record_head,
)

_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Plain:
    """One record of a sequence; offsets count the bytes of the sequence."""

    start: int
    end: int
    fields: f.Fields
    problem: str  # what is wrong with its block digest, "" for nothing


class _Reader:
    """The bytes of *pieces* as they are asked for."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.offset = 0
        self._pieces = iter(pieces)
        self._held = b""

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        self._held += piece or b""
        return piece is not None

    def at_end(self) -> bool:
        while not self._held:
            if not self._more():
                return True
        return False

    def until(self, mark: bytes, most: int) -> bytes:
        """Return all up to and with *mark*. Raises BrokenRecordError where there is none."""
        while (at := self._held.find(mark)) < 0:
            if len(self._held) > most or not self._more():
                raise BrokenRecordError("the record's head has no end")
        return self._take(at + len(mark))

    def some(self, most: int) -> bytes:
        """Return at least one byte and at most *most*. Raises BrokenRecordError at the end."""
        if self.at_end():
            raise BrokenRecordError("the file ends within a record")
        return self._take(min(most, len(self._held)))

    def _take(self, count: int) -> bytes:
        taken, self._held = self._held[:count], self._held[count:]
        self.offset += count
        return taken


def records_in(pieces: Iterable[bytes]) -> Iterator[Plain]:
    """Yield the records that *pieces* consist of. Raises BrokenRecordError at what is none.

    Memory stays bounded whatever the size of a record.
    """
    reader = _Reader(pieces)
    while not reader.at_end():
        start = reader.offset
        fields = parse_record_head(reader.until(_END, MAX_HEAD))
        left, digest = content_length(fields), Digest(f.first(fields, "WARC-Block-Digest"))
        while left:
            part = reader.some(left)
            digest.update(part)
            left -= len(part)
        if b"".join(reader.some(1) for _ in _END) != _END:
            raise BrokenRecordError("the record is not as long as it says")
        wrong = "" if digest.agrees() else "the block is not that of WARC-Block-Digest"
        yield Plain(start, reader.offset, fields, wrong)


def pieces_of_file(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the first *size* bytes of *file*."""
    file.seek(0)
    while size and (piece := file.read(min(size, PIECE))):
        size -= len(piece)
        yield piece
