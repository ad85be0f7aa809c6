"""The old encodings of one and two bytes: their names, and how to tell them by their letters."""

from __future__ import annotations

import codecs
import re
import string

HIGH_BYTES = bytes(range(0x80, 0x100))
UTF8_LEADS = bytes(range(0xC2, 0xF5))
_SAMPLE = 65536
_SCORED = 6000  # bytes; every candidate is read and counted letter by letter
_ASCII_LETTERS = string.ascii_letters.encode()

# Browsers give the five bytes that windows-1252 leaves open to C1 controls; Python refuses them.
_WINDOWS_1252 = (
    bytes(range(256))
    .decode("cp1252", "surrogateescape")
    .translate({0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)})
)

_CODECS = {
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
}


def python_codec(name: str) -> str:
    """Return Python's codec for WHATWG's encoding *name*."""
    return _CODECS.get(name, name)


def windows_1252(body: bytes) -> str:
    """Return *body* read as browsers read windows-1252; every byte has a meaning."""
    return codecs.charmap_decode(body, "strict", _WINDOWS_1252)[0]


def utf16_without_bom(body: bytes) -> str | None:
    """Return utf-16-le or utf-16-be where nearly every other byte of *body* is NUL."""
    head = body[:4096]
    if len(head) < 4 or head.count(0) * 5 < len(head) * 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 8 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 8 * odd else None


_MAC_APOSTROPHE = re.compile(rb"[A-Za-z]\xd5(?:s|t|d|m|re|ve|ll)\b")
_MAC_QUOTED = re.compile(rb"\xd2[A-Za-z][^\xd2\xd3]{0,2000}?[.,!?A-Za-z\xc9]\xd3")
_CP1252_QUOTES = re.compile(rb"[\x91-\x94]")

# The commonest letters of Russian, which every Cyrillic encoding puts at other places.
_CYRILLIC = ("windows-1251", "koi8-r", "ibm866", "iso-8859-5", "x-mac-cyrillic")
_FREQUENT_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьг")
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ")
_PUNCTUATION = frozenset("«»„“”‘’—–…№\u00a0")
_EAST_ASIAN = ("shift_jis", "euc-jp", "gb18030", "big5", "euc-kr")


def guess(body: bytes) -> str | None:
    """Return the encoding that *body*'s letters point to, None where they point nowhere."""
    sample = body[:_SAMPLE]
    high = len(sample) - len(sample.translate(None, HIGH_BYTES))
    letters = len(sample) - len(sample.translate(None, _ASCII_LETTERS))
    if high >= 12 and high > 0.4 * (high + letters):
        return _dense(sample, high)
    marks = len(_MAC_QUOTED.findall(sample))
    if b"\xd5" in sample:  # else the pattern tries every letter in vain
        marks += len(_MAC_APOSTROPHE.findall(sample))
    if marks >= 2 and marks > len(_CP1252_QUOTES.findall(sample)):
        return "macintosh"
    return None


def _dense(sample: bytes, high: int) -> str | None:
    sample = sample[:_SCORED]
    # The first of equals wins, so the commoner encodings stand first in both lists.
    scores = {name: _cyrillic(sample, name) for name in _CYRILLIC}
    best = max(scores, key=scores.__getitem__)
    if scores[best] > 0.6:
        return best
    scores = {name: _east_asian(sample, name) for name in _EAST_ASIAN}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0.5 and high >= 24 else None


def _cyrillic(sample: bytes, name: str) -> float:
    """Return how Russian *sample* looks in *name*: common letters less impossible ones."""
    text = sample.decode(python_codec(name), "replace")
    foreign = [char for char in text if char > "\x7f"]
    common = sum(char in _FREQUENT_CYRILLIC for char in foreign)
    odd = sum(not (char in _RUSSIAN or char in _PUNCTUATION) for char in foreign)
    return (common - odd) / max(1, len(foreign))


def _east_asian(sample: bytes, name: str) -> float:
    """Return how much *sample* looks like running text in *name*, 0 to 1."""
    codec = python_codec(name)
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:  # else the sample was cut inside a character
            return 0.0
        text = sample[: error.start].decode(codec)
    foreign = [char for char in text if char > "\x7f"]
    if not foreign:
        return 0.0
    kana = sum("\u3041" <= char <= "\u30fe" for char in foreign)
    punctuation = sum(char in "、。「」，！？：；『』…“”" for char in foreign)
    hangul = sum("\uac00" <= char <= "\ud7a3" for char in foreign)
    han = sum("\u4e00" <= char <= "\u9fff" for char in foreign)
    return _weigh(name, kana, hangul, han, punctuation, len(foreign))


def _weigh(name: str, kana: int, hangul: int, han: int, punctuation: int, total: int) -> float:
    if name in ("shift_jis", "euc-jp"):
        return (kana * 1.2 + han * 0.6 + punctuation) / total if kana > 0.2 * total else 0.0
    if name == "euc-kr":
        return (hangul + punctuation) / total if hangul > 0.5 * total else 0.0
    return (han * 0.9 + punctuation * 1.5) / total
