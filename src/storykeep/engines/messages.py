"""What a site says in place of a story, sentence by sentence: that it is gone, locked, not there.

Only asked of short pages that nothing calls a story, or of a text that is next to nothing but such
a sentence: so no story that speaks of lost pages is ever taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from storykeep.engines.outcomes import names_itself, passage, speech_lines
from storykeep.engines.sheet import Sheet
from storykeep.header import Line
from storykeep.header.lines import label_of
from storykeep.model import Block, Evidence, Outcome, Part
from storykeep.patterns import lazy

_PAGE = 110  # words beside the links: a page that says more says it is something else
_TEXT = 45  # words of a text that may be nothing but a message
_UNSETTLED = frozenset({"story", "index", "not_story"})
_SPEAKERS = 2  # paragraphs in which somebody speaks
_SIGNED = 15  # words
_ENTRIES, _TOP = 3, 3  # links to stories; lines above them
_FIRST = 30  # sentences among which the message stands
_OTHERS = 25  # words beside a message on a page of links
_LONGEST = 400  # characters of a sentence
_LISTED = 2  # entries of a list
_OPENING = 3  # characters before the link of an entry
_MENU = 0.6  # of a line's letters in links


def _one_of(*sentences: str) -> re.Pattern[str]:
    """Return a pattern for sentences that begin with one of these."""
    return lazy("|".join(sentences), re.IGNORECASE)


_SENTENCES = lazy(r"(?<=[.!?…:])\s+(?=\S)|\s[|»]\s")
# What goes before it: "Sorry, but", "Error!", "Oops!", "It looks like".
_LEADING = lazy(
    r"(?:(?:(?:we|i)(?:['’]re| are| am|['’]m)\s+(?:very |so |really )?(?:sorry|afraid)|sorry|"
    r"apologies|oops|wh?oops|uh[- ]?oh|hm+|hrm|hey|alas|unfortunately|(?:fatal )?error|"
    r"access denied|note|notice|but|that|either|dear reader|perhaps|maybe|"
    r"it (?:looks|seems|appears) (?:like|as if|that))\b[\s,.:;!–—-]*)+",
    re.IGNORECASE,
)
_THING = (
    r"(?:stor(?:y|ies)|(?:fan)?fics?|fan ?fictions?|fictions?|chapters?|works?|pages?|files?|"
    r"documents?|entry|entries|posts?|journals?|accounts?|blogs?|topics?|threads?|forums?|boards?|"
    r"authors?|users?|members?|links?|content|text|poems?|series|groups?|communit(?:y|ies)|"
    r"submissions?|books?|novels?|submission_?ids?|urls?|address(?:es)?|items?|articles?|results?|"
    r"sites?|archives?|web ?sites?|deviations?|ids?)"
)
_BE = r"(?:is|are|was|were|has been|have been|had been|being|be|has|have|been)"
_TAKEN = (
    r"(?:removed|deleted|withdrawn|taken (?:down|off|away)|pulled|suspended|purged|hidden|retired|"
    r"unpublished|made private|disabled)"
)
_SOFT_404 = _one_of(
    # "the story you are looking for is not available", "story id 12 was not found"
    r"(?:(?:the|this|that|your|any|a)\s+)?(?:(?:requested|specified|selected)\s+)?(?:[\w-]+\s+)?"
    rf"{_THING}\b.{{0,80}}?(?:\b(?:not|cannot|no longer|never)\b|n['’]t\b)"
    r"(?:\s+(?:yet|currently|longer|any longer|been|be|seem to|appear to))*\s+"
    r"(?:found|exist\w*|available|accessible|here|there|located|valid|listed|posted|"
    r"on (?:our|this|the) \w+)",
    # "we could not find ...", "the gremlins can not seem to find ..."
    r"(?:.{0,60}?\b)?(?:can\s?not|can['’]t|could\s?not|couldn['’]t|unable to)\s+"
    r"(?:seem to\s+|be\s+)?(?:find|locate|retrieve|load|open|found|located)\b.{0,40}\b"
    rf"(?:{_THING}|what|anything|that|it)\b",
    # "no story by that number", "unknown story", "invalid submission_id"
    r"(?:no(?:t a(?: valid)?)?(?: such| matching)?|unknown|invalid|missing|wrong|bad|incorrect)\s+"
    rf"(?:\w+\s+)?{_THING}\b(?:\W*$|\s+(?:by|with|of|in|id|number|has|have|was|were|is|are|found|"
    r"match\w*|specified|exists?|selected|given|requested|or)\b)",
    r"there\s+(?:is|are|was|were)\s+(?:currently\s+|presently\s+)?no(?:t|t a|t any|thing)?\b"
    rf".{{0,60}}\b(?:{_THING}|here|found)\b",
    r"there['’]s nothing here\W*$",
    r"(?:nothing|no results?|no matches)\s+(?:(?:was |were )?(?:found|match\w*)\b|here\W*$)",
    r"(?:you|this)\s+(?:(?:have|has|seem to have|may have|['’]ve)\s+)*"
    r"(?:reached this page (?:in|by) (?:error|mistake)|(?:found|followed|used|clicked(?: on)?)\s+"
    r"an?\s+(?:dead|broken|bad|invalid|outdated|old)\s+(?:link|url|address))\b",
    r"(?:the|this|that)\s+(?:link|url|address)\b.{0,60}\b"
    r"(?:broken|dead|expired|out of date|invalid|incorrect)\b",
    rf"(?:the|this|that|your)\s+{_THING}\b.{{0,20}}\b"
    r"(?:wandered off|gone missing|vanished|disappeared|got(?:ten)? lost)\b",
    r"you\s+(?:are|were)\s+(?:looking for|trying to \w+)\s+(?:something|a page|a story)\s+that\s+"
    r"(?:is(?:n['’]t| not)|does(?:n['’]t| not))\b",
    rf"(?:(?:the|this|that)\s+)?{_THING}\s+(?:is|are)\s+unavailable\b",
    r"(?:page|story|file|chapter)?\s*not found",
    r"(?:http\s+)?(?:error\s+)?404\b",
    # in other languages
    r".{0,80}\b(?:nicht gefunden|existiert nicht|nicht vorhanden|n['’]existe (?:pas|plus)|"
    r"introuvable|no existe|no (?:ha sido|fue|se ha) encontrad\w|no se encontr\w+|non esiste|"
    r"non (?:è stat[ao] )?trovat\w|n[ãa]o existe|n[ãa]o (?:foi )?encontrad\w|не найден\w?|"
    r"не существует|nie (?:istnieje|znaleziono)|niet gevonden|bestaat niet|hittades inte|"
    r"ei löydy)\b",
    r".{0,60}(?:見つかりません|存在しません|找不到|不存在)",
)
_GONE = _one_of(
    r"(?:(?:this|that|the|all(?: of)?(?: the| her| his| their)?|these|those|your)\s+)?"
    rf"(?:[\w-]+\s+){{0,3}}?{_THING}\s+"
    rf"(?:(?:{_BE}|temporarily|permanently|either|or|now|since|also)\s+)*{_TAKEN}\b",
    r"(?:the|this story['’]s)\s+(?:author|writer|owner|poster|site owner)\s+"
    rf"(?:{_BE}\s+|as\s+|had\s+)?(?:{_TAKEN}|request\w*|asked|made|taken|took|"
    r"chosen to (?:remove|delete|withdraw))\b.{0,40}\b"
    rf"(?:{_THING}|down|removed?|private|publication|it|them)\b",
    r"(?:the\s+)?author\b.{0,40}\b(?:has left|left) (?:the|this|our) (?:archive|site)\b",
    rf"{_TAKEN}\s+(?:by|at|on|upon)\s+(?:the\s+)?(?:author|writer|owner|request)\b",
    rf"(?:deleted|purged|suspended|removed)\s+{_THING}\W*$",
    r"(?:the|this|our)?\s*(?:site|archive|web ?site|journal|blog|forum|group)\s+(?:has|is|was)\s+"
    r"(?:now\s+|been\s+|permanently\s+)*(?:closed|shut|gone|no more|retired|offline for good)\b",
    r".{0,60}\b(?:wurde (?:vom autor |von der autorin )?(?:gelöscht|entfernt)|"
    r"a été (?:supprimée?|retirée?)|ha sido (?:eliminad\w|borrad\w|retirad\w)|"
    r"è stat[ao] (?:rimoss\w|cancellat\w|eliminat\w)|foi (?:removid\w|exclu[íi]d\w|apagad\w)|"
    r"(?:удали[лв]\w*|удал[её]н\w*)|została? usunięt\w)\b",
)
_MODERATED = _one_of(
    r".{0,80}\b(?:await\w*|wait\w*|pending|queued|in|held)\b.{0,30}\b"
    r"(?:approv\w+|moderat\w+|validat\w+|review by|queue)\b",
    rf".{{0,60}}\b{_THING}\b.{{0,30}}\b(?:not|n['’]t)\s+(?:yet\s+)?(?:been\s+)?(?:yet\s+)?"
    r"(?:approved|validated|published|revealed|released)\b",
    r".{0,60}\bhidden by (?:an? |the )?(?:site )?(?:admin\w*|moderator\w*|staff)\b",
    r".{0,80}\bwill be revealed (?:soon|later|on)\b",
)
_LOGIN = _one_of(
    r".{0,60}\b(?:registered|logged[- ]in|signed[- ]in|invited)\s+(?:users?|members?|readers?)\b"
    r".{0,40}\b(?:only|may|can|available)\b",
    r".{0,80}\b(?:for|to|by)\s+(?:registered\s+|paying\s+|invited\s+|community\s+)?"
    r"(?:members?|subscribers?|friends|readers?|watchers)\s+only\b",
    r"(?:registered\s+|community\s+|watchers|members|friends|subscribers)[- ]?"
    r"(?:users?\s+|members?\s+)?only\b",
    r".{0,60}\b(?:only (?:available|visible|open) to)\s+(?:\w+\s+)?"
    r"(?:members?|subscribers?|friends|users?|watchers|invited)\b",
    r".{0,80}\b(?:may|can) only be (?:read|viewed|seen|opened) by\b",
    r"(?:only|just)\s+(?:registered|logged[- ]in|site)\s+(?:members?|users?)\b",
    r".{0,60}\bopen to (?:invited )?(?:readers|members) only\b",
    r".{0,60}\b(?:friends[- ]?(?:locked|only)|members?[- ]only|password[- ]protected)\b",
    r".{0,80}\b(?:disabled anonymous (?:viewing|reading)|not author(?:is|iz)ed to|"
    r"(?:do|does)(?: not|n['’]t) have (?:the )?(?:permissions?|access|rights?) to|"
    r"not allowed to (?:view|read|see))\b",
    r".{0,80}\b(?:must|(?<!not )need to|(?<!not )have to|requires? you to|please|required to)\s+"
    r"(?:first\s+)?(?:be\s+)?(?:a (?:registered )?member|registered|log(?:ged)?[- ]?in|"
    r"sign(?:ed)?[- ]?in|register|subscribe|join)\b",
    r"log ?in to \w",
    r".{0,60}(?: nur)? für registrierte\b",
    r".{0,60}\bnoch kein registrierter\b",
    r"fai il login\b",
    r".{0,60}\b(?:réservée? aux membres|connectez-vous|inicia(?:r)? sesi[óo]n|faça (?:o )?login)\b",
    r".{0,60}\b(?:войдите|авторизуйтесь|зарегистрируйтесь|только для зарегистрированных)\b",
)
_CHALLENGE = _one_of(
    r".{0,60}\b(?:check(?:ing)?|verify(?:ing)?|validat\w+)\s+(?:that\s+)?(?:your|the)\s+"
    r"(?:browser|connection|request)\b",
    r".{0,60}\b(?:you(?:['’]re| are) (?:not )?(?:a )?(?:human|robot|bot)|human verification|"
    r"security (?:check(?:point)?|service to protect|solution)|characters you see|prove you)\b",
    r".{0,40}\b(?:enable|turn on)\s+java ?script\b.{0,20}\b(?:proceed|continue|cookies)\b",
)
_BROKEN = _one_of(
    r".{0,60}\b(?:mysql|sql|database|odbc|internal server|server|script|runtime|php)\s+error\b",
    r".{0,40}\b(?:failed|unable|could not|couldn['’]t|cannot|can['’]t) (?:to )?connect(?: to)?\b",
    r".{0,100}\b(?:temporarily|currently)\s+(?:\w+\s+)?"
    r"(?:unavailable|down|disabled|offline|closed|unable|exceeded|not available)\b",
    r".{0,60}\b(?:down for|under(?:going)?|scheduled|mode for) maintenance\b",
    r".{0,80}\b(?:something (?:bad |has )?(?:went|gone|happened)(?: wrong)?|bandwidth limit|"
    r"data transfer limit|heavy load|responding too slowly|too many (?:connections|requests)|"
    r"daily limit|try again (?:later|in a|soon)|internal error|service unavailable|"
    r"gateway time-?out|instance of an object)\b",
    r"an error (?:has )?occurred while\b",
    r"retry later",
    r"(?:error )?50[0-9]\b",
)
# The first that a sentence is decides: what will pass is no loss, and a door is none either.
_KINDS: tuple[tuple[Outcome, re.Pattern[str]], ...] = (
    ("challenge", _CHALLENGE),
    ("error", _BROKEN),
    ("moderated", _MODERATED),
    ("login", _LOGIN),
    ("gone", _GONE),
    ("soft_404", _SOFT_404),
)
_LABEL = 20  # characters
_GATE = lazy(
    # "18KB" is how long a story is, "17 May 2005" a day.
    r"(?<![/\d.,-])(?:1[678]|21)(?![/\d.-]\d|\s?[km]b?\b|,? \d{4}\b|(?:st|th)?[ .-](?:jan|feb|mar|"
    r"apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]{3,6})?\b)|"
    r"\b(?:eighteen|legal age|age of (?:consent|majority)|of age|adults?|mature|explicit|"
    r"nc-?17|fr21|discretion|minors|erwachsene\w?|volljährig\w*|ab 1[68]|adultes|majeure?s?|"
    r"mineurs|adult[oa]s|mayor(?:es)? de (?:edad|18)|menores|maggiorenn\w|minori|maiores|"
    r"altersverif\w+|jugendliche\w*|взросл\w+|совершеннолетн\w+|18 лет|pełnoletni\w*)\b",
    re.IGNORECASE,
)
_ENTER = lazy(
    r"\b(?:yes|enter|continue|proceed|agree|accept|view|read|go on|let me in|click here|"
    r"understand|i am|i['’]m|over|ja|ich bin|weiter|oui|j['’]ai|entrer|s[íi]|soy|tengo|entrar|"
    r"sono|sou|tenho|continuar|да|мне|продолжить|settings|\w*verifi\w+)\b",
    re.IGNORECASE,
)
_SPOKEN = lazy(r"^[\"“«„]|[\"”»,!?]\s*(?:\w+ )?(?:said|asked|replied)\b")
# What a board has on each of its pages: its clock, its form to log in.
_FURNITURE = lazy(
    r"[\W_]*(?:it is currently|the time now is|all times are|last visit was|powered by|"
    r"(?:user ?name|password)\s?:|log me (?:on|in) automatically|remember me|hide my online)\b",
    re.IGNORECASE,
)
_QUOTED = lazy(r"(?P<sign>['\"])(?P<words>.+)(?P=sign)", re.DOTALL)
# Of the names that a page gives itself, those of pages that speak of such things.
_OTHER_PAGE = lazy(
    r"\b(?:about|faqs?|f\.a\.q|frequently|guest ?book|links|rules|guidelines|submissions?|news|"
    r"updates?|what'?s new|awards?|credits|reviews?|help)\b",
    re.IGNORECASE,
)


def settled(part: Part, sheet: Sheet) -> Part:
    """Return *part* with the outcome that its page's words name, where they name one."""
    if part.outcome not in _UNSETTLED:
        return part
    found = _told(part, sheet)
    if found is None:
        return part
    outcome, reason = found
    evidence = {**part.evidence, "outcome": (Evidence(outcome, "inferred", reason=reason),)}
    text = tuple(block.text for block in part.prose if block.text)
    return replace(
        part, outcome=outcome, reason=reason, prose=(), prose_words=0, chrome=part.chrome + text,
        evidence=evidence,
    )  # fmt: skip


