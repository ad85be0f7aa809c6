"""What shows without a label that a header is still going on: headings, echoes, parts, small
lines."""

from __future__ import annotations

import re

from storykeep.header import byline, dates, numbers, titles, voice
from storykeep.header.lines import Line, words
from storykeep.header.naming import take_names, take_title, take_titled
from storykeep.header.scan import Scan, is_talk
from storykeep.header.shape import (
    is_linked_name,
    is_title_shape,
    is_titlecase,
)
from storykeep.patterns import lazy

_YEARS = range(1985, 2040)  # in which a story may have come out on a network
_NEAR = 40  # words; what somebody says so far up may be a title between quotation marks
_CALLED = 80  # words; so far down may stand who is written to
_DRAWN = frozenset({"strong", "underline"})
# What has chapters of its own, and what is one.
_WHOLES = frozenset({"book", "vol", "volume", "part", "teil", "partie", "часть"})
_PIECES = frozenset(
    {"chapter", "chapters", "chap", "ch", "episode", "kapitel", "chapitre", "capítulo", "глава"}
)
_HEADING, _DIVIDES = 60, 2  # characters of a heading, and how many more divide a text
_WELCOME, _WELCOMES = 120, 4  # words and paragraphs to visitors
_TO_VISITORS = lazy(r"\b(?:you|your|me|my|us|our)\b.*[.!]|\b(?:site|page|archive)\b", re.IGNORECASE)
_TELLING = 12  # letters of a title's end
_POST_TITLE = lazy(r"\b(?:post|entry)-?_?title\b")
_READ_IN = lazy(r"\s*[·|•]\s*\d{1,3} min(?:utes?)?(?: read)?$", re.IGNORECASE)
_QUOTED = lazy(r"[\"“](?P<title>[^\"”]{3,80})[\"”]")
_NUMBER = lazy(r"\d{2}")
_RATING = lazy(
    r"^(?:(?i:rated)\s+)?(?:G|PG|PG[- ]?1[35]|R|NC[- ]?17|FR(?:T|M|C|AO)|K\+?|T|M|MA|U|12A?|15|18|"
    r"X|Adult)$"
)
_SAID_ALOUD = lazy(r"[\"“][^\"“”]{1,100}[.!?,…][\"”]")  # of a story, whatever it is called
# The title, and whose it is: "Lamp Oil - Jo Dee".
_NAMED_BEHIND = lazy(
    r"(?P<title>\S.{1,80}?)\s*(?:[-–—|/]\s+|\()"
    r"(?P<name>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,2})\)?"
)
_OWN_SITE = lazy(r"<?(?:https?:/{1,2}|www\.)[^\s<>]{3,120}>?", re.IGNORECASE)
_SITE_NAMED = lazy(r"\([^()]{2,50}\)")
# "C & C welcome", below a by-line.
_WELCOMED = lazy(
    r"\W*(?:any\s+(?:and\s+all\s+)?|all\s+)?(?:c\s?(?:&|\+|and)\s?c|feedback|critici[sz]m|"
    r"comments?(?:\s*(?:&|and|/|,)\s*critici[sz]ms?)?|reviews?|flames)\s+(?:(?:is|are)\s+)?(?:always\s+)?"
    r"(?:welcomed?|appreciated|craved(?:\s+for)?|wanted|loved)\W*",
    re.IGNORECASE,
)
# "Copyright 1993", "(c)2000", and nobody's name.
_YEAR_OF_CLAIM = lazy(
    r"(?:copyright\s*(?:©|\([cс]\))?|©|\([cс]\)|c(?=\d))\s*(?:19|20)\d\d(?:\s*[-–,&]\s*(?:19|20)?\d\d)*\.?",
    re.IGNORECASE,
)


