"""A body's bytes in, text out, read as the browsers of the period did; it always gives an answer.

Evidence is stronger than a label: bytes that are valid UTF-8 are UTF-8, bytes that are not are not,
whatever the page says. Labels mean what browsers take them for (WHATWG Encoding, section 4.2), so
iso-8859-1 is windows-1252. The rule that decided is part of the answer. docs/encodings.md has the
rules in their order.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Literal

from storykeep.decode import codepages, foreign, guess, printable, utf8
from storykeep.decode.codepages import is_utf16
from storykeep.decode.labels import Label, labels
from storykeep.decode.mojibake import mend_mojibake, shows_mojibake

__all__ = ["Decoded", "Rule", "decode", "is_utf16", "mend_mojibake"]

Rule = Literal["bom", "ascii", "utf8", "utf8_repaired", "nuls", "http", "meta", "hint", "default"]

_ISO_2022_JP = (b"\x1b$B", b"\x1b$@")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FEW = 0.01  # of a label's high bytes may be undecodable before the label is disbelieved
_MOSTLY = 10  # sequences of UTF-8 for each stray byte: then no label speaks against it
_ANYWAY = ("utf-8", "windows-1252")  # what is tried without a label, too
_END_OF_FILE = "\x1a"  # Control-Z; CP/M and DOS filled a text's last block with it
_MARK = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was read from bytes.

    `declared` is the label that was there, from HTTP or the page, believed or not: by its
    WHATWG name, or as typed where it has none. `repaired` counts stray bytes read one by one,
    undecodable bytes, and lines of mended mojibake; `unread` counts those that no rule could read:
    each is U+FFFD in the text, or the C1 control that browsers make of it. `nuls` counts NUL
    characters that were left out, `ends` the end-of-file marks of DOS.
    """

    text: str
    encoding: str  # WHATWG's name, e.g. "windows-1252"; "macintosh", "utf-8"
    rule: Rule
    evidence: str  # the same in words, with the label that was overruled
    declared: str | None = None
    repaired: int = 0
    nuls: int = 0
    unread: int = 0
    ends: int = 0


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    encoding: str
    rule: Rule
    evidence: str
    repaired: int = 0
    unread: int = 0
    mendable: bool = True  # mojibake may be in it


def decode(body: bytes, *, http_charset: str | None = None, is_html: bool = True) -> Decoded:
    """Return the text of *body*; never raises.

    *http_charset* is the charset parameter of Content-Type. Plain text (*is_html* false) has no
    label of its own. Line ends are left as they are.
    """
    plain = printable.undone(body)
    body = plain[0] if plain is not None else body
    claims = labels(body, http_charset, is_html=is_html)
    read = _read(body, claims)
    text, evidence = read.text, read.evidence + _overruled(read, claims)
    if plain is not None:
        evidence += f"; quoted-printable undone in {plain[1]} places"
    nuls = text.count("\0") if "\0" in text else 0  # to look for one sign costs nothing
    if nuls:
        text = text.replace("\0", "")
    ends = text.count(_END_OF_FILE) if _END_OF_FILE in text else 0
    if ends:
        text = text.replace(_END_OF_FILE, "")
    mended = 0
    if read.mendable:
        text, mended = mend_mojibake(text)
    if mended:
        evidence += f"; UTF-8 misread before it came here, mended in {mended} lines"
    declared = (claims[0].name or claims[0].typed) if claims else None
    repaired = read.repaired + mended
    return Decoded(
        text, read.encoding, read.rule, evidence, declared, repaired, nuls, read.unread, ends
    )


def _overruled(read: _Reading, claims: list[Label]) -> str:
    """Return the claims that were not followed, in words."""
    said = [
        f"{'HTTP' if claim.source == 'http' else 'the page'} says {claim.typed[:40]}"
        for claim in claims
        if claim.name != read.encoding
    ]
    return f", though {' and '.join(said)}" if said else ""


def _read(body: bytes, claims: list[Label]) -> _Reading:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _as(body[len(bom) :], encoding, "bom", f"byte order mark of {encoding}")
    if b"\0" in body and (wide := codepages.utf16_without_bom(body)):
        return _as(body, wide, "nuls", "NULs stand as in UTF-16")
    if body.isascii():
        if b"\x1b" in body and any(escape in body for escape in _ISO_2022_JP):
            return _as(body, "iso-2022-jp", "hint", "escape sequences of ISO-2022-JP")
        text = body.decode("ascii")
        return _Reading(text, _ascii_name(claims), "ascii", "only ASCII bytes", mendable=False)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _read_invalid_utf8(body, _believable(claims), error.start)
    mendable = shows_mojibake(body)
    return _Reading(text, "utf-8", "utf8", "the bytes are valid UTF-8", mendable=mendable)


