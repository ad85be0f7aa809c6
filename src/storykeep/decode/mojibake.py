"""UTF-8 that was taken for another encoding and stored as UTF-8 again, once or several times."""

from __future__ import annotations

import codecs
import re
from operator import ne

from storykeep.decode.codepages import charmap
from storykeep.patterns import lazy

_PASSES = 4  # nobody has seen more
_WEAK = "‘’“”‚„‹›«»…–—\u00a0"  # what sound text has behind an accented letter


def _tails(table: str, *, without: str = "") -> str:
    """Return a class: what *table* makes of continuation bytes, and the C1 controls."""
    signs = {*table[0x80:0xC0], *map(chr, range(0x80, 0xA0))} - set(without)
    return "[" + "".join(sorted(re.escape(sign) for sign in signs)) + "]"


_WESTERN = charmap("cp1252")
_RUSSIAN = charmap("cp1251")
_BACK = {table: codecs.charmap_build(table) for table in (_WESTERN, _RUSSIAN)}
_ANY, _SURE = _tails(_WESTERN), _tails(_WESTERN, without=_WEAK)
# "Ã©", "â€™", "Ä›", "á»›": a first byte as a letter, then continuation bytes in disguise, of which
# one is no sign that stands behind letters in sound text ("IRMÃ”", "abordé…”", "daß“").
_STRONG = lazy(
    f"[ÂÃ]{_SURE}|[Ã][\u00a0]|[Ä-ÏÐ-Ü]{_SURE}|[à-ï](?:{_SURE}{_ANY}|{_ANY}{_SURE})"
    f"|ð{_SURE}{_ANY}{_ANY}|ï»¿|Â[\u00a0«»]"
)
# UTF-8 of Russian read as windows-1251: "РџСЂРёРІРµС‚".
_STRONG_RUSSIAN = lazy(f"(?:[РС]{_tails(_RUSSIAN)}){{3}}")
# The same patterns as bytes of UTF-8: a search for one byte is ten times faster than for a class.
_TAIL = (
    rb"(?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]"
    rb"|\xe2(?:\x80[\x93\x94\x98-\x9a\x9c-\x9e\xa0-\xa2\xa6\xb0\xb9\xba]|\x82\xac|\x84\xa2))"
)
_SIGN = lazy(rb"\xc3(?:[\x82-\x9c]" + _TAIL + rb"|[\xa0-\xb0]" + _TAIL * 2 + rb")")
_RUSSIAN_SIGN = lazy(rb"\xd0[\xa0\xa1](?:[\xc2\xd1\xd2]|\xd0[\x80-\x8f\x90\xb0\x81]|\xe2)")
_CONTROL = lazy(rb"\xc2[\x80-\x9f]")
_CONTROL_SIGN = lazy("[\x80-\x9f]")
_CONTROLS = {code: sign for code, sign in enumerate(_WESTERN) if 0x80 <= code < 0xA0}


def mend_mojibake(text: str) -> tuple[str, int]:
    """Return *text* with double-encoded UTF-8 put right, and how many lines that changed.

    C1 controls, which no one types, become the signs that windows-1252 has in their places.
    """
    if text.isascii():
        return text, 0
    body = text.encode("utf-8", "surrogatepass")
    if not shows_mojibake(body):
        return text, 0
    # Mostly all of a page went astray, and then it comes back in one step.
    whole = _mend(text, proven=False, pieces=False)
    better = _by_lines(whole)
    changed = sum(map(ne, text.split("\n"), better.split("\n"))) if better != text else 0
    return better, changed


def _by_lines(text: str) -> str:
    lines = text.split("\n")
    suspects = [
        number
        for number, line in enumerate(lines)
        if not line.isascii() and shows_mojibake(line.encode("utf-8", "surrogatepass"))
    ]
    mended = False
    # What may be mojibake and may be sound is judged by the lines that can be nothing else.
    for proven in (False, True):
        for number in suspects if not proven or mended else ():
            better = _mend(lines[number], proven=proven, pieces=True)
            if _CONTROL_SIGN.search(better):
                better = better.translate(_CONTROLS)
            mended = mended or better != lines[number]
            lines[number] = better
    return "\n".join(lines)


def shows_mojibake(body: bytes) -> bool:
    """Return whether *body*, valid UTF-8, may hold mojibake; quick, and rather yes than no."""
    return bool(
        _SIGN.search(body)
        or (b"\xc2" in body and _CONTROL.search(body))
        or (b"\xd0\xa0" in body and _RUSSIAN_SIGN.search(body))
    )


def _mend(line: str, *, proven: bool, pieces: bool) -> str:
    """Return *line* undone as often as it shows that it was misread.

    *proven*: its page was. *pieces*: where the whole cannot be undone, parts of it are.
    """
    for _ in range(_PASSES):
        if line.isascii():
            break
        if _STRONG.search(line):
            better = _undone(line, _WESTERN) or (_piecewise(line) if pieces else line)
        elif _STRONG_RUSSIAN.search(line):
            better = _undone(line, _RUSSIAN) or line
        elif proven:
            better = _undone(line, _WESTERN) or line
        else:
            break
        if better == line:
            break
        line = better
    return line


def _undone(line: str, table: str) -> str | None:
    """Return *line* with its misreading by *table* undone, None where not all of it was misread."""
    back = _BACK[table]
    try:
        return codecs.charmap_encode(line, "strict", back)[0].decode("utf-8")
    except UnicodeDecodeError:
        return None
    except UnicodeEncodeError:
        if not _CONTROL_SIGN.search(line):
            return None
    # Some programs give a byte its sign, others leave it a C1 control.
    typed = line.translate({code: table[code] for code in range(0x80, 0xA0)})
    try:
        return codecs.charmap_encode(typed, "strict", back)[0].decode("utf-8")
    except UnicodeError:
        return None


def _piecewise(line: str) -> str:
    """Return *line*, which is misread in places only, with these put right."""
    pieces = line.split("<")  # a page may be one line
    for number, piece in enumerate(pieces):
        if _STRONG.search(piece):
            pieces[number] = _undone(piece, _WESTERN) or _by_ftfy(piece)
    return "<".join(pieces)


def _by_ftfy(line: str) -> str:
    # Half a second to import, so only pages that need it pay.
    from ftfy import TextFixerConfig, fix_encoding

    config = TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_character_width=False, explain=False
    )
    return fix_encoding(line, config)
