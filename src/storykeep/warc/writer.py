"""Appends units to the open WARC of a run: on the disk before `append` returns, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, Self, TypeVar

from storykeep.errors import CaptureError
from storykeep.model import Capture, Exchange, Failure, Provenance
from storykeep.warc import disk, fields, folder, unit
from storykeep.warc.failure import FailureRecord, write_failure
from storykeep.warc.folder import Sealed
from storykeep.warc.openfile import OpenFile
from storykeep.warc.reading import find_original
from storykeep.warc.resource import Resource, write_resource

_IN_MEMORY = 1024 * 1024  # a unit that is longer compressed is built in a temporary file
_Built = TypeVar("_Built")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """The unit of a whole answer, built ahead of its `append` by whichever thread had the time."""

    payload: unit.Payload
    capture: Capture
    stream: IO[bytes]
    info_id: str  # of the file that it was built for

    def close(self) -> None:
        """Let go of its memory, or of its temporary file. May be called twice."""
        self.stream.close()


class Writer:
    """The one writer of an archive's WARCs; threads share it.

    A file is opened at the first append, so a run with nothing due leaves none. It is sealed when
    it has reached *max_bytes*, and at the end of the `with` block. *info* are the warcinfo fields
    (software, operator, robots ...). After a failed fsync nothing that was not reported can be
    trusted: the writer refuses further work and leaves the file to `heal`.
    """

    def __init__(
        self,
        where: Path,
        *,
        prefix: str,
        info: Mapping[str, str],
        max_bytes: int = 10**9,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._folder = where
        self._prefix = folder.check_prefix(prefix)
        self._info = dict(info)
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = Lock()
        self._file: OpenFile | None = None
        self._sealed: list[Sealed] = []
        self.stored = 0  # answers and failures that are on the disk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def draft(
        self, exchange: Exchange, *, source: str, via: str | None = None, hops: int = 0
    ) -> Draft | None:
        """Return the unit that `append` will want where no earlier response says the same.

        Any thread may build it: compressing and digests are most of the work of an append. Nothing
        is written. None where no file is open yet, or it cannot be built.
        """
        file = self._file  # without the lock, which is held while the disk works
        if file is None:
            return None
        asked = unit.origin(source, via, hops)
        out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the draft's owner closes it)
        with suppress(Exception):  # `append` meets it again, and tells
            payload = unit.measure(exchange.response, exchange.head)
            capture = unit.write_unit(out, exchange, payload, asked, info_id=file.info_id, extra=[])
            return Draft(payload, capture, out, file.info_id)
        out.close()
        return None

    def append(
        self,
        exchange: Exchange,
        *,
        source: str,
        via: str | None = None,
        hops: int = 0,
        refers_to: Capture | Callable[[str], Capture | None] | None = None,
        provenance: Provenance | None = None,
        extra: Iterable[tuple[str, str]] = (),
        draft: Draft | None = None,
        meanwhile: Callable[[Capture], object] | None = None,
    ) -> Capture:
        """Store *exchange* and return its capture; when this returns it is on the disk.

        *refers_to* is an earlier response of the page, not a revisit, or finds it by the hex
        SHA-256 of the payload. Where it can be read now, and
        the payload is still the same or the answer is 304, a revisit is stored; in every other
        case the whole response, and `revisit_of` is None. *provenance* says where it comes from if
        not from its site; *extra* are names and values for the metadata record. *draft* is what
        `draft` made of the same answer. *meanwhile* is called with the capture, which lacks its
        place yet, while the disk works: for what takes time and tells nobody. Raises CaptureError.
        """
        more = [(fields.one_line(name), value) for name, value in extra]
        asked = unit.origin(source, via, hops)
        with disk.durable(f"read what came from {exchange.url}"):
            payload = draft.payload if draft else unit.measure(exchange.response, exchange.head)
            known = refers_to(payload.sha256) if callable(refers_to) else refers_to
            original = find_original(self._folder, known) if known else None
            if original and not unit.is_revisit(exchange, payload, original):
                original = None

        ready = None if original or provenance or more else draft

        def write(out: IO[bytes], info_id: str) -> Capture:
            if ready is not None and ready.info_id == info_id:
                ready.stream.seek(0)
                shutil.copyfileobj(ready.stream, out)
                return ready.capture
            return unit.write_unit(
                out,
                exchange,
                payload,
                asked,
                info_id=info_id,
                original=original,
                provenance=provenance,
                extra=more,
            )

        capture, name, start = self._store(write, exchange.url, meanwhile)
        return replace(capture, warc=name, offset=start + capture.offset)

    def append_resources(self, resources: Sequence[Resource]) -> list[Capture]:
        """Store pages that somebody saved, all in one write; return their captures, in order.

        They are on the disk when this returns, or none of them is. Raises CaptureError.
        """

        def write(out: IO[bytes], info_id: str) -> list[Capture]:
            captures, at = [], 0
            for each in resources:
                captures.append(write_resource(out, each, info_id=info_id, start=at))
                at = captures[-1].offset + captures[-1].length
            return captures

        captures, name, start = self._store(write, f"{len(resources)} saved pages")
        return [replace(each, warc=name, offset=start + each.offset) for each in captures]

    def append_failure(
        self, failure: Failure, *, source: str, via: str | None = None, hops: int = 0
    ) -> FailureRecord:
        """Store *failure* as one metadata record and return that; it is on the disk then."""
        asked = unit.origin(source, via, hops)

        def write(out: IO[bytes], info_id: str) -> FailureRecord:
            return write_failure(out, failure, asked, info_id=info_id)

        record, name, start = self._store(write, failure.url)
        return replace(record, warc=name, offset=start)

    def seal(self) -> list[Sealed]:
        """Seal the open file, if there is one; return every file that this writer has sealed."""
        with self._lock:
            self._refuse_if_broken()
            self._finish_file()
            return list(self._sealed)

    def close(self) -> None:
        """Seal what can be sealed; after a failed write leave the file as it is, for `heal`."""
        with self._lock:
            if self._file is not None and self._file.broken:
                self._file.close()
            else:
                self._finish_file()

    def _store(
        self,
        write: Callable[[IO[bytes], str], _Built],
        url: str,
        meanwhile: Callable[[_Built], object] | None = None,
    ) -> tuple[_Built, str, int]:
        """Append the unit that *write* builds; return what it returned, the file, the offset."""
        with (
            disk.durable(f"store {url} in {self._folder}"),
            SpooledTemporaryFile(max_size=_IN_MEMORY) as out,
        ):
            while True:
                info_id = self._open_file().info_id
                built = write(out, info_id)  # outside the lock: compressing is most of the work
                out.seek(0)
                with self._lock:
                    self._refuse_if_broken()
                    if self._file is not None and self._file.info_id == info_id:
                        beside = partial(meanwhile, built) if meanwhile else None
                        start = self._file.append(out, beside)
                        self.stored += 1
                        return built, self._file.name, start
                out.truncate(0)  # another thread has sealed that file meanwhile

    def _open_file(self) -> OpenFile:
        with self._lock:
            self._refuse_if_broken()
            if self._file is not None and self._file.size >= self._max_bytes:
                self._finish_file()
            if self._file is None:
                self._file = OpenFile(self._folder, self._prefix, self._info, self._clock())
            return self._file

    def _finish_file(self) -> None:
        if self._file is not None and (sealed := self._file.finish(self._clock())):
            self._sealed.append(sealed)
        self._file = None

    def _refuse_if_broken(self) -> None:
        if self._file is not None and self._file.broken:
            raise CaptureError(
                f"nothing more is written to {self._file.path}: {self._file.broken}",
                hint="run again: the start of a run mends the file, what was reported is safe",
            )
