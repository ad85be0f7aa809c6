"""A name without any "by": alone under the title, behind a dash, between ornaments, as a link to
write to.

Nothing but its place says that it is the author's, so it must look like a name; where the page only
centres it, the name must be on the page once more.
"""

from __future__ import annotations

import re

from storykeep.header import byline, numbers, titles, unsigned, voice
from storykeep.header.lines import Line, label_of, words
from storykeep.header.naming import take_title
from storykeep.header.scan import Scan, is_talk
from storykeep.header.shape import is_title_shape
from storykeep.patterns import lazy
from storykeep.prose.pictures import is_centred, is_right

_LONGEST = 120  # characters
_DASHED = lazy(r"^\s*[-–—\x97~]{1,3}\s*(?P<name>\w[^\n]{1,50}?)\s*$")
# "~ Ada Moss, Thunder Bay, the night before the exam"
_PLACED = lazy(r"^\s*[-–—\x97~]{1,3}\s*(?P<name>\w[^\s,]*(?:\s[^\s,]+){1,2}),\s[^\n]{3,80}$")
_SIGNS = ("-", "–", "—", "\x97", "~")
_BYS = ("by ", "By ", "BY ")
_STOPS = lazy(r"[.!?)*>^;~]\s*$")  # how the words above a signature end
_FRAMED = lazy(r"^\s*(?P<sign>[~*=+.:•·°-]{1,4})\s+(?P<name>\w[^\n]{1,50}?)\s+(?P=sign)\s*$")
_INITIALS = lazy(r"^(?:[A-ZÀ-ÝА-Я]\.\s?){1,3}\S{2,}|^\S+\s+(?:[A-ZÀ-ÝА-Я]\.\s?){1,2}\S{2,}")
_TO_WRITE = lazy(
    r"(?i)\b(?:me|e-?mail|mail|write|feedback|comments?|contact|author|here|webmaster)\b"
)
_NEAR, _PRESENTED = 60, 14  # words above it, and of the title below it
_SIGNED_ROWS = 16  # rows below it
_PRESENTERS, _TELLS = 4, 6  # words of who presents it, and of a row that tells something
_OF_TITLE = lazy(r"(?i)\b(?:for|of|many|some|more|the)\b.*\S$|\b(?:christmas|birthday|no)\b")
_PRESENTS = lazy(
    r"\W*(?P<name>\S[^.!?:;,]{1,50}?)(?:\s+\(?(?:proudly|reluctantly|regretfully|humbly|gladly|"
    r"happily|shamelessly)\)?)?,?\s+(?:presents|brings\s+you)\W*",
    re.IGNORECASE,
)
_ARTICLE = lazy(r"(?:The|A|An)\s")
_OWNS = lazy(r"(?:\bby|©|\(c\)|copyright|author)[^\n]{0,12}$")
_WRITES = lazy(r"\W{0,4}\S{1,30}@")
_WIDE = lazy(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,10}")


def take_name(scan: Scan, index: int) -> int | None:
    """Take a line that is nothing but the author's name, right under the title."""
    line = scan.lines[index]
    if scan.gap_text or scan.named is not None or scan.hints.strict or scan.draft.authors:
        return None
    if line.text[:3] in _BYS:
        return None  # a by-line, whatever capitals it has
    if (
        len(line.text) > _LONGEST
        or words(line.text) > 4
        or line.is_break
        or numbers.is_part_line(line.bare)
    ):
        return None
    above = _above(scan, index)
    if above is None:
        return None
    titled = _is_title(scan, above)
    name, sure = _name(scan, line) if titled else None, 0.7
    if name is None and (titled or unsigned.is_top_row(scan, above)):
        told = not line.links() and unsigned.is_unsigned_name(scan, above, index)
        name, sure = line.bare if told else None, 0.5
    if name is None or titles.squash(name) in scan.hints.titles:
        return None
    url = next((byline.mailto(address) for address, _ in line.links()), None)
    scan.draft.add_authors((name,), "position", line.bare, url=url, confidence=sure)
    scan.named = index
    scan.draft.put(index, "field")
    return index + 1


def take_presented(scan: Scan, index: int) -> int | None:
    """Take "Jo Dee proudly presents ...", a row of its own above the title; what a company presents
    names nobody."""
    line = scan.lines[index]
    if not line.wrapped or scan.told or scan.hints.strict or scan.gap > _NEAR:
        return None
    found = _PRESENTS.fullmatch(line.bare) if "resent" in line.text.lower() else None
    if found is None or not _begins_below(scan, index):
        return None
    name = found["name"].strip()
    if len(name.split()) > _PRESENTERS or _OF_TITLE.search(name):
        return None  # "No Need for So Many Presents!"
    person = byline.looks_like_name(name) and not (name.isupper() or byline.is_company(name))
    if person and not _is_signed_below(scan, index):
        scan.draft.add_authors((name,), "byline", line.bare, confidence=0.6)
        scan.named = index if scan.named is None else scan.named
    else:
        scan.draft.found("fields", line.bare, "position", line.bare)
    scan.draft.put(index, "field")
    below = _below(scan, index)
    if below is None or any(item.value for item in scan.draft.evidence.get("title", ())):
        return index + 1
    text = scan.lines[below].bare.strip("*~=_-<> ")
    ends = below + 1 >= scan.stop or scan.lines[below + 1].blank or scan.lines[below + 1].first
    if (
        not ends
        or byline.is_subtitle(text)
        or numbers.is_part_line(text)
        or label_of(scan.lines[below])
    ):
        return index + 1
    if not is_title_shape(text) or words(text) > _PRESENTED or byline.read_byline(text):
        return index + 1
    further = _below(scan, below)
    if further is not None and not _may_follow(scan.lines[further]):
        return index + 1
    take_title(scan, below, text, "position", 0.75)
    return below + 1


