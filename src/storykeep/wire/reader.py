"""Reads one response as its bytes come in, and says which of them belong to it."""

from __future__ import annotations

from storykeep.model import Head, Truncated
from storykeep.wire.content import Decoder
from storykeep.wire.framing import Framing, decoder_for, framing
from storykeep.wire.head import head_end, is_http, parse_head

_MOST_GARBAGE = 1 << 20  # an HTTP/0.9 page fits; a radio stream does not


class ResponseReader:
    """Frames one response (RFC 9112, section 6.3). Knows no socket, no clock, holds no body.

    Push what the connection gives into `feed` until `complete`, or say with `end` that nothing
    more comes. Both return the bytes that belong to the message: keep those, in order. 1xx answers
    are left out. Then `head` is None if what came is no HTTP (`received` has it), else `truncated`
    and `problem` say what became of the message. `surplus` counts bytes behind it.
    """

    def __init__(
        self,
        method: str = "GET",
        *,
        max_header_bytes: int = 262144,
        max_wire_bytes: int = 41943040,
        max_body_bytes: int = 20971520,
    ) -> None:
        self._method = method
        self._max_header_bytes = max_header_bytes
        self._max_wire_bytes = max_wire_bytes
        self._max_body_bytes = max_body_bytes
        self._held = bytearray()  # bytes of a head that is not complete yet
        self._interim = 0  # bytes of 1xx answers
        self._frame: Framing | None = None
        self._content: Decoder | None = None
        self.head: Head | None = None
        self.complete = False
        self.garbage = False
        self.size = 0  # bytes of the message so far
        self.surplus = 0
        self.truncated: Truncated | None = None
        self.problem = ""

    @property
    def received(self) -> bytes:
        """What came, while it is no head yet or where it is no HTTP at all."""
        return bytes(self._held)

    @property
    def untrusted(self) -> bool:
        """True where the message's own framing is broken: only the connection's end can end it."""
        return self.garbage or bool(self._frame and self._frame.fault)

    @property
    def framed(self) -> bool:
        """True where the message came to the end that its own framing sets."""
        return self._frame is not None and self._frame.done

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the connection; return those that belong to the message."""
        if self.complete:
            self.surplus += len(data)
            return b""
        if self.head is not None:
            return self._feed_body(data)
        searched = len(self._held)
        self._held += data
        return self._feed_head(searched)

    def end(self, truncated: Truncated | None = None, problem: str = "") -> bytes:
        """No more bytes come: the connection was closed, or *truncated* says why else.

        Returns bytes of the message that were held back (those of a cut head).
        """
        if self.complete:
            return b""
        if self.head is None:
            if self.garbage or not is_http(self._held, at_end=True):
                self._finish(truncated, problem)
                return b""
            return self._cut_head(truncated or "disconnect", problem or "the header ends early")
        assert self._frame is not None
        if self._frame.fault:
            self._finish("unspecified", self._frame.fault)
        elif truncated:
            self._finish(truncated, problem)
        elif lack := self._frame.lack():
            self._finish("disconnect", lack)
        else:
            self._finish_content()
        return b""

    def _feed_head(self, searched: int) -> bytes:
        while self.head is None:
            verdict = is_http(self._held)
            if verdict is None:
                return b""
            if not verdict:
                return self._hold_garbage()
            end = head_end(self._held, searched)
            so_far = self._interim + (len(self._held) if end < 0 else end)
            if so_far > self._max_header_bytes:
                return self._cut_head("length", f"more than {self._max_header_bytes} header bytes")
            if end < 0:
                return b""
            self._take_head(end)
            searched = 0
        return self._feed_body(self._give_up_held(), already=self.head.size)

    def _take_head(self, end: int) -> None:
        head = parse_head(bytes(self._held[:end]))
        assert head is not None
        if 100 <= head.status < 200:
            self._interim += end
            del self._held[:end]
            return
        self.head = head
        self._frame = framing(head, self._method)
        self._content = decoder_for(head, max_bytes=self._max_body_bytes)

    def _hold_garbage(self) -> bytes:
        self.garbage = True
        if len(self._held) > _MOST_GARBAGE:
            del self._held[_MOST_GARBAGE:]
            self._finish("length", f"only the first {_MOST_GARBAGE} bytes were kept")
        return b""

    def _feed_body(self, data: bytes, already: int = 0) -> bytes:
        """Take *data*, whose first *already* bytes are the head; return what is the message's."""
        assert self._frame is not None
        room = self._max_wire_bytes - self.size
        used, pieces = (0, []) if self._frame.done else self._frame.feed(data[already:room])
        used += already
        self.size += used
        self._count(pieces)
        if self.complete:
            return data[:used]
        if self._frame.done:
            self.surplus += len(data) - used
            self._finish_content()
        elif len(data) > room:
            self._finish("length", f"more than {self._max_wire_bytes} bytes on the wire")
        return data[:used]

    def _count(self, pieces: list[bytes]) -> None:
        assert self._content is not None
        for piece in pieces:
            for _ in self._content.feed(piece):
                pass
        if self._content.capped:
            self._finish("length", f"the body is longer than {self._max_body_bytes} bytes")

    def _cut_head(self, truncated: Truncated, problem: str) -> bytes:
        head = parse_head(self.received)
        self._finish(truncated, problem)
        if head is None or 100 <= head.status < 200:
            return b""
        self.head = head
        self.size = head.size
        return self._give_up_held()

    def _give_up_held(self) -> bytes:
        data, self._held = bytes(self._held), bytearray()
        return data

    def _finish_content(self) -> None:
        """The framing is whole; the content may still end early (a gzip stream that was cut)."""
        assert self._frame is not None
        assert self._content is not None
        for _ in self._content.finish():
            pass
        cut: Truncated | None = "unspecified" if self._content.incomplete else None
        self._finish(cut, "; ".join(filter(None, [self._frame.note, self._content.problem])))

    def _finish(self, truncated: Truncated | None, problem: str) -> None:
        self.complete = True
        self.truncated = truncated
        self.problem = problem
