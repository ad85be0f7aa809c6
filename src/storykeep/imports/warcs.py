"""Puts the WARC of another tool into the archive as it is, or a repacked one beside it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO

from storykeep.errors import CaptureError
from storykeep.imports.catalogues import Opened, is_known
from storykeep.imports.report import Imported, Tell, Told
from storykeep.kept import Keeping, Met
from storykeep.room import Room
from storykeep.store import Store
from storykeep.warc import Sealed, disk, manifest
from storykeep.warc import fields as f
from storykeep.warc.folder import IMPORTED, ORIGINAL, SUFFIX, enlist, fingerprint, is_imported
from storykeep.warc.foreign import Form, repack, unpack
from storykeep.warc.scanning import Gap

WORK = "work-"  # how a folder begins in which something is unpacked meanwhile
PART = ".part"  # behind the name of a file that is not there in full yet
_PIECE = 1 << 20
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80

Gaps = Callable[[Gap], None]


class Shelf:
    """The folder `warcs/imported/`, and what the manifest says of it."""

    def __init__(self, warcs: Path, now: datetime) -> None:
        self.warcs = warcs
        self._now = now
        self._serial = 0
        self.listed = {each.sha256: each.file for each in manifest(warcs)}

    def clear(self) -> None:
        """Remove what a killed import has begun and not finished: the file it read is there yet."""
        for left in (self.warcs / IMPORTED).glob(f"*{PART}"):
            left.unlink()
        for left in (self.warcs / IMPORTED).glob(f"{WORK}*"):
            rmtree(left)

    def find(self, sha256: str) -> str | None:
        """Return the file of this archive that has those bytes, by the manifest."""
        return self.listed.get(sha256)

    def name_for(self, source: str) -> str:
        """Return a new name for a file that was called *source*: when it came, and what it was."""
        clean = _STRANGE.sub("_", source).strip("._-")[-_LONGEST:] or "file"
        folder = self.warcs / IMPORTED
        while True:
            stem = f"{self._now.astimezone(UTC):%Y%m%d%H%M%S}-{self._serial:05d}"
            self._serial += 1
            if not any(folder.glob(f"{stem}-*")):
                return f"{IMPORTED}/{stem}-{clean}"

    def put(self, source: Path, name: str, sha256: str, size: int, *, link: bool) -> None:
        """Keep the file at *source*, whose bytes are known, as *name*; it is listed then.

        With *link* it stays where it is. Raises CaptureError where it cannot be written, or is
        another one by now.
        """
        target = self.warcs / name
        with disk.durable(f"keep {source} as {target}"):
            if link:
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(target.name + PART)
                part.symlink_to(source.resolve())
                part.replace(target)
                disk.sync_folder(target.parent)
            else:
                with self.writing(name) as out:
                    if _copy(source, out) != sha256:
                        raise CaptureError(
                            f"{source} has changed while it was read",
                            hint="import it when nobody writes to it any more",
                        )
        self._list(Sealed(name, size, sha256, f.date(self._now)))

    def seal(self, name: str) -> None:
        """List the file *name*, which is there in full."""
        sha256, size = fingerprint(self.warcs / name)
        self._list(Sealed(name, size, sha256, f.date(self._now)))

    def _list(self, sealed: Sealed) -> None:
        enlist(self.warcs, sealed)
        self.listed[sealed.sha256] = sealed.file

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Give a file to write; it has its *name*, and is on the disk, when the block ends."""
        target = self.warcs / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        try:
            with part.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        disk.sync_folder(target.parent)
        disk.sync_folder(target.parent.parent)


FORMS: dict[Form, str] = {
    "records": "WARC, gzip per record",
    "gzip": "WARC, gzip around all of it",
    "plain": "WARC, not compressed",
    "arc": "ARC",
    "arc.gz": "ARC, compressed",
    "zstd": "WARC, zstd",
}


