"""The lines that say who wrote a story, and how it is called: by-lines, in any place and form."""

from __future__ import annotations

import re

from storykeep.header import byline, claims, dates, numbers, titles, voice
from storykeep.header.lines import Line, label_of, words
from storykeep.header.scan import Scan
from storykeep.header.shape import (
    author_url,
    is_linked_name,
    is_title_shape,
    is_titlecase,
)
from storykeep.patterns import lazy

_NEAR = 40  # words; what somebody says so far up may be a title between quotation marks
_NOTICES = 2  # paragraphs
_CALLED = 80  # words; so far down may stand who is written to
_INDENT = 8  # spaces before a row that is drawn in the middle
_FAN_FIC = lazy(r"(?i)\bfan[\s-]?fic")
_FULL = 50  # characters of a row that its paragraph may go on from
_TOP_ROWS, _TITLE_WORDS = 4, 10
_FAR_BY = lazy(r"\S\s{4,}(?:written\s+)?by\b|\S\s+by:\s*\S", re.IGNORECASE)
_FROM = lazy(r"\S{1,40}@\S{3,60}\s+\([^()]{2,40}\)")
_ALIAS = lazy(r"\(?a\.?\s?/?k\.?\s?/?a\.?(?:[:,]\s*|\s+)(?:\S+\s*){1,5}$", re.IGNORECASE)
_NAME_ROW = 8  # words: "Jo Dee AKA Moth AKA Jo-chan"
_JOINED = lazy(r"^(?:and|&|with)\s+(?P<names>[A-Z].{2,50})$", re.IGNORECASE)
_LONGEST = 200  # characters; a longer line is no by-line
_WRITTEN_BY = lazy(r"^\W*by\b|\b(?:\w*fic|\w*fiction|story|tale|written)\W? by\b", re.IGNORECASE)
_FROM_BY = lazy(r"[\W_]+by\b.*", re.IGNORECASE | re.DOTALL)
_ENDS_IN_BY = lazy(
    r"(?i)^an?\s.{2,60}\b(?:fan[\s-]?fic(?:tion)?|story|fic|tale|crossover|short|novel(?:la)?|"
    r"vignette|poem|parody|drabble|one[- ]?shot|adventure|romance|script|play|piece|songfic)"
    r"\s+(?:written\s+)?by:?$"
)
_IN_PLACE = lazy(r"\s+(?:in|on|at|for|from)\s")
_PERSON = lazy(r"author|user|profile|member|/u/|/~|mailto:", re.IGNORECASE)
_HANDLE = lazy(r"(?=.*[A-Za-z]{3})(?=.*(?:\d|_))[A-Za-z][\w.-]{2,30}", re.ASCII)
_OWN_PAGE = lazy(
    r"/(?:authors?|users?|profiles?|members?|u)/(?P<name>[^/?#]{1,60})(?:/[^/?#]{0,60})?/?$",
    re.IGNORECASE,
)
_COUNT = lazy(r"\s+\d{1,6}")


def take_title(
    scan: Scan, index: int, text: str, method: str, confidence: float, *, surely: bool = False
) -> None:
    text = titles.undrawn(text.strip()).strip("*_~=- ")
    if text[1:2] == " " and text == scan.lines[index].bare:
        text = " ".join(titles.unspaced(scan.lines[index].text).split())
    text = text[1:-1] if text[:1] in '"“' and text[-1:] in '"”' else text
    text = titles.off_shelf(text)
    scan.draft.put(index, "field")
    part = numbers.read_part(text)
    if part is not None and part.start and titles.is_placeholder(text[: part.start]):
        # "Here is CH 4" counts, and names nothing.
        scan.draft.position = part.number if scan.draft.position is None else scan.draft.position
        scan.draft.found("position", str(part.number), "position", scan.lines[index].bare)
        return
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
        if scan.draft.authors:
            return None
        return _take_handle(scan, index) or _take_addressed(scan, index)
    if _is_rights_echo(scan, index):
        scan.draft.put(index, "chrome")
        return index + 1
    if not scan.told and (labelled := byline.read_title_author(line.bare)) is not None:
        take_titled(scan, index, labelled, 0.9)
        return index + 1
    named = byline.read_byline(line.text, linked=is_linked_name(line) or _under_title(scan, index))
    if _is_of_another(scan, line.bare, named):
        return None
    if (
        named is not None
        and scan.gap_text
        and (_is_alone(scan, index, named[0]) or _is_below_first(scan, index))
    ):
        return take_names(scan, index, named)
    if named is None and not scan.draft.authors and (taken := _take_addressed(scan, index)):
        return taken
    if named is None and _ENDS_IN_BY.match(line.bare):
        return _name_below(scan, index, surely=False)
    if scan.gap_text and scan.gap > _NEAR and not _below_notice(scan, index):
        alone = named is None and is_bare_by(line) and line.wrapped and not scan.told
        return _name_below(scan, index, surely=False) if alone else None
    if named is not None and (not scan.gap_text or line.links() or _below_notice(scan, index)):
        return take_names(scan, index, named)
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
        take_titled(scan, index, titled, 0.8)
        return index + 1
    return None


