"""Which old encoding bytes are in, told by their letters: a hint, where they are plenty."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from storykeep.decode import eastasian, letters
from storykeep.decode.codepages import HIGH_BYTES
from storykeep.decode.letters import LANGUAGES
from storykeep.patterns import lazy

_ASCII_RUN = lazy(rb"([\x00-\x7f]{3})[\x00-\x7f]{6,}([\x00-\x7f]{3})")
_IN_WORD = lazy(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_MAC_QUOTED = lazy(rb"\xd2[A-Za-z][^\xd2\xd3]{0,2000}?[.,!?A-Za-z\xc9]\xd3")
_MAC_APOSTROPHE = 0xD5
_AFTER_SMALL = lazy(rb"(?<=[a-z])[\x80-\xff]")
_ONLY_HIGH = bytes(byte if byte >= 0x80 else 0x20 for byte in range(256))
_WINDOWS = (4096, 16384, 65536)
_PLENTY = 200  # high bytes tell all that more would
_SCORED = 2000
_DENSE = 1.7  # high bytes in a row, on average; with accents it is hardly more than one
_AT_LEAST = 6  # high bytes
_VARIED = 5  # different ones: a row of one sign says nothing
_ALIEN = 4.0  # for each letter of another script inside a word of a-z
_UNLIKELY = -4.6  # per letter: no language is written so
_ODD = 3.0  # for each capital behind a small letter; such are Macintosh's quotes, read otherwise
# Differences of logarithms, before another reading is preferred to windows-1252 or to a label.
UNLABELLED, LABELLED, CONTRADICTED = 8.0, 14.0, 30.0
# Signs of windows-1252 in every language: quotes, dashes, the dots, a blank, € ™ © ® ° ·
_TYPOGRAPHY = bytes([0x80, 0x85, *range(0x91, 0x98), 0x99, 0xA0, 0xA9, 0xAE, 0xB0, 0xB7])


_ASCII = bytes(range(0x80))
# Where every letter is a small one of one of these languages no other reading is tried. Capitals,
# and the letters of Icelandic, may be Macintosh's quotes and Turkish.
_PLAIN = tuple(
    _ASCII + _TYPOGRAPHY + "".join(LANGUAGES[name]).encode("cp1252")
    for name in ("en", "fr", "es", "pt", "it", "de", "sv", "da", "nl")
)


def plainly_western(body: bytes) -> bool:
    """Return whether all signs of *body* are those of one language of windows-1252."""
    high = body.translate(None, _ASCII)
    start = high[:_PLENTY]
    return any(
        not start.translate(None, signs) and not high.translate(None, signs) for signs in _PLAIN
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """The foreign parts of a body: `dense` where the script has no a-z in it."""

    condensed: bytes
    counts: Counter[int]
    dense: bool
    after_small: Counter[int] = field(default_factory=Counter)
    mac_quoted: int = 0  # words between what are quotes on a Macintosh

    @property
    def size(self) -> int:
        return sum(self.counts.values())


def sample(body: bytes, start: int) -> Sample:
    """Return what can be judged of *body*, whose first byte above 7F stands at *start* or later."""
    condensed = b""
    for window in _WINDOWS:
        condensed = _ASCII_RUN.sub(rb"\1 \2", body[max(0, start - 4) : start + window])
        if len(condensed) - len(condensed.translate(None, HIGH_BYTES)) >= _PLENTY:
            break
        if start + window >= len(body):
            break
    condensed = condensed[: 3 * _SCORED]
    runs = condensed.translate(_ONLY_HIGH).split()
    high = b"".join(runs)[:_SCORED]
    if len(high) >= max(_AT_LEAST, _DENSE * min(len(runs), _SCORED)):
        return Sample(condensed, Counter(high), dense=True)
    inside = b"".join(_IN_WORD.findall(condensed))
    after = b"".join(_AFTER_SMALL.findall(condensed))
    quoted = len(_MAC_QUOTED.findall(condensed))
    return Sample(condensed, Counter(inside), False, Counter(after), quoted)


def better_than(given: Sample, name: str, margin: float) -> str | None:
    """Return the encoding in which *given* is likelier than in *name* by *margin*, or None."""
    if given.dense:
        if len(given.counts) < _VARIED:
            return None
        return _dense(given, name, margin)
    telling = [byte for byte in given.counts if byte not in _TYPOGRAPHY]
    quotes = given.mac_quoted or _MAC_APOSTROPHE in given.after_small
    # Inside words of a-z every sign tells, where the label is one for another script.
    if len(telling) < 2 and not (telling and quotes) and name not in letters.DENSE:
        return None
    ours = _western(given, name)
    if ours is None:
        return None
    scores = {one: _western(given, one) or ours for one in letters.WESTERN if one != name}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] - ours > margin else None


def _western(given: Sample, name: str) -> float | None:
    score = letters.likelihood(given.counts, name)
    if score is None:
        return None
    if name in letters.DENSE:
        return score - _ALIEN * given.size
    odd = sum(many for byte, many in given.after_small.items() if letters.is_capital(byte, name))
    if name != "macintosh":
        odd += given.mac_quoted
    return score - _ODD * min(odd, 10)


def _dense(given: Sample, name: str, margin: float) -> str | None:
    ours = letters.likelihood(given.counts, name)
    if ours is None:
        return None
    part = given.condensed
    likeness = {one: eastasian.likeness(part, one) for one in eastasian.ENCODINGS}
    best = max(likeness, key=likeness.__getitem__)
    if likeness[best] > 0.5 and ours / given.size < _UNLIKELY:
        return best
    scores = {one: letters.likelihood(given.counts, one) or ours for one in letters.DENSE}
    best = max(scores, key=scores.__getitem__)
    sure = scores[best] / given.size > _UNLIKELY
    return best if sure and scores[best] - ours > margin else None
