"""eFiction 2 and 3: viewstory.php with a boxed header, chapters by number, and many pages that are
no story.

`#infoblock` label spans are statistics of the site. The print view repeats the whole story: it is
the same text as the normal address, which its canonical link names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlunsplit

from storykeep import urls
from storykeep.engines import boxes, generic, linking, outcomes, settle, whereabouts
from storykeep.engines.body import ledger, read_region
from storykeep.engines.dom import flat
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.header import Draft, Hints, Line, byline, titles
from storykeep.header.draft import Place
from storykeep.header.labels import field_of, read_label
from storykeep.header.lines import with_text
from storykeep.model import Block, Link, LinkKind, Outcome, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "efiction"
VERSION = 1

_FILES = lazy(
    r"/(viewstory|viewuser|reviews|browse|titles|authors|categories|user|member|"
    r"viewseries|series|challenges|search|contact|report|admin|news|featured|"
    r"toplists|favorites|rss|stories|characters|recommendations|betasearch|help|"
    r"rules|tos|submission|members)\.php$",
    re.IGNORECASE,
)
_LISTS = frozenset(
    {
        "browse",
        "titles",
        "authors",
        "categories",
        "viewuser",
        "viewseries",
        "series",
        "toplists",
        "featured",
        "challenges",
        "characters",
        "stories",
        "recommendations",
        "members",
    }
)
_SPURNED = frozenset(
    {
        "reviews",
        "user",
        "member",
        "report",
        "contact",
        "admin",
        "favorites",
        "search",
        "rss",
        "betasearch",
        "news",
    }
)
_STEP = lazy(r"^\W*(?:next|prev(?:ious)?|back|first|last)\b(?:\s+chapter)?\W*$", re.IGNORECASE)
_HEADINGS = 12  # headings and quotations that are looked at: a page nests as many as it likes
_HEADS = frozenset({"b", "strong", "h2", "h3", "h4"})
_NOTED = lazy(r"(?:(?:story|chapter|author'?s?)\s+)*(?:end\s+)?(?:summary|notes?)$", re.IGNORECASE)
_ENOUGH = 4  # different scripts of eFiction's that a front page links to
_FIELDS = {
    "rated": "rating",
    "categories": "category",
    "category": "category",
    "characters": "character",
    "genres": "genre",
    "genre": "genre",
    "warnings": "warning",
    "pairings": "pairing",
    "pairing": "pairing",
    "summary": "summary",
    "published": "published",
    "updated": "updated",
    "word count": "words",
    "completed": "status",
    "language": "language",
    "type": "category",
    "relationships": "pairing",
}


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


def file_of(url: str) -> str | None:
    """Return which of eFiction's scripts an address names, else None."""
    if ".php" not in url.lower():
        return None
    found = _FILES.search(urls.split(url).path)
    return found.group(1).lower() if found else None


