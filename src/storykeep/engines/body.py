"""From lines to header, prose and tail: the reading that every engine without a body element of
its own does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from storykeep import plain
from storykeep.engines import surroundings, taught
from storykeep.engines.sheet import Sheet
from storykeep.header import (
    Draft,
    Hints,
    Line,
    byline,
    disclaimer,
    read_footer,
    read_head,
    read_tail,
    titles,
    to_blocks,
    voice,
)
from storykeep.header.labels import read_label
from storykeep.header.lines import joined_marks
from storykeep.header.recurring import mark_breaks
from storykeep.header.shape import marked
from storykeep.model import Block
from storykeep.patterns import lazy
from storykeep.prose import tidy

_CELLS = frozenset(
    {"td", "th", "ul", "ol", "nav", "form", "aside", "footer", "select", "div", "map", "menu", "dl"}
)
_LEVELS = 12
_MENU_ITEM = 0.95
_FOOT = 12  # lines
_UP = 20  # characters
_UPWARDS = frozenset({"top", "back to top", "to top", "return to top", "up", "to the top"})
_REVIEWS = lazy(
    r"[\W_]*(?:write|leave|post|submit|add|read|view)\s+(?:an?\s+)?(?:new\s+)?reviews?[\W_]*",
    re.IGNORECASE,
)
_BLINKS_FROM = frozenset("nNuUhHcC*!( ")  # most short lines begin with another
_BLINKING = frozenset({"new", "updated", "hot", "update", "cool"})
_MARKED_ROWS = 60  # at the top and at the foot of a text, among which its markers stand
_MARKER_LENGTH = 100  # characters
_DRAWN = frozenset("=-*~#+_<>[{|:.")
_MARKER = lazy(
    r"\s*[^\w\s](?:[\W\d_]{2,60})(?:(?:story\s+)?(?:begin(?:s|ning)?|starts?)(?:\s+(?:here|story|of\s+story|now))?|"
    r"(?:cut|tear|snip|clip|chop)(?:\s+(?:here|line))?)[\W\d_]{3,60}$",
    re.IGNORECASE,
)
_FORM = 25  # words beside the fields of a form
_STATISTIC = 40  # characters of a row in the box in which an archive counts what it has
_COUNTED = frozenset(("stories", "series", "authors", "reviews", "reviewers", "chapters"))
_OF_PEOPLE = frozenset((  # a story counts none of them
    "members", "member", "newest member", "latest member", "registered members", "online members",
    "members online", "visitors", "guests", "guests online", "total members",
))  # fmt: skip
_NAVIGATION = lazy(
    r"\b(?:nav\w*|menu\w*|sidebar\w*|breadcrumbs?|footer|toolbar|topbar|skip\w*|"
    r"pagination|pager|sitenav|copyright|banner-?ads?|advert\w*|foot)\b",
    re.IGNORECASE,
)


def ledger(sheet: Sheet) -> Draft:
    """Return a fresh ledger of the page; text that its own style sheet hides, and lines that a
    profile says are the site's, are chrome from the start."""
    draft = Draft(sheet.lines, sizes=sheet.sizes)
    for index, line in enumerate(sheet.lines if sheet.hidden or sheet.own_lines else ()):
        if line.block in sheet.hidden or (
            sheet.own_lines and titles.squash(line.text) in sheet.own_lines
        ):
            draft.put(index, "chrome")
    for index, line in enumerate(sheet.lines):
        if len(line.text) <= _UP and (
            _leads_up(line)
            or (line.text[:1] in _BLINKS_FROM and _blinks(line))
            or (line.marks and _asks(line))
        ):
            draft.put(index, "chrome")
    _put_markers(draft)
    taught.teach(draft, sheet)
    draft.site_breaks |= mark_breaks(draft.lines)
    return draft


def _put_markers(draft: Draft) -> None:
    """Put what says where a text file's story begins into the chrome: "===[ BEGIN ]===",
    "------ cut here ------". Of an end the rules for closing words must know."""
    if not draft.lines or not draft.lines[-1].wrapped:
        return
    rows = range(len(draft.lines))
    for index in {*rows[:_MARKED_ROWS], *rows[-_MARKED_ROWS:]}:
        text = draft.lines[index].text
        if len(text) > _MARKER_LENGTH or text.lstrip()[:1] not in _DRAWN:
            continue
        if _MARKER.match(text):
            draft.put(index, "chrome")


def _leads_up(line: Line) -> bool:
    """True for a line that is nothing but a link to the top of its own page."""
    if line.bare.strip("[]()^. ").lower() not in _UPWARDS or line.element is None:
        return False
    links = [each for each in line.element.iter("a") if (each.get("href") or "")[:1] == "#"]
    return any((each.text or "").strip("[]()^. ") in line.text for each in links)


