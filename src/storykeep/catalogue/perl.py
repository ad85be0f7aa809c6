"""`ARCHIVE_DB.pl` of the Automated Archive: a Perl hash of hashes, one story each.

It is parsed, and never run. Archivists wrote in it by hand: an entry whose quotes do not match is
read by its lines, and says so.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from storykeep import urls
from storykeep.catalogue.entry import MOST_BYTES, Entry, Refused
from storykeep.catalogue.words import Reader

KIND = "automated_archive"
_KEY = rb"[\"']?([A-Za-z_][\w-]{0,79})[\"']?[ \t]*=>"
_OPENS = re.compile(rb"^[ \t]*[\"']?([\w.-]{1,80})[\"']?[ \t]*=>[ \t\r\n]*\{", re.MULTILINE)
_FIELD = re.compile(
    rb"(?:\s++|,|\#[^\n]*+\n)*+" + _KEY + rb"\s*+"
    rb"(?:'((?:[^'\\]++|\\.)*+)'|\"((?:[^\"\\]++|\\.)*+)\"|([-+]?[0-9]++(?:\.[0-9]++)?|undef))"
    rb"\s*+(?=[,}])",
    re.DOTALL,
)
_ENDS = re.compile(rb"(?:\s++|,|\#[^\n]*+\n)*+\}")
_LINE = re.compile(rb"^\s*+" + _KEY + rb"[ \t]*+(.*)$", re.DOTALL)
_CLOSES = re.compile(rb"^[ \t]*+\}[ \t]*+[,;)]*+[ \t]*+$")
_KNOWN = re.compile(rb"[\"']?\b(?:Title|Author|Location|StoryURL|LocationURL)[\"']?\s*=>")
_HASH = re.compile(
    rb"^[ \t]*+(?:(?:our|my|local)[ \t]++)?+[%$][A-Za-z_]\w*+[ \t]*+=[ \t]*+[({]", re.MULTILINE
)
_ENDINGS = ("html", "htm", "shtml", "txt")  # where the entry does not say which it has
_MOST_FIELDS = 200


def is_perl_hash(start: bytes) -> bool:
    """Return whether a file that begins with *start* is a hash of stories."""
    return bool(_HASH.search(start) and _OPENS.search(start) and _KNOWN.search(start))


@dataclass(frozen=True, slots=True)
class PerlHash:
    """The entries of one file."""

    data: mmap.mmap | bytes

    name = "database of the Automated Archive"

    def base(self) -> str | None:
        """Return None: such a file does not say of which site it is."""
        return None

    def entries(self, bases: Sequence[str]) -> Iterator[Entry | Refused]:
        """Yield each entry, with the addresses that its story may have below one of *bases*."""
        at = 0
        while (found := _OPENS.search(self.data, at)) is not None:
            raw, mended, at = _fields(self.data, found.end())
            name = found[1].decode("ascii", "replace")
            if isinstance(raw, str):
                yield Refused(found.start(), at, f"entry {name}", raw)
            else:
                yield _entry(name, raw, bases, mended=mended)


_Raw = list[tuple[str, bytes]]


def _fields(data: mmap.mmap | bytes, start: int) -> tuple[_Raw | str, bool, int]:
    """Return the fields of the entry that begins at *start*, whether by lines, and its end.

    Instead of fields, in words why there are none.
    """
    fields: _Raw = []
    at = start
    while (found := _FIELD.match(data, at)) and len(fields) <= _MOST_FIELDS:
        fields.append((found[1].decode("ascii"), _unquoted(found)))
        at = found.end()
        if at - start > MOST_BYTES:
            break
    if (end := _ENDS.match(data, at)) and end.end() - start <= MOST_BYTES:
        return (fields or "it has no fields"), False, end.end()
    after = _OPENS.search(data, start)
    stop = after.start() if after else len(data)
    if stop - start > MOST_BYTES:
        return f"it has {stop - start:,} bytes, which is more than an entry may have", False, stop
    by_lines = _by_lines(bytes(data[start:stop]))
    return (by_lines or "its quotes are broken, and so are its lines"), True, stop


def _unquoted(found: re.Match[bytes]) -> bytes:
    if found[2] is not None:
        # Between single quotes only these two mean anything else (perlop, q//).
        return re.sub(rb"\\([\\'])", rb"\1", found[2])
    if found[3] is not None:
        return re.sub(rb"\\(.)", _escaped, found[3], flags=re.DOTALL)
    return b"" if found[4] == b"undef" else found[4]


def _escaped(found: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"t": b"\t", b"r": b"\r"}.get(found[1], found[1])


def _by_lines(entry: bytes) -> _Raw:
    """Return the fields of an entry of broken quotes: each from its key to the next line's key."""
    held: list[tuple[str, list[bytes]]] = []
    for line in entry.splitlines():
        if _CLOSES.match(line):
            break
        if (found := _LINE.match(line)) is not None and len(held) <= _MOST_FIELDS:
            held.append((found[1].decode("ascii"), [found[2]]))
        elif held and not line.lstrip().startswith(b"#"):
            held[-1][1].append(line)
    return [(name, _stripped(b"\n".join(lines))) for name, lines in held]


def _stripped(value: bytes) -> bytes:
    bare = value.strip().rstrip(b",;").rstrip()
    if bare[:1] in (b"'", b'"'):
        mark = bare[:1]
        bare = bare[1:]
        bare = bare[:-1] if bare.endswith(mark) else bare
        return re.sub(rb"\\([\\'\"])", rb"\1", bare)
    return b"" if bare == b"undef" else bare


def _entry(name: str, raw: _Raw, bases: Sequence[str], *, mended: bool) -> Entry:
    reader = Reader()
    values = tuple((key, reader.text(value).strip()) for key, value in raw)
    told = {key.lower(): value for key, value in reversed(values)}
    return Entry(KIND, name, _addresses(told, bases), values, reader.encodings(), mended=mended)


def _addresses(told: dict[str, str], bases: Sequence[str]) -> tuple[str, ...]:
    """Return where the story may be: the address that is told, else `archive/LOCATION.TYPE`."""
    found: dict[str, None] = {}
    for key in ("locationurl", "storyurl", "url"):
        value = told.get(key, "")
        for base in bases if value and "://" not in value else [""]:
            address = urls.join(base, value) if base else urls.try_canonical(value)
            if address:
                found.setdefault(address)
    location = told.get("location", "").strip("/")
    if location and "://" not in location:
        kind = told.get("filetype", "").lstrip(".")
        ending = [f"{location}.{each}" for each in ([kind] if kind else _ENDINGS)]
        has_one = "." in location.rpartition("/")[2]
        for file in [location, *ending] if has_one else ending:
            for base in bases:
                for folder in ("archive/", ""):
                    address = urls.join(base, folder + quote(file, safe="/~!$&'()*+,;=:@%"))
                    if address:
                        found.setdefault(address)
    return tuple(found)
