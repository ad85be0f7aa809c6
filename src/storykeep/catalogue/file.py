"""What kind of catalogue a file is, by its content; one that is open is a view of the file."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from storykeep.catalogue.efiction import EFiction, is_dump
from storykeep.catalogue.entry import Entry, Refused
from storykeep.catalogue.perl import PerlHash, is_perl_hash

_LOOK = 1 << 16
_FAR = 4 << 20  # bytes of a dump in which a table of eFiction's begins


class Catalogue(Protocol):
    """The entries of one file."""

    name: str  # for people

    @property
    def data(self) -> mmap.mmap | bytes:
        """The file as it lies."""

    def base(self) -> str | None:
        """Return the address that the file says its site has, None where it does not say."""

    def entries(self, bases: Sequence[str]) -> Iterator[Entry | Refused]:
        """Yield each entry, with the addresses that its story may have below one of *bases*."""


def may_be_one(start: bytes) -> bool:
    """Return whether a file that begins with *start* may hold a catalogue: `recognise` tells."""
    return b"=>" in start or _may_be_sql(start)


@contextmanager
def recognise(path: Path) -> Iterator[Catalogue | None]:
    """Give the catalogue in the file at *path*, None where there is none. Raises OSError."""
    with path.open("rb") as file:
        start = file.read(_LOOK)
        kind = _kind(start, file.read(_FAR) if _may_be_sql(start) else b"")
        if kind is None:
            yield None
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield kind(data)


def is_packed(path: Path) -> bool:
    """Return whether the file at *path* is a catalogue in gzip, by how it begins."""
    with path.open("rb") as file:
        first = file.read(_LOOK)
    if not first.startswith(b"\x1f\x8b"):
        return False
    try:
        start = zlib.decompressobj(31).decompress(first, _LOOK)
    except zlib.error:
        return False
    return _may_be_sql(start) or _kind(start, b"") is not None


def _kind(start: bytes, more: bytes) -> type[PerlHash] | type[EFiction] | None:
    if b"=>" in start and is_perl_hash(start):
        return PerlHash
    return EFiction if more is not None and _may_be_sql(start) and is_dump(start + more) else None


def _may_be_sql(start: bytes) -> bool:
    """Return whether a file begins as a dump does: in comments and statements, and no markup."""
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:4].upper()
    return head.startswith(
        (b"--", b"#", b"/*", b"INSE", b"CREA", b"DROP", b"SET ", b"LOCK", b"USE ")
    )
