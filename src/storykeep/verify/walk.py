"""Reads a WARC member by member: every whole record, and every stretch of bytes that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from storykeep.verify.sequence import Plain, pieces_of_file, records_in
from storykeep.warc import fields as f
from storykeep.warc.folder import is_imported
from storykeep.warc.record import (
    BrokenRecordError,
    Member,
    Record,
    find_member,
    read_fields,
    read_record,
)
from storykeep.warc.scanning import MOST_BLOCK, BlockSum, oddity

_IN_MEMORY = 8 * 1024 * 1024
_INFO_ID = "WARC-Warcinfo-ID"
_OUR_NAME = re.compile(r".+-\d{14}-\d{5,}\.warc\.gz")


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes from `start` to `end` that are no whole record; `url` where its head can be read."""

    start: int
    end: int
    why: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several whole records of another tool in one gzip member, or in a file without gzip.

    The standard allows it; Storykeep cannot read a page from it.
    """

    start: int
    end: int
    records: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """Who wrote a file: the id of its warcinfo, "" where there is none, and whether it is ours.

    A file of another tool may do all that the standard allows; one of ours is as we write it.
    """

    info_id: str
    is_ours: bool


def is_our_name(name: str) -> bool:
    """Return whether *name* is one that a run gives its files."""
    return _OUR_NAME.fullmatch(name) is not None


def maker_of(file: BinaryIO, name: str) -> Maker:
    """Return who wrote *file*; where it does not begin with a warcinfo record, by its *name*."""
    is_foreign = is_imported(name)
    looks_ours = is_our_name(name) and not is_foreign
    try:
        record = read_record(file, 0)
    except (BrokenRecordError, OSError):
        return Maker("", looks_ours)
    if record.type != "warcinfo":
        return Maker(_id_told(record.fields), looks_ours)
    software = f.first(f.parse_fields(record.block), "software")
    return Maker(record.id, software.startswith("Storykeep") and not is_foreign)


def walk(file: BinaryIO, maker: Maker, start: int, end: int) -> Iterator[Record | Gap | Bundle]:
    """Yield what lies from *start* to *end* of *file*; records and gaps cover it without a hole.

    Behind damage the walk goes on at the next whole record that names this file's own warcinfo: a
    page could hold the bytes of a forged record, but cannot know that id. In a file of another tool
    whose records name none, it goes on at any whole record.
    """
    info_id = maker.info_id
    offset = start
    while offset < end:
        try:
            record = _whole(file, offset, maker)
        except BrokenRecordError as broken:
            if not maker.is_ours and (bundle := _bundle(file, offset)):
                yield bundle
                offset = bundle.end
                continue
            known = Maker(info_id, maker.is_ours)
            behind = _next_record(file, offset + 1, end, known)
            yield Gap(offset, behind, str(broken), _url_at(file, offset))
            offset = behind
            continue
        info_id = info_id or _id_told(record.fields)
        if why := oddity(record):
            yield Gap(offset, record.end, why, record.get("WARC-Target-URI"))
        else:
            yield record
        offset = record.end


def _whole(file: BinaryIO, offset: int, maker: Maker) -> Record:
    """Return the record at *offset*; one of another tool only where it is no bomb."""
    block = None if maker.is_ours else cast(IO[bytes], BlockSum(MOST_BLOCK))
    return read_record(file, offset, block)


def bundle_of_file(file: BinaryIO, size: int) -> Bundle | Gap:
    """Return the records of an uncompressed WARC, or where it breaks off."""
    count, end, problems = 0, 0, list[str]()
    try:
        for each in records_in(pieces_of_file(file, size)):
            count, end = count + 1, each.end
            problems += _told(each)
    except BrokenRecordError as error:
        return Gap(end, size, str(error))
    return Bundle(0, size, count, tuple(problems))


def _bundle(file: BinaryIO, offset: int) -> Bundle | None:
    member = Member(file, offset)
    count, problems = 0, list[str]()
    try:
        for each in records_in(member):
            count += 1
            problems += _told(each)
    except BrokenRecordError:
        return None
    return Bundle(offset, offset + member.length, count, tuple(problems)) if count > 1 else None


def _told(record: Plain) -> list[str]:
    where = f"{record.problem} (at {record.start} of what is unpacked)"
    return [where] if record.problem else []


@contextmanager
def block_of(file: BinaryIO, record: Record) -> Iterator[BinaryIO]:
    """Give all of a record's block; what is large is put into a temporary file."""
    if record.block_size == len(record.block):
        yield BytesIO(record.block)
        return
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as block:
        read_record(file, record.offset, block)
        block.seek(0)
        yield cast(BinaryIO, block)


def _id_told(fields: f.Fields) -> str:
    is_info = f.first(fields, "WARC-Type") == "warcinfo"
    return f.first(fields, "WARC-Record-ID" if is_info else _INFO_ID)


def _next_record(file: BinaryIO, offset: int, end: int, maker: Maker) -> int:
    """Return where the next whole record of this file begins, else *end*."""
    while (found := find_member(file, offset)) is not None and found < end:
        try:
            # The id first: what a page made to look like a record is not worth unpacking.
            if _belongs(_id_told(read_fields(file, found)), maker):
                _whole(file, found, maker)
                return found
        except BrokenRecordError:
            pass
        offset = found + 1
    return end


def _belongs(told: str, maker: Maker) -> bool:
    if maker.is_ours:
        return bool(told) and told == (maker.info_id or told)
    return not (told and maker.info_id) or told == maker.info_id


def _url_at(file: BinaryIO, offset: int) -> str:
    try:
        return f.first(read_fields(file, offset), "WARC-Target-URI")
    except BrokenRecordError:
        return ""
