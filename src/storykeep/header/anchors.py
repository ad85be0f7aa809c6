"""What shows without a label that a header is still going on: headings, by-lines, echoes, small
lines."""

from __future__ import annotations

import re

from storykeep.header import byline, claims, dates, numbers, titles, voice
from storykeep.header.lines import Line, label_of, words
from storykeep.header.scan import Scan, is_talk
from storykeep.header.shape import (
    author_url,
    is_linked_name,
    is_title_shape,
    is_titlecase,
)
from storykeep.patterns import lazy

_YEARS = range(1985, 2040)  # in which a story may have come out on a network
_NEAR = 40  # words; what somebody says so far up may be a title between quotation marks
_NOTICES = 2  # paragraphs
_CALLED = 80  # words; so far down may stand who is written to
_DRAWN = frozenset({"strong", "underline"})
# What has chapters of its own, and what is one.
_WHOLES = frozenset({"book", "vol", "volume", "part", "teil", "partie", "часть"})
_PIECES = frozenset(
    {"chapter", "chapters", "chap", "ch", "episode", "kapitel", "chapitre", "capítulo", "глава"}
)
_HEADING, _DIVIDES = 60, 2  # characters of a heading, and how many more divide a text
_INDENT = 8  # spaces before a row that is drawn in the middle
_WELCOME, _WELCOMES = 120, 4  # words and paragraphs to visitors
_TO_VISITORS = lazy(r"\b(?:you|your|me|my|us|our)\b.*[.!]|\b(?:site|page|archive)\b", re.IGNORECASE)
_FAN_FIC = lazy(r"(?i)\bfan[\s-]?fic")
_FULL = 50  # characters of a row that its paragraph may go on from
_TOP_ROWS, _TITLE_WORDS = 4, 10
_FAR_BY = lazy(r"\S\s{4,}(?:written\s+)?by\b|\S\s+by:\s*\S", re.IGNORECASE)
_FROM = lazy(r"\S{1,40}@\S{3,60}\s+\([^()]{2,40}\)")
_ALIAS = lazy(r"\(?a\.?\s?/?k\.?\s?/?a\.?(?:[:,]\s*|\s+)(?:\S+\s*){1,5}$", re.IGNORECASE)
_TELLING = 12  # letters of a title's end
_NAME_ROW = 8  # words: "Jo Dee AKA Moth AKA Jo-chan"
_JOINED = lazy(r"^(?:and|&|with)\s+(?P<names>[A-Z].{2,50})$", re.IGNORECASE)
_ENDS_IN_BY = lazy(
    r"(?i)^an?\s.{2,60}\b(?:fan[\s-]?fic(?:tion)?|story|fic|tale|crossover|short|novel(?:la)?|"
    r"vignette|poem|parody|drabble|one[- ]?shot|adventure|romance|script|play|piece|songfic)"
    r"\s+(?:written\s+)?by:?$"
)
_IN_PLACE = lazy(r"\s+(?:in|on|at|for|from)\s")
_PERSON = lazy(r"author|user|profile|member|/u/|/~|mailto:", re.IGNORECASE)
_POST_TITLE = lazy(r"\b(?:post|entry)-?_?title\b")
_COUNT = lazy(r"\s+\d{1,6}")
_READ_IN = lazy(r"\s*[·|•]\s*\d{1,3} min(?:utes?)?(?: read)?$", re.IGNORECASE)
_QUOTED = lazy(r"[\"“](?P<title>[^\"”]{3,80})[\"”]")
_NUMBER = lazy(r"\d{2}")
_RATING = lazy(
    r"^(?:(?i:rated)\s+)?(?:G|PG|PG[- ]?1[35]|R|NC[- ]?17|FR(?:T|M|C|AO)|K\+?|T|M|MA|U|12A?|15|18|"
    r"X|Adult)$"
)