def _told(part: Part, sheet: Sheet) -> tuple[Outcome, str] | None:
    """Return what a page without a story is, by what it says in place of one, and why; None where
    it says nothing of the kind."""
    if part.outcome not in {"not_story", "index"}:
        return _in_place_of_text(part)
    if part.outcome == "index" and _lists(sheet.lines):
        return None
    return said(sheet, others=_OTHERS if part.outcome == "index" else _PAGE)


def said(sheet: Sheet, *, others: int = _PAGE) -> tuple[Outcome, str] | None:
    """Return what a short page is by its own sentence, and why; None where it says nothing of the
    kind, or more than *others* words beside it."""
    if sheet.root is None or sheet.words > 4 * _PAGE or _is_of_other_things(sheet):
        return None
    shown = [
        line
        for line in sheet.lines
        if not (line.blank or line.is_break or _is_menu(line) or _FURNITURE.match(line.text))
    ]
    size = sum(len(line.text.split()) for line in shown)
    if size > _PAGE:
        return None
    told = list(_first(sheet.title_tag, shown))
    for sentence in told:
        found = kind_of(sentence)
        if found is None:
            continue
        if size - len(sentence.split()) > others:
            return None  # a list says it of one of its stories
        return found, f"the page says {sentence[:120]!r}"
    if others < _PAGE and _lists(sheet.lines, least=1):
        return None  # what is told of an author's only story
    warned = next((sentence for sentence in told if _GATE.search(sentence)), None)
    if warned is None or _rates_several(shown):
        return None  # a list says of each of its stories for whom it is
    if passage(sheet) or _leads_on(sheet):
        return "gate", f"the page says {warned[:120]!r} and offers a way on"
    return None


