"""What authors say to their readers in a few sentences, above a story and below it: "Sorry this
took so long!", "Takes place after episode 12.", "Beta'd by Moth.", "Check out my other fics!"

They are known as whole sentences, as the shortest of them are to `pleas`. Of what a story may begin
with as well ("I'm back!") it takes two. Where one sentence is surely an author's, others beside it
may say what they like, as long as "I" or "you" is in it.
"""

from __future__ import annotations

from storykeep.header import brief, legends, pleas
from storykeep.header.chat import may_be_talk
from storykeep.patterns import lazy

_LONGEST, _WIDEST = 80, 500  # words and characters of a paragraph
_SENTENCE = 40  # words
ENOUGH = 2  # weight
_FEW = 5  # words that say nothing for or against
_ACTS = lazy(r"\*[^*\n]{2,30}\*|[:;=]-?[()DPp]|<3|\^_*\^|[>_.]{3}")
_SENTENCES = lazy(r"(?<=[.!?…])[\"”')\]]*\s+|\s*;\s+")
_SIGNS = lazy(r"[^\w&'/+-]+|(?<!\w)'|'(?!\w)")
_STRETCHED = lazy(r"([^\W\d_])\1{2,}")
_QUOTES = frozenset('"“”«»')
_TAGGED = lazy(
    r",\s+(?:he|she|they|I|it|[A-Z]\w+)\s+(?:thought|said|asked|wrote|whispered|told|added|replied|"
    r"mused|decided|called|cried)\b|,\s+(?:thought|said|asked|whispered)\s"
)
_SELF = lazy(r"\b(?:i|my|me|you|your|we|us|our|i'm|i've|i'll|it's|you're|you'll)\b")

_W = r"[\w'&/+-]+"
_ANY = rf"{_W}(?: {_W}){{0,30}}"
_LEAD = (
    r"(?:(?:so|well|ok|okay|k|now|and|anyways?|as always|as usual|but|oh|hey|hi|yay|wow|yes|um|"
    r"also|"
    r"ps|p\.s|btw|just so you know|fyi|please|finally|once again|again|seriously) )*"
)
_TONGUE = (
    r"\w{2,8}ish|\w{2,7}ese|\w{2,8}ian|french|german|gaelic|latin|welsh|klingon|other languages"
)
_FIC = (
    r"(?:fics?|fan ?fics?|fan ?fictions?|stor(?:y|ies)|one-? ?shots?|oneshots?|drabbles?|ficlets?|"
    r"song-?fics?|vignettes?|chapters?|chappies?|chaps?|parts?|pieces?|crossovers?|au|poems?|"
    r"sequels?|"
    r"prequels?|epilogues?|prologues?|series|instal+ments?|updates?)"
)
_SURE_FIC = (
    r"(?:fics?|fan ?fics?|fan ?fictions?|one-? ?shots?|oneshots?|drabbles?|ficlets?|song-?fics?|"
    r"vignettes?|chappies?|fluff|smut|pwp|plot bunny|crossover|songfic|angst)"
)
_THIS = rf"(?:this|it|(?:this|the|my) (?:\w+ )?{_FIC}|here)"
_ISA = r"(?:is|was|'s|will be)"
_KINDS = (
    r"(?:slash|fem-?slash|yaoi|yuri|shou?nen-?ai|shou?jo-?ai|m/m|f/f|m/f|het|gen|lemon|lime|smut|"
    r"fluff|"
    r"angst|pwp|au|crack|crackfic|songfic|song-fic|death-?fic|humou?r|parody|ooc|ooc-?ness|"
    r"swearing|"
    r"cursing|violence|bad language|language|spoilers?|character death|non-?con|incest|mpreg)"
)
_NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|last|first|second|"
    r"third|"
    r"final|next)"
)

