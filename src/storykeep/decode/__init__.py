"""A body's bytes in, text out, read as the browsers of the period did; it always gives an answer.

Evidence is stronger than a label: bytes that are valid UTF-8 are UTF-8, bytes that are not are not,
whatever the page says. Labels mean what browsers take them for (WHATWG Encoding, section 4.2), so
iso-8859-1 is windows-1252. The rule that decided is part of the answer.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Literal

import webencodings

from storykeep.decode import codepages

Rule = Literal["bom", "ascii", "utf8", "utf8_repaired", "nuls", "http", "meta", "hint", "default"]

_META_WINDOW = 4096  # browsers look at 1024; hand-made pages put banners before their <meta>
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:+-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:+-]{2,40})", re.IGNORECASE)
_ISO_2022_JP = (b"\x1b$B", b"\x1b$@")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Well-formed multi-byte sequences (Unicode 15, table 3-7).
_SEQUENCE = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}"
    rb"|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_UTF8 = re.compile(_SEQUENCE)
_UTF8_OR_STRAY = re.compile(rb"((?:" + _SEQUENCE + rb")+)|([\x80-\xff])")
_ONLY_HIGH = bytes(byte if byte >= 0x80 else 0x20 for byte in range(256))
_WINDOW = 65536
_ENOUGH = 16
_FEW_STRAYS = 0.01  # of a label's high bytes may be undecodable before the label is disbelieved

# What UTF-8 looks like after a trip through windows-1252: the first byte of a sequence as a letter
# or sign, then a continuation byte in either of its disguises.
_TAIL = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_MOJIBAKE = re.compile(f"[ÂÃÐÑ]{_TAIL}|[âã]{_TAIL}{_TAIL}|ï»¿|ï¿½")
_MOJIBAKE_FIRST = "ÂÃÐÑâãï"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was read from bytes.

    `declared` is the label that was there, from HTTP or the page, whether or not it was believed.
    `repaired` counts stray bytes read one by one, undecodable bytes, and lines of mended mojibake;
    `nuls` counts NUL characters left out.
    """

    text: str
    encoding: str  # WHATWG's name, e.g. "windows-1252"; "macintosh", "utf-8"
    rule: Rule
    evidence: str  # the same in words
    declared: str | None = None
    repaired: int = 0
    nuls: int = 0


def decode(body: bytes, *, http_charset: str | None = None, is_html: bool = True) -> Decoded:
    """Return the text of *body*; never raises.

    *http_charset* is the charset parameter of Content-Type. Plain text (*is_html* false) has no
    label of its own. Line ends are left as they are.
    """
    labels = _labels(body, http_charset, is_html=is_html)
    declared = labels[0][1] if labels else None
    text, encoding, rule, evidence, repaired = _read(body, labels)
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
    text, mended = mend_mojibake(text)
    if mended:
        evidence += f"; UTF-8 read as windows-1252 before it came here, mended in {mended} lines"
    return Decoded(text, encoding, rule, evidence, declared, repaired + mended, nuls)


def mend_mojibake(text: str) -> tuple[str, int]:
    """Return *text* with lines of double-encoded UTF-8 put right, and how many lines that were."""
    # Finding one character is a hundred times faster than the pattern, and mostly the answer is no.
    if not any(first in text for first in _MOJIBAKE_FIRST) or not _MOJIBAKE.search(text):
        return text, 0
    # Half a second to import, so only pages that need it pay.
    from ftfy import TextFixerConfig, fix_encoding

    config = TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_character_width=False, explain=False
    )
    lines = text.split("\n")
    mended = 0
    for number, line in enumerate(lines):
        if _MOJIBAKE.search(line):
            better = fix_encoding(line, config)
            if better != line:
                lines[number] = better
                mended += 1
    return "\n".join(lines), mended


_Reading = tuple[str, str, Rule, str, int]


def _read(body: bytes, labels: list[tuple[Rule, str]]) -> _Reading:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            text, bad = _lenient(body[len(bom) :], encoding)
            return text, encoding, "bom", f"byte order mark of {encoding}", bad
    if wide := codepages.utf16_without_bom(body):
        text, bad = _lenient(body, wide)
        return text, wide, "nuls", "every other byte is NUL", bad
    if body.isascii():
        if b"\x1b" in body and any(escape in body for escape in _ISO_2022_JP):
            text, bad = _lenient(body, "iso-2022-jp")
            return text, "iso-2022-jp", "hint", "escape sequences of ISO-2022-JP", bad
        return body.decode("ascii"), _label_or(labels, "utf-8"), "ascii", "only ASCII bytes", 0
    try:
        return body.decode("utf-8"), "utf-8", "utf8", "the bytes are valid UTF-8", 0
    except UnicodeDecodeError:
        return _read_invalid_utf8(body, labels)


