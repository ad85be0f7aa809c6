"""Which absences are believed: a site that is broken, or shows one page for all, has lost nothing.

The captures of a host are gone through in the order of time, run by run. Where a run left more than
a tenth of the stories missing (of few stories: more than half), or saw no sign of life, nothing of
that counts until a later run finds most of them again, or until a user says that they are gone.
Of a site that is known by a web archive alone there are no runs: its captures lie years apart, and
the last of them are what a dead site's address became.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from storykeep.assemble.looks import ALIVE, Look, Past, looks_since
from storykeep.assemble.plan import Absence, Order, Piece, SitePage

FEW = 5  # so many stories may vanish from a site at once, whatever its size, if half are left
SHARE = 10  # else one in so many


@dataclass(frozen=True, slots=True)
class Work:
    """A story as far as the brake must know it."""

    key: str
    firsts: Sequence[Order]  # of each of its pages: the first reading
    urls: Sequence[str]  # that its pages were captured at
    absent: Sequence[SitePage]  # those of its pages that have absences
    is_archived: bool  # whether a web archive alone has captured what was read of it


def limit(stories: int) -> int:
    """Return how many of so many stories may be missing at once and be believed to be gone."""
    return max(1, min(FEW, stories // 2), stories // SHARE)


def is_too_much(stories: int, absent: Iterable[tuple[int, int, int]]) -> bool:
    """Return whether of so many stories so much is missing that no run is believed.

    *absent* tells of each of which something is missing or gone how many of its pages are missing,
    how many gone, and how many it has. Where it is not too much, a run that saw signs of life, and
    nothing of what is missing, changes nothing.
    """
    found = list(absent)
    whole = sum(missing > 0 and missing + gone >= size for missing, gone, size in found)
    some = sum(missing > 0 for missing, _, _ in found) - whole
    there = stories - sum(gone >= size for _, gone, size in found)
    return max(whole, some) > limit(there)


@dataclass(slots=True)
class _Ledger:
    """Who is known, who is missing, and what of it is believed, as the runs are gone through."""

    host: str
    sizes: Mapping[str, int]  # pages of each work
    told: frozenset[int] = frozenset()  # absences that a web archive alone shows
    known: set[str] = field(default_factory=set)
    gone: dict[int, str] = field(default_factory=dict)  # believed: id of absence -> work
    missing: dict[int, tuple[str, Absence]] = field(default_factory=dict)
    doubt: str = ""

    def weigh(self, look: Look, dead: frozenset[str], asked: set[str], fresh: set[str]) -> None:
        """Believe what a run showed to be missing, or say why not.

        What an earlier run left in doubt must be shown again.
        """
        if not self.missing:
            return
        if doubt := self._doubt(look, dead, asked, fresh):
            self.doubt = doubt
            return
        self.believe({name for name, (_, each) in self.missing.items() if look.saw(each)})

    def believe(self, names: set[int]) -> None:
        """Take absences for true, of those that are missing now."""
        for name in names & self.missing.keys():
            self.gone[name], _ = self.missing.pop(name)

    def _doubt(self, look: Look, dead: frozenset[str], asked: set[str], fresh: set[str]) -> str:
        pages = Counter(work for work, _ in self.missing.values())
        pages_gone = Counter(self.gone.values())
        whole = {work for work in pages if pages[work] + pages_gone[work] >= self.sizes[work]}
        there = len(self.known) - len(
            {work for work in pages_gone if pages_gone[work] >= self.sizes[work]}
        )
        # Of some only chapters are missing: they are counted apart.
        most = max(len(whole), len(pages) - len(whole))
        if most > limit(there):
            return f"{most:,} of the {there:,} stories of {self.host} were not there"
        if len(fresh) > FEW and 2 * len(fresh) > len(asked):
            return f"{len(fresh):,} of the {len(asked):,} stories that were asked were not there"
        if len(look.pages) > 1 and not look.is_alive(dead):
            return f"nothing of {self.host} was there"
        return ""


def believed(
    works: Iterable[Work],
    past: Past,
    *,
    host: str,
    confirmed: Callable[[str], str | None],
) -> dict[str, SitePage]:
    """Return the pages of *works* that have absences, by key, with those of them that count.

    *past* is all that was captured of the host. *confirmed* tells, by story key, when a user
    said that it is gone: what began before that counts.
    """
    happened = _Happened(works)
    starts = happened.starts
    words = {work: at for _, work, _ in starts if (at := confirmed(work)) is not None}
    sure = {id(each): work for _, work, each in starts if _is_sure(each, words.get(work))}
    told = {}
    if happened.is_archived:
        told = {id(each): work for _, work, each in starts if all(map(is_archived, each.shown))}
    ledger = _Ledger(host, happened.sizes, frozenset(told))
    dead = _dead(starts)
    seen = sure | told
    for look in _looks(past, ledger, starts):
        # A user's word makes true what it is about; it does not make the rest any likelier.
        ledger.believe({name for name in sure if words[sure[name]] < look.begin[0][:19]})
        fresh = _advance(ledger, look.end, happened)
        asked = happened.asked(look) & ledger.known
        ledger.weigh(look, dead, asked, fresh)
        seen |= ledger.gone
    return {page.key: _settled(page, seen, ledger) for page in happened.absent}


def _looks(past: Past, ledger: _Ledger, starts: Changes) -> Iterator[Look]:
    """Yield, in the order in which they ended, the looks at which there is something to weigh.

    Most runs of many years met nothing that was missing: they are not read.
    """
    while starts:
        looks = looks_since(past, starts[-1][0])
        for look in looks:
            yield look
            if not ledger.missing:
                break
        else:
            return


def _settled(page: SitePage, seen: Mapping[int, str], ledger: _Ledger) -> SitePage:
    kept = tuple(each for each in page.absences if id(each) in seen)
    last = page.absences[-1]
    missing = last if id(last) in ledger.missing and id(last) not in seen else None
    return replace(page, absences=kept, missing=missing, doubt=ledger.doubt if missing else "")


def is_archived(piece: Piece) -> bool:
    """Return whether a web archive has captured it."""
    return piece.capture is not None and piece.capture.provenance.origin == "wayback"


def _is_sure(absence: Absence, at: str | None) -> bool:
    """Return whether an absence lasted when a user, at the moment *at*, said that it is one."""
    if at is None or absence.since[:19] > at[:19]:  # decisions are told to the second
        return False
    return absence.back is None or absence.back.seen[:19] > at[:19]


# ---- what happened, in time

Changes = list[tuple[Order, str, Absence]]


class _Happened:
    """When each absence began and ended and each story was first read, latest first."""

    def __init__(self, works: Iterable[Work]) -> None:
        self.starts: Changes = []
        self.ends: Changes = []
        self.firsts: list[tuple[Order, str]] = []
        self.sizes: dict[str, int] = {}
        self.absent: list[SitePage] = []
        self.is_archived = True
        self._owners: dict[str, str] = {}
        for work in works:
            self.sizes[work.key] = len(work.firsts)
            self.is_archived &= work.is_archived
            self._owners |= dict.fromkeys(work.urls, work.key)
            self.firsts += ((order, work.key) for order in work.firsts)
            self.absent += work.absent
            for page in work.absent:
                for each in page.absences:
                    self.starts.append((each.shown[0].order, work.key, each))
                    if each.back is not None:
                        self.ends.append((each.back.order, work.key, each))
        for found in (self.starts, self.ends):
            found.sort(key=lambda each: each[:2], reverse=True)
        self.firsts.sort(reverse=True)

    def asked(self, look: Look) -> set[str]:
        """Return the stories of which a run asked for a page."""
        return {self._owners[page] for page in look.pages if page in self._owners}


def _advance(ledger: _Ledger, end: Order, happened: _Happened) -> set[str]:
    """Take in what happened until *end*; return the stories that are newly missing."""
    fresh: set[int] = set()
    starts, ends, firsts = happened.starts, happened.ends, happened.firsts
    while firsts and firsts[-1][0] <= end:
        ledger.known.add(firsts.pop()[1])
    while starts and starts[-1][0] <= end:
        _, work, absence = starts.pop()
        if id(absence) in ledger.told:
            ledger.gone[id(absence)] = work
        elif id(absence) not in ledger.gone:
            ledger.missing[id(absence)] = work, absence
            fresh.add(id(absence))
    while ends and ends[-1][0] <= end:
        _, _, absence = ends.pop()
        ledger.missing.pop(id(absence), None)
        ledger.gone.pop(id(absence), None)
    return {work for name, (work, _) in ledger.missing.items() if name in fresh}


def _dead(starts: Changes) -> frozenset[str]:
    """Return the digests of lists and texts that stood where stories had been."""
    return frozenset(
        piece.capture.payload_sha256
        for _, _, absence in starts
        for piece in absence.shown
        if piece.capture and piece.part.outcome in ALIVE
    )
