"""eFiction 2 and 3: viewstory.php with a boxed header, chapters by number, and many pages that are
no story.

`#infoblock` label spans are statistics of the site. The print view repeats the whole story: it is
the same text as the normal address, which its canonical link names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlunsplit

from storykeep import urls
from storykeep.engines import (
    efiction_boxes,
    efiction_links,
    efiction_print,
    generic,
    linking,
    messages,
    outcomes,
    settle,
    whereabouts,
)
from storykeep.engines.body import ledger, read_region
from storykeep.engines.efiction_links import SPURNED, file_of, query_of
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.header import Draft, Hints, titles
from storykeep.model import Block, Link, Outcome, Part, Section
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "efiction"
VERSION = 1

_STEP = lazy(
    r"^\W*(?:(?:next|prev(?:ious)?|back|first|last)\b(?:\s+chapter)?|(?:back|return)\s+to\s.{1,30})\W*$",
    re.IGNORECASE,
)
_BY = frozenset({"by", "von", "par", "por", "di", "от"})
_ENOUGH = 4  # different scripts of eFiction's that a front page links to


def matches(sheet: Sheet) -> bool:
    """True where the address, the title box or most of the links are eFiction's."""
    here = file_of(sheet.url)
    if here in {"viewstory", "viewuser", "reviews", "viewseries"}:
        return True
    scripts = [name for anchor in sheet.anchors if (name := file_of(anchor.url))]
    title = sheet.by_id("pagetitle")  # a forum calls its box so, too
    if title is not None and scripts and not sheet.has_id("post_message_"):
        return True
    named = {"viewstory", "viewuser"} & set(scripts)
    return bool(named) and (here is not None or len(set(scripts)) >= _ENOUGH)


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    links = linking.collect(sheet, efiction_links.classify(sheet))
    script, query = file_of(sheet.url), query_of(sheet.url)
    body = _body(sheet)
    if not body:
        if script != "viewstory" and (named := _reviews_of(sheet)):
            return _plain(sheet, "not_story", f"the page calls itself {named!r}", links)
        if found := _door(sheet):
            return _plain(sheet, found[0], found[1], links)
        if script in SPURNED:
            outcome: Outcome = "login" if outcomes.has_password(sheet) else "not_story"
            return _plain(sheet, outcome, f"{script}.php is not a story", links)
        if script == "viewstory" or _is_contents(sheet):
            return (
                _contents(sheet, links)
                if _is_contents(sheet)
                else _unboxed(sheet, profile, links, query)
            )
        if sheet.url.startswith(whereabouts.STAND_IN):
            part = generic.read(sheet, profile, engine=NAME, version=VERSION)
            if part.outcome == "story":
                return part
        return _plain(
            sheet,
            "index",
            f"{script or 'this page'} lists stories",
            efiction_links.entries(sheet, links),
        )
    return _story(sheet, body, links, query)


def _plain(sheet: Sheet, outcome: Outcome, reason: str, links: tuple[Link, ...]) -> Part:
    sid = query_of(sheet.url).get("sid")
    work = f"sid={sid}" if sid and file_of(sheet.url) == "viewstory" else None
    return settle.plain_part(
        sheet, outcome, reason, engine=NAME, version=VERSION, links=links, work_id=work
    )


def _unboxed(
    sheet: Sheet, profile: Profile | None, links: tuple[Link, ...], query: dict[str, str]
) -> Part:
    """Read a page of eFiction 2, whose skins name no boxes: by the grammar of headers alone."""
    part = generic.read(sheet, profile, engine=NAME, version=VERSION, file_name_titles=False)
    if part.outcome != "story":
        if (told := messages.said(sheet)) is not None:
            return _plain(sheet, told[0], told[1], links)
        return _plain(sheet, "soft_404", "a story's address without a story", links)
    draft = Draft(())
    _position(sheet, draft, query, 1)
    title = _named_by_links(sheet, draft, query)
    found = {name: tuple(known) for name, known in draft.evidence.items()}
    for name in {"title", "authors"} & found.keys():
        found[name] += part.evidence.get(name, ())
    return replace(
        part,
        title=title or part.title,
        authors=tuple(draft.authors) or part.authors,
        work_id=f"sid={query['sid']}" if "sid" in query else None,
        position=draft.position or part.position,
        of=draft.of or part.of,
        chapter_title=draft.chapter_title or part.chapter_title,
        links=_with_canonical(sheet, links, query),
        evidence={**part.evidence, **found},
    )