def _begins_below(scan: Scan, index: int) -> bool:
    """True where a blank row, or the top, is above a row, and one of few words below it."""
    below = _below(scan, index)
    apart = scan.lines[index].first or index == scan.start or bool(scan.draft.bins[index - 1])
    return apart and below is not None and words(scan.lines[below].text) <= _PRESENTED


def _is_signed_below(scan: Scan, index: int) -> bool:
    """True where a by-line stands further down: who presents may be a group."""
    rows = scan.lines[index + 1 : min(scan.stop, index + _SIGNED_ROWS)]
    return any(
        len(line.bare) <= _LONGEST
        and "by" in line.bare.lower()
        and (byline.read_byline(line.bare) or byline.read_titled(line.bare))
        for line in rows
    )


def _may_follow(line: Line) -> bool:
    """True for what stands below a title: a by-line, a part's heading, what kind it is, the story;
    not the next row of a title over several."""
    bare = line.bare
    if words(bare) >= _TELLS or numbers.is_part_line(bare) or label_of(line) is not None:
        return True
    return byline.is_subtitle(bare) or byline.read_byline(bare) is not None


def _below(scan: Scan, index: int) -> int | None:
    """Return the next row that shows something and is no rule."""
    for at in range(index + 1, min(scan.stop, index + 5)):
        if not (scan.lines[at].blank or scan.lines[at].is_break):
            return at
    return None


def take_signed(scan: Scan, index: int) -> int | None:
    """Take the name by which the author signs what he says to the readers above a text: "- Jo"."""
    line = scan.lines[index]
    if not line.wrapped or scan.told or scan.draft.authors:
        return None
    above = _above(scan, index) if line.text.lstrip()[:1] in _SIGNS else None
    noted = above is not None and scan.draft.bins[above] == "note"
    if above is None or not (scan.gap_text or noted):
        return None
    if len(line.text) > _LONGEST or scan.hints.strict or scan.script:
        return None
    signed = _DASHED.match(line.text) or _PLACED.match(line.text)
    if signed is None or not byline.looks_like_name(signed["name"]):
        return None
    if (scan.draft.bins[above] and not noted) or not _STOPS.search(scan.lines[above].text):
        return None
    if not _is_last_row(scan, index) or not (noted or is_talk(scan, index)):
        return None
    scan.draft.add_authors((signed["name"],), "byline", line.bare, confidence=0.7)
    scan.named = index
    scan.draft.put(index, "field")
    return index + 1


def _is_last_row(scan: Scan, index: int) -> bool:
    """True for a row that a blank one, a rule or a label follows."""
    if index + 1 >= scan.stop:
        return False
    below = scan.lines[index + 1]
    return below.blank or below.is_break or label_of(below) is not None


def _above(scan: Scan, index: int) -> int | None:
    above = index - 1
    while above >= scan.start and scan.lines[above].blank:
        above -= 1
    return above if above >= scan.start else None


def _is_title(scan: Scan, index: int) -> bool:
    line = scan.lines[index]
    if index in scan.headings:
        return True
    bare = titles.squash(line.bare)
    if bare and (bare in scan.hints.titles or bare == _known_title(scan)):
        return True
    drawn = line.strong or is_centred(line.element)
    top = all(scan.lines[i].blank or scan.draft.bins[i] for i in range(scan.start, index))
    return drawn and top and is_title_shape(line.bare) and not voice.is_site_voice(line)


def _known_title(scan: Scan) -> str:
    known = scan.draft.evidence.get("title", ())
    return titles.squash(known[0].value or "") if known else ""


def _name(scan: Scan, line: Line) -> str | None:
    """Return the name that *line* is, None where it may be a subtitle."""
    bare = line.bare
    links = line.links()
    if len(links) == 1 and byline.mailto(links[0][0]):
        return bare if links[0][1] == bare and not _TO_WRITE.search(bare) else None
    if links or (not line.first and not _is_own_row(line)):
        return None
    marked = _FRAMED.match(bare) or _DASHED.match(bare)
    if marked is not None:
        name = marked["name"].rstrip("~*-=_ ")
        return name if byline.is_name_shape(name) and not _ARTICLE.match(name) else None
    if is_right(line.element) and (byline.is_name_shape(bare) or _WIDE.fullmatch(bare)):
        return bare
    if not byline.is_name_shape(bare) or len(bare.split()) < 2:
        return None
    if _INITIALS.match(bare) and not bare.isupper():
        return bare
    drawn = line.kind == "heading" or line.strong or is_centred(line.element)
    return bare if drawn and _is_said_again(bare.lower(), scan.hints.names) else None


def _is_said_again(name: str, said: str) -> bool:
    """True where the page's title tag or foot has the name as an author's: a title may stand there
    as well."""
    at = said.find(name)
    while at >= 0:
        if _OWNS.search(said[max(0, at - 30) : at]) or _WRITES.match(said[at + len(name) :][:40]):
            return True
        at = said.find(name, at + 1)
    return False


def _is_own_row(line: Line) -> bool:
    """True for a row of a paragraph of short rows, as titles and names share one."""
    return not line.wrapped
