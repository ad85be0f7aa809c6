"""What a page is when it is not a story: an error in a story's clothes, a door, or a list.

Only short pages are taken for errors and doors: a story may well quote one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from storykeep.engines.sheet import Sheet
from storykeep.model import Block, Outcome
from storykeep.patterns import has_one, lazy
from storykeep.prose import tally

_SIGNED = lazy(r"\w\s+by\s+\w")
_TITLE_PARTED = lazy(r"\s[-–—|:»]+\s|\s*\|\s*|::")
_SOFT_404 = lazy(
    r"(?:story|file|page|document|chapter|work|fic|article|url|object|"
    r"record|thread|topic|discussion)s?\s+(?:was\s+|is\s+|could\s+|cannot\s+|"
    r"can\s?not\s+)*(?:not\s+(?:be\s+)?(?:found|exist\w*|available)|no longer "
    r"(?:exists?|available))|"
    r"no such (?:file|story|page|chapter|document)|error 404|404\b.{0,20}(?:not "
    r"found|error)|not found on this server|"
    r"(?:does not|doesn't|no longer) exists?|unable to locate (?:the )?(?:story|"
    r"page|file)|has been (?:deleted|removed|moved)|"
    r"(?:invalid|no) (?:thread|topic|post|forum)s? specified|missing or off limits|"
    r"invalid (?:story|chapter|id|sid|thread|topic)\b|there is no (?:such )?(?:story|page)|"
    r"(?:page|story|file|thread|topic|work|fic|url|address|member|document)s?\s+(?:that\s+)?"
    r"you(?:'ve|\s+have|\s+are|\s+were)?\s+"
    r"(?:requested|looking for|asked for|tried to (?:view|open|reach|access))\s+(?:\w+\s+)?"
    r"(?:could|can|cannot|can't|couldn't|does|doesn't|is|was|no)\b.{0,20}\b"
    r"(?:found|exist\w*|available|here|longer)|"
    r"the (?:requested|specified) (?:page|story|thread|topic|post|forum|member|url)\b.{0,30}"
    r"\b(?:not|no longer)\b.{0,20}\b(?:found|exist\w*|available)|"
    r"no (?:story|page) (?:was )?specified|"
    r"(?:has|have) not archived (?:that|this) url|not in archive|cannot be (?:displayed|crawled)|"
    r"could(?:n't| not) (?:find|open) (?:the |that |this )?(?:story|file|page|"
    r"chapter|topic|thread)|failed to open stream|no story (?:found|with)|nothing (?:was "
    r")?found here",
    re.IGNORECASE,
)
_BROKEN = lazy(
    r"\b(?:fatal error|parse error|warning|notice)\s*: .{3,300}? in \S{1,200} on line \d+"
    r"|\b(?:vbscript|jscript) (?:runtime|compilation) error|\bmicrosoft (?:ole db|odbc|jet)\b"
    r"|\bsoftware error:\s|\berror establishing a database connection\b"
    r"|\bcould(?: not|n't) connect to (?:the )?(?:database|mysql)\b"
    r"|[\w-]\.\w{2,9} \| 5\d\d: [a-z /]{4,60}|\berror code:? 5\d\d\b"
    r"|\b50[234] (?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out)\b",
    re.IGNORECASE | re.DOTALL,
)
_GATE = lazy(
    r"(?:are you|i am|you must be|must be|i'm|you are|if you are|under|over|at "
    r"least)\b.{0,40}\b(?:18|21|17|eighteen|legal age|of age)\b|adult (?:content|"
    r"material|themes)|age (?:verification|consent|statement)|"
    r"ageconsent|mature (?:audiences|content).{0,80}(?:proceed|continue|enter)|"
    r"\b(?:18|21)\s*(?:\+|years|or (?:older|over))",
    re.IGNORECASE,
)
_GATE_GO = lazy(
    r"ageconsent|warning=\d|view_adult|adult=(?:true|1|yes)|over18|"
    r"i\s+am\s+(?:over|at least|of)|^\W*(?:yes|enter|proceed|continue|i (?:agree|accept|"
    r"understand)|"
    r"agree|accept|ok|(?:come|go|let me|take me) (?:on |right )?in(?:to|side)?|i'?m (?:an adult|"
    r"old enough))\b",
    re.IGNORECASE,
)
_LOGIN = lazy(
    # A board counts them, and lists who is there.
    r"(?<!\d )registered (?:users?|members?)\b(?!\s?:)|"
    r"(?<!not )(?<!n't )(?<!n’t )(?:must|need to|have to|please) "
    r"(?:be )?(?:log(?:ged)? ?in|sign(?:ed)? in|register)|members? only|not authorized|"
    r"log in (?:to(?! check your private)|now)|you are not (?:logged in|authorized)|access denied|"
    r"authori[sz]ation required",
    re.IGNORECASE,
)
_CHALLENGE = lazy(
    r"just a moment\.\.\.|checking (?:your|the) browser|cf-browser-verification|"
    r"attention required! \| cloudflare|ddos protection by|enable javascript and "
    r"cookies to continue|verify(?:ing)? (?:that )?you are (?:a )?human|complete "
    r"the security check|are you a robot|unusual traffic|sucuri website firewall|"
    r"performance (?:&|and) security by cloudflare|captcha(?!\w)|"
    r"making sure you(?:'|’)re not a (?:ro)?bot|incapsula incident|pardon our interruption|"
    r"access to this page has been denied",
    re.IGNORECASE,
)
# Where a firewall's page says nothing, what it loads does.
_FIREWALL = ("_incapsula_resource", "px-captcha", "captcha-delivery", "/cdn-cgi/challenge-platform")
_MODERATED = lazy(
    r"not (?:yet )?(?:been )?validated|awaiting (?:validation|approval|"
    r"moderation)|pending (?:validation|approval|moderation)|(?:has not|hasn't) "
    r"(?:yet )?been (?:approved|validated)|hidden by (?:the )?(?:administrator|"
    r"moderator)",
    re.IGNORECASE,
)
_NOT_STORY = lazy(
    r"^\W*(?:(?:my|our|the|site)\s+)?(?:about(?: (?:us|me|this (?:site|archive)|"
    r"the (?:site|archive|authors?|writers?|web ?master|owner|artist)))?|"
    r"(?:(?:a )?(?:note|word|message) )?from the "
    r"(?:web ?master|archivist|maintainer|editor|staff)s?|"
    r"f\.?a\.?q\.?s?|frequently asked questions|guest "
    r"?book.*|contact(?: (?:us|me|info\w*))?|links?(?: page)?|rules(?: .{0,30})?|"
    r"submissions?(?: .{0,30})?|"
    r"submission guidelines|guidelines|how to (?:submit|.{0,20})|news(?: "
    r".{0,20})?|(?:site )?updates?|what'?s new|help|search(?: .{0,20})?|"
    r"privacy(?: policy)?|terms(?: of .*)?|copyright(?: .{0,20})?|disclaimer|"
    r"credits|site map|"
    r"(?:fan\s?fic(?:tion)?\s+|story\s+|fic\s+)?rec(?:s|ommendations)(?: .{0,20})?|"
    r"reviews?(?: (?:for|of|by) .*)?|comments? (?:for|on|about) .*|feedback(?: "
    r"(?:form|for) .*)?|(?:write|leave|post|add) .{0,20}(?:review|comment|"
    r"feedback).*|register|log ?in|sign (?:in|up)|contests?|awards?|chat|forums?|"
    r"staff|webrings?|mailing list|polls?|"
    r"welcome(?: to .*)?|banners?|art(?: gallery)?|gallery|challenges?|report .*|"
    r"(?:\w[\w'’]* ){0,4}(?:episode (?:guide|list|summar(?:y|ies))|character (?:bios?|guide|"
    r"profiles?)|"
    r"cast list|timeline|glossary|transcripts?)|"
    r"edit .*|user (?:profile|info).*|profile .*|member list|statistics|stats|top "
    r"ten)\W*$",
    re.IGNORECASE,
)
# Of those, the ones that are no list of stories either.
_NEVER_A_LIST = lazy(
    r"\b(?:about|faqs?|f\.a\.q|guest ?book|contact|links?|rules|guidelines|"
    r"submission|awards?|privacy|terms|register|log ?in|chat|staff|webrings?|"
    r"reviews?|comments?|feedback|disclaimer|copyright)\b",
    re.IGNORECASE,
)
_NEVER_A_STORY = lazy(
    r"\b(?:about (?:us|me|the)|faqs?|f\.a\.q|guest ?book|contact|guidelines|submissions?|"
    r"privacy|terms|register|log ?in|webrings?|reviews?|comments?|feedback|site|updates?|"
    r"mailing list|profile|statistics|stats|member list|how to)\b",
    re.IGNORECASE,
)
_NOT_STORY_FILE = lazy(
    r"/(?:about\w*|faqs?|guestbook\w*|contact\w*|links?|rules|submi\w+|guidelines|"
    r"news|whatsnew|help|search|privacy|terms|tos|reviews?|feedback|login|"
    r"register|awards?|chat|staff|credits|sitemap|policy|copyright)(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_SITE_WORDS = frozenset(
    """archive archives archived site website webpage page webmaster submission submissions stories
    author authors fandom fandoms update updates updated e-mail email link links rule rules faq
    format formats html browser visitor visitors mailing welcome guideline guidelines feedback
    host hosted hosting server contact fic fics fiction""".split()  # noqa: SIM905  it reads as a list
)
_SITE_STEMS = ("submit", "upload", "maintain", "fanfic")
_SPEECH = lazy(r"[\"“”«»「『]|^\s*[—–]\s?\w")
_QUOTES = '"“”«»「『'
_WIDE = lazy(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]")
# With which of them any such letter begins in UTF-8.
_WIDE_LEADS = tuple(bytes([lead]) for lead in (*range(0xE3, 0xEE), 0xEF))
_GONE = lazy(
    r"(?<!may have been )(?<!might have been )"
    r"(?:\b(?:journal|account|blog|weblog|community)\b.{0,30}\b(?:has been|was|is) suspended\b|"
    r"\b(?:geocities|service|site|archive|server|community)\b.{0,30}"
    r"\b(?:has closed|has been closed|has shut down|is closed)\b|"
    r"\bgeocities (?:web ?)?site you were .{0,30}is no longer available\b|"
    r"\bno longer available on this server and there is no forwarding address\b|"
    r"\b(?:taken down|removed|deleted|withdrawn|pulled)\b.{0,30}\b(?:by|at|on)\b.{0,20}"
    r"\b(?:author|writer|request))",
    re.IGNORECASE,
)
# What stands at an address whose domain is nobody's any more, or somebody else's.
_PARKED = lazy(
    r"\bdomain(?: name)?\b.{0,40}\b(?:for sale|(?:is|has been|was) (?:parked|expired|registered)|"
    r"has expired)\b|\b(?:buy|renew) (?:this|your) domain\b|\bweb ?site is for sale\b|"
    r"\bsponsored listings displayed above\b|\bparked (?:free|by|at)\b.{0,20}\b(?:courtesy|domain)|"
    r"\b(?:domain owner|parking provider)\b.{0,40}\bno relationship\b|"
    r"\bfirst and best source for (?:all of the )?information\b",
    re.IGNORECASE,
)

# No match of the patterns above is without one of these (in small letters), which are found many
# times faster: most short pages are stories.
_CHALLENGE_STEMS = (
    "just a moment", "checking ", "cf-browser", "attention required", "ddos", "enable javascript",
    "verify", "security check", "robot", "unusual traffic", "sucuri", "cloudflare", "captcha",
    "making sure you", "incapsula", "pardon our", "has been denied",
)  # fmt: skip
_BROKEN_STEMS = (
    "fatal error", "parse error", " on line ", "vbscript", "jscript", "microsoft ",
    "software error", "error establishing", "connect to ", "| 5", "error code", "bad gateway",
    "unavailable", "gateway time",
)  # fmt: skip
_MODERATED_STEMS = ("validat", "approv", "moderat", "administrator")
_GATE_STEMS = (
    "18", "21", "17", "eighteen", "legal age", "of age", "adult ", "age veri", "age consent",
    "age statement", "ageconsent", "mature ",
)  # fmt: skip
_LOGIN_STEMS = (
    "register", "login", "log in", "loggedin", "logged in", "signin", "sign in", "signedin",
    "signed in", "member", "authori", "access denied",
)  # fmt: skip
_GONE_STEMS = (
    "no longer available",
    "taken down",
    "removed",
    "deleted",
    "withdrawn",
    "pulled",
    "suspended",
    "closed",
    "shut down",
)
_PARKED_STEMS = (
    "domain",
    "for sale",
    "sponsored listings",
    "parked ",
    "parking ",
    "best source for",
)
_SOFT_404_STEMS = (
    "found", "exist", "available", "no such ", "404", "unable to locate", "has been ",
    "specified", "off limits", "invalid ", "there is no ", "requested", "looking for",
    "asked for", "tried to ", "not archived", "not in archive", "cannot be ", "could not ",
    "couldn't ", "failed to open", "no story ",
)  # fmt: skip

_MY_STORIES = lazy(
    r"\bmy (?:stories|fics|fan ?fic(?:tion|s)?|writing) (?:are|is|can be (?:found|read))\b"
    r".{0,40}\b(?:here|page|site|section|link)\b",
    re.IGNORECASE,
)
_OF_SELF = lazy(
    r"\bI (?:was born|live (?:in|with|near)|work (?:in|as|for)|began to write|started writing|"
    r"have been writing)\b|\b(?:write to|mail|e-?mail|contact) me\b|"
    r"\bmy (?:cats?|dogs?|husband|wife|hobbies|favou?rite)\b",
    re.IGNORECASE,
)
_PENDING = lazy(
    r"\bcoming soon\b|\bunder construction\b|\bcheck back (?:soon|later)\b|"
    r"\b(?:will|to) be (?:posted|uploaded|added) (?:soon|shortly|later)\b|"
    r"\bnot (?:up|posted) yet\b",
    re.IGNORECASE,
)
_PENDING_LENGTH = 30  # words
# The label above what somebody says for a story that stands elsewhere.
_RECOMMENDS = lazy(
    r"^\W*(?:why (?:this|it|you)\b[^:?\n]{0,30}\b(?:be read|read (?:this|it))|"
    r"why (?:i|we)(?: am|['’]m)? rec(?:c?ing|ommend(?:ing|ed)?|c?ed|['’]d|)\b[^:?\n]{0,20}|"
    r"rec(?:c?ed|['’]d|ommended) (?:because|for)|reasons? (?:for|to) (?:the )?rec(?:ommend\w*)?)"
    r"\W{0,3}[:?]",
    re.IGNORECASE | re.MULTILINE,
)
_RECOMMENDATION = 1500  # words: a longer page has more than that
# Who says something of a story that stands elsewhere, where it stands, and of what critics speak.
_REVIEWER = lazy(
    r"^\W*(?:(?:reviewed|roasted|sporked|snarked|flamed|critiqued|dissected|savaged|mocked|"
    r"rec(?:c?ed|['’]d|ommended)|nominated)\s+by\b|reviewer\s*:)",
    re.IGNORECASE,
)
_WHEREABOUTS = lazy(
    r"^\W*(?:url|links?|found (?:at|here)|read it (?:at|here)|where(?: to (?:find|read) it)?|"
    r"story link)\s*:",
    re.IGNORECASE,
)
_CRITIC = lazy(
    r"\b(?:(?:the|this) (?:author|writer)|misspell\w*|typos?|grammar\w*|spelling|punctuation|"
    r"plot ?holes?|mary sues?|characteri[sz]ation|out of character|canon|the summary|"
    r"recommend\w*|badfic|(?:this|the) (?:fic|story) (?:is|has|was)|reviews?|cliché\w*)\b",
    re.IGNORECASE,
)
_CRITICISM = 3  # of such words, each counted once
_HEAD = 25  # lines
_JOINED = lazy(r"^\W*(?:joined|member since)\b.{0,20}\d{2}", re.IGNORECASE)
_SELF = lazy(r"\b(?:I|[Mm]y|[Mm]e)\b")
_FORMAT = lazy(r"\b(?:txt|fb2|epub|pdf|mobi|azw3?|rtf)\b", re.IGNORECASE)
_FORMATS = 2
_QUOTED_WORDS = lazy(r"[\"“][^\"“”]{0,600}[\"”]")
_OTHERS = lazy(r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Hh]im|[Tt]hey|[Tt]heir|[Tt]hem)\b")
_OTHERS_LEAST = 8
_SENTENCE_SAID = lazy(r"[\"“„«][^\"”“»]{0,400}[,.!?…—–-][\"”»]|^\s*[\"“«][A-Z]|^\s*[—–]\s?\w")
_ROW = 8  # words
_ANSWER = lazy(r"(?:^|[\]:])\s*Re:\s", re.IGNORECASE)
_WROTE = lazy(r"\b(?:wrote|writes):\s*$")
_TOP = 12  # lines
_WORDLESS = 40  # words
ASKS = "the page is a form that asks for a password"  # the weakest sign: sites have one everywhere
_LOADERS = ("script", "iframe", "div")
_SHORT = 130  # words: longer pages are not taken for an error or a door
_DOOR = 260


def door(
    sheet: Sheet, *, visible: str | None = None, size: int | None = None
) -> tuple[Outcome, str] | None:
    """Return (outcome, reason) where the page is an error, a gate, a login or a challenge, else
    None.

    *visible* and *size* are the page's own text without its navigation, where an engine knows it.
    """
    text = sheet.text if visible is None else visible
    size = sheet.words if size is None else size
    if size >= _DOOR:
        return None
    return _door_of(sheet, text, f"{sheet.title_tag}\n{text[:4000]}", short=size < _SHORT)


def _door_of(sheet: Sheet, text: str, head: str, *, short: bool) -> tuple[Outcome, str] | None:
    low = head.lower()
    if found := _find(_CHALLENGE, _CHALLENGE_STEMS, head, low):
        return "challenge", f"the page says {found!r}"
    if short and (found := _firewall(sheet)):
        return "challenge", f"the page loads {found!r}"
    if short and (found := _find(_BROKEN, _BROKEN_STEMS, head, low)) and _is_said(text, found):
        return "error", f"the site is broken: {found[:200]!r}"
    if short and (found := _find(_MODERATED, _MODERATED_STEMS, head, low)):
        return "moderated", f"the page says {found!r}"
    if (found := _find(_GATE, _GATE_STEMS, text, text.lower())) and passage(sheet):
        return "gate", f"the page says {found!r} and offers a way on"
    asks = has_password(sheet)
    if (short or asks) and (found := _find(_LOGIN, _LOGIN_STEMS, head, low)):
        return "login", f"the page says {found!r}"
    if asks and short:
        return "login", ASKS
    if short and (found := _find(_GONE, _GONE_STEMS, head, low)) and _is_said(text, found):
        return "gone", f"the page says {found!r}"
    if (found := _find(_PARKED, _PARKED_STEMS, head, low)) and _is_said(text, found):
        return "gone", f"the domain is no site any more: {found!r}"
    if short and (found := _find(_SOFT_404, _SOFT_404_STEMS, head, low)) and _is_said(text, found):
        return "soft_404", f"the page says {found!r}"
    return None


def _firewall(sheet: Sheet) -> str:
    """Return by what a page without words of its own asks who is reading, "" for nothing."""
    if sheet.root is None or sheet.words > _WORDLESS:
        return ""
    loaded = (each.get("src") or each.get("id") or "" for each in sheet.root.iter(*_LOADERS))
    low = "\n".join(loaded).lower()
    return next((name for name in _FIREWALL if name in low), "")


def _find(pattern: re.Pattern[str], stems: Sequence[str], text: str, low: str) -> str:
    """Return what *pattern* finds in *text*, "" for nothing; *low* is the text in small letters."""
    if not has_one(low, stems):
        return ""
    found = pattern.search(text)
    return found.group() if found else ""


def size_of(blocks: Sequence[Block]) -> int:
    """Return about how many words a reader reads; two letters of Chinese or Japanese count as
    one."""
    texts = [block.text for block in blocks if block.text]
    # One text is looked through many times faster than its pieces.
    whole = "".join(texts)
    size = whole.count(" ") + len(texts)
    return size + sum(map(wide_of, texts)) if _may_be_wide(whole) else size


def sizes_of(blocks: Sequence[Block], *, spaced: bool = False) -> tuple[int, int]:
    """Return how many words the prose has, as `prose.words` says, and what `size_of` does; *spaced*
    is what a sheet says of its lines."""
    words, size = tally(blocks, spaced=spaced)
    texts = [block.text for block in blocks]
    return words, size + sum(map(wide_of, texts)) if _may_be_wide("".join(texts)) else size


def wide_of(text: str) -> int:
    """Return about how many words the letters of Chinese, Japanese and Korean in *text* are."""
    return len(_WIDE.findall(text)) // 2 if _may_be_wide(text) else 0


def _may_be_wide(text: str) -> bool:
    """False for texts in Latin, Greek and Cyrillic letters, in a tenth of the pattern's time."""
    if text.isascii():
        return False
    body = text.encode("utf-8", "surrogatepass")
    for lead in _WIDE_LEADS:  # noqa: SIM110  any() makes a generator
        if lead in body:
            return True
    return False


