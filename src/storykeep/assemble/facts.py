"""What belongs to a site's template: the same text, in the same place, on nearly every story page.

Authors reuse their own wording and share jokes, so repetition alone proves nothing: a text is
the site's only when at least 80 % of the story pages below one folder carry it, by at least two
authors.
A template changes: pages that were not read while it had a text say nothing about that text.
The folder is part of the rule because one host may hold many sites (DESIGN.md 2 and 6).
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from storykeep.assemble.carrying import Mark, Marks, StoryPage, StoryPages, folders_in
from storykeep.assemble.plan import Order
from storykeep.model import Part, SiteFact, text_sha256
from storykeep.outline import OF_THE_SITE

SHARE = 0.8
_FEWEST_AUTHORS = 2
# Two pages prove little below a folder of a host; on the host as a whole they are all we can have.
_FEWEST_PAGES = 2
_FEWEST_PAGES_IN_FOLDER = 3
_FEWEST_CHANGED = 5

# Words that end a story are its author's, however many authors end with them.
_END_MARKS = frozenset(
    text_sha256(mark)
    for word in ("the end", "end", "fin", "finis", "owari", "tbc", "to be continued")
    for form in (word, word.title(), word.upper(), word.capitalize())
    for mark in (
        form,
        f"{form}.",
        f"{form}...",
        f"~{form}~",
        f"~ {form} ~",
        f"-{form}-",
        f"*{form}*",
    )
)


def marks_of(part: Part) -> Marks:
    """Return what of a page may be its site's: kind and hash."""
    return frozenset(_candidates(part))


def site_facts(host: str, pages: StoryPages) -> tuple[SiteFact, ...]:
    """Return the facts of *host*, sorted by kind, text and folder."""
    carriers: dict[Mark, array[int]] = defaultdict(lambda: array("l"))
    for place, readings in enumerate(pages.marks):
        for mark in {mark for marks in readings for mark in marks}:
            carriers[mark].append(place)
    folders: Counter[str] = Counter()
    for folder, count in Counter(pages.folders).items():
        folders.update(dict.fromkeys(folders_in(folder), count))
    found: dict[tuple[str, str, str], SiteFact] = {}
    for mark, carrying in sorted(carriers.items()):
        if len(carrying) < _FEWEST_PAGES:  # nearly every line is its page's own
            continue
        # Nearly all pages below the folder that holds them all, or all in a folder of its own.
        common = _common_folder({pages.folders[place] for place in carrying})
        whole = _fact(host, mark, carrying, pages, common)
        facts = [whole] if whole else _in_folders(host, mark, carrying, pages, folders)
        found |= {(fact.kind, fact.text_sha256, fact.prefix): fact for fact in facts}
    return tuple(found[name] for name in sorted(found))


def last_begin(pages: StoryPages) -> str:
    """Return a moment that is not before any at which a template began to have a text, "" for none.

    A page that was read after it says the same of the facts when it is read again (`_Span`).
    """
    gained: dict[Mark, list[str]] = defaultdict(list)
    for page in pages.reread():
        seen: dict[Mark, Order] = {}
        for order, marks in page.readings:
            for mark in marks:
                seen.setdefault(mark, order)
        first = page.orders[0]
        for mark, order in seen.items():
            if first < order:
                gained[mark].append(order[0])
    # In whatever folder: of as many pages as it takes, one gained it no later.
    enough = [each for each in gained.values() if len(each) >= _FEWEST_CHANGED]
    return max((sorted(each)[-_FEWEST_CHANGED] for each in enough), default="")


def _in_folders(
    host: str, mark: Mark, carrying: Sequence[int], pages: StoryPages, folders: Counter[str]
) -> list[SiteFact]:
    if len(carrying) < _FEWEST_PAGES_IN_FOLDER:
        return []
    by_folder: dict[str, array[int]] = defaultdict(lambda: array("l"))
    for place in carrying:
        for folder in folders_in(pages.folders[place]):
            by_folder[folder].append(place)
    facts: list[SiteFact] = []
    for folder, found in sorted(by_folder.items()):
        is_within = any(folder.startswith(fact.prefix) for fact in facts)
        if is_within or len(found) < _FEWEST_PAGES_IN_FOLDER or 2 * len(found) < folders[folder]:
            continue
        if fact := _fact(host, mark, found, pages, folder):
            facts.append(fact)
    return facts


def _fact(
    host: str, mark: Mark, carrying: Sequence[int], pages: StoryPages, prefix: str
) -> SiteFact | None:
    kind, sha256 = mark
    authors = {name for place in carrying for name in pages.authors[place]}
    fewest = _FEWEST_PAGES if prefix == "/" else _FEWEST_PAGES_IN_FOLDER
    if len(carrying) < fewest or len(authors) < _FEWEST_AUTHORS or sha256 in _END_MARKS:
        return None
    span = _Span.of(mark, pages.some(carrying))
    below = [place for place, folder in enumerate(pages.folders) if folder.startswith(prefix)]
    # Only the pages that were read while the template had the text say anything of it.
    among = len(below)
    if not span.is_always:
        among = sum(pages.is_read_within(place, span.begin, span.end) for place in below)
    if len(carrying) < SHARE * among:
        return None
    return SiteFact(host, kind, sha256, len(carrying), len(authors), prefix)


@dataclass(frozen=True, slots=True)
class _Span:
    """When a template had a text, where pages were read before it came or after it went."""

    begin: Order | None  # None: no known page was without it before
    end: Order | None  # None: it has not gone

    @classmethod
    def of(cls, mark: Mark, carrying: Iterable[StoryPage]) -> _Span:
        """Return when *mark* was there; what few pages gain or lose is their authors' doing."""
        first: Order | None = None
        lost: list[Order] = []
        gained = 0
        for page in carrying:
            orders = [order for order, marks in page.readings if mark in marks]
            first = min(first or orders[0], orders[0])
            gained += page.orders[0] < orders[0]
            later = [order for order in page.orders if order > orders[-1]]
            lost += later[:1]
        return cls(
            first if gained >= _FEWEST_CHANGED else None,
            min(lost) if len(lost) >= _FEWEST_CHANGED else None,
        )

    @property
    def is_always(self) -> bool:
        """Return whether all known pages were read while the template had the text."""
        return self.begin is self.end is None


def _candidates(part: Part) -> set[tuple[str, str]]:
    found = {("disclaimer", text_sha256(each.text)) for each in part.disclaimers}
    found |= {("chrome", sha256) for sha256 in (*part.head_sha256, *part.tail_sha256)}
    evidence = part.evidence.get("title", ())
    if part.title and evidence and evidence[0].method in OF_THE_SITE:
        found.add(("title", text_sha256(part.title)))
    return found


def folder_of(url: str) -> str:
    """Return the folder of the page at *url*, with its slash."""
    path = urlsplit(url).path
    return path[: path.rfind("/") + 1] or "/"


def _common_folder(folders: Collection[str]) -> str:
    """Return the deepest folder, with its slash, that holds all of *folders*."""
    first, last = min(folders), max(folders)
    size = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    return first[: first.rfind("/", 0, size) + 1] or "/"


def facts_for(facts: Iterable[SiteFact], url: str) -> Mapping[str, frozenset[str]]:
    """Return kind -> hashes of the facts that hold for the page at *url*."""
    path = urlsplit(url).path
    found: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if path.startswith(fact.prefix):
            found[fact.kind].add(fact.text_sha256)
    return {kind: frozenset(hashes) for kind, hashes in found.items()}