def _asks(line: Line) -> bool:
    """True for a line that is nothing but a link to the form in which readers review a story."""
    return _REVIEWS.fullmatch(line.text) is not None and line.linked >= _MENU_ITEM


def _blinks(line: Line) -> bool:
    """True for the "NEW!!" that a page lets blink."""
    if line.element is None or line.bare.strip("!*() ").lower() not in _BLINKING:
        return False
    above = line.element.getparent()
    near = above if above is not None else line.element
    return any(line.bare in "".join(islice(each.itertext(), 2)) for each in near.iter("blink"))


def read_story(sheet: Sheet) -> tuple[Draft, list[Block]]:
    """Return the ledger of a whole page and its prose."""
    draft = ledger(sheet)
    hints = hints_of(sheet)
    if inside := taught.body_lines(sheet):
        return draft, _read_taught(draft, sheet, inside, hints)
    mark_navigation(draft, hints)
    surroundings.put_away(draft, sheet)
    return draft, read_region(draft, sheet.blocks, 0, len(sheet.lines), hints)


def _read_taught(draft: Draft, sheet: Sheet, inside: list[int], hints: Hints) -> list[Block]:
    """Read a page whose profile says where the text is: what is outside is header or chrome."""
    mark_navigation(draft, hints, within=range(inside[0]))
    read_labels_above(draft, inside[0], hints)
    kept = set(inside)
    for index in range(len(sheet.lines)):
        if index not in kept and not draft.bins[index]:
            draft.put(index, "chrome")
    return read_region(draft, sheet.blocks, inside[0], inside[-1] + 1, hints)


def hints_of(sheet: Sheet) -> Hints:
    """Return the title that `<title>` names, to be known again in the page, and the site's
    names."""
    found: set[str] = set()
    tag = titles.from_title_tag(sheet.title_tag, url=sheet.url, names=sheet.site_names)
    if tag:
        found.add(titles.squash(tag))
        found |= _ends_of_trail(sheet)
        titled = byline.read_titled(tag)
        if titled is not None:
            found.add(titles.squash(titled[0]))
    return Hints(frozenset(found), sheet.site_names, sheet.url, names=_said_elsewhere(sheet))


def _ends_of_trail(sheet: Sheet) -> set[str]:
    """Return the last piece of "Site: Shows: Title", squashed, where it is two words or more."""
    pieces = sheet.title_tag.split(": ")
    return {titles.squash(pieces[-1])} if len(pieces) > 2 and " " in pieces[-1] else set()


def _said_elsewhere(sheet: Sheet) -> str:
    """Return the title tag, the tag for the author and the page's foot, in small letters."""
    stated = [
        f"by {each.get('content')}"
        for each in sheet.metas
        if (each.get("name") or "").lower() == "author"
    ]
    foot = [line.text for line in sheet.lines[-_FOOT:] if len(line.text) < 200]
    return "\n".join([sheet.title_tag, *stated, *foot]).lower()


def read_region(
    draft: Draft,
    blocks: Sequence[Block],
    start: int,
    stop: int,
    hints: Hints,
    *,
    footer: bool = True,
) -> list[Block]:
    """Read lines [start, stop) as head, prose and tail into *draft*; return the prose."""
    begin = read_head(draft, start, stop, hints)
    end = read_footer(draft, begin, stop) if footer else stop
    told = read_tail(draft, begin, end)
    # The site's links may stand above what it says of who owns whom.
    end = read_footer(draft, begin, told) if footer and told < end else told
    kept: list[Line] = []
    for index in range(start, end):
        line = draft.lines[index]
        if index < begin and (draft.bins[index] or (line.blank and not kept)):
            continue  # of the header only an epigraph is left
        if not draft.bins[index]:
            if not line.blank:
                draft.bins[index] = "prose"
            kept.append(line)
    prose, cut = prose_of(kept, blocks)
    if draft.site_breaks:
        prose, more = map(list, tidy(taught.with_breaks(prose, draft.site_breaks)))
        cut += more
    draft.cut_breaks += [block.text for block in cut if block.value == "symbol"]
    return prose


def read_labels_above(draft: Draft, stop: int, hints: Hints) -> None:
    """Read the header above the text; words of the site's that nobody labelled are no notes."""
    known, bins = len(draft.notes), list(draft.bins)
    read_head(draft, 0, stop, hints)
    guessed = [note for note in draft.notes[known:] if note.label is None]
    draft.notes[known:] = [note for note in draft.notes[known:] if note.label is not None]
    texts = [titles.squash(note.text) for note in guessed]
    for index in range(stop):
        is_new = draft.bins[index] == "note" != bins[index]
        if is_new and any(titles.squash(draft.lines[index].text) in text for text in texts):
            draft.put(index, "chrome")


