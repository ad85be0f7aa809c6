"""What belongs to a site's template: the same text, in the same place, on nearly every story page.

Authors reuse their own wording and share jokes, so repetition alone proves nothing: a text is
the site's only when at least 80 % of the story pages below one folder carry it, by at least two
authors.
The folder is part of the rule because one host may hold many sites (DESIGN.md 2 and 6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from storykeep.model import Part, SiteFact, text_sha256

SHARE = 0.8
_FEWEST_AUTHORS = 2
# Two pages prove little below a folder of a host; on the host as a whole they are all we can have.
_FEWEST_PAGES_IN_FOLDER = 3

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


@dataclass(frozen=True, slots=True)
class StoryPage:
    """What the rule needs of one story page: its address, its part, and who wrote it."""

    path: str
    part: Part
    authors: frozenset[str]


def site_facts(host: str, pages: Iterable[StoryPage]) -> tuple[SiteFact, ...]:
    """Return the facts of *host*, sorted by kind and text."""
    pages = list(pages)
    carriers: dict[tuple[str, str], list[StoryPage]] = defaultdict(list)
    for page in pages:
        for mark in sorted(_candidates(page.part)):
            carriers[mark].append(page)
    facts = []
    for (kind, sha256), carrying in sorted(carriers.items()):
        prefix = _common_folder([page.path for page in carrying])
        below = sum(page.path.startswith(prefix) for page in pages)
        authors = {name for page in carrying for name in page.authors}
        fact = SiteFact(host, kind, sha256, len(carrying), len(authors), prefix)
        if _is_the_sites(fact, below):
            facts.append(fact)
    return tuple(facts)


def _is_the_sites(fact: SiteFact, below: int) -> bool:
    fewest = 2 if fact.prefix == "/" else _FEWEST_PAGES_IN_FOLDER
    return (
        fact.pages >= max(fewest, SHARE * below)
        and fact.authors >= _FEWEST_AUTHORS
        and fact.text_sha256 not in _END_MARKS
    )


def _candidates(part: Part) -> set[tuple[str, str]]:
    found = {("disclaimer", text_sha256(each.text)) for each in part.disclaimers}
    found |= {("chrome", sha256) for sha256 in (*part.head_sha256, *part.tail_sha256)}
    evidence = part.evidence.get("title", ())
    if part.title and evidence and evidence[0].method in ("title_tag", "position"):
        found.add(("title", text_sha256(part.title)))
    return found


def _common_folder(paths: list[str]) -> str:
    """Return the deepest folder, with its slash, that holds all of *paths*."""
    first, last = min(paths), max(paths)
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
