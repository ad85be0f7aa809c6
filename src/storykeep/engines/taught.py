"""What a profile teaches of a page, put into its ledger before any rule of ours looks at it.

Each value says which words of which profile found it. Where a page has nothing of what the profile
names, nothing happens: it is then read like any other page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from storykeep import urls
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Line, byline
from storykeep.header.draft import Place
from storykeep.header.labels import Label, read_label
from storykeep.header.titles import squash
from storykeep.model import Block, Link, LinkKind
from storykeep.patterns import lazy
from storykeep.profiles import HOLES, Profile, selectors, templates

_HEAD = 60  # lines at the top of a page among which a header's lines are looked for
_BY = lazy(r"^\W*(?:written\s+|posted\s+)?(?:by|author)\b\s*:?\s*", re.IGNORECASE)
_LABELLED = lazy(r"^\W{0,8}(?P<label>[^:：]{1,60}?)\s*[:：]\s*(?P<value>.*)$", re.DOTALL)
_AROUND = 60  # letters that a line may have besides the value that is read out of it
_NOTES = frozenset({"credits", "dedication", "feedback", "permission"})


# ---------------------------------------------------------------- into the ledger


def teach(draft: Draft, sheet: Sheet) -> None:
    """Put into *draft* what the profile of the page names: chrome, fields, notes, disclaimers."""
    profile = sheet.profile
    if profile is None:
        return
    draft.site_breaks = frozenset(map(folded, profile.breaks))
    _cut(draft, sheet, profile)
    _take_disclaimers(draft, sheet, profile)
    for field, text in profile.select.items():
        if field not in {"body", "chapters", "cut"}:
            _take_selected(draft, sheet, profile, field, text)
    _take_lines(draft, sheet, profile)
    _take_labels(draft, sheet, profile)


def _cut(draft: Draft, sheet: Sheet, profile: Profile) -> None:
    starred = [each for each in profile.chrome if "*" in each]
    for index, line in enumerate(sheet.lines if starred else ()):
        if any(templates.is_like(line.text, each) for each in starred):
            draft.put(index, "chrome")
    for element in _found(sheet, profile.select.get("cut")):
        for index in sheet.inside(element):
            draft.put(index, "chrome")


def _found(sheet: Sheet, text: str | None) -> list[Any]:
    if not text or sheet.root is None:
        return []
    return selectors.read(text).find(sheet.root)


def _take_disclaimers(draft: Draft, sheet: Sheet, profile: Profile) -> None:
    """Take the site's own: template text, which on one page alone nothing else can tell."""
    known = [squash(each) for each in profile.disclaimers]
    for index, line in enumerate(sheet.lines if known else ()):
        if draft.bins[index] or not squash(line.text).startswith(tuple(known)):
            continue
        label = read_label(line.text)
        labelled = label is not None and label.name == "disclaimer" and bool(label.value)
        text, typed = (label.value, label.typed) if labelled and label else (line.bare, None)
        with _placed(draft, f"disclaimers in profile {profile.name}"):
            draft.add_disclaimer(text, typed, "template", line.bare, method="site_template")
        draft.put(index, "disclaimer")


@contextmanager
def _placed(draft: Draft, place: str) -> Iterator[None]:
    """Say of all evidence that the block records where it came from."""
    before = {name: len(found) for name, found in draft.evidence.items()}
    yield
    for name, found in draft.evidence.items():
        for at in range(before.get(name, 0), len(found)):
            found[at] = replace(found[at], place=place)


# ---------------------------------------------------------------- by selectors


def _take_selected(draft: Draft, sheet: Sheet, profile: Profile, field: str, text: str) -> None:
    place = f"selector {field} in profile {profile.name}"
    for element in _found(sheet, text):
        value = _text_of(element)
        if not value:
            continue
        lines = _lines_of(draft, sheet, element, value)
        first = lines[0] if lines else 0
        _take(
            draft, field, value, place, url=_address(sheet, element), tail=_is_below(sheet, first)
        )
        for index in lines:
            draft.put(index, "note" if field in {"notes", *_NOTES} else "field")


