"""Text that tells nothing: what fills a template, what is for sale, what a list says of its works,
what visitors write to each other, and what speaks of nobody.

Each sign is counted, and set against how much text there is: a story may hold any of them once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storykeep.engines import linking, outcomes
from storykeep.engines.sheet import Sheet
from storykeep.header.labels import read_label
from storykeep.header.lines import Line
from storykeep.model import Block
from storykeep.patterns import has_one, lazy

# What printers set where the text is still to come.
_FILLER = frozenset(
    """lorem ipsum dolor sit amet consectetur consectetuer adipiscing elit sed eiusmod tempor
    incididunt labore dolore magna aliqua enim minim veniam quis nostrud exercitation ullamco
    laboris nisi aliquip commodo consequat duis aute irure reprehenderit voluptate velit esse
    cillum fugiat nulla pariatur excepteur sint occaecat cupidatat proident sunt culpa officia
    deserunt mollit anim laborum vivamus pellentesque vestibulum nullam mauris phasellus curabitur
    praesent quisque donec maecenas aenean fusce tellus lectus nunc ligula""".split()  # noqa: SIM905  it reads as a list
)
_FILLED = 0.15  # the share of a text that is of such words

_WARE = lazy(
    r"^\W*(?:(?:buy|order|get|purchase|shop|pre-?order)\b.{0,40}\b(?:now|here|it|today|copy|from|on|"
    r"at|via|amazon|kindle|hardback|hardcover|paperback|e-?book)\b.{0,40}|buy|"
    r"add to (?:cart|basket|bag)|"
    r"(?:e-?book|paperback|hardback|hardcover|kindle|print|audiobook)?\s*"
    r"(?:isbn\b.{0,30}|price\s*:.{0,30})|"
    r"(?:available|on sale|out) (?:now|at|from|in|on)\b.{0,60}\b(?:amazon|kindle|kobo|bookshops?|"
    r"bookstores?|retailers?|paperback|hardcover|e-?book)\b.{0,30}|"
    r"(?:US|CA|AU)?[$€£]\s?\d+(?:[.,]\d\d)?(?:\s+(?:usd|eur|gbp|cad))?)\W*$",
    re.IGNORECASE,
)
_WARE_STEMS = ("buy", "order", "cart", "isbn", "price", "amazon", "$", "€", "£", "purchase")
_WARES = 3
_PER_WARE = 300  # words for each of them
_BLURB = lazy(r"[\"”]\W{0,3}[-–—]{1,2}\s*[^\W\d_]")  # who praised a book stands behind the praise

_ON = lazy(
    r"^\W*(?:read (?:the |this )?"
    r"(?:more|full|rest|story|fic|poem|chapter|tale|post|it|on|here|now)\b.{0,30}|"
    r"continue reading.{0,40}|keep reading|full (?:story|text)|view (?:story|profile|more)|"
    r"more|more info|start reading|buy|buy (?:it |this )?(?:here|now|book)|hardback|hardcover|"
    r"paperback|kindle|download(?: \S+){0,3}|weiterlesen|lire la suite|leer m[aá]s|leia mais|"
    r"ler mais|читать (?:далее|дальше|полностью)|leggi tutto|阅读全文|閱讀全文|続きを読む)\W*$",
    re.IGNORECASE,
)
_COVER = lazy(
    r"^\W*(?:read the (?:story|fic|novel|tale)|(?:start|begin) reading|"
    r"read (?:from )?chapter (?:1|one)|read on ao3)\W*$",
    re.IGNORECASE,
)
_COVER_WORDS = 250
_LEADING = 3
_MOST = 6000  # words
_PER_ENTRY = 150  # words that a list says of each of its works
_PIECE, _SHARE = 400, 0.4  # words that it says of one, and the share of them all
_ROW = 80  # characters
# No "Status:", which a game inside a story shows again and again.
_OF_WORKS = frozenset(("fandom", "rating", "pairing", "summary", "genre"))

# The clock of a board's script, and that of a site's reviews. No letter in a story is dated so.
_STAMPED = lazy(
    r"(?:^|\s)(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+"
    r"\d{1,2}\s\d\d:\d\d:\d\d\s(?:[A-Z]{3,4}\s)?\d{4}\s*$"
)
_REVIEWED = lazy(r"\S\schapter\s\d{1,4}\s\.\s\d{1,2}/\d{1,2}(?:/\d{2,4})?\s*$")
_SECONDS = lazy(r":\d\d:\d\d ")
_BEGUN = 8000  # characters
_STAMP = 60  # characters
_STAMPS = 2
_REVIEWS = 3
_PER_STAMP = 400  # words

_PERSONS = lazy(
    r"\b(?:i|me|my|mine|we|us|our|you|your|he|him|his|she|hers?|they|them|their|"
    r"(?:him|her|my|your|our)self)\b"
)
_ONE = lazy(r"\b(?:i|me|my|mine|he|him|his|she|hers?|(?:him|her|my)self)\b")
# How a matter is described, and how one tells of what has been: who tells of a place may well do
# so without a person.
_DESCRIBED = lazy(r"\b(?:is|are|has|have|can|will|may|does|do|isn't|aren't|can't|must|should)\b")
_PAST = lazy(
    r"\b(?:was|were|had|did|could|would|wasn't|weren't|hadn't|didn't|came|went|stood|lay)\b"
)
_ENGLISH = lazy(r"\b(?:the|and|of|to|a|in)\b")
_IS_ENGLISH = 0.1
# How many of a text's words are persons. A story that is all description has more, and so has one
# of the land and its kings.
_NOBODY = 0.045
_NO_ONE = 0.018
_SAMPLE = 2000  # characters, of the beginning, the middle and the end
_LEAST, _LONGEST = 60, 3000  # words: few may be all description, and many tell something somewhere
_QUOTES = 3  # paragraphs to each with a quotation mark in it
_VERSE = 12  # words: what is told in rows as short as these is sung


def none(sheet: Sheet, body: str, size: int) -> str:
    """Return why the *body* of a page, of *size* words, is nobody's text, "" where it may be
    one."""
    if ("psum" in body or "PSUM" in body) and _is_filler(body.lower()):
        return "the text only fills a template"
    if stamps := _stamps(sheet, size):
        return f"visitors write to each other: {stamps!r}"
    return ""


def why(
    sheet: Sheet, blocks: Sequence[Block], body: str, size: int, speech: int, *, signed: bool
) -> str:
    """Return why the *body* of a page tells nothing, "" where it may; *size* is how many words it
    has, *speech* in how many of the first *blocks* somebody speaks.

    What is *signed*, or goes on on another page, may speak of nobody.
    """
    if 2 * speech > len(blocks):
        return ""
    low = body.lower()
    if has_one(low, _WARE_STEMS) and (ware := _wares(sheet, blocks, size)):
        return f"the page sells what it speaks of: {ware!r}"
    if signed or not _LEAST <= size <= _LONGEST or _QUOTES * speech > len(blocks):
        return ""
    if not _is_of_nobody(low, blocks) or linking.has_parts(sheet):
        return ""
    return "the text speaks of nobody"


def lists(sheet: Sheet, prose: Sequence[Block]) -> str:
    """Return the link or label with which a page goes on from each of several works to the next,
    or leads from the cover of one to its text; "" for a page that does not."""
    size = outcomes.size_of(prose)
    if size >= _MOST:
        return ""
    if label := _labels(sheet.lines, size):
        return label
    rows = [
        (index, link)
        for index, line in enumerate(sheet.lines)
        if line.marks and len(line.text) < _ROW
        for link in line.links()
        if _leads(link[1])
    ]
    covers = [text for _, (_, text) in rows if _COVER.match(text)] if size <= _COVER_WORDS else []
    if covers and not outcomes.dialogue_lines([block.text for block in prose]):
        return covers[0]
    if len({address for _, (address, _) in rows}) < _LEADING or size > _PER_ENTRY * len(rows):
        return ""
    return rows[0][1][1] if _are_spread(sheet, [index for index, _ in rows]) else ""


def _are_spread(sheet: Sheet, indexes: Sequence[int]) -> bool:
    """True where no piece between two of these lines is most of the page: a short story has its
    site's other stories below."""
    begun, pieces = 0, []
    for index in indexes:
        pieces.append(sum(sheet.sizes[begun:index]))
        begun = index
    return max(pieces) <= min(_PIECE, _SHARE * sheet.words)


