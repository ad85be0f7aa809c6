"""What makes a text a disclaimer: it gives the rights to somebody else, or it refuses to be sued.

The wordings and their shares are measured in FIELD.md A4. A copyright that the author claims is the
opposite, and a warning is about content; both are told apart here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from storykeep.header import brief, disowning, noted
from storykeep.header.wordings import MIXED, POSSESSED, STRONG
from storykeep.patterns import begins_word, has_one, lazy

_ASSERTS = lazy("|".join(f"(?:{pattern})" for pattern in STRONG), re.IGNORECASE)
_OF_A_SITE = lazy(  # "This WebRing site is owned by Jo": nothing in a story is
    r"\b(?:web ?ring|site|(?:web ?)?page|domain)\b[^.]{0,30}\bis\s+(?:owned|maintained|run)\b|"
    r"\ball\s+(?:the\s+)?(?:stories|works|fics|fiction|contents?|submissions)\b[^.]{0,60}"
    r"\btheir\s+(?:\w+\s+)?(?:authors?|writers?)\b",
    re.IGNORECASE,
)
_POSSESSED_ALONE = lazy(POSSESSED, re.IGNORECASE)
_LENT = lazy(
    r"\b(?:mine|ours|own\w*|not|n't|only|just|merely|borrow\w*|money|profit|characters?|everything|"
    r"everyone|story|fic|rest)\b|n't\b",
    re.IGNORECASE,
)
_QUOTED_FIRST = lazy(r"^[\s*_(\[]*[\"“][^\"”]*[\"”]")
_STRICT = tuple(lazy(pattern, re.IGNORECASE) for pattern in STRONG)
# Any of these in a text (in small letters) makes the careful (and slow) patterns worth running;
# those of the second list only where a word begins with one. A pattern of them all takes thirty
# times as long.
_HINTS = (
    "belong", "propert", "copyright", "(c)", "infring", "profit", "money", "trademark", "disclaim",
    "pertenec", "pertenc", "apparten", "appartien", "borrow", "created by", "claim",
    "playing with", "permission", "'s;", "'s.", "'s,", "brainchild", " have them", " has them",
    "creation", " product of", "properit", "proprety", "proporty", "copywrit", "copy right",
    "licens", "neither", "son mi", "es mio", "sono miei", " yours", "everything here",
    "behoren", "kuulu",
)  # fmt: skip
_NOTED_HINTS = (" = ", "orgive me", " no ties ", " create the")  # in notes only
_HINTS_ELSEWHERE = (  # beyond ASCII
    "©", "gehör", "принадлеж", "претенд", "należ", "à moi", "son mí", "es mí", "são meus", "é meu",
    " не мо", " не мне", "tillhör", "tilhører", "patří",
)  # fmt: skip
_WORD_HINTS = ("own", "sue", "suing", "rights", "invented", "not my ", "not ours")
_MINE_ALONE = lazy(r"\bmine\b")
_FICTION_WORDS = lazy(
    r"\b(?:ch[ae]r[aie]c?h?t[eoa]rs?|series|show|anime|manga|movie|film|books?|rights|copyright|"
    r"trademarks?|©|creators?|owners?|story|fic|fanfic\w*|fan fiction|author|"
    r"studios?|productions?|entertainment|inc|sue|profit|disclaim\w*|universe|"
    r"persons|infringe\w*|money|property|games?|Charaktere|Figuren|personajes|personnages|персонажи|"
    r"personaggi|personagens|postaci\w*|bohaterowie|karakt\w+|personages|figurer|Geld|TV|television|network|world)\b",
    re.IGNORECASE,
)
# Behind a sentence that announces a disclaimer this much is one: "they are Mrs. Shelley's".
_SOFT = lazy(
    r"\b(?:are|is|were|was)\s+(?:all\s+)?(?:[A-Z][\w.]*\s+){0,3}[A-Z]\w*'s?\b|"
    r"\bcopyright\b|\bcreated by\b|\bown(?:s|ed)?\b|\bbelong"
)
_I_DISOWN = lazy(
    r"^[\s*_(\[]*(?:(?:sadly|unfortunately|alas|no|nope|well|oh|and|also|btw|p\.?s\.?|again|"
    r"as\s+(?:usual|always|before)|of\s+course|by\s+the\s+way|remember|once\s+again|ok(?:ay)?|anyways?),?\s+){0,3}"
    r"(?:(?:neither|none)\s+of\s+us\s+(?:actually\s+|really\s+)?owns?|"
    r"neither\s+(?:\w+\s+){1,3}nor\s+(?:\w+\s+){1,3}?(?:actually\s+|really\s+)?owns?|(?:I|we)\s+(?:still\s+)?"
    r"(?:do\s*n[o']t|do not|dont)\s+(?:actually\s+|really\s+)?own)\s+"
    r"(?:(?-i:[A-Z])|any\s|the\s|these\s|them)",
    re.IGNORECASE,
)
# All that it says is that the usual thing holds, or that it was said elsewhere.
_USUAL = lazy(
    r"^\W*(?:all\s+)?(?:the\s+)?(?:standard|usual|normal|typical)\s+(?:\w+\s+)?disclaimers?\b|"
    r"^\W*(?:please\s+)?see\s+.{0,40}\b(?:part|chapter|prologue|page)\b.{0,30}\bfor\b.{0,40}\bdisclaimers?\b|"
    r"^\W*for\s+(?:\w+,\s+){0,3}disclaimers?\b.{0,60}\b(?:see|go\s+to|look|read)\b|"
    r"^\W*(?:\w+\s+(?:and|&)\s+)?disclaimers?\b.{0,40}\b(?:in|see|with|on)\s+(?:the\s+)?"
    r"(?:(?:first|previous|main)\s+)?(?:part|chapter|prologue|page)\b",
    re.IGNORECASE,
)
_UNAFFILIATED = lazy(
    r"\bnot\s+(?:\w+\s+)?affiliated\b.{0,30}\bwith\s+(?:the\s+)?(?-i:[A-Z])", re.IGNORECASE
)
# "All characters used without permission.", and nothing but that.
_UNPERMITTED = lazy(
    r"^\W*(?:all|any|the|these|most)\b[^.;]{0,60}\b(?:are\s+)?used\s+without\s+(?:\w+\s+){0,3}"
    r"permission\b",
    re.IGNORECASE,
)
# Of a few words alone: no story says of a thing that it is copyrighted, or gives it two owners.
_RIGHTS = lazy(
    r"\b(?:is|are)\s+(?:all\s+)?(?:the\s+)?(?:(?:copyright|trademark)(?:ed|s)?(?:\s*\([cC]\))?\s+(?:of|by|to)|"
    r"(?:sole\s+)?propert(?:y|ies)\s+of\s+(?:[A-Z][\w.'*-]*\s+){1,4}(?:and|&)|"
    r"(?:sole\s+)?propert(?:y|ies)\s+of\s+(?:[A-Z][\w.'*-]*[\s/,]+){2,5})\s*[A-Z]|"
    r"\bowns?\s+all\s+(?:the\s+)?rights\s+to\b"
)
_NAME_WORDS = 4
_ARCHIVED = lazy(
    r"\b(?:wish|want|like|free|permission|ask\w*)\b.{0,30}\b(?:to|before)\s+(?:re-?)?(?:archiv|post|host|distribut)",
    re.IGNORECASE,
)
_USUAL_LENGTH = 25  # words
_REMEMBERED = 1500  # characters
# What opens a short line that stands apart above a story: "Ten Thirteen owns The X-Files, not me".
_DISOWNS = lazy(
    r"^[\s*_(\[]*(?:[A-Z0-9][\w.'&/-]*\s+){1,6}(?:(?:do(?:es)?\s+)?owns?\s+(?:[\"“A-Z]|"
    r"(?:(?:the|all|these|those)\s+(?:\w+\s+){0,3}(?:and\s+)?)?"
    r"(?:every(?:one|body|thing)|characters?|series|show|rights|universe)\b)|"
    r"(?:is|are)(?:n't|\s+not)\s+(?:mine|ours)\b)"
)
_DISOWNS_LENGTH = 40  # words
# "Tenchi Muyo! is the property of Pioneer.", "The characters belong to their respective owners.":
# in its place, above a story and below who wrote it, one such sentence is enough.
_OWNED = lazy(
    r"^[\s*_(\[\"“]*(?:(?:[A-Z0-9]|[\"“'*][A-Z0-9]|all\b|any\b)[^\n.;:]{0,60}?[!?.]?[\"”*]?[^\n.;:]{0,70}?\s)?"
    r"(?:(?:[Ii]s|[Aa]re)\s+(?:all\s+)?(?:the\s+)?(?:\w+\s+)?"
    r"(?:(?:property|properties|creations?|trademarks?|copyrights?)(?:\s+(?:and|&)\s+\w+)?\s+of|"
    r"(?:owned|copyrighted|trademarked|created)(?:\s*(?:/|and|&)\s*\w+)?(?:\s+\([cC]\))?"
    r"(?:\s+(?:19|20)\d\d(?:\s*-\s*(?:19|20)\d\d)?)?\s+(?:by|to)|©|\([cC]\))|[Bb]elongs?\s+to)\s+"
    r"(?:the\s+)?(?:[A-Z]|(?:the\s+|their\s+|its\s+)?(?:\w+\s+)?(?:owners?|companies|company|creators?|holders?)\b)"
)
# "The Lamp is a ship shaped like one, and is owned by Jo": that is what a story tells.
_IS_A_THING = lazy(
    r"\b(?:is|was)\s+an?\s+(?!.{0,40}\b(?:property|copyright|trademark|creation|product|registered|"
    r"fan\s?fic|fiction|work|story|parody|crossover|series|show|anime|manga|movie|film|game|book)).{0,80}\band\s+"
    r"(?:is|was)\b",
    re.IGNORECASE,
)
_OPENING = 200  # characters of a paragraph that may say so
_OWNED_STEMS = (  # no match of it is without one
    "propert", "creation", "trademark", "copyright", "owned", "created", "©", "elong", "(c)", "(C)",
)  # fmt: skip
_OWNED_LENGTH = 80  # words
_NOTICE = lazy(
    r"\b(?:is|are)\s+(?:copyright|trademarks?\s+of|©)\b.{0,200}\b(?:inc|ltd|productions?|television|"
    r"pictures|entertainment|studios?|network|corp\w*)\b",
    re.IGNORECASE | re.DOTALL,
)
_MINE = lazy(
    r"\b(?:this|the|my)\s+(?:story|fic|work|text|"
    r"page)\b.{0,40}\b(?:is\s+)?(?:copyright|©|\(c\)|belongs to me|is mine)|"
    r"\b(?:is|are)\s+(?:all\s+)?(?:mine|my own)\b|"
    r"\bcopyright\b.{0,30}\bby\s+(?:me|the author)\b|\b(?:do not|don't|may not|"
    r"not be)\b.{0,50}\b(?:repost|reproduce|archive|distribute|copy|plagiari[sz]e|"
    r"steal|post)\b|\bwithout\s+(?:my|the\s+author's|written|"
    r"prior)\b.{0,30}\bpermission\b",
    re.IGNORECASE,
)
_DAY_ALONE = lazy(
    r"\(?(?:(?:[A-Za-z]{3,9}\.?|\d{1,2}(?:st|nd|rd|th)?|of)[\s,./-]*){0,4}"
    r"(?:19|20)\d\d(?:\s*[-–,&]\s*(?:19|20)\d\d)*\)?\W*"
)
_DATED_NAME = lazy(
    r"(?:19|20)\d\d\W{1,5}(?:by\s+)?(?!.*\b(?:Inc|Ltd|Co|Corp\w*|Productions?|Studios?|Pictures|"
    r"Entertainment|Television|Network|Comics|Games|Press)\b)(?:[A-Z][\w.'’-]*\s*){1,4}\W*"
)
_I_ELSEWHERE = lazy(
    r"\b(?:je|j'|ne\s+m'|ich|mir|mein\w*|yo|no\s+me|io|non\s+mi|я|мне|мо[йяеи]|mnie|moj[aeią]|mej|mig|mij)\b",
    re.IGNORECASE,
)
_NOT_MINE = lazy(r"^\W*not\s+(?:(?:mine|ours)\b|my\s+[\w' -]{2,24}[.!,]*$)", re.IGNORECASE)
# In a note by itself as clear as two wordings: who owns what is said by name.
_OWNER_NAMED = lazy(
    r"^[\s*_(\[]*(?:"
    r"(?:(?:[A-Z0-9][\w.'&/-]*|and|&|of|the),?\s+){1,10}(?:do(?:es)?\s+)?owns?\s+(?:[A-Z\"“]|"
    r"the\s+(?:whole\s+)?lot\b|it\s+all\b|them\s+all\b|everything\b)|"
    r"(?:[A-Z][\w.'&/-]*\s+){1,5}(?:is|are)(?:n't|\s+not)\s+(?:mine|ours)\b|"
    r"(?:(?:All|Everything|Most|None|They|It)\b[\w ,']{0,40}|(?:[A-Z][\w.'&/-]*\s+){1,5})"
    r"\bbelongs?\s+to\s+"
    r"(?:(?:the\s+)?[A-Z]|(?:people|folks?|somebody|someone|those)\s+(?:who|with)\b)|"
    r"(?:All|Everything|Most)\b[\w ,']{0,40}\b(?:is|are)\s+(?:the\s+)?"
    r"(?:[A-Z]\w*\s+){0,3}[A-Z]\w*'s?(?=\W*$)|"
    r"(?:[A-Z][\w.]*\s+){0,3}[A-Z][\w.]*'s?(?:(?:,|,?\s+and)\s+[A-Z][\w. ]*'s?){0,4},"
    r"\s+not\s+(?:mine|ours)\b)"
)
_DISOWNED_ELSEWHERE = lazy(
    r"\b(?:aucun|rien|ne|n')\b[^.!?]{0,40}\b(?:est|sont)\s+(?:pas\s+)?à\s+moi\b|"
    r"\bno\s+son\s+m[ií][oa]s\b|\bnon\s+sono\s+mie[i]?\b|\bnão\s+são\s+meus\b|"
    r"\b(?:персонажи|герои)\b[^.!?]{0,30}\bне\s+(?:мои|мне)\b|\bне\s+принадлеж(?:ат|ит)\s+мне\b|"
    r"\bne\s+m'appartien|\bno\s+me\s+pertenec|\bnão\s+me\s+pertenc|\bnon\s+mi\s+apparten|"
    r"\b(?:wszyst\w+|alla|alle|todos?|todas|tutti|tous|všechny|kaikki|minden)\s[^.!?]{0,40}\b(?:należ\w+\s+do|"
    r"tillhör|tilhører|behoren|pertenecen|pertencem|appartengono|appartiennent|patří|kuuluvat|gehören)\b|"
    r"\bgehör(?:t|en)\s+(?:leider\s+)?nicht\s+mir\b|\bgehör(?:t|en)\s+mir\s+(?:leider\s+)?nicht\b",
    re.IGNORECASE,
)
_IN_PERSON = lazy(r"\bI(?:'m|\s+am)\s+not\b|\bI\s+(?:do\s+not|don't|never)\b|\bnot\s+(?:me|mine)\b")
_NOT_MINE_BUT = lazy(r"^\W*[Nn]ot\s+(?:mine|ours)[,;:]\s+(?:[A-Z]\w*\s+){0,2}[A-Z]\w*'s?\W*$")
_OWNERS = lazy(r"^[A-Z][\w. ]{0,30}'s?(?:(?:,|,?\s+and)\s+[A-Z][\w. ]{0,30}'s?){0,4}\W*$")
_REST_IS_MINE = lazy(r"[;,]\s+(?:only\s+)?(?:the\s+)?[\w' ]{2,30}\s(?:is|are)\s+(?:all\s+)?mine\b")
_OTHERS_MINE = lazy(  # "The rest of the characters are mine.", behind who owns the others
    r"^\W*(?:(?:the|all|any|every)\s+)?(?:rest|others?|original|everyone else|everybody else|"
    r"everything else|remaining)\b.{0,60}\b(?:mine|my own|belongs? to me)\b",
    re.IGNORECASE,
)
_GUEST = lazy(
    r"\bI(?:'m|\s+am)\s+(?:just|only|merely)\s+(?:\w+ing|a\s+guest|here)\b", re.IGNORECASE
)
_MIXED_SIGN = lazy(MIXED, re.IGNORECASE)
_NO_GAIN = lazy(
    r"\b(?:I|[Ww]e)\s+(?:get|make|gain|earn|receive)\s+(?:absolutely\s+)?nothing\b|"
    r"\b(?:[Nn]o\s?one|[Nn]obody)(?:['’]s|\s+is)?\s+(?:paying|pays|paid)\s+(?:me|us|for\s+(?:this|it|any))\b"
)
_NONE_MINE = lazy(r"\b[Nn]one\s+of\s+(?:it|this|them|these|that)\s+(?:is|are)\s+(?:mine|ours)\b")
_HEIRS = lazy(r"\bbelongs?\s+to\s+(?:the\s+)?(?:heirs?|estates?)\s+of\s+[A-Z]")
# "The keepers were real men.", "None of this happened.": next to whom they belong to it is part of
# what refuses to be sued.
_REAL = lazy(
    r"\b(?:(?:is|are|was|were)(?:n't|\s+not)?\s+(?:all\s+|very\s+)?(?:a\s+)?real\s+"
    r"(?:men|women|people|persons?|lives|life|places?|band)|"
    r"real\s+(?:people|persons?|men|women)\b.{0,40}\bfiction\w*|none\s+of\s+(?:this|it)\s+(?:ever\s+)?"
    r"(?:happened|is\s+(?:true|real))|th(?:is|ese)\s+(?:is|are|(?:story|fic)\s+is)\s+"
    r"(?:a\s+)?(?:work\s+of\s+)?(?:pure\s+)?fiction)\b",
    re.IGNORECASE,
)
# What ends a disclaimer with a full stop, and nothing else: "That is all.", "Got it?".
_BRIEFEST = 60  # characters
_ELLIPSIS = lazy(
    r"\W*(?:(?:[A-Z][\w.&'-]*(?: (?:and|&|of|the|[A-Z][\w.&'-]*)){0,5}|[Tt]hey|[Ss]he|[Hh]e) "
    r"(?:does|do|is|are|did)|"
    r"[Ii] (?:do not|don't|dont|do|am not|wish I did|wish))\W*"
)
_PERIOD = lazy(
    r"\W*(?:(?:and\s+)?that(?:'s|\s+is)\s+(?:all|it|that)|'?nuff\s+said|enough\s+said|period|end\s+of\s+story|"
    r"(?:ok(?:ay)?,?\s+)?(?:got|get)\s+(?:it|that)|so\s+there|there)\W*$",
    re.IGNORECASE,
)
_GUEST_WITH = lazy(r"\bI\s+(?:only|just|merely)\s+(?:\w+\s+){1,5}(?:with|of|at)?\s*(?:them|it)\b")
_GIFT = lazy(
    r"^\W*(?:(?:written|dedicated|a\s+gift|this\s+is)\s+)?(?:for|to)\s+[^,;]{2,60}$", re.IGNORECASE
)
_REQUEST = lazy(r"\b(?:you|your|please|thanks?|readers?)\b", re.IGNORECASE)
# The last words before a story, with a name or without: "Right, into the mill! - Ada".
_INTO_IT = lazy(
    r"\W*(?:(?:right|okay|ok|now|so|well|anyways?|and)\W+){0,3}(?:on\s?(?:to|with|wards?)|in\s?to|off|back\s+to|"
    r"enjoy|here\s+(?:we\s+go|it\s+is|goes)|let's\s+(?:go|start|begin))\b[^.!?]{0,40}[.!?]*"
    r"(?:\s*[-–—~]{1,2}\s?\w{1,20})?$",
    re.IGNORECASE,
)
_SPEECH = lazy(r"^\s*[\"“«‘'][^\"”]")
_SENTENCES = lazy(
    r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\b[A-Z]\.)(?<!Br"
    r"os\.)(?<!Inc\.)(?<!\bCo\.)(?<=[.!?…])(?P<closed>[\"”')\]]*)\s+(?=[\"“'(\[*]?[A-ZÀ-ÝА-Я])|"
    r"(?:(?<=\^_\^)|(?<=\^_\^;)|(?<=;;)|(?<=[:;]\)))\s+(?=[A-Z])"
)
_LOW_SENTENCES = lazy(
    r"(?:(?<=[.!?…)*])(?<!\b[a-z]\.)|(?<=;;)|(?<=\^_\^)|(?<=\^\^)|(?<=[:;]\)))\s+(?=[a-z])"
)
_PARAGRAPHS = lazy(r"\n\s*\n")
_POSTSCRIPT = lazy(r"^\W*(?:P\.?\s?)+S\b\.?\W*(?=\w)")
_NOT_OWNED = lazy(
    r"\b(?:I|we)\s+(?:\w+\s+)?(?:don['’]?t|do\s+not)\s+(?:\w+\s+){0,2}own\b|"
    r"\b(?:not|n['’]t)\s+(?:mine|ours)\b",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("`", "'")


def _asks_of_owning(text: str) -> bool:
    low = text.lower().replace("’", "'")
    if has_one(low, _HINTS) or (not low.isascii() and has_one(low, _HINTS_ELSEWHERE)):
        return True
    for hint in _WORD_HINTS:
        if hint in low and begins_word(low, hint):
            return True
    return "mine" in low and _MINE_ALONE.search(low) is not None


# Rules for the same few paragraphs ask it one after the other.
_remembered = lru_cache(maxsize=64)(_asks_of_owning)


def _is_about_owning(text: str) -> bool:
    return (_remembered if len(text) <= _REMEMBERED else _asks_of_owning)(text)


def may_be_owned(texts: Sequence[str]) -> bool:
    """False where none of *texts* speaks of owning at all: one look at them together is enough."""
    return _asks_of_owning("\n".join(texts))


def asserts(text: str) -> bool:
    """True where *text* says that somebody else owns what it uses, or asks not to be sued."""
    text = _plain(text)
    return _is_about_owning(text) and bool(_ASSERTS.search(text))


def is_of_a_site(text: str) -> bool:
    """True where *text* says whose a page or a site is, and nobody in a story."""
    return (" is " in text or "their" in text) and _OF_A_SITE.search(text) is not None


def one_asserts(texts: Sequence[str]) -> bool:
    """True where one of *texts* does what `asserts` says."""
    # One text is looked through many times faster than its pieces.
    return _is_about_owning("\n".join(texts)) and any(map(asserts, texts))


def may_disclaim(text: str) -> bool:
    """True where *text* can stand under a lone "Disclaimer": it speaks of owning at all."""
    return _is_about_owning(text) and not _SPEECH.match(text)


def opens_with_disclaimer(text: str, *, set_off: bool = False) -> bool:
    """True where a paragraph without a label is a disclaimer: short, not speech, and about rights.

    Two different wordings, or one beside a word about fiction as a product: "It belongs to Anna,"
    she said has neither.
    """
    if len(text) > 1500 or not _is_about_owning(text) or is_of_a_site(text):
        return False
    if "owned" in text and _IS_A_THING.search(text[:_OPENING]) is not None:
        return False
    if "disclaimer" in text.lower() and _USUAL.match(text):
        return len(text.split()) <= _USUAL_LENGTH
    fiction = {found.lower() for found in _FICTION_WORDS.findall(text)}
    # A house is somebody's property as well.
    if fiction <= {"property"} and disowning.is_of_things(text):
        return False
    short = len(text.split()) <= _DISOWNS_LENGTH
    if short and _UNPERMITTED.match(text):
        return True
    if short and _RIGHTS.search(text) and not (_SPEECH.match(text) or _MINE.search(text)):
        return True
    if short and set_off and _DISOWNS.match(text):
        return True
    if set_off and names_holder(text) and len(text.split()) <= _OWNED_LENGTH:
        return True
    hits = sum(1 for pattern in _STRICT if pattern.search(text))
    if hits == 1 and any(map(_names_owner, _whole_sentences(text))):
        hits = 2
    if not hits or (_SPEECH.match(text) and hits < 3 and not names_holder(text)):
        return False
    if _DISOWNED_ELSEWHERE.search(_plain(text)) and text[:1] not in "—–-":
        return len(text.split()) <= _DISOWNS_LENGTH
    words = len(fiction)
    if not re.search(
        r"\b(?:[Ii]|we|my|me|us|our|mine|ours)\b|\b(?:are|is|be|remain)\b|©|\(c\)|copyright|belong",
        text,
    ) and not _I_ELSEWHERE.search(text):
        return False
    if _I_DISOWN.match(text) and (words or len(text.split()) <= 30):
        return True
    if names_holder(text) and len(text.split()) <= _DISOWNS_LENGTH and _GUEST_WITH.search(text):
        return True
    if hits == 1 and not words and _POSSESSED_ALONE.search(text) and not _LENT.search(text):
        return False
    if set_off and (re.search(r"\b(?:I|we|me|us|mine|ours)\b", text) or _I_ELSEWHERE.search(text)):
        return hits > 1 or words > 0 or disowning.names_cast(text)
    return hits >= 3 or (hits >= 1 and words >= 2) or (hits >= 2 and words >= 1)


def names_holder(text: str) -> bool:
    """True where *text* begins with who owns what: "Tenchi Muyo! is the property of Pioneer."."""
    found = _OWNED.match(_plain(text)) if has_one(text, _OWNED_STEMS) else None
    if found is None or _IS_A_THING.search(found.group()) is not None:
        return False
    # '"Branch Line" is the property of': between the quotation marks stands a title, no verb.
    quoted = _QUOTED_FIRST.match(text)
    return quoted is None or found.end() > quoted.end()


def is_unaffiliated(text: str) -> bool:
    """True for what a site says at its foot: "not affiliated in any way with J. Doe or Fox"."""
    return "affiliated" in text and _UNAFFILIATED.search(text) is not None


def disowns_in_person(text: str) -> bool:
    """True for an opening paragraph of one sentence that names an owner who is not the writer:
    "Fox owns The X-Files, and I am not Fox."."""
    if len(text) > 300 or not _OWNER_NAMED.match(_plain(text)) or _SPEECH.match(text):
        return False
    return _IN_PERSON.search(_plain(text)) is not None and len(_whole_sentences(text)) == 1


def disowns(text: str) -> bool:
    """True where somebody says that something is not theirs, whatever else they claim."""
    return _NOT_OWNED.search(text) is not None


def shares(text: str) -> str | None:
    """Return the first sentence of a paragraph where it names an owner, and a later one claims
    the author's own rights: "Fox owns The X-Files. This story is copyright 1999 by Ada."."""
    if len(text) > 600 or "copyright" not in text.lower() or _SPEECH.match(text):
        return None
    first, *rest = _whole_sentences(text)
    if not rest or not _OWNER_NAMED.match(_plain(first)) or claims_own_rights(first):
        return None
    return first if any(map(claims_own_rights, rest)) else None


