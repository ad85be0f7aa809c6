"""Groups the records of one of our files into units, and says what is wrong with a unit.

Request, metadata and answer stand in this order, and the first two name the third; a request that
brought no answer is one metadata record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storykeep.verify.walk import Gap
from storykeep.warc import fields as f
from storykeep.warc.failure import read_failure
from storykeep.warc.record import Record
from storykeep.warc.unit import Payload

ANSWERS = ("response", "revisit")
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


def groups(found: Iterable[Record | Gap]) -> Iterator[Group | Gap]:
    """Yield the units among *found*, whole and not, and every gap as it is."""
    held: list[Record] = []
    after_gap = False
    for each in found:
        if isinstance(each, Gap):
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


def loose_groups(found: Iterable[Record | Gap]) -> Iterator[Group | Gap]:
    """Yield the records of another tool's file: each alone, an answer with what names it before."""
    about: list[Record] = []
    for each in found:
        if isinstance(each, Gap):
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
) -> Iterator[tuple[Record, str]]:
    """Yield what is wrong with *group*, a unit of the file *name*: which record, and why.

    *payload* is what was counted of its response.
    """
    for record in group.records:
        if record.type != "warcinfo" and info_id and record.get("WARC-Warcinfo-ID") != info_id:
            yield record, "it names another file's warcinfo record"
    last = group.last
    if last.type == "warcinfo":
        yield from _info_problems(name, last)
    elif last.type in ANSWERS:
        yield from _answer_problems(group, payload)
    elif last.type != "metadata":
        yield last, f"Storykeep writes no record of type {last.type!r}"
    elif read_failure(name, last) is None:
        yield last, "it is alone: it neither names an answer nor tells of a failed request"


def _info_problems(name: str, record: Record) -> Iterator[tuple[Record, str]]:
    if record.offset:
        yield record, "a second warcinfo record"
    if (told := record.get("WARC-Filename")) != name:
        yield record, f"this is what was written to {told or 'a file without a name'}"


def _answer_problems(group: Group, payload: Payload | None) -> Iterator[tuple[Record, str]]:
    *before, answer = group.records
    types = tuple(record.type for record in before)
    if types != _WHOLE and not (group.after_gap and types == _WHOLE[len(_WHOLE) - len(types) :]):
        lacking = [kind for kind in _WHOLE if kind not in types]
        yield (
            answer,
            (
                f"its {' and '.join(lacking)} record is missing"
                if lacking
                else "its records are not in their order"
            ),
        )
    for record in before:
        if record.get(_NAMES) != answer.id:
            yield record, f"this {record.type} record belongs to another answer"
        elif _shared(record) != _shared(answer):
            yield record, f"this {record.type} record does not tell the same as its answer"
        elif record.type == "metadata" and payload and not _tells(record, payload):
            yield answer, "the payload is not that of the metadata record's payloadDigest"


def _shared(record: Record) -> f.Fields:
    return [(name, value) for name, value in record.fields if name in _SHARED]


def _tells(metadata: Record, payload: Payload) -> bool:
    facts = f.parse_fields(metadata.block)
    told = [value for key, value in facts if key == "payloadDigest"]
    return sorted(told) == sorted([payload.sha1, f"sha256:{payload.sha256}"])
