"""UTF-8 with bytes in it that are none: how many, and the text all the same."""

from __future__ import annotations

import codecs
import re

from storykeep.decode.codepages import HIGH_BYTES, windows_1252
from storykeep.patterns import lazy

_WINDOW = 32768
_ENOUGH = 16
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = frozenset(b"abcdefghijklmnopqrstuvwxyz")
# In windows-1252 these would be "â€" and "ðŸ", which nobody types.
_CUT_QUOTE = (b"\xe2\x80", b"\xf0\x9f")
_HANDLER = "storykeep-stray"
# "café…”" of windows-1252 is by chance one ideograph of UTF-8. á and â are left out: their bytes
# begin letters of Vietnamese and the quotes themselves.
_ENDING = lazy(rb"[\xdf\xe0\xe3-\xef][\x85\x91-\x97]{1,2}(?![\x80-\xbf])")


def count(body: bytes) -> tuple[int, int]:
    """Return how many multi-byte sequences *body* has, and high bytes that belong to none.

    A beginning full of strays, with few sequences among them, speaks for the whole.
    """
    valid, stray = _counted(body[:_WINDOW])
    if len(body) <= _WINDOW:
        return valid, stray
    if stray >= _ENOUGH and 2 * valid < stray:
        return valid * len(body) // _WINDOW, stray * len(body) // _WINDOW
    return _counted(body)


def _counted(body: bytes) -> tuple[int, int]:
    text = body.decode("utf-8", "ignore")
    ascii_bytes = len(body.translate(None, HIGH_BYTES))
    valid = len(text) - ascii_bytes
    return valid, len(body) - len(text.encode())


def repair(body: bytes) -> tuple[str, int]:
    """Return *body* as text, stray bytes read as windows-1252, and how many were not readable.

    A sequence that was cut short is one U+FFFD: its other bytes are gone.
    """
    text = _ENDING.sub(_as_1252, body).decode("utf-8", _HANDLER)
    if "\ufffd" not in text:
        return text, 0
    return text, text.count("\ufffd") - body.count("\ufffd".encode())


def _as_1252(match: re.Match[bytes]) -> bytes:
    start, sign = match.start(), match[0]
    by_chance = sign[0] == 0xDF or len(sign) == 3
    behind_letter = start > 0 and match.string[start - 1] in _LOWER
    return windows_1252(sign).encode() if by_chance and behind_letter else sign


def _stray(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    body, start, end = error.object, error.start, error.end
    if _is_cut(body, start, end):
        return "\ufffd", end
    return windows_1252(body[start : start + 1]), start + 1


def _is_cut(body: bytes, start: int, end: int) -> bool:
    """Return whether the bytes begin a sequence that was cut, and are no letter of windows-1252."""
    lead = body[start]
    if not 0xC2 <= lead <= 0xF4:
        return False
    if end == len(body) or body[start:end] in _CUT_QUOTE:
        return True
    before, after = body[start - 1] if start else 0, body[end]
    if after in _LETTERS or after >= 0x80 or end - start > 1:
        return False
    # Capitals with accents do not end words that began small: "caf\xc3." was "café." once.
    return before >= 0x80 or (before in _LOWER and lead < 0xDF)


# Python calls this at each stray byte and reads the rest at full speed.
codecs.register_error(_HANDLER, _stray)