def is_denied(text: str) -> bool:
    """True where one sentence of a run of facts is "Not mine, Anna's."."""
    return "ot mine" in text and any(map(_is_fragment, _whole_sentences(text)))


def begins_so(text: str) -> bool:
    """True where a paragraph's first sentence disclaims: it is not the end of somebody's thanks."""
    first = _whole_sentences(text)[0]
    return asserts(first) or disowning.disowns(first) or _DISOWNS.match(first) is not None


def is_notice(text: str) -> bool:
    """True for a paragraph that is nothing but the notice of who holds the rights: all of it is
    the disclaimer, "All rights reserved" too."""
    return _NOTICE.search(text) is not None and opens_with_disclaimer(text)


def claims_for(text: str, name: str) -> bool:
    """True where the copyright in *text* is given to *name*: that of the page's own author."""
    if name.lower() not in text.lower():
        return False
    holder = rf"(?:©|\(c\)|copyright)\W*(?:(?:19|20)\d\d\W*)?(?:(?:by|of|to)\s+)?{re.escape(name)}"
    return re.search(holder, text, re.IGNORECASE) is not None


def beside_claim(text: str, names: Sequence[str]) -> str | None:
    """Return the sentences that give the rights to others in a text in which the copyright of the
    page's authors, *names*, is claimed as well; None where there are none."""
    said = [
        each
        for each in _whole_sentences(text)
        if asserts(each) and not any(claims_for(each, name) for name in names)
    ]
    return " ".join(said) or None


