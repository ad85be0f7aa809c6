"""The few words with which authors leave their readers: "Reviews plz!", "Whatcha think?",
"See ya next chapter!", "*ducks tomatoes*".

They are known as a whole and by nothing else: what is left of them without signs, and with their
letters counted once ("pleeeezz"), is one of the sentences below.
"""

from __future__ import annotations

import re

from storykeep.patterns import lazy

_WIDEST = 160  # characters of one
_STRETCHED = lazy(r"([^\W\d_])\1{2,}")
_SIGNS = lazy(r"[^\w&+'’]+|(?<!\w)['’]|['’](?!\w)")
_SMILE = lazy(
    r"\W*(?:[\^>=~;:*TO°o.-]{1,3}[_.wWvo-]{0,3}[\^<=~*TO°o;:-]{1,4}|[:;=8][-o^']?[)DPp(3*]|<3|xd)\W*",
    re.IGNORECASE,
)

# What the sentences have in common. Each stands behind or before a blank of its own.
_LEAD = r"(?:(?:so|well|ok|okay|k|now|and|anyways?|as always|as usual|but|oh|hey) )*"
_PLEASE = r"(?:pl(?:ea?|ee?)?[sz]+e?|puh?lease|pretty please|onegai)"
_AND = r" (?:and|&|n|or|\+) "
_ASKED = (
    r"(?:reviews?|r ?(?:&|and|n|\+) ?r|comments?|feed ?backs?|c ?(?:&|and|n|\+) ?c|con ?crit|"
    r"crit(?:ique|icism)s?|constructive criticism|flames?|kudos|rate|vote|favou?rites?|follow)"
)
_ALL_ASKED = rf"(?:read(?:{_AND}))?{_ASKED}(?:{_AND}{_ASKED})*"
_WHOM = (
    r"(?: (?:everyone|everybody|people|peeps|guys|folks|all|minna|me|readers?|k|thx|thanks|"
    r"thank you|now|too))*"
)
_YOU = r"(?:you all|you guys|you|ya|yah|u|y'?all|everyone|everybody)"
_PART = r"(?:chapter|chappie|chap|part|episode|one|story|fic|ficlet|drabble|poem|epilogue)"
_IT = rf"(?:it|this|that|(?:the|this|that|my) (?:\w+ )?(?:{_PART}|ending|end))"
_NEXT = rf"(?:(?:the )?next (?:{_PART}|update|instal+ment|time|week))"
_JUDGED = (
    r"(?:(?:did (?:you|ya|u) )?(?:like|love|hate|enjoy)(?:d|ed)? (?:it|this)(?: or hate it)?|"
    r"good(?: or bad)?|bad|great|sucky?|(?:does|did) it suck|crap|horrible|terrible|awful|funny|"
    r"boring|ok|okay|too (?:short|long|sappy|fluffy))"
)
_TELL = rf" (?:just )?(?:tell me|let me know)(?: {_PLEASE}| what {_YOU} think)?"