def is_message(title: str) -> bool:
    """True where what looks like a title is the error itself: "Story not found", "Not Found"."""
    return bool(_SOFT_404.search(title)) or title.strip(" .!").lower() in {
        "not found",
        "error",
        "sorry",
        "oops",
        "404",
    }


def is_about_writer(text: str) -> bool:
    """True for a page on which its owner tells of herself, and where her stories are."""
    return _MY_STORIES.search(text) is not None and len(_OF_SELF.findall(text)) >= 2


def is_pending(text: str, size: int) -> bool:
    """True where a page says that its story is still to come, and nothing else."""
    return 0 < size <= _PENDING_LENGTH and _PENDING.search(text) is not None


def recommends(text: str, size: int) -> str:
    """Return the label by which a page recommends a story instead of telling one, "" for none."""
    if size > _RECOMMENDATION or not has_one(text.lower(), ("why ", "rec")):
        return ""
    found = _RECOMMENDS.search(text)
    return found.group().strip() if found else ""


def reviews(sheet: Sheet, texts: Sequence[str], size: int) -> str:
    """Return how a page shows that it reviews a story that stands elsewhere, "" where it does not:
    two of these, that it names the reviewer, that it says where the story is, and that its text is
    a critic's."""
    if size > _RECOMMENDATION:
        return ""
    rows = [line.text for line in sheet.lines[:_HEAD] if 0 < len(line.text.split()) <= _ROW]
    signs = [row for row in rows if _REVIEWER.match(row)][:1]
    signs += [row for row in rows if _WHEREABOUTS.match(row)][:1]
    if not signs or speech_lines(list(texts)) > len(texts) * 0.4:
        return ""
    if len(signs) > 1:
        return signs[0]
    said = {each.lower() for text in texts for each in _CRITIC.findall(text)}
    return signs[0] if len(said) >= _CRITICISM else ""