def _is_of_another(scan: Scan, text: str, named: tuple[tuple[str, ...], str | None] | None) -> bool:
    """True where a site has told who wrote the story, and a line in its text says what somebody
    else has made: "Written in answer to The Saga of the Weir by Ada M.", "Lamp Regular by Jo"."""
    if not (scan.hints.strict and scan.draft.authors) or len(text) > _LONGEST:
        return False
    if _WRITTEN_BY.search(text) is not None:
        return False
    titled = byline.read_titled(text) if named is None else None
    if named is None and titled is None:
        return False
    names = named[0] if named is not None else titled[1] if titled is not None else ()
    known = {titles.squash(author.name) for author in scan.draft.authors}
    title = titles.squash(_FROM_BY.sub("", text))
    return known.isdisjoint(map(titles.squash, names)) and title not in scan.hints.titles


def _take_handle(scan: Scan, index: int) -> int | None:
    """Take the name that somebody goes by on the net, alone right below the heading of a text."""
    line = scan.lines[index]
    if scan.gap_text or scan.hints.strict or not line.first or _HANDLE.fullmatch(line.bare) is None:
        return None
    above = next(
        (each for each in reversed(scan.lines[scan.start : index]) if not each.blank), None
    )
    if above is None or above.kind != "heading" or not _ends(scan, index):
        return None
    return take_names(scan, index, ((line.bare,), None))


def _is_rights_echo(scan: Scan, index: int) -> bool:
    """True for "THE LAMP! copyright © 2008 by Jo Dee" where both are known by now."""
    line, draft = scan.lines[index], scan.draft
    if scan.told or not draft.authors or not line.first or "opyright" not in line.text:
        return False
    said = claims.read_titled_claim(line.bare)
    if said is None or set(said[1]) != {each.name for each in draft.authors}:
        return False
    known = {titles.squash(each.value or "") for each in draft.evidence.get("title", ())}
    return any(each and each.startswith(titles.squash(said[0])) for each in known)


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
    if byline.leaves_open(above.bare):
        return True
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
    if line.marks and _leads_to_its_own(scan, line):
        return take_names(scan, index, ((line.bare,), None))
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
    taken = take_names(scan, index, (names, None))
    scan.draft.add_email(address, line.bare)
    return taken


def _leads_to_its_own(scan: Scan, line: Line) -> bool:
    """True for a line below a title that is a link to the page of the author whom it names."""
    if not line.first or "title" not in scan.draft.evidence or len(line.links()) != 1:
        return False
    ((url, text),) = line.links()
    own = _OWN_PAGE.search(url) if text == line.bare else None
    if own is None or not byline.plausible(line.bare, linked=False):
        return False
    return own["name"].isdecimal() or titles.squash(own["name"]) == titles.squash(line.bare)


def _is_owner(scan: Scan, index: int) -> bool:
    """True for "Doug tarbox" above "d_tarbox@mail.example": two words, one of them in the address
    right below."""
    names, below = scan.lines[index].bare.split(), scan.lines[index + 1].bare
    if len(names) != 2 or "@" not in below or not all(map(str.isalpha, names)):
        return False
    return names[0][0].isupper() and names[1].lower() in below.partition("@")[0].lower()


def take_names(scan: Scan, index: int, named: tuple[tuple[str, ...], str | None]) -> int:
    """Take a line that names (who wrote it, the fandom); return the line behind it."""
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
        return take_names(scan, index, named)
    claimed = claims.read_claimed(line.text)
    if claimed is None:
        if (
            scan.draft.authors
            or scan.hints.strict
            or (held := claims.read_holder(line.text)) is None
        ):
            return None
        return take_names(scan, index, (held, None))
    if "written" in claimed[1].lower() and claims.read_signed(line.text) is None:
        return None  # "Written by Anna, the letter was short."
    if claimed[1] == line.bare:
        return take_names(scan, index, (claimed[0], None))
    end = index + 1
    while line.wrapped and end < scan.stop and not scan.lines[end].first:
        if scan.lines[end].blank or scan.lines[end].is_break:
            break
        end += 1
    take_names(scan, index, (claimed[0], None))
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


def take_titled(
    scan: Scan, index: int, titled: tuple[str, tuple[str, ...]], confidence: float
) -> None:
    """Take a line that has the title and who wrote it."""
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
