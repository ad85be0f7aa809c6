"""Index pages: is this page a list of stories, and what does it say about each?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storykeep import urls
from storykeep.engines import linking, outcomes
from storykeep.engines.sheet import Sheet
from storykeep.header import byline, numbers, titles
from storykeep.header.labels import read_label
from storykeep.header.lines import Line
from storykeep.model import Block, Link, LinkKind
from storykeep.patterns import lazy

_HINT = lazy(
    r"\b(?:stories|fics?|fanfics?|fiction|works|archive|titles?|authors?|index|"
    r"list|listing|by (?:author|title|date)|categor\w+|fandoms?|recent|latest|"
    r"series|contents|chapters)\b",
    re.IGNORECASE,
)
_HINT_URL = lazy(
    r"/(?:index|titles?|authors?|archive|list|stories|fics?|browse|recent|dates?|"
    r"categor\w+|fandoms?|contents|by\w+)\w*(?:[./?]|$)|/$",
    re.IGNORECASE,
)
# A listing's own file, or an author's page in a folder of them.
_LIST_FILE = lazy(
    r"/(?:authors?|index|titles?|dates?|list|main|home|by[-_]?(?:authors?|titles?|dates?|names?|fandoms?|"
    r"series|pairings?|categor\w+))(?:\.\w+)?$|/authors?/[^/]*$",
    re.IGNORECASE,
)
_BY_TAIL = lazy(
    r"^\W{0,3}\s*(?:\((?P<pre>[^)]{1,40})\)\s*)?by\s+(?P<names>[^,;:(\[|\n]{1,60})", re.IGNORECASE
)
_BEGINNING = 2000  # characters
_NEAR = 200  # letters, or marks, behind a title in which its author can stand
_BY_AUTHOR = lazy(r"\bby[-_ ]?authors?\b|/authors?\b", re.IGNORECASE)
_OF_AUTHOR = lazy(
    r"^(?:stories|fics?|fiction|fanfics?|works|fan ?fiction|"
    r"archive)\s+(?:written\s+)?(?:by|of)\s+(?P<names>.{2,60})$|"
    r"^(?P<own>.{2,40})[’']s?\s+(?:stories|fics?|fiction|fanfics?|works|fan "
    r"?fiction)\b",
    re.IGNORECASE,
)

# How an author's own page counts what stands on it.
_HAS_WRITTEN = lazy(
    r"\b(?:has|have)\s+(?:written|posted|submitted|contributed|uploaded|archived)\s+"
    r"(?:\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:\w+\s+)?"
    r"(?:stor(?:y|ies)|(?:fan[- ]?)?fic(?:tion)?s?|works?|tales?|poems?|pieces?)\b",
    re.IGNORECASE,
)
_AN_AUTHORS = lazy(r"/authors?/[^/]+$", re.IGNORECASE)
_COUNTING = 12  # words
_MOST_ABOUT = 200  # words that a summary may have
_FEW_WORDS = 60
_FILES = 30  # links that each open a line
_LONGEST_SHARE = 0.1  # of all words outside of links; a story beside a menu has most of them


@dataclass(frozen=True)
class Shape:
    """The page measured: links that could be entries, and the text that lies between links."""

    entries: int
    longest: int  # words in the longest stretch of text without a link to another page
    plain: int  # words outside links
    linked: int  # words in links
    lists: int  # links that name a list: "by author", "A-C"


def measure(sheet: Sheet) -> Shape:
    """Return the page's shape."""
    longest = run = plain = linked = entries = lists = 0
    here = urls.host(sheet.url) if "://" in sheet.url else ""
    lines, sizes = sheet.lines, sheet.sizes
    # A language without spaces shows at the beginning; it is counted letter by letter.
    if outcomes.wide_of(sheet.text[:_BEGINNING]) > 0:
        sizes = [
            size + outcomes.wide_of(line.text) for line, size in zip(lines, sizes, strict=True)
        ]
    measured = 0
    for index, line in enumerate(lines):
        if not line.marks or not (links := [mark for mark in line.marks if mark.kind == "link"]):
            continue
        passed = sum(sizes[measured:index])  # of the lines without a link
        run, plain, measured = run + passed, plain + passed, index + 1
        spans = sorted([(m.start, m.end, m.value) for m in links if _leaves(m.value, sheet.url)])
        at = 0
        for begin, finish, value in spans:
            before = len(line.text[at:begin].split())
            run += before
            longest = max(longest, run)
            plain += before
            said = line.text[begin:finish]
            inside = len(said.split())
            linked += inside
            if inside and _is_at(value, here):
                if linking.is_list_word(said):
                    lists += 1
                elif begin <= 6 and linking.is_content(value):
                    entries += 1
            run, at = 0, max(at, finish)
        rest = len(line.text[at:].split())
        run += rest
        plain += rest
    passed = sum(sizes[measured:])
    return Shape(entries, max(longest, run + passed), plain + passed, linked, lists)