def _named_by_links(sheet: Sheet, draft: Draft, query: dict[str, str]) -> str | None:
    """Take title and author of a line that is a link to this very story, "by", and one to a user;
    return the title."""
    for story, user in pairwise(sheet.anchors):
        told = (story.element.tail or "").strip().lower() in _BY and story.text and user.text
        own = file_of(story.url) == "viewstory" and query_of(story.url).get("sid") == query.get(
            "sid"
        )
        if told and own and file_of(user.url) == "viewuser":
            raw = f"{story.text} {story.element.tail.strip()} {user.text}"
            draft.found("title", story.text, "markup", raw, place="link")
            draft.add_authors((user.text,), "markup", raw, url=user.url, place="link")
            return story.text
    return None


def _body(sheet: Sheet) -> list[Any]:
    """Return the elements that hold the story: `#story`, or each `.chapter` of the print view."""
    story = sheet.by_id("story")
    if story is not None:
        return [story]
    chapters = [each for each in sheet.by_class("chapter") if each.tag in {"div", "td"}]
    return (
        chapters or [each for each in sheet.by_class("storytext") if each.tag in {"div", "td"}][:1]
    )


def _door(sheet: Sheet) -> tuple[Outcome, str] | None:
    """Read the message box; a page with one is that message and nothing else."""
    boxed = [*sheet.by_class("errormsg"), *sheet.by_class("errortext")]
    text = " ".join(" ".join(each.itertext()) for each in boxed)
    text = " ".join(text.split())
    low = text.lower()
    if not text:
        # A short table of contents asks its readers to log in, too: for their reviews.
        return None if _is_contents(sheet) else outcomes.door(sheet)
    if "validated" in low:
        return "moderated", text
    if re.search(r"age consent|over 1[68]|over 21|adult|ageconsent|warning", low) or _consents(
        boxed
    ):
        return "gate", text
    if re.search(r"registered|log ?in|members only|not authorized|access denied", low):
        return "login", text
    found = next((kind for each in text.split(". ") if (kind := messages.kind_of(each))), None)
    return found or "soft_404", text


def _reviews_of(sheet: Sheet) -> str | None:
    """Return the words by which a page without a story says that it holds readers' reviews."""
    box = sheet.by_id("pagetitle")
    named = " ".join("".join(box.itertext()).split()) if box is not None else ""
    return named if re.match(r"reviews? (?:for|of|by)\b", named, re.IGNORECASE) else None


def _consents(boxed: list[Any]) -> bool:
    return any(
        "ageconsent" in (a.get("href") or "") or "warning=" in (a.get("href") or "")
        for each in boxed
        for a in each.iter("a")
    )


# ---------------------------------------------------------------- a story page


def _story(sheet: Sheet, body: list[Any], links: tuple[Link, ...], query: dict[str, str]) -> Part:
    draft = ledger(sheet)
    draft.label_place = "field"
    title = efiction_boxes.header(sheet, draft, body)
    inside = [sheet.inside(element) for element in body]
    noted = efiction_boxes.notes(
        sheet,
        draft,
        {index for lines in inside for index in lines},
        body[0] if len(body) == 1 else None,
    )
    hints = Hints(frozenset({titles.squash(title or "")}), sheet.site_names, sheet.url, strict=True)
    draft.label_place = "header"
    prose: list[Block] = []
    sections: tuple[Section, ...] = ()
    if len(body) > 1:
        prose, sections = efiction_print.read(sheet, draft, body, hints, noted)
    elif lines := inside[0]:
        begin, stop = lines[0], lines[-1] + 1
        prose = read_region(draft, sheet.blocks, begin, stop, hints, footer=False)
        efiction_boxes.chapter_title(sheet, draft)
    efiction_boxes.rest(draft)
    _position(sheet, draft, query, len(body))
    sid = query.get("sid") or _sid_on_page(sheet)
    told = outcomes.size_of(prose) > 0
    part = settle.to_part(
        draft,
        sheet,
        prose,
        engine=NAME,
        version=VERSION,
        links=_with_canonical(sheet, links, query),
        outcome="story" if told else "soft_404",
        reason="the page has eFiction's story box" if told else "eFiction's story box is empty",
        work_id=f"sid={sid}" if sid else None,
        chapter_id=_chapter_id(sheet) if len(body) == 1 and not _is_print(query) else None,
        file_name_titles=False,
    )
    return replace(part, sections=sections) if len(sections) > 1 else part


