"""Emphasis as it is typed in plain text: *stars*, _underscores_ and /slashes/."""

from __future__ import annotations

from storykeep.model import Mark
from storykeep.patterns import lazy

_LONGEST = 600
_BEFORE = r"[^\s(\[{\"'“‘«—–>-]"
_AFTER = r"(?![^\s)\]}\"'”’»—–.,;:!?…-])"
# What stands before a sign is asked behind it: a pattern that begins with one of three signs is
# looked for six times faster than one that begins with a look back.
_TYPED = lazy(
    "|".join(
        f"{mark}(?<!{_BEFORE}{mark})(?:{mark})?(?=[^\\s{mark}])[^{mark}]{{0,{_LONGEST}}}?"
        f"(?<=[^\\s{mark}])(?:{mark}){{1,2}}{_AFTER}"
        for mark in (r"\*", "_", "/")
    )
)
_NOT_SPOKEN = lazy(r"[\W\d_]*\Z")
_PATH = lazy(r"/[\w.~-]+(?:/[\w.~-]+)*/?\Z")


def emphasis(text: str) -> list[Mark]:
    """Return a mark of kind emphasis over each typed emphasis in *text*, its signs included."""
    if "*" not in text and "_" not in text and "/" not in text:
        return []
    return [
        Mark(match.start(), match.end(), "emphasis")
        for match in _TYPED.finditer(text)
        if not _NOT_SPOKEN.match(match[0].strip("*_/"))
    ]
