"""The line behind a header that names the chapter, where the page is one of several, or the story,
where nothing above has named it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from storykeep.header import byline, numbers, titles, voice
from storykeep.header.between import skip_separators
from storykeep.header.lines import Line
from storykeep.header.naming import take_title
from storykeep.header.preface import drawn_as
from storykeep.header.scan import Scan
from storykeep.header.shape import CUE, is_title_shape, is_titlecase
from storykeep.patterns import lazy

_CHAPTER_TITLE = 8  # words
# A place or a time opens a scene; a heading that stands for nothing names no chapter.
_NO_TITLE = lazy(
    r"\d|,|\b(?:pov|flash ?back|foreword|forward|vocabulary|glossary|notes?|warning|later|earlier|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|"
    r"july|august|september|october|november|december|a\.?m|p\.?m|o'clock|meanwhile|elsewhere|"
    r"day|night|morning|evening|afternoon|scene|act|part|chapter|by|previously|last time|"
    r"(?:the\s+)?story so far|theme|rated?)\b",
    re.IGNORECASE,
)
_NO_TITLE_OF_STORY = lazy(
    r"@|://|\b(?:fic|fanfic|lemon|crossover|welcome|dedicated|edited|converted|subject|"
    r"disclaimer|copyright)\b|^\W*(?:in|on|at|inside|outside|near)\b|[:;]$|^[-–—]|\s{3}",
    re.IGNORECASE,
)
_LISTED = lazy(r"(?P<number>\d{1,2})[.)]\s+(?P<title>[A-Z]\S*(?:\s+\S+){0,7})")
_IN_NAME = lazy(r"(?P<number>\d{1,3})[a-z]?$", re.IGNORECASE)
_NAME, _SIGNED, _LAST_ROWS = 4, 40, 12  # letters of a name, characters of its row, rows
_NEAR = 2  # rows between a part's heading and its name, at most


def chapter_line(scan: Scan, index: int) -> int:
    """Take the line at *index* as the chapter's title, or as the story's, where it is short, looks
    like a title and stands by itself; return where the text goes on."""
    line = scan.lines[index]
    if scan.draft.sizes[index] > _CHAPTER_TITLE or line.kind == "heading":
        return index
    if line.wrapped and (listed := _LISTED.fullmatch(line.bare)) is not None:
        return _take_listed(scan, index, listed)
    quoted = line.bare[:1] in '"“‘' and line.bare[-1:] in '"”’'
    text = (line.bare[1:-1] if quoted else line.bare).strip("*_~-=< >")
    heading = _part_above(scan, index)
    glued = heading == index - 1 and _is_glued(scan, index)
    if not (_is_drawn(line, text) or glued) or _NO_TITLE.search(text):
        return index
    if titles.squash(text) in _told_titles(scan):
        return index
    if heading is not None and _may_name(scan, heading, index) and _is_alone(scan, index):
        return _take(scan, index, text, 0.7)
    if scan.hints.strict or not (line.first and _is_set_apart(scan, index)):
        return index
    if _is_signed_below(scan, index, text):
        scan.draft.add_authors((text,), "position", line.bare, confidence=0.5)
        scan.draft.put(index, "field")
        scan.end = index + 1
        return skip_separators(scan)
    if not scan.draft.chapter_title and _is_part(scan):
        return _take(scan, index, text, 0.6)
    titled = line.wrapped and " " in text and not _NO_TITLE_OF_STORY.search(line.bare)
    if titled and _is_untitled(scan):
        take_title(scan, index, line.bare, "position", 0.6)
        scan.end = index + 1 if scan.draft.bins[index] else scan.end
        return skip_separators(scan)
    return index


def _is_signed_below(scan: Scan, index: int, text: str) -> bool:
    """True for a name alone above a text file's story, of which the last word is in its last rows,
    too: whoever signs there has written it."""
    if scan.draft.authors or not scan.lines[index].wrapped or " " not in text:
        return False
    last = text.rpartition(" ")[2]
    if len(last) < _NAME or not byline.looks_like_name(text):
        return False
    rows = [line.bare for line in scan.lines[max(index, len(scan.lines) - _LAST_ROWS) :]]
    return any(row.endswith(last) and len(row) < _SIGNED for row in rows)


def _take(scan: Scan, index: int, text: str, confidence: float) -> int:
    scan.draft.chapter_title = scan.draft.chapter_title or text
    raw = scan.lines[index].bare
    scan.draft.found("chapter_title", text, "position", raw, confidence=confidence)
    scan.draft.put(index, "field")
    scan.end = index + 1
    return skip_separators(scan)


def _take_listed(scan: Scan, index: int, listed: re.Match[str]) -> int:
    """Take "2. The Lamp" above a text file's story: no "3. ..." follows in the text."""
    number, title = int(listed["number"]), listed["title"]
    named = scan.draft.position or _number_in_name(scan.hints.url)
    if scan.end == scan.start or scan.draft.chapter_title or not _is_alone(scan, index):
        return index
    if not is_title_shape(title) or (named != number and not is_titlecase(title)):
        return index
    following = (_LISTED.fullmatch(line.bare) for line in scan.lines[index + 1 : scan.stop])
    if any(each is not None for each in following):
        return index
    if scan.draft.position is None:
        scan.draft.position = number
        scan.draft.found("position", str(number), "position", scan.lines[index].bare)
    return _take(scan, index, title, 0.7)


