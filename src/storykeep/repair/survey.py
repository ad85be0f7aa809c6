"""Reads every WARC and says which are not as they were written, and which captures are lost.

What is known comes from four sides: the records, the manifest, the rows of archive.db, and revisits
that name a response. None of them is believed alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from storykeep import urls
from storykeep.model import Capture, Damage
from storykeep.repair.known import Known, is_name
from storykeep.warc import Sealed, Unit, disk, files, is_imported, name_in, scan
from storykeep.warc.contents import Contents, Piece, read_contents
from storykeep.warc.folder import OPEN, Listing, fingerprint
from storykeep.warc.lost import Lost, lost_capture
from storykeep.warc.mending import Kept


@dataclass(slots=True)
class FileState:
    """One WARC that is there, or should be. `contents` is None where it is not there."""

    name: str
    path: Path | None
    contents: Contents | None
    sealed: Sealed | None  # as the manifest lists it
    known: Sealed | None  # as archive.db does
    sha256: str = ""
    size: int = 0
    rows: dict[str, Capture] = field(default_factory=dict)  # by record id
    lost: list[Lost] = field(default_factory=list)
    strays: set[str] = field(default_factory=set)  # records that belong into another file
    refused: set[str] = field(default_factory=set)  # captures that are not what their rows say

    def is_as_listed(self) -> bool:
        """Return whether it has the bytes that it was sealed with."""
        return self.sealed is not None and self.sealed.sha256 == self.sha256

    def needs_mending(self) -> bool:
        if self.contents is None:
            return True
        wrong = self.lost or self.strays or self.refused
        return bool(wrong) or not self.contents.is_whole()


@dataclass(slots=True)
class Survey:
    """What lies in the folder of WARCs."""

    states: list[FileState] = field(default_factory=list)  # of the files that are not as they were
    damage: list[Damage] = field(default_factory=list)
    unknown: list[Damage] = field(default_factory=list)
    files: int = 0
    captures: int = 0
    told: list[Lost] = field(default_factory=list)  # noted in a WARC, and still rows of archive.db
    notes: dict[str, tuple[str, Lost]] = field(default_factory=dict)  # all notes: file, capture
    homes: dict[str, tuple[str, Kept]] = field(default_factory=dict)  # strays: their file, by id
    originals: dict[str, Capture] = field(default_factory=dict)  # what mended revisits refer to
    stale: str = ""  # why archive.db does not say what the WARCs say, "" where it does
    unread: int = 0


def survey(folder: Path, listing: Listing, known: Known, *, with_notes: bool = False) -> Survey:
    """Return how the WARCs of *folder* are; *with_notes* also those with notes of lost captures.

    Raises CaptureError where one cannot be read at all.
    """
    return _Surveying(folder, listing, known, with_notes=with_notes).survey()


class _Surveying:
    def __init__(self, folder: Path, listing: Listing, known: Known, *, with_notes: bool) -> None:
        self.folder = folder
        self.with_notes = with_notes
        self.known = known
        self.sealed = {each.file: each for each in listing.sealed if is_name(each.file)}
        self.result = Survey()
        self.named: set[str] = set()  # files that there should be
        self.whole: dict[str, str] = {}  # record ids of captures, and the file of each
        self.info: dict[str, str] = {}  # warcinfo id -> the file it opens
        self.referred: dict[str, tuple[str, Capture]] = {}  # original -> file, first revisit of it
        self.reads: dict[str, int] = {}  # original -> how many revisits refer to it
        self.absent: list[tuple[str, Capture]] = []  # rows without a record
        self.rowless: list[tuple[str, Capture]] = []  # records without a row
        self.doubtful: dict[str, FileState] = {}

    def survey(self) -> Survey:
        there = {
            name: path
            for path in files(self.folder)
            if not path.name.endswith(OPEN) and not is_imported(name := name_in(self.folder, path))
        }
        named = {*there, *self.sealed, *self.known.sealed, *self.known.files()}
        for name in sorted(named):
            # A run that was killed has left it; the next start mends it.
            if not (self.folder / (name + OPEN)).exists():
                self.named.add(name)
                self._file(name, there.get(name))
        self._renamed()
        self._strays()
        self._lost_rows()
        self._lost_orphans()
        self._lost_originals()
        self._judge()
        self._originals()
        return self.result

    def _file(self, name: str, path: Path | None) -> None:
        state = FileState(name, path, None, self.sealed.get(name), self.known.sealed.get(name))
        rows = self.known.captures(name)
        attempts = {row.offset: row for row in self.known.attempts(name)}
        if path is None:
            self.absent += [(name, row) for row in rows]
            self._doubt(state, rows)
            return
        contents = self._read(state, path, rows)
        agrees = self._compare(contents, rows)
        self._note(contents)
        found = {piece.start for piece in contents.pieces if piece.kind in ("failure", "lost")}
        if set(attempts) != found:
            self._stale(f"its attempts are not those of {name}")
        if self.known.there and state.known != state.sealed:
            self._stale(f"it does not know {name} as the manifest does")
        is_known = state.known is None or state.known.sha256 == state.sha256
        noted = self.with_notes and any(piece.lost for piece in contents.pieces)
        misnamed = contents.ours and contents.filename not in ("", name)
        if (
            noted
            or misnamed
            or not (contents.is_whole() and agrees and is_known and state.is_as_listed())
        ):
            self._doubt(state, rows)

    def _read(self, state: FileState, path: Path, rows: list[Capture]) -> Contents:
        with disk.durable(f"read {path}"):
            state.sha256, state.size = fingerprint(path)
            # Where the file is what was sealed, it is the rows that may be wrong.
            believed = () if state.is_as_listed() or self.known.problem else rows
            state.contents = read_contents(path, {row.record_id: row for row in believed})
        return state.contents

    def _doubt(self, state: FileState, rows: list[Capture]) -> None:
        state.rows = {row.record_id: row for row in rows}
        self.doubtful[state.name] = state

    def _note(self, contents: Contents) -> None:
        """Remember what other files may ask of this one."""
        self.result.files += 1
        if contents.info_id:
            home = contents.filename if is_name(contents.filename) else contents.name
            self.info.setdefault(contents.info_id, home)
        for piece in contents.pieces:
            if piece.lost is not None:
                self.result.notes[piece.lost.record_id] = contents.name, piece.lost
            if piece.capture is None:
                continue
            self.result.captures += 1
            self.whole[piece.id] = contents.name
            original = piece.capture.revisit_of
            if original and contents.ours:
                self.referred.setdefault(original, (contents.name, piece.capture))
                self.reads[original] = self.reads.get(original, 0) + 1

    def _compare(self, contents: Contents, rows: list[Capture]) -> bool:
        """Return whether rows and captures are the same; remember those that are not."""
        there = {piece.id: piece for piece in contents.pieces if piece.capture}
        agrees = True
        for row in rows:
            piece = there.pop(row.record_id, None)
            if piece is None:
                self.absent.append((contents.name, row))
                agrees = False
            elif piece.offset != row.offset:
                self._stale(f"rows say that captures of {contents.name} lie elsewhere")
                agrees = False
        for piece in there.values():
            capture = piece.capture
            if capture is not None and urls.try_canonical(capture.url) is not None:
                self.rowless.append((contents.name, capture))
        return agrees

    def _stale(self, why: str) -> None:
        self.result.stale = self.result.stale or why

    # ---- what only all files together tell

    def _renamed(self) -> None:
        """Find by their rows the files of which no warcinfo tells the name."""
        for name, row in self.absent:
            state = self.doubtful.get(self.whole.get(row.record_id, ""))
            contents = state.contents if state and not state.is_as_listed() else None
            if contents is not None and contents.info_id and not contents.filename:
                self.info[contents.info_id] = name

    def _strays(self) -> None:
        """Find records that belong to the warcinfo of another file, or of none."""
        for state in list(self.doubtful.values()):
            contents = state.contents
            if contents is None or not contents.ours or state.path is None:
                continue
            self._expect(contents.filename)
            own = {piece.id for piece in contents.pieces if piece.kind == "info"}
            own.add(contents.info_id)
            for piece in contents.pieces:
                info_id = piece.id if piece.kind == "info" else piece.info_id
                home = self.info.get(info_id, "" if info_id not in own else state.name)
                if home == state.name or (info_id in own and home not in self.named):
                    continue
                if home in self.named:
                    state.strays.add(piece.id)
                    self.result.homes[piece.id] = home, Kept(state.path, piece)
                else:
                    self._refuse(state, piece)

    def _expect(self, name: str) -> None:
        """Let there be a file that another one says it is, and that nobody else names."""
        if is_name(name) and name not in self.named:
            self.named.add(name)
            self.doubtful[name] = FileState(name, None, None, None, None)

    def _refuse(self, state: FileState, piece: Piece) -> None:
        """Take a piece for damaged that names a warcinfo which nobody knows."""
        state.refused.add(piece.id)
        if piece.capture is not None:
            self.whole.pop(piece.id, None)
            if piece.id not in state.rows:
                why = "it names another file's warcinfo"
                state.lost.append(lost_capture(piece.capture, why))
            else:
                self.absent.append((state.name, state.rows[piece.id]))

    def _lost_rows(self) -> None:
        for name, row in self.absent:
            self._stale(f"it names captures that are not in {name}")
            if row.record_id in self.whole and row.record_id not in self.result.homes:
                continue  # it is whole, and in another file
            if row.record_id in self.result.notes:
                self.result.told.append(lost_capture(row, self.result.notes[row.record_id][1].why))
                continue
            state = self._state(name)
            state.lost.append(lost_capture(row, _why_lost(state.contents, row.offset)))

    def _lost_orphans(self) -> None:
        for state in list(self.doubtful.values()):
            known = {lost.record_id for lost in state.lost}
            for orphan in state.contents.orphans if state.contents else ():
                gone = orphan.record_id not in self.whole
                if gone and orphan.record_id not in {*known, *self.result.notes}:
                    state.lost.append(orphan)

    def _lost_originals(self) -> None:
        """Find responses of which only revisits tell: the rows are gone, too."""
        lost = {each.record_id for state in self.doubtful.values() for each in state.lost}
        for original, (name, revisit) in self.referred.items():
            if original in self.whole:
                continue
            self.result.unread += self.reads[original]
            if original in lost or original in self.result.notes:
                continue
            home = self._home_of(original, name)
            self._state(home).lost.append(
                Lost(
                    original,
                    revisit.url,
                    "only a revisit tells of it",
                    "",
                    home,
                    # Before the revisit: who reads that must know by then.
                    revisit.offset - 1 if home == name else 0,
                    revisit.source,
                    revisit.via,
                    revisit.hops,
                    revisit.payload_sha1,
                    revisit.payload_sha256,
                )
            )

    def _home_of(self, original: str, revisit_in: str) -> str:
        """Return the file where a lost original is noted: the nearest before its revisit."""
        before = [
            name
            for name, state in self.doubtful.items()
            if name < revisit_in and not (state.is_as_listed() and not state.needs_mending())
        ]
        return max(before, default=revisit_in)

    def _state(self, name: str) -> FileState:
        if name not in self.doubtful:
            path = self.folder / name
            state = FileState(name, path, None, self.sealed.get(name), self.known.sealed.get(name))
            rows = self.known.captures(name)
            self._read(state, path, rows)
            self._doubt(state, rows)
        return self.doubtful[name]

    def _originals(self) -> None:
        """Find the responses that tell the digests of revisits without metadata and rows."""
        wanted = {
            piece.capture.revisit_of
            for state in self.doubtful.values()
            for piece in (state.contents.pieces if state.contents else ())
            if piece.capture and "metadata" in piece.lacks and piece.id not in state.rows
        }
        if wanted - {None}:
            for path in files(self.folder):
                for each in scan(path, name=name_in(self.folder, path)):
                    if isinstance(each, Unit) and each.capture.record_id in wanted:
                        self.result.originals[each.capture.record_id] = each.capture

    def _judge(self) -> None:
        """Name the damage, and what is lost without a trace."""
        lost = {each.record_id for state in self.doubtful.values() for each in state.lost}
        for name, capture in self.rowless:
            original = capture.revisit_of
            can_be_read = (
                not original or original in self.whole or original in {*lost, *self.result.notes}
            )
            if can_be_read:
                self._stale(f"it lacks captures of {name}")
        for state in self.doubtful.values():
            self.result.damage += damage_of(state)
            if all(home != state.name for home, _ in self.result.homes.values()):
                self.result.unknown += _without_trace(state)
        self.result.states = [self.doubtful[name] for name in sorted(self.doubtful)]


def damage_of(state: FileState) -> list[Damage]:
    """Return what is not as it was written in one file."""
    if state.contents is None:
        return [Damage(state.name, "missing", "the file is missing"), *map(_row_damage, state.lost)]
    found = [
        Damage(state.name, "framing", gap.why, gap.start, gap.end, _url_of(gap.told))
        for gap in state.contents.gaps
    ]
    found += [
        Damage(state.name, "pair", f"its {' and '.join(piece.lacks)} is lost", piece.start,
               piece.spans[-1][1], piece.capture.url if piece.capture else "")
        for piece in state.contents.pieces if piece.lacks
    ]  # fmt: skip
    found += map(_row_damage, state.lost)
    if state.strays:
        found.append(Damage(state.name, "framing", "it holds records of another file"))
    expected = state.sealed or state.known
    if not found and not state.contents.pieces:
        found.append(Damage(state.name, "framing", "nothing in it is whole"))
    if not found and not state.contents.is_whole():
        found.append(Damage(state.name, "framing", "its records lie in another order"))
    if not found and expected is not None and expected.sha256 != state.sha256:
        why = "its bytes are not those it was sealed with; every record is whole"
        found.append(Damage(state.name, "sha256", why))
    if not found and state.sealed is None:
        found.append(Damage(state.name, "manifest", "the manifest does not list it"))
    return found


def _row_damage(lost: Lost) -> Damage:
    return Damage(lost.warc, "row", lost.why, lost.offset, None, lost.url)


def _url_of(told: tuple[tuple[str, str], ...]) -> str:
    return next((value for name, value in told if name.lower() == "warc-target-uri"), "")


def _why_lost(contents: Contents | None, offset: int) -> str:
    if contents is None:
        return "its file is missing"
    for gap in contents.gaps:
        if gap.start <= offset < gap.end:
            return gap.why
    return "it is not in its file any more"


def _without_trace(state: FileState) -> list[Damage]:
    """Return the bytes of which neither a row nor a record says what they were."""
    if state.rows:
        return []
    if state.contents is None:
        if state.lost:
            return []
        return [Damage(state.name, "missing", "the file is missing, and what it held is not known")]
    explained = [lost.offset for lost in state.lost]
    sealed = state.sealed or state.known
    end = sealed.bytes if sealed else state.size  # what was put behind it later was no capture
    cut = []
    if end > state.size:
        why = "what the bytes held that are missing is not known"
        cut = [Damage(state.name, "size", why, state.size, end)]
    return cut + [
        Damage(state.name, "framing", "what these bytes were is not known", gap.start, gap.end)
        for gap in state.contents.gaps
        if gap.start < end
        and urls.try_canonical(_url_of(gap.told)) is None
        and not any(gap.start <= offset <= gap.end for offset in explained)
    ]
