"""Mails whose quoted-printable nobody undid (RFC 2045, section 6.7): `=20` at the ends of rows, `=`
where one was cut, `=92` for a quotation mark. Archives and groups have kept many of them so.

What is such a mail as a whole decode has read already: this is for a piece of one, as in <pre>.
"""

from __future__ import annotations

import re
from typing import Literal

from storykeep.patterns import lazy

_SPACE = "=20\n"
_CUT = "=\n"
_FEWEST = 2  # rows that end in a coded space; one may be about arithmetic
_FEWEST_CUT = 3
_SPACES = lazy(r"(?:[ \t]*=20)+[ \t]*(?=\n)")
# A row that was cut is as long as the encoding lets it be; a rule of "=" is none.
_CUTS = lazy(r"(?<=[^\s=])[ ]?=\n", re.ASCII)
_OTHERS = lazy(r"(?<!=)=(?![=\n]|[0-9A-F]{2})")
_MOSTLY = 10  # signs of the encoding for each other one
_LONG = 60  # characters
_CODED = lazy(r"(?:=[0-9A-F]{2})+")


How = Literal["", "spaces", "all"]


def how_left(text: str) -> How:
    """Return what of quoted-printable is left in *text*: coded spaces, all of it, or nothing."""
    if _CUT in text and _is_cut(text) and not _has_others(text):
        return "all"
    return "spaces" if text.count(_SPACE) >= _FEWEST else ""


def undone(text: str, how: How) -> str:
    """Return *text*, or a piece of it, with what `how_left` found in the whole read."""
    if how == "all":
        return _CODED.sub(_decoded, _SPACES.sub("", text.replace(_CUT, "")))
    return _SPACES.sub("", text) if how else text


def _is_cut(text: str) -> bool:
    """True where rows as long as the encoding lets them be end in its sign of a cut."""
    found = 0
    for cut in _CUTS.finditer(text):
        begin = text.rfind("\n", 0, cut.start()) + 1
        found += cut.start() - begin >= _LONG
        if found >= _FEWEST_CUT:
            return True
    return False


def _has_others(text: str) -> bool:
    """True where "=" stands for something else, as around what somebody thinks."""
    return len(_OTHERS.findall(text)) * _MOSTLY > text.count("=")


def _decoded(found: re.Match[str]) -> str:
    body = bytes.fromhex(found.group().replace("=", ""))
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("windows-1252", "replace")
