"""Disclaimers of a sentence or two, known as a whole: "No infringement intended.", "Dun own, dun
sue.", "Jo Dee made them, I just make them suffer."

`disclaimer` weighs the words of longer ones. Of what a story may begin with as well ("I'm not Jo
Dee.", "These events never happened.") it takes two, or one that is set off from the text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from storykeep.patterns import has_one, lazy

_LONGEST, _WIDEST = 45, 300  # words and characters
_ENOUGH = 2  # weight
_ACTS = lazy(r"\*[^*\n]{2,30}\*|\([^()\n]{4,20}\)|[:;=]-?[()DPp]|<3|\^_*\^|[>_.]{3}")
_SENTENCES = lazy(r"(?<=[.!?…])[\"”')\]]*\s+|\s*;\s+")
_SIGNS = lazy(r"[^\w&'©()/-]+|(?<!\w)'|'(?!\w)")
_STEMS = (
    "own", "mine", "sue", "suing", "infring", "profit", "money", "permission", "sandbox", "credit",
    "right", "coincid", "created by", "(c)", "©", "copyright", "property", "happen", "fiction",
    "drill", "i'm not", "im not", "i am not", "look like", "borrow", "lawyer", "put them back",
    "made them", "invented them", "trademark", "belong", "not real", "not true", "don't know",
    "made up", "characters are", "toys", "claim",
)  # fmt: skip

_WORDS = r"[\w'&./-]+(?: [\w'&./-]+){0,7}"
_NOT = r"(?:don'?t|do not|dun|dont|no|not|didn'?t|never|doesn'?t|does not)"
_I = r"(?:i|we|me|this author|the author|the authoress|yours truly)"
_BE = r"(?:is|are|was|were|be|being|am|'m|'re|'s)"
_THEM = (
    r"(?:'?em|them|it|him|her|anything|nothing|everything|any(?:body|one)|this|these|those|any "
    r"of (?:it|this|them)|"
    r"(?:any of )?(?:these|the|those|this) (?:guys|boys|girls|people|characters?|rights|show|"
    r"series|"
    r"movies?|books?|songs?|lyrics|world|universe|original|games?|anime|manga|names?|idea|"
    r"concept|plot)"
    rf"(?: {_WORDS})?)"
)
_THIS = r"(?:this|it|these|that|writing|fan\w*|any of|my|them|here|posting)"
_DOING = r"(?:borrow|play|make|write|torture|use|mess|break|toy|take|abuse|love|put)(?:ing|ed)?"
_LEAD = (
    r"(?:(?:so|well|ok|okay|and|but|as usual|as always|unfortunately|sadly|alas|sigh|nope|no|still|"
    r"of course|just so you know|for the record|once again|yes|obviously|btw|ps|oh|oh yeah|right|"
    r"um|fyi|nb|again) )*"
)
_END = (
    r"(?: (?:okay|ok|k|so there|though|sigh|alas|darn|dammit|damn|yet|sadly|obviously|"
    r"unfortunately|"
    rf"so {_NOT} sue(?: me)?|really|you know))*"
)
# The holder is nobody in the story, and not who wrote it.
_HOLDER = r"(?!\d{4}\b|(?:he|she|they|you|who|we|i|it|god|me|my|mine|myself|this|that)\b)"
_OTHER = (
    r"(?!(?:this |the |my )?(?:story|fic\w*|text|tale|poem|plot|idea|writing|oc\w*|work|copyright|"
    r"for|see|i|we|my|you|your|please|mail|send|feedback|(?:all )?(?:site|web\w*|page|archive)s?|"
    r"contents?|powered|hosted|maintained)\b)"
)


def _strong(name: str) -> tuple[str, ...]:
    """What no story says, and who writes a note says of nobody else; *name* is how names look."""
    return (
        rf"{_LEAD}(?:{_WORDS} (?:told|made|makes|tells) me to (?:say|write) (?:that )?)?"
        rf"{_I} {_NOT}(?: even| actually| really)? own(?: (?:{_THEM}|{name}))?{_END}",
        rf"{_LEAD}{_NOT} own(?: (?:{_THEM}|{name}))?(?: (?:so )?{_NOT} sue(?: me)?)?{_END}",
        rf"(?:{_I} {_NOT} own )?(?:so )?(?:u|you|ya|ye) no sue",
        rf"{_LEAD}{name} (?:doesn'?t|does not|don'?t) own (?:us|any of us|me or {name})",
        rf"{_LEAD}{_I} owns? (?:absolutely |exactly )?(?:nothing|zilch|zip|nada|squat|diddly|"
        rf"none of (?:it|this|them))(?: (?:in|of|about|related to|from) {_WORDS})?{_END}",
        rf"{_LEAD}(?:i|we) wish (?:that )?(?:i|we) owned (?:{_THEM}|{name})(?: but {_WORDS})?",
        rf"{_LEAD}{_HOLDER}{name} {_BE} the (?:sole |proud |rightful )?owners? of {_WORDS}",
        rf"{_LEAD}no(?: copyright| any)? infringements?(?: (?:is|was|of {_WORDS}))*"
        rf"(?: (?:intended|meant|implied))+(?: by this {_WORDS})?",
        rf"{_LEAD}(?:there is |there's )?no (?:money|profit|gain|cash)s?(?: (?:is|was|has been|"
        rf"being))*"
        rf" (?:made|earned|intended|gained|meant)(?: (?:from|by|off|out of|on|with|for|of) {_THIS}"
        rf"(?: {_WORDS})?| here)?{_END}",
        rf"{_LEAD}(?:i|we) (?:make|made|am making|earn|get|got|receive) (?:absolutely )?no "
        rf"(?:money|profit|cash|gain) (?:from|off|out of|for|by|with|on) {_THIS}(?: "
        rf"{_WORDS})?{_END}",
        rf"{_LEAD}(?:i'?m|i am|we'?re|we are) not (?:making|earning|getting) (?:any )?(?:money|"
        rf"profit|"
        rf"cash|a dime|a cent|a penny) (?:from|off|out of|for|by|with|on) {_THIS}(?: "
        rf"{_WORDS})?{_END}",
        rf"{_LEAD}not for (?:any )?profit(?: only| just)?(?: (?:for )?fun)?",
        rf"{_LEAD}(?:(?:all|everything|they {_BE}|characters(?: {_BE})?|it'?s) )*(?:borrowed|used|"
        rf"taken|stolen|swiped) without (?:any )?permission(?: {_WORDS})?{_END}",
        rf"{_LEAD}(?:(?:i'?m|i am|i|we'?re) )?(?:just|only|merely) (?:play(?:ing)?|romp\w*|"
        rf"frolick\w*|"
        rf"mess\w*) (?:around )?(?:in|with|inside|about in) {_WORDS}(?:'s)? (?:sandbox|toys|toybox|"
        rf"playground|sandpit|universe|dolls)(?: {_WORDS})?",
        rf"{_LEAD}(?:all )?(?:the )?characters(?: and {_WORDS})? (?:{_BE} )?(?:created|owned|"
        rf"invented|"
        rf"made) by {_HOLDER}{name}",
        rf"{_LEAD}based (?:up)?on (?:the )?(?:characters|universe|world|series|show|books?|works?) "
        rf"(?:created|owned|written|invented) by {_HOLDER}{name}",
        rf"{_LEAD}any (?:similarit\w+|resemblances?|likeness\w*|coincidences?) {_WORDS}(?: "
        rf"{_WORDS})? "
        r"(?:is|are) (?:purely |entirely |completely |totally |merely |just )*(?:a )?"
        r"(?:coinciden\w+|accidental|unintentional|unintended)",
        rf"{_LEAD}{_HOLDER}{name} (?:made|created|owns?|invented|wrote|has|have) (?:them|it|"
        rf"these guys|"
        rf"everybody|everyone)(?: all)? (?:i|we) (?:just |only |merely |simply ){_DOING}(?: "
        rf"{_WORDS})?",
        rf"(?:all )?rights (?:go |belong |are )*to {_HOLDER}{name}",
        rf"{_LEAD}(?:i|we) (?:hold|have|claim|own|possess|lay|assert) no (?:rights?|ownership|"
        rf"claims?)"
        rf" (?:to|of|on|over|in) (?:{_THEM}|{name}){_END}",
        rf"{_LEAD}{_HOLDER}{name} owns? (?:everything|it all|them all|the lot|all of (?:it|this|"
        rf"them)|all (?:of )?the "
        rf"(?:characters|rights))(?: {_WORDS})?",
        rf"{_LEAD}(?:{_WORDS} )?disclaimers?(?: {_WORDS})? (?:in|see|on|from|as in|with|at) "
        rf"(?:the )?(?:previous |earlier |"
        rf"first )?(?:parts?|chapters?|ch|pts?|prologue)(?: (?:1|one|i|first|0|zero))?{_END}",
        rf"{_LEAD}(?:see|same as) (?:part|chapter|ch|pt|prologue)(?: (?:1|one|i|0))? for (?:the "
        rf")?(?:{_WORDS} )?disclaimers?{_END}",
        rf"(?:obviously|clearly|sadly|alas|unfortunately|of course|still|newsflash|surprise|"
        rf"nope) (?:i'?m|i am|we'?re) not {name}",
        rf"you know the (?:drill|deal|routine|score) (?:{_WORDS} )?(?:not mine|{_I} {_NOT} own "
        rf"{_WORDS}|{_NOT} sue)",
        rf"{_LEAD}(?:please )?(?:do not|don'?t|no) su(?:e|ing)(?: (?:me|us))?(?: (?:please|i'?m "
        rf"(?:poor|"
        rf"broke|just {_WORDS})|i (?:have|got) no(?:thing| money)))*{_END}",
        rf"{_OTHER}{name} (?:{_BE} )?(?:(?:tm|trademark\w*) (?:and |& )?)?(?:©|\(c\)|"
        rf"copyright(?:ed)?"
        rf"(?: (?:of|by|to))?|a? ?trademarks? of)(?: \d{{4}})? {_HOLDER}{name}",
    )  # fmt: skip


def _alone(name: str) -> tuple[str, ...]:
    """What disclaims by itself; in a note it may be said of somebody who helped."""
    return (
        rf"{_LEAD}(?:i|we) wish (?:that )?(?:they|he|she|it) (?:was|were) (?:mine|ours) (?:but|"
        rf"alas|"
        r"sadly|sigh).*",
        rf"do i (?:really )?(?:look|sound) like {name}(?: to you)?",
        rf"{_LEAD}(?:property|copyright|©|\(c\)) of {_HOLDER}{name}",
        rf"(?:all |full |the )*credits?(?: (?:go|goes|belongs?|is|are))* to {_HOLDER}{name}",
        rf"{_LEAD}(?:i|we) (?:take|claim|want|deserve) no credit(?: (?:for|from) {_WORDS})?",
        rf"{_LEAD}(?:all )?(?:the )?characters (?:are|come) from {_HOLDER}{name}",
    )


def _named(name: str) -> tuple[str, ...]:
    """What a story may begin with; where it is set off from the text it is enough."""
    return (
        rf"{_LEAD}(?:i'?m|i am|we'?re) not {name}",
        rf"{_HOLDER}{name} owns? {name}",
        rf"{_LEAD}(?:they'?re|they are|it'?s|it is|he'?s|she'?s) (?:still |so |all )*not "
        rf"(?:really )?"
        rf"mine(?: but {_WORDS})?{_END}",
    )


_WEAK = (
    r"(?:i|we) (?:still )?(?:don'?t|do not)|not me|not mine|not i",
    r"you know the (?:drill|deal|routine|score)|(?:the )?(?:usual|same old) (?:stuff|thing|drill)",
    r"(?:i promise to|i'?ll|i will) (?:put|give|return) (?:them|him|her|it|everyone|everybody) "
    r"(?:back )?(?:when|after|once|unharmed|in one piece).*",
    rf"{_LEAD}(?:i|we) (?:just|only|merely) (?:borrow|torture|play with|toy with)(?:ed)? "
    rf"(?:them|'em|him|her|it)(?: {_WORDS})?",
    r"(?:please )?lawyers(?: please)? (?:go away|be gone|shoo|back off)",
    r"used with love|with love|no offen[cs]e(?: (?:is )?(?:meant|intended))?|just for fun|"
    r"for fun only|(?:i'?m|i am) (?:poor|broke)|(?:it|this) (?:is|was) (?:all )?(?:just )?for fun",
    r"(?:i'?m|i am|we'?re) (?:just|only) (?:a fan|fans|borrowing them)(?: .{0,40})?",
)
# Of real people: that nothing of it is true.
_UNREAL = (
    rf"{_LEAD}(?:this|these|it|all of (?:it|this)) (?:story |fic |is |are |all )*(?:a )?(?:work "
    rf"of |"
    r"works of |purely |pure |all |just |only |complete |total )*(?:fiction\w*|fake|made up|lies|"
    r"fantasy)(?: .{0,60})?",
    rf"{_LEAD}(?:this|these events|it|none of (?:this|it)|that) (?:never|did not|didn'?t|has "
    rf"never) "
    rf"(?:actually |really |ever )?happen(?:ed)?(?: {_WORDS})?",
    rf"{_LEAD}(?:i|we) (?:don'?t|do not) know (?:them|any of them|these people|him|her|the real "
    rf"{_WORDS})"
    r"(?: (?:and|or) .*)?",
    rf"{_LEAD}(?:this|it|none of (?:this|it)) (?:is|'?s) (?:not )?(?:true|real)",
    r"(?:names|places|events)(?: and (?:names|places|events))* are made up",
)
_FILLER = lazy(
    r"(?:sigh|sob|sobs|darn|damn|dammit|fine|okay|ok|alas|sadly|there(?: i said it)?|boo hoo|woe|"
    r"(?:do|must) i (?:really )?have to(?: say it)?|must i(?: say it)?|really|so there|yeah|yes|"
    r"enjoy|"
    r"thanks?|thank you|end of story|sheesh|geez|whew|blah(?: blah)*|cries|oh well|"
    r"(?:(?:is everybody|everyone|are you|all|you) )?happy(?: now)?|got it|satisfied|good|see|hi|"
    r"hello)",
    re.IGNORECASE,
)
_CAPITALS = r"[A-Z0-9][\w'&./-]*(?: [\w'&./()-]+){0,7}"
_SMALL = r"(?!(?:a|an|my|much|many|one|two|his|her|your|our|their|some|more|what)\b)" + _WORDS


@lru_cache(maxsize=2)
def _forms(*, small: bool) -> tuple[re.Pattern[str], ...]:
    """Return what `_strong`, `_alone`, `_named` match; names have capitals, but for *small*."""
    name = _SMALL if small else f"(?-i:{_CAPITALS})"
    groups = (_strong(name), _alone(name), _named(name))
    return tuple(re.compile("|".join(group), re.IGNORECASE) for group in groups)


_LEANS = lazy("|".join((*_WEAK, *_UNREAL)), re.IGNORECASE)
_IS_UNREAL = lazy("|".join(_UNREAL), re.IGNORECASE)


def may_disown(text: str) -> bool:
    """False for most texts: nothing below finds a disclaimer in them."""
    return has_one(text.lower().replace("’", "'"), _STEMS)


def surely(text: str, *, set_off: bool = False) -> bool:
    """True where each sentence of a paragraph does nothing but give rights away; one that a story
    may begin with as well is only enough where it is *set_off*, or beside another."""
    if len(text) > _WIDEST or '"' in text or "“" in text or not may_disown(text):
        return False
    if len(text.split()) > _LONGEST or "@" in text:
        return False
    weight = 0
    strong, alone, named = _forms(small=text.islower())
    if strong.fullmatch(_plain(text)):
        return True  # an abbreviation's full stop ends no sentence
    for sentence in _SENTENCES.split(_ACTS.sub(" ", text)):
        plain = _plain(sentence)
        if not plain or _FILLER.fullmatch(plain):
            continue
        if strong.fullmatch(plain) or alone.fullmatch(plain):
            weight += _ENOUGH
        elif named.fullmatch(plain):
            weight += _ENOUGH if set_off else 1
        elif _LEANS.fullmatch(plain):
            weight += 1
        else:
            return False
    return weight >= _ENOUGH


def disowns(sentence: str) -> bool:
    """True where a sentence of a note, as a whole, gives rights away."""
    if len(sentence) > _WIDEST or '"' in sentence or "“" in sentence or not may_disown(sentence):
        return False
    if "@" in sentence:
        return False
    plain = _plain(_ACTS.sub(" ", sentence))
    return _forms(small=sentence.islower())[0].fullmatch(plain) is not None


def is_unreal(sentence: str) -> bool:
    """True for a sentence that says that nothing of a story is true."""
    if len(sentence) > _WIDEST or not may_disown(sentence):
        return False
    return _IS_UNREAL.fullmatch(_plain(sentence)) is not None


def _plain(sentence: str) -> str:
    """Return a sentence without its signs; its capitals tell names."""
    return " ".join(_SIGNS.sub(" ", sentence.replace("’", "'")).split())
