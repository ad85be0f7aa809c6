"""The text inside a WARC: header lines, application/warc-fields, dates and names. Knows no file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote_from_bytes
from uuid import uuid4

from warcio.statusandheaders import StatusAndHeaders

VERSION = "WARC/1.1"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
WARC_FIELDS = "application/warc-fields"

Fields = list[tuple[str, str]]

_SHORT_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Everything printable but the space and the angle brackets, which some readers take off a URI.
_URI_SAFE = "!\"#$%&'()*+,-./:;=?@[\\]^_`{|}~"
_SECRET = re.compile(
    rb"^(authorization|cookie)([ \t]*:[ \t]*)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)


def record_id() -> str:
    """Return a new record id, as WARC 1.1 section 5.2 advises."""
    return f"<urn:uuid:{uuid4()}>"


def date(moment: datetime, *, whole: bool = False) -> str:
    """Return *moment* as a WARC-Date in UTC with microseconds (WARC 1.1, section 5.4).

    A *whole* one has none: other archives know seconds only, and no more is to be read out of
    theirs. Raises ValueError for a moment without a time zone: a guess would be wrong by hours.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    precision = "seconds" if whole else "microseconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Return the aware moment of a WARC-Date, which may end with the year, the month or the day.

    Raises ValueError for what is no such date (WARC 1.1, section 5.4).
    """
    short = _SHORT_DATE.fullmatch(text)
    if short:
        text = "-".join([short[1], short[2] or "01", short[3] or "01"]) + "T00:00:00Z"
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return found.astimezone(UTC)  # so that it is one that can be counted with


def full_date(text: str) -> str:
    """Return a WARC-Date with its time: as it is, or as the beginning of its year, month or day."""
    return date(moment(text)) if _SHORT_DATE.fullmatch(text) else text


def one_line(text: str) -> str:
    """Return *text* as a header field can carry it: one line, single spaces, no controls.

    `one_line(one_line(x)) == one_line(x)`, so what is written is what is read back.
    """
    words = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return _CONTROL.sub("\ufffd", words)


def uri(text: str) -> str:
    """Return *text* as a URI field can carry it: what would break the line percent-encoded."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe=_URI_SAFE)


def head(fields: Fields) -> bytes:
    """Return a record's header block, the blank line included (WARC 1.1, section 4)."""
    block = StatusAndHeaders("", fields, protocol=VERSION)
    return bytes(block.to_bytes(encoding="utf-8"))


def format_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return an application/warc-fields block (WARC 1.1, section 4)."""
    return "".join(f"{name}: {one_line(value)}\r\n" for name, value in fields).encode()


def parse_fields(block: bytes) -> Fields:
    """Return the fields of an application/warc-fields block; a line with no colon is none."""
    lines = block.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def first(fields: Fields, name: str, default: str = "") -> str:
    """Return the first value of *name*, in any case, else *default*."""
    wanted = name.lower()
    return next((value for key, value in fields if key.lower() == wanted), default)


def mask_secrets(request: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return *request* with Authorization and Cookie values as `***`, and the masked names."""
    end = re.search(rb"\r?\n\r?\n", request)
    cut = end.start() if end else len(request)
    names = tuple(match[1].decode("ascii") for match in _SECRET.finditer(request, 0, cut))
    return _SECRET.sub(rb"\1\2***", request[:cut]) + request[cut:], names


def conventional(head_bytes: bytes) -> bool:
    """Say whether every reader finds the end of this HTTP head where we found it.

    warcio takes a line of white space for the end, FastWARC takes nothing but CRLF CRLF and gives
    up on very long lines: a reader that looks for the payload elsewhere calls a correct
    payload digest wrong.
    """
    if not head_bytes.endswith(b"\r\n\r\n") or len(head_bytes) > 32_768:
        return False
    lines = head_bytes[:-4].replace(b"\r\n", b"\n").split(b"\n")
    return all(_decoded(line).strip() for line in lines)


def _decoded(line: bytes) -> str:
    # As warcio decodes a header line: what is blank to it depends on this.
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
