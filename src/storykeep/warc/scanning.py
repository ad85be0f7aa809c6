"""Walks a WARC member by member for its whole units; what is torn is told, not raised."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast, get_args

from storykeep import wire
from storykeep.model import Capture, Head, Truncated
from storykeep.warc import fields as f
from storykeep.warc import unit
from storykeep.warc.failure import FailureRecord, read_failure
from storykeep.warc.folder import final_name
from storykeep.warc.record import (
    BrokenRecordError,
    Record,
    find_member,
    read_fields,
    read_record,
    sha1,
)

_INFO_ID = "WARC-Warcinfo-ID"


@dataclass(frozen=True, slots=True)
class Unit:
    """A capture whose records are whole; `start` and `end` are the unit's offsets in its file."""

    capture: Capture
    start: int
    end: int
    elapsed_ms: int = 0  # from the request's start (WARC-Date) to the answer's end
    retry_after: str = ""  # the header's value, "" where the answer has none


@dataclass(frozen=True, slots=True)
class Torn:
    """Bytes from `start` to `end` of a file that belong to no whole unit, and why."""

    warc: str
    start: int
    end: int
    why: str


def scan(
    path: Path, *, on_torn: Callable[[Torn], None] | None = None
) -> Iterator[Unit | FailureRecord]:
    """Yield the whole units of the WARC at *path*, sealed or open, in their order.

    What is no whole unit is passed over and told to *on_torn*. Behind damage the walk goes on at
    the next whole record, but only at one that names this file's own warcinfo: a page could hold
    the bytes of a forged record, but cannot know that id. Raises OSError.
    """
    name = final_name(path)
    start, held = 0, list[Record]()
    with path.open("rb") as file:
        for found in records(file):
            if isinstance(found, Record):
                held.append(found)
                if item := item_of(file, name, start, held):
                    yield item
                elif not _opens_a_file(held):
                    continue
                start, held = found.end, []
            else:
                _tell(on_torn, name, start, found)
                start, held = found.end, []
    if held:
        gap = Gap(start, held[-1].end, "the unit's last record is missing")
        _tell(on_torn, name, start, gap)


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes from `start` to `end` of a file that are no whole record, and why.

    `told` are the fields of a record that is whole but for its block.
    """

    start: int
    end: int
    why: str
    told: tuple[tuple[str, str], ...] = ()


def _tell(on_torn: Callable[[Torn], None] | None, name: str, start: int, gap: Gap) -> None:
    if on_torn is not None:
        on_torn(Torn(name, start, gap.end, gap.why))


def records(file: BinaryIO) -> Iterator[Record | Gap]:
    """Yield every whole record of *file*, and the gaps between them: both cover it.

    A record whose block is not what its digest says is no whole one.
    """
    size = file.seek(0, 2)
    offset, info_id = 0, ""
    while offset < size:
        block = _Sum()
        try:
            record = read_record(file, offset, cast(IO[bytes], block))
        except BrokenRecordError as broken:
            end = _next_record(file, offset + 1, size, info_id)
            yield Gap(offset, end, str(broken))
            offset = end
            continue
        if record.type == "warcinfo":
            info_id = record.id
        elif not info_id:
            # Where the warcinfo itself is damaged, the first record behind it tells the id.
            info_id = record.get(_INFO_ID)
        if block.is_not(record.get("WARC-Block-Digest")):
            why = "the record's block is not what its digest says"
            yield Gap(offset, record.end, why, tuple(record.fields))
        elif why := oddity(record):
            yield Gap(offset, record.end, why, tuple(record.fields))
        else:
            yield record
        offset = record.end


class _Sum:
    """Takes a block as a file would, and keeps its SHA-1."""

    def __init__(self) -> None:
        self._sha1 = hashlib.sha1()

    def write(self, data: bytes) -> int:
        self._sha1.update(data)
        return len(data)

    def is_not(self, told: str) -> bool:
        """Return whether the block is not what *told* says; other digests than SHA-1 say nothing.

        Some tools write the digest in hexadecimal.
        """
        name, _, value = told.partition(":")
        if name.lower() != "sha1":
            return False
        mine = self._sha1.hexdigest() if len(value) == 40 else sha1(self._sha1.digest())[5:]
        return mine.lower() != value.lower()


def oddity(record: Record) -> str:
    """Return why a whole record cannot have been written so, "" where it can."""
    try:
        f.moment(record.get("WARC-Date"))
    except (ValueError, OverflowError):
        return "its WARC-Date is no date"
    return ""


def _next_record(file: BinaryIO, offset: int, size: int, info_id: str) -> int:
    """Return where the next whole record of this file begins, else *size*."""
    while (found := find_member(file, offset)) is not None:
        try:
            # The id first: what a page made to look like a record is not worth unpacking.
            told = f.first(read_fields(file, found), _INFO_ID)
            if told and told == (info_id or told):
                read_record(file, found)
                return found
        except BrokenRecordError:
            pass
        offset = found + 1
    return size


def read_info(path: Path) -> f.Fields:
    """Return what the warcinfo record that opens the WARC at *path* tells, [] where none does."""
    with path.open("rb") as file:
        try:
            record = read_record(file, 0)
        except BrokenRecordError:
            return []
    return f.parse_fields(record.block) if record.type == "warcinfo" else []


def _opens_a_file(held: list[Record]) -> bool:
    return len(held) == 1 and held[0].type == "warcinfo"


def item_of(
    file: BinaryIO, name: str, start: int, held: list[Record]
) -> Unit | FailureRecord | None:
    """Return the unit that ends with the last of *held*, None while its last record is to come."""
    last = held[-1]
    if last.type in ("response", "revisit"):
        facts = _facts_about(last, held)
        head = wire.parse_head(last.block)
        elapsed = f.first(facts, "fetchTimeMs")
        return Unit(
            _capture(file, name, last, facts, head),
            start,
            last.end,
            int(elapsed) if re.fullmatch("[0-9]{1,15}", elapsed) else 0,
            head.get("Retry-After") if head else "",
        )
    if last.type == "metadata" and not last.get("WARC-Concurrent-To"):
        return read_failure(name, last)
    return None


def _capture(
    file: BinaryIO, name: str, answer: Record, facts: f.Fields, head: Head | None
) -> Capture:
    asked = unit.told_origin(facts)
    sha1, sha256 = _payload_digests(file, answer, facts)
    revisit = answer.type == "revisit"
    return Capture(
        url=answer.get("WARC-Target-URI"),
        source=asked.source,
        fetched_at=f.full_date(answer.get("WARC-Date")),
        status=head.status if head else 0,
        mime=unit.mime(head) if head else "",
        payload_sha1=sha1,
        payload_sha256=sha256,
        warc=name,
        offset=answer.offset,
        length=answer.length,
        record_id=answer.id,
        revisit_of=answer.get("WARC-Refers-To") if revisit else None,
        # A revisit's record says "length" because its payload is elsewhere; the answer was whole.
        truncated=None if revisit else _truncated(answer),
        via=asked.via,
        hops=asked.hops,
        provenance=unit.told_provenance(answer.fields, facts),
    )


def _facts_about(answer: Record, held: list[Record]) -> f.Fields:
    for record in held:
        if record.type == "metadata" and record.get("WARC-Concurrent-To") == answer.id:
            return f.parse_fields(record.block)
    return []


def _truncated(answer: Record) -> Truncated | None:
    reason = answer.get("WARC-Truncated")
    if not reason:
        return None
    return reason if reason in get_args(Truncated) else "unspecified"  # type: ignore[return-value]


def _payload_digests(file: BinaryIO, answer: Record, facts: f.Fields) -> tuple[str, str]:
    """Return the payload's SHA-1 and SHA-256: as the metadata says, else counted again."""
    pairs = (value.partition(":") for key, value in facts if key == "payloadDigest")
    told = {kind: digest for kind, _, digest in pairs}
    if "sha1" in told and "sha256" in told:
        return f"sha1:{told['sha1']}", told["sha256"]
    head = wire.parse_head(answer.block)
    if head is None or answer.type == "revisit":
        return answer.get("WARC-Payload-Digest"), ""
    with SpooledTemporaryFile(max_size=1024 * 1024) as block:
        read_record(file, answer.offset, block)
        payload = unit.measure(cast(BinaryIO, block), head)
    return payload.sha1, payload.sha256
