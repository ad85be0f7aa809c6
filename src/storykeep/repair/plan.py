"""What each damaged file is to hold: its own whole pieces, what was found again, notes of the rest.

The order is that of the file as it was: a revisit must come behind what it refers to, and of two
captures of a page the later one decides when it is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from storykeep.model import Capture
from storykeep.repair.sources import Sources, is_it
from storykeep.repair.survey import FileState, Survey
from storykeep.warc import Sealed
from storykeep.warc.contents import Contents, Piece
from storykeep.warc.folder import Listing
from storykeep.warc.lost import Lost
from storykeep.warc.mending import Kept


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one file. Without `source` and `parts` it stays, or goes, as it is."""

    state: FileState
    source: Path | None = None  # a file that is what this one was, byte for byte
    sha256: str = ""  # of that
    parts: tuple[Kept | Lost, ...] = ()
    from_copy: tuple[Capture, ...] = ()
    lost: tuple[Lost, ...] = ()  # captures that are lost now, and were not known to be
    info_id: str = ""
    captures: int = 0

    @property
    def writes(self) -> bool:
        return bool(self.source or self.parts)


@dataclass(slots=True)
class _Wanted:
    """The captures that a file lacks, by record id: lost now, and noted as lost by a repair."""

    now: dict[str, Lost] = field(default_factory=dict)
    noted: dict[str, Lost] = field(default_factory=dict)

    def all(self) -> dict[str, Lost]:
        return {**self.noted, **self.now}


def plan_all(survey: Survey, listing: Listing, sources: Sources) -> list[Plan]:
    """Return what is to be done with every file that is not as it was, or could be again."""
    plans = []
    for state in survey.states:
        wanted = _Wanted({lost.record_id: lost for lost in state.lost}, _notes(state.contents))
        plan = _put_back(state, wanted, listing, sources)
        plans.append(plan or _merge(state, wanted, survey, sources))
    return plans


def _notes(contents: Contents | None) -> dict[str, Lost]:
    pieces = contents.pieces if contents else ()
    return {piece.lost.record_id: piece.lost for piece in pieces if piece.lost is not None}


def _put_back(state: FileState, wanted: _Wanted, listing: Listing, sources: Sources) -> Plan | None:
    """Return the plan to put the very file back, None where no file has its bytes."""
    if state.contents is not None and state.is_as_listed() and not (state.lost or wanted.noted):
        return None
    for sealed in _as_it_was(state, listing):
        path = sources.whole(state.name, sealed.sha256, sealed.bytes)
        contents = sources.contents(path) if path else None
        if path is None or contents is None:
            continue
        there = {piece.id for piece in contents.pieces}
        had = {piece.id for piece in _own(state) if piece.kind in ("capture", "failure")}
        if not had <= there:
            continue  # what this archive has is never given up for what it had
        captures = [piece.capture for piece in contents.pieces if piece.capture]
        return Plan(
            state,
            source=path,
            sha256=sealed.sha256,
            from_copy=tuple(each for each in captures if each.record_id not in had),
            lost=tuple(lost for key, lost in wanted.now.items() if key not in there),
            captures=len(captures),
        )
    return None


def _as_it_was(state: FileState, listing: Listing) -> list[Sealed]:
    """Return how the file was sealed, as far as anybody tells, but for how it is now."""
    told = [state.sealed, state.known]
    told += [old for old, _ in reversed(listing.replaced) if old.file == state.name]
    known = {each.sha256: each for each in told if each is not None}
    known.pop(state.sha256, None)
    return list(known.values())


