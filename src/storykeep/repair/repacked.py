"""Files of ours that somebody has unpacked, or packed again as a whole: packed as they were.

gunzip leaves NAME.warc in the place of NAME.warc.gz, and gzip makes one member of it. Every record
is there, only not where rows and manifest say. One gzip member a record gives the same bytes again.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from storykeep.warc.folder import DAMAGED
from storykeep.warc.foreign import Form, HostileError, form_of, repack, unpack

_FORMS: tuple[Form, ...] = ("gzip", "plain")


class Repacked:
    """Packs such files into a temporary folder, which is there until `close`."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._made: dict[Path, Path | None] = {}
        self._room: TemporaryDirectory[str] | None = None

    def files(self, name: str) -> list[Path]:
        """Return the files called *name* that are made of such, each in a folder of its own.

        Raises OSError where there is no room for them.
        """
        found = []
        for folder in self._folders:
            for path in (folder / name.removesuffix(".gz"), *sorted(folder.glob(f"{name}*"))):
                is_ours = path.name.removesuffix(".gz") + ".gz" == name
                if is_ours or path.name.startswith(name + DAMAGED):
                    found.append(self._packed(path, name))
        return [path for path in found if path is not None]

    def close(self) -> None:
        """Remove what was made."""
        if self._room is not None:
            self._room.cleanup()

    def _packed(self, path: Path, name: str) -> Path | None:
        if path not in self._made:
            self._made[path] = self._pack(path, name)
        return self._made[path]

    def _pack(self, path: Path, name: str) -> Path | None:
        form = _form(path)
        if form is None:
            return None
        if self._room is None:
            self._room = TemporaryDirectory(prefix="storykeep-")
        folder = Path(self._room.name) / str(len(self._made))
        folder.mkdir()
        plain, target = path, folder / name
        if form == "gzip":
            plain = folder / "plain"
            try:
                with plain.open("wb") as out:
                    unpack(path, form, out)
            except HostileError:
                return None
        with target.open("wb") as out:
            for _ in repack(plain, "plain", out, name=name):
                pass
        if plain != path:
            plain.unlink()
        return target


def _form(path: Path) -> Form | None:
    try:
        form = form_of(path) if path.is_file() else None
    except OSError:
        return None
    return form if form in _FORMS else None