def is_profile(sheet: Sheet, texts: Sequence[str]) -> bool:
    """True for a member's own page: it says when somebody joined, and somebody speaks of herself.

    A board says it beside each post, with how many there are of hers.
    """
    rows = [line.text for line in sheet.lines[:_HEAD] if 0 < len(line.text.split()) <= _ROW]
    joined = [at for at, row in enumerate(rows) if _JOINED.match(row)]
    if len(joined) != 1 or any("post" in row.lower() for row in rows[max(0, joined[0] - 1) :][:4]):
        return False
    said = [text for text in texts if len(text.split()) > _ROW]
    return sum(_SELF.search(text) is not None for text in said) * 2 >= len(said) > 0


def leads_to_files(sheet: Sheet) -> bool:
    """True where a row of links offers one text in several formats: "DOWNLOAD.txt | .epub"."""
    return any(
        sum(_FORMAT.search(text) is not None for _, text in line.links()) >= _FORMATS
        for line in sheet.lines
        if line.marks
    )


def is_narrated(paragraphs: Sequence[str]) -> bool:
    """True where a text, but for what is said in it, is about others: nobody's day."""
    told = _QUOTED_WORDS.sub(" ", "\n".join(paragraphs))
    others = len(_OTHERS.findall(told))
    return others >= _OTHERS_LEAST and others >= 3 * len(_SELF.findall(told))