def _rates_several(lines: Sequence[Line]) -> bool:
    """True where more than one line is labelled as a rating."""
    rows = [line for line in lines if ":" in line.text[:_LABEL]]
    labels = [label_of(line) for line in rows]
    return sum(label is not None and label.name == "rating" for label in labels) > 1


def _is_of_other_things(sheet: Sheet) -> bool:
    """True where the page calls itself one of those that speak of lost and locked stories: by its
    title or its first heading, not by one of a side column."""
    named = names_itself(sheet)
    if named is None or not _OTHER_PAGE.search(named):
        return False
    first = next((block.text for block in sheet.blocks if block.kind == "heading"), "")
    return named in sheet.title_tag or named == first.strip() or named.startswith("/")


def is_told(prose: Sequence[Block], *, signed: bool) -> bool:
    """True where a short text tells a story, though some of its words might be a site's: people
    speak in it, or it is *signed* and says more than a message does."""
    texts = [block.text for block in prose if block.text and block.kind not in {"break", "heading"}]
    speech = speech_lines(texts)
    if not signed:
        return speech >= _SPEAKERS and len(texts) >= 2 * _SPEAKERS
    sentences = [each for text in texts for each in _SENTENCES.split(text) if each]
    said = sum(len(each.split()) for each in sentences if kind_of(each) is not None)
    size = sum(len(text.split()) for text in texts)
    return size >= _SIGNED and (2 * said < size or (speech > 0 and len(texts) > 1))


