"""Pages in UTF-8 and UTF-16 that were mislabelled, cut, spoilt or encoded twice."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from tests.decode_cases.pages import CODECS, html, short

Made = tuple[str, bytes, str] | tuple[str, bytes, str, str]


def broken_pages(lines: list[str], loose: list[str]) -> Iterator[Made]:
    """Yield kind, body, expected text and HTTP's label, for one text."""
    yield from _utf8(lines)
    yield from _utf16(lines)
    yield from _twice(lines)
    if "windows-1252" in loose:
        yield from _western(lines)
    elif loose:
        yield from _conflicts(lines, loose[0])


def _utf8(lines: list[str]) -> Iterator[Made]:
    for label in (None, "utf-8", "windows-1252", "iso-8859-1"):
        source = html(lines, label)
        yield f"utf-8 labelled {label}", source.encode(), source
    source = html(lines, None)
    body = source.encode()
    yield "utf-8, HTTP says iso-8859-1", body, source, "iso-8859-1"
    yield "utf-8 of three words", short(lines).encode(), short(lines)
    yield "utf-8 with a mark", codecs.BOM_UTF8 + body, source, "iso-8859-1"
    yield "utf-8 with one stray byte", _after_h1(body, b"\x95"), _after_h1(source, "•")
    yield (
        "utf-8 with Word's quotes",
        _after_h1(body, b"\x93So\x94 \x96"),
        _after_h1(source, "“So” –"),
    )
    end = len(body)
    while not 0x80 <= body[end - 1] < 0xC0:  # the last byte of the last sequence
        end -= 1
    text = body[: end - 1].decode("utf-8", "replace")
    yield "utf-8 cut inside a sequence", body[: end - 1], text
    source = html(lines, "utf-8", before=f"<!-- {'banner ' * 200} -->\n")
    yield "utf-8, meta in the second kilobyte", source.encode(), source
    entities = html(lines, "utf-8", after="<p>&eacute;&#8217;&#147;&amp;&nbsp;</p>\n")
    yield "utf-8 beside entities", entities.encode(), entities
    spoilt = _after_h1(body, b"\0\0")
    yield "utf-8 with NULs", spoilt, source_without_nuls(spoilt)


def source_without_nuls(body: bytes) -> str:
    return body.replace(b"\0", b"").decode()


def _utf16(lines: list[str]) -> Iterator[Made]:
    source = html(lines, "iso-8859-1")
    for order, mark in (("le", codecs.BOM_UTF16_LE), ("be", codecs.BOM_UTF16_BE)):
        body = source.encode(f"utf-16-{order}")
        yield f"utf-16-{order} with a mark", mark + body, source
        yield f"utf-16-{order} without a mark", body, source


def _twice(lines: list[str]) -> Iterator[Made]:
    source = html(lines, "utf-8")
    once = misread(source)
    yield "double mojibake", once.encode(), source
    yield "triple mojibake", misread(once).encode(), source


def misread(text: str) -> str:
    """Return *text* as a program shows it that takes its UTF-8 for windows-1252."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


def _western(lines: list[str]) -> Iterator[Made]:
    source = html(lines, "windows-1252", before=f"<!-- {'banner ' * 200} -->\n")
    yield "windows-1252, meta in the second kilobyte", source.encode("cp1252"), source
    entities = html(lines, None, after="<p>&eacute;&#8217;&#147;&amp;&nbsp;</p>\n")
    yield "windows-1252 beside entities", entities.encode("cp1252"), entities
    yield (
        "windows-1252, HTTP says koi8-r, meta windows-1252",
        *_both(lines, "windows-1252"),
        "koi8-r",
    )
    one = html(
        [lines[0], "", "Plain words and nothing else, but for one caf\u00e9 in a long row."], None
    )
    one = re.sub("[^\x00-\x7f\u00e9]", "", one)
    yield "windows-1252 with few signs", one.encode("cp1252"), one
    source = html(lines, None)
    comment = "<p>They\u2019re na\u00efve, aren\u2019t they?</p>\n"
    yield (
        "utf-8 page, windows-1252 comment",
        source.encode() + comment.encode("cp1252"),
        source + comment,
        "utf-8",
    )


def _both(lines: list[str], name: str) -> tuple[bytes, str]:
    source = html(lines, name)
    return source.encode(CODECS.get(name, name)), source


def _conflicts(lines: list[str], name: str) -> Iterator[Made]:
    source = html(lines, name, before=f"<!-- {'banner ' * 200} -->\n")
    yield f"{name}, meta in the second kilobyte", source.encode(CODECS.get(name, name)), source
    source = f'<?xml version="1.0" encoding="{name}"?>\n' + html(lines, None)
    yield f"{name} in the xml declaration", source.encode(CODECS.get(name, name)), source
    yield f"{name}, HTTP says windows-1252", *_both(lines, name), "windows-1252"


def _after_h1(body, more):
    mark = b"</h1>" if isinstance(body, bytes) else "</h1>"
    return body.replace(mark, more + mark, 1)