def take_heading(scan: Scan, index: int) -> int | None:
    line = scan.lines[index]
    if line.kind != "heading" or not line.bare:
        return None
    if scan.gap_text and not _is_below_welcome(scan, index):
        return None
    if (
        scan.hints.strict
        and not numbers.is_part_line(line.bare)
        and not byline.read_byline(line.text)
    ):
        return None
    if scan.headings and scan.is_section(index):
        return None
    signed = _byline_below(scan, index)
    called = _is_called_title(line)
    known = signed or called or titles.squash(line.bare) in scan.hints.titles
    if voice.is_site_voice(line) and not known:
        return None
    named = byline.read_byline(line.text, linked=is_linked_name(line))
    if named is not None:
        return take_names(scan, index, named)
    titled = byline.read_titled(line.text, loose=bool(line.links()))
    if titled is not None and not signed:  # "Side by Side"
        take_titled(scan, index, titled, 0.9)
        return index + 1
    if numbers.is_part_line(line.bare):
        return take_part(scan, index)
    if scan.headings and scan.named is None and _menu_between(scan, scan.headings[-1], index):
        # What stands above the site's menu is the site's name.
        for above in scan.headings:
            scan.draft.put(above, "chrome")
        scan.draft.evidence.pop("title", None)
    scan.headings.append(index)
    # What reads like a site's name is the title, where who wrote it stands right below.
    take_title(scan, index, line.bare, "markup", 0.9, surely=signed or called)
    return index + 1


def _is_called_title(line: Line) -> bool:
    """True for a heading that its class calls an entry's title: such a one leads to itself."""
    if not line.linked or line.element is None:
        return False
    above = (line.element, line.element.getparent())
    return any(
        each is not None and _POST_TITLE.search(each.get("class") or "") is not None
        for each in above
    )


def _is_below_welcome(scan: Scan, index: int) -> bool:
    """True for the only title on a page, below what its owner says to visitors: of the stories that
    come in, and who sent this one."""
    if (
        scan.told
        or scan.script
        or scan.gap > _WELCOME
        or scan.hints.strict
        or scan.is_section(index)
    ):
        return False
    if any(item.value for item in scan.draft.evidence.get("title", ())):
        return False
    line = scan.lines[index]
    if numbers.is_part_line(line.bare) or not is_title_shape(line.bare):
        return False
    above = [each for each in scan.lines[scan.end : index] if not each.blank]
    spoken = sum(bool(_TO_VISITORS.search(each.text)) for each in above)
    return 0 < len(above) <= _WELCOMES and spoken == len(above)


def _menu_between(scan: Scan, above: int, below: int) -> bool:
    between = [i for i in range(above + 1, below) if not scan.lines[i].blank]
    return any(len(scan.lines[i].links()) >= 2 and scan.lines[i].linked > 0.6 for i in between)


def take_echo(scan: Scan, index: int) -> int | None:
    """A line that repeats the title or the author that the page names elsewhere."""
    line = scan.lines[index]
    if words(line.text) > 20:
        return None
    if scan.gap and not line.wrapped and _SAID_ALOUD.fullmatch(line.bare):
        return None
    if not (scan.gap_text or scan.draft.authors) and (behind := _behind_title(scan, line)):
        take_titled(scan, index, behind, 0.85)
        return index + 1
    bare = titles.squash(line.bare)
    meant = bool(bare) and bare in scan.hints.titles and scan.lines[index].wrapped
    if (
        scan.gap_text
        and not (scan.gap < _CALLED and (scan.mail or _is_known_title(scan, bare)))
        and not (meant and _is_talk(scan, index))
    ):
        return None
    if (scan.gap_text or scan.talked) and _is_known_title(scan, bare):
        scan.draft.put(index, "field")
        return index + 1
    if meant and (titled := byline.read_titled(line.bare)):
        take_titled(scan, index, titled, 0.85)
        return index + 1
    if bare not in scan.hints.titles and not scan.gap_text and is_title_again(scan, bare):
        scan.draft.put(index, "field")  # the title once more, above the text
        return index + 1
    if bare and bare in scan.hints.titles:
        take_title(scan, index, line.bare.strip("<>") if meant else line.bare, "position", 0.85)
        scan.draft.put(index, "field")
        return index + 1
    if bare and bare in scan.hints.chapters:
        scan.draft.found("chapter_title", line.bare, "position", line.bare)
        scan.draft.put(index, "field")
        return index + 1
    named = scan.draft.evidence.get("title", ())
    if scan.gap_text and any(item.method != "mail_header" for item in named):
        return None  # a short speech
    quoted = _QUOTED.fullmatch(line.bare)
    if quoted and (
        ((scan.mail or _is_called_below(scan, line)) and is_titlecase(quoted["title"]))
        or (is_title_shape(quoted["title"]) and _byline_below(scan, index))
    ):
        take_title(scan, index, quoted["title"], "position", 0.8)
        return index + 1
    return None