def query_of(url: str) -> dict[str, str]:
    """Return the first value of each query parameter."""
    return {
        name: values[0]
        for name, values in parse_qs(urls.split(url).query, keep_blank_values=True).items()
    }


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    links = linking.collect(sheet, _classify(sheet))
    script, query = file_of(sheet.url), query_of(sheet.url)
    body = _body(sheet)
    if not body:
        if script != "viewstory" and (named := _reviews_of(sheet)):
            return _plain(sheet, "not_story", f"the page calls itself {named!r}", links)
        if found := _door(sheet):
            return _plain(sheet, found[0], found[1], links)
        if script in _SPURNED:
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
            sheet, "index", f"{script or 'this page'} lists stories", _entries(sheet, links)
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
        return _plain(sheet, "soft_404", "a story's address without a story", links)
    draft = Draft(())
    _position(sheet, draft, query, 1)
    found = {name: tuple(known) for name, known in draft.evidence.items()}
    return replace(
        part,
        work_id=f"sid={query['sid']}" if "sid" in query else None,
        position=draft.position or part.position,
        of=draft.of or part.of,
        chapter_title=draft.chapter_title or part.chapter_title,
        links=_with_canonical(sheet, links, query),
        evidence={**part.evidence, **found},
    )


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
        return outcomes.door(sheet)
    if "validated" in low:
        return "moderated", text
    if re.search(r"age consent|over 1[68]|over 21|adult|ageconsent|warning", low) or _consents(
        boxed
    ):
        return "gate", text
    if re.search(r"registered|log ?in|members only|not authorized|access denied", low):
        return "login", text
    return "soft_404", text


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
    title = _header(sheet, draft)
    inside = [sheet.inside(element) for element in body]
    _notes(sheet, draft, {index for lines in inside for index in lines})
    prose: list[Block] = []
    hints = Hints(frozenset({titles.squash(title or "")}), sheet.site_names, sheet.url, strict=True)
    draft.label_place = "header"
    for lines in inside:
        prose += _region(sheet, draft, lines, hints, first=not prose)
    _rest(draft)
    _position(sheet, draft, query, len(body))
    sid = query.get("sid") or _sid_on_page(sheet)
    told = outcomes.size_of(prose) > 0
    return settle.to_part(
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


def _region(
    sheet: Sheet, draft: Draft, lines: list[int], hints: Hints, *, first: bool
) -> list[Block]:
    """Return the prose of one body element; further chapters of a print view begin with a break."""
    if not lines:
        return []
    start, stop = lines[0], lines[-1] + 1
    prose = read_region(draft, sheet.blocks, start, stop, hints, footer=False)
    if not first and prose:
        prose.insert(0, Block("break", "* * *", value="rule"))
    return prose


def _header(sheet: Sheet, draft: Draft) -> str | None:
    """Read the title box and the information boxes; return the title."""
    title = None
    box = _title_box(sheet)
    if box is not None:
        title = _read_title_box(sheet, draft, box)
        if title is not None or draft.authors:
            for index in sheet.inside(box):
                draft.put(index, "field")
    for info in [*sheet.by_class("infobox"), *sheet.by_class("listbox")]:
        if info.get("id") == "infoblock":
            continue
        soup = boxes.soup_of(info)
        if soup is None:
            continue
        pairs = boxes.label_pairs(soup, ".label") or boxes.label_pairs(soup, "b, strong")
        boxes.take_pairs(draft, pairs, rename=_field)
        for index in sheet.inside(info) if pairs else ():
            draft.put(index, "field")
    _chapters_stated(draft)
    return title


def _field(typed: str) -> str | None:
    """Return the field of a label in eFiction's box; sites add a disclaimer of their own making."""
    known = _FIELDS.get(typed.lower().strip(" :"))
    return known or ("disclaimer" if field_of(typed) == "disclaimer" else None)


def _title_box(sheet: Sheet) -> Any | None:
    """Return the `#pagetitle` that names the author: some skins have two of them."""
    boxed = sheet.root.xpath("//*[@id='pagetitle']")
    named = [
        each
        for each in boxed
        if any(
            file_of(urls.join(sheet.base_url, a.get("href") or "") or "") == "viewuser"
            for a in each.iter("a")
        )
    ]
    return (named or boxed or [_title_heading(sheet)])[0]


def _title_heading(sheet: Sheet) -> Any | None:
    """Return the heading that links to story and author, where a skin has no `#pagetitle`."""
    for heading in islice(sheet.root.iter("h1", "h2", "h3"), _HEADINGS):
        leads = {
            file_of(urls.join(sheet.base_url, a.get("href") or "") or "") for a in heading.iter("a")
        }
        if {"viewstory", "viewuser"} <= leads:
            return heading
    return None


def _read_title_box(sheet: Sheet, draft: Draft, box: Any) -> str | None:
    title: str | None = None
    names: list[str] = []
    first_url: str | None = None
    for anchor in box.iter("a"):
        address = urls.join(sheet.base_url, anchor.get("href") or "")
        text = " ".join("".join(anchor.itertext()).split())
        if address is None or not text:
            continue
        if file_of(address) == "viewuser" and "action=" not in address:
            names.append(text)
            first_url = first_url or address
        elif file_of(address) == "viewstory" and title is None:
            title = text
    flat = " ".join("".join(box.itertext()).split())
    if (
        title is None
        and names
        and (matched := re.match(rf"(.+?)\s+by\s+{re.escape(names[0])}", flat))
    ):
        title = matched.group(1)
    elif title is None and (titled := byline.read_titled(flat, loose=True)):
        title, found = titled
        names = names or list(found)
    if title:
        draft.found("title", title, "markup", flat, place="#pagetitle", confidence=1.0)
    draft.add_authors(
        tuple(dict.fromkeys(names)),
        "markup",
        flat,
        url=first_url,
        place="#pagetitle",
        confidence=1.0,
    )
    return title


def _chapters_stated(draft: Draft) -> None:
    stated = draft.fields.get("Chapters")
    if stated and (found := re.match(r"\d+", stated)):
        draft.of = int(found.group())


def _notes(sheet: Sheet, draft: Draft, body: set[int]) -> None:
    """Read Story Notes, Author's Chapter Notes and Chapter End Notes."""
    quotes = islice(sheet.root.iter("blockquote"), _HEADINGS)
    quoted = [each for each in quotes if _names_a_note(each)]
    for box in sheet.by_class("notes") or quoted:
        lines = [index for index in sheet.inside(box) if index not in body]
        texts = [(index, sheet.lines[index]) for index in lines if not sheet.lines[index].blank]
        if not texts:
            continue
        titled = [
            " ".join("".join(each.itertext()).split()).rstrip(" :")
            for each in box.xpath(".//*[contains(@class, 'label') or contains(@class, 'title')]")
        ] or [_names_a_note(box)]
        label = titled[0] if titled and titled[0] else "Notes"
        place: Place = "tail" if "end" in label.lower() else "head"
        rest = [
            (index, _unlabelled(line, label))
            for index, line in texts
            if line.bare.rstrip(" :") != label
        ]
        for index, _ in texts:
            draft.put(index, "note")
        boxes.take_note(draft, label, rest, place)


def _names_a_note(box: Any) -> str:
    """Return what a skin's blockquote calls the note in it: "Story Summary"; "" for any other."""
    head = next(iter(box), None)
    if head is None or head.tag not in _HEADS or (box.text or "").strip():
        return ""
    text = flat(head).rstrip(" :")
    return text if _NOTED.match(text) else ""


def _unlabelled(line: Line, label: str) -> Line:
    """Return a line of a note without the note's own label before it."""
    if not line.bare.startswith(f"{label}:"):
        return line
    return with_text(line, line.bare[len(label) + 1 :].strip())


def _rest(draft: Draft) -> None:
    """What no box and no body has is the site's: its disclaimer is template text, the rest is
    chrome."""
    for index, line in enumerate(draft.lines):
        if draft.bins[index] or line.blank:
            continue
        label = read_label(line.text)
        if label is not None and label.name == "disclaimer" and label.value:
            draft.add_disclaimer(
                label.value, label.typed, "template", line.bare, method="site_template"
            )
            draft.put(index, "disclaimer")
        else:
            draft.put(index, "chrome")


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
    query = query_of(sheet.url)
    if file_of(sheet.url) != "viewstory":
        return False
    chapters = [
        a
        for a in sheet.anchors
        if query_of(a.url).get("sid") == query.get("sid")
        and "chapter" in query_of(a.url)
        and not _STEP.match(a.text)  # a chapter leads on to the next one, too
    ]
    return bool(chapters)


def _contents(sheet: Sheet, links: tuple[Link, ...]) -> Part:
    """A table of contents says everything about the story but its text."""
    draft = ledger(sheet)
    draft.label_place = "field"
    _header(sheet, draft)
    _notes(sheet, draft, set())
    _rest(draft)
    sid = query_of(sheet.url).get("sid")
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


def _entries(sheet: Sheet, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Give each listed story its title and author: the viewuser link behind it on its line."""
    found: dict[str, tuple[str, str | None]] = {}
    pending: str | None = None
    for anchor in sheet.anchors:
        script, query = file_of(anchor.url), query_of(anchor.url)
        if script == "viewstory" and set(query) <= {"sid", "i"} and anchor.text:
            known = found.get(anchor.url)
            found[anchor.url] = known or (anchor.text, None)
            pending = anchor.url
        elif script == "viewuser" and pending is not None and "action" not in query:
            title, author = found[pending]
            if author is None and anchor.text:
                found[pending] = (title, anchor.text)
        elif script in {"reviews", "browse"}:
            pending = None
    return linking.with_entries(links, found)


def _classify(sheet: Sheet) -> linking.Classify:
    here = query_of(sheet.url)

    def classify(anchor: Anchor) -> LinkKind | None:
        script, query = file_of(anchor.url), query_of(anchor.url)
        if script in _SPURNED or query.get("action") in {"contact", "login", "favadd", "add"}:
            return "ignore"
        if script is None:
            return None
        if any(
            name in query for name in ("sort", "sortorder", "let_sort", "ratingid", "completed")
        ):
            return "ignore"
        if script == "viewstory":
            return _story_link(query, here)
        if script == "browse" and "catid" in query and file_of(sheet.url) == "viewstory":
            return "ignore"  # the same stories as on every other list, once for each story in it
        return "index" if script in _LISTS else None

    return classify


def _story_link(query: dict[str, str], here: dict[str, str]) -> LinkKind:
    if query.get("action") == "printable":
        return "alias"
    if "ageconsent" in query or "warning" in query:
        return "ignore"
    if "index" in query:
        return "index"
    if "chapter" in query and query.get("sid") == here.get("sid"):
        return "chapter"
    return "link"