def _merge(state: FileState, wanted: _Wanted, survey: Survey, sources: Sources) -> Plan:
    """Return the plan to put together what is whole, here and in the copy."""
    own = {piece.id: piece for piece in reversed(_own(state))}
    found = _found(state, own, wanted, survey, sources)
    lost = {key: each for key, each in wanted.now.items() if key not in found}
    kept: dict[str, Kept | Lost] = {}
    if state.path is not None:
        kept = {
            key: Kept(state.path, piece, _known(state, piece, survey))
            for key, piece in own.items()
            if not (piece.lost and piece.lost.record_id in found)
        }
    parts = {**kept, **found, **lost}
    place = _Places(state, wanted)
    in_order = tuple(sorted(parts.values(), key=place.of))
    changes = bool(found) or state.needs_mending()
    holds_any = any(isinstance(each, Lost) or each.piece.kind != "info" for each in in_order)
    copied = [each for key, each in found.items() if key not in survey.homes]
    return Plan(
        state,
        parts=in_order if changes and holds_any else (),
        from_copy=tuple(each.piece.capture for each in copied
                        if each.piece.capture and each.piece.id not in own),
        lost=tuple(lost.values()),
        info_id=_info_id(in_order),
        captures=sum(isinstance(each, Kept) and each.piece.kind == "capture" for each in in_order),
    )  # fmt: skip


def _info_id(parts: Iterable[Kept | Lost]) -> str:
    """Return the warcinfo that the kept records name, "" where none is kept."""
    kept = [each.piece for each in parts if isinstance(each, Kept)]
    told = [piece.id for piece in kept if piece.kind == "info"]
    told += [piece.info_id for piece in kept if piece.info_id]
    return next(iter(told), "")


def _own(state: FileState) -> list[Piece]:
    """Return what of the file's own pieces is whole and belongs there."""
    pieces = state.contents.pieces if state.contents else ()
    return [piece for piece in pieces if piece.id not in state.strays | state.refused]


def _found(
    state: FileState,
    own: dict[str, Piece],
    wanted: _Wanted,
    survey: Survey,
    sources: Sources,
) -> dict[str, Kept]:
    """Return what the file lacks and is whole elsewhere, by record id."""
    lacking = wanted.all()
    found = {
        key: kept
        for key, (home, kept) in survey.homes.items()
        if home == state.name and key not in own and _may_be(kept.piece, lacking.get(key))
    }
    info_id = state.contents.info_id if state.contents else ""
    all_of_it = state.contents is None and not state.rows
    for kept in sources.pieces(state.name, info_id, lacking, all_of_it=all_of_it):
        mine = own.get(kept.piece.id)
        if mine is None or _is_better(kept.piece, mine):
            found.setdefault(kept.piece.id, kept)
    left = {key: lost for key, lost in lacking.items() if key not in found}
    found.update(sources.elsewhere(left))
    return found


def _known(state: FileState, piece: Piece, survey: Survey) -> Capture | None:
    """Return what is known of a capture beside its own records."""
    capture = piece.capture
    original = survey.originals.get(capture.revisit_of or "") if capture else None
    if capture is None or piece.id in state.rows or original is None:
        return state.rows.get(piece.id)
    return replace(
        capture, payload_sha1=original.payload_sha1, payload_sha256=original.payload_sha256
    )


def _may_be(piece: Piece, lost: Lost | None) -> bool:
    return lost is None or is_it(piece, lost)


def _is_better(theirs: Piece, mine: Piece) -> bool:
    """Return whether the copy has the unit of a capture whole, where records of ours are lost."""
    if not mine.lacks or theirs.lacks or mine.capture is None or theirs.capture is None:
        return False
    one, other = mine.capture, theirs.capture
    return (one.url, one.fetched_at, one.payload_sha256) == (
        other.url,
        other.fetched_at,
        other.payload_sha256,
    )


class _Places:
    """Where each part lay in the file as it was: rows know it best."""

    def __init__(self, state: FileState, wanted: _Wanted) -> None:
        self._rows = {key: row.offset for key, row in state.rows.items()}
        self._lost = {key: lost.offset for key, lost in wanted.now.items()}
        for piece in state.contents.pieces if state.contents else ():
            if piece.lost is not None:
                self._lost[piece.lost.record_id] = piece.start

    def of(self, part: Kept | Lost) -> tuple[int, int]:
        if isinstance(part, Lost):
            return part.offset, 0
        piece = part.piece
        if piece.kind == "info":
            return -1, 0
        return self._rows.get(piece.id, self._lost.get(piece.id, piece.offset)), 1