def is_remark(sheet: Sheet, reason: str, entries: int) -> bool:
    """True where the words that *reason* quotes are one of several things on a page: of a list of
    stories, what it says of one of them or below all; of a page of questions and answers, anything.
    """
    if _is_of_other_things(sheet):
        return True
    if entries < _ENTRIES:
        return False
    quoted = _QUOTED.search(reason)
    words = quoted["words"] if quoted is not None else ""
    said = [line for line in sheet.lines if line.text and not _is_menu(line)]
    places = [at for at, line in enumerate(said) if words and words in line.text]
    return bool(places) and not any(at < _TOP and not said[at].links() for at in places)


def kind_of(sentence: str) -> Outcome | None:
    """Return which outcome a site's sentence stands for, None for any other.

    >>> kind_of("Sorry, there is no story with that number."), kind_of("She was not there.")
    ('soft_404', None)
    """
    bare = " ".join(sentence[:_LONGEST].split()).strip(" *-–—[]()<>")
    if bare[-1:] == "?" or _SPOKEN.search(bare):
        return None
    lead = _LEADING.match(bare)
    rests = [bare, bare[lead.end() :]] if lead is not None and lead.end() < len(bare) else [bare]
    for outcome, pattern in _KINDS:
        if any(pattern.match(rest) for rest in rests):
            return outcome
    return None


