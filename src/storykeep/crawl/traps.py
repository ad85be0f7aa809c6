"""Which kinds of address bring nothing new in this run: calendars, sessions, lists without end.

A site may lead on for ever. What stops it is no list of known traps, but that a dozen pages of one
kind in a row told nothing that the others had not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TypeVar

from storykeep import prose, urls
from storykeep.config import Config
from storykeep.crawl.hosts import Job
from storykeep.crawl.pattern import fold, pattern
from storykeep.intake import Taken, timestamp, worth_asking
from storykeep.model import FrontierPage, Part
from storykeep.reader import has_text
from storykeep.store import Store

CREDIT = 8  # pages of a kind that may bring nothing, more than those that do
_KNOWN_CREDIT = 3  # of a kind of which many wait since an earlier run
_MANY = 30
_NEW_WORDS = 30  # in lines that no page of the kind had: a page worth having
_NEW_LINKS = 3  # to pages of its own kind: a list, and not the way to the next month
_WITHOUT_END = 2  # links from a start page: what lies nearer is counted on that page
_MOST_LINKS = 5_000  # of a page that are looked at, and letters
_MOST_LETTERS = 100_000
_MOST_KEPT = 100_000  # digests; a run that has seen so much judges no more
# What leads on. A page that is gone, broken or closed leads nowhere and is the end of a way; of
# redirects only ten in a row are followed.
_JUDGED = frozenset({"story", "index", "feed", "frameset", "not_story", "too_large"})


_Thing = TypeVar("_Thing", bound=Hashable)


def _first(part: Part) -> Iterator[str]:
    """Yield the first lines of a page, whatever they were taken for."""
    left = _MOST_LETTERS
    for line in chain(part.chrome, (block.text for block in part.prose)):
        yield line[:left]
        left -= len(line)
        if left <= 0:
            return


@dataclass(slots=True)
class _Kind:
    """What the pages of one kind have brought so far."""

    credit: int = CREDIT
    is_doubtful: bool = False  # an earlier run has left many of it
    is_resting: bool = False  # not tried at all in this run
    tried: int = 0
    fruitful: int = 0
    put_off: int = 0
    seen: set[int] = field(default_factory=set)

    def settle(self, brought: bool | None) -> None:
        """Note what one page brought: something, nothing, or what nobody can tell yet (None)."""
        self.tried += 1
        if brought is not None:
            self.fruitful += brought
            self.credit = min(self.credit + 1, CREDIT) if brought else self.credit - 1

    @property
    def promises(self) -> bool:
        """Whether a link to such a page is worth something."""
        return self.credit > 0 and 2 * self.fruitful >= self.tried


class Traps:
    """The kinds of address of one run, and which of them are left for a later one."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._kinds: dict[str, _Kind] = {}
        self._stories: set[int] = set()  # texts, by site
        self._suspected: dict[datetime, frozenset[str]] = {}  # by earlier runs since then
        self._kept = 0  # digests in all sets

    def expect(self, pages: Iterable[FrontierPage], now: datetime) -> None:
        """Trust a kind less of which many pages wait that an earlier run has left.

        One that a run found to bring nothing is tried again when its source's `every` is over.
        """
        new = [page for page in pages if page.last_capture is None]
        waiting = Counter(pattern(page.url) for page in new)
        for page in new:
            name, source = pattern(page.url), self._config.source(page.source)
            if source is not None and name in self._suspected_since(now - source.every):
                self._kinds[name] = _Kind(0, is_doubtful=True, is_resting=True)
            elif waiting[name] >= _MANY and name not in self._kinds:
                self._kinds[name] = _Kind(_KNOWN_CREDIT, is_doubtful=True)

    def _suspected_since(self, moment: datetime) -> frozenset[str]:
        if moment not in self._suspected:
            self._suspected[moment] = self._store.suspected_since(timestamp(moment))
        return self._suspected[moment]

    def put_off(self, page: FrontierPage, url: str) -> bool:
        """Return whether *url* is left for a later run; start pages never are."""
        kind = self._kinds.get(pattern(url)) if page.kind == "page" else None
        if kind is None or kind.credit > 0:
            return False
        kind.put_off += 1
        return True

    def settle(self, job: Job, taken: Taken) -> None:
        """Judge what the answer to *job* has brought."""
        if taken.part.outcome not in _JUDGED or self._kept >= _MOST_KEPT:
            return
        own = pattern(job.url)
        kind = self._kinds.setdefault(own, _Kind())
        # Both, as each look also keeps what this page has told.
        told, led = self._is_new_text(kind, taken.part), self._leads_on(kind, own, taken)
        # What a start page itself leads to is no way without end, whatever it holds.
        near = job.page.depth < _WITHOUT_END
        kind.settle(told or led or (None if near or led is None else False))

    def suspected(self) -> Iterator[tuple[str, int]]:
        """Yield each kind that was left, and how many of its pages were not asked for."""
        for name, kind in sorted(self._kinds.items()):
            if kind.credit <= 0 and kind.put_off and not kind.is_resting:
                yield name, kind.put_off

    def _is_new_text(self, kind: _Kind, part: Part) -> bool:
        if part.outcome == "story":
            # Wherever it stands: the same text at a second address is nothing new.
            told = (urls.host(part.url), part.title, *(block.text for block in part.prose))
            new = bool(self._new(self._stories, [told]))
            return new and not (kind.is_doubtful and self._is_archived(part))
        lines = [fold(line) for line in _first(part)]
        return sum(len(line.split()) for line in self._new(kind.seen, lines)) >= _NEW_WORDS

    def _is_archived(self, part: Part) -> bool:
        text = prose.to_text(part.prose)[0]
        return has_text(self._store.conn, urls.host(part.url), part.title, text)

    def _leads_on(self, kind: _Kind, own: str, taken: Taken) -> bool | None:
        """Return whether a page leads to what no other of its kind has led to.

        None where all of that is of kinds which nobody has tried.
        """
        source = self._config.source(taken.capture.source)
        links = {
            key: link.url
            for link in taken.part.links[:_MOST_LINKS]
            if hash(key := urls.key(link.url)) not in kind.seen  # as most links of a site are
            and worth_asking(link)
            and (source is None or source.wants(link.url))
        }
        new = [pattern(links[key]) for key in self._new(kind.seen, links)]
        known = [self._kinds.get(name) for name in new if name != own]
        if any(one.promises for one in known if one) or new.count(own) >= _NEW_LINKS:
            return True
        return None if None in known else False

    def _new(self, seen: set[int], things: Iterable[_Thing]) -> list[_Thing]:
        """Return those of *things* that are not among the *seen*; from now on they are."""
        found = [each for each in dict.fromkeys(things) if hash(each) not in seen]
        seen.update(hash(each) for each in found)
        self._kept += len(found)
        return found