_ABOUT = (
    # what it is, when it takes place, what one should know
    rf"{_LEAD}{_THIS} {_ISA} (?:\w+ ){{0,2}}(?:my|our) (?:very )?(?:first|second|third|latest|"
    rf"newest|last|"
    rf"1st|2nd) (?:{_ANY} )?(?:{_FIC}|attempt|try|go|entry|shot)(?: {_ANY})?",
    rf"{_LEAD}(?:{_THIS} )?(?:is |was )?(?:set|takes? place|happens|occurs|picks up) (?:right |"
    rf"just |some ?time |"
    rf"shortly |immediately |directly |about )*(?:after|before|during|between|in|post|around|"
    rf"where|when|at) {_ANY}",
    rf"{_LEAD}(?:some |minor |major |slight |possible |big |mild |contains |there (?:are|may be|"
    rf"will be) |"
    rf"no )*spoilers?(?: {_ANY})?",
    rf"{_LEAD}{_THIS} (?:{_FIC} )?(?:contains|has|features|includes|involves) (?:{_ANY} "
    rf")?{_KINDS}(?: {_ANY})?",
    rf"{_LEAD}{_THIS} {_ISA} (?:an? )?(?:\w+ ){{0,3}}{_KINDS}(?: {_ANY})?",
    rf"(?:this |an? |slightly |complete |semi-|{_ISA} )*(?:au|a\.u|alternate universe)(?: {_ANY})?",
    rf"{_LEAD}in (?:this|my) (?:{_SURE_FIC}|au|universe|version|one|verse) {_ANY}",
    rf"(?:{_THIS} )?(?:{_ISA} )?rated (?:r|pg|pg-13|nc-?17|t|m|k|g|ma)"
    rf"(?: (?:for|because|due|just|to) {_ANY})?",
    rf"(?:just )?(?:a|another|some|one more|my) (?:\w+ ){{0,3}}(?:{_SURE_FIC}|little "
    rf"something)(?: {_ANY})?",
    rf"(?:just )?(?:a|another|some|one more) (?:little|short|quick|small|tiny|silly|random|brief) "
    rf"(?:\w+ )?{_FIC}(?: {_ANY})?",
    rf"pwp(?: {_ANY})?|crack ?fic(?: {_ANY})?",
    rf"(?:this is )?(?:a |the )?(?:sequel|prequel|companion(?: piece)?|follow-?up|continuation|"
    rf"side ?story) "
    rf"(?:to|of) {_ANY}",
    rf"{_LEAD}(?:you (?:might|may|should|need to|must|have to|will want to|probably should) "
    rf"(?:want to )?)?"
    rf"(?:read|have read) {_ANY} (?:first|before (?:this(?: one)?|reading|you read)|"
    rf"beforehand)(?: {_ANY})?",
    rf"(?:{_ANY} )?(?:won't|will not|doesn't|may not|might not) make (?:any |much |a lot of "
    rf")?sense(?: {_ANY})?",
    rf"(?:the )?(?:song )?lyrics?(?: lyrics)? (?:is|are|was|were|comes?|belongs?|taken|used|in "
    rf"this) {_ANY}",
    rf"(?:the )?(?:song|poem|quotes?|title) (?:is|are|was|comes?|taken|used|in this) {_ANY} by "
    rf"{_ANY}",
    rf"(?:the )?title (?:is |comes |was |taken |stolen |borrowed )+from {_ANY}",
    rf"italics? (?:is|are|means?|indicates?|denotes?) {_ANY}",
    rf"(?:{_LEAD}{_W} )?(?:warn(?:ing|ings|ed)) (?:{_ANY} )?(?:ahead|{_KINDS}|dark|chapter|fic|"
    rf"sad|weird|slow)(?: {_ANY})?",
    rf"{_LEAD}(?:you (?:have been|were)|you've been|consider yourselves?) warned",
    rf"{_LEAD}(?:if you )?(?:don't|do not|no) like(?: (?:it|this|that|{_KINDS}))?(?: then)? "
    rf"(?:don't|do not|dont|no) read(?: {_ANY})?",
    rf"{_LEAD}if (?:you (?:don't like|do not like|hate|dislike|can't stand|have a problem with)|"
    rf"{_KINDS}|this|that|any of this) {_ANY} (?:don't read|turn back|leave|go away|back button|"
    rf"look away|"
    r"read something else|run away|click away|elsewhere)(?: now| please)?",
)
_MADE = (
    # for whom and how it was made, with whose help
    rf"(?:{_THIS} )?(?:{_ISA} )?(?:written|created|done) (?:for|as|in response to|because|while|"
    rf"during) {_ANY}",
    rf"(?:{_THIS} )?(?:{_ISA} )?dedicated to {_ANY}",
    rf"(?:for|to) my (?:\w+ ){{0,2}}(?:sister|friend|friends|beta|mom|mum|reviewers?|readers?|"
    rf"muse|twin|"
    rf"girls?|boys?|brother|bestie|wife|husband)(?: {_ANY})?",
    rf"(?:to|for) (?:all|everyone|everybody|anyone) (?:of )?(?:my |the |you |those )?(?:\w+ "
    rf")?(?:reviewers?|"
    rf"readers?|who (?:reviewed|read|asked|wanted))(?: {_ANY})?",
    rf"(?:{_ANY} )?(?:un)?beta(?:'?d|ed|-read| read| reading| reader|-reader)(?: {_ANY})?",
    rf"{_LEAD}(?:no|not|without a|my) beta(?: {_ANY})?",
    r"(?:(?:all|any) )?(?:(?:remaining|other|the) )?(?:mistakes|errors|typos|goofs|flaws) (?:are|"
    r"is|left are) "
    r"(?:all )?(?:my own|mine|entirely mine)(?: alone)?",
    rf"{_LEAD}i wrote (?:this|it) (?:in|at|during|on|for|as|because|while|when) (?:an? hour|"
    rf"{_NUMBER} (?:am|pm|"
    rf"minutes|hours)|one sitting|class|school|work|lunch|the bus|ages ago|{_ANY} (?:challenge|"
    rf"fest|"
    rf"ficathon|exchange|prompt|contest|birthday|class))(?: {_ANY})?",
    rf"{_ANY} when i (?:wrote|was writing) (?:this|it)(?: {_ANY})?",
    rf"(?:{_THIS} )?(?:{_ISA} )?(?:inspired|prompted|suggested) by {_ANY}",
    rf"(?:{_THIS} )?(?:{_ISA} )?based (?:loosely )?(?:up)?on (?:a |the |my )?(?:\w+ )?(?:prompt|"
    rf"song|idea|dream|"
    rf"challenge|movie|episode|book|true story)(?: {_ANY})?",
    rf"prompts?(?: (?:from|by|was|is|used|for))? {_ANY}",
    rf"{_LEAD}(?:the |this )?(?:idea|plot ?bunny|plot bunnies|bunny|inspiration)(?: for this)? "
    rf"(?:for|bit|came|"
    rf"wouldn't|attacked|just|hit|popped|is|was) {_ANY}",
    rf"{_LEAD}i (?:don't know|have no idea|dunno|'ve no clue|have no clue) where (?:this|it|"
    rf"that) came from"
    rf"(?: {_ANY})?",
    rf"(?:also |originally |previously |first |cross-? ?|re-?|x-? ?)*(?:posted|archived|"
    rf"published) (?:at|on|to|in|"
    rf"from|because|for|due|by|under) {_ANY}",
    rf"(?:last )?(?:re-?)?(?:edited|revised|rewritten|updated|reposted|uploaded)"
    rf"(?: (?:\d[\w/-]*|because|to|for|due|version|chapter)(?: {_ANY})?)",
    rf"(?:revised|edited|new|updated|rewritten|corrected|improved)(?: \w+)? version(?: {_ANY})?",
)
_TALK = (
    # to the readers
    rf"{_LEAD}(?:i'?m |i am )?(?:so |really |very |terribly )?sorry (?:this|it|that|for|about|i|"
    rf"if) (?:{_ANY} )?"
    rf"(?:took|taken|wait|delay|long|late|updat\w+|short|hiatus|mistakes|errors|typos|grammar|"
    rf"spelling|"
    rf"ooc\w*|chapter|suck\w*|forever|confus\w+)(?: {_ANY})?",
    rf"{_LEAD}(?:please )?(?:forgive|excuse|ignore|pardon|apologies for|i apologi[sz]e for)(?: "
    rf"me)?(?: for| if)?"
    rf"(?: {_ANY})? (?:mistakes|errors|typos|grammar|spelling|english|ooc\w*|delay|wait|late\w*|"
    rf"translations?)"
    rf"(?: {_ANY})?",
    rf"{_LEAD}i know (?:that )?(?:it'?s|this is|it has|i'?ve) (?:been )?(?:\w+ )?(?:short|long|"
    rf"late|forever|ages|"
    rf"a while|a long time|bad|been)(?: {_ANY})?",
    r"(?:it'?s|this is|this one is) (?:a bit |really |very |kinda |pretty |too )?short i know",
    rf"{_LEAD}(?:a )?(?:very |really )?short {_FIC}(?: (?:today|this time|i know|sorry|but))(?: "
    rf"{_ANY})?",
    rf"{_LEAD}(?:(?:here'?s|here is|presenting|introducing|enjoy) )+(?:the |my |another |a |your )?"
    rf"(?:\w+ ){{0,3}}{_FIC}(?: {_ANY})?",
    rf"{_LEAD}this is (?:the |my |another |a )(?:\w+ ){{0,3}}{_SURE_FIC}(?: {_ANY})?",
    rf"{_LEAD}this is (?:the |my )(?:\w+ ){{0,2}}(?:chapter|part|instal+ment|update|sequel)"
    rf"(?: (?:of (?:this|my|the) {_FIC}|everyone|guys|folks|already|i hope|hope|so|enjoy|for you)"
    rf"(?: {_ANY})?)?",
    rf"{_LEAD}(?:chapter|part|episode) {_NUMBER} (?:already|at last|finally|is here|is up|is "
    rf"done|for you|everyone)"
    rf"(?: {_ANY})?",
    rf"{_LEAD}(?:can you believe|i can'?t believe) (?:{_ANY} )?{_FIC}(?: {_ANY})?",
    r"(?:this is )?(?:the )?(?:last|final|second to last|next to last|penultimate) (?:chapter|"
    r"part|instal+ment)"
    r"(?: (?:folks|guys|everyone|already|people|i promise|sniff|yay))*",
    rf"part {_NUMBER} of {_NUMBER}(?: {_ANY})?",
    rf"{_LEAD}(?:{_ANY} )?(?:english|french|german|spanish|japanese|italian|russian|polish) "
    rf"(?:is not|isn'?t|"
    rf"is) (?:not )?my (?:first|native|mother|second|third|main) (?:language|tongue)(?: {_ANY})?",
    rf"{_LEAD}i (?:don'?t|do not) speak (?:any )?(?:{_TONGUE}) (?:{_ANY} )?(?:forgive|sorry|"
    rf"mistakes|bear|"
    rf"translat\w+)(?: {_ANY})?",
    rf"{_LEAD}you (?:guys|all|people) (?:rock|rule|are (?:the best|awesome|amazing|great|"
    rf"wonderful|so nice))(?: {_ANY})?",
    rf"{_LEAD}(?:\d+|so many|all those|that many|all the|wow) reviews?(?: {_ANY})?",
    rf"(?:{_ANY} )?(?:thanks?|thank you|thanx|thx)(?: {_ANY})? (?:review(?:s|ers?|ed|ing)?|"
    rf"beta(?:s|ing|'?d)?|"
    rf"reading|comments|feedback|favou?rit\w+|follow\w*|kudos)(?: {_ANY})?",
    rf"{_W} (?:thanks|thank you)(?: (?:i'?m|glad|so|for)(?: {_ANY})?)",
    rf"(?:{_ANY} )?(?:i hope|hope) (?:that )?(?:you|everyone|ya|y'all)(?: all| guys| will| 'll)? "
    rf"(?:like|enjoy|love)"
    rf"(?: {_ANY})?",
    rf"{_LEAD}(?:let me know|tell me) (?:what|if|how) {_ANY}",
    rf"(?:all )?(?:feedback|reviews?|comments|con-? ?crit|constructive criticism|flames?)(?: "
    rf"(?:and|&|or) \w+)* (?:is|are|"
    rf"will be|welcome|make|keep|equals?|=|always)(?: {_ANY})?",
    r"(?:enjoy and |please |and |now )*(?:r ?& ?r|r and r|read and review|r/r|review)(?: please| "
    r"everyone)?",
    rf"{_KINDS} ahead|{_KINDS} warning",
    rf"remember (?:to review|reviews {_ANY}|that reviews {_ANY})",
    rf"{_LEAD}(?:on|onward|onwards|back) (?:with|to|and up) the (?:story|show|fic|chapter|fun|"
    rf"madness)(?: {_ANY})?",
    rf"{_LEAD}(?:and )?(?:now )?without (?:any )?(?:further|more) (?:ado|adieu|delay)(?: {_ANY})?",
    rf"(?:{_ANY} )?(?:this|my) (?:fan ?fic|fic|ficlet|one-?shot|drabble|pairing|fandom|songfic|"
    rf"oneshot|"
    rf"fanfiction|crossover|muse|beta|reviewers?|readers?|reviews?)(?: {_ANY})?",
)
_LEAVING = (
    # below a story alone
    rf"{_LEAD}(?:if you (?:liked|enjoyed|like|enjoy) (?:this|it) )?(?:please )?(?:go )?(?:check "
    rf"out|read|see|visit|"
    rf"try) my (?:other|new|latest) (?:{_FIC}|works?|writing|stuff|site|page)(?: {_ANY})?",
    rf"{_LEAD}(?:you can )?(?:come )?(?:find|follow|visit|reach|contact) me (?:on|at|over) {_ANY}",
    rf"{_LEAD}i'?m (?:also )?(?:on|at) (?:tumblr|twitter|lj|livejournal|dreamwidth|discord|ao3|"
    rf"facebook|"
    rf"bluesky|instagram)(?: {_ANY})?",
    rf"{_LEAD}if you want (?:a |another |more |the )?(?:sequel|more|next|continuation)(?: "
    rf"{_ANY})? (?:let me know|"
    rf"tell me|review|say so|comment)(?: {_ANY})?",
    rf"{_LEAD}i (?:might|may|will|could|'ll|want to|plan to|am going to) (?:{_W} )?(?:write|do|"
    rf"post|make) (?:a |the |"
    rf"another |more )?(?:sequel|prequel|part|chapter|epilogue|companion)(?: {_ANY})?",
    rf"{_LEAD}(?:the )?(?:end|that's the end|that was the end)(?: of (?:part|chapter|book|act) "
    rf"{_W})?(?: part {_W} is)"
    rf"(?: {_ANY})?",
    rf"(?:part|chapter) {_NUMBER} (?:is|will be|should be) (?:coming|already|almost|half|up|done|"
    rf"in the works|on its way)"
    rf"(?: {_ANY})?",
    rf"{_LEAD}i'?(?:ll| will) (?:try to )?(?:have|post|put|upload|get|finish) (?:up )?(?:the "
    rf")?next (?:one|part|chapter|"
    rf"chap|bit|update|instal+ment)(?: {_ANY})?",
    rf"(?:finished|completed|written|begun|started|typed)(?: (?:in|on|at|between|from))? (?:{_W} "
    rf")?\d[\w/-]*(?: {_ANY})?",
    rf"{_LEAD}i (?:almost |nearly |actually |really |totally )?(?:cried|laughed|had fun|had "
    rf"(?:so|too) much fun|"
    rf"enjoyed|loved|struggled|had trouble|had a hard time|giggled)(?: {_W}){{0,3}} (?:while |"
    rf"when |with )?(?:i was )?"
    rf"(?:writing|typing|this (?:one|chapter|fic)|editing)(?: {_ANY})?",
    rf"{_LEAD}i (?:just )?(?:love|loved|hate|hated|enjoy|adore) (?:writing|torturing) {_ANY}",
    rf"{_LEAD}i (?:just )?(?:had|needed) to (?:write|post) (?:this|it)(?: {_ANY})?",
    rf"(?:this|that) (?:plot ?bunny|bunny|idea|fic|scene) (?:just )?(?:wouldn't|would not|"
    rf"refused|has been|has been stuck|came|"
    rf"attacked|kept|demanded)(?: {_ANY})?",
    rf"{_LEAD}(?:i )?(?:love|adore|heart) you (?:guys|all)(?: {_ANY})?",
    rf"{_LEAD}did i (?:get|fool|surprise|scare|make|shock) (?:anyone|you|anybody|you guys)(?: "
    rf"{_ANY})?",
    rf"{_LEAD}(?:i )?bet you (?:didn't|did not|never) (?:see|saw|expect)(?: {_ANY})?",
    rf"{_LEAD}(?:another |yes another |yet another )?(?:cliff ?hanger|cliffie|cliffy)(?: {_ANY})?",
    rf"(?:poor {_W} )?i'?m so (?:mean|evil|cruel|horrible|terrible) to (?:him|her|them|{_W})",
    rf"(?:this|that) (?:chapter|fic|ficlet|one-?shot|drabble|ending) (?:was|is|made|came|turned|"
    rf"got|took|ended|has|had) {_ANY}",
    rf"{_LEAD}sorry (?:for|about) the (?:sap|fluff|angst|cheese|lameness|ending|cliff\w*|"
    rf"shortness)(?: {_ANY})?",
    rf"{_LEAD}sorry if (?:it|this|that|the|he|she|they|{_W}) (?:{_W} )?(?:is|was|were|are|'s|"
    rf"seems?|sucks?|sucked|seemed|"
    rf"got)(?: {_ANY})?",
    r"sorry ?not ?sorry",
    rf"this (?:one'?s|one is|fic is|one goes out) for {_ANY}",
)
_STRONG = lazy("|".join((*_ABOUT, *_MADE, *_TALK)))
_IS_LEAVING = lazy("|".join(_LEAVING))
_WEAK = lazy(
    "|".join((
        rf"{_LEAD}(?:hi+|hello+|hey+|hiya|konnichiwa|greetings|welcome)(?: there)? (?:everyone|"
        rf"everybody|all|guys|"
        rf"readers?|people|peeps|again|minna|folks|y'all|fellow \w+|my \w+|you all|to (?:chapter|"
        rf"part|my) {_ANY})(?: {_ANY})?",
        r"(?:so )?i'?m (?:finally )?back(?: again)?|did you miss me|i'?m (?:still )?(?:alive|not "
        r"dead)|i live",
        r"(?:okay|ok|so|well|right|alright|all right|anyway|now|and)? ?(?:here (?:we|i) go(?: "
        r"again)?|here goes"
        r"(?: nothing)?|let'?s (?:get (?:on|started)|begin|start|go)|onwards?)",
        rf"{_LEAD}(?:it'?s|its) been (?:forever|a while|ages|too long|so long|a long time|\w+ "
        rf"(?:months|weeks|"
        rf"years))(?: {_ANY})?",
        r"yay|yay it'?s (?:done|finished|over)|only took me .*|more later|(?:i'?m )?off to bed|"
        r"gotta go|"
        r"(?:good ?)?night(?: all| everyone)?|don'?t worry(?: .*)?|he(?:he)+|muaha\w*|lol|okay|"
        r"wow|i know(?: i know)?|"
        r"enjoy(?: (?:it|this|everyone|guys))?|please enjoy|have fun|happy reading",
        r"you (?:rock|rule)|(?:hello|hi|hey|hiya)|thanks?(?: you)?(?: (?:all|everyone|guys))?",
        r"warnings?|bear with me|be (?:nice|kind|gentle)|please be (?:nice|kind|gentle)|happy "
        r"\w+(?: \w+)?|merry christmas",
        rf"i (?:hope|wanted|decided|tried|had to|promise|swear) {_ANY}",
        rf"i'?ve (?:always|been|never|had|wanted) {_ANY}",
        rf"{_THIS} (?:one )?(?:was|is|'s) (?:kind of |a bit |really |very |so |just )*(?:fun|"
        rf"hard|difficult|weird|"
        rf"strange|random|different|sad|long|short|silly)(?: {_ANY})?",
    ))
)  # fmt: skip


