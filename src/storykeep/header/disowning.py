"""The short forms in which authors say that nothing is theirs, without a label or a verb for owning
that a lawyer would use: "Joss owns all. I own a cat.", "Marvel's toys, my sandbox.".

Each of them a story could begin with as well, or nearly: they mean what they say only in their
place, right below who wrote it, or among the sentences of a note.
"""

from __future__ import annotations

import re

from storykeep.patterns import has_one, lazy

_LONGEST = 40  # words of the paragraph
_OWNER = r"(?:(?:[A-Z][\w.'&/-]*|and|&|of|the),?\s+){1,8}"
_CAST = (
    r"(?:boys|girls|guys|lads|ladies|characters?|keepers|people|men|women|kids|toys|dolls|show|series|"
    r"world|universe|sandbox|playground|cast)"
)
_MADE = (
    r"(?:typos?|plot|words|mistakes|errors|ideas?|stor(?:y|ies)|fic|OCs?|original\s+characters?|"
    r"laptop|computer|situations?)"
)
_REST_IS_SAID = (
    r"(?:[,.;!–—-]+\s*(?:never|no|nor|not|alas|sadly|unfortunately|but|and|I|just|still|yet|don't|"
    r"please|belongs?|all|though|they|only)\b[^.!?\"“]{0,80})*[.!]*$"
)
_LEAD = (
    r"^[\s*_(\[]*(?:(?:[Ss]adly|[Aa]las|[Uu]nfortunately|[Nn]ope|[Nn]o|[Yy]es|[Yy]ep|[Ww]ell|[Oo]h|[Ss]till|"
    r"[Aa]gain|[Aa]s\s+(?:usual|ever|always|before)|[Oo]f\s+course|[Oo]bviously|[Cc]learly|[Rr]emember|[Dd]uh|"
    r"[Ss]eriously|[Tt]his\s+is\s+(?:just\s+|only\s+)?fan\s?fic(?:tion)?)[,!.;:–—-]*\s+){0,3}"
)
_FORMS = lazy(
    _LEAD
    + "(?:"
    + "|".join(
        (
            # whoever it is owns them all
            rf"{_OWNER}owns?\s+(?:all|everything|it\s+all|them\s+all|the\s+(?:whole\s+)?lot|(?:all\s+)?"
            rf"(?:the|these|those)\s+{_CAST})\b(?=\W*$|[.!,;]|\s+(?:and|but|I)\b)",
            rf"{_OWNER}owns?\s+[\"“A-Z][^.!?]{{0,60}}[.;,]\s+(?:and\s+|but\s+)?I\s+(?:only\s+|just\s+)?own\b",
            rf"{_OWNER}owns?\s+[^.!?]{{1,60}}[.;,]\s+(?:and\s+|but\s+)?I\s+(?:only\s+|just\s+)?own\s+"
            rf"(?:only\s+|just\s+)?(?:the|my|this)\s+{_MADE}\b",
            # it is not the author
            rf"[Nn]ot\s+(?:mine|ours)\b(?=[.,;!–—-]|\s*$){_REST_IS_SAID}",
            r"[Nn]ot\s+owned\s+by\s+(?:me|us)\b",
            rf"I\s+own\s+(?:nothing|no\s?one|nobody|none\s+of\s+(?:this|it|them))(?:\W*$|"
            rf"\s+(?:but|except)\s+(?:for\s+)?(?:the|my|this)\s+{_MADE}\b)",
            r"(?:I\s+)?[Dd]on't\s+own\s+(?:them|it|anything|anyone|[A-Z])[^.!?]{0,60}[.,;!]?"
            r"(?:\s+(?:[Dd]on't|[Nn]o|[Pp]lease|[Nn]ot)\b|\W*$)",
            rf"(?:(?:[Aa]ll|[Nn]one)\s+of\s+)?(?:[Tt]he\s+|[Tt]hese\s+|[Tt]hose\s+)?(?i:{_CAST}|they|everyone)\s+"
            r"(?:(?:are|is)(?:n't|\s+not)|belong)\s+(?:mine|ours)\b",
            r"(?:[Nn]o\s?(?:one|body)|[Nn]one|[Nn]othing)\b(?:\s+here|\s+in\s+this\s+(?:story|fic|tale|piece)|"
            r"\s+of\s+(?:this|it|these|them))?"
            r"\s+(?:belongs?\s+to\s+(?:me|us)|is\s+mine)\b",
            r"(?:[Aa]nd\s+)?[Ii]f\s+(?:they|these)\s+were\s+mine\b|[Ii]f\s+I\s+owned\s+(?:them|it|[A-Z])",
            r"I\s+(?:have|make|lay|claim)\s+no\s+(?:ownership\b|(?:claims?|rights?)\b[^.!?]{0,40}?"
            r"(?:[A-Z]\w|\bownership|\bcharacters?|\bthese|\bthem\b))",
            r"(?:[Ss]till|[Nn]ope|[Nn]o),?\s+(?:I\s+)?(?:still\s+)?don't\s+own\s+(?:it|them|any)\b",
            r"[A-Z][\w'.-]*(?:\s[A-Z][\w'.-]*)?(?:,\s+(?:and\s+)?|\s+and\s+|\s+&\s+)[A-Z][^.!?;]{0,60}?\bbelong\s+to\s+"
            r"(?:the\s+)?(?:\w+\s+)?[A-Z]",
            r"[Ee]verything(?:\s+(?:here|in\s+(?:this|it)))?(?:\s+(?:that\s+)?you(?:'d)?\s+(?:recogni[sz]e|know))?"
            r"\s+(?:is|belongs\s+to)\s+(?:the\s+)?[A-Z][\w.]*(?:\s[A-Z][\w.]*)?'s\b",
            r"I\s+own\s+(?:none|no(?:ne|thing)\s+but\s+none)\s+of\s+(?:these|the|them|this)\b",
            r"I(?:'m|\s+am)\s+(?:not|in\s+no\s+way)\s+(?:\w+\s+){0,2}affiliated\s+with\b",
            r"(?:[Tt]hey|[Tt]hese|[Tt]hose)\b[^.!?]{0,20}\bbelong\s+to\s+(?:other\s+people|some(?:one|body)\s+else|"
            r"others|their\s+\w+)\b",
            r"(?:still\s+)?not\s+(?:mine|ours)\b\W*$",
            rf"I(?:'ve|\s+have|'m|\s+am)?\s+(?:only\s+|just\s+)?borrow(?:ed|ing)?\s+(?:them\b|(?:\w+\s+){{0,2}}"
            rf"{_CAST}\b)",
            r"(?:[Ii]f|[Aa]nything|[Ee]verything|[Aa]nyone|[Ee]veryone|[Ww]hatever|[Aa]ll)\s+(?:that\s+)?you\s+"
            r"(?:recogni[sz]e|know)\b[^.!?]{0,40}\b(?:mine|belongs?|owned|property)\b",
            # whose it is, and no verb
            r"(?:[Aa]ll\s+)?[Cc]haracters\s+by\s+[A-Z][^.!?]{0,60}[.!]?\s*$",
            rf"[A-Z][\w.]*(?:\s+[A-Z][\w.]*){{0,2}}'s?\s+{_CAST}[,;]\s+my\s+\w+\W*$",
            r"(?:[Aa]ll\s+)?(?:[Pp]roperty\s+of|[Oo]wned\s+by)\s+(?:the\s+)?[A-Z][^.!?]{0,60}[.!]?\s*$",
            # what it was made of
            r"(?:[Tt]his\s+(?:story|fic|tale)\s+is\s+)?[Bb]ased\s+(?:up)?on\s+(?:the\s+)?"
            r"(?:characters?|situations?|works?|books?|series)\b[^.!?]{0,60}\b(?:created|owned|written)\b"
            r"[^.!?]{0,30}\bby\s+[A-Z]",
        )
    )
    + ")"
)
# No match of those is without one of these, in small letters, nor of what follows.
_STEMS = (
    "own", "mine", "ours", "belong", " by ", "propert", "my ", "claim", "copyright", "(c)", "©",
    "create", "'s", "no money", "not ", "no harm", "i'm only", "i'm just", "i only", "i just",
    "no profit", "infring", "affiliated", "borrow", "trademark", "brainchild", "invention",
    " right", " them",
)  # fmt: skip
# Signs of which one alone may open a story, and two of different kinds hardly do.
_NAMES = (
    r"[A-Z][\w'.-]*(?:\s+[A-Z][\w'.-]*){0,3}(?:(?:,|,?\s+and|\s+&)\s+(?:the\s+)?(?:\w+\s+)?"
    r"[A-Z][\w'.-]*(?:\s+[A-Z][\w'.-]*){0,3}){0,5}"
)
_THINGS = (
    rf"(?:(?:[Aa]ll|[Ee]verything|[Ee]veryone|[Tt]hese|[Tt]hose|[Tt]hey|[Ii]t\s+all|[Mm]ost)\b[^.!?]{{0,40}}?|"
    rf"(?:[Tt]he\s+|[Tt]hese\s+|[Tt]hose\s+)?(?:\w+\s+){{0,2}}(?i:{_CAST})|{_NAMES})"
)
_OWNED = lazy(
    rf"^\W*{_THINGS}\s+(?:do(?:es)?\s+)?(?:all\s+)?belongs?\s+(?:\w+\s+)?to\s+(?:the\s+)?(?:\w+\s+){{0,2}}?[A-Z]|"
    rf"^\W*{_THINGS}(?:\s+(?:is|are)|'re|'s)\s+(?:all\s+)?(?:the\s+)?(?:property\s+of\s+(?:the\s+)?[A-Z]|"
    rf"(?:[A-Z][\w.]*\s+){{0,2}}[A-Z]\w*'s\b)|"
    rf"^\W*{_OWNER}owns?\s+(?:{_NAMES}|them\b|everything\b|all\b|it\s+all\b|(?:the|these)\s+{_CAST}\b)|"
    r"\b(?:[Cc]reated|[Oo]wned|[Pp]roperty)\s+(?:by|of)\s+(?:the\s+)?[A-Z]|"
    r"(?:\([cC]\)|©|\b[Cc]opyright\b)\s*(?:(?:to|by|of)\s+)?(?:\d{4}\s+)?(?:the\s+)?[A-Z]"
)
# Who mostly is named: of these no story says that somebody belongs to them.
HOLDERS = (
    r"(?:Whedon|Joss|Mutant\s+Enemy|Rowling|JKR|J\.?\s?K\.?R?\.?|Kripke|Paramount|Viacom|20th\s+Century|"
    r"Fox\s+(?:and|&|Broadcasting|Television|TV|Network)|BBC|Beeb|Disney|Marvel|DC(?:\s+Comics)?|WB|Warner\w*|"
    r"MGM|Gekko|Showtime|Lucas\w*|Tolkien|Pet\s+Fly|Alliance|Panzer\w*|Rysher|Bandai|Sunrise|Toei|Kishimoto|"
    r"Takeuchi|Takahashi|Toriyama|Squaresoft|Square\s+Enix|Nintendo|Capcom|Bioware|Blizzard|Roddenberry|"
    r"Chris\s+Carter|1013|Ten\s?Thirteen|Universal|MCA|RenPics|Renaissance|Tapert|CBS|NBC|ABC|CW|UPN|Sony|Viz|"
    r"CLAMP|Pratchett|McCaffrey|Anne\s+Rice|Lackey|Bellisario|Dick\s+Wolf|Bruckheimer|Sorkin|Riordan|GRRM|"
    r"Conan\s+Doyle|Moffat|Gatiss|RTD|David\s+Shore|Hasbro|Funimation|Ghibli|Tollin\w*|Siegel|Shuster|"
    r"Dunnett|Sayers|Forester)"
)
_BY_NAME = rf"(?:[A-Z][\w.]*\s+){{0,2}}{HOLDERS}"
_HELD = lazy(
    rf"\b(?:belongs?|belonging)\b[^.!?]{{0,40}}?\b{HOLDERS}\b|\b{HOLDERS}\b[^.!?]{{0,30}}?\bowns?\b|"
    rf"\b(?:property|created|owned|copyright|from|trademarks?|brainchild(?:ren)?|inventions?)\b"
    rf"[^.!?]{{0,40}}?\b{HOLDERS}\b|"
    rf"(?:\([cC]\)|©)\s*(?:the\s+)?{HOLDERS}\b|\b(?:(?:is|are)(?:n't)?|'re|'s)\s+(?:all\s+)?(?:the\s+)?{_BY_NAME}'s?"
    r"(?=\s*(?:[.,;!)]|and\b|$))|"
    rf"\b{HOLDERS}\b(?:-?(?:sama|san|sensei))?\s+(?:still\s+)?(?:is|are)\s+the\s+(?:\w+\s+)?owners?\b|"
    rf"\b{HOLDERS}\b\s+(?:still\s+)?(?:has|have|holds?|gets?|keeps?)\s+(?:all\s+)?"
    r"(?:the\s+(?:rights?|copyright|characters|money|profits?)|them(?:\s+all)?\b)|"
    rf"^\W*(?:(?:P\.\s?)+S\.?\W*)?(?:(?:They|It|All|Everything)(?:'s|'re|\s+is|\s+are)\s+)?{_BY_NAME}'s,\s+"
    r"(?:naturally|of\s+course|obviously|not\s+(?:mine|ours)|as\s+(?:ever|always|usual))\b"
)
_NOT_OURS = lazy(
    r"(?:\b(?:not|never|no|none|nothing|nobody|no\s?one)\b|n't\b)[^.!?]{0,40}?\b(?:mine|ours|own(?:ed|ership)?|"
    r"belongs?\s+to\s+(?:me|us)|claims?|rights?|created?)\b|\b(?:own|claim)\s+(?:nothing|no|none)\b",
    re.IGNORECASE,
)
_GUEST = lazy(
    r"\bI(?:'m|\s+am|'ve)?\s+(?:just|only|merely|simply)\b|\b(?:just|only|merely)\s+(?:borrow|play|visit|"
    r"hav|tak|us)\w*|\bno\s+(?:harm|profit|money|infringement|disrespect|characters)\b|"
    r"\bfor\s+(?:fun|love|free)\b[^.]{0,20}\bnot\b|\b(?:don't|do\s+not)\s+sue\b|\bborrowed\s+by\s+me\b|"
    rf"\bI\s+(?:do\s+)?own\s+(?:only\s+|just\s+)?(?:the|my|a)\b|\b{_MADE}\s+(?:is|are)\s+(?:all\s+)?mine\b|"
    r"\(c\)\s+me\b|\bI'd\s+settle\b|\bI\s+wish\b",
    re.IGNORECASE,
)
_NOBODY = lazy(r"\W*I(?:'m|\s+am)\s+(?:still\s+)?not\s+[A-Z]\w+")
_PITY = lazy(r"\b(?:if\s+I\s+(?:were|was|did|owned)|I'd\s+(?:have|be))\b", re.IGNORECASE)
_TOLD = lazy(
    r"\b(?:he|she|his|him|said|says|asked|looked|walked|stood|sat|went|came|lived|was|wasn't|had)\b",
    re.IGNORECASE,
)
_TWO_NAMES = lazy(r"\W*[A-Z]\w+(?:,| and| &)\s+[A-Z]\w+[^.!?]{0,20}(?:n't|\snot)\s")


