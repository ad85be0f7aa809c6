"""Who signs below a story: a name behind a dash or an end mark, an address, a colophon."""

from __future__ import annotations

import re

from storykeep.header import byline, claims, disclaimer, numbers, voice
from storykeep.header.draft import Draft
from storykeep.header.lines import Line, has_words, is_within, words
from storykeep.header.passages import SIGDASHES, line_above, piece_end, text_of
from storykeep.patterns import lazy
from storykeep.prose.pictures import is_right

_CLOSING = lazy(
    r"^\W*(?:(?:many )?thanks?\b.{0,60}|sincerely|love|later|ja ne|cheers|"
    r"yours(?: truly)?|(?:merry|happy) \w+(?: \w+)?|enjoy|bye|regards|"
    r"best wishes|until next time.{0,20}|see (?:ya|you).{0,20}|peace|sayonara)[,.!]*\W*$",
    re.IGNORECASE,
)
# "Love ya.  Jo", the last row of all.
_LOVING = lazy(
    r"\W*(?:(?:lots of |much )?love(?: (?:ya|you)(?: (?:all|guys))?)?|later|ja ne|bye(?: bye)?|"
    r"cheers|sincerely|yours(?: truly)?|regards|hugs|peace(?: out)?|sayonara)[,.!~-]{1,3}\s*"
    r"(?P<name>(?-i:[A-Z])[\w'’-]{1,20}(?: (?-i:[A-Z])[\w'’-]{1,20})?)\W{0,8}",
    re.IGNORECASE,
)
_WRITE = lazy(r"@|\b(?:me|e-?mail|mail|write|feedback|comments?|thoughts?)\b", re.IGNORECASE)
_MOTTO_LENGTH = 40  # words that a signature may have in a page
_SIGNED = lazy(
    r"^\s*(?:[-–—~=]{1,3}\s*)(?P<name>[\w][\w .'’-]{1,40}?)\s*[-–—~=]{0,3}"
    r"\s*(?:[(<]?[\w.+-]{1,40}@[\w.-]{3,60}[)>]?)?\s*$"
)
_FROM_NAMES = lazy(
    r"\b(?:(?:silliness|story|fic|fanfic|tale|writing|insanity|madness|fun|work|"
    r"nonsense|brought to you)\b.{0,25}?\b(?:from|by)|written by|"
    r"by)\s+(?P<names>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,3})(?:\s*\(.*)?$"
)
# What somebody else is named for.
_OTHERS = lazy(
    r"\b(?:songs?|sung|sings?|music|lyrics|album|theme|ending|opening|quot\w+|poem|created|"
    r"based|characters?|owned|directed|beta\w*|edited|drawn|art)\b",
    re.IGNORECASE,
)
_QUOTED_BY = lazy(
    r"^[\"“](?P<title>[^\"”]{2,100})[\"”],?\s+(?:is\s+|was\s+)?(?:written\s+)?by\s+"
    r"(?P<names>[A-Z][^.,;!?]{1,60})(?:[.,;!?]|$)"
)
_ADDRESS = lazy(r"^\s*<?(?:https?://|www\.)\S+>?\s*$")
_ADDRESS_FIRST = lazy(r"^\s*<?(?:https?://|www\.)\S+")  # and what is to be found there
_DATED = lazy(r"\s*,?\s*\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d$")
_AT_RIGHT = 20  # columns
_SIGNED_ROWS = 3
_FULL = 50  # characters of a row that its paragraph may go on from
_STOPS = ".!?>)^;~*'\""
_ADDRESS_ROW = 3  # words
_LONGEST_NAME = 4  # words
_NO_NAME = lazy(
    r"\bc ?& ?c\b|"
    r"\b(?:next|previous|chapter|part|episode|end|more|later|coming|soon|bye|ja|ne|thanks?|"
    r"thank you|author|enjoy|review|back|home|story|stories|fic|fics|fanfic|page|"
    r"flames?|comments?|feedback|e-?mail|peace|love|cheers|sincerely|yours)\b|\d{4}",
    re.IGNORECASE,
)
_MOTTO = lazy(r"^\s*[\"“][^\"”]+[\"”]\s*$")


def from_names(text: str) -> re.Match[str] | None:
    """Return where a line says from whom it all is: "Silliness by Jane Doe"."""
    return _FROM_NAMES.search(text) if "by" in text or "from" in text else None


def begins_signature(draft: Draft, shown: list[int], place: int) -> bool:
    """True for "--" above a sender's signature; more than that is the scene behind a break."""
    line = draft.lines[shown[place]]
    if line.text[:2] != "--" or not SIGDASHES.match(line.text) or len(shown) - place > 10:
        return False
    below = shown[place + 1 :]
    others = sum(SIGDASHES.match(draft.lines[index].text) is not None for index in shown) - 1
    if others and not any(_has_address(draft.lines[index].text) for index in below):
        return False  # this author parts scenes so
    if sum(draft.sizes[index] for index in below) <= _MOTTO_LENGTH:
        return True
    talk = sum(voice.is_speech(draft.lines[index].text) for index in below)
    return line.wrapped and talk < 2