def _behind_title(scan: Scan, line: Line) -> tuple[str, tuple[str, ...]] | None:
    """Return (title, names) of the page's title with a name behind it: "Lamp Oil - Jo Dee"."""
    found = _NAMED_BEHIND.fullmatch(line.bare)
    if found is None or not byline.looks_like_name(found["name"]):
        return None
    title = titles.squash(found["title"])
    known = title in scan.hints.titles or _is_known_title(scan, title)
    return (found["title"], (found["name"],)) if known else None


def _is_called_below(scan: Scan, line: Line) -> bool:
    """True for a text file's row below who wrote it, while nothing has named the story."""
    if scan.named is None or scan.draft.evidence.get("title") or scan.told or scan.hints.strict:
        return False
    above = range(scan.start, scan.named)
    alone = all(scan.lines[at].blank or scan.draft.bins[at] for at in above)
    return alone and line.wrapped and line.first


def _is_talk(scan: Scan, index: int) -> bool:
    """True where nothing but a few words, or an author's talk, stands above a text file's title."""
    if scan.draft.evidence.get("title") or scan.told:
        return False
    return scan.gap <= _NEAR or is_talk(scan, index)


def _byline_below(scan: Scan, index: int) -> bool:
    """True where the next line that shows something is a by-line: this one is no speech."""
    below = next((i for i in range(index + 1, scan.stop) if not scan.lines[i].blank), None)
    return below is not None and byline.read_byline(scan.lines[below].text) is not None


def _is_known_title(scan: Scan, bare: str) -> bool:
    """True where a label above has named the title, and this is it again."""
    known = [titles.squash(item.value or "") for item in scan.draft.evidence.get("title", ())]
    counted = any(map(str.isdigit, bare))
    # "Low Tide - Lamps, part 3: Oil" above, and "Lamps part 3: Oil" below an author's talk.
    return bool(bare) and any(
        each == bare or (counted and len(bare) >= _TELLING and each.endswith(bare))
        for each in known
    )


def is_title_again(scan: Scan, bare: str) -> bool:
    """True for the very title that a label or a line above has named."""
    known = scan.draft.evidence.get("title", ())
    return bool(bare) and any(titles.squash(item.value or "") == bare for item in known)


def take_part(scan: Scan, index: int) -> int | None:
    line = scan.lines[index]
    text = line.bare
    if scan.gap_text or not numbers.is_part_line(text):
        return None
    if scan.hints.strict and _divides(scan, index):
        return None
    part = numbers.read_part(text)
    scan.draft.put(index, "field")
    if part is None:  # "Prologue"
        scan.draft.chapter_title = scan.draft.chapter_title or text.strip("*_~-= ")
    elif scan.draft.position is None or _is_finer(scan, part):
        scan.draft.position, scan.draft.of = part.number, part.of
        if scan.booked is not None and part.rest:
            scan.draft.chapter_title = None
        scan.booked = index if part.word in _WHOLES else None
        if part.rest:
            rest = _unsigned(scan, index, part.rest).removeprefix("Title: ").rstrip()
            if rest.count(")") > rest.count("("):
                rest = rest.removesuffix(")").rstrip()  # "(Part Two: The Lamp)"
            scan.draft.chapter_title = scan.draft.chapter_title or rest.strip(' *_~"“”')
    scan.draft.found("position", text, "position", text)
    return index + 1


def _is_finer(scan: Scan, part: numbers.PartOf) -> bool:
    """True for the chapter below a line that has counted the book: "Book I", "Chapter 2"."""
    return scan.booked is not None and part.word in _PIECES


def _divides(scan: Scan, index: int) -> bool:
    """True where more such headings follow in the text, which says elsewhere what it is called."""
    drawn = _drawn(scan.lines[index])
    more = 0
    for line in scan.lines[index + 1 : scan.stop]:
        if line.first and 0 < len(line.text) <= _HEADING:
            alike = drawn and _drawn(line) == drawn and not line.is_break
            more += bool(alike) or numbers.is_part_line(line.bare)
            if more >= _DIVIDES:
                return True
    return False


def _drawn(line: Line) -> str:
    """Return how all of a line is drawn, "" for no way of its own."""
    size = len(line.bare)
    kinds = (m.kind for m in line.marks if m.kind in _DRAWN and m.end - m.start >= size > 0)
    return next(kinds, "")