def _is_drawn(line: Line, text: str) -> bool:
    """True for a few words with capitals, which neither are in italics nor stand for who speaks."""
    emphasised = any(mark.kind == "emphasis" for mark in line.marks)
    if emphasised or not is_title_shape(text) or not (is_titlecase(text) or text.isupper()):
        return False
    return line.bare[:1] not in "([{" and CUE.match(text) is None and not voice.is_site_voice(line)


def _told_titles(scan: Scan) -> set[str]:
    return {titles.squash(item.value or "") for item in scan.draft.evidence.get("title", ())}


def _is_glued(scan: Scan, index: int) -> bool:
    """True for a text file's row right below a part's number, with a blank one below it: capitals
    are not asked for there, "The last carriage"."""
    line, below = scan.lines[index], index + 1
    named = line.bare[:1].isupper() and line.bare[-1:].isalpha() and is_title_shape(line.bare)
    return line.wrapped and named and below < scan.stop and scan.lines[below].blank


def _part_above(scan: Scan, index: int) -> int | None:
    """Return the line right above that counts the part and leaves its name open: "Chapter Six"."""
    above = index - 1
    while above >= scan.start and index - above <= _NEAR and scan.lines[above].blank:
        above -= 1
    if above < scan.start or scan.draft.bins[above] != "field":
        return None
    bare = scan.lines[above].bare.strip("*_~-=[]()")
    part = numbers.read_part(bare)
    return above if part is not None and part.word and not part.rest else None


def _may_name(scan: Scan, heading: int, index: int) -> bool:
    """True where no other name of the chapter is known, or the heading surely goes on below."""
    if not scan.draft.chapter_title:
        return True
    above = scan.lines[heading]
    drawn = drawn_as(scan.lines[index])
    return above.bare.endswith(":") or (bool(drawn) and drawn == drawn_as(above))


def _is_alone(scan: Scan, index: int) -> bool:
    """True for a whole paragraph of one row, with text below it."""
    below = index + 1
    if below >= scan.stop:
        return False
    line = scan.lines[below]
    return line.blank or line.is_break or line.first


def _is_set_apart(scan: Scan, index: int) -> bool:
    """True for a line with a break, or two blank rows, below it."""
    below = index + 1
    while below < scan.stop and scan.lines[below].blank:
        below += 1
    if below >= scan.stop:
        return False
    gap = scan.lines[index].wrapped and below > index + 2
    return gap or scan.lines[below].is_break


def _is_part(scan: Scan) -> bool:
    """True where the page's heading counts ("The Lamp (part 2 of 9)"), or a text file's name
    does."""
    if scan.draft.position is not None:
        return True
    if any(numbers.read_part(scan.lines[heading].bare) for heading in scan.headings):
        return True
    wrapped = scan.lines[scan.start].wrapped if scan.start < scan.stop else False
    titled = bool(scan.draft.evidence.get("title"))
    return wrapped and titled and _number_in_name(scan.hints.url) is not None


def _is_untitled(scan: Scan) -> bool:
    """True where something stands above the line, and none of it names the story."""
    return scan.end > scan.start and not scan.draft.evidence.get("title") and not scan.headings


def _number_in_name(url: str) -> int | None:
    """Return the number at the end of a file's name: 7 for ".../lamp07.txt"."""
    found = _IN_NAME.search(urlsplit(url).path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return int(found["number"]) if found is not None else None