def entries_in(sheet: Sheet, blocks: Sequence[Block]) -> int:
    """Return how many of these blocks open with a link to another page of the site."""
    here = urls.host(sheet.url) if "://" in sheet.url else ""
    return sum(
        any(
            m.kind == "link"
            and m.start <= 6
            and m.end > m.start
            and _leaves(m.value, sheet.url)
            and _is_at(m.value, here)
            for m in block.marks
        )
        for block in blocks
    )


def _is_at(value: str, host: str) -> bool:
    """Return whether a link leads to a page of *host*; a file by FTP is none."""
    # Links are canonical addresses: the host stands between the second slash and the third.
    return value.startswith(("http://", "https://")) and value.split("/", 3)[2] == host


def _leaves(value: str, page_url: str) -> bool:
    if not value or value.startswith(("mailto:", "#", "javascript:")):
        return False
    return "://" not in value or value.split("#", maxsplit=1)[0] != page_url


def is_index(sheet: Sheet, shape: Shape) -> bool:
    """True where the page lists pages rather than tells a story."""
    if shape.entries == 0 and shape.linked < 5:
        return False
    hinted = bool(
        _HINT.search(sheet.title_tag)
        or any(_HINT.search(b.text) for b in sheet.blocks[:10] if b.kind == "heading")
    )
    address = bool(_HINT_URL.search(urls.split(sheet.url).path))
    if shape.longest >= 260 and shape.longest > 0.35 * max(1, shape.plain):
        return False
    if shape.entries >= 3 and shape.longest < 120:
        return True
    if shape.entries >= _FILES and _lists_files(sheet):
        return True
    if shape.entries >= 8 and shape.longest < min(260, _LONGEST_SHARE * shape.plain):
        return True  # a list that says much about each of its many stories
    if shape.entries >= 8 and shape.longest < 260:
        # So much text between links is an introduction, or a short story beside a menu.
        return outcomes.site_talk(sheet.text) > 0.03 or (
            '"' not in sheet.text and "“" not in sheet.text
        )
    if shape.entries >= 3 and shape.plain < 12 * shape.entries + 60 and (hinted or address):
        return True
    if shape.lists >= 3 and (hinted or address) and shape.longest < 120:
        return True
    if shape.entries >= 1 and (hinted or address) and shape.longest < 80:
        return True
    return shape.linked > shape.plain and shape.longest < 80 and shape.linked >= 5


def _lists_files(sheet: Sheet) -> bool:
    """True where a fifth of all lines or more open with a link, each to another file: name, size
    and what is in it, as the servers of text files list them."""
    opening = 0
    shown = 0
    for line in sheet.lines:
        shown += bool(line.text)
        opening += any(mark.kind == "link" and mark.start == 0 for mark in line.marks)
    return opening >= _FILES and opening * 5 >= shown


def is_surely_index(sheet: Sheet, shape: Shape) -> bool:
    """True where the page says itself that it is a list, whoever signs what it lists: it numbers
    the parts of one story, or counts those of one author."""
    if shape.entries == 0 or shape.longest >= _MOST_ABOUT:
        return False
    if _AN_AUTHORS.search(urls.split(sheet.url).path) or any(
        size <= _COUNTING and _HAS_WRITTEN.search(line.text)
        for line, size in zip(sheet.lines, sheet.sizes, strict=True)
    ):
        return True
    return shape.entries >= 2 and _numbers_parts(sheet, few=shape.longest < _FEW_WORDS)


def _numbers_parts(sheet: Sheet, *, few: bool) -> bool:
    """True where lines that are nothing but a link each lead to part 1, 2 and so on, and the page
    is none of these: beside a chapter such a list is its menu.

    Where there are *few* words, it is enough that their addresses differ in numbers alone.
    """
    counted: list[int] = []
    more = 0
    families: dict[str, set[str]] = {}
    for text, address in _lone_links(sheet):
        if _is_of_same_text(address, sheet.url.split("#")[0]):
            return False
        families.setdefault(_undigited(address), set()).add(address)
        if not numbers.is_part_line(text):
            continue
        part = numbers.read_part(text)
        if part is None:
            more += 1  # a prologue
        else:
            counted.append(part.number)
    if few and any(len(each) >= 2 for each in families.values()):
        return True
    is_whole = counted == list(range(1, len(counted) + 1))
    return bool(counted) and len(counted) + more >= 2 and is_whole