def _leads(text: str) -> bool:
    return len(text) < 60 and _ON.match(text) is not None


def _labels(lines: Sequence[Line], size: int) -> str:
    """Return the label that a list has for each of its works; a story has it once."""
    counted: dict[str, int] = {}
    for line in lines:
        if ":" not in line.text[:40]:
            continue
        label = read_label(line.text)
        if label is not None and label.name in _OF_WORKS:
            counted[label.name] = counted.get(label.name, 0) + 1
    most = max(counted, key=lambda name: counted[name], default="")
    times = counted.get(most, 0)
    return most if times >= _LEADING and size <= _PER_ENTRY * times else ""


def _is_filler(low: str) -> bool:
    words = low.split()
    return sum(word.strip(".,;:!?") in _FILLER for word in words) >= _FILLED * len(words)


def _stamps(sheet: Sheet, size: int) -> str:
    """Return the row in which a script says who wrote and when, where each message has one."""
    begun = sheet.text[:_BEGUN]  # the first of them stands at the top
    if " . " in begun and " chapter " in begun:
        found = [line for line in sheet.lines if _REVIEWED.search(line.text[-_STAMP:])]
        if len(found) >= _REVIEWS:
            return found[0].bare
    if _SECONDS.search(begun):
        found = [line for line in sheet.lines if _STAMPED.search(line.text[-_STAMP:])]
        if len(found) >= _STAMPS and size <= _PER_STAMP * len(found):
            return found[0].bare
    return ""


