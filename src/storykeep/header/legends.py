"""How a text is to be read, said above it without an "I" or a "you": which sign stands for thoughts
or song, which name is whose in another version, what a word means."""

from __future__ import annotations

import re

from storykeep.patterns import has_one, lazy

# How a text is to be read: "Thoughts are in italics", "<> = thinking".
_LEGEND = lazy(
    r"^\W*(?:(?:\w+'s?\s+)?(?:thoughts?|thinking|speech|speaking|talking|telepathy|flash ?backs?|"
    r"translations?|sounds?|lyrics|dialogue|conversations?)\b.{0,30}?(?:=|:|\b(?:is|are|in)\s+"
    r"(?:\w+\s+)?(?:in\s+)?(?:italics?|bold|brackets?|parenthes[ei]s|quotes?|asterisks?|caps)\b)|"
    r"\S{1,10}\s*=\s*(?:\w+\s+){0,3}(?:thoughts?|thinking|speech|speaking|talking|flash ?backs?|"
    r"telepathy|whispering|sounds?)\b|(?:italics?|bold)\s*(?:text\s*)?(?:[:=]|\bis\b|\bare\b))",
    re.IGNORECASE,
)
_LEGEND_LENGTH = 40  # words
# A sign and what it stands for: "/.../ thoughts", "~[ ]~ - in Elvish", "[Italics] denotes a song".
_SAMPLE = lazy(
    r"\s*[^\w\s.,!?-]{1,3}\s{0,3}(?:\.{2,4}|…|blah(?:\W{1,3}blah)*|text|x+|words?|italics?|bold)?"
    r"\s{0,3}[^\w\s.,!?-]{1,3}?\s*(?P<parted>(?:[-=:–—]|denotes?|indicat\w+|means?|depicts?|marks?)\s+)?"
    r"(?!(?:he|she|they|I|we|it|said|asked)\b)(?=\w)",
    re.IGNORECASE,
)
_SIGNIFIED = (
    r"(?:thoughts?|thinking|speech|speaking|talking|dialog(?:ue)?|telepath\w*|flash ?backs?|lyrics|"
    r"translat\w+|emphasis"
)
_SAMPLE_KIND = lazy(
    rf"\b{_SIGNIFIED}|songs?|sounds?|actions?|notes?|portions?|elvish|sindarin|japanese|chinese|"
    r"mind ?speak\w*|whisper\w*|memor(?:y|ies)|dreams?)\b",
    re.IGNORECASE,
)
# The sample says it itself: "//song lyrics//", "'Demon thoughts'", "(Author's Note)".
_SAMPLE_ITSELF = lazy(
    rf"\s*[/\[({{<~*:|#^'‘]{{1,3}}\s?(?:[\w']+ ){{0,3}}{_SIGNIFIED}|author'?s? notes?)"
    r"\s?[/\])}>~*:|#^'’]{1,3}\s*$|"
    r"\s*[\"“](?:normal\s)?(?:speech|speaking|talking|dialog(?:ue)?|conversation)[\"”]\s*$",
    re.IGNORECASE,
)
_BETWEEN_SIGNS = lazy(r"[/*~<>:|#^=+{}\[\]]{1,3}\s?[\w']+(?: [\w']+){0,2}\s?[^\w\s.,!?]{1,3}$")
_UNPARTED = 4  # words that may say it with nothing between
_SAMPLE_LENGTH = 16  # words
# "Legend: (...) what the gulls say".
_KEYED = lazy(r"\W*(?:legend|key)\s*[:=-]\s*[^\w\s]", re.IGNORECASE)
_NAME = r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,3}"
_WORDS = r"[\w'’.-]+(?: [\w'’-]+){0,4}"
_LIST_LABEL = (
    r"(?i:(?:\w+ ){0,2}(?:names?|words|terms|vocabulary|glossary|dictionary|translations?)"
    r"(?: used)?\s*[:=]\s*)"
)
_BRACKETED = rf"{_NAME} ?\({_WORDS}\)"
# Names and what they are elsewhere: "Hotori (Dora), Umi (Maris)", "Hotori = Dora, Umi = Maris".
_PAIRS = lazy(
    rf"\W*(?:{_LIST_LABEL}{_BRACKETED}|{_BRACKETED}[,;]\s*(?:and )?{_BRACKETED})"
    rf"(?:[,;]\s*(?:and )?{_BRACKETED})*\W*$|"
    rf"\W*{_LIST_LABEL}?{_WORDS} ?= ?{_WORDS}(?:[,;.]\s+{_WORDS} ?= ?{_WORDS})+\W*$|"
    rf"\W*{_LIST_LABEL}?{_WORDS} [-–] {_WORDS}(?:[,;.]\s+{_WORDS} [-–] {_WORDS}){{2,}}\W*$|"
    rf"\W*{_LIST_LABEL}{_NAME} is {_NAME}(?:[,;]\s+(?:and )?{_NAME} is {_NAME})+\W*$"
)
_ELSEWHERE = lazy(
    r"\b(?:is|are|was)\s+(?:the\s+|an?\s+)?(?:original|japanese|english|american|german|french|"
    r"spanish|italian|chinese|korean|dub(?:bed)?|canon|manga|anime)\s+(?:\w+\s+)?(?:names?|words?|terms?|versions?|"
    r"titles?)\s+(?:of|for|given)\b",
    re.IGNORECASE,
)
_ELSEWHERE_STEMS = (" name", " word", " term", " version", " title")
_ENTRY = lazy(r"\W*[\w'’-]+(?: [\w'’-]+){0,2} (?:[-–=]|:) ?\w")
_ENTRY_LENGTH = 30  # words
_LIST = 400  # characters of a list of names


def is_legend(text: str) -> bool:
    """True for a line that says how the text is to be read: "Thoughts are in italics"."""
    if len(text) >= 400 or text[:1].isalpha():
        return len(text) < 400 and len(text.split()) <= _LEGEND_LENGTH and bool(_LEGEND.match(text))
    if len(text.split()) > _LEGEND_LENGTH:
        return False
    return bool(_LEGEND.match(text)) or is_sample(text)


def is_sample(text: str) -> bool:
    """True for a line that shows a sign and says what it stands for: "//...// song lyrics"."""
    if len(text.split()) > _SAMPLE_LENGTH:
        return False
    if _SAMPLE_ITSELF.match(text):
        return True
    shown = _SAMPLE.match(text)
    if shown is None or _SAMPLE_KIND.search(text, shown.end()) is None:
        return False
    rest = text[shown.end() :].strip()
    return bool(shown["parted"]) or (len(rest.split()) <= _UNPARTED and rest[-1:] not in ".!?")


def is_between_signs(text: str) -> bool:
    """True for a few words between two signs, which may say what these stand for: "// radio //"."""
    return _BETWEEN_SIGNS.match(text) is not None


def is_glossary(text: str) -> bool:
    """True for what says which name or word stands for which: "Hotori (Dora), Umi (Maris)"."""
    if len(text) > _LIST:
        return False
    if _KEYED.match(text):
        return True
    low = text.lower()
    if has_one(low, _ELSEWHERE_STEMS) and _ELSEWHERE.search(text):
        return True
    return bool(_PAIRS.match(" ".join(text.split())))


def is_entry(text: str) -> bool:
    """True for a line that may be one of a glossary's, beside others: "Lamp - what is lit"."""
    return len(text.split()) <= _ENTRY_LENGTH and _ENTRY.match(text) is not None
