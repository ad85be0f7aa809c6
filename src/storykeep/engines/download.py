"""Stories that FanFicFare or FicHub downloaded: a title page of labels, then every chapter.

Both write HTML and EPUB. What the site said stands in labels of their own, which are the same for
all sites; the chapters are as the site had them. Of EPUBs that other tools made, each page with a
heading of its own is a chapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from storykeep import urls
from storykeep.engines import generic, settle
from storykeep.engines.body import ledger, read_region
from storykeep.engines.dom import flat
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Hints, Line, byline, titles
from storykeep.header.labels import Label, read_label
from storykeep.model import Block, Part, Section
from storykeep.patterns import lazy
from storykeep.profiles import Profile
from storykeep.wrapped.books import BOOK, PAGE

NAME = "download"
VERSION = 1

_FANFICFARE = "Packaged:"  # a label of its title page
_FICHUB = "fichub.net"
_NAMED = lazy(r"section\d{4}$")
_NUMBER = lazy(r"(?P<number>\d{1,4})\.\s+(?=\S)")
_HEADINGS = frozenset({"h1", "h2", "h3"})
_TITLE_PAGE = 60  # words of the title, the author, and who made the book
_LATER = frozenset({"table of contents", "update log"})  # pages that hold no chapter
# Where a story's own pages say an id, too: by host and path.
_WORKS = {
    "fanfiction.net": lazy(r"^/(s/\d+)"),
    "fictionpress.com": lazy(r"^/(s/\d+)"),
    "archiveofourown.org": lazy(r"^/(works/\d+)"),
}
_FICHUB_LABELS = frozenset(
    """by status published updated words chapters rated language genre characters reviews favs
    follows crossover category kudos hits bookmarks comments""".split()  # noqa: SIM905  it reads as a list
) | {"original source"}
# What it calls otherwise than the stories' own pages do.
_FIELDS = {"category": "fandom", "relationships": "pairing", "warnings": "warning"}
_COUNTS = frozenset({"reviews", "favs", "follows", "kudos", "hits", "bookmarks", "comments"})
_SLASH = lazy(r"/(?!Comfort)")
_FACTS = lazy(r"\s+-\s+(?=[A-Z][\w ]{1,20}:\s)")


def matches(sheet: Sheet) -> bool:
    """True for a page that one of the tools made, with at least one chapter."""
    return sheet.root is not None and bool(_tool(sheet)) and bool(_headings(sheet))


def _tool(sheet: Sheet) -> str:
    """Return which tool made a page, "" where none is known; AO3's have an engine of their own."""
    if _FICHUB in sheet.addresses and "Exported with" in sheet.text:
        return "FicHub"
    if sheet.has_class(frozenset({"authorlink", "fff_chapter_title"})) and any(
        flat(each) == _FANFICFARE for each in sheet.root.iter("b")
    ):
        return "FanFicFare"
    is_book = any(each.get("content") == BOOK for each in sheet.metas)
    return "EPUB" if is_book and sheet.by_id("preface") is None else ""


def _headings(sheet: Sheet) -> list[Any]:
    """Return the heading of each chapter."""
    return sheet.once(_find_headings)


def _find_headings(sheet: Sheet) -> list[Any]:
    if marked := sheet.by_class("fff_chapter_title"):
        return marked
    links = (each for each in sheet.root.iter("a") if _NAMED.match(each.get("name") or ""))
    if named := [inner for each in links for inner in each.iter(*_HEADINGS)]:
        return named
    begun = [each for each in _begun(sheet) if flat(each).lower() not in _LATER]
    if _tool(sheet) == "EPUB":
        return begun if len(begun) > 1 and not _begins_above(sheet, begun[0]) else []
    if begun:
        return begun
    return [each for each in sheet.root.iter("h2") if flat(each).lower() not in _LATER]


