"""FanFiction.Net and FictionPress: one chapter a page, and one grey line of metadata in which the
language, the genres and the characters have no labels.

No word on a story's status is not "in progress". A missing story answers 200 and says so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from storykeep import urls
from storykeep.engines import generic, linking, repeated, settle
from storykeep.engines.body import ledger, read_region
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.header import Draft, Hints, dates, titles
from storykeep.header.values import language_code, read_status
from storykeep.model import Block, Date, LinkKind, Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "ffnet"
VERSION = 1

_NO_LIST = lazy(r"/(?:u|s|r|pm|report)/|$")
_STORY = lazy(r"^/s/(?P<story>\d+)(?:/(?P<chapter>\d+))?")
_USER = lazy(r"^/(?:u/\d+|~\w+)")
_GENRES = frozenset(
    """adventure angst crime drama family fantasy friendship general hurt comfort hurt/comfort humor
    horror mystery parody poetry romance sci-fi spiritual supernatural suspense tragedy western
    biography essay manga mythology play song thriller historical""".split()  # noqa: SIM905
)
_PAIR = lazy(
    r"^(?P<name>Rated|Chapters|Words|Reviews|Favs|Follows|Updated|Published|Status|id):?\s*(?P<value>.*)$",
    re.IGNORECASE | re.DOTALL,
)
# Of one page: Stuck! Chapter 1: A Scowl, a Stargate: Atlantis fanfic - FanFiction.Net.
_TITLE_TAG = lazy(
    r"^(?P<title>.+?)(?:,?\s+Chapter (?P<number>\d+)(?::\s*(?:\d+:\s*)?(?P<chapter>.+?))?)?"
    r",\s+an?\s+(?P<fandom>.+?)\s+fan\s?fic(?:tion)?\s+[-|]\s+Fan\s?Fiction",
    re.IGNORECASE,
)
_ROWS = frozenset({"z-list", "brb"})  # of a list, on desktop and mobile pages
_SITE = lazy(r"https?://(?:\w+\.)?(?:fanfiction\.net|fictionpress\.com)/", re.IGNORECASE)
_COUNT = lazy(r"\d|\b(?:chapter|part)\b", re.IGNORECASE)  # what "Prologue" has not
_UNNAMED = lazy(r"(?:Chapter )?\d+", re.IGNORECASE)  # as the site calls what its author did not
_FEW = 3
_WARNED = 300  # characters
_MISSING = lazy(r"^(?:Story|Chapter) not found|is unavailable for reading", re.IGNORECASE)
# What the mobile page says in one row: "Rated: T, English, Drama & Humor, Ada M., Words: 2k+".
_MOBILE = lazy(r"\bRated:\s*(?P<words>.{1,1000}?)(?=,?\s*(?:Published|Updated):|$)", re.DOTALL)
_MOBILE_CHAPTER = lazy(r"(?:^|\s)Chapter (?P<number>\d+)(?::\s*(?P<title>\S.{0,200}?))?\s*$")
_MOBILE_COUNT = lazy(r"\bCh\s+\d+\s+of\s+(?P<of>\d+)\b")
_COMMA = lazy(r",\s+(?![^\[\]]*\])")  # but not those within brackets
_TITLE = 400  # characters: a longer title tag was never closed
_GREY = lazy(r"^\W*(?:Fiction\s+)?Rated:\s.{1,600}", re.IGNORECASE)
_SPURNED = lazy(r"^/(?:r|reviews|pm2?|report|login|signup|account|community|topic)\b|/eye/")


def matches(sheet: Sheet) -> bool:
    """True where the page has the site's story box, or an author's list of its stories."""
    if sheet.root is None:
        return False
    if sheet.by_class("story-left"):
        return False  # fanfiktion.de calls its box so, too
    if _box(sheet) is None:
        return _profile_entries(sheet) > 0 or _refusal(sheet) != ""
    return (
        sheet.by_id("profile_top") is not None
        or _STORY.match(urls.split(sheet.url).path) is not None
        or (any(_USER.match(urls.split(anchor.url).path) for anchor in sheet.anchors))
    )


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    box = _box(sheet)
    if box is None:
        if entries := _profile_entries(sheet):
            return settle.plain_part(
                sheet,
                "index",
                f"a page that lists {entries} stories",
                engine=NAME,
                version=VERSION,
                links=linking.collect(sheet, _classify),
            )
        if refusal := _refusal(sheet):
            return settle.plain_part(sheet, "soft_404", refusal, engine=NAME, version=VERSION)
        return generic.read(sheet, profile, engine=NAME, version=VERSION)
    draft = ledger(sheet)
    held = set(sheet.inside(box))
    title = _top(sheet, draft, held) or _old_top(sheet, draft, held)
    _mobile_top(sheet, draft, held)
    _position(sheet, draft)
    _fandom(sheet, draft, held)
    hints = Hints(frozenset({titles.squash(title or "")}), sheet.site_names, sheet.url, strict=True)
    hints = replace(hints, chapters=_chapter_names(draft))
    lines = sorted(held)
    prose: list[Block] = []
    if lines:
        begin = repeated.begin(draft, lines, title or "", hints)
        prose = read_region(draft, sheet.blocks, begin, lines[-1] + 1, hints, footer=False)
        _name_chapter(draft)
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
    return settle.to_part(
        draft,
        sheet,
        prose,
        engine=NAME,
        version=VERSION,
        links=linking.collect(sheet, _classify),
        reason="the page has the site's story box",
        work_id=_work(sheet, draft),
        chapter_id=f"chapter={draft.position}" if draft.position else None,
        file_name_titles=False,
    )


def _refusal(sheet: Sheet) -> str:
    """Return what the site's warning says where it stands for a story that is not there."""
    for panel in sheet.by_class("gui_warning"):
        said = " ".join(" ".join(panel.itertext()).split())
        if len(said) < _WARNED and _MISSING.search(said):
            return f"the site says {said!r}"
    return ""