def _text_of(element: Any) -> str:
    rows: list[str] = [""]
    for node in element.iter():
        if node.tag in {"p", "br", "div", "li", "tr"}:
            rows.append("")
        if isinstance(node.tag, str):
            rows[-1] += node.text or ""
        if node is not element:
            rows[-1] += node.tail or ""
    lines = (" ".join(row.split()) for row in rows)
    return "\n".join(line for line in lines if line)


def _address(sheet: Sheet, element: Any) -> str | None:
    """Return where the element leads to, if it is a link or holds one."""
    anchor = element if element.tag == "a" else next(element.iter("a"), None)
    href = anchor.get("href") if anchor is not None else None
    if not href:
        return None
    if href.lower().startswith("mailto:"):
        return str(href)
    return urls.join(sheet.base_url, href)


def _lines_of(draft: Draft, sheet: Sheet, element: Any, value: str) -> list[int]:
    """Return the lines that are the element's: its own, or the one of a block that it is in."""
    if own := sheet.inside(element):
        for index in own:  # what else stands in its line is on the page, too
            text = draft.lines[index].bare
            if text not in value and not draft.lines[index].is_break:
                draft.found("fields", text, "markup", text, place="line", reason="its line")
        return own
    above = element.getparent()
    for _ in range(3):
        if above is None:
            return []
        for index in sheet.inside(above):
            text = draft.lines[index].bare
            if value in text and len(text) <= len(value) + _AROUND:
                draft.found("fields", value, "markup", text, place="line", reason="its line")
                return [index]
        above = above.getparent()
    return []


def _is_below(sheet: Sheet, index: int) -> bool:
    inside = body_lines(sheet)
    return bool(inside) and index > inside[-1]


def _take(
    draft: Draft,
    field: str,
    value: str,
    place: str,
    *,
    typed: str = "",
    url: str | None = None,
    tail: bool = False,
) -> None:
    """Take one value for *field*; all its evidence says *place*."""
    raw = f"{typed}: {value}" if typed else value
    with _placed(draft, place):
        _record(draft, field, value, raw, typed or None, url, "tail" if tail else "head")


def _record(
    draft: Draft, field: str, value: str, raw: str, typed: str | None, url: str | None, spot: Place
) -> None:
    flat = " ".join(value.split())
    if field == "title":
        draft.found("title", flat, "markup", raw)
    elif field == "author":
        names = byline.split_names(_BY.sub("", flat))
        draft.add_authors(names, "markup", raw, url=url, confidence=1.0)
    elif field == "chapter":
        draft.chapter_title = draft.chapter_title or flat
        draft.found("chapter_title", flat, "markup", raw)
    elif field == "notes":
        draft.found("notes", value, "markup", raw)
        draft.add_note(value, typed, spot)
    elif field == "disclaimer":
        label = read_label(value)
        if label is not None and label.name == "disclaimer" and label.value:
            value, typed = label.value, label.typed
        draft.add_disclaimer(value, typed, "field", raw, method="markup")
    else:
        draft.take(Label(field, typed or field.title(), 0, value, True, False), value, spot)


# ---------------------------------------------------------------- by lines and labels


def _head(draft: Draft, sheet: Sheet) -> Iterator[tuple[int, Line]]:
    for index, line in enumerate(sheet.lines[:_HEAD]):
        if not draft.bins[index] and not line.blank:
            yield index, line


def _take_lines(draft: Draft, sheet: Sheet, profile: Profile) -> None:
    known = [templates.read(each, HOLES) for each in profile.lines]
    for index, line in _head(draft, sheet) if known else ():
        for template in known:
            if (found := template.read(line.bare)) is None:
                continue
            place = f"line {template.text!r} in profile {profile.name}"
            address = next((value for value, _ in line.links()), None)
            for field, value in found.items():
                _take(draft, field, value, place, url=address if field == "author" else None)
            draft.found("fields", line.bare, "markup", line.bare, place=place)
            draft.put(index, "field")
            break


