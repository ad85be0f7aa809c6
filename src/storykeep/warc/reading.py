"""Reads what a capture row points to: the stored HTTP message, and the page in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, BinaryIO, Literal, Protocol

from storykeep import urls, wire
from storykeep.errors import DamageError
from storykeep.model import Capture, Exchange, Head, Page, Truncated
from storykeep.warc import fields as f
from storykeep.warc.folder import OPEN
from storykeep.warc.record import BrokenRecordError, Record, read_record
from storykeep.warc.scanning import answer_head
from storykeep.warc.unit import Original

_HINT = "if you have a second copy of the archive, put this file back from it"


class Openable(Protocol):
    """A file that can be read: a path is one, and so is a file that lies elsewhere."""

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Return the file, seekable. Raises FileNotFoundError."""


class Folder(Protocol):
    """A folder of WARCs: a path is one."""

    def __truediv__(self, name: str) -> Openable:
        """Return the file of that name."""


@contextmanager
def read(folder: Folder, capture: Capture) -> Iterator[tuple[Head, BinaryIO]]:
    """Yield the head and the stored message of *capture*, the stream at its first byte.

    Of a revisit only the head was stored. Raises DamageError where bytes have changed.
    """
    record = _read_into(folder, capture, None)
    head = answer_head(record)
    if head is None:
        raise _damage(capture, "it holds no HTTP answer")
    if record.block_size == len(record.block):  # all but a few
        yield head, BytesIO(record.block)
        return
    with TemporaryFile() as message:
        _read_into(folder, capture, message)
        message.seek(0)
        yield head, message


def load_page(
    folder: Folder, capture: Capture, *, original: Capture | None = None, max_bytes: int
) -> Page:
    """Return what *capture* gives to derive: its head, and its body without HTTP codings.

    *original* is the capture that a revisit refers to. A 304 says nothing about the page, so status
    and fields are then the original's. `truncated` also tells of a body that is longer than
    *max_bytes* ("length"). Raises DamageError.
    """
    with read(folder, capture) as (head, message):
        if capture.revisit_of is None:
            body = wire.body(message, head, max_bytes=max_bytes)
            return _page(capture.url, head, body, capture.truncated)
    if original is None or original.record_id != capture.revisit_of:
        raise _damage(capture, "the response that it refers to is not in the archive")
    with read(folder, original) as (first, message):
        # Only the original's head says how its stored bytes are framed and coded.
        body = wire.body(message, first, max_bytes=max_bytes)
        return _page(capture.url, first if capture.status == 304 else head, body, None)


def load_head(folder: Folder, capture: Capture) -> Page:
    """Return what is left of a revisit whose response was lost: its head, and no body."""
    with read(folder, capture) as (head, _):
        return _page(capture.url, head, (b"", None), "unspecified")


def read_reference(folder: Folder, capture: Capture) -> tuple[str, str]:
    """Return the address and the moment of what a revisit refers to, "" where it does not say.

    The moment is as a capture's `fetched_at`. Raises DamageError.
    """
    record = _read_into(folder, capture, None)
    url = record.get("WARC-Refers-To-Target-URI").strip("<> ")
    try:
        date = f.date(f.moment(record.get("WARC-Refers-To-Date")))
    except (ValueError, OverflowError):
        date = ""
    return urls.try_canonical(url) or "", date


def page_of(exchange: Exchange, *, max_bytes: int) -> Page:
    """Return what *exchange* gives to derive: the same page that `load_page` reads back later."""
    exchange.response.seek(0)
    body = wire.body(exchange.response, exchange.head, max_bytes=max_bytes)
    exchange.response.seek(0)
    return _page(f.uri(exchange.url), exchange.head, body, exchange.truncated)


def find_original(folder: Folder, capture: Capture) -> Original | None:
    """Return *capture* as what a revisit may refer to: a whole response, readable now; or None."""
    if capture.revisit_of is not None or capture.truncated is not None:
        return None
    try:
        record = _read_into(folder, capture, None)
    except DamageError:
        return None
    head = wire.parse_head(record.block)
    if record.type != "response" or record.get("WARC-Truncated"):
        return None
    if head is None or head.status == 304:
        return None
    has_digest = record.get("WARC-Payload-Digest") == capture.payload_sha1
    return Original(capture, head, has_digest)


def _page(
    url: str, head: Head, body: tuple[bytes, str | None], truncated: Truncated | None
) -> Page:
    content, problem = body
    if truncated is None and problem and "cap" in problem.split("; "):
        truncated = "length"
    return Page(url, head.status, head.fields, content, truncated)


def _read_into(folder: Folder, capture: Capture, out: IO[bytes] | None) -> Record:
    with _open(folder, capture) as file:
        try:
            record = read_record(file, capture.offset, out, known=capture.length)
        except BrokenRecordError as error:
            raise _damage(capture, str(error)) from error
    if record.id != capture.record_id:
        raise _damage(capture, f"record {record.id} lies there instead")
    return record


def _open(folder: Folder, capture: Capture) -> BinaryIO:
    # Sealed, still open, or sealed between the two looks.
    for name in (capture.warc, capture.warc + OPEN, capture.warc):
        with suppress(FileNotFoundError):
            return (folder / name).open("rb")
    raise DamageError(f"{folder / capture.warc} is missing: it holds {capture.url}", hint=_HINT)


def _damage(capture: Capture, why: str) -> DamageError:
    place = f"{capture.warc} at {capture.offset}"
    return DamageError(f"cannot read {capture.url} from {place}: {why}", hint=_HINT)