def _read_invalid_utf8(body: bytes, labels: list[tuple[Rule, str]]) -> _Reading:
    valid, stray = _count_utf8(body)
    legacy = [(rule, name) for rule, name in labels if name not in ("utf-8", "windows-1252")]
    if valid > stray and not legacy:
        return _repair_utf8(body), "utf-8", "utf8_repaired", _few_stray(stray), stray
    for rule, name in legacy:
        text, bad = _lenient(body, name)
        if bad <= _FEW_STRAYS * (stray + 2 * valid):
            return text, name, rule, f"labelled {name}", bad
    if hinted := codepages.guess(body):
        text, bad = _lenient(body, hinted)
        return text, hinted, "hint", f"its letters are spread as in {hinted}", bad
    if valid > stray:
        return _repair_utf8(body), "utf-8", "utf8_repaired", _few_stray(stray), stray
    text = codepages.windows_1252(body)
    refuted = [name for _, name in labels if name != "windows-1252"]
    if refuted:
        return text, "windows-1252", "default", f"the bytes are not the {refuted[0]} they claim", 0
    if labels:
        return text, "windows-1252", labels[0][0], "labelled windows-1252", 0
    return text, "windows-1252", "default", "no label, and not UTF-8", 0


def _few_stray(stray: int) -> str:
    return f"UTF-8 but for {stray} stray bytes, read as windows-1252"


def _labels(body: bytes, http: str | None, *, is_html: bool) -> list[tuple[Rule, str]]:
    """Return the encodings that HTTP and the page claim, canonical names, strongest first."""
    found: list[tuple[Rule, str]] = []
    if http and (name := _canonical(http)):
        found.append(("http", name))
    if is_html:
        head = body[:_META_WINDOW]
        for match in (_XML.search(head), _META.search(head)):
            name = _canonical(match[1].decode("ascii", "replace")) if match else None
            if name:
                # A page that is readable as ASCII cannot be UTF-16 (WHATWG HTML, section 13.2.3.2).
                found.append(("meta", "utf-8" if name.startswith("utf-16") else name))
    return found


def _canonical(label: str) -> str | None:
    encoding = webencodings.lookup(label.strip().strip("\"'"))
    if encoding is None or encoding.name in ("x-user-defined", "replacement"):
        return None
    return str(encoding.name)


def _label_or(labels: list[tuple[Rule, str]], default: str) -> str:
    """Return the label for bytes that read the same under every one of them."""
    name = labels[0][1] if labels else default
    return default if name.startswith(("utf-16", "iso-2022")) else name


def _lenient(body: bytes, name: str) -> tuple[str, int]:
    """Return *body* read as *name* and how many characters had to be replaced."""
    if name == "windows-1252":
        return codepages.windows_1252(body), 0
    codec = codepages.python_codec(name)
    try:
        return body.decode(codec), 0
    except (UnicodeDecodeError, LookupError):
        pass
    try:
        text = body.decode(codec, "replace")
    except (UnicodeDecodeError, LookupError):
        return codepages.windows_1252(body), len(body)
    return text, max(1, text.count("\N{REPLACEMENT CHARACTER}"))


def _count_utf8(body: bytes) -> tuple[int, int]:
    """Return about how many sequences of UTF-8 *body* has, and high bytes that belong to none.

    A beginning full of strays and without one sequence speaks for the whole.
    """
    valid, stray = _counted(body[:_WINDOW])
    if len(body) <= _WINDOW:
        return valid, stray
    if not valid and stray >= _ENOUGH:
        return 0, stray * len(body) // _WINDOW
    return _counted(body)


def _counted(body: bytes) -> tuple[int, int]:
    foreign = b" ".join(body.translate(_ONLY_HIGH).split())
    strays = _UTF8.sub(b"", foreign)
    return _leads(foreign) - _leads(strays), len(strays) - strays.count(b" ")


def _leads(body: bytes) -> int:
    """Return how many bytes of *body* can begin a multi-byte sequence."""
    return len(body) - len(body.translate(None, codepages.UTF8_LEADS))


def _repair_utf8(body: bytes) -> str:
    def reread(match: re.Match[bytes]) -> bytes:
        return match[1] or codepages.windows_1252(match[2]).encode()

    return _UTF8_OR_STRAY.sub(reread, body).decode("utf-8", "replace")
