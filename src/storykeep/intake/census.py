"""Which pages of a large host are to be planned together: a few numbers of each page are held.

All captures are gone through once. What comes out are batches: pages between which there is no tie
(`assemble.ties`) are in whichever batch their first capture puts them, those with ties in one. Two
pages that are taken for tied because two numbers happen to be equal do no harm.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from storykeep.assemble import Lists, Piece, leads_to, lists_of, names_of, page_key, pages_of
from storykeep.intake.drafting import piece_of
from storykeep.model import Part
from storykeep.numbers import Numbers
from storykeep.outline import CATALOGUE, NO_SHAPE, SHAPE
from storykeep.store import CaptureRow, Outlines, said

AT_ONCE = 500  # captures that are planned at a time, where ties do not make it more
_STORY, _LIST = 1, 2  # kinds


class Several:
    """Numbers that were met on several pages. It may say so of one that was not, once in a while.

    It has the same size whatever is put into it.
    """

    def __init__(self, bits: int = 1 << 24) -> None:
        self._bits = bits
        self._met = bytearray(bits >> 3)
        self._again = bytearray(bits >> 3)

    def add(self, number: int) -> None:
        """Note that a page has *number*."""
        place, bit = (number % self._bits) >> 3, 1 << (number & 7)
        if self._met[place] & bit:
            self._again[place] |= bit
        else:
            self._met[place] |= bit

    def __contains__(self, number: object) -> bool:
        assert isinstance(number, int)
        return bool(self._again[(number % self._bits) >> 3] & 1 << (number & 7))


class Batch(NamedTuple):
    """Pages that are planned together: one capture of each."""

    tied: Sequence[int]
    alone: Sequence[int]  # those of pages that have no tie
    until: str  # no page of a later batch was captured before; "" for the last one


class _Nodes:
    """Pages by the name of their key; those with ties have one root."""

    def __init__(self) -> None:
        self._names = Numbers()
        self._parents = array("l")

    def __len__(self) -> int:
        return len(self._parents)

    def named(self, name: int) -> int | None:
        """Return the page of that name, None where there is none."""
        return self._names.find(name)

    def find(self, key: str) -> int | None:
        """Return the page of that key, None where there is none."""
        return self._names.find(_name_of(key))

    def make(self, key: str) -> int:
        """Return the page of that key; a new one has the number that `len` was."""
        found = self._names.add(_name_of(key))
        if found == len(self._parents):
            self._parents.append(found)
        return found

    def root(self, node: int) -> int:
        """Return what all pages that are tied to *node* have in common."""
        parents = self._parents
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    def tie(self, one: int, other: int) -> None:
        """Tie two pages."""
        one, other = self.root(one), self.root(other)
        self._parents[max(one, other)] = min(one, other)


def _name_of(key: str) -> int:
    # Whether two spellings are one page, where a web archive gave them, is told by their plan.
    return hash(key.lower())


class _Notes:
    """What is noted of each page (a node) while the captures are gone through."""

    def __init__(self) -> None:
        self.kinds = bytearray()  # what it has ever been
        self.captures = array("q")  # its first one; 0 where none is stored at its address
        self.keys = array("q")  # of that one, hashed
        self.counts = array("l")
        self.shapes = array("Q")  # of the last one; 0 where it has none
        self.told = array("q")  # what the last one said, hashed
        self.owners = array("q")  # the capture whose part the last one has

    def add(self) -> None:
        """Note that there is one more page."""
        self.kinds.append(0)
        for each in (self.captures, self.keys, self.counts, self.shapes, self.told, self.owners):
            each.append(0)


def _kind_of(part: Part) -> int:
    if part.outcome == "story":
        return _STORY
    if part.outcome != "index":
        return 0
    # What a work's own list says of other pages than its chapters is seldom anything.
    tells = part.work_id is None or any(link.kind == "story" for link in part.links)
    return _LIST if tells else 0


class Parted(NamedTuple):
    """The pages of a host in batches, and what of the others is to be known for each of these."""

    batches: list[Batch]  # by the first captures of their pages
    shared: Several  # numbers that several pages have said (`passing.said`), or the like
    lists: Lists


def parted(outlines: Outlines, tick: Callable[[], None]) -> Parted:
    """Return the pages of a host in batches. *tick* is called for each capture."""
    census = _Census(outlines)
    for row, read in outlines.looked_through():
        tick()
        census.take(row, read)
    census.tie_all()
    return Parted(list(census.batches()), census.shared, census.lists())


class _Census:
    """The pages of one host, as far as it takes to part them into batches."""

    def __init__(self, outlines: Outlines) -> None:
        self._outlines = outlines
        self._nodes = _Nodes()
        self._notes = _Notes()
        self._names = array("q")  # numbers that tie the pages which have them
        self._named = array("l")  # and which page has each
        self._leading = array("q")  # hashes of keys that were not met yet
        self._led = array("l")  # and which page leads to each
        self._spelled: dict[int, dict[str, int]] = {}  # of a page: captures at its other keys
        self._elsewhere: dict[int, set[int]] = {}  # of a page: others at whose address it was met
        self.shared = Several()

    def take(self, row: CaptureRow, read: Callable[[], Part]) -> None:
        """Take in a capture; *read* gives its outline."""
        node, notes = self._node(row.url_key), self._notes
        if not notes.captures[node]:
            notes.captures[node], notes.keys[node] = row.id, hash(row.url_key)
        elif notes.keys[node] != hash(row.url_key):
            self._spelled.setdefault(node, {}).setdefault(row.url_key, row.id)
        notes.counts[node] += 1
        self._note_said(node, row)
        # What has the same shape has the same ties but for what it says; so has the same part.
        is_shaped = row.traits[:SHAPE] > NO_SHAPE
        shape = int.from_bytes(row.traits[:SHAPE], "little") if is_shaped else 0
        is_same = (shape and shape == notes.shapes[node]) or row.owner == notes.owners[node]
        if not is_same:
            self._read(node, part := read())
            if part.sections:  # each of them is a page to the plan, and says what this one says
                for number in said(row):
                    self.shared.add(number)
        notes.shapes[node], notes.owners[node] = shape, row.owner

    def _node(self, key: str) -> int:
        node = self._nodes.make(key)
        if node == len(self._notes.kinds):
            self._notes.add()
        return node

    def _note_said(self, node: int, row: CaptureRow) -> None:
        numbers = said(row)
        told = hash(numbers)
        if not numbers or told == self._notes.told[node]:
            return
        self._notes.told[node] = told
        for number in numbers:
            self.shared.add(number)
        # Pages that say all the same, or are the same list: a site may answer so for any address.
        self._names.append(numbers[0])
        self._named.append(node)

    def _read(self, place: int, part: Part) -> None:
        node = self._node(page_key(part.url))
        if node != place:
            self._nodes.tie(node, place)
            self._elsewhere.setdefault(node, set()).add(place)
        if part.engine != CATALOGUE:
            self._notes.kinds[node] |= _kind_of(part)
        for key in leads_to(part):
            self._lead(node, key)
        for name in names_of(part):
            self._name(node, hash(name))

    def _name(self, node: int, number: int) -> None:
        self.shared.add(number)
        self._names.append(number)
        self._named.append(node)

    def _lead(self, node: int, key: str) -> None:
        other = self._nodes.find(key)
        if other is not None:
            self._nodes.tie(node, other)
        else:
            self._leading.append(_name_of(key))
            self._led.append(node)

    # ---- all captures

    def tie_all(self) -> None:
        """Tie what could not be tied before all pages were known."""
        for name, node in zip(self._leading, self._led, strict=True):
            if (other := self._nodes.named(name)) is not None:
                self._nodes.tie(node, other)
        pairs = zip(self._names, self._named, strict=True)
        for (one, node), (two, other) in pairwise(sorted(p for p in pairs if p[0] in self.shared)):
            if one == two:
                self._nodes.tie(node, other)
        # What such a page says of others depends on whether it is a list now.
        for node in self._of_kind(_STORY | _LIST):
            for piece in self._pieces(node):
                for key in lists_of(piece.part):
                    if (other := self._nodes.find(key)) is not None:
                        self._nodes.tie(node, other)

    def _of_kind(self, kind: int) -> list[int]:
        return [node for node, each in enumerate(self._notes.kinds) if each == kind]

    def _pieces(self, node: int) -> list[Piece]:
        """Return all captures of a page, and perhaps some of others."""
        places = {node, *self._elsewhere.get(node, ())}
        captures = [each for place in sorted(places) for each in self._captures(place)]
        found = [piece_of(told) for told in self._outlines.telling_of(captures, self.shared)]
        self._outlines.forget(())
        return found

    def _captures(self, place: int) -> list[int]:
        first = self._notes.captures[place]
        return [*([first] if first else ()), *self._spelled.get(place, {}).values()]

    def lists(self) -> Lists:
        """Return what lists say that were never anything else."""
        found = Lists()
        for node in self._of_kind(_LIST):
            for page in pages_of(self._pieces(node)).values():
                if self._nodes.find(page.key) == node:
                    found.add(page, lambda key: self._nodes.find(key) is not None)
        return found

    def batches(self) -> Iterator[Batch]:
        """Yield all pages in batches."""
        notes, root = self._notes, self._nodes.root
        members: dict[int, list[int]] = {}  # by root
        for each in range(len(self._nodes)):
            if (other := root(each)) != each:
                members.setdefault(other, []).append(each)
        is_done = bytearray(len(self._nodes))
        tied, alone, size = array("q"), array("q"), 0
        for moment, key in self._outlines.in_time():
            node = self._nodes.find(key)
            if node is None or not notes.captures[node] or is_done[first := root(node)]:
                continue
            if size >= AT_ONCE:
                yield Batch(tied, alone, moment)
                tied, alone, size = array("q"), array("q"), 0
            is_done[first] = 1
            is_alone = first not in members and first not in self._spelled
            for each in (first, *members.get(first, ())):
                (alone if is_alone else tied).extend(self._captures(each))
                size += notes.counts[each]
        yield Batch(tied, alone, "")
