"""Where in a paragraph of an author's talk the disclaimer stands: of "Hello, list! The Mill is not
mine. Feedback is welcome." only the second sentence disclaims.

What goes on about it ("Lowfell does.", "I have nothing but a cat.") belongs to it. So a sentence is
cut off only where its words are surely about something else.
"""

from __future__ import annotations

import re

from storykeep.header import diction, disclaimer, voice
from storykeep.header.labels import read_label
from storykeep.header.lines import words
from storykeep.header.shape import is_titlecase
from storykeep.patterns import lazy

_TOLD, _SURELY = 3, 5  # words above whose it is; where they say nothing that is known
_GREETS = lazy(
    r"\W*(?:(?:oh|so|well|right|ok(?:ay)?|um|er|ah)\W+){0,3}(?:hi+|hiya|hey+a?|hello+|hallo|greetings|welcome|dear|"
    r"howdy|yo|konnichi\s?wa|konbanwa|ohayo\w*|minna\b.{0,8}|bonjour|salut|hola|ciao|"
    r"(?:merry|happy)\s+[A-Z]?\w+|good\s+(?:morning|evening|afternoon|day|night)|long\s+time\s+no)\b",
    re.IGNORECASE,
)
# About the text and how it came to be.
_TEXT = (
    r"\b(?:this|it)\s+(?:(?:story|fic|fanfic|tale|one|piece|chapter|part|idea|series|thing|is\s+(?:a|the|my)\s+"
    r"(?:\w+\s+){0,3}?(?:story|fic|sequel|prequel|rewrite|continuation|cross-?over|drabble|ficlet|songfic|part|"
    r"entry|attempt|response|answer|gift|present))\b|(?:got|came|bit|started|began|grew|took\s+(?:me|place)|takes\s+"
    r"place|follows|contains|was\s+(?:written|going|meant|supposed|inspired|begun|started))\b)|"
    r"\b(?:prompts?|drabbles?|ficlets?|challenge|fest|ficathon|meme|bingo|beta(?:'?e?d)?|betas|un-?beta'?e?d|"
    r"chapters?|season\s+\w+|episodes?|sequel|prequel|cross-?over|dedicated|inspired|plot\s?bunn\w+)\b|"
    r"\bI(?:'ve|\s+have)?\s+(?:just\s+)?(?:wrote|written|finished|posted|started|typed)\b|"
    r"^\W*(?:written|set|takes\s+place|posted|inspired|based\s+on\s+(?:a|the)\s+prompt)\b"
)
# To those who read it.
_READERS = (
    r"\b(?:feedback|comments?|c&c|r&r|reviews?|reviewers?|flames?|readers?|e-?mail|mail\s+me|archiv\w+|"
    r"concrit|constructive|typos?|spelling|grammar|mistakes)\b|"
    r"\b(?:thanks|thanx|thx|ta|cheers|kudos|hugs|arigato\w*|danke|merci|gracias|grazie|dzięki|спасибо)\s+"
    r"(?:\w+\s+)?(?:to|for|an|für|à|a|per|dla|za)\b|"
    r"^\W*(?:thanks|thanx|thx|arigato\w*|danke|merci|gracias)\W*$|\b(?:thank\s+you|please\s+(?:read|enjoy|tell|send|let|be|r&r|bear|forgive|leave)|enjoy|have\s+fun|"
    r"let\s+me\s+know|tell\s+me|drop\s+me|bear\s+with|hope\s+(?:that\s+)?(?:you|every\w+|it|this)|"
    r"your\s+(?:page|site|archive|home\s?page)|on\s+with\s+the|here\s+(?:we|it)\s+go(?:es)?|here'?s|"
    r"sorry\s+(?:about|for|if|it)|gomen|apologi[sz]e|apologies|forgive|under\s+(?:18|eighteen)|over\s+(?:18|eighteen)|"
    r"long\s+(?:wait|time)|next\s+(?:part|one|time|chapter)|(?:second|other|next|last|first)\s+half)\b"
)
# What a header has a label for.
_FACTS = (
    r"^\W*(?:(?:rated|rating)\b|(?:G|PG(?:-?1[35])?|R|NC-?17)\W*(?:$|\s)|spoilers?\b|warnings?\b|"
    r"no\s+(?:spoilers?|warnings?|beta|sex)\b|(?:[\d,.]+k?|\w+(?:\s\w+)?)(?:-ish)?\s+words\b|"
    r"(?:(?-i:[A-Z])\w+/(?-i:[A-Z])\w+)\W*(?:$|[,.])|post-?(?:series|canon|\w+,)|pre-?series)"
)
_OTHER = lazy(f"{_TEXT}|{_READERS}|{_FACTS}", re.IGNORECASE)
# "For Jo, who likes ladders!", and no "For a fee they may have me."
_GIFT = lazy(
    r"\W*(?:(?:[Ww]ritten|[Dd]edicated|[Aa]\s+gift|[Tt]his\s+is)\s+)?(?:For|for|To|Dla|Für|Pour|Para|Per|Voor|Till|Til|Для|À)\s+"
    r"(?:(?:my|the)\s+(?:\w+\s+){0,2}?)?[A-ZÀ-ÝЀ-Я][^.;!?]{0,60}[.!?)]*\W*$"
)
# "If it were, Dex would still have both his arms."
_GOES_ON = lazy(r"\W*(?:but|though|however|except|nor|if\s+(?:it|they|I|he|she))\b", re.IGNORECASE)
_LABELLED = 60  # characters in which a label ends
_SITE = lazy(r"\b(?:[Ss]ite|[Aa]rchive|[Vv]ault|[Pp]age)\b")
# "LOW FELL! Is the property of": a name's own exclamation mark has cut the sentence.
_CUT_IN = ("Is ", "Are ", "And ", "Belong", "is ", "are ", "and ", "belong")
_ENDS = frozenset('.!?)*^…;"”:')


