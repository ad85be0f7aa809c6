"""OTW's software (the Archive of Our Own and its clones): work pages, chapter pages, and the HTML
that readers download.

The markup names every part, so nothing is looked for but where it stands. Of pages without a work
(doors, lists, profiles) only the main part is asked what it is; the rest are read as any page is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import boxes, generic, linking, listing, otw_text, outcomes, settle
from storykeep.engines.body import ledger
from storykeep.engines.dom import classes, flat, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.header import Draft, dates
from storykeep.header.draft import Place
from storykeep.header.values import language_code
from storykeep.model import Link, LinkKind, Outcome, Part, Series
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "otw"
VERSION = 2

_WORK = lazy(r"/works/(?P<work>\d+)(?:/chapters/(?P<chapter>\d+))?")
_KINDS = {
    "rating": "rating",
    "warning": "warning",
    "archive warning": "warning",
    "category": "category",
    "categories": "category",
    "fandom": "fandom",
    "relationship": "pairing",
    "character": "character",
    "freeform": "keyword",
    "additional tag": "keyword",
}
_STATS = lazy(
    r"(Published|Updated|Completed|Words|Chapters):\s*(\S+)", re.IGNORECASE
)  # a download runs them together
_SPURNED = lazy(
    r"/(?:comments|kudos|bookmarks|downloads|share|navigate|users/(?:login|new)|collections|"
    r"subscriptions|abuse_reports|support|invite_requests)\b"
)

# What the software calls its pages, in the class of their main part.
_PAGE_NAME = lazy(r"[a-z_]+-(?:index|show|search|navigate|new|drafts)|error-[\w-]+")
_WORK_PAGES = frozenset({"works-show", "chapters-show"})
_LISTS = frozenset({
    "works-search", "works-navigate", "works-drafts", "series-show", "tags-show", "users-show",
    "collections-show", "people-search", "bookmarks-search", "pseuds-show",
})  # fmt: skip
_ARCHIVED = lazy(r"^(?:[\]\s]*,\s*|by\s+)?(.+?)\s*\[archived by$", re.IGNORECASE)
_NEAR = 8  # elements beside and above a note that say what it is: a page nests as many as it likes
_SERIES = lazy(r"/series/\d")
_DOCS = frozenset({"system", "docs"})  # terms, policies, questions: never a story
_ADULT = "view_adult"
_HIDDEN = lazy(
    r"part of an ongoing challenge and will be revealed soon|\bmystery work\b|"
    r"(?:work|chapter) is (?:a draft and|still) .{0,40}(?:not|un)(?: been)? ?(?:posted|revealed)",
    re.IGNORECASE,
)


def matches(sheet: Sheet) -> bool:
    """True where a work stands on the page, in the site's frame or in a download's, or where the
    frame says what the page is instead."""
    if sheet.root is None:
        return False
    return _has_work(sheet) or bool(_page_names(sheet))


def _has_work(sheet: Sheet) -> bool:
    if sheet.by_id("chapters") is None:
        return False
    return sheet.by_id("workskin") is not None or sheet.by_id("preface") is not None


def _page_names(sheet: Sheet) -> frozenset[str]:
    """Return what the software calls this page, as "works-show"; nothing on other pages."""
    main = sheet.by_id("main")
    named = classes(main)
    if "region" not in named:
        return frozenset()
    found = frozenset(name for name in named if _PAGE_NAME.fullmatch(name))
    return found or (frozenset({"docs"}) if named >= _DOCS else found)


def _read_other(sheet: Sheet, profile: Profile | None) -> Part:
    """Return the part of a page without a work: its own text alone says what it is, for menu and
    footer say the same on every page."""
    named, links = _page_names(sheet), linking.collect(sheet, _classify)
    inside = sheet.inside(sheet.by_id("main"))
    text = "\n".join(sheet.lines[index].text for index in inside)
    size = sum(sheet.sizes[index] for index in inside)
    found: tuple[Outcome, str] | None = None
    if named & _WORK_PAGES:
        if (
            any(_ADULT in anchor.url for anchor in sheet.anchors)
            and "adult content" in text.lower()
        ):
            found = "gate", "the page warns of adult content and offers a way on"
        elif hidden := _HIDDEN.search(text):
            found = "moderated", f"the page says {hidden.group()!r}"
    if found is None and (named & _LISTS or any(name.endswith("-index") for name in named)):
        links = tuple(map(_as_listed, listing.mark_links(sheet, links)))
        found = "index", f"the site calls the page {sorted(named)[0]!r}"
    found = found or _error(named) or outcomes.door(sheet, visible=text, size=size)
    if found and found[0] == "login" and named & _WORK_PAGES and not _asks(sheet):
        found = None  # every page has a place to log in, above its main part
    if found is None and not named & _WORK_PAGES:
        found = "not_story", f"the site calls the page {sorted(named)[0]!r}"
    if found is None:
        return generic.read(sheet, profile, engine=NAME, version=VERSION)
    return settle.plain_part(sheet, found[0], found[1], engine=NAME, version=VERSION, links=links)


def _error(named: frozenset[str]) -> tuple[Outcome, str] | None:
    """Return what the site's own page of an error says, by its class: "error-503"."""
    said = next((name for name in sorted(named) if name.startswith("error-")), None)
    if said is None:
        return None
    reason = f"the site calls the page {said!r}"
    return ("soft_404", reason) if said in {"error-404", "error-410"} else ("error", reason)


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    if not _has_work(sheet):
        return _read_other(sheet, profile)
    draft = ledger(sheet)
    bodies = otw_text.bodies(sheet)
    held = {index for body in bodies for index in sheet.inside(body)}
    title = _title(sheet, draft)
    _tags(sheet, draft)
    noted = _texts(sheet, draft, held)
    prose, sections = otw_text.read(sheet, draft, bodies, title, noted)
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
    work, chapter = _ids(sheet)
    part = settle.to_part(
        draft,
        sheet,
        prose,
        engine=NAME,
        version=VERSION,
        links=linking.collect(sheet, _classify),
        reason="the page has the frame of a work",
        work_id=f"works/{work}" if work else None,
        chapter_id=f"chapters/{chapter}" if chapter and len(bodies) == 1 else None,
        file_name_titles=False,
    )
    return replace(part, sections=sections) if sections else part


