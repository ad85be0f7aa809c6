"""Stories with the same text, or with some of it: cross-posts, re-uploads, parts posted alone.

The sketches of all texts are read to find who may have some; how much it is, is measured on the
texts themselves, of two stories at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from storykeep import alike
from storykeep.alike import Likeness, Sketch
from storykeep.reader import snapshot

LEAST = 10  # percent of the shorter text, where a caller does not say
_NEARLY = 80  # percent that make two texts nearly the same, or one a part of the other


@dataclass(frozen=True, slots=True)
class Similar:
    """A story that has text of another, "this" one, and how much of it."""

    row: int
    likeness: Likeness  # of this story (one) and that in `row` (other)
    chapters: tuple[tuple[int, int], ...]  # (position in this, in that) of the chapters alike

    @property
    def is_same(self) -> bool:
        """Return whether the two are the same or nearly the same text."""
        return self.likeness.alike >= _NEARLY

    @property
    def what(self) -> str:
        """Return what that story is to this one, in words."""
        found = self.likeness
        if found.alike == 100:
            return "the same text"
        if self.is_same:
            return "nearly the same text"
        if max(found.of_one, found.of_other) < _NEARLY:
            return f"has {found.of_one} % of this text"
        whole = "all" if max(found.of_one, found.of_other) == 100 else "nearly all"
        if found.of_one >= found.of_other:
            return f"has {whole} of this text, and more"
        return f"{whole} of it stands in this text"


@dataclass(frozen=True, slots=True)
class _Piece:
    """The sketch of one chapter."""

    story: int
    chapter: int
    sketch: Sketch


def similar(conn: sqlite3.Connection, row: int, *, least: int = LEAST) -> list[Similar]:
    """Return the stories that share *least* percent of the shorter text with that in *row*.

    The most alike first.
    """
    with snapshot(conn):
        compare = Comparer(conn, least)
        found = (compare(row, other, shared) for other, shared in _sharing(conn, row).items())
        return sorted((each for each in found if each), key=order_of)


def order_of(each: Similar) -> tuple[int, int, int]:
    """Return what sorts the most alike first."""
    return -each.likeness.alike, -max(each.likeness.of_one, each.likeness.of_other), each.row


def _sharing(conn: sqlite3.Connection, row: int) -> dict[int, int]:
    """Return how many digests every other story shares with that in *row*."""
    wanted = frozenset(digest for piece in _pieces(conn, row) for digest in piece.sketch.digests)
    shared: dict[int, set[int]] = defaultdict(set)
    for piece in _pieces(conn):
        if piece.story != row and (common := wanted.intersection(piece.sketch.digests)):
            shared[piece.story] |= common
    return {story: len(digests) for story, digests in shared.items()}


class Comparer:
    """Compares two stories at a time; of the last few it still knows the words."""

    def __init__(self, conn: sqlite3.Connection, least: int) -> None:
        self._conn = conn
        self._least = least  # percent of the shorter text
        self._pieces = lru_cache(maxsize=4)(lambda row: list(_pieces(conn, row)))
        self._runs = lru_cache(maxsize=4)(lambda row: alike.runs(_text(conn, row)))

    def __call__(self, this: int, that: int, shared: int) -> Similar | None:
        """Return what the story in *that* is to *this*, None where they share too little.

        *shared* is how many digests their sketches have in common.
        """
        mine, theirs = self._pieces(this), self._pieces(that)
        one, other = (alike.joined(piece.sketch for piece in each) for each in (mine, theirs))
        if not alike.is_likely(shared, one, other):
            return None
        # A sketch is a sample: who seems to have half of what is asked for may have it all.
        if 2 * alike.estimate(shared, one, other) < self._least / 100:
            return None
        found = alike.likeness(self._runs(this), self._runs(that))
        if max(found.of_one, found.of_other) < self._least:
            return None
        return Similar(that, found, _chapters(self._conn, mine, theirs))


def _text(conn: sqlite3.Connection, row: int) -> str:
    rows = conn.execute("SELECT text FROM chapter WHERE story = ? ORDER BY position, id", (row,))
    return "\n\n".join(text for (text,) in rows)


def _pieces(conn: sqlite3.Connection, row: int | None = None) -> Iterator[_Piece]:
    where, values = ("WHERE story = ?", (row,)) if row is not None else ("", ())
    query = f"SELECT story, chapter, bound, digests FROM sketch {where} ORDER BY story, chapter"  # noqa: S608
    for story, chapter, bound, digests in conn.execute(query, values):
        yield _Piece(story, chapter, Sketch(bound, alike.unpack(digests)))


def _chapters(
    conn: sqlite3.Connection, mine: list[_Piece], theirs: list[_Piece]
) -> tuple[tuple[int, int], ...]:
    """Return the pairs of chapters that share the most, each of theirs once."""
    places = {
        number: position
        for story in {piece.story for piece in (*mine, *theirs)}
        for number, position in conn.execute(
            "SELECT id, position FROM chapter WHERE story = ?", (story,)
        )
    }
    sets = [(piece, frozenset(piece.sketch.digests)) for piece in mine]
    found = []
    for piece in theirs:
        counts = [(len(each.intersection(piece.sketch.digests)), one) for one, each in sets]
        shared, best = max(counts, key=lambda count: count[0])
        if alike.is_likely(shared, best.sketch, piece.sketch):
            found.append((places[best.chapter], places[piece.chapter]))
    return tuple(sorted(found))


def story_row(conn: sqlite3.Connection, row: int) -> dict[str, Any]:
    """Return what `list --json` prints of the story in *row*."""
    public_id, url, title, authors, words, host, gone_since = conn.execute(
        "SELECT public_id, url, title, authors, words, host, gone_since FROM story WHERE id = ?",
        (row,),
    ).fetchone()
    return {
        "id": public_id,
        "url": url,
        "title": title,
        "authors": [author["name"] for author in json.loads(authors)],
        "words": words,
        "site": host,
        "gone_since": gone_since,
    }


def similar_row(conn: sqlite3.Connection, each: Similar) -> dict[str, Any]:
    """Return *each* as `similar --json` prints it."""
    return {
        **story_row(conn, each.row),
        "alike": each.likeness.alike,
        "of_this": each.likeness.of_one,
        "of_that": each.likeness.of_other,
        "what": each.what,
        "chapters": [list(pair) for pair in each.chapters],
    }
