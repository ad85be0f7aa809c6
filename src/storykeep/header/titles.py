"""Which words on a page can be the story's title, and which are the site's name or nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from storykeep.patterns import lazy

_PLACEHOLDER = lazy(
    r"(?:untitled(?:\s*(?:document|page|\d+))?|no title|new page(?: \d+)?|"
    r"index(?: of .*)?|home(?:\s?page)?|welcome(?: to .*)?|"
    r"print(?:er)?(?:\s+(?:this|friendly).*)?|printprint.*|document|page \d*|"
    r"fan\s?fic(?:tion)?s?|stor(?:y|ies)|fic|title|"
    r"(?:the\s+)?story page|story archive|the stories|text|html|default|"
    r"frame(?:set)?|chapter \d+|part \d+|normal template|(?:table of )?contents|"
    r"inhalt(?:sverzeichnis|sangabe)?|sommaire|table des mati[eè]res|[ií]ndice|sum[aá]rio|"
    r"inhoud(?:sopgave)?|spis tre[sś]ci|оглавление|содержание|目录|目錄|目次|もくじ|"
    r"(?:microsoft word|ms word|adobe|netscape).*|main|body|blank|fanfics?|"
    r"archive|reviews?|messages?(?: \d+(?: of \d+)?)?|n/?a|none|unknown|"
    r"here(?:['’]?s|\s+is|\s+are|\s+comes)?|"
    r"enjoy|greetings|hello(?: (?:all|everyone|everybody|again))?|hi(?: (?:all|everyone|there))?|"
    r"compiled|edited|written|created|posted|submitted|transcribed|typed|"
    r"ok(?:ay)?|thanks?(?: you)?|from \S+@\S+ .*\d{4})",
    re.IGNORECASE,
)
_ADDRESS = lazy(
    r"^(?:https?://|www\.|file:|[a-z]:\\)|\S@[\w-]+\.\w|\.(?:html?|txt|php|asp|com|net|"
    r"org)(?:\W|$)",
    re.IGNORECASE,
)
_SITE = lazy(
    r"\b(?:archives?|fan\s?fiction(?:\.net)?|fan\s?fics?|stories|web\s?(?:site|"
    r"page)|home\s?page|site|library|index|"
    r"slash|homepage|collection|database|repository|e-?fiction|fics?|dot com|"
    r"livejournal|forum|guild|shrine|realm|"
    r"fanworks?|fiction|page|net|online|a \w+ fan\s?fic|automated|entry|vault|"
    r"erotica|gen|den|pages)\b",
    re.IGNORECASE,
)
_BREAKS = lazy(r"\s+(?:[-–—|»«>:·•~]{1,2}|::)\s+|\s*\|\s*|\s*::\s*|\s*»\s*|\s+-{2,}\s+|:\s+(?=\S)")
_BRACKET = lazy(r"^(?P<title>.+?)\s*[\[(](?P<rest>[^\])]{3,80})[\])]\s*$")
# "The Lamp, a harry potter fanfic", as an archive's title tags put it.
_OF_FANDOM = lazy(r",\s+an?\s[^,]{2,80}\sfan[\s-]?fic(?:tion)?s?$", re.IGNORECASE)
_CHAPTERS = lazy(r"(?:chapter\s+\d+\W*)+", re.IGNORECASE)
# What a page is, beside the name of the site that it belongs to.
_UNOFFICIAL = lazy(
    r"(?:an?|the|my|your)?\s*(?:un)?official\b.{0,40}\b(?:site|page|homepage)", re.IGNORECASE
)
_SHELF = lazy(
    r"(?:the\s+)?(?:\S+\s+){0,2}(?:library|archives?|fan\s?fic(?:tion)?s?|fiction|stories)",
    re.IGNORECASE,
)
_GENERIC_NAME = lazy(
    r"(?:story|stories|fic|fics|page|print|view|chapter|chap|ch|part|pt|file|doc|"
    r"text|index|default|home|archive|new|"
    r"untitled|document|test|sample|model|seed|main|body|the|a|an|of|and|"
    r"printable|copy|temp|final|html?|txt|web|site|wip|one|two|\d+)+"
)
_WIDE = lazy(r"\s{2,}")
_SPACED = lazy(r"\S(?: \S)*")  # letters with a blank between each two
_SPACED_LETTERS = 4
_INITIALS = 3  # letters of a site's short name, with which its host begins
_MIRROR = str.maketrans("<>()[]{}/\\«»", "><)(][}{\\/»«")
_DRAWN = frozenset(":<>«»+|^•°=~*_-#")  # of which a drawing around a title has one
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())


def is_placeholder(text: str) -> bool:
    """True where the words name no story: "Untitled Document", an address, "print this story!"."""
    bare = text.strip(" \t.!*_~-\"'“”[]()")
    return not any(map(str.isalnum, bare)) or bool(
        _PLACEHOLDER.fullmatch(bare) or _ADDRESS.search(bare)
    )


def undrawn(text: str) -> str:
    """Return a title without what is drawn around it: ".:The Lamp:." is "The Lamp".

    Brackets and dots alone stay, and so does what has no mirror image at the other end.
    """
    if not text or text[0].isalnum() or text[-1].isalnum():  # most titles
        return text
    first = next((at for at, sign in enumerate(text) if sign.isalnum()), 0)
    last = next((at for at, sign in enumerate(reversed(text)) if sign.isalnum()), 0)
    before, behind = text[:first].replace(" ", ""), text[len(text) - last :].replace(" ", "")
    if before.translate(_MIRROR)[::-1] != behind or not _DRAWN.intersection(before):
        return text
    return text[first : len(text) - last]


def squash(text: str) -> str:
    """Return the letters and digits of *text* in lower case: what two spellings of a title
    share."""
    if text.isascii():  # bytes lose their signs in a tenth of the time
        return text.lower().encode("ascii").translate(None, _SIGNS).decode("ascii")
    return "".join(filter(str.isalnum, text.lower()))


def unspaced(text: str) -> str:
    """Return a title without the blanks between its letters, where wider ones part its words.

    >>> unspaced("T H E   L A M P"), unspaced("T H E L A M P"), unspaced("The   Lamp")
    ('THE LAMP', 'T H E L A M P', 'The   Lamp')
    """
    pieces = _WIDE.split(text.strip())
    spaced = len(pieces) > 1 and all(map(_SPACED.fullmatch, pieces)) and " " in text.strip()
    letters = sum(map(str.isalpha, text))
    if not spaced or letters < _SPACED_LETTERS or not any(" " in piece for piece in pieces):
        return text
    return " ".join(piece.replace(" ", "") for piece in pieces)


def is_site_name(text: str, url: str = "", names: frozenset[str] = frozenset()) -> bool:
    """True where *text* reads as the name of a site or archive, is one of *names*, or is in the
    host."""
    bare = squash(text)
    if not bare or bare in names:
        return True
    host = _host(url)
    if len(bare) == _INITIALS and text.isupper() and host.startswith(bare):
        return True
    return (len(bare) > 4 and bare in host) or (bool(_SITE.search(text)) and len(text.split()) <= 9)


@lru_cache(maxsize=64)  # a page asks again and again for its own
def _host(url: str) -> str:
    return squash((urlsplit(url).hostname or "").removeprefix("www."))


def off_shelf(text: str) -> str:
    """Return a heading without the part of a site that it stands in: "General Library: The Lamp".

    >>> off_shelf("General Library: The Lamp"), off_shelf("The Librarian: The Lamp")
    ('The Lamp', 'The Librarian: The Lamp')
    """
    shelf, colon, rest = text.partition(": ")
    return rest.strip() if colon and rest.strip() and _SHELF.fullmatch(shelf.strip()) else text


def from_title_tag(
    text: str,
    *,
    url: str = "",
    names: frozenset[str] = frozenset(),
    known: frozenset[str] = frozenset(),
) -> str | None:
    """Return the part of a `<title>` that names the story, else None.

    *names* are the site's names as the page's links to its front page say them; *known* are
    candidates from the page itself (all squashed): a piece that agrees with one is the title.
    """
    flat = " ".join(text.split())
    pieces = _pieces(flat) if flat else []
    # "Stories.org - The Lamp" names a site by its address, and a story as well.
    if not flat or _PLACEHOLDER.fullmatch(flat) or (len(pieces) == 1 and is_placeholder(flat)):
        return None
    if squash(flat) in known:
        return flat
    for piece in pieces:
        if squash(piece) in known:
            return piece
    if len(pieces) > 1 and any(map(_UNOFFICIAL.fullmatch, pieces)):
        return None  # the other is the site's name
    for piece in pieces:
        bare = _OF_FANDOM.sub("", piece)
        if bare != piece:  # the others name the site
            return None if is_placeholder(bare) or _CHAPTERS.fullmatch(bare) else bare
    kept = [
        piece
        for piece in pieces
        if not is_placeholder(piece) and not is_site_name(piece, url, names)
    ]
    if not kept:
        return None
    if len(kept) == len(pieces):
        # No site name in it: a colon or dash belongs to the title.
        return flat if len(flat) <= 150 else None
    return kept[0]


def _pieces(flat: str) -> list[str]:
    matched = _BRACKET.match(flat)
    if matched and (_SITE.search(matched["rest"])):
        return [*_pieces(matched["title"]), matched["rest"]]
    pieces = [piece.strip() for piece in _BREAKS.split(flat) if piece.strip()]
    return pieces or [flat]


def from_file_name(url: str) -> str | None:
    """Return a title that a file name spells out in at least two words of its own, else None.

    "the_long_night.html" does; "smokingthe.html" and "ch01.txt" say nothing a reader would call a
    title.
    """
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    stem = re.sub(r"\.\w{2,5}$", "", name)
    stem = re.sub(
        r"[-_ ]?(?:ch|chap|chapter|part|pt|p)?[-_ ]?\d+[a-z]?$", "", stem, flags=re.IGNORECASE
    )
    words = [word for word in re.split(r"[-_+ ]+|(?<=[a-z])(?=[A-Z])", stem) if word]
    telling = [word for word in words if word.isalpha() and len(word) > 1]
    if len(words) < 2 or len(telling) < 2 or len(telling) != len(words):
        return None
    if all(_GENERIC_NAME.fullmatch(word.lower()) for word in words):
        return None
    return " ".join(words)
