"""Walks a WARC member by member for its whole units; what is torn is told, not raised."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast, get_args

from storykeep import urls, wire
from storykeep.model import Capture, Head, Provenance, Truncated
from storykeep.warc import fields as f
from storykeep.warc import unit
from storykeep.warc.failure import FailureRecord, read_failure
from storykeep.warc.folder import final_name, is_imported
from storykeep.warc.record import (
    ANSWERS,
    BrokenRecordError,
    Record,
    find_member,
    read_fields,
    read_record,
    sha1,
)
from storykeep.warc.resource import SOURCE

_INFO_ID = "WARC-Warcinfo-ID"
# Bytes of one record's block that another tool's file may unpack to: no page is as long, and a few
# megabytes of zeros can be packed a thousand times over.
MOST_BLOCK = 1 << 30
_HELD = 8  # records before an answer that are remembered until it comes
_STAMP = re.compile(r"imported/(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)-")
_MOST_FACTS = 1 << 20  # bytes of such a record


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
    url: str = ""  # of the record that begins there, where its head can be read


def scan(
    path: Path, *, name: str = "", on_torn: Callable[[Torn], None] | None = None
) -> Iterator[Unit | FailureRecord]:
    """Yield the whole units of the WARC at *path*, sealed or open, in their order.

    *name* is what rows call it, the file's own by default. What is no whole unit is passed over and
    told to *on_torn*. Behind damage the walk goes on at the next whole record, but only at one that
    names this file's own warcinfo: a page could hold the bytes of a forged record, but cannot know
    that id. In what others captured (an imported file), each answer is a unit by itself, for they
    write the records beside it in any order, or not at all. Raises OSError.
    """
    name = name or final_name(path)
    with path.open("rb") as file:
        if is_imported(name):
            yield from _scan_imported(file, name, on_torn)
        else:
            yield from _scan_own(file, name, on_torn)


def _scan_own(
    file: BinaryIO, name: str, on_torn: Callable[[Torn], None] | None
) -> Iterator[Unit | FailureRecord]:
    start, held = 0, list[Record]()
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


def _scan_imported(
    file: BinaryIO, name: str, on_torn: Callable[[Torn], None] | None
) -> Iterator[Unit]:
    about: list[Record] = []
    maker = None
    for found in records(file, foreign=True):
        if isinstance(found, Gap):
            _tell(on_torn, name, found.start, found)
        elif found.type in ANSWERS:
            own = [each for each in about if each.get("WARC-Concurrent-To") == found.id]
            item = item_of(file, name, found.offset, [*own, found])
            about = []
            if isinstance(item, Unit):
                yield _made_by(item, maker)
        elif found.type == "warcinfo":
            maker = _maker(found)
        elif found.type == "metadata" and len(found.block) < _MOST_FACTS:
            about = [*about, found][-_HELD:]


def _maker(warcinfo: Record) -> str | None:
    """Return who wrote a file, in their own words: the operator and the software."""
    told = f.parse_fields(warcinfo.block[:_MOST_FACTS])
    names = [f.one_line(f.first(told, name))[:200] for name in ("operator", "software")]
    return ", ".join(filter(None, names)) or None


def _made_by(item: Unit, maker: str | None) -> Unit:
    provenance = item.capture.provenance
    if maker is None or provenance.captured_by:
        return item
    provenance = replace(provenance, captured_by=maker)
    return replace(item, capture=replace(item.capture, provenance=provenance))


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
        url = f.first(list(gap.told), "WARC-Target-URI")
        on_torn(Torn(name, start, gap.end, gap.why, url))


def records(file: BinaryIO, *, foreign: bool = False) -> Iterator[Record | Gap]:
    """Yield every whole record of *file*, and the gaps between them: both cover it.

    A record whose block is not what its digest says is no whole one. In the *foreign* file of
    another tool the records may name no warcinfo, and none may be larger than MOST_BLOCK.
    """
    size = file.seek(0, 2)
    offset, info_id = 0, ""
    while offset < size:
        block = BlockSum(MOST_BLOCK if foreign else None)
        try:
            record = read_record(file, offset, cast(IO[bytes], block))
        except BrokenRecordError as broken:
            end = _next_record(file, offset + 1, size, info_id, foreign=foreign)
            yield Gap(offset, end, str(broken), tuple(_fields_at(file, offset)) if foreign else ())
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


def _fields_at(file: BinaryIO, offset: int) -> f.Fields:
    try:
        return read_fields(file, offset)
    except BrokenRecordError:
        return []


class BlockSum:
    """Takes a block as a file would, *most* bytes of it, and keeps its SHA-1."""

    def __init__(self, most: int | None = None) -> None:
        self._sha1 = hashlib.sha1()
        self._left = most

    def write(self, data: bytes) -> int:
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise BrokenRecordError(f"it unpacks to more than {MOST_BLOCK >> 20} MiB")
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


_PAGES = frozenset({"response", "revisit", "resource"})


def oddity(record: Record) -> str:
    """Return why a whole record cannot have been written so, "" where it can."""
    try:
        f.moment(record.get("WARC-Date"))
    except (ValueError, OverflowError):
        return "its WARC-Date is no date"
    # A page that can still be read is taken all the same; of any other record this tells damage.
    if record.type not in _PAGES and any("\0" in value for _, value in record.fields):
        return "its head has NUL characters"
    return ""


def _next_record(
    file: BinaryIO, offset: int, size: int, info_id: str, *, foreign: bool = False
) -> int:
    """Return where the next whole record of this file begins, else *size*."""
    while (found := find_member(file, offset)) is not None:
        try:
            # The id first: what a page made to look like a record is not worth unpacking.
            told = f.first(read_fields(file, found), _INFO_ID)
            if (told or foreign) and (told or info_id) == (info_id or told):
                read_record(file, found, cast(IO[bytes], BlockSum(MOST_BLOCK)) if foreign else None)
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
    if last.type in ANSWERS:
        facts = _facts_about(last, held)
        head = answer_head(last)
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
    strange = is_imported(name)
    # What a stranger says of a payload is not believed: it is counted.
    sha1, sha256 = _payload_digests(file, answer, [] if strange else facts)
    revisit = answer.type == "revisit"
    return Capture(
        url=_address(answer) if strange else answer.get("WARC-Target-URI"),
        source=asked.source or (SOURCE if strange else ""),
        fetched_at=_fetched_at(answer, strange=strange),
        status=head.status if head else 0,
        mime=unit.mime(head) if head else "",
        payload_sha1=sha1,
        payload_sha256=sha256,
        warc=name,
        offset=answer.offset,
        length=answer.length,
        record_id=answer.id,
        revisit_of=_referred(answer) if revisit else None,
        # A revisit's record says "length" because its payload is elsewhere; the answer was whole.
        truncated=None if revisit else _truncated(answer),
        via=asked.via,
        hops=asked.hops,
        provenance=_provenance(answer, facts, name),
    )


def answer_head(answer: Record) -> Head | None:
    """Return the head of the HTTP answer in a record, None where it holds none.

    A `resource` is a file and no answer: its head says what its record does (WARC 1.1, 6.4).
    """
    if answer.type != "resource":
        return wire.parse_head(answer.block)
    kind = f.one_line(answer.get("Content-Type"))
    return Head("", 200, "", (("Content-Type", kind),) if kind else (), 0)


def _address(answer: Record) -> str:
    """Return the address of what another tool has captured, as it was where it is no web address.

    wget and others put it in angle brackets (WARC 1.0, section 5, said so and did not mean it).
    """
    told = answer.get("WARC-Target-URI").strip()
    if told.startswith("<") and told.endswith(">"):
        told = told[1:-1]
    return urls.try_canonical(told) or told


def _provenance(answer: Record, facts: f.Fields, name: str) -> Provenance:
    """Return how a capture came here; in an imported file nothing passes for one of our own."""
    told = unit.told_provenance(answer.fields, facts)
    if answer.type == "resource":
        # Whoever saved a page, no run of ours did.
        origin = "import" if told.origin == "live" else told.origin
        told = replace(told, origin=origin, form="saved")
    if not is_imported(name):
        return told
    came = _STAMP.match(name)
    return replace(
        told,
        origin="import" if told.origin == "live" else told.origin,
        taken_at=told.taken_at or ("{}-{}-{}T{}:{}:{}Z".format(*came.groups()) if came else None),
    )


def _fetched_at(answer: Record, *, strange: bool) -> str:
    told = answer.get("WARC-Date")
    # Rows are compared as text: of dates in other forms, all must be in ours.
    return f.date(f.moment(told)) if strange else f.full_date(told)


def _referred(revisit: Record) -> str:
    """Return what a revisit refers to: a record's id, or where others name none, a digest."""
    told = revisit.get("WARC-Refers-To") or revisit.get("WARC-Payload-Digest")
    return told or "unknown"


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
    head = answer_head(answer)
    if head is None or answer.type == "revisit":
        return answer.get("WARC-Payload-Digest"), ""
    with SpooledTemporaryFile(max_size=1024 * 1024) as block:
        read_record(file, answer.offset, block)
        payload = unit.measure(cast(BinaryIO, block), head)
    return payload.sha1, payload.sha256
