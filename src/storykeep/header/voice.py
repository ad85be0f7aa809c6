"""Who is talking: the author to the readers, the site to its visitors, or the story."""

from __future__ import annotations

import re
import string
from functools import lru_cache

from storykeep.header.lines import Line, words
from storykeep.patterns import has_one, lazy

_WROTE = (
    "(?:wrote|write|started writing|posted|was writing|am writing|finished)"
    r"(?! (?:to|back|him|her|them|down|my|out|in|on)\b)"
)
# Of a text in small letters, for to look for either case takes three times as long; and by the
# first letter, so that of a word of the story only a few are tried.
_READER = lazy(
    r"\b(?:"
    r"a(?:u\b|rchive[ds]?|uthor'?s? notes?|/n)|"
    r"beta(?:(?:s|ed|'d)?|[- ]read\w*)|"
    r"c(?:hapters?|&c|omments?|on-?crit|ross-?posted|hallenge|anon|opyright)|"
    r"d(?:rabble|isclaim\w*|edicated)|"
    r"e(?:(?<!\bi e)(?<!\bwe e)(?<!\bthey e)njoy|-?mail|pisode)|"
    r"f(?:anfics?|ics?|anfic\w*|an fiction|eedback|lames?|lamers?)|"
    r"ho(?:pe (?:that )?you (?:all |guys |all )?(?:like|enjoy)(?:d|ed)?|mepage)|"
    rf"i(?: {_WROTE}|nspired by)|"
    r"kudos|lyrics|"
    r"m(?:y (?:first|second|third|next|other|new|latest) (?:story|fic|attempt)|uses?|ailing list)|"
    r"o(?:ne[- ]?shot|oc\b|n(?: ?to| with) the (?:story|fic|show|chapter))|"
    r"p(?:lease review|requel|lot ?bunn\w*|osted|ov\b|ermission)|"
    r"r(?:eviews?|eviewers?|eviewed|eaders?|&r|ead and review|ated)|"
    r"s(?:equel|pecial thanks|ong (?:is|was) by|poilers?|lash\b|eason \w+)|"
    r"t(?:his (?:story|part|series|piece)|"
    r"he (?:first|next|last|previous) (?:part|chapter|story|fic)|"
    r"(?:his|he) (?:fic|story) (?:is|was|takes|contains|has|follows)|"
    r"hanks (?:to|for)|hank you (?:to|for|all)|hanx|he song|o be continued)|"
    r"u(?:nbeta'?d|pdates?)|"
    rf"w(?:e {_WROTE}|riting this|rote this|eb ?(?:site|page)|ithout further ado)|"
    r"x-?posted|y(?:aoi|uri)"
    r")\b"
)
# One of these must be there as well, with what is before it.
_READER_STEMS = tuple(
    """crit|posted|unbeta|kudos|fic|drabble|shot|chapter|review|read|feedback|flame|beta|c&c|comment|disclaim|r&r|enjoy|
    hope you|wr|post|finished|story|part|series|piece|attempt|equel|bunn|muse|update|than|inspired|
    dedicated|challenge|lyrics|song| au|ooc|pov|canon|spoiler|slash|yaoi|yuri|mail|copyright|
    permission|archive|homepage|web|author|a/n|continued|on with the|to the show|ado|rated|season|
    episode""".replace("\n    ", "").split("|")
)
_REMEMBERED = 2000  # characters: whether longer texts speak so is not
_WHOLE_SCENE = 200  # words
_SIGN_IN = 75  # words of a note have one sign or more
_QUOTATIONS = 12  # marks
# Of those words, the ones that a story has, too; next to "I" and "you" they are the author's.
_DOUBTFUL = frozenset({"au", "flame", "flames", "archive", "archives", "archived"})
_AU_OR_SELF = lazy(r"\b(?:AU|I|[Mm]y|[Mm]e|[Yy]ou|[Yy]our)\b")
_ASIDE = 12  # words
_SMILEY = lazy(
    r"[:;]-?[)D(P]|\^_*\^|\*(?:grins?|shrugs?|sigh\w*|giggles?|hides?|walks? "
    r".{1,40}|bows?|waves?|snickers?|cough\w*|blush\w*)\*|<g>|\blol\b|\bheh\b",
    re.IGNORECASE,
)
_SMILEY_SIGNS = (  # in small letters; no smiley is without one
    ":)", ":d", ":(", ":p", ":-", ";)", ";d", ";(", ";p", ";-", "^", "*", "<g>", "lol", "heh",
)  # fmt: skip
_SPEECH = lazy(
    r"^\s*[\"“«„]|[\"”,!?.]\s*(?:she|he|they|\w+)\s+(?:said|asked|whispered|"
    r"replied|muttered|shouted|cried|murmured)\b"
)
_I = lazy(r"\bI(?:'m|'ve|'d|'ll)?\b")
_FOOTER = lazy(
    r"^(?:back to\b.*|return to\b.*|go (?:back|home|to)\b.*|home|top|back|next|"
    r"previous|prev|up|index|main|contents|"
    r"(?:please )?(?:send|leave|post|write|give|add|submit|read|view)?\s*(?:\w+ "
    r"){0,3}(?:feedback|comments?|reviews?)(?: (?:to|for|on|here)\b.*)?|"
    r"this (?:page|site|archive|website|document|story archive) .*|(?:page )?last "
    r"(?:updated|modified|changed|revised).*|(?:site|page) (?:by|design|"
    r"maintained|hosted|created|copyright|copy).*|"
    r"(?:copyright|©|\(c\)).{0,80}|"
    r"all (?:(?:the )?(?:stories|works|fics|fiction|content|contents|texts?|material)) "
    r"(?:(?:(?:featured|posted|archived|found|displayed) )?(?:on|at|in) (?:this|the) "
    r"(?:site|page|archive) )?(?:(?:is|are) )?"
    r"(?:©|copyright|\(c\)|(?:the )?property of (?:their|its)).{0,140}|"
    r"(?:share|like) this:?|be the first to like this.*|loading\.\.\.|related(?: posts)?|"
    r"all rights reserved\.?|powered by.*|hosted by.*|web ?master.*|maintained by.*|"
    r"(?:[\d,]+ )?(?:people|persons|visitors|readers|souls|hits)\b.{0,40}\bsince\b.{0,30}|"
    r"you(?: are|'re) (?:visitor|guest).*|you(?: are|'re) .{1,40}\bsince\b.{0,20}\b(?:19|20)\d\d|"
    r"visitors?.*|hits?:? *\d+|counter.*|page \d+( of \d+)?|"
    r"print(?:er)?\b.{0,40}|(?:e-?mail|tell) (?:this|a friend|the author|author|"
    r"webmaster|me)\b.*|"
    r"disclaimer|(?:site )?map|search|login|log in|register|faq|help|contact(?: "
    r"us)?|links?|guestbook|sign .{0,20}guest ?book.*|view .{0,20}guest ?book.*|"
    r"add to favou?rites?.*|report .{0,30}|best (?:viewed|seen) (?:in|with|at|using)\b.{1,60}|"
    r"(?:this (?:page|site) is )?optimi[sz]ed for\b.{1,60}|in association with .{1,40}|"
    r"get (?:a|your)(?: own)? free\b.{1,50}|rate this .*|skip to .*|(?:\[|<<|«|<|>|"
    r"»|>>|\])+ ?(?:\w+ ){0,3}\w*|"
    r"\d+ (?:reads?|reviews?|hits|comments?|views?)|reviews?:? *[\[(]?\d*[\])]?|"
    r".{0,50}\b(?:archive|site|page|library|ring) is (?:kept|maintained|run|owned|hosted|managed) "
    r"(?:by|at)\b.{1,80}|this (?:story|page) (?:has been|was) printed from .*|"
    r"bookmark .*|jump to.*|! ?go to top ?!|sign up to (?:rate|review).*|chapter ?printer|"
    r"review report story|report story|\[?non-text portions of this message have been removed\]?|"
    r"you must be logged in to (?:comment|review|post).*|gostou d[aeo] .*|compartilhe.*|"
    r"связаться с программистом.*|"
    r"(?:stories|fiction|archive|authors|titles|fandoms|categories|by (?:author|"
    r"title|date))|font size.*|text size.*|"
    r"(?:the )?url (?:of|for) this (?:page|story).*|this story (?:archived|was "
    r"archived|has been archived) (?:at|on).*|(?:story )?archived at .*|if you "
    r"(?:enjoyed|liked) this story.*|please let the author know.*|comment on this "
    r"story.*|post a (?:comment|review).*|if you (?:enjoyed|liked) .{0,60}\bguest ?book\b.{0,20}|"
    r"this entry was posted .*|skin by .{1,40}|.{0,30}\befiction v?\d\S*|"
    r"reply to (?:author|sender|all)\b.{0,80}|(?:made|built) with .{1,40}|view poll\b.*|"
    r"enter supporting content here|.{1,40} is free software\b.*|all site content .{1,60}|"
    r"posted by .{1,40} (?:on|at) (?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]*\.? )?\d.*|"
    r".{0,60}\blast-modified: .*|"
    r"популярность: .*|все права .{0,80}|назад(?: к .{1,40}| на .{1,40})?|вернуться .{1,40}|"
    r"на главную|оставить отзыв|к (?:списку|оглавлению|содержанию)|гостевая книга|"
    r"(?:cosa pensi della storia\W+)?lascia (?:una recensione|un commento).*|"
    r"kommentare zu (?:diesem kapitel|dieser geschichte).*|"
    r"deja una? (?:comentario|review|reseña).*|deixe um comentário.*|"
    r"laisse[rz]? un (?:commentaire|avis).*|"
    r"(?:like|liked|enjoy|enjoyed|love|loved) th(?:is|e) (?:story|chapter|fic|work)\?.{0,60}|"
    r"retour .{0,40}|zurück .{0,40}|volver .{0,40})$",
    re.IGNORECASE,
)
# What may begin with any words, and is looked for only where one of its own stands.
_FOOTER_INSIDE = lazy(
    r"\b18 u\.?s\.?c\b|\bweb ?ring\b.{0,30}\b(?:owned|maintained|run) by\b|"
    r"(?:©|\(c\)|\bcopyright) ?(?:19|20)\d\d.{0,60}all rights reserved",
    re.IGNORECASE,
)
_PIECES = 2  # links or phrases of a menu
_FOOTER_STEMS = ("18 u", "webring", "web ring", "rights reserved")
_END = lazy(
    r"^[\W_]*(?:(?:the[\W_]+)?end(?:\W+(?:for\s+now|finally|maybe|perhaps|or\s+is\s+it|"
    r"until\s+(?:next\s+time|later)))?|fin|finis|finito|owari|ende|to be "
    r"(?:cont(?:inued|\.?)?|concluded).{0,20}|tbc|t\.b\.c\.?|continued|"
    r"(?:the\s+)?end,?\s+(?:of\s+)?(?:the\s+)?(?:part|p[rt]?t\.?|chapter|story|file|fic|book|episode|act|"
    r"prologue|section|season|side\s+story)\b.{0,25}|end\s+transmission|<?fini>?|"
    r"fine|koniec|конец(?:\s+(?:главы|части).{0,20})?|einde|slut|loppu|完|終|终|了|おわり|終わり|"
    r"continued in .{0,40}|"
    r"end notes?)[\W_]*$",
    re.IGNORECASE,
)
_DRAWN = lazy(r"^\s*[-=*_~#]{3,}")
_SITE_SELF = lazy(r"web ?master|maintain|archivist|this (?:site|page)", re.IGNORECASE)
_BY = lazy(r"\bby\b", re.IGNORECASE)
_COUNTED_END = lazy(
    r"^\W*end\s+(?:of\s+)?(?:(?:part|file|post|section)\s+)?\(?\d{1,3}\s*(?:/|of)\s*\d{1,3}\)?\W*$",
    re.IGNORECASE,
)
# With which letters none of them begins.
_NO_END_BEGINS = frozenset(string.ascii_letters) - frozenset("cefklostCEFKLOST")


