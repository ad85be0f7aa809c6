"""Royal Road: chapters, and the page of a fiction with its table of contents.

A chapter may hold a paragraph that the page's own style sheet hides, a decoy for copiers: like all
hidden text it is left out and listed. An author's notes stand in boxes before and behind the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from storykeep import urls
from storykeep.engines import boxes, generic, linking, settle
from storykeep.engines.body import ledger, read_region
from storykeep.engines.dom import classes, first, flat, having, links, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.header import Draft, Hints, dates, numbers, titles
from storykeep.header.draft import Place
from storykeep.model import Link, LinkKind, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "royalroad"
VERSION = 1

_FICTION = lazy(r"/fiction/(\d{1,18})(?:/[^/?#]*)?(?:/chapter/(\d{1,18}))?")
_PROFILE = lazy(r"/(?:profile|user/profile)/\d+")
_SPURNED = lazy(
    r"/(?:account|private|report|reviews?|fictions/|my/|support|forums|author-dashboard|"
    r"user/memberlist|privacy|tos|discord|patreon|paypal|premium|amazon)|[?&](?:comments|reviews)="
)
_CHAPTERS = lazy(r"window\.chapters\s*=\s*(?=\[)")
_NUMBER = lazy(r"\W*(?:(?:chapter|ch|episode|part)\b\W*)?\d+\W+", re.IGNORECASE)
_STATUS = {"completed": "complete", "ongoing": "in_progress", "hiatus": "in_progress",
           "dropped": "abandoned", "stub": "in_progress"}  # fmt: skip
_GENRES = lazy(r"[?&]tagsAdd=|/fictions/search\?genre")


def matches(sheet: Sheet) -> bool:
    """True where the page has the site's box for a chapter, or its list of them."""
    return sheet.root is not None and (_body(sheet) is not None or _is_fiction(sheet))


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    body = _body(sheet)
    if body is None:
        body = next(iter(sheet.by_class("chapter-content")), None)
    if body is not None:
        return _read_chapter(sheet, body)
    if _is_fiction(sheet):
        return _read_fiction(sheet)
    return generic.read(sheet, profile, engine=NAME, version=VERSION)


def _body(sheet: Sheet) -> Any | None:
    """Return the box of the text: the names of its classes are the site's own."""
    for each in sheet.by_class("chapter-inner"):
        if "chapter-content" in classes(each) or _ids(sheet)[1]:
            return each
    return None


def _is_fiction(sheet: Sheet) -> bool:
    if sheet.by_id("chapters") is None and not _script(sheet):
        return False
    known = [anchor for anchor in sheet.anchors if _is_chapter(anchor.url)]
    return bool(known or _script(sheet)) and _ids(sheet)[0] is not None


def _is_chapter(url: str) -> bool:
    found = _FICTION.search(url)
    return bool(found and found[2])


def _ids(sheet: Sheet) -> tuple[str | None, str | None]:
    """Return the ids of fiction and chapter: from the address, else from what the page says."""
    for address in (sheet.url, *_stated(sheet), *(anchor.url for anchor in sheet.anchors)):
        if found := _FICTION.search(address):
            return found[1], found[2]
    return None, None


def _stated(sheet: Sheet) -> Iterator[str]:
    """Yield the addresses that the page's head says are its own."""
    for each in sheet.root.iter("link"):
        if (each.get("rel") or "").lower() == "canonical":
            yield each.get("href") or ""
    for each in sheet.root.iter("meta"):
        if each.get("property") == "og:url":
            yield each.get("content") or ""


def _classify(anchor: Anchor) -> LinkKind | None:
    if _SPURNED.search(anchor.url):
        return "ignore"
    return "chapter" if _is_chapter(anchor.url) else None


# ---------------------------------------------------------------- a chapter