# The house, the dog and the child of a story belong to somebody, too; so does she.
_KNOWN = frozenset(
    """boys girls guys lads ladies character characters keepers people men women kids toys
    dolls show shows series world universe sandbox playground cast story stories fic tale plot
    idea ideas concept concepts rights copyright copyrights name names song songs lyrics title
    film films movie movies book books game games anime manga franchise fandom setting settings
    property following above rest mistakes errors typos situation situations elements powers
    creatures original team crew""".split()  # noqa: SIM905  it reads as a list
)
_THING = lazy(
    r"\W*(?:(?:The|This|That|My|Our|Her|His|An?)\s+(?:[a-z]+\s+){0,2}?(?P<noun>[a-z]+)\s+"
    r"(?:(?:on|in|of|at|by|under|behind|beside|near|across)\s+(?:the\s+|an?\s+)?\w+\s+)?"
    r"(?:(?:is|are|was|were)(?:n't)?|belong(?:s|ed)?)\b|(?:She|He)\b)"
)


_OF_CAST = lazy(
    r"\b(?i:they|them|these|those|their|all|everything|everyone|anything|any\s+of|this|nothing)\b|"
    rf"\b(?i:{_CAST})\b|(?<=[a-z,;:]\s)[A-Z]\w+|\b(?:sue|owns?)\b"
)


