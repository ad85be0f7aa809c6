"""The wordings of a disclaimer, in ten languages: of whom it all is, and that nobody is to sue.

Their shares are measured in FIELD.md A4. Each is a pattern for text of either letter case; who
looks for them, and how many must come together, is told in `disclaimer`.
"""

from __future__ import annotations

# "Dragon Age (c) Bioware, my spelling (c) me", as galleries of pictures taught it.
MIXED = (
    r"(?:©|\(c\))\s*(?-i:[A-Z])[\w.' ]{1,40}(?:[,;.]|\band\b).{0,60}"
    r"(?:©|\(c\)|belongs?\s+to)\s*(?:me|myself|mine)\b"
)
# "They are Mrs. Shelley's", which may be said of a coat as well.
POSSESSED = (
    r"\b(?:are|is)\s+(?:all\s+)?(?-i:(?:the\s+)?(?:[A-Z][\w.]*\s+){0,3}[A-Z]\w*'s"
    r"(?:\s+(?:estate|heirs?|publishers?)(?:'s?)?)?)(?=\s*(?:[,;.!]|and\b|$))"
)
STRONG = (
    r"\b(?:do(?:es)?\s*n[o']?t|do not|don´t|dont|never)\s+(?:actually\s+|"
    r"really\s+|even\s+)?(?:own|claim (?:to own|ownership)|have any rights?|hold "
    r"(?:any|the) (?:rights?|copyright))\b(?! (?:a|an|one|it all)\b)",
    r"\b(?:belongs?|belonging)\s+(?:solely\s+|entirely\s+|exclusively\s+|"
    r"rightfully\s+|only\s+|all\s+)?to\s+(?:[A-Z]|their|the\s+(?:wonderful|"
    r"respective|great|genius|rightful|creators?|owners?|people|amazing|copyright|"
    r"talented)|its|whoever)",
    r"\b(?:is|are|remain|being)\s+(?:all\s+)?(?:the\s+)?(?:sole\s+|exclusive\s+|"
    r"intellectual\s+|legal\s+|copyrighted\s+)*(?:property|properties|prop[eo]r+[ei]?it(?:y|ies)|propr?[eo]?r?[ei]ty|"
    r"ownership|creations?|trademarks?|copyrights?)(?:\s+(?:and|&)\s+\w+)?\s+of\b",
    r"\b(?:is|are|was|were)\s+(?:all\s+)?(?:owned|copyrighted|trademarked|copyright|"
    r"created and owned)\s+[A-Z©]|\b(?:is|are|was|were)\s+(?:all\s+)?©\s*[A-Z©]|"
    r"\b(?:is|are)\s+(?:all\s+)?(?:licen[sc]ed\s+(?:by|to|from)\s+(?:the\s+)?(?-i:[A-Z])|\(c\)\s*(?:by\s+|(?-i:[A-Z])))",
    r"\b(?:not|n't|isn't|aren't|ain't|none)\s+(?:of\s+(?:them|it|this|these|"
    r"the\s+\w+)\s+(?:is|are)\s+)?mine\b",
    r"\bown\s+(?:nothing|none of|no(?:ne)?\b|nobody|squat|nada|zip|zilch|diddly)",
    # "So sue me" is said about anything.
    r"\b(?:please\s+)?(?:don't|do not|dont|no)\s+(?:even\s+)?(?:sue|suing|sueing)\b|"
    r"(?<!\bso )\bsue\s+me\b",
    r"\b(?:is|are)(?:n't|\s+not)\s+my\s+(?:property|creations?|characters?)\b",
    r"\ball\s+(?:appropri?ate|due|relevant|applicable)\s+copyrights?\s+appl(?:y|ies)\b",
    r"\bno\s+(?:copyright\s+)?infring\w+|\b(?:not|n't)\s+(?:meant|intended|trying)\s+to\s+infringe\b",
    r"\b(?:i|we)\s+(?:own(?:ed)?|came\s+up\s+with|created|invented)\s+neither\b",
    r"\b(?:not|isn't|no|n't)\s+(?:making|make|made|being made|"
    r"being)\s+(?:any\s+)?(?:a\s+)?(?:money|profit|cent|dime|penny|buck)",
    r"\bno\s+(?:money|profit)s?\b",
    r"\bnot[- ]for[- ]profit\b|\bnon-?profit\b",
    r"\b(?:superman|characters?|(?:was|were|is|are))\s+created\s+by\s+(?-i:[A-Z])",
    r"\b(?:characters?|situations?|elements|indicia|universe|rights?|series|show|"
    r"concepts?)\b.{0,80}(?:\b(?:copyright|trademarks?)|©|\(c\)|™)",
    r"\b(?:standard|usual|normal|all the usual|same|"
    r"typical)\s+disclaimers?\s+(?:appl|in effect|here)",
    r"\b(?:gehören|gehört)\s+(?:nicht\s+)?(?:mir|[A-Z])|\bkein(?:en)?\s+(?:geld|profit|gewinn)",
    r"\bnão\s+(?:me|nos)\s+pertence\w*|\bne\s+m'appartien\w+|\bappartien(?:t|nent)\s+à\b|\bno\s+me\s+pertenece\w*|"
    r"\bpertenecen?\s+a\b|\bnon\s+mi\s+appartengono\b|\bappartengono\s+a\b",
    r"\b(?:aucun|rien|ne|n')\b[^.!?]{0,40}\b(?:est|sont)\s+(?:pas\s+)?à\s+moi\b|"
    r"\bno\s+(?:es|son)\s+m[ií][oa]s?\b|\bnon\s+(?:è|sono)\s+mi(?:o|a|ei|e)\b|"
    r"\bnão\s+(?:é|são)\s+meus?\b|\b(?:персонажи|герои|мир)\b[^.!?]{0,30}\bне\s+(?:мо[ийё]|мне)\b",
    r"\bnależ(?:y|ą)\s+do\b|\b(?:tillhör|tilhører|patří|kuuluu|kuuluvat)\b|\bbehoren\s+toe\b|\bpertencem?\s+(?:à|ao?s?)\b|"
    r"\bпринадлеж(?:ат|ит)\b|\bне\s+претенду\w+",
    r"\bborrow(?:ed|ing)\s+(?:them|these|(?:the|a\s+few|some)\s+(?:characters|boys|girls|lads|guys|"
    r"lot|toys|world|universe)|(?:someone|somebody|other\s+people)(?:'s)?)\b|"
    r"\bjust\s+(?:borrowing|playing with)\b",
    r"\b(?:i|we)\s+(?:own|claim)\s+(?:only|nothing|no)\b",
    r"\bcharacters?\b.{0,60}\b(?:belong|property)\b",
    r"\ball\s+(?:rights|characters)\b.{0,60}\b(?:to|by)\s+(?:their|its|"
    r"the)\s+(?:respective|rightful|creators?|owners?)",
    r"\bowns?\s+(?:all\s+(?:of\s+)?)?(?:th[eo]se\b(?:\s+(?:two|three|four|boys|girls|guys|people))?|"
    r"them|the\s+characters|everything|"
    r"these\s+characters|the\s+rights|the\s+(?:whole\s+)?lot|it\s+not\s+me)\b",
    r"\bwish\s+(?:i|we)\s+owned\b",
    r"\b(?:invented|dreamt\s+up|thought\s+up|made\s+up|created)\s+(?:all\s+)?(?:of\s+)?"
    r"(?:th[eo]se\s+(?:people|characters|two|three|boys|girls)|them\s+all|the\s+characters)\b",
    POSSESSED,
    r"\b(?:only|just|merely)\s+(?:wind|winds|wound|winding|made|making|let|letting|took|taking|play|playing)\s+"
    r"(?:them|it)\s+(?:up|dance|out|move|with)\b",
    r"\bno\s+(?:ownership|claims?)\b|\bno\s+rights\s+to\b",
    r"\b(?:do(?:es)?n't|do not|does not|dont|never will|will never|neither(?:,[^,.!?]{1,20},)?)\s+"
    r"belongs?\s+to\s+(?:me|us)\b",
    r"\bbelongs?\s+to\s+(?:everybody|everyone|somebody|someone|other people|others)\b",
    r"\b(?:not|n't)\s+(?:making|make|earn\w*)\s+(?:one|any|anything|a penny|a dime|a cent)\b",
    r"\bbelong\w*\s+to\s+(?:nobody|anybody|no one)\s+but\s+me\b",
    MIXED,
    r"\bused\s+without\s+(?:\w+\s+){0,3}permission\b|\bwithout\s+permission\b.{0,60}\binfring",
    r"\b(?:neither|none)\s+of\s+us\s+(?:actually\s+|really\s+)?owns?\b",
    r"\bje\s+ne\s+(?:touche|gagne|reçois)\s+(?:pas|rien|aucun)\b|\bsin\s+(?:ánimo|fines?)\s+de\s+lucro\b",
)