def _position(sheet: Sheet, draft: Draft, query: dict[str, str], bodies: int) -> None:
    """Read which chapter this is from the jump list, else from the address; a print view is
    none."""
    options = [
        each
        for each in sheet.root.iter("option")
        if re.match(r"\d+\.\s", " ".join("".join(each.itertext()).split()))
    ]
    chosen = next((each for each in options if each.get("selected") is not None), None)
    named = (
        re.match(r"(\d+)\.\s+(.*)", " ".join("".join(chosen.itertext()).split()))
        if chosen is not None
        else None
    )
    if options:
        draft.of = max(draft.of or 0, len(options))
    if named is not None:
        draft.position, draft.chapter_title = int(named.group(1)), named.group(2) or None
        draft.found("chapter_title", named.group(2), "markup", named.group(), place="jump list")
    elif _is_print(query) and not (query.get("chapter") or "").isdecimal():
        draft.position = None
    elif (query.get("chapter") or "").isdecimal() and int(query["chapter"]) > 0:
        draft.position = int(query["chapter"])
        draft.found("position", query["chapter"], "url", sheet.url, place="address")
    elif (draft.of or 0) == 1 and bodies == 1:
        draft.position = 1


def _chapter_id(sheet: Sheet) -> str | None:
    ids = {query_of(anchor.url).get("chapid") for anchor in sheet.anchors} - {None}
    return f"chapid={ids.pop()}" if len(ids) == 1 else None


def _sid_on_page(sheet: Sheet) -> str | None:
    return next(
        (query_of(a.url).get("sid") for a in sheet.anchors if file_of(a.url) == "viewstory"), None
    )


def _is_print(query: dict[str, str]) -> bool:
    return query.get("action") == "printable"


def _with_canonical(
    sheet: Sheet, links: tuple[Link, ...], query: dict[str, str]
) -> tuple[Link, ...]:
    """The print view names the normal address as its own; links to it are no chapters."""
    if not _is_print(query) or "sid" not in query:
        return links
    split = urls.split(sheet.url)
    wanted = f"sid={query['sid']}"
    if (query.get("chapter") or "").isdecimal():
        wanted += f"&chapter={query['chapter']}"
    address = urls.canonical(urlunsplit(split._replace(query=wanted, fragment="")))
    return (Link(address, "", "canonical"), *(link for link in links if link.url != address))


# ---------------------------------------------------------------- contents and lists


def _is_contents(sheet: Sheet) -> bool:
    stray = sheet.url.startswith(whereabouts.STAND_IN)  # a file that does not say where it was
    if file_of(sheet.url) != "viewstory" and not stray:
        return False
    found = {query_of(anchor.url).get("sid") for anchor in sheet.anchors if _is_chapter(anchor)}
    if stray:
        return len(found) == 1 and efiction_boxes.is_signed(sheet)
    return query_of(sheet.url).get("sid") in found


def _is_chapter(anchor: Anchor) -> bool:
    query = query_of(anchor.url)
    return (
        "chapter" in query
        and "action" not in query  # the print view of this very chapter
        and not {"ageconsent", "warning"} & query.keys()
        and not _STEP.match(anchor.text)  # a chapter leads on to the next one, too
    )


def _contents(sheet: Sheet, links: tuple[Link, ...]) -> Part:
    """A table of contents says everything about the story but its text."""
    draft = ledger(sheet)
    draft.label_place = "field"
    efiction_boxes.header(sheet, draft)
    efiction_boxes.notes(sheet, draft, set())
    efiction_boxes.rest(draft)
    sid = query_of(sheet.url).get("sid") or _sid_on_page(sheet)
    part = settle.to_part(
        draft,
        sheet,
        (),
        engine=NAME,
        version=VERSION,
        outcome="index",
        reason="the table of contents of one story",
        links=links,
        work_id=f"sid={sid}" if sid else None,
        file_name_titles=False,
    )
    return replace(part, position=None)
