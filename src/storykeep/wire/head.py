"""The status line and header fields of a response, read leniently."""

from __future__ import annotations

import re

from storykeep.model import Head

# A reason phrase may be absent, and old servers put any number of blanks before it.
_STATUS_LINE = re.compile(rb"(HTTP/\d*(?:\.\d*)?)[ \t]+(\d{3})(?!\d)[ \t]*([^\r\n]*)")
# LF alone ends a line too (RFC 9112, section 2.2); some CGI programs send CR CR LF.
_BLANK_LINE = re.compile(rb"\n\r{0,2}\n")
_LONGEST_BLANK = 4
_DECIDING = 64  # a status line that has not shown its status by then is none


def is_http(data: bytes | bytearray, *, at_end: bool = False) -> bool | None:
    """Return whether *data* begins with a status line, None while too few bytes came to say."""
    if not at_end and len(data) < _DECIDING and b"\n" not in data:
        return None if b"HTTP/".startswith(data[:5]) else False
    return _STATUS_LINE.match(data) is not None


def head_end(data: bytes | bytearray, start: int = 0) -> int:
    """Return how many bytes of *data* the head takes, its blank line included; -1 if it goes on.

    *start*: how many bytes were searched before without success.
    """
    blank = _BLANK_LINE.search(data, max(0, start - _LONGEST_BLANK))
    return blank.end() if blank else -1


def parse_head(data: bytes) -> Head | None:
    """Return the head that *data* begins with (RFC 9112, sections 4 and 5), None if it is not HTTP.

    Where the blank line is missing, all of *data* is a head that was cut, and its last line,
    which may lack its end, is no field. A line without a colon is no field. A folded value is
    joined with one space (section 5.2); CR and NUL in a value read as a space (RFC 9110, 5.5).
    """
    status_line = _STATUS_LINE.match(data)
    if status_line is None:
        return None
    end = head_end(data)
    size = len(data) if end < 0 else end
    lines = data[:size].split(b"\n")[1:-1]
    version, status, reason = status_line.groups()
    return Head(
        version=version.decode("latin-1"),
        status=int(status),
        reason=reason.decode("latin-1").rstrip(" \t"),
        fields=_fields(lines),
        size=size,
    )


def codings(head: Head, name: str) -> list[str]:
    """Return the codings that header *name* lists, lower case, in the order they were applied."""
    listed = ",".join(head.all(name)).lower().split(",")
    tokens = [token.partition(";")[0].strip(" \t") for token in listed]
    return [token for token in tokens if token not in ("", "identity")]


def _fields(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, list[bytes]]] = []
    for line in lines:
        line = line.rstrip(b"\r")
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if colon and name:
            fields.append((name.decode("latin-1"), [value]))
    return tuple((name, _value(parts)) for name, parts in fields)


def _value(parts: list[bytes]) -> str:
    joined = b" ".join(part.strip(b" \t\r") for part in parts)
    return joined.translate(_CR_AND_NUL).decode("latin-1").strip(" \t")


_CR_AND_NUL = bytes.maketrans(b"\r\0", b"  ")
