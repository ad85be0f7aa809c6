"""Pages that come from the Wayback Machine: its toolbar away, its addresses those of the old site.

No engine: the page is then read by that of what it was. Where it was kept, and when, is evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from storykeep import urls
from storykeep.engines.named import Named
from storykeep.model import Evidence, Part
from storykeep.patterns import lazy

_ARCHIVE = r"(?:https?:)?//(?:web\.|wayback\.|www\.)?archive\.org(?::\d+)?"
_REWRITTEN = lazy(
    rf"^\s*(?:{_ARCHIVE})?/web/(?P<stamp>\d{{1,14}})(?:[a-z]{{2}}_)?/(?P<url>(?:https?:|mailto:).+)$",
    re.IGNORECASE | re.DOTALL,
)
_PREFIX = lazy(rf"^{_ARCHIVE}/web/\d{{4,14}}(?:[a-z]{{2}}_)?/", re.IGNORECASE)
_BEGIN, _END = "BEGIN WAYBACK TOOLBAR INSERT", "END WAYBACK TOOLBAR INSERT"
_FILED = lazy(r"FILE ARCHIVED ON (?P<when>[\d:]+ \w+ \d+, \d{4})")
_SCRIPTED = lazy(
    r"__wm\.wombat\(\s*[\"'](?P<url>https?:[^\"'\s]+)[\"']\s*,\s*[\"'](?P<stamp>\d{4,14})"
)
_TOOLBAR = ("wm-ipp-base", "wm-ipp", "wm-ipp-print", "donato", "wm-disclaim")
_ATTRIBUTES = ("href", "src", "action", "background")
_SIGNS = ("archive.org", "WAYBACK", "/web/")  # a page that has none was not kept there


@dataclass(frozen=True)
class Kept:
    """Where a page was before the Wayback Machine kept it, and when that was."""

    original: str | None  # the address on its own site, None where the page does not say
    stamp: str  # "20040101123000", as far as it is known; "" where it is not
    place: str  # what said so
    removed: tuple[str, ...] = ()  # the texts of the toolbar


def by_address(url: str) -> Kept | None:
    """Return what an address in the Wayback Machine says of the page; None for any other."""
    found = urls.unwrap_wayback(url) if "/web/" in url else None
    return Kept(found[1], found[0], "address") if found else None


def unwrap(root: Any, url: str, text: str, named: Named) -> Kept | None:
    """Take the toolbar out of the tree and give links their old addresses; None for other pages.

    *text* is the page's source, *named* its ids and comments: in them the signs of the archive are
    looked for first.
    """
    known = by_address(url)
    comments = named.comments
    if known is None and not (
        comments or next(root.iter("script"), None) is not None or _has_bar(named)
    ):
        return None  # most pages: to look through their text takes longer
    if known is None and not any(sign in text for sign in _SIGNS):
        return None
    bars = []
    if _has_bar(named):
        bars = [each for name in _TOOLBAR for each in root.xpath("//*[@id=$name]", name=name)]
    begin = next((each for each in comments if _BEGIN in (each.text or "")), None)
    filed = next((each for each in comments if _FILED.search(each.text or "")), None)
    said = _said_by(root, bars, filed)
    if known is None and said is None and begin is None and not bars:
        return None
    removed = tuple(_take_out(begin, bars))
    stamps = Counter(_restore(root))
    stamp = max(stamps, key=lambda each: (stamps[each], each)) if stamps else ""
    found = known or said
    if found is None:
        return Kept(None, stamp, "links", removed)
    return replace(found, stamp=found.stamp or stamp, removed=removed)


def _has_bar(named: Named) -> bool:
    return any(name in named.ids for name in _TOOLBAR)


def _said_by(root: Any, bars: list[Any], filed: Any) -> Kept | None:
    """Return what the archive's own scripts, toolbar or last comment say of the page."""
    for script in root.iter("script"):
        if found := _SCRIPTED.search(script.text or ""):
            return Kept(urls.try_canonical(found["url"]), found["stamp"], "script")
    for bar in bars:
        for field in bar.iter("input"):
            named = urls.try_canonical(field.get("value") or "")
            if field.get("name") == "url" and named:
                return Kept(named, "", "toolbar")
    found = _FILED.search(filed.text) if filed is not None else None
    return Kept(None, "", f"comment: {found['when']}") if found else None


def _take_out(begin: Any, bars: list[Any]) -> Iterator[str]:
    """Remove the toolbar and yield its texts."""
    if begin is not None:
        inside, at = [], begin.getnext()
        while at is not None and not (at.tag is etree.Comment and _END in (at.text or "")):
            inside.append(at)
            at = at.getnext()
        if at is not None:
            yield from _words(begin.tail)
            begin.tail = None
            for each in inside:
                yield from _texts(each)
                yield from _words(each.tail)
                each.getparent().remove(each)  # and its tail, which is the toolbar's too
    for bar in bars:
        if any(above.tag == "html" for above in bar.iterancestors()):
            yield from _texts(bar)
            _cut(bar)


def _cut(element: Any) -> None:
    """Remove *element* and leave the text behind it where it is."""
    above, before = element.getparent(), element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        above.text = (above.text or "") + element.tail
    element.tail = None
    above.remove(element)


def _texts(element: Any) -> Iterator[str]:
    for each in element.iter():
        if isinstance(each.tag, str) and each.tag not in {"script", "style"}:
            yield from _words(each.text)
        if each is not element:
            yield from _words(each.tail)


def _words(text: str | None) -> Iterator[str]:
    if words := " ".join((text or "").split()):
        yield words


def _restore(root: Any) -> Iterator[str]:
    """Give links and pictures the addresses that they had; yield the times in those they lose."""
    for element in root.iter(etree.Element):
        for name in _ATTRIBUTES:
            value = element.get(name)
            if value and "/web/" in value and (found := _REWRITTEN.match(value)):
                element.set(name, found["url"])
                yield found["stamp"]


def finish(part: Part, kept: Kept, url: str) -> Part:
    """Return *part* with the toolbar among its chrome and the origin of the page as evidence.

    Of a page that was fetched from the archive the links lead on in the archive, and the ids are
    told apart by the site: many sites' works lie on that one host.
    """
    moment = "kept by the Wayback Machine" + (f" at {kept.stamp}" if kept.stamp else "")
    told = Evidence(kept.original, "url", url, kept.place, 1.0, moment)
    part = replace(
        part,
        chrome=(*kept.removed, *part.chrome),
        evidence={**part.evidence, "wayback": (told,)},
    )
    prefix = _PREFIX.match(url)
    if prefix is None or kept.original is None:
        return part
    site = urls.host(kept.original)
    return replace(
        part,
        url=url,
        work_id=f"{site}/{part.work_id}" if part.work_id else None,
        links=tuple(replace(link, url=_wrapped(link.url, prefix[0])) for link in part.links),
    )


def _wrapped(address: str, prefix: str) -> str:
    if re.match(rf"{_ARCHIVE}/", address, re.IGNORECASE):
        return address
    return urls.try_canonical(prefix + address) or address
