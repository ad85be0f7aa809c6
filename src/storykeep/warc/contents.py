"""What a WARC holds, thing by thing: each capture with the records that belong to it.

Where `scan` walks a file as it was written, this looks at one that may have been cut, shuffled or
overwritten: records are put together by what they name, wherever in the file they lie, and held
against each other. What two of three witnesses say (the records, their digests, a row of the
database) is believed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from storykeep import urls
from storykeep.model import Capture
from storykeep.warc import fields as f
from storykeep.warc import unit
from storykeep.warc.failure import FailureRecord
from storykeep.warc.folder import final_name
from storykeep.warc.lost import Lost
from storykeep.warc.record import ANSWERS, Record, read_record
from storykeep.warc.scanning import Gap, Unit, answer_head, item_of, records

BESIDE = ("request", "metadata")  # in the order in which a unit has them, before its answer
_INFO_ID = "WARC-Warcinfo-ID"
_MOST = 1024 * 1024  # bytes of facts that are held until their answer comes

# As a run names its files: where the warcinfo is damaged, this still tells whose it is.
_OUR_NAME = re.compile(r"storykeep-\d{14}-\d{5,}\.warc\.gz")

Kind = Literal["info", "capture", "failure", "lost", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole records that belong together.

    `spans` are their bytes (start, end) in the file, in the order in which they belong, the answer
    last; `lacks` names those that a unit should have and has not.
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
    filename: str  # as its warcinfo tells it, "" where that is not known
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
        begins = bool(self.pieces) and self.pieces[0].kind == "info"
        return begins and at == self.size and not any(piece.lacks for piece in self.pieces)


def read_contents(path: Path, rows: Mapping[str, Capture] | None = None) -> Contents:
    """Return what the WARC at *path* holds. Raises OSError.

    *rows* are the captures that it should hold, by record id, where something else is known of
    them than the file says itself.
    """
    with path.open("rb") as file:
        return _Reading(file, final_name(path), rows or {}).contents()


@dataclass(slots=True)
class _Answer:
    """An answer that was read. `why` says what is wrong with it, "" where nothing is known to be.

    Its block is read again where it is needed: many answers at once are too many bytes.
    """

    at: int
    why: str = ""
    url: str = ""
    date: str = ""


class _Reading:
    def __init__(self, file: BinaryIO, name: str, rows: Mapping[str, Capture]) -> None:
        self.file = file
        self.name = name
        self.rows = rows
        self.beside: dict[str, list[Record]] = {}  # by the record id of the answer they name
        self.answers: dict[str, _Answer] = {}
        self.found: list[Piece] = []
        self.gaps: list[Gap] = []
        self.twice: list[Gap] = []
        self.ids: set[str] = set()
        self.infos: dict[str, str] = {}  # warcinfo id -> WARC-Filename
        self.told: Counter[str] = Counter()  # warcinfo id -> records that name it
        self.ours = _OUR_NAME.fullmatch(name) is not None

    def contents(self) -> Contents:
        for found in records(self.file):
            if isinstance(found, Gap):
                self._gap(found)
            else:
                self._record(found)
        info_id = self._info_id()
        for answer in list(self.answers.values()):
            if not answer.why:
                self._settle(read_record(self.file, answer.at))
        orphans = tuple(self._orphans())
        left = [self._other(record) for held in self.beside.values() for record in held]
        pieces = [piece for piece in [*self.found, *left] if self._is_used(piece)]
        gaps = [*self.gaps, *(self.twice if self.ours else ())]
        return Contents(
            self.name,
            self.file.seek(0, 2),
            tuple(sorted(pieces, key=lambda piece: piece.start)),
            tuple(sorted(gaps, key=lambda gap: gap.start)),
            orphans,
            info_id,
            self.infos.get(info_id, ""),
            self.ours,
        )

    def _info_id(self) -> str:
        """Return the warcinfo that most records name: one record may have been altered."""
        ((most, _),) = self.told.most_common(1) or [("", 0)]
        return most or next(iter(self.infos), "")

    def _is_used(self, piece: Piece) -> bool:
        """Return whether *piece* is no warcinfo that nothing here refers to."""
        alone = piece.kind == "info" and self.ours and len(self.infos) > 1
        if alone and not self.told[piece.id]:
            self.twice.append(Gap(*piece.spans[0], "no record names this warcinfo"))
            return False
        return True

    # ---- reading

    def _gap(self, gap: Gap) -> None:
        self.gaps.append(gap)
        told = list(gap.told)
        if f.first(told, "WARC-Type") in ANSWERS:
            url, date = f.first(told, "WARC-Target-URI"), f.first(told, "WARC-Date")
            answer = _Answer(gap.start, gap.why, url, date)
            self.answers.setdefault(f.first(told, "WARC-Record-ID"), answer)

    def _record(self, record: Record) -> None:
        if record.id in self.ids:
            why = "this record is there already"
            self.twice.append(Gap(record.offset, record.end, why, tuple(record.fields)))
            return
        self.ids.add(record.id)
        if record.get(_INFO_ID):
            self.told[record.get(_INFO_ID)] += 1
        named = record.get("WARC-Concurrent-To")
        if record.type in ANSWERS:
            beside = self.beside.get(record.id, ())
            kinds = {each.type for each in beside}
            if self.ours and (kinds == set(BESIDE) or any(map(_tells_origin, beside))):
                self._settle(record)  # as it was written: nothing is to be waited for
            else:
                self.answers[record.id] = _Answer(record.offset)
        elif record.type in BESIDE and named:
            self.beside.setdefault(named, []).append(_trimmed(record))
            self.ours = self.ours or _is_ours(record)
        else:
            self.found.append(self._alone(record))

    def _alone(self, record: Record) -> Piece:
        span = ((record.offset, record.end),)
        if record.type == "warcinfo":
            self.infos[record.id] = record.get("WARC-Filename")
            software = f.first(f.parse_fields(record.block), "software")
            self.ours = self.ours or software.startswith("Storykeep/")
            return Piece(record.id, "info", span)
        item = _item(self.file, self.name, [record])
        if isinstance(item, FailureRecord):
            kind: Kind = "lost" if item.lost else "failure"
            if urls.try_canonical(item.failure.url) is None:
                kind = "other"  # altered: no row can tell of it
            return Piece(record.id, kind, span, lost=item.lost, info_id=record.get(_INFO_ID))
        return self._other(record)

    def _other(self, record: Record) -> Piece:
        span = ((record.offset, record.end),)
        return Piece(record.id, "other", span, info_id=record.get(_INFO_ID))

    # ---- putting together

    def _settle(self, answer: Record) -> None:
        """Find out whether a whole answer is what was stored, and what belongs to it."""
        self.answers.pop(answer.id, None)
        beside = self.beside.get(answer.id, [])
        if not self.ours:
            self.found.append(self._foreign(answer, self.beside.pop(answer.id, [])))
            return
        if not beside and self.rows and answer.id not in self.rows:
            why = "nothing says that this answer belongs here"
            self.gaps.append(Gap(answer.offset, answer.end, why))
            return
        plain = _item(self.file, self.name, [answer])  # its payload is counted, once
        counted = plain.capture if isinstance(plain, Unit) else None
        why = self._answer_problem(answer, beside, counted)
        if why or counted is None:
            self.gaps.append(Gap(answer.offset, answer.end, why, tuple(answer.fields)))
            url, date = answer.get("WARC-Target-URI"), answer.get("WARC-Date")
            self.answers[answer.id] = _Answer(answer.offset, why, url, date)
        else:
            self.found.append(self._unit(answer, self.beside.pop(answer.id, []), counted))

    def _foreign(self, record: Record, beside: list[Record]) -> Piece:
        held = [*beside, record]
        item = _item(self.file, self.name, held)
        spans = tuple(sorted((each.offset, each.end) for each in held))
        capture = item.capture if isinstance(item, Unit) else None
        kind: Kind = "capture" if capture else "other"
        return Piece(record.id, kind, spans, capture, info_id=record.get(_INFO_ID))

    def _unit(self, answer: Record, beside: list[Record], counted: Capture) -> Piece:
        """Return the capture of a whole answer with those of the records beside it that are its."""
        own: dict[str, Record] = {}
        for record in beside:
            if record.type in own or not self._is_of(record, answer, counted):
                why = f"this {record.type} record tells of another answer"
                self.gaps.append(Gap(record.offset, record.end, why))
            else:
                own[record.type] = record
        held = [*(own[kind] for kind in BESIDE if kind in own), answer]
        item = _item(self.file, self.name, held)
        assert isinstance(item, Unit)
        # What was not asked of its site has no request: that would be made up.
        due = BESIDE if item.capture.provenance.origin == "live" else ("metadata",)
        return Piece(
            answer.id,
            "capture",
            tuple((each.offset, each.end) for each in held),
            item.capture,
            lacks=tuple(kind for kind in due if kind not in own),
            info_id=answer.get(_INFO_ID),
        )

    def _answer_problem(self, answer: Record, beside: list[Record], counted: Capture | None) -> str:
        """Return in words why *answer* is not what was stored, "" where it is."""
        row = self.rows.get(answer.id)
        if counted is None or answer_head(answer) is None:
            return "it cannot be read"
        told = (counted.url, counted.fetched_at, counted.revisit_of)
        if row is not None and told != (row.url, row.fetched_at, row.revisit_of):
            return "it is not what archive.db says"
        others = {(_shared(each), each.get(_INFO_ID)) for each in beside}
        is_strange = (_shared(answer), answer.get(_INFO_ID)) not in others
        if row is None and len(beside) == len(BESIDE) and len(others) == 1 and is_strange:
            return "its request and metadata records tell of another answer"
        if answer.type == "revisit":
            return ""
        payload = counted.payload_sha1, counted.payload_sha256
        if row is not None and row.payload_sha256 not in ("", payload[1]):
            return "its payload is not what archive.db says"
        facts = [_told_payload(each) for each in beside if each.type == "metadata"]
        # The answer's own header is no second witness: who alters the block can count that again.
        if row is not None or not facts or any(_agree(each, payload) for each in facts):
            return ""
        return "its payload is not what its metadata record says"

    def _is_of(self, record: Record, answer: Record, counted: Capture) -> bool:
        """Return whether a record beside *answer* tells what the others tell."""
        same = _shared(record) == _shared(answer) and record.get(_INFO_ID) == answer.get(_INFO_ID)
        if not same or record.type != "metadata":
            return same
        payload = counted.payload_sha1, counted.payload_sha256
        if answer.type != "revisit" and _told_payload(record) not in (None, payload):
            return False
        row, asked = self.rows.get(answer.id), unit.told_origin(f.parse_fields(record.block))
        return row is None or (row.source, row.via, row.hops) == (
            asked.source,
            asked.via,
            asked.hops,
        )

    def _orphans(self) -> Iterator[Lost]:
        """Yield the captures that are told of and are not whole; forget what told of them."""
        for identifier, answer in self.answers.items():
            if (lost := self._lost(identifier, answer)).url:
                yield lost
        for identifier in list(self.beside):
            if self.ours and identifier not in self.ids:
                first = min(self.beside[identifier], key=lambda record: record.offset)
                url, date = first.get("WARC-Target-URI"), first.get("WARC-Date")
                answer = _Answer(first.offset, "its answer is missing", url, date)
                if (lost := self._lost(identifier, answer)).url:
                    yield lost

    def _lost(self, identifier: str, answer: _Answer) -> Lost:
        beside = self.beside.pop(identifier, [])
        # One of them may have been altered: what most of them tell is what was asked for.
        told_of = [answer.url, *(record.get("WARC-Target-URI") for record in beside)]
        addresses = Counter(url for url in told_of if urls.try_canonical(url) is not None)
        facts = [
            each
            for record in beside
            if record.type == "metadata"
            for each in f.parse_fields(record.block)
        ]
        asked = unit.told_origin(facts)
        told = dict(value.partition(":")[::2] for name, value in facts if name == "payloadDigest")
        sha1 = told.get("sha1", "")
        return Lost(
            identifier,
            next((url for url, _ in addresses.most_common(1)), ""),
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


def shared_fields(fields: f.Fields) -> f.Fields:
    """Return those of an answer's *fields* that the records beside it have, too."""
    names = ("WARC-Target-URI", "WARC-Date", "WARC-IP-Address", "WARC-Protocol")
    return [(name, value) for name, value in fields if name in names]