def _lone_links(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Yield (text, address) of each line that is a link and nothing else."""
    for line in sheet.lines:
        links = line.links()
        if len(links) == 1 and links[0][1].strip() == line.bare:
            yield line.bare, links[0][0].split("#", maxsplit=1)[0]


def _is_of_same_text(address: str, own: str) -> bool:
    """True where a link leads to the page itself, or to what has but another number than it."""
    numbered = any(map(str.isdigit, urls.split(own).path)) if "://" in own else True
    return address == own or (numbered and _undigited(address) == _undigited(own))


def _undigited(url: str) -> str:
    """Return an address without its numbers: what the pages of one story share."""
    return re.sub(r"\d+", "", url.split("#", maxsplit=1)[0])


def entries(sheet: Sheet) -> dict[str, tuple[str, str | None]]:
    """Return {address: (title, author or None)} of the stories that an index page lists.

    The author stands behind the title ("by X"), in the next cell, in a label, or above a run of
    titles as a heading; where the list does not say so it is None.
    """
    found: dict[str, tuple[str, str | None]] = {}
    here = urls.host(sheet.url) if "://" in sheet.url else ""
    above = _page_author(sheet)
    heading: str | None = above
    by_author = bool(_BY_AUTHOR.search(f"{sheet.title_tag} {sheet.url}"))
    for index, line in enumerate(sheet.lines):
        if line.kind == "heading" and not any(
            _leaves(value, sheet.url) for value, _ in line.links()
        ):
            heading = (
                _heading_author(line.bare) or (_own_name(line) if by_author else None) or above
            )
            continue
        for mark in line.marks:
            if mark.kind != "link" or not _is_at(mark.value, here):
                continue
            address = mark.value.split("#")[0]
            text = " ".join(line.text[mark.start : mark.end].split())
            if not _is_entry(text, address, sheet):
                continue
            author = _author_behind(sheet.lines, index, mark.end) or heading
            known = found.get(address)
            if known is None or (known[1] is None and author):
                found[address] = (text, author)
    return found


def _is_entry(text: str, address: str, sheet: Sheet) -> bool:
    if not text or titles.is_placeholder(text) or linking.is_list_word(text) or text.isdigit():
        return False
    if (
        address.rstrip("/") == sheet.url.rstrip("/")
        or address.endswith("/")
        or not linking.is_content(address)
    ):
        return False
    if _LIST_FILE.search(urls.split(address).path):
        return False
    return titles.squash(text) not in sheet.site_names


def _author_behind(lines: list[Line], index: int, end: int) -> str | None:
    line = lines[index]
    rest = line.text[end : end + _NEAR].lstrip(' "”')
    if matched := _BY_TAIL.match(rest):
        names = byline.split_names(re.split(r"(?<!\b\w)\.(?:\s|$)|\s[-–—]\s", matched["names"])[0])
        if names and byline.plausible(names[0], linked=True):
            return ", ".join(names)
    if line.kind == "table_row" and (cell := _cell_author(line, end)):
        return cell
    for below in lines[index + 1 : index + 3]:
        if below.first and below.kind == "heading":
            break
        named = byline.read_byline(below.text, linked=True)
        if named is not None:
            return ", ".join(named[0])
        label = read_label(below.text)
        if label is not None and label.name == "author" and label.value:
            return ", ".join(byline.split_names(label.value))
        if any(m.kind == "link" and m.start < 3 for m in below.marks):
            break
    return None


def _cell_author(line: Line, end: int) -> str | None:
    """Return the linked name in the cells behind a title, where that link leads to an author's
    page."""
    behind = bisect_left(line.marks, end, key=lambda mark: mark.start)
    for mark in line.marks[behind : behind + _NEAR]:
        if mark.kind == "link" and re.search(
            r"author|user|profile|member|mailto:", mark.value, re.IGNORECASE
        ):
            return line.text[mark.start : mark.end].strip() or None
    return None


def _page_author(sheet: Sheet) -> str | None:
    for text in [*(b.text for b in sheet.blocks[:10] if b.kind == "heading"), sheet.title_tag]:
        if named := _heading_author(" ".join(text.split())):
            return named
    return None


def _own_name(line: Line) -> str | None:
    """Return the author that a heading of a list by author is."""
    names = byline.split_names(line.bare)
    if (
        not names
        or not all(byline.plausible(name, linked=False) for name in names)
        or _HINT.search(line.bare)
    ):
        return None
    return ", ".join(names)


def _heading_author(text: str) -> str | None:
    matched = _OF_AUTHOR.match(text)
    if matched is None:
        return None
    names = byline.split_names(matched["names"] or matched["own"])
    return (
        ", ".join(names)
        if names and byline.plausible(names[0], linked=True) and not _HINT.search(names[0])
        else None
    )


def mark_links(sheet: Sheet, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return an index page's links: entries as stories, lists as lists."""
    listed = linking.with_entries(links, entries(sheet))
    out = []
    for link in listed:
        kind: LinkKind = link.kind
        if kind in {"link", "chapter"} and (
            linking.is_list_word(link.text) or _HINT_URL.search(urls.split(link.url).path)
        ):
            kind = "index"
        out.append(link if kind == link.kind else Link(link.url, link.text, kind, link.author))
    return tuple(out)
