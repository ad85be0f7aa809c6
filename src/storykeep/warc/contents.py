"""What a WARC holds, thing by thing: each capture with the records that belong to it.

Where `scan` walks a file as it was written, this looks at one that may have been cut, shuffled or
overwritten: records are put together by what they name, wherever in the file they lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, cast

from storykeep import wire
from storykeep.model import Capture
from storykeep.warc import fields as f
from storykeep.warc import unit
from storykeep.warc.failure import FailureRecord
from storykeep.warc.folder import final_name
from storykeep.warc.lost import Lost
from storykeep.warc.record import Record, read_record
from storykeep.warc.scanning import Gap, Unit, item_of, records

_BESIDE = ("request", "metadata")  # in the order in which a unit has them
_ANSWERS = ("response", "revisit")
_MOST = 1024 * 1024  # bytes of a request or of facts that are held until its answer comes
_IN_MEMORY = 1024 * 1024

Kind = Literal["info", "capture", "failure", "lost", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole records that belong together.

    `spans` are their bytes (start, end) in the file, in the order in which they belong; `lacks`
    names those that a unit should have and has not.
    """

    id: str  # the record id of the answer, or of the one record
    kind: Kind
    spans: tuple[tuple[int, int], ...]
    capture: Capture | None = None
    lost: Lost | None = None
    lacks: tuple[str, ...] = ()
    info_id: str = ""  # the warcinfo that it names

    @property
    def offset(self) -> int:
        """Where a row says that it lies."""
        return self.capture.offset if self.capture else self.spans[0][0]

    @property
    def start(self) -> int:
        return self.spans[0][0]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that could be read of one WARC, and what could not."""

    name: str
    size: int
    pieces: tuple[Piece, ...]  # in the order of the file
    gaps: tuple[Gap, ...]
    orphans: tuple[Lost, ...]  # captures of which other records than the answer are left
    info_id: str  # of its warcinfo, "" where that is not known
    ours: bool  # whether Storykeep has written it

    def is_whole(self) -> bool:
        """Return whether every byte belongs to something whole that lies where it should.

        Other tools write the records of a unit in another order, and not all of them.
        """
        if self.gaps or self.orphans or not self.ours:
            return not (self.gaps or self.orphans)
        at = 0
        for piece in self.pieces:
            for start, end in piece.spans:
                if start != at:
                    return False
                at = end
        return at == self.size and not any(piece.lacks for piece in self.pieces)


def read_contents(path: Path) -> Contents:
    """Return what the WARC at *path* holds. Raises OSError."""
    with path.open("rb") as file:
        return _Reading(file, final_name(path)).contents()


@dataclass(slots=True)
class _Answer:
    record: Record | None  # None where its bytes are not what they were
    why: str = ""
    url: str = ""
    date: str = ""
    at: int = 0


class _Reading:
    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file = file
        self.name = name
        self.beside: dict[str, list[Record]] = {}  # by the record id of the answer they name
        self.answers: dict[str, _Answer] = {}
        self.single: list[Piece] = []
        self.gaps: list[Gap] = []
        self.ids: set[str] = set()
        self.info_id = ""
        self.ours = False

    def contents(self) -> Contents:
        for found in records(self.file):
            if isinstance(found, Gap):
                self._gap(found)
            else:
                self._record(found)
        captures = list(self._captures())
        orphans = tuple(self._orphans())
        left = [self._other(record) for held in self.beside.values() for record in held]
        pieces = sorted([*self.single, *captures, *left], key=lambda piece: piece.start)
        size = self.file.seek(0, 2)
        return Contents(
            self.name, size, tuple(pieces), tuple(self.gaps), orphans, self.info_id, self.ours
        )

    # ---- reading

    def _gap(self, gap: Gap) -> None:
        self.gaps.append(gap)
        told = list(gap.told)
        if f.first(told, "WARC-Type") in _ANSWERS:
            url, date = f.first(told, "WARC-Target-URI"), f.first(told, "WARC-Date")
            answer = _Answer(None, gap.why, url, date, gap.start)
            self.answers.setdefault(f.first(told, "WARC-Record-ID"), answer)

    def _record(self, record: Record) -> None:
        self.ids.add(record.id)
        named = record.get("WARC-Concurrent-To")
        if record.type in _ANSWERS:
            self._answer(record)
        elif record.type in _BESIDE and named:
            self.beside.setdefault(named, []).append(_trimmed(record))
            self.ours = self.ours or _is_ours(record)
        else:
            self.single.append(self._alone(record))

    def _answer(self, record: Record) -> None:
        known = self.answers.get(record.id)
        if known is not None and known.record is not None:
            return  # the same record a second time: whoever copies this file leaves it out
        # Its block is read again where it is needed: many answers at once are too many bytes.
        self.answers[record.id] = _Answer(replace(record, block=b""))

    def _alone(self, record: Record) -> Piece:
        if record.type == "warcinfo":
            self.info_id = self.info_id or record.id
            software = f.first(f.parse_fields(record.block), "software")
            self.ours = self.ours or software.startswith("Storykeep/")
            return Piece(record.id, "info", ((record.offset, record.end),))
        info_id = record.get("WARC-Warcinfo-ID")
        self.info_id = self.info_id or info_id
        span = ((record.offset, record.end),)
        item = _item(self.file, self.name, [record])
        if isinstance(item, FailureRecord):
            kind: Kind = "lost" if item.lost else "failure"
            return Piece(record.id, kind, span, lost=item.lost, info_id=info_id)
        return Piece(record.id, "other", span, info_id=info_id)

    def _other(self, record: Record) -> Piece:
        span = ((record.offset, record.end),)
        return Piece(record.id, "other", span, info_id=record.get("WARC-Warcinfo-ID"))

    # ---- putting together

    def _captures(self) -> Iterator[Piece]:
        for identifier, answer in self.answers.items():
            if answer.record is None:
                continue
            beside = sorted(self.beside.get(identifier, []), key=_place)
            record = read_record(self.file, answer.record.offset)
            item = _item(self.file, self.name, [*beside, record])
            why = "it cannot be read" if item is None else self._payload_problem(record, beside)
            if why or not isinstance(item, Unit):
                self.gaps.append(Gap(record.offset, record.end, why, tuple(record.fields)))
                url, date = record.get("WARC-Target-URI"), record.get("WARC-Date")
                self.answers[identifier] = _Answer(None, why, url, date, record.offset)
                continue
            self.beside.pop(identifier, None)
            spans = [(each.offset, each.end) for each in (*beside, record)]
            yield Piece(
                identifier,
                "capture",
                tuple(spans) if self.ours else tuple(sorted(spans)),
                item.capture,
                lacks=_lacking(beside) if self.ours else (),
                info_id=record.get("WARC-Warcinfo-ID"),
            )

    def _payload_problem(self, answer: Record, beside: list[Record]) -> str:
        """Return in words how the payload differs from what the metadata tells, "" for not."""
        told = {
            value.partition(":")[0]: value.partition(":")[2]
            for record in beside
            for name, value in f.parse_fields(record.block)
            if record.type == "metadata" and name == "payloadDigest"
        }
        head = wire.parse_head(answer.block)
        if answer.type == "revisit" or head is None or "sha256" not in told:
            return ""
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as spooled:
            block = cast(BinaryIO, spooled)
            if answer.block_size > len(answer.block):
                read_record(self.file, answer.offset, block)
            else:
                block = BytesIO(answer.block)
            payload = unit.measure(block, head)
        differs = payload.sha256 != told["sha256"]
        return "its payload is not what its digest says" if differs else ""

    def _orphans(self) -> Iterator[Lost]:
        """Yield the captures that are told of and are not whole; forget what told of them."""
        for identifier, answer in self.answers.items():
            if answer.record is None:
                yield self._lost(identifier, answer)
        for identifier in list(self.beside):
            if self.ours and identifier not in self.answers and identifier not in self.ids:
                first = min(self.beside[identifier], key=lambda record: record.offset)
                url, date = first.get("WARC-Target-URI"), first.get("WARC-Date")
                answer = _Answer(None, "its answer is missing", url, date, first.offset)
                yield self._lost(identifier, answer)

    def _lost(self, identifier: str, answer: _Answer) -> Lost:
        beside = self.beside.pop(identifier, [])
        facts = [each for record in beside if record.type == "metadata"
                 for each in f.parse_fields(record.block)]  # fmt: skip
        asked = unit.told_origin(facts)
        told = dict(value.partition(":")[::2] for name, value in facts if name == "payloadDigest")
        sha1 = told.get("sha1", "")
        return Lost(
            identifier,
            answer.url,
            answer.why,
            answer.date,
            self.name,
            answer.at,
            asked.source,
            asked.via,
            asked.hops,
            f"sha1:{sha1}" if sha1 else "",
            told.get("sha256", ""),
        )


def _trimmed(record: Record) -> Record:
    return record if len(record.block) <= _MOST else replace(record, block=record.block[:_MOST])


def _is_ours(record: Record) -> bool:
    told = f.parse_fields(record.block) if record.type == "metadata" else []
    return any(name == "payloadDigest" and value.startswith("sha256:") for name, value in told)


def _place(record: Record) -> tuple[int, int]:
    return _BESIDE.index(record.type), record.offset


def _lacking(beside: list[Record]) -> tuple[str, ...]:
    there = {record.type for record in beside}
    for record in beside:
        if record.type == "metadata":
            there.update(unit.told_lost_records(f.parse_fields(record.block)))
    return tuple(kind for kind in _BESIDE if kind not in there)


def _item(file: BinaryIO, name: str, held: list[Record]) -> Unit | FailureRecord | None:
    try:
        return item_of(file, name, held[0].offset, held)
    except ValueError:  # a date that is none: nothing that we have written
        return None