def dialogue_lines(paragraphs: Sequence[str]) -> int:
    """Return in how many paragraphs somebody says a sentence: "gen" between marks is said by
    nobody."""
    return sum(_SENTENCE_SAID.search(text) is not None for text in paragraphs)


def _is_said(text: str, words: str) -> bool:
    """True where the words are a message and not speech: "No such story," he said."""
    for line in text.split("\n"):
        if words in line and (_SPEECH.search(line) and len(line.split()) > 12):
            return False
    return True


def passage(sheet: Sheet) -> bool:
    """True where the page has a link or a button for who is old enough."""
    if any(_GATE_GO.search(anchor.url) or _GATE_GO.search(anchor.text) for anchor in sheet.anchors):
        return True
    if sheet.root is None:
        return False
    return any(
        (button.get("type") or ("submit" if button.tag == "button" else "")).lower()
        in {"submit", "button", "checkbox"}
        for button in sheet.root.iter("input", "button")
    )


def has_password(sheet: Sheet) -> bool:
    """True where the page asks for a password."""
    if sheet.root is None:
        return False
    return any(
        (field.get("type") or "").lower() == "password" for field in sheet.root.iter("input")
    )


def has_textarea(sheet: Sheet) -> bool:
    """True where the page has a form to write something longer in."""
    return next(sheet.root.iter("textarea"), None) is not None


