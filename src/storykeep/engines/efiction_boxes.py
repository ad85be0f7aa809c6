"""What the boxes around a story say in eFiction: title and author, facts, notes and the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import boxes
from storykeep.engines.dom import classes, flat
from storykeep.engines.efiction_links import file_of
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Line, byline
from storykeep.header.draft import Place
from storykeep.header.labels import field_of, read_label
from storykeep.header.lines import with_text
from storykeep.patterns import lazy

_ANCHORS, _SMALL = 60, 3  # links from the top, and elements above one, in which a title stands
_TITLE_LINE = 220  # characters
_SIGNED = lazy(r"\w.*\s(?:by|di|von|par|por|de)$", re.IGNORECASE)
_HEADINGS = 12  # headings and quotations that are looked at: a page nests as many as it likes
_HEADS = frozenset({"b", "strong", "h2", "h3", "h4"})
_NOTED = lazy(
    r"(?:(?:story|chapter|author'?s?)\s+)*(?:end\s+)?(?:summary|notes?)$|"
    r"(?:(?:story|kapitel|autoren)[ -]?)?(?:end|abschluss)?(?:be|an)merkung(?:en)?$|"
    r"not(?:es?|as?)\s+(?:fin(?:al(?:es?|i)?)?$|(?:de|du|des|del|della|alla|al|d['’]|dell['’])\b.{1,20}$)",
    re.IGNORECASE,
)
_ENDS = lazy(r"\bend\b|abschluss|\bendbe|\benda|\bfin(?:al(?:es?|i)?)?\b", re.IGNORECASE)
_NO_FACTS = frozenset({"notes", "chapter", "chaptertitle"})
_DEEP = 8  # boxes within one another, around a story
_SAID = frozenset({
    "summary", "rating", "category", "character", "genre", "warning", "pairing", "disclaimer",
    "fandom",
})  # fmt: skip
_REVIEWS = lazy(r"\s*\[[^\[\]]{0,40}? - \d+ ?\]")  # "PG-13 [Reviews - 3]"
_BOLD = ".label, b:not(.label *), strong:not(.label *)"
_MANY = 3  # bold labels beside others
_NUMBERED = lazy(r"(?:chapter\s+)?\d{1,3}\s*[:.)–—-]\s*(?P<title>\S.{1,120})$", re.IGNORECASE)
_COUNTED = lazy(r"(?:chapter|part)\s+\d+\s*$", re.IGNORECASE)  # no title, but a number
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
    "eingestuft": "rating",
    "veröffentlicht": "published",
    "aktualisiert": "updated",
    "wörter": "words",
    "abgeschlossen": "status",
}


def header(sheet: Sheet, draft: Draft, body: Sequence[Any] = ()) -> str | None:
    """Read the title box and the information boxes; return the title.

    *body* has the elements of the story's text.
    """
    title = None
    box = _title_box(sheet)
    if box is not None:
        title = _read_title_box(sheet, draft, box)
        if title is not None or draft.authors:
            for index in sheet.inside(box):
                draft.found("fields", draft.lines[index].bare, "markup", place="title box")
                draft.put(index, "field")
    for info in _information(sheet, box, body):
        if info.get("id") == "infoblock":
            continue
        soup = boxes.soup_of(info)
        if soup is None:
            continue
        pairs = _pairs(soup)
        boxes.take_pairs(
            draft, [(typed, _REVIEWS.sub("", value)) for typed, value in pairs], rename=_field
        )
        for index in sheet.inside(info) if pairs else ():
            draft.put(index, "field")
    _summary_box(sheet, draft)
    _chapters_stated(draft)
    return title


def _pairs(soup: Any) -> list[tuple[str, str]]:
    """Return the labels of a box with what they say; some skins set a few of them in bold type."""
    bold = sum(1 for each in soup.select(_BOLD) if each.get_text().strip().endswith(":"))
    labels = len(soup.select(".label"))
    if labels and bold < labels + _MANY:
        return boxes.label_pairs(soup, ".label")
    return boxes.label_pairs(soup, _BOLD if labels else "b, strong")


def _information(sheet: Sheet, title_box: Any | None, body: Sequence[Any]) -> list[Any]:
    """Return the boxes of facts; a skin without any has them in a `.content` below the title."""
    found = [*sheet.by_class("infobox"), *sheet.by_class("listbox")]
    if not found and title_box is not None:
        found = [each for each in title_box.itersiblings("div") if "content" in classes(each)]
    around = {above for each in body for above in each.iterancestors()} if found else set()
    return [piece for box in found for piece in (_above(box, around) if box in around else [box])]


def _above(box: Any, around: set[Any]) -> list[Any]:
    """Return what stands above the story in a box that a skin never closes.

    *around* has every element in which the story stands.
    """
    found: list[Any] = []
    for _ in range(_DEEP):
        inner = None
        for each in box.iterchildren("*"):
            if each in around:
                inner = each
                break
            if classes(each) & _NO_FACTS:
                return found
            found.append(each)
        if inner is None:
            break
        box = inner
    return found


def _summary_box(sheet: Sheet, draft: Draft) -> None:
    """Read the summary that stands in a box of its own, without a label."""
    box = next(iter(sheet.by_class("summarytext")), None)
    if box is None or draft.summary or not flat(box):
        return
    draft.summary = flat(box)
    draft.found("summary", draft.summary, "markup", draft.summary, place=".summarytext")
    for index in sheet.inside(box):
        draft.put(index, "field")


def _field(typed: str) -> str | None:
    """Return the field of a label in eFiction's box; sites add a disclaimer of their own making."""
    known = _FIELDS.get(typed.lower().strip(" :"))
    named = field_of(typed) if known is None else None
    # Skins in other languages translate these labels; others are of the site's own making.
    return known or (named if named in _SAID else None)


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
    if named or boxed:
        return (named or boxed)[0]
    heading = _title_heading(sheet)
    return heading if heading is not None else _signed_box(sheet)