def _in_place_of_text(part: Part) -> tuple[Outcome, str] | None:
    """Return what the text of a story's page is, where it is nothing but a site's message."""
    if part.outcome != "story" or part.prose_words > _TEXT or not part.prose:
        return None
    texts = [block.text for block in part.prose if block.text and block.kind != "break"]
    if speech_lines(texts):
        return None
    sentences = [each for text in texts for each in _SENTENCES.split(text) if each]
    found = kind_of(sentences[0]) if sentences else None
    if found is None or 2 * len(sentences[0].split()) < part.prose_words:
        return None
    return found, f"in place of a text the page says {sentences[0][:120]!r}"


def _lists(lines: Sequence[Line], *, least: int = _LISTED) -> bool:
    """True where lines open with a link and say something of what it leads to."""
    opened = [line for line in lines if _opens_with_link(line)]
    return sum(line.linked < 1 for line in opened) >= least


def _opens_with_link(line: Line) -> bool:
    return any(mark.kind == "link" and mark.start <= _OPENING for mark in line.marks)


def _is_menu(line: Line) -> bool:
    return line.linked >= _MENU


def _first(title: str, lines: list[Line]) -> Iterator[str]:
    """Yield the pieces of the title and the first sentences of the page."""
    yield from _SENTENCES.split(title)
    count = 0
    for line in lines:
        if _opens_with_link(line):
            continue  # what it says is of what its link leads to
        for sentence in _SENTENCES.split(line.text):
            yield sentence
            count += 1
            if count >= _FIRST:
                return


def _leads_on(sheet: Sheet) -> bool:
    """True where a link or a button lets in whoever is old enough."""
    return any(_ENTER.search(anchor.text) for anchor in sheet.anchors)