def is_other(sentence: str) -> bool:
    """True for a sentence that is surely about something else than whose it all is: it greets, it
    thanks, it says how the text came to be or how it is rated."""
    if disclaimer.may_disclaim(sentence) or _GOES_ON.match(sentence):
        return False
    if _OTHER.search(sentence) is not None or _GIFT.match(sentence) is not None:
        return True
    if _GREETS.match(sentence) is not None:
        return True
    label = read_label(sentence) if ":" in sentence[:_LABELLED] else None
    return label is not None and label.colon and label.name != "disclaimer"


def said_in(text: str) -> str | None:
    """Return what of the paragraph *text* disclaims, as typed, where words about something else
    stand before or behind it; None where all of it is the disclaimer."""
    said = disclaimer.sentences(text)
    typed = " ".join(text.split())
    if said is None or said.startswith(_CUT_IN) or said not in typed:
        return None
    above, _, below = typed.partition(said)
    kept, rest = _without_other(below)
    if _is_apart(above.strip(), rest):
        return said
    return f"{above}{said}{kept}".strip() if rest else None


def _without_other(below: str) -> tuple[str, str]:
    """Return what goes on about a disclaimer, and what stands behind it from the first sentence
    about something else on."""
    kept: list[str] = []
    following = disclaimer.sentences_of(below.strip()) if below.strip() else []
    for at, sentence in enumerate(following):
        if is_other(sentence):
            return " ".join(["", *kept]), " ".join(following[at:])
        kept.append(sentence)
    return below, ""


def _is_apart(above: str, rest: str) -> bool:
    """True for whole sentences *above* a disclaimer that are an author's talk, by their own words
    or by those of the *rest* behind it."""
    if (
        words(above) < _TOLD
        or is_titlecase(above)
        or above[-1] not in _ENDS
        or disclaimer.may_disclaim(above)
    ):
        return False
    if _SITE.search(above) or above.removeprefix("(").count("(") > above.count(")"):
        return False
    if rest or any(map(is_other, disclaimer.sentences_of(above))):
        return True
    return words(above) >= _SURELY and (diction.weight(above) >= 0 or voice.speaks_to_reader(above))
