"""Bits of a gzip member that no reader looks at: only the file's SHA-256 shows that they changed.

zlib writes the same ten bytes before each member (RFC 1952, section 2.3) and fills the last byte of
the compressed data with zeros, so a member in which that is not so is the one that changed.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from storykeep.warc.record import PIECE, Record

_HEAD = 10
_TRAILER = 8  # CRC and size


def odd_members(file: BinaryIO, records: Iterable[Record]) -> Iterator[tuple[Record, str]]:
    """Yield the records of one of our files whose members are not as we write them, and why."""
    heads = Counter[bytes]()
    first: dict[bytes, Record] = {}
    for record in records:
        file.seek(record.offset)
        head = file.read(_HEAD)
        heads[head] += 1
        first.setdefault(head, record)
        if _is_padded(file, record):
            yield record, "bits behind the end of its compressed data have changed"
    if heads:
        usual = heads.most_common(1)[0][0]
        for head, record in first.items():
            if head != usual:
                yield record, "its gzip header is not that of the other records"


def _is_padded(file: BinaryIO, record: Record) -> bool:
    """Say whether any bit between the end of the compressed data and its next byte is set."""
    unpacker = zlib.decompressobj(-15)
    left = record.length - _HEAD - _TRAILER - 1
    file.seek(record.offset + _HEAD)
    try:
        while left > 0 and (piece := file.read(min(left, PIECE))):
            left -= len(piece)
            while piece:
                unpacker.decompress(piece, 16 * PIECE)
                piece = unpacker.unconsumed_tail
        last = file.read(1)[0]
        return any(_still_ends(unpacker, last, bits) for bits in range(1, 8))
    except (zlib.error, IndexError):
        return False


def _still_ends(unpacker: zlib._Decompress, last: int, bits: int) -> bool:
    """Say whether the data ends with *last* also where its upper *bits*, some set, are cleared."""
    cleared = last & (0xFF >> bits)
    if cleared == last:
        return False
    copy = unpacker.copy()
    try:
        copy.decompress(bytes([cleared]))
    except zlib.error:
        return False
    return copy.eof
