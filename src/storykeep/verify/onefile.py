"""One WARC from end to end: its members, its units, their digests, and the rows about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from storykeep.model import Capture, Damage, DamageKind
from storykeep.verify import digests
from storykeep.verify.responses import Reference, Responses
from storykeep.verify.result import Verified
from storykeep.verify.rows import RowCheck
from storykeep.verify.sealed import Listed
from storykeep.verify.units import Group, groups, loose_groups, unit_problems
from storykeep.verify.unread import odd_members
from storykeep.verify.walk import Bundle, Gap, Maker, block_of, bundle_of_file, walk
from storykeep.warc import FailureRecord, Unit
from storykeep.warc.record import Record
from storykeep.warc.scanning import item_of
from storykeep.warc.unit import Payload


@dataclass(slots=True)
class FileCheck:
    """What the check of one file needs and adds to. Nothing is raised for what is damaged."""

    listed: Listed
    file: BinaryIO
    maker: Maker
    rows: RowCheck | None  # None where there is no database
    responses: Responses
    result: Verified
    step: Callable[[int], None]  # told the offset that was reached

    def span(self, start: int, end: int) -> None:
        """Check what lies from *start* to *end*; the last unit may be cut off at the end."""
        if not self.listed.name.endswith(".gz"):
            self._plain()
            return
        found = walk(self.file, self.maker, start, end)
        for each in groups(found) if self.maker.is_ours else loose_groups(found):
            if isinstance(each, Gap):
                self._gap(each)
                self.step(each.end)
            elif isinstance(each, Bundle):
                self._bundle(each)
            else:
                self._group(each)
                self.step(each.last.end)

    def _tell(self, kind: DamageKind, why: str, record: Record) -> None:
        url = record.get("WARC-Target-URI")
        place = (record.offset, record.end)
        self.result.damage.append(Damage(self.listed.name, kind, why, *place, url))

    def _gap(self, gap: Gap) -> None:
        """Tell of damaged bytes, and of each capture that rows name in them."""
        lost = self.rows.gap(gap.start, gap.end) if self.rows else []
        if not lost and self.listed.is_open and gap.end >= self.listed.size:
            self._note_tail(gap.start)
            return
        url = gap.url or (lost[0].url if lost else "")
        if not url and self.rows:
            url = self.rows.url_behind(gap.start)
        kind: DamageKind = "torn" if gap.end >= self.listed.size else "framing"
        name = self.listed.name
        self.result.damage.append(Damage(name, kind, gap.why, gap.start, gap.end, url))
        self.result.damage += [
            Damage(name, kind, "it lies in damaged bytes", each.start, each.end, each.url)
            for each in lost
            if each.url != url
        ]

    def _plain(self) -> None:
        found = bundle_of_file(self.file, self.listed.size)
        if isinstance(found, Gap):
            self._gap(found)
        else:
            self._bundle(found)

    def _bundle(self, found: Bundle) -> None:
        """Records that no row can name: they are read, and that is all."""
        self.result.records += found.records
        name = self.listed.name
        self.result.damage += [
            Damage(name, "digest", why, found.start, found.end) for why in found.problems
        ]
        self.result.notes.append(
            f"{name}: {found.records} records of another tool that are not compressed one by one; "
            "they are whole, but Storykeep reads no page from them"
        )
        self.step(found.end)

    def _note_tail(self, start: int) -> None:
        self.result.notes.append(
            f"{self.listed.path.name} from {start} on: a unit that is not whole; "
            "a run is writing it, or the next run mends it"
        )

    def _group(self, group: Group) -> None:
        damaged_before = len(self.result.damage)
        # In another tool's file the records before the last were told of already, each alone.
        payload = self._digests(group.records if self.maker.is_ours else group.records[-1:])
        if not group.is_whole:
            if self.maker.is_ours:
                self._unfinished(group)
            return
        if self.maker.is_ours:
            info_id = self.maker.info_id
            self.result.damage += [
                Damage(self.listed.name, "pair", each.why, each.start, each.end, group.url)
                for each in unit_problems(self.listed.name, group, payload, info_id)
            ]
        item = item_of(self.file, self.listed.name, group.start, list(group.records))
        if item is not None:
            self._item(item, group, payload, is_damaged=len(self.result.damage) > damaged_before)

    def _unfinished(self, group: Group) -> None:
        if group.before_gap:
            return
        if self.listed.is_open and group.last.end >= self.listed.size:
            self._note_tail(group.start)
        else:
            self._tell("pair", "the answer that it belongs to is missing", group.last)

    def _digests(self, records: tuple[Record, ...]) -> Payload | None:
        """Check the digests of *records*; return those counted of a response's payload."""
        payload = None
        for record in records:
            self.result.records += 1
            ours = self.maker.is_ours
            with block_of(self.file, record) as block:
                problems = [digests.block_problem(record, block, ours=ours)]
                if record.type in ("response", "resource"):
                    problems.append(digests.payload_problem(record, block, ours=ours))
                if record.type in ("response", "resource"):
                    payload = digests.payload_of(record, block)
                    if ours and payload is None:
                        problems.append("its block is no HTTP answer")
            for why in filter(None, problems):
                self._tell("digest", why, record)
        return payload

    def _item(
        self, item: Unit | FailureRecord, group: Group, payload: Payload | None, *, is_damaged: bool
    ) -> None:
        damage = self.result.damage
        if isinstance(item, FailureRecord):
            self.result.failures += 1
            if item.lost is not None:
                self.responses.lose(item.lost.record_id)
            if self.rows:
                damage += self.rows.failure(item)
            return
        capture = item.capture
        self.result.captures += 1
        if group.last.type != "revisit":
            self.responses.add(_measured(capture, payload))
        elif reference := self._reference(group.last, capture):
            self.responses.refer(capture, reference)
        if self.rows:
            told = _measured(capture, payload)
            # A revisit of what another crawl stored cannot be read here, so it may have no row.
            is_damaged = is_damaged or (not self.maker.is_ours and group.last.type == "revisit")
            damage += self.rows.capture(told, group.start, is_damaged=is_damaged)

    def _reference(self, record: Record, capture: Capture) -> Reference | None:
        """Return what a revisit refers to; None where the standard allows that it is elsewhere."""
        # Other tools refer to what other crawls stored, and may name it by address and date alone.
        if not self.maker.is_ours:
            return None
        return Reference(
            record.get("WARC-Refers-To"),
            record.get("WARC-Refers-To-Target-URI"),
            record.get("WARC-Refers-To-Date"),
            capture.payload_sha1,
        )


def _measured(capture: Capture, payload: Payload | None) -> Capture:
    """Return *capture* with the digests that were counted in place of those that records tell."""
    if payload is None:
        return capture
    return replace(capture, payload_sha1=payload.sha1, payload_sha256=payload.sha256)


def unread_damage(listed: Listed, file: BinaryIO, maker: Maker) -> Iterator[Damage]:
    """Yield where bits have changed that no reader looks at; for a file that is known to differ."""
    records = (r for r in walk(file, maker, 0, listed.size) if isinstance(r, Record))
    for record, why in odd_members(file, records):
        url = record.get("WARC-Target-URI")
        yield Damage(listed.name, "framing", why, record.offset, record.end, url)
