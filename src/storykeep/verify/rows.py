"""Do the database's rows and one file's records tell the same? Asked from both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from storykeep import urls
from storykeep.model import Capture, Damage
from storykeep.reader.health import AttemptRow, Index
from storykeep.store.rows import storable
from storykeep.warc import FailureRecord, is_imported

DATABASE = "archive.db"
# What a row has from the unit's metadata record.
_METADATA = {"payload_sha1", "payload_sha256", "source", "via", "hops"}


@dataclass(frozen=True, slots=True)
class Lost:
    """A capture or a failed request that rows name and that cannot be read."""

    start: int
    end: int
    url: str


@dataclass(slots=True)
class _Moved:
    """Captures one behind the other that lie `by` bytes from where their rows say."""

    by: int
    start: int  # the end of the last record that lies where it should
    end: int
    count: int
    url: str


class RowCheck:
    """The rows of one WARC against its records, as those come in the order of the file.

    *blames_rows*: nothing speaks against the file, so where both differ the database is wrong.
    *may_grow*: records at its end that the database does not know yet are no damage.
    """

    def __init__(self, index: Index, name: str, *, blames_rows: bool, may_grow: bool) -> None:
        self._index = index
        self._name = name
        self._key = storable(name)  # a file's name may be no UTF-8
        self._blames_rows = blames_rows
        self._may_grow = may_grow
        self._attempts = {row.offset: row for row in index.attempts_in(self._key)}
        self._is_known = bool(self._attempts) or index.count_captures(self._key) > 0
        self._seen: set[int] = set()  # ids of rows that are accounted for
        self._unknown = 0
        self._newer: list[Damage] = []
        self._right_until = 0
        self._moved: _Moved | None = None

    def capture(self, found: Capture, start: int, *, is_damaged: bool = False) -> Iterator[Damage]:
        """Hold a whole capture, whose unit begins at *start*, against its row.

        *is_damaged*: its records were found wrong, so what follows from that is not told again.
        """
        row = self._index.capture_at(self._key, found.offset)
        if row is None:
            yield from self._without_row(found, is_damaged)
            return
        if is_imported(self._name):
            # Who made the file stands at its beginning; which response a revisit means that names
            # none, only the whole archive tells.
            found = replace(found, provenance=row.provenance, revisit_of=row.revisit_of)
        yield from self._settle_moved()
        yield from self._older()
        assert row.id is not None
        self._seen.add(row.id)
        if not is_damaged and (wrong := _differences(row, found)):
            where = start if _METADATA & set(wrong) else found.offset
            why = f"archive.db tells another {', '.join(wrong)} than the record"
            yield self._damage(why, where, found.offset + found.length, row.url)
        self._right_until = found.offset + found.length

    def _has_no_row(self, found: Capture) -> bool:
        """Return whether a capture of others has rightly none: it is no answer, or there twice."""
        return not found.status or self._index.has_twin(found)

    def failure(self, found: FailureRecord) -> Iterator[Damage]:
        """Hold the record of a failed request against its row."""
        row = self._attempts.pop(found.offset, None)
        url = found.failure.url
        if row is None and urls.try_canonical(url) is None:
            return  # altered, so that it names no web address: it gets no row
        if row is None:
            yield from self._unrowed(found.start, found.end, url, "failed request")
        elif row != _attempt_of(found):
            yield self._damage(
                "archive.db tells of another failure than the record", found.start, found.end, url
            )

    def gap(self, start: int, end: int) -> list[Lost]:
        """Return what rows name in damaged bytes; the caller tells of it."""
        lost = []
        for row in self._index.captures_between(self._key, start, end):
            assert row.id is not None
            self._seen.add(row.id)
            lost.append(Lost(row.offset, row.offset + row.length, row.url))
        gone = [offset for offset in self._attempts if start <= offset < end]
        lost += [Lost(offset, end, self._attempts.pop(offset).url) for offset in gone]
        return sorted(lost, key=lambda each: each.start)

    def url_behind(self, offset: int) -> str:
        """Return the address of the first capture whose answer lies behind *offset*."""
        row = self._index.capture_behind(self._key, offset)
        return row.url if row else ""

    def rest(self) -> Iterator[Damage]:
        """Yield, when the whole file was read, what its rows name and it does not hold."""
        yield from self._settle_moved()
        if self._unknown and not self._may_grow:
            yield Damage(
                DATABASE, "row", f"it knows none of the {self._unknown} records in {self._name}"
            )
        for row in self._index.captures_in(self._key):
            yield from self.expect(row)
        for attempt in self._attempts.values():
            yield self._damage(
                "archive.db names a failed request here; no record of it was found",
                attempt.offset, None, attempt.url,
            )  # fmt: skip

    def expect(self, row: Capture) -> Iterator[Damage]:
        """Yield that nothing was found where *row* says, if so; when its bytes were read."""
        yield from self._settle_moved()
        if row.id not in self._seen:
            yield self._damage(
                "archive.db names a capture here; no whole record of it was found",
                row.offset, row.offset + row.length, row.url,
            )  # fmt: skip

    def _without_row(self, found: Capture, is_damaged: bool) -> Iterator[Damage]:
        if urls.try_canonical(found.url) is None:
            return  # of another tool, an answer that is no web page: it gets no row
        if is_imported(self._name) and self._has_no_row(found):
            return
        for row in self._index.captures_of_record(found.record_id):
            if row.warc == self._name and row.id is not None and row.id not in self._seen:
                self._seen.add(row.id)
                yield from self._note_moved(found, row)
                return
        yield from self._settle_moved()
        if not is_damaged:
            end = found.offset + found.length
            yield from self._unrowed(found.offset, end, found.url, "capture")

    def _unrowed(self, start: int, end: int, url: str, what: str) -> Iterator[Damage]:
        if not self._is_known:
            self._unknown += 1
            return
        damage = self._damage(f"archive.db has no row of this {what}", start, end, url)
        if self._may_grow:
            self._newer.append(damage)
        else:
            yield damage

    def _older(self) -> Iterator[Damage]:
        """Yield what has no row although something behind it has one: it is not just newer."""
        yield from self._newer
        self._newer.clear()

    def _note_moved(self, found: Capture, row: Capture) -> Iterator[Damage]:
        by = found.offset - row.offset
        end = found.offset + found.length
        if self._moved and self._moved.by == by:
            self._moved.count += 1
            self._moved.end = end
            return
        yield from self._settle_moved()
        self._moved = _Moved(by, self._right_until, end, 1, row.url)

    def _settle_moved(self) -> Iterator[Damage]:
        moved, self._moved = self._moved, None
        if moved is None:
            return
        ahead = "further on" if moved.by > 0 else "further back"
        captures = "1 capture lies" if moved.count == 1 else f"{moved.count} captures lie"
        yield self._damage(
            f"{captures} {abs(moved.by)} bytes {ahead} than archive.db says",
            moved.start, moved.end, moved.url,
        )  # fmt: skip
        self._right_until = moved.end

    def _damage(self, why: str, start: int, end: int | None, url: str) -> Damage:
        if self._blames_rows:
            return Damage(DATABASE, "row", f"{why} ({self._name} at {start})", url=url)
        return Damage(self._name, "row", why, start, end, url)


def _differences(row: Capture, found: Capture) -> list[str]:
    """Return the names of what a row tells otherwise than the record."""
    told = replace(found, id=row.id, outcome=row.outcome)
    return [
        each.name
        for each in fields(Capture)
        if _as_stored(getattr(told, each.name)) != getattr(row, each.name)
    ]


def _attempt_of(found: FailureRecord) -> AttemptRow:
    failure = found.failure
    return AttemptRow(
        url=storable(failure.url),
        source=storable(found.source),
        kind=failure.kind,
        detail=storable(failure.detail),
        started_at=failure.started_at.isoformat(),
        elapsed_ms=failure.elapsed_ms,
        ip=storable(failure.ip),
        received=len(failure.received),
        via=storable(found.via) if found.via is not None else None,
        offset=found.offset,
    )


def _as_stored(value: object) -> object:
    return storable(value) if isinstance(value, str) else value
