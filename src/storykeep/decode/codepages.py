"""The old encodings of one and two bytes: their names, and what each byte means in them."""

from __future__ import annotations

import codecs

HIGH_BYTES = bytes(range(0x80, 0x100))

_CODECS = {
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    # Browsers have always read these as their windows sisters (WHATWG Encoding, section 4.2).
    "windows-1252": "cp1252",
}
_PROBE = 4096


def python_codec(name: str) -> str:
    """Return Python's codec for WHATWG's encoding *name*."""
    return _CODECS.get(name, name)


def charmap(name: str) -> str:
    """Return the 256 characters of a one-byte encoding; a byte it leaves open is its C1 control.

    Browsers do the same (WHATWG Encoding, index windows-1252), Python refuses such bytes.
    """
    signs = bytes(range(256)).decode(python_codec(name), "replace")
    return "".join(chr(byte) if sign == "\ufffd" else sign for byte, sign in enumerate(signs))


_WINDOWS_1252 = charmap("windows-1252")
OPEN_1252 = b"\x81\x8d\x8f\x90\x9d"


def windows_1252(body: bytes) -> str:
    """Return *body* read as browsers read windows-1252; every byte has a meaning."""
    return codecs.charmap_decode(body, "strict", _WINDOWS_1252)[0]


def utf16_without_bom(body: bytes) -> str | None:
    """Return utf-16-le or utf-16-be where the NULs of *body* stand as in UTF-16, else None.

    Markup, blanks and line ends have a NUL in every language; a page of one byte to the character
    has few, and on even and odd places alike.
    """
    head = body[:_PROBE]
    nuls = head.count(0)
    if nuls < 2 or nuls * 50 < len(head):
        return None
    even = head[0::2].count(0)
    odd = nuls - even
    if odd > 8 * even:
        name = "utf-16-le"
    elif even > 8 * odd:
        name = "utf-16-be"
    else:
        return None
    return name if _is_text(head, name) else None


def is_utf16(body: bytes) -> bool:
    """Return whether *body* is text in UTF-16, by its mark or its NULs, and not only looks so."""
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return utf16_without_bom(body[2 : _PROBE + 2] if marked else body) is not None


def _is_text(head: bytes, name: str) -> bool:
    text = head[: len(head) & ~1].decode(name, "replace")
    controls = sum(char < "\t" or "\x0d" < char < " " or char == "\ufffd" for char in text)
    return controls * 50 <= len(text)
