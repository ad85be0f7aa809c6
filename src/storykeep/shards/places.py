"""A folder that fsspec knows, wherever it lies: WARCs are read there, and shards written.

One door to fsspec.
"""

from __future__ import annotations

import io
import os
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from storykeep.errors import UsageError

INSTALL = "it needs the extra cluster: pip install 'storykeep[cluster]'"
_OPEN = 4  # files of a folder that are open at a time: a WARC, and those its revisits refer to


class Place:
    """A folder, by its path or address. Raises UsageError where fsspec does not know it."""

    def __init__(self, address: str) -> None:
        try:
            import fsspec
        except ImportError:
            raise UsageError("fsspec is missing", hint=INSTALL) from None
        try:
            self.fs, self.root = fsspec.core.url_to_fs(address)
        except (ValueError, ImportError) as error:
            raise UsageError(f"cannot reach {address}: {error}") from error
        self.address = address

    def path(self, name: str) -> str:
        """Return where the file *name* is, as the file system calls it."""
        return f"{self.root.rstrip('/')}/{name}"

    def has(self, name: str) -> bool:
        """Return whether there is a file *name*. Raises OSError."""
        return bool(self.fs.isfile(self.path(name)))

    def open(self, name: str) -> BinaryIO:
        """Return the file *name*, to be read. Raises OSError."""
        return cast(BinaryIO, self.fs.open(self.path(name), "rb"))

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Give a file to write; it has its *name* when the block has ended well, and not before."""
        self.fs.makedirs(self.root, exist_ok=True)
        part = self.path(f".{name}.{uuid.uuid4().hex}.part")
        try:
            with self.fs.open(part, "wb") as out:
                yield out
                out.flush()
                # Only a file of this machine has a number.
                with suppress(AttributeError, io.UnsupportedOperation):
                    os.fsync(out.fileno())
            self.fs.mv(part, self.path(name))
        except BaseException:
            with suppress(OSError):
                self.fs.rm(part)
            raise

    def sweep(self, name: str) -> None:
        """Remove what was begun as *name* by workers that died."""
        with suppress(OSError):
            for left in self.fs.glob(self.path(f".{name}.*.part")):
                self.fs.rm(left)


class Warcs:
    """The WARCs of a folder as `warc` reads them; a few stay open, so that they are read on.

    A file that lies elsewhere is asked for piece by piece: to open it for each of its captures
    would fetch the same pieces again.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._open: OrderedDict[str, Any] = OrderedDict()

    def __enter__(self) -> Warcs:
        return self

    def __exit__(self, *problem: object) -> None:
        for file in self._open.values():
            file.close()

    def __truediv__(self, name: str) -> Warc:
        return Warc(self, name)

    def __str__(self) -> str:
        return self._place.address

    def file(self, name: str) -> BinaryIO:
        """Return the file *name*, which `__exit__` closes. Raises OSError."""
        if name not in self._open:
            self._open[name] = self._place.open(name)
        self._open.move_to_end(name)
        if len(self._open) > _OPEN:
            _, oldest = self._open.popitem(last=False)
            oldest.close()
        return cast(BinaryIO, self._open[name])


@dataclass(frozen=True, slots=True)
class Warc:
    """One file of them, as a path is one."""

    folder: Warcs
    name: str

    def open(self, mode: str) -> BinaryIO:
        """Return the file, for reading; closing it leaves it open for the next capture."""
        return cast(BinaryIO, _Lent(self.folder.file(self.name)))

    def __str__(self) -> str:
        return f"{str(self.folder).rstrip('/')}/{self.name}"


class _Lent(io.RawIOBase):
    """A file that is open for others, too."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
