"""The one WARC that a run is writing: whole units, forced to the disk one by one."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from storykeep.warc import disk, folder, unit
from storykeep.warc import fields as f
from storykeep.warc.folder import Sealed

_PIECE = 1024 * 1024


class OpenFile:
    """A `.open` file that this run created. `size` is the end of its last whole unit.

    `broken` says why nothing more may be written, "" while all is well. Not thread-safe.
    """

    def __init__(self, where: Path, prefix: str, info: Mapping[str, str], now: datetime) -> None:
        """Create the file with its warcinfo record, on the disk. Raises OSError."""
        where.mkdir(parents=True, exist_ok=True)
        self.name = folder.new_name(where, prefix, now=now)
        self.path = where / (self.name + folder.OPEN)
        self.info_id = f.record_id()
        self.size = 0
        self.broken = ""
        self._beside: ThreadPoolExecutor | None = None
        self._units = -1  # the warcinfo is none
        self._digest = hashlib.sha256()
        first = BytesIO()
        unit.write_warcinfo(first, info, name=self.name, info_id=self.info_id, now=f.date(now))
        first.seek(0)
        # O_EXCL: a run never appends to a file that it did not create.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._descriptor = os.open(self.path, flags, 0o666)
        try:
            self.append(first)
            disk.sync_folder(where)
            disk.sync_folder(where.parent)
        except BaseException:
            self._discard()
            raise

    def append(self, stream: IO[bytes], meanwhile: Callable[[], object] | None = None) -> int:
        """Put all of *stream* on the disk and return the offset of its first byte.

        *meanwhile* is called while the disk works. Raises OSError, and what *meanwhile* raises; the
        file then ends with its last whole unit, or is `broken`.
        """
        start, size, digest = self.size, self.size, self._digest.copy()
        if os.fstat(self._descriptor).st_size != start:
            self.broken = "someone else has changed it"
            raise OSError(f"{self.path.name} has been changed")
        try:
            while piece := stream.read(_PIECE):
                disk.write_all(self._descriptor, piece)
                digest.update(piece)
                size += len(piece)
            if meanwhile is None:
                self._sync()
            else:
                self._sync_beside(meanwhile)
        except BaseException:  # Ctrl-C too may fall between two writes
            self._cut_back()
            raise
        self.size, self._digest = size, digest
        self._units += 1
        return start

    def finish(self, now: datetime) -> Sealed | None:
        """Seal the file and return how it is listed; a file that never got a unit is removed."""
        if not self._units:
            self._discard()
            return None
        with disk.durable(f"seal {self.path}"):
            try:
                self._sync()
            finally:
                self.close()
        self.broken = self.broken or "it could not be sealed"  # until it is
        digest = self._digest.hexdigest()
        sealed = folder.seal(self.path, sha256=digest, size=self.size, now=now)
        self.broken = ""
        return sealed

    def close(self) -> None:
        """Let go of the file as it is. May be called twice."""
        if self._beside is not None:
            self._beside.shutdown()  # it may be at the very descriptor
            self._beside = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            # The system may have dropped the pages it could not write and call the next fsync a
            # success, so a second try would prove nothing.
            self.broken = f"the disk did not take it: {error.strerror or error}"
            raise

    def _sync_now(self, begun: threading.Event) -> None:
        begun.set()
        self._sync()

    def _sync_beside(self, meanwhile: Callable[[], object]) -> None:
        """Force the file to the disk in another thread while this one does something else."""
        if self._beside is None:
            self._beside = ThreadPoolExecutor(1, "fsync")
        begun = threading.Event()
        done = self._beside.submit(self._sync_now, begun)
        try:
            # Without this wait the other thread gets its turn, and the disk its work, only when
            # *meanwhile* is half done.
            begun.wait()
            meanwhile()
        finally:
            done.result()

    def _cut_back(self) -> None:
        if self.broken:
            return
        try:
            os.ftruncate(self._descriptor, self.size)
        except OSError as error:
            self.broken = f"its last unit is torn: {error.strerror or error}"

    def _discard(self) -> None:
        self.close()
        with suppress(OSError):
            self.path.unlink()