def _has_address(text: str) -> bool:
    return bool(byline.emails(text)) or _ADDRESS.match(text) is not None


def is_name_behind_end(draft: Draft, shown: list[int], place: int) -> bool:
    """True for nothing but a name below "The End": whoever signs a story that names nobody."""
    line, above = draft.lines[shown[place]], draft.lines[shown[place - 1]]
    if place != len(shown) - 1 or draft.authors:
        return False
    if voice.is_end_mark(above.text) and byline.is_name_shape(line.bare):
        return True
    # Below a mere rule it takes a full name, which nobody in the story has.
    name = _bare_name(line.bare) if line.wrapped and above.is_break else ""
    full = len(name.split()) > 1 and byline.looks_like_name(name)
    return full and not _is_in_story(draft, name, shown[place])


def is_name_at_right(line: Line) -> bool:
    """True for "- Jane Doe" at the right edge: whoever signs a letter in a story does not end it
    there as well."""
    if words(line.text) > 4 or not is_right(line.element):
        return False
    return (signed := signed_name(line)) is not None and byline.is_name_shape(signed)


def offers_address(line: Line) -> bool:
    """True for a short line with a link to write to: "Like it? Hate it? Mail me!"."""
    return words(line.text) <= 15 and any(
        byline.mailto(address) and _WRITE.search(text) for address, text in line.links()
    )


def is_nothing_but_signature(draft: Draft, left: list[int]) -> bool:
    """True where nothing but a name and an address is left."""
    if len(left) > 5:
        return False
    known = {author.name for author in draft.authors}
    rows = [_without_name(draft.lines[index].bare, known) for index in left]
    if any(
        words(row) > (12 if _MOTTO.match(row) or _ADDRESS_FIRST.match(row) else 6) for row in rows
    ):
        return False
    return any(
        not row or byline.emails(row) or _ADDRESS.match(row) or _ADDRESS_FIRST.match(row)
        for row in rows
    )


def _without_name(row: str, known: set[str]) -> str:
    """Return what stands behind the author's name in a row that begins with it: "" for nothing."""
    name = next((each for each in known if row.startswith(each)), None)
    if name is None:
        return row
    rest = row.removeprefix(name)
    return row if rest[:1].isalnum() else rest.strip(" ,:;-–—")


def record_last_name(draft: Draft, start: int, stop: int) -> None:
    """Record the name that is the last row of closing notes, with its address or without."""
    shown = [i for i in range(start, stop) if not (draft.lines[i].blank or draft.lines[i].is_break)]
    while len(shown) > 1 and _is_address_row(draft.lines[shown[-1]].text):
        shown.pop()
    if not shown or draft.authors or not draft.lines[shown[-1]].wrapped:
        return
    index = shown[-1]
    line, text = draft.lines[index], _bare_name(draft.lines[index].bare)
    if (loving := _LOVING.fullmatch(line.bare)) is not None:
        text = loving["name"]
    above = draft.lines[shown[-2]].bare if len(shown) > 1 else line_above(draft, start).bare
    if not text or not (line.first or len(above) < _FULL or above[-1:] in _STOPS):
        return
    addresses = {
        mail.partition("@")[0].lower() for i in shown for mail in byline.emails(draft.lines[i].text)
    }
    own = text.lower().replace(" ", "_") in addresses or text.lower() in addresses
    own = own or loving is not None
    if not own and (not byline.looks_like_name(text) or _is_in_story(draft, text, start)):
        return
    draft.add_authors((text,), "byline", line.bare, place="tail", confidence=0.6)


def signed_row(draft: Draft, start: int, stop: int) -> int | None:
    """Return the row by which a text file's author signs the story right below it: "By Jo Dee.",
    "Jo Dee, 1/18/95", or the name alone at the right; None without one."""
    rows = _last_rows(draft, start, stop)
    if draft.authors or not rows or not draft.lines[rows[-1]].wrapped:
        return None
    for index in rows:
        line = draft.lines[index]
        if not line.first or (index + 1 < stop and not draft.lines[index + 1].blank):
            continue
        named = byline.read_byline(line.bare)
        names = named[0] if named is not None else ()
        if not names and index == rows[-1]:
            names = _name_at_end(draft, index)
        if names and all(map(byline.looks_like_name, names)):
            draft.add_authors(names, "byline", line.bare, place="tail", confidence=0.7)
            return index
    return None


def _last_rows(draft: Draft, start: int, stop: int) -> list[int]:
    """Return the few last rows of a story that are not blank, in order."""
    found: list[int] = []
    for index in range(stop - 1, start, -1):
        line = draft.lines[index]
        if line.blank or line.is_break or draft.bins[index]:
            continue
        found.append(index)
        if len(found) == _SIGNED_ROWS:
            break
    return found[::-1]


