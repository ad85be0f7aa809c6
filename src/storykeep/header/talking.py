"""How much a paragraph sounds like an author who talks to readers about the text below it.

Words for a story and its making come in stories, too. So they are counted by kind, each kind once:
words that hardly anybody but an author uses weigh two, those that only go with them weigh one.
"""

from __future__ import annotations

from storykeep.patterns import has_one, lazy

_NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MY = r"my\s+(?:first|second|third|next|last|new|latest|other)"
_WHICH = rf"(?:this|the\s+(?:next|last|first|second|previous|new|following)|last|next|{_MY})"
_FIC = r"(?:fan\s?-?fics?|fan\s?-?fictions?|fics?|song-?fics?|one-?shots?|drabbles?|ficlets?)"
_ADDRESSED = (
    r"(?:everyone|everybody|guys|all|people|peoples|readers|minna(?:-?san)?|y'?all|folks|again|"
    r"fandom|ladies|lovelies|babies|loves|world|there|my\s+\w+)"
)
_OF_LIFE = (
    r"(?!\s+(?:of|in)\s+(?:my|his|her|our|their|your|its|a|the)\s)"  # "this chapter of my life"
)
# (what all that it matches has one of, how much it weighs, what matches), in small letters.
_KINDS = tuple(
    (tuple(stems.split("|")), points, lazy("|".join(said)))
    for stems, points, said in (
        ("fic|one-shot|one shot|oneshot|drabble", 2, (rf"\b{_FIC}\b",)),
        (
            "chapter|chap|fic|stor|part|installment|first",
            2,
            (
                rf"\b{_WHICH}\s+(?:chapters?|chappie|chap|installment)\b{_OF_LIFE}",
                rf"\b(?:this|my\s+\w+)\s+{_FIC}\b",
                rf"\b{_MY}\s+(?:story|stories)\b",
                rf"\bchapter\s+{_NUMBER}\s+(?:is\s+(?:up|here)|everybody|everyone|for you)\b",
                r"\bhere(?:'s|\s+is|\s+are|\s+comes)\s+(?:\w+\s+)?chapters?\b",
                rf"\bhere(?:'s|\s+is|\s+comes)\s+(?:\w+\s+)?part\s+{_NUMBER}\b",
                r"\b(?:my|the|a)\s+first\s+time\s+(?:writing|posting)\b",
                r"\bfirst\s+(?:ever\s+)?(?:attempt|foray|venture|try)\s+(?:at|in|into|out)\b",
                r"\bin\s+(?:each|every|later|future|earlier)\s+chapters?\b",
                r"\bin\s+the\s+(?:next|later|coming)\s+(?:few\s+)?chapters?\b",
            ),
        ),
        (
            "review|r&r|r & r|vote|comment|concrit|criticism|flam|feedback|rate",
            2,
            (
                r"\breviewers?\b|\br ?& ?r\b|\bconcrit\b|\bconstructive criticism\b|\bfeedback\b",
                r"\bno flam(?:es|ing)\b|\bflam(?:e|ing|es|ed) (?:me|anyone|at me)\b",
                r"\b(?:for|all|your|the|no|more|any|some|enough) (?:the |your |those |my )?"
                r"(?:lovely |great |awesome |nice |wonderful |kind |sweet )?reviews\b",
                r"\b(?:please|pl[sz]|plea+se)\W+(?:\w+\W+){0,3}(?:review|comment|vote|rate)\b",
                r"\b(?:who|that|if you|if u|you guys) (?:\w+ )?(?:reviewe?d?|commented?)\b",
                r"\bread and review\b|\breviews? (?:please|pl[sz])\b",
                r"\b(?:leave|drop|write|send) (?:me )?(?:a|some|your) (?:\w+ )?"
                r"(?:review|comment)s?\b",
                r"\b(?:reviews?|comments?) (?:(?:is|are|would be) )?(?:\w+ ){0,2}"
                r"(?:appreciated|welcomed?|loved)\b",
            ),
        ),
        (
            "updat|wait|delay",
            2,
            (
                r"\b(?:sorry|late|long|slow|last|next|infrequent|regular|another|new|quick|soon|first)"
                r"\W+(?:\w+\W+){0,3}updat\w+",
                r"\bupdat\w+ (?:soon|sooner|every|regularly|as soon|more often)\b",
                r"\b(?:haven'?t|hadn'?t|not|have not) updated\b",
                r"\bi(?:'m| am|'ll| will| can| could)? updat\w+",
                r"\bsorry (?:for|about) the (?:\w+ )?(?:wait|delay)\b",
                r"\bkeep you (?:all |guys )?waiting\b",
            ),
        ),
        (
            "beta|writer|bunn|a/n|author",
            2,
            (
                r"\b(?:un)?beta(?:'?e?d|ing|ness|-?read\w*| ?readers?)?\b",
                r"\bwriters?'?s? ?block\b|\bplot ?bunn\w+|\ba/n\b|\bauthor'?s? notes?\b",
                r"\bauthor-(?:chan|sama|san|ness)\b",
            ),
        ),
        (
            "oc|pov|pairing|slash|yaoi|yuri|au|lemon|canon|rated|over|equel|spoiler|character",
            2,
            (
                r"\booc(?:ness)?\b|\boc'?s?\b|\bpovs?\b|\bpairings?\b|\bslash\b|\byaoi\b|\byuri\b",
                r"\baus?\b|\blemons?\b|\bcanon(?:ically)?\b|\brated (?:[mtkgr]|teen|pg)\b",
                r"\bcross-?overs?\b|\bx-?overs?\b|\bsequels?\b|\bprequels?\b|\bspoilers?\b",
                r"\boriginal characters?\b|\bcharacter bashing\b",
            ),
        ),
        (
            "going|headed|took",
            2,
            (
                r"\bwhere (?:this|it|the story)(?:'s| is) (?:all )?(?:going|headed)\b",
                r"\btook (?:me )?(?:so |too |a |for)\w*(?: \w+){0,4} to "
                r"(?:write|finish|complete|update|post|get this)\b",
            ),
        ),
        (
            "hi|hey|yo|hello|greetings|welcome|konnichi|howdy|ok",
            1,
            (
                r"^\W*(?:hi|hey|hello|hiya|heya|yo|greetings|konnichi ?wa|howdy|ok(?:ay)?)\W+"
                rf"(?:\w+\W+)?{_ADDRESSED}\b",
                r"^\W*(?:hi|hey|hello|ok(?:ay)?)\W+(?:so\W+)?(?:sorry|i'?m sorry)\b",
                r"^\W*welcome (?:back )?to (?:my|the|this|chapter)\b",
            ),
        ),
        (
            "hope|tell me|let me know|reading|think|bear with me|stay tuned|go easy|nice|kind|know",
            1,
            (
                r"\bhopes? (?:that )?(?:you|u|everyone|everybody|ya|y'all)(?: \w+){0,3} "
                r"(?:like|enjoy|love)(?:d|ed)?\b",
                r"\b(?:tell me|let me know) (?:what|how|if)\b|\bhappy reading\b|\bstay tuned\b",
                r"\bwhat (?:do )?you (?:guys |all )?think so far\b|\bbear with me\b",
                r"\b(?:go easy on|be (?:nice|kind) (?:to|with)) me\b",
                r"\bplease,? be (?:nice|kind|gentle)\b|\bjust so you (?:guys )?know\b",
            ),
        ),
        (
            "enjoy",
            1,
            (
                r"(?<!\bi )(?<!\bwe )(?<!\bto )\benjoy(?: it)?\W*$|^\W*enjoy\b",
                r"[.!,;)] *(?:so|and|now)?,? ?(?:please )?enjoy\b",
            ),
        ),
        (
            # Of one kind: who tells a story in a story says all of these.
            "writ|wrote|story|stories|read",
            1,
            (
                r"\b(?:writ(?:e|ing|ten) (?:this|it|a|another|my)|wrote (?:this|it))\b",
                r"\b(?:this|the|my) (?:story|stories)\b|\breading (?:this|my)\b|\bre-?read\b",
                r"\breaders?\b",
            ),
        ),
        (
            "anime|manga|season|fandom|characters|plot|idea|inspir|dub|movie|book|show|series|game|"
            "film",
            1,
            (
                r"\banimes?\b|\bmangas?\b|\bfandoms?\b|\bdub(?:bed|bie)?\b",
                r"\bthe (?:main )?characters\b",
                r"\bseasons? (?:\d|one|two|three|four|five|six|seven|eight|nine)\b",
                r"\bplot ?(?:line|hole)?s?\b|\b(?:this|the|an) idea\b",
                r"\binspired by\b|\binspiration\b",
                r"\bthe (?:movies?|books?|shows?|series|games?|film)\b",
            ),
        ),
        (
            "thank|thanx|credit|dedicat",
            1,
            (
                r"\bthank(?:s|\s+you|\s+u)\b|\bthanx\b|\bcredits? (?:go|to)\b",
                r"\bdedicated? (?:to|this)\b",
            ),
        ),
        (
            "like to|thanks to|thanks for",
            1,
            (
                r"\bi(?:'d| would) (?:also |just )?like to (?:thank|take|say)\b",
                r"\bthanks (?:to|for) (?:all|every|my)\b",
            ),
        ),
        (":|;", 1, (r"[:;]-?[)dp](?!\w)",)),
        ("lol|^|xd|<3|=)|:3", 1, (r"\blol\b|\^[_.]*\^|\bxd\b|<3|=\)|:3",)),
        (
            "contain|warn|mature|mild|graphic|strong",
            1,
            (
                r"\b(?:contains?|warnings?|warned|mature|mild|graphic|strong)\b[^.]{0,40}"
                r"\b(?:violence|language|gore|death|content|themes|scenes|swearing|ooc)\b",
                r"\bbe warned\b",
            ),
        ),
        ("disclaimer", 1, (r"\bdisclaimers?\b",)),
        ("fluff|angst|crack|sue|smut", 1, (r"\b(?:fluff\w*|angst\w*|crack|mary[ -]sues?|smut)\b",)),
        (
            "spell|gramm|mistake|english is",
            1,
            (
                r"\b(?:spelling|grammar|grammatical)\b|\bmistakes are (?:all )?mine\b",
                r"\benglish is(?:n't| not) my\b",
            ),
        ),
    )
)
# Who is spoken to, or which text is spoken of: a narrator who writes has neither.
_SPOKEN_TO = lazy(
    r"\b(?:you|your|y'?all|u|ya|guys|everyone|everybody|readers|reviewers?|reviewed|please|enjoy|"
    r"thanks|thank|thanx|credit|sorry|dedicated|stay tuned|those who|fandom|reviews?\s+are|"
    rf"first\s+(?:{_FIC}|(?:ever\s+)?attempt|time\s+writing)|"
    rf"this\s+(?:story|chapter|part|series|is)|this\s+(?:\w+\s+)?{_FIC}|here(?:'s|\s+is))\b"
)
# What people write in a story, to whomever.
_WRITTEN = lazy(r"\b(?:diary|journal|blog|vlog|log|podcast|dear(?! (?:readers?|all|everyone)))\b")
_TEXTS = ("diary", "journal", "blog", "vlog", "log", "podcast", "dear")

