"""Groups the records of one of our files into units, and says what is wrong with a unit.

Request, metadata and answer stand in this order, and the first two name the third; a request that
brought no answer is one metadata record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storykeep.verify.walk import Bundle, Gap
from storykeep.warc import fields as f
from storykeep.warc.failure import read_failure
from storykeep.warc.record import ANSWERS, Record
from storykeep.warc.unit import Payload, told_provenance

_WHOLE = ("request", "metadata")  # before the answer
_SHARED = {"WARC-Target-URI", "WARC-Date", "WARC-IP-Address", "WARC-Protocol"}
_NAMES = "WARC-Concurrent-To"
_HELD = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Records that stand together. `is_whole`: the last is one that ends a unit.

    `after_gap` and `before_gap`: what is missing may be in damaged bytes, which are told anyway.
    """

    records: tuple[Record, ...]
    is_whole: bool
    after_gap: bool = False
    before_gap: bool = False

    @property
    def last(self) -> Record:
        return self.records[-1]

    @property
    def start(self) -> int:
        return self.records[0].offset

    @property
    def url(self) -> str:
        return self.last.get("WARC-Target-URI")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a unit, from `start` to `end` of its file."""

    start: int
    end: int
    why: str


def groups(found: Iterable[Record | Gap | Bundle]) -> Iterator[Group | Gap | Bundle]:
    """Yield the units among *found*, whole and not, and every gap as it is."""
    held: list[Record] = []
    after_gap = False
    for each in found:
        if isinstance(each, Gap | Bundle):
            # What was begun before the gap ends in it.
            if held:
                yield Group(tuple(held), is_whole=False, before_gap=True)
            yield each
            held, after_gap = [], True
            continue
        if held and _begins(each, held):
            yield Group(tuple(held), is_whole=False, after_gap=after_gap)
            held, after_gap = [], False
        held.append(each)
        if _ends(each):
            yield Group(tuple(held), is_whole=True, after_gap=after_gap)
            held, after_gap = [], False
    if held:
        yield Group(tuple(held), is_whole=False, after_gap=after_gap)


def loose_groups(found: Iterable[Record | Gap | Bundle]) -> Iterator[Group | Gap | Bundle]:
    """Yield the records of another tool's file: each alone, an answer with what names it before."""
    about: list[Record] = []
    for each in found:
        if isinstance(each, Gap | Bundle):
            yield each
        elif each.type == "metadata" and each.get(_NAMES):
            # Several answers may come before the one that they name; few will.
            about = [*about, each][-_HELD:]
            yield Group((each,), is_whole=False)
        elif each.type in ANSWERS:
            own = [record for record in about if record.get(_NAMES) == each.id]
            yield Group((*own, each), is_whole=True)
            about = []
        else:
            yield Group((each,), is_whole=False)


def _begins(record: Record, held: list[Record]) -> bool:
    if record.type in ("request", "warcinfo") or len(held) > len(_WHOLE):
        return True
    return record.type == "metadata" and not record.get(_NAMES)


def _ends(record: Record) -> bool:
    alone = record.type == "metadata" and not record.get(_NAMES)
    return alone or record.type not in _WHOLE


def unit_problems(
    name: str, group: Group, payload: Payload | None, info_id: str
) -> Iterator[Problem]:
    """Yield what is wrong with *group*, a unit of the file *name*.

    *payload* is what was counted of its response.
    """
    for record in group.records:
        if record.type != "warcinfo" and info_id and record.get("WARC-Warcinfo-ID") != info_id:
            yield _about(record, "it names another file's warcinfo record")
    last = group.last
    if last.type == "warcinfo":
        yield from _info_problems(name, last)
    elif last.type in ANSWERS:
        yield from _order_problems(group)
        yield from _link_problems(group)
        yield from _payload_problems(group, payload)
    elif last.type != "metadata":
        yield _about(last, f"Storykeep writes no record of type {last.type!r}")
    elif read_failure(name, last) is None:
        yield _about(last, "it is alone: it neither names an answer nor tells of a failed request")


def _about(record: Record, why: str) -> Problem:
    return Problem(record.offset, record.end, why)


def _info_problems(name: str, record: Record) -> Iterator[Problem]:
    if record.offset:
        yield _about(record, "a second warcinfo record")
    if (told := record.get("WARC-Filename")) != name:
        yield _about(record, f"this is what was written to {told or 'a file without a name'}")


def _order_problems(group: Group) -> Iterator[Problem]:
    types = tuple(record.type for record in group.records[:-1])
    # A page that somebody saved, or that an archive gave, was asked of its site by nobody.
    whole = _WHOLE if _was_asked_for(group) else _WHOLE[1:]
    if types == whole or (group.after_gap and types == whole[len(whole) - len(types) :]):
        return
    if lacking := [kind for kind in whole if kind not in types]:
        yield _about(group.last, f"its {' and '.join(lacking)} record is missing")
    else:
        yield Problem(group.start, group.last.end, "these records are not in their order")


def _was_asked_for(group: Group) -> bool:
    """Return whether the site itself was asked: what came from elsewhere has no request record."""
    facts = [
        each
        for record in group.records[:-1]
        if record.type == "metadata"
        for each in f.parse_fields(record.block)
    ]
    return told_provenance(group.last.fields, facts).origin == "live"


def _link_problems(group: Group) -> Iterator[Problem]:
    """Yield the records of a unit that do not tell the same as the others."""
    *before, answer = group.records
    strange = [
        record
        for record in before
        if record.get(_NAMES) != answer.id or _shared(record) != _shared(answer)
    ]
    # Where the two agree against the answer, it is the answer that is not theirs.
    if len(strange) == 2 and len({(each.get(_NAMES), str(_shared(each))) for each in strange}) == 1:
        yield _about(answer, "its request and metadata records tell of another answer")
        return
    for record in strange:
        yield _about(record, f"this {record.type} record tells of another answer")


def _payload_problems(group: Group, payload: Payload | None) -> Iterator[Problem]:
    for record in group.records[:-1]:
        if record.type == "metadata" and not _tells(record, group.last, payload):
            # Either may have changed, so both are named.
            why = "payload digest and payloadDigest of the metadata record do not agree"
            yield Problem(record.offset, group.last.end, why)


def _shared(record: Record) -> f.Fields:
    return [(name, value) for name, value in record.fields if name in _SHARED]


def _tells(metadata: Record, answer: Record, payload: Payload | None) -> bool:
    """Say whether *metadata* tells the digests that were counted, or those of a revisit's head."""
    facts = f.parse_fields(metadata.block)
    told = [value for key, value in facts if key == "payloadDigest"]
    if payload is not None:
        return sorted(told) == sorted([payload.sha1, f"sha256:{payload.sha256}"])
    digest = answer.get("WARC-Payload-Digest")
    return len(told) == 2 and (not digest or digest in told)