# "For Moth, who asked.", "To Jo and Max": names, or a nickname with what it did.
_DEDICATES = lazy(
    r"\W*(?:(?:[Tt]his (?:one )?is )?[Ff]or|To) (?:[A-Z][\w'’-]*(?:(?:,| and|,? &)? "
    r"[A-Z][\w'’-]*){0,3}"
    r"(?:,? (?:who|because|as|since|whose|again|with love)\b.{0,80})?|"
    r"[a-z]\w*,? (?:who|because|whose)\b.{0,80})[.!]?\W*"
)


def weight(text: str, *, leaving: bool = False) -> int:
    """Return how surely a paragraph is said to readers, above a story or, *leaving*, below it: 2 is
    enough, 0 where it tells a story."""
    if len(text) > _WIDEST or not _QUOTES.isdisjoint(text) or len(text.split()) > _LONGEST:
        return 0
    if _TAGGED.search(text) is not None or not may_be_talk(text):
        return 0
    if text[:1].isalpha() and legends.is_legend(text):  # signs alone `chat` knows
        return ENOUGH

    def is_strong(plain: str) -> bool:
        if _STRONG.fullmatch(plain) is not None:
            return True
        return leaving and _IS_LEAVING.fullmatch(plain) is not None

    if is_strong(_plain(text)) or (not leaving and _DEDICATES.fullmatch(text)):
        return ENOUGH
    strong = weak = unknown = 0
    for sentence in _SENTENCES.split(_ACTS.sub(" ", text)):
        plain = _plain(sentence)
        size = plain.count(" ") + 1
        if not plain:
            continue
        if size <= _SENTENCE and (is_strong(plain) or pleas.is_sure(sentence)):
            strong += 1
        elif (size <= _SENTENCE and _WEAK.fullmatch(plain)) or brief.disowns(sentence):
            weak += 1
        elif size > _FEW and _SELF.search(plain) is None:
            return 0
        else:
            unknown += size > _FEW
    if unknown > strong:
        return 0
    return ENOUGH * strong + weak


def is_plea(text: str) -> bool:
    """True where each sentence of a paragraph is a plea: "Sooo? Love it? Hit that button!"."""
    said = [sentence for sentence in _SENTENCES.split(text) if _plain(sentence)]
    sure = [sentence for sentence in said if pleas.is_sure(sentence)]
    few = all(sentence.count(" ") < _FEW for sentence in said if sentence not in sure)
    return bool(sure) and few and len(text) <= _WIDEST


def _plain(sentence: str) -> str:
    """Return a sentence in small letters, without its signs, its stretched letters counted once."""
    low = _STRETCHED.sub(r"\1", sentence.replace("’", "'").lower())
    return " ".join(_SIGNS.sub(" ", low).split())