def _read_invalid_utf8(body: bytes, claims: list[Label], start: int) -> _Reading:
    """Return the reading of *body*, whose first byte that is not UTF-8 stands at *start*."""
    valid, stray = utf8.count(body)
    legacy = [claim for claim in claims if claim.name not in _ANYWAY]
    more = valid > stray or (valid == stray and any(claim.name == "utf-8" for claim in claims))
    if valid >= _MOSTLY * stray or (more and not legacy):
        return _repaired(body, stray)
    if not legacy and (found := _foreign(body)):
        return found
    if not legacy and guess.plainly_western(body):
        return _default(body, claims, mendable=valid > 0)
    # What was valid until *start* may be the same legacy encoding: two Russian letters can be.
    sample = guess.sample(body, 0 if valid else start)
    if legacy and (found := _labelled(body, legacy, sample, claims, (valid, stray))):
        return found
    said = any(claim.name == "windows-1252" for claim in claims)
    margin = guess.LABELLED if said else guess.UNLABELLED
    if hinted := guess.better_than(sample, "windows-1252", margin):
        evidence = f"its letters are spread as in {hinted}"
        found = _as(body, hinted, "hint", evidence, mendable=valid > 0)
        if found.unread <= _FEW * (stray + 2 * valid):
            return found
    if more:
        return _repaired(body, stray)
    return _default(body, claims, mendable=valid > 0)


def _foreign(body: bytes) -> _Reading | None:
    """Return the reading of text whose only signs above 7F are another code page's punctuation, or
    its boxes and bars."""
    if signs := foreign.punctuation(body):
        name, text, others = signs
        evidence = f"its only foreign signs are the punctuation of {name}"
        if others:
            evidence += f"; {others} other bytes, read as windows-1252"
        return _Reading(text, name, "hint", evidence, others, mendable=False)
    if foreign.is_drawn(body):
        return _as(body, "ibm437", "hint", "boxes and bars are drawn as in DOS", mendable=False)
    return None


def _labelled(
    body: bytes,
    legacy: list[Label],
    sample: guess.Sample,
    claims: list[Label],
    counted: tuple[int, int],
) -> _Reading | None:
    """Return the reading by the first of the labels that the bytes do not contradict."""
    for claim in legacy:
        name = str(claim.name)
        others = {other.name for other in claims if other.name != name}
        better = guess.better_than(sample, name, guess.UNLABELLED if others else guess.CONTRADICTED)
        if better and (better in others or guess.better_than(sample, name, guess.CONTRADICTED)):
            continue
        valid, stray = counted
        found = _as(body, name, claim.source, f"labelled {name}", mendable=valid > 0)
        if found.unread <= _FEW * (stray + 2 * valid):
            return found
    return None


def _default(body: bytes, claims: list[Label], *, mendable: bool) -> _Reading:
    """Return the reading as windows-1252, which is possible for all bytes."""
    text = codepages.windows_1252(body)
    unread = len(body) - len(body.translate(None, codepages.OPEN_1252))
    rule: Rule = "default"
    evidence = "not UTF-8, and no label that helps"
    if any(claim.name == "windows-1252" for claim in claims):
        rule = next(claim.source for claim in claims if claim.name == "windows-1252")
        evidence = "labelled windows-1252"
    elif claims:
        evidence = f"the bytes are not the {claims[0].name} they claim"
    return _Reading(text, "windows-1252", rule, evidence, unread, unread, mendable)


def _repaired(body: bytes, stray: int) -> _Reading:
    text, unread = utf8.repair(body)
    evidence = f"UTF-8 but for {stray} stray bytes, read as windows-1252"
    if unread:
        evidence += f"; {unread} sequences cut short"
    return _Reading(text, "utf-8", "utf8_repaired", evidence, stray, unread)


def _believable(claims: list[Label]) -> list[Label]:
    """Return the claims that bytes without NULs and escapes can fulfil."""
    return [
        claim
        for claim in claims
        if claim.name is not None and not claim.name.startswith(("utf-16", "iso-2022"))
    ]


def _ascii_name(claims: list[Label]) -> str:
    """Return the first label for bytes that read the same under every one of them."""
    return next((str(claim.name) for claim in _believable(claims)), "utf-8")


def _as(body: bytes, name: str, rule: Rule, evidence: str, *, mendable: bool = True) -> _Reading:
    """Return *body* read as *name*, U+FFFD for what cannot be."""
    codec = codepages.python_codec(name)
    mendable = mendable and name.startswith(("utf", "windows-125", "iso-8859-"))
    try:
        return _Reading(body.decode(codec), name, rule, evidence, mendable=mendable)
    except (UnicodeDecodeError, LookupError):
        pass
    try:
        text = body.decode(codec, "replace")
    except (UnicodeDecodeError, LookupError):
        text, bad = codepages.windows_1252(body), len(body)
    else:
        bad = max(1, text.count(_MARK))
    return _Reading(text, name, rule, evidence, bad, bad, mendable)