def _wares(sheet: Sheet, blocks: Sequence[Block], size: int) -> str:
    """Return what a page says of how its book is bought, where it says little else."""
    rows = [line.bare for line in sheet.lines if 0 < len(line.bare) < 90]
    found = list(dict.fromkeys(row for row in rows if _WARE.match(row)))
    if len(found) < _WARES or size > _PER_WARE * len(found):
        return ""
    said = sum('"' in block.text or "“" in block.text for block in blocks)
    praised = sum(_BLURB.search(block.text) is not None for block in blocks)
    return found[0] if (said - praised) * 5 <= len(blocks) else ""


def _is_of_nobody(low: str, blocks: Sequence[Block]) -> bool:
    """True for an English text in paragraphs in which hardly a person comes."""
    if any(block.kind in {"verse", "pre"} for block in blocks):
        return False
    rows = [row for block in blocks for row in block.text.split("\n") if row.strip()]
    if sum(len(row.split()) for row in rows) < _VERSE * len(rows):
        return False
    sample = _sample(low).replace("’", "'")
    words = len(sample.split())
    if len(_ENGLISH.findall(sample)) < _IS_ENGLISH * words:
        return False
    if len(_ONE.findall(sample)) >= _NO_ONE * words:
        return False
    if len(_PERSONS.findall(sample)) >= _NOBODY * words:
        return False
    if len(_PAST.findall(sample)) >= len(_DESCRIBED.findall(sample)):
        return False
    return not outcomes.dialogue_lines([block.text for block in blocks])


def _sample(text: str) -> str:
    """Return the beginning, the middle and the end of a text."""
    if len(text) <= 3 * _SAMPLE:
        return text
    half = (len(text) - _SAMPLE) // 2
    return " ".join((text[:_SAMPLE], text[half : half + _SAMPLE], text[-_SAMPLE:]))