# The title, and whose it is: "Lamp Oil - Jo Dee".
_NAMED_BEHIND = lazy(
    r"(?P<title>\S.{1,80}?)\s*(?:[-–—|/]\s+|\()"
    r"(?P<name>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,2})\)?"
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
        return _take_names(scan, index, named)
    titled = byline.read_titled(line.text, loose=bool(line.links()))
    if titled is not None and not signed:  # "Side by Side"
        _take_titled(scan, index, titled, 0.9)
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


def take_title(
    scan: Scan, index: int, text: str, method: str, confidence: float, *, surely: bool = False
) -> None:
    text = titles.undrawn(text.strip()).strip("*_~=- ")
    if text[1:2] == " " and text == scan.lines[index].bare:
        text = " ".join(titles.unspaced(scan.lines[index].text).split())
    text = text[1:-1] if text[:1] in '"“' and text[-1:] in '"”' else text
    text = titles.off_shelf(text)
    scan.draft.put(index, "field")
    if titles.is_placeholder(text) or (
        not surely
        and titles.is_site_name(text, scan.hints.url, scan.hints.site_names)
        and titles.squash(text) not in scan.hints.titles
    ):
        scan.draft.put(index, "chrome")
        return
    scan.draft.found("title", text, method, scan.lines[index].bare, confidence=confidence)  # type: ignore[arg-type]


def take_byline(scan: Scan, index: int) -> int | None:
    line = scan.lines[index]
    if _goes_on(scan, index):
        return None
    if not byline.may_name(line.text):
        return None if scan.draft.authors else _take_addressed(scan, index)
    named = byline.read_byline(line.text, linked=is_linked_name(line) or _under_title(scan, index))
    if (
        named is not None
        and scan.gap_text
        and (_is_alone(scan, index, named[0]) or _is_below_first(scan, index))
    ):
        return _take_names(scan, index, named)
    if named is None and not scan.draft.authors and (taken := _take_addressed(scan, index)):
        return taken
    if named is None and _ENDS_IN_BY.match(line.bare):
        return _name_below(scan, index, surely=False)
    if scan.gap_text and scan.gap > _NEAR and not _below_notice(scan, index):
        alone = named is None and is_bare_by(line) and line.wrapped and not scan.told
        return _name_below(scan, index, surely=False) if alone else None
    if named is not None and (not scan.gap_text or line.links() or _below_notice(scan, index)):
        return _take_names(scan, index, named)
    if named is None and not scan.gap_text and (taken := _take_claimed(scan, index)):
        return taken
    if named is None and is_bare_by(line):
        return _name_below(scan, index)
    if index > scan.start + 12 or words(line.text) > 16:
        return None
    titled = byline.read_titled(line.text, loose=is_linked_name(line))
    if titled is None or (scan.gap_text and not _is_signed_title(scan, index, titled)):
        return None
    if (
        line.strong
        or line.links()
        or _looks_like_top(scan, index)
        or _is_signed_title(scan, index, titled)
        or _is_in_columns(scan, index)
    ):
        _take_titled(scan, index, titled, 0.8)
        return index + 1
    return None


def _below_notice(scan: Scan, index: int) -> bool:
    """True where nothing but a site's notice of whose what is stands above a line of its own."""
    line = scan.lines[index]
    if not line.first or scan.gap > _CALLED or scan.told:
        return False
    above = [
        each.text
        for each in scan.lines[scan.end : index]
        if not (each.blank or voice.is_site_voice(each))
    ]
    return 0 < len(above) <= _NOTICES and all("©" in text for text in above)


def is_bare_by(line: Line) -> bool:
    """True for a line that is nothing but the "by" above a name."""
    return line.bare.lower() in {"by", "by:", "written by", "a story by"}


def _goes_on(scan: Scan, index: int) -> bool:
    """True for a row in the middle of a sentence: "... is owned" and, below, "by Pioneer."."""
    line, above = scan.lines[index], scan.lines[index - 1] if index > scan.start else None
    if above is None or not line.wrapped or line.first:
        return False
    full = len(above.bare) >= _FULL and above.bare[-1:] not in '.!?:"”)_*~='
    return full and (len(line.bare) >= _FULL or line.bare[-1:] in ".,;")


def _is_alone(scan: Scan, index: int, names: tuple[str, ...]) -> bool:
    """True for a by-line that is a row of its own, and names what looks like a person.

    Such a one needs no header around it: no story says "By Jo Dee" and nothing else.
    """
    line, below = scan.lines[index], index + 1
    if (scan.draft.authors and not scan.draft.sent_only()) or scan.hints.strict:
        return False
    if scan.told and scan.gap > _NEAR and not _is_drawn(line):
        return False  # a newspaper in a story has its reporters, too
    if not (line.first or line.wrapped) or line.bare[-1:] in ",;!?":
        return False
    if line.bare[-1:] == "." and len(names[0].split()) < 2:
        return False
    if not _ends(scan, index) and len(scan.lines[below].text) >= _FULL:
        return "@" in scan.lines[below].text and all(map(byline.looks_like_name, names))
    return all(map(byline.looks_like_name, names))


def _is_below_first(scan: Scan, index: int) -> bool:
    """True for a text file's second row, below a title that has a full stop: "The Lamp: Oil."."""
    line, above = scan.lines[index], scan.lines[index - 1]
    if not line.wrapped or scan.told or not scan.start < index <= scan.start + _TOP_ROWS:
        return False
    shown = [at for at in range(scan.start, index) if not scan.lines[at].blank]
    return (
        len(shown) == 1
        and shown[0] == index - 1
        and scan.draft.sizes[shown[0]] <= _TITLE_WORDS
        and is_title_shape(above.bare.rstrip("."))
        and _ends(scan, index)
    )


def _is_in_columns(scan: Scan, index: int) -> bool:
    """True for a text file's row that keeps the by-line far from the title: "Oil      by: Jo"."""
    line = scan.lines[index]
    if not line.wrapped or not line.first or not _ends(scan, index) or voice.is_speech(line.text):
        return False
    return _FAR_BY.search(line.text) is not None


def _is_drawn(line: Line) -> bool:
    """True for a by-line set in the middle of a text file, with an address, or of a "fan fic"."""
    indent = len(line.text) - len(line.text.lstrip())
    return indent >= _INDENT or "@" in line.text or _FAN_FIC.search(line.text) is not None


def _ends(scan: Scan, index: int) -> bool:
    """True where the row below begins something else."""
    if index + 1 >= scan.stop:
        return True
    below = scan.lines[index + 1]
    return below.blank or below.first or below.is_break or label_of(below) is not None


def _is_signed_title(scan: Scan, index: int, titled: tuple[str, tuple[str, ...]]) -> bool:
    """True for "The Long Way Home by Jo Dee", a row of its own with capitals throughout."""
    title, names = titled
    whole = all(len(name.split()) > 1 for name in names) and is_titlecase(title)
    return whole and _is_alone(scan, index, names)


def _read_from(line: Line) -> tuple[tuple[str, ...], str] | None:
    """Return (names, address) of "jo@mail.example (Jo Dee)", as a text file keeps of a mail's
    sender; None for other lines."""
    if not line.wrapped or _FROM.fullmatch(line.bare) is None:
        return None
    name, address = byline.read_sender(line.bare)
    return ((name,), address) if address and byline.looks_like_name(name) else None


def _take_addressed(scan: Scan, index: int) -> int | None:
    """A name with its e-mail address beside it, or below it: who is written to wrote the story."""
    line, below = scan.lines[index], index + 1
    if scan.gap > _CALLED or scan.hints.strict or scan.script:
        return None
    if (sent := _read_from(line)) is not None:
        names, address = sent
        scan.draft.add_authors(names, "mail_header", line.bare, url=f"mailto:{address}")
        scan.draft.put(index, "field")
        return below
    if addressed := byline.read_addressed(line.bare):
        names, address = addressed
    elif below < scan.stop and (byline.looks_like_name(line.bare) or _is_owner(scan, index)):
        if scan.lines[below].blank and line.wrapped and not scan.gap_text:
            below = min(below + 1, scan.stop - 1)
        addresses = byline.emails(scan.lines[below].text)
        if len(addresses) != 1 or words(scan.lines[below].text) > 1:
            return None
        # What begins with an article, right at the top, is the title of who can be written to.
        if line.bare.startswith(("The ", "A ", "An ")) and scan.end == scan.start:
            return None
        names, address = byline.split_names(line.bare), addresses[0]
    else:
        return None
    taken = _take_names(scan, index, (names, None))
    scan.draft.add_email(address, line.bare)
    return taken


def _is_owner(scan: Scan, index: int) -> bool:
    """True for "Doug tarbox" above "d_tarbox@mail.example": two words, one of them in the address
    right below."""
    names, below = scan.lines[index].bare.split(), scan.lines[index + 1].bare
    if len(names) != 2 or "@" not in below or not all(map(str.isalpha, names)):
        return False
    return names[0][0].isupper() and names[1].lower() in below.partition("@")[0].lower()


def _take_names(scan: Scan, index: int, named: tuple[tuple[str, ...], str | None]) -> int:
    line = scan.lines[index]
    names, fandom = named
    url = author_url(line)
    if url is None and len(names) == 1 and len(mails := byline.emails(line.text)) == 1:
        url = f"mailto:{mails[0]}"
    if len(names) == 1 and (own := _linked_alone(line, names[0])):
        names = (own,)
    scan.draft.add_authors(names, "byline", line.bare, url=url, confidence=0.95)
    if fandom:
        scan.draft.add_tag("fandom", fandom)
        scan.draft.found("tags", fandom, "byline", line.bare)
    scan.named = index if scan.named is None else scan.named
    scan.draft.put(index, "field")
    return _further_names(scan, index, names, url)


def _further_names(scan: Scan, index: int, names: tuple[str, ...], url: str | None) -> int:
    """Take "and Jo Dee" in the row right below "by Ada Moss" for a name of the same by-line."""
    below = index + 1
    if below >= scan.stop or not scan.lines[below].wrapped:
        return below
    if scan.lines[below].first:
        return _take_alias(scan, below)
    joined = _JOINED.match(scan.lines[below].bare)
    more = byline.split_names(joined["names"]) if joined is not None else ()
    if not more or not all(map(byline.looks_like_name, more)):
        return _take_alias(scan, below)
    if [author.name for author in scan.draft.authors] == list(names):
        scan.draft.authors = byline.authors((*names, *more), url)
    scan.draft.found("authors", ", ".join(more), "byline", scan.lines[below].bare)
    scan.draft.put(below, "field")
    return below + 1


def _take_alias(scan: Scan, below: int) -> int:
    """Take "a.k.a. Jo Dee", the row right below a by-line."""
    if below < scan.stop and scan.lines[below].wrapped and _ALIAS.match(scan.lines[below].bare):
        scan.draft.found("authors", None, "byline", scan.lines[below].bare)
        scan.draft.put(below, "field")
        return below + 1
    return below


def _linked_alone(line: Line, name: str) -> str | None:
    """Return the linked words of "by NAME in FANDOM" where only the first are a person's link, and
    of "by NAME 3", where reviews are counted behind them."""
    for value, text in line.links():
        if text and name.startswith(text) and _COUNT.fullmatch(name.removeprefix(text)):
            return text
        if text and _IN_PLACE.match(name.removeprefix(text)) and name.startswith(text):
            return text if _PERSON.search(value) else None
    return None


def _under_title(scan: Scan, index: int) -> bool:
    """True for the last line of a paragraph whose other line, above it, is a title in bold."""
    line, lines = scan.lines[index], scan.lines
    if index == scan.start or line.first or lines[index - 1].block != line.block:
        return False
    last = index + 1 >= scan.stop or lines[index + 1].block != line.block
    return last and lines[index - 1].strong and is_title_shape(lines[index - 1].bare)


def _take_claimed(scan: Scan, index: int) -> int | None:
    """A line that opens with the author's copyright, or with a date and a by-line."""
    line = scan.lines[index]
    if dated := byline.read_dated(line.text):
        if (named := byline.read_byline(dated[1])) is None:
            return None
        date = dates.read_date(dated[0], day_first=scan.draft.day_first)
        scan.draft.published = scan.draft.published or date
        return _take_names(scan, index, named)
    claimed = claims.read_claimed(line.text)
    if claimed is None:
        if (
            scan.draft.authors
            or scan.hints.strict
            or (held := claims.read_holder(line.text)) is None
        ):
            return None
        return _take_names(scan, index, (held, None))
    if "written" in claimed[1].lower() and claims.read_signed(line.text) is None:
        return None  # "Written by Anna, the letter was short."
    if claimed[1] == line.bare:
        return _take_names(scan, index, (claimed[0], None))
    end = index + 1
    while line.wrapped and end < scan.stop and not scan.lines[end].first:
        if scan.lines[end].blank or scan.lines[end].is_break:
            break
        end += 1
    _take_names(scan, index, (claimed[0], None))
    scan.take_rights(index, end)
    return end


def _name_below(scan: Scan, index: int, *, surely: bool = True) -> int | None:
    """Take the name below a line that ends in "by"; one that says more must have a name's shape."""
    below = index + 1
    while below < scan.stop and scan.lines[below].blank:
        below += 1
    if below >= scan.stop or words(scan.lines[below].text) > _NAME_ROW:
        return None
    names = byline.split_names(scan.lines[below].text)
    if not names or not all(byline.plausible(name, linked=True) for name in names):
        return None
    if not (surely or all(map(byline.looks_like_name, names))):
        return None
    scan.draft.add_authors(
        names,
        "byline",
        f"{scan.lines[index].bare} {scan.lines[below].bare}",
        url=author_url(scan.lines[below]),
    )
    scan.named = index if scan.named is None else scan.named
    scan.draft.put(index, "field")
    scan.draft.put(below, "field")
    return below + 1


def _take_titled(
    scan: Scan, index: int, titled: tuple[str, tuple[str, ...]], confidence: float
) -> None:
    line = scan.lines[index]
    title, names = titled
    if title.startswith("of ") and scan.draft.position is not None:
        title = title[3:]  # "Chapter 3: Mud", and below it "of Salt Water by Jo Moss"
    scan.draft.add_authors(names, "byline", line.bare, url=author_url(line), confidence=0.9)
    scan.named = index if scan.named is None else scan.named
    take_title(scan, index, title, "markup" if line.kind == "heading" else "position", confidence)
    scan.draft.put(index, "field")


def _looks_like_top(scan: Scan, index: int) -> bool:
    line = scan.lines[index]
    return scan.end == scan.start and line.bare[-1:] not in ".,;" and _ends(scan, index)


def take_echo(scan: Scan, index: int) -> int | None:
    """A line that repeats the title or the author that the page names elsewhere."""
    line = scan.lines[index]
    if words(line.text) > 20:
        return None
    if not (scan.gap_text or scan.draft.authors) and (behind := _behind_title(scan, line)):
        _take_titled(scan, index, behind, 0.85)
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
        _take_titled(scan, index, titled, 0.85)
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
            rest = _unsigned(scan, index, part.rest).rstrip()
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
    elif (
        not scan.talked
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
