"""Who wrote it: by-lines, author values and mail senders, read into names and addresses."""

from __future__ import annotations

import re

from storykeep.model import Author
from storykeep.patterns import has_one, lazy
from storykeep.spaces import folded

KIND = (
    r"(?:short\s+)?(?:story|piece|fic|fan[\s-]?fic(?:tion)?|fiction|tale|novel|novella|"
    r"one[- ]?shot|"
    r"drabble|vignette|ficlet|poem|songfic|work|crossover|slash|parody|script|text|play|"
    r"one[- ]?act|(?:lemon\s+)?comedy|lemon|saga|side[- ]?story|spam[- ]?fic|au|filk|"
    r"snippet|missing\s+scene|interlude|round[- ]?robin)"
)
_WRITTEN = (
    r"(?:(?:as\s+)?(?:re)?told|typed|scribbled|scrawled|jotted\s+down|concocted|perpetrated|composed|crafted|"
    r"dream(?:ed|t)\s+up|cooked\s+up|thought\s+up|made\s+up|inflicted(?:\s+(?:up)?on\s+you)?|"
    r"written|penned|geschrieben|veröffentlicht|verfasst|écrite?|publiée?|postée?|"
    r"escrit[oa]|publicad[oa]|postad[oa]|scritt[oa]|pubblicat[oa]|geschreven|napisan[eay]|"
    r"mi?st(?:ed|ing))"
)
_BY = lazy(
    rf"^[\s*_~=\-–—\[(<\"“.…]*(?:[a-z-]{{3,12}}\s?/\s?(?=by\b))?(?:(?P<what>(?:an?|the|another|yet\s+another|"
    rf"one)\s+(?P<fandom>.{{0,60}}?)\s*\b{KIND}|the\s+following\s+(?:{KIND}|file)\s+(?:is|was)|this\s+{KIND}\s+(?:is|was)(?=\s+(?:{_WRITTEN}\s+)?by\b)|(?:\S+\s+){{1,6}}fan[\s-]?fic(?:tion)?|{KIND}|words|"
    rf"penned|authored|originally\s+written|writing)\s*(?:\s(?:of|from|in|about)\s+.{{1,50}}?)?,?\s+)?"
    rf"(?:{_WRITTEN}\s+(?:(?:at|under|in|with)\s+\w+\s+)?|brought\s+to\s+you\s+)?(?:by|von|par|"
    r"автор|from\s+the\s+(?:[\w'’-]+\s+){0,2}(?:keyboard|pen|quill|desk|mind|brain)\s+of)\b"
    r"\s*(?:[:;\-–—~]*|,|\.{2,}|…)\s+"
    r"(?P<names>\S.*?)[\s*_~=\-–—\])>\"”]*$",
    re.IGNORECASE | re.DOTALL,
)
# What stands behind a name, and is no second: "Jo Dee, Jr.", "Jo, thanks to Max".
_NO_FURTHER = lazy(
    r"(?:jr|sr|phd|md|esq|[ivx]{2,})$|(?:special\s+)?thanks\b|"
    r"(?:(?:cover\s+)?art(?:work)?|pictures?|edited|illustrat\w+|beta\w*|proof-?read|translat\w+)\s.*\bby\b",
    re.IGNORECASE,
)
# "by the infamous Jo", "by Jo, the mad moth": what they say of themselves is no name.
_EPITHET = lazy(r"^(?:the|your)\s+(?:(?:in)?famous|one\s+and\s+only)\s+(?=[A-Z])")
_CALLS = frozenset({"your", "the "})
_CALLED = lazy(r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)?, the [A-Z][\w'’-]*(?: [A-Z][\w'’-]*){1,3}")
# "by your friend Jo Dee", "by the mad keeper, Jo Dee"
_CALLED_BEFORE = lazy(
    r"^(?:your\s+(?:[a-z][\w'’-]*,?\s+){1,3}|the\s+(?:[a-z][\w'’-]*\s+){0,2}[a-z][\w'’-]*,\s+)"
    r"(?=[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,2}\s*$)"
)
_APPOSITION = lazy(r"(?<=\w),\s+(?:the|your|an?)\s+(?=[a-z\d])[^,]{2,60}$")
# Words that begin sentences as well, unless "written" goes before: the names must look like names.
_BY_ELSEWHERE = lazy(
    rf"^[\s*_~=\-–—\[(<\"“]*(?:(?P<verb>{_WRITTEN})\s+(?:di|da|de|por|door|af|av|przez):?|"
    r"(?-i:di|da|de|por|door|af|av|przez|od|от)|(?P<capital>di|da|de|por|door|od|от):?)\s+"
    r"(?P<names>\S.*?)[\s*_~=\-–—\])>\"”]*$",
    re.IGNORECASE,
)
_BY_COLON = lazy(
    r"^[\s*_~=\-–—\[(<\"“]*(?:written\s+)?by\s*[:;]\s*(?P<names>\S.*?)[\s*_~=\-–—\]"
    r")>\"”]*$",
    re.IGNORECASE | re.DOTALL,
)
_BY_WORDS = (
    "by",
    "von",
    "par",
    "автор",
    "from the ",
)  # one of these is in all that the two patterns match
_LOOKED_AT = 600  # characters: no by-line is half as long
_ORNAMENTS = ' \t\n\xa0*_~=-–—[(<"“'
_ELSEWHERE = frozenset(  # what all that matches _BY_ELSEWHERE begins with
    """written penned geschrieben veröffentlicht verfasst écrit écrite publié publiée posté postée
    escrito escrita publicado publicada postado postada scritto scritta pubblicato pubblicata
    geschreven napisane napisana napisany
    di da de por door af av przez od от""".split()  # noqa: SIM905  it reads as a list
)
_KIND_ALONE = lazy(rf"an?\s+(?:new\s+|short\s+|little\s+)?{KIND}", re.IGNORECASE)  # "a story"
_FANDOM = lazy(rf"^an?\s+(?P<fandom>.{{1,60}}?)\s+{KIND}$", re.IGNORECASE)
_TITLED = lazy(
    rf"^[\s\"“*_~=\-]*(?P<title>\S.{{0,140}}?)[\s\"”*_~=,\-–—]*(?:(?:[\s,(]|(?<=\.\.\.))\s*(?:an?\s"
    rf"+.{{1,40}}?{KIND}\s+)?(?:written\s+)?by\s*:?\s+)(?P<names>[^,;.!?\n]\S*.{{0,80}}"
    rf"?)[\s\"”*_~=)]*$",
    re.IGNORECASE,
)
_HOW_WRITTEN = lazy(rf"{_WRITTEN}(?:\s+(?:at|under|in|with)\s+\w+)?", re.IGNORECASE)
_TITLE_AUTHOR = lazy(
    r"^[\s\"“]*(?P<title>\S.{0,120}?)[\s\"”]*[(\[]\s*author(?:ess)?\s*:\s*"
    r"(?P<names>[^()\[\]:]{2,60}?)\s*[)\]]\s*:?$",
    re.IGNORECASE,
)
# No claim is without one of these.
CLAIM_SIGNS = ("©", "(c)", "(с)", "copyright", "written", " c 19", " c 20")
_NAMING = (*_BY_WORDS, *CLAIM_SIGNS, "author")
_COMPANY = lazy(
    r"\b(?:inc|ltd|llc|corp\w*|co|bros|works|staff|productions?|pictures|television|studios?|network|films?|"
    r"entertainment|press|publish\w+|broadcasting|comics|games|company)\b",
    re.IGNORECASE,
)
# "March 9th, 2008 by NAME", as blogs put it under the title of an entry.
_DATED = lazy(
    r"^(?:(?:posted|published|submitted|written)\s+)?(?:on\s+)?(?:[a-z]{3,9}day,?\s+)?"
    r"(?:[a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?|"
    r"\d{1,2}(?:st|nd|rd|th|\.)?\s+[a-z]{3,9}),?\s+(?:19|20)\d\d,?\s+"
    r"(?:(?:at\s+)?\d{1,2}:\d\d\s*(?:[ap]\.?m\.?)?,?\s+)?(?=by\s)",
    re.IGNORECASE,
)
# "Submitted by NAME on Sun, 02/14/2010", "Posted by NAME at 11:40 PM | TrackBack", as sites put it.
_POSTED = lazy(
    r"^\W*(?:posted|submitted|written|published|contributed|uploaded|created|added|entry)\s+by:?\s+"
    r"(?P<names>\S.{0,60}?)(?:\s*,?\s+(?:on|at|in)\s+(?=.{0,30}\d).*|\s*(?:[|·•]|[-–—]\s).*|\s*[,©]?\s*)$",
    re.IGNORECASE,
)
_EMAIL = lazy(r"[\w.+%#~&'-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
# With what joins it to a name: "Jo Dee at jo@mail.example", "Jo Dee-jo@mail.example".
_ADDRESS = lazy(
    r"(?:\s+at)?[\s-]+(?<![\w.])[\w.+%#~&'-]{1,64}@[\w-]+(?:\.[\w-]+)+|[\w.+%#~&'-]{1,64}@[\w-]+(?:\.[\w-]+)+",
    re.UNICODE,
)
_MAILTO = lazy(r"^mailto:\s*", re.IGNORECASE)
_BRACKETED = lazy(r"\s*[\[({<](?!3\b|[^\x00-\x7f]{1,12}[\])])[^\])}>]{0,80}[\])}>]?")
# "& Co." is no second author.
_FIRM = r"(?!\s*(?:co|cie|company|friends|sons|söhne|spółka)\b)"
_SPLIT = lazy(
    rf"\s*(?:,\s*(?:and|&)\s+{_FIRM}|\s+(?:and|&|und|et|with|(?-i:y|и))\s+{_FIRM}|\s*&\s*{_FIRM}|;\s*|"
    r"\s+\+\s+|,\s+)",
    re.IGNORECASE,
)
# A line "by the river" or "by noon" is verse or prose; no pen name starts so in small letters.
_NOT_NAMES = frozenset(
    """the a an his her their my your our its this that these those then now all it me you him
    them us some any no one noon midnight dawn morning night evening day nightfall tomorrow
    monday tuesday wednesday thursday friday saturday sunday
    means way far request popular going being doing having using reading clicking default
    chance accident mistake""".split()  # noqa: SIM905  it reads as a list
)
# "*~Lisette~*": two signs and their mirror image are part of a nickname, "*Jo*" is Jo in italics.
_MIRRORED = lazy(r"([*~=+\-x.])(?!\1)([*~=+\-X.])\w[\w .'’-]{0,40}\w\2\1")
_LINKS = frozenset({"of", "the", "and", "in", "from"})
_SENTENCE = lazy(
    r"\b(?:was|were|is|are|had|has|would|could|said|who|which|when|because|don't|"
    r"please|will|not|copyright|permission)\b",
    re.IGNORECASE,
)
_NICKNAME = lazy(r"[\"“(][^\"”)]{1,40}[\"”)]|(?<!\w)['‘][^'‘’]{1,40}['’](?!\w)")
_SMALL_ARTICLE = lazy(r"^the\s(?=[A-Z]\w+$)")  # "by the Moth"
_OPEN_END = frozenset(("at", "of", "in", "on", "to", "and", "the", "a", "an", "for", "with", "by"))
# "Jo, Queen of the Gulls": what she calls herself.
_REIGNS = lazy(r"(?<=\w),\s+(?:[A-Z][\w'’-]*\s){1,3}of\s[^,]{2,60}$")
_PARTICLE = lazy(r"(?<=\w)\s(?:the|of|von|van|de|del|da|di|la|le|el|and)\s(?=[A-ZÀ-Ý])")
# What stands before an address, or behind "by" at the beginning of a sentence, and is nobody.
_NO_PEN_NAME = lazy(
    r"\b(?:e-?mail|mail|address|contact|feedback|comments?|send|write|questions?|webmaster|home|"
    r"page|disclaimer|chapter|part|episode|(?:sun|mon|tues|wednes|thurs|fri|satur)day|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|christmas|midnight|request|popular)\b",
    re.IGNORECASE,
)
# "Jo | Fan Fiction Type: Lamps": what a site says behind the name.
_FACTS = lazy(
    r"\s+[|•·]\s+(?:[^\n]{0,60}[:\d]|(?:fan\s?fic(?:tion)?s?|stor(?:y|ies)|rat(?:ed|ing)|genres?|"
    r"categor\w+|last|chapters?|words?|status|type|published|updated|reviews?|profile|contact)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_STOPPED = lazy(r"[a-z]{5,}[.?!]\s+\S")  # a sentence ends, and another begins
_TAIL = lazy(
    r"(?:\s*[,;:\-–—|]+\s*|\s+(?:/{1,2}\s+)?)(?:(?:and\s+(?:is|was|has)\b|a/?k/?a\b|a\.k\.a\b|"
    r"(?:also|otherwise|better) known as\b|"
    r"(?:proof-?\s?read(?:er|ing)?|beta(?:d|ed|[- ]?read(?:er)?)?|pre-?read(?:er)?s?|editor|edited|"
    r"translat(?:or|ed)|illustrat(?:or|ed))\b\s*(?::|by\b)|"
    r"copyright\b|©|\(c\)|all rights\b|rated\b|who\b|last\b|e-?mail\b|copyleft\b|posted\b|"
    r"written (?:in|on|for)\b|"
    r"(?:on|el|am|le|il|op|em|dne|dnia) (?:\w+ )?\d|at \d|rating\b|for |published\b|"
    r"updated\b|chapters?\b|reviews?\b)|as\s+told\b|\^[_.-]?\^|(?:19|20)\d\d\b|\d{1,2}[/.]\d|"
    r"(?<=[-–—,(|/] )(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|"
    r"nov|dec)[a-z]{0,6}\.?,? (?:\d{1,2}(?:st|nd|rd|th)?,? )?(?:19|20)\d\d\b).*$",
    re.IGNORECASE | re.DOTALL,
)
# What somebody says: two sentences, a smaller one with its stop, or words that names never have.
_TWO_SENTENCES = lazy(r"(?<!\bM)[a-z]{2,}[.?!…]+\s+[A-Z(*]|\.\.\.\s*\w")
_SPOKEN_WORDS = lazy(
    r"\b(?:[Yy]ou|I|[Ww]e|[Tt]hey|[Tt]hat|[Ii]t|[Hh]ere|[Dd]on|[Dd]idn)['’](?:re|m|s|t|ll|ve)\b"
)
_SMALL_WORDS = 2
_PLAYED = lazy(  # '(Cue opening theme: "Low Tide" by Ada Moss)'
    r"^\W*(?:cue|opening|ending|end|theme|insert|music|soundtrack|song|mst\w* of)\b.{0,40}?[:\"“]",
    re.IGNORECASE,
)
_CREDIT = lazy(  # "Graphic Art by Jo Dee"
    r"(?:graphic|cover|interior|additional)?\s*(?:art(?:work)?|graphics|illustrations?|drawings?|cover|design|"
    r"layout|music|lyrics|translation|editing|typing|scans?)",
    re.IGNORECASE,
)
# "A Tear, Followed by Many More" is a title, whole.
_IN_TITLE = lazy(
    r"\b(?:followed|preceded|accompanied|surrounded|joined|interrupted|divided)$", re.IGNORECASE
)
# "All characters in the tale are copyrighted by Moss and Low" says whose they are, and no title.
_IS_OWNED = lazy(
    r"\b(?:are|were)\s+(?:all\s+|both\s+)?(?:owned|created|copyright(?:ed)?|trademark(?:ed)?|licen[sc]ed)"
    r"(?:\s+(?:and|or|&)\s+\w+)?$",
    re.IGNORECASE,
)
_LEFT_OPEN = lazy(
    r"\b(?:is|are|was|were|be|been|all|and|or|both|all\s+rights)\s+(?:\w+\s+)?(?:owned|created|"
    r"copyright(?:ed)?|trademark(?:ed)?|licen[sc]ed|distributed|produced|made|drawn|given|brought\s+to\s+\w+)$",
    re.IGNORECASE,
)
_COLUMN = lazy(r"(?<=\S)(?: {4,}|\t+ *)(?=\S)")
# AOL showed screen names with the spaces that they have: "Jo Dee@aol.example" is all of a name.
_SPACED_ADDRESS = lazy(r"(?P<name>[A-Z][a-z]{1,20} [A-Z][a-z]{1,20})@aol\.\w+")
_CODED = lazy(r"(?:[\s,;]+\(?(?:\d+/\d+|G|PG(?:-?1[35])?|R|NC-?17)\)?)+$")  # behind a subject
_COUNTED_SENDER = lazy(r"^\d{3,8}-(?=[A-Za-z])|\s+#\d.*$")
_INITIAL = lazy(r"\b[A-ZÀ-ÝА-Я]\.$")
_JOINED = lazy(r"^(?:and|&|by|with)\s+", re.IGNORECASE)
_DASHED = lazy(r"-+\w+-+")
_DASHES = lazy(r"^[-–—\s]+|[-–—\s]+$")
_YEAR = lazy(r"^(?:19|20)?\d\d$")
_LEAD = lazy(r"^(?:(?:the\s+)?(?:ever|ultra|not so)\b.*?\s)?(?:your\s+)?(?:me,\s+)", re.IGNORECASE)


def emails(text: str) -> list[str]:
    """Return the e-mail addresses written in *text*, in order, without repeats."""
    if "@" not in text:  # the pattern tries every letter for the first of a name
        return []
    return list(dict.fromkeys(found.strip("'.") for found in _EMAIL.findall(text)))


def may_name(text: str) -> bool:
    """False for most lines: none of the readings below finds in them who wrote the story."""
    flat = folded(text[:_LOOKED_AT])
    return has_one(flat.lower(), _NAMING) or _may_begin_elsewhere(flat)


def _may_begin_elsewhere(flat: str) -> bool:
    return flat.lstrip(_ORNAMENTS).split(" ", 1)[0].lower() in _ELSEWHERE


def read_byline(text: str, *, linked: bool = False) -> tuple[tuple[str, ...], str | None] | None:
    """Return (names, fandom) of a line that is a by-line and nothing else; None for prose.

    *linked* says that the name is a link (to a mailto: or author page), which settles doubtful
    names. "a Legend of Zelda fanfiction by X" names the fandom as well.
    """
    if len(text) > 200:
        return None
    flat = " ".join(_first_columns(text).split())
    low = flat.lower()
    may = has_one(low, _BY_WORDS)
    matched = (_BY_COLON.match(flat) or _BY.match(flat)) if may else None
    if matched is None:
        return _read_elsewhere(flat, linked=linked)
    if "SMTP" in flat:
        return None  # "by mail.example with ESMTP id ...", a row of a mail's Received
    names = split_names(_paired(matched["names"], flat))
    if not names or not all(plausible(name, linked=linked) for name in names):
        return None
    fandom = matched.groupdict().get("fandom")
    return names, _fandom(fandom)


def _read_elsewhere(flat: str, *, linked: bool) -> tuple[tuple[str, ...], None] | None:
    """Return the names of a by-line in a language whose word for "by" is also that for "of"; with a
    capital it is one where the name leads to a person."""
    matched = _BY_ELSEWHERE.match(flat) if _may_begin_elsewhere(flat) else None
    if matched is None or (not matched["verb"] and flat[-1] in ".,;:!?"):
        return None
    if matched["capital"] and not linked:
        return None
    names = split_names(matched["names"])
    if not names or not all(plausible(name, linked=False) for name in names):
        return None
    looks = linked or matched["verb"] or all(is_name_shape(name) for name in names)
    return (names, None) if looks else None


def leaves_open(text: str) -> bool:
    """True for a row that ends before its "by": "The Lamp and all of its characters are owned"."""
    return text[-1:].isalpha() and _LEFT_OPEN.search(text[-60:]) is not None


def read_addressed(text: str) -> tuple[tuple[str, ...], str] | None:
    """Return (names, address) of a line that is a name and the e-mail address behind it, and
    nothing else: "Jo Dee (jo@mail.example)"; None for any other."""
    if "@" not in text or len(text) > 120:
        return None
    if (spaced := _SPACED_ADDRESS.fullmatch(text.strip())) is not None:
        return (spaced["name"],), text.strip()
    found = emails(text)
    before, _, behind = text.partition(found[0]) if found else (text, "", "")
    if len(found) != 1 or any(map(str.isalnum, behind)) or ":" in before:
        return None
    names = split_names(before.rstrip(" <([{-–—,|/"))
    if len(names) != 1 or not looks_like_name(names[0]):
        return None
    return names, found[0]


def looks_like_name(name: str) -> bool:
    """True for what has the shape of a name, a nickname between quotation marks left aside."""
    bare = " ".join(_NICKNAME.sub(" ", name).split())
    bare = _SMALL_ARTICLE.sub("The ", bare)
    whole = _PARTICLE.sub(" ", bare)  # "Magus the Dark"
    return is_name_shape(whole) and plausible(name, linked=False) and not _NO_PEN_NAME.search(bare)


def is_company(name: str) -> bool:
    """True for what publishes, draws or sells: "Lamp Studios"."""
    return _COMPANY.search(name) is not None


def is_name_shape(name: str) -> bool:
    """True for up to three words, each with a capital of its own: "Ada Moss", "P. M. Deering"."""
    words = name.split()
    return (
        0 < len(words) <= 3
        and len(name) <= 40
        and all(word[:1].isupper() for word in words)
        and not any(word.lower() in _NOT_NAMES for word in words[min(1, len(words) - 1) :])
        and (name[-1:] not in ".,;:!?" or bool(_INITIAL.search(name)))
        and not any(char.isdigit() or char in ':;,!?()[]"“”/' for char in name)
    )


def read_titled(text: str, *, loose: bool = False) -> tuple[str, tuple[str, ...]] | None:
    """Return (title, names) of "The Long Way Home by Jane Doe", else None.

    Meant for headings, title tags and first lines; *loose* allows names in small letters, which a
    place that is surely a title line may have.
    """
    flat = " ".join(_first_columns(text).split())
    if len(flat) > 200:
        return None
    if titled := read_title_author(flat):
        return titled
    matched = _TITLED.match(flat) if "by" in flat.lower() else None
    if matched is None or _IN_TITLE.search(matched["title"]) or _IS_OWNED.search(matched["title"]):
        return None
    names = split_names(_paired(matched["names"], flat))
    if not names or not all(plausible(name, linked=False) for name in names):
        return None
    if not loose and any(name[:1].islower() for name in names):
        return None
    if _PLAYED.match(flat) or _CREDIT.fullmatch(matched["title"]):
        return None
    if _HOW_WRITTEN.fullmatch(matched["title"]):
        return None
    title = matched["title"].strip().strip('"“”')
    return (title, names) if title else None


def read_title_author(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return (title, names) of "The Long Way Home (Author: Jane Doe):", else None."""
    if len(text) > 200 or "uthor" not in text or ")" not in text[-3:]:
        return None
    matched = _TITLE_AUTHOR.match(text)
    names = split_names(matched["names"]) if matched is not None else ()
    return (matched["title"], names) if matched is not None and names else None


def read_posted_for(subject: str) -> tuple[str, tuple[str, ...]] | None:
    """Return (title, names) of a subject that names who wrote what is posted; full names only, for
    "Baptism By Fire" is all title."""
    titled = read_titled(_CODED.sub("", subject)) if " by " in subject else None
    if titled is None or not all(" " in name and looks_like_name(name) for name in titled[1]):
        return None
    return titled


def _first_columns(text: str) -> str:
    """Return *text* without what stands far behind the name of a by-line: "by Jo Dee      Part 2",
    in columns that nobody would part one name by."""
    if "    " not in text and "\t" not in text:
        return text
    gaps = list(_COLUMN.finditer(text))
    head = text[: gaps[-1].start()] if gaps else text
    return head if re.search(r"(?i)\bby\b[:\s]+\S", head) and not emails(text) else text


def read_dated(text: str) -> tuple[str, str] | None:
    """Return (date, by-line) of "March 9th, 2008 by Jane Doe", else None."""
    flat = " ".join(text[:120].split())
    matched = _DATED.match(flat) if "by" in flat.lower() else None
    return (matched.group().strip(" ,"), flat[matched.end() :]) if matched else None


def read_posted(text: str) -> tuple[str, ...] | None:
    """Return the names of a line by which a site says who put a text there, else None."""
    flat = " ".join(text[:200].split())
    matched = _POSTED.match(flat)
    if matched is None:
        return None
    names = split_names(matched["names"])
    return names if names and all(plausible(name, linked=True) for name in names) else None


def is_subtitle(text: str) -> bool:
    """True for a line that says what kind of story it is: "An alternative Low Fell tale"."""
    bare = text.strip(" *_~=-.!()[]")
    return _FANDOM.match(bare) is not None or _KIND_ALONE.fullmatch(bare) is not None


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in an author value: "X and Y <y@z>" is ("X", "Y").

    >>> split_names("Max & Rhys (pronounced Reese) Doyle")
    ('Max', 'Rhys Doyle')
    """
    text = text.strip() + ")" * (text.count("(") - text.count(")"))
    bare = _bracketed_off(text)
    if (spaced := _SPACED_ADDRESS.fullmatch(bare.strip())) is not None:
        return (spaced["name"],)
    bare = _ADDRESS.sub(" ", bare) if "@" in bare else bare
    bare = _LEAD.sub("", bare) if "me," in bare.lower() else bare
    bare = _EPITHET.sub("", bare) if "famous" in bare or "one and only" in bare else bare
    bare = _CALLED_BEFORE.sub("", bare) if bare[:4] in _CALLS else bare
    bare = _REIGNS.sub("", _APPOSITION.sub("", bare)) if "," in bare else bare
    if ", the " in bare and _CALLED.fullmatch(" ".join(bare.split())) is not None:
        return (tidy(bare),)
    bare = _FACTS.sub("", bare) if has_one(bare, "|•·") else bare
    bare = _TAIL.sub("", " " + bare) if not bare.lstrip()[:1].isdecimal() else bare
    pieces = _SPLIT.split(bare.strip())
    names = [tidy(piece) for piece in pieces if piece]
    kept = [
        name for index, name in enumerate(names) if name and not (index and _NO_FURTHER.match(name))
    ]
    if not kept and (found := emails(text)):
        # Nothing but an address: its owner goes by what stands before the host.
        return (found[0].partition("@")[0],)
    return tuple(dict.fromkeys(kept))


def _bracketed_off(text: str) -> str:
    kept = _BRACKETED.sub("", text)
    return kept if kept.strip() else text.strip("[](){}<> ")


def tidy(name: str) -> str:
    """Return a name without what is drawn around it, and what joins it to another."""
    if _MIRRORED.fullmatch(flat := " ".join(name.split())):
        return flat
    name = flat.strip(' \t,;:|·•*_~=<>"“”[](){}«»/')
    name = _paired(name, flat)
    name += ")" * (name.count("(") - name.count(")"))
    if name.count('"') == 1:  # 'Jo "Ace"' and '"Ace" Dee' end and begin with a mark of their own
        name = f'"{name}' if re.search(r'\w"', name) else f'{name}"'
    name = _JOINED.sub("", name)
    if "-" in name or "–" in name or "—" in name:
        name = name if _DASHED.fullmatch(name) else _DASHES.sub("", name)
    name = name.strip()
    if name.endswith(".") and not re.search(r"(?:\b\w|\bJr|\bSr|\bDr|\bSt|\.\w)\.$", name):
        name = name.rstrip(".")
    return name


def _paired(name: str, text: str) -> str:
    """Return *name* with the quotation mark that lost its partner to the ornament around it:
    Tom "Moth"."""
    if name.count('"') == 1:
        if f'{name}"' in text:
            return f'{name}"'
        if f'"{name}' in text:
            return f'"{name}'
    return name


def plausible(name: str, *, linked: bool) -> bool:
    """True where *name* can be a person's or a pen name, and not the rest of a sentence."""
    words = name.split()
    if not words or len(words) > 6 or len(name) > 60 or not any(c.isalnum() for c in name):
        return False
    if "|" in name:
        return False  # "by Author | by Title | Search"
    if linked:
        return True
    if len(words) > 1 and words[-1] in _OPEN_END:
        return False
    if words[0].lower() in _NOT_NAMES and (words[0].islower() or len(words) == 1):
        # "by the Spike" is a pen name, "by the river" is not.
        # Nor are "the Weaver of Orchids" and "the Moth", of whom there is one each.
        rest = [word for word in words[1:] if word not in _LINKS]
        return words[0] == "the" and bool(rest) and all(word[:1].isupper() for word in rest)
    if name[-1:] in ".?!" and len(words) > 3 and not re.search(r"\b(?:\w|[JS]r)\.$", name):
        return False
    if _YEAR.match(name):
        return False
    if (len(words) > 2 and _SENTENCE.search(name)) or _STOPPED.search(name):
        return False
    # "by mako" is a name, "by walking slowly home" is not.
    return not (len(words) > 3 and sum(word[:1].islower() for word in words) > len(words) / 2)


def read_sender(text: str) -> tuple[str, str | None]:
    """Return (name, address) of a mail's From value: "x@y (Robert)", "Robert <x@y>", "x@y"."""
    found = emails(text)
    address = found[0] if found else None
    bare = _EMAIL.sub("", text) if "@" in text else text
    named = re.search(r"[(\"“]([^)\"”]{1,60})[)\"”]", bare)
    name = tidy(named.group(1) if named else re.sub(r"[<>()\[\]]", "", bare))
    name = _COUNTED_SENDER.sub("", name)  # of a department, or of a board's user
    return (name or (address or "").split("@")[0], address)


def mailto(href: str) -> str | None:
    """Return the canonical "mailto:x@y" of a link's address, else None."""
    if not _MAILTO.match(href.strip()):
        return None
    found = emails(re.sub(r"%40", "@", href))
    return f"mailto:{found[0]}" if found else None


def authors(names: tuple[str, ...], url: str | None) -> tuple[Author, ...]:
    """Return authors; the address belongs to the first where there are several."""
    return tuple(Author(name, url if index == 0 else None) for index, name in enumerate(names))


def is_spoken(value: str) -> bool:
    """True where what stands behind "Author:" is a line of a scene, and no name.

    >>> is_spoken("(waves) Now read the card."), is_spoken("Jo Dee (jo@mail.example)")
    (True, False)
    """
    flat = " ".join(value.split())
    bare = _bracketed_off(flat).strip()
    if flat[:1] in "(*" and bare and not flat.startswith(bare[:1]):
        return flat.strip("()") != bare  # "(mothlight)" is a name, and nothing that is done
    if _TWO_SENTENCES.search(bare) or _SPOKEN_WORDS.search(bare):
        return True
    small = sum(word[:1].islower() for word in bare.split())
    return bare[-1:] in ".?!" and small >= _SMALL_WORDS and len(bare.split()) > _SMALL_WORDS + 1


def read_fandom(text: str) -> str | None:
    """Return the fandom of a line like "A Low Fell Fanfic", else None."""
    matched = _FANDOM.match(text.strip(" *_~=-.!()[]"))
    return _fandom(matched["fandom"]) if matched else None


def _fandom(words: str | None) -> str | None:
    words = (words or "").strip(" ,-")
    return words if words and words[:1].isupper() else None