def _profile_entries(sheet: Sheet) -> int:
    """Return how many different stories an author's page, or one of many authors, lists; 0 where
    it is none."""
    if not (_USER.match(urls.split(sheet.url).path) or _is_list(sheet)):
        return 0
    paths = (urls.split(anchor.url).path for anchor in sheet.anchors)
    return len({found["story"] for path in paths if (found := _STORY.match(path))})


def _is_list(sheet: Sheet) -> bool:
    """True where stories and their authors alternate in the site's own rows."""
    if not sheet.has_class(_ROWS):
        return False
    paths = [urls.split(each.url).path for each in sheet.anchors if _SITE.match(each.url)]
    stories = {found["story"] for path in paths if (found := _STORY.match(path))}
    return len(stories) >= _FEW and sum(bool(_USER.match(path)) for path in paths) >= _FEW


def _name_chapter(draft: Draft) -> None:
    """Take the chapter's title out of its text where the site's list has but "Chapter 3"."""
    if draft.chapter_title and _UNNAMED.fullmatch(draft.chapter_title) is None:
        return
    found = draft.evidence.get("chapter_title", [])
    rows = [each for each in draft.evidence.get("position", ()) if not _COUNT.search(each.raw)]
    typed = next(
        (each for each in [*found, *rows] if each.method == "position" and each.value), None
    )
    if typed is not None and not _UNNAMED.fullmatch(typed.value or ""):
        draft.chapter_title = typed.value
        draft.evidence["chapter_title"] = [typed, *(each for each in found if each is not typed)]


def _chapter_names(draft: Draft) -> frozenset[str]:
    """Return how the chapter's title may be repeated in the text: with its number, and without."""
    name = titles.squash(draft.chapter_title or "")
    found = {name, f"{draft.position}{name}", f"chapter{draft.position}{name}"}
    return frozenset(each for each in found if len(each) > 3)