def _take_labels(draft: Draft, sheet: Sheet, profile: Profile) -> None:
    known = {folded(label): field for label, field in profile.labels.items()}
    for index, line in _head(draft, sheet) if known else ():
        matched = _LABELLED.match(line.text[:4000])
        field = known.get(folded(matched["label"])) if matched else None
        if matched is None or field is None:
            continue
        if field == "chrome":
            draft.put(index, "chrome")
            continue
        typed, value = matched["label"].strip(), line.text[matched.start("value") :].strip()
        if not value:
            continue
        place = f"label {typed!r} in profile {profile.name}"
        _take(draft, field, value, place, typed=typed)
        draft.found("fields", value, "label", line.bare, place=place)
        draft.put(index, "note" if field in {"notes", *_NOTES} else "field")


def folded(label: str) -> str:
    """Return *label* in lower case with plain quotes and single blanks."""
    return " ".join(label.casefold().replace("’", "'").split())


# ---------------------------------------------------------------- the text


def body_lines(sheet: Sheet) -> list[int]:
    """Return the lines inside what the profile says is the text, [] where the page has none."""
    if sheet.profile is None or "body" not in sheet.profile.select:
        return []
    elements = _found(sheet, sheet.profile.select["body"])
    return sorted({index for element in elements for index in sheet.inside(element)})


def with_breaks(blocks: list[Block], known: frozenset[str]) -> list[Block]:
    """Return *blocks* with those as scene breaks whose text is one of *known*, folded."""
    return [
        Block("break", block.text.strip(), value="symbol")
        if block.kind != "break" and folded(block.text) in known
        else block
        for block in blocks
    ]


# ---------------------------------------------------------------- addresses


def page_kind(sheet: Sheet) -> str | None:
    """Return "story", "index" or "ignore" where the profile says so of the page's address."""
    profile = sheet.profile
    if profile is None or not profile.urls or "://" not in sheet.url:
        return None
    return _kind_of(sheet.url, profile)


def _kind_of(url: str, profile: Profile) -> str | None:
    for kind in ("ignore", "index", "story"):
        if urls.fits(url, profile.urls.get(kind, ())):
            return kind
    return None


def why(sheet: Sheet, kind: str) -> str:
    """Return, in words, that the address made a page what it is."""
    assert sheet.profile is not None
    return f"its address is one of urls.{kind} in profile {sheet.profile.name}"


def with_kinds(links: tuple[Link, ...], sheet: Sheet, *, listed: bool) -> tuple[Link, ...]:
    """Return *links* with the kinds that the profile gives them; *listed*: of an index page."""
    profile = sheet.profile
    if profile is None:
        return links
    chapters = _chapters(sheet, profile)
    out = []
    for link in links:
        kind = _kind_of(link.url, profile) if profile.urls else None
        here = urls.host(link.url) == urls.host(sheet.url) if "://" in sheet.url else False
        if link.url in chapters and link.kind in {"link", "story", "chapter"}:
            out.append(replace(link, kind="chapter", position=chapters[link.url]))
        elif here and kind in {"ignore", "index"} and link.kind not in {"redirect", "canonical"}:
            wanted: LinkKind = "ignore" if kind == "ignore" else "index"
            out.append(replace(link, kind=wanted))
        elif here and kind == "story" and listed and link.kind == "link" and link.text:
            out.append(replace(link, kind="story"))
        else:
            out.append(link)
    return tuple(out)


def _chapters(sheet: Sheet, profile: Profile) -> dict[str, int]:
    """Return the addresses that the profile says are chapters, with their place in the list."""
    found: dict[str, int] = {}
    for element in _found(sheet, profile.select.get("chapters")):
        address = _address(sheet, element)
        if address and "://" in address:
            found.setdefault(address.split("#")[0], len(found) + 1)
    return found