def is_signed(sheet: Sheet) -> bool:
    """True where the box of the title leads to its author: the page is about one story."""
    box = _title_box(sheet)
    return box is not None and any(
        file_of(urls.join(sheet.base_url, a.get("href") or "") or "") == "viewuser"
        for a in box.iter("a")
    )


def _title_heading(sheet: Sheet) -> Any | None:
    """Return the heading that links to story and author, where a skin has no `#pagetitle`."""
    for heading in islice(sheet.root.iter("h1", "h2", "h3"), _HEADINGS):
        leads = {
            file_of(urls.join(sheet.base_url, a.get("href") or "") or "") for a in heading.iter("a")
        }
        if {"viewstory", "viewuser"} <= leads:
            return heading
    return None


def _signed_box(sheet: Sheet) -> Any | None:
    """Return the smallest box with a title and "by" before the link to an author, where a skin
    names it otherwise: `div.chaptertitle`, a cell, a line in bold."""
    for anchor in islice(sheet.anchors, _ANCHORS):
        if file_of(anchor.url) != "viewuser" or "action=" in anchor.url or not anchor.text:
            continue
        for above in islice(anchor.element.iterancestors(), _SMALL):
            text = " ".join(" ".join(above.itertext()).split())
            if len(text) > _TITLE_LINE:
                break
            before = text.partition(anchor.text)[0].rstrip()
            if _SIGNED.search(before):
                return above
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
    if any(each is not box for each in islice(box.iter("h1", "h2", "h3"), 2)):
        flat = " ".join(" ".join(box.itertext()).split())  # title and names in their own headings
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


def notes(sheet: Sheet, draft: Draft, body: set[int], text: Any = None) -> list[int]:
    """Read Story Notes, Author's Chapter Notes and Chapter End Notes; return for each note of the
    draft the line at which it stands.

    *text* is the element of a story that is one, *body* its lines.
    """
    noted = [0] * len(draft.notes)
    quotes = islice(sheet.root.iter("blockquote"), _HEADINGS)
    above = _quoted_above(text)
    quoted = [each for each in quotes if each in above or _names_a_note(each)]
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
        place: Place = "tail" if _ENDS.search(label) else "head"
        rest = [
            (index, _unlabelled(line, label))
            for index, line in texts
            if line.bare.rstrip(" :") != label
        ]
        for index, _ in texts:
            draft.put(index, "note")
        boxes.take_note(draft, label, rest, place)
        noted += [texts[0][0]] * (len(draft.notes) - len(noted))
    return noted


def _quoted_above(text: Any) -> list[Any]:
    """Return the quotations right above a story: a skin without labels puts its notes there."""
    found = []
    for each in text.itersiblings("*", preceding=True) if text is not None else ():
        if each.tag not in {"blockquote", "hr", "br"}:
            break
        if each.tag == "blockquote":
            found.append(each)
    return found


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


def rest(draft: Draft) -> None:
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


def chapter_title(sheet: Sheet, draft: Draft) -> None:
    """Read what a print view of one chapter calls it: "The Weir by Ada", above its text."""
    boxed = [flat(each) for each in sheet.by_class("chaptertitle")]
    if len(boxed) != 1 or draft.chapter_title:
        return
    signed = [f" by {author.name}" for author in draft.authors]
    title = next((boxed[0].removesuffix(each) for each in signed if boxed[0].endswith(each)), "")
    if not title and (numbered := _NUMBERED.match(boxed[0])):
        title = numbered["title"]
    known = {item.value for item in draft.evidence.get("title", ())}
    if title and title not in known and not _COUNTED.match(title):
        draft.chapter_title = title
        draft.found("chapter_title", title, "markup", boxed[0], place=".chaptertitle")
        for index in sheet.inside(sheet.by_class("chaptertitle")[0]):
            draft.put(index, "field")