def _name_at_end(draft: Draft, index: int) -> tuple[str, ...]:
    """Return the full name that a last row is, with a date behind it or far to the right."""
    line = draft.lines[index]
    name = _DATED.sub("", line.bare)
    indent = line.text[: len(line.text) - len(line.text.lstrip())].expandtabs(8)
    if name == line.bare and len(indent) < _AT_RIGHT and signed_name(line) is None:
        return ()
    name = _bare_name(name)
    full = len(name.split()) > 1 and not _is_in_story(draft, name, index)
    return (name,) if full else ()


def _bare_name(text: str) -> str:
    """Return what may be a name in a last row: without its address and what is drawn around it."""
    for address in byline.emails(text):
        text = text.replace(address, " ")
    text = text.strip(" \t<>()[]{}*~=-–—_,:;|")
    full = len(text.split()) > 1 and text.endswith(".") and text.count(".") == 1
    text = text.rstrip(".") if full else text
    if text.isupper() and len(text.split()) > 2:
        return ""  # "NEVER FORGET THEM"
    ends = voice.is_end_mark(text) or numbers.is_part_line(text) or _NO_NAME.search(text)
    return "" if ends or len(text.split()) > _LONGEST_NAME else text


def _is_address_row(text: str) -> bool:
    return words(text) <= _ADDRESS_ROW and _has_address(text)


def _is_in_story(draft: Draft, name: str, stop: int) -> bool:
    """True for somebody whom the story names: one in it, who may be the last to be named."""
    pattern = re.compile(rf"\b{re.escape(max(name.split(), key=len))}\b")
    return any(pattern.search(line.text) for line in draft.lines[:stop])


def is_colophon(draft: Draft, index: int) -> bool:
    """True for a closing paragraph that names the story or its owners: '"Keepers" by Ada. ...'."""
    text = text_of(draft, index, piece_end(draft, index, len(draft.lines), long=True))
    return _QUOTED_BY.match(text) is not None or disclaimer.opens_with_disclaimer(text)


def signed_name(line: Line) -> str | None:
    """Return the name of a line such as "- Jane", None for other lines and for "- Thanks"."""
    matched = _SIGNED.match(line.text)
    if matched and _CLOSING.match(matched["name"]):
        return None
    if matched and has_words(matched["name"]) and words(matched["name"]) <= 4:
        return matched["name"].strip()
    return None


def _goes_on(draft: Draft, index: int) -> bool:
    """True for a row of hard-wrapped text from which the next one goes on: "... peddled by Sun"."""
    if not draft.lines[index].wrapped or index + 1 >= len(draft.lines):
        return False
    below = draft.lines[index + 1]
    return not (below.blank or below.first or below.is_break)


def _is_above_address(draft: Draft, index: int) -> bool:
    """True for a full name with nothing but an e-mail address in the row below it."""
    line, below = draft.lines[index], index + 1
    if draft.authors or below >= len(draft.lines) or " " not in line.bare:
        return False
    address = draft.lines[below].bare
    alone = "@" in address and " " not in address and bool(byline.emails(address))
    return alone and byline.looks_like_name(line.bare)


def record_signatures(draft: Draft, start: int, end: int) -> None:
    """Record who signs a closing note as a candidate for the author."""
    shown = [i for i in range(start, end) if not draft.lines[i].blank]
    owned = disclaimer.asserts(text_of(draft, start, end))
    if matched := _QUOTED_BY.match(text_of(draft, start, end)):
        if "title" not in draft.evidence:
            draft.found("title", matched["title"], "position", matched.group(), place="tail")
        draft.add_authors(
            byline.split_names(matched["names"]), "byline", matched.group(), place="tail"
        )
    for place, index in enumerate(shown):
        line = draft.lines[index]
        text = line.bare
        name: tuple[str, ...] = ()
        if (matched := from_names(text)) and not (
            _goes_on(draft, index) or (owned and is_within(draft.lines, index))
        ):
            name = () if _OTHERS.search(text) else byline.split_names(matched["names"])
        elif place and _CLOSING.match(draft.lines[shown[place - 1]].bare) and words(text) <= 8:
            name = () if text[-1:] in ',:;"”' else byline.split_names(text)
        elif place == len(shown) - 1 and (signed := signed_name(line)):
            byname = byline.read_byline(text)
            name = byname[0] if byname is not None else (signed,)
        elif len(shown) == 1 and not draft.authors and byline.is_name_shape(text.rstrip(".")):
            name = (
                (text,) if voice.is_end_mark(line_above(draft, start).text if start else "") else ()
            )
        elif _is_above_address(draft, index):
            name = () if _is_in_story(draft, text, start) else (text,)
        elif (claimed := claims.read_claimed(text)) is not None:
            name = claimed[0]
        elif (named := byline.read_byline(text, linked=bool(line.links()))) is not None:
            name = named[0]
        if name and all(byline.plausible(each, linked=False) for each in name):
            draft.add_authors(name, "byline", text, place="tail", confidence=0.7)
    for index in shown:
        for address in byline.emails(draft.lines[index].text):
            if draft.email is None:
                draft.add_email(address, draft.lines[index].bare, place="tail")