def claims_own_rights(text: str) -> bool:
    """True where the text only claims the author's own rights ("this story is copyright, do not
    repost")."""
    return bool(_MINE.search(text)) and not asserts(text)


def is_own_claim(text: str) -> bool:
    """True for what stands behind a lone "Copyright:" where nobody else holds it: a date, or one
    and a name that is no company's."""
    return (
        _DAY_ALONE.fullmatch(text.strip()) is not None
        or _DATED_NAME.fullmatch(text.strip()) is not None
    )


def sentences(text: str, *, of_site: bool = False) -> str | None:
    """Return the disclaiming sentences of a longer note, as typed and in order; None where there
    are none. What may be *of_site* is asked for its longer forms alone: "Powered by X © 2003 Y".

    The sentence that announces it ("I should probably have a disclaimer here, right?") belongs to
    it.
    """
    if not _is_about_owning(text) and not has_one(text, _NOTED_HINTS):
        return None if of_site else _brief_sentences(text)
    if "owned" in text and _IS_A_THING.search(text[:_OPENING]) is not None:
        return None
    pieces = sentences_of(text)
    sure = _mark(text, pieces, of_site=of_site)
    if not any(sure) or (sum(sure) == 1 and not _is_clear(pieces[sure.index(True)])):
        return None
    marked = list(sure)
    for at, piece in enumerate(pieces):
        if not sure[at] and any(sure[max(0, at - 1) : at + 2]) and _REAL.search(_plain(piece)):
            marked[at] = True
        if at and marked[at - 1] and (_PERIOD.match(_plain(piece)) or goes_on_so(piece)):
            marked[at] = True
    return _kept(pieces, marked)


