"""Numbers of 64 bits in the order in which they came, each found again: 24 to 40 bytes of each.

A dict that tells the same takes a hundred and more, for each of its numbers is an object.
"""

from __future__ import annotations

from array import array

_FIRST = 1024


class Numbers:
    """Different numbers; the place of each is how many came before it."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._table = array("q", bytes(8 * _FIRST))  # 0, or one more than the place of a number

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.find(number) is not None

    def find(self, number: int) -> int | None:
        """Return the place of *number*, None where it has not come."""
        found = self._table[self._slot(number)]
        return found - 1 if found else None

    def add(self, number: int) -> int:
        """Return the place of *number*; that of a new one is what `len` was."""
        slot = self._slot(number)
        if found := self._table[slot]:
            return found - 1
        self._numbers.append(number)
        self._table[slot] = len(self._numbers)
        if 2 * len(self._numbers) > len(self._table):
            self._grow()
        return len(self._numbers) - 1

    def _slot(self, number: int) -> int:
        """Return where the table has *number*, or would have it."""
        table, numbers = self._table, self._numbers
        last = len(table) - 1  # its length is a power of two
        slot = number & last
        while (found := table[slot]) and numbers[found - 1] != number:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        self._table = array("q", bytes(16 * len(self._table)))
        for place, number in enumerate(self._numbers):
            self._table[self._slot(number)] = place + 1
