"""Sites whose software names the box of the text: WordPress, Blogger, Wattpad, ficbook, Samizdat.

What stands outside the box is the site's, but for the few elements that a layout knows. A blog's
entry need be no story: who posted it makes none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import boxes, generic, linking, listing, outcomes, settle
from storykeep.engines.body import ledger, read_labels_above, read_region
from storykeep.engines.dom import first, flat, having, links, outermost
from storykeep.engines.layouts import SAMIZDAT, Layout, layouts_of
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Hints, byline, dates, titles
from storykeep.header.draft import Place
from storykeep.model import Block, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "platform"
VERSION = 1

_POSTED = lazy(r"^\W*(?:posted\s+|written\s+)?(?:by|von|par|por|от|автор)\b\s*:?\s*", re.IGNORECASE)
_PERSON = lazy(r"/(?:profile|authors?|users?|members?|u)/", re.IGNORECASE)
_RULED = lazy(r"^-{20,}$")
_BY_ALONE = lazy(r"[Bb]y\s")  # the box of both has only the author
_COMMENTS = lazy(r"\bcomments?\b|\bcomment-?list\b", re.IGNORECASE)
_FEW = 40  # elements of one class that are looked at: a page nests as many as it likes
_LINKED = 0.3  # the share of paragraphs that may lead elsewhere in a story
_BESIDE = 5  # lines from the text in which a by-line may stand
_LINE = 160  # characters of a heading or by-line that stands in the box of the text
_LEVELS = 40  # elements above one among which the comments' box is looked for


def matches(sheet: Sheet) -> bool:
    """True where one text stands on the page in the box of a software that is known."""
    return sheet.root is not None and _find(sheet) is not None


def _find(sheet: Sheet) -> tuple[Layout, list[int]] | None:
    """Return the layout of the page and the lines of its text; a page of many entries has none."""
    for layout in layouts_of(sheet):
        if not layout.signs(sheet):
            continue
        lines = _between(sheet) if layout.name == "samizdat" else _inside(sheet, layout)
        if lines:
            return layout, lines
    return None


def _inside(sheet: Sheet, layout: Layout) -> list[int]:
    for name in layout.body:
        found = outermost(_named(sheet, name))
        if layout.name == "wattpad":
            # The box of a part holds its author's picture and buttons to share it, too.
            marked = (p for p in sheet.root.iter("p") if p.get("data-p-id"))
            found = outermost(dict.fromkeys(p.getparent() for p in marked))
        texts = [lines for each in found if (lines := _seen(sheet, each))]
        if layout.is_blog and len(texts) > 1:
            return []
        if texts:
            return sorted(set().union(*texts)) if not layout.is_blog else texts[0]
    return []


def _seen(sheet: Sheet, element: Any) -> list[int]:
    """Return the lines in an element; what it hides may lie above the lines that it begins with."""
    return [i for i in sheet.inside(element) if sheet.lines[i].block not in sheet.hidden]


def _named(sheet: Sheet, name: str) -> list[Any]:
    """Return the elements that a layout means by *name*."""
    if name[0] == "#":
        found = sheet.by_id(name[1:])
        return [found] if found is not None else []
    if name[0] == "@":
        return _by_property(sheet, name[1:])
    outer, *inner = name.split(" ")
    held: list[Any] = sheet.by_class(outer)
    for each in inner:
        inside = (first(element, each) for element in held[:_FEW])
        held = [element for element in inside if element is not None]
    return held


def _between(sheet: Sheet) -> list[int]:
    """Return the lines between the comments by which Samizdat fences a text."""
    inside: set[Any] = set()
    begun = False
    for element in sheet.root.iter():
        if not isinstance(element.tag, str):
            said = (element.text or "").strip()
            if SAMIZDAT in said:
                begun = True
            elif begun and _RULED.match(said):
                break
        elif begun:
            inside.add(element)
    return [index for index, line in enumerate(sheet.lines) if line.element in inside]


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    found = _find(sheet)
    if found is None:
        return generic.read(sheet, profile, engine=NAME, version=VERSION)
    layout, lines = found
    draft = ledger(sheet)
    title = _title(sheet, draft, layout, lines)
    if not layout.is_blog:
        _author(sheet, draft, layout, lines)
    _summary(sheet, draft, layout, lines)
    _notes(sheet, draft, layout, lines)
    _inner_notes(sheet, draft, layout)
    hints = Hints(frozenset({titles.squash(title or "")} - {""}), sheet.site_names, sheet.url)
    _put_extras(sheet, draft, layout, lines)
    if layout.labels:
        read_labels_above(draft, lines[0], hints)
    prose = read_region(draft, sheet.blocks, lines[0], lines[-1] + 1, hints, footer=layout.is_blog)
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
    shape = listing.measure(sheet)
    why = _why_none(sheet, draft, layout, prose)
    anchors = linking.collect(sheet)
    if why:
        return settle.plain_part(
            sheet, "index" if shape.entries > 4 and "list" in why else "not_story", why,
            engine=NAME, version=VERSION, links=anchors, title=title,
        )  # fmt: skip
    _author(sheet, draft, layout, lines)
    if not draft.authors:
        _author_beside(draft, lines)
    _date(sheet, draft, layout)
    return settle.to_part(
        draft, sheet, prose, engine=NAME, version=VERSION, links=anchors,
        reason=f"the page has the box of a text as {layout.name} makes it", file_name_titles=False,
    )  # fmt: skip


def _why_none(sheet: Sheet, draft: Draft, layout: Layout, prose: list[Block]) -> str:
    """Return why the text is no story; "" where it is one."""
    if not outcomes.size_of(prose):
        return "no prose in the box of the text"
    if not layout.is_blog:
        return ""
    linked = sum(1 for block in prose if any(mark.kind == "link" for mark in block.marks))
    if linked >= 3 and linked > _LINKED * len(prose):
        return "a list of links"
    # The form below an entry is for its readers' comments.
    return generic.not_story(sheet, draft, prose, forms=False)


# ---------------------------------------------------------------- what stands outside the box


def _outside(sheet: Sheet, names: Iterable[str], lines: list[int]) -> list[Any]:
    """Return the elements of these names that do not hold the text, and are at most a line in
    it."""
    inside = frozenset(lines)
    found = []
    for name in names:
        for each in _named(sheet, name)[:_FEW]:
            if not flat(each) or _is_comment(each):
                continue
            held = sum(index in inside for index in sheet.inside(each))
            if held == 0 or (held == 1 < len(inside) and len(flat(each)) < _LINE):
                found.append(each)
    return found


def _by_property(sheet: Sheet, name: str) -> list[Any]:
    """Return the elements of a microdata property (HTML, section 5.2.3)."""
    tags = ("a", "span", "h1", "h2", "meta")
    return [each for each in sheet.root.iter(*tags) if each.get("itemprop") == name]


def _is_comment(element: Any) -> bool:
    """True for what stands among the readers' comments."""
    return any(
        _COMMENTS.search(f"{each.get('class') or ''} {each.get('id') or ''}")
        for each in islice(element.iterancestors("div", "ol", "ul", "section", "dl", "li"), _LEVELS)
    )


