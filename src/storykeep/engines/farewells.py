"""What an author says in place of her stories when she has taken them down."""

from __future__ import annotations

import re

from storykeep.patterns import has_one, lazy

_LONGEST = 400  # words
_ENOUGH = 3  # kinds of sign, one of them that something is gone
_WORKS = r"(?:stor(?:y|ies)|(?:fan\s?-?)?fics?|fan\s?-?fiction|chapters|writings?|works|archive)"
_THEM = rf"(?:(?:it|them|this|everything|all)\b|(?:\w+\s+){{0,4}}{_WORKS}\b)"
_HAVE = r"(?:['’]ve|\s+have)?(?:\s+(?:now|just|decided\s+to|had\s+to|chosen\s+to))?"
# Of a text in small letters. A tale told by "I" may well take something down; it does not go on
# to say that stories are not here, and what those who have copies may do.
_GONE = (
    lazy(
        rf"\b(?:i|we){_HAVE}\s+(?:(?:took|taken?)\s+{_THEM}\s+(?:all\s+)?(?:down|off|away|offline)\b|"
        rf"(?:taken?|took)\s+down\s+{_THEM}|"
        rf"(?:removed?|deleted?|pulled?|withdr[ae]wn?|withdrew)\s+{_THEM})"
    ),
    lazy(
        rf"\b(?:they|it|everything|{_WORKS})\s*(?:(?:are|is|was|were)n['’]t|['’]re\s+not|"
        r"(?:are|is)\s+(?:not|no\s+longer|gone))\b"
        r"(?:\s+(?:here|available|online|up|posted|from\s+here)\b|\W*$)",
        re.MULTILINE,
    ),
    lazy(
        rf"\b{_WORKS}\s+(?:that\s+(?:was|were)\s+here\s+)?(?:have|has)\s+(?:all\s+)?been\s+"
        r"(?:taken\s+down|removed|deleted|withdrawn)\b"
    ),
)
_SIGNS = (
    lazy(rf"\b(?:my|the|other|all|these|those)\s+(?:\w+\s+){{0,2}}{_WORKS}\b"),
    lazy(r"\b(?:this|the|my)\s+(?:page|site|website|web\s?site|hosting|domain|journal|archive)\b"),
    lazy(
        r"\b(?:do\s+not|don['’]t|never)\s+(?:re-?)?(?:post|put|send|share|upload|archive|ask|e-?mail|"
        r"mirror|distribute)\b|\b(?:you|anyone|anybody)\b.{0,40}\bcop(?:y|ies)\b"
    ),
    lazy(
        r"\b(?:thank\s+you|thanks)\s+(?:to|for)\b.{0,60}"
        r"\b(?:letters?|reading|reviews?|comments|feedback|mails?|e-?mails?|support|years)\b"
    ),
    lazy(r"\bif\s+you\b.{0,30}\b(?:come|came|followed|looking|here)\b"),
)
_STEMS = (
    "took", "take", "remove", "delete", "pull", "withdr", "here", "available", "online", "gone",
)  # fmt: skip


def said(text: str, size: int) -> str:
    """Return the words by which somebody says that her stories are no longer here, "" where none
    does; *size* is the text's in words."""
    if not 0 < size <= _LONGEST or '"' in text or "“" in text:
        return ""
    low = text.lower()
    if "you" not in low or not has_one(low, _STEMS):
        return ""
    gone = [found.group() for pattern in _GONE if (found := pattern.search(low))]
    if not gone:
        return ""
    signs = sum(pattern.search(low) is not None for pattern in _SIGNS)
    return gone[0].strip() if len(gone) + signs >= _ENOUGH and signs > 1 else ""
