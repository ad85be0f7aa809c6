"""Looser words by which a sentence gives the rights away: they mean it only in an author's note,
for the people of a story do not own things as well."""

from __future__ import annotations

from storykeep.header.disowning import HOLDERS
from storykeep.patterns import has_one, lazy

_NOT = r"(?:\b(?:neither|nor|not|never|none|nothing|nobody|dont|isnt|arent|doesnt)\b|n['´]t\b)"
_OTHERS = (
    r"(?:[A-Z*\"“]|(?:their|its|his|her|the|our)\s+(?:\w+\s+){0,2}"
    r"(?:owners?|creators?|compan|friends|makers?)|who\s?ever|some(?:one|body)\b)"
)
_OURS = (
    r"(?:nor\b|or\b|(?:any|none|all|most)\s+of\b|any\s+char\w+|the(?:se|m)\b|"
    r"the\b(?!\s+(?:games?|dvds?|books?|movies?|videos?|tapes?)\b)|th(?:is|ose)\b|it\b|a\s+single\b|"
    r"any(?:thing|one|body)\b|shit\b|crap\b|jack\b|squat\b|[\"“'A-Z])"
)
_HELD = (
    r"(?:(?:the\s+)?(?:a\s*)?(?:sole\s+ownership|propert(?:y|ies)?|proporty|creations?|trademarks?|products?|possessions?|"
    r"copyrights?)(?:\s+(?:and|&)\s+\w+)?\s+of|"
    r"(?:own(?:e?ed)?|copyright(?:ed)?|trademarked|copy\s?writ\w*)(?:\s*\([^()]{0,40}\))?"
    r"(?:\s+(?:and|&)\s+(?:\w+ly\s+)?\w+)?\s+(?:by|to))"
)
# Of which one side owns the other: "The mill & Co. = Ostler. I = nobody."
_EQUATION = (
    r"\b[A-Z][\w.'&]*(?:\s+[\w.'&]+){0,4}\s+=\s+(?:[Nn]ot\s+(?:mine|me)\b|"
    r"[A-Z]\w*(?:\s+[\w.&]+){0,3}[.,;]?\s+(?:I|[Mm]e)\s+=)"
)
_EQUATES = lazy(_EQUATION)
_ONLY = r"I(?:['´]?(?:ve|m)|\s+am|\s+have)?\s+(?:only|just|merely)\b"
_DISOWNS = lazy(
    "|".join(
        (
            # the author does not own it, or makes nothing of it
            rf"\b(?:I|[Ww]e|author)\b[^.!?]{{0,30}}?{_NOT}[^.!?]{{0,30}}?\bow[ne]\s+{_OURS}",
            r"\bi\s+(?:do\s?n[o']?t|do\s+not|dont)\s+(?:\w+\s+)?own\s+(?!an?\b|my\b|one\b|the\s+(?:games?|dvds?)\b)\w+",
            rf"{_NOT}[^.!?]{{0,60}}?\b(?:is|are|was|were)\s+my\s+(?:own\s+)?(?:property|creations?)\b",
            r"\b(?:stuff|characters?|series|show|[A-Z]\w+)\s+(?:is|are)\s*(?:not|n['´]?t)\s+(?:mine|ours)\b",
            rf"{_NOT}[^.!?]{{0,40}}?\b(?:mak(?:e|ing)|made|means\s+of\s+making|intended[^.!?]{{0,20}}for|"
            r"profit\s+from)\s+(?:\w+\s+){0,2}?(?:money|profit|the\s+characters)",
            rf"\bcharacters?\b[^.!?]{{0,40}}?{_NOT}[^.!?]{{0,20}}?\bcreated\s+by\s+me\b",
            r"\b[Nn]one\s+of\b[^.!?]{0,30}\b(?:was|were|is|are)\s+(?:made|created|invented)\s+by\s+me\b",
            r"\bI\s+did(?:\s+not|\s?n['´]?t)\s+create\s+"
            r"(?:th(?:ese|ose|em)\b|(?:the|any|most)\b[^.!?]{0,20}\b(?:char\w+|people|world|show|series))",
            rf"{_NOT}[^.!?]{{0,30}}?\blay(?:ing)?\s+(?:any\s+)?claims?\s+(?:to|on)\b|"
            r"\blay(?:ing)?\s+no\s+claims?\s+(?:to|on)\b",
            r"\b[Aa]uthor\s+owns?\s+(?:only|just)\b",
            r"\b[Ii]\s+wish(?:ed)?\s+(?:that\s+)?[Ii]\s+owned\s+(?:[A-Z]|the(?:m|se)\b)",
            # somebody else does
            rf"\b(?:is|are|be|being|remain)\s+(?:\w+\s+){{0,2}}?{_HELD}\s+{_OTHERS}",
            rf"\bcopyright(?:ed)?\s+by\s+{_OTHERS}|\bowns\s+(?:all\s+things|most\s+of|everything)\b",
            r"\bbelongs?\s+to\s+\*?\w+\*?\s+(?:\w+\s+){0,4}at\s+[A-Z]",
            r"\b(?!We\b|They\b|You\b|Who\b)[A-Z]\w+(?:\s*(?:/|and|&)\s*[A-Z]\w+)*\s+own\s+(?:most|all|the)\b",
            r"\b[A-Z]\w+\s+OWNS\s+[A-Z]",
            r"\bcharacters?\s+(?:(?:are|is)\s+)?owned\s+by\s+[A-Z]",
            r"\bcreated\s+by\s+[A-Z][^.!?]{0,60}?\band\s+the\s+property\s+of\s+[A-Z]",
            r"\b(?:and|&)\s+(?:lots\s+of\s+|many\s+)?other\s+(?:people|companies|folks?)\s+own\s+(?:[A-Z]|it\b|the(?:m|se)?\b)",
            r"\b[Rr]ights?\s+(?:are\s+)?reserved\s+(?:to|for|by)\s+who\s?(?:m\s?)?ever\b",
            rf"\b{HOLDERS}\b[^.!?]{{0,60}}?\b(?:yours|theirs)\b",
            r"\b(?:has|have|[a-z]+'s)\s+got\s+(?:all\s+)?the\s+rights\b",
            # and the author asks for leave, or says how little of it they have
            r"\b[Ff]orgive\s+me\b[^.!?]{0,40}\b(?:yours|theirs|hers|his)\b",
            r"\bI\s+(?:claim|have|make)\s+no\s+(?:acquaintance|connections?|ties|affiliations?|relations?|"
            r"relationships?|associations?)\s+(?:with|to)\b",
            rf"\b(?!We\b|They\b|You\b|Who\b)[A-Z]\w+\s+(?:has|have|owns?|keeps?)\s+(?:them|it)(?:\s+all)?"
            rf"[,;]\s+(?:and\s+|but\s+)?{_ONLY}",
            _EQUATION,
        )
    )
)
_STEMS = (  # no match is without one, in small letters
    "own", "owe", "rights", "propert", "proport", "creat", "mine", "ours", "copy", "trademark",
    "product", "yours", "theirs", "possess", "money", "profit", "belong", "characters",
    "forgive", "claim", " no ", " them", " it", " = ",
)  # fmt: skip
_SELF = lazy(r"\bi\b")  # of who writes all in capitals
# It is the author's, or the site's, after all.
_OWN = lazy(
    r"\b(?:by|to)\s+(?:me|myself|[A-Z]\w+\s+\(?me)\b|\b(?:property|creations?|copyright)\s+of\s+(?:me|mine)\b|"
    r"\bwithout\s+(?:my|the\s+author)|\b(?:site|ring|page)\s+is\s+owned\b|\b(?:is|are)\s+used\s+with\b"
)


def disowns(sentence: str) -> bool:
    """True where a sentence of an author's note says that others own what it speaks of."""
    plain = sentence.replace("’", "'")
    if plain.isupper():
        plain = _SELF.sub("I", plain.lower())
    if not has_one(plain.lower(), _STEMS) or _DISOWNS.search(plain) is None:
        return False
    return _OWN.search(plain) is None


def equates(text: str) -> bool:
    """True for a joke of an equation: "Ada & Co. = Ostler & Co. I = nobody."."""
    return " = " in text and _EQUATES.search(text) is not None