def _read_chapter(sheet: Sheet, body: Any) -> Part:
    draft = ledger(sheet)
    held = set(sheet.inside(body))
    title, heading = _headings(sheet)
    _say(sheet, draft, title, "title")
    _say(sheet, draft, heading, "chapter_title")
    draft.chapter_title = flat(heading) or None
    _author(sheet, draft)
    _notes(sheet, draft, held, min(held, default=0))
    _stamp(sheet, draft)
    fiction, chapter = _ids(sheet)
    _place(sheet, draft, chapter)
    hints = Hints(
        frozenset({titles.squash(flat(title))}) - {""}, sheet.site_names, sheet.url, strict=True,
        chapters=_chapter_names(flat(heading)),
    )  # fmt: skip
    known = len(draft.evidence.get("title", ()))
    lines = sorted(held)
    for box in sheet.by_class("wide-ad-content"):
        for index in sheet.inside(box):
            draft.put(index, "chrome")
    prose = (
        read_region(draft, sheet.blocks, lines[0], lines[-1] + 1, hints, footer=False)
        if lines
        else []
    )
    del draft.evidence.get("title", [])[max(known, 1) :]
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
    number = numbers.read_part(draft.chapter_title or "")
    part = settle.to_part(
        draft, sheet, prose, engine=NAME, version=VERSION, links=_links(sheet),
        outcome="story" if prose else "not_story",
        reason="the page has the site's box of a chapter" if prose else "the chapter has no text",
        work_id=f"fiction/{fiction}" if fiction else None,
        chapter_id=f"chapter/{chapter}" if chapter else None, file_name_titles=False,
    )  # fmt: skip
    # A number in a chapter's name is its author's counting: prologues and interludes have none.
    return part if number is None or _script(sheet) else replace(part, position=None)


def _headings(sheet: Sheet) -> tuple[Any | None, Any | None]:
    """Return the elements of the fiction's title, which leads to its page, and the chapter's."""
    named = [each for tag in ("h1", "h2", "h3") for each in sheet.root.iter(tag) if flat(each)]
    fiction = next((each for each in named if _leads_to_fiction(each)), None)
    if fiction is None:
        fiction = next((each for each in named if each.tag == "h2"), None)
    chapter = next((each for each in named if each.tag == "h1" and each is not fiction), None)
    return fiction, chapter


def _leads_to_fiction(heading: Any) -> bool:
    above = heading.getparent()
    around = [above] if above is not None and above.tag == "a" else []
    for link in [*around, *links(heading)]:
        found = _FICTION.search(link.get("href") or "")
        if found and not found[2]:
            return True
    return False


def _say(sheet: Sheet, draft: Draft, element: Any, field: str) -> None:
    if element is None or not flat(element):
        return
    draft.found(field, flat(element), "markup", flat(element), place=element.tag)
    for index in sheet.inside(element):
        if not draft.bins[index]:
            draft.put(index, "field")


def _chapter_names(heading: str) -> frozenset[str]:
    """Return how the chapter's heading may be repeated in its text: whole, and without number."""
    bare = titles.squash(_NUMBER.sub("", heading, count=1))
    return frozenset({titles.squash(heading), bare if len(bare) > 3 else ""}) - {""}


def _author(sheet: Sheet, draft: Draft) -> None:
    """Read who wrote it: the link in the heading, else what the page says of itself."""
    heads = [each for tag in ("h3", "h4") for each in sheet.root.iter(tag)]
    for head in [*heads, *having(sheet.root, "fic-header", "fic-title", "mt-card-social")]:
        for link in links(head):
            name = flat(link)
            if name and _PROFILE.search(link.get("href")):
                url = urls.join(sheet.base_url, link.get("href"))
                draft.add_authors((name,), "markup", flat(head)[:200], url=url, place=head.tag)
                if head.tag in {"h3", "h4"}:
                    for index in sheet.inside(head):
                        draft.put(index, "field")
                        draft.found("fields", draft.lines[index].bare, "markup", place=head.tag)
                return
    for meta in sheet.root.iter("meta"):
        named = meta.get("property") or meta.get("name")
        if named in {"books:author", "twitter:creator", "author"} and meta.get("content"):
            name = " ".join(meta.get("content").split())
            draft.add_authors((name,), "markup", name, place=f"meta {named}")
            return


def _notes(sheet: Sheet, draft: Draft, held: set[int], begins: int) -> None:
    """Read the boxes of author's notes, which stand before the text or behind it."""
    done: set[int] = set()
    found = outermost(sheet.by_class("author-note-portlet"))
    for box in [*found, *outermost(sheet.by_class("author-note"))]:
        lines = [index for index in sheet.inside(box) if index not in held | done]
        done.update(lines)
        lines = [index for index in lines if not draft.lines[index].blank and not draft.bins[index]]
        if not lines:
            continue
        caption = first(box, "caption-subject", "portlet-title")
        named = flat(caption) or "Author's note"
        above = set(sheet.inside(caption)) if caption is not None else set()
        for index in above & set(lines):
            draft.found("notes", None, "markup", draft.lines[index].bare, place="its title")
            draft.put(index, "note")
        place: Place = "head" if lines[0] < begins else "tail"
        boxes.take_note(draft, named, [(i, draft.lines[i]) for i in lines if i not in above], place)


