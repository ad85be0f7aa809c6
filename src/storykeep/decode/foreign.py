"""English text whose only foreign signs are punctuation or drawings of another code page.

A word processor of Taiwan, China or Japan typed quotes and dots of two bytes into it, or it comes
from DOS, with boxes and bars drawn. No letter tells of either: what does is that nearly every
byte above 7F is in such a sign, and would be in a row that no western text has.
"""

from __future__ import annotations

from storykeep.decode.codepages import python_codec, windows_1252
from storykeep.patterns import lazy

_ASCII = bytes(range(0x80))
_MOSTLY = 0.9  # of the bytes above 7F are in the signs
_FEWEST = 3  # signs
# Quotes, the apostrophe, dots and dashes, by their first byte: the second may be a letter.
_SIGNS = (
    ("shift_jis", 0x81, lazy(rb"\x81[\x5b-\x5d\x60\x63-\x68\x7c]")),
    ("big5", 0xA1, lazy(rb"\xa1[\x4b\x4c\x56\x58\x5a\xa5-\xa8\xa9\xaa]")),
    ("gbk", 0xA1, lazy(rb"\xa1[\xa3\xa4\xaa\xad-\xb1]|\xa8[\x43-\x45]")),
)
_BOXES = bytes(range(0xB0, 0xE0))
_BAR = lazy(rb"([\xc4\xcd\xdb\xdc\xdf])\1{3,}")
_DRAWN, _BARS = 0.6, 0.35  # of the bytes above 7F: in boxes at all, and in bars of one sign
_LEAST_DRAWN = 12  # bytes


def punctuation(body: bytes) -> tuple[str, str, int] | None:
    """Return (encoding, text, other bytes) where *body* has punctuation of two bytes and hardly
    another byte above 7F, which is then read as windows-1252; None for any other body."""
    high = body.translate(None, _ASCII)
    for name, first, pattern in _SIGNS:
        leads = high.count(first)
        # Each sign has its first byte above 7F, and mostly its second.
        if leads < _FEWEST or leads * 2 < _MOSTLY * len(high):
            continue
        found = pattern.findall(body)
        covered = sum(2 if sign[1] >= 0x80 else 1 for sign in found)
        if len(found) >= _FEWEST and covered >= _MOSTLY * len(high):
            return name, _with_signs(body, name, set(found)), len(high) - covered
    return None


def _with_signs(body: bytes, name: str, signs: set[bytes]) -> str:
    """Return *body* read as windows-1252, but for the signs of two bytes."""
    text = windows_1252(body)
    for sign in signs:
        text = text.replace(windows_1252(sign), sign.decode(python_codec(name)))
    return text


def is_drawn(body: bytes) -> bool:
    """Return whether most bytes above 7F draw boxes and bars, as DOS's code page 437 does."""
    high = body.translate(None, _ASCII)
    boxes = len(high) - len(high.translate(None, _BOXES))
    if boxes < _LEAST_DRAWN or boxes < _DRAWN * len(high):
        return False
    bars = sum(found.end() - found.start() for found in _BAR.finditer(body))
    return bars >= _BARS * len(high)
