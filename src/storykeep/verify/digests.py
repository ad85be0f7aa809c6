"""Do a record's digests agree with its bytes? In every spelling that tools use for them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from storykeep import wire
from storykeep.model import Head
from storykeep.warc import fields as f
from storykeep.warc import unit
from storykeep.warc.record import PIECE, Record
from storykeep.warc.scanning import answer_head

_KNOWN = {"sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256", "md5": "md5",
          "sha512": "sha512", "sha-512": "sha512"}  # fmt: skip


class Digest:
    """Counts the digest that *told* ("sha1:BASE32", "sha256:hex" ...) should be.

    One that cannot be counted again, of an unknown algorithm, is not called wrong (WARC 1.1, 5.8).
    """

    def __init__(self, told: str) -> None:
        label, _, value = told.partition(":")
        algorithm = _KNOWN.get(label.strip().lower())
        self._value = value.strip()
        self._counted = hashlib.new(algorithm, usedforsecurity=False) if algorithm else None

    def update(self, piece: bytes) -> None:
        """Count *piece*, too."""
        if self._counted is not None:
            self._counted.update(piece)

    def agrees(self) -> bool:
        """Say whether what was counted is what was told."""
        return self._counted is None or self._counted.digest() in _readings(self._value)


def agrees(told: str, pieces: Iterable[bytes]) -> bool:
    """Say whether *told* is the digest of *pieces* joined, as far as that can be counted."""
    digest = Digest(told)
    for piece in pieces:
        digest.update(piece)
    return digest.agrees()


def _readings(value: str) -> Iterator[bytes]:
    """Yield what *value* means as base32 and as hex: a base32 digest may look like hex."""
    text = value.rstrip("=").upper()
    for decode, padded in (
        (base64.b32decode, text + "=" * (-len(text) % 8)),
        (base64.b16decode, text),
    ):
        try:
            yield decode(padded)
        except (binascii.Error, ValueError):
            continue


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield all of *stream* from its start."""
    stream.seek(0)
    while piece := stream.read(PIECE):
        yield piece


def block_problem(record: Record, block: BinaryIO, *, ours: bool) -> str:
    """Return in words what is wrong with WARC-Block-Digest, "" where nothing is."""
    told = record.get("WARC-Block-Digest")
    if not told:
        return "it has no WARC-Block-Digest" if ours else ""
    return "" if agrees(told, pieces_of(block)) else "the block is not that of WARC-Block-Digest"


def payload_of(record: Record, block: BinaryIO) -> unit.Payload | None:
    """Return the digests of the payload of a response, None where its block is no HTTP answer."""
    head = answer_head(record)
    return unit.measure(block, head) if head else None


def payload_problem(record: Record, block: BinaryIO, *, ours: bool) -> str:
    """Return in words what is wrong with the WARC-Payload-Digest of a response, "" for nothing."""
    told = record.get("WARC-Payload-Digest")
    if not told or record.get("WARC-Segment-Number") or (record.get("WARC-Truncated") and not ours):
        return ""
    head = None if record.type == "resource" else wire.parse_head(record.block)
    if head is None:
        is_right = agrees(told, pieces_of(block)) or record.type != "resource"
    elif ours:
        is_right = agrees(told, _payload(block, head))
    else:
        # Tools do not agree whether chunks belong to the payload, nor where an odd head ends.
        odd = not f.conventional(record.block[: head.size])
        is_right = odd or agrees(told, _payload(block, head)) or agrees(told, _rest(block, head))
    return "" if is_right else "the payload is not that of WARC-Payload-Digest"


def _payload(block: BinaryIO, head: Head) -> Iterator[bytes]:
    block.seek(0)
    return wire.payload(block, head)


def _rest(block: BinaryIO, head: Head) -> Iterator[bytes]:
    block.seek(head.size)
    while piece := block.read(PIECE):
        yield piece