def _begun(sheet: Sheet) -> Iterator[Any]:
    """Yield the headings that begin a page of a book, but for its title and that of its links."""
    begins, title = False, titles.squash(sheet.title_tag)
    for each in sheet.root.iter():
        if not isinstance(each.tag, str):
            begins = begins or (each.text or "").strip() == PAGE
        elif begins and each.tag in _HEADINGS:
            begins = False
            is_linked = next(each.iter("a"), None) is not None
            if not is_linked and titles.squash(flat(each)) != title and _has_text(each):
                yield each
        elif each.tag in {"nav", "ol", "table"}:
            begins = False


def _begins_above(sheet: Sheet, heading: Any) -> bool:
    """Return whether a book has more than its title above the first chapter."""
    above = min(sheet.inside(heading), default=0)
    return sum(line.text.count(" ") for line in sheet.lines[:above]) > _TITLE_PAGE


def _has_text(heading: Any) -> bool:
    return next(heading.itersiblings("p", "div"), None) is not None


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    headings = [(each, lines) for each in _headings(sheet) if (lines := sheet.inside(each))]
    if not headings:
        return generic.read(sheet, profile, engine=NAME, version=VERSION)
    draft = ledger(sheet)
    title = _read_top(sheet, draft, headings[0][1][0])
    hints = Hints(
        frozenset({titles.squash(title or "")} - {""}), sheet.site_names, sheet.url, strict=True
    )
    prose, sections = _read_chapters(sheet, draft, headings, hints)
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
    draft.chapter_title = draft.position = None
    if not prose:
        return settle.plain_part(
            sheet, "not_story", "no prose under any heading", engine=NAME, version=VERSION, links=()
        )
    part = settle.to_part(
        draft, sheet, prose, engine=NAME, version=VERSION, links=(),
        reason=f"the page is a download by {_tool(sheet) or NAME}", work_id=_work(sheet),
        file_name_titles=False,
    )  # fmt: skip
    return replace(part, sections=sections)


def _work(sheet: Sheet) -> str | None:
    """Return the site's own id of the story, None where its pages tell none, or it is not known."""
    parts = urls.split(sheet.url)
    pattern = _WORKS.get((parts.hostname or "").removeprefix("www."))
    found = pattern.match(parts.path) if pattern is not None else None
    return found[1] if found else None


# ---------------------------------------------------------------- chapters


def _read_chapters(
    sheet: Sheet, draft: Draft, headings: list[tuple[Any, list[int]]], hints: Hints
) -> tuple[list[Block], tuple[Section, ...]]:
    prose: list[Block] = []
    sections: list[Section] = []
    ends = [lines[0] for _, lines in headings[1:]] + [
        _end(sheet, headings[-1][1][-1], len(sheet.lines))
    ]
    for number, ((heading, lines), end) in enumerate(zip(headings, ends, strict=True), 1):
        said = flat(heading)
        draft.found("chapter_title", said or None, "markup", said, place=heading.tag)
        for index in lines:
            draft.put(index, "field")
        known, start = len(draft.notes), len(prose)
        counted = _NUMBER.match(said)
        title = said[counted.end() :] if counted else said
        inner = replace(hints, chapters=frozenset({titles.squash(said), titles.squash(title)}))
        blocks = read_region(draft, sheet.blocks, lines[-1] + 1, end, inner, footer=False)
        draft.chapter_title = draft.position = None
        if any(block.kind != "break" for block in blocks):
            prose += blocks
            notes = tuple(draft.notes[known:])
            sections.append(
                Section(f"chapter={number}", start, len(prose), title or None, notes, None, number)
            )
    return prose, tuple(sections)


def _end(sheet: Sheet, start: int, stop: int) -> int:
    """Return the line at which the tool's own pages of links and dates begin, *stop* for none."""
    for index in range(start, stop):
        line = sheet.lines[index]
        if line.kind == "heading" and line.bare.lower() in _LATER:
            return index
    return stop


# ---------------------------------------------------------------- the title page