def _asks(sheet: Sheet) -> bool:
    """True where the main part of the page asks for a password."""
    main = sheet.by_id("main")
    fields = main.iter("input") if main is not None else ()
    return any((field.get("type") or "").lower() == "password" for field in fields)


def _as_listed(link: Link) -> Link:
    """Return a list's link, a story only where it leads to a work: the menu is above them."""
    is_work = _WORK.search(urls.split(link.url).path) is not None
    return link if is_work or link.kind != "story" else replace(link, kind="link")


def _classify(anchor: Anchor) -> LinkKind | None:
    path = urls.split(anchor.url).path
    if _SPURNED.search(path):
        return "ignore"
    found = _WORK.search(path)
    return "chapter" if found and found["chapter"] else None


def _ids(sheet: Sheet) -> tuple[str | None, str | None]:
    here = _WORK.search(urls.split(sheet.url).path)
    if here is not None and here["chapter"]:
        return here["work"], here["chapter"]
    work = here["work"] if here is not None else None
    for anchor in sheet.anchors:
        found = _WORK.search(urls.split(anchor.url).path)
        if found is None or (work and found["work"] != work):
            continue
        work = work or found["work"]
        if classes(anchor.element.getparent()) & {"title"} and found["chapter"]:
            return work, found["chapter"]
    return work, None


# ---------------------------------------------------------------- title, author, tags


def _title(sheet: Sheet, draft: Draft) -> str | None:
    """Read the title and the by-line of the work's own preface."""
    skin = sheet.by_id("workskin")
    top: Any = sheet.by_id("preface") if skin is None else skin
    heads = top.xpath(".//h1" if skin is None else ".//h2[contains(@class, 'title')]")
    title = flat(heads[0]) if heads else None
    if title:
        draft.found("title", title, "markup", title, place="work heading", confidence=1.0)
        otw_text.put(sheet, draft, heads[0], "field")
    named = top.xpath(".//*[contains(concat(' ', normalize-space(@class), ' '), ' byline ')]")
    if named:
        _authors(sheet, draft, named[0])
    return title


def _authors(sheet: Sheet, draft: Draft, box: Any) -> None:
    said = flat(box)
    signed = list(_signatures(box))
    names = [name for name, _ in signed] or [re.sub(r"^by\s+", "", said)]
    own = [link for _, link in signed if link is not None]
    url = urls.join(sheet.base_url, own[0].get("href") or "") if own else None
    kept = tuple(name for name in names if name)
    draft.add_authors(kept, "markup", said, url=url, place="byline", confidence=1.0)
    otw_text.put(sheet, draft, box, "field")


def _signatures(box: Any) -> Iterator[tuple[str, Any]]:
    """Yield each author of a by-line, with the link to the author's page.

    What an archivist brought from another archive says "Ada [archived by keeper]": the link is
    the archivist's.
    """
    before = box.text or ""
    for link in box.iter("a"):
        if link.get("rel") == "author":
            brought = _ARCHIVED.search(" ".join(before.split()))
            yield (brought[1], None) if brought else (flat(link), link)
        before = link.tail or ""


