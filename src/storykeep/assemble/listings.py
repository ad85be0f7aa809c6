"""What lists of stories, and framesets, say of other pages: titles and authors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from storykeep.assemble.pages import page_key
from storykeep.assemble.plan import SitePage
from storykeep.model import Evidence


class _Line(NamedTuple):
    """What a list says of a page, and the address of the list."""

    text: str
    author: str | None
    place: str


class Lists:
    """What lists say now of the pages of their host, where it is asked of a few at a time.

    They are lists by themselves alone: no page that was ever a story is among them.
    """

    def __init__(self) -> None:
        self._lines: dict[str, list[_Line]] = {}
        self._keys: set[str] = set()

    def add(self, page: SitePage, is_asked: Callable[[str], bool]) -> None:
        """Take in what a page says of those that are asked for, if it is a list.

        A list may name 200,000 pages that nobody has.
        """
        if page.current.outcome != "index" or page.key in self._keys:
            return
        self._keys.add(page.key)
        for key, line in _lines(page):
            if is_asked(key):
                self._lines.setdefault(key, []).append(line)

    def has(self, page: SitePage) -> bool:
        """Return whether *page* was taken in."""
        return page.key in self._keys

    def lines(self, keys: Collection[str]) -> Iterator[tuple[str, _Line]]:
        """Yield what is said of *keys*, each with its key."""
        for key in keys if self._lines else ():
            for line in self._lines.get(key, ()):
                yield key, line


NO_LISTS = Lists()


class Listings:
    """What is said of some pages, by page key: by lists and framesets among them, and by others."""

    def __init__(
        self, pages: Mapping[str, SitePage], aliases: Mapping[str, str], lists: Lists = NO_LISTS
    ) -> None:
        self.titles: dict[str, list[Evidence]] = defaultdict(list)
        self.authors: dict[str, list[Evidence]] = defaultdict(list)
        self._pages, self._aliases = pages, aliases
        for page in pages.values():
            if page.current.outcome == "index" and not lists.has(page):
                self._read(_lines(page))
            elif page.current.outcome == "frameset" and page.key in aliases:
                self._read_frameset(page, aliases[page.key])
        self._read(lists.lines(dict.fromkeys((*pages, *aliases))))

    def _read(self, lines: Iterable[tuple[str, _Line]]) -> None:
        for key, line in lines:
            key = self._aliases.get(key, key)
            # A list may name 200,000 pages; what it says of those we have is all that is asked.
            if key not in self._pages:
                continue
            if line.text:
                self.titles[key].append(_listed(line.text, line.place))
            if line.author:
                self.authors[key].append(_listed(line.author, line.place))

    def _read_frameset(self, page: SitePage, target: str) -> None:
        if title := page.current.title:
            place = page.current.url
            self.titles[target].append(
                Evidence(title, "title_tag", raw=title, place=place, confidence=0.6)
            )


def _lines(page: SitePage) -> Iterator[tuple[str, _Line]]:
    place = page.current.url
    for link in page.current.links:
        if link.kind == "story" and (link.text or link.author):
            yield page_key(link.url), _Line(link.text, link.author, place)


def _listed(value: str, place: str) -> Evidence:
    return Evidence(value, "index_page", raw=value, place=place, confidence=0.9)