def _unsigned(scan: Scan, index: int, rest: str) -> str:
    """Return a part's title without the by-line behind it, whose names are taken."""
    titled = byline.read_titled(rest)
    if titled is None or not all(map(byline.looks_like_name, titled[1])):
        return rest
    scan.draft.add_authors(titled[1], "byline", scan.lines[index].bare, confidence=0.9)
    scan.named = index if scan.named is None else scan.named
    return titled[0]


def take_small(scan: Scan, index: int) -> int | None:
    """A date, a rating or an address alone on its line."""
    line = scan.lines[index]
    if scan.gap_text:
        return None
    text = line.bare
    if " min" in text.lower():
        text = _READ_IN.sub("", text)
    if words(text) > 6:
        return None
    if _RATING.match(text.strip("()[]. ")):
        scan.draft.add_tag("rating", re.sub(r"(?i)^rated\s+", "", text.strip("()[]. ")))
        scan.draft.found("tags", text, "position", text)
    elif byline.emails(text) and words(text) <= 3:
        scan.draft.add_email(byline.emails(text)[0], text)
    elif line.wrapped and _YEAR_OF_CLAIM.fullmatch(text):
        return _take_year(scan, index)
    elif line.wrapped and _is_own_site(scan, index):
        return _take_own_site(scan, index)
    elif scan.end > scan.start and not scan.gap and _WELCOMED.fullmatch(text):
        scan.draft.add_note(text, None, "head", kind="feedback")
        scan.draft.found("notes", text, "position", text)
        scan.draft.put(index, "note")
        return index + 1
    elif (
        not scan.talked
        and not (scan.hints.strict and scan.draft.published)  # there it tells when a scene is
        and _NUMBER.search(text)
        and (date := dates.read_date(text, day_first=scan.draft.day_first))
        and len(re.sub(r"[\d\W]+|\b[A-Za-z]{3,9}\b", "", text)) == 0
        and not re.search(r"[\"“?!]|\.\.\.$|[…:]$", text)
        and int(date.value[:4]) in _YEARS
        and (len(date.value) > 4 or text.strip("()[]") == date.value)
    ):
        scan.draft.published = scan.draft.published or date
        scan.draft.found("published", date.value, "position", text)
    else:
        return None
    scan.draft.put(index, "field")
    return index + 1


def _is_own_site(scan: Scan, index: int) -> bool:
    """True for a row that is nothing but an address on the web, alone below who wrote it: no note
    goes on from it or into it."""
    if scan.end == scan.start or scan.gap or _OWN_SITE.fullmatch(scan.lines[index].bare) is None:
        return False
    end = _own_site_end(scan, index)
    below = scan.lines[end] if end < scan.stop else None
    apart = below is None or below.blank or below.first or below.is_break
    return apart and (scan.lines[index].first or scan.draft.bins[index - 1] == "field")


def _own_site_end(scan: Scan, index: int) -> int:
    """Return the line behind an address and what it leads to, in brackets: "(The Lamp's Page)"."""
    named = index + 1 < scan.stop and _SITE_NAMED.fullmatch(scan.lines[index + 1].bare)
    return index + 2 if named else index + 1


def _take_own_site(scan: Scan, index: int) -> int:
    end = _own_site_end(scan, index)
    for at in range(index, end):
        scan.draft.found("fields", scan.lines[at].bare, "position", scan.lines[at].bare)
        scan.draft.put(at, "field")
    return end


def _take_year(scan: Scan, index: int) -> int:
    """Take "Copyright 1993", with the name that stands alone right above or below it."""
    text = scan.lines[index].bare
    scan.draft.add_note(text, None, "head", kind="rights")
    scan.draft.found("notes", text, "position", text)
    scan.draft.put(index, "note")
    for near in (index - 1, index + 1):
        if scan.draft.authors or not scan.start < near < scan.stop or scan.draft.bins[near]:
            continue
        name = scan.lines[near].bare
        if " " in name and byline.looks_like_name(name) and not byline.is_company(name):
            scan.draft.add_authors((name,), "byline", name, confidence=0.7)
            scan.draft.put(near, "field")
            scan.named = near if scan.named is None else scan.named
            return max(near, index) + 1
    return index + 1
