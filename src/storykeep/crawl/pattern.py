"""What the addresses of one script have in common: path and query with numbers and ids folded.

Pure: it only tells which addresses are of one kind, and is never asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from storykeep import urls

_LONGEST = 500  # characters that are looked at; what follows is of one kind with all others
_NAMES = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
)
_NAME = re.compile(rf"(?<![a-z0-9])(?:{_NAMES})(?![a-z])", re.IGNORECASE)
# A session, a digest: letters and digits in no order that a person would type.
_ID = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])(?:[0-9a-fA-F]{12,}|(?=(?:[A-Za-z]*\d){3})[A-Za-z0-9]{16,})"
    r"(?![A-Za-z0-9])"
)
_NUMBER = re.compile(r"\d+")
_AGAIN = re.compile(
    r"((?:/[^/?#]+){1,4}?)\1+(?=/|$|\?)"
)  # /a/b/a/b: a page that links below itself


@lru_cache(maxsize=4096)
def pattern(url: str) -> str:
    """Return the kind of address that *url* is: "http://h.example/view.php?sid=#&chapter=#"."""
    asked = urls.split(url)
    path = _AGAIN.sub(r"\1", fold(asked.path[:_LONGEST]))
    query = fold(asked.query[:_LONGEST])
    pairs = sorted(dict.fromkeys(query.split("&"))) if query else []
    return f"{asked.scheme}://{asked.netloc}{path}" + (f"?{'&'.join(pairs)}" if pairs else "")


def fold(text: str) -> str:
    """Return *text* with numbers, ids and the names of months and days as "#"."""
    return _NUMBER.sub("#", _NAME.sub("#", _ID.sub("#", text)))
