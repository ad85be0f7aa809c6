"""A request that brought no HTTP answer, as one metadata record: written and read back here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import IO, get_args

from storykeep.model import Failure, FailureKind
from storykeep.warc import fields as f
from storykeep.warc.lost import Lost, lost_facts, told_lost
from storykeep.warc.record import Record, write_record
from storykeep.warc.unit import Origin, origin_facts, record_fields, told_origin

_PREFIX = "Storykeep-"  # before the facts, where the block holds the bytes that came
_REUSED = "reusedConnection"  # it had been kept open, and had died when it was asked


@dataclass(frozen=True, slots=True)
class FailureRecord:
    """A failure as stored: one record of `length` bytes at `offset`.

    `lost` is the capture that it stands for, where the failure is of kind "lost".
    """

    failure: Failure
    source: str
    via: str | None
    hops: int
    warc: str
    offset: int
    length: int
    record_id: str
    lost: Lost | None = None

    @property
    def start(self) -> int:
        return self.offset

    @property
    def end(self) -> int:
        return self.offset + self.length


def write_failure(
    out: IO[bytes], failure: Failure, asked: Origin, *, info_id: str, lost: Lost | None = None
) -> FailureRecord:
    """Write one metadata record: its block is the facts, or the bytes that came and are no HTTP.

    *lost* is the capture that it stands for, where the failure is of kind "lost".
    """
    clean = replace(
        failure,
        url=f.uri(failure.url),
        detail=f.one_line(failure.detail),
        elapsed_ms=max(0, failure.elapsed_ms),
        ip=f.one_line(failure.ip),
    )
    facts = [("failure", clean.kind), ("detail", clean.detail)]
    facts += [("fetchTimeMs", str(clean.elapsed_ms)), *origin_facts(asked)]
    if clean.stale:
        facts.append((_REUSED, "yes"))
    fields = [("WARC-Date", f.date(clean.started_at)), ("WARC-Target-URI", clean.url)]
    if clean.ip:
        fields.append(("WARC-IP-Address", clean.ip))
    if lost is not None:
        fields.append(("WARC-Refers-To", lost.record_id))
        facts += lost_facts(lost)
    fields.append(("WARC-Warcinfo-ID", info_id))
    if clean.received:
        fields += [(_PREFIX + name, value) for name, value in facts]
        kind, block = "application/octet-stream", clean.received
    else:
        kind, block = f.WARC_FIELDS, f.format_fields(facts)
    identifier = f.record_id()
    length = write_record(out, record_fields("metadata", fields, kind, identifier), block)
    return FailureRecord(
        clean,
        asked.source,
        asked.via,
        asked.hops,
        "",
        offset=0,
        length=length,
        record_id=identifier,
        lost=lost,
    )


def read_failure(name: str, record: Record) -> FailureRecord | None:
    """Return what `write_failure` wrote into *name*; None for any other metadata record."""
    if record.get("Content-Type") == f.WARC_FIELDS:
        facts, received = f.parse_fields(record.block), b""
    else:
        named = [(key, value) for key, value in record.fields if key.startswith(_PREFIX)]
        facts = [(key.removeprefix(_PREFIX), value) for key, value in named]
        received = record.block
    kind = f.first(facts, "failure")
    if kind not in get_args(FailureKind):
        return None
    elapsed = f.first(facts, "fetchTimeMs", "0")
    failure = Failure(
        url=record.get("WARC-Target-URI"),
        kind=kind,  # type: ignore[arg-type]
        detail=f.first(facts, "detail"),
        started_at=f.moment(record.get("WARC-Date")),
        elapsed_ms=int(elapsed) if elapsed.isdecimal() else 0,
        ip=record.get("WARC-IP-Address"),
        received=received,
        stale=f.first(facts, _REUSED) == "yes",
    )
    asked, lost = told_origin(facts), None
    if failure.kind == "lost":
        told = told_lost(facts, record_id=record.get("WARC-Refers-To"), url=failure.url)
        lost = replace(told, source=asked.source, via=asked.via, hops=asked.hops)
    return FailureRecord(
        failure,
        asked.source,
        asked.via,
        asked.hops,
        name,
        offset=record.offset,
        length=record.length,
        record_id=record.id,
        lost=lost,
    )