def _brief_sentences(text: str) -> str | None:
    """Return the sentences of a note that disclaim as a whole, where nothing else in it may."""
    if not brief.may_disown(text):
        return None
    pieces = sentences_of(text)
    unreal = [brief.is_unreal(piece) for piece in pieces]
    marked = [
        brief.disowns(piece)
        or (unreal[at] and any([*unreal[max(0, at - 1) : at], *unreal[at + 1 : at + 2]]))
        for at, piece in enumerate(pieces)
    ]
    for at, piece in enumerate(pieces):
        marked[at] = marked[at] or (at > 0 and marked[at - 1] and goes_on_so(piece))
    return _kept(pieces, marked) if any(marked) else None


def goes_on_so(sentence: str) -> bool:
    """True for a sentence that has its meaning from the disclaimer above it: "Lowfell does."."""
    return len(sentence) <= _BRIEFEST and _ELLIPSIS.fullmatch(_plain(sentence)) is not None


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a note, of whose paragraphs each begins one, also where its author
    types no capitals."""
    pieces = [
        piece
        for paragraph in _PARAGRAPHS.split(text)
        for piece in _whole_sentences(" ".join(paragraph.split()))
    ]
    if text.islower() or len(pieces) < len(_LOW_SENTENCES.findall(text)):
        pieces = [each for piece in pieces for each in _LOW_SENTENCES.split(piece)]
    return pieces


def _mark(text: str, pieces: Sequence[str], *, of_site: bool) -> list[bool]:
    """Return which of the sentences of the note *text* disclaim; none where they do not say so
    surely enough."""
    announced = [bool(re.search(r"disclaim", piece, re.IGNORECASE)) for piece in pieces]
    soft = any(announced)
    marked = [
        named
        or (asserts(piece) and not is_of_a_site(piece))
        or _names_owner(piece)
        or _is_fragment(piece)
        or disowning.disowns(piece)
        or noted.disowns(piece)
        or (not of_site and brief.disowns(piece))
        or (soft and bool(_SOFT.search(_plain(piece))))
        for named, piece in zip(announced, pieces, strict=True)
    ]
    marked = [
        mark and not _ARCHIVED.search(piece) for mark, piece in zip(marked, pieces, strict=True)
    ]
    said = any(marked) and (marked != announced or asserts(text))
    said = said or sum(map(_is_fragment, pieces)) >= 2
    said = said or any(
        named and _USUAL.match(piece) for named, piece in zip(announced, pieces, strict=True)
    )
    for at in range(1, len(pieces)):  # "Fox owns them. I only play with them."
        unpaid = _is_fragment(pieces[at - 1]) and _NO_GAIN.search(pieces[at])
        unreal = brief.is_unreal(pieces[at - 1]) and brief.is_unreal(pieces[at])
        if unpaid or unreal or disowning.go_together(pieces[at - 1], pieces[at]):
            marked[at - 1] = marked[at] = said = True
    if not said:
        return [False] * len(pieces)
    for at in range(1, len(pieces)):  # "Not ours. Carter's."
        if _is_fragment(pieces[at - 1]) and _OWNERS.match(_plain(pieces[at])):
            marked[at] = True
        if marked[at - 1] and _OTHERS_MINE.match(_plain(pieces[at])):
            marked[at] = True
    return marked


def _kept(pieces: Sequence[str], marked: list[bool]) -> str:
    """Return the sentences that are *marked*, and what stands between them where that is little."""
    first, last = marked.index(True), len(marked) - 1 - marked[::-1].index(True)
    # '"Ah! My Goddess" is the property of ...': no sentence ends within a title.
    while first and pieces[first].count('"') % 2 and pieces[first - 1].count('"') % 2:
        first -= 1
        marked[first] = True
    # 'Low Fell! (The Lamp) is (c) ...': nor before what is in brackets behind a few words.
    if first and pieces[first][:1] == "(" and len(pieces[first - 1].split()) <= _NAME_WORDS:
        first -= 1
        marked[first] = True
    kept = pieces[first : last + 1]
    if last - first > 6:
        kept = [piece for piece, keep in zip(pieces, marked, strict=True) if keep]
    typed = _POSTSCRIPT.sub("", " ".join(kept)).strip()
    return typed[:-1] if typed[-1:] == "]" and "[" not in typed else typed  # the note's own bracket


def _whole_sentences(text: str) -> list[str]:
    """Return the sentences of *text*, each with the quotation marks and brackets that close it."""
    found, start = [], 0
    for space in _SENTENCES.finditer(text):
        end = space.start() if space["closed"] is None else space.end("closed")
        found.append(text[start:end])
        start = space.end()
    return [*found, text[start:]]


def is_dedicated(text: str) -> bool:
    """True for "For Jo's birthday. I don't own them.": a gift first, and then a disclaimer that
    stands by itself."""
    first, *rest = _whole_sentences(text)
    gift = bool(rest) and _GIFT.match(first) is not None and not _is_about_owning(first)
    return gift and sentences(" ".join(rest)) is not None


def without_request(text: str) -> str:
    """Return the disclaimer in the midst of a note without what the note goes on to ask of its
    readers, or to send them off with: "... belongs to Anna. Be kind. Right, into the mill!"."""
    pieces = _whole_sentences(text)
    while (
        len(pieces) > 1
        and not _is_about_owning(pieces[-1])
        and (_REQUEST.search(pieces[-1]) or _INTO_IT.match(pieces[-1]))
    ):
        pieces.pop()
    return " ".join(pieces)


def _is_fragment(sentence: str) -> bool:
    """True for "Not mine.", "Not ours." and "Not my captain."."""
    low = sentence[:12].lower()
    return ("not m" in low or "not o" in low) and bool(_NOT_MINE.match(sentence))


def _names_owner(sentence: str) -> bool:
    """True for "Fox owns The X-Files." and "All of this belongs to Anna."."""
    return _OWNER_NAMED.match(_plain(sentence)) is not None


def _is_clear(sentence: str) -> bool:
    """True where one sentence alone leaves no doubt: about fiction, or in two wordings."""
    if _I_DISOWN.match(_plain(sentence)) or _names_owner(sentence) or names_holder(sentence):
        return True
    if disowning.disowns(sentence) or noted.disowns(sentence) or brief.disowns(sentence):
        return True
    if _DISOWNED_ELSEWHERE.search(_plain(sentence)) or _NOT_MINE_BUT.match(_plain(sentence)):
        return True
    hits = sum(1 for pattern in _STRICT if pattern.search(_plain(sentence)))
    signs = (_FICTION_WORDS, _REST_IS_MINE, _GUEST, _MIXED_SIGN, _NO_GAIN, _NONE_MINE, _HEIRS)
    return hits >= 2 or any(sign.search(_plain(sentence)) for sign in signs)