_ELSEWHERE = lazy(
    r"\b(?:bonne lecture|vos (?:avis|impressions|commentaires|reviews)|"
    r"laisse[rz]?(?:-moi)? (?:une? |vos )(?:petite? )?(?:avis|commentaires?|reviews?|com)|"
    r"os ha gustado|les (?:ha )?gustado|(?:un|vuestros|sus|tus|dejad|dejen|dejadme) (?:un )?"
    r"(?:comentarios?|reviews?)|espero que (?:os|les|te) (?:guste|haya gustado)|"
    r"viel spa(?:ß|ss)\b|(?:reviews?|kommentare|kommis|rückmeldungen) (?:sind|wären)\b|"
    r"freue? mich (?:\w+ )?(?:über|auf) (?:\w+ )?(?:reviews?|kommentare?|kommis|rückmeldung\w*)|"
    r"buona lettura|fatemi sapere|recensi(?:te|oni)\b|boa leitura|"
    r"(?:deixem?|mandem?) (?:um |seus )?(?:comentários?|reviews?)|приятного чтения|"
    r"(?:жду|оставляйте|буду рада?)\b.{0,20}(?:отзыв|комментари)\w*|"
    r"спасибо\b.{0,30}(?:отзыв|комментари|читател|читает)\w*)"
)
_ELSEWHERE_STEMS = (  # no match of it is without one
    "lectur", "vos ", "laisse", "gustado", "coment", "review", "guste", "viel spa", "komm", "rückm",
    "lettura", "sapere", "recensi", "leitura", "чтения", "отзыв", "коммент", "спасибо",
)  # fmt: skip
_FEW_SIGNS = 400  # characters
_SPOKEN_SIGNS = frozenset("\"“„«‹—–-'‘")


def weight(text: str) -> int:
    """Return how much of what a paragraph says only its author would say to readers."""
    low = text.lower().replace("’", "'")
    found = 0
    for stems, points, pattern in _KINDS:
        for stem in stems:  # as has_one does, without a call for each kind
            if stem in low:
                found += points if pattern.search(low) is not None else 0
                break
    return found


def addresses(text: str) -> bool:
    """True where a paragraph speaks to somebody, or of the text that it is about."""
    return _SPOKEN_TO.search(text.lower()) is not None


def speaks_elsewhere(text: str) -> bool:
    """True for a few words to readers in French, Spanish, German, Italian, Portuguese or Russian:
    "Bonne lecture !", "¿Os ha gustado? Dejad un comentario"."""
    if len(text) > _FEW_SIGNS or text[:1] in _SPOKEN_SIGNS:
        return False
    low = text.lower()
    return has_one(low, _ELSEWHERE_STEMS) and _ELSEWHERE.search(low) is not None


def is_written(text: str) -> bool:
    """True for what somebody in a story may have written: a diary, a letter, a blog."""
    low = text.lower()
    return has_one(low, _TEXTS) and _WRITTEN.search(low) is not None