def _box(sheet: Sheet) -> Any | None:
    found = sheet.by_id("storytext")
    return found if found is not None else sheet.by_id("storycontent")


def _classify(anchor: Anchor) -> LinkKind | None:
    path = urls.split(anchor.url).path
    if _SPURNED.search(path):
        return "ignore"
    found = _STORY.match(path)
    return "chapter" if found and found["chapter"] else None


def _work(sheet: Sheet, draft: Draft) -> str | None:
    here = [
        sheet.url,
        *(
            each.get("href") or ""
            for each in sheet.root.iter("link")
            if each.get("rel") == "canonical"
        ),
    ]
    found = next((match for url in here if (match := _STORY.match(urls.split(url).path))), None)
    number = found["story"] if found else draft.fields.get("id", "")
    return f"s/{number}" if number.isdecimal() else None


def _flat(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


# ---------------------------------------------------------------- title, author, metadata


def _top(sheet: Sheet, draft: Draft, held: set[int]) -> str | None:
    """Read the box above the story, whatever this year's page calls it; return the title."""
    names = (a for a in sheet.anchors if _USER.match(urls.split(a.url).path) and a.text)
    author = next(names, None)
    top = _top_box(sheet, author)
    if top is None:
        return None
    bold = next((each for each in top.iter("b", "strong") if _flat(each)), None)
    title = _flat(bold) if bold is not None else None
    if title:
        draft.found("title", title, "markup", title, place="#profile_top", confidence=1.0)
    if author is not None:
        draft.add_authors((author.text,), "markup", f"By: {author.text}", url=author.url,
                          place="#profile_top", confidence=1.0)  # fmt: skip
    grey = next(
        (each for each in _inner(top) if re.match(r"\s*(?:Rated|Fiction)\b", _flat(each))), None
    )
    if grey is not None:
        _grey(draft, grey)
    summary = next(
        (
            each
            for each in _inner(top)
            if each.tag == "div" and each is not grey and _own(each, grey)
        ),
        None,
    )
    if summary is not None:
        draft.summary = _flat(summary)
        draft.found("summary", draft.summary, "markup", draft.summary, place="#profile_top")
    for index in sheet.inside(top):
        if index not in held:
            line = draft.lines[index]
            draft.found("fields", None, "markup", line.bare, place="#profile_top")
            draft.put(index, "field")
    return title


def _old_top(sheet: Sheet, draft: Draft, held: set[int]) -> str | None:
    """Read what pages of before 2011 say in rows of their own; return the title.

    The trail of links above ends in it, the title tag begins with it, and the grey line has
    nothing around it.
    """
    trail = next((each for each in sheet.root.iter("b") if _ends_trail(each)), None)
    title = _flat(trail) if trail is not None else None
    tag = _TITLE_TAG.match(sheet.title_tag[:_TITLE])
    if tag is not None:
        title = title or tag["title"]
        draft.add_tag("fandom", tag["fandom"][:1].upper() + tag["fandom"][1:])
        draft.found("tags", tag["fandom"], "title_tag", sheet.title_tag, place="title")
        if tag["chapter"]:
            draft.chapter_title = tag["chapter"]
    if title:
        draft.found("title", title, "markup", title, place="trail of links", confidence=1.0)
    for index, line in enumerate(draft.lines):
        if index in held or draft.bins[index] or "ated:" not in line.text[:40]:
            continue
        if grey := _GREY.match(line.bare):
            _grey_words(draft, re.sub(r"\bid:\s*(\d+).*", r"id: \1", grey.group()))
            draft.found("fields", None, "markup", line.bare, place="grey line")
            draft.put(index, "field")
            break
    return title


def _mobile_top(sheet: Sheet, draft: Draft, held: set[int]) -> None:
    """Read the rows above the text of a mobile page: what the grey line says elsewhere, with
    commas, and the chapter."""
    if draft.tags or sheet.by_id("storycontent") is None:
        return
    content = sheet.by_id("content")
    if content is None:
        return
    for index in sheet.inside(content):
        line = draft.lines[index]
        if index in held:
            continue
        if rated := _MOBILE.search(line.text):
            _comma_words(draft, rated["words"])
            stamps = [each.get("data-xutime") or "" for each in content.iter("span")]
            _stamp(draft, line.text, [each for each in stamps if each.isdecimal()])
            draft.found("fields", None, "markup", line.bare, place="grey line")
            draft.put(index, "field")
        if chapter := _MOBILE_CHAPTER.search(line.text):
            draft.position, draft.chapter_title = int(chapter["number"]), chapter["title"]
            draft.found("chapter_title", chapter["title"], "markup", line.bare, place="grey line")
            draft.put(index, "field")
    counts = (_MOBILE_COUNT.search(line.text) for line in draft.lines)
    draft.of = draft.of or next((int(found["of"]) for found in counts if found), None)


def _comma_words(draft: Draft, text: str) -> None:
    """Read "T, English, Drama & Humor, [Ada M., Jo K.] Bo L., Words: 2k+" as a grey line."""
    pieces = [" ".join(piece.split()) for piece in _COMMA.split(text)]
    named = [piece for piece in pieces[1:] if _PAIR.match(piece)]
    loose = [piece for piece in pieces[1:] if piece and piece not in named]
    if len(loose) > 1 and all(each.lower() in _GENRES for each in loose[1].split(" & ")):
        loose[1] = loose[1].replace(" & ", "/")
        loose = [*loose[:2], ", ".join(loose[2:])]
    else:
        loose = [*loose[:1], ", ".join(loose[1:])]
    _grey_words(draft, " - ".join([f"Rated: {pieces[0]}", *filter(None, loose), *named]))


def _ends_trail(bold: Any) -> bool:
    """True for bold words right behind "»" and a link."""
    before = bold.getprevious()
    return before is not None and before.tag == "a" and (before.tail or "").strip() == "»"


def _top_box(sheet: Sheet, author: Anchor | None) -> Any | None:
    found = sheet.by_id("profile_top")
    if found is not None or author is None:
        return found
    box = author.element.getparent()
    while box is not None and box.tag not in {"td", "div", "body"}:
        box = box.getparent()
    return box if box is not None and box.tag != "body" else None


def _inner(top: Any) -> list[Any]:
    return [each for each in top.iter("div", "span") if each is not top and _flat(each)]


def _own(box: Any, grey: Any) -> bool:
    """True for a box of text that neither holds the grey line nor is only a button."""
    return len(_flat(box)) > 1 and (grey is None or grey not in list(box.iter()))


def _grey(draft: Draft, grey: Any) -> None:
    """Read the grey line's words, and the dates that it gives to the second."""
    flat = _flat(grey)
    _grey_words(draft, flat)
    stamps = [each.get("data-xutime") for each in grey.iter("span") if each.get("data-xutime")]
    _stamp(draft, flat, [each for each in stamps if each.lstrip("-").isdecimal()])


def _grey_words(draft: Draft, flat: str) -> None:
    """Read " - "-separated metadata: labelled pieces, and what has no label by its place."""
    loose: list[str] = []
    for piece in re.split(r"\s+-\s+", flat):
        found = _PAIR.match(piece.removeprefix("Fiction "))
        if found is None and piece.strip() == "Complete":
            draft.status = "complete"
            continue
        if found is None:
            loose.append(piece.strip())
            continue
        _pair(draft, found["name"].capitalize(), " ".join(found["value"].split()))
    if loose:
        draft.language = language_code(loose[0])
        draft.found("language", draft.language, "position", loose.pop(0), place="grey line")
    if loose and all(each.lower() in _GENRES for each in re.split(r"/(?!Comfort)", loose[0])):
        for each in re.split(r"/(?!Comfort)", loose[0]):
            draft.add_tag("genre", each)
        draft.found("tags", loose[0], "position", loose.pop(0), place="grey line")
    for piece in loose:
        for group in re.findall(r"\[([^\]]+)\]", piece):
            draft.add_tag("pairing", group)
        for name in re.split(r",\s*|\s+&\s+|\]\s*|\[", piece):
            draft.add_tag("character", name)
        draft.found("tags", piece, "position", piece, place="grey line")


def _pair(draft: Draft, name: str, value: str) -> None:
    draft.found("fields", value or None, "label", f"{name}: {value}", place="grey line")
    if name == "Rated":
        draft.add_tag("rating", value.removeprefix("Fiction").strip())
        draft.found("tags", value, "label", f"Rated: {value}", place="grey line")
    elif name == "Words" and value.replace(",", "").isdecimal():
        draft.words_stated = int(value.replace(",", ""))
    elif name == "Status":
        draft.status = read_status(value)
    elif name == "Published":
        draft.published = dates.read_date(value, day_first=False)
    elif name == "Updated":
        draft.updated = dates.read_date(value, day_first=False)
    else:
        if name == "Chapters" and value.isdecimal():
            draft.of = int(value)
        draft.add_field("id" if name == "Id" else name, value)


def _stamp(draft: Draft, flat: str, stamps: list[str]) -> None:
    """Take the dates that the page gives to the second, in the order of their labels."""
    order = re.findall(r"\b(Updated|Published):", flat)
    for name, stamp in zip(order, stamps, strict=False):
        if not 0 < int(stamp) < 4_000_000_000:
            continue
        date = Date(datetime.fromtimestamp(int(stamp), UTC).date().isoformat(), stamp)
        if name == "Updated":
            draft.updated = date
        else:
            draft.published = date
        draft.found(name.lower(), date.value, "markup", stamp, place="data-xutime")


def _position(sheet: Sheet, draft: Draft) -> None:
    """Read the chapter from the jump list, else from the address."""
    jump = sheet.root.xpath("//select[@id='chap_select']") or sheet.root.xpath(
        "//select[translate(@name, 'C', 'c')='chapter']"
    )
    options = list(jump[0].iter("option")) if jump else []
    chosen = next((each for each in options if each.get("selected") is not None), None)
    draft.of = len(options) or draft.of
    if chosen is not None:
        named = re.match(r"(\d+)\.\s*(.*)", " ".join((chosen.text or "").split()))
        if named is not None:
            draft.position, draft.chapter_title = int(named.group(1)), named.group(2) or None
            draft.found("chapter_title", named.group(2), "markup", named.group(), place="jump list")
            return
    here = _STORY.match(urls.split(sheet.url).path)
    if here is not None and here["chapter"]:
        draft.position = int(here["chapter"])
        draft.found("position", here["chapter"], "url", sheet.url, place="address")
    elif not options and draft.position is None and (draft.of or 1) == 1:
        draft.position = 1


def _fandom(sheet: Sheet, draft: Draft, held: set[int]) -> None:
    """Read the fandom: the last of the links that lead from the front page to the story.

    A crossover has one link, with the names of both. A mobile page has no box around them.
    """
    trail = sheet.by_id("pre_story_links")
    if trail is None and sheet.by_id("storycontent") is not None:
        trail = sheet.by_id("content")
    if trail is None:
        return
    box, links = _box(sheet), []
    for each in trail.iter("a", "div"):
        if each is box:
            break
        if each.tag == "a" and _leads(each):
            links.append(each)
    if not links:
        return
    last = _flat(links[-1])
    names = [last] if len(links) > 1 else []
    if "_Crossovers/" in (links[-1].get("href") or "") and last.endswith(" Crossover"):
        names = last.removesuffix(" Crossover").split(" + ")
    for name in names:
        draft.add_tag("fandom", name)
        draft.found("tags", name, "markup", last, place=f"#{trail.get('id')}")


def _leads(anchor: Any) -> bool:
    """True for a link to what a fandom's stories are listed under: no author, story or review."""
    path = urls.split(anchor.get("href") or "").path
    return _flat(anchor) != "" and not _NO_LIST.match(path)
