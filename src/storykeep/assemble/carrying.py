"""The story pages of a host as the rule on site facts asks for them, each in some dozens of bytes.

A host may have a hundred thousand: no object is held of any, and one is made when it is asked for.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from storykeep.assemble.plan import Order

Mark = tuple[str, str]  # (kind, text_sha256)
Marks = frozenset[Mark]

_DEEPEST = 8  # folders of an address that are looked at


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


class Texts:
    """Texts in a row, of which nothing but the letters is held."""

    def __init__(self) -> None:
        self._letters = bytearray()
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        begin, end = self._ends[place], self._ends[place + 1]
        return self._letters[begin:end].decode("utf-8", "surrogatepass")

    def append(self, text: str) -> None:
        """Put *text* behind the others."""
        self._letters += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._letters))


class StoryPages:
    """The story pages of a host, in the order in which they were told."""

    def __init__(self) -> None:
        self.folders: list[str] = []  # of each page; those that are equal should be one object
        self.marks: list[tuple[Marks, ...]] = []  # of each page's readings; as the folders
        self.authors: list[frozenset[str]] = []  # of each page; as the folders
        self._begins = array("q", [0])  # of each page's readings
        self._moments = Texts()
        self._warcs = array("l")
        self._offsets = array("q")
        self._urls = Texts()
        self._names: list[str] = []  # of WARCs
        self._numbers: dict[str, int] = {}  # their places there

    def __len__(self) -> int:
        return len(self.folders)

    def append(self, page: StoryPage) -> None:
        """Put *page* behind the others."""
        self.folders.append(page.folder)
        self.marks.append(page.marks)
        self.authors.append(page.authors)
        for moment, warc, offset, url in page.orders:
            self._moments.append(moment)
            self._warcs.append(self._numbers.setdefault(warc, len(self._numbers)))
            if len(self._numbers) > len(self._names):
                self._names.append(warc)
            self._offsets.append(offset)
            self._urls.append(url)
        self._begins.append(len(self._urls))

    def first_url(self, place: int) -> str:
        """Return the address of a page in its first reading."""
        return self._urls[self._begins[place]]

    def some(self, places: Iterable[int]) -> Iterator[StoryPage]:
        """Yield the pages at *places*, each made anew."""
        for place in places:
            readings = range(self._begins[place], self._begins[place + 1])
            orders = tuple(map(self._order, readings))
            yield StoryPage(self.folders[place], orders, self.marks[place], self.authors[place])

    def is_read_within(self, place: int, begin: Order | None, end: Order | None) -> bool:
        """Return whether a page was read from *begin* on and before *end*, where these are given.

        As far as its first reading and its last one tell.
        """
        if begin is not None and self._is_before(self._begins[place + 1] - 1, begin):
            return False
        return end is None or self._is_before(self._begins[place], end)

    def _is_before(self, reading: int, order: Order) -> bool:
        moment = self._moments[reading]
        return moment < order[0] if moment != order[0] else self._order(reading) < order

    def _order(self, reading: int) -> Order:
        return (
            self._moments[reading],
            self._names[self._warcs[reading]],
            self._offsets[reading],
            self._urls[reading],
        )

    def reread(self) -> Iterator[StoryPage]:
        """Yield the pages that have more than one reading."""
        many = (at for at, (one, two) in enumerate(pairwise(self._begins)) if two > one + 1)
        return self.some(many)


def folders_in(folder: str) -> list[str]:
    """Return *folder* and those it is in, each with its slash, the outermost first."""
    ends = [place + 1 for place, sign in enumerate(folder) if sign == "/"]
    return [folder[:end] for end in ends[:_DEEPEST]]