def prose_of(lines: Sequence[Line], blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Return the blocks of prose lines, hard-wrapped stretches unwrapped, and the breaks cut from
    them."""
    out: list[Block] = []
    index = 0
    while index < len(lines):
        end = index + 1
        while end < len(lines) and lines[end].wrapped == lines[index].wrapped:
            end += 1
        stretch = lines[index:end]
        out += unwrapped(stretch) if stretch[0].wrapped else to_blocks(stretch, blocks)
        index = end
    kept, cut = tidy(out)
    return list(kept), list(cut)


def unwrapped(lines: Sequence[Line]) -> list[Block]:
    """Return the paragraphs of rows of hard-wrapped text; a drawing in a page stays as it is."""
    text = "\n".join(line.text for line in lines)
    block = Block("pre", text, joined_marks(lines))
    is_page = lines[0].element is not None
    return plain.unwrap_prose(block) if is_page else plain.unwrap_block(block)


def mark_navigation(draft: Draft, hints: Hints, within: range | None = None) -> None:
    """Put lines in cells that hold mostly links, or that call themselves navigation, into the
    chrome; only lines *within*, where that is given."""
    groups: dict[Any, list[int]] = {}
    found: dict[Any, Any] = {None: None}  # the cell of each element, once asked
    verdicts: dict[Any, Any] = {}
    if not _has_cells(draft.lines):
        return
    for index, line in enumerate(draft.lines):
        if within is not None and index not in within:
            continue
        element = line.element
        if element not in found:
            found[element] = _cell(element, verdicts)
        if (cell := found[element]) is not None:
            groups.setdefault(cell, []).append(index)
    total = sum(draft.sizes) or 1
    for cell, indexes in groups.items():
        if _is_navigation(draft, cell, indexes, total):
            for index in indexes:
                # What looks like a label in a form is its field's.
                if cell.tag == "form" or not _belongs_to_story(draft.lines[index], hints):
                    draft.put(index, "chrome")


def _has_cells(lines: Sequence[Line]) -> bool:
    """False for a page without any: most that were made by hand."""
    element = lines[0].element if lines else None
    if element is None:
        return False
    return next(element.getroottree().getroot().iter(*_CELLS), None) is not None


def _cell(element: Any, seen: dict[Any, Any]) -> Any | None:
    """Return the nearest cell above *element*, climbing at most a dozen levels.

    *seen* keeps what was found above a parent: paragraphs share theirs.
    """
    if element.tag in _CELLS:
        return element
    parent = element.getparent()
    if parent not in seen:
        seen[parent] = None
        at = parent
        for _ in range(_LEVELS - 1):
            if at is None:
                break
            if at.tag in _CELLS:
                seen[parent] = at
                break
            at = at.getparent()
    return seen[parent]


def _is_navigation(draft: Draft, cell: Any, indexes: list[int], total: int) -> bool:
    size = sum(draft.sizes[index] for index in indexes)
    if size == 0 or size > 0.4 * total:
        return False
    if cell.tag == "form" and size <= _FORM:
        return any(each.get("type") != "hidden" for each in cell.iter("input", "select", "button"))
    if cell.tag in {"nav", "select", "footer", "menu"} or _NAVIGATION.search(
        f"{cell.get('class') or ''} {cell.get('id') or ''}"
    ):
        return size < 0.3 * total
    links = sum(
        draft.lines[index].linked * draft.sizes[index]
        for index in indexes
        if draft.lines[index].marks
    )
    if links >= 0.6 * size and size >= 3:
        return True
    return cell.tag in {"td", "div"} and _counts_people(draft, indexes)


def _counts_people(draft: Draft, indexes: list[int]) -> bool:
    """True for rows of an archive's statistics: "Stories: 402", "Newest Member: oarlock"."""
    rows = [line.text for index in indexes if len((line := draft.lines[index]).text) <= _STATISTIC]
    named = {row[: row.find(":")].strip().lower() for row in rows if ":" in row}
    return not _OF_PEOPLE.isdisjoint(named) and len(named & (_OF_PEOPLE | _COUNTED)) > 1


def _belongs_to_story(line: Line, hints: Hints) -> bool:
    if line.kind == "heading":
        return True
    if titles.squash(line.bare) in hints.titles and line.linked < _MENU_ITEM:
        return True  # a link alone in a menu may be called as the fandom in `<title>` is
    if byline.read_byline(line.text, linked=bool(line.links())) is not None:
        return True
    if disclaimer.is_unaffiliated(line.bare):
        return True
    label = read_label(line.text) or marked(line)
    return (label is not None and bool(label.value)) or (
        len(line.bare) > 300 and not voice.is_site_voice(line)
    )