def _read_top(sheet: Sheet, draft: Draft, stop: int) -> str | None:
    """Read what stands above the first chapter; return the title."""
    title = _read_title(sheet, draft)
    end = _end(sheet, 0, stop)  # the table of contents says nothing more
    tool = _tool(sheet)
    for typed, value, lines in _facts(sheet.lines[:end], tool) if tool != "EPUB" else ():
        _take(draft, typed, value)
        for index in lines:
            if not draft.bins[index] and _FACTS.search(said := draft.lines[index].bare):
                draft.found("fields", None, "markup", said, place="title page")
            draft.put(index, "field")
    return title


def _read_title(sheet: Sheet, draft: Draft) -> str | None:
    """Read "Title by Author", both linked, or the heading above "By: Author"."""
    if _tool(sheet) == "EPUB":
        draft.found("title", sheet.title_tag, "title_tag", sheet.title_tag, place="the book")
        metas = (each for each in sheet.metas if each.get("name") == "author")
        names = tuple(name for each in metas if (name := (each.get("content") or "").strip()))
        draft.add_authors(names, "markup", ", ".join(names), place="the book")
        return sheet.title_tag or None
    writer = next(iter(sheet.by_class("authorlink")), None)
    top = writer.getparent() if writer is not None else next(sheet.root.iter("h1"), None)
    if top is None:
        return None
    links = (each for each in top.iter("a") if each is not writer)
    work = next(links, None) if writer is not None else None
    title = flat(work) if work is not None else flat(top)
    for index in sheet.inside(top)[:1]:
        said = draft.lines[index].bare
        draft.found("fields", None, "markup", said, place="title page")
        draft.put(index, "field")
    if title:
        draft.found("title", title, "markup", flat(top), place="title page", confidence=1.0)
    if writer is not None:
        names = tuple(flat(each) for each in top.iter("a") if each.get("class") == "authorlink")
        address = urls.join(sheet.base_url, writer.get("href") or "")
        draft.add_authors(names, "markup", flat(top), url=address, place="title page",
                          confidence=1.0)  # fmt: skip
    return title or None


def _facts(rows: Sequence[Line], tool: str) -> list[tuple[str, str, list[int]]]:
    """Return each label, its value, which may go on in the next rows, and the numbers of these.

    FanFicFare's labels are bold. FicHub's are not, and the summary between them has none.
    """
    found: list[tuple[str, str, list[int]]] = []
    for index, row in enumerate(rows):
        if not row.bare or row.is_break:
            continue
        facts = _FACTS.split(row.bare) if tool == "FicHub" else [row.bare]
        is_bold = any(mark.kind == "strong" and mark.start == 0 for mark in row.marks)
        for fact in facts:
            name, colon, value = fact.partition(":")
            is_label = name.lower() in _FICHUB_LABELS or len(facts) > 1
            if colon and (is_bold if tool == "FanFicFare" else is_label):
                found.append((name.strip(), value.strip(" |\t"), [index]))
            elif found and found[-1][0].lower() == "by":
                found.append(("Summary", fact, [index]))
            elif found and (tool == "FanFicFare" or found[-1][0] == "Summary"):
                last, said, lines = found[-1]
                found[-1] = (last, f"{said}\n\n{fact}".strip(), [*lines, index])
    return found


def _take(draft: Draft, typed: str, value: str) -> None:
    named, said = typed.lower(), f"{typed}: {value}"
    if named == "by":
        draft.found("fields", value or None, "label", said, place="title page")
        draft.add_authors(byline.split_names(value), "label", said, place="title page")
        return
    typed_value = value
    if named in {"rated", "rating"}:
        value = value.removeprefix("Fiction ").strip()
    if named == "genre":
        value = _SLASH.sub(", ", value)
    if value != typed_value:
        draft.found("fields", value, "label", said, place="title page")
    label = read_label(f"{typed}: {value}") if named not in _COUNTS else None
    if named in _FIELDS:
        label = Label(_FIELDS[named], typed, len(typed) + 2, value, True, False)
    if label is None or label.name in {"title", "author"}:
        draft.found("fields", value or None, "label", said, place="title page")
        if value and label is None:
            draft.add_field(typed, value)
        return
    draft.take(replace(label, typed=typed, value=value), value, "head")