def _stamp(sheet: Sheet, draft: Draft) -> None:
    for each in sheet.root.iter("time"):
        said = each.get("datetime") or each.get("title") or flat(each)
        if date := dates.read_date(said, day_first=False):
            draft.published = date
            draft.found("published", date.value, "markup", said, place="time")
            return


def _place(sheet: Sheet, draft: Draft, chapter: str | None) -> None:
    for position, each in enumerate(_script(sheet), 1):
        if chapter is not None and str(each.get("id")) == chapter:
            draft.position, draft.of = position, len(_script(sheet))
            draft.found("position", str(position), "markup", chapter, place="window.chapters")


# ---------------------------------------------------------------- a fiction


def _read_fiction(sheet: Sheet) -> Part:
    """Return the part of a fiction's page: an index of its chapters, and what it says of them."""
    draft = ledger(sheet)
    _say(sheet, draft, next((each for each in sheet.root.iter("h1") if flat(each)), None), "title")
    _author(sheet, draft)
    _summary(sheet, draft)
    for label in having(sheet.root, "label"):
        status = _STATUS.get(flat(label).lower())
        if status is not None:
            draft.status = status  # type: ignore[assignment]
            draft.found("status", status, "markup", flat(label), place="label")
    for tag in having(sheet.root, "fiction-tag"):
        draft.add_tag("genre", flat(tag))
        draft.found("tags", flat(tag), "markup", flat(tag), place="fiction tags")
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
    fiction, _ = _ids(sheet)
    found = _links(sheet)
    count = sum(link.kind == "chapter" for link in found)
    return settle.to_part(
        draft, sheet, (), engine=NAME, version=VERSION, outcome="index", links=found,
        reason=f"the page of a fiction: {count} chapters", work_id=f"fiction/{fiction}",
        file_name_titles=False,
    )  # fmt: skip


def _summary(sheet: Sheet, draft: Draft) -> None:
    about = next((e for e in sheet.root.iter("div") if e.get("property") == "description"), None)
    around = first(sheet.root, "description")
    for box in (about, first(around, "hidden-content"), around):
        lines = sheet.inside(box) if box is not None else []
        said = "\n\n".join(draft.lines[i].bare for i in lines if draft.lines[i].bare)
        if said:
            draft.summary = said
            draft.found("summary", said, "markup", said, place="description")
            for index in lines:
                draft.put(index, "field")
            return


def _script(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the chapters that the page's script names, in order; [] where it names none."""
    for script in sheet.root.iter("script"):
        text = script.text or ""
        found = _CHAPTERS.search(text) if "window.chapters" in text else None
        if found is None:
            continue
        try:
            data, _ = json.JSONDecoder().raw_decode(text[found.end() :])
        except (ValueError, RecursionError):
            continue
        return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []
    return []


def _links(sheet: Sheet) -> tuple[Link, ...]:
    """Return the page's links, those of its list of chapters with their places."""
    listed: dict[str, tuple[str, int]] = {}
    for position, each in enumerate(_script(sheet), 1):
        address = urls.join(sheet.base_url, str(each.get("url") or ""))
        if address and _is_chapter(address):
            listed.setdefault(address, (str(each.get("title") or ""), position))
    table = sheet.by_id("chapters")
    for link in links(table) if not listed else ():
        address = urls.join(sheet.base_url, link.get("href"))
        if address and _is_chapter(address) and address not in listed:
            listed[address] = (flat(link), len(listed) + 1)
    out = []
    for link in linking.collect(sheet, _classify):
        entry = listed.pop(link.url, None)
        if entry is not None:
            link = replace(link, text=entry[0] or link.text, position=entry[1])
        out.append(link)
    missing = (Link(url, name, "chapter", position=at) for url, (name, at) in listed.items())
    return (*out, *missing)