def speaks_to_reader(text: str) -> bool:
    """True where a paragraph is the author about the story, not the story.

    Speech and long narration need more signs than a short aside does.
    """
    return (_remembered if len(text) <= _REMEMBERED else _speaks_to_reader)(text)


def _speaks_to_reader(text: str) -> bool:
    low = text.lower()
    found = set(_READER.findall(low)) if has_one(f" {low}", _READER_STEMS) else ()
    smiles = has_one(low, _SMILEY_SIGNS) and bool(_SMILEY.search(text))
    signs = len(found) + 2 * smiles
    if not signs:
        return False
    size = words(text)
    if (
        size > _ASIDE
        and not smiles
        and _DOUBTFUL.issuperset(found)
        and not _AU_OR_SELF.search(text)
    ):
        return False  # "He saw how the flame leaned.", "au fond du chapeau"
    if size > _WHOLE_SCENE and (signs < size // _SIGN_IN or is_talked_in(text)):
        return False  # a scene whose rows nothing parts, and a note behind it
    if _SPEECH.search(text):
        return signs >= 3 and bool(_I.search(text))
    return signs >= (1 if size <= 60 else 2) and (signs >= 2 or size <= 40 or bool(_I.search(text)))


# Rules for the same few paragraphs above and below a story ask it one after the other.
_remembered = lru_cache(maxsize=64)(_speaks_to_reader)


def is_talked_in(text: str) -> bool:
    """True where people speak again and again in a text: it is no note, however it ends."""
    return sum(text.count(mark) for mark in '"“”') >= _QUOTATIONS


def is_end_mark(text: str) -> bool:
    """True for "The End", "TBC", "Owari", "End of part 2"."""
    if len(text) >= 80 or text[:1] in _NO_END_BEGINS:  # most lines
        return False
    return _END.match(text.strip()) is not None


def is_drawn_end(text: str) -> bool:
    """True for "------END------" and "End of part 2/5": a rule that says so, and a count of the
    mails that a story came in, which nobody counts to the story."""
    if len(text) >= 80 or text[:1] in _NO_END_BEGINS:  # most lines
        return False
    if _COUNTED_END.match(text):
        return True
    return is_end_mark(text) and bool(_DRAWN.match(text))


def is_site_voice(line: Line) -> bool:
    """True where a line is navigation, a counter or a footer: links alone, or a stock phrase."""
    text = line.bare
    if not text:
        return bool(line.marks) and line.kind != "break"
    if line.linked >= 0.95 and not any(m.value.lower().startswith("mailto:") for m in line.marks):
        return True
    if "@" in text and not _SITE_SELF.search(text):
        return False  # an address to write to is the author's, until the site says it is its own
    size = words(text)
    if size <= 30 and line.linked >= 0.6 and not _BY.search(text):
        return True
    if size > 30:
        return False
    if is_stock(text) or ((line.marks or " | " in line.text) and is_menu(line)):
        return True
    return has_one(text.lower(), _FOOTER_STEMS) and bool(_FOOTER_INSIDE.search(text))


def is_menu(line: Line) -> bool:
    """True for stock phrases side by side ("Next | Reviews (2) | Report this story"), and for links
    to other parts with the present one in bold between them."""
    if " | " in line.text:
        pieces = [piece for piece in line.text.split(" | ") if piece.strip()]
        if len(pieces) >= _PIECES and all(map(is_stock, pieces)):
            return True
    if len(line.marks) <= _PIECES:  # most lines
        return False
    links = sum(mark.kind == "link" for mark in line.marks)
    if links < _PIECES or not any(mark.kind == "strong" for mark in line.marks):
        return False
    shown = [mark for mark in line.marks if mark.kind in {"link", "strong"}]
    at, rest = 0, []
    for mark in shown:
        rest.append(line.text[at : mark.start])
        at = max(at, mark.end)
    return not any(map(str.isalnum, "".join([*rest, line.text[at:]])))


def is_stock(text: str) -> bool:
    """True for a phrase that sites have in common: "last updated 2/2/2000"."""
    return _FOOTER.match(text.strip(" .|[]*-–—<>»«:·•")) is not None


def is_speech(text: str) -> bool:
    """True where a paragraph opens with a quotation mark or tags its speech."""
    found = _SPEECH.search(text)
    # "Jo, who said it first" is not: to look for that in the pattern costs more, of every line.
    return found is not None and (
        "who " not in found.group() or _SPEECH.search(text, found.end()) is not None
    )