class Warcs:
    """Takes in WARCs and ARCs: kept as they came, their captures indexed where they lie."""

    def __init__(
        self,
        store: Store,
        keeping: Keeping,
        shelf: Shelf,
        *,
        tell: Tell,
        room: Room,
        link: bool,
        step: Callable[[int], None],
        info: Mapping[str, str],
    ) -> None:
        self._info = info
        self._store = store
        self._keeping = keeping
        self._shelf = shelf
        self._tell = tell
        self._room = room
        self._link = link
        self._step = step
        self._taken = 0

    @property
    def work(self) -> Path:
        """Return the folder in which files may lie for a while."""
        folder = self._shelf.warcs / IMPORTED
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def room_for(self, size: int) -> Iterator[Path]:
        """Give a folder in which *size* bytes may lie while they are taken in."""
        self._room.check_fits(size)
        with TemporaryDirectory(dir=self.work, prefix=WORK) as folder:
            yield Path(folder)

    def take_in(self, path: Path, form: Form, result: Imported, *, is_copy: bool = False) -> None:
        """Take in the file at *path*. A *copy* of ours cannot stay where it is."""
        result.form = (is_copy and result.form) or FORMS[form]
        sha256, size = fingerprint(path)
        known = self._shelf.find(sha256)
        if known is not None and not is_imported(known):
            result.note = f"it is {known} of this archive"
            return
        name = known or self._keep(path, form, sha256, size, link=self._link and not is_copy)
        if name.endswith(ORIGINAL):
            name = self._repacked(path, form, name, result)
        result.kept_as = result.kept_as or name
        if self._store.knows_warc(name):
            result.note = result.note or "this very file is there already"
            return
        self._index(name, path.name, result)

    def take_catalogue(self, opened: Opened, *, is_copy: bool = False) -> None:
        """Keep a catalogue as it came, and beside it its entries as records of their own."""
        path, result = opened.path, opened.result
        self.keep_whole(path, result, is_copy=is_copy)
        original = result.kept_as
        name = original.removesuffix(ORIGINAL) + SUFFIX
        if self._store.knows_warc(name):
            if is_known(self._store, opened.look()):
                result.note = "this very file is there already"
                return
            # It was taken in as that of another site: a slip of --base-url.
            opened.wanted.clear()
            name = self._shelf.name_for(path.name) + SUFFIX
        if name not in self._shelf.listed.values():
            with self._shelf.writing(name) as out:
                opened.write(out, self._info, name)
            self._shelf.seal(name)
        else:
            opened.look()
        result.note = f"kept as it came as {original}, its entries as {name}"
        self._index(name, path.name, result)

    def keep_whole(self, path: Path, result: Imported, *, is_copy: bool = False) -> None:
        """Keep a file that is not read from again: what it holds is taken in apart."""
        sha256, size = fingerprint(path)
        name = self._shelf.find(sha256)
        link = self._link and not is_copy
        if name is None:
            self._room.check_fits(0 if link else size)
            name = self._shelf.name_for(path.name) + ORIGINAL
            self._shelf.put(path, name, sha256, size, link=link)
        result.kept_as = name

    def _keep(self, path: Path, form: Form, sha256: str, size: int, *, link: bool) -> str:
        """Put the file into the archive, or a link to it; return its name there."""
        self._room.check_fits(0 if link else size)
        if form == "records":
            name = self._shelf.name_for(_stem(path.name)) + SUFFIX
        else:
            name = self._shelf.name_for(path.name) + ORIGINAL
        self._shelf.put(path, name, sha256, size, link=link)
        return name

    def _repacked(self, path: Path, form: Form, original: str, result: Imported) -> str:
        name = original.removesuffix(ORIGINAL) + SUFFIX
        if name in self._shelf.listed.values():
            return name
        told = gap_teller(path.name, result, self._tell)
        with self._shelf.writing(name) as out:
            problem = repacked(path, form, out, name=path.name, told=told, work=self.work)
        if problem:
            result.count("refused")
            self._tell(Told("refused", path.name, "", problem))
        self._shelf.seal(name)
        result.note = f"kept as it came as {original}, and read from a copy packed by record"
        return name

    def _index(self, name: str, called: str, result: Imported) -> None:
        def tell(met: Met) -> None:
            result.count(met.what)
            if met.what == "taken":
                self._taken += 1
                self._step(self._taken)
            else:
                self._tell(Told(met.what, f"{called} at {met.offset}", met.url, met.why))

        self._keeping.take_in_file(self._shelf.warcs / name, name, tell)
        for sealed in manifest(self._shelf.warcs):
            if sealed.file == name:
                self._store.save_warc(sealed.file, sealed.bytes, sealed.sha256, sealed.sealed_at)


def gap_teller(called: str, result: Imported, tell: Tell) -> Gaps:
    """Return what counts and tells a stretch of a file that is no whole record."""

    def told(gap: Gap) -> None:
        url = next((value for key, value in gap.told if key.lower() == "warc-target-uri"), "")
        result.count("refused")
        why = f"{gap.why}; {gap.end - gap.start} bytes"
        tell(Told("refused", f"{called} at {gap.start}", url, why))

    return told


def _stem(name: str) -> str:
    return name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else name


def repacked(source: Path, form: Form, out: IO[bytes], *, name: str, told: Gaps, work: Path) -> str:
    """Write the records of *source* to *out*, one gzip member each; *told* hears of damage.

    Return in words what could not be unpacked. *work* is a folder for what is unpacked meanwhile.
    Raises HostileError, and OSError.
    """
    if form in ("plain", "arc"):
        _repack(source, form, out, name, told)
        return ""
    with TemporaryDirectory(dir=work, prefix=WORK) as folder:
        with NamedTemporaryFile(dir=folder, delete=False) as unpacked:
            problem = unpack(source, form, unpacked)
        path = Path(unpacked.name)
        with path.open("rb") as file:
            inside: Form = "arc" if file.read(9) == b"filedesc:" else "plain"
        _repack(path, inside, out, name, told)
    return problem


def _repack(path: Path, form: Form, out: IO[bytes], name: str, told: Gaps) -> None:
    for found in repack(path, form, out, name=name):
        if isinstance(found, Gap):
            told(found)


def _copy(source: Path, out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()