def is_of_things(text: str) -> bool:
    """True where *text* begins with what somebody has in a story: "The dog belongs to Jack."."""
    text = text.replace("’", "'")
    found = _THING.match(text)  # no holder is looked for where nothing is held
    if found is None or _HELD.search(text):
        return _SAID.search(text) is not None
    return (found["noun"] or "") not in _KNOWN


_SAID = lazy(r"[,.?!][\"”]?\s+(?:said|says)\s+(?:the\b|an?\b|he\b|she\b|[A-Z])")


def names_cast(text: str) -> bool:
    """True where *text* speaks of them, of all of it, or of somebody by name."""
    return _OF_CAST.search(text) is not None or not text.isascii()


def disowns(text: str, *, set_off: bool = False) -> bool:
    """True where *text*, in its place, says in one of the short forms that nothing is its
    author's, or by two signs of it; one is enough where it is *set_off* from the story."""
    text = text.replace("’", "'")
    if len(text.split()) > _LONGEST or not has_one(text.lower(), _STEMS):
        return False
    if any(mark in text for mark in '"“”') and not re.match(r"^[\w\s.'&/-]*\bowns?\s+[\"“]", text):
        return False  # somebody speaks
    if _HELD.search(text):
        return True
    if is_of_things(text):
        return False
    return _FORMS.match(text) is not None or _weighs(text, set_off)


def go_together(one: str, other: str) -> bool:
    """True for two sentences of a note that each have a sign of another kind."""
    if not (_signs(one) and _signs(other)):
        return False
    return disowns(f"{one} {other}")


def _signs(text: str) -> bool:
    text = text.replace("’", "'")
    return has_one(text.lower(), _STEMS) and any(
        sign.search(text) for sign in (_OWNED, _NOT_OURS, _GUEST, _NOBODY)
    )


def _weighs(text: str, set_off: bool) -> bool:
    """True where signs of different kinds come together, and nothing is told."""
    if _TOLD.search(text):
        return False
    guest = len({found.lower() for found in _GUEST.findall(text)})
    owned, denied = _OWNED.search(text) is not None, _NOT_OURS.search(text) is not None
    nobody = _NOBODY.match(text) is not None
    kinds = owned + denied + (guest > 0) + nobody + (nobody and _PITY.search(text) is not None)
    if kinds >= 2 or guest >= 2:
        return True
    return (owned and set_off) or (denied and (set_off or _TWO_NAMES.match(text) is not None))
