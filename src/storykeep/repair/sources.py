"""Where the bytes of a damaged file may be found again: in a copy, or here, misnamed or repacked.

A copy is read, never written and never trusted: what is taken from it is whole by its own digests
and is what our manifest, our rows or our records say that we had.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from storykeep.errors import UsageError
from storykeep.repair.repacked import Repacked
from storykeep.warc.contents import Contents, Piece, read_contents
from storykeep.warc.folder import DAMAGED, IMPORTED, SUFFIX, fingerprint
from storykeep.warc.lost import Lost
from storykeep.warc.mending import Kept


class Sources:
    """The files beside those of the archive: its own side files, and those of a copy."""

    def __init__(self, folder: Path, copy: Path | None) -> None:
        self._own = folder
        self._copies = _files_of(copy, folder) if copy is not None else []
        self._imported = _imported_of(copy) if copy is not None else []
        self._repacked = Repacked([folder, *(_folders_of(copy) if copy is not None else [])])
        self._read: dict[Path, Contents | None] = {}
        self.has_copy = copy is not None

    def close(self) -> None:
        """Let go of what was made to be read."""
        self._repacked.close()

    def whole(self, name: str, sha256: str, size: int) -> Path | None:
        """Return a file with exactly those bytes, None where there is none."""
        beside = [
            *self._own.glob(f"*{SUFFIX}"),
            *self._own.glob(f"*{SUFFIX}{DAMAGED}*"),
            *(self._own / IMPORTED).glob("*"),
            *self._imported,
        ]
        # One of the same name is the likeliest.
        named = sorted([*self._copies, *beside], key=lambda path: path.name != name)
        for path in chain(named, self._repacked_files(name)):
            try:
                is_as_long = path.is_file() and path.stat().st_size == size
                if is_as_long and fingerprint(path)[0] == sha256:
                    return path
            except OSError:
                continue
        return None

    def _repacked_files(self, name: str) -> Iterator[Path]:
        """Yield what is only made where no other file will do."""
        yield from self._repacked.files(name)

    def pieces(
        self, name: str, info_id: str, lost: dict[str, Lost], *, all_of_it: bool
    ) -> list[Kept]:
        """Return what a copy has of the file *name*: the *lost* captures, by record id.

        Where its file is the very one (*info_id*), or *all_of_it* is asked for, every whole piece
        of the file of that name.
        """
        found = []
        for path in (*self._copies, *self._repacked.files(name)):
            if path.name != name or (contents := self.contents(path)) is None:
                continue
            is_same = all_of_it or (info_id and contents.info_id == info_id)
            for piece in contents.pieces:
                known = lost.get(piece.id)
                if known is not None and not is_it(piece, known):
                    continue
                if known is not None or (is_same and piece.kind != "lost"):
                    found.append(Kept(path, piece))
        return found

    def elsewhere(self, lost: dict[str, Lost]) -> Iterator[tuple[str, Kept]]:
        """Yield the *lost* captures that a copy has in whatever file, with their record ids."""
        wanted = dict(lost)
        for path in self._copies:
            if not wanted:
                return
            contents = self.contents(path)
            for piece in contents.pieces if contents else ():
                known = wanted.get(piece.id)
                if known is not None and is_it(piece, known):
                    del wanted[piece.id]
                    yield piece.id, Kept(path, piece)

    def contents(self, path: Path) -> Contents | None:
        """Return what is whole in the file at *path*, None where it cannot be read."""
        if path not in self._read:
            try:
                self._read[path] = read_contents(path)
            except OSError:
                self._read[path] = None
        return self._read[path]


def is_it(piece: Piece, lost: Lost) -> bool:
    """Return whether *piece* is the capture that was *lost*, by all that is known of that."""
    capture = piece.capture
    return (
        capture is not None
        and capture.record_id == lost.record_id
        and capture.url == lost.url
        and lost.fetched_at in ("", capture.fetched_at)
        and lost.payload_sha256 in ("", capture.payload_sha256)
    )


def _imported_of(copy: Path) -> list[Path]:
    return [
        path for folder in (copy, copy / "warcs") for path in sorted((folder / IMPORTED).glob("*"))
    ]


def _folders_of(copy: Path) -> list[Path]:
    return [folder for folder in (copy, copy / "warcs") if folder.is_dir()]


def _files_of(copy: Path, own: Path) -> list[Path]:
    """Return the WARCs of *copy*, a folder of them or an archive's. Raises UsageError."""
    if not copy.is_dir():
        raise UsageError(
            f"there is no folder {copy}",
            hint="name another archive's folder, or a folder of WARC files",
        )
    folders = _folders_of(copy)
    if any(own.exists() and folder.samefile(own) for folder in folders):
        raise UsageError(
            f"{copy} is this archive itself", hint="name the folder of a second copy of it"
        )
    found = [
        path for folder in folders for path in sorted(folder.glob(f"*{SUFFIX}")) if path.is_file()
    ]
    if not found and not _imported_of(copy):
        raise UsageError(
            f"there are no WARC files in {copy}, nor in a folder warcs there",
            hint="name the folder that holds the copy's .warc.gz files",
        )
    return found
