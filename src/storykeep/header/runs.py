"""Labels that stand behind one another on one line: "Rating: PG Pairing: C/L"."""

from __future__ import annotations

import itertools

from storykeep.header.labels import field_of, fold, read_label
from storykeep.header.vocabulary import LONG, WEAK
from storykeep.patterns import lazy

_COLON = lazy(r"\s?:(?!//)(?=\s|$)")
_LAST_WORDS = lazy(r"(?:[\w'’/&()+-]+ ){0,2}[\w'’/&()+-]+$")
_CAPITALS = lazy(r"(?<![\w’'-])[A-Z][A-Z'’&/-]{2,15}(?: [A-Z][A-Z'’&/-]{1,15}){0,2}$")
_SENTENCE_ENDS = frozenset('.!?)]*~>^"”')
# Where a label of these ends, its sentences have said what they own, or what the story tells.
_CUT_AT_SENTENCES = frozenset({"disclaimer", "summary", "warning", "feedback", "permission"})
# A word or two, where they stand in a row of labels: "Archive: yes Feedback: please".
_SHORT_IN_A_ROW = frozenset({"feedback", "permission", "setting", "credits", "dedication"})
# A disclaimer's own sentences may begin "Characters:" or "Series:".
_BEHIND_SENTENCES = frozenset(
    "summary notes warning rating pairing spoiler feedback disclaimer".split()  # noqa: SIM905
)


def split_run(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each label's share of a line that runs several together.

    "Rating: PG Pairing: C/L" is two. A disclaimer or a summary is cut only behind its sentences;
    notes never are, for they may well say "Rating:".
    """
    first = read_label(text)
    if first is None or not first.colon:
        return [(0, len(text))]
    long = first.long
    if long and first.name not in _CUT_AT_SENTENCES:
        return [(0, len(text))]
    cuts = [0]
    for colon in _COLON.finditer(text, first.start):
        low = max(first.start, cuts[-1] + 1)
        found = _label_before(text, low, colon.start())
        if found is None and first.typed.isupper():
            found = _capitals_before(text, low, colon.start())
        if found is None:
            continue
        start, name = found
        if long and not _begins_anew(text, start, colon.start(), name):
            continue
        cuts.append(start)
        if name in LONG and name not in _CUT_AT_SENTENCES and name not in _SHORT_IN_A_ROW:
            break
        long = name in LONG and name not in _SHORT_IN_A_ROW
    cuts.append(len(text))
    return [(start, end) for start, end in itertools.pairwise(cuts) if text[start:end].strip()]


def _label_before(text: str, low: int, colon: int) -> tuple[int, str] | None:
    """Return (start, field) of the longest known label of up to three words that ends at
    *colon*."""
    matched = _LAST_WORDS.search(text, max(low, colon - 50), colon)
    if matched is None:
        return None
    start = matched.start()
    while True:
        words = text[start:colon]
        name = field_of(words) if words[:1].isupper() else None
        if name is not None:
            return start, name
        space = text.find(" ", start, colon)
        if space < 0:
            return None
        start = space + 1


def _begins_anew(text: str, start: int, colon: int, name: str) -> bool:
    """True for a label behind the end of a sentence, which the sentences above it never say."""
    if name not in _BEHIND_SENTENCES or text[:start].rstrip()[-1:] not in _SENTENCE_ENDS:
        return False
    typed = text[start:colon]
    return fold(typed) not in WEAK or typed.isupper() or typed[:1].isupper()


def _capitals_before(text: str, low: int, colon: int) -> tuple[int, str] | None:
    """Return where an author's own label begins behind a sentence, in a row of labels that are all
    in capitals: "RATING: PG. VIOLENCE: None."."""
    matched = _CAPITALS.search(text, max(low, colon - 40), colon)
    if matched is None or text[: matched.start()].rstrip()[-1:] not in _SENTENCE_ENDS:
        return None
    return matched.start(), ""
