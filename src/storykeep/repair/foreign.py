"""What others captured, in a repair: put back byte for byte from a copy, or left as it is.

Such a file is never written anew: nobody but its maker knows what should be in it, and its captures
cannot be asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from storykeep import urls
from storykeep.model import Capture, Damage
from storykeep.repair.known import Known
from storykeep.repair.result import MendedFile
from storykeep.repair.sources import Sources
from storykeep.warc import Sealed, Unit, disk, scan
from storykeep.warc import fields as f
from storykeep.warc.folder import IMPORTED, SUFFIX, Listing, fingerprint, is_imported, name_in
from storykeep.warc.lost import Lost, lost_capture
from storykeep.warc.mending import put_in_place, write_copy


@dataclass(frozen=True, slots=True)
class Changed:
    """An imported file that is not as it came. `source` has its bytes, None where nothing has."""

    sealed: Sealed
    now: Sealed | None  # as it is now; None: it is missing
    source: Path | None
    lost: tuple[Lost, ...]
    captures: int

    def damage(self) -> Damage:
        """Return what is wrong with it."""
        if self.now is None:
            return Damage(self.sealed.file, "missing", "the file is missing")
        return Damage(self.sealed.file, "sha256", "its bytes are not those that were imported")

    def outcome(self, aside: Path | None = None) -> MendedFile:
        """Return what becomes of it."""
        done = "put back" if self.source else "left" if self.now else "given up"
        return MendedFile(
            self.sealed.file,
            done,  # type: ignore[arg-type]
            self.captures,
            0,
            len(self.lost),
            aside.name if aside else "",
        )


@dataclass(frozen=True, slots=True)
class Foreign:
    """The imported files of an archive, against the manifest and the database."""

    changed: tuple[Changed, ...]
    stale: str  # why the database does not say what they say, "" where it does
    files: int
    captures: int


def survey_imported(folder: Path, listing: Listing, known: Known, sources: Sources) -> Foreign:
    """Return how the imported files are. Raises CaptureError where one cannot be read."""
    changed: list[Changed] = []
    stale, count, captures = "", 0, 0
    for sealed in listing.sealed:
        if not is_imported(sealed.file) or "\0" in sealed.file or ".." in sealed.file:
            continue
        path = folder / sealed.file
        with disk.durable(f"read {path}"):
            now = _as_it_is(path, sealed)
            found = list(_units(folder, path)) if now and path.name.endswith(SUFFIX) else []
        count, captures = count + 1, captures + len(found)
        rows = known.captures(sealed.file)
        if now != sealed:
            source = sources.whole(path.name, sealed.sha256, sealed.bytes)
            there = {each.record_id for each in found}
            gone = () if source else [row for row in rows if row.record_id not in there]
            why = "its file is missing" if now is None else "it is not in its file any more"
            lost = tuple(lost_capture(row, why) for row in gone)
            changed.append(Changed(sealed, now, source, lost, len(found)))
        elif known.there and path.name.endswith(SUFFIX):
            stale = stale or _why_stale(sealed, found, rows, known)
    return Foreign(tuple(changed), stale, count, captures)


def _as_it_is(path: Path, sealed: Sealed) -> Sealed | None:
    if not path.is_file():
        return None
    sha256, size = fingerprint(path)
    return replace(sealed, sha256=sha256, bytes=size)


def _units(folder: Path, path: Path) -> Iterator[Capture]:
    for each in scan(path, name=name_in(folder, path)):
        if isinstance(each, Unit) and each.capture.status:
            yield each.capture


def _why_stale(sealed: Sealed, found: list[Capture], rows: list[Capture], known: Known) -> str:
    if known.imported.get(sealed.file) != sealed:
        return f"it does not know {sealed.file} as the manifest does"
    there = {row.offset for row in rows}
    if there - {each.offset for each in found}:
        return f"it names captures that are not in {sealed.file}"
    for each in found:
        is_web = urls.try_canonical(each.url) is not None
        if is_web and each.offset not in there and not known.has_twin(each):
            return f"it lacks captures of {sealed.file}"
    return ""


def put_back(
    folder: Path, foreign: Foreign, now: datetime
) -> Iterator[tuple[MendedFile, Sealed, Sealed | None]]:
    """Put back what can be; yield what became of each file, how it was listed, and how it is now.

    Raises CaptureError.
    """
    for each in foreign.changed:
        aside = None
        current = each.now
        if each.source is not None:
            with disk.durable(f"write in {folder / IMPORTED}"):
                (folder / IMPORTED).mkdir(parents=True, exist_ok=True)
            name, sha256 = each.sealed.file, each.sealed.sha256
            written = write_copy(folder, name, each.source, sha256)
            aside = put_in_place(written.path, folder / name)
            current = each.sealed
        elif current is not None:
            current = replace(current, sealed_at=f.date(now))
        yield each.outcome(aside), each.sealed, current
