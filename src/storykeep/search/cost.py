"""What a query costs before it is asked: how much of the index it would read.

FTS5 keeps for each leaf of its index the first term on it (`story_fts_idx`). How many leaves lie
between two terms says within a page how long the lists of occurrences are, in microseconds and
without reading them.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from storykeep.search.fields import folded
from storykeep.search.plan import Columns, Plan

# Milliseconds for a leaf (4 kB), measured: bench/search.py prints what comes of them.
_PASS = 0.006  # to find the stories that have a word
_PLACES = 0.046  # more, to compare the places of the words of a phrase
_MERGE = 0.14  # the words that begin so
_MERGE_IN_COLUMNS = 0.013
_SCORE = 0.06  # more, to weigh every place of a word
_SCORE_STORY = 0.0012  # for a story and a word
_STORIES_OF_LEAF = 700  # at most; a word of no leaf of its own has fewer
_NO_SEGMENT = 1 << 31  # FTS5 numbers its segments from 1, 2,000 at most
_SAMPLE = 80_000  # letters
_MOST_WORDS = 8


class Budget:
    """What a query may cost, about; above, it is answered in part, and says so."""

    def __init__(
        self,
        find: float = 9.0,  # milliseconds
        score: float = 12.0,
        score_word: float = 4.0,  # of one word: those that have it in a title are the first anyhow
        wide: int = 40,  # leaves of the words that begin alike
        wide_in_columns: int = 800,  # most of what is read is in the body, and passed over
        count: int = 10_000,  # matches
        count_newest: int = 1_000,  # where the newest come first, and to count more takes longer
    ) -> None:
        self.find, self.score, self.score_word = find, score, min(score, score_word)
        self.wide, self.wide_in_columns = wide, wide_in_columns
        self.count, self.count_newest = count, min(count, count_newest)


_ALL = 1 << 60
DEFAULT = Budget()
EXACT = Budget(math.inf, math.inf, math.inf, _ALL, _ALL, _ALL, _ALL)


class Cost(NamedTuple):
    """Milliseconds, about."""

    find: float  # all answers
    prepare: float  # to weigh by the query: bm25 counts each of its words and phrases once more
    prepare_loose: float  # the same with the words of phrases by themselves
    leaves: int  # of the words
    words: int
    most: int  # answers: there cannot be more
    has_phrase: bool  # to look for one backwards takes as long as forwards

    def score(self, matches: int, stories: int) -> float:
        """Return what it costs to weigh so many *matches* among *stories*."""
        share = min(1.0, matches / max(1, stories))
        return share * self.leaves * _SCORE + matches * self.words * _SCORE_STORY


class Widths:
    """How much of an index of *conn* each word takes up; it remembers what it was asked."""

    def __init__(self, conn: sqlite3.Connection, budget: Budget, index: str = "story_fts") -> None:
        self.conn = conn
        self._leaves_of = f"{index}_idx"
        self.budget = budget
        self.approximate: list[str] = []  # what was not looked for as typed
        self._segments: list[tuple[int, int]] | None = None
        self._known: dict[tuple[str, bool], int] = {}

    def leaves(self, token: str, *, is_prefix: bool = False) -> int:
        """Return how many leaves of the index the occurrences of *token* fill, at most one off."""
        key = (token, is_prefix)
        if key not in self._known:
            # In FTS5's own tables a term is preceded by the number of its index, "0".
            low = b"0" + token.encode()
            high = low + (b"\xff" if is_prefix else b"\0")
            self._known[key] = sum(
                self._between(segment, last, low, high) for segment, last in self._all_segments()
            )
        return self._known[key]

    def cost(self, asked: Plan, stories: int) -> Cost:
        """Return what it costs to answer *asked* in an archive of so many *stories*."""
        find = prepare = loose = 0.0
        total = words = most = 0
        share = self._share(asked.required, stories)
        for leaf in asked.leaves:
            last = self.leaves(leaf.tokens[-1], is_prefix=leaf.is_prefix)
            pages = last + sum(map(self.leaves, leaf.tokens[:-1]))
            is_narrow = leaf.columns and "body" not in leaf.columns
            merge = _MERGE_IN_COLUMNS if is_narrow else _MERGE
            passing = pages * _PASS + (last * merge if leaf.is_prefix else 0.0)
            places = pages * _PLACES if len(leaf.tokens) > 1 else 0.0
            find += passing + places * share
            prepare += passing + places * self._share(leaf.tokens, stories)
            loose += passing
            total += pages
            words += len(leaf.tokens)
            # A piece of the index may have a page more than is seen of each.
            rarest = min(last, *map(self.leaves, leaf.tokens)) if leaf.tokens[1:] else last
            most += (rarest + len(self._all_segments())) * _STORIES_OF_LEAF
        has_phrase = any(len(leaf.tokens) > 1 for leaf in asked.leaves)
        most = min(most, math.ceil(share * stories))
        return Cost(find, prepare, loose, total, words, most, has_phrase)

    def _share(self, words: Iterable[str], stories: int) -> float:
        """Return the greatest share of *stories* that can have each of *words*."""
        rarest = min(map(self.leaves, words), default=stories)
        return min(1.0, (rarest + 1) * _STORIES_OF_LEAF / max(1, stories))

    def widen(self, beginning: str, columns: Columns) -> tuple[str, ...] | None:
        """Return the commonest words that begin so, where there are too many to look for all.

        FTS5 merges the lists of all of them before it gives the first answer. What is common is
        seen in the newest stories.
        """
        is_narrow = columns and "body" not in columns
        limit = self.budget.wide_in_columns if is_narrow else self.budget.wide
        if self.leaves(beginning, is_prefix=True) <= limit:
            return None
        words = self._commonest(beginning, columns)
        if words:
            self.approximate.append(
                f"{beginning}* begins very many words; looked for the commonest {len(words)} of "
                "them"
            )
        return words or None

    def _commonest(self, beginning: str, columns: Columns) -> tuple[str, ...]:
        query = "SELECT text FROM chapter ORDER BY id DESC LIMIT 50"
        if columns and "body" not in columns:
            shown = ", ".join(columns)
            query = f"SELECT {shown} FROM story_document ORDER BY id DESC LIMIT 500"  # noqa: S608
        begins = re.escape(beginning)
        plain = re.compile(rf"(?<![a-z0-9]){begins}[a-z0-9]*")
        pattern = re.compile(rf"(?<!\S){begins}\S*")
        found: Counter[str] = Counter()
        left = _SAMPLE
        for row in self.conn.execute(query):
            for text in filter(None, row):
                part = text[: min(left, _SAMPLE // 10)]
                if part.isascii():  # the same words, and no text of them all is made
                    found.update(plain.findall(part.lower()))
                else:
                    found.update(pattern.findall(folded.__wrapped__(part)))
                left -= len(part)
            if left <= 0:
                break
        return tuple(word for word, _ in found.most_common(_MOST_WORDS))

    def _all_segments(self) -> list[tuple[int, int]]:
        if self._segments is None:
            self._segments = []
            # Step by step: the table has a row for nearly each leaf, and one a segment is wanted.
            while row := self.conn.execute(
                f"SELECT segid, pgno / 2 FROM {self._leaves_of} WHERE segid < ? "  # noqa: S608
                "ORDER BY segid DESC, term DESC LIMIT 1",
                (self._segments[-1][0] if self._segments else _NO_SEGMENT,),
            ).fetchone():
                self._segments.append(row)
        return self._segments

    def _between(self, segment: int, last: int, low: bytes, high: bytes) -> int:
        begins, ends = self.conn.execute(
            f"SELECT (SELECT pgno / 2 FROM {self._leaves_of} WHERE segid = ?1 AND term <= ?2 "  # noqa: S608
            f"ORDER BY term DESC LIMIT 1), (SELECT pgno / 2 FROM {self._leaves_of} "
            "WHERE segid = ?1 AND term > ?3 ORDER BY term LIMIT 1)",
            (segment, low, high),
        ).fetchone()
        return int((last if ends is None else ends) - (1 if begins is None else begins))
