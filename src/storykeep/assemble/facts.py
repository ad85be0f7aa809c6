"""What belongs to a site's template: the same text, in the same place, on nearly every story page.

Authors reuse their own wording and share jokes, so repetition alone proves nothing: a text is
the site's only when at least 80 % of the story pages below one folder carry it, by at least two
authors.
A template changes: pages that were not read while it had a text say nothing about that text.
The folder is part of the rule because one host may hold many sites (DESIGN.md 2 and 6).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from storykeep.assemble.plan import Order
from storykeep.model import Part, SiteFact, text_sha256
from storykeep.outline import OF_THE_SITE

SHARE = 0.8
_FEWEST_AUTHORS = 2
# Two pages prove little below a folder of a host; on the host as a whole they are all we can have.
_FEWEST_PAGES = 2
_FEWEST_PAGES_IN_FOLDER = 3
_FEWEST_CHANGED = 5
_DEEPEST = 8  # folders of an address that are looked at

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


Marks = frozenset[tuple[str, str]]  # (kind, text_sha256)
Mark = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """What the rule needs of one story page: its folder, its readings, and who wrote it."""

    folder: str  # with its slash
    orders: tuple[Order, ...]  # of its readings, oldest first
    marks: tuple[Marks, ...]  # and what each of them carries; most pages share theirs with others
    authors: frozenset[str]

    @property
    def readings(self) -> Iterable[tuple[Order, Marks]]:
        """Return the readings, oldest first."""
        return zip(self.orders, self.marks, strict=True)

    @property
    def folders(self) -> list[str]:
        """Return the folders that the page is in, each with its slash, the outermost first."""
        ends = [place + 1 for place, sign in enumerate(self.folder) if sign == "/"]
        return [self.folder[:end] for end in ends[:_DEEPEST]]

    def carried(self) -> set[Mark]:
        """Return what any of its readings carries."""
        return {mark for marks in self.marks for mark in marks}


def marks_of(part: Part) -> Marks:
    """Return what of a page may be its site's: kind and hash."""
    return frozenset(_candidates(part))


def site_facts(host: str, pages: Iterable[StoryPage]) -> tuple[SiteFact, ...]:
    """Return the facts of *host*, sorted by kind, text and folder."""
    pages = list(pages)
    carriers: dict[Mark, list[StoryPage]] = defaultdict(list)
    for page in pages:
        for mark in sorted(page.carried()):
            carriers[mark].append(page)
    folders = Counter(folder for page in pages for folder in page.folders)
    found: dict[tuple[str, str, str], SiteFact] = {}
    for mark, carrying in sorted(carriers.items()):
        if len(carrying) < _FEWEST_PAGES:  # nearly every line is its page's own
            continue
        # Nearly all pages below the folder that holds them all, or all in a folder of its own.
        common = _common_folder([page.folder for page in carrying])
        whole = _fact(host, mark, carrying, pages, common)
        facts = [whole] if whole else _in_folders(host, mark, carrying, pages, folders)
        found |= {(fact.kind, fact.text_sha256, fact.prefix): fact for fact in facts}
    return tuple(found[name] for name in sorted(found))


def last_begin(pages: Iterable[StoryPage]) -> str:
    """Return a moment that is not before any at which a template began to have a text, "" for none.

    A page that was read after it says the same of the facts when it is read again (`_Span`).
    """
    gained: dict[Mark, list[str]] = defaultdict(list)
    for page in pages:
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
    host: str, mark: Mark, carrying: list[StoryPage], pages: list[StoryPage], folders: Counter[str]
) -> list[SiteFact]:
    if len(carrying) < _FEWEST_PAGES_IN_FOLDER:
        return []
    by_folder: dict[str, list[StoryPage]] = defaultdict(list)
    for page in carrying:
        for folder in page.folders:
            by_folder[folder].append(page)
    facts: list[SiteFact] = []
    for folder, found in sorted(by_folder.items()):
        is_within = any(folder.startswith(fact.prefix) for fact in facts)
        if is_within or len(found) < _FEWEST_PAGES_IN_FOLDER or 2 * len(found) < folders[folder]:
            continue
        if fact := _fact(host, mark, found, pages, folder):
            facts.append(fact)
    return facts


def _fact(
    host: str, mark: Mark, carrying: list[StoryPage], pages: list[StoryPage], prefix: str
) -> SiteFact | None:
    kind, sha256 = mark
    authors = {name for page in carrying for name in page.authors}
    fewest = _FEWEST_PAGES if prefix == "/" else _FEWEST_PAGES_IN_FOLDER
    if len(carrying) < fewest or len(authors) < _FEWEST_AUTHORS or sha256 in _END_MARKS:
        return None
    span = _Span.of(mark, carrying)
    below = sum(page.folder.startswith(prefix) and span.holds(page) for page in pages)
    if len(carrying) < SHARE * below:
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
        seen: list[Order] = []
        lost: list[Order] = []
        gained = 0
        for page in carrying:
            orders = [order for order, marks in page.readings if mark in marks]
            seen.append(orders[0])
            gained += page.orders[0] < orders[0]
            later = [order for order in page.orders if order > orders[-1]]
            lost += later[:1]
        return cls(
            min(seen) if gained >= _FEWEST_CHANGED else None,
            min(lost) if len(lost) >= _FEWEST_CHANGED else None,
        )

    def holds(self, page: StoryPage) -> bool:
        """Return whether *page* was read while the template had the text."""
        if self.begin is not None and page.orders[-1] < self.begin:
            return False
        return self.end is None or page.orders[0] < self.end


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


def _common_folder(folders: list[str]) -> str:
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