def _title(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> str | None:
    if layout.name == "samizdat":
        return _samizdat_header(sheet, draft, lines)
    for box in _outside(sheet, layout.title, lines):
        heading = next((each for each in box.iter("h1", "h2", "h3", "h4") if flat(each)), box)
        text = flat(heading)
        if not text or len(text) > 200 or (heading is box and _BY_ALONE.match(text)):
            continue
        small = next(heading.iter("small"), None)
        signed = small is not None and byline.read_byline(flat(small), linked=True)
        if (signed or heading is box) and (titled := byline.read_titled(text, loose=True)):
            text = titled[0]
        draft.found("title", text, "markup", text, place=layout.name, confidence=0.95)
        for index in sheet.inside(heading):
            draft.found("fields", draft.lines[index].bare, "markup", place=layout.name)
            draft.put(index, "field")
        _chapter(sheet, draft, layout, lines, text)
        return text
    if layout.name == "wattpad":
        return _wattpad_title(sheet, draft, layout, lines)
    if layout.is_blog:
        return _title_above(sheet, draft, layout, lines)
    return _title_and_part(sheet, draft, layout, lines)


def _title_and_part(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> str | None:
    """Take the headings outside the text that `<title>` repeats: "Part - Story - Site"."""
    pieces = [titles.squash(piece) for piece in re.split(r"\s[-–—|·]\s", sheet.title_tag)]
    inside = frozenset(lines)
    named = [
        line
        for index, line in enumerate(sheet.lines)
        if line.kind == "heading" and index not in inside and titles.squash(line.bare) in pieces
    ][:_FEW]
    if not named:
        return None
    named.sort(key=lambda line: line.value)  # the larger is the story's
    title = named[0].bare
    draft.found("title", title, "markup", title, place=layout.name, confidence=0.8)
    part = next((line.bare for line in named if line.bare != title), None)
    if part is not None:
        draft.chapter_title = part
        draft.found("chapter_title", part, "markup", part, place=layout.name)
    for line in named:
        draft.put(sheet.lines.index(line), "field")
    return title


def _title_above(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> str | None:
    """Take the heading above the box of the text that `<title>` repeats."""
    tag = titles.squash(sheet.title_tag)
    for index in range(lines[0] - 1, max(-1, lines[0] - _BESIDE), -1):
        line = draft.lines[index]
        if line.kind == "heading" and line.bare and titles.squash(line.bare) in tag:
            draft.found("title", line.bare, "markup", line.bare, place=layout.name)
            draft.put(index, "field")
            return line.bare
    return None


def _wattpad_title(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> str | None:
    """Read "Story - Part - Wattpad", the title tag, where no box names the story."""
    _chapter(sheet, draft, layout, lines, "")
    title = sheet.title_tag.removesuffix(" - Wattpad").removesuffix(f" - {draft.chapter_title}")
    if title == sheet.title_tag or not title:
        return None
    draft.found("title", title, "title_tag", sheet.title_tag, place="title", confidence=0.9)
    return title


def _chapter(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int], title: str) -> None:
    """Take the heading of a part beside that of the work."""
    if layout.is_blog:
        return
    boxes = _outside(sheet, layout.chapter, lines)
    headings = [next(box.iter("h1", "h2", "h3"), box) for box in boxes]
    if layout.name == "wattpad":
        headings = list(islice(sheet.root.iter("h1", "h2"), _FEW))
    for each in headings:
        text = flat(each)
        if text and text != title and len(text) < 200:
            draft.chapter_title = text
            draft.found("chapter_title", text, "markup", text, place=layout.name)
            for index in sheet.inside(each):
                draft.put(index, "field")
            return


def _samizdat_header(sheet: Sheet, draft: Draft, lines: list[int]) -> str | None:
    """Read "Author<br><small>Title:</small>" above the text."""
    for heading in islice(sheet.root.iter("h2", "h3"), _FEW):
        small = next(heading.iter("small", "font"), None)
        name, title = (heading.text or "").strip(), flat(small).rstrip(": ")
        if not name and title and "[" not in title:
            # "<small>Author</small><br>Title", as Lib.ru has it
            name, title = title, flat(heading).removeprefix(title).strip()
        if not name or not title:
            continue
        # What stands below the author may be the section of a library: `<title>` has both names.
        _, named, told = sheet.title_tag.rpartition(f"{name}. ")
        title = told.strip() if named and told.strip() else title
        url = next((each.get("href") for each in links(heading)), None)
        address = urls.join(sheet.base_url, url.rsplit("/", 1)[0] + "/") if url else None
        draft.add_authors((name,), "markup", name, url=address, place="heading", confidence=1.0)
        draft.found("title", title, "markup", flat(heading), place="heading", confidence=1.0)
        for index in sheet.inside(heading):
            draft.found("fields", draft.lines[index].bare, "markup", place="heading")
            draft.put(index, "field")
        read_labels_above(draft, lines[0], Hints(url=sheet.url))
        return title
    return None


def _author(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> None:
    for box in _outside(sheet, layout.author, lines):
        named = next(iter(having(box, "fn")), box)
        inside = [each for each in (named, *named.iter("a")) if each.get("href")]
        people = [each for each in inside if _PERSON.search(each.get("href"))]
        link = next((each for each in [*people, *inside] if flat(each)), None)
        text = _POSTED.sub("", flat(link) if link is not None and flat(link) else flat(named))
        names = byline.split_names(text) if text else ()
        posted = byline.read_posted(flat(box)) if named is box and not people else None
        if posted is not None:
            names = posted
            link = next((each for each in inside if flat(each) in posted), None)
        if not names or not all(byline.plausible(name, linked=True) for name in names):
            continue
        url = urls.join(sheet.base_url, link.get("href")) if link is not None else None
        draft.add_authors(names, "markup", flat(box), url=url, place=layout.name, confidence=0.8)
        for index in sheet.inside(box):
            if draft.bins[index] in {"", "chrome"} and len(draft.lines[index].bare) < 120:
                draft.found("fields", draft.lines[index].bare, "markup", place=layout.name)
                draft.bins[index] = "field"
        return


def _author_beside(draft: Draft, lines: list[int]) -> None:
    """Take who signed an entry right above or below the box of its text."""
    above = range(lines[0] - 1, max(-1, lines[0] - _BESIDE), -1)
    for index in (*above, *range(lines[-1] + 1, min(lines[-1] + _BESIDE, len(draft.lines)))):
        line = draft.lines[index]
        dated = byline.read_dated(line.text)
        named = byline.read_byline(dated[1]) if dated else None
        names = named[0] if named else byline.read_posted(line.text)
        if names:
            draft.add_authors(names, "byline", line.bare, place="beside", confidence=0.8)
            draft.bins[index] = "field"
            return


def _summary(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> None:
    for box in _outside(sheet, layout.summary, lines)[:1]:
        draft.summary = flat(box)
        draft.found("summary", draft.summary, "markup", draft.summary, place=layout.name)
        for index in sheet.inside(box):
            draft.put(index, "field")


def _notes(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> None:
    for box in _outside(sheet, layout.notes, lines):
        inside = [i for i in sheet.inside(box) if not draft.bins[i] and draft.lines[i].bare]
        if not inside:
            continue
        named = (flat(each).rstrip(" :") for each in box.iter("strong", "h3") if flat(each))
        heading = next(named, "Notes")
        rest = [i for i in inside if draft.lines[i].bare.rstrip(" :") != heading]
        place: Place = "tail" if rest and rest[0] > lines[0] else "head"
        for index in inside:
            draft.put(index, "note")
        boxes.take_note(draft, heading, [(i, draft.lines[i]) for i in rest], place)


def _inner_notes(sheet: Sheet, draft: Draft, layout: Layout) -> None:
    for name in layout.inner_notes:
        for box in outermost(sheet.by_class(name)):
            inside = [(i, draft.lines[i]) for i in sheet.inside(box) if not draft.bins[i]]
            boxes.take_note(
                draft, "Author's note", [pair for pair in inside if pair[1].bare], "head"
            )


def _put_extras(sheet: Sheet, draft: Draft, layout: Layout, lines: list[int]) -> None:
    """Put buttons, sharing and menus that the software sets into the text into the chrome."""
    held = frozenset(lines)
    for name in layout.extras:
        for each in outermost(sheet.by_class(name)):
            inside = sheet.inside(each)
            if len(inside) < len(held) and held.issuperset(inside):
                for index in inside:
                    draft.put(index, "chrome")


def _date(sheet: Sheet, draft: Draft, layout: Layout) -> None:
    for name in layout.date:
        for each in sheet.by_class(name):
            said = each.get("datetime") or each.get("title") or flat(each)
            if draft.published is None and (
                date := dates.read_date(said, day_first=draft.day_first)
            ):
                draft.published = date
                draft.found("published", date.value, "markup", said, place=layout.name)
                return