def names_itself(sheet: Sheet) -> str | None:
    """Return the heading, title or file name by which a page says that it is no story, else
    None."""
    headings = [block.text.strip() for block in sheet.blocks[:12] if block.kind == "heading"]
    for text in [*headings[:2], *_title_pieces(sheet.title_tag)]:
        if text and _NOT_STORY.match(text):
            return text
    found = _NOT_STORY_FILE.search(sheet.url.split("?")[0])
    return found.group() if found else None


def never_a_list(sheet: Sheet) -> str | None:
    """Return the name by which a page says that it is neither a story nor a list of some, else
    None."""
    named = names_itself(sheet)
    return named if named and _NEVER_A_LIST.search(named) else None


def never_a_story(named: str) -> bool:
    """True where the name that a page gives itself is none that a story might have, too."""
    return bool(_NEVER_A_STORY.search(named))


def _title_pieces(title: str) -> list[str]:
    pieces = [piece.strip() for piece in _TITLE_PARTED.split(title)]
    if _SIGNED.search(pieces[0]):  # what is behind "The Lamp by Ada" is what the site calls it
        return pieces[:1]
    return pieces if len(pieces) <= 3 else pieces[:1]


def site_talk(text: str) -> float:
    """Return the share (0..1) of words that are about a site and its stories."""
    words = text.lower().split()
    said = 0
    for typed, times in Counter(words).items():  # a text has half as many words as it has tokens
        word = typed.strip("\"'“”‘’.,;:!?()[]*_-")
        if word in _SITE_WORDS or word.startswith(_SITE_STEMS):
            said += times
    return said / max(1, len(words))


def speech_lines(paragraphs: list[str]) -> int:
    """Return how many paragraphs hold speech."""
    # Most speech stands in two of them; a loop over all marks takes five times as long.
    return len(
        [
            1
            for text in paragraphs
            if '"' in text or "“" in text or (not text.isascii() and _holds_other_speech(text))
        ]
    )


def _holds_other_speech(text: str) -> bool:
    """True where one of the marks of speech that are not ASCII stands in *text*."""
    return has_one(text, _QUOTES) or text.lstrip()[:1] in {"—", "–"}


def answers(title: str, lines: Sequence[str]) -> bool:
    """True for a mail that answers another, as its subject says and the rows that it quotes."""
    if not _ANSWER.search(title):
        return False
    return any(_WROTE.search(line) for line in lines[:_TOP]) and any(
        line.lstrip().startswith((">", "|")) for line in lines
    )


def frames(root: Any) -> bool:
    """True where the page is a frameset."""
    return next(root.iter("frameset"), None) is not None