def _tags(sheet: Sheet, draft: Draft) -> None:
    """Read the list of tags and statistics above the work."""
    lists = sheet.root.xpath("//dl[contains(@class, 'work')] | //*[@id='preface']//dl")
    for found in lists[:1]:
        label = ""
        for each in found.iterchildren("dt", "dd"):
            if each.tag == "dt":
                label = flat(each).rstrip(" :")
                continue
            draft.found("fields", flat(each), "markup", f"{label}: {flat(each)}", place="work meta")
            _tag(draft, label, each)
        otw_text.put(sheet, draft, found, "field")


def _tag(draft: Draft, label: str, cell: Any) -> None:
    named = label.lower()
    kind = _KINDS.get(named) or _KINDS.get(named.removesuffix("s"))
    if kind is not None:
        values = [flat(each) for each in cell.iter("a")] or [flat(cell)]
        for value in values:
            draft.add_tag(kind, value)
            draft.found("tags", value, "markup", f"{label}: {value}", place="work meta")
    elif named == "language":
        draft.language = cell.get("lang") or language_code(flat(cell))
    elif named == "series":
        _series(draft, cell)
    elif named == "stats":
        for name, value in _STATS.findall(_spaced(cell)):
            _stat(draft, name.lower(), value)
    else:
        draft.add_field(label, flat(cell))


def _spaced(cell: Any) -> str:
    return " ".join(" ".join(cell.itertext()).split()).replace(" :", ":")


def _series(draft: Draft, cell: Any) -> None:
    """Read the first series that the work is a part of: its name is in its link."""
    said = flat(cell)
    link = next((each for each in cell.iter("a") if _SERIES.search(each.get("href") or "")), None)
    found = re.search(r"Part (\d+) of (?:the )?(.+?)(?: series)?(?:\s*(?:Next Work|→).*)?$", said)
    if found is None:
        return
    name = flat(link) if link is not None else found[2].strip()
    draft.series = Series(name, int(found[1]))
    draft.found("series", name, "markup", said, place="work meta")


def _stat(draft: Draft, name: str, value: str) -> None:
    date = dates.read_date(value) if name in {"published", "updated", "completed"} else None
    if name == "published":
        draft.published = draft.published or date
    elif date is not None:
        draft.updated = draft.updated or date
    elif name == "words" and value.replace(",", "").isdecimal():
        draft.words_stated = int(value.replace(",", ""))
    elif name == "chapters" and (found := re.match(r"([\d,]+)/([\d,]+|\?)", value)):
        total = found.group(2).replace(",", "")
        draft.of = int(total) if total.isdecimal() else None
        draft.status = "complete" if total == found.group(1).replace(",", "") else "in_progress"
        draft.add_field("Chapters", value)


# ---------------------------------------------------------------- summaries and notes


def _texts(sheet: Sheet, draft: Draft, held: set[int]) -> list[int]:
    """Read summaries and notes: a heading, and the quotation under it, outside of the body; return
    at which line each note stands.

    What the site announces above the work and what readers say below it are quotations, too.
    """
    places: list[int] = []
    skin: Any = sheet.by_id("workskin")
    chapters: Any = sheet.by_id("chapters")
    inside, told = (set(each.iter()) if each is not None else None for each in (skin, chapters))
    quotes = [*outermost(sheet.by_class("userstuff", "blockquote")), *_plain_quotes(sheet)]
    for quote in quotes:
        if inside is not None and quote not in inside:
            continue
        lines = [index for index in sheet.inside(quote) if index not in held]
        if not lines or any(draft.bins[index] for index in lines):
            continue
        label = _label_above(quote)
        text = "\n\n".join(draft.lines[index].bare for index in lines if draft.lines[index].bare)
        if label.lower() == "summary" and (told is None or quote not in told):
            draft.summary = draft.summary or text
            draft.found("summary", text, "markup", text, place="work preface")
            for index in lines:
                draft.put(index, "field")
        else:
            place: Place = "tail" if _is_end(quote, label) else "head"
            shown = [index for index in lines if not draft.lines[index].blank]
            boxes.take_note(draft, label, [(i, draft.lines[i]) for i in shown], place)
            places += lines[:1] * (len(draft.notes) - len(places))
    return places


def _plain_quotes(sheet: Sheet) -> list[Any]:
    boxes = sheet.root.xpath("//*[@id='preface' or @id='afterword']//blockquote")
    return [each for each in boxes if "userstuff" not in classes(each)]


def _label_above(quote: Any) -> str:
    for above in islice(quote.itersiblings("h2", "h3", "h4", "p", preceding=True), _NEAR):
        text = flat(above).rstrip(" :")
        if text and len(text) < 60:
            return text
    return "Notes"


def _is_end(quote: Any, label: str) -> bool:
    ids = [each.get("id") or "" for each in islice(quote.iterancestors(), _NEAR)]
    return "end" in label.lower() or any("endnotes" in each or each == "afterword" for each in ids)
