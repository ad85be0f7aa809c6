"""One import: every file that was named, by what it is and not by what it is called."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from storykeep.catalogue import Catalogue, is_packed, may_be_one, recognise
from storykeep.errors import CaptureError
from storykeep.imports import folders, mails
from storykeep.imports.catalogues import Opened, bases_of
from storykeep.imports.folders import Refused
from storykeep.imports.pages import MOST_BYTES, Item, Pages
from storykeep.imports.report import Done, Imported, Tell, Told, Wish
from storykeep.imports.saved import is_book, is_document
from storykeep.imports.shards import Shards
from storykeep.imports.wacz import is_wacz, warcs_in
from storykeep.imports.warcs import WORK, Warcs

if TYPE_CHECKING:
    from storykeep.imports.foreseen import ForeseenWarcs
from storykeep.shards import is_shards
from storykeep.warc.foreign import HostileError, form_of, unpack
from storykeep.wrapped import MAIL

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_OF_RECORDS = (b"WARC/", b"filedesc:", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_SQLITE = b"SQLite format 3\0"


class Importer:
    """Takes in what *wish* names, by *warcs* and *pages*.

    *done* is told what came of each file, *tell* what is not taken.
    """

    def __init__(
        self,
        warcs: Warcs | ForeseenWarcs,
        pages: Pages,
        shards: Shards,
        *,
        wish: Wish,
        tell: Tell,
        done: Done,
    ) -> None:
        self._warcs = warcs
        self._shards = shards
        self._pages = pages
        self._wish = wish
        self._tell = tell
        self._done = done
        self._now = datetime.now(UTC)
        self.opened: list[Opened] = []  # the catalogues that were taken in

    def run(self) -> None:
        """Take in every path of the wish."""
        for path in self._wish.paths:
            if is_shards(path):
                self._shard(path)
            elif path.is_dir():
                self._folder(path)
            else:
                self._alone(path)

    def _alone(self, path: Path) -> None:
        """Take in a file that was named itself."""
        result = Imported(str(path), "saved page")
        self._done.files.append(result)
        with self._contained(str(path), result):
            first = folders.start_of(path)
            if not self._archive(path, path.name, first, result):
                item = folders.file_item(path, path.name, str(path), first)
                self._item(item, first, result, is_named=True)  # what is no page is an error
                self._pages.flush()

    def _shard(self, path: Path) -> None:
        """Take in the shards of a folder; what else is in it is passed over, and told."""
        result = Imported(str(path), "shards")
        self._done.files.append(result)
        with self._contained(str(path), result):
            self._shards.take_in(path, result)
        others = sorted(path.iterdir()) if path.is_dir() else []
        for each in others:
            if each.suffix != ".parquet" and not each.name.startswith("."):
                why = "it is in a folder of shards, and none: name it itself"
                self._pages.say(result, "skipped", str(each), why)

    def _item(self, item: Item, first: bytes, result: Imported, *, is_named: bool = False) -> None:
        """Take in what is one page, or one message."""
        if not mails.is_letter(item.path, first):
            self._pages.add(item, result, base_url=self._wish.base_url, is_named=is_named)
            return
        data = item.read(MOST_BYTES)
        letter = mails.Letter(0, data, len(data) > MOST_BYTES)
        self._letter(letter, item.path, item.place, result)

    def _archive(
        self, path: Path, relative: str, first: bytes, result: Imported, *, is_copy: bool = False
    ) -> bool:
        """Take in the file at *path* if it holds others; return whether it does.

        *relative* is its path below what was named, *first* what it begins with. A *copy* of ours,
        out of a zip, cannot stay where it is.
        """
        if first.startswith(_SQLITE):
            raise HostileError(
                "it is a database: an archive is its WARC files, and these can be imported"
            )
        if first.startswith(_OF_RECORDS) and (form := form_of(path)) is not None:
            self._warcs.take_in(path, form, result, is_copy=is_copy)
            return True
        if first.startswith(_ZIP) and not is_book(first) and not is_document(first):
            self._zip(path, result, is_copy=is_copy)
            return True
        if first.startswith(b"From ") and mails.is_mbox(path):
            self._mail(path, result)
            return True
        if first.startswith(_GZIP) and is_packed(path):
            return self._packed_catalogue(path, relative, result, is_copy=is_copy)
        if not may_be_one(first):
            return False
        with recognise(path) as catalogue:
            if catalogue is not None:
                self._catalogue(path, relative, catalogue, result, is_copy=is_copy)
            return catalogue is not None

    @contextmanager
    def _contained(self, place: str, result: Imported) -> Iterator[None]:
        """Let what is wrong with one file stop nothing but that."""
        try:
            yield
        except HostileError as error:
            self._refuse(place, str(error), result)
        except CaptureError:
            raise  # our own disk
        except OSError as error:
            self._refuse(place, f"it cannot be read: {error.strerror or error}", result)

    def _refuse(self, place: str, why: str, result: Imported) -> None:
        result.count("refused")
        self._tell(Told("refused", place, "", why))

    # ---- folders and zips

    def _folder(self, folder: Path) -> None:
        result = Imported(str(folder), "folder of saved pages")
        self._done.files.append(result)
        with self._contained(str(folder), result):
            for found in folders.walk(folder):
                if isinstance(found, Refused):
                    self._pages.say(result, "skipped", found.place, found.why)
                    continue
                path, relative = found
                with self._contained(str(path), result):
                    self._in_folder(path, relative, result)
        self._pages.flush()

    def _in_folder(self, path: Path, relative: str, result: Imported) -> None:
        own, place = Imported(str(path), ""), len(self._done.files)
        first = folders.start_of(path)
        if self._archive(path, relative, first, own):
            self._done.files.insert(place, own)  # before what it holds
            return
        self._item(folders.file_item(path, relative, str(path), first), first, result)

    def _zip(self, path: Path, result: Imported, *, is_copy: bool) -> None:
        with folders.opened(path) as archive:
            if is_wacz(archive):
                result.form = "WACZ"
                self._wacz(path, result, is_copy=is_copy)
                return
            if is_copy:
                raise HostileError("it is a zip in a zip; unpack it, and import what was in it")
            result.form = "zip of saved pages"
            for member in folders.members(archive, path.name):
                if isinstance(member, Refused):
                    self._pages.say(result, "refused", member.place, member.why)
                    continue
                with self._contained(f"{path.name}: {member.filename}", result):
                    self._in_zip(archive, member, path, result)
            self._pages.flush()

    def _in_zip(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, result: Imported
    ) -> None:
        """Take in a member of the zip at *path*: a page from where it is, all else unpacked."""
        first = folders.read_member(archive, member, folders.START)
        if _may_hold_others(first) and not is_book(first):
            own, place = Imported(f"{path}: {member.filename}", ""), len(self._done.files)
            with self._warcs.room_for(member.file_size) as work:
                copy = folders.unpacked(archive, member, work)
                if self._archive(copy, member.filename, first, own, is_copy=True):
                    self._done.files.insert(place, own)
                    return
        self._item(folders.zip_item(archive, member, path.name, first), first, result)

    def _mail(self, path: Path, result: Imported) -> None:
        """Take in the messages of an mbox, each as a page of its own."""
        result.form = "mbox"
        for letter in mails.letters(path):
            self._letter(letter, path.name, f"{path.name} at {letter.at}", result)
        self._pages.flush()

    def _letter(self, letter: mails.Letter, file: str, place: str, result: Imported) -> None:
        """Take in a message as a page of its own."""
        if letter.is_cut:
            self._pages.say(result, "refused", place, "it is longer than a page may be")
            return
        said = mails.address_of(letter, self._wish.base_url)
        moment = mails.moment_of(letter, now=self._now)
        self._pages.known(letter.data, MAIL, said, moment, file, place, result)

    def _catalogue(
        self, path: Path, relative: str, catalogue: Catalogue, result: Imported, *, is_copy: bool
    ) -> None:
        """Take in what a site's own catalogue says of its stories, each entry by itself."""
        result.form, result.noun = catalogue.name, "entry"
        bases = bases_of(catalogue, self._wish.base_url, relative)
        opened = Opened(catalogue, path, bases, self._now, result, self._tell)
        self._warcs.take_catalogue(opened, is_copy=is_copy)
        self.opened.append(opened)

    def _packed_catalogue(
        self, path: Path, relative: str, result: Imported, *, is_copy: bool
    ) -> bool:
        """Take in a catalogue in gzip, which is kept as it came; return whether it is one."""
        with TemporaryDirectory(dir=self._warcs.work, prefix=WORK) as folder:
            unpacked = Path(folder) / "unpacked"
            with unpacked.open("wb") as out:
                problem = unpack(path, "gzip", out)
            with recognise(unpacked) as catalogue:
                if catalogue is None:
                    return False
                if problem:
                    self._refuse(path.name, problem, result)
                self._catalogue(path, relative, catalogue, result, is_copy=is_copy)
        return True

    def _wacz(self, path: Path, result: Imported, *, is_copy: bool) -> None:
        """Take in the WARCs of a WACZ, each as a file of its own; it is kept itself as it came."""
        self._warcs.keep_whole(path, result, is_copy=is_copy)
        folder = TemporaryDirectory(dir=self._warcs.work, prefix=WORK)
        with folders.opened(path) as archive, folder as work:
            for found in warcs_in(archive, path.name, Path(work)):
                if isinstance(found, Refused):
                    self._pages.say(result, "refused", found.place, found.why)
                    continue
                with self._contained(f"{path.name}: {found.name}", result):
                    if (form := form_of(found)) is None:
                        raise HostileError("it is no WARC")
                    self._warcs.take_in(found, form, result, is_copy=True)
                found.unlink()


def _may_hold_others(first: bytes) -> bool:
    """Return whether a file that begins with *first* may be more than one page."""
    return first.startswith((*_OF_RECORDS, _ZIP, _SQLITE, b"From ")) or may_be_one(first)
