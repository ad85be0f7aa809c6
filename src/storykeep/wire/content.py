"""Content codings: gzip and deflate undone in small pieces, with a cap, whatever the bytes are."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zlib import _Decompress as Machine

_PIECE = 65536  # bytes decoded at a time: a bomb never has more than this in memory
_MOST_CODINGS = 4
_MOST_MEMBERS = 10_000  # of one gzip body; each costs as much to begin as a page to decode
_GZIP = b"\x1f\x8b"


class Decoder:
    """Undoes *codings* (in the order they were applied) of bytes pushed into it.

    `size` is how many decoded bytes came out. `capped`: more than *max_bytes* came out of one
    coding, and the decoder has stopped. `incomplete`: a coded stream ends early or is damaged
    inside. `problem` says in words what was wrong, "" if nothing was.
    """

    def __init__(self, codings: Sequence[str], *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._stages: list[_Inflate] = []
        self._problems: list[str] = []
        self.size = 0
        self.capped = False
        self._set_up(codings)

    def _set_up(self, codings: Sequence[str]) -> None:
        if len(codings) > _MOST_CODINGS:
            self._problems.append(f"{len(codings)} codings on one body")
            return
        for coding in reversed(codings):
            if coding not in ("gzip", "x-gzip", "deflate"):
                self._problems.append(f"unknown coding {coding[:40]}")
                return
            self._stages.append(_Inflate(coding.removeprefix("x-")))

    @property
    def incomplete(self) -> bool:
        return any(stage.incomplete for stage in self._stages)

    @property
    def problem(self) -> str:
        found = [stage.problem for stage in self._stages if stage.problem]
        return "; ".join([*self._problems, *found, *(["cap"] if self.capped else [])])

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what *data* decodes to, in pieces; nothing more once the cap was passed."""
        if not self.capped:
            yield from self._push(0, data)

    def finish(self) -> Iterator[bytes]:
        """Yield what was held back; afterwards `problem` and `incomplete` are final."""
        for index, stage in enumerate(self._stages):
            for piece in stage.finish():
                yield from self._push(index + 1, piece)

    def _push(self, index: int, data: bytes) -> Iterator[bytes]:
        if index == len(self._stages):
            self.size += len(data)
            # A body may be as long as the cap; only what is longer is cut.
            self.capped = self.capped or self.size > self._max_bytes
            yield data
            return
        stage = self._stages[index]
        for piece in stage.feed(data):
            # Each coding has the cap: gzip in gzip can swell to gigabytes that decode to nothing.
            self.capped = self.capped or stage.size > self._max_bytes
            yield from self._push(index + 1, piece)
            if self.capped:
                return


class _Inflate:
    """One coding. What turns out not to be coded at all passes through as it is."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._start = b""  # bytes held until there are enough to tell the format
        self._machine: Machine | None = None
        self._unproven = b""  # what a deflate stream was fed before it gave anything
        self._plain = False
        self._over = False
        self._junk = 0
        self._members = 0
        self.size = 0
        self.problem = ""
        self.incomplete = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._feed(data):
            self.size += len(piece)
            yield piece

    def _feed(self, data: bytes) -> Iterator[bytes]:
        # A loop: a body may consist of thousands of gzip members.
        while data:
            if self._plain:
                yield data
                return
            if self._over:
                self._junk += len(data)
                return
            if self._machine is None:
                data, self._start = self._start + data, b""
                if len(data) < 2:
                    self._start = data
                    return
                self._begin(data)
            if self._machine is not None:
                data = yield from self._inflate(data)

    def finish(self) -> Iterator[bytes]:
        if self._machine is not None:
            self._fail(f"{self._coding} stream ends early")
        elif self._start and not self._members:
            self._pass_through()
            yield self._start
        else:
            self._junk += len(self._start)
        if self._junk and not self.incomplete:
            self.problem = self.problem or f"{self._junk} bytes after the {self._coding} stream"

    def _begin(self, data: bytes) -> None:
        """Start a stream, or the next gzip member (RFC 1952, section 2.2), at *data*."""
        window = self._window(data)
        if window is not None and self._members < _MOST_MEMBERS:
            self._machine = zlib.decompressobj(window)
        elif self._members:
            self._over = True
            if window is not None:
                self._fail(f"more than {_MOST_MEMBERS} gzip members")
        else:
            self._pass_through()

    def _window(self, data: bytes) -> int | None:
        if data.startswith(_GZIP):
            return 31
        if self._coding == "gzip" or self._members:
            return None
        # "deflate" means zlib, but many servers sent it raw; browsers look at the first two bytes.
        is_zlib = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        return 15 if is_zlib else -15

    def _inflate(self, data: bytes) -> Generator[bytes, None, bytes]:
        """Yield what *data* unpacks to; return the bytes that lie behind the end of the stream."""
        assert self._machine is not None
        self._doubt(data)
        full = True
        while data or full:
            before = self._machine.copy()
            try:
                piece = self._machine.decompress(data, _PIECE)
            except zlib.error as error:
                return (yield from self._break(before, data, error))
            if piece:
                self._unproven = b""
                yield piece
            if self._machine.eof:
                data, self._machine = self._machine.unused_data, None
                self._members += 1
                return data
            data = self._machine.unconsumed_tail
            full = len(piece) == _PIECE
        return b""

    def _doubt(self, data: bytes) -> None:
        """Keep what a deflate stream (it has no magic number) was fed before it gave anything."""
        if self._coding == "deflate" and not self.size and len(self._unproven) < _PIECE:
            self._unproven += data
        else:
            self._unproven = b""

    def _break(
        self, before: Machine, data: bytes, error: zlib.error
    ) -> Generator[bytes, None, bytes]:
        """Yield what lies before the damage; return bytes that turned out not to be coded."""
        self._machine = None
        if self._unproven:
            data = self._unproven
            self._pass_through()
            return data
        self._over = True
        yield from _up_to_damage(before, data)
        if "incorrect data check" in str(error) or "incorrect length check" in str(error):
            # The text is all there and only its checksum is wrong: odd, but nothing is missing.
            self.problem = f"{self._coding} checksum is wrong"
        else:
            self._fail(f"{self._coding} stream is damaged")
        return b""

    def _pass_through(self) -> None:
        self._plain = True
        self._unproven = b""
        self.problem = f"not {self._coding} although the header says so"

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self.incomplete = True


def _up_to_damage(machine: Machine, data: bytes) -> Iterator[bytes]:
    """Yield what can be had of *data* before the byte that breaks it: halve until it works."""
    while data:
        half = max(1, len(data) // 2)
        trial = machine.copy()
        try:
            piece = trial.decompress(data[:half], _PIECE)
        except zlib.error:
            if half == 1:
                return
            data = data[:half]
            continue
        yield piece
        machine, data = trial, data[half:]
