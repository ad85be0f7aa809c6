"""What an unlabelled line of a header says of the story before it: "(A sequel to The Lamp)"."""

from __future__ import annotations

from storykeep.header.lines import is_within
from storykeep.header.scan import Scan
from storykeep.patterns import lazy

_LONGEST = 120  # characters
_SEQUEL = lazy(
    r"[(\[*_~\s]{0,4}(?i:this\s+(?:story\s+|fic\s+)?is\s+)?(?i:an?\s+|the\s+)?"
    r"(?i:(?:direct|loose|sort\s+of)\s+)?(?i:sequel|prequel|companion(?:\s+piece)?|follow-?\s?up)"
    r"\s+(?i:to|of|for)\s+(?i:my\s+|(?:the|my)\s+(?:story|fic)\s+)?[\"“'‘*_]{0,2}"
    r"(?P<of>[A-Z0-9][^\"“”()\n.!?]{1,70}?[!?]?)[\"”'’*_.]{0,3}[)\]*_~\s]{0,4}"
)


def read_sequel(text: str) -> str | None:
    """Return what the story follows, where *text* says that and nothing else.

    >>> read_sequel('(A sequel to "The Lamp")'), read_sequel("A sequel to his troubles came.")
    ('The Lamp', None)
    """
    if len(text) > _LONGEST or ("quel" not in text.lower() and "ompanion" not in text):
        return None
    matched = _SEQUEL.fullmatch(text)
    return matched["of"].strip() if matched is not None else None


def followed(scan: Scan, index: int) -> str | None:
    """Return what a line that is no piece of a paragraph says the story follows, else None."""
    return None if is_within(scan.lines, index) else read_sequel(scan.lines[index].bare)