_ASKING = (
    # "Reviews plz!", "Please leave a comment!", "rate and comment", "read n review everyone"
    rf"{_LEAD}(?:remember to |don'?t forget to )?{_ALL_ASKED} {_PLEASE}{_WHOM}",
    rf"{_LEAD}{_PLEASE} (?:(?:leave|send|give|drop|write)(?: me)?(?: an?| some| your)? )?"
    rf"{_ALL_ASKED}{_WHOM}",
    rf"{_LEAD}(?:read|rate|{_ASKED})(?:{_AND})(?:rate|{_ASKED}){_WHOM}",
    rf"(?:all |any )?{_ALL_ASKED} (?:(?:is|are|always|will be|would be|very|much|greatly|really|"
    r"most|all) )*(?:welcomed?|appreciated|loved?|adored|wanted|needed|nice|cherished|accepted|"
    r"treasured)(?: \w+){0,3}",
    rf"{_ALL_ASKED} (?:makes?|keeps?|feeds?) (?:me|my|the) \w+(?: \w+){{0,2}}",
    rf"{_LEAD}(?:you know you want to )?(?:push|press|click|hit) (?:that|the) "
    r"(?:\w+ ){0,4}(?:button|link)(?: .*)?",
    # "Five reviews and I'll update!"
    r"(?=.*\breviews?\b)(?=.*\b(?:update|chapter|continue|i'll (?:post|write))\b).*",
)
_QUESTIONS = (
    # "So? Good? Bad? Let me know!", "Whatcha think?", "Questions? Comments? Death threats?"
    rf"{_LEAD}{_JUDGED}(?: (?:or )?{_JUDGED})+(?:{_TELL})?",
    rf"{_LEAD}{_JUDGED}{_TELL}",
    rf"{_LEAD}(?:what|wat|wot)(?: (?:did|do|d') ?| ?d'?){_YOU} th(?:ink|ought)"
    rf"(?: (?:so far|of {_IT}|about {_IT}))?",
    rf"{_LEAD}w(?:ha)?(?:tcha|dd?[yj]a|tdya) th(?:ink|ought)(?: (?:so far|of {_IT}))?",
    rf"{_LEAD}(?:did|do) {_YOU} (?:all )?(?:like|enjoy|love|hate) {_IT}",
    rf"{_LEAD}how (?:was (?:it|that|this)|did i do)",
    rf"{_LEAD}(?:i )?hope {_YOU} (?:all |guys )?(?:like|enjoy|love)(?:d|ed)? {_IT}{_WHOM}",
    r"(?:questions|comments)(?: (?:questions|comments|concerns|complaints|suggestions|ideas|flames|"
    r"praise|death threats|marriage proposals|money|cookies))+",
)
_EXCUSES = (
    # "Sorry it was so short!", "I know, short chapter. Sorry!", "Next one will be longer, promise."
    rf"{_LEAD}(?:i'?m )?(?:so |really |very )?sorry (?:that )?(?:it|this|that)(?: {_PART})?"
    r"(?: (?:was|is)|'?s) (?:so |too |a (?:bit|little) |kinda |really )?(?:short|long|late|bad|"
    r"boring|crappy|rushed|sad|sucky?)(?: \w+){0,3}",
    rf"{_LEAD}(?:i'?m )?(?:so |really |very )?sorry (?:for|about|bout) the (?:\w+ )?(?:wait|delay|"
    r"cliff ?hang(?:er|y)|cliffie|shortness|ending|lateness)(?: \w+){0,3}",
    rf"{_LEAD}(?:yes |yeah |i know )*(?:it's |its |a )?(?:really |very )?short {_PART}"
    r"(?: i know)?(?: sorry)?",
    rf"(?:i promise )?{_NEXT} (?:will|should|may|might|is going to|'?ll|is) \w+(?: \w+){{0,6}}",
    r"(?:i'?ll|will|i will|gonna|i'm gonna) (?:try to )?update (?:soon|asap|later|tomorrow|next "
    r"week|as soon as .*|when .*)",
    r"(?:\w+ )?(?:cliff ?hangers?|cliffies?|cliffy)(?: \w+){0,2}",
    rf"{_LEAD}(?:evil|mean|cruel) (?:aren'?t|ain'?t|am) i(?: not)?",
    rf"{_LEAD}(?:{_PLEASE} )?(?:don'?t|do not) (?:kill|hurt|hate|flame|shoot|eat|sue|stone|lynch|"
    rf"throw (?:things|stuff|tomatoes) at) me(?: (?:{_PLEASE}|yet|for (?:this|that)|guys|everyone|"
    r"too (?:much|hard)))*",
    r"(?:well |so )?(?:this|that|it) (?:is|was) (?:my|our)(?: very)? (?:first|second|1st|2nd) "
    r"(?:\w+ ){0,3}(?:fic|fan ?fic|fan ?fiction|songfic|one ?shot|story|lemon|attempt)(?: .*)?",
    r"(?:my|our)(?: very)? (?:first|1st) (?:\w+ ){0,2}(?:fan ?fic|fan ?fiction|songfic|fic|lemon)"
    r"(?: .*)?",
)
_FAREWELLS = (
    # "See ya next chapter!", "Ja ne minna!", "That's all folks!"
    rf"{_LEAD}(?:i'?ll )?(?:see|c|catch) (?:{_YOU} )+(?:all |guys )?(?:in )?{_NEXT}|cya {_NEXT}",
    rf"{_LEAD}(?:until|till|til) {_NEXT} (?:ja ne|ja mata|bye|peace|see ya|sayonara|cya|ciao|ttfn)"
    r"(?: \w+)?",
    r"(?:ja ne|ja mata|ja mata ne|ja matta|mata ne|ttfn|ttyl)(?: minna(?: san)?| everyone)?",
    rf"{_LEAD}that'?s (?:it|all)(?: for (?:now|today|this {_PART}))? "
    r"(?:folks|guys|people|everyone)",
    rf"{_LEAD}that'?s (?:it|all) for (?:now|this {_PART})",
    rf"{_LEAD}(?:thanks?|thx|thanx|ty|arigato+u?|domo arigato+u?|gracias|merci|danke)"
    r"(?: (?:you|u|ya|so much|very much|a lot|again|everyone|all|guys|minna))* (?:for|4|to) "
    r"(?:reading|r&r(?:ing)?|reviewing|all (?:the|your|my|who) .*|the (?:\w+ )?reviews?|"
    r"your (?:\w+ )?(?:time|reviews?|support)|everyone who .*|"
    r"my (?:\w+ )?(?:readers?|reviewers?|beta.*))(?: .*)?",
)
_SURE = lazy("|".join((*_ASKING, *_QUESTIONS, *_EXCUSES, *_FAREWELLS)))
# What they do while they say it: "*ducks flying tomatoes*", "<runs and hides>".
_DOES = lazy(
    r"\W*[*<:(\[~]+\s*(?:(?:\w+ ){0,4}(?:button|readers?|reviewers?|tomato(?:e?s)?|flames?|rotten|"
    r"pitchforks?|the author|authoress|review|plot ?bunn(?:y|ies))\b.{0,40}|"
    r"(?:\w+ )?(?:runs|run|goes)(?: \w+)? (?:and|&|to) hides?(?: .{0,30})?|"
    r"(?:hides|ducks|dodges|cowers)(?: (?:behind|under|from|flying|thrown|all) .{0,40})?|"
    r"(?:\w+ )?(?:begs|puppy(?: dog)? eyes|pokes? (?:you|u)|waves? (?:to|at) "
    r"(?:you|everyone)).{0,30})\s*[*>:)\]~]+\W*",
    re.IGNORECASE,
)
_BESIDE = lazy(
    r"laters?|later days|(?:buh )?bye(?: ?bye)?(?: for now)?|good ?bye|enjoy|peace(?: out)?|ciao|"
    r"cheers|sayonara(?: minna)?|oyasumi(?: nasai)?|see (?:ya|you)(?: (?:all|later|soon|then|"
    r"around|guys))*|cya|until (?:then|next time)|till (?:then|next time)(?: my friends)?|"
    r"hugs(?: and kisses)?|love(?: (?:ya|you))?(?: (?:all|guys))*|xoxo|take care|he(?: ?he)+|heh|"
    r"lol|rofl|m+w?u?[ah]*(?:ha)+|bwa+(?:ha)+|evil (?:laugh|grin)|be (?:nice|gentle|kind)|"
    r"i'?m so (?:evil|mean|bad)|sorry|thanks?|thank you|thanx|thank (?:u|you) all|good night|"
    r"happy (?:reading|writing|holidays|new year)|merry christmas|ja|more soon|"
    r"more (?:to come|later)|stay tuned|read and enjoy|(?:tell|let) me(?: know)?|"
    r"please(?: review)?|review"
)


def is_sure(text: str) -> bool:
    """True for a sentence that is nothing but a plea, in whatever place: "R&R plz!"."""
    return len(text) <= _WIDEST and _SURE.fullmatch(_plain(text)) is not None


def kind_of(text: str) -> str:
    """Return "sure" for what only authors leave with, "does" for what they do ("*ducks*"), "smile"
    for nothing but signs ("^_^"), "beside" for a word or two that somebody in a story may end with
    as well ("Bye!"), else ""."""
    if _DOES.fullmatch(text) is not None:
        return "does"
    plain = _plain(text)
    if not plain or _SMILE.fullmatch(text) is not None:
        return "smile"
    if _SURE.fullmatch(plain) is not None:
        return "sure"
    return "beside" if _BESIDE.fullmatch(plain) is not None else ""


def _plain(text: str) -> str:
    """Return a text without its signs and smiles, its stretched letters counted once."""
    low = _STRETCHED.sub(r"\1", text.replace("’", "'").lower())
    low = low.replace("*", " ").replace("<", " ").replace(">", " ")
    return " ".join(_SIGNS.sub(" ", low).split())