def _shared(record: Record) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(shared_fields(record.fields)))


def _trimmed(record: Record) -> Record:
    """Return a record beside an answer with what is asked of it: facts, not a request's bytes."""
    most = _MOST if record.type == "metadata" else 0
    return record if len(record.block) <= most else replace(record, block=record.block[:most])


def _is_ours(record: Record) -> bool:
    return record.type == "metadata" and _told_payload(record) is not None


def _tells_origin(record: Record) -> bool:
    return record.type == "metadata" and bool(f.first(f.parse_fields(record.block), "origin"))


def _told_payload(metadata: Record) -> tuple[str, str] | None:
    """Return the payload's SHA-1 and SHA-256 that a metadata record tells, None where it does not.

    One that tells others, or no more than one, was altered.
    """
    facts = f.parse_fields(metadata.block)
    told = [value for name, value in facts if name == "payloadDigest"]
    sha256 = next((value[7:] for value in told if value.startswith("sha256:")), "")
    sha1 = next((value for value in told if value.startswith("sha1:")), "")
    return (sha1, sha256) if told else None


def _agree(told: tuple[str, str] | None, payload: tuple[str, str]) -> bool:
    """Return whether one of two digests is right: then it is the other that was altered."""
    return told is None or any(one == other for one, other in zip(told, payload, strict=True))


def _item(file: BinaryIO, name: str, held: list[Record]) -> Unit | FailureRecord | None:
    try:
        return item_of(file, name, held[0].offset, held)
    except ValueError:  # a date that is none: nothing that we have written
        return None
