"""Much that is stored in one go, as transactions of a bounded size.

What a transaction writes stands in the write-ahead log until it is over, and as much room as the
longest took is held until the run ends: for a site of 29,000 stories in one, 1.9 GB.

Only who stores something knows where it may be cut: what stands by then must be such that the next
run goes on with it, whatever ends this one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from storykeep.store import index

_FULL = 32 * 1024 * 1024  # bytes of what stories are made of; up to twice that are written
_CROWD = 256  # pieces of the index, of which each step adds one or two


class Steps:
    """The transactions of *conn*, of which one may follow the other in the middle of the work."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._written = 0
        self._may_end = False
        self.most = _FULL  # bytes of a step; what the index has in memory grows with it, too
        self.went_on = False  # whether a transaction was ever ended by `next`

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Allow to go on with a next transaction in the block, which is within a first one."""
        self._written, self._may_end = 0, True
        try:
            yield
        finally:
            self._may_end = False

    def wrote(self, size: int) -> bool:
        """Note that something made of *size* bytes was stored; return whether to go on by `next`.

        Never where somebody wants all of it or nothing.
        """
        self._written += size
        return self._may_end and self._written >= min(self.most, _FULL)

    def next(self) -> None:
        """End the transaction and begin the next one. Raises sqlite3.Error."""
        index.leave_pieces(self._conn)
        self._conn.execute("COMMIT")
        self._written, self.went_on = 0, True
        if len(index.pieces(self._conn)) >= _CROWD:
            index.join(self._conn)
        self._conn.execute("BEGIN IMMEDIATE")
